#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_policy
short_description: Manage a policy in Duo
description:
  - Creates, changes and deletes a custom policy in Duo, applies it to applications, or changes the global policy.
  - Only what is declared is compared and written. Keys and sections that are not declared stay as they are. If a write
    takes along keys of the sections that it consists of, or whole sections, these are set back, and a warning says so.
  - What changed meanwhile in other sections is left alone, for an administrator may have changed it; a warning tells
    what it was and what it is.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the policy exists as declared.
      - V(absent) deletes it, which cannot be undone. Where it applied, another policy or the global one holds then. See
        O(adopt).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of a custom policy. Duo does not keep names unique; if several policies have this name the task stops and
        names their keys.
      - With O(policy_key), the name the policy should have.
    type: str
  policy_key:
    description:
      - Key of an existing policy, where the name is not enough, or to rename it.
    type: str
  global_policy:
    description:
      - Manages the global policy, which holds wherever no other does.
      - It cannot be renamed, deleted or applied to something in particular, and each section is part of it.
    type: bool
    default: false
  trusted_endpoints:
    description:
      - The section of the same name. A custom policy that does not have it inherits it from the global policy; with
        one key declared, the section is part of the policy, and Duo sets the others to its defaults.
      - So that nothing is opened to all devices unseen, a custom policy that does not have the section yet gets it only
        with O(trusted_endpoints.checking). Without that the task fails, in check mode too, and writes nothing.
      - The section can be set once Trusted Endpoints is set up in the Duo Admin Panel, which no API can do. Before that
        nothing is written, and the task does what O(unready) says, in check mode too.
    type: dict
    suboptions:
      checking:
        description:
          - Whether a device has to be trusted to log in. V(allow_all) only collects which devices there are.
          - V(require-trusted) and V(allow-all), as Duo spells them, mean the same.
          - If Duo returns the section without it, that is taken for V(allow_all), and a warning says so.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      checking_mobile:
        description:
          - The same for mobile devices. Where Duo returns nothing for them, they are treated as the others.
          - If not set, it follows O(trusted_endpoints.checking) whenever the task changes that, whether or not Duo sees
            to it. Otherwise it stays as it is.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      cisco_secure_endpoint_can_block:
        description:
          - Whether a device that Cisco Secure Endpoint finds to be compromised is blocked, however trusted it is. It
            has an effect only where O(trusted_endpoints.checking=require_trusted).
          - It takes the integration of Cisco Secure Endpoint in the Duo Admin Panel, which no API shows. If Duo does
            not keep the setting, the task fails, and C(error.kind) is C(not_confirmed).
          - If Duo refuses the setting, or refuses without telling what is wrong, that integration is likely to be
            missing, and C(error.kind) is C(feature_off). For any other refusal it is C(refused).
        type: bool
  sections:
    description:
      - Other sections of the policy, with the keys and values that Duo's Admin API has for them.
      - A section that a custom policy does not have yet becomes part of it, with Duo's defaults for the keys that are
        not declared; C({}) declares nothing but the section.
      - Names and values are passed on as they are. Whether there is such a section, key or value is for Duo to say.
      - The order of a list means nothing, and a text that spells the number or the truth value that Duo has means the
        same, as does one with the entries of a list and commas between them. What kinds of values a section has that
        the policy does not have yet, the global policy tells; it is asked if a text is declared for one.
      - Of a nested object only the declared keys are compared and changed.
    type: dict
  sections_absent:
    description:
      - Names of sections that are removed from a custom policy, which then inherits them from the global policy.
    type: list
    elements: str
  apply_to:
    description:
      - Applications that the policy applies to. Others that it applies to already are left alone.
      - An application has one policy that holds for everybody; if it had another, this one takes its place, and a
        warning says so.
      - If Duo does not show whether the policy applies to one of them, nothing is written for it, and a warning says
        so. If Duo does not show which groups the policy applies to somewhere, the task fails instead of applying it to
        more, for a write could apply it to everybody there.
    type: list
    elements: dict
    suboptions:
      application:
        description: Name of the application, or its integration key where the name is not unique.
        type: str
        required: true
      groups:
        description: Names of Duo groups, exactly. The policy then applies only to their members. Without this option it
          applies to everybody.
        type: list
        elements: str
  adopt:
    description:
      - Whether the task may delete a policy that somebody else may have made.
      - A policy has no text that could hold a mark. So the machine that runs the task remembers, in the folder
        C(identityops.cisco) below C(ANSIBLE_HOME), which policies it has created. A policy that is found by O(name) and
        is not among them is deleted only with V(true); otherwise the task fails, in check mode too. If the machine
        keeps no files, such as a container that is made for each run, this is the case for every policy.
      - With O(state=present) and V(true), the machine remembers the policy like one of its own. A change does not need
        this option, because a task changes only what it declares. RV(step.detail) says if the policy is not among
        them.
      - A policy that is found by O(policy_key) does not need it either.
    type: bool
    default: false
  max_blocked:
    description:
      - How many devices a write may newly block, as M(identityops.cisco.duo_policy_impact) counts them. They are
        counted right before each write of O(trusted_endpoints) or O(apply_to), and before a deletion. If there are
        more, the task fails, in check mode too, and returns RV(impact).
      - If Secure Endpoint is newly allowed to block, this needs O(fleet).
      - If not set, any number may, and nothing is counted.
    type: int
  fleet:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:summary), for O(max_blocked).
      - A task that waits counts the computers again before each further try, with the connection options of Secure
        Endpoint. A task that does not wait does not use these options.
    type: dict
  computers:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:computers), to name the compromised ones. Needs
        O(fleet).
    type: list
    elements: dict
  integration_confirmed:
    description:
      - Whether a person says that the integration of Cisco Secure Endpoint is added in the Duo Admin Panel. If Duo then
        does not take O(trusted_endpoints.cisco_secure_endpoint_can_block), something else is the reason, and the task
        fails whatever O(unready) says.
    type: bool
    default: false
  unready:
    description:
      - What the task does if Duo does not take a setting of O(trusted_endpoints) because something of Trusted Endpoints
        is not set up in the Duo Admin Panel, or is likely not to be.
      - V(fail) fails. V(report) succeeds, and RV(step.status) is V(pending).
    type: str
    choices: [fail, report]
    default: fail
  wait_timeout:
    description:
      - Seconds to wait in this case until Duo takes the setting, V(0) for not at all. If the time is over, the task
        fails whatever O(unready) says. In check mode it does not wait.
    type: int
    default: 0
  wait_interval:
    description:
      - Seconds between two tries. With O(max_blocked) tries are at least a thirtieth of O(wait_timeout) apart, because
        each one counts the devices.
    type: int
    default: 15
