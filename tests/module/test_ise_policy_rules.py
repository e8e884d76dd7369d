# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All rules of one kind of a policy set as a list: as few writes as the difference needs, and any order comes about."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree
from lab import Lab

from .estates import CONNECTION, HELPDESK, join_ise_and_duo
from .harness import Options, Result, Run, quietly, the_task, writes

MODULE, INFO = "ise_policy_rules", "ise_policy_info"
HERE = "DEVICE:Device Type equals All Device Types#Core"
THERE = "DEVICE:Device Type equals All Device Types#Switch"
VPN: Options = {"policy_set": "VPN", "policy_type": "network_access"}
ROUTERS: Options = {"policy_set": "Routers", "policy_type": "device_admin"}
# What a new rule of each kind needs besides its name, and a change of it.
NEW: dict[str, Options] = {
    "authentication": {"condition": HERE, "identity_source": "CORP_AD"},
    "mfa": {"condition": HERE, "connection": CONNECTION},
    "authorization": {"condition": HERE, "profiles": ["PermitAccess"]},
}
CHANGE: dict[str, Options] = {
    "authentication": {"if_auth_fail": "continue"},
    "mfa": {"on_failure": "accept"},
    "authorization": {"security_group": "BYOD"},
}


@pytest.fixture(autouse=True)
def ise_and_duo_are_joined(lab: Lab) -> None:
    join_ise_and_duo(lab)


def ises_own(lab: Lab, kind: str, policy_set: str = "VPN", tree: str = "network-access") -> list[dict[str, Any]]:
    (found,) = [entry for entry in lab.state("ise", "policy")[tree] if entry["name"] == policy_set]
    return list(found["rules"][kind])


def names(lab: Lab, kind: str, **where: str) -> str:
    """Of the rules, which here have one letter each; without the default one."""
    return "".join(entry["rule"]["name"] for entry in ises_own(lab, kind, **where) if not entry["rule"]["default"])


def listed(kind: str, letters: str, changed: str = "", **more: Any) -> Options:
    rules = [{"name": name, **NEW[kind], **(CHANGE[kind] if name in changed else {})} for name in letters]
    return {**VPN, "kind": kind, "rules": rules, **more}


def done(run: Run, lab: Lab, **options: Any) -> tuple[Result, list[str]]:
    """Check, do and check again; the result and the methods of the writes that it took."""
    check = quietly(run, lab, MODULE, check=True, **options)
    lab.clear_requests()
    real = run.ok(MODULE, **options)
    sent = [row.split()[1] for row in writes(lab)]
    assert check["changed"] == real["changed"] == bool(sent)
    assert (check["diff"], check["rules"]) == (real["diff"], real["rules"])
    again = quietly(run, lab, MODULE, **options)
    assert not again["changed"] and again["rules"] == real["rules"]
    assert real["step"]["detail"].replace("Changed", "Would change") == check["step"]["detail"]
    return real, sent


@pytest.mark.parametrize("kind", NEW)
def test_matrix(run: Run, lab: Lab, kind: str) -> None:
    created, sent = done(run, lab, **listed(kind, "ABC"))
    assert (names(lab, kind), sent) == ("ABC", ["POST"] * 3)
    assert created["step"]["detail"].endswith("rules of the policy set 'VPN': 3 created")
    # One is new, one is changed and moves along, one goes, and the others stay.
    changed, sent = done(run, lab, **listed(kind, "CDB", changed="B", purge=True))
    assert (names(lab, kind), sent) == ("CDB", ["POST", "PUT", "DELETE"])
    assert changed["step"]["detail"].endswith(": 1 created, 1 changed, 1 deleted")
    before, after = ([rule["name"] for rule in changed["diff"][side]["rules"]] for side in ("before", "after"))
    last = [] if kind == "mfa" else ["Default"]
    assert (before, after) == (["A", "B", "C", *last], ["C", "D", "B", *last])
    gone, sent = done(run, lab, **listed(kind, "", purge=True))
    assert (names(lab, kind), sent) == ("", ["DELETE"] * 3)
    assert [rule["name"] for rule in gone["rules"]] == last


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [("ABCDE", "BCDEA", 1), ("ABCDE", "EABCD", 1), ("ABCDE", "EDCBA", 4), ("ABCDE", "ACBED", 2), ("ABCDE", "CDEAB", 2)],
)
def test_an_order_comes_about_in_as_few_moves_as_possible(
    run: Run, lab: Lab, before: str, after: str, moves: int
) -> None:
    run.ok(MODULE, **listed("authorization", before))
    ordered, sent = done(run, lab, **listed("authorization", after))
    assert (names(lab, "authorization"), sent) == (after, ["PUT"] * moves)
    assert ordered["step"]["detail"].endswith(f": {moves} moved")
    ranks = [entry["rule"]["rank"] for entry in ises_own(lab, "authorization")]
    assert ranks == list(range(len(after) + 1))


