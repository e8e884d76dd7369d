# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions of ISE's policy sets and rules: read, compared and shown. Private to this collection.

A condition is written in words, each form wherever a condition may stand:

* a line of text, see :mod:`condition_text`,
* ``{"all of": [...]}``, ``{"any of": [...]}``, ``{"not": ...}``, ``{"library": NAME}``,
* a list, which means the same as ``all of``,
* ISE's own structure, which can say everything.

:func:`parse` makes ISE's structure of it, without the members that are unset, and :func:`in_words` is its inverse. All
other functions take that structure, but for :func:`comparable`, which takes words, because options and results are in
words.

Facts: Cisco's API description "policy" for types and members; reports from real boxes for the nulls in what it returns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import fold_group
from ansible_collections.identityops.cisco.plugins.module_utils._ise.condition_text import (
    ATTRIBUTES,
    FORBIDDEN,
    FORMS,
    GROUPS,
    OPERATORS,
    PLAIN_OPERATORS,
    REFERENCE,
    WHOLE,
    from_text,
    near,
    to_text,
)

Condition = dict[str, Any]
Words: TypeAlias = "str | dict[str, Any] | list[Any]"

ALL_OF, ANY_OF, NOT, LIBRARY = "all of", "any of", "not", "library"
BLOCKS = {ALL_OF: "ConditionAndBlock", ANY_OF: "ConditionOrBlock"}
SHORT_FORMS = (*BLOCKS, NOT, LIBRARY)
# The types that a rule may use, and what each has besides conditionType and isNegate.
MEMBERS = {
    ATTRIBUTES: ("dictionaryName", "attributeName", "operator", "dictionaryValue", "attributeValue"),
    "ConditionAndBlock": ("children",),
    "ConditionOrBlock": ("children",),
    REFERENCE: ("id", "name"),
}
# What ISE adds when a condition is read; a condition that was copied from there may still have it.
READ_ONLY = {"link", "description"}


def parse(value: Any, where: str = "condition") -> Condition:
    """A condition from an option.

    :param where: the option, such as ``rules[2].condition``.
    :returns: in ISE's structure. A block of one child is that child, because it means the same.
    :raises InvalidInput: naming everything that is wrong, and where.
    """
    problems: list[str] = []
    condition = _read(value, where, problems)
    if problems:
        raise InvalidInput(
            "use the condition",
            "; ".join(problems),
            "The examples of identityops.cisco.ise_mfa_rule show how conditions are written.",
        )
    return condition


def tidy(condition: Words) -> Condition:
    """A condition as ISE returns it, without what is unset or only read. ISE adds nulls and empty texts, and may add
    unknown members and types."""
    return _read(condition, "condition", [])


def in_words(condition: Condition, ids: Collection[str] = ()) -> Words:
    """The shortest form that :func:`parse` reads as the same condition, with operators in their plain form.

    :param ids: the library conditions that are shown by ID, because the user gives them so; all others by name.
    """
    if condition.get("isNegate"):
        return {NOT: in_words({name: condition[name] for name in condition if name != "isNegate"}, ids)}
    kind = condition.get("conditionType")
    for word in BLOCKS:
        if kind == BLOCKS[word]:
            return {word: [in_words(child, ids) for child in condition["children"]]}
    if kind == REFERENCE:
        is_by_id = "name" not in condition or condition.get("id") in ids
        shown = {name: condition[name] for name in condition if name != ("name" if is_by_id else "id")}
        return to_text(shown) or (shown if is_by_id else {LIBRARY: shown["name"]})
    shown = _plain(condition)
    return (to_text(shown) if kind == ATTRIBUTES else None) or shown


def comparable(words: Words) -> Any:
    """The same for all conditions in words that mean the same: the order of a block's children means nothing."""
    return _sorted(_read(words, "condition", []))


def may_be_form_of(stored: Words, sent: Words) -> bool:
    """Whether ISE may have made the one condition of the other: they differ in the forms of operators and values only,
    or in blocks within a block of the same kind."""
    one, other = (_loosened(_read(words, "condition", [])) for words in (stored, sent))
    return bool(one == other)


