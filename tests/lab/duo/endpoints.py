# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of the simulated Duo account: the devices it has seen logins from.

Members as in the sample object of the Duo documentation, adminapi; `trusted_endpoint` is yes, no or unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import seed

TRUST = ("yes", "no", "unknown")
AGENT = "Cisco AMP for Endpoints"
EMAILS = {user.username: user.email for user in seed.users()}
# What may be changed behind everybody's back.
MEMBERS = ("device_name", "os_family", "os_version", "trusted_endpoint", "username", "model", "security_agents")


def seeded(now: int) -> list[dict[str, Any]]:
    """The account's endpoints; their ages are counted back from `now` (seconds)."""
    return [_endpoint(number, item, now) for number, item in enumerate(seed.ENDPOINTS)]


def _endpoint(number: int, item: seed.EndpointSeed, now: int) -> dict[str, Any]:
    desktop = item.os_family in ("Windows", "Mac OS X")
    seen = now - (1 + number) * 7_200
    identifier = seed.stable_uuid(item.device_name).upper()
    mac = item.os_family == "Mac OS X"
    return {
        "browsers": [{"browser_family": "Chrome", "browser_version": "143.0.7499.40", "last_used": seen}],
        "computer_sid": "",
        "cpu_id": "",
        "device_id": "",
        "device_identifier": identifier,
        "device_identifier_type": "hardware_uuid" if mac else "machine_guid" if desktop else "device_udid",
        "device_name": item.device_name,
        "device_udid": "" if desktop else identifier,
        "device_username": f"corp/{item.username}" if desktop else "",
        "device_username_type": "os_username" if desktop else "",
        "disk_encryption_status": "On" if desktop else "Unknown",
        "domain_sid": "",
        "email": EMAILS.get(item.username, ""),
        "epkey": seed.stable_key("EP", item.device_name),
        "firewall_status": "On" if desktop else "Unknown",
        "hardware_uuid": identifier if mac else "",
        "health_app_client_version": "7.10.0.0" if desktop else "",
        "health_data_last_collected": seen if desktop else None,
        "last_updated": seen,
        "machine_guid": identifier if desktop and not mac else "",
        "model": item.model,
        "os_build": "",
        "os_family": item.os_family,
        "os_version": item.os_version,
        "password_status": "Set" if desktop else "Unknown",
        "security_agents": [{"security_agent": name, "version": version} for name, version in item.agents],
        "trusted_endpoint": item.trusted,
        "type": "",
        "username": item.username,
    }


@dataclass(frozen=True)
class Growth:
    """Endpoints that are computed when a page of them is asked for: every so many-th is not trusted, or unknown."""

    count: int = 0
    untrusted_every: int = 0
    unknown_every: int = 0
    without_agent_every: int = 0

    def endpoint(self, index: int, now: int) -> dict[str, Any]:
        """The endpoint number `index` of these."""

        def hit(every: int) -> bool:
            return every > 0 and index % every == every - 1

        trusted = "no" if hit(self.untrusted_every) else "unknown" if hit(self.unknown_every) else "yes"
        agents = () if hit(self.without_agent_every) else ((AGENT, "8.4.5.30483"),)
        name = f"PC-{index + 1:05d}"
        item = seed.EndpointSeed(name, "Windows", "11", trusted, f"user{index + 1:05d}", "Latitude 7450", agents)
        return _endpoint(index % 500, item, now)


class Endpoints:
    """The seeded endpoints, then the grown ones, by number from 0."""

    def __init__(self, now: int) -> None:
        self.items = seeded(now)
        self.growth = Growth()
        self._now = now

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.items) + self.growth.count

    def shown(self, number: int, no_agents: str) -> dict[str, Any]:
        """One as the Admin API shows it; `no_agents` (empty, null, absent) is the form of a missing list of agents."""
        grown = number - len(self.items)
        item = self.items[number] if grown < 0 else self.growth.endpoint(grown, self._now)
        if item["security_agents"] or no_agents == "empty":
            return item
        rest = {name: value for name, value in item.items() if name != "security_agents"}
        return rest if no_agents == "absent" else {**rest, "security_agents": None}

    def change(self, device_name: str, members: dict[str, Any]) -> None:
        """Raises ValueError for an unknown device or member, or a trust nobody has seen."""
        found = [item for item in self.items if item["device_name"] == device_name]
        if len(found) != 1:
            raise ValueError(f"no endpoint {device_name!r}")
        wrong = sorted(set(members) - set(MEMBERS))
        if wrong:
            raise ValueError(f"cannot set {', '.join(wrong)}")
        if members.get("trusted_endpoint", "yes") not in TRUST:
            raise ValueError(f"trusted_endpoint is one of {', '.join(TRUST)}")
        found[0].update(members)
