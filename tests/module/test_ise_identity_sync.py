# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity syncs of ISE: one object in three shapes, four forms of "no schedule", names looked up before a write."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from lab import Lab

from .harness import BOTH_WAYS, REALLY, Options, Run, Steps, matrix, quietly, step, writes

MODULE = "ise_identity_sync"
DOMAIN_USERS, HELPDESK = "corp.example/Users/Domain Users", "corp.example/Users/Helpdesk"
DUO_USERS = "corp.example/Users/Duo Users"
SYNC: Options = {"sync_name": "Corporate users", "active_directory": "CORP_AD", "groups": [DOMAIN_USERS, HELPDESK]}
NIGHTLY: Options = {"interval": 1, "unit": "days", "start": "2027-01-04T02:00:00"}
ABSENT: Options = {"sync_name": "Corporate users", "state": "absent"}


@pytest.fixture(autouse=True)
def mfa_is_on(lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)


def sync(lab: Lab, name: str = "Corporate users") -> dict[str, Any]:
    return dict(lab.state("ise", "syncs")[name])


def put(lab: Lab) -> list[dict[str, Any]]:
    """The changes that were sent."""
    return [row for row in lab.requests("ise") if row["method"] == "PUT"]


def run_matrix(run: Run, lab: Lab, again: tuple[bool, ...] = REALLY) -> Steps:
    """Create it with a schedule, then change groups and drop the schedule, then delete it."""
    created = {**SYNC, "schedule": NIGHTLY}
    change = {"groups": [HELPDESK], "schedule": ...}
    return matrix(run, lab, MODULE, created, change, delete=ABSENT, again=again)


def test_matrix(run: Run, lab: Lab) -> None:
    steps = run_matrix(run, lab, BOTH_WAYS)
    assert steps.create and steps.change and steps.delete
    assert steps.create.real["diff"]["after"]["schedule"] == NIGHTLY
    assert steps.change.real["diff"]["before"]["groups"] == [DOMAIN_USERS, HELPDESK]
    assert steps.change.real["diff"]["after"]["groups"] == [HELPDESK]
    assert steps.change.real["diff"]["before"]["schedule"] == NIGHTLY
    assert steps.change.real["diff"]["after"]["schedule"] == {}
    assert lab.state("ise", "syncs") == {}


