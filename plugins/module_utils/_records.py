# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a service does not say about its objects, in a file that the user names. Private to this collection."""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, TimedOut
from ansible_collections.identityops.cisco.plugins.module_utils._registry import PATIENCE, is_locked
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import printable
from ansible_collections.identityops.cisco.plugins.module_utils._service import fits
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import wait_until

# The most that a file of records may hold: tens of thousands of them.
MOST_BYTES = 16 * 1024 * 1024


class Records:
    """What is known of objects, by name, in a file that the user names and may read and correct. Holds no secrets.

    :param about: what the file says about its purpose.
    :param shape: of a record, as :func:`fits` takes it. People may correct the file; what they got wrong is not used.
    :param only_reads: whether the task writes nothing anyway, so that it need not be able to.
    :raises InvalidInput: for what is no path of a file.
    """

    def __init__(self, path: str, about: str, shape: Mapping[str, Any], only_reads: bool = False) -> None:
        if not os.path.isabs(path):
            # Where it leads depends on where the task runs, so there would be several registries.
            advice = "Give the full path of a file that outlives the run."
            raise InvalidInput(f"use the registry {printable(path)}", "this is not a full path", advice)
        try:
            # A link stays one, and what it leads to is locked and replaced.
            self._file = Path(path).resolve()
        except (OSError, RuntimeError, ValueError) as error:
            # A link to itself is a RuntimeError before Python 3.13; a NUL within is a ValueError.
            why = "it cannot be the path of a file, or is a link that leads back to itself"
            raise InvalidInput(f"use the registry {printable(path)}", why, "Give another path.") from error
        self._about = about
        self._shape = shape
        self._only_reads = only_reads

    @property
    def is_new(self) -> bool:
        """False where this cannot be seen."""
        try:
            self._file.stat()
        except FileNotFoundError:
            return True
        except OSError:
            return False
        return False

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Keep other tasks from using the file, so that no two of them create the same object.

        :raises InvalidInput: there is no such folder, it may not be written to, or its file system has no locks.
        :raises TimedOut: another task keeps it for too long.
        """
        try:
            # Not through a link, which others may have put into a folder that they may write to.
            how = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
            lock = open(os.open(self._file.with_name(f".{self._file.name}.lock"), how, 0o666), "w")
        except OSError as error:
            if self._only_reads and self._file.parent.is_dir():
                yield
                return
            advice = "Give the path of a file in a folder that exists, outlives the run and may be written to."
            raise InvalidInput(f"use the registry {self._file}", str(error.strerror), advice) from error
        with lock:
            if not wait_until(lambda: self._is_mine(lock), PATIENCE):
                came_back = f"another task has been using it for {PATIENCE} seconds"
                raise TimedOut(f"use the registry {self._file}", came_back, "Run this again when that task is done.")
            yield

    def _is_mine(self, lock: IO[str]) -> bool:
        try:
            return is_locked(lock)
        except OSError as error:
            raise InvalidInput(
                f"use the registry {self._file}",
                f"its file system cannot lock files ({error.strerror}), so two tasks could do the same work "
                "at the same time",
                "Move it to a file system with locks, such as a local disk or NFS version 4.",
            ) from error

    def get(self, name: str) -> dict[str, Any] | None:
        """:raises InvalidInput: the file, or this record of it, cannot be read. That is never taken for one without."""
        record = self._read().get(name)
        wrong = sorted(part for part, shape in self._shape.items() if not fits((record or {}).get(part), shape))
        if wrong:
            raise InvalidInput(
                f"use the record {name!r} of the registry {self._file}",
                f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} not of the kind that the module writes there",
                "Correct it, or restore the registry from a backup.",
            )
        return record

    def put(self, name: str, record: dict[str, Any]) -> None:
        """:raises InvalidInput: the file cannot be written."""
        self._write({**self._read(), name: record})

    def drop(self, name: str) -> None:
        """:raises InvalidInput: the file cannot be written."""
        self._write({key: record for key, record in self._read().items() if key != name})

    def _read(self) -> dict[str, dict[str, Any]]:
        if self.is_new:
            return {}
        try:
            self._require_file()
            found = json.loads(self._file.read_text(encoding="utf-8"))
            records = found["records"]
            if not isinstance(records, dict) or not all(isinstance(record, dict) for record in records.values()):
                raise ValueError("it contains no records")
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise InvalidInput(
                f"read the registry {self._file}",
                f"it cannot be read as one ({type(error).__name__})",
                "Restore it from a backup, or correct it. It is JSON, with an object for each name under records.",
            ) from error
        return records

    def _require_file(self) -> None:
        """:raises InvalidInput: reading it might never end, as of a pipe, or would take all memory."""
        about = self._file.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
            raise InvalidInput(
                f"read the registry {self._file}",
                f"it is not a regular file of at most {MOST_BYTES // 1024 // 1024} MB",
                "Give the path of a file of its own.",
            )

    def _write(self, records: dict[str, dict[str, Any]]) -> None:
        new = self._file.with_name(f".{self._file.name}.new")
        text = json.dumps({"about": self._about, "records": records}, indent=2, sort_keys=True, ensure_ascii=False)
        try:
            new.unlink(missing_ok=True)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
                stream.write(text + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self._file)
        except OSError as error:
            advice = "Check the permissions of the folder and the space on its disk."
            raise InvalidInput(f"write the registry {self._file}", str(error.strerror), advice) from error
