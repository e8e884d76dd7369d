# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of pxGrid and how pxGrid takes new ones, as resources. Private to this collection.

ISE may not show a client, and never shows how new ones are taken. What it has accepted is then remembered, and never
reported as more than that.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, NotFound, Refused
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import (
    approve_pxgrid_client,
    get_pxgrid_client,
    list_pxgrid_clients,
    set_pxgrid_accounts,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.nodes import (
    release_of,
    require_primary,
    runs_service,
)
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Outcome, Resource, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import MOST_FAILED_LOOKS, patience, wait_until

FIRST_RELEASE = (3, 3)
SERVICE = "pxGrid"
# No source lists the values of a client's status; these are those of its account and those of the console.
APPROVED, NOT_APPROVED = ("approved", "enabled", "online", "offline"), ("pending", "disabled")
CONSOLE = "Administration > pxGrid Services > Client Management"
SETTINGS = ("allow_password_accounts", "auto_approve_certificate_accounts")
# Of several parts the first of these that occurs is the status of the whole.
RANKS = ("pending", "not_verifiable", "changed", "verified")


def require_pxgrid(ise: Ise) -> None:
    """:raises InvalidInput: what the agent of Identity Intelligence needs of ISE is not there."""
    release = ise.get_version()["version"]
    if release_of(release) < FIRST_RELEASE:
        raise InvalidInput(
            "use this ISE with Cisco Identity Intelligence",
            f"it runs the release {release}, and the agent needs 3.3 or newer",
            "Update ISE.",
        )
    nodes = ise.list_nodes()
    require_primary(nodes, ise.hostname)
    if runs_service(nodes, SERVICE) is False:
        raise InvalidInput(
            "use pxGrid on this ISE",
            f"none of its nodes runs the service {SERVICE}",
            "Enable it on a node, in Administration > System > Deployment on ISE.",
        )


class Memory:
    """What ISE has accepted and does not show, below ANSIBLE_HOME."""

    def __init__(self, ise: Ise, about: str) -> None:
        self._ise = ise
        self._about = f"{ise.base_url} {about}"
        self._registry = Registry("accepted_by_pxgrid")

    def holds(self, value: str) -> bool:
        return f"{self._about}: {value}" in self._registry

    def keep(self, value: str) -> None:
        try:
            self._registry.add(f"{self._about}: {value}")
        except OSError as error:
            self._ise.context.warn(
                f"Ansible's home directory cannot be written ({error.strerror}). The next run writes again what ISE "
                "does not show."
            )

    def drop(self, *values: str) -> None:
        """Before something else is written.

        :raises InvalidInput: a note would stay that is about to become wrong.
        """
        try:
            for value in values:
                self._registry.discard(f"{self._about}: {value}")
        except OSError as error:
            raise InvalidInput(
                f"note what is written about the {self._about}",
                f"accepted_by_pxgrid.json below ANSIBLE_HOME cannot be changed ({error.strerror})",
                "Check the permissions of the folder.",
            ) from error


class PxgridAccounts(Resource):
    title = "account setting of pxGrid"

    def __init__(self, ise: Ise, params: dict[str, Any]) -> None:
        self.ise = ise
        self._allow, self._approve = (params[name] for name in SETTINGS)
        self._write_again: bool = params["write_again"]
        self._memory = Memory(ise, self.title)

    def read(self) -> Fields:
        return {}

    def forced(self, current: Fields) -> Iterable[str]:
        return SETTINGS if self._write_again or not self._memory.holds(_both(self._allow, self._approve)) else ()

    def update_in_words(self, changes: Fields) -> tuple[str, str]:
        return "update", f"the {self.title}"

    def update(self, current: Fields, changes: Fields) -> None:
        self._memory.drop(*(_both(one, other) for one in (True, False) for other in (True, False)))
        set_pxgrid_accounts(self.ise, allow_password=self._allow, approve_certificate=self._approve)
        self._memory.keep(_both(self._allow, self._approve))

    def as_found(self, current: Fields) -> str:
        return "as an earlier run wrote it"


def _both(allow: bool, approve: bool) -> str:
    return f"{SETTINGS[0]}={allow} {SETTINGS[1]}={approve}"


class PxgridClient(Resource):
    """:ivar approved: None where ISE does not show it."""

    def __init__(self, ise: Ise, params: dict[str, Any]) -> None:
        self.ise = ise
        self.name: str = params["name"]
        self.title = f"pxGrid client {self.name!r}"
        self.approved: bool | None = None
        self._timeout = patience(params, ise.context)
        self._interval: int = params["wait_interval"]
        self._write_again: bool = params["write_again"]
        self._memory = Memory(ise, self.title)

    def may_exist(self) -> bool:
        """Waits until ISE lists the client; what ISE does not list may exist."""
        is_there = self._look()
        if is_there or not self._timeout:
            return is_there
        return wait_until(self._look, self._timeout, self._interval, self._report, survives=MOST_FAILED_LOOKS)

    def read(self) -> Fields | None:
        if not self._look():
            return None
        return {"name": self.name, **({} if self.approved is None else {"approved": self.approved})}

    def forced(self, current: Fields) -> Iterable[str]:
        is_open = "approved" not in current and (self._write_again or not self._memory.holds("approved"))
        return ("approval",) if is_open else ()

    def update_in_words(self, changes: Fields) -> tuple[str, str]:
        return "approve", f"the {self.title}"

    def create(self, desired: Fields) -> None:
        raise self._missing()

    def update(self, current: Fields, changes: Fields) -> None:
        self._memory.drop("approved")
        if not wait_until(self._approve, self._timeout, self._interval, self._report):
            raise self._missing()
        self._memory.keep("approved")

    def as_found(self, current: Fields) -> str:
        return "approved" if "approved" in current else "left as it is, because an earlier run approved it"

    def _look(self) -> bool:
        found = get_pxgrid_client(self.ise, self.name)
        self.approved = _is_approved(found) if found else None
        if found:
            return True
        listed = list_pxgrid_clients(self.ise)
        return listed is None or any(stub.get("name") == self.name for stub in listed)

    def _approve(self) -> bool:
        try:
            approve_pxgrid_client(self.ise, self.name)
        except NotFound:
            return False
        return True

    def _missing(self) -> NotFound:
        return NotFound(f"approve the {self.title}", "ISE does not know it")

    def _report(self, waited: float) -> None:
        self.ise.context.progress(f"waiting for the {self.title}, {waited:.0f} s of {self._timeout}")


def _is_approved(found: dict[str, Any]) -> bool | None:
    words = str(found.get("status") or "").lower()
    if words.startswith(NOT_APPROVED):
        return False
    return True if words.startswith(APPROVED) else None


def bring_about(ise: Ise, params: dict[str, Any], context: Context) -> dict[str, Any]:
    """The task's result. A client that does not exist yet, or that ISE does not show, is no failure."""
    # First, because it looks at the options.
    client = PxgridClient(ise, params)
    accounts = ensure(PxgridAccounts(ise, params), "present", {}, context) if params[SETTINGS[0]] is not None else None
    outcome, step = _approve(client, context)
    lines = [step]
    if accounts:
        lines.insert(0, {"status": "not_verifiable", "detail": f"{accounts.detail}; ISE does not show it"})
    done = [part for part in (accounts, outcome) if part]
    verification = {"verified": "confirmed", "changed": "confirmed"}.get(step["status"], step["status"])
    return {
        "changed": any(part.changed for part in done),
        "diff": {side: _merged(part.diff[side] for part in done) for side in ("before", "after")},
        "pxgrid_client": {
            "name": client.name,
            "approved": (outcome.after or {}).get("approved") if outcome else None,
            "verification": verification,
        },
        "step": {
            "status": min((line["status"] for line in lines), key=RANKS.index),
            "detail": ". ".join(line["detail"] for line in lines),
        },
    }


def _merged(parts: Iterable[Fields]) -> Fields:
    return {name: value for part in parts for name, value in part.items()}


def _approve(client: PxgridClient, context: Context) -> tuple[Outcome | None, dict[str, str]]:
    """What came of it, and the line about it."""
    pending = {
        "status": "pending",
        "detail": f"ISE does not know the {client.title} yet. The agent creates it when it starts for the first time. "
        "Run this again after that",
    }
    try:
        if not client.may_exist():
            return None, pending
        outcome = ensure(client, "present", {} if client.approved is None else {"approved": True}, context)
    except NotFound:
        return None, pending
    except Refused as error:
        if client.approved is not None:
            raise
        return None, {
            "status": "not_verifiable",
            "detail": f"ISE does not approve the {client.title}, perhaps because it is approved already "
            f"({error.came_back}). Look at it in {CONSOLE} on ISE",
        }
    approved = (outcome.after or {}).get("approved")
    if approved is False:
        # ISE hid it at the first look, or the approval was withdrawn between the two.
        return outcome, {
            "status": "pending",
            "detail": f"ISE shows that the {client.title} is not approved. Run this again",
        }
    if approved:
        return outcome, outcome.step("" if outcome.changed else "its status on ISE says so")
    unseen = f"{outcome.detail}; ISE does not show whether it is approved"
    return outcome, {"status": "not_verifiable", "detail": unseen}
