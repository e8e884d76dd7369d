# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import handoff_lines
from ansible_collections.identityops.cisco.plugins.filter.handoff_notices import FilterModule

from .shipped import LONGEST, STEPS

handoff_notices = FilterModule().filters()["handoff_notices"]


def shown(portion: list[str]) -> int:
    """The bytes of an event that shows it as the roles do."""
    text = f"ok: [{'h' * 63}] => (item={portion[0]}) => {json.dumps({'msg': portion[1:]}, indent=4)}"
    return len(text.encode())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["id"]))
def test_a_step_that_was_printed_is_one_short_event(step: dict[str, Any]) -> None:
    page = f"/var/lib/awx/projects/corp/handoffs/{'h' * 63}.{step['id']}"
    types = any(field.get("secret") for field in step["fields"])
    (portion,) = handoff_notices([step], {step["id"]: [f"{page}.html", *([f"{page}.vault.yml"] if types else [])]})
    assert shown(portion) < 1024
    text = " ".join(" ".join(portion).split())
    said = [step["action"], step["product"], step["url"], step["role"], step["then"], f"{page}.html"]
    assert not [part for part in said if part not in text]
    assert (f"ansible-vault view {page}.vault.yml" in text) == types


def test_a_step_without_a_page_is_shown_in_full() -> None:
    portions = handoff_notices([LONGEST], {LONGEST["id"]: []})
    assert len(portions) > 1 and all(shown(portion) < 1024 for portion in portions)
    head = portions[0][0]
    assert [portion[0] for portion in portions] == [head] * len(portions)
    assert [head, *(line for portion in portions for line in portion[1:])] == handoff_lines([LONGEST])


def test_several_steps_are_numbered() -> None:
    portions = handoff_notices(STEPS[:2], {step["id"]: ["/page.html"] for step in STEPS})
    assert [portion[0][:11] for portion in portions] == ["Step 1 of 2", "Step 2 of 2"]


def test_a_line_that_is_too_long_is_left_whole() -> None:
    url = f"https://console.example/{'x' * 2000}"
    portions = handoff_notices([{**LONGEST, "url": url}])
    assert any(portion[1:] == [f"{' ' * 14}{url}"] for portion in portions)


def test_nothing_to_do() -> None:
    assert handoff_notices([], {}) == []
