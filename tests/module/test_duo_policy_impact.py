# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which devices a Duo policy blocks: counted before anything is written, by what Duo and Secure Endpoint show today."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from duo_client import Admin
from lab import Lab

from .harness import Options, Result, Run, writes

MODULE = "duo_policy_impact"
NAME = "Trusted devices"
REQUIRE: Options = {"checking": "require_trusted"}
BLOCK: Options = {**REQUIRE, "cisco_secure_endpoint_can_block": True}
WANTED: Options = {"name": NAME, "trusted_endpoints": BLOCK}
# What the same says in Duo.
DUO_REQUIRE = {"trusted_endpoint_checking": "require-trusted"}
DUO_BLOCK = {**DUO_REQUIRE, "cisco_secure_endpoint_can_block": True}
APPLICATION, ANOTHER = "Citrix Gateway", "Wiki"
APPLIED: Options = {**WANTED, "apply_to": [{"application": APPLICATION}]}

# The lab's endpoints: six trusted computers, three that are not, two that Duo does not judge, one phone likewise.
UNTRUSTED, UNKNOWN, PHONES = {"LAPTOP-0077", "HOME-PC", "MAC-0003"}, {"LAPTOP-0081", "MAC-0004"}, {"Anna's iPhone"}
NOT_LET_IN = len(UNTRUSTED | UNKNOWN | PHONES)
WITH_AGENT = 8


def fleet(windows: int = 1, macos: int = 0) -> Options:
    return {"windows": {"compromised": windows}, "macos": {"compromised": macos}, "other": {"total": 4}}


COMPUTERS = [
    {"hostname": "LAPTOP-0042", "connector_guid": "guid-42", "problems": ["compromised", "stale"]},
    {"hostname": "LAPTOP-0001", "connector_guid": "guid-1", "problems": ["outdated"]},
]
FLEET: Options = {"fleet": fleet(), "computers": COMPUTERS}


@pytest.fixture(autouse=True)
def nothing_is_written(lab: Lab) -> Iterator[None]:
    yield
    assert not writes(lab)


@pytest.fixture
def ready(lab: Lab) -> Lab:
    """Trusted Endpoints is set up in the panel, and no policy asks for it yet."""
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    return lab


def add_policy(lab: Lab, section: Options | None = None, *, applied: bool = True) -> None:
    sections = {"trusted_endpoints": section} if section is not None else {"new_user": {"new_user_behavior": "deny"}}
    lab.patch("duo", "add_policy", name=NAME, sections=sections, applications=[APPLICATION] if applied else [])


def ask_both(run: Run, **options: Any) -> Result:
    """The result, which is the same in check mode."""
    result = run.ok(MODULE, **options)
    assert run.ok(MODULE, check=True, **options) == result
    assert not result["changed"] and "diff" not in result
    return result


def ask(run: Run, **options: Any) -> Any:
    return ask_both(run, **options)["impact"]


def numbers(impact: Result) -> tuple[int, int, int]:
    return impact["blocked_now"], impact["blocked_then"], impact["newly_blocked"]


def has_note(impact: Result, words: str) -> bool:
    return any(words in note for note in impact["notes"])


def asked(lab: Lab) -> list[str]:
    return [f"{row['method']} {row['path']}" for row in lab.requests("duo")]


# Counting


def test_a_policy_to_come(run: Run, ready: Lab) -> None:
    result = ask_both(run, **WANTED, **FLEET)
    impact = result["impact"]
    assert impact["configured"] is True
    assert impact["current"] == {
        "exists": False,
        "in_force": False,
        "checking": None,
        "checking_mobile": None,
        "cisco_secure_endpoint_can_block": False,
    }
    assert impact["wanted"] == {
        "checking": "require_trusted",
        "checking_mobile": "require_trusted",
        "cisco_secure_endpoint_can_block": True,
    }
    assert numbers(impact) == (0, NOT_LET_IN + 1, NOT_LET_IN + 1)
    assert impact["agents_seen"] == WITH_AGENT
    assert has_note(impact, "does not exist yet") and has_note(impact, "Duo and Secure Endpoint know today")
    ready.clear_requests()
    run.ok(MODULE, **WANTED)
    assert asked(ready) == ["GET /admin/v2/policies", "GET /admin/v1/endpoints"]


def test_every_row_of_the_table(run: Run, ready: Lab) -> None:
    rows = ask(run, **WANTED, **FLEET)["table"]
    held = ready.state("duo", "endpoints")
    mobile = [one for one in held if one["os_family"] == "iOS"]
    said = {"trusted": "yes", "not_trusted": "no", "trust_unknown": "unknown"}
    for row in rows:
        if row["device"] == "compromised":
            assert (row["kind"], row["count"]) == ("computer", 1)
            continue
        some = mobile if row["kind"] == "mobile" else [one for one in held if one not in mobile]
        assert row["count"] == len([one for one in some if one["trusted_endpoint"] == said[row["device"]]]), row
    then = {(row["kind"], row["device"]): row["outcome"] for row in rows if row["then"]}
    assert then == {
        ("computer", "compromised"): "blocked",
        ("computer", "not_trusted"): "blocked",
        ("computer", "trust_unknown"): "blocked",
        ("computer", "trusted"): "allowed",
        ("mobile", "not_trusted"): "blocked",
        ("mobile", "trust_unknown"): "blocked",
        ("mobile", "trusted"): "allowed",
    }
    assert {row["outcome"] for row in rows if row["now"]} == {"allowed"}


