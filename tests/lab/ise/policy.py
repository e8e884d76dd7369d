# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two policy trees: sets, and their authentication, authorization, exception and MFA rules.

Shapes: Cisco API description policy.yaml. What ISE changes or refuses: Cisco's Terraform provider and reports from real
boxes; the wording of refusals is theirs where one is known.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import seed
from .conditions import Conditions
from .errors import NOT_FOUND, IseError, bad_request
from .seed import DEVICE_ADMIN, NETWORK_ACCESS
from .shapes import ANY, nullable

if TYPE_CHECKING:
    from .state import IseState

_READ_ONLY = {"id": ANY, "hitCounts": ANY, "default": bool, "link": ANY}
_COMMON = {"name*": str, "rank": nullable(int), "state": nullable(str), "condition": ANY, **_READ_ONLY}
_SET = {**_COMMON, "description": nullable(str), "serviceName*": str, "isProxy": nullable(bool)}
_RULE = {"rule*": _COMMON, "link": ANY}
_TEXT = nullable(str)
_RULE_SHAPES: dict[str, dict[str, Any]] = {
    "authentication": {
        **_RULE,
        "identitySourceName": _TEXT,
        "ifAuthFail": _TEXT,
        "ifUserNotFound": _TEXT,
        "ifProcessFail": _TEXT,
    },
    "mfa": {**_RULE, "mfaConnectionName*": str, "mfaResultAction": _TEXT, "mfaFailAction": _TEXT},
}
_AUTHORIZATION_SHAPES: dict[str, dict[str, Any]] = {
    NETWORK_ACCESS: {**_RULE, "profile": nullable([str]), "securityGroup": _TEXT},
    DEVICE_ADMIN: {**_RULE, "profile": _TEXT, "commands": nullable([str])},
}
KINDS = ("authentication", "authorization", "exception", "mfa")
_STATES = ("enabled", "disabled", "monitor")
_SET_NAME = re.compile(r"[A-Za-z0-9_\- .()]+")
_FAIL_ACTIONS = ("REJECT", "DROP", "CONTINUE")
# Only these two are attested; whether there are others is unpublished.
_MFA_ACTIONS = ("ACCEPT", "REJECT")
_TYPE_OF_TREE = {NETWORK_ACCESS: "VPN", DEVICE_ADMIN: "TACACS"}
_TREE_TITLE = {NETWORK_ACCESS: "Network Access", DEVICE_ADMIN: "Device Admin"}


@dataclass
class Entry:
    """A policy set or a rule. `content` holds what only its kind has."""

    id: str
    name: str
    state: str
    condition: dict[str, Any] | None
    default: bool
    content: dict[str, Any]
    hit_counts: int = 0
    rules: dict[str, Ranked] = field(default_factory=dict)


