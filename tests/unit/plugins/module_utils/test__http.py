# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTTP session against real sockets: what it sends, what it survives, and what it says when it cannot."""

from __future__ import annotations

import base64
import socket
import ssl
import sys
import time
import warnings
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import urllib3
from ansible_collections.identityops.cisco.plugins.module_utils import _http
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CheckModeWrite,
    CiscoError,
    InvalidInput,
    MissingLibrary,
    OutcomeUnknown,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
    Untrusted,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    Answer,
    Http,
    Patience,
    bare_host,
    expect_json,
    require,
    retry_after_seconds,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._trouble import causes_of, certificate_fault, root_cause
from cryptography.hazmat.primitives import serialization

from ...waits import eventually
from .conftest import Certificates, MakeProxy, MakeWire
from .known import ISE_NAME, ISE_PASSWORD, ISE_USER, PROXY_LOGIN, PROXY_PASSWORD, PROXY_USER
from .wire import PAGE, Wire, closed_port, crowded_port, drop, half, half_then_stall, late, reply, silent_port, stall

LOGIN = "Basic " + base64.b64encode(f"{ISE_USER}:{ISE_PASSWORD}".encode()).decode()
PROXY_AUTHORIZATION = "Basic " + base64.b64encode(f"{PROXY_USER}:{PROXY_PASSWORD}".encode()).decode()
READ, WRITE = "GET", "POST"
OK = {"answer": 42}
NOON = 1_767_268_800


@pytest.fixture
def trusted(certificates: Certificates) -> dict[str, Any]:
    """What a session with the scripted server needs."""
    return {"verify": certificates.ca_path, "auth": (ISE_USER.encode(), ISE_PASSWORD.encode())}


def session(where: Wire | int | str, **how: Any) -> Http:
    """A session with a server, or a port, on this machine, or with any base URL."""
    if isinstance(where, Wire):
        where = f"https://{where.host}"
    elif isinstance(where, int):
        where = f"https://localhost:{where}"
    return Http(where, "ISE", how.pop("context", Context()), **{"timeout": 5, "prefix": "ise", **how})


def ask(http: Http, method: str = READ, path: str = "/thing", **how: Any) -> Answer:
    return http.request(method, path, "do the thing", **how)


# What is sent, and what comes back


