# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How signed requests to Duo are sent, against real sockets."""

from __future__ import annotations

import base64
import email.utils
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duo_client.client
import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo import transport
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    OutcomeUnknown,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
    Untrusted,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from lab import Lab
from lab.store import Clock

from ..conftest import Certificates, MakeProxy, MakeWire
from ..known import DUO_KEY, DUO_NAME, DUO_SECRET, PROXY_LOGIN, PROXY_PASSWORD, PROXY_USER
from ..wire import Wire, closed_port, drop, half, reply

Act = Callable[[Duo], Any]
PROXY_AUTHORIZATION = "Basic " + base64.b64encode(f"{PROXY_USER}:{PROXY_PASSWORD}".encode()).decode()
NOON = 1_767_268_800
SUMMARY = {"stat": "OK", "response": {"user_count": 3}}


def read(duo: Duo) -> Any:
    return duo.get_info_summary()


def write(duo: Duo) -> Any:
    return duo.update_integration(DUO_KEY, {"name": "x"}, "rename the application")


both_ways = pytest.mark.parametrize("act", [read, write])


@pytest.fixture
def trusted(certificates: Certificates) -> dict[str, Any]:
    return {"ca_path": certificates.ca_path}


def client(where: Wire | int | str, **how: Any) -> Duo:
    """Duo at a scripted server, at a port of this machine, or at any host."""
    if isinstance(where, Wire):
        where = where.host
    elif isinstance(where, int):
        where = f"localhost:{where}"
    return Duo(where, DUO_KEY, DUO_SECRET, how.pop("context", Context()), **{"timeout": 5, **how})


# What is sent


@pytest.mark.parametrize(
    ("act", "line", "signature"),
    [
        (
            lambda duo: duo.check(),
            ("GET", "/auth/v2/check"),
            "fc2f19ce43d1e46f699bc2aedf2372e804e5e03bb238a794ce32a3cc05480c8d"
            "df0551e0000e0e67fe70ad2020a30738fae98258931d0a33b9ae80d1ff6ae9bb",
        ),
        (
            lambda duo: duo.list_integrations(),
            ("GET", "/admin/v3/integrations?limit=100&offset=0"),
            "897d56923e9ed108c9356c4297ae41db0cbc1416fe887b2cbdcaee6500db8368"
            "4586cf4ffc24aa77fa9e6e338bb12693185766311ee0f3ffa6c92864b0e0bef8",
        ),
        (
            lambda duo: duo.create_integration({"name": "ISE Auth", "type": "authapi", "user_access": "ALL_USERS"}),
            ("POST", "/admin/v3/integrations"),
            "cba0111fc6ec5c69251785999c159afe098e158bd49d109921ddcaf0d1a28fbc"
            "2522ee3d12304509fad262e436f3497fe1c55bf3f93fab6e5e911a911705eb9c",
        ),
    ],
)
def test_requests_are_signed_as_published(
    wire: MakeWire,
    proxy: MakeProxy,
    trusted: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    line: tuple[str, str],
    signature: str,
) -> None:
    monkeypatch.setattr(email.utils, "formatdate", lambda: "Fri, 24 May 2024 12:00:00 -0000")
    response = [{"integration_key": DUO_KEY}] if line[1].endswith("offset=0") else {"integration_key": DUO_KEY}
    server = wire(reply({"stat": "OK", "response": response}))
    act(client(DUO_NAME, proxy_url=f"http://localhost:{proxy(server.port).port}", **trusted))
    (request,) = server.requests
    assert (request.method, request.target) == line
    assert request.headers["authorization"] == "Basic " + base64.b64encode(f"{DUO_KEY}:{signature}".encode()).decode()
    assert request.headers["date"] == "Fri, 24 May 2024 12:00:00 -0000"
    assert request.headers["host"] == DUO_NAME


