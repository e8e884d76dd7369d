# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Identity Intelligence: one token, pages, errors in words, and what it does not believe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CheckModeWrite,
    CiscoError,
    InvalidInput,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    EVIDENCE,
    GraphQLRefused,
    IdentityIntelligence,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from lab import Lab

from ..conftest import Certificates, MakeWire
from ..wire import PAGE, Step, Wire, drop, reply

TOKEN = {"access_token": "canary-token-0123456789", "expires_in": 36000}
WEBHOOK = {"name": "SOC", "endpoint": "https://soc.corp.example/", "apiKeyName": "Authorization", "apiKey": "Bearer x"}
WEBHOOK = {**WEBHOOK, "checkIds": ["no-mfa"]}
Connect = Callable[..., IdentityIntelligence]


def params(lab: Lab, **given: Any) -> dict[str, Any]:
    known = {
        "cii_api_url": lab.cii.api_url,
        "cii_token_url": lab.cii.token_url,
        "cii_client_id": lab.cii.client_id,
        "cii_client_secret": lab.cii.client_secret,
        "cii_audience": None,
        "cii_ca_path": lab.ca_path,
        "cii_timeout": 5,
    }
    return {**known, **given}


@pytest.fixture
def connect(lab: Lab, context: Context) -> Connect:
    """`connect(cii_audience=...)`: the lab's tenant."""
    return lambda **given: IdentityIntelligence.from_params(params(lab, **given), context)


@pytest.fixture
def scripted(wire: MakeWire, certificates: Certificates, context: Context, lab: Lab) -> Any:
    """`scripted(*answers)`: a server that issues a token and then plays these."""

    def make(*answers: Step) -> IdentityIntelligence:
        server: Wire = wire(reply(TOKEN), *answers)
        urls = {"cii_api_url": f"https://{server.host}/api", "cii_token_url": f"https://{server.host}/token"}
        given = params(lab, **urls, cii_ca_path=certificates.ca_path, cii_client_secret="canary-client-secret")
        return IdentityIntelligence.from_params(given, context)

    return make


def asked(lab: Lab) -> list[str]:
    """The paths of the requests, in order."""
    return [row["path"] for row in lab.requests("cii")]


# The token


def test_one_token_serves_for_everything(lab: Lab, connect: Connect, context: Context) -> None:
    service = connect()
    service.ping()
    assert len(list(service.list_end_users())) > 100
    assert asked(lab) == ["/oauth/token", "/api", "/api"] and service.requests == 3
    body = lab.requests("cii")[0]["body"]
    assert body["grant_type"] == "client_credentials" and "audience" not in body
    assert {lab.cii.client_secret} < context.secrets


def test_an_expired_token_is_replaced_once(lab: Lab, connect: Connect) -> None:
    service = connect()
    service.ping()
    lab.patch("cii", "expire_tokens")
    service.ping()
    assert asked(lab) == ["/oauth/token", "/api", "/api", "/oauth/token", "/api"]


@pytest.mark.parametrize("status", [200, 401, 403])
def test_a_token_that_is_refused_at_once(lab: Lab, connect: Connect, status: int) -> None:
    lab.switch(**{"cii.bad_token": status})
    lab.fault("cii", path="/api", kind="status", status=status, body={"errors": [{"errorType": "UnauthorizedX"}]})
    with pytest.raises(Unauthorized, match="belong to the same API client"):
        connect().ping()
    assert asked(lab) == ["/oauth/token", "/api"]


@pytest.mark.parametrize("refusal", [400, 415])
@pytest.mark.parametrize("taken", ["json", "form"])
def test_a_form_where_json_is_not_taken(lab: Lab, connect: Connect, taken: str, refusal: int) -> None:
    lab.switch(**{"cii.token_body": taken, "cii.token_body_refusal": refusal})
    connect().ping()
    assert len(asked(lab)) == (2 if taken == "json" else 3)


def test_an_old_client_has_an_audience(lab: Lab, connect: Connect) -> None:
    old = {f"cii_{name}": value for name, value in lab.cii.legacy.items()}
    connect(**old).ping()
    with pytest.raises(Unauthorized, match="may need cii_audience"):
        connect(**{**old, "cii_audience": ""}).ping()
    with pytest.raises(Unauthorized, match="cii_audience is given; leave it out"):
        connect(cii_audience="dashboard-api.oort.io").ping()


