# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands of the agent that get secrets: their output is hidden, and whoever runs them learns how they ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

Tasks = list[dict[str, Any]]
ROLE = Path(__file__).resolve().parents[3] / "roles" / "identity_intelligence"


def pairs(tasks: Tasks) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each command that gets secrets, and the task after it."""
    for number, task in enumerate(tasks):
        for part in ("block", "always"):
            yield from pairs(task.get(part, []))
        if "stdin" in task.get("ansible.builtin.command", {}):
            yield task, tasks[number + 1]


COMMANDS = list(pairs(yaml.safe_load((ROLE / "tasks" / "ise_agent.yml").read_text())))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"rc": 0}, ""),
        ({"skipped": True}, ""),
        ({"rc": 3}, "ended with the exit code 3."),
        # Such as of a module that was stopped, or could not be started.
        ({"msg": "Timed out after 30 second(s)."}, "ended with the exit code unknown."),
        ({}, "ended with the exit code unknown."),
    ],
)
def test_a_command_that_gets_secrets_succeeds_or_fails_without_its_output(result: dict[str, Any], words: str) -> None:
    assert len(COMMANDS) == 2
    for command, judge in COMMANDS:
        assert command["no_log"] is True and command["failed_when"] is False
        variables = {command["register"]: result, "identity_intelligence__vars": {"agent_dir": "/opt/ise-agent"}}
        templar = Templar(DataLoader(), variables=variables)
        assert templar.template(trust_as_template(f"{{{{ {judge['when']} }}}}")) is bool(words)
        if words:
            assert words in templar.template(trust_as_template(judge["ansible.builtin.fail"]["msg"]))


def test_the_report_names_a_command_that_failed() -> None:
    reported = yaml.safe_load((ROLE / "vars" / "main.yml").read_text())["identity_intelligence__agent_tasks"]
    for _command, judge in COMMANDS:
        assert f"{{{{ {judge['register']} | default({{}}) }}}}" in reported
