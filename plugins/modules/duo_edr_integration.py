#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_edr_integration
short_description: Hand off the Cisco Secure Endpoint integration of Duo Trusted Endpoints
description:
  - The integration of Cisco Secure Endpoint can be added and switched off only in the Duo Admin Panel. No API of Duo
    changes or shows it. A Duo account has one such integration.
  - This module returns the remaining work as steps for a person, and infers what it can from Duo's policies. It never
    changes anything.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) means that the integration exists and is switched on. While Duo's policies show that Trusted
        Endpoints is not set up, the module hands the set-up over to a person. It also does so until the step is
        O(confirmed) or the policy lets Secure Endpoint block.
      - V(absent) means that it is switched off. Switching it off is handed off to a person until it is O(confirmed).
    type: str
    choices: [present, absent]
    default: present
  confirmed:
    description:
      - Whether a person confirms that the integration is as O(state) declares. With O(state=present), it is ignored
        while Duo's policies show that Trusted Endpoints is not set up.
    type: bool
    default: false
  policy:
    description:
      - Name of a custom policy. If it lets Secure Endpoint block, the module infers that the integration exists. The
        policy need not exist yet.
    type: str
  policy_key:
    description:
      - Key of an existing custom policy, if the name is not enough.
    type: str
  global_policy:
    description:
      - Whether to read the global policy instead.
    type: bool
    default: false
  impact:
    description:
      - RV(identityops.cisco.duo_policy_impact#module:impact) of the policy. The task then sends no request to Duo, so
        the option cannot be combined with O(wait_timeout), O(policy), O(policy_key) or O(global_policy).
    type: dict
  client_id:
    description:
      - Client ID of the Secure Endpoint API credential, which the instructions show. It is not a secret.
    type: str
  region:
    description:
      - Region where that credential works. The instructions use it to say what Duo's test must show.
    type: str
    choices: [nam, eu, apjc]
  wait_timeout:
    description:
      - With O(state=present), how many seconds to wait while Duo's policies show that Trusted Endpoints is not set up.
        If they still do by then, the task fails. V(0) does not wait.
      - In check mode the task does not wait.
    type: int
    default: 0
  wait_interval:
    description:
      - Seconds between two checks.
    type: int
    default: 15
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read).
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_policy
  - module: identityops.cisco.duo_policy_impact
  - module: identityops.cisco.secure_endpoint_credential
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - plugin: identityops.cisco.handoff_page
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Return the steps to add the integration, unless the policy already lets Secure Endpoint block
  identityops.cisco.duo_edr_integration:
    policy: Trusted devices
    client_id: 0123456789abcdef0123
    region: eu
  register: edr

- name: Show the remaining steps
  ansible.builtin.debug:
    msg: "{{ edr.handoff | identityops.cisco.handoff_lines }}"

- name: Work out what the policy would block
  identityops.cisco.duo_policy_impact:
    name: Trusted devices
  register: duo

- name: Return the same steps without asking Duo again
  identityops.cisco.duo_edr_integration:
    impact: "{{ duo.impact }}"

- name: Confirm that the integration exists
  identityops.cisco.duo_edr_integration:
    confirmed: true

- name: Wait until Trusted Endpoints is set up
  identityops.cisco.duo_edr_integration:
    wait_timeout: 1800

- name: Return the steps to switch the integration off
  identityops.cisco.duo_edr_integration:
    state: absent
"""

RETURN = r"""
integration:
  description: What is known of the integration.
  returned: success, or when the time to wait is over
  type: dict
  contains:
    verification:
      description: V(confirmed) if a person has confirmed it, otherwise V(not_verifiable).
      type: str
      returned: always
      sample: not_verifiable
    configured:
      description:
        - Whether Duo's policies show that Trusted Endpoints is set up in the Duo Admin Panel; null if they show
          neither.
      type: bool
      returned: always
      sample: true
