# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counting the computers in Secure Endpoint, checked against what the lab holds."""

from __future__ import annotations

import time
import tracemalloc
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _http
from lab import Lab

from .harness import OMIT, Result, Run, quietly, said, writes

MODULE = "secure_endpoint_computer_info"
FAMILY = ("total", "supported", "outdated", "unknown_version", "stale", "compromised")
# The seed, counted by hand.
WINDOWS = (8, 6, 1, 1, 2, 1)
MACOS = (3, 2, 1, 0, 0, 0)
# Name and problems, in the order in which they are listed.
WORST = [
    ("LAPTOP-0042", ["compromised"]),
    ("KIOSK-03", ["unknown_version"]),
    ("LAPTOP-0023", ["outdated"]),
    ("MAC-0005", ["outdated"]),
    ("LAPTOP-0008", ["stale"]),
    ("LAPTOP-0064", ["stale"]),
]


def counts(result: Result, family: str) -> tuple[int, ...]:
    return tuple(result["summary"][family][name] for name in FAMILY)


def listed(result: Result) -> list[tuple[str, list[str]]]:
    return [(computer["hostname"], computer["problems"]) for computer in result["computers"]]


def asked(lab: Lab) -> list[dict[str, Any]]:
    return lab.requests("secure_endpoint")


def computer(result: Result, hostname: str) -> dict[str, Any]:
    (found,) = [one for one in result["computers"] if one["hostname"] == hostname]
    return dict(found)


# What is counted


@pytest.mark.parametrize("check", [True, False])
def test_the_fleet(run: Run, lab: Lab, check: bool) -> None:
    lab.clear_requests()
    result = quietly(run, lab, MODULE, check=check)
    assert not result["changed"] and "warnings" not in result
    assert said(result) == (
        "ok",
        "8 Windows and 3 macOS computers: 8 with a supported connector, 3 outdated or unknown, 2 not seen "
        "for 7 days, 1 compromised",
    )
    assert counts(result, "windows") == WINDOWS and counts(result, "macos") == MACOS
    summary = result["summary"]
    assert {name: summary[name] for name in ("other", "total", "compromised", "demo_excluded", "requests")} == {
        "other": {"total": 2},
        "total": 13,
        "compromised": 1,
        "demo_excluded": 37,
        "requests": 1,
    }
    assert listed(result) == WORST
    assert [(row["method"], row["path"]) for row in asked(lab)] == [("GET", "/v1/computers")]


def test_what_is_returned_of_a_computer(run: Run, lab: Lab) -> None:
    (held,) = [one for one in lab.state("secure_endpoint", "computers") if one["hostname"] == "LAPTOP-0042"]
    same = ("connector_guid", "hostname", "operating_system", "connector_version", "last_seen")
    expected = {name: held[name] for name in same} | {"family": "windows", "problems": ["compromised"]}
    assert run.ok(MODULE)["computers"][0] == expected


def test_demo_computers_are_left_out_of_everything(run: Run, lab: Lab) -> None:
    """30 of them are compromised, and all have old connectors."""
    before = run.ok(MODULE)
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0042", demo=True)
    after = run.ok(MODULE)
    assert (after["summary"]["compromised"], after["summary"]["demo_excluded"]) == (0, 38)
    assert after["summary"]["total"] == before["summary"]["total"] - 1
    assert listed(after) == WORST[1:]


