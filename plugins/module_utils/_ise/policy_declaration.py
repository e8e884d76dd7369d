# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a declared policy in itself, before any service is asked. Private to this collection."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import LOGINS
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import KINDS, MFA
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import declared_condition
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import position_from

Check = Callable[[], Any]
Params = dict[str, Any]


def checks_of_policy(policy: list[Params], types: list[str], connection: str | None) -> Iterator[Check]:
    """Calls that raise ``CiscoError`` where something is wrong.

    :param types: of the connection; those of another one are for its own preflight.
    """
    for rule in rules_in(policy):
        name = f"MFA rule {rule.get('name')!r}"
        yield functools.partial(_require_readable, rule, name)
        yield functools.partial(position_from, rule.get("position"))
        yield functools.partial(_require_type, rule, name, types)
    for policy_set in policy_sets_in(policy):
        name = f"policy set {policy_set.get('name')!r}"
        yield from _checks_of_policy_set(policy_set, name)
        rules = (policy_set.get("rules") or {}).get(MFA) or []
        if any(rule.get("connection") in (None, "", connection) for rule in rules):
            yield functools.partial(_require_type, policy_set, f"MFA rules of the {name}", types)


def rules_in(policy: list[Params]) -> list[Params]:
    """The entries that are a single MFA rule."""
    return [entry for entry in policy if entry.get("policy_set")]


def policy_sets_in(policy: list[Params]) -> list[Params]:
    """The entries that are a policy set with its rules."""
    return [entry for entry in policy if not entry.get("policy_set")]


def is_readable(declared: Params) -> bool:
    """Whether the condition and the position of a policy set or rule can be read; otherwise :func:`checks_of_policy`
    says why not."""
    try:
        declared_condition(declared.get("condition") or None)
        position_from(declared.get("position"))
    except InvalidInput:
        return False
    return True


def _checks_of_policy_set(policy_set: Params, name: str) -> Iterator[Check]:
    yield lambda: _require_readable(policy_set, name)
    yield lambda: position_from(policy_set.get("position"))
    for kind, listed in (policy_set.get("rules") or {}).items():
        for rule in listed or []:
            title = f"{KINDS[kind]} {rule.get('name')!r} of the {name}"
            yield functools.partial(_require_readable, rule, title)


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
