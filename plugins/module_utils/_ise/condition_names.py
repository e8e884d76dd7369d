# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the conditions of a policy tree can name on the ISE that is running. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.conditions import Condition, references
from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy import PolicyTree


class KnownNames:
    """Looks up what conditions name. Ask only before something is written; each list is then read once at most."""

    def __init__(self, policy: PolicyTree) -> None:
        self._policy = policy
        self._library: dict[str, str] | None = None

    def look_up(self, condition: Condition) -> dict[str, str]:
        """
        :returns: the IDs of the library conditions, by name, for :func:`conditions.to_ise`; empty if it refers to none.
        :raises InvalidInput: naming all that ISE does not know, each with the nearest names.
        """
        named = [str(entry.get("name")) for entry in references(condition) if "id" not in entry]
        problems = list(self._unknown_in_library(named))
        if problems:
            raise InvalidInput("use the condition", "; ".join(problems), "Correct it.")
        return self._stored() if named else {}

    def _unknown_in_library(self, names: list[str]) -> Iterator[str]:
        for name in names:
            if name not in self._stored():
                near = nearest(name, self._stored())[:-1]
                yield f"the library for {self._policy.kind} has no condition {name!r} ({near})"

    def _stored(self) -> dict[str, str]:
        if self._library is None:
            listed = self._policy.list_conditions()
            self._library = {str(entry.get("name")): str(entry.get("id")) for entry in listed}
        return self._library
