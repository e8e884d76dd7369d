# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path: how tests and people look into the lab and change its weather.

Plain HTTP with JSON on a loopback port of its own, so the witness never shares a path with the accused.
"""

from __future__ import annotations

import asyncio
import http.client
import inspect
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from .faults import Fault, Faults
from .journal import Journal
from .store import Clock, ServiceState, Switches


@dataclass(frozen=True)
class DuoAccess:
    """How to call the simulated Duo: `localhost:PORT` and the keys of the Admin API application made by hand."""

    api_host: str
    integration_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class IseAccess:
    """How to call the simulated ISE: an administrator and an account that may only read."""

    hostname: str
    port: int
    username: str
    password: str = field(repr=False)
    readonly_username: str
    readonly_password: str = field(repr=False)


@dataclass(frozen=True)
class SecureEndpointAccess:
    """How to call the simulated Secure Endpoint with the read-only credential that monitoring uses.

    `api_host` is the one that knows the credential; `hosts` are all three by region, each `localhost:PORT`. Through the
    proxy the real host names lead to the same listeners.
    """

    api_host: str
    hosts: dict[str, str]
    client_id: str
    api_key: str = field(repr=False)
    proxy_url: str


@dataclass(frozen=True)
class CiiAccess:
    """How to call the simulated Identity Intelligence with the seeded API client.

    `legacy` is an older client, which needs its audience: `client_id`, `client_secret`, `audience`.
    """

    api_url: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    legacy: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class SafeAccess:
    """How to call the simulated SAFE instance."""

    url: str
    api_username: str
    api_password: str = field(repr=False)


# What of a service's access is the name of a connection option, less the service's prefix.
OPTIONS = {
    "duo": ("api_host", "integration_key", "secret_key"),
    "ise": ("hostname", "port", "username", "password"),
    "secure_endpoint": ("client_id", "api_key"),
    "cii": ("api_url", "token_url", "client_id", "client_secret"),
    "safe": ("url", "api_username", "api_password"),
}
# What reaches a service by the vendor's own host names, which the lab's proxy leads to the lab.
BY_NAME: dict[str, dict[str, Any]] = {"secure_endpoint": {"secure_endpoint_region": "eu"}}
CREDENTIAL = ("secure_endpoint_client_id", "secure_endpoint_api_key")


class Control:
    """A running lab as its user sees it: where the services are, and the control path as methods.

    Every method raises ValueError with the lab's own words when the lab refuses, OSError when it does not answer.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.control_url: str = info["control_url"]
        self.ca_path: str = info["ca_path"]
        self.duo = DuoAccess(**info["duo"])
        self.ise = IseAccess(**info["ise"])
        self.secure_endpoint = SecureEndpointAccess(**info["secure_endpoint"])
        self.cii = CiiAccess(**info["cii"])
        self.safe = SafeAccess(**info["safe"])

    def options(self, *services: str) -> dict[str, Any]:
        """How to reach the services that are named, or all, as the connection options of the collection's modules."""
        found: dict[str, Any] = {}
        for service in services or OPTIONS:
            access = getattr(self, service)
            found |= {f"{service}_{name}": getattr(access, name) for name in OPTIONS[service]}
            found |= {**BY_NAME.get(service, {}), f"{service}_ca_path": self.ca_path}
        return found

    def proxy(self, *services: str) -> dict[str, str]:
        """The environment variables without which `options` would lead to the real hosts."""
        needed = BY_NAME.keys() & (services or OPTIONS)
        return {"HTTPS_PROXY": self.secure_endpoint.proxy_url, "NO_PROXY": "localhost"} if needed else {}

    def environment(self, *services: str, credential: bool = True) -> dict[str, str]:
        """The same as `options`, as environment variables, with those of `proxy`.

        Without `credential`, that of Secure Endpoint is left out: the flow has a person create one.
        """
        options = {name: str(value) for name, value in self.options(*services).items()}
        if not credential:
            options = {name: value for name, value in options.items() if name not in CREDENTIAL}
        return {**{name.upper(): value for name, value in options.items()}, **self.proxy(*services)}

    def reset(self) -> None:
        """Fresh seed, switches, faults, journal and clock; keys and passwords stay valid."""
        call(self.control_url, "POST", "/reset")

    def switch(self, **values: Any) -> None:
        """Set switches: `switch(**{"duo.page_limit": 5})`. All or none are set."""
        call(self.control_url, "POST", "/switches", values)

    def switches(self) -> list[dict[str, Any]]:
        """Every switch: name, values, default, value, source, text."""
        return call(self.control_url, "GET", "/switches")

    def fault(
        self,
        service: str,
        method: str | None = None,
        path: str | None = None,
        *,
        kind: str,
        times: int | None = 1,
        skip: int = 0,
        **extra: Any,
    ) -> None:
        """Add a fault for requests whose path the regular expression `path` finds; `times=None` = until cleared."""
        rule = {"service": service, "method": method, "path": path, "kind": kind, "times": times, "skip": skip}
        call(self.control_url, "POST", "/faults", {**rule, **extra})

    def faults(self) -> list[dict[str, Any]]:
        """The faults with what is left of their counts."""
        return call(self.control_url, "GET", "/faults")

    def clear_faults(self) -> None:
        """Fair weather."""
        call(self.control_url, "DELETE", "/faults")

    def requests(self, service: str | None = None) -> list[dict[str, Any]]:
        """The journal, oldest first; see journal.py."""
        return call(self.control_url, "GET", "/requests" + (f"?service={service}" if service else ""))

    def clear_requests(self) -> None:
        """Empty the journal."""
        call(self.control_url, "DELETE", "/requests")

    def state(self, service: str) -> dict[str, Any]:
        """Everything a service knows, secrets included."""
        return call(self.control_url, "GET", f"/state/{service}")

    def secrets(self) -> set[str]:
        """Every secret that any service holds at this moment."""
        return set(call(self.control_url, "GET", "/secrets"))

    def patch(self, service: str, op: str, **args: Any) -> Any:
        """Do something behind the clients' backs, as a person in the product's console would."""
        return call(self.control_url, "POST", f"/patch/{service}/{op}", args)

    def advance(self, seconds: float) -> None:
        """Move the lab's clock forward."""
        call(self.control_url, "POST", "/advance", {"seconds": seconds})


