# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task is, and its front end as an ordinary module. Private to this collection.

Every module describes itself as a :class:`Task`: its options and a plain function of the validated options. Two front
ends run it: the module's ``main``, through :meth:`Task.run_in`, and the action plugin in ``plugin_utils/_action.py``,
which does the same in the Ansible worker. Whatever both must do alike is in :func:`perform`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.common.parameters import remove_values
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError


@dataclass
class Context:
    """How this one task runs, and what it learns on the way.

    :ivar check_mode: predict only; the transports refuse every write.
    :ivar diff: whether the user asked to see differences.
    :ivar secrets: secrets met at run time, in addition to those among the options; both are cut out of the result.
    :ivar warnings: sentences for the user.
    :ivar done: what this task has changed so far, as words, so that a later failure can say so.
    :ivar kept: what the task has found out so far and returns even if it fails, by the keys of the result.
    """

    check_mode: bool = False
    diff: bool = False
    secrets: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def hide(self, secret: str | None) -> None:
        """Keep a secret that was fetched at run time out of everything the task returns."""
        if secret:
            self.secrets.add(secret)

    def reveal(self, secret: str) -> None:
        """Let the result hold a secret that the user explicitly asked for."""
        self.secrets.discard(secret)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


@dataclass(frozen=True)
class Task:
    """A module's options and its work.

    :ivar run: does the work; takes the validated options and the :class:`Context`, returns the result, raises
        :class:`CiscoError`.
    :ivar argument_spec: as for ``AnsibleModule``, the connection options included.
    :ivar constraints: ``mutually_exclusive``, ``required_if`` and their kind, as for ``AnsibleModule``.
    """

    run: Callable[[dict[str, Any], Context], dict[str, Any]]
    argument_spec: Mapping[str, Any]
    constraints: Mapping[str, Any] = field(default_factory=dict)

    def for_ansible_module(self) -> dict[str, Any]:
        """What to make an ``AnsibleModule`` with."""
        return {"argument_spec": dict(self.argument_spec), "supports_check_mode": True, **self.constraints}

    def run_in(self, module: Any) -> dict[str, Any]:
        """Do the work of an ``AnsibleModule``, which the caller then ends with the result.

        The module hides the secrets met at run time as well as those among its options.
        """
        # AnsibleModule keeps the diff flag only under this name, on every supported release.
        context = Context(check_mode=module.check_mode, diff=module._diff)
        result = perform(self, module.params, context)
        module.no_log_values.update(context.secrets)
        for warning in result.pop("warnings", ()):
            # Core from 2.19 on cuts no secrets out of warnings.
            module.warn(remove_values(warning, module.no_log_values))
        return result


def perform(task: Task, params: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run a task's work and shape what it returns, success or failure, for either front end."""
    try:
        result = task.run(params, context)
    except CiscoError as error:
        result = _failure(error, context)
    result.setdefault("changed", False)
    if not context.diff:
        result.pop("diff", None)
    if context.warnings:
        result["warnings"] = list(context.warnings)
    return result


def _failure(error: CiscoError, context: Context) -> dict[str, Any]:
    message = str(error)
    if context.done:
        message += (
            " Before that, this task had already done the following, which stays: " + "; ".join(context.done) + "."
        )
    return {**context.kept, "failed": True, "msg": message, "changed": bool(context.done), "error": error.as_dict()}
