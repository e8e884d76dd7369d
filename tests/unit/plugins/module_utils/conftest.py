# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers, certificates and the watch over what errors say.

The collection is imported in the fixtures: pytest reads this file before pytest-ansible has put it on the path.
"""

from __future__ import annotations

import base64
import datetime
import http.client
import json
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from .known import DUO_NAME, ISE_NAME, PROXY_PASSWORD, PROXY_USER, SECRETS
from .wire import Proxy, Step, Wire

if TYPE_CHECKING:
    from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError
    from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

MakeWire = Callable[..., Wire]
MakeProxy = Callable[..., Proxy]


class Certificates:
    """One authority with a certificate for each way of being good or bad, and an authority nobody knows."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.ca_path = str(folder / "ca.pem")
        self._authority.cert_pem.write_to_path(self.ca_path)
        stranger = trustme.CA()
        self.stranger_path = str(folder / "stranger.pem")
        stranger.cert_pem.write_to_path(self.stranger_path)
        self.client_path, self.client_key_path = str(folder / "client.pem"), str(folder / "client.key")
        client = self._authority.issue_cert("automation@corp.example")
        client.cert_chain_pems[0].write_to_path(self.client_path)
        client.private_key_pem.write_to_path(self.client_key_path)
        past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
        self.good = self._server("localhost", "127.0.0.1", ISE_NAME, DUO_NAME)
        self.wrong_name = self._server("elsewhere.example")
        self.expired = self._server("localhost", not_before=past, not_after=past + datetime.timedelta(days=1))
        self.wants_client = self._server("localhost")
        self.wants_client.verify_mode = ssl.CERT_REQUIRED
        self.wants_client.load_verify_locations(self.ca_path)

    def _server(self, *names: str, **validity: Any) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names, **validity).configure_cert(context)
        return context


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def wire(certificates: Certificates) -> Iterator[MakeWire]:
    """`wire(*steps, tls=...)` starts a scripted server, whose script must have been played just to its end."""
    servers: list[Wire] = []

    def start(*script: Step, tls: ssl.SSLContext | None = None) -> Wire:
        servers.append(Wire(tls or certificates.good, script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
    for server in servers:
        asked = [(request.method, request.target) for request in server.requests]
        assert not server.unexpected and not server.script, f"steps left: {len(server.script)}, asked: {asked}"


@pytest.fixture
def proxy() -> Iterator[MakeProxy]:
    """`proxy(upstream_port, ...)` starts a proxy."""
    proxies: list[Proxy] = []

    def start(*args: Any, **how: Any) -> Proxy:
        proxies.append(Proxy(*args, **how))
        return proxies[-1]

    yield start
    for one in proxies:
        one.close()


@pytest.fixture
def context() -> Context:
    from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

    return Context()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the code would have slept, one entry a time; nobody really waits."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _http

    slept: list[float] = []
    # Of that module alone: other threads sleep as they like.
    clocks = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=slept.append)
    monkeypatch.setattr(_http, "time", clocks)
    monkeypatch.setattr(_http, "JITTER", 0)
    return slept


@pytest.fixture(autouse=True)
def errors_show_no_secrets(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Search every error that a test provokes for the secrets and for every Authorization value that was sent."""
    from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError

    made: list[CiscoError] = []
    forbidden = set(SECRETS) | {base64.b64encode(f"{PROXY_USER}:{PROXY_PASSWORD}".encode()).decode()}
    init, putheader = CiscoError.__init__, http.client.HTTPConnection.putheader

    def remember(error: CiscoError, *args: Any, **more: Any) -> None:
        init(error, *args, **more)
        made.append(error)

    def overhear(connection: http.client.HTTPConnection, header: Any, *values: Any) -> None:
        name = header if isinstance(header, str) else header.decode()
        if name.lower() == "authorization":
            forbidden.update((value if isinstance(value, str) else value.decode()).split(" ")[-1] for value in values)
        putheader(connection, header, *values)

    monkeypatch.setattr(CiscoError, "__init__", remember)
    monkeypatch.setattr(http.client.HTTPConnection, "putheader", overhear)
    if "lab" in request.fixturenames:
        lab = request.getfixturevalue("lab")
        forbidden |= {lab.duo.secret_key, lab.ise.password}
    yield
    for error in made:
        text = f"{error} {error!r} {json.dumps(error.as_dict(), ensure_ascii=False)}"
        assert not [secret for secret in forbidden if secret in text], f"a secret in: {text}"
