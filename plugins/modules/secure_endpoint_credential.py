#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: secure_endpoint_credential
short_description: Verify an API credential of Cisco Secure Endpoint, or return the steps to create or delete it
description:
  - API credentials of Cisco Secure Endpoint can be created and deleted only in its console, because there is no API for
    that. This module verifies what can be verified, and returns the remaining work as steps for a person.
  - It never changes anything. Run it again after the steps are done to verify the outcome.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  name:
    description:
      - Name of the credential, as the console shows it. The API does not return it, so it is used only in steps and
        messages.
    type: str
    required: true
  state:
    description:
      - V(present) means that O(secure_endpoint_client_id) and O(secure_endpoint_api_key) are a working credential.
        Without them, the steps to create one are returned. If they do not work, or one of them is missing,
        RV(credential.reason) says why, and RV(step.status) is V(failed).
      - V(absent) means that O(secure_endpoint_client_id) and O(secure_endpoint_api_key) do not work. While they work,
        the steps to delete the credential are returned. Without them, the task cannot check whether the credential
        still works.
      - Secure Endpoint refuses a deleted credential and a mistyped one in the same way, so V(absent) cannot distinguish
        them. Set exactly the values that worked before.
    type: str
    choices: [present, absent]
    default: present
  scope:
    description:
      - The intended scope of the credential. Duo needs only V(read_only).
      - The API does not return it; see O(probe_scope).
    type: str
    choices: [read_only, read_write]
    default: read_only
  probe_scope:
    description:
      - Whether to try a change with the credential and check that it is refused. The change refers to a computer and a
        group that do not exist, so it has no effect even if it is allowed.
      - A refusal proves that the scope is read-only. The opposite cannot be proved, because Cisco does not document
        whether the scope is checked before the computer.
      - Nothing is tried in check mode, with O(state=absent), or if the credential does not work.
    type: bool
    default: false
  discover_region:
    description:
      - Whether to try the other regions as well if the credential does not work in O(secure_endpoint_region). A
        credential belongs to one region, and the others refuse it.
      - The client ID and the key are then sent to Cisco's hosts in all regions. Cannot be used with
        O(secure_endpoint_api_host).
    type: bool
    default: false
  keep_in:
    description:
      - Where a person is to save the client ID and the key, such as the path of a file of variables. Only the steps to
        create a credential show it. The module does not read or write this file.
    type: str
  invalid:
    description:
      - What to do if the credential does not work, or only one of its values is set. V(report) returns it with the
        status V(invalid). V(fail) fails, and still returns the result.
      - It has no effect with O(state=absent), because the credential is then as it must be.
    type: str
    choices: [report, fail]
    default: report
  wait_timeout:
    description:
      - Seconds to wait for a person. V(0) does not wait. With O(state=present), the task waits until
        O(secure_endpoint_credential_file) contains a working credential, and sends a wrong one only once. With
        O(state=absent), it waits until the credential is no longer accepted.
      - When the time is over, the task fails and still returns its result. In check mode, it does not wait.
    type: int
    default: 0
  wait_interval:
    description: Seconds between two tries.
    type: int
    default: 15
notes:
  - The module verifies that Secure Endpoint accepts the client ID and the key, and in which region. It cannot verify
    the name of the credential or the organisation that it belongs to.
  - The module recognises the ID of a Cisco XDR API client and reports it. Duo cannot use such a client.
  - Each run uses one request of the hourly limit for each region tried, and one more for O(probe_scope). Nothing is
    sent if the client ID or the key is missing, or if the ID belongs to Cisco XDR. Retries after temporary errors, for
    a minute at most, use further requests.
extends_documentation_fragment:
  - identityops.cisco.secure_endpoint
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.secure_endpoint_group
seealso:
  - module: identityops.cisco.duo_edr_integration
  - module: identityops.cisco.secure_endpoint_computer_info
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - plugin: identityops.cisco.handoff_page
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Verify the credential, or return the steps to create it
  identityops.cisco.secure_endpoint_credential:
    name: Duo
    secure_endpoint_region: eu
  register: credential

- name: Show the remaining steps
  ansible.builtin.debug:
    msg: "{{ credential.handoff | identityops.cisco.handoff_lines }}"

- name: Find the region of a credential and prove that it is read-only
  identityops.cisco.secure_endpoint_credential:
    name: Duo
    discover_region: true
    probe_scope: true

- name: Verify that a credential no longer works, or return the steps to delete it
  identityops.cisco.secure_endpoint_credential:
    name: Duo
    state: absent
    discover_region: true
