# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbook ``identityops.cisco.identity_intelligence``, and does between the runs what only a person can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab import Lab
from lab.person import ROLES, Person

from .flow import Flow, Ran

ACCOUNT, USERS, ADMIN, AUTH = "Duo account", "Users", "Admin API application", "Auth API application"
INTEGRATION, WEBHOOKS = "Integration", "Webhooks"


class IdentityIntelligence(Flow):
    """Runs the playbook against the lab, without an API client until somebody has copied one into the vault."""

    playbook = "identityops.cisco.identity_intelligence"
    role = "identity_intelligence_"

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        self.registry = folder / "webhooks.json"
        self.person = Person(lab, set(ROLES), {})
        self.estate = {"registry_path": str(self.registry)}

    def connection(self) -> dict[str, str]:
        copied = {name.upper(): value for name, value in self.person.vault.items() if name.startswith("cii_")}
        return {**self._lab.environment("duo"), "CII_CA_PATH": self._lab.ca_path, **copied}

    def perform(self, ran: Ran) -> None:
        """Follow what a run has handed over."""
        self.person.perform(ran.reported()["handoff"])

    def give_api_client(self) -> None:
        """Have the values of one that somebody created earlier."""
        self.person.vault |= {f"cii_{name}": getattr(self._lab.cii, name) for name in CLIENT}


CLIENT = ("api_url", "token_url", "client_id", "client_secret")


def steps(ran: Ran) -> list[str]:
    """The IDs of the steps that a run has handed over."""
    return [step["id"] for step in ran.reported()["handoff"]]


def webhook(name: str = "SOC", **more: Any) -> dict[str, Any]:
    """A webhook as the role takes it."""
    wanted = {"name": name, "endpoint": "https://events.corp.example/", "checks": ["no-mfa"]}
    return {**wanted, "api_key_name": "Authorization", "api_key": "Bearer canary-receiver-token", **more}
