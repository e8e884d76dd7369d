# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that a person puts a credential into, read as data. Private to this collection.

Whoever fills the file decides about the credential and about nothing else, so nothing in it is ever a template or the
value of another option, and no value of it is repeated in a message.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import FILE_OPTION
from ansible_collections.identityops.cisco.plugins.module_utils._service import given
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

PARTS = ("secure_endpoint_client_id", "secure_endpoint_api_key")
MOST_BYTES = 65_536
ADVICE = f"Write two lines of YAML, {PARTS[0]} and {PARTS[1]}, each with its value, and nothing else."
TEMPLATE = re.compile(r"\{[{%#]")
# A name, and no key that was put in its place.
SAFE_NAME = re.compile(r"[a-z]+(_[a-z]+)+")
# YAML takes some client IDs for numbers.
TEXT_TAGS = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "timestamp"))
NULL_TAG = "tag:yaml.org,2002:null"


def with_credential_file(params: dict[str, Any], context: Context) -> dict[str, Any]:
    """The options, with the credential of the file among them. A file that is not there yet holds none.

    :raises InvalidInput: the file cannot be read, is not such a file, or differs from the options.
    """
    path = given(params, FILE_OPTION)
    if not path:
        return params
    found = _read(path, context)
    for name, value in found.items():
        option = given(params, name)
        if option and option != value.strip():
            raise InvalidInput(
                f"use the credential in {path}",
                f"another value is given as the option {name} or in the environment variable {name.upper()}",
                f"Leave out one of the two, {FILE_OPTION} or {name}.",
            )
    return {**params, **found, FILE_OPTION: None}


def _read(path: str, context: Context) -> dict[str, str]:
    """The parts that the file holds."""
    if not os.path.isabs(path):
        raise InvalidInput(f"read {path}", "this is not a full path", f"Give {FILE_OPTION} a full path.")
    if context.load_file is None:
        raise InvalidInput(
            f"read {path}",
            "this task runs as a module of its own, and the file is read on the controller only",
            "Run the task on the controller: with the connection local or delegate_to localhost, without become, async "
            "and another ansible_python_interpreter.",
        )
    try:
        about = os.stat(path)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InvalidInput(f"read {path}", str(error.strerror), "Give this user the right to read it.") from None
    if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
        raise _refused(path, f"it is not a regular file of at most {MOST_BYTES // 1024} KB")
    return _parts(path, _text(path, context.load_file))


def _text(path: str, load_file: Callable[[str], bytes]) -> str:
    try:
        return load_file(path).decode()
    except UnicodeDecodeError:
        raise _refused(path, "it is not text in UTF-8") from None


def _parts(path: str, text: str) -> dict[str, str]:
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        # The error would quote the file.
        raise _refused(path, "it is not YAML") from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise _refused(path, "it does not consist of names with values")
    found: dict[str, str] = {}
    seen: set[str] = set()
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in PARTS or name in seen:
            raise _refused(path, _why_not(name))
        seen.add(name)
        if not isinstance(value, yaml.ScalarNode) or value.tag not in (*TEXT_TAGS, NULL_TAG):
            raise _refused(path, f"the value of {name} is not plain text")
        if TEMPLATE.search(value.value):
            raise _refused(path, f"the value of {name} is a template")
        if value.tag != NULL_TAG and value.value.strip():
            found[name] = value.value
    return found


def _why_not(name: str) -> str:
    if name in PARTS:
        return f"it has {name} twice"
    return f"it has {name}, which is none of its names" if SAFE_NAME.fullmatch(name) else "it has another name as well"


def _refused(path: str, why: str) -> InvalidInput:
    return InvalidInput(f"use {path} as the file of a credential", why, ADVICE)
