# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab in a process of its own, found again through its state file.

A lock beside the state file is held by the running lab for as long as it lives. The kernel drops it with the process,
so `up` and `down` know whether a lab is there whatever state file or process id was left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from .control import Control, ControlApi, call
from .server import run

DEFAULT_STATE_FILE = Path(__file__).resolve().parents[2] / ".build" / "lab" / "lab.json"
START_SECONDS = 30.0
STOP_SECONDS = 10.0


class LabError(Exception):
    """The lab could not be started, stopped or found; the text says why and what to do."""


def attach(state_file: str | os.PathLike[str] | None = None) -> Control:
    """The running lab behind `state_file`. Raises LabError if there is none."""
    path = Path(state_file or DEFAULT_STATE_FILE)
    info = status(path)
    if info is None:
        raise LabError(f"no lab is running behind {path}; start one with `python -m lab up` from tests/")
    return Control(info)


def up(state_file: Path) -> tuple[dict[str, Any], bool]:
    """Start a lab unless one runs; what its state file holds, and whether it was started now."""
    state_file.parent.mkdir(parents=True, exist_ok=True)
    with open(_lock_path(state_file), "a", encoding="utf-8") as lock:
        busy = f"a lab behind {state_file} is neither up nor gone"
        info = _wait_for(lambda: {} if _take(lock) else status(state_file), START_SECONDS, busy)
        if info:
            return info, False
        state_file.unlink(missing_ok=True)
        return _spawn(state_file, lock), True


def down(state_file: Path) -> bool:
    """Stop the lab and wait until its process is gone; False if none was running. Stale files are removed."""
    if not state_file.parent.is_dir():
        return False
    info = status(state_file)
    if info is not None:
        # It may be about to end already, and then it does not answer any more.
        with contextlib.suppress(OSError):
            call(info["control_url"], "POST", "/shutdown")
    with open(_lock_path(state_file), "a", encoding="utf-8") as lock:
        _wait_for(lambda: _take(lock) or None, STOP_SECONDS, f"the lab behind {state_file} does not stop")
        for leftover in (state_file, _ca_path(state_file)):
            leftover.unlink(missing_ok=True)
    return info is not None


def status(state_file: Path) -> dict[str, Any] | None:
    """What the state file holds if the lab named there answers, else None."""
    try:
        info: dict[str, Any] = json.loads(state_file.read_text(encoding="utf-8"))
        health = call(info["control_url"], "GET", "/health")
        return info if health["pid"] == info["pid"] else None
    except (OSError, ValueError, KeyError, TypeError):
        # gone, or the file is damaged, or something else answers on that port now
        return None


def serve(state_file: Path) -> None:
    """Be the lab: run until asked to stop. Its starter holds the lock and hands it down."""

    def write(info: dict[str, Any], _api: ControlApi) -> None:
        part = state_file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump({"pid": os.getpid(), **info, "options": Control(info).options()}, stream, indent=2)
        part.replace(state_file)

    asyncio.run(run(_ca_path(state_file), write, (signal.SIGTERM, signal.SIGINT)))


def _spawn(state_file: Path, lock: TextIO) -> dict[str, Any]:
    log_path = state_file.with_suffix(".log")
    with open(log_path, "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", __package__ or "lab", "serve", "--state-file", str(state_file.resolve())],
            # where `python -m` finds this package, whatever name it was imported under
            cwd=Path(os.path.abspath(__file__)).parents[__name__.count(".")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock.fileno(),),
            start_new_session=True,
        )

    def started() -> dict[str, Any] | None:
        if process.poll() is not None:
            tail = "\n".join(log_path.read_text(encoding="utf-8").splitlines()[-10:])
            raise LabError(f"the lab ended while starting, see {log_path}:\n{tail}")
        return status(state_file)

    try:
        return _wait_for(started, START_SECONDS, f"the lab did not answer, see {log_path}")
    except LabError:
        process.kill()
        raise


def _take(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(look: Callable[[], Any], seconds: float, otherwise: str) -> Any:
    """What `look` returns once it is something. Raises LabError after `seconds`."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise LabError(otherwise)
        time.sleep(0.02)
    return found


def _lock_path(state_file: Path) -> Path:
    return state_file.with_suffix(".lock")


def _ca_path(state_file: Path) -> Path:
    return state_file.resolve().with_suffix(".ca.pem")
