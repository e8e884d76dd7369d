# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A credential that only a console can make: what is verified of it, and whether the steps can be performed."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from lab.person import Person

from .harness import OMIT, Result, Run, quietly, writes

MODULE = "secure_endpoint_credential"
HOSTS = {"nam": "api.amp.cisco.com", "eu": "api.eu.amp.cisco.com", "apjc": "api.apjc.amp.cisco.com"}
PAGES = {region: f"https://{host.replace('api.', 'console.', 1)}/api_credentials" for region, host in HOSTS.items()}
XDR_CLIENT_ID = "client-0f6a9c1e-2d34-4b56-8a7b-9c0d1e2f3a4b"
NOBODY = {
    "secure_endpoint_client_id": "0123456789abcdef0123",
    "secure_endpoint_api_key": "12345678-abcd-abcd-abcd-1234567890ab",
}
UNSET = {"secure_endpoint_client_id": OMIT, "secure_endpoint_api_key": OMIT}


def asked(lab: Lab) -> list[tuple[str, str, str]]:
    """Region, method and path of each request."""
    return [(row["site"], row["method"], row["path"]) for row in lab.requests("secure_endpoint")]


def add(lab: Lab, region: str, scope: str = "read_only", name: str = "Duo") -> dict[str, Any]:
    """A credential made by hand, as options."""
    made = lab.patch("secure_endpoint", "add_credential", name=name, scope=scope, region=region)
    return {"secure_endpoint_client_id": made["client_id"], "secure_endpoint_api_key": made["api_key"]}


def steps(result: Result) -> list[str]:
    return [step["id"] for step in result["handoff"]]


def line(result: Result) -> tuple[str, str]:
    return result["step"]["status"], result["step"]["detail"]


# It works


@pytest.mark.parametrize("check", [True, False])
def test_a_credential_that_works(run: Run, lab: Lab, check: bool) -> None:
    lab.clear_requests()
    result = quietly(run, lab, MODULE, name="Duo", check=check)
    credential = result["credential"]
    budget = credential.pop("budget")
    assert credential == {
        "name": "Duo",
        "status": "verified",
        "reason": "",
        "region": "eu",
        "api_host": "api.eu.amp.cisco.com",
        "regions_tried": ["eu"],
        "scope": {
            "declared": "read_only",
            "proven": False,
            "detail": "It was not tried, and cannot be read through the API.",
        },
        "kind": "v1",
        "client_id": lab.secure_endpoint.client_id,
    }
    assert (budget["limit"], budget["remaining"]) == (3000, 2999) and 0 < budget["resets_in"] <= 3600
    assert (result["changed"], result["handoff"]) == (False, []) and "warnings" not in result
    assert line(result) == ("verified", "The credential 'Duo' works in eu")
    assert asked(lab) == [("eu", "GET", "/v1/version")]


@pytest.mark.usefixtures("new_connections")
@pytest.mark.parametrize("region", HOSTS)
def test_every_region_is_called_by_its_name(run: Run, lab: Lab, region: str) -> None:
    pair = add(lab, region)
    before = lab.state("secure_endpoint", "proxied").get(HOSTS[region], 0)
    credential = run.ok(MODULE, name="Duo", secure_endpoint_region=region, **pair)["credential"]
    assert (credential["status"], credential["region"], credential["api_host"]) == ("verified", region, HOSTS[region])
    assert lab.state("secure_endpoint", "proxied")[HOSTS[region]] == before + 1


def test_a_private_cloud(run: Run, lab: Lab) -> None:
    host = lab.secure_endpoint.api_host
    credential = run.ok(MODULE, name="Duo", secure_endpoint_api_host=host)["credential"]
    assert (credential["status"], credential["region"], credential["api_host"]) == ("verified", None, host)
    assert credential["regions_tried"] == [host]


