# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read: what they return is what the lab holds, and no more; they never write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lab import Lab

from .estates import ADMIN_APP, AUTH_APP, CONNECTION, DOMAIN_USERS, HELPDESK, SYNC, join_ise_and_duo
from .harness import Result, Run, said, writes
from .test_examples import documentation, undocumented

DUO_MODULES = ("duo_application_info", "duo_account_info", "duo_policy_info")
CALLER = "Ansible automation"


@pytest.fixture(autouse=True)
def nothing_is_written(lab: Lab) -> Iterator[None]:
    """Whatever a test does here, the lab sees no write."""
    yield
    assert not writes(lab)


def requests(lab: Lab, service: str) -> list[str]:
    """What was asked of a service, from the lab's journal."""
    return [f"{row['method']} {row['path']}" for row in lab.requests(service)]


@pytest.mark.parametrize("module", DUO_MODULES)
def test_duo_check_mode_reads_the_same(run: Run, lab: Lab, module: str) -> None:
    checked, real = run.ok(module, check=True), run.ok(module)
    assert checked == real
    assert real["changed"] is False and "diff" not in real


# duo_application_info


def applications(run: Run, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.ok("duo_application_info", **options)["applications"]
    return found


def test_all_applications_are_listed(run: Run, lab: Lab) -> None:
    listed = applications(run)
    held = lab.state("duo", "applications")
    assert {app["integration_key"] for app in listed} == {app["integration_key"] for app in held}
    assert len(requests(lab, "duo")) == 1


def test_pages_are_read_to_the_end(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.page_limit": 5})
    assert len(applications(run)) == len(lab.state("duo", "applications")) > 10


def test_a_name_in_another_form(run: Run, lab: Lab) -> None:
    """As the modules find it that manage the application."""
    for form in (ADMIN_APP, f" {ADMIN_APP}", ADMIN_APP.replace(" ", "  ")):
        assert [app["name"] for app in applications(run, name=form)] == [ADMIN_APP]
    assert applications(run, name=ADMIN_APP, type="authapi") == applications(run, name=ADMIN_APP.upper()) == []


def test_an_admin_api_application(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_application", name=ADMIN_APP, networks_for_api_access="192.0.2.10,198.51.100.0/24")
    (listed,) = applications(run, name=ADMIN_APP)
    (held,) = [app for app in lab.state("duo", "applications") if app["name"] == ADMIN_APP]
    assert listed == {
        "integration_key": held["integration_key"],
        "name": ADMIN_APP,
        "type": "adminapi",
        "api_host": lab.duo.api_host,
        "user_access": "no_users",
        "groups_allowed": [],
        "notes": "",
        "managed": False,
        "networks_for_api_access": ["192.0.2.10", "198.51.100.0/24"],
        "permissions": ["read_resource", "write_resource"],
    }


def test_an_application_for_some_groups(run: Run, lab: Lab) -> None:
    (listed,) = applications(run, name="Service Desk Verification")
    ids = [group["group_id"] for group in lab.state("duo", "groups") if group["name"] == "Helpdesk"]
    assert (listed["type"], listed["user_access"], listed["groups_allowed"]) == ("authapi", "permitted_groups", ids)
    assert "permissions" not in listed and "networks_for_api_access" not in listed


def test_permissions_of_an_application_from_the_catalogue(run: Run, lab: Lab) -> None:
    flags = {"adminapi_read_resource": 1}
    lab.patch("duo", "add_application", name="By hand", type="lab-cisco-ise-admin-api", flags=flags)
    (listed,) = applications(run, name="By hand")
    assert (listed["type"], listed["permissions"]) == ("lab-cisco-ise-admin-api", ["read_resource"])


@pytest.mark.parametrize("form", ["int", "bool", "string"])
def test_permissions_in_every_form_of_flags(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"duo.flags_as": form})
    (caller,) = applications(run, name=CALLER)
    assert caller["permissions"] == [
        "administrators_read",
        "applications",
        "read_information",
        "read_resource",
        "set_permissions",
        "write_resource",
    ]
    (collector,) = applications(run, name="SIEM Log Collector")
    assert collector["permissions"] == ["read_log"]


@pytest.mark.parametrize("form", ["masked", "plain", "absent"])
def test_no_secret_is_returned_masked_or_not(run: Run, lab: Lab, form: str) -> None:
    """The harness looks for whole secrets; here also for the mask, which ends in four characters of one."""
    lab.switch(**{"duo.secret_in_answers": form})
    result = run.ok("duo_application_info")
    assert "secret" not in json.dumps(result["applications"]) and "***" not in json.dumps(result["applications"])


def test_several_applications_of_one_name(run: Run) -> None:
    listed = applications(run, name="Legacy VPN")
    assert len(listed) == 2 and len({app["integration_key"] for app in listed}) == 2


def test_filters_narrow_each_other(run: Run, lab: Lab) -> None:
    held = [app["name"] for app in lab.state("duo", "applications") if app["type"] == "authapi"]
    assert [app["name"] for app in applications(run, type="authapi")] == held
    assert [app["name"] for app in applications(run, type="authapi", name=AUTH_APP)] == [AUTH_APP]
    assert applications(run, type="adminapi", name=AUTH_APP) == []
    assert applications(run, name="door access") == []


def test_a_missing_permission_to_list_applications_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_read_resource=0)
    assert "'Grant resource - Read'" in run.fails("duo_application_info")["msg"]


# duo_account_info


def test_the_account(run: Run, lab: Lab) -> None:
    result = run.ok("duo_account_info")
    state = lab.state("duo")
    assert result["account"] == {
        "user_count": len(state["users"]),
        "admin_count": len(state["administrators"]),
        "integration_count": len(state["applications"]),
        "telephony_credits_remaining": 960,
        "edition": "Duo Premier",
        "account_id": result["account"]["account_id"],
        "api_host": lab.duo.api_host,
        "active_owners": [{"name": "Olivia Brandt", "email": "olivia.brandt@corp.example"}],
    }
    assert result["account"]["account_id"].startswith("DA")
    assert "warnings" not in result
    assert len(requests(lab, "duo")) == 2


def test_an_account_whose_edition_duo_does_not_show(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.edition_in_summary": "absent"})
    account = run.ok("duo_account_info")["account"]
    assert "edition" not in account and "account_id" not in account
    assert account["user_count"] == len(lab.state("duo", "users"))


def test_owners_that_may_not_be_read_are_unknown_not_none(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_admins_read=0, adminapi_admins=0)
    result = run.ok("duo_account_info")
    assert result["account"]["active_owners"] is None
    assert result["account"]["admin_count"] == len(lab.state("duo", "administrators"))
    (warning,) = result["warnings"]
    assert "'Grant administrators - Read'" in warning


@pytest.mark.parametrize(
    ("shown", "owners"),
    [
        ({"role": "owner", "status": "ACTIVE"}, 1),
        ({"role": "Owner", "status": "Disabled"}, 0),
        ({"role": "Owner"}, None),
        ({"role": None, "status": "Active"}, None),
        ({"role": "Help Desk"}, 0),
    ],
    ids=str,
)
def test_what_an_administrator_is(run: Run, lab: Lab, shown: dict[str, Any], owners: int | None) -> None:
    """What is not shown is not known, and a word may have other letters."""
    body = {"stat": "OK", "response": [{"admin_id": "DE1", "name": "Olivia", **shown}]}
    lab.fault("duo", path="/admin/v1/admins", kind="status", status=200, body=body)
    result = run("duo_account_info", require_owner=True)
    assert bool(result.get("failed")) is (owners == 0)
    found = result["account"]["active_owners"]
    assert found is None if owners is None else len(found) == owners
    assert bool(result.get("warnings")) is (owners is None)


FIT = {"require_owner": True, "required_editions": ["Premier", "advantage"]}


def test_an_account_that_is_fit(run: Run, lab: Lab) -> None:
    assert said(run.ok("duo_account_info", **FIT)) == ("ok", "Duo Premier, 1 active owner, 120 users")


def test_an_account_that_is_not_fit(run: Run, lab: Lab) -> None:
    result = run.fails("duo_account_info", required_editions=["Essentials"])
    assert "its edition is Duo Premier, and required is Essentials" in result["msg"]
    assert result["error"]["kind"] == "refused" and result["account"]["edition"] == "Duo Premier"
    lab.patch("duo", "set_administrator", email="olivia.brandt@corp.example", status="Disabled")
    assert "no active administrator with the role Owner" in run.fails("duo_account_info", **FIT)["msg"]
    assert run.ok("duo_account_info")["step"]["detail"] == "Duo Premier, 0 active owners, 120 users"


def test_what_cannot_be_seen_is_not_held_against_the_account(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.edition_in_summary": "absent"})
    unseen = "Edition not returned, 1 active owner, 120 users"
    assert said(run.ok("duo_account_info", **FIT)) == ("not_verifiable", unseen)
    lab.patch("duo", "set_caller_flags", adminapi_admins_read=0, adminapi_admins=0)
    step = run.ok("duo_account_info", require_owner=True)["step"]
    assert step["status"] == "not_verifiable" and "owners are not shown" in step["detail"]


def test_a_missing_permission_to_read_the_account_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_info=0)
    assert "'Grant read information'" in run.fails("duo_account_info")["msg"]


def test_an_auth_api_key_does_not_read_the_account(run: Run, lab: Lab) -> None:
    (app,) = [app for app in lab.state("duo", "applications") if app["name"] == AUTH_APP]
    keys = {"duo_integration_key": app["integration_key"], "duo_secret_key": app["secret_key"]}
    for module in DUO_MODULES:
        failed: Result = run.fails(module, **keys)
        assert failed["error"]["kind"] in ("forbidden", "unauthorized")
        assert "Auth" in failed["msg"]


# What the ISE modules have in common

ISE_MODULES = ("ise_system_info", "ise_active_directory_info", "ise_identity_sync_info", "ise_duo_mfa_info")


@pytest.fixture
def estate(lab: Lab) -> Lab:
    """ISE and Duo joined."""
    join_ise_and_duo(lab)
    return lab


@pytest.mark.parametrize("module", ISE_MODULES)
def test_ise_check_mode_reads_the_same(run: Run, estate: Lab, module: str) -> None:
    checked, real = run.ok(module, check=True), run.ok(module)
    assert checked == real
    assert real["changed"] is False and "diff" not in real


@pytest.mark.parametrize("module", ISE_MODULES)
def test_an_account_that_may_only_read_is_enough(run: Run, estate: Lab, module: str) -> None:
    login = {"ise_username": estate.ise.readonly_username, "ise_password": estate.ise.readonly_password}
    mine, full = run.ok(module, **login), run.ok(module)
    assert without_invocation(mine) == without_invocation(full)


@pytest.mark.parametrize("module", ISE_MODULES)
def test_a_wrong_password_is_tried_once(run: Run, estate: Lab, module: str) -> None:
    assert run.fails(module, ise_password="wrong")["error"]["kind"] == "unauthorized"
    assert len(requests(estate, "ise")) == 1


@pytest.mark.parametrize("module", ISE_MODULES)
def test_a_member_nobody_knows_is_ignored(run: Run, estate: Lab, module: str) -> None:
    before = run.ok(module)
    estate.fault("ise", kind="extra_member", times=None)
    assert run.ok(module) == before


@pytest.mark.parametrize("kind", ["html", "truncated_json", "empty"])
@pytest.mark.parametrize("module", ISE_MODULES)
def test_an_answer_that_is_no_json_is_explained(run: Run, estate: Lab, module: str, kind: str) -> None:
    estate.fault("ise", kind=kind, times=None)
    assert run.fails(module)["error"]["kind"] in ("unexpected_answer", "unreachable")


@pytest.mark.parametrize("module", ["ise_identity_sync_info", "ise_duo_mfa_info"])
@pytest.mark.parametrize("name", [None, "Anything"])
def test_mfa_that_is_off_is_no_empty_list(run: Run, lab: Lab, module: str, name: str | None) -> None:
    option = "sync_name" if module == "ise_identity_sync_info" else "connection_name"
    failed = run.fails(module, **({option: name} if name else {}))
    assert failed["error"]["kind"] == "feature_off"
    assert "MFA is disabled" in failed["msg"] and "identityops.cisco.ise_mfa_feature" in failed["msg"]


@pytest.mark.parametrize(
    ("module", "options"),
    [("ise_duo_mfa_info", {"test": True}), ("ise_active_directory_info", {"gather_groups": True})],
)
def test_what_is_returned_in_bad_weather_is_documented_too(
    run: Run, estate: Lab, module: str, options: dict[str, Any]
) -> None:
    estate.patch("duo", "rotate_secret", name=AUTH_APP)
    estate.switch(**{"ise.get_groups_filter": "required"})
    assert not list(undocumented(run.ok(module, **options), documentation(module)["RETURN"]))


@pytest.mark.parametrize("module", ["ise_identity_sync_info", "ise_duo_mfa_info"])
@pytest.mark.parametrize("name", [None, "Anything"])
def test_a_release_without_duo_mfa_is_no_empty_list(run: Run, lab: Lab, module: str, name: str | None) -> None:
    lab.switch(**{"ise.version": "3.2.0.542"})
    option = "sync_name" if module == "ise_identity_sync_info" else "connection_name"
    failed = run.fails(module, **({option: name} if name else {}))
    assert "3.3 patch 1" in failed["msg"]


def without_invocation(result: Result) -> Result:
    return {name: value for name, value in result.items() if name != "invocation"}


# ise_system_info


def system(run: Run, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = run.ok("ise_system_info", **options)["system"]
    return found


def test_the_system(run: Run, lab: Lab) -> None:
    assert system(run) == {
        "version": "3.4.0.608",
        "patch": 1,
        "primary_pan": "ise-pan1.corp.example",
        "this_node_is_primary": True,
        "nodes": [
            {
                "hostname": "ise-pan1",
                "fqdn": "ise-pan1.corp.example",
                "roles": ["PrimaryAdmin", "PrimaryMonitoring"],
                "services": [],
                "status": "Connected",
            },
            {
                "hostname": "ise-psn1",
                "fqdn": "ise-psn1.corp.example",
                "roles": [],
                "services": ["DeviceAdmin", "Session", "pxGrid"],
                "status": "Connected",
            },
        ],
        "services": ["DeviceAdmin", "Session", "pxGrid"],
        "native_duo_mfa_supported": True,
        "mfa_enabled": False,
    }
    assert len(requests(lab, "ise")) == 3


def test_mfa_that_is_on(run: Run, estate: Lab) -> None:
    assert system(run)["mfa_enabled"] is True


@pytest.mark.parametrize(
    ("version", "patch", "supported"),
    [("3.2.0.542", 7, False), ("3.3.0.430", 0, False), ("3.3.0.430", 4, True), ("3.5.0.100", 0, True)],
)
def test_releases(run: Run, lab: Lab, version: str, patch: int, supported: bool) -> None:
    lab.switch(**{"ise.version": version, "ise.patch": patch})
    found = system(run)
    assert (found["version"], found["patch"], found["native_duo_mfa_supported"]) == (version, patch, supported)
    # Not "off": a release that does not know the feature cannot say.
    assert found["mfa_enabled"] is (False if supported else None)


def test_a_secondary_pan_is_distinguished_from_the_primary(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.node_role": "secondary"})
    found = system(run)
    assert (found["primary_pan"], found["this_node_is_primary"]) == ("ise-pan1.corp.example", False)


def test_a_box_that_stands_alone(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.node_role": "standalone"})
    found = system(run)
    assert (found["primary_pan"], found["this_node_is_primary"]) == ("ise-pan1.corp.example", True)
    assert found["services"] == ["DeviceAdmin", "Session", "pxGrid"]


def test_a_node_behind_nat_cannot_be_recognised(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.this_node_address": "10.20.0.11"})
    assert system(run)["this_node_is_primary"] is None


def test_a_right_that_is_missing_leaves_mfa_unknown(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="status", path="duo-mfa/status", status=403, body="", times=None)
    result = run.ok("ise_system_info")
    assert result["system"]["mfa_enabled"] is None and result["system"]["native_duo_mfa_supported"] is True
    (warning,) = result["warnings"]
    assert "read whether MFA is enabled" in warning and lab.ise.username in warning


# ise_active_directory_info


def directories(run: Run, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.ok("ise_active_directory_info", **options)["active_directories"]
    return found


def domain_groups(lab: Lab, *domains: str) -> list[str]:
    """The groups of these domains, as the lab holds them."""
    return sorted(name for name in lab.state("ise", "directory") if name.partition("/")[0] in domains)


def test_join_points(run: Run, lab: Lab) -> None:
    held = lab.state("ise", "join_points")
    assert directories(run) == [
        {
            "name": "CORP_AD",
            "id": held["CORP_AD"]["id"],
            "domain": "corp.example",
            "description": "Corporate directory",
            "groups": [DOMAIN_USERS, HELPDESK],
        },
        {
            "name": "LAB_AD",
            "id": held["LAB_AD"]["id"],
            "domain": "lab.example",
            "description": "Test directory",
            "groups": [],
        },
    ]


def test_one_join_point_takes_one_request(run: Run, lab: Lab) -> None:
    """And another one where the answer to its name shows no groups."""
    for name, expected in (("CORP_AD", 1), ("LAB_AD", 2)):
        lab.clear_requests()
        assert [point["name"] for point in directories(run, name=name)] == [name]
        assert len(requests(lab, "ise")) == expected


def test_a_join_point_that_does_not_exist_is_an_empty_list(run: Run, lab: Lab) -> None:
    assert directories(run, name="CORP_ADD", gather_groups=True) == []
    assert len(requests(lab, "ise")) == 2


@pytest.mark.parametrize("answer", ["html", 404, 403])
@pytest.mark.parametrize("name", [None, "CORP_AD"])
def test_ers_that_is_off_is_no_empty_list(run: Run, lab: Lab, name: str | None, answer: str | int) -> None:
    lab.switch(**{"ise.ers_enabled": False, "ise.ers_disabled_answer": answer})
    failed = run.fails("ise_active_directory_info", **({"name": name} if name else {}))
    assert "ERS" in failed["msg"] and "API Settings" in failed["msg"]


def test_groups_of_all_domains_within_reach(run: Run, lab: Lab) -> None:
    result = run.ok("ise_active_directory_info", name="CORP_AD", gather_groups=True)
    (point,) = result["active_directories"]
    assert point["groups"] == [DOMAIN_USERS, HELPDESK]
    assert point["domain_groups"] == domain_groups(lab, "corp.example", "emea.corp.example")
    (warning,) = result["warnings"]
    assert "old.example" in warning and "unreachable" in warning
    # The join point, its domains, and each of the two within reach.
    assert len(requests(lab, "ise")) == 4


def test_groups_are_gathered_for_each_join_point(run: Run, lab: Lab) -> None:
    corp, lab_ad = directories(run, gather_groups=True)
    assert corp["domain_groups"] == domain_groups(lab, "corp.example", "emea.corp.example")
    assert lab_ad["domain_groups"] == domain_groups(lab, "lab.example")


@pytest.mark.parametrize("fetch_status", [415, 200])
def test_groups_are_gathered_where_ise_wants_a_csrf_token(run: Run, lab: Lab, fetch_status: int) -> None:
    lab.switch(**{"ise.csrf": True, "ise.csrf_fetch_status": fetch_status})
    assert directories(run, name="LAB_AD", gather_groups=True)[0]["domain_groups"] == domain_groups(lab, "lab.example")


def test_groups_that_ise_does_not_list_are_unknown_not_none(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.get_groups_filter": "required"})
    result = run.ok("ise_active_directory_info", name="LAB_AD", gather_groups=True)
    assert result["active_directories"][0]["domain_groups"] is None
    (warning,) = result["warnings"]
    assert "LAB_AD" in warning and "filter is required" in warning


def test_a_join_point_that_is_not_joined_does_not_hide_the_others(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_join_point", name="CORP_AD", joined=False)
    result = run.ok("ise_active_directory_info", gather_groups=True)
    corp, lab_ad = result["active_directories"]
    assert corp["domain_groups"] is None and "not joined" in result["warnings"][0]
    assert lab_ad["domain_groups"] == domain_groups(lab, "lab.example")


def test_one_domain_that_fails_does_not_hide_the_others(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="status", path="getGroupsByDomain", status=500, times=3)
    result = run.ok("ise_active_directory_info", name="CORP_AD", gather_groups=True)
    assert result["active_directories"][0]["domain_groups"] == domain_groups(lab, "emea.corp.example")
    assert any("list the groups of the domain corp.example" in warning for warning in result["warnings"])


def test_gathering_groups_without_the_right_fails(run: Run, lab: Lab) -> None:
    """ISE answers the query to whoever may write only; an empty list would be a lie."""
    login = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    failed = run.fails("ise_active_directory_info", gather_groups=True, **login)
    assert failed["error"]["kind"] == "forbidden" and lab.ise.readonly_username in failed["msg"]


# ise_identity_sync_info


def syncs(run: Run, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.ok("ise_identity_sync_info", **options)["identity_syncs"]
    return found


def test_no_syncs(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    assert syncs(run) == []
    assert len(requests(lab, "ise")) == 1


def test_a_sync(run: Run, estate: Lab) -> None:
    assert syncs(run) == [
        {
            "sync_name": SYNC,
            "active_directory": "CORP_AD",
            "groups": [DOMAIN_USERS, HELPDESK],
            "schedule": {},
            "last_sync": None,
            "status": None,
            "connection": CONNECTION,
        }
    ]
    assert len(requests(estate, "ise")) == 2


def test_a_sync_with_a_schedule_that_ran(run: Run, estate: Lab) -> None:
    schedule = {
        "schedulerSync": "recurring",
        "interval": 2,
        "intervalUnit": "hours",
        "startDate": "2027-01-04T02:00:00",
    }
    estate.patch("ise", "set_sync", name=SYNC, schedule=schedule, status="Failed", last_sync=1795478404)
    (sync,) = syncs(run)
    assert sync["schedule"] == {"interval": 2, "unit": "hours", "start": "2027-01-04T02:00:00"}
    assert (sync["status"], sync["last_sync"]) == ("Failed", "2026-11-24T00:00:04")


def test_a_sync_of_several_directories_that_no_connection_uses(run: Run, estate: Lab) -> None:
    estate.patch("ise", "add_sync", name="Spare one", directory="LAB_AD", groups=["lab.example/Users/Lab Users"])
    estate.patch("ise", "set_sync", name="Spare one", directories=["CORP_AD", "LAB_AD"])
    (spare,) = syncs(run, sync_name="Spare one")
    assert (spare["active_directory"], spare["connection"]) == ("CORP_AD, LAB_AD", None)


@pytest.mark.parametrize("missing", [404, 400, 403, 500])
def test_a_sync_that_does_not_exist_is_an_empty_list(run: Run, estate: Lab, missing: int) -> None:
    estate.switch(**{"ise.missing_name": missing})
    assert syncs(run, sync_name="Corporate") == []


@pytest.mark.parametrize(
    "switch",
    [
        {"ise.schedule_none": "null"},
        {"ise.schedule_none": "absent"},
        {"ise.sid": "domain_prefixed"},
        {"ise.directory_id": "other"},
    ],
    ids=str,
)
def test_a_sync_reads_alike_in_every_variant_of_ise(run: Run, estate: Lab, switch: dict[str, Any]) -> None:
    before = syncs(run)
    estate.switch(**switch)
    assert syncs(run) == before


def test_reading_syncs_starts_none(run: Run, estate: Lab) -> None:
    syncs(run)
    assert estate.state("ise", "counters")["sync_starts"] == 0


# ise_duo_mfa_info


def connections(run: Run, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run.ok("ise_duo_mfa_info", **options)["connections"]
    return found


def test_no_connections(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    assert connections(run, test=True) == []
    assert len(requests(lab, "ise")) == 1


def test_a_connection(run: Run, estate: Lab) -> None:
    held = estate.state("ise", "connections")[CONNECTION]
    assert connections(run) == [
        {
            "connection_name": CONNECTION,
            "description": "For administrators",
            "types": ["tacacs", "vpn"],
            "identity_sync": SYNC,
            "api_host": estate.duo.api_host,
            "admin_api": {"integration_key": held["admin"]["integration_key"]},
            "auth_api": {"integration_key": held["auth"]["integration_key"]},
            "verification": "not_checked",
        }
    ]
    assert len(requests(estate, "ise")) == 2
    assert estate.state("ise", "counters")["connection_tests"] == 0


def test_one_connection_takes_one_request(run: Run, estate: Lab) -> None:
    estate.patch("ise", "add_connection", name="Second one", type="VPN")
    estate.clear_requests()
    (second,) = connections(run, connection_name="Second one")
    assert (second["connection_name"], second["types"]) == ("Second one", ["vpn"])
    assert len(requests(estate, "ise")) == 1


@pytest.mark.parametrize("missing", [404, 400, 403, 500])
def test_a_connection_that_does_not_exist_is_an_empty_list(run: Run, estate: Lab, missing: int) -> None:
    estate.switch(**{"ise.missing_name": missing})
    assert connections(run, connection_name="Duo 2", test=True) == []


@pytest.mark.parametrize("form", ["masked", "empty", "absent", "plain"])
def test_no_secret_of_a_connection_is_returned(run: Run, estate: Lab, form: str) -> None:
    """The harness looks for whole secrets; here also for a mask."""
    before = connections(run, test=True)
    estate.switch(**{"ise.secrets_on_read": form})
    result = run.ok("ise_duo_mfa_info", test=True)
    assert result["connections"] == before and "***" not in json.dumps(result["connections"])


def test_types_read_alike_in_any_order(run: Run, estate: Lab) -> None:
    estate.patch("ise", "set_connection", name=CONNECTION, type="TACACS,VPN")
    assert connections(run)[0]["types"] == ["tacacs", "vpn"]
    estate.switch(**{"ise.type_order": "sorted"})
    assert connections(run)[0]["types"] == ["tacacs", "vpn"]


def test_stored_keys_that_duo_accepts(run: Run, estate: Lab) -> None:
    (connection,) = connections(run, test=True)
    assert connection["verification"] == "accepted" and "verification_message" not in connection
    assert estate.state("ise", "counters")["connection_tests"] == 1


@pytest.mark.parametrize("code", [400, 500, "200_with_text"])
def test_stored_keys_that_duo_rejects(run: Run, estate: Lab, code: int | str) -> None:
    estate.switch(**{"ise.testconnection_code": code})
    estate.patch("duo", "rotate_secret", name=AUTH_APP)
    (connection,) = connections(run, connection_name=CONNECTION, test=True, check=True)
    assert connection["verification"] == "rejected"
    assert "Duo connection verification failed" in connection["verification_message"]


def test_testing_keys_without_the_right_fails(run: Run, estate: Lab) -> None:
    """ISE tests for whoever may write only; "rejected" would be a lie."""
    login = {"ise_username": estate.ise.readonly_username, "ise_password": estate.ise.readonly_password}
    failed = run.fails("ise_duo_mfa_info", test=True, **login)
    assert failed["error"]["kind"] == "forbidden" and estate.ise.readonly_username in failed["msg"]
