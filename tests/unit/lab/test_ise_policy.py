# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy sets and rules on the simulated ISE."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .ise_probe import IseProbe

TREES = {"network-access": "VPN", "device-admin": "Routers"}
SERVICE = {"network-access": "Default Network Access", "device-admin": "Default Device Admin"}
VPN = {
    "conditionType": "ConditionAttributes",
    "dictionaryName": "DEVICE",
    "attributeName": "Device Type",
    "operator": "equals",
    "attributeValue": "All Device Types#VPN",
}


@pytest.fixture
def ise(lab: Lab) -> IseProbe:
    probe = IseProbe(lab)
    probe.joined()
    return probe


@pytest.fixture(params=TREES)
def tree(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sets(tree: str) -> str:
    return f"policy/{tree}/policy-set"


def policy_set(ise: IseProbe, tree: str, name: str = "") -> str:
    """The path of the set that the seed brings, or of another one."""
    wanted = name or TREES[tree]
    found = [item for item in ise.ok("GET", sets(tree))["response"] if item["name"] == wanted]
    return f"{sets(tree)}/{found[0]['id']}"


def mfa_rule(name: str = "Push", **members: Any) -> dict[str, Any]:
    outer = {key: members.pop(key) for key in list(members) if key.startswith("mfa")}
    rule = {"name": name, "rank": 0, "state": "enabled", "condition": VPN, **members}
    actions = {"mfaConnectionName": "Duo", "mfaResultAction": "ACCEPT", "mfaFailAction": "REJECT"}
    return {**actions, **outer, "rule": rule}


def authorization(tree: str, name: str = "Allow", **members: Any) -> dict[str, Any]:
    outer = {key: members.pop(key) for key in list(members) if key in ("profile", "commands", "securityGroup")}
    result: dict[str, Any] = {"profile": ["PermitAccess"], "securityGroup": "BYOD"}
    if tree == "device-admin":
        result = {"profile": "Default Shell Profile", "commands": ["PermitAllCommands"]}
    return {**result, **outer, "rule": {"name": name, "rank": 0, "state": "enabled", "condition": VPN, **members}}


def new_set(tree: str, name: str = "Remote", **members: Any) -> dict[str, Any]:
    return {"name": name, "rank": 0, "state": "enabled", "serviceName": SERVICE[tree], "condition": VPN, **members}


def names(ise: IseProbe, path: str) -> list[str]:
    listed = ise.ok("GET", path)["response"]
    flat = [item.get("rule", item) for item in listed]
    assert [item["rank"] for item in flat] == list(range(len(flat)))
    return [item["name"] for item in flat]


# -- what is there --------------------------------------------------------------------------------------------


def test_the_seed(ise: IseProbe, tree: str) -> None:
    assert names(ise, sets(tree)) == [TREES[tree], "Default"]
    path = policy_set(ise, tree)
    assert names(ise, f"{path}/mfa") == []
    assert names(ise, f"{path}/exception") == []
    assert names(ise, f"{path}/authentication") == names(ise, f"{path}/authorization") == ["Default"]
    default = ise.ok("GET", policy_set(ise, tree, "Default"))["response"]
    assert (default["default"], default["condition"], default["description"]) == (True, None, "")


def test_bare_arrays(ise: IseProbe) -> None:
    for path, member in [
        ("network-access/authorization-profiles", "PermitAccess"),
        ("network-access/security-groups", "BYOD"),
        ("network-access/identity-stores", "CORP_AD"),
        ("network-access/service-names", "Default Network Access"),
        ("device-admin/command-sets", "DenyAllCommands"),
        ("device-admin/shell-profiles", "Default Shell Profile"),
        ("device-admin/service-names", "Default Device Admin"),
    ]:
        listed = ise.ok("GET", f"policy/{path}")
        assert isinstance(listed, list)
        assert member in [item["name"] for item in listed]
    assert ise.call("GET", "policy/device-admin/security-groups").status_code == 404


def test_the_library(ise: IseProbe) -> None:
    listed = ise.ok("GET", "policy/network-access/condition")["response"]
    one = ise.ok("GET", f"policy/network-access/condition/{listed[0]['id']}")["response"]
    assert one == listed[0]
    named = ise.ok("GET", "policy/network-access/condition/condition-by-name/Wired_802.1X")["response"]
    assert named == listed[0]
    assert ise.call("GET", "policy/network-access/condition/nobody").status_code == 404
    (hours,) = ise.ok("GET", "policy/network-access/time-condition")["response"]
    assert hours["name"] == "Office hours" and hours not in listed
    assert ise.ok("GET", f"policy/network-access/time-condition/{hours['id']}")["response"] == hours


# -- policy sets ----------------------------------------------------------------------------------------------


def test_a_policy_set_from_birth_to_death(ise: IseProbe, tree: str) -> None:
    response = ise.call("POST", sets(tree), new_set(tree, description=None))
    assert response.status_code == 201
    created = response.json()["response"]
    assert (created["rank"], created["default"], created["description"]) == (0, False, "")
    path = f"{sets(tree)}/{created['id']}"
    assert ise.ok("GET", path)["response"] == created
    assert names(ise, f"{path}/authorization") == ["Default"]
    changed = ise.ok("PUT", path, {**created, "rank": 1, "state": "monitor", "description": "moved"})["response"]
    assert (changed["rank"], changed["state"], changed["description"]) == (1, "monitor", "moved")
    assert names(ise, sets(tree)) == [TREES[tree], "Remote", "Default"]
    assert ise.ok("DELETE", path) == {"id": created["id"]}
    assert ise.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    "members",
    [
        {"name": "what?"},
        {"serviceName": "Nothing"},
        {"serviceName": "07da6fd8-5abc-4dc4-bcec-df309dbf4d17"},
        {"isProxy": True},
        {"condition": None},
        {"state": "on"},
        {"rank": 3},
        {"rank": -1},
        {"default": True},
        {"policyType": "x"},
    ],
)
def test_what_a_policy_set_may_not_be(ise: IseProbe, tree: str, members: dict[str, Any]) -> None:
    response = ise.call("POST", sets(tree), {**new_set(tree), **members})
    assert (response.status_code, response.json()["code"]) == (400, "400")
    assert names(ise, sets(tree)) == [TREES[tree], "Default"]


