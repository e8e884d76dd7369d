# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A forward proxy that leads real host names to the lab, so that clients run with the addresses of production.

CONNECT only, plain HTTP on loopback. It knows the lab's services and nothing else: a client that asks for any other
host is refused, so nothing in a test ever leaves this machine through it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from http import HTTPStatus

from .store import ServiceState

CHUNK = 65_536


class Proxy:
    """One listener. Each accepted connection is counted in `proxied` of the service it leads to."""

    def __init__(self, services: Iterable[ServiceState]) -> None:
        self._targets: dict[str, tuple[ServiceState, str]] = {}
        for service in services:
            for site, address in service.addresses.items():
                self._targets[address] = service, address
                if service.SITES[site]:
                    self._targets[f"{service.SITES[site]}:443"] = service, address
        self._open: set[asyncio.Task[None]] = set()

    async def start(self, host: str) -> int:
        """Listen on a free port and return it."""
        self._server = await asyncio.start_server(self._connected, host, 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Close the listener and what is open."""
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
                await self._tunnel(reader, writer)
        finally:
            writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, _space, rest = head.decode("latin-1").partition("\r\n")[0].partition(" ")
        target = rest.partition(" ")[0].lower()
        if method != "CONNECT" or target not in self._targets:
            status = HTTPStatus.FORBIDDEN if method == "CONNECT" else HTTPStatus.METHOD_NOT_ALLOWED
            writer.write(f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        service, address = self._targets[target]
        host = target.removesuffix(":443")
        service.proxied[host] = service.proxied.get(host, 0) + 1
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))
        finally:
            inner_writer.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until the source ends, and end the other side then."""
    while data := await source.read(CHUNK):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()
