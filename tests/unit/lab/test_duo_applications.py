# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications of the simulated Duo: parameters, permissions, secrets, paging and every switch about them."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from lab.duo.applications import FLAGS, SPLIT_FLAGS

from .conftest import DuoCall

APPS = "/admin/v3/integrations"
AUTH_APP = {"name": "ISE Auth API", "type": "authapi", "user_access": "ALL_USERS"}
ADMIN_APP = {"name": "ISE Admin API", "type": "adminapi", "user_access": "NO_USERS"}
UNKNOWN_GROUP = "DG" + "Z" * 18


def stored(lab: Lab, key: str) -> dict[str, Any]:
    """The application as the lab knows it."""
    return next(app for app in lab.state("duo", "applications") if app["integration_key"] == key)


def made(duo: DuoCall, **parameters: Any) -> dict[str, Any]:
    """Create an application; its object."""
    status, body = duo("POST", APPS, {**ADMIN_APP, **parameters})
    assert status == 200, body
    return dict(body["response"])


def code(answer: tuple[int, Any]) -> int:
    """The code of a refusal, 200 for a success."""
    return answer[1].get("code", answer[0])


def test_seed(lab: Lab) -> None:
    state = lab.state("duo")
    keys = [app["integration_key"] for app in state["applications"]]
    names = [app["name"] for app in state["applications"]]
    assert len(keys) == len(set(keys)) == 32
    assert all(len(key) == 20 and key.startswith("DI") for key in keys)
    assert names.count("Legacy VPN") == 2
    caller = stored(lab, lab.duo.integration_key)
    assert (caller["name"], caller["type"]) == ("Ansible automation", "adminapi")
    assert {name for name, value in caller["flags"].items() if value} == {
        "adminapi_integrations",
        "adminapi_read_resource",
        "adminapi_info",
        "adminapi_admins_read",
        "adminapi_allow_to_set_permissions",
        "adminapi_write_resource",
    }


def test_life_of_an_application(lab: Lab, duo: DuoCall) -> None:
    before = len(lab.state("duo", "applications"))
    app = made(duo, adminapi_read_resource="1", adminapi_write_resource=1, adminapi_read_log="0", notes="n")
    key = app["integration_key"]
    assert len(key) == 20 and key.startswith("DI")
    assert [app[name] for name in ("adminapi_read_resource", "adminapi_write_resource", "adminapi_read_log")] == [
        1,
        1,
        0,
    ]
    assert duo("GET", f"{APPS}/{key}")[1]["response"] == app
    changed = duo("POST", f"{APPS}/{key}", {"adminapi_write_resource": 0, "name": "Renamed"})[1]["response"]
    assert (changed["name"], changed["adminapi_write_resource"], changed["adminapi_read_resource"]) == ("Renamed", 0, 1)
    assert changed["notes"] == "n"
    assert duo("DELETE", f"{APPS}/{key}")[1] == {"stat": "OK", "response": ""}
    assert code(duo("GET", f"{APPS}/{key}")) == code(duo("DELETE", f"{APPS}/{key}")) == 40401
    assert len(lab.state("duo", "applications")) == before


def test_a_new_application_holds_no_rights_and_lets_nobody_in(duo: DuoCall) -> None:
    app = made(duo, user_access="NO_USERS")
    assert all(app[flag] == 0 for flag in FLAGS)
    key, secret = app["integration_key"], secret_of(duo, app["integration_key"])
    assert code(duo("GET", "/admin/v1/users", key=key, secret=secret)) == 40301


