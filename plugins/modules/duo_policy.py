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
  - Only declared keys are compared and written. Keys and sections that are not declared stay as they are. If a write
    also changes other keys of its sections, or whole other sections, the task restores them, and a warning says so.
  - Other changes that appear meanwhile in other sections are left alone, because an administrator may have made them. A
    warning reports the old and the new value.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the policy exists as declared.
      - V(absent) deletes it, which cannot be undone. Another policy or the global policy then applies in its place. See
        O(adopt).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of a custom policy. Duo does not keep names unique; if several policies have this name, the task stops and
        lists their keys.
      - With O(policy_key), the new name of the policy.
    type: str
  policy_key:
    description:
      - Key of an existing policy, if the name is not enough, or to rename it.
    type: str
  global_policy:
    description:
      - Whether to manage the global policy, which applies where no other policy does.
      - It cannot be renamed, deleted or applied to individual applications, and it contains every section.
    type: bool
    default: false
  trusted_endpoints:
    description:
      - The section of the same name. A custom policy without this section inherits it from the global policy. Declaring
        one key makes the section part of the policy, and Duo sets the other keys to its defaults.
      - A custom policy that does not have the section yet gets it only with O(trusted_endpoints.checking), so that no
        application is unintentionally opened to all devices. Without that key, the task fails and writes nothing, in
        check mode too.
      - The section can be set only after Trusted Endpoints is set up in the Duo Admin Panel, which no API can do.
        Before that, nothing is written, and the task does what O(unready) says, in check mode too.
    type: dict
    suboptions:
      checking:
        description:
          - Whether a device must be trusted to log in. V(allow_all) only collects data about the devices.
          - Duo's own spellings V(require-trusted) and V(allow-all) are accepted too.
          - If Duo returns the section without this key, it counts as V(allow_all), and a warning says so.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      checking_mobile:
        description:
          - The same for mobile devices. If Duo returns nothing for them, they are treated like other devices.
          - If not set, it follows O(trusted_endpoints.checking) whenever the task changes that option, even if Duo
            itself does not change it. Otherwise it stays as it is.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      cisco_secure_endpoint_can_block:
        description:
          - Whether a device that Cisco Secure Endpoint reports as compromised is blocked even if it is trusted. It has
            an effect only with O(trusted_endpoints.checking=require_trusted).
          - It requires the integration of Cisco Secure Endpoint in the Duo Admin Panel, which no API shows. If Duo does
            not keep the setting, the task fails, and C(error.kind) is C(not_confirmed).
          - If Duo refuses the setting, or refuses the write without a reason, that integration is probably missing, and
            C(error.kind) is C(feature_off). For any other refusal it is C(refused).
        type: bool
  sections:
    description:
      - Other sections of the policy, with the keys and values of Duo's Admin API.
      - A section that a custom policy does not have yet becomes part of it, with Duo's defaults for the keys that are
        not declared; C({}) declares nothing but the section.
      - Names and values are passed on as they are. Duo decides whether a section, key or value exists.
      - The order of a list does not matter. A text counts as equal to the number or the boolean that it spells, and to
        a list whose entries it separates with commas. If a text is declared in a section that the policy does not have
        yet, the module reads the type of the value from the global policy.
      - Only the declared keys of a nested object are compared and changed.
    type: dict
  sections_absent:
    description:
      - Names of sections to remove from a custom policy, which then inherits them from the global policy.
    type: list
    elements: str
  apply_to:
    description:
      - Applications that the policy is to apply to. Other applications that it already applies to are left alone.
      - An application has one policy that applies to all users. If it had another one, this policy replaces it, and a
        warning says so.
      - If Duo does not show whether the policy applies to one of them, nothing is written for it, and a warning says
        so. If Duo does not show which groups the policy applies to at an application, the task fails instead of adding
        groups. The write could apply the policy to all users there.
    type: list
    elements: dict
    suboptions:
      application:
        description: Name of the application, or its integration key if the name is not unique.
        type: str
        required: true
      groups:
        description: Exact names of Duo groups. The policy then applies only to their members. Without this option, it
          applies to all users.
        type: list
        elements: str
  adopt:
    description:
      - Whether the task may delete a policy that this collection may not have created.
      - A policy has no text field for a mark. So the machine that runs the task remembers, in the folder
        C(identityops.cisco) below C(ANSIBLE_HOME), which policies it has created. A policy that is found by O(name) and
        is not among them is deleted only with V(true). Otherwise the task fails, in check mode too. On a machine that
        keeps no files, such as a container that is created for each run, this applies to every policy.
      - With O(state=present) and V(true), the machine remembers the policy as if it had created it. A change does not
        need this option, because a task changes only what it declares. RV(step.detail) says if the policy is not among
        them.
      - A policy that is found by O(policy_key) does not need it either.
    type: bool
    default: false
  max_blocked:
    description:
      - How many devices a write may newly block, as M(identityops.cisco.duo_policy_impact) counts them. The devices are
        counted right before each write of O(trusted_endpoints) or O(apply_to), before that section is removed, and
        before the policy is deleted. If there are more, the task fails, in check mode too, and returns RV(impact).
      - If Secure Endpoint is newly allowed to block, this needs O(fleet).
      - If not set, there is no limit, and nothing is counted.
    type: int
  fleet:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:summary), for O(max_blocked).
      - A task that waits counts the computers again before each further try, with the connection options of Secure
        Endpoint. A task that does not wait does not use these options.
    type: dict
  computers:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:computers), to name the compromised computers. Needs
        O(fleet).
    type: list
    elements: dict
  integration_confirmed:
    description:
      - Whether a person confirms that the integration of Cisco Secure Endpoint has been added in the Duo Admin Panel.
        If Duo then does not accept O(trusted_endpoints.cisco_secure_endpoint_can_block), there is another reason, and
        the task fails regardless of O(unready).
    type: bool
    default: false
  unready:
    description:
      - What the task does if Duo does not accept a setting of O(trusted_endpoints) because Trusted Endpoints is not, or
        probably not, completely set up in the Duo Admin Panel.
      - V(fail) fails. V(report) succeeds, and RV(step.status) is V(pending).
    type: str
    choices: [fail, report]
    default: fail
  wait_timeout:
    description:
      - Seconds to wait in this case until Duo accepts the setting. V(0) does not wait. When the time is over, the task
        fails regardless of O(unready). In check mode, the task does not wait.
    type: int
    default: 0
  wait_interval:
    description:
      - Seconds between two tries. With O(max_blocked), tries are at least a thirtieth of O(wait_timeout) apart, because
        each try counts the devices.
    type: int
    default: 15
