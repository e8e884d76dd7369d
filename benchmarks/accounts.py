# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to judge the users of a large Duo account: the collection, and a plain program on `duo_client`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from fleet import Counter
from lab.control import Control
from machine import LOG, connection_options, measure, play, spread, write_private
from tasks import Task, write_playbook

SCRIPT = Path(__file__).resolve().parent / "playbooks" / "users_script.py"
SIZES = (10_000, 100_000)
# One in so many users, so that there is something to find.
GROWTH = {"bare_every": 50, "directory_every": 3, "enrolled_every": 2}
MAPS_ALIKE = ["found.summary == expected.mapping"]
ENROLS_ALIKE = [f"found.summary.{name} == expected.enrolment.{name}" for name in ("total", "enrolled")]
# What more the worker may hold with the large account than with the small one: the identifiers of the users.
AIM_MEGABYTES = 10


class Accounts:
    """All ways to judge, at both sizes, round by round."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        self.ours = [_counter("duo_user_mapping_info", MAPS_ALIKE), _counter("duo_enrolment_info", ENROLS_ALIKE)]
        program = [sys.executable, str(SCRIPT)]
        self.script = Counter("hand-written program", lambda variables: measure([*program, str(variables)]))
        self.counters = (*self.ours, self.script)
        self._variables: dict[int, Path] = {}

    def warm_up(self) -> None:
        """Have the program judge first. The playbooks fail unless they count the same."""
        connection = connection_options(self._lab)
        for size in SIZES:
            self._grow(size)
            variables = write_private(f"users-{size}.json", connection)
            measure([sys.executable, str(SCRIPT), str(variables)])
            expected = json.loads(LOG.read_text())
            self._variables[size] = write_private(f"users-{size}.json", {**connection, "expected": expected})

    def round(self) -> None:
        for size in SIZES:
            for counter in self.counters:
                self._grow(size)
                counter.played.setdefault(size, []).append(counter.count(self._variables[size]))
                counter.requests[size] = len(self._lab.requests())

    def growth(self) -> float:
        """How many megabytes more the collection takes at its peak for the large account, at the most."""

        def peak(counter: Counter, size: int) -> float:
            return spread(run.megabytes for run in counter.played[size]).median

        small, large = SIZES
        return max(peak(counter, large) - peak(counter, small) for counter in self.ours)

    def _grow(self, size: int) -> None:
        """A fresh lab with so many users beside the seeded ones, and an empty journal."""
        self._lab.reset()
        (directory,) = self._lab.state("duo")["directories"]
        key = directory["directory_key"]
        self._lab.patch("duo", "grow_users", count=size, directory_key=key, **GROWTH)


def _counter(module: str, is_alike: list[str]) -> Counter:
    tasks: list[Task] = [
        {f"identityops.cisco.{module}": {}, "register": "found"},
        {"ansible.builtin.assert": {"that": is_alike, "quiet": True}},
    ]
    playbook = write_playbook(f"{module}.yml", tasks)
    return Counter(module, lambda variables: play(playbook, variables))
