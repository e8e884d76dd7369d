# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_warning
short_description: Warn that the page of a step could not be written
description:
  - Prints a warning about a task that failed to write or remove the files of a step, and returns it as a sentence.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - The result of the failed task.
    type: dict
    required: true
  place:
    description:
      - What P(identityops.cisco.handoff_place#filter) returns for the step.
    type: path
    required: true
seealso:
  - plugin: identityops.cisco.handoff_place
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write a page, and continue if that is not possible
  block:
    - name: Write the page
      ansible.builtin.copy:
        content: "{{ step | identityops.cisco.handoff_page }}"
        dest: "{{ place }}.html"
        mode: "0600"
  rescue:
    - name: Warn that the page could not be written
      ansible.builtin.debug:
        msg: "{{ ansible_failed_result | identityops.cisco.handoff_warning(place) }}"
"""

RETURN = r"""
_value:
  description: The warning.
  type: str
"""

from typing import Any

from ansible.utils.display import Display


def handoff_warning(result: dict[str, Any], place: str) -> str:
    reasons = [str(item["msg"]) for item in result.get("results", []) if item.get("failed") and item.get("msg")]
    reason = (" ".join(reasons) or str(result.get("msg", "the reason is not known"))).rstrip(".")
    text = f"The files {place}.* could not be brought up to date: {reason}. The run goes on without them."
    Display().warning(text)
    return text


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_warning": handoff_warning}
