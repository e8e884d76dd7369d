# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tools share: where the checkout is and which files belong to the project."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
NAMESPACE, NAME = "identityops", "cisco"


def project_files(*, tracked: bool) -> list[str]:
    """The paths of all files that git tracks, relative to the root and sorted.

    :param tracked: only these, and not also those that git would add.
    """
    others = [] if tracked else ["-co", "--exclude-standard"]
    listed = subprocess.run(["git", "ls-files", "-z", *others], cwd=ROOT, check=True, capture_output=True, text=True)
    return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).exists())


def copy_project(target: Path, *, tracked: bool = False) -> None:
    """Replace `target` by a copy of the project as it stands, without anything generated or ignored.

    :param tracked: as for :func:`project_files`.
    """
    shutil.rmtree(target, ignore_errors=True)
    for name in project_files(tracked=tracked):
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy, follow_symlinks=False)
