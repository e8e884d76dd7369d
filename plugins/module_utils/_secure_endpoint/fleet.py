# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The computers of an organisation, judged one by one and counted. Private to this collection."""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import IncompleteList, InvalidInput, Refused
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import SecureEndpoint
from ansible_collections.identityops.cisco.plugins.module_utils._service import flag_of
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

DAY = 24 * 60 * 60

# Read from a free text. "CentOS x86" is not macOS, and neither is iOS. On the others Duo does not act, so none that may
# be Windows or macOS, whatever it runs on, is among them.
UNKNOWN = "unknown"
FAMILIES = {
    "windows": re.compile(r"\W*((microsoft|ms)\b\W*)?windows", re.IGNORECASE),
    "macos": re.compile(r".*\b(macos|os ?x)\b", re.IGNORECASE | re.DOTALL),
    "other": re.compile(
        r"(?!.*(windows|\bmac))"
        r".*\b(\w*linux|android|ios|ipad ?os|chrome ?os|ubuntu|debian|fedora|centos|red ?hat|rhel|suse|sles|oracle"
        r"|rocky|freebsd|unix|solaris|aix)\b",
        re.IGNORECASE | re.DOTALL,
    ),
}
JUDGED = ("windows", "macos", UNKNOWN)

# From the worst on.
PROBLEMS = ("compromised", "unknown_version", "outdated", "stale")
COUNTS = ("total", "supported", "outdated", "unknown_version", "stale", "compromised")

# The options that limit a fleet: what is counted, in words and by count, and the problems of the computers to name.
_UNFIT = ("outdated", "unknown_version")
LIMITS = {
    "max_outdated": ("computers run an outdated or unknown connector", _UNFIT, _UNFIT),
    "max_stale": ("computers have not been seen recently", ("stale",), ("stale",)),
    "min_supported": ("computers run a supported connector", ("supported",), _UNFIT),
}
MOST_NAMED = 20
SHOWN = ("connector_guid", "hostname", "operating_system", "connector_version", "last_seen")

Version = tuple[int, int, int]


