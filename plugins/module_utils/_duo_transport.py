# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a request that ``duo_client`` has signed is sent. Private to this collection.

Inherited from ``duo_client``: signatures, paging, pinned roots. Replaced: connections are kept between reads, ``Retry-After`` is
honoured, waiting has an end, the proxy variables of the environment count, and a write whose answer was lost is reported as such.
"""

from __future__ import annotations

import functools
import http.client
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    OutcomeUnknown,
    Unreachable,
    Untrusted,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    REPEATS_AFTER_BROKEN_CONNECTION,
    TOO_MANY_REQUESTS,
    Patience,
    require,
    root_cause,
    throttled,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context


@functools.cache
def transport_class() -> Any:
    """``duo_client.Admin`` with our rules for sending; built when first needed, because importing it is not free."""
    duo_client = require("duo_client")

    class Transport(duo_client.Admin):  # type: ignore[misc, name-defined]
        """Signing and paging as inherited; how a signed request is sent is replaced."""

        def __init__(
            self,
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
        ) -> None:
            trust = {"disable_ca_pinning": True} if ca_path == "system" else {"ca_certs": ca_path} if ca_path else {}
            super().__init__(integration_key, secret_key, host, port=port, timeout=timeout, **trust)
            self.account_id = account_id
            self.attempted, self.writes = "call Duo", False
            self._context = context
            self._kept: http.client.HTTPConnection | None = None
            self._date: str | None = None
            proxy = _proxy(host, port, proxy_url, context)
            if proxy:
                self.set_proxy(**proxy)

        def _make_request(self, method: str, uri: str, body: Any, headers: dict[Any, Any]) -> tuple[Any, bytes]:
            """Send one signed request; called by ``duo_client`` for each call and each page."""
            if self.proxy_type == "CONNECT":
                uri = f"https://{self.host}{uri}"
            patience, broken = Patience(), 0
            while True:
                try:
                    response, data = self._attempt_single_request(self._connection(), method, uri, body, headers)
                except (OSError, http.client.HTTPException) as error:
                    self._drop()
                    broken += 1
                    trouble = self._trouble(error)
                    if self.writes or not isinstance(trouble, OutcomeUnknown):
                        raise trouble from error
                    if broken > REPEATS_AFTER_BROKEN_CONNECTION:
                        raise Unreachable(self.attempted, trouble.came_back, trouble.advice) from error
                    continue
                self._after(response)
                again = response.status == TOO_MANY_REQUESTS or (response.status == 503 and not self.writes)
                if again and patience.pause(response.getheader("Retry-After")):
                    continue
                if response.status == TOO_MANY_REQUESTS:
                    raise throttled(self.attempted, "Duo", patience.waited)
                return response, data

        def _connection(self) -> Any:
            """A kept connection for reads; a new one for a write, so that a stale one cannot make its outcome unknown."""
            if self.writes:
                self._drop()
            if self._kept is None:
                connection = self._connect()
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
            if isinstance(error, TimeoutError):
                came_back = f"no answer came within {self.timeout:g} seconds"
                if not self.writes:
                    return Unreachable(self.attempted, came_back, f"Check the network path to {self.host}.")
            else:
                came_back = "the connection broke before the whole answer had arrived"
            advice = "Run this again: it looks first and writes only what is still missing."
            return OutcomeUnknown(self.attempted, came_back, advice if self.writes else f"Check the network path to {self.host}.")

        def _not_connected(self, error: Exception) -> CiscoError:
            names = {type(error).__name__}
            where = f"{self.host}:{self.port or 443}"
            if names & {"SSLCertVerificationError", "InvalidCertificateException"}:
                reason = getattr(error, "verify_message", "") or getattr(error, "reason", "")
                return Untrusted(
                    self.attempted,
                    f"the certificate of {where} is not trusted ({reason})",
                    "Set duo_ca_path to the file of the certificate authority that signed it (a private CA, or a proxy that "
                    "inspects TLS), or to 'system' for the system's roots.",
                )
            reason = root_cause(error)
            return Unreachable(
                self.attempted,
                f"Duo at {where} could not be reached ({reason})",
                "Check the API hostname, the proxy settings and the firewall between here and there.",
            )

        def clock_difference(self) -> str:
            """How far this machine's clock is from Duo's, from the last answer's ``Date`` header, as words."""
            import time
            from email.utils import parsedate_to_datetime

            if not self._date:
                return ""
            seconds = round(time.time() - parsedate_to_datetime(self._date).timestamp())
            return f": it is {abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} Duo's"

    return Transport


def _proxy(host: str, port: int | None, proxy_url: str | None, context: Context) -> dict[str, Any] | None:
    """Arguments for ``duo_client``'s ``set_proxy``, from the option or else ``HTTPS_PROXY`` and ``NO_PROXY``.

    ``duo_client`` does not read the environment itself.
    """
    import os

    if not proxy_url and not any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return None
    import base64
    from urllib.parse import unquote, urlsplit

    url = proxy_url or require("requests.utils").select_proxy(
        f"https://{host}:{port or 443}", require("requests.utils").get_environ_proxies(f"https://{host}:{port or 443}")
    )
    if not url:
        return None
    parts = urlsplit(url if "://" in url else "http://" + url)
    if parts.scheme != "http" or not parts.hostname:
        raise InvalidInput("use the proxy for Duo", "its address is not of the form http://host:port", "Correct duo_proxy_url.")
    headers = None
    if parts.username:
        context.hide(unquote(parts.password or ""))
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        token = base64.b64encode(user.encode()).decode()
        context.hide(token)
        headers = {"Proxy-Authorization": f"Basic {token}"}
    return {"host": parts.hostname, "port": parts.port or 8080, "headers": headers}
