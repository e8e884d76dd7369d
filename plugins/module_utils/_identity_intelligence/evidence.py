# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What shows, through the public API, that data of Duo or ISE reaches Identity Intelligence. Private to this
collection.

No API shows an integration. What is looked at is its status, which not every tenant shows, and the people it brought.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    EVIDENCE,
    IdentityIntelligence,
)
from ansible_collections.identityops.cisco.plugins.module_utils._service import moment_of, named_so
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text

# What Identity Intelligence calls a provider, and what people call it.
PROVIDERS = {"duo": ("DUO", "Duo"), "ise": ("ISE", "ISE")}
# How many people are looked at one by one for a sign of life.
CLOSE_LOOKS = 3
# How far ahead of ours a clock may be (seconds). A later time, such as the end of time, stands for none.
MOST_AHEAD = 24 * 60 * 60
SUCCEEDED = ("SUCCESS", "PARTIAL_SUCCESS")
FAILED = ("FAILURE", "TIMEOUT", "BLOCKED")
# The latest runs that say nothing about the keys or the data.
UNDECIDED = ("STARTED", "INFO", "NONE")


@dataclass
class Finding:
    """What speaks for the integration, or against it.

    :ivar entries: each with ``source``, ``proves`` and ``detail``.
    :ivar failing: the latest run of the integration failed.
    :ivar unclear: the tenant shows a status of which nothing is known, so it may have failed.
    :ivar stale: it brought data earlier, and none that is fresh enough.
    :ivar arrives: it brings data, though perhaps not of everybody who is expected.
    :ivar several: the tenant lists several integrations that may be meant.
    :ivar listed: whether the tenant lists an integration of that name; None where it lists none at all.
    :ivar providers: how many of the people that were read each provider knows.
    """

    entries: list[dict[str, Any]] = field(default_factory=list)
    failing: bool = False
    unclear: bool = False
    stale: bool = False
    arrives: bool = False
    several: bool = False
    listed: bool | None = None
    providers: Counter[str] = field(default_factory=Counter)
    people: int = 0

    @property
    def proven(self) -> bool:
        """Only the last look counts."""
        return not (self.failing or self.unclear) and bool(self.entries) and bool(self.entries[-1]["proves"])

    def add(self, source: str, proves: bool, detail: str) -> None:
        self.entries.append({"source": source, "proves": proves, "detail": detail})


