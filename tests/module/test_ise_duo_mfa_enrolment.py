# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``ise_duo_mfa_enrolment``: users are counted when a rule comes into force, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from lab import Lab

from .estates import CONNECTION, join_ise_and_duo
from .harness import OMIT, Options, Result, Run, writes

MODULE = "ise_duo_mfa_enrolment"
RULE: Options = {"name": "Duo for all", "policy_set": "VPN", "policy_type": "network_access"}
WHOLE: Options = {"connection_name": CONNECTION, "groups": ["VPN Users"], "max_unenrolled": 999}


@pytest.fixture(autouse=True)
def ise_and_duo_are_joined(lab: Lab) -> Iterator[None]:
    join_ise_and_duo(lab)
    lab.clear_requests()
    yield
    assert writes(lab) == []


def judged(run: Run, **rule: Any) -> Result:
    return run.ok(MODULE, rules=[{**RULE, **rule}], **WHOLE)


def asked(lab: Lab) -> bool:
    """Whether Duo was."""
    return bool(lab.requests("duo"))


@pytest.mark.parametrize("state", [{}, {"rule_state": "enabled"}, {"set_state": "enabled"}, {"policy_set": "To come"}])
def test_a_new_rule_comes_into_force_unless_it_says_otherwise(run: Run, lab: Lab, state: Options) -> None:
    result = judged(run, **state)
    assert result["in_force"] == result["new"] == ["Duo for all"] and result["not_enforced"] == []
    assert result["summary"]["total"] and result["step"]["detail"].startswith("'Duo for all' comes into force. ")
    assert asked(lab)


@pytest.mark.parametrize("member", ["rule_state", "set_state"])
@pytest.mark.parametrize("state", ["disabled", "monitor"])
def test_a_rule_that_is_not_in_force_is_said_to_enforce_nothing(run: Run, lab: Lab, member: str, state: str) -> None:
    result = judged(run, **{member: state})
    assert result["in_force"] == result["new"] == [] and not asked(lab)
    assert (
        "asks" not in result["not_enforced"][0] and "does not make ISE send logins to Duo" in result["not_enforced"][0]
    )


def test_one_that_exists_counts_only_when_it_is_turned_on(run: Run, lab: Lab) -> None:
    where = {"policy_type": "network_access", "policy_set": "VPN"}
    lab.patch("ise", "add_mfa_rule", **where, name="Duo for all", connection=CONNECTION)
    in_force = judged(run)
    assert (in_force["in_force"], in_force["new"]) == (["Duo for all"], []) and not asked(lab)
    assert "users were not counted" in in_force["step"]["detail"]
    off = {**where, "name": "Duo for all", "rule_state": "disabled"}
    run.ok("ise_mfa_rule", **off)
    lab.clear_requests()
    # It stays as it is, and nobody is asked.
    assert judged(run)["in_force"] == [] and not asked(lab)
    assert judged(run, rule_state="enabled")["new"] == ["Duo for all"] and asked(lab)


HERE, THERE = "DEVICE:Device Type equals All Device Types#VPN", "DEVICE:Device Type equals All Device Types#Core"
STRICT = {"condition": HERE, "connection": CONNECTION, "on_failure": "reject"}


CHANGES: list[tuple[Options, bool]] = [
    ({}, False),
    (STRICT, False),
    ({"condition": {"any of": [HERE, THERE]}}, True),
    # Whether more logins match is not worked out.
    ({"condition": {"all of": [HERE, THERE]}}, True),
    ({"condition": {"all of": [HERE]}}, False),
    ({"connection": "Other"}, True),
    ({"on_success": "reject"}, True),
    ({"on_failure": "accept"}, False),
    ({"rule_state": "monitor"}, False),
    ({"set_condition": THERE}, True),
    ({"set_condition": HERE}, False),
    ({"set_position": "first"}, True),
    ({"set_position": "after Upper"}, False),
    ({"set_position": "before To come"}, True),
    ({"set_position": "after To come"}, False),
    ({"set_rank": 0}, True),
    ({"set_rank": 1}, False),
    ({"set_state": "disabled"}, False),
    ({"set_purge": True}, True),
    ({"set_purge": False}, False),
    ({"position": "first"}, True),
    ({"position": "after Lax"}, False),
    ({"rank": 0}, True),
]
"""Of a rule in force, and whether it may lock out more users."""


