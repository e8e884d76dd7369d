# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between a request and the APIs: login, services that are off, rights, the node's role, the release."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from . import errors
from .accounts import Account
from .answers import credentials, error_answer, family, html, refusal
from .errors import NOT_FOUND, IseError
from .ers import csrf
from .state import IseState

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_DUO = re.compile(r"/api/v1/(duo-mfa|duo-identitysync)/")
_NEEDS_RELEASE = re.compile(r"/api/v1/(duo-mfa/|duo-identitysync/|policy/[^/]+/policy-set/[^/]+/mfa(/|$))")
_ALWAYS_OPEN = ("/api/v1/duo-mfa/status", "/api/v1/duo-mfa/enable")
_STARTS_OR_CANCELS = re.compile(r"/api/v1/duo-identitysync/identitysync/sync/.")


def is_sync_call(method: str, path: str) -> bool:
    """The two GETs that change state."""
    return method == "GET" and _STARTS_OR_CANCELS.match(path) is not None


def middlewares(state: IseState) -> list[Any]:
    """Outermost first."""

    @web.middleware
    async def vendor_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except IseError as error:
            response = error_answer(request, state, error)
        except web.HTTPException as error:
            # The router's own 404 and 405.
            text = NOT_FOUND if error.status == 404 else HTTPStatus(error.status).phrase
            response = error_answer(request, state, IseError(error.status, text, "Unsupported resource exception"))
        if family(request.path) == "open" and "X-Request-ID" in request.headers:
            response.headers["X-Request-ID"] = request.headers["X-Request-ID"]
        return response

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        state.syncs.settle()
        if family(request.path) == "web":
            return await handler(request)
        account = state.accounts.login(*credentials(request))
        if account is None:
            response = refusal(401, state.switches.get("ise.unauthorized_body"), errors.UNAUTHORIZED_PAGE)
            response.headers["WWW-Authenticate"] = 'Basic realm="ISE"'
            return response
        return _closed(state, request) or _forbidden(state, request, account) or await handler(request)

    return [vendor_errors, gate, csrf(state), _release_and_feature(state)]


def _closed(state: IseState, request: web.Request) -> web.Response | None:
    """The answer of an API that is off in the settings, or None."""
    if family(request.path) != "ers":
        return None if state.switches.get("ise.openapi_enabled") else html(200, errors.LOGIN_PAGE)
    if state.switches.get("ise.ers_enabled"):
        return None
    answer = state.switches.get("ise.ers_disabled_answer")
    pages = {"html": (200, errors.LOGIN_PAGE), 404: (404, errors.NOT_FOUND_PAGE), 403: (403, errors.FORBIDDEN_PAGE)}
    return html(*pages[answer])


def _forbidden(state: IseState, request: web.Request, account: Account) -> web.Response | None:
    """The refusal of a read-only account or a secondary node, or None. The gateway judges by method alone."""
    sync_call = is_sync_call(request.method, request.path)
    if request.method in ("GET", "HEAD") and not sync_call:
        return None
    if account.read_only and not (sync_call and state.switches.get("ise.readonly_sync_start") == "allowed"):
        return refusal(403, state.switches.get("ise.readonly_body"), errors.FORBIDDEN_PAGE)
    if state.switches.get("ise.node_role") == "secondary":
        status = state.switches.get("ise.secondary_write")
        return error_answer(request, state, IseError(status, "This operation is allowed on the primary PAN only"))
    return None


def _release_and_feature(state: IseState) -> Any:
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not state.knows_duo and _NEEDS_RELEASE.match(request.path):
            raise IseError(404, NOT_FOUND)
        known = request.match_info.http_exception is None
        if known and _DUO.match(request.path) and request.path not in _ALWAYS_OPEN:
            state.feature.require()
        return await handler(request)

    return check
