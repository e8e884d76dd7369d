# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which users could pass Duo at a login that ISE asks Duo about, and which would be locked out. Private to this
collection.

Facts: Duo documentation, "Admin API" (members and statuses of users) and "Auth API", which ISE speaks: its factors are
push, phone call, text message and passcode, so that a device which works in a browser only is no help there. The Auth
API has the words for what a device can do, and Duo's Go client reads the same list of each phone of a user; that a
usable phone may lack it is said nowhere. Two things are our own, both on the side of caution: what Duo does not show of
a user counts as a reason for concern, and the status of a group is left out of account, because how it goes together
with that of a user is not published.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, Refused, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

ENROLLED, BYPASS = "enrolled", "bypass"
NO_DEVICE, BROWSER_ONLY, UNKNOWN, NOT_IN_DUO = "no_device", "browser_only", "unknown", "not_in_duo"
DISABLED, LOCKED_OUT, PENDING_DELETION = "disabled", "locked_out", "pending_deletion"
VERDICTS = (
    *(ENROLLED, BYPASS, NO_DEVICE, BROWSER_ONLY, UNKNOWN, NOT_IN_DUO),
    *(DISABLED, LOCKED_OUT, PENDING_DELETION),
)
# Who would be locked out by surprise, the surest first. That Duo refuses the last three kinds was decided in Duo.
UNENROLLED = (NO_DEVICE, NOT_IN_DUO, BROWSER_ONLY, UNKNOWN)
IN_WORDS = {
    NO_DEVICE: "without a device",
    NOT_IN_DUO: "not in Duo",
    BROWSER_ONLY: "with devices that work in a browser only",
    UNKNOWN: "whose devices or status Duo does not show",
    BYPASS: "let in without Duo (bypass)",
    DISABLED: "disabled",
    LOCKED_OUT: "locked out by Duo",
    PENDING_DELETION: "about to be deleted",
}
# Whatever the devices, the status decides.
DECIDED = {"bypass": BYPASS, "disabled": DISABLED, "pending deletion": PENDING_DELETION}
WITH_DEVICE = {"active": ENROLLED, "locked out": LOCKED_OUT}
# What a phone can do at such a login.
CAPABILITIES = ("auto", "push", "sms", "phone", "mobile_otp")
# Devices that need a browser.
IN_BROWSER = ("webauthncredentials", "u2ftokens", "desktoptokens", "desktop_authenticators")
# Duo's own directory syncs add where a group is from to its name.
SOURCE = re.compile(r' \(from .+ sync ".*"\)$')
MOST_NAMED = 20

User = Mapping[str, Any]


def verdict_of(user: User) -> str:
    """What becomes of a user at a login that ISE asks Duo about.

    :param user: as the Admin API shows it.
    """
    status = str(user.get("status") or "").strip().lower()
    if status in DECIDED:
        return DECIDED[status]
    if status not in WITH_DEVICE:
        return UNKNOWN
    device = _device_of(user)
    return WITH_DEVICE[status] if device == ENROLLED else device


def _device_of(user: User) -> str:
    """Whether a user has a device that such a login can use."""
    is_enrolled = user.get("is_enrolled")
    if is_enrolled is False:
        return NO_DEVICE
    known = [is_usable(device) for name, is_usable in ANYWHERE.items() for device in _entries(user.get(name))]
    if any(known) and is_enrolled in (True, None):
        return ENROLLED
    if any(known) or None in known or not all(isinstance(user.get(name), list) for name in ANYWHERE):
        return UNKNOWN
    return BROWSER_ONLY if any(_entries(user.get(name)) for name in IN_BROWSER) else NO_DEVICE


def _entries(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _is_usable(device: Any) -> bool | None:
    """None if this is not what Duo describes. A hardware token needs no more than to be there."""
    return True if isinstance(device, dict) else None


def _can_answer(phone: Any) -> bool | None:
    """Whether a phone can do anything that ISE can ask for. None if Duo does not say so in words that are known."""
    capabilities = phone.get("capabilities") if isinstance(phone, dict) else None
    if not isinstance(capabilities, list):
        return None
    return any(one in CAPABILITIES for one in capabilities) or (None if capabilities else False)


# Devices that can answer a push, a call or a text message, or show a passcode.
ANYWHERE: dict[str, Callable[[Any], bool | None]] = {"phones": _can_answer, "tokens": _is_usable}


@dataclass
class Group:
    """A group that was asked for.

    :ivar groups: the groups in Duo that it stands for, names by ID.
    """

    name: str
    groups: dict[str, str]
    users: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "duo_groups": sorted(self.groups.values()), "users": self.users}