def test_a_rule_in_force_counts_when_it_may_lock_out_more(run: Run, lab: Lab) -> None:
    where = {"policy_type": "network_access", "policy_set": "VPN"}
    run.ok("ise_mfa_rule", **where, **{**STRICT, "name": "Lax", "on_failure": "accept"})
    run.ok("ise_mfa_rule", **where, **STRICT, name="Duo for all")
    run.ok("ise_policy_set", name="Upper", policy_type="network_access", condition=THERE, position="first")
    run.ok("ise_policy_set", name="VPN", policy_type="network_access", condition=HERE)
    for change, is_wider in CHANGES:
        lab.clear_requests()
        result = judged(run, **change)
        found = (result["wider"] == ["Duo for all"], result["new"], asked(lab))
        assert found == (is_wider, [], is_wider), change
    lax = run.ok(MODULE, rules=[{**RULE, "name": "Lax", "on_failure": "reject"}], **WHOLE)
    assert lax["wider"] == ["Lax"] and "may ask Duo about more" in lax["step"]["detail"]


@pytest.mark.parametrize("sibling", [{"rule_state": "disabled"}, {"condition": THERE}, {"position": "last"}], ids=str)
def test_a_more_lenient_rule_that_changes_leaves_users_to_the_next(run: Run, lab: Lab, sibling: Options) -> None:
    where = {"policy_type": "network_access", "policy_set": "VPN"}
    run.ok("ise_mfa_rule", **where, **{**STRICT, "name": "Lax", "on_failure": "accept"})
    run.ok("ise_mfa_rule", **where, **STRICT, name="Duo for all")
    lab.clear_requests()
    lax = {**RULE, "name": "Lax"}
    assert run.ok(MODULE, rules=[{**lax, "set_purge": True}, {**RULE, "set_purge": True}], **WHOLE)["wider"] == []
    assert run.ok(MODULE, rules=[{**RULE, "set_purge": False}, {**lax, "set_purge": False}], **WHOLE)["wider"]
    assert run.ok(MODULE, rules=[{**lax, **sibling}, RULE], **WHOLE)["wider"]


@pytest.mark.parametrize("of_what", ["rule", "policy set"])
@pytest.mark.parametrize("state", [None, "paused"])
def test_a_state_that_ise_does_not_show_is_neither_in_force_nor_harmless(
    run: Run, lab: Lab, state: str | None, of_what: str
) -> None:
    where = {"policy_type": "network_access", "policy_set": "VPN"}
    lab.patch("ise", "add_mfa_rule", **where, name="Duo for all", connection=CONNECTION)
    vpn = lab.state("ise", "policy")["network-access"][0]
    listed, path = (vpn["rules"]["mfa"][0], "/mfa$") if of_what == "rule" else (vpn, "/policy-set$")
    listed.get("rule", listed)["state"] = state
    body = {"response": [listed], "version": "1.0.0"}
    lab.fault("ise", "GET", path, kind="status", status=200, body=body, times=None)
    result = judged(run)
    assert result["in_force"] == [] and result["unknown"] == result["new"] == ["Duo for all"] and asked(lab)
    assert "known to be in force" in result["not_enforced"][0]
    assert any("does not show whether" in warning for warning in result["warnings"])
    both = judged(run, rule_state="enabled", set_state="enabled")
    assert both["in_force"] == both["new"] == ["Duo for all"] and both["unknown"] == []


WHERE: Options = {"policy_type": "network_access", "policy_set": "VPN"}


def standing(run: Run, lab: Lab, *, set_state: str | None, rule_state: str | None = "enabled") -> None:
    """A policy set below another one, with a strict rule that no test declares; None for a state that is not shown."""
    run.ok("ise_mfa_rule", **WHERE, **STRICT, name="Old", rule_state=rule_state or "enabled")
    run.ok("ise_policy_set", name="Upper", policy_type="network_access", condition=THERE, position="first")
    set_up = {"condition": HERE, "set_state": set_state or "enabled"}
    run.ok("ise_policy_set", name="VPN", policy_type="network_access", **set_up)
    if set_state is None:
        sets = lab.state("ise", "policy")["network-access"]
        shown = [{**one, "state": None} if one["name"] == "VPN" else one for one in sets]
        lab.fault("ise", "GET", "/policy-set$", kind="status", body={"response": shown}, status=200, times=None)
    if rule_state is None:
        (rule,) = next(one for one in lab.state("ise", "policy")["network-access"] if one["name"] == "VPN")["rules"][
            "mfa"
        ]
        rule["rule"]["state"] = None
        lab.fault("ise", "GET", "/mfa$", kind="status", body={"response": [rule]}, status=200, times=None)
    lab.clear_requests()


