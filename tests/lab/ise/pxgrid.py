# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clients of pxGrid and how new ones are taken.

The calls, the wrapper and the members are those of Cisco's ERS description. What the calls answer is not published, but
for a note in scripts of Cisco's that reads below pxgridnode answer 404: see the switches.
"""

from __future__ import annotations

from typing import Any

from ..store import Switches
from . import seed
from .errors import NOT_FOUND, IseError
from .shapes import Shape, check

SETTINGS: Shape = {
    "PxgridSettings*": {"allowPasswordBasedAccounts*": bool, "autoApproveCertBasedAccounts*": bool},
}
_PENDING = "PENDING"


class Pxgrid:
    """The rules."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self.clients: dict[str, bool] = {}
        self.settings = {"allowPasswordBasedAccounts": False, "autoApproveCertBasedAccounts": False}

    def stubs(self) -> list[dict[str, Any]]:
        """All clients as a list shows them."""
        self._require_reads()
        return [{"id": seed.stable_id("pxgrid", name), "name": name} for name in self.clients]

    def read(self, name: str) -> dict[str, Any]:
        """One client."""
        self._require_reads()
        self._require(name)
        status = self._switches.get("ise.pxgrid_approved") if self.clients[name] else _PENDING
        shown = {} if self._switches.get("ise.pxgrid_reads") == "without_status" else {"status": status}
        return {"id": seed.stable_id("pxgrid", name), "name": name, **shown, "authMethod": "PASSWORD"}

    def approve(self, name: str) -> None:
        """Approve a client. Raises IseError 404 for an unknown one."""
        self._require(name)
        again = self._switches.get("ise.pxgrid_approve_again")
        if self.clients[name] and again != 200:
            raise IseError(again, f"The pxGrid client {name} is not in the state pending")
        self.clients[name] = True

    def set_accounts(self, body: Any) -> None:
        """How new clients are taken; whether a member may be missing is not published."""
        check(body, SETTINGS)
        self.settings = dict(body["PxgridSettings"])

    def snapshot(self) -> dict[str, Any]:
        """Everything."""
        return {"clients": dict(self.clients), "settings": dict(self.settings)}

    def _require_reads(self) -> None:
        if self._switches.get("ise.pxgrid_reads") == 404:
            raise IseError(404, NOT_FOUND)

    def _require(self, name: str) -> None:
        if name not in self.clients:
            raise IseError(404, f"The pxGrid client {name} is not found")
