# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test sanity, with the ansible-core of the environment that runs this file.

ansible-test wants the real folder `ansible_collections/identityops/cisco` with a git index of its own, and a pip
bootstrap script that it would otherwise download; both are made below .build/.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.checkout import BUILD, NAME, NAMESPACE, copy_project

PLACE = BUILD / "sanity" / Path(sys.prefix).name
HOME = PLACE / "home"
COPY = PLACE / "ansible_collections" / NAMESPACE / NAME

# The names under which ansible-core 2.16 to 2.21 look for the script in their cache.
BOOTSTRAP_NAMES = ("get_pip_23_1_2.py", "get_pip_24_2.py", "get_pip_25_2.py")
# Debian keeps the wheel of pip in a folder of its own, other Pythons keep it inside ensurepip.
BOOTSTRAP = """\
import ensurepip, glob, os, runpy, sys, sysconfig
bundled = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
wheels = glob.glob(os.path.join(sysconfig.get_config_var("WHEEL_PKG_DIR") or bundled, "pip-*.whl"))
sys.path.insert(0, wheels[0])
arguments = [a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel")]
sys.argv = ["pip", "install", "--quiet", "--upgrade", "--force-reinstall", *arguments]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def prepare() -> None:
    """Make the copy and the bootstrap script."""
    copy_project(COPY)
    # Without an index of its own, the copy counts as ignored by git and every test is skipped.
    subprocess.run(["git", "init", "-q"], cwd=COPY, check=True)
    subprocess.run(["git", "add", "-A"], cwd=COPY, check=True)
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in BOOTSTRAP_NAMES:
        (cache / name).write_text(BOOTSTRAP)


def main() -> int:
    prepare()
    program = Path(sys.executable).parent / "ansible-test"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    run = subprocess.run(
        [str(program), "sanity", "--local", "--python", python, "--color", "no"],
        cwd=COPY,
        env=os.environ | {"HOME": str(HOME), "PIP_QUIET": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(run.stdout, end="")
    if "All targets skipped" in run.stdout:
        print("ansible-test found nothing to test.")
        return 1
    return run.returncode


if __name__ == "__main__":
    raise SystemExit(main())
