# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``duo_enrolment_info``: whoever could not pass Duo at a login through ISE is counted, in every variant of Duo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.enrolment import Enrolment, Group
from lab import Lab

from .harness import Result, Run, writes

MODULE = "duo_enrolment_info"
PHONE = [{"phone_id": "DP1", "type": "Mobile"}]
ABLE = {**PHONE[0], "capabilities": ["push"]}
TOKEN = [{"token_id": "DH1", "type": "h6"}]
KEY = [{"webauthnkey": "WA1"}]


@pytest.fixture(autouse=True)
def nothing_is_written(lab: Lab) -> Iterator[None]:
    yield
    assert not writes(lab)


def verdict(run: Run, lab: Lab, status: str = "active", enrolled: bool = True, **devices: Any) -> str:
    """What one user counts as, as the summary shows it."""
    lab.patch("duo", "add_user", username="newcomer", status=status, is_enrolled=enrolled, devices=devices)
    summary = run.ok(MODULE, users=["newcomer"])["summary"]
    (found,) = [name for name, count in summary.items() if count and name not in ("total", "unenrolled")]
    assert summary["total"] == summary[found] == 1
    assert summary["unenrolled"] == (found in ("no_device", "browser_only", "unknown", "not_in_duo"))
    return found


def members(lab: Lab, *groups: str) -> list[dict[str, Any]]:
    state = lab.state("duo")
    ids = {group["group_id"] for group in state["groups"] if group["name"] in groups}
    return [user for user in state["users"] if ids & set(user["groups"])]


def usernames(result: Result) -> list[str]:
    return [user["username"] for user in result["unenrolled_users"]]


def test_every_user_of_the_account_counts_once(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE)
    users = lab.state("duo", "users")
    active = [user for user in users if user["status"] == "active"]
    bare = [user["username"] for user in active if not user["is_enrolled"]]
    expected = {"enrolled": len(active) - len(bare), "no_device": len(bare), "bypass": 1, "disabled": 1}
    # The one who is locked out, and the one to be deleted; seeds of the lab.
    locked = next(user for user in users if user["status"] == "locked out")
    assert locked["is_enrolled"]
    summary = result["summary"]
    assert {name: summary[name] for name in expected} == expected
    assert (summary["locked_out"], summary["pending_deletion"], summary["unknown"]) == (1, 1, 0)
    assert (summary["total"], summary["unenrolled"]) == (len(users), len(bare))
    assert usernames(result) == bare and result["groups"] == []
    assert f"{expected['enrolled']} of {len(users)} users" in result["step"]["detail"]


@pytest.mark.parametrize(
    ("devices", "found"),
    [
        ({}, "enrolled"),
        ({"phones": [], "tokens": TOKEN}, "enrolled"),
        ({"phones": None, "tokens": TOKEN}, "enrolled"),
        ({"phones": [{**PHONE[0], "capabilities": ["sms"]}]}, "enrolled"),
        ({"phones": [{**PHONE[0], "capabilities": []}]}, "no_device"),
        ({"phones": []}, "no_device"),
        ({"phones": [], "webauthncredentials": KEY}, "browser_only"),
        ({"phones": [], "desktoptokens": KEY}, "browser_only"),
        ({"phones": [], "webauthncredentials": KEY, "tokens": None}, "unknown"),
        ({"phones": None}, "unknown"),
        ({"phones": "none"}, "unknown"),
        ({"is_enrolled": None}, "enrolled"),
        ({"is_enrolled": None, "phones": []}, "no_device"),
        ({"is_enrolled": False}, "no_device"),
        ({"is_enrolled": "false"}, "unknown"),
        ({"phones": ["DP1"]}, "unknown"),
        ({"phones": [None], "webauthncredentials": KEY}, "unknown"),
        ({"phones": [{**PHONE[0], "capabilities": "none"}]}, "unknown"),
        ({"phones": PHONE}, "unknown"),
        ({"phones": PHONE, "webauthncredentials": KEY}, "unknown"),
        ({"phones": PHONE, "tokens": TOKEN}, "enrolled"),
        ({"phones": [PHONE[0], ABLE]}, "enrolled"),
        ({"phones": [{**PHONE[0], "capabilities": None}]}, "unknown"),
        ({"phones": [{**PHONE[0], "capabilities": ["telepathy"]}]}, "unknown"),
        ({"phones": [{**PHONE[0], "capabilities": [{"push": True}]}]}, "unknown"),
        ({"phones": [{**PHONE[0], "capabilities": ["telepathy", "sms"]}]}, "enrolled"),
        ({"phones": ["DP1"], "tokens": TOKEN}, "enrolled"),
        ({"status": None}, "unknown"),
        ({"status": "on holiday"}, "unknown"),
    ],
    ids=str,
)
def test_what_an_active_user_counts_as(run: Run, lab: Lab, devices: dict[str, Any], found: str) -> None:
    assert verdict(run, lab, **devices) == found


