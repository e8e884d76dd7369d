# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine: reads an object once, compares it with what is wanted, and writes or predicts. Private to this
collection.

A :class:`Resource` says how one kind of object is read and written, in the words of the module's options. Everything
about state is decided here and nowhere else: what differs, what check mode predicts, what the diff shows, what happens
when the answer to a write is lost, and whether reading back confirms a write.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, NotConfirmed, OutcomeUnknown
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

Fields = dict[str, Any]


class Resource:
    """One object of a service, spoken of in option names and option values.

    :cvar compare: for fields where equality means something else than ``==``, a function to the form that is compared,
        ``frozenset`` for lists whose order means nothing.
    :ivar title: the object as the user knows it, such as ``application 'ISE'``.

    A field that :meth:`read` leaves out cannot be compared: it never counts as a difference, and a write that sets it
    is reported as not confirmable. One that reads as None is not there: it differs from whatever is wanted. Secrets
    never appear among the fields.
    """

    compare: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    title: str = "object"

    def read(self) -> Fields | None:
        """The object as it is now, or None if it does not exist."""
        raise NotImplementedError

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        """Raise ``InvalidInput`` for a change that cannot or must not be made. Called before predicting as well as
        before writing."""

    def create(self, desired: Fields) -> None:
        raise NotImplementedError

    def update(self, current: Fields, changes: Fields) -> None:
        """Write ``changes``, the desired fields that differ; ``current`` is what :meth:`read` returned."""
        raise NotImplementedError

    def delete(self, current: Fields) -> None:
        raise NotImplementedError

    def unconfirmed(self, names: list[str]) -> str:
        """What to do about fields that do not read back as they were written, a full sentence."""
        return ""

    def same(self, name: str, one: Any, other: Any) -> bool:
        comparable = self.compare.get(name, _as_it_is)
        return bool(comparable(one) == comparable(other))


@dataclass(frozen=True)
class Outcome:
    """What :func:`ensure` found and did; in check mode ``after`` is the prediction."""

    changed: bool
    before: Fields | None
    after: Fields | None
    diff: dict[str, Any]

    def result(self, key: str, **more: Any) -> dict[str, Any]:
        """The task's result with the object under ``key``, left out when the object is absent."""
        found = {} if self.after is None else {key: _shown(self.after)}
        return {"changed": self.changed, "diff": self.diff, **found, **more}


def ensure(resource: Resource, state: str, desired: Fields, context: Context) -> Outcome:
    """Bring an object to the wanted state, or predict that in check mode.

    :param state: ``present`` or ``absent``.
    :param desired: wanted fields in option vocabulary; a field that is None was not asked for and is left alone.
    :raises InvalidInput: the change cannot or must not be made; nothing was written.
    :raises NotConfirmed: a write was accepted and reading back does not show it.
    :raises OutcomeUnknown: the answer to a write was lost twice, and looking does not show what is wanted; or it was
        lost and looking failed.
    """
    desired = {name: value for name, value in desired.items() if value is not None}
    before = resource.read()
    changes = _changes(resource, state, desired, before)
    if changes is None:
        return Outcome(False, before, before, _diff(resource, state, desired, before))
    resource.vet(state, before, changes)
    if context.check_mode:
        after = None if state == "absent" else {**(before or {}), **desired}
    else:
        after = _write(resource, state, desired, before, changes, context)
        _confirm(resource, state, desired, after, context)
    return Outcome(True, before, after, _diff(resource, state, desired, before))


def _changes(resource: Resource, state: str, desired: Fields, current: Fields | None) -> Fields | None:
    """The fields to write; None if there is nothing to do."""
    if state == "absent":
        return None if current is None else {}
    if current is None:
        return desired
    changes = {
        name: value
        for name, value in desired.items()
        if name in current and not resource.same(name, current[name], value)
    }
    return changes or None


def _write(
    resource: Resource, state: str, desired: Fields, before: Fields | None, changes: Fields, context: Context
) -> Fields | None:
    """Write until the object is as wanted and return it as read back.

    A write whose answer was lost is looked up, not repeated blindly: only what is then still different is written once
    more.
    """
    current, tries = before, 0
    while True:
        tries += 1
        try:
            if state == "absent":
                resource.delete(current or {})
            elif current is None:
                resource.create(desired)
            else:
                resource.update(current, changes)
        except OutcomeUnknown as error:
            lost = error
        else:
            return resource.read()
        try:
            current = resource.read()
        except CiscoError as error:
            # That something may have been written matters more than why it cannot be looked up.
            raise lost from error
        left = _changes(resource, state, desired, current)
        if left is None:
            context.done.append(lost.attempted)
            return current
        if tries == 2:
            raise lost
        changes = left


def _confirm(resource: Resource, state: str, desired: Fields, after: Fields | None, context: Context) -> None:
    if state == "absent" or after is None:
        if (after is None) != (state == "absent"):
            there = "does not show it" if after is None else "still shows it"
            raise NotConfirmed(
                f"make sure that {resource.title} is {state}", f"the write was accepted, but reading back {there}"
            )
        return
    left = sorted(name for name in desired if name in after and not resource.same(name, after[name], desired[name]))
    if left:
        shown = ", ".join(_left(name, after[name], desired[name]) for name in left)
        raise NotConfirmed(
            f"set {resource.title} as wanted",
            f"the write was accepted, but reading back differs: {shown}",
            resource.unconfirmed(left),
        )
    unseen = sorted(name for name in desired if name not in after)
    if unseen:
        context.warn(
            f"{resource.title}: the service does not return {', '.join(unseen)}, so the setting cannot be confirmed."
        )


def _left(name: str, after: Any, desired: Any) -> str:
    if after is None:
        return f"{name} is not shown instead of being {desired!r}"
    return f"{name} reads {after!r} instead of {desired!r}"


def _diff(resource: Resource, state: str, desired: Fields, before: Fields | None) -> dict[str, Any]:
    """Before and after in option vocabulary, limited to what the task declares. The same in check mode and for real."""
    if state == "absent":
        return {"before": _shown(before or {}), "after": {}, **_headers(resource)}
    if before is None:
        return {"before": {}, "after": _shown(desired), **_headers(resource)}
    kept = {name: before[name] for name in desired if name in before}
    after = {name: kept[name] if resource.same(name, kept[name], desired[name]) else desired[name] for name in kept}
    return {"before": _shown(kept), "after": _shown(after), **_headers(resource)}


def _headers(resource: Resource) -> dict[str, str]:
    return {"before_header": f"{resource.title} as it is", "after_header": f"{resource.title} as declared"}


def _shown(fields: Fields) -> Fields:
    """Sort plain lists: a diff then shows each entry that comes or goes, and a prediction is what reading back will
    show."""
    return {
        name: sorted(value) if isinstance(value, list) and all(isinstance(entry, str) for entry in value) else value
        for name, value in fields.items()
    }


def _as_it_is(value: Any) -> Any:
    return value
