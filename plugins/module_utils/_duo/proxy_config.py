# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sections of a Duo Authentication Proxy's configuration, as a resource. Private to this collection.

A secret that stands in the file in plain text is compared. One that the proxy's own tool has encrypted cannot be; it is
kept, unless its owner changes or the task says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._duo.proxy_file import (
    NotReadable,
    ProxyFile,
    protected_name,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.proxy_host import (
    CONTROL,
    FAILED,
    NOT_CHECKED,
    VERIFIED,
    ConfigFile,
    Programs,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, InvalidInput, Refused
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, trimmed

RESTART = "restart"
SECTION_NAME = re.compile(r"\w+", re.ASCII)
OPTION_NAME = re.compile(r"[a-z]\w*", re.ASCII)
SECRET_NAME = re.compile(r"secret|password|passphrase|skey|token", re.ASCII)
# The setting that says whose secret it is: with another one, the secret in the file is not the right one either.
OWNERS = {"skey": "ikey", "service_account_password": "service_account_username"}
SECTIONS_SPEC: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "required": True,
    "options": {
        "name": {"type": "str", "required": True},
        "settings": {"type": "dict", "default": {}},
        "secrets": {"type": "dict", "default": {}, "no_log": True},
    },
}


class Section(NamedTuple):
    """A section as declared."""

    name: str
    settings: dict[str, str]
    secrets: dict[str, str]


def declared_sections(params: Mapping[str, Any], context: Context) -> list[Section]:
    """The sections from a task's options.

    :raises InvalidInput: naming everything that cannot be a line of the file, and where; never a value.
    """
    found = [
        Section(entry["name"], _texts(entry["settings"]), _texts(entry["secrets"])) for entry in params["sections"]
    ]
    for section in found:
        named_so = [value for name, value in section.settings.items() if SECRET_NAME.search(name.lower())]
        for secret in (*section.secrets.values(), *named_so):
            context.hide(secret)
    problems = [problem for entry in params["sections"] for problem in _structures(entry)]
    problems += [problem for section in found for problem in _problems(section)]
    names = [section.name.lower() for section in found]
    if not found or len(set(names)) < len(names):
        problems.append("sections names one of them twice" if found else "sections is empty")
    if problems:
        raise InvalidInput("write the declared sections", "; ".join(problems), "Correct them.")
    return found


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """What the file is to hold, less what is empty."""
    texts = {str(name): _text(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else trimmed("" if value is None else str(value))


def _structures(entry: Mapping[str, Any]) -> Iterator[str]:
    for part in ("settings", "secrets"):
        for name, value in entry[part].items():
            if isinstance(value, (dict, list)):
                yield f"{entry['name']}: {part}.{name} is neither a text nor a number"


def _problems(section: Section) -> Iterator[str]:
    if not SECTION_NAME.fullmatch(section.name):
        yield f"{section.name!r} is not a name of a section, which has letters, digits and underscores"
    for part, values in (("settings", section.settings), ("secrets", section.secrets)):
        for name, value in values.items():
            where = f"{section.name}: {part}"
            if not OPTION_NAME.fullmatch(name):
                yield f"{where} has a name with other characters than small letters, digits and underscores"
            elif "protected" in name:
                yield f"{where}.{name} is the name of an encrypted secret; give the plain one, and the proxy's own tool"
            elif bool(SECRET_NAME.search(name)) is not (part == "secrets"):
                yield f"{where}.{name} belongs into {'secrets' if part == 'settings' else 'settings'}"
            if not value.isprintable():
                yield f"{where}.{name} has a line end or another character that cannot be printed"


class ProxyConfig(Resource):
    """The declared sections, one field for each.

    :ivar verification: what the connectivity tool says of the file.
    """

    title = "declared part of authproxy.cfg"

    def __init__(self, params: dict[str, Any], sections: list[Section], context: Context) -> None:
        self.context = context
        self.sections = sections
        self.verification = NOT_CHECKED
        self.backup_file: str | None = None
        self._file = ConfigFile(params["path"], context)
        self._programs = Programs(params["bin_dir"], context)
        self._options = params
        self._stored = b""
        self._current = ProxyFile("")

    @property
    def desired(self) -> Fields:
        return {section.name: section.settings for section in self.sections}

    def read(self) -> Fields | None:
        self._stored = self._file.read() or b""
        try:
            self._current = ProxyFile(self._stored.decode())
        except (NotReadable, UnicodeDecodeError) as error:
            why = str(error) if isinstance(error, NotReadable) else "it is not text in UTF-8"
            raise InvalidInput(f"read {self._file.path}", why, "Correct the file on the proxy's machine.") from None
        found: Fields = {}
        for section in self.sections:
            values = self._current.values(section.name)
            found[section.name] = None if values is None else {name: values.get(name) for name in section.settings}
            for name in values or {}:
                if SECRET_NAME.search(name):
                    # The tool might print it.
                    self.context.hide((values or {})[name])
        if all(values is None for values in found.values()):
            return None
        return {name: values for name, values in found.items() if values is not None or self._is_wanted}

    @property
    def _is_wanted(self) -> bool:
        return bool(self._options["state"] == "present")

    def forced(self, current: Fields) -> Iterable[str]:
        for section in self.sections:
            for secret in self._due_secrets(section):
                yield f"{section.name}.{secret}"
        if self._options["restart"] and self._file.is_marked():
            yield RESTART

    def _due_secrets(self, section: Section) -> list[str]:
        values = self._current.values(section.name) or {}
        return [name for name in section.secrets if self._is_due(section, name, values)]

    def _is_due(self, section: Section, name: str, values: Mapping[str, str]) -> bool:
        if self._options["update_secrets"] == "always":
            return True
        if not values.get(protected_name(name)):
            return values.get(name) != section.secrets[name]
        owner = OWNERS.get(name, "")
        return owner in section.settings and values.get(owner) != section.settings[owner]

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        self._as_declared()

    def create(self, desired: Fields) -> None:
        self._put(self._as_declared())

    def update(self, current: Fields, changes: Fields) -> None:
        self._put(self._as_declared())

    def delete(self, current: Fields) -> None:
        self._put(self._as_declared())

    def update_in_words(self, changes: Fields) -> tuple[str, str]:
        if set(changes) == {RESTART}:
            return "complete", "the restart of the Duo Authentication Proxy, which an earlier run left undone"
        what = " and ".join(sorted(name for name in changes if name != RESTART))
        return "change", f"{what} in authproxy.cfg"

    def as_found(self, current: Fields) -> str:
        return "in place"

    @property
    def proof(self) -> str:
        """What is proven of the file, words that follow a semicolon; empty if nothing is."""
        return "the connectivity tool finds no problem" if self.verification == VERIFIED else ""

    def look_again(self, is_done: bool) -> bool:
        """Test a file that was found as declared. One that fails is a warning: nothing was changed that could be at
        fault."""
        if not is_done and self._options["test"]:
            self.verification, words = self._programs.test()
            if self.verification == FAILED:
                self.context.warn(f"The connectivity tool of the Duo Authentication Proxy finds problems: {words}")
        return False

    # Writing

    def _as_declared(self) -> ProxyFile:
        """
        :raises InvalidInput: the file cannot be changed so that only the declared sections change.
        """
        after = self._current
        try:
            for section in self.sections:
                after = self._changed(after, section) if self._is_wanted else after.without(section.name)
        except NotReadable as error:
            advice = (
                "Write its sections and options without indentation and each value on one line, or change it by hand."
            )
            raise InvalidInput(f"change {self._file.path}", str(error), advice) from None
        return after

    def _changed(self, file: ProxyFile, section: Section) -> ProxyFile:
        due = {name: section.secrets[name] for name in self._due_secrets(section)}
        stale = [protected_name(name) for name in due]
        return file.changed(section.name, {**section.settings, **due}, stale)

    def _put(self, after: ProxyFile) -> None:
        """Write the file, have it tested, and have the proxy read it. A file that fails the test is taken back."""
        was_marked = self._file.is_marked()
        try:
            if self._options["restart"]:
                self._file.mark()
            self._replace(after.text.encode())
            self._require_success()
        except CiscoError:
            if not was_marked:
                self._file.unmark()
            raise
        if self._options["restart"]:
            self._restart()

    def _replace(self, content: bytes) -> None:
        if content == self._stored:
            return
        if self._options["backup"]:
            self.backup_file = self._file.back_up(self._stored)
        self._file.replace(content)

    def _take_back(self) -> None:
        self._file.replace(self._stored)
        if self.backup_file:
            # It holds secrets, and nothing more than the file itself does.
            self._file.forget(self.backup_file)
            self.backup_file = None

    def _require_success(self) -> None:
        if not self._options["test"]:
            return
        self.verification, words = self._programs.test()
        if self.verification == FAILED:
            self._take_back()
            raise Refused(
                f"use the new {self._file.path}",
                f"the connectivity tool finds problems: {words}",
                "The file is as it was before. Correct the sections, or what the tool cannot reach.",
            )
        if self.verification == NOT_CHECKED:
            self.context.warn("The connectivity tool of the Duo Authentication Proxy is not there, or says nothing.")

    def _restart(self) -> None:
        if self._programs.has(CONTROL):
            self._programs.restart()
            self._file.unmark()
        else:
            self.context.warn(
                f"{CONTROL} is not there, so the Duo Authentication Proxy is not restarted. Restart it by hand."
            )
            self._file.unmark()