def test_a_proxy_set_names_a_server_sequence(ise: IseProbe) -> None:
    body = new_set("device-admin", isProxy=True, serviceName="TACACS Proxy Sequence")
    assert ise.ok("POST", sets("device-admin"), body)["response"]["isProxy"] is True


# -- rules ----------------------------------------------------------------------------------------------------


def test_an_mfa_rule_from_birth_to_death(ise: IseProbe, tree: str) -> None:
    path = f"{policy_set(ise, tree)}/mfa"
    response = ise.call("POST", path, mfa_rule())
    assert response.status_code == 201
    created = response.json()["response"]
    assert created["mfaConnectionName"] == "Duo"
    assert created["rule"]["condition"] == {**VPN, "isNegate": False, "dictionaryValue": None, "link": None}
    one = f"{path}/{created['rule']['id']}"
    assert ise.ok("GET", one)["response"] == created
    created["rule"]["state"] = "disabled"
    assert ise.ok("PUT", one, created)["response"]["rule"]["state"] == "disabled"
    assert ise.ok("POST", f"{path}/reset-hitcount") == {"message": "Success"}
    assert ise.ok("DELETE", one) == {"id": created["rule"]["id"]}
    assert names(ise, path) == []


@pytest.mark.parametrize(
    "members",
    [
        {"mfaResultAction": "CONTINUE"},
        {"mfaFailAction": None},
        {"condition": None},
        {"condition": {}},
        {"default": True},
        {"rank": 1},
        {"state": "on"},
        {"name": ""},
        {"hits": 1},
    ],
)
def test_what_an_mfa_rule_may_not_be(ise: IseProbe, tree: str, members: dict[str, Any]) -> None:
    path = f"{policy_set(ise, tree)}/mfa"
    assert ise.call("POST", path, mfa_rule(**members)).status_code == 400
    assert names(ise, path) == []


