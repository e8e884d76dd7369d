# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: flow_lines
short_description: Write the result of a role as lines for people
description:
  - Turns the result that every role of this collection ends with into lines of text, one for each step.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - The result of a role, such as C(ise_duo_mfa_result).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Tell what was done
  ansible.builtin.debug:
    msg: "{{ ise_duo_mfa_result | identityops.cisco.flow_lines }}"
"""

RETURN = r"""
_value:
  description: One line for each step.
  type: list
  elements: str
"""

from typing import Any


def flow_lines(result: dict[str, Any]) -> list[str]:
    steps = result["steps"]
    wide = max((len(step["name"]) for step in steps), default=0)
    widest = max((len(step["status"]) for step in steps), default=0)
    return [f"{step['status'].replace('_', ' '):{widest}}  {step['name']:{wide}}  {step['detail']}" for step in steps]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"flow_lines": flow_lines}
