# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the result of a role has the paths of its pages from; the rest is proven with ``_report`` alone."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.action.flow_report import ActionModule

from .acting import acted

ARGS: dict[str, Any] = {"role": "here", "steps": [{"name": "One", "result": "here__one"}]}
ONE = {"step": {"status": "ok", "detail": "It is so", "diff": [], "seconds": 0.1}}


@pytest.fixture(autouse=True)
def nothing_on_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Display, "display", lambda _self, _text, *_rest, **_options: None)


def files(handed_over: list[str], **variables: Any) -> Any:
    return acted(ActionModule, {**ARGS, "handed_over": handed_over}, {"here__one": ONE, **variables})["result"][
        "handoff_files"
    ]


def test_the_last_task_that_handed_a_step_over_counts() -> None:
    tasks: dict[str, Any] = {"a": {"files": {"one": ["/1"], "two": ["/2", "/2.vault"]}}, "b": {"files": {"one": []}}}
    assert files(["a"], **tasks) == {"one": ["/1"], "two": ["/2", "/2.vault"]}
    assert files(["a", "b"], **tasks) == {"two": ["/2", "/2.vault"]}
    assert files(["b", "a", "not_run"], **tasks, not_run={"skipped": True}) == tasks["a"]["files"]


def test_a_second_use_of_a_role_adds_to_the_first() -> None:
    first = acted(ActionModule, {**ARGS, "handed_over": ["a"]}, {"here__one": ONE, "a": {"files": {"one": ["/1"]}}})
    earlier = {"here_result": first["result"]}
    assert files(["a"], a={"files": {"two": ["/2"]}}, **earlier) == {"one": ["/1"], "two": ["/2"]}
    assert files(["a"], a={"files": {"one": []}}, **earlier) == {}


def test_a_role_that_hands_nothing_over_names_no_files() -> None:
    assert "handoff_files" not in acted(ActionModule, ARGS, {"here__one": ONE})["result"]