@pytest.mark.parametrize(
    ("status", "enrolled", "found"),
    [
        ("bypass", False, "bypass"),
        ("disabled", True, "disabled"),
        ("disabled", False, "disabled"),
        ("pending deletion", True, "pending_deletion"),
        ("locked out", True, "locked_out"),
        # Once unlocked, still without a device.
        ("locked out", False, "no_device"),
    ],
)
def test_what_the_status_decides(run: Run, lab: Lab, status: str, enrolled: bool, found: str) -> None:
    devices = {} if enrolled else {"phones": []}
    assert verdict(run, lab, status, enrolled, **devices) == found


def test_names_that_duo_does_not_know_count_and_two_names_of_one_user_do_not(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, users=["akeller00", "AKELLER00", "nobody"])
    assert (result["summary"]["total"], result["summary"]["not_in_duo"]) == (2, 1)
    assert result["unenrolled_users"] == [
        {"user_id": None, "username": "nobody", "email": None, "status": None, "why": "not_in_duo"}
    ]


def test_members_of_groups_count_once(run: Run, lab: Lab) -> None:
    names = ["VPN Users", "Network Admins"]
    result = run.ok(MODULE, groups=names)
    assert result["summary"]["total"] == len(members(lab, *names))
    assert result["groups"] == [
        {"name": name, "duo_groups": [name], "users": len(members(lab, name))} for name in names
    ]
    bare = [user for user in members(lab, *names) if user["status"] == "active" and not user["is_enrolled"]]
    assert usernames(result) == [user["username"] for user in bare] != []


@pytest.mark.parametrize(
    ("in_duo", "asked"),
    [
        ("corp.example/Users/Staff", "corp.example/users/staff"),
        ("Staff", "corp.example/Users/Staff"),
        ('Staff (from AD sync "corp.example")', "corp.example/Users/Staff"),
        ('Staff (from Microsoft Entra ID sync "Entra")', "Staff"),
        ("Sales/Staff", "corp.example/Users/Sales/Staff"),
        ("Zu\u0308rich", "corp.example/Users/Z\u00fcrich"),
    ],
)
def test_what_a_group_of_ise_may_be_called_in_duo(run: Run, lab: Lab, in_duo: str, asked: str) -> None:
    key = lab.patch("duo", "add_group", name=in_duo)
    lab.patch("duo", "set_user", username="akeller00", groups=[key])
    (group,) = run.ok(MODULE, groups=[asked])["groups"]
    assert group == {"name": asked, "duo_groups": [in_duo], "users": 1}


def test_users_whose_id_duo_does_not_show_count_each(run: Run, lab: Lab) -> None:
    for username, is_enrolled in (("first", True), ("second", False)):
        phones = [{"capabilities": ["push"]}] if is_enrolled else []
        user = {"username": username, "status": "active", "is_enrolled": is_enrolled, "phones": phones, "tokens": []}
        body = {"stat": "OK", "response": [user]}
        lab.fault("duo", path="/admin/v1/users", kind="status", status=200, times=1, body=body)
    result = run.fails(MODULE, users=["first", "second"], max_unenrolled=0)
    assert result["summary"]["total"] == 2 and "second (without a device)" in result["msg"]


