# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy that leads real host names to the lab and nothing anywhere else."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

import pytest
import requests
from lab import Lab

PUBLIC = {"nam": "api.amp.cisco.com", "eu": "api.eu.amp.cisco.com", "apjc": "api.apjc.amp.cisco.com"}


def through(lab: Lab, host: str, path: str = "/v1/version") -> requests.Response:
    access = lab.secure_endpoint
    with requests.Session() as session:
        session.trust_env = False
        session.verify = lab.ca_path
        session.proxies = {"https": access.proxy_url}
        return session.get(f"https://{host}{path}", auth=(access.client_id, access.api_key), timeout=10)


def spoken(lab: Lab, request: bytes) -> bytes:
    """What the proxy says to bytes of our own, until it closes."""
    place = urlsplit(lab.secure_endpoint.proxy_url)
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=5) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))


@pytest.mark.parametrize(("region", "host"), PUBLIC.items())
def test_a_real_host_name_leads_to_its_region(lab: Lab, region: str, host: str) -> None:
    response = through(lab, host)
    assert response.status_code == (200 if region == "eu" else 401)
    assert [row["site"] for row in lab.requests("secure_endpoint")] == [region]
    assert lab.state("secure_endpoint", "proxied") == {host: 1}


def test_links_name_the_host_that_was_called(lab: Lab) -> None:
    links = through(lab, PUBLIC["eu"], "/v1/computers?limit=10").json()["metadata"]["links"]
    assert links["next"] == f"https://{PUBLIC['eu']}/v1/computers?limit=10&offset=10"


def test_listeners_of_the_lab_can_be_reached_too(lab: Lab) -> None:
    host = lab.secure_endpoint.api_host
    assert through(lab, host).status_code == 200
    assert through(lab, lab.duo.api_host, "/auth/v2/ping").status_code == 200
    assert lab.state("secure_endpoint", "proxied") == {host: 1}
    lab.reset()
    assert lab.state("secure_endpoint", "proxied") == {}


def test_a_direct_call_is_not_counted(lab: Lab) -> None:
    host, port = lab.secure_endpoint.api_host.split(":")
    context = ssl.create_default_context(cafile=lab.ca_path)
    connection = http.client.HTTPSConnection(host, int(port), timeout=5, context=context)
    connection.request("GET", "/v1/version")
    assert connection.getresponse().status == 401
    connection.close()
    assert lab.state("secure_endpoint", "proxied") == {}


@pytest.mark.parametrize(
    "target",
    ["example.com:443", "api.amp.cisco.com:80", "localhost:22", "127.0.0.1:443", "console.amp.cisco.com:443", ""],
)
def test_anything_else_is_refused(lab: Lab, target: str) -> None:
    assert spoken(lab, f"CONNECT {target} HTTP/1.1\r\n\r\n".encode()).startswith(b"HTTP/1.1 403 ")
    assert lab.state("secure_endpoint", "proxied") == {}


def test_only_connect_is_spoken(lab: Lab) -> None:
    head = b"GET https://api.amp.cisco.com/v1/version HTTP/1.1\r\n\r\n"
    assert spoken(lab, head).startswith(b"HTTP/1.1 405 ")
    assert spoken(lab, b"CONNECT api.amp.cisco.com:443 HTTP/1.1\r\n") == b""
    assert lab.requests() == []


def test_a_lab_stops_while_a_tunnel_is_open() -> None:
    with Lab.start() as lab:
        place = urlsplit(lab.secure_endpoint.proxy_url)
        connection = socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=5)
        connection.sendall(b"CONNECT api.amp.cisco.com:443 HTTP/1.1\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")
    with connection:
        assert connection.recv(4096) == b""
