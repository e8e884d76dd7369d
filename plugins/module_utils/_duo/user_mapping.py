# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which users of a Duo account Cisco Identity Intelligence can map to a person. Private to this collection.

Facts: Duo documentation, "Identity Security", user data requirement: users that are synchronised from Active Directory
or Entra ID are matched by identifiers of the directory; any other user needs an e-mail address, in the e-mail field or
as user name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, Refused

VERDICTS = ("directory", "email", "username", "doubtful", "unmapped")
# Duo's word for Entra ID is documented by samples only, and its word for Active Directory is not. A type that is none
# of these is never taken for one of the two.
EXEMPT_TYPES = {
    **dict.fromkeys(("azure", "azure_ad", "azuread", "entra", "entra_id", "entraid", "microsoft_entra_id"), "entra_id"),
    **dict.fromkeys(("ad", "active_directory", "activedirectory"), "active_directory"),
}
ACCEPTED, OTHER, UNKNOWN = "accepted", "other", "unknown"
# Sources that the requirement does not exempt.
OTHER_TYPES = ("openldap", "ldap", "google", "google_workspace", "okta", "scim", "generic_scim")
# Of one address and nothing else; separators and brackets of several or of a name are no part of one.
ADDRESS = re.compile(r"[^@\s,;<>()\[\]\"]+@[\w-]+(\.[\w-]+)+")
MOST_NAMED = 20
OF_UNKNOWN_DIRECTORIES = (
    " If the directory is Active Directory or Entra ID, add its type to accept_directory_types. To count doubtful "
    "users apart, set max_doubtful."
)
LIMITS = {"max_unmapped": "unmapped", "max_doubtful": "doubtful"}


@dataclass
class Directory:
    """A directory that users are synchronised from.

    :ivar source: ``active_directory``, ``entra_id``, ``accepted`` if the user says that it is one of the two, ``other``
        or ``unknown``.
    """

    directory_key: str
    name: str | None
    directory_type: str | None
    source: str
    users: int = 0
    doubtful: int = 0

    @property
    def is_exempt(self) -> bool:
        return self.source in (ACCEPTED, *EXEMPT_TYPES.values())

    def as_dict(self) -> dict[str, Any]:
        shown = ("directory_key", "name", "directory_type", "source", "users")
        return {name: getattr(self, name) for name in shown}


def directories_of(listed: Iterable[dict[str, Any]], accepted: Iterable[str]) -> dict[str, Directory]:
    """The directories in Duo's list, by key.

    :param accepted: further words of Duo that the user knows to stand for Active Directory or Entra ID.
    """
    own = dict.fromkeys(map(_word, accepted), ACCEPTED)
    known = {**own, **dict.fromkeys(OTHER_TYPES, OTHER), **EXEMPT_TYPES}
    found = {}
    for item in listed:
        key, kind = str(item.get("directory_key") or ""), item.get("directory_type")
        source = known.get(_word(kind), UNKNOWN)
        found[key] = Directory(key, _text(item.get("name")), _text(kind), source)
    return found


