# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The integration that no API makes: what is handed over, what proves it, and what is never claimed."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible.utils.display import Display
from lab import Lab
from lab.person import Person

from .harness import OMIT, Result, Run, writes

MODULE = "cii_integration"
ROLES = {"Owner", "Identity Intelligence administrator"}
NO_CLIENT: dict[str, Any] = dict.fromkeys(("cii_api_url", "cii_token_url", "cii_client_id", "cii_client_secret"), OMIT)
DUO = {"api_host": "api-0123abcd.duosecurity.com", "admin_app": "CII", "auth_app": "CII push", "support_push": True}
ANNA, LENA = "anna.keller@corp.example", "lena.fischer@subsidiary.example"
PROVISIONED: dict[str, Any] = {"display_name": "Duo", "kind": "provisioned"}
ADDITIONAL: dict[str, Any] = {"display_name": "Subsidiary", "duo": DUO}
PARTS = ["cii_duo_admin_keys", "cii_duo_auth_keys", "cii_integration"]


def ask(run: Run, verification: str, status: str, **options: Any) -> Result:
    """What the module returns, in check mode the same; nothing is changed in any case."""
    result = run.ok(MODULE, **options)
    assert (result["integration"]["verification"], result["step"]["status"]) == (verification, status), result
    assert not result["changed"] and result["step"]["detail"]
    assert run.ok(MODULE, check=True, **options) == result
    return result


def steps(result: Result) -> list[str]:
    return [step["id"] for step in result["handoff"]]


def proofs(result: Result) -> list[tuple[str, bool]]:
    return [(entry["source"], entry["proves"]) for entry in result["integration"]["evidence"]]


def with_snapshot(lab: Lab) -> None:
    """The tenant shows the status of its integrations."""
    lab.switch(**{"cii.schema": "snapshot"})


def applications(lab: Lab) -> None:
    """The Duo side of the additional integration."""
    flags = dict.fromkeys(("adminapi_admins_read", "adminapi_info", "adminapi_read_log", "adminapi_read_resource"), 1)
    lab.patch("duo", "add_application", name="CII", type="adminapi", flags=flags)
    lab.patch("duo", "add_application", name="CII push", type="authapi")


# The integration that comes with the tenant


@pytest.mark.parametrize("streaming", [True, False])
@pytest.mark.parametrize("sso", ["duo_sso", "oidc"])
def test_a_tenant_is_set_up_and_verified(lab: Lab, run: Run, sso: str, streaming: bool) -> None:
    lab.patch("cii", "remove_tenant")
    tenant = {"organization_name": "corp-example", "event_streaming": streaming, "grant_write": not streaming}
    tenant |= {"sso": sso, "sso_connection_name": "Corp Example"}
    wanted = {**PROVISIONED, "tenant": tenant}
    left = ask(run, "not_verifiable", "handoff_required", **wanted, **NO_CLIENT)
    assert steps(left) == ["cii_tenant", "cii_api_client"]
    vault: dict[str, str] = {}
    Person(lab, ROLES, vault).perform(left["handoff"])
    made = lab.state("cii")
    assert (made["organization"], made["sso"]["method"]) == ("corp-example", "Duo SSO" if sso == "duo_sso" else "OIDC")
    (integration,) = made["integrations"]
    assert (integration["event_streaming"], integration["write"]) == (streaming, not streaming)
    assert not made["lost"] and sorted(vault) == ["cii_api_url", "cii_client_id", "cii_client_secret", "cii_token_url"]
    assert ask(run, "confirmed", "verified", **wanted, **vault)["handoff"] == []


def test_reading_stops_at_the_first_proof(lab: Lab, run: Run) -> None:
    lab.switch(**{"cii.page_limit": 20})
    result = ask(run, "confirmed", "verified", **PROVISIONED)
    assert proofs(result) == [("integration_status", False), ("users", True)]
    assert result["integration"]["users_read"] == 5 and result["integration"]["providers"]["DUO"] == 1
    lab.clear_requests()
    run.ok(MODULE, **PROVISIONED)
    assert [row["path"] for row in lab.requests("cii")] == ["/oauth/token", "/api", "/api"]
    with_snapshot(lab)
    lab.clear_requests()
    assert proofs(ask(run, "confirmed", "verified", **PROVISIONED)) == [("integration_status", True)]
    assert [row["path"] for row in lab.requests("cii")][:2] == ["/oauth/token", "/api"]


