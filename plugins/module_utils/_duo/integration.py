# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Duo says of an application, which its Admin API calls an integration. Private to this collection.

Facts: Duo documentation, "Admin API", integrations, and ``duo_client``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._marks import MANAGED, MARK, without_mark

# Permission names of this collection and Duo's flags for them (Duo documentation and its vendor clients). The read
# halves of "applications" and "settings" exist only where Duo has split the two; an account without them neither takes
# nor returns them.
PERMISSIONS = {
    "administrators_read": "adminapi_admins_read",
    "administrators": "adminapi_admins",
    "read_information": "adminapi_info",
    "applications_read": "adminapi_integrations_read",
    "applications": "adminapi_integrations",
    "read_log": "adminapi_read_log",
    "read_resource": "adminapi_read_resource",
    "settings_read": "adminapi_settings_read",
    "settings": "adminapi_settings",
    "write_resource": "adminapi_write_resource",
    "set_permissions": "adminapi_allow_to_set_permissions",
}
# Those that some accounts do not have at all, and so do not show.
NOT_EVERYWHERE = ("administrators_read", "applications_read", "settings_read", "set_permissions")
# Documented kinds of application that speak neither API, so that one of the same name is certainly not meant. Types
# without documentation, such as those behind the catalogue entries "Cisco ISE Admin API" and "Cisco ISE Auth API", are
# not among them.
UNRELATED_TYPES = {
    "accountsapi",
    "websdk",
    "ciscoiseradius",
    "ciscoradius",
    "cisco",
    "ciscofirepower",
    "radius",
    "ldapproxy",
    "rdp",
    "netscaler-web",
    "device-management-portal",
    "unix",
    "azure-ca",
}
AUTH_TYPES = {"authapi", "rest", "partner_authapi", "verify"}


def text_fields(raw: dict[str, Any]) -> dict[str, Any]:
    """The notes of an application, and whether they hold the mark; nothing where Duo does not show notes."""
    return {"notes": without_mark(raw["notes"]), MANAGED: MARK in (raw["notes"] or "")} if "notes" in raw else {}


def candidates(applications: list[dict[str, Any]], other_types: Iterable[str]) -> list[dict[str, Any]]:
    """The applications that may be of the wanted kind: of its type, or of an undocumented one."""

    def is_unrelated(kind: str) -> bool:
        return kind in UNRELATED_TYPES or kind in other_types or kind.startswith("sso-")

    return [item for item in applications if not is_unrelated(str(item.get("type")))]


def granted_permissions(raw: dict[str, Any]) -> list[str]:
    """The permissions of an application, sorted. Duo sends its flags as numbers, as texts or as truth values."""
    return sorted(name for name, flag in PERMISSIONS.items() if str(raw.get(flag)).lower() in ("1", "true"))


def other_permissions(raw: dict[str, Any]) -> list[str]:
    """Flags of permissions that are not known here, and are not off."""
    return sorted(
        flag
        for flag, value in raw.items()
        if flag.startswith("adminapi_") and flag not in PERMISSIONS.values() and not is_off(value)
    )


def is_off(value: Any) -> bool:
    """Whether a flag certainly grants nothing."""
    return value is None or str(value).lower() in ("0", "false", "")


def shows_permission(raw: dict[str, Any], name: str) -> bool:
    """Whether Duo says that an application holds a permission, or that it does not."""
    return str(raw.get(PERMISSIONS[name])).lower() in ("0", "1", "false", "true")
