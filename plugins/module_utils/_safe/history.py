# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runs of an integration, as SAFE's history shows them. Private to this collection.

Neither the members of a run nor its words are published. What is not recognised is unknown, and never a success.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Throttled,
    TimedOut,
)
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import Safe, identifier
from ansible_collections.identityops.cisco.plugins.module_utils._service import moment_of
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import MOST_FAILED_LOOKS, wait_until

SUCCEEDED, FAILED, RUNNING, UNKNOWN = "succeeded", "failed", "running", "unknown"
WORDS = {
    **dict.fromkeys(
        ("success", "succeeded", "successful", "completed", "complete", "finished", "done", "ok"), SUCCEEDED
    ),
    **dict.fromkeys(("failed", "failure", "error", "errored", "aborted", "cancelled", "canceled", "timeout"), FAILED),
    **dict.fromkeys(
        ("running", "in progress", "in_progress", "inprogress", "started", "pending", "queued", "syncing"), RUNNING
    ),
}
STATUS = ("status", "state", "result", "syncStatus")
STARTED = ("startedAt", "startTime", "started", "createdAt", "created", "date", "timestamp")
ENDED = ("endedAt", "endTime", "finishedAt", "completedAt")
MOST_SHOWN = 20
# After a start without a usable answer.
SECONDS_UNTIL_SEEN = 1.0

Rows = list[dict[str, Any]]


class History:
    """The runs of one integration.

    :param words: what further words of SAFE mean, by word.
    """

    def __init__(self, safe: Safe, words: Mapping[str, str]) -> None:
        self._safe = safe
        self._words = {**WORDS, **{word.strip().lower(): meaning for word, meaning in words.items()}}
        self.rows: Rows = []
        self.is_there = False

    def look(self, integration_id: str) -> bool:
        """:returns: whether SAFE has the integration."""
        found = self._safe.list_runs(integration_id)
        self.rows = found or []
        self.is_there = found is not None
        return self.is_there

    @property
    def latest(self) -> str | None:
        """How the latest run ended; None if there is none, unknown if SAFE does not say which one is the latest."""
        outcomes = {self._outcome(row) for row in self.rows}
        if len(outcomes) <= 1:
            return outcomes.pop() if outcomes else None
        moments = _moments([_text(row, STARTED) for row in self.rows])
        if moments:
            return self._outcome(self.rows[moments.index(max(moments))])
        return RUNNING if RUNNING in outcomes else UNKNOWN

    @property
    def why_unknown(self) -> str:
        """A sentence about a latest run of which it is not known how it ended."""
        because = "How the latest sync ended is not known, because SAFE's history does not"
        if UNKNOWN in map(self._outcome, self.rows):
            words = sorted({_text(row, STATUS) for row in self.rows if self._outcome(row) == UNKNOWN} - {""})
            shown = f": {self._safe.context.quote(', '.join(words))}" if words else ""
            then = "If you know what they mean, state it in history_words."
            return f"{because} say it in words that are recognised{shown}. {then}"
        return f"{because} show which run is the latest, in times that are recognised. See the History table in SAFE."

    def ended(self) -> Rows:
        """The runs that do not go on."""
        return [row for row in self.rows if self._outcome(row) != RUNNING]

    def follow(self, integration_id: str, before: Rows, timeout: float, interval: float) -> str:
        """Wait until the runs that were not there before have ended.

        :returns: how; running if the time is over first.
        """
        known, outcome = Counter(map(_mark, before)), RUNNING

        def has_ended() -> bool:
            nonlocal outcome
            self.look(integration_id)
            left = known.copy()
            new = [row for row in self.rows if not _taken(left, row)]
            outcomes = {self._outcome(row) for row in new} or {RUNNING}
            outcome = next(kind for kind in (RUNNING, FAILED, UNKNOWN, SUCCEEDED) if kind in outcomes)
            return outcome in (SUCCEEDED, FAILED)

        def report(waited: float) -> None:
            self._safe.context.progress(f"sync of SAFE {outcome}, {waited:.0f} s of {timeout:g}")

        wait_until(has_ended, timeout, interval, report, survives=MOST_FAILED_LOOKS)
        return outcome

    def has_grown(self, integration_id: str, before: Rows) -> bool:
        """Whether there are more runs than before. One that was going on may have ended."""
        self.look(integration_id)
        return len(self.rows) > len(before)

    def shown(self) -> Rows:
        """The runs as the task returns them, the latest first where SAFE shows their times."""
        rows = [
            {
                "run": identifier(row) or None,
                "status": _text(row, STATUS) or None,
                "outcome": self._outcome(row),
                "started": _text(row, STARTED) or None,
                "ended": _text(row, ENDED) or None,
                "message": self._safe.context.quote(_text(row, ("message", "error"))),
            }
            for row in self.rows
        ]
        moments = _moments([str(row["started"]) for row in rows])
        if moments:
            rows = [rows[place] for place in sorted(range(len(rows)), key=lambda place: -moments[place])]
        return rows[:MOST_SHOWN]

    def problem(self, outcome: str, timeout: float) -> Refused | TimedOut | None:
        """What is to be raised for how a run ended."""
        words = "; ".join(
            sorted({row["message"] for row in self.shown() if row["outcome"] == FAILED and row["message"]})
        )
        if outcome == FAILED:
            advice = "Read the History table of the integration in SAFE."
            return Refused("sync the integration", f"SAFE says that it failed{': ' * bool(words)}{words}", advice)
        if outcome != SUCCEEDED and timeout:
            statuses = sorted({str(row["status"]) for row in self.shown() if row["outcome"] in (RUNNING, UNKNOWN)})
            return TimedOut(
                "see the sync of the integration end",
                f"after {timeout:g} seconds SAFE shows {', '.join(statuses) or 'no new run'}",
                "Allow more time with wait_timeout. If that is a final status, state it in history_words.",
            )
        return None

    def _outcome(self, row: Mapping[str, Any]) -> str:
        return self._words.get(_text(row, STATUS).strip().lower(), UNKNOWN)


