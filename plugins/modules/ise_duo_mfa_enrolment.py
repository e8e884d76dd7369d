#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_duo_mfa_enrolment
short_description: Check which users changes of MFA rules of Cisco ISE would lock out
description:
  - Compares the declared MFA rules with what Cisco ISE has. It counts the users without a usable device in Duo if a
    rule would come into force, or if a rule in force may lock out more users than now. It fails if there are too many.
  - MFA rules that are not declared and stay count as well, in every policy set of the same type. They count if they
    come into force or may lock out more users because of what is declared, such as when the policy set is enabled. A
    rule whose state ISE does not show counts as one that is in force.
  - A rule in force may lock out more users if its condition, its connection or the condition of its policy set changes.
    So does a rule that rejects what it has accepted, or whose policy set moves up.
  - The same applies if a more lenient MFA rule of the policy set is deleted, turned off or moved, or gets another
    condition, or if a policy set above is turned off, moves below, or gets another condition. The module does not work
    out whether more logins match.
  - It changes nothing. Put it before the tasks that write the rules.
  - If there is no such rule, Duo is not asked.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  connection_name:
    description:
      - Name of the Duo connection that the rules use, for messages.
    type: str
    required: true
  rules:
    description:
      - The MFA rules that are declared.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - Name of the rule.
        type: str
        required: true
      policy_set:
        description:
          - Name of its policy set.
        type: str
        required: true
      policy_type:
        description:
          - Whether the policy set is one for network access or for device administration.
        type: str
        choices: [network_access, device_admin]
        required: true
      rule_state:
        description:
          - The declared state of the rule. Without it, an existing rule keeps what it has, and a new one is
            enabled.
        type: str
        choices: [enabled, disabled, monitor]
      condition:
        description:
          - The logins that it applies to, as in M(identityops.cisco.ise_mfa_rule).
        type: raw
      connection:
        description:
          - The Duo connection that it uses.
        type: str
      on_success:
        description:
          - What happens after a successful second factor.
        type: str
      on_failure:
        description:
          - What happens when the second factor fails.
        type: str
      position:
        description:
          - Its place, as in M(identityops.cisco.ise_mfa_rule).
        type: raw
      rank:
        description:
          - Its place as a number.
        type: int
      set_state:
        description:
          - The declared state of the policy set. Without it, an existing one keeps what it has.
        type: str
        choices: [enabled, disabled, monitor]
      set_condition:
        description:
          - The logins that the policy set applies to.
        type: raw
      set_position:
        description:
          - The place of the policy set, as in M(identityops.cisco.ise_policy_set).
        type: raw
      set_rank:
        description:
          - The place of the policy set as a number.
        type: int
      set_purge:
        description:
          - For a rule of a whole list, whether other MFA rules of the policy set are deleted.
        type: bool
  policy_sets:
    description:
      - The policy sets that are declared, so that the MFA rules that are not declared count too, in them and below
        them.
    type: list
    elements: dict
    default: []
    suboptions:
      policy_set:
        description:
          - Name of the policy set.
        type: str
        required: true
      policy_type:
        description:
          - Whether it is for network access or for device administration.
        type: str
        choices: [network_access, device_admin]
        required: true
      mfa_rules:
        description:
          - Names of MFA rules in it that are declared in addition to those in O(rules), such as for another connection.
        type: list
        elements: str
      set_state:
        description:
          - The declared state. Without it, an existing one keeps what it has.
        type: str
        choices: [enabled, disabled, monitor]
      set_condition:
        description:
          - The logins that it applies to.
        type: raw
      set_position:
        description:
          - Its place, as in M(identityops.cisco.ise_policy_set).
        type: raw
      set_rank:
        description:
          - Its place as a number.
        type: int
      set_purge:
        description:
          - Whether MFA rules that are not declared are deleted from it.
        type: bool
  groups:
    description:
      - The groups whose users are counted, as in M(identityops.cisco.duo_enrolment_info). If Duo does not have one of
        them, all users of the account are counted, with a warning.
    type: list
    elements: str
    required: true
  max_unenrolled:
    description:
      - How many of the users may have no usable device in Duo.
    type: int
    default: 0
  has_admin_api:
    description:
      - Whether Duo's Admin API can be used. Without it users cannot be counted, and the task fails if a rule is
        about to come into force.
    type: bool
    default: true
  accept_uncounted:
    description:
      - Whether rules may come into force although users cannot be counted, with O(has_admin_api=false) or because Duo
        has one of the groups without users.
    type: bool
    default: false
