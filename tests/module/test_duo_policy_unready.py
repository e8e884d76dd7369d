# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy that Duo does not take yet: reported or waited for, and written late only if the devices still allow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab import Lab

from .harness import OMIT, Options, Result, Run, writes

MODULE, FLEET, NAME, APPLICATION = "duo_policy", "secure_endpoint_computer_info", "Trusted devices", "Citrix Gateway"
TRUSTED: Options = {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True}
WANTED: Options = {"name": NAME, "trusted_endpoints": TRUSTED, "apply_to": [{"application": APPLICATION}]}
# What such a policy blocks of the seed, and a computer that is not among it.
BLOCKED, HEALTHY = 7, "LAPTOP-0051"
REPORT: Options = {"unready": "report"}
WAIT: Options = {"wait_timeout": 450, "wait_interval": 15}

Meanwhile = list[Callable[[], object]]


def set_up(lab: Lab, integration: bool = True) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True, **({"integration": {}} if integration else {}))


def counted(run: Run) -> Options:
    """What the fleet is, as options."""
    found = run.ok(FLEET)
    return {"fleet": found["summary"], "computers": found["computers"]}


def exists(lab: Lab) -> bool:
    return NAME in [policy["policy_name"] for policy in lab.state("duo", "policies")]


def pending(result: Result) -> str:
    assert result["step"]["status"] == "pending" and "policy" not in result
    return str(result["step"]["detail"])


# Reported


@pytest.mark.parametrize("check", [True, False])
def test_what_is_not_set_up_is_reported(run: Run, lab: Lab, check: bool) -> None:
    for confirmed in (True, False):
        said = pending(run.ok(MODULE, check=check, **WANTED, **REPORT, integration_confirmed=confirmed))
        assert "Trusted Endpoints is not set up in the Duo Admin Panel" in said and writes(lab) == []
    assert run.fails(MODULE, check=check, **WANTED)["error"]["kind"] == "feature_off"


@pytest.mark.parametrize("unready", ["refuse", "drop", "accept"])
@pytest.mark.parametrize("configured", [True, False])
def test_what_a_write_brings_to_light_is_reported(run: Run, lab: Lab, configured: bool, unready: str) -> None:
    """Where Duo does not show what is missing, with what was written all the same."""
    kind = "can_block" if configured else "trusted_endpoints"
    lab.switch(**{"duo.not_configured_shown": "hidden", f"duo.{kind}_unready": unready})
    lab.patch("duo", "set_trusted_endpoints", configured=configured)
    before = lab.state("duo", "policies")
    result = run.ok(MODULE, **WANTED, **REPORT)
    assert result["changed"] == (lab.state("duo", "policies") != before)
    if result["step"]["status"] == "pending":
        assert "set up in the Duo Admin Panel" in pending(result)
        assert ("This was done before that and stays" in pending(result)) == result["changed"]
    set_up(lab)
    assert run.ok(MODULE, **WANTED, **REPORT)["policy"]["trusted_endpoints"].items() >= TRUSTED.items()


def test_what_is_refused_although_it_is_set_up_is_no_step_of_a_person(run: Run, lab: Lab) -> None:
    set_up(lab)
    lab.switch(**{"duo.can_block_key": "unknown"})
    assert "cisco_secure_endpoint_can_block" in pending(run.ok(MODULE, **WANTED, **REPORT))
    failed = run.fails(MODULE, **WANTED, **REPORT, integration_confirmed=True)
    assert failed["error"]["kind"] == "refused" and "not proven" not in failed["msg"]


def test_another_refusal_is_never_only_reported(run: Run, lab: Lab) -> None:
    set_up(lab)
    sections = {"new_user": {"new_user_behavior": "maybe"}}
    assert run.fails(MODULE, **WANTED, **REPORT, sections=sections)["error"]["kind"] == "refused"


# Waited for


def test_it_is_waited_for(run: Run, lab: Lab, meanwhile: Meanwhile, shown: list[str]) -> None:
    """First nothing is set up, then Duo does not take the block without the integration."""
    meanwhile += [
        lambda: None,
        lambda: set_up(lab, integration=False),
        lambda: lab.fault("duo", path="/policies$", kind="status", status=500, times=3),
        lambda: set_up(lab),
        lambda: None,
    ]
    result = run.ok(MODULE, **WANTED, **WAIT)
    assert result["changed"] and result["policy"]["trusted_endpoints"].items() >= TRUSTED.items()
    assert result["tries"] == 5 and shown[0] == "Duo does not take the policy yet, 0 s of 450"
    again = run.ok(MODULE, **WANTED, **WAIT)
    assert not again["changed"] and again["tries"] == 1


def test_waiting_comes_to_an_end(run: Run, lab: Lab, meanwhile: Meanwhile) -> None:
    meanwhile.append(lambda: None)
    for unready in ("fail", "report"):
        failed = run.fails(MODULE, **WANTED, **WAIT, unready=unready)
        assert failed["error"]["kind"] == "timed_out" and "after 450 seconds this is still so" in failed["msg"]
        assert "is not set up in the Duo Admin Panel" in failed["msg"] and writes(lab) == []
    pending(run.ok(MODULE, check=True, **WANTED, **WAIT, **REPORT))


def test_trouble_before_anything_is_known_is_not_waited_for(run: Run, lab: Lab, meanwhile: Meanwhile) -> None:
    lab.fault("duo", path="/policies$", kind="status", status=500, times=None)
    assert run.fails(MODULE, **WANTED, **WAIT)["error"]["kind"] == "server_trouble"


# How many devices a write may newly block


