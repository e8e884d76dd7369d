# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy sets, authentication and authorization rules of ISE, in both trees.

What all rules have in common is tested with MFA rules, in test_ise_mfa_rule.py."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree
from lab import Lab

from .estates import join_ise_and_duo
from .harness import BOTH_WAYS, OMIT, REALLY, Options, Result, Run, matrix, quietly, step, writes

SET, AUTHENTICATION, AUTHORIZATION = "ise_policy_set", "ise_authentication_rule", "ise_authorization_rule"
TREES = {"network_access": "VPN", "device_admin": "Routers"}
HERE = "DEVICE:Device Type equals All Device Types#Core"
ROBOTS = "Network Access:UserName startsWith svc-"
CONDITION = {"any of": [HERE, ROBOTS]}
ROUTERS: Options = {"policy_set": "Routers", "policy_type": "device_admin"}
VPN: Options = {"policy_set": "VPN", "policy_type": "network_access"}
ADMIT: Options = {"name": "Admit", "condition": HERE, "profiles": ["PermitAccess"], **VPN}
LOOK_UP: Options = {"name": "Look up", "condition": HERE, "identity_source": "CORP_AD", **VPN}
APART: Options = {"name": "Apart", "policy_type": "network_access", "condition": HERE}


def sets(lab: Lab, policy_type: str = "network_access") -> list[dict[str, Any]]:
    return list(lab.state("ise", "policy")[policy_type.replace("_", "-")])


def set_names(lab: Lab, policy_type: str = "network_access") -> list[str]:
    return [entry["name"] for entry in sets(lab, policy_type)]


def rules(
    lab: Lab, kind: str, policy_type: str = "network_access", policy_set: str | None = None
) -> list[dict[str, Any]]:
    wanted = policy_set or TREES[policy_type]
    (found,) = [entry for entry in sets(lab, policy_type) if entry["name"] == wanted]
    return list(found["rules"][kind])


def names(lab: Lab, kind: str, **which: str) -> list[str]:
    return [entry["rule"]["name"] for entry in rules(lab, kind, **which)]


def in_both_modes(run: Run, lab: Lab, module: str, **options: Any) -> Result:
    """It fails in check mode and for real, in the same words, and writes nothing."""
    lab.clear_requests()
    check, real = run.fails(module, check=True, **options), run.fails(module, **options)
    assert check["msg"] == real["msg"] and writes(lab) == []
    return real


# The matrix

RESULTS: dict[str, list[Options]] = {
    "network_access": [
        {"profiles": ["PermitAccess"], "security_group": "BYOD"},
        {"profiles": ["Cisco_IP_Phones", "Blackhole_Wireless_Access"], "security_group": "none"},
    ],
    "device_admin": [
        {"profiles": ["Default Shell Profile"], "commands": ["PermitAllCommands", "DenyAllCommands"]},
        {"profiles": ["IOS Admin Privilege 15"], "commands": ["PermitShowCommands"]},
    ],
}
# Several at a time, where they have nothing to do with each other; those that MFA rules do not show already.
VARIANTS: list[Options] = [
    {
        "ise.policy_nulls": "left_out",
        "ise.rule_without_rank": "bottom",
        "ise.policy_codes": "put_204",
        "ise.unset_description": "null",
        "ise.rule_action_case": "lower",
    },
    {"ise.transient_refusal": 2, "ise.policy_codes": "delete_202", "ise.rule_action_case": "upper"},
    {"ise.policy_codes": "delete_204"},
]


