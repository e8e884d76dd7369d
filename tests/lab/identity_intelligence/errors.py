# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Identity Intelligence says when it refuses. No catalogue is published: the texts are the lab's, and the shapes
are those of the servers that its scalars and its token URL point to."""

from __future__ import annotations

from typing import Any

from aiohttp import web


class CiiError(Exception):
    """A refusal of the API outside GraphQL: the HTTP status, the kind and the sentence."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.kind = kind
        self.message = message

    def response(self) -> web.Response:
        """A list of errors, as GraphQL servers of that kind send."""
        return graphql_answer(self.status, None, [{"errorType": self.kind, "message": self.message}])


class TokenError(Exception):
    """A refusal of the token URL."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(f"{status} {error}")
        self.status = status
        self.error = error
        self.description = description


def graphql_answer(status: int, data: Any, errors: list[dict[str, Any]] | None = None) -> web.Response:
    """The envelope of every answer of the API."""
    body: dict[str, Any] = {"data": data}
    if errors:
        body["errors"] = errors
    return web.json_response(body, status=status)


def bad_token(status: int) -> CiiError:
    """Without a token, or with one that is not valid."""
    return CiiError(status, "UnauthorizedException", "Token is invalid or has expired.")


def vendor_error(status: int) -> web.Response:
    """An injected status in the vendor's form."""
    return CiiError(status, "InjectedError", "Injected error").response()