def test_the_worst_are_named_first(run: Run, ready: Lab) -> None:
    offenders = ask(run, **WANTED, **FLEET)["offenders"]
    assert (offenders[0]["name"], offenders[0]["why"], offenders[0]["id"]) == ("LAPTOP-0042", "compromised", "guid-42")
    assert {one["name"] for one in offenders[1:4]} == UNTRUSTED
    assert {one["name"] for one in offenders[4:]} == UNKNOWN | PHONES
    held = {one["device_name"]: one for one in ready.state("duo", "endpoints")}
    for one in offenders[1:]:
        assert (one["id"], one["user"]) == (held[one["name"]]["epkey"], held[one["name"]]["username"])
    assert ask(run, **WANTED, **FLEET, max_listed=2)["offenders"] == offenders[:2]
    assert ask(run, **WANTED, **FLEET, max_listed=0)["offenders"] == []


def test_computers_are_counted_where_they_are_not_named(run: Run, ready: Lab) -> None:
    impact = ask(run, **WANTED, fleet=fleet(windows=3, macos=2))
    assert numbers(impact) == (0, NOT_LET_IN + 5, NOT_LET_IN + 5)
    assert {one["source"] for one in impact["offenders"]} == {"duo"}
    assert has_note(impact, "0 of 5 compromised computers are listed by name")


def test_without_a_fleet_nobody_is_said_to_be_compromised(run: Run, ready: Lab) -> None:
    impact = ask(run, **WANTED)
    assert numbers(impact) == (0, NOT_LET_IN, NOT_LET_IN)
    assert {row["count"] for row in impact["table"] if row["device"] == "compromised"} == {None}
    assert has_note(impact, "No fleet is given")


@pytest.mark.parametrize("spelling", ["allow_all", "allow-all"])
def test_phones_follow_a_setting_of_their_own(run: Run, ready: Lab, spelling: str) -> None:
    impact = ask(run, name=NAME, trusted_endpoints={**BLOCK, "checking_mobile": spelling}, **FLEET)
    assert impact["wanted"]["checking_mobile"] == "allow_all"
    assert numbers(impact) == (0, NOT_LET_IN, NOT_LET_IN)
    assert not PHONES & {one["name"] for one in impact["offenders"]}


def test_what_duo_sees_today_is_what_counts(run: Run, ready: Lab) -> None:
    for name in ("HOME-PC", "LAPTOP-0081"):
        ready.patch("duo", "set_endpoint", device_name=name, trusted_endpoint="yes")
    ready.patch("duo", "set_endpoint", device_name="LAPTOP-0001", trusted_endpoint="no", os_family="Linux")
    impact = ask(run, **WANTED, **FLEET)
    assert numbers(impact) == (0, NOT_LET_IN, NOT_LET_IN)
    assert "LAPTOP-0001" in {one["name"] for one in impact["offenders"] if one["why"] == "not_trusted"}


@pytest.mark.parametrize("check", [True, False])
def test_computers_that_duo_has_not_seen(run: Run, ready: Lab, check: bool) -> None:
    """They are warned of and not counted, and only where trust is newly required."""
    seen = len([one for one in ready.state("duo", "endpoints") if one["os_family"] != "iOS"])
    larger = {"windows": {"compromised": 1, "total": seen}, "macos": {"compromised": 0, "total": 30}}
    options: Options = {"check": check, "fleet": larger, "max_blocked": NOT_LET_IN + 1}
    result = run.ok(MODULE, **WANTED, **options)
    assert numbers(result["impact"])[2] == NOT_LET_IN + 1
    (warning,) = result["warnings"]
    assert "not seen at least 30 of them" in warning and "whether it will trust them is not known" in warning
    assert warning in result["impact"]["notes"]
    assert run.fails(MODULE, **APPLIED, **{**options, "max_blocked": 0})["warnings"] == [warning]
    larger["macos"]["total"] = 0
    assert "warnings" not in run.ok(MODULE, **WANTED, **options)
    larger["macos"]["total"] = 30
    add_policy(ready, DUO_BLOCK)
    assert "warnings" not in run.ok(MODULE, **WANTED, **options)
    assert "warnings" not in run.ok(MODULE, name="Other", trusted_endpoints={"checking": "allow_all"}, **options)


@pytest.mark.parametrize("form", ["empty", "null", "absent"])
def test_endpoints_without_an_agent(run: Run, ready: Lab, form: str) -> None:
    ready.switch(**{"duo.no_security_agents": form})
    assert ask(run, **WANTED)["agents_seen"] == WITH_AGENT


def test_many_endpoints(run: Run, ready: Lab) -> None:
    ready.patch("duo", "grow_endpoints", count=10_000, untrusted_every=10, unknown_every=100)
    ready.clear_requests()
    impact = run.ok(MODULE, **WANTED)["impact"]
    requests = asked(ready)
    assert len(requests) <= 1 + 10_012 // 100 + 1
    assert set(requests) == {"GET /admin/v2/policies", "GET /admin/v1/endpoints"}
    assert numbers(impact)[2] == NOT_LET_IN + 1_000
    assert len(impact["offenders"]) == 20 and impact["offenders"][0]["why"] == "not_trusted"


def line(run: Run, **options: Any) -> tuple[str, str]:
    step = ask_both(run, **options)["step"]
    return step["status"], step["detail"]


