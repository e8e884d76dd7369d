# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret in any option but its own, or in the name of one, is shown by no result."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import DRAWN_ID, censored, misplaced
from lab import Lab

from .harness import OMIT, WAYS, Options, Run, the_task
from .specs import MODULES, Place, places

PEM = "-----BEGIN PRIVATE KEY-----\n{}\n{}\n-----END PRIVATE KEY-----\n".format("MIIEvQ" + "IBADAN" * 9, "qhkiG9" * 10)
SECRETS = {
    "Duo": "yS1TOGLwClvJqGdkF0GRK8GxJc8skyjTtrkBHB3H",
    "ISE": "Canary/ISE+password=21",
    "Secure Endpoint": "47d29c22-d9ec-4c16-afed-bf2b16809cc5",
    "PEM": PEM,
    "vault token": "hvs.CAESIJt4xQ2Zk9mPq8vYw3nRb7Lc5Hd1Tf6Gs0Aj-_UeX",
}
# What each module is given besides, so that it comes as far as it can.
GIVEN: dict[str, Options] = {
    "duo_admin_api_app": {"name": "HR Provisioning", "permissions": ["read_resource", "write_resource"]},
    "duo_auth_api_app": {"name": "Door Access", "user_access": "all_users"},
    "duo_edr_integration": {"policy": "Contractors"},
    "duo_policy": {"name": "Contractors", "trusted_endpoints": {"checking": "allow_all"}},
    "duo_policy_impact": {"name": "Contractors", "trusted_endpoints": {"checking": "allow_all"}},
    "ise_active_directory_groups": {"active_directory": "CORP_AD", "groups": ["corp.example/Users/Helpdesk"]},
    "ise_duo_mfa": {
        "connection_name": "Duo",
        "types": ["vpn"],
        "admin_api": {"application": "HR Provisioning"},
        "auth_api": {"application": "Door Access"},
    },
    "ise_duo_mfa_enrolment": {
        "connection_name": "Duo",
        "rules": [{"name": "Duo", "policy_set": "VPN", "policy_type": "network_access"}],
        "groups": ["VPN Users"],
    },
    "ise_external_radius_server": {"name": "DuoProxy1", "host_ip": "192.0.2.10", "shared_secret": "between-the-two"},
    "ise_identity_sync": {
        "sync_name": "Corporate users",
        "active_directory": "CORP_AD",
        "groups": ["corp.example/Users/Helpdesk"],
    },
    "ise_identity_sync_run": {"sync_name": "Corporate users", "wait_timeout": 0},
    "ise_authentication_rule": {"name": "Default", "policy_set": "VPN", "policy_type": "network_access"},
    "ise_authorization_rule": {"name": "Default", "policy_set": "VPN", "policy_type": "network_access"},
    "ise_policy_info": {"policy_type": "network_access"},
    "ise_policy_rules": {
        "policy_set": "VPN",
        "policy_type": "network_access",
        "kind": "authorization",
        "rules": [{"name": "Default"}],
    },
    "ise_policy_set": {"name": "Default", "policy_type": "network_access"},
    "ise_mfa_rule": {"name": "Duo", "policy_set": "Default", "policy_type": "network_access", "connection": "Duo"},
    "safe_integration": {"integration_id": "1", "product": "duo"},
    "secure_endpoint_credential": {"name": "Duo"},
}


def shows(result: Any, secret: str) -> bool:
    text = json.dumps(result, default=str, ensure_ascii=False).lower()
    return any(line.lower() in text for line in secret.splitlines() if "-----" not in line)


def kinds_for(place: Place) -> list[str]:
    """What a secret is recognised by in this place. The IDs of Identity Intelligence have the form of one kind."""
    return [kind for kind in SECRETS if kind != "Secure Endpoint" or not re.fullmatch(DRAWN_ID, place.name)]


def holding(place: Place, secret: str) -> Options:
    return place.given(["x", secret] if place.is_list else secret)


@pytest.fixture(autouse=True)
def another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a module may make a file whose path is a secret."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("module", MODULES)
def test_a_secret_in_another_option_is_taken_for_one(module: str) -> None:
    spec = the_task(module).argument_spec
    for place in places(module):
        if (place.is_text or place.is_list) and not place.is_secret:
            for kind in kinds_for(place):
                secret = SECRETS[kind]
                found = misplaced(spec, holding(place, secret))
                assert place.path in found, (place.path, kind)
                assert not shows(censored(f"It is {secret}", found[place.path]), secret), (place.path, kind)


@pytest.mark.parametrize("module", MODULES)
def test_a_secret_in_another_option_is_not_shown(lab: Lab, module: str) -> None:
    """One kind and one way after the other, for which of them it is makes no difference to where a value is quoted."""
    counter, ways = itertools.count(), itertools.cycle(WAYS)
    for place in places(module):
        kinds, way = kinds_for(place), next(ways)
        secret = SECRETS[kinds[next(counter) % len(kinds)]]
        if not place.is_secret:
            result = Run(way, lab)(module, **{**GIVEN.get(module, {}), **holding(place, secret)})
            assert not shows(result, secret), f"{place.path}, as {way}: {result}"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("module", MODULES)
def test_a_secret_in_a_misspelt_option_or_as_its_name_is_not_shown(lab: Lab, module: str, way: str) -> None:
    """One kind after the other, beginning with another one for each module: all are recognised in the same way."""
    nested = [name for name, option in the_task(module).argument_spec.items() if "options" in option]
    secrets = itertools.islice(itertools.cycle(SECRETS.values()), MODULES.index(module), None)
    for within in (None, *nested):
        for is_name, secret in zip((False, True), secrets, strict=False):
            wrong = {secret: "x"} if is_name else {"nmae": secret}
            options = {within: wrong} if within else wrong
            result = Run(way, lab).fails(module, **{**GIVEN.get(module, {}), **options})
            assert "Unsupported parameters for" in result["msg"] and not shows(result, secret), result


