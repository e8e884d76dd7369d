# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MFA rules of ISE: found by name in a policy set, written as a whole, compared whatever form ISE returns."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree
from lab import Lab

from .estates import CONNECTION, join_ise_and_duo
from .harness import BOTH_WAYS, OMIT, REALLY, Options, Result, Run, Steps, matrix, quietly, step, writes

MODULE = "ise_mfa_rule"
VPN_HEADENDS: Options = {
    "conditionType": "ConditionAttributes",
    "dictionaryName": "DEVICE",
    "attributeName": "Device Type",
    "operator": "equals",
    "attributeValue": "All Device Types#VPN",
}
DOMAIN_USERS: Options = {
    "conditionType": "ConditionAttributes",
    "dictionaryName": "CORP_AD",
    "attributeName": "ExternalGroups",
    "operator": "equals",
    "attributeValue": "corp.example/Users/Domain Users",
}
FROM_OFFICE: Options = {
    "conditionType": "ConditionAttributes",
    "dictionaryName": "Radius",
    "attributeName": "NAS-IP-Address",
    "operator": "equals",
    "attributeValue": "192.0.2.10",
}
STORED: Options = {"conditionType": "ConditionReference", "name": "VPN_Tunnel"}
EVERYTHING: Options = {
    "conditionType": "ConditionAndBlock",
    "children": [
        DOMAIN_USERS,
        STORED,
        {"conditionType": "ConditionOrBlock", "isNegate": True, "children": [FROM_OFFICE, VPN_HEADENDS]},
    ],
}
# The same, as results show it.
VPN_HEADENDS_IN_WORDS = "DEVICE:Device Type equals All Device Types#VPN"
FROM_OFFICE_IN_WORDS = "Radius:NAS-IP-Address equals 192.0.2.10"
EVERYTHING_IN_WORDS: Options = {
    "all of": [
        "CORP_AD member of corp.example/Users/Domain Users",
        "library VPN_Tunnel",
        {"not": {"any of": [FROM_OFFICE_IN_WORDS, VPN_HEADENDS_IN_WORDS]}},
    ],
}
WHICH: Options = {"name": "Duo for employees", "policy_set": "VPN", "policy_type": "network_access"}
RULE: Options = {**WHICH, "connection": CONNECTION, "condition": VPN_HEADENDS}
ABSENT: Options = {**WHICH, "state": "absent"}


@pytest.fixture(autouse=True)
def ise_and_duo_are_joined(lab: Lab) -> None:
    join_ise_and_duo(lab)


def rules(lab: Lab, policy_set: str = "VPN", tree: str = "network-access") -> list[dict[str, Any]]:
    (found,) = [entry for entry in lab.state("ise", "policy")[tree] if entry["name"] == policy_set]
    return list(found["rules"]["mfa"])


def names(lab: Lab) -> list[str]:
    return [entry["rule"]["name"] for entry in rules(lab)]


def add_rule(lab: Lab, name: str, **more: str) -> None:
    """Behind the module's back, on top of the policy set."""
    where = {"policy_type": "network_access", "policy_set": "VPN", "connection": CONNECTION}
    lab.patch("ise", "add_mfa_rule", name=name, **{**where, **more})


def bodies(lab: Lab, method: str) -> list[dict[str, Any]]:
    return [row["body"] for row in lab.requests("ise") if row["method"] == method]


def in_both_modes(run: Run, lab: Lab, **options: Any) -> Result:
    """It fails in check mode and for real, in the same words, and writes nothing."""
    check, real = run.fails(MODULE, check=True, **options), run.fails(MODULE, **options)
    assert check["msg"] == real["msg"] and writes(lab) == []
    return real


def run_matrix(run: Run, lab: Lab, again: tuple[bool, ...] = REALLY) -> Steps:
    """Create a rule with every kind of condition, change all there is to change, delete it."""
    add_rule(lab, "Other")
    created = {**RULE, "condition": EVERYTHING, "rank": 1, "on_success": "accept", "on_failure": "reject"}
    change = {"condition": FROM_OFFICE, "rank": 0, "rule_state": "disabled", "on_failure": "accept"}
    return matrix(run, lab, MODULE, {**created, "rule_state": "enabled"}, change, delete=ABSENT, again=again)


def test_matrix(run: Run, lab: Lab) -> None:
    steps = run_matrix(run, lab, BOTH_WAYS)
    assert steps.create and steps.change and steps.delete
    assert steps.create.real["diff"]["before"] == {}
    assert steps.create.real["rule"]["condition"] == EVERYTHING_IN_WORDS
    assert steps.change.real["diff"]["before"]["condition"] == EVERYTHING_IN_WORDS
    assert steps.change.real["diff"]["after"]["condition"] == FROM_OFFICE_IN_WORDS
    before, after = steps.change.real["diff"]["before"], steps.change.real["diff"]["after"]
    assert {name for name in after if before[name] != after[name]} == {"condition", "rank", "rule_state", "on_failure"}
    assert steps.delete.real["diff"]["after"] == {}
    assert "rule" not in steps.delete.real
    assert names(lab) == ["Other"]


ISE_VARIANTS: list[dict[str, Any]] = [
    {"ise.rule_action_case": "upper"},
    {"ise.rule_action_case": "lower"},
    {"ise.policy_nulls": "left_out"},
    {"ise.unlisted_names": "accepted"},
    {"ise.success_codes": "delete_204"},
    {"ise.type_order": "sorted"},
    # Nothing that the module does depends on these, so one run shows that for all of them.
    {
        "ise.rule_without_rank": "bottom",
        "ise.unfit_connection": "accepted",
        "ise.success_codes": "all_200",
        "ise.error_code_as": "number",
    },
    {"ise.unknown_members": "ignore"},
    {"ise.version": "3.3.0.430"},
]


