# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate a fresh lab finds: a small deployment, two Active Directory join points, two policy trees."""

from __future__ import annotations

import functools
import uuid
from dataclasses import dataclass, field
from typing import Any

NAMESPACE = uuid.UUID("6b1f3c52-0c1e-4f7a-9d44-5a3c8e7d2f10")


@functools.lru_cache(maxsize=4096)
def stable_id(*parts: str) -> str:
    """A UUID that is the same at every start."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


@dataclass(frozen=True)
class Person:
    """Somebody in Active Directory."""

    username: str
    realname: str
    email: str


@dataclass(frozen=True)
class Group:
    """A group in Active Directory: `name` in the form ERS uses, such as `corp.example/Users/Helpdesk`."""

    domain: str
    name: str
    sid: str
    type: str
    members: tuple[Person, ...]
    cn: str = ""

    @property
    def common_name(self) -> str:
        """The last part of the name, unless a slash is part of it."""
        return self.cn or self.name.rsplit("/", 1)[-1]

    def as_ers(self) -> dict[str, str]:
        """The form that ERS reads and writes."""
        return {"name": self.name, "sid": self.sid, "type": self.type}


@dataclass
class JoinPoint:
    """An Active Directory join point. `groups` holds the names of those added to ISE."""

    id: str
    name: str
    domain: str
    description: str
    groups: list[str] = field(default_factory=list)
    trusted: tuple[str, ...] = ()
    joined: bool = True
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains whose groups this join point can see."""
        return (self.domain, *self.trusted)


_CORP_PEOPLE = """
Amelia Novak, Benedikt Sauer, Carla Mendes, Dmitri Volkov, Elena Rossi, Farid Haddad, Greta Lindqvist, Henry Okafor,
Ines Carvalho, Jonas Becker, Katarina Horvat, Liam Gallagher, Maya Deshpande, Nils Aaltonen, Oona Virtanen,
Pavel Dvorak, Quentin Moreau, Rosa Jimenez, Samir Rahman, Tessa van Dijk, Umar Siddiqui, Vera Kuznetsova, Walter Brandt,
Xenia Pappas, Yusuf Demir, Zofia Kowalska, Anders Holm, Bridget Walsh, Colin Frazer, Daniela Fischer, Emil Sandberg,
Fiona Carter, Gustav Nyberg, Hanna Schulz, Ivan Petrov, Julia Weber
"""
_EMEA_PEOPLE = """
Adele Laurent, Bruno Conti, Chiara Galli, Diego Navarro, Eszter Nagy, Florian Huber, Giulia Ferri, Hugo Lambert,
Isabel Reyes, Jakub Zielinski, Klara Svoboda, Luca Marino
"""
_LAB_PEOPLE = "Lena Testerova, Marco Probe, Nadia Bench, Oskar Pilot, Petra Rig, Ralf Mockup"

# name below the domain | type | number of members
_CORP_GROUPS = """
Users/Domain Users | GLOBAL | 36
Users/Domain Admins | GLOBAL | 3
Users/Domain Computers | GLOBAL | 0
Users/Domain Guests | GLOBAL | 0
Users/Enterprise Admins | UNIVERSAL | 2
Users/Helpdesk | GLOBAL | 6
Users/Duo Users | GLOBAL | 18
Users/Network Admins | GLOBAL | 5
Users/Server Admins | GLOBAL | 4
Users/Security Operations | GLOBAL | 5
Users/Contractors | GLOBAL | 7
Users/Executives | GLOBAL | 4
Users/Finance | GLOBAL | 6
Users/Human Resources | GLOBAL | 4
Users/Sales | GLOBAL | 8
Users/Engineering | GLOBAL | 11
Users/DnsAdmins | DOMAIN LOCAL | 2
Groups/VPN Users | UNIVERSAL | 14
Groups/VPN Contractors | UNIVERSAL | 5
Groups/Wireless Users | UNIVERSAL | 16
Groups/MFA Pilot | GLOBAL | 5
Groups/Printer Operators | DOMAIN LOCAL | 2
Groups/Remote Desktop | DOMAIN LOCAL | 6
Builtin/Administrators | BUILTIN | 3
Builtin/Users | BUILTIN | 9
Builtin/Backup Operators | BUILTIN | 1
"""
_EMEA_GROUPS = """
Users/Domain Users | GLOBAL | 12
Users/Domain Admins | GLOBAL | 2
Users/EMEA VPN Users | GLOBAL | 7
Users/EMEA Helpdesk | GLOBAL | 3
Users/EMEA Network Admins | GLOBAL | 3
Users/EMEA Finance | GLOBAL | 4
Users/EMEA Sales | GLOBAL | 5
Groups/EMEA Wireless Users | UNIVERSAL | 6
Builtin/Administrators | BUILTIN | 2
Builtin/Users | BUILTIN | 4
"""
_LAB_GROUPS = """
Users/Domain Users | GLOBAL | 6
Users/Domain Admins | GLOBAL | 1
Users/Lab Users | GLOBAL | 6
Users/Lab Operators | GLOBAL | 2
Users/Test Accounts | GLOBAL | 3
Groups/Lab VPN Users | GLOBAL | 4
Builtin/Administrators | BUILTIN | 1
Builtin/Users | BUILTIN | 2
Builtin/Guests | BUILTIN | 0
"""

