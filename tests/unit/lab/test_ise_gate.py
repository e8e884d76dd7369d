# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets into the simulated ISE, and what kind of box it claims to be."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .ise_probe import IseProbe

STATUS = "duo-mfa/status"
VERSION = "/ers/config/op/systemconfig/iseversion"


@pytest.fixture
def ise(lab: Lab) -> IseProbe:
    return IseProbe(lab)


def readonly(ise: IseProbe) -> tuple[str, str]:
    return ise.lab.ise.readonly_username, ise.lab.ise.readonly_password


@pytest.mark.parametrize("path", [STATUS, VERSION, "policy/device-admin/policy-set", "no/such/route"])
def test_login_is_needed_everywhere(ise: IseProbe, path: str) -> None:
    response = ise.call("GET", path, auth=None)
    assert (response.status_code, response.text) == (401, "")
    assert response.headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("form", "content_type", "text"),
    [("html", "text/html", "<h1>"), ("json", "application/json", '"code": "401"')],
)
def test_bodies_of_a_401(ise: IseProbe, form: str, content_type: str, text: str) -> None:
    ise.lab.switch(**{"ise.unauthorized_body": form})
    response = ise.call("GET", STATUS, auth=("ansible", "wrong"))
    assert response.status_code == 401
    assert response.headers["Content-Type"].startswith(content_type)
    assert text in response.text


def test_three_wrong_passwords_lock_the_account(ise: IseProbe) -> None:
    for _attempt in range(2):
        ise.call("GET", STATUS, auth=(ise.lab.ise.username, "wrong"))
    assert ise.call("GET", STATUS).status_code == 200
    assert not ise.state()["accounts"]["ansible"]["locked"]
    for _attempt in range(3):
        ise.call("GET", STATUS, auth=(ise.lab.ise.username, "wrong"))
    account = ise.state()["accounts"]["ansible"]
    assert (account["failed_logins"], account["locked"]) == (5, True)
    assert ise.call("GET", STATUS).status_code == 401
    ise.lab.patch("ise", "unlock", username="ansible")
    assert ise.call("GET", STATUS).status_code == 200
    assert ise.state()["accounts"]["ansible"]["failed_logins"] == 0
    with pytest.raises(ValueError, match="there are ansible, auditor"):
        ise.lab.patch("ise", "unlock", username="mallory")


@pytest.mark.parametrize("header", ["Bearer abc", "Basic ???", "Basic", "Basic /w=="])
def test_headers_that_are_no_login(ise: IseProbe, header: str) -> None:
    ise.session.headers["Authorization"] = header
    assert ise.call("GET", STATUS, auth=None).status_code == 401
    assert ise.state()["unknown_logins"] == 0


def test_a_name_nobody_has_is_counted_apart(ise: IseProbe) -> None:
    ise.call("GET", STATUS, auth=("mallory", "wrong"))
    state = ise.state()
    assert state["unknown_logins"] == 1
    assert not any(account["failed_logins"] for account in state["accounts"].values())


@pytest.mark.parametrize(("form", "text"), [("json", '"code": "403"'), ("html", "<h1>"), ("empty", "")])
def test_a_read_only_account_reads_and_does_not_write(ise: IseProbe, form: str, text: str) -> None:
    ise.lab.switch(**{"ise.readonly_body": form})
    assert ise.call("GET", STATUS, auth=readonly(ise)).json() == {"status": False}
    assert ise.call("GET", VERSION, auth=readonly(ise)).ok
    for path in ("duo-mfa/enable", "/ers/config/activedirectory/some-id/addGroups"):
        response = ise.call("PUT", path, {"mfa": {"status": True}}, auth=readonly(ise))
        assert response.status_code == 403
        assert text in response.text if text else not response.text
    assert ise.state()["mfa"]["enabled"] is False


