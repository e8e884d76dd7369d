# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test sanity on a copy of the collection.

ansible-test wants the real folder `ansible_collections/identityops/cisco` with a git index of its own, and a pip
bootstrap script that it would otherwise download; both are made below .build/.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".build/home"
COPY = ROOT / ".build/sanity/ansible_collections/identityops/cisco"

# The names under which the ansible-core releases of the matrix look for the script in their cache.
BOOTSTRAP_NAMES = ("get_pip_23_1_2.py", "get_pip_24_2.py", "get_pip_25_2.py")
BOOTSTRAP = """\
import glob, os, runpy, sys, sysconfig
import ensurepip
bundled = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
wheels = glob.glob(os.path.join(sysconfig.get_config_var("WHEEL_PKG_DIR") or bundled, "pip-*.whl"))
sys.path.insert(0, wheels[0])
arguments = [a for a in sys.argv[1:] if a not in ("--no-setuptools", "--no-wheel")]
sys.argv = ["pip", "install", "--quiet", "--upgrade", "--force-reinstall", *arguments]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def copy_collection() -> None:
    """Copy what git knows or would add; an index of the copy's own keeps ansible-test from seeing it as ignored."""
    shutil.rmtree(COPY, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, COPY / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    subprocess.run(["git", "init", "-q"], cwd=COPY, check=True)
    subprocess.run(["git", "add", "-A"], cwd=COPY, check=True)


def place_bootstrap() -> None:
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in BOOTSTRAP_NAMES:
        (cache / name).write_text(BOOTSTRAP)


def main() -> int:
    copy_collection()
    place_bootstrap()
    python = ".".join(str(part) for part in sys.version_info[:2])
    command = [str(Path(sys.executable).parent / "ansible-test"), "sanity", "--local", "--python", python, "--color", "no"]
    environment = os.environ | {"HOME": str(HOME)}
    run = subprocess.run(
        command, cwd=COPY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(run.stdout, end="")
    if "All targets skipped" in run.stdout:
        print("ansible-test found nothing to test.")
        return 1
    return run.returncode


if __name__ == "__main__":
    raise SystemExit(main())
