# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every module, on every level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils import _task

from .harness import Options, the_task

FOLDER = Path(_task.__file__).parent.parent / "modules"
# Those for people; what only the roles use has no task of its own.
MODULES = sorted(path.stem for path in FOLDER.glob("[!_]*.py") if "TASK = Task(" in path.read_text())


@dataclass(frozen=True)
class Place:
    """One option.

    :ivar around: the options that it is in, the outermost first, and whether each is a list.
    """

    name: str
    option: Mapping[str, Any]
    around: tuple[tuple[str, bool], ...] = ()

    @property
    def path(self) -> str:
        return ".".join([*(name for name, _is_list in self.around), self.name])

    @property
    def is_list(self) -> bool:
        return self.option.get("type") == "list"

    @property
    def is_text(self) -> bool:
        return self.option.get("type", "str") in ("str", "path") and "choices" not in self.option

    @property
    def is_secret(self) -> bool:
        return bool(self.option.get("no_log"))

    def given(self, value: Any) -> Options:
        """A task's options with a value in this place."""
        return self._wrapped({self.name: value})

    def left_out(self) -> Options:
        """The same without the value; what holds nothing else is not given either, unless it is one entry of many."""
        return self._wrapped({}) if any(is_list for _name, is_list in self.around) else {}

    def _wrapped(self, options: Options) -> Options:
        for name, is_list in reversed(self.around):
            options = {name: [options] if is_list else options}
        return options


def places(module: str) -> list[Place]:
    return list(_places(the_task(module).argument_spec))


def _places(spec: Mapping[str, Any], around: tuple[tuple[str, bool], ...] = ()) -> Iterator[Place]:
    for name, option in spec.items():
        if "options" in option:
            yield from _places(option["options"], (*around, (name, option.get("type") == "list")))
        else:
            yield Place(name, option, around)
