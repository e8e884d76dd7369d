# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Identity syncs and their runs. Names, shapes and codes: Cisco API description duo-identity-sync.yaml."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Protocol, cast

from . import seed
from .connections import duplicate, missing, new_name
from .errors import IseError, bad_request
from .seed import Group, JoinPoint
from .shapes import ANY, nullable

if TYPE_CHECKING:
    from .state import IseState

_GROUP = {"name*": str, "source*": str, "sid": nullable(str)}
_SCHEDULE = {
    "schedulerSync*": str,
    "interval": nullable(int),
    "intervalUnit": nullable(str),
    "startDate": nullable(str),
}
_SYNC = {
    "identitySync*": {
        "syncName*": str,
        "configurations*": {"activeDirectories*": [{"name*": str, "domain*": str, "directoryID*": str}]},
        "adGroups*": [_GROUP],
        "syncSchedule": nullable(_SCHEDULE),
        # In the write schema, though they describe a run; sent values are not used.
        "lastSync": ANY,
        "syncStatus": ANY,
    }
}
_USER = dict.fromkeys(
    ("directoryname", "email", "firstname", "groupname", "lastname", "notes", "realname", "status", "username"), str
)
_STATUS_REPORT = {"status*": str, "errorList": [{"reason": str, "user": _USER}]}
STATUSES = ("Cancelled", "Failed", "Pending", "Pending Cancellation", "Success")
RUNNING = ("Pending", "Pending Cancellation")
_UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}
_TIME = "%Y-%m-%dT%H:%M:%S"
# They would collide with the layout of the paths: a guess.
_RESERVED = ("sync", "status", "cancel")


class UserStore(Protocol):
    """What a run asks of Duo: to take users as its Admin API would."""

    def receive_users(self, users: list[dict[str, str]], groups: dict[str, list[str]]) -> Any:
        """Create or update users by user name."""


@dataclass
class Run:
    """One run. `ends_at` is None when nothing will ever end it; `users` holds the user names pushed to Duo."""

    started_at: float
    ends_at: float | None
    cancel_ends_at: float | None = None
    result: str = ""
    reason: str = ""
    users: list[str] = field(default_factory=list)


@dataclass
class Sync:
    """What ISE keeps of one sync."""

    name: str
    directories: list[str]
    groups: list[str]
    schedule: dict[str, Any] | None
    status: str = ""
    last_sync: float | None = None
    starts: int = 0
    cancels: int = 0
    runs: list[Run] = field(default_factory=list)
    reported_errors: list[Any] = field(default_factory=list)

    @property
    def running(self) -> Run | None:
        """The run in progress, or None."""
        return self.runs[-1] if self.runs and not self.runs[-1].result else None


