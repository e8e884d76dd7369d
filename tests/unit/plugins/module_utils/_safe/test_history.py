# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of an integration: the latest run is known where its times sort, and unknown elsewhere."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._safe.history import History


def rows(*runs: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"id": run, "status": status, "startedAt": started} for run, status, started in runs]


def history(*runs: tuple[str, Any]) -> History:
    safe = mock.Mock()
    safe.list_runs.return_value = [{"status": status, "startedAt": started} for status, started in runs]
    found = History(safe, {})
    found.look("1")
    return found


@pytest.mark.parametrize(
    ("one", "other", "latest"),
    [
        ("2026-11-29T08:00:00Z", "2026-11-30T08:00:00Z", "succeeded"),
        ("2026-11-30T08:00:00Z", "2026-11-29T08:00:00Z", "failed"),
        (1764400000, 1764500000, "succeeded"),
        # The text of the later one comes first.
        ("12/31/2026 08:00", "01/01/2027 08:00", "unknown"),
        ("2026-11-30T08:00:00+02:00", "2026-11-30T07:00:00Z", "succeeded"),
        ("2026-11-30T08:00:00.000+0530", "2026-11-30T08:00:00.5Z", "succeeded"),
        ("2026-11-30 08:00:00 UTC", "2026-11-30 07:00:00 UTC", "failed"),
        ("2026-11-30T08:00:00", "2026-11-30T07:00:00", "failed"),
        ("2026-11-30T08:00:00", "2026-11-30T07:00:00Z", "unknown"),
        (1764400000, 1764500000123, "succeeded"),
        (1764500000.5, 1764400000.25, "failed"),
        ("2026-11-30T08:00:00Z", None, "unknown"),
    ],
)
def test_the_latest_of_two(one: Any, other: Any, latest: str) -> None:
    assert history(("Failed", one), ("Completed", other)).latest == latest


def test_a_run_that_hangs_is_not_the_latest_for_ever() -> None:
    early, late = "2026-11-01T08:00:00Z", "2026-11-30T08:00:00Z"
    assert history(("In Progress", early), ("Completed", late)).latest == "succeeded"
    assert history(("Completed", early), ("In Progress", late)).latest == "running"
    assert history(("In Progress", None), ("Completed", None)).latest == "running"


def test_a_run_of_before_that_ends_meanwhile_is_not_the_new_one() -> None:
    """It ran with the values of before."""
    safe = mock.Mock()
    found = History(safe, {})
    early, late = "2026-11-01T08:00:00Z", "2026-11-30T08:00:00Z"
    for old in ("Failed", "Completed"):
        safe.list_runs.side_effect = [
            rows(("r1", old, early)),
            rows(("r2", "In Progress", late), ("r1", old, early)),
            rows(("r2", "Completed" if old == "Failed" else "Failed", late), ("r1", old, early)),
        ]
        outcome = found.follow("1", rows(("r1", "In Progress", early)), 1, 0.01)
        assert outcome == ("succeeded" if old == "Failed" else "failed")


def test_why_the_latest_run_is_unknown() -> None:
    unordered = history(("Failed", "12/31/2026 08:00"), ("Completed", "01/01/2027 08:00"))
    assert "which run is the latest" in unordered.why_unknown
    unordered._safe.context.quote = str
    assert "history_words" in history(("odd", None)).why_unknown
