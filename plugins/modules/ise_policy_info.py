#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_policy_info
short_description: Read the policy sets of Cisco ISE with all their rules
description:
  - Reads the policy sets of Cisco ISE with their authentication, MFA and authorization rules.
  - Everything is returned as options of the modules that manage it, so you can pass a policy set to
    M(identityops.cisco.ise_policy_set), and each list of rules to M(identityops.cisco.ise_policy_rules).
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  policy_type:
    description:
      - The policy tree. V(network_access) is for RADIUS, which includes VPN logins, and V(device_admin) is for TACACS+.
    type: str
    choices: [network_access, device_admin]
    required: true
  policy_set:
    description:
      - Read only the policy set of this name.
    type: str
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_policy_set
  - module: identityops.cisco.ise_policy_rules
  - module: identityops.cisco.ise_authentication_rule
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_authorization_rule
"""

EXAMPLES = r"""
- name: Read all policy sets for network access
  identityops.cisco.ise_policy_info:
    policy_type: network_access
  register: ise

- name: Show which of them use Duo
  ansible.builtin.debug:
    msg: "{{ ise.policy_sets | selectattr('rules.mfa') | map(attribute='name') }}"

- name: Read one of them
  identityops.cisco.ise_policy_info:
    policy_type: network_access
    policy_set: VPN
  register: vpn

- name: Keep its authorization rules exactly as they are now
  identityops.cisco.ise_policy_rules:
    policy_set: VPN
    policy_type: network_access
    kind: authorization
    purge: true
    rules: "{{ vpn.policy_sets[0].rules.authorization }}"
"""

RETURN = r"""
policy_sets:
  description:
    - The policy sets in the order in which ISE evaluates them; empty if there is none with the name in O(policy_set).
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: VPN
    policy_type:
      description: Whether it is one for network access or for device administration.
      type: str
      returned: always
      sample: network_access
    description:
      description: What it is for; empty if ISE has no text.
      type: str
      returned: always
      sample: VPN logins
    service_name:
      description: The allowed protocols, or the server sequence that logins are forwarded to.
      type: str
      returned: always
      sample: Default Network Access
    condition:
      description: The logins that it applies to; V(always) for the default one, null if ISE does not show it.
      type: raw
      returned: always
      sample: "DEVICE:Device Type equals All Device Types#VPN"
    rank:
      description: Its place among the policy sets of the tree, where 0 is the first.
      type: int
      returned: for all except the default one, which is always the last
      sample: 0
    set_state:
      description: Whether it is in force; null if ISE does not show it.
      type: str
      returned: always
      sample: enabled
    rules:
      description: Its rules by kind, each list in the order in which ISE evaluates it.
      type: dict
      returned: always
      contains:
        authentication:
          description: The authentication rules.
          type: list
          elements: dict
          returned: always
          contains:
            name:
              description: Its name.
              type: str
              returned: always
              sample: Employees
            condition:
              description: The logins that it applies to; V(always) for a default rule, null if ISE does not show it.
              type: raw
              returned: always
              sample: DEVICE:Device Type equals All Device Types#VPN
            rule_state:
              description: Whether it is in force; null if ISE does not show it.
              type: str
              returned: always
              sample: enabled
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
        mfa:
          description:
            - The MFA rules. Null if ISE does not show them, because MFA is disabled or the release does not support it.
          type: list
          elements: dict
          returned: always
          contains:
            name:
              description: Its name.
              type: str
              returned: always
              sample: Duo for employees
            condition:
              description: The logins that it applies to; V(always) for a default rule, null if ISE does not show it.
              type: raw
              returned: always
              sample: CORP_AD member of corp.example/Users/Domain Users
            rule_state:
              description: Whether it is in force; null if ISE does not show it.
              type: str
              returned: always
              sample: enabled
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
        authorization:
          description: The authorization rules.
          type: list
          elements: dict
          returned: always
          contains:
            name:
              description: Its name.
              type: str
              returned: always
              sample: Employees
            condition:
              description: The logins that it applies to; V(always) for a default rule, null if ISE does not show it.
              type: raw
              returned: always
              sample: CORP_AD member of corp.example/Users/Domain Users
            rule_state:
              description: Whether it is in force; null if ISE does not show it.
              type: str
              returned: always
              sample: enabled
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
              sample: none
hit_counts:
  description:
    - The number of logins that matched each policy set and each of its rules, by name. Null where ISE does not show it.
  returned: always
  type: dict
  sample:
    VPN:
      policy_set: 40
      authentication: {Default: 40}
      mfa: {Duo for employees: 36}
      authorization: {Employees: 36, Default: 4}
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import POLICY_TYPES
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_export import export
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    sets, counts = export(ise, params["policy_type"], params["policy_set"], context)
    return {"policy_sets": sets, "hit_counts": counts}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "policy_type": {"type": "str", "choices": list(POLICY_TYPES), "required": True},
        "policy_set": {"type": "str"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
