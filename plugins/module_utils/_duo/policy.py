# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Duo policy in the words of the options, from Duo's words and to them. Private to this collection.

Facts: Duo documentation, "Admin API", policies, and ``duo_client``. The keys and values of the single sections come
from playbooks that Duo's staff published; Duo may have others, so whatever is not named here is passed through.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import as_list
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Ambiguous, InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._service import named_so, require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import free_text

Sections = dict[str, dict[str, Any]]

TRUSTED_ENDPOINTS = "trusted_endpoints"
# The sections that are documented. Duo may have more at any time.
SECTIONS = (
    *("anonymous_networks", "authentication_methods", "authentication_policy", "authorized_networks", "browsers"),
    *("device_health_app", "duo_desktop", "duo_mobile_app", "full_disk_encryption", "health_checks"),
    *("mobile_device_biometrics", "new_user", "operating_systems", "plugins", "remembered_devices"),
    *("risk_based_factor_selection", "screen_lock", "tampered_devices", TRUSTED_ENDPOINTS, "user_location"),
)
APPLIES_TO = "policy_applies_to"
GROUP_NAMES = ("group_id", "group_name")

# The keys of that section which have an option, by option.
TYPED = {
    "checking": "trusted_endpoint_checking",
    "checking_mobile": "trusted_endpoint_checking_mobile",
    "cisco_secure_endpoint_can_block": "cisco_secure_endpoint_can_block",
}
GONE: Any = object()
CAN_BLOCK = "cisco_secure_endpoint_can_block"
# A sentence that Duo adds to that section, which cannot be set.
MESSAGE = "trusted_endpoint_message"

# What Duo returns as checking before Trusted Endpoints is set up in the Admin Panel, and afterwards.
NOT_CONFIGURED = "not_configured"
NO_CHECK = "allow_all"
CONFIGURED = (NO_CHECK, "require_trusted")


CHECKING = {"type": "str", "choices": ["require_trusted", "allow_all", "require-trusted", "allow-all"]}
# The options of every module that takes what a policy is to say.
SECTION_SPEC = {
    "type": "dict",
    "options": {
        "checking": CHECKING,
        "checking_mobile": CHECKING,
        "cisco_secure_endpoint_can_block": {"type": "bool"},
    },
}
APPLY_TO_SPEC = {
    "type": "list",
    "elements": "dict",
    "options": {
        "application": {"type": "str", "required": True},
        "groups": {"type": "list", "elements": "str"},
    },
}

POLICY_SPEC = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "name": {"type": "str"},
    # A name, not a secret, whatever it is called.
    "policy_key": {"type": "str", "no_log": False},
    "global_policy": {"type": "bool", "default": False},
    TRUSTED_ENDPOINTS: SECTION_SPEC,
    "apply_to": APPLY_TO_SPEC,
}
# How many devices may be newly blocked, and what is known of the devices.
LIMIT_SPEC = {
    "fleet": {"type": "dict"},
    "computers": {"type": "list", "elements": "dict"},
    "max_blocked": {"type": "int"},
}


