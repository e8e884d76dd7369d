# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ERS on the simulated ISE: join points, groups, paging, filters, CSRF."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from lab import Lab

from .ise_probe import IseProbe

BASE = "/ers/config/activedirectory"
VERSION = "/ers/config/op/systemconfig/iseversion"
HELPDESK = "corp.example/Users/Helpdesk"
DUO_USERS = "corp.example/Users/Duo Users"


@pytest.fixture
def ise(lab: Lab) -> IseProbe:
    return IseProbe(lab)


def corp(ise: IseProbe) -> str:
    return str(ise.state()["join_points"]["CORP_AD"]["id"])


def group(ise: IseProbe, name: str) -> dict[str, str]:
    known = ise.state()["directory"][name]
    return {"name": name, "sid": known["sid"], "type": known["type"]}


def point(**members: Any) -> dict[str, Any]:
    return {"ERSActiveDirectory": {"name": "CORP_AD", "domain": "corp.example", **members}}


def additional(**data: str) -> dict[str, Any]:
    return {"OperationAdditionalData": {"additionalData": [{"name": key, "value": data[key]} for key in data]}}


def title(response: requests.Response) -> str:
    return str(response.json()["ERSResponse"]["messages"][0]["title"])


# -- reading --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [BASE, BASE + "/"])
def test_the_list_holds_stubs(ise: IseProbe, path: str) -> None:
    result = ise.ok("GET", path)["SearchResult"]
    assert result["total"] == 2
    assert [item["name"] for item in result["resources"]] == ["CORP_AD", "LAB_AD"]
    stub = result["resources"][0]
    assert set(stub) == {"id", "name", "description", "link"}
    assert stub["link"]["href"] == f"{ise.url}{BASE}/{corp(ise)}"
    assert not {"nextPage", "previousPage"} & set(result)


def test_paging(ise: IseProbe) -> None:
    first = ise.ok("GET", f"{BASE}?size=1")["SearchResult"]
    assert (first["total"], [item["name"] for item in first["resources"]]) == (2, ["CORP_AD"])
    second = ise.ok("GET", first["nextPage"]["href"].removeprefix(ise.url))["SearchResult"]
    assert [item["name"] for item in second["resources"]] == ["LAB_AD"]
    assert second["previousPage"]["href"] == f"{ise.url}{BASE}?size=1&page=1"
    assert "nextPage" not in second
    assert ise.ok("GET", f"{BASE}?page=9")["SearchResult"]["resources"] == []
    for query in ("size=101", "size=0", "page=0", "page=x"):
        assert ise.call("GET", f"{BASE}?{query}").status_code == 400, query


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filter=name.EQ.CORP_AD", ["CORP_AD"]),
        ("filter=name.EQ.CORP", []),
        ("filter=name.NEQ.CORP_AD", ["LAB_AD"]),
        ("filter=name.STARTSW.LAB", ["LAB_AD"]),
        ("filter=name.STARTW.LAB", ["LAB_AD"]),
        ("filter=name.NENDSW._AD", []),
        ("filter=name.CONTAINS.ORP", ["CORP_AD"]),
        ("filter=name.EQ.CORP_AD&filter=name.EQ.LAB_AD", []),
        ("filter=name.EQ.CORP_AD&filter=name.EQ.LAB_AD&filterType=or", ["CORP_AD", "LAB_AD"]),
        ("sortdsc=name", ["LAB_AD", "CORP_AD"]),
    ],
)
def test_filters_and_order(ise: IseProbe, query: str, names: list[str]) -> None:
    assert [item["name"] for item in ise.ok("GET", f"{BASE}?{query}")["SearchResult"]["resources"]] == names


@pytest.mark.parametrize("query", ["filter=domain.EQ.x", "filter=name.LIKE.x", "filter=name"])
def test_bad_filters(ise: IseProbe, query: str) -> None:
    assert ise.call("GET", f"{BASE}?{query}").status_code == 400


def test_one_join_point_by_id_and_name(ise: IseProbe) -> None:
    content = ise.ok("GET", f"{BASE}/{corp(ise)}")["ERSActiveDirectory"]
    assert content == ise.ok("GET", f"{BASE}/name/CORP_AD")["ERSActiveDirectory"]
    assert (content["domain"], content["adScopesNames"]) == ("corp.example", "Default_Scope")
    assert [item["name"] for item in content["adgroups"]["groups"]] == ["corp.example/Users/Domain Users", HELPDESK]
    assert "adgroups" not in ise.ok("GET", f"{BASE}/name/LAB_AD")["ERSActiveDirectory"]
    for path in (f"{BASE}/nobody", f"{BASE}/name/nobody"):
        response = ise.call("GET", path)
        assert response.status_code == 404
        assert "nobody" in title(response)