class Ranked:
    """Entries in rank order: ranks are positions, so they are always unbroken. A default entry stays last."""

    def __init__(self, without_rank: Any) -> None:
        self.entries: list[Entry] = []
        self._without_rank = without_rank

    def get(self, identifier: str) -> Entry:
        """Raises IseError 404."""
        for entry in self.entries:
            if entry.id == identifier:
                return entry
        raise IseError(404, f"{NOT_FOUND}: {identifier}")

    def named(self, name: str) -> Entry | None:
        """The entry of that name, or None."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def _last(self) -> int:
        """The highest rank a new entry may have."""
        return sum(not entry.default for entry in self.entries)

    def position(self, rank: int | None, *, moving: bool = False) -> int:
        """Where an entry of that rank goes; none given: see switch ise.rule_without_rank. Raises IseError 400."""
        last = self._last() - (1 if moving else 0)
        if rank is None:
            return 0 if self._without_rank() == "top" else last
        if not 0 <= rank <= last:
            raise bad_request(f"Invalid rank {rank}: ranks must form an unbroken sequence from 0 to {last}")
        return rank

    def place(self, entry: Entry, position: int) -> None:
        """Insert or move; the others shift."""
        if entry in self.entries:
            self.entries.remove(entry)
        self.entries.insert(position, entry)


class Tree:
    """One of the two policy trees."""

    def __init__(self, name: str, ise: IseState) -> None:
        self.name = name
        self._ise = ise
        library = {seed.stable_id("condition", item["name"]): item for item in seed.LIBRARY_CONDITIONS[name]}
        self.conditions = Conditions(library, self._dictionaries, lambda: self._switch("policy_nulls") == "shown")
        self.sets = self._ranked()
        for set_name, service, condition in seed.POLICY_SETS[name]:
            self._seed_set(set_name, service, condition)
        self._seed_set("Default", seed.SERVICES[name][0][0], None)

    def _switch(self, name: str) -> Any:
        return self._ise.switches.get(f"ise.{name}")

    def _ranked(self) -> Ranked:
        return Ranked(lambda: self._switch("rule_without_rank"))

    def _dictionaries(self) -> set[str]:
        joined = {point.name for point in self._ise.directory.points.values() if point.joined}
        return joined | seed.DICTIONARIES

    def _seed_set(self, name: str, service: str, condition: dict[str, Any] | None) -> None:
        accepted = None if condition is None else self.conditions.accept(condition)
        entry = self._new_set(
            seed.stable_id(self.name, name),
            name,
            "enabled",
            accepted,
            {"description": "", "serviceName": service, "isProxy": False},
            default=condition is None,
        )
        self.sets.entries.append(entry)

    def _new_set(
        self, identifier: str, name: str, state: str, condition: Any, content: dict[str, Any], *, default: bool
    ) -> Entry:
        entry = Entry(identifier, name, state, condition, default, content)
        # Every set has default rules, except for MFA (seen on a real box).
        entry.rules = {kind: self._ranked() for kind in KINDS}
        for kind, rule_content in self._default_rules().items():
            rule = Entry(seed.stable_id(identifier, kind, "Default"), "Default", "enabled", None, True, rule_content)
            entry.rules[kind].entries.append(rule)
        return entry

    def _default_rules(self) -> dict[str, dict[str, Any]]:
        fail = {"ifAuthFail": "REJECT", "ifUserNotFound": "REJECT", "ifProcessFail": "DROP"}
        result: dict[str, Any] = {"profile": ["DenyAccess"], "securityGroup": None}
        if self.name == DEVICE_ADMIN:
            result = {"profile": "Deny All Shell Profile", "commands": ["DenyAllCommands"]}
        return {
            "authentication": {"identitySourceName": "All_User_ID_Stores", **fail},
            "authorization": result,
        }

    # -- bare arrays ------------------------------------------------------------------------------------------

    def catalogue(self, kind: str) -> list[dict[str, Any]]:
        """authorization-profiles and the like."""
        return [{"id": seed.stable_id(self.name, kind, name), "name": name} for name in self._names(kind)]

    def services(self) -> list[dict[str, Any]]:
        """service-names."""
        return [
            {
                "id": seed.stable_id(self.name, "service", name),
                "name": name,
                "serviceType": kind,
                "isLocalAuthorization": local,
            }
            for name, kind, local in self._services()
        ]

    def _services(self) -> list[tuple[str, str, bool]]:
        """Name, type and whether it authorizes by itself; RADIUS server sequences serve network access."""
        sequences = self._ise.radius.sequences.entries.values() if self.name != DEVICE_ADMIN else ()
        return [*seed.SERVICES[self.name], *((entry.name, "serverSequence", False) for entry in sequences)]

    def _names(self, kind: str) -> tuple[str, ...]:
        return seed.CATALOGUES[self.name][kind]

    def library(self) -> list[dict[str, Any]]:
        """Stored conditions."""
        return [self.library_entry(identifier) for identifier in self.conditions.library]

    def library_entry(self, identifier: str) -> dict[str, Any]:
        """One stored condition. Raises IseError 404."""
        if identifier not in self.conditions.library:
            raise IseError(404, f"{NOT_FOUND}: {identifier}")
        entry = self.conditions.library[identifier]
        return {"conditionType": "LibraryConditionAttributes", "isNegate": False, "id": identifier, **entry}

    def library_by_name(self, name: str) -> dict[str, Any]:
        """One stored condition. Raises IseError 404."""
        return self.library_entry(seed.stable_id("condition", name))

    # -- policy sets ------------------------------------------------------------------------------------------

    def show_set(self, entry: Entry) -> dict[str, Any]:
        """The shape of a policy set."""
        return {**self._common(entry, self.sets), **entry.content, "link": self._link(entry.id)}

    def list_sets(self) -> list[dict[str, Any]]:
        """In rank order."""
        return [self.show_set(entry) for entry in self.sets.entries]

    def create_set(self, body: Any) -> Entry:
        """POST: refuses a default set, a missing condition, a second one of the name, an unknown service."""
        self._ise.check(body, _SET)
        self._refuse_default(body, "Policy Set")
        self._refuse_duplicate(self.sets, body["name"])
        content = self._set_content(body)
        position = self.sets.position(body.get("rank"))
        condition = self._condition_of(body)
        entry = self._new_set(str(uuid.uuid4()), body["name"], self._state(body), condition, content, default=False)
        self.sets.place(entry, position)
        return entry

    def update_set(self, identifier: str, body: Any) -> Entry:
        """PUT: replaces."""
        entry = self.sets.get(identifier)
        self._ise.check(body, _SET)
        content = self._set_content(body)
        self._replace(self.sets, entry, body, content)
        return entry

    def delete_set(self, identifier: str) -> None:
        """DELETE: with all its rules."""
        self._delete(self.sets, identifier)

    def _set_content(self, body: dict[str, Any]) -> dict[str, Any]:
        if not _SET_NAME.fullmatch(body["name"]):
            raise bad_request(f"Invalid policy set name {body['name']!r}")
        proxy = bool(body.get("isProxy"))
        kind = "serverSequence" if proxy else "allowedProtocols"
        fitting = {name for name, service_kind, _local in self._services() if service_kind == kind}
        if body["serviceName"] not in fitting:
            raise bad_request(f"Unknown service name: {body['serviceName']}")
        return {
            "description": body.get("description") or "",
            "serviceName": body["serviceName"],
            "isProxy": proxy,
        }

    # -- rules ------------------------------------------------------------------------------------------------

    def rules(self, set_id: str, kind: str) -> Ranked:
        """Raises IseError 404 for an unknown set."""
        return self.sets.get(set_id).rules[kind]

    def show_rule(self, set_id: str, kind: str, entry: Entry) -> dict[str, Any]:
        """The shape of a rule."""
        content = dict(entry.content)
        case = self._switch("rule_action_case")
        for name in ("mfaResultAction", "mfaFailAction"):
            if name in content and case != "as_sent":
                content[name] = content[name].upper() if case == "upper" else content[name].lower()
        if self._switch("policy_nulls") != "shown":
            content = {name: item for name, item in content.items() if item is not None}
        common = self._common(entry, self.rules(set_id, kind))
        return {"rule": common, **content, "link": self._link(set_id, kind, entry.id)}

    def list_rules(self, set_id: str, kind: str) -> list[dict[str, Any]]:
        """In rank order."""
        return [self.show_rule(set_id, kind, entry) for entry in self.rules(set_id, kind).entries]

    def create_rule(self, set_id: str, kind: str, body: Any) -> Entry:
        """POST: rules name profiles, stores and connections by name."""
        ranked = self.rules(set_id, kind)
        content = self._rule_content(kind, body)
        rule = body["rule"]
        self._refuse_default(rule, f"{kind.title()} Rule")
        self._refuse_duplicate(ranked, rule["name"])
        position = ranked.position(rule.get("rank"))
        condition = self._condition_of(rule)
        entry = Entry(str(uuid.uuid4()), rule["name"], self._state(rule), condition, False, content)
        ranked.place(entry, position)
        return entry

    def update_rule(self, set_id: str, kind: str, identifier: str, body: Any) -> Entry:
        """PUT: replaces; without a rank it also moves the rule."""
        ranked = self.rules(set_id, kind)
        entry = ranked.get(identifier)
        content = self._rule_content(kind, body)
        self._replace(ranked, entry, body["rule"], content)
        return entry

    def delete_rule(self, set_id: str, kind: str, identifier: str) -> None:
        """DELETE."""
        self._delete(self.rules(set_id, kind), identifier)

    def force_mfa_rule(self, set_id: str, name: str, connection: str) -> str:
        """Put an MFA rule on top of a set without asking whether it is right. Returns its id."""
        condition = self.conditions.accept(
            {
                "conditionType": "ConditionAttributes",
                "dictionaryName": "DEVICE",
                "attributeName": "Device Type",
                "operator": "equals",
                "attributeValue": "All Device Types",
            }
        )
        content = {"mfaConnectionName": connection, "mfaResultAction": "ACCEPT", "mfaFailAction": "REJECT"}
        entry = Entry(str(uuid.uuid4()), name, "enabled", condition, False, content)
        self.rules(set_id, "mfa").place(entry, 0)
        return entry.id

    def _rule_content(self, kind: str, body: Any) -> dict[str, Any]:
        shape = _RULE_SHAPES.get(kind) or _AUTHORIZATION_SHAPES[self.name]
        self._ise.check(body, shape)
        if not body["rule"]["name"].strip():
            raise bad_request("Rule must include name and condition")
        content = {name.rstrip("*"): body.get(name.rstrip("*")) for name in shape if name not in _RULE}
        {"mfa": self._check_mfa, "authentication": self._check_authentication}.get(kind, self._check_authorization)(
            content
        )
        return content

    def _check_mfa(self, content: dict[str, Any]) -> None:
        when_off = self._switch("mfa_rule_when_off")
        if not self._ise.feature.enabled and when_off != "accepted":
            raise IseError(when_off, "MFA feature is disabled")
        for name in ("mfaResultAction", "mfaFailAction"):
            if (content[name] or "").upper() not in _MFA_ACTIONS:
                raise bad_request(f"Invalid {name} {content[name]!r}")
        name = content["mfaConnectionName"]
        if self._switch("unfit_connection") == "accepted":
            return
        connection = self._ise.connections.items.get(name)
        if connection is None:
            raise bad_request(f"Unknown MFA connection name: {name}")
        if _TYPE_OF_TREE[self.name] not in connection.types:
            raise bad_request(f"MFA connection {name} of type {connection.type} cannot be used in {self.name} policy")

    def _check_authentication(self, content: dict[str, Any]) -> None:
        self._known("identity-stores", content["identitySourceName"], "Unknown identity source name")
        for name in ("ifAuthFail", "ifUserNotFound", "ifProcessFail"):
            content[name] = (content[name] or ("DROP" if name == "ifProcessFail" else "REJECT")).upper()
            if content[name] not in _FAIL_ACTIONS:
                raise bad_request(f"Invalid {name} {content[name]!r}")

    def _check_authorization(self, content: dict[str, Any]) -> None:
        if self.name == DEVICE_ADMIN:
            self._known("shell-profiles", content["profile"], "Unknown profile name for authorization rule")
            content["commands"] = content["commands"] or []
            for name in content["commands"]:
                self._known("command-sets", name, "Unknown command set name for authorization rule")
            return
        if not content["profile"]:
            raise bad_request("profile is required for authorization rule")
        for name in content["profile"]:
            self._known("authorization-profiles", name, "Unknown profile name for authorization rule")
        if content["securityGroup"]:
            self._known("security-groups", content["securityGroup"], "Unknown security group for authorization rule")

    def _known(self, kind: str, name: Any, complaint: str) -> None:
        """Names, not ids: a UUID is refused as an unknown name (seen on a real box)."""
        if name not in self._names(kind):
            raise bad_request(f"{complaint}: {name}")

    # -- common to sets and rules -----------------------------------------------------------------------------

    def _common(self, entry: Entry, ranked: Ranked) -> dict[str, Any]:
        shown = {
            "id": entry.id,
            "name": entry.name,
            "rank": ranked.entries.index(entry),
            "state": entry.state,
            "default": entry.default,
            "hitCounts": entry.hit_counts,
            "condition": self.conditions.show(entry.condition),
        }
        if entry.condition is None and self._switch("policy_nulls") != "shown":
            del shown["condition"]
        return shown

    def _link(self, *parts: str) -> dict[str, str]:
        path = "/".join(("api/v1/policy", self.name, "policy-set", *parts))
        return {"rel": "self", "href": f"https://{self._ise.address}/{path}", "type": "application/json"}

    def _refuse_default(self, body: dict[str, Any], what: str) -> None:
        if body.get("default"):
            # The sentence of a real box, for authorization rules of network access.
            raise bad_request(
                f"Failed to handle API request - {_TREE_TITLE[self.name]} {what} : "
                "Default rule setting cannot be modified"
            )

    def _refuse_duplicate(self, ranked: Ranked, name: str) -> None:
        if ranked.named(name):
            raise IseError(self._switch("policy_duplicate"), f"An object with the same name {name!r} already exists")

    def _state(self, body: dict[str, Any]) -> str:
        state = body.get("state") or "enabled"
        if state not in _STATES:
            raise bad_request(f"Invalid state {state!r}")
        return str(state)

    def _condition_of(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("condition") is None:
            raise bad_request("Condition property is required")
        return self.conditions.accept(body["condition"])

    def _replace(self, ranked: Ranked, entry: Entry, body: dict[str, Any], content: dict[str, Any]) -> None:
        if entry.default:
            self._replace_default(entry, body, content)
            return
        namesake = ranked.named(body["name"])
        if namesake is not None and namesake is not entry:
            self._refuse_duplicate(ranked, body["name"])
        condition, state = self._condition_of(body), self._state(body)
        position = ranked.position(body.get("rank"), moving=True)
        entry.name, entry.state, entry.condition, entry.content = body["name"], state, condition, content
        ranked.place(entry, position)

    def _replace_default(self, entry: Entry, body: dict[str, Any], content: dict[str, Any]) -> None:
        """A default entry is adjusted only with `"condition": null` (seen on a real box)."""
        if "condition" not in body:
            raise bad_request("Condition property is required")
        if body["condition"] is not None or body["name"] != entry.name:
            raise bad_request("Default rule cannot be modified")
        entry.state, entry.content = self._state(body), content

    def _delete(self, ranked: Ranked, identifier: str) -> None:
        entry = ranked.get(identifier)
        if entry.default:
            raise bad_request(f"Attempted to delete default {entry.name}")
        ranked.entries.remove(entry)

    def snapshot(self) -> list[dict[str, Any]]:
        """Policy sets with their rules, in rank order."""
        return [
            {
                **self.show_set(entry),
                "rules": {kind: self.list_rules(entry.id, kind) for kind in KINDS},
            }
            for entry in self.sets.entries
        ]


class Policy:
    """Both trees."""

    def __init__(self, ise: IseState) -> None:
        self.trees = {name: Tree(name, ise) for name in (NETWORK_ACCESS, DEVICE_ADMIN)}

    def rules_using(self, connection: str) -> list[str]:
        """Names of the MFA rules that name a connection."""
        return [
            rule.name
            for tree in self.trees.values()
            for entry in tree.sets.entries
            for rule in entry.rules["mfa"].entries
            if rule.content["mfaConnectionName"] == connection
        ]

    def uses_service(self, name: str) -> bool:
        """Whether a policy set hands its logins to a server sequence."""
        sets = [entry for tree in self.trees.values() for entry in tree.sets.entries]
        return any(entry.content["isProxy"] and entry.content["serviceName"] == name for entry in sets)

    def snapshot(self) -> dict[str, Any]:
        """By tree."""
        return {name: tree.snapshot() for name, tree in self.trees.items()}
