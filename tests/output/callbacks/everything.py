# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints each result whole, as a callback that stores results would store it, and then what a person sees of it."""

from __future__ import annotations

import json
from typing import Any

from ansible.plugins.callback.default import CallbackModule as Default

DOCUMENTATION = """
name: everything
type: stdout
short_description: Print each result whole
description: One line of JSON for each result, with nothing left out, and the lines of the default callback.
extends_documentation_fragment:
  - default_callback
  - result_format_callback
"""


class CallbackModule(Default):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "everything"

    def _store(self, result: Any, failed: bool = False) -> None:
        # The default callback takes out what it has shown.
        task = {"task": result._task.get_name(), "path": result._task.get_path(), "failed": failed}
        self._display.display(json.dumps({**task, **result._result}, default=str))

    def v2_runner_on_ok(self, result: Any) -> None:
        self._store(result)
        super().v2_runner_on_ok(result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._store(result)
        super().v2_runner_on_skipped(result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._store(result)
        super().v2_runner_on_unreachable(result)

    def v2_runner_retry(self, result: Any) -> None:
        self._store(result)
        super().v2_runner_retry(result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._store(result, failed=True)
        super().v2_runner_on_failed(result, ignore_errors)
