# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Duo policy in the words of the options, from Duo's words and to them. Private to this collection.

Facts: Duo documentation, "Admin API", policies, and ``duo_client``. The keys and values of the single sections come
from playbooks that Duo's staff published; Duo may have others, so whatever is not named here is passed through.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

TRUSTED_ENDPOINTS = "trusted_endpoints"

# The keys of that section which have an option, by option.
TYPED = {
    "checking": "trusted_endpoint_checking",
    "checking_mobile": "trusted_endpoint_checking_mobile",
    "cisco_secure_endpoint_can_block": "cisco_secure_endpoint_can_block",
}
CAN_BLOCK = "cisco_secure_endpoint_can_block"

# What Duo returns as checking while nobody has set up Trusted Endpoints in the Admin Panel, and once somebody has.
NOT_CONFIGURED = "not_configured"
CONFIGURED = ("allow_all", "require_trusted")


def policy_from_duo(raw: dict[str, Any], is_global: bool | None = None) -> dict[str, Any]:
    """A policy as it is returned to the user.

    ``trusted_endpoints`` is left out where the policy does not have that section, and its own keys where Duo does not
    return them. Keys of that section without an option of their own stay in ``sections``.

    :param is_global: whether it is the global policy, where the caller knows and Duo does not tell.
    """
    sections = sections_of(raw)
    shown: dict[str, Any] = {"policy_key": raw.get("policy_key"), "name": raw.get("policy_name") or raw.get("name")}
    told = raw.get("is_global_policy", is_global)
    if told is not None:
        shown["is_global_policy"] = is_true(told)
    if TRUSTED_ENDPOINTS in sections:
        section = sections.pop(TRUSTED_ENDPOINTS)
        shown["trusted_endpoints"] = trusted_endpoints_from_duo(section)
        others = {key: value for key, value in section.items() if key not in TYPED.values()}
        if others:
            sections[TRUSTED_ENDPOINTS] = others
    return {**shown, "sections": sections, "applies_to": applications_of(raw)}


def trusted_endpoints_from_duo(section: dict[str, Any]) -> dict[str, Any]:
    """The keys of the section that have an option, by option, as far as they are there."""
    shown: dict[str, Any] = {}
    for option, key in TYPED.items():
        if section.get(key) is not None:
            shown[option] = is_true(section[key]) if option == CAN_BLOCK else option_value(section[key])
    return shown


def is_configured(policies: Iterable[dict[str, Any]]) -> bool | None:
    """Whether somebody has set up Trusted Endpoints in the Duo Admin Panel, as Duo's policies show it.

    :param policies: as Duo returns them.
    :return: None where none of them shows it.
    """
    shown = {
        trusted_endpoints_from_duo(sections_of(raw).get(TRUSTED_ENDPOINTS, {})).get("checking") for raw in policies
    }
    if NOT_CONFIGURED in shown:
        return False
    return True if shown.intersection(CONFIGURED) else None


def sections_of(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The sections of a policy, without what is none."""
    sections = raw.get("sections")
    if not isinstance(sections, dict):
        return {}
    return {name: section for name, section in sections.items() if isinstance(section, dict)}


def applications_of(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a policy applies: one entry for each application, and another where it applies to some groups only."""
    entries = raw.get("policy_applies_to")
    found = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return [
        {
            "application": entry.get("app_name"),
            "integration_key": entry.get("app_integration_key"),
            "groups": sorted(_group_name(group) for group in entry.get("groups") or []),
        }
        for entry in found
    ]


def _group_name(group: Any) -> str:
    return str(group.get("group_name") or group.get("group_id")) if isinstance(group, dict) else str(group)


def option_value(value: Any) -> str:
    """Duo's ``require-trusted`` is ``require_trusted`` here."""
    return str(value).replace("-", "_")


def duo_value(value: str) -> str:
    return value.replace("_", "-")


def is_true(value: Any) -> bool:
    return str(value).lower() in ("1", "true")
