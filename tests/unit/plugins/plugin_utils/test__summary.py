# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.plugin_utils._summary import PlaybookRun, Report, summary_lines

Step = dict[str, Any]
WIDTH = 80


def step(name: str, status: str = "ok", detail: str = "As declared", *diff: Any, seconds: float = 0.1) -> Step:
    return {"name": name, "status": status, "detail": detail, "diff": list(diff), "seconds": seconds}


def created(title: str = "application 'ISE'", **fields: Any) -> dict[str, Any]:
    return {"object": title, "before": {}, "after": fields or {"name": "ISE"}}


def report(status: str, *steps: Step, host: str = "birch", check: bool = False, **more: Any) -> Report:
    return Report(host, "ise_duo_mfa", {"status": status, "steps": list(steps), **more}, check)


def lines(*reports: Report, width: int = WIDTH, verbose: bool = False, **errors: str) -> list[str]:
    return [text.rstrip() for text, _style in summary_lines(PlaybookRun(list(reports), errors), width, verbose)]


def styles(*reports: Report, **errors: str) -> dict[str, str]:
    return {text.strip(): style for text, style in summary_lines(PlaybookRun(list(reports), errors), WIDTH)}


IN_SYNC = report("in_sync", step("Preflight"), step("Duo connection", "verified"))


def test_what_a_run_changed_is_shown_object_by_object_and_field_by_field() -> None:
    changed = report(
        "changed",
        step("Preflight", "ok", "No problems found"),
        step(
            "Admin API application", "changed", "Created the application 'ISE'", created(name="ISE", rights=["a", "b"])
        ),
        step(
            "Identity sync",
            "changed",
            "Changed groups of the identity sync",
            {"before": {"groups": ["a"]}, "after": {"groups": ["b"]}},
            seconds=12,
        ),
        step(
            "MFA rules",
            "changed",
            "Created the rule 'A'; Deleted the rule 'B'",
            created("rule 'A'", rank=0),
            {"object": "rule 'B'", "before": {"rank": 3}, "after": {}},
        ),
    )
    assert lines(changed) == [
        "birch: ise_duo_mfa, changed                                               12.3 s",
        "  In place",
        "      Preflight              No problems found                             0.1 s",
        "  Changed",
        "    + Admin API application  Created the application 'ISE'                 0.1 s",
        "        + name: ISE",
        "        + rights: a, b",
        "    ~ Identity sync          Changed groups of the identity sync          12.0 s",
        "        - groups: a",
        "        + groups: b",
        "    ~ MFA rules              Created the rule 'A'; Deleted the rule 'B'    0.1 s",
        "      + rule 'A'",
        "          + rank: 0",
        "      - rule 'B'",
        "          - rank: 3",
        "",
        "2 added, 1 changed, 1 removed.",
    ]


def test_check_mode_says_what_would_change_and_that_nothing_was_written() -> None:
    shown = lines(report("drifted", step("Application", "changed", "Would create it", created()), check=True))
    assert "  Would change" in shown and "  Changed" not in shown
    assert shown[-1] == "1 to add, 0 to change, 0 to remove. Nothing was written."


def test_something_started_counts_as_a_change() -> None:
    shown = lines(report("changed", step("Run of the identity sync", "changed", "Started it")))
    assert "    ~ Run of the identity sync  Started it                                 0.1 s" in shown
    assert shown[-1] == "0 added, 1 changed, 0 removed."


def test_what_is_in_sync_takes_a_line() -> None:
    assert lines(IN_SYNC) == [
        "birch  ise_duo_mfa  in sync                                                0.2 s",
        "",
        "0 added, 0 changed, 0 removed.",
    ]
    assert any("Duo connection" in line for line in lines(IN_SYNC, verbose=True))


def test_what_nobody_has_verified_is_said_where_all_the_rest_is_in_sync() -> None:
    hosts = [report("in_sync", step("A"), step("B", "not_verifiable", "Counts as set up"), host=host) for host in "xy"]
    assert lines(*hosts)[3:6] == ["Cannot be verified", "  x, y: B: Counts as set up", ""]
    assert sum("Counts as set up" in line for line in lines(*hosts, verbose=True)) == 1


def test_what_is_in_sync_but_not_complete_is_shown() -> None:
    assert any("Preflight" in line for line in lines(report("in_sync", step("Preflight"), complete=False)))


