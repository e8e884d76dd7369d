# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan as files. Names in it are whatever somebody has chosen in a product."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError
from ansible_collections.identityops.cisco.plugins.plugin_utils._gate import Compared, plan_of
from ansible_collections.identityops.cisco.plugins.plugin_utils._reports import (
    WRITERS,
    handoff_line,
    host_line,
    junit_xml,
    report_html,
    report_to_wrapper,
    summary_markdown,
    write_report,
)

from .test__gate import a_result, a_step

HOSTILE = (
    "<script>alert(1)</script>",
    "</code></details><img src=x onerror=alert(1)>",
    "]]><testcase name='forged'/><!--",
    "| forged | row | [link](https://evil.example) @everyone www.evil.example https://evil.example :boom:",
    "```\n# forged\n~~~",
    "{{ 7 * 7 }}{% raw %}",
    "\x00\x1b[2J\u202e\ufffe\ud800 bell\x07",
)
DIFF = {
    "object": "identity sync 'Users'",
    "before": {"schedule": {"interval": 1}, "groups": ["Sales"]},
    "after": {"schedule": {"interval": 2}, "groups": ["Sales", "Staff"], "secret_key": "********"},
}


def a_plan(text: str = "Duo users") -> dict[str, Any]:
    """Two hosts with everything that a plan can hold, and one that was not compared; the text wherever one can be."""
    changed = {**a_step("changed", text), "detail": text, "diff": [{**DIFF, "object": text, "after": {text: text}}]}
    result = a_result(status="failed", complete=False, warnings=[text], not_enforced=[text])
    result["steps"] = [a_step("ok"), changed, a_step("pending", text), a_step("handoff_required", text)]
    result["handoff"] = [{"id": "step", "product": text, "action": text, "url": text, "role": text}]
    broken = {**result, "steps": [{**a_step("failed", text), "detail": text}]}
    return plan_of(
        [
            Compared(f"alder {text}", ("safe",), frozenset({"pending"}), {"safe": {**result, "status": "drifted"}}),
            Compared("birch", ("safe", "ise_duo_mfa"), results={"safe": broken}, failures={"ise_duo_mfa": text}),
            Compared("cedar", error=text),
            Compared("elm", ("safe",), results={"safe": a_result("ok")}),
        ],
        "2026-12-01T06:00:00Z",
    )


