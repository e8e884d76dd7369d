# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An integration of SAFE as a resource, and what a registry remembers of it. Private to this collection.

No published call lists or shows integrations, so what an earlier run has saved is remembered: the ID, the plain values,
and a salted digest of the secret ones, which shows that they changed and not what they are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, cast

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    NotConfirmed,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._records import Records
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import Safe, Verdict, identifier
from ansible_collections.identityops.cisco.plugins.module_utils._safe.history import History
from ansible_collections.identityops.cisco.plugins.module_utils._safe.product import Product
from ansible_collections.identityops.cisco.plugins.module_utils._safe.values import ConfigValues, duo_account
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text

ABOUT = "Integrations that Ansible has saved in SAFE, which does not list them. Holds no secrets."
TEXTS = ("integration_id", "product", "secrets", "begun", "duo_account")
RECORD = {**dict.fromkeys(TEXTS, str), "config": {}, "body": {}}
ROUNDS = 200_000
# In place of a value, or of a part of it.
IS_HIDDEN = re.compile(r"[*\u2022\u25cf]{3}")


def as_texts(values: Any) -> Any:
    """The form in which configs compare: SAFE may make a text of a number or a switch, or the reverse, and may end an
    address with a slash."""
    return {str(name): free_text(_as_text(value)).rstrip("/") for name, value in (values or {}).items()}


def _as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _folded(kind: Any) -> str:
    return free_text(kind).casefold()


