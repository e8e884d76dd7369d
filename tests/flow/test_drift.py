# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ``drift`` and its wrapper command, as the hook of a bare repository that estates are pushed to."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import launcher
import pytest
from lab import Lab

from .flow import ESTATE, ROOT, Flow, join, writes

GATE = ROOT / ".build/coll/ansible_collections/identityops/cisco/playbooks/gate.py"
HOOK = f"""#!/bin/sh
set -e
read -r old new branch
unset GIT_DIR GIT_QUARANTINE_PATH
rm -rf "$ESTATE"; mkdir "$ESTATE"
git -C "$REPOSITORY" archive "$new" | tar -x -C "$ESTATE"
cd "$ESTATE"
code=0
"$GATE_PYTHON" {GATE} identityops.cisco.drift -i inventory.json || code=$?
echo "exit code $code"
exit "$code"
"""
JOINED = {f"ise_duo_mfa_{name}": value for name, value in ESTATE.items()}
# Reaches this machine once, and then nothing any more.
LOST = """#!/bin/sh
mkdir "$0.used" 2>/dev/null || { echo "connect to host ivy: No route to host" >&2; exit 255; }
for command; do :; done
eval "$command"
"""
REPORTS = ("plan.json", "junit.xml", "summary.md", "report.html")


class Repository(Flow):
    """A bare repository whose hook takes a push only if all hosts of its inventory are in sync."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        self.python = sys.executable
        self.bare, self.clone, self.estate_dir = (folder / name for name in ("estate.git", "clone", "estate"))
        self._git("init", "-q", "--bare", str(self.bare), cwd=folder)
        hook = self.bare / "hooks" / "pre-receive"
        hook.write_text(HOOK)
        hook.chmod(0o755)
        self._git("clone", "-q", str(self.bare), str(self.clone), cwd=folder)

    def push(self, hosts: dict[str, dict[str, Any]], **variables: Any) -> tuple[int, str]:
        """Push an estate.

        :returns: the exit code of the gate, and what it has printed.
        """
        inventory = {"all": {"hosts": hosts, "vars": {"identityops_report_dir": "report", **variables}}}
        (self.clone / "inventory.json").write_text(json.dumps(inventory))
        self._git("add", "-A", cwd=self.clone)
        self._git("commit", "-q", "--allow-empty", "-m", "Declare the estate", cwd=self.clone)
        pushed = self._git("push", "-f", "origin", "HEAD:main", cwd=self.clone, is_checked=False)
        (code,) = [line.split()[-1] for line in pushed.stderr.splitlines() if "remote: exit code" in line]
        assert (pushed.returncode == 0) is (code == "0"), pushed.stderr
        return int(code), pushed.stderr

    def plan(self) -> dict[str, Any]:
        return dict(json.loads((self.estate_dir / "report/plan.json").read_text()))

    def outcomes(self) -> dict[str, str]:
        return {host["name"]: host["outcome"] for host in self.plan()["hosts"]}

    def _git(self, *arguments: str, cwd: Path, is_checked: bool = True) -> subprocess.CompletedProcess[str]:
        who = {f"GIT_{role}_{what}": "gate" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        places = {"REPOSITORY": str(self.bare), "ESTATE": str(self.estate_dir), "GATE_PYTHON": self.python}
        return subprocess.run(
            ["git", *arguments],
            cwd=cwd,
            env={**self._environment(), **self.connection(), **who, **places, "GIT_CONFIG_NOSYSTEM": "1"},
            capture_output=True,
            text=True,
            check=is_checked,
        )


@pytest.fixture
def repository(lab: Lab, tmp_path: Path) -> Repository:
    return Repository(lab, tmp_path)


@contextlib.contextmanager
def launched_by(repository: Repository) -> Iterator[None]:
    """The gate starts the ``ansible-playbook`` beside its Python, and that one is the launcher's."""
    with launcher.command() as folder:
        python = folder / "python"
        python.symlink_to(sys.executable)
        repository.python = str(python)
        yield


@pytest.fixture
def launched(repository: Repository) -> Iterator[None]:
    with launched_by(repository):
        yield


def test_an_estate_in_sync_passes_and_drift_does_not(lab: Lab, repository: Repository) -> None:
    """The first push is judged by the true command."""
    join(lab)
    code, shown = repository.push({"alder": JOINED})
    assert code == 0 and "The host is in sync." in shown, shown
    folder = repository.estate_dir / "report"
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(REPORTS, 0o600)
    (host,) = repository.plan()["hosts"]
    assert [flow["name"] for flow in host["flows"]] == ["ise_duo_mfa"]

    lab.patch("ise", "set_mfa", enabled=False)
    with launched_by(repository):
        assert_drift_is_found(lab, repository)
        assert repository.push({"alder": JOINED}, identityops_accept=["changed", "pending"])[0] == 0
    assert repository.outcomes() == {"alder": "accepted"}