@pytest.mark.parametrize("style", ["real", "documented"])
def test_the_budget(run: Run, lab: Lab, style: str) -> None:
    lab.switch(**{"secure_endpoint.rate_header_style": style, "secure_endpoint.budget": 500})
    lab.patch("secure_endpoint", "spend", requests=100, resets_in=777)
    budget = run.ok(MODULE, name="Duo")["credential"]["budget"]
    assert (budget["limit"], budget["remaining"]) == (500, 399) and 700 < budget["resets_in"] <= 778


# It is missing


@pytest.mark.parametrize("check", [True, False])
def test_a_credential_that_is_missing(run: Run, lab: Lab, check: bool) -> None:
    lab.clear_requests()
    result = run.ok(MODULE, name="Duo", check=check, **UNSET)
    reason = "secure_endpoint_client_id and secure_endpoint_api_key are not given."
    credential = result["credential"]
    assert (credential["status"], credential["reason"], credential["region"]) == ("handoff_required", reason, "eu")
    assert credential["regions_tried"] == [] and set(credential["budget"].values()) == {None}
    assert steps(result) == ["secure_endpoint_credential"] and result["handoff"][0]["url"] == PAGES["eu"]
    assert line(result) == ("handoff_required", f"The credential 'Duo': {reason}")
    assert not asked(lab)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"secure_endpoint_client_id": ""}, "secure_endpoint_client_id"),
        ({"secure_endpoint_api_key": OMIT}, "secure_endpoint_api_key"),
        ({"secure_endpoint_api_key": " \n"}, "secure_endpoint_api_key"),
    ],
)
def test_half_a_credential_is_no_reason_to_create_another(
    run: Run, lab: Lab, given: dict[str, Any], missing: str
) -> None:
    lab.clear_requests()
    result = run.ok(MODULE, name="Duo", **given)
    assert result["credential"]["status"] == "invalid" and steps(result) == [] and line(result)[0] == "failed"
    assert f"{missing} is not given. Set both." in line(result)[1]
    assert missing in run.fails(MODULE, name="Duo", invalid="fail", **given)["msg"]
    assert not asked(lab)


def test_the_steps_say_where_to_keep_the_values(run: Run, lab: Lab) -> None:
    (step,) = run.ok(MODULE, name="Duo", keep_in="/srv/secrets/duo.yml", **UNSET)["handoff"]
    assert "/srv/secrets/duo.yml" in step["then"]


def test_the_steps_say_what_is_declared(run: Run, lab: Lab) -> None:
    (step,) = run.ok(MODULE, name="Robot <1>", scope="read_write", secure_endpoint_region="apjc", **UNSET)["handoff"]
    assert step["url"] == PAGES["apjc"]
    assert {field["label"]: field.get("value") for field in step["fields"]} == {
        "Application name": "Robot <1>",
        "Scope": "Read & Write",
    }


@pytest.mark.parametrize("region", HOSTS)
@pytest.mark.parametrize("scope", ["read_only", "read_write"])
def test_a_person_creates_and_deletes_it_from_the_steps_alone(run: Run, lab: Lab, region: str, scope: str) -> None:
    """And each next run verifies the outcome."""
    how = {"name": "Duo", "scope": scope, "secure_endpoint_region": region}
    vault: dict[str, str] = {}
    person = Person(lab, {"Secure Endpoint administrator"}, vault)
    person.perform(run.ok(MODULE, **how, **UNSET)["handoff"])
    (made,) = [one for one in lab.state("secure_endpoint", "credentials") if one["name"] == "Duo"]
    assert (made["scope"], made["region"]) == (scope, region)
    result = run.ok(MODULE, **how, **vault)
    assert (result["credential"]["status"], result["handoff"]) == ("verified", [])
    result = run.ok(MODULE, state="absent", **how, **vault)
    assert result["credential"]["status"] == "handoff_required"
    person.perform(result["handoff"])
    assert "Duo" not in [one["name"] for one in lab.state("secure_endpoint", "credentials")]
    result = run.ok(MODULE, state="absent", **how, **vault)
    assert (result["credential"]["status"], result["handoff"]) == ("invalid", [])


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("name", ["", " "])
def test_nobody_is_sent_for_a_credential_without_a_name(run: Run, lab: Lab, name: str, state: str) -> None:
    lab.clear_requests()
    failed = run.fails(MODULE, name=name, state=state)
    assert failed["msg"] == "missing required arguments: name"
    assert not asked(lab)


