# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications ("integrations") of the simulated Duo account: their parameters, rules and answers.

Parameters, values and members come from the Duo documentation, adminapi, and Duo's own Ruby client and Postman
collection; what those leave open is a switch.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..store import Switches
from .errors import DuoError, invalid_parameter, missing_parameter

SPLIT_FLAGS = ("adminapi_integrations_read", "adminapi_settings_read")
FLAGS = (
    "adminapi_admins",
    "adminapi_admins_read",
    "adminapi_allow_to_set_permissions",
    "adminapi_info",
    "adminapi_integrations",
    "adminapi_read_log",
    "adminapi_read_resource",
    "adminapi_settings",
    "adminapi_write_resource",
    *SPLIT_FLAGS,
)
USER_ACCESS = ("ALL_USERS", "NO_USERS", "PERMITTED_GROUPS")
MOST_GROUPS = 100

# Constants that can be created through the API and are known from public sources.
CREATABLE_TYPES = frozenset(
    {
        *("adminapi", "authapi", "websdk", "radius", "ldapproxy", "rdp", "unix", "netscaler-web"),
        *("cisco", "ciscoradius", "ciscoiseradius", "ciscofirepower", "device-management-portal"),
        *("sso-generic", "sso-oidc-generic", "sso-oauth-client-credentials"),
    }
)
# Which API a type's key opens. The last two stand for Duo's catalogue entries "Cisco ISE Admin API" and "Cisco ISE
# Auth API": a person can add them in the panel, but nobody publishes their constants, so these names are invented.
API_OF_TYPE = {
    "adminapi": "admin",
    "authapi": "auth",
    "lab-cisco-ise-admin-api": "admin",
    "lab-cisco-ise-auth-api": "auth",
}


@dataclass
class Application:
    """One application, with all values in the form the rules work on."""

    integration_key: str
    name: str
    type: str
    secret_key: str
    flags: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(FLAGS, False))
    user_access: str = "NO_USERS"
    groups_allowed: list[str] = field(default_factory=list)
    networks_for_api_access: str = ""
    notes: str = ""
    greeting: str = ""
    policy_key: str = ""
    self_service_allowed: bool = False
    prompt_v4_enabled: bool = False
    username_normalization_policy: str = "None"
    enroll_policy: str = "enroll"
    ip_whitelist: str = ""
    ip_whitelist_enroll_policy: str = ""
    trusted_device_days: int = 0
    sso: dict[str, Any] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """`admin` or `auth`, the API its key opens, or ""."""
        return API_OF_TYPE.get(self.type, "")

    def permits_network(self, address: str) -> bool:
        """Does networks_for_api_access (empty: anywhere) let a call from `address` in?"""
        here = ipaddress.ip_address(address)
        networks = parse_networks(self.networks_for_api_access)
        return not networks or any(first <= int(here) <= last for first, last in networks)

    def snapshot(self) -> dict[str, Any]:
        """For the control path: everything, flags as 0/1."""
        flags = {name: int(value) for name, value in self.flags.items()}
        return {**vars(self), "flags": flags, "api": self.api}


def answer(app: Application, switches: Switches) -> dict[str, Any]:
    """The object as the Admin API shows it."""
    shown: dict[str, Any] = {
        "integration_key": app.integration_key,
        "name": app.name,
        "type": app.type,
        "notes": app.notes,
        "greeting": app.greeting,
        "user_access": app.user_access,
        # Asked for as a comma-separated text, answered as an array (captured objects).
        **_shown_groups(app, switches.get("duo.groups_allowed")),
        "username_normalization_policy": app.username_normalization_policy,
        "enroll_policy": app.enroll_policy,
        "ip_whitelist": [entry.strip() for entry in app.ip_whitelist.split(",") if entry.strip()],
        "ip_whitelist_enroll_policy": app.ip_whitelist_enroll_policy,
        "trusted_device_days": app.trusted_device_days,
        "visual_style": "default",
    }
    binary = {name: value for name, value in app.flags.items() if flag_exists(name, switches)}
    binary["self_service_allowed"] = app.self_service_allowed
    if app.type in ("websdk", "netscaler-web"):
        binary["frameless_auth_prompt_enabled"] = True
        binary["prompt_v4_enabled"] = app.prompt_v4_enabled
    shown.update((name, _binary(value, switches.get("duo.flags_as"))) for name, value in binary.items())
    if app.type in NETWORK_TYPES and switches.get("duo.networks_shown") == "shown":
        is_kept = switches.get("duo.networks_stored") == "as_sent"
        shown["networks_for_api_access"] = app.networks_for_api_access if is_kept else _as_ranges(app)
    if app.policy_key and switches.get("duo.application_policy_key") == "shown":
        shown["policy_key"] = app.policy_key
    if app.type.startswith("sso-"):
        shown["sso"] = app.sso
    secret = _shown_secret(app.secret_key, switches.get("duo.secret_in_answers"))
    return shown if secret is None else {**shown, "secret_key": secret}


def _binary(value: bool, form: str) -> int | bool | str:
    forms: dict[str, int | bool | str] = {"int": int(value), "bool": value, "string": str(int(value))}
    return forms[form]


def _shown_secret(secret_key: str, form: str) -> str | None:
    # 36 asterisks and the last four characters is how third parties describe the mask.
    return {"masked": "*" * 36 + secret_key[-4:], "plain": secret_key, "absent": None}[form]


