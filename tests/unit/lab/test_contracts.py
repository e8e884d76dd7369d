# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of the lab against a description of the API: ours always, another where it lies beside this project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lab import Lab

from .conftest import DuoCall
from .contract import Contract
from .ise_probe import IseProbe
from .secure_endpoint_probe import SecureEndpointProbe

ROOT = Path(__file__).parents[3]
OWN = ROOT / "tests" / "lab" / "contracts"
VENDOR = ROOT.parent / "shared" / "contracts"
BASE = "/ers/config/activedirectory"
SYNC = "duo-identitysync/identitysync"
HELPDESK = "corp.example/Users/Helpdesk"
RECURRING = {"schedulerSync": "recurring", "interval": 1, "intervalUnit": "days", "startDate": "2099-01-01T09:00:00"}
VPN = {
    "conditionType": "ConditionAttributes",
    "dictionaryName": "DEVICE",
    "attributeName": "Device Type",
    "operator": "equals",
    "attributeValue": "All Device Types#VPN",
}
# Refusals the vendor's descriptions leave out though they must exist; the lab answers them all the same.
UNDESCRIBED = {
    ("DELETE", "duo-mfa/mfa/No", 404),
    ("DELETE", f"{SYNC}/No", 404),
    ("POST", "duo-mfa/mfa", 409),
    ("GET", "deployment/node/nobody", 404),
}


Comparison = Callable[[str, str, int, Any], Iterator[str]]


class Answers:
    """Sends requests and compares every answer."""

    def __init__(self, ise: IseProbe, problems: Comparison) -> None:
        self.ise = ise
        self._problems = problems
        self.found: list[str] = []
        self.count = 0

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **options: Any) -> Any:
        """The decoded answer, None if empty. Fails if the status is not the expected one."""
        response = self.ise.call(method, path, body, **options)
        assert response.status_code == status, (method, path, response.status_code, response.text)
        answer = response.json() if response.content else None
        if (method, path, status) not in UNDESCRIBED:
            full = path if path.startswith("/") else f"/api/v1/{path}"
            self.found += self._problems(method, full, status, answer)
        self.count += 1
        return answer


# -- which description ----------------------------------------------------------------------------------------


class VendorIse:
    """Cisco's descriptions, one per family."""

    def __init__(self, folder: Path) -> None:
        def contract(name: str, prefix: str = "", **how: Any) -> Contract:
            return Contract(folder / name, prefix, **how)

        # Policy types conditions by a base schema only, so those stay open and are compared by type below.
        self.policy = contract("cisco-ise-open-api-policy.yaml", strict=True, open_titles=frozenset({"Condition"}))
        # The two ERS descriptions name too few members of list items, so they are not read strictly.
        self.families = {
            "/api/v1/duo-mfa": contract("cisco-ise-open-api-mfa.yaml", strict=True),
            "/api/v1/duo-identitysync": contract("cisco-ise-open-api-duo-identity-sync.yaml", strict=True),
            "/api/v1/policy": self.policy,
            "/api/v1/deployment": contract("cisco-ise-open-api-deployment.yaml", "/api/v1", strict=True),
            "/api/v1/patch": contract("cisco-ise-open-api-patch-hot-patch.yaml", strict=True),
            "/ers/config/activedirectory": contract("cisco-ise-activedirectory-api-openapi.yml", "/ers/config"),
            "/ers/config/op": contract("cisco-ise-legacy-ers-version-and-patch.yaml"),
        }

    def _family(self, path: str) -> Contract:
        return next(contract for prefix, contract in self.families.items() if path.startswith(prefix))

    def problems(self, method: str, path: str, status: int, body: Any) -> Iterator[str]:
        """What is wrong with an answer."""
        contract = self._family(path)
        yield from contract.problems(method, path, status, body)
        if contract is self.policy:
            for condition in conditions(body):
                for problem in contract.misfits(contract.named(condition["conditionType"]), condition):
                    yield f"{method} {path}: {problem}"


