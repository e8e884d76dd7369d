# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A way in is one that the rules prove; whatever they leave open counts as none."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.lockout import (
    PolicyRules,
    claims_of,
    without_way_in,
)


def attribute(text: str, negate: bool = False) -> dict[str, Any]:
    """``DEVICE:Device Type equals Router``, without spaces in the names but one."""
    place, operator, value = text.rsplit(" ", 2)
    dictionary, _colon, name = place.partition(":")
    return {
        "conditionType": "ConditionAttributes",
        "dictionaryName": dictionary,
        "attributeName": name,
        "operator": operator,
        "attributeValue": value,
        "isNegate": negate,
    }


def block(kind: str, *children: dict[str, Any], negate: bool = False) -> dict[str, Any]:
    return {"conditionType": f"Condition{kind}Block", "children": list(children), "isNegate": negate}


ROUTER = attribute("DEVICE:Device Type equals Router")
SWITCH = attribute("DEVICE:Device Type equals Switch")
HERO = attribute("InternalUser:Name equals firefighter")
NO_HERO = attribute("InternalUser:Name notEquals firefighter")
ADMINS = attribute("CORP_AD:ExternalGroups equals Admins")


def ask(condition: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": "Ask", "condition": condition, "on_failure": "reject", "rule_state": "enabled", **more}


def admit(condition: Any = None, **more: Any) -> dict[str, Any]:
    given = {"profiles": "Shell", "commands": ["All"], "rule_state": "enabled"}
    return {"name": "Admit", "condition": condition, **given, **more}


REFUSE = admit(name="Default", profiles="Deny All Shell Profile", commands=["DenyAllCommands"])


@pytest.mark.parametrize("condition", [None, {}, ROUTER, block("And", ROUTER, ADMINS)], ids=str)
def test_a_rule_that_fails_closed_locks_out(condition: Any) -> None:
    assert without_way_in(PolicyRules([ask(condition)], [admit(ADMINS), REFUSE])) == ["Ask"]


@pytest.mark.parametrize("word", ["drop", "continue", "", None, "acceptance"])
def test_an_action_that_nobody_has_published_is_no_way_in(word: str | None) -> None:
    assert without_way_in(PolicyRules([ask(on_failure=word)], [admit()])) == ["Ask"]


@pytest.mark.parametrize("more", [{"on_failure": "ACCEPT"}, {"rule_state": "disabled"}, {"rule_state": "monitor"}])
def test_a_rule_that_fails_open_or_does_not_enforce_locks_nobody_out(more: dict[str, Any]) -> None:
    assert without_way_in(PolicyRules([ask(**more)], [])) == []


@pytest.mark.parametrize("state", [None, "", "paused"])
def test_a_rule_of_unknown_state_may_lock_out_and_is_no_way_in(state: Any) -> None:
    unknown = {"rule_state": state}
    assert without_way_in(PolicyRules([ask(**unknown)])) == ["Ask"]
    assert without_way_in(PolicyRules([ask(NO_HERO)], [admit(HERO)])) == []
    assert without_way_in(PolicyRules([ask(NO_HERO)], [admit(HERO, **unknown)])) == ["Ask"]
    # One above may refuse whoever is left out.
    refusal = {**REFUSE, "condition": HERO}
    assert without_way_in(PolicyRules([ask(NO_HERO)], [{**refusal, **unknown}, admit(HERO)])) == ["Ask"]
    assert without_way_in(PolicyRules([ask(NO_HERO)], [{**refusal, "rule_state": "monitor"}, admit(HERO)])) == []
    above = ask(HERO, name="Above", on_failure="accept")
    assert without_way_in(PolicyRules([above, ask(ADMINS)])) == []
    assert without_way_in(PolicyRules([{**above, **unknown}, ask(ADMINS)])) == ["Ask"]


@pytest.mark.parametrize(
    ("way", "asked", "is_open"),
    [
        (None, None, True),
        (HERO, None, True),
        (HERO, ROUTER, True),
        (block("And", HERO, ROUTER), ROUTER, True),
        # On other devices, or on devices that are not known.
        (ROUTER, None, False),
        (block("And", HERO, SWITCH), ROUTER, False),
        ({"conditionType": "ConditionReference", "name": "Break glass"}, None, False),
        (block("Or", HERO, ROUTER), None, False),
    ],
)
def test_a_rule_above_that_fails_open_counts_on_its_devices(way: Any, asked: Any, is_open: bool) -> None:
    above, below = ask(way, name="Open", on_failure="accept"), ask(asked)
    assert without_way_in(PolicyRules([above, below], [admit()])) == ([] if is_open else ["Ask"])
    assert without_way_in(PolicyRules([below, above], [admit()])) == ["Ask"]


@pytest.mark.parametrize(
    "exempting",
    [
        NO_HERO,
        attribute("InternalUser:Name equals firefighter", negate=True),
        block("And", ROUTER, NO_HERO),
        block("Or", HERO, attribute("InternalUser:Name equals other"), negate=True),
        block("And", block("And", NO_HERO)),
    ],
)
def test_an_account_that_no_rule_asks_about_and_that_is_admitted(exempting: dict[str, Any]) -> None:
    for authorization in ([admit(HERO), admit(), REFUSE], [admit(), REFUSE], [admit(block("And", HERO, ADMINS))]):
        assert without_way_in(PolicyRules([ask(exempting)], authorization)) == []
    # The rule leaves somebody out, and nothing is known to admit them.
    for authorization in ([admit(ADMINS), REFUSE], [REFUSE], []):
        assert without_way_in(PolicyRules([ask(exempting)], authorization)) == ["Ask"]
    assert without_way_in(PolicyRules([ask(exempting)], [REFUSE, admit(HERO)])) == ["Ask"]
    assert without_way_in(PolicyRules([ask(exempting)], [admit(HERO, rule_state="disabled")])) == ["Ask"]
    # Another rule asks all the same, and then both keep everybody out.
    assert without_way_in(PolicyRules([ask(exempting), ask(name="All")], [admit(HERO)])) == ["Ask", "All"]


@pytest.mark.parametrize(
    ("asked", "admitted", "is_open"),
    [
        # Only on devices that are asked about: that is where the way must be.
        (block("And", ROUTER, NO_HERO), block("And", HERO, ROUTER), True),
        (block("And", ROUTER, NO_HERO), block("And", HERO, SWITCH), False),
        (block("And", ROUTER, NO_HERO), ROUTER, True),
        (block("And", ROUTER, NO_HERO), SWITCH, False),
        # Whoever is asked about otherwise, from where they are not.
        (block("And", ADMINS, NO_HERO), ADMINS, True),
        (NO_HERO, NO_HERO, False),
        # Who logs in to other devices is no way in to these.
        (attribute("DEVICE:Device Type notEquals Router"), ROUTER, False),
        (block("Or", NO_HERO, ROUTER), HERO, False),
    ],
)
def test_the_way_must_lead_to_the_same_devices(asked: Any, admitted: Any, is_open: bool) -> None:
    assert without_way_in(PolicyRules([ask(asked)], [admit(admitted)])) == ([] if is_open else ["Ask"])


def test_a_refusal_above_closes_the_way_unless_it_is_for_others() -> None:
    refusal = {**REFUSE, "condition": ADMINS}
    assert without_way_in(PolicyRules([ask(NO_HERO)], [refusal, admit(HERO)])) == ["Ask"]
    assert without_way_in(PolicyRules([ask(NO_HERO)], [{**REFUSE, "condition": NO_HERO}, admit(HERO)])) == []


@pytest.mark.parametrize(
    "more",
    [
        {"profiles": ["DenyAccess"], "commands": None},
        {"profiles": None, "commands": None},
        {"profiles": "Shell", "commands": ["DenyAllCommands"]},
        {"profiles": "Deny All Shell Profile", "commands": ["All"]},
    ],
)
def test_what_refuses_does_not_admit(more: dict[str, Any]) -> None:
    assert without_way_in(PolicyRules([ask(NO_HERO)], [admit(HERO, **more)])) == ["Ask"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DEVICE:Device IP ipEquals 192.0.2.1", "DEVICE:Device IP equals 192.0.2.1"),
        ("Radius:Calling macNotEquals A", "Radius:Calling notEquals A"),
        ("InternalUser:Name equals Firefighter", "internaluser:name equals firefighter"),
    ],
)
def test_what_ise_rewrites_compares_equal(one: str, other: str) -> None:
    assert claims_of(attribute(one)) == claims_of(attribute(other))


