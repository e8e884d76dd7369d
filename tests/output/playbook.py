# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ``ansible-playbook`` as a process of its own and keeps every byte that comes out of it.

What a run may leave behind is kept below one folder: home, temporary files near and far, log, fact cache. What it is
given to read, the connection's secrets among it, is below another one. While it runs, the command lines and the
environments of all its processes are collected too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import Lab

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WAYS = ("module", "action")
GROUPS = ("duo", "ise")
LIMIT_SECONDS = 120
# Short enough to meet every process that reads anything: none with a Python of its own lives for less.
SAMPLE_SECONDS = 0.03

# What a person types to see the most, and what a pipeline stores, both in one run.
LOUD: dict[str, Any] = {"arguments": ["-vvvv", "--diff"], "as_json": True}

Task = dict[str, Any]
Options = dict[str, Any]


@dataclass
class Ran:
    """What one run of ``ansible-playbook`` has shown and left behind."""

    code: int
    stdout: str
    stderr: str
    left: Path
    processes: set[bytes]

    @property
    def text(self) -> str:
        """Everything a person sees."""
        return self.stdout + self.stderr

    def results(self) -> list[dict[str, Any]]:
        """The results of all tasks, if the callback was used that prints each of them as JSON too."""
        return [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Every place where something may have come out, with its bytes."""
        yield "stdout", self.stdout.encode()
        yield "stderr", self.stderr.encode()
        for process in self.processes:
            yield "command line or environment of a process", process
        for path in sorted(self.left.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield f"file {path.relative_to(self.left)}", path.read_bytes()

    def places_with(self, secrets: Iterable[str]) -> list[str]:
        """Where any of the secrets shows, in the clear or as base64, alone or behind a user name."""
        needles = {form for secret in secrets for form in forms_of(secret)}
        return sorted({place for place, content in self.places() if any(needle in content for needle in needles)})


def assert_clean(ran: Ran, secrets: set[str]) -> None:
    """None of the secrets shows anywhere."""
    assert len(secrets) > 1 and all(len(secret) > 15 for secret in secrets)
    assert ran.places_with(secrets) == []


def forms_of(secret: str) -> set[bytes]:
    """The secret as bytes, quoted for JSON, and as base64 at each of the three offsets, less the unsteady ends."""
    import base64

    plain = secret.encode()
    found = {plain, json.dumps(secret)[1:-1].encode()}
    for offset in range(3):
        encoded = base64.b64encode(b"x" * offset + plain)
        found.add(encoded[4 if offset else 0 : len(encoded) - 4])
    return found


class Player:
    """Runs playbooks against the lab, in-process (``action``) or with ordinary modules (``module``)."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        self.left = folder / "left"
        self.given = folder / "given"
        self.left.mkdir()
        self.given.mkdir()

    def __call__(
        self,
        *tasks: Task,
        way: str = "action",
        arguments: Iterable[str] = (),
        variables: Options | None = None,
        defaults: Options | None = None,
        environment: dict[str, str] | None = None,
        as_json: bool = False,
    ) -> Ran:
        """Play tasks on localhost.

        :param variables: in addition to the lab's connection, which the action groups' defaults refer to.
        :param defaults: options of the connection that are to differ, for both groups.
        :param environment: variables for ``ansible-playbook``, in addition to what keeps it below its folder.
        """
        play = {
            "hosts": "all",
            "gather_facts": False,
            "module_defaults": self._defaults(defaults or {}),
            "tasks": list(tasks),
        }
        return self.book([play], way, arguments, variables, environment, as_json)

    def book(
        self,
        plays: list[Task],
        way: str = "action",
        arguments: Iterable[str] = (),
        variables: Options | None = None,
        environment: dict[str, str] | None = None,
        as_json: bool = False,
    ) -> Ran:
        """Play plays, or import playbooks, as they are."""
        self._give("play.yml", plays)
        self._give("secrets.json", {**self._connection(), **(variables or {})})
        command = [sys.executable, "-m", "ansible", "playbook"]
        command += ["-i", "localhost,", "-c", "local", "-e", f"@{self.given / 'secrets.json'}"]
        command += ["-e", f"ansible_python_interpreter={self._interpreter(way)}", *arguments]
        return self._run([*command, str(self.given / "play.yml")], environment or {}, as_json)

    def _interpreter(self, way: str) -> str:
        """The controller's own Python, or the same one under another name, which forces ordinary modules."""
        if way == "action":
            return sys.executable
        other = self.given / "python"
        if not other.exists():
            other.symlink_to(sys.prefix)
        return str(other / "bin" / Path(sys.executable).name)

    def _connection(self) -> Options:
        return {f"lab_{option}": value for option, value in self._lab.options(*GROUPS).items()}

    def _defaults(self, other: Options) -> Options:
        return {
            f"group/identityops.cisco.{group}": {
                **{option: f"{{{{ lab_{option} }}}}" for option in self._lab.options(group)},
                **{option: value for option, value in other.items() if option.startswith(f"{group}_")},
            }
            for group in GROUPS
        }

    def _give(self, name: str, content: Any) -> None:
        # JSON is YAML too.
        (self.given / name).write_text(json.dumps(content))

    def _run(self, command: list[str], environment: dict[str, str], as_json: bool) -> Ran:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        places = {
            "HOME": "home",
            "TMPDIR": "tmp",
            "ANSIBLE_HOME": "ansible-home",
            "ANSIBLE_LOCAL_TEMP": "local-tmp",
            "ANSIBLE_REMOTE_TEMP": "remote-tmp",
            # By default below "~", which the shell and Python take for two folders if HOME is not the user's own.
            "ANSIBLE_ASYNC_DIR": "async",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": "fact-cache",
        }
        for place in places.values():
            (self.left / place).mkdir(exist_ok=True)
        callback = {"ANSIBLE_STDOUT_CALLBACK": "everything", "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks")}
        variables = {
            **kept,
            **{name: str(self.left / place) for name, place in places.items()},
            "ANSIBLE_LOG_PATH": str(self.left / "ansible.log"),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".build" / "coll"),
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "ANSIBLE_DEPRECATION_WARNINGS": "True",
            "NO_COLOR": "1",
            **(callback if as_json else {}),
            **environment,
        }
        process = subprocess.Popen(
            command,
            cwd=self.left,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with Watch(str(self.left / "home").encode()) as watch:
            stdout, stderr = process.communicate(timeout=LIMIT_SECONDS)
        return Ran(process.returncode, stdout, stderr, self.left, watch.seen)


class Watch:
    """Collects the command lines and environments of all processes of a run, as others on the machine could.

    :param mark: what is in the environment of each of them, and of no other process. Workers leave the session.
    """

    def __init__(self, mark: bytes) -> None:
        self.seen: set[bytes] = set()
        self._mark = mark
        self._others = set(os.listdir("/proc"))
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.is_set():
            for process in set(os.listdir("/proc")) - self._others:
                self._read(Path("/proc", process))
            time.sleep(SAMPLE_SECONDS)

    def _read(self, process: Path) -> None:
        try:
            environment = (process / "environ").read_bytes()
            if self._mark in environment:
                self.seen.update({(process / "cmdline").read_bytes(), environment})
            elif environment:
                self._others.add(process.name)
        except OSError:
            # It has ended meanwhile.
            return
