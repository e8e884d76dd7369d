# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ISE client: its calls against the lab, exact bodies and odd answers against a scripted server."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CheckModeWrite,
    CiscoError,
    FeatureOff,
    Forbidden,
    IncompleteList,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise import client
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import (
    ERS_PORT,
    Ise,
    ise_argument_spec,
    unless_mfa_is_off,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.ers import (
    add_groups,
    get_active_directory,
    list_active_directories,
    list_domain_groups,
    list_trusted_domains,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.key_test import KeyTest, verdict_of
from ansible_collections.identityops.cisco.plugins.module_utils._ise.nodes import primary_pan
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import connection_from_ise, sync_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from lab import Lab

from ..conftest import Certificates, MakeWire
from ..known import ISE_PASSWORD, ISE_USER
from ..wire import PAGE, Wire, half, reply

Act = Callable[[Ise], Any]
At = Callable[[Wire], Ise]

# Everything that needs quoting in a path.
ODD = "a b/c%?#&;=+ü"
ODD_QUOTED = "a%20b%2Fc%25%3F%23%26%3B%3D%2B%C3%BC"
GROUP = "corp.example/Users/Helpdesk"
ACCOUNT = {
    "apiHostName": "api-1.duosecurity.com",
    "adminApi": {"ikey": "DI1", "sKey": "one"},
    "authenticationApi": {"ikey": "DI2", "sKey": "two"},
}
CONNECTION = {
    "connectionName": ODD,
    "description": "",
    "type": "VPN,TACACS",
    "identitySync": "AD Sync",
    "accountConfigurations": ACCOUNT,
}
DIRECTORY = {"id": "id-1", "name": "CORP_AD", "domain": "corp.example", "description": "", "adgroups": {"groups": []}}
FORBIDDEN = {"code": "403", "message": "The specified resource was not found / MFA feature is disabled"}


@pytest.fixture
def ise(lab: Lab, context: Context) -> Ise:
    return Ise(
        lab.ise.hostname,
        context,
        port=lab.ise.port,
        username=lab.ise.username,
        password=lab.ise.password,
        verify=lab.ca_path,
    )


@pytest.fixture
def at(certificates: Certificates, context: Context) -> At:
    return lambda server: Ise(
        server.host, context, username=ISE_USER, password=ISE_PASSWORD, verify=certificates.ca_path, timeout=5
    )


def sync_of(ise: Ise, name: str = "AD Sync") -> dict[str, Any]:
    directory = next(item for item in ise.list_sync_directories() if item["name"] == "CORP_AD")
    return {
        "syncName": name,
        "configurations": {"activeDirectories": [directory]},
        "adGroups": [{"name": GROUP, "source": "CORP_AD"}],
        "syncSchedule": {"schedulerSync": "none"},
    }


# The life of everything, against the lab


@pytest.mark.parametrize(
    ("codes", "body"), [("documented", "json_string"), ("all_200", "plain_text"), ("delete_204", "empty")]
)
def test_connections_and_syncs_from_creation_to_deletion(
    lab: Lab, ise: Ise, context: Context, codes: str, body: str
) -> None:
    lab.switch(**{"ise.success_codes": codes, "ise.write_body": body})
    assert ise.get_mfa_status() is False
    ise.set_mfa_status(True)
    assert ise.get_mfa_status() is True
    sync = sync_of(ise)
    ise.create_identity_sync(sync)
    ise.create_connection({**CONNECTION, "connectionName": "Duo"})
    assert [item["name"] for item in ise.list_identity_syncs()] == ["AD Sync"]
    assert [item["name"] for item in ise.list_connections()] == ["Duo"]
    found, read = ise.get_identity_sync("AD Sync"), ise.get_connection("Duo")
    assert found is not None and found["adGroups"][0]["name"] == GROUP
    assert read is not None and read["identitySync"] == "AD Sync"
    ise.update_connection({**CONNECTION, "connectionName": "Duo", "description": "changed"})
    more = {"name": "corp.example/Users/Domain Users", "source": "CORP_AD"}
    ise.update_identity_sync({**sync, "adGroups": [*sync["adGroups"], more]})
    ise.start_identity_sync("AD Sync")
    ise.cancel_identity_sync("AD Sync")
    state = lab.state("ise")
    assert state["connections"]["Duo"]["description"] == "changed"
    assert len(state["syncs"]["AD Sync"]["groups"]) == 2
    assert (state["counters"]["sync_starts"], state["counters"]["sync_cancels"]) == (1, 1)
    lab.advance(5)
    ise.delete_connection("Duo")
    ise.delete_identity_sync("AD Sync")
    assert ise.list_connections() == [] == ise.list_identity_syncs()
    assert ise.get_connection("Duo") is None is ise.get_identity_sync("AD Sync")
    ise.set_mfa_status(False)
    assert context.done == [
        "enable MFA",
        "create the identity sync 'AD Sync'",
        "create the Duo connection 'Duo'",
        "change the Duo connection 'Duo'",
        "change the identity sync 'AD Sync'",
        "start the identity sync 'AD Sync'",
        "cancel the identity sync 'AD Sync'",
        "delete the Duo connection 'Duo'",
        "delete the identity sync 'AD Sync'",
        "disable MFA",
    ]
    assert not [row for row in lab.requests("ise") if row["unknown_route"]]


@pytest.mark.parametrize(("patch", "expected"), [(1, 1), (0, 0), (12, 12)])
def test_the_release(lab: Lab, ise: Ise, patch: int, expected: int) -> None:
    lab.switch(**{"ise.patch": patch})
    assert ise.get_version() == {"version": "3.4.0.608", "patch": expected}


def test_the_nodes(ise: Ise) -> None:
    nodes = {node["hostname"]: node["roles"] for node in ise.list_nodes()}
    assert nodes["ise-pan1"] == ["PrimaryAdmin", "PrimaryMonitoring"] and "ise-psn1" in nodes


@pytest.mark.parametrize("csrf", [False, True])
@pytest.mark.parametrize("fetch_status", [415, 200])
def test_join_points_and_groups(lab: Lab, ise: Ise, context: Context, csrf: bool, fetch_status: int) -> None:
    lab.switch(**{"ise.csrf": csrf, "ise.csrf_fetch_status": fetch_status})
    assert sorted(item["name"] for item in list_active_directories(ise)) == ["CORP_AD", "LAB_AD"]
    directory = get_active_directory(ise, "CORP_AD")
    assert directory is not None and directory["domain"] == "corp.example"
    assert get_active_directory(ise, "NO_AD") is None
    groups = list_domain_groups(ise, directory, "corp.example")
    (wanted,) = list_domain_groups(ise, directory, "corp.example", "Network Admins")
    assert wanted["name"] == "corp.example/Users/Network Admins" and wanted in groups and len(groups) > 10
    assert {item["dnsName"] for item in list_trusted_domains(ise, directory)} >= {"corp.example", "emea.corp.example"}
    lab.clear_requests()
    add_groups(ise, directory, [*directory["adgroups"]["groups"], wanted], "add a group")
    add_groups(ise, directory, [*directory["adgroups"]["groups"], wanted], "add it again")
    names = set(lab.state("ise", "join_points")["CORP_AD"]["groups"])
    assert {"corp.example/Users/Network Admins", GROUP} <= names
    assert context.done == ["add a group", "add it again"]
    # One token serves the reads that are PUTs and all writes: nothing is fetched again.
    assert [row["method"] for row in lab.requests("ise")] == ["PUT", "PUT"]


@pytest.mark.parametrize("key", ["both", "name", "id"])
@pytest.mark.parametrize("directory_id", ["ers_id", "other"])
def test_what_a_sync_may_use(lab: Lab, ise: Ise, key: str, directory_id: str) -> None:
    lab.switch(**{"ise.adgroups_key": key, "ise.directory_id": directory_id})
    ise.set_mfa_status(True)
    directory = next(item for item in ise.list_sync_directories() if item["name"] == "CORP_AD")
    assert GROUP in [group["name"] for group in ise.list_sync_groups(directory)]


def test_groups_that_a_sync_may_use_are_refused_by_name_and_by_id(wire: MakeWire, at: At) -> None:
    """The first refusal is reported, because that was the likelier call."""
    directory = {"name": ODD, "directoryID": "id-1"}
    server = wire(reply({"code": "400", "message": "Bad name"}, 400), reply({"code": "400", "message": "Bad ID"}, 400))
    with pytest.raises(Refused, match="list the groups of .* that an identity sync can use: ISE says: Bad name"):
        at(server).list_sync_groups(directory)
    path = "/api/v1/duo-identitysync/adgroups"
    assert [request.target for request in server.requests] == [f"{path}/{ODD_QUOTED}", f"{path}/id-1"]


@pytest.mark.parametrize("code", [400, 500, "200_with_text"])
def test_keys_are_tested(lab: Lab, ise: Ise, context: Context, code: Any) -> None:
    lab.switch(**{"ise.testconnection_code": code})
    ise.set_mfa_status(True)
    ise.create_identity_sync(sync_of(ise))
    flags = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
    admin = lab.patch("duo", "add_application", name="A", type="adminapi", flags=flags)
    auth = lab.patch("duo", "add_application", name="B", type="authapi")
    secrets = {item["integration_key"]: item["secret_key"] for item in lab.state("duo", "applications")}
    good = {
        "apiHostName": lab.duo.api_host,
        "adminApi": {"ikey": admin, "sKey": secrets[admin]},
        "authenticationApi": {"ikey": auth, "sKey": secrets[auth]},
    }
    ise.create_connection({**CONNECTION, "connectionName": "Duo"})
    done = list(context.done)
    assert ise.test_connection("Duo").verdict == "rejected"
    assert ise.test_connection("Duo", good) == KeyTest("accepted")
    assert context.done == done and not lab.requests("ise")[-1]["write"]
    ise.update_connection({**CONNECTION, "connectionName": "Duo", "accountConfigurations": good})
    assert ise.test_connection("Duo") == KeyTest("accepted")


def test_members_that_nobody_knows_do_no_harm(lab: Lab, ise: Ise) -> None:
    ise.set_mfa_status(True)
    ise.create_identity_sync(sync_of(ise))
    lab.fault("ise", kind="extra_member", times=None)
    assert ise.get_version() and ise.list_nodes() and ise.get_mfa_status() and ise.list_connections() == []
    assert ise.get_identity_sync("AD Sync") and ise.list_identity_syncs() and ise.list_sync_directories()
    directory = get_active_directory(ise, "CORP_AD")
    assert directory and list_active_directories(ise) and list_domain_groups(ise, directory, "corp.example")


# What goes over the wire


@pytest.mark.parametrize(
    ("act", "method", "target", "body"),
    [
        (lambda ise: ise.set_mfa_status(True), "PUT", "/api/v1/duo-mfa/enable", {"mfa": {"status": True}}),
        (lambda ise: ise.create_connection(CONNECTION), "POST", "/api/v1/duo-mfa/mfa", {"mfa": CONNECTION}),
        (
            lambda ise: ise.update_connection(CONNECTION),
            "PUT",
            f"/api/v1/duo-mfa/mfa/{ODD_QUOTED}",
            {"mfa": CONNECTION},
        ),
        (lambda ise: ise.delete_connection(ODD), "DELETE", f"/api/v1/duo-mfa/mfa/{ODD_QUOTED}", None),
        (
            lambda ise: ise.test_connection(ODD, ACCOUNT),
            "POST",
            f"/api/v1/duo-mfa/mfa/testconnection/{ODD_QUOTED}",
            ACCOUNT,
        ),
        (lambda ise: ise.test_connection(ODD), "POST", f"/api/v1/duo-mfa/mfa/testconnection/{ODD_QUOTED}", {}),
        (
            lambda ise: ise.create_identity_sync({"syncName": ODD}),
            "POST",
            "/api/v1/duo-identitysync/identitysync",
            {"identitySync": {"syncName": ODD}},
        ),
        (
            lambda ise: ise.update_identity_sync({"syncName": ODD}),
            "PUT",
            f"/api/v1/duo-identitysync/identitysync/{ODD_QUOTED}",
            {"identitySync": {"syncName": ODD}},
        ),
        (
            lambda ise: ise.delete_identity_sync(ODD),
            "DELETE",
            f"/api/v1/duo-identitysync/identitysync/{ODD_QUOTED}",
            None,
        ),
        (
            lambda ise: ise.start_identity_sync(ODD),
            "GET",
            f"/api/v1/duo-identitysync/identitysync/sync/{ODD_QUOTED}",
            None,
        ),
        (
            lambda ise: ise.cancel_identity_sync(ODD),
            "GET",
            f"/api/v1/duo-identitysync/identitysync/sync/cancel/{ODD_QUOTED}",
            None,
        ),
        (
            lambda ise: add_groups(
                ise,
                DIRECTORY,
                [{"name": "a", "sid": "S-1", "type": "GLOBAL", "more": 1}, {"name": "b", "sid": None}],
                "add",
            ),
            "PUT",
            "/ers/config/activedirectory/id-1/addGroups",
            {
                "ERSActiveDirectory": {
                    "id": "id-1",
                    "name": "CORP_AD",
                    "domain": "corp.example",
                    "adgroups": {"groups": [{"name": "a", "sid": "S-1", "type": "GLOBAL"}, {"name": "b"}]},
                }
            },
        ),
    ],
)
def test_the_exact_request(wire: MakeWire, at: At, act: Act, method: str, target: str, body: Any) -> None:
    server = wire(reply("done"))
    act(at(server))
    (request,) = server.requests
    assert (request.method, request.target) == (method, target)
    assert (request.json if body is not None else request.body) == (body if body is not None else b"")
    login = base64.b64encode(f"{ISE_USER}:{ISE_PASSWORD}".encode()).decode()
    assert request.headers["authorization"] == f"Basic {login}"
    assert request.headers["accept"] == "application/json"
    assert "x-csrf-token" not in request.headers


@pytest.mark.parametrize(
    ("act", "targets"),
    [
        (
            lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example"),
            [("getGroupsByDomain", [{"name": "domain", "value": "corp.example"}])],
        ),
        (
            lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example", "Network Admins"),
            [
                (
                    "getGroupsByDomain",
                    [{"name": "domain", "value": "corp.example"}, {"name": "filter", "value": "Network Admins"}],
                )
            ],
        ),
    ],
)
def test_groups_of_a_domain_are_asked_for(wire: MakeWire, at: At, act: Act, targets: Any) -> None:
    found = [{"name": "corp.example/Users/Network Admins", "sid": "S-1-5", "type": "GLOBAL"}]
    server = wire(reply({"ERSActiveDirectoryGroups": {"groups": found}}))
    assert act(at(server)) == found
    (request,), ((operation, data),) = server.requests, targets
    assert request.target == f"/ers/config/activedirectory/id-1/{operation}"
    assert request.json == {"OperationAdditionalData": {"additionalData": data}}


def test_join_points_are_read_page_by_page(wire: MakeWire, at: At) -> None:
    def page(number: int, more: bool) -> Any:
        result: dict[str, Any] = {"total": 3, "resources": [{"id": str(number), "name": f"AD{number}"}]}
        return reply({"SearchResult": {**result, **({"nextPage": {"rel": "next"}} if more else {})}})

    server = wire(page(1, True), page(2, True), page(3, False))
    assert [item["name"] for item in list_active_directories(at(server))] == ["AD1", "AD2", "AD3"]
    base = "/ers/config/activedirectory?size=100&page="
    assert [request.target for request in server.requests] == [f"{base}{number}" for number in (1, 2, 3)]


def ers_page(*ids: str, total: Any, more: bool = False) -> Any:
    result = {"total": total, "resources": [{"id": number, "name": f"AD{number}"} for number in ids]}
    return reply({"SearchResult": {**result, **({"nextPage": {"rel": "next"}} if more else {})}})


def test_join_points_that_change_meanwhile_are_read_again(wire: MakeWire, at: At) -> None:
    skipped = [ers_page("1", "2", total=4, more=True), ers_page("4", total=3)]
    twice = [ers_page("1", "2", total=4, more=True), ers_page("2", "3", total=4)]
    whole = [ers_page("2", "3", total=3, more=True), ers_page("4", total=3)]
    found = list_active_directories(at(wire(*skipped, *twice, *whole)))
    assert [item["id"] for item in found] == ["2", "3", "4"]
    with pytest.raises(IncompleteList, match="list the Active Directory join points: the list was read 3 times"):
        list_active_directories(at(wire(*skipped, *twice, *skipped)))


def test_join_points_without_end(wire: MakeWire, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_PAGES", 3)
    with pytest.raises(UnexpectedAnswer, match="does not end after 3 pages"):
        list_active_directories(at(wire(*[ers_page(number, total=9, more=True) for number in "123"])))


@pytest.mark.parametrize("total", [None, "many", True])
def test_a_full_page_of_which_ise_says_nothing_is_not_taken_for_the_last(wire: MakeWire, at: At, total: Any) -> None:
    first = ers_page(*map(str, range(100)), total=total)
    rest = ers_page("100", total=total)
    server = wire(first, rest, first, rest)
    assert len(list_active_directories(at(server))) == 101
    assert server.requests[1].target.endswith("page=2")
    with pytest.raises(IncompleteList):
        list_active_directories(at(wire(*[ers_page("1", total="2")] * 3)))


def test_an_empty_page_is_the_last(wire: MakeWire, at: At) -> None:
    server = wire(reply({"SearchResult": {"total": 0, "resources": [], "nextPage": {"rel": "next"}}}))
    assert list_active_directories(at(server)) == []


@pytest.mark.parametrize("name", [".", ".."])
def test_a_name_that_means_another_path(wire: MakeWire, at: At, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be put into the address"):
        at(wire()).delete_connection(name)


# The guard for check mode

WRITES: list[Act] = [
    lambda ise: ise.set_mfa_status(True),
    lambda ise: ise.create_connection(CONNECTION),
    lambda ise: ise.update_connection(CONNECTION),
    lambda ise: ise.delete_connection("Duo"),
    lambda ise: ise.create_identity_sync({"syncName": "AD Sync"}),
    lambda ise: ise.update_identity_sync({"syncName": "AD Sync"}),
    lambda ise: ise.delete_identity_sync("AD Sync"),
    lambda ise: ise.start_identity_sync("AD Sync"),
    lambda ise: ise.cancel_identity_sync("AD Sync"),
    lambda ise: add_groups(ise, DIRECTORY, [], "add groups"),
]


@pytest.mark.parametrize("act", WRITES)
def test_check_mode_sends_no_write(lab: Lab, ise: Ise, context: Context, act: Act) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    lab.patch("ise", "add_sync", name="AD Sync", directory="CORP_AD", groups=[GROUP])
    context.check_mode = True
    with pytest.raises(CheckModeWrite, match="Please report this defect"):
        act(ise)
    assert not lab.requests("ise") and not context.done


@pytest.mark.parametrize("csrf", [False, True])
def test_check_mode_sends_what_changes_nothing(lab: Lab, ise: Ise, context: Context, csrf: bool) -> None:
    lab.switch(**{"ise.csrf": csrf})
    lab.patch("ise", "set_mfa", enabled=True)
    context.check_mode = True
    directory = get_active_directory(ise, "CORP_AD")
    assert directory is not None
    assert list_domain_groups(ise, directory, "corp.example") and list_trusted_domains(ise, directory)
    assert ise.test_connection("Duo", {**ACCOUNT, "apiHostName": lab.duo.api_host}).verdict == "rejected"
    assert not [row for row in lab.requests("ise") if row["write"]]


# CSRF


def csrf_page(text: str = "CSRF nonce validation failed") -> Any:
    return reply(f"<html><head><title>Forbidden</title></head><body>{text}</body></html>", 403)


TOKEN = {"X_CSRF_Token": "token-1", "Set_Cookie": "APPSESSIONID=abc; Path=/; Secure"}


@pytest.mark.parametrize("status", [200, 415])
def test_a_token_is_fetched_when_ise_demands_it_and_then_kept(wire: MakeWire, at: At, status: int) -> None:
    server = wire(csrf_page(), reply(b"", status, **TOKEN), reply(b"", 204), reply(b"", 204))
    ise = at(server)
    add_groups(ise, DIRECTORY, [], "add groups")
    add_groups(ise, DIRECTORY, [], "add groups")
    assert [request.method for request in server.requests] == ["PUT", "GET", "PUT", "PUT"]
    tokens = [request.headers.get("x-csrf-token") for request in server.requests]
    assert tokens == [None, "fetch", "token-1", "token-1"]
    cookies = [request.headers.get("cookie") for request in server.requests]
    assert cookies == [None, None, "APPSESSIONID=abc", "APPSESSIONID=abc"]
    assert server.requests[0].body == server.requests[2].body != b""


def test_a_token_that_has_run_out_is_replaced(wire: MakeWire, at: At) -> None:
    fresh = {**TOKEN, "X_CSRF_Token": "token-2"}
    server = wire(csrf_page(), reply(b"", 415, **TOKEN), reply(b"", 204))
    server.then(csrf_page(), reply(b"", 415, **fresh), reply(b"", 204))
    ise = at(server)
    add_groups(ise, DIRECTORY, [], "add groups")
    add_groups(ise, DIRECTORY, [], "add groups")
    assert [request.headers.get("x-csrf-token") for request in server.requests] == [
        None,
        "fetch",
        "token-1",
        "token-1",
        "fetch",
        "token-2",
    ]


@pytest.mark.parametrize("headers", [TOKEN, {}])
def test_a_token_that_does_not_help(wire: MakeWire, at: At, context: Context, headers: dict[str, str]) -> None:
    server = wire(csrf_page(), reply(b"", 415, **headers), csrf_page())
    with pytest.raises(Forbidden, match="Could not add groups: ISE refuses it"):
        add_groups(at(server), DIRECTORY, [], "add groups")
    assert not context.done


def test_another_refusal_fetches_no_token(wire: MakeWire, at: At) -> None:
    server = wire(csrf_page("You may not do this"))
    with pytest.raises(Forbidden, match="ISE refuses it .a web page, HTTP 403"):
        add_groups(at(server), DIRECTORY, [], "add groups")


def test_the_session_on_the_lab_ends_after_a_minute(lab: Lab, ise: Ise) -> None:
    lab.switch(**{"ise.csrf": True})
    directory = get_active_directory(ise, "CORP_AD")
    assert directory is not None
    list_trusted_domains(ise, directory)
    lab.advance(61)
    assert list_trusted_domains(ise, directory)


# Logins and rights


READS: list[Act] = [
    lambda ise: ise.get_mfa_status(),
    lambda ise: ise.get_version(),
    lambda ise: ise.get_connection("Duo"),
    list_active_directories,
    lambda ise: get_active_directory(ise, "CORP_AD"),
    lambda ise: list_trusted_domains(ise, DIRECTORY),
    lambda ise: ise.test_connection("Duo"),
]


def refusals(acts: list[Act]) -> list[tuple[str, Act]]:
    """Every body once, and every call once: what a refusal looks like has nothing to do with what is refused."""
    return [*((body, acts[0]) for body in ("empty", "html")), *(("json", act) for act in acts)]


@pytest.mark.parametrize(("body", "act"), refusals([*READS, *WRITES]))
def test_a_wrong_password_is_tried_once_only(lab: Lab, context: Context, body: str, act: Act) -> None:
    """ISE locks accounts, the lab's after the third attempt."""
    lab.switch(**{"ise.unauthorized_body": body})
    ise = Ise(
        "localhost",
        context,
        port=lab.ise.port,
        username=lab.ise.username,
        password=ISE_PASSWORD,
        verify=lab.ca_path,
    )
    with pytest.raises(Unauthorized, match=f"the login of {lab.ise.username}. Check the user name") as caught:
        act(ise)
    assert caught.value.status == 401 and not context.done
    assert len(lab.requests("ise")) == 1
    assert lab.state("ise", "accounts")[lab.ise.username]["failed_logins"] == 1


@pytest.mark.parametrize(("body", "act"), refusals(WRITES))
def test_an_account_that_may_only_read(lab: Lab, context: Context, body: str, act: Act) -> None:
    lab.switch(**{"ise.readonly_body": body})
    lab.patch("ise", "set_mfa", enabled=True)
    lab.patch("ise", "add_sync", name="AD Sync", directory="CORP_AD", groups=[GROUP])
    ise = Ise(
        "localhost",
        context,
        port=lab.ise.port,
        username=lab.ise.readonly_username,
        password=lab.ise.readonly_password,
        verify=lab.ca_path,
    )
    with pytest.raises(Forbidden, match=f"Give the account {lab.ise.readonly_username} the right role: ERS Operator"):
        act(ise)
    assert not context.done


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (403, Forbidden), (405, Refused)])
def test_another_node_than_the_primary_pan(lab: Lab, ise: Ise, status: int, kind: type[CiscoError]) -> None:
    lab.switch(**{"ise.node_role": "secondary", "ise.secondary_write": status})
    assert ise.get_mfa_status() is False
    with pytest.raises(kind, match="allowed on the primary PAN only. Set ise_hostname to the primary PAN"):
        ise.set_mfa_status(True)


def test_403_means_that_mfa_is_off_or_that_a_right_is_missing(lab: Lab, ise: Ise) -> None:
    for act in (
        ise.list_connections,
        lambda: ise.get_connection("Duo"),
        lambda: ise.create_connection(CONNECTION),
        lambda: ise.delete_connection("Duo"),
        lambda: ise.test_connection("Duo"),
        lambda: ise.start_identity_sync("AD Sync"),
        ise.list_sync_directories,
    ):
        with pytest.raises(FeatureOff, match="MFA is disabled on localhost.*identityops.cisco.ise_mfa_feature"):
            act()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (reply({"status": False}), FeatureOff),
        (reply({"status": True}), Forbidden),
        (reply(b"", 403), Forbidden),
        (reply(b"", 404), Forbidden),
        (reply("odd"), Forbidden),
        (reply({"status": "false"}), FeatureOff),
        (reply({"response": {"mfa": {"status": False}}, "version": "1.0.0"}), FeatureOff),
        (reply({"response": {"status": True}}), Forbidden),
    ],
)
def test_what_the_status_says_of_a_403(wire: MakeWire, at: At, status: Any, kind: type[CiscoError]) -> None:
    with pytest.raises(kind) as caught:
        at(wire(reply(FORBIDDEN, 403), status)).create_connection(CONNECTION)
    assert caught.value.status == 403


