# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An Auth API application as a resource: who may log in with it. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.application import Application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, as_list, group_ids
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context


class AuthApiApplication(Application):
    type = "authapi"
    other_types = {"adminapi"}
    compare = {**Application.compare, "permitted_groups": frozenset}

    def __init__(
        self, duo: Duo, params: dict[str, Any], context: Context, listed: list[dict[str, Any]] | None = None
    ) -> None:
        super().__init__(duo, params, context, listed)
        groups = params["permitted_groups"]
        self._group_ids = group_ids(groups, duo.list_groups(), "permit") if groups else None

    def is_verified(self) -> bool:
        """Whether its key signs in to the Auth API. Unknown while the application does not exist."""
        key = self.integration_key
        if not key:
            self.context.warn(f"The {self.title} does not exist yet, so its key cannot be verified in check mode.")
            return False
        self.duo.with_key(key, self.duo.get_secret_key(key, str(self.name or key))).check()
        return True

    def fields(self, raw: dict[str, Any]) -> Fields:
        access = {"user_access": raw["user_access"].lower()} if raw.get("user_access") else {}
        if self._group_ids is None:
            return access
        shown = raw.get("groups_allowed")
        if not isinstance(shown, (str, list)):
            # None is not an empty list: it would be written at every run.
            self._warn_of_unseen_groups(raw)
            return access
        names = {group_id: name for name, group_id in self._group_ids.items()}
        # A permitted group that is not among the declared ones is shown by its ID.
        return {
            **access,
            "permitted_groups": sorted(names.get(entry, entry) for entry in as_list(shown)),
        }

    def _warn_of_unseen_groups(self, raw: dict[str, Any]) -> None:
        if str(raw.get("user_access") or "PERMITTED_GROUPS").upper() == "PERMITTED_GROUPS":
            self.context.warn(
                f"Duo does not show which groups the {self.title} permits, so the task cannot compare them with "
                "the declared ones. Check them in the Duo Admin Panel."
            )

    def parameters(self, fields: Fields) -> dict[str, Any]:
        access = {"user_access": fields["user_access"].upper()} if "user_access" in fields else {}
        if self._group_ids is None:
            return access
        return {**access, "groups_allowed": ",".join(self._group_ids.values())}


def declared_access(params: dict[str, Any], access: str = "user_access", groups: str = "permitted_groups") -> Fields:
    """Who may log in, from a task's options.

    :param access: the name of the option that says it, as is ``groups``.
    :raises InvalidInput: one of the two does not fit the other.
    """
    if params[access] == "permitted_groups" and not params[groups]:
        raise InvalidInput("permit groups", f"{groups} names none", f"Name at least one, or set {access} to no_users.")
    if params[groups] and params[access] != "permitted_groups":
        advice = f"Set {access} to permitted_groups or leave the groups out."
        raise InvalidInput(f"use {groups}", f"{access} is {params[access]}", advice)
    return {"user_access": params[access], "permitted_groups": params[groups] or None}
