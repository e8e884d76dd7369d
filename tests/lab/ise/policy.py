# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two policy trees: sets, and their authentication, authorization, exception and MFA rules.

Shapes: Cisco API description policy.yaml, and the newer copy of it in Cisco's MCP server for patterns and defaults.
What ISE changes or refuses: Cisco's Terraform provider and reports from real boxes; the wording of refusals is theirs
where one is known.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from . import seed
from .conditions import TIME_AND_DATE, Conditions
from .dictionaries import Dictionaries
from .errors import NOT_FOUND, IseError, bad_request
from .ranked import Entry, Ranked
from .rule_contents import COMMON, KINDS, RuleContents
from .seed import DEVICE_ADMIN, NETWORK_ACCESS
from .shapes import nullable

if TYPE_CHECKING:
    from .state import IseState

GLOBAL = ""
"""Stands for the set in whose place the global exceptions are."""
_SET = {**COMMON, "description": nullable(str), "serviceName*": str, "isProxy": nullable(bool)}
_STATES = ("enabled", "disabled", "monitor")
_NAME = re.compile(r"[\w\-.() ]+", re.ASCII)
_DESCRIPTION = re.compile(r"[^%<>]*")
_TREE_TITLE = {NETWORK_ACCESS: "Network Access", DEVICE_ADMIN: "Device Admin"}


