# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab for all scenarios, and playbooks that start without importing everything anew."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import launcher
import pytest
from lab.daemon import down

ROOT = Path(__file__).parents[2]
# Stands for ansible-playbook. Molecule asks for the version before each playbook, to see that the command is there.
COMMAND = """#!{python} -IS
import json, os, socket, sys, tempfile

if sys.argv[1:] == ["--version"]:
    sys.exit()
shown, news = os.dup(1), os.pipe()
with socket.socket(socket.AF_UNIX) as launcher, tempfile.TemporaryFile() as order:
    launcher.connect({address!r})
    given = dict(arguments=sys.argv[1:], folder=os.getcwd(), environment=dict(os.environ))
    order.write(json.dumps(given).encode())
    order.flush()
    socket.send_fds(launcher, [b"!"], [order.fileno(), shown, news[1]])
    os.close(news[1])
    with open(news[0]) as lines:
        sys.exit(int(lines.read().split()[1]))
"""


@pytest.fixture(scope="session")
def shared_lab() -> Iterator[Path]:
    """The first scenario starts the lab, which is stopped after the last; where Molecule keeps what it knows."""
    # The path of a socket may have 107 characters at most.
    with tempfile.TemporaryDirectory(prefix="molecule-") as folder, pytest.MonkeyPatch.context() as patch:
        address, state, command = f"{folder}/socket", Path(folder, "state"), Path(folder, "bin", "ansible-playbook")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        listener.listen()
        threading.Thread(target=serve, args=[listener], daemon=True).start()
        command.parent.mkdir()
        command.write_text(COMMAND.format(python=sys.executable, address=address))
        command.chmod(0o755)
        patch.setenv("MOLECULE_EPHEMERAL_DIRECTORY", str(state))
        patch.setenv("MOLECULE_OPTS", "--destroy=never")
        patch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
        yield state
    down(ROOT / ".build" / "molecule" / "lab.json")


@pytest.fixture(autouse=True)
def nothing_known(shared_lab: Path) -> None:
    """Otherwise Molecule takes what another scenario has prepared for its own."""
    shutil.rmtree(shared_lab, ignore_errors=True)


def serve(listener: socket.socket) -> None:
    """Hand each order on to the launcher for its environment."""
    while True:
        connection, _address = listener.accept()
        with connection:
            _message, files, _flags, _sender = socket.recv_fds(connection, 1, 3)
            launcher.forward(files)
            for file in files:
                os.close(file)
