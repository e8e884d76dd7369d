# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a gate makes of the results that flows end with. Private to this collection.

A gate passes what is in place and nothing else. Whatever it does not know, such as a flow without a result or a status
that is new to it, it does not pass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._secrets import censored, looks_secret
from ansible_collections.identityops.cisco.plugins.module_utils._task import for_people
from ansible_collections.identityops.cisco.plugins.plugin_utils._report import SCHEMA as RESULT_SCHEMA

SCHEMA = 1
"""Of the plan. It grows by one when a member is renamed, removed or means something else; new members do not count."""

IN_SYNC, ACCEPTED, DRIFT, ERROR = "in_sync", "accepted", "drift", "error"
# The worst first.
OUTCOMES = (ERROR, DRIFT, ACCEPTED, IN_SYNC)
EXIT_CODES = {IN_SYNC: 0, ACCEPTED: 0, DRIFT: 2, ERROR: 1}

FLOWS = ("ise_duo_mfa", "trusted_endpoints", "identity_intelligence", "safe")
AUDIT = "duo_audit"
# What begins with a flow's name and declares nothing to compare: its result, also as a workflow hands it on; the
# variables of entry points that run on other hosts; and the connection options of SAFE.
NOT_ITS_OWN = {flow: r"(?!results?$)" for flow in FLOWS}
NOT_ITS_OWN["ise_duo_mfa"] += r"(?!proxy_)"
NOT_ITS_OWN["identity_intelligence"] += r"(?!agent_)"
NOT_ITS_OWN["safe"] += r"(?!url$|api_username$|api_password$|ca_path$|timeout$)"
# "not_verifiable" is as far as anybody can look.
IN_PLACE = ("ok", "verified", "not_verifiable")
ACCEPTABLE = ("changed", "handoff_required", "pending")
# The status of a whole result, and that of the steps behind it. Without check mode, what differs has been changed.
BEHIND = {"drifted": "changed", "changed": "changed", "handoff_required": "handoff_required", "pending": "pending"}

NO_HOST = "No host was compared. Check the inventory, identityops_hosts and --limit."
NO_FLOW = "No flow is declared for this host. Set the variables of a flow, or identityops_flows."
NO_RESULT = "The flow ended without a result. The output of the run says why."
NO_STEPS = "The flow has looked at nothing."
NOT_READABLE = "The flow's result has a form that this release of the collection does not know."
NOT_COMPLETE = "Not everything that is declared was looked at."


@dataclass(frozen=True)
class Compared:
    """What a run has found out about one host.

    :ivar flows: those that were to run, in order.
    :ivar accept: the statuses of steps that the gate may pass over on this host.
    :ivar results: what the flows ended with, by flow, as documented for the roles.
    :ivar failures: why flows failed, by flow.
    :ivar error: why the host was not compared at all.
    """

    host: str
    flows: tuple[str, ...] = ()
    accept: frozenset[str] = frozenset()
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    error: str = ""


def plan_of(compared: Iterable[Compared], made_at: str) -> dict[str, Any]:
    """The whole of what a gate has found out and decided, as plain data without secrets.

    :param made_at: the time in UTC, such as ``2026-12-01T06:00:00Z``.
    :returns: what ``plan.json`` holds; described in the guide about drift.
    """
    hosts = [_host(one) for one in sorted(compared, key=lambda one: one.host)]
    outcome = _worst([host["outcome"] for host in hosts])
    numbers = Counter(host["outcome"] for host in hosts)
    return {
        "schema": SCHEMA,
        "made_at": made_at,
        "outcome": outcome,
        "exit_code": EXIT_CODES[outcome],
        "error": None if hosts else NO_HOST,
        "counts": {"hosts": len(hosts), **{name: numbers[name] for name in reversed(OUTCOMES)}},
        "hosts": hosts,
    }


def _worst(outcomes: Iterable[str]) -> str:
    """Nothing at all is an error: nothing was compared."""
    return min(outcomes, key=OUTCOMES.index, default=ERROR)


