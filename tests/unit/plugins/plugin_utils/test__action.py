# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The in-process front end: where the work runs, in which environment, and what is left of its result."""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.errors import AnsibleActionFail
from ansible.module_utils.basic import env_fallback
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task as CoreTask
from ansible.plugins.loader import connection_loader
from ansible.template import Templar
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Refused
from ansible_collections.identityops.cisco.plugins.module_utils._service import option
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.plugin_utils import _action
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import InProcessAction

SECRET, FETCHED = "canary-of-an-option", "canary-of-a-service"
REMOVED = {"removed_in_version": "9.0.0", "removed_from_collection": "identityops.cisco"}
SPEC: dict[str, Any] = {
    "name": {"type": "str", "fallback": (env_fallback, ["SYNTHETIC_NAME"])},
    "password": {"type": "str", "no_log": True},
    "count": {"type": "int", "aliases": ["number"]},
    "old": {"type": "str", **REMOVED},
    "return_secret": {"type": "bool", "default": False, "no_log": False},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
try:
    from ansible.template import trust_as_template
except ImportError:
    # Before core 2.19 every text is a template.
    def trust_as_template(value: str) -> str:
        return value


Work = Callable[[dict[str, Any], Context], dict[str, Any]]


def echo(params: dict[str, Any], context: Context) -> dict[str, Any]:
    return {"options": dict(params), "flags": [context.check_mode, context.diff]}


def plugin(work: Work = echo, spec: dict[str, Any] | None = None, **task: Any) -> Any:
    """An action plugin with a genuine task, connection and templar. `task` holds attributes of the task."""
    core_task = CoreTask()
    core_task.action = "identityops.cisco.synthetic"
    core_task.args = task.pop("args", {"name": "a"})
    variables = task.pop("variables", {})
    become = task.pop("become", False)
    # Lists that Ansible makes when it loads a task.
    for name, value in {"check_mode": False, "diff": False, "environment": [], **task}.items():
        setattr(core_task, name, value)
    loader, play_context = DataLoader(), PlayContext()
    play_context.become = become
    connection = connection_loader.get("local", play_context, os.devnull)
    constraints = {"mutually_exclusive": [("count", "password")]}
    described = Task(run=work, argument_spec=SPEC if spec is None else spec, constraints=constraints)
    action_class = type("ActionModule", (InProcessAction,), {"work": described})
    return action_class(core_task, connection, play_context, loader, Templar(loader=loader, variables=variables), None)


@pytest.fixture(autouse=True)
def no_configured_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANSIBLE_PYTHON_INTERPRETER", raising=False)


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How the ordinary module was started, once for each time; nothing is."""
    calls: list[dict[str, Any]] = []

    def execute(self: InProcessAction, **how: Any) -> dict[str, Any]:
        calls.append(how)
        return {"changed": True, "by": "the module"}

    monkeypatch.setattr(InProcessAction, "_execute_module", execute)
    return calls


# Where it runs


@pytest.mark.parametrize(
    ("task_vars", "variables"),
    [
        ({}, {}),
        ({"ansible_python_interpreter": sys.executable}, {}),
        ({"ansible_python_interpreter": "auto"}, {}),
        ({"ansible_python_interpreter": "auto_silent"}, {}),
        (
            {"ansible_python_interpreter": trust_as_template("{{ ansible_playbook_python }}")},
            {"ansible_playbook_python": sys.executable},
        ),
    ],
)
def test_a_local_task_runs_here(handed_over: list[Any], task_vars: dict[str, Any], variables: dict[str, Any]) -> None:
    result = plugin(variables=variables).run(task_vars=task_vars)
    assert result["options"]["name"] == "a" and not handed_over


@pytest.mark.parametrize(
    ("task_vars", "attributes"),
    [
        ({"ansible_python_interpreter": "/usr/bin/another-python"}, {}),
        ({}, {"become": True}),
        ({}, {"async_val": 30, "poll": 5}),
        (
            {
                "ansible_python_interpreter": sys.executable,
                "ansible_delegated_vars": {"bastion": {"ansible_python_interpreter": "/usr/bin/another-python"}},
            },
            {"delegate_to": "bastion"},
        ),
    ],
)
def test_another_task_is_handed_over(
    handed_over: list[Any], task_vars: dict[str, Any], attributes: dict[str, Any]
) -> None:
    result = plugin(**attributes).run(task_vars=task_vars)
    assert result["by"] == "the module" and "options" not in result
    assert handed_over == [
        {"module_args": {"name": "a"}, "task_vars": task_vars, "wrap_async": attributes.get("async_val", 0)}
    ]


def test_a_task_on_another_machine_is_handed_over(handed_over: list[Any]) -> None:
    action = plugin()
    action._connection = connection_loader.get("ssh", action._play_context, os.devnull)
    assert action.run(task_vars={})["by"] == "the module" and len(handed_over) == 1


def test_a_delegated_task_goes_by_the_interpreter_of_where_it_runs(handed_over: list[Any]) -> None:
    task_vars = {
        "ansible_python_interpreter": "/usr/bin/another-python",
        "ansible_delegated_vars": {"localhost": {"ansible_python_interpreter": sys.executable}},
    }
    assert "options" in plugin(delegate_to="localhost").run(task_vars=task_vars) and not handed_over


def test_the_configured_interpreter_counts(handed_over: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", "/usr/bin/another-python")
    assert plugin().run(task_vars={})["by"] == "the module"
    monkeypatch.setenv("ANSIBLE_PYTHON_INTERPRETER", sys.executable)
    assert "options" in plugin().run(task_vars={})


def test_another_environment_of_the_same_python_is_another_python(handed_over: list[Any], tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    assert plugin().run(task_vars={"ansible_python_interpreter": str(link)})["by"] == "the module"


def test_no_task_variables_at_all(handed_over: list[Any]) -> None:
    assert "options" in plugin().run() and not handed_over


@pytest.mark.parametrize(("background", "removed"), [(0, 1), (30, 0)])
def test_the_temporary_folder_goes_unless_a_job_still_needs_it(
    handed_over: list[Any], monkeypatch: pytest.MonkeyPatch, background: int, removed: int
) -> None:
    paths: list[Any] = []
    monkeypatch.setattr(InProcessAction, "_remove_tmp_path", lambda self, path: paths.append(path))
    plugin(async_val=background).run(task_vars={})
    assert len(paths) == removed


# With what


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("diff", [False, True])
def test_the_work_knows_how_it_runs(check_mode: bool, diff: bool) -> None:
    result = plugin(check_mode=check_mode, diff=diff).run(task_vars={})
    assert result["flags"] == [check_mode, diff]


def test_options_are_validated_and_completed() -> None:
    result = plugin(args={"name": "a", "count": "7", "return_secret": "no"}).run(task_vars={})
    assert result["options"] == {
        "name": "a",
        "password": None,
        "count": 7,
        "old": None,
        "return_secret": False,
        "state": "present",
    }
    assert result["changed"] is False and "failed" not in result


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"name": "a", "nmae": "b"}, "Unsupported parameters for (identityops.cisco.synthetic) module: nmae"),
        ({"count": "many"}, "unable to convert to int"),
        ({"count": float("inf")}, "the value of count: it must be a whole number"),
        ({"state": "gone"}, "value of state must be one of: present, absent"),
        ({"count": 1, "password": SECRET}, "parameters are mutually exclusive: count|password"),
    ],
)
def test_options_that_are_wrong(args: dict[str, Any], text: str) -> None:
    def never(params: dict[str, Any], context: Context) -> dict[str, Any]:
        raise AssertionError("the work ran")

    result = plugin(never, args=args).run(task_vars={})
    assert result["failed"] is True and text in result["msg"]
    assert SECRET not in json.dumps(result)


def test_the_tasks_environment_counts_for_options_and_for_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETIC_KEPT", "of the controller")
    monkeypatch.setenv("SYNTHETIC_PLACE", "of the controller")
    before = dict(os.environ)

    def look(params: dict[str, Any], context: Context) -> dict[str, Any]:
        names = ("SYNTHETIC_KEPT", "SYNTHETIC_PLACE", "SYNTHETIC_NUMBER")
        return {"name": params["name"], "seen": [os.environ.get(name) for name in names]}

    action = plugin(
        look,
        args={},
        environment=[
            {"SYNTHETIC_NAME": "outer", "SYNTHETIC_NUMBER": 7},
            {"SYNTHETIC_NAME": trust_as_template("{{ who }}")},
            {},
        ]
        + [{"SYNTHETIC_PLACE": "of the task"}],
        variables={"who": "inner"},
    )
    result = action.run(task_vars={})
    assert result["name"] == "inner"
    assert result["seen"] == ["of the controller", "of the task", "7"]
    assert dict(os.environ) == before


def test_the_environment_is_restored_after_a_defect() -> None:
    before = dict(os.environ)

    def crash(params: dict[str, Any], context: Context) -> dict[str, Any]:
        os.environ["SYNTHETIC_LEFT"] = "behind"
        raise KeyError("defect")

    assert plugin(crash, environment=[{"SYNTHETIC_NAME": "x"}]).run(task_vars={})["error"]["kind"] == "unexpected"
    assert dict(os.environ) == before


# What comes back


def test_a_failure_is_one() -> None:
    def fail(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.done.append("create a")
        raise Refused("delete b", "it is in use")

    result = plugin(fail).run(task_vars={})
    assert (result["failed"], result["changed"], result["error"]["kind"]) == (True, True, "refused")
    assert "which stays: create a." in result["msg"]


def test_secrets_are_cut_out() -> None:
    def show(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.hide(FETCHED)
        context.warn(f"warned of {FETCHED}")
        return {
            "text": f"{SECRET} and {FETCHED}",
            "deep": [{"key": FETCHED, "more": SECRET}],
            "changed": True,
            "nothing": None,
        }

    result = plugin(show, args={"name": "a", "password": SECRET}).run(task_vars={"ansible_inject_invocation": True})
    text = json.dumps(result)
    assert SECRET not in text and FETCHED not in text
    assert result["changed"] is True and result["nothing"] is None
    assert result["invocation"]["module_args"]["name"] == "a"
    assert result["invocation"]["module_args"]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@pytest.mark.parametrize("wanted", [False, True])
def test_the_options_are_shown_as_configured(wanted: bool) -> None:
    """Core from 2.21 on leaves them out unless asked."""
    result = plugin().run(task_vars={"ansible_inject_invocation": wanted})
    assert ("invocation" in result) is (wanted or not hasattr(constants, "INJECT_INVOCATION"))


def test_truth_values_survive_secrets_that_look_like_them() -> None:
    result = plugin(lambda params, context: {"changed": True}, args={"password": "True"}).run(task_vars={})
    assert result["changed"] is True


def test_a_secret_that_was_asked_for_is_returned_and_not_printed() -> None:
    def show(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.hide(FETCHED)
        context.reveal(FETCHED)
        return {"secret_key": FETCHED}

    result = plugin(show, args={"return_secret": True}).run(task_vars={})
    assert result["secret_key"] == FETCHED and result["_ansible_no_log"] is True
    assert "_ansible_no_log" not in plugin(show, args={"return_secret": False}).run(task_vars={})
    assert "_ansible_no_log" not in plugin(show).run(task_vars={})


def test_a_secret_is_not_printed_by_the_poll_of_a_job(handed_over: list[Any]) -> None:
    with pytest.raises(AnsibleActionFail, match="use no_log with return_secret and async"):
        plugin(args={"return_secret": True}, async_val=30).run(task_vars={})
    assert not handed_over
    plugin(args={"return_secret": True}, async_val=30, no_log=True).run(task_vars={})
    assert len(handed_over) == 1


def test_a_module_without_that_option_is_not_asked() -> None:
    spec = {"name": {"type": "str"}}
    result = plugin(spec=spec, args={"name": "a", "return_secret": True}).run(task_vars={})
    assert result["failed"] and "_ansible_no_log" not in result


def test_notices_of_options() -> None:
    def warn(params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.warn("of the work")
        return {}

    result = plugin(warn, args={"count": 1, "number": 2, "old": "x"}).run(task_vars={})
    assert result["warnings"] == ["Both option count and its alias number are set.", "of the work"]
    (deprecation,) = result["deprecations"]
    assert "old" in deprecation["msg"]
    assert (deprecation["version"], deprecation["collection_name"]) == ("9.0.0", "identityops.cisco")
    assert "date" not in deprecation
    assert "deprecations" not in plugin(warn).run(task_vars={})


def test_an_option_that_goes_on_a_date() -> None:
    gone = {"removed_at_date": datetime.date(2030, 1, 1), "removed_from_collection": "identityops.cisco"}
    result = plugin(spec={"old": {"type": "str", **gone}}, args={"old": "x"}).run(task_vars={})
    (deprecation,) = result["deprecations"]
    assert str(deprecation["date"]) == "2030-01-01" and "version" not in deprecation


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        ("text", "text"),
        ([1, ("a", None)], [1, ["a", None]]),
        ({1: {"deep": (True,)}}, {"1": {"deep": [True]}}),
        (datetime.date(2026, 11, 24), "2026-11-24"),
        (datetime.datetime(2026, 11, 24, 9, 30), "2026-11-24T09:30:00"),
        (Path("/tmp"), "/tmp"),
    ],
)
def test_arguments_become_plain(value: Any, plain: Any) -> None:
    result = _action._plain(value)
    assert result == plain and type(result) is type(plain)


def test_kinds_that_ansible_marks_become_plain() -> None:
    class Marked(str):
        """As Ansible marks what it does not trust."""

    class Number(int):
        pass

    assert _action._plain(Marked("x")).__class__ is str
    assert _action._plain(Number(7)).__class__ is int
    assert _action._plain({Marked("a"): Marked("b")}).popitem()[0].__class__ is str


# Which values


@pytest.mark.parametrize("empty", ["", " ", None])
def test_an_empty_option_is_not_given(empty: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETIC_NAME", "of the environment")
    result = plugin(args={"name": empty, "count": empty, "state": empty}).run(task_vars={"name": empty})
    assert result["options"]["name"] == "of the environment"
    assert (result["options"]["count"], result["options"]["state"]) == (None, "present")


def test_a_variable_stands_between_the_option_and_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTHETIC_NAME", "of the environment")
    variables = {"name": trust_as_template("{{ who }}"), "who": "a variable", "state": "absent"}
    result = plugin(args={}, variables=variables).run(task_vars=variables)
    assert (result["options"]["name"], result["options"]["state"]) == ("a variable", "present")
    assert plugin(variables=variables).run(task_vars=variables)["options"]["name"] == "a"


@pytest.mark.parametrize("background", [0, 30])
@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ vault_birch_name }}", "'vault_birch_name' is undefined"),
        (f"{SECRET}{{{{ vault_birch_name }}}}", "'vault_birch_name' is undefined"),
        ("{{ birch.name }}", "has no attribute 'name'"),
        (f"{{{{ '{SECRET}' | no_such_filter }}}}", "cannot be evaluated"),
    ],
)
def test_a_variable_without_a_value_is_an_error(
    monkeypatch: pytest.MonkeyPatch, handed_over: list[Any], template: str, words: str, background: int
) -> None:
    monkeypatch.setenv("SYNTHETIC_NAME", "of the environment")
    variables = {"name": trust_as_template(template), "birch": {}}
    result = plugin(args={}, variables=variables, async_val=background).run(task_vars=variables)
    assert result["failed"] and not handed_over and SECRET not in json.dumps(result)
    assert result["msg"].startswith("Could not use the variable name: ") and words in result["msg"]


def test_a_variable_goes_to_the_ordinary_module(handed_over: list[Any]) -> None:
    variables = {"name": trust_as_template("{{ who }}"), "who": "x"}
    plugin(args={}, variables=variables, async_val=30).run(task_vars=variables)
    assert handed_over[0]["module_args"] == {"name": "x"}


MISPLACED = [{"count": SECRET}, {"state": SECRET}, {SECRET: "a"}, {"nmae": SECRET}, {"return_secret": SECRET}]


@pytest.mark.parametrize("background", [0, 30])
@pytest.mark.parametrize("args", MISPLACED)
def test_a_wrong_option_shows_no_value(handed_over: list[Any], args: dict[str, Any], background: int) -> None:
    if background and "return_secret" in args:
        args = {"count": [SECRET]}
    result = plugin(args=args, async_val=background).run(task_vars={"ansible_inject_invocation": True})
    assert result["failed"] and SECRET not in json.dumps(result) and "invocation" not in result and not handed_over


def test_a_wrong_variable_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNT", SECRET)
    result = plugin(spec={"count": option("count", type="int")}, args={}).run(task_vars={})
    assert "environment variable COUNT" in result["msg"] and SECRET not in json.dumps(result)


# What people read meanwhile


@pytest.mark.parametrize(("others", "whose"), [([], ""), (["duo-corp"], "one\\x1b: ")])
def test_progress_names_the_host_where_there_are_several(
    monkeypatch: pytest.MonkeyPatch, others: list[str], whose: str
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "display", lambda _self, text, *_rest, **_options: shown.append(text))

    def waiting(_params: dict[str, Any], context: Context) -> dict[str, Any]:
        context.progress("not yet, 0 s of 9")
        return {}

    host = "one\x1b"
    plugin(waiting).run(task_vars={"inventory_hostname": host, "ansible_play_hosts_all": [host, *others]})
    assert shown == [f"{whose}not yet, 0 s of 9"]
