# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins that pass through the policy of the simulated ISE."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from lab.ise.evaluation import holds

from .ise_probe import IseProbe

HEADEND = {"DEVICE:Device Type": "All Device Types#VPN"}
ROUTER = {"DEVICE:Device Type": "All Device Types#Router"}
SALES, HELPDESK = "corp.example/Users/Sales", "corp.example/Users/Helpdesk"


def compare(attribute: str, operator: str, value: str, **more: Any) -> dict[str, Any]:
    dictionary, _colon, name = attribute.partition(":")
    return {
        "conditionType": "ConditionAttributes",
        "dictionaryName": dictionary,
        "attributeName": name,
        "operator": operator,
        "attributeValue": value,
        **more,
    }


@pytest.fixture
def ise(lab: Lab) -> IseProbe:
    probe = IseProbe(lab)
    probe.joined()
    return probe


def vpn(ise: IseProbe, **how: Any) -> dict[str, Any]:
    """A login to a VPN headend, of somebody in Sales unless said otherwise."""
    options = {"user": "anybody", "groups": [SALES], "attributes": HEADEND, **how}
    return dict(ise.lab.patch("ise", "login", policy_type="network_access", **options))


def add(ise: IseProbe, kind: str, name: str, policy_set: str = "VPN", **content: Any) -> None:
    condition = content.pop("condition", compare("DEVICE:Device Type", "equals", "All Device Types#VPN"))
    rule = {"name": name, "rank": 0, "state": content.pop("state", "enabled"), "condition": condition}
    tree = "device_admin" if policy_set == "Routers" else "network_access"
    body = {**content, "rule": rule}
    ise.lab.patch("ise", "add_policy_rule", policy_type=tree, policy_set=policy_set, kind=kind, body=body)


def admit(ise: IseProbe, **content: Any) -> None:
    add(ise, "authorization", "Admit", profile=["PermitAccess"], **content)


def hits(ise: IseProbe) -> dict[str, int]:
    (found,) = [entry for entry in ise.state()["policy"]["network-access"] if entry["name"] == "VPN"]
    rules = [entry["rule"] for kind in found["rules"].values() for entry in kind]
    counted = {rule["name"]: rule["hitCounts"] for rule in rules if not rule["default"]}
    return {"VPN": found["hitCounts"], **counted}


def test_a_fresh_policy_admits_nobody_and_asks_nobody(ise: IseProbe) -> None:
    outcome = vpn(ise)
    assert (outcome["policy_set"], outcome["authenticated"], outcome["duo_asked"]) == ("VPN", True, False)
    assert (outcome["authorization_rule"], outcome["admitted"]) == ("Default", False)
    assert vpn(ise, attributes={})["policy_set"] == "Default"


def test_this_login_needs_duo_and_that_one_does_not(ise: IseProbe) -> None:
    admit(ise)
    add(ise, "mfa", "Ask", mfaConnectionName="Duo", condition=compare("CORP_AD:ExternalGroups", "equals", SALES))
    asked, other = vpn(ise), vpn(ise, groups=[HELPDESK])
    assert (asked["mfa_rule"], asked["duo_asked"], asked["duo_answer"], asked["admitted"]) == (
        "Ask",
        True,
        "allow",
        True,
    )
    assert (other["mfa_rule"], other["duo_asked"], other["admitted"]) == (None, False, True)
    assert hits(ise) == {"VPN": 2, "Admit": 2, "Ask": 1}


@pytest.mark.parametrize(
    ("duo", "switch", "on_failure", "admitted"),
    [
        ("allow", "fail_action", "REJECT", True),
        ("deny", "fail_action", "REJECT", False),
        ("deny", "accept", "ACCEPT", True),
        ("unreachable", "fail_action", "REJECT", False),
        ("unreachable", "fail_action", "ACCEPT", True),
        ("unreachable", "reject", "ACCEPT", False),
        ("unreachable", "accept", "REJECT", True),
    ],
)
def test_what_duo_answers(ise: IseProbe, duo: str, switch: str, on_failure: str, admitted: bool) -> None:
    ise.lab.switch(**{"ise.duo_unreachable": switch})
    admit(ise)
    add(ise, "mfa", "Ask", mfaConnectionName="Duo", mfaFailAction=on_failure)
    outcome = vpn(ise, duo=duo)
    assert (outcome["duo_answer"], outcome["admitted"]) == (duo, admitted)
    assert outcome["authorization_rule"] == ("Admit" if admitted else None)


