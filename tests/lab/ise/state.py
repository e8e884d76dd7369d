# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of the simulated ISE deployment: what it holds, and what a person could do to it behind a client's back."""

from __future__ import annotations

import secrets as random
from dataclasses import asdict, replace
from typing import Any, ClassVar

from ..store import ServiceState, Switch
from . import seed
from .accounts import Account, Accounts
from .active_directory import ActiveDirectory
from .connections import Connection, Connections, Feature, Key
from .errors import IseError
from .logins import DUO_ANSWERS, PASSWORDS, Logins
from .policy import Policy, Tree
from .pxgrid import Pxgrid
from .radius import Radius
from .ranked import Entry, Ranked
from .rule_contents import KINDS
from .shapes import Shape, check
from .switches import SWITCHES
from .syncs import Sync, Syncs

# The ERS session ends after 60 seconds of idleness (Cisco ISE 2.4 administrator guide).
SESSION_SECONDS = 60


class Sessions:
    """ERS sessions with their CSRF tokens."""

    def __init__(self) -> None:
        self._sessions: dict[tuple[str, str], tuple[str, float]] = {}

    def open(self, now: float) -> tuple[tuple[str, str], str]:
        """The two cookie values and the token of a new session."""
        cookies, token = (random.token_hex(16), random.token_hex(16)), random.token_hex(16)
        self._sessions[cookies] = (token, now)
        return cookies, token

    def valid(self, cookies: tuple[str, str], token: str, now: float) -> bool:
        """Whether a write with these cookies and this token may pass; it also keeps the session alive."""
        expected, used = self._sessions.get(cookies, ("", 0.0))
        if not expected or now - used > SESSION_SECONDS:
            self._sessions.pop(cookies, None)
            return False
        self._sessions[cookies] = (expected, now)
        return token == expected

    def touch(self, cookies: tuple[str, str], now: float) -> None:
        """Any request with the cookies keeps a living session alive."""
        self.valid(cookies, "", now)


