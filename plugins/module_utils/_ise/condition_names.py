# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What conditions can name on the ISE that is running: dictionaries, attributes, their values, the library. Private to
this collection.

Facts: Cisco's API description "policy". It lists the attributes for the conditions of policy sets, of authentication
rules and of authorization rules, and none for MFA rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    NotFound,
    Refused,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import (
    DISTINGUISHED_NAME,
    fold_group,
    from_distinguished,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.condition_text import (
    ATTRIBUTES,
    GROUPS,
    PLAIN_OPERATORS,
    WHOLE,
    near,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import (
    Condition,
    is_about_group,
    parts,
    references,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import GROUP, Missing, PolicyTree
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# Which lists hold the attributes that the conditions of each kind can name. Which one is right for MFA rules is not
# documented, so each of them will do; the likeliest comes first, and the others are read only if it does not do.
LISTS = {
    "policy_set": ("policyset",),
    "authentication": ("authentication",),
    "authorization": ("authorization",),
    "mfa": ("authorization", "authentication", "policyset"),
}
ADD_GROUP = "Correct it, or add the group to the join point with identityops.cisco.ise_active_directory_groups."
# A group may be named by its security identifier, with or without its domain before.
SID = re.compile(r"(.+/)?S-1-[\d-]+", re.IGNORECASE)

# By dictionary, then by name of the attribute; an empty set of values allows all.
Attributes = dict[str, dict[str, set[str]]]


class KnownNames:
    """Looks up what conditions name. Ask only before something is written; each list is then read once at most.

    :param kind: what the conditions are for: ``policy_set``, ``authentication``, ``authorization`` or ``mfa``.
    """

    def __init__(self, policy: PolicyTree, kind: str, context: Context) -> None:
        self._policy = policy
        self._context = context
        self._unread = list(LISTS[kind])
        self._attributes: Attributes = {}
        # Where stored conditions are listed; those of time and date are rarer.
        self._libraries = [policy.list_conditions, self._time_conditions]
        self._in_library: list[dict[str, Any]] = []
        self._stored: dict[str, str] = {}
        self._groups: dict[str, set[str]] = {}
        # How ISE spells the groups that conditions name, by dictionary and by the group as it is given.
        self.spelled: dict[tuple[str, str], str] = {}

    def look_up(self, condition: Condition) -> dict[str, str]:
        """
        :returns: the IDs of library conditions, by name, for :func:`conditions.to_ise`; those that it refers to are
            among them.
        :raises InvalidInput: naming all that ISE does not know, each with the nearest names.
        """
        named = [str(entry.get("name")) for entry in references(condition) if "id" not in entry]
        compared = [part for part in parts(condition) if part.get("conditionType") == ATTRIBUTES]
        problems = [*self._unknown_in_library(named), *self._unknown_attributes(compared)]
        groups = dict(self._unknown_groups(compared))
        if problems:
            raise _refusal([*problems, *groups.values()])
        for group, problem in groups.items():
            # An earlier task of the play may be what adds it to the join point.
            missing = Missing(GROUP, group, InvalidInput("use the condition", problem, ADD_GROUP))
            self._context.foresee(missing, f"{problem[0].upper()}{problem[1:]}. The prediction assumes that it will.")
        return self._stored

    # The library

    def _unknown_in_library(self, names: list[str]) -> Iterator[str]:
        for name in names:
            while name not in self._stored and self._libraries:
                self._in_library += self._libraries.pop(0)()
                complete = (entry for entry in self._in_library if entry.get("name") and entry.get("id"))
                self._stored = {str(entry["name"]): str(entry["id"]) for entry in complete}
            if name not in self._stored:
                for member in ("name", "id"):
                    shown = (entry.get(member) for entry in self._in_library)
                    require_names(shown, f"find the condition {name!r} in the library", member)
                like = near(name, self._stored)
                yield f"the library for {self._policy.kind} has no condition {name!r} {like}"

    def _time_conditions(self) -> list[dict[str, Any]]:
        try:
            return self._policy.list_time_conditions()
        except (NotFound, Refused):
            return []

    # Dictionaries

    def _unknown_attributes(self, compared: list[Condition]) -> list[str]:
        """What the lists do not hold; nothing if they cannot be read, because ISE then judges alone."""
        problems = self._problems(compared)
        while problems and self._unread:
            self._read_next()
            problems = self._problems(compared)
        return problems if self._attributes else []

    def _problems(self, compared: list[Condition]) -> list[str]:
        return [problem for part in compared for problem in _problem_with(part, self._attributes)]

    def _read_next(self) -> None:
        name = self._unread.pop(0)
        try:
            listed = self._policy.list_attributes(name)
        except (NotFound, Refused):
            listed = []
        for entry in listed:
            if entry.get("dictionaryName") and entry.get("name"):
                known = self._attributes.setdefault(str(entry["dictionaryName"]), {})
                for spelling in ("name", "internalName"):
                    known.setdefault(str(entry.get(spelling)), set()).update(_values_of(entry))
        if not (self._unread or self._attributes):
            self._context.warn(
                f"ISE does not list what the conditions for {self._policy.kind} can name, so their names are not "
                "checked before they are written."
            )

    def _unknown_groups(self, compared: list[Condition]) -> Iterator[tuple[str, str]]:
        """Each group that a join point does not have, and that in words. ISE knows no members of such a group."""
        for part in compared:
            name, group = part["dictionaryName"], part["attributeValue"]
            if not is_about_group(part) or SID.fullmatch(group):
                continue
            groups = self._attributes.get(name, {}).get(GROUPS) or self._groups_of(name)
            alike = [known for known in groups if fold_group(known) == fold_group(group)]
            if alike and group not in alike:
                self.spelled[name, group] = min(alike)
            if groups and not alike:
                yield group, f"the join point {name!r} has no group {group!r} {_like(group, sorted(groups))}"

    def _groups_of(self, name: str) -> set[str]:
        """The groups of a join point; none if it cannot be read, as one of another directory cannot."""
        if name not in self._groups:
            try:
                found = self._policy.groups_of_join_point(name)
            except CiscoError:
                found = []
            self._groups[name] = set(found)
        return self._groups[name]


def _like(group: str, groups: list[str]) -> str:
    """Which groups are most like it, or how ISE writes it."""
    if DISTINGUISHED_NAME.fullmatch(group):
        return f"(that is a distinguished name of LDAP; ISE writes it as {from_distinguished(group)!r})"
    return near(group, groups)


def _refusal(problems: list[str]) -> InvalidInput:
    return InvalidInput("use the condition", "; ".join(dict.fromkeys(problems)), "Correct it.")


def _values_of(entry: dict[str, Any]) -> Iterator[str]:
    """Whether conditions name the key or the value of an allowed value is not documented, so both will do."""
    values = entry.get("allowedValues")
    # Without a list of values, ISE judges alone.
    for allowed in values if isinstance(values, list) else ():
        if isinstance(allowed, dict):
            yield from (str(allowed[member]) for member in ("key", "value") if allowed.get(member) not in (None, ""))


def _problem_with(part: Condition, known: Attributes) -> Iterator[str]:
    dictionary, attribute = part["dictionaryName"], part["attributeName"]
    if dictionary not in known:
        yield f"conditions of this kind cannot use a dictionary {dictionary!r} {near(dictionary, known)}"
    elif attribute not in known[dictionary]:
        like = near(attribute, known[dictionary])
        yield f"the dictionary {dictionary!r} has no attribute {attribute!r} for conditions of this kind {like}"
    elif attribute != GROUPS:
        problem = _wrong_value(part, known[dictionary][attribute])
        if problem:
            yield problem


def _wrong_value(part: Condition, values: set[str]) -> str | None:
    value, operator = part["attributeValue"], PLAIN_OPERATORS.get(part["operator"], part["operator"])
    if not values or operator not in WHOLE or any(_is_one(value, known) for known in values):
        return None
    place = f"{part['dictionaryName']}:{part['attributeName']}"
    return f"{value!r} is none of the values of {place} {near(value, sorted(values))}"


def _is_one(value: str, known: str) -> bool:
    """ISE may list device groups with their root before them, and may not mind the case; neither is documented."""
    return known.casefold() == value.casefold() or known.casefold().endswith(f"#{value.casefold()}")
