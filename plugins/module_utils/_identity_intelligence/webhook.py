# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A webhook for failed checks. Private to this collection.

Webhooks cannot be listed or read, and the same registration again makes another one. So the ID that a registration
returns is all there is, and what was declared is kept beside it.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    NotConfirmed,
    OutcomeUnknown,
)
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    GraphQLRefused,
    IdentityIntelligence,
)
from ansible_collections.identityops.cisco.plugins.module_utils._records import Records
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Outcome, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import MASK
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

ABOUT = (
    "Webhooks of Cisco Identity Intelligence, kept by identityops.cisco.cii_webhook because no API lists them. Without "
    "this file they can be removed in the console only. It holds no secrets: of a key, only a salted digest."
)
OF_ENDPOINT, OF_DUO = ("endpoint", "api_key_name"), ("duo_integration_instance_id",)
DECLARED = ("endpoint", "checks", "api_key_name", "duo_integration_instance_id")
KEY, REPLACED, BEGUN = "api_key", "replaced_webhooks", "unfinished_registration"
RECORD = {
    **dict.fromkeys(("webhook_id", "client_id", "endpoint", "api_key_name", "api_key_digest"), str),
    **{"duo_integration_instance_id": str, "registered": str, "checks": [str], REPLACED: [str], BEGUN: str},
}
ROUNDS = 100_000
# A shorter value in the query of an endpoint is none.
LEAST_SECRET = 8
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Webhook(Resource):
    """A webhook in the registry; or, with an ID and no registry, only the ID."""

    compare: ClassVar = {"checks": lambda checks: frozenset(checks or ())}

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        vet(params)
        self.context = context
        self.name = (params["name"] or "").strip()
        self.key = params[KEY] or ""
        self.endpoint = (params["endpoint"] or "").strip()
        self.is_of_duo = bool(params["duo_integration_instance_id"])
        self.leftover_removed = params["leftover_removed"]
        self.needs_word = False
        self.is_wanted = params["state"] == "present"
        self.title = f"webhook {(self.name or params['webhook_id'])!r}"
        self.service = IdentityIntelligence.from_params(params, context)
        self.client_id = (params["cii_client_id"] or "").strip()
        self.webhook_id = (params["webhook_id"] or "").strip()
        path = params["registry_path"]
        self.records = Records(path, ABOUT, RECORD, only_reads=context.check_mode) if path else None
        self.was_there = True
        self.is_unknown = False
        query = self.endpoint.partition("?")[2]
        # What must not be read anywhere, and shows only by a digest that it is another one.
        self.secret = f"{self.key}\n{query}" if query else self.key
        self._hide_secrets(query)

    def _hide_secrets(self, query: str) -> None:
        values = [value for _name, value in parse_qsl(query) if len(value) >= LEAST_SECRET]
        # And such as the token after "Bearer".
        for text in (self.key, self.key.rpartition(" ")[2], query, *values):
            self.context.hide(text)

    def held(self) -> contextlib.AbstractContextManager[None]:
        return self.records.held() if self.records else contextlib.nullcontext()

    def warn_of_new_registry(self) -> None:
        """A lost registry looks like one that was never there."""
        self.is_unknown = self.records is not None and self.records.is_new and not self.is_wanted
        if self.records is not None and self.records.is_new:
            then = (
                "there are two of them now, and events arrive twice: delete the older one in the console"
                if self.is_wanted
                else "it is still there, and events arrive: delete it in the console"
            )
            self.context.warn(
                f"There is no registry yet. If this webhook was registered before and its registry is lost, {then}."
            )

    def warn_of_needless_word(self) -> None:
        """A word that stays in the declaration would hide the next lost ID."""
        if self.leftover_removed and not self.needs_word:
            self.context.warn(
                f"The {self.title} has leftover_removed, and nothing needs it. Remove it: the next time an answer is "
                "lost, there would be two webhooks."
            )

    # What is known

    def read(self) -> Fields | None:
        if self.records is None:
            return {"webhook_id": self.webhook_id} if self.webhook_id else None
        record = self.records.get(self.name)
        if record is None:
            return None
        self._require_own(record)
        if record.get(BEGUN):
            self.needs_word = True
            if not self.leftover_removed:
                raise self._lost(record[BEGUN])
        if not record.get("webhook_id") and self.is_wanted:
            return None
        known = {name: record.get(name) for name in ("webhook_id", *DECLARED)}
        left = {REPLACED: list(record.get(REPLACED) or []), BEGUN: record.get(BEGUN) or ""}
        return {"name": self.name, **known, **left}

    def _require_own(self, record: dict[str, Any]) -> None:
        if record.get("client_id") in (None, self.client_id):
            return
        raise InvalidInput(
            f"use the record of the {self.title} in the registry",
            "it was registered with another API client, so it may belong to another tenant",
            "Use a registry for each tenant. If it is the same tenant, correct client_id in the registry.",
        )

    def _lost(self, begun: str) -> CiscoError:
        return NotConfirmed(
            f"determine whether the {self.title} is registered",
            f"a registration began at {begun}, and its answer, which contains the ID, never arrived",
            f"Look in the console of Identity Intelligence for a webhook whose name begins with {self.name!r}, and "
            "delete it if it is there, but not one that is in this registry. Then run this again with "
            "leftover_removed set to true.",
        )

    def as_found(self, current: Fields) -> str:
        return "as declared, as far as the registry knows; no API shows whether it is still there"

    # What is written

    def forced(self, current: Fields) -> Iterable[str]:
        if self.records is None or not self.key or _fits(self._record().get("api_key_digest"), self.secret):
            return []
        return [KEY]

    def create(self, desired: Fields) -> None:
        self._register(desired, [])

    def update(self, current: Fields, changes: Fields) -> None:
        """Register a new one, then remove the old one: in between, events arrive twice rather than not at all."""
        if set(changes) - {REPLACED, BEGUN}:
            wanted = {**current, **{name: value for name, value in changes.items() if name in DECLARED}}
            # Of the other kind of webhook, nothing is left.
            gone = OF_ENDPOINT if self.is_of_duo else OF_DUO
            self._register({**wanted, **dict.fromkeys(gone)}, [current["webhook_id"], *current[REPLACED]])
        else:
            self._keep({name: value for name, value in self._record().items() if name != BEGUN})
        self._remove_replaced()

    def delete(self, current: Fields) -> None:
        if self.records is None:
            self.was_there = self._unregister(self.webhook_id)
            self.webhook_id = ""
            return
        self._remove_replaced()
        if current["webhook_id"]:
            self._unregister(current["webhook_id"])
        self.records.drop(self.name)

    def _register(self, wanted: Fields, replaced: list[str]) -> None:
        """The registry says that a registration began before it begins: its answer may be lost."""
        before = self._record()
        begun = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._keep({**before, "client_id": self.client_id, BEGUN: begun})
        try:
            webhook_id = self._send(wanted)
        except OutcomeUnknown as error:
            lost = self._lost(begun)
            raise OutcomeUnknown(error.attempted, error.came_back, lost.advice, status=error.status) from error
        except CiscoError:
            self._keep(before)
            raise
        self.context.done.append(f"register the {self.title} with the ID {webhook_id}")
        self._keep(
            {
                "webhook_id": webhook_id,
                **{name: wanted.get(name) for name in DECLARED},
                **({"api_key_digest": _digest(self.secret)} if self.key else {}),
                "client_id": self.client_id,
                "registered": begun,
                REPLACED: replaced,
            }
        )

    def _send(self, wanted: Fields) -> str:
        checks = {"name": self.name, "checkIds": list(wanted["checks"])}
        if instance := wanted.get("duo_integration_instance_id"):
            return self.service.register_webhook_with_duo_security_client(
                {**checks, "duoIntegrationInstanceId": instance}
            )
        key = {"apiKeyName": wanted["api_key_name"], "apiKey": self.key}
        return self.service.register_webhook_with_api_key({**checks, "endpoint": self.endpoint, **key})

    def _remove_replaced(self) -> None:
        for webhook_id in list(self._record().get(REPLACED) or []):
            self._unregister(webhook_id)
            record = self._record()
            self._keep({**record, REPLACED: [left for left in record[REPLACED] if left != webhook_id]})

    def _unregister(self, webhook_id: str) -> bool:
        """Whether there was one with that ID. A person's word counts where the service does not say."""
        try:
            is_removed = self.service.unregister_webhook(webhook_id)
        except GraphQLRefused as error:
            self.needs_word = True
            if not self.leftover_removed:
                error.advised(
                    "If the API client lacks the right, use another one. If the console does not list the webhook, run "
                    "this again with leftover_removed set to true."
                )
                raise
            is_removed = False
        if is_removed:
            self.context.done.append(f"remove the webhook {webhook_id}")
        else:
            self.context.warn(f"Identity Intelligence did not know the webhook {webhook_id} any more.")
        return is_removed

    def _record(self) -> dict[str, Any]:
        return (self.records.get(self.name) if self.records else None) or {}

    def _keep(self, record: dict[str, Any]) -> None:
        if self.records is None:
            return
        if record:
            self.records.put(self.name, record)
        else:
            self.records.drop(self.name)


