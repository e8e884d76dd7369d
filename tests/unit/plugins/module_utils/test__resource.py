# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine: every branch, for real and in check mode."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _waiting
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    CiscoError,
    InvalidInput,
    NotConfirmed,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._marks import with_mark, without_mark
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Outcome, Resource, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text

ALICE: Fields = {"name": "alice", "colour": "red", "tags": ["b", "a"], "id": 7}


class Shelf(Resource):
    """A service with one place on it. `weather` says what becomes of each write: `fine` once it is used up."""

    compare = {"tags": frozenset, "colour": str.lower}
    title = "thing 'alice'"

    def __init__(self, stored: Fields | None, context: Context, *weather: str, hides: tuple[str, ...] = ()) -> None:
        self.stored = None if stored is None else dict(stored)
        self.context = context
        self.weather = deque(weather)
        self.hides = hides
        self.calls: list[Any] = []

    def read(self) -> Fields | None:
        self.calls.append("read")
        if self.stored is None:
            return None
        return {name: value for name, value in self.stored.items() if name not in self.hides}

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        self.calls.append(("vet", state, current is not None, dict(changes)))
        if changes.get("name") == "forbidden":
            raise InvalidInput("name it", "that is forbidden")

    def create(self, desired: Fields) -> None:
        self._write("create", dict(desired), {"id": 8, **desired})

    def update(self, current: Fields, changes: Fields) -> None:
        self._write("update", dict(changes), {**(self.stored or {}), **changes})

    def delete(self, current: Fields) -> None:
        self._write("delete", current["name"], None)

    def _write(self, verb: str, what: Any, then: Fields | None) -> None:
        assert not self.context.check_mode, "a write in check mode"
        self.calls.append((verb, what))
        weather = self.weather.popleft() if self.weather else "fine"
        if weather in ("fine", "done, answer lost", "done, fault"):
            self.stored = then
        elif weather.startswith("half done"):
            first = dict([next(iter(what.items()))])
            self.stored = {"colour": "white", **(self.stored or {}), **first}
        if "lost" in weather:
            raise OutcomeUnknown(f"{verb} it", "no answer came", "Run this again.")
        if "fault" in weather:
            raise ServerTrouble(f"{verb} it", "it reports a fault", "Run this again later.")
        self.context.done.append(f"{verb} it")

    @property
    def writes(self) -> list[Any]:
        return [call for call in self.calls if call[0] in ("create", "update", "delete")]


def both(stored: Fields | None, state: str, desired: Fields, **how: Any) -> tuple[Outcome, Shelf]:
    """Run in check mode and for real from the same start, compare what can be compared, and return the real run."""
    checking, real = Context(check_mode=True), Context()
    predicted = Shelf(stored, checking, **how)
    prediction = ensure(predicted, state, desired, checking)
    done = Shelf(stored, real, **how)
    outcome = ensure(done, state, desired, real)
    assert predicted.calls == ["read"] + [call for call in done.calls if call[0] == "vet"]
    assert (prediction.changed, prediction.before) == (outcome.changed, outcome.before)
    assert prediction.diff == outcome.diff
    assert (prediction.after is None) == (outcome.after is None)
    again = Shelf(done.stored, real, **how)
    assert not ensure(again, state, desired, real).changed and again.calls == ["read"]
    return outcome, done


def test_create() -> None:
    outcome, shelf = both(None, "present", {"name": "alice", "tags": ["b", "a"], "colour": None})
    assert shelf.calls[1:] == [
        ("vet", "present", False, {"name": "alice", "tags": ["b", "a"]}),
        ("create", {"name": "alice", "tags": ["b", "a"]}),
        "read",
    ]
    assert outcome.changed and outcome.before is None
    assert outcome.after == {"id": 8, "name": "alice", "tags": ["b", "a"]}
    assert not shelf.context.warnings
    assert outcome.diff == {
        "before_header": "thing 'alice' as it is",
        "after_header": "thing 'alice' as declared",
        "before": {},
        "after": {"name": "alice", "tags": ["a", "b"]},
    }


def test_what_check_mode_predicts_of_a_creation_is_what_was_declared() -> None:
    context = Context(check_mode=True)
    outcome = ensure(Shelf(None, context), "present", {"name": "alice", "colour": None}, context)
    assert outcome.after == {"name": "alice"}