@pytest.mark.parametrize(
    ("system", "family"),
    [
        ("Windows 11, SP 0.0 (Build 22631.3593)", "windows"),
        ("windows server 2022", "windows"),
        ("Microsoft Windows 11 Pro", "windows"),
        ("Microsoft® Windows Server 2019", "windows"),
        ("MS Windows 10", "windows"),
        ("OS X 10.14.6", "macos"),
        ("macOS 15.1", "macos"),
        ("Mac OS X 10.15", "macos"),
        ("OSX 10.9", "macos"),
        ("CentOS x86_64 7.9", "other"),
        ("iOS 18 (iPhone)", "other"),
        ("ChromeOS X", "other"),
        ("Red Hat Enterprise Linux 9", "other"),
        ("Android 15", "other"),
        ("iPadOS 17", "other"),
        ("AlmaLinux 9.4", "other"),
        ("Oracle VirtualBox Windows 11", "unknown"),
        ("Mac OS 10.15 (Unix)", "unknown"),
        ("Subsystem for Windows", "unknown"),
        ("Desktop 11", "unknown"),
        (" ", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        (11, "unknown"),
    ],
)
def test_systems_are_distinguished(run: Run, lab: Lab, system: Any, family: str) -> None:
    before = run.ok(MODULE)["summary"]
    lab.patch("secure_endpoint", "set_computer", hostname="Anna's iPhone", operating_system=system)
    after = run.ok(MODULE)["summary"]
    assert after[family]["total"] == before[family]["total"] + (family != "other")
    assert after["total"] == before["total"]


NO_SYSTEM: list[Any] = [None, "", "Desktop 11", {}]


@pytest.mark.parametrize("system", NO_SYSTEM, ids=str)
@pytest.mark.parametrize("answer", [True, None])
def test_a_compromised_computer_of_an_unknown_system_counts(run: Run, lab: Lab, system: Any, answer: Any) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="MAC-0019", operating_system=system, is_compromised=answer)
    result = run.ok(MODULE)
    assert result["summary"]["compromised"] == 2 and result["summary"]["unknown"]["compromised"] == 1
    found = computer(result, "MAC-0019")
    assert found["family"] == "unknown" and found["problems"][0] == "compromised"
    assert "system of 1 compromised computers is not known" in result["warnings"][-1]


def test_a_service_that_does_not_return_the_system(run: Run, lab: Lab) -> None:
    rows = [dict(row) for row in lab.state("secure_endpoint", "computers") if not row["demo"]]
    for row in rows:
        del row["operating_system"]
        row["is_compromised"] = True
    page = {"version": "v1.2.0", "metadata": {"results": {"total": len(rows)}}, "data": rows}
    lab.fault("secure_endpoint", "GET", "computers", kind="status", status=200, body=page)
    summary = run.ok(MODULE)["summary"]
    assert summary["compromised"] == summary["unknown"]["compromised"] == len(rows)
    assert summary["unknown"]["supported"] == 0 and summary["unknown"]["unknown_version"] == len(rows)


@pytest.mark.parametrize(
    ("version", "problems"),
    [
        ("7.1.1", []),
        ("7.1.1.0", []),
        ("7.1.0.99999", ["outdated"]),
        ("7.1", ["outdated"]),
        ("8", []),
        ("10.0.0.1", []),
        (" 8.4.1 ", []),
        ("6.9.9", ["outdated"]),
        ("8.x", ["unknown_version"]),
        ("8.4.1-beta", ["unknown_version"]),
        ("8..1", ["unknown_version"]),
        ("", ["unknown_version"]),
        (None, ["unknown_version"]),
        ("9" * 5000, ["unknown_version"]),
    ],
)
def test_versions(run: Run, lab: Lab, version: Any, problems: list[str]) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0051", connector_version=version)
    result = run.ok(MODULE)
    assert dict(listed(result)).get("LAPTOP-0051", []) == problems
    assert counts(result, "windows")[1] == WINDOWS[1] - bool(problems)


def days_ago(days: float, form: str) -> str:
    return (datetime.now(timezone.utc) - timedelta(days=days)).strftime(form)


@pytest.mark.parametrize(
    ("days", "form", "problems"),
    [
        (6.9, "%Y-%m-%dT%H:%M:%SZ", []),
        (7.1, "%Y-%m-%dT%H:%M:%SZ", ["stale"]),
        (6.9, "%Y-%m-%dT%H:%M:%S+00:00", []),
        (6.9, "%Y-%m-%dT%H:%M:%S.000Z", []),
        (7.1, "%Y-%m-%dT%H:%M:%S+00:00", ["stale"]),
        (-0.1, "%Y-%m-%dT%H:%M:%SZ", []),
    ],
)
def test_how_long_ago_a_computer_was_seen(run: Run, lab: Lab, days: float, form: str, problems: list[str]) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0051", last_seen=days_ago(days, form))
    result = run.ok(MODULE)
    assert dict(listed(result)).get("LAPTOP-0051", []) == problems and "warnings" not in result


