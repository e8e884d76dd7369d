# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.plugin_utils._report import (
    RoleTask,
    is_asked,
    merged,
    report_texts,
    role_result,
)

DIFF = {"before": {}, "after": {"name": "one"}, "before_header": "one as it is", "after_header": "one as declared"}
FAILED = {"failed": True, "msg": "no", "error": {"kind": "refused"}}
SKIPPED: dict[str, Any] = {"changed": False, "skipped": True}


def summed_up(*results: dict[str, Any], check_mode: bool = False) -> dict[str, Any]:
    return role_result([RoleTask(f"Step {number}", result) for number, result in enumerate(results, 1)], check_mode)


def lines(*results: dict[str, Any]) -> list[tuple[str, str]]:
    """Status and detail of each step."""
    return [(step["status"], step["detail"]) for step in summed_up(*results)["steps"]]


def ended(status: str, detail: str = "It is so", **more: Any) -> dict[str, Any]:
    step = {"status": status, "detail": detail, "diff": [DIFF] if status == "changed" else [], "seconds": 0.25}
    return {"changed": status == "changed", "step": step, **more}


# Steps


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        ({}, True),
        ({"asked": "no"}, False),
        ({"asked": True}, True),
        ({"asked_by": "role__vars.enabled"}, False),
        ({"asked_by": "role__vars.rules"}, False),
        ({"asked_by": "role__vars.sets"}, True),
        ({"asked_by": "role__vars.unknown"}, True),
        ({"asked_by": "unknown.enabled"}, True),
        ({"only_with": "role__vars.sets"}, True),
        ({"only_with": "role__vars.lists.mfa"}, True),
        ({"only_with": "role__vars.lists.authorization"}, False),
        ({"only_with": "role__vars.unknown.mfa"}, False),
        ({"only_with": "role__vars.remove.groups"}, True),
        ({"only_with": "role__vars.remove.feature"}, False),
    ],
)
def test_what_was_not_asked_for(step: dict[str, Any], asked: bool) -> None:
    held = {"enabled": False, "rules": [], "sets": [{}], "lists": {"mfa": [{}]}, "remove": ["groups"]}
    assert is_asked(step, {"role__vars": held}) is asked


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (ended("verified", "It works"), ("verified", "It works")),
        ({"unreachable": True, "changed": False, "msg": "gone"}, ("failed", "gone")),
        (ended("handoff_required", "Add it", handoff=[{"id": "one"}]), ("handoff_required", "Add it")),
        ({}, ("pending", "Not reached")),
        (FAILED, ("failed", "no")),
        ({**FAILED, "failed": False, "changed": True}, ("pending", "no")),
        ({"failed": False, "msg": "It is off", "error": {"kind": "feature_off"}}, ("not_verifiable", "It is off")),
        ({"failed": True, "msg": "All items", "results": [ended("ok", "One is"), FAILED]}, ("failed", "no")),
        ({"results": [FAILED, {**FAILED, "msg": "nor this"}, FAILED]}, ("failed", "no; nor this")),
        ({"results": [ended("ok", "One is"), ended("changed", "Created two")]}, ("changed", "One is; Created two")),
        ({"results": [ended("ok", "One is"), {"skipped": True}]}, ("ok", "One is")),
        ({"failed": True, "msg": "'x' is undefined", "results": []}, ("failed", "'x' is undefined")),
    ],
)
def test_a_step_is_what_the_module_says(result: dict[str, Any], line: tuple[str, str]) -> None:
    assert lines(result) == [line]


@pytest.mark.parametrize("nothing", [SKIPPED, {**SKIPPED, "results": []}, {"changed": False, "results": [SKIPPED]}])
def test_what_was_skipped_is_no_step(nothing: dict[str, Any]) -> None:
    assert lines(ended("ok"), nothing, ended("changed")) == [("ok", "It is so"), ("changed", "It is so")]


def test_what_was_skipped_waits_for_the_first_step_that_is_open() -> None:
    first, second = ended("handoff_required", "Make one"), {**FAILED, "failed": False}
    assert lines(ended("ok", "One is"), first, second, SKIPPED)[-1] == ("pending", "Waits for: Step 2")
    found = role_result([RoleTask("One", first), RoleTask("Two", SKIPPED, asked=False)], check_mode=False)
    assert [step["name"] for step in found["steps"]] == ["One"]


