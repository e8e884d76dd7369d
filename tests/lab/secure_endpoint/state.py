# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Secure Endpoint knows and the rules it follows. No HTTP here."""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from ..console import Console, ConsoleState
from ..store import Switch
from . import seed
from .computers import FIXED, Fleet, Growth, iso
from .console import CredentialPages
from .errors import (
    SecureEndpointError,
    bad_request,
    budget_used_up,
    not_found,
    scope_denied,
    unknown_credential,
    wrong_region,
)
from .seed import HOSTS, stable_client_id, stable_guid
from .switches import SWITCHES

SCOPES = ("read_only", "read_write")
WINDOW = 3600.0
# Cisco documentation of event streams.
MAX_STREAMS = 5


@dataclass
class Credential:
    """What the console calls an API credential; valid on the host of its region only."""

    name: str
    scope: str
    region: str
    client_id: str
    api_key: str


class SecureEndpointState(ConsoleState):
    """One organisation. Its computers and its budget are the same on every host; a credential belongs to one."""

    SWITCHES: ClassVar[tuple[Switch, ...]] = SWITCHES
    SITES: ClassVar[dict[str, str]] = {seed.HOME: HOSTS[seed.HOME], **HOSTS}

    def reset(self) -> None:
        """Back to the seed; the seeded credentials keep their keys."""
        self.credentials = [
            Credential(name, scope, seed.HOME, stable_client_id(name), self._stable_api_key(name))
            for name, scope in seed.CREDENTIALS
        ]
        self.fleet = Fleet(self.clock.now())
        self.groups = [
            {"name": name, "description": text, "guid": stable_guid(f"group {name}"), "source": None}
            for name, text in seed.GROUPS
        ]
        self.policies = [
            {"name": name, "guid": stable_guid(f"policy {name}"), "product": product, "default": True}
            for name, product in seed.POLICIES
        ]
        self.event_streams: list[dict[str, Any]] = []
        self.spent = 0
        self._window_end = self.clock.now() + WINDOW
        self.console = Console(CredentialPages(self).start)

    def snapshot(self) -> dict[str, Any]:
        """The organisation as JSON. `proxied` counts the connections that came through the lab's proxy, by target."""
        return {
            "hosts": self.addresses,
            "credentials": [asdict(credential) for credential in self.credentials],
            "computers": list(self.fleet.stored.values()),
            "grown": asdict(self.fleet.growth),
            "groups": self.groups,
            "policies": self.policies,
            "event_streams": self.event_streams,
            "budget": self.budget(),
            "lost": self.console.lost,
            "proxied": self.proxied,
        }

    def held_secrets(self) -> set[str]:
        """API keys and the passwords of event streams."""
        streams = {stream["amqp_credentials"]["password"] for stream in self.event_streams}
        return streams | {credential.api_key for credential in self.credentials}

    def access(self) -> dict[str, Any]:
        """The read-only credential somebody made by hand for monitoring."""
        monitoring = self.credential(seed.MONITORING)
        return {
            "api_host": self.address,
            "hosts": self.addresses,
            "client_id": monitoring.client_id,
            "api_key": monitoring.api_key,
            "proxy_url": self.proxy_url,
        }

    def _stable_api_key(self, label: str) -> str:
        return self._secrets.setdefault(f"API key {label}", str(uuid.uuid4()))

    # -- who may do what -----------------------------------------------------------------------------------------------

    def login(self, region: str, client_id: str, api_key: str) -> Credential:
        """The credential behind a pair on the host of `region`. Raises SecureEndpointError."""
        credential = self._known(client_id, api_key)
        if credential is None:
            raise unknown_credential()
        if credential.region != region:
            raise wrong_region(self.switches.get("secure_endpoint.wrong_region_status"))
        return credential

    def judge_credential(self, client_id: str, api_key: str) -> str | None:
        """What another product learns that tries a pair on all three hosts: the one that accepts it, None if none."""
        credential = self._known(client_id, api_key)
        return None if credential is None else HOSTS[credential.region]

    def _known(self, client_id: str, api_key: str) -> Credential | None:
        for credential in self.credentials:
            same_key = hmac.compare_digest(credential.api_key.encode(), api_key.encode())
            if credential.client_id == client_id and same_key:
                return credential
        return None

    def require_write(self, credential: Credential) -> None:
        """Raises SecureEndpointError for a read-only credential."""
        if credential.scope != "read_write":
            raise scope_denied(self.switches.get("secure_endpoint.scope_denied_status"))

    # -- the hourly budget ---------------------------------------------------------------------------------------------

    def budget(self) -> dict[str, Any]:
        """`limit`, `remaining`, `reset` in seconds from now, `resetdate`."""
        now = self.clock.now()
        if now >= self._window_end:
            self.spent = 0
            self._window_end += WINDOW * ((now - self._window_end) // WINDOW + 1)
        limit = int(self.switches.get("secure_endpoint.budget"))
        return {
            "limit": limit,
            "remaining": max(0, limit - self.spent),
            # rounded up: who waits that long finds it full
            "reset": int(self._window_end - now) + 1,
            "resetdate": iso(self._window_end),
        }

    def spend(self) -> None:
        """One request of a known credential. Raises SecureEndpointError when nothing is left."""
        if not self.budget()["remaining"]:
            raise budget_used_up()
        self.spent += 1

    # -- objects -------------------------------------------------------------------------------------------------------

    def computer(self, guid: str) -> dict[str, Any]:
        """Raises SecureEndpointError 404."""
        row = self.fleet.row(guid)
        if row is None:
            raise not_found("Computer")
        return row

    def move_computer(self, credential: Credential, guid: str, group_guid: str) -> dict[str, Any]:
        """Put a connector into another group; whether its scope or its objects are looked at first is a switch."""
        first = self.switches.get("secure_endpoint.scope_check_before_lookup")
        if first:
            self.require_write(credential)
        self.computer(guid)
        group = next((item for item in self.groups if item["guid"] == group_guid), None)
        if group is None:
            raise bad_request("group_guid: Group not found")
        self.require_write(credential)
        try:
            row = self.fleet.keep(guid)
        except ValueError as error:
            raise SecureEndpointError(409, str(error)) from error
        row.update(group_guid=group_guid, groups=[{"guid": group_guid, "name": group["name"]}])
        return row

    def create_event_stream(self, credential: Credential, name: str, group_guids: list[str]) -> dict[str, Any]:
        """A name is enough for a new stream, which is why nobody should try its scope this way."""
        self.require_write(credential)
        if len(self.event_streams) >= MAX_STREAMS:
            raise bad_request("Event stream limit reached")
        number = len(self.event_streams) + 1
        stream = {
            "id": number,
            "name": name,
            "group_guids": group_guids,
            "amqp_credentials": {
                "user_name": f"{number}-{credential.client_id}",
                "queue_name": f"event_stream_{number}",
                "host": f"export-streaming.{HOSTS[credential.region].removeprefix('api.')}",
                "port": 443,
                "proto": "https",
                "password": secrets.token_hex(20),
            },
        }
        self.event_streams.append(stream)
        return stream

    # -- credentials: the console alone makes and deletes them ---------------------------------------------------------

    def credential(self, name: str, region: str = "") -> Credential:
        """The one with this name; ValueError unless there is exactly one. `region` separates two of the same name."""
        found = [item for item in self.credentials if item.name == name and region in ("", item.region)]
        if len(found) != 1:
            raise ValueError(f"need exactly one credential {name!r}, there are {len(found)}")
        return found[0]

    def create_credential(self, name: str, scope: str, region: str) -> Credential:
        """Valid at once. Raises ValueError for what does not fit; that a name is taken is the lab's own rule."""
        if scope not in SCOPES or region not in HOSTS or not name.strip():
            raise ValueError(f"a credential needs a name, a scope of {SCOPES} and a region of {tuple(HOSTS)}")
        if any(item.name == name and item.region == region for item in self.credentials):
            raise ValueError(f"there is a credential {name!r} already")
        credential = Credential(name, scope, region, secrets.token_hex(10), str(uuid.uuid4()))
        self.credentials.append(credential)
        return credential

    def delete_credential(self, credential: Credential) -> None:
        """Whoever uses it is locked out."""
        if credential not in self.credentials:
            raise ValueError(f"there is no credential {credential.name!r} any more")
        self.credentials.remove(credential)

    def op_add_credential(self, name: str, scope: str = "read_only", region: str = seed.HOME) -> dict[str, str]:
        """The new credential, key included."""
        return asdict(self.create_credential(name, scope, region))

    def op_delete_credential(self, name: str, region: str = "") -> str:
        """Its former Client ID."""
        credential = self.credential(name, region)
        self.delete_credential(credential)
        return credential.client_id

    # -- the fleet and the budget behind everybody's back --------------------------------------------------------------

    def op_grow(
        self, count: int, compromised_every: int = 0, stale_every: int = 0, outdated_every: int = 0
    ) -> dict[str, int]:
        """Have `count` synthetic computers beside the stored ones; the last call counts. `total` of both."""
        self.fleet.growth = Growth(count, compromised_every, stale_every, outdated_every)
        return {"total": len(self.fleet)}

    def op_set_computer(self, hostname: str, **fields: Any) -> str:
        """Change members of a stored computer; `seen_days_ago` stands for its last_seen. The GUID."""
        row = self.fleet.named(hostname)
        if "seen_days_ago" in fields:
            fields["last_seen"] = iso(self.clock.now() - fields.pop("seen_days_ago") * 86_400)
        wrong = [name for name in fields if name in FIXED or name not in row]
        if wrong:
            raise ValueError(f"a computer has no {', '.join(wrong)} to set")
        row.update(fields)
        return str(row["connector_guid"])

    def op_delete_computer(self, hostname: str) -> str:
        """Its former GUID."""
        return str(self.fleet.stored.pop(self.fleet.named(hostname)["connector_guid"])["connector_guid"])

    def op_spend(self, requests: int, resets_in: float = 0) -> dict[str, Any]:
        """Other clients use up that many requests; `resets_in` moves the end of the hour. The budget."""
        self.budget()
        self.spent += requests
        if resets_in:
            self._window_end = self.clock.now() + resets_in
        return self.budget()
