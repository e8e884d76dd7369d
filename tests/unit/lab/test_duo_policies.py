# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies of the simulated Duo."""

from __future__ import annotations

from typing import Any

import duo_client
import pytest
from lab import Lab

from .conftest import DuoCall

POLICIES = "/admin/v2/policies"
APPS = "/admin/v3/integrations"
REQUIRE = {"trusted_endpoint_checking": "require-trusted"}
BLOCK = {"cisco_secure_endpoint_can_block": True}
ENFORCE = {"authentication_policy": {"user_auth_behavior": "enforce"}}


def code(answer: tuple[int, Any]) -> int:
    """The code of a refusal, 200 for a success."""
    return answer[1].get("code", answer[0])


def response(answer: tuple[int, Any]) -> Any:
    """What was answered. Fails for a refusal."""
    assert code(answer) == 200, answer
    return answer[1]["response"]


def stored(lab: Lab, key: str) -> dict[str, Any]:
    return next(policy for policy in lab.state("duo", "policies") if policy["policy_key"] == key)


def named(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = [policy for policy in lab.state("duo", "policies") if policy["policy_name"] == name]
    return found


def app_keys(lab: Lab, *names: str) -> list[str]:
    apps = {app["name"]: app["integration_key"] for app in lab.state("duo", "applications")}
    return [apps[name] for name in names]


def policy_of(lab: Lab, name: str) -> str:
    (found,) = [app["policy_key"] for app in lab.state("duo", "applications") if app["name"] == name]
    return found


def created(duo: DuoCall, sections: dict[str, Any] | None = None, **parameters: Any) -> str:
    """The key of a new policy "New"."""
    wanted = {"policy_name": "New", "sections": sections or {}, **parameters}
    return str(response(duo("POST", POLICIES, wanted))["policy_key"])


def path(key: str) -> str:
    return f"{POLICIES}/{key}"


def section(duo: DuoCall, key: str, name: str) -> Any:
    """One section as it is shown, None if it is not."""
    return response(duo("GET", path(key)))["sections"].get(name)


def write(duo: DuoCall, key: str, **sections: Any) -> tuple[int, Any]:
    return duo("PUT", path(key), {"sections": sections})


# -- reading -----------------------------------------------------------------------------------------------------------


def test_seed(lab: Lab, duo: DuoCall) -> None:
    listed = response(duo("GET", POLICIES))
    names = [policy["policy_name"] for policy in listed]
    assert sorted(names) == ["Contractors", "Global Policy", "Legacy", "Legacy"]
    assert [policy["policy_name"] for policy in listed if policy["is_global_policy"]] == ["Global Policy"]
    keys = {policy["policy_key"] for policy in listed}
    assert len(keys) == 4 and all(len(key) == 20 and key.startswith("PO") for key in keys)
    contractors = next(policy for policy in listed if policy["policy_name"] == "Contractors")
    assert set(contractors["sections"]) == {"authentication_methods", "new_user"}
    assert contractors["policy_applies_to"] == [
        {
            "app_integration_key": app_keys(lab, "Branch VPN Berlin")[0],
            "app_name": "Branch VPN Berlin",
            "apply_type": "app",
            "groups": [],
        }
    ]
    (berlin,) = app_keys(lab, "Branch VPN Berlin")
    assert response(duo("GET", f"{APPS}/{berlin}"))["policy_key"] == contractors["policy_key"]


def test_the_global_policy(duo: DuoCall) -> None:
    policy = response(duo("GET", path("global")))
    assert policy == response(duo("GET", path(policy["policy_key"])))
    assert policy["policy_applies_to"] == [] and len(policy["sections"]) > 10
    assert {"trusted_endpoints", "duo_desktop", "new_user"} <= set(policy["sections"])


def test_answers_that_are_not_published(lab: Lab, duo: DuoCall) -> None:
    lab.switch(**{"duo.policies_in_list": "without_global", "duo.is_global_flag": "absent"})
    listed = response(duo("GET", POLICIES))
    assert "Global Policy" not in [policy["policy_name"] for policy in listed]
    assert not any("is_global_policy" in policy for policy in listed)
    lab.switch(**{"duo.policy_lists": "comma"})
    shown = response(duo("GET", path(named(lab, "Contractors")["policy_key"])))["sections"]["authentication_methods"]
    assert shown["allowed_auth_list"] == "duo-push,webauthn-roaming"
    assert section(duo, "global", "authorized_networks")["mfa_required"] == {"ip_list": ""}
    lab.switch(**{"duo.policy_lists": "list", "duo.policy_defaults_shown": False})
    assert section(duo, "global", "new_user") == {"new_user_behavior": "deny"}
    assert section(duo, "global", "screen_lock") == {"require_screen_lock": True}
    assert section(duo, "global", "browsers") == {}


def test_pages(lab: Lab, duo: DuoCall) -> None:
    lab.switch(**{"duo.page_limit": 3})
    first, second = duo("GET", POLICIES)[1], duo("GET", POLICIES, {"offset": "3"})[1]
    assert (len(first["response"]), len(second["response"]), first["metadata"]["next_offset"]) == (3, 1, 3)


def test_summary(lab: Lab, duo: DuoCall) -> None:
    summary = response(duo("GET", f"{POLICIES}/summary"))
    assert (summary["policy_count"], summary["response_is_truncated"]) == (4, False)
    assert {tuple(sorted(row)) for row in summary["policies"]} == {
        ("policy_applies_to", "policy_key", "policy_name"),
    }


@pytest.mark.parametrize(
    ("method", "where", "flag"),
    [
        ("GET", "", "adminapi_read_resource"),
        ("GET", "/global", "adminapi_read_resource"),
        ("GET", "/summary", "adminapi_read_resource"),
        ("GET", "/calculate", "adminapi_read_resource"),
        ("POST", "", "adminapi_write_resource"),
        ("POST", "/copy", "adminapi_write_resource"),
        ("PUT", "/update", "adminapi_write_resource"),
        ("PUT", "/global", "adminapi_write_resource"),
        ("DELETE", "/POX", "adminapi_write_resource"),
    ],
)
def test_permissions(lab: Lab, duo: DuoCall, method: str, where: str, flag: str) -> None:
    assert code(duo(method, POLICIES + where)) != 40301
    lab.patch("duo", "set_caller_flags", **{flag: 0})
    assert code(duo(method, POLICIES + where)) == 40301


def test_policies_need_version_5(duo: DuoCall) -> None:
    assert code(duo("GET", POLICIES, sig_version=2)) == 40103


# -- writing sections --------------------------------------------------------------------------------------------------


def test_life_of_a_policy(lab: Lab, duo: DuoCall) -> None:
    policy = response(duo("POST", POLICIES, {"policy_name": "New"}))
    key = policy["policy_key"]
    assert (policy["policy_name"], policy["sections"], policy["is_global_policy"]) == ("New", {}, False)
    assert response(duo("PUT", path(key), {"policy_name": "Renamed"}))["policy_name"] == "Renamed"
    assert stored(lab, key)["policy_name"] == "Renamed"
    assert duo("DELETE", path(key))[1]["response"] == ""
    for method in ("GET", "PUT", "DELETE"):
        assert code(duo(method, path(key))) == 40401
    assert [row["write"] for row in lab.requests("duo")] == [True, True, True, False, True, True]


def test_names_are_not_unique(duo: DuoCall) -> None:
    assert created(duo) != created(duo)


def test_adding_a_section_enables_it_with_defaults(duo: DuoCall) -> None:
    key = created(duo, {"screen_lock": {}, "authentication_methods": {"require_verified_push": True}})
    assert section(duo, key, "screen_lock") == {"require_screen_lock": False}
    methods = section(duo, key, "authentication_methods")
    assert (methods["require_verified_push"], methods["verified_push_digits"]) == (True, 3)
    assert methods["blocked_auth_list"] == ["desktop", "duo-passcode", "phonecall"]
    assert section(duo, key, "new_user") is None


def test_a_change_touches_the_keys_sent_and_replaces_lists(duo: DuoCall) -> None:
    desktop = {"requires_duo_desktop": ["windows", "macos"], "enforce_firewall": ["windows"]}
    key = created(duo, {"duo_desktop": desktop, "new_user": {"new_user_behavior": "enroll"}})
    assert code(write(duo, key, duo_desktop={"requires_duo_desktop": ["macos"]})) == 200
    after = section(duo, key, "duo_desktop")
    assert (after["requires_duo_desktop"], after["enforce_firewall"]) == (["macos"], ["windows"])
    assert section(duo, key, "new_user") == {"new_user_behavior": "enroll"}


@pytest.mark.parametrize("mode", ["replace", "replace_all"])
def test_a_put_that_replaces(lab: Lab, duo: DuoCall, mode: str) -> None:
    desktop = {"requires_duo_desktop": ["windows"], "enforce_firewall": ["windows"]}
    key = created(duo, {"duo_desktop": desktop, "new_user": {"new_user_behavior": "deny"}})
    lab.switch(**{"duo.policy_put": mode})
    assert code(write(duo, key, duo_desktop={"requires_duo_desktop": ["macos"]})) == 200
    after = section(duo, key, "duo_desktop")
    assert (after["requires_duo_desktop"], after["enforce_firewall"]) == (["macos"], [])
    kept = None if mode == "replace_all" else {"new_user_behavior": "deny"}
    assert section(duo, key, "new_user") == kept
    assert code(write(duo, "global", duo_desktop={})) == 200
    assert section(duo, "global", "new_user") == {"new_user_behavior": "enroll" if kept is None else "deny"}
    assert code(duo("PUT", path(key), {"policy_name": "Renamed"})) == 200
    assert section(duo, key, "duo_desktop") == after


@pytest.mark.parametrize(("mode", "unit"), [("merge", "hours"), ("replace", "days")])
def test_objects_inside_a_section(lab: Lab, duo: DuoCall, mode: str, unit: str) -> None:
    lab.switch(**{"duo.policy_nested": mode})
    apps = {"enabled": True, "user_based": {"max_time_units": "hours", "confirm_per_app": True}}
    key = created(duo, {"remembered_devices": {"browser_apps": apps}})
    assert code(write(duo, key, remembered_devices={"browser_apps": {"user_based": {"max_time_value": 12}}})) == 200
    after = section(duo, key, "remembered_devices")["browser_apps"]
    assert (after["user_based"]["max_time_value"], after["user_based"]["max_time_units"]) == (12, unit)
    assert (after["enabled"], after["user_based"]["confirm_per_app"]) == (mode == "merge", mode == "merge")


def test_removing_a_section(lab: Lab, duo: DuoCall) -> None:
    key = created(duo, {"new_user": {}, "screen_lock": {}})
    assert code(duo("PUT", path(key), {"sections_to_delete": ["new_user", "plugins"]})) == 200
    assert set(stored(lab, key)["sections"]) == {"screen_lock"}
    assert code(duo("PUT", path("global"), {"sections_to_delete": ["new_user"]})) == 40002
    assert "new_user" in named(lab, "Global Policy")["sections"]
    assert code(duo("PUT", path(key), {"sections_to_delete": "new_user"})) == 40002


def test_a_section_nobody_knows_yet(duo: DuoCall) -> None:
    key = created(duo, {"quantum_checks": {"mode": "strict", "list": ["a"]}})
    assert code(write(duo, key, quantum_checks={"list": ["b"]})) == 200
    assert section(duo, key, "quantum_checks") == {"mode": "strict", "list": ["b"]}


@pytest.mark.parametrize(
    "sections",
    [
        {"new_user": {"new_user_behavior": "maybe"}},
        {"new_user": {"new_user_behavior": ["deny"]}},
        {"new_user": {"behavior": "deny"}},
        {"new_user": "deny"},
        {"quantum_checks": []},
        {"screen_lock": {"require_screen_lock": "true"}},
        {"screen_lock": {"require_screen_lock": 1}},
        {"authentication_methods": {"verified_push_digits": 7}},
        {"authentication_methods": {"verified_push_digits": True}},
        {"authentication_methods": {"allowed_auth_list": ["pigeon"]}},
        {"duo_desktop": {"requires_duo_desktop": ["windows", "windows"]}},
        {"duo_desktop": {"requires_duo_desktop": "windows"}},
        {"duo_desktop": {"windows_remediation_note": 1}},
        {"operating_systems": {"os_restrictions": {"windows": {"block_remediation_days": 15}}}},
        {"operating_systems": {"os_restrictions": {"beos": {}}}},
        {"operating_systems": {"os_restrictions": []}},
        {"user_location": {"deny_access_countries_list": ["Germany"]}},
        {"authorized_networks": {"mfa_required": {"ip_list": ["192.0.2.256"]}}},
        {"authorized_networks": {"mfa_required": {"ip_list": ["192.0.2.9-192.0.2.1"]}}},
        {"authorized_networks": {"deny_other_access": True}},
        {"remembered_devices": {"windows_logon": {"max_time_value": 366}}},
        {"trusted_endpoints": {"trusted_endpoint_checking": "require_trusted"}},
        {"trusted_endpoints": {"trusted_endpoint_checking": "not-configured"}},
        {"trusted_endpoints": {"cisco_secure_endpoint_can_block": "true"}},
        "",
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(lab: Lab, duo: DuoCall, sections: Any) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    before = lab.state("duo", "policies")
    key = named(lab, "Contractors")["policy_key"]
    assert code(duo("POST", POLICIES, {"policy_name": "New", "sections": sections})) == 40002
    assert code(duo("PUT", path(key), {"policy_name": "New", "sections": sections})) == 40002
    assert lab.state("duo", "policies") == before


@pytest.mark.parametrize(
    "sections",
    [
        {"authorized_networks": {"no_2fa_required": {"ip_list": ["192.0.2.1-192.0.2.9"]}, "deny_other_access": True}},
        {"authorized_networks": {"mfa_required": {"ip_list": ["198.51.100.0/24", "2001:db8::1"]}}},
        {"remembered_devices": {"windows_logon": {"max_time_units": "hours", "max_time_value": 366}}},
        {"operating_systems": {"os_restrictions": {"windows": {"block_policy": "end-of-life"}}}},
        {"duo_desktop": {"windows_endpoint_security_list": ["cisco-amp"], "windows_remediation_note": "Call us."}},
    ],
    ids=str,
)
def test_what_fits_is_stored(lab: Lab, duo: DuoCall, sections: dict[str, Any]) -> None:
    assert contains(stored(lab, created(duo, sections))["sections"], sections)


def contains(held: Any, sent: Any) -> bool:
    """Is everything that was sent there, whatever else is?"""
    if isinstance(sent, dict):
        return all(contains(held[key], value) for key, value in sent.items())
    return bool(held == sent)


def test_unknown_keys_may_be_ignored(lab: Lab, duo: DuoCall) -> None:
    lab.switch(**{"duo.unknown_parameters": "ignore"})
    key = created(duo, {"new_user": {"behavior": "deny", "new_user_behavior": "no-mfa"}}, colour="red")
    assert stored(lab, key)["sections"] == {"new_user": {"new_user_behavior": "no-mfa"}}


def test_comma_texts_are_taken_where_they_are_given(lab: Lab, duo: DuoCall) -> None:
    lab.switch(**{"duo.policy_lists": "comma"})
    key = created(duo, {"duo_desktop": {"requires_duo_desktop": "windows, macos", "enforce_firewall": ["linux"]}})
    held = stored(lab, key)["sections"]["duo_desktop"]
    assert (held["requires_duo_desktop"], held["enforce_firewall"]) == (["windows", "macos"], ["linux"])


def test_parameters(lab: Lab, duo: DuoCall) -> None:
    assert code(duo("POST", POLICIES, {})) == 40001
    for wrong in ({"policy_name": " "}, {"policy_name": 1}, {"name": "x", "policy_name": "x"}):
        assert code(duo("POST", POLICIES, wrong)) == 40002
    policy = response(duo("POST", POLICIES, {"policy_name": "New"}))
    back = {name: policy[name] for name in ("policy_key", "policy_name", "is_global_policy", "sections")}
    assert response(duo("PUT", path(policy["policy_key"]), back)) == policy
    assert code(duo("PUT", path(policy["policy_key"]), {"policy_key": "POX"})) == 40002
    assert code(duo("PUT", path(policy["policy_key"]), {"is_global_policy": True})) == 40002


def test_the_global_policy_is_changed_and_never_deleted(lab: Lab, duo: DuoCall) -> None:
    key = named(lab, "Global Policy")["policy_key"]
    assert code(write(duo, key, new_user={"new_user_behavior": "no-mfa"})) == 200
    assert code(write(duo, "global", screen_lock={"require_screen_lock": False})) == 200
    held = stored(lab, key)["sections"]
    assert held["new_user"]["new_user_behavior"] == "no-mfa" and not held["screen_lock"]["require_screen_lock"]
    assert code(duo("DELETE", path(key))) == code(duo("DELETE", path("global"))) == 40002
    lab.switch(**{"duo.put_on_global": "404"})
    assert code(write(duo, "global", new_user={})) == code(duo("DELETE", path("global"))) == 40401
    assert code(duo("GET", path("global"))) == code(write(duo, key, new_user={})) == 200


# -- trusted endpoints -------------------------------------------------------------------------------------------------


def test_not_configured(lab: Lab, duo: DuoCall) -> None:
    shown = section(duo, "global", "trusted_endpoints")
    assert set(shown) == {"trusted_endpoint_checking", "trusted_endpoint_message"}
    assert shown["trusted_endpoint_checking"] == "not-configured"
    assert "you must first configure Trusted Endpoints" in shown["trusted_endpoint_message"]
    assert lab.state("duo", "trusted_endpoints_configured") is False
    lab.switch(**{"duo.not_configured_shown": "hidden"})
    assert section(duo, "global", "trusted_endpoints") is None
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    assert section(duo, "global", "trusted_endpoints") == {
        "trusted_endpoint_checking": "allow-all",
        "cisco_secure_endpoint_can_block": False,
    }


@pytest.mark.parametrize(("lifted_by", "configured"), [("management", False), ("any", True)])
def test_whether_the_link_to_cisco_alone_configures(lab: Lab, duo: DuoCall, lifted_by: str, configured: bool) -> None:
    lab.switch(**{"duo.not_configured_lifted_by": lifted_by})
    lab.patch("duo", "set_trusted_endpoints", configured=False, integration={"enabled": False})
    assert lab.state("duo", "trusted_endpoints_configured") is False
    lab.patch("duo", "set_trusted_endpoints", configured=False, integration={})
    assert lab.state("duo", "trusted_endpoints_configured") is configured
    shown = section(duo, "global", "trusted_endpoints")["trusted_endpoint_checking"]
    assert shown == ("allow-all" if configured else "not-configured")


@pytest.mark.parametrize(("answer", "status"), [("refuse", 40002), ("drop", 200), ("accept", 200)])
def test_writing_while_not_configured(lab: Lab, duo: DuoCall, answer: str, status: int) -> None:
    lab.switch(**{"duo.trusted_endpoints_unready": answer})
    key = created(duo, ENFORCE)
    written = write(duo, key, trusted_endpoints=REQUIRE, screen_lock={})
    assert code(written) == status
    assert ("screen_lock" in stored(lab, key)["sections"]) is (answer != "refuse")
    shown = section(duo, key, "trusted_endpoints")
    assert (shown or {}).get("trusted_endpoint_checking") == ("not-configured" if answer == "accept" else None)
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    shown = section(duo, key, "trusted_endpoints")
    assert (shown or {}).get("trusted_endpoint_checking") == ("require-trusted" if answer == "accept" else None)


@pytest.mark.parametrize("configured", [False, True])
def test_what_was_read_may_be_sent_back(lab: Lab, duo: DuoCall, configured: bool) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=configured)
    shown = section(duo, "global", "trusted_endpoints")
    assert code(write(duo, "global", trusted_endpoints={**shown, "trusted_endpoint_message": "x"})) == 200
    assert section(duo, "global", "trusted_endpoints") == shown
    assert "trusted_endpoint_message" not in named(lab, "Global Policy")["sections"]["trusted_endpoints"]
    assert code(write(duo, created(duo), trusted_endpoints=shown)) == 200


@pytest.mark.parametrize(("answer", "status"), [("refuse", 40002), ("drop", 200), ("accept", 200)])
@pytest.mark.parametrize("integration", [None, {"enabled": False}])
def test_blocking_without_the_link_to_cisco(
    lab: Lab, duo: DuoCall, answer: str, status: int, integration: dict[str, Any] | None
) -> None:
    lab.switch(**{"duo.can_block_unready": answer})
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration=integration)
    key = created(duo, ENFORCE)
    assert code(write(duo, key, trusted_endpoints={**REQUIRE, **BLOCK})) == status
    held = stored(lab, key)["sections"].get("trusted_endpoints", {})
    assert held.get("cisco_secure_endpoint_can_block") == {"refuse": None, "drop": False, "accept": True}[answer]
    assert held.get("trusted_endpoint_checking") == (None if answer == "refuse" else "require-trusted")


def test_blocking(lab: Lab, duo: DuoCall) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    key = created(duo, {"trusted_endpoints": {**REQUIRE, **BLOCK}})
    assert section(duo, key, "trusted_endpoints") == {**REQUIRE, **BLOCK}
    mobile = {"trusted_endpoint_checking_mobile": "allow-all"}
    assert code(write(duo, key, trusted_endpoints=mobile)) == 200
    assert section(duo, key, "trusted_endpoints") == {**REQUIRE, **BLOCK, **mobile}
    # What stands already is no new wish.
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    assert code(write(duo, key, trusted_endpoints=BLOCK)) == 200


def test_the_key_may_be_hidden_or_unknown(lab: Lab, duo: DuoCall) -> None:
    key = created(duo)
    lab.patch("duo", "set_policy", key=key, sections={"trusted_endpoints": {**REQUIRE, **BLOCK}})
    lab.switch(**{"duo.can_block_key": "with_integration"})
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    assert section(duo, key, "trusted_endpoints") == REQUIRE
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    assert section(duo, key, "trusted_endpoints") == {**REQUIRE, **BLOCK}
    lab.switch(**{"duo.can_block_key": "unknown"})
    assert section(duo, key, "trusted_endpoints") == REQUIRE
    assert code(write(duo, key, trusted_endpoints=BLOCK)) == 40002
    lab.switch(**{"duo.unknown_parameters": "ignore"})
    assert code(write(duo, key, trusted_endpoints=BLOCK)) == 200
    assert section(duo, key, "trusted_endpoints") == REQUIRE


# -- where a policy applies --------------------------------------------------------------------------------------------


def group_list(lab: Lab, app: str, *names: str) -> dict[str, Any]:
    ids = {group["name"]: group["group_id"] for group in lab.state("duo", "groups")}
    entry = {"app_integration_key": app, "group_id_list": [ids[name] for name in names]}
    return {"apply_group_policies_list": [entry], "group_policy_apply_order": "existing"}


@pytest.mark.parametrize("mode", ["adds", "replaces"])
def test_applying_to_applications(lab: Lab, duo: DuoCall, mode: str) -> None:
    lab.switch(**{"duo.apply_list": mode})
    first, second = app_keys(lab, "Branch VPN Berlin", "Branch VPN Lyon")
    key = created(duo, apply_to_apps={"apply_list": [first], "affect_all_apps": "inactive"})
    assert policy_of(lab, "Branch VPN Berlin") == key
    assert named(lab, "Contractors")["policy_applies_to"] == []
    assert code(duo("PUT", path(key), {"apply_to_apps": {"apply_list": [second]}})) == 200
    assert policy_of(lab, "Branch VPN Lyon") == key
    assert policy_of(lab, "Branch VPN Berlin") == (key if mode == "adds" else "")


@pytest.mark.parametrize("mode", ["adds", "replaces"])
def test_applying_to_groups(lab: Lab, duo: DuoCall, mode: str) -> None:
    lab.switch(**{"duo.apply_list": mode})
    wiki, intranet = app_keys(lab, "Wiki", "Intranet")
    key = created(duo, apply_to_groups_in_apps=group_list(lab, wiki, "Sales"))
    for app, groups in ((wiki, ["Finance"]), (intranet, ["Sales", "Helpdesk"])):
        written = duo("PUT", path(key), {"apply_to_groups_in_apps": group_list(lab, app, *groups)})
        assert code(written) == 200
    entries = response(duo("GET", path(key)))["policy_applies_to"]
    found = {entry["app_name"]: [group["group_name"] for group in entry["groups"]] for entry in entries}
    added = {"Wiki": ["Sales", "Finance"], "Intranet": ["Sales", "Helpdesk"]}
    assert found == (added if mode == "adds" else {"Intranet": ["Sales", "Helpdesk"]})
    assert {entry["apply_type"] for entry in entries} == {"group_app"}
    assert all(set(group) == {"group_name"} for entry in entries for group in entry["groups"])
    lab.switch(**{"duo.applied_groups": "id_and_name"})
    (entry, *_others) = response(duo("GET", path(key)))["policy_applies_to"]
    assert all(set(group) == {"group_id", "group_name"} for group in entry["groups"])


@pytest.mark.parametrize("name", ["group_name", "group_id"])
def test_groups_are_shown_beside_their_application(lab: Lab, duo: DuoCall, name: str) -> None:
    (wiki,) = app_keys(lab, "Wiki")
    key = created(duo, apply_to_groups_in_apps=group_list(lab, wiki, "Sales", "Finance"))
    lab.switch(**{"duo.applied_groups": f"flat_{name}"})
    entries = response(duo("GET", path(key)))["policy_applies_to"]
    assert len(entries) == 2 and all(entry[name] and "groups" not in entry for entry in entries)
    lab.switch(**{"duo.applied_groups": "hidden"})
    (entry,) = response(duo("GET", path(key)))["policy_applies_to"]
    assert "groups" not in entry and entry["apply_type"] == "group_app"


def test_where_a_policy_applies_is_shown_elsewhere_or_nowhere(lab: Lab, duo: DuoCall) -> None:
    (wiki,) = app_keys(lab, "Wiki")
    key = created(duo, apply_to_apps={"apply_list": [wiki]})
    for shown, is_in_summary in (("summary", True), ("nowhere", False)):
        lab.switch(**{"duo.policy_applies_to": shown})
        assert "policy_applies_to" not in response(duo("GET", path(key)))
        rows = response(duo("GET", path("summary")))["policies"]
        assert all(("policy_applies_to" in row) is is_in_summary for row in rows)
    lab.switch(**{"duo.policy_summary": "truncated"})
    summary = response(duo("GET", path("summary")))
    assert summary["response_is_truncated"] and len(summary["policies"]) < summary["policy_count"]


def test_applying_what_does_not_exist(lab: Lab, duo: DuoCall) -> None:
    (wiki,) = app_keys(lab, "Wiki")
    group = {"app_integration_key": wiki, "group_id_list": ["DGX"]}
    for wrong in (
        {"apply_to_apps": {"apply_list": ["DIX"]}},
        {"apply_to_apps": {"apply_list": wiki}},
        {"apply_to_apps": {"apply_list": [wiki], "affect_all_apps": "active"}},
        {"apply_to_apps": [wiki]},
        {"apply_to_groups_in_apps": {"apply_group_policies_list": [group]}},
        {"apply_to_groups_in_apps": {"apply_group_policies_list": group}},
        {"apply_to_groups_in_apps": {**group_list(lab, wiki, "Sales"), "group_policy_apply_order": "first"}},
        {"apply_to_groups_in_apps": group_list(lab, "DIX", "Sales")},
    ):
        assert code(duo("POST", POLICIES, {"policy_name": "New", **wrong})) == 40002
    assert len(lab.state("duo", "policies")) == 4
    assert code(duo("PUT", path("global"), {"apply_to_apps": {"apply_list": [wiki]}})) == 40002


def test_attaching_through_the_application(lab: Lab, duo: DuoCall) -> None:
    (berlin,) = app_keys(lab, "Branch VPN Berlin")
    app = response(duo("POST", f"{APPS}/{berlin}", {"policy_key": ""}))
    assert "policy_key" not in app and policy_of(lab, "Branch VPN Berlin") == ""
    key = created(duo)
    assert response(duo("POST", f"{APPS}/{berlin}", {"policy_key": key}))["policy_key"] == key
    assert stored(lab, key)["policy_applies_to"][0]["app_integration_key"] == berlin
    for wrong in ("POX", named(lab, "Global Policy")["policy_key"], 1):
        assert code(duo("POST", f"{APPS}/{berlin}", {"policy_key": wrong, "reset_secret_key": "1"})) == 40002
    assert policy_of(lab, "Branch VPN Berlin") == key


def test_deleting_a_policy_that_is_applied(lab: Lab, duo: DuoCall) -> None:
    wiki, intranet = app_keys(lab, "Wiki", "Intranet")
    key = created(duo, apply_to_apps={"apply_list": [wiki]}, apply_to_groups_in_apps=group_list(lab, intranet, "Sales"))
    lab.switch(**{"duo.delete_applied": "refuse"})
    assert code(duo("DELETE", path(key))) == 40002
    assert policy_of(lab, "Wiki") == key
    assert code(duo("DELETE", path(created(duo)))) == 200
    lab.switch(**{"duo.delete_applied": "detach"})
    assert code(duo("DELETE", path(key))) == 200
    assert policy_of(lab, "Wiki") == "" and code(duo("GET", f"{POLICIES}/summary")) == 200


def test_what_is_deleted_leaves_no_trace_in_policies(lab: Lab, duo: DuoCall) -> None:
    wiki, intranet = app_keys(lab, "Wiki", "Intranet")
    key = created(duo, apply_to_groups_in_apps=group_list(lab, wiki, "Sales"))
    duo("PUT", path(key), {"apply_to_groups_in_apps": group_list(lab, intranet, "Sales", "Finance")})
    assert len(stored(lab, key)["policy_applies_to"]) == 2
    ids = {group["name"]: group["group_id"] for group in lab.state("duo", "groups")}
    assert code(duo("DELETE", f"/admin/v1/groups/{ids['Sales']}")) == 200
    (entry,) = stored(lab, key)["policy_applies_to"]
    assert [group["group_name"] for group in entry["groups"]] == ["Finance"]
    assert code(duo("DELETE", f"{APPS}/{intranet}")) == 200
    assert stored(lab, key)["policy_applies_to"] == []


def test_calculation(lab: Lab, duo: DuoCall) -> None:
    state = lab.state("duo")
    groups = {group["group_id"]: group["name"] for group in state["groups"]}
    user = next(item for item in state["users"] if "VPN Users" in {groups[key] for key in item["groups"]})
    (berlin,) = app_keys(lab, "Branch VPN Berlin")
    lab.patch("duo", "set_policy", name="Contractors", sections={"new_user": {"new_user_behavior": "no-mfa"}})
    key = created(
        duo,
        {"screen_lock": {"require_screen_lock": False}, "new_user": {"new_user_behavior": "enroll"}},
        apply_to_groups_in_apps=group_list(lab, berlin, "VPN Users"),
    )
    who = {"integration_key": berlin, "user_id": user["user_id"]}
    result = response(duo("GET", f"{POLICIES}/calculate", who))
    assert result["sections"]["screen_lock"] == {"require_screen_lock": False}
    assert result["sections"]["new_user"] == {"new_user_behavior": "enroll"}
    assert result["sections"]["authentication_methods"]["verified_push_digits"] == 4
    origins = {name: item["policy_name"] for name, item in result["policy_elements"].items()}
    assert set(origins) == set(result["sections"])
    assert (origins["new_user"], origins["authentication_methods"], origins["browsers"]) == (
        *("New", "Contractors", "Global Policy"),
    )
    lab.switch(**{"duo.policy_elements_shape": "list"})
    listed = response(duo("GET", f"{POLICIES}/calculate", who))["policy_elements"]
    assert {item["policy_key"]: sorted(item["sections"]) for item in listed}[key] == ["new_user", "screen_lock"]
    stranger = next(item for item in state["users"] if "VPN Users" not in {groups[key] for key in item["groups"]})
    other = response(duo("GET", f"{POLICIES}/calculate", {**who, "user_id": stranger["user_id"]}))
    assert other["sections"]["new_user"] == {"new_user_behavior": "no-mfa"}


def test_calculation_of_what_does_not_exist(lab: Lab, duo: DuoCall) -> None:
    (wiki,) = app_keys(lab, "Wiki")
    user = lab.state("duo", "users")[0]["user_id"]
    assert code(duo("GET", f"{POLICIES}/calculate", {"integration_key": wiki})) == 40001
    assert code(duo("GET", f"{POLICIES}/calculate", {"integration_key": "DIX", "user_id": user})) == 40401
    assert code(duo("GET", f"{POLICIES}/calculate", {"integration_key": wiki, "user_id": "DUX"})) == 40401


# -- several at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["list", "object"])
def test_copies(lab: Lab, duo: DuoCall, form: str) -> None:
    lab.switch(**{"duo.copy_answer": form})
    source = named(lab, "Contractors")
    wanted = {"policy_key": source["policy_key"], "new_policy_names_list": ["One", "Two"]}
    answer = response(duo("POST", f"{POLICIES}/copy", wanted))
    copies = answer if form == "list" else answer["policies"]
    assert [copy["policy_name"] for copy in copies] == ["One", "Two"]
    assert len({copy["policy_key"] for copy in copies} | {source["policy_key"]}) == 3
    assert all(copy["policy_applies_to"] == [] for copy in copies)
    assert code(write(duo, copies[0]["policy_key"], new_user={"new_user_behavior": "enroll"})) == 200
    assert named(lab, "Two")["sections"] == named(lab, "Contractors")["sections"] == source["sections"]
    assert code(duo("POST", f"{POLICIES}/copy", {})) == 40001
    assert code(duo("POST", f"{POLICIES}/copy", {"policy_key": "POX"})) == 40401


def test_changing_some(lab: Lab, duo: DuoCall) -> None:
    before = lab.state("duo", "policies")
    key = named(lab, "Contractors")["policy_key"]
    edit = {"edit_all_policies": False, "edit_list": [key]}
    changes = {"sections": ENFORCE, "sections_to_delete": ["new_user"]}
    wanted = {"policies_to_update": edit, "policy_changes": changes}
    (changed,) = response(duo("PUT", f"{POLICIES}/update", wanted))
    assert set(changed["sections"]) == {"authentication_methods", "authentication_policy"}
    others = [policy for policy in lab.state("duo", "policies") if policy["policy_key"] != key]
    assert others == [policy for policy in before if policy["policy_key"] != key]


def test_changing_some_without_saying_so_changes_all(lab: Lab, duo: DuoCall) -> None:
    """The trap that must be there, or no test could show that nobody walks into it."""
    wanted = {
        "policies_to_update": {"edit_list": [named(lab, "Contractors")["policy_key"]]},
        "policy_changes": {"sections": {"new_user": {"new_user_behavior": "no-mfa"}}},
    }
    assert len(response(duo("PUT", f"{POLICIES}/update", wanted))) == 4
    found = {policy["sections"]["new_user"]["new_user_behavior"] for policy in lab.state("duo", "policies")}
    assert found == {"no-mfa"}


def test_changing_many_does_nothing_if_one_is_refused(lab: Lab, duo: DuoCall) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    lab.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": BLOCK})
    before = lab.state("duo", "policies")
    # The first may keep what stands, the others may not begin with it.
    changes = {"sections": {"trusted_endpoints": {**BLOCK, **REQUIRE}}}
    wanted = {"policies_to_update": {"edit_all_policies": True}, "policy_changes": changes}
    assert code(duo("PUT", f"{POLICIES}/update", wanted)) == 40002
    assert lab.state("duo", "policies") == before
    changes = {"sections": {"new_user": {"new_user_behavior": "maybe"}}}
    for which in ({}, {"edit_all_policies": False, "edit_list": ["POX"]}, {"all": True}):
        wanted = {"policies_to_update": which, "policy_changes": changes}
        assert code(duo("PUT", f"{POLICIES}/update", wanted)) in (40002, 40401)
    for missing in ("policies_to_update", "policy_changes"):
        assert code(duo("PUT", f"{POLICIES}/update", {missing: {}})) == 40001
    assert lab.state("duo", "policies") == before


def test_the_vendors_own_wrappers(lab: Lab) -> None:
    host, port = lab.duo.api_host.split(":")
    keys = (lab.duo.integration_key, lab.duo.secret_key, host)
    admin = duo_client.Admin(*keys, ca_certs=lab.ca_path, port=int(port), timeout=5)
    assert len(admin.get_policies_v2()) == 4
    policy = admin.create_policy_v2({"policy_name": "Wrapped", "sections": ENFORCE})
    key = policy["policy_key"]
    assert admin.get_policy_v2(key) == policy
    assert admin.update_policy_v2(key, {"sections_to_delete": ["authentication_policy"]})["sections"] == {}
    assert admin.get_policy_summary_v2()["policy_count"] == 5
    assert len(admin.update_policies_v2({"new_user": {}}, [], [key])) == 1
    assert admin.copy_policy_v2(key, ["Again"])[0]["sections"] == {"new_user": {"new_user_behavior": "enroll"}}
    user = lab.state("duo", "users")[0]["user_id"]
    assert set(admin.calculate_policy(app_keys(lab, "Wiki")[0], user)) == {"policy_elements", "sections"}
    assert admin.delete_policy_v2(key) == ""


# -- out of band -------------------------------------------------------------------------------------------------------


def test_by_hand(lab: Lab, duo: DuoCall) -> None:
    key = lab.patch("duo", "add_policy", name="By hand", sections={"screen_lock": {}}, applications=["Wiki"])
    assert policy_of(lab, "Wiki") == key
    assert section(duo, key, "screen_lock") == {"require_screen_lock": False}
    drift = {"screen_lock": {"require_screen_lock": True}, "new_user": {}}
    assert lab.patch("duo", "set_policy", name="By hand", sections=drift, rename="Moved") == key
    assert lab.patch("duo", "set_policy", key=key, without=["new_user"]) == key
    assert stored(lab, key)["sections"] == {"screen_lock": {"require_screen_lock": True}}
    assert lab.patch("duo", "delete_policy", name="Moved") == key
    assert policy_of(lab, "Wiki") == ""
    assert lab.patch("duo", "set_policy", key="global") == named(lab, "Global Policy")["policy_key"]


@pytest.mark.parametrize(
    ("op", "arguments"),
    [
        ("set_policy", {"name": "Legacy"}),
        ("set_policy", {"key": "POX"}),
        ("set_policy", {"name": "Contractors", "sections": {"new_user": {"new_user_behavior": "maybe"}}}),
        ("set_policy", {"name": "Contractors", "without": ["browsers"]}),
        ("delete_policy", {"key": "global"}),
        ("add_policy", {"name": "New", "applications": ["Legacy VPN"]}),
        ("set_trusted_endpoints", {"configured": True, "integration": {"colour": "red"}}),
    ],
    ids=str,
)
def test_mistakes_by_hand_are_reported(lab: Lab, op: str, arguments: dict[str, Any]) -> None:
    before = lab.state("duo")
    with pytest.raises(ValueError):
        lab.patch("duo", op, **arguments)
    assert lab.state("duo") == before