def run_matrices(run: Run, lab: Lab, policy_type: str, again: tuple[bool, ...] = REALLY) -> None:
    """Create, change all there is to change, delete: a policy set, and a rule of each kind in it."""
    where = {"name": "New set", "policy_type": policy_type}
    created = {**where, "condition": CONDITION, "description": "Made here", "position": "first"}
    service = {"network_access": "Duo Proxy Sequence", "device_admin": "TACACS Proxy Sequence"}[policy_type]
    change = {"condition": HERE, "description": "", "set_state": "monitor", "position": "last", "service_name": service}
    matrix(run, lab, SET, created, change, delete={**where, "state": "absent"}, again=again)
    run.ok(SET, **created)

    rule = {"name": "New (v1.0)", "policy_set": "New set", "policy_type": policy_type}
    created = {**rule, "condition": CONDITION, "identity_source": "Internal Users", "if_auth_fail": "continue"}
    other = {"name": "Other", "position": "first"}
    run.ok(AUTHENTICATION, **{**created, **other})
    change = {"condition": HERE, "identity_source": "CORP_AD", "if_auth_fail": "drop", "if_user_not_found": "continue"}
    change |= {"if_process_fail": "reject", "rule_state": "disabled", "position": "before Other"}
    matrix(run, lab, AUTHENTICATION, created, change, delete={**rule, "state": "absent"}, again=again)
    assert names(lab, "authentication", policy_type=policy_type, policy_set="New set") == ["Other", "Default"]

    first, second = RESULTS[policy_type]
    created = {**rule, "condition": CONDITION, **first}
    run.ok(AUTHORIZATION, **{**created, **other})
    change = {"condition": HERE, **second, "rule_state": "monitor", "rank": 0}
    matrix(run, lab, AUTHORIZATION, created, change, delete={**rule, "state": "absent"}, again=again)
    assert names(lab, "authorization", policy_type=policy_type, policy_set="New set") == ["Other", "Default"]


def test_matrix(run: Run, lab: Lab) -> None:
    run_matrices(run, lab, "network_access", BOTH_WAYS)


@pytest.mark.parametrize("switch", VARIANTS, ids=str)
def test_every_variant_of_ise(run: Run, lab: Lab, switch: Options) -> None:
    lab.switch(**switch)
    run_matrices(run, lab, "device_admin")


