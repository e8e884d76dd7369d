# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console, as far as integrations and API clients are made there, and only there.

Labels as in the vendor's knowledge base, docs.oort.io. The labels of the credentials, the way to a data type and how an
integration is deleted are not published word by word; they are a guess, and so is that the credentials are shown once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from ..console import Button, Field, Page, Toggle
from . import seed

if TYPE_CHECKING:
    from .state import IdentityIntelligenceState, Integration

ROLE = "Identity Intelligence administrator"
DATA_TYPES = ("Users", "Groups", "Authentication logs", "Administrators")
PUSH = "Support Push Verification"
ADMIN_KEYS = ("Integration key", "Secret key")
AUTH_KEYS = ("Auth API integration key", "Auth API secret key")
READ = {"adminapi_admins_read", "adminapi_info", "adminapi_read_log", "adminapi_read_resource"}


class KeyJudge(Protocol):
    """What Identity Intelligence asks of Duo."""

    def judge_application(self, integration_key: str, secret_key: str) -> tuple[str, set[str]] | None:
        """The API that the key opens and the flags it has, None for a wrong pair."""


class Pages:
    """Builds the pages."""

    def __init__(self, state: IdentityIntelligenceState) -> None:
        self._state = state

    def start(self, url: str, role: str) -> Page:
        """The first page. Raises ValueError for another URL or role, and while there is no tenant."""
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.netloc not in (seed.CONSOLE, self._state.address):
            raise ValueError(f"there is no page {url}")
        if not self._state.organization:
            raise ValueError("no organization is set up")
        if role != ROLE:
            raise ValueError(f"{role} may not change integrations, {ROLE} may")
        return Page("Dashboard", links={"Integrations": self._integrations})

    def _integrations(self) -> Page:
        links = {item.name: self._opener(item) for item in self._state.integrations}
        return Page("Integrations", links=links, buttons={"Add Integration": Button(lambda page: self._catalogue())})

    def _catalogue(self) -> Page:
        return Page(
            "Add Integration",
            links={
                "Integrations": self._integrations,
                "Duo": lambda: DuoForm(self._state, self._integrations).page(),
                "Cisco ISE": self._ise_form,
            },
            buttons={"Add API Client": Button(lambda page: self._client_form())},
        )

    def _ise_form(self) -> Page:
        from .state import ISE, Integration

        def save(page: Page) -> Page:
            name = page.fields["Display name"].value
            made = Integration(seed.instance_id("ISE", name), name, ISE, self._state.clock.now())
            made.bootstrap_token = self._state.new_token()
            self._state.connect(made)
            values = {"Bootstrap endpoint": self._state.bootstrap_url, "Bootstrap token": made.bootstrap_token}
            links: dict[str, Callable[[], Page]] = {"Integrations": self._integrations}
            return Page("Install the agent", links=links, values=values, shown_once=True)

        return Page("Cisco ISE", fields={"Display name": Field(required=True)}, buttons={"Save": Button(save)})

    def _client_form(self) -> Page:
        def generate(page: Page) -> Page:
            client = self._state.create_client(page.fields["Name"].value)
            values = {
                "Client ID": client.client_id,
                "Client Secret": client.client_secret,
                "Token URL": self._state.token_url,
                "API URL": self._state.api_url,
            }
            links: dict[str, Callable[[], Page]] = {"Integrations": self._integrations}
            return Page("Credentials", links=links, values=values, shown_once=True)

        return Page(
            "Add API Client",
            fields={"Name": Field(required=True), "Description": Field()},
            buttons={"Save and generate credentials": Button(generate)},
        )

    def _opener(self, integration: Integration) -> Callable[[], Page]:
        return lambda: self._details(integration)

    def _details(self, integration: Integration, tested: str = "") -> Page:
        def test(page: Page) -> Page:
            return self._details(integration, integration.error or "Success")

        def collect(page: Page) -> Page:
            integration.collected = self._state.clock.now()
            return self._details(integration, tested)

        def delete(page: Page) -> Page:
            self._state.integrations.remove(integration)
            return self._integrations()

        buttons = {"Test Connectivity": Button(test), "Collect Now": Button(collect), "Delete": Button(delete)}
        links: dict[str, Callable[[], Page]] = {"Integrations": self._integrations}
        return Page(integration.name, links=links, buttons=buttons, values={"Connectivity": tested})


class DuoForm:
    """The form of a Duo integration, with its two tabs; what is filled in on one stays there on the other."""

    def __init__(self, state: IdentityIntelligenceState, then: Callable[[], Page]) -> None:
        self._state = state
        self._then = then
        self._types = dict.fromkeys(DATA_TYPES, False)
        self._fields = {name: Field(required=True) for name in ("Display name", "API hostname", ADMIN_KEYS[0])}
        self._fields[ADMIN_KEYS[1]] = Field(required=True, masked=True)
        self._push = {AUTH_KEYS[0]: Field(required=True), AUTH_KEYS[1]: Field(required=True, masked=True)}
        self._general = Page("Duo", links={"Advanced Settings": self._advanced}, fields=self._fields)
        self._general.toggles = {PUSH: Toggle(False, self._turn_push)}
        self._general.buttons = {"Connect": Button(self._connect), "Cancel": Button(lambda page: then(), False)}

    def page(self) -> Page:
        """The first tab."""
        return self._general

    def _turn_push(self, on: bool) -> None:
        for name, item in self._push.items():
            if on:
                self._fields[name] = item
            else:
                self._fields.pop(name, None)

    def _advanced(self) -> Page:
        toggles = {name: Toggle(on, self._turner(name)) for name, on in self._types.items()}
        links: dict[str, Callable[[], Page]] = {"General": self.page}
        return Page("Duo", links=links, toggles=toggles, buttons=self._general.buttons)

    def _turner(self, name: str) -> Callable[[bool], None]:
        def turn(on: bool) -> None:
            self._types[name] = on

        return turn

    def _connect(self, page: Page) -> Page:
        """Saves, and tests the keys with Duo."""
        from .state import ADDITIONAL, Integration

        value = {name: item.value.strip() for name, item in self._fields.items()}
        empty = [name for name, text in value.items() if not text]
        if empty:
            raise ValueError(f"{', '.join(empty)} must be filled in before Connect")
        if "://" in value["API hostname"]:
            raise ValueError("API hostname must not begin with https://")
        self._judge(value[ADMIN_KEYS[0]], value[ADMIN_KEYS[1]], "admin")
        auth_key = value.get(AUTH_KEYS[0], "")
        if auth_key:
            self._judge(auth_key, value[AUTH_KEYS[1]], "auth")
        chosen = tuple(name for name, on in self._types.items() if on)
        self._state.connect(
            Integration(
                seed.instance_id("DUO", value["Display name"]),
                value["Display name"],
                ADDITIONAL,
                self._state.clock.now(),
                api_host=value["API hostname"],
                integration_key=value[ADMIN_KEYS[0]],
                auth_integration_key=auth_key,
                data_types=chosen or DATA_TYPES,
            )
        )
        return self._then()

    def _judge(self, integration_key: str, secret_key: str, api: str) -> None:
        found = cast(KeyJudge, self._state.peers["duo"]).judge_application(integration_key, secret_key)
        if found is None or found[0] != api:
            raise ValueError(f"Duo does not accept the {api} keys")
        if api == "admin" and not found[1] >= READ:
            raise ValueError(f"the application lacks {', '.join(sorted(READ - found[1]))}")