def test_a_read(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(reply(OK, X_News="yes"))
    answer = ask(session(server, **trusted), params={"page": 2, "filter": "name.EQ.a b"})
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/thing?page=2&filter=name.EQ.a+b")
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == LOGIN
    assert request.headers["host"] == server.host
    assert request.body == b"" and "content-length" not in request.headers
    assert (answer.status, answer.data, answer.text) == (200, OK, '{"answer": 42}')
    assert answer.headers["x-news"] == "yes"


def test_a_write(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(reply("created", 201))
    answer = ask(session(server, **trusted), "PUT", json={"name": "Büro"}, headers={"X-CSRF-TOKEN": "abc"})
    (request,) = server.requests
    assert (request.method, request.json) == ("PUT", {"name": "Büro"})
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-csrf-token"] == "abc"
    assert (answer.status, answer.data, answer.text) == (201, None, "created")


def test_a_deletion_has_no_body(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(reply(b"", 204))
    answer = ask(session(server, **trusted), "DELETE", json=None)
    assert server.requests[0].body == b""
    assert (answer.status, answer.data, answer.text) == (204, None, "")


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 501])
def test_every_status_is_handed_back(wire: MakeWire, trusted: dict[str, Any], status: int) -> None:
    server = wire(reply(OK, status, Location="https://elsewhere.example/"))
    answer = ask(session(server, **trusted))
    assert (answer.status, answer.data) == (status, OK)
    assert len(server.requests) == 1, "a redirect was followed, or a 401 tried again"


def test_one_connection_and_its_cookies_are_kept(wire: MakeWire, trusted: dict[str, Any]) -> None:
    server = wire(reply(OK, Set_Cookie="APPSESSIONID=abc; Path=/; Secure; HttpOnly"), reply(OK), reply(OK))
    http = session(server, **trusted)
    for method in (READ, WRITE, READ):
        ask(http, method)
    assert [request.connection for request in server.requests] == [1, 1, 1]
    assert [request.headers.get("cookie") for request in server.requests] == [None] + 2 * ["APPSESSIONID=abc"]


@pytest.mark.parametrize("how", ["HOME", "NETRC"])
@pytest.mark.parametrize("login", [None, LOGIN])
def test_netrc_is_never_used(
    wire: MakeWire,
    trusted: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    how: str,
    login: str | None,
) -> None:
    (tmp_path / ".netrc").write_text("machine localhost login somebody password else\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv(how, str(tmp_path / ".netrc" if how == "NETRC" else tmp_path))
    server = wire(reply(OK))
    ask(session(server, **trusted) if login else session(server, verify=trusted["verify"]))
    assert server.requests[0].headers.get("authorization") == login


# The guard for check mode


@pytest.mark.parametrize(
    ("method", "writes"),
    [("POST", None), ("PUT", None), ("PATCH", None), ("DELETE", None), ("GET", True)],
)
def test_check_mode_sends_no_write(wire: MakeWire, trusted: dict[str, Any], method: str, writes: bool | None) -> None:
    server = wire()
    http = session(server, context=Context(check_mode=True), **trusted)
    with pytest.raises(CheckModeWrite, match="Could not do the thing: .* check mode. Please report this defect."):
        ask(http, method, writes=writes)
    assert not server.connections


@pytest.mark.parametrize(("method", "writes"), [("GET", None), ("HEAD", None), ("PUT", False), ("POST", False)])
def test_check_mode_sends_what_changes_nothing(
    wire: MakeWire, trusted: dict[str, Any], method: str, writes: bool | None
) -> None:
    server = wire(reply(b""))
    assert ask(session(server, context=Context(check_mode=True), **trusted), method, writes=writes).status == 200


# No connection: nothing was sent, so even a write has certainly not been carried out


@pytest.mark.parametrize("method", [READ, WRITE])
def test_connection_refused(method: str) -> None:
    with pytest.raises(Unreachable, match=r"ISE at https://localhost:\d+ could not be reached \(Connection refused\)"):
        ask(session(closed_port()), method)


@pytest.mark.parametrize("method", [READ, WRITE])
def test_no_such_name(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    def resolve(*args: Any, **more: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(Unreachable, match=r"ise.corp.example could not be reached \(Name or service not known\)"):
        ask(session("https://ise.corp.example"), method)


@pytest.mark.parametrize("method", [READ, WRITE])
def test_connecting_takes_too_long(method: str) -> None:
    with crowded_port() as port, pytest.raises(Unreachable, match=r"could not be reached \(timed out\)"):
        ask(session(f"https://127.0.0.1:{port}", timeout=0.2), method)


@pytest.mark.parametrize(("method", "kind"), [(READ, Unreachable), (WRITE, OutcomeUnknown)])
def test_the_handshake_takes_too_long(method: str, kind: type[CiscoError]) -> None:
    """Whoever reads a time-out of `requests` does not see that it was the handshake, so a write counts as sent."""
    with silent_port() as port, pytest.raises(kind, match="no answer came within 0.2 seconds"):
        ask(session(port, timeout=0.2), method)


@pytest.mark.parametrize(("method", "kind"), [(READ, Unreachable), (WRITE, OutcomeUnknown)])
def test_the_handshake_breaks_off(wire: MakeWire, trusted: dict[str, Any], method: str, kind: type[CiscoError]) -> None:
    server = wire()
    server.broken_handshakes = 3
    with pytest.raises(kind, match="the connection broke before the answer was complete"):
        ask(session(server, **trusted), method)
    assert server.connections == (3 if method == READ else 1)


def test_a_server_that_does_not_speak_tls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        http = session(listener.getsockname()[1])
        from threading import Thread

        def answer() -> None:
            connection, _address = listener.accept()
            with connection:
                # All of it: what is left unread would break the connection off before the answer arrives.
                connection.recv(65536)
                connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")

        thread = Thread(target=answer)
        thread.start()
        with pytest.raises(Unreachable, match=r"could not be reached \(.*(wrong version|record layer|packet length)"):
            ask(http)
        thread.join()


# Certificates


@pytest.mark.parametrize("method", [READ, WRITE])
@pytest.mark.parametrize(
    ("server", "ca", "text"),
    [
        (
            "good",
            None,
            "unable to get local issuer certificate.*Set ise_ca_path to the file of the .* authority .* or to 'system'",
        ),
        ("good", "stranger_path", "Set ise_ca_path to the file of the certificate authority"),
        ("wrong_name", "ca_path", "Hostname mismatch.*'localhost'.*Use the name that is in the certificate"),
        ("expired", "ca_path", "certificate has expired.*Renew the certificate"),
    ],
)
def test_an_untrusted_certificate(
    wire: MakeWire, certificates: Certificates, method: str, server: str, ca: str | None, text: str
) -> None:
    where = wire(tls=getattr(certificates, server))
    with pytest.raises(Untrusted, match=f"certificate of ISE at https://localhost.* is not trusted.*{text}"):
        ask(session(where, verify=getattr(certificates, ca) if ca else True), method)
    assert not where.requests


def test_an_address_as_host(wire: MakeWire, certificates: Certificates) -> None:
    server, other = wire(reply(OK)), wire(tls=certificates.wrong_name)
    assert ask(session(f"https://127.0.0.1:{server.port}", verify=certificates.ca_path)).data == OK
    with pytest.raises(Untrusted, match="IP address mismatch.*Use the name that is in the certificate"):
        ask(session(f"https://127.0.0.1:{other.port}", verify=certificates.ca_path))


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environments_bundle_does_not_override_what_was_given(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, certificates.stranger_path)
    server = wire(reply(OK), reply(OK))
    assert ask(session(server, verify=certificates.ca_path)).data == OK
    assert ask(session(server, verify=False)).data == OK
    with pytest.raises(Untrusted):
        ask(session(server))


def test_the_environments_bundle_counts_where_nothing_was_given(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificates.ca_path)
    assert ask(session(wire(reply(OK)))).data == OK


@pytest.mark.parametrize(
    ("verify", "variable", "is_strict"),
    [
        (True, "", True),
        (True, "REQUESTS_CA_BUNDLE", False),
        (True, "CURL_CA_BUNDLE", False),
        ("/etc/own.pem", "", False),
        ("system", "", False),
        (False, "", False),
    ],
)
def test_authorities_that_the_user_has_chosen_need_not_be_what_the_newest_pythons_ask_for(
    monkeypatch: pytest.MonkeyPatch, verify: bool | str, variable: str, is_strict: bool
) -> None:
    context = ssl.create_default_context()
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    monkeypatch.setattr("urllib3.util.ssl_.create_urllib3_context", lambda: context)
    if variable:
        monkeypatch.setenv(variable, "/etc/own.pem")
    assert bool(_http._adapter(verify).tls.verify_flags & ssl.VERIFY_X509_STRICT) is is_strict


@pytest.mark.parametrize("server", ["good", "wrong_name", "expired"])
def test_no_verification_and_no_complaint_about_it(wire: MakeWire, certificates: Certificates, server: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        http = session(wire(reply(OK), tls=getattr(certificates, server)), verify=False)
        assert ask(http).data == OK


def test_a_client_certificate(wire: MakeWire, certificates: Certificates) -> None:
    server = wire(reply(OK), tls=certificates.wants_client)
    pair = (certificates.client_path, certificates.client_key_path)
    assert ask(session(server, verify=certificates.ca_path, certificate=pair)).data == OK
    with pytest.raises((Unreachable, OutcomeUnknown)):
        ask(session(server, verify=certificates.ca_path))


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("verify", "/nowhere/ca.pem"),
        ("certificate", ("/nowhere/client.pem", "/nowhere/client.key")),
    ],
)
def test_a_file_that_is_not_there(wire: MakeWire, trusted: dict[str, Any], option: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match="/nowhere/.*Check ise_ca_path and the client certificate options"):
        ask(session(wire(), **{**trusted, option: value}))


@pytest.mark.parametrize("content", [None, "no certificate"])
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_in_the_environment_that_cannot_be_used(
    wire: MakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, content: str | None
) -> None:
    bundle = tmp_path / "bundle.pem"
    if content:
        bundle.write_text(content)
    monkeypatch.setenv(variable, str(bundle))
    with pytest.raises(InvalidInput, match=f"Check the environment variable {variable}") as caught:
        ask(session(wire()))
    assert "ise_ca_path" not in str(caught.value)


def test_a_file_of_the_systems_authorities_that_cannot_be_used(
    wire: MakeWire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "roots.pem"
    path.write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(InvalidInput, match="Check the environment variable SSL_CERT_FILE"):
        ask(session(wire(), verify="system"))


def test_an_encrypted_key_is_not_asked_for(certificates: Certificates, wire: MakeWire, tmp_path: Path) -> None:
    key = serialization.load_pem_private_key(Path(certificates.client_key_path).read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"canary"),
        )
    )
    pair = (certificates.client_path, str(locked))
    server = wire()
    with pytest.raises(InvalidInput, match="the client certificate or its key cannot be used"):
        ask(session(server, verify=certificates.ca_path, certificate=pair))


@pytest.mark.parametrize("option", ["verify", "certificate"])
def test_a_file_that_holds_no_certificate(wire: MakeWire, trusted: dict[str, Any], tmp_path: Path, option: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_text("no certificate\n")
    value = str(path) if option == "verify" else (str(path), str(path))
    with pytest.raises(InvalidInput, match="Check ise_ca_path and the client certificate options"):
        ask(session(wire(), **{**trusted, option: value}))


# The connection fails while an answer is awaited


@pytest.mark.parametrize("step", [drop(), drop(reset=True), half(OK)], ids=["closed", "reset", "broken off"])
@pytest.mark.parametrize("kept", [False, True], ids=["fresh", "kept"])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_read_whose_answer_is_lost_is_repeated(
    wire: MakeWire, trusted: dict[str, Any], step: Any, kept: bool, times: int
) -> None:
    before = [reply(OK)] if kept else []
    server = wire(*before, *[step] * times, *([reply(OK)] if times < 3 else []))
    http = session(server, **trusted)
    for _unused in before:
        ask(http)
    if times < 3:
        assert ask(http).data == OK
    else:
        with pytest.raises(Unreachable, match="the connection broke before the answer was complete. Check the network"):
            ask(http)
    assert len(server.requests) == len(before) + min(times + 1, 3)


@pytest.mark.parametrize("step", [drop(), drop(reset=True), half(OK)], ids=["closed", "reset", "broken off"])
@pytest.mark.parametrize("kept", [False, True], ids=["fresh", "kept"])
def test_a_write_whose_answer_is_lost_is_not_repeated(
    wire: MakeWire, trusted: dict[str, Any], step: Any, kept: bool
) -> None:
    before = [reply(OK)] if kept else []
    server = wire(*before, step)
    http = session(server, **trusted)
    for _unused in before:
        ask(http)
    with pytest.raises(OutcomeUnknown, match="Whether it was carried out is unknown. Run this again"):
        ask(http, WRITE, json={"name": "x"})
    assert len(server.requests) == len(before) + 1


@pytest.mark.parametrize("method", [READ, WRITE])
def test_a_connection_that_the_server_closed_meanwhile_is_replaced(
    wire: MakeWire, trusted: dict[str, Any], method: str
) -> None:
    """The usual end of an idle connection. The client sees it before it sends, so even a write is safe."""
    server = wire(lambda connection, over: reply(OK)(connection, over) and False, reply(OK))
    http = session(server, **trusted)
    ask(http)
    eventually(lambda: server.ended)
    assert ask(http, method).data == OK
    assert [request.connection for request in server.requests] == [1, 2]


def connected(wire: MakeWire, trusted: dict[str, Any], step: Any) -> tuple[Wire, Http]:
    """A server that does this on the second request, and a session that has sent the first one.

    A busy machine needs longer than the time-out for the handshake alone.
    """
    server = wire(reply(OK), step)
    http = session(server, **trusted)
    ask(http)
    http.timeout = 0.2
    return server, http


@pytest.mark.parametrize("step", [stall(), half_then_stall(OK)], ids=["nothing", "half"])
def test_a_read_is_not_answered_in_time(wire: MakeWire, trusted: dict[str, Any], step: Any) -> None:
    server, http = connected(wire, trusted, step)
    with pytest.raises(
        Unreachable, match="no answer came within 0.2 seconds. If ISE is slow, raise ise_timeout. Otherwise, check"
    ):
        ask(http)
    eventually(lambda: len(server.requests) > 1)
    assert len(server.requests) == 2, "waiting that long once is enough"


@pytest.mark.parametrize("step", [stall(), half_then_stall(OK)], ids=["nothing", "half"])
def test_a_write_is_not_answered_in_time(wire: MakeWire, trusted: dict[str, Any], step: Any) -> None:
    server, http = connected(wire, trusted, step)
    with pytest.raises(OutcomeUnknown, match="no answer came within 0.2 seconds. Whether it was carried out"):
        ask(http, WRITE)
    eventually(lambda: len(server.requests) > 1)
    assert len(server.requests) == 2


@pytest.mark.parametrize(("method", "kind"), [(READ, Unreachable), (WRITE, OutcomeUnknown)])
def test_an_answer_that_breaks_off_and_an_old_urllib3(
    wire: MakeWire, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, method: str, kind: type[CiscoError]
) -> None:
    """urllib3 1.26, which enterprise distributions still bring, hands a short body over without a word."""
    original = urllib3.response.HTTPResponse.__init__

    def lenient(*args: Any, **more: Any) -> None:
        original(*args, **{**more, "enforce_content_length": False})

    monkeypatch.setattr(urllib3.response.HTTPResponse, "__init__", lenient)
    server = wire(*[half(OK)] * (3 if method == READ else 1))
    with pytest.raises(kind, match="the connection broke before the answer was complete"):
        ask(session(server, **trusted), method)


# Too many requests, and gateways


def busy(status: int, retry_after: str | None = None) -> Any:
    return reply(OK, status, **({} if retry_after is None else {"Retry_After": retry_after}))


@pytest.mark.parametrize("method", [READ, WRITE])
def test_429_is_repeated_after_the_seconds_asked_for(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float], method: str
) -> None:
    server = wire(busy(429, "7"), busy(429, "3"), reply(OK))
    assert ask(session(server, **trusted), method, json={"name": "x"}).data == OK
    assert pauses == [7, 3]
    assert len({request.body for request in server.requests}) == 1


def test_429_is_repeated_after_the_date_asked_for(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_http.time, "time", lambda: NOON)
    server = wire(busy(429, formatdate(NOON + 20, usegmt=True)), reply(OK))
    assert ask(session(server, **trusted)).data == OK
    assert pauses == [20]


def test_429_without_a_time_is_repeated_ever_later(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float]
) -> None:
    server = wire(busy(429), busy(429, "soon"), busy(429), reply(OK))
    assert ask(session(server, **trusted)).data == OK
    assert pauses == [1, 2, 4]


@pytest.mark.parametrize("method", [READ, WRITE])
@pytest.mark.parametrize(("retry_after", "slept"), [(None, [1, 2, 4, 8, 16]), ("20", [20, 20, 20]), ("3600", [30, 30])])
def test_a_storm_of_429_comes_to_an_end(
    wire: MakeWire,
    trusted: dict[str, Any],
    pauses: list[float],
    method: str,
    retry_after: str | None,
    slept: list[float],
) -> None:
    server = wire(*[busy(429, retry_after)] * (len(slept) + 1))
    with pytest.raises(Throttled, match=f"too many requests, for {sum(slept)} seconds. Let fewer tasks") as caught:
        ask(session(server, **trusted), method)
    assert pauses == slept
    assert caught.value.status == 429


def resetting(http: dict[str, Any]) -> dict[str, Any]:
    """A session with a service that says in a header of its own when it acts again."""
    return {**http, "reset": lambda headers: float(headers["X-Reset"]) if "X-Reset" in headers else None}


def test_a_time_that_the_service_is_sure_of_is_waited_for_in_full(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float]
) -> None:
    server = wire(reply(OK, 429, X_Reset="45"), reply(OK, 429, X_Reset="0"), reply(OK))
    assert ask(session(server, **resetting(trusted))).data == OK
    assert pauses == [45, 0.05]


