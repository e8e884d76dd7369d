# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service repeats a secret in an error, in any form and around the place where its text is cut; no result shows it.

The services of this file answer every request alike, and at once.
"""

from __future__ import annotations

import base64
import html
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest
import requests
from ansible_collections.identityops.cisco.plugins.module_utils import _login
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import LONGEST_FRAGMENT

from .harness import Options, Result, run_action

SECRET = "Can/ary+I&S<E\"pass' =21éZqwertzuiop"
LOGIN = "automation"
ECHOES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Base64 of a login": lambda text: base64.b64encode(f"{LOGIN}:{text}".encode()).decode(),
    "HTML": html.escape,
    "URL": lambda text: quote(text, safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "Python": lambda text: repr(text)[1:-1],
}
CUT = 300

DUO: Options = {
    "duo_api_host": "duo.example",
    "duo_integration_key": "DIABCDEFGHIJKLMNOPQR",
    "duo_secret_key": "x" * 40,
}
ISE: Options = {"ise_hostname": "ise.example", "ise_username": LOGIN, "ise_password": "another password"}
ENDPOINT: Options = {"secure_endpoint_client_id": "01234567890abcdef012", "secure_endpoint_api_key": "another key"}
INTELLIGENCE: Options = {
    "cii_api_url": "https://cii.example/api",
    "cii_token_url": "https://cii.example/token",
    "cii_client_id": "x1CGIZM9yMmRrftxFA9oI6lIyizHx9JJ",
    "login": "nora",
}
SAFE: Options = {
    "safe_url": "https://safe.example",
    "safe_api_username": LOGIN,
    "integration_id": "1",
    "product": "duo",
}
KEY = {"integration_key": "DIABCDEFGHIJKLMNOPQR", "secret_key": SECRET}
CONNECTION: Options = {**ISE, "connection_name": "Duo", "types": ["vpn"], "api_host": "duo.example"}
# What is run, where the secret is, and in which form the service puts its words.
CASES: dict[str, tuple[str, Options, Callable[[str], Any]]] = {
    "Duo's secret key": (
        "duo_account_info",
        {**DUO, "duo_secret_key": SECRET},
        lambda text: {"stat": "FAIL", "code": 40002, "message": "Invalid request parameters", "message_detail": text},
    ),
    "a proxy's password": (
        "duo_application_info",
        {**DUO, "duo_proxy_url": f"http://{LOGIN}:{quote(SECRET, safe='')}@proxy.example:3128"},
        lambda text: {"stat": "FAIL", "code": 50002, "message": text},
    ),
    "ISE's password, Open API": (
        "ise_mfa_feature",
        {**ISE, "ise_password": SECRET},
        lambda text: {"code": "400", "message": text},
    ),
    "ISE's password, ERS": (
        "ise_active_directory_info",
        {**ISE, "ise_password": SECRET},
        lambda text: {"ERSResponse": {"messages": [{"title": text, "type": "ERROR"}]}},
    ),
    "ISE's password, no JSON": ("ise_identity_sync_info", {**ISE, "ise_password": SECRET}, str),
    "ISE's password, a page": (
        "ise_system_info",
        {**ISE, "ise_password": SECRET},
        lambda text: f"<html><head><title>{text}</title></head></html>",
    ),
    "a key of Duo for ISE": (
        "ise_duo_mfa",
        {**CONNECTION, "admin_api": KEY, "auth_api": {**KEY, "secret_key": "y" * 40}},
        lambda text: {"response": {"message": text}},
    ),
    "Identity Intelligence's secret": (
        "cii_end_user_info",
        {**INTELLIGENCE, "cii_client_secret": SECRET},
        lambda text: {"error": "invalid_client", "error_description": text},
    ),
    "SAFE's password": (
        "safe_integration",
        {**SAFE, "safe_api_password": SECRET},
        lambda text: {"detail": text},
    ),
    "Secure Endpoint's key": (
        "secure_endpoint_computer_info",
        {**ENDPOINT, "secure_endpoint_api_key": SECRET},
        lambda text: {"errors": [{"error_code": 400, "description": "Bad Request", "details": [text]}]},
    ),
    "Secure Endpoint's key, a description": (
        "secure_endpoint_credential",
        {**ENDPOINT, "secure_endpoint_api_key": SECRET, "name": "Duo", "probe_scope": True},
        lambda text: {"errors": [{"description": text}]},
    ),
}


class Answer:
    """An answer of ``requests``, as far as it is read."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status_code = status
        self.headers = {"X-Request-Id": "1"}
        self.body = body

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_how: object) -> None:
        """Nothing is open."""

    def iter_content(self, _size: int) -> Iterator[bytes]:
        yield self.body


def run(module: str, options: Options, status: int, body: Any) -> Result:
    answer = Answer(status, (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode())
    with mock.patch.object(requests.Session, "request", lambda *_args, **_how: answer):
        return run_action(module, options, False, True, {})


def shows(text: str, secret: str) -> bool:
    """Whether the text holds more letters of the secret in a row than may remain."""
    size = LONGEST_FRAGMENT + 1
    return any(secret[at : at + size] in text for at in range(len(secret) - size + 1))


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task asks, although the login was refused before."""
    monkeypatch.setattr(_login, "MEMORY", 0)


@pytest.mark.usefixtures("pauses", "forgetful")
@pytest.mark.parametrize("case", CASES)
def test_an_echo_is_not_shown(case: str) -> None:
    module, options, body = CASES[case]
    statuses = itertools.cycle([400, 401, 403, 500, 200])
    for form, echo in ECHOES.items():
        echoed = echo(SECRET)
        of_secret = echoed[len(LOGIN) * 8 // 6 + 3 :] if form == "Base64 of a login" else echoed
        for before in (0, *range(CUT - len(echoed) - 1, CUT + 1, 5)):
            result = run(module, options, next(statuses), body("_" * before + echoed + "_" * 30))
            text = json.dumps(result, default=str, ensure_ascii=False).replace("\\\\", "\\").replace('\\"', '"')
            assert not shows(text, of_secret), f"{form} after {before} letters: {text}"


def test_the_words_of_a_service_are_shown_otherwise() -> None:
    for case, (module, options, body) in CASES.items():
        result = run(module, options, 400, body("the reason that it gives"))
        assert "a page" in case or "the reason that it gives" in str(result), case
