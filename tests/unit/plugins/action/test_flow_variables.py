# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role takes from around it; how it takes its own variables is proven with ``_variables`` alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.action.flow_variables import ActionModule

from .acting import acted

ROLES = Path(__file__).resolve().parents[4] / "roles"


def taken(role: str, **variables: Any) -> dict[str, Any]:
    return acted(ActionModule, {"role": role}, {"role_path": str(ROLES / role), **variables})


@pytest.mark.parametrize("role", ["trusted_endpoints", "identity_intelligence", "safe"])
def test_a_gate_neither_waits_for_a_person_nor_stops_at_one(role: str) -> None:
    given = {f"{role}_handoff": "fail", "safe_outgoing_addresses": ["203.0.113.50"]}
    assert taken(role, **given)["handoff"] == "fail"
    assert taken(role, **given, identityops__compares=True)["handoff"] == "report"
