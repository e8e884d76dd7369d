# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases that only show where two oddities meet: undocumented refusals, adopted applications, keys of the other kind."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .harness import Run, writes

DIRECTORY, GROUP = "CORP_AD", "corp.example/Users/Helpdesk"
SYNC = {"sync_name": "Helpdesk users", "active_directory": DIRECTORY, "groups": [GROUP]}


def keys(lab: Lab) -> tuple[str, str]:
    """The integration keys of a new Admin API and a new Auth API application."""
    flags = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
    admin = lab.patch("duo", "add_application", name="ISE user sync", type="adminapi", flags=flags)
    auth = lab.patch("duo", "add_application", name="ISE logins", type="authapi", user_access="ALL_USERS")
    return admin, auth


def connection(admin: str, auth: str, name: str = "Duo") -> dict[str, Any]:
    return {
        "connection_name": name,
        "types": ["vpn"],
        "admin_api": {"application": admin},
        "auth_api": {"application": auth},
    }


@pytest.mark.parametrize("refusal", [404, 400, 403, 500])
def test_a_directory_known_by_id_only(run: Run, lab: Lab, refusal: int) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    lab.switch(**{"ise.adgroups_key": "id", "ise.missing_name": refusal})
    assert run.ok("ise_identity_sync", **SYNC)["changed"]
    assert lab.state("ise", "syncs")["Helpdesk users"]


def test_a_group_of_another_directory_is_another_group(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    foreign = {
        "syncName": "Helpdesk users",
        "configurations": {"activeDirectories": [{"name": DIRECTORY}]},
        "adGroups": [{"name": GROUP, "source": "LAB_AD"}],
    }
    body = {"response": {"identitySync": foreign}}
    lab.fault("ise", "GET", "/identitysync/Helpdesk", kind="status", status=200, body=body)
    diff = run.ok("ise_identity_sync", check=True, **SYNC)["diff"]
    assert (diff["before"]["groups"], diff["after"]["groups"]) == ([f"LAB_AD: {GROUP}"], [GROUP])


@pytest.mark.parametrize("status", [403, 404])
def test_keys_that_ise_does_not_try_for_an_unknown_name(run: Run, lab: Lab, status: int) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    lab.fault("ise", "POST", "testconnection", kind="status", status=status)
    assert run.ok("ise_duo_mfa", **connection(*keys(lab)))["verification"] == "accepted"


@pytest.mark.parametrize(
    ("text", "verification"),
    [
        ("Connection VPN Failover verified successfully", "accepted"),
        ("Test completed, 0 errors, success", "accepted"),
        ("Test of VPN Failover unsuccessful", "rejected"),
        ("Keys not accepted", "rejected"),
    ],
)
def test_the_text_of_a_test_is_read_without_the_name(run: Run, lab: Lab, text: str, verification: str) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    run.ok("ise_duo_mfa", **connection(*keys(lab), name="VPN Failover"))
    lab.fault("ise", "POST", "testconnection", kind="status", status=200, body=text)
    (found,) = run.ok("ise_duo_mfa_info", connection_name="VPN Failover", test=True)["connections"]
    assert found["verification"] == verification


def test_swapped_applications_are_reported_before_anything_is_written(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    admin, auth = keys(lab)
    lab.clear_requests()
    message = run.fails("ise_duo_mfa", **connection(auth, admin))["msg"]
    assert "Are the Admin and Auth applications swapped?" in message
    assert writes(lab) == []


def test_groups_that_name_none_are_refused(run: Run, lab: Lab) -> None:
    options = {"name": "Branch", "user_access": "permitted_groups", "permitted_groups": []}
    assert "permitted_groups names none" in run.fails("duo_auth_api_app", **options)["msg"]
    assert lab.requests("duo") == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": "ISE logins"}, "Leave name out"),
        ({"secret": "rotate"}, "Reset the secret key in the Duo Admin Panel"),
    ],
)
def test_an_adopted_application_is_not_changed(run: Run, lab: Lab, options: dict[str, Any], words: str) -> None:
    made = lab.patch("duo", "add_application", name="Cisco ISE Auth API", type="lab-cisco-ise-auth-api")
    lab.clear_requests()
    for check in (True, False):
        failed = run.fails("duo_auth_api_app", check=check, integration_key=made, **options)
        assert words in failed["msg"] and "made by hand" in failed["msg"]
    assert writes(lab) == []


def test_a_permission_that_duo_does_not_show_is_reported(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_application", name="Reader", type="adminapi", flags={"adminapi_read_log": 1})
    lab.switch(**{"duo.split_flags": "unknown"})
    result = run.ok("duo_admin_api_app", name="Reader", permissions=["read_log", "applications_read"])
    assert not result["changed"]
    assert "whether it has the permission applications_read" in str(result["warnings"])


@pytest.mark.parametrize("wanted", ["DIUNKNOWN00000000000", "admin"])
def test_the_preflight_knows_a_wrong_integration_key(run: Run, lab: Lab, wanted: str) -> None:
    admin, _auth = keys(lab)
    lab.clear_requests()
    message = run.fails("ise_duo_mfa_preflight", auth_app=admin if wanted == "admin" else wanted)["msg"]
    assert "1 problem was found" in message and "no application of that kind has this integration key" in message
