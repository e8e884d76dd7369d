# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SAFE says when it refuses: the four shapes that third parties have quoted from its documentation."""

from __future__ import annotations

from typing import Any

from aiohttp import web

AS_SEEN = {400: "success", 401: "status", 403: "gateway"}


class SafeError(Exception):
    """A refusal: the HTTP status and its words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status} {words}")
        self.status = status
        self.words = words

    def response(self, shape: str = "as_seen") -> web.Response:
        """In one of the four shapes."""
        shape = AS_SEEN.get(self.status, "message") if shape == "as_seen" else shape
        bodies: dict[str, dict[str, Any]] = {
            "status": {"status": "error", "message": self.words},
            "message": {"message": self.words},
            "gateway": {"Message": self.words},
            "success": {"success": False, "message": self.words},
        }
        return web.json_response(bodies[shape], status=self.status)


def vendor_error(status: int) -> web.Response:
    """An injected status in the vendor's form."""
    return SafeError(status, "Injected error").response()