@pytest.mark.parametrize(
    ("before", "declared", "after", "writes_needed"),
    [
        ("XY", "AB", "XYAB", 2),
        ("XAYB", "AB", "XAYB", 0),
        ("XBYA", "AB", "XABY", 1),
        ("XAY", "AN", "XANY", 1),
        ("XAY", "NA", "XNAY", 1),
    ],
)
def test_rules_that_are_not_declared_keep_their_order(
    run: Run, lab: Lab, before: str, declared: str, after: str, writes_needed: int
) -> None:
    run.ok(MODULE, **listed("mfa", before))
    _result, sent = done(run, lab, **listed("mfa", declared))
    assert (names(lab, "mfa"), len(sent)) == (after, writes_needed)


@pytest.mark.parametrize("switches", [{"transient_refusal": 2}, {"policy_codes": "delete_202"}], ids=str)
def test_writes_that_ise_takes_its_time_for(run: Run, lab: Lab, switches: Options) -> None:
    """A refusal that passes is repeated, and what is only accepted is awaited, one rule after the other."""
    run.ok(MODULE, **listed("authorization", "ABCDE"))
    lab.switch(**{f"ise.{name}": value for name, value in switches.items()})
    result, sent = done(run, lab, **listed("authorization", "EXC", changed="C", purge=True))
    assert names(lab, "authorization") == "EXC"
    assert result["step"]["detail"].endswith(": 1 created, 1 changed, 3 deleted")
    assert len(sent) == (10 if "transient_refusal" in switches else 5)


def test_what_is_not_declared_of_a_rule_stays(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **listed("authentication", "AB", changed="A"))
    before = ises_own(lab, "authentication")
    done(
        run, lab, **{**listed("authentication", ""), "rules": [{"name": "A", "rule_state": "disabled"}, {"name": "B"}]}
    )
    before[0]["rule"]["state"] = "disabled"
    assert ises_own(lab, "authentication") == before


def test_the_default_rule_is_changed_and_stays_the_last(run: Run, lab: Lab) -> None:
    options = listed("authentication", "AB")
    default = {"name": "Default", "identity_source": "Internal Users"}
    _result, sent = done(run, lab, **{**options, "rules": [*options["rules"], default], "purge": True})
    assert sent == ["POST", "POST", "PUT"]
    assert ises_own(lab, "authentication")[-1]["identitySourceName"] == "Internal Users"
    before = run.fails(MODULE, **{**options, "rules": [default, *options["rules"]]})
    assert "the last" in before["msg"]
    result = run.fails(MODULE, **{**options, "rules": [{**default, "condition": HERE}]})
    assert "Default" in result["msg"] and "condition" in result["msg"]


def test_reading_conditions_and_lists_takes_one_request_each(run: Run, lab: Lab) -> None:
    options = listed("mfa", "ABCDE")
    for rule in options["rules"]:
        rule["condition"] = {"all of": [HERE, "library VPN_Tunnel"]}
    run.ok(MODULE, **options)
    # Policy sets, rules, library, attributes, connections; after the writes the rules again.
    assert len([row for row in lab.requests("ise") if not row["write"]]) == 6
    quietly(run, lab, MODULE, **options)
    assert len(lab.requests("ise")) == 2


