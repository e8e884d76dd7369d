# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine: reads an object once, compares it with what is wanted, and writes or predicts. Private to this
collection.

A :class:`Resource` says how one kind of object is read and written, in the words of the module's options. Everything
about state is decided here and nowhere else: what differs, whether the object is the task's to change, what check mode
predicts, what the diff shows, what happens when the answer to a write is lost or another process creates the object at
the same moment, whether reading back confirms a write, and the sentence that sums it up.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    CiscoError,
    InvalidInput,
    NotConfirmed,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
)
from ansible_collections.identityops.cisco.plugins.module_utils._marks import MANAGED
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry, one_at_a_time
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import wait_until

Fields = dict[str, Any]

# How long the twin with the higher key gets to disappear (seconds), and how often an object may be created elsewhere.
GRACE = 3
ROUNDS = 3
AS_STORED, WRITTEN = "as stored", "rewritten"
# Where this machine notes which texts a service stores in another form than they were sent in.
STORED_OTHERWISE = "texts_stored_otherwise"


class Resource:
    """One object of a service, spoken of in option names and option values.

    :cvar compare: for fields where equality means something else than ``==``, a function to the form that is compared,
        ``frozenset`` for lists whose order means nothing.
    :cvar texts: the fields that hold free texts. One that a service stores in another form is not written again.
    :cvar guarded: the states to which an object of others is not brought without a word of the user.
    :cvar is_unique: whether the service refuses a second object of the same name.
    :ivar place: the service that has the object, by its address.
    :ivar title: the object as the user knows it, such as ``application 'ISE'``.
    :ivar adopts: whether the user wants the task to take over an object that others may have made.
    :ivar is_named_by_key: whether the task names the object by its key, so that it is certainly the right one.
    :ivar key_in_words: what the user can name the object by for that, once it is read; empty where it has no such key.

    A field that :meth:`read` leaves out cannot be compared: it never counts as a difference, and a write that sets it
    is reported as not confirmable. One that reads as None is not there: it differs from whatever is wanted. Secrets
    never appear among the fields.
    """

    compare: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    texts: ClassVar[Collection[str]] = ("description", "notes")
    guarded: ClassVar[Collection[str]] = ("present", "absent")
    is_unique: ClassVar[bool] = True
    place: str = ""
    title: str = "object"
    adopts: bool = False
    is_named_by_key: bool = False
    key_in_words: str = ""

    def read(self) -> Fields | None:
        """The object as it is now, or None if it does not exist."""
        raise NotImplementedError

    def can_bear_mark(self, current: Fields | None) -> bool:
        """Whether the object, or one to be created, can bear the mark: the field ``managed`` is then written with a
        creation and when the task adopts the object."""
        return False

    def doubt(self, current: Fields) -> str:
        """Why others may have made the object: words that follow "it", empty where it is known to be the
        task's."""
        return ""

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        """Raise ``InvalidInput`` for a change that cannot or must not be made. Called before predicting as well as
        before writing."""

    def forced(self, current: Fields) -> Iterable[str]:
        """What to write although it cannot be read, such as a secret: words that stand among the changes as fields
        do."""
        return ()

    def try_out(self, current: Fields | None, changes: Fields) -> None:
        """Prove that what is about to be written works. Not called in check mode, where no secret moves."""

    def prove(self, after: Fields) -> None:
        """Prove that what was written works, as far as the service shows. Not called in check mode or after a
        deletion."""

    def create(self, desired: Fields) -> None:
        raise NotImplementedError

    def twins(self) -> list[str]:
        """After a creation, the keys of all objects of this name, listed again, the created one first; empty where
        the service keeps names unique."""
        return []

    def give_way(self) -> None:
        """Delete what :meth:`create` has just created, and look for the object by name from now on: the twin that is
        there may give way in its turn."""
        raise NotImplementedError

    def update(self, current: Fields, changes: Fields) -> None:
        """Write ``changes``, the desired fields that differ and what is forced; ``current`` is what :meth:`read`
        returned."""
        raise NotImplementedError

    def delete(self, current: Fields) -> None:
        raise NotImplementedError

    def unconfirmed(self, names: list[str]) -> str:
        """What to do about fields that do not read back as they were written, a full sentence."""
        return ""

    def as_found(self, current: Fields) -> str:
        """What is said of an object that stays as it is, words that follow "is"."""
        return "as declared"

    def update_in_words(self, changes: Fields) -> tuple[str, str]:
        """What an update does: a regular verb, and its object."""
        return "change", f"{' and '.join(sorted(changes))} of the {self.title}"

    def stored_otherwise(
        self, objects: Iterable[Fields], name: str, name_of: Callable[[Fields], Any] = lambda item: item.get("name")
    ) -> Fields | None:
        """The object that the service has given another name than the one it was created with."""
        known = Registry(STORED_OTHERWISE).entries
        return next((item for item in objects if _form(self, "name", name_of(item), name) in known), None)

    def same(self, name: str, one: Any, other: Any) -> bool:
        comparable = self.compare.get(name, _as_it_is)
        return bool(comparable(one) == comparable(other))


