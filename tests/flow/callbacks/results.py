# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes each result as a line of JSON to the file in FLOW_RESULTS, beside whatever is shown on screen."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: aggregate
short_description: Write each result to a file
description: One line of JSON for each result.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result: Any) -> None:
        host, task = result._host.get_name(), result._task.get_name()
        with open(os.environ["FLOW_RESULTS"], "a", encoding="utf-8") as file:
            file.write(json.dumps({"host": host, "task": task, **result._result}, default=str) + "\n")

    v2_runner_on_ok = v2_runner_on_unreachable = _write

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result)
