# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The computers of an organisation, judged one by one and counted. Private to this collection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput

DAY = 24 * 60 * 60


# Told from a free text. "CentOS x86" is not macOS, and neither is iOS.
FAMILIES = {
    "windows": re.compile(r"\s*windows", re.IGNORECASE),
    "macos": re.compile(r".*\b(macos|os ?x)\b", re.IGNORECASE | re.DOTALL),
}


# From the worst on.
PROBLEMS = ("compromised", "unknown_version", "outdated", "stale")


COUNTS = ("total", "supported", "outdated", "unknown_version", "stale", "compromised")


SHOWN = ("connector_guid", "hostname", "operating_system", "connector_version", "last_seen")


Version = tuple[int, int, int]


class Fleet:
    """Judges computers one by one, and keeps the counts only."""

    def __init__(self, minimum: dict[str, Version], stale_before: float) -> None:
        self.counts = {family: dict.fromkeys(COUNTS, 0) for family in FAMILIES}
        self.other = self.demo = self.unreadable_times = self.untold = 0
        self._minimum = minimum
        self._stale_before = stale_before

    def with_problems(self, computers: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Count all computers, and pass on those with problems."""
        for computer in computers:
            family = family_of(computer.get("operating_system"))
            if flag_of(computer.get("demo")) is True:
                self.demo += 1
            elif family is None:
                self.other += 1
            elif problems := self._judge(computer, family):
                shown = {name: _text(computer.get(name)) for name in SHOWN}
                yield {**shown, "family": family, "problems": problems}

    def _judge(self, computer: dict[str, Any], family: str) -> list[str]:
        version = version_of(computer.get("connector_version"))
        found = {
            "compromised": self._is_compromised(computer),
            "unknown_version": version is None,
            "outdated": version is not None and version < self._minimum[family],
            "stale": self._is_stale(computer),
        }
        counts = self.counts[family]
        counts["total"] += 1
        counts["supported"] += not (found["unknown_version"] or found["outdated"])
        for problem in PROBLEMS:
            counts[problem] += found[problem]
        return [problem for problem in PROBLEMS if found[problem]]

    def _is_compromised(self, computer: dict[str, Any]) -> bool:
        told = flag_of(computer.get("is_compromised"))
        self.untold += told is None
        return told is not False

    def _is_stale(self, computer: dict[str, Any]) -> bool:
        seen = time_of(computer.get("last_seen"))
        self.unreadable_times += seen is None
        return flag_of(computer.get("active")) is False or seen is None or seen < self._stale_before

    def summary(self) -> dict[str, Any]:
        known = sum(counts["total"] for counts in self.counts.values())
        return {
            **self.counts,
            "other": {"total": self.other},
            "total": known + self.other,
            "compromised": sum(counts["compromised"] for counts in self.counts.values()),
            "demo_excluded": self.demo,
        }


def family_of(operating_system: Any) -> str | None:
    text = _text(operating_system) or ""
    return next((family for family, pattern in FAMILIES.items() if pattern.match(text)), None)


def flag_of(value: Any) -> bool | None:
    """Yes or no, in whichever of its forms; None for what is neither."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


def version_of(text: Any) -> Version | None:
    """The first three parts, missing ones being 0; None for what is no version."""
    parts = str(text).strip().split(".")[:3]
    if not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
        return None
    major, minor, patch = (*map(int, parts), 0, 0)[:3]
    return major, minor, patch


def time_of(text: Any) -> float | None:
    """Seconds since the epoch; None for what is no time, or does not tell its zone."""
    try:
        # Python 3.10 does not know the Z.
        found = datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", str(text).strip()))
        return found.timestamp() if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def badness(computer: dict[str, Any]) -> tuple[Any, ...]:
    """Sorts the worst first, and then by name."""
    problems = [problem not in computer["problems"] for problem in PROBLEMS]
    return *problems, str(computer["hostname"]), str(computer["connector_guid"])


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def parsed_minimum(options: dict[str, str]) -> dict[str, Version]:
    found = {}
    for family, text in options.items():
        version = version_of(text)
        if version is None:
            advice = "Write up to three numbers with points between them, such as 7.1.1"
            raise InvalidInput(f"use {text!r} as minimum_versions.{family}", "it is no version", advice)
        found[family] = version
    return found