def desired_webhook(params: dict[str, Any]) -> Fields:
    """What a task declares, in the words of its options."""
    declared = {name: params[name].strip() if isinstance(params[name], str) else params[name] for name in DECLARED}
    if declared["endpoint"]:
        declared["endpoint"] = re.sub(r"\?.*", f"?{MASK}", declared["endpoint"])
    if declared["checks"] is not None:
        declared["checks"] = sorted(set(_each(declared["checks"])))
    return {"name": params["name"].strip() if params["name"] else None, **declared, REPLACED: [], BEGUN: ""}


def result_of(outcome: Outcome, webhook: Webhook) -> dict[str, Any]:
    """What the task returns. What a registry knows is no proof that the webhook is still there, and without a registry
    there is nothing to compare either."""
    webhook.warn_of_needless_word()
    result = outcome.result("webhook")
    if webhook.is_unknown:
        detail = f"There is no registry, so whether there is a {webhook.title} is not known"
        return {**result, "step": {"status": "not_verifiable", "detail": detail}}
    if webhook.records is not None:
        is_found = outcome.after is not None and not outcome.changed
        return {**result, "step": {**result["step"], "status": "not_verifiable"}} if is_found else result
    if outcome.after is not None:
        detail = f"The {webhook.title} is taken as registered. No API shows webhooks, so nothing was compared"
        return {**result, "step": {"status": "not_verifiable", "detail": detail}}
    if not webhook.was_there:
        gone: dict[str, Fields] = {"before": {}, "after": {}}
        detail = f"The {webhook.title} is gone"
        return {**result, "changed": False, "diff": gone, "step": {"status": "ok", "detail": detail}}
    return result