@pytest.mark.parametrize("switch", ISE_VARIANTS, ids=str)
def test_every_variant_of_ise(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    run_matrix(run, lab)


def test_a_member_nobody_knows_is_not_written_back(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    run_matrix(run, lab)


def test_what_is_created_is_what_ise_has(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, **RULE)
    (found,) = rules(lab)
    assert (found["mfaConnectionName"], found["mfaResultAction"], found["mfaFailAction"]) == ("Duo", "ACCEPT", "REJECT")
    assert (found["rule"]["rank"], found["rule"]["state"]) == (0, "enabled")
    assert {**VPN_HEADENDS, "isNegate": False}.items() <= found["rule"]["condition"].items()
    (sent,) = bodies(lab, "POST")
    assert sent["rule"]["condition"] == {**VPN_HEADENDS, "isNegate": False}
    assert not [row for row in lab.requests("ise") if "/condition" in row["path"]]
    assert result["rule"] == {
        **RULE,
        "condition": VPN_HEADENDS_IN_WORDS,
        "rank": 0,
        "on_success": "accept",
        "on_failure": "reject",
        "rule_state": "enabled",
        "hit_counts": 0,
    }


def test_a_rule_for_device_administration(run: Run, lab: Lab) -> None:
    core = {"conditionType": "ConditionReference", "name": "Network_Devices_Core"}
    where = {"name": "Duo for routers", "policy_set": "Routers", "policy_type": "device_admin"}
    created = {**where, "connection": CONNECTION, "condition": core, "accept_lockout": True}
    matrix(run, lab, MODULE, created, {"rule_state": "monitor"}, delete={**where, "state": "absent"})
    run.ok(MODULE, **created)
    assert [entry["rule"]["name"] for entry in rules(lab, "Routers", "device-admin")] == ["Duo for routers"]
    assert rules(lab) == []


ROUTERS = {"policy_set": "Routers", "policy_type": "device_admin"}
ASK_ROUTERS = {**ROUTERS, "name": "Duo for routers", "connection": CONNECTION}
ADMINS = "CORP_AD member of corp.example/Users/Helpdesk"
BUT_ONE = {"all of": [ADMINS, {"not": "InternalUser:Name equals firefighter"}]}


@pytest.mark.parametrize("check", [True, False])
def test_a_rule_that_leaves_no_way_in_without_duo_is_refused(run: Run, lab: Lab, check: bool) -> None:
    wanted = {**ASK_ROUTERS, "condition": ADMINS}
    failed = run.fails(MODULE, check=check, **wanted)
    assert "'Duo for routers' would lock everyone out" in failed["msg"] and "accept_lockout" in failed["msg"]
    assert failed["error"]["kind"] == "invalid_input" and writes(lab) == []
    assert quietly(run, lab, MODULE, check=True, **wanted, accept_lockout=True)["changed"]
    assert quietly(run, lab, MODULE, check=True, **wanted, on_failure="accept")["changed"]
    assert quietly(run, lab, MODULE, check=True, **wanted, rule_state="monitor")["changed"]
    # On a VPN, nobody is kept away from devices.
    assert quietly(run, lab, MODULE, check=True, **{**wanted, "policy_set": "VPN", "policy_type": "network_access"})


def test_an_emergency_account_is_a_way_in(run: Run, lab: Lab) -> None:
    hero = {"name": "Emergency", "condition": "InternalUser:Name equals firefighter"}
    above = {**ASK_ROUTERS, **hero, "on_failure": "accept", "position": "first"}
    wanted = {**ASK_ROUTERS, "condition": ADMINS}
    run.ok(MODULE, **above)
    run.ok(MODULE, **wanted)
    assert not quietly(run, lab, MODULE, **wanted)["changed"]
    # Neither may it go as long as the other one needs it.
    for change in ({"state": "absent"}, {"position": "last"}, {"on_failure": "reject"}, {"rule_state": "disabled"}):
        assert "lock everyone out" in run.fails(MODULE, **{**above, **change})["msg"]
    run.ok(MODULE, **{**above, "state": "absent"}, accept_lockout=True)
    # What was accepted once stays, and does not stand in the way of other rules.
    assert not quietly(run, lab, MODULE, **wanted)["changed"]
    run.ok(MODULE, **{**above, "on_failure": "accept"}, rule_state="monitor")


def test_whoever_is_left_out_and_admitted_is_a_way_in(run: Run, lab: Lab) -> None:
    wanted = {**ASK_ROUTERS, "condition": BUT_ONE}
    assert "lock everyone out" in run.fails(MODULE, **wanted)["msg"]
    condition = "InternalUser:Name equals firefighter"
    admit = {"condition": condition, "profiles": ["Default Shell Profile"], "commands": ["PermitAllCommands"]}
    way: Options = {**ROUTERS, "name": "Emergency", **admit}
    run.ok("ise_authorization_rule", **way, position="first")
    run.ok(MODULE, **wanted)
    # As long as the MFA rule needs it, it stays.
    for change in (
        {"state": "absent"},
        {"rule_state": "disabled"},
        {"profiles": ["Deny All Shell Profile"]},
        {"condition": "InternalUser:Name equals other"},
    ):
        lab.clear_requests()
        refused = [run.fails("ise_authorization_rule", **{**way, **change}, check=check) for check in (True, False)]
        assert all("'Duo for routers' would lock everyone out" in one["msg"] for one in refused) and not writes(lab)
    above: Options = {"name": "Deny", "condition": condition, "profiles": ["Deny All Shell Profile"]}
    whole: Options = {**ROUTERS, "kind": "authorization", "purge": True}
    for rules in ([], [above, {"name": "Emergency"}]):
        assert "lock everyone out" in run.fails("ise_policy_rules", **whole, rules=rules)["msg"]
    run.ok("ise_authorization_rule", **{**way, "commands": ["PermitShowCommands"]})
    run.ok("ise_authorization_rule", **way, state="absent", accept_lockout=True)
    # What leaves no way in anyway may change.
    run.ok("ise_authorization_rule", **{**way, "profiles": ["Deny All Shell Profile"]})


@pytest.mark.parametrize("kind", ["mfa", "authorization"])
@pytest.mark.parametrize("odd", [{}, "(gone)"])
def test_a_rule_whose_condition_is_not_shown_is_no_way_in(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, kind: str, odd: Any
) -> None:
    hero = {**ROUTERS, "name": "Emergency", "condition": "InternalUser:Name equals firefighter", "position": "first"}
    if kind == "mfa":
        run.ok(MODULE, **hero, connection=CONNECTION, on_failure="accept")
    else:
        run.ok("ise_authorization_rule", **hero, commands=["PermitAllCommands"])
    wanted = {**ASK_ROUTERS, "condition": ADMINS if kind == "mfa" else BUT_ONE}
    assert run.ok(MODULE, check=True, **wanted)["changed"]
    listing = PolicyTree.list_rules

    def altered(tree: PolicyTree, policy_set: dict[str, Any], of_kind: str) -> list[dict[str, Any]]:
        found = listing(tree, policy_set, of_kind)
        for raw in found if of_kind == kind else []:
            if raw["rule"]["name"] == "Emergency":
                raw["rule"]["condition"] = odd
                if odd == "(gone)":
                    del raw["rule"]["condition"]
        return found

    monkeypatch.setattr(PolicyTree, "list_rules", altered)
    assert "'Duo for routers' would lock" in run.fails(MODULE, **wanted)["msg"]
    (shown,) = [
        one for one in run.ok("ise_policy_info", policy_type="device_admin")["policy_sets"] if one["name"] == "Routers"
    ]
    assert [rule["condition"] for rule in shown["rules"][kind] if rule["name"] == "Emergency"] == [None]


@pytest.mark.parametrize(
    ("kind", "member", "odd"),
    [
        ("mfa", "mfaFailAction", None),
        ("mfa", "mfaFailAction", "CONTINUE"),
        ("mfa", "state", None),
        ("mfa", "condition", {}),
        ("authorization", "state", None),
        ("authorization", "condition", {}),
        ("authorization", "commands", []),
    ],
)
def test_what_may_be_a_way_in_does_not_go_because_ise_does_not_show_that_it_is_one(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, kind: str, member: str, odd: Any
) -> None:
    hero = {**ROUTERS, "name": "Emergency", "condition": "InternalUser:Name equals firefighter"}
    if kind == "mfa":
        run.ok(MODULE, **hero, connection=CONNECTION, on_failure="accept")
    else:
        run.ok("ise_authorization_rule", **hero, position="first", commands=["PermitAllCommands"])
    run.ok(MODULE, **{**ASK_ROUTERS, "condition": ADMINS if kind == "mfa" else BUT_ONE})
    listing = PolicyTree.list_rules

    def altered(tree: PolicyTree, policy_set: dict[str, Any], of_kind: str) -> list[dict[str, Any]]:
        found = listing(tree, policy_set, of_kind)
        for raw in found if of_kind == kind else []:
            place = raw if member in raw else raw["rule"]
            place[member] = odd if raw["rule"]["name"] == "Emergency" else place[member]
        return found

    monkeypatch.setattr(PolicyTree, "list_rules", altered)
    module = MODULE if kind == "mfa" else "ise_authorization_rule"
    gone = {**ROUTERS, "name": "Emergency", "state": "absent"}
    assert "'Duo for routers' would lock" in run.fails(module, **gone)["msg"]
    assert run.ok(module, check=True, **gone, accept_lockout=True)["changed"]


def test_before_the_policy_set_exists_check_mode_takes_a_way_in_for_granted(run: Run, lab: Lab) -> None:
    wanted = {**ASK_ROUTERS, "condition": ADMINS, "policy_set": "Switches"}
    warnings = quietly(run, lab, MODULE, check=True, **wanted)["warnings"]
    assert any("assumes a way in" in warning for warning in warnings)


def test_a_list_of_rules_must_leave_a_way_in(run: Run, lab: Lab) -> None:
    emergency = {"name": "Emergency", "connection": CONNECTION, "condition": "InternalUser:Name equals firefighter"}
    asking = {"name": "Duo for routers", "connection": CONNECTION, "condition": ADMINS}
    both: Options = {**ROUTERS, "kind": "mfa", "rules": [{**emergency, "on_failure": "accept"}, asking]}
    alone: Options = {**ROUTERS, "kind": "mfa", "rules": [asking], "purge": True}
    assert "lock everyone out" in run.fails("ise_policy_rules", **alone)["msg"]
    run.ok("ise_policy_rules", **both)
    for wrong in (alone, {**both, "rules": both["rules"][::-1]}):
        assert "lock everyone out" in run.fails("ise_policy_rules", **wrong)["msg"]
    run.ok("ise_policy_rules", **alone, accept_lockout=True)


def test_a_rule_in_the_default_policy_set(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {**RULE, "policy_set": "Default"})
    assert len(rules(lab, "Default")) == 1 and rules(lab) == []


def test_a_run_without_change_asks_twice(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **RULE)
    quietly(run, lab, MODULE, **RULE)
    assert len(lab.requests("ise")) == 2


# A PUT replaces


def test_what_is_not_declared_stays_as_it_is(run: Run, lab: Lab) -> None:
    add_rule(lab, "Other")
    created = {**RULE, "condition": EVERYTHING, "rank": 1, "on_success": "reject", "on_failure": "accept"}
    run.ok(MODULE, **created)
    before = rules(lab)[1]
    step(run, lab, MODULE, {**WHICH, "rule_state": "disabled"})
    assert rules(lab)[1] == {**before, "rule": {**before["rule"], "state": "disabled"}}


@pytest.mark.parametrize("case", ["as_sent", "upper", "lower"])
def test_actions_compare_in_any_case_and_are_sent_in_upper_case(run: Run, lab: Lab, case: str) -> None:
    lab.switch(**{"ise.rule_action_case": case})
    run.ok(MODULE, **RULE, on_success="Accept", on_failure="REJECT")
    result = quietly(run, lab, MODULE, **RULE, on_success="accept", on_failure="Reject")
    actions = (result["rule"]["on_success"], result["rule"]["on_failure"])
    assert not result["changed"] and actions == ("accept", "reject")
    run.ok(MODULE, **WHICH, on_failure="accept")
    (sent,) = bodies(lab, "PUT")
    assert (sent["mfaResultAction"], sent["mfaFailAction"]) == ("ACCEPT", "ACCEPT")


def test_another_action_is_passed_on_and_ises_words_are_shown(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, **RULE, on_failure="continue")
    assert "Invalid mfaFailAction 'CONTINUE'" in result["msg"] and rules(lab) == []


def test_another_connection(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_connection", name="Duo for VPN", type="VPN")
    run.ok(MODULE, **RULE)
    done = step(run, lab, MODULE, {**WHICH, "connection": "Duo for VPN"})
    assert (done.real["diff"]["before"]["connection"], rules(lab)[0]["mfaConnectionName"]) == ("Duo", "Duo for VPN")


# Ranks


@pytest.mark.parametrize("place", ["top", "bottom"])
def test_new_rules_without_a_rank_keep_the_order_of_their_tasks(run: Run, lab: Lab, place: str) -> None:
    lab.switch(**{"ise.rule_without_rank": place})
    add_rule(lab, "Other")
    done = step(run, lab, MODULE, RULE)
    step(run, lab, MODULE, {**RULE, "name": "Another"})
    assert done.check["rule"]["rank"] == 1
    assert names(lab) == ["Other", "Duo for employees", "Another"]


@pytest.mark.parametrize("place", ["top", "bottom"])
def test_a_changed_rule_without_a_rank_stays_where_it_is(run: Run, lab: Lab, place: str) -> None:
    lab.switch(**{"ise.rule_without_rank": place})
    for name in ("Third", "Duo for employees", "First"):
        add_rule(lab, name)
    step(run, lab, MODULE, {**WHICH, "rule_state": "disabled"})
    assert names(lab) == ["First", "Duo for employees", "Third"]


def test_a_rule_that_was_moved_is_put_back(run: Run, lab: Lab) -> None:
    add_rule(lab, "Last")
    run.ok(MODULE, **RULE, rank=0)
    add_rule(lab, "Pushed in")
    done = step(run, lab, MODULE, {**RULE, "rank": 0})
    assert (done.real["diff"]["before"]["rank"], done.real["diff"]["after"]["rank"]) == (1, 0)
    assert names(lab) == ["Duo for employees", "Pushed in", "Last"]


def test_a_rule_whose_rank_is_not_declared_may_move(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **RULE)
    add_rule(lab, "Pushed in")
    assert not quietly(run, lab, MODULE, **RULE)["changed"]


def test_a_rank_beyond_the_end(run: Run, lab: Lab) -> None:
    add_rule(lab, "Other")
    result = run.fails(MODULE, **RULE, rank=2)
    assert result["error"]["kind"] == "invalid_input" and "from 0 to 1" in result["msg"]
    run.ok(MODULE, **RULE, rank=1)
    lab.clear_requests()
    # It takes a place itself, so there is not one more.
    assert "from 0 to 1" in run.fails(MODULE, **RULE, rank=2)["msg"]
    assert writes(lab) == []


def test_a_rank_that_an_earlier_task_of_the_play_would_make_possible(run: Run, lab: Lab) -> None:
    second = {**RULE, "name": "Second", "rank": 1}
    predicted = quietly(run, lab, MODULE, check=True, **second)
    assert predicted["changed"] and "rank 1" in predicted["warnings"][0] and "from 0 to 0" in predicted["warnings"][0]
    run.ok(MODULE, **RULE, rank=0)
    assert run.ok(MODULE, **second)["diff"] == predicted["diff"]


def test_a_negative_rank(run: Run, lab: Lab) -> None:
    assert "from 0 to 0" in in_both_modes(run, lab, **RULE, rank=-1)["msg"]


# Conditions


@pytest.mark.parametrize("nulls", ["shown", "left_out"])
@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (FROM_OFFICE, FROM_OFFICE_IN_WORDS),
        ("library VPN_Tunnel", "library VPN_Tunnel"),
        (EVERYTHING_IN_WORDS, EVERYTHING_IN_WORDS),
        ([VPN_HEADENDS_IN_WORDS, {"not": STORED}], {"all of": [VPN_HEADENDS_IN_WORDS, {"not": "library VPN_Tunnel"}]}),
    ],
    ids=["structure", "text", "mapping", "list"],
)
def test_conditions_in_every_form_converge(run: Run, lab: Lab, condition: Any, words: Any, nulls: str) -> None:
    lab.switch(**{"ise.policy_nulls": nulls})
    done = step(run, lab, MODULE, {**RULE, "condition": condition})
    assert done.real["rule"]["condition"] == words


@pytest.mark.parametrize(
    ("plain", "address"),
    [
        ("equals", "ipEquals"),
        ("notEquals", "ipNotEquals"),
        ("greaterThan", "ipGreaterThan"),
        ("lessThan", "ipLessThan"),
    ],
)
@pytest.mark.parametrize("condition", [FROM_OFFICE, VPN_HEADENDS], ids=["address", "text"])
def test_operators_that_ise_rewrites(run: Run, lab: Lab, condition: Options, plain: str, address: str) -> None:
    step(run, lab, MODULE, {**RULE, "condition": {**condition, "operator": plain}})
    stored = rules(lab)[0]["rule"]["condition"]["operator"]
    assert stored == (address if condition is FROM_OFFICE else plain)
    assert not quietly(run, lab, MODULE, **{**RULE, "condition": {**condition, "operator": address}})["changed"]


def test_the_order_of_a_blocks_children_means_nothing(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **{**RULE, "condition": EVERYTHING})
    mixed = {**EVERYTHING, "children": EVERYTHING["children"][::-1]}
    assert not quietly(run, lab, MODULE, **{**RULE, "condition": mixed})["changed"]
    # Not even when it is written because of something else.
    step(run, lab, MODULE, {**RULE, "condition": mixed, "rule_state": "disabled"})


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        ("DEVICE:Device Type equals All Device Types#Router", "DEVICE:Device Type equals All Device Types#Router"),
        ("DEVICE:Location startsWith All Locations", "DEVICE:Location startsWith All Locations"),
        ({**VPN_HEADENDS, "dictionaryValue": "Something"}, {**VPN_HEADENDS, "dictionaryValue": "Something"}),
        ({**VPN_HEADENDS, "isNegate": True}, {"not": VPN_HEADENDS_IN_WORDS}),
    ],
    ids=str,
)
def test_any_difference_deep_in_a_condition_is_seen(run: Run, lab: Lab, leaf: Any, words: Any) -> None:
    def nested(leaf: Any) -> Options:
        return {**RULE, "condition": {"all of": [DOMAIN_USERS, {"any of": [FROM_OFFICE, leaf]}]}}

    run.ok(MODULE, **nested(VPN_HEADENDS))
    done = step(run, lab, MODULE, nested(leaf))
    assert done.real["diff"]["after"]["condition"]["all of"][1]["any of"] == [FROM_OFFICE_IN_WORDS, words]
    step(run, lab, MODULE, nested(VPN_HEADENDS))


