# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mark of the objects that this collection manages, in their free texts. Private to this collection."""

from __future__ import annotations

import re
from typing import Any

MANAGED = "managed"
"""The field that says whether an object bears the mark of this collection."""
MARK = "[Managed by identityops.cisco]"


def with_mark(text: str, between: str = "\n") -> str:
    """A free text as it is stored with an object that this collection manages.

    :param between: a line break, or a space for a text of one line.
    """
    own = without_mark(text)
    return f"{own}{between}{MARK}" if own else MARK


def without_mark(text: Any) -> str:
    """A stored free text as people mean it."""
    return re.sub(rf"(\r?\n| )?{re.escape(MARK)}", "", str(text or ""))
