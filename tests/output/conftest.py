# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``play``, which runs a playbook as a person would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flow.conftest import flow
from lab import Lab
from module.conftest import pauses, run

from .playbook import Player

__all__ = ["flow", "pauses", "play", "run"]


@pytest.fixture
def play(lab: Lab) -> Iterator[Player]:
    """Runs ``ansible-playbook`` against the lab; see ``playbook.Player``."""
    # Newer ansible-cores make a socket below it, and the path of one may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="play-") as folder:
        yield Player(lab, Path(folder))
