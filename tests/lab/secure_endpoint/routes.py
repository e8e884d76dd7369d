# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Secure Endpoint's HTTP side: API v1 with Basic login (Cisco API documentation, recorded answers)."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from ..sites import SITE
from .computers import with_links
from .errors import VERSION, SecureEndpointError, bad_request, vendor_error
from .state import Credential, SecureEndpointState

__all__ = ["SECRET_FIELDS", "actor", "is_write", "middlewares", "routes", "vendor_error"]

SECRET_FIELDS = frozenset({"api_key", "password"})
MAX_PAGE = 500
# The filters that third parties send as well are left out: no client here may rely on them.
PAGING = frozenset({"limit", "offset"})
FOREIGN = "https://collector.example.net"
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
CALLER = web.RequestKey("caller", Credential)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_write(method: str, path: str, body: bytes) -> bool:
    """True for what changes the organisation."""
    return method in ("POST", "PUT", "PATCH", "DELETE")


def actor(request: web.Request) -> str:
    """The Client ID of the Basic login."""
    return _pair(request)[0]


def middlewares(state: SecureEndpointState) -> list[Any]:
    """Outermost first."""

    @web.middleware
    async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except SecureEndpointError as error:
            response = _refusal(state, request, error)
        except web.HTTPException as error:
            # The router's own 404 and 405; what the real one answers to a wrong method is not published.
            text = HTTPStatus(error.status).phrase
            response = _refusal(state, request, SecureEndpointError(error.status, text))
        _decorate(state, request, response)
        return response

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[CALLER] = state.login(request.app[SITE], *_pair(request))
        state.spend()
        return await handler(request)

    return [envelope, gate]


def _pair(request: web.Request) -> tuple[str, str]:
    """Client ID and API key; two empty strings without a Basic login."""
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _colon, api_key = text.partition(":")
    return (client_id, api_key) if scheme.lower() == "basic" else ("", "")


def _origin(request: web.Request) -> str:
    """Links name the host that was called."""
    return f"https://{request.host}"


def _refusal(state: SecureEndpointState, request: web.Request, error: SecureEndpointError) -> web.Response:
    version = state.switches.get("secure_endpoint.error_version")
    response = error.response(None if version == "null" else version, _origin(request) + request.path)
    if error.status == 429 and state.switches.get("secure_endpoint.retry_after") == "present":
        response.headers["Retry-After"] = str(state.budget()["reset"])
    return response


