# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Admin API applications in Duo: their permissions, their secrets, and what must never happen to them."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .harness import BOTH_WAYS, MARK, OMIT, Options, Run, matrix, quietly, step, writes

MODULE = "duo_admin_api_app"
UNPREDICTABLE = ("integration_key", "type", "api_host")
CALLER = "Ansible automation"
ISE: Options = {"name": "ISE sync", "profile": "cisco_ise"}
BY_HAND = "lab-cisco-ise-admin-api"


def applications(lab: Lab, name: str) -> list[dict[str, Any]]:
    """All applications of that name, as the lab knows them."""
    return [app for app in lab.state("duo", "applications") if app["name"] == name]


def application(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = applications(lab, name)
    return found


def flags(lab: Lab, name: str) -> set[str]:
    return {flag for flag, value in application(lab, name)["flags"].items() if value}


def bodies(lab: Lab, method: str = "POST") -> list[dict[str, Any]]:
    """What was sent to change applications."""
    return [row["body"] for row in lab.requests("duo") if row["method"] == method]


# The matrix


def test_matrix(run: Run, lab: Lab) -> None:
    steps = matrix(
        run,
        lab,
        MODULE,
        {**ISE, "notes": "first"},
        {"profile": "safe", "networks_for_api_access": ["192.0.2.10", "198.51.100.0/24"], "notes": ""},
        delete={"name": "ISE sync", "state": "absent"},
        again=BOTH_WAYS,
    )
    assert steps.create and steps.change and steps.delete
    assert steps.create.real["diff"]["before"] == {}
    assert steps.create.real["diff"]["after"]["permissions"] == ["read_resource", "write_resource"]
    assert steps.change.real["diff"]["before"]["permissions"] == ["read_resource", "write_resource"]
    assert steps.change.real["diff"]["after"]["permissions"] == ["read_information", "settings"]
    assert steps.delete.real["diff"]["before"]["permissions"] == ["read_information", "settings"]
    assert steps.delete.real["diff"]["after"] == {}
    assert applications(lab, "ISE sync") == []


def test_matrix_with_permissions(run: Run, lab: Lab) -> None:
    matrix(
        run,
        lab,
        MODULE,
        {"name": "Log reader", "permissions": ["read_log", "administrators_read"]},
        {"permissions": ["read_information", "read_log"]},
        delete={"name": "Log reader", "state": "absent"},
    )


def test_what_is_created_is_what_duo_has(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, **ISE, networks_for_api_access=["192.0.2.10", "198.51.100.0/24"], notes="For ISE")
    app = application(lab, "ISE sync")
    assert flags(lab, "ISE sync") == {"adminapi_read_resource", "adminapi_write_resource"}
    assert (app["type"], app["notes"], app["user_access"]) == ("adminapi", f"For ISE\n{MARK}", "NO_USERS")
    assert app["networks_for_api_access"].replace(" ", "") == "192.0.2.10,198.51.100.0/24"
    assert result["application"]["integration_key"] == app["integration_key"]
    assert result["application"]["api_host"] == lab.duo.api_host
    assert result["application"]["permissions"] == ["read_resource", "write_resource"]


def test_without_diff_there_is_none(run: Run) -> None:
    assert "diff" not in run.ok(MODULE, diff=False, **ISE)


@pytest.mark.parametrize(
    "switch",
    [
        {"duo.secret_in_answers": "plain"},
        {"duo.secret_in_answers": "absent"},
        {"duo.user_access_default": "required"},
        {"duo.unique_names": True},
        {"duo.flags_as": "bool"},
        {"duo.flags_as": "string"},
        {"duo.split_flags": "unknown"},
        {"duo.page_limit": 12},
        {"duo.page_limit": 12, "duo.last_page_offset": "null"},
        {"duo.list_permission": "either"},
        {"duo.skey_permission": "read_resource"},
        {"duo.enforce_set_permissions": False},
        # Nothing that the module does depends on these, so one run shows that for all of them.
        {
            "duo.skey_permission": "both",
            "duo.unknown_parameters": "ignore",
            "duo.unknown_key_message": "Invalid identity in request credentials",
        },
    ],
    ids=str,
)
def test_every_variant_of_duo(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    delete = {"name": "ISE sync", "state": "absent"}
    matrix(run, lab, MODULE, {**ISE, "notes": "a"}, {"profile": "safe", "notes": "b"}, delete=delete)


def test_a_member_nobody_knows_is_ignored(run: Run, lab: Lab) -> None:
    lab.fault("duo", kind="extra_member", times=None)
    matrix(run, lab, MODULE, ISE, {"profile": "safe"})


# Names


def test_two_of_the_same_name_stop_the_run_with_both_keys(run: Run, lab: Lab) -> None:
    keys = [lab.patch("duo", "add_application", name="Twice", type="adminapi") for _unused in range(2)]
    for state in ("present", "absent"):
        for check in (True, False):
            result = run.fails(MODULE, check=check, name="Twice", profile="safe", state=state)
            assert result["error"]["kind"] == "ambiguous"
            assert all(key in result["msg"] for key in keys)
    assert writes(lab) == []


def test_an_integration_key_picks_one_of_two(run: Run, lab: Lab) -> None:
    first, second = (lab.patch("duo", "add_application", name="Twice", type="adminapi") for _unused in range(2))
    step(run, lab, MODULE, {"integration_key": second, "permissions": ["read_log"]})
    found = {app["integration_key"]: app["flags"]["adminapi_read_log"] for app in applications(lab, "Twice")}
    assert found == {first: 0, second: 1}
    step(run, lab, MODULE, {"integration_key": first, "state": "absent"})
    assert [app["integration_key"] for app in applications(lab, "Twice")] == [second]


def test_an_integration_key_with_a_name_renames(run: Run, lab: Lab) -> None:
    key = application(lab, "SIEM Log Collector")["integration_key"]
    wanted = {"integration_key": key, "name": "SIEM", "permissions": ["read_log"]}
    done = step(run, lab, MODULE, wanted)
    assert done.real["diff"]["before"]["name"] == "SIEM Log Collector"
    assert done.real["diff"]["after"]["name"] == "SIEM"
    assert application(lab, "SIEM")["integration_key"] == key


def test_an_unknown_integration_key_creates_nothing(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, integration_key="DIUNKNOWN00000000000", name="New", profile="safe")
        assert "DIUNKNOWN00000000000" in result["msg"]
    assert writes(lab) == [] and applications(lab, "New") == []


def test_an_unknown_integration_key_is_absent(run: Run, lab: Lab) -> None:
    assert not quietly(run, lab, MODULE, integration_key="DIUNKNOWN00000000000", state="absent")["changed"]


def test_an_integration_key_of_another_kind_is_refused(run: Run, lab: Lab) -> None:
    door = application(lab, "Door Access")
    for state in ("present", "absent"):
        result = run.fails(MODULE, integration_key=door["integration_key"], profile="safe", state=state)
        assert "Door Access" in result["msg"] and "authapi" in result["msg"]
    assert writes(lab) == [] and application(lab, "Door Access") == door


@pytest.mark.parametrize("name", ["Door Access", "Cisco ISE RADIUS", "Legacy VPN", "Jump Hosts", "Wiki"])
def test_a_namesake_of_another_kind_is_left_alone(run: Run, lab: Lab, name: str) -> None:
    before = applications(lab, name)
    assert run.ok(MODULE, name=name, profile="cisco_ise")["changed"]
    assert [app for app in applications(lab, name) if app["type"] != "adminapi"] == before
    assert run.ok(MODULE, name=name, state="absent")["changed"]
    assert applications(lab, name) == before


@pytest.mark.parametrize("name", ["Größe & Co. 50% / #1", "a+b=c?", "日本語", "two  blanks"])
def test_names_of_all_kinds(run: Run, lab: Lab, name: str) -> None:
    matrix(run, lab, MODULE, {**ISE, "name": name}, {"notes": name}, delete={"name": name, "state": "absent"})


# Permissions


def test_permissions_that_are_not_declared_are_taken_away(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **ISE)
    for flag in ("adminapi_settings", "adminapi_admins", "adminapi_allow_to_set_permissions", "adminapi_settings_read"):
        lab.patch("duo", "set_flag", name="ISE sync", flag=flag, value=1)
    done = step(run, lab, MODULE, ISE)
    assert flags(lab, "ISE sync") == {"adminapi_read_resource", "adminapi_write_resource"}
    declared = ["read_resource", "write_resource"]
    widened = sorted([*declared, "settings", "settings_read", "administrators", "set_permissions"])
    assert done.real["diff"]["before"]["permissions"] == widened
    assert done.real["diff"]["after"]["permissions"] == declared


def test_an_empty_list_takes_every_permission_away(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {"name": "HR Provisioning", "permissions": [], "adopt": True})
    assert flags(lab, "HR Provisioning") == set()


def test_the_order_of_permissions_means_nothing(run: Run, lab: Lab) -> None:
    options = {"name": "HR Provisioning", "permissions": ["write_resource", "read_resource", "write_resource"]}
    assert not quietly(run, lab, MODULE, **options)["changed"]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        ("cisco_ise", {"adminapi_read_resource", "adminapi_write_resource"}),
        ("safe", {"adminapi_info", "adminapi_settings"}),
        ("cii_read_only", {"adminapi_admins_read", "adminapi_info", "adminapi_read_resource", "adminapi_read_log"}),
        ("panther", {"adminapi_read_log"}),
        ("vanta", {"adminapi_admins_read", "adminapi_read_resource"}),
    ],
)
def test_a_profile_grants_the_published_set(run: Run, lab: Lab, profile: str, expected: set[str]) -> None:
    run.ok(MODULE, name="New", profile=profile)
    assert flags(lab, "New") == expected


