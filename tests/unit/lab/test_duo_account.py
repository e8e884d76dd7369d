# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, groups, administrators, account information and the Auth API of the simulated Duo."""

from __future__ import annotations

from typing import Any

import duo_client
import pytest
from lab import Lab
from lab.duo.state import DuoState
from lab.store import Clock, Switches

from .conftest import DuoCall

USERS = "/admin/v1/users"
GROUPS = "/admin/v1/groups"


def code(answer: tuple[int, Any]) -> int:
    """The code of a refusal, 200 for a success."""
    return answer[1].get("code", answer[0])


def user_named(lab: Lab, username: str) -> dict[str, Any]:
    return next(user for user in lab.state("duo", "users") if user["username"] == username)


def test_seed(lab: Lab) -> None:
    state = lab.state("duo")
    users, groups, administrators = state["users"], state["groups"], state["administrators"]
    assert (len(users), len(groups), len(administrators)) == (120, 12, 6)
    for prefix, ids in (
        ("DU", [user["user_id"] for user in users]),
        ("DG", [group["group_id"] for group in groups]),
        ("DE", [admin["admin_id"] for admin in administrators]),
    ):
        assert len(ids) == len(set(ids))
        assert all(len(item) == 20 and item.startswith(prefix) for item in ids)
    assert {"VPN Users", "Network Admins", "Contractors", "Helpdesk"} <= {group["name"] for group in groups}
    owners = [admin["name"] for admin in administrators if (admin["role"], admin["status"]) == ("Owner", "Active")]
    assert owners == ["Olivia Brandt"]
    for marks in (
        {bool(user["email"]) for user in users},
        {user["directory_key"] is None for user in users},
        {user["is_enrolled"] for user in users},
    ):
        assert marks == {True, False}
    # Identity Intelligence cannot map a user without e-mail who neither is synced nor logs in with an address.
    unmapped = [u for u in users if not u["email"] and "@" not in u["username"] and not u["directory_key"]]
    assert 0 < len(unmapped) < 15
    assert {user["status"] for user in users} == {"active", "bypass", "disabled", "locked out", "pending deletion"}


def test_users_are_listed_and_found(lab: Lab, duo: DuoCall) -> None:
    body = duo("GET", USERS, {"limit": "300"})[1]
    assert (len(body["response"]), body["metadata"]["total_objects"]) == (120, 120)
    user = body["response"][0]
    assert duo("GET", f"{USERS}/{user['user_id']}")[1]["response"] == user
    assert user["groups"][0]["status"] == "Active"
    for name in ("username", "email"):
        found = duo("GET", USERS, {name: user[name].upper()})[1]["response"]
        assert [item["user_id"] for item in found] == [user["user_id"]]
    for name, value in (("user_id_list", user["user_id"]), ("username_list", user["username"])):
        assert len(duo("GET", USERS, {name: f'["{value}"]'})[1]["response"]) == 1
        assert code(duo("GET", USERS, {name: value})) == 40002
    assert duo("GET", USERS, {"username": "nobody"})[1]["response"] == []
    assert code(duo("GET", f"{USERS}/DUXXXX")) == 40401


def test_users_come_in_pages_of_at_most_300(lab: Lab, duo: DuoCall) -> None:
    people = [{"username": f"bulk{number}", "realname": "", "email": ""} for number in range(200)]
    assert lab.patch("duo", "users_from_directory", users=people) == {"created": 200, "updated": 0}
    assert len(duo("GET", USERS, {"limit": "500"})[1]["response"]) == 300


