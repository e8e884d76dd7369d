#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_policy_impact
short_description: Work out which devices the Trusted Endpoints section of a Duo policy blocks
description:
  - Compares a policy as it is with the policy as declared, and counts the existing devices by what happens to them. It
    never changes anything, so you can run it before M(identityops.cisco.duo_policy).
  - The module applies Duo's own rules. Where endpoints must be trusted, Duo blocks every endpoint that is not trusted.
    It lets a trusted endpoint in unless Secure Endpoint reports it as compromised and may block it. Where all endpoints
    are allowed, no device is blocked. The whole table is returned, with the number of devices for each row.
  - Fails if more devices than O(max_blocked) are newly blocked, in check mode too.
  - The devices are known to two services, and Duo does not publish how it matches them. So the compromised computers of
    Secure Endpoint and the endpoints that Duo does not trust are counted separately, and a device that is both counts
    twice.
  - All numbers cover only the devices that Duo and Secure Endpoint know today. A device that Duo has not seen counts
    only if it is compromised, although it may also be blocked where trust is newly required. If Secure Endpoint knows
    more Windows and macOS computers than Duo knows computers, a warning says how many computers Duo has not seen at
    least. RV(impact.notes) lists the other limits of the numbers.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - The declared state of the policy. V(present) means that it has the settings in O(trusted_endpoints) and applies
        where O(apply_to) says.
      - V(absent) means that the custom policy is deleted, so that the global policy applies in its place. Where the
        policy applies to groups only, another policy of the application may apply instead. The numbers then assume the
        strictest one. Deleting a policy that does not exist, or applies to nothing, changes nothing. The numbers are
        then those of the global policy, and no device is newly blocked. V(absent) cannot be combined with
        O(global_policy), O(trusted_endpoints) or O(apply_to).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of a custom policy, which need not exist yet. Duo does not keep names unique; if several policies have this
        name, the task stops and lists their keys.
    type: str
  policy_key:
    description:
      - Key of an existing policy, if the name is not enough. It takes precedence over O(name). With O(state=absent),
        the policy need not exist.
    type: str
  global_policy:
    description:
      - Whether to evaluate the global policy, which applies where no other policy does.
    type: bool
    default: false
  trusted_endpoints:
    description:
      - The declared settings of the policy. Keys that are left out stay as they are. In a section that the policy does
        not have yet, they get Duo's defaults, and O(trusted_endpoints.checking) is required.
      - If not set, the policy is evaluated as it is.
    type: dict
    suboptions:
      checking:
        description:
          - V(require_trusted) lets only trusted endpoints log in, V(allow_all) lets all log in. Duo's own spellings are
            accepted too.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      checking_mobile:
        description:
          - The same for endpoints with iOS, Android and other mobile systems.
          - If not set, and the policy does not already have another value, it follows O(trusted_endpoints.checking).
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      cisco_secure_endpoint_can_block:
        description:
          - Whether Secure Endpoint can have compromised endpoints blocked. It has no effect without V(require_trusted).
        type: bool
  apply_to:
    description:
      - Where a custom policy is to apply. Unless it already applies to all of these, every device that it blocks counts
        as newly blocked. The applications and groups must exist.
    type: list
    elements: dict
    suboptions:
      application:
        description:
          - Name or integration key of an application.
        type: str
        required: true
      groups:
        description:
          - Names of the groups that the policy is to apply to. If not set, it would apply to all users.
        type: list
        elements: str
  fleet:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:summary). If not set, compromised devices are not
        counted.
    type: dict
  computers:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:computers), to name the compromised computers. Needs
        O(fleet), because the list contains only the worst computers.
    type: list
    elements: dict
  max_blocked:
    description:
      - How many devices may be newly blocked. If there are more, the task fails, names the worst and still returns
        RV(impact). Devices that the policy already blocks do not count.
      - A policy that applies to nothing, and is not to apply to anything in O(apply_to), blocks no device, so it does
        not fail the task.
      - Among the devices that Duo has not seen, only the compromised ones count, because it is not known whether Duo
        will trust the others.
      - If Secure Endpoint is newly allowed to block, this needs O(fleet), counted from a complete list of computers.
      - While Trusted Endpoints is not set up in the Duo Admin Panel, Duo does not know yet what it will trust, and no
        policy can block a device. The task then warns and does not fail.
      - If not set, there is no limit.
    type: int
  max_listed:
    description:
      - The maximum number of devices to list by name.
    type: int
    default: 20
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read), and with O(apply_to) also
    C(Grant applications - Read).
  - Duo can attach a policy to a user group for all applications. Duo's policies API does not show such policies, so the
    module does not consider them. The option O(identityops.cisco.duo_policy_info#module:calculate) returns what applies
    to one user at one application.
  - Whether an endpoint counts as mobile depends on Duo's name for its operating system. Every other endpoint counts as
    a computer, also with Linux. One whose system is not known is shown as a computer, and counts as blocked if the
    policy would block a computer or a mobile device.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_edr_integration
  - module: identityops.cisco.duo_policy
  - module: identityops.cisco.duo_policy_info
  - module: identityops.cisco.secure_endpoint_computer_info
"""

EXAMPLES = r"""
- name: Count the computers that Secure Endpoint reports as compromised
  identityops.cisco.secure_endpoint_computer_info:
  register: secure_endpoint

- name: Work out which devices a policy would block
  identityops.cisco.duo_policy_impact:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
      cisco_secure_endpoint_can_block: true
    fleet: "{{ secure_endpoint.summary }}"
    computers: "{{ secure_endpoint.computers }}"
  register: duo

- name: Show the numbers and how to read them
  ansible.builtin.debug:
    msg: "{{ [duo.impact.newly_blocked ~ ' known devices would be newly blocked.'] + duo.impact.notes }}"

- name: Stop if more than ten devices would be newly blocked
  identityops.cisco.duo_policy_impact:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
    max_blocked: 10

- name: Show which devices the global policy would block in place of this policy
  identityops.cisco.duo_policy_impact:
    name: Trusted devices
    state: absent
    max_blocked: 0

- name: Show which devices the global policy blocks as it is
  identityops.cisco.duo_policy_impact:
    global_policy: true
"""

RETURN = r"""
impact:
  description: What happens to the known devices.
  returned: success, or failure because of O(max_blocked)
  type: dict
  contains:
    configured:
      description: Whether Trusted Endpoints is set up in the Duo Admin Panel; null if Duo does not show it.
      type: bool
      returned: always
      sample: true
    current:
      description: The policy as it is.
      type: dict
      returned: always
      contains:
        exists:
          description: Whether the policy exists.
          type: bool
          returned: always
          sample: true
        in_force:
          description: Whether it applies to anything, and to everything that it is to apply to.
          type: bool
          returned: always
          sample: true
        checking:
          description: Its setting for endpoints; null if it has none.
          type: str
          returned: always
          sample: allow_all
        checking_mobile:
          description: Its setting for mobile endpoints; null if it has none.
          type: str
          returned: always
          sample: allow_all
        cisco_secure_endpoint_can_block:
          description: Whether Secure Endpoint can have compromised endpoints blocked.
          type: bool
          returned: always
          sample: false
    wanted:
      description: The policy as declared; with O(state=absent), the global policy, which then applies in its place.
      type: dict
      returned: always
      contains:
        checking:
          description: Its future setting for endpoints; null if it has none.
          type: str
          returned: always
          sample: require_trusted
        checking_mobile:
          description: Its future setting for mobile endpoints; null if it has none.
          type: str
          returned: always
          sample: require_trusted
        cisco_secure_endpoint_can_block:
          description: Whether Secure Endpoint will be able to have compromised endpoints blocked.
          type: bool
          returned: always
          sample: true
    table:
      description:
        - The decision table. A device that is both compromised and not trusted is blocked if either of its two rows
          says so.
      type: list
      elements: dict
      returned: always
      contains:
        kind:
          description: V(computer) or V(mobile), which follows the policy's setting for mobile endpoints.
          type: str
          returned: always
          sample: computer
        policy:
          description: The setting of the policy, V(require_trusted_block_compromised), V(require_trusted) or
            V(allow_all).
          type: str
          returned: always
          sample: require_trusted_block_compromised
        device:
          description:
            - The condition of the device. V(compromised) comes from Secure Endpoint; V(not_trusted), V(trust_unknown)
              and V(trusted) come from Duo.
          type: str
          returned: always
          sample: compromised
        outcome:
          description: V(blocked) or V(allowed).
          type: str
          returned: always
          sample: blocked
        count:
          description: The number of such devices; null if O(fleet) is needed and not set.
          type: int
          returned: always
          sample: 3
        now:
          description: Whether this row applies now.
          type: bool
          returned: always
          sample: false
        then:
          description: Whether this row will apply.
          type: bool
          returned: always
          sample: true
    blocked_now:
      description: How many devices are blocked now, or would be blocked if a policy that applies to nothing were
        applied.
      type: int
      returned: always
      sample: 0
    blocked_then:
      description: How many devices will be blocked.
      type: int
      returned: always
      sample: 9
    newly_blocked:
      description: How many devices will be blocked that are not blocked now.
      type: int
      returned: always
      sample: 9
    offenders:
      description: The devices that will be blocked, as far as their names are known; the newly blocked and the worst
        first.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: Its name.
          type: str
          returned: always
          sample: LAPTOP-0042
        why:
          description: V(compromised), V(not_trusted) or V(trust_unknown).
          type: str
          returned: always
          sample: compromised
        source:
          description: The source of this, V(secure_endpoint) or V(duo).
          type: str
          returned: always
          sample: secure_endpoint
        id:
          description: Its connector GUID in Secure Endpoint, or its key in Duo.
          type: str
          returned: always
          sample: 1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d
        user:
          description: The user that Duo shows for it; null if Duo shows none, or the source is Secure Endpoint.
          type: str
          returned: always
          sample: nora
        new:
          description: Whether it is not blocked now.
          type: bool
          returned: always
          sample: true
    agents_seen:
      description: How many of Duo's endpoints report to Duo that Secure Endpoint runs on them.
      type: int
      returned: always
      sample: 412
    notes:
      description: What to know when you read the numbers, as sentences.
      type: list
      elements: str
      returned: always
      sample:
        - No fleet is given, so the compromised devices are not counted.
step:
  description: The outcome in short.
  returned: success, or failure because of O(max_blocked)
  type: dict
  contains:
    status:
      description: V(verified) for a policy that is evaluated as it is, otherwise V(ok).
      type: str
      returned: always
      sample: ok
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: The policy 'Trusted devices' blocks 9 of the devices known today, 9 of them newly
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact_question import (
    Question,
    require_one_policy,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import LIMIT_SPEC, POLICY_SPEC
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    require_one_policy(params)
    duo = Duo.from_params(params, context)
    question = Question(params, duo)
    if question.impact.unseen:
        context.warn(question.impact.unseen)
    result = question.result()
    context.kept |= result
    question.guard(context)
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        **POLICY_SPEC,
        **LIMIT_SPEC,
        "max_listed": {"type": "int", "default": 20},
    },
    constraints={"required_by": {"computers": ("fleet",)}},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
