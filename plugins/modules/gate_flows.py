#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gate_flows
short_description: Choose the flows of a host
description:
  - Private to this collection. The playbooks that act as gates, and the playbook C(site), begin with this module.
  - Returns the flows to run on the host, and the settings that M(identityops.cisco.gate_report) needs to evaluate their
    results.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  audit:
    description:
      - Whether the gate is that of the audit of Duo's applications, which is none of the flows.
    type: bool
    default: false
  flows:
    description:
      - The flows to run. If not set, these are the flows that have a variable of their own on the host. Connection
        options do not count.
    type: list
    elements: str
  all_by_default:
    description:
      - Whether all flows run if O(flows) is not set.
    type: bool
    default: false
  accept:
    description:
      - Statuses of steps that the gate accepts, any of V(changed), V(handoff_required) and V(pending). An error is
        never accepted.
    type: list
    elements: str
  report_dir:
    description:
      - The folder that M(identityops.cisco.gate_report) writes into.
    type: path
attributes:
  check_mode:
    description: It changes nothing.
    support: full
  diff_mode:
    description: It changes nothing.
    support: none
seealso:
  - module: identityops.cisco.gate_report
"""

EXAMPLES = r"""
- name: Choose the flows
  identityops.cisco.gate_flows:
    flows: [ise_duo_mfa]
  register: identityops__gate
"""

RETURN = r"""
flows:
  description: The flows to run, in order.
  returned: success
  type: list
  elements: str
  sample: [ise_duo_mfa, trusted_endpoints]
accept:
  description: O(accept).
  returned: success
  type: list
  elements: str
  sample: []
report_dir:
  description: O(report_dir), or an empty text.
  returned: success
  type: str
  sample: report
"""
