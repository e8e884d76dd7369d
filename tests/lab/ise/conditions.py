# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions of policy sets and rules: validated by type, operators folded (Cisco API description policy.yaml)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .dictionaries import Attribute, Dictionaries
from .errors import bad_request

TIME_AND_DATE = "TimeAndDateCondition"
_MAC = ("Contains", "EndsWith", "Equals", "In", "StartsWith")
OPERATORS = frozenset(
    ["contains", "endsWith", "equals", "greaterOrEquals", "greaterThan", "in", "lessOrEquals", "lessThan", "matches"]
    + ["ipEquals", "ipGreaterThan", "ipLessThan", "ipNotEquals", "dateGreaterThan", "dateLessThan"]
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
_TO_DATE = {"greaterThan": "dateGreaterThan", "lessThan": "dateLessThan"}
PLAIN = {folded: plain for table in (_TO_IP, _TO_DATE) for plain, folded in table.items()}
# Cisco's newer copy of the description, in its MCP server.
_VALUE = re.compile(r"[^%<>]*")
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
    :param dictionaries: what a condition may name
    :param switch: reads a switch of ISE by its name
    """

    def __init__(
        self, library: dict[str, dict[str, Any]], dictionaries: Dictionaries, switch: Callable[[str], Any]
    ) -> None:
        self.library = library
        self._dictionaries = dictionaries
        self._switch = switch

    def accept(self, value: Any, kind: str) -> dict[str, Any]:
        """The stored form of a condition. Raises IseError 400 if it does not fit its type.

        :param kind: what it is for, as in :meth:`Dictionaries.require`
        """
        if not isinstance(value, dict):
            raise bad_request("condition must be an object")
        form = value.get("conditionType")
        if form not in _MEMBERS:
            # Old names such as andBlock are refused: reported for Cisco's Terraform provider.
            raise bad_request(f"Invalid conditionType {form!r}")
        unknown = set(value) - _MEMBERS[form] - _COMMON
        if unknown:
            raise bad_request(f"Unrecognized field {sorted(unknown)[0]!r} in {form}")
        for name in _REQUIRED[form]:
            if value.get(name) in (None, []) or (value[name] == "" and name != "attributeValue"):
                raise bad_request(f"{name} is required in {form}")
        negate = value.get("isNegate", False)
        if not isinstance(negate, bool):
            raise bad_request("isNegate must be a boolean")
        return {"conditionType": form, "isNegate": negate, **self._content(form, value, kind)}

    def _content(self, form: str, value: dict[str, Any], kind: str) -> dict[str, Any]:
        if form == "ConditionAttributes":
            return self._attributes(value, kind)
        if form == "ConditionReference":
            if value["id"] not in self.library:
                raise bad_request(f"Unknown condition id {value['id']}")
            return {"id": value["id"]}
        if not isinstance(value["children"], list):
            raise bad_request("children must be an array")
        return {"children": [self.accept(child, kind) for child in value["children"]]}

    def _attributes(self, value: dict[str, Any], kind: str) -> dict[str, Any]:
        content = {name: value[name] for name in _REQUIRED["ConditionAttributes"]}
        content["dictionaryValue"] = value.get("dictionaryValue")
        for name, item in content.items():
            if not isinstance(item, str) and not (name == "dictionaryValue" and item is None):
                raise bad_request(f"{name} must be a string")
        if content["operator"] not in OPERATORS:
            raise bad_request(f"Invalid operator {content['operator']!r}")
        if not _VALUE.fullmatch(content["attributeValue"]):
            raise bad_request(f"Invalid attributeValue {content['attributeValue']!r}")
        attribute = self._dictionaries.require(content["dictionaryName"], content["attributeName"], kind)
        content["operator"] = self._stored_operator(attribute, content["operator"])
        self._dictionaries.require_value(attribute, content["operator"], content["attributeValue"])
        return content

    def _stored_operator(self, attribute: Attribute, operator: str) -> str:
        plain = PLAIN.get(operator, operator)
        if attribute.is_address:
            return _TO_IP.get(plain, plain)
        if attribute.type == "DATE":
            return operator if self._switch("date_operators") == "as_sent" else _TO_DATE.get(plain, plain)
        return plain

    def show(self, stored: dict[str, Any] | None) -> dict[str, Any] | None:
        """The form ISE returns: with nulls for what is unset, and the name of a stored condition."""
        if stored is None:
            return None
        shown = {
            name: item for name, item in stored.items() if item is not None or self._switch("policy_nulls") == "shown"
        }
        if self._switch("policy_nulls") == "shown":
            shown["link"] = None
        if "children" in stored:
            shown["children"] = [self.show(child) for child in stored["children"]]
        if stored["conditionType"] == "ConditionReference":
            entry = self.library[stored["id"]]
            shown.update(name=entry["name"], description=entry["description"])
        return shown
