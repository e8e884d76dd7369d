# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules hand over can be performed by somebody who reads nothing else, and the next run notices."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from lab.person import Person

from .harness import OMIT, Run

CREDENTIAL, INTEGRATION, POLICY = "secure_endpoint_credential", "duo_edr_integration", "duo_policy"
HOSTS = {"nam": "api.amp.cisco.com", "eu": "api.eu.amp.cisco.com", "apjc": "api.apjc.amp.cisco.com"}
NOTHING = {"secure_endpoint_client_id": OMIT, "secure_endpoint_api_key": OMIT}
BLOCKING = {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True}

Vault = dict[str, str]


@pytest.fixture
def vault() -> Vault:
    return {}


@pytest.fixture
def person(lab: Lab, vault: Vault) -> Person:
    """Somebody who may do everything, with an empty vault."""
    return Person(lab, {"Secure Endpoint administrator", "Administrator"}, vault)


def ask(run: Run, status: str, **options: Any) -> list[dict[str, Any]]:
    """The hand-off of the credential, once it has that status."""
    result = run.ok(CREDENTIAL, name="Duo", **options)
    assert result["credential"]["status"] == status, result["credential"]["reason"]
    assert not result["changed"]
    return result["handoff"]


@pytest.mark.parametrize("region", HOSTS)
@pytest.mark.parametrize("scope", ["read_only", "read_write"])
def test_a_credential_comes_and_goes(lab: Lab, run: Run, person: Person, vault: Vault, region: str, scope: str) -> None:
    where = {"secure_endpoint_region": region, "scope": scope}
    person.perform(ask(run, "handoff_required", **where, **NOTHING))
    assert lab.state("secure_endpoint", "credentials")[-1]["scope"] == scope
    assert ask(run, "verified", **where, **vault) == []

    person.perform(ask(run, "handoff_required", **where, **vault, state="absent"))
    assert [item["name"] for item in lab.state("secure_endpoint", "credentials")] == ["Monitoring", "SOAR"]
    assert ask(run, "invalid", **where, **vault, state="absent") == []
    assert not lab.state("secure_endpoint", "lost")


def test_on_premises(lab: Lab, run: Run, person: Person, vault: Vault) -> None:
    """A private cloud has its console where its API is."""
    where = {"secure_endpoint_api_host": lab.secure_endpoint.hosts["nam"], "secure_endpoint_region": OMIT}
    person.perform(ask(run, "handoff_required", **where, **NOTHING))
    assert ask(run, "verified", **where, **vault) == []


@pytest.mark.parametrize("first_of_all", [True, False])
def test_the_integration_comes_and_goes(lab: Lab, run: Run, person: Person, vault: Vault, first_of_all: bool) -> None:
    """Found in another region than the one named, and without it Duo refuses the policy."""
    if not first_of_all:
        lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    lab.switch(**{"duo.not_configured_lifted_by": "any"})
    made = lab.patch("secure_endpoint", "add_credential", name="Duo", region="apjc")
    vault.update(secure_endpoint_client_id=made["client_id"], secure_endpoint_api_key=made["api_key"])
    found = run.ok(CREDENTIAL, name="Duo", discover_region=True, **vault)["credential"]
    wanted = {"name": "Trusted", "trusted_endpoints": BLOCKING}
    run.fails(POLICY, **wanted)

    asked = run.ok(INTEGRATION, policy="Trusted", region=found["region"], client_id=made["client_id"])
    person.perform(asked["handoff"])
    integration = lab.state("duo", "cisco_secure_endpoint_integration")
    assert (integration["hostname"], integration["enabled"]) == (HOSTS["apjc"], True)
    assert (integration["client_id"], integration["api_key"]) == (made["client_id"], made["api_key"])
    run.ok(POLICY, **wanted)
    assert run.ok(INTEGRATION, policy="Trusted")["handoff"] == []

    person.perform(run.ok(INTEGRATION, policy="Trusted", state="absent")["handoff"])
    assert lab.state("duo", "cisco_secure_endpoint_integration")["enabled"] is False
