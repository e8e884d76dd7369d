# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions in words: read, shown, compared, and what is wrong with them."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.condition_text import OPERATORS
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import (
    comparable,
    in_words,
    may_be_form_of,
    parse,
    references,
    tidy,
    to_ise,
)

ROUTERS = "DEVICE:Device Type equals All Device Types#Router"
STAFF = "CORP_AD member of corp.example/Users/VPN Users"
CORE = "library Network_Devices_Core"


def attributes(dictionary: str, attribute: str, operator: str, value: str, **more: Any) -> dict[str, Any]:
    return {
        "conditionType": "ConditionAttributes",
        "dictionaryName": dictionary,
        "attributeName": attribute,
        "operator": operator,
        "attributeValue": value,
        **more,
    }


ROUTERS_IN_FULL = attributes("DEVICE", "Device Type", "equals", "All Device Types#Router")
STAFF_IN_FULL = attributes("CORP_AD", "ExternalGroups", "equals", "corp.example/Users/VPN Users")
CORE_IN_FULL = {"conditionType": "ConditionReference", "name": "Network_Devices_Core"}


def in_full(kind: str, *children: Any, **more: Any) -> dict[str, Any]:
    return {"conditionType": f"Condition{kind}Block", **more, "children": list(children)}


# What is written, what ISE gets, and what is shown


@pytest.mark.parametrize(
    ("written", "structure", "shown"),
    [
        (ROUTERS, ROUTERS_IN_FULL, ROUTERS),
        ("  DEVICE : Device Type  equals All Device Types#Router \n", ROUTERS_IN_FULL, ROUTERS),
        (STAFF, STAFF_IN_FULL, STAFF),
        ("CORP_AD:ExternalGroups equals corp.example/Users/VPN Users", STAFF_IN_FULL, STAFF),
        (
            "CORP_AD:ExternalGroups notEquals a/b",
            attributes("CORP_AD", "ExternalGroups", "notEquals", "a/b"),
            "CORP_AD:ExternalGroups notEquals a/b",
        ),
        (CORE, CORE_IN_FULL, CORE),
        ({"library": "Network_Devices_Core"}, CORE_IN_FULL, CORE),
        ({"library": "a:b"}, {"conditionType": "ConditionReference", "name": "a:b"}, {"library": "a:b"}),
        (
            {"conditionType": "ConditionReference", "id": "1"},
            {"conditionType": "ConditionReference", "id": "1"},
            {"conditionType": "ConditionReference", "id": "1"},
        ),
        (
            "Network Access:UserName in a equals b",
            attributes("Network Access", "UserName", "in", "a equals b"),
            "Network Access:UserName in a equals b",
        ),
        (
            'Network Access:UserName equals ""',
            attributes("Network Access", "UserName", "equals", ""),
            'Network Access:UserName equals ""',
        ),
        (
            "Radius:NAS-IP-Address ipEquals 192.0.2.1",
            attributes("Radius", "NAS-IP-Address", "ipEquals", "192.0.2.1"),
            "Radius:NAS-IP-Address equals 192.0.2.1",
        ),
        (
            "Radius:Calling-Station-ID macEquals 00:11:22:33:44:55",
            attributes("Radius", "Calling-Station-ID", "macEquals", "00:11:22:33:44:55"),
            "Radius:Calling-Station-ID macEquals 00:11:22:33:44:55",
        ),
        ([ROUTERS, STAFF], in_full("And", ROUTERS_IN_FULL, STAFF_IN_FULL), {"all of": [ROUTERS, STAFF]}),
        (
            {"any of": [ROUTERS, {"not": {"all of": [STAFF, CORE]}}]},
            in_full("Or", ROUTERS_IN_FULL, in_full("And", STAFF_IN_FULL, CORE_IN_FULL, isNegate=True)),
            {"any of": [ROUTERS, {"not": {"all of": [STAFF, CORE]}}]},
        ),
        ({"not": {"not": STAFF}}, STAFF_IN_FULL, STAFF),
        ({"not": {**ROUTERS_IN_FULL, "isNegate": "yes"}}, ROUTERS_IN_FULL, ROUTERS),
        ({"not": {"all of": [STAFF]}}, {**STAFF_IN_FULL, "isNegate": True}, {"not": STAFF}),
        (
            {"conditionType": "ConditionOrBlock", "isNegate": False, "children": [STAFF, {"not": ROUTERS}]},
            in_full("Or", STAFF_IN_FULL, {**ROUTERS_IN_FULL, "isNegate": True}),
            {"any of": [STAFF, {"not": ROUTERS}]},
        ),
        (
            {**ROUTERS_IN_FULL, "attributeValue": 5, "dictionaryValue": None},
            attributes("DEVICE", "Device Type", "equals", "5"),
            "DEVICE:Device Type equals 5",
        ),
        # What no line of text can say stays in ISE's structure.
        *(
            (structure, structure, structure)
            for structure in (
                attributes("DEVICE", "Device Type", "equals", "x", dictionaryValue="y"),
                attributes("DEVICE", "Days in use", "equals", "5"),
                attributes("DEVICE", "Device Type", "equals", " x"),
                attributes("a:b", "c", "equals", "x"),
                attributes("CORP_AD", "ExternalGroups", "equals", ""),
            )
        ),
    ],
    ids=str,
)
def test_what_is_written(written: Any, structure: Any, shown: Any) -> None:
    assert parse(written) == structure
    assert in_words(parse(written)) == shown
    assert comparable(written) == comparable(structure) == comparable(shown)