def test_a_time_beyond_patience_is_reported_at_once(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float]
) -> None:
    server = wire(reply(OK, 429, X_Reset="1260", Retry_After="1"))
    with pytest.raises(Throttled, match=r"allowed in 1260 seconds \(21 minutes\) only. Run this again") as caught:
        ask(session(server, **resetting(trusted)))
    assert not pauses and caught.value.status == 429


def test_a_service_that_forgets_to_send_the_time_is_treated_as_any(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float]
) -> None:
    server = wire(reply(OK, 429), reply(OK, 503, X_Reset="45"), reply(OK))
    assert ask(session(server, **resetting(trusted))).data == OK
    assert pauses == [1, 2]


def test_many_hosts_do_not_ask_again_in_step(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_http, "JITTER", 0.25)
    for _unused in range(20):
        Patience().pause("8")
    assert len(set(pauses)) > 10 and all(8 <= pause <= 10 for pause in pauses)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json; charset=ISO-8859-1", '{"name": "Zürich"}'.encode("latin-1")),
        ("application/json", '{"name": "Zürich"}'.encode("latin-1")),
        ("application/json; charset=no-such-set", '{"name": "Zürich"}'.encode()),
        ("application/json", b"\xef\xbb\xbf" + '{"name": "Zürich"}'.encode()),
    ],
)
def test_a_body_in_another_character_set(
    wire: MakeWire, trusted: dict[str, Any], content_type: str, body: bytes
) -> None:
    assert ask(session(wire(reply(body, 200, Content_Type=content_type)), **trusted)).data == {"name": "Zürich"}