def test_what_is_not_enforced_yet_is_said_where_all_is_in_sync() -> None:
    hosts = [report("in_sync", step("A"), host=host, not_enforced=["No rule is declared."]) for host in "xy"]
    assert lines(*hosts)[3:6] == ["Not enforced yet", "  x, y: No rule is declared.", ""]


def test_many_in_sync_are_counted_and_alike_ones_shown_once() -> None:
    drift = step("MFA feature", "changed", "Would enable it", {"before": {"on": False}, "after": {"on": True}})
    in_sync = [report("in_sync", step("Preflight"), host=f"elm{number}", check=True) for number in range(97)]
    drifted = [report("drifted", drift | {"seconds": seconds}, host=f"oak{seconds}", check=True) for seconds in (1, 2)]
    shown = lines(*in_sync, *drifted)
    assert shown == [
        "oak1  ise_duo_mfa  drifted  ~1                                             1.0 s",
        "oak2  ise_duo_mfa  drifted  ~1                                             2.0 s",
        "97 hosts are in sync: ise_duo_mfa",
        "",
        "oak1, oak2: ise_duo_mfa, drifted                                           2.0 s",
        "  Would change",
        "    ~ MFA feature  Would enable it                                         2.0 s",
        "        ~ on: false -> true",
        "",
        "0 to add, 2 to change, 0 to remove. Nothing was written.",
        "Results: 97 in sync, 2 drifted.",
    ]


def test_the_worst_are_shown_in_detail_and_the_others_counted() -> None:
    changed = [report("changed", step(f"Step {number}", "changed"), host=f"oak{number}") for number in range(7)]
    shown = lines(*changed, report("pending", step("Sync", "pending", "Waits for: Keys"), host="elm"))
    detailed = [line.split(":")[0] for line in shown if ": ise_duo_mfa" in line]
    assert detailed == ["elm", "oak0", "oak1", "oak2", "oak3"]
    assert "3 more are not shown in detail; -v shows them all." in shown
    assert not any("more are not" in line for line in lines(*changed, verbose=True))


def test_each_error_and_each_warning_is_shown_once() -> None:
    failed = step("Preflight", "failed", "Could not sign in.")
    hosts = [report("failed", failed, host=f"oak{number}", warnings=["Not verified."]) for number in range(7)]
    shown = lines(*hosts, oak0="Could not sign in.", elm="Failed to connect\n via ssh")
    assert shown[shown.index("Warnings") :] == [
        "Warnings",
        "  oak0, oak1, oak2, oak3, oak4 and 2 more: Not verified.",
        "",
        "Errors",
        "  oak0, oak1, oak2, oak3, oak4 and 2 more: Preflight: Could not sign in.",
        "  elm: Failed to connect via ssh",
        "",
        "0 added, 0 changed, 0 removed.",
        "Results: 7 failed.",
    ]
    assert sum("Could not sign in." in line for line in shown) == 1


HANDOFF = {
    "id": "credential",
    "product": "Cisco Secure Endpoint",
    "url": "https://console.example/api_credentials",
    "role": "Administrator",
    "action": "Create the API credential.",
    "clicks": [{"do": "press", "label": "New"}],
}


def test_what_waits_for_a_person_is_shown_with_its_page_or_the_instructions() -> None:
    steps = step("Credential", "handoff_required", "Not given"), step("Fleet", "pending", "Waits for: Credential")
    printed = lines(
        report("handoff_required", *steps, handoff=[HANDOFF], handoff_files={"credential": ["/srv/a.html"]})
    )
    assert printed[1:] == [
        "  Waits for a person",
        "      Credential  Not given                                                0.1 s",
        "  Pending",
        "      Fleet       Waits for: Credential                                    0.1 s",
        "  For a person to do",
        "    To do         Create the API credential.",
        "    Where         Cisco Secure Endpoint",
        "                  https://console.example/api_credentials",
        "    Who           Administrator",
        "    Page          /srv/a.html",
        "    Then          Run this again.",
        "",
        "0 added, 0 changed, 0 removed.",
        "1 step waits for a person.",
    ]
    unprinted = lines(report("handoff_required", *steps, handoff=[HANDOFF]))
    assert lines(report("handoff_required", *steps, handoff=[HANDOFF, HANDOFF]))[-1] == "2 steps wait for a person."
    assert any('Press "New"' in line for line in unprinted)


