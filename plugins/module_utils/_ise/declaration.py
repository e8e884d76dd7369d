# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a declaration of the first flow in itself, before any service is asked. Private to this
collection."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.auth_api import declared_access
from ansible_collections.identityops.cisco.plugins.module_utils._duo.host import split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.identity_sync import require_sensible_sync
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import LOGINS
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import KINDS, MFA
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import declared_condition
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import position_from
from ansible_collections.identityops.cisco.plugins.module_utils._ise.sync_run import zone_named

Check = tuple[str, Callable[[], Any]]
Params = dict[str, Any]


def checks_of(params: Params) -> Iterator[Check]:
    """The name of each check and a call that raises ``CiscoError`` where something is wrong."""
    for name, advice in _required(params).items():
        yield name, functools.partial(_require, params, name, advice)
    if params["state"] == "absent":
        return
    yield "duo_keys", lambda: _require_both_keys_or_none(params)
    yield "user_access", lambda: declared_access(params, "auth_app_user_access", "auth_app_permitted_groups")
    yield "identity_sync", lambda: require_sensible_sync(params["sync_name"], params["schedule"])
    yield "time_zone", lambda: zone_named(params["time_zone"])
    if params["api_host"]:
        yield "api_host", lambda: split_api_host(params["api_host"], "api_host")
    for rule in rules_in(params["policy"]):
        yield "policy", functools.partial(_require_sensible_rule, rule, params["types"])
    for policy_set in policy_sets_in(params["policy"]):
        yield from _checks_of_policy_set(policy_set, params["types"])


def rules_in(policy: list[Params]) -> list[Params]:
    """The entries that are a single MFA rule."""
    return [entry for entry in policy if entry.get("policy_set")]


def policy_sets_in(policy: list[Params]) -> list[Params]:
    """The entries that are a policy set with its rules."""
    return [entry for entry in policy if not entry.get("policy_set")]


def is_readable(declared: Params) -> bool:
    """Whether the condition and the position of a policy set or rule can be read; otherwise :func:`checks_of` says
    why not."""
    try:
        declared_condition(declared.get("condition") or None)
        position_from(declared.get("position"))
    except InvalidInput:
        return False
    return True


def _required(params: Params) -> dict[str, str]:
    """What has no default, and what it is needed for."""
    if params["state"] == "present":
        purpose = "whose users are copied to Duo"
    elif params["state"] == "absent" and "ad_groups" in params["remove"]:
        purpose = "to take off the join point"
    else:
        return {}
    return {
        "active_directory": "Set it to the name of a join point on ISE.",
        "groups": f"Name at least one group {purpose}.",
    }


def _require(params: Params, name: str, advice: str) -> None:
    if not params[name]:
        raise InvalidInput(
            f"use {name}", "it is not given", f"{advice} The variable of the role is ise_duo_mfa_{name}."
        )


def _require_both_keys_or_none(params: Params) -> None:
    if bool(params["admin_api"]) != bool(params["auth_api"]):
        given, missing = ("admin_api", "auth_api") if params["admin_api"] else ("auth_api", "admin_api")
        raise InvalidInput(f"use {given}", f"{missing} is not given", "Give both, or neither.")


def _require_sensible_rule(rule: Params, types: list[str]) -> None:
    name = f"MFA rule {rule.get('name')!r}"
    _require_readable(rule, name)
    position_from(rule.get("position"))
    _require_type(rule, name, types)


def _checks_of_policy_set(policy_set: Params, types: list[str]) -> Iterator[Check]:
    name = f"policy set {policy_set.get('name')!r}"
    yield "policy", lambda: _require_readable(policy_set, name)
    yield "policy", lambda: position_from(policy_set.get("position"))
    rules = policy_set.get("rules") or {}
    if rules.get(MFA):
        yield "policy", lambda: _require_type(policy_set, f"MFA rules of the {name}", types)
    for kind, listed in rules.items():
        for rule in listed or []:
            title = f"{KINDS[kind]} {rule.get('name')!r} of the {name}"
            yield "policy", functools.partial(_require_readable, rule, title)


def _require_readable(declared: Params, name: str) -> None:
    if declared.get("condition"):
        try:
            declared_condition(declared["condition"])
        except InvalidInput as error:
            raise InvalidInput(f"use the condition of the {name}", error.came_back, error.advice) from error


def _require_type(declared: Params, name: str, types: list[str]) -> None:
    needed = LOGINS.get(str(declared.get("policy_type")))
    if needed and types and needed not in types:
        raise InvalidInput(
            f"use the connection in the {name}",
            f"its policy set is for {declared['policy_type']}, which needs {needed}, and types is {', '.join(types)}",
            f"Add {needed} to types.",
        )
