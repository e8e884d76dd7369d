# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would stop the first flow, found without writing anything. Private to this collection."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.admin_api import AdminApiApplication
from ansible_collections.identityops.cisco.plugins.module_utils._duo.application import Application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.auth_api import AuthApiApplication
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import (
    GRANT_APPLICATIONS,
    GRANT_READ_RESOURCE,
    Duo,
    find_application,
    group_ids,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import INTEGRATION_KEY
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import (
    AUTH_TYPES,
    PERMISSIONS,
    candidates,
    granted_permissions,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.profiles import PROFILES
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    FeatureOff,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.active_directory import (
    GroupFinder,
    fold_group,
    groups_of,
    require_join_point,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.declaration import checks_of
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import list_domain_groups
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Several
from ansible_collections.identityops.cisco.plugins.module_utils._ise.nodes import require_primary, supports_duo_mfa
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

RIGHTS = {GRANT_APPLICATIONS: "applications", GRANT_READ_RESOURCE: "read_resource"}


class Preflight:
    """Runs checks and collects what they find, so that one problem does not hide the next."""

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        self.params = params
        self.context = context
        self.problems: list[dict[str, Any]] = []
        self.system: dict[str, Any] | None = None
        self.trouble: CiscoError | None = None
        self.connections: list[dict[str, Any]] = []

    def attempt(self, check: str, call: Callable[[], Any]) -> Any:
        """The call's value, or None with the problem noted."""
        try:
            return call()
        except CiscoError as error:
            found = error.found if isinstance(error, Several) else [error]
            problems = [{"check": check, "msg": str(one)} for one in found]
            self.problems += [problem for problem in problems if problem not in self.problems]
            return None

    def result(self, fails: bool) -> dict[str, Any]:
        """The task's result, a failure if there are problems and they are to be one."""
        found = {"problems": self.problems, **({"system": self.system} if self.system else {})}
        if not self.problems:
            return {**found, "step": {"status": "ok", "detail": "No problems found"}}
        if fails:
            return {**found, "failed": True, "msg": self._summary()}
        return {**found, "step": {"status": "failed", "detail": self._summary()}}

    def _summary(self) -> str:
        count = len(self.problems)
        numbered = " ".join(f"({number}) {problem['msg']}" for number, problem in enumerate(self.problems, 1))
        found = "1 problem was found" if count == 1 else f"{count} problems were found"
        return f"{found}, and nothing was changed. {numbered}"

    def check_declaration(self) -> None:
        for name, check in checks_of(self.params):
            self.attempt(name, check)

    # ISE

    def check_ise(self) -> None:
        ise = self.attempt("ise_connection", lambda: Ise.from_params(self.params, self.context))
        if not ise or not self.attempt("ise_connection", lambda: self._look_at_duo_api(ise)):
            # Every further call would fail alike, and a wrong password must not be sent twice.
            return
        # A release whose Duo API answers is new enough.
        is_new_enough = not self.trouble or self.attempt("ise_release", lambda: self._require_release(ise))
        is_primary_pan = self.attempt("ise_primary", lambda: self._require_primary(ise))
        # Another node, or an old release, refuses it for that reason alone.
        if is_new_enough and is_primary_pan:
            self._check_policy(ise)
        if self.params["active_directory"]:
            join_point = self.attempt(
                "active_directory", lambda: require_join_point(ise, self.params["active_directory"])
            )
            # Another node refuses what only the primary PAN does, which is not the account's fault.
            if join_point and is_primary_pan:
                self._check_groups(ise, join_point)

    def _check_policy(self, ise: Ise) -> None:
        if self.params["state"] != "absent":
            self.attempt("ise_duo_api", self._require_duo_api)
        self.attempt("identity_sync", self._require_own_sync)
        if not self.params["policy"]:
            return
        # Loaded only where there is a policy, as in declaration.py.
        from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_forecast import PolicyForecast

        forecast = PolicyForecast(ise, self.params, functools.partial(self.attempt, "policy"))
        if self.params["state"] == "absent":
            # A removal only meets what it would use.
            forecast.of_removal()
        else:
            forecast.of_changes()

    def _look_at_duo_api(self, ise: Ise) -> bool:
        """Whether ISE answers at all. What it has against the Duo API is kept, because other checks may explain it.

        One read serves two checks where the list is needed anyway. ISE refuses the list while MFA is disabled, which
        is no trouble: the client then reads the status, so that the API is there and may be used.
        """
        try:
            if self.params["state"] == "present" and self.params["sync_name"]:
                self.connections = ise.list_connections()
            else:
                ise.get_mfa_status()
        except FeatureOff:
            pass
        except (NotFound, Forbidden, Refused, UnexpectedAnswer) as error:
            self.trouble = error
        return True

    def _require_duo_api(self) -> None:
        if self.trouble:
            raise self.trouble

    def _require_own_sync(self) -> None:
        """Whether ISE lets two connections use one sync is not published. The run would change what the other copies.

        Connections of this run leave a sync that is not declared for them.
        """
        name, sync = self.params["connection_name"], self.params["sync_name"]
        used_by = {str(entry.get("name")): entry.get("identitySync") for entry in self.connections}
        others = sorted(used_by.keys() - {name, *self.params["connections_to_come"]})
        users = [other for other in others if used_by[other] == sync]
        unseen = [other for other in others if not used_by[other]]
        if unseen and not users and used_by.get(name) != sync:
            self.context.warn(
                f"ISE does not show which identity sync the Duo connection {unseen[0]!r} uses. Check that it is not "
                f"{sync!r}, whose groups this run sets."
            )
        if users and used_by.get(name) != sync:
            raise InvalidInput(
                f"use the identity sync {sync!r} for the Duo connection {name!r}",
                f"the Duo connection {users[0]!r} uses it already",
                f"Give another sync_name. If {name!r} is to replace {users[0]!r}, delete that one first.",
            )

    def _require_release(self, ise: Ise) -> bool:
        system = self.system = ise.get_version()
        if not supports_duo_mfa(system["version"], system["patch"]):
            raise InvalidInput(
                "use Duo MFA on this ISE",
                f"it runs the release {system['version']} patch {system['patch']}, and native Duo MFA exists "
                "from 3.3 patch 1",
                "Update ISE, or use the Duo Authentication Proxy.",
            )
        return True

    def _require_primary(self, ise: Ise) -> bool:
        require_primary(ise.list_nodes(), ise.hostname)
        return True

    def _check_groups(self, ise: Ise, join_point: dict[str, Any]) -> None:
        if not self.attempt("ise_rights", lambda: self._require_write_right(ise, join_point)):
            return
        known = {fold_group(group["name"]) for group in groups_of(join_point)}
        new = [group for group in self.params["groups"] if fold_group(group) not in known]
        finder = GroupFinder(ise, join_point, new)
        for group in new:
            self.attempt("groups", functools.partial(finder.find, group))

    def _require_write_right(self, ise: Ise, join_point: dict[str, Any]) -> bool:
        """A PUT that reads: an account that may only read is refused it."""
        try:
            list_domain_groups(ise, join_point, str(join_point.get("domain")), "Domain Users")
        except Forbidden as error:
            raise Forbidden(
                "change anything on this ISE", error.came_back, error.advice, status=error.status
            ) from error
        return True

    # Duo

    def check_duo(self) -> None:
        duo = self.attempt("duo_connection", lambda: Duo.from_params(self.params, self.context))
        applications = self.attempt("duo_connection", duo.list_integrations) if duo else None
        if applications is None:
            return
        self.attempt("duo_rights", lambda: self._require_duo_rights(duo, applications))
        if self.params["admin_app"]:
            self.attempt("admin_app", lambda: self._require_admin_app(duo, applications))
        are_groups_known = self.attempt("user_access", lambda: self._require_groups(duo))
        if self.params["auth_app"]:
            self.attempt("auth_app", lambda: self._require_auth_app(duo, applications, are_groups_known))

    def _require_groups(self, duo: Duo) -> bool:
        groups = self.params["auth_app_permitted_groups"]
        return not groups or bool(group_ids(groups, duo.list_groups(), "permit"))

    def _require_admin_app(self, duo: Duo, applications: list[dict[str, Any]]) -> None:
        name, permissions = self.params["admin_app"], sorted(PROFILES["cisco_ise"])
        if self._is_by_name("admin_app", candidates(applications, AUTH_TYPES)):
            context = Context(check_mode=True)
            application = AdminApiApplication(duo, self._options(name), context, permissions, applications)
            self._foresee(application, {"permissions": permissions})

    def _require_auth_app(self, duo: Duo, applications: list[dict[str, Any]], are_groups_known: bool) -> None:
        name, access = self.params["auth_app"], self.params["auth_app_user_access"]
        if self._is_by_name("auth_app", candidates(applications, {"adminapi"})) and are_groups_known:
            groups = self.params["auth_app_permitted_groups"] or None
            options = {**self._options(name), "user_access": access, "permitted_groups": groups}
            application = AuthApiApplication(duo, options, Context(check_mode=True), applications)
            self._foresee(application, {"user_access": access, "permitted_groups": groups})

    def _options(self, name: str) -> dict[str, Any]:
        return {"name": name, "integration_key": None, "secret": "keep", "adopt": self.params["adopt"]}

    def _foresee(self, application: Application, desired: Fields) -> None:
        """What the task that manages the application would refuse."""
        ensure(application, self.params["state"] or "present", desired, application.context)

    def _is_by_name(self, option: str, possible: list[dict[str, Any]]) -> bool:
        """A name may be one of an application to come; an integration key must be one of an application of that kind,
        and says that it is meant.

        :raises InvalidInput: a key that no such application has.
        :raises Ambiguous: several applications of the name.
        """
        wanted = self.params[option]
        found, is_key = find_application(possible, wanted), bool(INTEGRATION_KEY.fullmatch(wanted))
        if is_key and found is None and self.params["state"] != "absent":
            raise InvalidInput(
                f"use {wanted} as {option}",
                "no application of that kind has this integration key in Duo",
                "Correct the key, or give a name to have the application created.",
            )
        return not is_key

    def _require_duo_rights(self, duo: Duo, applications: list[dict[str, Any]]) -> None:
        own = next((item for item in applications if item.get("integration_key") == duo.integration_key), None)
        if own is None:
            return
        granted = granted_permissions(own)
        missing = [
            label
            for label, permission in RIGHTS.items()
            if PERMISSIONS[permission] in own and permission not in granted
        ]
        if missing:
            raise InvalidInput(
                "manage the Duo applications",
                f"the application {own.get('name')!r} that signs in lacks the permission "
                f"{' and '.join(map(repr, missing))}",
                "Grant it in the Duo Admin Panel.",
            )
        is_to_grant = self.params["state"] != "absent"
        if is_to_grant and PERMISSIONS["set_permissions"] in own and "set_permissions" not in granted:
            self.context.warn(
                f"The application {own.get('name')!r} may not set the permissions of other applications "
                f"({PERMISSIONS['set_permissions']}). Whether Duo requires that is not documented. If it does, it "
                "refuses to create the Admin API application."
            )
