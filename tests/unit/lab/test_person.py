# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The person performs what a hand-off says, and is confused by everything that it does not say."""

from __future__ import annotations

import copy
import json
import os
import stat
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.identityops.cisco.plugins.module_utils._duo import steps as panel_steps
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint import steps as console_steps
from lab import Lab
from lab.__main__ import main
from lab.person import Confused, Person

Step = dict[str, Any]
Page = dict[str, Any]

API_HOST = "api-12345678.duosecurity.com"
CLIENT_ID, API_KEY = "secure_endpoint_client_id", "secure_endpoint_api_key"
ADMINISTRATOR = "Secure Endpoint administrator"
HOSTNAME = "api.eu.amp.cisco.com"
KEY = "3f1a8e04-5a5b-4d29-9f43-5d1d1c07a1b2"
ID = "0123456789abcdef0123"

# Written by hand, so that they are no echo of how the collection writes them.
CREATE: Step = {
    "id": "create",
    "product": "Cisco Secure Endpoint",
    "url": "https://console.eu.amp.cisco.com/api_credentials",
    "role": ADMINISTRATOR,
    "action": "Create the API credential Duo.",
    "clicks": [
        {"do": "press", "label": "New API Credential"},
        {"do": "fill", "label": "Application name"},
        {"do": "fill", "label": "Scope"},
        {"do": "press", "label": "Create"},
        {"do": "copy", "label": "3rd Party API Client ID"},
        {"do": "copy", "label": "API Key"},
    ],
    "fields": [
        {"label": "Application name", "value": "Duo", "source": "the name"},
        {"label": "Scope", "value": "Read-only", "source": "the scope"},
    ],
    "outputs": [
        {"label": "3rd Party API Client ID", "goes_to": CLIENT_ID, "secret": False},
        {"label": "API Key", "goes_to": API_KEY, "secret": True},
    ],
    "warning": "The next page is shown once.",
    "warning_before": "Create",
    "then": "Run this again.",
}
CONNECT: Step = {
    "id": "connect",
    "product": "Duo Admin Panel",
    "url": "https://admin.duosecurity.com",
    "role": "Owner, Administrator or Application Manager",
    "action": "Add the integration.",
    "clicks": [
        {"do": "open", "label": "Trusted Endpoints"},
        {"do": "press", "label": "Add Integration", "or_label": "Get started"},
        {"do": "open", "label": "Endpoint Detection & Response Systems"},
        {"do": "open", "label": "Cisco Secure Endpoint"},
        {"do": "press", "label": "Add this integration"},
        {"do": "fill", "label": "Client ID"},
        {"do": "fill", "label": "API Key"},
        {"do": "press", "label": "Test Integration"},
        {"do": "expect", "label": "Hostname", "value": HOSTNAME},
        {"do": "press", "label": "Save Integration"},
        {"do": "turn_on", "label": "Enable Cisco Secure Endpoint Integration"},
    ],
    "fields": [
        {"label": "Client ID", "source": CLIENT_ID},
        {"label": "API Key", "secret": True, "source": API_KEY},
    ],
    "then": "Run this again.",
}


def page(title: str, **shown: Any) -> Page:
    nothing = {"links": [], "buttons": [], "fields": {}, "values": {}, "toggles": {}, "shown_once": False}
    return {"title": title, **nothing, **shown}


def field(value: str = "", choices: list[str] | None = None) -> dict[str, Any]:
    return {"choices": choices, "value": value}


def secure_endpoint_pages() -> list[Page]:
    scope = field("Read-only", ["Read-only", "Read & Write"])
    details = {"3rd Party API Client ID": ID, "API Key": KEY}
    return [
        page("API Credentials", buttons=["New API Credential"]),
        page("New", buttons=["Cancel", "Create"], fields={"Application name": field(), "Scope": scope}),
        page("API Key Details", values=details, shown_once=True, links=["Back"]),
    ]


