# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated SAFE's HTTP side: the calls that SAFE publishes for tokens and integrations, and nothing else."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from .errors import SafeError, vendor_error
from .state import LIFETIME, Integration, SafeState

__all__ = ["SECRET_FIELDS", "actor", "is_write", "middlewares", "routes", "vendor_error"]

SECRET_FIELDS = frozenset({"password", "accessToken", "inventedSecretKey"})
BASE = "/api/v3"
TOKEN_CALLS = (f"{BASE}/auth", f"{BASE}/authenticate")
TEST = f"{BASE}/integrations/test"
FOREIGN = "https://collector.example.net"
OWN_MEMBERS = ("type", "subtype", "config")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_write(method: str, path: str, body: bytes) -> bool:
    """True for what changes integrations or starts a sync; tokens and tests do not."""
    return method in ("POST", "PUT", "PATCH", "DELETE") and path not in (*TOKEN_CALLS, TEST)


def actor(request: web.Request) -> str:
    """The API username of a token call."""
    return _pair(request)[0]


def _pair(request: web.Request) -> tuple[str, str]:
    scheme, _space, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    username, _colon, password = text.partition(":")
    return username, password


def middlewares(state: SafeState) -> list[Any]:
    """Outermost first."""

    @web.middleware
    async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except SafeError as error:
            return error.response(state.switches.get("safe.error_shape"))
        except web.HTTPException as error:
            return SafeError(error.status, HTTPStatus(error.status).phrase).response()

    @web.middleware
    async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path not in TOKEN_CALLS:
            scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
            state.require_token(token if scheme == "Bearer" else "")
        return await handler(request)

    return [envelope, gate]


def routes(state: SafeState) -> list[web.RouteDef]:
    """Everything below /api/v3."""
    return Api(state).routes()


