# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets into the simulated Duo, and with which words the others are sent away."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import duo_client
import duo_client.client
import pytest
from lab import Lab

from .conftest import DuoCall

APPS = "/admin/v3/integrations"
INFO = "/admin/v1/info/summary"
CHECK = "/auth/v2/check"


def refusal(answer: tuple[int, Any]) -> tuple[int, str, str | None]:
    """Code, message and detail of a FAIL envelope whose status fits its code."""
    status, body = answer
    assert body["stat"] == "FAIL"
    assert status == body["code"] // 100
    return body["code"], body["message"], body.get("message_detail")


def auth_keys(lab: Lab) -> dict[str, str]:
    app = next(item for item in lab.state("duo", "applications") if item["name"] == "Door Access")
    return {"key": app["integration_key"], "secret": app["secret_key"]}


def raw(lab: Lab, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, Any]:
    """A request no client library shaped."""
    host, port = lab.duo.api_host.split(":")
    connection = http.client.HTTPSConnection(
        host, int(port), timeout=5, context=ssl.create_default_context(cafile=lab.ca_path)
    )
    connection.request(method, target, body, headers)
    response = connection.getresponse()
    answer = response.status, json.loads(response.read())
    connection.close()
    return answer


def authorization(lab: Lab, method: str, path: str, date: str, **how: Any) -> str:
    """The Authorization header as duo_client makes it."""
    parameters = {"host": "localhost", "version": 5, "params": {}, "body": "", "headers": {}, **how}
    return str(
        duo_client.client.sign(
            lab.duo.integration_key,
            lab.duo.secret_key,
            method,
            parameters["host"],
            path,
            date,
            parameters["version"],
            parameters["params"],
            body=parameters["body"],
            digestmod=hashlib.sha512,
            additional_headers=parameters["headers"],
        )
    )


def test_both_versions_and_both_digests(duo: DuoCall) -> None:
    for how in ({"sig_version": 5}, {"sig_version": 2}, {"sig_version": 2, "digestmod": hashlib.sha1}):
        assert duo("GET", INFO, **how)[0] == 200
        assert duo("GET", "/admin/v1/users", {"username": "a b+ü&c"}, **how)[0] == 200
    assert refusal(duo("GET", INFO, sig_version=4))[0] == 40103


def test_applications_need_version_5(duo: DuoCall) -> None:
    assert refusal(duo("GET", APPS, sig_version=2))[0] == 40103
    assert duo("GET", APPS)[0] == 200


def test_form_bodies_under_version_2(lab: Lab, duo: DuoCall) -> None:
    status, body = duo("POST", "/admin/v1/users", {"username": "new one", "realname": "Ä & Ö"}, sig_version=2)
    assert (status, body["response"]["realname"]) == (200, "Ä & Ö")
    assert lab.requests("duo")[-1]["body"] == {"username": "new one", "realname": "Ä & Ö"}


def test_wrong_key_and_wrong_secret(lab: Lab, duo: DuoCall) -> None:
    assert refusal(duo("GET", INFO, key="DI" + "X" * 18))[:2] == (
        40102,
        "Invalid integration key in request credentials",
    )
    assert refusal(duo("GET", INFO, secret="x" * 40))[:2] == (40103, "Invalid signature in request credentials")
    lab.switch(**{"duo.unknown_key_message": "Invalid identity in request credentials"})
    assert refusal(duo("GET", INFO, key="DI" + "X" * 18))[1] == "Invalid identity in request credentials"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": "Basic !"},
        {"Authorization": "Basic " + base64.b64encode(b"no colon").decode(), "Date": formatdate()},
        {"Authorization": "Basic " + base64.b64encode(b"key:signature").decode()},
    ],
)
def test_missing_credentials(lab: Lab, headers: dict[str, str]) -> None:
    assert refusal(raw(lab, "GET", INFO, headers))[:2] == (40101, "Missing request credentials")


