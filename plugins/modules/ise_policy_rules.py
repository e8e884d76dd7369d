#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_policy_rules
short_description: Manage all rules of one kind in a policy set of Cisco ISE
description:
  - Puts the rules of one kind in a policy set of Cisco ISE into the declared order, creates and changes the declared
    rules, and with O(purge) deletes the others.
  - Sends as few writes as possible. A rule that must be changed moves with the same write, and as few others as
    possible are moved.
  - Rules are written one after the other, and deletions come last. The next run completes an interrupted run. To write
    authorization rules between the new MFA rules and the deletion of old ones, use O(stage).
  - ISE ends the authentication rules and the authorization rules of each policy set with a default rule. It may be
    declared at the end of the list, to change it, and is never created, moved or deleted.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  policy_set:
    description:
      - Name of the policy set. It must exist.
    type: str
    required: true
  policy_type:
    description:
      - The policy tree. V(network_access) is for RADIUS, which includes VPN logins, and V(device_admin) is for TACACS+.
    type: str
    choices: [network_access, device_admin]
    required: true
  kind:
    description:
      - The kind of rules to manage.
    type: str
    choices: [authentication, mfa, authorization]
    required: true
  rules:
    description:
      - The rules in their order, each found by its name. Settings of an existing rule that are not declared stay as
        they are.
      - A rule takes the options of M(identityops.cisco.ise_authentication_rule), M(identityops.cisco.ise_mfa_rule) or
        M(identityops.cisco.ise_authorization_rule), according to O(kind).
      - Without O(purge), rules that are not in the list keep their order. A declared rule that is new or has to be
        moved is put right after the rule that is declared before it. If all declared rules are new, they become the
        last.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the rule.
        type: str
        required: true
      condition:
        description:
          - The logins that the rule applies to, see M(identityops.cisco.ise_mfa_rule). Required for a new rule.
        type: raw
      rule_state:
        description:
          - Whether the rule is in force. A new rule without this option is enabled.
        type: str
        choices: [enabled, disabled, monitor]
      identity_source:
        description:
          - Where users are looked up. For O(kind=authentication), where a new rule needs it.
        type: str
      if_auth_fail:
        description:
          - What happens if the user is found and the login fails. For O(kind=authentication). A new rule without this
            option gets V(reject).
        type: str
        choices: [reject, drop, continue]
      if_user_not_found:
        description:
          - What happens if no user of that name is found. For O(kind=authentication). A new rule without this option
            gets V(reject).
        type: str
        choices: [reject, drop, continue]
      if_process_fail:
        description:
          - What happens if the identity source cannot be reached. For O(kind=authentication). A new rule without this
            option gets V(drop).
        type: str
        choices: [reject, drop, continue]
      connection:
        description:
          - Name of the Duo connection to use. For O(kind=mfa), where a new rule needs it.
        type: str
      on_success:
        description:
          - What happens after a successful second factor. For O(kind=mfa). A new rule without this option gets
            C(accept).
        type: str
      on_failure:
        description:
          - What happens when the second factor fails. For O(kind=mfa). A new rule without this option gets C(reject).
        type: str
      profiles:
        description:
          - Names of the authorization profiles, or of the one shell profile. For O(kind=authorization).
        type: list
        elements: str
      commands:
        description:
          - Names of the command sets. For O(kind=authorization) and O(policy_type=device_admin).
        type: list
        elements: str
      security_group:
        description:
          - Name of the security group, or V(none). For O(kind=authorization) and O(policy_type=network_access).
        type: str
  purge:
    description:
      - Whether to delete the rules of this kind that are not in O(rules), except for the default rule. With an empty
        list, all of them are deleted.
    type: bool
    default: false
  stage:
    description:
      - For two tasks, with the tasks that write the authorization rules of the policy set between them. At no moment is
        a login admitted without Duo that needs Duo before and afterwards.
      - With V(prepare), nothing is written that makes ISE ask Duo about fewer logins or that accepts what is rejected.
        MFA rules in force are not deleted and not turned off, and a changed condition is added to the present one with
        C(any of).
      - With V(complete), the rest follows. The task is not needed if RV(pending) is false.
    type: str
    choices: [prepare, complete]
  accept_lockout:
    description:
      - For O(kind=mfa) and O(kind=authorization). Whether to accept that no administrator can log in to some devices
        while Duo cannot be reached. Without it, the task refuses a write with O(policy_type=device_admin) that leaves
        no way in to the devices that an MFA rule is for.
      - A way in is an MFA rule above that accepts a login when MFA fails. Another one is a login to the same devices
        that matches no MFA rule and that an authorization rule admits. The module must be able to prove it from the
        rules themselves, so conditions of the library do not count.
    type: bool
    default: false