class Api:
    """The handlers."""

    def __init__(self, state: SafeState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """All of them."""
        one = f"{BASE}/integrations/{{id}}"
        return [
            web.post(f"{BASE}/auth", self.auth),
            web.post(f"{BASE}/authenticate", self.authenticate),
            web.get(f"{BASE}/integrations/products", self.products),
            web.get(f"{BASE}/integrations/products/{{id}}", self.product),
            web.post(TEST, self.test),
            web.post(f"{BASE}/integrations", self.create),
            web.get(f"{BASE}/integrations", self.integrations),
            web.get(one, self.read),
            web.post(one, self.act),
            web.patch(one, self.update),
            web.delete(one, self.delete),
            web.get(f"{one}/history", self.history),
        ]

    def _switch(self, name: str) -> Any:
        return self._state.switches.get(f"safe.{name}")

    async def auth(self, request: web.Request) -> web.Response:
        """HTTP Basic, no body."""
        if self._switch("token_call") != "auth":
            raise SafeError(self._switch("auth_missing"), "Not here")
        if await request.read():
            raise SafeError(400, "The body must be empty")
        return self._token(*_pair(request))

    async def authenticate(self, request: web.Request) -> web.Response:
        """User and password as JSON."""
        if self._switch("token_call") != "authenticate":
            raise SafeError(403, "User is not authorized to access this resource with an explicit deny")
        wanted = await _body(request)
        return self._token(str(wanted.get("username")), str(wanted.get("password")))

    def _token(self, username: str, password: str) -> web.Response:
        token = self._state.issue_token(username, password)
        return web.json_response({"accessToken": token, "status": "success", "expiresIn": str(LIFETIME)})

    async def products(self, request: web.Request) -> web.Response:
        """A page of products, in short."""
        short = ("id", "name", "type", "subtype")
        return self._page(request, [{name: item[name] for name in short} for item in self._state.products])

    async def product(self, request: web.Request) -> web.Response:
        """One product with its fields."""
        item = self._state.product(request.match_info["id"])
        rest = {name: value for name, value in item.items() if name != "fields"}
        return web.json_response({**rest, **self._metadata(item["fields"])})

    def _metadata(self, fields: list[dict[str, Any]]) -> dict[str, Any]:
        shape = self._switch("product_metadata")
        if shape == "list":
            return {"configFields": [{**item, "secret": bool(item.get("secret"))} for item in fields]}
        inner = {
            item["name"]: {"type": "string", "title": item["label"], "writeOnly": bool(item.get("secret"))}
            for item in fields
        }
        if shape == "schema":
            required = [item["name"] for item in fields if item.get("required")]
            return {"config": {"type": "object", "properties": inner, "required": required}}
        if shape == "map":
            return {"config": inner}
        return {"ui": {"rows": [[item["label"], {"bind": f"$.{item['name']}"}] for item in fields]}}

    async def test(self, request: web.Request) -> web.Response:
        """Tries a config, and keeps nothing."""
        wanted = await _body(request)
        if set(wanted) - set(OWN_MEMBERS):
            raise SafeError(400, "Unknown members")
        product = self._state.meant(wanted.get("type"), wanted.get("subtype"), wanted.get("config"))
        problem = self._state.try_connection(product, wanted["config"])
        if problem:
            return self._failed_test(problem)
        answers = {"success": {"success": True, "message": "Connection successful"}, "status": {"status": "success"}}
        return web.json_response(answers.get(self._switch("test_answer"), {}))

    def _failed_test(self, problem: str) -> web.Response:
        form = self._switch("test_refusal")
        if isinstance(form, int):
            raise SafeError(form, problem)
        bodies = {
            "success_false": {"success": False, "message": problem},
            "status_error": {"status": "error", "message": problem},
            "nested": {"success": True, "data": {"status": "FAILED", "message": problem}},
        }
        return web.json_response(bodies[form])

    async def create(self, request: web.Request) -> web.Response:
        """Saves a new integration, one more each time."""
        wanted = await _body(request)
        product = self._state.meant(wanted.get("type"), wanted.get("subtype"), wanted.get("config"))
        members = {name: value for name, value in wanted.items() if name not in OWN_MEMBERS}
        item = self._state.save(product, wanted["config"], members)
        form = self._switch("save_answer")
        inside = {"data_id": {"success": True, "data": {"id": item.id}}, "none": {"success": True}}
        return web.json_response(inside.get(form, {form: item.id}), status=self._switch("create_status"))

    async def integrations(self, request: web.Request) -> web.Response:
        """In no published list of calls."""
        if self._switch("list_integrations") != "listed":
            raise SafeError(self._switch("list_integrations"), "No such call")
        return self._page(request, [self._shown(item) for item in self._state.integrations.values()])

    async def read(self, request: web.Request) -> web.Response:
        """In no published list of calls."""
        form = self._switch("read_integration")
        if isinstance(form, int):
            raise SafeError(form, "No such call")
        return web.json_response(self._shown(self._state.integration(request.match_info["id"])))

    def _shown(self, item: Integration) -> dict[str, Any]:
        product = self._state.product(item.product)
        shown = {"id": item.id, "type": product["type"], "subtype": product["subtype"], **item.members}
        form = self._switch("read_integration")
        if form == "without_config":
            return shown
        hidden = {} if form == "plain" else dict.fromkeys(self._state.secret_fields(item.product), "******")
        return {**shown, "config": {**item.config, **hidden}}

    async def update(self, request: web.Request) -> web.Response:
        """Replaces the config."""
        wanted = await _body(request)
        item = self._state.integration(request.match_info["id"])
        product = self._state.meant(wanted.get("type"), wanted.get("subtype"), wanted.get("config"))
        if product["id"] != item.product:
            raise SafeError(400, "The product cannot be changed")
        item.config = dict(wanted["config"])
        item.members = {name: value for name, value in wanted.items() if name not in OWN_MEMBERS}
        return _done(self._switch("update_status"))

    async def act(self, request: web.Request) -> web.Response:
        """Starts a sync."""
        item = self._state.integration(request.match_info["id"])
        self._state.start_sync(item, request.query.get("action", ""))
        return _done(self._switch("sync_status"))

    async def delete(self, request: web.Request) -> web.Response:
        """Forgets it."""
        del self._state.integrations[self._state.integration(request.match_info["id"]).id]
        return _done(self._switch("delete_status"))

    async def history(self, request: web.Request) -> web.Response:
        """A page of its runs."""
        item = self._state.integration(request.match_info["id"])
        rows = self._state.history(item)
        if not rows and self._switch("history_before_the_first_run") == "not_found":
            raise self._state.not_found("History", item.id)
        return self._page(request, rows)

    def _page(self, request: web.Request, rows: list[dict[str, Any]]) -> web.Response:
        shape = self._switch("list_shape")
        if shape == "list":
            return web.json_response(rows)
        if shape == "data":
            return web.json_response({"success": True, "message": "", "data": rows})
        size = int(self._switch("page_size"))
        page = int(request.query.get("page", "1"))
        part = rows[(page - 1) * size : page * size]
        body: dict[str, Any] = {"page": page, "pagelen": size, "size": len(rows), "values": part}
        if page * size < len(rows):
            origin = {"relative": "", "foreign": FOREIGN}.get(self._switch("next_link"), f"https://{request.host}")
            following = page if self._switch("next_link") == "same_page" else page + 1
            body["next"] = f"{origin}{request.path}?page={following}"
        return web.json_response(body)


def _done(status: int) -> web.Response:
    return web.Response(status=204) if status == 204 else web.json_response({"success": True}, status=status)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        wanted = json.loads(await request.read())
    except ValueError as error:
        raise SafeError(400, "The body is not JSON") from error
    if not isinstance(wanted, dict):
        raise SafeError(400, "The body is not an object")
    return wanted
