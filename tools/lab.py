# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as the tools use it: a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tools.checkout import ROOT

if TYPE_CHECKING:
    from lab.control import Control


@contextlib.contextmanager
def lab_process(state_file: Path) -> Iterator[Control]:
    """Run the lab as a process of its own; it is gone afterwards, whatever happens.

    :raises subprocess.CalledProcessError: it does not start; the error's output says why.
    """
    # The lab is test equipment, which only the tests have on their path.
    sys.path.insert(0, str(ROOT / "tests"))
    from lab import attach

    state_file.parent.mkdir(parents=True, exist_ok=True)
    _lab("up", state_file)
    try:
        yield attach(state_file)
    finally:
        _lab("down", state_file)


def _lab(action: str, state_file: Path) -> None:
    command = [sys.executable, "-m", "lab", action, "--state-file", str(state_file)]
    subprocess.run(command, cwd=ROOT / "tests", check=True, capture_output=True, text=True)