States = tuple[str | None, str | None]
SWITCHED: list[tuple[States, Options, bool]] = [
    (("disabled", "enabled"), {"set_state": "enabled"}, True),
    (("monitor", "enabled"), {"set_state": "enabled"}, True),
    ((None, "enabled"), {"set_state": "enabled"}, True),
    (("disabled", None), {"set_state": "enabled"}, True),
    (("disabled", "disabled"), {"set_state": "enabled"}, False),
    (("disabled", "monitor"), {"set_state": "enabled"}, False),
    (("disabled", "enabled"), {}, False),
    (("disabled", "enabled"), {"set_state": "monitor"}, False),
    (("disabled", "enabled"), {"set_condition": THERE}, False),
    (("disabled", "enabled"), {"set_state": "enabled", "set_purge": True}, False),
    (("disabled", "enabled"), {"set_state": "enabled", "mfa_rules": ["Old"]}, False),
    (("enabled", "enabled"), {"set_state": "enabled", "set_condition": HERE, "set_rank": 1}, False),
    (("enabled", "enabled"), {"set_condition": THERE}, True),
    (("enabled", "enabled"), {"set_position": "first"}, True),
    (("enabled", "enabled"), {"set_state": "disabled", "set_position": "first"}, False),
    (("enabled", None), {"set_rank": 0}, True),
    (("enabled", None), {"set_state": "enabled"}, False),
    ((None, "enabled"), {"set_condition": THERE}, True),
]
"""The states of a policy set and of its rule, what is declared of the set, and whether the rule gets more logins."""


@pytest.mark.parametrize("states", dict.fromkeys(row[0] for row in SWITCHED), ids=str)
def test_a_rule_that_is_not_declared_counts_when_its_policy_set_brings_it_more_logins(
    run: Run, lab: Lab, states: States
) -> None:
    standing(run, lab, set_state=states[0], rule_state=states[1])
    for declared, counts in [row[1:] for row in SWITCHED if row[0] == states]:
        lab.clear_requests()
        result = run.ok(MODULE, policy_sets=[{**WHERE, **declared}], **WHOLE)
        assert (result["undeclared"], asked(lab)) == (["Old"] if counts else [], counts), declared
        assert result["new"] == result["wider"] == result["in_force"] == []
        assert any("'Old'" in warning for warning in result.get("warnings", [])) is counts, declared
        assert ("'Old'" in result["step"]["detail"]) is counts, declared


UPPER: Options = {"policy_type": "network_access", "policy_set": "Upper"}


UPPER_CHANGES: list[tuple[str, Options, bool]] = [
    ("enabled", {}, False),
    ("enabled", {"set_state": "enabled", "set_condition": THERE, "set_rank": 0}, False),
    ("enabled", {"set_state": "disabled"}, True),
    ("enabled", {"set_state": "monitor"}, True),
    ("enabled", {"set_condition": HERE}, True),
    ("enabled", {"set_rank": 1}, True),
    ("enabled", {"set_position": "after VPN"}, True),
    ("enabled", {"set_position": "before VPN"}, False),
    ("enabled", {"set_position": "last"}, True),
    # What does not exist yet may come anywhere.
    ("enabled", {"set_position": "after To come"}, True),
    ("enabled", {"set_position": "before To come"}, True),
    # It takes no logins now.
    ("disabled", {"set_state": "enabled", "set_position": "last"}, False),
    ("monitor", {"set_condition": HERE}, False),
]
"""The state of a policy set above, what is declared of it, and whether it leaves logins to those below."""


@pytest.mark.parametrize("upper_state", ["enabled", "disabled", "monitor"])
def test_a_policy_set_above_that_gives_up_logins_leaves_them_to_the_rules_below(
    run: Run, lab: Lab, upper_state: str
) -> None:
    standing(run, lab, set_state="enabled")
    if upper_state != "enabled":
        run.ok("ise_policy_set", name="Upper", policy_type="network_access", set_state=upper_state)
    for declared, counts in [row[1:] for row in UPPER_CHANGES if row[0] == upper_state]:
        for rule in ("declared", "in a declared set", "elsewhere"):
            lab.clear_requests()
            rules = [{**RULE, "name": "Old"}] if rule == "declared" else []
            sets = [{**UPPER, **declared}, *([{**WHERE, "mfa_rules": []}] if rule == "in a declared set" else [])]
            result = run.ok(MODULE, rules=rules, policy_sets=sets, **WHOLE)
            found = result["wider"] if rule == "declared" else result["undeclared"]
            assert (found, asked(lab)) == (["Old"] if counts else [], counts), (rule, declared)


