# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Duo policy as a resource, at an account that changes more than it is asked to, in ways no lab would think of."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, cast

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import Sections
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_resource import (
    PolicyResource,
    may_be_of_trusted_endpoints,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    OutcomeUnknown,
    Refused,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# What a write of sections makes of those that are there.
Habit = Callable[[Sections, Sections], None]
KEY = "POTS4PBP3W0RIG1ZSV5M"


def merge(stored: Sections, sent: Sections) -> None:
    for name, section in sent.items():
        stored.setdefault(name, {}).update(section)


def couple(stored: Sections, sent: Sections) -> None:
    """What is allowed is not blocked, and the other way round; of two contradicting lists the blocked one wins."""
    merge(stored, sent)
    methods = sent.get("methods", {})
    if "blocked" in methods:
        stored["methods"]["allowed"] = sorted({"push", "sms", "call"} - set(methods["blocked"]))
    elif "allowed" in methods:
        stored["methods"]["blocked"] = sorted({"push", "sms", "call"} - set(methods["allowed"]))


def refuse_both(stored: Sections, sent: Sections) -> None:
    """The same, and contradicting lists are refused."""
    methods = sent.get("methods", {})
    if "allowed" in methods and set(methods["allowed"]) & set(methods.get("blocked", ())):
        raise Refused("write", "Duo says: both allowed and blocked")
    couple(stored, sent)


def forget_others(stored: Sections, sent: Sections) -> None:
    """A section that is written has nothing but what was written."""
    for name, section in sent.items():
        stored[name] = dict(section)


def drop_sections(stored: Sections, sent: Sections) -> None:
    """A policy that is written has nothing but what was written, not even empty sections."""
    stored.clear()
    stored.update({name: dict(section) for name, section in sent.items()})


class Account:
    """An account with one policy; `weather` says of each write whether its answer is lost, or the write too."""

    api_host = "api-1a2b3c4d.duosecurity.com"

    def __init__(self, sections: Sections, habit: Habit, *weather: str) -> None:
        named = {"policy_key": KEY, "policy_name": "x", "is_global_policy": False, "policy_applies_to": []}
        self.raw: dict[str, Any] = {**named, "sections": sections}
        self.habit = habit
        self.weather = list(weather)
        self.sent: list[Sections] = []

    def list_policies(self) -> list[dict[str, Any]]:
        return [copy.deepcopy(self.raw)]

    def get_policy(self, policy_key: str) -> dict[str, Any]:
        assert policy_key == KEY
        if self.weather and self.weather[0] == "no reading":
            raise Unreachable("read it", "the cable is out")
        return copy.deepcopy(self.raw)

    def update_policy(self, policy_key: str, parameters: dict[str, Any], attempted: str) -> None:
        assert policy_key == KEY
        self.sent.append(parameters["sections"])
        weather = self.weather.pop(0) if self.weather else "fine"
        if weather != "not done, lost":
            self.habit(self.raw["sections"], copy.deepcopy(parameters["sections"]))
        if "lost" in weather:
            raise OutcomeUnknown("write", "no answer came")


def manage(account: Account, context: Context, **sections: Any) -> None:
    """Declare sections of the policy."""
    params = {
        "name": "x",
        "policy_key": None,
        "global_policy": False,
        "trusted_endpoints": None,
        "sections": sections,
        "sections_absent": None,
        "apply_to": None,
        "adopt": False,
    }
    policy = PolicyResource(cast(Duo, account), params, context)
    assert ensure(policy, "present", policy.desired, context).changed


def test_what_is_merged_is_written_once(context: Context) -> None:
    account = Account({"methods": {"allowed": ["push"], "digits": 3}}, merge)
    manage(account, context, methods={"digits": 6})
    assert account.sent == [{"methods": {"digits": 6}}] and not context.warnings


def test_a_section_that_forgets_is_completed(context: Context) -> None:
    """Of the section's declared keys only one differed; the other went with the undeclared one."""
    account = Account({"methods": {"allowed": ["push"], "digits": 3, "note": "a"}, "other": {"a": 1}}, forget_others)
    manage(account, context, methods={"digits": 6, "note": "a"})
    assert account.raw["sections"] == {"methods": {"allowed": ["push"], "digits": 6, "note": "a"}, "other": {"a": 1}}
    assert context.warnings == [
        (
            "With the policy 'x', Duo or an administrator changed methods.allowed too, which is not declared. "
            "It was set back."
        )
    ]


def test_only_declared_keys_forgotten_are_no_news(context: Context) -> None:
    account = Account({"methods": {"digits": 3, "note": "a"}}, forget_others)
    manage(account, context, methods={"digits": 6, "note": "a"})
    assert account.raw["sections"] == {"methods": {"digits": 6, "note": "a"}} and not context.warnings


def test_sections_that_vanish_come_back(context: Context) -> None:
    account = Account({"methods": {"digits": 3}, "other": {"a": 1}, "empty": {}}, drop_sections)
    manage(account, context, methods={"digits": 6})
    assert account.raw["sections"] == {"methods": {"digits": 6}, "other": {"a": 1}, "empty": {}}
    assert "other.a too" in context.warnings[0]
    account = Account({"methods": {"digits": 3}, "empty": {}}, drop_sections)
    manage(account, context, methods={"digits": 6})
    assert "Duo or an administrator changed empty too" in context.warnings[1] and account.raw["sections"]["empty"] == {}


def meanwhile(**others: dict[str, Any]) -> Habit:
    """A slow write, during which an administrator gives other sections these keys, the first time only."""
    changes = [others]

    def habit(stored: Sections, sent: Sections) -> None:
        merge(stored, sent)
        while changes:
            stored.update(copy.deepcopy(changes.pop()))

    return habit


def test_what_an_administrator_changes_meanwhile_is_left_alone(context: Context) -> None:
    others = {"other": {"a": 1, "b": [1, 2], "c": 3}, "third": {"d": 4}}
    new = {"other": {"a": 2, "b": [2, 1]}, "third": {"d": 4, "e": 5}}
    account = Account({"methods": {"digits": 3}, **copy.deepcopy(others)}, meanwhile(**new))
    manage(account, context, methods={"digits": 6})
    assert account.raw["sections"] == {"methods": {"digits": 6}, **new}
    assert account.sent == [{"methods": {"digits": 6}}]
    assert context.warnings == [
        "Duo or an administrator changed the policy 'x' meanwhile, in what this task has not sent: other.a was 1 and "
        "is 2; other.c was 3 and is no longer shown. It was left alone."
    ]


def test_what_an_administrator_changes_meanwhile_in_the_same_section_is_set_back(context: Context) -> None:
    """It looks like what the write did."""
    new = {"methods": {"digits": 6, "note": "b"}, "other": {"a": 2}}
    account = Account({"methods": {"digits": 3, "note": "a"}, "other": {"a": 1}}, meanwhile(**new))
    manage(account, context, methods={"digits": 6})
    assert account.raw["sections"] == {"methods": {"digits": 6, "note": "a"}, "other": {"a": 2}}
    assert "other.a was 1 and is 2" in context.warnings[0] and "methods.note too" in context.warnings[1]
    assert "It was set back." in context.warnings[1]


def test_what_an_administrator_undoes_meanwhile_of_what_is_declared_is_set_as_declared(context: Context) -> None:
    account = Account({"methods": {"digits": 3}, "other": {"a": 1, "b": 2}}, meanwhile(other={"a": 5, "b": 7}))
    manage(account, context, methods={"digits": 6}, other={"a": 1})
    assert account.raw["sections"] == {"methods": {"digits": 6}, "other": {"a": 1, "b": 7}}
    assert "other.b was 2 and is 7" in context.warnings[0] and len(context.warnings) == 1


def test_what_is_set_back_takes_nothing_else_along(context: Context) -> None:
    """A declared section that was as it should be, and was not sent, is not sent to set back another."""
    account = Account({"methods": {"digits": 3, "note": "a"}, "other": {"a": 1, "b": 2}}, forget_others)
    manage(account, context, methods={"digits": 6}, other={"a": 1})
    assert account.raw["sections"] == {"methods": {"digits": 6, "note": "a"}, "other": {"a": 1, "b": 2}}


def test_of_two_that_exclude_each_other_the_declared_one_counts(context: Context) -> None:
    account = Account({"methods": {"allowed": ["push"], "blocked": ["call", "sms"]}}, couple)
    manage(account, context, methods={"allowed": ["push", "sms"]})
    assert account.raw["sections"]["methods"] == {"allowed": ["push", "sms"], "blocked": ["call"]}
    (warning,) = context.warnings
    assert "could not be set back: methods.blocked was ['call', 'sms']" in warning


def test_what_is_refused_when_it_is_set_back_is_reported(context: Context) -> None:
    account = Account({"methods": {"allowed": ["push"], "blocked": ["call", "sms"]}}, refuse_both)
    manage(account, context, methods={"allowed": ["push", "sms"]})
    assert account.raw["sections"]["methods"] == {"allowed": ["push", "sms"], "blocked": ["call"]}
    assert len(context.warnings) == 2 and "both allowed and blocked" in context.warnings[0]
    assert "methods.blocked was ['call', 'sms']" in context.warnings[1]


def test_what_a_lost_answer_took_along_comes_back(context: Context) -> None:
    account = Account({"methods": {"digits": 3, "note": "a"}}, forget_others, "done, lost")
    manage(account, context, methods={"digits": 6})
    assert account.raw["sections"] == {"methods": {"digits": 6, "note": "a"}}


@pytest.mark.parametrize("lost", ["done, lost", "not done, lost"])
@pytest.mark.parametrize("first", ["fine", "done, lost"])
def test_a_lost_answer_when_something_is_set_back(context: Context, first: str, lost: str) -> None:
    account = Account({"methods": {"digits": 3, "note": "a"}}, forget_others, first, lost)
    manage(account, context, methods={"digits": 6})
    is_back = account.raw["sections"] == {"methods": {"digits": 6, "note": "a"}}
    assert is_back == (lost == "done, lost")
    assert "no answer came" in context.warnings[0]
    assert ("It was set back." if is_back else "could not be set back: methods.note was 'a'") in context.warnings[1]


@pytest.mark.parametrize("weather", [("done, lost", "no reading"), ("done, lost", "done, lost", "no reading")])
def test_an_outcome_that_nobody_can_look_up_is_unknown(context: Context, weather: tuple[str, ...]) -> None:
    account = Account({"methods": {"digits": 3, "note": "a"}}, forget_others, *weather)
    with pytest.raises(OutcomeUnknown) as caught:
        manage(account, context, methods={"digits": 6})
    assert isinstance(caught.value.__cause__, CiscoError)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Duo says: Invalid request parameters (sections: trusted_endpoints.x: unknown)", True),
        ("Duo says: You must first configure Trusted Endpoints", True),
        ("Duo says: cisco_secure_endpoint_can_block", True),
        ("Duo says: Invalid request parameters (sections)", True),
        ("Duo says: Invalid request parameters", True),
        ("Duo says: no reason given", True),
        ("Duo says: Invalid request parameters (new_user)", False),
        ("Duo says: Invalid request parameters (sections: methods.digits: not a number from 3 to 6)", False),
        ("Duo says: Invalid request parameters (policy_name)", False),
        ("Duo says: Your edition does not include this", False),
    ],
)
def test_which_refusals_may_be_of_trusted_endpoints(words: str, expected: bool) -> None:
    assert may_be_of_trusted_endpoints(words) is expected


def test_a_policy_without_a_key_is_no_policy(context: Context) -> None:
    account = Account({}, merge)
    del account.raw["policy_key"]
    with pytest.raises(UnexpectedAnswer, match="Could not read the policy 'x': Duo's answer does not name its key"):
        manage(account, context, methods={"digits": 6})
