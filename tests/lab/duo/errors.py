# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Duo's error format: the HTTP status is the first three digits of the code (Duo documentation, adminapi)."""

from __future__ import annotations

from aiohttp import web


class DuoError(Exception):
    """A refusal in Duo's words."""

    def __init__(self, code: int, message: str, detail: str | None = None) -> None:
        super().__init__(f"{code} {message} ({detail})")
        self.code = code
        self.message = message
        self.detail = detail

    def response(self) -> web.Response:
        """The FAIL envelope."""
        body: dict[str, object] = {"stat": "FAIL", "code": self.code, "message": self.message}
        if self.detail is not None:
            body["message_detail"] = self.detail
        return web.json_response(body, status=self.code // 100)


def missing_parameter(detail: str) -> DuoError:
    """40001; `detail` names the parameter."""
    return DuoError(40001, "Missing required request parameters", detail)


def invalid_parameter(detail: str) -> DuoError:
    """40002; `detail` names the parameter or the reason."""
    return DuoError(40002, "Invalid request parameters", detail)


def missing_credentials() -> DuoError:
    """40101: no readable Authorization or date."""
    return DuoError(40101, "Missing request credentials")


def unknown_key(message: str) -> DuoError:
    """40102: this host knows no such integration key; Duo has changed the text once."""
    return DuoError(40102, message)


def bad_signature() -> DuoError:
    """40103: wrong secret, or something else was signed than was sent."""
    return DuoError(40103, "Invalid signature in request credentials")


def bad_timestamp() -> DuoError:
    """40105: the date is too far from Duo's clock."""
    return DuoError(40105, "Bad request timestamp")


def forbidden(detail: str | None = None) -> DuoError:
    """40301: wrong kind of key, or a permission is missing; Duo does not say which one."""
    return DuoError(40301, "Access forbidden", detail)


def not_found() -> DuoError:
    """40401: unknown id or unknown path."""
    return DuoError(40401, "Resource not found")


def method_not_allowed() -> DuoError:
    """Status 405 is documented, the code behind it is a guess."""
    return DuoError(40501, "Method not allowed")


KNOWN_TEXTS = {429: "Too Many Requests", 500: "Internal server error", 503: "Service unavailable"}


def vendor_error(status: int) -> web.Response:
    """An injected error in Duo's format. 42901 is documented; 50001 and the like are guesses."""
    # DuoError derives the status from the code, so any status has a code that fits.
    return DuoError(status * 100 + 1, KNOWN_TEXTS.get(status, "Injected error")).response()
