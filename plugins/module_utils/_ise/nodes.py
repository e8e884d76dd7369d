# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the nodes and the release of an ISE deployment say. Private to this collection.

Facts: Cisco's API description "deployment"; Cisco's table of first releases (Duo identity sync: 3.3 patch 1).
"""

from __future__ import annotations

import socket
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput

FIRST_RELEASE, FIRST_PATCH = (3, 3), 1


def supports_duo_mfa(version: str, patch: int) -> bool:
    """Whether a release has native Duo MFA. Two boxes of one release can differ, so this is for friendly messages."""
    release = release_of(version)
    return release > FIRST_RELEASE or (release == FIRST_RELEASE and patch >= FIRST_PATCH)


def release_of(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def runs_service(nodes: list[dict[str, Any]], service: str) -> bool | None:
    """Whether one of the nodes runs a service; None if that is not known, because a node does not list its own."""
    if any(service in (node.get("services") or []) for node in nodes):
        return True
    return False if nodes and all(isinstance(node.get("services"), list) for node in nodes) else None


def primary_pan(nodes: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The node that accepts changes: the primary PAN, or the only node of a standalone deployment."""
    for node in nodes:
        if any(role in ("PrimaryAdmin", "Standalone") for role in node.get("roles") or []):
            return node
    return None


def is_primary(nodes: list[dict[str, Any]], hostname: str) -> bool | None:
    """Whether ``hostname`` is the primary PAN.

    :returns: None if that cannot be determined: no node is known to be the primary PAN, none has the name or one of its
        addresses, as behind a load balancer or NAT, or the name leads to several nodes that differ.
    """
    primary = primary_pan(nodes)
    if primary is None:
        return None
    host = hostname.partition(":")[0].lower()
    # The only node there is answers under whatever name.
    here = nodes if len(nodes) == 1 else _known_as({host}, nodes) or _known_as(_addresses(host), nodes)
    answers = {node is primary for node in here}
    return answers.pop() if len(answers) == 1 else None


def require_primary(nodes: list[dict[str, Any]], hostname: str) -> None:
    """:raises InvalidInput: ``hostname`` is another node than the primary PAN, as far as that can be determined."""
    if is_primary(nodes, hostname) is False:
        primary = primary_pan(nodes) or {}
        raise InvalidInput(
            f"change the deployment through {hostname}",
            "it is not the primary PAN, and only that accepts changes",
            f"Set ise_hostname to {primary.get('fqdn') or 'the primary PAN'}.",
        )


def _known_as(names: set[str], nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    own = ("hostname", "fqdn", "ipAddress")
    return [node for node in nodes if names & {str(node[key]).lower() for key in own if node.get(key)}]


def _addresses(host: str) -> set[str]:
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        # Behind a proxy, a name need not resolve here.
        return set()