class SafeIntegration(Resource):
    """The integration of one product.

    :ivar verdict: what SAFE says of its latest connection test, None if none was made.
    :ivar was_there: whether SAFE had what was deleted.
    """

    compare = {"config": as_texts, "body": as_texts}
    texts = ("config",)

    def __init__(
        self,
        safe: Safe,
        params: dict[str, Any],
        context: Context,
        records: Records | None,
        product: Product | None,
        values: ConfigValues,
        history: History,
    ) -> None:
        self.safe = safe
        self.context = context
        self.history = history
        self.product = product
        self.values = values
        self.verdict: Verdict | None = None
        self.was_there = True
        self._params = params
        self._records = records
        self.place = safe.host
        self.name = f"{safe.host} {params['name'] or params['product']}"
        self.title = f"integration {params['name'] or params['product']!r} in SAFE"
        self._record = (records.get(self.name) if records else None) or {}
        given = params["integration_id"]
        if given and self._record.get("integration_id") not in (None, given):
            raise InvalidInput(
                f"use {given} as integration_id",
                f"the registry remembers {self._record['integration_id']} as {self.name!r}",
                "Leave integration_id out, correct the registry, or give another name.",
            )
        if not given:
            self._require_own(duo_account(params))
        self.id = str(given or self._record.get("integration_id") or "")
        self._is_to_go = params["state"] == "absent"

    def _require_own(self, account: str) -> None:
        """:raises InvalidInput: what is remembered is of another Duo account than that of the task."""
        remembered = self._record.get("duo_account")
        if remembered and account and remembered != account:
            raise InvalidInput(
                f"use the record {self.name!r} of the registry",
                f"it is of an integration with the Duo account {remembered}, and this task has another one",
                "Give each Duo account a registry or a name of its own. If it is the same account, correct "
                "duo_account in the registry.",
            )

    # The resource

    def read(self) -> Fields | None:
        if not self.id:
            return None
        has_history, shown = self.history.look(self.id), self.safe.get_integration(self.id)
        if not (has_history or shown or self._may_never_have_run or self._is_listed):
            return None
        known: Fields = {name: self._record[name] for name in ("config", "body") if name in self._record}
        if shown and isinstance(shown.get("config"), dict) and self.values.plain:
            # No other field: SAFE may show what is secret in them.
            known["config"] = {name: self._shown_value(name, shown["config"]) for name in self.values.plain}
        return {"integration_id": self.id, **known}

    def _shown_value(self, name: str, config: Fields) -> Any:
        """The value of a field: as SAFE shows it, or as it is remembered where SAFE hides it. Where nothing is
        remembered either, it is not known to differ."""
        value = config.get(name)
        if name in config and not IS_HIDDEN.search(str(value)):
            return value
        remembered = self._record.get("config")
        return (self.values.plain if remembered is None else remembered).get(name)

    @property
    def _is_listed(self) -> bool:
        """Whether the integration is there although SAFE has neither its history nor itself under its ID."""
        return self.id in (self._listed_ids() or ())

    @property
    def _may_never_have_run(self) -> bool:
        """Whether a history that SAFE does not have proves nothing: no task has seen one of an integration that an
        earlier task has saved, or that this one is to delete."""
        is_possible = self._record.get("integration_id") == self.id or self._is_to_go
        return is_possible and not self._record.get("has_history")

    def note_history(self) -> None:
        """From now on, a history that SAFE does not have means that it does not have the integration."""
        if self.history.is_there and self._may_never_have_run:
            self.context.act(lambda: self._keep({**self._record, "has_history": True}), prediction=False)

    def forced(self, current: Fields) -> Iterable[str]:
        if self._params["update_config"] == "always":
            return ("secrets",)
        stored = self._record.get("secrets")
        if stored and self.values.are_secrets_known and not self._has_digest(str(stored)):
            return ("secrets",)
        return ()

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent" or current is not None:
            return
        if self._params["integration_id"]:
            raise InvalidInput(
                f"find the {self.title}",
                f"SAFE has no integration with the ID {self.id}, or none that was ever synced",
                "Sync it once in SAFE, or leave integration_id out to save it again.",
            )
        self.require_known("save")
        self._require_only_one()

    def require_known(self, verb: str) -> None:
        """:raises InvalidInput: it may be there, and its ID was lost."""
        if self._record.get("begun") and not self.id:
            raise InvalidInput(
                f"{verb} the {self.title}",
                f"an earlier run began to save it at {self._record['begun']} and did not learn its ID",
                "Look for it in SAFE. If it exists, give its ID in integration_id once. If it does not, remove the "
                f"record {self.name!r} from the registry.",
            )

    def try_out(self, current: Fields | None, changes: Fields) -> None:
        if self._params["test"] and self._params["state"] == "present":
            self.try_now()

    def try_now(self) -> bool:
        """Have SAFE test the connection.

        :raises Refused: it says that it fails.
        :returns: False, because nothing changes.
        """
        self.verdict = self.safe.try_connection(self._body(with_members=False))
        if self.verdict.passed is False:
            raise Refused(
                f"test the connection of the {self.title}",
                f"SAFE says: {self.verdict.words}",
                "Check that the application in Duo has the permissions that SAFE asks for, and that its networks "
                "include the outgoing address of this SAFE instance.",
            )
        return False

    def create(self, desired: Fields) -> None:
        before = self._listed_ids()
        self._keep({"begun": datetime.now(timezone.utc).isoformat(timespec="seconds")})
        try:
            self.id = self.safe.create_integration(self._body())
        except (OutcomeUnknown, ServerTrouble, UnexpectedAnswer) as error:
            new = self._new_ids(before)
            if new is None or len(new) > 1:
                raise self._lost(error.came_back) from error
            if not new:
                self._drop()
                raise
            self.id = new.pop()
        except CiscoError:
            # A refusal: nothing was begun.
            self._drop()
            raise
        self.id = self.id or self._only(self._new_ids(before))
        if not self.id:
            raise self._lost("SAFE's answer contains no ID that is recognised")
        self._remember()
        if before is not None:
            self._warn_of_twins(before)

    def update(self, current: Fields, changes: Fields) -> None:
        self.safe.update_integration(self.id, self._body())
        self._remember()

    def delete(self, current: Fields) -> None:
        self.was_there = self.safe.delete_integration(self.id)
        self._is_to_go = False
        self._drop()

    def forget(self) -> None:
        """What is remembered of an integration that was deleted in SAFE."""
        if self._record:
            self.context.act(self._drop, prediction=False)

    # Others of the same product

    def _require_only_one(self) -> None:
        others = self._others()
        if others is None:
            self.context.warn(
                "This SAFE does not list its integrations, so this task cannot check whether another one of "
                f"{self._product.name} exists."
            )
        elif others and not self._params["allow_another"]:
            raise InvalidInput(
                f"save the {self.title}",
                f"SAFE has integrations that are not remembered and are, or may be, of {self._product.name}: "
                f"{', '.join(others)}",
                "Give the ID of the right one in integration_id, or set allow_another to true.",
            )

    def _others(self) -> list[str] | None:
        """The IDs of those of the product; None if that cannot be seen."""
        listed = self.safe.list_integrations()
        if listed is None:
            return None
        return [identifier(item) or "one without an ID" for item in listed if self._may_be_alike(item)]

    def _may_be_alike(self, item: Mapping[str, Any]) -> bool:
        """Whether an integration may be one of the product: also if its kind is not shown in words."""
        kinds = {name: item.get(name) for name in ("type", "subtype")}
        return not any(
            isinstance(kind, (str, int)) and kind and _folded(kind) != _folded(self._kind(name))
            for name, kind in kinds.items()
        )

    def _warn_of_twins(self, before: set[str]) -> None:
        """Of others that came while this one was saved, such as by another pipeline. Whose they are is not known, so
        none is deleted."""
        if twins := sorted(set(self._others() or ()) - before - {self.id}):
            self.context.warn(
                f"While the {self.title} was saved with the ID {self.id}, {', '.join(twins)} appeared, which may be of "
                "the same product. If two runs saved it at the same time, delete one of them in SAFE, and its record "
                "from its registry."
            )

    def _listed_ids(self) -> set[str] | None:
        listed = self.safe.list_integrations()
        return None if listed is None else {identifier(item) for item in listed}

    def _new_ids(self, before: set[str] | None) -> set[str] | None:
        """The IDs that were not listed before; None if integrations cannot be listed."""
        now = self._listed_ids() if before is not None else None
        return None if now is None or before is None else now - before

    @staticmethod
    def _only(ids: set[str] | None) -> str:
        return next(iter(ids)) if ids is not None and len(ids) == 1 else ""

    def _lost(self, came_back: str) -> NotConfirmed:
        return NotConfirmed(
            f"learn the ID of the {self.title}",
            came_back,
            "Look for it in SAFE before you run this again, or there may be two. If it exists, give its ID in "
            f"integration_id. If it does not, remove the record {self.name!r} from the registry.",
        )

    # What is sent

    @property
    def _product(self) -> Product:
        # Looked up before anything of it is asked.
        return cast("Product", self.product)

    def _kind(self, name: str) -> str:
        return str(self._params[name] or getattr(self._product, name))

    def _body(self, with_members: bool = True) -> dict[str, Any]:
        members = (self._params["body"] or {}) if with_members else {}
        kinds = {name: self._kind(name) for name in ("type", "subtype")}
        return {**members, **kinds, "config": {**self.values.plain, **self.values.secret()}}

    # What is remembered

    def _remember(self) -> None:
        self._keep(
            {
                "integration_id": self.id,
                "product": self._product.name,
                "config": self.values.plain,
                "body": self._params["body"] or {},
                "secrets": self._digest(secrets.token_hex(16)),
                **({"duo_account": self.values.account} if self.values.account else {}),
            }
        )

    def _keep(self, record: dict[str, Any]) -> bool:
        self._record = record
        if self._records:
            self._records.put(self.name, record)
        return False

    def _drop(self) -> bool:
        self._record = {}
        if self._records:
            self._records.drop(self.name)
        return False

    def _digest(self, salt: str) -> str:
        text = json.dumps(self.values.secret(), sort_keys=True).encode()
        return f"{salt}${hashlib.pbkdf2_hmac('sha256', text, salt.encode(), ROUNDS).hex()}"

    def _has_digest(self, stored: str) -> bool:
        # As bytes, because texts may hold ASCII characters only.
        return hmac.compare_digest(stored.encode(), self._digest(stored.partition("$")[0]).encode())
