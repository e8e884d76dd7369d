# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity syncs and their runs on the simulated ISE."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from lab import Lab

from ..waits import eventually
from .ise_probe import IseProbe

SYNCS = "duo-identitysync/identitysync"
SYNC = f"{SYNCS}/AD%20Sync"
START = f"{SYNCS}/sync/AD%20Sync"
CANCEL = f"{SYNCS}/sync/cancel/AD%20Sync"
HELPDESK = "corp.example/Users/Helpdesk"
RECURRING = {"schedulerSync": "recurring", "interval": 1, "intervalUnit": "days", "startDate": "2099-01-01T09:00:00"}


@pytest.fixture
def ise(lab: Lab) -> IseProbe:
    probe = IseProbe(lab)
    probe.enable()
    return probe


def stored(ise: IseProbe) -> dict[str, Any]:
    sync: dict[str, Any] = ise.state()["syncs"]["AD Sync"]
    return sync


def read(ise: IseProbe) -> dict[str, Any]:
    content: dict[str, Any] = ise.ok("GET", SYNC)["response"]["identitySync"]
    return content


def ready(ise: IseProbe, seconds: float = 600, **flags: int) -> dict[str, Any]:
    """A sync and a connection with good keys; runs take `seconds` of the lab's time."""
    keys = ise.duo_keys(**flags)
    ise.joined(accountConfigurations=keys)
    ise.lab.switch(**{"ise.sync_seconds": seconds})
    return keys


# -- what a sync may use --------------------------------------------------------------------------------------


def test_directories_and_groups_are_bare_arrays(ise: IseProbe) -> None:
    points = ise.state()["join_points"]
    assert ise.ok("GET", "duo-identitysync/activedirectories") == [
        {"name": "CORP_AD", "domain": "corp.example", "directoryID": points["CORP_AD"]["id"]},
        {"name": "LAB_AD", "domain": "lab.example", "directoryID": points["LAB_AD"]["id"]},
    ]
    assert ise.ok("GET", "duo-identitysync/adgroups/CORP_AD") == [
        {"name": "corp.example/Users/Domain Users", "source": "CORP_AD"},
        {"name": HELPDESK, "source": "CORP_AD"},
    ]
    assert ise.ok("GET", "duo-identitysync/adgroups/LAB_AD") == []