def _decorate(state: SecureEndpointState, request: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer; the budget only for a credential, as nobody else has one."""
    response.headers["status"] = f"{response.status} {HTTPStatus(response.status).phrase}"
    response.headers["x-request-id"] = str(uuid.uuid4())
    response.headers["cache-control"] = "no-cache, no-store"
    if CALLER in request:
        response.headers.update(_budget_headers(state))
    accepted = ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", ""))
    if accepted and state.switches.get("secure_endpoint.body_encoding") == "gzip":
        response.enable_compression(web.ContentCoding.gzip)


def _budget_headers(state: SecureEndpointState) -> dict[str, str]:
    budget = state.budget()
    if state.switches.get("secure_endpoint.rate_header_style") == "real":
        return {f"x-ratelimit-{name}": str(value) for name, value in budget.items()}
    return {f"X-Rate-Limit-{name.capitalize()}": str(budget[name]) for name in ("limit", "remaining", "reset")}


def routes(state: SecureEndpointState) -> list[web.RouteDef]:
    """Everything the simulated Secure Endpoint answers. Nothing here makes, lists or deletes a credential."""
    return Api(state).routes()


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for."""

    limit: int
    offset: int


class Api:
    """The handlers."""

    def __init__(self, state: SecureEndpointState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Everything below /v1."""
        return [
            web.get("/v1/version", self.version),
            web.get("/v1/computers", self.computers),
            web.get("/v1/computers/{guid}", self.computer),
            web.patch("/v1/computers/{guid}", self.move),
            web.get("/v1/groups", self.groups),
            web.get("/v1/policies", self.policies),
            web.get("/v1/event_streams", self.event_streams),
            web.post("/v1/event_streams", self.create_event_stream),
        ]

    async def version(self, request: web.Request) -> web.Response:
        """The smallest call there is."""
        _query(request)
        return _single(request, {})

    async def computers(self, request: web.Request) -> web.Response:
        """A page of connectors."""
        window = self._window(_query(request, PAGING))
        total = len(self._state.fleet)
        texts = self._state.fleet.texts(window.offset, min(window.offset + window.limit, total), _origin(request))
        return self._page(request, window, texts, total)

    async def computer(self, request: web.Request) -> web.Response:
        """One connector."""
        _query(request)
        row = self._state.computer(request.match_info["guid"])
        return _single(request, with_links(row, _origin(request)))

    async def move(self, request: web.Request) -> web.Response:
        """Accepts a move to another group."""
        _query(request)
        wanted = await _body(request, {"group_guid": str})
        row = self._state.move_computer(request[CALLER], request.match_info["guid"], wanted["group_guid"])
        return _single(request, with_links(row, _origin(request)), 202)

    async def groups(self, request: web.Request) -> web.Response:
        """A page of groups, or those called `name`."""
        query = _query(request, PAGING | {"name"})
        found = [item for item in self._state.groups if query.get("name") in (None, item["name"])]
        links = [{**item, "links": {"group": f"{_origin(request)}/v1/groups/{item['guid']}"}} for item in found]
        return self._list(request, query, links)

    async def policies(self, request: web.Request) -> web.Response:
        """A page of connector policies."""
        query = _query(request, PAGING)
        return self._list(request, query, self._state.policies)

    async def event_streams(self, request: web.Request) -> web.Response:
        """All streams; passwords were shown at their creation only."""
        _query(request)
        return _single(request, [_without_password(stream) for stream in self._state.event_streams])

    async def create_event_stream(self, request: web.Request) -> web.Response:
        """Creates one, whatever the caller meant by it."""
        _query(request)
        wanted = await _body(request, {"name": str}, {"group_guids": list})
        groups = wanted.get("group_guids", [])
        return _single(request, self._state.create_event_stream(request[CALLER], wanted["name"], groups), 201)

    # -- pages ---------------------------------------------------------------------------------------------------------

    def _window(self, query: dict[str, str]) -> Window:
        """Raises SecureEndpointError 400. A limit above the documented maximum is a switch."""
        limit = _number(query, "limit", MAX_PAGE, 1)
        if limit > MAX_PAGE and self._state.switches.get("secure_endpoint.limit_above_500") == "400":
            raise bad_request(f"limit: must be {MAX_PAGE} or less")
        forced = int(self._state.switches.get("secure_endpoint.page_limit"))
        return Window(min(limit, MAX_PAGE, forced or MAX_PAGE), _number(query, "offset", 0, 0))

    def _list(self, request: web.Request, query: dict[str, str], rows: list[dict[str, Any]]) -> web.Response:
        window = self._window(query)
        part = rows[window.offset : window.offset + window.limit]
        return self._page(request, window, [json.dumps(row) for row in part], len(rows))

    def _page(self, request: web.Request, window: Window, rows: list[str], total: int) -> web.Response:
        """The envelope around rows that are JSON already."""
        metadata = {
            "links": self._links(request, window, total),
            "results": {
                "total": total + (7 if self._state.switches.get("secure_endpoint.total_in_results") == "wrong" else 0),
                "current_item_count": len(rows),
                "index": window.offset,
                "items_per_page": window.limit,
            },
        }
        text = f'{{"version": "{VERSION}", "metadata": {json.dumps(metadata)}, "data": [{", ".join(rows)}]}}'
        return web.Response(text=text, content_type="application/json")

    def _links(self, request: web.Request, window: Window, total: int) -> dict[str, str]:
        """`prev` only after the first page, `next` only before the last."""
        other = {name: value for name, value in request.query.items() if name not in PAGING}

        def link(offset: int, origin: str = "") -> str:
            query = urlencode({**other, "limit": window.limit, "offset": offset})
            return f"{origin or _origin(request)}{request.path}?{query}"

        links = {"self": _origin(request) + request.path_qs}
        if window.offset > 0:
            links["prev"] = link(max(0, window.offset - window.limit))
        if window.offset + window.limit < total:
            kind = self._state.switches.get("secure_endpoint.next_link")
            following = window.offset if kind == "same_page" else window.offset + window.limit
            links["next"] = link(following, FOREIGN if kind == "foreign" else "")
        return links


def _single(request: web.Request, data: Any, status: int = 200) -> web.Response:
    links = {"self": _origin(request) + request.path_qs}
    return web.json_response({"version": VERSION, "metadata": {"links": links}, "data": data}, status=status)


def _without_password(stream: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in stream["amqp_credentials"].items() if name != "password"}
    return {**stream, "amqp_credentials": shown}


def _query(request: web.Request, known: Iterable[str] = ()) -> dict[str, str]:
    """Raises SecureEndpointError 400 for a parameter that the call does not know, or twice the same."""
    query: dict[str, str] = {}
    for name, value in parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True):
        if name not in known or name in query:
            raise bad_request(f"{name}: unexpected parameter")
        query[name] = value
    return query


def _number(query: dict[str, str], name: str, default: int, least: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise bad_request(f"{name}: must be a whole number from {least}")
    return int(text)


async def _body(
    request: web.Request, required: dict[str, type], optional: dict[str, type] | None = None
) -> dict[str, Any]:
    """The JSON body. Raises SecureEndpointError 400 for members that are missing, unknown or of another kind."""
    kinds = {**required, **(optional or {})}
    try:
        wanted = json.loads(await request.read())
    except ValueError as error:
        raise bad_request("body: no JSON") from error
    if not isinstance(wanted, dict):
        raise bad_request("body: no object")
    missing = [name for name in required if not wanted.get(name)]
    unfit = [name for name, value in wanted.items() if name not in kinds or not isinstance(value, kinds[name])]
    if missing or unfit:
        raise bad_request(f"{', '.join(missing + unfit)}: missing or invalid")
    return wanted
