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
"""How much of a secret may remain where the text was cut elsewhere."""
LONGEST_WORD = 200


def all_forms(secrets: Iterable[str]) -> set[str]:
    return {form for secret in secrets for form in forms(secret)}


def forms(secret: str) -> set[str]:
    """A secret in the usual forms, for those who replace whole texts only. :func:`censored` knows all."""
    found = atoms_of(secret)
    for text in (secret, secret.strip()):
        if len(text) >= SHORTEST_ENCODED:
            found |= {quote(text), quote(text, safe=""), quote_plus(text), html.escape(text)}
            found |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
    return found


def atoms_of(secret: str) -> set[str]:
    """A secret as it is, in hexadecimal digits, and in Base64: alone, or within something longer, such as after a user
    and a colon."""
    found = {secret, secret.strip()} - {""}
    for text in [text for text in found if len(text) >= SHORTEST_ENCODED]:
        raw = text.encode("utf-8", "surrogatepass")
        found |= {raw.hex(), raw.hex().upper()}
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            found |= {encode(raw).decode(), encode(raw).decode().rstrip("=")}
            for before, skipped in ((0, 0), (1, 2), (2, 3)):
                # Characters that also depend on what stands before or after are left out.
                code = encode(bytes(before) + raw).decode()[skipped : (before + len(raw)) * 8 // 6]
                found |= {code} if len(code) > LONGEST_FRAGMENT else set()
    return found


def censored(text: str, secrets: Iterable[str]) -> str:
    """A text without the secrets, in any form, and without a piece of one where the text was cut elsewhere."""
    # Loaded only where there is a text of others: starting a module takes longer the more code it has to compile.
    from ansible_collections.identityops.cisco.plugins.module_utils._censoring import cut_out

    return cut_out(text, secrets)


def printable(text: str) -> str:
    """A text whose control characters are escaped, so that it cannot take hold of a terminal or a log."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def shortened(text: str, most: int) -> str:
    """A text of about the length that is allowed, without what is most likely a name that fills it."""
    if len(text) <= most:
        return text
    text = re.sub(rf"(\S{{{LONGEST_WORD}}})\S+", r"\1...", text)
    return text if len(text) <= most else f"{text[: most * 3 // 4]} ... {text[-most // 4 :]}"


# Secrets in the wrong place

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
HOST = re.compile(r"(.*_)?host(name)?")
LOGIN = re.compile(r"(?:\w+://)?([^/?#]*)@")
WHOLE_UUID = re.compile(UUID)
SECURE_ENDPOINT_ID = r"(secure_endpoint_)?client_id"
# Options whose values other services draw at random.
DRAWN_ID = re.compile(rf"(?!{SECURE_ENDPOINT_ID}$).*_id")
SHAPES = (
    # (which options, what a value of theirs may look like)
    # A name without a dot may be a password, unless it is short or in one case.
    (HOST, re.compile(r"(\w+://)?(?=.{1,7}$|[^a-z]{1,19}$|[^A-Z]{1,19}$|.*[.:])[\w.:\[\]-]+(/.*)?")),
    (re.compile(r".*integration_key"), re.compile(r"DI[A-Z0-9]{18}")),
    (re.compile(SECURE_ENDPOINT_ID), re.compile(rf"[0-9a-f]{{20}}|client-{UUID}")),
)
"""What an option holds whose value is quoted in messages. Anything else in it may be a secret in the wrong place."""
PRIVATE_KEY = "-----BEGIN"
WHOLE = (
    re.compile("[A-Za-z0-9]{40}"),  # a secret key of Duo
    # A password: with signs that names rarely have.
    re.compile(r"(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[!#$%^*+=?~])\S{8,128}"),
)
"""What no name, path, host or ID looks like as a whole."""
TOKEN = re.compile(r"(?:hv[sbr]\.|gh[a-z]_|github_pat_|glpat-|xox[a-z]-|eyJ|AKIA|\$ANSIBLE_VAULT;)[\w.+/=;-]{12,}")
RUN = re.compile(r"[A-Za-z0-9]{16,}")
RANDOM_LENGTH = 20
RANDOM_CHANGES = 0.35
KINDS = tuple(re.compile(kind) for kind in ("[A-Z]+", "[a-z]+", "[0-9]+"))


def misplaced(spec: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, set[str]]:
    """What may be a secret in the wrong place, by the option that holds it."""
    found: dict[str, set[str]] = {}
    for name, value in options.items():
        option = spec.get(name) or {}
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict) and "options" in option:
                found |= {f"{name}.{inner}": texts for inner, texts in misplaced(option["options"], entry).items()}
            elif not option.get("no_log"):
                texts = _suspects(name, entry) if isinstance(entry, str) else _drawn_within(entry)
                found.setdefault(name, set()).update(text for text in texts if len(text) > LONGEST_FRAGMENT)
    return {name: texts for name, texts in found.items() if texts}


def _suspects(name: str, value: str) -> set[str]:
    text = value.strip()
    if not text:
        return set()
    if DRAWN_ID.fullmatch(name):
        return _tokens(text) | {text for shape in WHOLE if shape.fullmatch(text)}
    is_host = HOST.fullmatch(name)
    login = LOGIN.match(text) if is_host or "://" in text else None
    found = _drawn(text)
    if login:
        found |= {login[1], login[1].partition(":")[2]}
    is_wrong = any(which.fullmatch(name) and not shape.fullmatch(text) for which, shape in SHAPES)
    if is_wrong or looks_secret(text):
        found |= {value, text} if is_wrong or is_host or not found else set()
    # Host names are shown in small letters.
    return found | {entry.lower() for entry in found}


def looks_secret(text: str) -> bool:
    """Whether a text is, as a whole or in part, what no name, path or host looks like."""
    return bool(_drawn(text)) or any(shape.fullmatch(text) for shape in (WHOLE_UUID, *WHOLE))


def _drawn_within(data: Any) -> set[str]:
    """As :func:`_drawn`, of data of any form, and the texts in it that are secrets as a whole. An ID is none there."""
    if isinstance(data, dict):
        data = [*data, *data.values()]
    if isinstance(data, list):
        return {text for entry in data for text in _drawn_within(entry)}
    if not isinstance(data, str):
        return set()
    return _drawn(data) | {text for text in (data, data.strip()) if any(shape.fullmatch(text) for shape in WHOLE)}


def _drawn(text: str) -> set[str]:
    """The parts of a text that look drawn at random, and those of a private key."""
    return _tokens(text) | {run for run in RUN.findall(text) if is_random(run)}


def _tokens(text: str) -> set[str]:
    """The parts of a text that say themselves what they are."""
    if PRIVATE_KEY in text:
        return {text, text.strip(), *(line.strip() for line in text.splitlines())}
    return {match[0] for match in TOKEN.finditer(text)}


def is_random(text: str) -> bool:
    """Whether capitals, small letters and digits alternate as they do in no name."""
    runs = [len(kind.findall(text)) for kind in KINDS]
    is_mixed = all(runs) and sum(runs) - 1 >= RANDOM_CHANGES * (len(text) - 1)
    # In a short one, such as IseVpnMfa2026, a number comes once.
    return is_mixed and (len(text) >= RANDOM_LENGTH or runs[2] > 1)
