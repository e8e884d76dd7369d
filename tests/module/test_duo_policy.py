# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies in Duo: what is declared is set, what is not declared stays, whatever Duo makes of a write."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from lab import Lab

from .harness import BOTH_WAYS, Options, Run, matrix, objects, quietly, step, writes

MODULE = "duo_policy"
NAME = "Trusted devices"
TRUSTED: Options = {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True}
BERLIN, LYON = "Branch VPN Berlin", "Branch VPN Lyon"
KEY = "integration_key"


@pytest.fixture
def ready(lab: Lab) -> Lab:
    """Somebody has been in the Admin Panel: Trusted Endpoints and the link to Cisco Secure Endpoint are there."""
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    return lab


def policy(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = policies(lab, name)
    return found


def policies(lab: Lab, name: str) -> list[dict[str, Any]]:
    return [item for item in lab.state("duo", "policies") if item["policy_name"] == name]


def global_policy(lab: Lab) -> dict[str, Any]:
    (found,) = [item for item in lab.state("duo", "policies") if item["is_global_policy"]]
    return dict(found)


def applies_to(lab: Lab, name: str) -> dict[str, list[str]]:
    """Names of groups by name of application, in the lab."""
    entries = policy(lab, name)["policy_applies_to"]
    return {entry["app_name"]: sorted(group["group_name"] for group in entry["groups"]) for entry in entries}


def key_of(lab: Lab, application: str) -> str:
    (found,) = [app for app in lab.state("duo", "applications") if app["name"] == application]
    return str(found[KEY])


def sent(lab: Lab) -> list[dict[str, Any]]:
    """The bodies of the writes."""
    return [row["body"] for row in lab.requests("duo") if row["write"]]


@pytest.fixture(autouse=True)
def no_policy_is_changed_along(lab: Lab) -> Any:
    """The call that changes many policies, all of them unless asked otherwise, is never made."""
    yield
    paths = [row["path"] for row in lab.requests("duo")]
    assert not [path for path in paths if path.endswith(("/update", "/copy"))], paths
    assert not [row for row in lab.requests("duo") if row["unknown_route"]]


# Custom policies


def test_matrix(run: Run, ready: Lab) -> None:
    steps = matrix(
        run,
        ready,
        MODULE,
        {
            "name": NAME,
            "trusted_endpoints": TRUSTED,
            "sections": {"new_user": {"new_user_behavior": "deny"}, "screen_lock": {"require_screen_lock": True}},
            "apply_to": [{"application": LYON, "groups": ["VPN Users", "Helpdesk"]}],
        },
        {
            "trusted_endpoints": {"checking": "allow_all", "checking_mobile": "require_trusted"},
            "sections": {"new_user": {"new_user_behavior": "enroll"}},
            "sections_absent": ["screen_lock"],
        },
        delete={"name": NAME, "state": "absent"},
        again=BOTH_WAYS,
    )
    assert steps.create and steps.change and steps.delete
    for made in (steps.create, steps.change, steps.delete):
        assert (made.check["written"], made.real["written"]) == (False, True)
    assert steps.create.real["policy"]["trusted_endpoints"] == TRUSTED
    assert steps.change.real["diff"]["before"] == {
        "name": NAME,
        "trusted_endpoints": {"checking": "require_trusted", "checking_mobile": "require_trusted"},
        "sections": {"new_user": {"new_user_behavior": "deny"}},
        "sections_absent": [],
        "apply_to": [{"application": LYON, "groups": ["Helpdesk", "VPN Users"]}],
    }
    assert steps.change.real["diff"]["after"]["sections_absent"] == ["screen_lock"]
    assert steps.delete.real["diff"]["after"] == {}
    assert steps.delete.real["diff"]["before"]["sections"] == {"new_user": {"new_user_behavior": "enroll"}}


def test_what_is_created_is_what_duo_has(run: Run, ready: Lab) -> None:
    sections = {"duo_desktop": {"requires_duo_desktop": ["windows"], "windows_endpoint_security_list": ["cisco-amp"]}}
    result = run.ok(MODULE, name=NAME, trusted_endpoints=TRUSTED, sections=sections)["policy"]
    held = policy(ready, NAME)
    assert result["policy_key"] == held["policy_key"] and result["name"] == NAME
    assert result["is_global_policy"] is False and result["applies_to"] == []
    assert held["sections"]["trusted_endpoints"] == {
        "trusted_endpoint_checking": "require-trusted",
        "cisco_secure_endpoint_can_block": True,
    }
    assert held["sections"]["duo_desktop"].items() >= sections["duo_desktop"].items()
    assert result["sections"] == {"duo_desktop": held["sections"]["duo_desktop"]}


def test_only_what_differs_is_sent(run: Run, ready: Lab) -> None:
    before = policy(ready, "Contractors")
    methods = {"require_verified_push": True, "verified_push_digits": 6}
    run.ok(
        MODULE,
        name="Contractors",
        trusted_endpoints={"checking": "require_trusted"},
        sections={"authentication_methods": methods, "new_user": {"new_user_behavior": "deny"}},
    )
    (body,) = sent(ready)
    assert body == {
        "sections": {
            "trusted_endpoints": {"trusted_endpoint_checking": "require-trusted"},
            "authentication_methods": {"verified_push_digits": 6},
        }
    }
    after = policy(ready, "Contractors")
    before["sections"]["authentication_methods"]["verified_push_digits"] = 6
    after["sections"].pop("trusted_endpoints")
    assert after == before


def test_a_second_run_costs_one_request(run: Run, ready: Lab) -> None:
    declared = {"name": NAME, "trusted_endpoints": TRUSTED, "sections": {"new_user": {"new_user_behavior": "deny"}}}
    run.ok(MODULE, **declared)
    quietly(run, ready, MODULE, **declared)
    assert len(ready.requests("duo")) == 1


@pytest.mark.parametrize("spelling", ["require_trusted", "require-trusted"])
def test_either_spelling(run: Run, ready: Lab, spelling: str) -> None:
    run.ok(MODULE, name=NAME, trusted_endpoints={"checking": spelling, "checking_mobile": spelling})
    section = policy(ready, NAME)["sections"]["trusted_endpoints"]
    assert section["trusted_endpoint_checking"] == section["trusted_endpoint_checking_mobile"] == "require-trusted"
    other = {"checking": "require_trusted", "checking_mobile": "require-trusted"}
    assert not quietly(run, ready, MODULE, name=NAME, trusted_endpoints=other)["changed"]


def test_mobile_devices_follow_where_duo_says_nothing_of_them(run: Run, ready: Lab) -> None:
    run.ok(MODULE, name=NAME, trusted_endpoints={"checking": "require_trusted"})
    both = {"checking": "require_trusted", "checking_mobile": "require_trusted"}
    assert not quietly(run, ready, MODULE, name=NAME, trusted_endpoints=both)["changed"]
    step(run, ready, MODULE, {"name": NAME, "trusted_endpoints": {**both, "checking_mobile": "allow_all"}})


CHECKS = ("allow_all", "require_trusted")
FOLLOWING = ("kept", "follows", "default")


def trusted(lab: Lab, name: str) -> tuple[str, str | None]:
    section = policy(lab, name)["sections"]["trusted_endpoints"]
    return section["trusted_endpoint_checking"], section.get("trusted_endpoint_checking_mobile")


@pytest.mark.parametrize("how", FOLLOWING)
@pytest.mark.parametrize("mobile", [*CHECKS, None])
@pytest.mark.parametrize(("before", "after"), [CHECKS, CHECKS[::-1]])
def test_mobile_devices_follow_a_change(
    run: Run, ready: Lab, how: str, mobile: str | None, before: str, after: str
) -> None:
    """Whatever Duo makes of them, they end as the others, and nothing is set back."""
    # Each pair of values of all four occurs.
    is_even = (FOLLOWING.index(how) + [*CHECKS, None].index(mobile) + CHECKS.index(before)) % 2 == 0
    put = "merge" if is_even else "replace"
    ready.switch(**{"duo.checking_mobile": how, "duo.policy_put": put})
    section = {"trusted_endpoint_checking": before.replace("_", "-"), "cisco_secure_endpoint_can_block": True}
    if mobile:
        section["trusted_endpoint_checking_mobile"] = mobile.replace("_", "-")
    ready.patch("duo", "add_policy", name=NAME, sections={"trusted_endpoints": section}, applications=[LYON])
    wanted: Options = {"name": NAME, "trusted_endpoints": {"checking": after}}
    foretold = run.ok("duo_policy_impact", **wanted)["impact"]
    run.ok(MODULE, **wanted)
    checking, shown = trusted(ready, NAME)
    assert checking == after.replace("_", "-") and shown in (checking, None)
    assert policy(ready, NAME)["sections"]["trusted_endpoints"]["cisco_secure_endpoint_can_block"] is True
    found = run.ok("duo_policy_impact", name=NAME)["impact"]
    assert found["blocked_now"] == foretold["blocked_then"]
    assert {name: found["current"][name] for name in foretold["wanted"]} == foretold["wanted"]
    assert not quietly(run, ready, MODULE, **wanted)["changed"]


@pytest.mark.parametrize("how", FOLLOWING)
@pytest.mark.parametrize("name", [NAME, "Contractors"])
def test_mobile_devices_follow_in_a_section_to_come(run: Run, ready: Lab, how: str, name: str) -> None:
    ready.switch(**{"duo.checking_mobile": how})
    wanted: Options = {"name": name, "trusted_endpoints": {"checking": "require_trusted"}}
    run.ok(MODULE, **wanted)
    assert trusted(ready, name) in ((one := "require-trusted", one), (one, None))
    assert not quietly(run, ready, MODULE, **wanted)["changed"]


@pytest.mark.parametrize("how", FOLLOWING)
def test_mobile_devices_stay_as_they_are_where_nothing_changes(run: Run, ready: Lab, how: str) -> None:
    ready.switch(**{"duo.checking_mobile": how})
    exempt = {"trusted_endpoint_checking": "require-trusted", "trusted_endpoint_checking_mobile": "allow-all"}
    ready.patch("duo", "add_policy", name=NAME, sections={"trusted_endpoints": exempt})
    assert not quietly(run, ready, MODULE, name=NAME, trusted_endpoints={"checking": "require_trusted"})["changed"]
    run.ok(MODULE, name=NAME, trusted_endpoints=TRUSTED)
    assert trusted(ready, NAME) == ("require-trusted", "allow-all")
    run.ok(MODULE, name=NAME, trusted_endpoints={"checking": "allow_all", "checking_mobile": "require_trusted"})
    assert trusted(ready, NAME) == ("allow-all", "require-trusted")


def test_a_section_without_keys_is_enabled_with_duos_defaults(run: Run, lab: Lab) -> None:
    options = {"name": "Contractors", "sections": {"browsers": {}, "new_user": {}}}
    done = step(run, lab, MODULE, options, unpredictable=("sections",))
    assert done.real["diff"]["before"]["sections"] == {"new_user": {}}
    assert done.real["diff"]["after"]["sections"] == {"browsers": {}, "new_user": {}}
    assert policy(lab, "Contractors")["sections"]["new_user"] == {"new_user_behavior": "deny"}


def test_the_order_of_a_list_means_nothing(run: Run, lab: Lab) -> None:
    lists = {"allowed_auth_list": ["webauthn-roaming", "duo-push"]}
    options = {"name": "Contractors", "sections": {"authentication_methods": lists}}
    assert not quietly(run, lab, MODULE, **options)["changed"]
    lists["allowed_auth_list"] = ["sms", "duo-push"]
    assert step(run, lab, MODULE, options).real["diff"]["before"]["sections"]["authentication_methods"] == {
        "allowed_auth_list": ["duo-push", "webauthn-roaming"]
    }


@pytest.mark.parametrize("nested", ["merge", "replace"])
@pytest.mark.parametrize("put", ["merge", "replace", "replace_all"])
def test_of_a_nested_object_only_what_is_declared_changes(run: Run, lab: Lab, put: str, nested: str) -> None:
    lab.switch(**{"duo.policy_put": put, "duo.policy_nested": nested})
    browsers = {"enabled": True, "user_based": {"max_time_units": "hours", "max_time_value": 8}}
    windows = {"enabled": True, "max_time_units": "days", "max_time_value": 3}
    before = {"remembered_devices": {"browser_apps": browsers, "windows_logon": windows}}
    lab.patch("duo", "add_policy", name="Remembering", sections=before)
    stored = policy(lab, "Remembering")["sections"]["remembered_devices"]
    options = {
        "name": "Remembering",
        "sections": {"remembered_devices": {"browser_apps": {"user_based": {"max_time_value": 12}}}},
    }
    diff = step(run, lab, MODULE, options).real["diff"]
    declared = {"remembered_devices": {"browser_apps": {"user_based": {"max_time_value": 8}}}}
    assert diff["before"] == {"name": "Remembering", "sections": declared}
    stored["browser_apps"]["user_based"]["max_time_value"] = 12
    assert policy(lab, "Remembering")["sections"]["remembered_devices"] == stored


def test_a_value_from_a_template_is_what_it_spells(run: Run, lab: Lab) -> None:
    methods = {"require_verified_push": "True", "verified_push_digits": "4", "auto_retry_sms": "false"}
    options: Options = {"name": "Contractors", "sections": {"authentication_methods": methods}}
    assert not quietly(run, lab, MODULE, **options)["changed"]
    methods.update(require_verified_push="False", verified_push_digits="5", auto_retry_sms="true")
    step(run, lab, MODULE, options, unpredictable=("sections",))
    held = policy(lab, "Contractors")["sections"]["authentication_methods"]
    assert (held["require_verified_push"], held["verified_push_digits"], held["auto_retry_sms"]) == (False, 5, True)


METHODS = {
    "require_verified_push": "true",
    "verified_push_digits": "6",
    "allowed_auth_list": "sms,duo-push",
    "blocked_auth_list": ["phonecall"],
}
DIGITS = {"authentication_methods": {"verified_push_digits": 6}}


@pytest.mark.parametrize("name", [NAME, "Plain"])
@pytest.mark.parametrize("put", ["merge", "replace"])
def test_a_value_from_a_template_in_a_section_that_is_not_there_yet(run: Run, lab: Lab, name: str, put: str) -> None:
    """What kind of value each key takes, only the global policy shows."""
    lab.switch(**{"duo.policy_put": put})
    lab.patch("duo", "add_policy", name="Plain", sections={"new_user": {}})
    inner = {"browser_apps": {"enabled": "true", "user_based": {"max_time_value": "12"}}}
    options: Options = {"name": name, "sections": {"authentication_methods": METHODS, "remembered_devices": inner}}
    check = run.ok(MODULE, check=True, **options)
    assert check["policy"]["sections"]["authentication_methods"]["verified_push_digits"] == 6
    step(run, lab, MODULE, options, unpredictable=("sections",))
    held = policy(lab, name)["sections"]
    declared = {"require_verified_push": True, "verified_push_digits": 6, "allowed_auth_list": ["sms", "duo-push"]}
    assert held["authentication_methods"].items() >= declared.items()
    assert held["remembered_devices"]["browser_apps"]["user_based"]["max_time_value"] == 12


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({"name": NAME, "sections": {"authentication_methods": METHODS}}, 1),
        ({"name": NAME, "sections": DIGITS}, 0),
        ({"name": "Plain", "sections": {**DIGITS, "new_user": {"new_user_behavior": "deny"}}}, 0),
        ({"name": "Plain", "sections": {"authentication_policy": {"user_auth_behavior": "deny"}}}, 1),
        ({"global_policy": True, "sections": {"new_user": {"new_user_behavior": "deny"}}}, 3),
    ],
    ids=str,
)
def test_the_global_policy_is_asked_for_kinds_only_where_it_may_help(
    run: Run, lab: Lab, options: Options, asked: int
) -> None:
    lab.patch("duo", "add_policy", name="Plain", sections={"new_user": {}})
    lab.patch("duo", "set_policy", key="global", sections={"new_user": {"new_user_behavior": "no-mfa"}})
    lab.clear_requests()
    run.ok(MODULE, **options)
    held = [f"{row['method']} {row['path']}" for row in lab.requests("duo")]
    # As the object itself it is read before the write, after it, and to see what the write changed besides.
    assert held.count("GET /admin/v2/policies/global") == asked


