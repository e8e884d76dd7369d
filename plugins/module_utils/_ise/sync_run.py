# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One run of an identity sync: started, awaited or cancelled. Private to this collection."""

from __future__ import annotations

import time
from datetime import timezone, tzinfo
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Throttled,
    TimedOut,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    Ise,
    unless_mfa_is_off,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.due_runs import DueRun
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import sync_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._service import moment_of
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import MOST_FAILED_LOOKS, wait_until

# Cisco's API description "duo-identity-sync". There is no value for "in progress", and a sync that never ran may read
# Pending.
UNDER_WAY = ("Pending", "Pending Cancellation")


ENDED = ("Success", "Failed", "Cancelled")


# After a start or a cancellation without a usable answer.
SECONDS_UNTIL_SEEN = 1.0
UNCLEAR = (OutcomeUnknown, ServerTrouble, Throttled)


# A last run this far in the future means that the time zone is wrong, not that clocks differ a little (seconds).
TOLERATED_CLOCK_DIFFERENCE = 300


class SyncRun:
    """One run of a sync. It differs from earlier ones by a changed ``last_sync`` or status, or by being seen under way.

    :ivar is_due: whether something was changed that the run has to cover.
    """

    def __init__(self, ise: Ise, name: str, before: dict[str, Any], interval: float | None = None) -> None:
        self.ise = ise
        self.name = name
        self.now = before
        self.waited = 0.0
        self.due = DueRun(ise, name)
        self.is_due = bool(self.due)
        self._interval = interval
        self._set_out_from(before)

    def _set_out_from(self, before: dict[str, Any]) -> None:
        self.before = before
        self._seen_under_way = before["status"] in UNDER_WAY

    def start(self) -> bool:
        """:returns: False if ISE declined because a run is under way, which is then the one to wait for."""
        try:
            self.ise.start_identity_sync(self.name)
        except UNCLEAR:
            # The answer does not show whether the run began; the sync does.
            if self._has_begun():
                return True
            raise
        except Refused:
            if self.before["status"] not in UNDER_WAY:
                raise
            return False
        self._seen_under_way = False
        return True

    def start_own(self, timeout: float) -> bool:
        """Start a run that covers the last change: one from before it does not count and is waited for first.

        :returns: False if a run was under way, which is then the one to wait for.
        """
        may_be_older = self.is_due and self._seen_under_way
        is_own = self.start()
        if may_be_older:
            # ISE does not say whether it started one or left it at the one under way.
            if not self.wait(timeout):
                raise self.timed_out(timeout)
            self._set_out_from(self.now)
            is_own = self.start()
        if is_own:
            self.due.clear()
        return is_own

    def cancel(self) -> None:
        try:
            self.ise.cancel_identity_sync(self.name)
        except UNCLEAR:
            # The answer does not show whether ISE took it; the sync does.
            if not wait_until(self._goes_on_no_more, SECONDS_UNTIL_SEEN):
                raise

    def wait(self, timeout: float) -> bool:
        began, earlier = time.monotonic(), self.waited

        def report(waited: float) -> None:
            self.ise.context.progress(f"sync {self.now['status']}, {waited:.0f} s of {timeout:g}")

        ended = wait_until(self._has_ended, timeout, self._interval, report, survives=MOST_FAILED_LOOKS)
        self.waited = round(earlier + time.monotonic() - began, 1)
        return ended

    def look(self) -> None:
        raw = self.ise.get_identity_sync(self.name)
        if raw is None:
            raise NotFound(
                f"follow the run of the identity sync {self.name!r}",
                "ISE does not have the sync any more",
                "It was deleted during the run. Create it, then run this again.",
            )
        self.now = sync_from_ise(raw)

    def timed_out(self, timeout: float) -> TimedOut:
        return TimedOut(
            f"complete a run of the identity sync {self.name!r}",
            f"after {timeout} seconds ISE reports the status {self.now['status']} and the last run "
            f"{self.now['last_sync'] or 'never'}",
            "The run was not cancelled and continues. Run this again with a longer wait_timeout, or with state: "
            "cancelled.",
        )

    def _has_begun(self) -> bool:
        return wait_until(lambda: self._has_ended() or self.now["status"] in UNDER_WAY, SECONDS_UNTIL_SEEN)

    def _goes_on_no_more(self) -> bool:
        self.look()
        return self.now["status"] != UNDER_WAY[0]

    def _has_ended(self) -> bool:
        self.look()
        if self.now["status"] in UNDER_WAY:
            self._seen_under_way = True
            return False
        # After a run that failed, ISE may leave the time as it was.
        is_other_end = self.now["status"] in ENDED and self.now["status"] != self.before["status"]
        return self._seen_under_way or is_other_end or self.now["last_sync"] != self.before["last_sync"]


