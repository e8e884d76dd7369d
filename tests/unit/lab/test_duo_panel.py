# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Admin Panel of the simulated Duo, as a person sees it."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

URL = "https://admin.duosecurity.com"
TABS = ["Device Management Tools", "Endpoint Detection & Response Systems"]
CISCO = "Cisco Secure Endpoint"
ENABLE = "Enable Cisco Secure Endpoint Integration"
EU = "api.eu.amp.cisco.com"

Page = dict[str, Any]


class Visit:
    """One person's way through the panel."""

    def __init__(self, lab: Lab, role: str = "Owner", url: str = URL) -> None:
        self._lab = lab
        opened = lab.patch("duo", "console_open", url=url, role=role)
        self._session = opened["session"]
        self.page: Page = opened["page"]

    def __call__(self, do: str, label: str, value: str = "") -> Page:
        """One action; the page after it. Raises ValueError in the panel's words."""
        answer = self._lab.patch("duo", "console_do", session=self._session, do=do, label=label, value=value)
        self.page = answer["page"]
        return self.page

    def to_the_form(self) -> Page:
        """To the page with the two fields."""
        button = self("open", "Trusted Endpoints")["buttons"][0]
        self("press", button)
        self("open", TABS[1])
        self("open", CISCO)
        return self("press", "Add this integration")

    def fill(self, client_id: str, api_key: str) -> None:
        self("fill", "Client ID", client_id)
        self("fill", "API Key", api_key)


def integration(lab: Lab) -> dict[str, Any] | None:
    found: dict[str, Any] | None = lab.state("duo", "cisco_secure_endpoint_integration")
    return found


@pytest.fixture
def visit(lab: Lab) -> Visit:
    """An owner at the dashboard."""
    return Visit(lab)


def refused(visit: Visit, do: str, label: str, value: str = "") -> str:
    """The panel's words."""
    with pytest.raises(ValueError) as caught:
        visit(do, label, value)
    return str(caught.value)


@pytest.mark.parametrize("role", ["Owner", "Administrator", "Application Manager"])
def test_who_may_come_in(lab: Lab, role: str) -> None:
    page = Visit(lab, role, f"{URL}/").page
    monitoring = ["Monitoring"] if role == "Owner" else []
    assert (page["title"], page["links"]) == ("Dashboard", ["Trusted Endpoints", "Applications", *monitoring])


@pytest.mark.parametrize(
    ("role", "url"),
    [
        ("Help Desk", URL),
        ("Secure Endpoint administrator", URL),
        ("Owner", "https://admin.duofederal.com"),
        ("Owner", f"{URL}/policies"),
    ],
)
def test_who_may_not(lab: Lab, role: str, url: str) -> None:
    with pytest.raises(ValueError):
        Visit(lab, role, url)


def test_the_way_to_the_form(visit: Visit) -> None:
    page = visit("open", "Trusted Endpoints")
    assert (page["title"], page["buttons"], page["links"]) == ("Trusted Endpoints", ["Get started"], [])
    page = visit("press", "Get started")
    assert page["title"] == "Add Management Tools Integration"
    assert set(TABS) <= set(page["links"]) and CISCO not in page["links"]
    assert CISCO in visit("open", TABS[1])["links"]
    assert CISCO not in visit("open", TABS[0])["links"]
    visit("open", TABS[1])
    page = visit("open", CISCO)
    assert (page["title"], page["buttons"]) == (CISCO, ["Add this integration"])
    page = visit("press", "Add this integration")
    assert (page["title"], page["buttons"]) == (CISCO, ["Test Integration", "Save Integration"])
    assert page["fields"] == dict.fromkeys(("Client ID", "API Key"), {"choices": None, "value": ""})
    assert (page["values"], page["toggles"], page["shown_once"]) == ({"Hostname": ""}, {}, False)


