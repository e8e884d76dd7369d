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
BARE_EVERY, DIRECTORY_EVERY = 50, 3
# What more the worker may hold with the large account than with the small one: the identifiers of the users.
AIM_MEGABYTES = 10


class Accounts:
    """Both ways to judge, at both sizes, round by round."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        ours = write_playbook("users.yml", _tasks())
        self.ours = Counter("duo_user_mapping_info", lambda variables: play(ours, variables))
        program = [sys.executable, str(SCRIPT)]
        self.script = Counter("hand-written program", lambda variables: measure([*program, str(variables)]))
        self.counters = (self.ours, self.script)
        self._variables: dict[int, Path] = {}

    def warm_up(self) -> None:
        """Have the program judge first. The playbook fails unless it counts the same."""
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
        """How many megabytes more the collection takes at its peak for the large account."""
        small, large = (spread(run.megabytes for run in self.ours.played[size]).median for size in SIZES)
        return large - small

    def _grow(self, size: int) -> None:
        """A fresh lab with so many users beside the seeded ones, and an empty journal."""
        self._lab.reset()
        (directory,) = self._lab.state("duo")["directories"]
        key = directory["directory_key"]
        every = {"bare_every": BARE_EVERY, "directory_every": DIRECTORY_EVERY}
        self._lab.patch("duo", "grow_users", count=size, directory_key=key, **every)


def _tasks() -> list[Task]:
    return [
        {"identityops.cisco.duo_user_mapping_info": {}, "register": "mapping"},
        {"ansible.builtin.assert": {"that": ["mapping.summary == expected"], "quiet": True}},
    ]
