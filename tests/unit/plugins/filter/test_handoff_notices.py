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
    subject = portions[0][0]
    assert all(portion[0].startswith("To do         Continued: Add the Duo") for portion in portions[1:])
    short = handoff_notices([{**LONGEST, "action": "Do it."}])
    parts = [line for portion in short for line in portion[1:]]
    assert [subject, *parts] == handoff_lines([LONGEST])


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["id"]))
def test_no_portion_begins_in_the_middle_of_a_sentence(step: dict[str, Any]) -> None:
    for portion in handoff_notices([{**step, "action": "Do it."}], host="h" * 63)[1:]:
        assert portion[0] == "To do         Continued: Do it." and shown(portion) < 1024
        assert portion[1][:14].strip() or portion[1].startswith(f"{' ' * 14}- ")


def test_what_is_copied_stays_in_one_line() -> None:
    """A folder or a host may have blanks in its name."""
    page = f"/srv/hand offs/{'of the team ' * 9}/duo corp.html"
    (portion,) = handoff_notices(STEPS[:1], {STEPS[0]["id"]: [page, f"{page}.vault.yml"]})
    assert f"Page          {page}" in portion and f"Secret        ansible-vault view '{page}.vault.yml'" in portion


def test_a_step_says_which_of_several_hosts_it_is_for() -> None:
    portions = handoff_notices(STEPS[:2], {STEPS[0]["id"]: ["/page.html"]}, "duo-corp")
    firsts = [portion for portion in portions if "Continued: " not in portion[0]]
    assert len(firsts) == 2 and all("Host          duo-corp" in portion for portion in firsts)
    assert not any(line.startswith("Host") for portion in handoff_notices(STEPS[:2]) for line in portion)


def test_several_steps_are_numbered() -> None:
    portions = handoff_notices(STEPS[:2], {step["id"]: ["/page.html"] for step in STEPS})
    assert [portion[0][:11] for portion in portions] == ["Step 1 of 2", "Step 2 of 2"]


def test_a_line_that_is_too_long_is_left_whole() -> None:
    url = f"https://console.example/{'x' * 2000}"
    portions = handoff_notices([{**LONGEST, "url": url}])
    assert any(portion[-1] == f"{' ' * 14}{url}" for portion in portions)
    assert all(shown(portion) < 1024 for portion in portions if url not in portion[-1])


def test_nothing_to_do() -> None:
    assert handoff_notices([], {}) == []