def some_condition(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    """Any condition that ISE can hold, its texts full of words that mean something in a line."""
    kinds = ["attributes", "name"] + ["And", "Or"] * (depth < 3)
    kind, negated = chance.choice(kinds), {"isNegate": True} if chance.random() < 0.3 else {}
    words = ["DEVICE", "library", "member of", "equals", "in", "not", ":", "Type", " ", "#", '""', "a.b/C D", "5"]

    def text() -> str:
        found = "".join(chance.choice([*words, " x "]) for _unused in range(chance.randint(1, 4)))
        return found if found.strip() else "x"

    if kind == "name":
        return {"conditionType": "ConditionReference", **negated, "name": text()}
    if kind == "attributes":
        found = attributes(text(), text(), chance.choice(sorted(OPERATORS)), text())
        return {**found, **negated, **({"dictionaryValue": text()} if chance.random() < 0.1 else {})}
    return in_full(kind, *(some_condition(chance, depth + 1) for _unused in range(chance.randint(2, 3))), **negated)


def test_words_say_all_that_a_condition_holds() -> None:
    chance = random.Random(7)
    for _unused in range(400):
        condition = some_condition(chance)
        words = in_words(condition)
        assert comparable(words) == comparable(condition), condition
        assert in_words(parse(words)) == words


# What is wrong


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (5, ["condition is 5", "DICTIONARY:ATTRIBUTE OPERATOR VALUE"]),
        ("", ["condition is ''"]),
        ({}, ["condition is {}"]),
        ([], ["condition must be a list of conditions, and not be empty"]),
        ([None], ["[0] is None"]),
        ("VPN", ["condition is 'VPN': write DICTIONARY"]),
        ("DEVICE:Device Type", ["write DICTIONARY"]),
        ("DEVICE:Device Type equal x", ["'equal' is not an operator of ISE", "'equals'"]),
        ("DEVICE:Device Type Equals x", ["'Equals' is not an operator", "'equals'"]),
        ("DEVICE:Device Type not equals x", ["write notEquals instead of 'not equals'"]),
        ("DEVICE:Device Type equals", ["no value follows equals", '""']),
        (":Device Type equals x", ["the dictionary before the colon is missing"]),
        ("DEVICE:Device Type equals 100%", ["condition has '%' in the value '100%'"]),
        ("CORP_AD member of a<b>", ["has '<' and '>' in the value"]),
        ({**ROUTERS_IN_FULL, "attributeValue": "<x"}, ["condition.attributeValue has '<'"]),
        ({"all_of": [ROUTERS]}, ["has 'all_of'", "(the nearest existing names are 'all of', 'any of')"]),
        ({"each of": [ROUTERS], "some of": [STAFF]}, ["has 'each of'"]),
        ({"each of": "x", "any of": [STAFF]}, ["has 'each of', which is none of 'all of', 'any of', 'not', 'library'"]),
        ({"DEVICE": "Device Type equals x"}, ["'DEVICE'", "leave no space after its colon"]),
        ({"all of": [ROUTERS], "any of": [STAFF]}, ["'all of' and 'any of'", "one of them only"]),
        ({"all of": [ROUTERS], "name": "x"}, ["has 'name'"]),
        ({"any of": ROUTERS}, ["condition['any of'] must be a list"]),
        ({"any of": []}, ["condition['any of'] must be a list"]),
        ({"not": None}, ["condition['not'] is None"]),
        ({"not": {"any of": [STAFF, "x"]}}, ["condition['not']['any of'][1] is 'x'"]),
        ({"any of": ["x", "y"]}, ["['any of'][0] is 'x'", "['any of'][1] is 'y'"]),
        ({"library": ["x"]}, ["condition['library'] is ['x']"]),
        ({"conditionType": "andBlock", "children": [STAFF]}, ["conditionType is 'andBlock'", "ConditionAndBlock"]),
        ({**ROUTERS_IN_FULL, "conditionType": ["x"]}, ["condition.conditionType is ['x']"]),
        ({"conditionType": "ConditionAttributes"}, ["dictionaryName is missing", "attributeValue is missing"]),
        ({**ROUTERS_IN_FULL, "attributeValue": None}, ["condition.attributeValue is missing"]),
        ({**ROUTERS_IN_FULL, "attributeValue": True}, ["attributeValue is True", "quotes"]),
        ({**ROUTERS_IN_FULL, "attributeValue": ["a"]}, ["attributeValue is ['a']"]),
        ({**ROUTERS_IN_FULL, "dictionaryValue": {}}, ["condition.dictionaryValue is {}"]),
        (
            {**ROUTERS_IN_FULL, "operator": "startWith"},
            ["operator is 'startWith', which ISE does not know (", "'startsWith'", "'macStartsWith')"],
        ),
        ({**ROUTERS_IN_FULL, "isNegate": "perhaps"}, ["condition.isNegate is 'perhaps'"]),
        ({**ROUTERS_IN_FULL, "attribute_name": "x"}, ["condition.attribute_name is unknown", "attributeName"]),
        (in_full("And"), ["condition.children must be a list"]),
        ({"conditionType": "ConditionOrBlock", "children": ROUTERS_IN_FULL}, ["condition.children must be a list"]),
        (in_full("And", STAFF, ["x"]), ["condition.children[1][0] is 'x'"]),
        (
            in_full("And", STAFF, in_full("And", {**ROUTERS_IN_FULL, "operator": ""})),
            ["condition.children[1].children[0].operator is missing"],
        ),
        ({"conditionType": "ConditionReference"}, ["give its name or its id"]),
        ({"conditionType": "ConditionReference", "id": 5}, ["condition.id is 5"]),
        ({"conditionType": "LibraryConditionAttributes"}, ["conditionType is 'LibraryConditionAttributes'"]),
    ],
    ids=str,
)
def test_what_is_wrong(written: Any, expected: list[str]) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse(written)
    assert [words for words in expected if words not in str(raised.value)] == []