def test_a_condition_as_ise_shows_it_can_be_given(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **{**RULE, "condition": EVERYTHING})
    as_shown = rules(lab)[0]["rule"]["condition"]
    assert as_shown["link"] is None
    assert not quietly(run, lab, MODULE, **{**RULE, "condition": as_shown})["changed"]
    step(run, lab, MODULE, {**RULE, "name": "Copy", "condition": as_shown})


def test_values_that_yaml_takes_for_something_else(run: Run, lab: Lab) -> None:
    number = {**VPN_HEADENDS, "attributeName": "Model Name", "attributeValue": 5, "isNegate": "yes"}
    done = step(run, lab, MODULE, {**RULE, "condition": number})
    assert done.real["rule"]["condition"] == {"not": "DEVICE:Model Name equals 5"}


def test_an_empty_text_is_no_text(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **RULE)
    unset = {**VPN_HEADENDS, "dictionaryValue": "", "isNegate": False}
    assert not quietly(run, lab, MODULE, **{**RULE, "condition": unset})["changed"]


def stored_id(lab: Lab) -> str:
    return str(next(entry["rule"]["condition"]["id"] for entry in rules(lab) if entry["rule"]["name"] == WHICH["name"]))


def test_a_stored_condition_by_name_is_looked_up_once(run: Run, lab: Lab) -> None:
    twice = {"conditionType": "ConditionOrBlock", "children": [STORED, {**STORED, "name": "Wired_802.1X"}]}
    run.ok(MODULE, **{**RULE, "condition": twice})
    assert sum("/condition" in row["path"] for row in lab.requests("ise")) == 1
    quietly(run, lab, MODULE, **{**RULE, "condition": twice})
    assert not [row for row in lab.requests("ise") if "/condition" in row["path"]]


