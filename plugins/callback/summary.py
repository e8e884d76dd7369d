# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: summary
type: aggregate
short_description: Show a summary of the roles of this collection at the end of a run
description:
  - Shows a summary after the recap. For each host and each role, it lists what is in place, and what changed or would
    change for each object and field. It lists the steps that wait for a person with their pages, how long each step
    took, and every warning and error once.
  - A host that is in sync takes one line. If there are more than ten such hosts, they are only counted, and only the
    five worst of the other hosts are shown in detail. C(-v) shows everything.
  - It shows the results of the roles, which never contain secrets. Control characters are removed from names.
  - It uses the colours of Ansible's configuration, and none if Ansible shows none.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
requirements:
  - enabled with C(callbacks_enabled = identityops.cisco.summary) in the section C([defaults]) of C(ansible.cfg), or
    with the environment variable C(ANSIBLE_CALLBACKS_ENABLED)
"""

import shutil
from typing import Any

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.identityops.cisco.plugins.plugin_utils._summary import PlaybookRun, Report, summary_lines

ROLES = ("ise_duo_mfa", "trusted_endpoints", "identity_intelligence", "safe")
SUFFIX = "_result"
COLOURS = {
    "ok": constants.COLOR_OK,
    "change": constants.COLOR_CHANGED,
    "add": constants.COLOR_DIFF_ADD,
    "remove": constants.COLOR_DIFF_REMOVE,
    "waits": constants.COLOR_WARN,
    "failed": constants.COLOR_ERROR,
}
NARROWEST = 60
WIDEST = 160
# Where the output is no terminal, such as in a pipeline.
USUAL = (120, 24)


class CallbackModule(CallbackBase):
    """Keeps the results of the roles as they come, and shows them at the end."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "identityops.cisco.summary"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # By host and role: a later result of a role includes the earlier one.
        self._results: dict[tuple[str, str], tuple[dict[str, Any], bool]] = {}
        self._errors: dict[str, str] = {}

    def v2_runner_on_ok(self, result: Any) -> None:
        host, found = result._host.get_name(), result._result.get("ansible_facts")
        if not isinstance(found, dict):
            return
        for role in ROLES:
            if isinstance(found.get(role + SUFFIX), dict):
                self._results[host, role] = found[role + SUFFIX], bool(result._task.check_mode)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            self._errors[result._host.get_name()] = _message(result._result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._errors[result._host.get_name()] = _message(result._result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        if not self._results or "json" in constants.DEFAULT_STDOUT_CALLBACK:
            # Nothing to sum up, or the output is for programs.
            return
        reports = [
            Report(host, role, result, check_mode) for (host, role), (result, check_mode) in self._results.items()
        ]
        # What was rescued is no failure of the host.
        broken = {**stats.failures, **stats.dark}
        run = PlaybookRun(reports, {host: error for host, error in self._errors.items() if host in broken})
        width = min(max(shutil.get_terminal_size(USUAL).columns, NARROWEST), WIDEST)
        self._display.banner("SUMMARY")
        for text, style in summary_lines(run, width, verbose=self._display.verbosity > 0):
            self._display.display(text, color=COLOURS.get(style))


def _message(result: dict[str, Any]) -> str:
    """What went wrong; of a loop, with each of its items. Core adds where, in paragraphs of their own."""
    items = [item for item in result.get("results") or () if isinstance(item, dict) and item.get("failed")]
    return "; ".join(str(item.get("msg", "")).strip().partition("\n\n")[0] for item in items or [result])
