# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control path, the journal's rows and the lab inside a test process."""

from __future__ import annotations

import json
import ssl
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from lab import Lab
from lab.control import Control
from lab.server import declared_switches

from .conftest import DuoCall

APPS = "/admin/v3/integrations"


@pytest.fixture(params=["in this process", "over HTTP"])
def lab(lab: Lab, request: pytest.FixtureRequest) -> Control:
    """The same lab both ways: as tests call it that start it, and as everybody else does."""
    return lab if request.param == "in this process" else Control(lab.info)


@pytest.mark.parametrize("lab", ["in this process"], indirect=True)
def test_every_switch_can_be_set_to_every_value(lab: Control) -> None:
    for item in lab.switches():
        assert item["source"] and item["text"] and item["value"] == item["default"]
        for value in item["values"] or [item["default"]]:
            lab.switch(**{item["name"]: value})
    assert [item["value"] for item in lab.switches()] != [item["default"] for item in lab.switches()]
    lab.reset()
    assert [item["value"] for item in lab.switches()] == [switch.default for switch in declared_switches()]


def test_switches_are_set_together_or_not_at_all(lab: Control) -> None:
    with pytest.raises(ValueError, match="duo.flags_as is one of"):
        lab.switch(**{"duo.page_limit": 5, "duo.flags_as": "roman"})
    with pytest.raises(ValueError, match="no switch"):
        lab.switch(**{"duo.colour": "red"})
    assert next(item["value"] for item in lab.switches() if item["name"] == "duo.page_limit") == 0


def test_reset(lab: Control, duo: DuoCall) -> None:
    before = {service: lab.state(service) for service in ("duo", "ise")}
    duo("POST", APPS, {"name": "x", "type": "authapi"})
    lab.switch(**{"duo.page_limit": 5})
    lab.fault("duo", kind="html", times=None)
    lab.advance(100_000)
    lab.reset()
    assert duo("GET", APPS)[1]["metadata"]["total_objects"] == 32
    assert len(lab.requests()) == 1
    assert abs(lab.requests()[0]["time"] - time.time()) < 1000

    def timeless(state: dict[str, Any]) -> Any:
        return [(app["integration_key"], app["secret_key"], app["name"]) for app in state["applications"]]

    assert timeless(lab.state("duo")) == timeless(before["duo"])
    assert lab.state("ise").keys() == before["ise"].keys()


def test_part_of_a_state(lab: Control) -> None:
    assert lab.state("duo", "policies") == lab.state("duo")["policies"]
    with pytest.raises(ValueError, match="no part 'plants' in duo; there are api_host, "):
        lab.state("duo", "plants")


def test_journal_row(lab: Control, duo: DuoCall) -> None:
    duo("POST", APPS, {"name": "x", "type": "authapi", "user_access": "ALL_USERS"})
    duo("GET", APPS, {"limit": "2", "offset": "1"})
    write, read = lab.requests()
    assert write.pop("time") <= read.pop("time")
    assert write == {
        "n": 1,
        "service": "duo",
        "site": "",
        "method": "POST",
        "path": APPS,
        "query": {},
        "status": 200,
        "write": True,
        "actor": lab.duo.integration_key,
        "body": {"name": "x", "type": "authapi", "user_access": "ALL_USERS"},
        "body_length": 55,
        "unknown_route": False,
        "fault": None,
    }
    assert (read["n"], read["query"], read["write"], read["body"]) == (2, {"limit": "2", "offset": "1"}, False, None)
    assert lab.requests("ise") == []
    lab.clear_requests()
    assert lab.requests() == []


def test_journal_knows_no_secret(lab: Control, duo: DuoCall) -> None:
    duo("POST", APPS, {"name": "x", "type": "authapi", "secret_key": "s3cr3t", "sso": {"password": "s3cr3t"}})
    duo("GET", APPS, {"secret_key": "s3cr3t"})
    text = json.dumps(lab.requests())
    assert "s3cr3t" not in text
    assert lab.duo.secret_key not in text


