# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import Omitted, evaluated
from ansible_collections.identityops.cisco.plugins.plugin_utils._variables import (
    misspelt_variables,
    role_file,
    role_values,
    unknown_variables,
)

# What a gate sets. It never waits for a person.
COMPARES = "identityops__compares"


class ActionModule(ActionBase):
    """Takes the variables of a role; see the module of this name for its options."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().run(tmp, task_vars)
        variables, role = task_vars or {}, str(self._task.args["role"])
        specs = role_file(str(variables["role_path"]), "meta", "argument_specs.yml")["argument_specs"]
        known = {name for entry in specs.values() for name in entry["options"]} | _connection_options(role)
        problems = [*misspelt_variables(variables), *unknown_variables(role, variables, known)]
        entry_point = str(self._task.args.get("entry_point", "main"))
        spec = specs[entry_point]["options"]
        given: dict[str, Any] = {}
        for name in spec:
            if name in variables:
                try:
                    given[name] = evaluated(self._templar, name, variables[name], "its default")
                except Omitted:
                    continue
                except CiscoError as error:
                    problems.append(str(error))
        values, wrong = role_values(role, spec, given, entry_point)
        if problems := [*problems, *wrong]:
            # The report needs the state.
            return {**found, "failed": True, "msg": _together(role, problems), "state": values.get("state")}
        if "handoff" in values and variables.get(COMPARES):
            values["handoff"] = "report"
        # Some are secrets: they reach the registered variable and nothing that prints.
        return {**found, "changed": False, **values, "_ansible_no_log": True}


def _connection_options(role: str) -> set[str]:
    """The connection options whose names begin like the variables of the role."""
    if role != "safe":
        return set()
    from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import safe_argument_spec

    return set(safe_argument_spec())


def _together(role: str, problems: list[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    numbered = " ".join(f"({number}) {problem}" for number, problem in enumerate(problems, 1))
    return f"{len(problems)} problems with the variables of the role {role}: {numbered}"