def test_data_that_comes_later(lab: Lab, run: Run) -> None:
    """Whoever has an API client has a tenant, so nothing is handed over."""
    lab.switch(**{"cii.collection_seconds": 7 * 3600})
    left = ask(run, "pending", "pending", **PROVISIONED)
    assert steps(left) == [] and "none has an account from Duo" in left["step"]["detail"]
    assert proofs(left)[-1] == ("users", False)
    lab.advance(2 * 3600)
    ask(run, "confirmed", "verified", **PROVISIONED)


def test_it_waits_for_the_data(lab: Lab, run: Run) -> None:
    lab.switch(**{"cii.collection_seconds": 7 * 3600})
    later = threading.Timer(0.5, lab.advance, (2 * 3600,))
    later.start()
    try:
        result = run.ok(MODULE, **PROVISIONED, wait_timeout=20, wait_interval=1)
    finally:
        later.join()
    assert result["integration"]["verification"] == "confirmed"
    # The token serves for every look.
    assert [row["path"] for row in lab.requests("cii")].count("/oauth/token") == 1


def test_waiting_ends(lab: Lab, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "display", lambda _self, line, **_how: shown.append(line))
    lab.switch(**{"cii.collection_seconds": 7 * 3600})
    late = run.fails(MODULE, **PROVISIONED, wait_timeout=1, wait_interval=1)
    # First what is missing, once; then how long, again and again.
    assert len(shown) == 2 and "none has an account from Duo" in shown[0]
    assert shown[1] == "integration 'Duo' not confirmed yet, 0 s of 1"
    assert late["error"]["kind"] == "timed_out" and late["integration"]["verification"] == "pending"
    lab.clear_requests()
    nothing = run.fails(MODULE, **PROVISIONED, **NO_CLIENT, wait_timeout=600)
    assert nothing["error"]["kind"] == "invalid_input" and steps(nothing) == ["cii_tenant", "cii_api_client"]
    assert ask(run, "not_verifiable", "handoff_required", **PROVISIONED, **NO_CLIENT)


@pytest.mark.parametrize(("state", "cure"), [("present", "expect_users"), ("absent", "performed set to true")])
def test_what_no_look_can_see_is_not_waited_for(lab: Lab, run: Run, state: str, cure: str) -> None:
    """The tenant shows no integrations, and its users may have come with another one."""
    failed = run.fails(MODULE, **ADDITIONAL, state=state, wait_timeout=600)
    assert failed["integration"]["verification"] == "not_verifiable" and steps(failed)
    assert "Waiting does not help" in failed["msg"] and cure in failed["msg"]
    done = run.ok(MODULE, **ADDITIONAL, state=state, wait_timeout=600, performed=True)
    assert done["step"]["status"] == "not_verifiable" and not steps(done)


def test_a_wait_survives_trouble(lab: Lab, run: Run) -> None:
    lab.switch(**{"cii.collection_seconds": 7 * 3600})
    lab.fault("cii", path="/api", kind="status", status=500, skip=2, times=3)
    later = threading.Timer(0.5, lab.advance, (2 * 3600,))
    later.start()
    try:
        result = run.ok(MODULE, **PROVISIONED, wait_timeout=30, wait_interval=1)
    finally:
        later.join()
    assert result["integration"]["verification"] == "confirmed"


@pytest.mark.parametrize("form", ["error", "error_without_path"])
def test_everybody_who_is_expected_must_be_linked(lab: Lab, run: Run, form: str) -> None:
    lab.switch(**{"cii.unknown_user": form})
    result = ask(run, "confirmed", "verified", **PROVISIONED, expect_users=[ANNA, "ben.keller@corp.example"])
    assert proofs(result)[-1] == ("expected_users", True)
    both = [ANNA, "zoe.ortiz@corp.example", "nobody@corp.example"]
    left = ask(run, "pending", "pending", **PROVISIONED, expect_users=both)
    assert ". No account from Duo yet: zoe.ortiz@corp.example, nobody@corp.example. " in left["step"]["detail"]
    assert "not for all expected users" in left["step"]["detail"]
    nobody = {**PROVISIONED, "expect_users": ["nobody@corp.example"]}
    detail = ask(run, "pending", "pending", **nobody)["step"]["detail"]
    assert "If the integration is new, data appears after the next collection" in detail
    assert "If it delivered data before, open it in the console" in detail
    with_snapshot(lab)
    assert "not for all expected users" in ask(run, "pending", "pending", **nobody)["step"]["detail"]
    assert proofs(ask(run, "pending", "pending", **PROVISIONED, expect_users=both))[0] == ("integration_status", True)


