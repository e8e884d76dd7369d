# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An MFA rule of a policy set, as a resource. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    FeatureOff,
    InvalidInput,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    Ise,
    unless_mfa_is_off,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.condition_names import KnownNames
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import (
    Condition,
    comparable,
    in_words,
    references,
    tidy,
    to_ise,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import types_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree, find_policy_set
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# The logins that a connection must serve to be of use in a policy tree.
LOGINS = {"network_access": "vpn", "device_admin": "tacacs"}


class MfaRule(Resource):
    """An MFA rule. It is written as a whole, because a PUT replaces; what is not declared is sent as it was read."""

    compare = {"condition": comparable}

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context, condition: Condition | None) -> None:
        self.ise = ise
        self.context = context
        self.policy = PolicyTree(ise, params["policy_type"])
        self.name: str = params["name"]
        self.state: str = params["state"]
        self.policy_type: str = params["policy_type"]
        self.set_name: str = params["policy_set"]
        self.connection: str | None = params["connection"]
        self.condition = condition
        self.title = f"MFA rule {self.name!r} of the policy set {self.set_name!r}"
        named = references(condition) if condition else ()
        self.ids = {str(entry["id"]) for entry in named if "id" in entry}
        self._policy_set: dict[str, Any] | None = None
        self._raw: dict[str, Any] = {}
        self._others = 0
        self._looked_up: dict[str, str] = {}

    def read(self) -> Fields | None:
        must_exist = self.state == "present"
        policy_set = self._policy_set or find_policy_set(self.policy, self.set_name, must_exist=must_exist)
        if policy_set is None:
            return None
        self._policy_set = policy_set
        rules = unless_mfa_is_off(lambda: self.policy.list_mfa_rules(policy_set), self.context, self.state)
        found = [entry for entry in rules or [] if entry["rule"].get("name") == self.name]
        if len(found) > 1:
            raise Ambiguous(
                f"tell which {self.title} is meant",
                f"{len(found)} rules have that name",
                "Rename or delete all but one of them on ISE.",
            )
        # A default rule, if there ever is one, stays last and has no rank that another rule could take.
        self._others = sum(not entry["rule"].get("default") for entry in rules or []) - len(found)
        self._raw = found[0] if found else {}
        return self._from_ise(self._raw) if found else None

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        missing = [name for name in ("connection", "condition") if not {**(current or {}), **changes}.get(name)]
        if missing:
            verb, came_back = "change" if current else "create", f"{' and '.join(missing)} must be given for that"
            raise InvalidInput(f"{verb} the {self.title}", came_back, "Add what is missing.")
        if "rank" in changes:
            self._require_rank(changes["rank"])
        if self.condition:
            self._looked_up = KnownNames(self.policy).look_up(self.condition)
        if self.connection is not None:
            self._require_connection(self.connection)

    def create(self, desired: Fields) -> None:
        new = {"rank": 0, "on_success": "accept", "on_failure": "reject", "rule_state": "enabled", **desired}
        self.policy.create_mfa_rule(self._policy_set or {}, self._to_ise(new))

    def update(self, current: Fields, changes: Fields) -> None:
        rule_id = str(self._raw["rule"].get("id"))
        self.policy.update_mfa_rule(self._policy_set or {}, rule_id, self._to_ise({**current, **changes}))

    def delete(self, current: Fields) -> None:
        self.policy.delete_mfa_rule(self._policy_set or {}, self._raw)

    # Before anything is written

    def _require_rank(self, rank: int) -> None:
        if 0 <= rank <= self._others:
            return
        came_back = f"the ranks of that policy set's MFA rules go from 0 to {self._others}"
        error = InvalidInput(f"give the {self.title} the rank {rank}", came_back, "Choose one of these.")
        if rank < 0:
            raise error
        self.context.foresee(error, f"The rank {rank} is out of reach until there are more rules: {came_back}.")

    def _require_connection(self, name: str) -> None:
        try:
            problem, advice = self._trouble_with_connection(name)
        except FeatureOff as off:
            self.context.foresee(off, self._assumption(name, "MFA is disabled, and ISE then does not show it"))
            return
        if problem:
            error = InvalidInput(f"use the Duo connection {name!r}", problem, advice)
            self.context.foresee(error, self._assumption(name, problem))

    def _assumption(self, name: str, problem: str) -> str:
        return f"The Duo connection {name!r} cannot be used yet: {problem}. The prediction assumes it can."

    def _trouble_with_connection(self, name: str) -> tuple[str, str]:
        """Why no rule of this kind can use a connection, and what to do; both empty if one can."""
        connections = {str(entry.get("name")): entry for entry in self.ise.list_connections()}
        if name not in connections:
            return "ISE has none of that name", nearest(name, connections)
        types, needed = types_from_ise(connections[name].get("type")), LOGINS[self.policy_type]
        if needed in types:
            return "", ""
        problem = f"it serves {' and '.join(types) or 'nothing'}, and a {self.policy_type} policy set needs {needed}"
        return problem, f"Add {needed} to its types with identityops.cisco.ise_duo_mfa."

    # From and to ISE

    def _from_ise(self, raw: dict[str, Any]) -> Fields:
        rule = raw["rule"]
        return {
            "name": rule.get("name"),
            "policy_set": self.set_name,
            "policy_type": self.policy_type,
            "connection": raw.get("mfaConnectionName") or "",
            "condition": in_words(tidy(rule["condition"]), self.ids) if rule.get("condition") else {},
            "rank": rule.get("rank"),
            "on_success": str(raw.get("mfaResultAction") or "").lower(),
            "on_failure": str(raw.get("mfaFailAction") or "").lower(),
            "rule_state": rule.get("state") or "enabled",
            "hit_counts": rule.get("hitCounts") or 0,
        }

    def _to_ise(self, fields: Fields) -> dict[str, Any]:
        """Everything that is set, in the form of a request that is published as working."""
        condition = self.condition or tidy(self._raw["rule"].get("condition") or {})
        actions = {"mfaResultAction": fields["on_success"].upper(), "mfaFailAction": fields["on_failure"].upper()}
        return {
            "mfaConnectionName": fields["connection"],
            **{name: action for name, action in actions.items() if action},
            "rule": {
                "name": self.name,
                "rank": fields["rank"],
                "state": fields["rule_state"],
                "default": False,
                "condition": to_ise(condition, self._looked_up),
            },
        }
