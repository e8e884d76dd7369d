# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What conditions may name: dictionaries with their attributes, and which of them each kind of rule may use.

Shapes: Cisco API description policy.yaml. The attributes are some of those that every ISE has, from Cisco's guides and
published configurations; which list holds which of them is a guess, in the order in which ISE comes to know things: the
device before the user, the user's groups after authentication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import seed
from .errors import NOT_FOUND, IseError, bad_request
from .seed import DEVICE_ADMIN, NETWORK_ACCESS

if TYPE_CHECKING:
    from .active_directory import ActiveDirectory

LISTS = ("policyset", "authentication", "authorization")
GROUPS = "ExternalGroups"
_ALWAYS = frozenset(LISTS)
_AFTERWARDS = frozenset({"authorization"})
_IP_TYPES = ("IP", "IPV4", "IPV6")
_DEVICE_GROUPS = ("Device Type", "Location")

# dictionary | attribute | type | known before authentication (yes) or after it (no) | allowed values
# + stands for the first value, and key=value for a value that has another key.
_BOTH = """
DEVICE | Device Type | STRING | yes | All Device Types, +#Core, +#Firewall, +#Router, +#Switch, +#VPN
DEVICE | Location | STRING | yes | All Locations, +#Branch, +#Headquarters
DEVICE | Model Name | STRING | yes |
DEVICE | Network Device Profile | STRING | yes | Cisco
DEVICE | Software Version | STRING | yes |
Network Access | AuthenticationIdentityStore | STRING | no |
Network Access | AuthenticationMethod | STRING | no | Lookup, MSCHAPV1, MSCHAPV2, PAP_ASCII, x509_PKI
Network Access | AuthenticationStatus | STRING | no | AuthenticationFailed, AuthenticationPassed, UnknownUser
Network Access | Device IP Address | IPV4 | yes |
Network Access | ISE Host Name | STRING | yes |
Network Access | NetworkDeviceName | STRING | yes |
Network Access | Protocol | STRING | yes | RADIUS, TACACS+
Network Access | UserName | STRING | yes |
InternalUser | Email | STRING | no |
InternalUser | IdentityGroup | STRING | no |
InternalUser | Name | STRING | no |
InternalUser | ContractEnd | DATE | no |
IdentityGroup | Name | STRING | no |
"""
_NETWORK_ACCESS = """
Airespace | Airespace-Wlan-Id | UNIT32 | yes |
CERTIFICATE | Days to Expiry | INT | no |
CERTIFICATE | Subject - Common Name | STRING | no |
Cisco | cisco-av-pair | STRING | yes |
Cisco-VPN3000 | CVPN3000/ASA/PIX7x-Client-Type | UNIT32 | yes |
Cisco-VPN3000 | CVPN3000/ASA/PIX7x-Tunnel-Group-Name | STRING | yes |
EndPoints | EndPointPolicy | STRING | no |
EndPoints | LogicalProfile | STRING | no |
Network Access | UseCase | STRING | yes | Guest Flow, Host Lookup
Normalised Radius | RadiusFlowType | STRING | yes | Wired802_1x, WiredMAB, Wireless802_1x, WirelessMAB
Normalised Radius | SSID | STRING | yes |
Radius | Called-Station-ID | STRING | yes |
Radius | Calling-Station-ID | STRING | yes |
Radius | Framed-IP-Address | IPV4 | yes |
Radius | NAS-IP-Address | IPV4 | yes |
Radius | NAS-Identifier | STRING | yes |
Radius | NAS-Port-Type | UNIT32 | yes | 5=Virtual, 15=Ethernet, 19=Wireless - IEEE 802.11
Radius | Service-Type | UNIT32 | yes | 2=Framed, 6=Administrative, 10=Call Check
Radius | User-Name | STRING | yes |
Session | ANCPolicy | STRING | no |
Session | PostureStatus | STRING | no | Compliant, NonCompliant, Unknown
"""
_DEVICE_ADMIN = """
TACACS | Authen-Type | STRING | yes | ASCII, CHAP, MSCHAP, PAP
TACACS | Port | STRING | yes |
TACACS | Privilege-Level | INT | yes |
TACACS | Remote-Address | IPV4 | yes |
TACACS | Service | STRING | yes | Enable, Login, None
TACACS | User | STRING | yes |
"""


@dataclass(frozen=True)
class Attribute:
    """One attribute; `allowed` maps keys to values, `lists` are those that hold it."""

    dictionary: str
    name: str
    type: str
    lists: frozenset[str]
    allowed: dict[str, str] = field(default_factory=dict)

    @property
    def is_address(self) -> bool:
        """Whether ISE compares it as an address."""
        return self.type in _IP_TYPES


def _read(table: str) -> Iterator[Attribute]:
    for line in table.strip().splitlines():
        dictionary, name, kind, before, values = (cell.strip() for cell in line.split("|"))
        pairs = [value.rpartition("=") for value in _expanded(values.split(", ")) if value]
        allowed = {key or value: value for key, _equals, value in pairs}
        yield Attribute(dictionary, name, kind, _ALWAYS if before == "yes" else _AFTERWARDS, allowed)


