# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of an identity sync: two GETs that write, a time without a zone, and no word for "in progress"."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from ansible.utils.display import Display
from lab import Lab

from .harness import Run, quietly, said, writes

MODULE = "ise_identity_sync_run"
NAME = "Corporate users"
START = f"ise: GET /api/v1/duo-identitysync/identitysync/sync/{NAME}"
CANCEL = f"ise: GET /api/v1/duo-identitysync/identitysync/sync/cancel/{NAME}"
GROUPS = ["corp.example/Users/Domain Users", "corp.example/Users/Helpdesk"]


PERMISSIONS = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}


def add_connection(lab: Lab, flags: dict[str, int], name: str = "Duo", sync_name: str = NAME) -> None:
    """A connection whose Admin key has these permissions, so that a run succeeds or not."""
    key = lab.patch("duo", "add_application", name="ISE user sync", type="adminapi", flags=flags)
    (secret,) = [app["secret_key"] for app in lab.state("duo", "applications") if app["integration_key"] == key]
    keys = {"admin_integration_key": key, "admin_secret_key": secret}
    lab.patch("ise", "add_connection", name=name, identity_sync=sync_name, **keys)


@pytest.fixture(autouse=True)
def estate(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    lab.patch("ise", "set_mfa", enabled=True)
    lab.patch("ise", "add_sync", name=NAME, directory="CORP_AD", groups=GROUPS)
    add_connection(lab, PERMISSIONS)
    lab.clear_requests()


def sync(lab: Lab) -> dict[str, Any]:
    return dict(lab.state("ise", "syncs")[NAME])


# Completed


def test_a_run_is_started_awaited_and_copies_users(run: Run, lab: Lab) -> None:
    check = quietly(run, lab, MODULE, check=True, sync_name=NAME)
    assert check["changed"] and sync(lab)["starts"] == 0
    result = run.ok(MODULE, sync_name=NAME)
    assert result["changed"] and result["waited"] > 0
    assert result["identity_sync"]["status"] == "Success" and result["identity_sync"]["last_sync"]
    assert writes(lab) == [START] and len(lab.state("ise", "users_pushed")) == 36
    assert len(lab.state("duo", "received")) == 1


def test_an_old_result_is_not_taken_for_the_new_one(run: Run, lab: Lab) -> None:
    """After a start ISE may still show the last run for a while: only a ``lastSync`` that has moved ends the wait."""
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 7200)
    before = run.ok("ise_identity_sync_info", sync_name=NAME)["identity_syncs"][0]["last_sync"]
    old = {
        "syncName": NAME,
        "configurations": {"activeDirectories": [{"name": "CORP_AD"}]},
        "adGroups": [{"name": group, "source": "CORP_AD"} for group in GROUPS],
        "lastSync": before,
        "syncStatus": "Success",
    }
    stale = {"kind": "status", "status": 200, "body": {"response": {"identitySync": old}}}
    lab.fault("ise", "GET", f"/identitysync/{NAME}$", **stale, skip=1, times=2)
    result = run.ok(MODULE, sync_name=NAME)
    assert [row["fault"] for row in lab.requests("ise")].count("status") == 2
    assert result["identity_sync"]["last_sync"] != before and len(sync(lab)["runs"]) == 1


def test_without_max_age_each_task_starts_a_run(run: Run, lab: Lab) -> None:
    for _unused in range(2):
        assert run.ok(MODULE, sync_name=NAME)["changed"]
    assert sync(lab)["starts"] == 2


def test_a_young_successful_run_satisfies_the_task(run: Run, lab: Lab) -> None:
    assert run.ok(MODULE, sync_name=NAME, max_age=3600)["changed"]
    for check in (True, False):
        result = quietly(run, lab, MODULE, check=check, sync_name=NAME, max_age=3600)
        assert not result["changed"] and result["waited"] == 0
    assert sync(lab)["starts"] == 1
    assert quietly(run, lab, MODULE, check=True, sync_name=NAME, max_age=3600, is_due=True)["changed"]
    assert run.ok(MODULE, sync_name=NAME, max_age=3600, is_due=True)["changed"] and sync(lab)["starts"] == 2


