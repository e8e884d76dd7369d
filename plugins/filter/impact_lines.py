# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: impact_lines
short_description: Write the impact of a Duo policy as readable lines
description:
  - Turns the result of M(identityops.cisco.duo_policy_impact) into lines of text. They say how many devices there are
    of each kind, what happens to them before and after the change, which ones are blocked, and how many of these are
    not listed by name. If devices are newly blocked, the lines also say what the numbers assume.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - RV(identityops.cisco.duo_policy_impact#module:impact), or an empty dictionary, which produces no lines.
    type: dict
    required: true
seealso:
  - module: identityops.cisco.duo_policy_impact
"""

EXAMPLES = r"""
- name: Show which devices the policy blocks
  ansible.builtin.debug:
    msg: "{{ trusted_endpoints_result.impact | identityops.cisco.impact_lines }}"
"""

RETURN = r"""
_value:
  description: Lines of text.
  type: list
  elements: str
"""

from collections.abc import Iterable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._secrets import printable, shortened

UNKNOWN = "?"
LONGEST = 400
KINDS = {"computer": "computers", "mobile": "mobile devices"}
WHY = {
    "compromised": "Secure Endpoint reports them, and the policy lets it have devices blocked.",
    "not_trusted": "The policy requires trust, and Duo does not trust them.",
    "trust_unknown": "The policy requires trust, and Duo does not show whether it trusts them.",
}

Row = dict[str, Any]


def impact_lines(impact: dict[str, Any]) -> list[str]:
    if not impact:
        return []
    notes = [f"Note: {_fit(note)}" for note in impact["notes"]] if impact["newly_blocked"] else []
    applies = impact["current"]["in_force"]
    offenders = (_offender(one, applies) for one in impact["offenders"])
    return [*_table(impact["table"], applies), *offenders, *_not_listed(impact), *notes]


def _table(rows: list[Row], applies: bool) -> list[str]:
    """One line for each kind of device that there is, with what happens to it now and then, and why."""
    then = {(row["kind"], row["device"]): row for row in rows if row["then"]}
    # A policy that does not distinguish compromised devices has no such row.
    now = {key: row["outcome"] for key, row in then.items()}
    now |= {(row["kind"], row["device"]): row["outcome"] for row in rows if row["now"]}
    is_idle = not applies and all(now[key] == row["outcome"] for key, row in then.items())
    cells = [("Devices", "What they are", *(["Where it applies"] if is_idle else ["Now", "Then"]))]
    shown = {key: row for key, row in then.items() if row["count"] != 0}
    for key, row in shown.items():
        count = UNKNOWN if row["count"] is None else str(row["count"])
        outcomes = [row["outcome"]] if is_idle else [now[key], row["outcome"]]
        cells.append((count, f"{KINDS[row['kind']]}, {_words(row['device'])}", *outcomes))
    wide = max(len(what) for _count, what, *_outcomes in cells)
    lines = [
        f"{count:>7}  {what:{wide}}  {'  '.join(f'{text:7}' for text in rest)}".rstrip() for count, what, *rest in cells
    ]
    return [*lines, *_reasons(shown.values())] if shown else []


def _reasons(rows: Iterable[Row]) -> list[str]:
    """Why devices are blocked, once for each thing that they can be."""
    blocked = dict.fromkeys(row["device"] for row in rows if row["outcome"] == "blocked")
    return [f"Blocked as {_words(device)}: {WHY[device]}" for device in blocked]


def _offender(one: dict[str, Any], applies: bool) -> str:
    user = f", last used by {_fit(one['user'])}" if one.get("user") else ""
    since = "would be blocked" if one["new"] or not applies else "is blocked"
    return f"{_fit(one['name'])} {since}: {_words(one['why'])}{user}"


def _not_listed(impact: dict[str, Any]) -> list[str]:
    """How many the names leave out: those beyond the limit, and those without a name."""
    left = impact["blocked_then"] - len(impact["offenders"])
    return [f"Blocked devices that are not listed by name: {left}"] if left > 0 else []


def _words(value: str) -> str:
    return value.replace("_", " ")


def _fit(text: str) -> str:
    """Users choose the names of devices and users."""
    return printable(shortened(str(text), LONGEST))


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"impact_lines": impact_lines}
