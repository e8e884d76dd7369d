# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.flow_result import FilterModule

flow_result = FilterModule().filters()["flow_result"]
DETAILS = {"detail": "all is well", "when_rejected": "not the right keys", "when_not_checked": "later"}


@pytest.mark.parametrize(
    ("result", "more", "status", "detail"),
    [
        ({"changed": False}, {}, "ok", "all is well"),
        ({"changed": True}, {}, "changed", "all is well"),
        ({}, {}, "pending", "Not reached"),
        ({"skipped": True}, {"when_skipped": "cannot be seen"}, "not_verifiable", "cannot be seen"),
        ({"skipped": True}, {"when_waiting": "for the key"}, "pending", "for the key"),
        ({"changed": False}, {"status": "verified"}, "verified", "all is well"),
        ({"changed": True}, {"status": "verified"}, "changed", "all is well"),
        ({"handoff": [{"id": "one"}]}, {"status": "verified"}, "handoff_required", "all is well"),
        ({"failed": True, "msg": "no"}, {"status": "verified"}, "failed", "no"),
        ({"failed": False, "changed": True, "msg": "not yet", "error": {"kind": "refused"}}, {}, "pending", "not yet"),
        ({"failed": True, "msg": "no such thing"}, {}, "failed", "no such thing"),
        (
            {"failed": True, "msg": "All items", "results": [{"msg": "fine"}, {"failed": True, "msg": "not this one"}]},
            {},
            "failed",
            "not this one",
        ),
        ({"changed": True, "handoff": [{"id": "one"}]}, {}, "handoff_required", "all is well"),
        ({"changed": True}, {"verification": "accepted"}, "verified", "all is well"),
        ({"changed": True}, {"verification": "rejected"}, "pending", "not the right keys"),
        ({"changed": True}, {"verification": "not_checked"}, "pending", "later"),
        ({"failed": True, "msg": "no"}, {"verification": "not_checked"}, "pending", "Not reached"),
    ],
)
def test_each_result_makes_a_line(result: dict[str, Any], more: dict[str, str], status: str, detail: str) -> None:
    (step,) = flow_result([{"name": "Step", "result": result, **DETAILS, **more}])["steps"]
    assert step == {"name": "Step", "status": status, "detail": detail}


@pytest.mark.parametrize(
    ("result", "more"), [({"skipped": True}, {}), ({}, {"asked": False}), ({"changed": True}, {"asked": False})]
)
def test_what_was_not_asked_for_makes_none(result: dict[str, Any], more: dict[str, bool]) -> None:
    entry = {"name": "Step", "result": result, **DETAILS, **more}
    assert flow_result([entry]) == {"steps": [], "changed": False, "handoff": []}


def test_the_whole_counts_changes_and_collects_what_is_left_for_a_person() -> None:
    entries = [
        {"name": "One", "result": {"changed": True, "failed": True, "msg": "half done"}, **DETAILS},
        {"name": "Two", "result": {"changed": False, "handoff": [{"id": "a"}, {"id": "b"}]}, **DETAILS},
    ]
    found = flow_result(entries)
    assert found["changed"] is True and [part["id"] for part in found["handoff"]] == ["a", "b"]
    assert flow_result(entries[1:])["changed"] is False


# Entries whose line comes from the module


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
