# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab for all scenarios, and playbooks that start without importing everything again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import launcher
import pytest
from lab.daemon import down

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The first scenario starts the lab, which is stopped after the last; where Molecule keeps what it knows."""
    state = tmp_path_factory.mktemp("molecule")
    with launcher.command() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOLECULE_EPHEMERAL_DIRECTORY", str(state))
        patch.setenv("MOLECULE_OPTS", "--destroy=never")
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        yield state
    down(ROOT / ".build" / "molecule" / "lab.json")


@pytest.fixture(autouse=True)
def nothing_known(shared_lab: Path) -> None:
    """Otherwise Molecule takes what another scenario has prepared for its own."""
    shutil.rmtree(shared_lab)