def test_what_is_created_is_what_ise_has(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    found = sync(lab)
    assert (found["directories"], set(found["groups"])) == (["CORP_AD"], {DOMAIN_USERS, HELPDESK})
    assert found["schedule"] == {
        "schedulerSync": "recurring",
        "interval": 1,
        "intervalUnit": "days",
        "startDate": NIGHTLY["start"],
    }
    assert result["identity_sync"]["schedule"] == NIGHTLY
    assert found["starts"] == 0


ISE_VARIANTS: list[dict[str, Any]] = [
    {"ise.schedule_none": "null"},
    {"ise.schedule_none": "absent"},
    {"ise.missing_name": 400},
    {"ise.missing_name": 403},
    {"ise.missing_name": 500},
    {"ise.success_codes": "all_200"},
    {"ise.success_codes": "delete_204"},
    {"ise.write_body": "plain_text"},
    {"ise.write_body": "empty"},
    {"ise.adgroups_key": "name"},
    {"ise.adgroups_key": "id"},
    {"ise.adgroups_key": "id", "ise.adgroups_other_key": "empty"},
    {"ise.adgroups_key": "id", "ise.missing_name": 500},
    {"ise.adgroups_lists": "all"},
    {"ise.directory_id": "other"},
    {"ise.directory_id": "other", "ise.adgroups_key": "id"},
    {"ise.sid_on_write": "required"},
    {"ise.sid_on_write": "rejected"},
    {"ise.sid": "domain_prefixed"},
    {"ise.sid": "domain_prefixed", "ise.sid_on_write": "required"},
    {"ise.past_start_date": 400},
    {"ise.past_start_date": "moved"},
    {"ise.sync_before_first_run": "Pending"},
    {"ise.unknown_members": "ignore"},
    {"ise.error_code_as": "number"},
    # Nothing that the module does depends on these, so one run shows that for all of them.
    {"ise.duplicate_name": 409, "ise.csrf": True, "ise.rename": "ignored", "ise.last_sync_zone_offset_minutes": 330},
]


@pytest.mark.parametrize("switch", ISE_VARIANTS, ids=str)
def test_every_variant_of_ise(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    run_matrix(run, lab)


def test_a_creation_that_starts_the_first_run(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.creation_starts_sync": True, "ise.sync_result": "hang"})
    assert run.ok(MODULE, **SYNC)["changed"]
    assert not quietly(run, lab, MODULE, **SYNC)["changed"]


def test_a_member_nobody_knows_is_not_written_back(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    run_matrix(run, lab)


# Schedules


@pytest.mark.parametrize("form", ["object", "null", "absent"])
def test_all_forms_of_no_schedule_are_one(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"ise.schedule_none": form})
    lab.patch("ise", "add_sync", name="Corporate users", directory="CORP_AD", groups=[DOMAIN_USERS, HELPDESK])
    result = quietly(run, lab, MODULE, **SYNC)
    assert not result["changed"] and result["identity_sync"]["schedule"] == {}


def test_a_schedule_that_is_not_mentioned_any_more_is_taken_away(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    step(run, lab, MODULE, SYNC)
    assert sync(lab)["schedule"] is None


def test_a_schedule_without_a_start_begins_some_night_and_stays(run: Run, lab: Lab) -> None:
    weekly = {"interval": 2, "unit": "weeks"}
    run.ok(MODULE, **SYNC, schedule=weekly)
    start = sync(lab)["schedule"]["startDate"]
    assert start.endswith("T00:00:00")
    assert not quietly(run, lab, MODULE, **SYNC, schedule=weekly)["changed"]
    assert run.ok(MODULE, **SYNC, schedule={"interval": 3, "unit": "weeks"})["changed"]
    assert sync(lab)["schedule"]["startDate"] == start


@pytest.mark.parametrize("rule", ["accepted", 400, "moved"])
def test_a_first_run_that_has_passed_causes_no_change(run: Run, lab: Lab, rule: str | int) -> None:
    lab.switch(**{"ise.past_start_date": rule})
    past = {"interval": 1, "unit": "days", "start": "2024-01-01T02:00:00"}
    assert run.ok(MODULE, **SYNC, schedule=past)["changed"]
    assert not quietly(run, lab, MODULE, **SYNC, schedule=past)["changed"]
    assert sync(lab)["schedule"]["interval"] == 1


@pytest.mark.parametrize("unit", ["hours", "days", "weeks"])
def test_a_changed_schedule_is_written(run: Run, lab: Lab, unit: str) -> None:
    run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    done = step(run, lab, MODULE, {**SYNC, "schedule": {"interval": 5, "unit": unit, "start": "2027-02-01T03:00:00"}})
    assert done.real["diff"]["before"]["schedule"] == NIGHTLY
    assert sync(lab)["schedule"]["intervalUnit"] == unit


def test_an_interval_that_ise_does_not_take(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.interval_limit": 4})
    result = run.fails(MODULE, **SYNC, schedule={"interval": 5, "unit": "days"})
    assert "Invalid interval" in result["msg"] and lab.state("ise", "syncs") == {}


def as_shown(start: Any) -> dict[str, Any]:
    """A sync as ISE shows it, with a first run in that form."""
    said = {
        "syncName": SYNC["sync_name"],
        "configurations": {"activeDirectories": [{"name": "CORP_AD"}]},
        "adGroups": [{"name": HELPDESK, "source": "CORP_AD"}],
        "syncSchedule": {"schedulerSync": "recurring", "interval": 1, "intervalUnit": "days", "startDate": start},
    }
    return {"version": "1.0.0", "response": {"identitySync": said}}


UNDECLARED = {"interval": 1, "unit": "days"}


@pytest.mark.parametrize(
    ("start", "interval", "unit"),
    [
        ("2027-01-04T02:00:00.000Z", "1", "Days"),
        ("2027-01-04T02:00:00+00:00", 1, "DAYS"),
        ("2027-01-04T02:00:00.0", 1, "days "),
    ],
)
def test_a_schedule_in_another_form_is_the_same(run: Run, lab: Lab, start: str, interval: Any, unit: str) -> None:
    run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    said = as_shown(start)
    said["response"]["identitySync"]["syncSchedule"] |= {"interval": interval, "intervalUnit": unit}
    groups = [{"name": name, "source": "CORP_AD"} for name in SYNC["groups"]]
    said["response"]["identitySync"]["adGroups"] = groups
    lab.fault("ise", "GET", "/identitysync/", kind="status", status=200, body=said, times=None)
    assert not quietly(run, lab, MODULE, **SYNC, schedule=NIGHTLY)["changed"]


@pytest.mark.parametrize("start", ["04.01.2027 02:00", "2027-01-04", "soon", 1798336800000, {"time": 2}, ["a"], True])
def test_a_first_run_in_a_form_that_ise_itself_refuses_is_reported_in_its_words(run: Run, lab: Lab, start: Any) -> None:
    """It is not declared, so it is sent back as it was; nothing says that another one is wanted."""
    run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    lab.fault("ise", "GET", "/identitysync/", kind="status", status=200, body=as_shown(start), times=None)
    lab.clear_requests()
    failed = run.fails(MODULE, **SYNC, schedule=UNDECLARED)
    assert failed["error"]["kind"] == "refused" and "startDate" in failed["msg"]
    assert {row["body"]["identitySync"]["syncSchedule"]["startDate"] == start for row in put(lab)} == {True}
    assert sync(lab)["schedule"]["startDate"] == NIGHTLY["start"]


@pytest.mark.parametrize("start", ["2024-01-01T02:00:00.000", "2024-01-01T02:00:00Z", "2024-01-01T02:00:00+14:00"])
def test_a_first_run_that_has_passed_is_known_in_related_forms(run: Run, lab: Lab, start: str) -> None:
    run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    lab.fault("ise", "GET", "/identitysync/", kind="status", status=200, body=as_shown(start))
    assert run.ok(MODULE, **SYNC, schedule=UNDECLARED)["changed"]
    assert sync(lab)["schedule"]["startDate"].endswith("T00:00:00")


@pytest.mark.parametrize(
    "start", ["2027-1-4T2:00:00", "2027-01-04", "2027-01-04 02:00", "2027-01-04T02:00:00Z", "2027-02-30T00:00:00"]
)
def test_a_first_run_that_is_declared_in_another_form_is_refused(run: Run, lab: Lab, start: str) -> None:
    lab.clear_requests()
    failed = run.fails(MODULE, **SYNC, schedule={**UNDECLARED, "start": start})
    assert failed["error"]["kind"] == "invalid_input" and "YYYY-MM-DDTHH:MM:SS" in failed["msg"]
    assert not lab.requests("ise")


# Directory and groups


def test_groups_compare_by_name_whatever_their_order(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **SYNC)
    assert not quietly(run, lab, MODULE, **{**SYNC, "groups": [HELPDESK, DOMAIN_USERS]})["changed"]
    assert not quietly(run, lab, MODULE, **{**SYNC, "groups": [HELPDESK, DOMAIN_USERS, HELPDESK]})["changed"]


def test_a_group_that_was_removed_is_put_back(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **SYNC, schedule=NIGHTLY)
    lab.patch("ise", "remove_sync_group", sync="Corporate users", group=HELPDESK)
    done = step(run, lab, MODULE, {**SYNC, "schedule": NIGHTLY})
    assert done.real["diff"]["before"]["groups"] == [DOMAIN_USERS]
    assert set(sync(lab)["groups"]) == {DOMAIN_USERS, HELPDESK} and sync(lab)["schedule"]


def test_the_same_group_name_of_another_join_point(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_join_point_group", name="LAB_AD", group="lab.example/Users/Domain Users")
    run.ok(MODULE, **SYNC)
    moved = {**SYNC, "active_directory": "LAB_AD", "groups": ["lab.example/Users/Domain Users"]}
    step(run, lab, MODULE, moved)
    assert sync(lab)["directories"] == ["LAB_AD"]


@pytest.mark.parametrize("member", ["adGroups", "configurations"])
def test_what_ise_does_not_show_is_not_written_at_every_run(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    run.ok(MODULE, **SYNC)
    reading = Ise.get_identity_sync
    hidden = {member: None, **({} if member == "adGroups" else {"adGroups": None})}
    monkeypatch.setattr(Ise, "get_identity_sync", lambda ise, name: {**(reading(ise, name) or {}), **hidden})
    again = quietly(run, lab, MODULE, **SYNC)
    assert not again["changed"] and "groups of the identity sync" in again["warnings"][0]
    # A write sets what is declared all the same.
    assert run.ok(MODULE, **SYNC, schedule=NIGHTLY)["changed"]
    assert len(put(lab)) == 1 and len(sync(lab)["groups"]) == 2


def test_an_unknown_join_point_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, **{**SYNC, "active_directory": "CORP"})
        assert "'CORP'" in result["msg"] and "'CORP_AD'" in result["msg"]
    assert writes(lab) == []


def test_an_unknown_group_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, **{**SYNC, "groups": ["corp.example/Users/Help desk"]})
        assert "'corp.example/Users/Help desk'" in result["msg"] and f"'{HELPDESK}'" in result["msg"]
    assert writes(lab) == []


def test_a_group_that_is_not_on_the_join_point_yet(run: Run, lab: Lab) -> None:
    wanted = {**SYNC, "groups": [HELPDESK, DUO_USERS]}
    predicted = quietly(run, lab, MODULE, check=True, **wanted)
    assert predicted["changed"] and DUO_USERS in predicted["warnings"][0]
    result = run.fails(MODULE, **wanted)
    assert DUO_USERS in result["msg"] and "ise_active_directory_groups" in result["msg"]
    assert writes(lab) == []
    run.ok("ise_active_directory_groups", active_directory="CORP_AD", groups=[DUO_USERS])
    real = run.ok(MODULE, **wanted)
    assert real["diff"] == predicted["diff"]


# Names


@pytest.mark.parametrize("name", ["a/b c", "100%", "Größe & Co. #1?", "...", "日本語"])
def test_names_are_quoted_in_addresses(run: Run, lab: Lab, name: str) -> None:
    created = {**SYNC, "sync_name": name}
    matrix(run, lab, MODULE, created, {"groups": [HELPDESK]}, delete={"sync_name": name, "state": "absent"})


@pytest.mark.parametrize("name", ["sync", "status", "cancel", ".", ".."])
def test_names_that_the_api_needs_itself_are_refused(run: Run, lab: Lab, name: str) -> None:
    assert name in run.fails(MODULE, **{**SYNC, "sync_name": name})["msg"]
    assert lab.requests() == []


@pytest.mark.parametrize(
    "options",
    [
        {"groups": []},
        {"groups": ...},
        {"active_directory": ...},
        {"schedule": {"interval": 0, "unit": "days"}},
        {"schedule": {"interval": 1, "unit": "months"}},
        {"schedule": {"interval": 1}},
        {"schedule": {"interval": 1, "unit": "days", "start": "tomorrow"}},
        {"schedule": {"interval": 1, "unit": "days", "start": "2027-01-04"}},
        {"sync_name": ...},
    ],
    ids=str,
)
def test_invalid_options_reach_nobody(run: Run, lab: Lab, options: Options) -> None:
    run.fails(MODULE, **{**SYNC, **options})
    assert lab.requests() == []


# Deletion


@pytest.mark.parametrize("status", [400, 409])
def test_a_sync_in_use_stays_and_ises_own_words_are_shown(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.delete_in_use": status})
    run.ok(MODULE, **SYNC)
    lab.patch("ise", "add_connection", name="Duo", identity_sync="Corporate users")
    result = run.fails(MODULE, **ABSENT)
    assert "is in use by MFA configuration Duo" in result["msg"] and "connection first" in result["msg"]
    assert sync(lab)


@pytest.mark.parametrize("status", [404, 400, 403, 500])
def test_what_does_not_exist_is_absent_however_ise_says_so(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.missing_name": status})
    assert not quietly(run, lab, MODULE, **ABSENT)["changed"]


# Bad weather


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_a_creation_is_looked_up(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("ise", "POST", kind=kind)
    assert run.ok(MODULE, **SYNC)["changed"]
    assert list(lab.state("ise", "syncs")) == ["Corporate users"]
    assert not quietly(run, lab, MODULE, **SYNC)["changed"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_a_deletion_is_looked_up(run: Run, lab: Lab, kind: str) -> None:
    run.ok(MODULE, **SYNC)
    lab.fault("ise", "DELETE", kind=kind)
    assert run.ok(MODULE, **ABSENT)["changed"]
    assert lab.state("ise", "syncs") == {}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_write_that_is_accepted_and_not_done_is_reported(run: Run, lab: Lab, method: str) -> None:
    if method != "POST":
        lab.patch("ise", "add_sync", name="Corporate users", directory="CORP_AD", groups=[DUO_USERS])
    lab.fault("ise", method, kind="status", status=200, body="done")
    result = run.fails(MODULE, **(ABSENT if method == "DELETE" else SYNC))
    assert result["error"]["kind"] == "not_confirmed" and "'Corporate users'" in result["msg"]
    assert "reading back" in result["msg"]


@pytest.mark.parametrize("missing", [404, 403])
def test_mfa_that_is_off_is_named_and_not_taken_for_absence(run: Run, lab: Lab, missing: int) -> None:
    lab.switch(**{"ise.missing_name": missing})
    run.ok(MODULE, **SYNC)
    lab.patch("ise", "set_mfa", enabled=False)
    for options in (SYNC, ABSENT):
        result = run.fails(MODULE, **options)
        assert result["error"]["kind"] == "feature_off" and "ise_mfa_feature" in result["msg"]


def test_check_mode_predicts_although_mfa_is_still_off(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=False)
    predicted = quietly(run, lab, MODULE, check=True, **SYNC, schedule=NIGHTLY)
    assert predicted["changed"] and "MFA is disabled" in predicted["warnings"][0]
    run.ok("ise_mfa_feature")
    assert run.ok(MODULE, **SYNC, schedule=NIGHTLY)["diff"] == predicted["diff"]


def test_a_read_only_account_is_not_taken_for_mfa_being_off(run: Run, lab: Lab) -> None:
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    result = run.fails(MODULE, **SYNC, **account)
    assert result["error"]["kind"] == "forbidden" and "auditor" in result["msg"] and "ERS Admin" in result["msg"]
    assert lab.state("ise", "syncs") == {}
