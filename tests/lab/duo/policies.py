# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies of the simulated Duo account: what they hold, where they apply, and what a write does to them.

Calls and shapes come from Duo's Python and Ruby clients and Postman collection, the rules from copies of the Duo
documentation; what those leave open is a switch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import policy_sections, seed
from .applications import Application
from .errors import invalid_parameter, missing_parameter, not_found
from .people import User
from .policy_sections import CAN_BLOCK, CHECKING, CHECKING_MOBILE, MESSAGE, NOT_CONFIGURED, TRUSTED, Reading

if TYPE_CHECKING:
    from .state import DuoState

CREATE_PARAMETERS = frozenset({"policy_name", "sections", "apply_to_apps", "apply_to_groups_in_apps"})
# The last two are what an answer holds; clients send them back.
CHANGE_PARAMETERS = CREATE_PARAMETERS | {"sections_to_delete", "is_global_policy", "policy_key"}
COPY_PARAMETERS = frozenset({"policy_key", "new_policy_names_list"})
BULK_PARAMETERS = frozenset({"policies_to_update", "policy_changes"})
GLOBAL = "global"
UNREADY_TEXT = (
    "Disabled - To enable the <trusted_endpoints> policy section, you must first configure Trusted Endpoints. "
    "(see https://duo.com/docs/trusted-endpoints)"
)

Sections = dict[str, dict[str, Any]]


@dataclass
class Policy:
    """One policy. A custom policy has the sections that are enabled in it, each with all its keys."""

    policy_key: str
    name: str
    sections: Sections
    is_global: bool = False


@dataclass
class GroupPolicy:
    """A policy for the members of some groups at one application."""

    policy_key: str
    app_key: str
    groups: list[str]


@dataclass(frozen=True)
class Applying:
    """Where a write applies a policy; None where it says nothing."""

    apps: list[str] | None = None
    groups: dict[str, list[str]] | None = None
    """Group ids by integration key."""


@dataclass
class Change:
    """A write that passed every check."""

    name: str
    sections: Sections
    applying: Applying = field(default_factory=Applying)


