# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools share: where the checkout is and which files belong to the project."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
NAMESPACE, NAME = "identityops", "cisco"


def project_files(*, committed: bool) -> list[str]:
    """The paths of the project's files relative to the root, sorted, without the submodules.

    :param committed: only those of the last commit, and not also those that git would add.
    """
    listing = ["ls-tree", "-r", "--name-only", "HEAD"] if committed else ["ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(["git", *listing, "-z"], cwd=ROOT, check=False, stdout=subprocess.PIPE)
    if listed.returncode:
        raise SystemExit("Without git, it is not known which files belong to the project. What git says is above.")
    # A name may hold bytes that are no UTF-8.
    names = {os.fsdecode(name) for name in listed.stdout.split(b"\0") if name}
    return sorted(name for name in names if (ROOT / name).is_file())


def copy_project(target: Path, *, committed: bool = False) -> None:
    """Replace `target` by a copy of the project as it stands, without anything generated or ignored.

    :param committed: as for :func:`project_files`.
    """
    shutil.rmtree(target, ignore_errors=True)
    for name in project_files(committed=committed):
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy, follow_symlinks=False)