def test_an_interrupted_run_is_completed_by_the_next(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **listed("authorization", "ABCD"))
    wanted = listed("authorization", "DXCA", changed="C", purge=True)
    refused = {"kind": "status", "status": 500, "times": None}
    lab.fault("ise", "PUT", "/authorization/", skip=1, **refused)
    failed = run.fails(MODULE, **wanted)
    assert failed["changed"] and "had already done" in failed["msg"]
    lab.clear_faults()
    done(run, lab, **wanted)
    assert names(lab, "authorization") == "DXCA"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_in_the_middle_is_looked_up(run: Run, lab: Lab, method: str, kind: str) -> None:
    run.ok(MODULE, **listed("authorization", "ABCD"))
    lab.fault("ise", method, "/authorization", kind=kind)
    assert run.ok(MODULE, **listed("authorization", "DXCA", changed="C", purge=True))["changed"]
    assert names(lab, "authorization") == "DXCA"


def test_a_rule_that_appears_in_the_middle_is_taken_up(run: Run, lab: Lab) -> None:
    """Somebody else creates it, or ISE does so and says the opposite."""
    run.ok(MODULE, **listed("authorization", "B"))
    before = {"response": ises_own(lab, "authorization")[1:], "version": "1.0.0"}
    lab.fault("ise", "GET", "/authorization$", kind="status", status=200, body=before)
    result = run.ok(MODULE, **listed("authorization", "ABC", changed="B"))
    assert result["changed"] and names(lab, "authorization") == "ABC"
    assert ises_own(lab, "authorization")[1]["securityGroup"] == "BYOD"


def test_rules_of_device_administration(run: Run, lab: Lab) -> None:
    rules = [{"name": "A", "condition": HERE, "profiles": ["Default Shell Profile"], "commands": ["DenyAllCommands"]}]
    done(run, lab, **ROUTERS, kind="authorization", rules=rules)
    assert names(lab, "authorization", policy_set="Routers", tree="device-admin") == "A"


# What cannot be


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ([{"name": "A", "connection": "Duo"}], "connection in rules[0]"),
        ([{"name": "A"}, {"name": "A"}], "rules[1] has the name 'A'"),
        ([{"name": "A", "condition": {"all of": ["x"]}}], "rules[0].condition['all of'][0]"),
        ([{"name": "A", "if_auth_fail": "accept"}], "reject, drop, continue"),
        ([{"condition": HERE}], "name"),
        (None, "rules"),
    ],
)
def test_what_cannot_be_right_reaches_nobody(run: Run, lab: Lab, rules: Any, words: str) -> None:
    assert words in run.fails(MODULE, **VPN, kind="authentication", rules=rules)["msg"]
    assert lab.requests() == []


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        ("authentication", {"condition": HERE}, "identity_source must be given"),
        ("authentication", {"condition": HERE, "identity_source": "CORP"}, "'CORP_AD'"),
        ("authorization", {"condition": THERE, "profiles": ["Permit"]}, "'PermitAccess'"),
        ("mfa", {**NEW["mfa"], "condition": "library VPN Tunnel"}, "'VPN_Tunnel'"),
    ],
)
def test_what_ise_does_not_have_stops_everything(run: Run, lab: Lab, kind: str, rule: Options, words: str) -> None:
    options = listed(kind, "A")
    options["rules"].append({"name": "B", **rule})
    for check in (True, False):
        result = run.fails(MODULE, check=check, **options)
        assert words in result["msg"] and "'B'" in result["msg"]
    assert writes(lab) == []


def test_everything_that_ise_does_not_have_is_named_at_once(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **listed("authorization", "A"))
    rules: list[Options] = [
        {"name": "A", "profiles": ["PermitAcces", "DenyAcces"], "security_group": "BOYD"},
        {"name": "B", "condition": "DEVCE:Device Type equals x", "profiles": ["PermitAccess"]},
        {"name": "C"},
        {"name": "D", "condition": THERE, "security_group": "none"},
        {"name": "Default", "condition": HERE},
    ]
    lab.clear_requests()
    check, real = (run.fails(MODULE, check=check, **VPN, kind="authorization", rules=rules) for check in (True, False))
    assert check["msg"] == real["msg"] and writes(lab) == []
    words = ("8 problems", "'PermitAcces'", "'DenyAcces'", "'BOYD'", "'DEVCE'", "condition must be given", "'C'", "'D'")
    assert [word for word in (*words, "default one") if word not in real["msg"]] == []
    assert real["error"]["kind"] == "invalid_input"