def test_a_person_creates_it_at_a_private_cloud(run: Run, lab: Lab) -> None:
    host = lab.secure_endpoint.hosts["apjc"]
    handoff = run.ok(MODULE, name="Duo", secure_endpoint_api_host=host, **UNSET)["handoff"]
    assert handoff[0]["url"] == f"https://{host}/api_credentials"
    vault: dict[str, str] = {}
    Person(lab, {"Secure Endpoint administrator"}, vault).perform(handoff)
    credential = run.ok(MODULE, name="Duo", secure_endpoint_api_host=host, **vault)["credential"]
    assert credential["status"] == "verified"


# It does not work


@pytest.mark.parametrize("version", ["v1.0.0", "v0.1.0", "null"])
def test_a_credential_that_nobody_knows(run: Run, lab: Lab, version: str) -> None:
    lab.switch(**{"secure_endpoint.error_version": version})
    lab.clear_requests()
    result = quietly(run, lab, MODULE, name="Duo", **NOBODY)
    credential = result["credential"]
    assert (credential["status"], credential["kind"]) == ("invalid", "v1")
    # Another one would not help whoever has mistyped this one.
    assert steps(result) == [] and line(result)[0] == "failed" and credential["reason"] in line(result)[1]
    expected = ("are wrong", "another region", "Unknown API key or Client ID", "discover_region", "leave both out")
    assert [words for words in (*expected, "request id") if words not in credential["reason"]] == []
    assert all(f"{host} ({region})" in credential["reason"] for region, host in HOSTS.items())
    assert asked(lab) == [("eu", "GET", "/v1/version")]


@pytest.mark.parametrize("check", [False, True])
def test_a_credential_that_does_not_work_can_be_a_failure(run: Run, lab: Lab, check: bool) -> None:
    """One that is missing is none, and where it is to be gone, it is as it must be."""
    failed = run.fails(MODULE, name="Duo", invalid="fail", check=check, **NOBODY)
    assert failed["msg"].startswith("Could not use the credential 'Duo': ") and "leave both out" in failed["msg"]
    assert failed["error"]["kind"] == "invalid_input" and failed["changed"] is False
    assert failed["credential"]["status"] == "invalid" and line(failed)[0] == "failed" and steps(failed) == []
    assert steps(run.ok(MODULE, name="Duo", invalid="fail", check=check, **UNSET)) == ["secure_endpoint_credential"]
    assert run.ok(MODULE, name="Duo", invalid="fail", check=check)["credential"]["status"] == "verified"
    gone = run.ok(MODULE, name="Duo", state="absent", invalid="fail", check=check, **NOBODY)
    assert gone["credential"]["status"] == "invalid"


def test_only_the_named_region_is_tried(run: Run, lab: Lab) -> None:
    lab.clear_requests()
    credential = run.ok(MODULE, name="Duo", secure_endpoint_region="nam")["credential"]
    assert (credential["status"], credential["region"], credential["regions_tried"]) == ("invalid", "nam", ["nam"])
    assert [site for site, _method, _path in asked(lab)] == ["nam"]


def test_a_private_cloud_that_does_not_know_it(run: Run, lab: Lab) -> None:
    host = lab.secure_endpoint.hosts["nam"]
    result = run.ok(MODULE, name="Duo", secure_endpoint_api_host=host)
    assert result["credential"]["status"] == "invalid" and "region" not in result["credential"]["reason"]
    assert steps(result) == []


