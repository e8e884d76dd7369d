# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow that keeps compromised devices out, end to end, through real runs of ``ansible-playbook``.

What only a person can do is done by the lab's person, from the hand-offs that the runs report and from nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from lab import Lab

from .flow import Flow, Ran, writes
from .trusted_endpoints import (
    APPLICATION,
    CREDENTIAL,
    DUO_POLICY,
    FLEET,
    HANDED_OVER,
    IMPACT,
    INTEGRATION,
    MANAGEMENT,
    MOST_BLOCKED,
    NO_CHANGE,
    POLICY,
    VERIFICATION,
    WRITTEN,
    TrustedEndpoints,
    policies,
    steps,
)

MOST_REQUESTS = 6
CREATE = "POST /admin/v2/policies"
CREATE_STEP, JOIN_STEP = "secure_endpoint_credential", "duo_edr_integration"
PART_STEP, DELETE_STEP = "duo_edr_integration_remove", "secure_endpoint_credential_delete"
HEALTHY = "LAPTOP-0051"
VAULT_SECRET = "the password of the printed pages"


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> TrustedEndpoints:
    """Runs the playbook ``identityops.cisco.trusted_endpoints`` against the lab."""
    return TrustedEndpoints(lab, tmp_path)


def everything(lab: Lab) -> str:
    """Both services' whole state, less what reading changes."""
    ignored = {"budget": None, "proxied": None}
    return json.dumps([lab.state("duo"), {**lab.state("secure_endpoint"), **ignored}], sort_keys=True)


def the_policy(lab: Lab, name: str = POLICY) -> dict[str, Any]:
    """The one policy of that name, as Duo has it."""
    (found,) = [policy for policy in lab.state("duo")["policies"] if policy["policy_name"] == name]
    return dict(found)


def assert_as_declared(lab: Lab) -> None:
    """What the flow is for, as Duo sees it."""
    policy = the_policy(lab)
    section = policy["sections"]["trusted_endpoints"]
    assert section["trusted_endpoint_checking"] == "require-trusted" and section["cisco_secure_endpoint_can_block"]
    assert [entry["app_name"] for entry in policy["policy_applies_to"]] == [APPLICATION]


def test_from_nothing_to_the_end(lab: Lab, flow: TrustedEndpoints) -> None:
    """As the guide tells it: rehearse, run, do what is handed over, run again."""
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    untouched = everything(lab)
    for check in (True, False):
        first = flow.quietly(check=check)
        assert everything(lab) == untouched
        assert first.statuses() == HANDED_OVER and not first.reported()["changed"]
        assert steps(first) == [CREATE_STEP, JOIN_STEP]
        assert lab.requests("secure_endpoint") == []
        for step in (FLEET, DUO_POLICY, VERIFICATION):
            assert first.detail(step) == "Waits for the Secure Endpoint credential"
        assert first.warnings() == [] and "Step 1 of 2   Create the API credential 'Duo'" in first.output

    flow.perform(first.reported()["handoff"])
    stored = lab.state("duo")["cisco_secure_endpoint_integration"]
    assert stored["enabled"] and stored["hostname"] == "api.eu.amp.cisco.com"

    predicted = flow.quietly(check=True, max_blocked=MOST_BLOCKED + 1)
    done = flow.ok(max_blocked=MOST_BLOCKED + 1)
    # No API shows the integration; only once the policy lets Secure Endpoint block, it is taken as there.
    pending = {INTEGRATION: "handoff_required"}
    assert predicted.statuses() == {**WRITTEN, **pending, VERIFICATION: "pending"}
    assert done.statuses() == {**WRITTEN, **pending} and steps(done) == [JOIN_STEP]
    assert writes(lab) == [CREATE] and done.warnings() == []
    assert_as_declared(lab)

    again = flow.quietly()
    assert again.statuses() == NO_CHANGE and steps(again) == [] and not again.reported()["changed"]
    assert "changed=0" in again.output and again.warnings() == []
    assert len(lab.requests()) <= MOST_REQUESTS


def test_only_what_is_left_is_handed_over(lab: Lab, flow: TrustedEndpoints) -> None:
    """Somebody who does the first step first is not asked for it again."""
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    (first, _second) = flow.ok().reported()["handoff"]
    flow.perform([first])
    lab.switch(**{"duo.can_block_unready": "accept"})
    second = flow.ok(max_blocked=MOST_BLOCKED + 1)
    assert steps(second) == [JOIN_STEP]
    flow.perform(second.reported()["handoff"])
    assert lab.state("duo")["cisco_secure_endpoint_integration"]["enabled"]


# Resume