def test_half_a_character_is_replaced(wire: MakeWire, trusted: dict[str, Any]) -> None:
    body = rb'{"\ud83d": ["a\ud800b", "\ud83d\ude00"], "n": 1}'
    answer = ask(session(wire(reply(body, 200, Content_Type="application/json")), **trusted))
    assert answer.data == {"\ufffd": ["a\ufffdb", "\U0001f600"], "n": 1}
    assert str(answer.data).encode()


def test_a_wait_of_no_time_is_no_busy_loop(wire: MakeWire, trusted: dict[str, Any], pauses: list[float]) -> None:
    server = wire(busy(429, "0"), busy(429, formatdate(time.time() - 60, usegmt=True)), reply(OK))
    assert ask(session(server, **trusted)).data == OK
    assert pauses == [0.05, 0.05]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_is_repeated_after_gateway_trouble(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float], status: int
) -> None:
    server = wire(busy(status, "5"), reply(PAGE, status), reply(OK))
    assert ask(session(server, **trusted)).data == OK
    assert pauses == [5, 1]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_read_that_stays_in_gateway_trouble_is_handed_back(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float], status: int
) -> None:
    server = wire(*[busy(status)] * 6)
    assert ask(session(server, **trusted)).status == status
    assert pauses == [1, 2, 4, 8, 16]


