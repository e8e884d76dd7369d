# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness notices what it is there to notice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from lab import Lab

from .harness import BOTH_WAYS, Result, Run, quietly, step


def _read_carelessly(params: dict[str, Any], context: Context) -> Result:
    """What a naive module does: it reads a secret and returns what it read."""
    duo = Duo.from_params(params, context)
    (app,) = [item for item in duo.list_integrations() if item["name"] == "HR Provisioning"]
    if params["secret"]:
        app["secret_key"] = duo.get_secret_key(app["integration_key"], app["name"])
    return {"changed": False, "diff": {}, "application": app}


def _write_always(params: dict[str, Any], context: Context) -> Result:
    duo = Duo.from_params(params, context)
    if not context.check_mode:
        duo.create_integration({"name": "Again", "type": "adminapi", "user_access": "NO_USERS"})
    return {"changed": True, "diff": {"before": {}, "after": {"name": "Again"}}, "step": {}}


SECRET = {"secret": {"type": "bool", "no_log": False}}
CARELESS = Task(run=_read_carelessly, argument_spec={**duo_argument_spec(), **SECRET})
RESTLESS = Task(run=_write_always, argument_spec=duo_argument_spec())


TESTS = Path(__file__).resolve().parent.parent

# Behaviour that no module of this collection can meet.
BESIDE_THE_POINT = {
    "duo.skew_limit_seconds": "only how far a clock may be wrong",
    "duo.self_refusal": "no module asks Duo to delete or rotate the application it signs in with",
    "duo.block_by_network": "an invention of the lab about what Duo answers",
    "duo.logo_missing": "no module asks for a logo",
    "duo.push_answer": "no module sends a push",
    "secure_endpoint.limit_above_500": "no module asks for pages larger than documented",
    "cii.page_above_500": "no module asks for pages larger than documented",
    "cii.expires_in": "no module keeps a token beyond its task, which finds out when one has expired",
    "cii.event_resources": "no module receives events",
    "cii.test_event": "no module receives events",
    "cii.duo_application_name": "no module looks for the application that the set-up creates",
    "safe.sync_seconds": "only how long a sync takes",
    "ise.condition_level_seconds": "only how long a write takes",
    "ise.duo_unreachable": "no module sends a login",
}


def test_every_variant_of_the_vendors_behaviour_is_tried(lab: Lab) -> None:
    folders = [TESTS / name for name in ("module", "flow", "unit/plugins")]
    files = [path for folder in folders for path in folder.rglob("*.py") if path != Path(__file__).resolve()]
    tests = "".join(path.read_text() for path in files)
    tried = {switch["name"] for switch in lab.switches() if f'"{switch["name"]}"' in tests}
    assert {switch["name"] for switch in lab.switches()} - tried == set(BESIDE_THE_POINT)


def test_a_secret_in_a_result_is_found(run: Run) -> None:
    run.ok(CARELESS, secret=False)
    with pytest.raises(AssertionError, match="1 secrets in the result"):
        run.ok(CARELESS, secret=True)


def test_a_plain_secret_in_an_answer_is_found(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.secret_in_answers": "plain"})
    with pytest.raises(AssertionError, match="1 secrets in the result"):
        run.ok(CARELESS, secret=False)


def test_a_write_is_found(run: Run, lab: Lab) -> None:
    with pytest.raises(AssertionError, match="/admin/v3/integrations"):
        quietly(run, lab, RESTLESS)


def test_a_change_in_the_second_run_is_found(run: Run, lab: Lab) -> None:
    with pytest.raises(AssertionError, match="check mode reports"):
        step(run, lab, RESTLESS, {}, again=BOTH_WAYS)


def test_success_and_failure_are_distinguished(run: Run) -> None:
    with pytest.raises(AssertionError, match="was to fail"):
        run.fails(CARELESS, secret=False)
    with pytest.raises(AssertionError, match="duo_api_host"):
        run.ok(CARELESS, secret=False, duo_api_host="https://x")
