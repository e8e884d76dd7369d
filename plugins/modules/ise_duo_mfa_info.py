#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_duo_mfa_info
short_description: Read the Duo connections of Cisco ISE, and test their keys
description:
  - Reads the Duo connections of Cisco ISE and, on request, has ISE test its stored keys.
  - Secret keys are never returned, even if ISE returns them.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  connection_name:
    description:
      - Read only the connection of this name.
    type: str
  test:
    description:
      - Whether to have ISE test the stored keys of each connection with Duo.
      - This changes nothing, but ISE requires an account that may write.
    type: bool
    default: false
notes:
  - While Duo MFA is switched off, ISE shows no connections and the task fails.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.ise_identity_sync_info
  - module: identityops.cisco.ise_system_info
"""

EXAMPLES = r"""
- name: Read all Duo connections
  identityops.cisco.ise_duo_mfa_info:
  register: ise

- name: Show the purpose of each connection
  ansible.builtin.debug:
    msg: "{{ ise.connections | items2dict(key_name='connection_name', value_name='types') }}"

- name: Test whether Duo still accepts the keys of one connection
  identityops.cisco.ise_duo_mfa_info:
    connection_name: Duo
    test: true
"""

RETURN = r"""
connections:
  description: The connections; empty if there is none, or none with the name in O(connection_name).
  returned: always
  type: list
  elements: dict
  contains:
    connection_name:
      description: Its name.
      type: str
      returned: always
      sample: Duo
    description:
      description: What it is for.
      type: str
      returned: always
      sample: Logins of administrators and VPN users
    types:
      description: The kinds of login it serves.
      type: list
      elements: str
      returned: always
      sample: [tacacs, vpn]
    identity_sync:
      description: The identity sync it uses; empty if none.
      type: str
      returned: always
      sample: Corporate users
    api_host:
      description: The API hostname of the Duo account.
      type: str
      returned: always
      sample: api-1a2b3c4d.duosecurity.com
    admin_api:
      description: The Admin API application that ISE uses.
      type: dict
      returned: always
      contains:
        integration_key:
          description: Its integration key.
          type: str
          returned: always
          sample: DI9G3M7VY0D3QJ7T1K2W
    auth_api:
      description: The Auth API application that ISE uses.
      type: dict
      returned: always
      contains:
        integration_key:
          description: Its integration key.
          type: str
          returned: always
          sample: DIWJ8X6AEYOR5OMC6TQ1
    verification:
      description:
        - Whether Duo accepts the keys that ISE has stored, V(accepted) or V(rejected). V(unclear) if the words of ISE
          do not show which, V(not_checked) without O(test).
      type: str
      returned: always
      sample: rejected
    verification_message:
      description: The reason for the rejection, or what is unclear, in ISE's words.
      type: str
      returned: when RV(connections[].verification) is V(rejected) or V(unclear)
      sample: "Duo connection verification failed"
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.key_test import NOT_CHECKED
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import connection_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def _connections(ise: Ise, name: str | None) -> list[dict[str, Any]]:
    """Connections whole: the list knows neither description nor keys. One that was deleted meanwhile is left out."""
    found = ise.get_connection(name) if name is not None else None
    if found:
        return [connection_from_ise(found)]
    # Asked for one that is not there, too: a release without Duo MFA knows no name, and then the list fails.
    names = [str(entry.get("name")) for entry in ise.list_connections()]
    return [connection_from_ise(raw) for raw in map(ise.get_connection, names) if raw] if name is None else []


def _verification(ise: Ise, name: str, test: bool) -> dict[str, str]:
    if not test:
        return {"verification": NOT_CHECKED}
    tested = ise.test_connection(name)
    return {"verification": tested.verdict, **({"verification_message": tested.words} if tested.words else {})}


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    connections = _connections(ise, params["connection_name"])
    for connection in connections:
        connection.update(_verification(ise, connection["connection_name"], params["test"]))
    return {"connections": connections}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "connection_name": {"type": "str"},
        "test": {"type": "bool", "default": False},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
