# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the clients of the three services have in common. Private to this collection."""

from __future__ import annotations

import functools
import os
import platform
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    IncompleteList,
    InvalidInput,
    UnexpectedAnswer,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import SYSTEM
from ansible_collections.identityops.cisco.plugins.module_utils._task import (
    VARIABLES_READ,
    free_text,
    trimmed,
    value_of,
    without_ends,
)

# Far beyond any list; a server that never comes to an end is not followed for ever.
MOST_PAGES = 2_000
# How often a list is read that changes meanwhile.
READINGS = 3


# Options


def option(name: str, **more: Any) -> dict[str, Any]:
    """A connection option, which falls back on the environment variable of its name in capitals."""
    read = functools.partial(from_environment, kind=more.get("type", "str"), choices=more.get("choices"))
    return {"type": "str", "fallback": (read, [name.upper()]), **more}


def from_environment(name: str, kind: str = "str", choices: list[str] | None = None) -> str:
    """The fallback of an option. An empty variable counts as unset.

    Core repeats a value that the option does not take, so such a one is left out of what it gets.
    """
    from ansible.module_utils.basic import AnsibleFallbackNotFound
    from ansible.module_utils.common.validation import check_type_bool, check_type_int

    value = without_ends(name.lower(), os.environ.get(name, ""))
    if not value:
        raise AnsibleFallbackNotFound
    VARIABLES_READ.add(name)
    try:
        {"int": check_type_int, "bool": check_type_bool}.get(kind, str)(value)
    except TypeError:
        return value_of(name)
    return value if choices is None or value in choices else value_of(name)


def given(params: Mapping[str, Any], name: str) -> str:
    """An option's text without white space around it, such as the end of a line; empty if it is not given."""
    return trimmed(params.get(name) or "")