def test_all_groups_instead_of_the_added_ones(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.adgroups_lists": "all"})
    names = [item["name"] for item in ise.ok("GET", "duo-identitysync/adgroups/CORP_AD")]
    assert len(names) == 36
    assert "emea.corp.example/Users/EMEA VPN Users" in names
    assert "lab.example/Users/Lab Users" not in names


@pytest.mark.parametrize(("key", "by_name", "by_id"), [("both", 200, 200), ("name", 200, 404), ("id", 404, 200)])
def test_groups_by_name_or_id(ise: IseProbe, key: str, by_name: int, by_id: int) -> None:
    ise.lab.switch(**{"ise.adgroups_key": key})
    identifier = ise.ok("GET", "duo-identitysync/activedirectories")[0]["directoryID"]
    assert ise.call("GET", "duo-identitysync/adgroups/CORP_AD").status_code == by_name
    assert ise.call("GET", f"duo-identitysync/adgroups/{identifier}").status_code == by_id


def test_directory_id_need_not_be_the_ers_id(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.directory_id": "other"})
    directory = ise.ok("GET", "duo-identitysync/activedirectories")[0]
    ers_id = ise.state()["join_points"]["CORP_AD"]["id"]
    assert directory["directoryID"] != ers_id
    ise.ok("POST", SYNCS, ise.sync_body())
    assert read(ise)["configurations"]["activeDirectories"] == [directory]
    wrong = {"activeDirectories": [{**directory, "directoryID": ers_id}]}
    assert ise.call("POST", SYNCS, ise.sync_body("Other", configurations=wrong)).status_code == 400


# -- three shapes ---------------------------------------------------------------------------------------------


def test_one_sync_in_three_shapes(ise: IseProbe) -> None:
    ise.joined()
    ise.ok("PUT", SYNC, ise.sync_body(syncSchedule=RECURRING))
    assert ise.ok("GET", SYNCS)["response"] == [
        {"name": "AD Sync", "source": "CORP_AD", "destination": "Duo", "adGroups": 1}
    ]
    content = read(ise)
    sid = ise.state()["directory"][HELPDESK]["sid"]
    assert content["adGroups"] == [{"name": HELPDESK, "sid": sid, "source": "CORP_AD"}]
    assert content["syncSchedule"] == RECURRING
    assert content["configurations"]["activeDirectories"][0]["name"] == "CORP_AD"


@pytest.mark.parametrize(("form", "prefix"), [("plain", ""), ("domain_prefixed", "corp.example/")])
def test_the_form_of_a_sid(ise: IseProbe, form: str, prefix: str) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.sid": form})
    assert read(ise)["adGroups"][0]["sid"].startswith(f"{prefix}S-1-5-21-")


@pytest.mark.parametrize("sent", ["absent", None, {"schedulerSync": "none"}, {"schedulerSync": "none", "interval": 4}])
@pytest.mark.parametrize(
    ("form", "shown"),
    [("object", {"syncSchedule": {"schedulerSync": "none"}}), ("null", {"syncSchedule": None}), ("absent", {})],
)
def test_no_schedule(ise: IseProbe, sent: Any, form: str, shown: dict[str, Any]) -> None:
    body = ise.sync_body(syncSchedule=sent)
    if sent == "absent":
        del body["identitySync"]["syncSchedule"]
    ise.ok("POST", SYNCS, body)
    ise.lab.switch(**{"ise.schedule_none": form})
    content = read(ise)
    assert {name: content[name] for name in content if name == "syncSchedule"} == shown


# -- writing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "members",
    [
        {"syncName": ""},
        {"syncName": "sync"},
        {"syncName": "cancel"},
        {"adGroups": []},
        {"adGroups": [{"name": "corp.example/Users/Duo Users", "source": "CORP_AD"}]},
        {"adGroups": [{"name": HELPDESK, "source": "LAB_AD"}]},
        {"adGroups": [{"name": HELPDESK}]},
        {"configurations": {"activeDirectories": []}},
        {"configurations": {"activeDirectories": [{"name": "CORP_AD", "domain": "corp.example", "directoryID": "1"}]}},
        {"syncSchedule": {"schedulerSync": "Recurring"}},
        {"syncSchedule": {"schedulerSync": "recurring"}},
        {"syncSchedule": {**RECURRING, "interval": 0}},
        {"syncSchedule": {**RECURRING, "interval": "1"}},
        {"syncSchedule": {**RECURRING, "intervalUnit": "minutes"}},
        {"syncSchedule": {**RECURRING, "startDate": "2099-01-01"}},
        {"destination": "Duo"},
    ],
)
def test_what_a_sync_may_not_be(ise: IseProbe, members: dict[str, Any]) -> None:
    response = ise.call("POST", SYNCS, ise.sync_body(**members))
    assert (response.status_code, response.json()["code"]) == (400, "400")
    assert ise.state()["syncs"] == {}


def test_groups_are_found_whatever_their_case_and_once(ise: IseProbe) -> None:
    groups = [{"name": name, "source": "CORP_AD"} for name in ("CORP.EXAMPLE/users/HELPDESK", HELPDESK)]
    ise.ok("POST", SYNCS, ise.sync_body(adGroups=groups))
    assert stored(ise)["groups"] == [HELPDESK]


@pytest.mark.parametrize(
    ("rule", "without", "with_sid"), [("ignored", 201, 201), ("required", 400, 201), ("rejected", 201, 400)]
)
def test_sid_on_write(ise: IseProbe, rule: str, without: int, with_sid: int) -> None:
    ise.lab.switch(**{"ise.sid_on_write": rule})
    groups = [{"name": HELPDESK, "source": "CORP_AD", "sid": "S-1-5-21-1"}]
    assert ise.call("POST", SYNCS, ise.sync_body("A")).status_code == without
    assert ise.call("POST", SYNCS, ise.sync_body("B", adGroups=groups)).status_code == with_sid


@pytest.mark.parametrize(("limit", "interval", "status"), [(0, 5000, 201), (24, 24, 201), (24, 25, 400)])
def test_limits_of_the_interval(ise: IseProbe, limit: int, interval: int, status: int) -> None:
    ise.lab.switch(**{"ise.interval_limit": limit})
    body = ise.sync_body(syncSchedule={**RECURRING, "interval": interval})
    assert ise.call("POST", SYNCS, body).status_code == status


@pytest.mark.parametrize(("rule", "status"), [("accepted", 201), (400, 400), ("moved", 201)])
def test_a_start_date_in_the_past(ise: IseProbe, rule: Any, status: int) -> None:
    ise.lab.switch(**{"ise.past_start_date": rule})
    past = {**RECURRING, "startDate": "2024-02-29T09:00:00"}
    assert ise.call("POST", SYNCS, ise.sync_body(syncSchedule=past)).status_code == status
    if rule == "accepted":
        assert read(ise)["syncSchedule"] == past
    if rule == "moved":
        shown = read(ise)["syncSchedule"]["startDate"]
        assert shown > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        assert shown.endswith("T09:00:00")


def test_put_replaces_and_keeps_what_is_known_of_runs(ise: IseProbe) -> None:
    ise.joined()
    ise.lab.patch("ise", "set_sync", name="AD Sync", status="Success", last_sync=1_700_000_000)
    groups = [{"name": "corp.example/Users/Domain Users", "source": "CORP_AD"}]
    ise.ok("PUT", SYNC, ise.sync_body(adGroups=groups, lastSync="2030-01-01T00:00:00", syncStatus="Failed"))
    content = read(ise)
    assert [group["name"] for group in content["adGroups"]] == ["corp.example/Users/Domain Users"]
    assert (content["lastSync"], content["syncStatus"]) == ("2023-11-14T22:13:20", "Success")


def test_renaming_a_sync_takes_its_connection_along(ise: IseProbe) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.rename": "renames"})
    ise.ok("PUT", SYNC, ise.sync_body("New"))
    assert list(ise.state()["syncs"]) == ["New"]
    assert ise.state()["connections"]["Duo"]["identity_sync"] == "New"


# -- runs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "status"), [("no_status", None), ("Pending", "Pending")])
def test_before_the_first_run(ise: IseProbe, rule: str, status: str | None) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.sync_before_first_run": rule})
    assert (read(ise).get("syncStatus"), read(ise).get("lastSync")) == (status, None)
    assert ise.ok("GET", SYNCS)["response"][0].get("syncStatus") == status


def test_a_run_pushes_users_into_duo(ise: IseProbe) -> None:
    ready(ise)
    assert ise.ok("GET", START) == "Sync in progress"
    assert read(ise)["syncStatus"] == "Pending"
    assert "lastSync" not in read(ise)
    assert ise.state()["users_pushed"] == []
    ise.lab.advance(601)
    content = read(ise)
    assert content["syncStatus"] == "Success"
    assert content["lastSync"]
    members = ise.state()["directory"][HELPDESK]["members"]
    assert len(members) == 6
    assert sorted(user["username"] for user in ise.state()["users_pushed"]) == sorted(m["username"] for m in members)
    in_duo = {user["username"]: user for user in ise.lab.state("duo", "users")}
    for member in members:
        assert in_duo[member["username"]]["realname"] == member["realname"]
        assert in_duo[member["username"]]["email"] == member["email"]
    run = stored(ise)["runs"][0]
    assert (run["result"], len(run["users"])) == ("Success", 6)


def test_a_run_ends_in_real_time_without_anybody_asking_ise(ise: IseProbe) -> None:
    ready(ise, seconds=0.05)
    ise.ok("GET", START)
    eventually(lambda: ise.lab.state("duo", "received"))


def test_a_run_does_not_outlive_a_reset(ise: IseProbe) -> None:
    ready(ise, seconds=0.05)
    ise.ok("GET", START)
    ise.lab.reset()
    ise.enable()
    ready(ise)
    # That something does not happen cannot be awaited: past the end of the run that was.
    time.sleep(0.1)
    assert ise.state()["users_pushed"] == []
    assert ise.lab.state("duo", "received") == []


def test_members_of_two_groups_are_pushed_once(ise: IseProbe) -> None:
    ready(ise)
    ise.lab.switch(**{"ise.adgroups_lists": "all"})
    names = (HELPDESK, "corp.example/Users/Domain Users", "emea.corp.example/Users/EMEA VPN Users")
    ise.ok("PUT", SYNC, ise.sync_body(adGroups=[{"name": name, "source": "CORP_AD"} for name in names]))
    ise.ok("GET", START)
    ise.lab.advance(601)
    assert len(ise.state()["users_pushed"]) == 36 + 7


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda ise: ise.lab.patch("duo", "rotate_secret", name="ISE Admin"), "wrong_secret"),
        (
            lambda ise: ise.lab.patch("duo", "set_flag", name="ISE Admin", flag="adminapi_write_resource", value=0),
            "missing_permission",
        ),
        (lambda ise: ise.lab.patch("ise", "set_connection", name="Duo", api_host="api-0.example.com"), "wrong_host"),
        (lambda ise: ise.lab.patch("ise", "delete_connection", name="Duo"), "no connection uses this sync"),
        (lambda ise: ise.lab.switch(**{"ise.sync_result": "Failed"}), "the lab was asked to fail"),
    ],
)
def test_runs_that_fail(ise: IseProbe, spoil: Callable[[IseProbe], None], reason: str) -> None:
    ready(ise)
    ise.ok("GET", START)
    spoil(ise)
    ise.lab.advance(601)
    assert read(ise)["syncStatus"] == "Failed"
    assert stored(ise)["runs"][0]["reason"] == reason
    assert ise.state()["users_pushed"] == []
    assert ise.lab.state("duo", "received") == []