def flag_exists(name: str, switches: Switches) -> bool:
    """Does the account know this permission flag?"""
    return name not in SPLIT_FLAGS or switches.get("duo.split_flags") == "known"


def parse_networks(text: str) -> list[tuple[int, int]]:
    """First and last address, as numbers, of each entry: address, `a-b` range or CIDR. Raises ValueError."""
    ranges = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        if "-" in entry:
            first, last = (int(ipaddress.ip_address(part.strip())) for part in entry.split("-", 1))
            if first > last:
                raise ValueError(f"{entry} runs backwards")
        else:
            network = ipaddress.ip_network(entry, strict=False)
            first, last = int(network.network_address), int(network.broadcast_address)
        ranges.append((first, last))
    return ranges


def _shown_groups(app: Application, form: str) -> dict[str, Any]:
    return {} if form == "absent" else {"groups_allowed": list(app.groups_allowed) if form == "shown" else None}


def _as_ranges(app: Application) -> str:
    ends = [map(ipaddress.ip_address, pair) for pair in parse_networks(app.networks_for_api_access)]
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ends)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _name(value: Any) -> str:
    if not _text(value).strip():
        raise ValueError("empty")
    return str(value)


def _flag(value: Any) -> bool:
    # Duo's Python client sends the texts, others send the numbers.
    if isinstance(value, bool) or value not in (0, 1, "0", "1"):
        raise ValueError("neither 0 nor 1")
    return int(value) == 1


def _reset(value: Any) -> bool:
    if value not in (1, "1", "true"):
        raise ValueError("not 1")
    return True


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or int(value) < 0:
        raise ValueError("not a number from 0")
    return int(value)


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _networks(value: Any) -> str:
    parse_networks(_text(value))
    return str(value)


def _group_ids(value: Any) -> list[str]:
    ids = [part.strip() for part in _text(value).split(",") if part.strip()]
    if len(ids) > MOST_GROUPS or not all(re.fullmatch("DG[A-Z0-9]{18}", item) for item in ids):
        raise ValueError("not a list of group ids")
    return ids


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def convert(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"not one of {', '.join(allowed)}")
        return str(value)

    return convert


CONVERTERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(FLAGS, _flag),
    "name": _name,
    "type": _text,
    "user_access": _one_of(*USER_ACCESS),
    "groups_allowed": _group_ids,
    "networks_for_api_access": _networks,
    "policy_key": _text,
    "prompt_v4_enabled": _flag,
    "reset_secret_key": _reset,
    "self_service_allowed": _flag,
    # The documentation spells None and Simple, Duo's clients comment none and simple.
    "username_normalization_policy": _one_of("None", "Simple", "none", "simple"),
    "greeting": _text,
    "notes": _text,
    "enroll_policy": _one_of("enroll", "allow", "deny"),
    "ip_whitelist": _text,
    "ip_whitelist_enroll_policy": _text,
    "trusted_device_days": _number,
    "sso": _object,
    "visual_style": _text,
}
MODIFY_ONLY = frozenset({"policy_key", "prompt_v4_enabled", "reset_secret_key"})
CREATE_PARAMETERS = frozenset(CONVERTERS) - MODIFY_ONLY
MODIFY_PARAMETERS = frozenset(CONVERTERS) - {"type"}
NETWORK_TYPES = frozenset({"adminapi", "accountsapi"})


def convert(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters in the form the rules work on. Raises DuoError 40002 naming the first that does not fit."""
    converted = {}
    for name, value in parameters.items():
        try:
            converted[name] = CONVERTERS[name](value)
        except ValueError as error:
            raise invalid_parameter(f"{name}: {error}") from error
    return converted


def check_creation(wanted: dict[str, Any], user_access_default: str) -> None:
    """Rules about what a creation must hold, on converted parameters. Raises DuoError."""
    required = ["name", "type"] + (["user_access"] if user_access_default == "required" else [])
    for name in required:
        if name not in wanted:
            raise missing_parameter(name)
    if wanted["type"] not in CREATABLE_TYPES:
        raise invalid_parameter("type")


def check_combination(wanted: dict[str, Any], kind: str) -> None:
    """Rules about parameters of one call among each other, for an application of type `kind`. Raises DuoError."""
    if wanted.get("groups_allowed") and wanted.get("user_access") != "PERMITTED_GROUPS":
        # Stated by a Duo engineer (duo_api_php issue 38); the text is a guess.
        raise invalid_parameter("groups_allowed is only allowed with user_access PERMITTED_GROUPS")
    if wanted.get("networks_for_api_access") and kind not in NETWORK_TYPES:
        raise invalid_parameter("networks_for_api_access")
    if kind != "adminapi" and any(wanted.get(name) for name in FLAGS):
        # A guess: whether Duo stores the flags of other types is not published.
        raise invalid_parameter("adminapi permissions need an Admin API application")


def apply(app: Application, wanted: dict[str, Any]) -> None:
    """Write converted parameters into `app`."""
    for name, value in wanted.items():
        if name in FLAGS:
            app.flags[name] = value
        elif name not in ("type", "reset_secret_key", "visual_style"):
            setattr(app, name, value)
    if app.user_access != "PERMITTED_GROUPS":
        app.groups_allowed = []


def unknown_flags(parameters: dict[str, Any], switches: Switches) -> DuoError | None:
    """The refusal of permission flags this account does not know, if any were sent."""
    names = [name for name in parameters if name in FLAGS and not flag_exists(name, switches)]
    return invalid_parameter(", ".join(names)) if names else None