def secret_of(duo: DuoCall, key: str) -> str:
    return str(duo("GET", f"/admin/v1/integrations/{key}/skey")[1]["response"]["secret_key"])


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"type": "authapi"}, 40001),
        ({"name": "x"}, 40001),
        ({**AUTH_APP, "name": " "}, 40002),
        ({**AUTH_APP, "name": 5}, 40002),
        ({**AUTH_APP, "type": "azure-ca"}, 40002),
        ({**AUTH_APP, "type": "lab-cisco-ise-auth-api"}, 40002),
        ({**AUTH_APP, "user_access": "EVERYBODY"}, 40002),
        ({**AUTH_APP, "adminapi_info": 1}, 40002),
        ({**AUTH_APP, "adminapi_info": 0}, 200),
        ({**AUTH_APP, "networks_for_api_access": "10.0.0.1"}, 40002),
        ({**AUTH_APP, "reset_secret_key": 1}, 40002),
        ({**AUTH_APP, "policy_key": ""}, 40002),
        ({**AUTH_APP, "colour": "red"}, 40002),
        ({**ADMIN_APP, "adminapi_info": True}, 40002),
        ({**ADMIN_APP, "adminapi_info": "yes"}, 40002),
        ({**ADMIN_APP, "adminapi_info": 2}, 40002),
        ({**ADMIN_APP, "adminapi_info": []}, 40002),
        ({**ADMIN_APP, "adminapi_info": None}, 40002),
        ({**ADMIN_APP, "networks_for_api_access": "10.0.0.0/8, 192.0.2.1-192.0.2.9,2001:db8::1"}, 200),
        ({**ADMIN_APP, "networks_for_api_access": "10.0.0.0/8; 192.0.2.1"}, 40002),
        ({**ADMIN_APP, "networks_for_api_access": "192.0.2.9-192.0.2.1"}, 40002),
        ({**ADMIN_APP, "username_normalization_policy": "simple"}, 200),
        ({**ADMIN_APP, "username_normalization_policy": "odd"}, 40002),
        ({**ADMIN_APP, "self_service_allowed": "1", "greeting": "Hello", "trusted_device_days": "3"}, 200),
        ({**ADMIN_APP, "trusted_device_days": "many"}, 40002),
        ({**ADMIN_APP, "notes": 1}, 40002),
        ({**ADMIN_APP, "sso": []}, 40002),
        ({**ADMIN_APP, "user_access": ["NO_USERS"]}, 40002),
    ],
)
def test_what_a_creation_may_hold(lab: Lab, duo: DuoCall, parameters: dict[str, Any], expected: int) -> None:
    before = lab.state("duo")
    assert code(duo("POST", APPS, parameters)) == expected
    if expected != 200:
        assert lab.state("duo") == before


def test_type_is_fixed(duo: DuoCall) -> None:
    assert code(duo("POST", f"{APPS}/{made(duo)['integration_key']}", {"type": "authapi"})) == 40002


def test_groups_only_with_permitted_groups(lab: Lab, duo: DuoCall) -> None:
    ids = [group["group_id"] for group in lab.state("duo", "groups")[:2]]
    permitted = {**AUTH_APP, "user_access": "PERMITTED_GROUPS"}
    app = duo("POST", APPS, {**permitted, "groups_allowed": ",".join(ids)})[1]["response"]
    assert (app["user_access"], app["groups_allowed"]) == ("PERMITTED_GROUPS", ids)
    path = f"{APPS}/{app['integration_key']}"
    assert code(duo("POST", path, {"groups_allowed": ids[0]})) == 40002
    assert code(duo("POST", path, {"user_access": "NO_USERS", "groups_allowed": ids[0]})) == 40002
    for wrong in (UNKNOWN_GROUP, "VPN Users", ids, ",".join([ids[0]] * 101)):
        assert code(duo("POST", path, {"user_access": "PERMITTED_GROUPS", "groups_allowed": wrong})) == 40002
    assert stored(lab, app["integration_key"])["groups_allowed"] == ids
    assert duo("POST", path, {"user_access": "ALL_USERS"})[1]["response"]["groups_allowed"] == []


def test_user_access_left_out(lab: Lab, duo: DuoCall) -> None:
    parameters = {"name": "x", "type": "authapi"}
    assert duo("POST", APPS, parameters)[1]["response"]["user_access"] == "NO_USERS"
    lab.switch(**{"duo.user_access_default": "required"})
    assert code(duo("POST", APPS, parameters)) == 40001


def test_names(lab: Lab, duo: DuoCall) -> None:
    first, second = made(duo), made(duo)
    assert first["integration_key"] != second["integration_key"]
    lab.switch(**{"duo.unique_names": True})
    assert code(duo("POST", APPS, ADMIN_APP)) == 40002
    other = made(duo, name="Other")
    assert code(duo("POST", f"{APPS}/{other['integration_key']}", {"name": ADMIN_APP["name"]})) == 40002
    assert code(duo("POST", f"{APPS}/{other['integration_key']}", {"name": "Other"})) == 200


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_secret_in_answers(lab: Lab, duo: DuoCall) -> None:
    key = made(duo)["integration_key"]
    secret = stored(lab, key)["secret_key"]
    assert len(secret) == 40 and secret == secret_of(duo, key)

    def shown() -> list[Any]:
        listed = next(app for app in duo("GET", APPS)[1]["response"] if app["integration_key"] == key)
        read = duo("GET", f"{APPS}/{key}")[1]["response"]
        return [app.get("secret_key", "absent") for app in (listed, read)]

    assert shown() == ["*" * 36 + secret[-4:]] * 2
    lab.switch(**{"duo.secret_in_answers": "plain"})
    assert shown() == [secret] * 2
    assert made(duo)["secret_key"] == lab.state("duo", "applications")[-1]["secret_key"]
    lab.switch(**{"duo.secret_in_answers": "absent"})
    assert shown() == ["absent"] * 2
    assert "secret_key" not in made(duo)