def test_the_broad_profile_needs_an_opt_in(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, name="Okta", profile="okta_workflows")
        assert "allow_broad_profile" in result["msg"] and "write_resource" in result["msg"]
    assert lab.requests() == []
    run.ok(MODULE, name="Okta", profile="okta_workflows", allow_broad_profile=True)
    assert {"adminapi_admins", "adminapi_settings", "adminapi_write_resource"} <= flags(lab, "Okta")
    assert "adminapi_allow_to_set_permissions" not in flags(lab, "Okta")


def test_permissions_that_the_account_does_not_know(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.split_flags": "unknown"})
    result = run.fails(MODULE, name="New", permissions=["applications_read"])
    assert "adminapi_integrations_read" in result["msg"]
    assert applications(lab, "New") == []


def test_the_split_permissions_are_set_where_the_account_knows_them(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {"name": "New", "permissions": ["applications_read", "settings_read"]})
    assert flags(lab, "New") == {"adminapi_integrations_read", "adminapi_settings_read"}
    step(run, lab, MODULE, {"name": "New", "permissions": ["settings_read"]})
    assert flags(lab, "New") == {"adminapi_settings_read"}


# Other fields


def test_networks_are_a_set_and_an_empty_list_lifts_them(run: Run, lab: Lab) -> None:
    with_networks = {**ISE, "networks_for_api_access": ["192.0.2.1", "192.0.2.2"]}
    step(run, lab, MODULE, with_networks)
    reordered = quietly(run, lab, MODULE, **ISE, networks_for_api_access=["192.0.2.2", "192.0.2.1"])
    assert not reordered["changed"]
    unmentioned = quietly(run, lab, MODULE, **ISE)
    assert not unmentioned["changed"]
    step(run, lab, MODULE, {**ISE, "networks_for_api_access": []})
    assert application(lab, "ISE sync")["networks_for_api_access"] == ""


def test_notes_that_are_not_mentioned_stay(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **ISE, notes="keep me")
    run.ok(MODULE, name="ISE sync", profile="safe")
    assert application(lab, "ISE sync")["notes"] == f"keep me\n{MARK}"
    step(run, lab, MODULE, {"name": "ISE sync", "profile": "safe", "notes": ""})
    assert application(lab, "ISE sync")["notes"] == MARK


def test_user_access_is_always_sent(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **ISE)
    run.ok(MODULE, name="ISE sync", profile="safe")
    assert [body["user_access"] for body in bodies(lab)] == ["NO_USERS", "NO_USERS"]


def test_user_access_that_a_person_chose_survives_a_change(run: Run, lab: Lab) -> None:
    group = lab.state("duo", "groups")[0]["group_id"]
    access = {"user_access": "PERMITTED_GROUPS", "groups_allowed": [group]}
    lab.patch("duo", "set_application", name="HR Provisioning", **access)
    run.ok(MODULE, name="HR Provisioning", permissions=["read_log"], adopt=True)
    app = application(lab, "HR Provisioning")
    assert {name: app[name] for name in access} == access


# Secrets


@pytest.mark.parametrize("form", ["masked", "plain", "absent"])
def test_the_secret_that_is_returned_is_the_real_one(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"duo.secret_in_answers": form})
    for _unused in ("created", "existing"):
        result = run.ok(MODULE, **ISE, return_secret=True)
        assert result["secret_key"] == application(lab, "ISE sync")["secret_key"]
        assert "secret_key" not in result["application"]
    if run.way == "action":
        assert result["_ansible_no_log"] is True


