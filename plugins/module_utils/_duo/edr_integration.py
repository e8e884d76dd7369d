# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Cisco Secure Endpoint integration in the Duo Admin Panel, which no API shows, and what Duo's policies give away.
Private to this collection."""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact import TrustSetting
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    CAN_BLOCK,
    find_policy,
    is_configured,
    is_true,
    policy_from_duo,
    with_global,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.steps import (
    add_edr_integration,
    remove_edr_integration,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, NotFound, TimedOut
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Step

UNSEEN = "No API of Duo shows it: look at Trusted Endpoints in the Duo Admin Panel."
NOT_SET_UP = (
    "Trusted Endpoints is not set up in the Duo Admin Panel. Add a device management integration there first; the "
    "clicks depend on the management tool."
)


class Evidence(NamedTuple):
    """What Duo's policies give away.

    :ivar configured: whether Trusted Endpoints is set up in the Duo Admin Panel; None where no policy shows it.
    :ivar can_block: whether the policy in question lets Secure Endpoint block, which an administrator wanted.
    """

    configured: bool | None
    can_block: bool


def look(duo: Duo, params: dict[str, Any]) -> Evidence:
    """
    :param params: ``policy``, ``policy_key`` and ``global_policy`` say which policy is in question.
    :raises NotFound: if Duo has no policy with the key.
    """
    policies, general = with_global(duo.list_policies(), duo.get_global_policy)
    found = general if params["global_policy"] else None
    key = params["policy_key"]
    if key:
        found = next((raw for raw in policies if raw.get("policy_key") == key), None)
        if found is None:
            raise NotFound(f"find the policy {key}", "Duo has no policy with that key", "Correct policy_key.")
    elif params["policy"]:
        found = find_policy(policies, params["policy"])
    # A policy without the section does what the global one says.
    sections = [policy_from_duo(raw, raw is general).get("trusted_endpoints") for raw in (found, general) if raw]
    own = next((section for section in sections if section is not None), None)
    return Evidence(is_configured(policies), found is not None and TrustSetting.of(own).can_block)


def require_one_source(params: dict[str, Any]) -> None:
    """
    :raises InvalidInput: for options that ask Duo, next to the option that gives the answers.
    """
    asking = [name for name in ("policy", "policy_key", "global_policy", "wait_timeout") if params[name]]
    if params["impact"] and asking:
        raise InvalidInput("use impact", f"it cannot go with {', '.join(asking)}", "With impact, Duo is not asked.")


def evidence_from(impact: dict[str, Any]) -> Evidence:
    """The same from what ``duo_policy_impact`` returns.

    :raises InvalidInput: if it is something else.
    """
    current = impact.get("current")
    if "configured" not in impact or not isinstance(current, dict):
        raise InvalidInput(
            "use impact", "it is not what duo_policy_impact returns under that key", "Set it to the impact as it is."
        )
    configured = impact["configured"]
    return Evidence(None if configured is None else is_true(configured), is_true(current.get(CAN_BLOCK)))


class EdrIntegration:
    """The integration as it is wanted, and what speaks for its being so."""

    def __init__(self, params: dict[str, Any], duo: Duo) -> None:
        self.params = params
        self.duo = duo
        self.evidence = Evidence(None, can_block=False)

    def look(self) -> bool:
        """Ask Duo, unless the task is given the answers.

        :returns: whether what it shows allows of what is wanted.
        """
        self.evidence = evidence_from(self.params["impact"]) if self.params["impact"] else look(self.duo, self.params)
        return not self.is_contradicted

    @property
    def is_present(self) -> bool:
        return bool(self.params["state"] == "present")

    @property
    def is_confirmed(self) -> bool:
        """Whether a person says so. A person's word counts, unless Duo shows that it cannot be right."""
        return bool(self.params["confirmed"]) and not self.is_contradicted

    @property
    def is_contradicted(self) -> bool:
        return self.is_present and self.evidence.configured is False

    @property
    def step(self) -> Step | None:
        """What is left for a person."""
        if self.is_confirmed:
            return None
        if not self.is_present:
            return remove_edr_integration(self.duo.api_host)
        if self.evidence.can_block and not self.is_contradicted:
            return None
        return add_edr_integration(self.duo.api_host, self.params["client_id"] or None, self.params["region"])

    @property
    def detail(self) -> str:
        if self.is_contradicted:
            return NOT_SET_UP
        if self.is_confirmed:
            return f"Counts as {'set up' if self.is_present else 'switched off'}, because it is confirmed. {UNSEEN}"
        if self.step is None:
            return f"Counts as set up, because the policy lets Secure Endpoint block. {UNSEEN}"
        wanted = "added" if self.is_present else "switched off"
        return f"To be {wanted}, unless it is already. {UNSEEN} The hand-off says how to confirm it."

    def result(self) -> dict[str, Any]:
        """What the task returns."""
        step = self.step
        return {
            "integration": {
                "verification": "confirmed" if self.is_confirmed else "not_verifiable",
                "configured": self.evidence.configured,
            },
            "handoff": [step.as_dict()] if step else [],
            "step": {"status": "handoff_required" if step else "not_verifiable", "detail": self.detail},
        }


def too_late(timeout: int) -> TimedOut:
    return TimedOut(
        "see Trusted Endpoints set up in the Duo Admin Panel",
        f"after {timeout} seconds Duo's policies still show that it is not",
        "Perform the steps in handoff, and run this again.",
    )
