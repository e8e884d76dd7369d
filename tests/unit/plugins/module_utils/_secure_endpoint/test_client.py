# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Secure Endpoint against a scripted server: what it sends, what it believes, and what it says."""

from __future__ import annotations

import base64
import gc
import gzip
import json
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    ServerTrouble,
    Throttled,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
    Untrusted,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import (
    Budget,
    SecureEndpoint,
    credential_of,
    missing_credential,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
    api_host_of,
    console_of,
    region_of,
    secure_endpoint_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

from ..conftest import Certificates, MakeWire
from ..known import SE_API_KEY, SE_CLIENT_ID
from ..wire import PAGE, Wire, closed_port, drop, half, reply, stall

LOGIN = "Basic " + base64.b64encode(f"{SE_CLIENT_ID}:{SE_API_KEY}".encode()).decode()
XDR_CLIENT_ID = "client-0f6a9c1e-2d34-4b56-8a7b-9c0d1e2f3a4b"
VERSION = {"version": "v1.2.0", "metadata": {"links": {"self": "https://api.amp.cisco.com/v1/version"}}, "data": {}}
REQUEST_ID = "7c9f5f4e-1f3a-4e57-9a39-6f6a6f0c5b11"
RICH = {"x_ratelimit_limit": "3000", "x_ratelimit_remaining": "2999", "x_ratelimit_reset": "1800"}


def failure(status: int, detail: str | None = "Unknown API key or Client ID", **more: Any) -> dict[str, Any]:
    """An error in Secure Endpoint's envelope."""
    details = [] if detail is None else [detail]
    error = {"error_code": status, "description": "Unauthorized", "details": details}
    return {"version": "v1.0.0", "data": {}, "errors": [{**error, **more}]}


def page(server: Wire, rows: int, total: int | None, following: str | None) -> dict[str, Any]:
    """A page of computers; `following` is where the next one is said to be."""
    links = {"self": f"https://{server.host}/v1/computers"}
    if following is not None:
        links["next"] = following.replace("HERE", server.host)
    results = {} if total is None else {"total": total, "current_item_count": rows, "index": 0, "items_per_page": 500}
    return {
        "version": "v1.2.0",
        "metadata": {"links": links, "results": results},
        "data": [{"hostname": f"PC-{number}"} for number in range(rows)],
    }


@pytest.fixture
def client(certificates: Certificates, context: Context) -> Any:
    """`client(server)`: Secure Endpoint at that server, as if it was a private cloud."""

    def make(server: Wire | int | str, **how: Any) -> SecureEndpoint:
        host = server.host if isinstance(server, Wire) else f"localhost:{server}" if isinstance(server, int) else server
        how = {"context": context, "ca_path": certificates.ca_path, "timeout": 5, "api_host": host, **how}
        return SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, **how)

    return make


# What is sent


def test_the_login(wire: MakeWire, client: Any) -> None:
    server = wire(reply(VERSION))
    assert client(server).get_version() == VERSION
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/v1/version")
    assert request.headers["authorization"] == LOGIN
    assert "gzip" in request.headers["accept-encoding"]
    assert SE_API_KEY not in request.target + str(request.headers)


def test_a_compressed_answer(wire: MakeWire, client: Any) -> None:
    body = gzip.compress(json.dumps(VERSION).encode())
    server = wire(reply(body, Content_Encoding="gzip"))
    assert client(server).get_version() == VERSION


def test_values_with_any_characters_are_sent(wire: MakeWire, certificates: Certificates, context: Context) -> None:
    server = wire(reply(failure(401), 401))
    service = SecureEndpoint("клиент", "ключ-€", context, api_host=server.host, ca_path=certificates.ca_path)
    with pytest.raises(Unauthorized):
        service.get_version()
    assert base64.b64decode(server.requests[0].headers["authorization"].split()[1]).decode() == "клиент:ключ-€"


# Where it is