class Tree:
    """One of the two policy trees."""

    def __init__(self, name: str, ise: IseState) -> None:
        self.name = name
        self._ise = ise
        library = {seed.stable_id("condition", item["name"]): item for item in self._stored(name)}
        self.dictionaries = Dictionaries(name, lambda: ise.directory, self._switch)
        self.conditions = Conditions(library, self.dictionaries, self._switch)
        self.contents = RuleContents(name, ise)
        self.sets = self._ranked()
        self.global_exceptions = self._ranked()
        for set_name, service, condition in seed.POLICY_SETS[name]:
            self._seed_set(set_name, service, condition)
        self._seed_set("Default", seed.SERVICES[name][0][0], None)

    def _switch(self, name: str) -> Any:
        return self._ise.switches.get(f"ise.{name}")

    def _ranked(self) -> Ranked:
        return Ranked(self._switch, self._ise.clock.now)

    @staticmethod
    def _stored(tree: str) -> tuple[dict[str, Any], ...]:
        return (*seed.LIBRARY_CONDITIONS[tree], *seed.TIME_CONDITIONS)

    def _seed_set(self, name: str, service: str, condition: dict[str, Any] | None) -> None:
        accepted = None if condition is None else self.conditions.accept(condition, "policyset")
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
        entry.rules = {kind: self._ranked() for kind in KINDS}
        for kind, rule_content in self.contents.of_default_rules().items():
            rule = Entry(seed.stable_id(identifier, kind, "Default"), "Default", "enabled", None, True, rule_content)
            entry.rules[kind].entries.append(rule)
        return entry

    # -- bare arrays ------------------------------------------------------------------------------------------

    def catalogue(self, kind: str) -> list[dict[str, Any]]:
        """authorization-profiles and the like."""
        return [
            {"id": seed.stable_id(self.name, kind, name), "name": name} for name in seed.CATALOGUES[self.name][kind]
        ]

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

    def library(self) -> list[dict[str, Any]]:
        """Stored conditions, but for those of time and date."""
        return [entry for entry in self._entries() if entry["conditionType"] != TIME_AND_DATE]

    def time_conditions(self) -> list[dict[str, Any]]:
        """Those of time and date."""
        return [entry for entry in self._entries() if entry["conditionType"] == TIME_AND_DATE]

    def _entries(self) -> list[dict[str, Any]]:
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
        content = dict(entry.content)
        if not content["description"] and self._switch("unset_description") == "null":
            content["description"] = None
        return {**self._common(entry, self.sets), **content, "link": self._link(entry.id)}

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
        condition = self._condition_of(body, "policyset")
        entry = self._new_set(str(uuid.uuid4()), body["name"], self._state(body), condition, content, default=False)
        self.sets.place(entry, position)
        return entry

    def update_set(self, identifier: str, body: Any) -> Entry:
        """PUT: replaces."""
        entry = self.sets.get(identifier)
        self._ise.check(body, _SET)
        content = self._set_content(body)
        self._replace(self.sets, entry, body, content, "policyset")
        return entry

    def delete_set(self, identifier: str) -> None:
        """DELETE: with all its rules."""
        self._delete(self.sets, identifier)

    def _set_content(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_name(body)
        if not _DESCRIPTION.fullmatch(body.get("description") or ""):
            raise bad_request("Invalid description: %, < and > are not allowed")
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
        return self.global_exceptions if set_id == GLOBAL else self.sets.get(set_id).rules[kind]

    def show_rule(self, set_id: str, kind: str, entry: Entry) -> dict[str, Any]:
        """The shape of a rule."""
        common = self._common(entry, self.rules(set_id, kind))
        path = (set_id, kind) if set_id != GLOBAL else ("global-exception",)
        return {"rule": common, **self.contents.show(entry.content), "link": self._link(*path, entry.id)}

    def list_rules(self, set_id: str, kind: str) -> list[dict[str, Any]]:
        """In rank order."""
        return [self.show_rule(set_id, kind, entry) for entry in self.rules(set_id, kind).entries]

    def create_rule(self, set_id: str, kind: str, body: Any) -> Entry:
        """POST: rules name profiles, stores and connections by name."""
        ranked = self.rules(set_id, kind)
        content = self.contents.accept(kind, body)
        rule = body["rule"]
        self._check_name(rule)
        self._refuse_default(rule, f"{kind.title()} Rule")
        self._refuse_duplicate(ranked, rule["name"])
        position = ranked.position(rule.get("rank"))
        condition = self._condition_of(rule, kind)
        entry = Entry(str(uuid.uuid4()), rule["name"], self._state(rule), condition, False, content)
        ranked.place(entry, position)
        return entry

    def update_rule(self, set_id: str, kind: str, identifier: str, body: Any) -> Entry:
        """PUT: replaces; without a rank it also moves the rule."""
        ranked = self.rules(set_id, kind)
        entry = ranked.get(identifier)
        content = self.contents.accept(kind, body)
        self._replace(ranked, entry, body["rule"], content, kind)
        return entry

    def delete_rule(self, set_id: str, kind: str, identifier: str) -> None:
        """DELETE; after a 202 the rule stays on the list for a while."""
        is_slow = self._switch("policy_codes") == "delete_202"
        self._delete(
            self.rules(set_id, kind), identifier, after=self._switch("rule_deletion_seconds") if is_slow else 0
        )

    def force_mfa_rule(self, set_id: str, name: str, connection: str) -> str:
        """Put an MFA rule on top of a set without asking whether it is right. Returns its id."""
        condition = self.conditions.accept(
            {
                "conditionType": "ConditionAttributes",
                "dictionaryName": "DEVICE",
                "attributeName": "Device Type",
                "operator": "equals",
                "attributeValue": "All Device Types",
            },
            "mfa",
        )
        content = {"mfaConnectionName": connection, "mfaResultAction": "ACCEPT", "mfaFailAction": "REJECT"}
        entry = Entry(str(uuid.uuid4()), name, "enabled", condition, False, content)
        self.rules(set_id, "mfa").place(entry, 0)
        return entry.id

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

    def _check_name(self, body: dict[str, Any]) -> None:
        if not _NAME.fullmatch(body["name"]):
            raise bad_request(f"Invalid name {body['name']!r}")

    def _state(self, body: dict[str, Any]) -> str:
        state = body.get("state") or "enabled"
        if state not in _STATES:
            raise bad_request(f"Invalid state {state!r}")
        return str(state)

    def _condition_of(self, body: dict[str, Any], kind: str) -> dict[str, Any] | None:
        given = body.get("condition")
        if given is None and "condition" in body and self._switch("null_condition") == "accepted":
            return None
        if given is None:
            raise bad_request("Condition property is required")
        return self.conditions.accept(given, "authorization" if kind == "exception" else kind)

    def _replace(self, ranked: Ranked, entry: Entry, body: dict[str, Any], content: dict[str, Any], kind: str) -> None:
        if entry.default:
            self._replace_default(ranked, entry, body, content)
            return
        self._check_name(body)
        namesake = ranked.named(body["name"])
        if namesake is not None and namesake is not entry:
            self._refuse_duplicate(ranked, body["name"])
        condition, state = self._condition_of(body, kind), self._state(body)
        position = ranked.position(body.get("rank"), moving=True)
        entry.name, entry.state, entry.condition, entry.content = body["name"], state, condition, content
        ranked.place(entry, position)

    def _replace_default(self, ranked: Ranked, entry: Entry, body: dict[str, Any], content: dict[str, Any]) -> None:
        """A default entry is adjusted only with `"condition": null` (seen on a real box). That it cannot move is a
        guess."""
        if "condition" not in body:
            raise bad_request("Condition property is required")
        moves = body.get("rank") not in (None, ranked.entries.index(entry))
        if body["condition"] is not None or body["name"] != entry.name or moves:
            raise bad_request("Default rule cannot be modified")
        entry.state, entry.content = self._state(body), content

    def _delete(self, ranked: Ranked, identifier: str, *, after: float = 0) -> None:
        entry = ranked.get(identifier)
        if entry.default:
            raise bad_request(f"Attempted to delete default {entry.name}")
        ranked.remove(entry, after=after)

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
        self._switches = ise.switches
        self._writes = 0

    def count_write(self) -> None:
        """Refuse some writes for no reason that lasts (switch ise.transient_refusal). Raises IseError 400."""
        self._writes += 1
        every = self._switches.get("ise.transient_refusal")
        if every and self._writes % every == 0:
            raise bad_request("Failed to handle API request - please try again")

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