def test_differences_and_seconds_of_a_loop_add_up() -> None:
    loop = {"results": [ended("changed"), SKIPPED, ended("changed")]}
    (step,) = summed_up(loop)["steps"]
    assert step["diff"] == [DIFF, DIFF] and step["seconds"] == 0.5
    (failed,) = summed_up(FAILED)["steps"]
    assert failed["diff"] == [] and failed["seconds"] == 0.0


def test_each_item_is_a_step_where_the_role_says_so() -> None:
    items = [{**ended("ok"), "ansible_loop_var": "one", "one": name} for name in ("VPN", "TACACS")]
    found = role_result([RoleTask("Connection", {"results": items}, by_item=True)], check_mode=False)
    assert [step["name"] for step in found["steps"]] == ["Connection (VPN)", "Connection (TACACS)"]
    alone = role_result([RoleTask("Connection", {"results": items[:1]}, by_item=True)], check_mode=False)
    assert [step["name"] for step in alone["steps"]] == ["Connection"]


# The whole


@pytest.mark.parametrize(
    ("results", "check_mode", "whole"),
    [
        ([ended("ok"), ended("verified"), ended("not_verifiable")], False, ("in_sync", True, False)),
        ([ended("ok"), ended("changed")], False, ("changed", True, True)),
        ([ended("ok"), ended("changed")], True, ("drifted", False, True)),
        ([ended("changed"), ended("pending")], True, ("pending", False, True)),
        ([ended("pending"), ended("handoff_required")], False, ("handoff_required", False, False)),
        ([ended("handoff_required"), FAILED], False, ("failed", False, False)),
        ([{**FAILED, "changed": True}], False, ("failed", False, True)),
        ([ended("changed"), {}], False, ("pending", False, True)),
        ([SKIPPED], False, ("in_sync", False, False)),
    ],
)
def test_the_worst_step_is_the_status_of_the_whole(
    results: list[dict[str, Any]], check_mode: bool, whole: tuple[str, bool, bool]
) -> None:
    found = summed_up(*results, check_mode=check_mode)
    assert (found["status"], found["complete"], found["changed"]) == whole
    head, rest = ["schema", "status", "complete", "changed"], ["steps", "handoff", "warnings", "not_enforced"]
    assert list(found) == [*head, "uses", *rest]


def test_what_is_not_enforced_is_said_of_what_was_not_asked_for() -> None:
    entries = [RoleTask("One", ended("ok"), otherwise="No one."), RoleTask("Two", {}, asked=False, otherwise="No two.")]
    found = role_result(entries, check_mode=False)
    assert found["not_enforced"] == ["No two."] and found["complete"] is True
    # A module can say it as well, here for one item of a loop.
    entries[0] = RoleTask("One", {"results": [ended("ok"), {**ended("ok"), "not_enforced": ["No three."]}]})
    assert role_result(entries, check_mode=False)["not_enforced"] == ["No two.", "No three."]
    assert "No two." in report_texts("role", "host", found, check_mode=False)[-1].splitlines()
    assert merged(found, found, check_mode=False)["not_enforced"] == ["No two."]


def test_what_is_not_enforced_is_said_of_each_item_that_was_skipped() -> None:
    items = [
        {**result, "ansible_loop_var": "item", "item": {"connection_name": name}}
        for name, result in (("VPN", ended("ok")), ("Admins", SKIPPED))
    ]
    loop = RoleTask(
        "Enrolment", {"results": items}, by_item=True, otherwise="No rule.", otherwise_by_item="No rule for {}."
    )
    assert role_result([loop], check_mode=False)["not_enforced"] == ["No rule for 'Admins'."]
    assert role_result([loop._replace(asked=False)], check_mode=False)["not_enforced"] == ["No rule."]
    assert role_result([loop._replace(result={})], check_mode=False)["not_enforced"] == []


def test_what_was_not_asked_for_does_not_count() -> None:
    one = ended("changed", handoff=[{"id": "a"}], warnings=["careful"])
    found = role_result([RoleTask("One", one, asked=False), RoleTask("Two", {}, asked=False)], check_mode=False)
    assert (found["steps"], found["changed"], found["handoff"], found["warnings"]) == ([], False, [], [])


