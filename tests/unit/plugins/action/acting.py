# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an action plugin on a genuine task, connection and templar, without a playbook."""

from __future__ import annotations

import os
from typing import Any

from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.playbook.task import Task
from ansible.plugins.loader import connection_loader
from ansible.template import Templar


def acted(
    plugin: Any, args: dict[str, Any], variables: dict[str, Any], check: bool = False, diff: bool = False
) -> dict[str, Any]:
    """What a task with this plugin returns."""
    task = Task()
    task.action = f"identityops.cisco.{plugin.__module__.rpartition('.')[2]}"
    task.args, task.check_mode, task.diff = args, check, diff
    loader, play_context = DataLoader(), PlayContext()
    connection = connection_loader.get("local", play_context, os.devnull)
    action = plugin(task, connection, play_context, loader, Templar(loader=loader), None)
    return dict(action.run(task_vars={"inventory_hostname": "localhost", **variables}))
