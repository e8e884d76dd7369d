# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a Duo policy applies, and what to send so that it applies to more."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import entries_of
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import (
    Applied,
    Target,
    applied_of,
    beside,
    entries_with,
    parameters_to_apply,
    require_readable,
    targets_of,
    with_applications,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, UnexpectedAnswer

from .account import Account

APPLICATIONS: list[dict[str, Any]] = [
    {"integration_key": "DI1", "name": "Door", "policy_key": "PO1"},
    {"integration_key": "DI2", "name": "VPN"},
]
GROUPS = [{"group_id": "DG1", "name": "one"}, {"group_id": "DG2", "name": "two"}, {"group_id": "DG3", "name": "three"}]
EVERYBODY = Target("Door", "Door", "DI1")
SOME = Target("DI2", "VPN", "DI2", {"two": "DG2", "one": "DG1"})


def entry(key: str, *groups: dict[str, str]) -> dict[str, Any]:
    return {"app_integration_key": key, "app_name": f"application {key}", "groups": list(groups)}


def applied(*entries: Any) -> Applied:
    found = entries_of({"policy_applies_to": list(entries)})
    assert found is not None
    return Applied(found)


@pytest.mark.parametrize(
    ("target", "raw", "present"),
    [
        (EVERYBODY, applied(), None),
        (EVERYBODY, applied(entry("DI2")), None),
        (EVERYBODY, applied({"app_integration_key": "DI1", "apply_type": "app"}), {"application": "Door"}),
        (EVERYBODY, applied({"app_integration_key": "DI1"}), None),
        (EVERYBODY, applied({"app_integration_key": "DI1", "apply_type": "group_app", "groups": []}), None),
        (EVERYBODY, applied({"app_integration_key": "DI1", "group_name": "one"}), None),
        (SOME, applied({"app_integration_key": "DI2", "group_name": "one"}), {"application": "DI2", "groups": ["one"]}),
        (EVERYBODY, applied(entry("DI1", {"group_name": "one"})), None),
        (SOME, applied(entry("DI2")), None),
        (SOME, applied(entry("DI1", {"group_name": "one"})), None),
        (SOME, applied(entry("DI2", {"group_name": "three"})), None),
        (SOME, applied(entry("DI2", {"group_name": "one"})), {"application": "DI2", "groups": ["one"]}),
        (
            SOME,
            applied(entry("DI2", {"group_name": "one"}), entry("DI2", {"group_id": "DG2"})),
            {"application": "DI2", "groups": ["one", "two"]},
        ),
        # Where an ID is shown it decides, because names may have changed.
        (SOME, applied(entry("DI2", {"group_id": "DG9", "group_name": "one"})), None),
        # A name has several forms.
        (SOME, applied(entry("DI2", {"group_name": " one "})), {"application": "DI2", "groups": ["one"]}),
    ],
)
def test_what_is_there_already(target: Target, raw: Applied, present: Any) -> None:
    assert target.present(raw) == present


BOTH = [{"group_name": "one"}, {"group_name": "two"}]


@pytest.mark.parametrize(
    ("target", "entries", "covered"),
    [
        (EVERYBODY, [], False),
        (EVERYBODY, [entry("DI1")], True),
        (EVERYBODY, [entry("DI2")], False),
        (EVERYBODY, [entry("DI1", *BOTH)], False),
        (SOME, [], False),
        (SOME, [entry("DI2")], True),
        (SOME, [entry("DI1")], False),
        (SOME, [entry("DI2", *BOTH[:1])], False),
        (SOME, [entry("DI2", *BOTH, {"group_name": "three"})], True),
        (SOME, [entry("DI2", *BOTH[:1]), entry("DI2")], True),
    ],
)
def test_whether_it_applies_to_all_of_them(target: Target, entries: list[Any], covered: bool) -> None:
    assert target.is_covered(applied(*entries)) is covered


def policy(key: str, *entries: Any) -> dict[str, Any]:
    return {"policy_key": key, "policy_applies_to": list(entries)}


AT_1, AT_2, FOR_1 = policy("PO1", entry("DI1")), policy("PO2", entry("DI2")), policy("PO3", entry("DI1", *BOTH))
NAMELESS, HIDDEN = policy("PO4", entry("")), {"policy_key": "PO5"}
OTHERS = [AT_1, AT_2, FOR_1, NAMELESS, HIDDEN, policy("PO6")]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (applied(), []),
        (applied(entry("DI1")), []),
        (applied(entry("DI1", *BOTH)), [AT_1, FOR_1, NAMELESS, HIDDEN]),
        (applied(entry("DI1"), entry("DI2", *BOTH)), [AT_2, NAMELESS, HIDDEN]),
        (applied({"app_integration_key": "DI1", "apply_type": "group_app"}), [AT_1, FOR_1, NAMELESS, HIDDEN]),
        (applied(entry("", *BOTH)), OTHERS),
        (Applied([], shows_everybody=False, shows_groups=False), OTHERS),
        (Applied([], shows_groups=False), OTHERS),
    ],
)
def test_which_policies_may_apply_to_the_same_users(where: Applied, expected: list[dict[str, Any]]) -> None:
    duo = Account(summary=[{"policy_key": "PO5"}])
    keys = [raw["policy_key"] for raw in beside(where, OTHERS, cast(Duo, duo))]
    assert keys == [raw["policy_key"] for raw in expected]
    # The summary is asked only where it matters which policies they are.
    assert bool(duo.asked) is (expected not in ([], OTHERS))