class Outcome(NamedTuple):
    """What :func:`ensure` found and did; in check mode ``after`` is the prediction.

    :ivar detail: the same in a sentence for people, without its full stop.
    """

    changed: bool
    before: Fields | None
    after: Fields | None
    diff: dict[str, Any]
    detail: str

    def result(self, key: str, **more: Any) -> dict[str, Any]:
        """The task's result with the object under ``key``, left out when the object is absent."""
        found = {} if self.after is None else {key: _shown(self.after)}
        return {"changed": self.changed, "diff": self.diff, "step": self.step(), **found, **more}

    def step(self, proof: str = "") -> dict[str, str]:
        """The line about this task in the report of a role.

        :param proof: what was proven of the object, words that follow a semicolon.
        """
        if not proof:
            return {"status": "changed" if self.changed else "ok", "detail": self.detail}
        return {"status": "changed" if self.changed else "verified", "detail": f"{self.detail}; {proof}"}


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
    for _unused in range(ROUNDS):
        outcome = _once(resource, state, desired, context)
        if outcome:
            return outcome
        context.warn(f"Another process created the {resource.title} at the same time. This task continues with it.")
    raise NotConfirmed(
        f"make sure that {resource.title} is {state}",
        f"it was created and deleted by another process {ROUNDS} times meanwhile",
        "Let one task at a time manage it, then run this again.",
    )


def _once(resource: Resource, state: str, desired: Fields, context: Context) -> Outcome | None:
    """Read, compare and write; None if another process created the object meanwhile."""
    before = _settled(resource)
    if resource.can_bear_mark(before) and (resource.adopts or before is None):
        desired = {**desired, MANAGED: True}
    changes = _changes(resource, state, desired, before)
    diff = _diff(resource, state, desired, before, changes or {})
    _warn_of_other_forms(resource, state, desired, before, context)
    if changes is None:
        return Outcome(False, before, before, diff, _as_it_is_now(resource, before))
    deeds, doubt = _deeds(resource, state, before, changes), _doubt(resource, before)
    if doubt and not _is_permitted(resource, state):
        raise _foreign(resource, " and ".join(map(" ".join, deeds)), doubt)
    resource.vet(state, before, changes)
    if context.check_mode:
        after = None if state == "absent" else {**(before or {}), **desired}
    else:
        resource.try_out(before, changes)
        try:
            after = _write(resource, state, desired, before, changes, context)
        except _Beaten:
            return None
        _confirm(resource, state, desired, after, context)
        if after is not None:
            resource.prove(after)
    return Outcome(
        True, before, after, diff, _in_words(deeds, doubt if MANAGED not in changes else "", context.check_mode)
    )


def _settled(resource: Resource) -> Fields | None:
    """The object as it is now. Where several have its name, all but one may be about to give way."""
    found: Fields | None = None
    several: list[Ambiguous] = []

    def is_settled() -> bool:
        nonlocal found
        several.clear()
        try:
            found = resource.read()
        except Ambiguous as error:
            several.append(error)
        return not several

    # The last one to give way first waits for the others itself.
    wait_until(is_settled, GRACE + GRACE)
    if several:
        raise several.pop()
    return found


def _doubt(resource: Resource, current: Fields | None) -> str:
    return "" if current is None else resource.doubt(current)


