# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: an environment that holds nothing of the developer's, and the lab."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import Lab

# Where pytest-ansible finds the collection if nothing else is said; `make` says it.
os.environ.setdefault("ANSIBLE_COLLECTIONS_PATH", str(Path(__file__).parents[1] / ".build" / "coll"))

# Each of these would change what a client or an option's fallback does.
PREFIXES = ("CII_", "DUO_", "ISE_", "SAFE_", "SECURE_ENDPOINT_")
NAMES = {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"}
SUFFIX = "_PROXY"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away connection options, proxies and certificate files; a test that wants one sets it."""
    for name in list(os.environ):
        if name in NAMES or name.startswith(PREFIXES) or name.upper().endswith(SUFFIX):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_memory_of_logins() -> None:
    """What ISE said of a login in another test is forgotten."""
    home = Path(os.environ.get("ANSIBLE_HOME") or "~/.ansible").expanduser()
    for note in (home / "identityops.cisco").glob("login-*.json"):
        note.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def running_lab() -> Iterator[Lab]:
    """A lab that lives as long as the test session: one for each worker."""
    with Lab.start() as lab:
        yield lab


@pytest.fixture
def lab(running_lab: Lab) -> Lab:
    """The lab, as if just started."""
    running_lab.reset()
    return running_lab