def test_drift_is_repaired(run: Run, ready: Lab) -> None:
    declared: Options = {
        "name": NAME,
        "trusted_endpoints": TRUSTED,
        "sections": {"new_user": {"new_user_behavior": "deny"}},
        "sections_absent": ["screen_lock"],
    }
    run.ok(MODULE, **declared)
    good = policy(ready, NAME)
    ready.patch(
        "duo",
        "set_policy",
        name=NAME,
        sections={
            "trusted_endpoints": {"trusted_endpoint_checking": "allow-all", "cisco_secure_endpoint_can_block": False},
            "screen_lock": {},
        },
        without=["new_user"],
    )
    step(run, ready, MODULE, declared)
    assert policy(ready, NAME) == good


# What Duo leaves open


@pytest.mark.parametrize(
    "switch",
    [
        {"duo.policy_put": "replace"},
        {"duo.policy_put": "replace_all"},
        {"duo.policy_put": "replace", "duo.policy_lists": "comma"},
        {"duo.policy_defaults_shown": False},
        {"duo.policy_put": "replace_all", "duo.policy_defaults_shown": False},
        {"duo.policy_lists": "comma"},
        {"duo.policies_in_list": "without_global"},
        {"duo.is_global_flag": "absent"},
        {"duo.put_on_global": "404"},
        {"duo.apply_list": "replaces"},
        {"duo.applied_groups": "id_and_name"},
        {"duo.apply_list": "replaces", "duo.applied_groups": "id_and_name"},
        {"duo.apply_list": "replaces", "duo.applied_groups": "flat_group_name"},
        {"duo.apply_list": "replaces", "duo.applied_groups": "flat_group_id"},
        {"duo.apply_list": "replaces", "duo.policy_applies_to": "summary"},
        {"duo.applied_groups": "flat_group_name", "duo.policy_applies_to": "summary"},
        {"duo.application_policy_key": "hidden"},
        {"duo.copy_answer": "object"},
        {"duo.can_block_key": "with_integration"},
        {"duo.not_configured_lifted_by": "any"},
        {"duo.unknown_parameters": "ignore"},
        {"duo.page_limit": 2},
    ],
    ids=str,
)
def test_every_variant_of_duo(run: Run, ready: Lab, switch: dict[str, Any]) -> None:
    """What is not declared survives the change: keys, sections, assignments."""
    ready.switch(**switch)
    location = {"user_location": {"default_action": "require-mfa", "deny_access_countries_list": ["KP", "IR"]}}
    desktop = {"duo_desktop": {"requires_duo_desktop": ["windows"], "enforce_firewall": ["windows", "macos"]}}
    ready.patch("duo", "add_policy", name=NAME, sections={**location, **desktop}, applications=[LYON])
    before = policy(ready, NAME)
    options: Options = {
        "name": NAME,
        "trusted_endpoints": TRUSTED,
        "sections": {"duo_desktop": {"requires_duo_desktop": ["macos", "windows"]}},
        "apply_to": [{"application": BERLIN, "groups": ["Helpdesk"]}, {"application": "Door Access"}],
    }
    text = ("sections",) if "duo.policy_lists" in switch else ()
    text += ("applies_to",) if "flat_group_id" in switch.values() else ()
    # What is set back names the check of mobile devices, which otherwise follows unsaid.
    text += ("trusted_endpoints",) if "duo.policy_put" in switch else ()
    matrix(
        run,
        ready,
        MODULE,
        options,
        {"apply_to": [{"application": BERLIN, "groups": ["VPN Users"]}], "sections_absent": ["user_location"]},
        unpredictable=text,
    )
    after = policy(ready, NAME)
    assert after["sections"].pop("trusted_endpoints").items() >= {"cisco_secure_endpoint_can_block": True}.items()
    before["sections"].pop("user_location")
    before["sections"]["duo_desktop"]["requires_duo_desktop"] = ["macos", "windows"]
    assert after["sections"] == before["sections"]
    groups = ["Helpdesk", "VPN Users"]
    assert applies_to(ready, NAME) == {LYON: [], "Door Access": [], BERLIN: groups}


