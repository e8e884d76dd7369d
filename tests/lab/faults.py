# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults: bad weather between a client and a healthy service."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

KINDS = (
    *("status", "status_after", "slow", "drop_before", "drop_after"),
    *("html", "truncated_json", "empty", "extra_member"),
)
LOGIN_PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>\n"


@dataclass
class Fault:
    """One rule. It lets `skip` matching requests pass, then meets `times` of them (None = until cleared)."""

    service: str
    kind: str
    method: str | None = None
    path: str | None = None
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    """For `status` and `status_after` (required there) and `html` (default 200)."""
    retry_after: int | str | None = None
    """For `status` and `status_after`: the Retry-After header, seconds or an HTTP date."""
    body: Any = None
    """For `status` and `status_after`: text or JSON instead of the vendor's error body."""
    seconds: float = 0.0
    """For `slow`."""
    site: str | None = None
    """Only there, if the service has several."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"fault kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.kind in ("status", "status_after") and self.status is None:
            raise ValueError(f"fault kind {self.kind} needs a status")
        try:
            re.compile(self.path or "")
        except re.error as error:
            raise ValueError(f"fault path is no regular expression: {error}") from error

    def matches(self, service: str, site: str, method: str, path: str) -> bool:
        """Does the rule speak of this request?"""
        if self.service != service or self.times == 0:
            return False
        if self.site not in (None, site) or self.method not in (None, method):
            return False
        return self.path is None or re.search(self.path, path) is not None


class Faults:
    """The rules in order of registration; the first that fires decides about a request."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Append a rule."""
        self._rules.append(fault)

    def clear(self) -> None:
        """Drop every rule."""
        self._rules.clear()

    def describe(self) -> list[dict[str, Any]]:
        """The rules with what is left of their counts."""
        return [asdict(rule) for rule in self._rules]

    def take(self, service: str, site: str, method: str, path: str) -> Fault | None:
        """The rule that fires on this request, with all counts moved on."""
        for rule in self._rules:
            if not rule.matches(service, site, method, path):
                continue
            if rule.skip > 0:
                rule.skip -= 1
                continue
            if rule.times is not None:
                rule.times -= 1
            return rule
        return None


async def apply(
    fault: Fault, request: web.Request, handler: Handler, vendor_error: Callable[[int], web.Response]
) -> web.StreamResponse:
    """Answer `request` the way `fault` says; `handler` is the healthy service."""
    if fault.kind == "status":
        return _status(fault, vendor_error)
    if fault.kind == "html":
        return web.Response(status=fault.status or 200, text=LOGIN_PAGE, content_type="text/html")
    if fault.kind == "empty":
        return web.Response(status=200)
    if fault.kind == "drop_before":
        return _drop(request)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    response = await handler(request)
    if fault.kind == "status_after":
        return _status(fault, vendor_error)
    if fault.kind == "drop_after":
        return _drop(request)
    if fault.kind == "truncated_json":
        return await _truncate(request, response)
    return _extra_member(response)


def _status(fault: Fault, vendor_error: Callable[[int], web.Response]) -> web.Response:
    status = fault.status or 500
    if fault.body is None:
        response = vendor_error(status)
    elif isinstance(fault.body, str):
        response = web.Response(status=status, text=fault.body)
    else:
        response = web.json_response(fault.body, status=status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = str(fault.retry_after)
    return response


def _drop(request: web.Request) -> web.Response:
    """Cut the connection; aiohttp notices when it tries to write the response returned here."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncate(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    body = _body(response)
    half = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    if request.transport is not None:
        # close, not abort: the half that was written still has to arrive
        request.transport.close()
    return half


def _extra_member(response: web.StreamResponse) -> web.StreamResponse:
    try:
        data = json.loads(_body(response))
    except ValueError:
        return response
    if isinstance(response, web.Response):
        # in place, so that headers and cookies stay
        response.body = json.dumps(_with_news(data)).encode()
    return response


def _with_news(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{name: _with_news(item) for name, item in value.items()}, "vendorNews": "added by the vendor"}
    if isinstance(value, list):
        return [_with_news(item) for item in value]
    return value


def _body(response: web.StreamResponse) -> bytes:
    body = response.body if isinstance(response, web.Response) else b""
    return bytes(body) if isinstance(body, (bytes, bytearray)) else b""
