# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which declared MFA rules come into force, and whether they do at all. Private to this collection.

A rule is in force if it and its policy set are enabled. Where ISE does not say so plainly, the rule counts as one that
comes into force, so that the users are counted once too often rather than not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import MFA, PolicyTree, core
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

ENABLED = "enabled"
Rule = dict[str, Any]


@dataclass(frozen=True)
class Enforcement:
    """What becomes of the declared MFA rules, by name.

    :ivar in_force: those that are in force afterwards.
    :ivar new: those of them that are not in force yet.
    """

    in_force: list[str]
    new: list[str]

    def result(self, connection: str) -> dict[str, Any]:
        """:param connection: the name of the one that the rules use."""
        sentence = (
            f"No MFA rule that is declared for the connection {connection!r} is in force: each is disabled, only "
            "monitors, or is in a policy set that does so. This role makes ISE ask Duo for no login over it."
        )
        return {"in_force": self.in_force, "new": self.new, "not_enforced": [] if self.in_force else [sentence]}

    def in_words(self) -> str:
        return f"{' and '.join(map(repr, self.new))} {'comes' if len(self.new) == 1 else 'come'} into force"

    def require_acceptance(self, is_accepted: bool) -> None:
        """:raises InvalidInput: users cannot be counted, and that is not accepted."""
        if not is_accepted:
            raise InvalidInput(
                f"agree that {self.in_words()}",
                "the users who would be locked out can be counted only through Duo's Admin API",
                "Use Duo's Admin API, or count them yourself and set accept_uncounted to true (in the role, "
                "ise_duo_mfa_accept_uncounted), or declare the rules with rule_state monitor.",
            )


class RuleStates:
    """Looks up policy sets and their MFA rules, each list once."""

    def __init__(self, ise: Ise, context: Context) -> None:
        self._ise = ise
        self._context = context
        self._sets: dict[str, dict[str, Rule]] = {}
        self._rules: dict[tuple[str, str], dict[str, Rule]] = {}

    def enforcement_of(self, declared: Iterable[Rule]) -> Enforcement:
        """
        :param declared: each with ``name``, ``policy_set`` and ``policy_type``, and the state that it and its policy
            set are to have, ``rule_state`` and ``set_state``, where that is declared.
        """
        in_force, new = [], []
        for rule in declared:
            is_now, will_be = self._is_in_force(rule)
            in_force += [rule["name"]] if will_be else []
            new += [rule["name"]] if will_be and not is_now else []
        return Enforcement(in_force, new)

    def _is_in_force(self, rule: Rule) -> tuple[bool, bool]:
        """Whether a declared rule is in force now, and will be."""
        policy = PolicyTree(self._ise, rule["policy_type"])
        policy_set = self._policy_sets(policy).get(rule["policy_set"], {})
        existing = self._mfa_rules(policy, policy_set).get(rule["name"], {})
        now = [policy_set.get("state"), existing.get("state")]
        declared = [rule.get("set_state"), rule.get("rule_state")]
        later = [wanted or current or ENABLED for wanted, current in zip(declared, now, strict=True)]
        return all(state == ENABLED for state in now), all(state == ENABLED for state in later)

    def _policy_sets(self, policy: PolicyTree) -> dict[str, Rule]:
        if policy.kind not in self._sets:
            self._sets[policy.kind] = {str(entry["name"]): entry for entry in policy.list_policy_sets()}
        return self._sets[policy.kind]

    def _mfa_rules(self, policy: PolicyTree, policy_set: Rule) -> dict[str, Rule]:
        """Those of a policy set by name; none where it does not exist yet."""
        if not policy_set:
            return {}
        key = (policy.kind, str(policy_set["id"]))
        if key not in self._rules:
            found: list[Rule] = unless_mfa_is_off(
                lambda: policy.list_rules(policy_set, MFA), self._context, "present", []
            )
            self._rules[key] = {str(core(raw)["name"]): core(raw) for raw in found}
        return self._rules[key]
