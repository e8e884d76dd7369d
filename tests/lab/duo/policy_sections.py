# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sections of a Duo policy: which keys each has, what they take, what they are when nobody sets them.

Names and values come from a section list annotated by Duo staff and from Duo's own Python and JavaScript examples.
Where no default is published the least restrictive value is taken, which is a guess.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TRUSTED = "trusted_endpoints"
CHECKING, CHECKING_MOBILE = "trusted_endpoint_checking", "trusted_endpoint_checking_mobile"
CAN_BLOCK, MESSAGE = "cisco_secure_endpoint_can_block", "trusted_endpoint_message"
NOT_CONFIGURED = "not-configured"


@dataclass(frozen=True)
class Reading:
    """How strictly a section is read."""

    comma_texts: bool = False
    """Whether a comma-separated text may stand for a list."""
    ignore_unknown: bool = False
    """Whether unknown keys are dropped instead of refused."""


@dataclass(frozen=True)
class Key:
    """What a key takes: `check` returns the value or raises ValueError. `default` None: not there until it is set."""

    check: Callable[[Any, Reading], Any]
    default: Any = None


@dataclass(frozen=True)
class Nested:
    """A key that takes an object."""

    keys: Keys


Keys = dict[str, "Key | Nested"]


# -- kinds of values ---------------------------------------------------------------------------------------------------


def _flag(default: bool | None = False) -> Key:
    def check(value: Any, how: Reading) -> bool:
        if not isinstance(value, bool):
            raise ValueError("neither true nor false")
        return value

    return Key(check, default)


def _choice(*allowed: Any, default: Any = None) -> Key:
    def check(value: Any, how: Reading) -> Any:
        if isinstance(value, bool) or value not in allowed:
            raise ValueError(f"not one of {', '.join(map(str, allowed))}")
        return value

    return Key(check, default)


def _number(least: int, most: int, default: int | None = None) -> Key:
    def check(value: Any, how: Reading) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"not a number from {least} to {most}")
        return value

    return Key(check, default)


def _text(default: str | None = None) -> Key:
    def check(value: Any, how: Reading) -> str:
        if not isinstance(value, str):
            raise ValueError("not a text")
        return value

    return Key(check, default)


def _list(fits: Callable[[str], bool], default: tuple[str, ...] | None = ()) -> Key:
    def check(value: Any, how: Reading) -> list[str]:
        if isinstance(value, str) and how.comma_texts:
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError("not a list of texts")
        wrong = sorted({item for item in value if not fits(item) or value.count(item) > 1})
        if wrong:
            raise ValueError(f"unknown or repeated: {', '.join(wrong)}")
        return value

    return Key(check, default)


def _some_of(*allowed: str, default: tuple[str, ...] = ()) -> Key:
    return _list(allowed.__contains__, default)


def _is_network(text: str) -> bool:
    """An address, a range `a-b` or a network in CIDR notation."""
    try:
        if "-" in text:
            first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
            return int(first) <= int(last)
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def _is_country(text: str) -> bool:
    return re.fullmatch("[A-Z]{2}", text) is not None


# -- the sections ------------------------------------------------------------------------------------------------------

METHODS = (
    *("desktop", "duo-passcode", "duo-push", "duo-push-pwl", "hardware-token", "phonecall", "sms"),
    *("webauthn-platform", "webauthn-platform-pwl", "webauthn-roaming", "webauthn-roaming-pwl"),
    *("webauthn-require-user-verification", "bypass", "bypass-pwl", "smart-card"),
)
BLOCKED_METHODS = ("desktop", "duo-passcode", "phonecall")
ALLOWED_METHODS = ("duo-push", "hardware-token", "sms", "webauthn-platform", "webauthn-roaming")
BROWSERS = ("chrome", "chrome-mobile", "edge", "firefox", "ie", "other-browsers", "safari", "safari-mobile")
SYSTEMS = ("android", "blackberry", "chromeos", "ios", "linux", "macos", "unknownos", "windows", "windowsphone")
OS_POLICIES = ("no-remediation", "less-than-latest", "less-than-version", "end-of-life", "not-up-to-date")
OS_DAYS = (0, 14, 30, 60, 90, 180, 365)
CHECKING_VALUES = ("allow-all", "require-trusted", NOT_CONFIGURED, "no-action")