def conditions(value: Any) -> Iterator[dict[str, Any]]:
    """Every condition inside an answer."""
    if isinstance(value, dict):
        if "conditionType" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from conditions(item)


def ise_descriptions() -> dict[str, Comparison]:
    found: dict[str, Comparison] = {"own": Contract(OWN / "ise.yaml").problems}
    if (VENDOR / "ise").is_dir():
        found["vendor"] = VendorIse(VENDOR / "ise").problems
    return found


def duo_descriptions() -> dict[str, Contract]:
    found = {"own": Contract(OWN / "duo.yaml")}
    if (VENDOR / "duo.openapi.yaml").is_file():
        found["reference"] = Contract(VENDOR / "duo.openapi.yaml")
    return found


def secure_endpoint_descriptions() -> dict[str, Contract]:
    found = {"own": Contract(OWN / "secure_endpoint.yaml")}
    if (VENDOR / "secure_endpoint.openapi.yaml").is_file():
        found["reference"] = Contract(VENDOR / "secure_endpoint.openapi.yaml")
    return found


ISE = ise_descriptions()
DUO = duo_descriptions()
SECURE_ENDPOINT = secure_endpoint_descriptions()


@pytest.fixture(params=ISE)
def answers(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Answers]:
    """Compares with each description; what does not fit is reported at the end, all of it."""
    lab.switch(**{"ise.unauthorized_body": "json"})
    sent = Answers(IseProbe(lab), ISE[request.param])
    # The vendor's schemas know no nulls; that ISE sends some is reported from real boxes.
    if request.param == "vendor":
        lab.switch(**{"ise.policy_nulls": "left_out"})
    yield sent
    assert sent.count
    assert sent.found == []


# -- ISE ------------------------------------------------------------------------------------------------------


def test_refusals_before_any_rule(answers: Answers) -> None:
    answers("GET", "duo-mfa/status", status=401, auth=("ansible", "wrong"))
    for path in ("duo-mfa/mfa", "duo-mfa/mfa/Duo", SYNC, "duo-identitysync/activedirectories", f"{SYNC}/sync/A"):
        answers("GET", path, status=403)
    answers("PUT", "duo-mfa/enable", {"mfa": {"status": 1}}, status=400)


def test_mfa(answers: Answers) -> None:
    ise = answers.ise
    answers("GET", "duo-mfa/status")
    answers("PUT", "duo-mfa/enable", {"mfa": {"status": True}})
    answers("POST", SYNC, ise.sync_body(), status=201)
    account = ise.duo_keys()
    answers("POST", "duo-mfa/mfa", ise.connection_body(accountConfigurations=account), status=201)
    answers("GET", "duo-mfa/mfa")
    for form in ("masked", "empty", "absent", "plain"):
        ise.lab.switch(**{"ise.secrets_on_read": form})
        answers("GET", "duo-mfa/mfa/Duo")
    answers("PUT", "duo-mfa/mfa/Duo", ise.connection_body(type="VPN", accountConfigurations=account))
    answers("POST", "duo-mfa/mfa/testconnection/Duo")
    answers("POST", "duo-mfa/mfa/testconnection/Duo", {"apiHostName": "api-0.example.com"}, status=400)
    answers("POST", "duo-mfa/mfa", ise.connection_body(), status=400)
    ise.lab.switch(**{"ise.duplicate_name": 409})
    answers("POST", "duo-mfa/mfa", ise.connection_body(), status=409)
    answers("DELETE", f"{SYNC}/AD%20Sync", status=400)
    for status in (404, 400, 403, 500):
        ise.lab.switch(**{"ise.missing_name": status})
        answers("GET", "duo-mfa/mfa/No", status=status)
        answers("PUT", "duo-mfa/mfa/No", ise.connection_body("No"), status=status)
        answers("DELETE", "duo-mfa/mfa/No", status=status)
    answers("DELETE", "duo-mfa/mfa/Duo")