@pytest.mark.parametrize("region", ["nam", "eu", "apjc"])
def test_regions_and_their_hosts(context: Context, region: str) -> None:
    service = SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context, region=region)
    assert (service.region, service.api_host) == (region, api_host_of(region))
    assert region_of(service.api_host) == region_of(service.api_host.upper()) == region
    assert console_of(region) == service.api_host.replace("api.", "console.", 1)
    assert service.place == f"{service.api_host} ({region})"


def test_a_private_cloud(context: Context) -> None:
    service = SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context, region="eu", api_host="cloud.corp.example:8443")
    assert (service.region, service.place) == (None, "cloud.corp.example:8443")
    assert (api_host_of(service.api_host), console_of(service.api_host)) == (None, "cloud.corp.example:8443")


def test_the_address_of_a_console_is_named_as_one(context: Context) -> None:
    with pytest.raises(InvalidInput, match="it is the address of the console. Set secure_endpoint_region to eu"):
        SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context, api_host="console.eu.amp.cisco.com")


def test_a_region_given_by_its_host(context: Context) -> None:
    assert SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context, api_host="api.apjc.amp.cisco.com").region == "apjc"


@pytest.mark.parametrize("host", ["https://api.amp.cisco.com", "api.amp.cisco.com/v1", "a:b:c"])
def test_a_host_that_is_none(context: Context, host: str) -> None:
    with pytest.raises(InvalidInput, match="secure_endpoint_api_host"):
        SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context, api_host=host)


# Options


def options(**given: Any) -> dict[str, Any]:
    unset = {name: spec.get("default") for name, spec in secure_endpoint_argument_spec().items()}
    both = {"secure_endpoint_client_id": SE_CLIENT_ID, "secure_endpoint_api_key": SE_API_KEY}
    return {**unset, **both, **given}


def test_every_option_can_come_from_the_environment() -> None:
    spec = secure_endpoint_argument_spec()
    assert {name: option["fallback"][1] for name, option in spec.items()} == {name: [name.upper()] for name in spec}
    assert [name for name, option in spec.items() if option.get("no_log")] == ["secure_endpoint_api_key"]


def test_the_key_is_hidden_and_options_are_used(context: Context) -> None:
    service = SecureEndpoint.from_params(options(secure_endpoint_region="eu"), context)
    assert (service.region, service.client_id) == ("eu", SE_CLIENT_ID) and context.secrets == {SE_API_KEY}
    assert SecureEndpoint.from_params(options(), context, "apjc").region == "apjc"
    elsewhere = options(secure_endpoint_api_host="cloud.corp.example")
    assert SecureEndpoint.from_params(elsewhere, context, "apjc").api_host == "cloud.corp.example"


def test_a_credential_is_hidden_with_its_white_space_and_without(context: Context) -> None:
    both = {"secure_endpoint_client_id": f"{SE_CLIENT_ID}\n", "secure_endpoint_api_key": f" {SE_API_KEY}\n"}
    assert credential_of(options(**both), context) == (SE_CLIENT_ID, SE_API_KEY)
    assert context.secrets == {SE_API_KEY, f" {SE_API_KEY}\n"}
    swapped = options(secure_endpoint_client_id=f"{SE_API_KEY}\t", secure_endpoint_api_key=None)
    other = Context()
    assert credential_of(swapped, other) == (SE_API_KEY, "")
    assert other.secrets == {SE_API_KEY, f"{SE_API_KEY}\t"}
    assert SecureEndpoint.from_params(options(**both), context).client_id == SE_CLIENT_ID