def test_the_line_for_a_report(run: Run, ready: Lab) -> None:
    named, today = f"policy '{NAME}'", "of the devices known today"
    then = ("ok", f"The {named} as declared blocks 7 {today}, 7 of them newly")
    assert line(run, **APPLIED, **FLEET) == then
    assert line(run, **APPLIED) == ("ok", f"{then[1].replace('7', '6')}, compromised ones not counted")
    assert line(run, **WANTED, **FLEET) == ("ok", f"The {named} is to apply to no application, so it blocks no device")
    add_policy(ready, DUO_BLOCK)
    assert line(run, **APPLIED, **FLEET) == ("ok", then[1].replace("7 of them", "0 of them"))
    assert line(run, name=NAME, **FLEET) == ("verified", f"The {named} blocks 7 {today}")
    assert line(run, **GONE, **FLEET) == ("ok", f"Without the {named}, 0 {today} are blocked, 0 of them newly")
    assert line(run, global_policy=True, **FLEET) == ("verified", f"The global policy blocks 0 {today}")


# Present and wanted


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ({}, (0, NOT_LET_IN + 1, NOT_LET_IN + 1)),
        ({"trusted_endpoint_checking": "allow-all", "cisco_secure_endpoint_can_block": True}, (0, 7, 7)),
        (DUO_REQUIRE, (NOT_LET_IN, NOT_LET_IN + 1, 1)),
        (DUO_BLOCK, (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)),
        ({**DUO_BLOCK, "trusted_endpoint_checking_mobile": "allow-all"}, (NOT_LET_IN, NOT_LET_IN, 0)),
    ],
    ids=str,
)
def test_what_is_blocked_already_is_not_new(
    run: Run, ready: Lab, before: Options, expected: tuple[int, int, int]
) -> None:
    add_policy(ready, before)
    impact = ask(run, **WANTED, **FLEET)
    assert numbers(impact) == expected
    assert impact["current"]["exists"] and impact["current"]["in_force"]


def test_a_policy_as_it_is(run: Run, ready: Lab) -> None:
    add_policy(ready, DUO_BLOCK)
    impact = ask(run, name=NAME, **FLEET)
    assert {**impact["wanted"], "exists": True, "in_force": True} == impact["current"]
    assert numbers(impact) == (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)
    assert len(impact["offenders"]) == NOT_LET_IN + 1 and not any(one["new"] for one in impact["offenders"])


def test_a_policy_that_opens_up_blocks_nobody(run: Run, ready: Lab) -> None:
    add_policy(ready, DUO_BLOCK)
    wanted = {"checking": "allow_all", "cisco_secure_endpoint_can_block": True}
    impact = ask(run, name=NAME, trusted_endpoints=wanted, **FLEET, max_blocked=0)
    assert numbers(impact) == (NOT_LET_IN + 1, 0, 0)
    assert impact["offenders"] == []
    assert has_note(impact, "has no effect unless checking is require_trusted")


def test_a_policy_that_applies_to_nothing_is_not_new_every_time(run: Run, ready: Lab) -> None:
    add_policy(ready, DUO_BLOCK, applied=False)
    impact = ask(run, **WANTED, **FLEET, max_blocked=0)
    assert numbers(impact) == (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)
    assert (impact["current"]["checking"], impact["current"]["in_force"]) == ("require_trusted", False)
    assert has_note(impact, "applies to no application")


def test_a_policy_that_is_to_apply_somewhere_at_last_counts_as_new(run: Run, ready: Lab) -> None:
    add_policy(ready, DUO_BLOCK, applied=False)
    wanted = {**WANTED, **FLEET, "apply_to": [{"application": APPLICATION}]}
    assert numbers(ask(run, **wanted)) == (0, NOT_LET_IN + 1, NOT_LET_IN + 1)
    assert "max_blocked is 0" in run.fails("duo_policy_impact", **wanted, max_blocked=0)["msg"]


def test_a_policy_that_is_to_reach_further(run: Run, ready: Lab) -> None:
    add_policy(ready, DUO_BLOCK)
    there = {"application": APPLICATION}
    for entry in (there, {**there, "groups": ["Helpdesk"]}, {"application": key_of(ready, APPLICATION)}):
        assert numbers(ask(run, **WANTED, **FLEET, apply_to=[entry]))[2] == 0
    impact = ask(run, **WANTED, **FLEET, apply_to=[there, {"application": ANOTHER}])
    assert numbers(impact) == (0, NOT_LET_IN + 1, NOT_LET_IN + 1)
    assert has_note(impact, "apply where it does not apply yet") and not impact["current"]["in_force"]


@pytest.mark.parametrize("applied_groups", ["name", "id_and_name", "flat_group_name"])
def test_a_policy_of_some_groups(run: Run, ready: Lab, applied_groups: str) -> None:
    ready.switch(**{"duo.applied_groups": applied_groups})
    add_policy(ready, DUO_BLOCK, applied=False)
    apply_to_groups(ready, APPLICATION, "Helpdesk", "Sales")
    there = {"application": APPLICATION}
    assert numbers(ask(run, **WANTED, **FLEET, apply_to=[{**there, "groups": ["Sales"]}]))[2] == 0
    assert numbers(ask(run, **WANTED, **FLEET, apply_to=[there]))[2] == NOT_LET_IN + 1
    further = {**there, "groups": ["Sales", "Finance"]}
    assert numbers(ask(run, **WANTED, **FLEET, apply_to=[further]))[2] == NOT_LET_IN + 1


