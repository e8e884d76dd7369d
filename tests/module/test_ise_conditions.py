# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What conditions name is looked up on ISE before anything is written. How they are written is for unit tests."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .estates import CONNECTION, DOMAIN_USERS, HELPDESK, join_ise_and_duo
from .harness import Options, Result, Run, quietly, step, writes

MODULE = "ise_mfa_rule"
RULE: Options = {"name": "Ask", "policy_set": "VPN", "policy_type": "network_access", "connection": CONNECTION}
HEADENDS = "DEVICE:Device Type equals All Device Types#VPN"
LISTS = "/dictionaries/"


@pytest.fixture(autouse=True)
def ise_and_duo_are_joined(lab: Lab) -> None:
    join_ise_and_duo(lab)


def refused(run: Run, lab: Lab, condition: Any) -> Result:
    """In check mode and for real, in the same words, without a write."""
    check = run.fails(MODULE, check=True, **RULE, condition=condition)
    real = run.fails(MODULE, **RULE, condition=condition)
    assert check["msg"] == real["msg"] and writes(lab) == []
    return real


def lists_read(lab: Lab) -> list[str]:
    return [row["path"].rpartition("/")[2] for row in lab.requests("ise") if LISTS in row["path"]]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("DEVCE:Device Type equals All Device Types#VPN", ["'DEVCE'", "'DEVICE'"]),
        ("DEVICE:Device Typ equals All Device Types#VPN", ["'Device Typ'", "'Device Type'"]),
        ("DEVICE:Device Type equals All Device Types#VNP", ["'All Device Types#VNP'", "'All Device Types#VPN'"]),
        ("TACACS:User equals x", ["'TACACS'"]),
        ("library VPN Tunel", ["'VPN Tunel'", "'VPN_Tunnel'", "network access"]),
        ({"any of": [HEADENDS, {"not": "A:B equals c"}, "library nobody"]}, ["'A'", "'nobody'"]),
    ],
    ids=str,
)
def test_what_ise_does_not_know_is_refused_with_the_nearest(
    run: Run, lab: Lab, condition: Any, words: list[str]
) -> None:
    result = refused(run, lab, condition)
    assert result["error"]["kind"] == "invalid_input"
    assert [word for word in words if word not in result["msg"]] == []


@pytest.mark.parametrize(
    ("switches", "condition"),
    [
        ({"ise.mfa_rule_attributes": "authentication"}, HEADENDS),
        ({"ise.mfa_rule_attributes": "policyset"}, HEADENDS),
        ({"ise.mfa_rule_attributes": "any"}, f"CORP_AD member of {DOMAIN_USERS}"),
        ({"ise.device_group_values": "rooted"}, HEADENDS),
        ({"ise.device_group_values": "unlisted"}, HEADENDS),
        ({"ise.group_values": "listed"}, f"CORP_AD member of {DOMAIN_USERS}"),
        ({"ise.date_operators": "rewritten"}, "InternalUser:ContractEnd greaterThan 2026-12-31"),
        ({"ise.date_operators": "as_sent"}, "InternalUser:ContractEnd dateGreaterThan 2026-12-31"),
        ({}, 'InternalUser:Email equals ""'),
        ({}, "library Office hours"),
        ({}, "Radius:NAS-Port-Type in 5"),
        ({}, "DEVICE:Location startsWith All"),
    ],
    ids=str,
)
def test_every_variant_of_ise(run: Run, lab: Lab, switches: dict[str, Any], condition: str) -> None:
    lab.switch(**switches)
    step(run, lab, MODULE, {**RULE, "condition": condition})


def test_lists_are_read_once_and_only_for_a_change(run: Run, lab: Lab) -> None:
    condition = {"any of": [HEADENDS, f"CORP_AD member of {DOMAIN_USERS}", "library VPN_Tunnel"]}
    run.ok(MODULE, **RULE, condition=condition)
    assert lists_read(lab) == ["authorization"]
    quietly(run, lab, MODULE, **RULE, condition=condition)
    assert lists_read(lab) == []


def test_a_group_as_a_distinguished_name_is_converted(run: Run, lab: Lab) -> None:
    condition = "CORP_AD member of CN=Helpdesk,CN=Users,DC=corp,DC=example"
    assert f"ISE writes it as '{HELPDESK}'" in run.fails(MODULE, **RULE, condition=condition)["msg"]


