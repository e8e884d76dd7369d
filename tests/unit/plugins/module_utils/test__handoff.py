# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.steps import (
    add_edr_integration,
    remove_edr_integration,
)
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import (
    Click,
    Field,
    Output,
    Step,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.steps import (
    create_credential,
    delete_credential,
)

CLICKS = (Click("press", "New"), Click("fill", "Name"), Click("fill", "Key"), Click("copy", "ID"))
FIELDS = (Field("Name", "the option name", "Duo"), Field("Key", "the_key", secret=True))
OUTPUTS = (Output("ID", "the_id"),)
# What every hand-off has, whoever makes it, and what this collection adds.
AGREED = {"id", "product", "url", "role", "action", "fields", "then"}
ADDED = {
    "needs",
    "notes",
    "clicks",
    "outputs",
    "warning",
    "warning_before",
    "if_it_fails",
    "afterwards",
    "verification",
}


def step(**changes: Any) -> Step:
    """A step that can be followed, with changes."""
    usual: dict[str, Any] = {
        "id": "a_step",
        "product": "Some Console",
        "url": "https://console.example/page",
        "role": "administrator",
        "action": "Do it.",
        "clicks": CLICKS,
        "fields": FIELDS,
        "outputs": OUTPUTS,
    }
    return Step(**{**usual, **changes})


def test_a_step_as_a_task_returns_it() -> None:
    made = step(needs=("A key.",), warning="Mind the key.", warning_before="Key", verification="Seen.", then="Again.")
    assert made.as_dict() == {
        "id": "a_step",
        "product": "Some Console",
        "url": "https://console.example/page",
        "role": "administrator",
        "action": "Do it.",
        "needs": ["A key."],
        "notes": [],
        "clicks": [
            {"do": "press", "label": "New"},
            {"do": "fill", "label": "Name"},
            {"do": "fill", "label": "Key"},
            {"do": "copy", "label": "ID"},
        ],
        "fields": [
            {"label": "Name", "value": "Duo", "source": "the option name"},
            {"label": "Key", "secret": True, "source": "the_key"},
        ],
        "outputs": [{"label": "ID", "goes_to": "the_id", "secret": False}],
        "warning": "Mind the key.",
        "warning_before": "Key",
        "if_it_fails": "",
        "afterwards": "",
        "verification": "Seen.",
        "then": "Again.",
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clicks": CLICKS[:-1]}, "copy"),
        ({"clicks": (*CLICKS, Click("copy", "ID"))}, "copy"),
        ({"clicks": (*CLICKS, Click("copy", "Other"))}, "copy"),
        ({"clicks": (CLICKS[0], CLICKS[1], CLICKS[3])}, "fill"),
        ({"clicks": (*CLICKS, Click("fill", "Other"))}, "fill"),
        ({"clicks": (*CLICKS, Click("fill", "Name")), "fields": (*FIELDS, FIELDS[0])}, "fill"),
        ({"fields": FIELDS[:1]}, "fill"),
        ({"outputs": ()}, "copy"),
        ({"fields": (FIELDS[0], Field("Key", "the_key", "s3cr3t", secret=True))}, "secret"),
        ({"clicks": (*CLICKS, Click("dance", "Floor"))}, "dance"),
        ({"warning": "Mind the gap."}, "warning"),
        ({"warning": "Mind the gap.", "warning_before": "Nothing there"}, "warning"),
        ({"warning_before": "New"}, "warning"),
    ],
)
def test_a_step_that_nobody_could_follow_cannot_be_made(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        step(**changes)
    assert "s3cr3t" not in str(refused.value)


STEPS = [
    create_credential("eu", "Duo"),
    create_credential("nam", "Duo", "read_write"),
    delete_credential("apjc", "Duo"),
    add_edr_integration("api-1.duosecurity.com"),
    add_edr_integration("api-1.duosecurity.com", "0123456789abcdef0123", "eu"),
    remove_edr_integration("api-1.duosecurity.com"),
]


@pytest.mark.parametrize("made", STEPS, ids=lambda made: made.id)
def test_every_step_says_all_that_a_person_needs(made: Step) -> None:
    said = made.as_dict()
    assert said.keys() == AGREED | ADDED
    assert all(said[part] for part in ("id", "product", "url", "role", "action", "needs", "clicks", "verification"))
    sentences = [said["action"], *said["needs"], *said["notes"], said["verification"], said["then"], said["warning"]]
    sentences += [said["if_it_fails"], said["afterwards"]]
    assert all(sentence.endswith(".") for sentence in sentences if sentence)
    assert said["url"].startswith("https://")


def labels(made: Step) -> list[tuple[str, str]]:
    return [(click.do, click.label) for click in made.clicks]


def test_creating_a_credential() -> None:
    made = create_credential("eu", "Duo")
    assert labels(made) == [
        ("press", "New API Credential"),
        ("fill", "Application name"),
        ("fill", "Scope"),
        ("press", "Create"),
        ("copy", "3rd Party API Client ID"),
        ("copy", "API Key"),
    ]
    assert {field.label: field.value for field in made.fields} == {"Application name": "Duo", "Scope": "Read-only"}
    assert [(output.goes_to, output.secret) for output in made.outputs] == [
        ("secure_endpoint_client_id", False),
        ("secure_endpoint_api_key", True),
    ]
    assert (made.product, made.role) == ("Cisco Secure Endpoint", "Secure Endpoint administrator")
    assert made.warning_before == "Create" and "once" in made.warning and "Read & Write" not in made.warning


def test_a_credential_that_can_write_is_warned_about() -> None:
    made = create_credential("eu", "Robot", "read_write")
    assert made.fields[1].value == "Read & Write" and "make changes" in made.warning


@pytest.mark.parametrize(
    ("where", "page"),
    [
        ("nam", "https://console.amp.cisco.com/api_credentials"),
        ("eu", "https://console.eu.amp.cisco.com/api_credentials"),
        ("apjc", "https://console.apjc.amp.cisco.com/api_credentials"),
        ("api.eu.amp.cisco.com", "https://console.eu.amp.cisco.com/api_credentials"),
        ("API.amp.cisco.com", "https://console.amp.cisco.com/api_credentials"),
        ("console.corp.example:8443", "https://console.corp.example:8443/api_credentials"),
    ],
)
def test_the_page_of_a_region(where: str, page: str) -> None:
    assert create_credential(where, "Duo").url == page
    assert delete_credential(where, "Duo").url == page


def test_deleting_a_credential() -> None:
    made = delete_credential("eu", "Duo")
    assert labels(made) == [("open", "Duo"), ("press", "Delete")]
    assert made.warning_before == "Delete" and "stops working" in made.warning
    assert any("does not publish" in note for note in made.notes)
    assert made.warning.endswith("Make sure that its 3rd Party API Client ID is that of the right one.")
    known = delete_credential("eu", "Duo", "0123456789abcdef0123")
    assert known.warning.endswith("Make sure that its 3rd Party API Client ID is 0123456789abcdef0123.")


def test_adding_the_integration_in_duo() -> None:
    made = add_edr_integration("api-1.duosecurity.com", "0123456789abcdef0123", "eu")
    assert labels(made) == [
        ("open", "Trusted Endpoints"),
        ("press", "Add Integration"),
        ("open", "Endpoint Detection & Response Systems"),
        ("open", "Cisco Secure Endpoint"),
        ("press", "Add this integration"),
        ("fill", "Client ID"),
        ("fill", "API Key"),
        ("press", "Test Integration"),
        ("expect", "Hostname"),
        ("press", "Save Integration"),
        ("turn_on", "Enable Cisco Secure Endpoint Integration"),
    ]
    said = made.as_dict()
    assert said["clicks"][1]["or_label"] == "Get started"
    assert said["clicks"][8]["value"] == "api.eu.amp.cisco.com"
    # What Duo shows there is not documented.
    assert "It is expected, but not documented, that it shows api.eu.amp.cisco.com." in said["notes"][1]
    assert said["fields"] == [
        {"label": "Client ID", "value": "0123456789abcdef0123", "source": "secure_endpoint_client_id"},
        {"label": "API Key", "secret": True, "source": "secure_endpoint_api_key"},
    ]


def test_where_the_values_are_to_be_kept_is_reported() -> None:
    made = create_credential("eu", "Duo", keep_in="/srv/duo.yml")
    assert "in /srv/duo.yml, preferably encrypted with Ansible Vault, to the two values" in made.then
    assert "/srv" not in str(create_credential("eu", "Duo"))


def test_nothing_is_expected_of_what_nobody_knows() -> None:
    said = add_edr_integration("api-1.duosecurity.com").as_dict()
    assert len(said["notes"]) == 1
    assert said["clicks"][8] == {"do": "expect", "label": "Hostname"}
    assert said["fields"][0] == {"label": "Client ID", "source": "secure_endpoint_client_id"}


def test_removing_the_integration_in_duo() -> None:
    assert labels(remove_edr_integration("api-1.duosecurity.com")) == [
        ("open", "Trusted Endpoints"),
        ("open", "Cisco Secure Endpoint"),
        ("turn_off", "Enable Cisco Secure Endpoint Integration"),
    ]


@pytest.mark.parametrize(
    ("host", "panel"),
    [
        ("api-1.duosecurity.com", "https://admin.duosecurity.com"),
        ("localhost:8443", "https://admin.duosecurity.com"),
        ("api-1.duofederal.com", "https://admin.duofederal.com"),
        ("API-1.duofederal.com:443", "https://admin.duofederal.com"),
        ("duofederal.com.example", "https://admin.duosecurity.com"),
    ],
)
def test_the_admin_panel(host: str, panel: str) -> None:
    assert add_edr_integration(host).url == panel
    assert remove_edr_integration(host).url == panel