# One object by name

FOUND = {"response": {"mfa": {"connectionName": "Duo"}}, "version": "1.0.0"}


@pytest.mark.parametrize(
    "body", [{"response": {"mfa": {}}}, {"response": {"mfa": None}}, {"response": {}}, {"response": None}, {}]
)
def test_an_empty_object_is_an_absent_one_only_if_the_list_says_so(wire: MakeWire, at: At, body: Any) -> None:
    assert at(wire(reply(body), reply({"response": [{"name": "Other"}]}))).get_connection("Duo") is None
    with pytest.raises(UnexpectedAnswer, match="not the object that Cisco describes"):
        at(wire(reply(body), reply({"response": [{"name": "Duo"}]}))).get_connection("Duo")
    for unnamed in ({}, {"name": None}, {"name": ""}):
        with pytest.raises(UnexpectedAnswer, match="does not show the names of all"):
            at(wire(reply(body), reply({"response": [{"name": "Other"}, unnamed]}))).get_connection("Duo")


@pytest.mark.parametrize(
    "body",
    [
        {"response": {"mfa": "Duo"}},
        {"response": {"mfa": []}},
        {"response": "Duo"},
        {"response": [FOUND]},
        {"response": {"identitySync": {}}},
        [FOUND],
        "Duo".join('""'),
    ],
)
def test_an_object_of_another_shape_is_not_taken_for_an_absent_one(wire: MakeWire, at: At, body: Any) -> None:
    with pytest.raises(UnexpectedAnswer, match="not the object that Cisco describes"):
        at(wire(reply(body))).get_connection("Duo")