def test_an_old_run_does_not(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 7200)
    assert quietly(run, lab, MODULE, check=True, sync_name=NAME, max_age=3600)["changed"]
    assert run.ok(MODULE, sync_name=NAME, max_age=3600)["changed"]
    assert not quietly(run, lab, MODULE, sync_name=NAME, max_age=3600)["changed"]


# After a change


def take_off_a_group(run: Run, lab: Lab, check: bool = False) -> None:
    run.ok("ise_identity_sync", check=check, sync_name=NAME, active_directory="CORP_AD", groups=GROUPS[:1])


def write_the_connection(run: Run, lab: Lab, check: bool = False) -> None:
    keys = {}
    for side, kind in (("admin_api", "adminapi"), ("auth_api", "authapi")):
        key = lab.patch("duo", "add_application", name=f"New {kind}", type=kind, flags=PERMISSIONS)
        (secret,) = [app["secret_key"] for app in lab.state("duo", "applications") if app["integration_key"] == key]
        keys[side] = {"integration_key": key, "secret_key": secret}
    run.ok("ise_duo_mfa", check=check, connection_name="Duo", **keys)


CHANGES = pytest.mark.parametrize("change", [take_off_a_group, write_the_connection])


@CHANGES
@pytest.mark.parametrize("state", ["completed", "started"])
def test_a_run_from_before_a_change_does_not_count(run: Run, lab: Lab, change: Any, state: str) -> None:
    """The play that made the change stopped before it started a run, or failed to start one."""
    options = {"sync_name": NAME, "max_age": 3600, "state": state}
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 60)
    change(run, lab, check=True)
    assert not quietly(run, lab, MODULE, check=True, **options)["changed"]
    change(run, lab)
    lab.fault("ise", "GET", "/identitysync/sync/", kind="status", status=500)
    run.fails(MODULE, **options)
    assert sync(lab)["starts"] == 0
    assert quietly(run, lab, MODULE, check=True, **options)["changed"]
    assert run.ok(MODULE, **options)["changed"] and sync(lab)["starts"] == 1
    run.ok(MODULE, sync_name=NAME, state="completed", max_age=3600)
    assert not quietly(run, lab, MODULE, **options)["changed"]


@CHANGES
@pytest.mark.parametrize("while_running", [200, 400])
def test_a_run_that_began_before_a_change_is_not_joined(run: Run, lab: Lab, change: Any, while_running: int) -> None:
    lab.switch(**{"ise.start_while_running": while_running, "ise.sync_seconds": 0.8})
    run.ok(MODULE, sync_name=NAME, state="started")
    change(run, lab)
    assert run.ok(MODULE, sync_name=NAME, max_age=3600)["identity_sync"]["status"] == "Success"
    began = [item["started_at"] for item in sync(lab)["runs"]]
    assert len(began) == 2 and sync(lab)["runs"][-1]["result"] == "Success"


def test_a_run_that_began_before_one_was_due_is_not_joined(run: Run, lab: Lab) -> None:
    """Nothing was noted, as on a machine that keeps no notes or has a home that cannot be written."""
    lab.switch(**{"ise.sync_seconds": 0.8})
    run.ok(MODULE, sync_name=NAME, state="started")
    run.ok(MODULE, sync_name=NAME, is_due=True)
    assert len(sync(lab)["runs"]) == 2 and sync(lab)["runs"][-1]["result"] == "Success"


def test_a_home_that_cannot_be_written_is_warned_about(
    run: Run, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "file"))
    result = run.ok("ise_identity_sync", sync_name=NAME, active_directory="CORP_AD", groups=GROUPS[:1])
    assert result["changed"] and "home directory" in result["warnings"][0]
    assert run.ok(MODULE, sync_name=NAME)["changed"]


