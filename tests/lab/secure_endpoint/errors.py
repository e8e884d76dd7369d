# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Secure Endpoint says when it refuses. Only the text of the 401 is published; the others are the lab's."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from aiohttp import web

VERSION = "v1.2.0"


class SecureEndpointError(Exception):
    """A refusal: the HTTP status, which the body repeats, and the sentence in `details`."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status} {detail}")
        self.status = status
        self.detail = detail

    def response(self, version: str | None, link: str = "") -> web.Response:
        """The error envelope; `link` is the address that was called, which a 401 does not repeat."""
        body: dict[str, Any] = {"version": version}
        if link and self.status != 401:
            body["metadata"] = {"links": {"self": link}}
        description = HTTPStatus(self.status).phrase
        body |= {
            "data": {},
            "errors": [{"error_code": self.status, "description": description, "details": [self.detail]}],
        }
        return web.json_response(body, status=self.status)


def bad_request(detail: str) -> SecureEndpointError:
    """400: `detail` names the parameter or the field (Cisco API documentation)."""
    return SecureEndpointError(400, detail)


def unknown_credential() -> SecureEndpointError:
    """401, word for word (Cisco API documentation)."""
    return SecureEndpointError(401, "Unknown API key or Client ID")


def wrong_region(status: int) -> SecureEndpointError:
    """A pair that another region knows; with 401 it looks like a wrong one."""
    return unknown_credential() if status == 401 else SecureEndpointError(status, "Not available in this cloud")


def scope_denied(status: int) -> SecureEndpointError:
    """A read-only credential on a write."""
    return SecureEndpointError(status, "The API credential is read-only")


def not_found(what: str) -> SecureEndpointError:
    """404 for a path or an object."""
    return SecureEndpointError(404, f"{what} not found")


def budget_used_up() -> SecureEndpointError:
    """429 until the hour is over."""
    return SecureEndpointError(429, "Rate limit exceeded")


def vendor_error(status: int) -> web.Response:
    """An injected status in the vendor's form."""
    return SecureEndpointError(status, "Injected error").response(VERSION)
