# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Admin API applications in Duo."""

from __future__ import annotations

from lab import Lab

from .harness import Run, matrix

MODULE = "duo_admin_api_app"
UNPREDICTABLE = ("integration_key", "type", "api_host")


def test_matrix(run: Run, lab: Lab) -> None:
    matrix(
        run,
        lab,
        MODULE,
        {"name": "ISE sync", "profile": "cisco_ise", "notes": "first"},
        {"profile": "safe", "networks_for_api_access": ["192.0.2.10"], "notes": ""},
        delete={"name": "ISE sync", "state": "absent"},
    )