class Tags(HTMLParser):
    """The tags and attributes of a page, which must not depend on what the texts say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _value in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_nothing_but_a_name(text: str) -> None:
    plain, hostile = a_plan(), a_plan(text)
    assert json.loads(WRITERS["plan.json"](hostile)) == hostile

    page = Tags(report_html(hostile))
    assert page.seen == Tags(report_html(plain)).seen
    assert "49" not in page.text

    suites = ElementTree.fromstring(junit_xml(hostile).encode())
    assert [node.tag for node in suites.iter()] == [
        node.tag for node in ElementTree.fromstring(junit_xml(plain)).iter()
    ]

    summary = summary_markdown(hostile)
    assert len(summary.splitlines()) == len(summary_markdown(plain).splitlines())
    # In a block of code nothing means anything.
    outside = re.sub(r"(?ms)^(`{3,})diff$.*?^\1$", "", summary)
    assert {tag for tag, _attributes in Tags(outside).seen} == {"code", "details", "summary"}
    for what in ("](", "@everyone", "https://", "www.", ":boom:"):
        assert what not in outside
    for name, writer in WRITERS.items():
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e\ufffe]", writer(hostile)), name
        writer(hostile).encode()


def test_a_block_cannot_be_ended_by_what_it_shows() -> None:
    summary = summary_markdown(a_plan("```\n````"))
    assert "`````diff" in summary


@pytest.mark.parametrize("letter", ["x", "|"])
def test_very_long_texts_and_many_hosts_stay_within_bounds(letter: str) -> None:
    long = letter * 5_000
    result = a_result(*["changed"] * 2, status="drifted", complete=False)
    result["not_enforced"] = [f"{number} {long}" for number in range(40)]
    for step in result["steps"]:
        step["detail"] = step["name"] = long
        step["diff"] = [{**DIFF, "after": {f"field {number}": long for number in range(50)}}]
    hosts = [Compared(f"host-{number} {long}", ("safe",), results={"safe": result}) for number in range(3)]
    plan = plan_of([*hosts, Compared(f"host-3 {long}", error=long)], "now")
    plan["hosts"] *= 60
    summary = summary_markdown(plan)
    assert len(summary) < 65_536 and "more rows are in the report" in summary
    assert "more flows are in the report" in summary and re.search(r"^- \d+ more are in the report$", summary, re.M)


def test_what_is_in_sync_is_only_counted_where_it_is_much() -> None:
    result = a_result("ok")
    hosts = [Compared(f"host-{number}", ("safe",), results={"safe": result}) for number in range(30)]
    drifted = Compared("other", ("safe",), results={"safe": a_result("pending", status="pending", complete=False)})
    summary = summary_markdown(plan_of([*hosts, drifted], "now"))
    assert "30 flows are in sync." in summary and "host-" not in summary and "<code>other</code>" in summary


def test_each_file_says_what_is_in_sync_and_not_enforced_yet() -> None:
    """Of what is in sync, the files for people say nothing else. Each sentence is there once."""
    said = "No MFA rule is declared, so nothing sends logins to Duo."
    result = a_result("ok", not_enforced=[said])
    hosts = [Compared(f"host-{number}", ("safe",), results={"safe": result}) for number in range(12)]
    plan = plan_of(hosts, "2026-12-01T06:00:00Z")
    assert plan["outcome"] == "in_sync" and plan["hosts"][0]["flows"][0]["not_enforced"] == [said]
    for text in (summary_markdown(plan), report_html(plan)):
        assert text.count(said) == 1 and "Not enforced yet" in text and "and 7 more" in text
    (first, *_others) = ElementTree.fromstring(junit_xml(plan))
    assert first.findtext("system-out") == f"Not enforced yet: {said}" and first.get("failures") == "0"


def test_each_object_is_shown_with_its_fields() -> None:
    result = a_result(status="drifted", complete=False)
    result["steps"] = [{**a_step("changed"), "diff": [DIFF]}]
    plan = plan_of([Compared("alder", ("safe",), results={"safe": result})], "2026-12-01T06:00:00Z")
    block = "~ identity sync 'Users'\n~   schedule.interval: 1 -> 2\n+   groups: Staff\n+   secret_key: ********"
    assert f"```diff\n{block}\n```" in summary_markdown(plan)
    assert ElementTree.fromstring(junit_xml(plan)).find("testsuite/testcase/failure").text == block
    assert host_line(plan["hosts"][0]) == "safe: drift (1 to change)"


def test_the_line_of_an_audit_names_the_findings_and_the_limit() -> None:
    said = "Could not accept the Admin API applications: there are 7 findings, and max_findings is 2"
    result = a_result(status="pending", complete=False)
    result["steps"] = [{**a_step("pending"), "detail": f"{said}. Splunk has further rights. And 6 more."}]
    for accept, word in ((), "drift"), (("pending",), "accepted"):
        plan = plan_of([Compared("alder", ("duo_audit",), frozenset(accept), {"duo_audit": result})], "now")
        assert host_line(plan["hosts"][0]) == f"duo_audit: {word} ({said})"
        assert "7 findings" in summary_markdown(plan)


def test_a_step_is_a_test_case() -> None:
    root = ElementTree.fromstring(junit_xml(a_plan()))
    counted = {
        str(suite.get("name")): [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
        for suite in root
    }
    assert counted == {
        "alder Duo users: safe": ["4", "2", "0", "1"],
        "birch: safe": ["1", "0", "1", "0"],
        "birch: ise_duo_mfa": ["1", "0", "1", "0"],
        "cedar: host": ["1", "0", "1", "0"],
        "elm: safe": ["1", "0", "0", "0"],
    }
    # In the order that strict readers insist on, with what they require.
    for suite in root:
        assert [child.tag for child in suite if child.tag != "testcase"] == ["properties", "system-out", "system-err"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", str(suite.get("timestamp")))
        assert all(case.get("classname") and case.get("time") for case in suite.iter("testcase"))


def test_no_host_is_an_error_for_every_reader() -> None:
    plan = plan_of([], "2026-12-01T06:00:00Z")
    assert ElementTree.fromstring(junit_xml(plan)).find("testsuite/testcase/error") is not None
    assert "No host was compared" in summary_markdown(plan) and "No host was compared" in report_html(plan)


def test_the_page_needs_nothing_from_anywhere() -> None:
    page = Tags(report_html(a_plan()))
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _attributes in page.seen}
    assert not {"src", "onclick", "style"} & {name for _tag, names in page.seen for name in names}


def test_files_are_replaced_whole_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report").chmod(0o755)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("kept")
    (tmp_path / "report/plan.json").symlink_to(elsewhere)
    written = write_report(a_plan(), str(tmp_path / "report"))
    assert written == [str(tmp_path / "report" / name) for name in WRITERS]
    assert elsewhere.read_text() == "kept"
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == sorted(WRITERS)
    assert {Path(path).stat().st_mode & 0o777 for path in written} == {0o600}
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o755


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CiscoError, match="identityops_report_dir"):
        write_report(a_plan(), str(tmp_path / "file/report"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_handed_over_step_reads_as_one_sentence() -> None:
    step = {"product": "Duo Admin Panel", "action": "Add the integration.", "url": "https://admin.example"}
    assert handoff_line(step) == "Duo Admin Panel: Add the integration, at https://admin.example"


def test_the_wrapper_learns_of_each_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report_to_wrapper(a_plan())
    monkeypatch.setenv("IDENTITYOPS_GATE_OUTCOMES", str(tmp_path / "outcomes"))
    report_to_wrapper(a_plan())
    report_to_wrapper(plan_of([Compared("elm", ("safe",), results={"safe": a_result("ok")})], "now"))
    assert (tmp_path / "outcomes").read_text().split() == ["1", "0"]