def bring_to(run: SyncRun, state: str, timeout: float) -> bool:
    """:returns: whether that changed anything."""
    if state == "cancelled":
        return cancel(run, timeout)
    if state == "completed":
        complete(run, timeout)
        return True
    is_own = run.start_own(timeout)
    run.look()
    return is_own


def complete(run: SyncRun, timeout: float) -> None:
    run.start_own(timeout)
    if not timeout:
        run.look()
        return
    if not run.wait(timeout):
        raise run.timed_out(timeout)
    if run.now["status"] != "Success":
        raise Refused(
            f"complete a run of the identity sync {run.name!r}",
            f"ISE reports that it ended with the status {run.now['status']}",
            "ISE does not show the reason through its API. Look at the sync in the ISE console. Check that Duo "
            "accepts the keys of the connection that uses it, and that its Admin API application may read and write "
            "resources.",
        )


def cancel(run: SyncRun, timeout: float) -> bool:
    """:returns: False if there was nothing to cancel: the run has just ended, or a sync that never ran is Pending."""
    try:
        run.cancel()
    except Refused:
        run.look()
        if run.now["status"] in UNDER_WAY and run.now["last_sync"]:
            raise
        return False
    if timeout and not run.wait(timeout):
        raise TimedOut(
            f"cancel the run of the identity sync {run.name!r}",
            f"after {timeout} seconds ISE still reports the status {run.now['status']}",
            "The cancellation was sent. Look at the sync in the ISE console.",
        )
    return True


def is_fresh(sync: dict[str, Any], params: dict[str, Any], zone: tzinfo, context: Context) -> bool:
    if params["max_age"] is None or sync["status"] != "Success" or not sync["last_sync"]:
        return False
    age = _age_of(sync["last_sync"], zone)
    if age is None:
        context.warn(f"ISE states the time of the last run as {sync['last_sync']!r}, so max_age cannot be applied.")
        return False
    if age < -TOLERATED_CLOCK_DIFFERENCE:
        context.warn(
            f"ISE states that the last run was {sync['last_sync']}, which is in the future in the time zone "
            f"{params['time_zone']}. Set time_zone to the one of ISE; until then max_age is not applied."
        )
        return False
    return age <= params["max_age"]


def warn_of_zone(sync: dict[str, Any], params: dict[str, Any], zone: tzinfo, context: Context) -> None:
    """A run that has just ended was not long ago, unless the time zone is wrong: each run would then be too old for
    C(max_age), and the next task would start another one.

    :param sync: after a run that was awaited.
    """
    age = _age_of(sync["last_sync"], zone)
    if params["max_age"] is not None and age is not None and age > params["wait_timeout"] + TOLERATED_CLOCK_DIFFERENCE:
        context.warn(
            f"ISE states that the run that has just ended was {sync['last_sync']}, which is {age / 3600:.1f} hours ago "
            f"in the time zone {params['time_zone']}. Set time_zone to the one of ISE. Otherwise every run starts the "
            "sync again in spite of max_age."
        )


def _age_of(last_sync: Any, zone: tzinfo) -> float | None:
    """In seconds; None if ISE states the time in a form that cannot be read."""
    moment = moment_of(last_sync, zone) if isinstance(last_sync, str) else None
    return None if moment is None else time.time() - moment


DEEDS = {"completed": ("Ran", "Would run"), "started": ("Started", "Would start"), "cancelled": ("Ended", "Would end")}


def step_of(sync: dict[str, Any], params: dict[str, Any], changed: bool, context: Context) -> dict[str, str]:
    """The line of a report.

    :param sync: empty for one that an earlier task of the same play creates.
    """
    last = f"run: {sync.get('last_sync') or 'still to come'}"
    if not changed:
        return {"status": "ok", "detail": f"Last {last}"}
    deed = context.worded(*DEEDS[params["state"]])
    return {"status": "changed", "detail": f"{deed} the identity sync {params['sync_name']!r}; last {last}"}


def zone_named(name: str) -> tzinfo:
    if name == "UTC":
        return timezone.utc
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidInput(
            f"use {name!r} as time_zone", "this machine knows no such time zone", "Write it as Europe/Zurich."
        ) from error


def find_sync(ise: Ise, params: dict[str, Any], context: Context) -> dict[str, Any] | None:
    """The sync; None only in check mode, where an earlier task of the same play may be what creates it."""
    name = params["sync_name"]
    raw = unless_mfa_is_off(lambda: ise.get_identity_sync(name), context, "present", hidden={})
    if raw is None and params["state"] != "cancelled":
        existing = [str(item.get("name")) for item in ise.list_identity_syncs()]
        context.foresee(
            InvalidInput(f"run the identity sync {name!r}", "ISE has none of that name", nearest(name, existing)),
            f"The identity sync {name!r} does not exist yet. The prediction assumes that it will.",
        )
    return sync_from_ise(raw) if raw else None