class Fleet:
    """Judges computers one by one, and keeps the counts and a few names only."""

    def __init__(self, minimum: dict[str, Version], stale_before: float) -> None:
        self.counts = {family: dict.fromkeys(COUNTS, 0) for family in JUDGED}
        self.named: dict[str, list[str]] = {problem: [] for problem in PROBLEMS}
        self.other = self.demo = self.unreadable_times = self.unreported = 0
        self._minimum = minimum
        self._stale_before = stale_before

    def with_problems(self, computers: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Count all computers, and pass on those with problems."""
        for computer in computers:
            family = family_of(computer.get("operating_system"))
            if flag_of(computer.get("demo")) is True:
                self.demo += 1
            elif family == "other":
                self.other += 1
            elif problems := self._judge(computer, family):
                shown = {name: _text(computer.get(name)) for name in SHOWN}
                for problem in problems:
                    if len(self.named[problem]) < MOST_NAMED:
                        self.named[problem].append(str(shown["hostname"] or shown["connector_guid"]))
                yield {**shown, "family": family, "problems": problems}

    def _judge(self, computer: dict[str, Any], family: str) -> list[str]:
        minimum = self._minimum.get(family)
        version = version_of(computer.get("connector_version")) if minimum else None
        found = {
            "compromised": self._is_compromised(computer),
            "unknown_version": version is None,
            "outdated": bool(version and minimum and version < minimum),
            "stale": self._is_stale(computer),
        }
        counts = self.counts[family]
        counts["total"] += 1
        counts["supported"] += not (found["unknown_version"] or found["outdated"])
        for problem in PROBLEMS:
            counts[problem] += found[problem]
        return [problem for problem in PROBLEMS if found[problem]]

    def _is_compromised(self, computer: dict[str, Any]) -> bool:
        flag = flag_of(computer.get("is_compromised"))
        self.unreported += flag is None
        return flag is not False

    def _is_stale(self, computer: dict[str, Any]) -> bool:
        seen = time_of(computer.get("last_seen"))
        if seen is not None and seen > time.time() + DAY:
            # Not even a clock that is wrong shows such a time, so it says nothing.
            seen = None
        self.unreadable_times += seen is None
        return flag_of(computer.get("active")) is False or seen is None or seen < self._stale_before

    def summary(self) -> dict[str, Any]:
        return {
            **self.counts,
            "other": {"total": self.other},
            "total": self._sum("total") + self.other,
            "compromised": self._sum("compromised"),
            "demo_excluded": self.demo,
        }

    def _sum(self, *names: str) -> int:
        return sum(counts[name] for counts in self.counts.values() for name in names)

    def words(self, stale_after_days: int) -> str:
        """The counts in a sentence for people, without its full stop."""
        total = {family: self.counts[family]["total"] for family in JUDGED}
        unknown = f" and {total[UNKNOWN]} of an unknown system" if total[UNKNOWN] else ""
        return (
            f"{total['windows']} Windows and {total['macos']} macOS computers{unknown}: {self._sum('supported')} with "
            f"a supported connector, {self._sum(*_UNFIT)} outdated or unknown, {self._sum('stale')} not seen for "
            f"{stale_after_days} days, {self._sum('compromised')} compromised"
        )

    def warnings(self) -> Iterator[str]:
        """What was counted on the side of caution."""
        if self.unreadable_times:
            yield (
                f"The time of last contact of {self.unreadable_times} computers cannot be read or lies in the future, "
                "so they count as stale."
            )
        if self.unreported:
            yield (
                f"Secure Endpoint does not say whether {self.unreported} computers are compromised, so they count as "
                "compromised."
            )
        if compromised := self.counts[UNKNOWN]["compromised"]:
            yield (
                f"The system of {compromised} compromised computers is not known, so they count as computers that Duo "
                "may block."
            )

    def require_within(self, limits: Mapping[str, int | None], is_complete: bool) -> None:
        """
        :param limits: by option; None for none.
        :param is_complete: whether all computers are counted.
        :raises IncompleteList: if they are not, and there is a limit.
        :raises Refused: if more computers have a problem than may, or fewer have a supported connector than must.
        """
        found: list[str] = []
        problems: set[str] = set()
        for name, limit in limits.items():
            words, counts, concerned = LIMITS[name]
            number = self._sum(*counts)
            if limit is not None and (number < limit if name == "min_supported" else number > limit):
                found.append(f"{number} {words}, and {name} is {limit}")
                problems.update(concerned)
        if not is_complete and any(limit is not None for limit in limits.values()):
            raise IncompleteList(
                "evaluate the fleet", "Secure Endpoint did not list all computers, or may not have", "Run this again."
            )
        if found:
            raise Refused(
                "accept the fleet",
                f"{'; '.join(found)}. These are {self._names(problems)}",
                "Nothing was changed. Update these connectors, make sure that the computers are in contact, or change "
                "the limit.",
            )

    def _names(self, problems: set[str]) -> str:
        groups = [self.named[problem] for problem in PROBLEMS if problem in problems]
        names = sorted({name for group in groups for name in group})
        are_more = len(names) > MOST_NAMED or any(len(group) == MOST_NAMED for group in groups)
        return ", ".join(names[:MOST_NAMED] + ["others"] * are_more) or "none that are judged"


def limits_of(params: Mapping[str, Any]) -> dict[str, int | None]:
    """The limits a task sets, by option; an empty text is none, as a variable that is left empty.

    :raises InvalidInput: for what is no number.
    """
    found: dict[str, int | None] = {}
    for name in LIMITS:
        text = str(params[name] if params[name] is not None else "").strip()
        if text and not re.fullmatch("[0-9]{1,18}", text):
            raise InvalidInput(f"use {text!r} as {name}", "it is no number", "Give a number, or leave it out.")
        found[name] = int(text) if text else None
    return found


def family_of(operating_system: Any) -> str:
    text = _text(operating_system) or ""
    return next((family for family, pattern in FAMILIES.items() if pattern.match(text)), UNKNOWN)


def version_of(text: Any) -> Version | None:
    """The first three parts, missing ones being 0; None for what is no version."""
    parts = str(text).strip().split(".")[:3]
    if not all(re.fullmatch(r"[0-9]{1,9}", part) for part in parts):
        return None
    major, minor, patch = (*map(int, parts), 0, 0)[:3]
    return major, minor, patch


def time_of(text: Any) -> float | None:
    """Seconds since the epoch; None for what is no time, or does not name its zone."""
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


def count(
    service: SecureEndpoint, minimum: dict[str, Version], stale_after_days: int, most_listed: int, context: Context
) -> tuple[Fleet, dict[str, Any]]:
    """Read all computers and count them.

    :returns: the fleet, and what a task returns of it: ``summary`` and ``computers``, the worst ones.
    """
    # Beyond ten thousand years it makes no difference, and no number of days is too many.
    fleet = Fleet(minimum, time.time() - min(stale_after_days, 10_000 * 366) * DAY)
    # For none at all it would not even look, and so not count.
    worst = heapq.nsmallest(max(most_listed, 1), fleet.with_problems(service.each_computer()), key=badness)
    for warning in fleet.warnings():
        context.warn(warning)
    asked = {
        "complete": service.listed_completely,
        "requests": service.requests,
        "budget": service.budget.as_dict(),
    }
    return fleet, {"summary": {**fleet.summary(), **asked}, "computers": worst[:most_listed]}