@pytest.mark.parametrize("check", [True, False])
def test_too_many_devices_stop_the_write(run: Run, lab: Lab, check: bool) -> None:
    set_up(lab)
    given = {**WANTED, **counted(run), "max_blocked": BLOCKED - 1}
    failed = run.fails(MODULE, check=check, **given)
    assert failed["error"]["kind"] == "refused" and "LAPTOP-0042 (compromised)" in failed["msg"]
    assert failed["impact"]["newly_blocked"] == BLOCKED and writes(lab) == []
    uncounted = run.fails(MODULE, check=check, **{**given, "fleet": OMIT, "computers": OMIT})
    assert uncounted["error"]["kind"] == "invalid_input"
    done = run.ok(MODULE, check=check, **{**given, "max_blocked": BLOCKED})
    assert done["changed"] and "impact" not in done


def test_nothing_is_counted_where_nothing_is_written_that_blocks(run: Run, lab: Lab) -> None:
    set_up(lab)
    fleet = counted(run)
    run.ok(MODULE, **WANTED)
    for more in ({}, {"sections": {"new_user": {"new_user_behavior": "deny"}}}):
        lab.clear_requests()
        run.ok(MODULE, **WANTED, **fleet, **more, max_blocked=0)
        assert "/admin/v1/endpoints" not in [row["path"] for row in lab.requests("duo")]


def test_more_applications_and_a_deletion_count(run: Run, lab: Lab) -> None:
    set_up(lab)
    run.ok(MODULE, **WANTED)
    given = {"name": NAME, **counted(run), "max_blocked": 0}
    assert run.fails(MODULE, **given, apply_to=[{"application": "Wiki"}])["error"]["kind"] == "refused"
    required = {"trusted_endpoints": {"trusted_endpoint_checking": "require-trusted"}}
    lab.patch("duo", "set_policy", key="global", sections=required)
    open_to_all = {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}
    lab.patch("duo", "set_policy", name=NAME, sections=open_to_all)
    assert run.fails(MODULE, **given, state="absent")["error"]["kind"] == "refused"
    assert exists(lab)
    run.ok(MODULE, **{**given, "max_blocked": BLOCKED}, state="absent")


@pytest.mark.parametrize("check", [True, False])
def test_a_section_that_is_removed_counts(run: Run, lab: Lab, check: bool) -> None:
    """The global policy may require what the policy does not."""
    set_up(lab)
    run.ok(MODULE, **{**WANTED, "trusted_endpoints": {"checking": "allow_all"}})
    strict = {"trusted_endpoint_checking": "require-trusted", "cisco_secure_endpoint_can_block": True}
    lab.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": strict})
    given = {"name": NAME, "sections_absent": ["trusted_endpoints"], **counted(run)}
    lab.clear_requests()
    failed = run.fails(MODULE, check=check, **given, max_blocked=BLOCKED - 1)
    assert failed["error"]["kind"] == "refused" and failed["impact"]["newly_blocked"] == BLOCKED
    assert writes(lab) == []
    assert run.ok(MODULE, check=check, **given, max_blocked=BLOCKED)["changed"]
    if not check:
        # It is gone, so that nothing is left to count.
        assert not run.ok(MODULE, **given, max_blocked=0)["changed"]


@pytest.mark.parametrize("general", ["allow-all", "require-trusted"])
def test_a_new_policy_without_the_section_counts_what_the_global_one_says(run: Run, lab: Lab, general: str) -> None:
    set_up(lab)
    section = {"trusted_endpoint_checking": general}
    lab.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": section})
    wanted = {"name": NAME, "sections": {"new_user": {"new_user_behavior": "deny"}}, "apply_to": WANTED["apply_to"]}
    result = run(MODULE, **wanted, max_blocked=0)
    assert bool(result.get("failed")) is (general == "require-trusted")


def test_a_late_write_counts_the_devices_as_they_are_then(run: Run, lab: Lab, meanwhile: Meanwhile) -> None:
    """A computer became compromised while the task waited, which nobody has agreed to."""
    set_up(lab, integration=False)

    def change() -> None:
        lab.patch("secure_endpoint", "set_computer", hostname=HEALTHY, is_compromised=True)
        set_up(lab)

    meanwhile += [lambda: None, change]
    failed = run.fails(MODULE, **WANTED, **counted(run), **WAIT, max_blocked=BLOCKED)
    assert failed["error"]["kind"] == "refused" and failed["impact"]["newly_blocked"] == BLOCKED + 1
    assert not exists(lab)


def test_each_try_that_counts_leaves_others_their_requests(run: Run, lab: Lab, meanwhile: Meanwhile) -> None:
    set_up(lab, integration=False)
    given = counted(run)
    given["fleet"]["requests"] = 100
    meanwhile += [*[lambda: None] * 24, lambda: set_up(lab), lambda: None]
    lab.clear_requests()
    # A hundred requests are a tenth of a third of an hour's.
    result = run.ok(MODULE, **WANTED, **given, max_blocked=BLOCKED, wait_timeout=3000, wait_interval=15)
    assert result["tries"] == 3


def test_what_a_late_write_needs_is_missed_at_once(run: Run, lab: Lab, meanwhile: Meanwhile) -> None:
    given: Any = {**counted(run), "max_blocked": BLOCKED, "secure_endpoint_api_key": OMIT}
    assert "secure_endpoint_api_key" in run.fails(MODULE, **WANTED, **given, **WAIT)["msg"]
    assert lab.requests("duo") == [] and pending(run.ok(MODULE, **WANTED, **given, **REPORT))


@pytest.mark.parametrize("options", [{"wait_timeout": -1}, {"wait_interval": 0}, {"max_blocked": -1}])
def test_what_counts_nothing(run: Run, lab: Lab, options: Options) -> None:
    assert next(iter(options)) in run.fails(MODULE, **WANTED, **options)["msg"]