class UserMapping:
    """Judges users one by one, and keeps the counts and a few users only.

    :param most: how many users to keep of each of the two lists.
    """

    def __init__(self, directories: dict[str, Directory], most: int) -> None:
        self.counts = dict.fromkeys(VERDICTS, 0)
        self.listed: dict[str, list[dict[str, Any]]] = {"doubtful": [], "unmapped": []}
        self.named: dict[str, list[str]] = {"doubtful": [], "unmapped": []}
        self.directories = directories
        self._most = most
        self._of_no_list = Directory("", None, None, UNKNOWN)
        for directory in directories.values():
            directory.users = directory.doubtful = 0

    @property
    def unknown(self) -> int:
        """How many of the doubtful users come from a directory of an unknown kind."""
        every = [self._of_no_list, *self.directories.values()]
        return sum(directory.doubtful for directory in every if directory.source == UNKNOWN)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def take(self, item: dict[str, Any]) -> None:
        directory = self._directory_of(item)
        verdict = _verdict(item, directory)
        self.counts[verdict] += 1
        if directory:
            directory.users += 1
            directory.doubtful += verdict == "doubtful"
        if verdict not in self.listed:
            return
        if len(self.named[verdict]) < MOST_NAMED:
            self.named[verdict].append(str(item.get("username")))
        if len(self.listed[verdict]) < self._most:
            self.listed[verdict].append(_shown(item, directory))

    def _directory_of(self, user: dict[str, Any]) -> Directory | None:
        """Where a user comes from, None if Duo does not say that it is synchronised."""
        key = str(user.get("directory_key") or "")
        if key:
            return self.directories.get(key, self._of_no_list)
        return None if user.get("last_directory_sync") is None else self._of_no_list

    def warnings(self, is_listed: bool) -> Iterator[str]:
        """What is doubtful for want of knowledge.

        :param is_listed: whether Duo has a list of directories.
        """
        if self._of_no_list.doubtful:
            why = "it does not list that directory" if is_listed else "it has no list of directories"
            yield (
                f"Duo does not say which kind of directory {self._of_no_list.doubtful} users without an e-mail address "
                f"are synchronised from, because {why}. They count as doubtful."
            )
        for directory in self.directories.values():
            if directory.source == UNKNOWN and directory.doubtful:
                yield (
                    f"Duo calls the directory {directory.name!r} {directory.directory_type!r}, which is not known to "
                    f"be Active Directory or Entra ID. {directory.doubtful} users of it without an e-mail address "
                    "count as doubtful. If it is one of the two, add that word to accept_directory_types."
                )

    def result(self) -> dict[str, Any]:
        return {
            "summary": {"total": self.total, **self.counts},
            "directories": [directory.as_dict() for directory in self.directories.values()],
            "step": {"status": "ok", "detail": self._detail()},
        }

    def _detail(self) -> str:
        counts = self.counts
        mapped = self.total - counts["doubtful"] - counts["unmapped"]
        return (
            f"{mapped} of {self.total} users meet the user data requirement, {counts['doubtful']} are doubtful and "
            f"{counts['unmapped']} unmapped"
        )

    def require_within(self, limits: dict[str, int | None]) -> None:
        """
        :param limits: by option; None for none.
        :raises Refused: if more users than that are doubtful or unmapped; the first of them are named. Without a limit
            for the doubtful ones, those who may be unmapped count as such.
        """
        perhaps = self.unknown if limits["max_doubtful"] is None else 0
        counted = {"max_unmapped": self.counts["unmapped"] + perhaps, "max_doubtful": self.counts["doubtful"]}
        above = [name for name, limit in limits.items() if limit is not None and counted[name] > limit]
        if above:
            names = [LIMITS[name] for name in above] + (["doubtful"] if perhaps else [])
            raise Refused(
                "accept how the users map",
                "; ".join(f"{self._counted(name, perhaps)}, and {name} is {limits[name]}" for name in above)
                + f". These are {', '.join(self._names(verdict) for verdict in names if self.counts[verdict])}",
                "Give them an e-mail address in Duo that another platform has, or change the limit."
                + OF_UNKNOWN_DIRECTORIES * bool(perhaps),
            )

    def _counted(self, name: str, perhaps: int) -> str:
        verdict = LIMITS[name]
        more = f", and {perhaps} more may be, because their directory is not known" if perhaps else ""
        return f"{self.counts[verdict]} users are {verdict}{more if verdict == 'unmapped' else ''}"

    def _names(self, verdict: str) -> str:
        more = self.counts[verdict] - len(self.named[verdict])
        return ", ".join([*self.named[verdict], *([f"and {more} more"] if more else [])])


def _verdict(user: dict[str, Any], directory: Directory | None) -> str:
    if directory and directory.is_exempt:
        return "directory"
    for name in ("email", "username"):
        value = user.get(name)
        if isinstance(value, str) and ADDRESS.fullmatch(value.strip()):
            return name
    return "doubtful" if directory else "unmapped"


def _shown(user: dict[str, Any], directory: Directory | None) -> dict[str, Any]:
    return {
        **{name: _text(user.get(name)) for name in ("user_id", "username", "email", "status")},
        "directory": directory.name if directory else None,
        "directory_type": directory.directory_type if directory else None,
    }


def require_not_negative(params: dict[str, Any], *names: str) -> None:
    for name in names:
        if params[name] is not None and params[name] < 0:
            raise InvalidInput(f"use {params[name]} as {name}", "it must not be negative")


def _word(text: Any) -> str:
    return re.sub(r"[\s-]+", "_", str(text or "").strip().lower())


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
