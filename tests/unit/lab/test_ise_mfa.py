# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MFA feature and its connections on the simulated ISE."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .ise_probe import IseProbe

CONNECTIONS = "duo-mfa/mfa"
DUO = "duo-mfa/mfa/Duo"
TEST = "duo-mfa/mfa/testconnection/Duo"
OFF = "The specified resource was not found / MFA feature is disabled"


@pytest.fixture
def ise(lab: Lab) -> IseProbe:
    return IseProbe(lab)


def stored(ise: IseProbe, name: str = "Duo") -> dict[str, Any]:
    connection: dict[str, Any] = ise.state()["connections"][name]
    return connection


def secrets(ise: IseProbe) -> list[str]:
    return [stored(ise)[side]["secret_key"] for side in ("admin", "auth")]


def without_secrets(ise: IseProbe, value: str | None) -> dict[str, Any]:
    """A connection body whose secrets are absent (None) or `value`."""
    body = ise.connection_body()
    for side in ("adminApi", "authenticationApi"):
        key = body["mfa"]["accountConfigurations"][side]
        del key["sKey"]
        if value is not None:
            key["sKey"] = value
    return body


# -- the feature ----------------------------------------------------------------------------------------------


def test_while_mfa_is_off_everything_but_the_feature_answers_403(ise: IseProbe) -> None:
    assert ise.ok("GET", "duo-mfa/status") == {"status": False}
    for method, path in [
        ("GET", CONNECTIONS),
        ("GET", DUO),
        ("POST", TEST),
        ("GET", "duo-identitysync/activedirectories"),
        ("GET", "duo-identitysync/adgroups/CORP_AD"),
        ("GET", "duo-identitysync/identitysync/sync/AD"),
    ]:
        response = ise.call(method, path)
        assert response.status_code == 403
        assert response.json() == {"code": "403", "message": OFF}
    assert ise.state()["counters"]["sync_starts"] == 0
    ise.ok("PUT", "duo-mfa/enable", {"mfa": {"status": True}})
    assert ise.ok("GET", "duo-mfa/status") == {"status": True}
    assert ise.ok("GET", CONNECTIONS) == {"response": [], "version": "1.0.0"}


def test_enabling_can_take_its_time(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.mfa_enable_delay": 60})
    ise.ok("PUT", "duo-mfa/enable", {"mfa": {"status": True}})
    assert ise.ok("GET", "duo-mfa/status") == {"status": False}
    ise.lab.advance(61)
    assert ise.ok("GET", "duo-mfa/status") == {"status": True}


@pytest.mark.parametrize(("rule", "status"), [("allowed", 200), (400, 400)])
def test_disabling_with_objects_present(ise: IseProbe, rule: Any, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.mfa_disable_in_use": rule})
    assert ise.call("PUT", "duo-mfa/enable", {"mfa": {"status": False}}).status_code == status
    assert ise.state()["mfa"]["enabled"] is (status == 400)
    assert "Duo" in ise.state()["connections"]


# -- three shapes ---------------------------------------------------------------------------------------------


def test_one_object_in_three_shapes(ise: IseProbe) -> None:
    ise.joined(description="for routers")
    assert ise.ok("GET", CONNECTIONS)["response"] == [
        {
            "name": "Duo",
            "provider": "Duo",
            "type": "VPN,TACACS",
            "apiHostName": ise.lab.duo.api_host,
            "identitySync": "AD Sync",
        }
    ]
    single = ise.ok("GET", DUO)["response"]["mfa"]
    assert single["description"] == "for routers"
    assert single["connectionName"] == "Duo"
    assert single["accountConfigurations"]["adminApi"] == {"ikey": "DI" + "X" * 18, "sKey": "******"}


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("masked", {"sKey": "******"}),
        ("empty", {"sKey": ""}),
        ("absent", {}),
        ("plain", {"sKey": "secret-of-nobody"}),
    ],
)
def test_secrets_on_read(ise: IseProbe, form: str, shown: dict[str, str]) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.secrets_on_read": form})
    account = ise.ok("GET", DUO)["response"]["mfa"]["accountConfigurations"]
    for side in ("adminApi", "authenticationApi"):
        assert account[side] == {"ikey": "DI" + "X" * 18, **shown}


@pytest.mark.parametrize(
    ("order", "sent", "read"),
    [
        ("as_sent", "VPN,TACACS", "VPN,TACACS"),
        ("as_sent", "TACACS", "TACACS"),
        ("sorted", "VPN,TACACS", "TACACS,VPN"),
        ("sorted", "VPN", "VPN"),
    ],
)
def test_the_order_of_types(ise: IseProbe, order: str, sent: str, read: str) -> None:
    ise.joined(type=sent)
    ise.lab.switch(**{"ise.type_order": order})
    assert ise.ok("GET", DUO)["response"]["mfa"]["type"] == read
    assert ise.ok("GET", CONNECTIONS)["response"][0]["type"] == read


