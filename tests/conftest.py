# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests need: an environment that holds nothing of the developer's."""

from __future__ import annotations

import os

import pytest

# Each of these would change what a client or an option's fallback does.
PREFIXES = ("DUO_", "ISE_", "SECURE_ENDPOINT_")
NAMES = {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"}
SUFFIX = "_PROXY"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away connection options, proxies and certificate files; a test that wants one sets it."""
    for name in list(os.environ):
        if name in NAMES or name.startswith(PREFIXES) or name.upper().endswith(SUFFIX):
            monkeypatch.delenv(name)
