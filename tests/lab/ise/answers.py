# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests in, answers out: what the ISE routes share."""

from __future__ import annotations

import base64
import binascii
import json
from http import HTTPStatus
from typing import Any

from aiohttp import web

from . import errors
from .errors import IseError, bad_request
from .state import IseState

# ERS operations that only ask, though they are PUTs.
ASKING = ("getGroupsByDomain", "getTrustedDomains", "getUserGroups", "isUserMemberOf")


def family(path: str) -> str:
    """Which API a path belongs to: ers, deployment, patch, open or web."""
    for prefix, name in (
        ("/ers/", "ers"),
        ("/api/v1/deployment/", "deployment"),
        ("/api/v1/patch", "patch"),
        ("/api/", "open"),
    ):
        if path.startswith(prefix):
            return name
    return "web"


def credentials(request: web.Request) -> tuple[str, str]:
    """User name and password of the Basic login; two empty strings if there is none."""
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        username, _colon, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, password


async def body_of(request: web.Request, *, required: bool = True) -> Any:
    """The decoded JSON body; None if it is empty and may be. Raises IseError 400 or 415."""
    raw = await request.read()
    if not raw:
        if required:
            raise bad_request("Required request body is missing")
        return None
    if request.content_type != "application/json":
        # Documented for ERS; for Open API a guess.
        raise IseError(415, f"Unsupported media type {request.content_type}", "Media type exception")
    try:
        return json.loads(raw)
    except ValueError as error:
        raise bad_request("JSON parse error") from error


def error_answer(request: web.Request, state: IseState, error: IseError) -> web.Response:
    """The error in the form of the API that was called."""
    kind = family(request.path)
    if kind == "web":
        return html(error.status, errors.NOT_FOUND_PAGE)
    if kind == "ers":
        body = errors.ers_body(_operation(request), error, request.url.host or "localhost")
    elif kind == "deployment":
        body = errors.deployment_body(error.message)
    elif kind == "patch":
        body = errors.patch_body(error.message)
    else:
        as_number = state.switches.get("ise.error_code_as") == "number"
        body = errors.open_api_body(error.status, error.message, code_as_number=as_number)
    return web.json_response(body, status=error.status)


def _operation(request: web.Request) -> str:
    last = request.path.rstrip("/").rsplit("/", 1)[-1]
    if request.method == "PUT" and last in ("addGroups", *ASKING):
        return f"PUT-{last}-activedirectory"
    verb = {"POST": "create", "PUT": "update", "DELETE": "delete"}.get(request.method, "get")
    return f"{request.method}-{verb}-activedirectory"


def html(status: int, page: str) -> web.Response:
    """A page of the web server."""
    return web.Response(status=status, text=page, content_type="text/html")


def refusal(status: int, form: str, page: str) -> web.Response:
    """A 401 or 403 of the gateway, before any API is reached; `form` is json, html or empty."""
    if form == "json":
        return web.json_response(errors.open_api_body(status, HTTPStatus(status).phrase), status=status)
    return html(status, page) if form == "html" else web.Response(status=status)


def wrapped(content: Any, status: int = 200) -> web.Response:
    """The common envelope of Open API reads."""
    return web.json_response({"response": content, "version": "1.0.0"}, status=status)


def text_answer(state: IseState, text: str, *, created: bool = False, deleted: bool = False) -> web.Response:
    """The answer of a Duo write: a string whose form nobody publishes (switches ise.write_body, ise.success_codes)."""
    codes = state.switches.get("ise.success_codes")
    if deleted and codes == "delete_204":
        return web.Response(status=204)
    status = 201 if created and codes != "all_200" else 200
    form = state.switches.get("ise.write_body")
    if form == "empty":
        return web.Response(status=status)
    if form == "plain_text":
        return web.Response(status=status, text=text)
    return web.json_response(text, status=status)