def test_a_policy_of_groups_that_duo_does_not_show(run: Run, ready: Lab) -> None:
    """It is neither everybody's nor known to be those groups'."""
    add_policy(ready, DUO_BLOCK, applied=False)
    apply_to_groups(ready, APPLICATION, "Helpdesk")
    ready.switch(**{"duo.applied_groups": "hidden"})
    there = {"application": APPLICATION}
    for entry in (there, {**there, "groups": ["Helpdesk"]}):
        assert numbers(ask(run, **WANTED, **FLEET, apply_to=[entry]))[2] == NOT_LET_IN + 1
    assert ask(run, **WANTED, **FLEET)["current"]["in_force"]


@pytest.mark.parametrize("summary", ["whole", "truncated"])
@pytest.mark.parametrize("shown", ["summary", "nowhere"])
def test_a_policy_that_may_apply_anywhere(run: Run, ready: Lab, shown: str, summary: str) -> None:
    ready.switch(**{"duo.policy_applies_to": shown, "duo.policy_summary": summary})
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_REQUIRE})
    add_policy(ready, {"trusted_endpoint_checking": "allow-all"})
    there = {"apply_to": [{"application": APPLICATION}]}
    result = run.fails(MODULE, **GONE, max_blocked=0)
    assert result["error"]["kind"] == "refused" and f"as many as {NOT_LET_IN} devices" in result["msg"]
    ready.patch("duo", "set_policy", name=NAME, sections={"trusted_endpoints": DUO_BLOCK})
    # Its application shows that it has the policy.
    assert numbers(ask(run, **WANTED, **FLEET, **there, max_blocked=0))[2] == 0
    ready.switch(**{"duo.application_policy_key": "hidden"})
    is_known = (shown, summary) == ("summary", "whole")
    assert numbers(ask(run, **WANTED, **FLEET, **there))[2] == (0 if is_known else NOT_LET_IN + 1)


def key_of(lab: Lab, application: str) -> str:
    (key,) = [app["integration_key"] for app in lab.state("duo", "applications") if app["name"] == application]
    return str(key)


def apply_to_groups(lab: Lab, application: str, *groups: str) -> None:
    """As somebody else does it through Duo's API; the journal then begins again."""
    host, _unused, port = lab.duo.api_host.rpartition(":")
    client = Admin(lab.duo.integration_key, lab.duo.secret_key, host, ca_certs=lab.ca_path, port=int(port))
    held = lab.state("duo")
    (policy,) = [item["policy_key"] for item in held["policies"] if item["policy_name"] == NAME]
    ids = [item["group_id"] for item in held["groups"] if item["name"] in groups]
    entry = {"app_integration_key": key_of(lab, application), "group_id_list": ids}
    wanted = {"apply_to_groups_in_apps": {"apply_group_policies_list": [entry]}}
    client.json_api_call("PUT", f"/admin/v2/policies/{policy}", wanted)
    lab.clear_requests()


# A policy that is deleted

GONE: Options = {"name": NAME, "state": "absent"}


@pytest.mark.parametrize(
    ("general", "own", "expected"),
    [
        ({}, DUO_BLOCK, (NOT_LET_IN + 1, 0, 0)),
        (DUO_REQUIRE, {"trusted_endpoint_checking": "allow-all"}, (0, NOT_LET_IN, NOT_LET_IN)),
        (DUO_BLOCK, {"trusted_endpoint_checking": "allow-all"}, (0, NOT_LET_IN + 1, NOT_LET_IN + 1)),
        (DUO_BLOCK, DUO_REQUIRE, (NOT_LET_IN, NOT_LET_IN + 1, 1)),
        (DUO_REQUIRE, DUO_BLOCK, (NOT_LET_IN + 1, NOT_LET_IN, 0)),
        (DUO_BLOCK, None, (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)),
        ({**DUO_REQUIRE, "trusted_endpoint_checking_mobile": "allow-all"}, {}, (0, NOT_LET_IN - 1, NOT_LET_IN - 1)),
    ],
    ids=str,
)
@pytest.mark.parametrize("listed", ["with_global", "without_global"])
def test_a_policy_that_gives_way_to_the_global_one(
    run: Run, ready: Lab, general: Options, own: Options | None, expected: tuple[int, int, int], listed: str
) -> None:
    ready.switch(**{"duo.policies_in_list": listed})
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": general})
    add_policy(ready, own)
    impact = ask(run, **GONE, **FLEET, max_blocked=expected[2])
    assert numbers(impact) == expected
    assert has_note(impact, "the global policy applies in place of the deleted one")
    if expected[2]:
        result = run.fails(MODULE, **GONE, **FLEET, max_blocked=expected[2] - 1)
        assert result["error"]["kind"] == "refused" and f"accept the deletion of the policy '{NAME}'" in result["msg"]
    foretold = ask(run, global_policy=True, **FLEET)["current"]
    assert impact["wanted"] == {name: foretold[name] for name in impact["wanted"]}


@pytest.mark.parametrize("exists", [True, False])
def test_a_policy_that_gives_way_to_nothing(run: Run, ready: Lab, exists: bool) -> None:
    """It applies to nothing, or is gone already."""
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_BLOCK})
    if exists:
        add_policy(ready, {"trusted_endpoint_checking": "allow-all"}, applied=False)
    impact = ask(run, **GONE, **FLEET, max_blocked=0)
    assert numbers(impact) == (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)
    assert impact["current"]["exists"] is exists and not impact["current"]["in_force"]
    assert has_note(impact, "so its deletion changes nothing")
    assert not any(has_note(impact, words) for words in ("does not exist yet", "for when it does"))
    assert numbers(ask(run, policy_key="PO00000000000000NONE", state="absent", **FLEET, max_blocked=0))[2] == 0


