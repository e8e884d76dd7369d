# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow that joins ISE and Duo, end to end, through real runs of ``ansible-playbook``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab import Lab

from .flow import (
    ADMIN_APP,
    AUTH_APP,
    CONNECTION,
    DUO_USERS,
    FIRST_RUN,
    NETWORK_ADMINS,
    NO_CHANGE,
    SYNC,
    Flow,
    application,
    connection,
    connection_options,
    estate,
    join,
    members,
    writes,
)

MOST_REQUESTS = 14
APPLICATION, SYNC_STEP, CONNECTION_STEP = "Admin API application", "Identity sync", "Duo connection"
RUN_STEP = "Run of the identity sync"
# The writes of a first run, in order: service, method, path.
WRITES = {
    "admin_application": "POST /admin/v3/integrations",
    "auth_application": "POST /admin/v3/integrations",
    "mfa_feature": "PUT /api/v1/duo-mfa/enable",
    "groups": "PUT /ers/config/activedirectory/{id}/addGroups",
    "sync": "POST /api/v1/duo-identitysync/identitysync",
    "connection": "POST /api/v1/duo-mfa/mfa",
    "run": f"GET /api/v1/duo-identitysync/identitysync/sync/{SYNC}",
}


def join_point_id(lab: Lab) -> str:
    return str(lab.state("ise")["join_points"]["CORP_AD"]["id"])


def everything(lab: Lab) -> str:
    """Both services' whole state, less what reading changes."""
    return json.dumps([lab.state("duo"), {**lab.state("ise"), "counters": None}], sort_keys=True)


def test_first_check_first_run_and_second_run(lab: Lab, flow: Flow) -> None:
    untouched = everything(lab)
    predicted = flow.quietly(check=True)
    assert everything(lab) == untouched
    assert predicted.statuses() == {**FIRST_RUN, "Keys": "pending"}
    off, *missing = sorted(predicted.warnings(), key=lambda text: "MFA is disabled" not in text)
    assert "MFA is disabled" in off
    assert [name in text for name, text in zip((AUTH_APP, ADMIN_APP), sorted(missing), strict=True)] == [True, True]

    done = flow.ok()
    assert done.statuses() == FIRST_RUN and done.reported()["handoff"] == [] and done.reported()["changed"]
    assert done.warnings() == []
    assert writes(lab) == [path.format(id=join_point_id(lab)) for path in WRITES.values()]
    assert_joined(lab)

    for check in (False, True):
        again = flow.quietly(check=check)
        assert again.statuses() == NO_CHANGE and not again.reported()["changed"]
        assert "changed=0" in again.output and again.warnings() == []
        assert len(lab.requests()) <= MOST_REQUESTS


def assert_joined(lab: Lab) -> None:
    """What a first run is for, as both services see it."""
    found = estate(lab)
    admin, auth = application(lab, ADMIN_APP), application(lab, AUTH_APP)
    granted = {flag for flag, is_set in admin["flags"].items() if is_set}
    assert admin["type"] == "adminapi" and granted == {"adminapi_read_resource", "adminapi_write_resource"}
    assert auth["type"] == "authapi" and auth["user_access"] == "ALL_USERS" and not any(auth["flags"].values())
    assert found["mfa"] and {DUO_USERS, NETWORK_ADMINS} <= set(found["groups"]["CORP_AD"])
    assert found["connections"] == {
        CONNECTION: {
            "type": "VPN,TACACS",
            "description": "",
            "identity_sync": SYNC,
            "api_host": lab.duo.api_host,
            "admin": ADMIN_APP,
            "auth": AUTH_APP,
            "good": True,
        }
    }
    assert found["syncs"] == {
        SYNC: {
            "directories": ["CORP_AD"],
            "groups": [DUO_USERS, NETWORK_ADMINS],
            "schedule": None,
            "status": "Success",
        }
    }
    assert {person["username"] for person in members(lab)} <= set(found["users"])


