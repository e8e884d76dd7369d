# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How secrets look in texts, and how they are cut out. Private to this collection."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "********"
SHORTEST_ENCODED = 4
"""Encoded forms of anything shorter would hide half of every text."""
LONGEST_FRAGMENT = 4
"""How much of a secret may remain where somebody else cut the text."""


def forms(secret: str) -> set[str]:
    """A secret in every form in which a service or a library may repeat it."""
    plain = {secret, secret.strip()} - {""}
    found = set(plain)
    for text in plain:
        if len(text) >= SHORTEST_ENCODED:
            found |= _encoded(text)
    return found


def _encoded(text: str) -> set[str]:
    raw = text.encode("utf-8", "surrogatepass")
    codes = {base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()}
    pages = {html.escape(text), html.escape(text, quote=False), html.escape(text).replace("&#x27;", "&#39;")}
    addresses = {quote(raw), quote(raw, safe=""), quote_plus(raw)}
    escaped = {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1], ascii(text)[1:-1]}
    escaped |= {entry.replace("/", r"\/") for entry in escaped} | {repr(entry)[1:-1] for entry in escaped}
    return codes | {code.rstrip("=") for code in codes} | pages | addresses | escaped


def all_forms(secrets: Iterable[str]) -> set[str]:
    return {form for secret in secrets for form in forms(secret)}


def censored(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets, in any form, and without a piece of one where somebody cut the text."""
    hidden = sorted(all_forms(secrets), key=len, reverse=True)
    for form in hidden:
        text = text.replace(form, MASK)
    for form in hidden:
        text = _without_pieces(text, form)
    return text


def _without_pieces(text: str, form: str) -> str:
    """Cut out the beginning of a secret before the end of a text or before dots, and its end at the text's start."""
    least = LONGEST_FRAGMENT + 1
    if len(form) <= least or (form[:least] not in text and form[-least:] not in text):
        return text
    for length in range(len(form) - 1, LONGEST_FRAGMENT, -1):
        head = re.escape(form[:length])
        text = re.sub(head + r"(?=[\"'’”)\]]?\.?\s*\Z|\s?(?:\.\.\.|…))", lambda match: MASK, text)
        if text.startswith(form[-length:]):
            text = MASK + text[length:]
    return text


def printable(text: str) -> str:
    """A text whose control characters are escaped, so that it cannot take hold of a terminal or a log."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


# Secrets in the wrong place

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
SHAPES = (
    # (which options, what a value of theirs may look like)
    (r".*host(name)?", r"(\w+://)?(?=.{1,19}$|.*[.:])[\w.:\[\]-]+(/.*)?"),
    (r".*integration_key", r"DI[A-Z0-9]{18}"),
    (r".*client_id", r"[0-9a-f]{20}"),
    (r".*_(path|url|region|username)", rf"(?!.*-----BEGIN)(?!{UUID}$)[^\r\n]*"),
)
"""What an option holds whose value is quoted in messages. Anything else in it may be a secret in the wrong place."""


def misplaced(options: Mapping[str, Any]) -> set[str]:
    """Values that may be secrets in the wrong place, and what stands before the host in addresses."""
    found: set[str] = set()
    for name, value in options.items():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, Mapping):
                found |= misplaced(entry)
            elif isinstance(entry, str) and entry.strip():
                found |= _suspects(str(name), entry)
    return found


def _suspects(name: str, value: str) -> set[str]:
    user = re.match(r"(?:\w+://)?([^/?#]*)@", value) if "://" in value or re.fullmatch(SHAPES[0][0], name) else None
    found = {part for part in (user[1], user[1].partition(":")[2]) if part} if user else set()
    wrong = any(re.fullmatch(which, name) and not re.fullmatch(shape, value.strip()) for which, shape in SHAPES)
    if looks_secret(value) or (wrong and not user):
        found |= {value, value.strip().lower()}
    return found


def looks_secret(value: str) -> bool:
    """Whether a text looks drawn at random: long, in one piece, of capitals, small letters and digits."""
    kinds = ("[A-Z]", "[a-z]", "[0-9]")
    return bool(re.fullmatch(r"[A-Za-z0-9+_=-][A-Za-z0-9+/_=-]{23,}", value)) and all(
        re.search(kind, value) for kind in kinds
    )