@pytest.mark.parametrize("discover", [True, False])
def test_a_client_of_another_product(run: Run, lab: Lab, discover: bool) -> None:
    lab.clear_requests()
    result = run.ok(MODULE, name="Duo", discover_region=discover, secure_endpoint_client_id=XDR_CLIENT_ID)
    credential = result["credential"]
    assert (credential["status"], credential["kind"], credential["regions_tried"]) == ("invalid", "xdr", [])
    assert "Cisco XDR API client" in credential["reason"] and "Duo's form" in credential["reason"]
    assert "Create an API credential in the Secure Endpoint console" in credential["reason"] and steps(result) == []
    assert not asked(lab)


@pytest.mark.parametrize(
    ("given", "kind", "warning"),
    [
        ({"secure_endpoint_client_id": "A" * 20}, "unknown", "client_id does not look like"),
        ({"secure_endpoint_client_id": "0123456789abcdef01234"}, "unknown", "client_id does not look like"),
        ({"secure_endpoint_api_key": "no-uuid-at-all"}, "v1", "api_key does not look like a UUID"),
    ],
)
def test_an_odd_shape_is_tried_with_a_warning(
    run: Run, lab: Lab, given: dict[str, str], kind: str, warning: str
) -> None:
    lab.clear_requests()
    result = run.ok(MODULE, name="Duo", **given)
    assert (result["credential"]["status"], result["credential"]["kind"]) == ("invalid", kind)
    assert warning in result["warnings"][0]
    assert len(asked(lab)) == 1


def test_two_values_that_are_swapped(run: Run, lab: Lab) -> None:
    pair = lab.secure_endpoint
    swapped = {"secure_endpoint_client_id": pair.api_key, "secure_endpoint_api_key": pair.client_id}
    shown = run.ok(MODULE, name="Duo", **swapped)
    assert shown["credential"]["status"] == "invalid" and "swapped" in shown["warnings"][0]
    assert pair.api_key not in str(shown["credential"]) + str(shown["handoff"])


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(("before", "after"), [("", "\n"), (" ", ""), ("\t", " \r\n")])
def test_white_space_around_the_values_is_no_part_of_them(
    run: Run, lab: Lab, before: str, after: str, state: str
) -> None:
    pair = lab.secure_endpoint
    given = {
        "secure_endpoint_client_id": f"{before}{pair.client_id}{after}",
        "secure_endpoint_api_key": f"{before}{pair.api_key}{after}",
    }
    result = run.ok(MODULE, name="Duo", state=state, **given)
    credential = result["credential"]
    assert credential["status"] == ("verified" if state == "present" else "handoff_required")
    assert credential["kind"] == "v1" and "warnings" not in result


@pytest.mark.parametrize("other", [OMIT, "0123456789abcdef0123"])
@pytest.mark.parametrize("after", ["", "\n"])
def test_a_key_in_the_wrong_place_is_hidden_nevertheless(run: Run, lab: Lab, other: Any, after: str) -> None:
    key = lab.secure_endpoint.api_key
    given = {"secure_endpoint_client_id": key + after, "secure_endpoint_api_key": other}
    for state in ("present", "absent"):
        assert key not in str(run(MODULE, name="Duo", state=state, **given))


def test_white_space_around_the_id_of_another_product(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, name="Duo", secure_endpoint_client_id=f" {XDR_CLIENT_ID}\n")
    assert result["credential"]["kind"] == "xdr"
    assert result["credential"]["reason"].startswith(f"{XDR_CLIENT_ID} cannot be used")


