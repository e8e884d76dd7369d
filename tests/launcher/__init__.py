# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts ``ansible-playbook`` from a process that has imported it before, which saves most of what a run costs.

That process, ``launcher/__main__.py``, only imports and forks. A run is a fork of it in a session of its own, with the
arguments, the folder and precisely the environment that it is given, and nothing of one run is seen by another. What
is read during the import, such as ``ANSIBLE_*`` variables, has to be the same: there is a process for each set of it.

Four things differ from the true command: other processes see the launcher's command line and environment,
``PYTHONPATH`` finds nothing that is imported already, an ``ansible.cfg`` in the folder is not read, and the file of a
module is put together once for all runs.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
# What decides while Python, the libraries and ansible-core are imported; a run reads the rest when it needs it.
READ_AT_IMPORT = ("ANSIBLE_", "HOME", "LANG", "LC_", "NO_COLOR", "PYTHON", "TMPDIR")
# For a program that starts ansible-playbook itself. Some ask for the version, only to see that the command is there.
COMMAND = """#!{python} -IS
import json, os, socket, sys, tempfile

if sys.argv[1:] == ["--version"]:
    sys.exit()
news, end = os.pipe()
with socket.socket(socket.AF_UNIX) as tests, tempfile.TemporaryFile() as order:
    tests.connect({address!r})
    given = dict(arguments=sys.argv[1:], folder=os.getcwd(), environment=dict(os.environ))
    order.write(json.dumps(given).encode())
    order.flush()
    socket.send_fds(tests, [b"!"], [order.fileno(), 1, 2, end])
    os.close(end)
    with open(news) as lines:
        sys.exit(int(lines.read().split()[1]))
"""

Environment = dict[str, str]


class Run:
    """A run, which starts at once, with what the tests use of the interface of ``subprocess.Popen``.

    What it shows goes to a file, both channels together, so that nothing has to be read while it runs.
    """

    def __init__(self, arguments: list[str], folder: Path, environment: Environment) -> None:
        self.returncode: int | None = None
        self._shown = tempfile.TemporaryFile()
        ours, theirs = os.pipe()
        self._news = open(ours, "rb", buffering=0)
        order = {"arguments": arguments, "folder": str(folder), "environment": environment}
        with tempfile.TemporaryFile() as file, open(theirs, "wb") as news:
            file.write(json.dumps(order).encode())
            file.flush()
            shown = self._shown.fileno()
            forward([file.fileno(), shown, shown, news.fileno()])
            self.pid = int(self._line())

    def poll(self) -> int | None:
        """The exit code, once there is one."""
        return self._code(0)

    def communicate(self, timeout: float) -> tuple[str, None]:
        """Wait for the end; everything that was shown."""
        if self._code(timeout) is None:
            os.kill(self.pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired("ansible-playbook", timeout)
        with self._shown as shown:
            shown.seek(0)
            return shown.read().decode(), None

    def _code(self, timeout: float) -> int | None:
        if self.returncode is None and select.select([self._news], [], [], timeout)[0]:
            self.returncode = int(self._line())
            self._news.close()
        return self.returncode

    def _line(self) -> bytes:
        return self._news.readline()


def forward(files: list[int]) -> None:
    """Have a run started.

    :param files: the order as JSON, the two channels, and where to report the process and later the exit code.
    """
    with open(files[0], "rb", closefd=False) as file:
        file.seek(0)
        environment: Environment = json.load(file)["environment"]
    fixed = {name: value for name, value in environment.items() if name.startswith(READ_AT_IMPORT)}
    socket.send_fds(_launcher(tuple(sorted(fixed.items()))), [b"!"], files)


@contextlib.contextmanager
def command() -> Iterator[Path]:
    """A folder with a program ``ansible-playbook`` that has its runs started here."""
    # The path of a socket may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="launcher-") as folder, socket.socket(socket.AF_UNIX) as listener:
        address, program = f"{folder}/socket", Path(folder, "bin", "ansible-playbook")
        listener.bind(address)
        listener.listen()
        program.parent.mkdir()
        program.write_text(COMMAND.format(python=sys.executable, address=address))
        program.chmod(0o755)
        threading.Thread(target=_serve, args=[listener], daemon=True).start()
        yield program.parent


def _serve(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Until it is closed.
        while True:
            connection, _address = listener.accept()
            with connection:
                _message, files, _flags, _sender = socket.recv_fds(connection, 1, 4)
                forward(files)
                for file in files:
                    os.close(file)


@functools.cache
def _launcher(environment: tuple[tuple[str, str], ...]) -> socket.socket:
    """The connection to the process for that environment, which ends when this one ends."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "__main__.py"), str(theirs.fileno())],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
    atexit.register(_end, ours, process)
    return ours


def _end(launcher: socket.socket, process: subprocess.Popen[bytes]) -> None:
    launcher.close()
    process.wait()