@pytest.mark.parametrize("notes", ["", "{", "{}", "[1]", "[" * 9999, None])
def test_notes_that_cannot_be_read_may_be_of_any_sync(run: Run, lab: Lab, tmp_path: Path, notes: str | None) -> None:
    """Each runs once more, after which the notes are as good as new."""
    other = "Contractors"
    lab.patch("ise", "add_sync", name=other, directory="CORP_AD", groups=GROUPS)
    add_connection(lab, PERMISSIONS, "Other", other)
    for name in (NAME, other):
        lab.patch("ise", "set_sync", name=name, status="Success", last_sync=time.time() - 60)
    take_off_a_group(run, lab)
    file = tmp_path / "identityops.cisco" / "changed_identity_syncs.json"
    file.unlink()
    if notes is None:
        file.symlink_to(tmp_path)
    else:
        file.write_text(notes)
    for name in (NAME, other):
        options = {"sync_name": name, "max_age": 3600}
        foretold = quietly(run, lab, MODULE, check=True, **options)
        assert foretold["changed"] and "changed_identity_syncs.json" in foretold["warnings"][0]
        assert run.ok(MODULE, **options)["changed"]
        assert "warnings" not in quietly(run, lab, MODULE, **options)
        assert not quietly(run, lab, MODULE, **options)["changed"]
    take_off_a_group(run, lab)
    assert not quietly(run, lab, MODULE, check=True, **options)["changed"]
    run.ok("ise_identity_sync", sync_name=NAME, active_directory="CORP_AD", groups=GROUPS)
    assert quietly(run, lab, MODULE, check=True, sync_name=NAME, max_age=3600)["changed"]
    assert run.ok(MODULE, sync_name=NAME, max_age=3600)["changed"]
    assert not quietly(run, lab, MODULE, sync_name=NAME, max_age=3600)["changed"]


def test_notes_that_cannot_be_replaced_count_each_time(run: Run, lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "identityops.cisco" / "changed_identity_syncs.json").mkdir(parents=True)
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 60)
    for _unused in range(2):
        result = run.ok(MODULE, sync_name=NAME, max_age=3600)
        assert result["changed"] and "again" in result["warnings"][1]


@pytest.mark.parametrize("status", ["Failed", "Cancelled"])
def test_a_young_run_that_did_not_succeed_does_not(run: Run, lab: Lab, status: str) -> None:
    lab.patch("ise", "set_sync", name=NAME, status=status, last_sync=time.time() - 60)
    assert run.ok(MODULE, sync_name=NAME, max_age=3600)["changed"]
    assert sync(lab)["starts"] == 1


@pytest.mark.parametrize(("zone", "minutes"), [("Asia/Kolkata", 330), ("Etc/GMT+8", -480)])
def test_the_age_is_reckoned_in_the_zone_of_ise(run: Run, lab: Lab, zone: str, minutes: int) -> None:
    lab.switch(**{"ise.last_sync_zone_offset_minutes": minutes})
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 600)
    options = {"sync_name": NAME, "time_zone": zone}
    assert not quietly(run, lab, MODULE, **options, max_age=900)["changed"]
    assert quietly(run, lab, MODULE, **options, max_age=300, check=True)["changed"]


def test_a_last_run_in_the_future_hints_at_a_wrong_zone(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.last_sync_zone_offset_minutes": 120})
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 600)
    result = run.ok(MODULE, sync_name=NAME, max_age=3600)
    assert result["changed"] and "time_zone" in result["warnings"][0]


@pytest.mark.parametrize("minutes", [-300, -60, 0])
def test_a_run_that_ended_hours_ago_as_it_ends_is_in_another_zone(run: Run, lab: Lab, minutes: int) -> None:
    lab.switch(**{"ise.last_sync_zone_offset_minutes": minutes})
    warnings = run.ok(MODULE, sync_name=NAME, max_age=1800).get("warnings", [])
    assert [f"{-minutes / 60:.1f} hours ago in the time zone UTC. Set time_zone" in one for one in warnings] == (
        [True] if minutes else []
    )
    assert run.ok(MODULE, check=True, sync_name=NAME, max_age=1800)["changed"] is bool(minutes)


@pytest.mark.parametrize("form", ["{}Z", "{}.5Z", "{}.123+0000", "{}+00:00", "{}.000000"])
def test_a_time_that_names_its_zone_is_taken_by_its_word(run: Run, lab: Lab, form: str) -> None:
    last = form.format(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 600)))
    answer = {"identitySync": {"syncName": NAME, "syncStatus": "Success", "lastSync": last}}
    lab.fault("ise", "GET", f"/identitysync/{NAME}$", kind="status", status=200, body={"response": answer}, times=None)
    zone = "UTC" if form == "{}.000000" else "Asia/Tokyo"
    assert not quietly(run, lab, MODULE, sync_name=NAME, max_age=3600, time_zone=zone)["changed"]