def duo_pages(button: str = "Add Integration") -> list[Page]:
    keys = {"Client ID": field(), "API Key": field()}
    return [
        page("Dashboard", links=["Trusted Endpoints", "Policies"]),
        page("Trusted Endpoints", buttons=[button]),
        page("Add", links=["Device Management Tools", "Endpoint Detection & Response Systems"]),
        page("Systems", links=["Cisco Secure Endpoint"]),
        page("About", buttons=["Add this integration"]),
        page("Keys", fields=keys, buttons=["Test Integration"], values={"Hostname": ""}),
        page("Tested", buttons=["Save Integration"], values={"Hostname": HOSTNAME}),
        page("Saved", toggles={"Enable Cisco Secure Endpoint Integration": False}),
    ]


class Paper:
    """Consoles drawn on paper: every link and button leads to the next page, required fields are those left empty."""

    def __init__(self) -> None:
        self.pages = {"secure_endpoint": secure_endpoint_pages(), "duo": duo_pages()}
        self.opened: list[tuple[str, str]] = []
        self.did: list[tuple[str, str, str]] = []
        self._at: tuple[str, int] = ("", 0)

    def patch(self, service: str, op: str, **args: Any) -> Any:
        if op == "console_open":
            self.opened.append((args["url"], args["role"]))
            self._at = (service, 0)
            return {"session": "1", "page": self._page()}
        assert (service, op, args["session"]) == (self._at[0], "console_do", "1")
        self.did.append((args["do"], args["label"], args["value"]))
        return self._do(**args)

    def _do(self, session: str, do: str, label: str, value: str) -> Any:
        shown = self._page()
        if do == "copy":
            return {"page": shown, "copied": shown["values"][label]}
        if do == "fill":
            shown["fields"][label]["value"] = value
        elif do in ("turn_on", "turn_off"):
            shown["toggles"][label] = do == "turn_on"
        else:
            empty = [name for name, item in shown["fields"].items() if not item["value"]]
            if empty:
                raise ValueError(f"{empty[0]} must be filled in, there is only {KEY}")
            self._at = (self._at[0], self._at[1] + 1)
        return {"page": self._page()}

    def _page(self) -> Page:
        return self.pages[self._at[0]][self._at[1]]


@pytest.fixture
def paper() -> Paper:
    return Paper()


def changed(step: Step, **values: Any) -> Step:
    return {**copy.deepcopy(step), **values}


def without(step: Step, key: str, *path: Any) -> Step:
    """The step without the member `key` of what `path` leads to."""
    result = copy.deepcopy(step)
    place: Any = result
    for part in path:
        place = place[part]
    del place[key]
    return result


def with_click(step: Step, number: int, **values: Any) -> Step:
    """The step with its click `number`, counted from 1, changed."""
    result = copy.deepcopy(step)
    result["clicks"][number - 1].update(values)
    return result


def with_field(step: Step, named: str, **values: Any) -> Step:
    """The step with the field of that label changed."""
    result = copy.deepcopy(step)
    next(item for item in result["fields"] if item["label"] == named).update(values)
    return result


def test_two_steps_in_two_consoles(paper: Paper) -> None:
    vault: dict[str, str] = {}
    person = Person(paper, {ADMINISTRATOR, "Application Manager"}, vault)
    person.perform([CREATE, CONNECT])
    assert vault == {CLIENT_ID: ID, API_KEY: KEY}
    assert paper.opened == [(CREATE["url"], ADMINISTRATOR), (CONNECT["url"], "Application Manager")]
    assert paper.did == [
        ("press", "New API Credential", ""),
        ("fill", "Application name", "Duo"),
        ("fill", "Scope", "Read-only"),
        ("press", "Create", ""),
        ("copy", "3rd Party API Client ID", ""),
        ("copy", "API Key", ""),
        ("open", "Trusted Endpoints", ""),
        ("press", "Add Integration", ""),
        ("open", "Endpoint Detection & Response Systems", ""),
        ("open", "Cisco Secure Endpoint", ""),
        ("press", "Add this integration", ""),
        ("fill", "Client ID", ID),
        ("fill", "API Key", KEY),
        ("press", "Test Integration", ""),
        ("press", "Save Integration", ""),
        ("turn_on", "Enable Cisco Secure Endpoint Integration", ""),
    ]
    done = "\n".join(person.deeds)
    assert "connect: filled what the vault holds as secure_endpoint_api_key into 'API Key'" in done
    assert KEY not in done