def test_update_writes_the_differences_only() -> None:
    outcome, shelf = both(ALICE, "present", {"name": "alice", "colour": "blue", "tags": ["a", "b"]})
    assert shelf.calls[1:] == [("vet", "present", True, {"colour": "blue"}), ("update", {"colour": "blue"}), "read"]
    assert outcome.before == ALICE and outcome.after == {**ALICE, "colour": "blue"}
    # Not even the order of the tags shows as a change.
    assert outcome.diff["before"] == {"name": "alice", "colour": "red", "tags": ["a", "b"]}
    assert outcome.diff["after"] == {"name": "alice", "colour": "blue", "tags": ["a", "b"]}


def test_what_check_mode_predicts_of_a_change_keeps_the_rest() -> None:
    context = Context(check_mode=True)
    outcome = ensure(Shelf(ALICE, context), "present", {"tags": ["c"]}, context)
    assert outcome.after == {**ALICE, "tags": ["c"]}


@pytest.mark.parametrize(
    "desired",
    [
        {"name": "alice"},
        {"colour": "RED"},
        {"tags": ["a", "b", "a"]},
        {"name": None, "colour": None},
        {},
    ],
)
def test_no_change(desired: Fields) -> None:
    outcome, shelf = both(ALICE, "present", desired)
    assert not outcome.changed and shelf.calls == ["read"]
    assert outcome.after == outcome.before == ALICE
    assert outcome.diff["before"] == outcome.diff["after"]
    assert set(outcome.diff["before"]) == {name for name, value in desired.items() if value is not None}


@pytest.mark.parametrize("tags", [["a"], ["a", "b", "c"], []])
def test_lists_compare_as_sets_where_the_resource_says_so(tags: list[str]) -> None:
    outcome, shelf = both(ALICE, "present", {"tags": tags})
    assert outcome.changed and shelf.writes == [("update", {"tags": tags})]


def test_other_fields_compare_as_they_are() -> None:
    shelf = Shelf(None, Context())
    assert shelf.same("name", "alice", "alice") and not shelf.same("name", "alice", "ALICE")


def test_a_list_of_objects_keeps_its_order_in_the_diff() -> None:
    rules = [{"rank": 2}, {"rank": 1}]
    outcome, _shelf = both({**ALICE, "rules": []}, "present", {"rules": rules})
    assert outcome.diff["after"] == {"rules": rules}


def test_delete() -> None:
    outcome, shelf = both(ALICE, "absent", {"name": "alice", "colour": "blue"})
    assert shelf.calls[1:] == [("vet", "absent", True, {}), ("delete", "alice"), "read"]
    assert outcome.changed and outcome.before == ALICE and outcome.after is None
    assert outcome.diff["before"] == {**ALICE, "tags": ["a", "b"]} and outcome.diff["after"] == {}


def test_delete_what_is_absent() -> None:
    outcome, shelf = both(None, "absent", {"name": "alice"})
    assert not outcome.changed and shelf.calls == ["read"]
    assert outcome.diff["before"] == outcome.diff["after"] == {}


def test_a_field_that_is_not_returned_is_no_difference() -> None:
    outcome, shelf = both(ALICE, "present", {"name": "alice", "colour": "blue"}, hides=("colour",))
    assert not outcome.changed and shelf.calls == ["read"]
    assert outcome.diff["before"] == outcome.diff["after"] == {"name": "alice"}
    assert not shelf.context.warnings


def test_a_field_that_is_not_returned_cannot_be_confirmed() -> None:
    outcome, shelf = both(None, "present", {"name": "alice", "colour": "blue"}, hides=("colour",))
    assert outcome.changed
    assert shelf.context.warnings == [
        "thing 'alice': the service does not return colour, so the setting cannot be confirmed."
    ]


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_refused_change_writes_nothing(check_mode: bool) -> None:
    context = Context(check_mode=check_mode)
    shelf = Shelf(ALICE, context)
    with pytest.raises(InvalidInput, match="that is forbidden"):
        ensure(shelf, "present", {"name": "forbidden"}, context)
    assert not shelf.writes


LOST = [
    ("absent", ALICE, {}),
    ("present", None, {"name": "alice"}),
    ("present", ALICE, {"name": "bob", "colour": "blue"}),
]


@pytest.mark.parametrize(("state", "stored", "desired"), LOST)
def test_an_answer_is_lost_and_the_write_was_done(state: str, stored: Fields | None, desired: Fields) -> None:
    context = Context()
    shelf = Shelf(stored, context, "done, answer lost")
    outcome = ensure(shelf, state, desired, context)
    assert outcome.changed and len(shelf.writes) == 1
    # A failure later in the task must not forget it.
    assert context.done == [f"{shelf.writes[0][0]} it"]


