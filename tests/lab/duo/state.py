# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Duo account knows and the rules it follows. No HTTP here."""

from __future__ import annotations

import hmac
import itertools
import secrets
from dataclasses import asdict
from typing import Any, ClassVar

from ..console import Console, ConsoleState
from ..store import Switch
from . import applications, people, seed
from .applications import FLAGS, Application
from .endpoints import Endpoints, Growth
from .errors import DuoError, forbidden, invalid_parameter, missing_parameter, not_found
from .panel import Panel
from .people import Group, User
from .people import Growth as UserGrowth
from .policies import Policies, Policy
from .switches import SWITCHES
from .trusted_endpoints import TrustedEndpoints

SECRET_LENGTH = 40
# Any one of the flags opens the right (Duo documentation, adminapi: "requires the ... permission" of each call).
RIGHTS: dict[str, tuple[str, ...]] = {
    "applications": ("adminapi_integrations",),
    "resource_read": ("adminapi_read_resource",),
    "resource_write": ("adminapi_write_resource",),
    "info": ("adminapi_info",),
    "settings_read": ("adminapi_settings", "adminapi_settings_read"),
    "admins_read": ("adminapi_admins", "adminapi_admins_read"),
}


class DuoState(ConsoleState):
    """One Duo account."""

    SWITCHES: ClassVar[tuple[Switch, ...]] = SWITCHES

    def reset(self) -> None:
        """Back to the seed; the seeded applications keep their secrets."""
        now = int(self.clock.now())
        self.groups = people.seeded_groups()
        self.users = people.seeded_users(now)
        self.user_growth = UserGrowth()
        self.directories: list[dict[str, str]] = [dict(seed.DIRECTORY)]
        self.administrators = people.seeded_administrators(now)
        self.settings = people.settings()
        self.applications = {app.integration_key: app for app in map(self._seeded, seed.APPLICATIONS)}
        self.caller_key = seed.stable_key("DI", seed.CALLER)
        self.trusted = TrustedEndpoints()
        self.policies = Policies(self)
        self.endpoints = Endpoints(now)
        self.console = Console(Panel(self).start)
        self.received: list[dict[str, Any]] = []
        self.pushes: dict[str, dict[str, Any]] = {}
        self._created = 0

    def snapshot(self) -> dict[str, Any]:
        """The account as JSON. `received` lists every delivery of users from a directory."""
        return {
            "api_host": self.address,
            "account_id": seed.ACCOUNT_ID,
            "caller": self.caller_key,
            "applications": [app.snapshot() for app in self.applications.values()],
            # not asdict, which would copy each of them deeply
            "groups": [dict(vars(group)) for group in self.groups.values()],
            "users": [dict(vars(user)) for user in self.users.values()],
            "grown_users": self.user_growth.count,
            "directories": self.listed_directories(),
            "administrators": list(self.administrators.values()),
            "settings": self.settings,
            "policies": self.policies.snapshot(),
            "endpoints": self.endpoints.items,
            "grown_endpoints": self.endpoints.growth.count,
            "trusted_endpoints_configured": self.trusted.configured(self.switches),
            "management_integrations": self.trusted.management,
            "cisco_secure_endpoint_integration": None if self.trusted.cisco is None else asdict(self.trusted.cisco),
            "received": self.received,
            "pushes": self.pushes,
        }

    def held_secrets(self) -> set[str]:
        """The secrets of the applications, and the API key of Cisco Secure Endpoint if one was entered."""
        cisco = self.trusted.cisco
        entered = {cisco.api_key} if cisco is not None and cisco.api_key else set()
        return {app.secret_key for app in self.applications.values()} | entered

    def access(self) -> dict[str, Any]:
        """The keys of the application somebody made by hand for automation."""
        caller = self.applications[self.caller_key]
        return {
            "api_host": self.address,
            "integration_key": caller.integration_key,
            "secret_key": caller.secret_key,
        }

    def clock_shown(self) -> float:
        """What a request's date is held against; moved by its switch only, or an aged lab would refuse everybody."""
        return self.clock.real() + float(self.switches.get("duo.clock_offset_seconds"))

    def _seeded(self, item: seed.AppSeed) -> Application:
        label = item.name + item.label
        return Application(
            integration_key=seed.stable_key("DI", label),
            name=item.name,
            type=item.type,
            secret_key=self.secret(f"application {label}", SECRET_LENGTH),
            flags={name: name in item.flags for name in FLAGS},
            user_access=item.user_access,
            groups_allowed=[seed.stable_key("DG", name) for name in item.groups],
            notes=item.notes,
        )

    def new_key(self, prefix: str) -> str:
        """A fresh id."""
        self._created += 1
        return seed.stable_key(prefix, f"created {self._created}")

    # -- who may do what -----------------------------------------------------------------------------------------------

    def has_flag(self, app: Application, flag: str) -> bool:
        """Is the permission granted, and one this account knows?"""
        return app.flags[flag] and applications.flag_exists(flag, self.switches)

    def may(self, app: Application, right: str) -> bool:
        """Does the application hold what a call needs?"""
        if right == "applications_read":
            reads = ("adminapi_integrations", "adminapi_integrations_read")
            either = self.switches.get("duo.list_permission") == "either"
            return self.may(app, "resource_read") or (either and any(self.has_flag(app, flag) for flag in reads))
        if right == "skey":
            needed = {"applications": ["applications"], "read_resource": ["resource_read"]}
            both = ["applications", "resource_read"]
            return all(self.may(app, item) for item in needed.get(self.switches.get("duo.skey_permission"), both))
        return any(self.has_flag(app, flag) for flag in RIGHTS[right])

    def judge_application(self, integration_key: str, secret_key: str) -> tuple[str, set[str]] | None:
        """What another product learns that logs in with a pair: the API that it opens and its permissions."""
        app = self.applications.get(integration_key)
        if app is None or not hmac.compare_digest(app.secret_key.encode(), secret_key.encode()):
            return None
        return app.api, {flag for flag in app.flags if self.has_flag(app, flag)}

    def judge_key(self, kind: str, api_host: str, integration_key: str, secret_key: str) -> str:
        """What another product learns when it tries a key pair of `kind` (`admin` or `auth`) at `api_host`.

        ok, wrong_host, unknown_key, wrong_secret, wrong_type, or missing_permission (an admin key that may not read and
        write users and groups, which Cisco's support document 221232 asks for).
        """
        port = self.address.rpartition(":")[2]
        if api_host.lower() not in (f"localhost:{port}", f"127.0.0.1:{port}"):
            return "wrong_host"
        app = self.applications.get(integration_key)
        if app is None:
            return "unknown_key"
        if not hmac.compare_digest(app.secret_key.encode(), secret_key.encode()):
            return "wrong_secret"
        if app.api != kind:
            return "wrong_type"
        if kind == "admin" and not (self.may(app, "resource_read") and self.may(app, "resource_write")):
            return "missing_permission"
        return "ok"

    # -- applications --------------------------------------------------------------------------------------------------

    def application(self, integration_key: str) -> Application:
        """Raises DuoError 40401 for an unknown key."""
        if integration_key not in self.applications:
            raise not_found()
        return self.applications[integration_key]

    def create_application(self, caller: Application, parameters: dict[str, Any]) -> Application:
        """Raises DuoError for what Duo refuses."""
        self._check_flags(caller, parameters)
        wanted = applications.convert(parameters)
        applications.check_creation(wanted, self.switches.get("duo.user_access_default"))
        self._check_wanted(wanted, wanted["type"], None)
        app = Application(self.new_key("DI"), wanted["name"], wanted["type"], new_secret())
        applications.apply(app, wanted)
        self.applications[app.integration_key] = app
        return app

    def modify_application(self, caller: Application, key: str, parameters: dict[str, Any]) -> Application:
        """Raises DuoError for what Duo refuses."""
        app = self.application(key)
        self._check_flags(caller, parameters)
        wanted = applications.convert(parameters)
        self._check_wanted(wanted, app.type, app)
        if wanted.get("reset_secret_key"):
            self._refuse_self(caller, app)
            app.secret_key = new_secret()
        applications.apply(app, wanted)
        return app

    def lose(self, key: str) -> None:
        """Delete an application, a user or an endpoint behind everybody's back; nothing else has keys like theirs."""
        self.applications.pop(key, None)
        self.users.pop(key, None)
        self.endpoints.items[:] = [item for item in self.endpoints.items if item["epkey"] != key]

    def delete_application(self, caller: Application, key: str) -> str:
        """Raises DuoError for an unknown key or the caller's own."""
        app = self.application(key)
        self._refuse_self(caller, app)
        del self.applications[key]
        self.policies.forget_application(key)
        return ""

    def _check_flags(self, caller: Application, parameters: dict[str, Any]) -> None:
        refusal = applications.unknown_flags(parameters, self.switches)
        if refusal is not None:
            raise refusal
        enforced = self.switches.get("duo.enforce_set_permissions")
        sends_flags = any(name in FLAGS for name in parameters)
        if enforced and sends_flags and not self.has_flag(caller, "adminapi_allow_to_set_permissions"):
            raise forbidden()

    def _check_wanted(self, wanted: dict[str, Any], kind: str, existing: Application | None) -> None:
        applications.check_combination(wanted, kind)
        for group_id in wanted.get("groups_allowed", ()):
            if group_id not in self.groups:
                raise invalid_parameter(f"groups_allowed: {group_id}")
        self.policies.check_attachable(wanted.get("policy_key", ""))
        others = [app.name for app in self.applications.values() if app is not existing]
        if self.switches.get("duo.unique_names") and wanted.get("name") in others:
            raise invalid_parameter("name: already in use")

    def _refuse_self(self, caller: Application, app: Application) -> None:
        # That both are refused is documented second-hand, the answer is not: invented.
        if caller is app:
            code = self.switches.get("duo.self_refusal")
            raise forbidden() if code == 40301 else invalid_parameter("integration_key is the calling application")

    # -- users and groups ----------------------------------------------------------------------------------------------

    def user(self, user_id: str) -> User:
        """Raises DuoError 40401."""
        if user_id not in self.users:
            raise not_found()
        return self.users[user_id]

    def group(self, group_id: str) -> Group:
        """Raises DuoError 40401."""
        if group_id not in self.groups:
            raise not_found()
        return self.groups[group_id]

    def listed_directories(self) -> list[dict[str, str]]:
        """The directory syncs as the Admin API shows them."""
        active_directory = self.switches.get("duo.directory_type_of_ad")
        own = seed.DIRECTORY["directory_type"]
        return [
            {**item, "directory_type": active_directory} if item["directory_type"] == own else item
            for item in self.directories
        ]

    def listed_user(self, number: int) -> User:
        """The stored users, then the grown ones, by number from 0."""
        if number < len(self.users):
            return next(itertools.islice(self.users.values(), number, None))
        return self.user_growth.user(number - len(self.users), int(self.clock.now()))

    def find_user(self, username: str) -> User | None:
        """By name, whatever its case."""
        for user in self.users.values():
            if user.username.lower() == username.lower():
                return user
        return None

    def create_user(self, parameters: dict[str, Any]) -> User:
        """Raises DuoError for a missing or used name."""
        if not parameters.get("username"):
            raise missing_parameter("username")
        user = User(self.new_key("DU"), "", int(self.clock.now()))
        self.modify_user(user, parameters)
        self.users[user.user_id] = user
        return user

    def modify_user(self, user: User, parameters: dict[str, Any]) -> User:
        """Raises DuoError for values that do not fit."""
        for name, value in parameters.items():
            if not isinstance(value, str) or (name == "status" and value not in people.USER_STATUSES):
                raise invalid_parameter(name)
        if "username" in parameters and self.find_user(parameters["username"]) not in (None, user):
            raise invalid_parameter("username: already in use")
        for name, value in parameters.items():
            setattr(user, name, value)
        return user

    def create_group(self, parameters: dict[str, Any]) -> Group:
        """Raises DuoError for a missing name."""
        if not parameters.get("name"):
            raise missing_parameter("name")
        group = Group(self.new_key("DG"), "")
        self.modify_group(group, parameters)
        self.groups[group.group_id] = group
        return group

    def modify_group(self, group: Group, parameters: dict[str, Any]) -> Group:
        """Raises DuoError for values that do not fit."""
        for name, value in parameters.items():
            if not isinstance(value, str) or (name == "status" and value not in people.GROUP_STATUSES):
                raise invalid_parameter(name)
        for name, value in parameters.items():
            setattr(group, name, value)
        return group

    def delete_group(self, group_id: str) -> str:
        """Members and applications lose it."""
        del self.groups[self.group(group_id).group_id]
        for holder in [user.groups for user in self.users.values()]:
            if group_id in holder:
                holder.remove(group_id)
        for app in self.applications.values():
            app.groups_allowed = [item for item in app.groups_allowed if item != group_id]
        self.policies.forget_group(group_id)
        return ""

    def receive_users(self, users: list[dict[str, str]], groups: dict[str, list[str]] | None = None) -> dict[str, int]:
        """Take in what a directory sync pushes: `username`, `realname`, `email` of each; how many were new.

        :param groups: the names of members by name of the group.
        """
        now = int(self.clock.now())
        counts = {"created": 0, "updated": 0}
        for item in users:
            user = self.find_user(item["username"])
            counts["created" if user is None else "updated"] += 1
            if user is None:
                user = self.create_user({"username": item["username"]})
            user.realname = item.get("realname") or ""
            user.email = item.get("email") or ""
            user.last_directory_sync = now
        for name, members in (groups or {}).items():
            self._receive_group(name, members)
        self.received.append({"time": now, "usernames": [item["username"] for item in users], **counts})
        return counts

    def _receive_group(self, name: str, members: list[str]) -> None:
        form = self.switches.get("duo.groups_of_ise")
        if form == "none":
            return
        _unused, _unused, common = name.rpartition("/")
        shown = {"common_name": common, "with_source": f'{common} (from AD sync "ISE")'}.get(form, name)
        group = next((group for group in self.groups.values() if group.name == shown), None)
        group = group or self.create_group({"name": shown, "desc": "Synchronised from Cisco ISE"})
        for user in map(self.find_user, members):
            if user is not None and group.group_id not in user.groups:
                user.groups.append(group.group_id)

    # -- out of band ---------------------------------------------------------------------------------------------------

    def op_add_application(self, name: str, type: str, flags: dict[str, int] | None = None, **fields: Any) -> str:
        """Made by hand in the panel, so any type goes; the new integration key."""
        app = Application(self.new_key("DI"), name, type, new_secret())
        self._set(app, {"flags": flags or {}, **fields})
        self.applications[app.integration_key] = app
        return app.integration_key

    def op_set_application(self, integration_key: str = "", name: str = "", **fields: Any) -> str:
        """Change members behind everybody's back; with `integration_key`, `name` is one of them. The key."""
        app = self._one(integration_key, name)
        self._set(app, {**fields, **({"name": name} if integration_key and name else {})})
        return app.integration_key

    def op_delete_application(self, integration_key: str = "", name: str = "") -> str:
        """Remove it; its former key."""
        key = self._one(integration_key, name).integration_key
        self.policies.forget_application(key)
        return self.applications.pop(key).integration_key

    def op_rotate_secret(self, name: str = "", integration_key: str = "") -> str:
        """Give it a new secret; the key."""
        app = self._one(integration_key, name)
        app.secret_key = new_secret()
        return app.integration_key

    def op_set_flag(self, name: str, flag: str, value: int) -> None:
        """Grant (1) or take away (0) one permission."""
        self._set(self._one("", name), {"flags": {flag: value}})

    def op_set_caller_flags(self, **flags: int) -> None:
        """Set the named permissions of the application the lab hands out; others stay."""
        self._set(self.applications[self.caller_key], {"flags": flags})

    def op_set_administrator(self, email: str, **members: Any) -> None:
        """Change members of an administrator, such as `role` and `status`."""
        found = [one for one in self.administrators.values() if one["email"] == email]
        if not found or any(name not in found[0] for name in members):
            raise ValueError(f"there is no administrator {email} with {', '.join(members)}")
        found[0].update(members)

    def op_add_group(self, name: str, desc: str = "") -> str:
        """The new group id."""
        return self.create_group({"name": name, "desc": desc}).group_id

    def op_set_group(self, name: str, **members: str) -> str:
        """Change `status` or `desc` of a group; the ID."""
        (group,) = [group for group in self.groups.values() if group.name == name]
        return self.modify_group(group, members).group_id

    def op_add_directory(self, name: str, directory_type: str) -> str:
        """A directory that users are synchronised from; its key."""
        key = self.new_key("DS")
        self.directories.append({"directory_key": key, "name": name, "directory_type": directory_type})
        return key

    def op_set_directory(self, name: str, **members: str) -> str:
        """Change what the list of directories shows of one; its key."""
        for item in self.directories:
            if item["name"] == name:
                item.update(members)
                return item["directory_key"]
        raise ValueError(f"no directory {name!r}")

    def op_add_user(self, username: str, email: str = "", **members: Any) -> str:
        """A user with any members that users have, such as directory_key and last_directory_sync; the new id."""
        wrong = [name for name in members if name == "user_id" or name not in User.__dataclass_fields__]
        if wrong:
            raise ValueError(f"a user has no {', '.join(wrong)}")
        user = self.create_user({"username": username, "email": email})
        for name, value in members.items():
            setattr(user, name, value)
        return user.user_id

    def op_set_user(self, username: str, **members: Any) -> str:
        """Change members of a user, such as `status`, `is_enrolled` and `devices`; the ID."""
        user = self.find_user(username)
        wrong = [name for name in members if name == "user_id" or name not in User.__dataclass_fields__]
        if user is None or wrong:
            raise ValueError(f"no user {username!r}" if user is None else f"a user has no {', '.join(wrong)}")
        for name, value in members.items():
            setattr(user, name, value)
        return user.user_id

    def op_grow_users(self, count: int, **how: Any) -> None:
        """`count` users more than the stored ones; see `people.Growth`."""
        try:
            self.user_growth = UserGrowth(count, **how)
        except TypeError as error:
            raise ValueError(str(error)) from error

    def op_users_from_directory(
        self, users: list[dict[str, str]], groups: dict[str, list[str]] | None = None
    ) -> dict[str, int]:
        """What a directory sync would push: `username`, `realname`, `email` of each, and the members of groups."""
        return self.receive_users(users, groups)

    def op_add_policy(
        self, name: str, sections: dict[str, Any] | None = None, applications: list[str] | None = None
    ) -> str:
        """Made by hand, on the applications of these names or keys; the new policy key."""
        keys = [self._application_key(item) for item in applications or []]
        policy = Policy(self.new_key("PO"), name, {})
        self.policies.by_hand(policy, sections or {}, [])
        self.policies.items[policy.policy_key] = policy
        for key in keys:
            self.applications[key].policy_key = policy.policy_key
        return policy.policy_key

    def op_set_policy(
        self,
        name: str = "",
        key: str = "",
        sections: dict[str, Any] | None = None,
        without: list[str] | None = None,
        rename: str = "",
    ) -> str:
        """Change keys of sections, remove the sections in `without`, rename; key `global` is known. The policy key."""
        policy = self._one_policy(key, name)
        self.policies.by_hand(policy, sections or {}, without or [])
        policy.name = rename or policy.name
        return policy.policy_key

    def op_delete_policy(self, name: str = "", key: str = "") -> str:
        """Its former key. Raises ValueError for the global policy."""
        policy = self._one_policy(key, name)
        if policy.is_global:
            raise ValueError("the global policy cannot be deleted")
        self.policies.remove(policy)
        return policy.policy_key

    def op_set_trusted_endpoints(self, configured: bool, integration: dict[str, Any] | None = None) -> None:
        """`configured`: a management integration is there. `integration`: the link to Cisco Secure Endpoint, None for
        none; `client_id`, `hostname` and `enabled` (true) have defaults."""
        self.trusted.set(configured, integration)

    def op_add_management_integration(self, name: str) -> None:
        """Shows Duo which devices are managed, such as "Intune with Duo Desktop"."""
        self.trusted.management.append(name)

    def op_set_endpoint(self, device_name: str, **members: Any) -> None:
        """Change what Duo knows of a device: trusted_endpoint, security_agents and the like."""
        self.endpoints.change(device_name, members)

    def op_grow_endpoints(self, count: int, **every: int) -> None:
        """`count` Windows endpoints more than the seeded ones, trusted and with the agent, except every so many-th:
        untrusted_every, unknown_every, without_agent_every."""
        try:
            self.endpoints.growth = Growth(count, **every)
        except TypeError as error:
            raise ValueError(str(error)) from error

    def _one_policy(self, key: str, name: str) -> Policy:
        if key:
            try:
                return self.policies.find(key)
            except DuoError as error:
                raise ValueError(f"no policy {key}") from error
        found = [policy for policy in self.policies.items.values() if policy.name == name]
        if len(found) != 1:
            keys = ", ".join(policy.policy_key for policy in found) or "none"
            raise ValueError(f"need exactly one policy {name!r}, there is: {keys}")
        return found[0]

    def _application_key(self, name_or_key: str) -> str:
        known = name_or_key in self.applications
        return name_or_key if known else self._one("", name_or_key).integration_key

    def _one(self, integration_key: str, name: str) -> Application:
        if integration_key:
            found = [app for app in self.applications.values() if app.integration_key == integration_key]
        else:
            found = [app for app in self.applications.values() if app.name == name]
        if len(found) != 1:
            keys = ", ".join(app.integration_key for app in found) or "none"
            raise ValueError(f"need exactly one application {integration_key or name!r}, there is: {keys}")
        return found[0]

    def _set(self, app: Application, fields: dict[str, Any]) -> None:
        flags = fields.pop("flags", {})
        wrong = [name for name in flags if name not in FLAGS]
        wrong += [name for name in fields if name == "integration_key" or name not in app.__dataclass_fields__]
        if wrong:
            raise ValueError(f"an application has no {', '.join(wrong)}")
        for name, value in flags.items():
            app.flags[name] = bool(value)
        for name, value in fields.items():
            setattr(app, name, value)


def new_secret() -> str:
    """40 random letters and digits."""
    return "".join(secrets.choice(seed.ALPHABET + seed.ALPHABET.lower()) for _unused in range(SECRET_LENGTH))
