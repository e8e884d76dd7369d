# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ERS API: join points and the version. Answers follow Cisco's ERS description."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from . import errors
from .answers import body_of, family, html
from .errors import IseError
from .filters import matching
from .seed import JoinPoint
from .state import IseState

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BASE = "/ers/config/activedirectory"
PXGRID = "/ers/config/pxgridnode"
# Two cookies come with a token and must go back with it (seen on a real 3.4).
COOKIES = ("JSESSIONIDSSO", "APPSESSIONID")
_MAX_SIZE = 100


def csrf(state: IseState) -> Any:
    """The middleware that demands a token for ERS writes (switch ise.csrf), and JSON in the Accept header."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if family(request.path) != "ers":
            return await handler(request)
        if "application/json" not in request.headers.get("Accept", ""):
            return web.Response(status=406)
        if not state.switches.get("ise.csrf"):
            return await handler(request)
        cookies = (request.cookies.get(COOKIES[0], ""), request.cookies.get(COOKIES[1], ""))
        token = request.headers.get("X-CSRF-TOKEN", "")
        if request.method == "GET":
            state.sessions.touch(cookies, state.clock.now())
            return await (_fetch(state, request, handler) if token.lower() == "fetch" else handler(request))
        if not state.sessions.valid(cookies, token, state.clock.now()):
            return html(403, errors.CSRF_PAGE)
        return await handler(request)

    return check


async def _fetch(state: IseState, request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if state.switches.get("ise.csrf_fetch_status") == 415:
        error = IseError(415, "Unsupported media type", "Media type exception")
        body = errors.ers_body("GET-get-activedirectory", error, request.url.host or "localhost")
        response = web.json_response(body, status=415)
    cookies, token = state.sessions.open(state.clock.now())
    for name, value in zip(COOKIES, cookies, strict=True):
        response.set_cookie(name, value, path="/", secure=True, httponly=True)
    response.headers["X-CSRF-Token"] = token
    return response


class Ers:
    """The handlers."""

    def __init__(self, state: IseState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Collection paths answer with and without the trailing slash, because clients differ."""
        item = BASE + "/{id}"
        return [
            *[web.get(path, self.list) for path in (BASE, BASE + "/")],
            *[web.post(path, self.create) for path in (BASE, BASE + "/")],
            web.get(BASE + "/name/{name}", self.by_name),
            web.get(item, self.by_id),
            web.put(item, self.update),
            web.delete(item, self.delete),
            web.put(item + "/addGroups", self.add_groups),
            web.put(item + "/getGroupsByDomain", self.groups_by_domain),
            web.put(item + "/getTrustedDomains", self.trusted_domains),
            web.get("/ers/config/op/systemconfig/iseversion", self.version),
            web.get(PXGRID, self.pxgrid_clients),
            web.get(PXGRID + "/name/{name}", self.pxgrid_client),
            web.put(PXGRID + "/name/{name}/approve", self.approve),
            web.put("/ers/config/pxgridsettings/autoapprove", self.set_accounts),
        ]

    def _link(self, rel: str, path: str) -> dict[str, str]:
        return {"rel": rel, "href": f"https://{self._state.address}{path}", "type": "application/json"}

    def _item(self, point: JoinPoint) -> web.Response:
        link = self._link("self", f"{BASE}/{point.id}")
        return web.json_response({"ERSActiveDirectory": {**self._state.directory.read(point), "link": link}})

    async def list(self, request: web.Request) -> web.Response:
        """SearchResult of stubs."""
        points = matching(request.query, list(self._state.directory.points.values()), {"name": lambda item: item.name})
        for order in ("sortasc", "sortdsc"):
            if request.query.get(order) == "name":
                points.sort(key=lambda point: point.name, reverse=order == "sortdsc")
        return page_of(request, f"https://{self._state.address}{BASE}", [self._stub(point) for point in points])

    def _stub(self, point: JoinPoint) -> dict[str, Any]:
        link = self._link("self", f"{BASE}/{point.id}")
        return {"id": point.id, "name": point.name, "description": point.description, "link": link}

    async def by_id(self, request: web.Request) -> web.Response:
        """One join point."""
        return self._item(self._state.directory.by_id(request.match_info["id"]))

    async def by_name(self, request: web.Request) -> web.Response:
        """One join point."""
        return self._item(self._state.directory.by_name(request.match_info["name"]))

    async def create(self, request: web.Request) -> web.Response:
        """201 with a Location and no body."""
        point = self._state.directory.create(await body_of(request))
        location = f"https://{self._state.address}{BASE}/{point.id}"
        return web.Response(status=201, headers={"Location": location})

    async def update(self, request: web.Request) -> web.Response:
        """A join point cannot be updated: a real 3.4 answers 405."""
        raise IseError(405, "Method not allowed", "Unsupported method exception")

    async def delete(self, request: web.Request) -> web.Response:
        """204."""
        self._state.directory.delete(request.match_info["id"])
        return web.Response(status=204)

    async def add_groups(self, request: web.Request) -> web.Response:
        """204; the older description says 200."""
        self._state.directory.add_groups(request.match_info["id"], await body_of(request))
        return web.Response(status=204)

    async def groups_by_domain(self, request: web.Request) -> web.Response:
        """The groups of one domain."""
        groups = self._state.directory.groups_by_domain(request.match_info["id"], await body_of(request))
        return web.json_response({"ERSActiveDirectoryGroups": {"groups": groups}})

    async def trusted_domains(self, request: web.Request) -> web.Response:
        """The domains a join point can see."""
        domains = self._state.directory.trusted_domains(request.match_info["id"])
        return web.json_response({"ERSActiveDirectoryDomains": {"domains": domains}})

    async def pxgrid_clients(self, request: web.Request) -> web.Response:
        """SearchResult of stubs, on one page."""
        stubs = self._state.pxgrid.stubs()
        return web.json_response({"SearchResult": {"total": len(stubs), "resources": stubs}})

    async def pxgrid_client(self, request: web.Request) -> web.Response:
        """One pxGrid client."""
        return web.json_response({"PxgridNode": self._state.pxgrid.read(request.match_info["name"])})

    async def approve(self, request: web.Request) -> web.Response:
        """Approve a pxGrid client; the call has no body."""
        if await request.read():
            raise IseError(400, "This operation takes no body", "Application resource validation exception")
        self._state.pxgrid.approve(request.match_info["name"])
        return web.Response(status=self._state.switches.get("ise.pxgrid_success"))

    async def set_accounts(self, request: web.Request) -> web.Response:
        """How pxGrid takes new clients."""
        self._state.pxgrid.set_accounts(await body_of(request))
        return web.Response(status=self._state.switches.get("ise.pxgrid_success"))

    async def version(self, request: web.Request) -> web.Response:
        """Cisco API description of version and patch: patches as one comma-separated string, 0 if there are none."""
        patches = ",".join(str(number) for number in self._state.patches) or "0"
        values = {"version": self._state.switches.get("ise.version"), "patch information": patches}
        result = [{"name": name, "value": value} for name, value in values.items()]
        return web.json_response({"OperationResult": {"resultValue": result}})


def page_of(request: web.Request, address: str, stubs: list[dict[str, Any]]) -> web.Response:
    """The page of a list that was asked for, as a SearchResult. Raises IseError 400 for a bad number."""
    page, size = _number(request, "page", 1), _number(request, "size", 20)
    if size > _MAX_SIZE:
        raise IseError(400, f"Page size is limited to {_MAX_SIZE}", "Query validation exception")
    result: dict[str, Any] = {"total": len(stubs), "resources": stubs[(page - 1) * size : page * size]}
    for rel, number, is_there in (("previous", page - 1, page > 1), ("next", page + 1, page * size < len(stubs))):
        if is_there:
            kept = [(name, value) for name, value in request.query.items() if name not in ("page", "size")]
            query = urlencode([("size", size), ("page", number), *kept], quote_via=quote)
            result[f"{rel}Page"] = {"rel": rel, "href": f"{address}?{query}", "type": "application/json"}
    return web.json_response({"SearchResult": result})


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdecimal() or int(text) < 1:
        raise IseError(400, f"Invalid {name} {text}", "Query validation exception")
    return int(text)
