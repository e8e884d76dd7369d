# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook of the collection, ``ise_duo_mfa`` unless asked otherwise, with ``ansible-playbook`` as a process.

The connection goes in through the environment, the role's variables through ``-e``, as a person would give them. What
the role reports is read from a callback's file; what was done is asked of the lab.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import launcher
from ansible.parsing.vault import VaultLib, VaultSecret
from lab import Lab

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PLAYBOOK = "identityops.cisco.ise_duo_mfa"
ROLE = "ise_duo_mfa_"
LIMIT_SECONDS = 60

SYNC, CONNECTION = "Duo users", "Duo"
ADMIN_APP, AUTH_APP = "ISE user sync", "ISE logins"
# Ends the notes of an application that the collection manages.
MARK = "[Managed by identityops.cisco]"
DUO_USERS, NETWORK_ADMINS = "corp.example/Users/Duo Users", "corp.example/Users/Network Admins"
# The two variables of the role that have no default.
ESTATE = {"active_directory": "CORP_AD", "groups": [DUO_USERS, NETWORK_ADMINS]}
# The steps of a run that starts from nothing, and what it reports of each.
FIRST_RUN = {
    "Preflight": "ok",
    "Admin API application": "changed",
    "Auth API application": "changed",
    "MFA feature": "changed",
    "Active Directory groups": "changed",
    "Identity sync": "changed",
    "Duo connection": "changed",
    "Run of the identity sync": "changed",
}
NO_CHANGE = {**dict.fromkeys(FIRST_RUN, "ok"), "Duo connection": "verified"}

VAULT = VaultSecret(b"the password of the vault")

Variables = dict[str, Any]
Started = launcher.Run | subprocess.Popen[str]


@dataclass
class Ran:
    """What one run of ``ansible-playbook`` has shown and reported."""

    code: int
    output: str
    results: list[dict[str, Any]]
    role: str = ROLE

    def reported(self, host: str = "localhost") -> dict[str, Any]:
        """The result as the role has set it last."""
        reports = [
            result["ansible_facts"][f"{self.role}result"]
            for result in self.results
            if result["host"] == host and f"{self.role}result" in result.get("ansible_facts", {})
        ]
        assert reports, f"the role reported nothing:\n{self.output}"
        return dict(reports[-1])

    def statuses(self, host: str = "localhost") -> dict[str, str]:
        """The status of each step, in order."""
        return {step["name"]: step["status"] for step in self.reported(host)["steps"]}

    def changed(self, host: str = "localhost") -> set[str]:
        """The names of the steps that changed something, or would."""
        return {name for name, status in self.statuses(host).items() if status == "changed"}

    def detail(self, name: str) -> str:
        """What is said about a step."""
        return next(step["detail"] for step in self.reported()["steps"] if step["name"] == name)

    def warnings(self) -> list[str]:
        """The warnings shown, each once, without regard to how the lines are broken."""
        parts = " ".join(self.output.split()).split("[WARNING]: ")[1:]
        return [part.split(" PLAY ")[0].split(" TASK ")[0].split(" ok: [")[0].split(" changed: [")[0] for part in parts]