def _host(one: Compared) -> dict[str, Any]:
    flows = [] if one.error else [_flow(name, one) for name in one.flows]
    error = one.error or ("" if flows else NO_FLOW)
    return {
        "name": for_people(one.host),
        "outcome": ERROR if error else _worst(flow["outcome"] for flow in flows),
        "error": failure_text(error) if error else None,
        "flows": flows,
    }


def _flow(name: str, one: Compared) -> dict[str, Any]:
    result, failure = one.results.get(name), one.failures.get(name, "")
    if not result:
        return _without_result(name, failure or NO_RESULT)
    if result.get("schema") != RESULT_SCHEMA or not isinstance(result.get("steps"), list):
        return _without_result(name, NOT_READABLE)
    steps = [_step(step, one.accept) for step in result["steps"]]
    status, complete = result.get("status"), result.get("complete") is True
    # Of a loop, core says no more than that an item failed.
    detail = next((step["detail"] for step in steps if step["status"] == "failed"), "")
    error = (failure and (detail or failure)) or ("" if steps else NO_STEPS)
    outcome = ERROR if error else _judged(steps, status, complete, one.accept)
    return {
        "name": name,
        "outcome": outcome,
        "status": status,
        "complete": complete,
        "error": failure_text(error) if error else None,
        "note": NOT_COMPLETE if outcome == DRIFT and not _has_drifted(steps) else None,
        "steps": steps,
        "handoff": for_people(list(result.get("handoff") or ())),
        "warnings": for_people(list(result.get("warnings") or ())),
        "not_enforced": for_people(list(result.get("not_enforced") or ())),
    }


def _without_result(name: str, error: str) -> dict[str, Any]:
    return {
        "name": name,
        "outcome": ERROR,
        "status": "failed",
        "complete": False,
        "error": failure_text(error),
        "note": None,
        "steps": [],
        "handoff": [],
        "warnings": [],
        "not_enforced": [],
    }


def _step(step: Mapping[str, Any], accept: frozenset[str]) -> dict[str, Any]:
    status = step.get("status")
    return {
        "name": for_people(str(step.get("name"))),
        "outcome": _outcome(status, accept),
        "status": status,
        "detail": for_people(str(step.get("detail", ""))),
        "seconds": float(step.get("seconds") or 0.0),
        "diff": for_people(list(step.get("diff") or ())),
    }


def _outcome(status: object, accept: frozenset[str]) -> str:
    if status in IN_PLACE:
        return IN_SYNC
    if status in ACCEPTABLE:
        return ACCEPTED if status in accept else DRIFT
    return ERROR


def _judged(steps: list[dict[str, Any]], status: object, complete: bool, accept: frozenset[str]) -> str:
    """The outcome of a flow. Its steps say the most, but a result that is not complete is never in sync."""
    outcome = _worst(step["outcome"] for step in steps)
    whole = IN_SYNC if status == "in_sync" else _outcome(BEHIND.get(str(status)), accept)
    outcome = _worst([outcome, whole])
    return DRIFT if outcome == IN_SYNC and not complete else outcome


def _has_drifted(steps: list[dict[str, Any]]) -> bool:
    return any(step["outcome"] == DRIFT for step in steps)


def failure_text(text: str) -> str:
    """Why something failed, as a text to keep. Core's own messages may quote a value that stands in the wrong place."""
    words = (word.strip(".,:;()[]{}") for word in re.split(r"[\s'\"]+", text))
    return str(for_people(censored(text, {word for word in words if looks_secret(word)})))


def declared_flows(variables: Iterable[str]) -> list[str]:
    """The flows that have a variable of their own among these names."""
    names = list(variables)
    return [flow for flow in FLOWS if any(re.fullmatch(rf"{flow}_(?!_){NOT_ITS_OWN[flow]}.+", name) for name in names)]