@pytest.mark.parametrize(("rule", "status"), [(400, 400), ("accepted", 201)])
def test_an_unfit_connection(ise: IseProbe, rule: Any, status: int) -> None:
    ise.lab.patch("ise", "set_connection", name="Duo", type="VPN")
    ise.lab.switch(**{"ise.unfit_connection": rule})
    path = policy_set(ise, "device-admin")
    assert ise.call("POST", f"{path}/mfa", mfa_rule("A")).status_code == status
    assert ise.call("POST", f"{policy_set(ise, 'network-access')}/mfa", mfa_rule()).status_code == 201


@pytest.mark.parametrize(("rule", "status"), [(400, 400), (404, 404), ("accepted", 201)])
def test_an_unknown_connection(ise: IseProbe, tree: str, rule: Any, status: int) -> None:
    ise.lab.switch(**{"ise.unknown_connection": rule})
    body = mfa_rule(mfaConnectionName="nobody")
    assert ise.call("POST", f"{policy_set(ise, tree)}/mfa", body).status_code == status


@pytest.mark.parametrize(("rule", "status"), [(400, 400), (403, 403), ("accepted", 201)])
def test_an_mfa_rule_while_mfa_is_off(ise: IseProbe, rule: Any, status: int) -> None:
    ise.lab.patch("ise", "set_mfa", enabled=False)
    ise.lab.switch(**{"ise.mfa_rule_when_off": rule})
    assert ise.call("POST", f"{policy_set(ise, 'device-admin')}/mfa", mfa_rule()).status_code == status


@pytest.mark.parametrize(("case", "shown"), [("as_sent", "Accept"), ("upper", "ACCEPT"), ("lower", "accept")])
def test_the_case_of_actions(ise: IseProbe, case: str, shown: str) -> None:
    ise.lab.switch(**{"ise.rule_action_case": case})
    body = mfa_rule(mfaResultAction="Accept")
    assert ise.ok("POST", f"{policy_set(ise, 'device-admin')}/mfa", body)["response"]["mfaResultAction"] == shown


def test_an_authorization_rule_from_birth_to_death(ise: IseProbe, tree: str) -> None:
    path = f"{policy_set(ise, tree)}/authorization"
    created = ise.ok("POST", path, authorization(tree))["response"]
    assert names(ise, path) == ["Allow", "Default"]
    one = f"{path}/{created['rule']['id']}"
    assert (
        ise.ok("PUT", one, {**created, "rule": {**created["rule"], "name": "Permit"}})["response"]["rule"]["rank"] == 0
    )
    assert names(ise, path) == ["Permit", "Default"]
    ise.ok("DELETE", one)


@pytest.mark.parametrize(
    ("where", "members"),
    [
        ("network-access", {"profile": "PermitAccess"}),
        ("network-access", {"profile": ["07da6fd8-5abc-4dc4-bcec-df309dbf4d17"]}),
        ("network-access", {"profile": [], "securityGroup": None}),
        ("network-access", {"securityGroup": "Nobody"}),
        ("network-access", {"commands": ["DenyAllCommands"]}),
        ("device-admin", {"profile": ["Default Shell Profile"]}),
        ("device-admin", {"profile": "Nobody"}),
        ("device-admin", {"commands": ["Nobody"]}),
    ],
)
def test_rules_refer_by_name(ise: IseProbe, where: str, members: dict[str, Any]) -> None:
    response = ise.call("POST", f"{policy_set(ise, where)}/authorization", authorization(where, **members))
    assert response.status_code == 400


def test_authentication_rules(ise: IseProbe, tree: str) -> None:
    path = f"{policy_set(ise, tree)}/authentication"
    rule = {"name": "AD", "rank": 0, "condition": VPN}
    body = {"rule": rule, "identitySourceName": "CORP_AD", "ifUserNotFound": "continue"}
    created = ise.ok("POST", path, body)["response"]
    actions = {name: created[name] for name in ("ifAuthFail", "ifUserNotFound", "ifProcessFail")}
    assert actions == {"ifAuthFail": "reject", "ifUserNotFound": "continue", "ifProcessFail": "drop"}
    assert ise.call("POST", path, {**body, "identitySourceName": "Nobody"}).status_code == 400
    assert ise.call("POST", path, {**body, "ifAuthFail": "maybe"}).status_code == 400


