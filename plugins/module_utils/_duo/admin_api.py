# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Admin API application as a resource: permissions and networks. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.application import Application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, as_list
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import (
    AUTH_TYPES,
    NOT_EVERYWHERE,
    PERMISSIONS,
    granted_permissions,
    other_permissions,
    shows_permission,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.networks import extents_of
from ansible_collections.identityops.cisco.plugins.module_utils._duo.profiles import BROAD_PROFILES, PROFILES
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context


class AdminApiApplication(Application):
    type = "adminapi"
    other_types = AUTH_TYPES
    compare = {**Application.compare, "networks_for_api_access": extents_of}

    def __init__(
        self,
        duo: Duo,
        params: dict[str, Any],
        context: Context,
        permissions: list[str] | None,
        listed: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(duo, params, context, listed)
        self.wanted = permissions

    def fields(self, raw: dict[str, Any]) -> Fields:
        networks = {}
        if "networks_for_api_access" in raw:
            networks = {"networks_for_api_access": as_list(raw["networks_for_api_access"])}
        expected = {*(self.wanted or []), *(set(PERMISSIONS) - set(NOT_EVERYWHERE) if self.wanted is not None else ())}
        unseen = sorted(name for name in expected if not shows_permission(raw, name))
        if unseen:
            self.context.warn(
                f"Duo does not show for the {self.title} whether it has the permission {' and '.join(unseen)}: this "
                "account may not know it. Look in the Duo Admin Panel."
            )
        if others := other_permissions(raw):
            self.context.warn(
                f"Duo shows {' and '.join(others)} for the {self.title}, which is no permission that this collection "
                "knows. The task leaves it as it is. Look in the Duo Admin Panel."
            )
        return {"permissions": granted_permissions(raw), **networks}

    def parameters(self, fields: Fields) -> dict[str, Any]:
        flags = {}
        if "permissions" in fields:
            flags = {
                flag: int(name in fields["permissions"])
                for name, flag in PERMISSIONS.items()
                if self._is_known(name, fields)
            }
        if "networks_for_api_access" in fields:
            return {**flags, "networks_for_api_access": ",".join(fields["networks_for_api_access"])}
        return flags

    def same(self, name: str, one: Any, other: Any) -> bool:
        if name != "permissions":
            return super().same(name, one, other)
        visible = {permission for permission in PERMISSIONS if shows_permission(self._raw, permission)}
        return set(one) & visible == set(other) & visible

    def fields_as_it_is(self, raw: dict[str, Any]) -> Fields:
        granted = granted_permissions(raw)
        if self.wanted is not None and set(granted) != set(self.wanted):
            self.context.warn(
                f"The {self.title} was made by hand (type {raw.get('type')!r}) and is used as it is. Duo shows "
                "the permissions "
                f"{granted} for it, declared are {sorted(self.wanted)}: compare them in the Duo Admin Panel."
            )
        return {"visible_permissions": granted}

    def _is_known(self, name: str, fields: Fields) -> bool:
        """Whether to send a flag: a wanted one always, another only where the account is known to have it."""
        return (
            name in fields["permissions"]
            or PERMISSIONS[name] in self._raw
            or name not in ("applications_read", "settings_read")
        )


def wanted_permissions(params: dict[str, Any]) -> list[str] | None:
    profile, permissions = params["profile"], params["permissions"]
    if profile is None:
        return None if permissions is None else sorted(set(permissions))
    if profile in BROAD_PROFILES and not params["allow_broad_profile"]:
        raise InvalidInput(
            f"use the profile {profile}",
            f"it grants nearly everything: {', '.join(PROFILES[profile])}",
            "Set allow_broad_profile to true if that is intended.",
        )
    return sorted(PROFILES[profile])
