# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run has come to, as lines for a terminal. Private to this collection.

All of it is made from the results that the roles end with. A line goes with a word for what it is about, which the
callback translates into a colour.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import WIDTH, heading, written
from ansible_collections.identityops.cisco.plugins.filter.handoff_notices import of_step
from ansible_collections.identityops.cisco.plugins.filter.impact_lines import impact_lines
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import printable, shortened
from ansible_collections.identityops.cisco.plugins.module_utils._task import LONGEST_TEXT
from ansible_collections.identityops.cisco.plugins.plugin_utils._changes import (
    ADD,
    CHANGE,
    REMOVE,
    Change,
    changes_of,
    counts,
    fit,
)

Line = tuple[str, str]

PLAIN, WAITS, FAILED, DONE = "plain", "waits", "failed", "ok"
# By the sign of a change, and by the status of a step or of a whole result.
STYLES = {
    ADD: "add",
    CHANGE: "change",
    REMOVE: "remove",
    "in_sync": DONE,
    "ok": DONE,
    "verified": DONE,
    "changed": "change",
    "drifted": "change",
    "not_verifiable": WAITS,
    "handoff_required": WAITS,
    "pending": WAITS,
    "failed": FAILED,
}
# The worst first.
SEVERITY = ("failed", "handoff_required", "pending", "drifted", "changed", "in_sync")
# Failed steps are left out: each error is shown once, at the end, with all the hosts that met it.
SECTIONS = (
    ("ok", "In place"),
    ("changed", "Changed"),
    ("verified", "Verified"),
    ("not_verifiable", "Cannot be verified"),
    ("handoff_required", "Waits for a person"),
    ("pending", "Pending"),
)
WOULD_CHANGE = "Would change"
# How much is shown before -v is asked for.
MOST_DETAILED, MOST_IN_SYNC, MOST_FIELDS, MOST_HOSTS = 5, 10, 12, 5
SECONDS_WIDTH = 9
LONGEST_NAME = 36


