# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab for each worker, fresh for each test; and ``play``, which runs a playbook as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import Lab

from .playbook import Player


@pytest.fixture(scope="session")
def running_lab() -> Iterator[Lab]:
    """A lab that lives as long as the test session."""
    with Lab.start() as lab:
        yield lab


@pytest.fixture
def lab(running_lab: Lab) -> Lab:
    """The lab, as if just started."""
    running_lab.reset()
    return running_lab


@pytest.fixture
def play(lab: Lab, tmp_path: Path) -> Player:
    """Runs ``ansible-playbook`` against the lab; see ``playbook.Player``."""
    return Player(lab, tmp_path)