def test_white_space_alone_is_no_secret(context: Context) -> None:
    blank = options(secure_endpoint_client_id=" ", secure_endpoint_api_key="\n")
    assert credential_of(blank, context) == ("", "") and not context.secrets
    assert len(missing_credential(blank)) == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"secure_endpoint_client_id": None}, "secure_endpoint_client_id is not given.*SECURE_ENDPOINT_CLIENT_ID"),
        ({"secure_endpoint_api_key": ""}, "secure_endpoint_api_key is not given.*SECURE_ENDPOINT_API_KEY"),
        (
            {"secure_endpoint_client_id": "", "secure_endpoint_api_key": None},
            "secure_endpoint_client_id, secure_endpoint_api_key are not given",
        ),
        ({"secure_endpoint_client_id": XDR_CLIENT_ID}, "Cisco XDR API client.*Create an API credential"),
        ({"secure_endpoint_timeout": 0}, "secure_endpoint_timeout"),
    ],
)
def test_options_that_cannot_be_used(context: Context, given: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        SecureEndpoint.from_params(options(**given), context)


def test_a_key_in_the_wrong_option_is_hidden_too(context: Context) -> None:
    swapped = options(secure_endpoint_client_id=SE_API_KEY, secure_endpoint_api_key=SE_CLIENT_ID)
    SecureEndpoint.from_params(swapped, context)
    assert context.secrets == {SE_API_KEY, SE_CLIENT_ID}


# The budget


@pytest.mark.parametrize(
    ("headers", "budget"),
    [
        ({}, (None, None, None)),
        (RICH, (3000, 2999, 1800)),
        ({"X_RateLimit_Limit": "3000", "X_RATELIMIT_REMAINING": "0"}, (3000, 0, None)),
        ({"X_Rate_Limit_Limit": "3000", "X_Rate_Limit_Remaining": "12", "X_Rate_Limit_Reset": "7"}, (3000, 12, 7)),
        ({"x_ratelimit_limit": "many", "x_ratelimit_remaining": "-1", "x_ratelimit_reset": "9" * 5000}, (None,) * 3),
        ({"x_ratelimit_limit": " 3000 ", "x_ratelimit_reset": "1.5"}, (3000, None, None)),
    ],
)
def test_the_budget(wire: MakeWire, client: Any, headers: dict[str, str], budget: tuple[int | None, ...]) -> None:
    service = client(wire(reply(VERSION, **headers)))
    assert service.budget == Budget()
    service.get_version()
    assert service.budget == Budget(*budget)
    assert service.budget.as_dict() == dict(zip(("limit", "remaining", "resets_in"), budget, strict=True))


def test_the_budget_is_the_one_of_the_latest_answer(wire: MakeWire, client: Any) -> None:
    service = client(wire(reply(VERSION, **RICH), reply(failure(401), 401, x_ratelimit_remaining="5")))
    service.get_version()
    with pytest.raises(Unauthorized):
        service.get_version()
    assert service.budget == Budget(remaining=5) and service.requests == 2


@pytest.mark.parametrize(
    ("headers", "slept"),
    [
        ({"x_ratelimit_reset": "45"}, [45]),
        ({"X_Rate_Limit_Reset": "45"}, [45]),
        ({"x_ratelimit_reset": "45", "Retry_After": "7"}, [7]),
        ({"x_ratelimit_reset": "0"}, [1]),
        ({"x_ratelimit_reset": "45", "Retry_After": "0"}, [1]),
        ({}, [1]),
    ],
)
def test_a_used_up_budget_is_waited_for(
    wire: MakeWire, client: Any, pauses: list[float], headers: dict[str, str], slept: list[float]
) -> None:
    client(wire(reply(failure(429), 429, **headers), reply(VERSION))).get_version()
    assert pauses == slept


@pytest.mark.parametrize("headers", [{"x_ratelimit_reset": "1800"}, {"x_ratelimit_reset": "2", "Retry_After": "1800"}])
def test_a_used_up_budget_is_not_waited_for_longer_than_a_minute(
    wire: MakeWire, client: Any, pauses: list[float], headers: dict[str, str]
) -> None:
    with pytest.raises(Throttled, match=r"allowed in 1800 seconds \(30 minutes\) only"):
        client(wire(reply(failure(429), 429, **headers))).get_version()
    assert not pauses


# Errors


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (400, Refused, "Secure Endpoint says: Bad thing; Cisco's request id"),
        (404, NotFound, "Secure Endpoint says: Bad thing"),
        (409, Refused, "Secure Endpoint says: Bad thing"),
        (403, Forbidden, "refuses it .Bad thing; .*not documented"),
        (401, Unauthorized, "does not accept the client ID '01234567890abcdef012' with this key .Bad thing; "),
        (302, UnexpectedAnswer, "redirects to another page.*Check that localhost"),
        (500, ServerTrouble, "reports a fault .500: Bad thing; .*Run this again later"),
        (502, ServerTrouble, "reports a fault .502: Bad thing; "),
    ],
)
def test_errors_in_the_envelope(
    wire: MakeWire, client: Any, pauses: list[float], status: int, kind: type[CiscoError], words: str
) -> None:
    answer = reply(failure(status, "Bad thing"), status, x_request_id=REQUEST_ID, Location="https://a.example/")
    server = wire(*[answer] * {500: 3, 502: 6}.get(status, 1))
    with pytest.raises(kind, match=words) as caught:
        client(server).get_version()
    assert caught.value.status == status
    assert REQUEST_ID in str(caught.value) or status == 302


