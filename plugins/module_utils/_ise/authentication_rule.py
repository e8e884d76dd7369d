# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an authentication rule has: where users are looked up, and what happens if that fails. Private to this
collection.

Facts: Cisco's API description "policy" for the members and their defaults; Cisco's Terraform provider for the actions,
which ISE takes in upper case and shows in either.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import Rules
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields

ACTION = {"type": "str", "choices": ["reject", "drop", "continue"]}
# Each action, what ISE calls it, and what Cisco documents as its default.
ACTIONS = {
    "if_auth_fail": ("ifAuthFail", "reject"),
    "if_user_not_found": ("ifUserNotFound", "reject"),
    "if_process_fail": ("ifProcessFail", "drop"),
}


class AuthenticationRules(Rules):
    kind = "authentication"
    needs = ("condition", "identity_source")
    options = {"identity_source": {"type": "str"}, **dict.fromkeys(ACTIONS, ACTION)}

    def new_fields(self) -> Fields:
        return {name: default for name, (_member, default) in ACTIONS.items()}

    def own_from_ise(self, raw: dict[str, Any]) -> Fields:
        actions = {name: str(raw.get(member) or "").lower() for name, (member, _default) in ACTIONS.items()}
        return {"identity_source": raw.get("identitySourceName") or "", **actions}

    def own_to_ise(self, fields: Fields) -> dict[str, Any]:
        actions = {member: fields[name].upper() for name, (member, _default) in ACTIONS.items() if fields[name]}
        return {"identitySourceName": fields["identity_source"], **actions}

    def vet_own(self, title: str, declared: Fields, changes: Fields, wanted: Fields) -> None:
        if "identity_source" in changes:
            self.require_named("identity-stores", "identity sources", [changes["identity_source"]], title)
