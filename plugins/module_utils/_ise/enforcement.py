# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which MFA rules come into force or ask Duo about more logins with what is declared, and whether the declared ones are
in force at all. Private to this collection.

A rule is in force if it and its policy set are enabled. What ISE does not say plainly counts as the worse case for
either purpose: such a rule may lock users out, so that they are counted, and is not said to be in force.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import MFA, POLICY_TYPES, PolicyTree, core
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import (
    STATES,
    comparable_condition,
    declared_condition,
    shown_condition,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import BEFORE, position_from
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

ENABLED, ACCEPT = "enabled", "accept"
# The states in which ISE enforces nothing.
NOT_ENFORCED = ("disabled", "monitor")
ACTIONS = {"on_success": "mfaResultAction", "on_failure": "mfaFailAction"}
Rule = dict[str, Any]

OF_A_SET: dict[str, Any] = {
    "policy_set": {"type": "str", "required": True},
    "policy_type": {"type": "str", "choices": list(POLICY_TYPES), "required": True},
    "set_state": {"type": "str", "choices": STATES},
    "set_condition": {"type": "raw"},
    "set_position": {"type": "raw"},
    "set_rank": {"type": "int"},
    "set_purge": {"type": "bool"},
}
OF_A_RULE: dict[str, Any] = {
    **OF_A_SET,
    "name": {"type": "str", "required": True},
    "rule_state": {"type": "str", "choices": STATES},
    "condition": {"type": "raw"},
    "connection": {"type": "str"},
    "on_success": {"type": "str"},
    "on_failure": {"type": "str"},
    "position": {"type": "raw"},
    "rank": {"type": "int"},
}
# The rules and the policy sets that are declared.
ENFORCEMENT_SPEC: dict[str, Any] = {
    "rules": {"type": "list", "elements": "dict", "default": [], "options": OF_A_RULE},
    "policy_sets": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {**OF_A_SET, "mfa_rules": {"type": "list", "elements": "str"}},
    },
}


class Enforcement(NamedTuple):
    """What becomes of MFA rules, by name.

    :ivar in_force: the declared ones that are in force afterwards.
    :ivar unknown: the declared ones that may be in force, because ISE does not say.
    :ivar new: the declared ones that come into force, or may do so.
    :ivar wider: the declared ones that are in force already, and may lock out more users than now.
    :ivar undeclared: those that stand in a policy set, are not declared, and may lock out more users than now.
    :ivar is_declared: whether there is any declared one.
    """

    in_force: list[str]
    unknown: list[str]
    new: list[str]
    wider: list[str]
    undeclared: list[str]
    is_declared: bool

    def result(self, connection: str) -> dict[str, Any]:
        """:param connection: the name of the connection that the rules use."""
        lists = {"in_force": self.in_force, "new": self.new, "wider": self.wider, "unknown": self.unknown}
        sentences = [] if self.in_force else [self._not_enforced(connection)]
        return {**lists, "undeclared": self.undeclared, "not_enforced": sentences}

    def _not_enforced(self, connection: str) -> str:
        if not self.is_declared:
            return (
                f"No MFA rule is declared for the connection {connection!r}, so no rule of this role makes ISE send "
                "logins to Duo over it."
            )
        if self.unknown:
            return (
                f"No MFA rule that is declared for the connection {connection!r} is known to be in force: ISE does not "
                f"show the state of {_listed(self.unknown)}, or of its policy set. Declare rule_state and set_state."
            )
        # Others may.
        rest = "" if self.undeclared else " So this role does not make ISE send logins to Duo over it."
        return (
            f"No MFA rule that is declared for the connection {connection!r} is in force: each is disabled, only "
            f"monitors, or is in a policy set that does so.{rest}"
        )

    @property
    def needs_count(self) -> bool:
        return bool(self.new or self.wider or self.undeclared)

    def in_words(self) -> str:
        come = "comes" if len(self.new) == 1 else "come"
        more = "may ask Duo about more logins than now"
        said = {
            f"{_listed(self.new)} {come} into force": self.new,
            f"{_listed(self.wider)} {more}": self.wider,
            f"{_listed(self.undeclared)} (not declared) {more}": self.undeclared,
        }
        return " and ".join(words for words, names in said.items() if names)

    def warnings(self) -> Iterator[str]:
        if self.unknown:
            yield (
                f"ISE does not show whether {_listed(self.unknown)} will be in force. Declare the state of the rule "
                "and of its policy set."
            )
        if self.undeclared:
            yield (
                "These MFA rules are not declared, and may lock out more users because of what is: "
                f"{_listed(self.undeclared)}. Declare them, with rule_state disabled if they are not to be in force."
            )

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
        self._places: list[Rule] = []

    def enforcement_of(self, declared: list[Rule], policy_sets: list[Rule]) -> Enforcement:
        """
        :param declared: each with ``name``, ``policy_set`` and ``policy_type``, and where they are declared, with the
            options of a rule, and with those of its policy set, which begin with ``set_``.
        :param policy_sets: those that are declared, each with ``policy_set`` and ``policy_type``, with what is declared
            of it as above, and with the names of all declared MFA rules in it as ``mfa_rules``.
        """
        self._places = _places(declared, policy_sets)
        found = Enforcement([], [], [], [], list(self._undeclared(declared)), bool(declared))
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
        policy_set = self._policy_set(rule)
        rules = self._mfa_rules(rule, policy_set)
        return policy_set, next((one for one in rules if core(one)["name"] == rule["name"]), {})

    def _policy_set(self, rule: Rule) -> Rule:
        return next((one for one in self._policy_sets(rule) if one["name"] == rule["policy_set"]), {})

    def _undeclared(self, declared: list[Rule]) -> Iterator[str]:
        """The MFA rules that are not declared, stay, and may lock out more users than now because of what is."""
        for place in (*self._places, *self._other_places()):
            policy_set = self._policy_set(place)
            is_safe = not (place["mfa_rules"] or _is_turned_on(place, policy_set))
            if not policy_set or place.get("set_purge") or is_safe and not any(self._set_reasons(place, policy_set)):
                continue
            for existing in self._mfa_rules(place, policy_set):
                is_declared = core(existing)["name"] in place["mfa_rules"]
                if not is_declared and self._may_ask_more(place, policy_set, existing, declared):
                    yield core(existing)["name"]

    def _other_places(self) -> Iterator[Rule]:
        """The policy sets beside those that are declared, which may get logins from them."""
        known = set(map(_where, self._places))
        for policy_type in sorted({place["policy_type"] for place in self._places}):
            for policy_set in self._policy_sets({"policy_type": policy_type}):
                if (policy_type, policy_set["name"]) not in known:
                    yield {"policy_set": policy_set["name"], "policy_type": policy_type, "mfa_rules": []}

    def _may_ask_more(self, place: Rule, policy_set: Rule, existing: Rule, declared: list[Rule]) -> bool:
        later = (place.get("set_state") or policy_set.get("state"), core(existing).get("state"))
        if any(state in NOT_ENFORCED for state in later):
            return False
        return _is_turned_on(place, policy_set) or any(self._reasons(place, policy_set, existing, declared))

    def _reasons(self, rule: Rule, policy_set: Rule, existing: Rule, declared: list[Rule]) -> Iterator[bool]:
        """Whether a rule in force may lock out more users than now: because of what it is, of the logins that reach its
        policy set, or of the rules that let users in above it."""
        yield _differs(rule.get("condition"), core(existing).get("condition"))
        yield rule.get("connection") not in (None, existing.get("mfaConnectionName"))
        for option, member in ACTIONS.items():
            is_lax = str(existing.get(member) or ACCEPT).lower() == ACCEPT
            yield is_lax and str(rule.get(option) or ACCEPT).lower() != ACCEPT
        yield from self._set_reasons(rule, policy_set)
        yield from self._changes_beside(rule, existing, policy_set, declared)

    def _set_reasons(self, rule: Rule, policy_set: Rule) -> Iterator[bool]:
        """Whether more logins may reach a policy set than now."""
        yield _differs(rule.get("set_condition"), policy_set.get("condition"))
        sets = [one["name"] for one in self._policy_sets(rule)]
        here = sets.index(rule["policy_set"])
        yield _place(rule, "set_", rule["policy_set"], sets) < here
        above = [
            place
            for place in self._places
            if place["policy_type"] == rule["policy_type"] and place["policy_set"] in sets[:here]
        ]
        yield any(self._gives_up_logins(place, here, sets) for place in above)

    def _gives_up_logins(self, place: Rule, here: int, sets: list[str]) -> bool:
        """Whether a policy set above another one leaves logins to it that it takes now.

        :param here: where the other one stands.
        """
        policy_set, position = self._policy_set(place), position_from(place.get("set_position"))
        if policy_set.get("state") in NOT_ENFORCED:
            return False
        # Beside what is yet to be created, that may be anywhere down to the end.
        is_open = position is not None and position.name not in ("", *sets)
        return (
            place.get("set_state") in NOT_ENFORCED
            or _differs(place.get("set_condition"), policy_set.get("condition"))
            or is_open
            or _place(place, "set_", place["policy_set"], sets) >= here
        )

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


