# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow that connects SAFE to Duo, end to end, through real runs of ``ansible-playbook``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from lab import Lab
from lab.person import Person

from .flow import Flow, application, writes

ADDRESS = "203.0.113.50"
ADMIN, INTEGRATION = "Admin API application", "Integration"
FIELDS = {
    "inventedApiUrl": "api_url",
    "inventedIntegrationKey": "integration_key",
    "inventedSecretKey": "secret_key",
    "inventedAssetName": "asset_name",
}


class Safe(Flow):
    """Runs the playbook ``identityops.cisco.safe`` with an API credential of SAFE."""

    playbook, role = "identityops.cisco.safe", "safe_"

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        self.registry = folder / "safe.json"
        self.estate = {
            "outgoing_addresses": [ADDRESS],
            "registry_path": str(self.registry),
            "config_from_duo": FIELDS,
            "asset_name": "Duo production",
            "sync_interval": 1,
        }

    def connection(self) -> dict[str, str]:
        return self._lab.environment("duo", "safe")


class ByHand(Safe):
    """The same without one."""

    def connection(self) -> dict[str, str]:
        return {**self._lab.environment("duo"), "SAFE_URL": self._lab.safe.url}


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> Safe:
    return Safe(lab, tmp_path)


@pytest.fixture
def by_hand(lab: Lab, tmp_path: Path) -> ByHand:
    return ByHand(lab, tmp_path)


def integrations(lab: Lab) -> list[dict[str, Any]]:
    return list(lab.state("safe")["integrations"])


def test_from_nothing_to_the_end(lab: Lab, flow: Safe) -> None:
    check = flow.quietly(check=True)
    assert check.changed() == {ADMIN, INTEGRATION}
    first = flow.ok("-v")
    assert first.statuses() == {ADMIN: "changed", INTEGRATION: "changed"}
    app = application(lab, "SAFE")
    assert {name for name, is_set in app["flags"].items() if is_set} == {"adminapi_info", "adminapi_settings"}
    assert app["networks_for_api_access"] == ADDRESS
    (item,) = integrations(lab)
    assert item["config"]["inventedApiUrl"] == f"https://{lab.duo.api_host}"
    assert [run["outcome"] for run in first.reported()["history"]] == ["succeeded"]
    assert not [secret for secret in lab.secrets() if secret in first.output + flow.registry.read_text()]

    again = flow.quietly()
    assert again.statuses() == {ADMIN: "ok", INTEGRATION: "verified"} and not again.reported()["changed"]
    # Nothing is read twice.
    asked = [f"{row['method']} {row['path']}" for row in lab.requests()]
    assert len(asked) == len(set(asked)), asked

    lab.clear_requests()
    lab.patch("duo", "set_application", name="SAFE", notes="Of another team")
    kept = flow.fails(state="absent", outgoing_addresses=[])
    assert kept.statuses() == {INTEGRATION: "pending", ADMIN: "failed"} and writes(lab) == []
    gone = flow.ok(state="absent", outgoing_addresses=[], adopt=True)
    assert gone.statuses() == {INTEGRATION: "changed", ADMIN: "changed"}
    assert [entry.partition(" ")[0] for entry in writes(lab)] == ["DELETE", "DELETE"]
    assert lab.requests()[-1]["service"] == "duo" and integrations(lab) == []


def test_without_the_addresses_nothing_is_done(lab: Lab, flow: Safe) -> None:
    for nothing in ([], "", None):
        assert "safe_outgoing_addresses" in flow.fails(outgoing_addresses=nothing).output
    assert lab.requests("duo") == [] and lab.requests("safe") == []


def test_what_can_be_seen_beforehand_stops_before_anything_is_changed(lab: Lab, flow: Safe) -> None:
    failed = flow.fails(config_from_duo={**FIELDS, "inventedApiURL": "api_url"})
    assert "'inventedApiURL'" in failed.output and writes(lab) == []
    assert failed.statuses() == {ADMIN: "pending", INTEGRATION: "failed"}


def test_a_connection_that_safe_cannot_use_is_not_saved(lab: Lab, flow: Safe) -> None:
    failed = flow.fails(outgoing_addresses=["192.0.2.1"])
    assert failed.statuses() == {ADMIN: "changed", INTEGRATION: "failed"} and integrations(lab) == []
    repaired = flow.ok()
    assert repaired.statuses() == {ADMIN: "changed", INTEGRATION: "changed"}


def test_without_a_credential_of_safe_a_person_does_it(lab: Lab, by_hand: ByHand) -> None:
    pages, secret = by_hand.folder / "pages", "a vault secret of the test"
    printed = {"handoff_dir": str(pages), "handoff_vault_secret": secret}
    first = by_hand.ok("-v", **printed)
    assert first.statuses() == {ADMIN: "changed", INTEGRATION: "handoff_required"}
    key = application(lab, "SAFE")["secret_key"]
    assert key not in first.output + str(first.results)
    text = VaultLib([("default", VaultSecret(secret.encode()))]).decrypt(
        (pages / "localhost.safe_integration.vault.yml").read_bytes()
    )
    assert yaml.safe_load(text) == {"Secret Key": key}
    assert not by_hand.quietly(**printed).reported()["changed"]

    Person(lab, {"SAFE Admin"}, {"safe_duo_secret_key": key}).perform(first.reported()["handoff"])
    assert integrations(lab)[0]["runs"]
    confirmed = by_hand.quietly(**printed, confirmed=True)
    assert confirmed.statuses() == {ADMIN: "ok", INTEGRATION: "not_verifiable"} and not list(pages.iterdir())

    leaving = by_hand.quietly(state="absent")
    assert leaving.statuses() == {INTEGRATION: "handoff_required", ADMIN: "pending"}
    assert by_hand.fails(state="absent", handoff="fail").code == 2
    Person(lab, {"SAFE Admin"}, {}).perform(leaving.reported()["handoff"])
    assert by_hand.ok(state="absent", confirmed=True).statuses() == {INTEGRATION: "not_verifiable", ADMIN: "changed"}