# Resume


@pytest.fixture(scope="session")
def uninterrupted(running_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A first run that nothing interrupts: the requests it sends, and the estate it ends with."""
    running_lab.reset()
    Flow(running_lab, tmp_path_factory.mktemp("uninterrupted")).ok()
    return {"requests": running_lab.requests(), "estate": estate(running_lab)}


@pytest.mark.parametrize("step", range(len(WRITES)), ids=list(WRITES))
def test_a_run_that_is_killed_after_any_write_is_resumed(
    uninterrupted: dict[str, Any], lab: Lab, flow: Flow, step: int
) -> None:
    """The request that follows the write is held up, and the run is killed meanwhile."""
    requests = uninterrupted["requests"]
    write = [row for row in requests if row["write"]][step]
    earlier = [row for row in requests if row["service"] == write["service"] and row["n"] <= write["n"]]
    lab.fault(write["service"], kind="slow", seconds=2, skip=len(earlier))
    flow.killed_when(lambda: any(row["fault"] for row in lab.requests()))
    assert len(writes(lab)) == step + 1

    lab.clear_requests()
    resumed = flow.ok()
    assert estate(lab) == uninterrupted["estate"]
    assert writes(lab) == [path.format(id=join_point_id(lab)) for path in list(WRITES.values())[step + 1 :]]
    assert resumed.statuses()["Keys"] == "verified"


def test_a_step_that_fails_is_told_with_what_was_not_reached_and_resumed(
    uninterrupted: dict[str, Any], lab: Lab, flow: Flow
) -> None:
    lab.fault("ise", "POST", "/identitysync$", kind="status", status=500, times=None)
    failed = flow.fails()
    done = list(FIRST_RUN)[: list(FIRST_RUN).index("Identity sync")]
    assert failed.statuses() == {
        **dict.fromkeys(FIRST_RUN, "pending"),
        **{name: FIRST_RUN[name] for name in done},
        "Identity sync": "failed",
    }
    assert "create the identity sync" in failed.detail("Identity sync")
    assert failed.reported()["changed"] and "failed   Identity sync" in failed.output

    lab.clear_faults()
    assert flow.ok().changed() == {"Identity sync", "Duo connection", "Run of the identity sync"}
    assert estate(lab) == uninterrupted["estate"]


def test_answers_that_are_lost_at_every_write(uninterrupted: dict[str, Any], lab: Lab, flow: Flow) -> None:
    """Only whether the sync was started cannot be looked up at once; the next run sees that it has run."""
    for service, method, path in (
        ("duo", "POST", "/integrations$"),
        ("ise", "PUT", "/enable$"),
        ("ise", "PUT", "/addGroups$"),
        ("ise", "POST", "/identitysync$"),
        ("ise", "POST", "/duo-mfa/mfa$"),
        ("ise", "GET", "/sync/"),
    ):
        lab.fault(service, method, path, kind="drop_after")
    failed = flow.fails()
    assert failed.statuses() == {**FIRST_RUN, RUN_STEP: "failed"}
    assert "Run this again" in failed.detail(RUN_STEP)
    assert flow.quietly().statuses() == NO_CHANGE
    assert estate(lab) == uninterrupted["estate"]


# Healing


def rotate_admin_key(lab: Lab) -> None:
    lab.patch("duo", "rotate_secret", name=ADMIN_APP)


def rotate_auth_key(lab: Lab) -> None:
    lab.patch("duo", "rotate_secret", name=AUTH_APP)


def take_group_off_the_sync(lab: Lab) -> None:
    lab.patch("ise", "remove_sync_group", sync=SYNC, group=NETWORK_ADMINS)


def take_group_off_the_join_point(lab: Lab) -> None:
    lab.patch("ise", "remove_join_point_group", name="CORP_AD", group=NETWORK_ADMINS)


def widen_permission(lab: Lab) -> None:
    lab.patch("duo", "set_flag", name=ADMIN_APP, flag="adminapi_admins", value=1)


def narrow_user_access(lab: Lab) -> None:
    lab.patch("duo", "set_application", name=AUTH_APP, user_access="NO_USERS")


def delete_connection(lab: Lab) -> None:
    lab.patch("ise", "delete_connection", name=CONNECTION)


def delete_sync(lab: Lab) -> None:
    lab.patch("ise", "delete_sync", name=SYNC)


def delete_admin_application(lab: Lab) -> None:
    lab.patch("duo", "delete_application", name=ADMIN_APP)


def switch_mfa_off(lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=False)


@pytest.mark.parametrize(
    ("damage", "healed"),
    [
        (rotate_admin_key, {CONNECTION_STEP, RUN_STEP}),
        (rotate_auth_key, {CONNECTION_STEP, RUN_STEP}),
        (take_group_off_the_sync, {SYNC_STEP, RUN_STEP}),
        (take_group_off_the_join_point, {"Active Directory groups"}),
        (widen_permission, {APPLICATION}),
        (narrow_user_access, {"Auth API application"}),
        (delete_connection, {CONNECTION_STEP, RUN_STEP}),
        (delete_sync, {SYNC_STEP, RUN_STEP}),
        (delete_admin_application, {APPLICATION, CONNECTION_STEP, RUN_STEP}),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_damage_is_predicted_and_healed(lab: Lab, flow: Flow, damage: Any, healed: set[str]) -> None:
    join(lab)
    whole = estate(lab)
    damage(lab)
    assert estate(lab) != whole
    assert flow.quietly(check=True).changed() == healed
    assert flow.ok().changed() == healed
    assert estate(lab) == whole


def test_mfa_that_was_switched_off_is_predicted_with_care_and_switched_on(lab: Lab, flow: Flow) -> None:
    """While it is off ISE shows neither sync nor connection, so that the prediction has to say what it assumes."""
    join(lab)
    whole = estate(lab)
    lab.patch("ise", "set_mfa", enabled=False)
    predicted = flow.quietly(check=True)
    assert predicted.changed() == {"MFA feature", SYNC_STEP, CONNECTION_STEP, RUN_STEP}
    assert any("MFA is disabled" in warning for warning in predicted.warnings())
    assert flow.ok().changed() == {"MFA feature"}
    assert estate(lab) == whole


# Other ways to have the keys


def flags(*names: str) -> dict[str, int]:
    return {f"adminapi_{name}": 1 for name in names}


def test_keys_from_a_vault_without_any_access_to_the_admin_api_of_duo(lab: Lab, flow: Flow) -> None:
    for name, kind in (("By hand, admin", "adminapi"), ("By hand, auth", "authapi")):
        granted = flags("read_resource", "write_resource") if kind == "adminapi" else {}
        lab.patch("duo", "add_application", name=name, type=kind, flags=granted)
    admin, auth = application(lab, "By hand, admin"), application(lab, "By hand, auth")
    without_duo = {name: value for name, value in connection(lab).items() if not name.startswith("DUO_")}
    given = {
        "environment": without_duo,
        "api_host": lab.duo.api_host,
        "admin_api": {"integration_key": admin["integration_key"], "secret_key": "{{ vault_admin_secret }}"},
        "auth_api": {"integration_key": auth["integration_key"], "secret_key": "{{ vault_auth_secret }}"},
    }
    secrets = {"vault_admin_secret": admin["secret_key"], "vault_auth_secret": auth["secret_key"]}
    arguments = (*flow.vault(secrets), "-vvv")
    expected = {name: status for name, status in FIRST_RUN.items() if not name.endswith("application")}

    predicted = flow.quietly(*arguments, check=True, **given)
    assert predicted.statuses() == {**expected, "Keys": "pending"}
    done = flow.ok(*arguments, **given)
    assert done.statuses() == expected
    stored = lab.state("ise")["connections"][CONNECTION]
    assert [stored[side]["secret_key"] for side in ("admin", "auth")] == list(secrets.values())
    again = flow.quietly(*arguments, **given)
    assert again.statuses() == {name: NO_CHANGE[name] for name in expected}
    assert lab.requests("duo") == []
    for ran in (predicted, done, again):
        assert not [secret for secret in secrets.values() if secret in ran.output + json.dumps(ran.results)]


@pytest.mark.parametrize("by_key", [False, True], ids=["by_name", "by_key"])
def test_applications_made_by_hand_are_adopted(lab: Lab, flow: Flow, by_key: bool) -> None:
    """Nobody publishes the types behind the catalogue entries for ISE, so the lab has invented them."""
    admin = lab.patch(
        "duo",
        "add_application",
        name="Cisco ISE Admin API",
        type="lab-cisco-ise-admin-api",
        flags=flags("read_resource", "write_resource"),
    )
    auth = lab.patch("duo", "add_application", name="Cisco ISE Auth API", type="lab-cisco-ise-auth-api")
    before = lab.state("duo")["applications"]
    names = {"admin_app": admin, "auth_app": auth}
    if not by_key:
        names = {"admin_app": "Cisco ISE Admin API", "auth_app": "Cisco ISE Auth API"}
    done = flow.ok(**names)
    assert done.changed() == set(FIRST_RUN) - {"Preflight", "Keys", APPLICATION, "Auth API application"}
    assert "made by hand" in done.detail(APPLICATION) and done.statuses()["Keys"] == "verified"
    assert lab.state("duo")["applications"] == before
    stored = lab.state("ise")["connections"][CONNECTION]
    assert [stored[side]["integration_key"] for side in ("admin", "auth")] == [admin, auth]
    assert flow.quietly(**names).statuses() == NO_CHANGE


def test_the_auth_application_can_be_limited_to_groups(lab: Lab, flow: Flow) -> None:
    limited = {"auth_app_user_access": "permitted_groups", "auth_app_permitted_groups": ["VPN Users"]}
    flow.fails(auth_app_user_access="permitted_groups")
    assert writes(lab) == []
    assert flow.ok(**limited).statuses() == FIRST_RUN
    stored = application(lab, AUTH_APP)
    (group,) = [group["group_id"] for group in lab.state("duo")["groups"] if group["name"] == "VPN Users"]
    assert (stored["user_access"], stored["groups_allowed"]) == ("PERMITTED_GROUPS", [group])
    assert flow.quietly(**limited).statuses() == NO_CHANGE


# Taking it down

DELETIONS = [
    f"DELETE /api/v1/duo-mfa/mfa/{CONNECTION}",
    f"DELETE /api/v1/duo-identitysync/identitysync/{SYNC}",
]


def test_removal_goes_on_where_ise_does_not_say_whether_mfa_is_on(lab: Lab, flow: Flow) -> None:
    flow.ok()
    lab.fault("ise", "GET", "/duo-mfa/status$", kind="status", status=403)
    assert flow.ok(state="absent").changed() == {"Duo connection", "Identity sync"}
    assert (lab.state("ise")["connections"], lab.state("ise")["syncs"]) == ({}, {})


def remove_nothing_else(before: dict[str, Any]) -> dict[str, Any]:
    return before


def remove_ad_groups(before: dict[str, Any]) -> dict[str, Any]:
    left = [group for group in before["groups"]["CORP_AD"] if group not in (DUO_USERS, NETWORK_ADMINS)]
    return {**before, "groups": {**before["groups"], "CORP_AD": left}}


def remove_mfa_feature(before: dict[str, Any]) -> dict[str, Any]:
    return {**before, "mfa": False}


def remove_duo_applications(before: dict[str, Any]) -> dict[str, Any]:
    return {
        **before,
        "applications": [app for app in before["applications"] if app["name"] not in (ADMIN_APP, AUTH_APP)],
    }


@pytest.mark.parametrize(
    "removal", [remove_nothing_else, remove_ad_groups, remove_mfa_feature, remove_duo_applications]
)
def test_what_absent_removes_and_what_stays(lab: Lab, flow: Flow, removal: Any) -> None:
    join(lab)
    lab.switch(**{"ise.add_groups": "replace"})
    before = estate(lab)
    asked = removal.__name__.removeprefix("remove_")
    options = {"state": "absent", "remove": [] if asked == "nothing_else" else [asked]}

    predicted = flow.quietly(check=True, **options)
    assert estate(lab) == before
    done = flow.ok(**options)
    assert predicted.statuses() == done.statuses() and "ok" not in list(done.statuses().values())[1:]
    assert estate(lab) == removal({**before, "connections": {}, "syncs": {}})
    assert writes(lab)[:2] == DELETIONS
    assert flow.quietly(**options).changed() == set()


def test_absent_leaves_a_sync_whose_connection_a_rule_still_uses(lab: Lab, flow: Flow) -> None:
    join(lab)
    before = estate(lab)
    lab.patch("ise", "add_mfa_rule", policy_type="network_access", policy_set="VPN", name="Ask", connection=CONNECTION)
    failed = flow.fails(state="absent")
    assert failed.statuses() == {"Preflight": "ok", CONNECTION_STEP: "failed", SYNC_STEP: "pending"}
    assert "delete the rule first" in failed.detail(CONNECTION_STEP)
    assert estate(lab) == before


def test_groups_that_ise_does_not_take_off_stop_nothing_else(lab: Lab, flow: Flow) -> None:
    join(lab)
    failed = flow.fails(state="absent", remove=["ad_groups", "mfa_feature", "duo_applications"])
    statuses = failed.statuses()
    assert statuses.popitem() == ("Active Directory groups", "failed")
    assert set(statuses.values()) == {"ok", "changed"}
    assert "in the ISE console" in failed.detail("Active Directory groups")


def test_absent_where_mfa_is_off_says_what_it_cannot_see(lab: Lab, flow: Flow) -> None:
    found = flow.quietly(state="absent")
    assert found.statuses() == {"Preflight": "ok", CONNECTION_STEP: "not_verifiable", SYNC_STEP: "not_verifiable"}


# MFA rules

RULES = [
    {
        "name": "Duo for employees",
        "policy_set": "VPN",
        "policy_type": "network_access",
        "condition": {
            "conditionType": "ConditionAttributes",
            "dictionaryName": "CORP_AD",
            "attributeName": "ExternalGroups",
            "operator": "equals",
            "attributeValue": DUO_USERS,
        },
        "on_failure": "reject",
    },
    {
        "name": "Duo for routers",
        "policy_set": "Routers",
        "policy_type": "device_admin",
        "condition": {"conditionType": "ConditionReference", "name": "Network_Devices_Core"},
        "rule_state": "monitor",
    },
]


def test_rules_are_made_last_and_taken_down_first(lab: Lab, flow: Flow) -> None:
    with_rules = {**FIRST_RUN, "MFA rules": "changed"}
    predicted = flow.quietly(check=True, policy=RULES)
    assert predicted.statuses() == {**with_rules, "Keys": "pending"}
    done = flow.ok(policy=RULES)
    assert done.statuses() == with_rules and done.detail("MFA rules") == "Duo for employees, Duo for routers"
    assert [path.partition("/policy/")[2].split("/")[0] for path in writes(lab)[-2:]] == [
        "network-access",
        "device-admin",
    ]
    assert flow.quietly(policy=RULES).statuses() == {**NO_CHANGE, "MFA rules": "ok"}

    lab.clear_requests()
    gone = flow.ok(state="absent", policy=RULES)
    assert gone.changed() == {"MFA rules", CONNECTION_STEP, SYNC_STEP}
    assert [path.split("/")[3] for path in writes(lab)] == ["policy", "policy", "duo-mfa", "duo-identitysync"]
    assert flow.quietly(state="absent", policy=RULES).changed() == set()


# Before anything is changed


def test_all_problems_are_reported_together_before_the_first_change(lab: Lab, flow: Flow) -> None:
    for _copy in range(2):
        lab.patch("duo", "add_application", name=AUTH_APP, type="authapi")
    lab.patch("duo", "set_caller_flags", adminapi_integrations=0)
    for check in (True, False):
        failed = flow.fails(check=check, groups=[DUO_USERS, "corp.example/Users/Network Admin"])
        problems = failed.detail("Preflight")
        for part in (
            "3 problems",
            "'corp.example/Users/Network Admin'",
            f"'{NETWORK_ADMINS}'",
            AUTH_APP,
            "applications",
        ):
            assert part in problems
        assert failed.statuses() == {**dict.fromkeys(FIRST_RUN, "pending"), "Preflight": "failed"}
    assert writes(lab) == []


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"groups": []}, "ise_duo_mfa_groups"),
        ({"admin_api": {"integration_key": "DIXXXXXXXXXXXXXXXXXX", "secret_key": "s"}}, "both, or neither"),
        ({"state": "absent", "remove": ["ad_groups"], "groups": []}, "which groups"),
        ({"types": ["wifi"]}, "wifi"),
    ],
    ids=["no_groups", "one_key", "no_groups_to_remove", "unknown_type"],
)
def test_variables_that_do_not_fit_are_named_before_anything_is_asked(
    lab: Lab, flow: Flow, variables: dict[str, Any], words: str
) -> None:
    assert words in flow.fails(**variables).output
    assert lab.requests() == []


# More than one of them


def test_two_hosts_in_parallel_with_the_connection_in_their_variables(lab: Lab, flow: Flow) -> None:
    places = {"branch": ("LAB_AD", "lab.example/Users/Lab Users"), "office": ("CORP_AD", DUO_USERS)}
    hosts = {
        host: {
            "ansible_connection": "local",
            **connection_options(lab),
            **{
                f"ise_duo_mfa_{name}": f"{host} {name}"
                for name in ("connection_name", "sync_name", "admin_app", "auth_app")
            },
            "ise_duo_mfa_active_directory": directory,
            "ise_duo_mfa_groups": [group],
        }
        for host, (directory, group) in places.items()
    }
    inventory = flow.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    arguments = ("-i", str(inventory))

    flow.ok(*arguments, environment={})
    found = estate(lab)
    for host, (directory, group) in places.items():
        connected = found["connections"][f"{host} connection_name"]
        assert connected["good"] and connected["identity_sync"] == f"{host} sync_name"
        assert (connected["admin"], connected["auth"]) == (f"{host} admin_app", f"{host} auth_app")
        assert found["syncs"][f"{host} sync_name"]["groups"] == [group] and group in found["groups"][directory]
    again = flow.quietly(*arguments, environment={})
    assert [again.statuses(host) for host in places] == [NO_CHANGE, NO_CHANGE]


def test_a_second_use_of_the_role_reports_nothing_of_the_first(lab: Lab, flow: Flow) -> None:
    join(lab)
    role = {"name": "identityops.cisco.ise_duo_mfa"}
    tasks = [
        {"ansible.builtin.include_role": role},
        {"ansible.builtin.include_role": role, "vars": {"ise_duo_mfa_active_directory": "NO_AD"}},
    ]
    variables = {"ise_duo_mfa_active_directory": "CORP_AD", "ise_duo_mfa_groups": [DUO_USERS, NETWORK_ADMINS]}
    play = {"hosts": "all", "gather_facts": False, "vars": variables, "tasks": tasks}
    playbook = flow.folder / "twice.yml"
    playbook.write_text(json.dumps([play]))
    failed = flow.fails("-i", "localhost,", "-c", "local", playbook=str(playbook))
    assert failed.statuses() == {**dict.fromkeys(FIRST_RUN, "pending"), "Preflight": "failed"}