"""

RETURN = r"""
credential:
  description: The credential, as far as it is known.
  returned: always
  type: dict
  contains:
    name:
      description: Its name, as declared.
      type: str
      returned: always
      sample: Duo
    status:
      description:
        - V(verified) if it works, V(invalid) if it does not or only one of its values is set, V(handoff_required) if
          neither is set and a person has to create it first.
        - With O(state=absent), V(invalid) is the goal, although a mistyped client ID or key also leads to it.
          V(handoff_required) means that it still works, and V(unknown) that it is not set completely and was not tried,
          or that it was refused in a way that does not prove that it is gone.
      type: str
      returned: always
      sample: verified
    reason:
      description: Why it is not verified, in sentences; empty if it is.
      type: str
      returned: always
      sample: ""
    region:
      description: The region where it works, or is expected to work; null for a private cloud.
      type: str
      returned: always
      sample: eu
    api_host:
      description: The API host of that region, or of the private cloud.
      type: str
      returned: always
      sample: api.eu.amp.cisco.com
    regions_tried:
      description: The regions that were asked and answered, in order; for a private cloud, its host.
      type: list
      elements: str
      returned: always
      sample: [nam, eu]
    scope:
      description: Its scope.
      type: dict
      returned: always
      contains:
        declared:
          description: The intended scope.
          type: str
          returned: always
          sample: read_only
        proven:
          description: Whether that is proven. V(read_write) cannot be.
          type: bool
          returned: always
          sample: true
        detail:
          description: How it is proven, or why it is not, as a sentence.
          type: str
          returned: always
          sample: "A change was refused, so the credential may only read (HTTP 403: Forbidden)."
    budget:
      description:
        - The requests that the organisation may make within an hour; null if Secure Endpoint did not return it or was
          not asked.
      type: dict
      returned: always
      contains:
        limit:
          description: How many there are.
          type: int
          returned: always
          sample: 3000
        remaining:
          description: How many are left.
          type: int
          returned: always
          sample: 2987
        resets_in:
          description: Seconds until all requests are available again.
          type: int
          returned: always
          sample: 1874
    kind:
      description:
        - The form of the client ID. V(v1) is an API credential of Secure Endpoint, V(xdr) a Cisco XDR API client,
          V(unknown) anything else, or none.
        - An ID that Secure Endpoint accepts is always V(v1).
      type: str
      returned: always
      sample: v1
    client_id:
      description: Its client ID if it is verified, otherwise null.
      type: str
      returned: always
      sample: 9ced2e63d99befcc34fa
step:
  description: What this task found, for a report.
  returned: success, when the time to wait is over, or failure because of O(invalid=fail)
  type: dict
  contains:
    status:
      description:
        - V(verified) if the credential works, or with O(state=absent) if no region accepts it; V(handoff_required) if a
          step is left for a person; V(failed) if it does not work.
        - V(not_verifiable) with O(state=absent) if it is not accepted and some regions were not asked, or if it is not
          set.
      type: str
      returned: always
      sample: verified
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: The credential 'Duo' works in eu
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
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: What the step is about.
      type: str
      returned: always
      sample: secure_endpoint_credential
    product:
      description: The product whose console is used.
      type: str
      returned: always
      sample: Cisco Secure Endpoint
    url:
      description: The page to begin at.
      type: str
      returned: always
      sample: https://console.eu.amp.cisco.com/api_credentials
    role:
      description: Who can do it.
      type: str
      returned: always
      sample: Secure Endpoint administrator
    action:
      description: What to do, as a sentence.
      type: str
      returned: always
      sample: Create the API credential 'Duo' with the scope Read-only.
    needs:
      description: The prerequisites, as sentences.
      type: list
      elements: str
      returned: always
      sample: ["A safe place for two values, such as a password manager; never a mail or a ticket."]
    notes:
      description: Hints that require no action, as sentences.
      type: list
      elements: str
      returned: always
      sample: ["Where there is no button Delete, use its equivalent, and confirm if you are asked to."]
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
          sample: New API Credential
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
          sample: Scope
        value:
          description: What to type or choose.
          type: str
          returned: where it is known and not a secret
          sample: Read-only
        secret:
          description: Whether the value is a secret, which is never returned.
          type: bool
          returned: for a secret
          sample: true
        source:
          description: Where the value comes from; for a secret, the variable that contains it.
          type: str
          returned: always
          sample: the option scope of secure_endpoint_credential
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
      sample: The next page, API Key Details, shows both values only once.
    warning_before:
      description: The label of the click that the warning is about.
      type: str
      returned: always
      sample: Create
    if_it_fails:
      description: What to do if the console refuses it, as sentences; empty if there is no particular advice.
      type: str
      returned: always
      sample: ""
    afterwards:
      description: What this person does or can expect afterwards, as sentences; empty if there is nothing.
      type: str
      returned: always
      sample: ""
    verification:
      description: What the next run verifies, and what cannot be verified.
      type: str
      returned: always
      sample: The next run verifies that Secure Endpoint accepts both values, and in which region.
    then:
      description: What to do afterwards where the run was started.
      type: str
      returned: always
      sample: Set secure_endpoint_client_id and secure_endpoint_api_key to the two values, and run this again.
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.credential import Watch
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
    secure_endpoint_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import WAIT_SPEC, patience, wait_until


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    if not params["name"].strip():
        advice = "Write the name that the console shows, or is to show."
        raise InvalidInput(f"use {params['name']!r} as name", "nothing can be called that", advice)
    if params["discover_region"] and params["secure_endpoint_api_host"]:
        raise InvalidInput(
            "use discover_region",
            "secure_endpoint_api_host names the one host to ask",
            "Leave out one of the two.",
        )
    timeout = patience(params, context)
    watch = Watch(params, context)
    is_in_time = wait_until(watch.look, timeout if watch.can_change else 0, params["wait_interval"], watch.report)
    if timeout and not is_in_time:
        context.kept.update(watch.result)
        raise watch.too_late()
    if params["invalid"] == "fail":
        watch.require_valid()
    return watch.result


TASK = Task(
    run=run,
    argument_spec={
        **secure_endpoint_argument_spec(),
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "scope": {"type": "str", "choices": ["read_only", "read_write"], "default": "read_only"},
        "probe_scope": {"type": "bool", "default": False},
        "discover_region": {"type": "bool", "default": False},
        "keep_in": {"type": "str"},
        "invalid": {"type": "str", "choices": ["report", "fail"], "default": "report"},
        **WAIT_SPEC,
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