# -- rank, defaults, duplicates -------------------------------------------------------------------------------


def test_ranks_shift_and_stay_unbroken(ise: IseProbe, tree: str) -> None:
    path = f"{policy_set(ise, tree)}/authorization"
    ids = {
        name: ise.ok("POST", path, authorization(tree, name, rank=rank))["response"]["rule"]["id"]
        for name, rank in (("A", 0), ("B", 1), ("C", 1))
    }
    assert names(ise, path) == ["A", "C", "B", "Default"]
    assert ise.call("POST", path, authorization(tree, "D", rank=4)).status_code == 400
    ise.ok("PUT", f"{path}/{ids['A']}", authorization(tree, "A", rank=2))
    assert names(ise, path) == ["C", "B", "A", "Default"]
    assert ise.call("PUT", f"{path}/{ids['A']}", authorization(tree, "A", rank=3)).status_code == 400
    ise.ok("DELETE", f"{path}/{ids['B']}")
    assert names(ise, path) == ["C", "A", "Default"]


@pytest.mark.parametrize(
    ("rule", "order"), [("top", ["C", "A", "B", "Default"]), ("bottom", ["A", "B", "C", "Default"])]
)
def test_no_rank(ise: IseProbe, rule: str, order: list[str]) -> None:
    ise.lab.switch(**{"ise.rule_without_rank": rule})
    path = f"{policy_set(ise, 'network-access')}/authorization"
    for name, rank in (("A", 0), ("B", 1)):
        ise.ok("POST", path, authorization("network-access", name, rank=rank))
    body = authorization("network-access", "C")
    del body["rule"]["rank"]
    created = ise.ok("POST", path, body)["response"]["rule"]["id"]
    assert names(ise, path) == order
    ise.ok("PUT", f"{path}/{created}", authorization("network-access", "C", rank=1))
    assert names(ise, path) == ["A", "C", "B", "Default"]
    ise.ok("PUT", f"{path}/{created}", body)
    assert names(ise, path) == order


def test_defaults_are_adjusted_and_no_more(ise: IseProbe, tree: str) -> None:
    base = policy_set(ise, tree)
    listed = ise.ok("GET", f"{base}/authorization")["response"][-1]
    path = f"{base}/authorization/{listed['rule']['id']}"
    response = ise.call("DELETE", path)
    assert (response.status_code, response.json()["message"]) == (400, "Attempted to delete default Default")
    assert "Attempted to delete default" in ise.call("DELETE", policy_set(ise, tree, "Default")).json()["message"]
    without = {**listed, "rule": {name: value for name, value in listed["rule"].items() if name != "condition"}}
    assert "Condition property is required" in ise.call("PUT", path, without).json()["message"]
    with_one = {**listed, "rule": {**listed["rule"], "condition": VPN}}
    assert "Default rule cannot be modified" in ise.call("PUT", path, with_one).json()["message"]
    profile = ["PermitAccess"] if tree == "network-access" else "Default Shell Profile"
    assert ise.ok("PUT", path, {**listed, "profile": profile})["response"]["profile"] == profile
    posted = ise.call("POST", f"{base}/authorization", authorization(tree, default=True))
    assert "Default rule setting cannot be modified" in posted.json()["message"]


@pytest.mark.parametrize("status", [400, 409])
def test_duplicates(ise: IseProbe, tree: str, status: int) -> None:
    ise.lab.switch(**{"ise.policy_duplicate": status})
    path = f"{policy_set(ise, tree)}/mfa"
    ise.ok("POST", path, mfa_rule("A"))
    other = ise.ok("POST", path, mfa_rule("B"))["response"]["rule"]["id"]
    responses = [
        ise.call("POST", path, mfa_rule("A")),
        ise.call("PUT", f"{path}/{other}", mfa_rule("A")),
        ise.call("POST", sets(tree), new_set(tree, TREES[tree])),
    ]
    assert [response.status_code for response in responses] == [status] * 3
    assert all("same name" in response.json()["message"] for response in responses)


