# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Duo policy in the words of the options: from Duo's words, compared with them, and to them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    APPLY_TO_SPEC,
    POLICY_SPEC,
    Sections,
    Setting,
    completed,
    converted,
    find_policy,
    has_text,
    is_configured,
    is_same,
    lost,
    overlaid,
    policy_from_duo,
    require_checking,
    section_of,
    sections_to_send,
    seen,
    settings_of,
    trusted_endpoints_from_duo,
    with_global,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Ambiguous, InvalidInput, UnexpectedAnswer

KEY = "POTS4PBP3W0RIG1ZSV5M"
NOT_CONFIGURED = {
    "trusted_endpoint_checking": "not-configured",
    "trusted_endpoint_message": "Disabled - To enable it, configure it.",
}


def trusted(checking: Any, **more: Any) -> dict[str, Any]:
    return {"sections": {"trusted_endpoints": {"trusted_endpoint_checking": checking, **more}}}


def the_setting(name: str, **options: Any) -> Setting:
    (found,) = [
        setting
        for setting in settings_of(options.get("trusted_endpoints"), options.get("sections"))
        if setting.name == name
    ]
    return found


# From Duo's words


def test_a_policy() -> None:
    raw = {
        "policy_key": KEY,
        "policy_name": "Contractors",
        "is_global_policy": False,
        "sections": {
            "new_user": {"new_user_behavior": "deny"},
            "trusted_endpoints": {
                "trusted_endpoint_checking": "require-trusted",
                "trusted_endpoint_checking_mobile": "allow-all",
                "cisco_secure_endpoint_can_block": True,
            },
        },
        "policy_applies_to": [
            {"app_integration_key": "DI2", "app_name": "VPN", "groups": [{"group_name": "b"}]},
            {"app_integration_key": "DI1", "app_name": "Door", "apply_type": "app", "groups": []},
            {"app_integration_key": "DI2", "app_name": "VPN", "apply_type": "app"},
        ],
        "newer_member": 1,
    }
    assert policy_from_duo(raw) == {
        "policy_key": KEY,
        "name": "Contractors",
        "is_global_policy": False,
        "trusted_endpoints": {
            "checking": "require_trusted",
            "checking_mobile": "allow_all",
            "cisco_secure_endpoint_can_block": True,
        },
        "sections": {"new_user": {"new_user_behavior": "deny"}},
        "applies_to": [
            {"application": "Door", "integration_key": "DI1", "groups": []},
            {"application": "VPN", "integration_key": "DI2", "groups": []},
            {"application": "VPN", "integration_key": "DI2", "groups": ["b"]},
        ],
    }
    assert "trusted_endpoints" in raw["sections"], "what Duo returned was changed"


@pytest.mark.parametrize("odd", [None, [], "", 7])
def test_a_policy_of_which_duo_shows_little(odd: Any) -> None:
    raw = {"name": "Older", "sections": odd, "policy_applies_to": odd}
    applies_to = [] if odd == [] else None
    assert policy_from_duo(raw) == {"name": "Older", "sections": {}, "applies_to": applies_to}
    general = policy_from_duo(raw, True)
    assert general["is_global_policy"] is True and general["applies_to"] == [], "it applies to everything"
    assert policy_from_duo({**raw, "is_global_policy": "false"}, True)["is_global_policy"] is False


def test_what_is_no_section_is_passed_over_and_what_is_no_application_is_not() -> None:
    raw = {"policy_name": "Odd", "sections": {"a": None, "b": {}}, "policy_applies_to": ["x"]}
    unknown = {"application": None, "integration_key": None, "groups": None}
    assert policy_from_duo(raw) == {"name": "Odd", "sections": {"b": {}}, "applies_to": [unknown]}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, {}),
        ({"sections": None}, {}),
        ({"sections": {}}, None),
        ({"sections": {"browsers": None}}, {}),
        ({"sections": {"browsers": {"block": 1}}}, {"block": 1}),
    ],
)
def test_a_section_that_is_absent_is_not_one_that_cannot_be_read(raw: dict[str, Any], expected: Any) -> None:
    assert section_of(raw, "browsers") == expected


