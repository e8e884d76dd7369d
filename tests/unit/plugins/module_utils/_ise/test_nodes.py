# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which releases know native Duo MFA, and which node of a deployment is talked to."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise import nodes as _ise_nodes
from ansible_collections.identityops.cisco.plugins.module_utils._ise.nodes import (
    is_primary,
    primary_pan,
    runs_service,
    supports_duo_mfa,
)


def node(name: str, address: str, *roles: str) -> dict[str, Any]:
    fqdn = f"{name}.corp.example"
    return {"hostname": name, "fqdn": fqdn, "ipAddress": address, "roles": list(roles), "services": ["Session"]}


PRIMARY = node("ise-pan1", "192.0.2.11", "PrimaryAdmin", "PrimaryMonitoring")
SECONDARY = node("ise-pan2", "192.0.2.12", "SecondaryAdmin", "SecondaryMonitoring")
PSN = node("ise-psn1", "192.0.2.21")
DEPLOYMENT = [SECONDARY, PRIMARY, PSN]
# Names that are no node's, and where they lead.
ALIASES = {
    "ise.corp.example": ["192.0.2.11"],
    "reports.corp.example": ["192.0.2.12"],
    "any.corp.example": ["192.0.2.11", "192.0.2.12"],
    "balancer.corp.example": ["198.51.100.1"],
}


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(host: str, _port: None) -> list[tuple[Any, ...]]:
        if host not in ALIASES:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in ALIASES[host]]

    monkeypatch.setattr(_ise_nodes.socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize(
    ("version", "patch", "supported"),
    [
        ("3.3.0.430", 1, True),
        ("3.3.0.430", 0, False),
        ("3.3.0.430", 11, True),
        ("3.2.0.542", 7, False),
        ("3.4.0.608", 0, True),
        ("3.10.0.1", 0, True),
        ("4.0.0.1", 0, True),
        ("2.7.0.356", 10, False),
        ("unknown", 9, False),
    ],
)
def test_releases_with_native_mfa(version: str, patch: int, supported: bool) -> None:
    assert supports_duo_mfa(version, patch) is supported


@pytest.mark.parametrize(
    ("hostname", "primary"),
    [
        ("ise-pan1.corp.example", True),
        ("ISE-PAN1.corp.example", True),
        ("ise-pan1", True),
        ("192.0.2.11", True),
        ("ise-pan1.corp.example:8443", True),
        ("ise-pan2.corp.example", False),
        ("192.0.2.21", False),
        ("ise.corp.example", True),
        ("reports.corp.example", False),
        ("any.corp.example", None),
        ("balancer.corp.example", None),
        ("nowhere.corp.example", None),
    ],
)
def test_the_node_that_is_talked_to(hostname: str, primary: bool | None) -> None:
    assert is_primary(DEPLOYMENT, hostname) is primary


def test_a_name_counts_more_than_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALIASES, "ise-pan2", ["192.0.2.11"])
    assert is_primary(DEPLOYMENT, "ise-pan2") is False


def test_a_box_that_stands_alone_is_primary_under_every_name() -> None:
    alone = [node("ise1", "192.0.2.11", "Standalone")]
    assert is_primary(alone, "balancer.corp.example") is True
    assert primary_pan(alone) == alone[0]


def test_a_lone_node_that_does_not_say_what_it_is_proves_nothing() -> None:
    assert is_primary([{"hostname": "ise1"}], "ise1") is None


def test_the_primary_pan() -> None:
    assert primary_pan(DEPLOYMENT) == PRIMARY
    assert primary_pan([SECONDARY, PSN]) is None
    assert primary_pan([]) is None


def test_a_deployment_that_lists_no_node() -> None:
    assert is_primary([], "ise-pan1.corp.example") is None


def test_a_node_of_which_ise_shows_little() -> None:
    assert is_primary([{"hostname": "ise1", "fqdn": None, "roles": None}, PRIMARY], "ise1") is False
    assert is_primary([{"hostname": "ise1"}, PRIMARY], "none") is None


def test_a_service_that_is_not_listed_may_run() -> None:
    silent = {name: value for name, value in PSN.items() if name != "services"}
    assert runs_service([PRIMARY, silent], "Session") is True
    assert runs_service([PRIMARY, PSN], "pxGrid") is False
    assert runs_service([PRIMARY, silent], "pxGrid") is None and runs_service([], "pxGrid") is None
    assert runs_service([PRIMARY, {**PSN, "services": None}], "pxGrid") is None