@pytest.mark.parametrize("put", ["replace", "replace_all"])
def test_what_duo_loses_is_set_back_with_a_warning(run: Run, lab: Lab, put: str) -> None:
    before = policy(lab, "Contractors")
    lab.switch(**{"duo.policy_put": put})
    methods = {"verified_push_digits": 6}
    result = run.ok(MODULE, name="Contractors", sections={"authentication_methods": methods})
    assert "authentication_methods.allowed_auth_list" in result["warnings"][0] and "set back" in result["warnings"][0]
    before["sections"]["authentication_methods"].update(methods)
    assert policy(lab, "Contractors") == before
    assert len(sent(lab)) == 2


def test_what_somebody_changes_during_a_slow_write_is_left_alone(run: Run, lab: Lab) -> None:
    lab.fault("duo", "PUT", "policies/PO", kind="slow", seconds=1)
    is_over = threading.Event()

    def change() -> None:
        while not writes(lab):
            if is_over.wait(0.02):
                return
        lab.patch("duo", "set_policy", name="Contractors", sections={"new_user": {"new_user_behavior": "no-mfa"}})

    somebody = threading.Thread(target=change)
    somebody.start()
    try:
        result = run.ok(MODULE, name="Contractors", sections={"authentication_methods": {"verified_push_digits": 6}})
    finally:
        is_over.set()
        somebody.join()
    assert policy(lab, "Contractors")["sections"]["new_user"] == {"new_user_behavior": "no-mfa"}
    (warning,) = result["warnings"]
    assert "new_user.new_user_behavior was 'deny' and is 'no-mfa'" in warning and "left alone" in warning