@pytest.fixture(scope="session")
def uninterrupted(running_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What a run ends with that nothing interrupts, by what it writes."""
    found = {}
    for number, estate in enumerate(ESTATES.values()):
        running_lab.reset()
        flow = TrustedEndpoints(running_lab, tmp_path_factory.mktemp(f"uninterrupted{number}"))
        estate(running_lab, flow)
        flow.ok(max_blocked=MOST_BLOCKED + 1)
        found[estate.__name__] = policies(running_lab)
    return found


def without_policy(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()


def with_another_policy(lab: Lab, flow: TrustedEndpoints) -> None:
    """Somebody has begun by hand: other sections, and nothing of trusted endpoints."""
    flow.prepare()
    lab.patch("duo", "add_policy", name=POLICY, sections={"browsers": {"out_of_date_behavior": "warn-only"}})


ESTATES: dict[str, Callable[[Lab, TrustedEndpoints], None]] = {"create": without_policy, "change": with_another_policy}


@pytest.mark.parametrize("write", ESTATES)
def test_a_run_that_is_killed_after_its_write_is_resumed(
    uninterrupted: dict[str, dict[str, Any]], lab: Lab, flow: TrustedEndpoints, write: str
) -> None:
    """The request that follows the write is held up, and the run is killed meanwhile."""
    estate = ESTATES[write]
    estate(lab, flow)
    lab.fault("duo", "GET", "^/admin/v2/policies/PO", kind="slow", seconds=2)
    flow.killed_when(lambda: any(row["fault"] for row in lab.requests()), max_blocked=MOST_BLOCKED + 1)
    assert len(writes(lab)) == 1

    lab.clear_faults()
    resumed = flow.quietly(max_blocked=MOST_BLOCKED + 1)
    assert resumed.statuses() == NO_CHANGE
    assert policies(lab) == uninterrupted[estate.__name__]


@pytest.mark.parametrize("write", ESTATES)
def test_an_answer_that_is_lost_at_the_write(
    uninterrupted: dict[str, dict[str, Any]], lab: Lab, flow: TrustedEndpoints, write: str
) -> None:
    estate = ESTATES[write]
    estate(lab, flow)
    lab.fault("duo", "POST" if write == "create" else "PUT", "/policies", kind="drop_after")
    done = flow.ok(max_blocked=MOST_BLOCKED + 1)
    assert lab.faults()[0]["times"] == 0 and len(writes(lab)) == 1
    assert done.changed() == {DUO_POLICY} and done.statuses()[VERIFICATION] == "verified"
    assert policies(lab) == uninterrupted[estate.__name__]


def test_a_step_that_fails_is_told_with_what_was_not_reached_and_resumed(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    lab.fault("duo", "POST", "/policies$", kind="status", status=500, times=None)
    failed = flow.fails(max_blocked=MOST_BLOCKED + 1)
    assert failed.statuses() == {**HANDED_OVER, CREDENTIAL: "verified", FLEET: "ok", DUO_POLICY: "failed"}
    assert f"create the policy '{POLICY}'" in failed.detail(DUO_POLICY) and not failed.reported()["changed"]
    lab.clear_faults()
    assert flow.ok(max_blocked=MOST_BLOCKED + 1).changed() == {DUO_POLICY}
    assert_as_declared(lab)


# Healing


def set_section(lab: Lab, **keys: Any) -> None:
    """Change the policy by hand."""
    lab.patch("duo", "set_policy", name=POLICY, sections={"trusted_endpoints": keys})


def untick(lab: Lab) -> None:
    set_section(lab, cisco_secure_endpoint_can_block=False)


def stop_checking(lab: Lab) -> None:
    set_section(lab, trusted_endpoint_checking="allow-all")


def take_off_the_application(lab: Lab) -> None:
    lab.patch("duo", "set_application", name=APPLICATION, policy_key="")


def delete_policy(lab: Lab) -> None:
    lab.patch("duo", "delete_policy", name=POLICY)


@pytest.mark.parametrize("damage", [untick, stop_checking, take_off_the_application, delete_policy])
def test_drift_is_predicted_and_healed(lab: Lab, flow: TrustedEndpoints, damage: Callable[[Lab], None]) -> None:
    flow.prepare_policy()
    whole = policies(lab)
    damage(lab)
    assert policies(lab) != whole
    given = {"max_blocked": MOST_BLOCKED + 1, "edr_confirmed": True}
    predicted = flow.quietly(check=True, **given)
    assert predicted.statuses() == {**WRITTEN, VERIFICATION: "pending"}
    assert flow.ok(**given).statuses() == WRITTEN
    assert policies(lab) == whole


# Nobody is locked out by surprise


def test_too_many_devices_stop_the_run_before_anything_is_written(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    before = policies(lab)
    for check in (True, False):
        failed = flow.fails(check=check, max_blocked=MOST_BLOCKED)
        told = failed.detail(IMPACT)
        numbers = (f"as many as {MOST_BLOCKED + 1} devices", f"max_blocked is {MOST_BLOCKED}")
        names = ("LAPTOP-0042 (compromised)", "HOME-PC (not trusted)", "trusted_endpoints_max_blocked")
        assert [word for word in numbers + names if word not in told] == [], told
        not_reached = dict.fromkeys((INTEGRATION, DUO_POLICY, VERIFICATION), "pending")
        assert failed.statuses() == {**WRITTEN, IMPACT: "failed", **not_reached}
    assert writes(lab) == [] and policies(lab) == before

    done = flow.ok(max_blocked=MOST_BLOCKED + 1)
    assert done.changed() == {DUO_POLICY}
    assert done.detail(IMPACT) == "Would lock out 7 of the devices known today, 7 of them newly"
    assert done.reported()["impact"]["blocked_now"] == MOST_BLOCKED + 1
    # Who is locked out already counts no more.
    assert flow.quietly(max_blocked=0).statuses() == NO_CHANGE


def test_a_device_that_becomes_compromised_later_stops_no_run(lab: Lab, flow: TrustedEndpoints) -> None:
    """It is what the policy is for."""
    flow.prepare_policy()
    lab.patch("secure_endpoint", "set_computer", hostname="LAPTOP-0017", is_compromised=True)
    again = flow.quietly()
    assert again.statuses() == NO_CHANGE and "2 compromised" in again.detail(FLEET)


@pytest.mark.parametrize(("limit", "broken"), [("max_outdated", 2), ("max_stale", 1), ("min_supported", 9)])
def test_a_fleet_that_is_not_as_asked_for_stops_the_run(
    lab: Lab, flow: TrustedEndpoints, limit: str, broken: int
) -> None:
    """LAPTOP-0023, KIOSK-03 and MAC-0005 are outdated or unreadable, LAPTOP-0064 and LAPTOP-0008 are stale."""
    flow.prepare_policy()
    failed = flow.fails(**{limit: broken})
    told = failed.detail(FLEET)
    assert f"trusted_endpoints_{limit}={broken}" in told and "LAPTOP-0042, KIOSK-03" in told and "Nothing" in told
    assert failed.statuses() == {**dict.fromkeys(NO_CHANGE, "pending"), CREDENTIAL: "verified", FLEET: "failed"}
    assert lab.requests("duo") == []


def test_a_fleet_that_just_keeps_its_limits(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare_policy()
    assert flow.quietly(max_outdated=3, max_stale=2, min_supported=8).statuses() == NO_CHANGE
    asked = {"minimum_versions": {"windows": "8.4"}, "stale_after_days": 30, "max_stale": 1, "max_outdated": 9}
    found = flow.quietly(**asked).detail(FLEET)
    assert "4 with a supported connector, 7 outdated, 1 not seen for 30 days" in found


# A person who is waited for


class Waiting:
    """A run that waits for a person, as somebody at another desk sees it."""

    def __init__(self, lab: Lab, flow: TrustedEndpoints, *arguments: str, **variables: Any) -> None:
        self._lab, self._flow = lab, flow
        waits = {"handoff": "wait", "handoff_interval": 1, "handoff_timeout": 30, **variables}
        self._process = flow.start(*arguments, **waits)

    def until(self, reached: Callable[[], bool]) -> None:
        self._flow.until(self._process, reached)

    def end(self) -> Ran:
        return self._flow.ended(self._process)


def asked_of(lab: Lab, service: str, path: str, status: int = 200) -> int:
    """How often a service has answered so."""
    return len([row for row in lab.requests(service) if row["path"] == path and row["status"] == status])


def test_wait_for_the_credential_and_for_the_panel(lab: Lab, flow: TrustedEndpoints) -> None:
    """A key that is mistyped at first is not the end. Both steps are done from the files that the run has printed."""
    lab.switch(**{"duo.not_configured_lifted_by": "any"})
    rehearsed = flow.quietly(check=True, handoff="wait", handoff_timeout=600).reported()["handoff"]
    assert [step["id"] for step in rehearsed] == [CREATE_STEP, JOIN_STEP]

    waiting = Waiting(lab, flow, max_blocked=MOST_BLOCKED + 1)
    waiting.until(flow.is_asking_for_the_credential)
    flow.person.perform(rehearsed[:1])
    flow.put({**flow.person.vault, "secure_endpoint_api_key": "00000000-0000-4000-8000-000000000000"})
    waiting.until(lambda: asked_of(lab, "secure_endpoint", "/v1/version", 401) == 1)
    flow.put(flow.person.vault)
    waiting.until(lambda: asked_of(lab, "duo", "/admin/v1/endpoints") > 1)
    flow.person.perform(rehearsed[1:])
    done = waiting.end()
    assert done.code == 0 and done.changed() == {DUO_POLICY} and done.statuses()[VERIFICATION] == "verified"
    # The key that did not work was tried once, however long it stood there.
    assert asked_of(lab, "secure_endpoint", "/v1/version", 401) == asked_of(lab, "secure_endpoint", "/v1/version") == 1
    assert_as_declared(lab)


def test_wait_for_an_integration_that_no_api_shows(lab: Lab, flow: TrustedEndpoints) -> None:
    """Duo refuses the setting until somebody has added it."""
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    flow.person.vault.update(flow.give_credential())
    (step,) = flow.ok(handoff="report", max_blocked=MOST_BLOCKED + 1).reported()["handoff"]
    lab.clear_requests()
    waiting = Waiting(lab, flow, max_blocked=MOST_BLOCKED + 1)
    waiting.until(lambda: asked_of(lab, "duo", "/admin/v2/policies", 400) > 1)
    flow.person.perform([step])
    done = waiting.end()
    assert done.code == 0 and done.changed() == {DUO_POLICY} and done.statuses()[VERIFICATION] == "verified"
    assert_as_declared(lab)


def test_a_device_that_becomes_compromised_while_a_run_waits_is_not_locked_out_by_surprise(
    lab: Lab, flow: TrustedEndpoints
) -> None:
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    flow.person.vault.update(flow.give_credential())
    waiting = Waiting(lab, flow, max_blocked=MOST_BLOCKED + 1)
    waiting.until(lambda: asked_of(lab, "duo", "/admin/v2/policies", 400) > 0)
    healthy = next(one for one in lab.state("secure_endpoint")["computers"] if one["hostname"] == HEALTHY)
    assert not healthy["is_compromised"] and not healthy["demo"]
    lab.patch("secure_endpoint", "set_computer", hostname=HEALTHY, is_compromised=True)
    stopped = waiting.end()
    assert stopped.code == 2 and f"max_blocked is {MOST_BLOCKED + 1}" in stopped.detail(IMPACT)
    assert POLICY not in [policy["policy_name"] for policy in lab.state("duo")["policies"]]


def test_a_file_that_is_filled_by_halves_is_waited_for(lab: Lab, flow: TrustedEndpoints) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    flow.put({"secure_endpoint_client_id": "0123456789abcdef0123", "secure_endpoint_api_key": None})
    waiting = Waiting(lab, flow, max_blocked=MOST_BLOCKED + 1)
    waiting.until(flow.is_asking_for_the_credential)
    flow.give_credential()
    done = waiting.end()
    assert done.code == 0 and done.statuses()[CREDENTIAL] == "verified"


def test_waiting_for_the_credential_comes_to_an_end(lab: Lab, flow: TrustedEndpoints) -> None:
    failed = flow.fails(handoff="wait", handoff_interval=1, handoff_timeout=2)
    assert failed.statuses() == {**dict.fromkeys(HANDED_OVER, "pending"), CREDENTIAL: "handoff_required"}
    assert f"No credential that works came into {flow.file} within 2 seconds" in " ".join(failed.output.split())
    assert steps(failed) == [CREATE_STEP] and lab.requests("secure_endpoint") == []


def test_waiting_for_the_panel_comes_to_an_end(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.give_credential()
    failed = flow.fails(handoff="wait", handoff_interval=1, handoff_timeout=2)
    told = " ".join(failed.output.split())
    assert "Nobody has set up Trusted Endpoints" in told and "That stayed so for 2 seconds" in told
    assert steps(failed) == [JOIN_STEP] and writes(lab) == []
    assert failed.statuses()[DUO_POLICY] == "pending"


def test_waiting_needs_a_file_to_look_at(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.estate = {}
    failed = flow.fails(handoff="wait")
    assert "trusted_endpoints_credential_file" in failed.output and steps(failed) == [CREATE_STEP]


def test_a_credential_that_no_file_can_replace_is_not_waited_for(lab: Lab, flow: TrustedEndpoints) -> None:
    """The run cannot know which of the two is meant."""
    good = flow.give_credential()
    wrong = {**good, "secure_endpoint_api_key": "00000000-0000-4000-8000-000000000000"}
    failed = flow.fails("-e", json.dumps(wrong), handoff="wait", handoff_interval=1, handoff_timeout=20)
    assert "the option secure_endpoint_api_key" in failed.detail(CREDENTIAL) and steps(failed) == []
    assert lab.requests("secure_endpoint") == []


def test_fail_stops_at_each_step_that_is_left_for_a_person(lab: Lab, flow: TrustedEndpoints) -> None:
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    given = {"handoff": "fail", "max_blocked": MOST_BLOCKED + 1}
    first = flow.fails(**given)
    assert "Create the API credential 'Duo'" in first.output and steps(first) == [CREATE_STEP]
    assert first.statuses() == {**dict.fromkeys(HANDED_OVER, "pending"), CREDENTIAL: "handoff_required"}
    flow.perform(first.reported()["handoff"])
    second = flow.fails(**given)
    assert steps(second) == [JOIN_STEP] and second.statuses()[INTEGRATION] == "handoff_required"
    flow.perform(second.reported()["handoff"])
    assert writes(lab) == []
    assert flow.ok(edr_confirmed=True, **given).statuses() == WRITTEN
    assert flow.quietly(**given).statuses() == NO_CHANGE


def test_fail_stops_where_nothing_is_set_up_whatever_somebody_has_confirmed(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.give_credential()
    failed = flow.fails(handoff="fail", edr_confirmed=True)
    assert steps(failed) == [JOIN_STEP] and failed.statuses()[INTEGRATION] == "handoff_required"
    assert writes(lab) == []


# What is printed


def printed(folder: Path) -> dict[str, int]:
    """The files and how they are protected."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_pages_come_and_go_with_their_steps(lab: Lab, flow: TrustedEndpoints) -> None:
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    lab.switch(**{"duo.can_block_unready": "accept"})
    folder = flow.folder / "hand-offs"
    given = {"handoff_dir": str(folder), "handoff_vault_secret": VAULT_SECRET, "max_blocked": MOST_BLOCKED + 1}
    flow.quietly(check=True, **given)
    assert not folder.exists()
    first = flow.ok(**given)
    pages = {f"localhost.{step}.html": 0o600 for step in (CREATE_STEP, JOIN_STEP)}
    assert printed(folder) == pages and folder.stat().st_mode & 0o777 == 0o700
    assert "changed=0" in flow.quietly(**given).output

    flow.perform(first.reported()["handoff"][:1])
    flow.ok(**given)
    vault = f"localhost.{JOIN_STEP}.vault.yml"
    assert printed(folder) == {f"localhost.{JOIN_STEP}.html": 0o600, vault: 0o600}
    page = (folder / f"localhost.{JOIN_STEP}.html").read_text()
    assert vault in page and "Enable Cisco Secure Endpoint Integration" in page
    key = flow.person.vault["secure_endpoint_api_key"]
    opened = VaultLib([("default", VaultSecret(VAULT_SECRET.encode()))]).decrypt((folder / vault).read_bytes())
    assert opened.decode().strip() == f"API Key: {key}"
    assert not [path for path in folder.iterdir() if key in path.read_text() or VAULT_SECRET in path.read_text()]

    assert "changed=1" in flow.ok(**given, edr_confirmed=True).output
    assert printed(folder) == {}


def test_encrypted_files_stay_the_same_as_long_as_the_key_does(lab: Lab, flow: TrustedEndpoints) -> None:
    """Before the policy is there, the step about the integration is handed over again and again."""
    flow.give_credential()
    folder = flow.folder / "hand-offs"
    without = {"handoff_dir": str(folder)}
    flow.ok(**without)
    assert printed(folder) == {f"localhost.{JOIN_STEP}.html": 0o600}
    given = {**without, "handoff_vault_secret": VAULT_SECRET}
    flow.ok(**given)
    assert len(printed(folder)) == 2
    assert "changed=0" in flow.quietly(**given).output
    assert "changed=1" in flow.ok(**{**given, "handoff_vault_secret": "another"}).output


# Other ways


def test_the_global_policy(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    given = {"global_policy": True, "apply_to": [], "max_blocked": MOST_BLOCKED + 1, "require_trusted_mobile": True}
    before = the_policy(lab, "Global Policy")["sections"]
    done = flow.ok(**given)
    assert done.statuses()[VERIFICATION] == "verified" and "The global policy" in done.detail(DUO_POLICY)
    after = the_policy(lab, "Global Policy")["sections"]
    required = dict.fromkeys(("trusted_endpoint_checking", "trusted_endpoint_checking_mobile"), "require-trusted")
    section = {**required, "cisco_secure_endpoint_can_block": True}
    assert after == {**before, "trusted_endpoints": {**before["trusted_endpoints"], **section}}
    assert flow.quietly(**given).statuses() == NO_CHANGE

    opened = flow.ok(**given, state="absent")
    assert opened.changed() == {DUO_POLICY}
    section = {**dict.fromkeys(required, "allow-all"), "cisco_secure_endpoint_can_block": False}
    after = the_policy(lab, "Global Policy")["sections"]["trusted_endpoints"]
    assert {name: after[name] for name in section} == section
    assert flow.quietly(**given, state="absent").changed() == set()


def test_a_variable_that_is_left_empty_is_as_good_as_not_set(lab: Lab, flow: TrustedEndpoints) -> None:
    """As forms and inventories leave it."""
    flow.prepare_policy()
    names = ("max_outdated", "max_stale", "min_supported", "require_trusted_mobile", "handoff_dir")
    empty: dict[str, Any] = {**dict.fromkeys(names), "handoff_vault_secret": ""}
    assert flow.quietly(**empty).statuses() == NO_CHANGE


def test_a_credential_in_an_encrypted_file(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare_policy()
    arguments = flow.vault(json.loads(flow.file.read_text()))[2:]
    (flow.folder / "vault.yml").replace(flow.file)
    assert flow.quietly(*arguments).statuses() == NO_CHANGE
    for content in (flow.file.read_bytes(), b"secure_endpoint_api_key: 'half a line", b"- a list"):
        flow.file.write_bytes(content)
        failed = flow.fails()
        told = failed.detail(CREDENTIAL)
        assert str(flow.file) in told and ("two lines of YAML" in told or "no vault password" in told)
        assert failed.statuses() == {**dict.fromkeys(NO_CHANGE, "pending"), CREDENTIAL: "failed"}
        assert "half a line" not in failed.output


def test_the_policy_for_some_groups_only(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    members = {"application": "Branch VPN Lyon", "groups": ["VPN Users"]}
    given = {"apply_to": [members], "max_blocked": MOST_BLOCKED + 1}
    flow.ok(**given)
    (entry,) = the_policy(lab)["policy_applies_to"]
    assert (entry["app_name"], [group["group_name"] for group in entry["groups"]]) == ("Branch VPN Lyon", ["VPN Users"])
    assert flow.quietly(**given).statuses() == NO_CHANGE
    # More of them are more whom it may lock out.
    more = {"apply_to": [members, {"application": APPLICATION}], "max_blocked": 0}
    assert flow.fails(**more).statuses()[IMPACT] == "failed"


def test_the_region_is_found_by_the_real_names_of_the_hosts(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare_policy()
    lab.patch("secure_endpoint", "delete_credential", name="Duo")
    lab.patch("duo", "delete_policy", name=POLICY)
    flow.give_credential(region="apjc")
    before = lab.state("secure_endpoint")["proxied"]
    refused = flow.ok()
    assert refused.statuses()[CREDENTIAL] == "handoff_required" and "another region" in refused.detail(CREDENTIAL)
    found = flow.ok(discover_region=True, max_blocked=MOST_BLOCKED + 1)
    assert found.detail(CREDENTIAL) == "Duo, works in apjc" and found.changed() == {DUO_POLICY}
    assert any("Set secure_endpoint_region: apjc" in warning for warning in found.warnings())
    (step,) = found.reported()["handoff"]
    assert [click["value"] for click in step["clicks"] if click["do"] == "expect"] == ["api.apjc.amp.cisco.com"]
    after = lab.state("secure_endpoint")["proxied"]
    asked = {host for host, count in after.items() if count > before.get(host, 0)}
    assert asked == {"api.amp.cisco.com", "api.eu.amp.cisco.com", "api.apjc.amp.cisco.com"}


def test_variables_that_come_as_texts(lab: Lab, flow: TrustedEndpoints) -> None:
    """As a survey, or ``-e name=value``, gives them."""
    flow.prepare()
    flow.estate = {}
    texts = {
        "max_blocked": str(MOST_BLOCKED + 1),
        "block_compromised": "true",
        "require_trusted": "yes",
        "require_trusted_mobile": "false",
        "global_policy": "false",
        "edr_confirmed": "true",
        "discover_region": "no",
        "stale_after_days": "7",
        "max_outdated": "3",
        "max_stale": "2",
        "min_supported": "8",
        "handoff_timeout": "5",
        "handoff_interval": "1",
        "credential_file": str(flow.file),
        "apply_to": [{"application": APPLICATION}],
        "minimum_versions": json.dumps({"windows": "7.1.1"}),
    }
    assert flow.ok(**texts).statuses() == WRITTEN
    assert_as_declared(lab)
    assert the_policy(lab)["sections"]["trusted_endpoints"]["trusted_endpoint_checking_mobile"] == "allow-all"
    assert "trusted_endpoints_max_stale=1" in flow.fails(**{**texts, "max_stale": "1"}).detail(FLEET)
    assert flow.fails(**{**texts, "max_blocked": "0", "require_trusted_mobile": "true"}).statuses()[IMPACT] == "failed"


# Taking it down


def test_absent_hands_over_what_is_left_and_proves_the_end(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare_policy()
    others = [policy for policy in lab.state("duo")["policies"] if policy["policy_name"] != POLICY]
    left = {INTEGRATION: "handoff_required", CREDENTIAL: "handoff_required"}
    gone = {FLEET: "ok", IMPACT: "ok", DUO_POLICY: "changed", **left}
    assert flow.quietly(check=True, state="absent").statuses() == gone
    first = flow.ok(state="absent")
    assert first.statuses() == gone and steps(first) == [PART_STEP, DELETE_STEP]
    assert lab.state("duo")["policies"] == others and len(writes(lab)) == 1
    again = flow.quietly(state="absent")
    assert again.statuses() == {**gone, DUO_POLICY: "ok"} and steps(again) == [PART_STEP, DELETE_STEP]

    flow.person.perform(again.reported()["handoff"])
    assert not lab.state("duo")["cisco_secure_endpoint_integration"]["enabled"]
    # One region alone proves nothing of the others.
    one = flow.quietly(state="absent", edr_removed=True)
    assert one.statuses()[CREDENTIAL] == "not_verifiable" and "Not tried: nam, apjc" in one.detail(CREDENTIAL)
    last = flow.quietly(state="absent", edr_removed=True, discover_region=True)
    proven = {IMPACT: "ok", DUO_POLICY: "ok", INTEGRATION: "not_verifiable", CREDENTIAL: "verified"}
    assert last.statuses() == proven and steps(last) == []
    assert "not accepted by eu, nam, apjc" in last.detail(CREDENTIAL)

    flow.file.unlink()
    unknown = flow.quietly(state="absent", edr_removed=True)
    assert unknown.statuses() == {**proven, CREDENTIAL: "not_verifiable"}
    assert "key is not given" in unknown.detail(CREDENTIAL)


def test_absent_waits_until_the_credential_is_deleted_and_clears_away_what_was_printed(
    lab: Lab, flow: TrustedEndpoints
) -> None:
    folder = flow.folder / "hand-offs"
    given = {"handoff_dir": str(folder), "handoff_vault_secret": VAULT_SECRET}
    flow.give_credential()
    flow.ok(**given)
    assert sorted(printed(folder)) == [f"localhost.{JOIN_STEP}.html", f"localhost.{JOIN_STEP}.vault.yml"]
    (_part, delete) = flow.ok(state="absent", **given).reported()["handoff"]
    assert sorted(printed(folder)) == [f"localhost.{PART_STEP}.html", f"localhost.{DELETE_STEP}.html"]
    lab.clear_requests()
    waiting = Waiting(lab, flow, state="absent", discover_region=True, **given)
    waiting.until(lambda: asked_of(lab, "secure_endpoint", "/v1/version") > 1)
    flow.person.perform([delete])
    done = waiting.end()
    assert done.code == 0 and done.statuses()[CREDENTIAL] == "verified" and steps(done) == [PART_STEP]
    assert sorted(printed(folder)) == [f"localhost.{PART_STEP}.html"]


def test_absent_locks_nobody_out_by_surprise(lab: Lab, flow: TrustedEndpoints) -> None:
    """Without a policy that lets all in, the global one keeps out whom it does not trust."""
    flow.prepare()
    required = {"trusted_endpoints": {"trusted_endpoint_checking": "require-trusted"}}
    lab.patch("duo", "set_policy", name="Global Policy", sections=required)
    open_to_all = {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}
    lab.patch("duo", "add_policy", name=POLICY, sections=open_to_all, applications=[APPLICATION])
    before = policies(lab)
    for check in (True, False):
        failed = flow.fails(check=check, state="absent")
        assert f"as many as {MOST_BLOCKED} devices" in failed.detail(IMPACT)
        assert failed.statuses()[DUO_POLICY] == "pending"
    assert writes(lab) == [] and policies(lab) == before
    assert flow.ok(state="absent", max_blocked=MOST_BLOCKED).changed() == {DUO_POLICY}


# What Duo's account does not let through yet


def answers(**values: Any) -> Any:
    """Switches of the lab's Duo."""
    return {f"duo.{name}": value for name, value in values.items()}


def test_nobody_has_set_up_trusted_endpoints(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.give_credential()
    found = flow.quietly()
    assert found.statuses() == {**HANDED_OVER, CREDENTIAL: "verified", FLEET: "ok"} and steps(found) == [JOIN_STEP]
    for step in (DUO_POLICY, VERIFICATION):
        assert "is set up in the Duo Admin Panel" in found.detail(step)
    assert found.reported()["impact"]["configured"] is False


# That Duo accepts the block of the compromised before the integration is there is part of other tests.
NOT_READY = [("trusted_endpoints", answer) for answer in ("refuse", "drop", "accept")] + [
    ("can_block", answer) for answer in ("refuse", "drop")
]


@pytest.mark.parametrize(("unready", "answer"), NOT_READY)
def test_what_an_account_that_is_not_ready_does_is_told_truly(
    lab: Lab, flow: TrustedEndpoints, unready: str, answer: str
) -> None:
    """Where Duo does not show what is missing, the write shows it; afterwards the same run ends well."""
    flow.give_credential()
    lab.switch(**answers(**{"not_configured_shown": "hidden", f"{unready}_unready": answer}))
    if unready == "can_block":
        lab.patch("duo", "set_trusted_endpoints", configured=True)
    given = {"max_blocked": MOST_BLOCKED + 1}
    before = policies(lab)
    first = flow.ok(**given)
    assert steps(first) == [JOIN_STEP]
    assert first.reported()["changed"] == (policies(lab) != before)
    if first.statuses()[VERIFICATION] == "verified":
        assert_as_declared(lab)
    else:
        assert first.statuses()[DUO_POLICY] == first.statuses()[VERIFICATION] == "pending"
        assert "set up in the Duo Admin Panel" in first.detail(DUO_POLICY)
    if unready == "can_block" and answer == "drop":
        # Half of it is in force, and locks out everybody but the compromised.
        assert first.reported()["impact"]["blocked_now"] == MOST_BLOCKED
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    assert flow.ok(**given).statuses()[VERIFICATION] == "verified"
    assert_as_declared(lab)


def test_an_account_that_does_not_know_the_setting(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    lab.switch(**answers(can_block_key="unknown"))
    told = flow.ok(max_blocked=MOST_BLOCKED + 1)
    assert told.statuses()[DUO_POLICY] == told.statuses()[VERIFICATION] == "pending"
    assert "cisco_secure_endpoint_can_block" in told.detail(DUO_POLICY) and steps(told) == [JOIN_STEP]
    # Who says that the integration is there learns that this is not the reason.
    failed = flow.fails(max_blocked=MOST_BLOCKED + 1, edr_confirmed=True)
    assert failed.statuses()[DUO_POLICY] == "failed" and failed.statuses()[VERIFICATION] == "pending"


# Before anything is asked


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"require_trusted": False}, "blocks compromised devices"),
        ({"global_policy": True}, "trusted_endpoints_apply_to"),
        ({"handoff_vault_secret": VAULT_SECRET}, "trusted_endpoints_handoff_dir"),
        ({"handoff_interval": 0}, "trusted_endpoints_handoff_interval"),
        ({"handoff": "ask"}, "ask"),
        ({"minimum_versions": {"linux": "1"}}, "linux"),
    ],
    ids=lambda value: "_".join(value) if isinstance(value, dict) else "",
)
def test_variables_that_do_not_fit_are_named_before_anything_is_asked(
    lab: Lab, flow: TrustedEndpoints, variables: dict[str, Any], words: str
) -> None:
    failed = flow.fails(**variables)
    assert words in failed.output and VAULT_SECRET not in failed.output
    assert lab.requests() == []


# More than one of them


def test_two_hosts_with_the_connection_in_their_variables(lab: Lab, flow: TrustedEndpoints) -> None:
    """One has its credential in its variables, the other none yet."""
    flow.prepare()
    connection = {name.lower(): value for name, value in flow.connection().items() if "PROXY" not in name}
    shared = {"ansible_connection": "local", **connection, "trusted_endpoints_max_blocked": MOST_BLOCKED + 1}
    credential = {**json.loads(flow.file.read_text()), "trusted_endpoints_policy_name": "Office"}
    inventory = flow.folder / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": {"office": {**shared, **credential}, "branch": shared}}}))
    proxy = {name: value for name, value in flow.connection().items() if "PROXY" in name}
    ran = flow.ok("-i", str(inventory), environment=proxy)
    assert ran.changed("office") == {DUO_POLICY} and ran.statuses("branch") == HANDED_OVER
    assert [policy["policy_name"] for policy in lab.state("duo")["policies"]][-1] == "Office"


def test_a_play_without_module_defaults(lab: Lab, flow: TrustedEndpoints) -> None:
    """The role hands the file to the modules itself, and nothing in it becomes a variable or a template."""
    flow.prepare_policy()
    tasks = [{"ansible.builtin.include_role": {"name": "identityops.cisco.trusted_endpoints"}}]
    variables = {f"trusted_endpoints_{name}": value for name, value in flow.estate.items()}
    playbook = flow.folder / "bare.yml"
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "vars": variables, "tasks": tasks}]))
    where = ("-i", "localhost,", "-c", "local")
    assert flow.ok(*where, playbook=str(playbook)).statuses() == NO_CHANGE
    mark = flow.folder / "mark"
    good = json.loads(flow.file.read_text())
    for other in (
        {"trusted_endpoints_max_blocked": 99999},
        {"secure_endpoint_api_key": "{{ lookup('pipe', 'touch " + str(mark) + "') }}"},
    ):
        flow.put({**good, **other})
        failed = flow.fails(*where, playbook=str(playbook))
        assert "two lines of YAML" in failed.detail(CREDENTIAL) and not mark.exists()


def test_a_second_use_of_the_role_reports_nothing_of_the_first(lab: Lab, flow: Flow) -> None:
    """The second one stops early."""
    assert isinstance(flow, TrustedEndpoints)
    flow.prepare_policy()
    role = {"name": "identityops.cisco.trusted_endpoints"}
    fails = {"trusted_endpoints_require_trusted": False}
    tasks = [{"ansible.builtin.include_role": role}, {"ansible.builtin.include_role": role, "vars": fails}]
    variables = {f"trusted_endpoints_{name}": value for name, value in flow.estate.items()}
    parts = ("secure_endpoint_client_id", "secure_endpoint_api_key")
    given = {name: "{{ " + name + " | default(omit) }}" for name in parts}
    defaults = {"group/identityops.cisco.secure_endpoint": given}
    play = {"hosts": "all", "gather_facts": False, "vars": variables, "module_defaults": defaults, "tasks": tasks}
    playbook = flow.folder / "twice.yml"
    playbook.write_text(json.dumps([play]))
    failed = flow.fails("-i", "localhost,", "-c", "local", playbook=str(playbook))
    assert failed.statuses() == dict.fromkeys(NO_CHANGE, "pending") and failed.reported()["impact"] == {}
