# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated fleet: what stands in its rows, how it is paged, and how large it can be made."""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import datetime, timezone
from typing import Any

import pytest
from lab import Lab

from .secure_endpoint_probe import SecureEndpointProbe


@pytest.fixture
def probe(lab: Lab) -> SecureEndpointProbe:
    return SecureEndpointProbe(lab)


def links(probe: SecureEndpointProbe, path: str) -> dict[str, str]:
    found: dict[str, str] = probe.get(path)["metadata"]["links"]
    return found


def days_ago(row: dict[str, Any]) -> float:
    seen = datetime.strptime(row["last_seen"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return (time.time() - seen.timestamp()) / 86_400


# -- rows --------------------------------------------------------------------------------------------------------------


def test_an_evaluation_hides_the_real_computers_among_invented_ones(probe: SecureEndpointProbe) -> None:
    rows = probe.get("computers")["data"]
    demo = [row for row in rows if row["demo"]]
    assert len(demo) == 37
    assert sum(row["is_compromised"] for row in demo) == 30
    assert all(row["hostname"].startswith("Demo_") for row in demo)
    assert [row["hostname"] for row in rows if row["is_compromised"] and not row["demo"]] == ["LAPTOP-0042"]
    assert len({row["connector_guid"] for row in rows}) == len({row["hostname"] for row in rows}) == len(rows) == 50


def test_the_real_ones_cover_what_the_vendor_lets_expect(probe: SecureEndpointProbe) -> None:
    rows = [row for row in probe.get("computers")["data"] if not row["demo"]]
    versions = {row["connector_version"] for row in rows}
    for wanted in (r"7\.1\.0\.\d+", r"7\.1\.1\.\d+", r"8\.\d+\.\d+", r"1\.12\.0\.\d+", r"1\.12\.1", r"1\.24\.1"):
        assert any(re.fullmatch(wanted, version) for version in versions), wanted
    assert [version for version in versions if not re.fullmatch(r"\d+(\.\d+){2,3}", version)] == ["unknown (8)"]
    families = Counter(re.sub(r"[ ,].*", "", row["operating_system"]) for row in rows)
    assert families == {"Windows": 8, "OS": 1, "macOS": 2, "Ubuntu": 1, "iOS": 1}
    assert [row["hostname"] for row in rows if not row["active"]] == ["LAPTOP-0008"]
    assert [row["hostname"] for row in rows if days_ago(row) > 7] == ["LAPTOP-0064", "LAPTOP-0008"]
    assert [row["internal_ips"] for row in rows if row["hostname"] == "MAC-0011"] == [[" 10.116.0.3"]]


def test_one_computer_is_the_same_as_in_the_list(probe: SecureEndpointProbe) -> None:
    for row in probe.get("computers")["data"][18:24]:
        assert probe.get(f"computers/{row['connector_guid']}")["data"] == row
        assert row["links"]["computer"].startswith(f"https://{probe.access.api_host}/v1/computers/")


def test_groups_and_policies_are_those_of_the_computers(probe: SecureEndpointProbe) -> None:
    groups, policies = (
        {item["guid"]: item["name"] for item in probe.get(path)["data"]} for path in ("groups", "policies")
    )
    for row in probe.get("computers")["data"]:
        assert [{"guid": row["group_guid"], "name": groups[row["group_guid"]]}] == row["groups"]
        assert policies[row["policy"]["guid"]] == row["policy"]["name"]
    assert [item["name"] for item in probe.get("groups?name=Servers")["data"]] == ["Servers"]
    assert links(probe, "groups?limit=1&name=Servers").keys() == {"self"}
    assert "name=Servers" in links(probe, "groups?limit=1&offset=1&name=Servers")["prev"]
    assert len(probe.pages("groups?limit=1")) == 3


def test_changing_a_computer(lab: Lab, probe: SecureEndpointProbe) -> None:
    changes = {"connector_version": "8.4.1", "is_compromised": True, "seen_days_ago": 9}
    guid = lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0023", **changes)
    row = probe.get(f"computers/{guid}")["data"]
    assert (row["connector_version"], row["is_compromised"]) == ("8.4.1", True)
    assert 8.9 < days_ago(row) < 9.1
    assert lab.patch("secure_endpoint", "delete_computer", hostname="LAPTOP-0023") == guid
    assert probe.call("GET", f"computers/{guid}").status_code == 404
    assert probe.get("computers")["metadata"]["results"]["total"] == 49


# -- pages -------------------------------------------------------------------------------------------------------------


def test_first_middle_and_last_page(probe: SecureEndpointProbe) -> None:
    base = f"https://{probe.access.api_host}/v1/computers"
    first = probe.get("computers?limit=20")
    assert first["metadata"] == {
        "links": {"self": f"{base}?limit=20", "next": f"{base}?limit=20&offset=20"},
        "results": {"total": 50, "current_item_count": 20, "index": 0, "items_per_page": 20},
    }
    assert links(probe, "computers?limit=20&offset=20") == {
        "self": f"{base}?limit=20&offset=20",
        "prev": f"{base}?limit=20&offset=0",
        "next": f"{base}?limit=20&offset=40",
    }
    last = probe.get("computers?limit=20&offset=40")
    assert last["metadata"]["links"].keys() == {"self", "prev"}
    assert last["metadata"]["results"]["current_item_count"] == len(last["data"]) == 10
    assert links(probe, "computers?limit=10&offset=40").keys() == {"self", "prev"}
    beyond = probe.get("computers?offset=5000")
    assert (beyond["data"], "next" in beyond["metadata"]["links"]) == ([], False)
    whole = probe.get("computers")["data"]
    assert probe.pages("computers?limit=7") == whole


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "limit=", "offset=-1", "limit=5&limit=6"])
def test_windows_that_do_not_fit(probe: SecureEndpointProbe, query: str) -> None:
    assert query.split("=")[0] in probe.get(f"computers?{query}", 400)["errors"][0]["details"][0]


