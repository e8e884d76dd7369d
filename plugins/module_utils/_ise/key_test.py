# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ISE says when it has tested the keys of a Duo connection. Private to this collection.

Facts: Cisco's API description "mfa" has code 200 for keys that were verified, with "a string" that it does not show. A
failed test is expected to have a code of failure. In case it has not, the string is read as well: words that are not
known prove nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ACCEPTED, REJECTED, UNCLEAR, NOT_CHECKED = "accepted", "rejected", "unclear", "not_checked"

# No answer is longer, and a hostile one could be.
MOST_READ = 2_000
_GOOD = (
    r"success\w*|succe\w+ed|verified|validated|valid|accepted|passed|pass|ok|okay|true|connected|established|"
    r"authenticated|complete|completed|done|works|working|reachable|confirmed|good"
)
# That there is no error: in words, or as a member without a value, which the next word must not belong to.
_HARMLESS = (
    r"(?i)\b(no|without|without any|0|zero) (error|failure|problem|issue)s?\b"
    r"|\b\w*(error|fail|problem|issue)\w*\b[\"']?\s*[:=]\s*"
    r"(\"\"|''|\[\s*\]|\{\s*\}|[\"']?(none|null|no|0|false)\b[\"']?)(?=\s*([,;.})\]\n]|\Z))"
)
# A denial of what follows in the same part of the sentence, and one that may be about something else.
_DENIAL = rf"(?i)(\b(not?|never|cannot|neither|nor)\b|\w+n't\b)(GAP\w+){{0,3}}?(GAP({_GOOD})\b)+"
_NOT = _DENIAL.replace("GAP", r"[^.,:;!?\w]+") + rf"|\b({_GOOD})\W+(false|no|0)\b"
_PERHAPS_NOT = _DENIAL.replace("GAP", r"\W+")
_BAD = (
    r"(?i)\b(fail|unsuccess|invalid|unverified|reject|den(y|ied)|declin|refus|unable|error|false|wrong|incorrect|bad|"
    r"mismatch|expired|unauthori[sz]ed|forbidden|unreachable|timeout|timed out|could not|cannot)|\w+n't\b"
)
_WELL = rf"(?i)\b({_GOOD})\b"


class KeyTest(NamedTuple):
    """
    :ivar verdict: ``accepted``, ``rejected``, or ``unclear`` where ISE's words do not show which.
    :ivar words: ISE's own; empty for keys that are accepted.
    """

    verdict: str
    words: str = ""

    @property
    def unclear(self) -> str:
        """Why nothing is proven, words that follow a semicolon; empty if something is."""
        return f"whether Duo accepts its keys is unclear, because ISE says: {self.words}" * (self.verdict == UNCLEAR)


def verdict_of(text: str, name: str) -> str:
    """What the text of a test means that was answered with a code of success.

    :param name: of the connection, which may be in the text.
    """
    text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text[:MOST_READ])
    if not re.search(r"\w", text) or text.strip() == "null":
        # Without any words but the name, the code alone says it.
        return ACCEPTED
    text = re.sub(_HARMLESS, " ", text)
    rest, denials = re.subn(_NOT, " ", text)
    if re.search(_PERHAPS_NOT, rest):
        return UNCLEAR
    is_bad, is_good = denials > 0 or bool(re.search(_BAD, rest)), bool(re.search(_WELL, rest))
    if is_bad == is_good:
        return UNCLEAR
    return ACCEPTED if is_good else REJECTED
