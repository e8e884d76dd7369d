# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated ISE answers: Duo MFA, identity sync, deployment, patches; ERS and policy have their own files."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from aiohttp import web

from . import errors
from .answers import ASKING, body_of, credentials, html, text_answer, wrapped
from .errors import IseError
from .ers import Ers
from .filters import matching
from .gate import is_sync_call, middlewares
from .policy_routes import PolicyApi
from .radius_routes import SEQUENCES, SERVERS, RadiusApi
from .state import IseState

__all__ = ["SECRET_FIELDS", "actor", "is_write", "middlewares", "routes", "vendor_error"]

SECRET_FIELDS = frozenset({"sKey", "password", "sharedSecret"})
_MFA = "/api/v1/duo-mfa"
_SYNC = "/api/v1/duo-identitysync"


def is_write(method: str, path: str, body: bytes) -> bool:
    """Does such a request change state? Two GETs do, and some POSTs and PUTs only ask."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return is_sync_call(method, path)
    asks = path.startswith(f"{_MFA}/mfa/testconnection/") or path.rstrip("/").endswith(ASKING)
    return not asks


def actor(request: web.Request) -> str:
    """The user name of the Basic login."""
    return credentials(request)[0]


def vendor_error(status: int) -> web.Response:
    """An injected error, in the form of Duo and policy calls."""
    return web.json_response(errors.open_api_body(status, HTTPStatus(status).phrase), status=status)


def routes(state: IseState) -> list[web.RouteDef]:
    """Everything the simulated ISE answers."""
    return [
        *MfaApi(state).routes(),
        *SyncApi(state).routes(),
        *BoxApi(state).routes(),
        *Ers(state).routes(),
        *[route for base in (SERVERS, SEQUENCES) for route in RadiusApi(state, base).routes()],
        *[route for tree in state.policy.trees for route in PolicyApi(state, tree).routes()],
    ]


class MfaApi:
    """duo-mfa."""

    def __init__(self, state: IseState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Everything below /api/v1/duo-mfa."""
        item = _MFA + "/mfa/{name}"
        return [
            web.get(_MFA + "/status", self.status),
            web.put(_MFA + "/enable", self.enable),
            web.get(_MFA + "/mfa", self.list),
            web.post(_MFA + "/mfa", self.create),
            web.get(item, self.get),
            web.put(item, self.update),
            web.delete(item, self.delete),
            web.post(_MFA + "/mfa/testconnection/{name}", self.test),
        ]

    async def status(self, request: web.Request) -> web.Response:
        """Bare, without the envelope."""
        return web.json_response({"status": self._state.feature.enabled})

    async def enable(self, request: web.Request) -> web.Response:
        """Switches the feature on or off."""
        self._state.feature.write(await body_of(request))
        return text_answer(self._state, "MFA feature status updated successfully")

    async def list(self, request: web.Request) -> web.Response:
        """The list shape."""
        return wrapped(self._state.connections.rows())

    async def create(self, request: web.Request) -> web.Response:
        """201."""
        item = self._state.connections.create(await body_of(request))
        return text_answer(self._state, f"Duo-MFA configuration {item.name} created successfully", created=True)

    async def get(self, request: web.Request) -> web.Response:
        """The single shape."""
        return wrapped({"mfa": self._state.connections.read(request.match_info["name"])})

    async def update(self, request: web.Request) -> web.Response:
        """200."""
        self._state.connections.update(request.match_info["name"], await body_of(request))
        return text_answer(self._state, "Duo-MFA configuration updated successfully")

    async def delete(self, request: web.Request) -> web.Response:
        """200 with a string, or 204."""
        self._state.connections.delete(request.match_info["name"])
        return text_answer(self._state, "Successfully deleted the Duo-MFA configuration", deleted=True)

    async def test(self, request: web.Request) -> web.Response:
        """Keys from the body, or the stored ones."""
        body = await body_of(request, required=False)
        return web.json_response(self._state.connections.test(request.match_info["name"], body))


