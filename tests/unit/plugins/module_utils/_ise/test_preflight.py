# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ISE may leave out of its lists. Everything else about the preflight is in tests/module."""

from __future__ import annotations

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.preflight import Preflight
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

PARAMS = {"connection_name": "Duo", "sync_name": "Users", "connections_to_come": ["Duo"]}


@pytest.mark.parametrize(("own", "warns"), [(None, True), ("Other users", True), ("Users", False)])
def test_a_connection_whose_sync_is_not_shown_may_use_the_declared_one(own: str | None, warns: bool) -> None:
    context = Context()
    preflight = Preflight(PARAMS, context)
    preflight.connections = [{"name": "Other"}, {"name": "Duo", "identitySync": own}]
    preflight._require_own_sync()
    assert any("'Other'" in text and "'Users'" in text for text in context.warnings) is warns
