#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_authentication_rule
short_description: Manage an authentication rule in a policy set of Cisco ISE
description:
  - Creates, changes and deletes an authentication rule, which says where a policy set of Cisco ISE looks up users.
  - The rule and its policy set are found by name. ISE itself addresses them by ID.
  - ISE gives each policy set a default rule for all logins that no other rule matches. Its identity source, actions and
    state can be changed, and everything else about it is refused.
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
  identity_source:
    description:
      - Name of the source in which users are looked up, such as V(Internal Users), an Active Directory join point or an
        identity source sequence. Required for a rule that does not exist yet.
    type: str
  if_auth_fail:
    description:
      - What happens if the user is found and the login fails.
      - Without this option an existing rule keeps what it has, and a new one gets V(reject), which is the default
        of ISE.
    type: str
    choices: [reject, drop, continue]
  if_user_not_found:
    description:
      - What happens if no user of that name is found.
      - Without this option an existing rule keeps what it has, and a new one gets V(reject), which is the default
        of ISE.
    type: str
    choices: [reject, drop, continue]
  if_process_fail:
    description:
      - What happens if the identity source cannot be reached.
      - Without this option an existing rule keeps what it has, and a new one gets V(drop), which is the default
        of ISE.
    type: str
    choices: [reject, drop, continue]
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
  - module: identityops.cisco.ise_authorization_rule
  - module: identityops.cisco.ise_policy_info
"""

EXAMPLES = r"""
- name: Look up employees in Active Directory
  identityops.cisco.ise_authentication_rule:
    name: Employees
    policy_set: VPN
    policy_type: network_access
    condition: "Radius:NAS-Port-Type equals Virtual"
    identity_source: CORP_AD

- name: Look up all other users in the internal users
  identityops.cisco.ise_authentication_rule:
    name: Default
    policy_set: VPN
    policy_type: network_access
    identity_source: Internal Users

- name: Delete a rule
  identityops.cisco.ise_authentication_rule:
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
      sample: "Radius:NAS-Port-Type equals Virtual"
    identity_source:
      description: Where users are looked up.
      type: str
      returned: always
      sample: CORP_AD
    if_auth_fail:
      description: What happens if the user is found and the login fails.
      type: str
      returned: always
      sample: reject
    if_user_not_found:
      description: What happens if no user of that name is found.
      type: str
      returned: always
      sample: reject
    if_process_fail:
      description: What happens if the identity source cannot be reached.
      type: str
      returned: always
      sample: drop
    rank:
      description: Its place among the authentication rules of the policy set, where 0 is the first.
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
      sample: Created the authentication rule 'Employees' of the policy set 'VPN'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.authentication_rule import AuthenticationRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import (
    RULE_CONSTRAINTS,
    PolicyRule,
    rule_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    rule = PolicyRule(AuthenticationRules(Ise.from_params(params, context), params, context), params)
    return ensure(rule, params["state"], rule.desired, context).result("rule")


TASK = Task(run=run, argument_spec=rule_argument_spec(AuthenticationRules), constraints=RULE_CONSTRAINTS)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
