# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m lab` as a person or a Makefile uses it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab import Lab, attach
from lab.__main__ import main, switch_table
from lab.daemon import LabError
from lab.server import declared_switches

TESTS = Path(__file__).resolve().parents[2]
RunLab = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "somewhere" / "lab.json"


@pytest.fixture
def run_lab(state_file: Path) -> Iterator[RunLab]:
    """Run the command in this process; the lab gets one of its own, and whatever was left running is stopped."""

    def run(command: str) -> subprocess.CompletedProcess[str]:
        printed, complained = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complained):
            code = main([command, "--state-file", str(state_file)])
        return subprocess.CompletedProcess([command], code, printed.getvalue(), complained.getvalue())

    yield run
    run("down")


def alive(pid: int) -> bool:
    """Is there such a process, and is it no zombie?"""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def resident_megabytes(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


def test_up_status_down(run_lab: RunLab, state_file: Path) -> None:
    assert run_lab("status").returncode == 1
    first = run_lab("up")
    assert first.returncode == 0, first.stderr
    assert "The lab is up" in first.stdout
    info = json.loads(state_file.read_text())
    assert state_file.stat().st_mode & 0o777 == 0o600
    assert info.keys() == {"pid", "control_url", "ca_path", "duo", "ise", "secure_endpoint", "cii", "safe", "options"}
    assert info["options"].items() >= {"duo_api_host": info["duo"]["api_host"], "ise_port": info["ise"]["port"]}.items()
    assert info["duo"].keys() == {"api_host", "integration_key", "secret_key"}
    assert info["ise"].keys() == {
        *("hostname", "port", "username", "password", "readonly_username", "readonly_password"),
    }
    for secret in (info["duo"]["secret_key"], info["ise"]["password"]):
        assert secret not in first.stdout

    again = run_lab("up")
    assert (again.returncode, "already up" in again.stdout) == (0, True)
    assert json.loads(state_file.read_text()) == info
    assert run_lab("status").returncode == 0

    lab = attach(state_file)
    assert (lab.duo.secret_key, lab.ise.port) == (info["duo"]["secret_key"], info["ise"]["port"])
    assert lab.state("duo", "caller") == lab.duo.integration_key
    assert resident_megabytes(info["pid"]) < 100

    assert run_lab("down").returncode == 0
    assert not alive(info["pid"])
    assert not state_file.exists()
    assert not Path(info["ca_path"]).exists()
    assert run_lab("status").returncode == 1
    with pytest.raises(LabError, match="no lab is running"):
        attach(state_file)


def test_a_killed_lab_is_replaced_and_sigterm_ends_one_cleanly(run_lab: RunLab, state_file: Path) -> None:
    run_lab("up")
    killed = json.loads(state_file.read_text())["pid"]
    os.kill(killed, signal.SIGKILL)
    assert run_lab("status").returncode == 1
    # So is one whose number another process has by now.
    state_file.write_text(json.dumps({**json.loads(state_file.read_text()), "pid": 1}))
    assert run_lab("up").returncode == 0
    pid = json.loads(state_file.read_text())["pid"]
    assert pid not in (1, killed) and run_lab("status").returncode == 0

    os.kill(pid, signal.SIGTERM)
    result = run_lab("down")
    assert (result.returncode, alive(pid), state_file.exists()) == (0, False, False)


@pytest.mark.parametrize("damage", ["other_process", "nobody_there", "no_json", "no_object"])
def test_stale_state_files(lab: Lab, run_lab: RunLab, state_file: Path, damage: str) -> None:
    content: dict[str, Any] = {
        # answers, but as another process than the file names
        "other_process": {"pid": os.getpid() + 1, "control_url": lab.control_url},
        "nobody_there": {"pid": os.getpid(), "control_url": "http://127.0.0.1:9"},
        "no_json": None,
        "no_object": [],
    }
    state_file.parent.mkdir()
    state_file.write_text("{" if damage == "no_json" else json.dumps(content[damage]))
    assert run_lab("status").returncode == 1
    with pytest.raises(LabError):
        attach(state_file)
    result = run_lab("down")
    assert (result.returncode, "was not running" in result.stdout, state_file.exists()) == (0, True, False)
    assert lab.switches(), "the lab that happens to answer there is left alone"


def test_a_failing_start_explains_itself(run_lab: RunLab, state_file: Path) -> None:
    state_file.with_suffix(".ca.pem").mkdir(parents=True)
    result = run_lab("up")
    assert result.returncode == 1
    assert "IsADirectoryError" in result.stderr and str(state_file.with_suffix(".log")) in result.stderr
    state_file.with_suffix(".ca.pem").rmdir()


def test_switches_are_printed_and_documented(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["switches"]) == 0
    printed = capsys.readouterr().out
    assert printed.strip() == switch_table()
    for switch in declared_switches():
        assert f"| `{switch.name}` |" in printed
    readme = (TESTS / "lab" / "README.md").read_text(encoding="utf-8")
    assert switch_table() in readme, "paste the output of `python -m lab switches` into tests/lab/README.md"
