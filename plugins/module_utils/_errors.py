# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's errors. Private to this collection; nothing here is a public interface.

Libraries raise them, the front ends end the task. Each says what was attempted, what came back and what to do next, and
never carries headers or bodies.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar


class CiscoError(Exception):
    """Base of every error a task can end with.

    :param attempted: what was tried, as words that follow "Could not", such as ``create the application 'ISE'``.
    :param came_back: what happened instead, in the vendor's own words where there are any.
    :param advice: what the reader can do next, a full sentence.
    :param status: HTTP status of the answer, if there was one.
    :param code: the vendor's own error code, if there was one.
    """

    kind: ClassVar[str] = "error"

    def __init__(
        self, attempted: str, came_back: str, advice: str = "", *, status: int | None = None, code: str | None = None
    ) -> None:
        self.attempted = attempted
        self.came_back = came_back.rstrip(". ")
        self.advice = advice
        self.status = status
        self.code = code
        super().__init__(attempted, came_back)

    def __str__(self) -> str:
        return f"Could not {self.attempted}: {self.came_back}. {self.advice}".rstrip()

    def advised(self, advice: str) -> CiscoError:
        """The same error, with advice that only the caller can give in front of its own."""
        self.advice = f"{advice} {self.advice}".strip()
        return self

    def as_dict(self) -> dict[str, Any]:
        """The error as data, returned under ``error`` so that a play can distinguish failures."""
        return {
            "kind": self.kind,
            "attempted": self.attempted,
            "came_back": self.came_back,
            "advice": self.advice,
            "status": self.status,
            "code": self.code,
        }


class InvalidInput(CiscoError):
    """What the user gave cannot be right; found before anything was written."""

    kind = "invalid_input"


class MissingLibrary(CiscoError):
    """A Python package that the collection needs is not importable where the task runs."""

    kind = "missing_library"


class Unreachable(CiscoError):
    """No connection: name, address, port, proxy or time-out."""

    kind = "unreachable"


class Untrusted(CiscoError):
    """The server's certificate could not be verified."""

    kind = "untrusted_certificate"


class Unauthorized(CiscoError):
    """The service does not accept the credentials (HTTP 401)."""

    kind = "unauthorized"


class Forbidden(CiscoError):
    """The credentials are good, the right is missing (HTTP 403)."""

    kind = "forbidden"


class FeatureOff(CiscoError):
    """The service refuses because the feature the call belongs to is switched off."""

    kind = "feature_off"


class NotFound(CiscoError):
    """The named object does not exist (HTTP 404)."""

    kind = "not_found"


class Ambiguous(CiscoError):
    """More than one object fits what the user named."""

    kind = "ambiguous"


class Refused(CiscoError):
    """The service understood the request and declined it."""

    kind = "refused"


class Throttled(CiscoError):
    """The service kept answering "too many requests" until patience ran out."""

    kind = "throttled"


class ServerTrouble(CiscoError):
    """The service reports a fault of its own (HTTP 5xx)."""

    kind = "server_trouble"


class UnexpectedAnswer(CiscoError):
    """The answer is not what the service's description promises: HTML, truncated or of another shape."""

    kind = "unexpected_answer"


class IncompleteList(CiscoError):
    """A list changed while it was read, so what it lacks proves nothing."""

    kind = "incomplete"


class OutcomeUnknown(CiscoError):
    """A write was sent and its answer lost, so it may or may not have taken effect."""

    kind = "outcome_unknown"


class NotConfirmed(CiscoError):
    """A write was accepted, yet reading back does not show it."""

    kind = "not_confirmed"


class TimedOut(CiscoError):
    """A condition that was awaited did not come about in time."""

    kind = "timed_out"


class Unexpected(CiscoError):
    """A defect of this collection or of a library. What the exception says is not repeated: it may hold a secret."""

    kind = "unexpected"


class CheckModeWrite(CiscoError):
    """A write was about to be sent in check mode. Always a defect of this collection; the transport stops it."""

    kind = "check_mode_write"


def nearest(wanted: str, existing: Iterable[str], most: int = 3) -> str:
    """A sentence that names the existing names most like the wanted one, whatever their case."""
    import difflib

    spelled: dict[str, list[str]] = {}
    for name in existing:
        spelled.setdefault(name.casefold(), []).append(name)
    alike = difflib.get_close_matches(wanted.casefold(), spelled, n=most, cutoff=0.4)
    close = [name for one in alike for name in spelled[one]][:most]
    return f"The nearest existing names are {', '.join(map(repr, close))}." if close else "No existing name is like it."
