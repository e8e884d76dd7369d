# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writing a policy as soon as Duo takes it: a setting of Trusted Endpoints belongs to something that only a person can
set up. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    CAN_BLOCK,
    NO_CHECK,
    TRUSTED_ENDPOINTS,
    policy_from_duo,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_guard import Guard
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_resource import PolicyResource
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    FeatureOff,
    InvalidInput,
    NotConfirmed,
    ServerTrouble,
    Throttled,
    TimedOut,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Outcome, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import now

# What passes. A task that waits survives it.
PASSING = (ServerTrouble, Throttled, Unreachable)


def require_sensible(params: dict[str, Any]) -> None:
    """
    :raises InvalidInput: for options that contradict each other.
    """
    attempted = "read the declared policy"
    refused = [name for name in ("name", "policy_key", "apply_to", "sections_absent") if params[name]]
    if params["global_policy"] and (refused or params["state"] == "absent"):
        what = ", ".join(refused) or "state=absent"
        raise InvalidInput(attempted, f"{what} cannot go with global_policy", "There is one, for everything else.")
    if not (params["global_policy"] or params["name"] or params["policy_key"]):
        raise InvalidInput(attempted, "no policy is named", "Set name, policy_key or global_policy.")
    if params["max_blocked"] is not None and params["max_blocked"] < 0:
        raise InvalidInput(f"use {params['max_blocked']} as max_blocked", "it must not be negative")
    if params["state"] == "absent":
        return
    declared = {TRUSTED_ENDPOINTS if params[TRUSTED_ENDPOINTS] else "", *(params["sections"] or {})}
    both = sorted(declared & set(params["sections_absent"] or []))
    if both:
        raise InvalidInput(attempted, f"{', '.join(both)} is declared and listed as absent", "Decide for one.")


class Write:
    """Brings a policy to the declared state once Duo takes it.

    :ivar refusal: why Duo does not take it yet; None once it has.
    :ivar tries: how often it was tried.
    """

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        if params["state"] == "absent":
            params = {**params, **dict.fromkeys((TRUSTED_ENDPOINTS, "sections", "sections_absent", "apply_to"))}
        self.params = params
        self.context = context
        self.duo = Duo.from_params(params, context)
        self.refusal: CiscoError | None = None
        self.tries = 0
        self._guard = Guard(params, self.duo, context)
        self._policy: PolicyResource
        self._outcome: Outcome

    def attempt(self) -> bool:
        """:returns: whether the policy is as declared."""
        if self.tries and now() < self._guard.due:
            return False
        self.tries += 1
        try:
            self._once()
        except PASSING:
            if self.refusal is None:
                raise
            return False
        return self.refusal is None

    def _once(self) -> None:
        policy = self._policy = PolicyResource(self.duo, self.params, self.context, self._guard.require)
        try:
            self._outcome = ensure(policy, self.params["state"], policy.desired, self.context)
            policy.warn_of_unknown_sections()
            if self._outcome.after is not None:
                self.context.act(policy.remember, prediction=False)
            self.refusal = None
        except (FeatureOff, NotConfirmed) as error:
            if not policy.lacks_setup:
                raise
            self.refusal = error

    def report(self, waited: float) -> None:
        self.context.progress(f"Duo does not take the policy yet, {waited:.0f} s of {self.params['wait_timeout']}")

    def result(self, timeout: int) -> dict[str, Any]:
        """What the task returns, ``timeout`` seconds after the first try at the latest.

        :raises CiscoError: Duo does not take the policy, and it was waited for, or the task is to fail.
        """
        if self.refusal:
            return self._pending(self.refusal, timeout)
        policy, outcome = self._policy, self._outcome
        result = {
            "changed": outcome.changed or bool(self.context.done),
            "diff": _diff(policy, self.params["state"], outcome),
            "step": outcome.step(),
            "tries": self.tries,
            "written": bool(self.context.done),
        }
        if outcome.after is None:
            return result
        shown = policy_from_duo(policy.expected(outcome.after), policy.is_global or None)
        _warn_of_trusted_endpoints(self.params[TRUSTED_ENDPOINTS] or {}, shown.get(TRUSTED_ENDPOINTS, {}), self.context)
        return {**result, "policy": shown}

    def _pending(self, refusal: CiscoError, timeout: int) -> dict[str, Any]:
        if timeout:
            came_back = f"after {timeout} seconds this is still so: {refusal.came_back}"
            raise TimedOut(refusal.attempted, came_back, refusal.advice) from refusal
        if self.params["unready"] == "fail":
            raise refusal
        has_written = bool(self.context.done)
        done = f" This was done before that and stays: {'; '.join(self.context.done)}." if has_written else ""
        step = {"status": "pending", "detail": f"{self.context.censor(str(refusal))}{done}"}
        return {"changed": has_written, "step": step, "tries": self.tries, "written": has_written}


def _diff(policy: PolicyResource, state: str, outcome: Outcome) -> dict[str, Any]:
    before, after = (policy.nested(outcome.diff[side]) for side in ("before", "after"))
    if state == "absent" and policy.found:
        before = policy_from_duo(policy.found)
    return {**outcome.diff, "before": before, "after": after}


def _warn_of_trusted_endpoints(declared: dict[str, Any], shown: dict[str, Any], context: Context) -> None:
    """Duo documentation, "Cisco Secure Endpoint": it blocks only where endpoints have to be trusted."""
    if declared.get("checking") and "checking" not in shown:
        context.warn(f"Duo does not show whether devices have to be trusted, so the task assumes {NO_CHECK}.")
    if declared.get(CAN_BLOCK) and shown.get(CAN_BLOCK) and shown.get("checking") != "require_trusted":
        context.warn(f"{CAN_BLOCK} has no effect unless checking is require_trusted.")