@pytest.mark.parametrize(
    "odd",
    ["yesterday", "", None, 1764000000, days_ago(1, "%Y-%m-%dT%H:%M:%S"), days_ago(-2, "%Y-%m-%dT%H:%M:%SZ")],
    ids=range(6),
)
def test_a_time_that_cannot_be_read_is_never_fresh(run: Run, lab: Lab, odd: Any) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0051", last_seen=odd)
    result = run.ok(MODULE)
    assert computer(result, "LAPTOP-0051")["problems"] == ["stale"]
    assert counts(result, "windows")[4] == WINDOWS[4] + 1
    assert "time of last contact of 1 computers cannot be read" in result["warnings"][0]


@pytest.mark.parametrize(
    ("answer", "compromised"),
    [
        (True, True),
        ("true", True),
        (" True ", True),
        (1, True),
        (False, False),
        ("false", False),
        ("False", False),
        (0, False),
    ],
)
def test_whether_a_computer_is_compromised(run: Run, lab: Lab, answer: Any, compromised: bool) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0051", is_compromised=answer)
    result = run.ok(MODULE)
    assert dict(listed(result)).get("LAPTOP-0051", []) == ["compromised"] * compromised
    assert counts(result, "windows")[5] == result["summary"]["compromised"] == 1 + compromised
    assert "warnings" not in result


@pytest.mark.parametrize("odd", [None, "", "no", 2, -1, 0.5, [], {}])
def test_a_computer_of_which_that_is_not_shown_is_never_healthy(run: Run, lab: Lab, odd: Any) -> None:
    """Two of them, so that it shows that there is one warning."""
    for hostname in ("LAPTOP-0051", "MAC-0019"):
        lab.patch("secure_endpoint", "set_computer", hostname=hostname, is_compromised=odd)
    result = run.ok(MODULE)
    assert [computer(result, hostname)["problems"] for hostname in ("LAPTOP-0051", "MAC-0019")] == 2 * [["compromised"]]
    assert (counts(result, "windows")[5], counts(result, "macos")[5]) == (2, 1)
    assert result["warnings"] == [
        "Secure Endpoint does not say whether 2 computers are compromised, so they count as compromised."
    ]


def test_a_service_that_no_longer_says_who_is_compromised(run: Run, lab: Lab) -> None:
    rows = [dict(row) for row in lab.state("secure_endpoint", "computers")]
    for row in rows:
        del row["is_compromised"]
    page = {"version": "v1.2.0", "metadata": {"results": {"total": len(rows)}}, "data": rows}
    lab.fault("secure_endpoint", "GET", "computers", kind="status", status=200, body=page)
    result = run.ok(MODULE, max_computers=100)
    assert (counts(result, "windows")[5], counts(result, "macos")[5]) == (WINDOWS[0], MACOS[0])
    assert "compromised" in result["computers"][-1]["problems"] and len(result["computers"]) == 11
    (warning,) = result["warnings"]
    assert "does not say whether 11 computers" in warning


def test_systems_that_are_not_judged_need_not_say(run: Run, lab: Lab) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="Anna's iPhone", is_compromised=None)
    assert "warnings" not in run.ok(MODULE)


@pytest.mark.parametrize("answer", [True, "true", 1])
def test_how_a_demo_computer_is_recognised(run: Run, lab: Lab, answer: Any) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0051", demo=answer)
    assert run.ok(MODULE)["summary"]["demo_excluded"] == 38


@pytest.mark.parametrize("answer", [None, "", "no", 2])
def test_a_demo_computer_that_may_be_none_counts(run: Run, lab: Lab, answer: Any) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0042", demo=answer)
    assert run.ok(MODULE)["summary"]["compromised"] == 1


@pytest.mark.parametrize("answer", [False, "false", 0])
def test_how_an_inactive_computer_is_recognised(run: Run, lab: Lab, answer: Any) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0051", active=answer)
    assert computer(run.ok(MODULE), "LAPTOP-0051")["problems"] == ["stale"]


def test_one_computer_with_everything_comes_first(run: Run, lab: Lab) -> None:
    changes = {"is_compromised": True, "connector_version": "1.0.0", "seen_days_ago": 90}
    lab.patch("secure_endpoint", "set_computer", hostname="MAC-0019", **changes)
    result = run.ok(MODULE)
    assert listed(result)[:2] == [("MAC-0019", ["compromised", "outdated", "stale"]), WORST[0]]
    assert result["summary"]["compromised"] == 2


# Options


