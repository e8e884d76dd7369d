# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to count a large fleet: the collection, and what one writes by hand and keeps it all in memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lab.control import Control
from machine import LOG, Played, connection_options, measure, play, spread, write_private
from tasks import Task, write_playbook

PLAYBOOKS = Path(__file__).resolve().parent / "playbooks"
SIZES = (5_000, 50_000)
# One in so many computers, so that there is something to count.
FLAWS = {"compromised_every": 1000, "stale_every": 20, "outdated_every": 10}
# What more the worker may hold with the large fleet than with the small one.
AIM_MEGABYTES = 5


@dataclass
class Counter:
    """One way to count.

    :ivar is_slow: takes so long that it is played once, and with the small fleet only.
    :ivar played: by the size of the fleet, one entry per round.
    :ivar requests: by the size of the fleet.
    """

    label: str
    count: Callable[[Path], Played]
    is_slow: bool = False
    played: dict[int, list[Played]] = field(default_factory=dict)
    requests: dict[int, int] = field(default_factory=dict)


class Fleets:
    """All ways to count, at both sizes, round by round."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        self._script = [sys.executable, str(PLAYBOOKS / "fleet_script.py")]
        ours = write_playbook("fleet.yml", _tasks())
        self.ours = Counter("secure_endpoint_computer_info", lambda variables: play(ours, variables))
        self.script = Counter("hand-written program", lambda variables: measure([*self._script, str(variables)]))
        uri = str(PLAYBOOKS / "fleet.yml")
        self.uri = Counter("ansible.builtin.uri, repeated", lambda variables: play(uri, variables), is_slow=True)
        self.counters = (self.ours, self.script, self.uri)
        self._variables: dict[int, Path] = {}

    def warm_up(self) -> None:
        """Have the program count first. The playbooks fail unless they count the same."""
        connection = connection_options(self._lab)
        for size in SIZES:
            self._grow(size)
            variables = write_private(f"fleet-{size}.json", connection)
            measure([*self._script, str(variables)])
            expected = json.loads(LOG.read_text())
            self._variables[size] = write_private(f"fleet-{size}.json", {**connection, "expected": expected})
        self._grow(SIZES[0])
        self.ours.count(self._variables[SIZES[0]])

    def round(self, number: int) -> None:
        for size in SIZES:
            for counter in self.counters:
                if not counter.is_slow or (number, size) == (0, SIZES[0]):
                    self._grow(size)
                    counter.played.setdefault(size, []).append(counter.count(self._variables[size]))
                    counter.requests[size] = len(self._lab.requests())

    def growth(self) -> float:
        """How many megabytes more the collection takes at its peak for the large fleet."""
        small, large = (spread(run.megabytes for run in self.ours.played[size]).median for size in SIZES)
        return large - small

    def _grow(self, size: int) -> None:
        """A fresh lab with so many computers beside the seeded ones, all requests of the hour and an empty journal."""
        self._lab.reset()
        self._lab.patch("secure_endpoint", "grow", count=size, **FLAWS)


def _tasks() -> list[Task]:
    same = [f"fleet.summary.{family} == expected.{family}" for family in ("windows", "macos")]
    return [
        {"identityops.cisco.secure_endpoint_computer_info": {}, "register": "fleet"},
        {"ansible.builtin.assert": {"that": same, "quiet": True}},
    ]