@pytest.mark.parametrize("form", ["masked", "plain", "absent"])
def test_no_secret_unless_asked_for(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"duo.secret_in_answers": form})
    result = run.ok(MODULE, **ISE)
    assert "secret_key" not in result and "secret_key" not in result["application"]
    assert not [row for row in lab.requests("duo") if row["path"].endswith("/skey")]


def test_check_mode_returns_the_secret_of_what_exists_only(run: Run, lab: Lab) -> None:
    assert "secret_key" not in run.ok(MODULE, check=True, **ISE, return_secret=True)
    run.ok(MODULE, **ISE)
    result = run.ok(MODULE, check=True, **ISE, return_secret=True)
    assert result["secret_key"] == application(lab, "ISE sync")["secret_key"]


def test_a_secret_is_rotated_each_time(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **ISE)
    secrets = [application(lab, "ISE sync")["secret_key"]]
    for _unused in range(2):
        check = quietly(run, lab, MODULE, check=True, **ISE, secret="rotate")
        result = run.ok(MODULE, **ISE, secret="rotate", return_secret=True)
        assert check["changed"] and result["changed"] and check["diff"] == result["diff"]
        secrets.append(application(lab, "ISE sync")["secret_key"])
        assert result["secret_key"] == secrets[-1]
        assert len(writes(lab)) == 1
    assert len(set(secrets)) == 3
    assert flags(lab, "ISE sync") == {"adminapi_read_resource", "adminapi_write_resource"}


