#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_radius_server_sequence
short_description: Manage a RADIUS server sequence on Cisco ISE
description:
  - Manages a list of external RADIUS servers. Cisco ISE forwards requests to one after the other until one answers. A
    policy set that has the sequence as its service forwards its logins to it.
  - The servers themselves are managed by M(identityops.cisco.ise_external_radius_server).
  - Settings that are not declared, such as how user names are stripped, stay as they are.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the sequence exists as declared.
      - V(absent) deletes it. See O(adopt).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the sequence.
    type: str
    required: true
  description:
    description:
      - A description. An empty text clears it.
    type: str
  adopt:
    description:
      - Whether the task may delete a sequence that this collection may not have created.
      - A sequence that this collection creates has a mark at the end of its description, C([Managed by
        identityops.cisco]), which O(description) and the results leave out. One that lacks the mark is not deleted. The
        task fails instead, in check mode too.
      - With V(true) and O(state=present), the task adds the mark, after which the sequence can be deleted without this
        option. Changes need neither the mark nor this option.
    type: bool
    default: false
  servers:
    description:
      - Names of the external RADIUS servers, in the order in which ISE uses them. Required for a sequence that does not
        exist yet. In check mode, a server that does not exist yet gives a warning.
    type: list
    elements: str
  remote_accounting:
    description:
      - Whether ISE sends accounting to the servers. A new sequence gets V(true).
    type: bool
  local_accounting:
    description:
      - Whether ISE itself records accounting. A new sequence gets V(false).
    type: bool
  continue_authorization:
    description:
      - Whether ISE applies the authorization rules of the policy set after a server has accepted a login, instead of
        granting what the server answers. A new sequence gets V(false).
    type: bool
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.duo_authentication_proxy_config
  - module: identityops.cisco.ise_external_radius_server
"""

EXAMPLES = r"""
- name: Use the first Duo Authentication Proxy, and the second one if the first does not answer
  identityops.cisco.ise_radius_server_sequence:
    name: Duo proxies
    servers:
      - DuoProxy1
      - DuoProxy2
    continue_authorization: true

- name: Delete the sequence
  identityops.cisco.ise_radius_server_sequence:
    name: Duo proxies
    state: absent
"""

RETURN = r"""
radius_server_sequence:
  description: The sequence as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      returned: always
      sample: Duo proxies
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
    servers:
      description: The servers in the order of use.
      type: list
      elements: str
      returned: always
      sample: [DuoProxy1, DuoProxy2]
    remote_accounting:
      description: Whether ISE sends accounting to the servers.
      type: bool
      returned: when ISE shows it
      sample: true
    local_accounting:
      description: Whether ISE itself records accounting.
      type: bool
      returned: when ISE shows it
      sample: false
    continue_authorization:
      description: Whether ISE applies the authorization rules.
      type: bool
      returned: when ISE shows it
      sample: true
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
      sample: Created the RADIUS server sequence 'Duo proxies'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.radius import RadiusSequence, declared_sequence
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    desired = declared_sequence(params)
    sequence = RadiusSequence(Ise.from_params(params, context), params, context)
    return ensure(sequence, params["state"], desired, context).result("radius_server_sequence")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "adopt": {"type": "bool", "default": False},
        "servers": {"type": "list", "elements": "str"},
        "remote_accounting": {"type": "bool"},
        "local_accounting": {"type": "bool"},
        "continue_authorization": {"type": "bool"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
