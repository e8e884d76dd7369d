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

FOLDER = Path(__file__).parents[2] / ".build" / "molecule"
# As the inventory of the scenarios names them.
KEPT_BY_ROLES = ("safe.json", "vault.json", "webhooks.json")


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The first scenario starts the lab, which is stopped after the last; where Molecule keeps what it knows."""
    state = tmp_path_factory.mktemp("molecule")
    with launcher.command() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOLECULE_EPHEMERAL_DIRECTORY", str(state))
        patch.setenv("MOLECULE_OPTS", "--destroy=never")
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        yield state
    down(FOLDER / "lab.json")


@pytest.fixture(autouse=True)
def nothing_known(shared_lab: Path) -> None:
    """Otherwise Molecule takes another scenario's preparation for its own, and a role what a failed run has left."""
    shutil.rmtree(shared_lab)
    for left in KEPT_BY_ROLES:
        (FOLDER / left).unlink(missing_ok=True)
