# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab for each worker, fresh for each test; and ``flow``, which runs the playbook as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import Lab

from .flow import Flow


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
def flow(lab: Lab, tmp_path: Path) -> Flow:
    """Runs the playbook ``identityops.cisco.ise_duo_mfa`` against the lab; see ``flow.Flow``."""
    return Flow(lab, tmp_path)
