# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does in the Duo Admin Panel and the console of Identity Intelligence."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Step
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.steps import (
    add_integration,
    add_ise_integration,
    copy_keys,
    create_api_client,
    remove_integration,
    set_up_tenant,
)

PANEL, HOST, CONSOLE = "https://admin.duosecurity.com", "api-1.duosecurity.com", "https://dashboard.example"
TENANT: dict[str, Any] = {
    "organization_name": "corp",
    "grant_write": True,
    "event_streaming": False,
    "sso": "duo_sso",
    "sso_connection_name": "corp-sso",
}
DUO: dict[str, Any] = {
    "api_host": HOST,
    "support_push": False,
    "admin_integration_key": "DIADMIN",
    "auth_integration_key": "DIAUTH",
}


def clicks(step: Step) -> list[str]:
    return [f"{click.do} {click.label}" for click in step.clicks]


def values(step: Step) -> dict[str, str | None]:
    """Of the fields; None for what the person has to know."""
    return {field.label: field.value for field in step.fields}


def secrets(step: Step) -> dict[str, str]:
    """Which variable holds each."""
    return {field.label: field.source for field in step.fields if field.secret}


def test_a_tenant_that_signs_on_with_duo() -> None:
    step = set_up_tenant(TENANT, HOST)
    assert step.url == PANEL and step.role == "Owner"
    assert values(step) == {"Organization name": "corp", "Duo SSO connection name": "corp-sso"}
    assert clicks(step) == [
        "open Monitoring",
        "open Cisco Identity Intelligence",
        "press Submit and start setup",
        "fill Organization name",
        "press Next",
        "turn_on Grant write resource",
        "turn_off Enable Event Streaming",
        "press Next",
        "open Duo SSO",
        "fill Duo SSO connection name",
        "press Finish",
        "press Launch Identity Intelligence",
    ]
    assert any("Duo Single Sign-On" in need for need in step.needs)


def test_a_tenant_that_signs_on_with_another_provider() -> None:
    step = set_up_tenant({**TENANT, "sso": "oidc", "grant_write": False, "event_streaming": True}, "")
    assert "turn_off Grant write resource" in clicks(step) and "turn_on Enable Event Streaming" in clicks(step)
    assert clicks(step)[8:] == ["open OIDC", "press Finish", "press Launch Identity Intelligence"]
    assert values(step) == {"Organization name": "corp"}
    assert any("OIDC application" in need for need in step.needs) and not any("Single Sign" in n for n in step.needs)


def test_names_that_are_left_to_the_person() -> None:
    step = set_up_tenant({**TENANT, "organization_name": "", "sso_connection_name": ""}, HOST)
    assert values(step) == {"Organization name": None, "Duo SSO connection name": None}
    assert step.fields[0].source == "the option tenant.organization_name"


def test_an_api_client() -> None:
    step = create_api_client(CONSOLE, "Ansible")
    assert step.url == CONSOLE and values(step)["Name"] == "Ansible"
    assert [(output.label, output.goes_to, output.secret) for output in step.outputs] == [
        ("Client ID", "cii_client_id", False),
        ("Client Secret", "cii_client_secret", True),
        ("Token URL", "cii_token_url", False),
        ("API URL", "cii_api_url", False),
    ]
    assert clicks(step).index("press Save and generate credentials") < clicks(step).index("copy Client ID")
    assert step.warning_before == "Save and generate credentials"


@pytest.mark.parametrize(("kind", "known"), [("admin", None), ("admin", "DIADMIN"), ("auth", None), ("auth", "DIAUTH")])
def test_the_keys_of_an_application(kind: str, known: str | None) -> None:
    step = copy_keys(kind, "Identity Intelligence", known, HOST)
    assert step.id == f"cii_duo_{kind}_keys" and step.url == PANEL
    copied = [("Secret key", f"cii_duo_{kind}_secret_key", True)]
    if known is None:
        copied.insert(0, ("Integration key", f"cii_duo_{kind}_integration_key", False))
    assert [(output.label, output.goes_to, output.secret) for output in step.outputs] == copied
    assert clicks(step) == [
        "open Applications",
        "open Identity Intelligence",
        *(f"copy {label}" for label, _place, _is_secret in copied),
    ]


def test_an_integration_with_the_least() -> None:
    step = add_integration("Second account", DUO, [], CONSOLE)
    assert clicks(step) == [
        "open Integrations",
        "press Add Integration",
        "open Duo",
        "fill Display name",
        "fill API hostname",
        "fill Integration key",
        "fill Secret key",
        "press Connect",
        "open Second account",
        "press Test Connectivity",
        "expect Connectivity",
        "press Collect Now",
    ]
    assert values(step) == {
        "Display name": "Second account",
        "API hostname": HOST,
        "Integration key": "DIADMIN",
        "Secret key": None,
    }
    assert secrets(step) == {"Secret key": "cii_duo_admin_secret_key"}
    assert "The keys of the Duo application." in step.needs


def test_an_integration_with_push_and_more_data() -> None:
    step = add_integration("Second account", {**DUO, "support_push": True}, ["Phones", "Tokens"], CONSOLE)
    assert clicks(step)[7:14] == [
        "turn_on Support Push Verification",
        "fill Auth API integration key",
        "fill Auth API secret key",
        "open Advanced Settings",
        "turn_on Phones",
        "turn_on Tokens",
        "press Connect",
    ]
    assert values(step)["Auth API integration key"] == "DIAUTH"
    assert "The keys of the Duo application, and of the Auth API application for push." in step.needs
    assert secrets(step)["Auth API secret key"] == "cii_duo_auth_secret_key"


def test_keys_that_are_not_known_are_named_by_their_variables() -> None:
    duo = {**DUO, "support_push": True, "admin_integration_key": "", "auth_integration_key": ""}
    sources = {field.label: (field.value, field.source) for field in add_integration("A", duo, [], CONSOLE).fields}
    assert sources["Integration key"] == (None, "cii_duo_admin_integration_key")
    assert sources["Auth API integration key"] == (None, "cii_duo_auth_integration_key")


def test_an_integration_of_ise() -> None:
    step = add_ise_integration("ISE", CONSOLE)
    assert step.url == CONSOLE and values(step) == {"Display name": "ISE"} and step.warning_before == "Save"
    assert [(output.label, output.goes_to, output.secret) for output in step.outputs] == [
        ("Bootstrap endpoint", "identity_intelligence_agent_bootstrap_endpoint", False),
        ("Bootstrap token", "identity_intelligence_agent_bootstrap_token", True),
    ]
    assert clicks(step)[-3:] == ["press Save", "copy Bootstrap endpoint", "copy Bootstrap token"]


def test_removing_an_integration() -> None:
    step = remove_integration("Second account", CONSOLE, "duo")
    assert clicks(step) == ["open Integrations", "open Second account", "press Delete"]
    assert step.warning_before == "Delete" and "no longer collects" in step.warning
    assert "delete the Duo applications" in step.then
    of_ise = remove_integration("ISE", CONSOLE, "ise")
    assert "this ISE deployment" in of_ise.warning and "Duo" not in str(of_ise.as_dict())