def test_other_minima(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, minimum_versions={"windows": "8.4.1", "macos": "1.24.1.9"})
    # By hand: of Windows only the two with 8.4.1 are new enough, of macOS the one with 1.24.1.
    assert counts(result, "windows")[1:3] == (2, 5) and counts(result, "macos")[1:3] == (1, 2)


def test_a_minimum_for_one_system_leaves_the_other_alone(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, minimum_versions={"windows": "9"})
    assert counts(result, "windows")[1:3] == (0, 7) and counts(result, "macos") == MACOS
    assert counts(run.ok(MODULE), "windows") == WINDOWS


@pytest.mark.parametrize(("days", "stale"), [(0, 8), (22, 2), (24, 1), (90, 1), (10**9, 1), (10**400, 1)])
def test_other_ages(run: Run, lab: Lab, days: int, stale: int) -> None:
    """The one that is left in the end is inactive."""
    assert counts(run.ok(MODULE, stale_after_days=days), "windows")[4] == stale


@pytest.mark.parametrize("most", [0, 1, 3, 100])
def test_how_many_are_listed(run: Run, lab: Lab, most: int) -> None:
    result = run.ok(MODULE, max_computers=most)
    assert listed(result) == WORST[:most]
    assert counts(result, "windows") == WINDOWS


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"minimum_versions": {"windows": "newest"}}, "'newest' as minimum_versions.windows"),
        ({"minimum_versions": {"macos": "newest"}}, "minimum_versions.macos"),
        ({"max_computers": -1}, "-1 as max_computers"),
        ({"stale_after_days": -1}, "-1 as stale_after_days"),
        ({"max_outdated": -1}, "'-1' as max_outdated"),
        ({"max_stale": "few"}, "'few' as max_stale"),
        ({"min_supported": "1.5"}, "'1.5' as min_supported"),
        ({"secure_endpoint_client_id": OMIT}, "SECURE_ENDPOINT_CLIENT_ID"),
        ({"secure_endpoint_api_key": OMIT}, "SECURE_ENDPOINT_API_KEY"),
        ({"secure_endpoint_client_id": "client-0f6a9c1e-2d34-4b56-8a7b-9c0d1e2f3a4b"}, "Cisco XDR API client"),
        ({"secure_endpoint_api_host": "https://cloud.example"}, "Write secure_endpoint_api_host: cloud.example"),
    ],
)
def test_options_that_cannot_be_used(run: Run, lab: Lab, options: dict[str, Any], words: str) -> None:
    lab.clear_requests()
    failed = run.fails(MODULE, **options)
    assert failed["error"]["kind"] == "invalid_input" and words in failed["msg"]
    assert not asked(lab)


# Limits


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("limits", "words", "named"),
    [
        ({"max_outdated": 2}, "3 computers run an outdated or unknown connector, and max_outdated is 2", 3),
        ({"max_outdated": "0"}, "and max_outdated is 0", 3),
        ({"max_stale": 1}, "2 computers have not been seen recently, and max_stale is 1", 2),
        ({"min_supported": 9}, "8 computers run a supported connector, and min_supported is 9", 3),
        ({"max_outdated": 0, "max_stale": 0, "min_supported": 99}, "max_stale is 0; 8 computers", 5),
    ],
    ids=str,
)
def test_a_fleet_beyond_a_limit(
    run: Run, lab: Lab, limits: dict[str, Any], words: str, named: int, check: bool
) -> None:
    expected = run.ok(MODULE)
    failed = run.fails(MODULE, check=check, **limits)
    assert failed["error"]["kind"] == "refused" and words in failed["msg"]
    assert len([name for name, _problems in WORST if name in failed["msg"]]) == named
    for part in ("other", "total", "windows", "macos", "unknown"):
        assert failed["summary"][part] == expected["summary"][part]
    assert failed["computers"] == expected["computers"]


@pytest.mark.parametrize("max_computers", [0, 1])
def test_whoever_is_beyond_a_limit_is_named_though_not_listed(run: Run, lab: Lab, max_computers: int) -> None:
    failed = run.fails(MODULE, max_computers=max_computers, max_stale=0)
    assert "LAPTOP-0008, LAPTOP-0064" in failed["msg"] and len(failed["computers"]) == max_computers


def test_only_some_of_many_are_named(run: Run, lab: Lab) -> None:
    lab.patch("secure_endpoint", "grow", count=100, outdated_every=2)
    failed = run.fails(MODULE, max_outdated=0)
    assert 0 < failed["msg"].count("GROWN-") <= 20 and ", others." in failed["msg"]


