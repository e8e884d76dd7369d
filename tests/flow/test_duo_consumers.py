# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks ``duo_consumer`` and ``duo_audit``: a product gets its application, and all are compared with what
their products ask for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from lab import Lab

from .flow import Flow, application

VAULT_SECRET = "a vault secret for this test"


class Consumer(Flow):
    playbook, role = "identityops.cisco.duo_consumer", "duo_consumer_"
    estate = {"profile": "elastic", "name": "Elastic logs", "networks": ["192.0.2.10", "198.51.100.0/24"]}


class AuditPlaybook(Flow):
    playbook, role = "identityops.cisco.duo_audit", "duo_audit_"
    estate = {}


@pytest.fixture
def consumer(lab: Lab, tmp_path: Path) -> Consumer:
    return Consumer(lab, tmp_path)


@pytest.fixture
def audit(lab: Lab, tmp_path: Path) -> AuditPlaybook:
    return AuditPlaybook(lab, tmp_path)


def test_a_product_gets_its_application_and_its_keys_are_kept_encrypted(lab: Lab, consumer: Consumer) -> None:
    place = consumer.folder / "elastic.yml"
    # Whoever types the password, or has it read from a file, gives it without the end of the line.
    keys = {"vault_file": str(place), "vault_secret": f"{VAULT_SECRET}\n"}
    first = consumer.ok(**keys)
    made = application(lab, "Elastic logs")
    assert {name for name, is_set in made["flags"].items() if is_set} == {"adminapi_info", "adminapi_read_log"}
    assert made["networks_for_api_access"] == "192.0.2.10,198.51.100.0/24"
    assert made["secret_key"] not in first.output + str(first.results)
    kept = VaultLib([("default", VaultSecret(VAULT_SECRET.encode()))]).decrypt(place.read_bytes())
    assert yaml.safe_load(kept) == {
        "duo_api_host": lab.duo.api_host,
        "duo_integration_key": made["integration_key"],
        "duo_secret_key": made["secret_key"],
    }
    before = place.read_bytes()
    again = consumer.quietly(**keys)
    assert not any(result.get("changed") for result in again.results) and place.read_bytes() == before


def test_networks_must_be_decided(lab: Lab, consumer: Consumer) -> None:
    for given, words in (("networks", "Set duo_consumer_profile"), ("networcs", "There is no duo_consumer_networcs")):
        consumer.estate = {"profile": "elastic", given: ""}
        assert words in consumer.fails().output
    assert lab.requests("duo") == []


def test_keys_that_cannot_be_kept_are_not_fetched(lab: Lab, consumer: Consumer) -> None:
    for path, secret, words in (
        ("/tmp/keys.yml", " \n", "or neither"),
        # It would land beside the playbook, in the collection.
        ("keys.yml", VAULT_SECRET, "a full path"),
        (f"{consumer.folder}/no/keys.yml", VAULT_SECRET, "in a folder that exists"),
    ):
        assert words in consumer.fails(vault_file=path, vault_secret=secret).output
    assert lab.requests("duo") == []


def test_a_name_that_refers_to_nothing_is_not_taken_for_that_of_the_profile(lab: Lab, consumer: Consumer) -> None:
    assert "customer" in consumer.fails(name="{{ customer }} logs").output
    assert lab.requests("duo") == []


def test_a_product_loses_its_application(lab: Lab, consumer: Consumer) -> None:
    lab.patch("duo", "add_application", name="Elastic logs", type="adminapi")
    assert "set adopt to true" in consumer.fails(state="absent").output
    consumer.ok(state="absent", adopt=True)
    assert "Elastic logs" not in [app["name"] for app in lab.state("duo")["applications"]]


def test_the_audit_shows_its_findings_and_is_a_gate(lab: Lab, audit: AuditPlaybook) -> None:
    accept = {"Ansible automation": ["broad_rights"]}
    passed = audit.ok(accept=accept, max_findings=50)
    shown = [result["msg"] for result in passed.results if isinstance(result.get("msg"), list)]
    assert shown and any("can be used from anywhere" in line for line in shown[0])
    assert not any("Ansible automation" in line and "further rights" in line for line in shown[0])
    report = str(audit.folder / "report")
    extra = ("-e", json.dumps({"identityops_report_dir": report}))
    previewed = audit.ok(check=True, accept=accept, max_findings=0)
    assert "A run without check mode would fail here" in str(previewed.warnings())
    failed = audit.fails(*extra, accept=accept, max_findings=0)
    assert re.search(r"duo_audit: drift \([^.]+: there are \d+ findings, and max_findings is 0\)", failed.output)
    assert json.loads((audit.folder / "report/plan.json").read_text())["exit_code"] == 2


def test_a_limit_that_refers_to_nothing_does_not_open_the_gate(audit: AuditPlaybook) -> None:
    assert "limit_of_berlin" in audit.fails(max_findings="{{ limit_of_berlin }}").output
