# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person does in SAFE's console."""

from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Step
from ansible_collections.identityops.cisco.plugins.module_utils._safe.steps import connect_duo, disconnect_duo

INSTANCE, HOST = "https://corp.safe.example", "api-1.duosecurity.com"


def clicks(step: Step) -> list[str]:
    return [f"{click.do} {click.label}" for click in step.clicks]


def test_connecting_duo() -> None:
    step = connect_duo(INSTANCE, HOST, "DI1", None, None)
    assert step.url == INSTANCE
    assert clicks(step) == [
        "open Integrations",
        "open Duo Security",
        "press Configure",
        "fill API URL",
        "fill Integration Key",
        "fill Secret Key",
        "press Test Connection",
        "press Save",
        "press Sync Now",
    ]
    assert [(field.label, field.value, field.secret) for field in step.fields] == [
        ("API URL", f"https://{HOST}", False),
        ("Integration Key", "DI1", False),
        ("Secret Key", None, True),
    ]
    assert step.fields[2].source == "safe_duo_secret_key"


def test_connecting_duo_with_everything_that_can_be_said() -> None:
    step = connect_duo(INSTANCE, HOST, None, "Duo of Corp", "Daily")
    assert [(field.label, field.value) for field in step.fields][1:] == [
        ("Integration Key", None),
        ("Secret Key", None),
        ("Asset Name in SAFE", "Duo of Corp"),
        ("Auto Sync Frequency", "Daily"),
    ]
    assert clicks(step)[6:8] == ["fill Asset Name in SAFE", "fill Auto Sync Frequency"]


def test_disconnecting_duo() -> None:
    step = disconnect_duo(INSTANCE)
    assert step.url == INSTANCE and step.warning_before == "Delete"
    assert clicks(step) == ["open Integrations", "open Duo Security", "press Delete"]