@pytest.mark.parametrize("last", ["yesterday", 1764000000, {"time": 2}])
def test_a_last_run_in_another_form_is_no_fresh_one(run: Run, lab: Lab, last: Any) -> None:
    answer = {"identitySync": {"syncName": NAME, "syncStatus": "Success", "lastSync": last}}
    lab.fault("ise", "GET", f"/identitysync/{NAME}$", kind="status", status=200, body={"response": answer})
    result = run.ok(MODULE, sync_name=NAME, max_age=3600)
    assert result["changed"] and "max_age cannot be applied" in result["warnings"][0]


def test_an_unknown_zone_is_refused(run: Run, lab: Lab) -> None:
    assert "Mars/Olympus" in run.fails(MODULE, sync_name=NAME, time_zone="Mars/Olympus", max_age=1)["msg"]
    assert lab.requests() == []


@pytest.mark.parametrize(
    "switch",
    [
        {"ise.sync_before_first_run": "Pending"},
        {"ise.success_codes": "all_200"},
        {"ise.write_body": "empty"},
        {"ise.write_body": "plain_text"},
        {"ise.sync_seconds": 0},
        {"ise.sync_seconds": 0.6},
        {"ise.schedule_none": "absent"},
        {"ise.last_sync_zone_offset_minutes": -300},
        # Nothing that the module does depends on these, so one run shows that for all of them.
        {
            "ise.start_while_running": 400,
            "ise.cancel_while_idle": 200,
            "ise.missing_name": 403,
            "ise.last_sync_on_failure": "stays",
        },
    ],
    ids=str,
)
def test_every_variant_of_ise(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    for _unused in range(2):
        result = run.ok(MODULE, sync_name=NAME)
        assert result["changed"] and result["identity_sync"]["status"] == "Success"
    assert [item["result"] for item in sync(lab)["runs"]] == ["Success", "Success"]
    for check in (True, False):
        assert not quietly(run, lab, MODULE, check=check, sync_name=NAME, state="cancelled")["changed"]


def test_a_member_nobody_knows_is_ignored(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    assert run.ok(MODULE, sync_name=NAME)["changed"]


# Failure


@pytest.mark.parametrize("last_sync", ["moves", "stays"])
@pytest.mark.parametrize("seconds", [0, 0.2])
def test_a_run_that_fails_fails_the_task(run: Run, lab: Lab, last_sync: str, seconds: float) -> None:
    lab.switch(**{"ise.last_sync_on_failure": last_sync, "ise.sync_seconds": seconds, "ise.sync_result": "Failed"})
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time() - 60)
    result = run.fails(MODULE, sync_name=NAME, timeout=5)
    assert "Failed" in result["msg"] and "Admin API application" in result["msg"]
    assert result["error"]["kind"] == "refused" and result["changed"] is True
    assert sync(lab)["starts"] == 1


def test_a_run_with_a_key_that_lacks_permissions_fails(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_flag", name="ISE user sync", flag="adminapi_write_resource", value=0)
    result = run.fails(MODULE, sync_name=NAME)
    assert "read and write resources" in result["msg"]


def test_a_run_that_hangs_is_given_up_and_its_state_reported(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_result": "hang"})
    result = run.fails(MODULE, sync_name=NAME, timeout=1)
    assert result["error"]["kind"] == "timed_out" and "after 1 seconds" in result["msg"]
    assert "Pending" in result["msg"] and "not cancelled" in result["msg"]
    assert sync(lab)["status"] == "Pending" and writes(lab) == [START]


def test_a_sync_that_is_deleted_meanwhile_is_said_to_be(run: Run, lab: Lab) -> None:
    lab.fault("ise", "GET", f"/identitysync/{NAME}$", kind="status", status=404, skip=1, times=None)
    failed = run.fails(MODULE, sync_name=NAME, wait_timeout=2)
    assert "ISE does not have the sync any more" in failed["msg"] and "continues" not in failed["msg"]


def test_progress_is_shown_while_a_run_is_awaited(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(Display, "display", lambda self, line, **_how: lines.append(line))
    lab.switch(**{"ise.sync_result": "hang"})
    run.fails(MODULE, sync_name=NAME, wait_timeout=1)
    assert lines == ["sync Pending, 0 s of 1"]


def test_waiting_resumes_a_run_that_is_under_way(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_result": "hang"})
    run.fails(MODULE, sync_name=NAME, timeout=1)
    lab.switch(**{"ise.sync_result": "real", "ise.start_while_running": 400})
    threading.Timer(0.5, end_hanging_run, [lab]).start()
    result = run.ok(MODULE, sync_name=NAME, timeout=10)
    assert result["identity_sync"]["status"] == "Success"
    assert len(sync(lab)["runs"]) == 1


def end_hanging_run(lab: Lab) -> None:
    lab.patch("ise", "set_sync", name=NAME, status="Success", last_sync=time.time())


def test_an_unknown_sync_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    for state in ("completed", "started"):
        result = run.fails(MODULE, sync_name="Corporate user", state=state)
        assert "'Corporate user'" in result["msg"] and f"'{NAME}'" in result["msg"]
    predicted = quietly(run, lab, MODULE, check=True, sync_name="Corporate user")
    assert predicted["changed"] and "Corporate user" in predicted["warnings"][0]


def test_mfa_that_is_off_is_named(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=False)
    result = run.fails(MODULE, sync_name=NAME)
    assert result["error"]["kind"] == "feature_off" and writes(lab) == []
    predicted = quietly(run, lab, MODULE, check=True, sync_name=NAME)
    assert predicted["changed"] and "MFA is disabled" in predicted["warnings"][0]


def test_a_read_only_account_may_not_start(run: Run, lab: Lab) -> None:
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    result = run.fails(MODULE, sync_name=NAME, **account)
    assert result["error"]["kind"] == "forbidden" and "auditor" in result["msg"] and sync(lab)["starts"] == 0


def test_a_read_only_account_that_may_start(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.readonly_sync_start": "allowed"})
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    assert run.ok(MODULE, sync_name=NAME, **account)["identity_sync"]["status"] == "Success"


@pytest.mark.parametrize("status", ["Success", "Failed", None])
def test_a_start_whose_answer_is_lost_is_looked_for(run: Run, lab: Lab, status: str | None) -> None:
    if status:
        lab.patch("ise", "set_sync", name=NAME, status=status, last_sync=time.time() - 60)
    lab.fault("ise", "GET", "/identitysync/sync/", kind="drop_after")
    assert run.ok(MODULE, sync_name=NAME)["identity_sync"]["status"] == "Success"
    assert sync(lab)["starts"] == 1


@pytest.mark.parametrize("status", [500, 503])
def test_a_start_that_ise_answers_with_a_fault_and_does_not_carry_out_fails(run: Run, lab: Lab, status: int) -> None:
    lab.fault("ise", "GET", "/identitysync/sync/", kind="status", status=status)
    assert "start the identity sync" in run.fails(MODULE, sync_name=NAME)["msg"]
    assert sync(lab)["starts"] == 0


@pytest.mark.parametrize("fault", [{"kind": "status", "status": 500}, {"kind": "status", "status": 503}])
def test_a_read_that_fails_does_not_end_the_wait(run: Run, lab: Lab, fault: dict[str, Any]) -> None:
    lab.fault("ise", "GET", f"/identitysync/{NAME}$", **fault, skip=1, times=2)
    assert run.ok(MODULE, sync_name=NAME)["identity_sync"]["status"] == "Success"


def test_reads_that_keep_failing_end_it(run: Run, lab: Lab) -> None:
    lab.fault("ise", "GET", f"/identitysync/{NAME}$", kind="status", status=500, skip=1, times=None)
    assert run.fails(MODULE, sync_name=NAME)["error"]["kind"] == "server_trouble"


def test_no_wait(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_seconds": 30})
    result = run.ok(MODULE, sync_name=NAME, wait_timeout=0)
    assert result["changed"] and result["identity_sync"]["status"] == "Pending"
    assert said(result) == ("changed", f"Ran the identity sync '{NAME}'; last run: still to come")


# Started and cancelled


def test_started_does_not_wait(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_seconds": 30})
    check = quietly(run, lab, MODULE, check=True, sync_name=NAME, state="started")
    result = run.ok(MODULE, sync_name=NAME, state="started")
    assert check["changed"] and result["changed"]
    assert result["identity_sync"]["status"] == "Pending" and writes(lab) == [START]
    lab.advance(31)
    assert sync(lab)["status"] == "Success"


def test_started_is_satisfied_by_a_young_run_too(run: Run, lab: Lab) -> None:
    run.ok(MODULE, sync_name=NAME)
    assert not quietly(run, lab, MODULE, sync_name=NAME, state="started", max_age=3600)["changed"]


def test_starting_what_ise_says_is_running_changes_nothing(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_result": "hang", "ise.start_while_running": 400})
    assert run.ok(MODULE, sync_name=NAME, state="started")["changed"]
    assert not run.ok(MODULE, sync_name=NAME, state="started")["changed"]
    assert len(sync(lab)["runs"]) == 1


def test_cancelled_waits_until_the_run_has_ended(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_result": "hang"})
    run.ok(MODULE, sync_name=NAME, state="started")
    check = quietly(run, lab, MODULE, check=True, sync_name=NAME, state="cancelled")
    lab.clear_requests()
    result = run.ok(MODULE, sync_name=NAME, state="cancelled")
    assert check["changed"] and result["changed"]
    assert result["identity_sync"]["status"] == "Cancelled" and writes(lab) == [CANCEL]
    assert not quietly(run, lab, MODULE, sync_name=NAME, state="cancelled")["changed"]


@pytest.mark.parametrize(("kind", "ends"), [("drop_after", True), ("drop_before", False)])
def test_a_cancellation_whose_answer_is_lost_is_looked_for(run: Run, lab: Lab, kind: str, ends: bool) -> None:
    lab.switch(**{"ise.sync_result": "hang"})
    run.ok(MODULE, sync_name=NAME, state="started")
    lab.fault("ise", "GET", "/sync/cancel/", kind=kind)
    result = run(MODULE, sync_name=NAME, state="cancelled")
    assert result["identity_sync"]["status"] == "Cancelled" if ends else result["error"]["kind"] == "outcome_unknown"
    assert sync(lab)["status"] == ("Cancelled" if ends else "Pending")


@pytest.mark.parametrize("before", ["no_status", "Pending"])
def test_cancelling_what_never_ran_changes_nothing(run: Run, lab: Lab, before: str) -> None:
    lab.switch(**{"ise.sync_before_first_run": before})
    assert not run.ok(MODULE, sync_name=NAME, state="cancelled")["changed"]
    assert sync(lab)["runs"] == []


def test_cancelling_what_never_ran_where_ise_accepts_that(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_before_first_run": "Pending", "ise.cancel_while_idle": 200})
    result = run.fails(MODULE, sync_name=NAME, state="cancelled", timeout=1)
    assert result["error"]["kind"] == "timed_out" and "Pending" in result["msg"]


def test_cancelling_a_run_that_ends_meanwhile_changes_nothing(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_seconds": 0.3})
    run.ok(MODULE, sync_name=NAME, state="started")
    lab.fault("ise", "GET", "/sync/cancel/", kind="slow", seconds=0.5)
    assert not run.ok(MODULE, sync_name=NAME, state="cancelled")["changed"]
    assert sync(lab)["status"] == "Success"


def test_cancelling_what_does_not_exist_changes_nothing(run: Run, lab: Lab) -> None:
    assert not quietly(run, lab, MODULE, sync_name="Nobody", state="cancelled")["changed"]


def test_a_cancellation_that_hangs_says_what_state_it_left(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_result": "cancel_hangs"})
    run.ok(MODULE, sync_name=NAME, state="started")
    result = run.fails(MODULE, sync_name=NAME, state="cancelled", timeout=1)
    assert result["error"]["kind"] == "timed_out" and "Pending Cancellation" in result["msg"]
    assert sync(lab)["status"] == "Pending Cancellation"


def test_completing_after_a_cancellation_that_is_under_way(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.sync_result": "hang"})
    run.ok(MODULE, sync_name=NAME, state="started")
    lab.switch(**{"ise.sync_result": "real"})
    run.ok(MODULE, sync_name=NAME, state="cancelled")
    assert run.ok(MODULE, sync_name=NAME)["identity_sync"]["status"] == "Success"
