# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the Duo Admin Panel that set up a tenant of Cisco Identity Intelligence.

Order and rules as in the Duo documentation, identity-security. The words on the buttons between the pages are a guess,
and what the tab OIDC asks for is not published: here it asks for nothing.
"""

from __future__ import annotations

import re
from typing import Any, Protocol, cast

from ..console import Button, Field, Page, Toggle
from ..store import ServiceState

OWNER, MONITORING, PRODUCT = "Owner", "Monitoring", "Cisco Identity Intelligence"
ORGANIZATION, WRITE, STREAMING = "Organization name", "Grant write resource", "Enable Event Streaming"
DUO_SSO, OIDC, CONNECTION = "Duo SSO", "OIDC", "Duo SSO connection name"


class Tenant(Protocol):
    """What the set-up makes."""

    organization: str

    def provision(self, organization: str, *, write: bool, streaming: bool, sso: dict[str, str]) -> None:
        """Raises ValueError while there is one already."""


class IdentityIntelligenceSetup:
    """One walk through the set-up, with what was chosen so far."""

    def __init__(self, service: ServiceState) -> None:
        self._tenant = cast(Tenant, service)
        self._organization = ""
        self._chosen: dict[str, bool] = {WRITE: False, STREAMING: False}

    def monitoring(self) -> Page:
        """The menu."""
        return Page(MONITORING, links={PRODUCT: self._begin})

    def _begin(self) -> Page:
        if self._tenant.organization:
            return Page(PRODUCT, buttons={"Launch Identity Intelligence": Button(self._launch)})
        return Page(PRODUCT, buttons={"Submit and start setup": Button(lambda page: self._name())})

    def _name(self) -> Page:
        def follow(page: Page) -> Page:
            self._organization = page.fields[ORGANIZATION].value
            if not re.fullmatch(r"[a-z0-9_-]+", self._organization):
                raise ValueError(f"{ORGANIZATION}: only lower-case letters, digits, underscores and dashes")
            return self._integration()

        return Page(PRODUCT, fields={ORGANIZATION: Field(required=True)}, buttons={"Next": Button(follow)})

    def _integration(self) -> Page:
        toggles = {name: Toggle(on, self._turner(name)) for name, on in self._chosen.items()}
        return Page(PRODUCT, toggles=toggles, buttons={"Next": Button(lambda page: self._sign_on(DUO_SSO))})

    def _turner(self, name: str) -> Any:
        def turn(on: bool) -> None:
            self._chosen[name] = on

        return turn

    def _sign_on(self, tab: str) -> Page:
        def finish(page: Page) -> Page:
            sso = {"method": tab}
            if tab == DUO_SSO:
                sso["connection_name"] = page.fields[CONNECTION].value
            self._tenant.provision(
                self._organization, write=self._chosen[WRITE], streaming=self._chosen[STREAMING], sso=sso
            )
            return self._begin()

        links = {name: self._tab(name) for name in (DUO_SSO, OIDC)}
        fields = {CONNECTION: Field(required=True)} if tab == DUO_SSO else {}
        return Page(PRODUCT, links=links, fields=fields, buttons={"Finish": Button(finish)})

    def _tab(self, name: str) -> Any:
        return lambda: self._sign_on(name)

    def _launch(self, page: Page) -> Page:
        return Page("Identity Intelligence")
