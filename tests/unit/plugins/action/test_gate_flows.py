# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gate is to compare."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.action.gate_flows import ActionModule

from .acting import acted


@pytest.mark.parametrize(
    ("given", "variables"),
    [({"flows": ["nonsense"]}, {}), ({"accept": ["nonsense"]}, {}), ({}, {"identityops_flow": ["safe"]})],
)
def test_a_mistake_reaches_the_report(given: dict[str, Any], variables: dict[str, Any]) -> None:
    found = acted(ActionModule, {**given, "report_dir": "/reports"}, variables)
    assert found["failed"] and found["report_dir"] == "/reports" and "flows" not in found