@pytest.mark.parametrize("name", ["eu", "nam", "apjc"])
def test_linking_cisco_secure_endpoint(lab: Lab, visit: Visit, name: str) -> None:
    added = {"name": f"Duo {name}", "scope": "read_only", "region": name}
    lab.patch("secure_endpoint", "add_credential", **added)
    (pair,) = [item for item in lab.state("secure_endpoint", "credentials") if item["name"] == f"Duo {name}"]
    visit.to_the_form()
    visit.fill(f" {pair['client_id']}\n", pair["api_key"])
    hosts = {"eu": EU, "nam": "api.amp.cisco.com", "apjc": "api.apjc.amp.cisco.com"}
    assert visit("press", "Test Integration")["values"] == {"Hostname": hosts[name]}
    assert integration(lab) is None
    visit("expect", "Hostname", hosts[name])
    page = visit("press", "Save Integration")
    assert (page["toggles"], page["values"]) == ({ENABLE: False}, {"Hostname": hosts[name]})
    saved = {"client_id": pair["client_id"], "api_key": pair["api_key"], "hostname": hosts[name]}
    assert integration(lab) == {**saved, "enabled": False}
    assert visit("turn_on", ENABLE)["toggles"] == {ENABLE: True}
    assert integration(lab) == {**saved, "enabled": True}
    assert pair["api_key"] not in str(visit.page)


def test_nothing_is_saved_untested(lab: Lab, visit: Visit) -> None:
    pair = lab.secure_endpoint
    visit.to_the_form()
    assert "'Client ID', 'API Key' must be filled in" in refused(visit, "press", "Test Integration")
    visit.fill(pair.client_id, pair.api_key)
    assert "Test Integration" in refused(visit, "press", "Save Integration")
    visit("press", "Test Integration")
    visit("fill", "API Key", "something else")
    assert "Test Integration" in refused(visit, "press", "Save Integration")
    assert integration(lab) is None


def test_a_wrong_pair(lab: Lab, visit: Visit) -> None:
    pair = lab.secure_endpoint
    visit.to_the_form()
    visit.fill(pair.client_id, pair.api_key)
    visit("press", "Test Integration")
    for client_id, api_key in ((pair.client_id, "0" * 36), ("0" * 20, pair.api_key)):
        visit.fill(client_id, api_key)
        assert visit("press", "Test Integration")["values"] == {"Hostname": ""}
        assert "Hostname" in refused(visit, "expect", "Hostname")
        assert "Test Integration" in refused(visit, "press", "Save Integration")
    visit.fill(pair.client_id, pair.api_key)
    assert "Test Integration" in refused(visit, "press", "Save Integration")
    assert integration(lab) is None


def test_a_deleted_credential_does_not_pass(lab: Lab, visit: Visit) -> None:
    pair = lab.secure_endpoint
    lab.patch("secure_endpoint", "delete_credential", name="Monitoring")
    visit.to_the_form()
    visit.fill(pair.client_id, pair.api_key)
    assert visit("press", "Test Integration")["values"] == {"Hostname": ""}


def test_an_integration_that_is_there(lab: Lab, visit: Visit) -> None:
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    linked = {"client_id": "1" * 20, "api_key": "stored-by-duo", "hostname": EU, "enabled": True}
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration=linked)
    assert "stored-by-duo" in lab.secrets()
    page = visit("open", "Trusted Endpoints")
    assert (page["buttons"], page["links"]) == (["Add Integration"], ["Intune with Duo Desktop", CISCO])
    assert visit("open", "Intune with Duo Desktop")["title"] == "Intune with Duo Desktop"
    visit("open", "Trusted Endpoints")
    page = visit("open", CISCO)
    assert (page["values"], page["toggles"]) == ({"Hostname": EU}, {ENABLE: True})
    assert (page["fields"]["Client ID"]["value"], page["fields"]["API Key"]["value"]) == ("1" * 20, "")
    assert visit("turn_off", ENABLE)["toggles"] == {ENABLE: False}
    assert integration(lab) == {**linked, "enabled": False}


def test_another_pair_takes_the_place_of_the_first(lab: Lab, visit: Visit) -> None:
    pair = lab.secure_endpoint
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={"api_key": "stored-by-duo"})
    visit.to_the_form()
    visit.fill(pair.client_id, pair.api_key)
    visit("press", "Test Integration")
    page = visit("press", "Save Integration")
    assert page["toggles"] == {ENABLE: True}
    saved = {"client_id": pair.client_id, "api_key": pair.api_key, "hostname": EU, "enabled": True}
    assert integration(lab) == saved
    assert "stored-by-duo" not in lab.secrets()


def test_a_toggle_of_what_is_gone(lab: Lab, visit: Visit) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    visit("open", "Trusted Endpoints")
    visit("open", CISCO)
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    assert "removed" in refused(visit, "turn_off", ENABLE)


def test_the_panel_is_not_in_the_journal(lab: Lab, visit: Visit) -> None:
    """What a person does at a console is no request of a client."""
    visit.to_the_form()
    assert lab.requests("duo") == []
