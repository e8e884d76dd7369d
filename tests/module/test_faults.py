# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that answers a write with a fault may have carried it out: reading back shows whether it has. And what can
be known before a write is said before it."""

from __future__ import annotations

import pytest
from lab import Lab

from .harness import Run, quietly, the_task, writes
from .test_two_ways import REAL_CASES


@pytest.mark.parametrize(
    ("case", "write"),
    [
        ("create", "integrations$"),
        ("duo_policy", "policies$"),
        ("ise_active_directory_groups", "addGroups$"),
        ("ise_external_radius_server", "externalradiusserver$"),
        ("ise_duo_mfa", "/duo-mfa/mfa/"),
        ("ise_policy_rules", "/authentication$"),
    ],
)
def test_a_fault_that_a_write_is_answered_with(run: Run, lab: Lab, case: str, write: str) -> None:
    module, prepare, options = REAL_CASES[case]
    service = "duo" if module.startswith("duo") else "ise"
    method = {"ise_duo_mfa": "PUT", "ise_active_directory_groups": "PUT"}.get(module, "POST")
    if prepare:
        prepare(lab)
    lab.fault(service, method, write, kind="status", status=500)
    failed = run.fails(module, **options)
    assert failed["error"]["kind"] == "server_trouble" and "Reading back shows no change of the" in failed["msg"]
    lab.fault(service, method, write, kind="status_after", status=500)
    done = run.ok(module, **options)
    assert done["changed"] and not any("Another process" in warning for warning in done.get("warnings", []))
    assert not quietly(run, lab, module, **options)["changed"]


WAITING = [name for name, (module, _prepare, _options) in REAL_CASES.items() if name == module]
WAITING = [name for name in WAITING if "wait_timeout" in the_task(name).argument_spec]


@pytest.mark.parametrize("case", WAITING)
@pytest.mark.parametrize("wrong", [{"wait_timeout": -1}, {"wait_interval": 0}], ids=str)
def test_what_is_no_time_is_refused_before_anything_is_written(
    run: Run, lab: Lab, case: str, wrong: dict[str, int]
) -> None:
    module, prepare, options = REAL_CASES[case]
    if prepare:
        prepare(lab)
    lab.clear_requests()
    failed = run.fails(module, **{**options, **wrong})
    assert failed["error"]["kind"] == "invalid_input" and next(iter(wrong)) in failed["msg"] and writes(lab) == []