def test_the_place_of_a_problem_begins_with_the_option() -> None:
    with pytest.raises(InvalidInput, match=r"rules\[2\]\.condition\['not'\] is 'x'"):
        parse({"not": "x"}, "rules[2].condition")


# From ISE and to it


def test_what_ise_adds_is_nothing() -> None:
    as_read = {**ROUTERS_IN_FULL, "isNegate": False, "link": None, "dictionaryValue": None, "vendorNews": 1}
    reference = {**CORE_IN_FULL, "id": "1", "description": "Core", "isNegate": True, "link": None}
    assert tidy(in_full("And", as_read, reference, link=None)) == in_full(
        "And", ROUTERS_IN_FULL, {**CORE_IN_FULL, "id": "1", "isNegate": True}
    )


def test_a_library_condition_is_shown_as_the_user_gives_it() -> None:
    as_read = {**CORE_IN_FULL, "id": "1"}
    assert in_words(as_read) == CORE
    assert in_words(as_read, {"1"}) == {"conditionType": "ConditionReference", "id": "1"}


@pytest.mark.parametrize("member", ["operator", "attributeName", "dictionaryValue", "attributeValue"])
@pytest.mark.parametrize("odd", [{"x": 1}, ["x"], [[]]])
def test_a_condition_as_read_with_something_else_in_place_of_a_text(member: str, odd: Any) -> None:
    words = in_words(tidy({"conditionType": "ConditionAttributes", "dictionaryName": "DEVICE", member: odd}))
    assert comparable(words) == comparable(words)


def test_a_type_that_nobody_knows_stays_as_it_is() -> None:
    newer = {"conditionType": "TimeAndDateCondition", "name": "Office", "weekDays": ["Monday"]}
    block = in_full("And", {**newer, "link": {"rel": "self"}, "datesRange": None}, ROUTERS_IN_FULL)
    assert in_words(tidy(block)) == {"all of": [newer, ROUTERS]}
    reverse = {name: newer[name] for name in reversed(newer)}
    assert comparable(in_words(tidy(block))) == comparable(block) == comparable([reverse, ROUTERS])


