# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``run``, with which every functional test runs a module.

The collection is imported in the fixtures: pytest reads this file before pytest-ansible has put it on the path.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from ansible.utils.display import Display
from lab import Lab

if TYPE_CHECKING:
    from .harness import Run


def pytest_collection_finish() -> None:
    """What has been imported by now stays, so that the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def run(lab: Lab) -> Run:
    """Runs modules in process, as an action; see ``harness.Run``. That both ways agree is for ``test_two_ways``."""
    from .harness import Run

    return Run("action", lab)


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """In most tests several of one name stay several, and no other task creates anything. Those of tasks that run at
    once undo this."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _resource

    monkeypatch.setattr(_resource, "GRACE", 0.05)
    monkeypatch.setattr(_resource, "one_at_a_time", lambda _what: contextlib.nullcontext())


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits asks more often than asked to, and waits as long in all: a pause of seconds shows nothing more."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _http, _waiting

    def sleep(seconds: float) -> None:
        time.sleep(min(seconds, 0.05))

    for module in (_http, _waiting):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=sleep))


@pytest.fixture(autouse=True)
def cheap_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of a secret is stretched until it costs up to a tenth of a second, which no test looks at."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _login
    from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence import webhook
    from ansible_collections.identityops.cisco.plugins.module_utils._safe import integration

    for module in (webhook, integration, _login):
        monkeypatch.setattr(module, "ROUNDS", 10)


@pytest.fixture(scope="session")
def connections() -> dict[Any, Any]:
    """What holds the open connections to the lab, by what decides how they are opened."""
    return {}


@pytest.fixture(autouse=True)
def connections_stay_open(monkeypatch: pytest.MonkeyPatch, connections: dict[Any, Any]) -> None:
    """To open one costs as much as all that most runs send through it, and how that is done is for the unit tests of
    ``_http``. Sessions, with their logins and cookies, are each run's own."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _http

    names = (*_http.BUNDLES, "SSL_CERT_DIR", "SSL_CERT_FILE", "HTTPS_PROXY")
    new = _http._adapter

    def adapter(verify: bool | str) -> Any:
        key = (verify, *map(os.environ.get, names))
        if key not in connections:
            connections[key] = new(verify)
        return connections[key]

    monkeypatch.setattr(_http, "_adapter", adapter)


@pytest.fixture
def new_connections(connections: dict[Any, Any]) -> None:
    """For tests that look at how connections are opened."""
    connections.clear()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were to be waited between two requests, none of which passes."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _http

    waited: list[float] = []
    clocks = SimpleNamespace(time=time.time, monotonic=time.monotonic, sleep=waited.append)
    monkeypatch.setattr(_http, "time", clocks)
    monkeypatch.setattr(_http, "JITTER", 0)
    return waited


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What happens in the pauses of a task that waits, one thing in each; then the time is over. No time passes."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _waiting

    happens: list[Callable[[], object]] = []

    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

        def sleep(self, seconds: float) -> None:
            self.now += seconds if happens else 10_000
            if happens:
                happens.pop(0)()

    monkeypatch.setattr(_waiting, "time", Clock())
    return happens


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that a task shows on the terminal while it runs."""
    lines: list[str] = []
    monkeypatch.setattr(Display, "display", lambda _self, line, *_more, **_others: lines.append(line))
    return lines


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Fresh folders. pytest would look through all earlier ones each time it makes one."""
    folder = tmp_path_factory.mktemp("homes")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def no_memory_of_logins(monkeypatch: pytest.MonkeyPatch, homes: Iterator[Path]) -> None:
    """What one test leaves for later runs is not there in the next, whose lab gives out the same keys again."""
    home = next(homes)
    home.mkdir()
    monkeypatch.setenv("ANSIBLE_HOME", str(home))
