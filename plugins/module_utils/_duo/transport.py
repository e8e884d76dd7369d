# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a request that ``duo_client`` has signed is sent. Private to this collection.

Inherited from ``duo_client``: signatures, pinned roots. Replaced: connections are kept between reads,
``Retry-After`` is honoured, waiting has an end, the proxy variables of the environment count, and a write whose answer
was lost is reported as such.
"""

from __future__ import annotations

import base64
import functools
import http.client
import os
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    OutcomeUnknown,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    BROKEN,
    MOST_BYTES,
    REPEATS_AFTER_BROKEN_CONNECTION,
    TOO_MANY_REQUESTS,
    Patience,
    TimeLimit,
    TimeUp,
    certificate_fault,
    http_date,
    require,
    root_cause,
    throttled,
    too_large,
    untrusted,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context


def connect(
    integration_key: str,
    secret_key: str,
    host: str,
    port: int | None,
    context: Context,
    *,
    ca_path: str | None,
    proxy_url: str | None,
    timeout: float,
    account_id: str | None,
) -> Any:
    """A ``duo_client.Admin`` that sends by our rules. Nothing is sent yet.

    :raises InvalidInput: an authority file or a proxy address that cannot be used.
    """
    client = _transport_class()(integration_key, secret_key, host, port=port, timeout=timeout, **_trust(ca_path))
    client.account_id = account_id
    proxy = _proxy(host, port, proxy_url, context)
    if proxy:
        client.set_proxy(**proxy)
    return client


@functools.cache
def _transport_class() -> Any:
    """Built when first needed, because importing ``duo_client`` is not free."""
    return type("Transport", (Sending, require("duo_client").Admin), {})


class Sending:
    """How a signed request is sent; stands before ``duo_client.Admin``, whose methods of the same names it replaces.

    :ivar attempted: what the next request is for, as words that follow "Could not".
    :ivar writes: whether it changes anything.
    """

    # Of duo_client
    host: str
    port: int | None
    timeout: float
    ca_certs: str
    proxy_type: str | None
    api_call: Callable[..., tuple[Any, bytes]]
    parse_json_response_and_metadata: Callable[..., tuple[Any, Any]]
    _connect: Callable[[], Any]

    attempted = "call Duo"
    writes = False
    _kept: http.client.HTTPConnection | None = None
    _date: str | None = None

    def json_page(self, method: str, path: str, parameters: dict[str, Any]) -> tuple[Any, Any]:
        """One page of a list and its metadata."""
        page: tuple[Any, Any] = self.parse_json_response_and_metadata(*self.api_call(method, path, parameters))
        return page

    def _make_request(self, method: str, uri: str, body: Any, headers: dict[Any, Any]) -> tuple[Any, bytes]:
        """Send one signed request; called by ``duo_client`` for each call and each page."""
        if self.proxy_type == "CONNECT":
            uri = f"https://{self.host}{uri}"
        patience, limit, broken = Patience(), TimeLimit(self.timeout), 0
        while True:
            sent = time.monotonic()
            try:
                connection = limit.keep(self._connection)
                send = functools.partial(self._attempt_single_request, connection, method, uri, body, headers)
                response, data = limit.keep(send)
            except TimeUp as error:
                # Not closed, because the thread that was left behind still uses it.
                self._kept = None
                raise self._lost(str(error)) from error
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                broken += 1
                # Waiting for an answer in vain is enough once, even where repeating is safe.
                if self.writes or isinstance(error, TimeoutError) or broken > REPEATS_AFTER_BROKEN_CONNECTION:
                    raise self._trouble(error) from error
                continue
            self._after(response)
            took, asked = time.monotonic() - sent, response.getheader("Retry-After")
            if patience.again(response.status, self.writes, asked, took):
                continue
            if response.status == TOO_MANY_REQUESTS:
                raise throttled(self.attempted, "Duo", patience.waited)
            return response, data

    def _attempt_single_request(
        self, connection: Any, method: str, uri: str, body: Any, headers: dict[Any, Any]
    ) -> tuple[Any, bytes]:
        connection.request(method, uri, body, headers)
        response = connection.getresponse()
        length = response.length
        data: bytes = response.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            self._drop()
            raise too_large(self.attempted, "Duo", self.writes)
        if length is not None and len(data) < length:
            # Read up to a limit, http.client does not find this out itself.
            raise http.client.IncompleteRead(data, length - len(data))
        return response, data

    def _connection(self) -> Any:
        """A kept connection for reads; a new one for a write, so that a stale one cannot make its outcome unknown."""
        if self.writes:
            self._drop()
        if self._kept is None:
            try:
                connection = self._connect()
            except OSError as error:
                raise _unusable(root_cause(error)) from error
            try:
                connection.connect()
            except (OSError, http.client.HTTPException) as error:
                raise self._not_connected(error) from error
            self._kept = connection
        return self._kept

    def _after(self, response: Any) -> None:
        self._date = response.getheader("Date")
        if response.will_close:
            self._drop()

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _trouble(self, error: Exception) -> CiscoError:
        """What a failure between sending a request and having its whole answer means."""
        came_back = BROKEN
        if isinstance(error, TimeoutError):
            came_back = f"no answer came within {self.timeout:g} seconds"
        return self._lost(came_back)

    def _lost(self, came_back: str) -> CiscoError:
        if self.writes:
            advice = "Run this again: it looks first and writes only what is still missing."
            return OutcomeUnknown(self.attempted, came_back, advice)
        return Unreachable(self.attempted, came_back, f"Check the network path to {self.host}.")

    def _not_connected(self, error: Exception) -> CiscoError:
        where = f"Duo at {self.host}:{self.port or 443}"
        if fault := certificate_fault(error):
            return untrusted(
                self.attempted,
                where,
                fault,
                "Set duo_ca_path to the file of the certificate authority that signed it (a private CA, or a proxy "
                "that inspects TLS), or to 'system' for the system's roots.",
            )
        return Unreachable(
            self.attempted,
            f"{where} could not be reached ({root_cause(error)})",
            "Check the API hostname, the proxy settings and the firewall between here and there.",
        )

    def clock_difference(self) -> str:
        """How far this machine's clock is from Duo's, from the last answer's ``Date`` header, as words."""
        date = http_date(self._date)
        if date is None:
            return ""
        seconds = round(time.time() - date)
        return f": it is {abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} Duo's"


