#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: gate_report
short_description: Evaluate the results of the flows on all hosts, and write a report
description:
  - Private to this collection. The playbooks that act as gates end with this module. It has no options.
  - Covers every host that M(identityops.cisco.gate_flows) has chosen flows for in this run, even if the host has failed
    or become unreachable meanwhile. A flow without a result is an error.
  - Writes C(plan.json), C(junit.xml), C(summary.md) and C(report.html) on the controller, if a folder for them is set.
    If the folder does not exist, it is created with mode V(0700). The files get mode V(0600), because they name users,
    devices and missing protections.
  - Fails only if no host was compared or the report cannot be written. The next task of the playbook fails the hosts
    that do not pass.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
attributes:
  check_mode:
    description: The report is also written in check mode, because it reports the findings of check mode.
    support: full
  diff_mode:
    description: The report itself is not compared with an earlier one.
    support: none
seealso:
  - module: identityops.cisco.gate_flows
"""

EXAMPLES = r"""
- name: Write the report
  identityops.cisco.gate_report:
  run_once: true
  delegate_to: localhost
  register: identityops__report
"""

RETURN = r"""
outcome:
  description: The worst of all hosts, one of V(in_sync), V(accepted), V(drift) and V(error).
  returned: always
  type: str
  sample: drift
exit_code:
  description: The exit code of the wrapper command, V(0), V(2) or V(1).
  returned: always
  type: int
  sample: 2
counts:
  description: The number of hosts, in total and of each outcome.
  returned: always
  type: dict
  sample: {hosts: 3, in_sync: 2, accepted: 0, drift: 1, error: 0}
hosts:
  description: For each host, whether it passes, and a line that says why.
  returned: always
  type: dict
  sample:
    customer-birch:
      passes: false
      line: "ise_duo_mfa: drift (1 to change)"
files:
  description: The paths of the files that were written.
  returned: always
  type: list
  elements: str
  sample: [/builds/estate/report/plan.json]
"""
