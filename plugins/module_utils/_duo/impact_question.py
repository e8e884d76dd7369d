# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which devices one policy, or its deletion, would block: what is asked of Duo for that. Private to this collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact import (
    COMPROMISED,
    COMPUTER,
    Devices,
    Impact,
    Standing,
    TrustSetting,
    compromised_of,
    computers_of,
    merged,
    most_lenient_of,
    notes,
    reaches_further,
    strictest_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    TRUSTED_ENDPOINTS,
    applications_of,
    find_policy,
    is_configured,
    is_false,
    option_value,
    policy_from_duo,
    require_checking,
    section_of,
    sections_of,
    settings_of,
    trusted_endpoints_from_duo,
    with_global,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import (
    Applied,
    Target,
    applied_of,
    beside,
    targets_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    IncompleteList,
    InvalidInput,
    NotFound,
    Refused,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

MOST_NAMED = 5


def require_one_policy(params: dict[str, Any]) -> None:
    """
    :raises InvalidInput: for options that contradict each other, and for numbers that count nothing.
    """
    for name in ("max_blocked", "max_listed"):
        if params[name] is not None and params[name] < 0:
            raise InvalidInput(f"use {params[name]} as {name}", "it must not be negative")
    given = [name for name in ("global_policy", "trusted_endpoints", "apply_to") if params[name]]
    if params["state"] == "absent" and given:
        raise InvalidInput(
            "read the declared policy",
            f"{', '.join(given)} cannot go with state=absent",
            "A custom policy is deleted as a whole, and the global one cannot be.",
        )
    attempted = "identify the policy"
    refused = [name for name in ("name", "policy_key", "apply_to") if params[name]]
    if params["global_policy"] and refused:
        raise InvalidInput(attempted, f"{', '.join(refused)} cannot go with global_policy", "Decide for one policy.")
    if not (params["global_policy"] or params["name"] or params["policy_key"]):
        raise InvalidInput(attempted, "no policy is named", "Set name, policy_key or global_policy.")


class Question:
    """Which devices one policy, or its deletion, would block.

    :param targets: what ``apply_to`` stands for, where it has been looked up.
    """

    def __init__(self, params: dict[str, Any], duo: Duo, targets: Sequence[Target] = ()) -> None:
        self.params = params
        self.duo = duo
        wanted = params["trusted_endpoints"] or {}
        self.declared = {
            option: option_value(value) if isinstance(value, str) else value
            for option, value in wanted.items()
            if value is not None
        }
        self.is_to_go = params["state"] == "absent"
        self.drops_section = TRUSTED_ENDPOINTS in (params.get("sections_absent") or ())
        policies, general = with_global(duo.list_policies(), duo.get_global_policy)
        found = self._find(policies, general)
        policy = policy_from_duo(found) if found else {}
        self.called = params["name"] or params["policy_key"]
        self.title = "the global policy" if found is general else f"the policy {self.called!r}"
        self._require_possible(found, found is general)
        # Where Duo returns something that cannot be read in its place, it may say anything.
        is_unreadable = bool(found) and section_of(found or {}, TRUSTED_ENDPOINTS) == {}
        own = {} if is_unreadable else policy.get("trusted_endpoints")
        inherits = bool(found) and own is None
        inherited = policy_from_duo(general).get("trusted_endpoints")
        applied = Applied() if found is None or found is general else applied_of(found, duo, bool(params["apply_to"]))
        # What else may apply where this policy has no section, or is gone.
        gives_way = inherits or self.is_to_go or self.drops_section
        others = self._others(policies, found, general, applied) if gives_way else []
        sections = [inherited, *others] if inherits else [own]
        self.current = most_lenient_of([TrustSetting.of(section) for section in sections])
        self.standing = Standing(
            exists=bool(found),
            is_global=found is general,
            is_applied=found is general or bool(applied.entries) or not applied.is_whole,
            goes_further=self._goes_further(applied, targets),
            inherits=inherits and found is not general,
            configured=is_configured(policies),
            is_to_go=self.is_to_go,
            drops_section=self.drops_section,
            others=len(others),
        )
        then = self._wanted(own, [inherited, *others])
        self.impact = Impact(self._devices(), self.standing.now(self.current, then), then)

    def _others(
        self, policies: list[dict[str, Any]], found: dict[str, Any] | None, general: dict[str, Any], applied: Applied
    ) -> list[dict[str, Any]]:
        """The sections of the other policies that may apply before the global one."""
        own = [raw.get("policy_key") for raw in (found, general) if raw]
        others = [
            raw
            for raw in policies
            if raw.get("policy_key") not in own and section_of(raw, TRUSTED_ENDPOINTS) is not None
        ]
        return [
            trusted_endpoints_from_duo(section_of(raw, TRUSTED_ENDPOINTS) or {})
            for raw in beside(applied, others, self.duo)
        ]

    def _goes_further(self, applied: Applied, targets: Sequence[Target]) -> bool:
        apply_to: list[dict[str, Any]] = self.params["apply_to"] or []
        if not reaches_further(applications_of(applied.entries), apply_to):
            return False
        # Names have several forms, and an application may be named by its key.
        return not all(target.is_covered(applied) for target in targets or targets_of(apply_to, self.duo))

    def _wanted(self, own: dict[str, Any] | None, instead: list[dict[str, Any] | None]) -> TrustSetting:
        """What is in force afterwards, at its worst as far as that is new.

        :param own: the policy's section; None where Duo shows none, which it may do as long as Trusted Endpoints is not
            set up.
        :param instead: the sections that may apply where the policy has none, the global policy's first.
        """
        standing = self.standing
        is_left = not (self.declared or standing.goes_further)
        if own is None and standing.exists and is_left:
            # What it says comes from elsewhere, with or without it.
            return self.current
        if self.is_to_go or self.drops_section or (own is None and standing.goes_further and not self.declared):
            general, *others = instead
            is_hidden = general is None and standing.configured is True
            return strictest_of([TrustSetting.at_worst(one) for one in ({} if is_hidden else general, *others)])
        then = merged(self.declared, own, self.current)
        return then if is_left else then.strictest

    def _require_possible(self, found: dict[str, Any] | None, is_global: bool) -> None:
        """
        :raises InvalidInput: for what ``duo_policy`` would refuse as well.
        """
        if not is_global:
            require_checking(settings_of(self.declared or None, None), sections_of(found or {}), self.called)
        elif self.is_to_go:
            raise InvalidInput(f"delete the policy {self.called!r}", "it is the global policy", "It cannot be deleted.")

    def _devices(self) -> Devices:
        fleet = self.params["fleet"]
        return Devices(
            self.duo.list_endpoints(), self.params["computers"] or [], compromised_of(fleet), computers_of(fleet)
        )

    def _find(self, policies: list[dict[str, Any]], general: dict[str, Any]) -> dict[str, Any] | None:
        if self.params["global_policy"]:
            return general
        key = self.params["policy_key"]
        if not key:
            return find_policy(policies, self.params["name"])
        found = next((raw for raw in policies if raw.get("policy_key") == key), None)
        if found is None and not self.is_to_go:
            raise NotFound(f"find the policy {key}", "Duo has no policy with that key", "Correct policy_key.")
        return found

    @property
    def subject(self) -> str:
        """What blocks the devices."""
        return f"the deletion of {self.title}" if self.is_to_go else self.title

    def result(self) -> dict[str, Any]:
        """What a task returns of it."""
        standing = self.standing
        current = {"exists": standing.exists, "in_force": standing.is_in_force, **self.current.as_dict()}
        impact = {
            "configured": standing.configured,
            "current": current,
            "wanted": self.impact.then.as_dict(),
            **self.impact.as_dict(self.params["max_listed"]),
            "notes": notes(self.impact, standing),
        }
        return {"impact": impact, "step": self.step()}

    def step(self) -> dict[str, str]:
        """The line about this task in the report of a role."""
        impact, standing = self.impact, self.standing
        then = f"{impact.blocked(impact.then)} of the devices known today"
        newly = f"{impact.newly_blocked} of them newly"
        title = self.title[:1].upper() + self.title[1:]
        status = "ok"
        if self.is_to_go:
            detail = f"Without {self.title}, {then} are blocked, {newly}"
        elif not standing.concerns_users:
            detail = (
                f"{title} {'applies' if standing.exists else 'is to apply'} to no application, so it blocks no device"
            )
        elif self.declared or self.drops_section or standing.goes_further:
            detail = f"{title} as declared blocks {then}, {newly}"
        else:
            status, detail = "verified", f"{title} blocks {then}"
        return {"status": status, "detail": f"{detail}{self._reservations()}"}

    def _reservations(self) -> str:
        """What keeps the numbers of the line from being the whole truth."""
        uncounted = ", compromised ones not counted" if self.impact.misses_compromised else ""
        return f"{uncounted}{', once Trusted Endpoints is set up in Duo' if self.standing.configured is False else ''}"

    def guard(self, context: Context) -> None:
        """
        :raises Refused: if too many devices are newly blocked.
        :raises IncompleteList: if not all computers are counted.
        :raises InvalidInput: if it cannot be known.
        """
        most, newly = self.params["max_blocked"], self.impact.newly_blocked
        # A policy that applies to nothing, and is left so, blocks none.
        if most is None or not self.standing.concerns_users:
            return
        if is_false((self.params["fleet"] or {}).get("complete")) and self.impact.is_new(COMPUTER, COMPROMISED):
            raise IncompleteList(
                f"make sure that {self.subject} newly blocks no more than {most} devices",
                "the list of computers that fleet is counted from is not complete",
                "Run secure_endpoint_computer_info again.",
            )
        if self.impact.is_uncounted:
            raise InvalidInput(
                f"make sure that {self.subject} newly blocks no more than {most} devices",
                "Secure Endpoint is to block compromised devices, and how many there are is not given",
                "Set fleet to the summary of secure_endpoint_computer_info, or leave max_blocked out.",
            )
        if newly <= most:
            return
        if self.standing.configured is False:
            context.warn(
                f"With the devices known today, {self.subject} would newly block {newly} devices, and max_blocked is "
                f"{most}. Nothing is blocked yet, because Trusted Endpoints is not set up in the Duo Admin Panel."
            )
            return
        raise self._too_many(newly, most)

    def _too_many(self, newly: int, most: int) -> Refused:
        worst = [one for one in self.impact.offenders(MOST_NAMED) if one["new"]]
        named = [f"{one['name']} ({one['why'].replace('_', ' ')})" for one in worst]
        if newly > len(named):
            named.append(f"{newly - len(named)} {'more' if named else 'that are not known by name'}")
        devices = "device" if newly == 1 else "devices"
        set_up = "" if self.standing.configured else " If Trusted Endpoints is not set up in Duo yet, do that first."
        return Refused(
            f"accept {self.subject if self.is_to_go else f'this setting of {self.title}'}",
            f"it would newly block as many as {newly} {devices} that Duo and Secure Endpoint know today, and "
            f"max_blocked is {most}: {', '.join(named)}",
            "Nothing was changed. Fix these devices, or raise max_blocked (in the role trusted_endpoints, "
            f"trusted_endpoints_max_blocked).{set_up}",
        )
