# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_notices
short_description: Write the steps that remain for a person in portions that a job's output does not cut
description:
  - Writes each step as P(identityops.cisco.handoff_lines#filter) does, in portions of less than 1,024 bytes each,
    because AWX cuts longer output.
  - A step with a printed page is one short portion, which names the page and says how to open the encrypted file next
    to it.
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
  files:
    description:
      - The files that were written for each step, by the ID of the step, the page first. The results of the roles of
        this collection contain them under C(handoff_files).
    type: dict
    default: {}
  host:
    description:
      - The host that the steps are for, where the output is that of several.
    type: str
    default: ""
  number:
    description:
      - The number of the first step, where these are not all steps.
    type: int
    default: 1
  total:
    description:
      - The number of all steps. The default is the number of these.
    type: int
seealso:
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - plugin: identityops.cisco.handoff_page
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the remaining steps
  ansible.builtin.debug:
    msg: "{{ item[1:] }}"
  loop: "{{ trusted_endpoints_result.handoff
    | identityops.cisco.handoff_notices(trusted_endpoints_result.handoff_files) }}"
  loop_control:
    label: "{{ item[0] }}"
"""

RETURN = r"""
_value:
  description: The portions, each a list of lines that begins with the subject of the step.
  type: list
  elements: list
"""

import json
from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Any

from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import (
    ENCRYPTED,
    PRINTED,
    Row,
    all_of,
    head_of,
    heading,
    written,
)

# Of 1,024 bytes, what is left beside the name of a host.
MOST = 900
# What a line takes beside its text where a list is shown as JSON.
INDENT = 10


def handoff_notices(
    steps: list[dict[str, Any]],
    files: dict[str, list[str]] | None = None,
    host: str = "",
    number: int = 1,
    total: int | None = None,
) -> list[list[str]]:
    found: list[list[str]] = []
    for place, step in enumerate(steps, number):
        name = heading(place, total or len(steps))
        subject, *others = of_step(step, name, (files or {}).get(step["id"], []))
        found += _portions(subject, [("Host", host), *others] if host else others)
    return found


def of_step(step: dict[str, Any], name: str, files: list[str]) -> Iterator[Row]:
    """A step in short where it was printed, or else all of it."""
    if not files:
        yield from all_of(step, name)
        return
    page, *secrets = files
    yield from head_of(step, name)
    yield PRINTED, page
    for path in secrets:
        yield ENCRYPTED, f"ansible-vault view {quote(path)}"
    yield "Then", step.get("then") or "Run this again."


def _portions(subject: Row, others: Iterable[Row]) -> Iterator[list[str]]:
    """Several lists of lines, each with the subject first. An entry is not divided unless it is too long."""
    name, action = subject
    head, again = list(written([subject])), list(written([(name, f"Continued: {action}")]))
    portion, begun = [*head], len(head)
    for lines in _together(others, MOST - _size(again)):
        if _size(portion) + _size(lines) > MOST and len(portion) > begun:
            yield portion
            portion, begun = [*again], len(again)
        portion += lines
    yield portion


def _together(entries: Iterable[Row], most: int) -> Iterator[list[str]]:
    """The lines of each entry, one by one where all of them are too many."""
    for entry in entries:
        lines = list(written([entry]))
        yield from [lines] if _size(lines) <= most else ([line] for line in lines)


def _size(lines: Iterable[str]) -> int:
    return sum(len(json.dumps(line)) + INDENT for line in lines)


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_notices": handoff_notices}
