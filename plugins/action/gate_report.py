# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, InvalidInput
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import _plain
from ansible_collections.identityops.cisco.plugins.plugin_utils._gate import EXIT_CODES, IN_SYNC, Compared, plan_of
from ansible_collections.identityops.cisco.plugins.plugin_utils._reports import (
    headline,
    host_line,
    report_to_wrapper,
    write_report,
)

# What the playbooks leave for each host: what gate_flows has returned, whether it could be reached, and why flows
# failed.
CHOSEN, CONTACT, FAILURES = "identityops__gate", "identityops__contact", "identityops__failures"


class ActionModule(ActionBase):
    """Judges what all hosts of a run have come to; see the module of this name for what it returns."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().run(tmp, task_vars)
        hostvars = (task_vars or {})["hostvars"]
        # An implicit localhost is not among them.
        known = {str(name): hostvars.raw_get(name) for name in {*hostvars, "localhost"}}
        hosts = {name: variables for name, variables in known.items() if CHOSEN in variables}
        plan = plan_of(
            [_compared(name, variables) for name, variables in hosts.items()],
            datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        try:
            folder = _folder(hosts, task_vars or {})
            files = write_report(plan, folder) if folder else []
            report_to_wrapper(plan)
        except CiscoError as error:
            return {**found, "failed": True, "msg": str(error), "error": error.as_dict()}
        sentences = [headline(plan), *([f"The report is in {folder}."] if files else [])]
        Display().display(" ".join(sentences))
        brief = {name: plan[name] for name in ("outcome", "exit_code", "counts")}
        return {
            **found,
            **brief,
            "changed": False,
            # Without a host there is none to fail.
            "failed": not plan["hosts"],
            "msg": headline(plan),
            "files": files,
            "hosts": {
                host["name"]: {"passes": EXIT_CODES[host["outcome"]] == EXIT_CODES[IN_SYNC], "line": host_line(host)}
                for host in plan["hosts"]
            },
            "ansible_stats": {"data": {"identityops_gate": brief}, "per_host": False, "aggregate": True},
        }


def _folder(hosts: Mapping[str, Mapping[str, Any]], task_vars: Mapping[str, Any]) -> str:
    """The one folder that all hosts name, as a full path; empty if none is named.

    :raises InvalidInput: they name several.
    """
    named = sorted({str(variables[CHOSEN].get("report_dir") or "") for variables in hosts.values()} - {""})
    if len(named) > 1:
        raise InvalidInput(
            "write one report for all hosts",
            f"identityops_report_dir differs between them: {', '.join(named)}",
            "Set it once, for example with -e.",
        )
    return os.path.abspath(os.path.expanduser(named[0])) if named else ""


def _compared(host: str, variables: Mapping[str, Any]) -> Compared:
    chosen = _plain(variables[CHOSEN])
    flows = tuple(chosen.get("flows") or ())
    contact = _plain(variables.get(CONTACT) or {})
    ended = [one for one in (chosen, contact) if one.get("failed") or one.get("unreachable")]
    return Compared(
        host=host,
        flows=flows,
        accept=frozenset(chosen.get("accept") or ()),
        results={flow: _plain(variables.get(f"{flow}_result") or {}) for flow in flows},
        failures=_plain(variables.get(FAILURES) or {}),
        error=str(ended[0].get("msg") or "The host could not be compared.") if ended else "",
    )
