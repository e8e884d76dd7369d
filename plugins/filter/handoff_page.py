# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_page
short_description: Write a step that remains for a person as a page to print or to open
description:
  - Turns one step of a hand-off into a complete HTML page for the person at the console. The page loads no external
    resources, and fits on one sheet of A4 or US Letter.
  - The page contains no options, variables or commands. It says who the contact is, and where secrets are.
  - A hand-off never contains secrets, so a page does not either.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - One of the steps that modules and roles of this collection return under C(handoff).
    type: dict
    required: true
  host:
    description:
      - The target of the step, such as the name of the inventory host. It is shown at the top of the page.
    type: str
    default: ""
  vault_file:
    description:
      - Path of the Ansible Vault file that contains the secrets to type, if there is one.
    type: str
    default: ""
  number:
    description:
      - The number of the step.
    type: int
    default: 1
  total:
    description:
      - The number of steps in total.
    type: int
    default: 1
  requester:
    description:
      - The contact for questions and for reporting that the step is done, such as a name and a telephone number. The
        default is the user that runs Ansible.
    type: str
    default: ""
  secret_place:
    description:
      - Where the person finds the values to type and saves the values to copy, such as the name of an entry in a
        password manager. If not set, the page refers to the contact for both.
    type: str
    default: ""
  printed:
    description:
      - The C(stat) result of M(ansible.builtin.stat) for the existing page. If nothing has changed, the page keeps its
        date.
    type: dict
    default: {}
  template:
    description:
      - Path of a Jinja2 template to use instead of the template of this collection. A relative path is relative to the
        directory that Ansible was started in.
      - It can begin with C({% extends "handoff.html.j2" %}) and replace some of the blocks C(style), C(header),
        C(before), C(clicks), C(trouble), C(afterwards) and C(footer).
      - Values are escaped for HTML. A variable that does not exist is an error.
      - It gets C(step), the step with all its members, and C(host), C(vault_file), C(number), C(total) and
        C(secret_place) as given. C(requester) is also set where it is the default, or empty. C(date) looks like
        V(2026-12-01).
      - It gets C(instructions), a list with an entry for each click. C(number) counts them. C(warning) is what to know
        before the click, and mostly empty. C(parts) is the sentence in parts, each with C(text) and C(kind), which is
        V(plain), V(label) for words on the console's page, or V(value) for what is typed or shown.
      - It gets C(wanted) and C(copied), lists of the fields whose values are not in the step, and of the values to
        copy. Each has C(label) and C(secret).
    type: path
    default: ""
seealso:
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - module: identityops.cisco.secure_endpoint_credential
"""

EXAMPLES = r"""
- name: Write the page of each step
  ansible.builtin.copy:
    content: "{{ item | identityops.cisco.handoff_page(host=inventory_hostname, requester='Kim Berg') }}"
    dest: "./handoff/{{ inventory_hostname }}-{{ item.id }}.html"
    mode: "0644"
  loop: "{{ credential.handoff }}"
  loop_control:
    label: "{{ item.id }}"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

import getpass
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import (
    PLAIN,
    Part,
    clicks_and_warnings,
    instruction,
)
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

TEMPLATE = Path(__file__).parents[2] / "playbooks" / "templates" / "handoff.html.j2"
ASKED = "the requester"
GIVER = "whoever gave you this page"
# What the expressions of a template can raise.
UNUSABLE = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    OSError,
    RecursionError,
)


def handoff_page(
    step: dict[str, Any],
    host: str = "",
    vault_file: str = "",
    number: int = 1,
    total: int = 1,
    requester: str = "",
    secret_place: str = "",
    printed: dict[str, Any] | None = None,
    template: str = "",
) -> str:
    asked = str(requester or _user())
    data = {
        "step": step,
        "host": host,
        "vault_file": vault_file,
        "number": int(number),
        "total": int(total),
        "requester": asked,
        "secret_place": secret_place,
        "wanted": [_entry(field) for field in step["fields"] if "value" not in field],
        "copied": [_entry(output) for output in step["outputs"]],
        "instructions": _instructions(step, secret_place, ASKED if asked else GIVER),
    }
    path = Path(template or TEMPLATE).expanduser().absolute()
    for day in _days(printed or {}):
        page = _rendered(path, {**data, "date": day.isoformat()})
        if hashlib.sha1(page.encode(), usedforsecurity=False).hexdigest() == (printed or {}).get("checksum"):
            return page
    return page


def _user() -> str:
    """Who runs Ansible; empty for a user without a name, as containers may have."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _days(printed: dict[str, Any]) -> list[date]:
    """The days that the page may bear: when it was written last, and today."""
    today = date.today()
    return [date.fromtimestamp(printed["mtime"]), today] if printed.get("exists") else [today]


def _rendered(path: Path, data: dict[str, Any]) -> str:
    """:raises AnsibleFilterError: the template cannot be read or used."""
    loader = FileSystemLoader([path.parent, TEMPLATE.parent])
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.keep_trailing_newline = True
    try:
        return str(environment.get_template(path.name).render(data))
    except UNUSABLE as error:
        raise AnsibleFilterError(f"the template {path} cannot be used: {type(error).__name__}: {error}") from error


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    return {"label": item["label"], "secret": bool(item.get("secret"))}


def _instructions(step: dict[str, Any], secret_place: str, asked: str) -> list[dict[str, Any]]:
    """What to do, in words for a person who knows neither variables nor options."""
    # What the head of the page says is not repeated at each click.
    given = "the value from the place named above" if secret_place else f"the value that {asked} gives you"
    kept = "the place named above" if secret_place else f"the place that {asked} names"

    def source(field: dict[str, Any]) -> list[Part]:
        return [(given, PLAIN)]

    def place(output: dict[str, Any]) -> list[Part]:
        return [(kept, PLAIN)]

    return [
        {
            "number": number,
            "warning": warning,
            "parts": [{"text": text, "kind": kind} for text, kind in instruction(click, step, source, place)],
        }
        for number, (click, warning) in enumerate(clicks_and_warnings(step), 1)
    ]


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_page": handoff_page}