# -- conditions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribute", "sent", "stored"),
    [
        ("Network Access:Device IP Address", "equals", "ipEquals"),
        ("Network Access:Device IP Address", "notEquals", "ipNotEquals"),
        ("Network Access:Device IP Address", "ipEquals", "ipEquals"),
        ("Network Access:Device IP Address", "startsWith", "startsWith"),
        ("Network Access:UserName", "ipEquals", "equals"),
        ("Network Access:UserName", "greaterThan", "greaterThan"),
        ("Network Access:UserName", "dateLessThan", "lessThan"),
        ("InternalUser:ContractEnd", "lessThan", "dateLessThan"),
        ("InternalUser:ContractEnd", "dateGreaterThan", "dateGreaterThan"),
        ("InternalUser:ContractEnd", "ipEquals", "equals"),
    ],
)
def test_operators_are_folded(ise: IseProbe, attribute: str, sent: str, stored: str) -> None:
    dictionary, _colon, name = attribute.partition(":")
    condition = {**VPN, "dictionaryName": dictionary, "attributeName": name, "operator": sent}
    created = ise.ok("POST", f"{policy_set(ise, 'device-admin')}/mfa", mfa_rule(condition=condition))["response"]
    assert created["rule"]["condition"]["operator"] == stored


def test_nested_conditions_and_references(ise: IseProbe) -> None:
    library = ise.ok("GET", "policy/network-access/condition")["response"][0]
    group = {
        **VPN,
        "dictionaryName": "CORP_AD",
        "attributeName": "ExternalGroups",
        "attributeValue": "corp.example/Users/Duo Users",
    }
    reference = {"conditionType": "ConditionReference", "id": library["id"], "isNegate": True}
    inner = {"conditionType": "ConditionOrBlock", "children": [group, VPN]}
    block = {"conditionType": "ConditionAndBlock", "children": [reference, inner]}
    path = f"{policy_set(ise, 'network-access')}/mfa"
    condition = ise.ok("POST", path, mfa_rule(condition=block))["response"]["rule"]["condition"]
    shown, nested = condition["children"]
    assert (shown["name"], shown["isNegate"]) == (library["name"], True)
    assert [child["dictionaryName"] for child in nested["children"]] == ["CORP_AD", "DEVICE"]


@pytest.mark.parametrize(
    "condition",
    [
        [],
        {**VPN, "conditionType": "ConditionAttrs"},
        {**VPN, "conditionType": "LibraryConditionAttributes"},
        {**VPN, "operator": "like"},
        {**VPN, "dictionaryName": "OTHER_AD"},
        {**VPN, "attributeName": "Device Typ"},
        {**VPN, "attributeValue": "All Device Types#Toaster"},
        {**VPN, "attributeName": "Model Name", "attributeValue": "100%"},
        {**VPN, "attributeValue": 7},
        {**VPN, "isNegate": "no"},
        {**VPN, "children": []},
        {"conditionType": "ConditionAttributes", "dictionaryName": "DEVICE"},
        {"conditionType": "ConditionAndBlock"},
        {"conditionType": "ConditionAndBlock", "children": []},
        {"conditionType": "ConditionOrBlock", "children": [{**VPN, "operator": "like"}]},
        {"conditionType": "ConditionReference", "id": "07da6fd8-5abc-4dc4-bcec-df309dbf4d17"},
    ],
)
def test_conditions_that_do_not_fit_their_type(ise: IseProbe, condition: Any) -> None:
    response = ise.call("POST", f"{policy_set(ise, 'device-admin')}/mfa", mfa_rule(condition=condition))
    assert (response.status_code, response.json()["code"]) == (400, "400")


def test_the_dictionary_of_a_domain_exists_once_it_is_joined(ise: IseProbe) -> None:
    ise.lab.patch("ise", "set_join_point", name="LAB_AD", joined=False)
    path = f"{policy_set(ise, 'device-admin')}/mfa"
    body = mfa_rule(condition={**VPN, "dictionaryName": "LAB_AD", "attributeName": "ExternalGroups"})
    assert ise.call("POST", path, body).status_code == 400
    ise.lab.patch("ise", "set_join_point", name="LAB_AD", joined=True)
    assert ise.call("POST", path, body).status_code == 201