def test_a_write_carries_json(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(reply(SUMMARY))
    write(client(server, **trusted))
    (request,) = server.requests
    assert (request.method, request.target) == ("POST", f"/admin/v3/integrations/{DUO_KEY}")
    assert request.headers["content-type"] == "application/json"
    assert request.json == {"name": "x"}


def test_a_child_account_is_named_in_every_call(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(reply(SUMMARY), reply({"stat": "OK", "response": []}), reply(SUMMARY))
    duo = client(server, account_id="DACHILD", **trusted)
    read(duo), duo.list_groups(), write(duo)
    assert "account_id=DACHILD" in server.requests[0].target and "account_id=DACHILD" in server.requests[1].target
    assert server.requests[2].json["account_id"] == "DACHILD"


@pytest.mark.parametrize("value", ["https://api-1.duosecurity.com", "api-1.duosecurity.com/admin/v1", "api..com", ""])
def test_not_a_host(value: str) -> None:
    with pytest.raises(InvalidInput, match="use the value of duo_api_host"):
        client(value)


# Certificates


@pytest.mark.parametrize(
    ("ca", "text"),
    [
        (None, "unable to get local issuer certificate.*Set duo_ca_path to the file .* or to 'system'"),
        ("stranger_path", "Set duo_ca_path to the file .* or to 'system'"),
        ("system", "unable to get local issuer certificate.*Set duo_ca_path to the file"),
    ],
)
def test_an_untrusted_certificate(wire: MakeWire, certificates: Certificates, ca: str | None, text: str) -> None:
    where = wire()
    ca_path = ca if ca in (None, "system") else getattr(certificates, str(ca))
    with pytest.raises(Untrusted, match=rf"certificate of Duo at https://localhost:\d+ is not trusted.*{text}"):
        read(client(where, ca_path=ca_path))
    assert not where.requests


@pytest.mark.parametrize("path", ["ca_path", "system"])
def test_a_private_authority(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificates.ca_path if path == "system" else certificates.stranger_path)
    ca_path = "system" if path == "system" else certificates.ca_path
    assert read(client(wire(reply(SUMMARY)), ca_path=ca_path)) == {"user_count": 3}


def test_the_systems_authorities_do_not_count_unless_asked_for(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificates.ca_path)
    with pytest.raises(Untrusted):
        read(client(wire()))


def test_an_address_as_host(lab: Lab) -> None:
    address = lab.duo.api_host.replace("localhost", "127.0.0.1")
    duo = Duo(address, lab.duo.integration_key, lab.duo.secret_key, Context(), ca_path=lab.ca_path)
    assert read(duo)["user_count"] > 0


@pytest.mark.parametrize("value", ["/nowhere/ca.pem", "DISABLE", "HTTP", "System"])
def test_an_authority_file_that_is_not_there(wire: MakeWire, value: str) -> None:
    """Among them the words with which duo_client would leave out verification, or even encryption."""
    with pytest.raises(InvalidInput, match="what is given as duo_ca_path cannot be used"):
        read(client(wire(), ca_path=value))


@pytest.mark.parametrize("word", ["DISABLE", "HTTP"])
def test_a_word_of_duo_client_is_a_file_like_any_other(
    wire: MakeWire, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    (tmp_path / word).write_bytes(Path(certificates.stranger_path).read_bytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Untrusted):
        read(client(wire(), ca_path=word))


@both_ways
def test_an_authority_file_that_holds_no_certificate(wire: MakeWire, tmp_path: Path, act: Act) -> None:
    (tmp_path / "ca.pem").write_text("no certificate\n")
    with pytest.raises(InvalidInput, match="what is given as duo_ca_path cannot be used .*certificate"):
        act(client(wire(), ca_path=str(tmp_path / "ca.pem")))


# Trouble on the way; all kinds of it are in test__http.py


def busy(status: int, retry_after: str | None = None) -> Any:
    body = {"stat": "FAIL", "code": status * 100 + 1, "message": "Too Many Requests"}
    return reply(body, status, **({} if retry_after is None else {"Retry_After": retry_after}))


@both_ways
def test_429_is_repeated_after_the_seconds_asked_for(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float], act: Act
) -> None:
    server = wire(busy(429, "7"), busy(429, "3"), reply(SUMMARY))
    act(client(server, **trusted))
    assert pauses == [7, 3]
    assert len({(request.headers["authorization"], request.body) for request in server.requests}) == 1


def test_a_page_in_the_middle_is_throttled(wire: MakeWire, trusted: dict[str, Any], pauses: list[float]) -> None:
    first = {"stat": "OK", "response": [{"name": "a"}], "metadata": {"next_offset": 1, "total_objects": 2}}
    last = {"stat": "OK", "response": [{"name": "b"}], "metadata": {"total_objects": 2}}
    server = wire(reply(first), busy(429, "2"), reply(last))
    assert client(server, **trusted).list_groups() == [{"name": "a"}, {"name": "b"}]
    assert [request.target.split("?")[1] for request in server.requests] == [
        "limit=100&offset=0",
        "limit=100&offset=1",
        "limit=100&offset=1",
    ]
    assert pauses == [2]


def test_a_read_whose_answer_is_lost_is_repeated_and_a_write_is_not(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(drop(), reply(SUMMARY), half(SUMMARY))
    duo = client(server, **trusted)
    assert read(duo) == {"user_count": 3}
    with pytest.raises(OutcomeUnknown, match="the connection broke .* Run this again: it looks first"):
        write(duo)
    assert len(server.requests) == 3 and not duo.context.done


# Proxies


@pytest.fixture(params=["duo_proxy_url", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def through(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], dict[str, Any]]:
    """Says to use a proxy in one of the possible ways; returns what to give to the client."""

    def use(url: str) -> dict[str, Any]:
        if request.param == "duo_proxy_url":
            return {"proxy_url": url}
        monkeypatch.setenv(request.param, url)
        return {}

    return use


@pytest.mark.parametrize("login", [False, True])
def test_a_proxy(
    wire: MakeWire, proxy: MakeProxy, trusted: dict[str, Any], through: Callable[[str], dict[str, Any]], login: bool
) -> None:
    server = wire(reply(SUMMARY), reply(SUMMARY), reply(SUMMARY))
    way = proxy(server.port, PROXY_AUTHORIZATION if login else None)
    duo = client(DUO_NAME, **through(f"http://{PROXY_LOGIN + '@' if login else ''}localhost:{way.port}"), **trusted)
    for act in (read, read, write):
        act(duo)
    assert [target for target, _headers in way.tunnels] == [f"{DUO_NAME}:443"]
    assert [headers.get("proxy-authorization") for _target, headers in way.tunnels] == [
        PROXY_AUTHORIZATION if login else None
    ]
    assert not [request for request in server.requests if "proxy-authorization" in request.headers]
    hidden = {PROXY_PASSWORD, PROXY_LOGIN.split(":")[1], PROXY_AUTHORIZATION.split(" ")[1]}
    assert duo.context.secrets == {DUO_SECRET} | (hidden if login else set())


def test_a_proxy_and_the_systems_authorities(
    wire: MakeWire, proxy: MakeProxy, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificates.ca_path)
    way = proxy(wire(reply(SUMMARY)).port)
    assert read(client(DUO_NAME, proxy_url=f"localhost:{way.port}", ca_path="system")) == {"user_count": 3}


def test_the_real_duo_understands_what_goes_through_a_proxy(lab: Lab, proxy: MakeProxy) -> None:
    way = proxy(int(lab.duo.api_host.split(":")[1]))
    duo = Duo(
        lab.duo.api_host,
        lab.duo.integration_key,
        lab.duo.secret_key,
        Context(),
        ca_path=lab.ca_path,
        proxy_url=f"http://localhost:{way.port}",
    )
    assert len(duo.list_integrations()) > 30
    assert [target for target, _headers in way.tunnels] == [lab.duo.api_host]


@both_ways
def test_a_proxy_that_wants_a_login(wire: MakeWire, proxy: MakeProxy, act: Act) -> None:
    way = proxy(wire().port, PROXY_AUTHORIZATION)
    url = f"http://someone:{PROXY_LOGIN.split(':')[1]}@localhost:{way.port}"
    with pytest.raises(Unreachable, match=r"\(Tunnel connection failed: 407 Proxy Authentication Required\).*proxy"):
        act(client(DUO_NAME, proxy_url=url))


@both_ways
def test_a_proxy_that_is_not_there(act: Act) -> None:
    with pytest.raises(Unreachable, match=r"could not be reached \(Connection refused\).*proxy settings"):
        act(client(DUO_NAME, proxy_url=f"http://{PROXY_LOGIN}@localhost:{closed_port()}"))


@pytest.mark.parametrize("address", ["ftp://{}@proxy", "http://{}@", "http://{}@proxy:port", "http://[{}@"])
def test_a_proxy_address_that_cannot_be(through: Callable[[str], dict[str, Any]], address: str) -> None:
    context = Context()
    with pytest.raises(
        InvalidInput,
        match="of the form http://host:port. Correct duo_proxy_url or the environment variable HTTPS_PROXY",
    ):
        client(DUO_NAME, context=context, **through(address.format(PROXY_LOGIN)))


@pytest.mark.parametrize("address", ["https://{}@proxy", "http://{}@proxy:port", "http://{}@proxy"])
def test_the_password_of_a_proxy_is_hidden_in_every_form(address: str) -> None:
    """Also the form in which the option holds it, and also where the option is refused: results repeat the options."""
    context = Context()
    try:
        client(DUO_NAME, context=context, proxy_url=address.format(PROXY_LOGIN))
    except InvalidInput:
        pass
    assert {PROXY_PASSWORD, PROXY_LOGIN.split(":")[1]} <= context.secrets


@pytest.mark.parametrize("exempt", ["example.org,localhost", "*", ".duosecurity.com,localhost"])
def test_no_proxy(wire: MakeWire, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, exempt: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", exempt)
    assert read(client(wire(reply(SUMMARY)), **trusted)) == {"user_count": 3}


def test_a_proxy_given_as_an_option_counts_whatever_no_proxy_says(
    wire: MakeWire, proxy: MakeProxy, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    server = wire(reply(SUMMARY))
    way = proxy(server.port)
    read(client(server, proxy_url=f"http://localhost:{way.port}", **trusted))
    assert len(way.tunnels) == 1


# The clock


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (
            email.utils.formatdate(NOON - 600, usegmt=True),
            r": it is 600 seconds ahead of Duo's\.",
        ),
        (
            email.utils.formatdate(NOON + 600, usegmt=True),
            r": it is 600 seconds behind Duo's\.",
        ),
        ("yesterday", r"that runs the task\."),
        (None, r"that runs the task\."),
    ],
)
def test_a_wrong_clock_is_measured(
    wire: MakeWire, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, date: str | None, text: str
) -> None:
    monkeypatch.setattr(transport, "time", SimpleNamespace(time=lambda: NOON))
    body = {"stat": "FAIL", "code": 40105, "message": "Bad request timestamp"}
    server = wire(reply(body, 401, **({"Date": date} if date else {})))
    with pytest.raises(Unauthorized, match=f"Bad request timestamp. Correct the clock of the machine .*{text}"):
        read(client(server, **trusted))


@pytest.mark.parametrize(("offset", "text"), [(-900, "ahead of"), (900, "behind")])
def test_a_wrong_clock_against_the_lab(lab: Lab, monkeypatch: pytest.MonkeyPatch, offset: int, text: str) -> None:
    """Both clocks stand still."""
    now = int(time.time())
    monkeypatch.setattr(transport, "time", SimpleNamespace(time=lambda: now))
    monkeypatch.setattr(Clock, "real", staticmethod(lambda: float(now)))
    lab.switch(**{"duo.clock_offset_seconds": offset})
    duo = Duo(lab.duo.api_host, lab.duo.integration_key, lab.duo.secret_key, Context(), ca_path=lab.ca_path)
    with pytest.raises(Unauthorized, match=f"it is 900 seconds {text} Duo's"):
        read(duo)
    assert len(lab.requests("duo")) == 1


# duo_client itself


def test_duo_client_still_has_what_is_replaced() -> None:
    """Its private methods may go or change with any release."""
    assert callable(duo_client.client.Client._make_request)


def test_an_answer_that_is_not_text(wire: MakeWire, trusted: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match="the answer is not one that Duo documents"):
        read(client(wire(reply(b"\xff\xfe\xfd")), **trusted))