def test_a_connection_that_is_gone_or_serves_others_reaches_no_duo(ise: IseProbe) -> None:
    admit(ise)
    add(ise, "mfa", "Ask", mfaConnectionName="Duo")
    ise.lab.patch("ise", "set_connection", name="Duo", type="TACACS")
    assert (vpn(ise)["duo_answer"], vpn(ise)["admitted"]) == ("unreachable", False)
    ise.lab.patch("ise", "set_connection", name="Duo", type="VPN")
    assert vpn(ise)["admitted"]
    ise.lab.patch("ise", "delete_connection", name="Duo")
    assert vpn(ise)["duo_answer"] == "unreachable"


@pytest.mark.parametrize(
    ("state", "asked", "count"), [("enabled", True, 1), ("disabled", False, 0), ("monitor", False, 1)]
)
def test_the_state_of_a_rule(ise: IseProbe, state: str, asked: bool, count: int) -> None:
    admit(ise)
    add(ise, "mfa", "Ask", mfaConnectionName="Duo", state=state)
    assert (vpn(ise)["duo_asked"], hits(ise)["Ask"]) == (asked, count)


def test_the_first_rule_that_fits_decides(ise: IseProbe) -> None:
    admit(ise)
    add(ise, "mfa", "Lenient", mfaConnectionName="Duo", mfaFailAction="ACCEPT")
    add(ise, "mfa", "Strict", mfaConnectionName="Duo")
    assert (vpn(ise, duo="deny")["mfa_rule"], vpn(ise, duo="deny")["admitted"]) == ("Strict", False)
    where = {"policy_type": "network_access", "policy_set": "VPN", "kind": "mfa"}
    ise.lab.patch("ise", "move_policy_rule", name="Lenient", rank=0, **where)
    assert vpn(ise, duo="deny")["admitted"]
    ise.lab.patch("ise", "delete_policy_rule", name="Lenient", **where)
    assert not vpn(ise, duo="deny")["admitted"]


def test_authentication(ise: IseProbe) -> None:
    admit(ise)
    wrong = vpn(ise, password="wrong")
    assert (wrong["authenticated"], wrong["authorization_rule"], wrong["admitted"]) == (False, None, False)
    assert not vpn(ise, user="nobody", groups=[])["authenticated"]
    assert vpn(ise, user="breakglass", groups=[])["admitted"]
    add(ise, "mfa", "Ask", mfaConnectionName="Duo")
    add(ise, "authentication", "AD", identitySourceName="CORP_AD", ifUserNotFound="continue")
    unknown = vpn(ise, user="breakglass", groups=[])
    assert (unknown["identity_source"], unknown["authenticated"], unknown["duo_asked"]) == ("CORP_AD", False, False)
    assert unknown["admitted"]
    passed = compare("Network Access:AuthenticationStatus", "equals", "AuthenticationPassed")
    add(ise, "exception", "Deny", condition={**passed, "isNegate": True}, profile=["DenyAccess"])
    assert vpn(ise, user="breakglass", groups=[])["authorization_rule"] == "Deny"
    assert vpn(ise)["authorization_rule"] == "Admit"


def test_the_groups_that_the_directory_knows(ise: IseProbe) -> None:
    admit(ise, condition=compare("CORP_AD:ExternalGroups", "equals", "CORP.example/users/Domain Users"))
    assert vpn(ise, user="anovak", groups=None)["admitted"]
    assert not vpn(ise, user="nobody", groups=None)["authenticated"]
    ise.lab.patch("ise", "set_join_point", name="CORP_AD", joined=False)
    assert not vpn(ise, user="anovak", groups=None)["authenticated"]


def test_nothing_fits(ise: IseProbe) -> None:
    path = "policy/network-access/policy-set"
    for entry in ise.ok("GET", path)["response"]:
        ise.ok("PUT", f"{path}/{entry['id']}", {**entry, "state": "disabled"})
    assert vpn(ise)["why"] == "no policy set fits"