notes:
  - The application the task signs in with needs the permissions C(Grant resource - Read) and C(Grant resource - Write).
  - A key that Duo does not return after a write cannot be confirmed, and the task fails. Whether Duo returns keys that
    have their default value is not documented. If it does not, leave such a key out.
  - To see in advance which devices a change of O(trusted_endpoints) would block, use
    M(identityops.cisco.duo_policy_impact).
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.secure_endpoint
  - identityops.cisco.attributes
  - identityops.cisco.attributes.duo_and_secure_endpoint_groups
seealso:
  - module: identityops.cisco.duo_edr_integration
  - module: identityops.cisco.duo_policy_impact
  - module: identityops.cisco.duo_policy_info
  - module: identityops.cisco.duo_application_info
  - module: identityops.cisco.secure_endpoint_computer_info
  - name: Duo policies
    description: What the sections of a policy do.
    link: https://duo.com/docs/policy
"""

EXAMPLES = r"""
- name: Only trusted devices log in, and Cisco Secure Endpoint may block one that is compromised
  identityops.cisco.duo_policy:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
      cisco_secure_endpoint_can_block: true
    apply_to:
      - application: Branch VPN Berlin

- name: The same for two groups only
  identityops.cisco.duo_policy:
    name: Trusted devices
    apply_to:
      - application: Branch VPN Lyon
        groups:
          - VPN Users
          - Contractors

- name: Count the computers that Secure Endpoint calls compromised
  identityops.cisco.secure_endpoint_computer_info:
  register: secure_endpoint

- name: Wait until Duo takes the policy, and write it only if it newly blocks no more than ten devices by then
  identityops.cisco.duo_policy:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
      cisco_secure_endpoint_can_block: true
    max_blocked: 10
    fleet: "{{ secure_endpoint.summary }}"
    computers: "{{ secure_endpoint.computers }}"
    wait_timeout: 1800