def test_a_stored_condition_by_id(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **{**RULE, "condition": STORED})
    by_id = {"conditionType": "ConditionReference", "id": stored_id(lab)}
    result = quietly(run, lab, MODULE, **{**RULE, "condition": by_id})
    assert not result["changed"] and result["rule"]["condition"] == by_id
    step(run, lab, MODULE, {**RULE, "condition": {**by_id, "isNegate": True}})
    step(run, lab, MODULE, {**RULE, "condition": STORED})


def test_an_unknown_stored_condition_is_named_with_the_nearest(run: Run, lab: Lab) -> None:
    result = in_both_modes(run, lab, **{**RULE, "condition": {**STORED, "name": "VPN Tunel"}})
    assert "'VPN Tunel'" in result["msg"] and "'VPN_Tunnel'" in result["msg"]


BAD_CONDITIONS: list[tuple[Any, list[str]]] = [
    ("DEVICE:Device Type equal x", ["condition is 'DEVICE:Device Type equal x'", "'equals'"]),
    ({}, ["condition is {}", "DICTIONARY member of GROUP"]),
    ({"any of": [VPN_HEADENDS, "VPN"]}, ["condition['any of'][1] is 'VPN'"]),
    (
        {"conditionType": "ConditionAndBlock", "children": [{**FROM_OFFICE, "operator": ""}]},
        ["[0].operator is missing"],
    ),
]


