# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a later run of this machine has to know, in files below ANSIBLE_HOME. Private to this collection."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from ansible_collections.identityops.cisco.plugins.module_utils._waiting import wait_until

FOLDER = "identityops.cisco"
# How long a task waits for another one that uses the same file (seconds).
PATIENCE = 60


def folder() -> Path:
    """Where this collection keeps what outlives a task."""
    return Path(os.environ.get("ANSIBLE_HOME") or "~/.ansible").expanduser() / FOLDER


@contextlib.contextmanager
def one_at_a_time(what: str) -> Iterator[None]:
    """Keep other tasks of this user and machine from doing the same at once, where Ansible's home can be written."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = held.enter_context((folder() / f"{what}.lock").open("w"))
            wait_until(lambda: is_locked(lock), PATIENCE)
        yield


class Registry:
    """A set of names in a file below ANSIBLE_HOME, so that it outlives a run that is killed. Holds no secrets.

    Runs in parallel share it: each change is made under a lock and replaces the file as a whole.

    :param if_broken: what counts as its content where the file is there and cannot be read as what it is.
    """

    def __init__(self, name: str, if_broken: Iterable[str] = ()) -> None:
        self.file = folder() / f"{name}.json"
        self._if_broken = frozenset(if_broken)

    def __contains__(self, entry: str) -> bool:
        return entry in self.entries

    @property
    def entries(self) -> set[str]:
        entries = self._read()
        return set(self._if_broken) if entries is None else entries

    @property
    def is_broken(self) -> bool:
        return self._read() is None

    def add(self, entry: str) -> None:
        """Raises OSError where the file cannot be written."""
        with self._locked():
            self._write(self.entries | {entry})

    def discard(self, entry: str) -> None:
        """Raises OSError where the file cannot be written. A broken one is replaced, for it may hold the entry."""
        if entry in self or self.is_broken:
            with self._locked():
                self._write(self.entries - {entry})

    def _read(self) -> set[str] | None:
        """None where the file is broken."""
        try:
            entries = json.loads(self.file.read_text())
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except (OSError, ValueError, RecursionError):
            return None
        is_sound = isinstance(entries, list) and all(isinstance(entry, str) for entry in entries)
        return set(entries) if is_sound else None

    def _write(self, entries: set[str]) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(sorted(entries)))
        new.replace(self.file)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def is_locked(lock: IO[str]) -> bool:
    """Lock a file, unless another task holds it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