@pytest.mark.parametrize("truth", [1, "1", True, "true"])
def test_reset_secret_key(lab: Lab, duo: DuoCall, truth: Any) -> None:
    key = made(duo, adminapi_info=1)["integration_key"]
    old = secret_of(duo, key)
    assert code(duo("POST", f"{APPS}/{key}", {"reset_secret_key": truth})) == 200
    new = stored(lab, key)["secret_key"]
    assert new != old
    assert code(duo("GET", "/admin/v1/info/summary", key=key, secret=old)) == 40103
    assert code(duo("GET", "/admin/v1/info/summary", key=key, secret=new)) == 200


@pytest.mark.parametrize("falsehood", [0, "0", False, "", None, "no"])
def test_reset_takes_no_falsehood(lab: Lab, duo: DuoCall, falsehood: Any) -> None:
    key = made(duo)["integration_key"]
    old = secret_of(duo, key)
    assert code(duo("POST", f"{APPS}/{key}", {"reset_secret_key": falsehood})) == 40002
    assert stored(lab, key)["secret_key"] == old


@pytest.mark.parametrize("self_refusal", [40002, 40301])
def test_the_caller_cannot_cut_its_own_branch(lab: Lab, duo: DuoCall, self_refusal: int) -> None:
    lab.switch(**{"duo.self_refusal": self_refusal})
    own = f"{APPS}/{lab.duo.integration_key}"
    before = lab.state("duo")
    assert code(duo("DELETE", own)) == self_refusal
    assert code(duo("POST", own, {"reset_secret_key": 1})) == self_refusal
    assert lab.state("duo") == before
    assert code(duo("POST", own, {"notes": "still mine"})) == 200


# -- permissions of the caller -----------------------------------------------------------------------------------------

NEEDS = [
    ("GET", APPS, "adminapi_read_resource"),
    ("GET", APPS + "/{key}", "adminapi_read_resource"),
    ("POST", APPS, "adminapi_integrations"),
    ("POST", APPS + "/{key}", "adminapi_integrations"),
    ("DELETE", APPS + "/{key}", "adminapi_integrations"),
    ("GET", "/admin/v1/integrations/{key}/skey", "adminapi_integrations"),
    ("GET", "/admin/v1/info/summary", "adminapi_info"),
    ("GET", "/admin/v1/info/telephony_credits_used", "adminapi_info"),
    ("GET", "/admin/v1/info/authentication_attempts", "adminapi_info"),
    ("GET", "/admin/v1/info/user_authentication_attempts", "adminapi_info"),
    ("GET", "/admin/v1/settings", "adminapi_settings"),
    ("GET", "/admin/v1/settings", "adminapi_settings_read"),
    ("GET", "/admin/v1/admins", "adminapi_admins_read"),
    ("GET", "/admin/v1/admins", "adminapi_admins"),
    ("GET", "/admin/v1/admins/{admin}", "adminapi_admins_read"),
    ("GET", "/admin/v1/users", "adminapi_read_resource"),
    ("GET", "/admin/v1/users/directorysync", "adminapi_read_resource"),
    ("GET", "/admin/v1/users/{user}", "adminapi_read_resource"),
    ("GET", "/admin/v1/users/{user}/groups", "adminapi_read_resource"),
    ("POST", "/admin/v1/users/{user}", "adminapi_write_resource"),
    ("DELETE", "/admin/v1/users/{user}", "adminapi_write_resource"),
    ("GET", "/admin/v1/groups", "adminapi_read_resource"),
    ("GET", "/admin/v1/groups/{group}", "adminapi_read_resource"),
    ("GET", "/admin/v2/groups/{group}", "adminapi_read_resource"),
    ("GET", "/admin/v2/groups/{group}/users", "adminapi_read_resource"),
    ("POST", "/admin/v1/groups", "adminapi_write_resource"),
    ("DELETE", "/admin/v1/groups/{group}", "adminapi_write_resource"),
]