def _is_permitted(resource: Resource, state: str) -> bool:
    """Whether the task may bring an object of others to this state."""
    return resource.adopts or resource.is_named_by_key or state not in resource.guarded


def _foreign(resource: Resource, deed: str, doubt: str) -> InvalidInput:
    or_its_key = f", or name it by {resource.key_in_words}" if resource.key_in_words else ""
    return InvalidInput(
        deed,
        f"it {doubt}, so others may have created it",
        "If it is the one you mean, set adopt to true (in a role, the variable that ends in _adopt)"
        f"{or_its_key}. Otherwise use another name.",
    )


class _Beaten(Exception):
    """Another process created the object between the look and the creation."""


def _changes(resource: Resource, state: str, desired: Fields, current: Fields | None) -> Fields | None:
    """The fields to write; None if there is nothing to do."""
    if state == "absent":
        return None if current is None else {}
    if current is None:
        return desired
    changes = {
        name: value
        for name, value in desired.items()
        if name in current and not _is_as_written(resource, name, current[name], value)
    }
    return {**changes, **dict.fromkeys(resource.forced(current), WRITTEN)} or None


def _write(
    resource: Resource, state: str, desired: Fields, before: Fields | None, changes: Fields, context: Context
) -> Fields | None:
    """Write until the object is as wanted and return it as read back.

    A write whose answer was lost is looked up, not repeated blindly: only what is then still different is written once
    more. One that the service answered with a fault is looked up as well, because it may have been carried out.
    """
    current, tries = before, 0
    while True:
        tries += 1
        try:
            if state == "absent":
                resource.delete(current or {})
            elif current is None:
                _create_alone(resource, desired)
            else:
                resource.update(current, changes)
        except (OutcomeUnknown, ServerTrouble) as error:
            lost: CiscoError = error
        else:
            return resource.read()
        earlier = current
        try:
            current = _settled(resource)
        except CiscoError as error:
            # That something may have been written matters more than why it cannot be looked up.
            raise lost from error
        left = _changes(resource, state, desired, current)
        if left is None:
            context.done.append(lost.attempted)
            return current
        if isinstance(lost, ServerTrouble):
            raise lost.advised(_read_back(resource, current == earlier, changes))
        if tries == 2 or _doubt(resource, current) and not _is_permitted(resource, state):
            raise lost
        changes = left


def _read_back(resource: Resource, is_as_before: bool, changes: Fields) -> str:
    """What became of a write that was answered with a fault, as far as that shows."""
    change = f"that the {resource.title} has changed, but is not as wanted"
    shown = f"no change of the {resource.title}" if is_as_before else change
    unseen = " What cannot be read may have been written all the same." if WRITTEN in changes.values() else ""
    return f"Reading back shows {shown}.{unseen}"


def _create_alone(resource: Resource, desired: Fields) -> None:
    """As :func:`_create`. Tasks of one play that share an object make it one after the other, so that none of them
    takes up a twin that is about to give way."""
    if resource.is_unique:
        _create(resource, desired)
        return
    with one_at_a_time("creation"):
        if _settled(resource) is not None:
            raise _Beaten
        _create(resource, desired)


def _create(resource: Resource, desired: Fields) -> None:
    """Create the object, unless another process does so at the same moment.

    :raises _Beaten: the object of another process stays.
    """
    try:
        resource.create(desired)
    except (Refused, ServerTrouble) as error:
        # Services refuse a name that exists in different words and codes, so only looking says what it means.
        found = _if_readable(resource)
        is_own = isinstance(error, ServerTrouble) and _changes(resource, "present", desired, found) is None
        if found is None or is_own:
            raise
        raise _Beaten from error
    if _is_to_give_way(resource):
        resource.give_way()
        raise _Beaten


def _if_readable(resource: Resource) -> Fields | None:
    try:
        return resource.read()
    except CiscoError:
        return None


def _is_to_give_way(resource: Resource) -> bool:
    """Whether a twin is to stay instead of what this task has just created.

    The lowest key stays. A process that looked before this task's object existed does not know about it, so a twin
    that does not disappear stays as well, whatever its key.
    """
    others: list[str] = []

    def is_decided() -> bool:
        nonlocal others
        own, *others = resource.twins() or [""]
        return not others or min(own, *others) != own

    wait_until(is_decided, GRACE)
    return bool(others)