def test_keys_of_trusted_endpoints_without_an_option_stay() -> None:
    shown = policy_from_duo({"policy_name": "x", "sections": {"trusted_endpoints": NOT_CONFIGURED}})
    assert shown["trusted_endpoints"] == {"checking": "not_configured"}
    message = {"trusted_endpoint_message": NOT_CONFIGURED["trusted_endpoint_message"]}
    assert shown["sections"] == {"trusted_endpoints": message}


def test_a_group_without_a_name_is_shown_by_its_id() -> None:
    entry = {"app_integration_key": "DI1", "app_name": "Door", "groups": [{"group_id": "DG2"}, {"group_name": "a"}]}
    (shown,) = policy_from_duo({"policy_name": "x", "policy_applies_to": [entry]})["applies_to"]
    assert shown["groups"] == ["DG2", "a"]


@pytest.mark.parametrize(
    ("value", "shown"), [(True, True), ("true", True), (1, True), (False, False), ("False", False), (0, False)]
)
def test_every_form_of_a_flag(value: Any, shown: bool) -> None:
    assert trusted_endpoints_from_duo({"cisco_secure_endpoint_can_block": value}) == {
        "cisco_secure_endpoint_can_block": shown
    }


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], None),
        ([{}, {"sections": {"new_user": {}}}], None),
        ([trusted("no-action"), trusted(None)], None),
        ([trusted("allow-all")], True),
        ([{}, trusted("require-trusted")], True),
        ([trusted("not-configured")], False),
        ([trusted("allow-all"), trusted("not-configured")], None),
    ],
)
def test_whether_trusted_endpoints_is_set_up(policies: list[dict[str, Any]], expected: bool | None) -> None:
    assert is_configured(policies) is expected


def test_a_policy_is_found_by_its_name() -> None:
    policies = [{"policy_key": "PO1", "policy_name": "a"}, {"policy_key": "PO2", "name": "b"}]
    assert find_policy(policies, "b") is policies[1] and find_policy(policies, "A") is None
    with pytest.raises(Ambiguous, match="2 policies in Duo have that name: PO1, PO2. Name .* by policy_key"):
        find_policy([policies[0], {**policies[1], "policy_name": "a"}], "a")
    nameless = [*policies, {"policy_key": "PO3"}]
    assert find_policy(nameless, "b") is policies[1]
    with pytest.raises(UnexpectedAnswer, match="does not show the names of all"):
        find_policy(nameless, "c")


# What is declared


def test_settings() -> None:
    found = settings_of(
        {"checking": "require-trusted", "checking_mobile": None, "cisco_secure_endpoint_can_block": False},
        {"new_user": {"new_user_behavior": "deny"}, "browsers": {}, "trusted_endpoints": {"newer_key": 1}},
    )
    assert [(setting.name, setting.section, setting.key, setting.value) for setting in found] == [
        ("trusted_endpoints.checking", "trusted_endpoints", "trusted_endpoint_checking", "require_trusted"),
        (
            "trusted_endpoints.cisco_secure_endpoint_can_block",
            "trusted_endpoints",
            "cisco_secure_endpoint_can_block",
            False,
        ),
        ("sections.new_user.new_user_behavior", "new_user", "new_user_behavior", "deny"),
        ("sections.browsers", "browsers", None, {}),
        ("sections.trusted_endpoints.newer_key", "trusted_endpoints", "newer_key", 1),
    ]
    assert settings_of(None, None) == []


