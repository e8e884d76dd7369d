# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a Duo policy applies: to applications, for everybody or for some groups. Private to this collection.

Facts: Duo documentation, "Admin API", policies, and ``duo_client``. Whether Duo adds what is sent to what a policy
applies to already, or lets it take the place of that, is not documented; so all of it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, find_application, group_ids
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import entries_of
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, nearest


@dataclass(frozen=True)
class Target:
    """One application to apply a policy to.

    :ivar declared: the application as the task names it.
    :ivar groups: IDs by name of the groups it is for; empty for everybody.
    :ivar policy_key: the policy that the application has now, if it has one.
    """

    declared: str
    name: str
    integration_key: str
    groups: dict[str, str] = field(default_factory=dict)
    policy_key: str = ""

    def shown(self, groups: Iterable[str]) -> dict[str, Any]:
        """In the words of the option."""
        return {"application": self.declared, **({"groups": sorted(groups)} if self.groups else {})}

    @property
    def wanted(self) -> dict[str, Any]:
        return self.shown(self.groups)

    def present(self, raw: dict[str, Any]) -> dict[str, Any] | None:
        """The part of it that a policy applies to; None if it does not apply there at all."""
        entries = [entry for entry in entries_of(raw) if entry.get("app_integration_key") == self.integration_key]
        if not self.groups:
            return self.wanted if any(not entry.get("groups") for entry in entries) else None
        told = [group for entry in entries for group in entry.get("groups") or []]
        here = [name for name, group_id in self.groups.items() if any(_is(group, name, group_id) for group in told)]
        return self.shown(here) if here else None


def targets_of(apply_to: list[dict[str, Any]], duo: Duo) -> list[Target]:
    """Look up what a task names.

    :raises InvalidInput: an unknown application or group, with the nearest existing names.
    :raises Ambiguous: several of one name.
    """
    applications = duo.list_integrations()
    groups = duo.list_groups() if any(entry["groups"] for entry in apply_to) else []
    return [_target(entry, applications, groups) for entry in apply_to]


def _target(entry: dict[str, Any], applications: list[dict[str, Any]], groups: list[dict[str, Any]]) -> Target:
    wanted = entry["application"]
    if entry["groups"] == []:
        raise InvalidInput(
            f"apply the policy to {wanted!r}", "groups names none", "Name one, or leave groups out for everybody."
        )
    application = find_application(applications, wanted)
    if application is None:
        existing = [str(item.get("name")) for item in applications]
        raise InvalidInput(
            f"apply the policy to {wanted!r}",
            "Duo has no application of that name or integration key",
            nearest(wanted, existing),
        )
    return Target(
        wanted,
        str(application.get("name")),
        application["integration_key"],
        group_ids(entry["groups"] or [], groups, "apply the policy to"),
        application.get("policy_key") or "",
    )


def parameters_to_apply(
    targets: Iterable[Target], raw: dict[str, Any], list_groups: Callable[[], list[dict[str, Any]]]
) -> dict[str, Any]:
    """What a write consists of that leaves the policy applied where it is, and applies it to the targets too.

    :param list_groups: called only if Duo does not tell the IDs of the groups that the policy applies to.
    """
    everybody, members = _applied(raw, list_groups)
    for target in targets:
        if target.groups:
            members.setdefault(target.integration_key, set()).update(target.groups.values())
        else:
            everybody.add(target.integration_key)
    parameters: dict[str, Any] = {}
    if everybody:
        parameters["apply_to_apps"] = {"apply_list": sorted(everybody), "affect_all_apps": "inactive"}
    if members:
        listed = [{"app_integration_key": key, "group_id_list": sorted(ids)} for key, ids in sorted(members.items())]
        parameters["apply_to_groups_in_apps"] = {
            "apply_group_policies_list": listed,
            "group_policy_apply_order": "existing",
        }
    return parameters


def _applied(
    raw: dict[str, Any], list_groups: Callable[[], list[dict[str, Any]]]
) -> tuple[set[str], dict[str, set[str]]]:
    """Integration keys of the applications it applies to for everybody, and group IDs by key of the others."""
    everybody: set[str] = set()
    members: dict[str, set[str]] = {}
    for entry in entries_of(raw):
        key, groups = str(entry.get("app_integration_key")), entry.get("groups") or []
        if not groups:
            everybody.add(key)
            continue
        ids = [group.get("group_id") for group in groups]
        if not all(ids):
            names = [str(group.get("group_name")) for group in groups]
            ids = list(group_ids(names, list_groups(), "go on applying the policy to").values())
        members.setdefault(key, set()).update(ids)
    return everybody, members


def entries_with(targets: Iterable[Target], raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a policy applies, in Duo's words, once it applies to the targets too."""
    entries = [{**entry, "groups": list(entry.get("groups") or [])} for entry in entries_of(raw)]
    for target in targets:
        there = next(
            (
                entry
                for entry in entries
                if entry.get("app_integration_key") == target.integration_key
                and bool(entry["groups"]) == bool(target.groups)
            ),
            None,
        )
        if there is None:
            there = {"app_integration_key": target.integration_key, "app_name": target.name, "groups": []}
            entries.append(there)
        there["groups"] += [
            {"group_name": name}
            for name, group_id in target.groups.items()
            if not any(_is(group, name, group_id) for group in there["groups"])
        ]
    return entries


def _is(group: dict[str, Any], name: str, group_id: str) -> bool:
    """Duo tells a group's ID, its name or both."""
    return bool(group_id == group["group_id"] if group.get("group_id") else name == group.get("group_name"))
