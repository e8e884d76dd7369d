# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request journal: the lab's own record of what reached it."""

from __future__ import annotations

import json
from collections import deque
from typing import Any
from urllib.parse import parse_qsl

HIDDEN = "(hidden)"


def hide(value: Any, secret_fields: frozenset[str]) -> Any:
    """A copy of JSON data in which the members named in `secret_fields` are replaced."""
    if isinstance(value, dict):
        return {name: HIDDEN if name in secret_fields else hide(item, secret_fields) for name, item in value.items()}
    if isinstance(value, list):
        return [hide(item, secret_fields) for item in value]
    return value


def pairs_to_dict(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Query pairs as an object; a repeated name holds a list."""
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name not in result:
            result[name] = value
        elif isinstance(result[name], list):
            result[name].append(value)
        else:
            result[name] = [result[name], value]
    return result


def readable_body(raw: bytes, content_type: str, secret_fields: frozenset[str]) -> Any:
    """The body as data, secrets replaced; None if empty, a note if it cannot be parsed (it may hold secrets)."""
    if not raw:
        return None
    if content_type == "application/x-www-form-urlencoded":
        return hide(pairs_to_dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)), secret_fields)
    try:
        return hide(json.loads(raw), secret_fields)
    except ValueError:
        return "(not JSON)"


class Journal:
    """The last ten thousand requests in order of arrival; `n` goes on counting, so a gap would show."""

    def __init__(self) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=10_000)
        self._count = 0

    def add(self, row: dict[str, Any]) -> dict[str, Any]:
        """Number and keep `row`; the caller completes it once the answer is known."""
        self._count += 1
        row["n"] = self._count
        self._rows.append(row)
        return row

    def rows(self, service: str | None = None) -> list[dict[str, Any]]:
        """All rows, or those of one service."""
        return [row for row in self._rows if service in (None, row["service"])]

    def clear(self) -> None:
        """Forget everything, numbering included."""
        self._rows.clear()
        self._count = 0