def test_a_read_only_account_and_the_get_that_starts_a_sync(ise: IseProbe) -> None:
    ise.joined()
    start = "duo-identitysync/identitysync/sync/AD%20Sync"
    assert ise.call("GET", start, auth=readonly(ise)).status_code == 403
    assert ise.state()["counters"]["sync_starts"] == 0
    ise.lab.switch(**{"ise.readonly_sync_start": "allowed"})
    assert ise.call("GET", start, auth=readonly(ise)).status_code == 200
    assert ise.state()["counters"]["sync_starts"] == 1


@pytest.mark.parametrize("status", [403, 400, 405])
def test_a_secondary_node_reads_and_refuses_writes(ise: IseProbe, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.node_role": "secondary", "ise.secondary_write": status})
    assert ise.ok("GET", "duo-mfa/mfa")["response"]
    refused = [
        ("PUT", "duo-mfa/enable", {"mfa": {"status": False}}),
        ("GET", "duo-identitysync/identitysync/sync/AD%20Sync", None),
        ("DELETE", "duo-mfa/mfa/Duo", None),
        ("PUT", "/ers/config/activedirectory/some-id/addGroups", {}),
    ]
    for method, path, body in refused:
        assert ise.call(method, path, body).status_code == status, path
    state = ise.state()
    assert state["connections"] and state["mfa"]["enabled"]
    assert state["counters"]["sync_starts"] == 0


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        ("primary", {"ise-pan1": ["PrimaryAdmin", "PrimaryMonitoring"], "ise-psn1": []}),
        (
            "secondary",
            {
                "ise-pan1": ["PrimaryAdmin", "PrimaryMonitoring"],
                "ise-pan2": ["SecondaryAdmin", "SecondaryMonitoring"],
                "ise-psn1": [],
            },
        ),
        ("standalone", {"ise-pan1": ["Standalone"]}),
    ],
)
def test_the_deployment_list(ise: IseProbe, role: str, roles: dict[str, Any]) -> None:
    ise.lab.switch(**{"ise.node_role": role, "ise.this_node_address": "192.0.2.7"})
    nodes = ise.ok("GET", "deployment/node/")["response"]
    assert {node["hostname"]: node["roles"] for node in nodes} == roles
    mine = [node["hostname"] for node in nodes if node["ipAddress"] == "192.0.2.7"]
    assert mine == (["ise-pan2"] if role == "secondary" else ["ise-pan1"])
    found = ise.ok("GET", "deployment/node?filter=hostname.STARTSW.ise-pan")["response"]
    assert len(found) == (2 if role == "secondary" else 1)
    assert ise.ok("GET", "deployment/node/ise-pan1")["response"]["fqdn"] == "ise-pan1.corp.example"
    missing = ise.call("GET", "deployment/node/nobody")
    assert missing.status_code == 404
    assert missing.json()["error"]["message"]


@pytest.mark.parametrize(
    ("version", "patch", "information", "knows"),
    [
        ("3.4.0.608", 1, "1", True),
        ("3.4.0.608", 0, "0", True),
        ("3.3.0.430", 1, "1", True),
        ("3.3.0.430", 0, "0", False),
        ("3.2.0.542", 10, "1,2,3,4,5,6,7,8,9,10", False),
    ],
)
def test_the_release(ise: IseProbe, version: str, patch: int, information: str, knows: bool) -> None:
    ise.enable()
    policy_set = ise.ok("GET", "policy/device-admin/policy-set")["response"][0]["id"]
    ise.lab.switch(**{"ise.version": version, "ise.patch": patch})
    values = {item["name"]: item["value"] for item in ise.ok("GET", VERSION)["OperationResult"]["resultValue"]}
    assert values == {"version": version, "patch information": information}
    listed = ise.ok("GET", "patch")
    assert listed["iseVersion"] == version
    assert [item["patchNumber"] for item in listed["patchVersion"]] == list(range(1, patch + 1))
    for path in (
        STATUS,
        "duo-mfa/mfa",
        "duo-identitysync/activedirectories",
        f"policy/device-admin/policy-set/{policy_set}/mfa",
    ):
        assert ise.call("GET", path).status_code == (200 if knows else 404), path
    assert ise.call("GET", f"policy/device-admin/policy-set/{policy_set}/authorization").ok


