# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clock, switches, out-of-band operations and the journal, without a listener."""

from __future__ import annotations

import time
from typing import Any

import pytest
from lab.journal import HIDDEN, Journal, hide, pairs_to_dict, readable_body
from lab.store import Clock, ServiceState, Switch, Switches


def switch(values: tuple[Any, ...], default: Any, name: str = "x.y") -> Switch:
    return Switch(name, values, default, "unpublished", "text")


def test_clock() -> None:
    clock = Clock()
    assert abs(clock.now() - time.time()) < 1
    clock.advance(3600)
    assert abs(clock.now() - time.time() - 3600) < 1
    with pytest.raises(ValueError):
        clock.advance(-1)
    clock.reset()
    assert abs(clock.now() - time.time()) < 1


@pytest.mark.parametrize(
    ("declared", "good", "bad"),
    [
        (switch((True, False), True), False, 1),
        (switch((0, 1), 0), 1, True),
        (switch(("a", "b"), "a"), "b", "c"),
        (switch((403, "html"), 403), "html", "403"),
        (switch((), 300), 0.5, "1"),
        (switch((), 300), 0, False),
        (switch((), "3.4"), "3.2", 3.2),
    ],
)
def test_switch(declared: Switch, good: Any, bad: Any) -> None:
    switches = Switches([declared])
    switches.set("x.y", good)
    assert switches.get("x.y") == good
    with pytest.raises(ValueError, match=r"x\.y"):
        switches.set("x.y", bad)
    assert switches.get("x.y") == good
    assert switches.describe()[0]["value"] == good
    switches.reset()
    assert switches.get("x.y") == declared.default


def test_switch_declarations_are_checked() -> None:
    with pytest.raises(ValueError, match="twice"):
        Switches([switch((), 1), switch((), 2)])
    with pytest.raises(ValueError):
        Switches([switch(("a",), "b")])
    with pytest.raises(ValueError, match=r"x\.y"):
        Switches([switch((), 1)]).set("x.z", 1)


class Room(ServiceState):
    """A service with one lamp."""

    def reset(self) -> None:
        self.lit = False

    def snapshot(self) -> dict[str, Any]:
        return {"lit": self.lit}

    def op_light(self, on: bool = True) -> str:
        """Switch the lamp."""
        self.lit = on
        return "click"


def test_operations() -> None:
    room = Room(Clock(), Switches(), {})
    assert room.operations() == {"light": "(self, on: 'bool' = True) -> 'str'"}
    assert room.patch("light") == "click"
    assert room.snapshot() == {"lit": True}
    room.reset()
    assert room.snapshot() == {"lit": False}
    for op, args in (("paint", {}), ("light", {"colour": "red"}), ("reset", {})):
        with pytest.raises(ValueError):
            room.patch(op, **args)


def test_secrets_outlive_a_reset_but_not_the_lab() -> None:
    first, second = (Room(Clock(), Switches(), {}) for _unused in range(2))
    secret = first.secret("door")
    first.reset()
    assert first.secret("door") == secret
    assert first.secret("window") != secret
    assert second.secret("door") != secret
    assert len(secret) == 40 and secret.isalnum()


def test_journal_numbers_and_forgets() -> None:
    journal = Journal()
    for number in range(10_001):
        journal.add({"service": "duo" if number % 2 else "ise"})
    assert journal.rows()[0]["n"] == 2
    assert {row["service"] for row in journal.rows("duo")} == {"duo"}
    journal.clear()
    assert journal.rows() == []
    assert journal.add({"service": "duo"})["n"] == 1


FIELDS = frozenset({"sKey"})


@pytest.mark.parametrize(
    ("raw", "kind", "expected"),
    [
        (b"", "application/json", None),
        (b'{"a":[{"sKey":"s"}],"b":"s"}', "application/json", {"a": [{"sKey": HIDDEN}], "b": "s"}),
        (b"sKey=s&a=1&a=2", "application/x-www-form-urlencoded", {"sKey": HIDDEN, "a": ["1", "2"]}),
        (b'{"sKey":"s"', "application/json", "(not JSON)"),
        (b"\xff\xfe", "text/plain", "(not JSON)"),
    ],
)
def test_journal_bodies(raw: bytes, kind: str, expected: Any) -> None:
    assert readable_body(raw, kind, FIELDS) == expected


def test_hiding_leaves_the_original_alone() -> None:
    data = {"sKey": "s"}
    assert hide(data, FIELDS) == {"sKey": HIDDEN}
    assert data == {"sKey": "s"}


def test_repeated_parameters() -> None:
    assert pairs_to_dict([("a", "1"), ("a", "2"), ("a", "3"), ("b", "")]) == {"a": ["1", "2", "3"], "b": ""}
