#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_mfa_rule
short_description: Manage an MFA rule in a policy set of Cisco ISE
description:
  - Creates, changes and deletes an MFA rule, which makes a policy set of Cisco ISE ask Duo for a second factor.
  - The rule and its policy set are found by name. ISE itself addresses them by ID.
  - A new rule is in force immediately, unless O(rule_state) says otherwise.
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
  connection:
    description:
      - Name of the Duo connection to use. It must serve V(vpn) logins for O(policy_type=network_access) and V(tacacs)
        logins for O(policy_type=device_admin).
      - Required for a rule that does not exist yet.
    type: str
  on_success:
    description:
      - What happens after a successful second factor, C(accept) or C(reject). Cisco publishes no list, so other values
        are passed on.
      - Without this option an existing rule keeps what it has, and a new one gets C(accept).
    type: str
  on_failure:
    description:
      - What happens when the second factor fails, C(accept) or C(reject). Cisco publishes no list, so other values are
        passed on.
      - Without this option an existing rule keeps what it has, and a new one gets C(reject).
    type: str
  stage:
    description:
      - For two tasks, with the tasks that write the authorization rules of the policy set between them. At no moment is
        a login admitted without Duo that needs Duo before and afterwards.
      - With V(prepare), nothing is written that makes ISE ask Duo about fewer logins or that accepts what is rejected.
        A rule in force is not turned off, and a changed condition is added to the present one with C(any of).
      - With V(complete), the rest follows. The task is not needed if RV(pending) is false.
      - It has no effect with O(state=absent).
    type: str
    choices: [prepare, complete]
  accept_lockout:
    description:
      - Whether to accept that no administrator can log in to some devices while Duo cannot be reached. Without it, the
        task refuses a write with O(policy_type=device_admin) that leaves no way in to the devices that an MFA rule is
        for.
      - A way in is an MFA rule above that accepts a login when MFA fails. Another one is a login to the same devices
        that matches no MFA rule and that an authorization rule admits. The module must be able to prove it from the
        rules themselves, so conditions of the library do not count.
    type: bool
    default: false
notes:
  - In check mode, a Duo connection that does not exist yet or does not serve such logins gives a warning. An earlier
    task of the same play may change that.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.ise_policy
  - identityops.cisco.ise_policy.rule
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.ise_mfa_feature
  - module: identityops.cisco.ise_policy_set
  - module: identityops.cisco.ise_policy_rules
  - module: identityops.cisco.ise_authentication_rule
  - module: identityops.cisco.ise_authorization_rule
  - module: identityops.cisco.ise_policy_info
  - module: identityops.cisco.duo_enrolment_info
"""

EXAMPLES = r"""
- name: Ask for a second factor at every VPN login of employees
  identityops.cisco.ise_mfa_rule:
    name: Duo for employees
    policy_set: VPN
    policy_type: network_access
    connection: Duo
    condition: CORP_AD member of corp.example/Users/Domain Users

- name: Admit logins from the management host, so that there is a way in while Duo cannot be reached
  identityops.cisco.ise_authorization_rule:
    name: From the management host
    policy_set: Routers
    policy_type: device_admin
    condition: "TACACS:Remote-Address equals 192.0.2.10"
    profiles: [Default Shell Profile]
    commands: [PermitAllCommands]
    position: first

- name: Ask administrators of routers, except for logins from the management host
  identityops.cisco.ise_mfa_rule:
    name: Duo for routers
    policy_set: Routers
    policy_type: device_admin
    connection: Duo
    condition:
      all of:
        - library Network_Devices_Core
        - not: "TACACS:Remote-Address equals 192.0.2.10"
    position: first
    on_success: accept
    on_failure: reject

- name: Use a condition in the structure of ISE's API
  identityops.cisco.ise_mfa_rule:
    name: Duo for routers
    policy_set: Routers
    policy_type: device_admin
    condition:
      conditionType: ConditionAndBlock
      children:
        - conditionType: ConditionReference
          name: Network_Devices_Core
        - conditionType: ConditionAttributes
          isNegate: true
          dictionaryName: TACACS
          attributeName: Remote-Address
          operator: ipEquals
          attributeValue: 192.0.2.10

- name: Evaluate a rule without enforcing it
  identityops.cisco.ise_mfa_rule:
    name: Duo for routers
    policy_set: Routers
    policy_type: device_admin
    rule_state: monitor

- name: Delete a rule
  identityops.cisco.ise_mfa_rule:
    name: Duo for employees
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
      sample: Duo for routers
    policy_set:
      description: The policy set it belongs to.
      type: str
      returned: always
      sample: Routers
    policy_type:
      description: Whether the policy set is one for network access or for device administration.
      type: str
      returned: always
      sample: device_admin
    condition:
      description:
        - The logins that it applies to, in the shortest form of O(condition). Operators are in their plain form, and
          library conditions are given by name unless the task gives the ID. V(always) matches every login. Null if ISE
          does not show it.
      type: raw
      returned: always
      sample: "DEVICE:Device Type equals All Device Types#Router"
    connection:
      description: The Duo connection that it uses.
      type: str
      returned: always
      sample: Duo
    on_success:
      description: What happens after a successful second factor.
      type: str
      returned: always
      sample: accept
    on_failure:
      description: What happens when the second factor fails.
      type: str
      returned: always
      sample: reject
    rank:
      description: Its place among the MFA rules of the policy set, where 0 is the first.
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
pending:
  description: Whether something is left for O(stage=complete).
  returned: with O(stage)
  type: bool
  sample: false
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
      sample: Created the MFA rule 'Duo for routers' of the policy set 'Routers'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import MfaRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import (
    RULE_CONSTRAINTS,
    STAGE_OPTION,
    PolicyRule,
    rule_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    rule = PolicyRule(MfaRules(Ise.from_params(params, context), params, context), params)
    pending = {} if params["stage"] is None else {"pending": rule.is_pending}
    return {**ensure(rule, params["state"], rule.desired, context).result("rule"), **pending}


TASK = Task(
    run=run,
    argument_spec={**rule_argument_spec(MfaRules), **MfaRules.task_options, **STAGE_OPTION},
    constraints=RULE_CONSTRAINTS,
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