@pytest.mark.parametrize(("state", "stored", "desired"), LOST)
def test_an_answer_is_lost_and_the_write_was_not_done(state: str, stored: Fields | None, desired: Fields) -> None:
    context = Context()
    shelf = Shelf(stored, context, "not done, answer lost")
    outcome = ensure(shelf, state, desired, context)
    assert outcome.changed and len(shelf.writes) == 2 and shelf.writes[0] == shelf.writes[1]
    assert context.done == [f"{shelf.writes[0][0]} it"]
    assert outcome.after == (None if state == "absent" else shelf.read())


def test_an_answer_is_lost_and_the_write_was_half_done() -> None:
    context = Context()
    shelf = Shelf(ALICE, context, "half done, answer lost")
    ensure(shelf, "present", {"name": "bob", "colour": "blue"}, context)
    assert shelf.writes == [("update", {"name": "bob", "colour": "blue"}), ("update", {"colour": "blue"})]


def test_the_second_answer_is_lost_too_and_the_write_was_done() -> None:
    """The look-up counts, however often answers were lost."""
    context = Context()
    shelf = Shelf(None, context, "not done, answer lost", "done, answer lost")
    assert ensure(shelf, "present", {"name": "alice"}, context).changed
    assert len(shelf.writes) == 2 and context.done == ["create it"]


def test_a_creation_whose_answer_was_lost_is_completed_by_an_update() -> None:
    context = Context()
    shelf = Shelf(None, context, "half done, answer lost")
    outcome = ensure(shelf, "present", {"name": "alice", "colour": "blue"}, context)
    assert [write[0] for write in shelf.writes] == ["create", "update"]
    assert outcome.after == {"name": "alice", "colour": "blue"}


@pytest.mark.parametrize(("state", "stored", "desired"), LOST)
def test_answers_are_lost_twice(state: str, stored: Fields | None, desired: Fields) -> None:
    context = Context()
    shelf = Shelf(stored, context, "not done, answer lost", "not done, answer lost")
    with pytest.raises(OutcomeUnknown, match="no answer came"):
        ensure(shelf, state, desired, context)
    assert len(shelf.writes) == 2 and not context.done


def test_the_look_up_after_a_lost_answer_fails() -> None:
    """Nobody may take what is then said for a failure before the write."""

    class Gone(Shelf):
        def read(self) -> Fields | None:
            if self.writes:
                raise Unreachable("read it", "the cable is out")
            return super().read()

    context = Context()
    shelf = Gone(ALICE, context, "done, answer lost")
    with pytest.raises(OutcomeUnknown, match="no answer came") as caught:
        ensure(shelf, "present", {"name": "bob"}, context)
    assert isinstance(caught.value.__cause__, Unreachable)
    assert len(shelf.writes) == 1 and not context.done


@pytest.mark.parametrize(("state", "stored", "desired"), LOST)
def test_a_fault_is_reported_and_the_write_was_done(state: str, stored: Fields | None, desired: Fields) -> None:
    context = Context()
    shelf = Shelf(stored, context, "done, fault")
    outcome = ensure(shelf, state, desired, context)
    assert outcome.changed and len(shelf.writes) == 1 and not context.warnings
    assert context.done == [f"{shelf.writes[0][0]} it"]
    assert outcome.after == (None if state == "absent" else shelf.read())


@pytest.mark.parametrize(("state", "stored", "desired"), LOST)
@pytest.mark.parametrize("weather", ["not done", "half done"])
def test_a_fault_is_reported_and_the_write_was_not_done(
    weather: str, state: str, stored: Fields | None, desired: Fields
) -> None:
    """It is said how far it got, and nothing is written again."""
    if weather == "half done" and (state == "absent" or stored is None):
        weather = "not done"
    context = Context()
    shelf = Shelf(stored, context, f"{weather}, fault")
    with pytest.raises(ServerTrouble) as caught:
        ensure(shelf, state, desired, context)
    shown = {
        "not done": "no change of the thing 'alice'",
        "half done": "that the thing 'alice' has changed, but is not as wanted",
    }[weather]
    assert caught.value.advice == f"Reading back shows {shown}. Run this again later."
    assert len(shelf.writes) == 1 and not context.done


def test_the_look_up_after_a_fault_fails() -> None:
    class Gone(Shelf):
        def read(self) -> Fields | None:
            if self.writes:
                raise Unreachable("read it", "the cable is out")
            return super().read()

    with pytest.raises(ServerTrouble) as caught:
        ensure(Gone(ALICE, Context(), "done, fault"), "present", {"name": "bob"}, Context())
    assert caught.value.advice == "Run this again later." and isinstance(caught.value.__cause__, Unreachable)


