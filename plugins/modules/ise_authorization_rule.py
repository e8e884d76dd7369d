#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_authorization_rule
short_description: Manage an authorization rule in a policy set of Cisco ISE
description:
  - Creates, changes and deletes an authorization rule, which says what a policy set of Cisco ISE grants to a login.
  - The rule and its policy set are found by name. ISE itself addresses them by ID.
  - ISE gives each policy set a default rule for all logins that no other rule matches. Its results and its state can be
    changed, and everything else about it is refused.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the rule exists as declared.
      - V(absent) deletes it. If the policy set does not exist, there is nothing to delete.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the rule. A new one may have letters without accents, digits, spaces and the characters C(_-.()).
    type: str
    required: true
  profiles:
    description:
      - Names of the authorization profiles that a login gets for O(policy_type=network_access), or of the one shell
        profile for O(policy_type=device_admin).
      - They are written in this order. An existing rule that has the same profiles in another order is left alone.
    type: list
    elements: str
  commands:
    description:
      - Names of the command sets that a login may use. For O(policy_type=device_admin) only.
    type: list
    elements: str
  security_group:
    description:
      - Name of the security group that a login gets. For O(policy_type=network_access) only.
      - V(none) removes the security group from an existing rule.
    type: str
  accept_lockout:
    description:
      - Whether to accept that no administrator can log in to some devices while Duo cannot be reached. Without it, the
        task refuses a write or a deletion with O(policy_type=device_admin) that removes the only way in to the devices
        that an MFA rule is for, see M(identityops.cisco.ise_mfa_rule).
    type: bool
    default: false
notes:
  - A rule needs at least one of O(profiles), O(commands) and O(security_group). For O(policy_type=network_access), ISE
    may require O(profiles).
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.ise_policy
  - identityops.cisco.ise_policy.rule
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_policy_set
  - module: identityops.cisco.ise_policy_rules
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_authentication_rule
  - module: identityops.cisco.ise_policy_info
"""

EXAMPLES = r"""
- name: Admit employees over VPN
  identityops.cisco.ise_authorization_rule:
    name: Employees
    policy_set: VPN
    policy_type: network_access
    condition: CORP_AD member of corp.example/Users/Domain Users
    profiles: [PermitAccess]
    security_group: Employees
    position: first

- name: Give the help desk read-only access to routers
  identityops.cisco.ise_authorization_rule:
    name: Help desk
    policy_set: Routers
    policy_type: device_admin
    condition:
      all of:
        - CORP_AD member of corp.example/Users/Helpdesk
        - "DEVICE:Device Type equals All Device Types#Router"
    profiles: [Default Shell Profile]
    commands: [PermitShowCommands]

- name: Delete a rule
  identityops.cisco.ise_authorization_rule:
    name: Employees
    policy_set: VPN
    policy_type: network_access
    state: absent
"""

RETURN = r"""
rule:
  description: The rule as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: Employees
    policy_set:
      description: The policy set it belongs to.
      type: str
      returned: always
      sample: VPN
    policy_type:
      description: Whether the policy set is one for network access or for device administration.
      type: str
      returned: always
      sample: network_access
    condition:
      description:
        - The logins that it applies to, in the shortest form of O(condition). Operators are in their plain form, and
          library conditions are given by name unless the task gives the ID. V(always) matches every login. Null if ISE
          does not show it.
      type: raw
      returned: always
      sample: "CORP_AD member of corp.example/Users/Domain Users"
    profiles:
      description: The profiles that a login gets.
      type: list
      elements: str
      returned: always
      sample: [PermitAccess]
    commands:
      description: The command sets that a login may use.
      type: list
      elements: str
      returned: for device administration
      sample: [PermitAllCommands]
    security_group:
      description: The security group that a login gets; V(none) if it gets none.
      type: str
      returned: for network access
      sample: Employees
    rank:
      description: Its place among the authorization rules of the policy set, where 0 is the first.
      type: int
      returned: always
      sample: 0
    rule_state:
      description: Whether it is in force; null if ISE does not show it.
      type: str
      returned: always
      sample: enabled
    hit_counts:
      description: The number of logins that matched it; null if ISE does not show it.
      type: int
      returned: when the rule exists
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
      sample: Created the authorization rule 'Employees' of the policy set 'VPN'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.authorization_rule import AuthorizationRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import (
    RULE_CONSTRAINTS,
    PolicyRule,
    rule_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    rule = PolicyRule(AuthorizationRules(Ise.from_params(params, context), params, context), params)
    return ensure(rule, params["state"], rule.desired, context).result("rule")


TASK = Task(
    run=run,
    argument_spec={**rule_argument_spec(AuthorizationRules), **AuthorizationRules.task_options},
    constraints=RULE_CONSTRAINTS,
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