def test_date_may_come_as_x_duo_date(lab: Lab) -> None:
    date = formatdate()
    header = {"x-duo-date": date}
    good = {"Authorization": authorization(lab, "GET", INFO, date, headers=header), "X-Duo-Date": date}
    assert raw(lab, "GET", INFO, good)[0] == 200
    unsigned = {"Authorization": authorization(lab, "GET", INFO, date), "X-Duo-Date": date}
    assert refusal(raw(lab, "GET", INFO, unsigned))[0] == 40103


def test_clock_skew(lab: Lab, duo: DuoCall) -> None:
    lab.switch(**{"duo.clock_offset_seconds": 301})
    assert refusal(duo("GET", INFO))[:2] == (40105, "Bad request timestamp")
    lab.switch(**{"duo.clock_offset_seconds": -290})
    assert duo("GET", INFO)[0] == 200
    lab.switch(**{"duo.skew_limit_seconds": 60})
    assert refusal(duo("GET", INFO))[0] == 40105
    lab.switch(**{"duo.clock_offset_seconds": 0})
    lab.advance(3600)
    assert duo("GET", INFO)[0] == 200, "clients live in real time"


def test_unreadable_date(lab: Lab) -> None:
    headers = {"Authorization": authorization(lab, "GET", INFO, "yesterday"), "Date": "yesterday"}
    assert refusal(raw(lab, "GET", INFO, headers))[0] == 40105


def test_both_zones_of_utc(lab: Lab) -> None:
    for date in (formatdate(), formatdate(usegmt=True), formatdate().replace("-0000", "+0000")):
        headers = {"Authorization": authorization(lab, "GET", INFO, date), "Date": date}
        assert raw(lab, "GET", INFO, headers)[0] == 200


def test_kinds_of_keys(lab: Lab, duo: DuoCall) -> None:
    wrong_type = (40301, "Access forbidden", "Wrong integration type for this API.")
    assert refusal(duo("GET", CHECK)) == wrong_type
    keys = auth_keys(lab)
    status, body = duo("GET", CHECK, **keys)
    assert status == 200 and isinstance(body["response"]["time"], int)
    assert refusal(duo("GET", INFO, **keys)) == wrong_type
    lab.switch(**{"duo.auth_key_on_admin_api": 40102})
    assert refusal(duo("GET", INFO, **keys))[0] == 40102


def test_ping_needs_no_signature(lab: Lab, duo: DuoCall) -> None:
    assert raw(lab, "GET", "/auth/v2/ping", {})[0] == 200
    assert duo("GET", "/auth/v2/ping", **auth_keys(lab))[0] == 200


def test_absolute_form_as_sent_through_a_proxy(lab: Lab) -> None:
    date = formatdate()
    parameters = {"limit": ["2"], "offset": ["0"]}
    headers = {"Authorization": authorization(lab, "GET", APPS, date, params=parameters), "Date": date}
    status, body = raw(lab, "GET", f"https://{lab.duo.api_host}{APPS}?limit=2&offset=0", headers)
    assert (status, len(body["response"])) == (200, 2)
    row = lab.requests("duo")[-1]
    assert (row["path"], row["query"], row["unknown_route"]) == (APPS, {"limit": "2", "offset": "0"}, False)


@pytest.fixture
def proxy() -> Iterator[int]:
    """A CONNECT proxy that leads wherever it is asked; its port."""

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            host, port = self.rfile.readline().split()[1].decode().split(":")
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.0 200 Connection established\r\n\r\n")
            with socket.create_connection((host, int(port)), timeout=5) as upstream:
                ends = {self.connection: upstream, upstream: self.connection}
                while ready := select.select(list(ends), [], [], 5)[0]:
                    data = ready[0].recv(65536)
                    if not data:
                        return
                    ends[ready[0]].sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_the_vendors_client_through_a_proxy(lab: Lab, proxy: int) -> None:
    host, port = lab.duo.api_host.split(":")
    admin = duo_client.Admin(lab.duo.integration_key, lab.duo.secret_key, host, ca_certs=lab.ca_path, port=int(port))
    admin.set_proxy("127.0.0.1", proxy)
    lab.switch(**{"duo.page_limit": 20})
    assert len(list(admin.get_integrations_generator())) == 32
    assert admin.create_integration("Through a proxy", "websdk", user_access="NO_USERS")["type"] == "websdk"


