# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names that somebody chose in a product cannot forge a line on a terminal or in a log, nor fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.handoff_lines import handoff_lines
from ansible_collections.identityops.cisco.plugins.filter.handoff_page import handoff_page
from ansible_collections.identityops.cisco.plugins.filter.impact_lines import impact_lines
from ansible_collections.identityops.cisco.plugins.plugin_utils._report import RoleTask, report_texts, role_result
from lab import Lab

from .estates import ADMIN_APP, AUTH_APP, join_ise_and_duo
from .harness import OMIT, Options, Result, Run

PLAIN = "Contractors of the north"
HOSTILE = "Contractors\x1b[2J of\r\nok: [localhost] the\u202e \x9bnorth\u2066\x00\x7f"
LONG = PLAIN + " A" * 20_000 + "B" * 20_000
HERE = "corp.example/Users/"
LONGEST = 4_200
"""For one text. Most are about a line long."""

GIVEN = "the name itself"

Prepare = Callable[[Lab, str], Any]
KEYS = {"admin_api": {"application": ADMIN_APP}, "auth_api": {"application": AUTH_APP}}
CONDITION = {
    "conditionType": "ConditionAttributes",
    "dictionaryName": "Network Access",
    "attributeName": "Protocol",
    "operator": "equals",
    "attributeValue": "RADIUS",
}
RULE = {"name": "Ask", "policy_set": "Default", "policy_type": "network_access", "condition": CONDITION}
NEW_SET = {"name": "New", "policy_type": "network_access", "condition": CONDITION}
RULES = {"policy_set": "Default", "policy_type": "network_access", "kind": "mfa", "rules": [{"name": "Ask"}]}
CHECKING = {"checking": "require_trusted"}


def _application(lab: Lab, name: str) -> None:
    lab.patch("duo", "add_application", name=name, type="adminapi")


def _twins(lab: Lab, name: str) -> None:
    for _unused in range(2):
        _application(lab, PLAIN)
    lab.patch("duo", "set_application", name="Door Access", type=name)


def _group(lab: Lab, name: str) -> None:
    lab.patch("duo", "add_group", name=name)


def _sync(lab: Lab, name: str) -> None:
    join_ise_and_duo(lab)
    lab.patch("ise", "add_sync", name=name, directory="CORP_AD", groups=[HERE + "Helpdesk"])


def _connection(lab: Lab, name: str) -> None:
    join_ise_and_duo(lab)
    lab.patch("ise", "add_connection", name=name)


def _policy_set(lab: Lab, name: str) -> None:
    body = {"response": [{"id": "1", "name": name, "rank": 0}], "version": "1.0.0"}
    lab.fault("ise", "GET", "policy-set$", kind="status", status=200, body=body, times=None)


def _mfa_rule(lab: Lab, name: str) -> None:
    join_ise_and_duo(lab)
    lab.patch("ise", "add_mfa_rule", policy_type="network_access", policy_set="Default", name=name, connection="Duo")
    lab.fault("ise", "DELETE", "/mfa/", kind="status", status=400, times=None, body={"code": "400", "message": name})


def _mfa_rule_to_delete(lab: Lab, name: str) -> None:
    _mfa_rule(lab, name)
    lab.clear_faults()


def _attribute(lab: Lab, name: str) -> None:
    entry = {"dictionaryName": "DEVICE", "name": name, "allowedValues": [{"key": name, "value": name}]}
    body = {"response": [entry], "version": "1.0.0"}
    lab.fault("ise", "GET", "/dictionaries/", kind="status", status=200, body=body, times=None)


def _profile(lab: Lab, name: str) -> None:
    body = [{"id": "1", "name": name}]
    lab.fault("ise", "GET", "/authorization-profiles$", kind="status", status=200, body=body, times=None)


def _radius_server(lab: Lab, name: str) -> None:
    body = {"SearchResult": {"total": 1, "resources": [{"id": "1", "name": name}]}}
    lab.fault("ise", "GET", "externalradiusserver", kind="status", status=200, body=body, times=None)


def _ers(text: str) -> Any:
    return {"ERSResponse": {"operation": text, "messages": [{"title": text, "type": "ERROR", "code": text}]}}


def _says(service: str, body: Callable[[str], Any]) -> Prepare:
    return lambda lab, name: lab.fault(service, kind="status", status=400, times=None, body=body(name))