@pytest.mark.parametrize("body", [PAGE, b"", {"message": "Sign in first"}, [], {"errors": []}, {"errors": ["no"]}])
@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_by_something_in_between_says_nothing_of_the_credential(
    wire: MakeWire, client: Any, status: int, body: Any
) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"HTTP {status} came back, and not from Secure Endpoint.*proxy"):
        client(wire(reply(body, status))).get_version()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"details": ["First", "Second"]}, "First"),
        ({"details": []}, "Unauthorized"),
        ({"details": "A bare text"}, "A bare text"),
        ({"details": [{"odd": 1}]}, "odd"),
        ({"details": None, "description": None}, "no reason given"),
        ({"details": ["x" * 400]}, r"\(x{300}\.\.\.[;)]"),
    ],
)
def test_words_from_odd_envelopes(wire: MakeWire, client: Any, error: dict[str, Any], words: str) -> None:
    with pytest.raises(Unauthorized, match=words):
        client(wire(reply(failure(401, **error), 401))).get_version()


@pytest.mark.parametrize("version", ["v0.1.0", None, 7])
def test_the_version_of_an_error_means_nothing(wire: MakeWire, client: Any, version: Any) -> None:
    with pytest.raises(Unauthorized):
        client(wire(reply({**failure(401), "version": version}, 401))).get_version()


def test_a_refused_credential_names_both_causes_and_all_hosts(
    wire: MakeWire, certificates: Certificates, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = wire(reply(failure(401), 401))
    service = SecureEndpoint(SE_CLIENT_ID, SE_API_KEY, context, region="eu", ca_path=certificates.ca_path)
    monkeypatch.setattr(service._http, "base_url", f"https://{server.host}")
    with pytest.raises(Unauthorized) as caught:
        service.get_version()
    text = str(caught.value)
    assert "are wrong" in text and "another region" in text
    assert all(host in text for host in ("api.amp.cisco.com", "api.eu.amp.cisco.com", "api.apjc.amp.cisco.com"))


def test_a_private_cloud_has_no_other_regions(wire: MakeWire, client: Any) -> None:
    with pytest.raises(Unauthorized) as caught:
        client(wire(reply(failure(401), 401))).get_version()
    assert "region" not in str(caught.value) and "deleted" in str(caught.value)


@pytest.mark.parametrize("odd", ["<b>", "a b", "x" * 200, ""])
def test_a_request_id_that_is_none_is_not_repeated(wire: MakeWire, client: Any, odd: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        client(wire(reply(failure(401), 401, x_request_id=odd))).get_version()
    assert "request id" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (PAGE, "a web page titled 'Sign in' instead of JSON"),
        (b"", "answered with nothing"),
        (b'{"version": "v1.2.0", "da', "not complete JSON"),
        ([], "not one of Secure Endpoint"),
        ({"status": "ok"}, "not one of Secure Endpoint"),
        ("true", "not one of Secure Endpoint"),
    ],
)
def test_an_answer_that_proves_nothing(wire: MakeWire, client: Any, body: Any, words: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=words):
        client(wire(reply(body))).get_version()


