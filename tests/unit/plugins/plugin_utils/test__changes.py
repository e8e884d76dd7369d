# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.plugin_utils._changes import Change, changes_of, counts, value_text


def changed(before: dict[str, Any], after: dict[str, Any], **more: Any) -> list[Change]:
    return changes_of({"diff": [{"before": before, "after": after, **more}]})


def lines(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The fields of the one object that changes."""
    (change,) = changed(before, after)
    return [f"{entry.sign} {entry.name}: {entry.text}" for entry in change.fields]


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [({}, {"name": "ISE"}, "+"), ({"name": "ISE"}, {}, "-"), ({"on": False}, {"on": True}, "~"), (None, {"a": 1}, "+")],
)
def test_an_object_comes_goes_or_changes(before: Any, after: Any, sign: str) -> None:
    assert [change.sign for change in changed(before, after)] == [sign]


def test_what_does_not_differ_is_left_out() -> None:
    assert changed({"on": True}, {"on": True}) == []
    assert lines({"on": True, "rank": 1}, {"on": True, "rank": 2}) == ["~ rank: 1 -> 2"]
    assert changes_of({"status": "ok"}) == changes_of({"diff": None}) == []


def test_mappings_are_compared_member_by_member() -> None:
    before = {"trusted_endpoints": {"checking": "allow-all", "old": 1}}
    after = {"trusted_endpoints": {"checking": "require-trusted", "new": None}}
    assert lines(before, after) == [
        "~ trusted_endpoints.checking: allow-all -> require-trusted",
        "- trusted_endpoints.old: 1",
        "+ trusted_endpoints.new: none",
    ]


def test_an_object_that_comes_or_goes_is_shown_without_what_it_never_had() -> None:
    fields = {"name": "Duo", "key": {"id": "DI1", "more": {"a": 1}}, "notes": "", "schedule": None, "groups": []}
    assert lines({}, fields) == ["+ name: Duo", "+ key.id: DI1", "+ key.more.a: 1"]
    assert lines(fields, {}) == ["- name: Duo", "- key.id: DI1", "- key.more.a: 1"]
    assert lines({"notes": "A"}, {"notes": ""}) == ['~ notes: A -> ""']


def test_lists_are_compared_entry_by_entry() -> None:
    assert lines({"groups": ["a", "b"]}, {"groups": ["b", "c"]}) == ["- groups: a", "+ groups: c"]
    assert lines({"groups": ["a", "b"]}, {"groups": ["b", "a"]}) == ["~ groups: a, b -> b, a"]
    assert lines({"groups": ["a", "a"]}, {"groups": ["a"]}) == ["~ groups: a, a -> a"]


def test_the_title_is_the_object_or_else_the_header() -> None:
    (named,) = changed({}, {"a": 1}, object="rule 'A'", before_header="rule 'B' as it is")
    (headed,) = changed({}, {"a": 1}, before_header="rule 'B' as it is")
    (unnamed,) = changed({}, {"a": 1})
    assert [named.title, headed.title, unnamed.title] == ["rule 'A'", "rule 'B'", ""]


def test_objects_are_counted_by_sign() -> None:
    diff = [{"before": {}, "after": {"a": 1}}, {"before": {}, "after": {"a": 2}}, {"before": {"a": 1}, "after": {}}]
    assert counts(changes_of({"diff": diff})) == {"+": 2, "-": 1}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"),
        ([], "none"),
        ({}, "none"),
        ("", '""'),
        (True, "true"),
        (0, "0"),
        ("text", "text"),
        (["a", 1], "a, 1"),
        ({"a": ["ü"]}, '{"a": ["ü"]}'),
    ],
)
def test_values_are_written_in_a_line(value: Any, text: str) -> None:
    assert value_text(value) == text


def test_names_and_values_cannot_take_hold_of_a_terminal_nor_fill_it() -> None:
    hostile = "\x1b[2J\r\n\u202e" + "x" * 100_000
    (change,) = changed({"name": "a"}, {"name": hostile, hostile: [hostile, {hostile: 1}]}, object=hostile)
    texts = [change.title, *(part for entry in change.fields for part in (entry.name, entry.text))]
    assert all(text.isprintable() and len(text) < 1_000 for text in texts)