def test_the_whole_name_wins_over_its_end(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_group", name="corp.example/Users/VPN Users")
    result = run.ok(MODULE, groups=["corp.example/Users/VPN Users"])
    assert result["groups"][0]["duo_groups"] == ["corp.example/Users/VPN Users"]
    assert "has no users in Duo" in result["warnings"][0]


def test_a_group_without_users_is_not_counted_as_one_that_can_pass(run: Run, lab: Lab) -> None:
    """Others may have users; those of this one may not have been copied yet."""
    lab.patch("duo", "add_group", name="New")
    groups = {"groups": ["VPN Users", "New"], "max_unenrolled": 1_000}
    failed = run.fails(MODULE, **groups)
    assert "none of the users of 'New'" in failed["msg"] and failed["summary"]["total"] > 0
    foreseen = run.ok(MODULE, check=True, **groups)
    assert any("none of the users of 'New' yet" in warning for warning in foreseen["warnings"])


def test_a_group_that_duo_does_not_have(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, groups=["corp.example/Users/VPN User"])
    assert failed["error"]["kind"] == "invalid_input" and "'VPN Users'" in failed["msg"]
    foreseen = run.ok(MODULE, groups=["corp.example/Users/VPN User"], max_unenrolled=0, check=True)
    assert foreseen["summary"]["total"] == 0 and len(foreseen["warnings"]) == 2


def test_a_limit_that_is_passed_fails_with_the_whole_account(run: Run, lab: Lab) -> None:
    unenrolled = run.ok(MODULE)["summary"]["unenrolled"]
    failed = run.fails(MODULE, max_unenrolled=unenrolled - 1)
    assert f"{unenrolled} could not pass Duo, and max_unenrolled is {unenrolled - 1}" in failed["msg"]
    assert failed["unenrolled_users"][0]["username"] in failed["msg"] and f"and {unenrolled - 20} more" in failed["msg"]
    assert failed["summary"]["unenrolled"] == unenrolled and failed["error"]["kind"] == "refused"
    assert run.ok(MODULE, max_unenrolled=unenrolled)["changed"] is False


def test_disabled_users_and_those_let_in_without_duo_are_reported_and_pass_the_limit(run: Run, lab: Lab) -> None:
    users = {user["status"]: user["username"] for user in lab.state("duo", "users")}
    names = [users[status] for status in ("bypass", "disabled", "pending deletion")]
    result = run.ok(MODULE, users=names, max_unenrolled=0)
    for words in ("1 let in without Duo (bypass)", "1 disabled", "1 about to be deleted"):
        assert words in result["step"]["detail"]


def test_a_limit_that_nobody_can_be_held_against_is_not_passed(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_group", name="Empty")
    failed = run.fails(MODULE, groups=["Empty"], max_unenrolled=1_000)
    assert "Duo knows none of the users" in failed["msg"]
    run.ok(MODULE, groups=["Empty"])


@pytest.mark.parametrize(
    ("shown", "kind"), [("no_devices", "unknown"), ("no_groups", "unknown"), ("no_enrolment", "enrolled")]
)
def test_what_duo_does_not_show_is_not_taken_for_the_best(run: Run, lab: Lab, shown: str, kind: str) -> None:
    before = run.ok(MODULE, groups=["VPN Users"])["summary"]
    lab.switch(**{"duo.user_members": shown})
    result = run.ok(MODULE, groups=["VPN Users"])
    after = result["summary"]
    if shown == "no_enrolment":
        assert after == before
    elif shown == "no_groups":
        assert after["total"] == after["unknown"] == len(lab.state("duo", "users"))
        assert "does not show the groups of 120 users" in result["warnings"][0]
    else:
        # Duo's own word that somebody is not enrolled still counts.
        assert (after["enrolled"], after["unknown"]) == (0, before["enrolled"])
        assert after["no_device"] == before["no_device"]
        assert "devices or status Duo does not show" in run.fails(MODULE, max_unenrolled=before["unenrolled"])["msg"]
    assert after[kind]


def test_the_status_of_a_group_is_said_and_left_out(run: Run, lab: Lab) -> None:
    key = lab.patch("duo", "add_group", name="Break glass")
    lab.patch("duo", "set_group", name="Break glass", status="bypass")
    lab.patch("duo", "add_user", username="emergency", groups=[key], is_enrolled=False)
    result = run.ok(MODULE, groups=["Break glass"])
    assert result["summary"]["no_device"] == 1
    assert "1 of the users are in a group whose own status" in result["warnings"][0]


def test_lists_are_cut_and_counts_are_not(run: Run) -> None:
    whole, cut = run.ok(MODULE), run.ok(MODULE, max_listed=2)
    assert cut["summary"] == whole["summary"] and cut["unenrolled_users"] == whole["unenrolled_users"][:2]
    assert "unenrolled_users" not in run.ok(MODULE, include_users=False)


@pytest.mark.parametrize("option", ["max_listed", "max_unenrolled"])
def test_numbers_must_not_be_negative(run: Run, option: str) -> None:
    assert option in run.fails(MODULE, **{option: -1})["msg"]


def test_a_large_account_is_read_once(run: Run, lab: Lab) -> None:
    lab.patch("duo", "grow_users", count=1000, enrolled_every=4)
    result = run.ok(MODULE, max_listed=1)
    assert result["summary"]["total"] == 120 + 1000 and len(result["unenrolled_users"]) == 1
    assert result["summary"]["no_device"] >= 750
    assert len(lab.requests("duo")) == 4


def test_a_list_that_changes_meanwhile_is_counted_again(run: Run, lab: Lab) -> None:
    users = members(lab, "VPN Users")
    lab.switch(**{"duo.page_limit": 50, "duo.gone_after_a_page": users[0]["user_id"]})
    result = run.ok(MODULE, groups=["VPN Users"])
    assert result["summary"]["total"] == result["groups"][0]["users"] == len(users) - 1


def test_a_list_that_keeps_changing_proves_nothing(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.page_limit": 50, "duo.gone_after_a_page": "first"})
    failed = run.fails(MODULE, max_unenrolled=1000)
    assert failed["error"]["kind"] == "incomplete" and "summary" not in failed


@pytest.mark.parametrize("form", ["full_name", "common_name", "with_source"])
def test_users_that_ise_has_brought(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"duo.groups_of_ise": form})
    people = [{"username": "newcomer", "realname": "New Comer", "email": ""}]
    group = "corp.example/Users/Staff"
    lab.patch("duo", "users_from_directory", users=people, groups={group: ["newcomer"]})
    failed = run.fails(MODULE, groups=[group], max_unenrolled=0)
    assert "newcomer (without a device)" in failed["msg"]


def test_a_missing_permission_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_read_resource=0)
    assert "'Grant resource - Read'" in run.fails(MODULE)["msg"]


@pytest.mark.parametrize("groups", [None, "VPN", [{"name": "VPN"}], [{"group_id": None}], ["VPN"]], ids=str)
def test_a_user_whose_groups_duo_does_not_identify_counts_as_unknown(groups: Any) -> None:
    enrolment = Enrolment([Group("VPN", {"DG1": "VPN"})], 10)
    enrolment.take({"username": "anna", "status": "active", "is_enrolled": True, "groups": groups, "phones": [ABLE]})
    enrolment.take({"username": "ben", "status": "active", "groups": [{"group_id": "DG2"}], "phones": []})
    assert (enrolment.total, enrolment.counts["unknown"]) == (1, 1)


def test_a_member_stays_one_whatever_else_is_shown() -> None:
    enrolment = Enrolment([Group("VPN", {"DG1": "VPN"})], 10)
    groups = [{"group_id": "DG1"}, {"name": "Other"}]
    enrolment.take({"username": "anna", "status": "active", "groups": groups, "phones": [ABLE], "tokens": []})
    assert enrolment.counts["enrolled"] == 1 and enrolment.groups and enrolment.groups[0].users == 1