def test_device_administration(ise: IseProbe) -> None:
    router = compare("DEVICE:Device Type", "equals", "All Device Types#Router")
    add(ise, "authorization", "Admins", "Routers", condition=router, profile="IOS Admin Privilege 15", commands=[])
    add(ise, "mfa", "Ask", "Routers", condition=router, mfaConnectionName="Duo")
    options = {"policy_type": "device_admin", "user": "breakglass", "attributes": ROUTER}
    outcome = ise.lab.patch("ise", "login", **options)
    assert (outcome["mfa_rule"], outcome["authorization_rule"], outcome["admitted"]) == ("Ask", "Admins", True)
    assert outcome["result"]["profile"] == "IOS Admin Privilege 15"
    assert not ise.lab.patch("ise", "login", duo="unreachable", **options)["admitted"]


def test_a_proxy(ise: IseProbe) -> None:
    condition = compare("DEVICE:Device Type", "equals", "All Device Types#VPN")
    body = {"name": "Proxy", "rank": 0, "isProxy": True, "serviceName": "Duo Proxy Sequence", "condition": condition}
    ise.ok("POST", "policy/network-access/policy-set", body)
    assert vpn(ise)["proxied_to"] == "Duo Proxy Sequence"


def test_what_there_is_not(ise: IseProbe) -> None:
    for wrong in (
        {"attributes": {"DEVICE:Colour": "red"}},
        {"groups": ["corp.example/Users/Nobody"]},
        {"password": "?"},
        {"duo": "maybe"},
    ):
        with pytest.raises(ValueError, match="no "):
            vpn(ise, **wrong)


@pytest.mark.parametrize(
    ("operator", "held", "wanted", "expected"),
    [
        ("equals", "a", "a", True),
        ("equals", "A", "a", False),
        ("notEquals", "a", "b", True),
        ("contains", "abc", "b", True),
        ("notContains", "abc", "b", False),
        ("startsWith", "abc", "ab", True),
        ("notEndsWith", "abc", "bc", False),
        ("matches", "abc", "a.c", True),
        ("in", "b", "a, b", True),
        ("notIn", "b", "a, b", False),
        ("greaterThan", "10", "9", True),
        ("lessOrEquals", "9", "9", True),
        ("dateLessThan", "2026-01-01", "2026-12-31", True),
        ("ipEquals", "192.0.2.7", "192.0.2.0/24", True),
        ("ipGreaterThan", "192.0.2.10", "192.0.2.9", True),
        ("ipNotEquals", "192.0.2.7", "192.0.2.7", False),
        ("macEquals", "00:11:22:AA:BB:CC", "0011.22aa.bbcc", True),
        ("macNotStartsWith", "00-11-22-AA-BB-CC", "00:11", False),
    ],
)
def test_operators(operator: str, held: str, wanted: str, expected: bool) -> None:
    condition = compare("A:B", operator, wanted)
    assert holds(condition, {"A:B": [held]}, {}) is expected
    assert holds({**condition, "isNegate": True}, {"A:B": [held]}, {}) is not expected
    assert holds(condition, {}, {}) is False


def test_blocks_and_the_library() -> None:
    yes, no = compare("A:B", "equals", "1"), compare("A:B", "equals", "2")
    library = {"stored": {key: value for key, value in yes.items() if key != "conditionType"}}
    reference = {"conditionType": "ConditionReference", "id": "stored"}
    for kind, expected in (("And", False), ("Or", True)):
        block = {"conditionType": f"Condition{kind}Block", "children": [reference, no]}
        assert holds(block, {"A:B": ["1", "3"]}, library) is expected
    assert holds(None, {}, {}) is True


@pytest.mark.parametrize(("now", "expected"), [(1796047200, True), (1796090400, False), (1795960800, False)])
def test_time_and_date(now: int, expected: bool) -> None:
    """Monday 30 November 2026 at 14:00 and Tuesday at 02:00, Sunday at 14:00."""
    hours = {"startTime": "08:00", "endTime": "18:00"}
    library = {
        "hours": {"conditionType": "TimeAndDateCondition", "weekDays": ["Monday", "Tuesday"], "hoursRange": hours}
    }
    assert holds({"conditionType": "ConditionReference", "id": "hours"}, {"now": [str(now)]}, library) is expected
