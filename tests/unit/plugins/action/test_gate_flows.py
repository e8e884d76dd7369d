# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a gate is to compare."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.action.gate_flows import ActionModule

from .acting import acted

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before core 2.19 every text is a template.
    def trust_as_template(value: str) -> str:
        return value


@pytest.mark.parametrize(
    ("given", "variables"),
    [({"flows": ["nonsense"]}, {}), ({"accept": ["nonsense"]}, {}), ({}, {"identityops_flow": ["safe"]})],
)
def test_a_mistake_reaches_the_report(given: dict[str, Any], variables: dict[str, Any]) -> None:
    found = acted(ActionModule, {**given, "report_dir": "/reports"}, variables)
    assert found["failed"] and found["report_dir"] == "/reports" and "flows" not in found


def test_a_flow_is_declared_by_a_variable_that_is_set() -> None:
    blank = {"safe_application_name": "", "safe_adopt": None, "trusted_endpoints_policy_name": " \n", "safe_result": {}}
    given = {**blank, "identity_intelligence_push": False, "ise_duo_mfa_groups": []}
    assert acted(ActionModule, {}, given)["flows"] == ["ise_duo_mfa", "identity_intelligence"]
    assert acted(ActionModule, {}, blank)["flows"] == []
    # What is wrong with it, the flow says.
    assert acted(ActionModule, {}, {"safe_product": trust_as_template("{{ nothing }}")})["flows"] == ["safe"]


@pytest.mark.parametrize(
    "given", ['["safe", "ise_duo_mfa"]', "safe, ise_duo_mfa", "safe\nise_duo_mfa\n", ["safe", "ise_duo_mfa"]]
)
@pytest.mark.parametrize("more", [{}, {"all_by_default": True}])
def test_a_text_of_any_form_lists_flows(given: Any, more: dict[str, Any]) -> None:
    assert acted(ActionModule, {"flows": given, **more}, {})["flows"] == ["ise_duo_mfa", "safe"]


@pytest.mark.parametrize("empty", [{}, {"flows": None}, {"flows": " \n"}, {"flows": "[]"}])
def test_without_a_list_all_flows_run_where_that_is_the_default(empty: dict[str, Any]) -> None:
    everything = ["ise_duo_mfa", "trusted_endpoints", "identity_intelligence", "safe"]
    assert acted(ActionModule, {**empty, "all_by_default": True}, {"safe_adopt": True})["flows"] == everything
    assert acted(ActionModule, empty, {"safe_adopt": True})["flows"] == ["safe"]
