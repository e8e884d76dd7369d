# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a gate and ends with a code that says what it found.

Usage: python gate.py identityops.cisco.drift [ARGUMENTS OF ansible-playbook]...

``ansible-playbook`` itself ends with 2 for a difference, for a wrong password and for a mistyped option alike. This
command ends with

    0  everything is as declared, or was accepted by name
    2  something differs, or waits for a person
    1  anything else: an error, a host that cannot be reached, or a run that never came to a judgement
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

OUTCOMES_FILE = "IDENTITYOPS_GATE_OUTCOMES"
PASSES, ERROR, DIFFERS = 0, 1, 2
# How ansible-playbook ends: well, or with failed hosts, which the gate fails where something differs.
RAN, FAILED_HOSTS = 0, 2


def command() -> list[str]:
    """The ``ansible-playbook`` of the same Python, or else the first one on the path."""
    beside = os.path.join(os.path.dirname(sys.executable), "ansible-playbook")
    found = beside if os.path.exists(beside) else shutil.which("ansible-playbook")
    if not found:
        raise SystemExit("gate.py: there is no ansible-playbook, neither beside this Python nor on the PATH.")
    return [found]


def outcomes(path: str) -> list[str]:
    """What each gate of the run has come to."""
    if not os.path.exists(path):
        return []
    with open(path, encoding="ascii") as file:
        return file.read().split()


def judged(code: int, found: list[str]) -> int:
    """The exit code, from how the run ended and what its gates have found. A run without a gate has proven nothing."""
    if not found or not set(found) <= {str(PASSES), str(DIFFERS)}:
        return ERROR
    if code == RAN and str(DIFFERS) not in found:
        return PASSES
    return DIFFERS if code == FAILED_HOSTS and str(DIFFERS) in found else ERROR


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="identityops-gate-") as folder:
        path = os.path.join(folder, "outcomes")
        try:
            code = subprocess.run(
                [*command(), *arguments], env={**os.environ, OUTCOMES_FILE: path}, check=False
            ).returncode
        except KeyboardInterrupt:
            return ERROR
        return judged(code, outcomes(path))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