def test_no_connection_is_distinguished_from_a_wrong_key(
    client: Any, certificates: Certificates, wire: MakeWire
) -> None:
    with pytest.raises(Unreachable, match="Connection refused"):
        client(closed_port()).get_version()
    with pytest.raises(Untrusted, match="secure_endpoint_ca_path"):
        client(wire(), ca_path=certificates.stranger_path).get_version()
    with pytest.raises(Unreachable, match="no answer came within"):
        client(wire(stall()), timeout=0.2).get_version()


# Computers


def test_one_page(wire: MakeWire, client: Any, context: Context) -> None:
    server = wire()
    server.then(reply(page(server, 3, 3, None), **RICH))
    service = client(server)
    assert [row["hostname"] for row in service.each_computer()] == ["PC-0", "PC-1", "PC-2"]
    assert [request.target for request in server.requests] == ["/v1/computers?limit=500"]
    assert (service.requests, context.warnings) == (1, [])


def test_pages_follow_one_another_on_one_connection(wire: MakeWire, client: Any, context: Context) -> None:
    server = wire()
    server.then(
        reply(page(server, 2, 5, "https://HERE/v1/computers?limit=2&offset=2"), **RICH),
        reply(page(server, 2, 5, "https://HERE/v1/computers?limit=2&offset=4"), **RICH),
        reply(page(server, 1, 5, None), **RICH),
    )
    service = client(server)
    assert len(list(service.each_computer())) == 5
    assert [request.target for request in server.requests][1:] == [
        "/v1/computers?limit=2&offset=2",
        "/v1/computers?limit=2&offset=4",
    ]
    assert {request.connection for request in server.requests} == {1} and not context.warnings


def test_no_more_than_one_page_is_held(wire: MakeWire, client: Any) -> None:
    class Row(dict[str, Any]):
        """A dictionary that can be looked for."""

    server = wire()
    server.then(
        reply(page(server, 50, 100, "https://HERE/v1/computers?limit=50&offset=50")), reply(page(server, 50, 100, None))
    )
    service = client(server)
    read, held = service._object, []

    def watched(path: str, attempted: str) -> dict[str, Any]:
        gc.collect()
        held.append(sum(isinstance(thing, Row) for thing in gc.get_objects()))
        found: dict[str, Any] = read(path, attempted)
        found["data"] = [Row(row) for row in found["data"]]
        return found

    service._object = watched
    seen = 0
    for _unused in service.each_computer():
        seen += 1
    # The row that the loop still holds.
    assert seen == 100 and held[0] == 0 and held[1] <= 1


@pytest.mark.parametrize(
    "link",
    [
        "https://collector.example.net/v1/computers?limit=500&offset=500",
        "https://localhost/v1/computers?limit=500&offset=500",
        "http://HERE/v1/computers?limit=500&offset=500",
        "https://HERE/v1/event_streams?limit=500&offset=500",
        "https://HERE@collector.example.net/v1/computers?offset=500",
        "https://localhost:none/v1/computers?offset=500",
        "//HERE/v1/computers?offset=500",
        "/v1/computers?offset=500",
        "nonsense",
    ],
)
def test_the_key_is_sent_nowhere_else(wire: MakeWire, client: Any, link: str) -> None:
    server = wire()
    server.then(reply(page(server, 1, 2, link)))
    with pytest.raises(UnexpectedAnswer, match="The key is sent to no other host"):
        list(client(server).each_computer())
    assert len(server.requests) == 1