def test_unset_members_can_be_left_out(ise: IseProbe, tree: str) -> None:
    ise.lab.switch(**{"ise.policy_nulls": "left_out"})
    path = policy_set(ise, tree)
    ise.ok("POST", f"{path}/mfa", mfa_rule())
    for answer in (f"{path}/mfa", f"{path}/authorization", sets(tree)):
        assert "null" not in ise.call("GET", answer).text


def test_a_rule_added_out_of_band(ise: IseProbe) -> None:
    identifier = ise.lab.patch(
        "ise", "add_mfa_rule", policy_type="device_admin", policy_set="Routers", name="Push", connection="gone"
    )
    path = policy_set(ise, "device-admin")
    assert ise.ok("GET", f"{path}/mfa/{identifier}")["response"]["mfaConnectionName"] == "gone"
    with pytest.raises(ValueError, match="Routers"):
        ise.lab.patch("ise", "add_mfa_rule", policy_type="device_admin", policy_set="no", name="n", connection="c")


# -- what conditions may name ---------------------------------------------------------------------------------


def listed(ise: IseProbe, tree: str, kind: str) -> dict[str, dict[str, Any]]:
    found = ise.ok("GET", f"policy/{tree}/dictionaries/{kind}")["response"]
    return {f"{item['dictionaryName']}:{item['name']}": item for item in found}


def test_each_kind_of_rule_has_its_attributes(ise: IseProbe, tree: str) -> None:
    before, after = listed(ise, tree, "policyset"), listed(ise, tree, "authorization")
    assert "DEVICE:Device Type" in before and "CORP_AD:ExternalGroups" not in before
    assert before.keys() < after.keys() and "CORP_AD:ExternalGroups" in after
    assert ("TACACS:Remote-Address" in before) is (tree == "device-admin")
    group = {**VPN, "dictionaryName": "CORP_AD", "attributeName": "ExternalGroups", "attributeValue": "x"}
    assert ise.call("POST", sets(tree), new_set(tree, condition=group)).status_code == 400
    assert ise.call("POST", f"{policy_set(ise, tree)}/mfa", mfa_rule(condition=group)).status_code == 201
    ise.lab.switch(**{"ise.mfa_rule_attributes": "authentication"})
    assert ise.call("POST", f"{policy_set(ise, tree)}/mfa", mfa_rule("B", condition=group)).status_code == 400
    ise.lab.switch(**{"ise.unlisted_names": "accepted"})
    assert ise.call("POST", f"{policy_set(ise, tree)}/mfa", mfa_rule("B", condition=group)).status_code == 201


def test_allowed_values(ise: IseProbe) -> None:
    tree = "network-access"
    port = listed(ise, tree, "authorization")["Radius:NAS-Port-Type"]["allowedValues"]
    assert {"key": "5", "value": "Virtual", "isDefault": False} in port
    ise.lab.switch(**{"ise.device_group_values": "rooted", "ise.group_values": "listed"})
    found = listed(ise, tree, "authorization")
    assert found["DEVICE:Location"]["allowedValues"][0]["value"] == "Location#All Locations"
    groups = [item["value"] for item in found["CORP_AD:ExternalGroups"]["allowedValues"]]
    assert groups == ["corp.example/Users/Domain Users", "corp.example/Users/Helpdesk"]


def test_single_dictionaries(ise: IseProbe) -> None:
    base = "policy/network-access/dictionaries"
    assert "Radius" in [item["name"] for item in ise.ok("GET", base)["response"]]
    assert ise.ok("GET", f"{base}/Radius")["response"]["dictionaryAttrType"] == "MSG_ATTR"
    attribute = ise.ok("GET", f"{base}/DEVICE/attribute/Device%20Type")["response"]
    assert attribute in ise.ok("GET", f"{base}/DEVICE/attribute")["response"]
    for missing in (f"{base}/Nothing", f"{base}/Nothing/attribute", f"{base}/DEVICE/attribute/Nothing"):
        assert ise.call("GET", missing).status_code == 404
    assert ise.call("GET", "policy/device-admin/dictionaries").status_code == 404


