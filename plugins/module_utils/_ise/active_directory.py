# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Active Directory join points and groups on ISE, found by name. Private to this collection.

Facts: Cisco's ERS description of Active Directory. A group's name there is ``domain/path/common name``, and a common
name may hold slashes itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    Refused,
    ServerTrouble,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import (
    get_active_directory,
    list_active_directories,
    list_domain_groups,
)

# From so many unknown groups of a domain on, its whole list takes fewer requests than looking up one by one.
MANY_GROUPS = 5
DISTINGUISHED_NAME = re.compile(r"\s*CN=.+,\s*DC=.+", re.IGNORECASE)


def fold_group(name: str) -> str:
    """A group's name in the form that is compared: Active Directory knows neither case nor forms of Unicode."""
    return unicodedata.normalize("NFC", name).casefold()


def groups_of(join_point: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The groups that were added to a join point, each with ``name``, ``sid`` and ``type``.

    Cisco's description requires a name and a domain only, so a join point without the list has no groups. A write that
    adds some is read back, and is not confirmed where ISE just does not show them.
    """
    return list(((join_point or {}).get("adgroups") or {}).get("groups") or [])


def require_join_point(ise: Ise, name: str) -> dict[str, Any]:
    """:raises InvalidInput: there is no such join point; the existing ones are named."""
    found = get_active_directory(ise, name)
    if found is None:
        existing = [str(item.get("name")) for item in list_active_directories(ise)]
        raise InvalidInput(
            f"use the Active Directory join point {name!r}",
            f"ISE has none of that name, only {', '.join(map(repr, existing)) or 'no join point at all'}",
            nearest(name, existing),
        )
    return found


class GroupFinder:
    """Looks groups up in the Active Directory behind a join point.

    :param join_point: as read through ERS.
    :param names: the groups that will be asked for.
    """

    def __init__(self, ise: Ise, join_point: dict[str, Any], names: Collection[str] = ()) -> None:
        self.ise = ise
        self.join_point = join_point
        self._wanted = [name.partition("/")[0].lower() for name in names]
        self._listed: dict[str, dict[str, dict[str, Any]] | None] = {}

    def find(self, name: str) -> dict[str, Any]:
        """The group with ``name``, ``sid`` and ``type``.

        :raises InvalidInput: there is no such group; the nearest existing names are given.
        """
        domain, slash, _path = name.partition("/")
        if DISTINGUISHED_NAME.fullmatch(name):
            advice = f"Write it as ISE does: {from_distinguished(name)!r}."
            raise InvalidInput(self._attempted(name), "that is a distinguished name of LDAP", advice)
        if not (slash and domain):
            raise self._unknown(name, str(self.join_point["domain"]))
        is_one_of_many = self._wanted.count(domain.lower()) >= MANY_GROUPS and self._whole(domain) is not None
        found = None if is_one_of_many else self._by_common_name(domain, name)
        found = found or (self._whole(domain) or {}).get(fold_group(name))
        if found is None:
            raise self._unknown(name, domain)
        return found

    def _by_common_name(self, domain: str, name: str) -> dict[str, Any] | None:
        """The filter is an exact match on the common name; on some releases it is required."""
        groups = list_domain_groups(self.ise, self.join_point, domain, name.rpartition("/")[2])
        return _by_name(groups).get(fold_group(name))

    def _whole(self, domain: str) -> dict[str, dict[str, Any]] | None:
        """Every group of a domain by its folded name; None if ISE does not list them without a filter."""
        if domain not in self._listed:
            try:
                self._listed[domain] = _by_name(list_domain_groups(self.ise, self.join_point, domain))
            except (Refused, ServerTrouble):
                self._listed[domain] = None
        return self._listed[domain]

    def _attempted(self, name: str) -> str:
        return f"use the group {name!r} of the join point {self.join_point['name']!r}"

    def _unknown(self, name: str, domain: str) -> InvalidInput:
        existing = [str(group.get("name")) for group in (self._whole(domain) or {}).values()]
        return InvalidInput(
            self._attempted(name),
            "Active Directory has no group of that name",
            f"Write groups as domain/path/name. {nearest(name, existing)}",
        )


def _by_name(groups: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {fold_group(str(group.get("name"))): group for group in groups}


def from_distinguished(name: str) -> str:
    """A distinguished name in the form that ISE uses: ``CN=Staff,OU=Groups,DC=corp,DC=example`` is
    ``corp.example/Groups/Staff``."""
    parts = [part.strip() for part in re.split(r"(?<!\\),", name)]
    values = [(part.partition("=")[0].strip().upper(), part.partition("=")[2].replace("\\,", ",")) for part in parts]
    domain = ".".join(value for kind, value in values if kind == "DC")
    return "/".join([domain, *(value for kind, value in reversed(values) if kind != "DC")])
