# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A bare client of the simulated ISE for the tests of this folder."""

from __future__ import annotations

from typing import Any

import requests
from lab import Lab

from .connections import session


class IseProbe:
    """A bare HTTP client of the simulated ISE, with what the tests need to set a scene."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.session = session(lab)
        self.session.headers["Accept"] = "application/json"
        self.url = f"https://{lab.ise.hostname}:{lab.ise.port}"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """One request as the administrator, unless `auth` says otherwise; a short path belongs to Open API."""
        if not path.startswith(("/ers", "/api", "/admin")) and path != "/":
            path = f"/api/v1/{path}"
        options.setdefault("auth", (self.lab.ise.username, self.lab.ise.password))
        return self.session.request(method, self.url + path, json=body, timeout=10, **options)

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        """The decoded answer of a call that must succeed; None if it is empty."""
        response = self.call(method, path, body)
        assert response.ok, (method, path, response.status_code, response.text)
        return response.json() if response.content else None

    def state(self) -> dict[str, Any]:
        """The lab's own view."""
        return self.lab.state("ise")

    def enable(self) -> None:
        """Switch MFA on."""
        self.lab.patch("ise", "set_mfa", enabled=True)

    def duo_keys(self, **flags: int) -> dict[str, Any]:
        """An account block with fresh keys of the lab's Duo; by default the Admin key may read and write users."""
        wanted = flags or {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
        admin = self.lab.patch("duo", "add_application", name="ISE Admin", type="adminapi", flags=wanted)
        auth = self.lab.patch("duo", "add_application", name="ISE Auth", type="authapi")
        secrets = {item["integration_key"]: item["secret_key"] for item in self.lab.state("duo", "applications")}
        return {
            "apiHostName": self.lab.duo.api_host,
            "adminApi": {"ikey": admin, "sKey": secrets[admin]},
            "authenticationApi": {"ikey": auth, "sKey": secrets[auth]},
        }

    def sync_body(self, name: str = "AD Sync", **members: Any) -> dict[str, Any]:
        """A sync that fits the seed."""
        directory = self.ok("GET", "duo-identitysync/activedirectories")[0]
        content = {
            "syncName": name,
            "configurations": {"activeDirectories": [directory]},
            "adGroups": [{"name": "corp.example/Users/Helpdesk", "source": "CORP_AD"}],
            "syncSchedule": None,
        }
        return {"identitySync": {**content, **members}}

    def connection_body(self, name: str = "Duo", **members: Any) -> dict[str, Any]:
        """A connection whose keys nobody knows, unless `accountConfigurations` is given."""
        keys = {"ikey": "DI" + "X" * 18, "sKey": "secret-of-nobody"}
        content = {
            "connectionName": name,
            "description": "",
            "type": "VPN,TACACS",
            "identitySync": "AD Sync",
            "accountConfigurations": {
                "apiHostName": self.lab.duo.api_host,
                "adminApi": dict(keys),
                "authenticationApi": dict(keys),
            },
        }
        return {"mfa": {**content, **members}}

    def joined(self, **members: Any) -> None:
        """MFA on, the sync "AD Sync" and the connection "Duo" in place."""
        self.enable()
        self.ok("POST", "duo-identitysync/identitysync", self.sync_body())
        self.ok("POST", "duo-mfa/mfa", self.connection_body(**members))