@pytest.mark.parametrize("accept", ["application/xml", "*/*"])
def test_ers_wants_to_be_asked_for_json(ise: IseProbe, accept: str) -> None:
    assert ise.call("GET", BASE, headers={"Accept": accept}).status_code == 406


# -- groups ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ({"domain": "corp.example", "filter": "Duo Users"}, [DUO_USERS]),
        ({"domain": "corp.example", "filter": "duo users"}, [DUO_USERS]),
        ({"domain": "corp.example", "filter": "Duo"}, []),
        ({"domain": "emea.corp.example", "filter": "EMEA VPN Users"}, ["emea.corp.example/Users/EMEA VPN Users"]),
        (
            {"domain": "corp.example", "typeFilter": "DOMAIN LOCAL"},
            [
                "corp.example/Users/DnsAdmins",
                "corp.example/Groups/Printer Operators",
                "corp.example/Groups/Remote Desktop",
            ],
        ),
        (
            {"domain": "corp.example", "sidFilter": "corp.example/S-1-5-32-569"},
            ["corp.example/Builtin/Backup Operators"],
        ),
    ],
)
def test_groups_by_domain(ise: IseProbe, data: dict[str, str], names: list[str]) -> None:
    answer = ise.ok("PUT", f"{BASE}/{corp(ise)}/getGroupsByDomain", additional(**data))
    groups = answer["ERSActiveDirectoryGroups"]["groups"]
    assert [item["name"] for item in groups] == names
    assert all(set(item) == {"name", "sid", "type"} for item in groups)


@pytest.mark.parametrize(("rule", "status"), [("optional", 200), ("required", 400)])
def test_the_filter_of_groups_by_domain(ise: IseProbe, rule: str, status: int) -> None:
    ise.lab.switch(**{"ise.get_groups_filter": rule})
    path = f"{BASE}/{corp(ise)}/getGroupsByDomain"
    assert ise.call("PUT", path, additional(domain="corp.example")).status_code == status
    assert ise.call("PUT", path, additional(domain="corp.example", filter="Helpdesk")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (additional(filter="x"), 400),
        (additional(domain="corp.example", search="x"), 400),
        ({"domain": "corp.example"}, 400),
        (None, 400),
        (additional(domain="lab.example"), 500),
        (additional(domain="old.example"), 500),
    ],
)
def test_bad_questions_for_groups(ise: IseProbe, body: Any, status: int) -> None:
    assert ise.call("PUT", f"{BASE}/{corp(ise)}/getGroupsByDomain", body).status_code == status


def test_a_join_point_that_is_not_joined(ise: IseProbe) -> None:
    ise.lab.patch("ise", "set_join_point", name="CORP_AD", joined=False)
    path = f"{BASE}/{corp(ise)}"
    assert ise.ok("GET", path)["ERSActiveDirectory"]["name"] == "CORP_AD"
    assert "not joined" in title(ise.call("PUT", f"{path}/getGroupsByDomain", additional(domain="corp.example")))
    assert ise.call("PUT", f"{path}/getTrustedDomains").status_code == 500
    ise.enable()
    assert [item["name"] for item in ise.ok("GET", "duo-identitysync/activedirectories")] == ["LAB_AD"]


def test_trusted_domains(ise: IseProbe) -> None:
    domains = ise.ok("PUT", f"{BASE}/{corp(ise)}/getTrustedDomains")["ERSActiveDirectoryDomains"]["domains"]
    usable = [item["dnsName"] for item in domains if not item["unusableReason"]]
    assert usable == ["corp.example", "emea.corp.example"]
    assert [item["dnsName"] for item in domains if item["unusableReason"]] == ["old.example"]


@pytest.mark.parametrize(
    ("rule", "groups"),
    [("add", ["corp.example/Users/Domain Users", HELPDESK, DUO_USERS]), ("replace", [HELPDESK, DUO_USERS])],
)
def test_adding_groups(ise: IseProbe, rule: str, groups: list[str]) -> None:
    ise.lab.switch(**{"ise.add_groups": rule})
    body = point(adgroups={"groups": [group(ise, HELPDESK), group(ise, DUO_USERS)]})
    for _attempt in range(2):
        response = ise.call("PUT", f"{BASE}/{corp(ise)}/addGroups", body)
        assert (response.status_code, response.content) == (204, b"")
        assert ise.state()["join_points"]["CORP_AD"]["groups"] == groups