notes:
  - A policy set that is deleted is not among what is declared, so the logins that it leaves to others do not count.
  - The application that signs in to Duo needs the permission C(Grant resource - Read).
  - Everything that M(identityops.cisco.duo_enrolment_info) says about the judgement on a user is true here as well.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.both_groups
seealso:
  - module: identityops.cisco.duo_enrolment_info
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_policy_rules
"""

EXAMPLES = r"""
- name: Stop if more than five hundred users would be locked out
  identityops.cisco.ise_duo_mfa_enrolment:
    connection_name: Duo
    rules:
      - name: Duo for employees
        policy_set: VPN
        policy_type: network_access
    groups:
      - VPN Users
    max_unenrolled: 500
"""

RETURN = r"""
in_force:
  description: Names of the declared rules that are in force once they are as declared.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: str
  sample: [Duo for employees]
new:
  description: Names of those in RV(in_force) that are not in force yet.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: str
  sample: [Duo for employees]
wider:
  description: Names of those that are in force already and may lock out more users than now.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: str
  sample: []
undeclared:
  description:
    - Names of the MFA rules that are not declared, and come into force or may lock out more users than now because of
      what is declared.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: str
  sample: []
unknown:
  description: Names of the declared rules that may be in force, because ISE does not show their state.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: str
  sample: []
not_enforced:
  description: A sentence if none of the rules is known to be in force.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: str
  sample: []
summary:
  description: How many users there are of each kind, as M(identityops.cisco.duo_enrolment_info) returns it.
  returned: if users were counted
  type: dict
  sample: {total: 412, unenrolled: 5}
groups:
  description: What O(groups) are in Duo, as M(identityops.cisco.duo_enrolment_info) returns it.
  returned: if users were counted
  type: list
  elements: dict
  sample: []
unenrolled_users:
  description: The first thousand users who are unenrolled, as M(identityops.cisco.duo_enrolment_info) returns them.
  returned: if users were counted
  type: list
  elements: dict
  sample: []
step:
  description: What this task found, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: Always V(ok).
      type: str
      returned: always
      sample: ok
    detail:
      description: A sentence for people.
      type: str
      returned: always
      sample: "'Duo for employees' comes into force. 398 of 412 users are enrolled in Duo, 3 without a device"
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.enrolment import enrolment_of_groups
from ansible_collections.identityops.cisco.plugins.module_utils._duo.user_mapping import require_not_negative
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.enforcement import (
    ENFORCEMENT_SPEC,
    Enforcement,
    RuleStates,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task

MAX_LISTED = 1000


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    require_not_negative(params, "max_unenrolled")
    enforcement = RuleStates(Ise.from_params(params, context), context).enforcement_of(
        params["rules"], params["policy_sets"]
    )
    context.kept |= enforcement.result(params["connection_name"])
    for warning in enforcement.warnings():
        context.warn(warning)
    if not enforcement.needs_count:
        detail = "No MFA rule comes into force or asks Duo about more logins, so users were not counted"
        counted = {"step": {"status": "ok", "detail": detail}}
    elif params["has_admin_api"]:
        counted = _counted(params, context, enforcement)
    else:
        enforcement.require_acceptance(params["accept_uncounted"])
        counted = {"step": {"status": "ok", "detail": f"{enforcement.in_words()}. The users could not be counted"}}
    return {**context.kept, **counted}


def _counted(params: dict[str, Any], context: Context, enforcement: Enforcement) -> dict[str, Any]:
    duo = Duo.from_params(params, context)
    enrolment = enrolment_of_groups(params["groups"], MAX_LISTED, duo, context)
    for warning in enrolment.warnings():
        context.warn(warning)
    found = {**enrolment.result(), "unenrolled_users": enrolment.listed}
    found["step"]["detail"] = f"{enforcement.in_words()}. {found['step']['detail']}"
    context.kept |= found
    enrolment.require_within(params["max_unenrolled"], context, accepts_uncounted=params["accept_uncounted"])
    return found


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        **duo_argument_spec(),
        "connection_name": {"type": "str", "required": True},
        **ENFORCEMENT_SPEC,
        "groups": {"type": "list", "elements": "str", "required": True},
        "max_unenrolled": {"type": "int", "default": 0},
        "has_admin_api": {"type": "bool", "default": True},
        "accept_uncounted": {"type": "bool", "default": False},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
