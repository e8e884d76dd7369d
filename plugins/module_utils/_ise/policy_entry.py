# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What policy sets and rules have in common: a name, a rank, a condition, and one among them that is the default.
Private to this collection.

Facts: Cisco's API description "policy", the newer copy of it in Cisco's MCP server, and Cisco's Terraform provider for
ISE; reports from real boxes for what ISE refuses.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    OutcomeUnknown,
    Refused,
    TimedOut,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, TakenForAttack
from ansible_collections.identityops.cisco.plugins.module_utils._ise.condition_names import KnownNames
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import (
    ANY_OF,
    Condition,
    Words,
    comparable,
    in_words,
    may_be_form_of,
    parse,
    references,
    tidy,
    to_ise,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Findings, InMany
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import (
    NEIGHBOUR,
    Missing,
    PolicyTree,
    core,
    one_of_name,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_order import (
    AFTER,
    BEFORE,
    LAST,
    Position,
    position_from,
)
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import MOST_FAILED_LOOKS, pause, wait_until

# The condition of what holds for every login, which ISE keeps as null.
ALWAYS = "always"
INSTEAD_OF_ALWAYS = "If ISE refuses it, write a condition that every login meets."
STATES = ["enabled", "disabled", "monitor"]
# Of the names of policy sets and rules. ISE's own pattern is one of Java, where \w is ASCII.
NAME = re.compile(r"[\w\-.() ]+", re.ASCII)
# ISE has accepted a write that it has yet to carry out.
ACCEPTED = 202
# ISE answers 400 to a write now and then that it takes a moment later (Cisco's Terraform provider repeats these).
PASSING = (400, 408)
PAUSE = 1.0
# Where this machine notes which conditions ISE stores in another form than they were sent in.
FORMS_OF_CONDITIONS = "conditions_stored_otherwise"
# Besides the condition and the rank: what ISE shows of every policy set and rule that has it.
ALWAYS_SENT = (
    *("service_name", "connection", "on_success", "on_failure"),
    *("identity_source", "if_auth_fail", "if_user_not_found", "if_process_fail"),
    *("profiles", "commands", "security_group"),
)


# Conditions, in the words of options and results


def comparable_condition(words: Words | None) -> Any:
    """The same for all conditions that mean the same. One that ISE does not show may be one that it keeps as null."""
    return ALWAYS if words in (ALWAYS, None) else comparable(words)


def declared_condition(value: Any, where: str = "condition") -> Words | None:
    """The condition in an option, in the form in which it is compared and shown.

    :raises InvalidInput: naming everything that is wrong, and where.
    """
    if value is None:
        return None
    if isinstance(value, str) and value.strip().lower() == ALWAYS:
        return ALWAYS
    condition = parse(value, where)
    return in_words(condition, _given_ids(condition))


def shown_condition(raw: dict[str, Any] | None, like: Words | None = None) -> Words:
    """A condition as read.

    :param like: the declared one, whose references by ID are shown so.
    """
    ids = _given_ids(parse(like)) if like and like != ALWAYS else set()
    return in_words(tidy(raw), ids) if raw else ALWAYS


def condition_of(stored: dict[str, Any], like: Words | None = None) -> Words | None:
    """The condition of a policy set or rule as listed; None where ISE does not show it, which null is not.

    :param like: as for :func:`shown_condition`.
    """
    is_shown = stored.get("default") or stored.get("condition") or stored.get("condition", "") is None
    return shown_condition(stored.get("condition"), like) if is_shown else None


def in_text(words: Words) -> str:
    """On one line, for messages."""
    return words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)


def _digest(words: Words) -> str:
    return hashlib.sha256(json.dumps(comparable_condition(words), sort_keys=True).encode()).hexdigest()


def either(one: Words | None, other: Words) -> Words | None:
    """A condition that holds for every login for which one or the other holds; None if one of them is not shown."""
    if one is None:
        return None
    if ALWAYS in (one, other):
        return ALWAYS
    ways = [way for words in (one, other) for way in _ways(words)]
    found = {json.dumps(comparable_condition(way), sort_keys=True): way for way in ways}
    return next(iter(found.values())) if len(found) == 1 else {ANY_OF: list(found.values())}


def _ways(words: Words) -> list[Words]:
    """The conditions where one is enough."""
    found: list[Words] = words[ANY_OF] if isinstance(words, dict) and ANY_OF in words else [words]
    return found


def _given_ids(condition: Condition) -> set[str]:
    """The library conditions that a condition names by ID."""
    return {str(entry["id"]) for entry in references(condition) if "id" in entry}


class Conditions:
    """Makes conditions ready to be sent to one policy tree.

    :param kind: what the conditions are for, see :class:`KnownNames`.
    """

    def __init__(self, policy: PolicyTree, kind: str, context: Context) -> None:
        self._context = context
        self._names = KnownNames(policy, kind, context)
        self._ids: dict[str, str] = {}
        self._place = policy.place
        self._sent: list[Words] = []

    def vet(self, words: Words, title: str) -> None:
        """:raises InvalidInput: ISE does not have what the condition names, with the nearest it has."""
        if words == ALWAYS:
            self._context.doubt(
                f"ISE may refuse the condition {ALWAYS} for the {title}: Cisco's documents disagree on whether "
                f"only the default ones may have none. {INSTEAD_OF_ALWAYS}"
            )
            return
        try:
            self._ids |= self._names.look_up(parse(words))
        except InvalidInput as error:
            attempted = f"use the condition of the {title}"
            raise InMany(error.came_back, attempted, error.came_back, error.advice) from None

    def to_ise(self, words: Words, stored: dict[str, Any] | None) -> Condition | None:
        """:param stored: as read; sent back as it is where it means the same."""
        if words == ALWAYS:
            return None
        self._sent.append(words)
        if stored and comparable_condition(shown_condition(stored, words)) == comparable_condition(words):
            return to_ise(tidy(stored), {})
        return to_ise(parse(words), self._ids, self._names.spelled)

    def as_sent(self, shown: Words | None, declared: Words | None, title: str) -> Words | None:
        """A condition as ISE shows it; as it is declared, where the other form is what ISE has made of just that."""
        if ALWAYS in (shown, declared) or shown is None or declared is None:
            return shown
        if comparable_condition(shown) == comparable_condition(declared) or not may_be_form_of(shown, declared):
            return shown
        forms = Registry(FORMS_OF_CONDITIONS)
        pair = " ".join([self._place, *(_digest(words) for words in (shown, declared))])
        if declared in self._sent:
            # Where it cannot be noted, the next run writes it again.
            with contextlib.suppress(OSError):
                forms.add(pair)
        elif pair not in forms:
            return shown
        form = self._context.quote(in_text(shown))
        self._context.warn(f"ISE stores the condition of the {title} in another form than declared: {form}.")
        return declared


# Writing


def carry_out(
    ise: Ise, write: Callable[[], int], is_done: Callable[[], bool], may_repeat: Callable[[], bool] = lambda: True
) -> None:
    """Write, once more where ISE refuses it in passing, and wait where ISE takes its time.

    :param write: returns the HTTP status.
    :param is_done: looks whether the write has taken effect.
    :param may_repeat: looks whether the write may be sent again without being carried out twice.
    :raises TimedOut: ISE accepted the write and does not show its effect, after ``ise_timeout`` seconds.
    """
    try:
        status = write()
    except OutcomeUnknown as error:
        raise error.advised("If ISE takes long over a deep condition, set ise_timeout higher.") from None
    except Refused as error:
        if error.status not in PASSING or isinstance(error, TakenForAttack):
            raise
        pause(PAUSE)
        if not may_repeat():
            raise
        status = write()
    if status == ACCEPTED and not wait_until(is_done, ise.timeout, survives=MOST_FAILED_LOOKS):
        raise TimedOut(
            f"see that ISE has carried this out: {ise.context.done[-1]}",
            f"ISE accepted it (202), and after {ise.timeout:g} seconds it still lists what was there before",
            "Look at the policy set in the ISE console, then run this again.",
        )


def with_advice(write: Callable[[], int], body: dict[str, Any]) -> Callable[[], int]:
    """A write whose refusal says what to do if ISE takes no policy set or rule without a condition."""
    is_for_every_login = core(body).get("condition") is None and not core(body).get("default")

    def attempt() -> int:
        try:
            return write()
        except Refused as error:
            if is_for_every_login:
                error.advised(INSTEAD_OF_ALWAYS)
            raise

    return attempt


# One policy set or rule

# Whether the order of a rule's profiles means anything is not documented, so it is kept and not compared.
COMPARE: dict[str, Callable[[Any], Any]] = {
    "condition": comparable_condition,
    "description": free_text,
    "profiles": lambda names: frozenset(names or ()),
    "commands": lambda names: frozenset(names or ()),
}


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same."""
    return bool(COMPARE[name](one) == COMPARE[name](other)) if name in COMPARE else bool(one == other)


def require_name(name: str, what: str) -> None:
    """:raises InvalidInput: ISE takes no such name."""
    if not NAME.fullmatch(name):
        raise InvalidInput(
            f"give the {what} the name {name!r}",
            "ISE takes letters without accents, digits, spaces and _ - . ( ) only",
            "Choose another name.",
        )


class PolicyEntry(Resource):
    """A policy set or a rule, found by its name in a list.

    It is written as a whole, because a PUT replaces; what is not declared is sent as it was read.

    :cvar needs: what must be given for a new one.
    :ivar what: what it is, in a word or two.
    """

    compare = COMPARE
    needs: tuple[str, ...] = ()
    what: str = ""

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        self.ise = ise
        self.context = context
        self.state: str = params["state"]
        self.name: str = params["name"]
        self.position = position_from(params["position"]) if self.state == "present" else None
        self.raw: dict[str, Any] = {}
        # All names but that of the default one, in order; that one; and the list that was read ahead of the engine.
        self.names: list[str] = []
        self.last: list[str] = []
        self._ahead: list[dict[str, Any]] | None = None

    def entries(self) -> list[dict[str, Any]]:
        """The list as ISE has it, in order."""
        raise NotImplementedError

    def fields_of(self, raw: dict[str, Any]) -> Fields:
        """One of the list in option vocabulary."""
        raise NotImplementedError

    def new_fields(self) -> Fields:
        """What a new one gets where nothing else is declared."""
        raise NotImplementedError

    def vet_content(self, changes: Fields, wanted: Fields) -> None:
        """:raises InvalidInput: ISE does not have what is to be named."""
        raise NotImplementedError

    @property
    def found(self) -> Fields:
        """It as it was last read; empty if it does not exist."""
        return self.fields_of(self.raw) if self.raw else {}

    def read(self) -> Fields | None:
        entries, self._ahead = self.entries() if self._ahead is None else self._ahead, None
        return self._found_in(entries)

    def _found_in(self, entries: list[dict[str, Any]]) -> Fields | None:
        found = one_of_name(entries, self.name, self.what, self.title)
        self.names = [str(core(raw).get("name")) for raw in entries if not core(raw).get("default")]
        self.last = [str(core(raw).get("name")) for raw in entries if core(raw).get("default")]
        self.raw = found or {}
        return self.fields_of(found) if found else None

    def wanted(self, declared: Fields) -> Fields:
        """The declared fields with the rank that the position means, and for a new one with what it starts with.

        :raises InvalidInput: the position is beside one that does not exist.
        """
        if self.state == "absent":
            return {}
        declared = {name: value for name, value in declared.items() if value is not None}
        self._ahead = self.entries()
        current = self._found_in(self._ahead)
        if current is not None:
            # What means the same stays as it is written.
            declared |= {name: current[name] for name in declared if same(name, current[name], declared[name])}
            return {**declared, **self._rank_at(self.position)}
        require_name(self.name, self.what)
        position = self.position or (None if "rank" in declared else Position(LAST))
        return {**self.new_fields(), **declared, **self._rank_at(position)}

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if self.name in self.last and (state == "absent" or changes.keys() & {"rank", "condition"}):
            self._refuse_for_default(state)
        if state == "absent":
            return
        wanted, findings = {**(current or {}), **changes}, Findings()
        with findings:
            if current is None:
                require_all(f"create the {self.title}", self.needs, wanted)
        with findings:
            if "rank" in changes:
                self._require_rank(changes["rank"])
        with findings:
            self.vet_content(changes, wanted)
        findings.report()

    def _refuse_for_default(self, state: str) -> None:
        raise InvalidInput(
            f"{'delete' if state == 'absent' else 'change'} the {self.title}",
            f"the default {self.what} is for all logins that no other one matches, and ISE keeps it as the last",
            f"Leave out {'the task' if state == 'absent' else 'position, rank and condition'}; everything else of it "
            "can be changed.",
        )

    def _rank_at(self, position: Position | None) -> Fields:
        if position is not None and position.word == BEFORE and position.name in self.last:
            position = Position(LAST)
        if position is None or (self.name in self.last and position.word == LAST):
            return {}
        if self.name in self.last or (position.word == AFTER and position.name in self.last):
            self._refuse_for_default(self.state)
        try:
            return {"rank": position.rank_of(self.name, self.names)}
        except InvalidInput as error:
            missing = Missing(NEIGHBOUR, position.name, error)
            assumption = f"The prediction leaves the place open: {error.came_back} ({position.name!r})."
            self.context.foresee(missing, assumption)
            return {}

    def _require_rank(self, rank: int) -> None:
        last = len(self.names) - (1 if self.raw else 0)
        if 0 <= rank <= last:
            return
        came_back = f"the ranks there go from 0 to {last}"
        error = InvalidInput(f"give the {self.title} the rank {rank}", came_back, "Choose one of these.")
        if rank < 0:
            raise error
        missing = Missing(NEIGHBOUR, "", error, count=rank - last)
        self.context.foresee(
            missing, f"The rank {rank} is out of reach until there are more {self.what}s: {came_back}."
        )


def require_all(attempted: str, needs: tuple[str, ...], wanted: Fields) -> None:
    """:raises InvalidInput: naming everything that is missing."""
    missing = [name for name in needs if not wanted.get(name)]
    if missing:
        raise InvalidInput(attempted, f"{' and '.join(missing)} must be given for that", "Add what is missing.")


def require_state(title: str, name: str, wanted: Fields) -> None:
    """:raises InvalidInput: ISE does not show the state of what is to be written, so that a write could enable it."""
    if wanted[name] is None:
        raise InvalidInput(
            f"write the {title}", "ISE does not show its state, and a write always sets one", f"Declare {name}."
        )


def require_readable(title: str, raw: dict[str, Any], wanted: Fields) -> None:
    """
    :param raw: what is to be changed, as listed; without an ID for what is yet to be created.
    :raises InvalidInput: ISE does not show something that a write always sends, so that the write could make it apply
        to all logins, move it or lose what follows from an answer.
    """
    stored = core(raw)
    if not stored.get("id"):
        return
    hidden = [name for name in ALWAYS_SENT if name in wanted and wanted[name] in ("", None)]
    if "condition" in wanted and comparable_condition(wanted["condition"]) == ALWAYS and condition_of(stored) is None:
        hidden.append("condition")
    if wanted.get("rank", stored.get("rank")) is None:
        hidden.append("rank")
    if hidden:
        in_a_list = hidden == ["rank"] and "rank" not in wanted
        raise InvalidInput(
            f"write the {title}",
            f"ISE does not show its {' and '.join(hidden)}, and a write always sets this",
            "Use the module for one rule, with rank." if in_a_list else f"Declare {' and '.join(hidden)}.",
        )
