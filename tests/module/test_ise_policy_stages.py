# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""MFA rules in two stages with the authorization rules between them: no write admits a login without Duo that is not
admitted so before or afterwards."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from lab import Lab

from .estates import CONNECTION, DOMAIN_USERS, HELPDESK, join_ise_and_duo
from .harness import Options, Result, Run, quietly, writes

MODULE = "ise_policy_rules"
VPN: Options = {"policy_set": "VPN", "policy_type": "network_access", "purge": True}
STAFF, HELP = f"CORP_AD member of {DOMAIN_USERS}", f"CORP_AD member of {HELPDESK}"
Rules = dict[str, list[Options]]


@pytest.fixture(autouse=True)
def ise_and_duo_are_joined(lab: Lab) -> None:
    join_ise_and_duo(lab)


def mfa(name: str, condition: Any, **more: Any) -> Options:
    return {"name": name, "condition": condition, "connection": CONNECTION, **more}


def admit(name: str, condition: Any, **more: Any) -> Options:
    return {"name": name, "condition": condition, "profiles": ["PermitAccess"], **more}


def apply(run: Run, declared: Rules, **options: Any) -> list[Result]:
    """As the role does it."""
    asks = {**VPN, "kind": "mfa", "rules": declared["mfa"], **options}
    prepared = run.ok(MODULE, **asks, stage="prepare")
    admits = run.ok(MODULE, **VPN, kind="authorization", rules=declared["authorization"], **options)
    completed = run.ok(MODULE, **asks, stage="complete") if prepared["pending"] else None
    return [prepared, admits, *([completed] if completed else [])]


def admitted_without_duo(lab: Lab) -> set[str]:
    """Which of three people get in although Duo denies everything."""
    people = {"staff": [DOMAIN_USERS], "help": [HELPDESK], "both": [DOMAIN_USERS, HELPDESK]}
    at_vpn = {"DEVICE:Device Type": "All Device Types#VPN"}
    return {
        name
        for name, groups in people.items()
        if lab.patch(
            "ise", "login", policy_type="network_access", user=name, duo="deny", groups=groups, attributes=at_vpn
        )["admitted"]
    }


