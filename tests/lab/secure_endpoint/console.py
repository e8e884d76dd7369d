# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page API Credentials of the console, the only place where a credential is made or deleted.

Labels as in Cisco's support document 201121 and in Duo's instructions for Cisco Secure Endpoint; how a credential is
deleted is not published word by word, so those labels are a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..console import Button, Field, Page
from .seed import CONSOLES

if TYPE_CHECKING:
    from .state import Credential, SecureEndpointState

ROLE = "Secure Endpoint administrator"
PATH = "/api_credentials"
SCOPES = {"Read-only": "read_only", "Read & Write": "read_write"}


class CredentialPages:
    """Builds the pages."""

    def __init__(self, state: SecureEndpointState) -> None:
        self._state = state

    def start(self, url: str, role: str) -> Page:
        """The list of credentials of the region whose console the URL names."""
        region = self._region(url)
        if role != ROLE:
            raise ValueError(f"{role} may not see API credentials, {ROLE} may")
        return self._list(region)

    def _region(self, url: str) -> str:
        parts = urlsplit(url)
        consoles = {host: region for region, host in CONSOLES.items()}
        consoles |= {address: region for region, address in self._state.addresses.items()}
        if parts.scheme != "https" or parts.path != PATH or parts.netloc not in consoles:
            raise ValueError(f"there is no page {url}")
        return consoles[parts.netloc]

    def _list(self, region: str) -> Page:
        here = [item for item in self._state.credentials if item.region == region]
        return Page(
            "API Credentials",
            links={item.name: self._opener(item) for item in here},
            buttons={"New API Credential": Button(lambda page: self._dialog(region))},
        )

    def _dialog(self, region: str) -> Page:
        def create(page: Page) -> Page:
            scope = SCOPES[page.fields["Scope"].value]
            return self._details(self._state.create_credential(page.fields["Application name"].value, scope, region))

        return Page(
            "New API Credential",
            fields={
                "Application name": Field(required=True),
                "Scope": Field("Read-only", required=True, choices=tuple(SCOPES)),
            },
            buttons={
                "Cancel": Button(lambda page: self._list(region), needs_fields=False),
                "Create": Button(create),
            },
        )

    def _details(self, credential: Credential) -> Page:
        return Page(
            "API Key Details",
            links={"API Credentials": lambda: self._list(credential.region)},
            values={"3rd Party API Client ID": credential.client_id, "API Key": credential.api_key},
            shown_once=True,
        )

    def _opener(self, credential: Credential) -> Callable[[], Page]:
        def delete(page: Page) -> Page:
            self._state.delete_credential(credential)
            return self._list(credential.region)

        return lambda: Page(
            credential.name,
            links={"API Credentials": lambda: self._list(credential.region)},
            buttons={"Delete": Button(delete)},
        )