def test_what_a_deletion_locked_out(run: Run, ready: Lab) -> None:
    """What was foretold, the global policy then does."""
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_BLOCK})
    add_policy(ready, {"trusted_endpoint_checking": "allow-all"})
    foretold = ask(run, **GONE, **FLEET)
    run.ok("duo_policy", **GONE, adopt=True)
    ready.clear_requests()
    assert ask(run, global_policy=True, **FLEET)["blocked_now"] == foretold["blocked_then"]
    assert numbers(ask(run, **GONE, **FLEET, max_blocked=0))[2] == 0


def test_a_policy_of_groups_gives_way_to_that_of_the_application(run: Run, ready: Lab) -> None:
    add_policy(ready, {"trusted_endpoint_checking": "allow-all"}, applied=False)
    apply_to_groups(ready, APPLICATION, "Helpdesk")
    strict = {"trusted_endpoints": DUO_REQUIRE}
    ready.patch("duo", "add_policy", name="Strict", sections=strict, applications=[APPLICATION])
    result = run.fails(MODULE, **GONE, max_blocked=0)
    assert result["error"]["kind"] == "refused" and result["impact"]["newly_blocked"] == NOT_LET_IN
    assert has_note(result["impact"], "another policy of the application can come before the global one")
    lenient = {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}
    ready.patch("duo", "set_policy", name="Strict", sections=lenient)
    assert numbers(ask(run, **GONE, max_blocked=0))[2] == 0


def test_a_policy_of_groups_without_the_section_does_as_that_of_the_application(run: Run, ready: Lab) -> None:
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_REQUIRE})
    add_policy(ready, None, applied=False)
    apply_to_groups(ready, APPLICATION, "Helpdesk")
    lenient = {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}
    ready.patch("duo", "add_policy", name="Lenient", sections=lenient, applications=[APPLICATION])
    wanted = {"name": NAME, "trusted_endpoints": REQUIRE, "max_blocked": 0}
    assert run.fails(MODULE, **wanted)["impact"]["newly_blocked"] == NOT_LET_IN


@pytest.mark.parametrize("form", [f"  {APPLICATION}", APPLICATION.replace(" ", "  ")])
def test_a_policy_stays_where_it_is_whatever_the_form_of_the_name(run: Run, ready: Lab, form: str) -> None:
    add_policy(ready, DUO_BLOCK)
    there = {"apply_to": [{"application": form}]}
    assert not run.ok("duo_policy", name=NAME, **there)["changed"]
    assert numbers(ask(run, **WANTED, **FLEET, **there, max_blocked=0))[2] == 0


def test_a_deletion_whose_number_is_not_known(run: Run, ready: Lab) -> None:
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_BLOCK})
    add_policy(ready, {})
    result = run.fails(MODULE, **GONE, max_blocked=1_000)
    assert result["error"]["kind"] == "invalid_input" and "that the deletion of the policy" in result["msg"]


@pytest.mark.parametrize("by", ["name", "policy_key"])
def test_the_global_policy_cannot_be_deleted(run: Run, ready: Lab, by: str) -> None:
    (held,) = [item for item in ready.state("duo", "policies") if item["is_global_policy"]]
    named = {"name": held["policy_name"]} if by == "name" else {"policy_key": held["policy_key"]}
    result = run.fails(MODULE, **named, state="absent")
    assert result["error"]["kind"] == "invalid_input" and "it is the global policy" in result["msg"]


# The global policy


def test_the_global_policy(run: Run, ready: Lab) -> None:
    impact = ask(run, global_policy=True, trusted_endpoints=BLOCK, **FLEET)
    assert impact["current"]["in_force"] and impact["current"]["checking"] == "allow_all"
    assert numbers(impact) == (0, NOT_LET_IN + 1, NOT_LET_IN + 1)
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_REQUIRE})
    assert numbers(ask(run, global_policy=True, trusted_endpoints=BLOCK, **FLEET)) == (NOT_LET_IN, NOT_LET_IN + 1, 1)


def test_a_custom_policy_without_the_section_inherits_it(run: Run, ready: Lab) -> None:
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_BLOCK})
    add_policy(ready, None)
    impact = ask(run, name=NAME, **FLEET)
    assert numbers(impact) == (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)
    assert has_note(impact, "the settings of the global policy apply")
    # A section of its own begins with Duo's defaults, and by these Secure Endpoint blocks nobody.
    impact = ask(run, name=NAME, trusted_endpoints=REQUIRE, **FLEET)
    assert not impact["wanted"]["cisco_secure_endpoint_can_block"]
    assert numbers(impact) == (NOT_LET_IN + 1, NOT_LET_IN, 0)