@pytest.mark.parametrize("system", NO_SYSTEM, ids=str)
def test_a_computer_of_an_unknown_system_is_no_supported_one(run: Run, lab: Lab, system: Any) -> None:
    lab.patch("secure_endpoint", "set_computer", hostname="MAC-0019", operating_system=system)
    assert "MAC-0019" in run.fails(MODULE, max_outdated=3)["msg"]
    assert "MAC-0019" in run.fails(MODULE, min_supported=8)["msg"]


@pytest.mark.parametrize(
    "limits",
    [
        {"max_outdated": 3, "max_stale": 2, "min_supported": 8},
        dict.fromkeys(("max_outdated", "max_stale", "min_supported"), ""),
        dict.fromkeys(("max_outdated", "max_stale", "min_supported"), None),
        {"max_outdated": " 3 "},
    ],
    ids=str,
)
def test_a_fleet_within_the_limits(run: Run, lab: Lab, limits: dict[str, Any]) -> None:
    quietly(run, lab, MODULE, **limits)


# Where and how it asks


@pytest.mark.usefixtures("new_connections")
def test_a_private_cloud(run: Run, lab: Lab) -> None:
    proxied = lab.state("secure_endpoint", "proxied")
    result = run.ok(MODULE, secure_endpoint_api_host=lab.secure_endpoint.api_host)
    assert counts(result, "windows") == WINDOWS and lab.state("secure_endpoint", "proxied") == proxied


@pytest.mark.usefixtures("new_connections")
def test_everything_from_the_environment(run: Run, lab: Lab) -> None:
    pair = lab.secure_endpoint
    environment = {
        "SECURE_ENDPOINT_REGION": "eu",
        "SECURE_ENDPOINT_CLIENT_ID": pair.client_id,
        "SECURE_ENDPOINT_API_KEY": pair.api_key,
        "SECURE_ENDPOINT_CA_PATH": lab.ca_path,
        "SECURE_ENDPOINT_TIMEOUT": "9",
    }
    before = lab.state("secure_endpoint", "proxied").get("api.eu.amp.cisco.com", 0)
    assert counts(run.ok(MODULE, environment=environment), "windows") == WINDOWS
    assert lab.state("secure_endpoint", "proxied")["api.eu.amp.cisco.com"] == before + 1


def test_white_space_around_the_credential_is_no_part_of_it(run: Run, lab: Lab) -> None:
    pair = lab.secure_endpoint
    given = {"secure_endpoint_client_id": f" {pair.client_id}\n", "secure_endpoint_api_key": f"{pair.api_key}\n"}
    result = run.ok(MODULE, **given)
    assert counts(result, "windows") == WINDOWS and pair.api_key not in str(result)


def test_the_wrong_region(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, secure_endpoint_region="apjc")
    assert failed["error"]["kind"] == "unauthorized" and failed["error"]["status"] == 401
    for words in ("another region", "are wrong", "discover_region", "Unknown API key or Client ID", "request id"):
        assert words in failed["msg"]
    for host in ("api.amp.cisco.com (nam)", "api.eu.amp.cisco.com (eu)", "api.apjc.amp.cisco.com (apjc)"):
        assert host in failed["msg"]


def test_a_wrong_region_that_is_refused_in_another_way(run: Run, lab: Lab) -> None:
    lab.switch(**{"secure_endpoint.wrong_region_status": 403})
    failed = run.fails(MODULE, secure_endpoint_region="nam")
    assert failed["error"]["kind"] == "forbidden" and "api.eu.amp.cisco.com (eu)" in failed["msg"]


@pytest.mark.parametrize("version", ["v1.0.0", "v0.1.0", "null"])
def test_a_wrong_key(run: Run, lab: Lab, version: str) -> None:
    lab.switch(**{"secure_endpoint.error_version": version})
    wrong = "12345678-abcd-abcd-abcd-1234567890ab"
    failed = run.fails(MODULE, secure_endpoint_api_key=wrong)
    assert failed["error"]["kind"] == "unauthorized" and wrong not in str(failed)


def test_an_unknown_authority(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, secure_endpoint_ca_path=OMIT)
    assert failed["error"]["kind"] == "untrusted_certificate" and "secure_endpoint_ca_path" in failed["msg"]


