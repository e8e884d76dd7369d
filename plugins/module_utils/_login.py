# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A login that is tried once, however many tasks and hosts use it. Private to this collection.

ISE locks an administrator after a few wrong passwords (Cisco's administration guide, "Account Disable Policy"), and a
run has many tasks. What SAFE and Identity Intelligence do is not published. So what came of a login is kept for some
minutes in files below ANSIBLE_HOME, without the password.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import Unauthorized
from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer
from ansible_collections.identityops.cisco.plugins.module_utils._registry import folder, one_at_a_time

# How long what came of a login is remembered (seconds): longer than a run goes on after its first refusal, shorter than
# anybody takes to unlock an account.
MEMORY = 120
ROUNDS = 50_000
# How many wrong passwords of one account are remembered.
MOST_REFUSALS = 5
# In the memory of a run only: with it, the proof of a password that works need not be slow.
RUN_KEY = os.urandom(32)

Note = dict[str, Any]


class Login:
    """One account of one service, with one password.

    :param password: with whatever else decides whether the login is accepted.
    :param who: the account, as words that follow "refused".
    :param reason: why a refused login is not repeated, as words that follow "because".
    :param parts: what can be corrected, as words that follow "another".
    :param refusals: the statuses that refuse a login.
    """

    def __init__(
        self,
        service: str,
        base_url: str,
        username: str,
        password: str,
        who: str,
        reason: str,
        parts: str = "user name or password",
        refusals: Collection[int] = (401,),
    ) -> None:
        self._service = service
        self._who = who
        self._reason = reason
        self._parts = parts
        self._statuses = refusals
        self._password = password.encode("utf-8", "surrogatepass")
        self._name = "login-" + hashlib.sha256(f"{base_url.lower()} {username}".encode()).hexdigest()[:20]
        self._refusals = folder() / f"{self._name}.json"
        self._acceptance = folder() / f"{self._name}-accepted.json"
        self._is_accepted = False
        self._is_being_tried = False
        self._refusing: Answer | None = None

    def attempt(self, attempted: str, send: Callable[[], Answer]) -> Answer:
        """Send a request with this login, unless it is known to be refused.

        :returns: the answer; the answer that refused the login, if it was this task's.
        :raises Unauthorized: the service has refused it a moment ago, to another task.
        """
        if self._is_accepted or self._is_being_tried:
            # The second while the meaning of an answer is looked up with another request.
            return send()
        if self._refusing:
            return self._refusing
        if self._was_accepted():
            return self._noting(send)
        # Hosts that share the account wait for the host that tries it first.
        with one_at_a_time(self._name):
            if note := self._refusal():
                raise self._refused(attempted, note)
            return self._noting(send)

    def _noting(self, send: Callable[[], Answer]) -> Answer:
        self._is_being_tried = True
        try:
            answer = send()
        except Unauthorized:
            self._keep_refusal()
            raise
        finally:
            self._is_being_tried = False
        # What else may go wrong, such as in a gateway, proves neither.
        self._is_accepted = answer.status < 300
        if answer.status in self._statuses:
            self._refusing = answer
            self._keep_refusal()
        elif self._is_accepted and not self._was_accepted():
            _keep(self._acceptance, {"at": time.time(), "proof": self._proof_in_this_run()})
        return answer

    def _was_accepted(self) -> bool:
        """Whether an earlier task of this run has used this very password."""
        return any(_are_same(note.get("proof"), self._proof_in_this_run()) for note in _notes(self._acceptance))

    def _refusal(self) -> Note | None:
        """The note that this very password was refused."""
        return next((note for note in _notes(self._refusals) if _are_same(note.get("proof"), self._proof(note))), None)

    def _keep_refusal(self) -> None:
        new = {"at": time.time(), "salt": os.urandom(16).hex()}
        notes = [*_notes(self._refusals), {**new, "proof": self._proof(new)}]
        _keep(self._refusals, notes[-MOST_REFUSALS:])
        with contextlib.suppress(OSError):
            self._acceptance.unlink()

    def _proof_in_this_run(self) -> str:
        return hmac.digest(RUN_KEY, self._password, "sha256").hex()

    def _proof(self, note: Note) -> str:
        """Slow to compute, so that the file is of no use for guessing a password that was refused anyway."""
        salt = str(note.get("salt")).encode()
        return hashlib.pbkdf2_hmac("sha256", self._password, salt, ROUNDS).hex()

    def _refused(self, attempted: str, note: Note) -> Unauthorized:
        ago = time.time() - float(note["at"])
        return Unauthorized(
            attempted,
            f"{self._service} refused {self._who} {ago:.0f} seconds ago, and it is not tried again yet, because "
            f"{self._reason}",
            f"Correct it: another {self._parts} is tried immediately. If the service accepts it again, run this again "
            f"in {MEMORY - ago:.0f} seconds, or delete {self._refusals}.",
            status=401,
        )


def _are_same(proof: Any, other: str) -> bool:
    return hmac.compare_digest(str(proof).encode(), other.encode())


def _notes(path: Path) -> list[Note]:
    """What a file remembers; empty if there is nothing, or nothing fresh."""
    try:
        found = json.loads(path.read_text())
        notes = found if isinstance(found, list) else [found]
        return [note for note in notes if 0 <= time.time() - float(note["at"]) < MEMORY]
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return []


def _keep(path: Path, notes: Note | list[Note]) -> None:
    # Without a home that can be written, each task tries for itself.
    with contextlib.suppress(OSError):
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump(notes, stream)
        new.replace(path)
