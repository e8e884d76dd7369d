# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that only read: what they tell is what the lab holds, and no more; they never write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lab import Lab

from .harness import Result, Run, writes

DUO_MODULES = ("duo_application_info", "duo_account_info")
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
    held = lab.state("duo")["applications"]
    assert {app["integration_key"] for app in listed} == {app["integration_key"] for app in held}
    assert len(requests(lab, "duo")) == 1


def test_pages_are_read_to_the_end(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.page_limit": 5})
    assert len(applications(run)) == len(lab.state("duo")["applications"]) > 10


def test_an_admin_api_application(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_application", name="HR Provisioning", networks_for_api_access="192.0.2.10,198.51.100.0/24")
    (listed,) = applications(run, name="HR Provisioning")
    (held,) = [app for app in lab.state("duo")["applications"] if app["name"] == "HR Provisioning"]
    assert listed == {
        "integration_key": held["integration_key"],
        "name": "HR Provisioning",
        "type": "adminapi",
        "api_host": lab.duo.api_host,
        "user_access": "no_users",
        "groups_allowed": [],
        "notes": "",
        "networks_for_api_access": ["192.0.2.10", "198.51.100.0/24"],
        "permissions": ["read_resource", "write_resource"],
    }


def test_an_application_for_some_groups(run: Run, lab: Lab) -> None:
    (listed,) = applications(run, name="Service Desk Verification")
    ids = [group["group_id"] for group in lab.state("duo")["groups"] if group["name"] == "Helpdesk"]
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
    held = [app["name"] for app in lab.state("duo")["applications"] if app["type"] == "authapi"]
    assert [app["name"] for app in applications(run, type="authapi")] == held
    assert [app["name"] for app in applications(run, type="authapi", name="Door Access")] == ["Door Access"]
    assert applications(run, type="adminapi", name="Door Access") == []
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
        "active_owners": [{"name": "Olivia Brandt", "email": "olivia.brandt@corp.example"}],
    }
    assert result["account"]["account_id"].startswith("DA")
    assert "warnings" not in result
    assert len(requests(lab, "duo")) == 2


def test_an_account_whose_edition_duo_does_not_tell(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.edition_in_summary": "absent"})
    account = run.ok("duo_account_info")["account"]
    assert "edition" not in account and "account_id" not in account
    assert account["user_count"] == len(lab.state("duo")["users"])


def test_owners_that_may_not_be_read_are_unknown_not_none(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_admins_read=0, adminapi_admins=0)
    result = run.ok("duo_account_info")
    assert result["account"]["active_owners"] is None
    assert result["account"]["admin_count"] == len(lab.state("duo")["administrators"])
    (warning,) = result["warnings"]
    assert "'Grant administrators - Read'" in warning


def test_a_missing_permission_to_read_the_account_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_info=0)
    assert "'Grant read information'" in run.fails("duo_account_info")["msg"]


def test_an_auth_api_key_does_not_read_the_account(run: Run, lab: Lab) -> None:
    (app,) = [app for app in lab.state("duo")["applications"] if app["name"] == "Door Access"]
    keys = {"duo_integration_key": app["integration_key"], "duo_secret_key": app["secret_key"]}
    for module in DUO_MODULES:
        failed: Result = run.fails(module, **keys)
        assert failed["error"]["kind"] in ("forbidden", "unauthorized")
        assert "Auth" in failed["msg"]