def test_both_spellings_of_a_blank_and_a_bare_question_mark(lab: Lab) -> None:
    date = formatdate()
    headers = {"Authorization": authorization(lab, "GET", INFO, date), "Date": date}
    assert raw(lab, "GET", INFO + "?", headers)[0] == 200
    path = "/admin/v1/users"
    headers = {"Authorization": authorization(lab, "GET", path, date, params={"username": ["a b"]}), "Date": date}
    for spelling in ("a+b", "a%20b"):
        assert raw(lab, "GET", f"{path}?username={spelling}", headers)[0] == 200


def test_a_key_is_known_on_its_own_host_only(lab: Lab, duo: DuoCall) -> None:
    assert duo("GET", INFO, host="127.0.0.1")[0] == 200
    date = formatdate()
    signed = authorization(lab, "GET", INFO, date, host="api-other.duosecurity.com")
    headers = {"Authorization": signed, "Date": date, "Host": "api-other.duosecurity.com"}
    assert refusal(raw(lab, "GET", INFO, headers))[0] == 40102


def test_networks(lab: Lab, duo: DuoCall) -> None:
    key = lab.duo.integration_key
    lab.patch("duo", "set_application", integration_key=key, networks_for_api_access="198.51.100.0/24, 203.0.113.7")
    assert duo("GET", INFO)[0] == 200
    lab.switch(**{"duo.block_by_network": True})
    assert refusal(duo("GET", INFO))[0] == 40301
    # The signature is judged first.
    assert refusal(duo("GET", INFO, secret="x" * 40))[0] == 40103
    for networks in ("127.0.0.0/8", "198.51.100.1,127.0.0.1", "126.0.0.0-127.0.0.9", ""):
        lab.patch("duo", "set_application", integration_key=key, networks_for_api_access=networks)
        assert duo("GET", INFO)[0] == 200


def test_unknown_routes_are_refused_loudly_and_marked(lab: Lab, duo: DuoCall) -> None:
    assert refusal(duo("GET", "/admin/v9/nothing"))[:2] == (40401, "Resource not found")
    assert refusal(duo("PUT", APPS, {}))[:2] == (40501, "Method not allowed")
    duo("GET", INFO)
    assert [row["unknown_route"] for row in lab.requests("duo")] == [True, True, False]


def test_bodies_that_are_no_objects(lab: Lab) -> None:
    for body in (b"[1]", b"{"):
        date = formatdate()
        headers = {"Authorization": authorization(lab, "POST", APPS, date, body=body.decode()), "Date": date}
        answer = raw(lab, "POST", APPS, {**headers, "Content-Type": "application/json"}, body)
        assert refusal(answer)[0] == 40002


def test_account_id_of_somebody_else(lab: Lab, duo: DuoCall) -> None:
    own = lab.state("duo", "account_id")
    assert duo("GET", INFO, {"account_id": own})[0] == 200
    assert refusal(duo("GET", INFO, {"account_id": "DA" + "X" * 18}))[0] == 40002


def test_unknown_parameters(lab: Lab, duo: DuoCall) -> None:
    assert refusal(duo("GET", INFO, {"colour": "red"}))[:2] == (40002, "Invalid request parameters")
    lab.switch(**{"duo.unknown_parameters": "ignore"})
    assert duo("GET", INFO, {"colour": "red"})[0] == 200


def test_certificate_is_not_trusted_unless_asked(lab: Lab) -> None:
    host, port = lab.duo.api_host.split(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(plain, server_hostname=host)