@pytest.mark.parametrize("body", ["oauth", "echo", "html", "empty"])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_secret(lab: Lab, connect: Connect, status: int, body: str) -> None:
    lab.switch(**{"cii.token_refusal": status, "cii.token_refusal_body": body})
    with pytest.raises(Unauthorized, match="Check cii_client_id and cii_client_secret") as caught:
        connect(cii_client_secret="a-secret-that-is-wrong").ping()
    assert "a-secret-that-is-wrong" not in str(caught.value)
    assert ("access_denied" in str(caught.value)) == (body in ("oauth", "echo"))


# Options


@pytest.mark.parametrize(
    "url",
    [
        "login.oort.io/oauth/token",
        "http://login.oort.io/",
        "https://u:canary@h/",
        "https:///canary",
        "https://h/?a=canary",
    ],
)
def test_what_is_no_url_is_not_repeated(connect: Connect, url: str) -> None:
    with pytest.raises(InvalidInput, match="cii_token_url") as caught:
        connect(cii_token_url=url)
    assert url not in str(caught.value) and "canary" not in str(caught.value)


def test_what_is_missing_is_named(connect: Connect) -> None:
    with pytest.raises(InvalidInput, match="cii_api_url, cii_client_secret are not given.*CII_API_URL"):
        connect(cii_api_url="", cii_client_secret=None)


# Queries


