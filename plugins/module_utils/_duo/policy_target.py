# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a Duo policy applies: to applications, for everybody or for some groups. Private to this collection.

Facts: Duo documentation, "Admin API", policies, and ``duo_client``. Whether Duo adds what is sent to what a policy
applies to already, or lets it take the place of that, is not documented; so all of it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, find_application, group_ids
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    APPLIES_TO,
    application_name,
    entries_of,
    is_true,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, UnexpectedAnswer, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._task import free_text


class Applied(NamedTuple):
    """Where a policy applies.

    :ivar entries: in Duo's words, as far as Duo shows them.
    :ivar shows_everybody: whether these are all applications where the policy applies to everybody.
    :ivar shows_groups: whether these are all applications where it applies to some groups.
    """

    entries: Sequence[dict[str, Any]] = ()
    shows_everybody: bool = True
    shows_groups: bool = True

    @property
    def is_whole(self) -> bool:
        return self.shows_everybody and self.shows_groups

    def shows(self, target: Target) -> bool:
        """Whether it can be known if the policy applies there."""
        return self.shows_groups if target.groups else self.shows_everybody


def applied_of(raw: dict[str, Any], duo: Duo, ask_applications: bool) -> Applied:
    """Where a policy applies: what Duo shows with it or in its summary, or else with the applications, which do not
    show groups.

    :param ask_applications: whether it is worth the requests.
    """
    (shown,) = with_applications([raw], duo)
    entries = entries_of(shown)
    if entries is not None:
        return Applied(entries)
    applications = duo.list_integrations() if ask_applications else []
    # It is left out where an application has no policy; if all leave it out, Duo may not show it at all.
    if not any("policy_key" in application for application in applications):
        return Applied([], shows_everybody=False, shows_groups=False)
    holders = [application for application in applications if application.get("policy_key") == raw.get("policy_key")]
    return Applied([_for_everybody(one["integration_key"], one.get("name")) for one in holders], shows_groups=False)


def with_applications(policies: list[dict[str, Any]], duo: Duo) -> list[dict[str, Any]]:
    """Policies with where they apply, from Duo's summary where Duo does not show it with each of them."""
    if all(entries_of(raw) is not None or is_true(raw.get("is_global_policy")) for raw in policies):
        return policies
    rows = {row.get("policy_key"): row.get(APPLIES_TO) for row in duo.list_policy_summary()}
    return [
        {**raw, APPLIES_TO: rows.get(raw.get("policy_key"))} if entries_of(raw) is None else raw for raw in policies
    ]


def beside(applied: Applied, others: list[dict[str, Any]], duo: Duo) -> list[dict[str, Any]]:
    """The policies that may apply, before the global one, to users that a policy applies to: those of an application
    where it applies to some groups only. What Duo does not show may be anywhere.

    :param others: policies as Duo returns them.
    """
    for_groups = [entry["app_integration_key"] for entry in applied.entries if entry["groups"] != []]
    if applied.is_whole and not for_groups:
        return []
    if not applied.is_whole or not all(for_groups):
        return others

    def may_apply(raw: dict[str, Any]) -> bool:
        entries = entries_of(raw)
        places = None if entries is None else {entry["app_integration_key"] for entry in entries}
        return places is None or not places.isdisjoint({None, "", *for_groups})

    return list(filter(may_apply, with_applications(others, duo)))


def _for_everybody(integration_key: str, name: Any) -> dict[str, Any]:
    return {"app_integration_key": integration_key, "app_name": name, "groups": []}