def _text(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((str(row[name]) for name in names if isinstance(row.get(name), (str, int, float)) and row[name]), "")


def _moments(times: list[str]) -> list[float] | None:
    """The times as numbers in their order; None where one of them is not known."""
    found = [moment_of(time) for time in times]
    if not any(found):
        # If no time names its zone, all have the same.
        found = [moment_of(f"{time}Z") for time in times]
    moments = [moment for moment in found if moment is not None]
    return moments if len(moments) == len(times) else None


def _mark(row: Mapping[str, Any]) -> str:
    """What distinguishes a run from the others, and stays when it ends: its ID with its start, because the ID may be
    that of the integration; or else all that is shown of it."""
    run, started = identifier(row), _text(row, STARTED)
    return f"{run} {started}" if run and started else json.dumps(row, sort_keys=True, default=str)


def _taken(left: Counter[str], row: Mapping[str, Any]) -> bool:
    """Whether a row is one of those that are left, which it then is no more."""
    mark = _mark(row)
    if left[mark] <= 0:
        return False
    left[mark] -= 1
    return True


class Sync:
    """The sync that an integration is to have had.

    :ivar outcome: how the latest run ended, as far as it is known; None if there is none.
    """

    def __init__(self, safe: Safe, history: History, action: str, timeout: float, interval: float) -> None:
        self.outcome: str | None = None
        self._safe = safe
        self._history = history
        self._action = action
        self._timeout = timeout
        self._interval = interval

    def bring_about(self, integration_id: str, is_changed: bool) -> bool:
        """Start a sync if the integration was changed, or no run has succeeded; follow one that goes on.

        :returns: whether one was started, or would be in check mode.
        :raises Refused: it failed.
        :raises TimedOut: it has not ended in time.
        """
        context = self._safe.context
        self.outcome = self._history.latest
        if is_changed or self.outcome in (None, FAILED):
            return context.act(lambda: self._run(integration_id), prediction=True)
        if self.outcome == RUNNING:
            return context.act(lambda: self._follow(integration_id, self._history.ended()), prediction=False)
        if self.outcome == UNKNOWN:
            context.warn(self._history.why_unknown)
        return False

    def _run(self, integration_id: str) -> bool:
        before = self._history.rows
        try:
            self._safe.start(integration_id, self._action)
        except (OutcomeUnknown, ServerTrouble, Throttled):
            # The answer does not show whether the sync began; the history does.
            if not wait_until(lambda: self._history.has_grown(integration_id, before), SECONDS_UNTIL_SEEN):
                raise
        self._follow(integration_id, before)
        return True

    def _follow(self, integration_id: str, before: Rows) -> bool:
        self.outcome = self._history.follow(integration_id, before, self._timeout, self._interval)
        self._safe.context.kept["history"] = self._history.shown()
        problem = self._history.problem(self.outcome, self._timeout)
        if problem:
            raise problem
        return False