def test_what_is_read_can_be_sent_back_with_more_groups(ise: IseProbe) -> None:
    content = ise.ok("GET", f"{BASE}/{corp(ise)}")
    content["ERSActiveDirectory"]["adgroups"]["groups"].append(group(ise, DUO_USERS))
    assert ise.call("PUT", f"{BASE}/{corp(ise)}/addGroups", content).status_code == 204
    assert DUO_USERS in ise.state()["join_points"]["CORP_AD"]["groups"]


@pytest.mark.parametrize(
    "members",
    [
        {"name": "LAB_AD"},
        {"domain": "lab.example"},
        {"description": None},
        {"groups": []},
        {"adgroups": {"groups": [{"name": "corp.example/Users/Nobody", "sid": "S-1-5-21-1", "type": "GLOBAL"}]}},
        {"adgroups": {"groups": [{"name": DUO_USERS, "sid": "S-1-5-21-1", "type": "GLOBAL"}]}},
        {"adgroups": {"groups": [{"name": DUO_USERS}]}},
        {"adgroups": {"groups": [{"name": "corp.example/Users/100%", "sid": "S-1-5-21-1", "type": "GLOBAL"}]}},
    ],
)
def test_groups_that_cannot_be_added(ise: IseProbe, members: dict[str, Any]) -> None:
    before = ise.state()["join_points"]
    response = ise.call("PUT", f"{BASE}/{corp(ise)}/addGroups", point(**members))
    assert response.status_code == 400
    error = response.json()["ERSResponse"]
    assert error["operation"] == "PUT-addGroups-activedirectory"
    assert error["messages"][0]["type"] == "ERROR"
    assert ise.state()["join_points"] == before


def test_nulls_are_refused_with_a_recital_of_names(ise: IseProbe) -> None:
    response = ise.call("POST", BASE, point(name="NEW_AD", description=None))
    assert response.status_code == 400
    assert title(response) == (
        "Resource Initialization Failed due to JSON invalidity: please if properties names are correct: "
        "ERSActiveDirectory, name, domain, description"
    )


# -- join points ----------------------------------------------------------------------------------------------


def test_create_and_delete(ise: IseProbe) -> None:
    response = ise.call("POST", BASE, point(name="NEW_AD", domain="lab.example", description="new"))
    assert (response.status_code, response.content) == (201, b"")
    path = response.headers["Location"].removeprefix(ise.url)
    content = ise.ok("GET", path)["ERSActiveDirectory"]
    assert (content["name"], content["description"]) == ("NEW_AD", "new")
    assert ise.state()["join_points"]["NEW_AD"]["joined"] is False
    assert ise.call("POST", BASE, point(name="NEW_AD")).status_code == 500
    assert ise.call("POST", BASE, point(name="no spaces")).status_code == 400
    assert ise.call("POST", BASE, point(name="X", adgroups={"groups": [group(ise, HELPDESK)]})).status_code == 500
    assert ise.call("DELETE", path).status_code == 204
    assert ise.call("DELETE", path).status_code == 404


def test_there_is_no_update(ise: IseProbe) -> None:
    response = ise.call("PUT", f"{BASE}/{corp(ise)}", point(description="x"))
    assert response.status_code == 405
    assert ise.state()["join_points"]["CORP_AD"]["description"] == "Corporate directory"


def test_a_join_point_in_use_stays(ise: IseProbe) -> None:
    ise.joined()
    assert ise.call("DELETE", f"{BASE}/{corp(ise)}").status_code == 500
    assert ise.call("DELETE", f"{BASE}/{ise.state()['join_points']['LAB_AD']['id']}").status_code == 204


def test_drift_behind_the_clients_back(ise: IseProbe) -> None:
    ise.lab.patch("ise", "remove_join_point_group", name="CORP_AD", group=HELPDESK)
    ise.lab.patch("ise", "add_join_point_group", name="CORP_AD", group=DUO_USERS)
    names = [item["name"] for item in ise.ok("GET", f"{BASE}/name/CORP_AD")["ERSActiveDirectory"]["adgroups"]["groups"]]
    assert names == ["corp.example/Users/Domain Users", DUO_USERS]
    ise.lab.patch("ise", "set_join_point", name="CORP_AD", rename="HQ_AD")
    assert ise.call("GET", f"{BASE}/name/CORP_AD").status_code == 404
    assert ise.call("GET", f"{BASE}/name/HQ_AD").ok
    with pytest.raises(ValueError, match="nobody"):
        ise.lab.patch("ise", "set_join_point", name="nobody", domain="x")


