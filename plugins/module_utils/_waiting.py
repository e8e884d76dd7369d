# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for something a service does in its own time. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    ServerTrouble,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
# Seconds between two lines of progress.
REPORT_EVERY = 10.0
# What says nothing of what is awaited, and how often in a row it is survived where something was begun already.
PASSING = (ServerTrouble, Throttled, Unreachable, UnexpectedAnswer)
MOST_FAILED_LOOKS = 5


def wait_spec(timeout: int = 0, interval: int = 15) -> dict[str, dict[str, Any]]:
    """The options of every module that waits; without arguments, of one that waits for a person."""
    return {"wait_timeout": {"type": "int", "default": timeout}, "wait_interval": {"type": "int", "default": interval}}


WAIT_SPEC = wait_spec()


def patience(params: Mapping[str, Any], context: Context) -> int:
    """How many seconds a task waits.

    :raises InvalidInput: for options that are no time.
    """
    for name, least in (("wait_timeout", 0), ("wait_interval", 1)):
        if params[name] is not None and params[name] < least:
            raise InvalidInput(f"use {params[name]} as {name}", f"the least is {least}")
    return context.patience(int(params["wait_timeout"]))


def now() -> float:
    """Seconds on a clock that cannot be set."""
    return time.monotonic()


def pause(seconds: float) -> None:
    time.sleep(seconds)


def wait_until(
    is_done: Callable[[], bool],
    timeout: float,
    interval: float | None = None,
    report: Callable[[float], None] = lambda waited: None,
    survives: int = 0,
) -> bool:
    """Ask until the answer is yes or ``timeout`` seconds have passed; asks at least once, first at once, then less and
    less often.

    :param interval: seconds between two tries, to ask evenly instead.
    :param report: called with the seconds waited so far, after a first try without success and now and then.
    :param survives: how many tries in a row may end with one of :data:`PASSING`.
    :returns: whether it came about in time.
    :raises CiscoError: a try failed, and was one too many or the last for which there was time.
    """
    began, reported = now(), -REPORT_EVERY
    pause = interval or SHORTEST_PAUSE
    look = _Look(is_done, survives)
    while not look.shows_it():
        waited = now() - began
        left = timeout - waited
        if left <= 0:
            if look.error:
                raise look.error
            return False
        if waited >= reported + REPORT_EVERY:
            report(waited)
            reported = waited
        time.sleep(min(pause, left))
        pause = interval or min(pause * 1.5, LONGEST_PAUSE)
    return True


class _Look:
    """:ivar error: what the latest look ended with; None if it showed something."""

    def __init__(self, is_done: Callable[[], bool], survives: int) -> None:
        self.error: CiscoError | None = None
        self._is_done = is_done
        self._left = self._survives = survives

    def shows_it(self) -> bool:
        try:
            is_done = self._is_done()
        except PASSING as error:
            self._left -= 1
            if self._left < 0:
                raise
            self.error = error
            return False
        self.error, self._left = None, self._survives
        return is_done