def test_identity_sync(answers: Answers) -> None:
    ise = answers.ise
    ise.enable()
    answers("GET", "duo-identitysync/activedirectories")
    for listed in ("added", "all"):
        ise.lab.switch(**{"ise.adgroups_lists": listed})
        answers("GET", "duo-identitysync/adgroups/CORP_AD")
    answers("POST", SYNC, ise.sync_body(), status=201)
    ise.lab.switch(**{"ise.sync_seconds": 60})
    for result in ("Success", "Cancelled"):
        answers("GET", f"{SYNC}/sync/AD%20Sync")
        answers("GET", f"{SYNC}/AD%20Sync")
        if result == "Cancelled":
            answers("GET", f"{SYNC}/sync/cancel/AD%20Sync")
            answers("GET", f"{SYNC}/AD%20Sync")
        ise.lab.advance(61)
        answers("GET", SYNC)
    for sid in ("plain", "domain_prefixed"):
        ise.lab.switch(**{"ise.sid": sid, "ise.sync_before_first_run": "Pending"})
        answers("PUT", f"{SYNC}/AD%20Sync", ise.sync_body(syncSchedule=RECURRING))
        answers("GET", f"{SYNC}/AD%20Sync")
    answers("PUT", f"{SYNC}/status/AD%20Sync", {"status": "FAILED", "errorList": []})
    answers("GET", SYNC)
    for status in (404, 400, 403, 500):
        ise.lab.switch(**{"ise.missing_name": status})
        answers("GET", f"{SYNC}/No", status=status)
        answers("DELETE", f"{SYNC}/No", status=status)
        answers("GET", f"{SYNC}/sync/No", status=status)
    answers("DELETE", f"{SYNC}/AD%20Sync")


def test_empty_answers_of_a_delete(answers: Answers) -> None:
    answers.ise.joined()
    answers.ise.lab.switch(**{"ise.success_codes": "delete_204"})
    answers("DELETE", "duo-mfa/mfa/Duo", status=204)
    answers("DELETE", f"{SYNC}/AD%20Sync", status=204)


@pytest.mark.parametrize("role", ["primary", "secondary", "standalone"])
def test_the_box(answers: Answers, role: str) -> None:
    answers.ise.lab.switch(**{"ise.node_role": role})
    answers("GET", "deployment/node")
    answers("GET", "deployment/node/ise-pan1")
    answers("GET", "deployment/node/nobody", status=404)
    answers("GET", "deployment/node?filter=colour.EQ.red", status=400)
    for patch in (0, 3):
        answers.ise.lab.switch(**{"ise.patch": patch})
        answers("GET", "patch")
        answers("GET", "/ers/config/op/systemconfig/iseversion")


def test_active_directory(answers: Answers) -> None:
    ise = answers.ise
    corp = f"{BASE}/{ise.state()['join_points']['CORP_AD']['id']}"
    domain = {"OperationAdditionalData": {"additionalData": [{"name": "domain", "value": "corp.example"}]}}
    answers("GET", BASE)
    answers("GET", f"{BASE}?size=1&page=2")
    answers("GET", f"{BASE}?size=500", status=400)
    answers("GET", corp)
    answers("GET", f"{BASE}/name/LAB_AD")
    answers("GET", f"{BASE}/name/nobody", status=404)
    groups = answers("PUT", f"{corp}/getGroupsByDomain", domain)["ERSActiveDirectoryGroups"]["groups"]
    answers("PUT", f"{corp}/getGroupsByDomain", {}, status=400)
    answers("PUT", f"{corp}/getTrustedDomains")
    point = {"name": "CORP_AD", "domain": "corp.example", "adgroups": {"groups": groups}}
    answers("PUT", f"{corp}/addGroups", {"ERSActiveDirectory": point}, status=204)
    answers("PUT", f"{corp}/addGroups", {"ERSActiveDirectory": {**point, "domain": "x"}}, status=400)
    created = {"ERSActiveDirectory": {"name": "NEW_AD", "domain": "new.example"}}
    answers("POST", BASE, created, status=201)
    answers("POST", BASE, {"ERSActiveDirectory": {"name": None}}, status=400)
    answers("DELETE", f"{BASE}/{ise.state()['join_points']['NEW_AD']['id']}", status=204)
    ise.lab.switch(**{"ise.csrf": True})
    answers("GET", corp, status=415, headers={"X-CSRF-TOKEN": "fetch"})


