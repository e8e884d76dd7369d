# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of the simulated Duo."""

from __future__ import annotations

from collections import Counter
from typing import Any

import duo_client
import pytest
from lab import Lab

from .conftest import DuoCall

ENDPOINTS = "/admin/v1/endpoints"
AGENT = "Cisco AMP for Endpoints"


def pages(duo: DuoCall, **parameters: str) -> list[dict[str, Any]]:
    """Everything, as a client follows the pages."""
    found: list[dict[str, Any]] = []
    offset: int | None = 0
    while offset is not None:
        status, body = duo("GET", ENDPOINTS, {**parameters, "offset": str(offset)})
        assert status == 200
        found += body["response"]
        offset = body["metadata"].get("next_offset")
    return found


def agents(endpoint: dict[str, Any]) -> set[str]:
    return {item["security_agent"] for item in endpoint["security_agents"]}


def test_seed(lab: Lab, duo: DuoCall) -> None:
    found = pages(duo)
    assert found == lab.state("duo", "endpoints")
    assert len(found) == len({item["epkey"] for item in found}) == 12
    assert all(len(item["epkey"]) == 20 and item["epkey"].startswith("EP") for item in found)
    for system, trust in (("Windows", {"yes", "no", "unknown"}), ("Mac OS X", {"yes", "no", "unknown"})):
        assert {item["trusted_endpoint"] for item in found if item["os_family"] == system} == trust
    assert Counter(item["os_family"] for item in found)["iOS"] == 1
    assert {AGENT in agents(item) for item in found} == {True, False}
    assert any(not agents(item) for item in found)
    emails = {user["username"]: user["email"] for user in lab.state("duo", "users")}
    assert all(emails[item["username"]] == item["email"] for item in found)


@pytest.mark.parametrize("form", ["empty", "null", "absent"])
def test_endpoints_without_agents(lab: Lab, duo: DuoCall, form: str) -> None:
    lab.switch(**{"duo.no_security_agents": form})
    found = {item["device_name"]: item.get("security_agents", "absent") for item in pages(duo)}
    assert found["HOME-PC"] == {"empty": [], "null": None, "absent": "absent"}[form]
    assert found["LAPTOP-0001"][0] == {"security_agent": AGENT, "version": "8.4.5.30483"}


def test_permission(lab: Lab, duo: DuoCall) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_read_resource=0)
    assert duo("GET", ENDPOINTS)[1]["code"] == 40301


def test_changed_behind_everybodys_back(lab: Lab, duo: DuoCall) -> None:
    lab.patch("duo", "set_endpoint", device_name="LAPTOP-0042", trusted_endpoint="no", security_agents=[])
    (changed,) = [item for item in pages(duo) if item["device_name"] == "LAPTOP-0042"]
    assert (changed["trusted_endpoint"], changed["security_agents"]) == ("no", [])
    for wrong in (
        {"device_name": "nobody"},
        {"device_name": "LAPTOP-0042", "trusted_endpoint": "maybe"},
        {"device_name": "LAPTOP-0042", "colour": "red"},
    ):
        with pytest.raises(ValueError):
            lab.patch("duo", "set_endpoint", **wrong)
    lab.reset()
    assert "no" not in {item["trusted_endpoint"] for item in pages(duo) if item["device_name"] == "LAPTOP-0042"}


def test_many_endpoints(lab: Lab, duo: DuoCall) -> None:
    lab.patch("duo", "grow_endpoints", count=1200, untrusted_every=10, unknown_every=100, without_agent_every=3)
    found = pages(duo, limit="1000")
    assert [row["query"]["offset"] for row in lab.requests("duo")] == ["0", "500", "1000"]
    assert len(found) == len({item["epkey"] for item in found}) == 1212
    grown = found[12:]
    # Every hundredth is every tenth too, and that comes first.
    assert Counter(item["trusted_endpoint"] for item in grown) == {"yes": 1080, "no": 120}
    assert sum(AGENT not in agents(item) for item in grown) == 400
    state = lab.state("duo")
    assert (len(state["endpoints"]), state["grown_endpoints"]) == (12, 1200)
    lab.patch("duo", "grow_endpoints", count=4, unknown_every=2)
    assert [item["trusted_endpoint"] for item in pages(duo)[12:]] == ["yes", "unknown"] * 2
    with pytest.raises(ValueError):
        lab.patch("duo", "grow_endpoints", count=4, colour_every=2)


def test_the_vendors_own_wrapper(lab: Lab) -> None:
    host, port = lab.duo.api_host.split(":")
    keys = (lab.duo.integration_key, lab.duo.secret_key, host)
    admin = duo_client.Admin(*keys, ca_certs=lab.ca_path, port=int(port), timeout=5)
    lab.switch(**{"duo.page_limit": 5})
    assert admin.get_endpoints() == lab.state("duo", "endpoints")