# The region


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(("named", "home"), [("nam", "eu"), ("nam", "apjc"), ("apjc", "nam"), ("eu", "eu")])
def test_the_region_is_found(run: Run, lab: Lab, named: str, home: str, status: int) -> None:
    lab.switch(**{"secure_endpoint.wrong_region_status": status})
    pair = add(lab, home)
    lab.clear_requests()
    how = {"name": "Duo", "discover_region": True, "secure_endpoint_region": named}
    result = quietly(run, lab, MODULE, **how, **pair)
    credential = result["credential"]
    tried = [named, *(region for region in HOSTS if region != named)]
    tried = tried[: tried.index(home) + 1]
    assert (credential["status"], credential["region"], credential["api_host"]) == ("verified", home, HOSTS[home])
    assert credential["regions_tried"] == tried and [site for site, _method, _path in asked(lab)] == tried
    assert result["handoff"] == [] and credential["reason"] == ""
    if named == home:
        assert "warnings" not in result
    else:
        assert f"Set secure_endpoint_region: {home}" in result["warnings"][0]


def test_no_region_knows_it(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, name="Duo", discover_region=True, **NOBODY)
    credential = result["credential"]
    assert (credential["status"], credential["region"]) == ("invalid", "eu")
    assert credential["regions_tried"] == ["eu", "nam", "apjc"]
    assert "No region accepts" in credential["reason"]
    assert all(f"{host} ({region})" in credential["reason"] for region, host in HOSTS.items())
    assert result["handoff"] == []


def test_a_region_that_refuses_in_another_way(run: Run, lab: Lab) -> None:
    lab.switch(**{"secure_endpoint.wrong_region_status": 403})
    credential = run.ok(MODULE, name="Duo", secure_endpoint_region="nam")["credential"]
    assert credential["status"] == "invalid" and "not documented" in credential["reason"]


def test_a_region_that_cannot_be_asked_does_not_hide_another(run: Run, lab: Lab) -> None:
    lab.fault("secure_endpoint", kind="status", status=500, times=None, site="nam")
    how = {"name": "Duo", "discover_region": True, "secure_endpoint_region": "nam"}
    credential = run.ok(MODULE, **how)["credential"]
    assert (credential["status"], credential["regions_tried"]) == ("verified", ["eu"])
    failed = run.fails(MODULE, **how, **NOBODY)
    assert failed["error"]["kind"] == "server_trouble", "what was not asked may be where it works"


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_host_has_no_regions(run: Run, lab: Lab, state: str) -> None:
    lab.clear_requests()
    how = {"state": state, "discover_region": True, "secure_endpoint_api_host": lab.secure_endpoint.api_host}
    failed = run.fails(MODULE, name="Duo", **how)
    assert failed["error"]["kind"] == "invalid_input" and "secure_endpoint_api_host" in failed["msg"]
    assert not asked(lab)


# The scope


def probed(lab: Lab) -> list[str]:
    """What was sent to find out about the scope."""
    return [method for _site, method, _path in asked(lab) if method != "GET"]


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("declared", ["read_only", "read_write"])
@pytest.mark.parametrize("scope", ["read_only", "read_write"])
def test_the_scope(run: Run, lab: Lab, scope: str, declared: str, status: int, first: bool) -> None:
    lab.switch(**{"secure_endpoint.scope_denied_status": status, "secure_endpoint.scope_check_before_lookup": first})
    pair = add(lab, "eu", scope)
    before = lab.state("secure_endpoint")
    lab.clear_requests()
    result = run.ok(MODULE, name="Duo", scope=declared, probe_scope=True, **pair)
    said = result["credential"]["scope"]
    # Whoever looks the computer up first says that there is none, whatever the scope.
    is_denied = scope == "read_only" and first
    assert result["credential"]["status"] == "verified" and said["declared"] == declared
    assert said["proven"] == (is_denied and declared == "read_only")
    assert (f"HTTP {status}" if is_denied else "HTTP 404") in said["detail"]
    assert ("declared as read_write" in str(result.get("warnings"))) == (is_denied and declared == "read_write")
    assert probed(lab) == ["PATCH"] and not result["changed"]
    after = lab.state("secure_endpoint")
    assert (after["computers"], after["event_streams"]) == (before["computers"], []), "the probe changed something"