def test_the_time_in_which_a_gateway_waits_in_vain_counts(
    wire: MakeWire, trusted: dict[str, Any], pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_http, "PATIENCE", 1.2)
    server = wire(late(0.3, busy(504)))
    assert ask(session(server, **trusted)).status == 504
    assert not pauses


@pytest.mark.parametrize(
    ("status", "writes", "took", "again"),
    [
        (200, False, 0, False),
        (429, False, 90, True),
        (429, True, 0, True),
        (500, False, 0, True),
        (500, True, 0, False),
        (501, False, 0, False),
        (502, True, 0, False),
        (504, False, 59, True),
        (504, False, 60, False),
    ],
)
def test_what_is_worth_repeating(pauses: list[float], status: int, writes: bool, took: float, again: bool) -> None:
    assert Patience().again(status, writes, None, took) is again
    assert len(pauses) == again


@pytest.mark.parametrize(
    ("status", "retry_after", "slept"), [(502, "5", []), (503, None, []), (503, "5", [5]), (504, None, [])]
)
def test_a_gateway_does_not_say_what_became_of_a_write(
    wire: MakeWire,
    trusted: dict[str, Any],
    pauses: list[float],
    status: int,
    retry_after: str | None,
    slept: list[float],
) -> None:
    server = wire(busy(status, retry_after))
    with pytest.raises(OutcomeUnknown, match=f"the gateway of ISE answered {status} and does not say") as caught:
        ask(session(server, **trusted), WRITE)
    assert caught.value.status == status
    # So that the look-up that follows does not come before the service wants to be asked.
    assert pauses == slept


