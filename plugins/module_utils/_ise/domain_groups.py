# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Join points and the groups behind them, as they are returned. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import NotFound, Refused, ServerTrouble
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import groups_of
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import (
    get_active_directory,
    list_active_directories,
    list_domain_groups,
    list_trusted_domains,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context


def join_points(ise: Ise, name: str | None) -> list[dict[str, Any]]:
    """Join points whole: the list holds only names and IDs. One that was deleted meanwhile is left out."""
    found = get_active_directory(ise, name) if name is not None else None
    if found:
        return [found]
    # Asked for one that is not there, too: while ERS is off every name may seem unknown, and then the list fails.
    names = [str(stub.get("name")) for stub in list_active_directories(ise)]
    each = (get_active_directory(ise, one) for one in names)
    return [raw for raw in each if raw] if name is None else []


def active_directory(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": raw.get("name"),
        "id": raw.get("id"),
        "domain": raw.get("domain"),
        "description": raw.get("description") or "",
        "groups": _names(groups_of(raw)),
    }


def _names(groups: list[dict[str, Any]]) -> list[str]:
    return sorted({str(group.get("name")) for group in groups})


class DomainGroups:
    """Lists the groups behind a join point; what ISE cannot list becomes a warning."""

    def __init__(self, ise: Ise, context: Context, join_point: dict[str, Any]) -> None:
        self.ise = ise
        self.context = context
        self.join_point = join_point

    def gather(self) -> list[str] | None:
        """Every group's full name; None if no domain could be listed."""
        listed = [groups for groups in map(self._groups, self._domains()) if groups is not None]
        return _names([group for groups in listed for group in groups]) if listed else None

    def _domains(self) -> list[str]:
        """The join point's own domain, then those it trusts and can reach."""
        try:
            trusted = list_trusted_domains(self.ise, self.join_point)
        except (NotFound, Refused, ServerTrouble) as error:
            self._warn(str(error))
            trusted = []
        for domain in trusted:
            if domain.get("unusableReason"):
                self._warn(f"The domain {domain.get('dnsName')} is not listed: {domain['unusableReason']}")
        usable = [str(domain.get("dnsName")) for domain in trusted if not domain.get("unusableReason")]
        return list(dict.fromkeys([str(self.join_point.get("domain")), *usable]))

    def _groups(self, domain: str) -> list[dict[str, Any]] | None:
        try:
            return list_domain_groups(self.ise, self.join_point, domain)
        except (NotFound, Refused, ServerTrouble) as error:
            self._warn(str(error))
            return None

    def _warn(self, text: str) -> None:
        self.context.warn(f"Join point {self.join_point.get('name')!r}: {text}")
