# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All flows in one run of ``identityops.cisco.site``, against one lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lab import Lab

from .flow import ESTATE, Flow
from .identity_intelligence import IdentityIntelligence
from .test_safe import Safe
from .trusted_endpoints import MOST_BLOCKED, TrustedEndpoints

FLOWS = ("ise_duo_mfa", "trusted_endpoints", "identity_intelligence", "safe")


class Site(Flow):
    """Runs the playbook with the variables of all four roles; the consoles' part is done already."""

    playbook, role = "identityops.cisco.site", ""

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        parts = {}
        for flow in (TrustedEndpoints, IdentityIntelligence, Safe):
            home = folder / flow.role
            home.mkdir()
            parts[flow.role] = flow(lab, home)
        trusted = parts["trusted_endpoints_"]
        trusted.prepare()
        parts["identity_intelligence_"].give_api_client()
        self._connection: dict[str, str] = {}
        for part in (Flow(lab, self._folder("ise")), *parts.values()):
            self._connection |= part.connection()
        estates: dict[str, dict[str, Any]] = {"ise_duo_mfa_": ESTATE}
        estates |= {role: part.estate for role, part in parts.items()}
        self.estate = {f"{role}{name}": value for role, given in estates.items() for name, value in given.items()}
        self.estate |= {"trusted_endpoints_max_blocked": MOST_BLOCKED + 1, "trusted_endpoints_edr_confirmed": True}

    def _folder(self, name: str) -> Path:
        made = self.folder / name
        made.mkdir()
        return made

    def connection(self) -> dict[str, str]:
        return self._connection


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> Site:
    return Site(lab, tmp_path)


def results(ran: Any) -> dict[str, dict[str, Any]]:
    """What each flow has set as its result, in the order in which they ran."""
    found: dict[str, dict[str, Any]] = {}
    for result in ran.results:
        for flow in FLOWS:
            if f"{flow}_result" in result.get("ansible_facts", {}):
                found[flow] = result["ansible_facts"][f"{flow}_result"]
    return found


def test_all_flows_run_and_the_second_run_changes_nothing(lab: Lab, flow: Site) -> None:
    done = results(flow.ok())
    assert tuple(done) == FLOWS
    assert {name for name, result in done.items() if result["changed"]} >= {"ise_duo_mfa", "trusted_endpoints", "safe"}
    again = flow.quietly()
    assert not any(result["changed"] for result in results(again).values()) and "changed=0" in again.output


def test_the_flows_that_are_listed_run(lab: Lab, flow: Site) -> None:
    ran = flow.quietly(check=True, identityops_flows='["safe"]')
    assert tuple(results(ran)) == ("safe",)
    refused = flow.fails(identityops_flows=["safe", "ise_duo_mfaa"])
    assert "Could not use ise_duo_mfaa in identityops_flows: known are" in refused.output and not results(refused)


def test_tags_run_a_part_of_each_flow(lab: Lab, flow: Site) -> None:
    found = results(flow.quietly("--tags", "preflight"))
    assert {name: result["status"] for name, result in found.items()} == dict.fromkeys(FLOWS, "pending")
    done = {
        name: [step["name"] for step in result["steps"] if step["status"] != "pending"]
        for name, result in found.items()
    }
    assert done["ise_duo_mfa"] == ["Preflight"] and "Impact" in done["trusted_endpoints"]
    assert done["identity_intelligence"] == ["Duo account", "Users"]
