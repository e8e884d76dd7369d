# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Positions and the fewest writes that bring a list into order, tried on every list of a few entries."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import (
    Position,
    arranged,
    placings,
    position_from,
    staying,
)


def subsets(keys: str) -> Iterable[str]:
    return map("".join, itertools.chain.from_iterable(itertools.combinations(keys, n) for n in range(len(keys) + 1)))


def played(current: str, writes: Iterable[tuple[str, int]]) -> tuple[str, int]:
    """What ISE makes of the writes, whose ranks it refuses beyond the end, and how many there were."""
    row, count = list(current), 0
    for key, rank in writes:
        row = [other for other in row if other != key]
        assert 0 <= rank <= len(row)
        row.insert(rank, key)
        count += 1
    return "".join(row), count


def longest(current: str, wanted: str) -> int:
    """Of the subsequences that stand in both, by trying all of them."""
    return max(len(some) for some in subsets(current) if "".join(k for k in wanted if k in some) == some)


@pytest.mark.parametrize("wanted", ["abcd", "dcba", "bcda", "xaby", "axbc", "", "xyz", "bd", "cxa"])
def test_every_list_becomes_the_wanted_one_in_as_few_writes_as_possible(wanted: str) -> None:
    for current in map("".join, itertools.permutations("abcd")):
        for changed in subsets("".join(key for key in "abcd" if key in wanted)):
            row, count = played(current, placings(current, wanted, changed))
            assert "".join(key for key in row if key in wanted) == wanted
            kept = "".join(key for key in current if key in wanted and key not in changed)
            new = len(set(wanted) - set(current))
            clean = "".join(key for key in wanted if key in kept)
            assert count == new + len(changed) + len(kept) - longest(kept, clean)


def test_what_stays_is_what_has_not_changed_first() -> None:
    # Either a or bc may stay; both are as cheap, once these two are written anyway.
    assert staying("abc", "bca", "") == set("bc")
    assert staying("abc", "bca", "bc") == {"a"}
    # Nothing is gained by moving what is written in its place.
    assert staying("abc", "abc", "b") == set("abc")


@pytest.mark.parametrize(
    ("current", "declared", "found"),
    [
        ("", "ab", "ab"),
        ("xy", "ab", "xyab"),
        ("xay", "ab", "xaby"),
        ("xby", "ab", "xaby"),
        ("xaybz", "ab", "xaybz"),
        ("xbyaz", "ab", "xabyz"),
        ("abc", "ca", "cab"),
        ("xyz", "", "xyz"),
        ("axb", "anb", "anxb"),
    ],
)
def test_the_others_keep_their_order(current: str, declared: str, found: str) -> None:
    assert "".join(arranged(current, declared, "")) == found


@pytest.mark.parametrize("declared", ["abc", "bx", "cba", "xya", "bxa"])
def test_an_arranged_list_holds_the_declared_order_and_is_arranged(declared: str) -> None:
    for current in map("".join, itertools.permutations("abcd")):
        found = "".join(arranged(current, declared, ""))
        assert "".join(key for key in found if key in declared) == declared
        others = [key for key in current if key not in declared]
        assert [key for key in found if key not in declared] == others
        assert "".join(arranged(found, declared, "")) == found


@pytest.mark.parametrize(
    ("position", "names", "rank"),
    [
        (Position("first"), "ab", 0),
        (Position("first"), "aob", 0),
        (Position("last"), "ab", 2),
        (Position("last"), "oab", 2),
        (Position("before", "b"), "ab", 1),
        (Position("before", "b"), "oab", 0),
        (Position("before", "b"), "abo", 1),
        (Position("before", "a"), "aob", 0),
        (Position("after", "a"), "ab", 1),
        (Position("after", "a"), "oab", 1),
        (Position("after", "a"), "abo", 2),
        (Position("after", "b"), "aob", 2),
    ],
    ids=str,
)
def test_the_rank_of_a_position(position: Position, names: str, rank: int) -> None:
    assert position.rank_of("o", names) == rank


@pytest.mark.parametrize(("name", "near"), [("Own", "No existing name"), ("Rule 2", "'Rule 1'")])
def test_a_position_beside_nobody(name: str, near: str) -> None:
    with pytest.raises(InvalidInput, match=near):
        Position("before", name).rank_of("Own", ["Own", "Rule 1"])


@pytest.mark.parametrize(
    ("value", "position"),
    [
        ("first", Position("first")),
        (" last\n", Position("last")),
        ("before  Two words ", Position("before", "Two words")),
        ({"after": "first"}, Position("after", "first")),
        (None, None),
    ],
    ids=str,
)
def test_positions_that_are_understood(value: object, position: Position | None) -> None:
    assert position_from(value) == position


@pytest.mark.parametrize(
    "value",
    ["First", "before", "first a", "", 0, True, [], {}, {"before": ""}, {"before": 3}, {"before": "a", "after": "b"}],
    ids=str,
)
def test_positions_that_are_refused(value: object) -> None:
    with pytest.raises(InvalidInput, match="before NAME"):
        position_from(value)