def to_ise(condition: Condition, ids: dict[str, str], groups: Mapping[tuple[str, str], str] | None = None) -> Condition:
    """A condition as it is sent.

    :param ids: the IDs of the library conditions that it refers to by name alone.
    :param groups: how ISE spells the groups of a dictionary.
    """
    form = {"isNegate": False, **condition}
    if form["conditionType"] == REFERENCE:
        name = form.pop("name", None)
        form.setdefault("id", ids.get(str(name)))
    if groups and is_about_group(form):
        name, group = form["dictionaryName"], form["attributeValue"]
        form["attributeValue"] = groups.get((name, group), group)
    if "children" in form:
        form["children"] = [to_ise(child, ids, groups) for child in form["children"]]
    return form


def is_about_group(condition: Condition) -> bool:
    """Whether it compares with a whole group of a directory."""
    is_whole = PLAIN_OPERATORS.get(condition.get("operator", ""), condition.get("operator")) in WHOLE
    return condition.get("attributeName") == GROUPS and is_whole


def parts(condition: Condition) -> Iterator[Condition]:
    """Every comparison and every reference to a library condition."""
    children = condition.get("children")
    if children is None:
        yield condition
    for child in children or ():
        yield from parts(child)


def references(condition: Condition) -> Iterator[Condition]:
    """Every reference to a library condition."""
    return (part for part in parts(condition) if part.get("conditionType") == REFERENCE)


def _plain(condition: Condition) -> Condition:
    """With its operator in the plain form."""
    operator = condition.get("operator")
    return {**condition, "operator": PLAIN_OPERATORS[operator]} if operator in PLAIN_OPERATORS else condition


def _sorted(condition: Condition) -> Condition:
    form = dict(_plain(condition))
    if is_about_group(form):
        form["attributeValue"] = fold_group(str(form.get("attributeValue")))
    if "children" in form:
        form["children"] = _in_order(map(_sorted, form["children"]))
    return form


def _in_order(forms: Iterable[Condition]) -> list[str]:
    return sorted(json.dumps(form, sort_keys=True) for form in forms)


def _loosened(condition: Condition) -> Condition:
    form = _sorted(condition)
    if "children" in form:
        children = _flattened(condition, str(condition.get("conditionType")))
        return {**form, "children": _in_order(map(_loosened, children))}
    operator = str(form.get("operator", "")).removeprefix("mac").lower()
    value = re.sub(r"[\s:.-]", "", str(form.get("attributeValue", ""))).casefold()
    return {**form, "operator": operator, "attributeValue": value}


def _flattened(block: Condition, kind: str) -> Iterator[Condition]:
    for child in block["children"]:
        is_same = child.get("conditionType") == kind and not child.get("isNegate")
        yield from _flattened(child, kind) if is_same else (child,)


# Reading. What is wrong is added to ``problems``, and what can be read is returned all the same.


def _read(value: Any, where: str, problems: list[str]) -> Condition:
    if isinstance(value, list):
        return _block(ALL_OF, value, where, problems)
    if isinstance(value, dict) and value:
        return (_structure if "conditionType" in value else _short_form)(value, where, problems)
    if not isinstance(value, str) or not value.strip():
        problems.append(f"{where} is {value!r}; write {FORMS}, or a mapping")
        return {}
    condition, problem = from_text(value)
    if problem:
        problems.append(f"{where} {problem}")
    else:
        problems.extend(_problems_of_value(condition.get("attributeValue"), where))
    return condition


def _short_form(value: dict[str, Any], where: str, problems: list[str]) -> Condition:
    """``all of``, ``any of``, ``not`` or ``library``."""
    (word, inner), *others = value.items()
    if others or word not in SHORT_FORMS:
        problems.append(_not_a_short_form(value, where))
        return {}
    inside = f"{where}[{word!r}]"
    if word in BLOCKS:
        return _block(word, inner, inside, problems)
    if word == NOT:
        return _negated(_read(inner, inside, problems))
    if not isinstance(inner, str) or not inner.strip():
        problems.append(f"{inside} is {inner!r}, and must be the name of a library condition")
    return {"conditionType": REFERENCE, "name": inner}