def test_radius(lab: Lab) -> None:
    """The vendor's description of these is not among the stored ones."""
    answers = Answers(IseProbe(lab), ISE["own"])
    servers, sequences = "/ers/config/externalradiusserver", "/ers/config/radiusserversequence"
    numbers = {"authenticationPort": 1812, "accountingPort": 1813, "timeout": 60, "retries": 1}
    server = {"name": "One", "hostIP": "192.0.2.1", "sharedSecret": "x", "enableKeyWrap": False, **numbers}
    body = {"ExternalRadiusServer": {**server, "keyInputFormat": "ASCII"}}
    answers("POST", servers, {"ExternalRadiusServer": server}, status=400)
    answers(
        "POST", servers, {"ExternalRadiusServer": {**body["ExternalRadiusServer"], "description": None}}, status=400
    )
    answers("POST", servers, body, status=201)
    answers("POST", servers, body, status=400)
    answers("POST", sequences, {"RadiusServerSequence": {"name": "Both", "RadiusServerList": ["Two"]}}, status=400)
    answers("POST", sequences, {"RadiusServerSequence": {"name": "Both", "RadiusServerList": ["One"]}}, status=201)
    (one,) = answers("GET", servers)["SearchResult"]["resources"]
    (both,) = answers("GET", f"{sequences}?size=1&page=1")["SearchResult"]["resources"]
    assert answers("GET", f"{servers}/{one['id']}")["ExternalRadiusServer"]["sharedSecret"] == "******"
    answers("GET", f"{servers}/name/One")
    answers("GET", f"{servers}/name/nobody", status=404)
    answers("GET", f"{sequences}/{both['id']}")
    answers("PUT", f"{servers}/{one['id']}", body)
    answers("DELETE", f"{servers}/{one['id']}", status=400)
    answers("DELETE", f"{sequences}/{both['id']}", status=204)
    answers("DELETE", f"{servers}/{one['id']}", status=204)
    answers("DELETE", f"{servers}/{one['id']}", status=404)
    lab.switch(**{"ise.version": "3.5.0.527"})
    answers("POST", servers, body, status=400)
    assert answers.found == []


@pytest.mark.parametrize("tree", ["network-access", "device-admin"])
def test_policy(answers: Answers, tree: str) -> None:
    answers.ise.joined()
    base = f"policy/{tree}"
    catalogues = {"network-access": ("authorization-profiles", "security-groups")}
    for name in ("service-names", "identity-stores", *catalogues.get(tree, ("command-sets", "shell-profiles"))):
        answers("GET", f"{base}/{name}")
    service = answers("GET", f"{base}/service-names")[0]["name"]
    check_names(answers, base)
    stored = answers("GET", f"{base}/condition")["response"][0]
    answers("GET", f"{base}/condition/{stored['id']}")
    answers("GET", f"{base}/condition/condition-by-name/{stored['name']}")
    reference = {"conditionType": "ConditionReference", "id": stored["id"]}
    address = {**VPN, "dictionaryName": "Network Access", "attributeName": "Device IP Address"}
    block = {"conditionType": "ConditionAndBlock", "children": [VPN, {**address, "isNegate": True}, reference]}
    body = {"name": "New", "serviceName": service, "condition": block, "rank": 0}
    created = answers("POST", f"{base}/policy-set", body, status=201)["response"]
    path = f"{base}/policy-set/{created['id']}"
    answers("GET", path)
    answers("PUT", path, {**body, "state": "monitor"})
    answers("POST", f"{base}/policy-set", body, status=400)
    result: dict[str, Any] = {"profile": ["PermitAccess"], "securityGroup": "BYOD"}
    if tree == "device-admin":
        result = {"profile": "Default Shell Profile", "commands": ["PermitAllCommands"]}
    rules = {
        "mfa": {"mfaConnectionName": "Duo", "mfaResultAction": "ACCEPT", "mfaFailAction": "REJECT"},
        "authentication": {"identitySourceName": "CORP_AD"},
        "authorization": result,
        "exception": result,
    }
    for kind, content in rules.items():
        check_rules(answers, f"{path}/{kind}", content)
    check_rules(answers, f"{base}/policy-set/global-exception", result)
    answers.ise.lab.switch(**{"ise.rule_deletion_seconds": 0})
    for codes, statuses in {
        "post_200": (200, 200, 200),
        "put_204": (201, 204, 200),
        "delete_202": (201, 200, 202),
    }.items():
        answers.ise.lab.switch(**{"ise.policy_codes": codes})
        check_rules(answers, f"{path}/mfa", rules["mfa"], statuses)
    answers.ise.lab.switch(**{"ise.policy_codes": "delete_204"})
    check_rules(answers, f"{path}/exception", result, (201, 200, 204))
    answers("POST", f"{base}/policy-set/reset-hitcount")
    answers("GET", f"{base}/policy-set")
    answers("DELETE", path)
    answers("GET", path, status=404)