@pytest.mark.parametrize(("condition", "words"), BAD_CONDITIONS, ids=str)
def test_a_bad_condition_reaches_nobody(run: Run, lab: Lab, condition: Any, words: list[str]) -> None:
    result = run.fails(MODULE, **{**RULE, "condition": condition})
    assert result["error"]["kind"] == "invalid_input"
    assert [word for word in words if word not in result["msg"]] == []
    assert lab.requests() == []


def test_a_bad_condition_does_not_keep_a_rule_from_being_deleted(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **RULE)
    assert run.ok(MODULE, **{**RULE, "condition": {}, "state": "absent"})["changed"]
    assert rules(lab) == []


# What the rule needs


@pytest.mark.parametrize("name", ["VPNs", "Wireless", "vpn", "Routers"])
def test_an_unknown_policy_set_is_named_with_the_nearest(run: Run, lab: Lab, name: str) -> None:
    """That of the other tree is unknown, too. In check mode an earlier task would create it."""
    predicted = quietly(run, lab, MODULE, check=True, **{**RULE, "policy_set": name})
    assert predicted["changed"] and repr(name) in predicted["warnings"][0]
    result = run.fails(MODULE, **{**RULE, "policy_set": name})
    assert repr(name) in result["msg"] and "network access" in result["msg"] and writes(lab) == []
    assert ("'VPN'" in result["msg"]) is (name in ("VPNs", "vpn"))


