# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import _plain, host_of_several
from ansible_collections.identityops.cisco.plugins.plugin_utils._report import (
    RoleTask,
    is_asked,
    merged,
    report_texts,
    role_result,
)
from ansible_collections.identityops.cisco.plugins.plugin_utils._variables import role_file

SUMMARY = "identityops.cisco.summary"
LEFT_OUT = "Not run, because of the tags of this run"


class ActionModule(ActionBase):
    """Sums up a role; see the module of this name for its options."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().run(tmp, task_vars)
        variables, args = task_vars or {}, _plain(self._task.args)
        role, check_mode = args["role"], bool(self._task.check_mode)
        name = f"{role}_result"
        entries = [
            RoleTask(
                step["name"],
                _last_run([_plain(variables.get(source) or {}) for source in _listed(step["result"])]),
                is_asked(step, variables),
                boolean(step.get("by_item", False)),
                step.get("otherwise", ""),
                step.get("otherwise_by_item", ""),
            )
            for step in _steps(args, variables)
        ]
        has_tags = "all" not in variables.get("ansible_run_tags", ["all"]) or variables.get("ansible_skip_tags")
        result = {
            **role_result(entries, check_mode, LEFT_OUT if has_tags else "Not reached"),
            **_more(args.get("more", {}), variables),
        }
        earlier = _plain(variables.get(name) or {})
        if "handed_over" in args:
            tasks = [_plain(variables.get(task) or {}) for task in args["handed_over"]]
            result["handoff_files"] = _files(tasks)
            warned = dict.fromkeys(text for task in tasks for text in task.get("warnings", ()))
            result["warnings"] += [text for text in warned if text not in result["warnings"]]
        if not _is_shown_elsewhere():
            host = str(variables["inventory_hostname"])
            others = bool(host_of_several(variables))
            for text in report_texts(role, host, result, check_mode, result.get("handoff_files"), others):
                Display().display(text)
        if earlier:
            result = merged(earlier, result, check_mode)
        return {
            **found,
            "changed": False,
            "result": result,
            "for_workflows": {f"{name}s": {str(variables["inventory_hostname"]): _brief(result)}},
            # A later result includes the earlier one, member by member.
            "ansible_stats": {"data": {name: result}, "per_host": True, "aggregate": False},
        }


def _brief(result: dict[str, Any]) -> dict[str, Any]:
    """What a workflow of many hosts branches on."""
    head = {name: result[name] for name in ("schema", "status", "complete", "changed")}
    return {**head, "handoff": [step["id"] for step in result["handoff"]]}


def _steps(args: dict[str, Any], variables: dict[str, Any]) -> list[dict[str, Any]]:
    if "report" in args:
        return list(role_file(str(variables["role_path"]), "meta", "report.yml")[args["report"]])
    return list(args["steps"])


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _last_run(results: list[dict[str, Any]]) -> dict[str, Any]:
    """Of several tasks that do the same, what the last one that ran registered."""
    return next((result for result in reversed(results) if result and not result.get("skipped")), results[0])


def _more(wanted: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
    """Further members of the result, each from the first result that has it."""
    sources = {name: [variables.get(source) or {} for source in _listed(names)] for name, names in wanted.items()}
    return {name: _plain(next((one[name] for one in found if name in one), None)) for name, found in sources.items()}


def _files(tasks: list[dict[str, Any]]) -> dict[str, list[str]]:
    """The files of each step that is left for a person; of several tasks for a step, the last one counts."""
    found: dict[str, list[str]] = {}
    for task in tasks:
        found |= task.get("files", {})
    return {step: paths for step, paths in found.items() if paths}


def _is_shown_elsewhere() -> bool:
    """Whether a callback plugin shows the results, or the output is for programs."""
    return SUMMARY in constants.CALLBACKS_ENABLED or "json" in constants.DEFAULT_STDOUT_CALLBACK
