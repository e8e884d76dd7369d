#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_identity_sync
short_description: Manage an identity sync from Active Directory to Duo on Cisco ISE
description:
  - Creates, changes and deletes an identity sync on Cisco ISE, which copies the users of chosen Active Directory groups
    to Duo.
  - The task does not start the sync. Use M(identityops.cisco.ise_identity_sync_run) for that.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the sync exists as declared.
      - V(absent) deletes it. ISE may refuse the deletion while a Duo connection uses the sync.
    type: str
    choices: [present, absent]
    default: present
  sync_name:
    description:
      - Name of the sync. The names V(sync), V(status) and V(cancel) would collide with paths of the API and are
        refused.
    type: str
    required: true
  active_directory:
    description:
      - Name of the Active Directory join point to read users from. Required with O(state=present).
    type: str
  groups:
    description:
      - The exact list of groups whose users are copied, by their full names. Required with O(state=present).
      - The groups must already be on the join point, see M(identityops.cisco.ise_active_directory_groups).
    type: list
    elements: str
  schedule:
    description:
      - The schedule of the sync. Without this option, the sync runs only when it is started.
    type: dict
    suboptions:
      interval:
        description:
          - The number of units between two runs.
        type: int
        required: true
      unit:
        description:
          - The unit of O(schedule.interval).
        type: str
        choices: [hours, days, weeks]
        required: true
      start:
        description:
          - Date and time of the first run as C(YYYY-MM-DDTHH:MM:SS), in the time zone of ISE.
          - Compared only if it is set and in the future. A schedule that is created without it starts at the next
            midnight.
        type: str
notes:
  - In check mode, a group that is in Active Directory but not on the join point yet gives a warning. An earlier task of
    the same play may add it.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_identity_sync_info
  - module: identityops.cisco.ise_identity_sync_run
  - module: identityops.cisco.ise_active_directory_groups
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.ise_active_directory_info
"""

EXAMPLES = r"""
- name: Copy the members of two groups to Duo every night
  identityops.cisco.ise_identity_sync:
    sync_name: Corporate users
    active_directory: CORP_AD
    groups:
      - corp.example/Users/Domain Users
      - corp.example/Users/Helpdesk
    schedule:
      interval: 1
      unit: days
      start: "2027-01-04T02:00:00"

- name: Create a sync that runs only when it is started
  identityops.cisco.ise_identity_sync:
    sync_name: Helpdesk
    active_directory: CORP_AD
    groups:
      - corp.example/Users/Helpdesk
"""

RETURN = r"""
identity_sync:
  description: The sync as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    sync_name:
      description: Its name.
      type: str
      returned: always
      sample: Corporate users
    active_directory:
      description: The join point it reads from.
      type: str
      returned: always
      sample: CORP_AD
    groups:
      description: The groups whose users it copies.
      type: list
      elements: str
      returned: always
      sample: [corp.example/Users/Domain Users, corp.example/Users/Helpdesk]
    schedule:
      description: Its schedule; empty if it runs only when it is started.
      type: dict
      returned: always
      sample: {interval: 1, unit: days, start: "2027-01-04T02:00:00"}
    last_sync:
      description: When it last ran, in the time zone of ISE; null if never.
      type: str
      returned: when the sync exists
      sample: "2026-11-24T02:00:04"
    status:
      description: How the last run ended, in ISE's words; null if it never ran.
      type: str
      returned: when the sync exists
      sample: Success
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
      sample: Created the identity sync 'Corporate users'
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.identity_sync import (
    SCHEDULE_OPTION,
    IdentitySync,
    declared_sync,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    desired = declared_sync(params)
    sync = IdentitySync(Ise.from_params(params, context), params, context)
    return ensure(sync, params["state"], desired, context).result("identity_sync")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "sync_name": {"type": "str", "required": True},
        "active_directory": {"type": "str"},
        "groups": {"type": "list", "elements": "str"},
        "schedule": SCHEDULE_OPTION,
    },
    constraints={"required_if": [("state", "present", ("active_directory", "groups"))]},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
