# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of the tenant, merged over the integrations that have brought them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from . import seed
from .seed import stable_id

DUO = "DUO"


@functools.lru_cache(maxsize=4096)
def iso(seconds: float | None) -> str | None:
    """An instant as the API writes it."""
    if seconds is None:
        return None
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


@dataclass
class Account:
    """What one provider knows of a person."""

    provider: str
    login: str
    email: str
    updated: float
    signed_in: float | None = None
    status: str = "ACTIVE"

    def answer(self, name: str) -> dict[str, Any]:
        """As `providerEndUserDetails` shows it."""
        return {
            "userId": stable_id(f"{self.provider} {self.login}"),
            "provider": self.provider,
            "displayName": name,
            "login": self.login,
            "email": self.email or None,
            "status": self.status,
            "mfaEnabled": self.provider == DUO,
            "lastSignIn": _sign_in(self.signed_in),
            "lastUpdated": iso(self.updated),
        }


@dataclass
class Person:
    """Somebody, with an account at each provider."""

    login: str
    name: str
    ip: str = ""
    accounts: list[Account] = field(default_factory=list)

    def listed(self) -> dict[str, Any]:
        """As `listEndUsers` shows them."""
        return {
            **self._common(),
            "hasMoreGroups": False,
            "providers": list(dict.fromkeys(account.provider for account in self.accounts)),
            "endUserTrustScore": {"levelOfTrust": "TRUSTED" if self.has_mfa else "NEUTRAL"},
        }

    def whole(self) -> dict[str, Any]:
        """As `getEndUser` shows them."""
        accounts = [account.answer(self.name) for account in self.accounts]
        return {"endUserDetails": self._common(), "providerEndUserDetails": accounts}

    def reference(self) -> dict[str, Any]:
        """As `getEndUsersByIp` shows them."""
        return {name: self._common()[name] for name in ("id", "displayName", "login", "referenceUrl")}

    def state(self) -> dict[str, Any]:
        """As `getEndUserState` shows them."""
        return {**self.reference(), "status": "ACTIVE", "usedFactors": ["duo_push"] if self.has_mfa else []}

    @property
    def has_mfa(self) -> bool:
        """Whether Duo knows them."""
        return any(account.provider == DUO for account in self.accounts)

    def _common(self) -> dict[str, Any]:
        signed_in = max((account.signed_in for account in self.accounts if account.signed_in), default=None)
        devices = [
            {"deviceId": stable_id(f"device {account.login}"), "provider": DUO, "lastSeen": iso(account.signed_in)}
            for account in self.accounts
            if account.provider == DUO and account.signed_in
        ]
        return {
            "id": stable_id(self.login),
            "displayName": self.name,
            "login": self.login,
            "emails": sorted({account.email for account in self.accounts if account.email}),
            "status": "ACTIVE",
            "userTypeClassification": "INTERNAL",
            "groupNames": [],
            "devices": devices,
            "mfaEnabled": self.has_mfa,
            "lastSignIn": _sign_in(signed_in),
            "lastActive": iso(signed_in),
            "failingChecks": [] if self.has_mfa else ["no-mfa"],
            "referenceUrl": f"https://{seed.CONSOLE}/users/{stable_id(self.login)}",
        }


class People:
    """Everybody, by login, those of the other directories first."""

    def __init__(self, now: float) -> None:
        self._found: dict[str, Person] = {}
        for item in seed.PEOPLE:
            person = self._person(item.login, item.name, item.ip)
            person.accounts += [Account(provider, item.login, item.address, now - 3600) for provider in item.providers]

    def add_duo(self, users: Iterable[Any], collected: float) -> None:
        """The users of the Duo account whose panel made the tenant, as far as they can be mapped: by an address.

        Those that Duo has from a directory have an account there too.
        """
        for user in users:
            login = next((text.lower() for text in (user.email, user.username) if "@" in text), "")
            if not login:
                continue
            person = self._person(login, user.realname)
            if user.last_directory_sync and not person.accounts:
                person.accounts.append(Account("AZURE_AD", login, login, collected))
            signed_in = None if user.last_login is None else min(float(user.last_login), collected)
            person.accounts.append(Account(DUO, user.username, user.email, collected, signed_in))

    def add_subsidiary(self, collected: float) -> None:
        """The users of another Duo account."""
        for item in seed.SUBSIDIARY:
            person = self._person(item.login, item.name)
            person.accounts.append(Account(DUO, item.login, item.address, collected, collected - 60))

    def add_ise(self, collected: float) -> None:
        """Those whose sessions ISE has seen."""
        for item in seed.ON_ISE:
            account = Account("ISE", item.login, item.address, collected, collected - 60)
            self._person(item.login, item.name).accounts.append(account)

    def add_many(self, count: int, provider: str, collected: float) -> None:
        """Synthetic people."""
        for number in range(count):
            login = f"person{number:06d}@corp.example"
            self._person(login, f"Person {number}").accounts.append(Account(provider, login, login, collected))

    def all(self) -> list[Person]:
        """In the order in which they are listed."""
        return list(self._found.values())

    def find(self, login: str, any_case: bool) -> Person | None:
        """By login."""
        found = self._found.get(login.lower())
        return found if found and (any_case or found.login == login) else None

    def at(self, ip: str) -> list[Person]:
        """Those seen on an address."""
        return [person for person in self._found.values() if person.ip == ip]

    def _person(self, login: str, name: str, ip: str = "") -> Person:
        return self._found.setdefault(login.lower(), Person(login, name, ip))


def _sign_in(seconds: float | None) -> dict[str, Any] | None:
    return None if seconds is None else {"timestamp": iso(seconds), "result": "SUCCESS"}