def test_life_of_a_user(lab: Lab, duo: DuoCall) -> None:
    assert code(duo("POST", USERS, {"realname": "x"})) == 40001
    user = duo("POST", USERS, {"username": "new", "email": "new@corp.example"})[1]["response"]
    path = f"{USERS}/{user['user_id']}"
    assert (user["status"], user["is_enrolled"], user["alias1"]) == ("active", False, None)
    assert code(duo("POST", USERS, {"username": "NEW"})) == 40002
    assert duo("POST", path, {"status": "bypass", "alias1": "n"})[1]["response"]["aliases"] == {"alias1": "n"}
    assert code(duo("POST", path, {"status": "odd"})) == 40002
    assert code(duo("POST", path, {"realname": 1})) == 40002
    group_id = lab.state("duo", "groups")[0]["group_id"]
    assert code(duo("POST", f"{path}/groups", {})) == 40001
    assert code(duo("POST", f"{path}/groups", {"group_id": "DGX"})) == 40002
    for _unused in range(2):
        assert code(duo("POST", f"{path}/groups", {"group_id": group_id})) == 200
    assert [item["group_id"] for item in duo("GET", f"{path}/groups")[1]["response"]] == [group_id]
    members = duo("GET", f"/admin/v2/groups/{group_id}/users", {"limit": "500"})[1]["response"]
    assert user["user_id"] in [member["user_id"] for member in members]
    assert code(duo("DELETE", f"{path}/groups/{group_id}")) == 200
    assert user_named(lab, "new")["groups"] == []
    assert duo("DELETE", path)[1]["response"] == ""
    assert user_named(lab, "new")["status"] == "pending deletion"


def test_life_of_a_group(lab: Lab, duo: DuoCall) -> None:
    assert code(duo("POST", GROUPS, {"desc": "x"})) == 40001
    assert code(duo("POST", GROUPS, {"name": "x", "status": "odd"})) == 40002
    group = duo("POST", GROUPS, {"name": "Duo Users", "desc": "d"})[1]["response"]
    path = group["group_id"]
    assert (group["name"], group["status"]) == ("Duo Users", "Active")
    assert duo("POST", f"{GROUPS}/{path}", {"status": "disabled"})[1]["response"]["status"] == "Disabled"
    assert duo("GET", f"/admin/v2/groups/{path}")[1]["response"]["desc"] == "d"
    assert len(duo("GET", GROUPS, {"group_id_list": f'["{path}"]'})[1]["response"]) == 1
    assert duo("DELETE", f"{GROUPS}/{path}")[1]["response"] == ""
    assert code(duo("GET", f"{GROUPS}/{path}")) == 40401


def test_a_deleted_group_leaves_no_trace(lab: Lab, duo: DuoCall) -> None:
    state = lab.state("duo")
    group_id = next(group["group_id"] for group in state["groups"] if group["name"] == "VPN Users")
    assert any(group_id in user["groups"] for user in state["users"])
    assert any(group_id in app["groups_allowed"] for app in state["applications"])
    duo("DELETE", f"{GROUPS}/{group_id}")
    state = lab.state("duo")
    assert not any(group_id in user["groups"] for user in state["users"])
    assert not any(group_id in app["groups_allowed"] for app in state["applications"])


def test_users_from_a_directory(lab: Lab) -> None:
    known = lab.state("duo", "users")[0]
    pushed = [
        {"username": known["username"].upper(), "realname": "Changed", "email": "changed@corp.example"},
        {"username": "fresh", "realname": "Fresh Face", "email": "fresh@corp.example"},
    ]
    assert lab.patch("duo", "users_from_directory", users=pushed) == {"created": 1, "updated": 1}
    changed, fresh = user_named(lab, known["username"]), user_named(lab, "fresh")
    assert (changed["user_id"], changed["realname"]) == (known["user_id"], "Changed")
    assert (fresh["realname"], fresh["email"]) == ("Fresh Face", "fresh@corp.example")
    assert fresh["last_directory_sync"] is not None
    assert lab.state("duo", "received")[0]["usernames"] == [item["username"] for item in pushed]


def test_information(lab: Lab, duo: DuoCall) -> None:
    summary = duo("GET", "/admin/v1/info/summary")[1]["response"]
    counts = [summary[name] for name in ("admin_count", "integration_count", "user_count")]
    assert counts == [6, 32, 120]
    assert (summary["edition"], summary["account_id"]) == ("Duo Premier", lab.state("duo", "account_id"))
    lab.switch(**{"duo.edition_in_summary": "absent"})
    assert not {"edition", "account_id"} & set(duo("GET", "/admin/v1/info/summary")[1]["response"])
    period = {"mintime": "1700000000", "maxtime": "1700086400"}
    used = duo("GET", "/admin/v1/info/telephony_credits_used", period)[1]["response"]
    assert (used["mintime"], used["maxtime"]) == (1700000000, 1700086400)
    attempts = duo("GET", "/admin/v1/info/authentication_attempts")[1]["response"]
    assert set(attempts["authentication_attempts"]) == {"ERROR", "FAILURE", "FRAUD", "SUCCESS"}
    assert code(duo("GET", "/admin/v1/info/authentication_attempts", {"mintime": "x"})) == 40002


