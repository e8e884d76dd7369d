# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task's options as they are meant, and what is wrong with them, without their values. Private to this collection.

Options are read on the controller, whether the task then runs in the worker or as a module.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._task import (
    VARIABLES_READ,
    trimmed,
    value_of,
    without_ends,
)

PLAIN_WITHIN = ("sections", "policy", "consumers", "accept", "config_from_duo")
"""Options of any structure whose texts are names and values that a service defines. The same applies to them."""
MAY_BE_EMPTY = ("description", "notes")
"""Options whose empty text is a value: it clears what the object has."""
MEMBERS = ("groups",)
"""Options without which an entry of a list is for everybody. A list of empty names does not mean that."""
# A distinguished name begins with the name of the object and ends with the parts of its domain.
BEGINS_NAME, OF_DOMAIN, OF_NAME = r"(?i)\s*CN=", r"(?i)\s*DC=", r"(?i)(^|,)\s*CN=.*,\s*DC="


def given_options(spec: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Options as they are meant, on every level.

    What is empty or null counts as unset. White space around texts is dropped. A text in place of a list is a list of
    JSON, or holds an entry a line, or entries between commas.
    """
    found: dict[str, Any] = {}
    for name, value in options.items():
        meant = _meant(name, spec.get(name, {}), value)
        if meant is not None and (meant != "" or name in MAY_BE_EMPTY):
            found[name] = meant
    return found


def _meant(name: str, option: Mapping[str, Any], value: Any) -> Any:
    """:returns: None or an empty text for what is unset."""
    inner, is_list = option.get("options"), option.get("type") == "list"
    if isinstance(value, str) and is_list:
        value = _entries(value)
    if inner is None and (option.get("type") == "raw" or name in PLAIN_WITHIN):
        value = _trimmed_within(value)
    if isinstance(value, dict):
        # Given without any entry, it is what it is.
        return value if inner is None or not value else given_options(inner, value) or None
    if isinstance(value, list) and inner is not None:
        value = [_of_entry(inner, entry) if isinstance(entry, dict) else entry for entry in value]
    if isinstance(value, list) and is_list:
        return _meant_entries(value)
    return without_ends(name, value) if isinstance(value, str) else value


def _of_entry(spec: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    found = given_options(spec, entry)
    nothing = [name for name in MEMBERS if name not in found and isinstance(entry.get(name), list)]
    return {**found, **{name: [] for name in nothing}}


def _entries(text: str) -> list[Any]:
    """The entries of a text in place of a list."""
    # A text that is no JSON, or one of lists within lists without end, is read as any other.
    with contextlib.suppress(ValueError, RecursionError):
        if trimmed(text).startswith("["):
            return list(json.loads(trimmed(text)))
    return text.splitlines() if "\n" in trimmed(text) else _between_commas(text)


def _between_commas(text: str) -> list[str]:
    """The entries of a line. A distinguished name of LDAP, which has commas of its own, is one entry."""
    parts = text.split(",")
    if not re.search(OF_NAME, text):
        return parts
    entries: list[str] = []
    for part in parts:
        last = entries[-1].rpartition(",")[2] if entries else ""
        is_within = re.match(BEGINS_NAME, entries[-1] if entries else "") and (
            re.match(OF_DOMAIN, part) or not re.match(OF_DOMAIN, last)
        )
        if is_within:
            entries[-1] += f",{part}"
        else:
            entries.append(part)
    return entries


def _trimmed_within(value: Any) -> Any:
    """A value whose texts, on every level, have no white space around them; what is empty is left as it is."""
    if isinstance(value, dict):
        return {_trimmed_within(name): _trimmed_within(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_trimmed_within(entry) for entry in value]
    return trimmed(value) if isinstance(value, str) else value


def _meant_entries(entries: list[Any]) -> list[Any] | None:
    """Empty entries are left out. A list of nothing else is unset, and one without any entry is what it is."""
    texts = [trimmed(entry) if isinstance(entry, str) else entry for entry in entries]
    return [entry for entry in texts if entry not in ("", None)] or (None if texts else [])


def unfit(spec: Mapping[str, Any], options: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each option, on every level, with a value that core fails on instead of refusing it; and what it must be."""
    for name, value in options.items():
        option = spec.get(name, {})
        inner, is_list = option.get("options"), option.get("type") == "list"
        if option.get("type") == "int" and isinstance(value, float) and not math.isfinite(value):
            yield name, "a whole number"
        elif inner is not None and not is_list and isinstance(value, list):
            yield name, "a dictionary"
        elif inner is not None:
            for entry in value if is_list and isinstance(value, list) else [value]:
                within = unfit(inner, entry) if isinstance(entry, dict) else ()
                yield from ((f"{name}.{place}", kind) for place, kind in within)


NAMES_ONLY = ("Required", "MutuallyExclusive", "Alias")
"""Beginnings of the names of core's errors that hold no value of an option."""


def why_invalid(module: str, validation: Any) -> str:
    """What is wrong with the options, without a value of any of them."""
    return "; ".join(reasons_invalid(module, validation))


def reasons_invalid(module: str, validation: Any) -> list[str]:
    return [_without_values(error, module, validation) for error in validation.errors]


def _without_values(error: Any, module: str, validation: Any) -> str:
    kind, text = type(error).__name__, str(error)
    if kind.startswith("Unsupported"):
        _name, found, rest = text.partition(". Supported parameters include: ")
        return f"Unsupported parameters for ({module}) module: {_option_names(validation)}{found}{rest}"
    if kind.startswith(NAMES_ONLY):
        return text
    known = re.match(
        r"(value of \w+ must be .*?)[,.] got|(.* unable to convert to \w+)", text, re.DOTALL | re.IGNORECASE
    )
    if known is None or "of type" in text and "' is of type" not in text:
        return "an option has a value of a kind that it does not take"
    shown = known[1] or known[2]
    return shown + where_from(shown, VARIABLES_READ)


def where_from(text: str, variables: Iterable[str]) -> str:
    """A sentence that names the environment variable behind an option that a text of core is about, if there is one."""
    found = [name for name in variables if re.search(rf"\b{name.lower()}\b", text) and value_of(name) not in text]
    return f". The value is that of {value_of(found[0])}." if found else ""


def _option_names(validation: Any) -> str:
    """The unsupported options, but for names that may be secrets themselves."""
    names = sorted(
        ".".join(name) if isinstance(name, tuple) else str(name) for name in validation._unsupported_parameters
    )
    return ", ".join(map(name_shown, names))


def name_shown(name: str) -> str:
    """The name of an option or a variable that does not exist, unless it may be a secret itself."""
    return name if re.fullmatch(r"[a-z][a-z_0-9.]{0,59}", name) else "(a name that is not shown)"
