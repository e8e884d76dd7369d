# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``duo_audit_info``: what applications may do beyond what their consumers ask for, and the gate on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible.playbook.task import Task as CoreTask
from ansible_collections.identityops.cisco.plugins.action import gate_flows
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from lab import Lab

from .harness import Result, Run, surroundings, writes

MODULE = "duo_audit_info"
CALLER, COLLECTOR, REPORT = "Ansible automation", "SIEM Log Collector", "Compliance Report"


@pytest.fixture(autouse=True)
def nothing_is_written(lab: Lab) -> Iterator[None]:
    yield
    assert not writes(lab)


def add(lab: Lab, name: str, *flags: str, networks: str = "192.0.2.10", type: str = "adminapi") -> None:
    granted = {f"adminapi_{flag}": 1 for flag in flags}
    lab.patch("duo", "add_application", name=name, type=type, flags=granted, networks_for_api_access=networks)


def of(result: Result, name: str) -> dict[str, Any]:
    (found,) = [app for app in result["applications"] if app["name"] == name]
    return dict(found)


def details(result: Result, name: str) -> dict[str, str]:
    return {item["finding"]: item["detail"] for item in result["findings"] if item["application"] == name}


def test_every_application_of_the_admin_api_is_judged(run: Run, lab: Lab) -> None:
    held = [app["name"] for app in lab.state("duo", "applications") if app["type"] == "adminapi"]
    result = run.ok(MODULE)
    assert [app["name"] for app in result["applications"]] == held
    assert result["summary"]["applications"] == len(held)
    assert result["summary"]["findings"] == len(result["findings"]) == 1 + len(held) + len(held) - 1


def test_what_an_application_holds_beyond_its_consumers_set(run: Run, lab: Lab) -> None:
    add(lab, "Splunk", "info", "read_log", "read_resource", "settings")
    result = run.ok(MODULE)
    splunk = of(result, "Splunk")
    assert (splunk["consumer"], splunk["consumer_known_from"]) == ("splunk", "name")
    assert splunk["beyond_profile"] == ["settings"] and splunk["findings"] == ["beyond_profile"]
    said = details(result, "Splunk")["beyond_profile"]
    assert "settings beyond what splunk (judging by the name) asks for" in said


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("Duo Log Sync", "duo_log_sync"),
        ("duo-log-sync (Berlin)", "duo_log_sync"),
        ("SplunkOps", None),
        ("Google SecOps logs", "google_secops_logs"),
        ("Safe", "safe"),
        ("Safety first", None),
    ],
)
def test_a_consumer_is_known_from_whole_words_of_the_name(run: Run, lab: Lab, name: str, profile: str | None) -> None:
    add(lab, name, "read_log")
    assert of(run.ok(MODULE), name)["consumer"] == profile


def test_a_declaration_wins(run: Run, lab: Lab) -> None:
    add(lab, "Splunk", "read_log")
    splunk = of(run.ok(MODULE, consumers={"Splunk": "duo_log_sync"}), "Splunk")
    assert (splunk["consumer"], splunk["consumer_known_from"]) == ("duo_log_sync", "declaration")
    assert splunk["findings"] == []


def test_what_the_consumer_asks_for_and_lacks(run: Run, lab: Lab) -> None:
    add(lab, "Splunk", "read_log")
    assert of(run.ok(MODULE), "Splunk")["lacks_permissions"] == ["read_information", "read_resource"]


def test_broad_rights(run: Run, lab: Lab) -> None:
    add(lab, "Drata", "admins", "info", "settings", "read_resource", "write_resource")
    result = run.ok(MODULE)
    assert of(result, "Drata")["broad_rights"] == ["administrators"]
    caller = of(result, CALLER)
    assert caller["is_caller"] and caller["broad_rights"] == ["set_permissions", "applications"]
    assert "unknown_consumer" not in caller["findings"]
    # The worst first.
    assert [item["finding"] for item in result["findings"][:2]] == ["broad_rights"] * 2


