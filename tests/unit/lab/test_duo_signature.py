# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's signature verification against published vectors and vectors computed with duo_client 5.7.0."""

from __future__ import annotations

from typing import Any

import pytest
from lab.duo.signature import SignedRequest, canonical_headers, canonical_parameters, signed_version

SECRET = "test" * 10
DATE = "Fri, 24 May 2024 12:00:00 -0000"
CREATION = b'{"name":"ISE Auth","type":"authapi","user_access":"ALL_USERS"}'
USER = [("realname", "First Last"), ("username", "root")]
DATED = [("X-Duo-Date", DATE)]

CHECK_SHA1 = "4767cc1b084873b8b1f7eb15817d43d40815a13d"
CHECK_SHA512 = (
    "60b9ac4bfdf63ea0724c219a9fea4e0a1d1d196a1e47296e4d26499a8ead29c4"
    "d070d5915833a01523a5c76a44691011dd54273cb0ff2f416423e675411d3a62"
)
CHECK_V5 = (
    "fc2f19ce43d1e46f699bc2aedf2372e804e5e03bb238a794ce32a3cc05480c8d"
    "df0551e0000e0e67fe70ad2020a30738fae98258931d0a33b9ae80d1ff6ae9bb"
)
USER_SHA1 = "892bd3a1066becd312ba1abadd22852d0f7170f5"
USER_SHA512 = (
    "f2cd7e17037be0eaad58231d89d7c6a24bd9818123e8fae69535bd01e9dd41cc"
    "b3aeba077cbfc6ace3e2f110098cd78fbde7f34918f9d14abbe063196a322973"
)
LIST_V5 = (
    "897d56923e9ed108c9356c4297ae41db0cbc1416fe887b2cbdcaee6500db8368"
    "4586cf4ffc24aa77fa9e6e338bb12693185766311ee0f3ffa6c92864b0e0bef8"
)
CREATE_V5 = (
    "cba0111fc6ec5c69251785999c159afe098e158bd49d109921ddcaf0d1a28fbc"
    "2522ee3d12304509fad262e436f3497fe1c55bf3f93fab6e5e911a911705eb9c"
)
# The last two are published with duo_hmac_python.
GET_DATED = (
    "c454639d75b4e3d99b8b1d5e41cd7bb2d2d8ba55f6811f786dfb0edd4facd2f3"
    "a5e6d6c837f31f6826706325b4ed7dcdc5f11164948e57a7032a524990e01583"
)
POST_DATED = (
    "643770af31006c584a758d926250e46a90d79100d21f7a0313c3e77d64fa3c5d"
    "2c94e2c9081a2b65343cc3d5f2ed21f7300ea50b00640cb1760f323192307d37"
)


def request(method: str, path: str, **given: Any) -> SignedRequest:
    parts: dict[str, Any] = {"query": [], "form": [], "body": b"", "x_duo_headers": [], **given}
    return SignedRequest(method, "api-xxxxxxxx.duosecurity.com", path, DATE, **parts)


CHECK = request("GET", "/auth/v2/check")
CREATE_USER = request("POST", "/admin/v1/users", form=USER, body=b"realname=First+Last&username=root")
LIST = request("GET", "/admin/v3/integrations", query=[("limit", "100"), ("offset", "0")])
CREATE = request("POST", "/admin/v3/integrations", form=None, body=CREATION)
BY_HEADER = request("GET", "/api/path", x_duo_headers=DATED)
POST_BY_HEADER = request("POST", "/api/path", form=None, body=b'{"foo":"bar"}', x_duo_headers=DATED)


@pytest.mark.parametrize(
    ("signed", "signature", "version"),
    [
        (CHECK, CHECK_SHA1, 2),
        (CHECK, CHECK_SHA512, 2),
        (CHECK, CHECK_V5, 5),
        (CREATE_USER, USER_SHA1, 2),
        (CREATE_USER, USER_SHA512, 2),
        (LIST, LIST_V5, 5),
        (CREATE, CREATE_V5, 5),
        (BY_HEADER, GET_DATED, 5),
        (POST_BY_HEADER, POST_DATED, 5),
    ],
)
def test_vectors(signed: SignedRequest, signature: str, version: int) -> None:
    assert signed_version(signed, SECRET, signature) == version
    assert signed_version(signed, SECRET, signature.upper()) == version
    assert signed_version(signed, SECRET[:-1], signature) is None
    assert signed_version(signed, SECRET, signature[:-1] + ("0" if signature[-1] != "0" else "1")) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"form": None, "body": CREATION + b" "},
        {"form": None, "body": CREATION, "query": [("limit", "1")]},
        {"form": None, "body": CREATION, "x_duo_headers": DATED},
    ],
)
def test_nothing_signed_may_change(changed: dict[str, Any]) -> None:
    assert signed_version(request("POST", "/admin/v3/integrations", **changed), SECRET, CREATE_V5) is None


def test_parameters_are_encoded_then_sorted() -> None:
    pairs = [("b", "x y"), ("a", "~-_.*"), ("a", "ä/"), ("A", "")]
    assert canonical_parameters(pairs) == "A=&a=%C3%A4%2F&a=~-_.%2A&b=x%20y"


def test_headers_are_lowered_and_joined_by_nul() -> None:
    assert canonical_headers([("X-Duo-B", "2"), ("x-duo-a", "1")]) == "x-duo-a\x001\x00x-duo-b\x002"
    assert canonical_headers([("X-Duo-A", "1"), ("x-duo-a", "1")]) is None
    assert canonical_headers([("X-Duo-A", "1\x00")]) is None
    assert canonical_headers([]) == ""


def test_version_2_cannot_cover_a_json_body() -> None:
    assert CREATE.canonical(2) is None