def test_one_mistake_in_many_rules_is_named_once(run: Run, lab: Lab) -> None:
    wrong: Options = {"condition": "DEVCE:Device Type equals x", "profiles": ["PermitAcces"]}
    rules = [{"name": name, **wrong} for name in "ABC"]
    failed = run.fails(
        MODULE, **VPN, kind="authorization", rules=[*rules, {**rules[0], "name": "D", "condition": HERE}]
    )
    assert "2 problems" in failed["msg"]
    for words in ("rule 'A' of the policy set 'VPN', and in 2 other places: cond", "'VPN', and in 3 other places: ISE"):
        assert words in failed["msg"]


def test_everything_that_cannot_be_right_is_named_at_once(run: Run, lab: Lab) -> None:
    rules = [{"name": "A", "condition": "x", "profiles": ["Y"]}, {"name": "A"}, {"name": "B", "condition": {"or": []}}]
    failed = run.fails(MODULE, **VPN, kind="authentication", rules=rules)
    words = ("4 problems", "profiles in rules[0]", "rules[0].condition", "rules[1]", "rules[2].condition")
    assert [word for word in words if word not in failed["msg"]] == [] and lab.requests() == []


@pytest.mark.parametrize(
    ("kind", "member", "option", "declared"),
    [
        ("authentication", "identitySourceName", "identity_source", "CORP_AD"),
        ("mfa", "mfaConnectionName", "connection", CONNECTION),
        ("authorization", "profile", "profiles", ["PermitAccess"]),
        ("authorization", "securityGroup", "security_group", "none"),
    ],
)
def test_what_ise_does_not_show_of_a_rule_is_neither_moved_nor_changed_away(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, kind: str, member: str, option: str, declared: Any
) -> None:
    run.ok(MODULE, **listed(kind, "AB"))
    listing = PolicyTree.list_rules

    def altered(*which: Any) -> list[dict[str, Any]]:
        return [{name: raw[name] for name in raw if name != member} for raw in listing(*which)]

    monkeypatch.setattr(PolicyTree, "list_rules", altered)
    lab.clear_requests()
    moved: list[Options] = [{"name": "B"}, {"name": "A"}]
    for check in (True, False):
        for rules in (moved, [{"name": "A", "rule_state": "disabled"}]):
            failed = run.fails(MODULE, check=check, **VPN, kind=kind, rules=rules)
            assert f"ISE does not show its {option}, and a write always sets this" in failed["msg"]
        single = run.fails(f"ise_{kind}_rule", check=check, **VPN, name="A", position="last")
        assert f"Declare {option}." in single["msg"]
    assert writes(lab) == []
    assert run.ok(MODULE, check=True, **VPN, kind=kind, rules=[{**one, option: declared} for one in moved])["changed"]


@pytest.mark.parametrize("default", ["(gone)", "text", None])
def test_what_ise_lists_in_another_form_is_the_same(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, default: Any
) -> None:
    """In capitals, as texts, without saying which is the default one, or twice."""
    listing = Ise.list_at

    def altered(raw: Options) -> Options:
        own = raw.get("rule", raw)
        form = {**own, "state": own["state"].upper(), "default": str(own["default"]).lower()}
        form |= {"rank": str(own["rank"]), "hitCounts": str(own["hitCounts"])}
        if default != "text":
            form["default"] = default
        if default == "(gone)":
            del form["default"]
        return {**raw, "rule": form} if "rule" in raw else form

    def listed_so(ise: Ise, path: str, *how: Any, **more: Any) -> list[Options]:
        found = listing(ise, path, *how, **more)
        return [altered(raw) for raw in [*found, *found[:1]]] if "policy-set" in path else found

    monkeypatch.setattr(Ise, "list_at", listed_so)
    for kind in ("authorization", "mfa"):
        done(run, lab, **listed(kind, "AB"))
        done(run, lab, **listed(kind, "B", purge=True))
        assert names(lab, kind) == "B"
    policy_set: Options = {"name": "Apart", "policy_type": "network_access", "condition": HERE, "position": "last"}
    assert run.ok("ise_policy_set", **policy_set)["changed"]
    assert not quietly(run, lab, "ise_policy_set", **policy_set, set_state="enabled")["changed"]