@pytest.mark.parametrize(
    ("networks", "findings"),
    [
        ("192.0.2.10", []),
        ("192.0.2.0/24,198.51.100.7", []),
        ("", ["no_network_restriction"]),
        ("0.0.0.0/0", ["no_network_restriction"]),
        ("192.0.2.10, 0.0.0.0 - 255.255.255.255", ["no_network_restriction"]),
        ("0.0.0.0/1,128.0.0.0/1", ["no_network_restriction"]),
        ("0::/0", ["no_network_restriction"]),
        ("2001:db8::/32,a-name", ["unknown_network_restriction"]),
    ],
)
def test_networks(run: Run, lab: Lab, networks: str, findings: list[str]) -> None:
    add(lab, "Duo Log Sync", "read_log", networks=networks)
    assert of(run.ok(MODULE), "Duo Log Sync")["findings"] == findings


def test_an_application_without_permissions_is_unused(run: Run, lab: Lab) -> None:
    add(lab, "Empty", networks="")
    result = run.ok(MODULE)
    assert of(result, "Empty")["findings"] == ["unused"]
    assert details(result, "Empty")["unused"].endswith("holds no permission, so nothing can use it.")


def test_an_application_of_an_unknown_type_that_holds_permissions(run: Run, lab: Lab) -> None:
    add(lab, "By hand", "read_resource", type="lab-cisco-ise-admin-api")
    assert of(run.ok(MODULE), "By hand")["type"] == "lab-cisco-ise-admin-api"


def test_an_unknown_consumer_is_compared_with_all(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE)
    collector = of(result, COLLECTOR)
    assert "duo_log_sync" in collector["fitting_profiles"]
    assert "unknown_consumer" in collector["findings"]
    assert "its permissions are those that duo_log_sync" in details(result, COLLECTOR)["unknown_consumer"]
    assert of(result, REPORT)["fitting_profiles"] == []


def test_accepted_findings_are_returned_and_not_counted(run: Run, lab: Lab) -> None:
    before = run.ok(MODULE)["summary"]
    key = next(app["integration_key"] for app in lab.state("duo", "applications") if app["name"] == COLLECTOR)
    accept = {CALLER: ["broad_rights"], key: "no_network_restriction, unknown_consumer"}
    result = run.ok(MODULE, accept=accept)
    assert result["summary"]["findings"] == before["findings"] - 3
    assert result["summary"]["broad_rights"] == 0
    assert sum(item["accepted"] for item in result["findings"]) == 3


def test_the_gate(run: Run) -> None:
    count = run.ok(MODULE)["summary"]["findings"]
    run.ok(MODULE, max_findings=count)
    failed = run.fails(MODULE, max_findings=count - 1)
    assert f"{count} findings, and max_findings is {count - 1}" in failed["msg"]
    assert failed["findings"][0]["detail"] in failed["msg"] and failed["summary"]["findings"] == count


def test_one_finding_is_counted_as_one(run: Run) -> None:
    *_others, last = [item["finding"] for item in run.ok(MODULE)["findings"]]
    apps = run.ok(MODULE)["applications"]
    accept = {app["integration_key"]: [finding for finding in app["findings"] if finding != last] for app in apps}
    kept = next(app["integration_key"] for app in apps if last in app["findings"])
    accept |= {key: [*known, last] for key, known in accept.items() if key != kept}
    result = run.fails(MODULE, accept=accept, max_findings=0)
    assert "there is 1 finding, and max_findings is 0" in result["msg"]
    assert result["step"]["detail"] == f"1 finding in {len(apps)} Admin API applications, 0 allowed"


def test_check_mode_fails_nothing(run: Run) -> None:
    result = run.ok(MODULE, max_findings=0, check=True)
    assert "would fail" in result["warnings"][0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"consumers": {"Splank": "splunk"}}, "no Admin API application has that name"),
        ({"consumers": {COLLECTOR: "splank"}}, "'splunk'"),
        ({"consumers": {"Door Access": "splunk"}}, "no Admin API application has that name"),
        ({"accept": {COLLECTOR: ["broad_right"]}}, "'broad_rights'"),
        ({"max_findings": -1}, "negative"),
    ],
)
def test_mistakes_are_explained(run: Run, options: dict[str, Any], words: str) -> None:
    assert words in run.fails(MODULE, **options)["msg"]


