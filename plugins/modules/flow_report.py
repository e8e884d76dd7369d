# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flow_report
short_description: Sum up the tasks of a role as one result
description:
  - Private to this collection. Its roles end with this module.
  - Turns the registered results of the tasks of a role into the result of the role, and shows it as readable lines.
    Also sets it as a custom statistic of the host, as M(ansible.builtin.set_stats) does. If an earlier use of the role
    on this host has set a result, the two are merged.
  - Nothing is shown if the callback plugin C(identityops.cisco.summary) is enabled, or if the standard output is JSON.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  role:
    description:
      - Name of the role, which is also the prefix of its result.
    type: str
    required: true
  report:
    description:
      - Name of the list of steps in the file C(meta/report.yml) of the role, in place of O(steps).
    type: str
  steps:
    description:
      - The tasks of the role, in order. Required without O(report).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the step.
        type: str
        required: true
      result:
        description:
          - Name of the variable that the task registered its result in.
          - If several tasks do the same, a list of their variables. The last task that ran counts.
        type: raw
        required: true
      asked:
        description:
          - Whether the task was requested. A task that was not requested is not a step.
        type: bool
        default: true
      asked_by:
        description:
          - In place of O(steps[].asked), the name of a registered variable, followed by the names of members, with
            dots between them. The task was requested if that has a value, or if there is no such member. A name in a
            list is a member if the list contains it.
        type: str
      only_with:
        description:
          - As O(steps[].asked_by), but the task was not requested if there is no such member.
        type: str
      otherwise:
        description:
          - A sentence about what is not enforced if the task was not requested.
        type: str
      otherwise_by_item:
        description:
          - A sentence about what is not enforced where an item of the loop was skipped. C({}) in it stands for the name
            of the item.
        type: str
      by_item:
        description:
          - Whether each item of the loop of the task is a step of its own. A loop with one item is always one step.
        type: bool
        default: false
  handed_over:
    description:
      - Names of the variables that the tasks with M(identityops.cisco.flow_handoff) registered their results in. Given
        them, the result has the member C(handoff_files), and their warnings.
    type: list
    elements: str
  more:
    description:
      - Further members of the result. Each is taken from the first of the listed variables that has a member of that
        name, and is null if none of them has.
    type: dict
attributes:
  check_mode:
    description: Changes nothing, and reports what the other tasks would change.
    support: full
  diff_mode:
    description: The result contains the differences.
    support: none
"""

EXAMPLES = r"""
- name: Sum up what was done
  identityops.cisco.flow_report:
    role: ise_duo_mfa
    steps:
      - name: MFA feature
        result: ise_duo_mfa__feature
  register: ise_duo_mfa__report
"""

RETURN = r"""
result:
  description: The result of the role, as the guide on ways to run the collection describes it.
  returned: success
  type: dict
  sample:
    schema: 1
    status: in_sync
    complete: true
    changed: false
    uses: 1
    steps:
      - name: MFA feature
        status: ok
        detail: The Duo MFA feature of ISE is as declared
        diff: []
        seconds: 0.02
    handoff: []
    warnings: []
    not_enforced: []
for_workflows:
  description: The result in short by the name of the host, under the name of the result with an "s" after it.
  returned: success
  type: dict
  sample:
    safe_results:
      account1:
        schema: 1
        status: handoff_required
        complete: false
        changed: false
        handoff: [safe_integration]
"""