def test_rotating_what_is_new_creates_it_once(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, **ISE, secret="rotate")
    assert result["changed"] and len(writes(lab)) == 1


# The application the task signs in with


@pytest.mark.parametrize(
    "options",
    [
        {"permissions": ["read_log"]},
        {"permissions": ["read_log"], "secret": "rotate"},
        {"profile": "safe", "notes": "mine"},
        {"state": "absent"},
    ],
    ids=str,
)
@pytest.mark.parametrize("by", ["name", "integration_key"])
def test_the_calling_application_is_never_changed(run: Run, lab: Lab, by: str, options: Options) -> None:
    before = application(lab, CALLER)
    identity = {by: before[by]}
    for check in (True, False):
        result = run.fails(MODULE, check=check, **identity, **options)
        assert "signs in with" in result["msg"]
    assert writes(lab) == [] and application(lab, CALLER) == before


def test_the_calling_application_is_not_rotated(run: Run, lab: Lab) -> None:
    same = [
        *("administrators_read", "applications", "read_information", "read_resource", "set_permissions"),
        "write_resource",
    ]
    assert not quietly(run, lab, MODULE, name=CALLER, permissions=same)["changed"]
    assert "signs in with" in run.fails(MODULE, name=CALLER, permissions=same, secret="rotate")["msg"]
    assert writes(lab) == []


# Applications made by hand from Duo's catalogue


def test_an_application_made_by_hand_from_the_catalogue_is_used_as_it_is(run: Run, lab: Lab) -> None:
    key = lab.patch("duo", "add_application", name="Cisco ISE Admin API", type=BY_HAND, flags=dict(ISE_FLAGS))
    result = quietly(run, lab, MODULE, name="Cisco ISE Admin API", profile="cisco_ise")
    assert not result["changed"] and "warnings" not in result
    assert result["application"] == {
        "integration_key": key,
        "name": "Cisco ISE Admin API",
        "type": BY_HAND,
        "api_host": lab.duo.api_host,
        "managed": False,
        "visible_permissions": ["read_resource", "write_resource"],
    }
    by_key = quietly(run, lab, MODULE, integration_key=key, profile="cisco_ise", return_secret=True)
    assert by_key["application"] == result["application"]
    assert by_key["secret_key"] == application(lab, "Cisco ISE Admin API")["secret_key"]


