# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow that joins ISE and Duo, end to end, through real runs of ``ansible-playbook``."""

from __future__ import annotations

import functools
import json
import textwrap
import time
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

MOST_REQUESTS = 13
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
    assert predicted.statuses() == FIRST_RUN
    off, *missing = sorted(predicted.warnings(), key=lambda text: "MFA is disabled" not in text)
    assert "MFA is disabled" in off
    assert [name in text for name, text in zip((AUTH_APP, ADMIN_APP), sorted(missing), strict=True)] == [True, True]

    done = flow.ok()
    assert done.statuses() == FIRST_RUN and done.reported()["handoff"] == [] and done.reported()["changed"]
    assert done.warnings() == []
    assert writes(lab) == [path.format(id=join_point_id(lab)) for path in WRITES.values()]
    assert_joined(lab)

    again = flow.quietly()
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


def test_a_run_that_is_killed_again_and_again_is_resumed(lab: Lab, flow: Flow) -> None:
    """Right after the first application, both of them, the sync and the connection; no write is needed twice."""
    for done in (1, 2, 5, 6):
        flow.killed_when(functools.partial(lambda wanted: len(writes(lab)) >= wanted, done))
    assert flow.ok().statuses()["Duo connection"] == "verified"
    assert_joined(lab)
    assert writes(lab) == [path.format(id=join_point_id(lab)) for path in WRITES.values()]


def test_a_step_that_fails_is_reported_with_what_was_not_reached_and_resumed(lab: Lab, flow: Flow) -> None:
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
    assert_joined(lab)


def test_answers_that_are_lost_at_every_write(lab: Lab, flow: Flow) -> None:
    for service, method, path in (
        ("duo", "POST", "/integrations$"),
        ("ise", "PUT", "/enable$"),
        ("ise", "PUT", "/addGroups$"),
        ("ise", "POST", "/identitysync$"),
        ("ise", "POST", "/duo-mfa/mfa$"),
        ("ise", "GET", "/sync/"),
    ):
        lab.fault(service, method, path, kind="drop_after")
    assert flow.ok().statuses() == FIRST_RUN
    assert_joined(lab)


# Repair


def rotate_admin_key(lab: Lab) -> None:
    lab.patch("duo", "rotate_secret", name=ADMIN_APP)


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


@pytest.mark.parametrize(
    ("damages", "repaired"),
    [
        (
            [
                rotate_admin_key,
                take_group_off_the_join_point,
                take_group_off_the_sync,
                widen_permission,
                narrow_user_access,
            ],
            set(FIRST_RUN) - {"Preflight", "MFA feature"},
        ),
        (
            [delete_connection, delete_sync, delete_admin_application],
            {APPLICATION, SYNC_STEP, CONNECTION_STEP, RUN_STEP},
        ),
    ],
    ids=["changed", "deleted"],
)
def test_damage_is_repaired(lab: Lab, flow: Flow, damages: list[Any], repaired: set[str]) -> None:
    join(lab)
    whole = estate(lab)
    for damage in damages:
        damage(lab)
    assert estate(lab) != whole
    if delete_sync in damages:
        # The prediction for one object then rests on that for another; else tests/module shows that it is right.
        assert flow.quietly(check=True).changed() == repaired
    assert flow.ok().changed() == repaired
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
    }
    secrets = {"vault_admin_secret": admin["secret_key"], "vault_auth_secret": auth["secret_key"]}
    inline = flow.folder / "inline.yml"
    inline.write_text(
        f"{flow.role}auth_api:\n  integration_key: {auth['integration_key']}\n"
        f"  secret_key: !vault |\n{textwrap.indent(flow.encrypted(auth['secret_key']), '    ')}\n"
    )
    arguments = (*flow.vault({"vault_admin_secret": admin["secret_key"]}), "-e", f"@{inline}", "-vvv")
    expected = {name: status for name, status in FIRST_RUN.items() if not name.endswith("application")}

    done = flow.ok(*arguments, **given)
    assert done.statuses() == expected
    stored = lab.state("ise")["connections"][CONNECTION]
    assert [stored[side]["secret_key"] for side in ("admin", "auth")] == list(secrets.values())
    again = flow.quietly(*arguments, **given)
    assert again.statuses() == {name: NO_CHANGE[name] for name in expected}
    assert lab.requests("duo") == []
    for ran in (done, again):
        assert not [secret for secret in secrets.values() if secret in ran.output + json.dumps(ran.results)]


