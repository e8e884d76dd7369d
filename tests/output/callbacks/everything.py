# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints each result whole, as one line of JSON: what a callback that stores results would store."""

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: everything
type: stdout
short_description: Print each result whole
description: One line of JSON for each result, with nothing left out.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "everything"

    def _print(self, result: Any, failed: bool = False) -> None:
        task = {"task": result._task.get_name(), "path": result._task.get_path(), "failed": failed}
        self._display.display(json.dumps({**task, **result._result}, default=str))

    v2_runner_on_ok = v2_runner_on_skipped = v2_runner_on_unreachable = v2_runner_retry = _print

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._print(result, failed=True)
