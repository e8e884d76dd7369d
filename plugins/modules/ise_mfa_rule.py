#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_mfa_rule
short_description: Manage an MFA rule in a policy set of Cisco ISE
description:
  - Creates, changes and deletes an MFA rule, which has a policy set of Cisco ISE ask Duo for a second factor.
  - The rule and its policy set are found by name. ISE itself addresses them by ID.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the rule exists as declared.
      - V(absent) deletes it. Where the policy set does not exist, neither does the rule.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the rule.
    type: str
    required: true
  policy_set:
    description:
      - Name of the policy set that the rule belongs to. It must exist.
    type: str
    required: true
  policy_type:
    description:
      - Whether that is a policy set for network access (RADIUS, and so VPN) or for device administration (TACACS+).
    type: str
    choices: [network_access, device_admin]
    required: true
  connection:
    description:
      - Name of the Duo connection that is asked. It must serve V(vpn) logins for O(policy_type=network_access) and
        V(tacacs) logins for O(policy_type=device_admin).
      - Required for a rule that does not exist yet.
    type: str
  condition:
    description:
      - Which logins the rule is for. Required for a rule that does not exist yet.
      - A text C(DICTIONARY:ATTRIBUTE OPERATOR VALUE) compares an attribute, such as
        V(DEVICE:Device Type equals All Device Types#Router). Dictionaries, attributes and operators are spelt as in the
        API of ISE. Operators are C(equals), C(notEquals), C(contains), C(startsWith), C(in), C(matches) and others. The
        value C("") is the empty one.
      - A text C(DICTIONARY member of GROUP) asks for a group of the directory that has this dictionary, which is named
        after the join point, such as V(CORP_AD member of corp.example/Users/VPN Users).
      - A text C(library NAME) uses a condition of ISE's library.
      - A mapping with C(all of) or C(any of) combines the conditions in a list, whose order means nothing. A list alone
        means the same as C(all of). A mapping with C(not) turns a condition into its opposite. A mapping with
        C(library) is the same as that text.
      - A mapping with C(conditionType) is a condition in the structure of ISE's own API, for what cannot be said
        otherwise, such as C(dictionaryValue) or the C(id) of a library condition.
      - All forms can be mixed. Results and differences show the shortest one.
      - For attributes that are addresses ISE turns C(equals) into C(ipEquals), and likewise C(notEquals),
        C(greaterThan) and C(lessThan). For dates it is C(dateGreaterThan) and C(dateLessThan). Both forms count as the
        same.
    type: raw
  rank:
    description:
      - Place of the rule among the MFA rules of its policy set, where 0 is the first. ISE keeps the ranks unbroken, so
        the highest possible one follows from the number of rules.
      - Without this option an existing rule stays where it is, and a new one becomes the first.
    type: int
  on_success:
    description:
      - What happens after a successful second factor, C(accept) or C(reject). Cisco publishes no list, so other words
        are passed on.
      - Without this option an existing rule keeps what it has, and a new one gets C(accept).
    type: str
  on_failure:
    description:
      - What happens when the second factor fails, C(accept) or C(reject). Cisco publishes no list, so other words are
        passed on.
      - Without this option an existing rule keeps what it has, and a new one gets C(reject).
    type: str
  rule_state:
    description:
      - Whether the rule is in force. With V(monitor) ISE evaluates it and does not enforce what comes out.
      - Without this option an existing rule keeps what it has, and a new one is enabled.
    type: str
    choices: [enabled, disabled, monitor]
notes:
  - In check mode, a Duo connection that does not exist yet or does not serve such logins gives a warning, and so does a
    rank beyond the end, because an earlier task of the same play would change that.
  - ISE is slow with deeply nested conditions. Raise O(ise_timeout) if a write is not answered in time.
  - Do not manage rules of one policy set from several plays at once, because each write moves the ranks of other rules.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.duo_enrolment_info
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.ise_mfa_feature
"""

EXAMPLES = r"""
- name: Ask for a second factor at every VPN login of employees
  identityops.cisco.ise_mfa_rule:
    name: Duo for employees
    policy_set: VPN
    policy_type: network_access
    connection: Duo
    condition: CORP_AD member of corp.example/Users/Domain Users

- name: Ask administrators of routers, unless they come from the management host; let nobody in when Duo says no
  identityops.cisco.ise_mfa_rule:
    name: Duo for routers
    policy_set: Routers
    policy_type: device_admin
    connection: Duo
    condition:
      all of:
        - library Network_Devices_Core
        - not: TACACS:Remote-Address equals 192.0.2.10
    rank: 0
    on_success: accept
    on_failure: reject

- name: Have a rule evaluated and not enforced
  identityops.cisco.ise_mfa_rule:
    name: Duo for routers
    policy_set: Routers
    policy_type: device_admin
    rule_state: monitor

- name: Take a rule away
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
    connection:
      description: The Duo connection that is asked.
      type: str
      returned: always
      sample: Duo
    condition:
      description:
        - Which logins it is for, in the shortest form that O(condition) takes. Operators are in their plain form, and
          library conditions are by name unless the task gives the ID.
      type: raw
      returned: always
      sample: DEVICE:Device Type equals All Device Types#Router
    rank:
      description: Its place among the MFA rules of the policy set, where 0 is the first.
      type: int
      returned: when the rule exists
      sample: 0
    on_success:
      description: What happens after a successful second factor.
      type: str
      returned: when the rule exists
      sample: accept
    on_failure:
      description: What happens when the second factor fails.
      type: str
      returned: when the rule exists
      sample: reject
    rule_state:
      description: Whether it is in force.
      type: str
      returned: when the rule exists
      sample: enabled
    hit_counts:
      description: How many logins it was applied to.
      type: int
      returned: when the rule exists
      sample: 12
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed), or in check mode that it would be; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence for people.
      type: str
      returned: always
      sample: Created the MFA rule 'Duo for routers' of the policy set 'Routers'
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    Ise,
    ise_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import (
    in_words,
    parse,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_rule import (
    LOGINS,
    MfaRule,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    is_given = params["condition"] is not None and params["state"] == "present"
    condition = parse(params["condition"]) if is_given else None
    rule = MfaRule(Ise.from_params(params, context), params, context, condition)
    desired = {
        **{name: params[name] for name in ("name", "policy_set", "policy_type", "connection", "rank", "rule_state")},
        **{name: params[name].lower() if params[name] else None for name in ("on_success", "on_failure")},
        "condition": in_words(condition, rule.ids) if condition else None,
    }
    return ensure(rule, params["state"], desired, context).result("rule")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "required": True},
        "policy_set": {"type": "str", "required": True},
        "policy_type": {"type": "str", "choices": list(LOGINS), "required": True},
        "connection": {"type": "str"},
        "condition": {"type": "raw"},
        "rank": {"type": "int"},
        "on_success": {"type": "str"},
        "on_failure": {"type": "str"},
        "rule_state": {"type": "str", "choices": ["enabled", "disabled", "monitor"]},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
