# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that the launcher starts shows, sees and returns what one of the true command does, and nothing of another."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lab import Lab

from .flow import Flow

# As a process of the run sees it, whose parent may lead a session of its own.
LOOK = """
import json, os
environment = {name: value for name, value in os.environ.items() if name != "_"}
print(json.dumps([environment, os.getcwd(), os.getsid(0) != SESSION], sort_keys=True))
"""


class Anything(Flow):
    """Runs tasks of a test's own."""

    role = "anything_"
    estate: dict[str, Any] = {}
    playbook = "play.yml"

    def of(self, *tasks: dict[str, Any]) -> Anything:
        (self.folder / self.playbook).write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
        return self


@pytest.fixture
def anything(lab: Lab, tmp_path: Path) -> Anything:
    return Anything(lab, tmp_path)


def test_it_is_as_the_true_command(lab: Lab, anything: Anything) -> None:
    look = LOOK.replace("SESSION", str(os.getsid(0)))
    anything.of(
        {"identityops.cisco.ise_mfa_feature": {}},
        {"ansible.builtin.command": {"argv": [sys.executable, "-c", look]}, "register": "looked"},
        {"ansible.builtin.debug": {"msg": "{{ looked.stdout | from_json }}"}},
        {"ansible.builtin.debug": {"msg": "{{ lookup('env', 'HOME') }} {{ playbook_dir }}"}},
        {"identityops.cisco.ise_system_info": {"ise_port": 1}},
    )
    shown = []
    for as_command in (True, False):
        lab.reset()
        anything.forget()
        there = {entry.name for entry in anything.folder.iterdir()}
        ran = anything.ended(anything.start("-v", as_command=as_command))
        seen = [result["msg"] for result in ran.results if isinstance(result.get("msg"), list)]
        assert ran.code == 2 and lab.state("ise")["mfa"]["enabled"], ran.output
        assert {entry.name for entry in anything.folder.iterdir()} == there | {"results.jsonl"}
        # Times differ.
        shown.append((seen, re.sub(r"[\d:.-]+", "", ran.output)))
    assert shown[0] == shown[1]
    ((environment, folder, is_apart),) = shown[1][0]
    assert environment["ISE_PASSWORD"] == lab.ise.password and folder == str(anything.folder) and is_apart


def test_a_run_knows_nothing_of_another_and_may_be_killed(anything: Anything) -> None:
    shows = {"ansible.builtin.debug": {"msg": "{{ lookup('env', 'DUO_API_HOST') or 'nothing' }}"}}
    assert "of the first" in anything.of(shows)(environment={"DUO_API_HOST": "of the first"}).output
    process = anything.of({"ansible.builtin.pause": {"minutes": 1}}).start()
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=0)
    assert anything.ended(process).code == -signal.SIGKILL
    assert '"msg": "nothing"' in anything.of(shows)(environment={}).output
