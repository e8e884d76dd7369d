# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine of a Duo Authentication Proxy: its configuration file and its programs. Private to this collection.

Facts: the proxy's own source and Duo's documentation for the names of the programs. What the connectivity tool prints
was seen in published output: each line begins with the level of what it says.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, NotConfirmed
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

CONNECTIVITY_TOOL, CONTROL = "authproxy_connectivity_tool", "authproxyctl"
ERROR_LEVEL, INFORMATION_LEVEL = "[error]", "[info]"
# The tool waits for servers that do not answer (seconds).
PATIENCE = 300
MOST_BYTES = 1_000_000
MOST_QUOTED = 5
VERIFIED, FAILED, NOT_CHECKED = "verified", "failed", "not_checked"
# Beside the file, from before it is changed until the proxy has read it, in case this is interrupted.
MARK = ".identityops-restart-due"


class ConfigFile:
    """``authproxy.cfg``, which is replaced as a whole or not at all."""

    def __init__(self, path: str, context: Context) -> None:
        if not os.path.isabs(path):
            raise InvalidInput(f"read {path}", "this is not a full path", "Give path a full path.")
        # Replacing a link would leave its target behind.
        self.path = Path(os.path.realpath(path))
        self._mark = self.path.with_name(self.path.name + MARK)
        self._context = context

    def read(self) -> bytes | None:
        """None if the proxy is not installed yet, which only check mode lets pass.

        :raises InvalidInput: it cannot be read.
        """
        try:
            about = self.path.stat()
            if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
                raise self._trouble(f"it is not a regular file of at most {MOST_BYTES // 1000} KB", "Check the path.")
            return self.path.read_bytes()
        except FileNotFoundError:
            self._context.foresee(
                self._trouble("there is no such file", "Install the Duo Authentication Proxy first, or correct path."),
                f"There is no file {self.path} yet. The prediction assumes that the proxy will be installed.",
            )
            return None
        except OSError as error:
            raise self._trouble(str(error.strerror), "Run the task with become.") from None

    def replace(self, content: bytes) -> None:
        """Owner, mode and labels stay.

        :raises InvalidInput: this user may not write there.
        """
        try:
            self._replace(content)
        except OSError as error:
            raise self._trouble(str(error.strerror), "Run the task with become.", "replace") from None

    def back_up(self, content: bytes) -> str:
        """The path of a copy beside the file, for its owner only."""
        copy = self.path.with_name(f"{self.path.name}.{time.strftime('%Y-%m-%d@%H:%M:%S')}~")
        try:
            with open(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            raise self._trouble(str(error.strerror), "Run the task with become.", "back up") from None
        return str(copy)

    def forget(self, copy: str) -> None:
        Path(copy).unlink(missing_ok=True)

    def is_marked(self) -> bool:
        return self._mark.exists()

    def mark(self) -> None:
        try:
            self._mark.touch(mode=0o600)
        except OSError as error:
            raise self._trouble(str(error.strerror), "Run the task with become.", "replace") from None

    def unmark(self) -> None:
        self._mark.unlink(missing_ok=True)

    def _replace(self, content: bytes) -> None:
        about = self.path.stat()
        number, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with open(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if (about.st_uid, about.st_gid) != (os.geteuid(), os.getegid()):
                os.chown(name, about.st_uid, about.st_gid)
            with contextlib.suppress(OSError):
                shutil.copystat(self.path, name)
            os.chmod(name, stat.S_IMODE(about.st_mode))
            os.replace(name, self.path)
        finally:
            Path(name).unlink(missing_ok=True)

    def _trouble(self, why: str, advice: str, verb: str = "read") -> InvalidInput:
        return InvalidInput(f"{verb} {self.path}", why, advice)


class Programs:
    """The programs that come with the proxy.

    :param folder: where they are.
    """

    def __init__(self, folder: str, context: Context) -> None:
        self._folder = Path(folder)
        self._context = context

    def has(self, program: str) -> bool:
        return os.access(self._folder / program, os.X_OK)

    def test(self) -> tuple[str, str]:
        """What the connectivity tool says of the file in its place: a verdict, and what is wrong in its own words."""
        if not self.has(CONNECTIVITY_TOOL):
            return NOT_CHECKED, ""
        status, lines = self._call([CONNECTIVITY_TOOL])
        errors = [line for line in lines if ERROR_LEVEL in line.lower()]
        if status or errors:
            quoted = errors[:MOST_QUOTED] or lines[-MOST_QUOTED:] or [f"nothing but the status {status}"]
            return FAILED, "; ".join(self._context.quote(line) for line in quoted)
        is_shown = any(INFORMATION_LEVEL in line.lower() for line in lines)
        return (VERIFIED if is_shown else NOT_CHECKED), ""

    def restart(self) -> None:
        """:raises NotConfirmed: the proxy does not start."""
        status, lines = self._call([CONTROL, "restart"])
        if status:
            quoted = "; ".join(self._context.quote(line) for line in lines[-MOST_QUOTED:])
            raise NotConfirmed(
                "restart the Duo Authentication Proxy",
                f"{CONTROL} ends with the status {status} and says: {quoted or 'nothing'}",
                "Correct what it says, then run this again; that run repeats the restart.",
            )

    def _call(self, command: list[str]) -> tuple[int, list[str]]:
        """The exit status and the lines that a program prints; a status of its own if it does not come to an end."""
        program, *arguments = command
        try:
            status, output = asyncio.run(_ended([str(self._folder / program), *arguments]))
        except asyncio.TimeoutError:
            return 1, [f"no end after {PATIENCE} seconds"]
        except OSError as error:
            return 1, [str(error.strerror)]
        return status, [line for line in output.decode(errors="replace").splitlines() if line.strip()]


async def _ended(command: list[str]) -> tuple[int, bytes]:
    """The exit status and the output of a program. AnsibleModule's own way to run one has no time limit.

    :raises asyncio.TimeoutError: it did not end in time, and was stopped.
    """
    nothing, piped, both = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
    process = await asyncio.create_subprocess_exec(*command, stdin=nothing, stdout=piped, stderr=both)
    try:
        output, _nothing = await asyncio.wait_for(process.communicate(), PATIENCE)
    except asyncio.TimeoutError:
        process.kill()
        await process.wait()
        raise
    return process.returncode or 0, output
