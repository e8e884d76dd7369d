# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the main job: join a simulated Cisco ISE and a simulated Duo, run again without a change, and heal some damage.

What happened is told by the playbook and then by the lab, which is the witness.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tools.checkout import BUILD, ROOT
from tools.lab import connection, lab_process

LAB_FILE = BUILD / "demo" / "lab.json"
PLAYBOOK = "identityops.cisco.ise_duo_mfa"
VARIABLES = {
    "ise_duo_mfa_active_directory": "CORP_AD",
    "ise_duo_mfa_groups": ["corp.example/Users/Duo Users", "corp.example/Users/Network Admins"],
}
TASK = re.compile(r"^TASK \[(?:identityops\.cisco\.\w+ : )?(?P<name>.*)\] \*+$")
RESULT = re.compile(r"^(?P<status>ok|changed|fatal|failed): \[localhost\]")
# Tasks that only steer the role. A reader wants to see the others.
STEERING = ("Validating", "Begin", "Require", "Bring", "Join", "Sum up", "Tell")


class DemoError(Exception):
    """A run did not end as the demo promises."""


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


class Playbook:
    """One run of the playbook, told line by line as it goes."""

    def __init__(self, *options: str) -> None:
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local", PLAYBOOK]
        self._command = [*command, "-e", json.dumps(VARIABLES), *options]
        self._task = ""
        self._said: list[str] = []

    def run(self) -> float:
        """Returns the seconds it took.

        :raises DemoError: it failed; the error holds everything it said.
        """
        began = time.monotonic()
        environment = os.environ | connection(LAB_FILE) | {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            self._command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                self._hear(line.rstrip())
        if process.returncode:
            raise DemoError("The playbook failed. It said:\n\n" + "\n".join(self._said))
        return time.monotonic() - began

    def _hear(self, line: str) -> None:
        self._said.append(line)
        if found := TASK.match(line):
            self._task = found["name"]
        elif (found := RESULT.match(line)) and not self._task.startswith(STEERING):
            print(f"  {found['status']:<8} {self._task}", flush=True)


def describe_estate(lab: Any) -> None:
    duo, ise = lab.state("duo"), lab.state("ise")
    directories = " and ".join(sorted(ise["join_points"]))
    print(f"  Duo  {lab.duo.api_host}: {len(duo['users'])} users, {len(duo['applications'])} applications")
    print(f"  ISE  {lab.ise.hostname}:{lab.ise.port}: release {ise['version']}, join points {directories}, MFA off")


def describe_result(lab: Any) -> None:
    duo, ise = lab.state("duo"), lab.state("ise")
    print("\n  What the simulated services hold now:")
    for name in ("ISE user sync", "ISE logins"):
        (app,) = [app for app in duo["applications"] if app["name"] == name]
        rights = [flag.removeprefix("adminapi_").replace("_", " ") for flag, is_set in app["flags"].items() if is_set]
        print(f"    Duo  application {name} ({app['type']}): {', '.join(rights) or 'no Admin API permission'}")
    for name, stored in ise["connections"].items():
        print(f"    ISE  connection {name}: {stored['type']}, identity sync {stored['identity_sync']}")
    print(f"    ISE  pushed {len(ise['users_pushed'])} users from Active Directory to Duo")


def count_requests(lab: Any) -> None:
    requests = lab.requests()
    writes = sum(request["write"] for request in requests)
    print(f"  {len(requests)} requests, of which {writes or 'none'} changed something")
    lab.clear_requests()


def show(lab: Any) -> None:
    title("The estate")
    describe_estate(lab)
    title("What a run would do (--check)")
    Playbook("--check").run()
    count_requests(lab)
    title("The first run")
    seconds = Playbook().run()
    count_requests(lab)
    print(f"  {seconds:.1f} seconds")
    describe_result(lab)
    title("The second run changes nothing")
    Playbook().run()
    count_requests(lab)
    title("Somebody rotates a key in Duo and takes a group off the sync; the next run heals both")
    lab.patch("duo", "rotate_secret", name="ISE user sync")
    lab.patch("ise", "remove_sync_group", sync="Duo users", group="corp.example/Users/Network Admins")
    Playbook().run()
    count_requests(lab)


def main() -> int:
    # The lab is test equipment, which only the tests have on their path.
    sys.path.insert(0, str(ROOT / "tests"))
    from lab import attach

    try:
        with lab_process(LAB_FILE):
            show(attach(LAB_FILE))
    except DemoError as error:
        print(error)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"The lab did not start or stop:\n{error.stdout}{error.stderr}")
        return 1
    print("\nDone; nothing is left running. The guide in docs/ tells how to do this with your own ISE and Duo.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