ISE_FLAGS = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}


def test_what_an_application_that_is_used_as_it_is_lacks_is_said(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_application", name="By hand", type=BY_HAND, flags={"adminapi_read_resource": 1})
    for check in (True, False):
        result = quietly(run, lab, MODULE, check=check, name="By hand", profile="cisco_ise", notes="other")
        (warning,) = result["warnings"]
        assert "write_resource" in warning and BY_HAND in warning
        assert not result["changed"]


def test_an_application_that_is_used_as_it_is_is_deleted_by_its_key(run: Run, lab: Lab) -> None:
    key = lab.patch("duo", "add_application", name="By hand", type=BY_HAND)
    for check in (True, False):
        result = run.fails(MODULE, check=check, name="By hand", state="absent")
        assert key in result["msg"]
    assert writes(lab) == []
    step(run, lab, MODULE, {"integration_key": key, "state": "absent"})
    assert applications(lab, "By hand") == []


# Bad weather


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated_json"])
def test_a_lost_answer_to_a_creation_makes_no_second_application(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("duo", "POST", "integrations$", kind=kind)
    result = run.ok(MODULE, **ISE)
    assert result["changed"]
    assert len(applications(lab, "ISE sync")) == 1
    assert not quietly(run, lab, MODULE, **ISE)["changed"]


def test_a_creation_whose_answer_is_lost_again_and_again_says_so_and_converges(run: Run, lab: Lab) -> None:
    lab.fault("duo", "POST", "integrations$", kind="drop_before", times=5)
    result = run.fails(MODULE, **ISE)
    assert result["error"]["kind"] == "outcome_unknown" and "ISE sync" in result["msg"]
    lab.clear_faults()
    assert run.ok(MODULE, **ISE)["changed"]
    assert len(applications(lab, "ISE sync")) == 1


def test_a_creation_that_is_accepted_and_not_done_is_reported(run: Run, lab: Lab) -> None:
    body = {"stat": "OK", "response": {"integration_key": "DI000000000000000000", "name": "ISE sync"}}
    lab.fault("duo", "POST", "integrations$", kind="status", status=200, body=body)
    result = run.fails(MODULE, **ISE)
    assert result["error"]["kind"] == "not_confirmed" and "'ISE sync'" in result["msg"]


def test_a_busy_duo_is_waited_for(run: Run, lab: Lab) -> None:
    lab.fault("duo", kind="status", status=429, retry_after=0, times=3)
    assert run.ok(MODULE, **ISE)["changed"]
    assert len(applications(lab, "ISE sync")) == 1


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("adminapi_allow_to_set_permissions", "adminapi_allow_to_set_permissions"),
        ("adminapi_integrations", "Grant applications"),
        ("adminapi_read_resource", "Grant resource - Read"),
    ],
)
def test_a_missing_permission_is_named(run: Run, lab: Lab, missing: str, named: str) -> None:
    lab.patch("duo", "set_caller_flags", **{missing: 0})
    result = run.fails(MODULE, **ISE)
    assert result["error"]["kind"] == "forbidden" and result["error"]["status"] == 403
    assert named in result["msg"] and lab.duo.integration_key in result["msg"]
    assert applications(lab, "ISE sync") == [] and result["changed"] is False


def test_a_missing_right_to_read_secrets_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_integrations=0)
    result = run.fails(MODULE, name="HR Provisioning", permissions=list(HR), return_secret=True)
    assert "Grant applications" in result["msg"] and "HR Provisioning" in result["msg"]