A, B = mfa("A", STAFF), mfa("B", HELP)
ADMIT_STAFF, ADMIT_HELP = admit("Staff", STAFF), admit("Help", HELP)
ALL = {"any of": [STAFF, HELP]}
NOTHING: Rules = {"mfa": [], "authorization": []}
ESTATES: dict[str, Rules] = {
    "nothing": NOTHING,
    "staff": {"mfa": [A], "authorization": [ADMIT_STAFF]},
    "help": {"mfa": [B], "authorization": [ADMIT_HELP]},
    "both": {"mfa": [A, B], "authorization": [ADMIT_STAFF, ADMIT_HELP]},
    "both in another order": {"mfa": [B, A], "authorization": [ADMIT_HELP, ADMIT_STAFF]},
    "one rule for help": {"mfa": [{**A, "condition": HELP}], "authorization": [{**ADMIT_STAFF, "condition": HELP}]},
    "one rule for both": {"mfa": [{**A, "condition": ALL}], "authorization": [{**ADMIT_STAFF, "condition": ALL}]},
    "turned off": {
        "mfa": [{**A, "rule_state": "disabled"}],
        "authorization": [{**ADMIT_STAFF, "rule_state": "disabled"}],
    },
    "monitored": {
        "mfa": [{**A, "rule_state": "monitor"}, B],
        "authorization": [{**ADMIT_STAFF, "profiles": ["DenyAccess"]}, ADMIT_HELP],
    },
    "lenient": {"mfa": [{**A, "on_failure": "accept"}], "authorization": [{**ADMIT_STAFF, "condition": HELP}]},
}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("nothing", "both"),
        ("both", "nothing"),
        ("both", "both in another order"),
        ("staff", "help"),
        ("help", "one rule for help"),
        ("staff", "one rule for help"),
        ("one rule for help", "one rule for both"),
        ("one rule for both", "one rule for help"),
        ("staff", "turned off"),
        ("turned off", "staff"),
        ("staff", "monitored"),
        ("monitored", "lenient"),
        ("lenient", "staff"),
    ],
)
def test_no_moment_admits_more_than_before_and_after(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    apply(run, ESTATES[before])
    seen, write = [admitted_without_duo(lab)], Ise.write_at

    def watched(*arguments: Any, **more: Any) -> int:
        status = write(*arguments, **more)
        seen.append(admitted_without_duo(lab))
        return status

    check = apply(run, ESTATES[after], check=True)
    monkeypatch.setattr(Ise, "write_at", watched)
    real = apply(run, ESTATES[after])
    assert [(result["changed"], result["diff"]) for result in check] == [
        (result["changed"], result["diff"]) for result in real
    ]
    assert all(moment <= seen[0] | seen[-1] for moment in seen), seen
    lab.clear_requests()
    again = apply(run, ESTATES[after])
    assert len(again) == 2 and not any(result["changed"] for result in again) and writes(lab) == []


SINGLE = "ise_mfa_rule"
IN_VPN: Options = {"policy_set": "VPN", "policy_type": "network_access"}


@pytest.mark.parametrize(
    ("asks", "admits"),
    [
        ({**A, "condition": HELP}, {**ADMIT_STAFF, "condition": HELP}),
        ({**A, "rule_state": "disabled"}, {**ADMIT_STAFF, "rule_state": "disabled"}),
        ({**A, "on_failure": "accept"}, {**ADMIT_STAFF, "condition": HELP}),
    ],
)
def test_a_single_rule_admits_at_no_moment_more_than_before_and_after(
    run: Run, lab: Lab, asks: Options, admits: Options
) -> None:
    apply(run, ESTATES["staff"])
    seen = [admitted_without_duo(lab)]
    foreseen = run.ok(SINGLE, **IN_VPN, **asks, stage="complete", check=True)
    prepared = run.ok(SINGLE, **IN_VPN, **asks, stage="prepare")
    seen.append(admitted_without_duo(lab))
    assert prepared["pending"] and not run.ok(SINGLE, **IN_VPN, **asks, stage="prepare")["changed"]
    run.ok(MODULE, **VPN, kind="authorization", rules=[admits])
    seen.append(admitted_without_duo(lab))
    completed = run.ok(SINGLE, **IN_VPN, **asks, stage="complete")
    seen.append(admitted_without_duo(lab))
    assert completed["changed"] and completed["diff"] == foreseen["diff"] and not completed["pending"]
    assert all(moment <= seen[0] | seen[-1] for moment in seen), seen
    assert not run.ok(SINGLE, **IN_VPN, **asks, stage="prepare")["pending"]
    assert not run.ok(SINGLE, **IN_VPN, **asks)["changed"]


def test_a_single_rule_is_created_and_moved_at_once(run: Run, lab: Lab) -> None:
    for rule in (A, B, {**B, "position": "first"}):
        made = run.ok(SINGLE, **IN_VPN, **rule, stage="prepare")
        assert made["changed"] and not made["pending"]
    assert made["rule"]["rank"] == 0
    narrower = {**A, "condition": HELP}
    assert "Run it again" in run.fails(SINGLE, **IN_VPN, **narrower, stage="complete")["msg"]
    assert "pending" not in run.ok(SINGLE, **IN_VPN, **A)


def test_an_interruption_between_the_stages_asks_duo_about_more_and_is_completed(run: Run, lab: Lab) -> None:
    apply(run, ESTATES["staff"])
    asks: Options = {**VPN, "kind": "mfa", "rules": ESTATES["one rule for help"]["mfa"]}
    for changed in (True, False):
        assert (done := run.ok(MODULE, **asks, stage="prepare"))["changed"] is changed and done["pending"]
        assert done["rules"][0]["condition"] == ALL
    apply(run, ESTATES["one rule for help"])
    assert run.ok(MODULE, **asks)["changed"] is False


def test_what_is_not_prepared_is_not_completed(run: Run, lab: Lab) -> None:
    asks: Options = {**VPN, "kind": "mfa", "rules": [A]}
    assert "Run it again" in run.fails(MODULE, **asks, stage="complete")["msg"] and writes(lab) == []
    assert "is prepared before" in quietly(run, lab, MODULE, check=True, **asks, stage="complete")["warnings"][0]
