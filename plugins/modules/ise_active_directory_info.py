#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_active_directory_info
short_description: Read the Active Directory join points of Cisco ISE and their groups
description:
  - Reads the Active Directory join points of Cisco ISE and the groups that were added to them.
  - On request, also lists the groups in Active Directory, in the domain of the join point and the domains that it
    trusts.
  - ISE does not report whether a join point is joined to its domain. If its groups can be listed, it normally is.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  name:
    description:
      - Read only the join point of this name.
    type: str
  gather_groups:
    description:
      - Whether to list the groups in Active Directory as well.
      - This changes nothing, but ISE requires an account that may write.
      - If ISE cannot list the groups of a domain, the task warns and continues.
    type: bool
    default: false
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_active_directory_groups
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.ise_system_info
"""

EXAMPLES = r"""
- name: Read all join points
  identityops.cisco.ise_active_directory_info:
  register: ise

- name: Read the groups in the corporate directory
  identityops.cisco.ise_active_directory_info:
    name: CORP_AD
    gather_groups: true
  register: ise_corp

- name: Show the groups for the VPN
  ansible.builtin.debug:
    msg: "{{ ise_corp.active_directories[0].domain_groups | default([], true) | select('search', 'VPN') }}"
"""

RETURN = r"""
active_directories:
  description: The join points; empty if there is none, or none with the name in O(name).
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the join point.
      type: str
      returned: always
      sample: CORP_AD
    id:
      description: ID of the join point in ISE.
      type: str
      returned: always
      sample: 5b2b9b0c-7d0e-5f0a-9a4e-2f6d1c3b8e71
    domain:
      description: The domain that it joins.
      type: str
      returned: always
      sample: corp.example
    description:
      description: What it is for.
      type: str
      returned: always
      sample: Corporate directory
    groups:
      description: The groups that were added to it, which identity syncs and policies can use.
      type: list
      elements: str
      returned: always
      sample: [corp.example/Users/Domain Users, corp.example/Users/Helpdesk]
    domain_groups:
      description:
        - All groups in Active Directory, in the domain of the join point and the domains that it trusts.
        - Null if ISE could not list any of these domains.
      type: list
      elements: str
      returned: when O(gather_groups=true)
      sample: [corp.example/Users/Domain Users, corp.example/Users/Helpdesk, emea.corp.example/Users/EMEA VPN Users]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.domain_groups import (
    DomainGroups,
    active_directory,
    join_points,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    found = []
    for raw in join_points(ise, params["name"]):
        gathered = {"domain_groups": DomainGroups(ise, context, raw).gather()} if params["gather_groups"] else {}
        found.append({**active_directory(raw), **gathered})
    return {"active_directories": found}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "name": {"type": "str"},
        "gather_groups": {"type": "bool", "default": False},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
