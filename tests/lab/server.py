# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's listeners in one event loop: a TLS port per site of a service, and plain ones for control and the proxy."""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol
from urllib.parse import parse_qsl

from aiohttp import web

from . import faults
from .control import Control, ControlApi, World, call, control_app
from .duo import routes as duo_routes
from .duo.state import DuoState
from .identity_intelligence import routes as cii_routes
from .identity_intelligence.state import IdentityIntelligenceState
from .ise import routes as ise_routes
from .ise.state import IseState
from .journal import Journal, hide, pairs_to_dict, readable_body
from .proxy import Proxy
from .safe import routes as safe_routes
from .safe.state import SafeState
from .secure_endpoint import routes as secure_endpoint_routes
from .secure_endpoint.state import SecureEndpointState
from .sites import SITE
from .store import Clock, ServiceState, Switch, Switches
from .tls import server_context

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = "127.0.0.1"


class Api(Protocol):
    """What a service's `routes` module offers the server."""

    SECRET_FIELDS: frozenset[str]
    """JSON, form and query members whose values the journal hides."""

    def routes(self, state: Any) -> Iterable[web.RouteDef]:
        """Everything the service answers."""

    def middlewares(self, state: Any) -> list[Any]:
        """aiohttp middlewares around the routes, outermost first: vendor-shaped errors (also for the router's own
        404 and 405, which are raised inside), login, CSRF and the like."""

    def vendor_error(self, status: int) -> web.Response:
        """The vendor's error body for an injected status."""

    def is_write(self, method: str, path: str, body: bytes) -> bool:
        """Does such a request change state?"""

    def actor(self, request: web.Request) -> str:
        """Integration key or user name of the caller, "" if none is given; never a secret."""


@dataclass(frozen=True)
class Service:
    """One simulated product."""

    name: str
    state: type[ServiceState]
    api: Api


SERVICES: tuple[Service, ...] = (
    Service("duo", DuoState, duo_routes),
    Service("ise", IseState, ise_routes),
    Service("secure_endpoint", SecureEndpointState, secure_endpoint_routes),
    Service("cii", IdentityIntelligenceState, cii_routes),
    Service("safe", SafeState, safe_routes),
)


def declared_switches() -> list[Switch]:
    """The switches of every service."""
    return [switch for service in SERVICES for switch in service.state.SWITCHES]


def journal_row(service: Service, request: web.Request, body: bytes) -> dict[str, Any]:
    """What the journal keeps of a request; `status` and `fault` are filled in with the answer."""
    hidden = service.api.SECRET_FIELDS
    query = parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
    return {
        "service": service.name,
        "site": request.app[SITE],
        "method": request.method,
        "path": request.path,
        "query": hide(pairs_to_dict(query), hidden),
        "status": None,
        "write": service.api.is_write(request.method, request.path, body),
        "actor": service.api.actor(request),
        "body": readable_body(body, request.content_type, hidden),
        "body_length": len(body),
        "unknown_route": request.match_info.http_exception is not None,
        "fault": None,
    }


def service_app(service: Service, state: ServiceState, world: World, site: str = "") -> web.Application:
    """The application of one site of a service: journal around faults around the service itself."""

    @web.middleware
    async def weather(request: web.Request, handler: Handler) -> web.StreamResponse:
        row = world.journal.add({"time": world.clock.now(), **journal_row(service, request, await request.read())})
        fault = world.faults.take(service.name, site, request.method, request.path)
        if fault is None:
            response = await handler(request)
        else:
            row["fault"] = fault.kind
            response = await faults.apply(fault, request, handler, service.api.vendor_error)
        if row["fault"] not in ("drop_before", "drop_after"):
            row["status"] = response.status
        return response

    app = web.Application(middlewares=[weather, *service.api.middlewares(state)])
    app[SITE] = site
    app.add_routes(service.api.routes(state))
    return app


async def run(
    ca_path: Path, on_ready: Callable[[dict[str, Any], ControlApi], None], stop_on: Iterable[int] = ()
) -> None:
    """Run a lab until it is asked to stop, by the control path or by one of the signals in `stop_on`.

    `on_ready` gets what the state file holds (without the process id), and the control path, once every port answers.
    """
    switches = Switches(declared_switches())
    world = World(Clock(), switches, faults.Faults(), Journal(), {}, asyncio.Event())
    for signal in stop_on:
        asyncio.get_running_loop().add_signal_handler(signal, world.stopping.set)
    tls = server_context(ca_path, [name for service in SERVICES for name in service.state.SITES.values() if name])
    runners = []
    for service in SERVICES:
        state = service.state(world.clock, switches, world.services)
        world.services[service.name] = state
        for site in state.SITES:
            runner, port = await _listen(service_app(service, state, world, site), tls)
            runners.append(runner)
            state.addresses[site] = f"localhost:{port}"
        state.address = next(iter(state.addresses.values()))
    proxy = Proxy(world.services.values())
    proxy_port = await proxy.start(LOOPBACK)
    for state in world.services.values():
        state.proxy_url = f"http://{LOOPBACK}:{proxy_port}"
    api = ControlApi(world)
    runner, port = await _listen(control_app(api), None)
    runners.append(runner)
    access = {name: state.access() for name, state in world.services.items()}
    on_ready({"control_url": f"http://{LOOPBACK}:{port}", "ca_path": str(ca_path), **access}, api)
    await world.stopping.wait()
    await proxy.stop()
    # The control path goes last, so its answer to the shutdown request still gets out.
    for runner in runners:
        await runner.cleanup()


async def _listen(app: web.Application, tls: Any) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, 0, ssl_context=tls).start()
    return runner, runner.addresses[0][1]


@dataclass(frozen=True)
class Running:
    """A lab in a background thread: its event loop and the control path there."""

    info: dict[str, Any]
    api: ControlApi
    loop: asyncio.AbstractEventLoop


class Lab(Control):
    """A lab in a background thread of this process: `with Lab.start() as lab: ...`."""

    def __init__(self, running: Running, thread: threading.Thread, directory: tempfile.TemporaryDirectory[str]):
        super().__init__(running.info)
        self._running = running
        self._thread = thread
        self._directory = directory

    @classmethod
    def start(cls) -> Lab:
        """Start on free ports and wait until every one of them answers."""
        directory = tempfile.TemporaryDirectory(prefix="identityops-lab-")
        ready: Future[Running] = Future()

        def on_ready(info: dict[str, Any], api: ControlApi) -> None:
            ready.set_result(Running(info, api, asyncio.get_running_loop()))

        def main() -> None:
            try:
                asyncio.run(run(Path(directory.name) / "ca.pem", on_ready))
            finally:
                ready.cancel()

        thread = threading.Thread(target=main, name="lab", daemon=True)
        thread.start()
        return cls(ready.result(timeout=30), thread, directory)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        """Without HTTP, which would take ten times as long; tests make several calls each. JSON, so nothing is shared.

        That both ways agree is for the tests of the control path.
        """
        if not self._thread.is_alive():
            raise ConnectionError("the lab was stopped")
        call = self._running.api.answer(method, path, None if body is None else json.dumps(body))
        return json.loads(asyncio.run_coroutine_threadsafe(call, self._running.loop).result(timeout=30))

    def stop(self) -> None:
        """Stop the listeners and remove the certificate. Harmless when already stopped."""
        if self._thread.is_alive():
            call(self.control_url, "POST", "/shutdown")
            self._thread.join(timeout=10)
        self._directory.cleanup()

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
