# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the status of an answer to the error that it stands for, alike for all services. Private to this collection."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    NotFound,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnexpectedAnswer,
)

# What came back and what to do next, by kind of error.
Said = Mapping[type[CiscoError], tuple[str, str]]


def kind_of(status: int) -> type[CiscoError]:
    """The kind of error that an HTTP status from 300 on stands for."""
    known: dict[int, type[CiscoError]] = {401: Unauthorized, 403: Forbidden, 404: NotFound}
    if status in known:
        return known[status]
    if status < 400:
        return UnexpectedAnswer
    return ServerTrouble if status >= 500 else Refused


def refusal(
    status: int, attempted: str, service: str, words: str, said: Said | None = None, code: str | None = None
) -> CiscoError:
    """What a refusal means.

    :param words: the service's own.
    :param said: what came back and what to do next, where the service has something better to say of a kind of error.
    """
    kind = kind_of(status)
    is_redirect = status >= 300
    odd = (
        f"{service} redirects to another page" if is_redirect else f"{service} says: {words}, with a status of success"
    )
    usual: Said = {
        UnexpectedAnswer: (odd, "Check the host name and the proxy."),
        Refused: (
            f"{service} says: {words}",
            "Correct what it names. If nothing is wrong there, run this again later.",
        ),
        ServerTrouble: (f"{service} reports a fault of its own ({status}: {words})", "Run this again later."),
    }
    came_back, advice = {**usual, **(said or {})}.get(kind, (f"{service} says: {words}", ""))
    return kind(attempted, came_back, advice, status=status, code=code)
