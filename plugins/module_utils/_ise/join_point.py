# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of an Active Directory join point, as a resource. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import FeatureOff, InvalidInput, NotFound
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import (
    GroupFinder,
    fold_group,
    groups_of,
    require_join_point,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import add_groups
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource


class JoinPointGroups(Resource):
    compare = {"groups": lambda groups: frozenset(map(fold_group, groups))}

    def __init__(self, ise: Ise, name: str) -> None:
        self.ise = ise
        self.name = name
        self.title = f"join point {name!r}"
        self._new: dict[str, dict[str, Any]] = {}
        self._raw: dict[str, Any] | None = require_join_point(ise, name)

    def read(self) -> Fields:
        raw = self._raw or require_join_point(self.ise, self.name)
        self._raw = raw
        return {
            "name": self.name,
            "domain": raw.get("domain"),
            "groups": sorted(group["name"] for group in groups_of(raw)),
        }

    def wanted(self, state: str, groups: list[str]) -> list[str]:
        """All groups the join point should have: what it has with the named ones added, or without them."""
        named, current = {fold_group(group) for group in groups}, self.read()["groups"]
        others = [group for group in current if fold_group(group) not in named]
        if state == "absent":
            return others
        spelled = {fold_group(group): group for group in [*groups, *current]}
        return sorted([*others, *(spelled[group] for group in named)])

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if "adgroups" not in (self._raw or {}):
            self._require_none()
        known = {fold_group(group["name"]) for group in groups_of(self._raw)}
        new = [group for group in changes["groups"] if fold_group(group) not in known]
        finder = GroupFinder(self.ise, self._raw or {}, new)
        self._new = {group: finder.find(group) for group in new}

    def _require_none(self) -> None:
        """:raises InvalidInput: there are groups that ISE does not show here, and a write could take them away."""
        try:
            directories = [one for one in self.ise.list_sync_directories() if one.get("name") == self.name]
            found = [str(group.get("name")) for one in directories for group in self.ise.list_sync_groups(one)]
        except (FeatureOff, NotFound):
            # Without native Duo MFA, nothing else shows them. Any other failure does not mean that there are none.
            found = []
        if found:
            raise InvalidInput(
                f"set the groups of the {self.title}",
                f"ISE does not show them all, but may have {found[0]!r}, and a write sets the whole list",
                "Add the groups in the ISE console: Administration > Identity Management > External Identity Sources.",
            )

    def update(self, current: Fields, changes: Fields) -> None:
        # Forgotten before the write: if its answer is lost, looking has to ask ISE.
        raw, self._raw = self._raw or {}, None
        wanted = {fold_group(group) for group in changes["groups"]}
        kept = [group for group in groups_of(raw) if fold_group(group["name"]) in wanted]
        add_groups(self.ise, raw, [*kept, *self._new.values()], f"set the groups of the {self.title}")
