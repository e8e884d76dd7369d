# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The text of ``authproxy.cfg``, read as the Duo Authentication Proxy reads it and changed line by line. Private to
this collection.

Facts: the proxy's own source. It reads the file with Python's ``configparser``, without interpolation; names of options
have no case, and two sections whose names differ in case only are refused. An encrypted secret has a name of its own.

Whatever is not to be changed stays as it is, comments and empty lines included.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Iterator, Mapping

HEADER = re.compile(r"\[(.+)\]")
OPTION = re.compile(r"([^=:\s][^=:]*?)\s*[=:]")
# As the proxy cuts them, which does not end a line at other characters that Python does.
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
ENDS = ("\r", "\n")
COMMENTS = ("#", ";")
UNSAFE = "it has a form that cannot be changed safely"
NUMBERED_SECRET = "radius_secret_"


class NotReadable(Exception):
    """The proxy could not read the file either. Says why, without a line of it."""


def protected_name(secret: str) -> str:
    """What an option is called when its value is encrypted."""
    if secret.startswith(NUMBERED_SECRET):
        return f"radius_secret_protected_{secret[len(NUMBERED_SECRET) :]}"
    return f"{secret}_protected"


class ProxyFile:
    """The file as it is, and as it is to become.

    :raises NotReadable: two sections or options of one name, or lines that are neither.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._end = "\r\n" if "\r\n" in text else "\n"
        parser = configparser.ConfigParser(interpolation=None)
        try:
            parser.read_string(text.replace("\r\n", "\n").replace("\r", "\n"))
        except configparser.Error as error:
            raise NotReadable(_why(error)) from None
        self._names = {name.lower(): name for name in parser.sections()}
        if len(self._names) < len(parser.sections()):
            raise NotReadable("two of its sections have names that differ in case only")
        self._values = {name: dict(parser[name]) for name in parser.sections()}

    def values(self, section: str) -> dict[str, str] | None:
        """The options of a section, names in lower case; None if there is no such section."""
        name = self._names.get(section.lower())
        return None if name is None else self._values[name]

    def changed(self, section: str, values: Mapping[str, str], without: Iterable[str] = ()) -> ProxyFile:
        """The file with options of a section set, and others removed. A section that is missing is added at the end."""
        if section.lower() not in self._names:
            head = self.text if not self.text or self.text.endswith(ENDS) else self.text + self._end
            gap = self._end if head.strip() else ""
            lines = [f"[{section}]", *(f"{name}={value}" for name, value in values.items())]
            return self._checked(head + gap + "".join(line + self._end for line in lines), section, values, set())
        lines, (start, end) = self._lines(), self._place(section)
        gone, left = set(without), dict(values)
        kept: list[str] = []
        last, indent = 1, ""
        for name, option in _options(lines[start:end]):
            if name:
                # Deeper than the option above, a line would belong to its value.
                indent = option[0][: len(option[0]) - len(option[0].lstrip())]
            if name in gone:
                continue
            kept += [f"{indent}{name}={left.pop(name)}{self._end}"] if name in left else option
            last = len(kept) if name else last
        if kept and not kept[last - 1].endswith(ENDS):
            kept[last - 1] += self._end
        kept[last:last] = [f"{indent}{name}={value}{self._end}" for name, value in left.items()]
        return self._checked("".join([*lines[:start], *kept, *lines[end:]]), section, values, gone)

    def _checked(self, text: str, section: str, values: Mapping[str, str], gone: set[str]) -> ProxyFile:
        """:raises NotReadable: the text does not hold what it should, for an unforeseen reason."""
        after = ProxyFile(text)
        before = {name: value for name, value in (self.values(section) or {}).items() if name not in gone}
        others = {name: own for name, own in self._values.items() if name.lower() != section.lower()}
        name = self._names.get(section.lower(), section)
        if after._values != {**others, name: {**before, **values}}:
            raise NotReadable(UNSAFE)
        return after

    def without(self, section: str) -> ProxyFile:
        """The file without a section."""
        if section.lower() not in self._names:
            return self
        lines, (start, end) = self._lines(), self._place(section)
        after = ProxyFile("".join([*lines[:start], *lines[end:]]))
        others = {name: own for name, own in self._values.items() if name.lower() != section.lower()}
        if after._values != others:
            raise NotReadable(UNSAFE)
        return after

    def _lines(self) -> list[str]:
        return LINE.findall(self.text)

    def _place(self, section: str) -> tuple[int, int]:
        """The lines of a section, its header first."""
        headers = list(_headers(self._lines()))
        numbers = [number for number, _name in headers] + [len(self._lines())]
        index = next(index for index, (_number, name) in enumerate(headers) if name.lower() == section.lower())
        return numbers[index], numbers[index + 1]


def _headers(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines that begin a section, and its name. One that is deeper than the option above belongs to its value."""
    is_below_option, indent = False, 0
    for number, line in enumerate(lines):
        if _is_blank(line):
            continue
        depth = _depth(line)
        if is_below_option and depth > indent:
            continue
        found, indent = HEADER.match(line.strip()), depth
        is_below_option = not found
        if found:
            yield number, found[1]


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith(COMMENTS)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _options(lines: list[str]) -> Iterable[tuple[str, list[str]]]:
    """Each option with its lines, the value's further ones included; other lines by themselves, with an empty name."""
    name, found, indent = "", list[str](), 0
    for line in lines:
        is_blank, depth = _is_blank(line), _depth(line)
        if name and not is_blank and depth > indent:
            found.append(line)
            continue
        if found:
            yield name, found
        match = None if is_blank or HEADER.match(line.strip()) else OPTION.match(line.strip())
        name, found, indent = match[1].lower() if match else "", [line], depth
    if found:
        yield name, found


def _why(error: configparser.Error) -> str:
    """Without a line of the file, which may hold a secret."""
    if isinstance(error, (configparser.DuplicateSectionError, configparser.DuplicateOptionError)):
        return "it has two sections or two options of one name"
    if isinstance(error, configparser.MissingSectionHeaderError):
        return "it does not begin with a section"
    return "it has a line that is neither a section nor an option nor a comment"
