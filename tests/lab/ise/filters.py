# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The `filter` parameter of ERS and of the deployment list: field.OPERATOR.value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from multidict import MultiMapping

from .errors import IseError

Item = TypeVar("Item")

_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "EQ": lambda text, value: text == value,
    "STARTSW": lambda text, value: text.startswith(value),
    "ENDSW": lambda text, value: text.endswith(value),
    "CONTAINS": lambda text, value: value in text,
}
# Older ERS examples write STARTW.
_ALIASES = {"STARTW": "STARTSW", "NSTARTW": "NSTARTSW"}


def matching(query: MultiMapping[str], items: list[Item], fields: dict[str, Callable[[Item], str]]) -> list[Item]:
    """The items that pass all filters of the query, or any with filterType=or. Raises IseError 400 for a bad filter."""
    tests = [_test(text, fields) for text in query.getall("filter", [])]
    combine = any if query.get("filterType", "and").lower() == "or" else all
    return [item for item in items if not tests or combine(test(item) for test in tests)]


def _test(text: str, fields: dict[str, Callable[[Item], str]]) -> Callable[[Item], bool]:
    field, _dot, rest = text.partition(".")
    operator, _dot, value = rest.partition(".")
    operator = _ALIASES.get(operator.upper(), operator.upper())
    negated = operator not in _OPERATORS and operator.startswith("N")
    compare = _OPERATORS.get(operator[1:] if negated else operator)
    if field not in fields or compare is None:
        raise IseError(400, f"Invalid filter {text}", "Query validation exception")
    read = fields[field]
    return lambda item: compare(read(item).lower(), value.lower()) is not negated