TYPE = "apply_type"


@pytest.mark.parametrize(
    ("said", "groups"),
    [
        ({TYPE: "app", "groups": []}, []),
        ({TYPE: "app", "groups": None}, []),
        ({TYPE: "app"}, []),
        ({TYPE: "APP"}, []),
        ({"groups": []}, []),
        ({TYPE: "group_app", "groups": [{"group_name": "a"}]}, [{"group_name": "a"}]),
        ({TYPE: "group_app", "group_name": "a"}, [{"group_name": "a"}]),
        ({TYPE: "group_app", "group_id": "DG1", "groups": []}, [{"group_id": "DG1"}]),
        ({TYPE: "app", "group_id": "DG1", "group_name": "a"}, [{"group_id": "DG1", "group_name": "a"}]),
        ({"group_name": "a", "groups": None}, [{"group_name": "a"}]),
        ({TYPE: "group_app"}, None),
        ({TYPE: "group_app", "groups": []}, None),
        ({TYPE: "group_app", "groups": None, "group_name": None}, None),
        ({TYPE: "group_app", "group_name": ""}, None),
        ({TYPE: "group_app", "groups": [{}]}, None),
        ({TYPE: "group_app", "groups": [{"group_name": "a"}, {"name": "b"}]}, None),
        ({TYPE: "app", "groups": ["a"]}, None),
        ({TYPE: "app", "groups": "a"}, None),
        ({TYPE: "app", "groups": {"group_name": "a"}}, None),
        ({TYPE: "group_app", "group_name": ["a"]}, None),
        ({TYPE: "app", "group_id": {"id": "DG1"}}, None),
        ({TYPE: "group_app", "groups": [{"group_id": ["DG1"]}]}, None),
        ({TYPE: "group_app", "groups": [{"group_id": "DG1", "group_name": ["a"]}]}, None),
        ({TYPE: "user_group"}, None),
        ({TYPE: None}, None),
        ({}, None),
    ],
    ids=str,
)
def test_which_groups_an_entry_is_for(said: dict[str, Any], groups: Any) -> None:
    """Nothing but what says so is for everybody."""
    raw = applied({"app_integration_key": "DI1", **said})
    (found,) = raw.entries
    assert found["groups"] == groups
    if groups is not None:
        require_readable(raw, "policy")
        return
    with pytest.raises(UnexpectedAnswer, match="does not show which groups it applies to at DI1"):
        require_readable(raw, "policy")


@pytest.mark.parametrize("entry", ["DI1", None, {TYPE: "app"}, ["DI1"]], ids=str)
def test_an_entry_that_names_no_application_is_not_sent_again(entry: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="at an application without a name"):
        require_readable(applied(entry), "policy")


def test_entries_of_one_group_each_are_one() -> None:
    said = [
        {"app_integration_key": key, TYPE: "group_app", "group_id": one} for key, one in (("DI1", "a"), ("DI1", "b"))
    ]
    assert applied(*said).entries == [
        {"app_integration_key": "DI1", "app_name": None, "groups": [{"group_id": "a"}, {"group_id": "b"}]}
    ]


@pytest.mark.parametrize("said", [{}, {"policy_applies_to": None}, {"policy_applies_to": "DI1"}], ids=str)
def test_what_is_missing_is_not_empty(said: dict[str, Any]) -> None:
    assert entries_of(said) is None
    assert entries_with([EVERYBODY], Applied(shows_groups=False)) is None


def test_what_is_sent_is_what_is_there_and_more() -> None:
    raw = applied(entry("DI3"), entry("DI2", {"group_name": "three"}), entry("DI4", {"group_id": "DG1"}))
    assert parameters_to_apply([EVERYBODY, SOME], raw, lambda: GROUPS) == {
        "apply_to_apps": {"apply_list": ["DI1", "DI3"], "affect_all_apps": "inactive"},
        "apply_to_groups_in_apps": {
            "apply_group_policies_list": [
                {"app_integration_key": "DI2", "group_id_list": ["DG1", "DG2", "DG3"]},
                {"app_integration_key": "DI4", "group_id_list": ["DG1"]},
            ],
            "group_policy_apply_order": "existing",
        },
    }


def test_groups_are_looked_up_only_where_duo_shows_no_ids() -> None:
    def nobody_asks() -> list[dict[str, Any]]:
        raise AssertionError("groups were listed")

    assert parameters_to_apply([], Applied(), nobody_asks) == {}
    raw = applied(entry("DI2", {"group_id": "DG3", "group_name": "three"}))
    sent = parameters_to_apply([EVERYBODY], raw, nobody_asks)
    assert sent["apply_to_apps"]["apply_list"] == ["DI1"]
    with pytest.raises(InvalidInput, match="continue to apply the policy to the group 'gone'"):
        parameters_to_apply([EVERYBODY], applied(entry("DI2", {"group_name": "gone"})), lambda: GROUPS)