_DESKTOPS = _some_of("macos", "windows", "linux")
_NAMES = _list(bool)
_NETWORKS = _list(_is_network)
_COUNTRIES = _list(_is_country)
_DIGITS = _number(3, 6, default=3)
_SPAN: Keys = {"max_time_units": _choice("days", "hours", default="days"), "max_time_value": _number(1, 8760, 30)}
_OS: Keys = {
    "warn_policy": _choice(*OS_POLICIES),
    "warn_version": _text(),
    "warn_remediation_days": _choice(*OS_DAYS),
    "block_policy": _choice(*OS_POLICIES),
    "block_version": _text(),
    "block_remediation_days": _choice(*OS_DAYS),
}
_HEALTH: Keys = {
    "enforce_encryption": _DESKTOPS,
    "enforce_firewall": _DESKTOPS,
    "enforce_system_password": _DESKTOPS,
    "macos_endpoint_security_list": _NAMES,
    "windows_endpoint_security_list": _NAMES,
}
_NOTES: Keys = {"macos_remediation_note": _text(""), "windows_remediation_note": _text("")}

SECTIONS: dict[str, Keys] = {
    "anonymous_networks": {
        "anonymous_access_behavior": _choice("no-action", "require-mfa", "deny", default="no-action")
    },
    "authentication_methods": {
        "allowed_auth_list": _some_of(*METHODS, default=ALLOWED_METHODS),
        "blocked_auth_list": _some_of(*METHODS, default=BLOCKED_METHODS),
        "require_verified_push": _flag(),
        "verified_push_digits": _DIGITS,
        "auto_retry_sms": _flag(),
    },
    "authentication_policy": {"user_auth_behavior": _choice("enforce", "bypass", "deny", default="enforce")},
    "authorized_networks": {
        "no_2fa_required": Nested({"ip_list": _NETWORKS, "require_enrollment": _flag()}),
        "mfa_required": Nested({"ip_list": _NETWORKS}),
        "blocked": Nested({"ip_list": _NETWORKS}),
        "deny_other_access": _flag(),
    },
    "browsers": {
        "allowed_browsers_list": _some_of(*BROWSERS, default=BROWSERS),
        "blocked_browsers_list": _some_of(*BROWSERS),
        "out_of_date_behavior": _choice("warn-only", "warn-and-block", "no-remediation", default="no-remediation"),
        "browser_max_ood_days": _number(0, 365),
    },
    # The older and the newer name of what is duo_desktop in between.
    "device_health_app": {**_HEALTH, **_NOTES, "requires_DHA": _DESKTOPS, "prompt_to_install": _DESKTOPS},
    "health_checks": {**_HEALTH, "requires_duo_desktop": _DESKTOPS, "enforce_signed_payload": _text()},
    "duo_desktop": {
        **_HEALTH,
        **_NOTES,
        "requires_duo_desktop": _DESKTOPS,
        "prompt_to_install": _DESKTOPS,
        "enforce_device_id_pinning": _text(),
        "enforce_signed_payload": _text(),
        "device_health_device_id_pinning": _text(),
        "device_health_signed_payload": _text(),
    },
    "duo_mobile_app": {"require_updates": _flag(), "block_policy": _text(), "block_version": _text()},
    "full_disk_encryption": {"require_encryption": _flag()},
    "mobile_device_biometrics": {"require_biometrics": _flag()},
    "new_user": {"new_user_behavior": _choice("enroll", "no-mfa", "deny", default="enroll")},
    "operating_systems": {
        "allow_unrestricted_os_list": _some_of(*SYSTEMS, default=SYSTEMS),
        # the older name of the one above
        "allow_os_list": _list(SYSTEMS.__contains__, None),
        "block_os_list": _some_of(*SYSTEMS),
        "os_restrictions": Nested({name: Nested(_OS) for name in ("android", "ios", "macos", "windows")}),
    },
    "plugins": {
        "flash": _choice("allow-all", "block-all", default="block-all"),
        "java": _choice("allow-all", "warn-only", "warn-and-block", "block-all", default="allow-all"),
        "java_max_ood_days": _number(0, 365),
    },
    "remembered_devices": {
        "browser_apps": Nested(
            {
                "enabled": _flag(),
                "remember_method": _choice("user-based", "risk-based", default="user-based"),
                "user_based": Nested({**_SPAN, "confirm_per_app": _flag()}),
                "risk_based": Nested(_SPAN),
            }
        ),
        "windows_logon": Nested({"enabled": _flag(), **_SPAN}),
    },
    "risk_based_factor_selection": {
        "limit_to_risk_based_auth_methods": _flag(),
        "risk_based_verified_push_digits": _DIGITS,
    },
    "screen_lock": {"require_screen_lock": _flag()},
    "tampered_devices": {"block_tampered_devices": _flag()},
    TRUSTED: {
        CHECKING: _choice(*CHECKING_VALUES, default="allow-all"),
        CHECKING_MOBILE: _choice(*CHECKING_VALUES),
        CAN_BLOCK: _flag(),
        # Shown, and tolerated when it is sent back, but never stored.
        MESSAGE: _text(),
    },
    "user_location": {
        "default_action": _choice(
            *("ignore-location", "require-mfa", "deny-access", "allow-access-no-2fa"), default="ignore-location"
        ),
        "require_mfa_countries_list": _COUNTRIES,
        "deny_access_countries_list": _COUNTRIES,
        "allow_access_no_2fa_countries_list": _COUNTRIES,
        "ignore_location_countries_list": _COUNTRIES,
        "access_device_only": _flag(None),
    },
}


