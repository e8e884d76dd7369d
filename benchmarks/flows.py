# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the flows cost: joining ISE and Duo, compared with a hand-written playbook, and the other three."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.control import Control
from machine import FOLDER, Played, connection_options, play, write_private

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
    "policy_name": "Trusted laptops",
    "apply_to": [{"application": "AnyConnect Headquarters"}],
    "edr_confirmed": True,
    # What the lab's devices come to; with less the run would stop.
    "max_blocked": 7,
}
WATCHED = {
    "webhooks": [
        {
            "name": "SOC",
            "endpoint": "https://events.corp.example/",
            "checks": ["no-mfa"],
            "api_key_name": "Authorization",
            "api_key": "Bearer a key of the benchmark",
        }
    ],
}
SEEN = {
    "outgoing_addresses": ["203.0.113.50"],
    "config_from_duo": {
        "inventedApiUrl": "api_url",
        "inventedIntegrationKey": "integration_key",
        "inventedSecretKey": "secret_key",
        "inventedAssetName": "asset_name",
    },
    "asset_name": "Duo production",
    "sync_interval": 1,
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


class Alone:
    """A flow that is compared with nothing, once a person has done what only consoles offer."""

    role: str
    wanted: dict[str, Any]

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        self.registry = FOLDER / f"{self.role}.registry.json"
        wanted = {f"{self.role}_{name}": value for name, value in self.wanted.items()}
        variables = write_private(f"{self.role}.json", {**connection_options(lab), **wanted, **self._registered()})
        self.flow = Flow(self.role, f"identityops.cisco.{self.role}", variables)

    def warm_up(self) -> None:
        """Fill the caches of byte code, and prove that it works."""
        self._prepare()
        play(self.flow.playbook, self.flow.variables)
        if not self._works():
            raise SystemExit(f"The playbook {self.flow.playbook} does not do its work, so its speed means nothing.")

    def round(self) -> None:
        self._prepare()
        self.flow.play(self._lab)

    def _registered(self) -> dict[str, Any]:
        """The variable that names the registry, where there is one."""
        return {f"{self.role}_registry_path": str(self.registry)}

    def _prepare(self) -> None:
        self._lab.reset()
        self.registry.unlink(missing_ok=True)

    def _works(self) -> bool:
        raise NotImplementedError


class Protection(Alone):
    """The flow that keeps compromised devices out."""

    role, wanted = "trusted_endpoints", PROTECTED

    def _registered(self) -> dict[str, Any]:
        return {}

    def _prepare(self) -> None:
        super()._prepare()
        link = {"client_id": self._lab.secure_endpoint.client_id, "api_key": self._lab.secure_endpoint.api_key}
        self._lab.patch("duo", "set_trusted_endpoints", configured=True, integration=link)

    def _works(self) -> bool:
        policies = {policy["policy_name"]: policy["sections"] for policy in self._lab.state("duo")["policies"]}
        section = policies[PROTECTED["policy_name"]]["trusted_endpoints"]
        return bool(section["cisco_secure_endpoint_can_block"])


class Watching(Alone):
    """The flow that proves that Identity Intelligence knows the users of Duo, and registers a webhook."""

    role, wanted = "identity_intelligence", WATCHED

    def _works(self) -> bool:
        return len(self._lab.state("cii")["webhooks"]) == len(WATCHED["webhooks"])


class Seeing(Alone):
    """The flow that connects SAFE to Duo."""

    role, wanted = "safe", SEEN

    def _works(self) -> bool:
        return [len(integration["runs"]) for integration in self._lab.state("safe")["integrations"]] == [1]


ALONE = (Protection, Watching, Seeing)


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
