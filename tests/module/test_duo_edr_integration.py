# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The integration that no API shows: when it is handed over, whose word counts, and what Duo's policies give away."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from lab import Lab
from lab.person import Person

from .harness import Result, Run, said

MODULE, POLICY, NAME = "duo_edr_integration", "duo_policy", "Trusted"
ADD, REMOVE = ["duo_edr_integration"], ["duo_edr_integration_remove"]
BLOCKING = {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True}


@pytest.fixture
def ready(lab: Lab) -> Lab:
    """Trusted Endpoints is set up in the Duo Admin Panel."""
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    return lab


def ask(run: Run, **options: Any) -> Result:
    """What the module returns, in check mode the same."""
    result = run.ok(MODULE, **options)
    assert not result["changed"]
    assert run.ok(MODULE, check=True, **options) == result
    return result


def steps(result: Result) -> list[str]:
    status = "handoff_required" if result["handoff"] else "not_verifiable"
    assert result["step"]["status"] == status and result["step"]["detail"]
    return [step["id"] for step in result["handoff"]]


def test_it_is_handed_over_until_somebody_confirms_it(run: Run, ready: Lab) -> None:
    left = ask(run)
    assert steps(left) == ADD
    assert left["integration"] == {"verification": "not_verifiable", "configured": True}
    done = ask(run, confirmed=True)
    assert steps(done) == [] and done["integration"] == {"verification": "confirmed", "configured": True}
    assert not [row for row in ready.requests() if row["write"]]


def test_it_is_handed_over_until_the_policy_lets_it_block(run: Run, ready: Lab) -> None:
    named = {"policy": NAME}
    assert steps(ask(run, **named)) == ADD
    key = run.ok(POLICY, name=NAME, trusted_endpoints=BLOCKING)["policy"]["policy_key"]
    for option in (named, {"policy_key": key}):
        there = ask(run, **option)
        assert steps(there) == [] and there["integration"]["verification"] == "not_verifiable"
    assert steps(ask(run)) == steps(ask(run, policy="Another")) == steps(ask(run, global_policy=True)) == ADD


def test_a_policy_without_the_section_does_what_the_global_one_does(run: Run, ready: Lab) -> None:
    run.ok(POLICY, global_policy=True, trusted_endpoints=BLOCKING)
    ready.patch("duo", "add_policy", name=NAME, sections={})
    assert steps(ask(run, global_policy=True)) == steps(ask(run, policy=NAME)) == []
    assert steps(ask(run, policy="Yet to come")) == ADD


@pytest.mark.parametrize("shown", ["shown", "hidden"])
@pytest.mark.parametrize("configured", [True, False])
def test_what_is_known_of_the_policy_is_not_asked_again(run: Run, lab: Lab, configured: bool, shown: str) -> None:
    lab.switch(**{"duo.not_configured_shown": shown, "duo.trusted_endpoints_unready": "accept"})
    lab.patch("duo", "set_trusted_endpoints", configured=configured, integration={})
    blocking = {"trusted_endpoint_checking": "require-trusted", "cisco_secure_endpoint_can_block": True}
    lab.patch("duo", "add_policy", name=NAME, sections={"trusted_endpoints": blocking})
    for name in (NAME, "Yet to come"):
        impact = run.ok("duo_policy_impact", name=name)["impact"]
        for confirmed in (True, False):
            answer = ask(run, policy=name, confirmed=confirmed)
            lab.clear_requests()
            assert said(ask(run, impact=impact, confirmed=confirmed)) == said(answer)
            assert lab.requests("duo") == []


def test_no_word_counts_where_duo_shows_the_opposite(run: Run, lab: Lab) -> None:
    left = ask(run, confirmed=True)
    assert steps(left) == ADD and "not set up" in left["step"]["detail"]
    assert left["integration"] == {"verification": "not_verifiable", "configured": False}


@pytest.mark.parametrize("confirmed", [True, False])
def test_where_duo_shows_nothing_the_word_counts(run: Run, lab: Lab, confirmed: bool) -> None:
    lab.switch(**{"duo.not_configured_shown": "hidden"})
    result = ask(run, confirmed=confirmed)
    assert result["integration"]["configured"] is None
    assert steps(result) == ([] if confirmed else ADD)


@pytest.mark.parametrize("configured", [True, False])
def test_the_removal_is_handed_over_until_somebody_confirms_it(run: Run, lab: Lab, configured: bool) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=configured, integration={})
    assert steps(ask(run, state="absent")) == REMOVE
    done = ask(run, state="absent", confirmed=True, wait_timeout=1)
    assert steps(done) == [] and done["integration"]["verification"] == "confirmed"


def test_what_is_known_is_in_the_instructions(run: Run, ready: Lab) -> None:
    (step,) = ask(run, client_id="0123456789abcdef0123", region="eu")["handoff"]
    assert step["fields"][0]["value"] == "0123456789abcdef0123"
    assert [click["value"] for click in step["clicks"] if click["do"] == "expect"] == ["api.eu.amp.cisco.com"]
    (step,) = ask(run, client_id="")["handoff"]
    assert "value" not in step["fields"][0]


def test_a_person_can_follow_the_instructions(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    access = lab.secure_endpoint
    person = Person(lab, {"Owner"}, {"secure_endpoint_api_key": access.api_key})
    person.perform(run.ok(MODULE, client_id=access.client_id, region="eu")["handoff"])
    held = lab.state("duo", "cisco_secure_endpoint_integration")
    assert (held["client_id"], held["enabled"]) == (access.client_id, True)
    person.perform(run.ok(MODULE, state="absent")["handoff"])
    assert lab.state("duo", "cisco_secure_endpoint_integration")["enabled"] is False


def test_it_waits_until_trusted_endpoints_is_set_up(run: Run, lab: Lab) -> None:
    given = {"configured": True, "integration": {}}
    later = threading.Timer(0.5, lab.patch, ("duo", "set_trusted_endpoints"), given)
    later.start()
    try:
        result = run.ok(MODULE, wait_timeout=20, wait_interval=1, confirmed=True)
    finally:
        later.join()
    assert steps(result) == [] and result["integration"]["configured"] is True


def test_it_fails_when_the_time_is_over(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, wait_timeout=1, wait_interval=1)
    assert failed["error"]["kind"] == "timed_out" and "1 seconds" in failed["msg"]
    assert steps(failed) == ADD and failed["integration"]["configured"] is False
    assert steps(run.ok(MODULE, check=True, wait_timeout=600)) == ADD


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"wait_timeout": -1}, "wait_timeout"),
        ({"wait_interval": 0}, "wait_interval"),
        ({"policy_key": "PO0000000000000000XX"}, "no policy with that key"),
        ({"region": "us"}, "region"),
        ({"impact": {"configured": True}, "policy": NAME, "wait_timeout": 1}, "policy, wait_timeout"),
        ({"impact": {"newly_blocked": 0}}, "not what duo_policy_impact returns"),
    ],
)
def test_what_cannot_be(run: Run, lab: Lab, options: dict[str, Any], words: str) -> None:
    assert words in run.fails(MODULE, **options)["msg"]