@pytest.mark.parametrize(("rule", "moved"), [("moves", True), ("stays", False)])
def test_last_sync_after_a_failure(ise: IseProbe, rule: str, moved: bool) -> None:
    ready(ise)
    ise.lab.switch(**{"ise.last_sync_on_failure": rule, "ise.sync_result": "Failed"})
    ise.lab.patch("ise", "set_sync", name="AD Sync", last_sync=1_700_000_000)
    ise.ok("GET", START)
    ise.lab.advance(601)
    content = read(ise)
    assert content["syncStatus"] == "Failed"
    assert (content["lastSync"] != "2023-11-14T22:13:20") is moved


@pytest.mark.parametrize(
    ("minutes", "shown"), [(0, "2023-11-14T22:13:20"), (-480, "2023-11-14T14:13:20"), (330, "2023-11-15T03:43:20")]
)
def test_last_sync_names_no_zone(ise: IseProbe, minutes: int, shown: str) -> None:
    ise.joined()
    ise.lab.patch("ise", "set_sync", name="AD Sync", status="Success", last_sync=1_700_000_000)
    ise.lab.switch(**{"ise.last_sync_zone_offset_minutes": minutes})
    assert read(ise)["lastSync"] == shown
    assert ise.ok("GET", SYNCS)["response"][0]["lastSync"] == shown