def _confirm(resource: Resource, state: str, desired: Fields, after: Fields | None, context: Context) -> None:
    if state == "absent" or after is None:
        if (after is None) != (state == "absent"):
            there = "does not show it" if after is None else "still shows it"
            raise NotConfirmed(
                f"make sure that {resource.title} is {state}", f"the write was accepted, but reading back {there}"
            )
        return
    left = sorted(
        name for name in desired if name in after and not _is_as_written(resource, name, after[name], desired[name])
    )
    if left:
        for name in set(left).intersection(resource.texts):
            # Where it cannot be noted, the next run writes it again.
            with contextlib.suppress(OSError):
                Registry(STORED_OTHERWISE).add(_form(resource, name, after[name], desired[name]))
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


def _form(resource: Resource, name: str, stored: Any, desired: Any) -> str:
    """What is noted of a text that a service stores in another form, without the texts themselves."""
    digests = [hashlib.sha256(str(text).encode(errors="surrogatepass")).hexdigest() for text in (stored, desired)]
    return " ".join([resource.place, f"{resource.title}:", name, *digests])


def _is_as_written(resource: Resource, name: str, stored: Any, desired: Any) -> bool:
    """Whether a field means the same, or is what the service made of the very text that is wanted."""
    if resource.same(name, stored, desired):
        return True
    return name in resource.texts and _form(resource, name, stored, desired) in Registry(STORED_OTHERWISE)


def _warn_of_other_forms(
    resource: Resource, state: str, desired: Fields, current: Fields | None, context: Context
) -> None:
    for name in set(resource.texts).intersection(desired, current or ()) if state == "present" else ():
        stored = (current or {})[name]
        if not resource.same(name, stored, desired[name]) and _is_as_written(resource, name, stored, desired[name]):
            context.warn(
                f"{resource.title}: {_left(name, stored, desired[name])}. An earlier run wrote it, and this is how the "
                "service stores it."
            )


def _left(name: str, after: Any, desired: Any) -> str:
    if after is None:
        return f"{name} is not shown instead of being {desired!r}"
    return f"{name} reads {after!r} instead of {desired!r}"


def _as_it_is_now(resource: Resource, current: Fields | None) -> str:
    return f"The {resource.title} is {'gone' if current is None else resource.as_found(current)}"


def _deeds(resource: Resource, state: str, before: Fields | None, changes: Fields) -> list[tuple[str, str]]:
    """What there is to do: verbs and their objects."""
    if state == "absent" or before is None:
        return [("delete" if state == "absent" else "create", f"the {resource.title}")]
    rest = {name: value for name, value in changes.items() if name != MANAGED}
    adoption = [("adopt", f"the {resource.title}")] if MANAGED in changes else []
    return [*adoption, *([resource.update_in_words(rest)] if rest else [])]


def _in_words(deeds: list[tuple[str, str]], doubt: str, check_mode: bool) -> str:
    """What was done, or would be done in check mode.

    :param doubt: why others may have made the object.
    """
    words = " and ".join(f"{verb if check_mode else _past(verb)} {what}" for verb, what in deeds)
    sentence = f"Would {words}" if check_mode else f"{words[0].upper()}{words[1:]}"
    return f"{sentence}, although it {doubt}" if doubt else sentence


def _past(verb: str) -> str:
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def _diff(resource: Resource, state: str, desired: Fields, before: Fields | None, changes: Fields) -> dict[str, Any]:
    """Before and after in option vocabulary, limited to what the task declares. The same in check mode and for real."""
    if state == "absent":
        return {"before": _shown(before or {}), "after": {}, **_headers(resource)}
    if before is None:
        return {"before": {}, "after": _shown(desired), **_headers(resource)}
    kept = {name: before[name] for name in desired if name in before}
    after = {
        name: kept[name] if _is_as_written(resource, name, kept[name], desired[name]) else desired[name]
        for name in kept
    }
    forced = [name for name in changes if name not in desired]
    return {
        "before": {**_shown(kept), **dict.fromkeys(forced, AS_STORED)},
        "after": {**_shown(after), **dict.fromkeys(forced, WRITTEN)},
        **_headers(resource),
    }


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
