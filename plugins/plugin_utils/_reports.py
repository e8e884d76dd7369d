# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate's plan as files for machines and for people. Private to this collection.

Each writer takes what :func:`~ansible_collections.identityops.cisco.plugins.plugin_utils._gate.plan_of` returns and
returns a text. Users choose the names in it, so each writer makes them harmless for its
own format.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import printable, shortened
from ansible_collections.identityops.cisco.plugins.plugin_utils._changes import Change, changes_of
from ansible_collections.identityops.cisco.plugins.plugin_utils._files import replace_file
from ansible_collections.identityops.cisco.plugins.plugin_utils._gate import (
    ACCEPTED,
    AUDIT,
    DRIFT,
    ERROR,
    IN_SYNC,
    OUTCOMES,
)
from jinja2 import Environment, FileSystemLoader, StrictUndefined

Plan = dict[str, Any]
Flow = dict[str, Any]

TEMPLATES = Path(__file__).parents[2] / "playbooks" / "templates"
# A colon is one in addresses and before names of emoji, a dot in what looks like an address only.
MARKUP = r"[&<>`*_{}\[\]#!|~@$\\^]|:(?=\S)|(?<=www)\."
LONGEST_NAME, LONGEST_SENTENCE = 120, 600
# A comment of GitHub has 65,536 characters at most.
LONGEST_SUMMARY, LONGEST_TABLE, LONGEST_NOTICES, LONGEST_REMARK = 60_000, 20_000, 10_000, 160
MOST_IN_SYNC, MOST_LINES, MOST_SENTENCES, MOST_NAMES = 10, 60, 20, 5
MARKS = {IN_SYNC: "🟢", ACCEPTED: "⚪", DRIFT: "🟠", ERROR: "🔴"}
WORDS = {IN_SYNC: "in sync", ACCEPTED: "accepted", DRIFT: "drift", ERROR: "error"}


def plan_json(plan: Plan) -> str:
    """For machines: in ASCII, so that no name can hold what some reader stumbles over."""
    return json.dumps(plan, indent=2) + "\n"


# Sentences about a plan


def headline(plan: Plan) -> str:
    """What the gate has come to, in one sentence."""
    counts, total = plan["counts"], plan["counts"]["hosts"]
    if plan["error"]:
        return str(plan["error"])
    if counts[IN_SYNC] == total:
        return "The host is in sync." if total == 1 else f"All {total} hosts are in sync."
    found = {IN_SYNC: "in sync", ACCEPTED: "accepted", DRIFT: "with drift", ERROR: "with errors"}
    parts = [f"{counts[name]} {words}" for name, words in found.items() if counts[name]]
    return f"{total} {'host' if total == 1 else 'hosts'}: {', '.join(parts)}."


def host_line(host: dict[str, Any]) -> str:
    """What is the matter with a host, in one short line."""
    if host["error"]:
        return _short(f"Error: {host['error']}")
    outcomes = [(flow["name"], WORDS[flow["outcome"]], remark(flow)) for flow in host["flows"]]
    return _short(
        "; ".join(f"{name}: {word}{' (' if said else ''}{said}{')' if said else ''}" for name, word, said in outcomes)
    )


def remark(flow: Flow) -> str:
    """What is the matter with a flow, in a few words; empty if it is in sync."""
    if flow["outcome"] == ERROR:
        return problem(flow)
    apart = [step for step in flow["steps"] if step["outcome"] != IN_SYNC]
    found = Counter(step["status"] for step in apart)
    kinds = (("changed", "to change"), ("handoff_required", "waiting for a person"), ("pending", "pending"))
    parts = [f"{found[status]} {words}" for status, words in kinds if found[status]]
    if flow["name"] == AUDIT:
        # A number of steps says nothing about the findings. The first sentence of its only step counts them, and the
        # others name them.
        parts = [step["detail"].partition(". ")[0] for step in apart]
    return ", ".join(parts) or flow["note"] or ""


def not_enforced(plan: Plan) -> list[tuple[str, list[str]]]:
    """What is in place and not enforced yet: each sentence once, with the hosts that it is about. No outcome depends
    on it."""
    found: dict[str, list[str]] = {}
    for host in plan["hosts"]:
        for text in dict.fromkeys(text for flow in host["flows"] for text in flow["not_enforced"]):
            found.setdefault(str(text), []).append(host["name"])
    return list(found.items())


def listed(names: list[str]) -> str:
    """Names in a row. If there are many, the rest is counted."""
    left = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {left} more" if left > 0 else "")


def handoff_line(step: dict[str, Any]) -> str:
    """Which step waits for a person, and where."""
    action = str(step.get("action", "")).rstrip(".")
    return _short(f"{step.get('product', '')}: {action}, at {step.get('url', '')}")


def problem(flow: Flow) -> str:
    """Why a flow is in error; empty if it is not."""
    if flow["error"]:
        return str(flow["error"])
    failed = [f"{step['name']}: {step['detail']}" for step in flow["steps"] if step["outcome"] == ERROR]
    return failed[0] if failed else "" if flow["outcome"] != ERROR else f"the result says {flow['status']}"


