# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token URL and the GraphQL API of the simulated Identity Intelligence."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab
from lab.listener import Listener

from .cii_probe import LIST, CiiProbe


@pytest.fixture
def probe(lab: Lab) -> CiiProbe:
    """Somebody with a good token."""
    probe = CiiProbe(lab)
    probe.log_in()
    return probe


@pytest.mark.parametrize("form", [True, False])
def test_a_token_lives_ten_hours(lab: Lab, probe: CiiProbe, form: bool) -> None:
    answer = probe.token(form).json()
    assert answer["expires_in"] == 36_000 and answer["access_token"] in lab.secrets()
    lab.advance(35_990)
    assert probe.data("{ ping }") == {"ping": True}
    lab.advance(20)
    assert probe.post("{ ping }").status_code == 401
    assert probe.errors("{ ping }")[0]["errorType"] == "UnauthorizedException"


def test_only_old_clients_have_an_audience_and_need_it(lab: Lab, probe: CiiProbe) -> None:
    legacy = lab.cii.legacy
    assert probe.token(**legacy).status_code == 200
    assert probe.token(**{**legacy, "audience": ""}).status_code == 401
    assert probe.token(audience="something").status_code == 401


@pytest.mark.parametrize(("taken", "refused"), [("json", True), ("form", False)])
def test_a_token_url_may_take_one_form_only(lab: Lab, probe: CiiProbe, taken: str, refused: bool) -> None:
    lab.switch(**{"cii.token_body": taken, "cii.token_body_refusal": 400})
    assert [probe.token(form).status_code for form in (refused, not refused)] == [400, 200]


@pytest.mark.parametrize("body", ["oauth", "echo", "html", "empty"])
def test_a_wrong_secret(lab: Lab, probe: CiiProbe, body: str) -> None:
    lab.switch(**{"cii.token_refusal_body": body})
    answer = probe.token(client_secret="wrong-secret")
    assert answer.status_code == 401 and ("wrong-secret" in answer.text) == (body == "echo")


def pages(probe: CiiProbe, size: int | None = None) -> list[int]:
    """How many people each page holds."""
    found: list[int] = []
    token = None
    while True:
        page = probe.data(LIST, n=size, t=token)["listEndUsers"]
        found.append(len(page["items"]))
        if page["pageToken"] in (None, "", token):
            return found
        token = page["pageToken"]


@pytest.mark.parametrize("last", ["null", "empty", "repeated"])
def test_people_come_in_pages(lab: Lab, probe: CiiProbe, last: str) -> None:
    lab.switch(**{"cii.last_page_token": last})
    total = lab.patch("cii", "grow", count=500)["total"]
    assert pages(probe)[0] == 100 and pages(probe, 500) == [500, total - 500]
    assert "500" in probe.errors(LIST, n=501)[0]["message"]
    lab.switch(**{"cii.page_above_500": "clamp"})
    assert pages(probe, 1000) == [500, total - 500]


def test_people_are_merged_by_their_address(probe: CiiProbe) -> None:
    found = {item["login"]: item["providers"] for item in probe.data(LIST, n=500)["listEndUsers"]["items"]}
    assert found["anna.keller@corp.example"] == ["AZURE_AD", "DUO"]
    assert found["svc-backup"] == ["AZURE_AD"] and found["zoe.ortiz@corp.example"] == ["OKTA"]
    whole = "query($l: String!) { getEndUser(login: $l) { providerEndUserDetails { provider login lastUpdated } } }"
    accounts = probe.data(whole, l="anna.keller@corp.example")["getEndUser"]["providerEndUserDetails"]
    assert [account["provider"] for account in accounts] == ["AZURE_AD", "DUO"]
    by_ip = "query($ip: String!) { getEndUsersByIp(ipAddress: $ip) { items { login } } }"
    assert len(probe.data(by_ip, ip="192.0.2.7")["getEndUsersByIp"]["items"]) == 2


@pytest.mark.parametrize(("form", "path"), [("error", ["getEndUser"]), ("error_without_path", None)])
def test_nobody_of_that_login(lab: Lab, probe: CiiProbe, form: str, path: Any) -> None:
    lab.switch(**{"cii.unknown_user": form})
    assert probe.errors('{ getEndUser(login: "x") { endUserDetails { id } } }')[0].get("path") == path


