# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow that integrates Duo with Identity Intelligence, end to end, through real runs of ``ansible-playbook``.

What only a person can do is done by the lab's person, from the hand-offs that the runs report and from nothing else.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab

from .flow import application, writes
from .identity_intelligence import (
    ACCOUNT,
    ADMIN,
    AUTH,
    INTEGRATION,
    USERS,
    WEBHOOKS,
    IdentityIntelligence,
    steps,
    webhook,
)

READ_ONLY = {"adminapi_admins_read", "adminapi_info", "adminapi_read_log", "adminapi_read_resource"}
LENA = "lena.fischer@subsidiary.example"
SUBSIDIARY = {"display_name": "Subsidiary", "kind": "additional"}


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> IdentityIntelligence:
    """Runs the playbook ``identityops.cisco.identity_intelligence`` against the lab."""
    return IdentityIntelligence(lab, tmp_path)


def test_from_no_tenant_to_the_end(lab: Lab, flow: IdentityIntelligence) -> None:
    """As the guide says: run, do what is handed over, run again until the data has arrived."""
    lab.patch("cii", "remove_tenant")
    lab.switch(**{"cii.collection_seconds": 3600})
    wanted = {
        "tenant": {"organization_name": "corp-example", "sso_connection_name": "Corp Example", "event_streaming": True},
        "remediation": True,
        "webhooks": [webhook(), webhook("SIEM", checks=["inactive-users"])],
        "handoff_dir": str(flow.folder / "pages"),
    }
    first = flow.quietly(**wanted)
    assert first.statuses() == {
        ACCOUNT: "ok",
        USERS: "ok",
        INTEGRATION: "handoff_required",
        WEBHOOKS: "pending",
    }
    assert steps(first) == ["cii_tenant", "cii_api_client"]
    pages = flow.folder / "pages"
    assert sorted(path.name for path in pages.iterdir()) == [f"localhost.{name}.html" for name in sorted(steps(first))]
    assert "canary-receiver-token" not in first.output

    flow.perform(first)
    (made,) = lab.state("cii")["integrations"]
    assert made["event_streaming"] and made["write"]
    second = flow.ok("-v", **wanted)
    assert second.statuses()[INTEGRATION] == "pending" and second.statuses()[WEBHOOKS] == "changed"
    assert steps(second) == [] and not list(pages.iterdir())
    assert len(lab.state("cii")["webhooks"]) == 2
    assert "canary-receiver-token" not in second.output and "canary-receiver-token" not in flow.registry.read_text()

    lab.advance(4000)
    third = flow.quietly(**wanted)
    assert third.statuses() == {ACCOUNT: "ok", USERS: "ok", INTEGRATION: "verified", WEBHOOKS: "not_verifiable"}
    assert not third.reported()["changed"]
    gone = flow.ok(state="absent", webhooks=wanted["webhooks"])
    assert gone.statuses() == {WEBHOOKS: "changed", INTEGRATION: "not_verifiable"}
    assert lab.state("cii")["webhooks"] == [] and lab.state("cii")["organization"]


def test_an_additional_integration_comes_and_goes(lab: Lab, flow: IdentityIntelligence) -> None:
    flow.give_api_client()
    wanted = {"integration": SUBSIDIARY, "push": True, "expect_users": [LENA]}
    check = flow.quietly(check=True, **wanted)
    assert check.changed() == {ADMIN, AUTH} and check.statuses()[INTEGRATION] == "handoff_required"
    first = flow.ok(**wanted)
    assert first.statuses() == {**check.statuses(), ACCOUNT: "ok"} and steps(first) == steps(check)
    app = application(lab, "Cisco Identity Intelligence")
    assert {flag for flag, on in app["flags"].items() if on} == READ_ONLY
    assert application(lab, "Cisco Identity Intelligence push")["user_access"] == "ALL_USERS"

    flow.perform(first)
    assert flow.quietly(**wanted).statuses()[INTEGRATION] == "verified"

    gone = {"integration": SUBSIDIARY, "state": "absent"}
    left = flow.quietly(**gone)
    assert left.statuses() == {INTEGRATION: "handoff_required", ADMIN: "pending", AUTH: "pending"}
    flow.perform(left)
    done = flow.ok(**gone, performed=True)
    assert done.statuses() == {INTEGRATION: "not_verifiable", ADMIN: "changed", AUTH: "changed"}
    assert not flow.quietly(**gone, performed=True).reported()["changed"]
    names = [app["name"] for app in lab.state("duo")["applications"]]
    assert not [name for name in names if name.startswith("Cisco Identity Intelligence")]


def test_an_application_of_somebody_else_stops_the_run_before_anything_is_changed(
    lab: Lab, flow: IdentityIntelligence
) -> None:
    lab.patch("duo", "add_application", name="Cisco Identity Intelligence push", type="authapi", user_access="NO_USERS")
    wanted = {"integration": SUBSIDIARY, "push": True, "expect_users": [LENA]}
    failed = flow.fails(**wanted)
    assert (failed.statuses()[ADMIN], failed.statuses()[AUTH]) == ("pending", "failed") and writes(lab) == []
    kept = flow.fails(integration=SUBSIDIARY, state="absent", performed=True)
    assert kept.statuses() == {INTEGRATION: "pending", ADMIN: "pending", AUTH: "failed"} and writes(lab) == []


def test_a_pipeline_stops_at_what_is_left(lab: Lab, flow: IdentityIntelligence) -> None:
    stopped = flow.fails(handoff="fail")
    assert "Owner" in stopped.output and stopped.statuses()[INTEGRATION] == "handoff_required"
    # Without an API client the webhooks would stay, so nothing else goes either.
    kept = flow.fails(state="absent", webhooks=[webhook()])
    assert "cii_client_secret" in kept.output and kept.statuses()[WEBHOOKS] == "failed"
    judged = flow.fails(max_unmapped=0)
    assert judged.statuses()[USERS] == "failed" and writes(lab) == []


def test_it_waits_for_the_data(lab: Lab, flow: IdentityIntelligence) -> None:
    flow.give_api_client()
    lab.switch(**{"cii.collection_seconds": 7 * 3600})
    process = flow.start(handoff="wait", handoff_timeout=40, handoff_interval=1)
    flow.until(process, lambda: any("getIntegrationsStatus" in str(row["body"]) for row in lab.requests("cii")))
    lab.advance(2 * 3600)
    waited = flow.ended(process)
    assert waited.code == 0 and waited.statuses()[INTEGRATION] == "verified", waited.output