def test_settings_administrators_and_directories(lab: Lab, duo: DuoCall) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_settings=1)
    assert duo("GET", "/admin/v1/settings")[1]["response"]["name"] == "Corp Example"
    listed = duo("GET", "/admin/v1/admins")[1]["response"]
    assert duo("GET", f"/admin/v1/admins/{listed[0]['admin_id']}")[1]["response"] == listed[0]
    assert code(duo("GET", "/admin/v1/admins/DEX")) == 40401
    directory = duo("GET", f"{USERS}/directorysync")[1]["response"][0]
    assert {directory["directory_key"], None} == {user["directory_key"] for user in lab.state("duo", "users")}


def test_the_vendors_own_wrappers(lab: Lab, duo: DuoCall) -> None:
    host, port = lab.duo.api_host.split(":")
    keys = (lab.duo.integration_key, lab.duo.secret_key, host)
    admin = duo_client.Admin(*keys, ca_certs=lab.ca_path, port=int(port), timeout=5)
    lab.switch(**{"duo.page_limit": 7})
    assert len(list(admin.get_integrations_generator())) == 32
    assert (len(admin.get_users()), len(admin.get_groups()), len(admin.get_admins())) == (120, 12, 6)
    app = admin.create_integration("Wrapped", "adminapi", user_access="NO_USERS", adminapi_info="1")
    key = app["integration_key"]
    old = admin.get_secret_key(key)["secret_key"]
    admin.update_integration(key, reset_secret_key=True, notes="rotated")
    assert admin.get_secret_key(key)["secret_key"] != old
    assert admin.delete_integration(key) == ""
    admin.account_id = lab.state("duo", "account_id")
    assert admin.get_info_summary()["integration_count"] == 32


# -- Auth API ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def door(lab: Lab, duo: DuoCall) -> DuoCall:
    """Call the Auth API as the application "Door Access"."""
    app = next(item for item in lab.state("duo", "applications") if item["name"] == "Door Access")

    def call(method: str, path: str, parameters: dict[str, Any] | None = None) -> tuple[int, Any]:
        return duo(method, f"/auth/v2/{path}", parameters, key=app["integration_key"], secret=app["secret_key"])

    return call


def standing(lab: Lab, door: DuoCall, username: str) -> Any:
    return door("POST", "preauth", {"username": username})[1]["response"]


def first_user(lab: Lab, **wanted: Any) -> dict[str, Any]:
    users = lab.state("duo", "users")
    return next(user for user in users if all(user[name] == value for name, value in wanted.items()))


def test_preauth(lab: Lab, door: DuoCall) -> None:
    ready = first_user(lab, status="active", is_enrolled=True)
    answer = standing(lab, door, ready["username"].upper())
    assert (answer["result"], answer["devices"][0]["device"][:2]) == ("auth", "DP")
    assert door("POST", "preauth", {"user_id": ready["user_id"]})[1]["response"]["result"] == "auth"
    expected = {"bypass": "allow", "disabled": "deny", "locked out": "deny", "pending deletion": "deny"}
    for status, result in expected.items():
        assert standing(lab, door, first_user(lab, status=status)["username"])["result"] == result
    fresh = standing(lab, door, first_user(lab, status="active", is_enrolled=False)["username"])
    assert fresh["result"] == standing(lab, door, "stranger")["result"] == "enroll"
    assert fresh["enroll_portal_url"].startswith("https://")
    assert code(door("POST", "preauth", {})) == 40001
    assert code(door("POST", "preauth", {"username": "a", "user_id": ready["user_id"]})) == 40001
    assert code(door("POST", "preauth", {"user_id": "DUX"})) == 40401


def test_user_access_decides_who_gets_in(lab: Lab, door: DuoCall) -> None:
    user = first_user(lab, status="active", is_enrolled=True)
    inside = user["groups"][0]
    outside = next(g["group_id"] for g in lab.state("duo", "groups") if g["group_id"] not in user["groups"])
    for access, groups, result in (
        ("NO_USERS", [], "deny"),
        ("PERMITTED_GROUPS", [outside], "deny"),
        ("PERMITTED_GROUPS", [outside, inside], "auth"),
        ("ALL_USERS", [], "auth"),
    ):
        lab.patch("duo", "set_application", name="Door Access", user_access=access, groups_allowed=groups)
        assert standing(lab, door, user["username"])["result"] == result