@pytest.mark.parametrize("page", [b"", b"<html><title>Not found</title></html>"])
def test_404_that_is_not_of_ise_leaves_it_to_the_list(wire: MakeWire, at: At, page: bytes) -> None:
    listed = reply({"response": [{"name": "Duo"}], "version": "1.0.0"})
    with pytest.raises(UnexpectedAnswer, match=r"ISE lists it, but its answer to this read is .*HTTP 404"):
        at(wire(reply(page, 404), listed)).get_connection("Duo")
    assert at(wire(reply(page, 404), reply({"response": [], "version": "1.0.0"}))).get_connection("Duo") is None


def test_404_is_absence(wire: MakeWire, at: At) -> None:
    assert at(wire(reply({"code": "404", "message": "Not Found"}, 404))).get_connection("Duo") is None


@pytest.mark.parametrize("status", [400, 403, 500])
def test_another_refusal_is_absence_only_if_the_list_says_so(wire: MakeWire, at: At, status: int) -> None:
    refusal = reply({"code": str(status), "message": "Bad"}, status)
    server = wire(refusal, reply({"response": [{"name": "Other"}]}))
    assert at(server).get_connection("Duo") is None
    assert [request.target for request in server.requests] == ["/api/v1/duo-mfa/mfa/Duo", "/api/v1/duo-mfa/mfa"]


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (403, Forbidden), (500, ServerTrouble)])
def test_a_refusal_to_show_what_the_list_shows(wire: MakeWire, at: At, status: int, kind: type[CiscoError]) -> None:
    more = [reply({"status": True})] if status == 403 else []
    server = wire(reply({"code": str(status), "message": "Bad"}, status), reply({"response": [{"name": "Duo"}]}), *more)
    with pytest.raises(kind, match="read the Duo connection 'Duo'"):
        at(server).get_connection("Duo")


