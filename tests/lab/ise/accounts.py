# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""API accounts, and the lock that makes a second try with a wrong password a bad idea."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

# A guess at the default of ISE's account suspension settings; what matters is that there is a limit.
LOCK_AFTER = 3


@dataclass
class Account:
    """One internal administrator. `read_only` is the group ERS Operator: GET only (Cisco, "Setting up")."""

    username: str
    password: str
    read_only: bool
    failed_logins: int = 0
    consecutive_failures: int = 0
    locked: bool = False


class Accounts:
    """All accounts, and the failures of names that do not exist."""

    def __init__(self, accounts: list[Account]) -> None:
        self._accounts = {account.username: account for account in accounts}
        self.unknown_logins = 0

    def login(self, username: str, password: str) -> Account | None:
        """The account, or None; every wrong password counts, and a locked account is refused whatever the password."""
        account = self._accounts.get(username)
        if account is None:
            self.unknown_logins += bool(username)
            return None
        if password != account.password:
            account.failed_logins += 1
            account.consecutive_failures += 1
            account.locked = account.locked or account.consecutive_failures >= LOCK_AFTER
            return None
        if account.locked:
            return None
        account.consecutive_failures = 0
        return account

    def unlock(self, username: str) -> None:
        """What an administrator does in the GUI. Raises ValueError for an unknown name."""
        if username not in self._accounts:
            raise ValueError(f"no account {username!r}; there are {', '.join(sorted(self._accounts))}")
        account = self._accounts[username]
        account.locked, account.consecutive_failures, account.failed_logins = False, 0, 0

    def snapshot(self) -> dict[str, Any]:
        """By user name, passwords included."""
        return {name: asdict(account) for name, account in self._accounts.items()}