class IseState(ServiceState):
    """Rules and data of ISE; no HTTP."""

    SWITCHES: ClassVar[tuple[Switch, ...]] = SWITCHES

    def reset(self) -> None:
        """Seed again."""
        self.accounts = Accounts(
            [
                Account("ansible", self.secret("ise administrator", 20), read_only=False),
                Account("auditor", self.secret("ise read-only account", 20), read_only=True),
            ]
        )
        self.sessions = Sessions()
        self.feature = Feature(self)
        self.connections = Connections(self)
        self.syncs = Syncs(self)
        self.directory = ActiveDirectory(self.switches, self._directories_in_use)
        self.policy = Policy(self)
        self.pxgrid = Pxgrid(self.switches)
        self.radius = Radius(self)

    def _directories_in_use(self) -> set[str]:
        return {name for item in self.syncs.items.values() for name in item.directories}

    def held_secrets(self) -> set[str]:
        """Passwords, and the keys that connections have stored."""
        keys = [key for item in self.connections.items.values() for key in (item.admin, item.auth)]
        access = self.access()
        stored = {key.secret_key for key in keys if key.secret_key} | self.radius.held_secrets()
        return {access["password"], access["readonly_password"], *stored}

    def access(self) -> dict[str, Any]:
        """What a client needs to log in."""
        hostname, _colon, port = self.address.partition(":")
        return {
            "hostname": hostname,
            "port": int(port or 443),
            "username": "ansible",
            "password": self.secret("ise administrator", 20),
            "readonly_username": "auditor",
            "readonly_password": self.secret("ise read-only account", 20),
        }

    def check(self, body: Any, shape: Shape) -> None:
        """Validate a body (switch ise.unknown_members). Raises IseError 400."""
        check(body, shape, ignore_unknown=self.switches.get("ise.unknown_members") == "ignore")

    # -- the box ----------------------------------------------------------------------------------------------

    @property
    def patches(self) -> list[int]:
        """Installed patches, oldest first."""
        return list(range(1, int(self.switches.get("ise.patch")) + 1))

    @property
    def release(self) -> tuple[int, ...]:
        """Its first two numbers."""
        return tuple(int(part) for part in str(self.switches.get("ise.version")).split(".")[:2])

    @property
    def knows_duo(self) -> bool:
        """Whether the release has native Duo MFA: 3.3 patch 1 and later (Cisco's table of API versions)."""
        return self.release > (3, 3) or (self.release == (3, 3) and bool(self.patches))

    def nodes(self) -> list[dict[str, Any]]:
        """The deployment list."""
        nodes = seed.nodes(self.switches.get("ise.node_role"), self.switches.get("ise.this_node_address"))
        if self.switches.get("ise.pxgrid_service"):
            nodes[-1]["services"].append("pxGrid")
        return nodes

    # -- out of band ------------------------------------------------------------------------------------------

    def op_set_mfa(self, enabled: bool) -> None:
        """Switch the MFA feature on or off, in effect at once."""
        self.feature.effective_at = self.clock.now() if enabled else None

    def op_set_stored_secret(self, connection: str, side: str, secret_key: str) -> None:
        """Replace the secret that ISE keeps for a connection; `side` is admin or auth."""
        self._connection(connection).key(_one_of("side", side, ("admin", "auth"))).secret_key = secret_key

    def op_add_connection(
        self,
        name: str,
        api_host: str = "",
        admin_integration_key: str = "",
        admin_secret_key: str = "",
        auth_integration_key: str = "",
        auth_secret_key: str = "",
        identity_sync: str = "",
        type: str = "VPN,TACACS",
        description: str = "",
    ) -> None:
        """Add or replace a connection; `api_host` defaults to the lab's Duo."""
        self.connections.items[name] = Connection(
            name=name,
            description=description,
            type=type,
            identity_sync=identity_sync,
            api_host=api_host or self.peers["duo"].address,
            admin=Key(admin_integration_key, admin_secret_key),
            auth=Key(auth_integration_key, auth_secret_key),
        )

    def op_set_connection(self, name: str, **fields: Any) -> None:
        """Change `description`, `type`, `identity_sync` or `api_host` of a connection."""
        allowed = ("description", "type", "identity_sync", "api_host")
        self.connections.items[name] = replace(self._connection(name), **_known(fields, allowed))

    def op_delete_connection(self, name: str) -> None:
        """Whoever names it is left with a dangling name."""
        self._connection(name)
        del self.connections.items[name]

    def op_add_sync(self, name: str, directory: str, groups: list[str]) -> None:
        """Add or replace a sync without a schedule."""
        self.syncs.items[name] = Sync(name, [self._join_point(directory).name], self._groups(groups), None)

    def op_set_sync(self, name: str, **fields: Any) -> None:
        """Change `directories`, `groups`, `schedule` (object or null), `status` or `last_sync` (Unix time or null)."""
        sync = self._sync(name)
        if "groups" in fields:
            fields["groups"] = self._groups(fields["groups"])
        for field, value in _known(fields, ("directories", "groups", "schedule", "status", "last_sync")).items():
            setattr(sync, field, value)

    def op_remove_sync_group(self, sync: str, group: str) -> None:
        """Take one group out of a sync."""
        self._sync(sync).groups.remove(_one_of("group", group, self._sync(sync).groups))

    def op_delete_sync(self, name: str) -> None:
        """Whoever names it is left with a dangling name."""
        self._sync(name)
        del self.syncs.items[name]

    def op_add_mfa_rule(self, policy_type: str, policy_set: str, name: str, connection: str) -> str:
        """Add an MFA rule on top of a policy set; `policy_type` is network_access or device_admin. Returns its id."""
        tree, entry = self._policy_set(policy_type, policy_set)
        return tree.force_mfa_rule(entry.id, name, connection)

    def op_login(
        self,
        policy_type: str,
        user: str,
        password: str = "right",
        duo: str = "allow",
        groups: list[str] | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Log in over VPN (network_access) or TACACS+ (device_admin) and see what the policy makes of it.

        `password` is right or wrong; `duo` is what Duo answers if it is asked: allow, deny or unreachable. `groups` are
        the full names of the user's groups, by default those in the directory. `attributes` is what else is known, such
        as {"DEVICE:Device Type": "All Device Types#VPN"}.
        """
        tree = self.policy.trees[self._tree_of(policy_type)]
        _one_of("password", password, PASSWORDS)
        _one_of("answer of Duo", duo, DUO_ANSWERS)
        known = None if groups is None else self._groups(groups)
        return asdict(Logins(tree, self).play(user, password, duo, known, attributes or {}))

    def op_add_policy_rule(self, policy_type: str, policy_set: str, kind: str, body: dict[str, Any]) -> str:
        """Add a rule, its body as for the API; `kind` is authentication, mfa, authorization or exception."""
        tree, entry = self._policy_set(policy_type, policy_set)
        try:
            return tree.create_rule(entry.id, _one_of("kind", kind, KINDS), body).id
        except IseError as error:
            raise ValueError(error.message) from error

    def op_move_policy_rule(self, policy_type: str, policy_set: str, kind: str, name: str, rank: int) -> None:
        """Give a rule another rank."""
        _tree, entry = self._policy_set(policy_type, policy_set)
        ranked = entry.rules[_one_of("kind", kind, KINDS)]
        ranked.place(self._rule(ranked, name), rank)

    def op_delete_policy_rule(self, policy_type: str, policy_set: str, kind: str, name: str) -> None:
        """Delete a rule."""
        _tree, entry = self._policy_set(policy_type, policy_set)
        ranked = entry.rules[_one_of("kind", kind, KINDS)]
        ranked.remove(self._rule(ranked, name))

    @staticmethod
    def _tree_of(policy_type: str) -> str:
        return _one_of("policy_type", policy_type, ("network_access", "device_admin")).replace("_", "-")

    def _policy_set(self, policy_type: str, name: str) -> tuple[Tree, Entry]:
        tree = self.policy.trees[self._tree_of(policy_type)]
        entries = {entry.name: entry for entry in tree.sets.entries}
        return tree, entries[_one_of("policy set", name, entries)]

    @staticmethod
    def _rule(ranked: Ranked, name: str) -> Entry:
        entries = {entry.name: entry for entry in ranked.entries}
        return entries[_one_of("rule", name, entries)]

    def op_add_directory_group(self, name: str, common_name: str = "") -> None:
        """Add a group to Active Directory; `common_name` where it is not what follows the last slash of the name."""
        self.directory.add(name, common_name)

    def op_remove_join_point_group(self, name: str, group: str) -> None:
        """Take a group off a join point."""
        point = self._join_point(name)
        point.groups.remove(_one_of("group", group, point.groups))

    def op_add_join_point_group(self, name: str, group: str) -> None:
        """Add a group of the directory to a join point."""
        point = self._join_point(name)
        point.groups = list(dict.fromkeys([*point.groups, *self._groups([group])]))

    def op_set_join_point(self, name: str, rename: str = "", **fields: Any) -> None:
        """Rename a join point, or change its `domain`, `description`, `groups`, `trusted` or `joined`."""
        point = self._join_point(name)
        if "groups" in fields:
            fields["groups"] = self._groups(fields["groups"])
        for field, value in _known(fields, ("domain", "description", "groups", "trusted", "joined")).items():
            setattr(point, field, value)
        point.name = rename or name
        for sync in self.syncs.items.values():
            sync.directories = [point.name if item == name else item for item in sync.directories]

    def op_add_pxgrid_client(self, name: str, approved: bool = False) -> None:
        """Add or replace a pxGrid client, as an agent that starts for the first time does."""
        self.pxgrid.clients[name] = approved

    def op_delete_pxgrid_client(self, name: str) -> None:
        """Whoever approved it does not notice."""
        del self.pxgrid.clients[_one_of("pxGrid client", name, self.pxgrid.clients)]

    def op_add_radius_server(self, name: str, **content: Any) -> None:
        """Add an external RADIUS server with defaults for what is not given; the members are those of ERS."""
        given = {"hostIP": "192.0.2.10", "sharedSecret": self.secret("radius server", 24), **content}
        numbers = {"authenticationPort": 1812, "accountingPort": 1813, "timeout": 5, "retries": 3}
        body = {"name": name, "enableKeyWrap": False, "keyInputFormat": "ASCII", **numbers, **given}
        if self.release >= (3, 5):
            body.setdefault("msgAuthIsRequiredOnResponse", False)
        self.radius.create(self.radius.servers, {"ExternalRadiusServer": body})

    def op_add_radius_sequence(self, name: str, servers: list[str], **content: Any) -> None:
        """Add a RADIUS server sequence; the other members are those of ERS."""
        body = {"name": name, "RadiusServerList": servers, **content}
        self.radius.create(self.radius.sequences, {"RadiusServerSequence": body})

    def op_set_radius_server(self, name: str, **content: Any) -> None:
        """Change members of an external RADIUS server."""
        self.radius.servers.entries[self._radius_id(name)].content.update(content)

    def _radius_id(self, name: str) -> str:
        entry = self.radius.servers.named(name)
        if entry is None:
            raise ValueError(f"no external RADIUS server {name!r}")
        return entry.id

    def op_unlock(self, username: str) -> None:
        """Unlock an account and forget its failures."""
        self.accounts.unlock(username)

    def op_settle(self) -> None:
        """Bring sync runs up to the lab's clock without reading anything."""
        self.syncs.settle()

    def _connection(self, name: str) -> Connection:
        return self.connections.items[_one_of("connection", name, self.connections.items)]

    def _sync(self, name: str) -> Sync:
        return self.syncs.items[_one_of("sync", name, self.syncs.items)]

    def _groups(self, names: list[str]) -> list[str]:
        known = {group.name for group in self.directory.groups.values()}
        return [_one_of("group", name, known) for name in names]

    def _join_point(self, name: str) -> seed.JoinPoint:
        try:
            return self.directory.by_name(name)
        except IseError as error:
            raise ValueError(error.message) from error

    def snapshot(self) -> dict[str, Any]:
        """Everything, secrets included, after bringing runs up to the clock."""
        self.syncs.settle()
        return {
            "version": self.switches.get("ise.version"),
            "patches": self.patches,
            "nodes": self.nodes(),
            "accounts": self.accounts.snapshot(),
            "unknown_logins": self.accounts.unknown_logins,
            "mfa": {"enabled": self.feature.enabled, "effective_at": self.feature.effective_at},
            "connections": self.connections.snapshot(),
            "syncs": self.syncs.snapshot(),
            "users_pushed": list(self.syncs.pushed),
            "counters": {
                "sync_starts": self.syncs.starts,
                "sync_cancels": self.syncs.cancels,
                "connection_tests": self.connections.tests,
            },
            "policy": self.policy.snapshot(),
            "pxgrid": self.pxgrid.snapshot(),
            "radius": self.radius.snapshot(),
            **self.directory.snapshot(),
        }


def _one_of(what: str, value: str, allowed: Any) -> str:
    if value not in allowed:
        raise ValueError(f"no {what} {value!r}; there are {', '.join(sorted(allowed))}")
    return value


def _known(fields: dict[str, Any], allowed: tuple[str, ...]) -> dict[str, Any]:
    for name in fields:
        _one_of("field", name, allowed)
    return fields
