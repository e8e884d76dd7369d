# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab: a simulated Duo account, ISE deployment, Secure Endpoint organisation and Identity Intelligence tenant."""

from __future__ import annotations

from .daemon import attach
from .server import Lab

__all__ = ["Lab", "attach"]