@pytest.mark.parametrize("snapshot", [True, False])
@pytest.mark.parametrize("expected", [[ANNA], []])
def test_what_is_too_old_proves_nothing(lab: Lab, run: Run, snapshot: bool, expected: list[str]) -> None:
    if snapshot:
        with_snapshot(lab)
    wanted = {**PROVISIONED, "expect_users": expected}
    lab.patch("cii", "set_integration", name="Duo", collected_days_ago=90)
    ask(run, "confirmed", "verified", **wanted)
    left = ask(run, "pending", "pending", **wanted, max_age=2 * 86_400)
    assert "within the last 172800 seconds" in left["step"]["detail"]
    assert "delivered data earlier, but none recently" in left["step"]["detail"]
    assert "few days" not in left["step"]["detail"]
    assert ("not within the last 172800 seconds" in str(left["integration"]["evidence"])) == snapshot
    lab.patch("cii", "set_integration", name="Duo", collected_days_ago=1)
    ask(run, "confirmed", "verified", **wanted, max_age=2 * 86_400)


def test_a_run_that_failed(lab: Lab, run: Run) -> None:
    """The people that it brought before prove nothing."""
    with_snapshot(lab)
    secret = lab.cii.client_secret
    lab.patch("cii", "set_integration", name="Duo", error=f"Invalid keys {secret}")
    left = ask(run, "pending", "pending", **PROVISIONED, expect_users=[ANNA])
    assert "FAILURE: Invalid keys" in left["step"]["detail"] and proofs(left) == [("integration_status", False)]
    assert "does not work" in left["step"]["detail"] and "few days" not in left["step"]["detail"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"status": "TIMEOUT"}, "does not work"),
        ({"status": "Failure"}, "does not work"),
        ({"status": "A_NEW_WORD"}, "is A_NEW_WORD"),
        ({"status": None}, "not known whether the integration works"),
        ({"status": "SUCCESS", "integrationName": None}, "without a name"),
    ],
)
def test_a_status_of_which_nothing_is_known(lab: Lab, run: Run, row: dict[str, Any], words: str) -> None:
    """It is neither a failure nor a success, and an integration without a name is neither this one nor another."""
    known = {"integrationId": "1", "integrationName": "Subsidiary", "date": "2026-12-01T00:00:00Z", "error": None}
    answer = {"data": {"getIntegrationsStatus": [{**known, **row}]}}
    lab.fault("cii", path="/api", kind="status", status=200, body=answer)
    result = run.ok(MODULE, **ADDITIONAL)
    assert result["integration"]["verification"] != "confirmed" and words in result["step"]["detail"]
    lab.fault("cii", path="/api", kind="status", status=200, body=answer)
    gone = run.ok(MODULE, **ADDITIONAL, state="absent")["integration"]["verification"]
    assert gone == ("not_verifiable" if "integrationName" in row else "pending")


@pytest.mark.parametrize("name", ["subsidiary", "Subsidiary ", "\u200bSubsidiary", "SUBSIDIARY"])
def test_a_name_in_another_form_is_the_same_integration(lab: Lab, run: Run, name: str) -> None:
    """It must not pass for gone, because the role then deletes what it uses."""
    row = {"integrationId": "1", "integrationName": name, "status": "SUCCESS", "date": None, "error": None}
    answer = {"data": {"getIntegrationsStatus": [row]}}
    lab.fault("cii", path="/api", kind="status", status=200, body=answer)
    left = run.ok(MODULE, **ADDITIONAL, state="absent")
    assert left["integration"]["verification"] == "pending" and steps(left) == ["cii_integration_remove"]


@pytest.mark.parametrize(
    ("providers", "proves", "words"),
    [
        (["Duo"], True, "A user without a login has an account from Duo"),
        (["OKTA"], False, "none has an account from Duo."),
        (None, False, "1 are listed without their providers"),
    ],
)
def test_where_people_come_from(lab: Lab, run: Run, providers: list[str] | None, proves: bool, words: str) -> None:
    page = {"data": {"listEndUsers": {"items": [{"id": "1", "login": None, "providers": providers}]}}}
    lab.fault("cii", path="/api", kind="status", status=200, body={"errors": [{"message": "no such field"}]}, times=1)
    lab.fault("cii", path="/api", kind="status", status=200, body=page, times=1)
    result = run.ok(MODULE, display_name="Duo", kind="provisioned")
    assert proofs(result)[-1] == ("users", proves) and words in result["step"]["detail"]


