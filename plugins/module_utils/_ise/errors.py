# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a refusal of ISE's means and what to do about it. Private to this collection.

Facts: Cisco's API descriptions, developer pages and support documents.
"""

from __future__ import annotations

import html
import re
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    NotFound,
    Refused,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    API_SETTINGS,
    ERS_PORT,
    ON_ERS_PORT,
    Ise,
    TakenForAttack,
)
from ansible_collections.identityops.cisco.plugins.module_utils._refusals import Said, refusal
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

XML_TITLE = re.compile(r"<title>([^<]*)</title>|\btitle=\"([^\"]*)\"")
ON_PASSWORD = (
    "Check the user name and the password, and on ISE whether the account is locked or disabled (Administration > "
    "System > Admin Access > Administrators). It was tried only once, because ISE locks accounts."
)
ON_CERTIFICATE = (
    "ISE takes a client certificate from release 3.3 on, for its Open API and ERS, if it trusts the authority and "
    "knows the administrator. Its monitoring API (MnT), with the sessions and the posture of endpoints, takes "
    "passwords only: for that, set ise_username and ise_password."
)


def words_of(answer: Answer, context: Context) -> str:
    """ISE's own words from any of its error formats."""
    said = _said_in(answer.data) if answer.data is not None else _said_in_text(answer)
    return context.quote(said) or f"{'a web page, ' if answer.is_html else ''}HTTP {answer.status}"


def explain(answer: Answer, attempted: str, ise: Ise) -> CiscoError:
    """:param answer: one that is no success."""
    status, words = answer.status, words_of(answer, ise.context)
    if status in (400, 403, 405) and "primary" in words.lower():
        # With which code and words another node refuses a change is not documented; a good guess beats the role.
        kind = Forbidden if status == 403 else Refused
        advice = "Set ise_hostname to the primary PAN, which identityops.cisco.ise_system_info names."
        return kind(attempted, f"ISE says: {words}", advice, status=status)
    if status == 400 and "security check" in words.lower():
        advice = (
            "It treats the request as an attack because of characters such as ' \" < > ; & in a name or a description."
        )
        return TakenForAttack(attempted, f"ISE says: {words}", f"{advice} Leave them out.", status=status)
    if status == 404 and ise.port == ERS_PORT and answer.data is None:
        return NotFound(attempted, f"ISE does not know this call ({words})", ON_ERS_PORT, status=status)
    said: Said = {
        Unauthorized: (
            f"ISE does not accept the login of {ise.username}",
            ON_PASSWORD if ise.uses_password else ON_CERTIFICATE,
        ),
        Forbidden: (
            f"ISE refuses it ({words})",
            f"Give the account {ise.username} the right role: ERS Operator may only read, ERS Admin and Super "
            f"Admin may write. Check also that ERS and Open API are enabled for read and write in {API_SETTINGS}, "
            "and that this is the primary PAN.",
        ),
        UnexpectedAnswer: ("ISE redirects to another page", "Check that the API is enabled."),
    }
    return refusal(status, attempted, "ISE", words, said)


def _said_in_text(answer: Answer) -> str:
    """As :func:`_said_in`, of an answer that is no JSON: a bare text, or an error of ERS in XML, its default."""
    if answer.is_html and "ersresponse" not in answer.text.lower():
        return ""
    titles = [html.unescape((inner or attribute).strip()) for inner, attribute in XML_TITLE.findall(answer.text)]
    return "; ".join(title for title in titles if title) or ("" if answer.is_html else answer.text.strip())


def _said_in(data: Any) -> str:
    """The message in an error of ERS, of Open API in its three forms, or in a bare text; empty if there is none."""
    inner = data
    if isinstance(data, dict):
        inner = data.get("ERSResponse") or data.get("response") or data.get("error") or data
    if not isinstance(inner, dict):
        return inner if isinstance(inner, str) else ""
    messages = inner.get("messages")
    if isinstance(messages, list):
        return "; ".join(str(entry["title"]) for entry in messages if isinstance(entry, dict) and entry.get("title"))
    return str(inner.get("message") or "")
