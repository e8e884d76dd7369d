# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.filter.flow_lines import FilterModule

flow_lines = FilterModule().filters()["flow_lines"]


def test_lines_are_aligned() -> None:
    steps = [
        {"name": "MFA feature", "status": "ok", "detail": "Enabled"},
        {"name": "Keys", "status": "not_verifiable", "detail": "Unseen"},
    ]
    assert flow_lines({"steps": steps}) == [
        "ok              MFA feature  Enabled",
        "not verifiable  Keys         Unseen",
    ]


def test_a_result_without_steps_has_no_lines() -> None:
    assert flow_lines({"steps": []}) == []
