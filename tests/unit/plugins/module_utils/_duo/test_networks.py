# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as an address, a range or a network of Duo, and what is said of the rest."""

from __future__ import annotations

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.networks import (
    extents_of,
    is_everywhere,
    strange_networks,
)

PLAIN = ["192.0.2.10", " 192.0.2.11 ", "192.0.2.0/24", "192.0.2.1 - 192.0.2.9", "192.0.2.7-192.0.2.7", "2001:db8::/32"]


def test_what_duo_takes() -> None:
    assert list(strange_networks([*PLAIN, "0.0.0.0/0", "192.0.2.1/32"])) == []


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("safe.example", "not an address"),
        ("", "not an address"),
        ("192.0.2.10,192.0.2.11", "not an address"),
        ("192.0.2.1-", "not an address"),
        ("192.0.2.0/24-192.0.3.0/24", "not an address"),
        ("192.0.2.0/255.255.255.0", "not an address"),
        ("192.0.2.0/33", "not an address"),
        ("192.0.2.9-192.0.2.1", "does not end at or above its first"),
        ("192.0.2.1-2001:db8::1", "does not end at or above its first"),
        ("192.0.2.10/24", "Write 192.0.2.10 for this address, or 192.0.2.0/24 for its whole network"),
    ],
)
def test_what_it_does_not_take(entry: str, words: str) -> None:
    ((which, wrong, advice),) = strange_networks([*PLAIN, entry])
    assert which == f"entry {len(PLAIN) + 1}" and words in f"{wrong}. {advice}"
    assert not entry or words != "not an address" or entry not in wrong


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["192.0.2.10/32", "192.0.2.11"], [" 192.0.2.11 ", "192.0.2.10"]),
        (["192.0.2.0/24"], ["192.0.2.0 - 192.0.2.255"]),
        (["192.0.2.7-192.0.2.7"], ["192.0.2.7"]),
        (["2001:DB8:0::/32"], ["2001:db8::/32"]),
        (["anywhere"], ["anywhere"]),
        ([], []),
    ],
)
def test_what_comes_to_the_same(one: list[str], other: list[str]) -> None:
    assert extents_of(one) == extents_of(other)


@pytest.mark.parametrize(
    "other", [["192.0.2.0/25"], ["192.0.2.0/24", "192.0.2.1"], ["192.0.2.0"], ["::c000:200/120"], []]
)
def test_what_differs(other: list[str]) -> None:
    assert extents_of(["192.0.2.0/24"]) != extents_of(other)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], True),
        (["192.0.2.0/24", "2001:db8::/32"], False),
        (["0.0.0.0/1", "128.0.0.0-128.0.0.0"], True),
        (["0.0.0.0/0", "any"], True),
        (["::/0"], True),
        (["any"], None),
        (["192.0.2.0/24", "*"], None),
        (["192.0.2.1-2001:db8::1"], None),
        (["192.0.2.9-192.0.2.1"], None),
    ],
)
def test_whether_that_is_everywhere(entries: list[str], expected: bool | None) -> None:
    assert is_everywhere(entries) is expected