# Options that hold data of any form, each with a secret in the place of a name or of a value.
WITHIN: dict[str, tuple[str, Callable[[str], Options]]] = {
    "the name of a section": ("duo_policy", lambda secret: {"sections": {secret: {"a": 1}}}),
    "the name of a key": ("duo_policy", lambda secret: {"sections": {"new_user": {secret: 1}}}),
    "a value": ("duo_policy", lambda secret: {"sections": {"new_user": {"x": {"y": [secret]}}}}),
    "the name of a count": ("duo_policy_impact", lambda secret: {"fleet": {secret: 1}}),
    "a computer": ("duo_policy_impact", lambda secret: {"fleet": {"a": 1}, "computers": [{secret: secret}]}),
    "a condition of a rule in a list": (
        "ise_policy_rules",
        lambda secret: {"rules": [{"name": "Default", "condition": {"any of": [secret, {secret: 1}]}}]},
    ),
    "a condition": ("ise_mfa_rule", lambda secret: {"condition": {"attributeValue": secret, "x": [{secret: 1}]}}),
}


@pytest.mark.parametrize("kind", [kind for kind in SECRETS if kind != "Secure Endpoint"])
@pytest.mark.parametrize("where", WITHIN)
def test_a_secret_within_data_is_not_shown(lab: Lab, where: str, kind: str) -> None:
    module, given = WITHIN[where]
    secret = SECRETS[kind]
    for way in WAYS:
        result = Run(way, lab)(module, **{**GIVEN[module], **given(secret)})
        assert not shows(result, secret), f"as {way}: {result}"
        assert "may be a secret in the wrong place" in str(result["warnings"])


HOSTS = {"duo_account_info": "duo_api_host", "ise_system_info": "ise_hostname"}
HOSTS |= dict.fromkeys(("secure_endpoint_computer_info", "secure_endpoint_credential"), "secure_endpoint_api_host")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "address", ["user:{}@host.example", "https://user:{}@host.example/", "https://{}@host.example"]
)
@pytest.mark.parametrize("module", HOSTS)
def test_a_login_in_an_address_is_not_shown(lab: Lab, module: str, address: str, way: str) -> None:
    result = Run(way, lab).fails(module, **{**GIVEN.get(module, {}), HOSTS[module]: address.format("hunter2hunter")})
    assert not shows(result, "hunter2hunter") and "a user name or a password" in result["msg"]


@pytest.mark.parametrize("way", WAYS)
def test_keys_of_duo_that_are_swapped(lab: Lab, way: str) -> None:
    swapped = {"duo_integration_key": lab.duo.secret_key, "duo_secret_key": lab.duo.integration_key}
    result = Run(way, lab).fails("duo_account_info", **swapped)
    assert not shows(result, lab.duo.secret_key) and "does not know the integration key given" in result["msg"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("host", SECRETS.values())
def test_a_host_is_looked_at_before_a_person_is_sent_there(lab: Lab, host: str, way: str) -> None:
    missing = {"secure_endpoint_client_id": OMIT, "secure_endpoint_api_key": OMIT}
    result = Run(way, lab)("secure_endpoint_credential", name="Duo", secure_endpoint_api_host=host, **missing)
    assert not shows(result, host) and "handoff" not in result


def test_a_name_that_has_the_form_of_a_secret_works_and_is_not_shown(lab: Lab) -> None:
    secret = SECRETS["Secure Endpoint"]
    result = Run("action", lab).ok("duo_admin_api_app", name=secret, permissions=["read_log"])
    assert secret in [app["name"] for app in lab.state("duo", "applications")]
    assert not shows(result, secret)
    assert result["warnings"] == ["The value of name may be a secret in the wrong place, so it is not shown."]


@pytest.mark.parametrize(
    "name",
    [
        "Cisco ISE - VPN and TACACS+ (EMEA, 2026)",
        "Trusted-Endpoints-EMEA-2026",
        "TrustedEndpointsVpn2026",
        "IseVpnMfa2026",
        "corp.example/Users/VPN Users #2",
        "CORP_AD_2",
        "akeller00@corp.example",
        "DIQB0JZYNUWIFROMWJG6",
        "POLX6KEO2X6UJTXDPKKV",
    ],
)
def test_a_name_is_none(name: str) -> None:
    spec = the_task("duo_policy").argument_spec
    assert misplaced(spec, {"name": name, "apply_to": [{"application": name, "groups": [name]}]}) == {}


@pytest.mark.parametrize(
    "host", ["api-1a2b3c4d.duosecurity.com", "ISE-PAN1", "Ise01", "ise1", "localhost:8443", "192.0.2.1"]
)
def test_a_host_is_none(host: str) -> None:
    assert misplaced(the_task("ise_duo_mfa").argument_spec, {"ise_hostname": host, "api_host": host}) == {}


@pytest.mark.parametrize("name", ["webhook_id", "cii_client_id"])
@pytest.mark.parametrize("value", ["47d29c22-d9ec-4c16-afed-bf2b16809cc5", "x1CGIZM9yMmRrftxFA9oI6lIyizHx9JJ"])
def test_an_id_is_none(name: str, value: str) -> None:
    assert misplaced(the_task("cii_webhook").argument_spec, {name: value}) == {}


@pytest.mark.parametrize("path", ["/etc/pki/Corp-CA-2026.pem", "/tmp/awx_4711_x7hq2k1p/tmpf3k9x2ab", "system"])
def test_a_path_is_none(path: str) -> None:
    assert misplaced(the_task("ise_duo_mfa").argument_spec, {"ise_ca_path": path, "duo_ca_path": path}) == {}
