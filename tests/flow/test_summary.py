# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin that sums up a run, as ``ansible-playbook`` shows it."""

from __future__ import annotations

import re
from typing import Any

from lab import Lab

from .flow import Flow

ENABLED = {"ANSIBLE_CALLBACKS_ENABLED": "results,identityops.cisco.summary", "COLUMNS": "80"}
ESCAPES = re.compile(r"\x1b\[([0-9;]*)m")


def summary(output: str) -> list[str]:
    """The lines that a run shows after its recap."""
    _recap, _stars, shown = output.partition("SUMMARY **")
    return [line.rstrip() for line in shown.splitlines()[1:]]


def enabled(flow: Flow, **more: str) -> dict[str, Any]:
    # A launcher for an environment that no other run has would cost more than it saves.
    return {"environment": {**flow.connection(), **ENABLED, **more}, "as_command": True}


def test_without_colour_it_shows_what_would_change_and_takes_the_place_of_the_lines(lab: Lab, flow: Flow) -> None:
    ran = flow.ok("--check", **enabled(flow))
    shown = summary(ran.output)
    assert shown[0].startswith("localhost: ise_duo_mfa, drifted")
    assert "        ~ enabled: false -> true" in shown
    assert any(line.startswith("  localhost: MFA is disabled, and ISE then shows no identity syncs") for line in shown)
    assert "Not enforced yet" in shown
    assert shown[-1] == "4 to add, 3 to change, 0 to remove. Nothing was written."
    assert all(len(line) <= 80 for line in shown) and not ESCAPES.search(ran.output)
    # Not a second time in lines of the role.
    assert ran.output.count("Would enable the Duo MFA feature of ISE") == 1
    secrets = {value for name, value in lab.environment("duo", "ise").items() if name.endswith(("KEY", "PASSWORD"))}
    assert not any(secret in ran.output for secret in secrets)


def test_in_colour_it_shows_each_error_once(lab: Lab, flow: Flow) -> None:
    wrong = enabled(flow, ISE_PASSWORD="not the password", ANSIBLE_FORCE_COLOR="1")
    shown = summary(flow.fails(**wrong).output)
    colours = {ESCAPES.sub("", line): ESCAPES.findall(line)[0] for line in shown if ESCAPES.search(line)}
    (error,) = [line for line in colours if line.startswith("  localhost: Preflight: ")]
    assert colours[error].endswith("31") and shown[-1].endswith("0 added, 0 changed, 0 removed.\x1b[0m")
    assert not any("Preflight" in line for line in shown if error not in line)
