# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy set as a resource. Private to this collection.

Facts: Cisco's API description "policy" and its newer copy in Cisco's MCP server.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.findings import Findings
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree, core
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_entry import (
    Conditions,
    PolicyEntry,
    carry_out,
    condition_of,
    declared_condition,
    require_readable,
    require_state,
    same,
    with_advice,
)
from ansible_collections.identityops.cisco.plugins.module_utils._marks import MANAGED, MARK, with_mark, without_mark
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# What ISE brings for each kind of policy set.
SERVICES = {"network_access": "Default Network Access", "device_admin": "Default Device Admin"}
SEQUENCE = "serverSequence"
FORESEEN = "The prediction assumes that it will."
# Two tasks with the one between them that writes the rules.
PREPARE, COMPLETE = STAGES = ("prepare", "complete")
FORBIDDEN = re.compile(r"[%<>]")


class PolicySet(PolicyEntry):
    """A policy set without its rules.

    It bears the mark in its description. One without the mark is changed as declared, and deleted only at a word of
    the user, because its rules go with it.

    With the stage C(prepare) a new one starts disabled and an existing one is left as it is; with C(complete) it must
    exist.
    """

    guarded = ("absent",)
    needs = ("condition",)
    what = "policy set"

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        super().__init__(ise, params, context)
        self.policy_type: str = params["policy_type"]
        self.policy = PolicyTree(ise, self.policy_type)
        self.title = f"policy set {self.name!r}"
        self.place = self.policy.place
        self._conditions = Conditions(self.policy, "policy_set", context)
        self._is_sequence = params["server_sequence"] is not None
        self._stage = params["stage"]
        # What exists is left alone until all of its rules are in place.
        self.adopts = params["adopt"] and self._stage != PREPARE
        self._declared = self._read_options(params) if self.state == "present" else {}
        self._is_proxy: bool | None = None
        self.desired = self.wanted(self._declared)

    def _read_options(self, params: dict[str, Any]) -> Fields:
        description = params["description"]
        if description and FORBIDDEN.search(description):
            raise InvalidInput("use the description", "ISE takes no %, < or > in it", "Leave them out.")
        names = ("name", "policy_type", "description", "rank", "set_state")
        service = params["server_sequence"] if self._is_sequence else params["service_name"]
        condition = declared_condition(params["condition"])
        declared = {**{name: params[name] for name in names}, "service_name": service, "condition": condition}
        if description:
            declared["description"] = without_mark(description)
        return {**declared, "set_state": "disabled"} if self._stage == PREPARE else declared

    def wanted(self, declared: Fields) -> Fields:
        wanted = super().wanted(declared)
        return {} if self._stage == PREPARE and self.raw else wanted

    def _found_in(self, entries: list[dict[str, Any]]) -> Fields | None:
        found = super()._found_in(entries)
        return self._as_prepared() if found is None and self._stage == COMPLETE else found

    def _as_prepared(self) -> Fields:
        """What the task before this one would create."""
        came_back = "ISE has none of that name"
        self.context.foresee(
            InvalidInput(f"complete the {self.title}", came_back, "Create it first, with the stage prepare."),
            f"The policy set {self.name!r} does not exist yet. {FORESEEN}",
        )
        declared = {name: value for name, value in self._declared.items() if value is not None}
        rank = {"rank": len(self.names), **self._rank_at(self.position)}
        seen = {"description": "", MANAGED: True, "hit_counts": 0}
        return {**seen, **rank, **self.new_fields(), **declared, "set_state": "disabled"}

    def entries(self) -> list[dict[str, Any]]:
        return self.policy.list_policy_sets()

    def fields_of(self, raw: dict[str, Any]) -> Fields:
        like = self._declared.get("condition")
        fields = set_from_ise(raw, self.policy_type, like)
        return {
            **fields,
            "condition": self._conditions.as_sent(fields["condition"], like, self.title),
            MANAGED: MARK in (raw.get("description") or ""),
            "hit_counts": raw.get("hitCounts"),
        }

    def new_fields(self) -> Fields:
        return {"service_name": SERVICES[self.policy_type], "set_state": "enabled"}

    def can_bear_mark(self, current: Fields | None) -> bool:
        return not self._is_default()

    def doubt(self, current: Fields) -> str:
        if self._is_default() or current[MANAGED]:
            # The default one is refused because ISE keeps it, whoever has changed it.
            return ""
        return f"lacks the mark {MARK} in its description"

    def vet_content(self, changes: Fields, wanted: Fields) -> None:
        findings = Findings()
        with findings:
            if "condition" in changes:
                self._conditions.vet(changes["condition"], self.title)
        with findings:
            # A write always says whether the service is a sequence, so where ISE does not, its list is asked.
            is_hidden = bool(self.raw) and not isinstance(self.raw.get("isProxy"), bool)
            if wanted["service_name"] and ("service_name" in changes or is_hidden):
                self._is_proxy = self._find_service(wanted["service_name"]) == SEQUENCE
        with findings:
            require_state(self.title, "set_state", wanted)
        with findings:
            require_readable(self.title, self.raw, wanted)
        findings.report()

    def create(self, desired: Fields) -> None:
        body = self._to_ise(desired)
        carry_out(
            self.ise,
            with_advice(lambda: self.policy.create_policy_set(body), body),
            lambda: self._is_listed("name", self.name),
            lambda: not self._is_listed("name", self.name),
        )

    def update(self, current: Fields, changes: Fields) -> None:
        set_id, body = str(self.raw.get("id")), self._to_ise({**current, **changes})
        write = with_advice(lambda: self.policy.update_policy_set(set_id, body), body)
        carry_out(self.ise, write, lambda: self._is_as(changes))

    def delete(self, current: Fields) -> None:
        raw = self.raw
        carry_out(
            self.ise,
            lambda: self.policy.delete_policy_set(raw),
            lambda: not self._is_listed("id", raw.get("id")),
        )

    def _find_service(self, name: str) -> Any:
        """
        :returns: its type.
        :raises InvalidInput: there is none of that name, with the nearest there are. In check mode an earlier task may
            create a server sequence.
        """
        services: dict[Any, Any] = {
            entry.get("name"): entry.get("serviceType")
            for entry in self.policy.list_objects("service-names", "services")
        }
        if name not in services:
            require_names(services, f"use the service {name!r} in the {self.title}")
        is_other = self._is_sequence and (services.get(name) or SEQUENCE) != SEQUENCE
        if is_other or name not in services:
            came_back = f"ISE has {'only another service' if is_other else 'none'} of that name for {self.policy.kind}"
            error = InvalidInput(f"use the service {name!r} in the {self.title}", came_back, nearest(name, services))
            if is_other or not self._is_sequence:
                raise error
            self.context.foresee(error, f"The server sequence {name!r} does not exist yet. {FORESEEN}")
        # What ISE does not show of it, the option says.
        return services.get(name) or (SEQUENCE if self._is_sequence else None)

    def _is_default(self) -> bool:
        return bool(self.raw.get("default"))

    def _is_listed(self, member: str, value: Any) -> bool:
        return any(core(entry).get(member) == value for entry in self.entries())

    def _is_as(self, changes: Fields) -> bool:
        found = self.read() or {}
        return all(same(name, found.get(name), changes[name]) for name in changes)

    def _to_ise(self, fields: Fields) -> dict[str, Any]:
        is_proxy = bool(self.raw.get("isProxy")) if self._is_proxy is None else self._is_proxy
        description = fields.get("description") or ""
        return {
            "name": self.name,
            "description": with_mark(description, between=" ") if fields.get(MANAGED) else description,
            "rank": fields["rank"],
            "state": fields["set_state"],
            "default": self._is_default(),
            "condition": self._conditions.to_ise(fields["condition"], self.raw.get("condition")),
            "serviceName": fields["service_name"],
            "isProxy": is_proxy,
        }


def set_from_ise(raw: dict[str, Any], policy_type: str, like: Any = None) -> Fields:
    """A policy set as listed, in option vocabulary, its description without the mark.

    :param like: the declared condition, see :func:`condition_of`.
    """
    return {
        "name": raw.get("name"),
        "policy_type": policy_type,
        "description": without_mark(raw.get("description")),
        "service_name": raw.get("serviceName") or "",
        "condition": condition_of(raw, like),
        "rank": raw.get("rank"),
        # None if ISE does not show it, which says nothing about whether the policy set is in force.
        "set_state": raw.get("state") or None,
    }