# -- answers that differ --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ("documented", (201, 200, 200)),
        ("post_200", (200, 200, 200)),
        ("put_204", (201, 204, 200)),
        ("delete_202", (201, 200, 202)),
        ("delete_204", (201, 200, 204)),
    ],
)
def test_the_codes_of_rules(ise: IseProbe, tree: str, codes: str, expected: tuple[int, ...]) -> None:
    ise.lab.switch(**{"ise.policy_codes": codes, "ise.rule_deletion_seconds": 60})
    path = f"{policy_set(ise, tree)}/mfa"
    post = ise.call("POST", path, mfa_rule())
    one = f"{path}/{ise.ok('GET', path)['response'][0]['rule']['id']}"
    answers = (post, ise.call("PUT", one, mfa_rule(state="disabled")), ise.call("DELETE", one))
    assert tuple(answer.status_code for answer in answers) == expected
    assert all(bool(answer.content) is (answer.status_code != 204) for answer in answers)
    assert names(ise, path) == (["Push"] if codes == "delete_202" else [])
    ise.lab.advance(61)
    assert names(ise, path) == []


def test_passing_refusals(ise: IseProbe, tree: str) -> None:
    ise.lab.switch(**{"ise.transient_refusal": 2})
    path = f"{policy_set(ise, tree)}/mfa"
    statuses = [ise.call("POST", path, mfa_rule(name)).status_code for name in ("A", "B", "B", "C")]
    assert statuses == [201, 400, 201, 400]
    assert names(ise, path) == ["B", "A"]


def test_deep_conditions_take_their_time(ise: IseProbe) -> None:
    ise.lab.switch(**{"ise.condition_level_seconds": 0.1})
    block = {"conditionType": "ConditionAndBlock", "children": [VPN, VPN]}
    path = f"{policy_set(ise, 'network-access')}/mfa"
    assert ise.call("POST", path, mfa_rule(condition=block)).elapsed.total_seconds() >= 0.2


def test_defaults_of_what_is_left_out(ise: IseProbe, tree: str) -> None:
    path = policy_set(ise, tree)
    rule = {"name": "A", "condition": VPN}
    created = ise.ok("POST", f"{path}/authentication", {"rule": rule})["response"]
    assert (created["identitySourceName"], created["ifProcessFail"]) == ("Internal Users", "drop")
    assert ise.call("POST", f"{path}/mfa", {"rule": rule}).status_code == 400
    ise.lab.switch(**{"ise.unknown_connection": "accepted"})
    created = ise.ok("POST", f"{path}/mfa", {"rule": rule})["response"]
    assert (created["mfaConnectionName"], created["mfaFailAction"]) == ("api-XXXXXXXX.duosecurity.com", "REJECT")


@pytest.mark.parametrize(("answer", "status"), [(400, 400), ("accepted", 201)])
def test_a_rule_without_a_condition(ise: IseProbe, tree: str, answer: Any, status: int) -> None:
    ise.lab.switch(**{"ise.null_condition": answer})
    path = f"{policy_set(ise, tree)}/mfa"
    assert ise.call("POST", path, mfa_rule(condition=None)).status_code == status
    assert ise.call("POST", path, {**mfa_rule("B"), "rule": {"name": "B"}}).status_code == 400


def test_global_exceptions(ise: IseProbe, tree: str) -> None:
    path = f"{sets(tree)}/global-exception"
    created = ise.ok("POST", path, authorization(tree))["response"]
    assert "/global-exception/" in created["link"]["href"]
    one = f"{path}/{created['rule']['id']}"
    ise.ok("PUT", one, authorization(tree, "Permit"))
    assert names(ise, path) == ["Permit"]
    assert ise.ok("POST", f"{path}/reset-hitcount") == {"message": "Success"}
    ise.ok("DELETE", one)
    assert names(ise, path) == []


def test_a_description_that_is_not_set(ise: IseProbe, tree: str) -> None:
    ise.lab.switch(**{"ise.unset_description": "null"})
    assert ise.ok("GET", policy_set(ise, tree))["response"]["description"] is None
    refused = ise.call("POST", sets(tree), new_set(tree, description="100%"))
    assert (refused.status_code, "description" in refused.json()["message"]) == (400, True)
