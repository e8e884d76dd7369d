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
      - V(absent) deletes it. ISE may refuse that while a Duo connection uses it.
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
      - Full names of the groups whose users are copied, exactly. Required with O(state=present).
      - The groups must have been added to the join point, see M(identityops.cisco.ise_active_directory_groups).
    type: list
    elements: str
  schedule:
    description:
      - When the sync runs of itself. Without this option it runs only when started.
    type: dict
    suboptions:
      interval:
        description:
          - How many units lie between two runs.
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
          - Compared only if given and not past. A schedule that is created without it starts at the next midnight.
        type: str
notes:
  - In check mode, a group that Active Directory holds and the join point does not have yet gives a warning, because an
    earlier task of the
    same play would add it.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_identity_sync_info
  - module: identityops.cisco.ise_identity_sync_run
  - module: identityops.cisco.ise_active_directory_groups
  - module: identityops.cisco.ise_duo_mfa
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

- name: A sync that runs only when started
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
      description: When it runs of itself; empty if it runs only when started.
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
"""

from datetime import datetime, timedelta, timezone
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._active_directory import (
    GroupFinder,
    fold_group,
    groups_of,
    require_join_point,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    FeatureOff,
    Forbidden,
    InvalidInput,
    Refused,
    ServerTrouble,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise import Ise, ise_argument_spec, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise_objects import sync_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task

DATE = "%Y-%m-%dT%H:%M:%S"
RESERVED_NAMES = ("sync", "status", "cancel")


class IdentitySync(Resource):
    compare = {"groups": lambda groups: frozenset(map(fold_group, groups))}

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        self.ise = ise
        self.context = context
        self.name: str = params["sync_name"]
        self.state: str = params["state"]
        self.title = f"identity sync {self.name!r}"
        self._directory: dict[str, Any] = {}

    def read(self) -> Fields | None:
        raw = unless_mfa_is_off(lambda: self.ise.get_identity_sync(self.name), self.context, self.state)
        return sync_from_ise(raw) if raw else None

    def same(self, name: str, one: Any, other: Any) -> bool:
        if name != "schedule":
            return super().same(name, one, other)
        # A first run that lies in the past is history: what ISE makes of such a date is not documented.
        ignored = {"start"} if "start" not in other or _is_past(other["start"]) else set()
        return _without(one, ignored) == _without(other, ignored)

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        wanted = {**(current or {}), **changes}
        try:
            self._directory = self._find_directory(wanted["active_directory"])
            if changes.keys() & {"active_directory", "groups"}:
                self._vet_groups(wanted["groups"])
        except FeatureOff:
            # Only check mode gets here: reading has said so already, and the join point can still be looked at.
            require_join_point(self.ise, wanted["active_directory"])

    def create(self, desired: Fields) -> None:
        self._write(self.ise.create_identity_sync, desired)

    def update(self, current: Fields, changes: Fields) -> None:
        fields = {**current, **changes}
        # A first run that is not declared stays as it is.
        schedule = {**current["schedule"], **fields["schedule"]} if fields["schedule"] else {}
        self._write(self.ise.update_identity_sync, {**fields, "schedule": schedule})

    def delete(self, current: Fields) -> None:
        try:
            self.ise.delete_identity_sync(self.name)
        except (Refused, Forbidden, ServerTrouble) as error:
            advice = f"If a Duo connection uses the sync, delete the connection first. {error.advice}".strip()
            raise type(error)(error.attempted, error.came_back, advice, status=error.status) from error

    # Before anything is written

    def _find_directory(self, name: str) -> dict[str, Any]:
        directories = self.ise.list_sync_directories()
        for directory in directories:
            if directory.get("name") == name:
                return directory
        existing = [str(directory.get("name")) for directory in directories]
        raise InvalidInput(
            f"let the {self.title} read from {name!r}",
            f"ISE offers no join point of that name for a sync, only {', '.join(map(repr, existing)) or 'none at all'}",
            nearest(name, existing),
        )

    def _vet_groups(self, groups: list[str]) -> None:
        offered = [str(group.get("name")) for group in self.ise.list_sync_groups(self._directory)]
        known = set(map(fold_group, offered))
        for group in groups:
            if fold_group(group) in known:
                continue
            if not self.context.check_mode:
                raise InvalidInput(
                    f"let the {self.title} copy the group {group!r}",
                    f"the join point {self._directory['name']!r} does not have it",
                    f"Add it with identityops.cisco.ise_active_directory_groups first. {nearest(group, offered)}",
                )
            GroupFinder(self.ise, require_join_point(self.ise, self._directory["name"])).find(group)
            self.context.warn(
                f"The group {group!r} exists and is not on the join point {self._directory['name']!r} yet."
            )

    # Writing

    def _write(self, send: Any, fields: Fields) -> None:
        """Send the sync in its plain form, and where ISE refuses that, in the other forms its description leaves
        open."""
        plain = _to_ise(fields, self._directory)
        try:
            send(plain)
        except Refused:
            if not any(self._is_accepted(send, form) for form in self._other_forms(plain, fields)):
                raise

    def _is_accepted(self, send: Any, form: dict[str, Any]) -> bool:
        try:
            send(form)
        except Refused:
            return False
        return True

    def _other_forms(self, form: dict[str, Any], fields: Fields) -> list[dict[str, Any]]:
        """With the groups' security IDs, which a published request has and Cisco's description lacks; with a first run
        to come."""
        sids = {
            fold_group(group["name"]): group.get("sid")
            for group in groups_of(self.ise.get_active_directory(fields["active_directory"]))
        }
        with_sids = {
            **form,
            "adGroups": [{**group, "sid": sids.get(fold_group(group["name"]))} for group in form["adGroups"]],
        }
        forms = [with_sids] if all(group["sid"] for group in with_sids["adGroups"]) else []
        schedule = form["syncSchedule"]
        if "startDate" in schedule and _is_past(schedule["startDate"]):
            later = {"syncSchedule": {**schedule, "startDate": _next_midnight()}}
            forms += [{**form, **later}, *({**other, **later} for other in forms)]
        return forms


def _to_ise(fields: Fields, directory: dict[str, Any]) -> dict[str, Any]:
    schedule = fields["schedule"]
    return {
        "syncName": fields["sync_name"],
        "configurations": {
            "activeDirectories": [{key: directory.get(key) for key in ("name", "domain", "directoryID")}]
        },
        "adGroups": [{"name": group, "source": directory["name"]} for group in fields["groups"]],
        "syncSchedule": {
            "schedulerSync": "recurring",
            "interval": schedule["interval"],
            "intervalUnit": schedule["unit"],
            "startDate": schedule.get("start") or _next_midnight(),
        }
        if schedule
        else {"schedulerSync": "none"},
    }


def _without(schedule: Fields, names: set[str]) -> Fields:
    return {name: value for name, value in schedule.items() if name not in names}


def _is_past(start: Any) -> bool:
    """Whether a date is past everywhere on earth, whatever its zone: none is more than 12 hours behind UTC.

    Of a date that ISE returns in another form than Cisco describes nothing is known.
    """
    try:
        return datetime.strptime(str(start)[:19], DATE) < _now() - timedelta(hours=12)
    except ValueError:
        return False


def _next_midnight() -> str:
    """The first midnight that is still to come in every time zone."""
    return (_now() + timedelta(days=2)).strftime("%Y-%m-%dT00:00:00")


def _now() -> datetime:
    return datetime.now(timezone.utc).replace(tzinfo=None)


def _wanted_schedule(schedule: dict[str, Any] | None) -> Fields:
    if schedule is None:
        return {}
    if schedule["start"] is None:
        return _without(schedule, {"start"})
    _require_date(schedule["start"])
    return dict(schedule)


def _require_date(start: str) -> None:
    try:
        # Looser forms can be read as well, and would differ from whatever ISE returns.
        if datetime.strptime(start, DATE).strftime(DATE) != start:
            raise ValueError("a looser form")
    except ValueError as error:
        raise InvalidInput(
            f"use {start!r} as schedule.start",
            "it is no date and time",
            "Write it as YYYY-MM-DDTHH:MM:SS, such as 2027-01-04T02:00:00.",
        ) from error


def _require_sensible(params: dict[str, Any]) -> None:
    if params["sync_name"] in RESERVED_NAMES:
        raise InvalidInput(
            f"name an identity sync {params['sync_name']!r}",
            "the API of ISE uses that word in its paths",
            "Choose another name.",
        )
    if params["state"] == "present" and not params["groups"]:
        raise InvalidInput(
            "declare an identity sync without groups", "it would copy nobody", "Name at least one group."
        )
    if params["schedule"] and params["schedule"]["interval"] < 1:
        raise InvalidInput("use the schedule", "its interval is less than 1", "Give a whole number of at least 1.")


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    _require_sensible(params)
    sync = IdentitySync(Ise.from_params(params, context), params, context)
    desired = {
        "sync_name": params["sync_name"],
        "active_directory": params["active_directory"],
        "groups": params["groups"],
        "schedule": _wanted_schedule(params["schedule"]),
    }
    return ensure(sync, params["state"], desired, context).result("identity_sync")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "sync_name": {"type": "str", "required": True},
        "active_directory": {"type": "str"},
        "groups": {"type": "list", "elements": "str"},
        "schedule": {
            "type": "dict",
            "options": {
                "interval": {"type": "int", "required": True},
                "unit": {"type": "str", "choices": ["hours", "days", "weeks"], "required": True},
                "start": {"type": "str"},
            },
        },
    },
    constraints={"required_if": [("state", "present", ("active_directory", "groups"))]},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