def check_names(answers: Answers, base: str) -> None:
    """What conditions may name."""
    answers.ise.lab.switch(**{"ise.group_values": "listed"})
    answers("GET", f"{base}/time-condition")
    for kind in ("policyset", "authentication", "authorization"):
        answers("GET", f"{base}/dictionaries/{kind}")
        answers("GET", f"{base}/condition/{kind}")
    if base.endswith("network-access"):
        for path in ("", "/Radius", "/CORP_AD/attribute", "/Radius/attribute/NAS-Port-Type"):
            answers("GET", f"{base}/dictionaries{path}")
        answers("GET", f"{base}/dictionaries/Nothing", status=404)


def check_rules(
    answers: Answers, path: str, content: dict[str, Any], statuses: tuple[int, int, int] = (201, 200, 200)
) -> None:
    """The life of one rule, with the codes of its POST, PUT and DELETE."""
    created, changed, deleted = statuses
    body = {**content, "rule": {"name": "New", "rank": 0, "condition": VPN}}
    rule = answers("POST", path, body, status=created)["response"]["rule"]["id"]
    answers("POST", path, body, status=400)
    answers("GET", path)
    answers("GET", f"{path}/{rule}")
    answers("PUT", f"{path}/{rule}", body, status=changed)
    answers("POST", f"{path}/reset-hitcount")
    answers("DELETE", f"{path}/{rule}", status=deleted)
    answers("GET", f"{path}/{rule}", status=404)


@pytest.mark.parametrize(
    "switches",
    [
        {"ise.schedule_none": "null"},
        {"ise.schedule_none": "absent"},
        {"ise.error_code_as": "number"},
        {"ise.type_order": "sorted"},
        {"ise.readonly_body": "json"},
    ],
)
def test_forms_nobody_publishes(lab: Lab, switches: dict[str, Any]) -> None:
    ise = IseProbe(lab)
    ise.joined()
    lab.switch(**switches)
    answers = Answers(ise, ISE["own"])
    answers("GET", f"{SYNC}/AD%20Sync")
    answers("GET", "duo-mfa/mfa/Duo")
    answers("GET", "duo-mfa/mfa/No", status=404)
    reader = (lab.ise.readonly_username, lab.ise.readonly_password)
    answers("PUT", "duo-mfa/enable", {"mfa": {"status": False}}, status=403, auth=reader)
    assert answers.found == []


def test_the_comparison_can_fail() -> None:
    for problems in ISE.values():
        status, named = "/api/v1/duo-mfa/status", "/api/v1/duo-mfa/mfa/Duo"
        wrong = [
            ("GET", status, 200, {"response": {"status": True}}),
            ("GET", status, 200, {"status": "true"}),
            ("GET", status, 418, {}),
            ("GET", "/api/v1/duo-mfa/connections", 200, {}),
            ("GET", named, 200, {"response": {"mfa": {"name": "Duo"}}, "version": "1.0.0"}),
            ("GET", named, 404, {"code": "404"}),
            ("GET", f"/api/v1/{SYNC}", 200, {"response": [{"adGroups": []}], "version": "1.0.0"}),
        ]
        assert all(list(problems(*answer)) for answer in wrong)


