# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no server can make a client of ours do: read for ever, wait for ever, or hold more than it should."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _http
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    OutcomeUnknown,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import TimeLimit, TimeUp
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import list_active_directories
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import SecureEndpoint
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

from ...waits import LIMIT, eventually
from .conftest import Certificates, MakeWire
from .known import DUO_KEY, DUO_SECRET, ISE_PASSWORD, ISE_USER, SE_API_KEY, SE_CLIENT_ID
from .wire import Wire, drip, reply

Act = Callable[[Wire, str], Any]
# Of a part of an answer, which no test waits for that long, and of the whole.
TIMEOUT, WHOLE = LIMIT, 0.3


def read_duo(server: Wire, ca_path: str) -> Any:
    return Duo(server.host, DUO_KEY, DUO_SECRET, Context(), ca_path=ca_path, timeout=TIMEOUT).get_info_summary()


def write_duo(server: Wire, ca_path: str) -> Any:
    duo = Duo(server.host, DUO_KEY, DUO_SECRET, Context(), ca_path=ca_path, timeout=TIMEOUT)
    return duo.update_integration(DUO_KEY, {"name": "x"}, "rename it")


def ise(server: Wire, ca_path: str) -> Ise:
    login = {"username": ISE_USER, "password": ISE_PASSWORD}
    return Ise("localhost", Context(), port=server.port, verify=ca_path, timeout=TIMEOUT, **login)


def read_ise(server: Wire, ca_path: str) -> Any:
    return list_active_directories(ise(server, ca_path))


def write_ise(server: Wire, ca_path: str) -> Any:
    return ise(server, ca_path).delete_connection("Duo")


def read_secure_endpoint(server: Wire, ca_path: str) -> Any:
    how: dict[str, Any] = {"ca_path": ca_path, "timeout": TIMEOUT, "api_host": server.host}
    return SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context=Context(), **how).get_version()


READS, WRITES = [read_duo, read_ise, read_secure_endpoint], [write_duo, write_ise]
EVERY = [*((act, Unreachable) for act in READS), *((act, OutcomeUnknown) for act in WRITES)]


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"HTTP/1.1 200 "])
@pytest.mark.parametrize(("act", "kind"), EVERY)
def test_an_answer_that_comes_byte_by_byte(
    wire: MakeWire,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    kind: type[CiscoError],
    start: bytes,
) -> None:
    """Each byte comes well within the time-out."""
    monkeypatch.setattr(_http, "PATIENCE", WHOLE - TIMEOUT)
    server, began = wire(drip(start)), time.monotonic()
    with pytest.raises(kind, match="the answer was not complete after 0.3 seconds"):
        act(server, certificates.ca_path)
    # Far more than it takes, because machines are busy, and far less than the answer would.
    assert time.monotonic() - began < LIMIT
    eventually(lambda: server.requests)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("act", "kind"), [*((act, UnexpectedAnswer) for act in READS), *((act, OutcomeUnknown) for act in WRITES)]
)
def test_an_answer_that_is_too_large(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, act: Act, kind: type[CiscoError]
) -> None:
    monkeypatch.setattr(_http, "MOST_BYTES", 1024 * 1024)
    server = wire(reply(b" " * (1024 * 1024 + 1)))
    with pytest.raises(kind, match=r"the answer of [\w ]+ is larger than 1 MB"):
        act(server, certificates.ca_path)


def test_an_answer_that_is_large_once_it_is_unpacked(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_http, "MOST_BYTES", 1024 * 1024)
    packed = gzip.compress(b" " * (2 * 1024 * 1024))
    assert len(packed) < 10_000
    with pytest.raises(UnexpectedAnswer, match="the answer of ISE is larger than 1 MB"):
        read_ise(wire(reply(packed, Content_Encoding="gzip")), certificates.ca_path)


def test_what_is_in_time_comes_back_as_it_is() -> None:
    limit = TimeLimit(5)
    assert limit.keep(lambda: "found") == "found"
    with pytest.raises(ZeroDivisionError):
        limit.keep(lambda: 1 // 0)


def test_the_limit_holds_for_all_tries_together(monkeypatch: pytest.MonkeyPatch) -> None:
    now, over = [1000.0], threading.Event()

    def take(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(_http, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(_http, "PATIENCE", LIMIT)
    limit = TimeLimit(LIMIT)
    limit.keep(lambda: take(2 * LIMIT - 0.1))
    with pytest.raises(TimeUp, match="after 40 seconds"):
        limit.keep(over.wait)
    take(1)
    with pytest.raises(TimeUp):
        limit.keep(over.wait)
    over.set()
