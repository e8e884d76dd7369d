# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an authorization rule has: what a login gets. Private to this collection.

Facts: Cisco's API description "policy" and its newer copy in Cisco's MCP server. For network access that is a list of
profiles and a security group, for device administration one shell profile and a list of command sets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import FeatureOff, InvalidInput, NotFound
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Findings
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import MFA, core
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import condition_of
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import Rules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.way_in import (
    LOCKOUT_OPTION,
    locking,
    locking_already,
    no_way_in,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# A rule that assigns no security group.
NO_GROUP = "none"


class AuthorizationRules(Rules):
    kind = "authorization"
    options = {
        "profiles": {"type": "list", "elements": "str"},
        "commands": {"type": "list", "elements": "str"},
        "security_group": {"type": "str"},
    }

    task_options = LOCKOUT_OPTION

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        super().__init__(ise, params, context)
        # Who only reads has no such option.
        self._guards = self._is_device_admin and not params.get("accept_lockout")

    @property
    def _is_device_admin(self) -> bool:
        return self.policy_type == "device_admin"

    def new_fields(self) -> Fields:
        return {"profiles": [], **({"commands": []} if self._is_device_admin else {"security_group": NO_GROUP})}

    def declared_own(self, params: dict[str, Any]) -> Fields:
        other = "security_group" if self._is_device_admin else "commands"
        attempted = f"use {other} in the authorization rule {params['name']!r}"
        if params[other] is not None:
            raise InvalidInput(attempted, f"a rule for {self.policy.kind} has no such result", "Leave it out.")
        if self._is_device_admin and len(params["profiles"] or []) > 1:
            raise InvalidInput(
                f"use several profiles in the authorization rule {params['name']!r}",
                "a rule for device admin has one shell profile",
                "Name one.",
            )
        return super().declared_own(params)

    def own_from_ise(self, raw: dict[str, Any]) -> Fields:
        """What ISE leaves out is None. That is not the same as nothing, which a write would make of it."""
        profile = raw.get("profile") or []
        profiles = [profile] if isinstance(profile, str) else [str(name) for name in profile]
        found: Fields = {"profiles": profiles if "profile" in raw else None}
        if self._is_device_admin:
            return {**found, "commands": list(raw["commands"] or []) if "commands" in raw else None}
        return {**found, "security_group": raw["securityGroup"] or NO_GROUP if "securityGroup" in raw else None}

    def own_to_ise(self, fields: Fields) -> dict[str, Any]:
        if self._is_device_admin:
            return {"profile": next(iter(fields["profiles"]), None), "commands": fields["commands"]}
        group = fields["security_group"]
        return {"profile": fields["profiles"], "securityGroup": None if group == NO_GROUP else group}

    def vet_own(self, title: str, declared: Fields, changes: Fields, wanted: Fields) -> None:
        group = wanted.get("security_group", NO_GROUP)
        is_shown = None not in (wanted["profiles"], wanted.get("commands", []))
        if is_shown and not (wanted["profiles"] or wanted.get("commands") or group != NO_GROUP):
            result = "commands" if self._is_device_admin else "security_group"
            raise InvalidInput(
                f"let the {title} be without a result", "ISE takes no such rule", f"Give profiles or {result}."
            )
        groups = [group] if "security_group" in changes and group != NO_GROUP else []
        kind = "shell" if self._is_device_admin else "authorization"
        findings = Findings()
        for path, called, names in (
            (f"{kind}-profiles", f"{kind} profiles", changes.get("profiles", [])),
            ("command-sets", "command sets", changes.get("commands", [])),
            ("security-groups", "security groups", groups),
        ):
            with findings:
                self.require_named(path, called, names, title)
        findings.report()

    def vet_list(self, lists: Callable[[], tuple[list[Fields], list[Fields]]], names: set[str]) -> None:
        """On device administration, the way in that MFA rules leave while Duo cannot be reached must stay."""
        mfa = self._mfa_rules() if self._guards else []
        if mfa:
            before, after = lists()
            earlier = locking_already(mfa, before)
            new = [name for name in locking(mfa, after) if name not in earlier]
            if new:
                raise no_way_in(f"write the authorization rules {self.where}", new)

    def _mfa_rules(self) -> list[Fields]:
        """What there is to know of them here; none where ISE has no MFA, or the policy set is yet to come."""
        try:
            found = self.policy.list_rules(self._policy_set, MFA) if self._policy_set else []
        except (FeatureOff, NotFound):
            found = []
        return [
            {
                **{"name": core(raw)["name"], "rule_state": core(raw).get("state")},
                "condition": condition_of(core(raw)),
                "on_failure": raw.get("mfaFailAction"),
            }
            for raw in found
        ]