# -- Duo ------------------------------------------------------------------------------------------------------


@pytest.fixture(params=DUO)
def compare(request: pytest.FixtureRequest, duo: DuoCall) -> Iterator[DuoCall]:
    """Calls Duo and compares each answer with each description."""
    found: list[str] = []

    def call(method: str, path: str, parameters: dict[str, Any] | None = None, **how: Any) -> tuple[int, Any]:
        status, body = duo(method, path, parameters, **how)
        found.extend(DUO[request.param].problems(method, path, status, body))
        return status, body

    yield call
    assert found == []


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"duo.secret_in_answers": "plain"},
        {"duo.secret_in_answers": "absent"},
        {"duo.split_flags": "unknown"},
        {"duo.page_limit": 5, "duo.last_page_offset": "null"},
    ],
)
def test_duo_applications(compare: DuoCall, lab: Lab, switches: dict[str, Any]) -> None:
    lab.switch(**switches)
    apps = "/admin/v3/integrations"
    assert compare("GET", apps)[0] == 200
    assert compare("GET", apps, {"limit": "4", "offset": "30"})[0] == 200
    created = compare("POST", apps, {"name": "New", "type": "adminapi", "user_access": "NO_USERS"})[1]["response"]
    one = f"{apps}/{created['integration_key']}"
    assert compare("GET", one)[0] == 200
    assert compare("POST", one, {"notes": "changed"})[0] == 200
    assert compare("GET", f"/admin/v1/integrations/{created['integration_key']}/skey")[0] == 200
    assert compare("POST", apps, {"name": "New"})[0] == 400
    assert compare("DELETE", one)[0] == 200
    assert compare("GET", one)[0] == 404
    assert compare("GET", apps, secret="0" * 40)[0] == 401


@pytest.mark.parametrize("form", ["bool", "string"])
def test_duo_flags_in_forms_nobody_publishes(duo: DuoCall, lab: Lab, form: str) -> None:
    lab.switch(**{"duo.flags_as": form})
    status, body = duo("GET", "/admin/v3/integrations")
    assert list(DUO["own"].problems("GET", "/admin/v3/integrations", status, body)) == []


@pytest.mark.parametrize("edition", ["present", "absent"])
def test_duo_account(compare: DuoCall, lab: Lab, edition: str) -> None:
    lab.switch(**{"duo.edition_in_summary": edition})
    lab.patch("duo", "set_caller_flags", adminapi_settings=1, adminapi_admins=1)
    for path in ("info/summary", "settings", "admins", "users", "groups", "users/directorysync"):
        assert compare("GET", f"/admin/v1/{path}")[0] == 200, path
    group = compare("POST", "/admin/v1/groups", {"name": "New"})[1]["response"]["group_id"]
    user = compare("POST", "/admin/v1/users", {"username": "new"})[1]["response"]["user_id"]
    assert compare("POST", f"/admin/v1/users/{user}/groups", {"group_id": group})[0] == 200
    for path in (f"v1/users/{user}", f"v1/users/{user}/groups", f"v2/groups/{group}", f"v2/groups/{group}/users"):
        assert compare("GET", f"/admin/{path}")[0] == 200, path
    assert compare("POST", f"/admin/v1/users/{user}", {"realname": "New User"})[0] == 200
    assert compare("DELETE", f"/admin/v1/groups/{group}")[0] == 200
    assert compare("DELETE", f"/admin/v1/users/{user}")[0] == 200
    lab.patch("duo", "set_caller_flags", adminapi_info=0)
    assert compare("GET", "/admin/v1/info/summary")[0] == 403