def with_global(
    listed: list[dict[str, Any]], get_global: Callable[[], dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All policies, and the global one among them. Duo's list may leave it out, or not mark it.

    :param get_global: asks Duo for it; called only if the list does not show it.
    """
    found = next((raw for raw in listed if is_true(raw.get("is_global_policy"))), None)
    if found is not None:
        return listed, found
    found = {**get_global(), "is_global_policy": True}
    others = [raw for raw in listed if raw.get("policy_key") != found.get("policy_key")]
    return [found, *others], found


def policy_from_duo(raw: dict[str, Any], is_global: bool | None = None) -> dict[str, Any]:
    """A policy as it is returned to the user.

    ``trusted_endpoints`` is left out where the policy does not have that section, and its own keys where Duo does not
    return them. Keys of that section without an option of their own stay in ``sections``.

    :param is_global: whether it is the global policy, where the caller knows and Duo does not show it.
    """
    sections = sections_of(raw)
    shown: dict[str, Any] = {"policy_key": raw["policy_key"]} if raw.get("policy_key") else {}
    shown["name"] = name_of(raw)
    flag = raw.get("is_global_policy", is_global)
    if flag is not None:
        shown["is_global_policy"] = is_true(flag)
    if TRUSTED_ENDPOINTS in sections:
        section = sections.pop(TRUSTED_ENDPOINTS)
        shown["trusted_endpoints"] = trusted_endpoints_from_duo(section)
        others = {key: value for key, value in section.items() if key not in TYPED.values()}
        if others:
            sections[TRUSTED_ENDPOINTS] = others
    entries = entries_of(raw)
    if entries is None and shown.get("is_global_policy"):
        entries = []
    return {**shown, "sections": sections, "applies_to": None if entries is None else applications_of(entries)}


def trusted_endpoints_from_duo(section: dict[str, Any]) -> dict[str, Any]:
    """The keys of the section that have an option, by option, as far as they are there."""
    shown: dict[str, Any] = {}
    for option, key in TYPED.items():
        if section.get(key) is not None:
            shown[option] = is_true(section[key]) if option == CAN_BLOCK else option_value(section[key])
    return shown


def find_policy(policies: list[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The one policy of that name, None if there is none.

    :raises Ambiguous: when several have the name, for Duo does not keep names unique; all keys are named.
    :raises UnexpectedAnswer: none has it, and Duo does not show the names of all.
    """
    found = named_so(policies, name, name_of)
    if not found:
        require_names(map(name_of, policies), f"identify the policy {name!r}")
    if len(found) > 1:
        keys = ", ".join(str(raw.get("policy_key")) for raw in found)
        raise Ambiguous(
            f"identify the policy {name!r}",
            f"{len(found)} policies in Duo have that name: {keys}",
            "Name the right one by policy_key.",
        )
    return next(iter(found), None)


def name_of(raw: dict[str, Any]) -> str:
    return str(raw.get("policy_name") or raw.get("name") or "")


def is_configured(policies: Iterable[dict[str, Any]]) -> bool | None:
    """Whether Trusted Endpoints is set up in the Duo Admin Panel, as Duo's policies show it.

    :param policies: as Duo returns them.
    :return: None where none of them shows it, or they contradict each other.
    """
    shown = {
        trusted_endpoints_from_duo(sections_of(raw).get(TRUSTED_ENDPOINTS, {})).get("checking") for raw in policies
    }
    is_shown = bool(shown.intersection(CONFIGURED))
    if NOT_CONFIGURED in shown:
        # Both at once prove nothing.
        return None if is_shown else False
    return is_shown or None


def sections_of(raw: dict[str, Any]) -> Sections:
    """The sections of a policy, without what is none."""
    sections = raw.get("sections")
    if not isinstance(sections, dict):
        return {}
    return {name: section for name, section in sections.items() if isinstance(section, dict)}


def section_of(raw: dict[str, Any], name: str) -> dict[str, Any] | None:
    """A section in Duo's words: None if the policy does not have it, and empty if what Duo returns cannot be read."""
    sections = raw.get("sections")
    if not isinstance(sections, dict):
        return {}
    section = sections.get(name, GONE)
    return None if section is GONE else section if isinstance(section, dict) else {}


def applications_of(entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where a policy applies, in the words of the options: one entry for each application, and another where it applies
    to some groups only. ``groups`` is None where Duo does not show which."""
    shown = [
        {
            "application": entry["app_name"],
            "integration_key": entry["app_integration_key"],
            "groups": None if entry["groups"] is None else sorted(map(_group_name, entry["groups"])),
        }
        for entry in entries
    ]
    return sorted(
        shown, key=lambda entry: (str(entry["application"]), str(entry["integration_key"]), entry["groups"] or [])
    )


def entries_of(raw: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The same in Duo's words; None where Duo does not show it, which does not mean that there is nothing."""
    listed = raw.get(APPLIES_TO)
    if not isinstance(listed, list):
        return None
    entries: list[dict[str, Any]] = []
    for one in listed:
        entry = one if isinstance(one, dict) else {}
        key, groups = entry.get("app_integration_key"), _groups_of(entry)
        same = next((held for held in entries if held["groups"] and held["app_integration_key"] == key), None)
        if groups and same:
            same["groups"] += groups
        else:
            entries.append({"app_integration_key": key, "app_name": entry.get("app_name"), "groups": groups})
    return entries


def _groups_of(entry: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The groups that a policy applies to at an application, empty for everybody. Duo shows them in a list, or one
    beside the application. None where they cannot be read, which does not mean that there are none."""
    groups, apply_type = entry.get("groups"), entry.get("apply_type")
    beside = {name: entry[name] for name in GROUP_NAMES if entry.get(name)}
    found = groups or [beside]
    if isinstance(found, list) and all(map(_is_group, found)):
        return list(found)
    is_for_everybody = str(apply_type).lower() == "app" or (apply_type is None and groups == [])
    return [] if is_for_everybody and not groups and not beside else None


def _is_group(group: Any) -> bool:
    shown = [group[name] for name in GROUP_NAMES if group.get(name)] if isinstance(group, dict) else []
    return bool(shown) and all(isinstance(name, str) for name in shown)


def application_name(name: Any, integration_key: Any) -> str:
    """What an application is called in messages."""
    return str(name or integration_key or "an application without a name")


def _group_name(group: dict[str, Any]) -> str:
    return str(group.get("group_name") or group.get("group_id"))


def option_value(value: Any) -> str:
    """Duo's ``require-trusted`` is ``require_trusted`` here."""
    return str(value).replace("-", "_")


def is_true(value: Any) -> bool:
    return str(value).lower() in ("1", "true")


def is_false(value: Any) -> bool:
    return str(value).lower() in ("0", "false")


# What a task declares


class Setting(NamedTuple):
    """One declared key of a section.

    :ivar shown: where it stands among the options; the text of it names it to the user.
    :ivar key: Duo's name for it; None for a section that is declared without keys, and so enabled as Duo has it.
    :ivar value: in the words of the options.
    """

    shown: tuple[str, ...]
    section: str
    key: str | None
    value: Any

    @property
    def name(self) -> str:
        return ".".join(self.shown)

    @property
    def is_typed(self) -> bool:
        return self.shown[0] == TRUSTED_ENDPOINTS

    def read(self, sections: Sections) -> Any:
        """What Duo has, in the words of the options; None where Duo does not show it."""
        section = sections.get(self.section)
        if section is None:
            return None
        if self.key is None:
            return {}
        if not self.is_typed:
            return seen(section.get(self.key), self.value)
        # Documented: no blocking unless it is set, and mobile devices are treated as the others. That a check which is
        # not shown is none is a guess. The task warns of it.
        usual = {"checking": NO_CHECK, CAN_BLOCK: False}
        typed = {**usual, **trusted_endpoints_from_duo(section)}
        return typed.get(self.shown[1], typed["checking"])

    def sent(self, sections: Sections, kinds: Sections) -> dict[str, Any]:
        """What to send of the section.

        :param sections: as Duo has them.
        :param kinds: sections of another policy, for the kinds of values that a section has which is not there yet.
        """
        if self.key is None:
            return {}
        if self.is_typed:
            return {self.key: self.value if self.key == CAN_BLOCK else self.value.replace("_", "-")}
        if self.section in sections:
            return {self.key: completed(self.value, sections[self.section].get(self.key))}
        return {self.key: converted(self.value, kinds.get(self.section, {}).get(self.key))}


def settings_of(trusted_endpoints: dict[str, Any] | None, sections: dict[str, Any] | None) -> list[Setting]:
    """What a task declares of a policy's sections.

    :raises InvalidInput: for what is no section, has no value, or has an option of its own.
    """
    found = []
    if trusted_endpoints is not None:
        given = {option: value for option, value in trusted_endpoints.items() if value is not None}
        if not given:
            raise _invalid(TRUSTED_ENDPOINTS, "it names no setting", "Name one or leave it out.")
        found = [
            Setting(
                (TRUSTED_ENDPOINTS, option),
                TRUSTED_ENDPOINTS,
                TYPED[option],
                value if option == CAN_BLOCK else option_value(value),
            )
            for option, value in given.items()
        ]
    for name, section in (sections or {}).items():
        _require_section(name, section)
        found += [Setting(("sections", name, key), name, key, value) for key, value in section.items()]
        if not section:
            found.append(Setting(("sections", name), name, None, {}))
    return found


def _require_section(name: str, section: Any) -> None:
    if not isinstance(section, dict):
        advice = "Give the keys of the section, or {} to enable it with Duo's defaults."
        raise _invalid(f"sections.{name}", "it is no dictionary", advice)
    for key, value in section.items():
        if value is None:
            raise _invalid(f"sections.{name}.{key}", "it has no value", "Give one or leave the key out.")
        for option, typed in TYPED.items():
            if name == TRUSTED_ENDPOINTS and key == typed:
                advice = f"Use {TRUSTED_ENDPOINTS}.{option} instead."
                raise _invalid(f"sections.{name}.{key}", "there is an option of its own for it", advice)


def require_checking(settings: Iterable[Setting], sections: Sections, called: str) -> None:
    """Let a custom policy get the section of Trusted Endpoints only with its main setting: Duo would fill in that
    nothing is checked, where what is inherited may require trust.

    :param sections: of the policy, as Duo has them.
    :param called: the policy's name, or its key.
    :raises InvalidInput: if the section is to be added without it.
    """
    declared = {setting.key for setting in settings if setting.section == TRUSTED_ENDPOINTS}
    if declared and TRUSTED_ENDPOINTS not in sections and TYPED["checking"] not in declared:
        raise InvalidInput(
            f"add {TRUSTED_ENDPOINTS} to the policy {called!r}",
            "the policy has no such section yet, and checking is not declared, for which Duo would fill in its own "
            "default",
            f"Declare {TRUSTED_ENDPOINTS}.checking.",
        )


def _invalid(name: str, reason: str, advice: str) -> InvalidInput:
    return InvalidInput(f"use {name}", reason, advice)


# Comparing


def seen(current: Any, declared: Any) -> Any:
    """What Duo returns, as it is declared where it means the same; of an object only the declared part."""
    if isinstance(current, dict) and isinstance(declared, dict):
        return {name: seen(current.get(name), value) for name, value in declared.items()}
    if is_same(current, declared):
        return declared
    return as_list(current) if isinstance(declared, list) and isinstance(current, str) else current


def is_same(one: Any, other: Any) -> bool:
    """Whether both mean the same to Duo: lists without regard to order, a text like the number or the truth value that
    it spells, and a list like the text in which its entries are parted by commas."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[name], other[name]) for name in one)
    if isinstance(one, list) or isinstance(other, list):
        return _is_same_list(one, other)
    if isinstance(one, str) != isinstance(other, str) and one is not None and other is not None:
        return str(one).lower() == str(other).lower()
    if isinstance(one, str) and isinstance(other, str):
        return free_text(one) == free_text(other)
    return bool(one == other)


def _is_same_list(one: Any, other: Any) -> bool:
    if not (isinstance(one, (list, str)) and isinstance(other, (list, str))):
        return False
    first, second = (as_list(value) if isinstance(value, str) else value for value in (one, other))
    return all(
        any(is_same(entry, match) for match in there)
        for here, there in ((first, second), (second, first))
        for entry in here
    )


# Writing


def completed(declared: Any, current: Any) -> Any:
    """What to send for a declared value: converted, and an object with what Duo has of it besides."""
    if isinstance(declared, dict) and isinstance(current, dict):
        return {**current, **{name: completed(value, current.get(name)) for name, value in declared.items()}}
    return converted(declared, current)


def converted(declared: Any, like: Any) -> Any:
    """A declared value with each text as the kind of value that Duo has, for a template may have made a text of it.

    :param like: what Duo has in that place, here or in another policy.
    """
    if isinstance(declared, dict):
        known = like if isinstance(like, dict) else {}
        return {name: converted(value, known.get(name)) for name, value in declared.items()}
    if not isinstance(declared, str):
        return declared
    if declared in ("True", "False") or (isinstance(like, bool) and is_true(declared) != is_false(declared)):
        return is_true(declared)
    if isinstance(like, int) and not isinstance(like, bool) and declared.isdecimal():
        return int(declared)
    return as_list(declared) if isinstance(like, list) else declared


def has_text(value: Any) -> bool:
    """Whether a declared value is a text, or one is among the members of it."""
    if isinstance(value, dict):
        return any(map(has_text, value.values()))
    return isinstance(value, str)


def sections_to_send(settings: Iterable[Setting], sections: Sections, kinds: Sections | None = None) -> Sections:
    """The part of ``sections`` that a write of these settings consists of.

    :param sections: as Duo has them.
    :param kinds: sections of another policy, which show the kinds of values in sections that do not exist yet.
    """
    sent: Sections = {}
    for setting in settings:
        sent.setdefault(setting.section, {}).update(setting.sent(sections, kinds or {}))
    return sent


def overlaid(sections: Sections, more: Sections) -> Sections:
    """Sections with the keys of ``more`` laid over theirs."""
    both = copy.deepcopy(sections)
    for name, section in more.items():
        both.setdefault(name, {}).update(copy.deepcopy(section))
    return both


def lost(before: Sections, after: Sections, settings: Iterable[Setting], removed: Iterable[str]) -> Sections:
    """What a write changed that the task does not declare, as it was before."""
    declared = {(setting.section, setting.key) for setting in settings}
    gone: Sections = {}
    for name, section in before.items():
        if name in removed:
            continue
        if name not in after:
            gone[name] = {}
        for key, value in section.items():
            is_settable = key != MESSAGE and option_value(value) != NOT_CONFIGURED
            if is_settable and (name, key) not in declared and not is_same(after.get(name, {}).get(key), value):
                gone.setdefault(name, {})[key] = value
    return gone
