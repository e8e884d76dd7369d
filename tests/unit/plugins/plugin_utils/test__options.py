# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options as they are meant. What the front end does with them is in test__action.py."""

from __future__ import annotations

import pytest
from ansible_collections.identityops.cisco.plugins.plugin_utils._options import given_options, unfit

STAFF, DESK = "CN=Staff,OU=Groups,DC=corp,DC=example", r"cn=Help\, Desk, cn=Users, dc=corp, dc=example"
PLAIN = "corp.example/Users/Helpdesk"


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("a, b,,c", ["a", "b", "c"]),
        (STAFF, [STAFF]),
        (DESK, [DESK]),
        (f"{STAFF},{DESK}, {PLAIN}", [STAFF, DESK, PLAIN]),
        (f"{PLAIN},{STAFF},{PLAIN}", [PLAIN, STAFF, PLAIN]),
        (f"{STAFF}\n{PLAIN}", [STAFF, PLAIN]),
        ("CN=a,CN=b", ["CN=a", "CN=b"]),
        ("dc=a,cn=b", ["dc=a", "cn=b"]),
        (f'["{STAFF}",\n "{PLAIN} ", ""]\n', [STAFF, PLAIN]),
        ('["a", b]', ['["a"', "b]"]),
        ("[" * 100_000, ["[" * 100_000]),
    ],
)
def test_a_text_in_place_of_a_list_holds_its_entries(text: str, entries: list[str]) -> None:
    assert given_options({"groups": {"type": "list", "elements": "str"}}, {"groups": text}) == {"groups": entries}


def test_what_core_fails_on() -> None:
    number, inner = {"type": "int"}, {"a": {"type": "int"}}
    spec = {"one": {"type": "dict", "options": inner}, "several": {"type": "list", "options": inner}, "number": number}
    endless = float("-inf")
    given = {"one": [1], "several": [{"a": 1}, {"a": endless}], "number": endless, "other": endless}
    kinds = {"one": "a dictionary", "several.a": "a whole number", "number": "a whole number"}
    assert dict(unfit(spec, given)) == kinds
    assert not dict(unfit(spec, {"one": {"a": 1.5}, "several": {"a": 1}, "number": "7"}))
