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
  - A run that failed fails the task. ISE does not tell through its API why single users were not copied.
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
      - V(cancelled) cancels a run that is under way and waits until it has ended. Without one nothing happens.
    type: str
    choices: [completed, started, cancelled]
    default: completed
  max_age:
    description:
      - Seconds. A successful run that is not older satisfies the task, so that nothing is started.
      - Without this option each task starts a run.
    type: int
  time_zone:
    description:
      - The time zone in which ISE states the time of the last run, such as V(Europe/Zurich). ISE states it without a
        zone.
      - Used with O(max_age) only.
    type: str
    default: UTC
  timeout:
    description:
      - Seconds to wait for the run to end. When they are over the task fails and the run goes on.
    type: int
    default: 600
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.ise_identity_sync_info
"""

EXAMPLES = r"""
- name: Copy users to Duo, unless that was done within the last day
  identityops.cisco.ise_identity_sync_run:
    sync_name: Corporate users
    max_age: 86400

- name: Start a run and go on
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
      description: When it runs of itself; empty if it runs only when started.
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
  description: Seconds the task waited for the run.
  returned: always
  type: float
  sample: 4.2
"""

import time
from datetime import datetime, timezone, tzinfo
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, Refused, TimedOut, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._ise import Ise, ise_argument_spec, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise_objects import sync_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import wait_until

# Cisco's API description "duo-identity-sync". There is no value for "in progress", and a sync that never ran may read
# Pending.
UNDER_WAY = ("Pending", "Pending Cancellation")
ENDED = ("Success", "Failed", "Cancelled")
# A last run this far in the future means that the time zone is wrong, not that clocks differ a little (seconds).
TOLERATED_CLOCK_DIFFERENCE = 300


class Run:
    """One run of a sync, told from earlier ones by a changed ``last_sync`` or status, or by being seen under way."""

    def __init__(self, ise: Ise, name: str, before: dict[str, Any]) -> None:
        self.ise = ise
        self.name = name
        self.before = before
        self.now = before
        self.waited = 0.0
        self._seen_under_way = before["status"] in UNDER_WAY

    def start(self) -> bool:
        """:returns: False if ISE declined because a run is under way, which is then the one to wait for."""
        try:
            self.ise.start_identity_sync(self.name)
        except Refused:
            if self.before["status"] not in UNDER_WAY:
                raise
            return False
        self._seen_under_way = False
        return True

    def cancel(self) -> None:
        self.ise.cancel_identity_sync(self.name)

    def wait(self, timeout: float) -> bool:
        began = time.monotonic()
        ended = wait_until(self._has_ended, timeout)
        self.waited = round(time.monotonic() - began, 1)
        return ended

    def look(self) -> None:
        self.now = sync_from_ise(self.ise.get_identity_sync(self.name) or {"syncName": self.name})

    def _has_ended(self) -> bool:
        self.look()
        if self.now["status"] in UNDER_WAY:
            self._seen_under_way = True
            return False
        # After a run that failed, ISE may leave the time as it was.
        is_other_end = self.now["status"] in ENDED and self.now["status"] != self.before["status"]
        return self._seen_under_way or is_other_end or self.now["last_sync"] != self.before["last_sync"]


def _complete(run: Run, timeout: float) -> None:
    attempted = f"complete a run of the identity sync {run.name!r}"
    run.start()
    if not run.wait(timeout):
        raise TimedOut(
            attempted,
            f"after {timeout} seconds ISE reports the status {run.now['status']} and the last run "
            f"{run.now['last_sync'] or 'never'}",
            "The run was not cancelled and goes on. Run this again with a longer timeout, or with state: cancelled.",
        )
    if run.now["status"] != "Success":
        raise Refused(
            attempted,
            f"ISE reports that it ended with the status {run.now['status']}",
            "ISE does not tell why through its API: look at the sync in the ISE console, and check that the "
            "Duo connection that uses it "
            "is accepted and that its Admin API application has the permissions to read and write resources.",
        )


def _cancel(run: Run, timeout: float) -> bool:
    """:returns: False if there was nothing to cancel: the run has just ended, or a sync that never ran is Pending."""
    try:
        run.cancel()
    except Refused:
        run.look()
        if run.now["status"] in UNDER_WAY and run.now["last_sync"]:
            raise
        return False
    if not run.wait(timeout):
        raise TimedOut(
            f"cancel the run of the identity sync {run.name!r}",
            f"after {timeout} seconds ISE still reports the status {run.now['status']}",
            "The cancellation was sent. Look at the sync in the ISE console.",
        )
    return True


def _is_fresh(sync: dict[str, Any], params: dict[str, Any], zone: tzinfo, context: Context) -> bool:
    if params["max_age"] is None or sync["status"] != "Success" or not sync["last_sync"]:
        return False
    try:
        last = datetime.fromisoformat(sync["last_sync"])
    except (TypeError, ValueError):
        context.warn(f"ISE states the time of the last run as {sync['last_sync']!r}, so max_age cannot be applied.")
        return False
    age = time.time() - (last if last.tzinfo else last.replace(tzinfo=zone)).timestamp()
    if age < -TOLERATED_CLOCK_DIFFERENCE:
        context.warn(
            f"ISE states that the last run was {sync['last_sync']}, which is still to come in the time zone "
            f"{params['time_zone']}. "
            "Set time_zone to the one of ISE; until then max_age is not applied."
        )
        return False
    return age <= params["max_age"]


def _zone(name: str) -> tzinfo:
    if name == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput(
            f"use {name!r} as time_zone", "this machine knows no such time zone", "Write it as Europe/Zurich."
        ) from error


def _find(ise: Ise, params: dict[str, Any], context: Context) -> dict[str, Any] | None:
    """The sync; None only in check mode, where an earlier task of the same play may be what creates it."""
    name = params["sync_name"]
    raw = unless_mfa_is_off(lambda: ise.get_identity_sync(name), context, "present", hidden={})
    if raw is None and params["state"] != "cancelled":
        if not context.check_mode:
            existing = [str(item.get("name")) for item in ise.list_identity_syncs()]
            raise InvalidInput(f"run the identity sync {name!r}", "ISE has none of that name", nearest(name, existing))
        context.warn(f"The identity sync {name!r} does not exist yet. The prediction assumes that it will.")
    return sync_from_ise(raw) if raw else None


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    zone = _zone(params["time_zone"])
    ise = Ise.from_params(params, context)
    before = _find(ise, params, context)
    state = params["state"]
    if before is None:
        return {"changed": state != "cancelled", "waited": 0.0}
    nothing_to_do = (
        before["status"] not in UNDER_WAY if state == "cancelled" else _is_fresh(before, params, zone, context)
    )
    if nothing_to_do or context.check_mode:
        return {"changed": not nothing_to_do, "identity_sync": before, "waited": 0.0}
    this_run, changed = Run(ise, params["sync_name"], before), True
    if state == "completed":
        _complete(this_run, params["timeout"])
    elif state == "cancelled":
        changed = _cancel(this_run, params["timeout"])
    else:
        changed = this_run.start()
        this_run.look()
    return {"changed": changed, "identity_sync": this_run.now, "waited": this_run.waited}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "sync_name": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["completed", "started", "cancelled"], "default": "completed"},
        "max_age": {"type": "int"},
        "time_zone": {"type": "str", "default": "UTC"},
        "timeout": {"type": "int", "default": 600},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