def test_a_member_nobody_knows_is_not_written_back(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    run_matrices(run, lab, "network_access")


def test_what_is_created_is_what_ise_has(run: Run, lab: Lab) -> None:
    run.ok(SET, **APART)
    first = sets(lab)[1]
    assert (first["name"], first["serviceName"], first["state"]) == ("Apart", "Default Network Access", "enabled")
    assert (first["rank"], first["isProxy"], first["default"]) == (1, False, False)
    run.ok(AUTHENTICATION, **LOOK_UP)
    rule = rules(lab, "authentication")[0]
    assert [rule[name] for name in ("identitySourceName", "ifAuthFail", "ifUserNotFound", "ifProcessFail")] == [
        "CORP_AD",
        "REJECT",
        "REJECT",
        "DROP",
    ]
    assert (rule["rule"]["rank"], rule["rule"]["state"]) == (0, "enabled")
    run.ok(AUTHORIZATION, **ADMIT)
    rule = rules(lab, "authorization")[0]
    assert (rule["profile"], rule["securityGroup"], rule["rule"]["name"]) == (["PermitAccess"], None, "Admit")
    run.ok(AUTHORIZATION, **ROUTERS, name="Admit", condition=HERE, profiles=["Default Shell Profile"])
    rule = rules(lab, "authorization", "device_admin")[0]
    assert (rule["profile"], rule["commands"]) == ("Default Shell Profile", [])


def test_a_server_sequence_makes_a_proxy(run: Run, lab: Lab) -> None:
    run.ok(SET, **APART, service_name="Duo Proxy Sequence")
    assert sets(lab)[1]["isProxy"]
    # What is not declared stays, and so does this.
    run.ok(SET, name="Apart", policy_type="network_access", set_state="disabled")
    assert sets(lab)[1]["isProxy"] and sets(lab)[1]["serviceName"] == "Duo Proxy Sequence"


def test_a_server_sequence_stays_one_where_ise_does_not_show_it(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.ok(SET, **APART, service_name="Duo Proxy Sequence")
    listing = PolicyTree.list_policy_sets

    def altered(tree: PolicyTree) -> list[dict[str, Any]]:
        return [{name: one[name] for name in one if name != "isProxy"} for one in listing(tree)]

    monkeypatch.setattr(PolicyTree, "list_policy_sets", altered)
    run.ok(SET, name="Apart", policy_type="network_access", set_state="disabled")
    run.ok(SET, name="VPN", policy_type="network_access", set_state="disabled")
    assert [one["isProxy"] for one in sets(lab)] == [False, True, False]


def test_a_server_sequence_that_an_earlier_task_would_create(run: Run, lab: Lab) -> None:
    wanted: Options = {**APART, "server_sequence": "Duo proxies"}
    assert "'Duo proxies' does not exist yet" in quietly(run, lab, SET, check=True, **wanted)["warnings"][0]
    assert "none of that name" in run.fails(SET, **wanted)["msg"]
    lab.patch("ise", "add_radius_server", name="One")
    lab.patch("ise", "add_radius_sequence", name="Duo proxies", servers=["One"])
    step(run, lab, SET, wanted)
    assert [entry["serviceName"] for entry in sets(lab) if entry["isProxy"]] == ["Duo proxies"]
    # It is in use now.
    gone: Options = {"name": "Duo proxies", "state": "absent", "adopt": True}
    assert "If a policy set uses it" in run.fails("ise_radius_server_sequence", **gone)["msg"]
    run.ok(SET, **{**APART, "condition": None}, state="absent")
    run.ok("ise_radius_server_sequence", **gone)
    for check in (True, False):
        other = run.fails(SET, check=check, **APART, server_sequence="VPN Access")
        assert "only another service of that name" in other["msg"]


@pytest.mark.parametrize(
    ("module", "options", "path"),
    [(SET, {**APART, "description": "Kim's"}, "/policy-set$"), (AUTHORIZATION, ADMIT, "/authorization$")],
)
def test_what_ise_takes_for_an_attack_is_sent_once(
    run: Run, lab: Lab, module: str, options: Options, path: str
) -> None:
    said = {"code": "400", "message": "Security Check Failed"}
    lab.fault("ise", "POST", path, kind="status", status=400, body=said, times=None)
    assert "treats the request as an attack" in run.fails(module, **options)["msg"] and len(writes(lab)) == 1


def test_what_is_not_declared_stays_as_it_is(run: Run, lab: Lab) -> None:
    run.ok(SET, **APART, description="Kept")
    run.ok(AUTHENTICATION, **LOOK_UP, if_auth_fail="continue", if_user_not_found="drop", if_process_fail="reject")
    run.ok(AUTHORIZATION, **ADMIT, security_group="BYOD")
    before = sets(lab)
    step(run, lab, SET, {"name": "Apart", "policy_type": "network_access", "set_state": "monitor"})
    for module, rule in ((AUTHENTICATION, LOOK_UP), (AUTHORIZATION, ADMIT)):
        step(run, lab, module, {**VPN, "name": rule["name"], "rule_state": "disabled"})
    before[1]["state"] = "monitor"
    for kind in ("authentication", "authorization"):
        before[0]["rules"][kind][0]["rule"]["state"] = "disabled"
    assert sets(lab) == before


def test_a_security_group_and_command_sets_can_be_taken_off(run: Run, lab: Lab) -> None:
    run.ok(AUTHORIZATION, **ADMIT, security_group="BYOD")
    step(run, lab, AUTHORIZATION, {**ADMIT, "security_group": "none"})
    assert rules(lab, "authorization")[0]["securityGroup"] is None
    rule = {**ROUTERS, "name": "Admit", "condition": HERE, "profiles": ["Default Shell Profile"]}
    run.ok(AUTHORIZATION, **rule, commands=["PermitAllCommands"])
    step(run, lab, AUTHORIZATION, {**rule, "commands": []})
    assert rules(lab, "authorization", "device_admin")[0]["commands"] == []


def test_the_order_of_profiles_is_written_and_not_compared(run: Run, lab: Lab) -> None:
    profiles = ["PermitAccess", "Cisco_IP_Phones"]
    step(run, lab, AUTHORIZATION, {**ADMIT, "profiles": profiles})
    assert rules(lab, "authorization")[0]["profile"] == profiles
    assert not quietly(run, lab, AUTHORIZATION, **{**ADMIT, "profiles": profiles[::-1]})["changed"]


@pytest.mark.parametrize("module", [SET, AUTHORIZATION, "ise_policy_rules"])
def test_a_state_that_ise_does_not_show_is_not_written_by_accident(run: Run, lab: Lab, module: str) -> None:
    """A PUT without one would enable what may be disabled."""
    run.ok(AUTHORIZATION, **ADMIT)
    vpn = sets(lab)[0]
    listed, path = (vpn, "/policy-set$") if module == SET else (vpn["rules"]["authorization"][0], "/authorization$")
    listed.get("rule", listed).pop("state")
    body = {"response": [listed], "version": "1.0.0"}
    lab.fault("ise", "GET", path, kind="status", status=200, body=body, times=None)
    name = "set_state" if module == SET else "rule_state"
    own = {"name": "VPN" if module == SET else "Admit", "condition": ROBOTS}
    options = {
        SET: {**own, "policy_type": "network_access"},
        AUTHORIZATION: {**own, **VPN},
        "ise_policy_rules": {**VPN, "kind": "authorization", "rules": [own]},
    }[module]
    assert f"Declare {name}" in in_both_modes(run, lab, module, **options)["msg"]
    shown = run.ok("ise_policy_info", policy_type="network_access")["policy_sets"][0]
    assert (shown if module == SET else shown["rules"]["authorization"][0])[name] is None
    declared = {"rules": [{**own, name: "enabled"}]} if module == "ise_policy_rules" else {name: "enabled"}
    assert run.ok(module, check=True, **{**options, **declared})["changed"]


# Default ones


@pytest.mark.parametrize(
    ("module", "options", "change"),
    [
        (SET, {"policy_type": "network_access"}, {"description": "All other logins", "service_name": "VPN Access"}),
        (AUTHENTICATION, ROUTERS, {"identity_source": "CORP_AD", "if_auth_fail": "drop"}),
        (AUTHORIZATION, VPN, {"profiles": ["PermitAccess"], "rule_state": "monitor"}),
    ],
)
def test_a_default_one_is_adjusted_and_stays(
    run: Run, lab: Lab, module: str, options: Options, change: Options
) -> None:
    default = {**options, "name": "Default"}
    step(run, lab, module, {**default, **change})
    # What it is anyway may be declared.
    quietly(run, lab, module, **default, **change, condition="always", position="last")
    for wrong in ({"position": "first"}, {"rank": 7}, {"condition": HERE}, {"state": "absent"}):
        assert "the last" in in_both_modes(run, lab, module, **default, **wrong)["msg"]


@pytest.mark.parametrize(("module", "options"), [(SET, APART), (AUTHENTICATION, LOOK_UP), (AUTHORIZATION, ADMIT)])
def test_one_for_every_login_is_announced_as_one_that_ise_may_refuse(
    run: Run, lab: Lab, module: str, options: Options
) -> None:
    """Cisco's documents disagree, so it is for ISE to say."""
    always = {**options, "condition": "always"}
    for exists in (False, True):
        foretold = quietly(run, lab, module, check=True, **always)
        assert foretold["changed"] and "may refuse" in foretold["warnings"][0]
        failed = run.fails(module, **always)
        assert failed["error"]["kind"] == "refused" and "that every login meets" in failed["msg"]
        if not exists:
            run.ok(module, **options)
    lab.switch(**{"ise.null_condition": "accepted"})
    run.ok(module, **always)
    assert "warnings" not in quietly(run, lab, module, **always)


def test_a_rule_for_every_login(run: Run, lab: Lab) -> None:
    always = {**ADMIT, "condition": "always"}
    lab.switch(**{"ise.null_condition": "accepted"})
    done = step(run, lab, AUTHORIZATION, always)
    assert done.real["rule"]["condition"] == "always" and rules(lab, "authorization")[0]["rule"]["condition"] is None
    step(run, lab, AUTHORIZATION, ADMIT)
    step(run, lab, AUTHORIZATION, always)


def test_places_beside_the_default_one(run: Run, lab: Lab) -> None:
    step(run, lab, AUTHORIZATION, {**ADMIT, "position": "before Default"})
    step(run, lab, AUTHORIZATION, {**ADMIT, "name": "Deny", "position": {"before": "Default"}})
    assert names(lab, "authorization") == ["Admit", "Deny", "Default"]
    assert "the last" in in_both_modes(run, lab, AUTHORIZATION, **{**ADMIT, "position": "after Default"})["msg"]


# Places


def test_positions(run: Run, lab: Lab) -> None:
    for name, position, found in [
        ("B", "first", "B"),
        ("A", "before B", "AB"),
        ("C", "last", "ABC"),
        ("D", "after A", "ADBC"),
        ("D", {"after": "B"}, "ABDC"),
        # It is there already, though not right there.
        ("C", "after A", "ABDC"),
        ("A", "before C", "ABDC"),
        ("C", "first", "CABD"),
        ("A", "last", "CBDA"),
    ]:
        done = run.ok(AUTHORIZATION, **{**ADMIT, "name": name, "position": position})
        assert names(lab, "authorization") == [*found, "Default"]
        assert done["rule"]["rank"] == found.index(name)
        quietly(run, lab, AUTHORIZATION, **{**ADMIT, "name": name, "position": position})
    done = step(run, lab, SET, {**APART, "position": "before VPN"})
    assert (done.real["policy_set"]["rank"], set_names(lab)) == (0, ["Apart", "VPN", "Default"])


def test_a_position_beside_one_that_does_not_exist(run: Run, lab: Lab) -> None:
    """In check mode an earlier task would make it."""
    wanted = {**APART, "position": "after VPNs"}
    predicted = quietly(run, lab, SET, check=True, **wanted)
    assert predicted["changed"] and "'VPNs'" in predicted["warnings"][0]
    result = run.fails(SET, **wanted)
    assert "'VPNs'" in result["msg"] and "'VPN'" in result["msg"] and writes(lab) == []


@pytest.mark.parametrize("position", ["top", "before", {"before": ["VPN"]}, 1], ids=str)
def test_a_position_that_is_none_reaches_nobody(run: Run, lab: Lab, position: Any) -> None:
    assert "before NAME" in run.fails(SET, **APART, position=position)["msg"]
    assert lab.requests() == []


def test_position_and_rank(run: Run, lab: Lab) -> None:
    assert "mutually exclusive" in run.fails(SET, **APART, position="first", rank=0)["msg"]


# What ISE does not have

NEAR_MISSES: list[tuple[str, Options, str]] = [
    (SET, {**APART, "service_name": "Default Network Acess"}, "'Default Network Access'"),
    (SET, {**APART, "service_name": "Default Device Admin"}, "for network access"),
    (AUTHENTICATION, {**LOOK_UP, "identity_source": "CORP AD"}, "'CORP_AD'"),
    (AUTHORIZATION, {**ADMIT, "profiles": ["PermitAccess", "Permit Access"]}, "'PermitAccess'"),
    (AUTHORIZATION, {**ADMIT, "security_group": "BYODs"}, "'BYOD'"),
    (AUTHORIZATION, {**ADMIT, **ROUTERS, "profiles": ["Default Shell"]}, "'Default Shell Profile'"),
    (
        AUTHORIZATION,
        {**ADMIT, **ROUTERS, "profiles": OMIT, "commands": ["PermitAllComands"]},
        "'PermitAllCommands'",
    ),
    # Objects are named, and an ID is no name.
    (AUTHORIZATION, {**ADMIT, "profiles": ["5f7a1f0e-9f4c-4f7b-8a0e-3f6f0f0a0b0c"]}, "none of that name"),
    (AUTHORIZATION, {**ADMIT, "condition": "library VPN Tunnel"}, "'VPN_Tunnel'"),
]


@pytest.mark.parametrize(("module", "options", "near"), NEAR_MISSES, ids=lambda value: str(value)[:60])
def test_what_ise_does_not_have_is_named_with_the_nearest(
    run: Run, lab: Lab, module: str, options: Options, near: str
) -> None:
    result = in_both_modes(run, lab, module, **options)
    assert result["error"]["kind"] == "invalid_input" and near in result["msg"]


def test_everything_that_ise_does_not_have_is_named_at_once(run: Run, lab: Lab) -> None:
    wrong = {**ADMIT, "condition": "library VPN Tunel", "profiles": ["Permit", "Deny"], "security_group": "BOYD"}
    found = in_both_modes(run, lab, AUTHORIZATION, **wrong, rank=-1)["msg"]
    words = ("5 problems", "rank -1", "'VPN Tunel'", "'Permit'", "'Deny'", "'BOYD'")
    assert [word for word in words if word not in found] == []
    found = in_both_modes(run, lab, SET, **{**APART, "condition": "A:B equals c"}, service_name="No", rank=-1)["msg"]
    assert [word for word in ("3 problems", "rank -1", "'A'", "'No'") if word not in found] == []


def test_lists_are_asked_for_only_when_needed(run: Run, lab: Lab) -> None:
    run.ok(AUTHORIZATION, **ADMIT)
    lab.clear_requests()
    quietly(run, lab, AUTHORIZATION, **ADMIT)
    assert len(lab.requests("ise")) == 2
    run.ok(AUTHORIZATION, **VPN, name="Admit", rule_state="disabled")
    assert not [row for row in lab.requests("ise") if row["path"].endswith(("profiles", "groups", "condition"))]


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (SET, {**APART, "condition": OMIT}, "condition must be given"),
        (AUTHENTICATION, {**LOOK_UP, "identity_source": OMIT}, "identity_source must be given"),
        (AUTHORIZATION, {**ADMIT, "profiles": OMIT}, "without a result"),
        (AUTHORIZATION, {**ADMIT, **ROUTERS, "profiles": []}, "Give profiles or commands"),
        (SET, {**APART, "name": "Ünlaut"}, "without accents"),
        (AUTHORIZATION, {**ADMIT, "name": "A/B"}, "'A/B'"),
    ],
)
def test_what_no_new_one_can_be(run: Run, lab: Lab, module: str, options: Options, words: str) -> None:
    assert words in in_both_modes(run, lab, module, **options)["msg"]


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        (SET, {**APART, "description": "100 %"}, "%"),
        (SET, {**APART, "condition": "somewhere"}, "condition is 'somewhere'"),
        (AUTHENTICATION, {**LOOK_UP, "if_auth_fail": "accept"}, "reject, drop, continue"),
        (AUTHORIZATION, {**ADMIT, "commands": ["PermitAllCommands"]}, "commands"),
        (AUTHORIZATION, {**ADMIT, **ROUTERS, "security_group": "BYOD"}, "security_group"),
        (AUTHORIZATION, {**ADMIT, **ROUTERS, "profiles": ["A", "B"]}, "one shell profile"),
    ],
)
def test_what_cannot_be_right_reaches_nobody(run: Run, lab: Lab, module: str, options: Options, words: str) -> None:
    assert words in run.fails(module, **options)["msg"]
    assert lab.requests() == []


