#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_policy_set
short_description: Manage a policy set of Cisco ISE
description:
  - Creates, changes and deletes a policy set of Cisco ISE, for network access or for device administration.
  - ISE creates each policy set with a default authentication rule and a default authorization rule.
    M(identityops.cisco.ise_policy_rules) and the modules for single rules manage its other rules.
  - ISE has a default policy set in each tree, for all logins that no other one matches. Its service, state and
    description can be changed, and everything else about it is refused.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the policy set exists as declared.
      - V(absent) deletes it, together with all its rules. See O(adopt).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the policy set. A new one may have letters without accents, digits, spaces and the characters C(_-.()).
    type: str
    required: true
  description:
    description:
      - A description. ISE does not accept C(%), C(<) or C(>) in it. An empty text clears it.
    type: str
  service_name:
    description:
      - Name of the allowed protocols, or of a server sequence to forward the logins to.
      - Without this option an existing policy set keeps what it has, and a new one gets the built-in service of ISE,
        V(Default Network Access) or V(Default Device Admin).
    type: str
  server_sequence:
    description:
      - The same as O(service_name), for a server sequence. In check mode, a sequence that does not exist yet gives a
        warning, because an earlier task of the same play may create it.
    type: str
  set_state:
    description:
      - Whether the policy set is in force. With V(monitor), ISE evaluates it and does not enforce the result.
      - Without this option an existing policy set keeps what it has, and a new one is enabled.
    type: str
    choices: [enabled, disabled, monitor]
  stage:
    description:
      - For a policy set that must not be in force before all of its rules are in place.
      - With V(prepare) a new policy set is disabled, regardless of O(set_state), and an existing one is left as it is.
      - With V(complete) the policy set must exist, and gets everything that is declared. In check mode, one that does
        not exist yet gives a warning, and is treated as if V(prepare) had created it.
    type: str
    choices: [prepare, complete]
  adopt:
    description:
      - Whether the task may delete a policy set that this collection may not have created.
      - A policy set that this collection creates has a mark at the end of its description, C([Managed by
        identityops.cisco]), which O(description) and the results leave out. One that lacks the mark is not deleted. The
        task fails instead, in check mode too.
      - With V(true) and O(state=present), the task adds the mark, after which the policy set can be deleted without
        this option. O(stage=prepare) does not add it.
      - Changes need neither the mark nor this option. The default policy set never has the mark.
    type: bool
    default: false
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.ise_policy
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_policy_rules
  - module: identityops.cisco.ise_authentication_rule
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_authorization_rule
  - module: identityops.cisco.ise_policy_info
"""

EXAMPLES = r"""
- name: Give VPN logins of contractors a policy set of their own
  identityops.cisco.ise_policy_set:
    name: VPN contractors
    policy_type: network_access
    description: VPN logins of contractors
    condition:
      all of:
        - library VPN_Tunnel
        - Cisco-VPN3000:CVPN3000/ASA/PIX7x-Tunnel-Group-Name equals Contractors
    position: before VPN

- name: Count the matching logins without enforcing the policy set
  identityops.cisco.ise_policy_set:
    name: VPN contractors
    policy_type: network_access
    set_state: monitor

- name: Create another one, but not in force yet
  identityops.cisco.ise_policy_set:
    name: VPN partners
    policy_type: network_access
    condition: "DEVICE:Device Type equals All Device Types#VPN"
    stage: prepare

- name: Admit employees
  identityops.cisco.ise_policy_rules:
    policy_set: VPN partners
    policy_type: network_access
    kind: authorization
    rules:
      - name: Employees
        condition: CORP_AD member of corp.example/Users/Domain Users
        profiles: [PermitAccess]

- name: Put it in force
  identityops.cisco.ise_policy_set:
    name: VPN partners
    policy_type: network_access
    set_state: enabled
    stage: complete

- name: Delete the policy set for contractors with all its rules
  identityops.cisco.ise_policy_set:
    name: VPN contractors
    policy_type: network_access
    state: absent

- name: Delete a policy set that an administrator has created in the ISE console
  identityops.cisco.ise_policy_set:
    name: VPN trial
    policy_type: network_access
    state: absent
    adopt: true
"""

RETURN = r"""
policy_set:
  description: The policy set as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: VPN contractors
    policy_type:
      description: Whether it is one for network access or for device administration.
      type: str
      returned: always
      sample: network_access
    description:
      description: What it is for.
      type: str
      returned: when O(state=present), or when the policy set exists
      sample: VPN logins of contractors
    managed:
      description: Whether its description contains the mark of this collection, see O(adopt).
      type: bool
      returned: always
      sample: true
    service_name:
      description: The allowed protocols, or the server sequence that logins are forwarded to.
      type: str
      returned: always
      sample: Default Network Access
    condition:
      description:
        - The logins that it applies to, in the shortest form of O(condition). V(always) matches every login. Null if
          ISE does not show it.
      type: raw
      returned: always
      sample: "DEVICE:Device Type equals All Device Types#VPN"
    rank:
      description: Its place among the policy sets of the tree, where 0 is the first.
      type: int
      returned: always
      sample: 0
    set_state:
      description: Whether it is in force; null if ISE does not show it.
      type: str
      returned: always
      sample: enabled
    hit_counts:
      description: The number of logins that matched it; null if ISE does not show it.
      type: int
      returned: when the policy set exists
      sample: 12
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed) if something changed, or would change in check mode; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Created the policy set 'VPN contractors'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import POLICY_TYPES
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import STATES
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_set import STAGES, PolicySet
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    policy_set = PolicySet(Ise.from_params(params, context), params, context)
    return ensure(policy_set, params["state"], policy_set.desired, context).result("policy_set")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "required": True},
        "policy_type": {"type": "str", "choices": list(POLICY_TYPES), "required": True},
        "description": {"type": "str"},
        "service_name": {"type": "str"},
        "server_sequence": {"type": "str"},
        "condition": {"type": "raw"},
        "position": {"type": "raw"},
        "rank": {"type": "int"},
        "set_state": {"type": "str", "choices": STATES},
        "stage": {"type": "str", "choices": list(STAGES)},
        "adopt": {"type": "bool", "default": False},
    },
    constraints={"mutually_exclusive": [("position", "rank"), ("service_name", "server_sequence")]},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
