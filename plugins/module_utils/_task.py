# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task is, and its front end as an ordinary module. Private to this collection.

Every module describes itself as a :class:`Task`: its options and a plain function of the validated options. Two front
ends run it: the module's ``main``, through :meth:`Task.run_in`, and the action plugin in ``plugin_utils/_action.py``,
which does the same in the Ansible worker. Whatever both must do alike is in :func:`perform`.
"""

from __future__ import annotations

import html
import time
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ansible.module_utils.common.parameters import remove_values
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, Unexpected
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import (
    all_forms,
    censored,
    misplaced,
    printable,
    shortened,
)


# Holds secrets, so it is never printed.
@dataclass(eq=False, repr=False)
class Context:
    """How this one task runs, and what it learns on the way.

    :ivar check_mode: predict only; the transports refuse every write.
    :ivar diff: whether the user asked to see differences.
    :ivar secrets: those among the options and those met at run time; all are cut out of the result, in every form.
    :ivar misplaced: those of them that stand where no secret belongs, be it as the name of a member.
    :ivar warnings: sentences for the user.
    :ivar done: what this task has changed so far, as words, so that a later failure can say so.
    :ivar kept: what the task has found out so far and returns even if it fails, by the keys of the result.
    :ivar variables: the environment variables that options were read from.
    :ivar load_file: reads a file on the controller, decrypted if Ansible Vault encrypted it; None where the task does
        not run in the worker. Raises :class:`CiscoError`.
    :ivar progress: shows a line on the terminal while the task runs in the worker; does nothing elsewhere.
    """

    check_mode: bool = False
    diff: bool = False
    secrets: set[str] = field(default_factory=set)
    misplaced: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()
    load_file: Callable[[str], bytes] | None = None
    progress: Callable[[str], None] = lambda line: None

    def hide(self, secret: str | None) -> None:
        """Keep a secret that was fetched at run time out of everything the task returns."""
        if secret:
            self.secrets.add(secret)

    def reveal(self, secret: str) -> None:
        """Let the result hold a secret that the user explicitly asked for."""
        self.secrets.discard(secret)

    def censor(self, value: Any) -> Any:
        """A value without any secret, in texts on every level."""
        if isinstance(value, str):
            return censored(value, self.secrets)
        if isinstance(value, dict):
            return {self.censor(name): self.censor(entry) for name, entry in value.items()}
        return [self.censor(entry) for entry in value] if isinstance(value, list) else value

    def censor_names(self, value: Any) -> Any:
        """A value whose members, on every level, have no misplaced secret in their names, which core leaves alone."""
        if not self.misplaced:
            return value
        if isinstance(value, dict):
            return {censored(str(name), self.misplaced): self.censor_names(entry) for name, entry in value.items()}
        return [self.censor_names(entry) for entry in value] if isinstance(value, list) else value

    def quote(self, text: object, most: int = 300) -> str:
        """Text of a service made fit to print: without secrets, without control characters, and not too long."""
        shown = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        shown = printable(censored(shown, self.secrets))
        return shown if len(shown) <= most else shown[:most] + "..."

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def act(self, deed: Callable[[], bool], prediction: bool) -> bool:
        """Do something that is no state of an object, such as a run; in check mode only predict whether it changes
        anything."""
        return prediction if self.check_mode else deed()

    def worded(self, done: str, would: str) -> str:
        """What such a deed did, or in check mode would do."""
        return would if self.check_mode else done

    def patience(self, seconds: int) -> int:
        """How long to wait for a person or a service. In check mode not at all: no person acts on a prediction."""
        return 0 if self.check_mode else seconds

    def doubt(self, text: str) -> None:
        """Warn that a prediction may be wrong. In a real run the service itself says what is right."""
        if self.check_mode:
            self.warn(text)

    def foresee(self, error: CiscoError, assumption: str) -> None:
        """Raise the error, or in check mode, where an earlier task of the run would have removed its cause, go on.

        :param assumption: what the prediction then takes for granted, a full sentence, which becomes a warning.
        """
        if not self.check_mode:
            raise error
        self.warn(assumption)


class Task(NamedTuple):
    """A module's options and its work.

    :ivar run: does the work; takes the validated options and the :class:`Context`, returns the result, raises
        :class:`CiscoError`.
    :ivar argument_spec: as for ``AnsibleModule``, the connection options included.
    :ivar constraints: ``mutually_exclusive``, ``required_if`` and their kind, as for ``AnsibleModule``.
    """

    run: Callable[[dict[str, Any], Context], dict[str, Any]]
    argument_spec: Mapping[str, Any]
    constraints: Mapping[str, Any] = {}

    def for_ansible_module(self) -> dict[str, Any]:
        """What to make an ``AnsibleModule`` with."""
        VARIABLES_READ.clear()
        return {"argument_spec": dict(self.argument_spec), "supports_check_mode": True, **self.constraints}

    def run_in(self, module: Any) -> dict[str, Any]:
        """Do the work of an ``AnsibleModule``, which the caller then ends with the result.

        The module hides the secrets met at run time as well as those among its options.
        """
        # AnsibleModule keeps the diff flag only under this name, on every supported release.
        context = Context(
            check_mode=module.check_mode,
            diff=module._diff,
            secrets=set(module.no_log_values),
            variables=frozenset(VARIABLES_READ),
        )
        result = perform(self, module.params, context)
        module.no_log_values.update(all_forms(context.secrets))
        module.params = context.censor_names(module.params)
        for warning in result.pop("warnings", ()):
            # Core from 2.19 on cuts no secrets out of warnings.
            module.warn(remove_values(warning, module.no_log_values))
        return result


def perform(task: Task, params: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run a task's work and shape what it returns, success or failure, for either front end."""
    started = time.monotonic()
    suspects = misplaced(task.argument_spec, params)
    context.misplaced.update(*suspects.values())
    context.secrets |= context.misplaced
    try:
        result = task.run(params, context)
    except CiscoError as error:
        result = _failure(error, context)
    except MemoryError:
        raise
    except Exception as error:  # The one place: whatever an exception says may hold a secret.
        result = _failure(_unexpected(error), context)
    result.setdefault("changed", False)
    diff = result.get("diff")
    if not context.diff:
        result.pop("diff", None)
    for name in suspects:
        context.warn(f"The value of {name} may be a secret in the wrong place, so it is not shown.")
    if context.warnings:
        result["warnings"] = context.censor(context.warnings)
    shown = {name: for_people(value) if name in FOR_PEOPLE else value for name, value in result.items()}
    if "step" in shown:
        shown["step"] |= {"diff": for_people(_differences(diff)), "seconds": round(time.monotonic() - started, 3)}
    return dict(context.censor_names(shown))


