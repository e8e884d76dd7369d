# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions of ISE's policy rules: checked, compared and made ready to be sent. Private to this collection.

Facts: Cisco's API description "policy" for types, members and operators; Cisco's Terraform provider for what ISE makes
of operators; reports from real boxes for the nulls in what it returns.

A condition is spoken of here in ISE's own structure, without the members that are unset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree

Condition = dict[str, Any]

ATTRIBUTES, REFERENCE = "ConditionAttributes", "ConditionReference"
# The types that a rule may use, and what each has besides conditionType and isNegate.
MEMBERS = {
    ATTRIBUTES: ("dictionaryName", "attributeName", "operator", "dictionaryValue", "attributeValue"),
    "ConditionAndBlock": ("children",),
    "ConditionOrBlock": ("children",),
    REFERENCE: ("id", "name"),
}
REQUIRED_TEXTS = ("dictionaryName", "attributeName", "operator", "attributeValue")
# What ISE adds when a condition is read; a condition that was copied from there may still have it.
READ_ONLY = {"link", "description"}
OPERATORS = {
    *("contains", "endsWith", "equals", "greaterOrEquals", "greaterThan", "in", "lessOrEquals", "lessThan", "matches"),
    *("ipEquals", "ipGreaterThan", "ipLessThan", "ipNotEquals"),
    *("notContains", "notEndsWith", "notEquals", "notIn", "notStartsWith", "startsWith"),
    *("macContains", "macEndsWith", "macEquals", "macIn", "macStartsWith"),
    *("macNotContains", "macNotEndsWith", "macNotEquals", "macNotIn", "macNotStartsWith"),
}
# ISE stores the IP form for attributes that are addresses and the plain form for others, whichever was sent.
PLAIN_OPERATORS = {
    "ipEquals": "equals",
    "ipNotEquals": "notEquals",
    "ipGreaterThan": "greaterThan",
    "ipLessThan": "lessThan",
}


def checked(condition: Condition) -> Condition:
    """A condition from an option, ready for the other functions.

    :raises InvalidInput: naming everything that does not fit its type, and where.
    """
    problems = list(_problems(condition, "condition"))
    if problems:
        raise InvalidInput(
            "use the condition",
            "; ".join(problems),
            "The example of identityops.cisco.ise_mfa_rule shows conditions of each type.",
        )
    return tidy(condition)


def tidy(condition: Condition) -> Condition:
    """Without what is unset or only read: ISE returns nulls and empty texts, and may add members that nobody knows."""
    kind = condition.get("conditionType")
    names = MEMBERS.get(str(kind)) or [name for name in condition if name not in ("conditionType", "isNegate", "link")]
    kept = {name: _as_ise_has_it(condition[name]) for name in names if condition.get(name) not in (None, "")}
    return {"conditionType": kind, **({"isNegate": True} if _is_true(condition.get("isNegate")) else {}), **kept}


def shown(condition: Condition, ids: set[str]) -> Condition:
    """A tidy condition as it is returned and compared: operators in their plain form, references by name.

    :param ids: the references that the user gives by ID; they stay as they are.
    """
    form = dict(condition)
    if form["conditionType"] == REFERENCE and "name" in form and form.get("id") not in ids:
        form.pop("id", None)
    elif form["conditionType"] == REFERENCE and "id" in form:
        form.pop("name", None)
    if "operator" in form:
        form["operator"] = PLAIN_OPERATORS.get(form["operator"], form["operator"])
    if "children" in form:
        form["children"] = [shown(child, ids) for child in form["children"]]
    return form


def comparable(condition: Condition) -> Any:
    """The same for all conditions that mean the same: the order of a block's children means nothing."""
    children = sorted(json.dumps(comparable(child), sort_keys=True) for child in condition.get("children", []))
    return {**condition, "children": children}


