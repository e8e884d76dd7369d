#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: safe_integration
short_description: Manage an integration of SAFE, such as Duo's
description:
  - Has SAFE test the connection to a product, saves it as an integration, starts a sync and follows it to its end.
  - SAFE publishes which calls there are for this, and not what goes into them. So the module reads the metadata of the
    product first, refuses fields that the product does not have before anything is written, and takes everything else
    that is not published from its options.
  - SAFE has no published call that lists integrations. The ID of what is saved is remembered in O(registry_path), or
    given in O(integration_id).
  - Without an API credential of SAFE, the module returns the same work as steps for a person.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) means that the integration is saved as declared. V(absent) means that it is deleted.
    type: str
    choices: [present, absent]
    default: present
  integration_id:
    description:
      - The ID of an existing integration. This, or O(registry_path), is required, unless a person does the work.
    type: str
  registry_path:
    description:
      - A file where the module runs that remembers integrations by instance and name, in a folder that exists and
        outlives the run. It holds the ID, the plain values and a salted digest of the secret ones, and no secret.
      - Tasks that run at the same time wait for each other.
    type: path
  name:
    description:
      - What the registry calls the integration. The default is O(product).
    type: str
  product:
    description:
      - Name or ID of the product in SAFE's catalogue, or a part of the name that only one has.
    type: str
    default: Duo
  type:
    description: The C(type) that is sent, if it is not the one in the metadata of the product.
    type: str
  subtype:
    description: The C(subtype) that is sent, if it is not the one in the metadata of the product.
    type: str
  config:
    description:
      - Plain values by field of the product's config. A field that the product calls a secret is refused here.
    type: dict
    default: {}
  secret_config:
    description: Secret values by field of the product's config.
    type: dict
    default: {}
  config_from_duo:
    description:
      - Where the values of further fields come from, by field of the product's config. V(api_url) is Duo's API hostname
        with C(https://), V(api_hostname) is it without. V(integration_key) and V(secret_key) are those of
        O(application); the secret key is fetched from Duo and passes through no variable. V(asset_name) and
        V(sync_frequency) are the options of these names.
    type: dict
    default: {}
  application:
    description:
      - Name or integration key of the Admin API application in Duo that SAFE is to use.
    type: str
  asset_name:
    description: What SAFE is to call the Duo account.
    type: str
  sync_frequency:
    description: How often SAFE is to sync by itself, in SAFE's own words. Which ones there are is not published.
    type: str
  body:
    description:
      - Members to send beside C(type), C(subtype) and C(config) when the integration is saved or changed. Whether SAFE
        wants any is not published.
    type: dict
  known_fields:
    description:
      - Names of fields of the product's config. Needed only if the product's metadata does not show them in a form that
        the module recognises.
    type: list
    elements: str
    default: []
  allow_another:
    description:
      - Whether to save an integration although SAFE has another one of the product that is not remembered.
    type: bool
    default: false
  update_config:
    description:
      - V(when_changed) writes the config if a plain value differs from what SAFE shows, or from what is remembered, or
        if the secret values are not those that are remembered. Where neither is known, nothing is written.
      - V(always) writes it in every run.
    type: str
    choices: [when_changed, always]
    default: when_changed
  test:
    description:
      - Whether to have SAFE test the connection, before anything is saved and in runs that change nothing. If SAFE says
        that it fails, the task fails and nothing is saved. In check mode nothing is tested.
    type: bool
    default: true
  sync:
    description:
      - Whether to have a sync after each change, and where the history shows none that succeeded.
    type: bool
    default: true
  sync_action:
    description:
      - The action that starts a sync. The default is the only one in the product's metadata that is called so; if there
        is none, this is required for O(sync=true).
    type: str
  history_words:
    description:
      - What further words mean that SAFE's history uses for the status of a run, by word, one of V(succeeded),
        V(failed) and V(running). The common ones are known; a run in another one counts as unknown.
    type: dict
    default: {}
  wait_timeout:
    description:
      - Seconds to wait for a sync to end, V(0) for not at all. If it has not ended by then, the task fails. What was
        saved stays.
    type: int
    default: 600
  wait_interval:
    description: Seconds between two looks at the history.
    type: int
    default: 10
  confirmed:
    description:
      - Whether a person says that the integration is as O(state) says. It counts only without an API credential.
    type: bool
    default: false
notes:
  - Only the calls are published by SAFE. Which fields the product Duo has, what its secrets look like when they are
    read, and what a history holds has not been seen by the authors.
  - For a field from a Duo application, the application that the task signs in to Duo with needs the permissions C(Grant
    applications) and C(Grant resource - Read).
extends_documentation_fragment:
  - identityops.cisco.safe
  - identityops.cisco.duo
  - identityops.cisco.attributes
  - identityops.cisco.attributes.safe_groups
seealso:
  - module: identityops.cisco.duo_admin_api_app
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - name: Duo Security in SAFE
    description: What a person does in SAFE's console.
    link: https://docs.safe.security/docs/duo-security
"""

EXAMPLES = r"""
# The names of the fields are those in the metadata of the product, which SAFE does not publish. These are invented.
- name: Connect SAFE to Duo, test it, save it and sync
  identityops.cisco.safe_integration:
    registry_path: "{{ playbook_dir }}/safe_integrations.json"
    product: Duo Security
    application: SAFE
    config_from_duo:
      inventedApiUrl: api_url
      inventedIntegrationKey: integration_key
      inventedSecretKey: secret_key
      inventedAssetName: asset_name
    asset_name: Duo production
    wait_interval: 1
  register: connected

- name: Show how its syncs ended
  ansible.builtin.debug:
    msg: "{{ connected.history | map(attribute='outcome') }}"

- name: Delete the integration
  identityops.cisco.safe_integration:
    registry_path: "{{ playbook_dir }}/safe_integrations.json"
    product: Duo Security
    state: absent

- name: Show what a person has to do, where there is no API credential
  ansible.builtin.debug:
    msg: "{{ connected.handoff | identityops.cisco.handoff_lines }}"
"""

RETURN = r"""
integration:
  description: The integration. In check mode, before it exists, without its ID.
  returned: with O(state=present) and an API credential
  type: dict
  contains:
    integration_id:
      description: Its ID.
      type: str
      returned: once it exists
      sample: 5f0c9c5e-8a3d-4f43-9a55-5a1c7d0d1f60
    config:
      description: The plain values of its config, as SAFE shows them or as they are remembered.
      type: dict
      returned: where they are known
      sample: {"inventedApiUrl": "https://api-1a2b3c4d.duosecurity.com"}
    body:
      description: The members that were sent beside it.
      type: dict
      returned: where they are known
      sample: {}
verification:
  description:
    - V(passed) if SAFE says that the connection test succeeded, V(not_stated) if it answered the test without saying
      so, V(not_tested) if there was none.
    - Without an API credential, V(confirmed) if O(confirmed) says so, otherwise V(not_verifiable).
  returned: success
  type: str
  sample: passed
sync_outcome:
  description:
    - How the latest sync ended, V(succeeded), V(failed), V(running) or V(unknown); null if there was none or it is not
      looked at.
  returned: with an API credential
  type: str
  sample: succeeded
history:
  description: The runs of the integration, the latest first where SAFE shows their times, at most 20.
  returned: with an API credential
  type: list
  elements: dict
  contains:
    run:
      description: The ID of the run; null if SAFE shows none.
      type: str
      returned: always
      sample: run-1
    status:
      description: Its status in SAFE's words.
      type: str
      returned: always
      sample: Completed
    outcome:
      description: V(succeeded), V(failed), V(running) or V(unknown).
      type: str
      returned: always
      sample: succeeded
    started:
      description: When it began, in SAFE's words; null if SAFE does not show it.
      type: str
      returned: always
      sample: "2026-11-24T08:00:00Z"
    ended:
      description: When it ended; null if it has not, or SAFE does not show it.
      type: str
      returned: always
      sample: "2026-11-24T08:01:12Z"
    message:
      description: What SAFE says about it.
      type: str
      returned: always
      sample: ""
handoff:
  description: The steps that remain for a person, as in M(identityops.cisco.secure_endpoint_credential); empty if there
    are none.
  returned: success
  type: list
  elements: dict
  sample: []
step:
  description: The outcome in one line, for the report of a role.
  returned: success
  type: dict
  contains:
    status:
      description: V(ok), V(changed), V(verified), V(pending), V(handoff_required) or V(not_verifiable).
      type: str
      returned: always
      sample: verified
    detail:
      description: A sentence, without its full stop.
      type: str
      returned: always
      sample: The integration 'Duo' in SAFE is as declared; its connection test and its latest sync succeeded
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import (
    lacks_credential,
    safe_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._safe.managed import hand_over, manage
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import patience, wait_spec


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    timeout = patience(params, context)
    return hand_over(params, context) if lacks_credential(params) else manage(params, context, timeout)


TASK = Task(
    run=run,
    argument_spec={
        **safe_argument_spec(),
        **duo_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "integration_id": {"type": "str"},
        "registry_path": {"type": "path"},
        "name": {"type": "str"},
        "product": {"type": "str", "default": "Duo"},
        "type": {"type": "str"},
        "subtype": {"type": "str"},
        "config": {"type": "dict", "default": {}},
        "secret_config": {"type": "dict", "default": {}, "no_log": True},
        # Names of fields and of sources, no secrets.
        "config_from_duo": {"type": "dict", "default": {}, "no_log": False},
        "application": {"type": "str"},
        "asset_name": {"type": "str"},
        "sync_frequency": {"type": "str"},
        "body": {"type": "dict"},
        "known_fields": {"type": "list", "elements": "str", "default": []},
        "allow_another": {"type": "bool", "default": False},
        "update_config": {"type": "str", "choices": ["when_changed", "always"], "default": "when_changed"},
        "test": {"type": "bool", "default": True},
        "sync": {"type": "bool", "default": True},
        "sync_action": {"type": "str"},
        "history_words": {"type": "dict", "default": {}},
        # For SAFE itself, which ends a sync without anybody's help.
        **wait_spec(timeout=600, interval=10),
        "confirmed": {"type": "bool", "default": False},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
