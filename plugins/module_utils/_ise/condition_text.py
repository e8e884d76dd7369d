# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A condition of ISE's policy rules as one line of text, and back. Private to this collection.

======================================  =====================================================
``DICTIONARY:ATTRIBUTE OPERATOR VALUE``  compares an attribute; the value ``""`` is the empty one
``DICTIONARY member of GROUP``           the same as ``DICTIONARY:ExternalGroups equals GROUP``
``library NAME``                         a condition of ISE's library
======================================  =====================================================

Facts: Cisco's API description "policy" and the newer copy in its MCP server for operators and for what a value may
hold; Cisco's Terraform provider for what ISE makes of operators; a published request for the attribute that holds the
groups of a user in Active Directory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import nearest

ATTRIBUTES, REFERENCE = "ConditionAttributes", "ConditionReference"
OPERATORS = {
    *("contains", "endsWith", "equals", "greaterOrEquals", "greaterThan", "in", "lessOrEquals", "lessThan", "matches"),
    *("ipEquals", "ipGreaterThan", "ipLessThan", "ipNotEquals", "dateGreaterThan", "dateLessThan"),
    *("notContains", "notEndsWith", "notEquals", "notIn", "notStartsWith", "startsWith"),
    *("macContains", "macEndsWith", "macEquals", "macIn", "macStartsWith"),
    *("macNotContains", "macNotEndsWith", "macNotEquals", "macNotIn", "macNotStartsWith"),
}
# ISE stores the one form for attributes that are addresses or dates and the other form for the rest, whichever was
# sent. The MAC forms are not known to be rewritten, and mean something else for a text.
PLAIN_OPERATORS = {
    "ipEquals": "equals",
    "ipNotEquals": "notEquals",
    "ipGreaterThan": "greaterThan",
    "ipLessThan": "lessThan",
    "dateGreaterThan": "greaterThan",
    "dateLessThan": "lessThan",
}
# ISE takes none of these in a value.
FORBIDDEN = re.compile(r"[%<>]")
NAMES = ("dictionaryName", "attributeName", "operator")
EMPTY = '""'
# These compare with a whole value.
WHOLE = ("equals", "notEquals")
GROUPS = "ExternalGroups"
FORMS = "DICTIONARY:ATTRIBUTE OPERATOR VALUE, DICTIONARY member of GROUP, or library NAME"

LIBRARY = re.compile(r"library\s+(?P<name>[^:]+)")
MEMBER = re.compile(r"(?P<dictionary>[^:]+?)\s+member of\s+(?P<group>.+)")
# An attribute's name may have several words, and the first word that is an operator ends it.
COMPARISON = re.compile(
    r"(?P<dictionary>[^:]*?)\s*:\s*(?P<attribute>\S.*?)\s+(?P<operator>" + "|".join(sorted(OPERATORS)) + r")"
    r"(?:\s+(?P<value>.+))?"
)


def from_text(text: str) -> tuple[dict[str, Any], str]:
    """Read a line of text.

    :returns: the condition in ISE's structure and an empty text; or, if the line is no condition, something empty and
        what is wrong with it.
    """
    line = text.strip()
    if found := LIBRARY.fullmatch(line):
        return {"conditionType": REFERENCE, "name": found["name"]}, ""
    if found := MEMBER.fullmatch(line):
        return attributes(found["dictionary"], GROUPS, "equals", found["group"]), ""
    found = COMPARISON.fullmatch(line)
    problem = _problem_with(line) if found is None else _problem_of(found)
    if found is None or problem:
        return {}, f"is {line!r}: {problem}"
    value = "" if found["value"] == EMPTY else found["value"]
    return attributes(found["dictionary"], found["attribute"], found["operator"], value), ""


def to_text(condition: dict[str, Any]) -> str | None:
    """The line of text that is read as this comparison or reference; None if there is none."""
    if condition["conditionType"] == REFERENCE:
        line = f"library {condition.get('name')}"
    else:
        dictionary, attribute, operator = (condition.get(name) for name in NAMES)
        value = condition.get("attributeValue")
        is_group = (attribute, operator) == (GROUPS, "equals")
        line = (
            f"{dictionary} member of {value}" if is_group else f"{dictionary}:{attribute} {operator} {value or EMPTY}"
        )
    return line if from_text(line)[0] == condition else None


def attributes(dictionary: str, attribute: str, operator: str, value: str) -> dict[str, Any]:
    """A comparison in ISE's structure."""
    return {
        "conditionType": ATTRIBUTES,
        "dictionaryName": dictionary,
        "attributeName": attribute,
        "operator": operator,
        "attributeValue": value,
    }


def _problem_of(found: re.Match[str]) -> str:
    """What is wrong with a comparison that has all parts but perhaps the first or the last."""
    operator = found["operator"]
    opposite = f"not{operator[0].upper()}{operator[1:]}"
    if not found["dictionary"]:
        return "the dictionary before the colon is missing"
    if found["attribute"].endswith(" not") and opposite in OPERATORS:
        return f"write {opposite} instead of 'not {operator}'"
    if not found["value"]:
        return f"no value follows {operator}; the empty value is written as {EMPTY}"
    return ""


def _problem_with(line: str) -> str:
    """Why a line cannot be read."""
    # Loading it takes longer than everything else here.
    import difflib

    _dictionary, _colon, rest = line.partition(":")
    operators = {operator.lower(): operator for operator in sorted(OPERATORS)}
    alike = [
        (difflib.SequenceMatcher(None, word.lower(), close).ratio(), word, operators[close])
        for word in rest.split()
        for close in difflib.get_close_matches(word.lower(), operators)
    ]
    if alike:
        _likeness, word, operator = max(alike)
        return f"{word!r} is not an operator of ISE; the nearest one is {operator!r}"
    return f"write {FORMS}"


def near(wanted: str, existing: Iterable[str]) -> str:
    """The existing names most like the wanted one, as words in brackets."""
    said = nearest(wanted, existing)[:-1]
    return f"({said[0].lower()}{said[1:]})"
