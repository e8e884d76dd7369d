#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_pxgrid_client
short_description: Approve a pxGrid client on Cisco ISE
description:
  - Approves a pxGrid client on Cisco ISE, such as that of the agent of Cisco Identity Intelligence, and
    sets how pxGrid accepts new clients.
  - Fails before anything is written if the release of ISE is older than 3.3 or ERS does not answer. Also fails if
    O(ise_hostname) is not the primary PAN, or no node runs the pxGrid service.
  - A client that does not exist yet does not fail the task. RV(step.status) is then V(pending), and a later run
    approves the client.
  - If ISE shows the status of its clients, the task compares it. According to some reports, ISE does not show clients
    through ERS at all. The task then approves the client once, notes the approval in a file below C(ANSIBLE_HOME) of
    the machine where it runs, and reports V(not_verifiable).
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) approves the client. The program that uses the client creates it.
    type: str
    choices: [present]
    default: present
  name:
    description:
      - Name of the client.
    type: str
    default: cii-agent
  allow_password_accounts:
    description:
      - Whether clients may create accounts with a password, as the agent of Cisco Identity Intelligence does.
      - ISE accepts this setting only together with O(auto_approve_certificate_accounts) and shows neither, so both must
        be set. Without them, the settings stay as they are.
    type: bool
  auto_approve_certificate_accounts:
    description:
      - Whether ISE approves clients that log in with a certificate without an administrator.
    type: bool
  write_again:
    description:
      - Whether to write settings again that ISE does not show and that this machine has already written. Use it if the
        client was deleted, or if the settings were changed by another person or program.
    type: bool
    default: false
  wait_timeout:
    description:
      - Seconds to wait for the client to exist. With V(0), the task does not wait.
    type: int
    default: 0
  wait_interval:
    description:
      - Seconds between two checks.
    type: int
    default: 15
notes:
  - The account needs the role ERS Admin, because ERS Operator may only read.
  - Cisco publishes the calls, but not their answers for clients that do not exist or are already approved.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.cii_integration
  - module: identityops.cisco.ise_system_info
"""

EXAMPLES = r"""
- name: Let the agent of Identity Intelligence create its pxGrid client
  identityops.cisco.ise_pxgrid_client:
    allow_password_accounts: true
    auto_approve_certificate_accounts: false

- name: Approve the pxGrid client of the agent
  identityops.cisco.ise_pxgrid_client:
    name: cii-agent
"""

RETURN = r"""
pxgrid_client:
  description: The client as it is after the task, or as it would be in check mode.
  returned: success
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: cii-agent
    approved:
      description: Whether it is approved; null if ISE does not show it or does not know the client yet.
      type: bool
      returned: always
      sample: true
    verification:
      description:
        - V(confirmed) if ISE shows that it is approved, V(not_verifiable) if ISE does not show it, V(pending) if ISE
          does not know the client yet.
      type: str
      returned: always
      sample: confirmed
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description:
        - V(verified), V(changed), V(not_verifiable) or V(pending). It is never V(verified) if settings were given,
          because ISE does not show them.
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Approved the pxGrid client 'cii-agent'
    diff:
      description:
        - The differences, with one entry for each object, even without C(--diff). Each entry contains C(before) and
          C(after), and C(before_header) and C(after_header), which name the object.
      type: list
      elements: dict
      returned: always
      sample: []
    seconds:
      description: How long the task took.
      type: float
      returned: always
      sample: 0.21
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.pxgrid import SETTINGS, bring_about, require_pxgrid
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import WAIT_SPEC


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    require_pxgrid(ise)
    return bring_about(ise, params, context)


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present"], "default": "present"},
        "name": {"type": "str", "default": "cii-agent"},
        "allow_password_accounts": {"type": "bool", "no_log": False},
        "auto_approve_certificate_accounts": {"type": "bool"},
        "write_again": {"type": "bool", "default": False},
        **WAIT_SPEC,
    },
    constraints={"required_together": [SETTINGS]},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