def test_a_result_that_is_taken_off_and_leaves_none(run: Run, lab: Lab) -> None:
    run.ok(AUTHORIZATION, **{**ADMIT, **ROUTERS, "profiles": ["Default Shell Profile"]})
    assert "without a result" in in_both_modes(run, lab, AUTHORIZATION, **{**ADMIT, **ROUTERS, "profiles": []})["msg"]


def test_a_rule_in_a_policy_set_that_a_task_before_would_create(run: Run, lab: Lab) -> None:
    """Check mode predicts what is then done, the default rule included."""
    where = {"policy_set": "Apart", "policy_type": "network_access"}
    tasks: list[tuple[str, Options]] = [
        (AUTHENTICATION, {**LOOK_UP, **where}),
        (AUTHENTICATION, {**where, "name": "Default", "identity_source": "Internal Users"}),
        (
            "ise_policy_rules",
            {**where, "kind": "authorization", "rules": [{"name": "Default", "profiles": ["PermitAccess"]}]},
        ),
    ]
    predictions = [quietly(run, lab, module, check=True, **options) for module, options in tasks]
    run.ok(SET, **APART)
    for (module, options), predicted in zip(tasks, predictions, strict=True):
        assert predicted["changed"] and "'Apart' does not exist yet" in predicted["warnings"][0]
        assert run.ok(module, **options)["diff"]["after"].keys() == predicted["diff"]["after"].keys()