def _short(text: str, most: int = LONGEST_SENTENCE) -> str:
    return printable(shortened(text, most))


# JUnit


def junit_xml(plan: Plan) -> str:
    """A test suite for each flow of each host, and a test case for each step: what differs is a failure, what failed is
    an error, and what the gate accepts is skipped."""
    root = ElementTree.Element("testsuites")
    for host in plan["hosts"]:
        if host["error"]:
            _suite(root, plan, host["name"], "host", [_case("Compare the host", ERROR, host["error"])])
        for flow in host["flows"]:
            _suite(root, plan, host["name"], flow["name"], list(_cases(flow)), flow["not_enforced"])
    if plan["error"]:
        _suite(root, plan, "gate", "gate", [_case("Compare the hosts", ERROR, plan["error"])])
    for number, suite in enumerate(root):
        suite.set("id", str(number))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(
    root: ElementTree.Element,
    plan: Plan,
    host: str,
    name: str,
    cases: list[ElementTree.Element],
    remarks: Iterable[str] = (),
) -> None:
    """What readers of the format insist on, even where it is empty."""
    count = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    attributes = {
        "name": f"{host}: {name}",
        "package": name,
        "hostname": host,
        "timestamp": plan["made_at"].removesuffix("Z"),
        "tests": str(len(cases)),
        "failures": str(count["failure"]),
        "errors": str(count["error"]),
        "skipped": str(count["skipped"]),
        "time": f"{sum(float(case.get('time', 0)) for case in cases):.3f}",
    }
    suite = ElementTree.SubElement(root, "testsuite", {key: _xml(value) for key, value in attributes.items()})
    ElementTree.SubElement(suite, "properties")
    for case in cases:
        case.set("classname", _xml(f"{host}.{name}"))
        suite.append(case)
    notices = [f"Not enforced yet: {text}" for text in remarks]
    ElementTree.SubElement(suite, "system-out").text = _xml("\n".join(notices))
    ElementTree.SubElement(suite, "system-err")


def _cases(flow: Flow) -> Iterator[ElementTree.Element]:
    steps = flow["steps"]
    if flow["error"] and not any(step["outcome"] == ERROR for step in steps):
        yield _case("Run the flow", ERROR, flow["error"])
    for step in steps:
        diff = "\n".join(_change_lines(changes_of(step)))
        yield _case(step["name"], step["outcome"], f"{step['status']}: {step['detail']}", diff, step["seconds"])
    if flow["note"]:
        yield _case("Look at everything that is declared", DRIFT, flow["note"])


def _case(name: str, outcome: str, message: str, text: str = "", seconds: float = 0.0) -> ElementTree.Element:
    case = ElementTree.Element("testcase", {"name": _xml(name), "time": f"{seconds:.3f}"})
    tag = {DRIFT: "failure", ERROR: "error", ACCEPTED: "skipped"}.get(outcome)
    if tag:
        ElementTree.SubElement(case, tag, {"type": outcome, "message": _xml(message)}).text = _xml(text)
    return case


