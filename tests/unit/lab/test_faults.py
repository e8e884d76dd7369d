# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each injected fault does what it says, seen with the plainest HTTP client there is."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import Any

import pytest
from lab import Lab

from ..waits import LIMIT, eventually
from .conftest import DuoCall

PING = "/auth/v2/ping"
APPS = "/admin/v3/integrations"
NEW_APP = {"name": "Half done", "type": "authapi", "user_access": "ALL_USERS"}


def get(lab: Lab, path: str = PING) -> tuple[http.client.HTTPResponse, bytes]:
    host, port = lab.duo.api_host.split(":")
    context = ssl.create_default_context(cafile=lab.ca_path)
    connection = http.client.HTTPSConnection(host, int(port), timeout=5, context=context)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response, body


def names(lab: Lab) -> list[str]:
    return [app["name"] for app in lab.state("duo", "applications")]


def test_status_with_the_vendors_error(lab: Lab) -> None:
    lab.fault("duo", kind="status", status=429, retry_after=7)
    response, body = get(lab)
    assert (response.status, response.headers["Retry-After"]) == (429, "7")
    assert json.loads(body) == {"stat": "FAIL", "code": 42901, "message": "Too Many Requests"}
    assert get(lab)[0].status == 200
    rows = lab.requests("duo")
    assert [(row["status"], row["fault"]) for row in rows] == [(429, "status"), (200, None)]


@pytest.mark.parametrize("status", [400, 401, 403, 409, 418, 500, 502, 503])
def test_any_status(lab: Lab, status: int) -> None:
    for service in ("duo", "ise"):
        lab.fault(service, kind="status", status=status)
    response, body = get(lab)
    assert (response.status, json.loads(body)["stat"]) == (status, "FAIL")


def test_a_status_of_failure_for_what_was_carried_out(lab: Lab, duo: DuoCall) -> None:
    lab.fault("duo", "POST", APPS, kind="status_after", status=500)
    assert duo("POST", APPS, NEW_APP)[0] == 500
    assert names(lab).count("Half done") == 1


@pytest.mark.parametrize(("given", "expected"), [("gone fishing", b"gone fishing"), ({"a": 1}, b'{"a": 1}')])
def test_status_with_a_body_of_its_own(lab: Lab, given: Any, expected: bytes) -> None:
    lab.fault("duo", kind="status", status=503, body=given)
    response, body = get(lab)
    assert (response.status, body) == (503, expected)


def test_slow(lab: Lab) -> None:
    lab.fault("duo", kind="slow", seconds=0.2)
    started = time.monotonic()
    assert get(lab)[0].status == 200
    assert time.monotonic() - started >= 0.2


def test_a_client_that_gives_up_does_not_hold_the_lab(lab: Lab) -> None:
    lab.fault("duo", kind="slow", seconds=30)
    host, port = lab.duo.api_host.split(":")
    context = ssl.create_default_context(cafile=lab.ca_path)
    connection = http.client.HTTPSConnection(host, int(port), timeout=LIMIT, context=context)
    connection.connect()
    connection.request("GET", PING)
    connection.sock.settimeout(0.1)
    with pytest.raises(TimeoutError):
        connection.getresponse()
    # A busy lab may read the request only now.
    eventually(lambda: lab.requests("duo"))
    connection.close()
    assert get(lab)[0].status == 200
    assert lab.requests("duo")[0]["status"] is None


def test_drop_before_does_nothing(lab: Lab, duo: DuoCall) -> None:
    lab.fault("duo", "POST", APPS, kind="drop_before")
    with pytest.raises(OSError):
        duo("POST", APPS, NEW_APP)
    assert "Half done" not in names(lab)
    row = lab.requests("duo")[-1]
    assert (row["status"], row["fault"], row["write"]) == (None, "drop_before", True)
    assert duo("POST", APPS, NEW_APP)[0] == 200


def test_drop_after_does_it(lab: Lab, duo: DuoCall) -> None:
    lab.fault("duo", "POST", APPS, kind="drop_after")
    with pytest.raises(OSError):
        duo("POST", APPS, NEW_APP)
    assert names(lab).count("Half done") == 1
    assert lab.requests("duo")[-1]["fault"] == "drop_after"


def test_html(lab: Lab) -> None:
    lab.fault("duo", kind="html")
    response, body = get(lab)
    assert (response.status, response.headers.get_content_type()) == (200, "text/html")
    assert b"Sign in" in body
    lab.fault("duo", kind="html", status=401)
    assert get(lab)[0].status == 401


def test_empty(lab: Lab) -> None:
    lab.fault("duo", kind="empty")
    response, body = get(lab)
    assert (response.status, body) == (200, b"")


def test_truncated_json(lab: Lab) -> None:
    whole = get(lab)[1]
    lab.fault("duo", kind="truncated_json")
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(lab)
    assert len(caught.value.partial) == len(whole) // 2
    assert len(caught.value.partial) + (caught.value.expected or 0) == len(whole)
    assert get(lab)[1][:10] == whole[:10]


def test_extra_member(lab: Lab, duo: DuoCall) -> None:
    lab.fault("duo", kind="extra_member")
    body = duo("GET", APPS)[1]
    assert len(body["response"]) == 32
    for item in [body, body["metadata"], *body["response"]]:
        assert item["vendorNews"]
    lab.fault("duo", kind="extra_member")
    status, refusal = duo("GET", "/admin/v1/settings")
    assert (status, refusal["code"], "vendorNews" in refusal) == (403, 40301, True)


def test_matching_and_counting(lab: Lab, duo: DuoCall) -> None:
    lab.fault("duo", "GET", r"^/admin/v1/", kind="status", status=500, times=2, skip=1)
    lab.fault("duo", "DELETE", kind="status", status=500, times=None)
    lab.fault("ise", kind="status", status=500, times=None)
    seen = [duo("GET", path)[0] for path in ["/admin/v1/users", APPS] + ["/admin/v1/users"] * 3]
    assert seen == [200, 200, 500, 500, 200]
    assert [duo("DELETE", "/admin/v1/users/x")[0] for _unused in range(3)] == [500] * 3
    assert [rule["times"] for rule in lab.faults()] == [0, None, None]
    lab.clear_faults()
    assert lab.faults() == []
    assert duo("DELETE", "/admin/v1/users/x")[0] == 404


def test_the_first_rule_that_fires_wins(lab: Lab) -> None:
    lab.fault("duo", kind="status", status=501)
    lab.fault("duo", kind="status", status=502, skip=1)
    assert [get(lab)[0].status for _unused in range(4)] == [501, 200, 502, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "earthquake"},
        {"kind": "status"},
        {"kind": "slow", "colour": "red"},
        {"kind": "html", "path": "("},
        {"kind": "html", "service": "dns"},
        {"kind": "html", "site": "eu"},
    ],
)
def test_mistakes(lab: Lab, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        lab.fault(**{"service": "duo", **wrong})
    assert lab.faults() == []
