# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole policy sets in the words of the modules that manage them. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import FeatureOff, NotFound
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import MFA, PolicyTree, core
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rules import RULES
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_set import set_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

Counts = dict[str, Any]


def export(ise: Ise, policy_type: str, name: str | None, context: Context) -> tuple[list[Fields], dict[str, Counts]]:
    """The policy sets of a tree, in order, and how many logins each of them and each of its rules was applied to.

    :param name: of the only policy set that is asked for.
    """
    policy, sets, counts = PolicyTree(ise, policy_type), [], {}
    for raw in policy.list_policy_sets():
        if name in (None, raw["name"]):
            rules = {kind: _list(policy, raw, kind, context) for kind in RULES}
            own = set_from_ise(raw, policy_type)
            if raw.get("default"):
                # It is always the last, of however many there are on another ISE.
                own.pop("rank")
            sets.append({**own, "rules": _shown(ise, policy_type, raw, rules, context)})
            counts[raw["name"]] = {"policy_set": raw.get("hitCounts"), **_counted(rules)}
    return sets, counts


def _list(policy: PolicyTree, policy_set: Fields, kind: str, context: Context) -> list[Fields] | None:
    """None for MFA rules that ISE does not show: that is not the same as none."""
    try:
        return policy.list_rules(policy_set, kind)
    except (FeatureOff, NotFound) as error:
        if kind != MFA:
            raise
        context.warn(f"ISE does not show MFA rules, so they are null: {error.came_back}.")
        return None


def _shown(
    ise: Ise, policy_type: str, raw: Fields, rules: dict[str, list[Fields] | None], context: Context
) -> dict[str, list[Fields] | None]:
    found: dict[str, list[Fields] | None] = {}
    for kind, listed in rules.items():
        described = RULES[kind](ise, {"policy_type": policy_type, "policy_set": raw["name"]}, context)
        found[kind] = None if listed is None else [described.from_ise(entry, {}) for entry in listed]
    return found


def _counted(rules: dict[str, list[Fields] | None]) -> Counts:
    return {
        kind: {core(entry)["name"]: core(entry).get("hitCounts") for entry in listed or []}
        for kind, listed in rules.items()
    }
