# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the nodes and the release of an ISE deployment say. Private to this collection.

Facts: Cisco's API description "deployment"; Cisco's table of first releases (Duo identity sync: 3.3 patch 1).
"""

from __future__ import annotations

import socket
from typing import Any

FIRST_RELEASE, FIRST_PATCH = (3, 3), 1


def supports_duo_mfa(version: str, patch: int) -> bool:
    """Whether a release has native Duo MFA. Two boxes of one release can still differ, so this is for friendly messages."""
    release = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return release > FIRST_RELEASE or (release == FIRST_RELEASE and patch >= FIRST_PATCH)


def primary_pan(nodes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The node that accepts changes: the primary PAN, or the only node of a standalone deployment."""
    for node in nodes:
        if {"PrimaryAdmin", "Standalone"} & set(node.get("roles") or []):
            return node
    return None


def is_primary(nodes: list[dict[str, Any]], hostname: str) -> bool | None:
    """Whether ``hostname`` is the primary PAN; None if none of the nodes can be recognised as it."""
    wanted = _names_of(hostname.partition(":")[0])
    for node in nodes:
        names = {str(node.get(key) or "").lower() for key in ("hostname", "fqdn", "ipAddress")} - {""}
        if names & wanted:
            return node is primary_pan(nodes)
    return None


def _names_of(hostname: str) -> set[str]:
    """The name as given and its addresses."""
    try:
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(hostname, None)}
    except OSError:
        addresses = set()
    return {hostname.lower(), *addresses}
