# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy part of Cisco ISE's Open API. Private to this collection.

Facts: Cisco's API description "policy", and the newer copy of it in Cisco's MCP server for ISE. Rules refer to
connections, profiles and stores by name; a policy set and a rule themselves are addressed by ID, so they are found by
listing. Every documented code of success is accepted, and each write returns the code that came: with 202 ISE has
accepted a write that it has yet to carry out.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    InvalidInput,
    UnexpectedAnswer,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import groups_of
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import get_active_directory
from ansible_collections.identityops.cisco.plugins.module_utils._service import fits, flag_of, whole_number

POLICY_TYPES = ("network_access", "device_admin")
MFA = "mfa"
# The policy set, and the rule of its lists, that ISE keeps for all other logins.
DEFAULT = "Default"
# What each kind of rule is called, by its word in the paths.
KINDS = {"authentication": "authentication rule", MFA: "MFA rule", "authorization": "authorization rule"}
# The members that are read of what all rules have, and policy sets too.
NUMBERS = ("rank", "hitCounts")
RANKED = {"id": str, "name": str, "state": str, "condition": dict, **dict.fromkeys(NUMBERS, (int, str))}
POLICY_SET = {**RANKED, "description": str, "serviceName": str}
RULE = {
    "rule": RANKED,
    **dict.fromkeys(("mfaConnectionName", "mfaResultAction", "mfaFailAction"), str),
    **dict.fromkeys(("identitySourceName", "ifAuthFail", "ifUserNotFound", "ifProcessFail", "securityGroup"), str),
    "profile": (str, list),
    "commands": [str],
}


# What may be missing.
A_SET, CONNECTION, GROUP, NEIGHBOUR = "policy set", "connection", "group", "neighbour"


class Missing(InvalidInput):
    """Something that is named is not there yet, or not yet as it must be. Another task of the run may see to that.

    :ivar what: the kind of thing; ``NEIGHBOUR`` is a policy set or rule that something is to stand beside or after.
    :ivar name: its name; empty where only a number is known.
    :ivar tree: of a policy set, its policy type.
    :ivar count: how many are missing.
    """

    def __init__(self, what: str, name: str, error: InvalidInput, tree: str = "", count: int = 1) -> None:
        super().__init__(error.attempted, error.came_back, error.advice)
        self.what, self.name, self.tree, self.count = what, name, tree, count