@pytest.mark.parametrize(
    "switches",
    [
        {},
        {"duo.policy_lists": "comma", "duo.is_global_flag": "absent", "duo.applied_groups": "id_and_name"},
        {"duo.policy_defaults_shown": False, "duo.copy_answer": "object", "duo.policy_elements_shape": "list"},
        {"duo.not_configured_shown": "hidden", "duo.page_limit": 2},
    ],
)
@pytest.mark.parametrize("configured", [False, True])
def test_duo_policies(compare: DuoCall, lab: Lab, switches: dict[str, Any], configured: bool) -> None:
    lab.switch(**switches)
    lab.patch("duo", "set_trusted_endpoints", configured=configured, integration={} if configured else None)
    state = lab.state("duo")
    base, app = "/admin/v2/policies", state["applications"][1]["integration_key"]
    wanted = {"new_user": {"new_user_behavior": "enroll"}, "trusted_endpoints": {}, "newer": {"key": [1]}}
    if configured:
        wanted["trusted_endpoints"] = {
            "trusted_endpoint_checking": "require-trusted",
            "cisco_secure_endpoint_can_block": True,
        }
    created = compare("POST", base, {"policy_name": "New", "sections": wanted})[1]["response"]
    groups = [{"app_integration_key": app, "group_id_list": [state["groups"][0]["group_id"]]}]
    applied = {"apply_to_apps": {"apply_list": [app]}, "apply_to_groups_in_apps": {"apply_group_policies_list": groups}}
    one = f"{base}/{created['policy_key']}"
    assert len(compare("PUT", one, applied)[1]["response"]["policy_applies_to"]) == 2
    for path in (base, f"{base}/global", f"{base}/summary", one):
        assert compare("GET", path)[0] == 200, path
    who = {"integration_key": app, "user_id": state["users"][0]["user_id"]}
    assert compare("GET", f"{base}/calculate", who)[0] == 200
    assert compare("POST", f"{base}/copy", {"policy_key": created["policy_key"]})[0] == 200
    edit = {"edit_all_policies": False, "edit_list": [created["policy_key"]]}
    changes = {"sections": "", "sections_to_delete": ["newer"]}
    assert compare("PUT", f"{base}/update", {"policies_to_update": edit, "policy_changes": changes})[0] == 200
    assert compare("POST", base, {})[0] == 400
    assert compare("DELETE", one)[0] == 200
    assert compare("GET", one)[0] == 404


@pytest.mark.parametrize("form", ["empty", "null", "absent"])
def test_duo_endpoints(duo: DuoCall, lab: Lab, form: str) -> None:
    """Only against our own description: the other one does not know this call."""
    lab.switch(**{"duo.no_security_agents": form})
    lab.patch("duo", "grow_endpoints", count=30, untrusted_every=3, unknown_every=4, without_agent_every=5)
    status, body = duo("GET", "/admin/v1/endpoints", {"limit": "40"})
    assert (status, len(body["response"])) == (200, 40)
    assert list(DUO["own"].problems("GET", "/admin/v1/endpoints", status, body)) == []


def test_duo_authentication(compare: DuoCall, lab: Lab) -> None:
    key = lab.patch("duo", "add_application", name="Login", type="authapi", user_access="ALL_USERS")
    secret = next(app["secret_key"] for app in lab.state("duo", "applications") if app["integration_key"] == key)
    keys = {"key": key, "secret": secret}
    users = [user for user in lab.state("duo", "users") if user["status"] == "active"]
    enrolled = next(user["username"] for user in users if user["is_enrolled"])
    waiting = next(user["username"] for user in users if not user["is_enrolled"])
    assert compare("GET", "/auth/v2/check", **keys)[0] == 200
    assert compare("GET", "/auth/v2/ping")[0] == 200
    for username in (enrolled, waiting):
        assert compare("POST", "/auth/v2/preauth", {"username": username}, **keys)[0] == 200
    push = {"username": enrolled, "factor": "push", "device": "auto"}
    assert compare("POST", "/auth/v2/auth", push, **keys)[0] == 200
    started = compare("POST", "/auth/v2/auth", {**push, "async": "1"}, **keys)[1]["response"]
    for _attempt in range(2):
        assert compare("GET", "/auth/v2/auth_status", started, **keys)[0] == 200
    assert compare("GET", "/auth/v2/check")[0] == 403