@pytest.mark.parametrize(
    ("trusted_endpoints", "sections", "words"),
    [
        ({"checking": None}, None, "Could not use trusted_endpoints: it names no setting"),
        (None, {"new_user": None}, "sections.new_user: it is no dictionary"),
        (None, {"new_user": ["deny"]}, "sections.new_user: it is no dictionary"),
        (None, {"new_user": {"a": None}}, "sections.new_user.a: it has no value"),
        (None, {"trusted_endpoints": {"trusted_endpoint_checking": "x"}}, "Use trusted_endpoints.checking instead"),
    ],
)
def test_what_is_no_setting(trusted_endpoints: Any, sections: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        settings_of(trusted_endpoints, sections)


@pytest.mark.parametrize(
    ("trusted_endpoints", "sections", "there", "words"),
    [
        ({"cisco_secure_endpoint_can_block": True}, None, {"new_user": {}}, "add trusted_endpoints to the policy 'x'"),
        ({"checking_mobile": "allow_all"}, None, {}, "checking is not declared"),
        (None, {"trusted_endpoints": {}}, {}, "Declare trusted_endpoints.checking"),
        (None, {"trusted_endpoints": {"newer_key": 1}}, {}, "Declare trusted_endpoints.checking"),
        ({"checking": "allow_all"}, None, {}, None),
        ({"cisco_secure_endpoint_can_block": True}, None, {"trusted_endpoints": {}}, None),
        (None, {"new_user": {}}, {}, None),
    ],
)
def test_the_section_is_added_only_with_its_main_setting(
    trusted_endpoints: Any, sections: Any, there: Sections, words: str | None
) -> None:
    settings = settings_of(trusted_endpoints, sections)
    if words is None:
        require_checking(settings, there, "x")
        return
    with pytest.raises(InvalidInput, match=words):
        require_checking(settings, there, "x")


def test_a_key_of_that_name_in_another_section_is_no_ones_business() -> None:
    assert settings_of(None, {"newer": {"cisco_secure_endpoint_can_block": True}})


def test_where_a_policy_is_to_apply_names_the_application() -> None:
    validator = ArgumentSpecValidator({"apply_to": APPLY_TO_SPEC})
    assert not validator.validate({"apply_to": [{"application": "VPN"}]}).error_messages
    (message,) = validator.validate({"apply_to": [{"groups": ["a"]}]}).error_messages
    assert "application found in apply_to" in message


def test_the_options_that_name_a_policy() -> None:
    result = ArgumentSpecValidator(POLICY_SPEC).validate({"policy_key": KEY})
    assert not result.error_messages and KEY not in result._no_log_values, "a key names a policy and is no secret"
    assert result.validated_parameters["global_policy"] is False and result.validated_parameters["state"] == "present"


# Comparing


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a", "a", True),
        ("a", "A", False),
        ("true", "True", False),
        (True, "True", True),
        (True, "true", True),
        (True, "yes", False),
        (False, "false", True),
        (3, "3", True),
        (3, "3.0", False),
        (3, 4, False),
        (None, "None", False),
        (None, None, True),
        (None, [], False),
        (None, "", False),
        (["a", "b"], ["b", "a", "a"], True),
        (["a", "b"], ["a"], False),
        ([], ["a"], False),
        (["a", "b"], "b, a", True),
        ("b,a", ["a", "b"], True),
        ([], "", True),
        (["3"], [3], True),
        ([{"a": [1, 2]}], [{"a": [2, 1]}], True),
        ([{"a": 1}], [{"a": 1, "b": 2}], False),
        ([], {}, False),
        ({"a": {"b": ["x", "y"]}}, {"a": {"b": ["y", "x"]}}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": 1}, "a", False),
        ("Ask R&D\n", "Ask  R&amp;D", True),
        ("Ask R&D", "Ask r&d", False),
    ],
)
def test_what_means_the_same(one: Any, other: Any, expected: bool) -> None:
    for first, second in ((one, other), (other, one)):
        assert is_same(first, second) is expected