def test_all_secrets_are_known(lab: Control) -> None:
    stored = {"admin_secret_key": "stored-by-ise", "auth_secret_key": "stored-too"}
    lab.patch("ise", "add_connection", name="Duo", **stored)
    lab.patch("duo", "rotate_secret", name="Door Access")
    keys = {app["secret_key"] for app in lab.state("duo", "applications")}
    accounts = {account["password"] for account in lab.state("ise", "accounts").values()}
    api_keys = {credential["api_key"] for credential in lab.state("secure_endpoint", "credentials")}
    assert len(api_keys) == 2
    clients = {client["client_secret"] for client in lab.state("cii", "clients")}
    assert len(clients) == 2
    safe = {lab.safe.api_password}
    assert lab.secrets() == keys | accounts | set(stored.values()) | api_keys | clients | safe


def test_operations_are_listed(lab: Control) -> None:
    operations = lab._call("GET", "/patch/duo")
    assert {
        *("add_application", "set_application", "delete_application", "rotate_secret", "set_flag", "add_group"),
        *("set_caller_flags", "users_from_directory"),
    } <= set(operations)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/state/dns", None),
        ("POST", "/patch/dns/x", {}),
        ("POST", "/patch/duo/paint", {}),
        ("POST", "/advance", {"seconds": "1"}),
        ("POST", "/advance", {"seconds": -1}),
        ("POST", "/advance", {}),
        ("POST", "/switches", [1]),
        ("GET", "/nothing", None),
    ],
)
def test_mistakes_are_reported(lab: Control, method: str, path: str, body: Any) -> None:
    with pytest.raises(ValueError):
        lab._call(method, path, body)


def test_control_ignores_proxies(lab: Control, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert lab.switches()


def test_reprs_hold_no_secret(lab: Control) -> None:
    text = f"{lab.duo!r} {lab.ise!r} {lab.secure_endpoint!r} {lab.cii!r} {lab.safe!r}"
    passwords = (lab.ise.password, lab.ise.readonly_password)
    for secret in (
        lab.duo.secret_key,
        *passwords,
        lab.secure_endpoint.api_key,
        lab.cii.client_secret,
        lab.safe.api_password,
    ):
        assert len(secret) > 10
        assert secret not in text


def test_two_labs_side_by_side_and_no_thread_left(lab: Control) -> None:
    threads = threading.active_count()
    with Lab.start() as other:
        assert other.duo.api_host != lab.duo.api_host
        assert other.duo.secret_key != lab.duo.secret_key
        other.switch(**{"duo.page_limit": 5})
        assert next(item["value"] for item in lab.switches() if item["name"] == "duo.page_limit") == 0
        ca_path = Path(other.ca_path)
        assert ca_path.exists()
        # One authority does not vouch for the other's server.
        context = ssl.create_default_context(cafile=lab.ca_path)
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            urllib.request.urlopen(f"https://{other.duo.api_host}/auth/v2/ping", context=context)
    assert not ca_path.exists()
    with pytest.raises(OSError):
        other.switches()
    other.stop()
    assert threading.active_count() == threads


def test_certificate_names(lab: Control) -> None:
    context = ssl.create_default_context(cafile=lab.ca_path)
    port = lab.duo.api_host.split(":")[1]
    handlers = urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    opener = urllib.request.build_opener(*handlers)
    for host in ("localhost", "127.0.0.1"):
        with opener.open(f"https://{host}:{port}/auth/v2/ping") as response:
            assert response.status == 200
    pem = ssl.get_server_certificate(("127.0.0.1", int(port)))
    names = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    public = {"api.amp.cisco.com", "api.eu.amp.cisco.com", "api.apjc.amp.cisco.com"}
    assert set(names.value.get_values_for_type(x509.DNSName)) == {"localhost", "127.0.0.1", *public}
    assert [str(item) for item in names.value.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