@pytest.mark.parametrize(("method", "path", "flag"), NEEDS)
def test_permission(lab: Lab, duo: DuoCall, method: str, path: str, flag: str) -> None:
    state = lab.state("duo")
    ids = {
        "key": state["applications"][5]["integration_key"],
        "admin": state["administrators"][0]["admin_id"],
        "user": state["users"][0]["user_id"],
        "group": state["groups"][0]["group_id"],
    }
    parameters = {"name": "x", "type": "authapi"} if path == APPS else {"name": "x"} if path.endswith("groups") else {}
    parameters = parameters if method == "POST" else {}
    lab.patch("duo", "set_caller_flags", **{name: int(name != flag) for name in FLAGS})
    others = {"adminapi_settings": 0, "adminapi_settings_read": 0, "adminapi_admins": 0, "adminapi_admins_read": 0}
    lab.patch("duo", "set_caller_flags", **others)
    status, body = duo(method, path.format(**ids), parameters)
    assert (status, body) == (403, {"stat": "FAIL", "code": 40301, "message": "Access forbidden"})
    lab.patch("duo", "set_caller_flags", **{name: int(name == flag) for name in FLAGS})
    assert code(duo(method, path.format(**ids), parameters)) == 200


def test_setting_permissions(lab: Lab, duo: DuoCall) -> None:
    key = made(duo)["integration_key"]
    lab.patch("duo", "set_caller_flags", adminapi_allow_to_set_permissions=0)
    for path, parameters in ((APPS, ADMIN_APP), (f"{APPS}/{key}", {"notes": "x"})):
        assert code(duo("POST", path, parameters)) == 200
        assert code(duo("POST", path, {**parameters, "adminapi_info": 1})) == 40301
        assert code(duo("POST", path, {**parameters, "adminapi_info": "0"})) == 40301
    lab.switch(**{"duo.enforce_set_permissions": False})
    assert code(duo("POST", f"{APPS}/{key}", {"adminapi_info": 1})) == 200
    assert stored(lab, key)["flags"]["adminapi_info"] == 1


def test_skey_permission(lab: Lab, duo: DuoCall) -> None:
    path = f"/admin/v1/integrations/{lab.state('duo')['applications'][3]['integration_key']}/skey"
    works = []
    for value in ("applications", "read_resource", "both"):
        lab.switch(**{"duo.skey_permission": value})
        for flags in ((1, 0), (0, 1), (1, 1)):
            lab.patch("duo", "set_caller_flags", adminapi_integrations=flags[0], adminapi_read_resource=flags[1])
            works.append(code(duo("GET", path)) == 200)
    assert works == [True, False, True, False, True, True, False, False, True]


def test_list_permission(lab: Lab, duo: DuoCall) -> None:
    lab.patch(
        "duo", "set_caller_flags", adminapi_read_resource=0, adminapi_integrations=0, adminapi_integrations_read=1
    )
    assert code(duo("GET", APPS)) == 40301
    lab.switch(**{"duo.list_permission": "either"})
    assert code(duo("GET", APPS)) == 200
    lab.switch(**{"duo.split_flags": "unknown"})
    assert code(duo("GET", APPS)) == 40301


def test_split_flags(lab: Lab, duo: DuoCall) -> None:
    assert made(duo, adminapi_settings_read=1)["adminapi_settings_read"] == 1
    lab.switch(**{"duo.split_flags": "unknown"})
    for name in SPLIT_FLAGS:
        assert code(duo("POST", APPS, {**ADMIN_APP, name: 1})) == 40002
        assert all(name not in app for app in duo("GET", APPS)[1]["response"])
    lab.patch("duo", "set_caller_flags", adminapi_settings_read=1)
    assert code(duo("GET", "/admin/v1/settings")) == 40301


@pytest.mark.parametrize(("form", "zero", "one"), [("int", 0, 1), ("bool", False, True), ("string", "0", "1")])
def test_form_of_flags(lab: Lab, duo: DuoCall, form: str, zero: Any, one: Any) -> None:
    lab.switch(**{"duo.flags_as": form})
    app = made(duo, adminapi_info=1, self_service_allowed=1)
    found = [app[name] for name in ("adminapi_info", "self_service_allowed", "adminapi_settings")]
    assert found == [one, one, zero]
    assert [type(value) for value in found] == [type(one)] * 3


# -- paging ------------------------------------------------------------------------------------------------------------


def test_paging(lab: Lab, duo: DuoCall) -> None:
    status, first = duo("GET", APPS, {"limit": "30"})
    assert first["metadata"] == {"total_objects": 32, "prev_offset": None, "next_offset": 30}
    status, last = duo("GET", APPS, {"limit": "30", "offset": "30"})
    assert last["metadata"] == {"total_objects": 32, "prev_offset": 0}
    keys = [app["integration_key"] for app in first["response"] + last["response"]]
    assert keys == [app["integration_key"] for app in lab.state("duo", "applications")]
    assert duo("GET", APPS, {"offset": "99"})[1]["response"] == []