def test_nothing_to_set_back_is_nothing_to_warn_of(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, name="Contractors", sections={"authentication_methods": {"verified_push_digits": 6}})
    assert "warnings" not in result and len(sent(lab)) == 1


def test_what_cannot_be_set_back_is_reported_with_its_value(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.policy_put": "replace"})
    lab.fault("duo", "PUT", "policies/PO", kind="status", status=400, skip=1)
    result = run.ok(MODULE, name="Contractors", sections={"authentication_methods": {"verified_push_digits": 6}})
    text = " ".join(result["warnings"])
    assert "could not be set back" in text and "authentication_methods.require_verified_push was True" in text
    assert "Duo says" in text


def test_what_a_lost_answer_took_along_is_set_back_too(run: Run, lab: Lab) -> None:
    before = policy(lab, "Contractors")
    lab.switch(**{"duo.policy_put": "replace"})
    lab.fault("duo", "PUT", "policies/PO", kind="drop_after")
    result = run.ok(MODULE, name="Contractors", sections={"authentication_methods": {"verified_push_digits": 6}})
    assert result["changed"] and "set back" in result["warnings"][0]
    before["sections"]["authentication_methods"]["verified_push_digits"] = 6
    assert policy(lab, "Contractors") == before


def test_a_default_that_duo_does_not_show_fails_the_task_and_says_what_to_do(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.policy_defaults_shown": False})
    result = run.fails(MODULE, name="Contractors", sections={"new_user": {"new_user_behavior": "enroll"}})
    assert result["error"]["kind"] == "not_confirmed"
    assert "sections.new_user.new_user_behavior is not shown" in result["msg"] and "leave it out" in result["msg"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "truncated_json", "html", "empty"])
def test_a_lost_answer_to_a_creation_makes_no_second_policy(run: Run, ready: Lab, kind: str) -> None:
    ready.fault("duo", "POST", "policies$", kind=kind)
    assert run.ok(MODULE, name=NAME, trusted_endpoints=TRUSTED)["changed"]
    assert policy(ready, NAME)["sections"]["trusted_endpoints"]["cisco_secure_endpoint_can_block"] is True


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_to_a_change_or_a_deletion(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("duo", "PUT", "policies/PO", kind=kind)
    assert run.ok(MODULE, name="Contractors", sections={"new_user": {"new_user_behavior": "enroll"}})["changed"]
    assert policy(lab, "Contractors")["sections"]["new_user"] == {"new_user_behavior": "enroll"}
    lab.fault("duo", "DELETE", "policies/PO", kind=kind)
    assert run.ok(MODULE, name="Contractors", state="absent", adopt=True)["changed"]
    assert policies(lab, "Contractors") == []


@pytest.mark.parametrize("name", [NAME, "Contractors"])
@pytest.mark.parametrize(
    "options",
    [
        {"trusted_endpoints": {"cisco_secure_endpoint_can_block": True}},
        {"trusted_endpoints": {"checking_mobile": "require_trusted"}, "sections": {"new_user": {}}},
        {"sections": {"trusted_endpoints": {}}},
    ],
    ids=str,
)
def test_no_section_of_trusted_endpoints_with_duos_default(run: Run, ready: Lab, name: str, options: Options) -> None:
    """The global policy may require trust, and Duo's default for the new section is to let everybody in."""
    for check in (True, False):
        result = run.fails(MODULE, check=check, name=name, **options)
        assert result["error"]["kind"] == "invalid_input" and "has no such section yet" in result["msg"]
        assert "Declare trusted_endpoints.checking" in result["msg"]
    assert writes(ready) == []
    ready.patch("duo", "add_policy", name="Mine", sections={"trusted_endpoints": {}})
    run.ok(MODULE, name="Mine", **options)


# Trusted Endpoints that are not ready


@pytest.mark.parametrize("unready", ["refuse", "drop", "accept"])
@pytest.mark.parametrize(
    "options",
    [
        {"name": NAME, "trusted_endpoints": TRUSTED},
        {"name": "Contractors", "trusted_endpoints": {"checking": "allow_all"}},
        {"global_policy": True, "trusted_endpoints": {"cisco_secure_endpoint_can_block": True}},
    ],
    ids=str,
)
def test_not_configured_is_explained_before_anything_is_written(
    run: Run, lab: Lab, options: Options, unready: str
) -> None:
    lab.switch(**{"duo.trusted_endpoints_unready": unready})
    before = lab.state("duo", "policies")
    results = [run.fails(MODULE, check=check, **options) for check in (True, False)]
    for result in results:
        assert result["error"]["kind"] == "feature_off"
        assert "Trusted Endpoints is not set up in the Duo Admin Panel" in result["msg"]
        assert "identityops.cisco.duo_edr_integration" in result["msg"]
    assert results[0]["msg"] == results[1]["msg"]
    assert writes(lab) == [] and lab.state("duo", "policies") == before


def test_other_sections_can_be_set_while_trusted_endpoints_is_not_configured(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {"name": NAME, "sections": {"screen_lock": {"require_screen_lock": True}}})
    step(run, lab, MODULE, {"global_policy": True, "sections": {"screen_lock": {"require_screen_lock": False}}})


@pytest.mark.parametrize(
    ("unready", "kind"), [("refuse", "feature_off"), ("drop", "not_confirmed"), ("accept", "not_confirmed")]
)
@pytest.mark.parametrize("name", [NAME, "Contractors"])
def test_where_duo_does_not_show_it_the_likely_reason_is_reported(
    run: Run, lab: Lab, name: str, unready: str, kind: str
) -> None:
    lab.switch(**{"duo.not_configured_shown": "hidden", "duo.trusted_endpoints_unready": unready})
    result = run.fails(MODULE, name=name, trusted_endpoints={"checking": "require_trusted"})
    assert result["error"]["kind"] == kind
    assert "not proven" in result["msg"] and "Trusted Endpoints is not set up in the Duo Admin Panel" in result["msg"]
    assert "identityops.cisco.duo_edr_integration" in result["msg"]
    assert len(policies(lab, name)) == (0 if (name, unready) == (NAME, "refuse") else 1)


@pytest.mark.parametrize(
    ("switch", "kind"),
    [
        ({"duo.can_block_unready": "refuse"}, "feature_off"),
        ({"duo.can_block_unready": "drop"}, "not_confirmed"),
        ({"duo.can_block_unready": "drop", "duo.policy_put": "replace"}, "not_confirmed"),
        ({"duo.can_block_unready": "accept", "duo.can_block_key": "with_integration"}, "not_confirmed"),
        ({"duo.can_block_key": "unknown"}, "feature_off"),
        ({"duo.can_block_key": "unknown", "duo.unknown_parameters": "ignore"}, "not_confirmed"),
    ],
    ids=str,
)
def test_blocking_without_the_integration(run: Run, lab: Lab, switch: dict[str, Any], kind: str) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    lab.patch("duo", "add_policy", name=NAME, sections={"trusted_endpoints": {}, "new_user": {}})
    lab.switch(**switch)
    run.ok(MODULE, name=NAME, trusted_endpoints={"checking": "require_trusted"})
    before = policy(lab, NAME)
    result = run.fails(MODULE, name=NAME, trusted_endpoints=TRUSTED)
    assert result["error"]["kind"] == kind and "not proven" in result["msg"]
    assert "the integration with Cisco Secure Endpoint is not set up" in result["msg"]
    assert "account does not know the setting at all" in result["msg"]
    if switch.get("duo.can_block_unready") != "accept":
        assert policy(lab, NAME) == before


@pytest.mark.parametrize("name", [NAME, "Contractors"])
@pytest.mark.parametrize("hidden", [True, False])
@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"new_user": {"new_user_behavior": "maybe"}}, "new_user.new_user_behavior"),
        ({"authorized_networks": {"deny_other_access": True}}, "needs an address"),
    ],
    ids=str,
)
def test_what_is_refused_for_another_reason_is_not_put_down_to_the_panel(
    run: Run, ready: Lab, name: str, hidden: bool, sections: Options, words: str
) -> None:
    if hidden:
        taken = ("duo.trusted_endpoints_unready", "duo.can_block_unready")
        ready.switch(**{"duo.not_configured_shown": "hidden", **dict.fromkeys(taken, "accept")})
        ready.patch("duo", "set_trusted_endpoints", configured=False)
    result = run.fails(MODULE, name=name, trusted_endpoints=TRUSTED, sections=sections)
    assert result["error"]["kind"] == "refused" and words in result["msg"] and "not proven" not in result["msg"]


