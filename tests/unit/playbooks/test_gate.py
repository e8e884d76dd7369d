# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command that turns a run of ``ansible-playbook`` into an exit code."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

GATE = Path(__file__).parents[3] / "playbooks/gate.py"


@pytest.mark.parametrize(
    ("expected", "ends_with", "found"),
    [
        (0, 0, "0"),
        (2, 2, "2"),
        (1, 2, "1"),
        # Two gates in one run.
        (2, 2, "0 2"),
        (1, 2, "2 1"),
        # The run failed for another reason as well, or did not fail though a gate should have failed it.
        (1, 2, "0"),
        (1, 4, "2"),
        (1, 4, "0"),
        (1, 0, "2"),
        # It never came to a judgement, as with a mistyped option; or what it wrote means nothing.
        (1, 0, ""),
        (1, 2, ""),
        (1, 0, "00"),
    ],
)
def test_exit_code(expected: int, ends_with: int, found: str) -> None:
    assert runpy.run_path(str(GATE))["judged"](ends_with, found.split()) == expected


@pytest.mark.parametrize(("expected", "said"), [(2, "echo 2 >> $IDENTITYOPS_GATE_OUTCOMES; exit 2"), (1, "exit 0")])
def test_arguments_are_passed_on_and_an_earlier_run_means_nothing(tmp_path: Path, expected: int, said: str) -> None:
    stand_in = tmp_path / "ansible-playbook"
    stand_in.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\n{said}\n')
    stand_in.chmod(0o755)
    # The command prefers what is beside the Python that runs it.
    (tmp_path / "python3").symlink_to(sys.executable)
    (tmp_path / "stale").write_text("0\n")
    environment = {**os.environ, "IDENTITYOPS_GATE_OUTCOMES": str(tmp_path / "stale")}
    command = [tmp_path / "python3", GATE, "identityops.cisco.drift", "-e", "a=b c"]
    ran = subprocess.run(command, env=environment, check=False)
    assert ran.returncode == expected
    assert (tmp_path / "arguments").read_text() == "identityops.cisco.drift -e a=b c\n"


def test_without_ansible_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(sys.executable)
    ran = subprocess.run(
        [tmp_path / "python3", GATE], env={"PATH": str(tmp_path)}, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 1 and "no ansible-playbook" in ran.stderr