# Deletion


def test_a_policy_set_goes_with_its_rules(run: Run, lab: Lab) -> None:
    run.ok(AUTHORIZATION, **ADMIT)
    step(run, lab, SET, {"name": "VPN", "policy_type": "network_access", "state": "absent", "adopt": True})
    assert set_names(lab) == ["Default"]
    for module in (AUTHORIZATION, AUTHENTICATION):
        assert not quietly(run, lab, module, **VPN, name="Admit", state="absent")["changed"]


def test_mfa_has_no_say_in_other_rules(run: Run, lab: Lab) -> None:
    """A read-only account learns so, whether MFA is on or off."""
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    for module, options in ((SET, APART), (AUTHORIZATION, ADMIT)):
        assert run.fails(module, **options, **account)["error"]["kind"] == "forbidden"


# Bad weather


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_to_a_write_is_looked_up(run: Run, lab: Lab, method: str, kind: str) -> None:
    if method != "POST":
        run.ok(SET, **APART)
    options = {"POST": APART, "PUT": {**APART, "set_state": "monitor"}, "DELETE": {**APART, "state": "absent"}}[method]
    lab.fault("ise", method, "policy-set", kind=kind)
    assert run.ok(SET, **options)["changed"]
    assert ("Apart" in set_names(lab)) is (method != "DELETE")
    assert not quietly(run, lab, SET, **options)["changed"]


