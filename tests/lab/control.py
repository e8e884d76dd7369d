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
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

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
DONE = {"done": True}


class Control:
    """A running lab as its user sees it: where the services are, and the control path as methods.

    Every method raises ValueError with the lab's own words when the lab refuses, OSError when it does not answer.
    """

    def __init__(self, info: dict[str, Any]) -> None:
        self.info = info
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
        self._call("POST", "/reset")

    def switch(self, **values: Any) -> None:
        """Set switches: `switch(**{"duo.page_limit": 5})`. All or none are set."""
        self._call("POST", "/switches", values)

    def switches(self) -> list[dict[str, Any]]:
        """Every switch: name, values, default, value, source, text."""
        return self._call("GET", "/switches")

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
        self._call("POST", "/faults", {**rule, **extra})

    def faults(self) -> list[dict[str, Any]]:
        """The faults with what is left of their counts."""
        return self._call("GET", "/faults")

    def clear_faults(self) -> None:
        """Fair weather."""
        self._call("DELETE", "/faults")

    def requests(self, service: str | None = None) -> list[dict[str, Any]]:
        """The journal, oldest first; see journal.py."""
        return self._call("GET", "/requests" + (f"?service={service}" if service else ""))

    def clear_requests(self) -> None:
        """Empty the journal."""
        self._call("DELETE", "/requests")

    def state(self, service: str, part: str = "") -> Any:
        """Everything a service knows, secrets included, or one part of it, which costs less to hand over."""
        return self._call("GET", f"/state/{service}" + (f"?part={part}" if part else ""))

    def secrets(self) -> set[str]:
        """Every secret that any service holds at this moment."""
        return set(self._call("GET", "/secrets"))

    def patch(self, service: str, op: str, **args: Any) -> Any:
        """Do something behind the clients' backs, as a person in the product's console would."""
        return self._call("POST", f"/patch/{service}/{op}", args)

    def advance(self, seconds: float) -> None:
        """Move the lab's clock forward."""
        self._call("POST", "/advance", {"seconds": seconds})

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return call(self.control_url, method, path, body)


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
    """What the control path answers, whichever way a call comes: over HTTP, or from the process that runs the lab."""

    def __init__(self, world: World) -> None:
        self._world = world
        calls: dict[tuple[str, str], Callable[..., Awaitable[Any]]] = {
            ("GET", "/health"): self.health,
            ("POST", "/shutdown"): self.shutdown,
            ("POST", "/reset"): self.reset,
            ("GET", "/switches"): self.switches,
            ("POST", "/switches"): self.set_switches,
            ("GET", "/faults"): self.faults,
            ("POST", "/faults"): self.add_fault,
            ("DELETE", "/faults"): self.clear_faults,
            ("GET", "/requests"): self.requests,
            ("DELETE", "/requests"): self.clear_requests,
            ("GET", r"/state/(\w+)"): self.state,
            ("GET", "/secrets"): self.secrets,
            ("GET", r"/patch/(\w+)"): self.operations,
            ("POST", r"/patch/(\w+)/(\w+)"): self.patch,
            ("POST", "/advance"): self.advance,
        }
        self._calls = [(method, re.compile(path), run) for (method, path), run in calls.items()]

    async def answer(self, method: str, target: str, body: bytes | str | None) -> str:
        """One call; the body and the answer are JSON. Raises ValueError for what is refused."""
        wanted = json.loads(body) if body else {}
        if not isinstance(wanted, dict):
            raise ValueError("the body must be a JSON object")
        address = urlsplit(target)
        for known, path, run in self._calls:
            found = path.fullmatch(address.path) if known == method else None
            if found:
                return json.dumps(await run(*found.groups(), **dict(parse_qsl(address.query)), **wanted))
        raise ValueError(f"the control path has no {method} {address.path}")

    async def health(self) -> dict[str, Any]:
        """Whose process this is and where the services listen, without secrets."""
        addresses = {name: service.address for name, service in self._world.services.items()}
        return {"pid": os.getpid(), "services": addresses}

    async def shutdown(self) -> dict[str, Any]:
        """Stop the lab once this answer is out."""
        self._world.stopping.set()
        return DONE

    async def reset(self) -> dict[str, Any]:
        """Start over."""
        self._world.reset()
        return DONE

    async def secrets(self) -> list[str]:
        """All secrets, without what they belong to."""
        services = self._world.services.values()
        return sorted({secret for service in services for secret in service.held_secrets()})

    async def switches(self) -> list[dict[str, Any]]:
        """List the switches."""
        return self._world.switches.describe()

    async def set_switches(self, **wanted: Any) -> dict[str, Any]:
        """Set the switches named in the body, all or none."""
        before = {item["name"]: item["value"] for item in self._world.switches.describe()}
        try:
            for name, value in wanted.items():
                self._world.switches.set(name, value)
        except ValueError:
            for name, value in before.items():
                self._world.switches.set(name, value)
            raise
        return DONE

    async def faults(self) -> list[dict[str, Any]]:
        """List the faults."""
        return self._world.faults.describe()

    async def add_fault(self, **wanted: Any) -> dict[str, Any]:
        """Add the fault in the body."""
        try:
            fault = Fault(**wanted)
        except TypeError as error:
            raise ValueError(str(error)) from error
        service = self._world.service(fault.service)
        if fault.site not in (None, *service.SITES):
            raise ValueError(f"{fault.service} has no site {fault.site!r}")
        self._world.faults.add(fault)
        return DONE

    async def clear_faults(self) -> dict[str, Any]:
        """Drop all faults."""
        self._world.faults.clear()
        return DONE

    async def requests(self, service: str | None = None) -> list[dict[str, Any]]:
        """The journal, optionally of one `service`."""
        return self._world.journal.rows(service)

    async def clear_requests(self) -> dict[str, Any]:
        """Empty the journal."""
        self._world.journal.clear()
        return DONE

    async def state(self, service: str, part: str = "") -> Any:
        """Everything a service knows, or one `part` of it."""
        known = self._world.service(service).snapshot()
        if part and part not in known:
            raise ValueError(f"no part {part!r} in {service}; there are {', '.join(known)}")
        return known[part] if part else known

    async def operations(self, service: str) -> dict[str, str]:
        """Out-of-band operations of a service, with their signatures."""
        return self._world.service(service).operations()

    async def patch(self, service: str, op: str, /, **args: Any) -> Any:
        """Run an out-of-band operation with the body's members as arguments."""
        done = self._world.service(service).patch(op, **args)
        # One that talks to somebody outside is a coroutine.
        return await done if inspect.isawaitable(done) else done

    async def advance(self, seconds: Any = None) -> dict[str, Any]:
        """Move the clock by `seconds`."""
        if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
            raise ValueError("advance takes a number of seconds")
        self._world.clock.advance(seconds)
        return DONE


def control_app(api: ControlApi) -> web.Application:
    """The control path over HTTP. What is refused becomes a 400 with the reason."""

    async def serve(request: web.Request) -> web.Response:
        try:
            text = await api.answer(request.method, request.path_qs, await request.read())
        except ValueError as error:
            return web.Response(status=400, text=str(error))
        return web.Response(text=text, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{call:.*}", serve)
    return app