@pytest.mark.parametrize(
    ("path", "member", "module", "options"),
    [
        ("identity-stores", "name", "ise_authentication_rule", {"identity_source": "CORP_AD"}),
        ("authorization-profiles", "name", "ise_authorization_rule", {"profiles": ["PermitAccess"]}),
        ("policy/network-access/condition", "name", MODULE, {"connection": CONNECTION, "condition": STORED}),
        ("policy/network-access/condition", "id", MODULE, {"connection": CONNECTION, "condition": STORED}),
        ("duo-mfa/mfa", "name", MODULE, {"connection": CONNECTION}),
        ("duo-identitysync/activedirectories", "name", "ise_identity_sync", {}),
    ],
)
def test_what_ise_does_not_name_may_be_there(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, path: str, member: str, module: str, options: Options
) -> None:
    request = Ise._request

    def altered(ise: Ise, method: str, where: str, *how: Any, **more: Any) -> Any:
        answer = request(ise, method, where, *how, **more)
        if not where.endswith(path):
            return answer
        entries = answer.data["response"] if isinstance(answer.data, dict) else answer.data
        for entry in entries:
            del entry[member]
        return answer

    monkeypatch.setattr(Ise, "_request", altered)
    of_sync: Options = {"sync_name": "New", "active_directory": "CORP_AD", "groups": ["corp.example/Users/Helpdesk"]}
    of_rule: Options = {**WHICH, "condition": VPN_HEADENDS, **options}
    for check in (True, False):
        failed = run.fails(module, check=check, **(of_sync if module == "ise_identity_sync" else of_rule))
        assert f"the list does not show the {member}s of all of them" in failed["msg"]
    assert writes(lab) == []


def test_a_connection_whose_types_the_list_does_not_show(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = Ise.list_connections
    monkeypatch.setattr(Ise, "list_connections", lambda ise: [{**one, "type": None} for one in listing(ise)])
    assert run.ok(MODULE, check=True, **RULE)["changed"]
    lab.patch("ise", "add_connection", name="For devices", type="TACACS")
    assert "it serves tacacs" in run.fails(MODULE, **{**RULE, "connection": "For devices"})["msg"]


def test_an_unknown_connection_is_named_with_the_nearest(run: Run, lab: Lab) -> None:
    wanted = {**RULE, "connection": "Duo VPN"}
    predicted = quietly(run, lab, MODULE, check=True, **wanted)
    assert predicted["changed"] and "'Duo VPN'" in predicted["warnings"][0]
    result = run.fails(MODULE, **wanted)
    assert result["error"]["kind"] == "invalid_input" and "'Duo VPN'" in result["msg"] and "'Duo'" in result["msg"]
    assert writes(lab) == []
    lab.patch("ise", "add_connection", name="Duo VPN")
    assert run.ok(MODULE, **wanted)["diff"] == predicted["diff"]


@pytest.mark.parametrize("answer", [400, "accepted"])
@pytest.mark.parametrize(
    ("where", "serves", "needs"),
    [
        ({"policy_type": "network_access", "policy_set": "VPN"}, "TACACS", "vpn"),
        ({"policy_type": "device_admin", "policy_set": "Routers", "on_failure": "accept"}, "VPN", "tacacs"),
    ],
)
def test_a_connection_for_other_logins(
    run: Run, lab: Lab, where: Options, serves: str, needs: str, answer: int | str
) -> None:
    """Even where ISE would take it: such a rule could never ask anybody."""
    lab.switch(**{"ise.unfit_connection": answer})
    lab.patch("ise", "set_connection", name=CONNECTION, type=serves)
    predicted = quietly(run, lab, MODULE, check=True, **{**RULE, **where})
    assert predicted["changed"] and f"needs {needs}" in predicted["warnings"][0]
    result = run.fails(MODULE, **{**RULE, **where})
    assert f"serves {serves.lower()}" in result["msg"] and f"needs {needs}" in result["msg"] and writes(lab) == []
    lab.patch("ise", "set_connection", name=CONNECTION, type="VPN,TACACS")
    assert run.ok(MODULE, **{**RULE, **where})["diff"] == predicted["diff"]


@pytest.mark.parametrize("answer", [400, 404, "accepted"])
def test_a_rule_whose_connection_is_gone(run: Run, lab: Lab, answer: int | str) -> None:
    lab.switch(**{"ise.unknown_connection": answer})
    run.ok(MODULE, **RULE)
    lab.patch("ise", "delete_connection", name=CONNECTION)
    assert "'Duo'" in run.fails(MODULE, **RULE, rule_state="disabled")["msg"]
    # Not declared, it is up to ISE, whose words are shown; and the rule can be deleted.
    changed = run(MODULE, **WHICH, rule_state="disabled")
    assert "msg" not in changed if answer == "accepted" else "Unknown MFA connection name: Duo" in changed["msg"]
    assert run.ok(MODULE, **ABSENT)["changed"]


@pytest.mark.parametrize("left_out", [["connection"], ["condition"], ["connection", "condition"]], ids=str)
def test_a_new_rule_needs_connection_and_condition(run: Run, lab: Lab, left_out: list[str]) -> None:
    result = in_both_modes(run, lab, **{**RULE, **dict.fromkeys(left_out, OMIT)})
    assert " and ".join(left_out) in result["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {"policy_type": "radius"},
        {"policy_type": OMIT},
        {"policy_set": OMIT},
        {"name": OMIT},
        {"rule_state": "off"},
        {"rank": "first"},
    ],
    ids=str,
)
def test_invalid_options_reach_nobody(run: Run, lab: Lab, options: Options) -> None:
    run.fails(MODULE, **{**RULE, **options})
    assert lab.requests() == []