@pytest.mark.parametrize("query", ["limit=500&offset=0", "limit=500", "offset=-5", "offset=many", "offset=" + "9" * 50])
def test_a_page_that_does_not_lead_on(wire: MakeWire, client: Any, query: str) -> None:
    server = wire()
    server.then(reply(page(server, 1, 2, f"https://HERE/v1/computers?{query}")))
    with pytest.raises(UnexpectedAnswer, match="does not lead on"):
        list(client(server).each_computer())


def test_pages_that_go_back(wire: MakeWire, client: Any) -> None:
    server = wire()
    server.then(
        reply(page(server, 1, 9, "https://HERE/v1/computers?offset=5")),
        reply(page(server, 1, 9, "https://HERE/v1/computers?offset=5")),
    )
    with pytest.raises(UnexpectedAnswer, match="does not lead on"):
        list(client(server).each_computer())


def test_a_list_without_end(wire: MakeWire, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client.MOST_PAGES", 3
    )
    server = wire()
    server.then(*[reply(page(server, 0, None, f"https://HERE/v1/computers?offset={at}")) for at in (1, 2, 3)])
    with pytest.raises(UnexpectedAnswer, match="does not end after 3 pages"):
        list(client(server).each_computer())


@pytest.mark.parametrize(("total", "warned"), [(3, True), (1, True), (2, False), (None, False), ("2", False)])
def test_a_count_that_differs_from_the_list(
    wire: MakeWire, client: Any, context: Context, total: Any, warned: bool
) -> None:
    server = wire()
    server.then(reply(page(server, 2, total, None)))
    assert len(list(client(server).each_computer())) == 2
    assert bool(context.warnings) == warned
    assert not warned or f"reports {total} computers and listed 2" in context.warnings[0]


FULL = tuple(f"guid-{number:03}" for number in range(500))
"""A page that holds as many as one can, of which there may be more."""


@pytest.mark.parametrize(
    ("pages", "listed", "is_complete"),
    [
        ([(("a", "b"), 3), (("c",), 3)], "a b c", True),
        ([(("a", "b"), 3), (("b",), 3)], "a b", False),
        ([(("a", "b"), 4), (("d",), 3)], "a b d", False),
        ([(("a", "b"), 3), (("c",), 4)], "a b c", False),
        ([(("a", "b"), None), (("c",), None)], "a b c", False),
        ([(("a", "b"), None)], "a b", True),
        ([(("a", "b"), 3)], "a b", False),
        ([(("a", "b"), "2")], "a b", True),
        ([(("a", "b"), "3")], "a b", False),
        ([(("", ""), 2)], "", True),
        ([(FULL, None)], " ".join(FULL), False),
        ([(FULL, 500)], " ".join(FULL), True),
    ],
)
def test_whether_the_list_is_whole(wire: MakeWire, client: Any, pages: Any, listed: str, is_complete: bool) -> None:
    server = wire()
    service = client(server)
    assert not service.listed_completely
    for number, (guids, total) in enumerate(pages, 1):
        links = {"next": f"https://{server.host}/v1/computers?offset={number}"} if number < len(pages) else {}
        metadata = {"results": {"total": total}, "links": links}
        server.then(reply({**VERSION, "metadata": metadata, "data": [{"connector_guid": guid} for guid in guids]}))
    rows = list(service.each_computer())
    assert sorted(row["connector_guid"] for row in rows if row["connector_guid"]) == listed.split()
    # Those without an ID are all different ones.
    assert len(rows) == 2 or listed
    assert service.listed_completely is is_complete


@pytest.mark.parametrize("data", [None, {}, "none", [1], [None]])
def test_a_list_that_is_none(wire: MakeWire, client: Any, data: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="not a list of objects"):
        list(client(wire(reply({**VERSION, "data": data}))).each_computer())


