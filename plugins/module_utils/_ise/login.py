# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A login to ISE that is tried once, however many tasks and hosts use it. Private to this collection.

ISE locks an administrator after a few wrong passwords (Cisco's administration guide, "Account Disable Policy"), and a
run has many tasks. So what came of a login is kept for some minutes in a file below ANSIBLE_HOME, without the password.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import Unauthorized
from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer
from ansible_collections.identityops.cisco.plugins.module_utils._registry import folder, one_at_a_time

# How long what came of a login is remembered (seconds): longer than a run goes on after its first refusal, shorter than
# anybody takes to unlock an account.
MEMORY = 120
ROUNDS = 50_000


class Login:
    """One account of one ISE, with one password."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        self._username = username
        self._password = password
        self._name = "login-" + hashlib.sha256(f"{base_url} {username}".encode()).hexdigest()[:20]
        self._file = folder() / f"{self._name}.json"
        self._is_accepted = False
        self._is_being_tried = False

    def attempt(self, attempted: str, send: Callable[[], Answer]) -> Answer:
        """Send a request with this login, unless it is known to be refused.

        :raises Unauthorized: ISE has refused it a moment ago.
        """
        if self._is_accepted or self._is_being_tried:
            # The second while the meaning of an answer is looked up with another request.
            return send()
        if self._note().get("is_accepted"):
            return self._noting(send)
        # Hosts that share the account wait for the one that tries it first.
        with one_at_a_time(self._name):
            note = self._note()
            if note and not note.get("is_accepted") and self._is_same(note):
                raise self._refused(attempted, note)
            return self._noting(send)

    def _noting(self, send: Callable[[], Answer]) -> Answer:
        self._is_being_tried = True
        try:
            answer = send()
        except Unauthorized:
            self._keep()
            raise
        finally:
            self._is_being_tried = False
        self._is_accepted = answer.status != 401
        # What is remembered already is not written again by each task.
        if not (self._is_accepted and self._note().get("is_accepted")):
            self._keep()
        return answer

    def _note(self) -> dict[str, Any]:
        """What is remembered of the account; empty if there is nothing, or nothing fresh."""
        try:
            found = json.loads(self._file.read_text())
            return dict(found) if 0 <= time.time() - float(found["at"]) < MEMORY else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _keep(self) -> None:
        note: dict[str, Any] = {"at": time.time(), "is_accepted": self._is_accepted}
        if not self._is_accepted:
            salt = os.urandom(16)
            note |= {"salt": salt.hex(), "proof": self._proof(salt)}
        # Without a home that can be written, each task tries for itself.
        with contextlib.suppress(OSError):
            folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            new = self._file.with_suffix(f".{os.getpid()}")
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
                json.dump(note, stream)
            new.replace(self._file)

    def _is_same(self, note: dict[str, Any]) -> bool:
        """Whether the password is the one that was refused."""
        try:
            return hmac.compare_digest(self._proof(bytes.fromhex(note["salt"])), str(note["proof"]))
        except (KeyError, TypeError, ValueError):
            return False

    def _proof(self, salt: bytes) -> str:
        """Slow to compute, so that the file is of no use for guessing a password that ISE has refused anyway."""
        return hashlib.pbkdf2_hmac("sha256", self._password.encode("utf-8", "surrogatepass"), salt, ROUNDS).hex()

    def _refused(self, attempted: str, note: dict[str, Any]) -> Unauthorized:
        ago = time.time() - float(note["at"])
        return Unauthorized(
            attempted,
            f"ISE refused the login of {self._username} {ago:.0f} seconds ago, and it is not tried again yet, because "
            "ISE locks accounts",
            "Correct the user name or the password: another one is tried at once. If the account was unlocked on ISE, "
            f"run this again in {MEMORY - ago:.0f} seconds, or delete {self._file}.",
            status=401,
        )
