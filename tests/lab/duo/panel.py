# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the Duo Admin Panel that a hand-off leads to: applications, and where Trusted Endpoints and its link to
Cisco Secure Endpoint are set up.

Labels as in the Duo documentation, trusted-endpoints-cisco-amp. What the panel says of a pair that fails the test is
not published; here Hostname stays empty.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from ..console import Button, Field, Page, Toggle
from .applications import Application
from .identity_intelligence import MONITORING, OWNER, IdentityIntelligenceSetup
from .trusted_endpoints import CISCO, CiscoIntegration

if TYPE_CHECKING:
    from .state import DuoState

URL = "https://admin.duosecurity.com"
ROLES = ("Owner", "Administrator", "Application Manager")
TRUSTED_ENDPOINTS, APPLICATIONS = "Trusted Endpoints", "Applications"
DEVICE_TOOLS, EDR_SYSTEMS = "Device Management Tools", "Endpoint Detection & Response Systems"
CLIENT_ID, API_KEY, HOSTNAME = "Client ID", "API Key", "Hostname"
ENABLE = "Enable Cisco Secure Endpoint Integration"


class CredentialJudge(Protocol):
    """What Duo asks of Cisco Secure Endpoint."""

    def judge_credential(self, client_id: str, api_key: str) -> str | None:
        """The host that accepts the pair, None if no region does."""


class Panel:
    """Builds the pages."""

    def __init__(self, duo: DuoState) -> None:
        self._duo = duo

    def start(self, url: str, role: str) -> Page:
        """The dashboard, from which everything is reached. Raises ValueError for another URL or role."""
        if url.rstrip("/") != URL:
            raise ValueError(f"there is no page {url}")
        if role not in ROLES:
            raise ValueError(f"{role} may not set up {TRUSTED_ENDPOINTS}; {', '.join(ROLES)} may")
        return self._dashboard(role)

    def _dashboard(self, role: str) -> Page:
        links = {**self._menu(), APPLICATIONS: self._applications}
        if role == OWNER:
            links[MONITORING] = IdentityIntelligenceSetup(self._duo.peers["cii"]).monitoring
        return Page("Dashboard", links=links)

    def _applications(self) -> Page:
        return Page(APPLICATIONS, links={app.name: self._application(app) for app in self._duo.applications.values()})

    def _application(self, app: Application) -> Callable[[], Page]:
        values = {"Integration key": app.integration_key, "Secret key": app.secret_key}
        return lambda: Page(app.name, links={APPLICATIONS: self._applications}, values=values)

    def _menu(self) -> dict[str, Callable[[], Page]]:
        """What the side of every page offers."""
        return {TRUSTED_ENDPOINTS: self._integrations}

    def _integrations(self) -> Page:
        trusted = self._duo.trusted
        links = {name: self._management(name) for name in trusted.management}
        if trusted.cisco is not None:
            links[CISCO] = self._cisco
        label = "Add Integration" if links else "Get started"
        button = Button(lambda page: self._catalogue(DEVICE_TOOLS))
        return Page(TRUSTED_ENDPOINTS, links=links, buttons={label: button})

    def _management(self, name: str) -> Callable[[], Page]:
        # Such an integration is set up out of band.
        return lambda: Page(name, links=self._menu())

    def _catalogue(self, tab: str) -> Page:
        """One page with two tabs."""
        links = {name: self._tab(name) for name in (DEVICE_TOOLS, EDR_SYSTEMS)}
        if tab == EDR_SYSTEMS:
            links[CISCO] = self._offer
        return Page("Add Management Tools Integration", links={**self._menu(), **links})

    def _tab(self, name: str) -> Callable[[], Page]:
        return lambda: self._catalogue(name)

    def _offer(self) -> Page:
        # Whether a second one can be added is not published. Here it takes the place of the first.
        return Page(CISCO, links=self._menu(), buttons={"Add this integration": Button(lambda page: self._cisco())})

    def _cisco(self) -> Page:
        """The page of the integration, before and after it is saved."""
        saved = self._duo.trusted.cisco
        page = Page(
            CISCO,
            links=self._menu(),
            fields={
                CLIENT_ID: Field("" if saved is None else saved.client_id, required=True),
                API_KEY: Field(required=True, masked=True),
            },
            values={HOSTNAME: "" if saved is None else saved.hostname},
        )
        form = CiscoForm(self._duo)
        page.buttons = {
            "Test Integration": Button(form.test),
            "Save Integration": Button(lambda filled: self._save(form, filled)),
        }
        if saved is not None:
            page.toggles = {ENABLE: Toggle(saved.enabled, self._turn)}
        return page

    def _save(self, form: CiscoForm, page: Page) -> Page:
        client_id, api_key, host = form.tested(page)
        saved = self._duo.trusted.cisco
        enabled = saved is not None and saved.enabled
        self._duo.trusted.cisco = CiscoIntegration(client_id, api_key, host, enabled)
        return self._cisco()

    def _turn(self, on: bool) -> None:
        if self._duo.trusted.cisco is None:
            raise ValueError("the integration was removed meanwhile")
        self._duo.trusted.cisco.enabled = on


class CiscoForm:
    """Remembers which pair has passed the test: no other one is saved."""

    def __init__(self, duo: DuoState) -> None:
        self._judge = cast(CredentialJudge, duo.peers["secure_endpoint"])
        self._passed: tuple[str, str, str] | None = None

    def test(self, page: Page) -> Page:
        """Asks Cisco Secure Endpoint in every region; Hostname shows the one that knows the pair."""
        client_id, api_key = _pair(page)
        host = self._judge.judge_credential(client_id, api_key) or ""
        self._passed = (client_id, api_key, host) if host else None
        page.values[HOSTNAME] = host
        return page

    def tested(self, page: Page) -> tuple[str, str, str]:
        """Client ID, key and host. Raises ValueError unless exactly what is filled in has passed the test."""
        if self._passed is None or self._passed[:2] != _pair(page):
            raise ValueError(f"{page.title}: what is filled in has not passed Test Integration")
        return self._passed


def _pair(page: Page) -> tuple[str, str]:
    return page.fields[CLIENT_ID].value.strip(), page.fields[API_KEY].value.strip()
