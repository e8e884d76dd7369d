# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Secure Endpoint's API: who gets in, what it costs, what a write needs."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
import requests
from lab import Lab

from .secure_endpoint_probe import SecureEndpointProbe

UNKNOWN = {
    "version": "v1.0.0",
    "data": {},
    "errors": [
        {"error_code": 401, "description": "Unauthorized", "details": ["Unknown API key or Client ID"]},
    ],
}
PATHS = ("version", "computers", "groups", "policies", "event_streams")


@pytest.fixture
def probe(lab: Lab) -> SecureEndpointProbe:
    return SecureEndpointProbe(lab)


def computer(lab: Lab, hostname: str = "LAPTOP-0042") -> dict[str, Any]:
    rows = lab.state("secure_endpoint", "computers")
    return next(row for row in rows if row["hostname"] == hostname)


def group(lab: Lab, name: str) -> str:
    return next(str(item["guid"]) for item in lab.state("secure_endpoint", "groups") if item["name"] == name)


# -- who gets in -------------------------------------------------------------------------------------------------------


def test_the_smallest_call(probe: SecureEndpointProbe) -> None:
    response = probe.call("GET", "version")
    link = f"https://{probe.access.api_host}/v1/version"
    assert response.json() == {"version": "v1.2.0", "metadata": {"links": {"self": link}}, "data": {}}
    assert (response.headers["status"], response.headers["content-type"].split(";")[0]) == (
        "200 OK",
        "application/json",
    )
    assert uuid.UUID(response.headers["x-request-id"])
    assert response.headers["x-request-id"] != probe.call("GET", "version").headers["x-request-id"]


@pytest.mark.parametrize("path", [*PATHS, "nothing"])
@pytest.mark.parametrize("region", ["nam", "apjc"])
def test_a_credential_is_valid_in_one_region(probe: SecureEndpointProbe, region: str, path: str) -> None:
    response = probe.call("GET", path, region=region)
    assert (response.status_code, response.json()) == (401, UNKNOWN)
    assert not [name for name in response.headers if "ratelimit" in name.lower()]


def test_wrong_pairs_look_like_a_wrong_region(probe: SecureEndpointProbe) -> None:
    client_id, api_key = probe.access.client_id, probe.access.api_key
    _other_id, other_key = probe.writer()
    wrong = [(client_id, other_key), ("0" * 20, api_key), (client_id, ""), (client_id.upper(), api_key), ("ü", "ü")]
    for pair in wrong:
        encoded = tuple(text.encode() for text in pair)
        assert probe.call("GET", "version", auth=encoded).json() == UNKNOWN
    for header in ("Bearer abc", "Basic !", "Basic", "Basic /w=="):
        assert probe.call("GET", "version", auth=None, headers={"Authorization": header}).json() == UNKNOWN
    assert probe.call("GET", "version", auth=None).json() == UNKNOWN


def test_another_answer_to_the_wrong_region(probe: SecureEndpointProbe) -> None:
    probe.lab.switch(**{"secure_endpoint.wrong_region_status": 403})
    assert probe.get("version", 403, region="nam")["errors"][0]["error_code"] == 403
    assert probe.get("version", 401, region="nam", auth=("0" * 20, probe.access.api_key)) == UNKNOWN
    assert probe.get("version")["version"] == "v1.2.0"


@pytest.mark.parametrize(("switch", "version"), [("v0.1.0", "v0.1.0"), ("null", None)])
def test_the_version_of_errors(probe: SecureEndpointProbe, switch: str, version: str | None) -> None:
    probe.lab.switch(**{"secure_endpoint.error_version": switch})
    assert probe.get("version", 401, region="nam") == {**UNKNOWN, "version": version}