def test_every_operator_that_ise_may_store_instead_means_the_same() -> None:
    for plain, others in {
        "equals": ["ipEquals"],
        "notEquals": ["ipNotEquals"],
        "greaterThan": ["ipGreaterThan", "dateGreaterThan"],
        "lessThan": ["ipLessThan", "dateLessThan"],
    }.items():
        assert {str(comparable(f"A:B {operator} 1")) for operator in [plain, *others]} == {
            str(comparable(f"A:B {plain} 1"))
        }
    assert comparable("A:B equals 1") != comparable("A:B macEquals 1") != comparable("A:B notEquals 1")


def test_order_means_nothing_and_everything_else_does() -> None:
    assert comparable([STAFF, {"any of": [CORE, ROUTERS]}]) == comparable([{"any of": [ROUTERS, CORE]}, STAFF])
    assert comparable([STAFF, CORE]) != comparable({"any of": [STAFF, CORE]})
    assert comparable(STAFF) != comparable({"not": STAFF})


def test_the_case_of_a_whole_group_means_nothing() -> None:
    assert comparable("CORP_AD member of corp.example/users/vpn users") == comparable(STAFF)
    for one in ("A:ExternalGroups contains X", "A:Department equals X"):
        assert comparable(one) != comparable(
            one.lower().replace("a:e", "A:E").replace("externalgroups", "ExternalGroups")
        )
    assert comparable("A:Department equals X") != comparable("A:Department equals x")


STATION, STORED = "Radius:Calling-Station-ID", "macEquals"


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        (f"{STATION} {STORED} AA:BB:0C", f"{STATION} equals aa-bb-0c"),
        (f"{STATION} macNotEquals AA", f"{STATION} notEquals AA"),
        ([STAFF, CORE, "A:B equals 1", ROUTERS], [STAFF, {"all of": [ROUTERS, {"all of": [CORE, "A:B equals 1"]}]}]),
        ({"any of": [STAFF, CORE, ROUTERS]}, {"any of": [{"any of": [ROUTERS, CORE]}, STAFF]}),
        (
            [STAFF, {"any of": [f"{STATION} {STORED} AA", CORE]}],
            [dict(reversed(STAFF_IN_FULL.items())), {"any of": [f"{STATION} equals a.a", CORE]}],
        ),
    ],
)
def test_what_ise_may_have_made_of_a_condition(stored: Any, sent: Any) -> None:
    assert may_be_form_of(stored, sent)


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        (f"{STATION} {STORED} AA", f"{STATION} notEquals AA"),
        (f"{STATION} {STORED} AA", f"{STATION} equals AB"),
        ("A:B macEquals 1", "A:C equals 1"),
        ([STAFF, CORE, ROUTERS], [STAFF, {"any of": [CORE, ROUTERS]}]),
        ([STAFF, CORE, ROUTERS], [STAFF, {"not": [CORE, ROUTERS]}]),
        ([STAFF, CORE], [STAFF, ROUTERS]),
    ],
)
def test_what_ise_cannot_have_made_of_a_condition(stored: Any, sent: Any) -> None:
    assert not may_be_form_of(stored, sent)


def test_a_group_is_sent_as_ise_spells_it() -> None:
    spelled = {("CORP_AD", "corp.example/Users/VPN Users"): "Corp.Example/Users/VPN users"}
    sent = to_ise(
        parse({"any of": [STAFF, "CORP_AD member of other", ROUTERS, "A:ExternalGroups contains x"]}), {}, spelled
    )
    values = [child["attributeValue"] for child in sent["children"]]
    assert values == ["Corp.Example/Users/VPN users", "other", "All Device Types#Router", "x"]
    same = {("CORP_AD", "x"): "X", ("DEVICE", "All Device Types#Router"): "X"}
    others = parse(["CORP_AD:Department equals x", "CORP_AD:ExternalGroups contains x", ROUTERS])
    assert [child["attributeValue"] for child in to_ise(others, {}, same)["children"]] == [
        "x",
        "x",
        "All Device Types#Router",
    ]
    assert to_ise(parse(STAFF), {})["attributeValue"] == STAFF_IN_FULL["attributeValue"]


def test_references_by_name_are_sent_by_id() -> None:
    condition = parse([ROUTERS, {"not": CORE}])
    (reference,) = references(condition)
    assert reference["name"] == "Network_Devices_Core"
    assert to_ise(condition, {"Network_Devices_Core": "1"}) == in_full(
        "And",
        {**ROUTERS_IN_FULL, "isNegate": False},
        {"conditionType": "ConditionReference", "isNegate": True, "id": "1"},
        isNegate=False,
    )
