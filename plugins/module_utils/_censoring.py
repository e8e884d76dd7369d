# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How secrets are cut out of texts. Private to this collection."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from ansible_collections.identityops.cisco.plugins.module_utils._secrets import (
    LONGEST_FRAGMENT,
    MASK,
    SHORTEST_ENCODED,
    atoms_of,
)

EVIDENT_FRAGMENT = 12
"""How much of the beginning of a secret is one wherever it stands, whatever follows."""
# What follows a piece that was cut off elsewhere, and what comes before the rest of one.
CUT_AFTER = re.compile(r"[\"'\u2019\u201d)\]]?\.?\s*\Z|\s?(?:\.\.\.|\u2026)")
CUT_BEFORE = re.compile(r"(?=\A)|(?<=\A[\"'\u2018\u201c(\[])|(?<=\.\.\.)|(?<=\u2026)|(?<=\.\.\.\s)|(?<=\u2026\s)")
CUT_ESCAPE = re.compile(r"[&\\%]\S{0,5}?(?:\.\.\.|\u2026|\Z)")
# Letters that stand for themselves in every encoding of a text.
PLAIN = re.compile("[A-Za-z0-9]+")
ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
ESCAPES = {"\n": "n", "\r": "r", "\t": "t"}


def cut_out(text: str, secrets: Iterable[str]) -> str:
    """For :func:`censored`."""
    atoms = _longest_first(frozenset(secrets))
    for atom in atoms:
        if _may_hold(text, atom):
            text = _whole(atom).sub(MASK, text)
    for atom in atoms:
        if len(atom) > LONGEST_FRAGMENT + 1:
            text = _without_end(_without_beginning(text, atom), atom)
    return text


@functools.lru_cache(maxsize=64)
def _longest_first(secrets: frozenset[str]) -> list[str]:
    return sorted({atom for secret in secrets for atom in atoms_of(secret)}, key=len, reverse=True)


def _may_hold(text: str, piece: str) -> bool:
    """Whether :func:`_whole` can find the piece at all: letters and digits have one form only. Spares most patterns,
    and each takes longer to compile than a text to search."""
    return all(run in text for run in PLAIN.findall(piece))


def _without_beginning(text: str, atom: str) -> str:
    """Cut out the beginning of a secret before the end of a text or before dots, and a long one anywhere."""
    beginning = atom[: LONGEST_FRAGMENT + 1]
    if not _may_hold(text, beginning):
        return text
    head = _whole(beginning)
    found = head.search(text)
    while found:
        end, following = found.end(), LONGEST_FRAGMENT + 1
        while following < len(atom) and (more := _letter(atom[following]).match(text, end)):
            end, following = more.end(), following + 1
        is_cut = following >= EVIDENT_FRAGMENT or CUT_AFTER.match(text, end)
        # An escape that was cut apart.
        if is_cut or CUT_ESCAPE.match(text, end):
            text = text[: found.start()] + MASK + text[end:]
        found = head.search(text, found.start() + 1)
    return text


def _without_end(text: str, atom: str) -> str:
    """Cut out the end of a secret at the beginning of a text or after dots."""
    ending = atom[-LONGEST_FRAGMENT - 1 :]
    if not (_may_hold(text, ending) and _whole(ending).search(text)):
        return text
    for start in [cut.start() for cut in CUT_BEFORE.finditer(text)][::-1]:
        for length in range(len(atom) - 1, LONGEST_FRAGMENT, -1):
            if _letter(atom[-length]).match(text, start) and (end := _whole(atom[-length:]).match(text, start)):
                text = text[:start] + MASK + text[end.end() :]
                break
    return text


@functools.lru_cache(maxsize=1024)
def _whole(text: str) -> re.Pattern[str]:
    """Finds a text, each of its letters in any form."""
    if len(text) < SHORTEST_ENCODED:
        return re.compile(re.escape(text))
    return re.compile("".join(_letter(letter).pattern for letter in text))


@functools.lru_cache(maxsize=1024)
def _letter(letter: str) -> re.Pattern[str]:
    """Finds a letter: as it is, escaped in HTML, in an address, or in JSON or Python, also within one another."""
    if letter.isascii() and letter.isalnum():
        return re.compile(letter)
    number = ord(letter)
    raw = letter.encode("utf-8", "surrogatepass")
    ways = [
        re.escape(letter),
        rf"&(?:amp;)*#0*{number};",
        rf"(?i:&(?:amp;)*#x0*{number:x};)",
        "(?i:" + "".join(f"%(?:25)*{byte:02x}" for byte in raw) + ")",
        rf"\\{{1,4}}(?i:u{number:04x}|x{number:02x}|U{number:08x})",
        *([f"&(?:amp;)*{ENTITIES[letter]};"] if letter in ENTITIES else []),
        *([rf"\\{{1,4}}{ESCAPES[letter]}"] if letter in ESCAPES else []),
        *([rf"\\{{1,4}}{re.escape(letter)}"] if letter in "\\\"'/" else []),
        *([r"\+"] if letter == " " else []),
    ]
    # The longest first, so that what escapes a letter goes with it.
    return re.compile(f"(?:{'|'.join(ways[:0:-1])}|{ways[0]})")
