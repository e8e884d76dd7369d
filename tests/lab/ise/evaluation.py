# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a condition holds for a login. Cisco publishes the operators and not their small print, so that is a guess:
an attribute that the login does not have fits no comparison, not even one that begins with "not"."""

from __future__ import annotations

import ipaddress
import operator as python
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from .conditions import PLAIN, TIME_AND_DATE
from .dictionaries import GROUPS

Attributes = Mapping[str, list[str]]
"""What is known of a login, by dictionary and attribute with a colon between, and the time under :data:`NOW`."""
NOW = "now"
"""Seconds since the epoch."""

_TEXT: dict[str, Callable[[str, str], bool]] = {
    "equals": python.eq,
    "contains": python.contains,
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "matches": lambda held, wanted: re.fullmatch(wanted, held) is not None,
    "in": lambda held, wanted: held in [entry.strip() for entry in wanted.split(",")],
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "greaterThan": python.gt,
    "lessThan": python.lt,
    "greaterOrEquals": python.ge,
    "lessOrEquals": python.le,
}


def holds(condition: dict[str, Any] | None, attributes: Attributes, library: Mapping[str, dict[str, Any]]) -> bool:
    """Whether a stored condition holds; one that is null always does.

    :param library: stored conditions by id
    """
    if condition is None:
        return True
    kind = condition.get("conditionType", "ConditionAttributes")
    if kind == "ConditionReference":
        found = holds(library[condition["id"]], attributes, library)
    elif kind == "ConditionAttributes":
        found = _fits(condition, attributes)
    elif kind == TIME_AND_DATE:
        found = _is_now(condition, attributes)
    else:
        every = all if kind == "ConditionAndBlock" else any
        found = every(holds(child, attributes, library) for child in condition["children"])
    return found is not condition.get("isNegate", False)


def _is_now(condition: dict[str, Any], attributes: Attributes) -> bool:
    """In UTC, which is a guess; ranges of dates and exceptions are not played."""
    now = time.gmtime(float(attributes[NOW][0]))
    hours = condition["hoursRange"]
    is_that_day = time.strftime("%A", now) in condition["weekDays"]
    return is_that_day and hours["startTime"] <= time.strftime("%H:%M", now) <= hours["endTime"]


def _fits(condition: dict[str, Any], attributes: Attributes) -> bool:
    held = attributes.get(f"{condition['dictionaryName']}:{condition['attributeName']}", [])
    wanted, operator = condition["attributeValue"], PLAIN.get(condition["operator"], condition["operator"])
    # Active Directory ignores case.
    if condition["attributeName"] == GROUPS:
        held, wanted = [value.lower() for value in held], wanted.lower()
    is_mac, bare = operator.startswith("mac"), operator.removeprefix("mac")
    if is_mac:
        held, wanted = [_digits(value) for value in held], _digits(wanted)
    is_opposite = bare.lower().startswith("not")
    bare = bare[3:] if is_opposite else bare
    bare = bare[0].lower() + bare[1:]
    return bool(held) and any(_compares(bare, value, wanted) for value in held) is not is_opposite


def _compares(operator: str, held: str, wanted: str) -> bool:
    if operator in _ORDER:
        return _ORDER[operator](*_comparable(held, wanted))
    if operator in ("equals", "in"):
        try:
            return ipaddress.ip_address(held) in ipaddress.ip_network(wanted, strict=False)
        except ValueError:
            pass
    return _TEXT[operator](held, wanted)


def _comparable(held: str, wanted: str) -> tuple[Any, Any]:
    """As numbers, as addresses, or as texts, which is right for dates."""
    for kind in (float, lambda text: int(ipaddress.ip_address(text))):
        try:
            return kind(held), kind(wanted)
        except ValueError:
            continue
    return held, wanted


def _digits(address: str) -> str:
    return re.sub(r"[^0-9a-f]", "", address.lower())
