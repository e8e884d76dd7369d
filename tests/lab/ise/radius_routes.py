# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ERS calls for external RADIUS servers and RADIUS server sequences, as Cisco's ERS description has them."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .answers import body_of
from .errors import NOT_FOUND, IseError
from .ers import page_of
from .radius import Entry, Shelf
from .state import IseState

SERVERS = "/ers/config/externalradiusserver"
SEQUENCES = "/ers/config/radiusserversequence"


class RadiusApi:
    """The handlers for one of the two kinds."""

    def __init__(self, state: IseState, base: str) -> None:
        self._state = state
        self._base = base

    @property
    def _shelf(self) -> Shelf:
        """Asked for each time, because a reset makes a new one."""
        radius = self._state.radius
        return radius.servers if self._base == SERVERS else radius.sequences

    def routes(self) -> list[web.RouteDef]:
        """A sequence cannot be read by name."""
        item = self._base + "/{id}"
        by_name = [web.get(self._base + "/name/{name}", self.by_name)] if self._base == SERVERS else []
        return [
            web.get(self._base, self.list),
            web.post(self._base, self.create),
            *by_name,
            web.get(item, self.by_id),
            web.put(item, self.update),
            web.delete(item, self.delete),
        ]

    def _item(self, entry: Entry) -> web.Response:
        link = self._link(entry)
        shown = self._state.radius.shown(self._shelf, entry)
        return web.json_response({self._shelf.wrapper: {**shown, "link": link}})

    def _link(self, entry: Entry) -> dict[str, str]:
        href = f"https://{self._state.address}{self._base}/{entry.id}"
        return {"rel": "self", "href": href, "type": "application/json"}

    async def list(self, request: web.Request) -> web.Response:
        """SearchResult of stubs."""
        stubs: list[dict[str, Any]] = [
            {"id": entry.id, "name": entry.name, "link": self._link(entry)} for entry in self._shelf.entries.values()
        ]
        return page_of(request, f"https://{self._state.address}{self._base}", stubs)

    async def create(self, request: web.Request) -> web.Response:
        """201 with a Location and no body."""
        entry = self._state.radius.create(self._shelf, await body_of(request))
        return web.Response(status=201, headers={"Location": self._link(entry)["href"]})

    async def by_id(self, request: web.Request) -> web.Response:
        """One object."""
        return self._item(self._shelf.get(request.match_info["id"]))

    async def by_name(self, request: web.Request) -> web.Response:
        """One server."""
        entry = self._shelf.named(request.match_info["name"])
        if entry is None:
            raise IseError(404, NOT_FOUND)
        return self._item(entry)

    async def update(self, request: web.Request) -> web.Response:
        """200 with what has changed."""
        self._state.radius.update(self._shelf, request.match_info["id"], await body_of(request))
        return web.json_response({"UpdatedFieldsList": {"updatedField": []}})

    async def delete(self, request: web.Request) -> web.Response:
        """204."""
        self._state.radius.delete(self._shelf, request.match_info["id"])
        return web.Response(status=204)