class PolicyTree:
    """One of the two policy trees, which are alike.

    :ivar policy_type: ``network_access`` (RADIUS) or ``device_admin`` (TACACS+).
    :ivar kind: the same in words.
    """

    def __init__(self, ise: Ise, policy_type: str) -> None:
        self._ise = ise
        self._base = f"/api/v1/policy/{policy_type.replace('_', '-')}"
        self.policy_type = policy_type
        self.place = f"{ise.base_url} {policy_type}"
        self.kind = policy_type.replace("_", " ")

    # Policy sets

    def list_policy_sets(self) -> list[dict[str, Any]]:
        """In the order of their ranks, each with ``id``, ``name``, ``condition`` and ``serviceName`` among others."""
        attempted = f"list the policy sets for {self.kind}"
        found = self._ise.list_at(f"{self._base}/policy-set", attempted)
        return self._in_order(found, POLICY_SET, attempted)

    def create_policy_set(self, policy_set: dict[str, Any]) -> int:
        attempted = f"create the policy set {policy_set.get('name')!r}"
        return self._ise.write_at("POST", f"{self._base}/policy-set", policy_set, attempted)

    def update_policy_set(self, set_id: str, policy_set: dict[str, Any]) -> int:
        """A PUT, which replaces: whatever is left out is lost, and without a rank the policy set moves."""
        attempted = f"change the policy set {policy_set.get('name')!r}"
        return self._ise.write_at("PUT", f"{self._base}/policy-set/{set_id}", policy_set, attempted)

    def delete_policy_set(self, policy_set: dict[str, Any]) -> int:
        """With all its rules.

        :param policy_set: as listed, like wherever a policy set is asked for here.
        """
        attempted = f"delete the policy set {policy_set.get('name')!r}"
        return self._ise.write_at("DELETE", f"{self._base}/policy-set/{policy_set.get('id')}", None, attempted)

    # Rules. ``kind`` is a key of KINDS.

    def list_rules(self, policy_set: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        """In the order of their ranks, each with what all rules have in ``rule``, and beside it what its kind has."""
        attempted = f"list the {KINDS[kind]}s of the policy set {policy_set.get('name')!r}"
        rules = self._ise.list_at(self._path(policy_set, kind), attempted, about_duo=kind == MFA)
        return self._in_order(rules, RULE, attempted)

    def create_rule(self, policy_set: dict[str, Any], kind: str, rule: dict[str, Any]) -> int:
        attempted = f"create the {_title(policy_set, kind, rule)}"
        return self._ise.write_at("POST", self._path(policy_set, kind), rule, attempted, about_duo=kind == MFA)

    def update_rule(self, policy_set: dict[str, Any], kind: str, rule_id: str, rule: dict[str, Any]) -> int:
        """A PUT, which replaces: whatever ``rule`` leaves out is lost, and without a rank the rule moves."""
        attempted = f"change the {_title(policy_set, kind, rule)}"
        path = f"{self._path(policy_set, kind)}/{rule_id}"
        return self._ise.write_at("PUT", path, rule, attempted, about_duo=kind == MFA)

    def delete_rule(self, policy_set: dict[str, Any], kind: str, rule: dict[str, Any]) -> int:
        """:param rule: as listed."""
        attempted = f"delete the {_title(policy_set, kind, rule)}"
        path = f"{self._path(policy_set, kind)}/{rule['rule'].get('id')}"
        return self._ise.write_at("DELETE", path, None, attempted, about_duo=kind == MFA)

    # What rules and policy sets refer to

    def list_conditions(self) -> list[dict[str, Any]]:
        """The library of stored conditions, each with ``id``, ``name`` and what it consists of."""
        return self._ise.list_at(f"{self._base}/condition", f"list the stored conditions for {self.kind}")

    def list_time_conditions(self) -> list[dict[str, Any]]:
        """The stored conditions of time and date, which have a list of their own, each with ``id`` and ``name``."""
        return self._ise.list_at(f"{self._base}/time-condition", f"list the time conditions for {self.kind}")

    def list_attributes(self, kind: str) -> list[dict[str, Any]]:
        """What conditions of a kind can compare, each with ``dictionaryName``, ``name`` and ``allowedValues``.

        :param kind: ``policyset``, ``authentication`` or ``authorization``.
        """
        attempted = f"list what conditions for {self.kind} can name"
        return self._ise.list_at(f"{self._base}/dictionaries/{kind}", attempted)

    def list_objects(self, path: str, called: str) -> list[dict[str, Any]]:
        """What rules and policy sets name, each with ``id`` and ``name``.

        :param path: ``service-names``, ``identity-stores``; for network access ``authorization-profiles`` and
            ``security-groups``, for device administration ``command-sets`` and ``shell-profiles``.
        :param called: the same in words.
        """
        return self._ise.list_at(f"{self._base}/{path}", f"list the {called} for {self.kind}")

    def groups_of_join_point(self, name: str) -> list[str]:
        """The names of the groups that conditions can refer to, which is a matter of ERS."""
        return [str(group["name"]) for group in groups_of(get_active_directory(self._ise, name))]

    def _path(self, policy_set: dict[str, Any], kind: str) -> str:
        return f"{self._base}/policy-set/{policy_set.get('id')}/{kind}"

    def _in_order(self, found: list[dict[str, Any]], shape: dict[str, Any], attempted: str) -> list[dict[str, Any]]:
        """:raises UnexpectedAnswer: something is not what Cisco describes."""
        if not all(fits(entry, shape) and _is_readable(entry) for entry in found):
            raise UnexpectedAnswer(attempted, "the answer is not the list that Cisco describes")
        # One that moves while ISE lists it may be there twice.
        once: dict[str, dict[str, Any]] = {}
        for entry in found:
            once.setdefault(core(entry)["id"], _in_one_form(entry))
        return sorted(once.values(), key=lambda entry: (core(entry)["default"], core(entry).get("rank") or 0))


def core(raw: dict[str, Any]) -> dict[str, Any]:
    """What a rule and a policy set as listed have in common: ``id``, ``name``, ``rank``, ``state``, ``condition``,
    ``default`` and ``hitCounts``."""
    found = raw.get("rule", raw)
    return found if isinstance(found, dict) else {}


def _is_readable(raw: dict[str, Any]) -> bool:
    own, profiles = core(raw), raw.get("profile") or ""
    numbers = all(whole_number(own[name]) is not None for name in NUMBERS if own.get(name) is not None)
    return bool(own.get("id") and own.get("name")) and numbers and all(isinstance(name, str) for name in profiles)


def _in_one_form(raw: dict[str, Any]) -> dict[str, Any]:
    """A policy set or rule as listed, with C(state) in small letters and with numbers as such, and with C(default)
    whether ISE says so or only shows it by the name and the condition."""
    own = {**core(raw)}
    own |= {name: whole_number(own[name]) for name in NUMBERS if own.get(name) is not None}
    is_default = flag_of(own.get("default"))
    if is_default is None:
        is_default = own["name"] == DEFAULT and not own.get("condition")
    form = {**own, "default": is_default, **({"state": own["state"].lower()} if own.get("state") else {})}
    return {**raw, "rule": form} if "rule" in raw else form


def one_of_name(found: list[dict[str, Any]], name: str, what: str, title: str) -> dict[str, Any] | None:
    """The policy set or rule of a name among those listed, or None.

    :param what: what they are.
    :param title: the same with its name, in words.
    :raises Ambiguous: several have the name.
    """
    named = [raw for raw in found if core(raw)["name"] == name]
    if len(named) > 1:
        raise Ambiguous(
            f"identify the {title}",
            f"{len(named)} {what}s have that name",
            "Rename or delete all but one of them on ISE.",
        )
    return next(iter(named), None)


def find_policy_set(policy: PolicyTree, name: str, *, must_exist: bool) -> dict[str, Any] | None:
    """The policy set of a name, or None.

    :raises Missing: it does not exist, and must; the nearest existing names are given.
    :raises Ambiguous: several have the name.
    """
    sets = policy.list_policy_sets()
    found = one_of_name(sets, name, "policy set", f"policy set {name!r}")
    if found is None and must_exist:
        came_back = f"ISE has none of that name for {policy.kind}"
        error = InvalidInput(f"use the policy set {name!r}", came_back, nearest(name, [one["name"] for one in sets]))
        raise Missing(A_SET, name, error, policy.policy_type)
    return found


def _title(policy_set: dict[str, Any], kind: str, rule: dict[str, Any]) -> str:
    return f"{KINDS[kind]} {rule['rule'].get('name')!r} of the policy set {policy_set.get('name')!r}"