def groups_of(names: Iterable[str], existing: list[dict[str, Any]], context: Context) -> list[Group]:
    """The groups that were asked for, and what they are in Duo.

    What Duo calls a group that ISE synchronises is not published, so its whole name in Active Directory is looked for,
    and then its end, the common name; groups of both names are never mixed.

    :raises InvalidInput: Duo has none of that name, which in check mode an earlier task may yet bring.
    """
    known = {str(item["group_id"]): str(item.get("name") or "") for item in existing if item.get("group_id")}
    return [Group(name, _groups_of(name, known, context)) for name in dict.fromkeys(names)]


def _groups_of(name: str, known: dict[str, str], context: Context) -> dict[str, str]:
    for form in _forms(name):
        found = {key: shown for key, shown in known.items() if form in (_folded(shown), _folded(SOURCE.sub("", shown)))}
        if found:
            return found
    context.foresee(
        InvalidInput(
            f"count the users of the group {name!r}",
            "Duo has no group of that name",
            f"{nearest(name, known.values())} Give the name that it has in Duo, after the identity sync has run.",
        ),
        f"Duo has no group {name!r} yet, so its users are not counted. Check mode assumes that the identity sync "
        "creates them.",
    )
    return {}


def _forms(name: str) -> Iterator[str]:
    """What a group may be called in Duo: its name, and every end of it, the longest first, because a common name may
    hold a slash itself."""
    folded = _folded(name)
    while folded:
        yield folded
        _unused, _unused, folded = folded.partition("/")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()


