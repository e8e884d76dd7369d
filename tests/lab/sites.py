# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a handler learns at which of its service's sites a request came in."""

from __future__ import annotations

from aiohttp import web

SITE = web.AppKey("site", str)
