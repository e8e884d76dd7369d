# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting in tests: for a condition and never for a time, because a busy machine needs longer for everything."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

# Longer than any test waits; what takes as long has failed long ago (seconds).
LIMIT = 20.0

# Unlike time.sleep, which tests replace.
_never = threading.Event()


def eventually(holds: Callable[[], Any]) -> None:
    """Wait until something holds that another thread or process brings about."""
    deadline = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < deadline, "it never came about"
        _never.wait(0.005)