def test_a_proxy_that_refuses(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, secure_endpoint_api_host="cloud.corp.example")
    assert failed["error"]["kind"] == "unreachable" and "403" in failed["msg"]


# Pages


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
@pytest.mark.parametrize("size", [1, 7, 49, 50, 0])
def test_pages_of_any_size(run: Run, lab: Lab, size: int, encoding: str) -> None:
    lab.switch(**{"secure_endpoint.page_limit": size, "secure_endpoint.body_encoding": encoding})
    lab.clear_requests()
    result = run.ok(MODULE)
    assert counts(result, "windows") == WINDOWS and counts(result, "macos") == MACOS and listed(result) == WORST
    requests = -(-50 // size) if size else 1
    assert result["summary"]["requests"] == len(asked(lab)) == requests
    assert "warnings" not in result


@pytest.mark.parametrize(("link", "words"), [("foreign", "The key is sent to no other host"), ("same_page", "lead on")])
def test_a_next_page_that_is_none(run: Run, lab: Lab, link: str, words: str) -> None:
    lab.switch(**{"secure_endpoint.page_limit": 20, "secure_endpoint.next_link": link})
    lab.clear_requests()
    failed = run.fails(MODULE)
    assert failed["error"]["kind"] == "unexpected_answer" and words in failed["msg"]
    assert len(asked(lab)) == 1


def test_a_total_that_is_wrong(run: Run, lab: Lab) -> None:
    lab.switch(**{"secure_endpoint.total_in_results": "wrong", "secure_endpoint.page_limit": 20})
    result = run.ok(MODULE)
    assert counts(result, "windows") == WINDOWS
    assert "and listed 50" in result["warnings"][0] and result["summary"]["complete"] is False
    failed = run.fails(MODULE, max_stale=1_000)
    assert failed["error"]["kind"] == "incomplete" and failed["summary"]["windows"] == result["summary"]["windows"]


def test_ten_thousand_computers(lab: Lab) -> None:
    """What is counted is what the lab grew, and memory holds no more than a page of it."""
    flaws = {"compromised_every": 5000, "stale_every": 100, "outdated_every": 40}
    lab.patch("secure_endpoint", "grow", count=10_000, **flaws)
    run = Run("action", lab)
    # What is loaded with the first task is no part of this.
    run.ok("secure_endpoint_credential", name="Duo")
    lab.clear_requests()
    tracemalloc.start()
    try:
        result = run.ok(MODULE)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 12 * 1024 * 1024, f"{peak / 1024 / 1024:.0f} MB"
    assert result["summary"]["requests"] == len(asked(lab)) == 21
    summary = result["summary"]
    assert (summary["total"], summary["compromised"]) == (10_013, 3)
    assert summary["windows"]["stale"] + summary["macos"]["stale"] == 102
    assert summary["windows"]["outdated"] + summary["macos"]["outdated"] == 252
    # Every fourth is a Mac.
    assert (summary["windows"]["total"], summary["macos"]["total"]) == (7_508, 2_503)
    worst = [problems[0] for _name, problems in listed(result)]
    assert worst == 3 * ["compromised"] + ["unknown_version"] + 16 * ["outdated"]


# The budget of the hour


@pytest.mark.parametrize("style", ["real", "documented"])
def test_the_budget(run: Run, lab: Lab, style: str) -> None:
    lab.switch(**{"secure_endpoint.rate_header_style": style, "secure_endpoint.budget": 1000})
    lab.patch("secure_endpoint", "spend", requests=100, resets_in=1234)
    budget = run.ok(MODULE)["summary"]["budget"]
    assert (budget["limit"], budget["remaining"]) == (1000, 899) and 1200 < budget["resets_in"] <= 1235


@pytest.mark.parametrize("style", ["real", "documented"])
def test_what_does_not_suffice_is_not_begun(run: Run, lab: Lab, style: str) -> None:
    """50 computers in pages of 5 take 10 requests, and 4 are left after the first."""
    lab.switch(**{"secure_endpoint.rate_header_style": style, "secure_endpoint.page_limit": 5})
    lab.patch("secure_endpoint", "spend", requests=2995, resets_in=1500)
    lab.clear_requests()
    failed = run.fails(MODULE)
    assert failed["error"]["kind"] == "throttled"
    assert "9 more requests, and the organisation has 4 of 3000 left" in failed["msg"] and "25 minutes" in failed["msg"]
    assert len(asked(lab)) == 1


def test_an_organisation_for_which_no_hour_suffices(run: Run, lab: Lab) -> None:
    lab.switch(**{"secure_endpoint.page_limit": 5, "secure_endpoint.budget": 6})
    assert "a whole hour do not suffice" in run.fails(MODULE)["msg"]


@pytest.mark.parametrize("retry_after", ["absent", "present"])
def test_a_used_up_budget_is_reported_at_once(run: Run, lab: Lab, retry_after: str) -> None:
    lab.switch(**{"secure_endpoint.retry_after": retry_after})
    lab.patch("secure_endpoint", "spend", requests=3000, resets_in=1500)
    lab.clear_requests()
    failed = run.fails(MODULE)
    assert failed["error"]["kind"] == "throttled" and failed["error"]["status"] == 429
    assert "25 minutes" in failed["msg"]
    assert len(asked(lab)) == 1


@pytest.mark.parametrize("retry_after", ["absent", "present"])
def test_a_budget_that_comes_back_soon_is_waited_for(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, retry_after: str
) -> None:
    """In the middle of the pages, and as long as asked."""
    monkeypatch.setattr(_http, "time", time)
    lab.switch(**{"secure_endpoint.retry_after": retry_after, "secure_endpoint.page_limit": 25})
    lab.patch("secure_endpoint", "spend", requests=2999, resets_in=0.5)
    lab.clear_requests()
    assert counts(run.ok(MODULE), "windows") == WINDOWS
    assert [row["status"] for row in asked(lab)] == [200, 429, 200]


# Bad weather


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ({"kind": "html"}, "unexpected_answer", "Sign in"),
        ({"kind": "html", "status": 401}, "unexpected_answer", "says nothing about the credential"),
        ({"kind": "html", "status": 502, "times": None}, "server_trouble", "502"),
        ({"kind": "truncated_json", "times": None}, "unreachable", "the connection broke"),
        ({"kind": "empty"}, "unexpected_answer", "answered with nothing"),
        ({"kind": "status", "status": 400}, "refused", "Secure Endpoint says"),
        ({"kind": "status", "status": 403}, "forbidden", "not documented"),
        ({"kind": "status", "status": 404}, "not_found", "Secure Endpoint says"),
        ({"kind": "status", "status": 500, "times": 3}, "server_trouble", "Run this again later"),
        ({"kind": "drop_before", "times": None}, "unreachable", "the connection broke"),
    ],
)
def test_a_page_in_the_middle_fails(
    run: Run, lab: Lab, pauses: list[float], fault: dict[str, Any], kind: str, words: str
) -> None:
    lab.switch(**{"secure_endpoint.page_limit": 20})
    lab.fault("secure_endpoint", "GET", "computers", skip=1, **fault)
    failed = run.fails(MODULE)
    assert failed["error"]["kind"] == kind and words in failed["msg"]
    assert "summary" not in failed, "half a count is no count"


@pytest.mark.parametrize("host", [OMIT, "localhost"])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated_json", "extra_member"])
def test_what_can_be_fixed_by_asking_again(run: Run, lab: Lab, kind: str, host: Any) -> None:
    """With the proxy and without."""
    lab.switch(**{"secure_endpoint.page_limit": 20})
    lab.fault("secure_endpoint", "GET", "computers", skip=1, kind=kind)
    address = lab.secure_endpoint.api_host if host == "localhost" else OMIT
    assert counts(run.ok(MODULE, secure_endpoint_api_host=address), "windows") == WINDOWS
    assert not writes(lab)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_in_trouble_for_a_moment_is_waited_for(run: Run, lab: Lab, pauses: list[float], status: int) -> None:
    lab.switch(**{"secure_endpoint.page_limit": 20})
    lab.fault("secure_endpoint", "GET", "computers", skip=1, kind="html", status=status, times=2)
    lab.clear_requests()
    result = run.ok(MODULE)
    assert counts(result, "windows") == WINDOWS and listed(result) == WORST and "warnings" not in result
    assert [row["status"] for row in asked(lab)] == [200, status, status, 200, 200]
    assert result["summary"]["requests"] == 5 and pauses == [1, 2]