def test_nothing_is_probed_in_check_mode(run: Run, lab: Lab) -> None:
    lab.clear_requests()
    said = quietly(run, lab, MODULE, check=True, name="Duo", probe_scope=True)["credential"]["scope"]
    assert not said["proven"] and "check mode" in said["detail"]
    assert asked(lab) == [("eu", "GET", "/v1/version")]


def test_nothing_is_probed_with_a_credential_that_does_not_work(run: Run, lab: Lab) -> None:
    lab.clear_requests()
    quietly(run, lab, MODULE, name="Duo", probe_scope=True, **NOBODY)
    quietly(run, lab, MODULE, name="Duo", probe_scope=True, **UNSET)
    quietly(run, lab, MODULE, name="Duo", probe_scope=True, state="absent")


def test_the_scope_is_probed_where_the_credential_was_found(run: Run, lab: Lab) -> None:
    lab.clear_requests()
    how = {"probe_scope": True, "discover_region": True, "secure_endpoint_region": "nam"}
    credential = run.ok(MODULE, name="Duo", **how)["credential"]
    assert credential["scope"]["proven"] and credential["budget"]["remaining"] == 2998
    assert [(site, method) for site, method, _path in asked(lab)] == [("nam", "GET"), ("eu", "GET"), ("eu", "PATCH")]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "html", "status": 403}, "a web page"),
        ({"kind": "html", "status": 502}, "answered 502"),
        ({"kind": "status", "status": 500}, "HTTP 500"),
        ({"kind": "status", "status": 400}, "HTTP 400"),
        ({"kind": "drop_after"}, "the connection broke"),
        ({"kind": "empty"}, "HTTP 200"),
    ],
)
def test_what_proves_nothing_of_the_scope(run: Run, lab: Lab, fault: dict[str, Any], words: str) -> None:
    lab.fault("secure_endpoint", "PATCH", **fault)
    lab.clear_requests()
    credential = run.ok(MODULE, name="Duo", probe_scope=True)["credential"]
    assert credential["status"] == "verified"
    assert not credential["scope"]["proven"] and words in credential["scope"]["detail"]
    assert probed(lab) == ["PATCH"], "a probe is not repeated"


# It is to be gone


@pytest.mark.parametrize("check", [True, False])
def test_a_credential_that_still_works_is_not_gone(run: Run, lab: Lab, check: bool) -> None:
    result = quietly(run, lab, MODULE, name="Monitoring", state="absent", check=check)
    credential = result["credential"]
    assert credential["status"] == "handoff_required"
    assert credential["reason"] == "Secure Endpoint still accepts it, at api.eu.amp.cisco.com (eu)."
    assert steps(result) == ["secure_endpoint_credential_delete"] and result["handoff"][0]["url"] == PAGES["eu"]
    assert [click["label"] for click in result["handoff"][0]["clicks"]] == ["Monitoring", "Delete"]
    # Another credential may have the same name.
    assert lab.secure_endpoint.client_id in result["handoff"][0]["warning"]
    assert not result["changed"]


def test_a_credential_that_is_gone(run: Run, lab: Lab) -> None:
    lab.patch("secure_endpoint", "delete_credential", name="Monitoring")
    result = run.ok(MODULE, name="Monitoring", state="absent")
    credential = result["credential"]
    assert (credential["status"], credential["regions_tried"], result["handoff"]) == ("invalid", ["eu"], [])
    assert line(result) == ("not_verifiable", f"The credential 'Monitoring': {credential['reason']}")
    assert credential["reason"] == "It is not accepted by eu. Not tried: nam, apjc; discover_region tries all."


def test_a_credential_that_is_gone_everywhere(run: Run, lab: Lab) -> None:
    lab.patch("secure_endpoint", "delete_credential", name="Monitoring")
    result = run.ok(MODULE, name="Monitoring", state="absent", discover_region=True)
    credential = result["credential"]
    assert (credential["status"], line(result)[0]) == ("invalid", "verified")
    assert credential["reason"] == "It is not accepted by eu, nam, apjc."