class Policies:
    """The policies of one account."""

    def __init__(self, duo: DuoState) -> None:
        self._duo = duo
        self.items = {policy.policy_key: policy for policy in map(_seeded, seed.POLICIES)}
        self.for_groups: list[GroupPolicy] = []
        """In the order in which they are tried; the first that fits a user wins."""
        for item in seed.POLICIES:
            for name in item.applications:
                duo.applications[seed.stable_key("DI", name)].policy_key = _seeded_key(item)

    def snapshot(self) -> list[dict[str, Any]]:
        """For the control path: sections as they are stored, whatever the switches show of them."""
        return [
            {
                "policy_key": policy.policy_key,
                "policy_name": policy.name,
                "is_global_policy": policy.is_global,
                "sections": policy.sections,
                "policy_applies_to": self.applies_to(policy),
            }
            for policy in self.items.values()
        ]

    # -- reading -------------------------------------------------------------------------------------------------------

    @property
    def global_policy(self) -> Policy:
        """The one that holds for everything another policy says nothing about."""
        return next(policy for policy in self.items.values() if policy.is_global)

    def find(self, key: str) -> Policy:
        """Raises DuoError 40401 for an unknown key."""
        if key == GLOBAL:
            return self.global_policy
        if key not in self.items:
            raise not_found()
        return self.items[key]

    def listed(self) -> list[dict[str, Any]]:
        """All policies as the Admin API lists them."""
        with_global = self._switch("policies_in_list") == "with_global"
        return [self.shown(policy) for policy in self.items.values() if with_global or not policy.is_global]

    def shown(self, policy: Policy) -> dict[str, Any]:
        """The object as the Admin API shows it."""
        answer: dict[str, Any] = {
            "policy_key": policy.policy_key,
            "policy_name": policy.name,
            "sections": self._shown_sections(policy.sections),
        }
        if self._switch("policy_applies_to") == "policies":
            answer["policy_applies_to"] = self._shown_applying(policy)
        if self._switch("is_global_flag") == "present":
            answer["is_global_policy"] = policy.is_global
        return answer

    def applies_to(self, policy: Policy) -> list[dict[str, Any]]:
        """The applications that have the policy, and the groups at an application that have it."""
        apps = [app for app in self._duo.applications.values() if app.policy_key == policy.policy_key]
        found = [_application_entry(app, "app", []) for app in apps]
        for item in self.for_groups:
            if item.policy_key == policy.policy_key:
                groups = [{"group_id": key, "group_name": self._duo.groups[key].name} for key in item.groups]
                found.append(_application_entry(self._duo.applications[item.app_key], "group_app", groups))
        return found

    def _shown_applying(self, policy: Policy) -> list[dict[str, Any]]:
        """The same as the Admin API shows it."""
        form = self._switch("applied_groups")
        found: list[dict[str, Any]] = []
        for entry in self.applies_to(policy):
            groups = entry.pop("groups")
            if form.startswith("flat_") and groups:
                name = form.removeprefix("flat_")
                found += [{**entry, name: group[name]} for group in groups]
            elif form == "hidden" and groups:
                found.append(entry)
            else:
                shown = [group if form == "id_and_name" else {"group_name": group["group_name"]} for group in groups]
                found.append({**entry, "groups": shown})
        return found

    def summary(self) -> dict[str, Any]:
        """Names and where they apply."""
        rows: list[dict[str, Any]] = [
            {"policy_key": item.policy_key, "policy_name": item.name} for item in self.items.values()
        ]
        if self._switch("policy_applies_to") != "nowhere":
            for row in rows:
                row["policy_applies_to"] = self._shown_applying(self.items[row["policy_key"]])
        is_truncated = self._switch("policy_summary") == "truncated"
        shown = rows[:1] if is_truncated else rows
        return {"policies": shown, "policy_count": len(rows), "response_is_truncated": is_truncated, "warnings": []}

    def calculate(self, app: Application, user: User) -> dict[str, Any]:
        """What holds for this user at this application: policies of groups before the application's, then the global
        policy (Duo documentation, policy)."""
        keys = [
            item.policy_key
            for item in self.for_groups
            if item.app_key == app.integration_key and set(item.groups) & set(user.groups)
        ]
        keys += [key for key in (app.policy_key, self.global_policy.policy_key) if key]
        sections: Sections = {}
        origins: dict[str, Policy] = {}
        for key in keys:
            policy = self.items[key]
            for name in policy.sections:
                if name not in sections:
                    sections[name], origins[name] = policy.sections[name], policy
        shown = self._shown_sections(sections)
        return {"policy_elements": self._elements({name: origins[name] for name in shown}), "sections": shown}

    def _elements(self, origins: dict[str, Policy]) -> Any:
        if self._switch("policy_elements_shape") == "by_section":
            return {name: {"policy_key": item.policy_key, "policy_name": item.name} for name, item in origins.items()}
        keys = dict.fromkeys(policy.policy_key for policy in origins.values())
        return [
            {
                "policy_key": key,
                "policy_name": self.items[key].name,
                "sections": [name for name, policy in origins.items() if policy.policy_key == key],
            }
            for key in keys
        ]

    def _shown_sections(self, sections: Sections) -> Sections:
        shown = {name: dict(section) for name, section in sections.items()}
        if TRUSTED in shown:
            shown[TRUSTED] = self._shown_trusted(shown[TRUSTED])
        if not self._switch("policy_defaults_shown"):
            shown = {name: policy_sections.without_defaults(name, section) for name, section in shown.items()}
        if not self._ready and self._switch("not_configured_shown") == "hidden":
            shown.pop(TRUSTED, None)
        return shown if self._switch("policy_lists") == "list" else policy_sections.with_comma_texts(shown)

    def _shown_trusted(self, section: dict[str, Any]) -> dict[str, Any]:
        if not self._ready:
            return {CHECKING: NOT_CONFIGURED, MESSAGE: UNREADY_TEXT}
        known = self._switch("can_block_key")
        if known == "unknown" or (known == "with_integration" and not self._duo.trusted.cisco_in_use):
            section.pop(CAN_BLOCK, None)
        return section

    @property
    def _ready(self) -> bool:
        return self._duo.trusted.configured(self._duo.switches)

    def _switch(self, name: str) -> Any:
        return self._duo.switches.get(f"duo.{name}")

    # -- writing -------------------------------------------------------------------------------------------------------

    def create(self, parameters: dict[str, Any]) -> Policy:
        """Raises DuoError for what Duo refuses."""
        if "policy_name" not in parameters:
            raise missing_parameter("policy_name")
        policy = Policy(self._duo.new_key("PO"), "", {})
        change = self._checked(policy, parameters)
        self.items[policy.policy_key] = policy
        self._carry_out(policy, change)
        return policy

    def change(self, key: str, parameters: dict[str, Any]) -> Policy:
        """Raises DuoError for what Duo refuses."""
        policy = self._named_for_a_write(key)
        # Members that cannot be changed may come back unchanged.
        for name, value in (("policy_key", policy.policy_key), ("is_global_policy", policy.is_global)):
            if parameters.get(name, value) != value:
                raise invalid_parameter(name)
        self._carry_out(policy, self._checked(policy, parameters))
        return policy

    def delete(self, key: str) -> str:
        """What had the policy falls back to the next one that fits."""
        policy = self._named_for_a_write(key)
        if policy.is_global:
            raise invalid_parameter("the global policy cannot be deleted")
        if self._switch("delete_applied") == "refuse" and self.applies_to(policy):
            raise invalid_parameter("policy is applied")
        self.remove(policy)
        return ""

    def copy(self, parameters: dict[str, Any]) -> list[Policy]:
        """A policy again, once per name and applied nowhere."""
        if "policy_key" not in parameters:
            raise missing_parameter("policy_key")
        source = self.find(parameters["policy_key"])
        # Names may be left out (Duo's Python client); what the copy is called then is a guess.
        names = _texts("new_policy_names_list", parameters.get("new_policy_names_list", [f"Copy of {source.name}"]))
        copies = [Policy(self._duo.new_key("PO"), _name(name), dict(source.sections)) for name in names]
        self.items.update((policy.policy_key, policy) for policy in copies)
        return copies

    def change_many(self, parameters: dict[str, Any]) -> list[Policy]:
        """One change to many policies: to ALL of them unless edit_all_policies is sent as false."""
        for name in sorted(BULK_PARAMETERS):
            if name not in parameters:
                raise missing_parameter(name)
        which = _members("policies_to_update", parameters["policies_to_update"], {"edit_all_policies", "edit_list"})
        wanted = _members("policy_changes", parameters["policy_changes"], {"sections", "sections_to_delete"})
        # Duo's own example sends an empty text where it only removes sections.
        wanted["sections"] = wanted.get("sections") or {}
        policies = list(self.items.values())
        if which.get("edit_all_policies", True) is False:
            policies = [self.find(key) for key in _texts("edit_list", which.get("edit_list", []))]
        changes = [(policy, self._checked(policy, _without_removal(policy, wanted))) for policy in policies]
        for policy, change in changes:
            self._carry_out(policy, change)
        return policies

    def check_attachable(self, policy_key: str) -> None:
        """Raises DuoError unless the policy can be put on an application; an empty key detaches."""
        if policy_key and (policy_key not in self.items or self.items[policy_key].is_global):
            raise invalid_parameter("policy_key")

    def remove(self, policy: Policy) -> None:
        """Wherever it applies, it no longer does."""
        for app in self._duo.applications.values():
            if app.policy_key == policy.policy_key:
                app.policy_key = ""
        self.for_groups = [item for item in self.for_groups if item.policy_key != policy.policy_key]
        del self.items[policy.policy_key]

    def forget_application(self, key: str) -> None:
        """It was deleted."""
        self.for_groups = [item for item in self.for_groups if item.app_key != key]

    def forget_group(self, group_id: str) -> None:
        """It was deleted."""
        for item in self.for_groups:
            item.groups = [known for known in item.groups if known != group_id]
        self.for_groups = [item for item in self.for_groups if item.groups]

    def by_hand(self, policy: Policy, sections: dict[str, Any], without: list[str]) -> None:
        """What a person changes in the panel, which lets nobody do what has no effect. Raises ValueError."""
        missing = sorted(set(without) - set(policy.sections))
        if missing:
            raise ValueError(f"{policy.name} has no {', '.join(missing)}")
        after = {name: section for name, section in policy.sections.items() if name not in without}
        for name, value in sections.items():
            sent = policy_sections.read(name, value, Reading())
            before = after.get(name, policy_sections.defaults(name))
            after[name] = policy_sections.merged(name, before, sent, deep=True)
        policy.sections = after

    # -- checks before a write -----------------------------------------------------------------------------------------

    def _named_for_a_write(self, key: str) -> Policy:
        if key == GLOBAL and self._switch("put_on_global") == "404":
            raise not_found()
        return self.find(key)

    def _checked(self, policy: Policy, parameters: dict[str, Any]) -> Change:
        removed = _texts("sections_to_delete", parameters.get("sections_to_delete", []))
        if removed and policy.is_global:
            raise invalid_parameter("sections_to_delete: not on the global policy")
        sections = dict(policy.sections)
        if "sections" in parameters:
            try:
                sections = self._written(policy, parameters["sections"])
            except ValueError as error:
                raise invalid_parameter(f"sections: {error}") from error
        for name in removed:
            sections.pop(name, None)
        return Change(
            _name(parameters.get("policy_name", policy.name)), sections, self._read_applying(policy, parameters)
        )

    def _written(self, policy: Policy, wanted: Any) -> Sections:
        """The policy's sections as they are after a write of `wanted`."""
        if not isinstance(wanted, dict):
            raise ValueError("not an object")
        how = Reading(
            comma_texts=self._switch("policy_lists") == "comma",
            ignore_unknown=self._switch("unknown_parameters") == "ignore",
        )
        unknown = frozenset({CAN_BLOCK}) if self._switch("can_block_key") == "unknown" else frozenset()
        sent = {name: policy_sections.read(name, value, how, unknown) for name, value in wanted.items()}
        sent = self._admitted(policy, sent)
        mode, deep = self._switch("policy_put"), self._switch("policy_nested") == "merge"
        sections = self._kept(policy) if mode == "replace_all" else dict(policy.sections)
        for name, keys in sent.items():
            usual = policy_sections.defaults(name)
            before = policy.sections.get(name, usual) if mode == "merge" else usual
            sections[name] = policy_sections.merged(name, before, keys, deep=deep)
            if name == TRUSTED:
                self._set_mobile(sections[name], keys)
            policy_sections.check_whole(name, sections[name])
        return sections

    def _set_mobile(self, section: dict[str, Any], sent: dict[str, Any]) -> None:
        """What becomes of mobile devices when only the others are written."""
        if CHECKING not in sent or CHECKING_MOBILE in sent:
            return
        how = self._switch("checking_mobile")
        if how == "follows":
            section[CHECKING_MOBILE] = sent[CHECKING]
        elif how == "default":
            section.setdefault(CHECKING_MOBILE, "allow-all")

    @staticmethod
    def _kept(policy: Policy) -> Sections:
        """What a PUT that replaces everything leaves of the sections it does not name."""
        return {name: policy_sections.defaults(name) for name in policy.sections} if policy.is_global else {}

    def _admitted(self, policy: Policy, sent: Sections) -> Sections:
        """The sections without what the state of the panel does not let through. Raises DuoError or ValueError."""
        if TRUSTED not in sent:
            return sent
        keys = dict(sent[TRUSTED])
        keys.pop(MESSAGE, None)
        if not self._ready:
            # What was read may come back: Duo's templates do that.
            keys = {name: value for name, value in keys.items() if value not in (NOT_CONFIGURED, False)}
            answer = self._switch("trusted_endpoints_unready") if keys else "accept"
            if answer == "refuse":
                raise invalid_parameter(f"{TRUSTED}: Trusted Endpoints is not configured")
            if answer == "drop":
                return {name: section for name, section in sent.items() if name != TRUSTED}
        if NOT_CONFIGURED in (keys.get(CHECKING), keys.get(CHECKING_MOBILE)):
            raise ValueError(f"{TRUSTED}: {NOT_CONFIGURED} cannot be set")
        return {**sent, TRUSTED: self._admitted_block(policy, keys)}

    def _admitted_block(self, policy: Policy, keys: dict[str, Any]) -> dict[str, Any]:
        stands = policy.sections.get(TRUSTED, {}).get(CAN_BLOCK)
        if not keys.get(CAN_BLOCK) or stands or self._duo.trusted.cisco_in_use:
            return keys
        answer = self._switch("can_block_unready")
        if answer == "refuse":
            raise ValueError(f"{TRUSTED}.{CAN_BLOCK}: no Cisco Secure Endpoint integration")
        return keys if answer == "accept" else {name: value for name, value in keys.items() if name != CAN_BLOCK}

    # -- where a policy applies ----------------------------------------------------------------------------------------

    def _read_applying(self, policy: Policy, parameters: dict[str, Any]) -> Applying:
        apps = self._read_apps(parameters["apply_to_apps"]) if "apply_to_apps" in parameters else None
        name = "apply_to_groups_in_apps"
        groups = self._read_groups(parameters[name]) if name in parameters else None
        if policy.is_global and (apps or groups):
            raise invalid_parameter("the global policy is applied to nothing in particular")
        return Applying(apps, groups)

    def _read_apps(self, value: Any) -> list[str]:
        name = "apply_to_apps"
        members = _members(name, value, {"apply_list", "affect_all_apps"})
        # Nobody has seen another value.
        if members.get("affect_all_apps", "inactive") != "inactive":
            raise invalid_parameter(f"{name}.affect_all_apps")
        return self._known(f"{name}.apply_list", members.get("apply_list", []), self._duo.applications)

    def _read_groups(self, value: Any) -> dict[str, list[str]]:
        name = "apply_to_groups_in_apps"
        members = _members(name, value, {"apply_group_policies_list", "group_policy_apply_order"})
        if members.get("group_policy_apply_order", "existing") != "existing":
            raise invalid_parameter(f"{name}.group_policy_apply_order")
        entries = members.get("apply_group_policies_list", [])
        if not isinstance(entries, list):
            raise invalid_parameter(f"{name}.apply_group_policies_list")
        found: dict[str, list[str]] = {}
        for entry in entries:
            item = _members(name, entry, {"app_integration_key", "group_id_list"})
            (app,) = self._known(name, [item.get("app_integration_key")], self._duo.applications)
            found[app] = self._known(name, item.get("group_id_list"), self._duo.groups)
        return found

    @staticmethod
    def _known(name: str, value: Any, known: dict[str, Any]) -> list[str]:
        keys = _texts(name, value)
        wrong = [key for key in keys if key not in known]
        if wrong:
            raise invalid_parameter(f"{name}: {', '.join(wrong)}")
        return list(dict.fromkeys(keys))

    def _carry_out(self, policy: Policy, change: Change) -> None:
        policy.name, policy.sections = change.name, change.sections
        replaces = self._switch("apply_list") == "replaces"
        if change.applying.apps is not None:
            self._apply_to_apps(policy, change.applying.apps, replaces)
        if change.applying.groups is not None:
            self._apply_to_groups(policy, change.applying.groups, replaces)

    def _apply_to_apps(self, policy: Policy, apps: list[str], replaces: bool) -> None:
        for app in self._duo.applications.values():
            if app.integration_key in apps:
                app.policy_key = policy.policy_key
            elif replaces and app.policy_key == policy.policy_key:
                app.policy_key = ""

    def _apply_to_groups(self, policy: Policy, groups: dict[str, list[str]], replaces: bool) -> None:
        if replaces:
            self.for_groups = [item for item in self.for_groups if item.policy_key != policy.policy_key]
        present = {item.app_key: item for item in self.for_groups if item.policy_key == policy.policy_key}
        for app_key, ids in groups.items():
            if app_key in present:
                present[app_key].groups = list(dict.fromkeys([*present[app_key].groups, *ids]))
            elif ids:
                self.for_groups.append(GroupPolicy(policy.policy_key, app_key, ids))


def _seeded_key(item: seed.PolicySeed) -> str:
    return seed.stable_key("PO", item.name + item.label)


def _seeded(item: seed.PolicySeed) -> Policy:
    sections = {
        name: {**policy_sections.defaults(name), **item.sections.get(name, {})}
        for name in (seed.GLOBAL_SECTIONS if item.is_global else item.sections)
    }
    return Policy(_seeded_key(item), item.name, sections, item.is_global)


def _application_entry(app: Application, apply_type: str, groups: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "app_integration_key": app.integration_key,
        "app_name": app.name,
        "apply_type": apply_type,
        "groups": groups,
    }


def _without_removal(policy: Policy, wanted: dict[str, Any]) -> dict[str, Any]:
    """For a change to many: what cannot be done to the global policy is passed over, which is a guess."""
    return {name: value for name, value in wanted.items() if not (policy.is_global and name == "sections_to_delete")}


def _members(name: str, value: Any, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) - allowed:
        raise invalid_parameter(name)
    return dict(value)


def _texts(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise invalid_parameter(name)
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise invalid_parameter("policy_name")
    return value