def test_credentials_look_like_real_ones(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.patch("secure_endpoint", "add_credential", name="New", scope="read_write", region="apjc")
    pairs = probe.pairs()
    assert list(pairs) == ["Monitoring", "SOAR", "New"]
    for client_id, api_key in pairs.values():
        assert re.fullmatch(r"[0-9a-f]{20}", client_id)
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", api_key)
        assert api_key in lab.secrets()
    assert probe.get("version", region="apjc", auth=pairs["New"])["version"] == "v1.2.0"


def test_keys_outlive_a_reset_and_a_deletion_locks_out(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.patch("secure_endpoint", "delete_credential", name="Monitoring")
    assert probe.get("version", 401) == UNKNOWN
    assert list(probe.pairs()) == ["SOAR"]
    lab.reset()
    assert probe.get("version")["version"] == "v1.2.0"


@pytest.mark.parametrize(
    ("op", "arguments"),
    [
        ("add_credential", {"name": "Monitoring"}),
        ("add_credential", {"name": " "}),
        ("add_credential", {"name": "x", "scope": "admin"}),
        ("add_credential", {"name": "x", "region": "mars"}),
        ("delete_credential", {"name": "x"}),
        ("set_computer", {"hostname": "x"}),
        ("set_computer", {"hostname": "LAPTOP-0042", "colour": "red"}),
        ("set_computer", {"hostname": "LAPTOP-0042", "connector_guid": "x"}),
        ("delete_computer", {"hostname": "x"}),
        ("grow", {"count": -1}),
        ("grow", {"count": 2, "stale_every": 0.5}),
    ],
)
def test_mistakes_are_reported(lab: Lab, op: str, arguments: dict[str, Any]) -> None:
    before = lab.state("secure_endpoint")
    with pytest.raises(ValueError):
        lab.patch("secure_endpoint", op, **arguments)
    after = lab.state("secure_endpoint")
    assert {**after, "budget": None} == {**before, "budget": None}


def test_names_are_unique_within_a_region(lab: Lab) -> None:
    lab.patch("secure_endpoint", "add_credential", name="Monitoring", region="nam")
    with pytest.raises(ValueError, match="there are 2"):
        lab.patch("secure_endpoint", "delete_credential", name="Monitoring")
    gone = lab.patch("secure_endpoint", "delete_credential", name="Monitoring", region="nam")
    assert gone != lab.secure_endpoint.client_id
    assert lab.patch("secure_endpoint", "delete_credential", name="Monitoring") == lab.secure_endpoint.client_id


# -- routes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
def test_unexpected_parameters(probe: SecureEndpointProbe, path: str) -> None:
    for query in ("colour=red", "hostname[]=LAPTOP-0042", "limit"):
        if (path, query) == ("version", "limit"):
            continue
        error = probe.get(f"{path}?{query}", 400)["errors"][0]
        assert (error["error_code"], error["description"]) == (400, "Bad Request")
        assert query.partition("=")[0] in error["details"][0]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "organizations", 404),
        ("GET", "api_credentials", 404),
        ("POST", "api_credentials", 404),
        ("GET", "computers/8c2f1a7e-5b0d-4e63-9f41-2d6c70b8ae95", 404),
        ("GET", "computers/x", 404),
        ("DELETE", "computers", 405),
    ],
)
def test_what_does_not_exist(probe: SecureEndpointProbe, method: str, path: str, status: int) -> None:
    response = probe.call(method, path)
    assert response.status_code == status
    error = response.json()["errors"][0]
    assert error["error_code"] == status
    assert error["details"]


def test_the_journal(lab: Lab, probe: SecureEndpointProbe) -> None:
    probe.call("GET", "version", region="apjc")
    probe.call("PATCH", "computers/x", {"group_guid": "y"})
    probe.call("POST", "event_streams", {"name": "z"})
    rows = lab.requests("secure_endpoint")
    assert [(row["method"], row["site"], row["write"], row["status"]) for row in rows] == [
        ("GET", "apjc", False, 401),
        ("PATCH", "eu", True, 403),
        ("POST", "eu", True, 403),
    ]
    assert {row["actor"] for row in rows} == {lab.secure_endpoint.client_id}
    assert lab.secure_endpoint.api_key not in json.dumps(rows)


