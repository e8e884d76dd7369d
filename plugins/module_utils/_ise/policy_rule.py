# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of a policy set, of any kind, and one rule as a resource. Private to this collection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, NotFound, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    Ise,
    ise_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Findings, InMany
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import (
    KINDS,
    POLICY_TYPES,
    PolicyTree,
    core,
    find_policy_set,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import (
    STATES,
    Conditions,
    PolicyEntry,
    carry_out,
    condition_of,
    declared_condition,
    require_readable,
    require_state,
    same,
    with_advice,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

FORESEEN = "The prediction assumes that it will, with a default rule and no others."
DEFAULT = {"rule": {"id": "", "name": "Default", "default": True, "state": "enabled"}}
# What every rule has besides its name.
# Two tasks with those between them that write the authorization rules.
PREPARE, COMPLETE = STAGES = ("prepare", "complete")
STAGE_OPTION = {"stage": {"type": "str", "choices": list(STAGES)}}
COMMON = {"condition": {"type": "raw"}, "rule_state": {"type": "str", "choices": STATES}}


class Rules:
    """The rules of one kind in one policy set. A subclass says what its kind has besides a condition and a state.

    :cvar kind: a key of ``KINDS``.
    :cvar needs: what must be given for a new rule.
    :cvar options: the options of its own, as in an argument spec.
    :cvar has_default: whether ISE gives each policy set a default rule of this kind.
    """

    kind: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ("condition",)
    options: ClassVar[dict[str, Any]] = {}
    has_default: ClassVar[bool] = True

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        self.ise = ise
        self.context = context
        self.policy = PolicyTree(ise, params["policy_type"])
        self.policy_type: str = params["policy_type"]
        self.set_name: str = params["policy_set"]
        self.where = f"of the policy set {self.set_name!r}"
        self._policy_set: dict[str, Any] | None = None
        self._conditions = Conditions(self.policy, self.kind, context)
        self._names: dict[str, list[Any]] = {}

    # What a subclass knows

    def new_fields(self) -> Fields:
        """What a new rule gets where nothing else is declared."""
        return {}

    def own_from_ise(self, raw: dict[str, Any]) -> Fields:
        """What this kind has besides, in option vocabulary."""
        raise NotImplementedError

    def own_to_ise(self, fields: Fields) -> dict[str, Any]:
        """The same as it is sent."""
        raise NotImplementedError

    def vet_own(self, title: str, declared: Fields, changes: Fields, wanted: Fields) -> None:
        """As :meth:`vet`, of what this kind has besides."""

    def without_loosening(self, current: Fields, declared: Fields) -> Fields:
        """What of a declaration can be written while other rules still count on this one as it is.

        :param current: the rule as ISE has it.
        """
        return declared

    def declared_own(self, params: dict[str, Any]) -> Fields:
        """What the options declare of it."""
        return {name: params[name] for name in self.options}

    # Reading

    def listed(self, state: str) -> list[dict[str, Any]]:
        """The rules in order.

        :param state: ``absent`` where the policy set need not exist.
        :raises InvalidInput: the policy set does not exist. In check mode an earlier task of the run may create it,
            with its default rule.
        """
        if self._policy_set is None:
            try:
                self._policy_set = find_policy_set(self.policy, self.set_name, must_exist=state == "present")
            except InvalidInput as error:
                self.context.foresee(error, f"The policy set {self.set_name!r} does not exist yet. {FORESEEN}")
                return [DEFAULT] if self.has_default else []
        policy_set = self._policy_set
        return self.policy.list_rules(policy_set, self.kind) if policy_set else []

    def from_ise(self, raw: dict[str, Any], like: Fields) -> Fields:
        """A rule as listed, in option vocabulary, without the names of its policy set.

        :param like: what is declared of it.
        """
        rule = core(raw)
        return {
            "name": rule.get("name"),
            "condition": self._conditions.as_sent(
                condition_of(rule, like.get("condition")),
                like.get("condition"),
                f"{KINDS[self.kind]} {rule.get('name')!r} {self.where}",
            ),
            **self.own_from_ise(raw),
            # None if ISE does not show it, which says nothing about whether the rule is in force.
            "rule_state": rule.get("state") or None,
        }

    def declared(self, params: dict[str, Any], where: str = "") -> Fields:
        """What options declare of a rule.

        :param where: in front of the names of the options, for messages.
        :raises InvalidInput: for what cannot be right, whatever ISE has.
        """
        found = {
            "name": params["name"],
            "condition": declared_condition(params["condition"], f"{where}condition"),
            **self.declared_own(params),
            "rule_state": params["rule_state"],
        }
        return {name: value for name, value in found.items() if value is not None}

    # Before anything is written

    def vet(self, title: str, declared: Fields, changes: Fields, wanted: Fields) -> None:
        """Look at a rule that is about to be written.

        :param declared: what is asked for, ``changes`` the part of it that differs, ``wanted`` the rule as a whole.
        :raises InvalidInput: ISE does not have what is to be named, with the nearest it has.
        """
        findings = Findings()
        with findings:
            if "condition" in changes:
                self._conditions.vet(changes["condition"], title)
        with findings:
            self.vet_own(title, declared, changes, wanted)
        with findings:
            require_state(title, "rule_state", wanted)
        findings.report()

    def require_named(self, path: str, called: str, names: list[str], title: str) -> None:
        """:param path: of a list of this policy tree.
        :param called: what is listed there, in the plural.
        :raises InvalidInput: one of the names is not in the list, with the nearest that are.
        """
        if names and path not in self._names:
            try:
                self._names[path] = [entry.get("name") for entry in self.policy.list_objects(path, called)]
            except NotFound:
                # A release without this list judges itself.
                return
        findings = Findings()
        for name in names:
            with findings:
                if name not in self._names[path]:
                    require_names(self._names[path], f"use {name!r} in the {title}")
                    came_back = f"ISE has none of that name among the {called} for {self.policy.kind}"
                    near = nearest(name, self._names[path])
                    raise InMany(f"{path} {name}", f"use {name!r} in the {title}", came_back, near)
        findings.report()

    def vet_list(self, lists: Callable[[], tuple[list[Fields], list[Fields]]], names: set[str]) -> None:
        """Look at all rules of this kind together, before one is written or deleted.

        :param lists: the rules as they are and as they will be, each in order.
        :param names: of the rules that the task writes.
        :raises InvalidInput: what they come to must not be.
        """

    # Writing

    def create(self, fields: Fields) -> None:
        body, policy_set = self._to_ise(fields, {}), self._policy_set or {}
        carry_out(
            self.ise,
            with_advice(lambda: self.policy.create_rule(policy_set, self.kind, body), body),
            lambda: self.is_named(fields["name"]),
            lambda: not self.is_named(fields["name"]),
        )

    def update(self, raw: dict[str, Any], fields: Fields) -> None:
        """:param raw: as listed."""
        rule_id, body, policy_set = str(core(raw).get("id")), self._to_ise(fields, raw), self._policy_set or {}
        carry_out(
            self.ise,
            with_advice(lambda: self.policy.update_rule(policy_set, self.kind, rule_id, body), body),
            lambda: self._is_listed(lambda entry: core(entry).get("id") == rule_id and self._is_as(entry, fields)),
        )

    def delete(self, raw: dict[str, Any]) -> None:
        """:param raw: as listed."""
        rule_id, policy_set = core(raw).get("id"), self._policy_set or {}
        carry_out(
            self.ise,
            lambda: self.policy.delete_rule(policy_set, self.kind, raw),
            lambda: not self._is_listed(lambda entry: core(entry).get("id") == rule_id),
        )

    def is_named(self, name: str) -> bool:
        """Whether there is a rule of that name now."""
        return self._is_listed(lambda entry: core(entry).get("name") == name)

    def _is_listed(self, is_meant: Callable[[dict[str, Any]], bool]) -> bool:
        return any(map(is_meant, self.listed("present")))

    def _is_as(self, raw: dict[str, Any], fields: Fields) -> bool:
        shown = {**self.from_ise(raw, fields), "rank": core(raw).get("rank")}
        return all(same(name, shown[name], fields[name]) for name in shown if name in fields)

    def _to_ise(self, fields: Fields, raw: dict[str, Any]) -> dict[str, Any]:
        stored = core(raw)
        return {
            **self.own_to_ise(fields),
            "rule": {
                "name": fields["name"],
                "rank": fields["rank"],
                "state": fields["rule_state"],
                "default": bool(stored.get("default")),
                "condition": self._conditions.to_ise(fields["condition"], stored.get("condition")),
            },
        }


class PolicyRule(PolicyEntry):
    """One rule. Of its stages see :class:`RuleList`.

    :ivar is_pending: whether something is left for the stage C(complete).
    """

    def __init__(self, rules: Rules, params: dict[str, Any]) -> None:
        super().__init__(rules.ise, params, rules.context)
        self.rules = rules
        self.what = KINDS[rules.kind]
        self.title = f"{self.what} {self.name!r} {rules.where}"
        self.needs = rules.needs
        self._declared = rules.declared(params) if self.state == "present" else {}
        whole = self.wanted({**self._declared, **self._names(), "rank": params["rank"]})
        stage, found = params.get("stage"), self.found
        self._prepared = self._after_prepare(found, whole) if stage and found else {}
        is_left = any(not same(name, self._prepared[name], whole[name]) for name in whole if self._prepared)
        self.is_pending = stage == PREPARE and is_left
        self.desired = {name: self._prepared.get(name, whole[name]) for name in whole} if stage == PREPARE else whole
        # What the second stage starts from.
        self._base = self._prepared if stage == COMPLETE else {}
        if self._base:
            self._require_prepared(found)

    def read(self) -> Fields | None:
        found = super().read()
        base, self._base = self._base, {}
        return base or found

    def _after_prepare(self, found: Fields, whole: Fields) -> Fields:
        """A rule that exists, as the first stage leaves it: at its place, and asking about no fewer logins."""
        kept = self.rules.without_loosening(found, self._declared)
        return {**found, **kept, "rank": whole.get("rank", found["rank"])}

    def _require_prepared(self, found: Fields) -> None:
        if any(not same(name, found[name], self._prepared[name]) for name in found):
            self.context.foresee(
                InvalidInput(f"complete the {self.title}", "it is not as the stage prepare leaves it", "Run it again."),
                f"The prediction assumes that the {self.title} is prepared before it is completed.",
            )

    def entries(self) -> list[dict[str, Any]]:
        return self.rules.listed(self.state)

    def fields_of(self, raw: dict[str, Any]) -> Fields:
        return {
            **self.rules.from_ise(raw, self._declared),
            **self._names(),
            "rank": core(raw).get("rank"),
            "hit_counts": core(raw).get("hitCounts"),
        }

    def new_fields(self) -> Fields:
        return {**self.rules.new_fields(), "rule_state": "enabled"}

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        findings = Findings()
        with findings:
            super().vet(state, current, changes)
        wanted = None if state == "absent" else {**(current or {}), **changes}
        with findings:
            self.rules.vet_list(lambda: self._lists(wanted), {self.name})
        findings.report()

    def vet_content(self, changes: Fields, wanted: Fields) -> None:
        require_readable(self.title, self.raw, wanted)
        self.rules.vet(self.title, self._declared, changes, wanted)

    def _lists(self, wanted: Fields | None) -> tuple[list[Fields], list[Fields]]:
        """All rules of the kind as they are, and as they will be."""
        before = [self.rules.from_ise(raw, {}) for raw in self.rules.listed(self.state)]
        after = [rule for rule in before if rule["name"] != self.name]
        if wanted is not None:
            after.insert(wanted.get("rank", len(after)), wanted)
        return before, after

    def create(self, desired: Fields) -> None:
        self.rules.create(desired)

    def update(self, current: Fields, changes: Fields) -> None:
        self.rules.update(self.raw, {**current, **changes})

    def delete(self, current: Fields) -> None:
        self.rules.delete(self.raw)

    def _names(self) -> Fields:
        return {"policy_set": self.rules.set_name, "policy_type": self.rules.policy_type}


def rule_argument_spec(rules: type[Rules]) -> dict[str, Any]:
    """The options of a module for one rule."""
    return {
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "required": True},
        "policy_set": {"type": "str", "required": True},
        "policy_type": {"type": "str", "choices": list(POLICY_TYPES), "required": True},
        **COMMON,
        **rules.options,
        "position": {"type": "raw"},
        "rank": {"type": "int"},
    }


RULE_CONSTRAINTS = {"mutually_exclusive": [("position", "rank")]}