@pytest.mark.parametrize(
    ("state", "stored", "desired", "text"),
    [
        ("present", None, {"name": "alice"}, "sure that thing 'alice' is present: .* reading back does not show it"),
        ("absent", ALICE, {}, "sure that thing 'alice' is absent: .* reading back still shows it"),
        (
            "present",
            ALICE,
            {"name": "bob", "colour": "blue", "tags": ["a", "b"]},
            "set thing 'alice' as wanted.*: colour reads 'red' instead of 'blue', name reads 'alice' instead of 'bob'",
        ),
    ],
)
def test_a_write_is_accepted_and_not_done(state: str, stored: Fields | None, desired: Fields, text: str) -> None:
    context = Context()
    with pytest.raises(NotConfirmed, match=text):
        ensure(Shelf(stored, context, "accepted, not done"), state, desired, context)
    assert len(context.done) == 1


def test_what_is_not_shown_is_not_confirmed_and_the_resource_advises() -> None:
    class Forgetful(Shelf):
        def read(self) -> Fields | None:
            found = super().read()
            return found and {**found, "size": None}

        def unconfirmed(self, names: list[str]) -> str:
            return f"Look for {', '.join(names)}."

    context = Context()
    text = "reading back differs: size is not shown instead of being 3. Look for size."
    with pytest.raises(NotConfirmed, match=text):
        ensure(Forgetful(ALICE, context), "present", {"name": "alice", "size": 3}, context)
    assert Shelf(ALICE, context).unconfirmed(["size"]) == ""


def test_a_result() -> None:
    diff: Fields = {"before": {}, "after": {}}
    present = Outcome(True, None, ALICE, diff, "Created it")
    result = present.result("thing", verified=True)
    step = {"status": "changed", "detail": "Created it"}
    shown = {**ALICE, "tags": ["a", "b"]}
    assert result == {"changed": True, "thing": shown, "diff": diff, "verified": True, "step": step}
    assert present.step("it works") == {"status": "changed", "detail": "Created it; it works"}
    absent = Outcome(False, None, None, diff, "It is gone")
    assert absent.result("thing") == {"changed": False, "diff": diff, "step": {"status": "ok", "detail": "It is gone"}}
    assert absent.step("it is")["status"] == "verified"


@pytest.mark.parametrize(
    ("stored", "state", "desired", "predicted", "done"),
    [
        (None, "present", {"name": "alice"}, "Would create the thing 'alice'", "Created the thing 'alice'"),
        (ALICE, "absent", {}, "Would delete the thing 'alice'", "Deleted the thing 'alice'"),
        (
            ALICE,
            "present",
            {"name": "bob", "colour": "blue"},
            "Would change colour and name of the thing 'alice'",
            "Changed colour and name of the thing 'alice'",
        ),
        (ALICE, "present", {}, "The thing 'alice' is as declared", "The thing 'alice' is as declared"),
        (None, "absent", {}, "The thing 'alice' is gone", "The thing 'alice' is gone"),
    ],
)
def test_the_sentence(stored: Fields | None, state: str, desired: Fields, predicted: str, done: str) -> None:
    for check_mode, sentence in ((True, predicted), (False, done)):
        context = Context(check_mode=check_mode)
        assert ensure(Shelf(stored, context), state, desired, context).detail == sentence


class Locked(Shelf):
    """Has a lock that is changed whenever the task runs, and cannot be seen."""

    def forced(self, current: Fields) -> tuple[str, ...]:
        return ("lock",)

    def _write(self, verb: str, what: Any, then: Fields | None) -> None:
        super()._write(verb, what, {name: value for name, value in (then or {}).items() if name != "lock"})


def test_what_cannot_be_seen_is_written_when_forced() -> None:
    for check_mode in (True, False):
        context = Context(check_mode=check_mode)
        shelf = Locked(ALICE, context)
        outcome = ensure(shelf, "present", {"name": "alice"}, context)
        assert outcome.changed and outcome.after == ALICE and not context.warnings
        assert outcome.diff["before"] == {"name": "alice", "lock": "as stored"}
        assert outcome.diff["after"] == {"name": "alice", "lock": "rewritten"}
        assert [write[0] for write in shelf.writes] == ([] if check_mode else ["update"])
    shelf = Locked(ALICE, Context(), "not done, fault")
    with pytest.raises(ServerTrouble, match="What cannot be read may have been written all the same. Run"):
        ensure(shelf, "present", {"name": "alice"}, shelf.context)
    shelf = Locked(None, Context())
    assert "lock" not in ensure(shelf, "present", {"name": "alice"}, shelf.context).diff["after"]
    assert [write[0] for write in shelf.writes] == ["create"]