def assert_drift_is_found(lab: Lab, repository: Repository) -> None:
    """In every report, and without a secret."""
    lab.clear_requests()
    code, shown = repository.push({"alder": JOINED})
    assert code == 2 and repository.outcomes() == {"alder": "drift"}, shown
    assert writes(lab) == []
    folder = repository.estate_dir / "report"
    suite = ElementTree.parse(folder / "junit.xml").getroot()[0]
    failed = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
    assert "MFA feature" in failed and suite.get("failures") == str(len(failed))
    secrets = [value for value in lab.secrets() if len(value) > 15]
    texts = shown + "".join((folder / name).read_text() for name in REPORTS)
    assert secrets and not [secret for secret in secrets if secret in texts]


@pytest.mark.usefixtures("launched")
def test_an_open_hand_off_does_not_pass_unless_it_is_accepted_by_name(lab: Lab, repository: Repository) -> None:
    declared = {"trusted_endpoints_handoff": "fail", "trusted_endpoints_max_blocked": 100}
    code, shown = repository.push({"alder": declared})
    assert code == 2, shown
    (flow,) = repository.plan()["hosts"][0]["flows"]
    assert (flow["name"], flow["status"], flow["complete"]) == ("trusted_endpoints", "handoff_required", False)
    assert flow["handoff"]
    assert repository.push({"alder": declared}, identityops_accept="handoff_required,pending,changed")[0] == 0


@pytest.mark.usefixtures("launched")
def test_one_broken_host_among_good_ones_is_one_and_an_error(lab: Lab, repository: Repository) -> None:
    join(lab)
    hosts = {
        "alder": JOINED,
        "birch": {**JOINED, "ise_password": "wrong"},
        "cedar": {**JOINED, "ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9},
        "elm": {"identityops_flows": ["ise_duo_mfaa"]},
        "fir": {},
        "hazel": {**JOINED, "ise_duo_mfa_groups": "{{ groups_of_hazel }}"},
    }
    ssh = repository.folder / "ssh"
    ssh.write_text(LOST)
    ssh.chmod(0o755)
    way = {"ansible_connection": "ssh", "ansible_ssh_executable": str(ssh), "ansible_pipelining": True}
    hosts["ivy"] = {"safe_outgoing_addresses": ["192.0.2.1"], "ansible_python_interpreter": sys.executable, **way}
    code, shown = repository.push(hosts)
    assert code == 1, shown
    assert repository.outcomes() == {**dict.fromkeys(hosts, "error"), "alder": "in_sync"}
    errors = {host["name"]: str(host["error"]) + str(host["flows"]) for host in repository.plan()["hosts"]}
    assert "user name and the password" in errors["birch"]
    assert "connect to host" in errors["cedar"]
    assert "'ise_duo_mfa'" in errors["elm"]
    assert "No flow is declared" in errors["fir"]
    assert "groups_of_hazel" in errors["hazel"]
    # It was lost while its flow ran.
    assert "No route to host" in errors["ivy"] and "Admin API application" in errors["ivy"]


@pytest.mark.usefixtures("launched")
def test_without_a_host_there_is_nothing_to_pass(lab: Lab, repository: Repository) -> None:
    code, shown = repository.push({})
    assert code == 1 and "No host was compared" in shown


def test_a_role_that_cannot_be_loaded_is_an_error_also_without_the_wrapper(repository: Repository) -> None:
    broken = repository.folder / "coll/ansible_collections/identityops/cisco"
    (broken / "roles").mkdir(parents=True)
    for part in ("plugins", "playbooks", "meta"):
        (broken / part).symlink_to(ROOT / part)
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(repository.folder / "coll")}
    inventory = ("-i", "alder,birch,", "-e", '{"safe_state": "present", "identityops_report_dir": "report"}')
    started = repository.start(*inventory, playbook="identityops.cisco.drift", environment=environment, as_command=True)
    ran = repository.ended(started)
    assert "'identityops.cisco.safe' was not found" in " ".join(ran.output.split()) and ran.code == 2, ran.output
    plan = json.loads((repository.folder / "report/plan.json").read_text())
    assert [(host["name"], host["outcome"]) for host in plan["hosts"]] == [("alder", "error"), ("birch", "error")]


@pytest.mark.parametrize("tags", [("--tags", "duo"), ("--skip-tags", "untagged")])
def test_tags_that_leave_the_comparison_out_do_not_pass(repository: Repository, tags: tuple[str, str]) -> None:
    ran = repository("-i", "alder,", *tags, playbook="identityops.cisco.drift")
    assert ran.code == 2 and "Nothing was judged" in ran.output, ran.output


def test_a_result_that_is_given_is_not_taken_for_one_of_this_run(repository: Repository) -> None:
    step = {"name": "All", "status": "ok", "detail": "", "diff": [], "seconds": 0.1}
    stale = {"schema": 1, "status": "in_sync", "complete": True, "changed": False, "steps": [step]}
    given = json.dumps({**JOINED, "ise_duo_mfa_result": {**stale, "handoff": [], "warnings": [], "not_enforced": []}})
    ran = repository("-i", "alder,", "-e", given, playbook="identityops.cisco.drift")
    assert ran.code == 2 and "Do not pass ise_duo_mfa_result to the gate" in ran.output, ran.output
