# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task is given, what becomes of its result, and of its failure."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import NotFound, Refused
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task, perform

SECRET = "canary-of-a-task"


def task(run: Any) -> Task:
    return Task(run=run, argument_spec={"name": {"type": "str"}})


def test_the_work_gets_options_and_context() -> None:
    seen: list[Any] = []

    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        seen.append((params, context))
        return {"changed": True, "thing": 1}

    context = Context(check_mode=True)
    assert perform(task(run), {"name": "a"}, context) == {"changed": True, "thing": 1}
    assert seen == [({"name": "a"}, context)]


def test_a_result_that_says_nothing_of_a_change_has_none() -> None:
    assert perform(task(lambda params, context: {"things": []}), {}, Context()) == {"changed": False, "things": []}


@pytest.mark.parametrize("wanted", [False, True])
def test_differences_are_returned_when_asked_for(wanted: bool) -> None:
    result = perform(task(lambda params, context: {"diff": {"before": {}}}), {}, Context(diff=wanted))
    assert ("diff" in result) is wanted


def test_warnings_come_once_and_in_order() -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        for text in ("b", "a", "b"):
            context.warn(text)
        return {}

    assert perform(task(run), {}, Context())["warnings"] == ["b", "a"]


def test_a_failure() -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.warn("careful")
        raise NotFound("read it", "it is gone", "Look elsewhere.", status=404)

    assert perform(task(run), {}, Context()) == {
        "failed": True,
        "changed": False,
        "msg": "Could not read it: it is gone. Look elsewhere.",
        "error": {
            "kind": "not_found",
            "attempted": "read it",
            "came_back": "it is gone",
            "advice": "Look elsewhere.",
            "status": 404,
            "code": None,
        },
        "warnings": ["careful"],
    }


def test_what_people_read_takes_hold_of_no_terminal() -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.warn("a\x1b[2J")
        return {"step": {"detail": "a\nb"}, "handoff": [{"needs": ["\u202ec"]}], "names": ["d\x07"]}

    result = perform(task(run), {}, Context())
    assert result["step"].pop("seconds") >= 0
    assert result == {
        "changed": False,
        "warnings": ["a\\x1b[2J"],
        "step": {"detail": "a\\nb", "diff": []},
        "handoff": [{"needs": ["\\u202ec"]}],
        "names": ["d\x07"],
    }


def test_a_failure_says_what_was_done_before() -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.done += ["create a", "change b"]
        raise Refused("delete c", "it is in use")

    result = perform(task(run), {}, Context())
    assert result["changed"] is True
    assert result["msg"] == (
        "Could not delete c: it is in use. Before that, this task had already done the following, which stays: "
        "create a; change b."
    )


def test_a_failure_returns_what_was_found_out() -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.kept |= {"things": [1], "failed": False}
        raise Refused("go on", "there are too many")

    result = perform(task(run), {}, Context())
    assert result["things"] == [1] and result["failed"] and result["error"]["kind"] == "refused"


@pytest.mark.parametrize("defect", [KeyError(SECRET), RecursionError(SECRET), UnicodeError(SECRET)])
def test_a_defect_says_where_it_is_and_nothing_else(defect: Exception) -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.done.append("create a")
        raise defect

    result = perform(task(run), {}, Context())
    assert result["error"]["kind"] == "unexpected" and result["changed"]
    assert f"{type(defect).__name__} at module_utils/test__task.py:" in result["msg"]
    assert SECRET not in json.dumps(result)


@pytest.mark.parametrize("stop", [MemoryError, KeyboardInterrupt])
def test_what_ends_the_process_passes(stop: type[BaseException]) -> None:
    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        raise stop

    with pytest.raises(stop):
        perform(task(run), {}, Context())


def test_secrets_are_hidden_unless_revealed() -> None:
    context = Context()
    for secret in (SECRET, "other", "", None):
        context.hide(secret)
    assert context.secrets == {SECRET, "other"}
    context.reveal("other")
    context.reveal("unknown")
    assert context.secrets == {SECRET}


def test_what_an_ansible_module_is_made_with() -> None:
    given = {"required_one_of": [("name",)]}
    made = Task(run=lambda params, context: {}, argument_spec={"name": {}}, constraints=given).for_ansible_module()
    assert made == {"argument_spec": {"name": {}}, "supports_check_mode": True, "required_one_of": [("name",)]}


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_ansible_module_learns_the_secrets_and_the_warnings(check_mode: bool) -> None:
    said: list[str] = []
    module = SimpleNamespace(
        params={"name": "a"}, check_mode=check_mode, _diff=True, no_log_values={"option"}, warn=said.append
    )

    def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
        assert (context.check_mode, context.diff) == (check_mode, True)
        context.hide(SECRET)
        context.warn(f"the secret is {SECRET}, the option is an option")
        return {"thing": params["name"], "diff": {}}

    result = task(run).run_in(module)
    assert result == {"changed": False, "thing": "a", "diff": {}}
    assert module.no_log_values >= {"option", SECRET}
    assert len(said) == 1 and SECRET not in said[0] and "option" not in said[0]
    assert SECRET not in json.dumps(result)


@pytest.mark.parametrize(("check_mode", "did"), [(False, True), (True, False)])
def test_a_deed_is_only_predicted_in_check_mode(check_mode: bool, did: bool) -> None:
    deeds: list[str] = []
    assert Context(check_mode=check_mode).act(lambda: bool(deeds.append("done")), prediction=True) is check_mode
    assert bool(deeds) is did
