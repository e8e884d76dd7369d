# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the vendor's own client."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import duo_client.client
import pytest
from lab import Lab

DuoCall = Callable[..., tuple[int, Any]]


@pytest.fixture
def duo(lab: Lab) -> DuoCall:
    """Call Duo through the vendor's client, so that its signing, not ours, meets the lab's verification.

    `duo(method, path, parameters, key=..., secret=..., version=..., headers=..., digest=...)` gives status and body.
    """
    host, port = lab.duo.api_host.split(":")

    def call(method: str, path: str, parameters: dict[str, Any] | None = None, **how: Any) -> tuple[int, Any]:
        client = duo_client.client.Client(
            how.pop("key", lab.duo.integration_key),
            how.pop("secret", lab.duo.secret_key),
            how.pop("host", host),
            ca_certs=lab.ca_path,
            port=int(port),
            timeout=5,
            **how,
        )
        response, data = client.api_call(method, path, parameters or {})
        return response.status, json.loads(data)

    return call
