# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All rules of one kind of a policy set, in order, as one resource. Private to this collection."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    OutcomeUnknown,
    Refused,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.authentication_rule import AuthenticationRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.authorization_rule import AuthorizationRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Findings
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import MfaRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import KINDS, core, one_of_name
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import (
    require_all,
    require_name,
    require_readable,
    require_state,
    same,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import arranged, placings
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import (
    COMMON,
    COMPLETE,
    PREPARE,
    Rules,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

RULES: dict[str, type[Rules]] = {rules.kind: rules for rules in (AuthenticationRules, MfaRules, AuthorizationRules)}
# The options of all kinds. Only rules of its kind may use each.
RULE_OPTIONS = {
    "name": {"type": "str", "required": True},
    **COMMON,
    **{name: option for rules in RULES.values() for name, option in rules.options.items()},
}


Raw = dict[str, Any]


class RulePlan(NamedTuple):
    """How the list as it was last read becomes the wanted one.

    :ivar wanted: each wanted rule by its key: the ID of one that exists, the name of a new one.
    :ivar changed: the keys of those that exist and differ.
    :ivar placings: what to write, in this order, and the rank to send. The default rule is not among them.
    :ivar removed: the keys of the rules to delete.
    """

    wanted: dict[str, Fields]
    changed: set[str]
    placings: list[tuple[str, int]]
    removed: list[str]

    def in_words(self, existing: Collection[str]) -> str:
        """How many are created, changed, moved and deleted."""
        counts = {
            "created": sum(key not in existing for key in self.wanted),
            "changed": len(self.changed),
            "moved": sum(key in existing and key not in self.changed for key, _rank in self.placings),
            "deleted": len(self.removed),
        }
        return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


class RuleList(Resource):
    """The rules of one kind of one policy set, in the order in which they stand.

    With the stage C(prepare), nothing is written that makes ISE ask Duo about fewer logins or let in more of them; that
    is left for C(complete), which other tasks may come before.

    :ivar desired: the whole list as it is to be, with all that stays as it is.
    :ivar is_pending: whether something is left for the stage C(complete).
    """

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        self.rules = RULES[params["kind"]](ise, params, context)
        self.context = context
        self.purge: bool = params["purge"]
        self._stage = params.get("stage")
        self.what = KINDS[self.rules.kind]
        self.title = f"list of {self.what}s {self.rules.where}"
        self._names = {name: params[name] for name in ("policy_set", "policy_type", "kind")}
        self._declared = declared_rules(self.rules, params["rules"])
        # By ID, in order, as last read; the first time ahead of the engine.
        self._raws: dict[str, Raw] = {}
        self._is_ahead = True
        self._look()
        found = self._found()
        prepared = self._wanted(found, PREPARE) if self._stage else found
        # What this task starts from.
        self._base = prepared if self._stage == COMPLETE else found
        if self._stage == COMPLETE:
            self._require_prepared(found)
        whole = self._wanted(prepared, COMPLETE)
        self._target = prepared if self._stage == PREPARE else whole
        self.is_pending = self._stage == PREPARE and not _is_same_list(list(prepared.values()), list(whole.values()))
        self._superfluous = self._raws.keys() - self._target.keys()
        self.desired = {**self._names, "rules": list(self._target.values())}

    def _require_prepared(self, found: dict[str, Fields]) -> None:
        if not _is_same_list(list(found.values()), list(self._base.values())):
            self.context.foresee(
                InvalidInput(f"complete the {self.title}", "it is not as the stage prepare leaves it", "Run it again."),
                f"The prediction assumes that the {self.title} is prepared before it is completed.",
            )

    def read(self) -> Fields:
        if self._is_ahead:
            self._is_ahead = False
            return {**self._names, "rules": list(self._base.values())}
        self._look()
        return {**self._names, "rules": self.rules_found()}

    def rules_found(self) -> list[Fields]:
        """The list as it was last read."""
        return list(self._found().values())

    def _found(self) -> dict[str, Fields]:
        return {key: self._fields_of(key) for key in self._raws}

    def same(self, name: str, one: Any, other: Any) -> bool:
        if name != "rules":
            return super().same(name, one, other)
        return _is_same_list(one, other)

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        plan, findings = self._plan(self._base), Findings()
        for key, wanted in plan.wanted.items():
            with findings:
                if key in plan.changed or key not in self._base:
                    self._vet_rule(key, wanted)
                elif key in dict(plan.placings):
                    require_state(self._title_of(wanted), "rule_state", wanted)
                    require_readable(self._title_of(wanted), self._raws.get(key, {}), wanted)
        with findings:
            self.vet_as_a_whole()
        findings.report()

    def _vet_rule(self, key: str, wanted: Fields) -> None:
        title, findings = self._title_of(wanted), Findings()
        is_there = key in self._base
        different = _differences(self._base.get(key, {}), wanted)
        with findings:
            if is_there and "condition" in different and self._is_default(key):
                raise InvalidInput(f"give the {title} a condition", "it is the default one", "Leave it out.")
        with findings:
            if not is_there:
                require_all(f"create the {title}", self.rules.needs, wanted)
        with findings:
            require_readable(title, self._raws.get(key, {}), wanted)
        with findings:
            self.rules.vet(title, self._declared.get(wanted["name"], {}), different, wanted)
        findings.report()

    def _title_of(self, rule: Fields) -> str:
        return f"{self.what} {rule['name']!r} {self.rules.where}"

    def vet_as_a_whole(self) -> None:
        """:raises InvalidInput: what the rules come to must not be."""
        plan = self._plan(self._base)
        written = {plan.wanted[key]["name"] for key in (*plan.changed, *(key for key, _rank in plan.placings))}
        self.rules.vet_list(lambda: (list(self._base.values()), list(plan.wanted.values())), written)

    def update(self, current: Fields, changes: Fields) -> None:
        """What is to go stays until the others are in place, so that no login falls between the old and the new."""
        plan, created = self._plan(self._found()), 0
        for key, rank in plan.placings:
            created += key not in self._raws
            self._write(key, {**plan.wanted[key], "rank": rank})
        for key in filter(self._is_default, plan.changed & self._raws.keys()):
            self._write(key, {**plan.wanted[key], "rank": (core(self._raws[key]).get("rank") or 0) + created})
        for key in plan.removed:
            self.rules.delete(self._raws[key])

    def update_in_words(self, changes: Fields) -> tuple[str, str]:
        return "change", f"the {self.title}: {self._plan(self._base).in_words(self._base)}"

    def unconfirmed(self, names: list[str]) -> str:
        return "If another administrator changes rules of this policy set, run this again afterwards."

    # What ISE has

    def _look(self) -> None:
        self._raws = {str(core(raw)["id"]): raw for raw in self.rules.listed("present")}
        for name in self._declared:
            one_of_name(list(self._raws.values()), name, self.what, f"{self.what} {name!r} {self.rules.where}")

    def _name_of(self, key: str) -> str:
        return str(core(self._raws[key])["name"])

    def _is_default(self, key: str) -> bool:
        return key in self._raws and bool(core(self._raws[key]).get("default"))

    def _fields_of(self, key: str) -> Fields:
        return self.rules.from_ise(self._raws[key], self._declared.get(self._name_of(key), {}))

    # What is wanted

    def _wanted(self, base: dict[str, Fields], stage: str) -> dict[str, Fields]:
        """The whole list as a stage is to leave it, by key.

        :param base: the list to start from.
        """
        keys = {rule["name"]: key for key, rule in base.items()}
        places = {name: keys.get(name, name) for name in self._declared}
        found = {key: self._one_wanted(base.get(key), name, stage) for name, key in places.items()}
        declared = [key for key in found if not self._is_default(key)]
        if declared != list(found)[: len(declared)]:
            raise InvalidInput(
                f"put the default {self.what} before another one", "ISE keeps it as the last", "Put it at the end."
            )
        current = [key for key in base if not self._is_default(key)]
        changed = [key for key in declared if key in base and _differences(base[key], found[key])]
        is_whole = self.purge and stage == COMPLETE
        order = declared if is_whole else arranged(current, declared, changed)
        last = filter(self._is_default, base)
        return {key: found[key] if key in found else base[key] for key in [*order, *last]}

    def _one_wanted(self, current: Fields | None, name: str, stage: str) -> Fields:
        """What is declared of a rule, and the rest of it as it is or as a new one gets it."""
        declared = self._declared[name]
        if current is None:
            require_name(name, self.what)
            return {**self.rules.new_fields(), "rule_state": "enabled", **declared}
        if stage == PREPARE:
            declared = self.rules.without_loosening(current, declared)
        return {**current, **_differences(current, declared)}

    def _plan(self, base: dict[str, Fields]) -> RulePlan:
        """How a list becomes the wanted one. Rules may have come or gone since that was worked out."""
        keys = {rule["name"]: key for key, rule in base.items()}
        wanted = {key if key in base else keys.get(rule["name"], key): rule for key, rule in self._target.items()}
        changed = {key for key in wanted if key in base and _differences(base[key], wanted[key])}
        current, order = ([key for key in some if not self._is_default(key)] for some in (base, wanted))
        removed = [key for key in self._raws if key in self._superfluous and key not in wanted]
        return RulePlan(wanted, changed, list(placings(current, order, changed)), removed)

    def _write(self, key: str, fields: Fields) -> None:
        if key in self._raws:
            self.rules.update(self._raws[key], fields)
            return
        try:
            self.rules.create(fields)
        except Refused as error:
            if not self.rules.is_named(fields["name"]):
                raise
            # Another process has just created it, or ISE has, in spite of what it says. The engine looks and goes on.
            raise OutcomeUnknown(error.attempted, error.came_back, error.advice, status=error.status) from error


def _differences(current: Fields, wanted: Fields) -> Fields:
    return {name: wanted[name] for name in wanted if name not in current or not same(name, current[name], wanted[name])}


def _is_same_list(one: list[Fields], other: list[Fields]) -> bool:
    return len(one) == len(other) and all(map(is_same_rule, one, other))


def is_same_rule(one: Fields, other: Fields) -> bool:
    return all(same(name, one.get(name), other.get(name)) for name in one.keys() | other.keys())


def declared_rules(rules: Rules, options: list[dict[str, Any]]) -> dict[str, Fields]:
    """What the option C(rules) declares of each rule, by name, in order.

    :raises InvalidInput: for what cannot be right, whatever ISE has.
    """
    found: dict[str, Fields] = {}
    what, own, findings = KINDS[rules.kind], {"name", *COMMON, *rules.options}, Findings()
    for index, entry in enumerate(options):
        where = f"rules[{index}]"
        foreign = sorted(name for name in entry if entry[name] is not None and name not in own)
        with findings:
            if foreign:
                came_back = f"it is for an {what}, which has no such option"
                raise InvalidInput(f"use {' and '.join(foreign)} in {where}", came_back, "Leave it out.")
        with findings:
            if any(entry["name"] == other["name"] for other in options[:index]):
                came_back = f"{where} has the name {entry['name']!r}, which an earlier one has"
                raise InvalidInput(f"use the list of {what}s", came_back, "Name each rule once.")
        with findings:
            found[entry["name"]] = rules.declared(entry, f"{where}.")
    findings.report()
    return found
