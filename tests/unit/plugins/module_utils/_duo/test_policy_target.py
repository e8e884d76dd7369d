# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a Duo policy applies, and what to send so that it applies to more."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import entries_of
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import (
    Applied,
    Target,
    entries_with,
    parameters_to_apply,
    require_readable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, UnexpectedAnswer

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
        # Where an ID is told it decides, for names may have changed.
        (SOME, applied(entry("DI2", {"group_id": "DG9", "group_name": "one"})), None),
    ],
)
def test_what_is_there_already(target: Target, raw: Applied, present: Any) -> None:
    assert target.present(raw) == present


TYPE = "apply_type"


@pytest.mark.parametrize(
    ("told", "groups"),
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
        ({TYPE: "user_group"}, None),
        ({TYPE: None}, None),
        ({}, None),
    ],
    ids=str,
)
def test_which_groups_an_entry_is_for(told: dict[str, Any], groups: Any) -> None:
    """Nothing but what says so is for everybody."""
    (found,) = applied({"app_integration_key": "DI1", **told}).entries
    assert found["groups"] == groups
    if groups is None:
        with pytest.raises(UnexpectedAnswer, match="does not show which groups it applies to at DI1"):
            require_readable(applied({"app_integration_key": "DI1", **told}), "policy")


@pytest.mark.parametrize("entry", ["DI1", None, {TYPE: "app"}, ["DI1"]], ids=str)
def test_an_entry_that_names_no_application_is_not_sent_again(entry: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        require_readable(applied(entry), "policy")


def test_entries_of_one_group_each_are_one() -> None:
    told = [
        {"app_integration_key": key, TYPE: "group_app", "group_id": one} for key, one in (("DI1", "a"), ("DI1", "b"))
    ]
    assert applied(*told).entries == [
        {"app_integration_key": "DI1", "app_name": None, "groups": [{"group_id": "a"}, {"group_id": "b"}]}
    ]


@pytest.mark.parametrize("told", [{}, {"policy_applies_to": None}, {"policy_applies_to": "DI1"}], ids=str)
def test_what_is_missing_is_not_empty(told: dict[str, Any]) -> None:
    assert entries_of(told) is None
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


def test_groups_are_looked_up_only_where_duo_tells_no_ids() -> None:
    def nobody_asks() -> list[dict[str, Any]]:
        raise AssertionError("groups were listed")

    assert parameters_to_apply([], Applied(), nobody_asks) == {}
    raw = applied(entry("DI2", {"group_id": "DG3", "group_name": "three"}))
    sent = parameters_to_apply([EVERYBODY], raw, nobody_asks)
    assert sent["apply_to_apps"]["apply_list"] == ["DI1"]
    with pytest.raises(InvalidInput, match="go on applying the policy to the group 'gone'"):
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