def test_hand_offs_and_warnings_are_collected_once() -> None:
    one = ended("handoff_required", handoff=[{"id": "a"}], warnings=["careful"])
    loop = {"results": [one, {**one, "handoff": [{"id": "b"}], "warnings": ["careful", "slow"]}]}
    found = summed_up(one, loop)
    assert found["handoff"] == [{"id": "a"}, {"id": "b"}] and found["warnings"] == ["careful", "slow"]


def test_a_second_use_adds_to_the_first() -> None:
    first = {**summed_up(ended("changed"), ended("pending"), {**FAILED, "failed": False}), "impact": {"blocked": 1}}
    second = summed_up(ended("ok", warnings=["careful"]))
    found = merged({**first, "history": [1, 2]}, {**second, "impact": None, "history": [2, 3]}, check_mode=False)
    assert [step["name"] for step in found["steps"]] == ["Step 1", "Step 2", "Step 3", "Step 1 (2)"]
    assert (found["status"], found["complete"], found["changed"]) == ("pending", False, True)
    assert found["warnings"] == ["careful"] and found["impact"] == {"blocked": 1} and found["history"] == [1, 2, 3]
    assert "impacts" not in found
    third = merged(found, {**second, "impact": {"blocked": 0}}, check_mode=False)
    assert third["impact"] == {"blocked": 0} and third["impacts"] == [{"blocked": 1}, {"blocked": 0}]
    fourth = merged(third, {**second, "impact": {"blocked": 2}}, check_mode=False)
    assert fourth["impacts"] == [{"blocked": 1}, {"blocked": 0}, {"blocked": 2}]
    assert merged(found, second, check_mode=False)["steps"][-1]["name"] == "Step 1 (3)"


def test_what_an_earlier_use_has_only_predicted_is_not_in_place() -> None:
    predicted, written = summed_up(ended("changed"), check_mode=True), summed_up(ended("changed"))
    for found in (
        merged(predicted, written, False),
        merged(written, predicted, True),
        merged(predicted, predicted, True),
    ):
        assert (found["status"], found["complete"]) == ("drifted", False)
        assert merged(found, written, False)["status"] == "drifted"
    assert merged(written, written, False)["complete"]


def left(use: str, step: str = "key") -> dict[str, Any]:
    """What a use of a role leaves for a person, with its page."""
    found = summed_up(ended("handoff_required", handoff=[{"id": step, "action": f"Copy the key of {use}"}]))
    return {**found, "handoff_files": {step: [f"/{use}.html"]}}


def test_a_later_use_takes_nothing_from_what_an_earlier_one_has_left_for_a_person() -> None:
    found = merged(merged(left("A"), left("B"), False), left("C"), False)
    assert [step["id"] for step in found["handoff"]] == ["key", "key.2", "key.3"] and found["uses"] == 3
    assert found["handoff_files"] == {"key": ["/A.html"], "key.2": ["/B.html"], "key.3": ["/C.html"]}
    same = merged(left("A"), {**left("A"), "handoff_files": {"key": ["/A.2.html"]}}, False)
    assert [step["id"] for step in same["handoff"]] == ["key"] and same["handoff_files"] == {"key": ["/A.html"]}
    done = merged(left("A"), {**summed_up(ended("ok")), "handoff_files": {}}, False)
    assert done["handoff_files"] == {"key": ["/A.html"]}
    other = merged(summed_up(ended("ok")), left("B", "lock"), False)
    assert other["handoff"][0]["id"] == "lock" and other["handoff_files"] == {"lock": ["/B.html"]}


# For people


def test_lines_are_aligned_and_show_no_error_again() -> None:
    entries = [
        RoleTask("MFA feature", ended("ok", "On")),
        RoleTask("Keys", ended("not_verifiable", "?")),
        RoleTask("Run", FAILED),
    ]
    result = role_result(entries, check_mode=True)
    (text,) = report_texts("ise_duo_mfa", "one", result, check_mode=True)
    assert text.splitlines() == [
        "ok              MFA feature  On",
        "not verifiable  Keys         ?",
        "failed          Run          See its error above.",
        "ise_duo_mfa on one: failed. 1 ok, 1 not verifiable, 1 failed. Nothing was written.",
    ]
