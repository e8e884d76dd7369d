# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to the lab that stay open from test to test: to open one costs more than most tests send through it."""

from __future__ import annotations

import requests
from lab import Lab
from requests.adapters import HTTPAdapter

_CONNECTIONS = HTTPAdapter()


def session(lab: Lab) -> requests.Session:
    """With cookies and headers of its own."""
    made = requests.Session()
    made.trust_env = False
    made.verify = lab.ca_path
    made.mount("https://", _CONNECTIONS)
    return made