def test_applications_made_from_the_catalogue_are_used_by_key_or_by_name(lab: Lab, flow: Flow) -> None:
    """The types behind the catalogue entries for ISE are not published, so the lab has invented them."""
    admin = lab.patch(
        "duo",
        "add_application",
        name="Cisco ISE Admin API",
        type="lab-cisco-ise-admin-api",
        flags=flags("read_resource", "write_resource"),
    )
    auth = lab.patch("duo", "add_application", name="Cisco ISE Auth API", type="lab-cisco-ise-auth-api")
    before = lab.state("duo")["applications"]
    names = {"admin_app": admin, "auth_app": "Cisco ISE Auth API"}
    done = flow.ok(**names)
    assert done.changed() == set(FIRST_RUN) - {"Preflight", APPLICATION, "Auth API application"}
    assert lab.state("duo")["applications"] == before
    stored = lab.state("ise")["connections"][CONNECTION]
    assert [stored[side]["integration_key"] for side in ("admin", "auth")] == [admin, auth]


def test_empty_and_null_variables_are_not_set(lab: Lab, flow: Flow) -> None:
    join(lab)
    empty = {"schedule": "", "api_host": "", "description": "", "admin_api": None, "auth_api": None}
    assert flow.quietly(**empty, auth_app_permitted_groups=None).statuses() == NO_CHANGE


# Taking it down

DELETIONS = [
    f"DELETE /api/v1/duo-mfa/mfa/{CONNECTION}",
    f"DELETE /api/v1/duo-identitysync/identitysync/{SYNC}",
]


def test_absent_removes_what_it_is_asked_to(lab: Lab, flow: Flow) -> None:
    join(lab)
    # Without it, the application of somebody else would be in the way.
    lab.patch("duo", "set_application", name=AUTH_APP, notes="Ask Kim")
    lab.switch(**{"ise.add_groups": "replace"})
    before = estate(lab)
    options = {"state": "absent", "remove": ["ad_groups", "mfa_feature", "duo_applications"], "adopt": True}
    predicted = flow.quietly(check=True, **options)
    assert estate(lab) == before
    done = flow.ok(**options)
    assert predicted.statuses() == done.statuses() and set(list(done.statuses().values())[1:]) == {"changed"}
    assert estate(lab) == {
        **before,
        "connections": {},
        "syncs": {},
        "mfa": False,
        "applications": [app for app in before["applications"] if app["name"] not in (ADMIN_APP, AUTH_APP)],
        "groups": {
            **before["groups"],
            "CORP_AD": [name for name in before["groups"]["CORP_AD"] if name not in (DUO_USERS, NETWORK_ADMINS)],
        },
    }
    assert writes(lab)[:2] == DELETIONS
    again = flow.quietly(**options)
    assert again.changed() == set() and again.statuses()[CONNECTION_STEP] == "not_verifiable"


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
    """Beside them, the variables that have no other test."""
    given = {
        "policy": RULES,
        "description": "Second factor",
        "schedule": {"interval": 1, "unit": "days"},
        "auth_app_user_access": "permitted_groups",
        "auth_app_permitted_groups": ["VPN Users"],
        "max_unenrolled": 999,
    }
    done = flow.ok(**given)
    assert done.statuses() == {**FIRST_RUN, "Enrolment": "ok", "MFA rules": "changed"}
    assert all(rule["name"] in done.detail("MFA rules") for rule in RULES)
    assert [path.partition("/policy/")[2].split("/")[0] for path in writes(lab)[-2:]] == [
        "network-access",
        "device-admin",
    ]
    found = estate(lab)
    assert found["connections"][CONNECTION]["description"] == "Second factor"
    assert found["syncs"][SYNC]["schedule"]["intervalUnit"] == "days"
    assert application(lab, AUTH_APP)["user_access"] == "PERMITTED_GROUPS"
    assert flow.quietly(**given).statuses() == {**NO_CHANGE, "Enrolment": "ok", "MFA rules": "ok"}
    off = flow.ok(**{**given, "policy": [{**RULES[0], "rule_state": "disabled"}, RULES[1]]})
    assert off.changed() == {"Single MFA rules that ask about less"}

    lab.clear_requests()
    gone = flow.ok(state="absent", policy=RULES)
    assert gone.changed() == {"MFA rules", CONNECTION_STEP, SYNC_STEP}
    assert estate(lab) == {**found, "connections": {}, "syncs": {}}
    assert [path.split("/")[3] for path in writes(lab)] == ["policy", "policy", "duo-mfa", "duo-identitysync"]


# A policy set with its rules

AT_VPN = "DEVICE:Device Type equals All Device Types#VPN"
STAFF_SET = {
    "name": "VPN staff",
    "policy_type": "network_access",
    "condition": AT_VPN,
    "position": "first",
    "rules": {
        "authentication": [{"name": "Directory", "condition": AT_VPN, "identity_source": "CORP_AD"}],
        "mfa": [{"name": "Duo for staff", "condition": AT_VPN}],
        "authorization": [
            {"name": "Staff", "condition": f"CORP_AD member of {DUO_USERS}", "profiles": ["PermitAccess"]}
        ],
    },
}
POLICY_STEPS = (
    *("New policy sets", "Authentication rules", "MFA rules of policy sets", "Authorization rules", "Policy sets"),
)