def test_a_name_that_is_there_exactly_is_preferred(lab: Lab, run: Run) -> None:
    rows = [
        {"integrationId": "1", "integrationName": name, "status": status, "date": None, "error": None}
        for name, status in (("subsidiary", "FAILURE"), ("Subsidiary", "SUCCESS"))
    ]
    lab.fault("cii", path="/api", kind="status", status=200, body={"data": {"getIntegrationsStatus": rows}}, times=2)
    ask(run, "confirmed", "verified", **ADDITIONAL)


@pytest.mark.parametrize("days", [-2, 2])
def test_a_time_in_the_future_proves_nothing(lab: Lab, run: Run, days: int) -> None:
    """Some services write the end of time for never."""
    moment = datetime.now(timezone.utc) + timedelta(days=days)
    account = {"provider": "DUO", "login": "a", "lastUpdated": moment.isoformat()}
    found = {"endUserDetails": {"id": "1", "login": ANNA}, "providerEndUserDetails": [account]}
    lab.fault("cii", path="/api", kind="status", status=200, body={"data": {"getEndUser": found}}, skip=1)
    proof = "confirmed" if days < 0 else "pending"
    result = run.ok(MODULE, **PROVISIONED, expect_users=[ANNA], max_age=3 * 86_400)
    assert result["integration"]["verification"] == proof


def test_another_name_in_the_console(lab: Lab, run: Run) -> None:
    """Nobody knows how Cisco calls the integration that comes with the tenant."""
    with_snapshot(lab)
    lab.patch("cii", "set_integration", name="Duo", collected=None)
    left = ask(run, "pending", "pending", display_name="Corp Duo", kind="provisioned")
    assert "latest run of Duo" in str(left["integration"]["evidence"])


def test_several_integrations_with_duo(lab: Lab, run: Run) -> None:
    """Anybody from Duo may have come with the other one."""
    applications(lab)
    Person(lab, ROLES, {}).perform(run.ok(MODULE, **ADDITIONAL)["handoff"])
    with_snapshot(lab)
    left = ask(run, "pending", "pending", display_name="Corp Duo", kind="provisioned")
    assert "which integration is meant. There are Duo, Subsidiary." in left["step"]["detail"]
    ask(run, "confirmed", "verified", **PROVISIONED)
    # Whether the console allows two of one name is not known.
    lab.patch("cii", "set_integration", name="Duo", new_name="Subsidiary")
    ask(run, "pending", "handoff_required", **ADDITIONAL, state="absent")


def test_proof_without_a_limit_of_age_says_so(lab: Lab, run: Run) -> None:
    assert "of any age because max_age is not set" in run.ok(MODULE, **PROVISIONED)["step"]["detail"]
    limited = run.ok(MODULE, **PROVISIONED, max_age=86_400)["step"]["detail"]
    assert "within the last 86400 seconds" in limited and "does not count" not in limited


def test_the_tenant_stays(lab: Lab, run: Run) -> None:
    left = ask(run, "not_verifiable", "not_verifiable", **PROVISIONED, state="absent", wait_timeout=5)
    assert steps(left) == [] and "stay" in left["step"]["detail"] and not lab.requests("cii")


# An additional one


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("snapshot", [True, False])
def test_an_additional_integration_comes_and_goes(lab: Lab, run: Run, snapshot: bool, known: bool) -> None:
    applications(lab)
    if snapshot:
        with_snapshot(lab)
    keys = {app["name"]: app["integration_key"] for app in lab.state("duo", "applications")}
    shown = {"admin_integration_key": keys["CII"], "auth_integration_key": keys["CII push"]} if known else {}
    wanted = {"display_name": "Subsidiary", "duo": {**DUO, **shown}, "expect_users": [LENA], "data_types": ["Users"]}
    left = ask(run, "pending", "handoff_required", **wanted)
    assert steps(left) == PARTS
    person = Person(lab, ROLES, {})
    person.perform(left["handoff"])
    made = lab.state("cii", "integrations")[-1]
    assert (made["api_host"], made["data_types"], made["event_streaming"]) == (DUO["api_host"], ["Users"], False)
    assert (made["integration_key"], made["auth_integration_key"]) == (keys["CII"], keys["CII push"])
    assert ask(run, "confirmed", "verified", **wanted)["handoff"] == []

    gone = {**wanted, "state": "absent"}
    doubt = "pending" if snapshot else "not_verifiable"
    person.perform(ask(run, doubt, "handoff_required", **gone)["handoff"])
    assert [item["name"] for item in lab.state("cii", "integrations")] == ["Duo"]
    if snapshot:
        ask(run, "confirmed", "verified", **gone)
    else:
        assert steps(ask(run, "not_verifiable", "handoff_required", **gone)) == ["cii_integration_remove"]
        by_word = ask(run, "not_verifiable", "not_verifiable", **gone, performed=True)
        # The word may be the one that was given when the integration was added.
        assert steps(by_word) == [] and "counts as deleted, because performed is true" in by_word["warnings"][0]


