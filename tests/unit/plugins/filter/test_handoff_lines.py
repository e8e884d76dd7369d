# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import FilterModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo import steps as panel_steps
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Step
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint import steps as console_steps

handoff_lines = FilterModule().filters()["handoff_lines"]

STEP: dict[str, Any] = {
    "id": "make_it",
    "product": "Some Console",
    "url": "https://console.example/a-rather-long-address/that-must-stay-whole/" + 60 * "x",
    "role": "administrator",
    "action": "Make it.",
    "needs": ["A place for the key.", "Another thing, of which so much can be said that it does not fit a line. " * 2],
    "notes": ["It is called otherwise elsewhere."],
    "clicks": [
        {"do": "open", "label": "Menu"},
        {"do": "press", "label": "Add", "or_label": "Get started"},
        {"do": "fill", "label": "Name"},
        {"do": "fill", "label": "ID"},
        {"do": "fill", "label": "Key"},
        {"do": "press", "label": "Create"},
        {"do": "expect", "label": "Host", "value": "api.example"},
        {"do": "expect", "label": "State"},
        {"do": "copy", "label": "Number"},
        {"do": "copy", "label": "New key"},
        {"do": "turn_on", "label": "Enable it"},
        {"do": "turn_off", "label": "Disable it"},
    ],
    "fields": [
        {"label": "Name", "value": "Duo", "source": "the option name"},
        {"label": "ID", "source": "the_id"},
        {"label": "Key", "secret": True, "source": "the_key"},
    ],
    "outputs": [
        {"label": "Number", "goes_to": "the_number", "secret": False},
        {"label": "New key", "goes_to": "the_new_key", "secret": True},
    ],
    "warning": "It is shown once.",
    "warning_before": "Create",
    "if_it_fails": "Try once more.",
    "afterwards": "Keep no copy.",
    "verification": "The next run sees it.",
    "then": "Run this again.",
}


def test_a_step_as_lines() -> None:
    assert handoff_lines([STEP]) == [
        "To do         Make it.",
        "Where         Some Console",
        f"              {STEP['url']}",
        "Who           administrator",
        "Before        - A place for the key.",
        "              - Another thing, of which so much can be said that it does not fit a line. Another",
        "                thing, of which so much can be said that it does not fit a line.",
        "Note          - It is called otherwise elsewhere.",
        '          1.  Open "Menu"',
        '          2.  Press "Add" or "Get started", whichever is there',
        '          3.  Set "Name" to Duo',
        '          4.  Set "ID" to the value of the_id',
        '          5.  Set "Key" to the value of the_key, a secret',
        "WARNING       It is shown once.",
        '          6.  Press "Create"',
        '          7.  Check that "Host" shows api.example',
        '          8.  Check that "State" shows a value',
        '          9.  Copy "Number" to the_number',
        '         10.  Copy "New key" to the_new_key, a secret',
        '         11.  Switch on "Enable it"',
        '         12.  Switch off "Disable it"',
        "If it fails   Try once more.",
        "Afterwards    Keep no copy.",
        "Proof         The next run sees it.",
        "Then          Run this again.",
    ]


def test_several_steps_are_numbered_and_set_apart() -> None:
    lines = handoff_lines([STEP, {**STEP, "action": "Use it."}])
    assert lines[0] == "Step 1 of 2   Make it."
    assert lines[lines.index("") + 1] == "Step 2 of 2   Use it."


def test_nothing_to_do() -> None:
    assert handoff_lines([]) == []


def test_what_a_step_does_not_have_takes_no_line() -> None:
    optional = ("needs", "notes", "if_it_fails", "afterwards", "verification", "then", "warning")
    text = "\n".join(handoff_lines([{name: part for name, part in STEP.items() if name not in optional}]))
    assert not [name for name in ("Before", "Note", "WARNING", "fails", "After", "Proof", "Then") if name in text]


def test_a_warning_is_given_once() -> None:
    again = {**STEP, "clicks": [*STEP["clicks"], {"do": "press", "label": "Create"}]}
    assert "\n".join(handoff_lines([again])).count("WARNING") == 1


@pytest.mark.parametrize(
    "step",
    [
        console_steps.create_credential("eu", "Duo"),
        console_steps.delete_credential("eu", "Duo"),
        panel_steps.add_edr_integration("api-1.duosecurity.com", None, "eu"),
        panel_steps.remove_edr_integration("api-1.duosecurity.com"),
    ],
    ids=lambda step: step.id,
)
def test_everything_in_a_real_step_is_shown(step: Step) -> None:
    lines = handoff_lines([step.as_dict()])
    text = " ".join(" ".join(lines).split())
    answer = [step.product, step.url, step.role, step.action, *step.needs, step.warning, step.verification, step.then]
    answer += [*step.notes, step.if_it_fails, step.afterwards]
    answer += [f'"{click.label}"' for click in step.clicks] + [click.value for click in step.clicks]
    answer += [field.value or field.source for field in step.fields] + [output.goes_to for output in step.outputs]
    assert not [part for part in answer if part not in text]
    assert max(map(len, lines)) <= 100
