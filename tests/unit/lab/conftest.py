# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the vendor's own client."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import duo_client.client
import pytest
from lab import Lab

DuoCall = Callable[..., tuple[int, Any]]


class Client(duo_client.client.Client):
    """The vendor's, which would open a connection for each call; here those of one test share them.

    :ivar connections: by the option for the authorities and the address.
    """

    connections: dict[tuple[Any, ...], Any]

    def _connect(self) -> Any:
        key = (self.ca_certs, self.host, self.port)
        if key not in self.connections:
            self.connections[key] = super()._connect()
        return self.connections[key]

    def _disconnect(self, connection: Any) -> None:
        """It stays open."""


@pytest.fixture
def duo(lab: Lab) -> Iterator[DuoCall]:
    """Call Duo through the vendor's client, so that its signing, not ours, meets the lab's verification.

    `duo(method, path, parameters, key=..., secret=..., version=..., headers=..., digest=...)` gives status and body.
    """
    host, port = lab.duo.api_host.split(":")
    connections: dict[tuple[Any, ...], Any] = {}

    def call(method: str, path: str, parameters: dict[str, Any] | None = None, **how: Any) -> tuple[int, Any]:
        client = Client(
            how.pop("key", lab.duo.integration_key),
            how.pop("secret", lab.duo.secret_key),
            how.pop("host", host),
            ca_certs=lab.ca_path,
            port=int(port),
            timeout=5,
            **how,
        )
        client.connections = connections
        response, data = client.api_call(method, path, parameters or {})
        return response.status, json.loads(data)

    yield call
    for connection in connections.values():
        connection.close()