def test_last_sync_moves_with_every_run(ise: IseProbe) -> None:
    ready(ise, seconds=0)
    seen = []
    for _attempt in range(3):
        ise.ok("GET", START)
        seen.append(read(ise)["lastSync"])
    assert len(set(seen)) == 3


@pytest.mark.parametrize(("rule", "status"), [(200, 200), (400, 400)])
def test_starting_twice(ise: IseProbe, rule: int, status: int) -> None:
    ready(ise)
    ise.lab.switch(**{"ise.start_while_running": rule})
    ise.ok("GET", START)
    assert ise.call("GET", START).status_code == status
    assert (stored(ise)["starts"], len(stored(ise)["runs"])) == (2, 1)
    assert ise.state()["counters"]["sync_starts"] == 2


def test_cancelling(ise: IseProbe) -> None:
    ready(ise)
    ise.ok("GET", START)
    assert ise.ok("GET", CANCEL) == "Sync Pending Cancellation"
    assert read(ise)["syncStatus"] == "Pending Cancellation"
    ise.lab.advance(601)
    assert read(ise)["syncStatus"] == "Cancelled"
    assert ise.state()["users_pushed"] == []
    assert ise.state()["counters"]["sync_cancels"] == 1
    ise.ok("GET", START)
    ise.lab.advance(601)
    assert read(ise)["syncStatus"] == "Success"


