# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names and secrets that the clients' tests use."""

from __future__ import annotations

# Names that resolve nowhere: only a proxy can lead to them.
ISE_NAME = "ise-pan1.corp.example"
DUO_NAME = "api-xxxxxxxx.duosecurity.com"

ISE_USER, ISE_PASSWORD = "automation", "canary-ISE-Pässwörd-€"
# The made-up keys that published signatures were computed with.
DUO_KEY, DUO_SECRET = "DIABCDEFGHIJKLMNOPQR", "testtesttesttesttesttesttesttesttesttest"
SE_CLIENT_ID, SE_API_KEY = "01234567890abcdef012", "12345678-abcd-abcd-abcd-1234567890ab"
PROXY_USER, PROXY_PASSWORD = "proxy user", "canary:proxy/p@ss"
PROXY_LOGIN = "proxy%20user:canary%3Aproxy%2Fp%40ss"

# With a part of the password that stays readable when bytes or escapes are printed.
SECRETS = (ISE_PASSWORD, "canary-ISE", DUO_SECRET, SE_API_KEY, PROXY_PASSWORD, PROXY_LOGIN.split(":")[1])
