# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a Duo policy applies, and what to send so that it applies to more."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import (
    Target,
    entries_with,
    parameters_to_apply,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput

GROUPS = [{"group_id": "DG1", "name": "one"}, {"group_id": "DG2", "name": "two"}, {"group_id": "DG3", "name": "three"}]
EVERYBODY = Target("Door", "Door", "DI1")
SOME = Target("DI2", "VPN", "DI2", {"two": "DG2", "one": "DG1"})


def entry(key: str, *groups: dict[str, str]) -> dict[str, Any]:
    return {"app_integration_key": key, "app_name": f"application {key}", "groups": list(groups)}


def applied(*entries: Any) -> dict[str, Any]:
    return {"policy_applies_to": list(entries)}


@pytest.mark.parametrize(
    ("target", "raw", "present"),
    [
        (EVERYBODY, {}, None),
        (EVERYBODY, applied(entry("DI2")), None),
        (EVERYBODY, applied({"app_integration_key": "DI1"}), {"application": "Door"}),
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
def test_what_is_there_already(target: Target, raw: dict[str, Any], present: Any) -> None:
    assert target.present(raw) == present


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

    assert parameters_to_apply([], {}, nobody_asks) == {}
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
    assert entries_with([], {}) == [] and len(raw["policy_applies_to"][1]["groups"]) == 1