def test_faults_may_hit_one_region(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.fault("secure_endpoint", kind="html", status=502, site="nam", times=None)
    response = probe.call("GET", "version", region="nam")
    assert (response.status_code, response.headers["content-type"].split(";")[0]) == (502, "text/html")
    assert probe.call("GET", "version", region="apjc").status_code == 401
    assert probe.call("GET", "version").status_code == 200
    lab.fault("secure_endpoint", kind="status", status=503)
    assert probe.get("version", 503)["errors"][0]["error_code"] == 503


@pytest.mark.parametrize(
    ("accepts", "switch", "encoding"),
    [
        ("gzip", "gzip", "gzip"),
        ("deflate, gzip;q=0.5", "gzip", "gzip"),
        ("gzip", "identity", None),
        ("identity", "gzip", None),
        ("gzip;q=0", "gzip", None),
    ],
)
def test_compression(probe: SecureEndpointProbe, accepts: str, switch: str, encoding: str | None) -> None:
    probe.lab.switch(**{"secure_endpoint.body_encoding": switch})
    response = probe.call("GET", "computers", headers={"Accept-Encoding": accepts})
    assert response.headers.get("Content-Encoding") == encoding
    assert len(response.json()["data"]) == 50


def test_faults_meet_compressed_answers_too(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.fault("secure_endpoint", kind="extra_member")
    response = probe.call("GET", "computers")
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.json()["data"][0]["vendorNews"]
    lab.fault("secure_endpoint", kind="truncated_json")
    with pytest.raises(requests.RequestException):
        probe.call("GET", "computers")


# -- the budget --------------------------------------------------------------------------------------------------------


def test_the_budget_in_both_spellings(probe: SecureEndpointProbe) -> None:
    headers = probe.call("GET", "version").headers
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("3000", "2999")
    assert 3590 <= int(headers["x-ratelimit-reset"]) <= 3600
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", headers["x-ratelimit-resetdate"])
    probe.lab.switch(**{"secure_endpoint.rate_header_style": "documented"})
    headers = probe.call("GET", "version").headers
    names = {name for name in headers if "rate" in name.lower()}
    assert names == {"X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset"}
    assert headers["X-Rate-Limit-Remaining"] == "2998"


@pytest.mark.parametrize("retry_after", ["absent", "present"])
def test_a_used_up_budget(lab: Lab, probe: SecureEndpointProbe, retry_after: str) -> None:
    lab.switch(**{"secure_endpoint.budget": 3, "secure_endpoint.retry_after": retry_after})
    left = [probe.call("GET", "version").headers["x-ratelimit-remaining"] for _unused in range(3)]
    assert left == ["2", "1", "0"]
    response = probe.call("GET", "version")
    assert (response.status_code, response.json()["errors"][0]["error_code"]) == (429, 429)
    assert response.headers["x-ratelimit-remaining"] == "0"
    expected = response.headers["x-ratelimit-reset"] if retry_after == "present" else None
    assert response.headers.get("Retry-After") == expected
    assert "Retry-After" not in probe.call("GET", "version", region="nam").headers
    # the budget is the organisation's and not the credential's; somebody unknown has none
    assert probe.call("GET", "version", auth=probe.writer()).status_code == 429
    assert probe.call("GET", "version", region="nam").status_code == 401
    lab.advance(int(response.headers["x-ratelimit-reset"]))
    assert probe.call("GET", "version").headers["x-ratelimit-remaining"] == "2"


def test_other_clients_use_it_too(lab: Lab, probe: SecureEndpointProbe) -> None:
    budget = lab.patch("secure_endpoint", "spend", requests=2990, resets_in=90)
    assert (budget["limit"], budget["remaining"]) == (3000, 10)
    headers = probe.call("GET", "version").headers
    assert headers["x-ratelimit-remaining"] == "9"
    assert int(headers["x-ratelimit-reset"]) <= 91
    lab.patch("secure_endpoint", "spend", requests=5000)
    refused = probe.call("GET", "version")
    assert refused.status_code == 429
    # seconds from now and not a time since the epoch: who waits that long is served
    lab.advance(int(refused.headers["x-ratelimit-reset"]))
    assert probe.call("GET", "version").status_code == 200
    assert lab.state("secure_endpoint", "budget")["remaining"] == 2999


def test_hours_that_passed_unused(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.patch("secure_endpoint", "spend", requests=3000)
    lab.advance(3600 * 5 + 1800)
    headers = probe.call("GET", "version").headers
    assert headers["x-ratelimit-remaining"] == "2999"
    assert 1790 <= int(headers["x-ratelimit-reset"]) <= 1800


# -- writes ------------------------------------------------------------------------------------------------------------


def test_moving_a_computer(lab: Lab, probe: SecureEndpointProbe) -> None:
    row = computer(lab)
    target = group(lab, "Servers")
    response = probe.call("PATCH", f"computers/{row['connector_guid']}", {"group_guid": target}, auth=probe.writer())
    assert (response.status_code, response.json()["data"]["group_guid"]) == (202, target)
    assert computer(lab)["groups"] == [{"guid": target, "name": "Servers"}]
    shown = probe.get(f"computers/{row['connector_guid']}")["data"]
    assert shown["links"]["group"] == f"https://{probe.access.api_host}/v1/groups/{target}"


@pytest.mark.parametrize(
    ("body", "named"),
    [(None, "body"), ([], "body"), ({}, "group_guid"), ({"group_guid": 1}, "group_guid"), ({"x": 1}, "x")],
)
def test_bodies_that_do_not_fit(lab: Lab, probe: SecureEndpointProbe, body: Any, named: str) -> None:
    path = f"computers/{computer(lab)['connector_guid']}"
    response = probe.call("PATCH", path, body, auth=probe.writer())
    assert (response.status_code, named in response.json()["errors"][0]["details"][0]) == (400, True)


@pytest.mark.parametrize("status", [403, 401])
def test_a_read_only_credential_may_not_write(lab: Lab, probe: SecureEndpointProbe, status: int) -> None:
    lab.switch(**{"secure_endpoint.scope_denied_status": status})
    before = lab.state("secure_endpoint")
    for guid in (computer(lab)["connector_guid"], str(uuid.uuid4())):
        response = probe.call("PATCH", f"computers/{guid}", {"group_guid": group(lab, "Servers")})
        assert (response.status_code, response.json()["errors"][0]["error_code"]) == (status, status)
        assert response.headers["x-ratelimit-limit"] == "3000"
    assert probe.call("POST", "event_streams", {"name": "x"}).status_code == status
    after = lab.state("secure_endpoint")
    assert (after["computers"], after["event_streams"]) == (before["computers"], [])


def test_objects_may_be_looked_up_first(lab: Lab, probe: SecureEndpointProbe) -> None:
    lab.switch(**{"secure_endpoint.scope_check_before_lookup": False})
    own, target = computer(lab)["connector_guid"], group(lab, "Servers")

    def answer(guid: str, group_guid: str) -> int:
        return probe.call("PATCH", f"computers/{guid}", {"group_guid": group_guid}).status_code

    assert answer(str(uuid.uuid4()), str(uuid.uuid4())) == 404
    assert answer(own, str(uuid.uuid4())) == 400
    assert answer(own, target) == 403
    assert computer(lab)["group_guid"] != target


def test_a_writer_with_invented_objects_changes_nothing(lab: Lab, probe: SecureEndpointProbe) -> None:
    before = lab.state("secure_endpoint", "computers")
    body = {"group_guid": str(uuid.uuid4())}
    assert probe.call("PATCH", f"computers/{uuid.uuid4()}", body, auth=probe.writer()).status_code == 404
    assert lab.state("secure_endpoint", "computers") == before


def test_an_event_stream_needs_no_more_than_a_name(lab: Lab, probe: SecureEndpointProbe) -> None:
    created = [probe.call("POST", "event_streams", {"name": f"S{n}"}, auth=probe.writer()) for n in range(6)]
    assert [response.status_code for response in created] == [201] * 5 + [400]
    password = created[0].json()["data"]["amqp_credentials"]["password"]
    assert password in lab.secrets()
    streams = lab.state("secure_endpoint", "event_streams")
    assert [stream["name"] for stream in streams] == ["S0", "S1", "S2", "S3", "S4"]
    listed = probe.get("event_streams")["data"]
    assert len(listed) == 5
    assert password not in json.dumps(listed)
