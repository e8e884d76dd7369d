#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_active_directory_groups
short_description: Choose the groups of an Active Directory join point on Cisco ISE
description:
  - Adds Active Directory groups to a join point on Cisco ISE, so that identity syncs and policies can use them, or
    removes them.
  - Other groups of the join point are left alone.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) adds the groups that are missing.
      - V(absent) removes the groups. Cisco does not document whether ISE can do that through its API, so the task reads
        the groups again and fails if they are still there.
    type: str
    choices: [present, absent]
    default: present
  active_directory:
    description:
      - Name of the join point.
    type: str
    required: true
  groups:
    description:
      - Full names of the groups, which consist of the domain, the path and the common name, separated by slashes.
    type: list
    elements: str
    required: true
notes:
  - The join point itself is neither created nor joined to its domain.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_active_directory_info
  - module: identityops.cisco.ise_identity_sync
"""

EXAMPLES = r"""
- name: Add the groups whose members log in with Duo
  identityops.cisco.ise_active_directory_groups:
    active_directory: CORP_AD
    groups:
      - corp.example/Users/Duo Users
      - corp.example/Users/Network Admins
"""

RETURN = r"""
active_directory:
  description: The join point as it is after the task, or as it would be in check mode.
  returned: always
  type: dict
  contains:
    name:
      description: Name of the join point.
      type: str
      returned: always
      sample: CORP_AD
    domain:
      description: The domain that it joins.
      type: str
      returned: always
      sample: corp.example
    groups:
      description: All groups of the join point.
      type: list
      elements: str
      returned: always
      sample: [corp.example/Users/Domain Users, corp.example/Users/Duo Users]
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
      sample: Changed groups of the join point 'CORP_AD'
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
from ansible_collections.identityops.cisco.plugins.module_utils._errors import NotConfirmed
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.join_point import (
    JoinPointGroups,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    join_point = JoinPointGroups(Ise.from_params(params, context), params["active_directory"])
    desired = {"groups": join_point.wanted(params["state"], params["groups"])}
    try:
        return ensure(join_point, "present", desired, context).result("active_directory")
    except NotConfirmed as error:
        if params["state"] == "present":
            raise
        raise NotConfirmed(
            f"take groups off the {join_point.title}",
            "ISE accepted the call, and the groups are still there. Cisco does not say whether its API can do it",
            f"Take them off in the ISE console: {', '.join(params['groups'])}.",
        ) from error


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "active_directory": {"type": "str", "required": True},
        "groups": {"type": "list", "elements": "str", "required": True},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