class Target(NamedTuple):
    """One application to apply a policy to.

    :ivar declared: the application as the task names it.
    :ivar groups: IDs by name of the groups it is for; empty for everybody.
    :ivar policy_key: the policy that the application has now, if it has one.
    """

    declared: str
    name: str
    integration_key: str
    groups: Mapping[str, str] = {}
    policy_key: str = ""

    def shown(self, groups: Iterable[str]) -> dict[str, Any]:
        """In the words of the option."""
        return {"application": self.declared, **({"groups": sorted(groups)} if self.groups else {})}

    @property
    def wanted(self) -> dict[str, Any]:
        return self.shown(self.groups)

    def is_covered(self, applied: Applied) -> bool:
        """Whether a policy applies to all users that this is about."""
        everybody = self._replace(groups={}).present(applied)
        return everybody is not None or self.present(applied) == self.wanted

    def present(self, applied: Applied) -> dict[str, Any] | None:
        """The part of it that a policy applies to; None if it does not apply there at all."""
        entries = [entry for entry in applied.entries if entry["app_integration_key"] == self.integration_key]
        if not self.groups:
            return self.wanted if any(entry["groups"] == [] for entry in entries) else None
        listed = [group for entry in entries for group in entry["groups"] or []]
        here = [name for name, group_id in self.groups.items() if any(_is(group, name, group_id) for group in listed)]
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
            f"apply the policy to {wanted!r}", "groups names none", "Name one, or leave groups out for all users."
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


def require_readable(applied: Applied, title: str) -> None:
    """
    :raises UnexpectedAnswer: unless each entry can be sent again. Without its groups it would apply to everybody.
    """
    unreadable = [entry for entry in applied.entries if entry["groups"] is None or not entry["app_integration_key"]]
    if unreadable:
        names = ", ".join(
            sorted(application_name(entry["app_name"], entry["app_integration_key"]) for entry in unreadable)
        )
        raise UnexpectedAnswer(
            f"apply the {title} to more",
            f"Duo does not show which groups it applies to at {names}. A write could apply it to all users there",
            "Apply it in the Duo Admin Panel.",
        )


def parameters_to_apply(
    targets: Iterable[Target], applied: Applied, list_groups: Callable[[], list[dict[str, Any]]]
) -> dict[str, Any]:
    """What a write consists of that leaves the policy applied where it is, and applies it to the targets too, as far as
    Duo shows that it does not yet.

    :param list_groups: called only if Duo does not return the IDs of the groups that the policy applies to.
    """
    everybody = {entry["app_integration_key"] for entry in applied.entries if not entry["groups"]}
    members: dict[str, set[str]] = {}
    for entry in applied.entries:
        if entry["groups"]:
            members.setdefault(entry["app_integration_key"], set()).update(_ids_of(entry["groups"], list_groups))
    for target in filter(applied.shows, targets):
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


def _ids_of(groups: list[dict[str, Any]], list_groups: Callable[[], list[dict[str, Any]]]) -> set[str]:
    ids = {str(group["group_id"]) for group in groups if group.get("group_id")}
    names = [str(group["group_name"]) for group in groups if not group.get("group_id")]
    return ids | set(group_ids(names, list_groups(), "continue to apply the policy to").values()) if names else ids


def entries_with(targets: Iterable[Target], applied: Applied) -> list[dict[str, Any]] | None:
    """Where a policy applies, in Duo's words, once it applies to the targets too; None where Duo does not show it."""
    if not applied.is_whole:
        return None
    entries = [{**entry, "groups": entry["groups"] and list(entry["groups"])} for entry in applied.entries]
    for target in targets:
        there = next(
            (
                entry
                for entry in entries
                if entry["app_integration_key"] == target.integration_key
                and bool(entry["groups"]) == bool(target.groups)
            ),
            None,
        )
        if there is None:
            there = _for_everybody(target.integration_key, target.name)
            entries.append(there)
        there["groups"] += [
            {"group_name": name}
            for name, group_id in target.groups.items()
            if not any(_is(group, name, group_id) for group in there["groups"])
        ]
    return entries


def _is(group: dict[str, Any], name: str, group_id: str) -> bool:
    """Duo shows a group's ID, its name or both."""
    if group.get("group_id"):
        return bool(group_id == group["group_id"])
    return free_text(name) == free_text(group.get("group_name"))