def _listed(names: list[str]) -> str:
    return " and ".join(map(repr, names))


def _places(declared: list[Rule], policy_sets: list[Rule]) -> list[Rule]:
    """The policy sets that are declared or have declared MFA rules, in the form of ``policy_sets``."""
    found: dict[tuple[str, str], Rule] = {}
    for one in (*declared, *policy_sets):
        own = {name: one[name] for name in ("policy_set", "policy_type")}
        place = found.setdefault(_where(one), {**own, "mfa_rules": []})
        place |= {name: value for name, value in one.items() if name.startswith("set_") and value is not None}
        place["mfa_rules"] += [one["name"]] if "name" in one else one.get("mfa_rules") or []
    return list(found.values())


def _is_turned_on(place: Rule, policy_set: Rule) -> bool:
    """Whether a policy set comes into force, or may do so."""
    return place.get("set_state") == ENABLED != policy_set.get("state")


def _where(rule: Rule) -> tuple[str, str]:
    return rule["policy_type"], rule["policy_set"]


def _differs(declared: Any, stored: Rule | None) -> bool:
    """Whether a condition would be written."""
    words = declared_condition(declared or None)
    return words is not None and comparable_condition(words) != comparable_condition(shown_condition(stored, words))


def _place(declared: Rule, prefix: str, name: str, names: list[str]) -> int:
    """Where something that exists will stand. Before what is yet to be created, that may be anywhere up to the top.

    :param prefix: of the options that say so.
    """
    position, rank = position_from(declared.get(f"{prefix}position")), declared.get(f"{prefix}rank")
    if position and position.name in ("", *names):
        return position.rank_of(name, names)
    if position and position.word == BEFORE:
        return 0
    return names.index(name) if rank is None else int(rank)


def _may_be_laxer(other: Rule, existing: Rule) -> bool:
    """Whether a rule in force may let in users that another one rejects."""
    is_other = other.get("mfaConnectionName") != existing.get("mfaConnectionName")
    fails_closed = str(other.get("mfaFailAction")).lower() == "reject"
    return core(other).get("state") not in NOT_ENFORCED and (is_other or not fails_closed)