def _each(texts: list[str]) -> Iterator[str]:
    """The entries of a list. An entry may hold several, one on each line."""
    for text in texts:
        yield from (line.strip() for line in text.splitlines() if line.strip())


def vet(params: dict[str, Any]) -> None:
    """:raises InvalidInput: for what the service cannot use. A key is not repeated."""
    attempted = f"use the webhook {(params['name'] or params['webhook_id'] or '')!r}"
    if params["registry_path"] and not params["name"]:
        raise InvalidInput(attempted, "name is not given", "The registry keeps webhooks by their name.")
    if params["state"] == "absent" or not params["registry_path"]:
        return
    if not params["checks"] or not list(_each(params["checks"])):
        raise InvalidInput(attempted, "checks is empty", "Name the checks whose failures are to be sent.")
    if not params["duo_integration_instance_id"]:
        _vet_endpoint(params, attempted)


def _vet_endpoint(params: dict[str, Any], attempted: str) -> None:
    missing = [name for name in ("endpoint", "api_key_name", KEY) if not params[name]]
    if missing:
        advice = "Give an endpoint with a key, or duo_integration_instance_id."
        raise InvalidInput(attempted, f"{', '.join(missing)} not given", advice)
    try:
        parts = urlsplit(params["endpoint"].strip())
        is_one = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        is_one = False
    if not is_one:
        raise InvalidInput(attempted, "endpoint is not an https URL without a login", "Correct endpoint.")
    if not HEADER.fullmatch(params["api_key_name"]):
        raise InvalidInput(attempted, "api_key_name is not the name of an HTTP header", "An example is Authorization.")
    if not params[KEY].isprintable():
        raise InvalidInput(attempted, "api_key is not the value of an HTTP header", "Write it on one line.")


@functools.lru_cache(maxsize=8)
def _stretched(key: str, salt: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", key.encode(), bytes.fromhex(salt), ROUNDS).hex()


def _digest(key: str, salt: str = "") -> str:
    """What shows whether a key is another one, without being of use to a reader."""
    salt = salt or secrets.token_hex(16)
    return f"{salt}${_stretched(key, salt)}"


def _fits(digest: Any, key: str) -> bool:
    salt = str(digest or "").partition("$")[0]
    if not re.fullmatch(r"(?:[0-9a-f]{2})+", salt):
        return False
    # As bytes, because texts may hold ASCII characters only.
    return hmac.compare_digest(_digest(key, salt).encode(), str(digest).encode())
