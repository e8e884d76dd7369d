# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API hostname of a Duo account. Private to this collection."""

from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._http import bare_host


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