notes:
  - In check mode, a policy set that does not exist yet gives a warning instead of an error, because an earlier task of
    the same play may create it.
  - ISE sometimes refuses a write temporarily with code 400. The task reads the state again and then sends the write
    once more.
  - ISE may accept a write and carry it out later (code 202). The task waits up to O(ise_timeout) seconds until the list
    shows the effect.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_policy_set
  - module: identityops.cisco.ise_authentication_rule
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_authorization_rule
  - module: identityops.cisco.ise_policy_info
"""

EXAMPLES = r"""
- name: Declare all MFA rules for VPN logins, and delete any other
  identityops.cisco.ise_policy_rules:
    policy_set: VPN
    policy_type: network_access
    kind: mfa
    purge: true
    rules:
      - name: Duo for the help desk
        connection: Duo
        condition: CORP_AD member of corp.example/Users/Helpdesk
        rule_state: monitor
      - name: Duo for employees
        connection: Duo
        condition: CORP_AD member of corp.example/Users/Domain Users

- name: Admit employees only, and leave other rules alone
  identityops.cisco.ise_policy_rules:
    policy_set: VPN
    policy_type: network_access
    kind: authorization
    rules:
      - name: Employees
        condition: CORP_AD member of corp.example/Users/Domain Users
        profiles: [PermitAccess]
        security_group: Employees
      - name: Default
        profiles: [DenyAccess]

- name: Read the rules of another policy set
  identityops.cisco.ise_policy_info:
    policy_type: network_access
    policy_set: VPN
  register: read

- name: Give the default policy set the same authentication rules
  identityops.cisco.ise_policy_rules:
    policy_set: Default
    policy_type: network_access
    kind: authentication
    rules: "{{ read.policy_sets[0].rules.authentication }}"
"""

RETURN = r"""
rules:
  description: All rules of this kind in the policy set, in order, as they are after the task, or as they would be in
    check mode.
  returned: success
  type: list
  elements: dict
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
      returned: for MFA rules
      sample: Duo
    on_success:
      description: What happens after a successful second factor.
      type: str
      returned: for MFA rules
      sample: accept
    on_failure:
      description: What happens when the second factor fails.
      type: str
      returned: for MFA rules
      sample: reject
    identity_source:
      description: Where users are looked up.
      type: str
      returned: for authentication rules
      sample: CORP_AD
    if_auth_fail:
      description: What happens if the user is found and the login fails.
      type: str
      returned: for authentication rules
      sample: reject
    if_user_not_found:
      description: What happens if no user of that name is found.
      type: str
      returned: for authentication rules
      sample: reject
    if_process_fail:
      description: What happens if the identity source cannot be reached.
      type: str
      returned: for authentication rules
      sample: drop
    profiles:
      description: The profiles that a login gets.
      type: list
      elements: str
      returned: for authorization rules
      sample: [PermitAccess]
    commands:
      description: The command sets that a login may use.
      type: list
      elements: str
      returned: for authorization rules of device administration
      sample: [PermitAllCommands]
    security_group:
      description: The security group that a login gets; V(none) if it gets none.
      type: str
      returned: for authorization rules of network access
      sample: none
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
      sample: "Changed the list of MFA rules of the policy set 'VPN': 2 created, 1 deleted"
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import MfaRules
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import KINDS, POLICY_TYPES
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rule import STAGE_OPTION
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_rules import RULE_OPTIONS, RuleList
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    rules = RuleList(Ise.from_params(params, context), params, context)
    outcome = ensure(rules, "present", rules.desired, context)
    pending = {} if params["stage"] is None else {"pending": rules.is_pending}
    return {**outcome.result("rules"), "rules": (outcome.after or {})["rules"], **pending}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "policy_set": {"type": "str", "required": True},
        "policy_type": {"type": "str", "choices": list(POLICY_TYPES), "required": True},
        "kind": {"type": "str", "choices": list(KINDS), "required": True},
        "rules": {"type": "list", "elements": "dict", "required": True, "options": RULE_OPTIONS},
        "purge": {"type": "bool", "default": False},
        **STAGE_OPTION,
        **MfaRules.task_options,
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