def test_two_rules_of_one_name(run: Run, lab: Lab) -> None:
    for _unused in range(2):
        add_rule(lab, WHICH["name"])
    for options in (RULE, ABSENT):
        result = in_both_modes(run, lab, **options)
        assert result["error"]["kind"] == "ambiguous" and "2 MFA rules" in result["msg"]


@pytest.mark.parametrize("status", [400, 409])
def test_a_rule_that_appears_meanwhile(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.policy_duplicate": status})
    add_rule(lab, WHICH["name"])
    lab.fault("ise", "GET", "/mfa$", kind="status", status=200, body={"response": [], "version": "1.0.0"})
    result = run.ok(MODULE, **RULE)
    assert "at the same time" in result["warnings"][0]
    assert not quietly(run, lab, MODULE, **RULE)["changed"]


# MFA off


@pytest.mark.parametrize("when_off", [400, 403, "accepted"])
def test_while_mfa_is_off(run: Run, lab: Lab, when_off: int | str) -> None:
    lab.switch(**{"ise.mfa_rule_when_off": when_off})
    lab.patch("ise", "set_mfa", enabled=False)
    predicted = quietly(run, lab, MODULE, check=True, **RULE)
    (warning,) = predicted["warnings"]
    assert predicted["changed"] and "MFA is disabled" in warning and "'Duo'" in warning
    result = run.fails(MODULE, **RULE)
    assert result["error"]["kind"] == "feature_off" and "ise_mfa_feature" in result["msg"] and writes(lab) == []
    lab.patch("ise", "set_mfa", enabled=True)
    assert run.ok(MODULE, **RULE)["diff"] == predicted["diff"]


@pytest.mark.parametrize(("when_off", "kind"), [(400, "refused"), (403, "feature_off")])
def test_a_change_that_ise_refuses_because_mfa_is_off(run: Run, lab: Lab, when_off: int, kind: str) -> None:
    run.ok(MODULE, **RULE)
    lab.switch(**{"ise.mfa_rule_when_off": when_off})
    lab.patch("ise", "set_mfa", enabled=False)
    assert not quietly(run, lab, MODULE, **RULE)["changed"]
    result = run.fails(MODULE, **WHICH, rule_state="disabled")
    assert result["error"]["kind"] == kind and "MFA" in result["msg"] and "disabled" in result["msg"]


def test_rules_that_ise_hides_while_mfa_is_off(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=False)
    lab.fault("ise", "GET", "/mfa$", kind="status", status=403, times=None)
    assert quietly(run, lab, MODULE, check=True, **RULE)["changed"]
    for options in (RULE, ABSENT):
        assert run.fails(MODULE, **options)["error"]["kind"] == "feature_off"


def test_a_release_without_mfa_rules(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.version": "3.3.0.430", "ise.patch": 0})
    assert "3.3 patch 1" in in_both_modes(run, lab, **RULE)["msg"]


# Deletion


@pytest.mark.parametrize("options", [{}, {"policy_set": "Nowhere"}, {"name": "Nobody"}], ids=str)
def test_what_does_not_exist_is_absent(run: Run, lab: Lab, options: Options) -> None:
    for check in (True, False):
        assert not quietly(run, lab, MODULE, check=check, **{**ABSENT, **options})["changed"]


def test_only_the_named_rule_is_deleted(run: Run, lab: Lab) -> None:
    for name in ("Third", "Duo for employees", "First"):
        add_rule(lab, name)
    step(run, lab, MODULE, ABSENT)
    assert names(lab) == ["First", "Third"]


@pytest.mark.parametrize("status", [400, 409])
def test_a_rule_keeps_its_connection_and_ises_own_words_are_shown(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.delete_in_use": status})
    run.ok(MODULE, **RULE)
    connection = {"connection_name": CONNECTION, "state": "absent"}
    result = run.fails("ise_duo_mfa", **connection)
    assert "is in use by policy rule Duo for employees" in result["msg"] and "delete the rule first" in result["msg"]
    run.ok(MODULE, **ABSENT)
    assert run.ok("ise_duo_mfa", **connection)["changed"]


# Bad weather


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_to_a_write_is_looked_up(run: Run, lab: Lab, method: str, kind: str) -> None:
    if method != "POST":
        run.ok(MODULE, **RULE)
    options = {"POST": RULE, "PUT": {**RULE, "rule_state": "monitor"}, "DELETE": ABSENT}[method]
    lab.fault("ise", method, "/mfa", kind=kind)
    assert run.ok(MODULE, **options)["changed"]
    assert names(lab) == ([] if method == "DELETE" else [WHICH["name"]])
    assert not quietly(run, lab, MODULE, **options)["changed"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_passing_refusal_is_repeated_once(run: Run, lab: Lab, method: str) -> None:
    if method != "POST":
        run.ok(MODULE, **RULE)
    options = {"POST": RULE, "PUT": {**RULE, "rule_state": "monitor"}, "DELETE": ABSENT}[method]
    lab.clear_requests()
    refused = {"kind": "status", "status": 400, "body": {"code": "400", "message": "Policy is being saved"}}
    lab.fault("ise", method, "/mfa", **refused, times=2)
    result = run.fails(MODULE, **options)
    assert result["error"]["kind"] == "refused" and "Policy is being saved" in result["msg"] and not result["changed"]
    assert len(writes(lab)) == 2
    lab.clear_requests()
    lab.fault("ise", method, "/mfa", **refused)
    assert run.ok(MODULE, **options)["changed"]
    assert len(writes(lab)) == 2
    assert not quietly(run, lab, MODULE, **options)["changed"]


def test_a_condition_that_ise_takes_longer_over_than_the_time_limit(run: Run, lab: Lab) -> None:
    lab.fault("ise", "POST", "/mfa", kind="drop_before", times=None)
    failed = run.fails(MODULE, **RULE)
    assert failed["error"]["kind"] == "outcome_unknown" and "set ise_timeout higher" in failed["msg"]
    assert "Run this again" in failed["msg"]


def test_a_rule_deleted_by_somebody_else_meanwhile(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **RULE)
    lab.fault("ise", "DELETE", "/mfa", kind="drop_after")
    lab.fault("ise", "GET", "/mfa$", kind="status", skip=1, status=200, body=stale(lab))
    assert run.ok(MODULE, **ABSENT)["changed"]
    assert rules(lab) == []


def stale(lab: Lab) -> dict[str, Any]:
    """The list of rules as it is now, for a later moment."""
    return {"response": rules(lab), "version": "1.0.0"}


@pytest.mark.parametrize("path", ["policy-set$", "/mfa$", "duo-mfa/mfa$"])
@pytest.mark.parametrize("kind", ["html", "empty", "truncated_json"])
def test_an_answer_that_is_none(run: Run, lab: Lab, path: str, kind: str) -> None:
    lab.fault("ise", "GET", path, kind=kind, times=None)
    result = run.fails(MODULE, **RULE)
    assert result["error"]["kind"] in ("unexpected_answer", "unreachable") and writes(lab) == []


def test_a_list_of_something_else(run: Run, lab: Lab) -> None:
    lab.fault("ise", "GET", "/mfa$", kind="status", status=200, body={"response": [{"name": "x"}], "version": "1.0.0"})
    assert run.fails(MODULE, **RULE)["error"]["kind"] == "unexpected_answer"


def test_a_read_only_account(run: Run, lab: Lab) -> None:
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    assert run.ok(MODULE, check=True, **RULE, **account)["changed"]
    result = run.fails(MODULE, **RULE, **account)
    assert result["error"]["kind"] == "forbidden" and "ERS Admin" in result["msg"] and rules(lab) == []


def test_a_condition_that_ise_stores_in_another_form_is_written_once(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = "Radius:Calling-Station-ID equals 00-11-22-33-44-55"
    listing = Ise.list_at

    def altered(ise: Ise, path: str, *how: Any, **more: Any) -> Any:
        found = json.dumps(listing(ise, path, *how, **more))
        if "policy-set" in path:
            found = found.replace('"equals"', '"macEquals"').replace("00-11-22-33-44-55", "00:11:22:33:44:55")
        return json.loads(found)

    monkeypatch.setattr(Ise, "list_at", altered)
    where = {"policy_set": "VPN", "policy_type": "network_access"}
    of_list: Options = {"name": "B", "connection": CONNECTION, "condition": [STORED, {"not": office}]}
    for module, options in (
        (MODULE, {**RULE, "condition": office}),
        ("ise_policy_rules", {**where, "kind": "mfa", "rules": [of_list]}),
        ("ise_policy_set", {"name": "Office", "policy_type": "network_access", "condition": office}),
    ):
        first = run.ok(module, **options)
        again = quietly(run, lab, module, **options)
        assert first["changed"] and not again["changed"]
        for result in (first, again):
            assert "in another form than declared" in result["warnings"][0]
            assert "macEquals 00:11:22:33:44:55" in result["warnings"][0]
    # What others have made of it is another matter, and so is what ISE cannot have made of it.
    assert run.ok(MODULE, check=True, **{**RULE, "condition": office.replace("equals", "notEquals")})["changed"]
    other = {**RULE, "condition": office.replace("00-11", "00-12")}
    monkeypatch.setattr(Ise, "list_at", listing)
    run.ok(MODULE, **other)
    monkeypatch.setattr(Ise, "list_at", altered)
    assert run.ok(MODULE, check=True, **other)["changed"]


def test_a_group_is_written_as_ise_spells_it(run: Run, lab: Lab) -> None:
    wanted = {**RULE, "condition": {"any of": ["CORP_AD member of corp.example/users/DOMAIN users", FROM_OFFICE]}}
    run.ok(MODULE, **wanted)
    assert not quietly(run, lab, MODULE, **wanted)["changed"]
    assert '"corp.example/Users/Domain Users"' in json.dumps(rules(lab))


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("member", "odd", "hidden"),
    [
        ("condition", "(gone)", "condition"),
        ("condition", {}, "condition"),
        ("rank", "(gone)", "rank"),
        ("mfaFailAction", None, "on_failure"),
    ],
)
def test_what_ise_does_not_show_is_not_written_back(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, member: str, odd: Any, hidden: str, check: bool
) -> None:
    run.ok(MODULE, **RULE, rule_state="disabled")
    listing = PolicyTree.list_rules

    def altered(tree: PolicyTree, policy_set: dict[str, Any], kind: str) -> list[dict[str, Any]]:
        found = listing(tree, policy_set, kind)
        for raw in found:
            place = raw if member in raw else raw["rule"]
            place[member] = odd
            if odd == "(gone)":
                del place[member]
        return found

    monkeypatch.setattr(PolicyTree, "list_rules", altered)
    lab.clear_requests()
    both: Options = {**WHICH, "on_success": "reject"}
    assert f"ISE does not show its {hidden}" in run.fails(MODULE, check=check, **both)["msg"]
    one = {"name": RULE["name"], "on_success": "reject"}
    where = {name: WHICH[name] for name in ("policy_set", "policy_type")}
    failed = run.fails("ise_policy_rules", check=check, **where, kind="mfa", rules=[one])
    assert f"ISE does not show its {hidden}" in failed["msg"]
    assert ("the module for one rule" if hidden == "rank" else f"Declare {hidden}.") in failed["msg"]
    assert writes(lab) == []
    declared = {"condition": {"condition": RULE["condition"]}, "rank": {"rank": 0}}.get(hidden, {hidden: "accept"})
    assert run.ok(MODULE, check=True, **both, **declared)["changed"]
