# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbook ``identityops.cisco.trusted_endpoints``, and does between the runs what only a person can.

The person knows nothing but ``trusted_endpoints_result.handoff``, and puts what they copy into the file of variables
that the role knows. Secure Endpoint is called by the names of its regions, which the lab's proxy leads to the lab.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lab import Lab
from lab.person import ROLES, Person

from .flow import Flow, Ran

POLICY, APPLICATION, MANAGEMENT = "Trusted Endpoints", "AnyConnect Headquarters", "Intune with Duo Desktop"
# What blocks devices of the seed: LAPTOP-0042 is compromised, four are not trusted or unknown, and a phone.
MOST_BLOCKED = 6
CREDENTIAL, FLEET, IMPACT, INTEGRATION = (
    "Secure Endpoint credential",
    "Fleet",
    "Impact",
    "Integration in the Duo Admin Panel",
)
DUO_POLICY, VERIFICATION = "Duo policy", "Verification"
# What a run reports of each step, in order: one without a credential, one that writes, one that finds all done.
HANDED_OVER = {
    CREDENTIAL: "handoff_required",
    FLEET: "pending",
    IMPACT: "ok",
    INTEGRATION: "handoff_required",
    DUO_POLICY: "pending",
    VERIFICATION: "pending",
}
WRITTEN = {
    CREDENTIAL: "verified",
    FLEET: "ok",
    IMPACT: "ok",
    INTEGRATION: "not_verifiable",
    DUO_POLICY: "changed",
    VERIFICATION: "verified",
}
NO_CHANGE = {**{name: status for name, status in WRITTEN.items() if name != VERIFICATION}, DUO_POLICY: "ok"}


class TrustedEndpoints(Flow):
    """Runs the playbook against the lab; ``person`` performs what it hands over."""

    playbook = "identityops.cisco.trusted_endpoints"
    role = "trusted_endpoints_"

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        self.file = folder / "credential.yml"
        self.person = Person(lab, set(ROLES), {})
        self.estate = {"apply_to": [{"application": APPLICATION}], "credential_file": str(self.file)}

    def connection(self) -> dict[str, str]:
        return self._lab.environment("duo", "secure_endpoint", credential=False)

    def perform(self, handoff: list[dict[str, Any]]) -> None:
        """Follow the steps, and put what was copied into the file."""
        self.person.perform(handoff)
        self.put(self.person.vault)

    def put(self, credential: dict[str, str]) -> None:
        """Fill the file in one go, as an editor does; JSON is YAML too."""
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(credential))
        part.replace(self.file)

    def announced(self) -> int:
        """How many steps the run that was started has shown before it waits for them."""
        return sum(len(result.get("shown", ())) for result in self.results())

    def give_credential(self, **fields: Any) -> dict[str, str]:
        """Have a credential that somebody created earlier in the file; the credential."""
        added = self._lab.patch("secure_endpoint", "add_credential", name="Duo", **fields)
        credential = {f"secure_endpoint_{part}": added[part] for part in ("client_id", "api_key")}
        self.put(credential)
        return credential

    def prepare(self) -> None:
        """Have done all that persons do, but for the policy."""
        credential = self.give_credential()
        api_key = {"api_key": credential["secure_endpoint_api_key"]}
        integration = {"client_id": credential["secure_endpoint_client_id"], **api_key}
        self._lab.patch("duo", "set_trusted_endpoints", configured=True, integration=integration)

    def prepare_policy(self) -> None:
        """Have the policy too, as the role makes it."""
        self.prepare()
        section = {"trusted_endpoint_checking": "require-trusted", "cisco_secure_endpoint_can_block": True}
        sections = {"trusted_endpoints": section}
        self._lab.patch("duo", "add_policy", name=POLICY, sections=sections, applications=[APPLICATION])


def policies(lab: Lab) -> dict[str, dict[str, Any]]:
    """What Duo holds, without the keys, which differ from run to run."""
    found = lab.state("duo")["policies"]
    return {f"{policy['policy_name']}, {index}": _without_keys(policy) for index, policy in enumerate(found)}


def _without_keys(policy: dict[str, Any]) -> dict[str, Any]:
    applies = [(entry["app_name"], entry["apply_type"]) for entry in policy["policy_applies_to"]]
    groups = [sorted(group["group_name"] for group in entry["groups"]) for entry in policy["policy_applies_to"]]
    return {"sections": policy["sections"], "applies": applies, "groups": groups}


def steps(ran: Ran) -> list[str]:
    """What is left for a person, by id."""
    return [step["id"] for step in ran.reported()["handoff"]]