# -- Secure Endpoint ------------------------------------------------------------------------------------------

# The reference leaves out what its clients must not do or never meet; our own description has it all.
NOT_REFERENCED = {
    ("GET", "version", 400),
    ("GET", "version", 403),
    ("GET", "event_streams", 400),
    ("POST", "event_streams", 201),
    ("POST", "event_streams", 403),
}


class SecureEndpointAnswers:
    """Sends requests and compares every answer."""

    def __init__(self, lab: Lab, description: str) -> None:
        self.probe = SecureEndpointProbe(lab)
        self._description = description
        self.found: list[str] = []

    def __call__(self, method: str, path: str, status: int = 200, body: Any = None, **options: Any) -> Any:
        """The decoded answer. Fails if the status is not the expected one."""
        response = self.probe.call(method, path, body, **options)
        assert response.status_code == status, (method, path, response.status_code, response.text)
        answer = response.json()
        if self._description == "own" or (method, path.partition("?")[0], status) not in NOT_REFERENCED:
            problems = SECURE_ENDPOINT[self._description].problems(method, f"/v1/{path}", status, answer)
            self.found.extend(problems)
        return answer


@pytest.fixture(params=SECURE_ENDPOINT)
def endpoint(request: pytest.FixtureRequest, lab: Lab) -> Iterator[SecureEndpointAnswers]:
    """Compares with each description; what does not fit is reported at the end, all of it."""
    sent = SecureEndpointAnswers(lab, request.param)
    yield sent
    assert sent.found == []


@pytest.mark.parametrize("version", ["v1.0.0", "v0.1.0", "null"])
def test_secure_endpoint_refusals(endpoint: SecureEndpointAnswers, lab: Lab, version: str) -> None:
    lab.switch(**{"secure_endpoint.error_version": version, "secure_endpoint.budget": 11})
    for path in ("version", "computers", "groups", "policies", "event_streams"):
        endpoint("GET", path, 401, region="nam")
        endpoint("GET", f"{path}?colour=red", 400)
    computer = lab.state("secure_endpoint", "computers")[0]["connector_guid"]
    endpoint("GET", f"computers/{computer[:-4]}zzzz", 404)
    for status in (403, 401):
        lab.switch(**{"secure_endpoint.scope_denied_status": status})
        endpoint("PATCH", f"computers/{computer}", status, {"group_guid": computer})
    endpoint("PATCH", f"computers/{computer}", 400, {"group": computer}, auth=endpoint.probe.writer())
    lab.switch(**{"secure_endpoint.scope_denied_status": 403, "secure_endpoint.wrong_region_status": 403})
    endpoint("POST", "event_streams", 403, {"name": "x"})
    endpoint("GET", "version", 403, region="apjc")
    endpoint("GET", "computers", 200)
    endpoint("GET", "computers", 429)


def test_secure_endpoint_reads_and_writes(endpoint: SecureEndpointAnswers, lab: Lab) -> None:
    writer = endpoint.probe.writer()
    endpoint("GET", "version")
    lab.patch("secure_endpoint", "grow", count=600, compromised_every=3, stale_every=4, outdated_every=5)
    rows = []
    for page in ("computers?limit=30", "computers?limit=30&offset=30", "computers?offset=500", "computers?offset=900"):
        rows += endpoint("GET", page)["data"]
    for row in (rows[0], rows[25], rows[-1]):
        assert endpoint("GET", f"computers/{row['connector_guid']}")["data"] == row
    groups = endpoint("GET", "groups?limit=2")["data"]
    body = {"group_guid": groups[1]["guid"]}
    endpoint("PATCH", f"computers/{rows[0]['connector_guid']}", 202, body, auth=writer)
    endpoint("GET", "policies")
    endpoint("POST", "event_streams", 201, {"name": "x", "group_guids": [groups[0]["guid"]]}, auth=writer)
    endpoint("GET", "event_streams")
