# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which declared MFA rules come into force or ask Duo about more logins, and whether they are in force at all. Private
to this collection.

A rule is in force if it and its policy set are enabled. What ISE does not say plainly counts as the worse case for
either purpose: such a rule may lock users out, so that they are counted, and is not said to be in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import MFA, PolicyTree, core
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import (
    comparable_condition,
    declared_condition,
    shown_condition,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import position_from
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

ENABLED, ACCEPT = "enabled", "accept"
# The states in which ISE enforces nothing.
NOT_ENFORCED = ("disabled", "monitor")
ACTIONS = {"on_success": "mfaResultAction", "on_failure": "mfaFailAction"}
Rule = dict[str, Any]


@dataclass(frozen=True)
class Enforcement:
    """What becomes of the declared MFA rules, by name.

    :ivar in_force: those that are in force afterwards.
    :ivar unknown: those that may be in force, because ISE does not say.
    :ivar new: those that come into force, or may do so.
    :ivar wider: those that are in force already, and may lock out more users than now.
    """

    in_force: list[str]
    unknown: list[str]
    new: list[str]
    wider: list[str]

    def result(self, connection: str) -> dict[str, Any]:
        """:param connection: the name of the connection that the rules use."""
        sentence = (
            f"No MFA rule that is declared for the connection {connection!r} is in force: each is disabled, only "
            "monitors, or is in a policy set that does so. So this role does not make ISE send logins to Duo over it."
        )
        if self.unknown:
            sentence = (
                f"No MFA rule that is declared for the connection {connection!r} is known to be in force: ISE does not "
                f"show the state of {' and '.join(map(repr, self.unknown))}, or of its policy set. Declare rule_state "
                "and set_state."
            )
        found = {"in_force": self.in_force, "new": self.new, "wider": self.wider, "unknown": self.unknown}
        return {**found, "not_enforced": [] if self.in_force else [sentence]}

    @property
    def needs_count(self) -> bool:
        return bool(self.new or self.wider)

    def in_words(self) -> str:
        new, wider = (" and ".join(map(repr, names)) for names in (self.new, self.wider))
        said = [f"{new} {'comes' if len(self.new) == 1 else 'come'} into force"] if new else []
        return " and ".join([*said, *([f"{wider} may ask Duo about more logins than now"] if wider else [])])

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
        self._sets: dict[str, list[Rule]] = {}
        self._rules: dict[tuple[str, str], list[Rule]] = {}

    def enforcement_of(self, declared: list[Rule]) -> Enforcement:
        """
        :param declared: each with ``name``, ``policy_set`` and ``policy_type``, and where they are declared, with the
            options of a rule, and with those of its policy set, which begin with ``set_``.
        """
        found = Enforcement([], [], [], [])
        for rule in declared:
            policy_set, existing = self._found(rule)
            now = [policy_set.get("state"), core(existing).get("state")]
            wanted = [rule.get("set_state"), rule.get("rule_state")]
            # A new one is enabled unless it says otherwise.
            usual = [None if policy_set else ENABLED, None if existing else ENABLED]
            later = [one or other or new for one, other, new in zip(wanted, now, usual, strict=True)]
            if any(state in NOT_ENFORCED for state in later):
                continue
            is_sure = all(state == ENABLED for state in later)
            (found.in_force if is_sure else found.unknown).append(rule["name"])
            if not all(state == ENABLED for state in now):
                found.new.append(rule["name"])
            elif any(self._reasons(rule, policy_set, existing, declared)):
                found.wider.append(rule["name"])
        return found

    def _found(self, rule: Rule) -> tuple[Rule, Rule]:
        """The policy set and the rule, empty where they do not exist."""
        policy_set = next((one for one in self._policy_sets(rule) if one["name"] == rule["policy_set"]), {})
        rules = self._mfa_rules(rule, policy_set)
        return policy_set, next((one for one in rules if core(one)["name"] == rule["name"]), {})

    def _reasons(self, rule: Rule, policy_set: Rule, existing: Rule, declared: list[Rule]) -> Iterator[bool]:
        """Whether a rule in force may lock out more users than now: because of what it is, of the logins that reach its
        policy set, or of the rules that let users in above it."""
        yield _differs(rule.get("condition"), core(existing).get("condition"))
        yield rule.get("connection") not in (None, existing.get("mfaConnectionName"))
        for option, member in ACTIONS.items():
            is_lax = str(existing.get(member) or ACCEPT).lower() == ACCEPT
            yield is_lax and str(rule.get(option) or ACCEPT).lower() != ACCEPT
        yield _differs(rule.get("set_condition"), policy_set.get("condition"))
        sets = [one["name"] for one in self._policy_sets(rule)]
        yield _place(rule, "set_", rule["policy_set"], sets) < sets.index(rule["policy_set"])
        yield from self._changes_beside(rule, existing, policy_set, declared)

    def _changes_beside(self, rule: Rule, existing: Rule, policy_set: Rule, declared: list[Rule]) -> Iterator[bool]:
        """Whether another rule, which may let in users that this one rejects, leaves them to this one."""
        rules = self._mfa_rules(rule, policy_set)
        lax = [one for one in rules if one is not existing and _may_be_laxer(one, existing)]
        if not lax:
            return
        siblings = {one["name"]: one for one in declared if _where(one) == _where(rule)}
        for other in map(core, lax):
            sibling = siblings.get(other["name"])
            yield sibling is None and bool(rule.get("set_purge"))
            yield sibling is not None and sibling.get("rule_state") in NOT_ENFORCED
            yield sibling is not None and _differs(sibling.get("condition"), other.get("condition"))
        names = [core(one)["name"] for one in rules]
        in_order = [name for name in names if name in siblings]
        yield rule.get("set_purge") is not None and in_order != [name for name in siblings if name in names]
        yield any(_place(siblings[name], "", name, names) != names.index(name) for name in in_order)

    def _policy_sets(self, rule: Rule) -> list[Rule]:
        policy = PolicyTree(self._ise, rule["policy_type"])
        if policy.kind not in self._sets:
            self._sets[policy.kind] = policy.list_policy_sets()
        return self._sets[policy.kind]

    def _mfa_rules(self, rule: Rule, policy_set: Rule) -> list[Rule]:
        """Those of a policy set; none where it does not exist yet."""
        if not policy_set:
            return []
        policy = PolicyTree(self._ise, rule["policy_type"])
        key = (policy.kind, str(policy_set["id"]))
        if key not in self._rules:
            found: list[Rule] = unless_mfa_is_off(
                lambda: policy.list_rules(policy_set, MFA), self._context, "present", []
            )
            self._rules[key] = found
        return self._rules[key]


def _where(rule: Rule) -> tuple[str, str]:
    return rule["policy_type"], rule["policy_set"]


def _differs(declared: Any, stored: Rule | None) -> bool:
    """Whether a condition would be written."""
    words = declared_condition(declared or None)
    return words is not None and comparable_condition(words) != comparable_condition(shown_condition(stored, words))


def _place(declared: Rule, prefix: str, name: str, names: list[str]) -> int:
    """Where something that exists will stand.

    :param prefix: of the options that say so.
    """
    position, rank = position_from(declared.get(f"{prefix}position")), declared.get(f"{prefix}rank")
    if position and position.name in ("", *names):
        return position.rank_of(name, names)
    return names.index(name) if rank is None else int(rank)


def _may_be_laxer(other: Rule, existing: Rule) -> bool:
    """Whether a rule in force may let in users that another one rejects."""
    is_other = other.get("mfaConnectionName") != existing.get("mfaConnectionName")
    fails_closed = str(other.get("mfaFailAction")).lower() == "reject"
    return core(other).get("state") not in NOT_ENFORCED and (is_other or not fails_closed)
