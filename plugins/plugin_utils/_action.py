# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process front end: runs a module's work in the Ansible worker when the task is local. Private to this
collection.

Starting a module as a process of its own costs more than everything these modules do. So when the task runs on the
controller, as the same user, under the same Python, the work is called directly. In every other case (a bastion,
``async``, ``become``, another interpreter) the ordinary module runs. Both validate, hide secrets and report alike; the
tests run each case both ways.
"""

from __future__ import annotations

import contextlib
import gc
import os
import re
import ssl
import sys
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ansible import constants
from ansible.errors import AnsibleActionFail, AnsibleError, AnsibleUndefinedVariable
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import filter_loader, test_loader
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import all_forms, printable
from ansible_collections.identityops.cisco.plugins.module_utils._task import VARIABLES_READ, Context, Task, perform
from ansible_collections.identityops.cisco.plugins.plugin_utils._options import (
    given_options,
    unfit,
    where_from,
    why_invalid,
)

# Imported once, where action plugins are loaded, so that the workers, which are forked from there, need not do it for
# each task. Missing and broken ones, which may raise anything, are reported by the task that needs them.
for _library in ("requests", "duo_client"):
    with contextlib.suppress(Exception):
        __import__(_library)
# OpenSSL sets itself up with the first context.
ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
# Likewise core's own filters and tests, which nearly every template looks through.
for _loader in (filter_loader, test_loader):
    _loader.get("ansible.builtin.default")
# All of that, and Ansible itself, lives until the run ends. Without this, Python would look through every object for
# garbage once more when it exits, which takes longer than several tasks, and workers would copy the memory they share.
gc.freeze()


class Omitted(InvalidInput):
    """A variable reports that it is not there."""


def host_of_several(variables: Mapping[str, Any]) -> str:
    """The host of a task if the play has several hosts, otherwise an empty text."""
    is_alone = len(variables.get("ansible_play_hosts_all", ())) < 2
    return "" if is_alone else printable(str(variables["inventory_hostname"]))


class InProcessAction(ActionBase):
    """Base of every action plugin here; a subclass names its module's :class:`Task`."""

    work: ClassVar[Task]
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        if self._returns_secret() and self._task.async_val and not self._task.no_log:
            raise AnsibleActionFail(
                "A secret would be printed when the job is polled: use no_log with return_secret and async."
            )
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            args = self._options(task_vars or {})
        except CiscoError as error:
            return {**result, "failed": True, "msg": str(error), "error": error.as_dict()}
        if self._runs_here(task_vars or {}):
            result.update(self._run_here(task_vars or {}, args))
        elif refusal := self._refusal(args):
            result.update(refusal)
        else:
            result.update(self._hand_over(task_vars, args))
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if self._returns_secret():
            # The secret reaches the registered variable and nothing that prints.
            result["_ansible_no_log"] = True
        return result

    def _returns_secret(self) -> bool:
        name, spec = "return_secret", self.work.argument_spec
        return name in spec and bool(given_options(spec, _plain(self._task.args)).get(name))

    def _runs_here(self, task_vars: dict[str, Any]) -> bool:
        """Whether a module would run right here anyway: same machine, same user, same Python, in the foreground."""
        if self._connection.transport != "local" or self._task.async_val or self._play_context.become:
            return False
        if self._task.delegate_to:
            task_vars = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        # The variable ansible_python_interpreter, or else the configuration; "auto" and its kin stand for discovery.
        chosen = constants.config.get_config_value("INTERPRETER_PYTHON", variables=task_vars)
        interpreter = str(self._templar.template(chosen))
        return interpreter.startswith("auto") or _place(interpreter) == _place(sys.executable)

    def _options(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The task's options, and those for the connection that are variables of their names.

        :raises InvalidInput: for a variable that exists and has no value, which is never a reason to look into the
            environment: what is there may be meant for another host; or for a value that core fails on.
        """
        spec = self.work.argument_spec
        args = given_options(spec, _plain(self._task.args))
        for name, option in spec.items():
            if "fallback" in option and name in task_vars and not {name, *option.get("aliases", ())} & set(args):
                value = evaluated(self._templar, name, task_vars[name], f"the environment variable {name.upper()}")
                args |= given_options(spec, {name: value})
        for name, kind in unfit(spec, args):
            raise InvalidInput(f"use the value of {name}", f"it must be {kind}")
        return args

    def _refusal(self, args: dict[str, Any]) -> dict[str, Any]:
        """The failure of a task whose options are wrong wherever it runs: the module would quote their values.

        What is missing may be in the environment there, so the module is the one to say so.
        """
        spec = {
            name: {key: value for key, value in option.items() if key != "fallback"}
            for name, option in self.work.argument_spec.items()
        }
        validation = ArgumentSpecValidator(spec, **self.work.constraints).validate(args)
        is_certain = any(not type(error).__name__.startswith("Required") for error in validation.errors)
        return self._invalid(validation) if is_certain else {}

    def _hand_over(self, task_vars: dict[str, Any] | None, args: dict[str, Any]) -> dict[str, Any]:
        result = self._execute_module(module_args=args, task_vars=task_vars, wrap_async=self._task.async_val)
        if result.get("failed") and "changed" not in result:
            # Core's own failure, which shows the options as they are; ours always say whether anything changed.
            result.pop("invocation", None)
            others = (name.upper() for name, option in self.work.argument_spec.items() if "fallback" in option)
            text = str(result.get("msg"))
            if "unable to convert" in text or " must be one of" in text:
                result["msg"] = text + where_from(text, [name for name in others if name.lower() not in args])
        return dict(result)

    def _run_here(self, task_vars: dict[str, Any], args: dict[str, Any]) -> dict[str, Any]:
        with self._task_environment():
            VARIABLES_READ.clear()
            validation = ArgumentSpecValidator(self.work.argument_spec, **self.work.constraints).validate(args)
            if validation.error_messages:
                return self._invalid(validation)
            context = Context(
                check_mode=self._task.check_mode,
                diff=self._task.diff,
                secrets=set(validation._no_log_values),
                variables=frozenset(VARIABLES_READ),
                load_file=self._load_file,
            )
            whose = f"{host}: " if (host := host_of_several(task_vars)) else ""
            context.progress = lambda line: Display().display(context.quote(f"{whose}{line}"))
            result = perform(self.work, validation.validated_parameters, context)
        if self._shows_invocation(task_vars):
            result["invocation"] = {"module_args": context.censor_names(dict(validation.validated_parameters))}
        self._pass_on_notices(validation, result)
        return _censored(result, all_forms(context.secrets | validation._no_log_values))

    def _load_file(self, path: str) -> bytes:
        """For :attr:`Context.load_file`. Core's own error may quote the file, so it is not repeated."""
        try:
            contents, _shown = self._loader._get_file_contents(path)
        except AnsibleError:
            raise InvalidInput(
                f"read {path}",
                "this user may not read it, or it is encrypted and the run has no vault password that decrypts it",
                "Check the permissions of the file, and give the run its vault password.",
            ) from None
        return bytes(contents)

    @staticmethod
    def _shows_invocation(task_vars: dict[str, Any]) -> bool:
        """Whether results hold the task's options: always before core 2.21, since then as configured."""
        if not hasattr(constants, "INJECT_INVOCATION"):
            return True
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))

    @contextlib.contextmanager
    def _task_environment(self) -> Iterator[None]:
        """Apply the task's ``environment``, for option fallbacks and proxy settings. The worker runs this task only."""
        wanted: dict[str, Any] = {}
        self._compute_environment_string(wanted)
        before = dict(os.environ)
        os.environ.update({str(name): str(value) for name, value in wanted.items()})
        try:
            yield
        finally:
            # Few tasks change it, and setting every variable again takes a while.
            if os.environ != before:
                os.environ.clear()
                os.environ.update(before)

    def _invalid(self, validation: Any) -> dict[str, Any]:
        result: dict[str, Any] = {"failed": True, "msg": why_invalid(self._task.action, validation)}
        self._pass_on_notices(validation, result)
        return result

    @staticmethod
    def _pass_on_notices(validation: Any, result: dict[str, Any]) -> None:
        """Deprecated options and doubled aliases, which AnsibleModule reports. Core keeps them in these two
        lists."""
        doubled = [
            f"Both option {entry['option']} and its alias {entry['alias']} are set." for entry in validation._warnings
        ]
        if doubled:
            result["warnings"] = doubled + result.get("warnings", [])
        if validation._deprecations:
            result["deprecations"] = [
                {
                    "msg": entry["msg"],
                    "collection_name": entry.get("collection_name"),
                    **({"date": entry["date"]} if entry.get("date") else {"version": entry.get("version")}),
                }
                for entry in validation._deprecations
            ]


