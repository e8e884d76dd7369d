# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for something a service does in its own time. Private to this collection."""

from __future__ import annotations

import time
from collections.abc import Callable

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 10.0


def wait_until(is_done: Callable[[], bool], timeout: float, interval: float | None = None) -> bool:
    """Ask until the answer is yes or ``timeout`` seconds have passed; asks at least once, first at once, then less and
    less often.

    :param interval: seconds between two tries, to ask evenly instead.
    :returns: whether it came about in time.
    """
    deadline = time.monotonic() + timeout
    pause = interval or SHORTEST_PAUSE
    while not is_done():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = interval or min(pause * 1.5, LONGEST_PAUSE)
    return True
