# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the result of a role has the paths of its pages from; the rest is proven with ``_report`` alone."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.action.flow_report import ActionModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.steps import add_edr_integration

from .acting import acted

ARGS: dict[str, Any] = {"role": "here", "steps": [{"name": "One", "result": "here__one"}]}
ONE = {"step": {"status": "ok", "detail": "It is so", "diff": [], "seconds": 0.1}}


STEP = add_edr_integration("api-0123abcd.duosecurity.com").as_dict()


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What people have read on screen."""
    found: list[str] = []
    monkeypatch.setattr(Display, "display", lambda _self, text, *_rest, **_options: found.append(text))
    return found


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
    # The page of the first is none of the second's.
    assert files(["a"], a={"files": {"one": []}}, **earlier) == {"one": ["/1"]}


def test_what_a_task_warned_of_that_handed_over_is_in_the_result() -> None:
    task = {"files": {"one": []}, "warnings": ["The page could not be written."]}
    found = acted(ActionModule, {**ARGS, "handed_over": ["a", "b"]}, {"here__one": ONE, "a": task, "b": task})
    assert found["result"]["warnings"] == task["warnings"]


def test_the_statistic_of_a_host_is_its_result() -> None:
    """Core would mix the members of two uses."""
    found = acted(ActionModule, ARGS, {"here__one": ONE})
    assert found["ansible_stats"] == {"data": {"here_result": found["result"]}, "per_host": True, "aggregate": False}


def test_a_role_that_hands_nothing_over_names_no_files() -> None:
    assert "handoff_files" not in acted(ActionModule, ARGS, {"here__one": ONE})["result"]


@pytest.mark.parametrize("hosts", [["localhost"], ["localhost", "duo-corp"]])
def test_a_step_that_is_left_on_one_of_several_hosts_names_it(shown: list[str], hosts: list[str]) -> None:
    acted(ActionModule, ARGS, {"here__one": {**ONE, "handoff": [STEP]}, "ansible_play_hosts_all": hosts})
    assert STEP["url"] in "".join(shown) and ("Host          localhost\n" in "".join(shown)) == (len(hosts) > 1)
