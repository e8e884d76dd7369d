# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the measurements run on: the lab, `ansible-playbook` as a process of its own, and two clocks."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import daemon
from lab.control import Control

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".build" / "bench"
LAB_STATE = FOLDER / "lab.json"
LOG = FOLDER / "output.log"
# Above this share of the machine's time, other work has probably shifted the figures (per cent).
DISTURBING_SHARE = 10
HERTZ = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Played:
    """One run of a program: seconds on the wall clock, and seconds of processor time, children included.

    :ivar megabytes: the most memory that it, or any one of its children, held at a time.
    """

    seconds: float
    processor: float
    megabytes: float = 0


@dataclass(frozen=True)
class Spread:
    """Several measurements of the same thing, in the unit of the measurements."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def show(self, digits: int = 0) -> str:
        """The median, then the smallest and the largest."""
        return f"{self.median:.{digits}f} ({min(self.values):.{digits}f} to {max(self.values):.{digits}f})"


def spread(values: Iterable[float]) -> Spread:
    return Spread(tuple(values))


@contextmanager
def running_lab() -> Iterator[tuple[Control, int]]:
    """A fresh lab in a process of its own, apart from what is measured; and its process id."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    daemon.down(LAB_STATE)
    info, _unused = daemon.up(LAB_STATE)
    try:
        yield Control(info), info["pid"]
    finally:
        daemon.down(LAB_STATE)


def other_interpreter() -> Path:
    """The same Python under another path, which makes the collection fall back to ordinary modules."""
    link = FOLDER / "other-python"
    link.unlink(missing_ok=True)
    link.symlink_to(sys.prefix)
    return link / "bin" / Path(sys.executable).name


def connection_options(lab: Control) -> dict[str, Any]:
    """How to reach the services, each without the lab's proxy, which would be measured too."""
    options = lab.options()
    del options["secure_endpoint_region"]
    return {**options, "secure_endpoint_api_host": lab.secure_endpoint.api_host}


def write_private(name: str, content: Any) -> Path:
    """JSON, which is YAML too, in a file that only the owner may read: it may hold the lab's keys."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(content, stream, indent=1)
    return path


def play(playbook: str, variables: Path, *, interpreter: Path | None = None, arguments: Sequence[str] = ()) -> Played:
    """Run a playbook on localhost and measure it.

    :param playbook: a file, or the name of a playbook in a collection.
    :raises SystemExit: see :func:`measure`.
    """
    command = [sys.executable, "-m", "ansible", "playbook", "-i", "localhost,", "-c", "local", "-e", f"@{variables}"]
    command += ["-e", f"ansible_python_interpreter={interpreter or sys.executable}", *arguments, playbook]
    return measure(command)


def measure(command: Sequence[str]) -> Played:
    """Run a program and measure it; what it prints is in `LOG`.

    :raises SystemExit: it failed; its output is shown, because a figure of a failed run means nothing.
    """
    with LOG.open("wb") as log:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=FOLDER, env=environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        _unused, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[-1]} failed, so nothing can be said about its speed:\n{LOG.read_text()}")
    # Linux counts this in kibibytes.
    return Played(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6)


def environment() -> dict[str, str]:
    """The caller's, less what would change a result.

    The Makefile forbids Python to keep byte code, to leave the checkout clean. A user's Python does keep it, so the
    measured one may as well, elsewhere.
    """
    services = ("CII_", "DUO_", "ISE_", "SAFE_", "SECURE_ENDPOINT_")
    dropped = ("ANSIBLE_CALLBACK", "ANSIBLE_STDOUT", "ANSIBLE_STRATEGY", *services)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    kept["PYTHONPYCACHEPREFIX"] = str(FOLDER / "bytecode")
    kept["ANSIBLE_COLLECTIONS_PATH"] = str(ROOT / ".build" / "coll")
    kept["ANSIBLE_HOME"] = str(FOLDER / "ansible-home")
    kept["ANSIBLE_REMOTE_TEMP"] = str(FOLDER / "remote-tmp")
    return kept


class Noise:
    """How much of the machine's processor time went to others while we measured."""

    def __init__(self, lab_process: int) -> None:
        self._lab_process = lab_process
        self._busy, self._ours, self._started = _busy_seconds(), self._own_seconds(), time.monotonic()

    def share(self) -> float:
        """Per cent of all processor time since the start."""
        elapsed = (time.monotonic() - self._started) * (os.cpu_count() or 1)
        others = _busy_seconds() - self._busy - (self._own_seconds() - self._ours)
        return max(0.0, 100 * others / elapsed)

    def _own_seconds(self) -> float:
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        fields = Path(f"/proc/{self._lab_process}/stat").read_text().rpartition(")")[2].split()
        lab = (int(fields[11]) + int(fields[12])) / HERTZ
        return sum(usage.ru_utime + usage.ru_stime for usage in usages) + lab


def _busy_seconds() -> float:
    """Since the machine started, on all processors: everything but idle time and waiting for disks (proc(5))."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / HERTZ
