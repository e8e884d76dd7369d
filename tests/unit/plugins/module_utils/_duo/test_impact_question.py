# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which devices a policy would block: what is asked of Duo, what counts as newly blocked, and when that is too much."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact import NOTHING, TrustSetting
from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact_question import (
    Question,
    require_one_policy,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_guard import Guard
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    IncompleteList,
    InvalidInput,
    NotFound,
    Refused,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

from .account import Account

REQUIRE = {"checking": "require_trusted"}
BLOCK = {**REQUIRE, "cisco_secure_endpoint_can_block": True}
ALLOW = {"checking": "allow_all"}
VPN = {"app_integration_key": "DIVPN", "app_name": "VPN", "apply_type": "app", "groups": []}
APPLICATIONS = [{"integration_key": f"DI{name.upper()}", "name": name} for name in ("VPN", "Wiki")]
SUMMARY = {"windows": {"compromised": 2, "total": 9}, "macos": {"compromised": 0, "total": 1}}
ENDPOINTS = [
    {"epkey": "EP1", "device_name": "fine", "os_family": "Windows", "trusted_endpoint": "yes"},
    {"epkey": "EP2", "device_name": "stray", "os_family": "Windows", "trusted_endpoint": "no"},
    {"epkey": "EP3", "device_name": "odd", "os_family": "Windows", "trusted_endpoint": "unknown"},
]
OPTIONS: dict[str, Any] = {
    "state": "present",
    "name": None,
    "policy_key": None,
    "global_policy": False,
    "trusted_endpoints": None,
    "apply_to": None,
    "fleet": None,
    "computers": None,
    "max_blocked": None,
    "max_listed": 20,
}


def policy(checking: str | None = "allow-all", key: str = "PO1", **more: Any) -> dict[str, Any]:
    """As Duo returns it, without a section of Trusted Endpoints if ``checking`` is None."""
    sections = {} if checking is None else {"trusted_endpoints": {"trusted_endpoint_checking": checking}}
    return {"policy_key": key, "policy_name": "Laptops", "sections": sections, "policy_applies_to": [VPN], **more}


def account(*policies: dict[str, Any], general: str | None = "allow-all", **lists: Any) -> Account:
    """With these policies beside the global one."""
    all_of_them = [policy(general, "POG", policy_name="Global Policy", is_global_policy=True), *policies]
    return Account(**{"policies": all_of_them, "endpoints": ENDPOINTS, "applications": APPLICATIONS, **lists})


def ask(duo: Account, **options: Any) -> Question:
    apply_to = [{"groups": None, **entry} for entry in options.get("apply_to", [])]
    return Question({**OPTIONS, "name": "Laptops", **options, "apply_to": apply_to}, cast(Duo, duo))


# What there is, and what is wanted


@pytest.mark.parametrize("options", [{}, {"name": None, "policy_key": "PO1"}])
def test_a_policy_that_is_there(options: dict[str, Any]) -> None:
    declared = {"checking": "require-trusted", "checking_mobile": None, "cisco_secure_endpoint_can_block": True}
    duo = account(policy("not-configured", "PO9", policy_name="Other"), policy())
    question = ask(duo, trusted_endpoints=declared, **options)
    assert question.declared == BLOCK
    assert question.current == TrustSetting.of(ALLOW) == question.impact.now
    assert question.impact.then == TrustSetting.of(BLOCK)
    standing = question.standing
    assert (standing.exists, standing.is_global, standing.is_applied, standing.inherits) == (True, False, True, False)
    assert (standing.goes_further, standing.configured, standing.is_to_go) == (False, None, False)
    assert question.subject == question.title == f"the policy {options.get('policy_key') or 'Laptops'!r}"
    assert duo.asked == ["policies", "endpoints"]


def test_a_policy_that_is_not_there() -> None:
    question = ask(account(), trusted_endpoints=REQUIRE)
    assert question.current == TrustSetting() and question.impact.now == NOTHING
    standing = question.standing
    assert (standing.exists, standing.is_applied, standing.inherits, standing.configured) == (False, False, False, True)
    assert question.impact.newly_blocked == 2


def test_a_policy_without_a_section_has_what_the_global_one_says() -> None:
    question = ask(account(policy(None), general="require-trusted"))
    assert question.current == TrustSetting.of(REQUIRE) == question.impact.then and question.standing.inherits
    assert question.impact.newly_blocked == 0


@pytest.mark.parametrize("general", ["require-trusted", None])
def test_the_global_policy(general: str | None) -> None:
    question = ask(account(general=general), name=None, global_policy=True, trusted_endpoints=BLOCK)
    assert question.title == "the global policy"
    standing = question.standing
    assert (standing.exists, standing.is_global, standing.is_applied, standing.inherits) == (True, True, True, False)
    assert question.current == TrustSetting.of(REQUIRE if general else None)


def test_a_key_that_is_not_there() -> None:
    with pytest.raises(NotFound, match="Could not find the policy POX: Duo has no policy with that key"):
        ask(account(policy()), name=None, policy_key="POX")
    assert not ask(account(policy()), name=None, policy_key="POX", state="absent").standing.exists


def test_a_policy_that_applies_to_nothing_yet() -> None:
    duo = account(policy(policy_applies_to=[]))
    assert not ask(duo).standing.is_applied
    wider = ask(duo, apply_to=[{"application": "VPN"}], trusted_endpoints=REQUIRE)
    assert wider.standing.goes_further and wider.impact.now == NOTHING and wider.impact.newly_blocked == 2
    assert not ask(account(policy()), apply_to=[{"application": "VPN"}]).standing.goes_further


def test_applications_are_asked_for_only_if_the_policy_is_to_apply_to_some() -> None:
    """Where Duo shows nowhere what a policy applies to, it may apply."""
    hidden = policy()
    del hidden["policy_applies_to"]
    duo = account(hidden)
    assert ask(duo).standing.is_applied and duo.asked == ["policies", "summary", "endpoints"]
    assert ask(duo, apply_to=[{"application": "VPN"}]).standing.goes_further
    assert duo.asked[3:] == ["policies", "summary", "applications", "applications", "endpoints"]


def test_what_duo_policy_would_refuse_is_refused() -> None:
    can_block = {"cisco_secure_endpoint_can_block": True}
    for duo in (account(policy(None)), account()):
        with pytest.raises(InvalidInput, match="add trusted_endpoints to the policy 'Laptops'"):
            ask(duo, trusted_endpoints=can_block)
        ask(duo, trusted_endpoints={})
    ask(account(policy()), trusted_endpoints=can_block)
    ask(account(general=None), name=None, global_policy=True, trusted_endpoints=can_block)
    with pytest.raises(InvalidInput, match="delete the policy 'Global Policy': it is the global policy"):
        ask(account(), name="Global Policy", state="absent")


@pytest.mark.parametrize(
    ("general", "newly"), [("allow-all", 0), ("require-trusted", 2), ("a-word-to-come", 2), (None, 2)]
)
def test_a_deletion_gives_way_to_the_global_policy(general: str | None, newly: int) -> None:
    question = ask(account(policy(), general=general), state="absent")
    assert question.subject == "the deletion of the policy 'Laptops'" and question.standing.is_to_go
    assert question.impact.now == TrustSetting.of(ALLOW) and question.impact.newly_blocked == newly


def test_what_the_global_policy_does_not_show_is_taken_at_its_worst() -> None:
    question = ask(account(policy(), general="require-trusted"), state="absent", fleet=SUMMARY)
    assert question.impact.then.can_block and question.impact.newly_blocked == 4


def test_a_deletion_where_trusted_endpoints_may_not_be_set_up_yet() -> None:
    """Duo may hide the sections until then."""
    assert ask(account(policy(None), general=None), state="absent").impact.newly_blocked == 0


# Where the policy has no section, or is gone, and applies to some groups


def for_groups(*names: str) -> list[dict[str, Any]]:
    return [{**VPN, "apply_type": "group_app", "groups": [{"group_name": name} for name in names]}]


WIKI = {**VPN, "app_integration_key": "DIWIKI", "app_name": "Wiki"}


@pytest.mark.parametrize(
    ("applies_to", "newly"), [([VPN], 2), (for_groups("Sales"), 2), ([{**VPN, "groups": "x"}], 2), ([WIKI], 0), ([], 0)]
)
@pytest.mark.parametrize("checking", ["require-trusted", "a-word-to-come"])
@pytest.mark.parametrize("left", [{"state": "absent"}, {"sections_absent": ["trusted_endpoints"]}], ids=str)
def test_a_policy_of_the_same_application_comes_before_the_global_one(
    applies_to: list[dict[str, Any]], newly: int, checking: str, left: dict[str, Any]
) -> None:
    other = policy(checking, "PO2", policy_name="Strict", policy_applies_to=applies_to)
    impact = ask(account(policy(policy_applies_to=for_groups("Helpdesk")), other), **left).impact
    assert impact.newly_blocked == newly
    # All users of an application have one policy, so that nothing but the global one is left.
    assert ask(account(policy(), other), **left).impact.newly_blocked == 0


def test_a_policy_that_may_apply_at_the_same_application_counts() -> None:
    other = policy("require-trusted", "PO2", policy_name="Strict")
    del other["policy_applies_to"]
    mine = policy(policy_applies_to=for_groups("Helpdesk"))
    row = {"policy_key": "PO2", "policy_applies_to": [WIKI]}
    for summary, newly in ([], 2), ([row], 0):
        assert ask(account(mine, other, summary=summary), state="absent").impact.newly_blocked == newly
    del mine["policy_applies_to"]
    assert ask(account(mine, other, summary=[row]), state="absent").impact.newly_blocked == 2


def test_what_a_policy_of_the_same_application_lets_in_is_newly_blocked() -> None:
    mine = policy(None, policy_applies_to=for_groups("Helpdesk"))
    other = policy("allow-all", "PO2", policy_name="Lenient")
    question = ask(account(mine, other, general="require-trusted"), trusted_endpoints=REQUIRE)
    assert question.current == TrustSetting.of(ALLOW) and question.impact.newly_blocked == 2
    assert question.standing.others == 1
    # As it is, nothing is new, whichever it is that applies; nor is it when such a policy is deleted.
    for options in ({}, {"state": "absent"}, {"sections_absent": ["trusted_endpoints"]}):
        assert ask(account(mine, other, general="require-trusted"), **options).impact.newly_blocked == 0


def test_a_section_that_is_to_go_gives_way_to_the_global_one() -> None:
    gone = {"sections_absent": ["new_user", "trusted_endpoints"]}
    question = ask(account(policy(), general="require-trusted"), **gone, fleet=SUMMARY)
    assert question.impact.newly_blocked == 4 and question.step()["detail"].endswith("4 of them newly")
    assert any("Without a Trusted Endpoints section" in note for note in question.result()["impact"]["notes"])
    assert ask(account(policy(None), general="require-trusted"), **gone).impact.newly_blocked == 0
    assert ask(account(policy(), general="require-trusted"), sections_absent=["new_user"]).impact.newly_blocked == 0


@pytest.mark.parametrize(("general", "newly"), [("allow-all", 0), ("require-trusted", 2), (None, 0)])
def test_a_new_policy_without_a_section_does_what_the_global_one_says(general: str | None, newly: int) -> None:
    assert ask(account(general=general), apply_to=[{"application": "VPN"}]).impact.newly_blocked == newly


UNREADABLE: list[dict[str, Any]] = [
    {"sections": None},
    {"sections": "none"},
    {"sections": {"trusted_endpoints": None}},
    {"sections": {"trusted_endpoints": ["require-trusted"]}},
    {"sections": {"trusted_endpoints": {}}},
    {"sections": {"trusted_endpoints": {"trusted_endpoint_checking": None}}},
    {"sections": {"trusted_endpoints": {"trusted_endpoint_checking": "a-word-to-come"}}},
]


@pytest.mark.parametrize("odd", UNREADABLE, ids=str)
def test_what_is_applied_further_is_taken_at_its_worst(odd: dict[str, Any]) -> None:
    duo = account(policy(**odd))
    assert ask(duo, **ELSEWHERE).impact.newly_blocked == 2
    # It stays as it is where it applies already.
    assert ask(duo).impact.newly_blocked == 0


@pytest.mark.parametrize(("own", "general"), [("a-word-to-come", None), (None, "a-word-to-come")])
def test_one_of_two_sections_that_is_shown_is_taken_at_its_worst(own: str | None, general: str | None) -> None:
    duo = account(policy(own), general=general)
    assert ask(duo, **ELSEWHERE).impact.newly_blocked == 2


def test_what_is_about_to_be_written_is_found_by_its_key_whatever_its_name_is_by_now() -> None:
    params = {**OPTIONS, "name": "Laptops", "trusted_endpoints": REQUIRE, "max_blocked": 0, "wait_timeout": 0}
    renamed = account(policy(policy_name="Notebooks"))
    with pytest.raises(Refused, match="newly block as many as 2"):
        Guard(params, cast(Duo, renamed), Context()).require("PO1")
    with pytest.raises(NotFound):
        Guard(params, cast(Duo, account()), Context()).require("PO1")
    Guard({**params, "name": "New"}, cast(Duo, renamed), Context()).require()


def test_a_policy_without_a_name_may_be_the_one_that_is_meant() -> None:
    unnamed = policy()
    del unnamed["policy_name"]
    with pytest.raises(UnexpectedAnswer, match="identify the policy 'Laptops'.*names of all"):
        ask(account(unnamed), trusted_endpoints=REQUIRE)
    assert ask(account(unnamed, policy(key="PO2")), trusted_endpoints=REQUIRE).standing.exists


@pytest.mark.parametrize("system", ["", None, "HarmonyOS", 7])
@pytest.mark.parametrize("other", ["allow_all", "require_trusted"])
def test_an_endpoint_of_an_unknown_system_may_be_of_either_kind(system: Any, other: str) -> None:
    unclear = {"epkey": "EP4", "device_name": "thing", "os_family": system, "trusted_endpoint": "no"}
    mobile = {"checking": other, "checking_mobile": "require_trusted"}
    question = ask(account(endpoints=[unclear]), trusted_endpoints=mobile)
    assert question.impact.newly_blocked == 1
    assert [one["name"] for one in question.impact.offenders(9)] == ["thing"]
    shown = {row["kind"]: row["count"] for row in question.impact.table() if row["device"] == "not_trusted"}
    assert shown == {"computer": 1, "mobile": 0}


def test_computers_are_counted_and_named() -> None:
    named = [{"hostname": "bad", "connector_guid": "g", "problems": ["compromised"]}]
    question = ask(account(), trusted_endpoints=BLOCK, fleet=SUMMARY, computers=named)
    assert question.impact.newly_blocked == 2 + 2 and question.impact.devices.in_fleet == 10
    assert [one["name"] for one in question.impact.offenders(9)] == ["bad", "stray", "odd"]


# What a task returns

ELSEWHERE = {"apply_to": [{"application": "Wiki"}]}
TODAY = "of the devices known today"
SUPPOSED = "compromised ones not counted"


@pytest.mark.parametrize(
    ("policies", "options", "status", "detail"),
    [
        ([policy()], {"trusted_endpoints": REQUIRE}, "ok", f"as declared blocks 2 {TODAY}, 2 of them newly"),
        ([policy()], {"trusted_endpoints": BLOCK}, "ok", f"as declared blocks 2 {TODAY}, 2 of them newly, {SUPPOSED}"),
        (
            [policy()],
            {"trusted_endpoints": BLOCK, "fleet": SUMMARY},
            "ok",
            f"as declared blocks 4 {TODAY}, 4 of them newly",
        ),
        ([policy("require-trusted")], {}, "verified", f"blocks 2 {TODAY}"),
        ([policy("require-trusted")], ELSEWHERE, "ok", f"as declared blocks 2 {TODAY}, 2 of them newly"),
        (
            [policy(policy_applies_to=[])],
            {"trusted_endpoints": REQUIRE},
            "ok",
            "applies to no application, so it blocks no device",
        ),
        ([], {"trusted_endpoints": REQUIRE}, "ok", "is to apply to no application, so it blocks no device"),
    ],
)
def test_the_line_for_a_report(
    policies: list[dict[str, Any]], options: dict[str, Any], status: str, detail: str
) -> None:
    expected = {"status": status, "detail": f"The policy 'Laptops' {detail}"}
    assert ask(account(*policies), **options).step() == expected


def test_compromised_devices_that_are_blocked_already_may_not_be_counted_either() -> None:
    blocking = policy("require-trusted")
    blocking["sections"]["trusted_endpoints"]["cisco_secure_endpoint_can_block"] = True
    assert ask(account(blocking)).step()["detail"] == f"The policy 'Laptops' blocks 2 {TODAY}, {SUPPOSED}"
    assert SUPPOSED not in ask(account(blocking), fleet=SUMMARY).step()["detail"]


def test_the_line_about_the_global_policy_and_about_a_deletion() -> None:
    general = ask(account(general="require-trusted"), name=None, global_policy=True)
    assert general.step() == {"status": "verified", "detail": f"The global policy blocks 2 {TODAY}"}
    healthy = {"windows": {"compromised": 0}, "macos": {"compromised": 0}}
    gone = ask(account(policy(), general="require-trusted"), state="absent", fleet=healthy)
    line = f"Without the policy 'Laptops', 2 {TODAY} are blocked, 2 of them newly"
    assert gone.step() == {"status": "ok", "detail": line}


def test_the_line_where_nothing_is_set_up() -> None:
    step = ask(account(policy("not-configured"), general="not-configured"), trusted_endpoints=REQUIRE).step()
    assert step["detail"].endswith("2 of them newly, once Trusted Endpoints is set up in Duo")
    hidden = ask(account(policy(None), general=None), trusted_endpoints=REQUIRE).step()
    assert hidden["detail"].endswith("2 of them newly")


def test_the_whole_result() -> None:
    question = ask(account(policy()), trusted_endpoints=REQUIRE, max_listed=1)
    result = question.result()
    impact = result["impact"]
    assert set(result) == {"impact", "step"} and result["step"] == question.step()
    nothing = {"checking": "allow_all", "checking_mobile": "allow_all", "cisco_secure_endpoint_can_block": False}
    assert impact["current"] == {"exists": True, "in_force": True, **nothing}
    required = dict.fromkeys(("checking", "checking_mobile"), "require_trusted")
    assert impact["wanted"] == {**nothing, **required} and impact["configured"] is True
    assert [one["name"] for one in impact["offenders"]] == ["stray"] and impact["newly_blocked"] == 2
    assert impact["notes"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"max_blocked": -1}, "use -1 as max_blocked: it must not be negative"),
        ({"max_listed": -1}, "use -1 as max_listed: it must not be negative"),
        ({"state": "absent", "trusted_endpoints": REQUIRE, **ELSEWHERE}, "trusted_endpoints, apply_to cannot go with"),
        ({"state": "absent", "name": None, "global_policy": True}, "read the declared policy: global_policy cannot go"),
        ({"global_policy": True}, "identify the policy: name cannot go with global_policy"),
        ({"global_policy": True, "name": None, "policy_key": "PO1", **ELSEWHERE}, "policy_key, apply_to cannot go"),
        ({"name": None}, "identify the policy: no policy is named. Set name"),
    ],
)
def test_options_that_contradict_each_other(options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        require_one_policy({**OPTIONS, "name": "Laptops", **options})
    assert words in str(refused.value)


@pytest.mark.parametrize("options", [{}, {"name": None, "policy_key": "PO1"}, {"name": None, "global_policy": True}])
def test_options_that_name_one_policy(options: dict[str, Any]) -> None:
    require_one_policy({**OPTIONS, "name": "Laptops", "max_blocked": 0, "max_listed": 0, **options})


# Too many


def guard(duo: Account, **options: Any) -> list[str]:
    """The warnings."""
    context = Context()
    ask(duo, **options).guard(context)
    return context.warnings


@pytest.mark.parametrize("most", [None, 2, 3])
def test_no_more_than_allowed(most: int | None) -> None:
    assert guard(account(policy()), trusted_endpoints=REQUIRE, max_blocked=most) == []


@pytest.mark.parametrize(
    ("most", "endpoints", "words"),
    [
        (1, ENDPOINTS, "as many as 2 devices .*, and max_blocked is 1: stray .not trusted., odd .trust unknown."),
        (0, ENDPOINTS[:2], "as many as 1 device that .*, and max_blocked is 0: stray .not trusted.. Nothing was"),
    ],
)
def test_more_than_allowed(most: int, endpoints: list[dict[str, Any]], words: str) -> None:
    question = ask(account(policy(), endpoints=endpoints), trusted_endpoints=REQUIRE, max_blocked=most)
    with pytest.raises(Refused, match=words) as refused:
        question.guard(Context())
    assert "accept this setting of the policy 'Laptops'" in str(refused.value)
    assert "more" not in str(refused.value).partition("Nothing")[0] and "not set up" not in str(refused.value)


@pytest.mark.parametrize(
    ("strays", "fleet", "words"),
    [
        (6, None, "stray 4 .not trusted., 1 more"),
        (5, None, "stray 4 .not trusted.. Nothing"),
        (1, SUMMARY, "stray 0 .not trusted., 2 more"),
        (0, SUMMARY, "max_blocked is 0: 2 that are not known by name"),
    ],
)
def test_some_are_named_and_the_others_counted(strays: int, fleet: Any, words: str) -> None:
    endpoints = [{**ENDPOINTS[1], "device_name": f"stray {number}"} for number in range(strays)]
    with pytest.raises(Refused, match=words):
        guard(
            account(policy(), endpoints=endpoints),
            trusted_endpoints=BLOCK if fleet else REQUIRE,
            fleet=fleet,
            max_blocked=0,
        )


def test_only_the_newly_blocked_are_named() -> None:
    with pytest.raises(Refused) as refused:
        guard(account(policy("require-trusted")), trusted_endpoints=BLOCK, fleet=SUMMARY, max_blocked=1)
    assert "2 that are not known by name" in str(refused.value) and "stray" not in str(refused.value)


def test_a_deletion_is_guarded_too() -> None:
    with pytest.raises(Refused, match="accept the deletion of the policy 'Laptops'"):
        guard(account(policy(), general="require-trusted"), state="absent", fleet=SUMMARY, max_blocked=1)


def test_where_nothing_shows_whether_it_is_set_up_that_is_said() -> None:
    with pytest.raises(Refused, match="If Trusted Endpoints is not set up in Duo yet, do that first"):
        guard(account(policy("no-action"), general=None), trusted_endpoints=REQUIRE, max_blocked=0)


def test_nothing_is_blocked_before_it_is_set_up() -> None:
    duo = account(policy("not-configured"), general="not-configured")
    (warning,) = guard(duo, trusted_endpoints=REQUIRE, max_blocked=0)
    assert "would newly block 2 devices, and max_blocked is 0. Nothing is blocked yet" in warning
    assert guard(duo, trusted_endpoints=REQUIRE, max_blocked=2) == []
    # One policy that says otherwise is reason enough not to rely on it.
    with pytest.raises(Refused):
        guard(account(policy(), general="not-configured"), trusted_endpoints=REQUIRE, max_blocked=0)


@pytest.mark.parametrize(
    ("duo", "options"),
    [
        (account(policy(policy_applies_to=[])), {}),
        (account(), {}),
    ],
)
def test_what_applies_to_nothing_blocks_nobody(duo: Account, options: dict[str, Any]) -> None:
    assert guard(duo, trusted_endpoints=BLOCK, max_blocked=0) == []
    with pytest.raises(Refused):
        guard(duo, trusted_endpoints=REQUIRE, max_blocked=0, apply_to=[{"application": "VPN"}])


@pytest.mark.parametrize("complete", [False, "false", None, True])
def test_a_list_of_computers_that_is_not_complete(complete: Any) -> None:
    fleet = {**SUMMARY, "complete": complete}
    options = {"fleet": fleet, "max_blocked": 99}
    assert guard(account(policy()), trusted_endpoints=REQUIRE, **options) == [], "computers do not matter"
    if complete in (None, True):
        assert guard(account(policy()), trusted_endpoints=BLOCK, **options) == []
        return
    with pytest.raises(IncompleteList, match="that the policy 'Laptops' newly blocks no more than 99 devices"):
        guard(account(policy()), trusted_endpoints=BLOCK, **options)


def test_computers_that_nobody_counted() -> None:
    with pytest.raises(InvalidInput, match="how many there are is not given"):
        guard(account(policy()), trusted_endpoints=BLOCK, max_blocked=99)
    assert guard(account(policy()), trusted_endpoints=REQUIRE, max_blocked=99) == []
