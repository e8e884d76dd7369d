# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people copy from Duo: API hostnames and integration keys. Private to this collection."""

from __future__ import annotations

import re

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._http import bare_host

# Anything else may be a secret key in the wrong place, and is never repeated.
INTEGRATION_KEY = re.compile(r"DI[A-Z0-9]{18}")


def split_api_host(value: str, option: str) -> tuple[str, int | None]:
    """As :func:`bare_host`.

    :raises InvalidInput: also for the address of the Admin Panel, which people copy from their browser.
    """
    host, port = bare_host(value, option)
    if host.startswith("admin") and host.endswith(".duosecurity.com"):
        raise InvalidInput(
            f"use {host} as {option}",
            "it is the address of the Duo Admin Panel",
            "Give the API hostname that Duo shows with the application. It begins with api-.",
        )
    return host, port


def shown(integration_key: str) -> str:
    """An integration key, as words."""
    return f"the integration key {integration_key if INTEGRATION_KEY.fullmatch(integration_key) else 'given'}"
