# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, InvalidInput, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import looks_secret
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import Omitted, _plain, evaluated
from ansible_collections.identityops.cisco.plugins.plugin_utils._gate import (
    ACCEPTABLE,
    AUDIT,
    FLOWS,
    IN_PLACE,
    declared_flows,
)
from ansible_collections.identityops.cisco.plugins.plugin_utils._options import given_options
from ansible_collections.identityops.cisco.plugins.plugin_utils._variables import misspelt_variables, unknown_variables

OF_AUDIT = ("duo_audit_accept", "duo_audit_consumers", "duo_audit_max_findings")
SPEC = {
    "audit": {"type": "bool"},
    "flows": {"type": "list", "elements": "str"},
    "all_by_default": {"type": "bool"},
    "accept": {"type": "list", "elements": "str"},
    "report_dir": {"type": "path"},
}


class ActionModule(ActionBase):
    """Chooses the flows of a host; see the module of this name for its options."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().run(tmp, task_vars)
        options = given_options(SPEC, _plain(self._task.args))
        is_audit, report_dir = bool(options.get("audit")), str(options.get("report_dir") or "")
        by_default = list(FLOWS) if options.get("all_by_default") else []
        try:
            _require_known_variables(task_vars or {}, is_audit)
            flows = _known("identityops_flows", options.get("flows"), FLOWS)
            accept = _known("identityops_accept", options.get("accept"), (*ACCEPTABLE, *IN_PLACE))
        except InvalidInput as error:
            # The report says so, too, and no earlier one is left in its place.
            return {**found, "failed": True, "msg": str(error), "error": error.as_dict(), "report_dir": report_dir}
        return {
            **found,
            "changed": False,
            "flows": _chosen(flows or by_default, is_audit) or declared_flows(self._set_ones(task_vars or {})),
            "accept": accept,
            "report_dir": report_dir,
        }

    def _set_ones(self, variables: Mapping[str, Any]) -> Iterator[str]:
        """The variables of flows that are set. A survey gives empty ones as well."""
        for name in variables:
            if name.startswith(tuple(f"{flow}_" for flow in FLOWS)):
                try:
                    value = evaluated(self._templar, name, variables[name], "its default")
                except Omitted:
                    continue
                except CiscoError:
                    # The flow reports it.
                    value = name
                if given_options({}, {name: value}):
                    yield name


def _require_known_variables(names: Iterable[str], is_audit: bool) -> None:
    """:raises InvalidInput: a variable is misspelt. Without its limit, the gate would stand open."""
    names = list(names)
    of_audit = unknown_variables(AUDIT, names, OF_AUDIT, "playbook") if is_audit else []
    for problem in (*misspelt_variables(names), *of_audit):
        raise InvalidInput("begin the gate", problem)


def _chosen(flows: list[str], is_audit: bool) -> list[str]:
    """The audit is none of the flows: it has a playbook of its own, and no role that could be compared."""
    return [AUDIT] if is_audit else [name for name in FLOWS if name in flows]


def _known(variable: str, given: Any, known: Iterable[str]) -> list[str]:
    """The entries of a list. Each has to be known.

    :raises InvalidInput: one is not, or it is no list.
    """
    entries = [] if given is None else given
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise InvalidInput(f"use {variable}", "it is not a list of words", f"Known are {', '.join(known)}.")
    for entry in entries:
        if entry not in known:
            is_shown = re.fullmatch(r"\w{1,40}", entry) and not looks_secret(entry)
            shown = entry if is_shown else "one of its entries"
            raise InvalidInput(
                f"use {shown} in {variable}", f"known are {', '.join(known)}", nearest(str(shown), known)
            )
    return entries