step:
  description: The outcome in short.
  returned: success, or when the time to wait is over
  type: dict
  contains:
    status:
      description: V(handoff_required) if a step is left for a person, otherwise V(not_verifiable).
      type: str
      returned: always
      sample: handoff_required
    detail:
      description: What it rests on, sentences.
      type: str
      returned: always
      sample: To be added, unless it is already.
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
handoff:
  description: The steps that remain for a person, in order; empty if there are none.
  returned: success, or when the time to wait is over
  type: list
  elements: dict
  contains:
    id:
      description: What the step is, V(duo_edr_integration) or V(duo_edr_integration_remove).
      type: str
      returned: always
      sample: duo_edr_integration
    product:
      description: The product whose console is used.
      type: str
      returned: always
      sample: Duo Admin Panel
    url:
      description: The page to begin at.
      type: str
      returned: always
      sample: https://admin.duosecurity.com
    role:
      description: Who can do it.
      type: str
      returned: always
      sample: Owner, Administrator or Application Manager
    action:
      description: What to do, as a sentence.
      type: str
      returned: always
      sample: Add and enable the Cisco Secure Endpoint integration of Trusted Endpoints.
    needs:
      description: The prerequisites, as sentences.
      type: list
      elements: str
      returned: always
      sample: ["The devices run the Secure Endpoint connector: on Windows 7.1.1 or newer, on macOS 1.12.1 or newer."]
    notes:
      description: Hints that require no action, as sentences.
      type: list
      elements: str
      returned: always
      sample: ["Duo fills in Hostname. It is expected, but not documented, that it shows api.eu.amp.cisco.com."]
    clicks:
      description: The actions in order.
      type: list
      elements: dict
      returned: always
      contains:
        do:
          description:
            - V(open) for a menu entry, tab or tile; V(press) for a button; V(fill) for a field; V(copy) for a value
              that is shown; V(turn_on) and V(turn_off) for a toggle; V(expect) for a value that must be shown.
          type: str
          returned: always
          sample: press
        label:
          description: The words on the page.
          type: str
          returned: always
          sample: Add Integration
        value:
          description: What must be shown, with V(expect).
          type: str
          returned: where it is known
          sample: api.eu.amp.cisco.com
        or_label:
          description: The words that the page shows instead in some situations.
          type: str
          returned: where there are two
          sample: Get started
    fields:
      description: What is typed or chosen.
      type: list
      elements: dict
      returned: always
      contains:
        label:
          description: The field.
          type: str
          returned: always
          sample: Client ID
        value:
          description: What to type or choose.
          type: str
          returned: where it is known and not a secret
          sample: 0123456789abcdef0123
        secret:
          description: Whether the value is a secret, which is never returned.
          type: bool
          returned: for a secret
          sample: true
        source:
          description: Where the value comes from; for a secret, the variable that contains it.
          type: str
          returned: always
          sample: secure_endpoint_client_id
    outputs:
      description: What is copied out of the console.
      type: list
      elements: dict
      returned: always
      contains:
        label:
          description: What is copied.
          type: str
          returned: always
          sample: API Key
        goes_to:
          description: The variable it goes to.
          type: str
          returned: always
          sample: secure_endpoint_api_key
        secret:
          description: Whether it is a secret.
          type: bool
          returned: always
          sample: true
    warning:
      description: What to know before the click with the label RV(handoff[].warning_before); empty if there is nothing.
      type: str
      returned: always
      sample: Duo then no longer blocks devices that Secure Endpoint reports as compromised.
    warning_before:
      description: The label of the click that the warning is about.
      type: str
      returned: always
      sample: Enable Cisco Secure Endpoint Integration
    if_it_fails:
      description: What to do if the console refuses it, as sentences; empty if there is no particular advice.
      type: str
      returned: always
      sample: If Test Integration reports an error, check that both values are complete.
    afterwards:
      description: What this person does or can expect afterwards, as sentences; empty if there is nothing.
      type: str
      returned: always
      sample: Keep no copy of the key.
    verification:
      description: What the next run verifies, and what cannot be verified.
      type: str
      returned: always
      sample: No API of Duo shows this integration, so no run can verify it.
    then:
      description: What to do afterwards where the run was started.
      type: str
      returned: always
      sample: Run this again.
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.edr_integration import (
    EdrIntegration,
    require_one_source,
    too_late,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import (
    MOST_FAILED_LOOKS,
    WAIT_SPEC,
    patience,
    wait_until,
)


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    timeout = patience(params, context)
    require_one_source(params)
    integration = EdrIntegration(params, Duo.from_params(params, context))
    is_in_time = integration.look() or (
        timeout > 0
        and wait_until(
            integration.look,
            timeout,
            params["wait_interval"],
            lambda waited: context.progress(f"Trusted Endpoints not set up in Duo yet, {waited:.0f} s of {timeout}"),
            survives=MOST_FAILED_LOOKS,
        )
    )
    result = integration.result()
    if timeout and not is_in_time:
        context.kept.update(result)
        raise too_late(timeout)
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "confirmed": {"type": "bool", "default": False},
        "policy": {"type": "str"},
        # A name, not a secret, whatever it is called.
        "policy_key": {"type": "str", "no_log": False},
        "global_policy": {"type": "bool", "default": False},
        "impact": {"type": "dict"},
        "client_id": {"type": "str"},
        "region": {"type": "str", "choices": ["nam", "eu", "apjc"]},
        **WAIT_SPEC,
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
