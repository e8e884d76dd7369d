# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service does not say about its objects and a later run has to know. Private to this collection."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

FOLDER = "identityops.cisco"


class Registry:
    """A set of names in a file below ANSIBLE_HOME, so that it outlives a run that is killed. Holds no secrets.

    Runs in parallel share it: each change is made under a lock and replaces the file as a whole.
    """

    def __init__(self, name: str) -> None:
        home = Path(os.environ.get("ANSIBLE_HOME") or "~/.ansible").expanduser()
        self._file = home / FOLDER / f"{name}.json"

    def __contains__(self, entry: str) -> bool:
        return entry in self._read()

    def add(self, entry: str) -> None:
        """Raises OSError where the file cannot be written."""
        with self._locked():
            self._write(self._read() | {entry})

    def discard(self, entry: str) -> None:
        """Raises OSError where the file cannot be written."""
        if entry in self:
            with self._locked():
                self._write(self._read() - {entry})

    def _read(self) -> set[str]:
        try:
            entries = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return set()
        return set(map(str, entries)) if isinstance(entries, list) else set()

    def _write(self, entries: set[str]) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(sorted(entries)))
        new.replace(self._file)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
