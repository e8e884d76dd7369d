#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: safe_integration
short_description: Manage an integration of SAFE, such as Duo's
description:
  - Has SAFE test the connection to a product, saves it as an integration, starts a sync and waits for its end.
  - SAFE publishes the calls for this, but not their content. So the module first reads the metadata of the product and
    refuses fields that the product does not have before anything is written. It takes everything else that is not
    published from its options.
  - SAFE publishes no call that lists integrations. The module remembers the ID of a saved integration in
    O(registry_path), or you set it in O(integration_id).
  - Without an API credential of SAFE, the module returns the work as steps for a person.
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
      - The ID of an existing integration. Either this or O(registry_path) is required, unless a person does the work.
    type: str
  registry_path:
    description:
      - Full path of the file that remembers integrations by instance and name, on the machine where the module runs.
        Its folder must exist, and the file must outlive the run. It contains the ID, the plain values and a salted
        digest of the secret values, and no secret.
      - Tasks that run at the same time wait for each other. A record of another Duo account than the task's is refused,
        so give each account a file of its own, or a O(name) of its own in the file.
    type: path
  name:
    description:
      - The name of the integration in the registry. The default is O(product).
    type: str
  product:
    description:
      - Name or ID of the product in SAFE's catalogue, or a part of the name that only one product has.
    type: str
    default: Duo
  type:
    description: The C(type) to send, if it differs from the one in the metadata of the product.
    type: str
  subtype:
    description: The C(subtype) to send, if it differs from the one in the metadata of the product.
    type: str
  config:
    description:
      - Plain values by field of the product's config. A field that is null is left out, and one that the product marks
        as secret is refused here.
    type: dict
    default: {}
  secret_config:
    description:
      - Secret values by field of the product's config. A field that is empty or null is left out.
    type: dict
    default: {}
  config_from_duo:
    description:
      - Where the values of further fields come from, by field of the product's config. V(api_url) is Duo's API hostname
        with C(https://), V(api_hostname) is it without. V(integration_key) and V(secret_key) are those of
        O(application); the secret key is fetched from Duo and passes through no variable. V(asset_name) and
        V(sync_frequency) are the options of these names, which have no other effect. If no field uses such an option,
        the module warns, unless a person does the work.
    type: dict
    default: {}
  application:
    description:
      - Name or integration key of the Admin API application in Duo that SAFE is to use.
    type: str
  asset_name:
    description: The name of the Duo account in SAFE.
    type: str
  sync_frequency:
    description: How often SAFE syncs automatically, in SAFE's own words. SAFE does not publish the possible values.
    type: str
  body:
    description:
      - Members to send in addition to C(type), C(subtype) and C(config) when the integration is saved or changed. SAFE
        does not publish whether it needs any.
      - They are plain values, which the registry remembers. What is, contains or looks like a secret is refused, on
        every level.
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
      - Whether to save an integration even if SAFE already has another one for the product that is not in the registry.
    type: bool
    default: false
  update_config:
    description:
      - V(when_changed) writes the config if a plain value differs from what SAFE shows or from the registry, or if the
        secret values differ from the registry. If neither is known, nothing is written.
      - V(always) writes it in every run.
    type: str
    choices: [when_changed, always]
    default: when_changed
  test:
    description:
      - Whether to have SAFE test the connection before anything is saved, and in runs that change nothing. If SAFE
        reports that the test fails, the task fails and nothing is saved. In check mode, nothing is tested.
    type: bool
    default: true
  sync:
    description:
      - Whether to start a sync after each change, and if the history shows no successful one.
    type: bool
    default: true
  sync_action:
    description:
      - The action that starts a sync. The default is the only sync action in the product's metadata. If there is none,
        this option is required for O(sync=true).
    type: str
  history_words:
    description:
      - Further words that SAFE's history uses for the status of a run, as a mapping from the word to one of
        V(succeeded), V(failed) and V(running). The module knows the common words; a run with any other word counts as
        unknown.
    type: dict
    default: {}
  wait_timeout:
    description:
      - Seconds to wait for a sync to end. V(0) does not wait. If the sync has not ended by then, the task fails. The
        saved integration stays.
    type: int
    default: 600
  wait_interval:
    description:
      - Seconds between two checks of the history.
    type: int
    default: 10
  confirmed:
    description:
      - Whether a person confirms that the integration is as O(state) declares. It is used only without an API
        credential. Before you change O(state), set it to V(false), because it counts for either state.
    type: bool
    default: false
notes:
  - With O(state=absent), check mode also predicts the deletion of an integration that SAFE may not have any more, if no
    task has seen a history of it.
  - SAFE publishes only the calls. The authors have not seen the fields of the product Duo, how SAFE returns its
    secrets, or the content of a history.
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
- name: Connect SAFE to Duo, test and save the integration, and sync
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

- name: Show the results of its syncs
  ansible.builtin.debug:
    msg: "{{ connected.history | map(attribute='outcome') }}"

- name: Delete the integration
  identityops.cisco.safe_integration:
    registry_path: "{{ playbook_dir }}/safe_integrations.json"
    product: Duo Security
    state: absent

- name: Return the steps for a person if there is no API credential
  ansible.builtin.debug:
    msg: "{{ connected.handoff | identityops.cisco.handoff_lines }}"
"""

RETURN = r"""
integration:
  description: The integration. In check mode, a new integration has no ID.
  returned: with O(state=present) and an API credential
  type: dict
  contains:
    integration_id:
      description: Its ID.
      type: str
      returned: once it exists
      sample: 5f0c9c5e-8a3d-4f43-9a55-5a1c7d0d1f60
    config:
      description: The plain values of its config, as SAFE shows them or from the registry.
      type: dict
      returned: where they are known
      sample: {"inventedApiUrl": "https://api-1a2b3c4d.duosecurity.com"}
    body:
      description: The members that were sent in addition.
      type: dict
      returned: where they are known
      sample: {}
verification:
  description:
    - V(passed) if SAFE says that the connection test succeeded, V(not_stated) if its answer does not say so,
      V(not_tested) if there was no test.
    - Without an API credential, V(confirmed) if O(confirmed) says so, otherwise V(not_verifiable).
  returned: success
  type: str
  sample: passed
sync_outcome:
  description:
    - How the latest sync ended, V(succeeded), V(failed), V(running) or V(unknown); null if there was none or if it was
      not checked.
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
      description: When it began, as SAFE reports it; null if SAFE does not show it.
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
      description: The outcome as a sentence without a full stop.
      type: str
      returned: always
      sample: The integration 'Duo' in SAFE is as declared; its connection test and its latest sync succeeded
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
