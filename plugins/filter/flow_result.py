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
      - One entry for each task, in order, with C(name), C(result) (what the task registered, empty if it did not run)
        and C(detail).
      - C(asked), whether the step was asked for at all; the default is V(true).
      - C(verification), with the value V(accepted), V(rejected) or V(not_checked), makes the entry one about a proof;
        C(when_rejected) and C(when_not_checked) are the details of a proof that is still to come.
      - C(when_skipped) is the detail of a step that was skipped because its state could not be seen.
      - C(when_waiting) is the detail of a step that was skipped because it waits for another one.
      - C(status) is the status of a step that ended well, changed nothing and leaves nothing to a person, where V(ok)
        would say too little.
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
        detail: Enabled on ISE
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


def flow_result(entries: list[dict[str, Any]]) -> dict[str, Any]:
    steps = [step for step in map(_step, entries) if step]
    results = [entry["result"] for entry in entries if entry.get("asked", True)]
    return {
        "steps": steps,
        "changed": any(bool(result.get("changed")) for result in results),
        "handoff": [part for result in results for part in result.get("handoff", [])],
    }


def _step(entry: dict[str, Any]) -> dict[str, str] | None:
    """The step's line; None for a step that was not asked for."""
    result, name = entry["result"], entry["name"]
    if not entry.get("asked", True):
        return None
    if not result:
        return {"name": name, "status": "pending", "detail": "Not reached"}
    if result.get("skipped"):
        return _skipped(entry)
    if "verification" in entry:
        return _proof(entry)
    if result.get("failed"):
        return {"name": name, "status": "failed", "detail": _reason(result)}
    if result.get("handoff"):
        return {"name": name, "status": "handoff_required", "detail": entry["detail"]}
    if result.get("error"):
        # The role went on after it.
        return {"name": name, "status": "pending", "detail": _reason(result)}
    status = "changed" if result.get("changed") else entry.get("status", "ok")
    return {"name": name, "status": status, "detail": entry["detail"]}


def _skipped(entry: dict[str, Any]) -> dict[str, str] | None:
    for reason, status in (("when_skipped", "not_verifiable"), ("when_waiting", "pending")):
        if entry.get(reason):
            return {"name": entry["name"], "status": status, "detail": entry[reason]}
    return None


def _proof(entry: dict[str, Any]) -> dict[str, str]:
    """The line about a proof. Its task is told of in a line of its own, failure included."""
    name, verification = entry["name"], entry["verification"]
    if entry["result"].get("failed"):
        return {"name": name, "status": "pending", "detail": "Not reached"}
    if verification == "accepted":
        return {"name": name, "status": "verified", "detail": entry["detail"]}
    return {"name": name, "status": "pending", "detail": entry[f"when_{verification}"]}


def _reason(result: dict[str, Any]) -> str:
    """Why a task failed; a task with a loop has its reasons in the single results."""
    reasons = [str(item.get("msg")) for item in result.get("results", []) if item.get("failed")]
    return " ".join(reasons) or str(result.get("msg"))


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"flow_result": flow_result}