# Proxies


def test_a_proxy_from_the_environment(
    wire: MakeWire, proxy: MakeProxy, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = wire(reply(OK))
    way = proxy(server.port)
    monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{way.port}")
    assert ask(session(f"https://{ISE_NAME}", **trusted)).data == OK
    assert [target for target, _headers in way.tunnels] == [f"{ISE_NAME}:443"]
    assert "proxy-authorization" not in way.tunnels[0][1]
    assert server.requests[0].headers["authorization"] == LOGIN


def test_a_proxy_that_wants_a_login(
    wire: MakeWire, proxy: MakeProxy, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = wire(reply(OK))
    way = proxy(server.port, PROXY_AUTHORIZATION)
    monkeypatch.setenv("HTTPS_PROXY", f"http://{PROXY_LOGIN}@localhost:{way.port}")
    assert ask(session(f"https://{ISE_NAME}", **trusted)).data == OK
    assert "proxy-authorization" not in server.requests[0].headers
    monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{way.port}")
    for method in (READ, WRITE):
        with pytest.raises(Unreachable, match="failed: 407 Proxy Authentication Required.*proxy settings"):
            ask(session(f"https://{ISE_NAME}", **trusted), method)


@pytest.mark.parametrize("method", [READ, WRITE])
def test_a_proxy_that_does_not_let_through(
    wire: MakeWire, proxy: MakeProxy, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    way = proxy(wire().port, status=502)
    monkeypatch.setenv("HTTPS_PROXY", f"http://{PROXY_LOGIN}@localhost:{way.port}")
    with pytest.raises(Unreachable, match=r"could not be reached \(Tunnel connection failed: 502 Bad Gateway\)"):
        ask(session(f"https://{ISE_NAME}"), method)


@pytest.mark.parametrize("method", [READ, WRITE])
def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{PROXY_LOGIN}@localhost:{closed_port()}")
    with pytest.raises(Unreachable, match=r"could not be reached \(Connection refused\).*proxy settings"):
        ask(session(f"https://{ISE_NAME}"), method)


@pytest.mark.parametrize("step", [drop(), drop(reset=True), half(OK)])
def test_a_tunnel_that_breaks_is_a_connection_that_breaks(
    wire: MakeWire, proxy: MakeProxy, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, step: Any
) -> None:
    """`requests` blames the proxy, and it is about a request that was sent."""
    server = wire(step, reply(OK), step)
    monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{proxy(server.port).port}")
    http = session(f"https://{ISE_NAME}", **trusted)
    assert ask(http).data == OK
    with pytest.raises(OutcomeUnknown, match="the connection broke before the answer was complete"):
        ask(http, WRITE)


@pytest.mark.parametrize("address", ["http://", "ftp://{}@p", "http://{}@:x", "http://{}@proxy:port", "http://[{}@"])
def test_a_proxy_address_that_cannot_be(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address.format(PROXY_LOGIN))
    words = "of the form http://host:port. Correct the environment variable HTTPS_PROXY"
    with pytest.raises(InvalidInput, match=words) as caught:
        session(f"https://{ISE_NAME}")
    assert PROXY_PASSWORD not in str(caught.value) and PROXY_LOGIN not in str(caught.value)


def test_a_proxy_of_a_kind_that_needs_another_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"socks5://{PROXY_LOGIN}@localhost:1080")
    with pytest.raises(Unreachable, match="Missing dependencies for SOCKS support.*proxy settings"):
        ask(session(f"https://{ISE_NAME}"))


def test_a_proxy_password_may_have_any_characters(
    wire: MakeWire, proxy: MakeProxy, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """requests itself would encode it in Latin-1, which lacks many."""
    encoded = base64.b64encode("mś:Ędward".encode()).decode()
    server = wire(reply(OK))
    way = proxy(server.port, f"Basic {encoded}")
    monkeypatch.setenv("HTTPS_PROXY", f"http://m%C5%9B:%C4%98dward@localhost:{way.port}")
    http = session(f"https://{ISE_NAME}", **trusted)
    assert ask(http).data == OK
    assert {"Ędward", "%C4%98dward", encoded} <= http.context.secrets


def test_no_proxy(wire: MakeWire, trusted: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://localhost:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "example.org,localhost")
    assert ask(session(wire(reply(OK)), **trusted)).data == OK


# What an answer holds


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (
            PAGE,
            "text/html",
            "ISE answered with a web page titled 'Sign in' instead .*HTTP 200.*switched off on ISE",
        ),
        ("<p>Off</p>", "text/plain", "ISE answered with a web page instead of JSON"),
        ("off", "text/html; charset=UTF-8", "ISE answered with a web page instead of JSON"),
        ('{"answer": 4', "application/json", "ISE answered with something that is not complete JSON .HTTP 200"),
        ("[" * 100_000, "application/json", "ISE answered with something that is not complete JSON .HTTP 200"),
        ("", "application/json", "ISE answered with nothing .HTTP 200"),
        ("  \n", "text/html", "ISE answered with nothing .HTTP 200"),
    ],
    ids=lambda value: value[:20],
)
def test_an_answer_that_is_not_json(wire: MakeWire, trusted: dict[str, Any], body: str, kind: str, text: str) -> None:
    answer = ask(session(wire(reply(body.encode(), Content_Type=kind)), **trusted))
    assert answer.data is None
    with pytest.raises(UnexpectedAnswer, match=f"Could not read it: {text}") as caught:
        expect_json(answer, "read it", "ISE")
    assert caught.value.status == 200


@pytest.mark.parametrize("data", [{}, [], "text", 0, False, {"name": "Büro"}])
def test_any_json_is_an_answer(data: Any) -> None:
    assert expect_json(Answer(200, {"Content-Type": "text/html"}, data, "x"), "read it", "ISE") == data


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html"])
def test_json_is_utf_8_whatever_it_is_called(wire: MakeWire, trusted: dict[str, Any], kind: str) -> None:
    body = '{"name": "Büro – 東京"}'.encode()
    assert ask(session(wire(reply(body, Content_Type=kind)), **trusted)).data == {"name": "Büro – 東京"}


def test_an_answer_that_is_not_utf_8(wire: MakeWire, trusted: dict[str, Any]) -> None:
    answer = ask(session(wire(reply(b"\xff{}", Content_Type="application/json")), **trusted))
    assert (answer.data, answer.text) == (None, "\xff{}")


# Small parts


@pytest.mark.parametrize(
    ("kind", "attributes", "fault"),
    [
        (
            "SSLCertVerificationError",
            {"verify_message": "self-signed", "reason": "CERTIFICATE_VERIFY_FAILED"},
            "self-signed",
        ),
        ("InvalidCertificateException", {"reason": "hostname mismatch"}, "hostname mismatch"),
        ("CertificateError", {}, "details"),
        ("SSLError", {"reason": "WRONG_VERSION"}, ""),
    ],
)
def test_what_each_library_says_of_a_certificate(kind: str, attributes: dict[str, str], fault: str) -> None:
    cause = type(kind, (Exception,), attributes)("details")
    assert certificate_fault(RuntimeError("wrapping", cause)) == fault


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("7.5", None),
        ("-7", None),
        ("²", None),
        ("soon", None),
        ("Tue, 99 Foo 2026", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value) == seconds


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        ("ise.corp.example", "ise.corp.example", None),
        ("ISE.Corp.Example", "ise.corp.example", None),
        ("ise.corp.example:8443", "ise.corp.example", 8443),
        (" ise.corp.example\n", "ise.corp.example", None),
        ("192.0.2.1", "192.0.2.1", None),
        ("192.0.2.1:443", "192.0.2.1", 443),
        ("[2001:db8::1]", "[2001:db8::1]", None),
        ("[2001:db8::1]:443", "[2001:db8::1]", 443),
    ],
)
def test_a_bare_host(value: str, host: str, port: int | None) -> None:
    assert bare_host(value, "ise_hostname") == (host, port)


