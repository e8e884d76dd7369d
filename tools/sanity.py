# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-test sanity on the unpacked archive, as a hub does, with the ansible-core of this environment.

Usage: sanity.py [TEST]...    (none: every test)

ansible-test wants the real folder `ansible_collections/identityops/cisco` with a git index of its own, and a pip
bootstrap script that it would otherwise download; both are made below .build/.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tools.checkout import BUILD, NAME, NAMESPACE, ROOT

PLACE = BUILD / "sanity" / Path(sys.prefix).name
HOME = PLACE / "home"
COPY = PLACE / "ansible_collections" / NAMESPACE / NAME

# What ansible-test prints when it skips what it was asked to run, and ends well all the same.
SIGNS_OF_NOTHING = ("All targets skipped", "Required program", "Skipping sanity test")

# The names under which ansible-core 2.16 to 2.21 look for the script in their cache.
BOOTSTRAP_NAMES = ("get_pip_23_1_2.py", "get_pip_24_2.py", "get_pip_25_2.py")
# Debian keeps the wheel of pip in a folder of its own, other Pythons keep it inside ensurepip. Unpacking it is all that
# ansible-test needs: it removes pip again once it has installed a test's requirements, which all come as wheels.
BOOTSTRAP = """\
import ensurepip, glob, os, sysconfig, zipfile
bundled = os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")
wheels = glob.glob(os.path.join(sysconfig.get_config_var("WHEEL_PKG_DIR") or bundled, "pip-*.whl"))
zipfile.ZipFile(wheels[0]).extractall(sysconfig.get_path("purelib"))
"""
# What several environments download is downloaded once.
CACHE = BUILD / "pip-cache"


def prepare() -> None:
    """Unpack the archive and write the bootstrap script."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    dist = PLACE / "dist"
    # The environments of other releases of ansible-core have nothing that builds documentation.
    subprocess.run([BUILD / "dev/bin/python", "-m", "tools.package", "into", dist], cwd=ROOT, check=True)
    (artefact,) = dist.glob("*.tar.gz")
    with tarfile.open(artefact) as archive:
        archive.extractall(COPY)
    # Without an index of its own, the copy counts as ignored by git and every test is skipped.
    subprocess.run(["git", "init", "-q"], cwd=COPY, check=True)
    subprocess.run(["git", "add", "-A"], cwd=COPY, check=True)
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for name in BOOTSTRAP_NAMES:
        (cache / name).write_text(BOOTSTRAP)


def main(names: list[str]) -> int:
    prepare()
    program = Path(sys.executable).parent / "ansible-test"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    chosen = [argument for name in names for argument in ("--test", name)]
    run = subprocess.run(
        [str(program), "sanity", "--local", "--python", python, "--color", "no", *chosen],
        cwd=COPY,
        env=os.environ | {"HOME": str(HOME), "PIP_CACHE_DIR": str(CACHE), "PIP_QUIET": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(run.stdout, end="")
    for sign in SIGNS_OF_NOTHING:
        if sign in run.stdout:
            print(f"ansible-test left something out: {sign}")
            return 1
    return run.returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