def test_page_sizes(lab: Lab, duo: DuoCall) -> None:
    for number in range(90):
        lab.patch("duo", "add_application", name=f"Bulk {number}", type="websdk")
    assert len(duo("GET", APPS)[1]["response"]) == 100
    assert len(duo("GET", APPS, {"limit": "9999"})[1]["response"]) == 122
    for number in range(490):
        lab.patch("duo", "add_group", name=f"Bulk {number}")
    assert len(duo("GET", "/admin/v1/groups", {"limit": "501"})[1]["response"]) == 500
    lab.switch(**{"duo.page_limit": 5})
    assert len(duo("GET", APPS, {"limit": "500"})[1]["response"]) == 5
    assert len(duo("GET", APPS, {"limit": "3"})[1]["response"]) == 3
    assert duo("GET", APPS, {"offset": "10"})[1]["metadata"] == {
        "total_objects": 122,
        "prev_offset": 5,
        "next_offset": 15,
    }


@pytest.mark.parametrize("wrong", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"offset": "-1"}, {"offset": ""}])
def test_invalid_paging(duo: DuoCall, wrong: dict[str, str]) -> None:
    assert code(duo("GET", APPS, wrong)) == 40002


def test_last_page(lab: Lab, duo: DuoCall) -> None:
    assert "next_offset" not in duo("GET", APPS)[1]["metadata"]
    lab.switch(**{"duo.last_page_offset": "null"})
    assert duo("GET", APPS)[1]["metadata"]["next_offset"] is None


# -- behind everybody's back -------------------------------------------------------------------------------------------


def test_out_of_band(lab: Lab, duo: DuoCall) -> None:
    key = lab.patch("duo", "add_application", name="By hand", type="adminapi", flags={"adminapi_info": 1}, notes="a")
    app = stored(lab, key)
    assert (app["flags"]["adminapi_info"], app["notes"], len(app["secret_key"])) == (1, "a", 40)
    assert lab.patch("duo", "rotate_secret", name="By hand") == key
    assert stored(lab, key)["secret_key"] != app["secret_key"]
    lab.patch("duo", "set_flag", name="By hand", flag="adminapi_info", value=0)
    assert stored(lab, key)["flags"]["adminapi_info"] == 0
    lab.patch("duo", "set_application", name="By hand", notes="b", secret_key="s" * 40, flags={"adminapi_info": 1})
    assert (stored(lab, key)["notes"], stored(lab, key)["secret_key"]) == ("b", "s" * 40)
    lab.patch("duo", "set_application", integration_key=key, name="New name")
    assert duo("GET", f"{APPS}/{key}")[1]["response"]["name"] == "New name"
    assert lab.patch("duo", "delete_application", name="New name") == key
    assert code(duo("GET", f"{APPS}/{key}")) == 40401
    assert lab.requests("duo")[-1]["status"] == 404


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("paint", {}),
        ("rotate_secret", {"name": "Legacy VPN"}),
        ("rotate_secret", {"name": "Nothing"}),
        ("set_flag", {"name": "Ansible automation", "flag": "adminapi_policies", "value": 1}),
        ("set_application", {"name": "Ansible automation", "colour": "red"}),
        ("add_application", {"name": "x"}),
        ("add_application", {"name": "x", "type": "y", "integration_key": "z"}),
    ],
)
def test_out_of_band_mistakes(lab: Lab, op: str, args: dict[str, Any]) -> None:
    before = lab.state("duo", "applications")
    with pytest.raises(ValueError):
        lab.patch("duo", op, **args)
    assert lab.state("duo", "applications") == before


def test_catalogue_applications_open_their_api(lab: Lab, duo: DuoCall) -> None:
    key = lab.patch("duo", "add_application", name="Cisco ISE Auth API", type="lab-cisco-ise-auth-api")
    assert code(duo("GET", "/auth/v2/check", key=key, secret=stored(lab, key)["secret_key"])) == 200
    flags = {"adminapi_info": 1}
    key = lab.patch("duo", "add_application", name="Cisco ISE Admin API", type="lab-cisco-ise-admin-api", flags=flags)
    secret = stored(lab, key)["secret_key"]
    assert code(duo("GET", "/admin/v1/info/summary", key=key, secret=secret)) == 200
    assert duo("GET", f"{APPS}/{key}")[1]["response"]["type"] == "lab-cisco-ise-admin-api"
