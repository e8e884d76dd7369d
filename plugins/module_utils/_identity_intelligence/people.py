# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The people that Identity Intelligence knows, in the words of the modules. Private to this collection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    IdentityIntelligence,
)


def person_from_cii(raw: dict[str, Any], accounts: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """:param accounts: one for each provider, where they were read."""
    shown = None if accounts is None else [_account(account) for account in accounts]
    providers = raw.get("providers")
    if shown is not None:
        providers = list(dict.fromkeys(account["provider"] for account in shown if account["provider"]))
    return {
        "id": raw.get("id"),
        "login": raw.get("login"),
        "display_name": raw.get("displayName"),
        "emails": raw.get("emails"),
        "status": raw.get("status"),
        "providers": providers,
        "level_of_trust": (raw.get("endUserTrustScore") or {}).get("levelOfTrust"),
        "mfa_enabled": raw.get("mfaEnabled"),
        "last_active": raw.get("lastActive"),
        "last_sign_in": _signed_in(raw),
        "failing_checks": raw.get("failingChecks"),
        "linked_logins": raw.get("linkedEndUserLogins"),
        "reference_url": raw.get("referenceUrl"),
        "accounts": shown,
    }


def _account(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider": raw.get("provider"),
        "login": raw.get("login"),
        "email": raw.get("email"),
        "status": raw.get("status"),
        "mfa_enabled": raw.get("mfaEnabled"),
        "created": raw.get("creationDate"),
        "last_updated": raw.get("lastUpdated"),
        "last_sign_in": _signed_in(raw),
    }


def _signed_in(raw: dict[str, Any]) -> Any:
    return (raw.get("lastSignIn") or {}).get("timestamp")


class Listing:
    """Reads people, keeps those that are wanted, and counts all of them.

    :ivar unshown: how many of them are listed without their providers.
    """

    def __init__(self, provider: str, most: int) -> None:
        self.provider = provider.upper()
        self.most = most
        self.kept: list[dict[str, Any]] = []
        self.read = 0
        self.matching = 0
        self.unshown = 0
        self.providers: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, people: Iterable[dict[str, Any]]) -> None:
        for person in people:
            key = person["id"]
            # A list that changes between two pages shows a user twice.
            if key:
                if key in self._seen:
                    continue
                self._seen.add(key)
            providers = person["providers"] or []
            self.read += 1
            self.providers.update(set(providers))
            self.unshown += person["providers"] is None
            if self.provider and self.provider not in map(str.upper, providers):
                continue
            self.matching += 1
            if len(self.kept) < self.most:
                self.kept.append(person)

    def result(self) -> dict[str, Any]:
        summary = {"read": self.read, "matching": self.matching, "providers": dict(sorted(self.providers.items()))}
        return {"end_users": self.kept, "summary": summary}


def wanted_people(service: IdentityIntelligence, login: str, address: str) -> Iterator[dict[str, Any]]:
    """Those that a login or an IP address stands for; all if neither is given."""
    if login:
        found = service.get_end_user(login)
        if found:
            yield person_from_cii(found.get("endUserDetails") or {}, found.get("providerEndUserDetails") or [])
    else:
        for raw in service.get_end_users_by_ip(address) if address else service.list_end_users():
            yield person_from_cii(raw)
