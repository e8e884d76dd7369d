# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls that ``duo_client`` signs and :class:`Http` sends. Private to this collection.

From ``duo_client``: the signature, the canonical form of parameters, the child account, the pinned roots.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer, Http, http_date, require
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# What the requirements ask for: older ones sign other bodies, and pin roots that Duo leaves behind in 2026.
OLDEST = "5.7"


class Signed:
    """One Duo account as ``duo_client`` signs for it. Nothing is sent before the first call.

    :param ca_path: None for the roots that ``duo_client`` pins, ``system`` for the system's, or the path of a CA file.
    :param proxy_url: in place of the proxy of the environment.
    :raises InvalidInput: a proxy address that cannot be used.
    """

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
        self._admin = require("duo_client", OLDEST).Admin(integration_key, secret_key, host)
        self._admin.account_id = account_id
        # Private to duo_client, which a test watches. It gets the signed request and returns what api_call() returns.
        self._admin._make_request = self._send
        self._http = Http(
            f"https://{host}:{port}" if port else f"https://{host}",
            "Duo",
            context,
            verify=ca_path or self._admin.ca_certs,
            timeout=timeout,
            prefix="duo",
            proxy_url=proxy_url,
            proxy_option="duo_proxy_url",
        )
        self._purpose: dict[str, Any] = {}

    def call(self, method: str, path: str, parameters: dict[str, Any], attempted: str, **how: Any) -> Answer:
        """Sign and send one request.

        :param how: ``writes`` and ``accept`` as for :meth:`Http.request`, whose errors it raises.
        """
        self._purpose = {"attempted": attempted, **how}
        answer: Answer = self._admin.api_call(method, path, parameters)
        return answer

    def _send(self, method: str, uri: str, body: str | None, headers: Mapping[bytes, bytes]) -> Answer:
        text = {name.decode(): value.decode() for name, value in headers.items()}
        return self._http.request(method, uri, body=body, headers=text, **self._purpose)

    def clock_difference(self) -> str:
        """The difference between this machine's clock and Duo's, from the last answer's ``Date`` header, in words."""
        date = http_date(self._http.date)
        if date is None:
            return ""
        seconds = round(time.time() - date)
        return f": it is {abs(seconds)} seconds {'ahead of' if seconds > 0 else 'behind'} Duo's"
