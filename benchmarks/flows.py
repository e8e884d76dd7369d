# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the flows cost: joining ISE and Duo, compared with a hand-written playbook, and Trusted Endpoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.control import Control
from machine import Played, connection_options, play, write_private

HERE = Path(__file__).resolve().parent
AIM_TIMES_FASTER = 5
AIM_REQUESTS = 13
RUNS = ("first run", "no-change run")

ESTATE = {
    "active_directory": "CORP_AD",
    "groups": ["corp.example/Users/Duo Users", "corp.example/Groups/VPN Users"],
    "sync_name": "Corporate users",
    "connection_name": "Corporate Duo",
    "admin_app": "ISE user sync",
    "auth_app": "ISE logins",
    "sync_max_age": 86_400,
    "types": ["vpn"],
}
PROTECTED = {
    "trusted_endpoints_policy_name": "Trusted laptops",
    "trusted_endpoints_apply_to": [{"application": "AnyConnect Headquarters"}],
    "trusted_endpoints_edr_confirmed": True,
    # What the lab's devices come to; with less the run would stop.
    "trusted_endpoints_max_blocked": 7,
}


@dataclass
class Flow:
    """One of the two ways to do the same.

    :ivar played: per kind of run, one entry per round.
    :ivar requests: per kind of run, the number of requests in each round; `writes` likewise.
    """

    label: str
    playbook: str
    variables: Path
    played: dict[str, list[Played]] = field(default_factory=lambda: {run: [] for run in RUNS})
    requests: dict[str, list[int]] = field(default_factory=lambda: {run: [] for run in RUNS})
    writes: dict[str, list[int]] = field(default_factory=lambda: {run: [] for run in RUNS})

    def play(self, lab: Control) -> None:
        """Play it from what the lab holds now, then once more."""
        for run in RUNS:
            lab.clear_requests()
            self.played[run].append(play(self.playbook, self.variables))
            journal = lab.requests()
            self.requests[run].append(len(journal))
            self.writes[run].append(sum(row["write"] for row in journal))


class Flows:
    """Both flows, round by round."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        self.ours = Flow("identityops.cisco", "identityops.cisco.ise_duo_mfa", write_private("ours.json", _ours(lab)))
        self.uri = Flow("hand-written", str(HERE / "playbooks" / "uri.yml"), write_private("uri.json", _uri(lab)))

    def warm_up(self) -> None:
        """Fill the caches of byte code, and prove that both work and leave the same behind."""
        left = []
        for flow in (self.ours, self.uri):
            self._lab.reset()
            play(flow.playbook, flow.variables)
            left.append(_outcome(self._lab))
        if left[0] != left[1]:
            raise SystemExit(
                f"The two playbooks do not do the same, so comparing them means nothing:\n{left[0]}\n{left[1]}"
            )

    def round(self, number: int) -> None:
        """Each flow from an empty estate, then once more. Who goes first changes from round to round."""
        pair = (self.ours, self.uri)
        for flow in pair if number % 2 == 0 else pair[::-1]:
            self._lab.reset()
            flow.play(self._lab)


class Protection:
    """The flow that keeps compromised devices out, once a person has done what only consoles offer."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        variables = write_private("protection.json", {**connection_options(lab), **PROTECTED})
        self.flow = Flow("identityops.cisco", "identityops.cisco.trusted_endpoints", variables)

    def warm_up(self) -> None:
        """Fill the caches of byte code, and prove that it works."""
        self._prepare()
        play(self.flow.playbook, self.flow.variables)
        policies = {policy["policy_name"]: policy["sections"] for policy in self._lab.state("duo")["policies"]}
        section = policies[PROTECTED["trusted_endpoints_policy_name"]]["trusted_endpoints"]
        if not section["cisco_secure_endpoint_can_block"]:
            raise SystemExit(f"The playbook does not protect, so how fast it does so means nothing:\n{section}")

    def round(self) -> None:
        self._prepare()
        self.flow.play(self._lab)

    def _prepare(self) -> None:
        self._lab.reset()
        link = {"client_id": self._lab.secure_endpoint.client_id, "api_key": self._lab.secure_endpoint.api_key}
        self._lab.patch("duo", "set_trusted_endpoints", configured=True, integration=link)


def _outcome(lab: Control) -> dict[str, Any]:
    """What a run has left in the lab, less what differs from run to run."""
    duo, ise = lab.state("duo"), lab.state("ise")
    applications = {ESTATE["admin_app"], ESTATE["auth_app"]}
    connection, sync = ise["connections"][ESTATE["connection_name"]], ise["syncs"][ESTATE["sync_name"]]
    return {
        "applications": sorted(
            (
                app["name"],
                app["type"],
                app["user_access"],
                sorted(name for name, is_on in app["flags"].items() if is_on),
            )
            for app in duo["applications"]
            if app["name"] in applications
        ),
        "feature": ise["mfa"]["enabled"],
        "groups on the join point": sorted(ise["join_points"][ESTATE["active_directory"]]["groups"]),
        "sync": (sync["directories"], sorted(sync["groups"]), sync["schedule"], sync["status"], sync["starts"]),
        "connection": (
            connection["type"],
            connection["identity_sync"],
            connection["api_host"],
            connection["description"],
        ),
    }


def _ours(lab: Control) -> dict[str, Any]:
    return {**connection_options(lab), **{f"ise_duo_mfa_{name}": value for name, value in ESTATE.items()}}


def _uri(lab: Control) -> dict[str, Any]:
    # "groups" and "types" would say nothing in a playbook of its own; the first is a magic variable of Ansible besides.
    renamed = {
        {"groups": "groups_wanted", "types": "connection_types"}.get(name, name): value
        for name, value in ESTATE.items()
    }
    url = f"https://{lab.ise.hostname}:{lab.ise.port}"
    return {**connection_options(lab), **renamed, "ise_url": url, "ise_address": "127.0.0.1"}
