# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``flow``, which runs the playbook as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab

from .flow import Flow


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> Flow:
    """Runs the playbook ``identityops.cisco.ise_duo_mfa`` against the lab; see ``flow.Flow``."""
    return Flow(lab, tmp_path)