@pytest.mark.parametrize(
    ("switches", "requests"),
    [
        ({"duo.policies_in_list": "without_global"}, 1),
        ({"duo.is_global_flag": "absent"}, 1),
        ({"duo.policies_in_list": "without_global", "duo.is_global_flag": "absent"}, 1),
        ({"duo.policy_defaults_shown": False}, 0),
        ({"duo.policy_lists": "comma"}, 0),
        ({"duo.can_block_key": "with_integration"}, 0),
        ({"duo.page_limit": 5}, 0),
    ],
    ids=str,
)
def test_every_variant(run: Run, ready: Lab, switches: Options, requests: int) -> None:
    ready.switch(**switches)
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_BLOCK})
    add_policy(ready, DUO_REQUIRE)
    ready.clear_requests()
    assert numbers(ask(run, **WANTED, **FLEET)) == (NOT_LET_IN, NOT_LET_IN + 1, 1)
    assert asked(ready).count("GET /admin/v2/policies/global") == 2 * requests
    assert numbers(ask(run, global_policy=True, **FLEET)) == (NOT_LET_IN + 1, NOT_LET_IN + 1, 0)
    assert ask(run, name=NAME)["configured"] is True


@pytest.mark.parametrize("flag", ["present", "absent"])
def test_the_global_policy_by_its_name(run: Run, ready: Lab, flag: str) -> None:
    ready.switch(**{"duo.is_global_flag": flag})
    named = ask(run, name="Global Policy", trusted_endpoints=BLOCK)
    assert named == ask(run, global_policy=True, trusted_endpoints=BLOCK) and named["current"]["in_force"]


def test_a_key_that_the_account_does_not_know(run: Run, ready: Lab) -> None:
    """What Duo does not show is not in force, as far as is known."""
    add_policy(ready, DUO_BLOCK)
    ready.switch(**{"duo.can_block_key": "unknown"})
    assert numbers(ask(run, **WANTED, **FLEET)) == (NOT_LET_IN, NOT_LET_IN + 1, 1)


# The limit


@pytest.mark.parametrize("check", [True, False])
def test_too_many_newly_blocked(run: Run, ready: Lab, check: bool) -> None:
    result = run.fails(MODULE, check=check, **APPLIED, **FLEET, max_blocked=NOT_LET_IN)
    assert result["error"]["kind"] == "refused" and not result["changed"]
    assert result["impact"]["newly_blocked"] == NOT_LET_IN + 1
    for words in (
        f"as many as {NOT_LET_IN + 1} devices that Duo and Secure Endpoint know today, and max_blocked is {NOT_LET_IN}",
        f"'{NAME}'",
        "LAPTOP-0042 (compromised)",
        "HOME-PC (not trusted)",
        ", 2 more. Nothing",
        "Nothing was changed",
        "trusted_endpoints_max_blocked",
    ):
        assert words in result["msg"], result["msg"]
    run.ok(MODULE, check=check, **APPLIED, **FLEET, max_blocked=NOT_LET_IN + 1)


def test_only_the_newly_blocked_count_and_are_named(run: Run, ready: Lab) -> None:
    add_policy(ready, DUO_REQUIRE)
    message = run.fails(MODULE, **APPLIED, **FLEET, max_blocked=0)["msg"]
    assert "as many as 1 device that Duo and" in message and "LAPTOP-0042" in message
    assert "more" not in message.partition("LAPTOP-0042")[2].partition(".")[0]
    assert not any(name in message for name in UNTRUSTED | UNKNOWN)
    unnamed = run.fails(MODULE, **APPLIED, fleet=fleet(windows=3), max_blocked=2)["msg"]
    assert "as many as 3 devices that" in unnamed
    assert "and max_blocked is 2: 3 that are not known by name. Nothing" in unnamed
    ready.patch("duo", "set_policy", name=NAME, sections={"trusted_endpoints": DUO_BLOCK})
    run.ok(MODULE, **WANTED, **FLEET, max_blocked=0)


def test_the_limit_of_the_global_policy(run: Run, ready: Lab) -> None:
    options = {"global_policy": True, "trusted_endpoints": BLOCK, "fleet": fleet(), "max_blocked": 0}
    message = run.fails(MODULE, **options)["msg"]
    assert "of the global policy" in message
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_BLOCK})
    run.ok(MODULE, **options)


def test_a_limit_that_nobody_can_keep(run: Run, ready: Lab) -> None:
    result = run.fails(MODULE, **APPLIED, max_blocked=1_000)
    assert result["error"]["kind"] == "invalid_input"
    assert "fleet" in result["msg"] and "secure_endpoint_computer_info" in result["msg"]
    run.ok(MODULE, name=NAME, trusted_endpoints=REQUIRE, max_blocked=1_000)
    add_policy(ready, DUO_BLOCK)
    run.ok(MODULE, **WANTED, max_blocked=0)


def test_the_limit_holds_from_when_the_panel_is_set_up(run: Run, lab: Lab) -> None:
    """Before that no device can be blocked, and nobody could ever set it up if this failed."""
    result = ask_both(run, **APPLIED, **FLEET, max_blocked=0)
    assert result["impact"]["configured"] is False
    (warning,) = result["warnings"]
    assert f"{NOT_LET_IN + 1} devices, and max_blocked is 0" in warning
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    run.fails(MODULE, **APPLIED, **FLEET, max_blocked=0)


