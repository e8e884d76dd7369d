# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a connection option gets its value: the task, then a variable of its name, then the environment.

A customer's variable that refers to nothing must never let the environment speak for it: what stands there may be
another customer's credential.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.playbook.task import Task as CoreTask
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import InProcessAction
from lab import Lab

from .harness import Options, Result, action_class, fqcn, surroundings, the_task

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before core 2.19 every text is a template.
    def trust_as_template(value: str) -> str:
        return value


SOURCES = (Path(__file__).parents[2] / "plugins/modules").glob("[!_]*.py")
# Those that ask a service; the others belong to the roles.
MODULES = sorted(path.stem for path in SOURCES if "\nTASK = Task(" in path.read_text())
# Each connection option of each service, with a module that has it.
OPTIONS = {
    name: module
    for module in MODULES
    for name, option in the_task(module).argument_spec.items()
    if "fallback" in option
}
FRONTS = {"in process": 0, "as a module": 30}


def run_with(module: str, variables: Options, environment: dict[str, str], front: str, **options: Any) -> Result:
    task = CoreTask()
    task.action, task.args, task.async_val = fqcn(module), options, FRONTS[front]
    task.check_mode, task.diff, task.environment = False, False, [environment]
    return action_class(module)(*surroundings(task, variables)).run(task_vars=variables)


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """The options that the ordinary module was started with, once for each time; nothing is."""
    given: list[Options] = []

    def execute(self: InProcessAction, **how: Any) -> Result:
        given.append(how["module_args"])
        return {"changed": False}

    monkeypatch.setattr(InProcessAction, "_execute_module", execute)
    return given


def connection(lab: Lab) -> Options:
    return {
        "duo_api_host": lab.duo.api_host,
        "duo_integration_key": lab.duo.integration_key,
        "duo_secret_key": lab.duo.secret_key,
        "duo_ca_path": lab.ca_path,
        "ise_hostname": lab.ise.hostname,
        "ise_port": lab.ise.port,
        "ise_username": lab.ise.username,
        "ise_password": lab.ise.password,
        "ise_ca_path": lab.ca_path,
    }


def as_environment(options: Options) -> dict[str, str]:
    return {name.upper(): str(value) for name, value in options.items()}


def test_every_service_is_covered() -> None:
    assert {name.split("_")[0] for name in OPTIONS} >= {"duo", "ise", "secure"}


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("name", OPTIONS)
def test_a_variable_that_refers_to_nothing_is_named_and_nothing_is_sent(
    lab: Lab, handed_over: list[Options], name: str, front: str
) -> None:
    variables = {name: trust_as_template("{{ vault_birch }}")}
    environment = {**as_environment(connection(lab)), name.upper(): "of another customer"}
    failed = run_with(OPTIONS[name], variables, environment, front)
    assert failed["failed"] and name in failed["msg"] and "'vault_birch' is undefined" in failed["msg"]
    assert lab.requests() == [] and not handed_over


@pytest.mark.parametrize("front", FRONTS)
def test_an_omitted_variable_is_named_and_nothing_is_sent(lab: Lab, handed_over: list[Options], front: str) -> None:
    # Before core 2.19 it is a variable of each task.
    variables = {"omit": "__omit_place_holder__1", "ise_password": trust_as_template("{{ nothing | default(omit) }}")}
    failed = run_with("ise_system_info", variables, as_environment(connection(lab)), front)
    assert failed["failed"] and "ise_password: its value is omit" in failed["msg"]
    assert lab.requests() == [] and not handed_over


@pytest.mark.parametrize("empty", ["", " ", None, "{{ nothing }}"])
@pytest.mark.parametrize("front", FRONTS)
def test_an_empty_variable_counts_as_unset(lab: Lab, handed_over: list[Options], front: str, empty: str | None) -> None:
    given = connection(lab)
    value = trust_as_template(empty) if empty else empty
    variables = {"nothing": "", **dict.fromkeys(["ise_timeout", *given], value)}
    result = run_with("ise_system_info", variables, as_environment(given), front)
    assert not result.get("failed") and handed_over == ([{}] if FRONTS[front] else [])


@pytest.mark.parametrize("front", FRONTS)
def test_the_task_wins_over_the_variable_and_the_variable_over_the_environment(
    lab: Lab, handed_over: list[Options], front: str
) -> None:
    right = connection(lab)
    variables = {**right, "ise_password": trust_as_template("{{ vault_alder }}"), "vault_alder": right["ise_password"]}
    wrong = {"ISE_PASSWORD": "of the environment", "ISE_PORT": "1"}
    expected = {name: right[name] for name in right if name.startswith("ise_")}
    assert not run_with("ise_system_info", variables, wrong, front).get("failed")
    assert handed_over == ([expected] if FRONTS[front] else [])
    variables["ise_password"] = trust_as_template("{{ vault_birch }}")
    assert not run_with("ise_system_info", variables, wrong, front, ise_password=right["ise_password"]).get("failed")
    assert handed_over == ([expected] * 2 if FRONTS[front] else [])