def test_a_limit_above_the_maximum(probe: SecureEndpointProbe) -> None:
    assert probe.get("computers?limit=501")["metadata"]["results"]["items_per_page"] == 500
    probe.lab.switch(**{"secure_endpoint.page_limit": 1000})
    assert probe.get("computers?limit=501")["metadata"]["results"]["items_per_page"] == 500
    probe.lab.switch(**{"secure_endpoint.limit_above_500": "400"})
    assert "limit" in probe.get("computers?limit=501", 400)["errors"][0]["details"][0]
    assert probe.get("computers?limit=500")["metadata"]["results"]["items_per_page"] == 500


def test_small_pages_can_be_forced(probe: SecureEndpointProbe) -> None:
    whole = probe.get("computers")["data"]
    probe.lab.switch(**{"secure_endpoint.page_limit": 15})
    probe.lab.clear_requests()
    assert probe.pages("computers?limit=500") == whole
    assert [row["query"].get("offset") for row in probe.lab.requests()] == [None, "15", "30", "45"]


def test_next_links_that_lead_astray(probe: SecureEndpointProbe) -> None:
    probe.lab.switch(**{"secure_endpoint.next_link": "foreign"})
    assert links(probe, "computers?limit=20")["next"].startswith("https://collector.example.net/v1/computers?")
    probe.lab.switch(**{"secure_endpoint.next_link": "same_page"})
    page = links(probe, "computers?limit=20&offset=20")
    assert page["next"] == page["self"]
    assert "next" not in links(probe, "computers")


def test_a_total_that_is_wrong(probe: SecureEndpointProbe) -> None:
    probe.lab.switch(**{"secure_endpoint.total_in_results": "wrong"})
    assert probe.get("computers")["metadata"]["results"]["total"] == 57
    assert len(probe.pages("computers?limit=20")) == 50


# -- size --------------------------------------------------------------------------------------------------------------


def test_a_grown_fleet_has_the_flaws_it_was_asked_for(lab: Lab, probe: SecureEndpointProbe) -> None:
    flaws = {"compromised_every": 100, "stale_every": 10, "outdated_every": 7}
    assert lab.patch("secure_endpoint", "grow", count=1000, **flaws) == {"total": 1050}
    rows = probe.pages()
    grown = [row for row in rows if row["hostname"].startswith("GROWN-")]
    assert (len(rows), len(grown), len({row["connector_guid"] for row in rows})) == (1050, 1000, 1050)
    assert sum(row["is_compromised"] for row in grown) == 10
    assert sum(days_ago(row) > 7 for row in grown) == 100
    outdated = [row for row in grown if row["connector_version"] in ("7.1.0.11222", "1.12.0.750")]
    assert len(outdated) == 142
    systems = Counter(row["operating_system"].split(" ")[0] for row in grown)
    assert systems == {"Windows": 750, "macOS": 250}
    assert not any(row["demo"] for row in grown)
    assert len({row["internal_ips"][0] for row in grown}) == 1000
    assert lab.state("secure_endpoint", "grown") == {"count": 1000, **flaws}
    assert len(lab.state("secure_endpoint", "computers")) == 50


def test_a_grown_computer_can_be_looked_up_but_not_moved(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.patch("secure_endpoint", "grow", count=3)
    row = probe.get("computers?offset=52")["data"][0]
    assert probe.get(f"computers/{row['connector_guid']}")["data"] == row
    assert probe.call("GET", f"computers/{row['connector_guid'][:-1]}4").status_code == 404
    assert probe.call("GET", f"computers/{row['connector_guid'][:-1]}0").status_code == 404
    group = lab.state("secure_endpoint", "groups")[1]["guid"]
    path = f"computers/{row['connector_guid']}"
    assert probe.call("PATCH", path, {"group_guid": group}, auth=probe.writer()).status_code == 409
    assert probe.get(path)["data"] == row
    lab.patch("secure_endpoint", "grow", count=1)
    assert probe.get("computers")["metadata"]["results"]["total"] == 51
    lab.reset()
    assert probe.get("computers")["metadata"]["results"]["total"] == 50


def test_fifty_thousand_computers_are_handed_out_quickly(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.patch("secure_endpoint", "grow", count=50_000)
    # Of the processor, because a busy machine takes longer for everything.
    started = time.process_time()
    first, last = (probe.call("GET", f"computers?offset={offset}").json() for offset in (0, 50_000))
    assert len(first["data"]) == 500
    assert last["metadata"]["results"] == {
        "total": 50_050,
        "current_item_count": 50,
        "index": 50_000,
        "items_per_page": 500,
    }
    # Two pages take some 20 ms. Were all rows made for each, it would be seconds.
    assert time.process_time() - started < 1
