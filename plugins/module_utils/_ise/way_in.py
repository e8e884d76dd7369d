# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuses rules that leave no way in to network devices while Duo cannot be reached. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import Condition, parse
from ansible_collections.identityops.cisco.plugins.module_utils._ise.lockout import PolicyRules, without_way_in
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import ALWAYS, STATES
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields

# Of a task that writes MFA or authorization rules.
LOCKOUT_OPTION = {"accept_lockout": {"type": "bool", "default": False}}
WAYS_IN = (
    "Leave a way in: set on_failure to accept, or put an MFA rule with on_failure accept for an emergency account "
    "above it. A condition that excludes such an account also works, if an authorization rule admits the account. Or "
    "set accept_lockout to true (in the role, ise_duo_mfa_accept_lockout)."
)


def locking(mfa: list[Fields], authorization: list[Fields]) -> list[str]:
    """The MFA rules that keep everybody out of some devices while Duo cannot be reached, by name.

    :param mfa: in option vocabulary, as ``authorization`` is.
    """
    return without_way_in(PolicyRules(*map(_laid_open, (mfa, authorization))))


def locking_already(mfa: list[Fields], authorization: list[Fields]) -> list[str]:
    """The same of the rules as they are. None where ISE does not show all that could make one of them a way in: it
    may be the one that a task is about to take away."""
    return locking(mfa, authorization) if all(map(_is_shown, (*mfa, *authorization))) else []


def _is_shown(rule: Fields) -> bool:
    if "on_failure" in rule:
        follows = str(rule["on_failure"]).lower() in ("accept", "reject")
    else:
        follows = bool(rule.get("profiles") or rule.get("commands"))
    return follows and rule["condition"] is not None and str(rule["rule_state"]).lower() in STATES


def no_way_in(attempted: str, names: list[str]) -> InvalidInput:
    return InvalidInput(
        attempted,
        f"while Duo cannot be reached, {' and '.join(map(repr, names))} would lock everyone out of the devices that "
        "they apply to",
        WAYS_IN,
    )


def _laid_open(rules: list[Fields]) -> list[Fields]:
    """With conditions in ISE's own structure."""
    return [{**rule, "condition": _structure(rule["name"], rule["condition"])} for rule in rules]


def _structure(name: str, words: Any) -> Condition | None:
    if words is None:
        # Not shown, so it is like no other and proves nothing.
        return {"conditionType": "not shown", "name": name}
    return None if words == ALWAYS else parse(words)
