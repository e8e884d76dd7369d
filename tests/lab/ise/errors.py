# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ISE says when it refuses: one exception for the rules, and the five forms in which the vendor wraps its text."""

from __future__ import annotations

from typing import Any

# The documents use this one sentence for a missing object and for the switched-off feature alike
# (Cisco API descriptions mfa.yaml and duo-identity-sync.yaml, response 403).
NOT_FOUND_OR_DISABLED = "The specified resource was not found / MFA feature is disabled"
NOT_FOUND = "The specified resource was not found"


class IseError(Exception):
    """A refusal by the rules of ISE.

    :param status: the HTTP status it is answered with
    :param message: the text for the caller
    :param kind: the ERS name of the error, used by ERS only (Cisco, "Error responses")
    """

    def __init__(self, status: int, message: str, kind: str = "CRUD operation exception") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind


def bad_request(message: str) -> IseError:
    """The commonest refusal."""
    return IseError(400, message, "Application resource validation exception")


def open_api_body(status: int, message: str, *, code_as_number: bool = False) -> dict[str, Any]:
    """Duo and policy calls: `code` is documented as a string, and has been seen as a number."""
    return {"code": status if code_as_number else str(status), "message": message}


def deployment_body(message: str) -> dict[str, Any]:
    """Cisco API description deployment.yaml, ErrorResponse."""
    return {"error": {"message": message}, "version": "1.0.0"}


def patch_body(message: str) -> dict[str, Any]:
    """Cisco API description patch-hot-patch.yaml, ErrorResponse."""
    return {"response": {"message": message}, "version": "1.0.0"}


def ers_body(operation: str, error: IseError, host: str) -> dict[str, Any]:
    """ERSResponse as Cisco's ERS description shapes it; the `title` is the only useful text (seen on a real box)."""
    return {
        "ERSResponse": {
            "operation": operation,
            "messages": [{"title": error.message, "type": "ERROR", "code": error.kind}],
            "link": {
                "rel": "related",
                "href": f"https://{host}:9060/ers/config/activedirectory",
                "type": "application/xml",
            },
        }
    }


def html_page(title: str, text: str) -> str:
    """The web server's own pages, which clients meet instead of JSON."""
    return (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )


LOGIN_PAGE = html_page("Identity Services Engine", "Intuitive network security. Please log in.")
UNAUTHORIZED_PAGE = html_page("HTTP Status 401 - Unauthorized", "This request requires HTTP authentication.")
FORBIDDEN_PAGE = html_page("HTTP Status 403 - Forbidden", "Access is denied.")
NOT_FOUND_PAGE = html_page("HTTP Status 404 - Not Found", "The requested resource is not available.")
# ciscoisesdk, issue 20, quotes this sentence.
CSRF_PAGE = html_page("HTTP Status 403 - Forbidden", "CSRF nonce validation failed")
