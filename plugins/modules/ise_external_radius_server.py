#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_external_radius_server
short_description: Manage an external RADIUS server on Cisco ISE
description:
  - Manages a server that Cisco ISE can forward RADIUS requests to, such as a Duo Authentication Proxy. A RADIUS server
    sequence, which M(identityops.cisco.ise_radius_server_sequence) manages, defines when ISE uses the server.
  - ISE does not show the shared secret, so it cannot be compared. O(update_secret) defines when it is written.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the server exists as declared.
      - V(absent) deletes it. See O(adopt).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the server. ISE accepts letters, digits and underscores.
    type: str
    required: true
  description:
    description:
      - A description. An empty text clears it.
    type: str
  adopt:
    description:
      - Whether the task may delete a server that this collection may not have created.
      - A server that this collection creates has a mark at the end of its description, C([Managed by
        identityops.cisco]), which O(description) and the results leave out. One that lacks the mark is not deleted. The
        task fails instead, in check mode too.
      - With V(true) and O(state=present), the task adds the mark, after which the server can be deleted without this
        option. Changes need neither the mark nor this option.
    type: bool
    default: false
  host_ip:
    description:
      - IPv4 address of the server. Required for a server that does not exist yet.
    type: str
  shared_secret:
    description:
      - The secret that the server shares with ISE, of at most 128 characters.
      - It is required to create or change a server, because ISE accepts only a complete server.
    type: str
  update_secret:
    description:
      - V(on_create) writes the shared secret when the server is created, and along with any other change.
      - V(always) writes it in each run, and each run then reports a change. Use it to rotate the secret.
    type: str
    choices: [on_create, always]
    default: on_create
  authentication_port:
    description:
      - Port for authentication. A new server gets V(1812).
    type: int
  accounting_port:
    description:
      - Port for accounting. A new server gets V(1813).
    type: int
  timeout:
    description:
      - Seconds, from 1 to 120, that ISE waits for an answer. A new server gets V(60), so that users have time to answer
        a push.
    type: int
  retries:
    description:
      - How often, from 1 to 9, ISE sends a request again. A new server gets V(1), because each request is another push.
    type: int
  proxy_timeout:
    description:
      - Seconds, from 1 to 600, that ISE waits for the answer of a server that is itself a proxy. A new server gets
        V(300).
    type: int
  message_authenticator_required:
    description:
      - Whether each answer of the server must contain a Message-Authenticator. Requires ISE 3.5, where a new server
        gets V(false). Earlier releases do not require a Message-Authenticator.
    type: bool
notes:
  - A server that uses KeyWrap is not changed, because ISE does not show its keys.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.duo_authentication_proxy_config
  - module: identityops.cisco.ise_radius_server_sequence
"""

EXAMPLES = r"""
- name: Let ISE forward requests to the Duo Authentication Proxy
  identityops.cisco.ise_external_radius_server:
    name: DuoProxy1
    host_ip: 192.0.2.10
    shared_secret: "{{ duo_proxy_radius_secret }}"

- name: Rotate the shared secret
  identityops.cisco.ise_external_radius_server:
    name: DuoProxy1
    host_ip: 192.0.2.10
    shared_secret: "{{ duo_proxy_radius_secret }}"
    update_secret: always

- name: Delete the server
  identityops.cisco.ise_external_radius_server:
    name: DuoProxy1
    state: absent
"""

RETURN = r"""
external_radius_server:
  description: The server as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: DuoProxy1
    description:
      description: Its description, without the mark.
      type: str
      returned: when ISE shows it
      sample: ""
    managed:
      description: Whether its description contains the mark of this collection, see O(adopt).
      type: bool
      returned: when ISE shows its description
      sample: true
    host_ip:
      description: Its address.
      type: str
      returned: always
      sample: 192.0.2.10
    authentication_port:
      description: The port for authentication.
      type: int
      returned: when ISE shows it
      sample: 1812
    accounting_port:
      description: The port for accounting.
      type: int
      returned: when ISE shows it
      sample: 1813
    timeout:
      description: Seconds that ISE waits for an answer.
      type: int
      returned: when ISE shows it
      sample: 60
    retries:
      description: How often ISE sends a request again.
      type: int
      returned: when ISE shows it
      sample: 1
    proxy_timeout:
      description: Seconds that ISE waits for the answer of a proxy.
      type: int
      returned: when ISE shows it
      sample: 300
    message_authenticator_required:
      description: Whether each answer must contain a Message-Authenticator.
      type: bool
      returned: when ISE shows it
      sample: false
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed) if something changed, or would change in check mode; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Created the external RADIUS server 'DuoProxy1'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.radius import RadiusServer, declared_server
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    desired = declared_server(params)
    server = RadiusServer(Ise.from_params(params, context), params, context)
    return ensure(server, params["state"], desired, context).result("external_radius_server")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "adopt": {"type": "bool", "default": False},
        "host_ip": {"type": "str"},
        "shared_secret": {"type": "str", "no_log": True},
        # A word, whatever its name makes of it.
        "update_secret": {
            "type": "str",
            "choices": ["on_create", "always"],
            "default": "on_create",
            "no_log": False,
        },
        "authentication_port": {"type": "int"},
        "accounting_port": {"type": "int"},
        "timeout": {"type": "int"},
        "retries": {"type": "int"},
        "proxy_timeout": {"type": "int"},
        "message_authenticator_required": {"type": "bool"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
