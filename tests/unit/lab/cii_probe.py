# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the simulated Identity Intelligence for the tests of this folder."""

from __future__ import annotations

from typing import Any

import requests
from lab import Lab

from .connections import session

LIST = "query($n: Int, $t: String) { listEndUsers(input: {}, pageSize: $n, pageToken: $t) {"
LIST += " items { login providers } pageToken } }"
REGISTER = "mutation($input: RegisterWebhookWithApiKey!) { registerWebhookWithApiKey(input: $input) }"


class CiiProbe:
    """A bare HTTP client."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.access = lab.cii
        self.session = session(lab)

    def token(self, form: bool = False, **fields: str) -> requests.Response:
        """Ask for one; an empty field is left out."""
        body = {
            "client_id": self.access.client_id,
            "client_secret": self.access.client_secret,
            "grant_type": "client_credentials",
            **fields,
        }
        body = {name: value for name, value in body.items() if value}
        return self.session.post(self.access.token_url, **{"data" if form else "json": body}, timeout=10)

    def log_in(self) -> None:
        """Use a good token from now on."""
        self.session.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"

    def post(self, query: str, **variables: Any) -> requests.Response:
        """One request of the API."""
        return self.session.post(self.access.api_url, json={"query": query, "variables": variables}, timeout=10)

    def data(self, query: str, **variables: Any) -> Any:
        """What it returns, and no error."""
        answer = self.post(query, **variables).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def errors(self, query: str, **variables: Any) -> list[dict[str, Any]]:
        """What went wrong."""
        answer = self.post(query, **variables).json()
        assert not any((answer["data"] or {}).values()), answer
        return answer["errors"]

    def register(self, **more: Any) -> str:
        """A webhook's ID."""
        wanted = {"name": "SOC", "endpoint": "https://soc.corp.example/", "apiKeyName": "Authorization", **more}
        wanted = {"apiKey": "Bearer a-key-of-the-receiver", "checkIds": ["no-mfa"], **wanted}
        return str(self.data(REGISTER, input=wanted)["registerWebhookWithApiKey"])
