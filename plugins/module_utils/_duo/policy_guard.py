# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many devices a write of a policy may newly block, judged right before it. Private to this collection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import Target
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import now

# While a task waits, no more tries than this, and no more than a third of the requests of an hour.
MOST_TRIES = 30
SECONDS_PER_REQUEST = 3600 / 1000
MOST_LISTED = 20


class Guard:
    """Counts the devices as they are, each time it is asked.

    :ivar due: when the devices may be counted again, so that a task that waits leaves others some of the requests.
    """

    def __init__(self, params: dict[str, Any], duo: Duo, context: Context) -> None:
        self.params = {"max_listed": MOST_LISTED, **params}
        self.duo = duo
        self.context = context
        self.due = 0.0
        self._is_counted = False
        if params["wait_timeout"] and self._counts_computers():
            # Not after half an hour of waiting: what is wrong with the options.
            self._secure_endpoint()

    def require(self, policy_key: str = "", targets: Sequence[Target] = ()) -> None:
        """
        :param policy_key: of the policy that is about to be written, if it exists: its name may change meanwhile.
        :param targets: what it is to apply to.
        :raises Refused: if a write of the policy would newly block too many devices; the impact is kept.
        """
        if self.params["max_blocked"] is None:
            return
        if self._is_counted and self._counts_computers():
            # What it was counted from is old by now.
            self.params.update(self._recounted())
        self._is_counted = True
        # Loaded only where there is a limit: starting a module takes longer the more code it has to compile.
        from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact_question import Question

        pauses = (self.params["wait_timeout"] / MOST_TRIES, self._requests() * SECONDS_PER_REQUEST)
        self.due = now() + max(pauses)
        is_named = policy_key and not self.params["global_policy"]
        question = Question({**self.params, **({"policy_key": policy_key} if is_named else {})}, self.duo, targets)
        self.context.kept["impact"] = question.result()["impact"]
        question.guard(self.context)
        del self.context.kept["impact"]

    def _counts_computers(self) -> bool:
        return self.params["max_blocked"] is not None and bool(self.params["fleet"])

    def _recounted(self) -> dict[str, Any]:
        from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.fleet import count

        _fleet, found = count(self._secure_endpoint(), {}, 0, MOST_LISTED, self.context)
        return {"fleet": found["summary"], "computers": found["computers"]}

    def _secure_endpoint(self) -> Any:
        # Loaded only where computers are counted; see above.
        from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import SecureEndpoint

        return SecureEndpoint.from_params(self.params, self.context)

    def _requests(self) -> int:
        """How many requests it takes to count the computers."""
        count = str((self.params["fleet"] or {}).get("requests", 1))
        return int(count) if count.isdecimal() else 1
