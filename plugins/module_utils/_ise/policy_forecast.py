# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would be refused of declared policy sets and rules. Private to this collection.

Each task may build on the ones before it: a rule may stand beside one that an earlier task creates. So the forecast
goes through the tasks in their order.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, FeatureOff
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import fold_group
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Findings
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import DEVICE_ADMIN, MfaRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import (
    A_SET,
    CONNECTION,
    DEFAULT,
    GROUP,
    MFA,
    NEIGHBOUR,
    Missing,
    PolicyTree,
    find_policy_set,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_declaration import (
    is_readable,
    policy_sets_in,
    rules_in,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import position_from
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import PolicyRule, Rules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rules import (
    RULE_OPTIONS,
    RULES,
    RuleList,
    is_same_rule,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_set import PolicySet
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

AUTHORIZATION = "authorization"
NOWHERE = {"position": None, "rank": None}
UNNAMED = "of this run"
SET_OPTIONS = (
    *("name", "policy_type", "description", "service_name", "server_sequence", "condition"),
    *("position", "rank", "set_state"),
)
# A policy set, by its policy type and its name.
Where = tuple[str, str]


@dataclass
class Foresight(Context):
    """Predicts, and takes for granted only what the run is known to bring.

    :ivar groups: the groups that it adds to join points, in the form that is compared.
    :ivar policy_sets: those that it creates.
    :ivar neighbours: the policy sets or rules that the tasks before the one in question create.
    """

    check_mode: bool = True
    groups: Collection[str] = ()
    policy_sets: set[Where] = field(default_factory=set)
    neighbours: list[str] = field(default_factory=list)

    def foresee(self, error: CiscoError, assumption: str) -> None:
        # A run enables MFA before anything else.
        if not (isinstance(error, FeatureOff) or (isinstance(error, Missing) and self._is_to_come(error))):
            raise error

    def _is_to_come(self, missing: Missing) -> bool:
        if missing.what == A_SET:
            return (missing.tree, missing.name) in self.policy_sets
        if missing.what == GROUP:
            return fold_group(missing.name) in self.groups
        if missing.what == NEIGHBOUR:
            return missing.name in self.neighbours or (not missing.name and missing.count <= len(self.neighbours))
        # Whether a connection is one of the run is for its variables to say.
        return missing.what == CONNECTION


class PolicyForecast:
    """
    :param params: of the preflight.
    :param attempt: calls a check and keeps what is wrong; returns its value, or None.
    """

    def __init__(self, ise: Ise, params: Fields, attempt: Callable[[Callable[[], Any]], Any]) -> None:
        self._ise = ise
        self._params = params
        self._attempt = attempt
        self._connection = params["connection_name"] or UNNAMED
        # What cannot be read is reported without asking ISE.
        self._sets = list(filter(is_readable, policy_sets_in(params["policy"])))
        self._rules = list(filter(is_readable, rules_in(params["policy"])))
        self._others: list[Fields] = params["policy_sets_to_come"]
        to_come = (*policy_sets_in(params["policy"]), *self._others)
        self._context = Foresight(
            # What may go wrong is said there.
            warnings=ise.context.warnings,
            groups={fold_group(name) for name in (*params["groups"], *params["groups_to_come"])},
            policy_sets={(entry["policy_type"], entry["name"]) for entry in to_come},
        )

    def of_removal(self) -> None:
        for entry in self._sets:
            # Of the default one only the declared rules are deleted, which nothing stands in the way of.
            if entry["name"] != DEFAULT:
                self._attempt(functools.partial(self._foresee_set, entry, "absent"))
        for declared in self._rules:
            self._attempt(functools.partial(self._foresee_removed_rule, declared))

    def of_changes(self) -> None:
        for policy_type in dict.fromkeys(entry["policy_type"] for entry in self._sets):
            self._go_through_sets(policy_type)
        places = [
            *((entry["policy_type"], entry["name"]) for entry in self._sets),
            *((rule["policy_type"], rule["policy_set"]) for rule in rules_in(self._params["policy"])),
        ]
        for where in dict.fromkeys(places):
            self._go_through_rules(where)

    # Policy sets

    def _go_through_sets(self, policy_type: str) -> None:
        existing = self._attempt(PolicyTree(self._ise, policy_type).list_policy_sets) or []
        names = [str(raw["name"]) for raw in existing]
        self._context.neighbours = [
            name for tree, name in self._context.policy_sets if tree == policy_type and not self._is_own(tree, name)
        ]
        for entry in (one for one in self._sets if one["policy_type"] == policy_type):
            self._attempt(functools.partial(self._foresee_set, entry, "present"))
            if entry["name"] not in names:
                self._context.neighbours.append(entry["name"])

    def _is_own(self, policy_type: str, name: str) -> bool:
        return any((entry["policy_type"], entry["name"]) == (policy_type, name) for entry in self._sets)

    def _foresee_set(self, entry: Fields, state: str) -> None:
        own = {name: entry.get(name) for name in SET_OPTIONS}
        params = {**own, "state": state, "stage": None, "adopt": self._params["adopt"]}
        findings = Findings()
        # Where it cannot stand must not hide what else is wrong.
        for options in (params, {**params, **NOWHERE}):
            with findings:
                policy_set = PolicySet(self._ise, options, self._context)
                ensure(policy_set, state, policy_set.desired, self._context)
                break
        findings.report()

    # Rules

    def _go_through_rules(self, where: Where) -> None:
        policy_type, name = where
        if where not in self._context.policy_sets:
            policy = PolicyTree(self._ise, policy_type)
            self._attempt(functools.partial(find_policy_set, policy, name, must_exist=True))
            # That is reported once, and the rules can be looked at all the same.
            self._context.policy_sets.add(where)
        entry = next((one for one in self._sets if (one["policy_type"], one["name"]) == where), {})
        is_own = bool(entry)
        # One that the run declares for another connection is looked at with that.
        entry = entry or next((one for one in self._others if (one["policy_type"], one["name"]) == where), {})
        singles = [rule for rule in self._rules if (rule["policy_type"], rule["policy_set"]) == where]
        is_guarded = policy_type == DEVICE_ADMIN and not self._params["accept_lockout"]
        needed = {MFA} if singles else {MFA, AUTHORIZATION} if is_guarded else set()
        lists = {
            kind: self._attempt(functools.partial(self._list_of, where, entry, kind))
            for kind in RULES
            if kind in needed or (is_guarded and kind == AUTHORIZATION) or _declared(entry, kind) is not None
        }
        for listed in filter(None, lists.values() if is_own else ()):
            self._attempt(functools.partial(ensure, listed, "present", listed.desired, self._context))
        mfa, authorization = lists.get(MFA), lists.get(AUTHORIZATION)
        after = self._with_singles(mfa, singles) if mfa else []
        if is_guarded and mfa and authorization:
            to_be = authorization.desired["rules"]
            self._attempt(functools.partial(self._require_way_in, where, mfa.rules_found(), after, to_be))

    def _list_of(self, where: Where, entry: Fields, kind: str) -> RuleList:
        declared = _declared(entry, kind)
        usual = {"connection": self._connection} if kind == MFA else {}
        rules = [
            {name: rule.get(name, usual.get(name)) for name in RULE_OPTIONS}
            for rule in declared or []
            if is_readable(rule)
        ]
        purge = bool(entry.get("purge")) and declared is not None
        return RuleList(self._ise, {**_place(where), "kind": kind, "rules": rules, "purge": purge}, self._context)

    def _with_singles(self, mfa: RuleList, singles: list[Fields]) -> list[Fields]:
        """The MFA rules of a policy set as all tasks leave them."""
        found: list[Fields] = list(mfa.desired["rules"])
        existing = [rule["name"] for rule in mfa.rules_found()]
        self._context.neighbours = [rule["name"] for rule in found if rule["name"] not in existing]
        for declared in singles:
            rule = self._attempt(functools.partial(self._single, mfa.rules, declared, "present"))
            rule = rule or self._attempt(functools.partial(self._single, mfa.rules, {**declared, **NOWHERE}, "present"))
            if rule:
                self._attempt(functools.partial(ensure, rule, "present", rule.desired, self._context))
                found = _with(found, {**rule.found, **rule.desired}, declared)
            if declared["name"] not in existing:
                self._context.neighbours.append(declared["name"])
        return found

    def _single(self, rules: Rules, declared: Fields, state: str) -> PolicyRule:
        own = {name: declared.get(name) for name in (*RULE_OPTIONS, "position", "rank")}
        return PolicyRule(rules, {**own, "connection": own["connection"] or self._connection, "state": state})

    def _foresee_removed_rule(self, declared: Fields) -> None:
        rules = MfaRules(self._ise, _place((declared["policy_type"], declared["policy_set"])), self._context)
        # While MFA is disabled, there is nothing to see, and the run goes on.
        with contextlib.suppress(FeatureOff):
            rule = self._single(rules, declared, "absent")
            ensure(rule, "absent", rule.desired, self._context)

    def _require_way_in(
        self, where: Where, before: list[Fields], after: list[Fields], authorization: list[Fields]
    ) -> None:
        rules = MfaRules(self._ise, {**_place(where), "accept_lockout": False}, self._context)
        rules.authorization_to_be = authorization
        written = {rule["name"] for rule in after if not any(is_same_rule(rule, other) for other in before)}
        rules.vet_list(lambda: (before, after), written)


def _place(where: Where) -> Fields:
    """A policy set in the options of the modules. The forecast judges the rules of all tasks together."""
    policy_type, name = where
    return {"policy_set": name, "policy_type": policy_type, "accept_lockout": True}


def _declared(entry: Fields, kind: str) -> list[Fields] | None:
    found: list[Fields] | None = (entry.get("rules") or {}).get(kind)
    return found


def _with(rules: list[Fields], rule: Fields, declared: Fields) -> list[Fields]:
    """The list in which a single rule stands where its task puts it."""
    names, own = [one["name"] for one in rules], rule["name"]
    others = [one for one in rules if one["name"] != own]
    position, rank = position_from(declared.get("position")), declared.get("rank")
    if position and position.name in ("", *names):
        rank = position.rank_of(own, names)
    if rank is None:
        rank = names.index(own) if own in names else len(others)
    return [*others[:rank], rule, *others[rank:]]
