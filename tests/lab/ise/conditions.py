# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of policy sets and rules: validated by type, operators folded (Cisco API description policy.yaml)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import seed
from .errors import bad_request

_MAC = ("Contains", "EndsWith", "Equals", "In", "StartsWith")
OPERATORS = frozenset(
    ["contains", "endsWith", "equals", "greaterOrEquals", "greaterThan", "in", "lessOrEquals", "lessThan", "matches"]
    + ["ipEquals", "ipGreaterThan", "ipLessThan", "ipNotEquals"]
    + ["notContains", "notEndsWith", "notEquals", "notIn", "notStartsWith", "startsWith"]
    + [f"mac{name}" for name in _MAC]
    + [f"macNot{name}" for name in _MAC]
)
# Cisco's Terraform provider: ISE stores and reads the IP form for IP attributes, and the plain form for others.
_TO_IP = {
    "equals": "ipEquals",
    "notEquals": "ipNotEquals",
    "greaterThan": "ipGreaterThan",
    "lessThan": "ipLessThan",
}
_FROM_IP = {folded: plain for plain, folded in _TO_IP.items()}
_COMMON = {"conditionType", "isNegate", "link"}
_MEMBERS = {
    "ConditionAttributes": {"dictionaryName", "attributeName", "operator", "attributeValue", "dictionaryValue"},
    "ConditionAndBlock": {"children"},
    "ConditionOrBlock": {"children"},
    "ConditionReference": {"id", "name", "description"},
}
_REQUIRED = {
    "ConditionAttributes": ("dictionaryName", "attributeName", "operator", "attributeValue"),
    "ConditionAndBlock": ("children",),
    "ConditionOrBlock": ("children",),
    "ConditionReference": ("id",),
}


class Conditions:
    """Reads and writes conditions of one policy tree.

    :param library: stored conditions by id
    :param dictionaries: the names a condition may use, asked anew each time because joining a domain adds one
    :param nulls: whether unset members are shown as null
    """

    def __init__(
        self, library: dict[str, dict[str, Any]], dictionaries: Callable[[], set[str]], nulls: Callable[[], bool]
    ) -> None:
        self.library = library
        self._dictionaries = dictionaries
        self._nulls = nulls

    def accept(self, value: Any) -> dict[str, Any]:
        """The stored form of a condition. Raises IseError 400 if it does not fit its type."""
        if not isinstance(value, dict):
            raise bad_request("condition must be an object")
        kind = value.get("conditionType")
        if kind not in _MEMBERS:
            # Old names such as andBlock are refused: reported for Cisco's Terraform provider.
            raise bad_request(f"Invalid conditionType {kind!r}")
        unknown = set(value) - _MEMBERS[kind] - _COMMON
        if unknown:
            raise bad_request(f"Unrecognized field {sorted(unknown)[0]!r} in {kind}")
        for name in _REQUIRED[kind]:
            if value.get(name) in (None, "", []):
                raise bad_request(f"{name} is required in {kind}")
        negate = value.get("isNegate", False)
        if not isinstance(negate, bool):
            raise bad_request("isNegate must be a boolean")
        return {"conditionType": kind, "isNegate": negate, **self._content(kind, value)}

    def _content(self, kind: str, value: dict[str, Any]) -> dict[str, Any]:
        if kind == "ConditionAttributes":
            return self._attributes(value)
        if kind == "ConditionReference":
            if value["id"] not in self.library:
                raise bad_request(f"Unknown condition id {value['id']}")
            return {"id": value["id"]}
        if not isinstance(value["children"], list):
            raise bad_request("children must be an array")
        return {"children": [self.accept(child) for child in value["children"]]}

    def _attributes(self, value: dict[str, Any]) -> dict[str, Any]:
        content = {name: value[name] for name in _REQUIRED["ConditionAttributes"]}
        content["dictionaryValue"] = value.get("dictionaryValue")
        for name, item in content.items():
            if not isinstance(item, str) and not (name == "dictionaryValue" and item is None):
                raise bad_request(f"{name} must be a string")
        if content["operator"] not in OPERATORS:
            raise bad_request(f"Invalid operator {content['operator']!r}")
        if content["dictionaryName"] not in self._dictionaries():
            raise bad_request(f"Unknown dictionary {content['dictionaryName']!r}")
        fold = _TO_IP if content["attributeName"] in seed.IP_ATTRIBUTES else _FROM_IP
        content["operator"] = fold.get(content["operator"], content["operator"])
        return content

    def show(self, stored: dict[str, Any] | None) -> dict[str, Any] | None:
        """The form ISE returns: with nulls for what is unset, and the name of a stored condition."""
        if stored is None:
            return None
        shown = {name: item for name, item in stored.items() if item is not None or self._nulls()}
        if self._nulls():
            shown["link"] = None
        if "children" in stored:
            shown["children"] = [self.show(child) for child in stored["children"]]
        if stored["conditionType"] == "ConditionReference":
            entry = self.library[stored["id"]]
            shown.update(name=entry["name"], description=entry["description"])
        return shown
