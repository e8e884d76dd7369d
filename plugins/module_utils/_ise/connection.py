# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Duo connection of ISE as a resource. Private to this collection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._duo.key import DuoKey
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    ServerTrouble,
    UnexpectedAnswer,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise.due_runs import DueRun
from ansible_collections.identityops.cisco.plugins.module_utils._ise.key_test import (
    ACCEPTED,
    NOT_CHECKED,
    REJECTED,
    UNCLEAR,
    KeyTest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import connection_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_names
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text


def declared_connection(params: dict[str, Any], keys: dict[str, DuoKey]) -> Fields:
    """The wanted fields from a task's options."""
    api_host = params["api_host"] or params["duo_api_host"]
    if api_host:
        split_api_host(api_host, "api_host")
    return {
        "connection_name": params["connection_name"],
        "description": params["description"],
        "types": sorted(set(params["types"])) if params["types"] else None,
        "identity_sync": params["identity_sync"],
        "api_host": api_host,
        **{side: {"integration_key": key.integration_key} for side, key in keys.items() if key.is_given},
    }


# What every connection has.
ALWAYS_SET = ("types", "api_host", "admin_api", "auth_api")


class Connection(Resource):
    """A Duo connection.

    :ivar tested: what ISE cannot show of its secret keys: whether Duo accepts them.
    """

    compare = {"types": frozenset, "api_host": str.lower, "description": free_text}

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context, keys: dict[str, DuoKey]) -> None:
        self.ise = ise
        self.context = context
        self.keys = keys
        self.name: str = params["connection_name"]
        self.state: str = params["state"]
        self.update_secrets: str = params["update_secrets"]
        self.declared = {name: value for name, value in declared_connection(params, keys).items() if value is not None}
        self.title = f"Duo connection {self.name!r}"
        self.place = ise.base_url
        self.tested = KeyTest(NOT_CHECKED)
        self._is_written = False

    def read(self) -> Fields | None:
        raw = unless_mfa_is_off(lambda: self.ise.get_connection(self.name), self.context, self.state)
        if not raw:
            return None
        # After a write they are tested by prove().
        if self.state == "present" and self.update_secrets == "when_rejected" and not self._is_written:
            self.tested = self.ise.test_connection(self.name)
        fields = connection_from_ise(raw)
        hidden = [name for name in ALWAYS_SET if not _is_shown(fields[name])]
        if hidden and self.state == "present":
            self.context.warn(
                f"ISE does not show {', '.join(hidden)} of the {self.title}, so that this cannot be compared with what "
                "is declared. To write it, set update_secrets to always."
            )
        return {name: value for name, value in fields.items() if name not in hidden}

    def forced(self, current: Fields) -> Iterable[str]:
        return ("secrets",) if self.update_secrets == "always" or self.tested.verdict == REJECTED else ()

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        self._require_keys(current, changes)
        wanted = {**self.declared, **(current or {}), **changes}
        hidden = [name for name in ("types", "api_host") if current is not None and not wanted.get(name)]
        if hidden:
            raise UnexpectedAnswer(
                f"change the {self.title}",
                f"ISE does not show its {' and '.join(hidden)}, and a write always sets this",
                f"Declare {' and '.join(hidden)}.",
            )
        if wanted.get("identity_sync") and "identity_sync" in changes:
            self._require_sync(wanted["identity_sync"])

    def try_out(self, current: Fields | None, changes: Fields) -> None:
        wanted = {**self.declared, **(current or {}), **changes}
        if self.state == "present" and self.update_secrets != "never":
            self._try_new_keys(current, wanted["api_host"])

    def prove(self, after: Fields) -> None:
        if self.update_secrets == "never":
            return
        self.tested = self.ise.test_connection(self.name)
        if self.tested.verdict == REJECTED:
            api_host = {**self.declared, **after}["api_host"]
            reasons = " ".join(filter(None, (key.diagnosis(api_host) for key in self.keys.values())))
            raise Refused(
                f"prove that the {self.title} works",
                f"ISE tried the keys it now has stored and says: {self.tested.words}",
                reasons,
            )

    def create(self, desired: Fields) -> None:
        self._note_due_run(desired)
        self._is_written = True
        self.ise.create_connection(self._to_ise(desired))

    def update(self, current: Fields, changes: Fields) -> None:
        # What cannot be compared is no change, and a write sets it all the same.
        fields = {**self.declared, **current, **changes}
        self._note_due_run(fields)
        self._is_written = True
        self.ise.update_connection(self._to_ise(fields))

    def delete(self, current: Fields) -> None:
        try:
            self.ise.delete_connection(self.name)
        except (Refused, Forbidden, ServerTrouble) as error:
            raise error.advised("If an MFA rule of a policy set uses it, delete the rule first.") from None

    # Before anything is written

    def _require_keys(self, current: Fields | None, changes: Fields) -> None:
        missing = [side for side, key in self.keys.items() if not key.is_given]
        if current is None:
            missing += [name for name in ("types", "api_host") if not changes.get(name)]
        if not missing:
            return
        if current is None:
            raise InvalidInput(
                f"create the {self.title}", f"{', '.join(missing)} must be given for that", "Add what is missing."
            )
        if self.tested.verdict == REJECTED and changes.keys() <= {"secrets"}:
            came_back = "Duo rejects the keys that ISE has stored"
        else:
            came_back = "ISE accepts a changed connection only with both keys"
        raise InvalidInput(
            f"change the {self.title}",
            f"{came_back}, and {' and '.join(missing)} must be given for that",
            "Give the keys.",
        )

    def _require_sync(self, name: str) -> None:
        syncs = unless_mfa_is_off(self.ise.list_identity_syncs, self.context, self.state)
        if syncs is None:
            return
        existing = [str(sync.get("name")) for sync in syncs]
        if name in existing:
            return
        require_names((sync.get("name") for sync in syncs), f"use the identity sync {name!r}")
        self.context.foresee(
            InvalidInput(f"use the identity sync {name!r}", "ISE has none of that name", nearest(name, existing)),
            f"The identity sync {name!r} does not exist yet. The prediction assumes that it will.",
        )

    def _try_new_keys(self, current: Fields | None, api_host: str) -> None:
        """Have ISE try the keys before they are written. Whether it can do so for a name it does not know is not
        documented."""
        try:
            tested = self.ise.test_connection(self.name, self._account(api_host))
        except (NotFound, Forbidden):
            # For a name that ISE does not know yet this need not mean more than just that.
            if current is None:
                return
            raise
        if tested.verdict == ACCEPTED:
            return
        reasons = [reason for reason in (key.diagnosis(api_host) for key in self.keys.values()) if reason]
        if (current is None or tested.verdict == UNCLEAR) and not reasons:
            return
        raise Refused(
            f"use the given keys for the {self.title}", f"ISE tried them and says: {tested.words}", " ".join(reasons)
        )

    # Writing

    def _note_due_run(self, fields: Fields) -> None:
        if fields.get("identity_sync"):
            DueRun(self.ise, fields["identity_sync"]).note()

    def _to_ise(self, fields: Fields) -> dict[str, Any]:
        # Those that this collection does not know stay as well.
        known = ("vpn", "tacacs")
        types = [name.upper() for name in (*known, *fields["types"]) if name in fields["types"]]
        sync = {"identitySync": fields["identity_sync"]} if fields.get("identity_sync") else {}
        return {
            "connectionName": self.name,
            "description": fields.get("description") or "",
            "type": ",".join(dict.fromkeys(types)),
            **sync,
            "accountConfigurations": self._account(fields["api_host"]),
        }

    def _account(self, api_host: str) -> dict[str, Any]:
        return {
            "apiHostName": api_host,
            "adminApi": self.keys["admin_api"].to_ise(),
            "authenticationApi": self.keys["auth_api"].to_ise(),
        }


def _is_shown(value: Any) -> bool:
    """An integration key that is masked, as secret keys are, is not shown either."""
    shown = value["integration_key"] if isinstance(value, dict) else value
    return bool(shown) and "*" not in shown