CASES: dict[str, tuple[str, Prepare, Options]] = {
    "an application": ("duo_policy", _application, {"name": "x", "apply_to": [{"application": PLAIN}]}),
    "a type of an application": ("duo_admin_api_app", _twins, {"name": PLAIN, "profile": "safe"}),
    "a group of Duo": (
        "duo_auth_api_app",
        _group,
        {"name": "x", "user_access": "permitted_groups", "permitted_groups": [PLAIN]},
    ),
    "a name that a person is to type": (
        "secure_endpoint_credential",
        lambda lab, name: None,
        {"name": GIVEN, "secure_endpoint_client_id": OMIT, "secure_endpoint_api_key": OMIT},
    ),
    "a sync": (
        "ise_duo_mfa",
        _sync,
        {"connection_name": "New", "types": ["vpn"], "identity_sync": PLAIN, **KEYS},
    ),
    "a connection": ("ise_mfa_rule", _connection, {**RULE, "connection": PLAIN}),
    "a policy set": ("ise_policy_rules", _policy_set, {**RULES, "policy_set": PLAIN}),
    "a rule that goes": ("ise_policy_rules", _mfa_rule_to_delete, {**RULES, "rules": [], "purge": True}),
    "a rule": ("ise_policy_rules", _mfa_rule, {**RULES, "rules": [], "purge": True}),
    "an attribute": ("ise_policy_set", _attribute, {**NEW_SET, "condition": f"DEVICE:{PLAIN} equals x"}),
    "a profile": ("ise_authorization_rule", _profile, {**RULE, "profiles": [PLAIN]}),
    "a policy set that is new": ("ise_policy_set", lambda lab, name: None, {**NEW_SET, "name": GIVEN}),
    "a RADIUS server": (
        "ise_radius_server_sequence",
        _radius_server,
        {"name": "Proxies", "servers": [PLAIN]},
    ),
    "words of ERS": (
        "ise_external_radius_server",
        _says("ise", _ers),
        {"name": "Proxy", "host_ip": "192.0.2.1", "shared_secret": "canary-of-a-server"},
    ),
    "a section of the proxy": (
        "duo_authentication_proxy_config",
        lambda lab, name: None,
        {"path": "/nonexistent/authproxy.cfg", "sections": [{"name": GIVEN}]},
    ),
    "a sync that is looked for": ("ise_identity_sync_run", _sync, {"sync_name": PLAIN}),
    "words of Duo": (
        "duo_account_info",
        _says("duo", lambda text: {"stat": "FAIL", "code": 40002, "message": text, "message_detail": text}),
        {},
    ),
    "words of ISE": ("ise_mfa_feature", _says("ise", lambda text: {"code": "400", "message": text}), {}),
    "words of Secure Endpoint": (
        "secure_endpoint_computer_info",
        _says("secure_endpoint", lambda text: {"errors": [{"error_code": 400, "details": [text]}]}),
        {},
    ),
}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from texts(entry)


def shown(result: Result) -> Iterator[str]:
    """What people read of a result: the parts that are meant for them, the report of a role and the printed page."""
    for part in ("msg", "warnings", "error", "step", "handoff", "problems"):
        yield from texts(result.get(part))
    if "step" in result or result.get("failed"):
        summed_up = role_result([RoleTask("A step", result)], check_mode=False)
        for portion in report_texts("A role", "localhost", summed_up, check_mode=False):
            yield from portion.splitlines()
    yield from texts(handoff_lines(result.get("handoff") or []))
    for step in result.get("handoff") or []:
        yield from handoff_page(step, "localhost").splitlines()


def with_name(value: Any, name: str) -> Any:
    """Options with the name in its place, on every level."""
    if isinstance(value, dict):
        return {option: with_name(entry, name) for option, entry in value.items()}
    if isinstance(value, list):
        return [with_name(entry, name) for entry in value]
    return name if value == GIVEN else value


@pytest.mark.parametrize("name", [HOSTILE, LONG], ids=["hostile", "long"])
@pytest.mark.parametrize("case", CASES)
def test_a_name_is_shown_escaped_and_shortened(run: Run, lab: Lab, case: str, name: str) -> None:
    module, prepare, options = CASES[case]
    prepare(lab, name)
    given = with_name(options, name)
    found = list(shown(run(module, **given)))
    assert name == LONG or any("Contractors" in text for text in found), found
    assert all(text.isprintable() and len(text) <= LONGEST for text in found), max(found, key=len)[:500]


def test_the_devices_that_a_policy_would_block(run: Run, lab: Lab) -> None:
    for name in (HOSTILE, LONG):
        lab.reset()
        lab.patch("duo", "set_trusted_endpoints", configured=True)
        impact = run("duo_policy_impact", name="New", trusted_endpoints=CHECKING)["impact"]
        impact["offenders"] = [{**one, "name": name, "user": name} for one in impact["offenders"]]
        lines = impact_lines(impact)
        assert any("Contractors" in line for line in lines)
        assert all(line.isprintable() and len(line) <= 1_000 for line in lines)


@pytest.mark.parametrize("name", [HOSTILE, LONG], ids=["hostile", "long"])
def test_what_a_program_of_the_proxy_prints(run: Run, tmp_path: Path, name: str) -> None:
    config, tool = tmp_path / "authproxy.cfg", tmp_path / "authproxy_connectivity_tool"
    config.write_text("[main]\n")
    printed = name.replace("\x00", "")
    tool.write_text(f"#!/bin/sh\nprintf '%s' '[error] {printed}'\nexit 1\n")
    tool.chmod(0o755)
    where = {"path": str(config), "bin_dir": str(tmp_path)}
    sections = [{"name": "radius_server_auto", "settings": {"client": "ad_client"}}]
    found = list(shown(run.fails("duo_authentication_proxy_config", **where, sections=sections)))
    assert any("Contractors" in text for text in found), found
    assert all(text.isprintable() and len(text) <= LONGEST for text in found), max(found, key=len)[:500]