def test_the_refusal_of_blocking_is_put_down_to_its_integration_where_duo_names_it(run: Run, lab: Lab) -> None:
    """Though Duo does not show either whether Trusted Endpoints is set up."""
    lab.switch(**{"duo.not_configured_shown": "hidden", "duo.trusted_endpoints_unready": "accept"})
    result = run.fails(MODULE, name=NAME, trusted_endpoints=TRUSTED)
    assert result["error"]["kind"] == "feature_off" and result["error"]["status"] == 400
    assert "the integration with Cisco Secure Endpoint is not set up" in result["msg"]


def test_blocking_is_kept_where_duo_takes_it_early(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    lab.switch(**{"duo.can_block_unready": "accept"})
    step(run, lab, MODULE, {"name": NAME, "trusted_endpoints": TRUSTED})


def test_a_check_that_duo_does_not_show_is_taken_for_none_with_a_warning(run: Run, ready: Lab) -> None:
    ready.switch(**{"duo.policy_defaults_shown": False})
    none: Options = {"checking": "allow_all", "checking_mobile": "allow_all", "cisco_secure_endpoint_can_block": False}
    options = {"name": NAME, "trusted_endpoints": none}
    run.ok(MODULE, name=NAME, trusted_endpoints=TRUSTED)
    result = step(run, ready, MODULE, options, unpredictable=("trusted_endpoints",)).real
    assert "assumes allow_all" in result["warnings"][0]
    assert "assumes allow_all" in quietly(run, ready, MODULE, **options)["warnings"][0]
    quietly(run, ready, MODULE, global_policy=True, trusted_endpoints=none)
    assert policy(ready, NAME)["sections"]["trusted_endpoints"]["trusted_endpoint_checking"] == "allow-all"


def test_no_blocking_needs_no_integration(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    lab.switch(**{"duo.can_block_key": "unknown"})
    declared = {"checking": "require_trusted"}
    run.ok(MODULE, name=NAME, trusted_endpoints=declared)
    declared["cisco_secure_endpoint_can_block"] = False
    assert not quietly(run, lab, MODULE, name=NAME, trusted_endpoints=declared)["changed"]


def test_blocking_without_checking_has_no_effect_and_is_warned_of(run: Run, ready: Lab) -> None:
    for check in (True, False):
        result = run.ok(MODULE, check=check, name=NAME, trusted_endpoints={**TRUSTED, "checking": "allow_all"})
        assert "no effect" in result["warnings"][0]
    assert "warnings" not in run.ok(MODULE, name=NAME, trusted_endpoints=TRUSTED)


# The global policy


@pytest.mark.parametrize(
    "switch",
    [
        {},
        {"duo.put_on_global": "404"},
        {"duo.is_global_flag": "absent"},
        {"duo.policies_in_list": "without_global"},
        {"duo.policy_put": "replace"},
    ],
    ids=str,
)
def test_the_global_policy(run: Run, ready: Lab, switch: dict[str, Any]) -> None:
    ready.switch(**switch)
    before = global_policy(ready)
    options: Options = {
        "global_policy": True,
        "trusted_endpoints": TRUSTED,
        "sections": {"user_location": {"deny_access_countries_list": ["IR", "KP"]}},
    }
    done = step(run, ready, MODULE, options)
    assert done.real["policy"]["is_global_policy"] is True and done.real["policy"]["applies_to"] == []
    assert "name" not in done.real["diff"]["before"]
    before["sections"]["trusted_endpoints"].update(
        trusted_endpoint_checking="require-trusted", cisco_secure_endpoint_can_block=True
    )
    before["sections"]["user_location"]["deny_access_countries_list"] = ["IR", "KP"]
    assert global_policy(ready) == before
    assert {row["path"].rpartition("/")[2] for row in ready.requests("duo") if row["write"]} <= {before["policy_key"]}
    quietly(run, ready, MODULE, **options)
    assert len(ready.requests("duo")) == 1


@pytest.mark.parametrize("shown", [True, False])
def test_what_a_write_resets_of_the_global_policy_elsewhere_is_reported(run: Run, ready: Lab, shown: bool) -> None:
    """It has all sections, so that none can vanish; and what changed in another one, somebody may have changed."""
    ready.switch(**{"duo.policy_put": "replace_all", "duo.policy_defaults_shown": shown})
    options: Options = {"global_policy": True, "trusted_endpoints": TRUSTED}
    result = run.ok(MODULE, **options)
    (warning,) = [text for text in result["warnings"] if "left alone" in text]
    assert "new_user.new_user_behavior was 'deny' and is " + ("'enroll'" if shown else "no longer shown") in warning
    assert global_policy(ready)["sections"]["trusted_endpoints"]["cisco_secure_endpoint_can_block"] is True
    quietly(run, ready, MODULE, **options)


@pytest.mark.parametrize("by", ["name", "other_form", "policy_key"])
@pytest.mark.parametrize(
    "more", [{"state": "absent"}, {"sections": {"screen_lock": {"require_screen_lock": False}}}], ids=str
)
@pytest.mark.parametrize("flag", ["present", "absent"])
@pytest.mark.parametrize("listed", ["with_global", "without_global"])
def test_the_global_policy_has_to_be_meant(run: Run, lab: Lab, by: str, more: Options, flag: str, listed: str) -> None:
    """Whether or not Duo's list holds it and shows which one it is."""
    lab.switch(**{"duo.is_global_flag": flag, "duo.policies_in_list": listed})
    found = global_policy(lab)
    identity = {"policy_key": found["policy_key"]}
    if by != "policy_key":
        identity = {"name": found["policy_name"].replace(" ", " " if by == "name" else "  ")}
    for check in (True, False):
        result = run.fails(MODULE, check=check, **identity, **more)
        assert result["error"]["kind"] == "invalid_input" and "global_policy to true" in result["msg"]
    assert writes(lab) == []


@pytest.mark.parametrize(
    ("switch", "asked"),
    [({}, 0), ({"duo.policies_in_list": "without_global"}, 1), ({"duo.is_global_flag": "absent"}, 1)],
    ids=str,
)
def test_whether_a_new_name_is_the_global_policys_is_asked_once(
    run: Run, lab: Lab, switch: dict[str, Any], asked: int
) -> None:
    lab.switch(**switch)
    lab.fault("duo", "POST", "policies$", kind="drop_before")
    run.ok(MODULE, name=NAME)
    assert [row["path"] for row in lab.requests("duo")].count("/admin/v2/policies/global") == asked
    quietly(run, lab, MODULE, name=NAME)
    assert len(lab.requests("duo")) == 1


# Options that cannot be right


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "no policy is named"),
        ({"global_policy": False}, "no policy is named"),
        ({"name": ""}, "no policy is named"),
        ({"global_policy": True, "state": "absent"}, "state=absent"),
        ({"global_policy": True, "name": "Global Policy"}, "name cannot go with global_policy"),
        ({"global_policy": True, "policy_key": "PO1"}, "policy_key cannot go with global_policy"),
        ({"global_policy": True, "apply_to": [{"application": BERLIN}]}, "apply_to cannot go"),
        ({"global_policy": True, "sections_absent": ["new_user"]}, "sections_absent cannot go"),
        ({"name": NAME, "sections": {"new_user": {}}, "sections_absent": ["new_user"]}, "new_user is declared"),
        ({"name": NAME, "trusted_endpoints": TRUSTED, "sections_absent": ["trusted_endpoints"]}, "is declared and"),
        ({"name": NAME, "trusted_endpoints": {}}, "names no setting"),
        ({"name": NAME, "trusted_endpoints": {"checking": "never"}}, "checking must be one of"),
        ({"name": NAME, "sections": {"new_user": None}}, "it is no dictionary"),
        ({"name": NAME, "sections": {"new_user": "deny"}}, "it is no dictionary"),
        ({"name": NAME, "sections": {"new_user": {"new_user_behavior": None}}}, "has no value"),
        (
            {"name": NAME, "sections": {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}},
            "Use trusted_endpoints.checking instead",
        ),
        (
            {"name": NAME, "sections": {"trusted_endpoints": {"cisco_secure_endpoint_can_block": True}}},
            "Use trusted_endpoints.cisco_secure_endpoint_can_block instead",
        ),
        ({"name": NAME, "apply_to": [{"groups": ["Helpdesk"]}]}, "application"),
    ],
    ids=str,
)
def test_invalid_options_reach_nobody(run: Run, lab: Lab, options: Options, words: str) -> None:
    assert words in run.fails(MODULE, **options)["msg"]
    assert lab.requests() == []


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"new_user": {"new_user_behavior": "maybe"}}, "new_user"),
        ({"new_user": {"no_such_key": 1}}, "new_user.no_such_key: unknown"),
        ({"authorized_networks": {"deny_other_access": True}}, "needs an address"),
    ],
    ids=str,
)
def test_what_duo_refuses_is_said_in_duos_words(run: Run, lab: Lab, sections: Options, words: str) -> None:
    for name in (NAME, "Contractors"):
        result = run.fails(MODULE, name=name, sections=sections)
        assert result["error"]["kind"] == "refused" and words in result["msg"] and "Duo says" in result["msg"]
        assert "Trusted Endpoints" not in result["msg"]


