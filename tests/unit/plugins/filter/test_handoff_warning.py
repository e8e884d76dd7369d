# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.filter.handoff_warning import FilterModule

handoff_warning = FilterModule().filters()["handoff_warning"]


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"failed": True, "msg": "There is no room."}, "There is no room"),
        ({"msg": "One failed", "results": [{"msg": "fine"}, {"failed": True, "msg": "not this one"}]}, "not this one"),
        ({"failed": True}, "the reason is not known"),
    ],
)
def test_the_reason_is_printed_as_a_warning(
    monkeypatch: pytest.MonkeyPatch, result: dict[str, Any], reason: str
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "warning", lambda _self, text: shown.append(text))
    text = handoff_warning(result, "/srv/one.step")
    assert text == f"The files /srv/one.step.* could not be brought up to date: {reason}. The run goes on without them."
    assert shown == [text]