- name: Another section, and one that is inherited again
  identityops.cisco.duo_policy:
    name: Contractors
    sections:
      authentication_methods:
        require_verified_push: true
        verified_push_digits: 6
    sections_absent:
      - new_user

- name: The global policy collects which devices there are
  identityops.cisco.duo_policy:
    global_policy: true
    trusted_endpoints:
      checking: allow_all

- name: Remove a policy that this machine has created
  identityops.cisco.duo_policy:
    name: Trusted devices
    state: absent

- name: Remove a policy whoever has created it
  identityops.cisco.duo_policy:
    name: Trusted devices
    state: absent
    adopt: true
"""

RETURN = r"""
policy:
  description: The policy as it is after the task, or as it would be in check mode.
  returned: when O(state=present) and Duo takes it
  type: dict
  contains:
    policy_key:
      description: Its key. In check mode not known for a policy that does not exist yet.
      type: str
      returned: when the policy exists
      sample: POTS4PBP3W0RIG1ZSV5M
    name:
      description: Its name.
      type: str
      returned: always
      sample: Trusted devices
    is_global_policy:
      description: Whether it is the global policy.
      type: bool
      returned: when Duo tells
      sample: false
    trusted_endpoints:
      description: The section of that name, in the words of the option.
      type: dict
      returned: when the policy has that section
      contains:
        checking:
          description: Whether devices have to be trusted. V(not_configured) until somebody sets up Trusted Endpoints in
            the Duo Admin Panel.
          type: str
          returned: when Duo tells
          sample: require_trusted
        checking_mobile:
          description: The same for mobile devices.
          type: str
          returned: when Duo tells
          sample: require_trusted
        cisco_secure_endpoint_can_block:
          description: Whether Cisco Secure Endpoint may block compromised devices.
          type: bool
          returned: when Duo tells
          sample: true
    sections:
      description:
        - The other sections, as Duo returns them. Those that a custom policy does not have are inherited from the
          global policy.
      type: dict
      returned: always
      sample:
        new_user:
          new_user_behavior: deny
    applies_to:
      description: Where it applies; empty for the global policy, which holds for the rest, and null where Duo does not
        show it.
      type: list
      elements: dict
      returned: always
      contains:
        application:
          description: Name of the application.
          type: str
          returned: always
          sample: Branch VPN Berlin
        integration_key:
          description: Its integration key.
          type: str
          returned: always
          sample: DI9G3M7VY0D3QJ7T1K2W
        groups:
          description: Names of the groups it applies to there; empty if it applies to everybody, and null where Duo
            does not show which groups it applies to.
          type: list
          elements: str
          returned: always
          sample: [Contractors, VPN Users]
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed), or in check mode that it would be; V(pending) if Duo does not take it yet; otherwise
        V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence for people.
      type: str
      returned: always
      sample: Created the policy 'Trusted devices'
    diff:
      description:
        - What differs, an entry for each object, also without C(--diff). Each entry holds C(before) and C(after), and
          C(before_header) and C(after_header), which name the object.
      type: list
      elements: dict
      returned: always
      sample: []
    seconds:
      description: How long the task took.
      type: float
      returned: always
      sample: 0.21
tries:
  description: How often the task tried. More than one means that it has waited until something was set up.
  returned: success
  type: int
  sample: 1
impact:
  description: RV(identityops.cisco.duo_policy_impact#module:impact) of the write that was not made.
  returned: failure because of O(max_blocked)
  type: dict
  sample: {newly_blocked: 9}
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import LIMIT_SPEC, POLICY_SPEC
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_write import Write, require_sensible
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import (
    secure_endpoint_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import WAIT_SPEC, patience, wait_until


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    require_sensible(params)
    timeout = patience(params, context)
    write = Write(params, context)
    wait_until(write.attempt, timeout, params["wait_interval"], write.report)
    return write.result(timeout)


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        **secure_endpoint_argument_spec(),
        **POLICY_SPEC,
        "sections": {"type": "dict"},
        "sections_absent": {"type": "list", "elements": "str"},
        "adopt": {"type": "bool", "default": False},
        **LIMIT_SPEC,
        "integration_confirmed": {"type": "bool", "default": False},
        "unready": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
        **WAIT_SPEC,
    },
    constraints={"required_by": {"computers": ("fleet",)}},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
