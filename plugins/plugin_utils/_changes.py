# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Differences as what comes, goes and changes, object by object and field by field. Private to this collection.

Whoever shows the difference of a step to people takes it from here: the summary at the end of a run and the reports.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._secrets import printable, shortened

ADD, CHANGE, REMOVE = "+", "~", "-"
LONGEST_VALUE = 400
NOTHING = "none"
EMPTY = (NOTHING, '""')


class FieldChange(NamedTuple):
    """What happens to one field, or to one entry of a list.

    :ivar name: the option; one within another follows it after a dot.
    :ivar text: the value that comes or goes, or both with an arrow between them. Safe to print.
    """

    sign: str
    name: str
    text: str


class Change(NamedTuple):
    """What happens to one object.

    :ivar title: the object as the user knows it, such as ``application 'ISE'``; empty if the difference does not say.
    """

    sign: str
    title: str
    fields: tuple[FieldChange, ...]


def changes_of(step: Mapping[str, Any]) -> list[Change]:
    """What a step of a role's result changes, or would change.

    :param step: its ``diff`` lists ``before`` and ``after`` of each object, in the words of the options; either is
        empty for an object that is not there. What does not differ is left out.
    """
    return [change for entry in step.get("diff") or () if (change := _change(entry))]


def counts(changes: Iterable[Change]) -> Counter[str]:
    """How many objects come, change and go, by sign."""
    return Counter(change.sign for change in changes)


def _change(entry: Mapping[str, Any]) -> Change | None:
    before, after = entry.get("before") or {}, entry.get("after") or {}
    if before == after:
        return None
    title = entry.get("object") or str(entry.get("before_header", "")).removesuffix(" as it is")
    sign = CHANGE if before and after else ADD if after else REMOVE
    fields = _field_changes("", before, after)
    # What an object never had is no news of one that comes or goes.
    return Change(sign, fit(title), tuple(entry for entry in fields if sign == CHANGE or entry.text not in EMPTY))


def _field_changes(name: str, before: Any, after: Any) -> Iterator[FieldChange]:
    """Go down into mappings and lists as far as both sides have them."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _member_changes(f"{name}.{key}" if name else str(key), key, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _entry_changes(name, before, after)
    elif before != after:
        yield FieldChange(CHANGE, fit(name), f"{value_text(before)} -> {value_text(after)}")


def _member_changes(name: str, key: Any, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[FieldChange]:
    if key in before and key in after:
        yield from _field_changes(name, before[key], after[key])
        return
    sign, value = (ADD, after[key]) if key in after else (REMOVE, before[key])
    if isinstance(value, Mapping) and value:
        yield from _field_changes(name, *(({}, value) if sign == ADD else (value, {})))
    else:
        yield FieldChange(sign, fit(name), value_text(value))


def _entry_changes(name: str, before: list[Any], after: list[Any]) -> Iterator[FieldChange]:
    """The entries that come or go; where there are none, the order is what differs."""
    gone = [entry for entry in before if entry not in after]
    new = [entry for entry in after if entry not in before]
    for sign, entries in ((REMOVE, gone), (ADD, new)):
        yield from (FieldChange(sign, fit(name), value_text(entry)) for entry in entries)
    if before != after and not gone and not new:
        yield FieldChange(CHANGE, fit(name), f"{value_text(before)} -> {value_text(after)}")


def value_text(value: Any) -> str:
    """A value in a line."""
    if isinstance(value, str) and value:
        return fit(value)
    if isinstance(value, list) and value:
        return fit(", ".join(value_text(entry) for entry in value))
    if value is None or value in ([], {}):
        return NOTHING
    return fit(json.dumps(value, ensure_ascii=False, default=str))


def fit(text: object) -> str:
    """Users choose names and texts."""
    return printable(shortened(str(text), LONGEST_VALUE))