@pytest.mark.parametrize(
    ("kind", "value"), [("adminapi", 1), ("adminapi", "true"), ("adminapi", "some"), ("sso", True)]
)
def test_a_permission_of_an_unknown_name_counts(run: Run, lab: Lab, kind: str, value: Any) -> None:
    """Duo may have new ones at any time."""
    flags = {"adminapi_read_log": 1, "adminapi_info": 1, "adminapi_off": 0, "adminapi_none": None}
    row = {"integration_key": "DI" + "A" * 18, "name": "Elastic", "type": kind, "networks_for_api_access": "192.0.2.1"}
    body = {"stat": "OK", "response": [{**row, **flags, "adminapi_new_right": value}]}
    lab.fault("duo", path="/admin/v3/integrations", kind="status", status=200, body=body)
    found = of(run.ok(MODULE), "Elastic")
    assert "beyond_profile" in found["findings"] and found["beyond_profile"] == ["adminapi_new_right"]
    assert found["fitting_profiles"] == []


@pytest.mark.parametrize("networks", ["any", "192.0.2.0/24,*"])
def test_networks_that_cannot_be_read_are_no_restriction(run: Run, lab: Lab, networks: str) -> None:
    row = {"integration_key": "DI" + "A" * 18, "name": "SIEM", "type": "adminapi", "adminapi_read_log": 1}
    body = {"stat": "OK", "response": [{**row, "networks_for_api_access": networks}]}
    lab.fault("duo", path="/admin/v3/integrations", kind="status", status=200, body=body)
    (finding,) = [item for item in run.ok(MODULE)["findings"] if "network" in item["finding"]]
    assert finding["finding"] == "unknown_network_restriction"
    assert "may be usable from anywhere: not all its networks can be read" in finding["detail"]


def test_networks_that_duo_does_not_show_are_not_taken_for_none(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.networks_shown": "hidden"})
    result = run.ok(MODULE)
    assert result["summary"]["no_network_restriction"] == 0
    assert result["summary"]["unknown_network_restriction"] == result["summary"]["applications"]
    assert of(result, COLLECTOR)["networks_for_api_access"] is None


def test_a_gate_has_flows_that_exist_and_limits_that_are_spelt_right() -> None:
    """Or else it would stand open: the audit has no role, and a limit of another name is none."""

    def begun(variables: dict[str, Any], **options: Any) -> dict[str, Any]:
        task = CoreTask()
        task.action, task.args = "identityops.cisco.gate_flows", options
        return dict(gate_flows.ActionModule(*surroundings(task)).run(task_vars=variables))

    assert "duo_audit" in begun({}, flows=["duo_audit"])["msg"]
    assert begun({"duo_audit_max_findings": 0}, audit=True)["flows"] == ["duo_audit"]
    assert "'duo_audit_max_findings'" in begun({"duo_audit_max_finding": 0}, audit=True)["msg"]


@pytest.mark.parametrize(
    ("flag", "odd"),
    [
        ("adminapi_integrations", "(gone)"),
        ("adminapi_integrations", None),
        ("adminapi_allow_to_set_permissions", "granted"),
        ("adminapi_allow_to_set_permissions", "(gone)"),
        ("type", "(gone)"),
    ],
)
def test_what_duo_does_not_show_is_a_finding(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, flag: str, odd: Any
) -> None:
    add(lab, "Duo Log Sync", "read_log")
    listing = Duo.list_integrations

    def altered(app: dict[str, Any]) -> dict[str, Any]:
        if app["name"] != "Duo Log Sync":
            return app
        return {name: odd if name == flag else value for name, value in app.items() if (name, odd) != (flag, "(gone)")}

    monkeypatch.setattr(Duo, "list_integrations", lambda duo: list(map(altered, listing(duo))))
    app = of(run.ok(MODULE), "Duo Log Sync")
    if flag == "type":
        assert app["permissions"] == ["read_log"] and app["type"] is None
        return
    name = {"adminapi_integrations": "applications"}.get(flag, "set_permissions")
    assert app["unknown_permissions"] == [name] and app["findings"] == ["unknown_permissions"]
    assert f"may hold {name}" in details(run.fails(MODULE, max_findings=0), "Duo Log Sync")["unknown_permissions"]


@pytest.mark.parametrize("networks", [7, {}, "0.0.0.0 - 255.255.255.255", None])
def test_networks_that_cannot_be_read_are_not_taken_for_a_restriction(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, networks: Any
) -> None:
    add(lab, "Duo Log Sync", "read_log")
    listing = Duo.list_integrations
    altered = {"networks_for_api_access": networks}
    monkeypatch.setattr(Duo, "list_integrations", lambda duo: [{**app, **altered} for app in listing(duo)])
    (finding,) = of(run.ok(MODULE), "Duo Log Sync")["findings"]
    assert finding.endswith("network_restriction")
