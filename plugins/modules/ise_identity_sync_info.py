#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_identity_sync_info
short_description: Read the identity syncs from Active Directory to Duo on Cisco ISE
description:
  - Reads the identity syncs of Cisco ISE, including the groups that they copy, their schedules and the results of their
    last runs.
  - ISE does not report why a run failed. See its log.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  sync_name:
    description:
      - Read only the sync of this name.
    type: str
notes:
  - While Duo MFA is switched off, ISE shows no syncs and the task fails.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.ise_identity_sync_run
  - module: identityops.cisco.ise_duo_mfa_info
"""

EXAMPLES = r"""
- name: Read all identity syncs
  identityops.cisco.ise_identity_sync_info:
  register: ise

- name: Show those whose last run failed
  ansible.builtin.debug:
    msg: "{{ ise.identity_syncs | selectattr('status', 'equalto', 'Failed') | map(attribute='sync_name') }}"

- name: Read one identity sync
  identityops.cisco.ise_identity_sync_info:
    sync_name: Corporate users
"""

RETURN = r"""
identity_syncs:
  description: The syncs; empty if there is none, or none with the name in O(sync_name).
  returned: always
  type: list
  elements: dict
  contains:
    sync_name:
      description: Its name.
      type: str
      returned: always
      sample: Corporate users
    active_directory:
      description: The join point it reads from. If it reads from several, their names separated by a comma and a space.
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
      returned: always
      sample: "2026-11-24T02:00:04"
    status:
      description: How the last run ended, in ISE's words; null if it never ran.
      type: str
      returned: always
      sample: Success
    connection:
      description: The Duo connection that uses the sync; null if none does.
      type: str
      returned: always
      sample: Duo
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import sync_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def _identity_sync(ise: Ise, listed: dict[str, Any]) -> dict[str, Any] | None:
    """A sync whole: only the list knows its connection, a single read the rest. None if it was deleted meanwhile."""
    raw = ise.get_identity_sync(str(listed.get("name")))
    return {**sync_from_ise(raw), "connection": listed.get("destination") or None} if raw else None


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    wanted = params["sync_name"]
    listed = [entry for entry in ise.list_identity_syncs() if wanted is None or entry.get("name") == wanted]
    found = [_identity_sync(ise, entry) for entry in listed]
    return {"identity_syncs": [sync for sync in found if sync]}


TASK = Task(run=run, argument_spec={**ise_argument_spec(), "sync_name": {"type": "str"}})


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
