# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The estate of the simulated Duo account: a mid-sized company, the same at every start."""

from __future__ import annotations

import functools
import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


# Kept, because tests reset the lab thousands of times, and each reset asks for the same few hundred.
@functools.lru_cache(maxsize=4096)
def stable_key(prefix: str, label: str) -> str:
    """A 20-character Duo id that depends on `label` only."""
    number = int.from_bytes(hashlib.sha256(f"{prefix} {label}".encode()).digest(), "big")
    letters = []
    for _unused in range(20 - len(prefix)):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return prefix + "".join(letters)


@functools.lru_cache(maxsize=4096)
def stable_uuid(label: str) -> str:
    """A UUID that depends on `label` only."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{label}.corp.example"))


ACCOUNT_ID = stable_key("DA", "account")
ACCOUNT_NAME = "Corp Example"
EDITION = "Duo Premier"
CALLER = "Ansible automation"
CALLER_FLAGS = (
    "adminapi_integrations",
    "adminapi_read_resource",
    "adminapi_info",
    "adminapi_admins_read",
    "adminapi_allow_to_set_permissions",
    # policies
    "adminapi_write_resource",
)
DIRECTORY: dict[str, str] = {
    "directory_key": stable_key("DS", "corp.example"),
    "name": "corp.example",
    # A guess: only "azure" was ever seen published.
    "directory_type": "active_directory",
}

GROUPS = (
    ("VPN Users", "Remote access through the VPN gateways"),
    ("Network Admins", "Device administration on switches, routers and firewalls"),
    ("Contractors", "External staff, reviewed every quarter"),
    ("Helpdesk", "First line support"),
    ("Server Admins", "Windows and Linux servers"),
    ("Cloud Engineering", "Cloud platform team"),
    ("Finance", "Finance and controlling"),
    ("Human Resources", "People and payroll"),
    ("Sales", "Field and inside sales"),
    ("Engineering", "Product development"),
    ("Executives", "Management board and assistants"),
    ("Break Glass", "Emergency accounts"),
)

ADMINISTRATORS = (
    ("Olivia Brandt", "olivia.brandt@corp.example", "Owner", "Active"),
    ("Tomas Novak", "tomas.novak@corp.example", "Owner", "Disabled"),
    ("Priya Raman", "priya.raman@corp.example", "Administrator", "Active"),
    ("Marcus Hale", "marcus.hale@corp.example", "Application Manager", "Active"),
    ("Sofia Lindqvist", "sofia.lindqvist@corp.example", "Help Desk", "Pending Activation"),
    ("Audit Account", "audit@corp.example", "Read-only", "Expired"),
)


@dataclass(frozen=True)
class AppSeed:
    """An application made by hand. `label` distinguishes two of the same name."""

    name: str
    type: str
    label: str = ""
    flags: tuple[str, ...] = ()
    user_access: str = "ALL_USERS"
    groups: tuple[str, ...] = field(default=())
    notes: str = ""


APPLICATIONS = (
    AppSeed(CALLER, "adminapi", flags=CALLER_FLAGS, user_access="NO_USERS", notes="Made by hand, owner: platform team"),
    AppSeed("AnyConnect Headquarters", "cisco"),
    AppSeed("Branch VPN Berlin", "radius", user_access="PERMITTED_GROUPS", groups=("VPN Users", "Contractors")),
    AppSeed("Branch VPN Lyon", "radius", user_access="PERMITTED_GROUPS", groups=("VPN Users",)),
    AppSeed("Legacy VPN", "radius", label="first", notes="Concentrator in the old data centre"),
    AppSeed("Legacy VPN", "radius", label="second", notes="Copy made during the move"),
    AppSeed("Cisco Firepower", "ciscofirepower"),
    AppSeed("Cisco ISE RADIUS", "ciscoiseradius", user_access="PERMITTED_GROUPS", groups=("Network Admins",)),
    AppSeed("Citrix Gateway", "netscaler-web"),
    AppSeed("Domain Controllers", "rdp", user_access="PERMITTED_GROUPS", groups=("Server Admins",)),
    AppSeed("File Servers", "rdp", user_access="PERMITTED_GROUPS", groups=("Server Admins",)),
    AppSeed("Jump Hosts", "unix", user_access="PERMITTED_GROUPS", groups=("Server Admins", "Network Admins")),
    AppSeed("Build Machines", "unix", user_access="PERMITTED_GROUPS", groups=("Engineering",)),
    AppSeed("Intranet", "websdk"),
    AppSeed("Customer Portal", "websdk"),
    AppSeed("Time Tracking", "websdk"),
    AppSeed("Travel Expenses", "sso-generic"),
    AppSeed("Wiki", "sso-generic"),
    AppSeed("Code Hosting", "sso-generic", user_access="PERMITTED_GROUPS", groups=("Engineering",)),
    AppSeed("Ticket System", "sso-generic"),
    AppSeed("Payroll", "sso-generic", user_access="PERMITTED_GROUPS", groups=("Human Resources", "Finance")),
    AppSeed("Sales CRM", "sso-generic", user_access="PERMITTED_GROUPS", groups=("Sales",)),
    AppSeed("Monitoring", "sso-oidc-generic"),
    AppSeed("Container Registry", "sso-oidc-generic", user_access="PERMITTED_GROUPS", groups=("Cloud Engineering",)),
    AppSeed("Directory Proxy", "ldapproxy"),
    AppSeed("Door Access", "authapi"),
    AppSeed("Service Desk Verification", "authapi", user_access="PERMITTED_GROUPS", groups=("Helpdesk",)),
    AppSeed("SIEM Log Collector", "adminapi", flags=("adminapi_read_log",), user_access="NO_USERS"),
    AppSeed(
        "HR Provisioning",
        "adminapi",
        flags=("adminapi_read_resource", "adminapi_write_resource"),
        user_access="NO_USERS",
    ),
    AppSeed(
        "Compliance Report",
        "adminapi",
        flags=("adminapi_admins_read", "adminapi_read_resource", "adminapi_info"),
        user_access="NO_USERS",
    ),
    AppSeed("Device Portal", "device-management-portal"),
    AppSeed("Old Password Reset", "websdk", user_access="NO_USERS", notes="To be removed"),
)


@dataclass(frozen=True)
class PolicySeed:
    """A policy. `sections` holds what differs from the defaults; `label` distinguishes two of the same name."""

    name: str
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    label: str = ""
    applications: tuple[str, ...] = ()
    is_global: bool = False


GLOBAL_SECTIONS = (
    *("anonymous_networks", "authentication_methods", "authentication_policy", "authorized_networks", "browsers"),
    *("duo_desktop", "duo_mobile_app", "full_disk_encryption", "mobile_device_biometrics", "new_user"),
    *("operating_systems", "remembered_devices", "risk_based_factor_selection", "screen_lock", "tampered_devices"),
    *("trusted_endpoints", "user_location"),
)
POLICIES = (
    PolicySeed(
        "Global Policy",
        {
            "new_user": {"new_user_behavior": "deny"},
            "screen_lock": {"require_screen_lock": True},
            "tampered_devices": {"block_tampered_devices": True},
            "user_location": {"deny_access_countries_list": ["KP"]},
        },
        is_global=True,
    ),
    PolicySeed(
        "Contractors",
        {
            "authentication_methods": {
                "allowed_auth_list": ["duo-push", "webauthn-roaming"],
                "blocked_auth_list": ["desktop", "duo-passcode", "phonecall", "sms"],
                "require_verified_push": True,
                "verified_push_digits": 4,
            },
            "new_user": {"new_user_behavior": "deny"},
        },
        applications=("Branch VPN Berlin",),
    ),
    PolicySeed("Legacy", {"browsers": {"out_of_date_behavior": "warn-only"}}, label="first"),
    PolicySeed("Legacy", {"duo_mobile_app": {"require_updates": True}}, label="second"),
)


@dataclass(frozen=True)
class EndpointSeed:
    """A device somebody logged in with; `agents` are security products and their versions."""

    device_name: str
    os_family: str
    os_version: str
    trusted: str
    username: str
    model: str
    agents: tuple[tuple[str, str], ...] = ()


_AMP = ("Cisco AMP for Endpoints", "8.4.5.30483")
_AMP_MAC = ("Cisco AMP for Endpoints", "1.26.0.1016")
_DEFENDER = ("Windows Defender", "4.18.25100.9008")
ENDPOINTS = (
    EndpointSeed("LAPTOP-0001", "Windows", "11", "yes", "akeller00", "Latitude 7450", (_AMP, _DEFENDER)),
    EndpointSeed("LAPTOP-0002", "Windows", "11", "yes", "bkeller01", "Latitude 7450", (_AMP,)),
    EndpointSeed("LAPTOP-0003", "Windows", "11", "yes", "ckeller02", "ThinkPad T14", (_AMP,)),
    EndpointSeed("LAPTOP-0042", "Windows", "11", "yes", "dkeller03", "Latitude 7450", (_AMP,)),
    EndpointSeed("LAPTOP-0077", "Windows", "10", "no", "ekeller04", "Latitude 5400", (_DEFENDER,)),
    EndpointSeed("HOME-PC", "Windows", "11", "no", "fkeller05", "System Product Name"),
    EndpointSeed("LAPTOP-0081", "Windows", "11", "unknown", "gkeller06", "ThinkPad T14", (_AMP,)),
    EndpointSeed("MAC-0001", "Mac OS X", "15.7.1", "yes", "hmoreau07", "MacBook Pro", (_AMP_MAC,)),
    EndpointSeed("MAC-0002", "Mac OS X", "15.7.1", "yes", "imoreau08", "MacBook Air", (_AMP_MAC,)),
    EndpointSeed("MAC-0003", "Mac OS X", "14.8.1", "no", "jmoreau09", "MacBook Pro"),
    EndpointSeed("MAC-0004", "Mac OS X", "26.0.1", "unknown", "kmoreau10", "MacBook Pro", (_AMP_MAC,)),
    EndpointSeed("Anna's iPhone", "iOS", "18.7.1", "unknown", "akeller00", "iPhone 16"),
)

FIRST_NAMES = (
    *("Anna", "Ben", "Chiara", "David", "Elif", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Katja", "Liam"),
    *("Maria", "Noah", "Oskar", "Paula", "Quentin", "Rosa", "Stefan", "Tara", "Umut", "Vera", "Wanda", "Yusuf"),
)
LAST_NAMES = ("Keller", "Moreau", "Okafor", "Silva", "Tanaka")
STATUSES = {17: "bypass", 44: "disabled", 71: "locked out", 99: "pending deletion"}


@dataclass(frozen=True)
class UserSeed:
    """A person; `number` counts from 0."""

    number: int
    username: str
    realname: str
    email: str
    status: str
    synced: bool
    enrolled: bool
    groups: tuple[str, ...]


@functools.cache
def users() -> tuple[UserSeed, ...]:
    """120 people: two in three come from Active Directory, one in eight has no e-mail, one in five is not enrolled."""
    pairs = [(first, last) for last in LAST_NAMES for first in FIRST_NAMES]
    return tuple(_user(number, first, last) for number, (first, last) in enumerate(pairs))


def _user(number: int, first: str, last: str) -> UserSeed:
    address = f"{first}.{last}@corp.example".lower()
    departments = [name for name, _unused in GROUPS[4:11]]
    groups = [departments[number % len(departments)]]
    groups += [
        name
        for every, name in ((2, "VPN Users"), (10, "Network Admins"), (9, "Contractors"), (15, "Helpdesk"))
        if number % every == 0
    ]
    return UserSeed(
        number=number,
        # A few accounts from an old web application log in with their address.
        username=address if number % 20 == 7 else f"{first[0]}{last}{number % 24:02d}".lower(),
        realname=f"{first} {last}",
        email="" if number % 8 == 3 else address,
        status=STATUSES.get(number, "active"),
        synced=number % 3 != 2,
        enrolled=number % 5 != 4,
        groups=tuple(groups),
    )
