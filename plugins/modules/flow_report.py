# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flow_report
short_description: Sum up the tasks of a role as one result
description:
  - Private to this collection; its roles end with it.
  - Turns what the tasks of a role registered into the result that the role sets, shows it in lines for people, and
    makes it a custom statistic of the host, as M(ansible.builtin.set_stats) does. If an earlier use of the role on this
    host has set a result, both are merged.
  - Nothing is shown where the callback plugin C(identityops.cisco.summary) is enabled, or where the standard
    output is JSON.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  role:
    description:
      - Name of the role, with which the name of its result begins.
    type: str
    required: true
  steps:
    description:
      - The tasks of the role, in order.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - What the step is called.
        type: str
        required: true
      result:
        description:
          - Name of the variable that the task registered its result in.
          - Of several tasks that do the same, a list of their variables. The last task that ran counts.
        type: raw
        required: true
      asked:
        description:
          - Whether the task was asked for. One that was not is no step.
        type: bool
        default: true
      otherwise:
        description:
          - A sentence about what is not enforced if the task was not asked for.
        type: str
      by_item:
        description:
          - Whether each item of the loop of the task is a step of its own. A loop of one item is one step either way.
        type: bool
        default: false
  more:
    description:
      - Further members of the result. Each is taken from the first of the listed variables that has a member of that
        name, and is null if none has.
    type: dict
attributes:
  check_mode:
    description: It changes nothing, and says what the other tasks would change.
    support: full
  diff_mode:
    description: The result holds what differs.
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
    steps:
      - name: MFA feature
        status: ok
        detail: The Duo MFA feature of ISE is as declared
        diff: []
        seconds: 0.02
    handoff: []
    warnings: []
    not_enforced: []
"""