@pytest.mark.parametrize("push_answer", ["allow", "deny", "timeout"])
def test_push(lab: Lab, door: DuoCall, push_answer: str) -> None:
    lab.switch(**{"duo.push_answer": push_answer})
    request = {"username": first_user(lab, status="active", is_enrolled=True)["username"], "factor": "push"}
    result = "allow" if push_answer == "allow" else "deny"
    answer = door("POST", "auth", {**request, "device": "auto"})[1]["response"]
    assert (answer["result"], answer["status"]) == (result, push_answer)
    txid = door("POST", "auth", {**request, "device": "auto", "async": "1"})[1]["response"]["txid"]
    first, second = (door("GET", "auth_status", {"txid": txid})[1]["response"] for _unused in range(2))
    assert (first["result"], first["status"]) == ("waiting", "pushed")
    assert (second["result"], second["status"]) == (result, push_answer)


def test_other_factors(lab: Lab, door: DuoCall) -> None:
    user = {"username": first_user(lab, status="active", is_enrolled=True)["username"]}
    assert (
        door("POST", "auth", {**user, "factor": "passcode", "passcode": "123456"})[1]["response"]["result"] == "allow"
    )
    assert lab.requests("duo")[-1]["body"]["passcode"] == "(hidden)"
    assert door("POST", "auth", {**user, "factor": "passcode", "passcode": "1"})[1]["response"]["result"] == "deny"
    assert door("POST", "auth", {**user, "factor": "sms", "device": "auto"})[1]["response"]["status"] == "sent"
    assert code(door("POST", "auth", {**user, "factor": "push"})) == 40001
    assert code(door("POST", "auth", {**user, "factor": "pigeon"})) == 40002
    assert code(door("POST", "auth", user)) == 40001
    bypass = {"username": first_user(lab, status="bypass")["username"], "factor": "push", "device": "auto"}
    assert door("POST", "auth", bypass)[1]["response"]["result"] == "allow"
    assert code(door("POST", "auth", {**bypass, "username": "stranger"})) == 40002
    assert code(door("GET", "auth_status")) == 40001
    assert code(door("GET", "auth_status", {"txid": "x"})) == 40401


def test_asking_is_no_write(lab: Lab, door: DuoCall) -> None:
    door("POST", "preauth", {"username": "stranger"})
    door("POST", "auth", {"username": "stranger", "factor": "push", "device": "auto"})
    assert [row["write"] for row in lab.requests("duo")] == [False, False]


def test_logo(lab: Lab, door: DuoCall) -> None:
    assert door("GET", "logo")[1]["message_detail"] == "Logo not found"
    lab.switch(**{"duo.logo_missing": 40401})
    assert code(door("GET", "logo")) == 40401


# -- what other products learn -----------------------------------------------------------------------------------------


def test_judge_key() -> None:
    state = DuoState(Clock(), Switches(DuoState.SWITCHES), {})
    state.address = "localhost:8443"
    auth = next(app for app in state.applications.values() if app.name == "Door Access")
    admin = next(app for app in state.applications.values() if app.name == "HR Provisioning")
    bare = next(app for app in state.applications.values() if app.name == "SIEM Log Collector")

    def judge(kind: str, app: Any, host: str = "localhost:8443", secret: str | None = None) -> str:
        return state.judge_key(kind, host, app.integration_key, secret or app.secret_key)

    assert judge("auth", auth) == judge("admin", admin, host="127.0.0.1:8443") == "ok"
    assert judge("admin", admin, host="api-other.duosecurity.com") == judge("admin", admin, "localhost") == "wrong_host"
    assert state.judge_key("admin", "localhost:8443", "DIX", admin.secret_key) == "unknown_key"
    assert judge("admin", admin, secret="x") == judge("auth", auth, secret="ü") == "wrong_secret"
    assert judge("admin", auth) == judge("auth", admin) == "wrong_type"
    assert judge("admin", bare) == "missing_permission"
    for flag in ("adminapi_read_resource", "adminapi_write_resource"):
        state.op_set_flag("HR Provisioning", flag, 0)
        assert judge("admin", admin) == "missing_permission"
        state.op_set_flag("HR Provisioning", flag, 1)
    assert judge("admin", admin) == "ok"