@pytest.mark.parametrize("values", ["listed", "unlisted"])
def test_a_group_that_an_earlier_task_would_add(run: Run, lab: Lab, values: str) -> None:
    """ISE knows no members of a group that is not on the join point. Where the attributes do not list it, ERS does."""
    lab.switch(**{"ise.group_values": values})
    condition = "CORP_AD member of corp.example/Users/Sales"
    predicted = quietly(run, lab, MODULE, check=True, **RULE, condition=condition)
    assert predicted["changed"] and "'corp.example/Users/Sales'" in predicted["warnings"][0]
    assert "'corp.example/Users/Sales'" in run.fails(MODULE, **RULE, condition=condition)["msg"]
    assert writes(lab) == []
    lab.patch("ise", "add_join_point_group", name="CORP_AD", group="corp.example/Users/Sales")
    assert run.ok(MODULE, **RULE, condition=condition)["diff"] == predicted["diff"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 404},
        {"kind": "status", "status": 200, "body": {"response": [], "version": "1.0.0"}},
    ],
    ids=["not there", "empty"],
)
def test_lists_that_say_nothing_refuse_nothing(run: Run, lab: Lab, fault: dict[str, Any]) -> None:
    lab.fault("ise", "GET", LISTS, times=None, **fault)
    predicted = quietly(run, lab, MODULE, check=True, **RULE, condition=HEADENDS)
    assert predicted["changed"] and "not checked before they are written" in predicted["warnings"][0]
    assert run.ok(MODULE, **RULE, condition=HEADENDS)["diff"] == predicted["diff"]
    result = run.fails(MODULE, **{**RULE, "name": "Other"}, condition="A:B equals c")
    assert "Unknown dictionary 'A'" in result["msg"]


def test_one_vpn_login_needs_duo_and_another_does_not(run: Run, lab: Lab) -> None:
    """What the rules mean, seen by those who log in."""
    where = {"policy_set": "VPN", "policy_type": "network_access"}
    run.ok("ise_authorization_rule", **where, name="Admit", condition=HEADENDS, profiles=["PermitAccess"])

    def login(group: str, **how: str) -> dict[str, Any]:
        attributes = {"DEVICE:Device Type": "All Device Types#VPN"}
        who = {"user": "somebody", "groups": [group], "attributes": attributes}
        return dict(lab.patch("ise", "login", policy_type="network_access", **who, **how))

    assert not login(DOMAIN_USERS)["duo_asked"]
    run.ok(MODULE, **RULE, condition=[HEADENDS, {"not": f"CORP_AD member of {HELPDESK}"}])
    asked, other = login(DOMAIN_USERS, duo="deny"), login(HELPDESK, duo="deny")
    assert (asked["mfa_rule"], asked["duo_asked"], asked["admitted"]) == ("Ask", True, False)
    assert (other["mfa_rule"], other["duo_asked"], other["admitted"]) == (None, False, True)
    assert login(DOMAIN_USERS, duo="allow")["admitted"] and not login(DOMAIN_USERS, duo="unreachable")["admitted"]
    assert run.ok(MODULE, **RULE)["rule"]["hit_counts"] == 3


@pytest.mark.parametrize(
    "group", [DOMAIN_USERS.upper(), "S-1-5-21-1-2-3-513", "corp.example/S-1-5-32-545"], ids=["case", "SID", "domain"]
)
def test_a_group_in_another_form(run: Run, lab: Lab, group: str) -> None:
    assert run.ok(MODULE, **RULE, condition=f"CORP_AD member of {group}")["changed"]


@pytest.mark.parametrize("status", [404, 403, 500])
def test_groups_that_cannot_be_read_are_not_checked(run: Run, lab: Lab, status: int) -> None:
    """The dictionary may be one of LDAP, and ERS may be off."""
    lab.fault("ise", "GET", "/activedirectory/", kind="status", status=status, times=None)
    assert run.ok(MODULE, **RULE, condition="CORP_AD member of corp.example/Users/Sales")["changed"]


def test_a_misspelt_operator_is_found_among_the_words(run: Run, lab: Lab) -> None:
    msg = refused(run, lab, "InternalUser:ContractEnd dateGreaterTan 1")["msg"]
    assert "'dateGreaterTan' is not an operator" in msg
