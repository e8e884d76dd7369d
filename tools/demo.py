# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show the two jobs: join a simulated Cisco ISE and a simulated Duo; and keep compromised devices out.

What happened is told by the playbook and then by the lab, which is the witness.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

from tools.checkout import BUILD
from tools.lab import lab_process

FOLDER = BUILD / "demo"
LAB_FILE = FOLDER / "lab.json"
JOINING = "identityops.cisco.ise_duo_mfa"
JOINING_VARIABLES = {
    "ise_duo_mfa_active_directory": "CORP_AD",
    "ise_duo_mfa_groups": ["corp.example/Users/Duo Users", "corp.example/Users/Network Admins"],
}
PROTECTING = "identityops.cisco.trusted_endpoints"
# Where the person puts what a console shows once.
CREDENTIAL_FILE = FOLDER / "credential.json"
POLICY = "Trusted Endpoints"
PROTECTING_VARIABLES = {
    "trusted_endpoints_policy_name": POLICY,
    "trusted_endpoints_apply_to": [{"application": "AnyConnect Headquarters"}],
    "trusted_endpoints_credential_file": str(CREDENTIAL_FILE),
    # What the lab's devices come to; without it the run would stop before it changes anything.
    "trusted_endpoints_max_blocked": 7,
}
# A play after the playbook's own, which keeps its result for us.
RESULT_FILE, KEEPING_FILE = FOLDER / "result.json", FOLDER / "keeping.json"
KEEPING = {
    "name": "Tell the demo",
    "hosts": "all",
    "gather_facts": False,
    "tasks": [
        {
            "name": "Tell the demo",
            "ansible.builtin.copy": {
                "dest": str(RESULT_FILE),
                "content": "{{ trusted_endpoints_result | to_json }}",
                "mode": "0600",
            },
        }
    ],
}
TASK = re.compile(r"^TASK \[(?:identityops\.cisco\.\w+ : )?(?P<name>.*)\] \*+$")
RESULT = re.compile(r"^(?P<status>ok|changed|fatal|failed): \[localhost\]")
# Tasks that only steer the role. A reader wants to see the others.
STEERING = ("Validating", "Begin", "Require", "Bring", "Join", "Sum up", "Tell")


class DemoError(Exception):
    """A run did not end as the demo promises."""


def neutral() -> dict[str, str]:
    """The caller's environment, less what would lead a playbook elsewhere than to the lab."""
    services, proxies = ("CII_", "DUO_", "ISE_", "SAFE_", "SECURE_ENDPOINT_"), ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    kept = os.environ.items()
    return {name: value for name, value in kept if not name.startswith(services) and name.upper() not in proxies}


