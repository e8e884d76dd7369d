# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible_collections.identityops.cisco.plugins.callback.summary import CallbackModule

STEPS = [{"name": "Preflight", "status": "ok", "detail": "Fine", "diff": [], "seconds": 0.1}]


class Shown:
    """Stands in for the display of Ansible."""

    verbosity = 0

    def __init__(self) -> None:
        self.lines: list[tuple[str, str | None]] = []

    def banner(self, text: str) -> None:
        self.lines.append((text, None))

    def display(self, text: str, color: str | None = None) -> None:
        self.lines.append((text, color))

    @property
    def text(self) -> str:
        return "\n".join(text for text, _color in self.lines)


@pytest.fixture
def plugin() -> Any:
    found = CallbackModule()
    found._display = Shown()
    return found


def ended(host: str = "birch", check_mode: bool = False, **result: Any) -> Any:
    """A task's result as a callback gets it."""
    name = SimpleNamespace(get_name=lambda: host)
    return SimpleNamespace(_host=name, _task=SimpleNamespace(check_mode=check_mode), _result=result)


def set_fact(role: str = "ise_duo_mfa", status: str = "in_sync", **more: Any) -> Any:
    return ended(**more, ansible_facts={f"{role}_result": {"status": status, "steps": STEPS}})


def finish(plugin: Any, failures: dict[str, int] | None = None, dark: dict[str, int] | None = None) -> str:
    """What is shown at the end of the run."""
    plugin.v2_playbook_on_stats(SimpleNamespace(failures=failures or {}, dark=dark or {}))
    return str(plugin._display.text)


def test_the_latest_result_of_a_role_is_shown(plugin: Any) -> None:
    for status in ("changed", "in_sync"):
        plugin.v2_runner_on_ok(set_fact(status=status, check_mode=True))
    plugin.v2_runner_on_ok(ended(ansible_facts={"another_result": {}, "safe_result": "text"}))
    plugin.v2_runner_on_ok(ended(ansible_facts=None))
    shown = finish(plugin)
    assert shown.splitlines()[0] == "SUMMARY"
    assert "birch  ise_duo_mfa  in sync" in shown and "Nothing was written." in shown


def test_nothing_is_shown_where_no_role_ran_or_the_output_is_for_programs(
    plugin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin.v2_runner_on_ok(ended(msg="ok"))
    assert finish(plugin) == ""
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", "ansible.posix.json")
    plugin.v2_runner_on_ok(set_fact())
    assert finish(plugin) == ""


def test_only_failures_that_count_are_errors(plugin: Any) -> None:
    plugin.v2_runner_on_ok(set_fact())
    plugin.v2_runner_on_failed(ended("ignored", msg="Ignored"), ignore_errors=True)
    plugin.v2_runner_on_failed(ended("rescued", msg="Rescued"))
    plugin.v2_runner_on_failed(ended("oak", msg="It broke.\n\nThe error appears to be in a file"))
    items = [{"msg": "One"}, {"msg": "Two", "failed": True}, {"msg": "Three", "failed": True}]
    plugin.v2_runner_on_failed(ended("elm", msg="All items completed", results=items))
    plugin.v2_runner_on_unreachable(ended("fir", msg="Failed to connect"))
    shown = finish(plugin, failures={"oak": 1, "elm": 1}, dark={"fir": 1})
    assert [line for line in shown.splitlines() if line.startswith("  ")] == [
        "  oak: It broke.",
        "  elm: Two; Three",
        "  fir: Failed to connect",
    ]


def test_the_pages_of_hand_offs_are_those_of_the_host(plugin: Any) -> None:
    handoff = [{"id": "one", "product": "Duo", "action": "Add it.", "url": "https://duo.example", "role": "Owner"}]
    steps = [STEPS[0] | {"status": "handoff_required"}]
    for host in ("birch", "oak"):
        files = {"one": [f"/srv/{host}.html"]}
        result = {"status": "handoff_required", "steps": steps, "handoff": handoff, "handoff_files": files}
        plugin.v2_runner_on_ok(ended(host, ansible_facts={"trusted_endpoints_result": result}))
    shown = finish(plugin)
    assert "/srv/birch.html" in shown and "/srv/oak.html" in shown


def test_lines_are_shown_in_the_colours_that_ansible_is_configured_with(plugin: Any) -> None:
    plugin.v2_runner_on_ok(set_fact())
    plugin.v2_runner_on_failed(ended("oak", msg="It broke"))
    finish(plugin, failures={"oak": 1})
    colours = {text.strip(): color for text, color in plugin._display.lines}
    assert colours["oak: It broke"] == constants.COLOR_ERROR
    assert next(color for text, color in colours.items() if text.startswith("birch")) == constants.COLOR_OK