class Raced(Shelf):
    """Somebody else creates the thing right before this task, again and again for `times`."""

    def __init__(self, context: Context, theirs: Fields, error: type[CiscoError], times: int = 1) -> None:
        super().__init__(None, context)
        self.theirs, self.error, self.times = theirs, error, times

    def read(self) -> Fields | None:
        found = super().read()
        if self.times > 1:
            self.stored = None
        return found

    def create(self, desired: Fields) -> None:
        if not self.times:
            return super().create(desired)
        self.times -= 1
        self.stored = dict(self.theirs)
        raise self.error("create it", "it exists")


@pytest.mark.parametrize("error", [Refused, ServerTrouble])
@pytest.mark.parametrize("theirs", [{"name": "alice"}, {"name": "alice", "colour": "green"}])
def test_a_thing_that_somebody_else_creates_meanwhile(error: type[CiscoError], theirs: Fields) -> None:
    context = Context()
    shelf = Raced(context, {"colour": "red", **theirs}, error)
    outcome = ensure(shelf, "present", {"name": "alice", "colour": "red"}, context)
    assert outcome.after == {"name": "alice", "colour": "red"}
    is_other = theirs.get("colour") == "green"
    # One that is as wanted after a fault is that of this task.
    is_own = error is ServerTrouble and not is_other
    assert outcome.changed == (is_other or is_own) and len(context.warnings) == (not is_own)
    assert bool(shelf.writes) == is_other


def test_a_thing_that_comes_and_goes() -> None:
    context = Context()
    with pytest.raises(NotConfirmed, match="created and deleted by another process"):
        ensure(Raced(context, {"name": "alice"}, Refused, times=9), "present", {"name": "alice"}, context)


def test_a_refusal_that_is_none_of_that() -> None:
    class Strict(Shelf):
        def create(self, desired: Fields) -> None:
            raise Refused("create it", "no")

    with pytest.raises(Refused, match="no"):
        ensure(Strict(None, Context()), "present", {"name": "alice"}, Context())


def test_a_refusal_that_cannot_be_looked_into_stays_a_refusal() -> None:
    class Broken(Shelf):
        def read(self) -> Fields | None:
            if self.calls:
                raise Unreachable("read it", "the cable is out")
            return super().read()

        def create(self, desired: Fields) -> None:
            raise Refused("create it", "no")

    with pytest.raises(Refused, match="no"):
        ensure(Broken(None, Context()), "present", {"name": "alice"}, Context())


@pytest.fixture
def no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting moves a clock on, and nothing else does."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(_waiting, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))


@pytest.mark.parametrize(
    ("twins", "gives_way"),
    [
        ([["b"]], False),
        ([["b", "a"]], True),
        ([["b", "c", "a"]], True),
        ([["b", "c"], ["b"]], False),
        ([["b", "c"], ["b", "c", "a"]], True),
        ([["b", "d", "c"]], True),
    ],
)
@pytest.mark.usefixtures("no_time_passes")
def test_of_twins_one_stays(twins: list[list[str]], gives_way: bool) -> None:
    class Twin(Shelf):
        def twins(self) -> list[str]:
            return twins.pop(0) if len(twins) > 1 else twins[0]

        def give_way(self) -> None:
            self.calls.append("give way")

    context = Context()
    shelf = Twin(None, context)
    outcome = ensure(shelf, "present", {"name": "alice"}, context)
    assert shelf.calls.count("give way") == gives_way
    assert bool(context.warnings) == gives_way and outcome.changed == (not gives_way)


@pytest.mark.parametrize("is_made_meanwhile", [True, False])
def test_before_a_thing_that_may_have_twins_is_created_comes_another_look(
    is_made_meanwhile: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))

    class Late(Shelf):
        is_unique = False

        def read(self) -> Fields | None:
            found = super().read()
            if is_made_meanwhile:
                self.stored = {"name": "alice"}
            return found

    context = Context()
    shelf = Late(None, context)
    outcome = ensure(shelf, "present", {"name": "alice"}, context)
    assert [write[0] for write in shelf.writes] == ([] if is_made_meanwhile else ["create"])
    assert outcome.changed != is_made_meanwhile and bool(context.warnings) == is_made_meanwhile


@pytest.mark.parametrize("looks", [1, 3, 100])
@pytest.mark.usefixtures("no_time_passes")
def test_twins_of_others_get_the_time_to_become_one(looks: int) -> None:
    class Crowded(Shelf):
        def read(self) -> Fields | None:
            found = super().read()
            if self.calls.count("read") <= looks:
                raise Ambiguous("identify the thing", "2 have that name")
            return found

    context = Context()
    shelf = Crowded(ALICE, context)
    if looks < 100:
        assert not ensure(shelf, "present", {"name": "alice"}, context).changed
    else:
        with pytest.raises(Ambiguous, match="2 have that name"):
            ensure(shelf, "present", {"name": "alice"}, context)
    assert not shelf.writes


