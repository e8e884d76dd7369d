# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The organisation of the simulated Secure Endpoint, the same at every start."""

from __future__ import annotations

import functools
import hashlib
import uuid
from dataclasses import dataclass

HOSTS = {"nam": "api.amp.cisco.com", "eu": "api.eu.amp.cisco.com", "apjc": "api.apjc.amp.cisco.com"}
CONSOLES = {region: host.replace("api.", "console.", 1) for region, host in HOSTS.items()}
HOME = "eu"

MONITORING = "Monitoring"
# Application name and scope; all live in the home region.
CREDENTIALS = ((MONITORING, "read_only"), ("SOAR", "read_write"))


# Kept, because tests reset the lab thousands of times.
@functools.lru_cache(maxsize=4096)
def stable_guid(label: str) -> str:
    """A GUID that depends on `label` only."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{label}.corp.example"))


def stable_client_id(label: str) -> str:
    """20 hexadecimal digits that depend on `label` only."""
    return hashlib.sha256(f"client {label}".encode()).hexdigest()[:20]


# Group and the policy its computers follow.
GROUPS = (
    ("Workstations", "Laptops and desktops"),
    ("Servers", "Windows and Linux servers"),
    ("Mobile", "Phones and tablets"),
)
# Name and operating-system family.
POLICIES = (("Protect Windows", "windows"), ("Protect Mac", "mac"), ("Audit Linux", "linux"), ("Mobile", "ios"))


@dataclass(frozen=True)
class ComputerSeed:
    """A connector. `seen` is how many days ago it last reported."""

    hostname: str
    operating_system: str
    version: str
    group: str = "Workstations"
    seen: float = 0.02
    active: bool = True
    compromised: bool = False
    demo: bool = False
    internal_ip: str = ""


# Versions around the two minima that Duo names (7.1.1 on Windows, 1.12.1 on macOS), in three and in four parts.
REAL = (
    ComputerSeed("LAPTOP-0042", "Windows 11, SP 0.0 (Build 22631.3593)", "8.2.1.21650", compromised=True),
    ComputerSeed("LAPTOP-0017", "Windows 10", "7.1.1.14117"),
    ComputerSeed("LAPTOP-0023", "Windows 10, SP 0.0", "7.1.0.11222"),
    ComputerSeed("LAPTOP-0051", "Windows 11", "8.4.1"),
    ComputerSeed("LAPTOP-0064", "Windows 10", "8.1.7.21512", seen=23),
    ComputerSeed("LAPTOP-0008", "Windows 10", "7.5.3.20938", seen=80, active=False),
    ComputerSeed("KIOSK-03", "Windows 10", "unknown (8)"),
    ComputerSeed("FILES-01", "Windows Server 2019 Datacenter", "8.4.1.30307", "Servers"),
    ComputerSeed("MAC-0005", "OS X 10.14.6", "1.12.0.750"),
    ComputerSeed("MAC-0011", "macOS 12.6.3", "1.12.1", internal_ip=" 10.116.0.3"),
    ComputerSeed("MAC-0019", "macOS 14.5.0", "1.24.1"),
    ComputerSeed("build-07", "Ubuntu 20.04", "1.18.0.814", "Servers"),
    ComputerSeed("Anna's iPhone", "iOS 16.0 (iPhone11,6)", "1.5.2", "Mobile"),
)

THREATS = ("AMP", "CryptoWall", "Dyre", "Global_Threat_Alerts", "Low_Prev_Retro", "Plugx", "Ransomware", "Upatre")


@functools.cache
def computers() -> tuple[ComputerSeed, ...]:
    """The invented hosts of an evaluation, 30 of 37 compromised as recorded from a real one, around the real ones."""
    demo = [
        ComputerSeed(
            f"Demo_{THREATS[number % len(THREATS)]}_{number // len(THREATS) + 1}",
            "OS X 10.14.6" if number % 9 == 8 else "Windows 10, SP 0.0",
            "1.10.0.700" if number % 9 == 8 else "6.2.19.10979",
            compromised=number < 30,
            demo=True,
        )
        for number in range(37)
    ]
    return (*demo[:20], *REAL, *demo[20:])