def test_a_creation_that_was_carried_out_though_refused(run: Run, lab: Lab) -> None:
    """It is looked up before it is sent again, so that there are never two."""
    lab.fault("ise", "POST", "policy-set", kind="drop_after")
    listed = {"response": sets(lab), "version": "1.0.0"}
    run.ok(SET, **APART)
    lab.clear_requests()
    # Listed as if nobody had made it, then refused.
    lab.fault("ise", "GET", "policy-set$", kind="status", status=200, body=listed)
    assert "at the same time" in run.ok(SET, **APART)["warnings"][0]
    assert len(writes(lab)) == 1 and set_names(lab).count("Apart") == 1


def test_a_deletion_that_ise_accepts_and_never_carries_out(run: Run, lab: Lab) -> None:
    run.ok(AUTHORIZATION, **ADMIT)
    lab.switch(**{"ise.policy_codes": "delete_202", "ise.rule_deletion_seconds": 1_000})
    result = run.fails(AUTHORIZATION, **ADMIT | {"state": "absent", "ise_timeout": 1})
    assert result["error"]["kind"] == "timed_out" and result["changed"]
    assert "carried this out: delete the authorization rule 'Admit'" in result["msg"] and "202" in result["msg"]


@pytest.mark.parametrize("body", [[{"name": "x"}], [{"rule": {"name": "x", "id": "1", "condition": "y"}}], {}], ids=str)
def test_a_list_of_something_else(run: Run, lab: Lab, body: Any) -> None:
    answer = {"response": body, "version": "1.0.0"}
    lab.fault("ise", "GET", "/authorization$", kind="status", status=200, body=answer)
    assert run.fails(AUTHORIZATION, **ADMIT)["error"]["kind"] == "unexpected_answer"