@pytest.mark.parametrize("metadata", [None, [], {}, {"links": None}, {"links": [], "results": "all"}])
def test_a_list_that_says_nothing_about_itself(wire: MakeWire, client: Any, metadata: Any) -> None:
    server = wire(reply({"version": "v1.2.0", "metadata": metadata, "data": [{}]}))
    assert list(client(server).each_computer()) == [{}]


# Before the requests of the hour run out


def budget(remaining: int, reset: str | None = "1800", limit: str | None = "3000") -> dict[str, str]:
    shown = {"x_ratelimit_remaining": str(remaining), "x_ratelimit_reset": reset, "x_ratelimit_limit": limit}
    return {name: value for name, value in shown.items() if value is not None}


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (budget(1), r"has 1 of 3000 left this hour. Run this again in 1800 seconds \(30 minutes\)"),
        (budget(1, reset=None), "has 1 of 3000 left this hour. Run this again later"),
        (budget(1, limit=None), r"has 1 left this hour. Run this again in 1800 seconds"),
        (budget(1, limit="2"), "Even the requests of a whole hour do not suffice"),
    ],
)
def test_what_does_not_suffice_is_not_begun(wire: MakeWire, client: Any, headers: dict[str, str], words: str) -> None:
    server = wire()
    server.then(reply(page(server, 2, 5, "https://HERE/v1/computers?limit=2&offset=2"), **headers))
    with pytest.raises(Throttled, match=f"read the 5 computers in .*: this takes 2 more requests, .*{words}"):
        list(client(server).each_computer())


@pytest.mark.parametrize("headers", [budget(2), budget(0, reset="60"), {}])
def test_what_suffices_or_comes_back_soon_is_begun(wire: MakeWire, client: Any, headers: dict[str, str]) -> None:
    server = wire()
    server.then(
        reply(page(server, 2, 5, "https://HERE/v1/computers?limit=2&offset=2"), **headers),
        reply(page(server, 3, 5, None), **RICH),
    )
    assert len(list(client(server).each_computer())) == 5


# The scope


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_write_proves_something(wire: MakeWire, client: Any, status: int) -> None:
    server = wire(reply(failure(status, "Read-only"), status, **RICH))
    service = client(server)
    assert service.probe_write() == (True, f"HTTP {status}: Read-only")
    (request,) = server.requests
    assert request.method == "PATCH" and request.target.startswith("/v1/computers/")
    nobody, nowhere = request.target.rpartition("/")[2], request.json["group_guid"]
    assert nobody != nowhere and {len(nobody), len(nowhere)} == {36} and request.json.keys() == {"group_guid"}
    assert service.budget.remaining == 2999


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (reply(failure(404, "Computer not found"), 404), "HTTP 404: Computer not found"),
        (reply(failure(400, "group_guid"), 400), "HTTP 400: group_guid"),
        (reply({"data": {}}, 202), "HTTP 202"),
        (reply(PAGE, 403), "HTTP 403: a web page"),
        (reply(PAGE, 502), "gateway of Secure Endpoint answered 502"),
        (reply(failure(500), 500), "HTTP 500"),
        (reply(failure(429), 429, x_ratelimit_reset="1800"), "requests that Secure Endpoint allows are used up"),
        (drop(), "the connection broke"),
        (half({"data": {}}), "the connection broke"),
    ],
)
def test_anything_else_proves_nothing(wire: MakeWire, client: Any, step: Any, words: str) -> None:
    proven, answer = client(wire(step)).probe_write()
    assert not proven and words in answer


def test_nothing_is_probed_in_check_mode(wire: MakeWire, client: Any) -> None:
    service = client(wire(), context=Context(check_mode=True))
    assert service.probe_write() == (False, "nothing is sent in check mode")


def test_the_guids_of_a_probe_are_new_each_time(wire: MakeWire, client: Any) -> None:
    server = wire(*[reply(failure(403), 403)] * 2)
    service = client(server)
    service.probe_write()
    service.probe_write()
    assert len({request.target for request in server.requests}) == 2