@pytest.mark.parametrize("place", ["DEVICE:Model equals x", "Custom:NAS-IP-Address equals x", "Custom:Device equals x"])
def test_what_is_about_a_device_is_no_way_in_to_others(place: str) -> None:
    above = ask(attribute(place), name="Open", on_failure="accept")
    assert without_way_in(PolicyRules([above, ask()], [admit()])) == ["Ask"]
    exempting = attribute(place, negate=True)
    assert without_way_in(PolicyRules([ask(exempting)], [admit()])) == ["Ask"]


@pytest.mark.parametrize(
    "asked",
    [
        attribute("Network Access:Protocol equals TACACS+"),
        attribute("Network Access:AuthenticationStatus equals AuthenticationPassed"),
        attribute("Network Access:AuthenticationStatus notEquals AuthenticationFailed"),
        attribute("TACACS:Service equals Login"),
        attribute("Session:PostureStatus equals Compliant"),
        attribute("EndPoints:LogicalProfile notEquals Phones"),
        attribute("Network Access:UserName matches .*"),
        attribute("InternalUser:Name matches ^.+$"),
        {**HERO, "operator": "notEquals", "attributeValue": ""},
        {**HERO, "operator": "contains", "attributeValue": ""},
    ],
)
def test_what_is_so_of_every_account_leaves_none_out(asked: dict[str, Any]) -> None:
    assert without_way_in(PolicyRules([ask(asked)], [admit()])) == ["Ask"]
    assert without_way_in(PolicyRules([ask(block("And", ROUTER, asked))], [admit(ROUTER)])) == ["Ask"]
    above = ask({**asked, "isNegate": True}, name="Open", on_failure="accept")
    assert without_way_in(PolicyRules([above, ask(ADMINS)], [admit(ADMINS)])) == ["Ask"]


@pytest.mark.parametrize(
    "exempt",
    [
        "TACACS:User notEquals firefighter",
        "TACACS:Port notEquals console",
        "TACACS:Remote-Address notEquals 192.0.2.1",
        "Network Access:UserName notEquals firefighter",
        "Network Access:AuthenticationIdentityStore equals CORP_AD",
        "LDAP_Corp:memberOf equals Admins",
    ],
)
def test_an_account_or_a_place_to_log_in_from_can_be_left_out(exempt: str) -> None:
    assert without_way_in(PolicyRules([ask(attribute(exempt))], [admit()])) == []


def test_a_condition_of_the_library_is_the_same_one_in_any_order() -> None:
    reference = {"conditionType": "ConditionReference", "name": "Routers"}
    above = ask(dict(reversed(reference.items())), name="Open", on_failure="accept")
    assert without_way_in(PolicyRules([above, ask(reference)], [])) == []


def test_a_negated_and_block_proves_nothing() -> None:
    assert without_way_in(PolicyRules([ask(block("And", HERO, ADMINS, negate=True))], [admit(HERO)])) == ["Ask"]
