# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.filter.handoff_notices import handoff_notices
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import _plain, host_of_several
from ansible_collections.identityops.cisco.plugins.plugin_utils._pages import HandoffStep, Pages

WAIT, FAIL = "wait", "fail"

Numbered = tuple[HandoffStep, int, int]


class ActionModule(ActionBase):
    """Hands steps over to a person; see the module of this name for its options."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().run(tmp, task_vars)
        variables, args = task_vars or {}, _plain(self._task.args)
        settings = _plain(variables[f"{args['role']}__vars"])
        steps = _numbered(args.get("open") or [], args.get("order"))
        mode, is_check = args.get("mode") or settings["handoff"], bool(self._task.check_mode)
        pages = _pages(settings, variables, args.get("secrets") or {}, is_check)
        pages.use += int((variables.get(f"{args['role']}_result") or {}).get("uses", 0))
        if pages.folder:
            _bring_up_to_date(pages, steps, args)
        # No person acts on a prediction, so it is not waited for.
        is_shown_now = mode == WAIT and not is_check
        if "json" not in constants.DEFAULT_STDOUT_CALLBACK:
            for text in _texts(steps, pages.files, is_shown_now, host_of_several(variables)):
                Display().display(text)
        stops = mode == FAIL and bool(steps)
        return {
            **found,
            "changed": pages.is_changed,
            "failed": stops,
            **({"msg": _left(steps[0][0])} if stops else {}),
            "files": pages.files,
            "shown": [step["id"] for step, _number, _total in steps] if is_shown_now else [],
            **({"diff": pages.diff} if self._task.diff else {}),
            **({"warnings": pages.warnings} if pages.warnings else {}),
        }


def _pages(
    settings: Mapping[str, Any], variables: Mapping[str, Any], secrets: Mapping[str, Any], is_check: bool
) -> Pages:
    # In AWX the user who launched the job, elsewhere the user that runs Ansible.
    requester = settings.get("handoff_requester") or _plain(variables.get("awx_user_name")) or ""
    return Pages(
        folder=settings.get("handoff_dir") or "",
        host=str(variables["inventory_hostname"]),
        is_check=is_check,
        around={
            "requester": requester,
            "secret_place": settings.get("handoff_secret_place") or "",
            "template": settings.get("handoff_template") or "",
        },
        secrets={label: str(value or "").strip() for label, value in secrets.items()},
        # Ansible takes the ends off a password that is typed or read from a file.
        vault_secret=str(settings.get("handoff_vault_secret") or "").strip(),
    )


def _numbered(steps: list[HandoffStep], order: list[str] | None) -> list[Numbered]:
    """Each step with its number, and how many there are in all."""
    names = order or [step["id"] for step in steps]
    return [(step, names.index(step["id"]) + 1 if step["id"] in names else 1, len(names)) for step in steps]


def _bring_up_to_date(pages: Pages, steps: list[Numbered], args: Mapping[str, Any]) -> None:
    for numbered in steps:
        pages.write(*numbered)
    is_open = [step["id"] for step, _number, _total in steps]
    for done in args.get("done") or ():
        if done not in is_open:
            pages.remove(done)


def _texts(steps: list[Numbered], files: Mapping[str, list[str]], is_shown_now: bool, host: str) -> list[str]:
    """What people read now, in portions that a job runner can keep as an event each. What is left at the end of a run
    is shown at its end, also if the run stops here."""
    if is_shown_now:
        portions = [handoff_notices([step], dict(files), host, number, total) for step, number, total in steps]
        return ["\n".join(portion) for step in portions for portion in step]
    return [f"The step for a person is on the page {paths[0]}" for paths in files.values() if paths]


def _left(step: HandoffStep) -> str:
    return f"Left for a person, as {step['role']}: {step['action']} {step['then']}"
