# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files on the controller that people and programs read while a run writes them. Private to this collection."""

from __future__ import annotations

import os
import tempfile


def replace_file(path: str, text: str) -> str:
    """Whoever reads the file meanwhile sees the old one or the new one. Only this user can read the new one. A link is
    replaced, not followed.

    :raises OSError: the folder cannot be written.
    """
    handle, draft = tempfile.mkstemp(dir=os.path.dirname(path), prefix=f".{os.path.basename(path)}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(draft, path)
    except (OSError, ValueError):
        os.unlink(draft)
        raise
    return path
