#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_identity_sync_run
short_description: Start, await or cancel a run of an identity sync on Cisco ISE
description:
  - Runs an identity sync, which copies users from Active Directory to Duo, and waits for the result.
  - If the run fails, the task fails. The API of ISE does not report why individual users were not copied.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  sync_name:
    description:
      - Name of the sync.
    type: str
    required: true
  state:
    description:
      - V(completed) starts a run and waits until it has succeeded.
      - V(started) starts a run and does not wait.
      - V(cancelled) cancels a run that is in progress and waits until it has ended. If no run is in progress, nothing
        happens.
    type: str
    choices: [completed, started, cancelled]
    default: completed
  max_age:
    description:
      - The maximum age, in seconds, of a successful run that satisfies the task. If there is one, no run is started.
      - A run does not count if this collection has changed the sync or its connection since, even if the play that made
        the change stopped before it started a run. ISE does not show when an object was changed, so the machine that
        makes the change notes it in a file below C(ANSIBLE_HOME). If that file cannot be read, each sync counts as
        changed until its next run.
      - Without this option, each task starts a run.
    type: int
  is_due:
    description:
      - Whether to start a run regardless of the age of the last one, for example because an earlier task of the play
        changed the sync.
      - Outside check mode, the module remembers such a change itself. With this option, check mode can predict the run
        as well, although the earlier task changed nothing.
    type: bool
    default: false
  time_zone:
    description:
      - The time zone of the times that ISE reports, such as V(Europe/Zurich). ISE reports times without a zone.
      - Used with O(max_age) only.
    type: str
    default: UTC
  wait_timeout:
    description:
      - Seconds to wait for the run to end. When the time is over, the task fails and the run continues.
      - With V(0), the task does not wait.
    type: int
    default: 600
    aliases: [timeout]
  wait_interval:
    description:
      - Seconds between two checks of the run. Without this option, the checks start close together and become less
        frequent.
    type: int
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.duo_enrolment_info
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.ise_identity_sync_info
"""

EXAMPLES = r"""
- name: Copy users to Duo, unless the sync has run within the last day
  identityops.cisco.ise_identity_sync_run:
    sync_name: Corporate users
    max_age: 86400

- name: Start a run without waiting
  identityops.cisco.ise_identity_sync_run:
    sync_name: Corporate users
    state: started
"""

RETURN = r"""
identity_sync:
  description: The sync as ISE reports it at the end of the task.
  returned: when the sync exists
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
      sample: {}
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
waited:
  description: Seconds that the task waited for the run.
  returned: always
  type: float
  sample: 4.2
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
      sample: "Last run: 2026-11-24T02:00:04"
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.sync_run import (
    UNDER_WAY,
    SyncRun,
    bring_to,
    find_sync,
    is_fresh,
    step_of,
    warn_of_zone,
    zone_named,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import patience


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    zone, timeout = zone_named(params["time_zone"]), patience(params, context)
    ise = Ise.from_params(params, context)
    before = find_sync(ise, params, context)
    state = params["state"]
    if before is None:
        changed = state != "cancelled"
        return {"changed": changed, "waited": 0.0, "step": step_of({}, params, changed, context)}
    this_run = SyncRun(ise, params["sync_name"], before, params["wait_interval"])
    if state == "cancelled":
        nothing_to_do = before["status"] not in UNDER_WAY
    else:
        this_run.is_due |= params["is_due"]
        nothing_to_do = not this_run.is_due and is_fresh(before, params, zone, context)
    changed = not nothing_to_do and context.act(lambda: bring_to(this_run, state, timeout), True)
    if state == "completed" and timeout and changed:
        warn_of_zone(this_run.now, params, zone, context)
    return {
        "changed": changed,
        "identity_sync": this_run.now,
        "waited": this_run.waited,
        "step": step_of(this_run.now, params, changed, context),
    }


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "sync_name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["completed", "started", "cancelled"], "default": "completed"},
        "max_age": {"type": "int"},
        "is_due": {"type": "bool", "default": False},
        "time_zone": {"type": "str", "default": "UTC"},
        "wait_timeout": {"type": "int", "default": 600, "aliases": ["timeout"]},
        "wait_interval": {"type": "int"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