def _trust(ca_path: str | None) -> dict[str, Any]:
    """Arguments for ``duo_client``. Its words for no verification and no encryption are refused, for they are no
    files."""
    if ca_path is None:
        return {}
    if ca_path == "system":
        return {"disable_ca_pinning": True}
    if not os.path.isfile(ca_path):
        raise _unusable("there is no such file")
    # Never as one of those words, even if a file is called so.
    return {"ca_certs": os.path.abspath(ca_path)}


def _unusable(reason: str) -> InvalidInput:
    """The value may be a secret in the wrong place, so it is not repeated."""
    return InvalidInput("use the value of duo_ca_path", reason, "Give a file of certificates in PEM form.")


def _proxy(host: str, port: int | None, proxy_url: str | None, context: Context) -> dict[str, Any] | None:
    """Arguments for ``duo_client``'s ``set_proxy``, from the option or else ``HTTPS_PROXY`` and ``NO_PROXY``.

    ``duo_client`` does not read the environment itself.
    """
    url = proxy_url or _proxy_of_the_environment(f"https://{host}:{port or 443}")
    if not url:
        return None
    login = _proxy_login(url, context)
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        scheme, name, proxy_port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, name, proxy_port = "", None, None
    if scheme != "http" or not name:
        advice = "Correct duo_proxy_url or the variable HTTPS_PROXY."
        raise InvalidInput("use the proxy for Duo", "its address is not of the form http://host:port", advice)
    headers = {"Proxy-Authorization": f"Basic {login}"} if login else None
    return {"host": name, "port": proxy_port or 8080, "headers": headers}


def _proxy_login(url: str, context: Context) -> str | None:
    """User and password encoded for the header; hidden in each form, as a task's result repeats its options."""
    login, at, _host = url.rpartition("://")[2].rpartition("@")
    if not at:
        return None
    user, _colon, password = login.partition(":")
    encoded = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    for secret in (password, unquote(password), encoded):
        context.hide(secret)
    return encoded


def _proxy_of_the_environment(url: str) -> str | None:
    if not any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return None
    utils = require("requests.utils")
    found: str | None = utils.select_proxy(url, utils.get_environ_proxies(url))
    return found
