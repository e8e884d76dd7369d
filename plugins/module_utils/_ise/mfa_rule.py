# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an MFA rule has: the Duo connection that is asked, and what follows from the answer. Private to this collection.

Facts: Cisco's API description "policy". C(ACCEPT) and C(REJECT) are the only actions that it shows, and it has no list
of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import FeatureOff, InvalidInput, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.authorization_rule import AuthorizationRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import types_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import CONNECTION, MFA, Missing
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import either
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import Rules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.way_in import (
    LOCKOUT_OPTION,
    locking,
    locking_already,
    no_way_in,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# The logins that a connection must serve to be of use in a policy tree.
DEVICE_ADMIN = "device_admin"
LOGINS = {"network_access": "vpn", DEVICE_ADMIN: "tacacs"}
NOT_ENFORCED = ("disabled", "monitor")
ACTIONS = {"on_success": "mfaResultAction", "on_failure": "mfaFailAction"}


class MfaRules(Rules):
    kind = MFA
    needs = ("connection", "condition")
    options = {"connection": {"type": "str"}, "on_success": {"type": "str"}, "on_failure": {"type": "str"}}

    task_options = LOCKOUT_OPTION

    has_default = False  # Reported from a real box.
    _connections: dict[str, dict[str, Any]] | None = None

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        super().__init__(ise, params, context)
        # Who only reads has no such option.
        self._guards = params["policy_type"] == DEVICE_ADMIN and not params.get("accept_lockout")
        self._authorization = AuthorizationRules(ise, params, context)
        # The authorization rules as a later task leaves them, where the caller knows.
        self.authorization_to_be: list[Fields] | None = None

    def listed(self, state: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = unless_mfa_is_off(
            lambda: super(MfaRules, self).listed(state), self.context, state, []
        )
        return found

    def new_fields(self) -> Fields:
        return {"on_success": "accept", "on_failure": "reject"}

    def without_loosening(self, current: Fields, declared: Fields) -> Fields:
        """Whoever is asked now is still asked, and whoever is rejected now still is."""
        if current["rule_state"] in NOT_ENFORCED:
            return declared
        if declared.get("rule_state") in NOT_ENFORCED:
            return {"name": declared["name"]}
        kept = {name: value for name, value in declared.items() if name not in ACTIONS or value == "reject"}
        if "condition" in kept:
            kept["condition"] = either(current["condition"], kept["condition"])
        return kept

    def declared_own(self, params: dict[str, Any]) -> Fields:
        actions = {name: params[name].lower() if params[name] else None for name in ACTIONS}
        return {"connection": params["connection"], **actions}

    def own_from_ise(self, raw: dict[str, Any]) -> Fields:
        actions = {name: str(raw.get(member) or "").lower() for name, member in ACTIONS.items()}
        return {"connection": raw.get("mfaConnectionName") or "", **actions}

    def own_to_ise(self, fields: Fields) -> dict[str, Any]:
        actions = {member: fields[name].upper() for name, member in ACTIONS.items() if fields[name]}
        return {"mfaConnectionName": fields["connection"], **actions}

    def vet_own(self, title: str, declared: Fields, changes: Fields, wanted: Fields) -> None:
        """A connection that is not declared is up to ISE."""
        if "connection" in declared:
            self._require_connection(declared["connection"])

    def vet_list(self, lists: Callable[[], tuple[list[Fields], list[Fields]]], names: set[str]) -> None:
        """On device administration, some way in must be left while Duo cannot be reached. A rule that has left none
        before, and that the task does not write, stays as it is."""
        if not self._guards:
            return
        before, after = lists()
        authorization = [self._authorization.from_ise(raw, {}) for raw in self._authorization.listed("present")]
        to_be = authorization if self.authorization_to_be is None else self.authorization_to_be
        locked = locking(after, to_be)
        if locked:
            earlier = set(locking_already(before, authorization))
            locked = [name for name in locked if name in names or name not in earlier]
        if locked:
            error = no_way_in(f"write the MFA rules {self.where}", locked)
            if self._policy_set or self.authorization_to_be is not None:
                raise error
            # Whatever creates the policy set may create a way in as well.
            self.context.foresee(error, f"The prediction assumes a way in {self.where} that does not need Duo.")

    def _require_connection(self, name: str) -> None:
        try:
            problem, advice = self._trouble_with_connection(name)
        except FeatureOff as off:
            self.context.foresee(off, self._assumption(name, "MFA is disabled, and ISE then does not show it"))
            return
        if problem:
            error = InvalidInput(f"use the Duo connection {name!r}", problem, advice)
            self.context.foresee(Missing(CONNECTION, name, error), self._assumption(name, problem))

    def _assumption(self, name: str, problem: str) -> str:
        return f"The Duo connection {name!r} cannot be used yet: {problem}. The prediction assumes it can."

    def _trouble_with_connection(self, name: str) -> tuple[str, str]:
        """Why no rule of this kind can use a connection, and what to do; both empty if one can."""
        if self._connections is None:
            self._connections = {str(entry.get("name")): entry for entry in self.ise.list_connections()}
        connections = self._connections
        if name not in connections:
            require_names((entry.get("name") for entry in connections.values()), f"use the Duo connection {name!r}")
            return "ISE has none of that name", nearest(name, connections)
        shown = connections[name].get("type") or (self.ise.get_connection(name) or {}).get("type")
        types, needed = types_from_ise(shown), LOGINS[self.policy_type]
        if needed in types or not types:
            # Where ISE does not show for which logins it is, ISE judges alone.
            return "", ""
        problem = f"it serves {' and '.join(types)}, and a {self.policy_type} policy set needs {needed}"
        return problem, f"Add {needed} to its types with identityops.cisco.ise_duo_mfa."