def test_what_happens_to_the_devices_is_shown() -> None:
    row = {"device": "trusted", "kind": "computer", "count": 6, "now": True, "then": True, "outcome": "allowed"}
    impact = {"table": [row], "offenders": [], "notes": ["A", "B"], "newly_blocked": 1, "blocked_then": 0}
    impact["current"] = {"in_force": True}
    changed = report("changed", step("Policy", "changed"), impact=impact)
    shown = lines(changed)
    assert shown[shown.index("  What happens to the devices") + 1 :][:3] == [
        "    Devices  What they are       Now      Then",
        "          6  computers, trusted  allowed  allowed",
        "    -v shows 2 notes on what the numbers assume.",
    ]
    assert "    Note: B" in lines(changed, verbose=True)
    # Of a role that is used twice, the first use is shown as well.
    other = {**impact, "newly_blocked": 0}
    twice = lines(report("changed", step("Policy", "changed"), impact=other, impacts=[impact, other]))
    assert twice.count("  What happens to the devices") == 1


@pytest.mark.parametrize(("count", "newly_blocked", "is_shown"), [(6, 1, True), (None, 0, True), (6, 0, False)])
def test_devices_are_shown_where_one_is_newly_blocked_or_may_be(
    count: int | None, newly_blocked: int, is_shown: bool
) -> None:
    row = {"device": "trusted", "kind": "computer", "count": count, "now": True, "then": True, "outcome": "allowed"}
    impact = {"table": [row], "offenders": [], "notes": [], "newly_blocked": newly_blocked, "blocked_then": 0}
    shown = lines(report("changed", step("A", "changed"), impact={**impact, "current": {"in_force": True}}))
    assert ("  What happens to the devices" in shown) is is_shown


def test_many_fields_are_cut_short_unless_all_are_asked_for() -> None:
    many = report("changed", step("A", "changed", "Created", created(**{f"field{n}": n for n in range(30)})))
    assert sum("+ field" in line for line in lines(many)) == 12 and "        and 18 more" in lines(many)
    assert sum("+ field" in line for line in lines(many, verbose=True)) == 30


def test_lines_fit_the_terminal_except_for_what_cannot_be_cut() -> None:
    long = report(
        "drifted",
        step("Integration in the Duo Admin Panel", "not_verifiable", "word " * 50),
        step("B", "changed", "word " * 50, created(notes="word " * 60)),
        warnings=["word " * 40],
    )
    for width in (60, 80, 120):
        assert all(len(line) <= width for line in lines(long, long, width=width))


def test_each_line_goes_with_what_it_is_about() -> None:
    found = styles(
        report("changed", step("A", "changed", "Created", created(name="ISE")), step("B", "pending", "Waits")),
        report("failed", step("C", "failed", "It broke"), host="oak"),
        report("in_sync", step("D"), host="elm"),
    )
    assert found["+ name: ISE"] == "add"
    assert found["Changed"] == "plain"
    assert found["oak: C: It broke"] == "failed"
    assert next(style for text, style in found.items() if text.startswith("B  ")) == "waits"
    assert next(style for text, style in found.items() if text.startswith("elm ")) == "ok"


@pytest.mark.parametrize("status", ["changed", "handoff_required", "failed", "pending", "not_verifiable"])
def test_names_cannot_take_hold_of_the_terminal(status: str) -> None:
    evil = "\x1b[2J\r\nok: [oak]\u202e"
    hostile = report(
        status,
        step(evil, status, evil, created(evil, **{evil: evil}), created("other")),
        step("Failed", "failed", evil),
        host=evil,
        handoff=[HANDOFF | {"product": evil, "action": evil}],
        warnings=[evil],
        handoff_files={"credential": [evil]},
    )
    for files in (hostile, report(status, *hostile.steps, handoff=[HANDOFF | {"url": evil, "action": evil}])):
        shown = lines(files, verbose=True, oak=evil)
        assert all(line.isprintable() for line in shown)


def test_a_result_without_what_newer_ones_have_is_shown() -> None:
    bare = {"name": "Keys", "status": "changed", "detail": "Changed"}
    assert (
        lines(Report("birch", "safe", {"steps": [bare], "status": "changed"}))[-1] == "0 added, 1 changed, 0 removed."
    )
    assert lines(Report("birch", "safe", {"steps": [], "status": "failed"}))[-1] == "0 added, 0 changed, 0 removed."