@dataclass
class Enrolment:
    """Judges users one by one, and keeps the counts and a few users only.

    :ivar groups: whose members count; None for everybody.
    """

    groups: list[Group] | None
    most: int
    counts: Counter[str] = field(default_factory=Counter)
    listed: list[dict[str, Any]] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    _of_unknown_group: int = 0
    _in_odd_group: int = 0

    def __post_init__(self) -> None:
        for group in self.groups or []:
            group.users = 0

    def take(self, item: dict[str, Any]) -> None:
        """Count a user, if it is one of those that were asked for."""
        memberships = [one for one in _entries(item.get("groups")) if isinstance(one, dict) and one.get("group_id")]
        verdict = verdict_of(item)
        if self.groups is not None and not self._is_member(memberships):
            # A group that Duo does not show or identify may be one of those that were asked for.
            if isinstance(item.get("groups"), list) and len(memberships) == len(item["groups"]):
                return
            self._of_unknown_group += 1
            verdict = UNKNOWN
        statuses = [str(one.get("status")).lower() for one in memberships]
        self._in_odd_group += any(status in DECIDED for status in statuses)
        shown = {name: _text(item.get(name)) for name in ("user_id", "username", "email", "status")}
        self._count(verdict, shown)

    def miss(self, username: str) -> None:
        """Count a user that Duo does not know."""
        self._count(NOT_IN_DUO, {"user_id": None, "username": username, "email": None, "status": None})

    def _is_member(self, memberships: list[dict[str, Any]]) -> bool:
        own = {str(one.get("group_id")) for one in memberships}
        found = [group for group in self.groups or [] if own & set(group.groups)]
        for group in found:
            group.users += 1
        return bool(found)

    def _count(self, verdict: str, shown: dict[str, Any]) -> None:
        self.counts[verdict] += 1
        if verdict not in UNENROLLED:
            return
        if len(self.named) < MOST_NAMED:
            self.named.append(f"{shown['username']} ({IN_WORDS[verdict]})")
        if len(self.listed) < self.most:
            self.listed.append({**shown, "why": verdict})

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def unenrolled(self) -> int:
        return sum(self.counts[verdict] for verdict in UNENROLLED)

    def warnings(self) -> Iterator[str]:
        """What is doubtful for want of knowledge."""
        for group in self.groups or []:
            if group.groups and not group.users and not self._of_unknown_group:
                yield f"The group {group.name!r} has no users in Duo."
        if self._of_unknown_group:
            yield (
                f"Duo does not show the groups of {self._of_unknown_group} users, so they may be members. They count "
                "as unknown."
            )
        if self._in_odd_group:
            yield (
                f"{self._in_odd_group} of the users are in a group whose own status in Duo is bypass or disabled. How "
                "Duo joins it with the status of a user is not published, so their own status counts."
            )

    def result(self) -> dict[str, Any]:
        counts = {verdict: self.counts[verdict] for verdict in VERDICTS}
        return {
            "summary": {"total": self.total, "unenrolled": self.unenrolled, **counts},
            "groups": [group.as_dict() for group in self.groups or []],
            "step": {"status": "ok", "detail": self._detail()},
        }

    def _detail(self) -> str:
        others = [f"{self.counts[verdict]} {words}" for verdict, words in IN_WORDS.items() if self.counts[verdict]]
        return ", ".join([f"{self.counts[ENROLLED]} of {self.total} users are enrolled in Duo", *others])

    def require_within(self, limit: int | None, context: Context, *, accepts_uncounted: bool = False) -> None:
        """
        :param limit: how many users may be locked out; None for no limit.
        :param accepts_uncounted: whether the user takes it that some cannot be counted.
        :raises Refused: there are more, and the first are named; or there were no users to count, in all or in one of
            the groups, except in check mode, where an earlier task may yet bring them.
        """
        attempted = "accept the number of users who would be locked out"
        if limit is None:
            return
        uncounted = "" if accepts_uncounted else self._uncounted()
        if uncounted:
            context.foresee(
                Refused(
                    attempted,
                    f"Duo knows none of {uncounted}, so there is nothing to count",
                    "Run the identity sync first. If a group has no users, leave it out, or do not set max_unenrolled "
                    "(in the role, set ise_duo_mfa_accept_uncounted to true).",
                ),
                f"Duo knows none of {uncounted} yet, so max_unenrolled is not checked for them.",
            )
        if self.unenrolled > limit:
            more = self.unenrolled - len(self.named)
            names = ", ".join([*self.named, *([f"and {more} more"] if more else [])])
            raise Refused(
                attempted,
                f"{self._detail()}. {self.unenrolled} could not pass Duo, and max_unenrolled is {limit}: {names}",
                "Enrol them in Duo, or set max_unenrolled (in the role, ise_duo_mfa_max_unenrolled) to the number of "
                "users who may be locked out.",
            )

    def _uncounted(self) -> str:
        """What Duo has no users of, in words; empty if it has some of everything that was asked for."""
        if not self.total:
            return "the users"
        empty = [repr(group.name) for group in self.groups or [] if group.groups and not group.users]
        # A user without shown groups may be in any of them, and counts as unknown.
        return f"the users of {' and '.join(empty)}" if empty and not self._of_unknown_group else ""


def enrolment_of(params: Mapping[str, Any], duo: Duo, context: Context) -> Enrolment:
    """The users that were asked for, judged.

    :raises InvalidInput: Duo has no such group.
    """
    if params["users"]:
        return _of_names(params["users"], params["max_listed"], duo)
    groups = groups_of(params["groups"], duo.list_groups(), context) if params["groups"] else None
    return duo.go_through_users(lambda: Enrolment(groups, params["max_listed"]))


def enrolment_of_groups(groups: Iterable[str], most: int, duo: Duo, context: Context) -> Enrolment:
    """The users of groups, or of the whole account where Duo has no such group."""
    everybody: dict[str, Any] = {"groups": None, "users": None, "max_listed": most}
    try:
        return enrolment_of({**everybody, "groups": groups}, duo, context)
    except InvalidInput as error:
        # Whether the identity sync makes groups in Duo at all is not documented.
        context.warn(f"Could not {error.attempted}: {error.came_back}. All users of the account are counted instead.")
        return enrolment_of(everybody, duo, context)


def _of_names(names: Iterable[str], most: int, duo: Duo) -> Enrolment:
    """Two names may be those of one user, who counts once."""
    enrolment = Enrolment(None, most)
    seen: set[str] = set()
    for name in dict.fromkeys(names):
        found = duo.list_users(name)
        for user in found:
            user_id = str(user.get("user_id") or "")
            if user_id not in seen:
                enrolment.take(user)
            # Users whose ID is not shown count each.
            seen.update({user_id} - {""})
        if not found:
            enrolment.miss(name)
    return enrolment


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