def test_a_credential_that_still_works_in_another_region(run: Run, lab: Lab) -> None:
    how = {"name": "Monitoring", "state": "absent", "secure_endpoint_region": "apjc"}
    assert run.ok(MODULE, **how)["credential"]["status"] == "invalid"
    result = run.ok(MODULE, discover_region=True, **how)
    assert (result["credential"]["status"], result["credential"]["region"]) == ("handoff_required", "eu")
    assert result["handoff"][0]["url"] == PAGES["eu"]


def test_a_credential_that_a_private_cloud_no_longer_knows(run: Run, lab: Lab) -> None:
    host = lab.secure_endpoint.hosts["nam"]
    result = run.ok(MODULE, name="Duo", state="absent", secure_endpoint_api_host=host)
    assert result["credential"]["reason"] == f"It is not accepted by {host}." and line(result)[0] == "verified"


def test_a_refusal_in_another_way_is_reported(run: Run, lab: Lab) -> None:
    lab.switch(**{"secure_endpoint.wrong_region_status": 403})
    how = {"name": "Monitoring", "state": "absent", "secure_endpoint_region": "apjc"}
    result = run.ok(MODULE, **how)
    assert "Cisco does not document what that means" in result["credential"]["reason"]
    # It may be the address of this machine that is refused, so that nothing is proven.
    assert result["credential"]["status"] == "unknown" and line(result)[0] == "not_verifiable"
    host = lab.secure_endpoint.hosts["nam"]
    refused = {"version": "v1.2.0", "data": {}, "errors": [{"error_code": 403, "details": ["Address not allowed"]}]}
    lab.fault("secure_endpoint", path="/v1/version", kind="status", status=403, body=refused)
    result = run.ok(MODULE, name="Duo", state="absent", secure_endpoint_api_host=host)
    assert result["credential"]["status"] == "unknown" and line(result)[0] == "not_verifiable"


@pytest.mark.parametrize("given", [UNSET, {"secure_endpoint_api_key": ""}])
def test_nothing_is_said_to_be_gone_that_cannot_be_tried(run: Run, lab: Lab, given: dict[str, Any]) -> None:
    lab.clear_requests()
    result = run.ok(MODULE, name="Duo", state="absent", **given)
    assert result["credential"]["status"] == "unknown" and line(result)[0] == "not_verifiable"
    assert "not given" in line(result)[1] and steps(result) == [] and not asked(lab)


def test_a_client_of_another_product_cannot_be_gone(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, name="Duo", state="absent", secure_endpoint_client_id=XDR_CLIENT_ID)
    assert failed["error"]["kind"] == "invalid_input" and not asked(lab)


# What says nothing about the credential


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "html"}, "unexpected_answer"),
        ({"kind": "html", "status": 401}, "unexpected_answer"),
        ({"kind": "html", "status": 403}, "unexpected_answer"),
        ({"kind": "html", "status": 502, "times": None}, "server_trouble"),
        ({"kind": "status", "status": 401, "body": "no"}, "unexpected_answer"),
        ({"kind": "status", "status": 200, "body": {"ok": True}}, "unexpected_answer"),
        ({"kind": "empty"}, "unexpected_answer"),
        ({"kind": "status", "status": 404}, "not_found"),
        ({"kind": "status", "status": 500, "times": None}, "server_trouble"),
        ({"kind": "truncated_json", "times": None}, "unreachable"),
        ({"kind": "drop_after", "times": None}, "unreachable"),
        ({"kind": "slow", "seconds": 3}, "unreachable"),
    ],
)
def test_trouble_is_no_verdict(
    run: Run, lab: Lab, pauses: list[float], fault: dict[str, Any], kind: str, state: str
) -> None:
    lab.fault("secure_endpoint", **fault)
    failed = run.fails(MODULE, name="Duo", state=state, secure_endpoint_timeout=1)
    assert failed["error"]["kind"] == kind and "credential" not in failed and "handoff" not in failed


