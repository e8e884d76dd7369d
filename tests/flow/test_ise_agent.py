# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent of the ISE integration is set up once and keeps no plain secret, with a stand-in for the container runtime.

Whether the real image behaves as its quick start says is not proven here. How a command that fails is reported:
``tests/unit/playbooks/test_ise_agent.py``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from lab import Lab

from .identity_intelligence import IdentityIntelligence, steps

PASSWORD = "CanaryPasswordOfTheAgent"
HERE = Path(__file__).parent


class Agent(IdentityIntelligence):
    """Runs the playbook on a host whose container runtime is the stand-in."""

    playbook = "identityops.cisco.ise_agent"

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        self.place = folder / "ise-agent"
        self.runtime = folder / "bin" / "docker"
        self.runtime.parent.mkdir()
        program = (HERE / "stand_in_runtime.py").read_text()
        self.runtime.write_text(f"#!{sys.executable}\n{program}")
        self.runtime.chmod(0o755)
        command = str(self.runtime)
        own = {"dir": f"{self.place}/", "runtime": command, "compose": [command, "compose"], "timeout": 1}
        self.estate = {f"agent_{name}": value for name, value in own.items()}
        self.give_api_client()

    def connection(self) -> dict[str, str]:
        return {**super().connection(), **self._lab.environment("ise")}

    def calls(self) -> list[str]:
        """What the runtime was asked to do, less looks."""
        calls = self._kept()["calls"]
        return [
            " ".join(call[:2]) + (" again" if "--force-recreate" in call else "") for call in calls if "ps" not in call
        ]

    def container(self) -> dict[str, str] | None:
        """The environment of the container that runs."""
        found: dict[str, str] | None = self._kept()["container"]
        return found

    def _kept(self) -> dict[str, Any]:
        path = self.runtime.with_name("runtime.json")
        return dict(json.loads(path.read_text())) if path.exists() else {"calls": [], "container": None}

    def token(self) -> dict[str, str]:
        """What the person has copied, as variables of the role."""
        names = {name.removeprefix("identity_intelligence_"): name for name in self.person.vault if "agent" in name}
        return {given: self.person.vault[name] for given, name in names.items()}


@pytest.fixture
def agent(lab: Lab, tmp_path: Path) -> Agent:
    return Agent(lab, tmp_path)


def account(password: str = PASSWORD) -> dict[str, str]:
    values = {"host": "ise-pan1.corp.example", "username": "cii-agent", "password": password}
    return {f"agent_ise_{name}": value for name, value in values.items()}


def test_it_is_set_up_once_and_keeps_no_plain_secret(lab: Lab, agent: Agent) -> None:
    left = agent.ok()
    assert left.statuses()["Agent"] == "pending" and steps(left) == ["cii_ise_integration"]
    assert agent.calls() == [] and not agent.place.exists()
    agent.perform(left)
    token = agent.token()["agent_bootstrap_token"]

    # What an interrupted bootstrap leaves.
    (agent.folder / "ise-agent.new" / "certs").mkdir(parents=True)
    stuck = agent.fails("-vvv", **agent.token(), **account("wrong"))
    assert agent.calls() == ["run --rm", "compose up again"] and "has not accepted the account" in stuck.output
    assert agent.container() is not None and (agent.place / ".first-start").exists()

    lab.patch("ise", "add_pxgrid_client", name="cii-agent")
    (agent.place / ".first-start").unlink()
    assert agent.quietly(check=True, **account()).changed() == {"Agent"}
    done = agent.ok("-vvv", **account())
    assert stuck.statuses()["Agent"] == stuck.reported()["status"] == "failed"
    assert agent.calls()[2:] == ["compose up again", "compose up again"]
    assert agent.container() == {} and not (agent.place / ".first-start").exists()
    assert {path.name for path in (agent.place / "certs").iterdir()} >= {".credentials.enc", ".pxgrid.enc"}
    assert done.statuses() == {
        "ISE integration": "pending",
        "Agent": "changed",
        "pxGrid client": "not_verifiable",
    }
    assert steps(done) == []
    assert lab.state("ise")["pxgrid"]["clients"] == {"cii-agent": True}
    files = "".join(path.read_text() for path in agent.place.rglob("*") if path.is_file())
    for secret in (PASSWORD, token):
        assert secret not in stuck.output + done.output + files

    lab.patch("cii", "agent_reports", name="ISE", token=token)
    again = agent.ok()
    assert len(agent.calls()) == 4
    assert again.statuses() == {"ISE integration": "verified", "Agent": "ok", "pxGrid client": "not_verifiable"}
    assert "changed=0" in again.output