@pytest.mark.parametrize("status", [404, 400, 403, 500])
def test_a_missing_name_on_the_lab(lab: Lab, ise: Ise, status: int) -> None:
    lab.switch(**{"ise.missing_name": status})
    ise.set_mfa_status(True)
    for name in ("Duo", ODD):
        assert ise.get_connection(name) is None and ise.get_identity_sync(name) is None


def test_deleting_what_is_gone_is_no_failure_and_no_deed(wire: MakeWire, at: At, context: Context) -> None:
    at(wire(reply(b"", 404))).delete_connection("Duo")
    assert not context.done


# Odd answers


def release(*entries: Any) -> dict[str, Any]:
    return {"OperationResult": {"resultValue": list(entries)}}


@pytest.mark.parametrize(
    ("act", "body"),
    [
        (lambda ise: ise.get_mfa_status(), {"status": "on"}),
        (lambda ise: ise.get_mfa_status(), {"response": None}),
        (lambda ise: ise.get_mfa_status(), {}),
        (lambda ise: ise.get_mfa_status(), [True]),
        (lambda ise: ise.list_connections(), {"response": {}}),
        (lambda ise: ise.list_connections(), {"response": ["Duo"]}),
        (lambda ise: ise.list_connections(), {}),
        (lambda ise: ise.list_nodes(), {"response": None}),
        (lambda ise: ise.get_version(), {}),
        (lambda ise: ise.get_version(), []),
        (lambda ise: ise.get_version(), release({"name": "patch information", "value": "1"})),
        (lambda ise: ise.get_version(), release("version")),
        (
            lambda ise: ise.get_version(),
            release({"name": "version", "value": "3"}, {"name": "patch information", "value": "x"}),
        ),
        (lambda ise: ise.list_connections(), {"response": [{"name": "Duo", "type": 7}]}),
        (list_active_directories, {}),
        (list_active_directories, []),
        (list_active_directories, {"SearchResult": []}),
        (list_active_directories, {"SearchResult": {"resources": None}}),
        (list_active_directories, {"SearchResult": {"resources": ["CORP_AD"]}}),
        (lambda ise: get_active_directory(ise, "CORP_AD"), {}),
        (lambda ise: get_active_directory(ise, "CORP_AD"), []),
        (lambda ise: get_active_directory(ise, "CORP_AD"), {"ERSActiveDirectory": "CORP_AD"}),
        (lambda ise: get_active_directory(ise, "CORP_AD"), {"ERSActiveDirectory": {"name": "CORP_AD"}}),
        (lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example"), {"ERSActiveDirectoryGroups": {"groups": "x"}}),
        (lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example"), ["x"]),
        (lambda ise: list_trusted_domains(ise, DIRECTORY), {"ERSActiveDirectoryDomains": "x"}),
        (lambda ise: list_trusted_domains(ise, DIRECTORY), {"ERSActiveDirectoryDomains": {"domains": [1]}}),
    ],
)
def test_an_answer_of_another_shape(wire: MakeWire, at: At, act: Act, body: Any) -> None:
    with pytest.raises(
        UnexpectedAnswer, match="(Cisco describes|does not say|not a list of objects|that is documented)"
    ):
        act(at(wire(reply(body))))


@pytest.mark.parametrize(
    ("act", "body"),
    [
        (lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example"), {"ERSActiveDirectoryGroups": {"groups": []}}),
        (lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example"), {"ERSActiveDirectoryGroups": {}}),
        (lambda ise: list_domain_groups(ise, DIRECTORY, "corp.example"), {"ERSActiveDirectoryGroups": None}),
        (lambda ise: list_trusted_domains(ise, DIRECTORY), {"ERSActiveDirectoryDomains": {"domains": None}}),
        (lambda ise: ise.list_connections(), {"response": [], "version": "1.0.0"}),
        (lambda ise: ise.list_connections(), []),
    ],
)
def test_a_list_of_nothing(wire: MakeWire, at: At, act: Act, body: Any) -> None:
    assert act(at(wire(reply(body)))) == []


@pytest.mark.parametrize(("value", "patch"), [("0", 0), ("1,2,11", 11), ("", 0), (None, 0), (3, 3), ("2, 4,", 4)])
def test_patches(wire: MakeWire, at: At, value: Any, patch: int) -> None:
    entries = [{"name": "version", "value": "3.3.0.430"}, {"name": "patch information", "value": value}]
    server = wire(reply(release(*entries)))
    assert at(server).get_version() == {"version": "3.3.0.430", "patch": patch}


DONE_STEPS = [reply(b"", 200), reply("ok", 201), reply(b"", 204, Content_Type="text/html"), reply(b'"ok"')]
ERS_ERROR = {
    "ERSResponse": {
        "operation": "PUT-addGroups",
        "messages": [{"title": "Join point is busy", "type": "ERROR"}, {"title": "Try later"}],
    }
}

XML_ERROR = (
    b'<?xml version="1.0"?><ns2:ersResponse xmlns:ns2="ers.ise.cisco.com" operation="PUT-addGroups"><messages>'
    b'<message type="ERROR"><title>Join point &lt;CORP&gt; is busy</title></message></messages></ns2:ersResponse>'
)


@pytest.mark.parametrize(
    ("step", "kind", "text"),
    [
        (reply({"code": "400", "message": "Bad name"}, 400), Refused, "ISE says: Bad name."),
        (reply({"code": 400, "message": "Bad name"}, 400), Refused, "ISE says: Bad name."),
        (reply({"response": {"message": "Bad patch"}, "version": "1"}, 400), Refused, "ISE says: Bad patch."),
        (reply({"error": {"message": "Bad node"}, "version": "1"}, 400), Refused, "ISE says: Bad node."),
        (reply(ERS_ERROR, 400), Refused, "ISE says: Join point is busy; Try later."),
        (reply({"ERSResponse": {"messages": []}}, 400), Refused, "ISE says: HTTP 400."),
        (reply({"ERSResponse": {"messages": [{"type": "ERROR"}, "x"]}}, 400), Refused, "ISE says: HTTP 400."),
        (reply({"ERSResponse": []}, 400), Refused, "ISE says: HTTP 400."),
        (reply({"response": ["Bad"]}, 400), Refused, "ISE says: HTTP 400."),
        (reply({"error": "Bad name"}, 400), Refused, "ISE says: Bad name."),
        (reply(["Bad"], 400), Refused, "ISE says: HTTP 400."),
        (reply({"message": "x" * 999}, 400), Refused, f"ISE says: {'x' * 300}."),
        (reply(b'"Bad name"', 400), Refused, "ISE says: Bad name."),
        (reply("Bad name", 400), Refused, "ISE says: Bad name."),
        (reply(b"", 400), Refused, "ISE says: HTTP 400."),
        (reply(PAGE, 400), Refused, "ISE says: a web page, HTTP 400."),
        (reply(XML_ERROR, 400, Content_Type="application/xml"), Refused, "ISE says: Join point <CORP> is busy."),
        (reply({"message": "Security Check Failed."}, 400), Refused, "Security Check Failed. .*such as '.*Leave"),
        (reply({"code": "409", "message": "Exists"}, 409), Refused, "ISE says: Exists."),
        (reply(b"", 405), Refused, "ISE says: HTTP 405."),
        (reply({"code": "404", "message": "Gone"}, 404), NotFound, "Gone"),
        (
            reply({"code": "500", "message": "Broken"}, 500),
            ServerTrouble,
            "ISE reports a fault of its own .500: Broken",
        ),
        (reply(b"", 302, Location="/admin/login.jsp"), UnexpectedAnswer, "ISE redirects to another page"),
        (reply(PAGE), UnexpectedAnswer, "a web page titled 'Sign in' instead of JSON"),
    ],
)
def test_an_error_in_any_format(
    wire: MakeWire, at: At, context: Context, step: Any, kind: type[CiscoError], text: str
) -> None:
    with pytest.raises(kind, match=f"Could not create the Duo connection .*: .*{text}"):
        at(wire(step)).create_connection(CONNECTION)
    assert not context.done


@pytest.mark.parametrize("step", DONE_STEPS)
def test_whatever_a_write_is_answered_with_is_success(wire: MakeWire, at: At, context: Context, step: Any) -> None:
    at(wire(step)).create_connection(CONNECTION)
    assert len(context.done) == 1


def test_a_lost_answer_to_a_write(wire: MakeWire, at: At, context: Context) -> None:
    with pytest.raises(
        OutcomeUnknown, match="start the identity sync 'AD Sync': the connection broke before the answer was"
    ):
        at(wire(half("done"))).start_identity_sync("AD Sync")
    assert not context.done


@pytest.mark.parametrize(
    ("step", "verdict", "words"),
    [
        (reply(b"", 200), "accepted", ""),
        (reply("Test connection successful"), "accepted", ""),
        (reply("ok", 201), "accepted", ""),
        (reply({"response": "Successfully verified the keys", "version": "1.0.0"}), "accepted", ""),
        (reply("null"), "accepted", ""),
        (reply("true"), "accepted", ""),
        (reply({"code": "400", "message": "Invalid key"}, 400), "rejected", "Invalid key"),
        (reply(b"", 400), "rejected", "HTTP 400"),
        (reply({"ERSResponse": {"messages": []}}, 500), "rejected", "HTTP 500"),
        (reply("Test connection failed: bad key"), "rejected", "Test connection failed: bad key"),
        (reply("The key was not accepted"), "rejected", "The key was not accepted"),
        (reply({"response": {"message": "unknown ikey"}}), "unclear", "unknown ikey"),
        (reply("DUO-40103"), "unclear", "DUO-40103"),
        (reply("Duo"), "accepted", ""),
    ],
)
def test_what_ise_says_of_keys(wire: MakeWire, at: At, step: Any, verdict: str, words: str) -> None:
    assert at(wire(step)).test_connection("Duo") == KeyTest(verdict, words)


@pytest.mark.parametrize(
    ("text", "name", "verdict"),
    [
        ("Test of 'Duo' successful, no errors", "Duo", "accepted"),
        ("Verification of Failover succeeded", "Failover", "accepted"),
        ("error: none, valid", "Duo", "accepted"),
        ("The keys could not be verified", "Duo", "rejected"),
        ("Admin API key has not been successfully verified", "Duo", "rejected"),
        ("Keys aren't valid", "Duo", "rejected"),
        ('{"verified": false}', "Duo", "rejected"),
        ("Verification unsuccessful", "Duo", "rejected"),
        ("Connection refused", "Duo", "rejected"),
        # One key of the two.
        ("Auth API: verified. Admin API: invalid integration key", "Duo", "unclear"),
        ("Test completed", "Duo", "accepted"),
        ("The test was not completed", "Duo", "rejected"),
        ("Test run", "Duo", "unclear"),
        ("Duo answered 40103", "Duo", "unclear"),
        ("ok", "ok", "accepted"),
        ("Successful", "s", "accepted"),
        # Members that say that there is no error.
        ('{"status": "SUCCESS", "error": ""}', "Duo", "accepted"),
        ('{"message": "Successfully verified", "errors": []}', "Duo", "accepted"),
        ('{"connected": true, "failureReason": null, "failed": false}', "Duo", "accepted"),
        ('{"status": "Success", "failedCount": 0}', "Duo", "accepted"),
        ("TestResult{success=true, errorMessage=null}", "Duo", "accepted"),
        ('{"status": "SUCCESS", "error": "none"}', "Duo", "accepted"),
        ('{"success": false, "error": ""}', "Duo", "rejected"),
        ('{"status": "SUCCESS", "error": "40103"}', "Duo", "unclear"),
        # The word after "error" belongs to what follows.
        ("Error: no valid integration key", "Duo", "rejected"),
        ("Errors: 0 of 2 keys are valid", "Duo", "unclear"),
        # What may be a denial of something else.
        ("No action needed. Connection verified.", "Duo", "unclear"),
        ("A second test is not required: keys verified", "Duo", "unclear"),
        ("Not yet: connected", "Duo", "unclear"),
    ],
)
def test_the_words_of_a_test_of_keys(text: str, name: str, verdict: str) -> None:
    assert verdict_of(text, name) == verdict


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (401, Unauthorized), (302, UnexpectedAnswer)])
def test_a_test_that_did_not_take_place(wire: MakeWire, at: At, status: int, kind: type[CiscoError]) -> None:
    with pytest.raises(kind):
        at(wire(reply(b"", status))).test_connection("Duo")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [("html", UnexpectedAnswer), (404, NotFound), (403, Forbidden)],
)
@pytest.mark.parametrize(
    "act",
    [
        lambda ise: ise.get_version(),
        list_active_directories,
        lambda ise: list_trusted_domains(ise, DIRECTORY),
        lambda ise: add_groups(ise, DIRECTORY, [], "add groups"),
    ],
)
def test_ers_is_off(lab: Lab, ise: Ise, answer: Any, kind: type[CiscoError], act: Act) -> None:
    lab.switch(**{"ise.ers_enabled": False, "ise.ers_disabled_answer": answer})
    with pytest.raises(kind, match="ERS.*Administration > System > Settings > API Settings"):
        act(ise)


def test_open_api_is_off(lab: Lab, ise: Ise) -> None:
    lab.switch(**{"ise.openapi_enabled": False})
    with pytest.raises(UnexpectedAnswer, match="a web page .* Is Open API switched on.* API Settings"):
        ise.get_mfa_status()


def test_the_port_of_ers_is_named(wire: MakeWire, at: At) -> None:
    for act, kind in ((lambda ise: ise.get_mfa_status(), NotFound), (lambda ise: ise.list_nodes(), NotFound)):
        ise = at(wire(reply(PAGE, 404)))
        ise.port = ERS_PORT
        with pytest.raises(kind, match="Port 9060 serves ERS only. Set ise_port to 443"):
            act(ise)


@pytest.mark.parametrize(("version", "patch"), [("3.2.0.542", 7), ("3.3.0.430", 0)])
def test_a_release_without_duo_mfa(lab: Lab, ise: Ise, version: str, patch: int) -> None:
    lab.switch(**{"ise.version": version, "ise.patch": patch})
    for act in (ise.get_mfa_status, ise.list_connections, lambda: ise.set_mfa_status(True)):
        with pytest.raises(NotFound):
            act()


# For other clients


def test_lists_and_writes_elsewhere(wire: MakeWire, at: At, context: Context) -> None:
    server = wire(reply({"response": [{"name": "a"}]}), reply([{"name": "b"}]), reply(b"", 201))
    ise = at(server)
    assert ise.list_at("/api/v1/policy/one", "list them") == [{"name": "a"}]
    assert ise.list_at("/api/v1/policy/two", "list them", about_duo=True) == [{"name": "b"}]
    ise.write_at("POST", "/api/v1/policy/one", {"name": "c"}, "create it")
    assert server.requests[-1].json == {"name": "c"} and context.done == ["create it"]


@pytest.mark.parametrize("about_duo", [False, True])
def test_a_list_elsewhere_may_be_hidden_while_mfa_is_off(wire: MakeWire, at: At, about_duo: bool) -> None:
    server = wire(reply(FORBIDDEN, 403), *([reply({"status": False})] if about_duo else []))
    with pytest.raises(FeatureOff if about_duo else Forbidden):
        at(server).list_at("/api/v1/policy/one", "list them", about_duo=about_duo)


@pytest.mark.parametrize(
    ("check_mode", "state", "off", "expected"),
    [
        (False, "present", False, "found"),
        (True, "absent", False, "found"),
        (True, "present", True, "hidden"),
        (False, "present", True, FeatureOff),
        (False, "absent", True, FeatureOff),
        (True, "absent", True, FeatureOff),
    ],
)
def test_reading_what_is_hidden_while_mfa_is_off(
    context: Context, check_mode: bool, state: str, off: bool, expected: Any
) -> None:
    """In check mode an earlier task of the play may be what will switch MFA on."""
    context.check_mode = check_mode

    def read() -> str:
        if off:
            raise FeatureOff("read it", "MFA is disabled")
        return "found"

    if expected is FeatureOff:
        with pytest.raises(FeatureOff):
            unless_mfa_is_off(read, context, state, hidden="hidden")
    else:
        assert unless_mfa_is_off(read, context, state, hidden="hidden") == expected
    assert len(context.warnings) == (expected == "hidden")


# From options


def options(**given: Any) -> dict[str, Any]:
    validation = ArgumentSpecValidator(ise_argument_spec()).validate(given)
    assert not validation.error_messages
    parameters: dict[str, Any] = validation.validated_parameters
    return parameters


LOGIN = {"ise_hostname": "ise.corp.example", "ise_username": ISE_USER, "ise_password": ISE_PASSWORD}


@pytest.mark.parametrize(
    ("given", "verify"),
    [
        ({}, True),
        ({"ise_ca_path": __file__}, __file__),
        ({"ise_ca_path": __file__, "ise_validate_certs": False}, False),
    ],
)
def test_options(context: Context, given: dict[str, Any], verify: Any) -> None:
    ise = Ise.from_params(options(**LOGIN, **given), context)
    http = ise._http
    assert (http.base_url, http.timeout, http._verify) == ("https://ise.corp.example:443", 60, verify)
    assert context.secrets == {ISE_PASSWORD}
    assert len([text for text in context.warnings if "not verified" in text]) == (verify is False)


@pytest.mark.parametrize("password", ["x\n", " x", "\tx"])
def test_a_password_with_white_space_is_sent_with_a_warning(context: Context, password: str) -> None:
    ise = Ise.from_params(options(**{**LOGIN, "ise_password": password, "ise_username": " admin\n"}), context)
    assert ise._http._session.auth == (b"admin", password.encode())
    assert [text for text in context.warnings if "white space" in text]


@pytest.mark.parametrize("name", ["ise_ca_path", "ise_client_cert", "ise_client_key"])
def test_a_file_that_is_not_there_is_not_repeated(context: Context, name: str) -> None:
    pair = {"ise_client_cert": __file__, "ise_client_key": __file__} if "client" in name else {}
    key = "-----BEGIN PRIVATE KEY-----\nMIIE\n"
    with pytest.raises(InvalidInput, match=f"use the value of {name}: there is no such file") as caught:
        Ise.from_params(options(**{**LOGIN, **pair, name: key}), context)
    assert "MIIE" not in str(caught.value)


ODD_MEMBERS = (5, "text", ["a"], [["a"]], [5], {"a": 1}, [{"name": {"a": 1}}], {"groups": {"name": "x"}})


@pytest.mark.parametrize(
    ("member", "read"),
    [
        ("adgroups", lambda ise: get_active_directory(ise, "x")),
        ("roles", lambda ise: primary_pan(ise.list_nodes())),
        ("name", lambda ise: ise.list_sync_directories()),
        ("type", lambda ise: connection_from_ise(ise.get_connection("x") or {})),
        ("accountConfigurations", lambda ise: connection_from_ise(ise.get_connection("x") or {})),
        ("configurations", lambda ise: sync_from_ise(ise.get_identity_sync("x") or {})),
        ("adGroups", lambda ise: sync_from_ise(ise.get_identity_sync("x") or {})),
        ("syncSchedule", lambda ise: sync_from_ise(ise.get_identity_sync("x") or {})),
    ],
)
def test_members_of_odd_types(wire: MakeWire, at: Any, member: str, read: Any) -> None:
    server = wire()
    ise = at(server)
    for odd in ODD_MEMBERS:
        item = {"id": "1", "name": "x", "domain": "d", "identitySync": "s", "type": "VPN", member: odd}
        whole = {"ERSActiveDirectory": item, "response": {"mfa": item, "identitySync": item}}
        server.then(reply({"response": [item]} if member in ("roles", "name") else whole))
        # Either it is understood or it is our own error.
        with contextlib.suppress(UnexpectedAnswer):
            read(ise)
        assert not server.script, odd


def test_a_port_in_the_host_name_counts_most(context: Context) -> None:
    given = {**LOGIN, "ise_hostname": "ise.corp.example:9060"}
    assert Ise.from_params(options(**given, ise_port=8443), context)._http.base_url == "https://ise.corp.example:9060"
    assert Ise.from_params(options(**LOGIN, ise_port=8443), context)._http.base_url == "https://ise.corp.example:8443"


def test_options_from_the_environment(
    wire: MakeWire, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    server = wire(reply({"status": True}))
    for name, value in {
        "HOSTNAME": "localhost",
        "PORT": str(server.port),
        "USERNAME": ISE_USER,
        "PASSWORD": ISE_PASSWORD,
        "CA_PATH": certificates.ca_path,
        "TIMEOUT": "7",
    }.items():
        monkeypatch.setenv(f"ISE_{name}", value)
    ise = Ise.from_params(options(), context)
    assert ise.get_mfa_status() is True and ise._http.timeout == 7


@pytest.mark.parametrize("more", [{}, {"ise_username": "ansible"}], ids=["alone", "with a name left over"])
def test_a_client_certificate_needs_no_password(
    wire: MakeWire, certificates: Certificates, context: Context, more: dict[str, str]
) -> None:
    server = wire(reply({"status": True}), reply(b"", 401), tls=certificates.wants_client)
    given = options(
        ise_hostname=server.host,
        ise_ca_path=certificates.ca_path,
        ise_client_cert=certificates.client_path,
        ise_client_key=certificates.client_key_path,
        **more,
    )
    ise = Ise.from_params(given, context)
    assert ise.get_mfa_status() is True
    assert "authorization" not in server.requests[0].headers
    with pytest.raises(Unauthorized, match="the login of the client certificate") as raised:
        ise.get_mfa_status()
    assert "(MnT)" in raised.value.advice and "passwords only" in raised.value.advice


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["ise_hostname", "ise_username", "ise_password"]),
        ({"ise_hostname": "ise", "ise_username": "admin"}, ["ise_password"]),
        ({"ise_hostname": "ise", "ise_client_cert": "/c.pem"}, ["ise_client_key"]),
        ({"ise_hostname": "ise", "ise_client_key": "/c.key", "ise_username": "admin"}, ["ise_client_cert"]),
        ({"ise_client_cert": "/c.pem", "ise_client_key": "/c.key"}, ["ise_hostname"]),
    ],
)
def test_options_that_are_missing(context: Context, given: dict[str, Any], missing: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        Ise.from_params(options(**given), context)
    variables = ", ".join(name.upper() for name in missing)
    assert f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given" in str(caught.value)
    assert f"lacks {variables}. Set the option, or the environment variable {variables} there." in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_timeout_that_cannot_be(context: Context, seconds: int) -> None:
    with pytest.raises(InvalidInput, match=f"use {seconds} as ise_timeout: .* at least one second"):
        Ise.from_params(options(**LOGIN, ise_timeout=seconds), context)


@pytest.mark.parametrize("hostname", ["https://ise.corp.example", "ise.corp.example/admin", "ise corp"])
def test_not_a_host(context: Context, hostname: str) -> None:
    with pytest.raises(InvalidInput, match="use the value of ise_hostname: it must be a host name"):
        Ise.from_params(options(**{**LOGIN, "ise_hostname": hostname}), context)
