# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A gate passes what is in place and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.plugin_utils._gate import Compared, declared_flows, plan_of

FLOW = "ise_duo_mfa"


def a_step(status: str, name: str = "MFA feature") -> dict[str, Any]:
    return {"name": name, "status": status, "detail": "As it is", "diff": [], "seconds": 0.5}


def a_result(*statuses: str, **members: Any) -> dict[str, Any]:
    """What a role ends with, in sync unless the members say otherwise."""
    steps = [a_step(status, f"Step {number}") for number, status in enumerate(statuses)]
    whole = {"schema": 1, "status": "in_sync", "complete": True, "changed": False}
    return {**whole, "steps": steps, "handoff": [], "warnings": [], **members}


def judged(result: dict[str, Any], *accept: str, failure: str = "") -> dict[str, Any]:
    """The flow in the plan of its only host."""
    failures = {FLOW: failure} if failure else {}
    one = Compared("alder", (FLOW,), frozenset(accept), {FLOW: result}, failures)
    (host,) = plan_of([one], "2026-12-01T06:00:00Z")["hosts"]
    (flow,) = host["flows"]
    assert flow["outcome"] == host["outcome"]
    return dict(flow)


@pytest.mark.parametrize(
    ("outcome", "code", "result"),
    [
        ("in_sync", 0, a_result("ok", "verified", "not_verifiable")),
        ("drift", 2, a_result("ok", "changed", status="drifted", complete=False)),
        ("drift", 2, a_result("ok", "changed", status="changed")),
        ("drift", 2, a_result("handoff_required", status="handoff_required", complete=False)),
        ("drift", 2, a_result("pending", status="pending", complete=False)),
        ("drift", 2, a_result("ok", complete=False)),
        ("drift", 2, a_result("ok", complete="true")),
        ("drift", 2, a_result("ok", status="drifted")),
        ("error", 1, a_result("changed", "failed", status="failed", complete=False)),
        ("error", 1, a_result("ok", status="failed")),
        ("error", 1, a_result("ok", "brand_new")),
        ("error", 1, a_result("ok", status=None)),
        ("error", 1, a_result()),
        ("error", 1, a_result("ok", schema=2)),
        ("error", 1, a_result("ok", steps=None)),
        ("error", 1, {}),
    ],
)
def test_outcome_of_a_result(outcome: str, code: int, result: dict[str, Any]) -> None:
    plan = plan_of([Compared("alder", (FLOW,), results={FLOW: result})], "now")
    assert (plan["outcome"], plan["exit_code"]) == (outcome, code)
    assert plan["counts"] == {"hosts": 1, "in_sync": 0, "accepted": 0, "drift": 0, "error": 0, outcome: 1}


def test_drift_that_no_step_explains_is_explained() -> None:
    assert "Not everything" in judged(a_result("ok", complete=False))["note"]
    assert judged(a_result("pending", status="pending", complete=False))["note"] is None


def test_what_is_accepted_by_name_passes_and_nothing_else() -> None:
    waits = a_result("ok", "handoff_required", "pending", status="handoff_required", complete=False)
    assert judged(waits, "handoff_required")["outcome"] == "drift"
    assert judged(waits, "pending")["outcome"] == "drift"
    passed = judged(waits, "handoff_required", "pending")
    assert [step["outcome"] for step in passed["steps"]] == ["in_sync", "accepted", "accepted"]
    assert passed["outcome"] == "accepted"
    assert judged(a_result("changed", status="drifted", complete=False), "changed")["outcome"] == "accepted"
    # The status of the whole is no less than that of its steps.
    assert judged(a_result("pending", status="handoff_required", complete=False), "pending")["outcome"] == "drift"
    assert judged(a_result("failed", status="failed"), "failed")["outcome"] == "error"


def test_a_flow_that_failed_is_an_error_whatever_its_result_says() -> None:
    assert judged(a_result("ok"), failure="It broke")["error"] == "It broke"
    assert judged({}, failure="It broke")["error"] == "It broke"
    failed = a_result("ok", "failed", "pending", status="failed", complete=False)
    assert judged(failed, failure="One or more items failed")["error"] == "As it is"
    assert "without a result" in judged({})["error"]


def test_an_error_holds_no_secret_that_core_has_quoted() -> None:
    said = judged({}, failure="value of schedule must be a dict, got: 'Zk3vTq9LmX2bWn8Yc5Rd7Hs4' of type str")["error"]
    assert "Zk3v" not in said and "schedule" in said


def test_hosts_are_sorted_and_the_worst_decides() -> None:
    broken = Compared("birch", error="Could not be reached")
    drifted = Compared("cedar", (FLOW,), results={FLOW: a_result("changed", status="drifted", complete=False)})
    good = Compared("alder", (FLOW,), results={FLOW: a_result("ok")})
    plan = plan_of([drifted, broken, good], "now")
    assert [(host["name"], host["outcome"]) for host in plan["hosts"]] == [
        ("alder", "in_sync"),
        ("birch", "error"),
        ("cedar", "drift"),
    ]
    assert plan["exit_code"] == 1 and plan_of([drifted, good], "now")["exit_code"] == 2


def test_nothing_that_was_compared_is_an_error() -> None:
    plan = plan_of([], "now")
    assert plan["exit_code"] == 1 and "No host" in plan["error"]
    (host,) = plan_of([Compared("alder")], "now")["hosts"]
    assert host["outcome"] == "error" and "No flow is declared" in host["error"]


def test_a_flow_is_declared_by_a_variable_of_its_own() -> None:
    others = [
        "ise_hostname",
        "duo_api_host",
        "safe_url",
        "safe_api_password",
        "safe_result",
        "safe_results",
        "safe__step",
        "ise_duo_mfa_proxy_servers",
        "identity_intelligence_agent_dir",
        "safeguard_a",
    ]
    assert declared_flows(others) == []
    assert declared_flows([*others, "safe_outgoing_addresses", "ise_duo_mfa_groups"]) == ["ise_duo_mfa", "safe"]
    assert declared_flows(["trusted_endpoints_max_block"]) == ["trusted_endpoints"]
