# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret is in a text that is shown: in no form, at no place, not even a piece of it."""

from __future__ import annotations

import base64
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._censoring import EVIDENT_FRAGMENT
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import (
    LONGEST_FRAGMENT,
    LONGEST_WORD,
    MASK,
    forms,
    shortened,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

SECRETS = ("CanaryDuoSecret0123456789abcdefghijklmno", "Can/ary+I&S<E\"pass' =21é", " spaced out\n")
ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 in an address": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "HTML": html.escape,
    "HTML in HTML": lambda text: html.escape(html.escape(text)),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "HTML of Go": lambda text: html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "URL": quote,
    "URL in a URL": lambda text: quote(quote(text, safe=""), safe=""),
    "URL in small letters": lambda text: quote(text, safe="").replace("%C3%A9", "%c3%a9").replace("%2F", "%2f"),
    "form": quote_plus,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of Go": lambda text: json.dumps(text)[1:-1].replace("&", "\\u0026").replace("<", "\\u003c"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "Python": lambda text: repr(text)[1:-1],
}


def longest_piece(shown: str, secret: str) -> int:
    """How many characters of the secret the text holds in a row."""
    return max(
        (
            length
            for length in range(1, len(secret) + 1)
            for at in range(len(secret) - length + 1)
            if secret[at : at + length] in shown
        ),
        default=0,
    )


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_secret_is_gone_wherever_the_cut_is(secret: str, encoding: str) -> None:
    context = Context(secrets={secret})
    echoed = ENCODINGS[encoding](secret)
    for before in range(90, 160):
        shown = context.quote("_" * before + echoed + "_" * 50, most=150)
        assert longest_piece(shown, echoed) <= LONGEST_FRAGMENT


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("user", ["", "a", "ab", "automation"])
def test_a_login_in_base64(secret: str, user: str) -> None:
    for after in ("", "@", " and more"):
        code = base64.b64encode(f"{user}:{secret}{after}".encode()).decode()
        for cut in (len(code), len(code) - 7):
            shown = Context(secrets={secret}).quote(f"Authorization: Basic {code[:cut]}")
            first = len(user) + 1
            of_secret = code[first * 8 // 6 : (first + len(secret.encode())) * 8 // 6 + 1]
            assert longest_piece(shown, of_secret) <= LONGEST_FRAGMENT and "Basic" in shown


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("end", ["", "...", "…", "'.", '"', ")."])
def test_a_piece_that_somebody_else_left_is_gone(secret: str, end: str) -> None:
    context = Context(secrets={secret})
    secret = secret.strip()
    for length in range(len(secret)):
        assert longest_piece(context.quote(f"Duo: {secret[:length]}{end}"), secret) <= LONGEST_FRAGMENT
        assert longest_piece(context.quote(f"{secret[length:]}, says Duo"), secret) <= LONGEST_FRAGMENT
        assert longest_piece(context.quote(f"Duo says ...{secret[length:]} and more"), secret) <= LONGEST_FRAGMENT


@pytest.mark.parametrize("end", ["' is wrong", " (truncated)", "[...]", ", and more", "\n"])
def test_a_long_beginning_is_gone_whatever_follows(end: str) -> None:
    secret = SECRETS[0]
    for length in range(EVIDENT_FRAGMENT, len(secret)):
        shown = Context(secrets={secret}).quote(f"Duo: {secret[:length]}{end} in a text")
        assert longest_piece(shown, secret) <= LONGEST_FRAGMENT and shown.endswith("in a text")


def test_a_long_secret_costs_little() -> None:
    context = Context(secrets={"-----BEGIN PRIVATE KEY-----\n" + "abcdefghijk\n" * 300})
    # Of this thread: a busy machine makes it last longer, and costs it little.
    started = time.thread_time()
    for _unused in range(20):
        context.quote("-----BEGIN PRIVATE KEY-----\n" + "abcdefghijk\n" * 250 + "...")
    assert time.thread_time() - started < 2


def test_a_text_is_cut_and_its_control_characters_are_escaped() -> None:
    assert Context().quote("é\x1b[31m\n" + "a" * 9, most=13) == "é\\x1b[31m\\naa..."
    assert Context().quote(b"\xffa") == "\ufffda"
    assert Context().quote(None) == "None"


def test_a_long_text_keeps_its_ends() -> None:
    assert shortened("as it is", 8) == "as it is"
    filled = shortened(f"Could not find {'A' * 5_000}. Create it.", 400)
    assert filled == f"Could not find {'A' * LONGEST_WORD}... Create it."
    words = shortened("Could not find" + " A" * 5_000 + ". Create it.", 400)
    assert len(words) < 410 and words.startswith("Could not find A A") and words.endswith("A A. Create it.")


def test_a_short_secret_hides_itself_only() -> None:
    assert forms("ab") == {"ab"} and forms("") == set()
    assert Context(secrets={"ab", "abc"}).quote("abc ab") == f"{MASK} {MASK}"