def test_a_policy_set_below_gives_up_nothing_to_the_rules_above(run: Run, lab: Lab) -> None:
    standing(run, lab, set_state="enabled")
    run.ok("ise_policy_set", name="Upper", policy_type="network_access", position="after VPN")
    lab.clear_requests()
    result = run.ok(MODULE, rules=[{**RULE, "name": "Old"}], policy_sets=[{**UPPER, "set_state": "disabled"}], **WHOLE)
    assert result["wider"] == [] and not asked(lab)


def test_a_rule_that_is_not_declared_stops_the_run_like_any_other(run: Run, lab: Lab) -> None:
    standing(run, lab, set_state="disabled")
    switched = {"policy_sets": [{**WHERE, "set_state": "enabled"}]}
    failed = run.fails(MODULE, **{**WHOLE, "max_unenrolled": 0}, **switched)
    assert failed["undeclared"] == ["Old"] and "max_unenrolled is 0" in failed["msg"]
    without = {name: OMIT for name in ("duo_api_host", "duo_integration_key", "duo_secret_key")}
    assert "'Old'" in run.fails(MODULE, **WHOLE, **without, has_admin_api=False, **switched)["msg"]


def test_what_is_declared_beside_a_rule_brings_it_more_logins_as_well(run: Run, lab: Lab) -> None:
    run.ok("ise_mfa_rule", **WHERE, **{**STRICT, "name": "Lax", "on_failure": "accept"})
    standing(run, lab, set_state="enabled")
    lax = {**RULE, "name": "Lax"}
    assert run.ok(MODULE, rules=[lax], **WHOLE)["undeclared"] == [] and not asked(lab)
    assert run.ok(MODULE, rules=[{**lax, "rule_state": "disabled"}], **WHOLE)["undeclared"] == ["Old"]
    assert run.ok(MODULE, rules=[{**lax, "set_condition": THERE}], **WHOLE)["undeclared"] == ["Old"]
    assert run.ok(MODULE, rules=[{**lax, "set_condition": THERE, "set_purge": True}], **WHOLE)["undeclared"] == []


def test_policy_sets_that_do_not_change_or_do_not_exist_cost_one_request(run: Run, lab: Lab) -> None:
    standing(run, lab, set_state="enabled")
    sets = [{**WHERE, "set_state": "enabled"}, {**WHERE, "policy_set": "To come", "set_state": "enabled"}]
    result = run.ok(MODULE, policy_sets=sets, **WHOLE)
    assert result["undeclared"] == [] and len(lab.requests("ise")) == 1
    assert "No MFA rule is declared" in result["not_enforced"][0]


def test_more_than_allowed_are_named_with_the_whole_account_and_stop_the_run(run: Run) -> None:
    options = {**WHOLE, "rules": [RULE], "max_unenrolled": ""}
    check, real = run.fails(MODULE, check=True, **options), run.fails(MODULE, **options)
    assert check["msg"] == real["msg"]
    first = real["unenrolled_users"][0]["username"]
    assert "max_unenrolled is 0" in real["msg"] and first in real["msg"] and real["new"] == ["Duo for all"]
    assert real["summary"]["unenrolled"] == len(real["unenrolled_users"]) > 0


def test_groups_that_duo_does_not_have_make_the_whole_account_count(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, rules=[RULE], **{**WHOLE, "groups": ["corp.example/Users/Duo Users"]})
    assert result["summary"]["total"] == len(lab.state("duo", "users"))
    assert "All users of the account are counted instead" in result["warnings"][0]


def test_without_the_admin_api_only_an_acceptance_by_name_lets_a_rule_come_into_force(run: Run, lab: Lab) -> None:
    without = {name: OMIT for name in ("duo_api_host", "duo_integration_key", "duo_secret_key")}
    options = {**WHOLE, **without, "has_admin_api": False}
    assert "ise_duo_mfa_accept_uncounted" in run.fails(MODULE, rules=[RULE], **options)["msg"]
    assert run.ok(MODULE, rules=[{**RULE, "rule_state": "monitor"}], **options)["new"] == []
    accepted = run.ok(MODULE, rules=[RULE], **options, accept_uncounted=True)
    assert "The users could not be counted" in accepted["step"]["detail"] and not asked(lab)


def test_a_group_without_users_stops_the_run_unless_that_is_accepted(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_group", name="New")
    options = {**WHOLE, "groups": ["VPN Users", "New"], "rules": [RULE]}
    assert "ise_duo_mfa_accept_uncounted" in run.fails(MODULE, **options)["msg"]
    assert run.ok(MODULE, **options, accept_uncounted=True)["new"] == ["Duo for all"]
