# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What only one kind of rule has: which service to ask, what to do when it fails, what a user is admitted to.

Members and defaults: Cisco API description policy.yaml, and the newer copy of it in Cisco's MCP server. The wording of
refusals is that of real boxes where one is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import seed
from .errors import IseError, bad_request
from .seed import DEVICE_ADMIN, NETWORK_ACCESS
from .shapes import ANY, nullable

if TYPE_CHECKING:
    from .state import IseState

KINDS = ("authentication", "authorization", "exception", "mfa")
READ_ONLY = {"id": ANY, "hitCounts": ANY, "default": bool, "link": ANY}
COMMON = {"name*": str, "rank": nullable(int), "state": nullable(str), "condition": ANY, **READ_ONLY}
_RULE = {"rule*": COMMON, "link": ANY}
_TEXT = nullable(str)
_RESULTS: dict[str, dict[str, Any]] = {
    NETWORK_ACCESS: {"profile": nullable([str]), "securityGroup": _TEXT},
    DEVICE_ADMIN: {"profile": _TEXT, "commands": nullable([str])},
}
_STORE, *_FAILURES = ("identitySourceName", "ifAuthFail", "ifUserNotFound", "ifProcessFail")
_ACTIONS = ("mfaResultAction", "mfaFailAction")
_FAIL_ACTIONS = ("REJECT", "DROP", "CONTINUE")
# Only these two are attested; whether there are others is unpublished.
_MFA_ACTIONS = ("ACCEPT", "REJECT")
_TYPE_OF_TREE = {NETWORK_ACCESS: "VPN", DEVICE_ADMIN: "TACACS"}
# What is documented for members that are left out; the name of the connection is a placeholder that nobody can mean.
_DEFAULTS = {
    _STORE: "Internal Users",
    "ifAuthFail": "reject",
    "ifUserNotFound": "reject",
    "ifProcessFail": "drop",
    "mfaConnectionName": "api-XXXXXXXX.duosecurity.com",
    "mfaResultAction": "ACCEPT",
    "mfaFailAction": "REJECT",
}


class RuleContents:
    """Reads and shows what only one kind of rule has, in one policy tree."""

    def __init__(self, tree: str, ise: IseState) -> None:
        self._tree = tree
        self._ise = ise

    def _switch(self, name: str) -> Any:
        return self._ise.switches.get(f"ise.{name}")

    def _members(self, kind: str) -> dict[str, Any]:
        if kind == "authentication":
            return dict.fromkeys((_STORE, *_FAILURES), _TEXT)
        if kind == "mfa":
            return {"mfaConnectionName": str, **dict.fromkeys(_ACTIONS, _TEXT)}
        return _RESULTS[self._tree]

    def accept(self, kind: str, body: Any) -> dict[str, Any]:
        """The stored form. Raises IseError 400 for a body that does not fit."""
        members = self._members(kind)
        self._ise.check(body, {**_RULE, **members})
        content = {name: body.get(name, _DEFAULTS.get(name)) for name in members}
        {"mfa": self._check_mfa, "authentication": self._check_authentication}.get(kind, self._check_result)(content)
        return content

    def show(self, content: dict[str, Any]) -> dict[str, Any]:
        """The form on read (switches ise.rule_action_case and ise.policy_nulls)."""
        shown, case = dict(content), self._switch("rule_action_case")
        for name in (*_ACTIONS, *_FAILURES):
            if name in shown and case != "as_sent":
                shown[name] = shown[name].upper() if case == "upper" else shown[name].lower()
        if self._switch("policy_nulls") != "shown":
            shown = {name: item for name, item in shown.items() if item is not None}
        return shown

    def of_default_rules(self) -> dict[str, dict[str, Any]]:
        """By kind. Every set has default rules, except for MFA (seen on a real box)."""
        result: dict[str, Any] = {"profile": ["DenyAccess"], "securityGroup": None}
        if self._tree == DEVICE_ADMIN:
            result = {"profile": "Deny All Shell Profile", "commands": ["DenyAllCommands"]}
        actions = {"ifAuthFail": "REJECT", "ifUserNotFound": "REJECT", "ifProcessFail": "DROP"}
        return {"authentication": {_STORE: "All_User_ID_Stores", **actions}, "authorization": result}

    def _check_mfa(self, content: dict[str, Any]) -> None:
        when_off = self._switch("mfa_rule_when_off")
        if not self._ise.feature.enabled and when_off != "accepted":
            raise IseError(when_off, "MFA feature is disabled")
        for name in _ACTIONS:
            if (content[name] or "").upper() not in _MFA_ACTIONS:
                raise bad_request(f"Invalid {name} {content[name]!r}")
        self._check_connection(content["mfaConnectionName"])

    def _check_connection(self, name: str) -> None:
        connection, unknown = self._ise.connections.items.get(name), self._switch("unknown_connection")
        if connection is None:
            if unknown != "accepted":
                raise IseError(unknown, f"Unknown MFA connection name: {name}")
            return
        if _TYPE_OF_TREE[self._tree] not in connection.types and self._switch("unfit_connection") == 400:
            raise bad_request(f"MFA connection {name} of type {connection.type} cannot be used in {self._tree} policy")

    def serves(self, connection: str) -> bool:
        """Whether a connection exists and takes logins of this tree."""
        found = self._ise.connections.items.get(connection)
        return self._ise.feature.enabled and found is not None and _TYPE_OF_TREE[self._tree] in found.types

    def _check_authentication(self, content: dict[str, Any]) -> None:
        content.update({name: _DEFAULTS[name] for name in content if content[name] is None})
        self._known("identity-stores", content[_STORE], "Unknown identity source name")
        for name in _FAILURES:
            if content[name].upper() not in _FAIL_ACTIONS:
                raise bad_request(f"Invalid {name} {content[name]!r}")

    def _check_result(self, content: dict[str, Any]) -> None:
        """At least one result, which the description says with the least number of members, two."""
        if not any(content.values()):
            raise bad_request("Authorization rule must include rule and at least one result")
        if self._tree == DEVICE_ADMIN:
            content["commands"] = content["commands"] or []
            for name in content["commands"]:
                self._known("command-sets", name, "Unknown command set name for authorization rule")
            if content["profile"]:
                self._known("shell-profiles", content["profile"], "Unknown profile name for authorization rule")
            return
        content["profile"] = content["profile"] or []
        for name in content["profile"]:
            self._known("authorization-profiles", name, "Unknown profile name for authorization rule")
        if content["securityGroup"]:
            self._known("security-groups", content["securityGroup"], "Unknown security group for authorization rule")

    def _known(self, kind: str, name: Any, complaint: str) -> None:
        """Names, not ids: a UUID is refused as an unknown name (seen on a real box)."""
        if name not in seed.CATALOGUES[self._tree][kind]:
            raise bad_request(f"{complaint}: {name}")