@pytest.mark.parametrize(
    ("value", "advice"),
    [
        ("https://ise.corp.example", "Write ise_hostname: ise.corp.example"),
        ("https://ise.corp.example:8443/admin/?a=b", "Write ise_hostname: ise.corp.example:8443"),
        ("HTTPS://ISE.Corp.Example/", "Write ise_hostname: ise.corp.example"),
        ("ise.corp.example/", "Write just the host name."),
        ("https://canary:canary@ise.corp.example/", "Write ise_hostname: ise.corp.example"),
        ("canary:canary@ise.corp.example", "Write just the host name."),
        ("canary/+canary==", "Write just the host name."),
        ("https://[2001:db8::1]/", "Write ise_hostname: [2001:db8::1]"),
        ("ise.corp.example:https", "Write just the host name."),
        ("ise.corp.example:99999", "Write just the host name."),
        ("[2001:db8::1", "Write just the host name."),
        ("2001:db8::1", "Write just the host name."),
        ("https://", "Write just the host name."),
        ("two words", "Write just the host name."),
        ("ise..example", "Write just the host name."),
        ("i" * 64 + ".example", "Write just the host name."),
        ("", "Write just the host name."),
    ],
)
def test_not_a_bare_host(value: str, advice: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        bare_host(value, "ise_hostname")
    assert caught.value.advice == advice
    assert "canary" not in str(caught.value)


def test_a_package_that_is_missing() -> None:
    with pytest.raises(MissingLibrary, match="-m pip install --upgrade nobody_has_this") as caught:
        require("nobody_has_this")
    assert sys.executable in str(caught.value)
    assert require("json").dumps([]) == "[]"


@pytest.mark.parametrize(
    ("installed", "words"),
    [
        ("", ""),
        ("5.7", ""),
        ("5.7.0", ""),
        ("5.10.0", ""),
        ("6.0.0rc1", ""),
        ("unknown", ""),
        ("4.7.1", "release 4.7.1 is installed, and 5.7 is the oldest one that works"),
        ("5.6.9", "pip install --upgrade 'a_package>=5.7'"),
    ],
)
def test_a_package_that_is_too_old(monkeypatch: pytest.MonkeyPatch, installed: str, words: str) -> None:
    package = SimpleNamespace(**({"__version__": installed} if installed else {}))
    monkeypatch.setitem(sys.modules, "a_package", package)
    if not words:
        assert require("a_package", "5.7") is package
        return
    with pytest.raises(MissingLibrary) as caught:
        require("a_package", "5.7")
    assert words in str(caught.value)


def test_a_package_that_cannot_be_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a_broken_package.py").write_text("raise AttributeError('module lib has no attribute X509')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingLibrary, match="the import ends with AttributeError.*--upgrade a_broken_package"):
        require("a_broken_package")


def test_causes_are_found_wherever_they_hide_and_each_once() -> None:
    inner, outer = OSError(111, "Connection refused"), ValueError("outer")
    outer.__cause__ = outer.__context__ = inner
    inner.__context__ = outer
    wrapped = RuntimeError("wrapping", outer)
    assert {id(cause) for cause in causes_of(wrapped)} == {id(wrapped), id(outer), id(inner)}
    assert root_cause(wrapped) == "Connection refused"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OSError("Tunnel connection failed: 407"), "Tunnel connection failed: 407"),
        (TimeoutError("timed out"), "timed out"),
        (TimeoutError(), "TimeoutError"),
        (ValueError("details that nobody has looked at"), "ValueError"),
    ],
)
def test_root_cause(error: Exception, text: str) -> None:
    assert root_cause(error) == text
