# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.flow_result import FilterModule

flow_result = FilterModule().filters()["flow_result"]


def lines(*results: dict[str, Any]) -> list[tuple[str, str]]:
    """Status and detail of the line of each result that has one."""
    entries = [{"name": f"Step {number}", "result": result} for number, result in enumerate(results, 1)]
    return [(step["status"], step["detail"]) for step in flow_result(entries)["steps"]]


def ended(status: str, detail: str, **more: Any) -> dict[str, Any]:
    return {"changed": status == "changed", "step": {"status": status, "detail": detail}, **more}


FAILED = {"failed": True, "msg": "no", "error": {"kind": "refused"}}


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (ended("verified", "It works"), ("verified", "It works")),
        (ended("handoff_required", "Add it", handoff=[{"id": "one"}]), ("handoff_required", "Add it")),
        ({}, ("pending", "Not reached")),
        (FAILED, ("failed", "no")),
        ({**FAILED, "failed": False, "changed": True}, ("pending", "no")),
        ({"failed": False, "msg": "It is off", "error": {"kind": "feature_off"}}, ("not_verifiable", "It is off")),
        ({"failed": True, "msg": "All items", "results": [ended("ok", "One is"), FAILED]}, ("failed", "no")),
        ({"results": [ended("ok", "One is"), ended("changed", "Created two")]}, ("changed", "One is; Created two")),
        ({"results": [ended("ok", "One is"), {"skipped": True}]}, ("ok", "One is")),
        ({"failed": True, "msg": "'x' is undefined", "results": []}, ("failed", "'x' is undefined")),
    ],
)
def test_the_line_is_the_step_of_the_module(result: dict[str, Any], line: tuple[str, str]) -> None:
    assert lines(result) == [line]


SKIPPED: dict[str, Any] = {"changed": False, "skipped": True}


@pytest.mark.parametrize("nothing", [SKIPPED, {**SKIPPED, "results": []}, {"changed": False, "results": [SKIPPED]}])
def test_what_was_skipped_has_no_line(nothing: dict[str, Any]) -> None:
    assert lines(ended("ok", "One is"), nothing, ended("changed", "Created it")) == [
        ("ok", "One is"),
        ("changed", "Created it"),
    ]


def test_what_was_skipped_waits_for_the_first_step_that_is_open() -> None:
    first, second = ended("handoff_required", "Make one"), {**FAILED, "failed": False}
    assert lines(ended("ok", "One is"), first, second, SKIPPED)[-1] == ("pending", "Waits for: Step 2")
    entries = [{"name": "One", "result": first}, {"name": "Two", "result": SKIPPED, "asked": False}]
    assert [step["name"] for step in flow_result(entries)["steps"]] == ["One"]


def test_what_was_not_asked_for_has_no_line_and_does_not_count() -> None:
    entries = [
        {"name": "One", "result": ended("changed", "Created it", handoff=[{"id": "a"}]), "asked": False},
        {"name": "Two", "result": {}, "asked": False},
    ]
    assert flow_result(entries) == {"steps": [], "changed": False, "handoff": []}


def test_the_whole_counts_changes_and_collects_what_is_left_for_a_person() -> None:
    entries = [
        {"name": "One", "result": {**FAILED, "changed": True}},
        {"name": "Two", "result": ended("handoff_required", "Add it", handoff=[{"id": "a"}, {"id": "b"}])},
    ]
    found = flow_result(entries)
    assert found["changed"] is True and [part["id"] for part in found["handoff"]] == ["a", "b"]
    assert flow_result(entries[1:])["changed"] is False
