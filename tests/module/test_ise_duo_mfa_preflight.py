# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that stands in the way of the join, found together and before the first change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab import Lab

from .estates import CONNECTION, SYNC, join_ise_and_duo
from .harness import OMIT, Options, Result, Run, quietly, said, writes

MODULE = "ise_duo_mfa_preflight"
WHOLE: Options = {
    "active_directory": "CORP_AD",
    "groups": ["corp.example/Users/Helpdesk", "corp.example/Users/Duo Users"],
    "admin_app": "ISE user sync",
    "auth_app": "ISE logins",
}


@pytest.fixture(autouse=True)
def nothing_is_written(lab: Lab) -> Any:
    yield
    assert writes(lab) == []


def problems(result: Result) -> dict[str, str]:
    """What was found, by the check that found it."""
    return {problem["check"]: problem["msg"] for problem in result["problems"]}


def test_an_estate_that_is_ready(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = quietly(run, lab, MODULE, check=check, **WHOLE)
        assert result["problems"] == [] and not result["changed"] and "warnings" not in result
        assert "system" not in result
        assert said(result) == ("ok", "No problems found")


def _duplicate(lab: Lab) -> None:
    for _unused in range(2):
        lab.patch("duo", "add_application", name="ISE logins", type="authapi")


def _may_not(flag: str) -> Callable[[Lab], None]:
    return lambda lab: lab.patch("duo", "set_caller_flags", **{flag: 0})


def _switched(**switches: Any) -> Callable[[Lab], None]:
    return lambda lab: lab.switch(**{f"ise.{name}": value for name, value in switches.items()})


def _status(code: int) -> Callable[[Lab], None]:
    """ISE answers the question whether MFA is on with this code."""
    return lambda lab: lab.fault("ise", "GET", "/duo-mfa/status$", kind="status", status=code, times=None)


def _foreign(lab: Lab) -> None:
    lab.patch("duo", "add_application", name="ISE user sync", type="adminapi")


KEY = {"integration_key": "DIXXXXXXXXXXXXXXXXXX", "secret_key": "canary-of-a-preflight"}
AT_VPN = "DEVICE:Device Type equals All Device Types#VPN"
RULE = {"name": "Ask", "policy_set": "VPN", "policy_type": "network_access", "condition": AT_VPN}


# What goes wrong, the options that differ, the check that finds it, and the words that explain it.
PROBLEMS: dict[str, tuple[Callable[[Lab], None] | None, Options, str, list[str]]] = {
    "old release": (_switched(version="3.2.0.542", patch=7), {}, "ise_release", ["3.2.0.542 patch 7", "3.3 patch 1"]),
    "unpatched release": (_switched(version="3.3.0.430", patch=0), {}, "ise_release", ["3.3.0.430 patch 0"]),
    "secondary PAN": (_switched(node_role="secondary"), {}, "ise_primary", ["ise-pan1.corp.example"]),
    "ERS off": (_switched(ers_enabled=False), {}, "active_directory", ["ERS"]),
    "ERS off, 404": (_switched(ers_enabled=False, ers_disabled_answer=404), {}, "active_directory", ["ERS"]),
    "Open API off": (_switched(openapi_enabled=False), {}, "ise_primary", ["web page"]),
    "unknown join point": (None, {"active_directory": "CORP"}, "active_directory", ["'CORP'", "'CORP_AD'"]),
    "unknown group": (None, {"groups": ["corp.example/Users/Duo User"]}, "groups", ["Duo User'", "Duo Users'"]),
    "duplicate application": (_duplicate, {}, "auth_app", ["2 applications", "'ISE logins'"]),
    "application of somebody else": (
        _foreign,
        {},
        "admin_app",
        ["change permissions of the application 'ISE user sync'", "set adopt to true"],
    ),
    "application of somebody else to be deleted": (
        _foreign,
        {"state": "absent", "auth_app": "DIXXXXXXXXXXXXXXXXXX"},
        "admin_app",
        ["delete the application 'ISE user sync'"],
    ),
    "login application of somebody else": (
        lambda lab: lab.patch("duo", "add_application", name="ISE logins", type="authapi", user_access="NO_USERS"),
        {"auth_app_user_access": "all_users"},
        "auth_app",
        ["change user_access of the application 'ISE logins'"],
    ),
    "may not grant": (_may_not("adminapi_integrations"), {}, "duo_rights", ["'Grant applications'"]),
    "may not read": (_may_not("adminapi_read_resource"), {}, "duo_connection", ["'Grant resource - Read'"]),
    "wrong Duo secret": (None, {"duo_secret_key": "not-the-duo-secret"}, "duo_connection", ["secret key"]),
    "Duo host with scheme": (None, {"duo_api_host": "https://x.example"}, "duo_connection", ["x.example"]),
    "no Duo key": (None, {"duo_secret_key": OMIT}, "duo_connection", ["DUO_SECRET_KEY"]),
    "wrong ISE password": (None, {"ise_password": "not-the-ise-password"}, "ise_connection", ["login of ansible"]),
    "no join point": (None, {"state": "present", "active_directory": OMIT}, "active_directory", ["ise_duo_mfa_active"]),
    "no groups": (None, {"state": "present", "groups": []}, "groups", ["ise_duo_mfa_groups", "copied to Duo"]),
    "no groups to remove": (
        None,
        {"state": "absent", "remove": ["ad_groups"], "groups": []},
        "groups",
        ["ise_duo_mfa_groups", "take off the join point"],
    ),
    "one key": (None, {"admin_api": KEY, "admin_app": OMIT, "auth_app": OMIT}, "duo_keys", ["auth_api is not given"]),
    "access without groups": (None, {"auth_app_user_access": "permitted_groups"}, "user_access", ["names none"]),
    "groups without access": (None, {"auth_app_permitted_groups": ["VPN Users"]}, "user_access", ["leave the groups"]),
    "unknown Duo group": (
        None,
        {"auth_app_user_access": "permitted_groups", "auth_app_permitted_groups": ["VPN User"]},
        "user_access",
        ["'VPN User'", "'VPN Users'"],
    ),
    "reserved sync name": (None, {"sync_name": "status"}, "identity_sync", ["uses that word"]),
    "bad interval": (None, {"schedule": {"interval": 0, "unit": "days"}}, "identity_sync", ["at least 1"]),
    "bad start": (
        None,
        {"schedule": {"interval": 1, "unit": "days", "start": "tomorrow"}},
        "identity_sync",
        ["'tomorrow'"],
    ),
    "API host with scheme": (None, {"api_host": "https://x.example"}, "api_host", ["x.example"]),
    "unknown time zone": (None, {"time_zone": "Europe/Zurch"}, "time_zone", ["'Europe/Zurch'"]),
    "broken condition": (None, {"policy": [{**RULE, "condition": {"conditionType": "No"}}]}, "policy", ["'Ask'", "No"]),
    "unknown policy set": (None, {"policy": [{**RULE, "policy_set": "VNP"}]}, "policy", ["'VNP'", "'VPN'"]),
    "unknown stored condition": (
        None,
        {"policy": [{**RULE, "condition": {"conditionType": "ConditionReference", "name": "Nothing"}}]},
        "policy",
        ["'Nothing'"],
    ),
    "rule that the connection does not serve": (
        None,
        {"policy": [RULE], "types": ["tacacs"]},
        "policy",
        ["needs vpn", "Add vpn to types"],
    ),
    "account that may not use the Duo API": (_status(403), {}, "ise_duo_api", ["ERS Admin and Super Admin"]),
    "no Duo API": (_status(404), {}, "ise_duo_api", ["ISE does not know this call"]),
    "ISE unreachable": (None, {"ise_port": 1}, "ise_connection", ["could not be reached"]),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_problem_is_named(run: Run, lab: Lab, problem: str) -> None:
    prepare, options, check, words = PROBLEMS[problem]
    if prepare:
        prepare(lab)
    result = run.fails(MODULE, **{**WHOLE, **options})
    found = problems(result)
    assert set(found) == {check}, found
    assert all(word in found[check] for word in words), found[check]
    assert found[check] in result["msg"] and "nothing was changed" in result["msg"]


def test_a_read_only_account_is_named(run: Run, lab: Lab) -> None:
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    found = problems(run.fails(MODULE, **WHOLE, **account))
    assert set(found) == {"ise_rights"} and "auditor" in found["ise_rights"] and "ERS Admin" in found["ise_rights"]


def test_all_problems_are_reported_together(run: Run, lab: Lab) -> None:
    _duplicate(lab)
    lab.patch("duo", "set_caller_flags", adminapi_integrations=0)
    lab.switch(**{"ise.version": "3.2.0.542"})
    groups = ["corp.example/Users/Duo User", "corp.example/Users/Nobody", "corp.example/Users/Helpdesk"]
    result = run.fails(MODULE, **{**WHOLE, "groups": groups})
    checks = [problem["check"] for problem in result["problems"]]
    assert checks == ["ise_release", "groups", "groups", "duo_rights", "auth_app"]
    assert "5 problems were found" in result["msg"]


def test_a_broken_ise_does_not_hide_duo(run: Run, lab: Lab) -> None:
    _duplicate(lab)
    result = run.fails(MODULE, **WHOLE, ise_password="not-the-ise-password")
    assert set(problems(result)) == {"ise_connection", "auth_app"}
    assert lab.state("ise", "accounts")["ansible"]["failed_logins"] == 1


def test_problems_can_be_returned_instead(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, **{**WHOLE, "active_directory": "CORP"}, fail_on_problems=False)
    assert set(problems(result)) == {"active_directory"} and not result["changed"]


def test_duo_is_asked_only_if_its_applications_are_to_be_managed(run: Run, lab: Lab) -> None:
    no_duo = dict.fromkeys(("duo_api_host", "duo_integration_key", "duo_secret_key", "admin_app", "auth_app"), OMIT)
    quietly(run, lab, MODULE, **{**WHOLE, **no_duo})
    assert lab.requests("duo") == []


def test_a_declaration_that_is_sound_is_not_in_the_way(run: Run, lab: Lab) -> None:
    reference = {"conditionType": "ConditionReference", "name": "Network_Devices_Core"}
    sound = {
        "state": "present",
        "types": ["vpn", "tacacs"],
        "sync_name": "Duo users",
        "schedule": {"interval": 1, "unit": "days", "start": "2027-01-04T02:00:00"},
        "time_zone": "Europe/Zurich",
        "api_host": "api-1a2b3c4d.duosecurity.com",
        "auth_app_user_access": "permitted_groups",
        "auth_app_permitted_groups": ["VPN Users"],
        "policy": [RULE, {**RULE, "policy_set": "Routers", "policy_type": "device_admin", "condition": reference}],
        "accept_lockout": True,
    }
    assert quietly(run, lab, MODULE, **WHOLE, **sound)["problems"] == []


def test_a_sync_that_another_connection_uses(run: Run, lab: Lab) -> None:
    """The connection of this name may keep it, where ISE allows that, and those of the run leave it."""
    join_ise_and_duo(lab)
    second: Options = {**WHOLE, "state": "present", "connection_name": "Second", "sync_name": SYNC}
    (problem,) = run.fails(MODULE, **second)["problems"]
    words = f"the Duo connection {CONNECTION!r} uses it already"
    assert problem["check"] == "identity_sync" and words in problem["msg"], problem
    assert run.ok(MODULE, **{**second, "sync_name": "Its own"})["problems"] == []
    assert run.ok(MODULE, **{**second, "connection_name": CONNECTION})["problems"] == []
    assert run.ok(MODULE, **second, connections_to_come=["Second", CONNECTION])["problems"] == []


def test_rules_that_leave_no_way_in_without_duo_are_in_the_way(run: Run, lab: Lab) -> None:
    rule = {"name": "Duo for routers", "policy_set": "Routers", "policy_type": "device_admin"}
    locks = {**rule, "condition": "CORP_AD member of corp.example/Users/Helpdesk"}
    opens = {**rule, "name": "Emergency", "condition": "InternalUser:Name equals hero", "on_failure": "accept"}
    (problem,) = run.ok(MODULE, **WHOLE, fail_on_problems=False, policy=[locks, opens])["problems"]
    assert problem["check"] == "policy" and "'Duo for routers' would lock everyone out" in problem["msg"]
    for way in ({"policy": [opens, locks]}, {"policy": [locks], "accept_lockout": True}):
        assert quietly(run, lab, MODULE, **WHOLE, **way)["problems"] == []


def test_keys_of_applications_made_by_hand_make_duo_unnecessary(run: Run, lab: Lab) -> None:
    no_duo = dict.fromkeys(("duo_api_host", "duo_integration_key", "duo_secret_key"), OMIT)
    quietly(run, lab, MODULE, **WHOLE, **no_duo, state="present", admin_api=KEY, auth_api=KEY)
    assert lab.requests("duo") == []


def test_a_removal_does_not_depend_on_the_duo_api(run: Run, lab: Lab) -> None:
    _status(403)(lab)
    assert quietly(run, lab, MODULE, state="absent", active_directory="CORP_AD")["problems"] == []


@pytest.mark.parametrize("state", ["present", "absent"])
def test_an_application_of_somebody_else_that_is_adopted_is_not_in_the_way(run: Run, lab: Lab, state: str) -> None:
    _foreign(lab)
    assert quietly(run, lab, MODULE, **WHOLE, state=state, adopt=True)["problems"] == []
    assert len(lab.requests("duo")) == 1


def test_a_right_that_duo_may_or_may_not_insist_on_is_a_warning(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_allow_to_set_permissions=0)
    result = run.ok(MODULE, **WHOLE)
    assert "adminapi_allow_to_set_permissions" in result["warnings"][0]


@pytest.mark.parametrize(
    "switch",
    [
        {"ise.csrf": True},
        {"ise.get_groups_filter": "required"},
        {"ise.node_role": "standalone"},
        {"ise.version": "3.3.0.430"},
        {"ise.version": "3.5.0.527", "ise.patch": 0},
        {"ise.this_node_address": "10.20.0.11"},
        {"duo.page_limit": 5},
        {"duo.flags_as": "bool"},
        {"duo.split_flags": "unknown"},
        {"duo.list_permission": "either"},
    ],
    ids=str,
)
def test_every_variant(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    assert quietly(run, lab, MODULE, **WHOLE)["problems"] == []


# Whole policy sets

CORE = "DEVICE:Device Type equals All Device Types#Core"


def policy_problems(run: Run, *entries: Options, **options: Any) -> list[str]:
    found = run.fails(MODULE, **WHOLE, state="present", connection_name="Duo", policy=list(entries), **options)
    return [problem["msg"] for problem in found["problems"]]


def a_set(policy_type: str = "network_access", condition: Any = AT_VPN, **rules: Any) -> Options:
    return {"name": "Apart", "policy_type": policy_type, "condition": condition, "rules": rules}


def test_what_is_wrong_with_policy_sets_is_found_together(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    wrong = a_set(
        authentication=[{"name": "A", "condition": AT_VPN, "identity_source": "CORP_ADD"}],
        mfa=[{"name": "M", "condition": "DEVICE:Device Typ equals X"}],
        authorization=[{"name": "Z", "condition": AT_VPN, "profiles": ["PermitAcces"]}],
    )
    nowhere = {"name": "M", "policy_set": "Apart", "policy_type": "network_access", "position": "above"}
    found = policy_problems(run, {**wrong, "service_name": "Nothing"}, {**a_set(), "name": "Default"}, nowhere)
    words = ("'above'", "'Nothing'", "CORP_ADD", "Device Typ", "PermitAcces", "keeps it as the last")
    assert [word for word in words if not any(word in text for text in found)] == []
    # A single rule may stand in a policy set that is declared too.
    assert not any("use the policy set 'Apart'" in text for text in found)


def test_a_condition_that_ise_may_refuse_is_a_warning(run: Run, lab: Lab) -> None:
    rule = {"name": "Anybody", "condition": "always", "profiles": ["PermitAccess"]}
    declared = {**a_set(condition="always", authorization=[rule])}
    result = run.ok(MODULE, **WHOLE, state="present", connection_name="Duo", policy=[declared])
    assert result["problems"] == []
    warned = [text for text in result["warnings"] if "may refuse the condition always" in text]
    assert len(warned) == 2 and declared["name"] in warned[0] and "Anybody" in warned[1]


def test_a_policy_set_that_needs_another_type_of_connection(run: Run, lab: Lab) -> None:
    rules = a_set("device_admin", CORE, mfa=[{"name": "M", "condition": CORE, "on_failure": "accept"}])
    (found,) = policy_problems(run, rules, types=["vpn"])
    assert "Add tacacs" in found
    rules["rules"]["mfa"][0]["connection"] = "Other"
    options = {**WHOLE, "state": "present", "connection_name": "Duo", "types": ["vpn"], "policy": [rules]}
    assert run.ok(MODULE, **options)["problems"] == []


def test_the_rules_that_admit_are_judged_with_those_that_ask_duo(run: Run, lab: Lab) -> None:
    """They are written after them, so that ISE does not have them yet."""
    lab.patch("ise", "set_mfa", enabled=True)
    person = "TACACS:User equals breakglass"
    asks = [{"name": "M", "condition": {"all of": [CORE, {"not": person}]}}]
    admits = [{"name": "Z", "condition": person, "profiles": ["Default Shell Profile"]}]
    declared = a_set("device_admin", CORE, mfa=asks, authorization=admits)
    result = run.ok(MODULE, **WHOLE, state="present", connection_name="Duo", policy=[declared])
    assert result["problems"] == []
    (found,) = policy_problems(run, a_set("device_admin", CORE, mfa=asks))
    assert "would lock everyone out" in found


def test_each_wrong_name_is_one_problem(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    admit = {"name": "Admit", "condition": AT_VPN, "profiles": ["PermitAcces", "DenyAcces"], "security_group": "BOYD"}
    broken = {"name": "Broken", "condition": {"all off": []}, "profiles": ["PermitAccess"]}
    other = {"name": "Other", "condition": "library VPN Tunel", "profiles": ["PermitAccess"]}
    found = policy_problems(run, a_set(authorization=[admit, broken, other], mfa=[{"name": "New: one"}]))
    words = ("'PermitAcces'", "'DenyAcces'", "'BOYD'", "'all off'", "'VPN Tunel'", "'New: one'")
    assert [[text for text in found if word in text][1:] for word in words] == [[]] * len(words)
    assert all(any(word in text for text in found) for word in words) and len(found) == len(words), found


def test_one_mistake_in_an_entry_does_not_hide_the_next(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    wrong = {**a_set(), "position": "after VNP", "service_name": "Nothing", "condition": "A:B equals c"}
    rule = {**RULE, "policy_set": "Vee", "condition": "A:B is c"}
    beside = {**RULE, "position": "before Nowhere", "condition": "D:E equals f"}
    words = ("'VNP'", "'Nothing'", "dictionary 'A'", "'Vee'", "'A:B is c'", "'Nowhere'", "'D'")
    found = policy_problems(run, wrong, rule, beside)
    assert [word for word in words if not any(word in text for text in found)] == [] and len(found) == len(words), found


BESIDE = {**RULE, "name": "Beside"}
IN_APART = {"name": "Alone", "policy_set": "Apart", "policy_type": "network_access", "condition": AT_VPN}


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([{**RULE, "position": "before Nowhere"}], "'Nowhere'"),
        ([RULE, {**BESIDE, "position": "before Ask"}], None),
        ([{**BESIDE, "position": "before Ask"}, RULE], "'Ask'"),
        ([{**RULE, "rank": 1}], "the rank 1"),
        ([RULE, {**BESIDE, "rank": 1}], None),
        ([{**a_set(), "position": "after Nowhere"}], "'Nowhere'"),
        ([{**a_set(), "name": "One"}, {**a_set(), "position": "after One"}], None),
        ([{**a_set(), "name": "One"}, {**a_set(), "position": "after Apart"}], "'Apart'"),
        ([{**a_set("device_admin", CORE), "name": "One"}, {**a_set(), "position": "after One"}], "'One'"),
        ([{**a_set(), "rank": 5}], "the rank 5"),
        ([{**a_set(), "name": "One"}, {**a_set(), "rank": 2}], None),
        ([{**a_set(), "server_sequence": "Duo proxies"}], "'Duo proxies'"),
        ([{**a_set(), "position": "top"}], "'top'"),
        ([{"name": "Ask", "policy_set": "VPN", "policy_type": "network_access"}], "condition must be given"),
        ([a_set(mfa=[{"name": "M", "condition": AT_VPN}]), {**IN_APART, "position": "after M"}], None),
        ([{**a_set(), "name": "VPN (old): x"}], "letters without accents"),
        ([{"name": "Default", "policy_type": "network_access", "description": "All others"}], None),
    ],
    ids=str,
)
def test_what_the_tasks_would_refuse_in_their_order(
    run: Run, lab: Lab, entries: list[Options], words: str | None
) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    options = {**WHOLE, "state": "present", "connection_name": "Duo", "policy": entries, "fail_on_problems": False}
    problems = [problem["msg"] for problem in run.ok(MODULE, **options)["problems"]]
    assert problems == [] if words is None else words in problems[0] and len(problems) == 1, problems


def test_what_the_run_declares_for_other_connections_is_to_come(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.group_values": "listed"})
    sales = "corp.example/Users/Sales"
    rule = {**IN_APART, "condition": f"CORP_AD member of {sales}"}
    beside = {**a_set(), "name": "Mine", "position": "after Apart"}
    found = policy_problems(run, rule, beside)
    assert len(found) == 3 and [any(word in text for text in found) for word in ("'Apart'", f"'{sales}'")] == [True] * 2
    to_come = {
        "policy_sets_to_come": [{"name": "Apart", "policy_type": "network_access"}],
        "groups_to_come": [sales.upper()],
    }
    options = {**WHOLE, "state": "present", "connection_name": "Duo", "policy": [rule, beside]}
    assert run.ok(MODULE, **options, **to_come)["problems"] == []


def test_a_rule_in_a_policy_set_of_another_connection(run: Run, lab: Lab) -> None:
    """Its rules are written before, or judged with those that admit."""
    join_ise_and_duo(lab)
    other = a_set("device_admin", CORE, mfa=[{"name": "M", **ASK}], authorization=[WAY_IN])
    rule = {**IN_APART, "policy_type": "device_admin", **ASK, "position": "before M"}
    options = {**WHOLE, "state": "present", "connection_name": CONNECTION, "policy": [rule]}
    assert run.ok(MODULE, **options, policy_sets_to_come=[other])["problems"] == []
    closed = {**other, "rules": {"mfa": other["rules"]["mfa"]}}
    (problem,) = run.fails(MODULE, **options, policy_sets_to_come=[closed])["problems"]
    assert "would lock everyone out" in problem["msg"]


def test_what_the_removal_of_policies_would_refuse(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    run.ok("ise_policy_set", name="Mine", policy_type="network_access", condition=AT_VPN)
    lab.clear_requests()
    entries = [{**a_set(), "name": name} for name in ("Mine", "VPN", "Gone", "Default")]
    for entry in (RULE, {**RULE, "policy_set": "Gone"}):
        entries.append(entry)
    options = {"state": "absent", "connection_name": "Duo", "policy": entries}
    (problem,) = run.fails(MODULE, **options)["problems"]
    assert problem["check"] == "policy" and "'VPN'" in problem["msg"] and "set adopt to true" in problem["msg"]
    assert run.ok(MODULE, **options, adopt=True)["problems"] == []
    lab.patch("ise", "set_mfa", enabled=False)
    lab.fault("ise", "GET", "/mfa$", kind="status", status=403, times=None)
    assert run.ok(MODULE, **options, adopt=True)["problems"] == []


PERSON = "TACACS:User equals breakglass"
WAY_IN = {"name": "Way in", "condition": PERSON, "profiles": ["Default Shell Profile"]}
ASK = {"condition": {"all of": [CORE, {"not": PERSON}]}}


def test_single_rules_and_lists_are_judged_together(run: Run, lab: Lab) -> None:
    """By what all tasks come to, wherever they put the rules."""
    join_ise_and_duo(lab)
    single = {"name": "S", "policy_type": "device_admin", "policy_set": "Apart"}
    whole = a_set("device_admin", CORE, authorization=[WAY_IN])
    options = {**WHOLE, "state": "present", "connection_name": CONNECTION}
    assert run.ok(MODULE, **options, policy=[{**single, **ASK}, whole])["problems"] == []
    (found,) = policy_problems(run, {**single, **ASK}, a_set("device_admin", CORE))
    assert "'S' would lock everyone out" in found
    # An emergency rule must stay above.
    emergency = {"name": "Emergency", "condition": PERSON, "on_failure": "accept"}
    run.ok("ise_mfa_rule", policy_set="Routers", policy_type="device_admin", connection=CONNECTION, **emergency)
    lab.clear_requests()
    on_top = {**single, "policy_set": "Routers", "condition": CORE, "position": "first"}
    (found,) = policy_problems(run, on_top)
    assert "'S' would lock everyone out" in found
    assert run.ok(MODULE, **options, policy=[{**on_top, "position": "after Emergency"}])["problems"] == []


def test_the_only_way_in_must_not_go(run: Run, lab: Lab) -> None:
    join_ise_and_duo(lab)
    where = {"policy_set": "Routers", "policy_type": "device_admin"}
    run.ok("ise_authorization_rule", **where, **WAY_IN)
    run.ok("ise_mfa_rule", **where, name="M", connection=CONNECTION, **ASK)
    lab.clear_requests()
    routers = {"name": "Routers", "policy_type": "device_admin", "purge": True}
    (found,) = policy_problems(run, {**routers, "rules": {"authorization": []}})
    assert "'M' would lock everyone out" in found
    kept = {**routers, "rules": {"authorization": [WAY_IN]}}
    options = {**WHOLE, "state": "present", "connection_name": CONNECTION}
    assert run.ok(MODULE, **options, policy=[kept])["problems"] == []
    assert run.ok(MODULE, **options, policy=[{**routers, "rules": {"authorization": []}}], accept_lockout=True)
