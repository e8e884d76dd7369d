# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The regions of Cisco Secure Endpoint, and the options that lead there. Private to this collection.

Apart from the client, because modules for Duo have these options too and rarely talk to Secure Endpoint.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._service import option

FILE_OPTION = "secure_endpoint_credential_file"
# The clouds, each with its API host and the host of its console.
REGIONS = {
    "nam": ("api.amp.cisco.com", "console.amp.cisco.com"),
    "eu": ("api.eu.amp.cisco.com", "console.eu.amp.cisco.com"),
    "apjc": ("api.apjc.amp.cisco.com", "console.apjc.amp.cisco.com"),
}


def secure_endpoint_argument_spec() -> dict[str, Any]:
    """The connection options of every module that talks to Secure Endpoint; documented in the ``secure_endpoint``
    fragment."""
    return {
        "secure_endpoint_region": option("secure_endpoint_region", choices=list(REGIONS), default="nam"),
        "secure_endpoint_api_host": option("secure_endpoint_api_host"),
        "secure_endpoint_client_id": option("secure_endpoint_client_id"),
        "secure_endpoint_api_key": option("secure_endpoint_api_key", no_log=True),
        FILE_OPTION: option(FILE_OPTION, type="path"),
        "secure_endpoint_ca_path": option("secure_endpoint_ca_path"),
        "secure_endpoint_timeout": option("secure_endpoint_timeout", type="int", default=60),
    }


def region_of(region_or_host: str) -> str | None:
    """The region that a region's name or an API host stands for, None for a private cloud."""
    if region_or_host in REGIONS:
        return region_or_host
    return next((region for region, (host, _console) in REGIONS.items() if host == region_or_host.lower()), None)


def api_host_of(region_or_host: str) -> str | None:
    """The API host of a region, None for a private cloud."""
    region = region_of(region_or_host)
    return REGIONS[region][0] if region else None


def console_of(region_or_host: str) -> str:
    """The host of the console. A private cloud has its API on the console's host."""
    region = region_of(region_or_host)
    return REGIONS[region][1] if region else region_or_host
