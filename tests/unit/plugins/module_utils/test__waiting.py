# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often something is asked for, how long, and what is reported meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _waiting
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Refused,
    ServerTrouble,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import wait_until


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, as its only entry; sleeping moves it on."""
    now = [1000.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(_waiting, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    return now


def tries(clock: list[float], timeout: float, interval: float | None = None, done_at: float = 1e9) -> list[float]:
    """The seconds at which was asked."""
    asked: list[float] = []

    def is_done() -> bool:
        asked.append(round(clock[0] - 1000, 1))
        return asked[-1] >= done_at

    assert wait_until(is_done, timeout, interval) is (done_at <= timeout)
    return asked


def test_it_asks_less_and_less_often_and_once_more_at_the_end(clock: list[float]) -> None:
    asked = tries(clock, timeout=60)
    assert asked[:4] == [0, 0.2, 0.5, 1] and asked[-1] == 60 and asked[-2] - asked[-3] == 10


def test_it_asks_evenly_where_asked_to(clock: list[float]) -> None:
    assert tries(clock, timeout=20, interval=8) == [0, 8, 16, 20]


def test_it_asks_once_where_there_is_no_time(clock: list[float]) -> None:
    assert tries(clock, timeout=0) == [0] and tries(clock, timeout=9, interval=1, done_at=0) == [0]


def test_it_reports_at_once_and_then_now_and_then(clock: list[float]) -> None:
    said: list[float] = []
    wait_until(lambda: False, 40, 4, said.append)
    assert said == [0, 12, 24, 36]
    said.clear()
    assert wait_until(lambda: True, 40, 4, said.append) and said == []


def looks(*found: bool | CiscoError) -> Callable[[], bool]:
    """What each look shows or ends with; the last one again and again."""
    left = list(found)

    def look() -> bool:
        shown = left.pop(0) if left[1:] else left[0]
        if isinstance(shown, CiscoError):
            raise shown
        return shown

    return look


FAULT, GONE, REFUSED = ServerTrouble("look", "500"), Unreachable("look", "gone"), Refused("look", "no")


def test_looks_that_fail_are_survived_a_few_times_in_a_row(clock: list[float]) -> None:
    assert wait_until(looks(FAULT, GONE, False, FAULT, FAULT, True), 60, survives=2)
    with pytest.raises(ServerTrouble):
        wait_until(looks(False, GONE, FAULT, FAULT, True), 60, survives=2)


def test_a_look_that_fails_when_the_time_is_over_is_no_answer(clock: list[float]) -> None:
    with pytest.raises(ServerTrouble):
        wait_until(looks(False, FAULT), 10, interval=10, survives=5)
    assert not wait_until(looks(FAULT, False), 10, interval=10, survives=5)


@pytest.mark.parametrize(("error", "survives"), [(REFUSED, 5), (FAULT, 0)])
def test_what_does_not_pass_ends_the_wait(clock: list[float], error: CiscoError, survives: int) -> None:
    with pytest.raises(type(error)):
        wait_until(looks(False, error, True), 60, survives=survives)
