# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy part of Cisco ISE's Open API. Private to this collection.

Facts: Cisco's API description "policy". Rules refer to connections, profiles and stores by name; a policy set and a
rule themselves are addressed by ID, so they are found by listing.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    UnexpectedAnswer,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise


class PolicyTree:
    """One of the two policy trees, which are alike.

    :param policy_type: ``network_access`` (RADIUS) or ``device_admin`` (TACACS+).
    :ivar kind: the same in words.
    """

    def __init__(self, ise: Ise, policy_type: str) -> None:
        self._ise = ise
        self._base = f"/api/v1/policy/{policy_type.replace('_', '-')}"
        self.kind = policy_type.replace("_", " ")

    def list_policy_sets(self) -> list[dict[str, Any]]:
        """In the order of their ranks, each with ``id``, ``name``, ``condition`` and ``serviceName`` among others."""
        return self._ise.list_at(f"{self._base}/policy-set", f"list the policy sets for {self.kind}")

    def list_conditions(self) -> list[dict[str, Any]]:
        """The library of stored conditions, each with ``id``, ``name`` and what it consists of."""
        return self._ise.list_at(f"{self._base}/condition", f"list the stored conditions for {self.kind}")

    def list_mfa_rules(self, policy_set: dict[str, Any]) -> list[dict[str, Any]]:
        """Each with ``mfaConnectionName``, ``mfaResultAction``, ``mfaFailAction``, and what all rules have in ``rule``.

        :param policy_set: as listed, like wherever a policy set is asked for here.
        """
        attempted = f"list the MFA rules of the policy set {policy_set.get('name')!r}"
        rules = self._ise.list_at(self._mfa_path(policy_set), attempted, about_duo=True)
        if not all(isinstance(entry.get("rule"), dict) for entry in rules):
            raise UnexpectedAnswer(attempted, "the answer is not the list of rules that Cisco describes")
        return rules

    def create_mfa_rule(self, policy_set: dict[str, Any], rule: dict[str, Any]) -> None:
        attempted = f"create the {_title(policy_set, rule)}"
        self._ise.write_at("POST", self._mfa_path(policy_set), rule, attempted)

    def update_mfa_rule(self, policy_set: dict[str, Any], rule_id: str, rule: dict[str, Any]) -> None:
        """A PUT, which replaces: whatever ``rule`` leaves out is lost, and without a rank the rule moves."""
        attempted = f"change the {_title(policy_set, rule)}"
        self._ise.write_at("PUT", f"{self._mfa_path(policy_set)}/{rule_id}", rule, attempted)

    def delete_mfa_rule(self, policy_set: dict[str, Any], rule: dict[str, Any]) -> None:
        """:param rule: as listed."""
        attempted = f"delete the {_title(policy_set, rule)}"
        self._ise.write_at("DELETE", f"{self._mfa_path(policy_set)}/{rule['rule'].get('id')}", None, attempted)

    def _mfa_path(self, policy_set: dict[str, Any]) -> str:
        return f"{self._base}/policy-set/{policy_set.get('id')}/mfa"


def find_policy_set(policy: PolicyTree, name: str, *, must_exist: bool) -> dict[str, Any] | None:
    """The policy set of a name, or None.

    :raises InvalidInput: it does not exist, and must; the nearest existing names are given.
    """
    sets = {str(entry.get("name")): entry for entry in policy.list_policy_sets()}
    if name not in sets and must_exist:
        came_back = f"ISE has none of that name for {policy.kind}"
        raise InvalidInput(f"use the policy set {name!r}", came_back, nearest(name, sets))
    return sets.get(name)


def _title(policy_set: dict[str, Any], rule: dict[str, Any]) -> str:
    return f"MFA rule {rule['rule'].get('name')!r} of the policy set {policy_set.get('name')!r}"
