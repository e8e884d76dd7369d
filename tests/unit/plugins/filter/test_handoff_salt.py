# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib

from ansible_collections.identityops.cisco.plugins.filter.handoff_salt import FilterModule

handoff_salt = FilterModule().filters()["handoff_salt"]


def test_the_salt_depends_on_the_text_and_on_the_password_and_on_nothing_else() -> None:
    salts = {handoff_salt(text, secret) for text in ("one", "two") for secret in ("a", "b") for _again in range(2)}
    assert len(salts) == 4


def test_the_salt_is_no_plain_hash_of_the_text() -> None:
    salt = handoff_salt("one", "a")
    assert len(salt) == 64 and salt != hashlib.sha256(b"one").hexdigest()
