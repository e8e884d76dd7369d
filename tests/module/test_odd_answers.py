# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever a service puts in the place of a member of an answer, the worst that comes of it is our own error."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer, Http
from lab import Lab

from .harness import Run
from .test_two_ways import REAL_CASES

Path = tuple[Any, ...]
Place = tuple[int, Path]
"""The number of an answer, from one, and where in it."""
Choose = Callable[[list[Place]], list[tuple[Place, Any]]]
GONE = "(gone)"
"""Takes a member away."""
ODD = (GONE, None, "", "x", 0, 7, 1.5, False, True, [], ["x"], [None], [[]], [{}], {}, {"x": 1})
OF_EACH_CASE = 3


def paths(data: Any, at: Path = ()) -> Iterator[Path]:
    yield at
    if isinstance(data, dict):
        for name, inner in data.items():
            yield from paths(inner, (*at, name))
    elif isinstance(data, list):
        for number, inner in enumerate(data[:2]):
            yield from paths(inner, (*at, number))


def changed(data: Any, at: Path, odd: Any) -> Any:
    if not at:
        return None if odd == GONE else odd
    data = inner = copy.deepcopy(data)
    for step in at[:-1]:
        inner = inner[step]
    if odd == GONE:
        del inner[at[-1]]
    else:
        inner[at[-1]] = odd
    return data


class Meddler:
    """Puts something odd in one place of one answer to the next task.

    :ivar said: the data of all answers to that task, as the service sent them.
    """

    def __init__(self) -> None:
        self.said: list[Any] = []
        self._place: Place | None = None
        self._odd: Any = None

    def change(self, place: Place | None, odd: Any) -> None:
        self.said, self._place, self._odd = [], place, odd

    def pass_on(self, answer: Answer) -> Answer:
        self.said.append(answer.data)
        number, at = self._place or (0, ())
        if number != len(self.said) or at not in set(paths(answer.data)):
            return answer
        data = changed(answer.data, at, self._odd)
        return Answer(answer.status, answer.headers, data, json.dumps(data))

    def places(self) -> list[Place]:
        return [(number, at) for number, data in enumerate(self.said, 1) for at in paths(data)]


@pytest.fixture
def meddler(monkeypatch: pytest.MonkeyPatch) -> Meddler:
    found, send = Meddler(), Http._send
    monkeypatch.setattr(Http, "_send", lambda http, *request, **how: found.pass_on(send(http, *request, **how)))
    return found


def assert_survived(run: Run, lab: Lab, meddler: Meddler, case: str, choose: Choose) -> None:
    """:param choose: picks what to put where, of all places in the answers to a task."""
    module, prepare, options = REAL_CASES[case]
    options = {**options, **({"wait_timeout": 0} if "wait_timeout" in options else {})}
    if prepare:
        prepare(lab)
    run(module, check=True, **options)
    chosen = choose(meddler.places())
    assert chosen or not meddler.said
    for place, odd in chosen:
        meddler.change(place, odd)
        result = run(module, check=True, **options)
        assert result.get("error", {}).get("kind") != "unexpected", f"{odd!r} at {place}: {result['msg']}"


@pytest.mark.parametrize("case", REAL_CASES)
def test_anything_anywhere(run: Run, lab: Lab, meddler: Meddler, case: str) -> None:
    chance = random.Random(case)

    def choose(places: list[Place]) -> list[tuple[Place, Any]]:
        return [(place, chance.choice(ODD)) for place in chance.sample(places, min(OF_EACH_CASE, len(places)))]

    assert_survived(run, lab, meddler, case, choose)


@pytest.mark.parametrize(
    ("case", "member", "odd"),
    [
        ("ise_active_directory_groups", "name", []),
        ("ise_active_directory_groups", "name", GONE),
        ("ise_duo_mfa_info", "connectionName", False),
        ("ise_duo_mfa_info", "connectionName", GONE),
        ("ise_policy_info", "profile", 7),
        ("ise_policy_rules", "allowedValues", 1.5),
        ("duo_application_info", "networks_for_api_access", -1),
    ],
)
def test_what_once_was_a_defect(run: Run, lab: Lab, meddler: Meddler, case: str, member: str, odd: Any) -> None:
    def choose(places: list[Place]) -> list[tuple[Place, Any]]:
        return [(place, odd) for place in places if place[1][-1:] == (member,)][:4]

    assert_survived(run, lab, meddler, case, choose)