def admit_employees_without_duo(lab: Lab) -> None:
    """As the policy set that is there does it."""
    member = {"dictionaryName": "CORP_AD", "attributeName": "ExternalGroups", "attributeValue": DUO_USERS}
    condition = {"conditionType": "ConditionAttributes", "isNegate": False, "operator": "equals", **member}
    rule = {"name": "Employees", "rank": 0, "state": "enabled", "default": False, "condition": condition}
    where = {"policy_type": "network_access", "policy_set": "VPN", "kind": "authorization"}
    lab.patch("ise", "add_policy_rule", **where, body={"rule": rule, "profile": ["PermitAccess"]})


def vpn_login(lab: Lab, duo: str = "deny") -> dict[str, Any]:
    """A login of an employee."""
    at_vpn = {"DEVICE:Device Type": "All Device Types#VPN"}
    found = lab.patch(
        "ise", "login", policy_type="network_access", user="anna", duo=duo, groups=[DUO_USERS], attributes=at_vpn
    )
    return dict(found)


def watched(lab: Lab, flow: Flow, **given: Any) -> list[tuple[Any, ...]]:
    """What becomes of logins that Duo denies, again and again while a run goes on: each outcome once, in order."""
    seen: list[tuple[Any, ...]] = []
    process = flow.start(**given)
    while process.poll() is None:
        login = vpn_login(lab)
        outcome = (login["policy_set"], login["duo_asked"], login["admitted"])
        if outcome not in seen[-1:]:
            seen.append(outcome)
        # Each write takes longer, and without a pause the lab would have no time for it.
        time.sleep(0.005)
    assert flow.ended(process).code == 0
    return seen


def test_a_login_needs_duo_once_all_rules_are_in_place_and_no_moment_admits_without(lab: Lab, flow: Flow) -> None:
    join(lab)
    admit_employees_without_duo(lab)
    given = {"policy": [STAFF_SET], "max_unenrolled": 999}
    # Nobody has a phone, and the account of that is shown before a rule is written.
    lab.clear_requests()
    stopped = flow.fails(policy=[STAFF_SET])
    assert writes(lab) == [], stopped.output
    assert stopped.statuses()["Enrolment"] == "failed", stopped.output
    assert all(word in stopped.detail("Enrolment") for word in ("max_unenrolled is 0", "without a device"))

    predicted = flow.quietly(check=True, **given)
    assert predicted.changed() == set(POLICY_STEPS)
    assert predicted.reported()["not_enforced"] == []
    earlier, later = ("VPN", False, True), ("VPN staff", True, False)
    assert watched(lab, flow, **given) == [earlier, later]
    assert (vpn_login(lab, "allow")["admitted"], vpn_login(lab, "allow")["mfa_rule"]) == (True, "Duo for staff")
    again = flow.quietly(**given)
    assert again.changed() == set() and "users were not counted" in again.detail("Enrolment")
    assert watched(lab, flow, **given, state="absent") == [later, earlier]


# Before anything is changed


def test_all_problems_are_reported_together_before_the_first_change(lab: Lab, flow: Flow) -> None:
    for _copy in range(2):
        lab.patch("duo", "add_application", name=AUTH_APP, type="authapi")
    wrong = {
        "groups": [DUO_USERS, "corp.example/Users/Network Admin"],
        "types": ["tacacs"],
        "schedule": {"interval": 1, "unit": "days", "start": "tomorrow"},
        "time_zone": "Europe/Zurch",
        "auth_app_user_access": "permitted_groups",
        "policy": [{**RULES[0], "policy_set": "VNP"}],
    }
    failed = flow.fails(**wrong)
    problems = failed.detail("Preflight")
    assert "7 problems" in problems
    words = ("Network Admin'", NETWORK_ADMINS, AUTH_APP, "'tomorrow'", "Zurch", "names none", "Add vpn", "'VNP'")
    assert [word for word in words if word not in problems] == []
    assert failed.statuses() == {
        **dict.fromkeys([*FIRST_RUN, "Enrolment", "MFA rules"], "pending"),
        "Preflight": "failed",
    }
    assert writes(lab) == []


# More than one of them


def test_two_hosts_in_parallel_with_the_connection_in_their_variables(lab: Lab, flow: Flow) -> None:
    places = {"branch": ("LAB_AD", "lab.example/Users/Lab Users"), "office": ("CORP_AD", DUO_USERS)}
    hosts = {
        host: {
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
