# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Active Directory join points and groups on ISE, found by name. Private to this collection.

Facts: Cisco's ERS description of Active Directory. A group's name there is ``domain/path/common name``.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    Refused,
    ServerTrouble,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise


def fold_group(name: str) -> str:
    """A group's name in the form that is compared: domain names do not depend on case."""
    domain, slash, rest = name.partition("/")
    return f"{domain.lower()}{slash}{rest}"


def groups_of(join_point: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The groups that were added to a join point, each with ``name``, ``sid`` and ``type``."""
    return list(((join_point or {}).get("adgroups") or {}).get("groups") or [])


def require_join_point(ise: Ise, name: str) -> dict[str, Any]:
    """:raises InvalidInput: there is no such join point; the existing ones are named."""
    found = ise.get_active_directory(name)
    if found is None:
        existing = [str(item.get("name")) for item in ise.list_active_directories()]
        raise InvalidInput(
            f"use the Active Directory join point {name!r}",
            f"ISE has none of that name, only {', '.join(map(repr, existing)) or 'no join point at all'}",
            nearest(name, existing),
        )
    return found


class GroupFinder:
    """Looks groups up in the Active Directory behind a join point.

    :param join_point: as read through ERS.
    """

    def __init__(self, ise: Ise, join_point: dict[str, Any]) -> None:
        self.ise = ise
        self.join_point = join_point

    def find(self, name: str) -> dict[str, Any]:
        """The group with ``name``, ``sid`` and ``type``.

        :raises InvalidInput: there is no such group; the nearest existing names are given.
        """
        domain, slash, _path = name.partition("/")
        if slash:
            # The filter is an exact match on the common name; on some releases it is required.
            for group in self.ise.list_domain_groups(self.join_point, domain, name.rpartition("/")[2]):
                if fold_group(group["name"]) == fold_group(name):
                    return group
        existing = self._all(domain if slash else self.join_point["domain"])
        raise InvalidInput(
            f"use the group {name!r} of the join point {self.join_point['name']!r}",
            "Active Directory has no group of that name",
            f"Write groups as domain/path/name. {nearest(name, existing)}",
        )

    def _all(self, domain: str) -> list[str]:
        """Every group name, for suggestions only, so that a refusal is no failure."""
        try:
            return [str(group.get("name")) for group in self.ise.list_domain_groups(self.join_point, domain)]
        except (Refused, ServerTrouble):
            return []
