# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_lines
short_description: Write the steps that remain for a person as lines of text
description:
  - Turns a hand-off into instructions that a person can follow from the output of a job.
  - A hand-off never contains secrets. The instructions name the variables that contain or will contain them.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - The steps, as modules and roles of this collection return them under C(handoff).
    type: list
    elements: dict
    required: true
seealso:
  - plugin: identityops.cisco.handoff_page
    plugin_type: filter
  - module: identityops.cisco.secure_endpoint_credential
"""

EXAMPLES = r"""
- name: Show the remaining steps
  ansible.builtin.debug:
    msg: "{{ credential.handoff | identityops.cisco.handoff_lines }}"
"""

RETURN = r"""
_value:
  description: The lines; empty if there are no steps.
  type: list
  elements: str
"""

import textwrap
from collections.abc import Callable, Iterable, Iterator
from typing import Any

WIDTH = 100
MARGIN = 14
# What a part of an instruction is, so that each form of writing can set it apart in its own way.
PLAIN = "plain"
LABEL = "label"
VALUE = "value"
VERBS = {
    "open": "Open",
    "press": "Press",
    "fill": "Set",
    "copy": "Copy",
    "turn_on": "Switch on",
    "turn_off": "Switch off",
    "expect": "Check that",
}
AT_THE_END = (
    ("If it fails", "if_it_fails"),
    ("Afterwards", "afterwards"),
    ("Proof", "verification"),
    ("Then", "then"),
)

# What stands in the margin, and the text beside it.
Row = tuple[str, str]
Part = tuple[str, str]
# What is copied as a whole, so that its lines are never broken.
PRINTED = "Page"
ENCRYPTED = "Secret"
# What is said of a value that is not known here, or that is copied out of a page.
Words = Callable[[dict[str, Any]], list[Part]]


def handoff_lines(steps: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for number, step in enumerate(steps, 1):
        found += [""] if found else []
        found += written(all_of(step, heading(number, len(steps))))
    return found


def heading(number: int, total: int) -> str:
    return f"Step {number} of {total}" if total > 1 else "To do"


def all_of(step: dict[str, Any], name: str) -> Iterator[Row]:
    """All of a step."""
    yield from head_of(step, name)
    for name, part in (("Before", "needs"), ("Note", "notes")):
        for place, text in enumerate(step.get(part, [])):
            yield "" if place else name, f"- {text}"
    for number, (click, warning) in enumerate(clicks_and_warnings(step), 1):
        if warning:
            yield "WARNING", warning
        yield f"{number:>{MARGIN - 3}}.", "".join(map(_plain, instruction(click, step, _source, _place)))
    for name, part in AT_THE_END:
        if step.get(part):
            yield name, step[part]


def head_of(step: dict[str, Any], name: str) -> Iterator[Row]:
    """What a step is about, where it is done and who can do it."""
    yield name, step["action"]
    yield "Where", step["product"]
    # In a line of its own, so that it can be clicked.
    yield "", step["url"]
    yield "Who", step["role"]


def written(entries: Iterable[Row], width: int = WIDTH) -> Iterator[str]:
    """The names in the margin, and the texts beside them."""
    for name, text in entries:
        yield from textwrap.wrap(
            text,
            len(text) + MARGIN if name in (PRINTED, ENCRYPTED) else width,
            initial_indent=f"{name:{MARGIN}}",
            subsequent_indent=" " * (MARGIN + (2 if text.startswith("- ") else 0)),
            # Words are never cut, so that what is to be typed can be copied.
            break_long_words=False,
            break_on_hyphens=False,
        )


def _plain(part: Part) -> str:
    text, kind = part
    return f'"{text}"' if kind == LABEL else text


def clicks_and_warnings(step: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each click with the warning to give before it, which is mostly none."""
    warning = step.get("warning", "")
    for click in step["clicks"]:
        is_dangerous = click["label"] == step.get("warning_before")
        yield click, warning if is_dangerous else ""
        warning = "" if is_dangerous else warning


def instruction(click: dict[str, Any], step: dict[str, Any], source: Words, place: Words) -> list[Part]:
    """What to do, as parts of a sentence.

    :param source: what is said of a field whose value is not known here.
    :param place: what is said of where a copied value goes.
    """
    deed, label = click["do"], click["label"]
    begins: list[Part] = [(f"{VERBS[deed]} ", PLAIN), (label, LABEL)]
    if click.get("or_label"):
        begins += [(" or ", PLAIN), (click["or_label"], LABEL), (", whichever is there", PLAIN)]
    if deed == "fill":
        field = _named(step["fields"], label)
        known: list[Part] = [(str(field["value"]), VALUE)] if "value" in field else source(field)
        return [*begins, (" to ", PLAIN), *known]
    if deed == "copy":
        return [*begins, (" to ", PLAIN), *place(_named(step["outputs"], label))]
    if deed == "expect":
        shown: Part = (click["value"], VALUE) if click.get("value") else ("a value", PLAIN)
        return [*begins, (" shows ", PLAIN), shown]
    return begins


def _source(field: dict[str, Any]) -> list[Part]:
    return [("the value of ", PLAIN), (field["source"], VALUE), (_secretly(field), PLAIN)]


def _place(output: dict[str, Any]) -> list[Part]:
    return [(output["goes_to"], VALUE), (_secretly(output), PLAIN)]


def _named(entries: list[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["label"] == label)


def _secretly(entry: dict[str, Any]) -> str:
    return ", a secret" if entry.get("secret") else ""


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_lines": handoff_lines}
