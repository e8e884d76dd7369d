#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_duo_mfa
short_description: Manage the connection from Cisco ISE to Duo
description:
  - Creates, changes and deletes a Duo connection on Cisco ISE. ISE uses the connection to ask Duo about VPN and TACACS+
    logins.
  - ISE never returns a usable secret, so secrets cannot be compared. Instead, the module has ISE test its stored keys,
    and writes new keys only if Duo rejects the stored ones.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the connection exists as declared.
      - V(absent) deletes it. ISE may refuse the deletion while an MFA rule uses the connection.
    type: str
    choices: [present, absent]
    default: present
  connection_name:
    description:
      - Name of the connection.
    type: str
    required: true
  description:
    description:
      - Free text.
    type: str
  types:
    description:
      - Which logins the connection serves. Required for a connection that does not exist yet.
    type: list
    elements: str
    choices: [vpn, tacacs]
  identity_sync:
    description:
      - Name of the identity sync that copies users to this Duo account.
    type: str
  api_host:
    description:
      - API hostname of the Duo account, as ISE should use it. Required for a connection that does not exist yet, unless
        O(duo_api_host) is
        set.
    type: str
  admin_api:
    description:
      - The Admin API application that ISE uses to copy users. Required for a connection that does not exist yet.
    type: dict
    suboptions:
      integration_key:
        description:
          - Its integration key. Needs O(admin_api.secret_key).
        type: str
      secret_key:
        description:
          - Its secret key.
        type: str
      application:
        description:
          - Its name in Duo, or its integration key. The task then fetches the keys from Duo, so that the secret never
            passes through a variable. Needs the Duo connection options.
        type: str
  auth_api:
    description:
      - The Auth API application that ISE uses to ask Duo to authenticate users. Required for a connection that does not
        exist yet.
    type: dict
    suboptions:
      integration_key:
        description:
          - Its integration key. Needs O(auth_api.secret_key).
        type: str
      secret_key:
        description:
          - Its secret key.
        type: str
      application:
        description:
          - Its name in Duo, or its integration key. The task then fetches the keys from Duo, so that the secret never
            passes through a variable. Needs the Duo connection options.
        type: str
  update_secrets:
    description:
      - V(when_rejected) has ISE test its stored keys, and writes new keys only if Duo rejects the stored ones. ISE then
        tests the new keys. If the words of ISE show neither that Duo accepts nor that it rejects them, no keys are
        written for that.
      - V(always) writes the keys in each run, and each run then reports a change.
      - V(never) tests nothing. Keys are written only along with another change, because ISE accepts only a complete
        connection.
    type: str
    choices: [when_rejected, always, never]
    default: when_rejected
notes:
  - The documentation of Cisco and Duo disagrees on the type of Auth API application that ISE needs. Duo's newest page
    names the plain C(Auth API), Cisco's page names the catalogue entry C(Cisco ISE Auth API). You can use either.
  - The Duo connection options are needed only with O(admin_api.application) or O(auth_api.application).
  - In check mode, a Duo application that does not exist yet gives a warning, because an earlier task of the same play
    may create it.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.duo
  - identityops.cisco.attributes
  - identityops.cisco.attributes.both_groups
seealso:
  - module: identityops.cisco.ise_duo_mfa_info
  - module: identityops.cisco.ise_mfa_feature
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_auth_api_app
  - module: identityops.cisco.ise_duo_mfa_preflight
"""

EXAMPLES = r"""
- name: Connect ISE to Duo, with the keys passed directly from Duo to ISE
  identityops.cisco.ise_duo_mfa:
    connection_name: Duo
    types: [vpn, tacacs]
    identity_sync: Corporate users
    admin_api:
      application: ISE user sync
    auth_api:
      application: ISE logins

- name: Connect ISE to Duo with keys from a vault, without access to Duo's Admin API
  identityops.cisco.ise_duo_mfa:
    connection_name: Duo
    types: [vpn]
    identity_sync: Corporate users
    api_host: "{{ duo_api_host }}"
    admin_api:
      integration_key: "{{ ise_admin_integration_key }}"
      secret_key: "{{ ise_admin_secret_key }}"
    auth_api:
      integration_key: "{{ ise_auth_integration_key }}"
      secret_key: "{{ ise_auth_secret_key }}"
"""

RETURN = r"""
connection:
  description: The connection as it is after the task, or as it would be in check mode. It never contains a secret.
  returned: when O(state=present)
  type: dict
  contains:
    connection_name:
      description: Its name.
      type: str
      returned: always
      sample: Duo
    description:
      description: The free text.
      type: str
      returned: when the connection exists
      sample: Second factor for remote access
    types:
      description: Which logins it serves.
      type: list
      elements: str
      returned: always
      sample: [tacacs, vpn]
    identity_sync:
      description: Name of the identity sync.
      type: str
      returned: when the connection exists
      sample: Corporate users
    api_host:
      description: API hostname of the Duo account.
      type: str
      returned: always
      sample: api-1a2b3c4d.duosecurity.com
    admin_api:
      description: The Admin API application.
      type: dict
      returned: always
      contains:
        integration_key:
          description: Its integration key.
          type: str
          returned: when known
          sample: DI9G3M7VY0D3QJ7T1K2W
    auth_api:
      description: The Auth API application.
      type: dict
      returned: always
      contains:
        integration_key:
          description: Its integration key.
          type: str
          returned: when known
          sample: DIWJ8X6AEYOR5OMC6TQ1
verification:
  description:
    - The result when ISE tested its stored keys with Duo.
    - V(accepted) or V(rejected). V(unclear) if the words of ISE do not show which, and then RV(step.status) is
      V(pending). V(not_checked) with O(update_secrets=never), and in check mode for a connection that does not exist
      yet.
  returned: when O(state=present)
  type: str
  sample: accepted
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(pending) if ISE tested the keys and its words do not show the result. Otherwise V(changed) if
        something changed, or would change in check mode; or else V(ok), or V(verified) if the task verified that it
        works.
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Changed description of the Duo connection 'Duo'
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.key import OPTION as KEY_OPTION
from ansible_collections.identityops.cisco.plugins.module_utils._duo.key import duo_keys
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    Ise,
    ise_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.connection import (
    Connection,
    declared_connection,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.key_test import ACCEPTED
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise, keys, state = Ise.from_params(params, context), duo_keys(params, context), params["state"]
    connection = Connection(ise, params, context, keys)
    desired = declared_connection(params, keys) if state == "present" else {}
    outcome = ensure(connection, state, desired, context)
    result = outcome.result("connection")
    if state == "absent":
        return result
    tested = connection.tested
    step = outcome.step("Duo accepts its keys" if tested.verdict == ACCEPTED else "")
    if tested.unclear:
        # Nothing is known to be wrong, so nothing is written; and a gate must not pass over it.
        step = {"status": "pending", "detail": f"{step['detail']}; {tested.unclear}"}
    return {**result, "step": step, "verification": tested.verdict}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        **duo_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "connection_name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "types": {"type": "list", "elements": "str", "choices": ["vpn", "tacacs"]},
        "identity_sync": {"type": "str"},
        "api_host": {"type": "str"},
        "admin_api": KEY_OPTION,
        "auth_api": KEY_OPTION,
        # Not a secret: it says when to write some.
        "update_secrets": {
            "type": "str",
            "choices": ["when_rejected", "always", "never"],
            "default": "when_rejected",
            "no_log": False,
        },
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