def test_a_key_that_duo_passes_over_is_an_error(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.unknown_parameters": "ignore"})
    result = run.fails(MODULE, name="Contractors", sections={"new_user": {"no_such_key": 1}})
    assert result["error"]["kind"] == "not_confirmed" and "sections.new_user.no_such_key is not shown" in result["msg"]


def test_a_section_that_nobody_knows_is_passed_through(run: Run, lab: Lab) -> None:
    section = {"depth": 3, "names": ["b", "a"], "inner": {"on": True}}
    step(run, lab, MODULE, {"name": "Contractors", "sections": {"newer_section": section}})
    assert policy(lab, "Contractors")["sections"]["newer_section"] == section


def test_other_keys_of_trusted_endpoints_pass(run: Run, ready: Lab) -> None:
    message = {"trusted_endpoint_message": "Disabled"}
    result = run.fails(MODULE, name=NAME, trusted_endpoints=TRUSTED, sections={"trusted_endpoints": message})
    assert "sections.trusted_endpoints.trusted_endpoint_message" in result["msg"]
    assert sent(ready)[0]["sections"]["trusted_endpoints"]["trusted_endpoint_message"] == "Disabled"


# Names and keys


def test_two_of_the_same_name_stop_the_run_with_both_keys(run: Run, lab: Lab) -> None:
    keys = [item["policy_key"] for item in policies(lab, "Legacy")]
    result = run.fails(MODULE, name="Legacy", state="absent")
    assert len(keys) == 2 and all(key in result["msg"] for key in keys)
    assert result["error"]["kind"] == "ambiguous" and "policy_key" in result["msg"] and writes(lab) == []
    step(run, lab, MODULE, {"policy_key": keys[0], "state": "absent"})
    assert [item["policy_key"] for item in policies(lab, "Legacy")] == keys[1:]


def test_a_policy_is_renamed_by_its_key(run: Run, lab: Lab) -> None:
    key = policy(lab, "Contractors")["policy_key"]
    done = step(run, lab, MODULE, {"policy_key": key, "name": "External staff"})
    assert done.real["diff"]["before"] == {"name": "Contractors"}
    assert policy(lab, "External staff")["policy_key"] == key and sent(lab) == []
    quietly(run, lab, MODULE, policy_key=key, name="External staff")
    assert [row["path"] for row in lab.requests("duo")] == [f"/admin/v2/policies/{key}"]


def test_a_key_that_does_not_exist(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, policy_key="PONOSUCHKEY000000000", name="New")
        assert result["error"]["kind"] == "invalid_input" and "PONOSUCHKEY000000000" in result["msg"]
        assert not run.ok(MODULE, check=check, policy_key="PONOSUCHKEY000000000", state="absent")["changed"]
    assert writes(lab) == []


# Where it applies


def test_it_is_applied_by_name_and_by_key(run: Run, lab: Lab) -> None:
    key = key_of(lab, "Door Access")
    options = {"name": NAME, "apply_to": [{"application": LYON}, {"application": key}]}
    done = step(run, lab, MODULE, options)
    assert applies_to(lab, NAME) == {LYON: [], "Door Access": []}
    assert (
        done.check["policy"]["applies_to"]
        == done.real["policy"]["applies_to"]
        == [
            {"application": LYON, KEY: key_of(lab, LYON), "groups": []},
            {"application": "Door Access", KEY: key, "groups": []},
        ]
    )


@pytest.mark.parametrize("replaces", ["adds", "replaces"])
@pytest.mark.parametrize("said", ["name", "id_and_name", "flat_group_name", "flat_group_id"])
def test_what_it_applies_to_already_is_left_alone(run: Run, lab: Lab, replaces: str, said: str) -> None:
    lab.switch(**{"duo.apply_list": replaces, "duo.applied_groups": said})
    for target in (
        {"application": "Door Access"},
        {"application": LYON, "groups": ["Helpdesk"]},
        {"application": LYON, "groups": ["VPN Users"]},
        {"application": BERLIN, "groups": ["Contractors"]},
    ):
        # Where Duo returns IDs only, they are shown.
        ids = ("applies_to",) if said == "flat_group_id" else ()
        step(run, lab, MODULE, {"name": NAME, "apply_to": [target]}, unpredictable=ids)
    assert applies_to(lab, NAME) == {
        "Door Access": [],
        LYON: ["Helpdesk", "VPN Users"],
        BERLIN: ["Contractors"],
    }
    body = sent_last(run, lab)
    assert body["apply_to_apps"] == {"apply_list": [key_of(lab, "Door Access")], "affect_all_apps": "inactive"}


def test_groups_that_duo_does_not_show_never_become_everybody(run: Run, lab: Lab) -> None:
    run.ok(MODULE, name=NAME, apply_to=[{"application": LYON, "groups": ["Helpdesk"]}, {"application": "Door Access"}])
    before = applies_to(lab, NAME)
    lab.switch(**{"duo.applied_groups": "hidden"})
    for target in ({"application": BERLIN}, {"application": LYON}, {"application": LYON, "groups": ["Helpdesk"]}):
        for check in (True, False):
            lab.clear_requests()
            result = run.fails(MODULE, check=check, name=NAME, apply_to=[target])
            assert result["error"]["kind"] == "unexpected_answer" and writes(lab) == []
            assert "does not show which groups" in result["msg"] and LYON in result["msg"]
    shown = quietly(run, lab, MODULE, name=NAME, apply_to=[{"application": "Door Access"}])["policy"]
    assert {one["application"]: one["groups"] for one in shown["applies_to"]} == {LYON: None, "Door Access": []}
    run.ok(MODULE, name=NAME, sections={"new_user": {"new_user_behavior": "deny"}})
    assert applies_to(lab, NAME) == before


@pytest.mark.parametrize("check", [True, False])
def test_a_section_to_remove_that_nobody_knows_is_reported(run: Run, lab: Lab, check: bool) -> None:
    """It is never there, and so looks as if it were removed."""
    wanted = {"name": "New", "sections": {"new_user": {}}}
    result = run.ok(MODULE, check=check, **wanted, sections_absent=["trusted_endpoint", "screen_lock"])
    (warning,) = result["warnings"]
    assert "'trusted_endpoint', which is no section" in warning and "'trusted_endpoints'" in warning
    lab.clear_requests()
    assert "warnings" not in run.ok(MODULE, check=check, **wanted, sections_absent=["health_checks", "user_location"])
    assert "/admin/v2/policies/global" not in [row["path"] for row in lab.requests("duo")]


@pytest.mark.parametrize("said", ["name", "id_and_name", "flat_group_name"])
def test_a_group_by_another_form_of_its_name(run: Run, ready: Lab, said: str) -> None:
    ready.switch(**{"duo.applied_groups": said})
    wanted = {"name": "New", "apply_to": [{"application": LYON, "groups": ["VPN  Users", "Helpdesk"]}]}
    assert run.ok(MODULE, **wanted)["changed"] and applies_to(ready, "New") == {LYON: ["Helpdesk", "VPN Users"]}
    quietly(run, ready, MODULE, **wanted)


HIDDEN = {"duo.policy_applies_to": "nowhere"}
TRUNCATED = {"duo.policy_applies_to": "summary", "duo.policy_summary": "truncated"}


@pytest.mark.parametrize("replaces", ["adds", "replaces"])
@pytest.mark.parametrize("switch", [HIDDEN, TRUNCATED], ids=str)
def test_applications_show_where_a_policy_applies_to_everybody(
    run: Run, lab: Lab, switch: dict[str, Any], replaces: str
) -> None:
    """Where policies do not: it is written once, and takes nothing away."""
    run.ok(MODULE, name=NAME, apply_to=[{"application": "Door Access"}, {"application": LYON, "groups": ["Helpdesk"]}])
    lab.switch(**switch, **{"duo.apply_list": replaces})
    options = {"name": NAME, "apply_to": [{"application": BERLIN}]}
    result = step(run, lab, MODULE, options).real
    assert result["policy"]["applies_to"] is None
    assert applies_to(lab, NAME) == {"Door Access": [], LYON: ["Helpdesk"], BERLIN: []}


@pytest.mark.parametrize("switch", [HIDDEN, TRUNCATED], ids=str)
@pytest.mark.parametrize("key", ["shown", "hidden"])
def test_what_cannot_be_known_is_written_with_the_policy_and_not_again(
    run: Run, lab: Lab, switch: dict[str, Any], key: str
) -> None:
    lab.switch(**switch, **{"duo.application_policy_key": key})
    targets = [{"application": LYON, "groups": ["Helpdesk"]}, {"application": BERLIN}]
    created = run.ok(MODULE, name=NAME, apply_to=targets)
    assert applies_to(lab, NAME) == {LYON: ["Helpdesk"], BERLIN: []}
    for result in (created, *(quietly(run, lab, MODULE, check=check, name=NAME, apply_to=targets) for check in (1, 0))):
        assert any(f"whether the policy {NAME!r} applies to {LYON!r}" in text for text in result["warnings"])
        assert any(f"applies to {BERLIN!r}" in text for text in result["warnings"]) == (key == "hidden")
        assert result["policy"]["applies_to"] is None
    changed = run.ok(MODULE, name=NAME, apply_to=targets, sections={"new_user": {"new_user_behavior": "deny"}})
    assert changed["changed"] and applies_to(lab, NAME) == {LYON: ["Helpdesk"], BERLIN: []}


@pytest.mark.parametrize("switch", [HIDDEN, TRUNCATED], ids=str)
def test_deleting_a_policy_that_may_apply_anywhere(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    for check in (True, False):
        result = run.ok(MODULE, check=check, name="Contractors", state="absent", adopt=True)
        assert "does not show everywhere" in result["warnings"][0]


def sent_last(run: Run, lab: Lab) -> dict[str, Any]:
    """The body of a write that applies the policy once more."""
    lab.clear_requests()
    run.ok(MODULE, name=NAME, apply_to=[{"application": BERLIN, "groups": ["Break Glass"]}])
    (body,) = sent(lab)
    return body


def test_a_policy_that_is_replaced_is_named(run: Run, lab: Lab) -> None:
    former = policy(lab, "Contractors")["policy_key"]
    options = {"name": NAME, "apply_to": [{"application": BERLIN}]}
    for check in (True, False):
        result = run.ok(MODULE, check=check, **options)
        assert former in result["warnings"][0] and BERLIN in result["warnings"][0]
    assert applies_to(lab, "Contractors") == {}
    assert "warnings" not in run.ok(MODULE, **options)


def test_an_unknown_application_or_group_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, name=NAME, apply_to=[{"application": "Branch VPN Berln"}])
        assert "'Branch VPN Berlin'" in result["msg"] and result["error"]["kind"] == "invalid_input"
        groups = [{"application": BERLIN, "groups": ["VPN User"]}]
        assert "'VPN Users'" in run.fails(MODULE, check=check, name=NAME, apply_to=groups)["msg"]
        for empty in ([], [""], [" ", None]):
            nobody = [{"application": BERLIN, "groups": empty}]
            assert "groups names none" in run.fails(MODULE, check=check, name=NAME, apply_to=nobody)["msg"]
    assert writes(lab) == []


def test_an_ambiguous_application_or_group(run: Run, lab: Lab) -> None:
    keys = [app[KEY] for app in lab.state("duo", "applications") if app["name"] == "Legacy VPN"]
    result = run.fails(MODULE, name=NAME, apply_to=[{"application": "Legacy VPN"}])
    assert result["error"]["kind"] == "ambiguous" and all(key in result["msg"] for key in keys)
    lab.patch("duo", "add_group", name="Helpdesk")
    result = run.fails(MODULE, name=NAME, apply_to=[{"application": BERLIN, "groups": ["Helpdesk"]}])
    assert result["error"]["kind"] == "ambiguous" and writes(lab) == []


# Deleting


@pytest.mark.parametrize("shown", ["policies", "summary"])
def test_deleting_says_where_it_applied(run: Run, lab: Lab, shown: str) -> None:
    lab.switch(**{"duo.policy_applies_to": shown})
    for check in (True, False):
        result = run.ok(MODULE, check=check, name="Contractors", state="absent", adopt=True)
        assert result["changed"] and BERLIN in result["warnings"][0]
    assert policies(lab, "Contractors") == []


def test_duo_may_refuse_to_delete_what_is_applied(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.delete_applied": "refuse"})
    result = run.fails(MODULE, name="Contractors", state="absent", adopt=True)
    assert result["error"]["kind"] == "refused" and BERLIN in result["msg"] and "policy is applied" in result["msg"]
    lab.patch("duo", "set_application", name=BERLIN, policy_key="")
    step(run, lab, MODULE, {"name": "Contractors", "state": "absent", "adopt": True})


def test_what_is_declared_besides_does_not_matter_when_it_is_deleted(run: Run, lab: Lab) -> None:
    options = {"trusted_endpoints": TRUSTED, "sections_absent": ["trusted_endpoints"], "sections": {"new_user": {}}}
    step(run, lab, MODULE, {"name": "Contractors", "state": "absent", "adopt": True, **options})


# Rights


@pytest.mark.parametrize(
    ("missing", "named"),
    [("adminapi_read_resource", "Grant resource - Read"), ("adminapi_write_resource", "Grant resource - Write")],
)
@pytest.mark.parametrize(
    "options", [{"name": NAME}, {"name": "Contractors", "state": "absent", "adopt": True}], ids=str
)
def test_a_missing_permission_is_named(run: Run, lab: Lab, options: Options, missing: str, named: str) -> None:
    lab.patch("duo", "set_caller_flags", **{missing: 0})
    result = run.fails(MODULE, **options)
    assert result["error"]["kind"] == "forbidden" and named in result["msg"]


def test_what_is_returned_can_be_given_back(run: Run, ready: Lab) -> None:
    """The result's sections are what the option takes."""
    before = policy(ready, "Contractors")
    shown = objects(run.ok(MODULE, name="Contractors"))["policy"]
    assert not quietly(run, ready, MODULE, name="Contractors", sections=shown["sections"])["changed"]
    assert policy(ready, "Contractors") == before