def _xml(text: str) -> str:
    """A text without the characters that XML cannot hold, not even escaped."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", str(text))


def _change_lines(changes: list[Change]) -> Iterator[str]:
    """Each object that comes, goes or changes, and below it each field that does."""
    for change in changes:
        yield f"{change.sign} {change.title}"
        yield from (f"{entry.sign}   {entry.name}: {entry.text}" for entry in change.fields)


# Markdown


def summary_markdown(plan: Plan) -> str:
    """A comment for a merge request: a table, and below it what differs, folded."""
    lines = [f"### {MARKS[plan['outcome']]} {_markdown(headline(plan))}", "", *_table(plan), *_not_enforced(plan)]
    text = "\n".join(lines) + "\n"
    left_out = 0
    for host in plan["hosts"]:
        for flow in host["flows"]:
            block = _folded(host["name"], flow) if flow["outcome"] != IN_SYNC else ""
            left_out += len(text) + len(block) > LONGEST_SUMMARY
            text += block if len(text) + len(block) <= LONGEST_SUMMARY else ""
    return text + (f"\n{left_out} more flows are in the report.\n" if left_out else "")


def _table(plan: Plan) -> list[str]:
    """A line for each flow, the worst first. What is in sync is only counted where it is much."""
    rows = sorted(_rows(plan), key=lambda row: OUTCOMES.index(row[2]))
    in_sync = [row for row in rows if row[2] == IN_SYNC]
    shown = rows if len(in_sync) <= MOST_IN_SYNC else [row for row in rows if row[2] != IN_SYNC]
    lines = [
        f"| {_code(host)} | {_code(flow) if flow else ''} | {MARKS[outcome]} {WORDS[outcome]} | {_markdown(said)} |"
        for host, flow, outcome, said in shown
    ]
    fitting = [line for line, total in zip(lines, accumulate(map(len, lines)), strict=True) if total < LONGEST_TABLE]
    table = ["| Host | Flow | Outcome | |", "| --- | --- | --- | --- |", *fitting] if fitting else []
    if len(fitting) < len(lines):
        table += ["", f"{len(lines) - len(fitting)} more rows are in the report."]
    return table if shown is rows else [*table, "", f"{len(in_sync)} flows are in sync."]


def _not_enforced(plan: Plan) -> Iterator[str]:
    notices = [f"- {listed([_code(host) for host in hosts])}: {_markdown(text)}" for text, hosts in not_enforced(plan)]
    fitting = [
        notice for notice, total in zip(notices, accumulate(map(len, notices)), strict=True) if total < LONGEST_NOTICES
    ]
    if notices:
        yield from ("", "**Not enforced yet**", "", *fitting)
    if len(fitting) < len(notices):
        yield f"- {len(notices) - len(fitting)} more are in the report"


def _rows(plan: Plan) -> Iterator[tuple[str, str, str, str]]:
    """Host, flow, outcome and remark."""
    for host in plan["hosts"]:
        if host["error"]:
            yield host["name"], "", ERROR, shortened(host["error"], LONGEST_REMARK)
        for flow in host["flows"]:
            yield host["name"], flow["name"], flow["outcome"], shortened(remark(flow), LONGEST_REMARK)


def _folded(host: str, flow: Flow) -> str:
    """The differences of a flow as a block, and what waits or failed as a list."""
    differing = [step for step in flow["steps"] if step["outcome"] != IN_SYNC]
    sentences = [
        f"- {step['status'].replace('_', ' ')}: **{_markdown(step['name'])}**: {_markdown(step['detail'])}"
        for step in differing
        if isinstance(step["status"], str)
    ]
    sentences += [f"- {_markdown(text)}" for text in (flow["error"], flow["note"]) if text]
    sentences += [f"- waits for a person: {_markdown(handoff_line(step))}" for step in flow["handoff"]]
    diff = [line for step in differing for line in _change_lines(changes_of(step))]
    summary = f"{MARKS[flow['outcome']]} {_code(host)} {_code(flow['name'])}"
    return "\n".join(
        [
            f"\n<details><summary>{summary}</summary>\n",
            *_cut(sentences, MOST_SENTENCES, "- {} more"),
            *(["", *_fenced(_cut(diff, MOST_LINES, "  {} more lines"))] if diff else []),
            "\n</details>\n",
        ]
    )


def _cut(lines: list[str], most: int, rest: str) -> list[str]:
    return lines if len(lines) <= most else [*lines[:most], rest.format(len(lines) - most)]


def _fenced(lines: list[str]) -> list[str]:
    """A block that no line of it can end."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}diff", *(_short(line) for line in lines), fence]


def _markdown(text: object) -> str:
    """A text as nothing but text: no markup, no link, and no mention of a user."""
    entities = re.sub(MARKUP, lambda match: f"&#{ord(match[0])};", _short(str(text)))
    # Who is mentioned is looked for when all entities are gone.
    return entities.replace("&#64;", "&#64;&#8203;")


def _code(text: object) -> str:
    return f"<code>{_markdown(shortened(str(text), LONGEST_NAME))}</code>"


# HTML


def report_html(plan: Plan) -> str:
    """A page that loads nothing from anywhere and needs no script."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = [host for host in plan["hosts"] if host["outcome"] != IN_SYNC]
    return environment.get_template("report.html.j2").render(
        plan=plan,
        headline=headline(plan),
        shown=shown,
        words=WORDS,
        changes_of=changes_of,
        remark=remark,
        not_enforced=[(text, listed(hosts)) for text, hosts in not_enforced(plan)],
    )


WRITERS: dict[str, Callable[[Plan], str]] = {
    "plan.json": plan_json,
    "junit.xml": junit_xml,
    "summary.md": summary_markdown,
    "report.html": report_html,
}
"""What is written into the folder of the report, in this order."""


# Files


def write_report(plan: Plan, folder: str) -> list[str]:
    """Write all files, each whole or not at all, and return their paths.

    The folder is made if it is not there; an existing one keeps its mode.

    :raises CiscoError: the folder cannot be written.
    """
    texts = {name: writer(plan) for name, writer in WRITERS.items()}
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return [replace_file(os.path.join(folder, name), text) for name, text in texts.items()]
    except OSError as error:
        raise CiscoError(
            f"write the report into {folder}",
            error.strerror or type(error).__name__,
            "Set identityops_report_dir to a folder that this user may write.",
        ) from None


OUTCOMES_FILE = "IDENTITYOPS_GATE_OUTCOMES"
"""The environment variable with the file of ``playbooks/gate.py``, which each gate of the run adds a line to."""


def report_to_wrapper(plan: Plan) -> None:
    """Hand the exit code to the wrapper command, if it started this run.

    :raises CiscoError: its file cannot be written.
    """
    path = os.environ.get(OUTCOMES_FILE)
    try:
        if path:
            with open(path, "a", encoding="ascii") as file:
                file.write(f"{plan['exit_code']}\n")
    except OSError as error:
        raise CiscoError(f"write {path}", error.strerror or type(error).__name__) from None