@pytest.mark.parametrize(("member", "odd"), [("profile", [{"name": "PermitAccess"}]), ("rank", "first")])
def test_what_cannot_be_read_of_a_rule_is_not_written(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, member: str, odd: Any
) -> None:
    run.ok(MODULE, **listed("authorization", "AB"))
    listing = Ise.list_at

    def altered(*which: Any, **how: Any) -> list[Options]:
        found = listing(*which, **how)
        for raw in found if which[1].endswith("/authorization") else ():
            place = raw if member in raw else raw["rule"]
            place[member] = odd
        return found

    monkeypatch.setattr(Ise, "list_at", altered)
    lab.clear_requests()
    failed = run.fails(MODULE, **VPN, kind="authorization", rules=[{"name": "A", "rule_state": "disabled"}])
    assert failed["error"]["kind"] == "unexpected_answer" and writes(lab) == []


def test_rules_of_two_policy_sets_of_one_name(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = PolicyTree.list_policy_sets

    def twice(tree: PolicyTree) -> list[dict[str, Any]]:
        return [other for raw in listing(tree) for other in (raw, {**raw, "id": f"other {raw['id']}"})]

    monkeypatch.setattr(PolicyTree, "list_policy_sets", twice)
    for check in (True, False):
        failed = run.fails(MODULE, check=check, **listed("authorization", "A"))
        assert "identify the policy set 'VPN': 2 policy sets have that name" in failed["msg"]
    assert not writes(lab)


def test_two_rules_of_one_name(run: Run, lab: Lab) -> None:
    for name in "AAB":
        lab.patch("ise", "add_mfa_rule", name=name, connection=CONNECTION, **VPN)
    assert run.fails(MODULE, **listed("mfa", "A"))["error"]["kind"] == "ambiguous"
    # Those that are not named are distinguished, and all of them go.
    done(run, lab, **listed("mfa", "NB"))
    assert names(lab, "mfa") == "NBAA"
    done(run, lab, **listed("mfa", "B", purge=True))
    assert names(lab, "mfa") == "B"


def test_while_mfa_is_off(run: Run, lab: Lab) -> None:
    """In check mode an earlier task would enable it."""
    lab.patch("ise", "set_mfa", enabled=False)
    lab.fault("ise", "GET", "/mfa$", kind="status", status=403, times=None)
    predicted = quietly(run, lab, MODULE, check=True, **listed("mfa", "A"))
    assert predicted["changed"] and "MFA is disabled" in predicted["warnings"][0]
    assert run.fails(MODULE, **listed("mfa", "A"))["error"]["kind"] == "feature_off" and writes(lab) == []


# From ISE and back


def test_exported_applied_unchanged(run: Run, lab: Lab) -> None:
    """What was read is given back as it is; nothing changes. Then all is deleted, and given back brings all of it."""
    run.ok("ise_policy_set", name="Apart", policy_type="network_access", condition=[HERE, THERE], description="Apart")
    for kind in NEW:
        run.ok(MODULE, **{**listed(kind, "BAC", changed="A"), "policy_set": "Apart"})
    for policy_type in ("network_access", "device_admin"):
        apply(run, lab, quietly(run, lab, INFO, policy_type=policy_type), changes=False)
    exported = run.ok(INFO, policy_type="network_access")
    before = lab.state("ise", "policy")["network-access"]
    run.ok("ise_policy_set", name="Apart", policy_type="network_access", state="absent")
    run.ok(MODULE, **listed("authorization", "XY"))
    apply(run, lab, exported, changes=True)
    apply(run, lab, exported, changes=False)
    assert without_ids(lab.state("ise", "policy")["network-access"]) == without_ids(before)


def apply(run: Run, lab: Lab, exported: Result, *, changes: bool) -> None:
    assert exported["policy_sets"] and "warnings" not in exported
    changed = False
    for policy_set in exported["policy_sets"]:
        options = {name: policy_set[name] for name in the_task("ise_policy_set").argument_spec if name in policy_set}
        assert options.keys() == policy_set.keys() - {"rules"}
        changed |= run.ok("ise_policy_set", **options)["changed"]
        where = {"policy_set": policy_set["name"], "policy_type": policy_set["policy_type"]}
        for kind, rules in policy_set["rules"].items():
            result = run.ok(MODULE, **where, kind=kind, rules=rules, purge=True)
            assert result["rules"] == rules
            changed |= result["changed"]
    assert changed is changes


def without_ids(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: without_ids(value) for name, value in found.items() if name not in ("id", "link")}
    return [without_ids(entry) for entry in found] if isinstance(found, list) else found


def test_the_default_policy_set_suits_an_ise_with_another_number_of_them(run: Run, lab: Lab) -> None:
    for name in ("Apart", "Aside"):
        run.ok("ise_policy_set", name=name, policy_type="network_access", condition=HERE)
    exported = run.ok(INFO, policy_type="network_access", policy_set="Default")
    lab.reset()
    apply(run, lab, exported, changes=False)


def test_the_order_decides_what_a_login_gets(run: Run, lab: Lab) -> None:
    admit = {"name": "Admit", "condition": "Network Access:Protocol equals RADIUS", "profiles": ["PermitAccess"]}
    refuse = {"name": "Refuse", "condition": f"CORP_AD member of {HELPDESK}", "profiles": ["DenyAccess"]}

    def is_admitted(*rules: Options) -> bool:
        run.ok(MODULE, **VPN, kind="authorization", rules=list(rules))
        attributes = {"DEVICE:Device Type": "All Device Types#VPN"}
        who = {"user": "somebody", "groups": [HELPDESK], "attributes": attributes}
        return bool(lab.patch("ise", "login", policy_type="network_access", **who)["admitted"])

    assert is_admitted(admit, refuse) and not is_admitted(refuse, admit)
    counts = run.ok(INFO, **VPN)["hit_counts"]["VPN"]
    assert counts["authorization"] == {"Refuse": 1, "Admit": 1, "Default": 0} and counts["policy_set"] == 2


def test_one_policy_set_and_its_hit_counts(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **listed("mfa", "A"))
    result = run.ok(INFO, **VPN)
    (found,) = result["policy_sets"]
    assert (found["name"], found["set_state"], found["rank"]) == ("VPN", "enabled", 0)
    assert [rule["name"] for rule in found["rules"]["mfa"]] == ["A"]
    kinds = {"authentication": {"Default": 0}, "mfa": {"A": 0}, "authorization": {"Default": 0}}
    assert result["hit_counts"] == {"VPN": {"policy_set": 0, **kinds}}
    assert run.ok(INFO, policy_set="Nowhere", policy_type="device_admin")["policy_sets"] == []


@pytest.mark.parametrize("how", ["off", "old"])
def test_mfa_rules_that_ise_does_not_show_are_unknown_not_none(run: Run, lab: Lab, how: str) -> None:
    if how == "old":
        lab.switch(**{"ise.version": "3.2.0.542"})
    else:
        lab.patch("ise", "set_mfa", enabled=False)
        lab.fault("ise", "GET", "/mfa$", kind="status", status=403, times=None)
    result = run.ok(INFO, **VPN)
    assert result["policy_sets"][0]["rules"]["mfa"] is None and "MFA rules" in result["warnings"][0]
    # Given back, that deletes nothing.
    run.fails(MODULE, **VPN, kind="mfa", rules=result["policy_sets"][0]["rules"]["mfa"], purge=True)
