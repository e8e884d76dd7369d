# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a refusal of Duo's means and what to do about it. Private to this collection.

Facts: Duo documentation, "Admin API" and "Auth API", and ``duo_client`` itself.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import shown
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    OutcomeUnknown,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer
from ansible_collections.identityops.cisco.plugins.module_utils._refusals import Said, refusal
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# Duo's error codes for a refused signature (Duo documentation, "Admin API", response codes).
UNKNOWN_KEY, WRONG_SIGNATURE, BAD_TIMESTAMP = "40102", "40103", "40105"
WRONG_TYPE_TEXT = "Wrong integration type"


class Call(NamedTuple):
    """The call that was refused.

    :ivar attempted: what it was for, as words that follow "Could not".
    :ivar permission: what it needs, as the Admin Panel calls it; empty for the Auth API.
    :ivar writes: whether it changes anything.
    :ivar clock_difference: the difference between this machine's clock and Duo's, in words.
    """

    attempted: str
    permission: str
    writes: bool
    api_host: str
    integration_key: str
    clock_difference: str
    context: Context


def explain(answer: Answer, call: Call) -> CiscoError:
    """:param answer: one that is no success."""
    status, data = answer.status, answer.data
    envelope = data if isinstance(data, dict) and data.get("stat") == "FAIL" else {}
    if not envelope and status < 500:
        return _unexpected(answer, call)
    code, words = _code(envelope), call.context.quote(_words(envelope))
    said: Said = {
        Unauthorized: (f"Duo says: {words}", _why_unauthorized(call, code)),
        Forbidden: (f"Duo says: {words}", _why_forbidden(call, words)),
    }
    return refusal(status, call.attempted, "Duo", words, said, code)


def _unexpected(answer: Answer, call: Call) -> CiscoError:
    status = answer.status
    if answer.is_html:
        came_back = f"a web page came back instead of Duo's JSON (HTTP {status})"
        advice = f"Check that {call.api_host} is the API hostname that Duo shows with the application, and the proxy."
    else:
        came_back, advice = f"the answer is not one that Duo documents (HTTP {status})", "Run this again."
    if call.writes and status < 300:
        return OutcomeUnknown(call.attempted, came_back, advice, status=status)
    return UnexpectedAnswer(call.attempted, came_back, advice, status=status)


def _why_unauthorized(call: Call, code: str | None) -> str:
    if code == UNKNOWN_KEY:
        return (
            f"{call.api_host} does not know {shown(call.integration_key)}. Check the key and the API hostname, and "
            "that it is an Admin API key where the Admin API is called, an Auth API key where the Auth API is."
        )
    if code == WRONG_SIGNATURE:
        return f"Duo knows {shown(call.integration_key)}, but the secret key does not belong to it."
    if code == BAD_TIMESTAMP:
        return f"Correct the clock of the machine that runs the task{call.clock_difference}."
    return "Check the integration key and the secret key."


def _why_forbidden(call: Call, words: str) -> str:
    if WRONG_TYPE_TEXT.lower() in words.lower() or not call.permission:
        another = f"An application of another kind has {shown(call.integration_key)}."
        return f"{another} Are the Admin and Auth keys swapped?"
    return (
        f"Give the application that has {shown(call.integration_key)} the permission {call.permission!r} in the Duo "
        "Admin Panel. If it has that permission, the account's edition may not include this, or the key may be one of "
        "an Auth API application."
    )


def _code(envelope: dict[str, Any]) -> str | None:
    code = envelope.get("code")
    return None if code is None else str(code)


def _words(envelope: dict[str, Any]) -> str:
    detail = envelope.get("message_detail")
    text = str(envelope.get("message") or "no reason given")
    return f"{text} ({detail})" if detail else text