class Syncs:
    """Identity syncs by name. `settle` brings runs up to the lab's clock and is called before anything is looked at."""

    def __init__(self, ise: IseState) -> None:
        self._ise = ise
        self.items: dict[str, Sync] = {}
        self.pushed: list[dict[str, str]] = []
        self.starts = 0
        self.cancels = 0

    def get(self, name: str) -> Sync:
        """Raises IseError as switch ise.missing_name says."""
        if name not in self.items:
            raise missing(self._ise, name)
        return self.items[name]

    def _switch(self, name: str) -> Any:
        return self._ise.switches.get(f"ise.{name}")

    # -- what a sync may use ----------------------------------------------------------------------------------

    def directory_id(self, point: JoinPoint) -> str:
        """Looks like the ERS id; switch ise.directory_id makes it another one."""
        return point.id if self._switch("directory_id") == "ers_id" else seed.stable_id("directory", point.name)

    def directories(self) -> list[dict[str, str]]:
        """The bare array of activedirectories; a guess: only joined ones."""
        return [
            {"name": point.name, "domain": point.domain, "directoryID": self.directory_id(point)}
            for point in self._ise.directory.points.values()
            if point.joined
        ]

    def groups_of(self, key: str) -> list[dict[str, str]]:
        """The bare array of adgroups; `key` is a join point's name or directoryID (switch ise.adgroups_key)."""
        accepted = self._switch("adgroups_key")
        for point in self._ise.directory.points.values():
            by_name = accepted != "id" and point.name == key
            by_id = accepted != "name" and self.directory_id(point) == key
            if by_name or by_id:
                return [
                    {"name": group.name, "source": point.name} for group in self._ise.directory.usable_groups(point)
                ]
        if self._switch("adgroups_other_key") == "empty":
            return []
        raise missing(self._ise, key)

    # -- reading ----------------------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """The list shape: `adGroups` is a count, `destination` the connection that uses the sync."""
        return [
            {
                "name": item.name,
                "source": ",".join(item.directories),
                "destination": ",".join(connection.name for connection in self._ise.connections.of_sync(item.name)),
                "adGroups": len(item.groups),
                **self._run_members(item),
            }
            for item in self.items.values()
        ]

    def read(self, name: str) -> dict[str, Any]:
        """The inside of `identitySync` on a single read."""
        item = self.get(name)
        return {
            "syncName": item.name,
            "configurations": {
                "activeDirectories": [entry for entry in self.directories() if entry["name"] in item.directories]
            },
            "adGroups": [self._group(item, group_name) for group_name in item.groups],
            **self._schedule_member(item.schedule),
            **self._run_members(item),
        }

    def _group(self, item: Sync, name: str) -> dict[str, str]:
        group = self._ise.directory.groups[name.lower()]
        points = [point for point in self._ise.directory.points.values() if point.name in item.directories]
        source = next((point.name for point in points if group.domain in point.domains), item.directories[0])
        sid = f"{group.domain}/{group.sid}" if self._switch("sid") == "domain_prefixed" else group.sid
        return {"name": group.name, "sid": sid, "source": source}

    def _schedule_member(self, schedule: dict[str, Any] | None) -> dict[str, Any]:
        if schedule is not None:
            return {"syncSchedule": {**schedule, "startDate": self._start_date(schedule)}}
        forms: dict[str, dict[str, Any]] = {
            "object": {"syncSchedule": {"schedulerSync": "none"}},
            "null": {"syncSchedule": None},
            "absent": {},
        }
        return forms[self._switch("schedule_none")]

    def _start_date(self, schedule: dict[str, Any]) -> str:
        if self._switch("past_start_date") != "moved":
            return str(schedule["startDate"])
        due, step = datetime.strptime(schedule["startDate"], _TIME), _UNITS[schedule["intervalUnit"]]
        now = self._local(self._ise.clock.now())
        while due < now:
            due += step * schedule["interval"]
        return due.strftime(_TIME)

    def _run_members(self, item: Sync) -> dict[str, str]:
        shown = {}
        if item.last_sync is not None:
            shown["lastSync"] = self._local(item.last_sync).strftime(_TIME)
        if item.status:
            shown["syncStatus"] = item.status
        elif self._switch("sync_before_first_run") == "Pending":
            shown["syncStatus"] = "Pending"
        return shown

    def _local(self, moment: float) -> datetime:
        """ISE prints times without naming their zone."""
        offset = timedelta(minutes=self._switch("last_sync_zone_offset_minutes"))
        return (datetime.fromtimestamp(moment, timezone.utc) + offset).replace(tzinfo=None)

    # -- writing ----------------------------------------------------------------------------------------------

    def create(self, body: Any) -> Sync:
        """POST; switch ise.creation_starts_sync makes it start the first run."""
        item = self._sync(body)
        if item.name in self.items:
            raise duplicate(self._ise, item.name)
        self.items[item.name] = item
        if self._switch("creation_starts_sync"):
            self._begin(item)
        return item

    def update(self, path_name: str, body: Any) -> Sync:
        """PUT: replaces the configuration, keeps what is known of runs."""
        current, item = self.get(path_name), self._sync(body)
        name = new_name(self._ise, path_name, item.name)
        if name != path_name and name in self.items:
            raise duplicate(self._ise, name)
        current.directories, current.groups, current.schedule = item.directories, item.groups, item.schedule
        if name != path_name:
            self.items[name] = self.items.pop(path_name)
            current.name = name
            for connection in self._ise.connections.of_sync(path_name):
                connection.identity_sync = name
        return current

    def delete(self, name: str) -> None:
        """Refused while a connection names it, unless switch ise.delete_in_use says otherwise."""
        self.get(name)
        status = self._switch("delete_in_use")
        users = [connection.name for connection in self._ise.connections.of_sync(name)]
        if users and status != "allowed":
            raise IseError(status, f"Identity sync {name} is in use by MFA configuration {', '.join(users)}")
        del self.items[name]

    def _sync(self, body: Any) -> Sync:
        self._ise.check(body, _SYNC)
        content = body["identitySync"]
        name = content["syncName"]
        if not name.strip() or name in _RESERVED:
            raise bad_request(f"Invalid syncName {name!r}")
        points = [self._known_directory(entry) for entry in content["configurations"]["activeDirectories"]]
        if not points:
            raise bad_request("activeDirectories must not be empty")
        if not content["adGroups"]:
            raise bad_request("adGroups must not be empty")
        groups = [self._known_group(points, entry).name for entry in content["adGroups"]]
        return Sync(
            name=name,
            directories=[point.name for point in points],
            groups=list(dict.fromkeys(groups)),
            schedule=self._schedule(content.get("syncSchedule")),
        )

    def _known_directory(self, entry: dict[str, str]) -> JoinPoint:
        if entry not in self.directories():
            raise bad_request(
                f"Active Directory {entry['name']} with directoryID {entry['directoryID']} does not exist"
            )
        point = self._ise.directory.find(entry["name"])
        if point is None:
            raise bad_request(f"Active Directory {entry['name']} does not exist")
        return point

    def _known_group(self, points: list[JoinPoint], entry: dict[str, Any]) -> Group:
        rule = self._switch("sid_on_write")
        if rule == "rejected" and "sid" in entry:
            raise bad_request('Unrecognized field "sid" in body.identitySync.adGroups')
        if rule == "required" and not entry.get("sid"):
            raise bad_request(f"sid of group {entry['name']} must not be empty")
        for point in points:
            if point.name == entry["source"]:
                for group in self._ise.directory.usable_groups(point):
                    if group.name.lower() == entry["name"].lower():
                        return group
        raise bad_request(f"Group {entry['name']} does not exist in {entry['source']}")

    def _schedule(self, sent: dict[str, Any] | None) -> dict[str, Any] | None:
        """Four forms mean "none"; `recurring` wants all four properties (a guess)."""
        if not sent or sent["schedulerSync"] == "none":
            return None
        if sent["schedulerSync"] != "recurring":
            raise bad_request(f"Invalid schedulerSync {sent['schedulerSync']}")
        interval, unit, start = sent.get("interval"), sent.get("intervalUnit"), sent.get("startDate")
        limit = self._switch("interval_limit")
        if interval is None or interval < 1 or (limit and interval > limit):
            raise bad_request("Invalid interval")
        if unit not in _UNITS:
            raise bad_request("Invalid intervalUnit")
        try:
            moment = datetime.strptime(start or "", _TIME)
        except ValueError as error:
            raise bad_request("Invalid startDate") from error
        if self._switch("past_start_date") == 400 and moment < self._local(self._ise.clock.now()):
            raise bad_request("startDate must not be in the past")
        return {"schedulerSync": "recurring", "interval": interval, "intervalUnit": unit, "startDate": start}

    # -- runs -------------------------------------------------------------------------------------------------

    def start(self, name: str) -> str:
        """GET sync/{name}: starts a run. Starting a running one does not start another."""
        item = self.get(name)
        self.starts += 1
        item.starts += 1
        if item.running and self._switch("start_while_running") == 400:
            raise bad_request(f"Sync of {name} is already in progress")
        if not item.running:
            self._begin(item)
        return "Sync in progress"

    def cancel(self, name: str) -> str:
        """GET sync/cancel/{name}: asks the run to stop, which takes as long as a run does."""
        item = self.get(name)
        self.cancels += 1
        item.cancels += 1
        run = item.running
        if run is None:
            if self._switch("cancel_while_idle") == 400:
                raise bad_request(f"Sync of {name} is not in progress")
            return "Sync is not in progress"
        if item.status != "Pending Cancellation":
            item.status = "Pending Cancellation"
            run.ends_at = None
            if self._switch("sync_result") != "cancel_hangs":
                run.cancel_ends_at = self._ise.clock.now() + self._switch("sync_seconds")
        return "Sync Pending Cancellation"

    def report(self, name: str, body: Any) -> None:
        """PUT status/{name}: the sync worker's callback. Whoever calls it overwrites the truth."""
        item = self.get(name)
        self._ise.check(body, _STATUS_REPORT)
        statuses = {status.upper(): status for status in STATUSES}
        if body["status"].upper() not in statuses:
            raise bad_request(f"Invalid status {body['status']}")
        item.status = statuses[body["status"].upper()]
        item.reported_errors = body.get("errorList", [])

    def _begin(self, item: Sync) -> None:
        now = self._ise.clock.now()
        hangs = self._switch("sync_result") in ("hang", "cancel_hangs")
        item.runs.append(Run(started_at=now, ends_at=None if hangs else now + self._switch("sync_seconds")))
        item.status = "Pending"

    def settle(self) -> None:
        """End every run whose time has come."""
        now = self._ise.clock.now()
        for item in self.items.values():
            run = item.running
            if run is None:
                continue
            if run.cancel_ends_at is not None and now >= run.cancel_ends_at:
                self._end(item, run, "Cancelled", "", run.cancel_ends_at)
            elif run.ends_at is not None and now >= run.ends_at:
                reason = self._push(item, run)
                self._end(item, run, "Failed" if reason else "Success", reason, run.ends_at)

    def _push(self, item: Sync, run: Run) -> str:
        """Send the members of the sync's groups to Duo with the connection's Admin key; returns why it failed."""
        if self._switch("sync_result") == "Failed":
            return "the lab was asked to fail"
        connections = self._ise.connections.of_sync(item.name)
        if not connections:
            return "no connection uses this sync"
        connection = connections[0]
        verdict = self._ise.connections.judge("admin", connection.api_host, connection.admin)
        if verdict != "ok":
            return verdict
        groups = [self._ise.directory.groups[name.lower()] for name in item.groups]
        people = {person.username: vars(person) for group in groups for person in group.members}
        users = [dict(person) for person in people.values()]
        members = {group.name: [person.username for person in group.members] for group in groups}
        cast(UserStore, self._ise.peers["duo"]).receive_users(users, members)
        run.users = sorted(people)
        self.pushed += users
        return ""

    def _end(self, item: Sync, run: Run, result: str, reason: str, moment: float) -> None:
        item.status, run.result, run.reason = result, result, reason
        if result != "Success" and self._switch("last_sync_on_failure") == "stays":
            return
        # Shown in whole seconds. A real run takes longer than one, so two runs never show the same time.
        earliest = -1.0 if item.last_sync is None else item.last_sync + 1
        item.last_sync = max(moment, earliest)

    def snapshot(self) -> dict[str, Any]:
        """By name, with every run."""
        return {
            name: {
                "directories": item.directories,
                "groups": item.groups,
                "schedule": item.schedule,
                "status": item.status,
                "last_sync": item.last_sync,
                "starts": item.starts,
                "cancels": item.cancels,
                "runs": [dict(vars(run)) for run in item.runs],
                "reported_errors": item.reported_errors,
            }
            for name, item in self.items.items()
        }