def _not_a_short_form(value: dict[str, Any], where: str) -> str:
    for name in value:
        if name in SHORT_FORMS:
            continue
        if len(value) == 1 and isinstance(value[name], str):
            # YAML makes a mapping of a text with a space behind its colon.
            return f"{where} has {name!r} for a word; if you mean a line of text, leave no space after its colon"
        known = ", ".join(map(repr, SHORT_FORMS))
        return f"{where} has {name!r}, which is none of {known}, and no conditionType {near(str(name), SHORT_FORMS)}"
    return f"{where} has {' and '.join(map(repr, value))}, and can have one of them only"


def _block(word: str, children: Any, where: str, problems: list[str]) -> Condition:
    if not isinstance(children, list) or not children:
        problems.append(f"{where} must be a list of conditions, and not be empty")
        return {}
    found = [_read(child, f"{where}[{index}]", problems) for index, child in enumerate(children)]
    first, *others = found
    return {"conditionType": BLOCKS[word], "children": found} if others else first


def _negated(condition: Condition) -> Condition:
    """The opposite."""
    kept = {name: condition[name] for name in condition if name not in ("conditionType", "isNegate")}
    is_negated = {} if condition.get("isNegate") else {"isNegate": True}
    return {"conditionType": condition.get("conditionType"), **is_negated, **kept}


def _structure(value: dict[str, Any], where: str, problems: list[str]) -> Condition:
    """ISE's own structure."""
    kind = value["conditionType"]
    if not isinstance(kind, str) or kind not in MEMBERS:
        problems.append(f"{where}.conditionType is {kind!r}, and must be one of {', '.join(MEMBERS)}")
        return {name: value[name] for name in value if name != "link" and value[name] not in (None, "")}
    for name in sorted(map(str, value.keys() - {"conditionType", "isNegate", *MEMBERS[kind]} - READ_ONLY)):
        problems.append(f"{where}.{name} is unknown; {kind} has {', '.join(MEMBERS[kind])} and isNegate")
    if kind in BLOCKS.values():
        word = next(word for word in BLOCKS if BLOCKS[word] == kind)
        condition = _block(word, value.get("children"), f"{where}.children", problems)
    else:
        problems.extend((_problems_of_attributes if kind == ATTRIBUTES else _problems_of_reference)(value, where))
        given = {name: _as_text(value.get(name)) for name in MEMBERS[kind]}
        condition = {"conditionType": kind, **{name: given[name] for name in given if given[name]}}
        if kind == ATTRIBUTES:
            condition["attributeValue"] = given["attributeValue"] or ""
    try:
        return _negated(condition) if boolean(value.get("isNegate") or False) else condition
    except TypeError:
        problems.append(f"{where}.isNegate is {value['isNegate']!r}, and must be true or false")
        return condition


def _as_text(value: Any) -> Any:
    """Numbers are texts to ISE. What is no value at all is shown as it is, in JSON."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str)
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _problems_of_attributes(condition: Condition, where: str) -> Iterator[str]:
    for name in MEMBERS[ATTRIBUTES]:
        value = condition.get(name)
        if value is None or (value == "" and name != "attributeValue"):
            if name != "dictionaryValue":
                yield f"{where}.{name} is missing"
        elif isinstance(value, bool) or not isinstance(value, (str, int, float)):
            yield f"{where}.{name} is {value!r}, and must be a text (in YAML, put it in quotes)"
    operator = condition.get("operator")
    if operator and isinstance(operator, str) and operator not in OPERATORS:
        yield f"{where}.operator is {operator!r}, which ISE does not know {near(operator, sorted(OPERATORS))}"
    yield from _problems_of_value(condition.get("attributeValue"), f"{where}.attributeValue")


def _problems_of_value(value: Any, where: str) -> Iterator[str]:
    found = sorted(set(FORBIDDEN.findall(value))) if isinstance(value, str) else []
    if found:
        yield f"{where} has {' and '.join(map(repr, found))} in the value {value!r}, which ISE does not take there"


def _problems_of_reference(condition: Condition, where: str) -> Iterator[str]:
    if not (condition.get("id") or condition.get("name")):
        yield f"{where} names no library condition; give its name or its id"
    for name in ("id", "name"):
        if not isinstance(condition.get(name), (str, type(None))):
            yield f"{where}.{name} is {condition[name]!r}, and must be a text"
