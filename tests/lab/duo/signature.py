# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of signed Duo requests, from the published rules (Duo documentation, adminapi; duo_hmac_python)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers, as it arrived."""

    method: str
    host: str
    path: str
    """As sent, without the query."""
    date: str
    query: Pairs
    """Decoded pairs of the query string."""
    form: Pairs | None
    """Decoded pairs of a form-encoded body, [] for an empty body, None for any other body."""
    body: bytes
    x_duo_headers: Pairs

    def canonical(self, version: int) -> str | None:
        """The text to sign under version 2 or 5; None if that version cannot cover such a request."""
        start = [self.date, self.method.upper(), self.host.lower(), self.path]
        if version == 2:
            if self.form is None:
                return None
            return "\n".join([*start, canonical_parameters([*self.query, *self.form])])
        headers = canonical_headers(self.x_duo_headers)
        if headers is None:
            return None
        # The raw bytes are hashed: clients serialise JSON differently, so it must never be serialised again here.
        hashes = [hashlib.sha512(data).hexdigest() for data in (self.body, headers.encode())]
        return "\n".join([*start, canonical_parameters(self.query), *hashes])


def canonical_parameters(pairs: Pairs) -> str:
    """Keys and values percent-encoded (only letters, digits and `_.-~` stay), sorted, joined."""
    encoded = [(quote(key, safe="~"), quote(value, safe="~")) for key, value in pairs]
    return "&".join(f"{key}={value}" for key, value in sorted(encoded))


def canonical_headers(headers: Pairs) -> str | None:
    """X-Duo headers, names in lower case, sorted, all elements joined by NUL; None for a repeated name or a NUL."""
    lowered = sorted((name.lower(), value) for name, value in headers)
    elements = [element for pair in lowered for element in pair]
    if len({name for name, _unused in lowered}) < len(lowered) or any("\0" in element for element in elements):
        return None
    return "\0".join(elements)


def sign(secret_key: str, text: str, digest: str) -> str:
    """Lower-case hex HMAC of a canonical text; `digest` is sha1 or sha512."""
    return hmac.new(secret_key.encode(), text.encode(), digest).hexdigest()


def signed_version(request: SignedRequest, secret_key: str, signature: str) -> int | None:
    """5 or 2, whichever `signature` proves, None if it proves nothing.

    Version 2 is documented with SHA-1 and used with SHA-512 by scripts Duo hands out, so both count.
    """
    for version, digest in ((5, "sha512"), (2, "sha512"), (2, "sha1")):
        text = request.canonical(version)
        if text is not None and hmac.compare_digest(sign(secret_key, text, digest), signature.lower()):
            return version
    return None