class Search:
    """Looks for proof and stops as soon as there is one.

    :param name: the integration's name in the console.
    :param provider: of :data:`PROVIDERS`.
    :param provisioned: whether it came with the tenant.
    :param anybody: whether anybody from the provider proves the integration.
    :param expected: logins that must be linked.
    :param max_age: the age in seconds beyond which nothing proves anything; None for any age.
    """

    def __init__(
        self,
        service: IdentityIntelligence,
        context: Context,
        *,
        name: str,
        provider: str,
        provisioned: bool,
        anybody: bool,
        expected: list[str],
        max_age: int | None,
    ) -> None:
        self.service = service
        self.context = context
        self.name = name
        self.provider, self.product = PROVIDERS[provider]
        self.provisioned = provisioned
        self.anybody = anybody
        self.expected = expected
        self.max_age = max_age
        self.found = Finding()

    def look(self) -> Finding:
        self.found = Finding()
        self._look_at_status()
        if self.found.failing or self.found.unclear or (self.found.listed is False and not self.provisioned):
            # Whoever has an account from the provider has it from another integration.
            return self.found
        if self.expected:
            self._look_at_expected()
        elif self.anybody and not self.found.proven and not self.found.several:
            self._look_at_people()
        return self.found

    def look_for_absence(self) -> Finding:
        """Only a list of the integrations shows that one is gone."""
        self.found = Finding()
        self._look_at_status()
        return self.found

    # The status of the integration

    def _look_at_status(self) -> None:
        rows, why = self.service.get_integrations_status()
        if rows and not all(row.get("integrationName") for row in rows):
            # The one without a name may be the one that is looked for.
            rows, why = None, "it lists an integration without a name"
        if rows is None:
            self.found.add("integration_status", False, f"Not available from this tenant ({why}).")
            return
        own = self._mine(rows)
        self.found.listed, self.found.several = bool(own), len(own) > 1
        if len(own) != 1:
            names = ", ".join(sorted(self._quoted(row, "integrationName") for row in own or rows)) or "none"
            words = f"There are {names}." if own else f"There is no integration {self.name!r}; there is {names}."
            self.found.add("integration_status", False, words)
            return
        (row,) = own
        status, date = str(row.get("status") or "not shown").upper(), row.get("date")
        self.found.failing = status in FAILED
        self.found.unclear = status not in (*SUCCEEDED, *UNDECIDED, *FAILED)
        self.found.stale = status in SUCCEEDED and not self._is_fresh(date)
        self.found.arrives = status in SUCCEEDED and not self.found.stale
        words = f": {self._quoted(row, 'error')}" if row.get("error") else ""
        fresh = "" if self._is_fresh(date) else f", which is not{self._age_words}"
        at = f"at {date}" if date else "at a time that is not shown"
        shown = self._quoted(row, "status") or "not shown"
        detail = f"The latest run of {self._quoted(row, 'integrationName')}, {at}{fresh}, is {shown}{words}."
        self.found.add("integration_status", status == "SUCCESS" and not fresh, self.context.quote(detail, 600))

    def _mine(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """By name, in any spelling; where the name is not known, as for the provisioned one, those of the provider."""
        named = named_so(rows, self.name, _name_of) or [
            row for row in rows if _folded(_name_of(row)) == _folded(self.name)
        ]
        if not named and self.provisioned:
            named = [row for row in rows if f"__{self.provider}__" in str(row.get("integrationId"))]
        return named

    def _quoted(self, row: dict[str, Any], name: str) -> str:
        return self.context.quote(row.get(name) or "")

    # People

    def _look_at_expected(self) -> None:
        """Whether each of the people who were named is linked."""
        missing, stale = [], []
        for login in self.expected:
            found = self.service.get_end_user(login) or {}
            accounts = found.get("providerEndUserDetails") or []
            self._count([_provider_of(account) for account in accounts])
            mine = [account for account in accounts if _provider_of(account) == self.provider]
            if not mine:
                missing.append(login)
            elif not any(self._is_fresh(stamp) for account in mine for stamp in _stamps(account)):
                stale.append(login)
        if not missing and not stale:
            words = "has an account" if len(self.expected) == 1 else "have accounts"
            self.found.add(
                "expected_users", True, f"{', '.join(self.expected)} {words} from {self.product}{self._proof_words}."
            )
            return
        fresh = len(self.expected) - len(missing) - len(stale)
        self.found.arrives = self.found.arrives or fresh > 0
        self.found.stale = self.found.stale or (bool(stale) and not self.found.arrives)
        parts = [f"No account from {self.product} yet: {', '.join(missing)}."] if missing else []
        parts += [f"No activity from {self.product}{self._age_words}: {', '.join(stale)}."] if stale else []
        self.found.add("expected_users", False, self.context.quote(" ".join(parts), 2000))

    def _look_at_people(self) -> None:
        """Whether anybody's data comes from the provider."""
        of_duo = unshown = 0
        for person in self.service.list_end_users(EVIDENCE):
            providers = [provider.upper() for provider in person.get("providers") or []]
            unshown += person.get("providers") is None
            self._count(providers)
            if self.provider not in providers:
                continue
            of_duo += 1
            if self._is_alive(person, closely=of_duo <= CLOSE_LOOKS):
                login = self.context.quote(person.get("login") or "A user without a login")
                self.found.add("users", True, f"{login} has an account from {self.product}{self._proof_words}.")
                return
        detail = f"Of {self.found.people} users, none has an account from {self.product}."
        if unshown:
            detail = f"{detail[:-1]}, as far as that is shown: {unshown} are listed without their providers."
        self.found.stale = self.found.stale or bool(of_duo)
        if of_duo:
            detail = f"Of {of_duo} users with an account from {self.product}, none shows any activity{self._age_words}."
        self.found.add("users", False, detail)

    def _is_alive(self, person: dict[str, Any], *, closely: bool) -> bool:
        """:param closely: whether a request of its own is worth it, where the list does not show it."""
        devices = [device for device in person.get("devices") or [] if _provider_of(device) == self.provider]
        if self.max_age is None or any(self._is_fresh(device.get("lastSeen")) for device in devices):
            return True
        whole = (self.service.get_end_user(str(person.get("login"))) if closely else None) or {}
        accounts = [row for row in whole.get("providerEndUserDetails") or [] if _provider_of(row) == self.provider]
        return any(self._is_fresh(stamp) for account in accounts for stamp in _stamps(account))

    def _count(self, providers: list[str]) -> None:
        self.found.people += 1
        self.found.providers.update(set(filter(None, providers)))

    # Age

    def _is_fresh(self, stamp: Any) -> bool:
        if self.max_age is None:
            return True
        moment = moment_of(stamp)
        return moment is not None and -MOST_AHEAD <= time.time() - moment <= self.max_age

    @property
    def _proof_words(self) -> str:
        """Without a limit, data that came once proves the integration for ever, which has to be said."""
        return self._age_words or ", of any age because max_age is not set"

    @property
    def _age_words(self) -> str:
        return "" if self.max_age is None else f" within the last {self.max_age} seconds"


def _name_of(row: dict[str, Any]) -> Any:
    return row.get("integrationName")


def _provider_of(row: dict[str, Any]) -> str:
    return str(row.get("provider") or "").upper()


def _folded(name: Any) -> str:
    """A name as people compare names. One that is spelled in another way must not pass for one that is not there."""
    return free_text(name).casefold()


def _stamps(account: dict[str, Any]) -> Iterable[Any]:
    return account.get("lastUpdated"), (account.get("lastSignIn") or {}).get("timestamp")