@pytest.mark.parametrize("check_mode", [False, True])
def test_what_works_is_tried_out_for_real_only(check_mode: bool) -> None:
    class Tried(Shelf):
        def try_out(self, current: Fields | None, changes: Fields) -> None:
            raise InvalidInput("use it", "it does not work")

    context = Context(check_mode=check_mode)
    shelf = Tried(None, context)
    if check_mode:
        assert ensure(shelf, "present", {"name": "alice"}, context).changed
    else:
        with pytest.raises(InvalidInput):
            ensure(shelf, "present", {"name": "alice"}, context)
    assert not shelf.writes


@pytest.mark.parametrize(
    ("stored", "state", "desired", "proven"),
    [
        (None, "present", {"name": "alice"}, [{"id": 8, "name": "alice"}]),
        (ALICE, "present", {"name": "bob"}, [{**ALICE, "name": "bob"}]),
        (ALICE, "present", {"name": "alice"}, []),
        (ALICE, "absent", {}, []),
    ],
)
def test_what_was_written_is_proven_as_it_reads_back(
    stored: Fields | None, state: str, desired: Fields, proven: list[Fields]
) -> None:
    class Proven(Shelf):
        def prove(self, after: Fields) -> None:
            found.append(after)

    for check_mode in (True, False):
        found: list[Fields] = []
        context = Context(check_mode=check_mode)
        ensure(Proven(stored, context), state, desired, context)
        assert found == ([] if check_mode else proven)


@pytest.mark.parametrize("other", ["R&D\nlab\n", "R&amp;D\r\nlab", " R&D  \n\tlab ", "R&D\u200b\nlab\ufeff"])
def test_free_texts_that_mean_the_same(other: str) -> None:
    assert free_text(other) == free_text("R&D\nlab") != free_text("R&D lab")
    assert free_text(None) == free_text("") == free_text("\n")
    assert free_text("Zu\u0308rich\u00a0  west") == free_text("Z\u00fcrich west") != free_text("Zurich west")


class Shouting(Shelf):
    """A service that stores texts in a form of its own."""

    place = "https://ise.example"

    def _write(self, verb: str, what: Any, then: Fields | None) -> None:
        texts = {name: str(then[name]).upper() for name in ("notes", "owner") if name in then} if then else {}
        super()._write(verb, what, None if then is None else {**then, **texts})


QUIET: Fields = {**ALICE, "notes": "", "owner": ""}


@pytest.mark.parametrize("stored", [None, QUIET])
def test_a_text_that_the_service_stores_otherwise_is_written_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stored: Fields | None
) -> None:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    wanted: Fields = {"name": "alice", "notes": "for all", "colour": "red"}

    def again(text: str, place: str = Shouting.place, state: str = "present") -> tuple[Outcome, Context, Shelf]:
        context = Context(check_mode=True)
        other = Shouting(shelf.stored, context)
        other.place = place
        return ensure(other, state, {**wanted, "notes": text}, context), context, other

    shelf = Shouting(stored, Context())
    with pytest.raises(NotConfirmed, match="notes reads 'FOR ALL' instead of 'for all'"):
        ensure(shelf, "present", wanted, shelf.context)
    outcome, context, other = again("for all")
    assert not outcome.changed and other.calls == ["read"] and outcome.diff["before"] == outcome.diff["after"]
    assert "notes reads 'FOR ALL' instead of 'for all'. An earlier run wrote it" in context.warnings[0]
    # Neither does it stand in the way of another change.
    changed = ensure(shelf, "present", {**wanted, "colour": "green"}, shelf.context)
    assert changed.changed and shelf.stored and shelf.stored["notes"] == "FOR ALL"
    # What is really another text is written, as is the same one elsewhere.
    assert again("for some")[0].diff["after"]["notes"] == "for some" and again("for all", "elsewhere")[0].changed
    assert not again("FOR ALL")[1].warnings and not again("for all", state="absent")[1].warnings
    assert "all" not in (tmp_path / "identityops.cisco" / "texts_stored_otherwise.json").read_text().lower()