def call(control_url: str, method: str, path: str, body: Any = None) -> Any:
    """One request to the control path. Raises ValueError with the lab's words on 4xx, OSError if nobody answers."""
    data = None if body is None else json.dumps(body)
    # http.client knows no proxies: the control path is on this machine, whatever the environment says.
    connection = http.client.HTTPConnection(urlsplit(control_url).netloc, timeout=30)
    try:
        connection.request(method, path, data)
        response = connection.getresponse()
        text = response.read().decode("utf-8")
    except http.client.HTTPException as error:
        raise OSError(f"{control_url} speaks no HTTP: {error!r}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise ValueError(text)
    return json.loads(text)


@dataclass
class World:
    """What the listeners of one lab share."""

    clock: Clock
    switches: Switches
    faults: Faults
    journal: Journal
    services: dict[str, ServiceState]
    stopping: asyncio.Event
    info: dict[str, Any] = field(default_factory=dict)

    def reset(self) -> None:
        """As if just started."""
        self.clock.reset()
        self.switches.reset()
        self.faults.clear()
        self.journal.clear()
        for service in self.services.values():
            service.proxied.clear()
            service.reset()

    def service(self, name: str) -> ServiceState:
        """Raises ValueError for a service the lab does not have."""
        if name not in self.services:
            raise ValueError(f"no service {name!r}; there are {', '.join(self.services)}")
        return self.services[name]


class ControlApi:
    """The handlers of the control path."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.get("/health", self.health),
            web.post("/shutdown", self.shutdown),
            web.post("/reset", self.reset),
            web.get("/switches", self.switches),
            web.post("/switches", self.set_switches),
            web.get("/faults", self.faults),
            web.post("/faults", self.add_fault),
            web.delete("/faults", self.clear_faults),
            web.get("/requests", self.requests),
            web.delete("/requests", self.clear_requests),
            web.get("/state/{service}", self.state),
            web.get("/secrets", self.secrets),
            web.get("/patch/{service}", self.operations),
            web.post("/patch/{service}/{op}", self.patch),
            web.post("/advance", self.advance),
        ]

    async def health(self, request: web.Request) -> web.Response:
        """Whose process this is and where the services listen, without secrets."""
        addresses = {name: service.address for name, service in self._world.services.items()}
        return web.json_response({"pid": os.getpid(), "services": addresses})

    async def shutdown(self, request: web.Request) -> web.Response:
        """Stop the lab once this answer is out."""
        self._world.stopping.set()
        return _done()

    async def reset(self, request: web.Request) -> web.Response:
        """Start over."""
        self._world.reset()
        return _done()

    async def secrets(self, request: web.Request) -> web.Response:
        """All secrets, without what they belong to."""
        services = self._world.services.values()
        return web.json_response(sorted({secret for service in services for secret in service.held_secrets()}))

    async def switches(self, request: web.Request) -> web.Response:
        """List the switches."""
        return web.json_response(self._world.switches.describe())

    async def set_switches(self, request: web.Request) -> web.Response:
        """Set the switches named in the body, all or none."""
        wanted = await _object(request)
        before = {item["name"]: item["value"] for item in self._world.switches.describe()}
        try:
            for name, value in wanted.items():
                self._world.switches.set(name, value)
        except ValueError:
            for name, value in before.items():
                self._world.switches.set(name, value)
            raise
        return _done()

    async def faults(self, request: web.Request) -> web.Response:
        """List the faults."""
        return web.json_response(self._world.faults.describe())

    async def add_fault(self, request: web.Request) -> web.Response:
        """Add the fault in the body."""
        wanted = await _object(request)
        try:
            fault = Fault(**wanted)
        except TypeError as error:
            raise ValueError(str(error)) from error
        service = self._world.service(fault.service)
        if fault.site not in (None, *service.SITES):
            raise ValueError(f"{fault.service} has no site {fault.site!r}")
        self._world.faults.add(fault)
        return _done()

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Drop all faults."""
        self._world.faults.clear()
        return _done()

    async def requests(self, request: web.Request) -> web.Response:
        """The journal, optionally of one `service`."""
        return web.json_response(self._world.journal.rows(request.query.get("service")))

    async def clear_requests(self, request: web.Request) -> web.Response:
        """Empty the journal."""
        self._world.journal.clear()
        return _done()

    async def state(self, request: web.Request) -> web.Response:
        """Everything a service knows."""
        return web.json_response(self._world.service(request.match_info["service"]).snapshot())

    async def operations(self, request: web.Request) -> web.Response:
        """Out-of-band operations of a service, with their signatures."""
        return web.json_response(self._world.service(request.match_info["service"]).operations())

    async def patch(self, request: web.Request) -> web.Response:
        """Run an out-of-band operation with the body's members as arguments."""
        service = self._world.service(request.match_info["service"])
        done = service.patch(request.match_info["op"], **await _object(request))
        # One that talks to somebody outside is a coroutine.
        return web.json_response(await done if inspect.isawaitable(done) else done)

    async def advance(self, request: web.Request) -> web.Response:
        """Move the clock by `seconds`."""
        seconds = (await _object(request)).get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise ValueError("advance takes a number of seconds")
        self._world.clock.advance(seconds)
        return _done()


@web.middleware
async def refuse(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """ValueError becomes a 400 with its text."""
    try:
        return await handler(request)
    except ValueError as error:
        return web.Response(status=400, text=str(error))


def control_app(world: World) -> web.Application:
    """The control path's application."""
    app = web.Application(middlewares=[refuse])
    app.add_routes(ControlApi(world).routes())
    return app


def _done() -> web.Response:
    return web.json_response({"done": True})


async def _object(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    data = json.loads(raw) if raw else {}
    if not isinstance(data, dict):
        raise ValueError("the body must be a JSON object")
    return data