notes:
  - The application that the task signs in with needs the permissions C(Grant resource - Read) and C(Grant resource -
    Write).
  - If Duo does not return a key after a write, the write cannot be confirmed, and the task fails. Whether Duo returns
    keys that have their default value is not documented. If it does not, leave such a key out.
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
- name: Let only trusted devices log in, and let Cisco Secure Endpoint block compromised ones
  identityops.cisco.duo_policy:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
      cisco_secure_endpoint_can_block: true
    apply_to:
      - application: Branch VPN Berlin

- name: Apply the same policy only to two groups
  identityops.cisco.duo_policy:
    name: Trusted devices
    apply_to:
      - application: Branch VPN Lyon
        groups:
          - VPN Users
          - Contractors

- name: Count the computers that Secure Endpoint reports as compromised
  identityops.cisco.secure_endpoint_computer_info:
  register: secure_endpoint

- name: Wait until Duo accepts the policy, and write it only if it newly blocks at most ten devices
  identityops.cisco.duo_policy:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
      cisco_secure_endpoint_can_block: true
    max_blocked: 10
    fleet: "{{ secure_endpoint.summary }}"
    computers: "{{ secure_endpoint.computers }}"
    wait_timeout: 1800

- name: Declare another section, and inherit one from the global policy again
  identityops.cisco.duo_policy:
    name: Contractors
    sections:
      authentication_methods:
        require_verified_push: true
        verified_push_digits: 6
    sections_absent:
      - new_user

- name: Let the global policy collect data about the devices
  identityops.cisco.duo_policy:
    global_policy: true
    trusted_endpoints:
      checking: allow_all

- name: Delete a policy that this machine has created
  identityops.cisco.duo_policy:
    name: Trusted devices
    state: absent

- name: Delete a policy that this machine may not have created
  identityops.cisco.duo_policy:
    name: Trusted devices
    state: absent
    adopt: true
"""

RETURN = r"""
policy:
  description: The policy as it is after the task, or as it would be in check mode.
  returned: when O(state=present) and Duo accepts it
  type: dict
  contains:
    policy_key:
      description: Its key. Check mode does not know it for a policy that does not exist yet.
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
      returned: when Duo returns it
      sample: false
    trusted_endpoints:
      description: The section of that name, with the keys of the option.
      type: dict
      returned: when the policy has that section
      contains:
        checking:
          description: Whether devices must be trusted. V(not_configured) until Trusted Endpoints is set up in the Duo
            Admin Panel.
          type: str
          returned: when Duo returns it
          sample: require_trusted
        checking_mobile:
          description: The same for mobile devices.
          type: str
          returned: when Duo returns it
          sample: require_trusted
        cisco_secure_endpoint_can_block:
          description: Whether Cisco Secure Endpoint may block compromised devices.
          type: bool
          returned: when Duo returns it
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
      description: Where it applies; empty for the global policy, which applies everywhere else, and null if Duo does
        not show it.
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
          description: Names of the groups it applies to there; empty if it applies to all users, and null if Duo does
            not show which groups it applies to.
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
      description: V(changed) if something changed, or would change in check mode; V(pending) if Duo does not accept it
        yet; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Created the policy 'Trusted devices'
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
tries:
  description: The number of tries. More than one means that the task waited until something was set up.
  returned: success
  type: int
  sample: 1
written:
  description: Whether the task wrote to Duo. In check mode it never does.
  returned: success
  type: bool
  sample: true
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
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
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
