# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is returned of Duo's policies is what the lab holds, in whichever form Duo shows it."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .harness import Run, quietly
from .test_examples import documentation, undocumented

MODULE = "duo_policy_info"
BERLIN = "Branch VPN Berlin"


def listed(run: Run, lab: Lab, **options: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = quietly(run, lab, MODULE, **options)["policies"]
    return found


def held(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = [item for item in lab.state("duo", "policies") if item["policy_name"] == name]
    return dict(found)


def test_all_policies_are_listed(run: Run, lab: Lab) -> None:
    policies = listed(run, lab)
    assert sorted(item["name"] for item in policies) == ["Contractors", "Global Policy", "Legacy", "Legacy"]
    assert [item["name"] for item in policies if item["is_global_policy"]] == ["Global Policy"]
    assert len(lab.requests("duo")) == 1


def test_a_custom_policy(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    trusted = {"trusted_endpoint_checking": "require-trusted", "cisco_secure_endpoint_can_block": True}
    lab.patch("duo", "set_policy", name="Contractors", sections={"trusted_endpoints": trusted})
    (found,) = listed(run, lab, name="Contractors")
    stored = held(lab, "Contractors")
    (entry,) = stored["policy_applies_to"]
    del stored["sections"]["trusted_endpoints"]
    assert found == {
        "policy_key": stored["policy_key"],
        "name": "Contractors",
        "is_global_policy": False,
        "trusted_endpoints": {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True},
        "sections": stored["sections"],
        "applies_to": [{"application": BERLIN, "integration_key": entry["app_integration_key"], "groups": []}],
    }


def test_trusted_endpoints_that_nobody_set_up(run: Run, lab: Lab) -> None:
    (found,) = listed(run, lab, name="Global Policy")
    assert found["trusted_endpoints"] == {"checking": "not_configured"}
    assert "must first configure" in found["sections"]["trusted_endpoints"]["trusted_endpoint_message"]
    lab.switch(**{"duo.not_configured_shown": "hidden"})
    (found,) = listed(run, lab, name="Global Policy")
    assert "trusted_endpoints" not in found and "trusted_endpoints" not in found["sections"]


@pytest.mark.parametrize(
    "switch",
    [
        {"duo.policies_in_list": "without_global"},
        {"duo.is_global_flag": "absent"},
        {"duo.policies_in_list": "without_global", "duo.is_global_flag": "absent"},
        {"duo.page_limit": 1},
    ],
    ids=str,
)
def test_the_global_policy_is_always_among_them_once(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    policies = listed(run, lab)
    assert sorted(item["name"] for item in policies) == ["Contractors", "Global Policy", "Legacy", "Legacy"]
    assert [item["name"] for item in policies if item["is_global_policy"]] == ["Global Policy"]


def test_several_of_one_name_and_none(run: Run, lab: Lab) -> None:
    both = listed(run, lab, name="Legacy")
    assert len({item["policy_key"] for item in both}) == 2
    assert listed(run, lab, name="legacy") == []
    assert [item["name"] for item in listed(run, lab, name="Global  Policy")] == ["Global Policy"]


@pytest.mark.parametrize("shown", ["policies", "summary"])
@pytest.mark.parametrize("said", ["name", "id_and_name", "flat_group_name"])
def test_groups_are_shown_by_name(run: Run, lab: Lab, said: str, shown: str) -> None:
    lab.switch(**{"duo.applied_groups": said, "duo.policy_applies_to": shown})
    run.ok("duo_policy", name="Contractors", apply_to=[{"application": "Door Access", "groups": ["VPN Users"]}])
    (found,) = listed(run, lab, name="Contractors")
    assert [(entry["application"], entry["groups"]) for entry in found["applies_to"]] == [
        (BERLIN, []),
        ("Door Access", ["VPN Users"]),
    ]


@pytest.mark.parametrize("summary", ["whole", "truncated"])
@pytest.mark.parametrize("shown", ["nowhere", "summary"])
def test_where_a_policy_applies_is_unknown_and_not_nowhere(run: Run, lab: Lab, shown: str, summary: str) -> None:
    lab.switch(**{"duo.policy_applies_to": shown, "duo.policy_summary": summary})
    (found,) = listed(run, lab, name="Contractors")
    if (shown, summary) == ("summary", "whole"):
        assert [entry["application"] for entry in found["applies_to"]] == [BERLIN]
    else:
        assert found["applies_to"] is None
    assert listed(run, lab, name="Global Policy")[0]["applies_to"] == []


def test_an_account_without_a_summary(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.policy_applies_to": "summary"})
    lab.fault("duo", path="policies/summary", kind="status", status=404)
    assert listed(run, lab, name="Contractors")[0]["applies_to"] is None


def test_groups_that_duo_does_not_show(run: Run, lab: Lab) -> None:
    run.ok("duo_policy", name="Contractors", apply_to=[{"application": "Door Access", "groups": ["VPN Users"]}])
    lab.switch(**{"duo.applied_groups": "hidden"})
    (found,) = listed(run, lab, name="Contractors")
    assert [(entry["application"], entry["groups"]) for entry in found["applies_to"]] == [
        (BERLIN, []),
        ("Door Access", None),
    ]


# What holds for a user at an application


@pytest.mark.parametrize("shape", ["by_section", "list"])
def test_what_holds_is_what_duo_calculates(run: Run, lab: Lab, shape: str) -> None:
    lab.switch(**{"duo.policy_elements_shape": shape})
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    result = quietly(run, lab, MODULE, calculate={"user": "akeller00", "application": BERLIN})
    effective = result["effective"]
    methods = held(lab, "Contractors")["sections"]["authentication_methods"]
    assert effective["sections"]["authentication_methods"] == methods
    assert effective["sections"]["trusted_endpoints"]["trusted_endpoint_checking"] == "allow-all"
    assert effective["trusted_endpoints"]["checking"] == "allow_all"
    assert isinstance(effective["policy_elements"], dict if shape == "by_section" else list)
    assert held(lab, "Contractors")["policy_key"] in str(effective["policy_elements"])
    assert not list(undocumented(result, documentation(MODULE)["RETURN"]))


def test_a_policy_of_a_group_holds_for_its_members_only(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    state = lab.state("duo")
    (group_id,) = [group["group_id"] for group in state["groups"] if group["name"] == "VPN Users"]
    member = next(user["username"] for user in state["users"] if group_id in user["groups"])
    other = next(user["username"] for user in state["users"] if group_id not in user["groups"])
    run.ok(
        "duo_policy",
        name="Strict",
        trusted_endpoints={"checking": "require_trusted"},
        apply_to=[{"application": BERLIN, "groups": ["VPN Users"]}],
    )
    for user, checking in ((member, "require_trusted"), (other, "allow_all")):
        effective = run.ok(MODULE, calculate={"user": user, "application": BERLIN})["effective"]
        assert effective["trusted_endpoints"]["checking"] == checking


def test_a_user_and_an_application_are_known_by_their_keys_too(run: Run, lab: Lab) -> None:
    state = lab.state("duo")
    (user_id,) = [user["user_id"] for user in state["users"] if user["username"] == "akeller00"]
    (key,) = [app["integration_key"] for app in state["applications"] if app["name"] == BERLIN]
    by_name = run.ok(MODULE, calculate={"user": "akeller00", "application": BERLIN})["effective"]
    assert run.ok(MODULE, calculate={"user": user_id, "application": key})["effective"] == by_name


@pytest.mark.parametrize(
    ("calculate", "kind", "words"),
    [
        ({"user": "nobody", "application": BERLIN}, "invalid_input", "no user of that name"),
        ({"user": "akeller00", "application": "Branch VPN Berln"}, "invalid_input", "'Branch VPN Berlin'"),
        ({"user": "akeller00", "application": "Legacy VPN"}, "ambiguous", "integration key"),
        ({"user": "DUNOSUCHUSER00000000", "application": BERLIN}, "not_found", "Duo says"),
    ],
    ids=str,
)
def test_what_cannot_be_calculated(run: Run, lab: Lab, calculate: dict[str, str], kind: str, words: str) -> None:
    result = run.fails(MODULE, calculate=calculate)
    assert result["error"]["kind"] == kind and words in result["msg"]


def test_half_a_question_reaches_nobody(run: Run, lab: Lab) -> None:
    for half in ({"user": "akeller00"}, {"application": BERLIN}):
        run.fails(MODULE, calculate=half)
    assert lab.requests() == []


def test_a_missing_permission_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_read_resource=0)
    assert "'Grant resource - Read'" in run.fails(MODULE)["msg"]


def test_two_users_of_one_name_stop_the_run_with_both_ids(run: Run, lab: Lab) -> None:
    users = [{"user_id": "DUONE"}, {"user_id": "DUTWO"}]
    lab.fault("duo", path="/admin/v1/users", kind="status", status=200, body={"stat": "OK", "response": users})
    result = run.fails(MODULE, calculate={"user": "akeller00", "application": BERLIN})
    assert result["error"]["kind"] == "ambiguous" and "DUONE, DUTWO" in result["msg"]


def test_a_calculation_that_shows_little(run: Run, lab: Lab) -> None:
    lab.fault("duo", path="calculate", kind="status", status=200, body={"stat": "OK", "response": {"sections": {}}})
    calculate = {"user": "akeller00", "application": BERLIN}
    assert run.ok(MODULE, calculate=calculate)["effective"] == {"sections": {}}