class Flow:
    """Runs the playbook against the lab; called like ``flow(check=True, sync_name="Staff")``.

    Each keyword is a variable of the role without its prefix, in addition to :attr:`estate`.
    """

    playbook = PLAYBOOK
    role = ROLE
    estate: Variables = ESTATE

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        self._results = folder / "results.jsonl"
        self.folder = folder
        # The same for all tests, as far as the launcher goes, and empty for each.
        self.home = folder.parent / "home"
        self.forget()

    def __call__(
        self,
        *arguments: str,
        check: bool = False,
        playbook: str = "",
        environment: dict[str, str] | None = None,
        **variables: Any,
    ) -> Ran:
        """Run to the end.

        :param arguments: further ones for ``ansible-playbook``.
        :param environment: instead of the connection to the lab.
        """
        process = self.start(*arguments, check=check, playbook=playbook, environment=environment, **variables)
        return self.ended(process)

    def ended(self, process: Started) -> Ran:
        """What a run that was started has come to, at its end."""
        output, _nothing = process.communicate(timeout=LIMIT_SECONDS)
        return Ran(process.returncode, output, self.results(), self.role)

    def results(self) -> list[dict[str, Any]]:
        """The results so far, of the run that was started last."""
        lines = self._results.read_text().splitlines(keepends=True) if self._results.exists() else []
        # The last one may be half written.
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def until(self, process: Started, reached: Callable[[], bool]) -> None:
        """Look on until ``reached`` says so."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while not reached():
            assert process.poll() is None and time.monotonic() < deadline, "the run did not get so far"
            time.sleep(0.01)

    def ok(self, *arguments: str, **variables: Any) -> Ran:
        """Run and expect success."""
        ran = self(*arguments, **variables)
        assert ran.code == 0, ran.output
        return ran

    def fails(self, *arguments: str, **variables: Any) -> Ran:
        """Run and expect a failed task."""
        ran = self(*arguments, **variables)
        assert ran.code == 2, ran.output
        return ran

    def quietly(self, *arguments: str, **variables: Any) -> Ran:
        """Run, and expect success without a write."""
        self._lab.clear_requests()
        ran = self.ok(*arguments, **variables)
        assert writes(self._lab) == []
        return ran

    def killed_when(self, reached: Callable[[], bool], **variables: Any) -> None:
        """Start a run, and kill all of its processes at once when ``reached`` says so."""
        process = self.start(**variables)
        self.until(process, reached)
        for pid in [process.pid, *descendants(process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.communicate(timeout=LIMIT_SECONDS)

    def forget(self) -> None:
        """Have nothing of earlier runs at home."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir()

    def connection(self) -> dict[str, str]:
        """How to reach the lab, as environment variables."""
        return connection(self._lab)

    def vault(self, variables: Variables) -> tuple[str, ...]:
        """Arguments that have variables read from an encrypted file."""
        (self.folder / "vault.yml").write_text(self.encrypted(json.dumps(variables)))
        (self.folder / "vault-password").write_bytes(VAULT.bytes)
        return "-e", f"@{self.folder / 'vault.yml'}", "--vault-password-file", str(self.folder / "vault-password")

    @staticmethod
    def encrypted(text: str) -> str:
        """A text as Ansible Vault encrypts it with the password of :meth:`vault`."""
        content: bytes = VaultLib([("default", VAULT)]).encrypt(text, VAULT)
        return content.decode()

    def start(
        self,
        *arguments: str,
        check: bool = False,
        playbook: str = "",
        environment: dict[str, str] | None = None,
        as_command: bool = False,
        **variables: Any,
    ) -> Started:
        """Start a run.

        :param as_command: with the true command in place of the launcher, which starts the same run sooner.
        """
        self._results.unlink(missing_ok=True)
        command = [playbook or self.playbook]
        command += ["--check", "--diff"] if check else []
        if "-i" not in arguments:
            command += ["-i", "localhost,", "-c", "local"]
            wanted = {**self.estate, **variables}
            command += ["-e", json.dumps({f"{self.role}{name}": value for name, value in wanted.items()})]
        given = {**self._environment(), **(self.connection() if environment is None else environment)}
        if not as_command:
            return launcher.Run([*command, *arguments], self.folder, given)
        return subprocess.Popen(
            [sys.executable, "-m", "ansible", "playbook", *command, *arguments],
            cwd=self.folder,
            env=given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "ANSIBLE_HOME": str(self.home / ".ansible"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build" / "coll"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "FLOW_RESULTS": str(self._results),
            "NO_COLOR": "1",
        }


def descendants(pid: int) -> list[int]:
    """The processes that one has started, and what these have; workers of newer releases of core leave its group."""
    children: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(process.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found[1:]


def connection(lab: Lab) -> dict[str, str]:
    """How to reach Duo and ISE, as environment variables."""
    return lab.environment("duo", "ise")


def connection_options(lab: Lab) -> Variables:
    """How to reach Duo and ISE, as the options of the modules."""
    return lab.options("duo", "ise")


def writes(lab: Lab) -> list[str]:
    """The requests that change state, as ``METHOD path``, oldest first."""
    return [f"{row['method']} {row['path']}" for row in lab.requests() if row["write"]]


def application(lab: Lab, name: str) -> dict[str, Any]:
    """The one application of that name, as Duo has it."""
    (found,) = [app for app in lab.state("duo")["applications"] if app["name"] == name]
    return dict(found)


def members(lab: Lab) -> list[dict[str, Any]]:
    """The people in the groups of :data:`ESTATE`."""
    directory = lab.state("ise")["directory"]
    return [person for group in (DUO_USERS, NETWORK_ADMINS) for person in directory[group]["members"]]


def names_by_group(lab: Lab) -> dict[str, list[str]]:
    directory = lab.state("ise")["directory"]
    return {
        group: [person["username"] for person in directory[group]["members"]] for group in (DUO_USERS, NETWORK_ADMINS)
    }


def join(lab: Lab) -> None:
    """Make by hand what the flow makes of an untouched estate."""
    flags = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
    lab.patch("duo", "add_application", name=ADMIN_APP, type="adminapi", flags=flags, notes=MARK)
    lab.patch("duo", "add_application", name=AUTH_APP, type="authapi", user_access="ALL_USERS", notes=MARK)
    admin, auth = application(lab, ADMIN_APP), application(lab, AUTH_APP)
    lab.patch("ise", "set_mfa", enabled=True)
    for group in (DUO_USERS, NETWORK_ADMINS):
        lab.patch("ise", "add_join_point_group", name="CORP_AD", group=group)
    lab.patch("ise", "add_sync", name=SYNC, directory="CORP_AD", groups=[DUO_USERS, NETWORK_ADMINS])
    lab.patch("ise", "set_sync", name=SYNC, status="Success", last_sync=time.time())
    lab.patch(
        "ise",
        "add_connection",
        name=CONNECTION,
        identity_sync=SYNC,
        admin_integration_key=admin["integration_key"],
        admin_secret_key=admin["secret_key"],
        auth_integration_key=auth["integration_key"],
        auth_secret_key=auth["secret_key"],
    )
    lab.patch("duo", "users_from_directory", users=members(lab), groups=names_by_group(lab))


def estate(lab: Lab) -> dict[str, Any]:
    """What the flow has made of both services, without what differs from run to run: keys and times."""
    duo, ise = lab.state("duo"), lab.state("ise")
    names = {app["integration_key"]: app["name"] for app in duo["applications"]}
    apps = [{key: app[key] for key in ("name", "type", "flags", "user_access")} for app in duo["applications"]]
    apps.sort(key=lambda app: str(app["name"]))
    good_secrets = {app["integration_key"]: app["secret_key"] for app in duo["applications"]}
    connections = {}
    for name, stored in ise["connections"].items():
        keys = {side: stored[side] for side in ("admin", "auth")}
        connections[name] = {
            **{key: stored[key] for key in ("type", "description", "identity_sync", "api_host")},
            **{side: names.get(key["integration_key"]) for side, key in keys.items()},
            "good": all(good_secrets.get(key["integration_key"]) == key["secret_key"] for key in keys.values()),
        }
    syncs = {
        name: {key: sync[key] for key in ("directories", "groups", "schedule", "status")}
        for name, sync in ise["syncs"].items()
    }
    groups = {name: point["groups"] for name, point in ise["join_points"].items()}
    return {
        "applications": apps,
        "connections": connections,
        "syncs": syncs,
        "groups": groups,
        "mfa": ise["mfa"]["enabled"],
        "users": sorted(user["username"] for user in duo["users"]),
    }
