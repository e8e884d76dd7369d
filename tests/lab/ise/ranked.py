# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy sets and rules in the order of their ranks, which are always unbroken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import NOT_FOUND, IseError, bad_request


@dataclass
class Entry:
    """A policy set or a rule. `content` holds what only its kind has."""

    id: str
    name: str
    state: str
    condition: dict[str, Any] | None
    default: bool
    content: dict[str, Any]
    hit_counts: int = 0
    rules: dict[str, Ranked] = field(default_factory=dict)
    gone_at: float | None = None
    """When a deletion that is under way takes it off the list."""


class Ranked:
    """Ranks are positions. A default entry stays last.

    :param switch: reads a switch of ISE by its name
    :param now: the lab's clock
    """

    def __init__(self, switch: Callable[[str], Any], now: Callable[[], float]) -> None:
        self._entries: list[Entry] = []
        self._switch = switch
        self._now = now

    @property
    def entries(self) -> list[Entry]:
        """Without those whose deletion is over by now."""
        now = self._now()
        self._entries = [entry for entry in self._entries if entry.gone_at is None or entry.gone_at > now]
        return self._entries

    def get(self, identifier: str) -> Entry:
        """Raises IseError 404."""
        for entry in self.entries:
            if entry.id == identifier:
                return entry
        raise IseError(404, f"{NOT_FOUND}: {identifier}")

    def named(self, name: str) -> Entry | None:
        """The entry of that name, or None."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def position(self, rank: int | None, *, moving: bool = False) -> int:
        """Where an entry of that rank goes; none given: see switch ise.rule_without_rank. Raises IseError 400."""
        last = sum(not entry.default for entry in self.entries) - (1 if moving else 0)
        if rank is None:
            return 0 if self._switch("rule_without_rank") == "top" else last
        if not 0 <= rank <= last:
            raise bad_request(f"Invalid rank {rank}: ranks must form an unbroken sequence from 0 to {last}")
        return rank

    def place(self, entry: Entry, position: int) -> None:
        """Insert or move; the others shift."""
        entries = self.entries
        if entry in entries:
            entries.remove(entry)
        entries.insert(position, entry)

    def remove(self, entry: Entry, *, after: float = 0) -> None:
        """Take it off the list, at once or after some seconds."""
        if after:
            entry.gone_at = self._now() + after
        else:
            self.entries.remove(entry)