def _differences(diff: Any) -> list[dict[str, Any]]:
    """What differs, object by object, whether or not the user asked to see differences."""
    found = diff if isinstance(diff, list) else [diff] if diff else []
    return [entry for entry in found if entry.get("before") != entry.get("after")]


FOR_PEOPLE = ("msg", "error", "warnings", "step", "handoff", "problems")
"""The parts of a result that are shown as they are. Names that users chose in a product stand in their texts."""
LONGEST_TEXT = 4_000


def for_people(value: Any) -> Any:
    """A value whose texts, on every level, cannot take hold of a terminal or a log, nor fill it."""
    if isinstance(value, str):
        return printable(shortened(value, LONGEST_TEXT))
    if isinstance(value, dict):
        return {name: for_people(entry) for name, entry in value.items()}
    return [for_people(entry) for entry in value] if isinstance(value, list) else value


def _unexpected(error: Exception) -> Unexpected:
    """A defect, by where it happened."""
    import os
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    return Unexpected(
        "finish the task",
        f"{type(error).__name__} at {os.path.basename(os.path.dirname(place.filename))}/"
        f"{os.path.basename(place.filename)}:{place.lineno}",
        "This is a defect. Please report it with this message and the versions of ansible-core and this collection. "
        "Look at the service before you run this again: part of the work may be done.",
    )


def _failure(error: CiscoError, context: Context) -> dict[str, Any]:
    message = context.censor(str(error))
    if context.done:
        message += (
            " Before that, this task had already done the following, which stays: " + "; ".join(context.done) + "."
        )
    return {
        **context.kept,
        "failed": True,
        "msg": message,
        "changed": bool(context.done),
        "error": context.censor(error.as_dict()),
    }


# Options


AS_IT_IS = ("description", "notes", "ise_password", "agent_ise_password", "handoff_vault_secret")
"""Texts whose white space is part of them; the others are names, addresses and keys, where it never is."""
# White space and control characters; the soft hyphen; zero-width ones and marks of direction; the byte order mark.
UNSEEN = "".join(
    chr(code)
    for first, last in (
        *((0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x61C, 0x61C), (0x1680, 0x1680), (0x180E, 0x180E)),
        *((0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x3000, 0x3000), (0xFEFF, 0xFEFF)),
    )
    for code in range(first, last + 1)
)
VARIABLES_READ: set[str] = set()
"""The environment variables that options were read from."""


def without_ends(name: str, value: str) -> str:
    """The text of an option without white space around it."""
    stripped = trimmed(value)
    return value if stripped and name in AS_IT_IS else stripped


def trimmed(text: str) -> str:
    """A text without white space around it, nor what shows as nothing: such characters come along when a value is
    copied from a page or a chat."""
    return text.strip(UNSEEN)


def free_text(text: Any) -> str:
    """The form in which free texts compare: services trim them, change their line ends, their blanks or their form of
    Unicode, or escape them for HTML."""
    plain = unicodedata.normalize("NFC", html.unescape(str(text or "")))
    shown = "".join(letter for letter in plain if letter.isspace() or letter not in UNSEEN)
    return "\n".join(" ".join(line.split()) for line in shown.strip().splitlines())


def value_of(variable: str) -> str:
    """What stands for the value of an environment variable that cannot be read as what its option takes."""
    return f"the environment variable {variable}"