HR = ("read_resource", "write_resource")


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"duo_integration_key": "DIUNKNOWN00000000000"}, "unauthorized", ["DIUNKNOWN00000000000"]),
        ({"duo_secret_key": "not-the-secret-of-this-application"}, "unauthorized", ["secret key does not belong"]),
        ({"duo_api_host": "https://api-1a2b3c4d.duosecurity.com"}, "invalid_input", ["api-1a2b3c4d.duosecurity.com"]),
        ({"duo_api_host": "localhost/admin"}, "invalid_input", ["duo_api_host", "it contains a path"]),
        ({"duo_api_host": "localhost:1"}, "unreachable", ["localhost:1", "could not be reached"]),
        ({"duo_ca_path": OMIT}, "untrusted_certificate", ["certificate", "duo_ca_path"]),
        ({"duo_secret_key": OMIT}, "invalid_input", ["duo_secret_key", "DUO_SECRET_KEY"]),
        ({"duo_api_host": OMIT, "duo_secret_key": OMIT}, "invalid_input", ["duo_api_host, duo_secret_key"]),
    ],
    ids=str,
)
def test_a_wrong_connection_is_explained(run: Run, lab: Lab, options: Options, kind: str, words: list[str]) -> None:
    result = run.fails(MODULE, **ISE, **options)
    assert result["error"]["kind"] == kind
    assert all(word in result["msg"] for word in words), result["msg"]
    assert writes(lab) == []


@pytest.mark.parametrize("code", [40102, 40301])
def test_an_auth_api_key_on_the_admin_api_is_explained(run: Run, lab: Lab, code: int) -> None:
    lab.switch(**{"duo.auth_key_on_admin_api": code})
    door = application(lab, "Door Access")
    result = run.fails(MODULE, **ISE, duo_integration_key=door["integration_key"], duo_secret_key=door["secret_key"])
    assert "Auth" in result["msg"] and "key" in result["msg"] and door["integration_key"] in result["msg"]


def test_a_wrong_clock_is_measured(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.clock_offset_seconds": 900})
    result = run.fails(MODULE, **ISE)
    assert "clock" in result["msg"] and result["error"]["kind"] == "unauthorized"


@pytest.mark.parametrize(
    "options",
    [
        {"profile": "safe"},
        {"name": "New"},
        {"name": "New", "profile": "safe", "permissions": []},
        {"name": "New", "profile": "nobody"},
        {"name": "New", "permissions": ["everything"]},
    ],
    ids=str,
)
def test_invalid_options_reach_nobody(run: Run, lab: Lab, options: Options) -> None:
    run.fails(MODULE, **options)
    assert lab.requests() == []


def test_a_permission_of_an_unknown_name_is_reported_and_left(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **ISE)
    shown = {"integration_key": application(lab, "ISE sync")["integration_key"], "name": "ISE sync", "type": "adminapi"}
    rights = {"adminapi_read_resource": 1, "adminapi_write_resource": 1, "adminapi_new_right": 1, "adminapi_off": 0}
    body = {"stat": "OK", "response": [{**shown, **rights, "notes": MARK, "user_access": "NO_USERS"}]}
    lab.fault("duo", "GET", "/admin/v3/integrations", kind="status", status=200, body=body)
    result = run.ok(MODULE, **ISE)
    assert not result["changed"] and "adminapi_off" not in str(result["warnings"])
    assert any("Duo shows adminapi_new_right for the application 'ISE sync'" in one for one in result["warnings"])


def test_networks_that_duo_returns_in_another_form_are_not_written_again(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.networks_stored": "ranges"})
    networks = ["192.0.2.10/32", "198.51.100.0/24", "203.0.113.1 - 203.0.113.9", "2001:DB8::/64"]
    run.ok(MODULE, **ISE, networks_for_api_access=networks)
    quietly(run, lab, MODULE, **ISE, networks_for_api_access=networks)
    result = run.ok(MODULE, **ISE, networks_for_api_access=networks[:1])
    assert result["changed"] and application(lab, "ISE sync")["networks_for_api_access"] == networks[0]


def test_networks_that_are_none_are_refused_before_duo_is_asked(run: Run, lab: Lab) -> None:
    for number, entry in enumerate(["canary-no-ip", "192.0.2.10/24", "192.0.2.9-192.0.2.1"], 2):
        before = ["192.0.2.0/24", *["192.0.2.1"] * (number - 2)]
        result = run.fails(MODULE, **ISE, networks_for_api_access=[*before, entry])
        assert f"entry {number} of networks_for_api_access" in result["msg"] and "canary" not in result["msg"]
    assert lab.requests() == []