def test_the_limit_holds_where_duo_does_not_show_the_panel(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.not_configured_shown": "hidden"})
    message = run.fails(MODULE, **APPLIED, **FLEET, max_blocked=0)["msg"]
    assert "If Trusted Endpoints is not set up in Duo yet, do that first" in message


# What only the panel offers


def test_a_panel_that_nobody_has_set_up(run: Run, lab: Lab) -> None:
    add_policy(lab, DUO_BLOCK)
    result = ask_both(run, **WANTED, **FLEET)
    impact = result["impact"]
    assert impact["configured"] is False and impact["current"]["checking"] == "not_configured"
    assert impact["blocked_now"] == 0 and impact["blocked_then"] == NOT_LET_IN + 1
    assert has_note(impact, "Trusted Endpoints is not set up")
    assert result["step"]["detail"].endswith("7 of them newly, once Trusted Endpoints is set up in Duo")


def test_a_panel_that_duo_does_not_show(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.not_configured_shown": "hidden"})
    impact = ask(run, **WANTED, **FLEET)
    assert impact["configured"] is None
    assert has_note(impact, "does not show whether Trusted Endpoints is set up")
    assert not has_note(ask(run, global_policy=True), "the settings of the global policy apply")


@pytest.mark.parametrize("lifted_by", ["management", "any"])
def test_when_the_panel_counts_as_set_up(run: Run, lab: Lab, lifted_by: str) -> None:
    lab.switch(**{"duo.not_configured_lifted_by": lifted_by})
    lab.patch("duo", "set_trusted_endpoints", configured=False, integration={})
    assert ask(run, **WANTED)["configured"] is (lifted_by == "any")


# What nobody can count, and what is returned all the same


@pytest.mark.parametrize("check", [True, False])
def test_whoever_is_stopped_sees_the_whole_impact(run: Run, ready: Lab, check: bool) -> None:
    whole = run.ok(MODULE, **APPLIED, **FLEET)
    stopped = run.fails(MODULE, check=check, **APPLIED, **FLEET, max_blocked=0)
    assert stopped["error"]["kind"] == "refused"
    assert (stopped["impact"], stopped["step"]) == (whole["impact"], whole["step"])
    assert len(stopped["impact"]["offenders"]) == NOT_LET_IN + 1


@pytest.mark.parametrize("exists", [True, False])
def test_a_policy_that_stays_without_an_application_stops_nobody(run: Run, ready: Lab, exists: bool) -> None:
    if exists:
        add_policy(ready, {"trusted_endpoint_checking": "allow-all"}, applied=False)
    impact = ask(run, **WANTED, **FLEET, max_blocked=0)
    assert has_note(impact, "blocks no device")
    ask(run, **WANTED, max_blocked=0)
    assert run.fails(MODULE, **APPLIED, **FLEET, max_blocked=0)["error"]["kind"] == "refused"


@pytest.mark.parametrize("complete", [False, "False"])
def test_an_incomplete_fleet_is_no_reason_to_go_on(run: Run, ready: Lab, complete: Any) -> None:
    given: Options = {"fleet": {**fleet(0), "complete": complete}, "max_blocked": 1_000}
    assert run.fails(MODULE, **APPLIED, **given)["error"]["kind"] == "incomplete"
    run.ok(MODULE, **{**APPLIED, "trusted_endpoints": REQUIRE}, **given)
    run.ok(MODULE, **APPLIED, **{**given, "fleet": {**fleet(0), "complete": True}})


def test_an_incomplete_list_of_endpoints_ends_the_task(run: Run, ready: Lab) -> None:
    ready.patch("duo", "grow_endpoints", count=250)
    ready.switch(**{"duo.gone_after_a_page": "first"})
    assert run.fails(MODULE, **APPLIED, fleet=fleet(0), max_blocked=1_000)["error"]["kind"] == "incomplete"


@pytest.mark.parametrize("trust", ["YES ", "", "maybe"])
def test_an_endpoint_whose_trust_cannot_be_read_counts(run: Run, ready: Lab, trust: str) -> None:
    rows = [{"epkey": "EP1", "device_name": "ODD", "os_family": "Windows", "trusted_endpoint": trust}]
    if not trust:
        del rows[0]["trusted_endpoint"]
    listed = {"stat": "OK", "response": rows, "metadata": {"total_objects": 1}}
    ready.fault("duo", path="/admin/v1/endpoints", kind="status", status=200, body=listed)
    assert numbers(run.ok(MODULE, **APPLIED)["impact"])[2] == 1


def test_a_deletion_counts_what_the_global_policy_may_say(run: Run, ready: Lab) -> None:
    add_policy(ready, {"trusted_endpoint_checking": "allow-all"})
    rows = [dict(item) for item in ready.state("duo", "policies")]
    for row in rows:
        if row["is_global_policy"]:
            row["sections"]["trusted_endpoints"] = {"trusted_endpoint_message": ""}
    listed = {"stat": "OK", "response": rows, "metadata": {"total_objects": len(rows)}}
    ready.fault("duo", path="/admin/v2/policies", kind="status", status=200, body=listed)
    result = run.fails(MODULE, **GONE, **FLEET, max_blocked=0)
    assert f"as many as {NOT_LET_IN + 1} devices" in result["msg"]


def test_the_fleet_as_its_own_module_counts_it(run: Run, ready: Lab) -> None:
    said = run.ok("secure_endpoint_computer_info", max_computers=1)
    held = [one for one in ready.state("secure_endpoint", "computers") if one["is_compromised"] and not one["demo"]]
    impact = ask(run, **WANTED, fleet=said["summary"], computers=said["computers"])
    assert impact["newly_blocked"] == NOT_LET_IN + len(held) > NOT_LET_IN
    assert impact["offenders"][0]["name"] in {one["hostname"] for one in held}


@pytest.mark.parametrize("system", [None, "", "Microsoft Windows 11", "Desktop"], ids=str)
def test_compromised_computers_of_any_system_count(run: Run, ready: Lab, system: Any) -> None:
    ready.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0042", operating_system=system)
    found = run.ok("secure_endpoint_computer_info", max_computers=1)
    impact = ask(run, **WANTED, fleet=found["summary"], computers=found["computers"])
    assert impact["newly_blocked"] == NOT_LET_IN + 1 and impact["offenders"][0]["name"] == "LAPTOP-0042"
    result = run.fails(MODULE, **APPLIED, fleet=found["summary"], max_blocked=NOT_LET_IN)
    assert result["error"]["kind"] == "refused"


def test_what_was_foretold_is_what_then_holds(run: Run, ready: Lab) -> None:
    wanted = {**WANTED, "apply_to": [{"application": APPLICATION}]}
    foretold = ask(run, **wanted, **FLEET)
    run.ok("duo_policy", **wanted)
    ready.clear_requests()
    found = ask(run, **wanted, **FLEET, max_blocked=0)
    assert numbers(found) == (foretold["blocked_then"], foretold["blocked_then"], 0)
    assert {name: found["current"][name] for name in foretold["wanted"]} == foretold["wanted"]
    assert {row["policy"] for row in found["table"] if row["now"]} == {
        row["policy"] for row in foretold["table"] if row["then"]
    }


# What is asked


def test_one_name_for_several_policies(run: Run, ready: Lab) -> None:
    keys = [item["policy_key"] for item in ready.state("duo", "policies") if item["policy_name"] == "Legacy"]
    result = run.fails(MODULE, name="Legacy")
    assert result["error"]["kind"] == "ambiguous" and all(key in result["msg"] for key in keys) and len(keys) == 2
    assert ask(run, policy_key=keys[0])["current"]["exists"]
    # As in a task that also renames it.
    assert ask(run, policy_key=keys[1], name="Modern")["current"]["exists"]


def test_the_key_of_no_policy(run: Run, ready: Lab) -> None:
    result = run.fails(MODULE, policy_key="PO00000000000000NONE")
    assert result["error"]["kind"] == "not_found" and "PO00000000000000NONE" in result["msg"]


def test_the_global_policy_by_its_key(run: Run, ready: Lab) -> None:
    (key,) = [item["policy_key"] for item in ready.state("duo", "policies") if item["is_global_policy"]]
    assert ask(run, policy_key=key, trusted_endpoints=BLOCK) == ask(run, global_policy=True, trusted_endpoints=BLOCK)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "no policy is named"),
        ({"global_policy": False}, "no policy is named"),
        ({"name": NAME, "global_policy": True}, "name cannot go with global_policy"),
        ({"policy_key": "PO1", "global_policy": True}, "policy_key cannot go with global_policy"),
        ({"global_policy": True, "apply_to": [{"application": APPLICATION}]}, "apply_to cannot go with global_policy"),
        ({"name": NAME, "fleet": {"windows": {}}}, "summary that secure_endpoint_computer_info returns"),
        ({"name": NAME, "computers": []}, "fleet"),
        ({"global_policy": True, "state": "absent"}, "global_policy cannot go with state=absent"),
        ({"name": NAME, "state": "absent", "trusted_endpoints": REQUIRE}, "trusted_endpoints cannot go with state"),
        ({"name": NAME, "state": "absent", "apply_to": [{"application": APPLICATION}]}, "apply_to cannot go with"),
        ({"state": "absent"}, "no policy is named"),
        ({"name": NAME, "max_blocked": -1}, "use -1 as max_blocked: it must not be negative"),
        ({"name": NAME, "max_listed": -2}, "use -2 as max_listed: it must not be negative"),
        ({"name": NAME, "trusted_endpoints": {"checking": "not_configured"}}, "require_trusted, allow_all"),
    ],
    ids=str,
)
def test_what_cannot_be_meant(run: Run, lab: Lab, options: Options, words: str) -> None:
    assert words in run.fails(MODULE, **options)["msg"]


