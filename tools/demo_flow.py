# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flow as the demo shows it: runs of its playbook, what a person does between them, and what the lab has counted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.checkout import BUILD, ROOT

if TYPE_CHECKING:
    from lab.control import Control

FOLDER = BUILD / "demo-run"
# Gone with the lab whose keys it holds.
KEPT = FOLDER / "flows"
RESULTS_FILE = KEPT / "results.jsonl"
CALLBACKS = ROOT / "tests" / "flow" / "callbacks"
SUMMARY = "SUMMARY **"
BOLD, CYAN = "1", "36"
NARROWEST, WIDEST = 80, 120


class DemoError(Exception):
    """Something did not go as the demo promises."""


def has_colour() -> bool:
    """Whether a terminal shows colours and NO_COLOR is not set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def colour(text: str, code: str) -> str:
    return f"\033[{code}m{text}\033[0m" if has_colour() else text


def width() -> int:
    return min(max(shutil.get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)


def chapter(text: str, purpose: str) -> None:
    print(f"\n\n{colour(text, BOLD)}\n{colour('=' * len(text), BOLD)}\n{purpose}", flush=True)


def title(text: str) -> None:
    print(f"\n{colour(text, BOLD)}", flush=True)


class Flow:
    """The playbook of a role, run against the lab."""

    def __init__(self, lab: Control, role: str, variables: dict[str, Any], environment: dict[str, str]) -> None:
        from lab.person import write_vault

        self._lab = lab
        self._role = role
        self._variables = KEPT / f"{role}.json"
        self._environment = neutral() | environment
        # The person keeps there what a console shows once.
        self.vault = vault_of(role)
        write_vault(self.vault, {})
        self.declare(variables)
        lab.clear_requests()

    def declare(self, variables: dict[str, Any]) -> None:
        """Have the next runs use these variables of the role. Some hold secrets, so they are not for a command line."""
        from lab.person import write_vault

        write_vault(self._variables, {f"{self._role}_{name}": value for name, value in variables.items()})

    def run(self, what: str, *options: str) -> dict[str, Any]:
        """Play it under a title and show the summary at its end; what the role reports.

        :raises DemoError: it failed.
        """
        title(what)
        result, summary, seconds = self._play(options)
        print(textwrap.indent(summary, "  "))
        self._count(seconds)
        return result

    def preview(self, what: str, *options: str) -> None:
        """As :meth:`run`, with --check.

        :raises DemoError: it failed or changed something.
        """
        title(what)
        _result, summary, seconds = self._play(("--check", *options))
        print(textwrap.indent(summary, "  "))
        if self._count(seconds):
            raise DemoError("The run with --check should have changed nothing, but did.")

    def run_again(self, *options: str) -> None:
        """Play it once more and show that it changes nothing.

        :raises DemoError: it failed or changed something.
        """
        result = self.run("The same run again changes nothing", *options)
        if result["changed"]:
            raise DemoError(f"The run should have changed nothing, but did:\n{json.dumps(result['steps'], indent=2)}")

    def repair(self, damage: str, *options: str) -> None:
        """Play it after some damage and show what it repairs.

        :raises DemoError: it failed or repaired nothing.
        """
        if not self.run(damage, *options)["changed"]:
            raise DemoError("The run should have repaired the damage, but changed nothing.")

    def repair_as_shown(self, what: str) -> None:
        """Play what :meth:`preview` has shown, and show no more than the last line of the summary.

        :raises DemoError: it failed or repaired nothing.
        """
        title(what)
        _result, summary, seconds = self._play(())
        print(f"  {summary.splitlines()[-1]}")
        if not self._count(seconds):
            raise DemoError("The run should have repaired the damage, but changed nothing.")

    def hand_over(self, steps: list[dict[str, Any]]) -> None:
        """Let the lab's person do what a run has left. They know nothing but what the steps say.

        :raises DemoError: they cannot follow.
        """
        from lab.person import ROLES, Confused, Person, read_vault, write_vault

        title("A person does this in the consoles, with nothing but the instructions of the run")
        person = Person(self._lab, set(ROLES), read_vault(self.vault))
        try:
            person.perform(steps)
        except Confused as error:
            raise DemoError(f"The person cannot do what the run hands off: {error}") from error
        write_vault(self.vault, person.vault)
        for step in steps:
            show_deeds(step, person.deeds)
        self._lab.clear_requests()

    def _play(self, options: tuple[str, ...]) -> tuple[dict[str, Any], str, float]:
        """What the role reports, the summary that Ansible shows at the end, and the seconds."""
        RESULTS_FILE.unlink(missing_ok=True)
        began = time.monotonic()
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", "-c", "local"]
        command += [f"identityops.cisco.{self._role}", "-e", f"@{self._variables}", *options]
        ran = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise DemoError(f"The playbook failed. It said:\n\n{ran.stdout}{ran.stderr}")
        results = [json.loads(line) for line in RESULTS_FILE.read_text(encoding="utf-8").splitlines()]
        name = f"{self._role}_result"
        reports = [facts[name] for result in results if name in (facts := result.get("ansible_facts", {}))]
        _before, _banner, summary = ran.stdout.partition(SUMMARY)
        return reports[-1], summary.partition("\n")[2].rstrip(), time.monotonic() - began

    def _count(self, seconds: float) -> int:
        """How many requests have changed something, after showing it."""
        requests = self._lab.requests()
        writes = sum(request["write"] for request in requests)
        self._lab.clear_requests()
        changed = f"{writes} of them changed something" if writes else "none of them changed anything"
        print(f"  {len(requests)} requests, {changed}; {seconds:.1f} seconds", flush=True)
        return writes


def show_deeds(step: dict[str, Any], done: list[str]) -> None:
    """What the person did for a step, click by click."""
    prefix = f"{step['id']}: "
    deeds = [deed.removeprefix(prefix) for deed in done if deed.startswith(prefix)]
    print(f"  {colour(step['product'], CYAN)}: {step['action']}")
    text = f"The {'; '.join(deeds).removeprefix('as ')}."
    indent: Any = {"initial_indent": "    ", "subsequent_indent": "    "}
    # Labels and addresses stay whole.
    print(textwrap.fill(text, width(), **indent, break_on_hyphens=False, break_long_words=False))


def vault_of(role: str) -> Path:
    return KEPT / f"{role}.vault.json"


def neutral() -> dict[str, str]:
    """The caller's environment, less what would lead a playbook elsewhere than to the lab."""
    services, proxies = ("CII_", "DUO_", "ISE_", "SAFE_", "SECURE_ENDPOINT_"), ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    kept = os.environ.items()
    found = {name: value for name, value in kept if not name.startswith(services) and name.upper() not in proxies}
    callbacks = {
        "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        "ANSIBLE_CALLBACKS_ENABLED": "results,identityops.cisco.summary",
        "FLOW_RESULTS": str(RESULTS_FILE),
        # The summary is indented by two.
        "COLUMNS": str(width() - 2),
    }
    return found | callbacks | ({"ANSIBLE_FORCE_COLOR": "1"} if has_colour() else {"NO_COLOR": "1"})