# -- writing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "created", "deleted"), [("documented", 201, 200), ("all_200", 200, 200), ("delete_204", 201, 204)]
)
def test_success_codes(ise: IseProbe, codes: str, created: int, deleted: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.success_codes": codes})
    assert ise.call("POST", CONNECTIONS, ise.connection_body("B", identitySync="")).status_code == created
    assert ise.call("PUT", DUO, ise.connection_body()).status_code == 200
    assert ise.call("PUT", "duo-mfa/enable", {"mfa": {"status": True}}).status_code == 200
    response = ise.call("DELETE", DUO)
    assert response.status_code == deleted
    assert bool(response.content) is (deleted == 200)
    assert ise.call("DELETE", "duo-identitysync/identitysync/AD%20Sync").status_code == deleted


@pytest.mark.parametrize(
    ("form", "content_type", "start"),
    [("json_string", "application/json", '"Duo-MFA'), ("plain_text", "text/plain", "Duo-MFA"), ("empty", None, "")],
)
def test_bodies_of_writes(ise: IseProbe, form: str, content_type: str | None, start: str) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.write_body": form})
    response = ise.call("PUT", DUO, ise.connection_body())
    assert response.text.startswith(start)
    if content_type:
        assert response.headers["Content-Type"].startswith(content_type)
    else:
        assert not response.content


@pytest.mark.parametrize("path", [DUO.replace("Duo", "No"), "duo-identitysync/identitysync/No"])
@pytest.mark.parametrize("status", [404, 400, 403, 500])
def test_a_missing_name(ise: IseProbe, path: str, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.missing_name": status})
    body = ise.connection_body("No") if path.startswith("duo-mfa") else ise.sync_body("No")
    for method, content in (("GET", None), ("PUT", body), ("DELETE", None)):
        response = ise.call(method, path, content)
        assert response.status_code == status
        assert set(response.json()) == {"code", "message"}
    assert ise.call("POST", "duo-mfa/mfa/testconnection/No").status_code == status


@pytest.mark.parametrize("status", [400, 409, 500])
def test_a_duplicate_name(ise: IseProbe, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.duplicate_name": status})
    assert ise.call("POST", CONNECTIONS, ise.connection_body(description="second")).status_code == status
    assert ise.call("POST", "duo-identitysync/identitysync", ise.sync_body()).status_code == status
    assert stored(ise)["description"] == ""


@pytest.mark.parametrize(
    ("rule", "status", "name"), [(400, 400, "Duo"), ("renames", 200, "Other"), ("ignored", 200, "Duo")]
)
def test_another_name_in_the_body(ise: IseProbe, rule: Any, status: int, name: str) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.rename": rule})
    assert ise.call("PUT", DUO, ise.connection_body("Other")).status_code == status
    assert list(ise.state()["connections"]) == [name]


def test_renaming_onto_another_object(ise: IseProbe) -> None:
    ise.joined()
    ise.ok("POST", CONNECTIONS, ise.connection_body("Other", identitySync=""))
    ise.ok("POST", "duo-identitysync/identitysync", ise.sync_body("Other"))
    ise.lab.switch(**{"ise.rename": "renames"})
    assert ise.call("PUT", DUO, ise.connection_body("Other")).status_code == 400
    assert ise.call("PUT", "duo-identitysync/identitysync/AD%20Sync", ise.sync_body("Other")).status_code == 400
    assert sorted(ise.state()["connections"]) == ["Duo", "Other"]
    assert sorted(ise.state()["syncs"]) == ["AD Sync", "Other"]


def test_put_replaces(ise: IseProbe) -> None:
    ise.joined(description="old", type="VPN")
    body = ise.connection_body(type="TACACS")
    del body["mfa"]["description"]
    ise.ok("PUT", DUO, body)
    assert (stored(ise)["description"], stored(ise)["type"]) == ("", "TACACS")


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize(
    ("rule", "status", "kept"),
    [("keep", 200, "secret-of-nobody"), ("erase", 200, ""), (400, 400, "secret-of-nobody")],
)
def test_put_without_secrets(ise: IseProbe, value: str | None, rule: Any, status: int, kept: str) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.put_without_skey": rule})
    assert ise.call("PUT", DUO, without_secrets(ise, value)).status_code == status
    assert secrets(ise) == [kept, kept]


def test_a_mask_written_back_destroys_the_secret(ise: IseProbe) -> None:
    ise.joined()
    ise.ok("PUT", DUO, without_secrets(ise, "******"))
    assert secrets(ise) == ["******", "******"]


@pytest.mark.parametrize("value", [None, ""])
def test_post_wants_secrets(ise: IseProbe, value: str | None) -> None:
    ise.enable()
    assert ise.call("POST", CONNECTIONS, without_secrets(ise, value)).status_code == 400
    assert ise.state()["connections"] == {}


@pytest.mark.parametrize(
    "members",
    [
        {"connectionName": ""},
        {"connectionName": 7},
        {"type": ""},
        {"type": "VPN, TACACS"},
        {"type": "PORTAL"},
        {"type": "VPN,VPN"},
        {"identitySync": "nobody's"},
        {"accountConfigurations": {}},
        {"accountConfigurations": {"apiHostName": "https://api-1.duosecurity.com"}},
        {"id": "1"},
        {"provider": "Duo"},
    ],
)
def test_what_a_connection_may_not_be(ise: IseProbe, members: dict[str, Any]) -> None:
    ise.enable()
    ise.ok("POST", "duo-identitysync/identitysync", ise.sync_body())
    response = ise.call("POST", CONNECTIONS, ise.connection_body(**members))
    assert (response.status_code, response.json()["code"]) == (400, "400")
    assert ise.state()["connections"] == {}


@pytest.mark.parametrize(("rule", "status"), [("accepted", 201), (400, 400)])
@pytest.mark.parametrize("value", [None, "", "absent"])
def test_a_connection_without_sync(ise: IseProbe, rule: Any, status: int, value: str | None) -> None:
    ise.enable()
    ise.lab.switch(**{"ise.connection_without_sync": rule})
    body = ise.connection_body(identitySync=value)
    if value == "absent":
        del body["mfa"]["identitySync"]
    assert ise.call("POST", CONNECTIONS, body).status_code == status


@pytest.mark.parametrize(("rule", "status"), [(400, 400), ("accepted", 201)])
def test_two_connections_on_one_sync(ise: IseProbe, rule: Any, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.sync_shared": rule})
    assert ise.call("POST", CONNECTIONS, ise.connection_body("Second")).status_code == status
    ise.lab.switch(**{"ise.sync_shared": 400})
    alone = status == 400
    assert ise.call("PUT", DUO, ise.connection_body()).ok is alone


@pytest.mark.parametrize(("rule", "status"), [(400, 400), (409, 409), ("allowed", 200)])
def test_delete_in_use(ise: IseProbe, rule: Any, status: int) -> None:
    ise.joined()
    ise.lab.patch("ise", "add_mfa_rule", policy_type="network_access", policy_set="VPN", name="Push", connection="Duo")
    ise.lab.switch(**{"ise.delete_in_use": rule})
    sync, connection = ise.call("DELETE", "duo-identitysync/identitysync/AD%20Sync"), ise.call("DELETE", DUO)
    assert (sync.status_code, connection.status_code) == (status, status)
    if status != 200:
        assert "Duo" in sync.json()["message"]
        assert "Push" in connection.json()["message"]
    state = ise.state()
    assert bool(state["syncs"]) is bool(state["connections"]) is (status != 200)


def test_deletion_in_order(ise: IseProbe) -> None:
    ise.joined()
    ise.ok("DELETE", DUO)
    ise.ok("DELETE", "duo-identitysync/identitysync/AD%20Sync")
    state = ise.state()
    assert (state["connections"], state["syncs"]) == ({}, {})


def test_names_are_read_from_the_quoted_path(ise: IseProbe) -> None:
    ise.joined()
    ise.ok("POST", CONNECTIONS, ise.connection_body("a/b c%d", identitySync=""))
    assert ise.ok("GET", "duo-mfa/mfa/a%2Fb%20c%25d")["response"]["mfa"]["connectionName"] == "a/b c%d"


# -- test of the keys -----------------------------------------------------------------------------------------


def test_stored_keys_are_tried_when_the_body_has_none(ise: IseProbe) -> None:
    ise.enable()
    ise.ok("POST", "duo-identitysync/identitysync", ise.sync_body())
    keys = ise.duo_keys()
    ise.ok("POST", CONNECTIONS, ise.connection_body(accountConfigurations=keys))
    for body in (None, {}, {"apiHostName": keys["apiHostName"]}, {"adminApi": {"ikey": keys["adminApi"]["ikey"]}}):
        assert ise.call("POST", TEST, body).status_code == 200, body
    ise.lab.patch("duo", "rotate_secret", name="ISE Auth")
    response = ise.call("POST", TEST)
    assert response.status_code == 400
    assert "authenticationApi: wrong_secret" in response.json()["message"]
    ise.lab.patch("ise", "set_stored_secret", connection="Duo", side="admin", secret_key="no")
    assert "adminApi: wrong_secret" in ise.call("POST", TEST).json()["message"]
    assert ise.state()["counters"]["connection_tests"] == 6


def test_keys_in_the_body_are_tried_instead(ise: IseProbe) -> None:
    ise.joined()
    assert ise.call("POST", TEST).status_code == 400
    assert ise.call("POST", TEST, ise.duo_keys()).status_code == 200
    assert secrets(ise) == ["secret-of-nobody", "secret-of-nobody"]


def test_the_body_of_a_test_has_no_wrapper(ise: IseProbe) -> None:
    ise.joined()
    assert ise.call("POST", TEST, {"accountConfigurations": ise.duo_keys()}).status_code == 400


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda keys: keys.update(apiHostName="api-0.example.com"), "wrong_host"),
        (lambda keys: keys["adminApi"].update(ikey="DIXXXXXXXXXXXXXXXXXX"), "adminApi: unknown_key"),
        (lambda keys: keys["authenticationApi"].update(sKey="no"), "authenticationApi: wrong_secret"),
        (
            lambda keys: keys.update(adminApi=keys["authenticationApi"], authenticationApi=keys["adminApi"]),
            "adminApi: wrong_type; authenticationApi: wrong_type",
        ),
    ],
)
def test_what_duo_says_against_keys(ise: IseProbe, change: Any, verdict: str) -> None:
    ise.joined()
    keys = ise.duo_keys()
    change(keys)
    response = ise.call("POST", TEST, keys)
    assert response.status_code == 400
    assert verdict in response.json()["message"]


@pytest.mark.parametrize(("notices", "status"), [(True, 400), (False, 200)])
def test_an_admin_key_without_write_permission(ise: IseProbe, notices: bool, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.test_notices_permissions": notices})
    assert ise.call("POST", TEST, ise.duo_keys(adminapi_read_resource=1)).status_code == status


@pytest.mark.parametrize(("rule", "status"), [(400, 400), (500, 500), ("200_with_text", 200)])
def test_the_code_of_a_failed_test(ise: IseProbe, rule: Any, status: int) -> None:
    ise.joined()
    ise.lab.switch(**{"ise.testconnection_code": rule})
    response = ise.call("POST", TEST)
    assert response.status_code == status
    assert "failed" in response.text


@pytest.mark.parametrize(("rule", "status"), [("tests", 200), (404, 404), (400, 400)])
def test_an_unknown_name_with_keys_in_the_body(ise: IseProbe, rule: Any, status: int) -> None:
    ise.enable()
    ise.lab.switch(**{"ise.testconnection_unknown_name": rule})
    assert ise.call("POST", TEST, ise.duo_keys()).status_code == status


# -- out of band ----------------------------------------------------------------------------------------------


def test_drift_behind_the_clients_back(ise: IseProbe) -> None:
    ise.joined()
    keys = ise.duo_keys()
    ise.lab.patch(
        "ise",
        "add_connection",
        name="Other",
        admin_integration_key=keys["adminApi"]["ikey"],
        admin_secret_key=keys["adminApi"]["sKey"],
        auth_integration_key=keys["authenticationApi"]["ikey"],
        auth_secret_key=keys["authenticationApi"]["sKey"],
    )
    assert ise.call("POST", "duo-mfa/mfa/testconnection/Other").ok
    ise.lab.patch("ise", "set_connection", name="Other", type="VPN", description="drifted")
    assert ise.ok("GET", "duo-mfa/mfa/Other")["response"]["mfa"]["description"] == "drifted"
    ise.lab.patch("ise", "delete_connection", name="Duo")
    ise.lab.patch("ise", "set_mfa", enabled=False)
    assert list(ise.state()["connections"]) == ["Other"]
    assert ise.ok("GET", "duo-mfa/status") == {"status": False}
    refused: list[tuple[str, dict[str, Any]]] = [
        ("delete_connection", {"name": "Duo"}),
        ("set_connection", {"name": "Other", "id": 1}),
        ("set_stored_secret", {"connection": "Other", "side": "left", "secret_key": ""}),
    ]
    for op, args in refused:
        with pytest.raises(ValueError, match="there are"):
            ise.lab.patch("ise", op, **args)