def _expanded(values: list[str]) -> list[str]:
    return [value.replace("+#", f"{values[0]}#") for value in values]


_SEED: dict[str, tuple[Attribute, ...]] = {
    NETWORK_ACCESS: tuple(_read(_BOTH + _NETWORK_ACCESS.strip())),
    DEVICE_ADMIN: tuple(_read(_BOTH + _DEVICE_ADMIN.strip())),
}


class Dictionaries:
    """The dictionaries of one tree. A join point has one of its name once it is joined (seen on a real box)."""

    def __init__(self, tree: str, directory: Callable[[], ActiveDirectory], switch: Callable[[str], Any]) -> None:
        self._tree = tree
        self._directory = directory
        self._switch = switch

    def attributes(self) -> list[Attribute]:
        """All of them, those of join points last."""
        return [*_SEED[self._tree], *self._of_join_points()]

    def _of_join_points(self) -> Iterator[Attribute]:
        for point in self._directory().points.values():
            if point.joined:
                listed = point.groups if self._switch("group_values") == "listed" else []
                yield Attribute(point.name, GROUPS, "STRING", _AFTERWARDS, {group: group for group in listed})
                yield Attribute(point.name, "IdentityAccessRestricted", "BOOLEAN", _AFTERWARDS)

    def require(self, dictionary: str, name: str, kind: str) -> Attribute:
        """The attribute that a condition of a kind names. Raises IseError 400.

        :param kind: policyset, authentication, authorization, mfa, or empty for the library
        """
        known = {attribute.name: attribute for attribute in self.attributes() if attribute.dictionary == dictionary}
        if not known:
            raise bad_request(f"Unknown dictionary {dictionary!r}")
        if name not in known:
            raise bad_request(f"Unknown attribute {name!r} in dictionary {dictionary!r}")
        if self._switch("unlisted_names") == 400 and not self._serves(known[name], kind):
            raise bad_request(f"Attribute {dictionary}:{name} cannot be used in a condition of this kind")
        return known[name]

    def _serves(self, attribute: Attribute, kind: str) -> bool:
        wanted = self._switch("mfa_rule_attributes") if kind == "mfa" else kind
        return wanted in ("any", "", *attribute.lists)

    def require_value(self, attribute: Attribute, operator: str, value: str) -> None:
        """Raises IseError 400 for a value that is compared as a whole and is none of those allowed."""
        allowed = {*attribute.allowed, *attribute.allowed.values()}
        if operator in ("equals", "notEquals") and allowed and value not in allowed:
            if self._switch("unlisted_names") == 400:
                raise bad_request(f"Invalid value {value!r} for attribute {attribute.dictionary}:{attribute.name}")

    # -- what the API shows -----------------------------------------------------------------------------------

    def usable(self, kind: str) -> list[dict[str, Any]]:
        """/dictionaries/<kind>."""
        return [self._shown(attribute) for attribute in self.attributes() if kind in attribute.lists]

    def all(self) -> list[dict[str, Any]]:
        """/dictionaries."""
        return [
            {
                "id": seed.stable_id("dictionary", name),
                "name": name,
                "description": f"{name} dictionary",
                "version": "1.0",
                "dictionaryAttrType": "MSG_ATTR" if name in ("Radius", "Cisco", "TACACS") else "ENTITY_ATTR",
            }
            for name in dict.fromkeys(attribute.dictionary for attribute in self.attributes())
        ]

    def one(self, name: str) -> dict[str, Any]:
        """/dictionaries/<name>. Raises IseError 404."""
        return _named(self.all(), name)

    def of(self, dictionary: str) -> list[dict[str, Any]]:
        """/dictionaries/<name>/attribute. Raises IseError 404."""
        self.one(dictionary)
        return [self._shown(attribute) for attribute in self.attributes() if attribute.dictionary == dictionary]

    def one_of(self, dictionary: str, name: str) -> dict[str, Any]:
        """/dictionaries/<name>/attribute/<attribute>. Raises IseError 404."""
        return _named(self.of(dictionary), name)

    def _shown(self, attribute: Attribute) -> dict[str, Any]:
        allowed = attribute.allowed
        if attribute.dictionary == "DEVICE" and attribute.name in _DEVICE_GROUPS:
            form = self._switch("device_group_values")
            root = f"{attribute.name}#" if form == "rooted" else ""
            allowed = {} if form == "unlisted" else {root + key: root + key for key in allowed}
        return {
            "id": seed.stable_id("attribute", attribute.dictionary, attribute.name),
            "dictionaryName": attribute.dictionary,
            "name": attribute.name,
            "internalName": attribute.name,
            "description": "",
            "dataType": attribute.type,
            "directionType": "BOTH",
            "allowedValues": [{"key": key, "value": value, "isDefault": False} for key, value in allowed.items()],
        }


def _named(listed: list[dict[str, Any]], name: str) -> dict[str, Any]:
    for item in listed:
        if item["name"] == name:
            return item
    raise IseError(404, f"{NOT_FOUND}: {name}")