_DOMAINS = (
    ("corp.example", "S-1-5-21-1180699209-877415012-3182924384", _CORP_PEOPLE, _CORP_GROUPS),
    ("emea.corp.example", "S-1-5-21-2094113855-1260914427-1904732218", _EMEA_PEOPLE, _EMEA_GROUPS),
    ("lab.example", "S-1-5-21-3356120043-1550072914-2206117439", _LAB_PEOPLE, _LAB_GROUPS),
)
# A domain the forest still lists and nobody can reach; its groups cannot be asked for.
UNUSABLE_DOMAIN = {
    "dnsName": "old.example",
    "forest": "old.example",
    "unusableReason": "Domain controller is unreachable",
}


def _people(names: str, domain: str) -> tuple[Person, ...]:
    found = []
    for realname in (name.strip() for name in names.replace("\n", " ").split(",")):
        first, _space, last = realname.lower().partition(" ")
        username = first[0] + last.replace(" ", "")
        found.append(Person(username, realname, f"{username}@{domain}"))
    return tuple(found)


def _groups_of(domain: str, domain_sid: str, names: str, table: str) -> list[Group]:
    people = _people(names, domain)
    groups = []
    for index, line in enumerate(table.strip().splitlines()):
        path, kind, size = (cell.strip() for cell in line.split("|"))
        sid = f"S-1-5-32-{544 + index}" if kind == "BUILTIN" else f"{domain_sid}-{1100 + index}"
        members = tuple(people[(index * 5 + offset) % len(people)] for offset in range(int(size)))
        groups.append(Group(domain, f"{domain}/{path}", sid, kind, members))
    return groups


@functools.cache
def groups() -> tuple[Group, ...]:
    """Every group of every domain, 45 in all."""
    return tuple(group for domain in _DOMAINS for group in _groups_of(*domain))


def join_points() -> list[JoinPoint]:
    """CORP_AD, with two groups added, and LAB_AD, with none."""
    return [
        JoinPoint(
            id=stable_id("joinpoint", "CORP_AD"),
            name="CORP_AD",
            domain="corp.example",
            description="Corporate directory",
            groups=["corp.example/Users/Domain Users", "corp.example/Users/Helpdesk"],
            trusted=("emea.corp.example",),
        ),
        JoinPoint(
            id=stable_id("joinpoint", "LAB_AD"),
            name="LAB_AD",
            domain="lab.example",
            description="Test directory",
        ),
    ]


def _node(hostname: str, address: str, roles: list[str], services: list[str]) -> dict[str, Any]:
    return {
        "hostname": hostname,
        "fqdn": f"{hostname}.corp.example",
        "ipAddress": address,
        "roles": roles,
        "services": services,
        "nodeStatus": "Connected",
    }


