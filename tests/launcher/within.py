# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command that starts ``ansible-playbook`` many times, and has the launcher start these runs.

Usage: within.py COMMAND [ARGUMENT]...
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def main() -> int:
    # As a script it finds what is beside it, and not the package that it is in.
    sys.path[0] = str(Path(__file__).parents[1])
    import launcher

    with launcher.command() as folder:
        path = f"{folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(sys.argv[1:], env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