def test_an_object_that_got_another_name_is_found_by_the_one_it_was_created_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))

    class Renaming(Shouting):
        texts = ("name",)

        def _write(self, verb: str, what: Any, then: Fields | None) -> None:
            super()._write(verb, what, None if then is None else {**then, "name": then["name"].upper()})

    shelf = Renaming(None, Context())
    listed: list[Fields] = [{"name": "other"}, {"name": "ALICE", "id": 8}, {"label": "ALICE"}]
    assert shelf.stored_otherwise(listed, "alice") is None
    with pytest.raises(NotConfirmed, match="name reads 'ALICE' instead of 'alice'"):
        ensure(shelf, "present", {"name": "alice"}, shelf.context)
    assert shelf.stored_otherwise(listed, "alice") == listed[1]
    assert shelf.stored_otherwise(listed, "alice", lambda item: item.get("label")) == listed[2]
    assert shelf.stored_otherwise(listed, "bob") is None


def test_a_field_that_is_no_text_is_written_again_and_so_is_one_that_cannot_be_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, home in (("owner", tmp_path), ("notes", tmp_path / "file")):
        (tmp_path / "file").touch()
        monkeypatch.setenv("ANSIBLE_HOME", str(home))
        shelf = Shouting(QUIET, Context())
        for _unused in range(2):
            with pytest.raises(NotConfirmed):
                ensure(shelf, "present", {"name": "alice", name: "bob"}, shelf.context)
        assert len(shelf.writes) == 2


# What somebody else may have made

FOREIGN: Fields = {**ALICE, "managed": False}
OWN: Fields = {**ALICE, "managed": True}
CHANGE: Fields = {"name": "alice", "colour": "blue"}


class Marked(Shelf):
    """Its things bear the mark in a field of their own."""

    key_in_words = "its id, 7"

    def can_bear_mark(self, current: Fields | None) -> bool:
        return current is None or "managed" in current

    def doubt(self, current: Fields) -> str:
        return "" if current.get("managed") else "bears no mark"


class Adopting(Marked):
    adopts = True


class Named(Marked):
    is_named_by_key = True


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("stored", "state", "attempted"),
    [
        (FOREIGN, "present", "change colour of the thing 'alice'"),
        (FOREIGN, "absent", "delete the thing 'alice'"),
        # Where that is not known, it is not the task's either.
        (ALICE, "present", "change colour of the thing 'alice'"),
        (ALICE, "absent", "delete the thing 'alice'"),
    ],
)
def test_what_somebody_else_may_have_made_takes_a_word(
    stored: Fields, state: str, attempted: str, check_mode: bool
) -> None:
    context = Context(check_mode=check_mode)
    shelf = Marked(stored, context)
    with pytest.raises(InvalidInput) as error:
        ensure(shelf, state, CHANGE, context)
    assert error.value.attempted == attempted
    assert error.value.came_back == "it bears no mark, so others may have created it"
    assert "set adopt to true" in error.value.advice and "or name it by its id, 7." in error.value.advice
    assert shelf.calls == ["read"]


@pytest.mark.parametrize("kind", [Marked, Adopting, Named])
@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_what_bears_the_mark_takes_none(kind: type[Marked], state: str, check_mode: bool) -> None:
    context = Context(check_mode=check_mode)
    outcome = ensure(kind(OWN, context), state, CHANGE, context)
    verb, what = ("delete", "") if state == "absent" else ("change", "colour of ")
    assert outcome.detail == f"{f'Would {verb}' if check_mode else f'{verb.capitalize()}d'} {what}the thing 'alice'"


@pytest.mark.parametrize("stored", [FOREIGN, ALICE])
def test_what_somebody_else_made_as_declared_is_left_alone(stored: Fields) -> None:
    context = Context()
    shelf = Marked(stored, context)
    outcome = ensure(shelf, "present", {"name": "alice", "colour": "red"}, context)
    assert not outcome.changed and outcome.after == stored and shelf.calls == ["read"]
    assert outcome.diff["before"] == outcome.diff["after"] == {"name": "alice", "colour": "red"}


def test_a_creation_writes_the_mark() -> None:
    context = Context()
    shelf = Marked(None, context)
    outcome = ensure(shelf, "present", {"name": "alice"}, context)
    assert shelf.writes == [("create", {"name": "alice", "managed": True})]
    assert outcome.detail == "Created the thing 'alice'" and not context.warnings


