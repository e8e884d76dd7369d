# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the simulated Secure Endpoint for the tests of this folder."""

from __future__ import annotations

from typing import Any

import requests
from lab import Lab

from .connections import session

ADMINISTRATOR = "Secure Endpoint administrator"


class SecureEndpointProbe:
    """A bare HTTP client, with what the tests need to set a scene."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.access = lab.secure_endpoint
        self.session = session(lab)

    def call(self, method: str, path: str, body: Any = None, region: str = "eu", **options: Any) -> requests.Response:
        """One request with the credential that the lab hands out, unless `auth` says otherwise."""
        options.setdefault("auth", (self.access.client_id, self.access.api_key))
        url = path if path.startswith("https://") else f"https://{self.access.hosts[region]}/v1/{path}"
        return self.session.request(method, url, json=body, timeout=10, **options)

    def get(self, path: str, status: int = 200, **options: Any) -> Any:
        """The decoded answer to a read."""
        response = self.call("GET", path, **options)
        assert response.status_code == status, (path, response.status_code, response.text)
        return response.json()

    def pages(self, path: str = "computers") -> list[dict[str, Any]]:
        """Every row, as somebody reads them who follows the links."""
        rows: list[dict[str, Any]] = []
        address: str | None = path
        while address is not None:
            answer = self.get(address)
            rows += answer["data"]
            address = answer["metadata"]["links"].get("next")
        return rows

    def writer(self) -> tuple[str, str]:
        """Client ID and API key of the seeded credential that may write."""
        return next(pair for name, pair in self.pairs().items() if name == "SOAR")

    def pairs(self) -> dict[str, tuple[str, str]]:
        """All credentials by name, as the lab knows them."""
        credentials = self.lab.state("secure_endpoint", "credentials")
        return {item["name"]: (item["client_id"], item["api_key"]) for item in credentials}

    def open(self, region: str = "eu", role: str = ADMINISTRATOR) -> Person:
        """Somebody who looks at the page API Credentials."""
        host = self.access.hosts[region]
        return Person(self.lab, "secure_endpoint", f"https://{host}/api_credentials", role)


class Person:
    """A session in a console. `page` is what is on the screen."""

    def __init__(self, lab: Lab, service: str, url: str, role: str) -> None:
        self._lab = lab
        self._service = service
        opened = lab.patch(service, "console_open", url=url, role=role)
        self._session = opened["session"]
        self.page: dict[str, Any] = opened["page"]

    def do(self, do: str, label: str, value: str = "") -> Any:
        """One action; what was copied, if that was it."""
        answer = self._lab.patch(self._service, "console_do", session=self._session, do=do, label=label, value=value)
        self.page = answer["page"]
        return answer.get("copied")
