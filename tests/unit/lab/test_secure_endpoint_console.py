# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console of the simulated Secure Endpoint: the only place where a credential is made or deleted."""

from __future__ import annotations

import pytest
from lab import Lab
from lab.secure_endpoint.state import SecureEndpointState
from lab.store import Clock, Switches

from .secure_endpoint_probe import ADMINISTRATOR, Person, SecureEndpointProbe

CONSOLES = {"nam": "console.amp.cisco.com", "eu": "console.eu.amp.cisco.com", "apjc": "console.apjc.amp.cisco.com"}


@pytest.fixture
def probe(lab: Lab) -> SecureEndpointProbe:
    return SecureEndpointProbe(lab)


def created(person: Person, name: str = "Duo", scope: str = "") -> tuple[str, str]:
    """Client ID and API key of a new credential."""
    person.do("press", "New API Credential")
    person.do("fill", "Application name", name)
    if scope:
        person.do("fill", "Scope", scope)
    person.do("press", "Create")
    return person.do("copy", "3rd Party API Client ID"), person.do("copy", "API Key")


@pytest.mark.parametrize(("region", "host"), CONSOLES.items())
def test_a_credential_made_by_hand_is_valid_where_it_was_made(
    lab: Lab, probe: SecureEndpointProbe, region: str, host: str
) -> None:
    person = Person(lab, "secure_endpoint", f"https://{host}/api_credentials", ADMINISTRATOR)
    assert (person.page["title"], person.page["buttons"]) == ("API Credentials", ["New API Credential"])
    assert person.page["links"] == (["Monitoring", "SOAR"] if region == "eu" else [])
    pair = created(person)
    accepted = [at for at in CONSOLES if probe.call("GET", "version", region=at, auth=pair).status_code == 200]
    assert accepted == [region]
    assert pair[1] in lab.secrets()
    person.do("open", "API Credentials")
    assert person.page["links"][-1] == "Duo"
    assert lab.state("secure_endpoint", "lost") == []
    assert [row for row in lab.requests() if row["method"] != "GET"] == []


def test_the_dialog(probe: SecureEndpointProbe) -> None:
    person = probe.open()
    person.do("press", "New API Credential")
    assert person.page["buttons"] == ["Cancel", "Create"]
    assert person.page["fields"] == {
        "Application name": {"choices": None, "value": ""},
        "Scope": {"choices": ["Read-only", "Read & Write"], "value": "Read-only"},
    }
    with pytest.raises(ValueError, match="Application name"):
        person.do("press", "Create")
    person.do("press", "Cancel")
    assert person.page["title"] == "API Credentials"
    assert list(probe.pairs()) == ["Monitoring", "SOAR"]


@pytest.mark.parametrize(("scope", "status"), [("", 403), ("Read-only", 403), ("Read & Write", 404)])
def test_the_scope_is_what_was_chosen(probe: SecureEndpointProbe, scope: str, status: int) -> None:
    pair = created(probe.open(), scope=scope)
    assert probe.call("PATCH", "computers/x", {"group_guid": "y"}, auth=pair).status_code == status


def test_a_key_is_shown_once(lab: Lab, probe: SecureEndpointProbe) -> None:
    person = probe.open()
    person.do("press", "New API Credential")
    person.do("fill", "Application name", "Duo")
    person.do("press", "Create")
    assert (person.page["title"], person.page["shown_once"]) == ("API Key Details", True)
    person.do("copy", "3rd Party API Client ID")
    person.do("open", "API Credentials")
    assert lab.state("secure_endpoint", "lost") == [{"title": "API Key Details", "labels": ["API Key"]}]
    person.do("open", "Duo")
    assert person.page["values"] == {}


def test_a_taken_name(probe: SecureEndpointProbe) -> None:
    person = probe.open()
    with pytest.raises(ValueError, match="already"):
        created(person, "Monitoring")
    assert person.do("fill", "Application name", "Monitoring 2") is None
    person.do("press", "Create")
    assert person.page["title"] == "API Key Details"


def test_deleting(probe: SecureEndpointProbe) -> None:
    person, other = probe.open(), probe.open()
    other.do("open", "Monitoring")
    person.do("open", "Monitoring")
    assert (person.page["title"], person.page["buttons"]) == ("Monitoring", ["Delete"])
    person.do("press", "Delete")
    assert (person.page["title"], person.page["links"]) == ("API Credentials", ["SOAR"])
    assert probe.call("GET", "version").status_code == 401
    with pytest.raises(ValueError, match="any more"):
        other.do("press", "Delete")


def test_a_deleted_credential_does_not_come_back_under_its_name(probe: SecureEndpointProbe) -> None:
    person = probe.open()
    first = created(person)
    person.do("open", "API Credentials")
    person.do("open", "Duo")
    person.do("press", "Delete")
    second = created(person)
    assert set(first).isdisjoint(second)
    assert probe.call("GET", "version", auth=first).status_code == 401
    assert probe.call("GET", "version", auth=second).status_code == 200


@pytest.mark.parametrize(
    ("url", "role"),
    [
        ("https://console.eu.amp.cisco.com/", ADMINISTRATOR),
        ("http://console.eu.amp.cisco.com/api_credentials", ADMINISTRATOR),
        ("https://console.mars.amp.cisco.com/api_credentials", ADMINISTRATOR),
        ("https://api.eu.amp.cisco.com/api_credentials", ADMINISTRATOR),
        ("https://localhost:1/api_credentials", ADMINISTRATOR),
        ("https://console.eu.amp.cisco.com/api_credentials", "Helpdesk"),
    ],
)
def test_other_pages_and_other_people(lab: Lab, url: str, role: str) -> None:
    with pytest.raises(ValueError):
        lab.patch("secure_endpoint", "console_open", url=url, role=role)


def test_a_reset_ends_sessions(lab: Lab, probe: SecureEndpointProbe) -> None:
    person = probe.open()
    lab.reset()
    with pytest.raises(ValueError, match="no session"):
        person.do("press", "New API Credential")


def test_what_another_product_learns_of_a_pair() -> None:
    state = SecureEndpointState(Clock(), Switches(SecureEndpointState.SWITCHES), {})
    made = state.op_add_credential("Duo", region="apjc")
    access = state.access()
    assert state.judge_credential(made["client_id"], made["api_key"]) == "api.apjc.amp.cisco.com"
    assert state.judge_credential(access["client_id"], access["api_key"]) == "api.eu.amp.cisco.com"
    assert state.judge_credential(access["client_id"], made["api_key"]) is None
    state.op_delete_credential("Duo")
    assert state.judge_credential(made["client_id"], made["api_key"]) is None