# -- CSRF -----------------------------------------------------------------------------------------------------


class Csrf:
    """The handshake, step by step."""

    def __init__(self, ise: IseProbe) -> None:
        self.ise = ise
        self.fetched = ise.call("GET", VERSION, headers={"X-CSRF-TOKEN": "fetch"})
        self.token = self.fetched.headers.get("X-CSRF-Token", "")

    def write(self, token: str | None = None) -> requests.Response:
        headers = {"X-CSRF-TOKEN": self.token if token is None else token}
        return self.ise.call("PUT", f"{BASE}/{corp(self.ise)}/getTrustedDomains", headers=headers)


def test_without_the_check_there_is_no_token_and_none_is_needed(ise: IseProbe) -> None:
    csrf = Csrf(ise)
    assert csrf.fetched.status_code == 200
    assert csrf.token == ""
    assert csrf.write().status_code == 200


@pytest.mark.parametrize("status", [415, 200])
def test_the_handshake(ise: IseProbe, status: int) -> None:
    ise.lab.switch(**{"ise.csrf": True, "ise.csrf_fetch_status": status})
    refused = ise.call("PUT", f"{BASE}/{corp(ise)}/getTrustedDomains")
    assert refused.status_code == 403
    assert refused.headers["Content-Type"].startswith("text/html")
    assert "CSRF nonce validation failed" in refused.text
    csrf = Csrf(ise)
    assert csrf.fetched.status_code == status
    assert set(ise.session.cookies.keys()) == {"JSESSIONIDSSO", "APPSESSIONID"}
    assert csrf.write().status_code == 200
    assert csrf.write().status_code == 200
    assert csrf.write("stolen").status_code == 403
    ise.session.cookies.clear()
    assert csrf.write().status_code == 403


def test_the_session_ends_after_a_minute_of_silence(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.csrf": True})
    csrf = Csrf(ise)
    for _attempt in range(3):
        ise.lab.advance(45)
        assert csrf.write().status_code == 200
    ise.lab.advance(45)
    ise.ok("GET", BASE)
    ise.lab.advance(45)
    assert csrf.write().status_code == 200
    ise.lab.advance(61)
    assert csrf.write().status_code == 403
    assert Csrf(ise).write().status_code == 200


def test_open_api_writes_need_no_token(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.csrf": True})
    assert ise.call("PUT", "duo-mfa/enable", {"mfa": {"status": True}}).ok


# -- pxGrid ---------------------------------------------------------------------------------------------------

APPROVE = "/ers/config/pxgridnode/name/agent/approve"
ACCOUNTS = "/ers/config/pxgridsettings/autoapprove"


def test_a_pxgrid_client_is_approved(lab: Lab, ise: IseProbe) -> None:
    assert ise.call("PUT", APPROVE).status_code == 404
    lab.patch("ise", "add_pxgrid_client", name="agent")
    for path in ("/ers/config/pxgridnode", "/ers/config/pxgridnode/name/agent"):
        assert ise.call("GET", path).status_code == 404
    assert ise.call("PUT", APPROVE, {"name": "agent"}).status_code == 400
    assert ise.call("PUT", APPROVE).status_code == 200
    lab.switch(**{"ise.pxgrid_reads": "shown"})
    assert ise.ok("GET", "/ers/config/pxgridnode/name/agent")["PxgridNode"]["status"] == "APPROVED"
    assert [stub["name"] for stub in ise.ok("GET", "/ers/config/pxgridnode")["SearchResult"]["resources"]] == ["agent"]


@pytest.mark.parametrize(
    "settings",
    [
        {"allowPasswordBasedAccounts": True},
        {"allowPasswordBasedAccounts": True, "autoApproveCertBasedAccounts": "false"},
        {"allowPasswordBasedAccounts": True, "autoApproveCertBasedAccounts": False, "autoApprove": True},
    ],
    ids=["one missing", "a text", "one too many"],
)
def test_the_body_of_pxgrid_settings_is_strict(ise: IseProbe, settings: dict[str, Any]) -> None:
    assert ise.call("PUT", ACCOUNTS, {"PxgridSettings": settings}).status_code == 400
    assert ise.state()["pxgrid"]["settings"]["allowPasswordBasedAccounts"] is False