@pytest.mark.parametrize(
    ("desired", "deeds"),
    [
        (CHANGE, "{0} the thing 'alice' and {1} colour of the thing 'alice'"),
        ({"name": "alice"}, "{0} the thing 'alice'"),
    ],
)
def test_what_is_adopted_bears_the_mark_afterwards(desired: Fields, deeds: str) -> None:
    predicted, context = Context(check_mode=True), Context()
    foreseen = ensure(Adopting(FOREIGN, predicted), "present", desired, predicted)
    shelf = Adopting(FOREIGN, context)
    outcome = ensure(shelf, "present", desired, context)
    assert foreseen.diff == outcome.diff and foreseen.after == outcome.after == {**FOREIGN, **desired, "managed": True}
    assert outcome.diff["before"]["managed"] is False and outcome.diff["after"]["managed"] is True
    assert outcome.detail == deeds.format("Adopted", "changed")
    assert foreseen.detail == f"Would {deeds.format('adopt', 'change')}"
    again = Marked(shelf.stored, context)
    assert not ensure(again, "present", desired, context).changed
    assert ensure(again, "absent", {}, context).changed


def test_what_cannot_bear_the_mark_is_adopted_without() -> None:
    context = Context()
    shelf = Adopting(ALICE, context)
    outcome = ensure(shelf, "present", CHANGE, context)
    assert outcome.after == {**ALICE, "colour": "blue"}
    assert outcome.detail == "Changed colour of the thing 'alice', although it bears no mark"


@pytest.mark.parametrize("kind", [Adopting, Named])
def test_what_somebody_else_made_is_deleted_at_a_word(kind: type[Marked]) -> None:
    context = Context()
    outcome = ensure(kind(FOREIGN, context), "absent", {}, context)
    assert outcome.detail == "Deleted the thing 'alice', although it bears no mark"


def test_a_change_by_key_leaves_the_mark_alone() -> None:
    context = Context()
    shelf = Named(FOREIGN, context)
    outcome = ensure(shelf, "present", CHANGE, context)
    assert shelf.writes == [("update", {"colour": "blue"})]
    assert outcome.detail == "Changed colour of the thing 'alice', although it bears no mark"


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_change_that_takes_no_word_is_said_all_the_same(check_mode: bool) -> None:
    class Open(Marked):
        guarded = ("absent",)

    context = Context(check_mode=check_mode)
    outcome = ensure(Open(FOREIGN, context), "present", CHANGE, context)
    deed = "Would change" if check_mode else "Changed"
    assert outcome.detail == f"{deed} colour of the thing 'alice', although it bears no mark"
    with pytest.raises(InvalidInput):
        ensure(Open(FOREIGN, context), "absent", CHANGE, context)


@pytest.mark.parametrize("kind", [Marked, Adopting, Named])
def test_what_somebody_else_makes_while_an_answer_is_lost_is_left_alone(
    kind: type[Marked], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(desired: Fields) -> None:
        shelf.stored = dict(FOREIGN)
        raise OutcomeUnknown("create it", "no answer came")

    context = Context()
    shelf = kind(None, context)
    monkeypatch.setattr(shelf, "create", lost)
    if kind is Marked:
        with pytest.raises(OutcomeUnknown):
            ensure(shelf, "present", CHANGE, context)
        assert shelf.stored == FOREIGN
    else:
        assert ensure(shelf, "present", CHANGE, context).after == {**OWN, **CHANGE}


def test_what_somebody_else_creates_meanwhile_is_left_alone() -> None:
    class Meanwhile(Marked):
        def create(self, desired: Fields) -> None:
            self.stored = dict(FOREIGN)
            raise Refused("create it", "there is one")

    context = Context()
    shelf = Meanwhile(None, context)
    with pytest.raises(InvalidInput, match="bears no mark"):
        ensure(shelf, "present", CHANGE, context)
    assert shelf.stored == FOREIGN


@pytest.mark.parametrize("text", ["", "Owned by us", "Owned by us\n", "a\nb  "])
def test_the_mark_is_hidden(text: str) -> None:
    stored = with_mark(text)
    assert stored.endswith("[Managed by identityops.cisco]") and stored.splitlines()[-1].startswith("[")
    assert without_mark(stored) == text and without_mark(text) == text
    assert without_mark(stored.replace("\n", "\r\n")) == text.replace("\n", "\r\n")


def test_the_mark_in_a_line_of_its_own_or_of_somebody_else() -> None:
    assert without_mark(None) == ""
    assert without_mark("Ours [Managed by identityops.cisco]\nAsk Kim") == "Ours\nAsk Kim"


def test_a_resource_has_to_say_how() -> None:
    bare = Resource()
    assert not bare.can_bear_mark(None) and not bare.doubt({})
    bare.vet("present", None, {})
    writes = (lambda: bare.create({}), lambda: bare.update({}, {}), lambda: bare.delete({}), bare.give_way)
    assert not bare.forced({}) and not bare.twins()
    for call in (bare.read, *writes):
        with pytest.raises(NotImplementedError):
            call()
