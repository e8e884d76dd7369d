# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An identity sync of ISE as a resource. Private to this collection."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    FeatureOff,
    Forbidden,
    InvalidInput,
    Refused,
    ServerTrouble,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import (
    GroupFinder,
    fold_group,
    groups_of,
    require_join_point,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    Ise,
    TakenForAttack,
    unless_mfa_is_off,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.due_runs import DueRun
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import get_active_directory
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import sync_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# Words in the paths of ISE's API.
RESERVED_NAMES = ("sync", "status", "cancel")
SCHEDULE_OPTION = {
    "type": "dict",
    "options": {
        "interval": {"type": "int", "required": True},
        "unit": {"type": "str", "choices": ["hours", "days", "weeks"], "required": True},
        "start": {"type": "str"},
    },
}
DATE = "%Y-%m-%dT%H:%M:%S"
AT_ITS_END = re.compile(r"(\.0+)?(z|\+00:?00)?$")


class IdentitySync(Resource):
    compare = {"groups": lambda groups: frozenset(map(fold_group, groups))}

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        self.ise = ise
        self.context = context
        self.name: str = params["sync_name"]
        self.state: str = params["state"]
        self.title = f"identity sync {self.name!r}"
        self._directory: dict[str, Any] = {}
        self._spelled: dict[str, str] = {}
        self.declared = {name: params[name] for name in ("active_directory", "groups") if params[name]}

    def read(self) -> Fields | None:
        raw = unless_mfa_is_off(lambda: self.ise.get_identity_sync(self.name), self.context, self.state)
        if not raw:
            return None
        fields = sync_from_ise(raw)
        is_hidden = {"active_directory": not fields["active_directory"], "groups": raw.get("adGroups") is None}
        hidden = [name for name in is_hidden if is_hidden[name]]
        if hidden and self.state == "present":
            self.context.warn(
                f"ISE does not show {' and '.join(hidden)} of the {self.title}, so that this cannot be compared with "
                "what is declared. Compare it in the ISE console."
            )
        return {name: value for name, value in fields.items() if name not in hidden}

    def same(self, name: str, one: Any, other: Any) -> bool:
        if name != "schedule":
            return super().same(name, one, other)
        # A first run that lies in the past is history: what ISE makes of such a date is not documented.
        ignored = {"start"} if "start" not in other or _is_past(other["start"]) else set()
        return _comparable(_without(one, ignored)) == _comparable(_without(other, ignored))

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        wanted = {**self.declared, **(current or {}), **changes}
        try:
            self._directory = self._find_directory(wanted["active_directory"])
            if wanted.keys() - (current or {}).keys() or changes.keys() & {"active_directory", "groups"}:
                self._vet_groups(wanted["groups"])
        except FeatureOff:
            # Only check mode gets here: reading has said so already, and the join point can still be looked at.
            require_join_point(self.ise, wanted["active_directory"])

    def create(self, desired: Fields) -> None:
        self._write(self.ise.create_identity_sync, desired)

    def update(self, current: Fields, changes: Fields) -> None:
        # What cannot be compared is no change, and a write sets it all the same.
        fields = {**self.declared, **current, **changes}
        # A first run that is not declared stays as it is.
        schedule = {**current["schedule"], **fields["schedule"]} if fields["schedule"] else {}
        if fields.keys() - current.keys() or changes.keys() & {"active_directory", "groups"}:
            DueRun(self.ise, self.name).note()
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
        require_names((directory.get("name") for directory in directories), f"let the {self.title} read from {name!r}")
        raise InvalidInput(
            f"let the {self.title} read from {name!r}",
            f"ISE offers no join point of that name for a sync, only {', '.join(map(repr, existing)) or 'none at all'}",
            nearest(name, existing),
        )

    def _vet_groups(self, groups: list[str]) -> None:
        offered = [str(group.get("name")) for group in self.ise.list_sync_groups(self._directory)]
        self._spelled = {fold_group(group): group for group in offered}
        join_point, new = self._directory["name"], [group for group in groups if fold_group(group) not in self._spelled]
        for group in new:
            missing = InvalidInput(
                f"let the {self.title} copy the group {group!r}",
                f"the join point {join_point!r} does not have it",
                f"Add it with identityops.cisco.ise_active_directory_groups first. {nearest(group, offered)}",
            )
            self.context.foresee(missing, f"The group {group!r} is not on the join point {join_point!r} yet.")
        if new:
            finder = GroupFinder(self.ise, require_join_point(self.ise, join_point), new)
            for group in new:
                finder.find(group)

    # Writing

    def _write(self, send: Any, fields: Fields) -> None:
        """Send the sync in its plain form, and where ISE refuses that, in the other forms its description leaves
        open."""
        # Active Directory ignores the case of names, and ISE may not.
        groups = [self._spelled.get(fold_group(group), group) for group in fields["groups"]]
        plain = _to_ise({**fields, "groups": groups}, self._directory)
        try:
            send(plain)
        except TakenForAttack:
            raise
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
            for group in groups_of(get_active_directory(self.ise, fields["active_directory"]))
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


def _comparable(schedule: Fields) -> dict[str, str]:
    """The form in which schedules compare: ISE may write a number as a text, a unit with a capital, and a fraction of a
    second or UTC behind a time."""
    forms = {name: str(value).strip().lower() for name, value in schedule.items()}
    return {**forms, **({"start": AT_ITS_END.sub("", forms["start"])} if "start" in forms else {})}


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


def declared_sync(params: dict[str, Any]) -> Fields:
    """The wanted fields from a task's options.

    :raises InvalidInput: for what ISE cannot take, whatever it holds.
    """
    require_sensible_sync(params["sync_name"], params["schedule"])
    if params["state"] == "present" and not params["groups"]:
        raise InvalidInput(
            "declare an identity sync without groups", "it would copy no users", "Name at least one group."
        )
    return {
        "sync_name": params["sync_name"],
        "active_directory": params["active_directory"],
        "groups": params["groups"],
        "schedule": wanted_schedule(params["schedule"]),
    }


def require_sensible_sync(name: str | None, schedule: dict[str, Any] | None) -> None:
    if name in RESERVED_NAMES:
        raise InvalidInput(
            f"name an identity sync {name!r}", "the API of ISE uses that word in its paths", "Choose another name."
        )
    if schedule and schedule["interval"] < 1:
        raise InvalidInput("use the schedule", "its interval is less than 1", "Give a whole number of at least 1.")
    wanted_schedule(schedule)


def wanted_schedule(schedule: dict[str, Any] | None) -> Fields:
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
            "it is not a date and time",
            "Write it as YYYY-MM-DDTHH:MM:SS, such as 2027-01-04T02:00:00.",
        ) from error