def test_whichever_label_is_there(paper: Paper) -> None:
    paper.pages["duo"] = duo_pages("Get started")
    Person(paper, {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([CONNECT])
    assert ("press", "Get started", "") in paper.did


def test_a_value_goes_before_the_vault(paper: Paper) -> None:
    step = with_field(CONNECT, "Client ID", value="fedcba98765432100000")
    Person(paper, {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([step])
    assert ("fill", "Client ID", "fedcba98765432100000") in paper.did


def test_a_toggle_that_is_right_already_is_left_alone(paper: Paper) -> None:
    paper.pages["duo"][-1]["toggles"] = {"Enable Cisco Secure Endpoint Integration": True}
    Person(paper, {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([CONNECT])
    assert paper.did[-1][0] == "press"


UNREADABLE: dict[str, tuple[Step, str]] = {
    **{
        f"no {key}": (without(CREATE, key), f"it lacks {key}")
        for key in ("product", "url", "role", "action", "fields", "then", "clicks")
    },
    "no id": (without(CREATE, "id"), "step without an id: it lacks id"),
    "empty clicks": (changed(CREATE, clicks=[]), "it lacks clicks"),
    "another product": (changed(CREATE, product="Cisco ISE"), "I know no product 'Cisco ISE'"),
    "another role": (changed(CREATE, role="Auditor or Owner"), "I am no Auditor or Owner, I am Secure Endpoint"),
    "unknown deed": (with_click(CREATE, 1, do="guess"), "I do not know how to guess"),
    "no label": (without(CREATE, "label", "clicks", 0), "a click has no label"),
    "a field that no click fills": (
        changed(CREATE, clicks=[click for click in CREATE["clicks"] if click["label"] != "Scope"]),
        r"1 field\(s\) 'Scope' and 0 click\(s\) to fill it",
    ),
    "a click that fills no field": (changed(CREATE, fields=CREATE["fields"][:1]), r"0 field\(s\) 'Scope'"),
    "two fields of one label": (changed(CREATE, fields=[*CREATE["fields"], CREATE["fields"][0]]), r"2 field\(s\)"),
    "an output that no click copies": (changed(CREATE, clicks=CREATE["clicks"][:-1]), "0 .* to copy it"),
    "a click that copies no output": (changed(CREATE, outputs=CREATE["outputs"][:1]), r"0 output\(s\) 'API Key'"),
    "no goes_to": (without(CREATE, "goes_to", "outputs", 1), "where 'API Key' goes to"),
    "no source": (without(CREATE, "source", "fields", 0), "where 'Application name' comes from"),
    "a secret with its value": (
        with_field(CREATE, "Application name", secret=True),
        "the secret 'Application name' stands in it for all to see",
    ),
    "a warning and no place": (without(CREATE, "warning_before"), "a warning and no place"),
    "a place and no warning": (without(CREATE, "warning"), "a place and no warning"),
    "a warning before nothing": (changed(CREATE, warning_before="Save"), "'Save', which is clicked 0 times"),
}


@pytest.mark.parametrize(("step", "why"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_not_begun(paper: Paper, step: Step, why: str) -> None:
    """Not even the good step before it."""
    with pytest.raises(Confused, match=why):
        Person(paper, {ADMINISTRATOR}, {}).perform([CREATE, step])
    assert not paper.opened


@pytest.mark.parametrize("handoff", [CREATE, [[]]], ids=["a step", "no steps"])
def test_no_hand_off(paper: Paper, handoff: Any) -> None:
    with pytest.raises(Confused, match="a hand-off is a list of steps"):
        Person(paper, {ADMINISTRATOR}, {}).perform(handoff)


def test_a_secret_that_stands_somewhere_else(paper: Paper) -> None:
    step = changed(CONNECT, needs=[f"The key {KEY} at hand."])
    with pytest.raises(Confused, match="the secret secure_endpoint_api_key stands in the hand-off") as caught:
        Person(paper, {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([step])
    assert not paper.opened
    assert KEY not in str(caught.value)


MISLEADING: dict[str, tuple[Step, int, str]] = {
    "another button": (with_click(CREATE, 1, label="New Credential"), 1, "no 'New Credential' to press"),
    "a link for a button": (with_click(CREATE, 1, do="open"), 1, "no 'New API Credential' to open"),
    "another field": (
        with_field(with_click(CREATE, 2, label="Name"), "Application name", label="Name"),
        2,
        "no 'Name' to fill",
    ),
    "no value": (without(CREATE, "value", "fields", 0), 2, "nobody says what to fill into 'Application name'"),
    "an empty value": (
        with_field(CREATE, "Application name", value=""),
        2,
        "nobody says what to fill into 'Application name'",
    ),
    "no such choice": (
        with_field(CREATE, "Scope", value="read_only"),
        3,
        "'read_only' is no choice of 'Scope'; there are 'Read-only', 'Read & Write'",
    ),
    "a field left empty": (
        changed(CREATE, fields=CREATE["fields"][1:], clicks=[CREATE["clicks"][0], *CREATE["clicks"][2:]]),
        3,
        "the console says: Application name must be filled in",
    ),
    "a page left too early": (
        changed(CREATE, outputs=CREATE["outputs"][:1], clicks=[*CREATE["clicks"][:5], {"do": "open", "label": "Back"}]),
        6,
        "API Key would be lost, the page is shown once",
    ),
    "a page never copied": (
        changed(CREATE, outputs=[], clicks=CREATE["clicks"][:4]),
        4,
        "3rd Party API Client ID, API Key would be lost",
    ),
    "no warning": (changed(CREATE, warning="", warning_before=""), 4, "nobody warned me before 'Create'"),
    "a warning too early": (changed(CREATE, warning_before="New API Credential"), 4, "nobody warned me"),
    "another value": (with_click(CONNECT, 9, value="api.amp.cisco.com"), 9, "'Hostname' should show api.amp.cisco.com"),
    "another toggle": (with_click(CONNECT, 11, label="Enable"), 11, "no 'Enable' to turn on"),
}


@pytest.mark.parametrize(("step", "click", "why"), MISLEADING.values(), ids=MISLEADING)
def test_what_does_not_fit_the_console(paper: Paper, step: Step, click: int, why: str) -> None:
    with pytest.raises(Confused, match=why) as caught:
        Person(paper, {ADMINISTRATOR, "Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([step])
    assert (caught.value.step, caught.value.click) == (step["id"], click)
    assert f"step {step['id']}, click {click}: " in str(caught.value)
    assert "On the page '" in str(caught.value)
    assert KEY not in str(caught.value)


def two_of_it(paper: Paper) -> None:
    paper.pages["duo"][0]["links"].append("Trusted Endpoints")


def both_labels(paper: Paper) -> None:
    paper.pages["duo"][1]["buttons"].append("Get started")


def empty_value(paper: Paper) -> None:
    paper.pages["duo"][6]["values"] = {"Hostname": ""}


def nothing_to_copy(paper: Paper) -> None:
    paper.pages["secure_endpoint"][2]["values"]["API Key"] = ""


def one_value_more(paper: Paper) -> None:
    paper.pages["secure_endpoint"][2]["values"]["Recovery code"] = "x"


@pytest.mark.parametrize(
    ("oddity", "why"),
    [
        (two_of_it, "more than one 'Trusted Endpoints' to open"),
        (both_labels, "more than one 'Add Integration' or 'Get started' to press"),
        (empty_value, "'Hostname' should show api.eu.amp.cisco.com, but shows nothing"),
        (nothing_to_copy, "'API Key' is shown empty"),
        (one_value_more, "Recovery code would be lost"),
    ],
)
def test_a_console_that_is_not_as_described(paper: Paper, oddity: Callable[[Paper], None], why: str) -> None:
    oddity(paper)
    with pytest.raises(Confused, match=why):
        Person(paper, {ADMINISTRATOR, "Owner"}, {}).perform([CREATE, CONNECT])


def test_any_value_will_do_but_none(paper: Paper) -> None:
    step = without(CONNECT, "value", "clicks", 8)
    Person(paper, {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([step])
    empty_value(paper)
    with pytest.raises(Confused, match="'Hostname' should show something, but shows nothing"):
        Person(paper, {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([step])


def test_two_pages_in_a_row_that_are_shown_once(paper: Paper) -> None:
    """Same labels, other values; a warning before the first is none before the second."""
    details = paper.pages["secure_endpoint"][2]
    paper.pages["secure_endpoint"].append({**details, "title": "Recovery"})
    onwards = [*CREATE["clicks"], {"do": "open", "label": "Back"}]
    with pytest.raises(Confused, match="nobody warned me before 'Back'"):
        Person(paper, {ADMINISTRATOR}, {}).perform([changed(CREATE, clicks=onwards)])
    with pytest.raises(Confused, match="nobody warned me before 'Create'"):
        Person(paper, {ADMINISTRATOR}, {}).perform([changed(CREATE, clicks=onwards, warning_before="Back")])


def test_a_toggle_that_does_not_stay() -> None:
    class Stubborn(Paper):
        def _do(self, session: str, do: str, label: str, value: str) -> Any:
            return {"page": self._page()} if do == "turn_on" else super()._do(session, do, label, value)

    with pytest.raises(Confused, match="does not stay on"):
        Person(Stubborn(), {"Owner"}, {CLIENT_ID: ID, API_KEY: KEY}).perform([CONNECT])


def test_a_secret_that_the_vault_does_not_hold(paper: Paper) -> None:
    with pytest.raises(Confused, match="nobody says what to fill into 'API Key'"):
        Person(paper, {"Owner"}, {CLIENT_ID: ID}).perform([CONNECT])


# At the lab's own consoles.

ROLES = {ADMINISTRATOR, "Administrator"}
HOSTS = {"nam": "api.amp.cisco.com", "eu": "api.eu.amp.cisco.com", "apjc": "api.apjc.amp.cisco.com"}
DELETE: Step = {
    "id": "delete",
    "product": "Cisco Secure Endpoint",
    "url": CREATE["url"],
    "role": ADMINISTRATOR,
    "action": "Delete the API credential Duo.",
    "clicks": [{"do": "open", "label": "Duo"}, {"do": "press", "label": "Delete"}],
    "fields": [],
    "warning": "Whoever uses it is locked out.",
    "warning_before": "Delete",
    "then": "Run this again.",
}
DISCONNECT: Step = {
    "id": "disconnect",
    "product": "Duo Admin Panel",
    "url": CONNECT["url"],
    "role": CONNECT["role"],
    "action": "Switch the integration off.",
    "clicks": [
        {"do": "open", "label": "Trusted Endpoints"},
        {"do": "open", "label": "Cisco Secure Endpoint"},
        {"do": "turn_off", "label": "Enable Cisco Secure Endpoint Integration"},
    ],
    "fields": [],
    "then": "Run this again.",
}


def accepted(lab: Lab, vault: dict[str, str]) -> set[str]:
    """The regions that accept what the vault holds."""
    pair = (vault[CLIENT_ID], vault[API_KEY])
    return {
        region
        for region, host in lab.secure_endpoint.hosts.items()
        if requests.get(f"https://{host}/v1/version", auth=pair, verify=lab.ca_path, timeout=5).status_code == 200
    }


def integration(lab: Lab) -> Any:
    return lab.state("duo", "cisco_secure_endpoint_integration")


def in_region(step: Step, region: str) -> Step:
    return changed(step, url=f"https://{HOSTS[region].replace('api.', 'console.', 1)}/api_credentials")


@pytest.mark.parametrize("region", HOSTS)
def test_all_by_hand(lab: Lab, region: str) -> None:
    vault: dict[str, str] = {}
    person = Person(lab, ROLES, vault)
    person.perform([in_region(CREATE, region), with_click(CONNECT, 9, value=HOSTS[region])])
    assert accepted(lab, vault) == {region}
    made = lab.state("secure_endpoint", "credentials")[-1]
    assert (made["name"], made["scope"], made["client_id"]) == ("Duo", "read_only", vault[CLIENT_ID])
    assert integration(lab) == {
        "client_id": vault[CLIENT_ID],
        "api_key": vault[API_KEY],
        "hostname": HOSTS[region],
        "enabled": True,
    }
    assert not lab.state("secure_endpoint", "lost")

    person.perform([DISCONNECT, in_region(DELETE, region)])
    assert integration(lab)["enabled"] is False
    assert accepted(lab, vault) == set()
    assert vault[API_KEY] not in "".join(person.deeds)


def test_the_scope_is_the_one_asked_for(lab: Lab) -> None:
    Person(lab, ROLES, {}).perform([with_field(CREATE, "Scope", value="Read & Write")])
    assert lab.state("secure_endpoint", "credentials")[-1]["scope"] == "read_write"


def test_a_pair_that_duo_refuses(lab: Lab) -> None:
    with pytest.raises(Confused) as caught:
        Person(lab, ROLES, {CLIENT_ID: ID, API_KEY: KEY}).perform([CONNECT])
    assert caught.value.click in (8, 9)
    assert KEY not in str(caught.value)
    assert integration(lab) is None


def test_a_page_that_is_not_there(lab: Lab) -> None:
    with pytest.raises(Confused, match="step create: the console says: "):
        Person(lab, ROLES, {}).perform([changed(CREATE, url="https://console.example/api_credentials")])


@pytest.mark.parametrize(("step", "click", "why"), MISLEADING.values(), ids=MISLEADING)
def test_the_lab_shows_what_paper_shows(lab: Lab, step: Step, click: int, why: str) -> None:
    """The paper consoles above are no kinder and no stricter than the lab's."""
    made = lab.patch("secure_endpoint", "add_credential", name="Made before")
    with pytest.raises(Confused) as caught:
        Person(lab, ROLES, {CLIENT_ID: made["client_id"], API_KEY: made["api_key"]}).perform([step])
    assert caught.value.click == click
    lost = lab.state("secure_endpoint", "lost")
    assert not lost


# What the collection hands over.


@pytest.mark.parametrize("region", HOSTS)
@pytest.mark.parametrize("scope", ["read_only", "read_write"])
def test_what_the_collection_hands_over(lab: Lab, region: str, scope: str) -> None:
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    vault: dict[str, str] = {}
    person = Person(lab, ROLES, vault)
    person.perform([console_steps.create_credential(region, "Duo", scope).as_dict()])
    assert accepted(lab, vault) == {region}
    assert lab.state("secure_endpoint", "credentials")[-1]["scope"] == scope

    person.perform([panel_steps.add_edr_integration(API_HOST, vault[CLIENT_ID], region).as_dict()])
    assert (integration(lab)["api_key"], integration(lab)["enabled"]) == (vault[API_KEY], True)
    assert integration(lab)["hostname"] == HOSTS[region]

    removal = (
        panel_steps.remove_edr_integration(API_HOST),
        console_steps.delete_credential(region, "Duo"),
    )
    person.perform([step.as_dict() for step in removal])
    assert integration(lab)["enabled"] is False
    assert accepted(lab, vault) == set()


def test_all_at_once_before_anything_is_known(lab: Lab) -> None:
    """The Client ID is in no hand-off yet, but in the vault by the time it is needed."""
    vault: dict[str, str] = {}
    steps = (
        console_steps.create_credential("apjc", "Duo"),
        panel_steps.add_edr_integration(API_HOST),
    )
    Person(lab, ROLES, vault).perform([step.as_dict() for step in steps])
    assert integration(lab)["client_id"] == vault[CLIENT_ID]


def test_a_private_cloud(lab: Lab) -> None:
    vault: dict[str, str] = {}
    step = console_steps.create_credential(lab.secure_endpoint.hosts["nam"], "Duo").as_dict()
    Person(lab, ROLES, vault).perform([step])
    assert accepted(lab, vault) == {"nam"}


# As a command.


@pytest.fixture
def files(lab: Lab, tmp_path: Path) -> dict[str, Path]:
    """What the command line names: a state file that leads to this lab, a hand-off, a vault that is not there yet."""
    info = {"pid": os.getpid(), "control_url": lab.control_url, "ca_path": lab.ca_path}
    access = {name: asdict(getattr(lab, name)) for name in ("duo", "ise", "secure_endpoint", "cii", "safe")}
    files = {name: tmp_path / f"{name}.json" for name in ("state-file", "handoff", "vault")}
    files["state-file"].write_text(json.dumps({**info, **access}))
    files["handoff"].write_text(json.dumps([CREATE, CONNECT]))
    return files


def command(files: dict[str, Path], *more: str) -> int:
    return main(["person", *(part for name, path in files.items() for part in (f"--{name}", str(path))), *more])


def test_as_a_command(lab: Lab, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert command(files) == 0
    vault = json.loads(files["vault"].read_text())
    assert stat.S_IMODE(files["vault"].stat().st_mode) == 0o600
    assert accepted(lab, vault) == {"eu"}
    assert integration(lab)["api_key"] == vault[API_KEY]
    shown = capsys.readouterr()
    assert "create: copied 'API Key' to secure_endpoint_api_key\n" in shown.out
    assert not [secret for secret in lab.secrets() if secret in shown.out + shown.err]


def test_the_vault_is_read_and_others_things_stay(lab: Lab, files: dict[str, Path]) -> None:
    mine = {CLIENT_ID: lab.secure_endpoint.client_id, API_KEY: lab.secure_endpoint.api_key, "other": "x"}
    files["vault"].write_text(json.dumps(mine))
    files["vault"].chmod(0o644)
    files["handoff"].write_text(json.dumps([CONNECT]))
    assert command(files, "--role", "Application Manager") == 0
    assert integration(lab)["client_id"] == lab.secure_endpoint.client_id
    assert json.loads(files["vault"].read_text()) == mine
    assert stat.S_IMODE(files["vault"].stat().st_mode) == 0o600


def test_a_confused_person_keeps_what_they_copied(
    lab: Lab, files: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    files["handoff"].write_text(json.dumps([CREATE, with_click(CONNECT, 1, label="Devices")]))
    assert command(files) == 1
    assert accepted(lab, json.loads(files["vault"].read_text())) == {"eu"}
    assert "step connect, click 1: no 'Devices' to open. On the page 'Dashboard'" in capsys.readouterr().err


def test_the_wrong_person(lab: Lab, files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert command(files, "--role", "Help Desk") == 1
    assert "I am no Secure Endpoint administrator, I am Help Desk" in capsys.readouterr().err
    assert [item["name"] for item in lab.state("secure_endpoint", "credentials")] == ["Monitoring", "SOAR"]


@pytest.mark.parametrize("content", ["{", "[]"])
def test_no_vault(lab: Lab, files: dict[str, Path], content: str, capsys: pytest.CaptureFixture[str]) -> None:
    files["vault"].write_text(content)
    assert command(files) == 1
    assert "take files with JSON" in capsys.readouterr().err
    assert files["vault"].read_text() == content