@pytest.mark.parametrize("status", [200, 400])
def test_the_two_profiles_of_the_schema(lab: Lab, probe: CiiProbe, status: int) -> None:
    query = "{ getIntegrationsStatus { integrationId integrationName status error } }"
    lab.switch(**{"cii.validation_status": status})
    assert probe.post(query).status_code == status
    assert "getIntegrationsStatus" in probe.errors(query)[0]["message"]
    lab.switch(**{"cii.schema": "snapshot"})
    (row,) = probe.data(query)["getIntegrationsStatus"]
    assert (row["integrationName"], row["status"]) == ("Duo", "SUCCESS") and "__DUO__" in row["integrationId"]
    assert probe.errors("{ listEndUsers(input: {}) { items { endUserTrustScore { score } } } }")


def test_data_takes_its_time(lab: Lab, probe: CiiProbe) -> None:
    lab.switch(**{"cii.collection_seconds": 7 * 3600})
    assert "DUO" not in str(probe.data(LIST, n=500))
    lab.advance(3700)
    probe.log_in()
    assert "DUO" in str(probe.data(LIST, n=500))


# Webhooks


def test_a_webhook_is_registered_each_time_and_cannot_be_listed(lab: Lab, probe: CiiProbe) -> None:
    first, second = probe.register(), probe.register()
    held = lab.state("cii", "webhooks")
    assert [webhook["id"] for webhook in held] == [first, second]
    assert all(webhook["name"].startswith("SOC-") for webhook in held) and held[0]["name"] != held[1]["name"]
    row = lab.requests("cii")[-1]
    assert row["write"] and "a-key-of-the-receiver" not in str(row)
    remove = "mutation($id: ID!) { unregisterWebhook(id: $id) }"
    assert [probe.data(remove, id=first)["unregisterWebhook"] for _unused in range(2)] == [True, False]
    lab.switch(**{"cii.unregister_unknown": "error"})
    assert probe.errors(remove, id=first)


def test_a_webhook_with_the_client_of_an_integration(lab: Lab, probe: CiiProbe) -> None:
    register = "mutation($i: RegisterWebhookWithDuoSecurityClient!) { registerWebhookWithDuoSecurityClient(input: $i) }"
    instance = lab.state("cii", "integrations")[0]["id"]
    wanted = {"name": "SOC", "duoIntegrationInstanceId": instance, "checkIds": ["no-mfa"]}
    made = probe.data(register, i=wanted)["registerWebhookWithDuoSecurityClient"]
    assert lab.state("cii", "webhooks")[0]["name"].startswith("Webhook ")
    with pytest.raises(ValueError, match="nobody knows"):
        lab.patch("cii", "deliver", webhook_id=made)
    assert probe.errors(register, i={**wanted, "duoIntegrationInstanceId": "another"})


@pytest.mark.parametrize("kind", ["failed_check", "failed_check_of_one", "test"])
def test_an_event_is_delivered_with_the_key(lab: Lab, probe: CiiProbe, kind: str) -> None:
    with Listener() as listener:
        webhook_id = probe.register(endpoint=listener.url)
        done = lab.patch("cii", "deliver", webhook_id=webhook_id, kind=kind, ca_path=listener.ca_path)
        assert (done["status"], done["accepted"], done["error"]) == (200, True, "")
        ((headers, event),) = listener.received
        assert headers["authorization"] == "Bearer a-key-of-the-receiver"
        assert event == done["message"] and event["resources"] == []
        assert event["detail-type"] == ("WebhookTest" if kind == "test" else "FAILED_CHECK")
        assert ("usersFailing" in event["detail"]) == (kind == "failed_check")
        assert ("login" in event["detail"]) == (kind == "failed_check_of_one")


def test_only_200_is_an_acceptance_and_the_certificate_counts(lab: Lab, probe: CiiProbe) -> None:
    with Listener(status=202) as listener:
        webhook_id = probe.register(endpoint=listener.url)
        assert not lab.patch("cii", "deliver", webhook_id=webhook_id, ca_path=listener.ca_path)["accepted"]
        done = lab.patch("cii", "deliver", webhook_id=webhook_id)
        assert done["status"] is None and "Certificate" in done["error"]
        assert len(listener.received) == 1