def to_ise(condition: Condition, ids: dict[str, str]) -> Condition:
    """A tidy condition as it is sent.

    :param ids: the IDs of the stored conditions that it refers to by name alone.
    """
    form = {"isNegate": False, **condition}
    if form["conditionType"] == REFERENCE:
        name = form.pop("name", None)
        form.setdefault("id", ids.get(str(name)))
    if "children" in form:
        form["children"] = [to_ise(child, ids) for child in form["children"]]
    return form


def references(condition: Condition) -> Iterator[Condition]:
    """Every reference to a stored condition in a tidy condition."""
    if condition["conditionType"] == REFERENCE:
        yield condition
    for child in condition.get("children", []):
        yield from references(child)


def look_up_references(policy: PolicyTree, condition: Condition) -> dict[str, str]:
    """The IDs of the stored conditions that a tidy condition refers to by name alone, by that name.

    :raises InvalidInput: there is no such stored condition; the nearest existing names are given.
    """
    names = [str(entry["name"]) for entry in references(condition) if "id" not in entry]
    stored = {str(entry.get("name")): str(entry.get("id")) for entry in policy.list_conditions()} if names else {}
    for name in names:
        if name not in stored:
            came_back = f"ISE has none of that name for {policy.kind}"
            raise InvalidInput(f"use the stored condition {name!r}", came_back, nearest(name, stored))
    return stored


def _as_ise_has_it(value: Any) -> Any:
    """Children are conditions themselves, and numbers are texts to ISE."""
    if isinstance(value, list):
        return [tidy(entry) for entry in value if isinstance(entry, dict)]
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _is_true(value: Any) -> bool:
    return value is not None and bool(boolean(value, strict=False))


def _problems(condition: Any, where: str) -> Iterator[str]:
    if not isinstance(condition, dict):
        yield f"{where} is no dictionary"
        return
    kind = condition.get("conditionType")
    if not isinstance(kind, str) or kind not in MEMBERS:
        given = f"is {kind!r}" if kind else "is missing"
        yield f"{where}.conditionType {given}, and must be one of {', '.join(MEMBERS)}"
        return
    for name in sorted(condition.keys() - {"conditionType", "isNegate", *MEMBERS[kind]} - READ_ONLY):
        yield f"{where}.{name} is unknown; {kind} has {', '.join(MEMBERS[kind])} and isNegate"
    try:
        boolean(condition.get("isNegate") or False)
    except TypeError:
        yield f"{where}.isNegate is {condition['isNegate']!r}, and must be true or false"
    if kind == ATTRIBUTES:
        yield from _problems_of_attributes(condition, where)
    elif kind == REFERENCE:
        yield from _problems_of_reference(condition, where)
    else:
        yield from _problems_of_block(condition, where)


def _problems_of_attributes(condition: Condition, where: str) -> Iterator[str]:
    for name in REQUIRED_TEXTS:
        if condition.get(name) in (None, ""):
            yield f"{where}.{name} is missing"
    for name in (*REQUIRED_TEXTS, "dictionaryValue"):
        value = condition.get(name)
        if isinstance(value, bool) or not isinstance(value, (str, int, float, type(None))):
            yield f"{where}.{name} is {value!r}, and must be a text (in YAML, put it in quotes)"
    operator = condition.get("operator")
    if operator and isinstance(operator, str) and operator not in OPERATORS:
        yield f"{where}.operator is {operator!r}, which ISE does not know ({nearest(operator, sorted(OPERATORS))[:-1]})"


def _problems_of_reference(condition: Condition, where: str) -> Iterator[str]:
    if not (condition.get("id") or condition.get("name")):
        yield f"{where} names no stored condition; give its name or its id"
    for name in ("id", "name"):
        if not isinstance(condition.get(name), (str, type(None))):
            yield f"{where}.{name} is {condition[name]!r}, and must be a text"


def _problems_of_block(condition: Condition, where: str) -> Iterator[str]:
    children = condition.get("children")
    if not isinstance(children, list) or not children:
        yield f"{where}.children must be a list of conditions, and not be empty"
        return
    for index, child in enumerate(children):
        yield from _problems(child, f"{where}.children[{index}]")
