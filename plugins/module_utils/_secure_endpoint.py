# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cisco Secure Endpoint's API, version 1. Private to this collection.

Facts: Cisco's pages "Secure Endpoint API" on developer.cisco.com and api-docs.amp.cisco.com, and Cisco's own tools that
call it. What they leave open is survived, never assumed.
"""

from __future__ import annotations

# The clouds, each with its API host and the host of its console.
REGIONS = {
    "nam": ("api.amp.cisco.com", "console.amp.cisco.com"),
    "eu": ("api.eu.amp.cisco.com", "console.eu.amp.cisco.com"),
    "apjc": ("api.apjc.amp.cisco.com", "console.apjc.amp.cisco.com"),
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
