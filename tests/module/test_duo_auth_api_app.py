# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Auth API applications in Duo: who may log in with them, and whether their own key works.

What they share with Admin API applications is tested there and repeated here only where the code differs.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _resource
from ansible_collections.identityops.cisco.plugins.module_utils._duo.auth_api import AuthApiApplication
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._registry import one_at_a_time
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from lab import Lab

from .harness import BOTH_WAYS, MARK, Options, Run, matrix, quietly, said, step, writes

MODULE = "duo_auth_api_app"
LOGINS: Options = {"name": "ISE logins", "user_access": "all_users"}
BY_HAND = "lab-cisco-ise-auth-api"


def application(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = [app for app in lab.state("duo", "applications") if app["name"] == name]
    return dict(found)


def group_ids(lab: Lab, *names: str) -> set[str]:
    return {group["group_id"] for group in lab.state("duo", "groups") if group["name"] in names}


def test_matrix(run: Run, lab: Lab) -> None:
    steps = matrix(
        run,
        lab,
        MODULE,
        {**LOGINS, "notes": "first"},
        {"user_access": "permitted_groups", "permitted_groups": ["VPN Users", "Helpdesk"], "notes": ""},
        delete={"name": "ISE logins", "state": "absent"},
        again=BOTH_WAYS,
    )
    assert steps.change
    assert steps.change.real["diff"]["before"]["user_access"] == "all_users"
    assert steps.change.real["diff"]["after"]["permitted_groups"] == ["Helpdesk", "VPN Users"]


def test_what_is_created_is_what_duo_has(run: Run, lab: Lab) -> None:
    groups = ["VPN Users", "Network Admins"]
    result = run.ok(MODULE, name="New", user_access="permitted_groups", permitted_groups=groups, notes="For ISE")
    app = application(lab, "New")
    assert (app["type"], app["user_access"], app["notes"]) == ("authapi", "PERMITTED_GROUPS", f"For ISE\n{MARK}")
    assert set(app["groups_allowed"]) == group_ids(lab, *groups)
    assert set(result["application"]["permitted_groups"]) == set(groups)
    assert not any(app["flags"].values())


@pytest.mark.parametrize("access", ["all_users", "no_users"])
def test_access_without_groups(run: Run, lab: Lab, access: str) -> None:
    step(run, lab, MODULE, {"name": "New", "user_access": access})
    assert application(lab, "New")["user_access"] == access.upper()


def test_a_new_application_admits_nobody_unless_asked(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {"name": "New"})
    assert application(lab, "New")["user_access"] == "NO_USERS"


@pytest.mark.parametrize(
    "switch",
    [
        {"duo.secret_in_answers": "plain"},
        {"duo.secret_in_answers": "absent"},
        {"duo.user_access_default": "required"},
        # Those of all applications alike, each of which is tried alone with duo_admin_api_app.
        {"duo.unique_names": True, "duo.flags_as": "bool", "duo.skey_permission": "read_resource"},
        {"duo.flags_as": "string", "duo.split_flags": "unknown", "duo.list_permission": "either"},
        {"duo.page_limit": 12, "duo.last_page_offset": "null"},
        {"duo.page_limit": 12, "duo.total_objects": "absent"},
        {"duo.skey_permission": "both", "duo.unknown_parameters": "ignore"},
    ],
    ids=str,
)
def test_every_variant_of_duo(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    groups = {"user_access": "permitted_groups", "permitted_groups": ["VPN Users", "Break Glass"]}
    created = {**LOGINS, "verify": True}
    delete = {"name": "ISE logins", "state": "absent"}
    steps = matrix(run, lab, MODULE, created, groups, delete=delete, unpredictable=("verified",))
    assert steps.create and steps.create.real["verified"] is True


@pytest.mark.parametrize("total", ["present", "absent"])
def test_an_application_that_slips_between_two_pages_gets_no_namesake(run: Run, lab: Lab, total: str) -> None:
    """Somebody deletes one of the first page after it was read, so that the first of the second page is skipped."""
    names = [f"Application {number:02}" for number in range(20)]
    for name in names:
        lab.patch("duo", "add_application", name=name, type="authapi", notes=MARK)
    listed = [app["name"] for app in lab.state("duo", "applications")]
    skipped = next(name for name in listed[10:] if name in names)
    lost = lab.state("duo", "applications")[1]["integration_key"]
    lab.switch(**{"duo.page_limit": listed.index(skipped), "duo.total_objects": total, "duo.gone_after_a_page": lost})
    result = run.ok(MODULE, name=skipped, notes="found")
    assert "created" not in result["step"]["detail"].lower()
    assert [app["name"] for app in lab.state("duo", "applications")].count(skipped) == 1


@pytest.mark.parametrize(
    ("name", "stored", "is_known"),
    [
        ("R&D logins", "R&amp;D logins", True),
        ("Zu\u0308rich  logins", "Z\u00fcrich logins", True),
        ("ISE logins", "ISE LOGINS", False),
        ("Caf\u00e9 logins", "Caf? logins", False),
    ],
)
def test_a_name_that_duo_stores_otherwise_gets_no_namesake(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str, stored: str, is_known: bool
) -> None:
    creating = Duo.create_integration
    monkeypatch.setattr(Duo, "create_integration", lambda duo, sent: creating(duo, {**sent, "name": stored}))
    first = run(MODULE, name=name, user_access="no_users")
    assert first.get("error", {}).get("kind") == (None if is_known else "not_confirmed")
    again = quietly(run, lab, MODULE, name=name, user_access="no_users")
    assert not again["changed"] and ("stores it" in str(again.get("warnings"))) is not is_known
    assert [app["name"] for app in lab.state("duo", "applications")].count(stored) == 1
    assert run.ok(MODULE, name=name, state="absent")["changed"]
    assert stored not in [app["name"] for app in lab.state("duo", "applications")]


# Who may log in


def test_the_order_of_groups_means_nothing(run: Run, lab: Lab) -> None:
    access = {"name": "New", "user_access": "permitted_groups"}
    run.ok(MODULE, **access, permitted_groups=["VPN Users", "Helpdesk"])
    assert not quietly(run, lab, MODULE, **access, permitted_groups=["Helpdesk", "VPN Users"])["changed"]


def test_groups_that_are_not_declared_are_taken_away(run: Run, lab: Lab) -> None:
    access = {"name": "New", "user_access": "permitted_groups"}
    run.ok(MODULE, **access, permitted_groups=["VPN Users", "Helpdesk", "Contractors"])
    step(run, lab, MODULE, {**access, "permitted_groups": ["VPN Users"]})
    assert set(application(lab, "New")["groups_allowed"]) == group_ids(lab, "VPN Users")


def test_groups_that_duo_does_not_show_are_not_written_back(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = {"name": "New", "user_access": "permitted_groups", "permitted_groups": ["VPN Users"]}
    run.ok(MODULE, **access)
    listing = Duo.list_integrations

    def without_groups(duo: Duo) -> list[dict[str, Any]]:
        return [{name: app[name] for name in app if name != "groups_allowed"} for app in listing(duo)]

    monkeypatch.setattr(Duo, "list_integrations", without_groups)
    lab.clear_requests()
    failed = run.fails(MODULE, name="New", notes="changed")
    assert "Duo does not show which groups it permits" in failed["msg"] and writes(lab) == []
    assert set(application(lab, "New")["groups_allowed"]) == group_ids(lab, "VPN Users")


def test_access_in_other_letters_stays_what_it_is(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    access = {"name": "New", "user_access": "permitted_groups", "permitted_groups": ["VPN Users"]}
    run.ok(MODULE, **access)
    listing = Duo.list_integrations
    other = {"user_access": "permitted_groups"}
    monkeypatch.setattr(Duo, "list_integrations", lambda duo: [{**app, **other} for app in listing(duo)])
    assert run.ok(MODULE, name="New", notes="changed")["changed"]
    after = application(lab, "New")
    assert after["user_access"] == "PERMITTED_GROUPS"
    assert set(after["groups_allowed"]) == group_ids(lab, "VPN Users")


def test_an_unknown_group_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(
            MODULE, check=check, name="New", user_access="permitted_groups", permitted_groups=["Helpdesk", "VPN User"]
        )
        assert "'VPN User'" in result["msg"] and "'VPN Users'" in result["msg"]
    assert writes(lab) == []


@pytest.mark.parametrize("shown", ["null", "absent"])
def test_groups_that_duo_does_not_show_are_not_written_at_every_run(run: Run, lab: Lab, shown: str) -> None:
    lab.switch(**{"duo.groups_allowed": shown})
    access = {"name": "New", "user_access": "permitted_groups", "permitted_groups": ["VPN Users"]}
    created = run.ok(MODULE, **access)
    assert created["changed"] and set(application(lab, "New")["groups_allowed"]) == group_ids(lab, "VPN Users")
    again = quietly(run, lab, MODULE, **access)
    for result in (created, again):
        assert any("does not show which groups the application 'New' permits" in one for one in result["warnings"])
    run.ok(MODULE, **access, notes="Changed")
    assert set(application(lab, "New")["groups_allowed"]) == group_ids(lab, "VPN Users")


def test_two_groups_of_one_name_stop_the_run(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_group", name="Helpdesk")
    options = {"name": "New", "user_access": "permitted_groups", "permitted_groups": ["Helpdesk"]}
    result = run.fails(MODULE, **options)
    assert result["error"]["kind"] == "ambiguous"
    assert all(group_id in result["msg"] for group_id in group_ids(lab, "Helpdesk"))
    assert writes(lab) == []


def test_opening_to_everybody_sends_no_groups(run: Run, lab: Lab) -> None:
    run.ok(MODULE, name="New", user_access="permitted_groups", permitted_groups=["VPN Users"])
    step(run, lab, MODULE, {"name": "New", "user_access": "all_users"})
    assert application(lab, "New")["user_access"] == "ALL_USERS"


def test_user_access_is_always_sent_and_stays_where_it_is_not_mentioned(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_application", name="Service Desk Verification", notes=MARK)
    before = application(lab, "Service Desk Verification")
    run.ok(MODULE, name="Service Desk Verification", notes="Reviewed")
    after = application(lab, "Service Desk Verification")
    assert after == {**before, "notes": f"Reviewed\n{MARK}"}
    (sent,) = [row["body"] for row in lab.requests("duo") if row["method"] == "POST"]
    assert sent["user_access"] == "PERMITTED_GROUPS" and sent["groups_allowed"] == before["groups_allowed"][0]


@pytest.mark.parametrize(
    "options",
    [
        {"user_access": "permitted_groups"},
        {"permitted_groups": ["VPN Users"]},
        {"user_access": "all_users", "permitted_groups": ["VPN Users"]},
        {"user_access": "everybody"},
        {"name": ..., "user_access": "all_users"},
    ],
    ids=str,
)
def test_invalid_options_reach_nobody(run: Run, lab: Lab, options: Options) -> None:
    run.fails(MODULE, **{"name": "New", **options})
    assert lab.requests() == []


# Names and keys


def test_two_of_the_same_name_stop_the_run_with_both_keys(run: Run, lab: Lab) -> None:
    keys = [lab.patch("duo", "add_application", name="Twice", type="authapi") for _unused in range(2)]
    result = run.fails(MODULE, name="Twice", user_access="all_users")
    assert all(key in result["msg"] for key in keys) and writes(lab) == []
    step(run, lab, MODULE, {"integration_key": keys[0], "user_access": "all_users"})


@pytest.mark.parametrize("name", ["HR Provisioning", "Cisco ISE RADIUS", "Legacy VPN", "Jump Hosts"])
def test_a_namesake_of_another_kind_is_left_alone(run: Run, lab: Lab, name: str) -> None:
    before = [app for app in lab.state("duo", "applications") if app["name"] == name]
    assert run.ok(MODULE, name=name, user_access="no_users")["changed"]
    assert run.ok(MODULE, name=name, state="absent")["changed"]
    assert [app for app in lab.state("duo", "applications") if app["name"] == name] == before


def test_a_name_that_is_an_integration_key_counts_as_one(run: Run, lab: Lab) -> None:
    key = lab.patch("duo", "add_application", name="By hand", type="authapi")
    step(run, lab, MODULE, {"name": key, "user_access": "all_users", "permitted_groups": []})
    assert application(lab, "By hand")["user_access"] == "ALL_USERS"
    assert "DIXXXXXXXXXXXXXXXXXX" in run.fails(MODULE, name="DIXXXXXXXXXXXXXXXXXX", user_access="all_users")["msg"]


def test_an_integration_key_of_another_kind_is_refused(run: Run, lab: Lab) -> None:
    key = application(lab, "HR Provisioning")["integration_key"]
    result = run.fails(MODULE, integration_key=key, user_access="all_users")
    assert "HR Provisioning" in result["msg"] and "adminapi" in result["msg"] and writes(lab) == []


def test_a_lost_answer_to_a_creation_makes_no_second_application(run: Run, lab: Lab) -> None:
    lab.fault("duo", "POST", "integrations$", kind="drop_after")
    assert run.ok(MODULE, **LOGINS)["changed"]
    assert application(lab, "ISE logins")["user_access"] == "ALL_USERS"


# Secrets, and proving that the key works


@pytest.mark.parametrize("form", ["masked", "plain", "absent"])
def test_the_secret_that_is_returned_is_the_real_one(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"duo.secret_in_answers": form})
    for _unused in ("created", "existing"):
        result = run.ok(MODULE, **LOGINS, return_secret=True, verify=True)
        assert result["secret_key"] == application(lab, "ISE logins")["secret_key"]
        assert result["verified"] is True


def test_a_secret_is_rotated_and_the_new_one_is_verified(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **LOGINS)
    old = application(lab, "ISE logins")["secret_key"]
    result = run.ok(MODULE, **LOGINS, secret="rotate", verify=True)
    assert result["changed"] and result["verified"]
    assert application(lab, "ISE logins")["secret_key"] != old


def test_verifying_calls_the_auth_api_with_the_applications_own_key(run: Run, lab: Lab) -> None:
    result = quietly(run, lab, MODULE, name="Door Access", verify=True)
    assert result["verified"] is True and not result["changed"]
    (check,) = [row for row in lab.requests("duo") if row["path"] == "/auth/v2/check"]
    assert check["actor"] == application(lab, "Door Access")["integration_key"] and check["status"] == 200


def test_verifying_in_check_mode_what_does_not_exist_says_so(run: Run, lab: Lab) -> None:
    result = quietly(run, lab, MODULE, check=True, **LOGINS, verify=True)
    assert result["verified"] is False and "check mode" in result["warnings"][0]


def test_a_key_that_does_not_work_fails_the_task(run: Run, lab: Lab) -> None:
    lab.fault("duo", path="/auth/v2/check", kind="status", status=401, body={"stat": "FAIL", "code": 40103})
    result = run.fails(MODULE, name="Door Access", verify=True)
    assert application(lab, "Door Access")["integration_key"] in result["msg"]


def test_an_application_made_by_hand_from_the_catalogue_is_verified(run: Run, lab: Lab) -> None:
    key = lab.patch("duo", "add_application", name="Cisco ISE Auth API", type=BY_HAND, user_access="ALL_USERS")
    result = quietly(run, lab, MODULE, name="Cisco ISE Auth API", user_access="all_users", verify=True)
    assert result["application"]["managed"] is False and result["application"]["integration_key"] == key
    assert result["verified"] is True and not result["changed"]
    assert "is made by hand and used as it is; its key signs in" in result["step"]["detail"]
    assert run.fails(MODULE, name="Cisco ISE Auth API", state="absent") and writes(lab) == []


@pytest.mark.parametrize(
    ("missing", "options", "named"),
    [
        ("adminapi_integrations", {}, "Grant applications"),
        ("adminapi_read_resource", {}, "Grant resource - Read"),
        ("adminapi_integrations", {"name": "Door Access", "verify": True}, "Grant applications"),
    ],
    ids=str,
)
def test_a_missing_permission_is_named(run: Run, lab: Lab, missing: str, options: Options, named: str) -> None:
    lab.patch("duo", "set_caller_flags", **{missing: 0})
    result = run.fails(MODULE, **{**LOGINS, **options})
    assert result["error"]["kind"] == "forbidden" and named in result["msg"]


def test_no_right_to_set_permissions_is_needed(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_allow_to_set_permissions=0)
    step(run, lab, MODULE, LOGINS)


# Tasks that run at once


@pytest.mark.parametrize("theirs", ["lower", "higher"])
@pytest.mark.parametrize("leaves", [False, True], ids=["stays", "leaves"])
def test_a_twin_that_somebody_else_creates_meanwhile(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, theirs: str, leaves: bool
) -> None:
    """The lower key stays, and the higher one as well if its task does not know about the other."""
    monkeypatch.setattr(_resource, "GRACE", 0.3)
    create, listing = Duo.create_integration, Duo.list_integrations
    twins: list[str] = []

    def with_a_twin(self: Duo, parameters: dict[str, Any]) -> dict[str, Any]:
        answer = create(self, parameters)
        while not twins:
            twin = lab.patch("duo", "add_application", name="ISE logins", type="authapi", notes=MARK)
            if (twin < answer["integration_key"]) == (theirs == "lower"):
                twins.append(twin)
            else:
                lab.patch("duo", "delete_application", integration_key=twin)
        return answer

    def until_it_leaves(self: Duo) -> list[dict[str, Any]]:
        found = listing(self)
        if twins and leaves and theirs == "higher":
            lab.patch("duo", "delete_application", integration_key=twins[0])
            monkeypatch.setattr(Duo, "list_integrations", listing)
        return found

    monkeypatch.setattr(Duo, "create_integration", with_a_twin)
    monkeypatch.setattr(Duo, "list_integrations", until_it_leaves)
    result = run.ok(MODULE, **LOGINS, notes="mine", verify=True)
    found = application(lab, "ISE logins")
    assert found["integration_key"] == result["application"]["integration_key"] and found["notes"] == f"mine\n{MARK}"
    is_ours = leaves and theirs == "higher"
    assert (found["integration_key"] == twins[0]) != is_ours
    assert ("at the same time" in str(result.get("warnings"))) != is_ours


GIVEN = {
    **{"duo_ca_path": None, "duo_proxy_url": None, "duo_timeout": 30, "duo_account_id": None},
    **{"name": "Twice", "integration_key": None, "permitted_groups": None, "secret": "keep", "adopt": False},
}


def at_once(lab: Lab, application_class: type[AuthApiApplication]) -> list[str]:
    """The keys that two tasks return which run at once."""
    given = {**GIVEN, **lab.options("duo")}

    def work(_number: int) -> str:
        context = Context()
        twice = application_class(Duo.from_params(given, context), given, context)
        outcome = _resource.ensure(twice, "present", {"name": "Twice", "user_access": "all_users"}, context)
        return str((outcome.after or {})["integration_key"])

    with ThreadPoolExecutor() as pool:
        return list(pool.map(work, range(2)))


@pytest.mark.parametrize("seconds", [0.0, 0.6])
def test_two_tasks_at_once_make_one_application(lab: Lab, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both look before either creates; with the slow one, creation comes after the other's second look."""
    monkeypatch.setattr(_resource, "GRACE", 3)
    both = threading.Barrier(2, timeout=10)
    if seconds:
        lab.fault("duo", "POST", "integrations$", kind="slow", seconds=seconds)

    class AtOnce(AuthApiApplication):
        def create(self, desired: Fields) -> None:
            both.wait()
            super().create(desired)

    assert set(at_once(lab, AtOnce)) == {application(lab, "Twice")["integration_key"]}


def test_of_two_tasks_on_one_machine_one_creates(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    monkeypatch.setattr(_resource, "one_at_a_time", one_at_a_time)
    both = threading.Barrier(2, timeout=10)

    class HaveLooked(AuthApiApplication):
        def try_out(self, current: Fields | None, changes: Fields) -> None:
            if current is None:
                both.wait()

    assert set(at_once(lab, HaveLooked)) == {application(lab, "Twice")["integration_key"]}
    assert [row["method"] for row in lab.requests("duo") if row["write"]] == ["POST"]


def test_a_twin_that_goes_in_its_turn_is_not_returned(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tasks at once: this one gives way to the lowest key, whose task then gives way to the third."""
    monkeypatch.setattr(_resource, "GRACE", 0.5)
    create, listing = Duo.create_integration, Duo.list_integrations
    lower: list[str] = []
    looks = 0

    def with_two_twins(self: Duo, parameters: dict[str, Any]) -> dict[str, Any]:
        answer = create(self, parameters)
        while len(lower) < 2:
            twin = lab.patch("duo", "add_application", name="ISE logins", type="authapi", notes=MARK)
            if twin < answer["integration_key"]:
                lower.append(twin)
            else:
                lab.patch("duo", "delete_application", integration_key=twin)
        return answer

    def until_one_goes(self: Duo) -> list[dict[str, Any]]:
        nonlocal looks
        looks += bool(lower)
        found = listing(self)
        if looks == 3:
            lab.patch("duo", "delete_application", integration_key=min(lower))
        return found

    monkeypatch.setattr(Duo, "create_integration", with_two_twins)
    monkeypatch.setattr(Duo, "list_integrations", until_one_goes)
    result = run.ok(MODULE, **LOGINS, notes="mine")
    found = application(lab, "ISE logins")
    assert found["integration_key"] == result["application"]["integration_key"] == max(lower)
    assert found["notes"] == f"mine\n{MARK}"


def test_the_step(run: Run, lab: Lab) -> None:
    options = {**LOGINS, "name": " ISE logins\n"}
    done = step(run, lab, MODULE, options)
    assert said(done.check) == ("changed", "Would create the application 'ISE logins'")
    assert said(done.real) == ("changed", "Created the application 'ISE logins'")
    proven = run.ok(MODULE, **options, verify=True)
    sentence = "The application 'ISE logins' is as declared; its key signs in to the Auth API"
    assert said(proven) == ("verified", sentence)
    changed = run.ok(MODULE, **options, notes="new", secret="rotate")["step"]
    assert changed["detail"] == "Changed notes and secret of the application 'ISE logins'"
    gone = {"name": "ISE logins", "state": "absent"}
    assert run.ok(MODULE, **gone)["step"]["detail"] == "Deleted the application 'ISE logins'"
    assert said(run.ok(MODULE, **gone)) == ("ok", "The application 'ISE logins' is gone")


@pytest.mark.parametrize("shown", ["Made by Ansible", "Made by Ansible  \r\n"])
def test_notes_that_duo_changes_in_form_only_are_as_declared(run: Run, lab: Lab, shown: str) -> None:
    run.ok(MODULE, **LOGINS, notes=shown)
    assert not quietly(run, lab, MODULE, **LOGINS, notes="Made by Ansible\n")["changed"]
