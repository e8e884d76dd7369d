# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flow as the demo shows it: runs of its playbook, what a person does between them, and what the lab has counted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.checkout import BUILD, ROOT

if TYPE_CHECKING:
    from lab.control import Control

FOLDER = BUILD / "demo"
# Gone with the lab whose keys it holds.
KEPT = FOLDER / "flows"
RESULTS_FILE = KEPT / "results.jsonl"
CALLBACKS = ROOT / "tests" / "flow" / "callbacks"
WIDTH = 116
BOLD, GREEN, YELLOW, CYAN, PLAIN = "1", "32", "33", "36", "0"
COLOURS = {"changed": YELLOW, "verified": GREEN, "ok": GREEN, "handoff required": CYAN, "pending": CYAN}
UNTOUCHED = ("ok", "not_verifiable")
# Labels and addresses stay whole.
UNBROKEN: Any = {"break_on_hyphens": False, "break_long_words": False}


class DemoError(Exception):
    """Something did not go as the demo promises."""


def colour(text: str, code: str) -> str:
    """The text in colour if a terminal shows it and NO_COLOR is not set."""
    return f"\033[{code}m{text}\033[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text


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

    def run(self, what: str, *options: str, hidden: Collection[str] = ()) -> dict[str, Any]:
        """Play it under a title and show its steps, less those of a `hidden` status; what the role reports.

        :raises DemoError: it failed.
        """
        title(what)
        result, messages, seconds = self._play(options)
        for line, step in zip(messages[-1], result["steps"], strict=True):
            if step["status"] not in hidden:
                show_step(line, step)
        self._count(seconds)
        return result

    def preview(self, what: str, *options: str) -> None:
        """Play it with --check and show what it would do to the devices.

        :raises DemoError: it failed or changed something.
        """
        title(what)
        _result, messages, seconds = self._play(("--check", *options))
        notes = [line for line in messages[0] if line.startswith("Note: ")]
        for line in messages[0][: -len(notes) or None]:
            print(textwrap.fill(line, WIDTH, initial_indent="  ", subsequent_indent="    ", **UNBROKEN))
        print(f"  The run adds {len(notes)} notes on what the numbers assume.")
        if self._count(seconds):
            raise DemoError("The run with --check should have changed nothing, but did.")

    def run_again(self, *options: str) -> None:
        """Play it once more and show in one line that it changes nothing.

        :raises DemoError: it failed or changed something.
        """
        title("The same run again changes nothing")
        result, _messages, seconds = self._play(options)
        print(f"  {len(result['steps'])} steps, none of them changed")
        if self._count(seconds) or result["changed"]:
            raise DemoError(f"The run should have changed nothing, but did:\n{json.dumps(result['steps'], indent=2)}")

    def repair(self, damage: str, *options: str) -> None:
        """Play it after some damage and show what it repairs.

        :raises DemoError: it failed or repaired nothing.
        """
        if not self.run(damage, *options, hidden=UNTOUCHED)["changed"]:
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
            raise DemoError(f"Nobody can do what the run has left: {error}") from error
        write_vault(self.vault, person.vault)
        for step in steps:
            prefix = f"{step['id']}: "
            clicks = [told.removeprefix(prefix) for told in person.told if told.startswith(prefix)]
            print(f"  {colour(step['product'], CYAN)}: {step['action']}")
            told = f"The {'; '.join(clicks).removeprefix('as ')}."
            print(textwrap.fill(told, WIDTH, initial_indent="    ", subsequent_indent="    ", **UNBROKEN))
        self._lab.clear_requests()

    def _play(self, options: tuple[str, ...]) -> tuple[dict[str, Any], list[Any], float]:
        """What the role reports, what the playbook shows at its end, and the seconds."""
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
        messages = [result["msg"] for result in results if isinstance(result.get("msg"), list)]
        return reports[-1], messages, time.monotonic() - began

    def _count(self, seconds: float) -> int:
        """How many requests have changed something, after showing it."""
        requests = self._lab.requests()
        writes = sum(request["write"] for request in requests)
        self._lab.clear_requests()
        changed = f"{writes} of them changed something" if writes else "none of them changed anything"
        print(f"  {len(requests)} requests, {changed}; {seconds:.1f} seconds", flush=True)
        return writes


def show_step(line: str, step: dict[str, str]) -> None:
    """The line about a step as the playbook shows it, wrapped below its last column."""
    status = step["status"].replace("_", " ")
    margin = " " * line.index(step["detail"])
    first, *rest = textwrap.wrap(line, WIDTH - 2, subsequent_indent=margin, **UNBROKEN)
    coloured = colour(status, COLOURS.get(status, PLAIN)) + first.removeprefix(status)
    print("\n".join(f"  {part}" for part in (coloured, *rest)), flush=True)


def vault_of(role: str) -> Path:
    return KEPT / f"{role}.vault.json"


def neutral() -> dict[str, str]:
    """The caller's environment, less what would lead a playbook elsewhere than to the lab."""
    services, proxies = ("CII_", "DUO_", "ISE_", "SAFE_", "SECURE_ENDPOINT_"), ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
    kept = os.environ.items()
    found = {name: value for name, value in kept if not name.startswith(services) and name.upper() not in proxies}
    results = {"ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS), "ANSIBLE_CALLBACKS_ENABLED": "results"}
    return found | results | {"FLOW_RESULTS": str(RESULTS_FILE), "NO_COLOR": "1"}