@pytest.mark.parametrize(("rule", "status"), [(400, 400), (200, 200)])
def test_cancelling_what_does_not_run(ise: IseProbe, rule: int, status: int) -> None:
    ready(ise)
    ise.lab.switch(**{"ise.cancel_while_idle": rule})
    assert ise.call("GET", CANCEL).status_code == status
    assert stored(ise)["status"] == ""


@pytest.mark.parametrize(("rule", "after"), [("hang", "Cancelled"), ("cancel_hangs", "Pending Cancellation")])
def test_runs_that_hang(ise: IseProbe, rule: str, after: str) -> None:
    ready(ise, seconds=0)
    ise.lab.switch(**{"ise.sync_result": rule})
    ise.ok("GET", START)
    ise.lab.advance(100_000)
    assert read(ise)["syncStatus"] == "Pending"
    ise.ok("GET", CANCEL)
    ise.lab.advance(100_000)
    assert read(ise)["syncStatus"] == after


def test_creation_can_start_the_first_run(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.creation_starts_sync": True, "ise.sync_seconds": 600})
    ise.joined(accountConfigurations=ise.duo_keys())
    assert read(ise)["syncStatus"] == "Pending"
    ise.lab.advance(601)
    assert read(ise)["syncStatus"] == "Success"
    assert ise.state()["counters"]["sync_starts"] == 0


def test_a_head_starts_nothing(ise: IseProbe) -> None:
    ise.joined()
    assert ise.call("HEAD", START).status_code == 405
    assert ise.state()["counters"]["sync_starts"] == 0


def test_the_callback_of_a_worker_overwrites_the_truth(ise: IseProbe) -> None:
    ise.joined()
    errors = [{"reason": "Missing username", "user": {"username": "", "realname": "Amelia Novak"}}]
    ise.ok("PUT", f"{SYNCS}/status/AD%20Sync", {"status": "SUCCESS", "errorList": errors})
    assert (read(ise)["syncStatus"], stored(ise)["reported_errors"]) == ("Success", errors)
    assert ise.call("PUT", f"{SYNCS}/status/AD%20Sync", {"status": "DONE"}).status_code == 400


# -- out of band ----------------------------------------------------------------------------------------------


def test_drift_behind_the_clients_back(ise: IseProbe) -> None:
    both = ["corp.example/Users/Domain Users", HELPDESK]
    ise.lab.patch("ise", "add_sync", name="AD Sync", directory="CORP_AD", groups=both)
    ise.lab.patch("ise", "remove_sync_group", sync="AD Sync", group=HELPDESK)
    assert [group["name"] for group in read(ise)["adGroups"]] == both[:1]
    ise.lab.patch("ise", "set_sync", name="AD Sync", schedule=RECURRING, groups=both)
    assert (read(ise)["syncSchedule"], len(read(ise)["adGroups"])) == (RECURRING, 2)
    refused: list[tuple[str, dict[str, Any]]] = [
        ("set_sync", {"name": "AD Sync", "groups": ["nobody"]}),
        ("set_sync", {"name": "AD Sync", "runs": []}),
        ("remove_sync_group", {"sync": "AD Sync", "group": "nobody"}),
        ("delete_sync", {"name": "nobody"}),
    ]
    for op, args in refused:
        with pytest.raises(ValueError, match="there are"):
            ise.lab.patch("ise", op, **args)
    ise.lab.patch("ise", "delete_sync", name="AD Sync")
    assert ise.state()["syncs"] == {}
