#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cii_webhook
short_description: Manage a webhook of Cisco Identity Intelligence
description:
  - A webhook receives the failed checks of Identity Intelligence. It is registered together with the checks it
    subscribes to.
  - Webhooks cannot be listed, read or changed, and the same registration again makes another one. So a webhook is
    identified only by the ID that its registration returns. The module keeps the ID in a registry, which is a small
    file, or you set it in O(webhook_id).
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) registers the webhook. If anything differs from the registry, such as the checks or the key, the task
        registers a new webhook and then removes the previous one.
      - V(absent) removes it.
    type: str
    choices: [present, absent]
    default: present
  registry_path:
    description:
      - Full path of the file that remembers the webhook, on the machine where the task runs. Its folder must exist. The
        file must outlive the run, so in an execution environment it belongs on a volume.
      - It is JSON that you can read and correct. It contains no secrets. For a key it contains a salted digest, which
        shows whether the key has changed.
      - Use one file for each tenant, and keep a backup. If the file is lost, its webhooks can be removed only in the
        console.
    type: path
  webhook_id:
    description:
      - ID of the webhook, in place of a registry. With O(state=present) nothing is compared or changed.
      - It is not shown in results, because keys of other services have the same form.
    type: str
  name:
    description:
      - Name of the webhook in the registry. Identity Intelligence adds a random suffix to it, or puts a word before it.
      - Required with O(registry_path).
    type: str
  checks:
    description:
      - IDs of the checks to subscribe to, such as V(no-mfa). Their order does not matter.
      - Cisco does not publish a list of them; the console shows them.
    type: list
    elements: str
  endpoint:
    description:
      - The URL that receives the events, beginning with C(https://). Its certificate must come from a public
        certificate authority.
      - What follows a question mark counts as part of the key, because some receivers expect a token there. It is
        never shown, and the registry contains only a digest of it. Do not put a secret anywhere else in the URL.
    type: str
  api_key_name:
    description:
      - Name of the HTTP header that carries O(api_key).
    type: str
  api_key:
    description:
      - Value of that header, such as C(Bearer) and a token.
    type: str
  duo_integration_instance_id:
    description:
      - ID of a Duo integration of the tenant, whose client is used in place of O(endpoint) and a key. The console shows
        it in the address of the page for editing the integration.
      - Cisco does not publish what receives the events of such a webhook.
    type: str
  leftover_removed:
    description:
      - Confirms that a person has deleted in the console what an interrupted registration may have left there. If
        Identity Intelligence refuses to remove a webhook, it confirms that the webhook does not exist. If the task
        needs this, it says so.
    type: bool
    default: false
notes:
  - Identity Intelligence waits for the answer to an event and takes only the status 200 for success. An event has the
    C(detail-type) C(FAILED_CHECK); C(WebhookTest) is a test that an administrator starts in the console.
  - An interrupted change is finished by the next run. If the answer to a registration is lost, its ID is lost too. The
    next run then stops and says what to look for in the console, because registering again would leave two webhooks.
  - No API shows a webhook. If an administrator deletes a webhook in the console, no run can notice it. The task still
    reports the webhook as declared, and events stop. The module warns only when it next changes or removes that
    webhook. To register it again, remove its record from the registry, or change the declaration.
  - With O(webhook_id) and O(state=absent), check mode predicts a removal even if the webhook does not exist.
extends_documentation_fragment:
  - identityops.cisco.cii
  - identityops.cisco.attributes
  - identityops.cisco.attributes.cii_group
seealso:
  - module: identityops.cisco.cii_integration
  - module: identityops.cisco.cii_end_user_info
"""

EXAMPLES = r"""
- name: Send failed checks to an event receiver that expects a bearer token
  identityops.cisco.cii_webhook:
    registry_path: "{{ cii_registry_path }}"
    name: SOC
    endpoint: https://events.corp.example/identity-intelligence
    checks: [no-mfa, inactive-users]
    api_key_name: Authorization
    api_key: "Bearer {{ cii_receiver_token }}"
  register: soc

- name: Show the ID
  ansible.builtin.debug:
    var: soc.webhook.webhook_id

- name: Unsubscribe from one check
  identityops.cisco.cii_webhook:
    registry_path: "{{ cii_registry_path }}"
    name: SOC
    endpoint: https://events.corp.example/identity-intelligence
    checks: [no-mfa]
    api_key_name: Authorization
    api_key: "Bearer {{ cii_receiver_token }}"

- name: Remove the webhook
  identityops.cisco.cii_webhook:
    registry_path: "{{ cii_registry_path }}"
    name: SOC
    state: absent

- name: Remove a webhook whose ID you know
  identityops.cisco.cii_webhook:
    webhook_id: 0cf20d1c-1d26-4bb5-9a3b-3a1ab1f7a1a2
    state: absent
"""

RETURN = r"""
webhook:
  description: The webhook, as far as it is known.
  returned: success and O(state=present)
  type: dict
  contains:
    webhook_id:
      description: Its ID, which check mode does not know for a new webhook. Masked if it was given as O(webhook_id).
      type: str
      returned: when it is known
      sample: 0cf20d1c-1d26-4bb5-9a3b-3a1ab1f7a1a2
    name:
      description: Its name in the registry.
      type: str
      returned: with O(registry_path)
      sample: SOC
    endpoint:
      description: The URL that receives the events, without what follows a question mark.
      type: str
      returned: with O(registry_path)
      sample: https://events.corp.example/identity-intelligence
    checks:
      description: The checks it subscribes to.
      type: list
      elements: str
      returned: with O(registry_path)
      sample: [inactive-users, no-mfa]
    api_key_name:
      description: Name of the header that carries the key.
      type: str
      returned: with O(registry_path)
      sample: Authorization
    duo_integration_instance_id:
      description: The Duo integration whose client is used.
      type: str
      returned: with O(registry_path)
      sample: null
    replaced_webhooks:
      description: IDs of previous webhooks that are not removed yet.
      type: list
      elements: str
      returned: with O(registry_path)
      sample: []
    unfinished_registration:
      description: When the registration began whose answer was lost; empty if there is none.
      type: str
      returned: with O(registry_path)
      sample: ""
step:
  description: The outcome in short.
  returned: success
  type: dict
  contains:
    status:
      description:
        - V(changed), or V(ok) for a webhook that is gone.
        - V(not_verifiable) for a webhook that stays as it is, because no API shows whether it is still there.
          The same applies to one to remove whose registry does not exist.
      type: str
      returned: always
      sample: changed
    detail:
      description: What the task found and did, as a sentence.
      type: str
      returned: always
      sample: Created the webhook 'SOC'
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
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    cii_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.webhook import (
    Webhook,
    desired_webhook,
    result_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    webhook = Webhook(params, context)
    with webhook.held():
        webhook.warn_of_new_registry()
        outcome = ensure(webhook, params["state"], desired_webhook(params), context)
    return result_of(outcome, webhook)


TASK = Task(
    run=run,
    argument_spec={
        **cii_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "registry_path": {"type": "path"},
        # It has the form of a key of another service, which must not be shown in its place.
        "webhook_id": {"type": "str", "no_log": True},
        "name": {"type": "str"},
        "checks": {"type": "list", "elements": "str"},
        "endpoint": {"type": "str"},
        # The name of a header, not a secret, whatever it is called.
        "api_key_name": {"type": "str", "no_log": False},
        "api_key": {"type": "str", "no_log": True},
        "duo_integration_instance_id": {"type": "str"},
        "leftover_removed": {"type": "bool", "default": False},
    },
    constraints={
        "required_one_of": [("registry_path", "webhook_id")],
        "mutually_exclusive": [
            ("registry_path", "webhook_id"),
            ("duo_integration_instance_id", "endpoint"),
            ("duo_integration_instance_id", "api_key_name"),
            ("duo_integration_instance_id", "api_key"),
        ],
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