def test_rules_that_come_in_another_order(run: Run, lab: Lab) -> None:
    """What counts are the ranks."""
    for name in "AB":
        run.ok(AUTHORIZATION, **{**ADMIT, "name": name})
    mixed = {"response": rules(lab, "authorization")[::-1], "version": "1.0.0"}
    lab.fault("ise", "GET", "/authorization$", kind="status", status=200, body=mixed, times=None)
    assert not quietly(run, lab, AUTHORIZATION, **{**ADMIT, "name": "B", "position": "after A"})["changed"]


@pytest.fixture(autouse=True)
def ise_and_duo_are_joined(lab: Lab) -> None:
    join_ise_and_duo(lab)


# Not in force before its rules are in place


def test_a_policy_set_is_prepared_and_completed(run: Run, lab: Lab) -> None:
    declared = {**APART, "position": "first", "description": "Apart"}
    for stage, state in (("prepare", "disabled"), ("complete", "enabled")):
        mode = {**declared, "stage": stage, "set_state": "enabled"}
        check = quietly(run, lab, SET, check=True, **mode)
        real = run.ok(SET, **mode)
        assert (check["changed"], check["diff"]) == (True, real["diff"])
        assert set_names(lab)[0] == "Apart" and sets(lab)[0]["state"] == state
        assert not quietly(run, lab, SET, **mode)["changed"]
    # What exists is left alone until all of its rules are in place.
    changed = {**declared, "condition": ROBOTS}
    assert not quietly(run, lab, SET, **changed, stage="prepare")["changed"]
    assert run.ok(SET, **changed, stage="complete")["policy_set"]["condition"] == ROBOTS


def test_completing_one_that_is_yet_to_be_prepared_is_foreseen(run: Run, lab: Lab) -> None:
    declared = {**APART, "stage": "complete"}
    foreseen = quietly(run, lab, SET, check=True, **declared, set_state="enabled")
    assert foreseen["diff"]["after"]["set_state"] == "enabled" != foreseen["diff"]["before"]["set_state"]
    assert "does not exist yet" in foreseen["warnings"][0]
    assert "with the stage prepare" in run.fails(SET, **declared)["msg"]
