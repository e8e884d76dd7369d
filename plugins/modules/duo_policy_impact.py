#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_policy_impact
short_description: Work out which devices the Trusted Endpoints section of a Duo policy blocks
description:
  - Compares what a policy says now with what it is to say, and counts the devices that are there by what happens to
    them. It never changes anything, so that it can be asked before M(identityops.cisco.duo_policy) is.
  - The decisions are Duo's. Where endpoints must be trusted, one that is not is blocked in any case, and one that is
    trusted is let in, unless Secure Endpoint calls it compromised and may block it. Where all endpoints are allowed,
    no device is blocked. The whole table is returned, with the number of devices for each row.
  - Fails if more devices than O(max_blocked) are newly blocked, in check mode too.
  - Two services know the devices, and how Duo matches them is not published. So the compromised computers of Secure
    Endpoint and the endpoints that Duo does not trust are counted apart, and a device that is both counts twice.
  - All numbers are of the devices that Duo and Secure Endpoint know today. A device that Duo has not seen counts only
    if it is compromised, and where trust is newly required it may be blocked as well. If Secure Endpoint knows more
    computers with Windows and macOS than Duo knows computers, a warning says how many Duo has not seen at the least.
    RV(impact.notes) says what else limits the numbers.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - What is to become of the policy. V(present) is that it says what O(trusted_endpoints) says, and applies where
        O(apply_to) says.
      - V(absent) is that the custom policy is deleted, so that what the global policy says holds where it applied. That
        another policy may hold there, of the application or for some groups, is not taken into account. A policy that
        does not exist, or applies to nothing, changes nothing by its deletion; the numbers are then those of the global
        policy, and no device is newly blocked. It cannot go with O(global_policy), O(trusted_endpoints) or
        O(apply_to).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of a custom policy, existing or to come. Duo does not keep names unique; if several policies have this name
        the task stops and names their keys.
    type: str
  policy_key:
    description:
      - Key of an existing policy, where the name is not enough. It goes before O(name). With O(state=absent) there need
        not be such a policy.
    type: str
  global_policy:
    description:
      - Looks at the global policy, which holds wherever no other does.
    type: bool
    default: false
  trusted_endpoints:
    description:
      - What the policy is to say. Keys that are left out stay as they are, and a section that the policy does not have
        yet gets Duo's defaults for them; such a one needs O(trusted_endpoints.checking).
      - If not set, the policy is taken as it is.
    type: dict
    suboptions:
      checking:
        description:
          - V(require_trusted) lets only trusted endpoints in, V(allow_all) lets all in. Duo's own spelling is accepted
            too.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      checking_mobile:
        description:
          - The same for endpoints with iOS, Android and other mobile systems.
          - If not set, and the policy does not say otherwise already, it follows
            O(trusted_endpoints.checking).
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      cisco_secure_endpoint_can_block:
        description:
          - Whether Secure Endpoint can have compromised endpoints blocked. Without V(require_trusted) it has no effect.
        type: bool
  apply_to:
    description:
      - Where a custom policy is to apply. If it does not apply everywhere there yet, every device that it blocks
        counts as newly blocked.
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
          - Names of the groups the policy is to apply to. If not set, it is to apply to everybody.
        type: list
        elements: str
  fleet:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:summary). If not set, compromised devices are not
        counted.
    type: dict
  computers:
    description:
      - RV(identityops.cisco.secure_endpoint_computer_info#module:computers), to name the compromised ones. Needs
        O(fleet), for it holds the worst computers only.
    type: list
    elements: dict
  max_blocked:
    description:
      - How many devices may be newly blocked. If there are more, the task fails, names the worst and returns
        RV(impact) all the same. What the policy blocks already is not new.
      - A policy that applies to nothing, and is not to apply to anything by O(apply_to), blocks no device, so the task
        does not fail because of it.
      - Of the devices that Duo has not seen only the compromised ones count, because whether it will trust the
        others is not known.
      - If Secure Endpoint is newly allowed to block, this needs O(fleet), counted from a complete list of computers.
      - While Trusted Endpoints is not set up in the Duo Admin Panel, Duo does not know yet what it will trust, and no
        policy can block a device. Then the task warns and does not fail.
      - If not set, any number may.
    type: int
  max_listed:
    description:
      - How many devices are listed by name.
    type: int
    default: 20
notes:
  - The application the task signs in with needs the permission C(Grant resource - Read).
  - What counts as mobile follows from Duo's name for the system. Every other endpoint counts as a computer, with Linux
    or an unknown system too.
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
- name: Count the computers that Secure Endpoint calls compromised
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

- name: Go no further if more than ten devices would be newly blocked
  identityops.cisco.duo_policy_impact:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
    max_blocked: 10

- name: See which devices the global policy would block if it held in place of this one
  identityops.cisco.duo_policy_impact:
    name: Trusted devices
    state: absent
    max_blocked: 0

- name: See which devices the global policy blocks as it is
  identityops.cisco.duo_policy_impact:
    global_policy: true
"""

RETURN = r"""
impact:
  description: What happens to the devices that are known today.
  returned: success, or failure because of O(max_blocked)
  type: dict
  contains:
    configured:
      description: Whether Trusted Endpoints is set up in the Duo Admin Panel; null where Duo does not show it.
      type: bool
      returned: always
      sample: true
    current:
      description: The policy as it is.
      type: dict
      returned: always
      contains:
        exists:
          description: Whether there is such a policy.
          type: bool
          returned: always
          sample: true
        in_force:
          description: Whether it applies to anything, and wherever it is to apply.
          type: bool
          returned: always
          sample: true
        checking:
          description: What it says of endpoints; null where it says nothing.
          type: str
          returned: always
          sample: allow_all
        checking_mobile:
          description: What it says of mobile endpoints; null where it says nothing.
          type: str
          returned: always
          sample: allow_all
        cisco_secure_endpoint_can_block:
          description: Whether Secure Endpoint can have compromised endpoints blocked.
          type: bool
          returned: always
          sample: false
    wanted:
      description: The policy as it is to be; with O(state=absent) the global policy, which then holds in its place.
      type: dict
      returned: always
      contains:
        checking:
          description: What it will say of endpoints; null where it says nothing.
          type: str
          returned: always
          sample: require_trusted
        checking_mobile:
          description: What it will say of mobile endpoints; null where it says nothing.
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
        - The decision table. A device that fits two rows of a policy, being compromised and not trusted, is blocked if
          either says so.
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
          description: What a policy says, V(require_trusted_block_compromised), V(require_trusted) or V(allow_all).
          type: str
          returned: always
          sample: require_trusted_block_compromised
        device:
          description:
            - What the device is. V(compromised) is Secure Endpoint's word; V(not_trusted), V(trust_unknown) and
              V(trusted) are Duo's.
          type: str
          returned: always
          sample: compromised
        outcome:
          description: V(blocked) or V(allowed).
          type: str
          returned: always
          sample: blocked
        count:
          description: How many such devices there are; null where O(fleet) is needed and not given.
          type: int
          returned: always
          sample: 3
        now:
          description: Whether this is what holds now.
          type: bool
          returned: always
          sample: false
        then:
          description: Whether this is what will hold.
          type: bool
          returned: always
          sample: true
    blocked_now:
      description: How many devices are blocked now, or would be if a policy that applies to nothing did.
      type: int
      returned: always
      sample: 0
    blocked_then:
      description: How many devices will be blocked.
      type: int
      returned: always
      sample: 9
    newly_blocked:
      description: How many devices will be blocked and are not now.
      type: int
      returned: always
      sample: 9
    offenders:
      description: The devices that will be blocked, as far as they are known by name; the newly blocked and the
        worst first.
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
          description: Who says so, V(secure_endpoint) or V(duo).
          type: str
          returned: always
          sample: secure_endpoint
        id:
          description: Its connector GUID in Secure Endpoint, or its key in Duo.
          type: str
          returned: always
          sample: 1a2b3c4d-5e6f-4a1b-8c2d-3e4f5a6b7c8d
        user:
          description: The user that Duo names with it; null where it names none, or the source is Secure Endpoint.
          type: str
          returned: always
          sample: nora
        new:
          description: Whether it is not blocked now.
          type: bool
          returned: always
          sample: true
    agents_seen:
      description: How many of Duo's endpoints tell Duo that Secure Endpoint runs on them.
      type: int
      returned: always
      sample: 412
    notes:
      description: What one must know to read the numbers rightly, as sentences.
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
      description: V(verified) for a policy that is looked at as it is, otherwise V(ok).
      type: str
      returned: always
      sample: ok
    detail:
      description: A sentence for people.
      type: str
      returned: always
      sample: The policy 'Trusted devices' blocks 9 of the devices known today, 9 of them newly
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
    question = Question(params, Duo.from_params(params, context))
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