def test_the_people_of_another_integration_prove_nothing(lab: Lab, run: Run) -> None:
    left = ask(run, "not_verifiable", "handoff_required", **ADDITIONAL)
    assert "set expect_users" in left["step"]["detail"] and steps(left) == PARTS
    assert ask(run, "not_verifiable", "not_verifiable", **ADDITIONAL, performed=True)["handoff"] == []
    with_snapshot(lab)
    # What the tenant lists counts more than a person's word.
    left = ask(run, "pending", "handoff_required", **ADDITIONAL, performed=True, expect_users=[ANNA])
    assert "no integration 'Subsidiary'; there is Duo" in left["step"]["detail"] and steps(left) == PARTS


def test_without_push_only_one_application_is_needed(run: Run) -> None:
    duo = {"api_host": "https://api-0123abcd.duosecurity.com", "admin_app": "CII"}
    assert "Write duo.api_host: api-0123abcd.duosecurity.com" in run.fails(MODULE, display_name="S", duo=duo)["msg"]
    duo["api_host"] = "api-0123abcd.duosecurity.com"
    left = run.ok(MODULE, display_name="S", duo=duo, **NO_CLIENT)
    assert steps(left) == ["cii_duo_admin_keys", "cii_integration", "cii_api_client"]
    assert "Auth API secret key" not in str(left["handoff"])


# ISE


@pytest.mark.parametrize("snapshot", [True, False])
def test_ise_comes_and_goes(lab: Lab, run: Run, snapshot: bool) -> None:
    if snapshot:
        with_snapshot(lab)
    wanted = {"display_name": "ISE", "provider": "ise"}
    left = ask(run, "pending", "handoff_required", **wanted)
    assert steps(left) == ["cii_ise_integration"]
    vault: dict[str, str] = {}
    Person(lab, ROLES, vault).perform(left["handoff"])
    # The variables of the role that sets up the agent.
    endpoint, token = (f"identity_intelligence_agent_bootstrap_{name}" for name in ("endpoint", "token"))
    assert sorted(vault) == [endpoint, token] and all(name in left["handoff"][0]["then"] for name in vault)
    # The console has it, and its agent has not reported.
    waiting = ask(run, "pending", "pending" if snapshot else "handoff_required", **wanted)
    assert steps(waiting) == ([] if snapshot else ["cii_ise_integration"])
    assert steps(ask(run, "pending", "pending", **wanted, performed=True)) == []
    lab.patch("cii", "agent_reports", name="ISE", token=vault[token])
    done = ask(run, "confirmed", "verified", **wanted)
    assert snapshot or "yusuf.demir@corp.example has an account from ISE" in done["step"]["detail"]
    gone = ask(run, "pending" if snapshot else "not_verifiable", "handoff_required", **wanted, state="absent")
    Person(lab, ROLES, {}).perform(gone["handoff"])
    assert [item["name"] for item in lab.state("cii", "integrations")] == ["Duo"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"display_name": "ISE", "provider": "ise", "duo": DUO}, "about the integration with Duo"),
        ({**PROVISIONED, "provider": "ise"}, "about the integration with Duo"),
        ({**ADDITIONAL, "tenant": {"event_streaming": True}}, "event streaming is available to the integration that"),
        ({"display_name": "S"}, "duo.api_host, duo.admin_app are not given"),
        ({"display_name": "S", "duo": {**DUO, "auth_app": ""}}, "duo.auth_app is not given"),
        ({**PROVISIONED, "tenant": {"organization_name": "Corp Example"}}, "lower-case letters"),
        ({**PROVISIONED, "tenant": {"sso": "saml"}}, "sso"),
        ({**PROVISIONED, "wait_interval": 0}, "wait_interval"),
        ({**PROVISIONED, "cii_client_id": "nobody"}, "not accepted"),
        ({**PROVISIONED, "cii_client_secret": OMIT}, "cii_client_secret is not given"),
    ],
)
def test_what_cannot_be(lab: Lab, run: Run, options: dict[str, Any], words: str) -> None:
    assert words in run.fails(MODULE, **options)["msg"]
    assert not writes(lab)