@pytest.mark.parametrize("retry_after", ["absent", "present"])
def test_a_used_up_budget_is_no_verdict(run: Run, lab: Lab, retry_after: str) -> None:
    lab.switch(**{"secure_endpoint.retry_after": retry_after})
    lab.patch("secure_endpoint", "spend", requests=3000, resets_in=1500)
    failed = run.fails(MODULE, name="Duo")
    assert failed["error"]["kind"] == "throttled" and "25 minutes" in failed["msg"]


def test_an_unknown_authority_is_no_verdict(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, name="Duo", secure_endpoint_ca_path=OMIT)
    assert failed["error"]["kind"] == "untrusted_certificate"


def test_no_proxy_is_no_verdict(run: Run, lab: Lab) -> None:
    failed = run.fails(MODULE, name="Duo", environment={"HTTPS_PROXY": "http://localhost:1"})
    assert failed["error"]["kind"] == "unreachable" and "proxy settings" in failed["msg"]


def test_everything_from_the_environment(run: Run, lab: Lab) -> None:
    pair = lab.secure_endpoint
    environment = {
        "SECURE_ENDPOINT_API_HOST": pair.api_host,
        "SECURE_ENDPOINT_CLIENT_ID": pair.client_id,
        "SECURE_ENDPOINT_API_KEY": pair.api_key,
        "SECURE_ENDPOINT_CA_PATH": lab.ca_path,
    }
    credential = run.ok(MODULE, name="Duo", environment=environment)["credential"]
    assert (credential["status"], credential["api_host"]) == ("verified", pair.api_host)
    assert not writes(lab)


LOGIN = "log in to Secure Endpoint at api.eu.amp.cisco.com"
# Longer than any sentence an engineer reads to its end at night.
LONGEST_MESSAGE = 600


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "html", "status": 500}, (LOGIN, "500", "later")),
        ({"kind": "html"}, (LOGIN, "web page", "JSON")),
        ({"kind": "drop_before"}, (LOGIN, "connection broke", "Check the network path")),
        ({"kind": "truncated_json"}, (LOGIN, "broke before the answer was complete")),
        ({"kind": "slow", "seconds": 3}, (LOGIN, "no answer came within 1 seconds", "raise secure_endpoint_timeout")),
    ],
)
def test_trouble_is_reported_in_one_message(
    run: Run, lab: Lab, pauses: list[float], fault: dict[str, Any], words: tuple[str, ...]
) -> None:
    lab.fault("secure_endpoint", **{"times": None, **fault})
    assert_one_message(run.fails(MODULE, name="Duo", secure_endpoint_timeout=1), words)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secure_endpoint_ca_path": OMIT}, (LOGIN, "is not trusted", "secure_endpoint_ca_path")),
        (
            {"secure_endpoint_api_host": "no-such-host.invalid", "environment": {"NO_PROXY": "localhost,.invalid"}},
            ("no-such-host.invalid", "could not be reached", "Check the host name"),
        ),
        # The lab's proxy leads to the hosts of the regions only.
        (
            {"secure_endpoint_api_host": "secure-endpoint.corp.example"},
            ("secure-endpoint.corp.example", "proxy"),
        ),
    ],
    ids=["certificate", "no such name", "proxy"],
)
def test_trouble_on_the_way_is_reported_in_one_message(
    run: Run, lab: Lab, pauses: list[float], options: dict[str, Any], words: tuple[str, ...]
) -> None:
    assert_one_message(run.fails(MODULE, name="Duo", **options), words)


def assert_one_message(failed: Result, words: tuple[str, ...]) -> None:
    said = failed["msg"]
    assert said.startswith("Could not ") and "\n" not in said and len(said) <= LONGEST_MESSAGE, said
    assert [word for word in words if word not in said] == [] and "warnings" not in failed, said