def title(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


class Playbook:
    """A playbook whose runs are told line by line as they go.

    :param more: what is played after it, in the same run.
    """

    def __init__(self, name: str, variables: dict[str, Any], environment: dict[str, str], *more: str) -> None:
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local"]
        self._command = [*command, name, *more, "-e", json.dumps(variables)]
        self._environment = neutral() | environment | {"NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
        self._task = ""
        self._said: list[str] = []

    def run(self, *options: str) -> float:
        """Returns the seconds it took.

        :raises DemoError: it failed; the error holds everything it said.
        """
        began = time.monotonic()
        self._said = []
        with subprocess.Popen(
            [*self._command, *options],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
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


def count_requests(lab: Any) -> None:
    requests = lab.requests()
    writes = sum(request["write"] for request in requests)
    print(f"  {len(requests)} requests, of which {writes or 'none'} changed something")
    lab.clear_requests()


# Joining ISE and Duo


def describe_ise_and_duo(lab: Any) -> None:
    duo, ise = lab.state("duo"), lab.state("ise")
    directories = " and ".join(sorted(ise["join_points"]))
    print(f"  Duo  {lab.duo.api_host}: {len(duo['users'])} users, {len(duo['applications'])} applications")
    print(f"  ISE  {lab.ise.hostname}:{lab.ise.port}: release {ise['version']}, join points {directories}, MFA off")


def describe_join(lab: Any) -> None:
    duo, ise = lab.state("duo"), lab.state("ise")
    print("\n  What the simulated services hold now:")
    for name in ("ISE user sync", "ISE logins"):
        (app,) = [app for app in duo["applications"] if app["name"] == name]
        rights = [flag.removeprefix("adminapi_").replace("_", " ") for flag, is_set in app["flags"].items() if is_set]
        print(f"    Duo  application {name} ({app['type']}): {', '.join(rights) or 'no Admin API permission'}")
    for name, stored in ise["connections"].items():
        print(f"    ISE  connection {name}: {stored['type']}, identity sync {stored['identity_sync']}")
    print(f"    ISE  pushed {len(ise['users_pushed'])} users from Active Directory to Duo")


def show_joining(lab: Any) -> None:
    playbook = Playbook(JOINING, JOINING_VARIABLES, lab.environment("duo", "ise"))
    title("Cisco ISE and Duo: the estate")
    describe_ise_and_duo(lab)
    title("What a run would do (--check)")
    playbook.run("--check")
    count_requests(lab)
    title("The first run")
    seconds = playbook.run()
    count_requests(lab)
    print(f"  {seconds:.1f} seconds")
    describe_join(lab)
    title("The second run changes nothing")
    playbook.run()
    count_requests(lab)
    title("Somebody rotates a key in Duo and takes a group off the sync; the next run heals both")
    lab.patch("duo", "rotate_secret", name="ISE user sync")
    lab.patch("ise", "remove_sync_group", sync="Duo users", group="corp.example/Users/Network Admins")
    playbook.run()
    count_requests(lab)


# Keeping compromised devices out


def describe_devices(lab: Any) -> None:
    duo, organisation = lab.state("duo"), lab.state("secure_endpoint")
    computers = [computer for computer in organisation["computers"] if not computer["demo"]]
    compromised = sum(computer["is_compromised"] for computer in computers)
    names = ", ".join(credential["name"] for credential in organisation["credentials"])
    print(f"  Secure Endpoint  {len(computers)} computers, {compromised} compromised; API credentials {names}")
    print(f"  Duo              {len(duo['endpoints'])} devices, {len(duo['policies'])} policies")


def describe_protection(lab: Any) -> None:
    duo = lab.state("duo")
    (policy,) = [policy for policy in duo["policies"] if policy["policy_name"] == POLICY]
    section = policy["sections"]["trusted_endpoints"]
    places = ", ".join(place["app_name"] for place in policy["policy_applies_to"])
    integration = duo["cisco_secure_endpoint_integration"]
    print("\n  What the simulated Duo holds now:")
    print(f"    policy {policy['policy_name']}: {section['trusted_endpoint_checking']}, on {places}")
    print(f"    Cisco Secure Endpoint can block: {tell(section['cisco_secure_endpoint_can_block'])}")
    print(f"    integration with {integration['hostname']}, enabled: {tell(integration['enabled'])}")


def tell(is_so: bool) -> str:
    return "yes" if is_so else "no"


def hand_over(lab: Any) -> None:
    """Let the lab's person do what the run has left. They know nothing but what it tells them.

    :raises DemoError: they cannot follow.
    """
    from lab.person import ROLES, Confused, Person, read_vault, write_vault

    steps = kept_result()["handoff"]
    person = Person(lab, set(ROLES), read_vault(CREDENTIAL_FILE))
    try:
        person.perform(steps)
    except Confused as error:
        raise DemoError(f"Nobody can do what the run has left: {error}") from error
    write_vault(CREDENTIAL_FILE, person.vault)
    for step in steps:
        print(f"  {step['product']}: {step['action']}")
        prefix = f"{step['id']}: "
        clicks = "; ".join(told.removeprefix(prefix) for told in person.told if told.startswith(prefix))
        print(textwrap.fill(clicks, 110, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False))


def kept_result() -> dict[str, Any]:
    """What the latest run has set as its result."""
    result: dict[str, Any] = json.loads(RESULT_FILE.read_text(encoding="utf-8"))
    return result


def show_protecting(lab: Any) -> None:
    CREDENTIAL_FILE.unlink(missing_ok=True)
    KEEPING_FILE.write_text(json.dumps([KEEPING]), encoding="utf-8")
    environment = lab.environment("duo", "secure_endpoint", credential=False)
    playbook = Playbook(PROTECTING, PROTECTING_VARIABLES, environment, str(KEEPING_FILE))
    # What Duo requires before anything else.
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    title("Trusted Endpoints: the estate")
    describe_devices(lab)
    title("The first run hands over what only two consoles offer")
    playbook.run()
    count_requests(lab)
    title("A person does it, and knows nothing but the steps that were handed over")
    hand_over(lab)
    title("The run after that protects")
    done = ("-e", "trusted_endpoints_edr_confirmed=true")
    seconds = playbook.run(*done)
    count_requests(lab)
    print(f"  {seconds:.1f} seconds")
    print(f"  {kept_result()['impact']['blocked_now']} of the present devices are locked out at most")
    describe_protection(lab)
    title("The second run changes nothing")
    playbook.run(*done)
    count_requests(lab)
    title("Somebody unticks in Duo that Cisco Secure Endpoint can block; the next run heals it")
    lab.patch(
        "duo", "set_policy", name=POLICY, sections={"trusted_endpoints": {"cisco_secure_endpoint_can_block": False}}
    )
    playbook.run(*done)
    count_requests(lab)
    describe_protection(lab)


def forget() -> None:
    """What holds the keys of a lab that is gone."""
    for file in (CREDENTIAL_FILE, RESULT_FILE):
        file.unlink(missing_ok=True)


def main() -> int:
    try:
        with lab_process(LAB_FILE) as lab:
            show_joining(lab)
            show_protecting(lab)
    except DemoError as error:
        print(error)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"The lab did not start or stop:\n{error.stdout}{error.stderr}")
        return 1
    finally:
        forget()
    print("\nDone; nothing is left running. The guides in docs/ tell how to do this with your own services.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