@pytest.mark.parametrize("last", ["null", "empty", "repeated"])
def test_pages_of_the_documented_size(lab: Lab, connect: Connect, last: str) -> None:
    lab.switch(**{"cii.last_page_token": last})
    total = lab.patch("cii", "grow", count=1000)["total"]
    rows = list(connect().list_end_users(EVIDENCE))
    assert len(rows) == len({row["login"] for row in rows}) == total
    assert {row["body"]["variables"]["n"] for row in lab.requests("cii")[1:]} == {500}
    assert asked(lab).count("/api") == -(-total // 500)


@pytest.mark.parametrize(
    ("member", "odd"), [("endUserTrustScore", "high"), ("lastSignIn", 7), ("endUserTrustScore", ["high"])]
)
def test_a_person_of_another_shape(connect: Connect, monkeypatch: pytest.MonkeyPatch, member: str, odd: Any) -> None:
    service = connect()
    monkeypatch.setattr(service, "_query", lambda *_asked: {"items": [{"login": "a", member: odd}]})
    with pytest.raises(UnexpectedAnswer):
        list(service.list_end_users())
    for whole in ({"endUserDetails": {member: odd}}, {"providerEndUserDetails": []}, {"endUserDetails": None, "x": 1}):
        monkeypatch.setattr(service, "_query", lambda *_asked, found=whole: found)
        with pytest.raises(UnexpectedAnswer):
            service.get_end_user("a")


def test_no_page_more_than_is_wanted(lab: Lab, connect: Connect) -> None:
    lab.switch(**{"cii.page_limit": 3})
    next(connect().list_end_users())
    assert asked(lab) == ["/oauth/token", "/api"]


def test_a_user(connect: Connect) -> None:
    found = connect().get_end_user("anna.keller@corp.example")
    assert found is not None
    assert [account["provider"] for account in found["providerEndUserDetails"]] == ["AZURE_AD", "DUO"]
    assert [row["login"] for row in connect().get_end_users_by_ip("192.0.2.7")][0] == "yusuf.demir@corp.example"


@pytest.mark.parametrize("case", ["ignored", "exact"])
def test_a_login_in_another_case(lab: Lab, connect: Connect, case: str) -> None:
    lab.switch(**{"cii.login_case": case})
    assert connect().get_end_user("Anna.Keller@corp.example") is not None


@pytest.mark.parametrize("form", ["error", "error_without_path"])
def test_a_login_that_nobody_has(lab: Lab, connect: Connect, form: str) -> None:
    lab.switch(**{"cii.unknown_user": form})
    assert connect().get_end_user("nobody@corp.example") is None


def test_nobody_in_the_words_of_a_function_behind_the_service(scripted: Any) -> None:
    """Servers of this kind give whatever a function of theirs raises the same type."""
    error = {"message": "No such user", "errorType": "Lambda:Unhandled", "path": ["getEndUser"]}
    service = scripted(reply({"data": None, "errors": [error]}), reply({"data": {"ping": True}}))
    assert service.get_end_user("anna@corp.example") is None


@pytest.mark.parametrize(
    "error",
    [
        {"message": "Not one of the fields"},
        {"message": "Not Authorized to access getEndUser", "errorType": "Unauthorized", "path": ["getEndUser"]},
        {"message": "Execution timed out", "path": ["getEndUser"]},
    ],
)
def test_a_refusal_is_not_taken_for_nobody(scripted: Any, error: dict[str, Any]) -> None:
    """One that does not say that there is no such user, while the login is in the list."""
    listed = {"data": {"listEndUsers": {"items": [{"login": "Anna@corp.example"}], "pageToken": None}}}
    service = scripted(reply({"data": None, "errors": [error]}), reply(listed))
    with pytest.raises(GraphQLRefused, match=error["message"]):
        service.get_end_user("anna@corp.example")


@pytest.mark.parametrize("status", [200, 400])
def test_a_query_that_the_server_may_not_know(lab: Lab, connect: Connect, status: int) -> None:
    lab.switch(**{"cii.validation_status": status})
    rows, why = connect().get_integrations_status()
    assert rows is None and "getIntegrationsStatus" in why
    lab.switch(**{"cii.schema": "snapshot"})
    rows, why = connect().get_integrations_status()
    assert rows is not None and (rows[0]["integrationName"], rows[0]["status"], why) == ("Duo", "SUCCESS", "")


def test_a_query_that_the_client_may_not_send(lab: Lab, connect: Connect) -> None:
    """Refused as a token would be, while all else works."""
    refused = {"errors": [{"errorType": "Unauthorized", "message": "Not Authorized to access getIntegrationsStatus"}]}
    lab.fault("cii", path="/api", kind="status", status=200, body=refused, times=1)
    rows, why = connect().get_integrations_status()
    assert rows is None and "Not Authorized" in why
    lab.fault("cii", path="/api", kind="status", status=401, body=refused, times=None)
    with pytest.raises(Unauthorized):
        connect().get_integrations_status()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(PAGE), UnexpectedAnswer),
        (reply({"data": None}), UnexpectedAnswer),
        (reply({"data": {"other": True}}), UnexpectedAnswer),
        (reply({"data": {"ping": False}}), UnexpectedAnswer),
        (reply({"data": {"ping": True}, "errors": [{"message": "a\x1b[2Jb canary-token-0123456789"}]}), Refused),
        (reply({"errors": ["odd"], "data": {"ping": True}}), Refused),
        (reply({"errors": {"message": "odd"}, "data": {"ping": True}}), Refused),
        (reply({"errors": [], "data": {}}), UnexpectedAnswer),
        (reply(b"", status=404), CiscoError),
    ],
)
def test_odd_answers(scripted: Any, answer: Step, kind: type[CiscoError]) -> None:
    with pytest.raises(kind) as caught:
        scripted(answer).ping()
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    "items",
    [
        {"a": 1},
        ["x"],
        [{"login": 7}],
        [{"providers": "DUO"}],
        [{"devices": [1]}],
        [{"lastSignIn": "today"}],
        [{"endUserTrustScore": "TRUSTED"}],
    ],
)
def test_people_of_another_shape(scripted: Any, items: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(scripted(reply({"data": {"listEndUsers": {"items": items}}})).list_end_users())


def test_tokens_of_pages_that_go_round(scripted: Any, context: Context) -> None:
    pages = [{"data": {"listEndUsers": {"items": [{"login": word}], "pageToken": word}}} for word in "aba"]
    assert [row["login"] for row in scripted(*map(reply, pages)).list_end_users()] == ["a", "b", "a"]
    assert "may not be all of them" in context.warnings[0]


@pytest.mark.parametrize("answer", [reply({"data": {"getIntegrationsStatus": None}}), reply(b"", status=404)])
def test_a_status_that_makes_no_sense_is_not_required(scripted: Any, answer: Step) -> None:
    rows, why = scripted(answer, reply({"data": {"ping": True}})).get_integrations_status()
    assert rows is None and why


def test_a_tenant_that_does_not_know_the_status_is_asked_once(lab: Lab, connect: Connect) -> None:
    service = connect()
    assert service.get_integrations_status() == service.get_integrations_status()
    assert asked(lab) == ["/oauth/token", "/api"]


@pytest.mark.parametrize("token", ["", "two words", "a\nb", "é", 7])
def test_a_token_that_no_header_can_carry(wire: MakeWire, certificates: Certificates, lab: Lab, token: Any) -> None:
    server: Wire = wire(reply({"access_token": token}))
    urls = {"cii_api_url": f"https://{server.host}/api", "cii_token_url": f"https://{server.host}/token"}
    given = params(lab, **urls, cii_ca_path=certificates.ca_path)
    with pytest.raises(UnexpectedAnswer):
        IdentityIntelligence.from_params(given, Context()).ping()


def test_a_fault_of_the_service(scripted: Any, pauses: list[float]) -> None:
    with pytest.raises(ServerTrouble):
        scripted(*[reply(b"", status=500)] * 3).ping()
    with pytest.raises(ServerTrouble, match="It failed"):
        scripted(*[reply({"errors": [{"message": "It failed."}]}, status=500)] * 3).ping()


# Mutations


def test_a_webhook_comes_and_goes(lab: Lab, connect: Connect) -> None:
    service = connect()
    made = service.register_webhook_with_api_key(WEBHOOK)
    assert [webhook["id"] for webhook in lab.state("cii", "webhooks")] == [made]
    assert [service.unregister_webhook(made) for _unused in range(2)] == [True, False]
    lab.switch(**{"cii.unregister_unknown": "error"})
    assert service.unregister_webhook(made) is False
    lab.switch(**{"cii.unknown_user": "error_without_path"})
    with pytest.raises(Refused, match="Webhook not found"):
        service.unregister_webhook(made)


def test_a_webhook_is_refused(lab: Lab, connect: Connect) -> None:
    with pytest.raises(Refused, match="HTTPS URL"):
        connect().register_webhook_with_api_key({**WEBHOOK, "endpoint": "http://soc.corp.example"})


@pytest.mark.parametrize(
    "answer",
    [
        drop(),
        reply(b"", status=500),
        reply(PAGE),
        reply(b"", status=502),
        reply({"data": {"registerWebhookWithApiKey": ""}}),
        reply({"data": {"registerWebhookWithApiKey": True}}),
        reply({}),
        reply({"data": None}),
        reply({"data": {"other": "wh-1"}}),
        reply({"message": "OK"}),
        reply({"data": None, "errors": [{"message": "Runtime exited.", "errorType": "Lambda:Unhandled"}]}),
        reply({"data": None, "errors": [{"message": "Execution timed out.", "errorType": "ExecutionTimeout"}]}),
        reply({"data": None, "errors": [{"message": "It failed.", "errorType": "InternalServerError"}]}),
    ],
)
def test_a_registration_without_an_answer_may_have_been_carried_out(scripted: Any, answer: Step) -> None:
    """It is never repeated: the script of the server would not have an answer."""
    with pytest.raises(OutcomeUnknown):
        scripted(answer).register_webhook_with_api_key(WEBHOOK)


def test_an_id_that_is_a_number(scripted: Any) -> None:
    assert scripted(reply({"data": {"registerWebhookWithApiKey": 12}})).register_webhook_with_api_key(WEBHOOK) == "12"


def test_an_id_beside_errors_is_kept(scripted: Any, context: Context) -> None:
    answer = {"data": {"registerWebhookWithApiKey": "wh-1"}, "errors": [{"message": "No event was sent"}]}
    assert scripted(reply(answer)).register_webhook_with_api_key(WEBHOOK) == "wh-1"
    assert "No event was sent" in context.warnings[0]


def test_a_mutation_that_the_client_may_not_send(scripted: Any) -> None:
    """The field is refused, not the token: no new one is fetched, and the words are the service's."""
    words = "Not Authorized to access registerWebhookWithApiKey on type Mutation"
    refused = {"errors": [{"errorType": "Unauthorized", "message": words, "path": ["registerWebhookWithApiKey"]}]}
    service = scripted(reply({"data": {"ping": True}}), reply(refused))
    service.ping()
    with pytest.raises(GraphQLRefused, match=words):
        service.register_webhook_with_api_key(WEBHOOK)


def test_check_mode_registers_nothing(lab: Lab) -> None:
    service = IdentityIntelligence.from_params(params(lab), Context(check_mode=True))
    service.ping()
    with pytest.raises(CheckModeWrite):
        service.register_webhook_with_api_key(WEBHOOK)
    assert not [row for row in lab.requests("cii") if row["write"]]