def nodes(role: str, this_address: str) -> list[dict[str, Any]]:
    """The deployment as seen from a box of this role; `this_address` is the address of that box."""
    psn = _node("ise-psn1", "10.20.0.21", [], ["Session", "DeviceAdmin"])
    admin = ["PrimaryAdmin", "PrimaryMonitoring"]
    if role == "standalone":
        return [_node("ise-pan1", this_address, ["Standalone"], ["Session", "DeviceAdmin"])]
    if role == "secondary":
        secondary = _node("ise-pan2", this_address, ["SecondaryAdmin", "SecondaryMonitoring"], [])
        return [_node("ise-pan1", "10.20.0.11", admin, []), secondary, psn]
    return [_node("ise-pan1", this_address, admin, []), psn]


NETWORK_ACCESS = "network-access"
DEVICE_ADMIN = "device-admin"

# Members of the bare arrays below /api/v1/policy/<tree>/, by name.
CATALOGUES: dict[str, dict[str, tuple[str, ...]]] = {
    NETWORK_ACCESS: {
        "authorization-profiles": ("Blackhole_Wireless_Access", "Cisco_IP_Phones", "DenyAccess", "PermitAccess"),
        "security-groups": ("BYOD", "Contractors", "Employees", "Guests", "Network_Services", "Quarantined_Systems"),
        "identity-stores": ("All_User_ID_Stores", "CORP_AD", "Internal Endpoints", "Internal Users", "LAB_AD"),
    },
    DEVICE_ADMIN: {
        "command-sets": ("DenyAllCommands", "PermitAllCommands", "PermitShowCommands"),
        "shell-profiles": ("Default Shell Profile", "Deny All Shell Profile", "IOS Admin Privilege 15"),
        "identity-stores": ("All_User_ID_Stores", "CORP_AD", "Internal Users", "LAB_AD"),
    },
}

# name, type, whether the server sequence authorises locally
SERVICES: dict[str, tuple[tuple[str, str, bool], ...]] = {
    NETWORK_ACCESS: (
        ("Default Network Access", "allowedProtocols", True),
        ("VPN Access", "allowedProtocols", True),
        ("Duo Proxy Sequence", "serverSequence", False),
    ),
    DEVICE_ADMIN: (
        ("Default Device Admin", "allowedProtocols", True),
        ("TACACS Proxy Sequence", "serverSequence", False),
    ),
}

LIBRARY_CONDITIONS: dict[str, tuple[dict[str, Any], ...]] = {
    NETWORK_ACCESS: (
        {
            "name": "Wired_802.1X",
            "description": "A condition to match an 802.1X based authentication request from Cisco switches",
            "dictionaryName": "Radius",
            "attributeName": "NAS-Port-Type",
            "operator": "equals",
            "attributeValue": "Ethernet",
        },
        {
            "name": "VPN_Tunnel",
            "description": "Requests of the VPN headends",
            "dictionaryName": "Radius",
            "attributeName": "NAS-Port-Type",
            "operator": "equals",
            "attributeValue": "Virtual",
        },
    ),
    DEVICE_ADMIN: (
        {
            "name": "Network_Devices_Core",
            "description": "Core routers and switches",
            "dictionaryName": "DEVICE",
            "attributeName": "Device Type",
            "operator": "equals",
            "attributeValue": "All Device Types#Core",
        },
    ),
}

# Those of both trees. Rules refer to them as they do to conditions of the library.
TIME_CONDITIONS: tuple[dict[str, Any], ...] = (
    {
        "conditionType": "TimeAndDateCondition",
        "name": "Office hours",
        "description": "When the service desk is there",
        "weekDays": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
        "hoursRange": {"startTime": "08:00", "endTime": "18:00"},
    },
)

# name, service, condition
POLICY_SETS: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    NETWORK_ACCESS: (
        (
            "VPN",
            "Default Network Access",
            {
                "conditionType": "ConditionAttributes",
                "dictionaryName": "DEVICE",
                "attributeName": "Device Type",
                "operator": "equals",
                "attributeValue": "All Device Types#VPN",
            },
        ),
    ),
    DEVICE_ADMIN: (
        (
            "Routers",
            "Default Device Admin",
            {
                "conditionType": "ConditionAttributes",
                "dictionaryName": "DEVICE",
                "attributeName": "Device Type",
                "operator": "equals",
                "attributeValue": "All Device Types#Router",
            },
        ),
    ),
}
