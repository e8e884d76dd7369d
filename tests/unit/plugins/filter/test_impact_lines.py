# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.impact_lines import FilterModule

impact_lines = FilterModule().filters()["impact_lines"]


def said(impact: dict[str, Any], in_force: bool = True) -> list[str]:
    blocked = {"newly_blocked": 1, "blocked_then": len(impact["offenders"])}
    lines: list[str] = impact_lines({"current": {"in_force": in_force}, **blocked, **impact})
    return lines


def row(device: str, policy: str, outcome: str, count: int | None, when: str) -> dict[str, Any]:
    return {
        "kind": "computer",
        "policy": policy,
        "device": device,
        "outcome": outcome,
        "count": count,
        "now": when == "now",
        "then": when == "then",
    }


ROWS = [
    row("compromised", "require_trusted_block_compromised", "blocked", 3, "then"),
    row("not_trusted", "require_trusted_block_compromised", "blocked", 0, "then"),
    row("trusted", "require_trusted_block_compromised", "allowed", 40, "then"),
    row("compromised", "allow_all", "allowed", 3, "now"),
    row("not_trusted", "allow_all", "allowed", 0, "now"),
    row("trusted", "allow_all", "allowed", 40, "now"),
    row("compromised", "require_trusted", "allowed", 3, "never"),
]
OFFENDERS = [
    {"name": "LAPTOP-0042", "why": "compromised", "user": None, "new": True},
    {"name": "tablet", "why": "trust_unknown", "user": "nora", "new": False},
]


def test_devices_are_counted_by_what_happens_to_them() -> None:
    lines = said({"table": ROWS, "offenders": [], "notes": []})
    assert lines == [
        "Devices  What they are           Now      Then",
        "      3  computers, compromised  allowed  blocked",
        "     40  computers, trusted      allowed  allowed",
        "Blocked as compromised: Secure Endpoint reports them, and the policy lets it have devices blocked.",
    ]


def test_a_number_that_was_not_given_is_shown_as_such() -> None:
    unknown = [{**ROWS[0], "count": None}]
    _header, line, _why = said({"table": unknown, "offenders": [], "notes": []})
    assert line.split()[:3] == ["?", "computers,", "compromised"]


def test_what_is_blocked_is_named_and_the_numbers_are_explained_where_they_matter() -> None:
    assert said({"table": [], "offenders": OFFENDERS, "notes": ["Upper bounds."]}) == [
        "LAPTOP-0042 would be blocked: compromised",
        "tablet is blocked: trust unknown, last used by nora",
        "Note: Upper bounds.",
    ]
    assert said({"table": [], "offenders": [], "notes": ["Upper bounds."], "newly_blocked": 0}) == []


@pytest.mark.parametrize(("listed", "left"), [(2, 1), (1, 2), (0, 3)])
def test_blocked_devices_that_are_not_listed_are_counted(listed: int, left: int) -> None:
    lines = said({"table": ROWS, "offenders": OFFENDERS[:listed], "blocked_then": 3, "notes": ["Upper bounds."]})
    assert lines[-2:] == [f"Blocked devices that are not listed by name: {left}", "Note: Upper bounds."]


def test_a_policy_that_applies_to_nothing_blocks_no_device() -> None:
    rows = [row("trusted", "allow_all", "allowed", 40, when) for when in ("now", "then")]
    lines = said({"table": rows, "offenders": OFFENDERS, "notes": []}, in_force=False)
    assert lines[:2] == [
        "Devices  What they are       Where it applies",
        "     40  computers, trusted  allowed",
    ]
    assert all("would be blocked" in line for line in lines[2:])


def test_nothing_known_makes_no_lines() -> None:
    assert impact_lines({}) == []
