# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only consoles do: the tenant from the Duo Admin Panel, integrations and API clients in that of the tenant."""

from __future__ import annotations

import pytest
from lab import Lab

from .cii_probe import LIST, CiiProbe
from .secure_endpoint_probe import Person

URL, ROLE = "https://dashboard.oort.io", "Identity Intelligence administrator"
READ = ("adminapi_admins_read", "adminapi_info", "adminapi_read_log", "adminapi_read_resource")


def set_up(lab: Lab, name: str = "corp-example") -> Person:
    """Somebody who has gone as far as the sign-on."""
    owner = Person(lab, "duo", "https://admin.duosecurity.com", "Owner")
    owner.do("open", "Monitoring")
    owner.do("open", "Cisco Identity Intelligence")
    owner.do("press", "Submit and start setup")
    owner.do("fill", "Organization name", name)
    owner.do("press", "Next")
    return owner


def test_the_set_up_makes_the_tenant_and_its_duo_side(lab: Lab) -> None:
    lab.patch("cii", "remove_tenant")
    with pytest.raises(ValueError, match="no organization"):
        Person(lab, "cii", URL, ROLE)
    owner = set_up(lab)
    owner.do("turn_on", "Enable Event Streaming")
    owner.do("press", "Next")
    owner.do("fill", "Duo SSO connection name", "Corp Example")
    owner.do("press", "Finish")
    owner.do("press", "Launch Identity Intelligence")
    tenant = lab.state("cii")
    assert tenant["organization"] == "corp-example" and tenant["sso"]["connection_name"] == "Corp Example"
    (made,) = tenant["integrations"]
    assert (made["event_streaming"], made["write"]) == (True, False)
    app = lab.state("duo", "applications")[-1]
    assert app["name"] == "Cisco Identity Intelligence"
    assert {flag for flag, on in app["flags"].items() if on} == set(READ)


def test_an_organization_name_has_rules_and_only_owners_come_here(lab: Lab) -> None:
    lab.patch("cii", "remove_tenant")
    with pytest.raises(ValueError, match="lower-case"):
        set_up(lab, "Corp Example")
    other = Person(lab, "duo", "https://admin.duosecurity.com", "Administrator")
    assert "Monitoring" not in other.page["links"]


def test_an_api_client_is_made_in_the_console(lab: Lab) -> None:
    person = Person(lab, "cii", URL, ROLE)
    person.do("open", "Integrations")
    person.do("press", "Add Integration")
    person.do("press", "Add API Client")
    person.do("fill", "Name", "Ansible")
    person.do("press", "Save and generate credentials")
    assert person.page["shown_once"] and person.do("copy", "API URL") == lab.cii.api_url
    pair = {"client_id": person.do("copy", "Client ID"), "client_secret": person.do("copy", "Client Secret")}
    assert CiiProbe(lab).token(**pair).status_code == 200
    assert pair["client_secret"] in lab.secrets()


def form(lab: Lab, flags: tuple[str, ...] = READ, host: str = "api-0123abcd.duosecurity.com") -> Person:
    """Somebody who has filled in the form of an additional Duo integration."""
    key = lab.patch("duo", "add_application", name="CII", type="adminapi", flags=dict.fromkeys(flags, 1))
    secret = next(app["secret_key"] for app in lab.state("duo", "applications") if app["integration_key"] == key)
    person = Person(lab, "cii", URL, ROLE)
    person.do("open", "Integrations")
    person.do("press", "Add Integration")
    person.do("open", "Duo")
    filled = {"Display name": "Subsidiary", "API hostname": host, "Integration key": key, "Secret key": secret}
    for label, value in filled.items():
        person.do("fill", label, value)
    return person


def test_an_additional_integration_brings_other_people(lab: Lab) -> None:
    person = form(lab)
    person.do("open", "Advanced Settings")
    person.do("turn_on", "Users")
    person.do("press", "Connect")
    person.do("open", "Subsidiary")
    person.do("press", "Test Connectivity")
    assert person.page["values"] == {"Connectivity": "Success"}
    probe = CiiProbe(lab)
    probe.log_in()
    assert "subsidiary" not in str(probe.data(LIST, n=500))
    person.do("press", "Collect Now")
    assert "subsidiary" in str(probe.data(LIST, n=500))
    made = lab.state("cii", "integrations")[-1]
    assert (made["name"], made["data_types"], made["event_streaming"]) == ("Subsidiary", ["Users"], False)


@pytest.mark.parametrize(
    ("how", "words"), [({"host": "https://api-0123abcd.duosecurity.com"}, "https"), ({"flags": READ[1:]}, "admins")]
)
def test_a_form_that_does_not_fit(lab: Lab, how: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        form(lab, **how).do("press", "Connect")


def test_push_needs_the_keys_of_an_auth_api_application(lab: Lab) -> None:
    person = form(lab)
    person.do("turn_on", "Support Push Verification")
    with pytest.raises(ValueError, match="Auth API integration key"):
        person.do("press", "Connect")
    auth = next(app for app in lab.state("duo", "applications") if app["api"] == "auth")
    person.do("fill", "Auth API integration key", auth["integration_key"])
    person.do("fill", "Auth API secret key", auth["secret_key"])
    person.do("press", "Connect")
    assert lab.state("cii", "integrations")[-1]["auth_integration_key"] == auth["integration_key"]