class SyncApi:
    """duo-identitysync."""

    def __init__(self, state: IseState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Everything below /api/v1/duo-identitysync."""
        syncs = _SYNC + "/identitysync"
        item = syncs + "/{name}"
        return [
            web.get(_SYNC + "/activedirectories", self.directories),
            web.get(_SYNC + "/adgroups/{key}", self.groups),
            web.get(syncs, self.list),
            web.post(syncs, self.create),
            # allow_head would let a HEAD start a run
            web.get(syncs + "/sync/{name}", self.start, allow_head=False),
            web.get(syncs + "/sync/cancel/{name}", self.cancel, allow_head=False),
            web.put(syncs + "/status/{name}", self.report),
            web.get(item, self.get),
            web.put(item, self.update),
            web.delete(item, self.delete),
        ]

    async def directories(self, request: web.Request) -> web.Response:
        """A bare array."""
        return web.json_response(self._state.syncs.directories())

    async def groups(self, request: web.Request) -> web.Response:
        """A bare array."""
        return web.json_response(self._state.syncs.groups_of(request.match_info["key"]))

    async def list(self, request: web.Request) -> web.Response:
        """The list shape."""
        return wrapped(self._state.syncs.rows())

    async def create(self, request: web.Request) -> web.Response:
        """201."""
        item = self._state.syncs.create(await body_of(request))
        self._settle_later()
        return text_answer(self._state, f"Successfully created identity sync {item.name}", created=True)

    async def get(self, request: web.Request) -> web.Response:
        """The single shape."""
        return wrapped({"identitySync": self._state.syncs.read(request.match_info["name"])})

    async def update(self, request: web.Request) -> web.Response:
        """200."""
        self._state.syncs.update(request.match_info["name"], await body_of(request))
        return text_answer(self._state, "Successfully updated the identity sync")

    async def delete(self, request: web.Request) -> web.Response:
        """200 with a string, or 204."""
        self._state.syncs.delete(request.match_info["name"])
        return text_answer(self._state, "Successfully deleted the identity sync", deleted=True)

    async def start(self, request: web.Request) -> web.Response:
        """A GET that starts a run."""
        text = self._state.syncs.start(request.match_info["name"])
        self._settle_later()
        return text_answer(self._state, text)

    async def cancel(self, request: web.Request) -> web.Response:
        """A GET that cancels a run."""
        text = self._state.syncs.cancel(request.match_info["name"])
        self._settle_later()
        return text_answer(self._state, text)

    async def report(self, request: web.Request) -> web.Response:
        """The callback of a sync worker."""
        self._state.syncs.report(request.match_info["name"], await body_of(request))
        return text_answer(self._state, "Sync status updated")

    def _settle_later(self) -> None:
        """Users arrive in Duo when a run ends, not when somebody next asks ISE about it."""
        delay = self._state.switches.get("ise.sync_seconds")
        # The operation, not a method of the syncs that are there now: a reset may replace them meanwhile.
        asyncio.get_running_loop().call_later(delay + 0.001, self._state.op_settle)


class BoxApi:
    """The deployment, the patches, and the pages of the web interface."""

    def __init__(self, state: IseState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """With and without the trailing slash that Cisco's description has."""
        nodes = "/api/v1/deployment/node"
        return [
            *[web.get(path, self.nodes) for path in (nodes, nodes + "/")],
            web.get(nodes + "/{hostname}", self.node),
            web.get("/api/v1/patch", self.patches),
            *[web.get(path, self.login_page) for path in ("/", "/admin/{tail:.*}")],
        ]

    async def nodes(self, request: web.Request) -> web.Response:
        """The deployment, perhaps filtered."""
        fields = {name: _field(name) for name in ("fqdn", "hostname", "ipAddress", "roles", "services", "nodeStatus")}
        return wrapped(matching(request.query, self._state.nodes(), fields))

    async def node(self, request: web.Request) -> web.Response:
        """One node."""
        for node in self._state.nodes():
            if node["hostname"] == request.match_info["hostname"]:
                return wrapped(node)
        raise IseError(404, f"Node {request.match_info['hostname']} does not exist")

    async def patches(self, request: web.Request) -> web.Response:
        """No envelope in the description."""
        version, patches = self._state.switches.get("ise.version"), self._state.patches
        installed = [{"patchNumber": number, "installDate": f"2025-03-{number:02} 10:00:00"} for number in patches]
        return web.json_response({"iseVersion": version, "patchVersion": installed})

    async def login_page(self, request: web.Request) -> web.Response:
        """An address that leads to the web interface answers HTML."""
        return html(200, errors.LOGIN_PAGE)


def _field(name: str) -> Any:
    return lambda node: ",".join(node[name]) if isinstance(node[name], list) else node[name]