def evaluated(templar: Any, name: str, template: Any, otherwise: str) -> Any:
    """The value of a variable, plain. Core's own error may quote the template and the lines around it, so it is not
    repeated.

    :param otherwise: what is used if the variable does not exist.
    :raises Omitted: it is ``omit`` as a whole.
    :raises InvalidInput: it refers to something that is not defined, or cannot be evaluated.
    """
    attempted, advice = f"use the variable {name}", f"Correct the variable, or remove it to use {otherwise}."
    omitted = Omitted(attempted, "its value is omit", advice)
    try:
        value = _without_omitted(_plain(templar.template(template)))
        if _is_omitted(value):
            raise omitted
        return value
    except AnsibleUndefinedVariable as error:
        known = re.search(r"(?:object of type )?'[^']+' (?:is undefined|has no attribute '[^']+')", str(error))
        reason = known[0] if known else "it refers to something that is not defined"
    except AnsibleError as error:
        if type(error).__name__ == "AnsibleValueOmittedError":
            raise omitted from None
        reason = f"its value cannot be evaluated ({type(error).__name__})"
    raise InvalidInput(attempted, reason, advice)


def _without_omitted(value: Any) -> Any:
    """A value without the parts that are ``omit``. Before core 2.19 it is a text, which core takes out of options."""
    if isinstance(value, dict):
        return {name: _without_omitted(entry) for name, entry in value.items() if not _is_omitted(entry)}
    if isinstance(value, list):
        return [_without_omitted(entry) for entry in value if not _is_omitted(entry)]
    return value


def _is_omitted(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("__omit_place_holder__")


def _place(interpreter: str) -> tuple[str, str]:
    """The environment an interpreter belongs to and the program it is; an environment has several names for it."""
    return os.path.dirname(os.path.abspath(interpreter)), os.path.realpath(interpreter)


def _censored(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """Cut secrets out as AnsibleModule does, which leaves top-level booleans and nulls alone."""
    kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
    return {**remove_values(result, secrets), **kept}


def _plain(value: Any) -> Any:
    """Arguments as a module would receive them after their trip through JSON: no tags, no vault objects, no dates."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    for kind in (int, float):
        if isinstance(value, kind):
            return kind(value)
    # Core from 2.19 on keeps a registered warning in an object; a template shows its text.
    value = getattr(getattr(value, "event", None), "msg", value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
