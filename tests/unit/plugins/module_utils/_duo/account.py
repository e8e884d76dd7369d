# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Duo account of a few lists, for what is worked out from them."""

from __future__ import annotations

from typing import Any

Listed = list[dict[str, Any]]


class Account:
    """Answers the client's calls from lists.

    :ivar asked: the calls, in order.
    """

    api_host = "api-1.duosecurity.com"

    def __init__(self, **lists: Listed) -> None:
        self._lists = lists
        self.asked: list[str] = []

    def _list(self, name: str) -> Listed:
        self.asked.append(name)
        return self._lists.get(name, [])

    def list_policies(self) -> Listed:
        return self._list("policies")

    def list_policy_summary(self) -> Listed:
        return self._list("summary")

    def list_integrations(self) -> Listed:
        return self._list("applications")

    def list_groups(self) -> Listed:
        return self._list("groups")

    def list_endpoints(self) -> Listed:
        return self._list("endpoints")

    def get_global_policy(self) -> dict[str, Any]:
        return self._list("global")[0]