def test_what_it_applies_to_then() -> None:
    raw = applied(entry("DI1", {"group_name": "three"}), entry("DI2", {"group_id": "DG1", "group_name": "one"}))
    assert entries_with([EVERYBODY, SOME], raw) == [
        entry("DI1", {"group_name": "three"}),
        entry("DI2", {"group_id": "DG1", "group_name": "one"}, {"group_name": "two"}),
        {"app_integration_key": "DI1", "app_name": "Door", "groups": []},
    ]
    assert entries_with([], Applied()) == [] and len(raw.entries[1]["groups"]) == 1


def test_what_cannot_be_known_is_not_sent() -> None:
    unknown = Applied([entry("DI3")], shows_groups=False)
    sent = parameters_to_apply([EVERYBODY, SOME], unknown, lambda: GROUPS)
    assert sent == {"apply_to_apps": {"apply_list": ["DI1", "DI3"], "affect_all_apps": "inactive"}}


# What Duo is asked


def client(**lists: Any) -> tuple[Account, Duo]:
    account = Account(**{"applications": APPLICATIONS, "groups": GROUPS, **lists})
    return account, cast(Duo, account)


def test_what_a_task_names_is_looked_up() -> None:
    account, duo = client()
    apply_to = [{"application": "Door", "groups": None}, {"application": "DI2", "groups": ["two", "one"]}]
    assert targets_of(apply_to, duo) == [Target("Door", "Door", "DI1", {}, "PO1"), SOME]
    assert account.asked == ["applications", "groups"]
    assert targets_of(apply_to[:1], duo)[0].wanted == {"application": "Door"}
    assert account.asked == ["applications", "groups", "applications"], "groups were listed for nobody"
    assert targets_of(apply_to[::-1], duo)[0].wanted == {"application": "DI2", "groups": ["one", "two"]}


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"application": "Dor", "groups": None}, "'Dor': Duo has no application of that name or .* are 'Door'"),
        ({"application": "Door", "groups": []}, "groups names none. Name one, or leave groups out for all users"),
        ({"application": "Door", "groups": ["tow"]}, "apply the policy to the group 'tow' in Duo: .* are 'two'"),
    ],
)
def test_what_cannot_be_looked_up(entry: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        targets_of([entry], client()[1])


AT_DOOR = {"app_integration_key": "DI1", "app_name": "Door", "groups": []}


@pytest.mark.parametrize("ask_applications", [False, True])
def test_where_duo_shows_it_with_the_policy_nothing_else_is_asked(ask_applications: bool) -> None:
    account, duo = client()
    found = applied_of({"policy_key": "PO1", "policy_applies_to": [AT_DOOR]}, duo, ask_applications)
    assert found == Applied([AT_DOOR]) and found.is_whole and not account.asked


def test_where_the_summary_shows_it_applications_are_not_asked() -> None:
    account, duo = client(summary=[{"policy_key": "PO1", "policy_applies_to": [AT_DOOR]}])
    assert applied_of({"policy_key": "PO1"}, duo, True) == Applied([AT_DOOR])
    assert account.asked == ["summary"]


def test_where_neither_shows_it_applications_may() -> None:
    account, duo = client()
    found = applied_of({"policy_key": "PO1"}, duo, True)
    assert found == Applied([AT_DOOR], shows_groups=False) and not found.is_whole
    assert found.shows(EVERYBODY) and not found.shows(SOME)
    assert account.asked == ["summary", "applications"]
    assert applied_of({"policy_key": "PO9"}, duo, True) == Applied([], shows_groups=False)


@pytest.mark.parametrize(
    ("applications", "ask_applications"), [(APPLICATIONS, False), (APPLICATIONS[1:], True), ([], True)]
)
def test_where_nothing_shows_it_nothing_is_known(applications: Any, ask_applications: bool) -> None:
    account, duo = client(applications=applications)
    found = applied_of({"policy_key": "PO1"}, duo, ask_applications)
    assert found == Applied([], shows_everybody=False, shows_groups=False)
    assert not found.shows(EVERYBODY) and not found.shows(SOME) and not found.is_whole
    assert account.asked == ["summary", *(["applications"] if ask_applications else [])]


def test_the_summary_is_asked_once_and_only_if_a_policy_lacks_it() -> None:
    account, duo = client(summary=[{"policy_key": key, "policy_applies_to": [AT_DOOR]} for key in ("PO1", "PO2")])
    shown = {"policy_key": "PO1", "policy_applies_to": []}
    general = {"policy_key": "POG", "is_global_policy": True}
    assert with_applications([shown, general], duo) == [shown, general] and not account.asked
    hidden = [{"policy_key": "PO2"}, {"policy_key": "PO3"}]
    assert with_applications([shown, *hidden], duo) == [
        shown,
        {"policy_key": "PO2", "policy_applies_to": [AT_DOOR]},
        {"policy_key": "PO3", "policy_applies_to": None},
    ]
    assert account.asked == ["summary"]
