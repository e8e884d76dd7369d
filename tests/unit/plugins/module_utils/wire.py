# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that do exactly as scripted: a scripted HTTPS server, a proxy, and ports that only disappoint.

They show what a client puts on the wire and let the wire fail at any point. What a service would answer is the
lab's business.
"""

from __future__ import annotations

import contextlib
import functools
import http.client
import io
import json
import selectors
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ...waits import LIMIT

LOOPBACK = "127.0.0.1"
PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>"


@dataclass(frozen=True)
class Received:
    """One request as it arrived; header names in lower case, `connection` counts from 1."""

    connection: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


# Answers a request that was read; says whether the connection lives on. The event is set when the server stops.
Step = Callable[[socket.socket, threading.Event], bool]


def reply(body: Any = b"", status: int = 200, **headers: str) -> Step:
    """A whole answer. A dict or list becomes JSON; `_` in a header's name stands for `-`."""
    raw, kind = _encoded(body)
    head = {"Content-Type": kind, "Content-Length": str(len(raw)), **_named(headers)}

    def step(connection: socket.socket, over: threading.Event) -> bool:
        connection.sendall(_head(status, head) + raw)
        return head.get("Connection") != "close"

    return step


def half(body: Any, status: int = 200) -> Step:
    """An answer that breaks off in the middle of the announced body."""
    raw, kind = _encoded(body)

    def step(connection: socket.socket, over: threading.Event) -> bool:
        head = _head(status, {"Content-Type": kind, "Content-Length": str(len(raw))})
        connection.sendall(head + raw[: len(raw) // 2])
        return False

    return step


def drop(reset: bool = False) -> Step:
    """No answer: the connection ends once the request is read, politely or with a reset."""

    def step(connection: socket.socket, over: threading.Event) -> bool:
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    return step


def stall(sent: bytes = b"") -> Step:
    """Nothing (more) comes, and the connection stays open."""

    def step(connection: socket.socket, over: threading.Event) -> bool:
        connection.sendall(sent)
        over.wait(LIMIT)
        return False

    return step


def drip(data: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", interval: float = 0.05) -> Step:
    """An answer that comes byte by byte and never to its end: `data` at once, and then a blank at each interval."""

    def step(connection: socket.socket, over: threading.Event) -> bool:
        connection.sendall(data)
        while not over.wait(interval):
            connection.sendall(b" ")
        return False

    return step


def late(seconds: float, answer: Step) -> Step:
    """An answer that takes its time."""

    def step(connection: socket.socket, over: threading.Event) -> bool:
        over.wait(seconds)
        return answer(connection, over)

    return step


def half_then_stall(body: Any) -> Step:
    """Half of the announced body, and then nothing."""
    raw, kind = _encoded(body)
    return stall(_head(200, {"Content-Type": kind, "Content-Length": str(len(raw))}) + raw[: len(raw) // 2])


class Wire:
    """An HTTPS server that answers each request with the next step of its script.

    :ivar requests: what arrived.
    :ivar ended: how many connections it has closed.
    :ivar broken_handshakes: how many connections still to close before TLS begins.
    """

    def __init__(self, tls: ssl.SSLContext, script: tuple[Step, ...] = ()) -> None:
        self._tls = tls
        self.script: deque[Step] = deque(script)
        self.requests: list[Received] = []
        self.unexpected = 0
        self.connections = 0
        self.ended = 0
        self.broken_handshakes = 0
        self._over = threading.Event()
        self._socket = socket.create_server((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]
        self.host = f"localhost:{self.port}"
        self._open: list[socket.socket] = []
        self._threads = [_thread(self._accept)]

    def then(self, *steps: Step) -> None:
        """Go on with these steps."""
        self.script.extend(steps)

    def close(self) -> None:
        """Stop and wait for the threads."""
        self._over.set()
        with contextlib.suppress(OSError):
            # Wakes up a blocked accept(), which close() alone does not.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(LIMIT)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                raw, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(raw)
            self._threads.append(_thread(self._serve, raw, self.connections))

    def _serve(self, raw: socket.socket, number: int) -> None:
        self._talk(raw, number)
        self.ended += 1

    def _talk(self, raw: socket.socket, number: int) -> None:
        with raw:
            if self.broken_handshakes:
                self.broken_handshakes -= 1
                return
            raw.settimeout(LIMIT)
            # A client that does not trust the certificate, or goes away in the middle, is no trouble of the server's.
            with contextlib.suppress(OSError), self._tls.wrap_socket(raw, server_side=True) as connection:
                self._open.append(connection)
                # Whoever stops the server now sees the connection; whoever did so before is seen here.
                while not self._over.is_set() and (request := self._read(connection, number)) is not None:
                    self.requests.append(request)
                    if not self._next()(connection, self._over):
                        return

    def _next(self) -> Step:
        if self.script:
            return self.script.popleft()
        self.unexpected += 1
        return reply("the script is over", 500, Connection="close")

    def _read(self, connection: socket.socket, number: int) -> Received | None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += (part := connection.recv(65536))
            if not part:
                return None
        head, _unused, body = data.partition(b"\r\n\r\n")
        first, _unused, lines = head.partition(b"\r\n")
        parsed = http.client.parse_headers(io.BytesIO(lines + b"\r\n\r\n"))
        headers = {name.lower(): value for name, value in parsed.items()}
        while len(body) < int(headers.get("content-length", 0)):
            body += (part := connection.recv(65536))
            if not part:
                return None
        method, target, _version = first.decode().split(" ")
        return Received(number, method, target, headers, body)


class Proxy:
    """An HTTP proxy that knows CONNECT and leads every tunnel to the same port, whatever name was asked for.

    :param upstream: the port behind it.
    :param credentials: the only ``Proxy-Authorization`` it accepts; None accepts anything.
    :ivar tunnels: the targets asked for, with the headers that came along.
    """

    def __init__(self, upstream: int, credentials: str | None = None, status: int = 200) -> None:
        self._upstream = upstream
        self._credentials = credentials
        self._status = status
        self.tunnels: list[tuple[str, dict[str, str]]] = []
        self._over = threading.Event()
        self._socket = socket.create_server((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]
        self._threads = [_thread(self._accept)]

    def close(self) -> None:
        """Stop and wait for the threads."""
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(LIMIT)

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _address = self._socket.accept()
            except OSError:
                return
            self._threads.append(_thread(self._serve, client))

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                data += (part := client.recv(65536))
                if not part:
                    return
            first, _unused, lines = data.partition(b"\r\n")
            parsed = http.client.parse_headers(io.BytesIO(lines))
            headers = {name.lower(): value for name, value in parsed.items()}
            self.tunnels.append((first.decode().split(" ")[1], headers))
            status = self._status
            if self._credentials not in (None, headers.get("proxy-authorization")):
                status = 407
            client.sendall(_head(status, {} if status == 200 else {"Content-Length": "0"}))
            if status == 200:
                self._pipe(client)

    def _pipe(self, client: socket.socket) -> None:
        with socket.create_connection((LOOPBACK, self._upstream)) as server, selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ, server)
            ready.register(server, selectors.EVENT_READ, client)
            while not self._over.is_set():
                for key, _events in ready.select(timeout=0.1):
                    source, target = key.fileobj, key.data
                    assert isinstance(source, socket.socket)
                    data = source.recv(65536)
                    if not data:
                        return
                    target.sendall(data)


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        yield listener.getsockname()[1]


@contextlib.contextmanager
def crowded_port() -> Iterator[int]:
    """A port whose queue is full, so that connecting to it takes for ever."""
    with contextlib.ExitStack() as open_sockets:
        listener = open_sockets.enter_context(socket.create_server((LOOPBACK, 0), backlog=0))
        for _unused in range(16):
            waiting = open_sockets.enter_context(socket.socket())
            waiting.settimeout(0.05)
            try:
                waiting.connect(listener.getsockname())
            except TimeoutError:
                break
        yield listener.getsockname()[1]


@functools.cache
def closed_port() -> int:
    """A port where nothing listens. It stays taken, so that no other process can begin to."""
    deaf = socket.socket()
    deaf.bind((LOOPBACK, 0))
    port: int = deaf.getsockname()[1]
    deaf.detach()
    return port


def _encoded(body: Any) -> tuple[bytes, str]:
    if isinstance(body, (dict, list)):
        return json.dumps(body).encode(), "application/json"
    if isinstance(body, str):
        return body.encode(), "text/html" if body.lstrip()[:1] == "<" else "text/plain; charset=utf-8"
    return bytes(body), "application/json"


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} {http.client.responses.get(status, 'Unknown')}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _thread(work: Callable[..., None], *args: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread
