# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs modules against the lab, the two ways they run in real life, and watches over every secret the lab knows.

Both ways are in this process, so that a run costs milliseconds, and both run the action plugin on a genuine task and
connection. With ``action`` it does the work; with ``module`` it hands over to the module's ``main()``, which gets its
arguments as Ansible passes them on, and whose output is read.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import io
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as core_warnings
from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task as CoreTask
from ansible.plugins.loader import connection_loader
from ansible.template import Templar
from ansible_collections.identityops.cisco.plugins.module_utils._task import Task, for_people
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import InProcessAction
from lab import Lab

COLLECTION = "identityops.cisco"
PLUGINS = "ansible_collections.identityops.cisco.plugins"
WAYS = ("module", "action")
MARK = "[Managed by identityops.cisco]"
"""Ends the notes of an application that the collection manages."""
OMIT = ...
"""Given as an option, keeps the harness from filling that option in."""
REALLY = (False,)
BOTH_WAYS = (True, False)
"""How a step of the matrix is done once more: for real, or in check mode and for real. The engine looks at check mode
only where something is to change, so that one matrix of a module shows it for all its steps."""

Result = dict[str, Any]
Options = dict[str, Any]


class Run:
    """Runs one module, one way; called like the task it stands for.

    ``run("duo_admin_api_app", check=True, name="ISE", profile="cisco_ise")`` returns the task's result. Options for the
    connection to the lab are filled in where the module has them; an option given as ``OMIT`` is left out.
    """

    def __init__(self, way: str, lab: Lab) -> None:
        self.way = way
        self._lab = lab
        self._secrets = lab.secrets()

    def __call__(
        self,
        module: str | Task,
        *,
        check: bool = False,
        diff: bool = True,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Result:
        task = the_task(module)
        environment = {**self._environment(task), **(environment or {})}
        given = {**self._connection(task, environment), **options}
        given = {name: value for name, value in given.items() if value is not OMIT}
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result = run_action(module, given, check, diff, environment, hands_over=self.way == "module")
        self._secrets |= self._lab.secrets() | secret_options(task.argument_spec, given)
        self._search(result, printed.getvalue(), is_wanted=bool(given.get("return_secret")))
        if "step" in result:
            # How long it took is nothing that two runs have in common.
            assert result["step"]["seconds"] >= 0
            result["step"]["seconds"] = 0.0
        return result

    def ok(self, module: str | Task, **options: Any) -> Result:
        """Run and expect success."""
        result = self(module, **options)
        assert not result.get("failed"), result["msg"]
        return result

    def fails(self, module: str | Task, **options: Any) -> Result:
        """Run and expect failure."""
        result = self(module, **options)
        assert result.get("failed"), f"this was to fail, and returned {result}"
        return result

    def _connection(self, task: Task, environment: Mapping[str, str]) -> Options:
        """What a playbook for the lab would set, but for what the task's environment says."""
        known = self._lab.options()
        return {
            name: value
            for name, value in known.items()
            if name in task.argument_spec and name.upper() not in environment
        }

    def _environment(self, task: Task) -> dict[str, str]:
        return self._lab.proxy("secure_endpoint") if "secure_endpoint_region" in task.argument_spec else {}

    def _search(self, result: Result, printed: str, is_wanted: bool) -> None:
        shown = {name: value for name, value in result.items() if not (is_wanted and name == "secret_key")}
        text = json.dumps(shown, default=str) + ("" if is_wanted else printed)
        found = [secret for secret in self._secrets if secret in text]
        assert not found, f"{len(found)} secrets in the result: {hide_all(text, found)}"


def end_as_module(task: Task) -> None:
    """What ``main()`` of a module does, for a task that no module has."""
    module = basic.AnsibleModule(**task.for_ansible_module())
    result = task.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


def run_module(module: str | Task, options: Options, check: bool, diff: bool, environment: Mapping[str, str]) -> Result:
    """Call the module's ``main()`` as a process of its own would, and decode what it prints."""
    main = functools.partial(end_as_module, module) if isinstance(module, Task) else plugin("modules", module).main
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": diff, "_ansible_module_name": fqcn(module)}
    core_warnings._global_warnings.clear()
    core_warnings._global_deprecations.clear()
    printed = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(arguments_of_module(arguments))
        stack.enter_context(mock.patch.dict(os.environ, environment))
        stack.enter_context(contextlib.redirect_stdout(printed))
        with pytest.raises(SystemExit) as end:
            main()
    result = decoded(printed.getvalue())
    code = end.value.code
    assert bool(code) == bool(result.get("failed")), f"exit code {code}, failed: {result.get('failed')}"
    return result


def decoded(printed: str) -> Result:
    """A module's output as Ansible reads it, its notices in the form that playbooks see."""
    try:
        from ansible.module_utils._internal import _event_utils
        from ansible.module_utils.common.json import Direction, get_module_decoder
    except ImportError:
        return dict(json.loads(printed))
    result = dict(json.loads(printed, cls=get_module_decoder("legacy", Direction.MODULE_TO_CONTROLLER)))
    if "warnings" in result:
        result["warnings"] = [_event_utils.format_event_brief_message(entry.event) for entry in result["warnings"]]
    if "deprecations" in result:
        result["deprecations"] = [_event_utils.deprecation_as_dict(entry) for entry in result["deprecations"]]
    return result


@contextlib.contextmanager
def arguments_of_module(arguments: Options) -> Iterator[None]:
    """Hand arguments to the next ``AnsibleModule``, on any supported core."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        encoded = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=AnsibleJSONEncoder).encode()
        with mock.patch.object(basic, "_ANSIBLE_ARGS", encoded):
            yield
        return
    from ansible.module_utils import _internal

    # These tests import the controller's code too; a module's process does not, and there warnings go into the result.
    with patch_module_args(arguments), mock.patch.object(_internal, "is_controller", False):
        yield


def run_action(
    module: str | Task,
    options: Options,
    check: bool,
    diff: bool,
    environment: Mapping[str, str],
    hands_over: bool = False,
) -> Result:
    """Run the action plugin on a genuine task with a genuine local connection.

    :param hands_over: to the module, as for a task that another machine or user runs.
    """
    task = CoreTask()
    task.action = fqcn(module)
    task.args, task.check_mode, task.diff = options, check, diff
    task.environment = [dict(environment)]
    chosen = action_class(module)
    if hands_over:
        members = {
            "_runs_here": lambda self, task_vars: False,
            "_execute_module": lambda self, module_args, **_how: run_module(
                module, module_args, check, diff, environment
            ),
        }
        chosen = type("HandingOver", (chosen,), members)
    return chosen(*surroundings(task)).run(task_vars={})


def surroundings(task: CoreTask, variables: Options | None = None) -> tuple[Any, ...]:
    """What Ansible hands to an action plugin's constructor."""
    loader, play_context = DataLoader(), PlayContext()
    connection = connection_loader.get("local", play_context, os.devnull)
    return task, connection, play_context, loader, Templar(loader=loader, variables=variables or {}), None


def action_class(module: str | Task) -> type[InProcessAction]:
    if isinstance(module, str):
        found: type[InProcessAction] = plugin("action", module).ActionModule
        return found
    return type("ActionModule", (InProcessAction,), {"work": module})


def fqcn(module: str | Task) -> str:
    return f"{COLLECTION}.{module if isinstance(module, str) else 'synthetic'}"


def plugin(kind: str, name: str) -> Any:
    return importlib.import_module(f"{PLUGINS}.{kind}.{name}")


def the_task(module: str | Task) -> Task:
    if isinstance(module, Task):
        return module
    task: Task = plugin("modules", module).TASK
    return task


# Secrets


def secret_options(spec: Mapping[str, Any], options: Options) -> set[str]:
    """Values of the options that are declared secret, on every level."""
    found: set[str] = set()
    for name, option in spec.items():
        value = options.get(name)
        if isinstance(value, dict) and "options" in option:
            found |= secret_options(option["options"], value)
        elif option.get("no_log") and isinstance(value, str) and value:
            found.add(value)
    return found


def hide_all(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "<<<SECRET>>>")
    return text


# The matrix


@dataclass(frozen=True)
class Step:
    """What one step of the matrix returned: predicted in check mode, and done."""

    check: Result
    real: Result


@dataclass(frozen=True)
class Steps:
    create: Step | None = None
    change: Step | None = None
    delete: Step | None = None


def matrix(
    run: Run,
    lab: Lab,
    module: str | Task,
    options: Options,
    change: Options | None = None,
    *,
    delete: Options | None = None,
    unpredictable: tuple[str, ...] = (),
    again: tuple[bool, ...] = REALLY,
) -> Steps:
    """Create, change and delete, each in check mode, for real, and once more.

    :param options: create the object; ``change``, laid over them, changes it; None leaves that step out.
    :param delete: all options of the last step; None leaves it out.
    :param unpredictable: what check mode cannot know of the returned object, such as a key that the service chooses.
    """
    done = {"create": step(run, lab, module, options, unpredictable, again)}
    if change is not None:
        done["change"] = step(run, lab, module, {**options, **change}, unpredictable, again)
    if delete is not None:
        done["delete"] = step(run, lab, module, delete, unpredictable, again)
    return Steps(**done)


def step(
    run: Run,
    lab: Lab,
    module: str | Task,
    options: Options,
    unpredictable: tuple[str, ...] = (),
    again: tuple[bool, ...] = REALLY,
) -> Step:
    """One step of the matrix: it changes something once, predicts that rightly, and writes nothing but that."""
    check = quietly(run, lab, module, check=True, **options)
    lab.clear_requests()
    real = run.ok(module, **options)
    assert check["changed"] and real["changed"], f"predicted changed={check['changed']}, done {real['changed']}"
    assert writes(lab), "a change was reported, and nothing was written"
    assert check["diff"] == real["diff"], f"predicted {check['diff']}, done {real['diff']}"
    assert check["diff"]["before"] != check["diff"]["after"], f"the diff shows no change: {check['diff']}"
    assert check["step"]["diff"] == real["step"]["diff"] == [for_people(real["diff"])]
    assert_predicted(check, real, unpredictable)
    for check_again in again:
        result = quietly(run, lab, module, check=check_again, **options)
        assert not result["changed"], f"{'check mode' if check_again else 'the second run'} reports {result['diff']}"
        assert result["diff"]["before"] == result["diff"]["after"], f"no change, and a diff: {result['diff']}"
        assert result["step"]["diff"] == []
        assert check_again or objects(result) == objects(real), (
            f"first returned {objects(real)}, then {objects(result)}"
        )
    return Step(check, real)


def quietly(run: Run, lab: Lab, module: str | Task, **options: Any) -> Result:
    """Run, and expect success without a write."""
    lab.clear_requests()
    result = run.ok(module, **options)
    assert not writes(lab), f"this was to write nothing: {writes(lab)}"
    return result


def said(result: Result) -> tuple[str, str]:
    """Status and detail of the line about this task in the report of a role."""
    return result["step"]["status"], result["step"]["detail"]


def assert_predicted(check: Result, real: Result, unpredictable: tuple[str, ...]) -> None:
    """Every part of the object that check mode returns is there after the real run."""
    for name, value in objects(check).items():
        if name in real:
            seen = {part: real[name].get(part) for part in value if part not in unpredictable}
            predicted = {part: entry for part, entry in value.items() if part not in unpredictable}
            assert seen == predicted, f"predicted {predicted}, done {seen}"


def objects(result: Result) -> Result:
    """The managed object in a result, under its key: the dictionary that belongs to none of the common keys."""
    common = {"diff", "invocation", "error", "step"}
    return {name: value for name, value in result.items() if isinstance(value, dict) and name not in common}


def writes(lab: Lab, service: str | None = None) -> list[str]:
    """What reached the lab and would change something, from its own journal."""
    return [f"{row['service']}: {row['method']} {row['path']}" for row in lab.requests(service) if row["write"]]
