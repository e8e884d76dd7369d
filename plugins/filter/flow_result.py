# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: flow_result
short_description: Sum up the tasks of a role as one result
description:
  - Turns the registered results of a role's tasks into the result that every role of this collection ends with.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - One entry for each task, in order, with C(name) and C(result), what the task registered. The result of a task
        that did not run is empty. Status and detail of its line are those of the C(step) that the module returned.
      - C(asked), whether the step was asked for at all; the default is V(true).
      - A task that was skipped has no line, unless an earlier step is still open. It then waits for that one.
      - A task with a loop has one line for all of its items.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Sum up what was done
  ansible.builtin.set_fact:
    my_result: "{{ my_steps | identityops.cisco.flow_result }}"
  vars:
    my_steps:
      - name: MFA feature
        result: "{{ my_registered_task }}"
"""

RETURN = r"""
_value:
  description:
    - C(steps), a list of C(name), C(status) and C(detail). The status is one of V(ok), V(changed), V(verified),
      V(pending),
      V(not_verifiable), V(handoff_required) and V(failed).
    - C(changed), whether anything was changed.
    - C(handoff), the steps that remain for a person.
  type: dict
"""

from typing import Any

# Of several items the first of these that occurs is the status of their line.
RANKS = ("failed", "handoff_required", "pending", "changed", "not_verifiable", "verified", "ok")
OPEN = ("failed", "handoff_required", "pending")
# Kinds of errors that mean that ISE hides whether an object exists.
HIDDEN = ("feature_off",)


def flow_result(entries: list[dict[str, Any]]) -> dict[str, Any]:
    steps: list[dict[str, str]] = []
    for entry in entries:
        if step := _step(entry, steps):
            steps.append(step)
    results = [entry["result"] for entry in entries if entry.get("asked", True)]
    return {
        "steps": steps,
        "changed": any(bool(result.get("changed")) for result in results),
        "handoff": [part for result in results for part in result.get("handoff", [])],
    }


def _step(entry: dict[str, Any], earlier: list[dict[str, str]]) -> dict[str, str] | None:
    """The line about an entry; None if there is nothing to say about it."""
    if not entry.get("asked", True):
        return None
    result = entry["result"]
    if result.get("skipped"):
        awaited = [step["name"] for step in earlier if step["status"] in OPEN][:1]
        return _line(entry, "pending", f"Waits for: {awaited[0]}") if awaited else None
    if not result:
        return _line(entry, "pending", "Not reached")
    lines = [_of_one(item) for item in result.get("results", [result]) if not item.get("skipped")]
    if not lines:
        return _line(entry, "failed", str(result.get("msg"))) if result.get("failed") else None
    worst = min((status for status, _detail in lines), key=RANKS.index)
    told = [detail for status, detail in lines if status == worst or worst not in OPEN]
    return _line(entry, worst, "; ".join(told))


def _of_one(result: dict[str, Any]) -> tuple[str, str]:
    """Status and detail of one task, or of one item of its loop."""
    if result.get("failed"):
        return "failed", str(result.get("msg"))
    if result.get("error"):
        # The role went on after it.
        return "not_verifiable" if result["error"].get("kind") in HIDDEN else "pending", str(result.get("msg"))
    return result["step"]["status"], result["step"]["detail"]


def _line(entry: dict[str, Any], status: str, detail: str) -> dict[str, str]:
    return {"name": entry["name"], "status": status, "detail": detail}


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"flow_result": flow_result}