@pytest.mark.parametrize("exists", [True, False])
def test_a_section_without_its_main_setting(run: Run, ready: Lab, exists: bool) -> None:
    """In the words in which the policy would be refused."""
    if exists:
        add_policy(ready, None)
    options = {"name": NAME, "trusted_endpoints": {"cisco_secure_endpoint_can_block": True}}
    result = run.fails(MODULE, **options)
    assert result["error"] == run.fails("duo_policy", **options)["error"]
    assert result["error"]["kind"] == "invalid_input" and "Declare trusted_endpoints.checking" in result["msg"]
    ready.patch("duo", "set_policy", key="global", sections={"trusted_endpoints": DUO_REQUIRE})
    ask(run, global_policy=True, trusted_endpoints=options["trusted_endpoints"])


@pytest.mark.parametrize("more", [{"application": "Citrix Gatewey"}, {"application": APPLICATION, "groups": ["Salse"]}])
def test_where_it_cannot_be_applied(run: Run, lab: Lab, more: Options) -> None:
    """In the words in which the policy would be refused, which may be long after a person has done their part."""
    result = run.fails(MODULE, **WANTED, **FLEET, max_blocked=0, apply_to=[more])
    assert result["error"] == run.fails("duo_policy", **WANTED, apply_to=[more])["error"]
    assert result["error"]["kind"] == "invalid_input"


def test_a_missing_right_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_read_resource=0, adminapi_write_resource=0)
    assert "'Grant resource - Read'" in run.fails(MODULE, **WANTED)["msg"]