class Report(NamedTuple):
    """The result of one role on one host.

    :ivar flow: the role.
    :ivar result: as documented for the roles; what it does not have is not shown.
    """

    host: str
    flow: str
    result: Mapping[str, Any]
    check_mode: bool = False

    @property
    def status(self) -> str:
        return str(self.result.get("status", ""))

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to say about it; a run of some tags only may have left steps out."""
        return self.status == "in_sync" and bool(self.result.get("complete", True))

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        return list(self.result.get("steps") or ())

    @property
    def files(self) -> Mapping[str, list[str]]:
        """The printed page of a hand-off and what goes with it, as paths, by the ID of its step."""
        return dict(self.result.get("handoff_files") or {})

    @property
    def impacts(self) -> list[Mapping[str, Any]]:
        """What each use of the role has found out about the devices."""
        return [one for one in self.result.get("impacts") or [self.result.get("impact")] if one]

    @property
    def seconds(self) -> float:
        return sum(step.get("seconds") or 0.0 for step in self.steps)

    def counts(self) -> Counter[str]:
        """How many objects come, change and go, by sign."""
        return sum((counts(_step_changes(step)) for step in self.steps), Counter())


@dataclass
class PlaybookRun:
    """What a run has come to.

    :ivar errors: what failed outside of the results, such as a host that cannot be reached, by host.
    """

    reports: list[Report] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def summary_lines(run: PlaybookRun, width: int, verbose: bool = False) -> list[Line]:
    """The whole summary.

    :param verbose: show every step of every host.
    """
    groups = _alike(run.reports if verbose else [report for report in run.reports if not report.is_settled])
    detailed = groups if verbose else groups[:MOST_DETAILED]
    lines: list[Line] = []
    if len(run.reports) > 1 or not detailed:
        lines += [*_overview(run.reports, width, verbose), ("", PLAIN)]
    for group in detailed:
        lines += _detail(group, width, verbose)
    left = sum(len(group) for group in groups[len(detailed) :])
    if left:
        lines += [(f"{left} more are not shown in detail; -v shows them all.", PLAIN), ("", PLAIN)]
    if not verbose:
        lines += _notices("Cannot be verified", WAITS, _unverified(run), width)
    lines += _notices("Not enforced yet", WAITS, _all_of(run, "not_enforced"), width)
    lines += _notices("Warnings", WAITS, _all_of(run, "warnings"), width)
    lines += _notices("Errors", FAILED, _errors(run), width)
    return lines + list(_totals(run, width))


def _alike(reports: list[Report]) -> list[list[Report]]:
    """Results that differ in nothing but the host and the seconds go together; the worst first."""
    groups: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda report: _rank(report.status)):
        groups.setdefault(repr(_shown_of(report)), []).append(report)
    return list(groups.values())


def _shown_of(report: Report) -> list[Any]:
    """All that is shown of a result but the host and the seconds."""
    steps = [{**step, "seconds": None} for step in report.steps]
    handoff = report.result.get("handoff") or ()
    files = [report.files.get(step["id"]) for step in handoff]
    return [report.flow, report.status, report.check_mode, steps, handoff, files, report.impacts]


def _rank(status: str) -> int:
    return SEVERITY.index(status) if status in SEVERITY else 0


def _overview(reports: list[Report], width: int, verbose: bool) -> Iterator[Line]:
    """A line for each result, or one for all that are in sync where they are many."""
    settled = [report for report in reports if report.is_settled]
    collapsed = settled if len(settled) > MOST_IN_SYNC and not verbose else []
    rows = [report for report in reports if report not in collapsed]
    cells = [(fit(row.host), row.flow, _words(row.status), _short_counts(row)) for row in rows]
    columns = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row, texts in zip(rows, cells, strict=True):
        text = "  ".join(f"{text:{wide}}" for text, wide in zip(texts, columns, strict=True))
        yield _with_seconds(text, row.seconds, width), STYLES.get(row.status, PLAIN)
    for flow, number in Counter(report.flow for report in collapsed).items():
        yield f"{number} hosts are in sync: {flow}", DONE


def _short_counts(report: Report) -> str:
    found = report.counts()
    return " ".join(f"{sign}{found[sign]}" for sign in (ADD, CHANGE, REMOVE) if found[sign])


def _detail(group: list[Report], width: int, verbose: bool) -> Iterator[Line]:
    """The steps of results that are alike, with the seconds of the slowest one."""
    report = max(group, key=lambda report: report.seconds)
    if all(step["status"] == "failed" for step in report.steps):
        return
    title = f"{_listed([report.host for report in group])}: {report.flow}, {_words(report.status)}"
    yield _with_seconds(title, report.seconds, width), STYLES.get(report.status, PLAIN)
    for status, words in SECTIONS:
        steps = [step for step in report.steps if step["status"] == status]
        if steps:
            yield f"  {WOULD_CHANGE if report.check_mode and status == 'changed' else words}", PLAIN
        for step in steps:
            yield from _step(step, _name_width(report), width, verbose)
    for impact in report.impacts:
        yield from _impact(impact, width, verbose)
    yield from _handoff(report, width)
    yield "", PLAIN


def _name_width(report: Report) -> int:
    return min(max(len(fit(step["name"])) for step in report.steps), LONGEST_NAME)


def _step(step: Mapping[str, Any], name_width: int, width: int, verbose: bool) -> Iterator[Line]:
    """The line about a step, and the objects and fields that it changes."""
    changes = _step_changes(step)
    signs = {change.sign for change in changes}
    sign = " " if not changes else signs.pop() if len(signs) == 1 else CHANGE
    style = STYLES.get(sign.strip() or step["status"], PLAIN)
    begins = f"    {sign} {fit(step['name']):{name_width}}  "
    # Only the first line leaves room for the seconds.
    first, *rest = _wrapped(_in_one_line(step["detail"]), width, " " * len(begins), " " * (len(begins) + SECONDS_WIDTH))
    yield _with_seconds(begins + first.strip(), step.get("seconds"), width), style
    yield from ((line, style) for line in rest)
    for change in changes:
        # A step with one object has named it already.
        yield from _change(change, width, verbose, is_named=len(changes) == 1)


def _step_changes(step: Mapping[str, Any]) -> list[Change]:
    """A step may change what has no fields, such as by starting something."""
    return changes_of(step) or ([Change(CHANGE, "", ())] if step["status"] == "changed" else [])


def _change(change: Change, width: int, verbose: bool, is_named: bool) -> Iterator[Line]:
    if not is_named:
        yield f"      {change.sign} {change.title}", STYLES[change.sign]
    margin = " " * (8 if is_named else 10)
    shown = change.fields if verbose else change.fields[:MOST_FIELDS]
    for entry in shown:
        text = f"{margin}{entry.sign} {entry.name}: {entry.text}"
        yield from ((line, STYLES[entry.sign]) for line in _wrapped(text, width, margin + "    "))
    if len(change.fields) > len(shown):
        yield f"{margin}and {len(change.fields) - len(shown)} more", PLAIN


def _impact(impact: Mapping[str, Any], width: int, verbose: bool) -> Iterator[Line]:
    """The lock-out table, where a device is newly blocked or may be."""
    is_uncounted = any(row["then"] and row["count"] is None for row in impact["table"])
    if not (impact["newly_blocked"] or is_uncounted or verbose):
        return
    yield "  What happens to the devices", PLAIN
    for line in impact_lines({**impact, "notes": impact["notes"] if verbose else []}):
        yield from ((part, PLAIN) for part in _wrapped(f"    {line}", width, " " * 6))
    if impact["newly_blocked"] and impact["notes"] and not verbose:
        yield f"    -v shows {len(impact['notes'])} notes on what the numbers assume.", PLAIN


def _handoff(report: Report, width: int) -> Iterator[Line]:
    """What a person does, in short where there is a page for it."""
    steps = list(report.result.get("handoff") or ())
    for number, step in enumerate(steps, 1):
        yield ("  For a person to do", WAITS) if number == 1 else ("", PLAIN)
        texts = of_step(step, heading(number, len(steps)), list(report.files.get(step["id"]) or ()))
        yield from ((f"    {printable(line)}", PLAIN) for line in written(texts, min(width - 4, WIDTH)))


def _unverified(run: PlaybookRun) -> Iterator[tuple[str, str]]:
    """What is not verified where all the rest is in place. It takes a line only."""
    for report in run.reports:
        steps = (step for step in report.steps if report.is_settled and step["status"] == "not_verifiable")
        yield from ((f"{step['name']}: {step['detail']}", report.host) for step in steps)


def _all_of(run: PlaybookRun, member: str) -> Iterator[tuple[str, str]]:
    """The sentences of a member of the results, each with its host."""
    for report in run.reports:
        yield from ((str(text), report.host) for text in report.result.get(member) or ())


def _errors(run: PlaybookRun) -> Iterator[tuple[str, str]]:
    """Each error with a host that met it."""
    for report in run.reports:
        failed = (step for step in report.steps if step["status"] == "failed")
        yield from ((f"{step['name']}: {step['detail']}", report.host) for step in failed)
    for host, error in run.errors.items():
        details = [step["detail"] for report in run.reports if report.host == host for step in report.steps]
        if not any(detail and (detail in error or error in detail) for detail in details):
            yield error, host


def _notices(heading: str, style: str, found: Iterable[tuple[str, str]], width: int) -> Iterator[Line]:
    """Each text once, with the hosts that it is about."""
    hosts: dict[str, list[str]] = {}
    for text, host in found:
        hosts.setdefault(text, []).append(host)
    if hosts:
        yield heading, PLAIN
    for text, names in hosts.items():
        yield from ((line, style) for line in _wrapped(f"  {_listed(names)}: {_in_one_line(text)}", width, " " * 4))
    if hosts:
        yield "", PLAIN


def _listed(names: list[str]) -> str:
    names = list(dict.fromkeys(names))
    left = len(names) - MOST_HOSTS
    return ", ".join(map(fit, names[:MOST_HOSTS])) + (f" and {left} more" if left > 0 else "")


def _totals(run: PlaybookRun, width: int) -> Iterator[Line]:
    for is_check in (True, False):
        reports = [report for report in run.reports if report.check_mode is is_check]
        if reports:
            total = sum((report.counts() for report in reports), Counter())
            text = _amounts(total, is_check)
            yield f"{text}{'. Nothing was written.' if is_check else '.'}", STYLES["changed"] if total else DONE
    waiting = sum(map(_steps_for_a_person, run.reports))
    if waiting:
        yield f"{waiting} {'step waits' if waiting == 1 else 'steps wait'} for a person.", WAITS
    if len(run.reports) > 1:
        found = Counter(report.status for report in run.reports)
        listed = (f"{found[status]} {_words(status)}" for status in SEVERITY[::-1] if found[status])
        yield from ((line, PLAIN) for line in _wrapped(f"Results: {', '.join(listed)}.", width, ""))


def _steps_for_a_person(report: Report) -> int:
    """One step of a role may hand over several, each with a page of its own."""
    waiting = sum(step["status"] == "handoff_required" for step in report.steps)
    return max(waiting, len(report.result.get("handoff") or ())) if waiting else 0


def _amounts(total: Counter[str], is_check: bool) -> str:
    words = ("to add", "to change", "to remove") if is_check else ("added", "changed", "removed")
    return ", ".join(f"{total[sign]} {word}" for sign, word in zip((ADD, CHANGE, REMOVE), words, strict=True))


def _in_one_line(text: object) -> str:
    """A sentence of a service, in one line. All of it matters, so it may be long."""
    return printable(shortened(" ".join(str(text).split()), LONGEST_TEXT))


def _words(status: str) -> str:
    return status.replace("_", " ")


def _with_seconds(text: str, seconds: float | None, width: int) -> str:
    """The text with the seconds at the end of the line; a step that did not run has none."""
    if not seconds:
        return text
    return f"{text:{width - SECONDS_WIDTH}}{seconds:{SECONDS_WIDTH - 2}.1f} s"


def _wrapped(text: str, width: int, indent: str, first_indent: str = "") -> list[str]:
    """Words are never cut, so that paths and addresses stay whole."""
    lines = textwrap.wrap(
        text,
        width,
        initial_indent=first_indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or [""]