@pytest.mark.parametrize(
    ("current", "declared", "shown"),
    [
        ("b,a", ["a", "b"], ["a", "b"]),
        ("b,c", ["a", "b"], ["b", "c"]),
        (["b", "c"], ["a", "b"], ["b", "c"]),
        ("true", True, True),
        (3, "3", "3"),
        (4, "3", 4),
        (None, "3", None),
        ({"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"c": 5}}, {"b": {"c": 2}}),
        ({"a": "1"}, {"a": 1, "b": 2}, {"a": 1, "b": None}),
        ("x", {"a": 1}, "x"),
    ],
)
def test_what_duo_has_in_the_form_it_is_declared(current: Any, declared: Any, shown: Any) -> None:
    assert seen(current, declared) == shown


@pytest.mark.parametrize(
    ("section", "checking", "mobile", "can_block"),
    [
        (None, None, None, None),
        ({}, "allow_all", "allow_all", False),
        ({"trusted_endpoint_checking": "require-trusted"}, "require_trusted", "require_trusted", False),
        (NOT_CONFIGURED, "not_configured", "not_configured", False),
        (
            {
                "trusted_endpoint_checking": "require-trusted",
                "trusted_endpoint_checking_mobile": "allow-all",
                "cisco_secure_endpoint_can_block": "true",
            },
            "require_trusted",
            "allow_all",
            True,
        ),
    ],
)
def test_how_trusted_endpoints_reads(section: Any, checking: Any, mobile: Any, can_block: Any) -> None:
    declared = {"checking": "allow_all", "checking_mobile": "allow_all", "cisco_secure_endpoint_can_block": True}
    sections = {} if section is None else {"trusted_endpoints": section}
    read = [setting.read(sections) for setting in settings_of(declared, None)]
    assert read == [checking, mobile, can_block]


def test_how_other_sections_read() -> None:
    key = the_setting("sections.new_user.new_user_behavior", sections={"new_user": {"new_user_behavior": "deny"}})
    assert key.read({}) is None and key.read({"new_user": {}}) is None
    assert key.read({"new_user": {"new_user_behavior": "enroll", "b": 1}}) == "enroll"
    whole = the_setting("sections.new_user", sections={"new_user": {}})
    assert whole.read({}) is None and whole.read({"new_user": {"a": 1}}) == {}


# Writing


@pytest.mark.parametrize(
    ("declared", "current", "expected"),
    [
        ("True", None, True),
        ("False", "deny", False),
        ("true", None, "true"),
        ("true", False, True),
        ("false", True, False),
        ("sometimes", True, "sometimes"),
        ("3", 6, 3),
        ("3", "6", "3"),
        ("3", None, "3"),
        ("3.5", 6, "3.5"),
        ("3", True, "3"),
        ("b, a", ["a"], ["b", "a"]),
        ("b, a", "a", "b, a"),
        (["a"], "b", ["a"]),
        (True, "true", True),
        ({"a": {"b": "7"}}, {"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 7, "c": 2}, "d": 3}),
        ({"a": 1}, None, {"a": 1}),
        ({"a": "True"}, None, {"a": True}),
    ],
)
def test_what_is_sent_for_a_value(declared: Any, current: Any, expected: Any) -> None:
    found = completed(declared, current)
    assert found == expected and type(found) is type(expected)
    if not isinstance(declared, dict):
        assert converted(declared, current) == expected


def test_another_policy_shows_kinds_and_not_values() -> None:
    like = {"methods": {"digits": 3, "push": False, "list": ["a"], "inner": {"days": 30, "note": "x"}}, "b": {"c": 1}}
    declared = {"digits": "6", "push": "true", "list": "b, c", "inner": {"days": "7"}, "newer": "8"}
    expected = {"digits": 6, "push": True, "list": ["b", "c"], "inner": {"days": 7}, "newer": "8"}
    settings = settings_of({"checking": "allow_all"}, {"methods": declared})
    assert sections_to_send(settings, {}, like) == {
        "trusted_endpoints": {"trusted_endpoint_checking": "allow-all"},
        "methods": expected,
    }
    # What the policy has itself is what counts.
    assert sections_to_send(settings, {"methods": {}}, like)["methods"] == declared


@pytest.mark.parametrize(
    ("value", "expected"),
    [("6", True), ({"a": {"b": "6"}}, True), ({"a": {"b": 6}}, False), (6, False), (True, False), (["a"], False)],
)
def test_whether_a_text_is_declared(value: Any, expected: bool) -> None:
    assert has_text(value) is expected


def test_what_is_sent() -> None:
    settings = settings_of(
        {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True},
        {"new_user": {"new_user_behavior": "deny"}, "browsers": {}, "trusted_endpoints": {"newer_key": 1}},
    )
    assert sections_to_send(settings, {}) == {
        "trusted_endpoints": {
            "trusted_endpoint_checking": "require-trusted",
            "cisco_secure_endpoint_can_block": True,
            "newer_key": 1,
        },
        "new_user": {"new_user_behavior": "deny"},
        "browsers": {},
    }
    assert sections_to_send([], {"new_user": {}}) == {}


def test_laying_one_over_the_other_changes_neither() -> None:
    one: Sections = {"a": {"x": [1], "y": 2}}
    other: Sections = {"a": {"y": [3]}, "b": {}}
    both = overlaid(one, other)
    assert both == {"a": {"x": [1], "y": [3]}, "b": {}}
    both["a"]["x"].append(9)
    both["a"]["y"].append(9)
    assert one == {"a": {"x": [1], "y": 2}} and other == {"a": {"y": [3]}, "b": {}}


DECLARED = settings_of({"checking": "require_trusted"}, {"methods": {"digits": 6}})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"methods": {"digits": 3, "push": True}}, {"methods": {"digits": 6, "push": True}}, {}),
        ({"methods": {"digits": 3, "push": True}}, {"methods": {"digits": 6}}, {"methods": {"push": True}}),
        ({"methods": {"push": True}}, {"methods": {"push": False}}, {"methods": {"push": True}}),
        ({"methods": {"list": ["a", "b"]}}, {"methods": {"list": ["b", "a"], "more": 1}}, {}),
        ({"methods": {}, "other": {"a": 1, "b": 2}}, {"methods": {}}, {"other": {"a": 1, "b": 2}}),
        ({"empty": {}}, {}, {"empty": {}}),
        ({"dropped": {"a": 1}}, {}, {}),
        ({"dropped": {"a": 1}, "other": {"a": 1}}, {}, {"other": {"a": 1}}),
        ({"trusted_endpoints": NOT_CONFIGURED}, {"trusted_endpoints": {}}, {}),
        (
            {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all", "trusted_endpoint_checking_mobile": "x"}},
            {"trusted_endpoints": {"trusted_endpoint_checking": "require-trusted"}},
            {"trusted_endpoints": {"trusted_endpoint_checking_mobile": "x"}},
        ),
    ],
)
def test_what_a_write_changed_besides(before: Sections, after: Sections, expected: Sections) -> None:
    assert lost(before, after, DECLARED, ["dropped"]) == expected


def test_the_global_policy_is_asked_for_only_where_the_list_does_not_say() -> None:
    marked = [{"policy_key": "PO1", "is_global_policy": True}, {"policy_key": "PO2"}]
    asked: list[str] = []

    def ask() -> dict[str, Any]:
        asked.append("global")
        return {"policy_key": "PO1", "policy_name": "Global"}

    assert with_global(marked, ask) == (marked, marked[0]) and not asked
    for listed in ([{"policy_key": "PO1"}, {"policy_key": "PO2"}], [{"policy_key": "PO2"}]):
        policies, found = with_global(listed, ask)
        assert [raw["policy_key"] for raw in policies] == ["PO1", "PO2"]
        assert found is policies[0] and found["is_global_policy"] is True
    assert asked == ["global", "global"]