# -- reading, filling up, merging --------------------------------------------------------------------------------------


def read(name: str, value: Any, how: Reading, unknown: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The keys of section `name` that were sent; `unknown` are keys to treat as nobody's. Raises ValueError."""
    if not isinstance(value, dict):
        raise ValueError(f"{name}: not an object")
    # A section the lab does not know may be a newer one.
    if name not in SECTIONS:
        return dict(value)
    keys = {key: spec for key, spec in SECTIONS[name].items() if key not in unknown}
    return _read(name, keys, value, how)


def _read(where: str, keys: Keys, value: Any, how: Reading) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: not an object")
    found = {}
    for key, item in value.items():
        spec = keys.get(key)
        if isinstance(spec, Nested):
            found[key] = _read(f"{where}.{key}", spec.keys, item, how)
        elif spec is not None:
            try:
                found[key] = spec.check(item, how)
            except ValueError as error:
                raise ValueError(f"{where}.{key}: {error}") from None
        elif not how.ignore_unknown:
            raise ValueError(f"{where}.{key}: unknown")
    return found


def defaults(name: str) -> dict[str, Any]:
    """What a section is when it is enabled and nothing is said about it."""
    return _defaults(SECTIONS.get(name, {}))


def _defaults(keys: Keys) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, spec in keys.items():
        value = _defaults(spec.keys) or None if isinstance(spec, Nested) else spec.default
        if value is not None:
            found[key] = list(value) if isinstance(value, tuple) else value
    return found


def merged(name: str, before: dict[str, Any], sent: dict[str, Any], *, deep: bool) -> dict[str, Any]:
    """`before` with the keys of `sent`; an object inside keeps its other members if `deep`, or gets its defaults."""
    return _merged(SECTIONS.get(name, {}), before, sent, deep)


def _merged(keys: Keys, before: dict[str, Any], sent: dict[str, Any], deep: bool) -> dict[str, Any]:
    result = {**before, **sent}
    for key, value in sent.items():
        spec = keys.get(key)
        if isinstance(spec, Nested):
            base = before.get(key, {}) if deep else _defaults(spec.keys)
            result[key] = _merged(spec.keys, base, value, deep)
    return result


def check_whole(name: str, section: dict[str, Any]) -> None:
    """Rules among the keys of a section as it would be stored. Raises ValueError."""
    if name == "authorized_networks" and section.get("deny_other_access"):
        if not any(section.get(key, {}).get("ip_list") for key in ("no_2fa_required", "mfa_required")):
            raise ValueError(f"{name}.deny_other_access: needs an address in no_2fa_required or mfa_required")
    if name == "remembered_devices":
        browser = section.get("browser_apps", {})
        spans = [browser.get("user_based", {}), browser.get("risk_based", {}), section.get("windows_logon", {})]
        if any(span.get("max_time_units") == "days" and span.get("max_time_value", 0) > 365 for span in spans):
            raise ValueError(f"{name}: max_time_value is at most 365 days")


def without_defaults(name: str, section: dict[str, Any]) -> dict[str, Any]:
    """The keys that somebody has set to something else."""
    usual = defaults(name)
    return {key: value for key, value in section.items() if key not in usual or usual[key] != value}


def with_comma_texts(value: Any) -> Any:
    """The same with every list of texts as one text."""
    if isinstance(value, dict):
        return {key: with_comma_texts(item) for key, item in value.items()}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return value