def missing_options(params: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Which of these options are not given."""
    return [name for name in names if not given(params, name)]


def require_options(params: Mapping[str, Any], names: Iterable[str], service: str) -> None:
    """:raises InvalidInput: naming every option that is missing, and its environment variable."""
    missing = missing_options(params, names)
    if not missing:
        return
    variables = ", ".join(name.upper() for name in missing)
    raise InvalidInput(
        f"connect to {service}",
        f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given, and the environment of the machine "
        f"where the task runs ({platform.node()}) lacks {variables}",
        f"Set the option, or the environment variable {variables} there. Another machine and another user (become) do "
        "not have the variables of your shell.",
    )


def require_file(path: str | None, name: str) -> None:
    """:raises InvalidInput: for an option that names no file. Its value may be a key itself, so it is not repeated."""
    if path and path != SYSTEM and not os.path.exists(path):
        raise InvalidInput(
            f"use the value of {name}",
            "there is no such file on the machine where the task runs",
            "Give the path of a file in PEM form.",
        )


def authorities(params: Mapping[str, Any], name: str) -> str | None:
    """The file of certificate authorities, or its word for the system's; None if there is none, or an empty one.

    :raises InvalidInput: there is no such file.
    """
    path = given(params, name)
    require_file(path, name)
    return with_content(path) or None


def with_content(path: str) -> str:
    """The path; empty if it is that of an empty file, such as an automation platform writes for a field that was left
    empty."""
    return "" if os.path.isfile(path) and os.path.getsize(path) <= len("\r\n") else path


# Objects by name


def find_by_name(
    objects: Iterable[dict[str, Any]], name: str, attempted: str, several: str, key: str
) -> dict[str, Any] | None:
    """The one object of that name, None if there is none.

    :param several: what to do about several objects of one name.
    :param key: the member that identifies them.
    :raises Ambiguous: several have the name; the keys of all are named.
    :raises UnexpectedAnswer: as :func:`require_names`.
    """
    objects = list(objects)
    found = named_so(objects, name)
    if not found:
        require_names((item.get("name") for item in objects), attempted)
    if len(found) > 1:
        keys = ", ".join(str(item.get(key)) for item in found)
        raise Ambiguous(attempted, f"{len(found)} of them have the name {name!r}: {keys}", several)
    return next(iter(found), None)


def named_so(
    objects: Iterable[dict[str, Any]],
    name: str,
    name_of: Callable[[dict[str, Any]], Any] = lambda item: item.get("name"),
) -> list[dict[str, Any]]:
    """The objects of a name; where there are none, those whose name is another form of it, for services store blanks,
    signs and letters in forms of their own."""
    objects = list(objects)
    exact, form = [item for item in objects if name_of(item) == name], free_text(name)
    return exact or [item for item in objects if form and free_text(name_of(item)) == form]


def require_names(names: Iterable[Any], attempted: str, member: str = "name") -> None:
    """:raises UnexpectedAnswer: one of the names is not shown, so that none of the others being the one looked
    for does not mean that there is none."""
    if not all(isinstance(name, str) and name for name in names):
        raise UnexpectedAnswer(attempted, f"the list does not show the {member}s of all of them", UNEXPECTED)


def require_named(objects: list[dict[str, Any]], name: str, attempted: str, several: str, key: str) -> dict[str, Any]:
    """As :func:`find_by_name`.

    :raises InvalidInput: there is none, with the nearest existing names.
    """
    found = find_by_name(objects, name, attempted, several, key)
    if found is None:
        names = [str(item.get("name")) for item in objects]
        raise InvalidInput(attempted, "none has that name", nearest(name, names))
    return found


# Lists that come in pages


class Reading:
    """One reading of a list, page by page.

    :param key: the member that identifies its objects.
    :param take: gets each object instead of ``objects``, so that a long list need not be held.
    """

    def __init__(self, key: str, take: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.objects: list[dict[str, Any]] = []
        self.count = 0
        self.pages = 0
        self._key = key
        self._take = take or self.objects.append
        self._keys: list[str] = []
        self._totals: set[int | None] = set()
        self._is_cut: bool | None = None

    def add(self, page: list[dict[str, Any]], total: Any, most: int | None = None) -> None:
        """
        :param total: how many objects there are, as far as the service says so.
        :param most: how many objects a page holds at the most, where that is known.
        """
        for item in page:
            self._take(item)
        self._keys += [str(item.get(self._key) or "") for item in page]
        self.count += len(page)
        self.pages += 1
        self._totals.add(whole_number(total))
        # If no other page follows, a full one may be all that the service gives out at once.
        self._is_cut = most is not None and len(page) >= most

    @property
    def keys(self) -> list[str]:
        """Sorted, with an empty text for each object that has none."""
        return sorted(self._keys)

    def is_whole(self, before: list[str] | None) -> bool:
        """:param before: the keys of the previous reading, for a long list whose size the service does not say."""
        named = list(filter(None, self._keys))
        if len(set(named)) < len(named):
            return False
        if self._totals == {None}:
            return not self._is_cut and (self.pages == 1 or self.keys == before)
        return self._totals == {self.count}


def whole_list(read: Callable[[], Reading], attempted: str, service: str) -> list[dict[str, Any]]:
    """The objects of a list that is certain to be whole; see :func:`read_whole`."""
    return read_whole(read, attempted, service).objects


def read_whole(read: Callable[[], Reading], attempted: str, service: str) -> Reading:
    """The reading of a list that is certain to be whole.

    Pages are cut by offset, so an object that comes or goes between two of them hides another one, or shows it twice.
    The list is therefore read again until nothing speaks against it.

    :raises IncompleteList: it keeps changing.
    """
    before: list[str] | None = None
    for _unused in range(READINGS):
        reading = read()
        if reading.is_whole(before):
            return reading
        before = reading.keys
    raise IncompleteList(
        attempted,
        f"the list was read {READINGS} times, and each time objects were missing or came twice",
        f"Other programs or people may be changing {service}. Run this again when they are done.",
    )


def whole_number(value: Any) -> int | None:
    """A count or a position in an answer, which some services write as a text; None for anything else."""
    if isinstance(value, str):
        # No list is longer, and Python refuses to read numbers with thousands of digits.
        return int(value) if re.fullmatch("[0-9]{1,12}", value) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag_of(value: Any) -> bool | None:
    """Yes or no, in whichever of its forms; None for what is neither."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


def moment_of(stamp: Any, zone: tzinfo | None = None) -> float | None:
    """Seconds since the epoch of a time in an answer: ISO 8601 with its zone, or the seconds or milliseconds
    themselves; None for anything else.

    :param zone: of a time that names none.
    """
    text = str(stamp).strip()
    number = re.fullmatch(r"\d{10}(\d{3})?(\.\d+)?", text)
    if number:
        return float(text) / (1000 if number[1] else 1)
    # Before Python 3.11, a zone has hours and minutes with a colon, and a fraction has three or six digits.
    text = re.sub(r"(?i) ?(z|utc|gmt)$", "+00:00", text)
    text = re.sub(r"(:\d\d(?:\.\d+)?) ?([+-]\d\d):?(\d\d)?$", lambda end: f"{end[1]}{end[2]}:{end[3] or '00'}", text)
    text = re.sub(r"\.(\d+)", lambda fraction: f".{fraction[1]:0<6.6}", text)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            return None if zone is None else moment.replace(tzinfo=zone).timestamp()
        return moment.timestamp()
    except (ValueError, OverflowError):
        return None


# The shape of an answer


def objects_in(found: Any, attempted: str, shape: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """:raises UnexpectedAnswer: unless it is a list of objects whose members are as :func:`fits` describes."""
    if not isinstance(found, list) or not all(isinstance(item, dict) and fits(item, shape or {}) for item in found):
        raise UnexpectedAnswer(attempted, "the answer is not a list of objects", UNEXPECTED)
    return found


def object_in(found: Any, attempted: str, shape: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """:raises UnexpectedAnswer: unless it is an object whose members are as :func:`fits` describes."""
    if not isinstance(found, dict) or not fits(found, shape or {}):
        raise UnexpectedAnswer(attempted, "the answer is not the object that is documented", UNEXPECTED)
    return found


def fits(found: Any, shape: Any) -> bool:
    """Whether something in an answer is what the code goes on to read.

    :param shape: a type, or several; a list that holds the shape of each entry; or the shapes of members by name. What
        is missing or empty always fits, because services have several ways to say nothing.
    """
    if found in (None, "", [], {}):
        return True
    if isinstance(shape, list):
        (inner,) = shape
        kind = dict if isinstance(inner, Mapping) else inner
        return isinstance(found, list) and all(isinstance(entry, kind) and fits(entry, inner) for entry in found)
    if isinstance(shape, Mapping):
        return isinstance(found, dict) and all(fits(found.get(name), shape[name]) for name in shape)
    return isinstance(found, shape)


UNEXPECTED = "Check the host name and the proxy; if they are right, please report this with the release of the service."
