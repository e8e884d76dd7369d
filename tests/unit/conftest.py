# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the unit tests keep between them: nothing."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest


def pytest_collection_finish() -> None:
    """What has been imported by now stays, so that the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def one_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(autouse=True)
def no_memory_of_logins(monkeypatch: pytest.MonkeyPatch, one_home: Path) -> None:
    """What ISE said of a login in another test is forgotten, and no stage that runs meanwhile is disturbed."""
    from ansible_collections.identityops.cisco.plugins.module_utils import _login

    monkeypatch.setenv("ANSIBLE_HOME", str(one_home))
    # What is remembered of a password is stretched, which costs each refused login a fiftieth of a second.
    monkeypatch.setattr(_login, "ROUNDS", 10)
    for note in (one_home / "identityops.cisco").glob("login-*.json"):
        note.unlink(missing_ok=True)