@pytest.mark.parametrize(("answer", "status"), [("html", 200), (404, 404), (403, 403)])
def test_ers_switched_off(ise: IseProbe, answer: Any, status: int) -> None:
    ise.lab.switch(**{"ise.ers_enabled": False, "ise.ers_disabled_answer": answer})
    response = ise.call("GET", VERSION)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert ise.call("GET", STATUS).ok


def test_open_api_switched_off(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.openapi_enabled": False})
    assert ise.call("GET", STATUS).text.startswith("<!DOCTYPE html>")
    assert ise.call("GET", VERSION).json()


def test_an_unknown_route_is_loud(ise: IseProbe) -> None:
    response = ise.call("GET", "duo-mfa/connections")
    assert response.json() == {"code": "404", "message": "The specified resource was not found"}
    assert ise.lab.requests("ise")[-1]["unknown_route"] is True
    assert ise.call("PATCH", STATUS).json()["code"] == "405"
    assert ise.call("POST", "patch/install").json()["response"]["message"]
    assert "ERSResponse" in ise.call("GET", "/ers/config/networkdevice").json()
    assert ise.call("GET", "/admin/login.jsp", auth=None).headers["Content-Type"].startswith("text/html")


def test_error_code_as_a_number(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.error_code_as": "number"})
    assert ise.call("GET", "duo-mfa/mfa").json()["code"] == 403


def test_the_request_id_comes_back(ise: IseProbe) -> None:
    assert ise.call("GET", STATUS, headers={"X-Request-ID": "abc"}).headers["X-Request-ID"] == "abc"
    assert "X-Request-ID" not in ise.call("GET", VERSION, headers={"X-Request-ID": "abc"}).headers


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"mfa": {"status": "true"}}', "application/json", 400),
        (b'{"mfa": {"status": true, "mode": 1}}', "application/json", 400),
        (b'{"mfa": {"status": true}}', "text/plain", 415),
    ],
)
def test_bodies_are_read_strictly(ise: IseProbe, body: bytes, content_type: str, status: int) -> None:
    response = ise.session.put(
        ise.url + "/api/v1/duo-mfa/enable",
        data=body,
        headers={"Content-Type": content_type},
        auth=(ise.lab.ise.username, ise.lab.ise.password),
        timeout=10,
    )
    assert response.status_code == status
    assert ise.state()["mfa"]["enabled"] is False


def test_unknown_members_can_be_ignored(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.unknown_members": "ignore"})
    ise.ok("PUT", "duo-mfa/enable", {"mfa": {"status": True, "mode": 1}})
    assert ise.state()["mfa"]["enabled"] is True


def test_what_the_journal_calls_a_write(ise: IseProbe) -> None:
    ise.joined()
    ise.lab.clear_requests()
    point = ise.state()["join_points"]["CORP_AD"]["id"]
    ise.call("POST", "duo-mfa/mfa/testconnection/Duo")
    ise.call("PUT", f"/ers/config/activedirectory/{point}/getTrustedDomains")
    ise.call("GET", "duo-identitysync/identitysync/AD%20Sync")
    ise.call("GET", "duo-identitysync/identitysync/sync/AD%20Sync")
    ise.call("GET", "duo-identitysync/identitysync/sync/cancel/AD%20Sync")
    ise.call("DELETE", "duo-mfa/mfa/Duo")
    assert [row["write"] for row in ise.lab.requests("ise")] == [False, False, False, True, True, True]
    assert {row["actor"] for row in ise.lab.requests("ise")} == {"ansible"}


def test_secrets_stay_out_of_the_journal(ise: IseProbe) -> None:
    ise.joined()
    assert "secret-of-nobody" not in str(ise.lab.requests("ise"))
    assert ise.state()["connections"]["Duo"]["admin"]["secret_key"] == "secret-of-nobody"
