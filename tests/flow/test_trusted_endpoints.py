# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flow that keeps compromised devices out, end to end, through real runs of ``ansible-playbook``.

What only a person can do is done by the lab's person, from the hand-offs that the runs report and from nothing else.
What a single module does, such as waiting or judging, is proven in ``tests/module``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from lab import Lab

from .flow import Ran, writes
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

MOST_REQUESTS, MOST_TASKS = 6, 22
CREATE = "POST /admin/v2/policies"
CREATE_STEP, JOIN_STEP = "secure_endpoint_credential", "duo_edr_integration"
PART_STEP, DELETE_STEP = "duo_edr_integration_remove", "secure_endpoint_credential_delete"
VAULT_SECRET = "the password of the printed pages"
WRONG_KEY = "00000000-0000-4000-8000-000000000000"


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
    """As the guide describes it: rehearse, run, do what is handed over, run again."""
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    untouched = everything(lab)
    for check in (True, False):
        first = flow.quietly(check=check)
        assert everything(lab) == untouched
        assert first.statuses() == HANDED_OVER and not first.reported()["changed"]
        assert steps(first) == [CREATE_STEP, JOIN_STEP]
        assert lab.requests("secure_endpoint") == []
        for step in (FLEET, DUO_POLICY, VERIFICATION):
            assert CREDENTIAL in first.detail(step)
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
    assert done.reported()["impact"]["blocked_now"] == MOST_BLOCKED + 1

    again = flow.quietly()
    assert again.statuses() == NO_CHANGE and steps(again) == [] and not again.reported()["changed"]
    assert "changed=0" in again.output and again.warnings() == []
    assert len(lab.requests()) <= MOST_REQUESTS and again.output.count("TASK [") <= MOST_TASKS


def test_only_what_is_left_is_handed_over(lab: Lab, flow: TrustedEndpoints) -> None:
    """The first step is done, nothing is set up in Duo, and Duo says so."""
    flow.person.vault.update(flow.give_credential())
    found = flow.quietly()
    assert found.statuses() == {**HANDED_OVER, CREDENTIAL: "verified", FLEET: "ok"} and steps(found) == [JOIN_STEP]
    assert "is not set up in the Duo Admin Panel" in found.detail(DUO_POLICY)
    assert found.reported()["impact"]["configured"] is False and len(found.warnings()) == 1


def test_a_credential_that_does_not_work_stops_the_run(lab: Lab, flow: TrustedEndpoints) -> None:
    """It says what is wrong with the one that is there, and asks for no other."""
    flow.put({**flow.give_credential(), "secure_endpoint_api_key": WRONG_KEY})
    failed = flow.fails()
    assert failed.statuses() == {**dict.fromkeys(HANDED_OVER, "pending"), CREDENTIAL: "failed"}
    assert "does not accept" in failed.detail(CREDENTIAL) and steps(failed) == []
    assert [row["status"] for row in lab.requests()] == [401] and WRONG_KEY not in failed.output


# Resume and repair


def test_a_run_that_is_killed_after_its_write_is_resumed(lab: Lab, flow: TrustedEndpoints) -> None:
    """The request that follows the write is held up, and the run is killed meanwhile."""
    flow.prepare()
    lab.fault("duo", "GET", "^/admin/v2/policies/PO", kind="slow", seconds=2)
    flow.killed_when(lambda: any(row["fault"] for row in lab.requests()), max_blocked=MOST_BLOCKED + 1)
    assert writes(lab) == [CREATE]
    lab.clear_faults()
    assert flow.quietly(max_blocked=MOST_BLOCKED + 1).statuses() == NO_CHANGE
    assert_as_declared(lab)


def test_a_step_that_fails_is_reported_with_what_was_not_reached_and_resumed(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    lab.fault("duo", "POST", "/policies$", kind="status", status=500, times=None)
    failed = flow.fails(max_blocked=MOST_BLOCKED + 1)
    assert failed.statuses() == {**HANDED_OVER, CREDENTIAL: "verified", FLEET: "ok", DUO_POLICY: "failed"}
    assert f"create the policy '{POLICY}'" in failed.detail(DUO_POLICY) and not failed.reported()["changed"]
    lab.clear_faults()
    assert flow.ok(max_blocked=MOST_BLOCKED + 1).changed() == {DUO_POLICY}
    assert_as_declared(lab)


def test_drift_is_predicted_and_repaired(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare_policy()
    whole = policies(lab)
    lab.patch(
        "duo", "set_policy", name=POLICY, sections={"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}
    )
    lab.patch("duo", "set_application", name=APPLICATION, policy_key="")
    assert policies(lab) != whole
    given = {"max_blocked": MOST_BLOCKED + 1, "edr_confirmed": True}
    assert flow.quietly(check=True, **given).statuses() == {**NO_CHANGE, DUO_POLICY: "changed"}
    assert flow.ok(**given).statuses() == WRITTEN
    assert policies(lab) == whole


# No device is blocked by surprise


def test_too_many_devices_stop_the_run_before_anything_is_written(lab: Lab, flow: TrustedEndpoints) -> None:
    """The whole account is shown all the same. The module that judges does so in check mode too."""
    flow.prepare()
    before = policies(lab)
    failed = flow.fails(max_blocked=MOST_BLOCKED)
    said = failed.detail(IMPACT)
    numbers = (f"as many as {MOST_BLOCKED + 1} devices", f"max_blocked is {MOST_BLOCKED}")
    names = ("LAPTOP-0042 (compromised)", "HOME-PC (not trusted)", "trusted_endpoints_max_blocked")
    assert [word for word in numbers + names if word not in said] == [], said
    not_reached = dict.fromkeys((INTEGRATION, DUO_POLICY, VERIFICATION), "pending")
    assert failed.statuses() == {**WRITTEN, IMPACT: "failed", **not_reached}
    assert failed.reported()["impact"]["newly_blocked"] == MOST_BLOCKED + 1
    assert "3  computers, not trusted" in failed.output
    assert "MAC-0004 would be" in failed.output
    assert writes(lab) == [] and policies(lab) == before


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
    """A key that is mistyped at first is not the end. Pages come and go with their steps."""
    lab.switch(**{"duo.not_configured_lifted_by": "any"})
    folder = flow.folder / "hand-offs"
    given = {"handoff_dir": str(folder), "handoff_vault_secret": VAULT_SECRET, "max_blocked": MOST_BLOCKED + 1}
    rehearsed = flow.quietly(check=True, handoff="wait", handoff_timeout=600).reported()["handoff"]
    assert [step["id"] for step in rehearsed] == [CREATE_STEP, JOIN_STEP]

    waiting = Waiting(lab, flow, **given)
    waiting.until(lambda: flow.announced() == 1)
    assert sorted(printed(folder)) == [f"localhost.{CREATE_STEP}.html"]
    flow.person.perform(rehearsed[:1])
    flow.put({**flow.person.vault, "secure_endpoint_api_key": WRONG_KEY})
    waiting.until(lambda: asked_of(lab, "secure_endpoint", "/v1/version", 401) == 1)
    flow.put(flow.person.vault)
    waiting.until(lambda: flow.announced() == 2)
    assert f"localhost.{JOIN_STEP}.vault.yml" in printed(folder)
    # Each try to write the policy looks at the global one, so the first has found that the panel is not ready.
    waiting.until(lambda: asked_of(lab, "duo", "/admin/v2/policies/global") > 1)
    flow.person.perform(rehearsed[1:])
    done = waiting.end()
    assert done.code == 0 and done.statuses() == WRITTEN and steps(done) == [] and printed(folder) == {}
    # The key that did not work was tried once, however long it stood there.
    assert asked_of(lab, "secure_endpoint", "/v1/version", 401) == asked_of(lab, "secure_endpoint", "/v1/version") == 1
    # Which of the two is shown first depends on who is faster, the task or the person.
    assert re.search(r"credential 'Duo' (not given yet|does not work), \d+ s of 30", done.output)
    assert "RETRYING" not in done.output
    assert "Duo does not take the policy yet, 0 s of 30" in done.output and "FAILED" not in done.output
    assert_as_declared(lab)


def test_a_person_who_acts_before_the_first_write(lab: Lab, flow: TrustedEndpoints) -> None:
    """Duo, which showed that nothing was set up, takes the policy at once."""
    folder = flow.folder / "hand-offs"
    given = {"handoff_dir": str(folder), "max_blocked": MOST_BLOCKED + 1}
    flow.person.vault.update(flow.give_credential())
    # Between the looks of two tasks.
    lab.fault("duo", "GET", "^/admin/v2/policies$", kind="slow", seconds=2, skip=1)
    process = flow.start(**given)
    flow.until(process, lambda: any(row["fault"] for row in lab.requests()))
    assert printed(folder) == {f"localhost.{JOIN_STEP}.html": 0o600}
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    done = flow.ended(process)
    assert done.code == 0 and done.statuses() == WRITTEN and steps(done) == [] and printed(folder) == {}, done.output
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
    assert done.code == 0 and done.statuses() == WRITTEN and steps(done) == []
    assert_as_declared(lab)


def test_waiting_comes_to_an_end(lab: Lab, flow: TrustedEndpoints) -> None:
    failed = flow.fails(handoff="wait", handoff_interval=1, handoff_timeout=2)
    assert failed.statuses() == {**dict.fromkeys(HANDED_OVER, "pending"), CREDENTIAL: "failed"}
    assert "after 2 seconds this is still so" in failed.detail(CREDENTIAL) and steps(failed) == [CREATE_STEP]


def test_fail_stops_at_each_step_that_is_left_for_a_person(lab: Lab, flow: TrustedEndpoints) -> None:
    given = {"handoff": "fail", "max_blocked": MOST_BLOCKED + 1}
    first = flow.fails(**given)
    assert "Create the API credential 'Duo'" in first.output and steps(first) == [CREATE_STEP]
    assert first.statuses() == {**dict.fromkeys(HANDED_OVER, "pending"), CREDENTIAL: "handoff_required"}
    flow.perform(first.reported()["handoff"])
    # Nobody's word counts where Duo shows that nothing is set up.
    second = flow.fails(**given, edr_confirmed=True)
    assert steps(second) == [JOIN_STEP] and second.statuses()[INTEGRATION] == "handoff_required"
    third = flow.fails(**given, block_compromised=False)
    assert third.statuses()[DUO_POLICY] == "failed" and INTEGRATION not in third.statuses() and steps(third) == []
    assert "is not set up in the Duo Admin Panel" in third.detail(DUO_POLICY) and writes(lab) == []


# What is printed


def printed(folder: Path) -> dict[str, int]:
    """The files and how they are protected."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_pages_come_and_go_with_their_steps(lab: Lab, flow: TrustedEndpoints) -> None:
    """That of the integration stays until it is confirmed, and all of them go where the state is the other one."""
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    lab.switch(**{"duo.can_block_unready": "accept"})
    folder = flow.folder / "hand-offs"
    given = {"handoff_dir": str(folder), "handoff_vault_secret": VAULT_SECRET, "max_blocked": MOST_BLOCKED + 1}
    flow.person.vault.update(flow.give_credential())
    flow.ok(**given)
    vault, key = f"localhost.{JOIN_STEP}.vault.yml", flow.person.vault["secure_endpoint_api_key"]
    assert printed(folder) == {f"localhost.{JOIN_STEP}.html": 0o600, vault: 0o600}
    opened = VaultLib([("default", VaultSecret(VAULT_SECRET.encode()))]).decrypt((folder / vault).read_bytes())
    assert opened.decode().strip() == f"API Key: {key}"
    assert not [path for path in folder.iterdir() if key in path.read_text() or VAULT_SECRET in path.read_text()]

    # The policy lets Secure Endpoint block, so nothing is handed over; only a person's word removes the page.
    assert "changed=0" in flow.quietly(**given).output and len(printed(folder)) == 2
    assert flow.ok(state="absent", edr_removed=True, **given).statuses()[CREDENTIAL] == "handoff_required"
    assert printed(folder) == {f"localhost.{DELETE_STEP}.html": 0o600}


# Other ways


def test_the_global_policy(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare()
    given = {"global_policy": True, "apply_to": [], "max_blocked": MOST_BLOCKED + 1, "require_trusted_mobile": True}
    before = the_policy(lab, "Global Policy")["sections"]
    done = flow.ok(**given)
    assert done.statuses()[VERIFICATION] == "verified" and "the global policy" in done.detail(DUO_POLICY)
    after = the_policy(lab, "Global Policy")["sections"]
    required = dict.fromkeys(("trusted_endpoint_checking", "trusted_endpoint_checking_mobile"), "require-trusted")
    section = {**required, "cisco_secure_endpoint_can_block": True}
    assert after == {**before, "trusted_endpoints": {**before["trusted_endpoints"], **section}}

    opened = flow.ok(**given, state="absent")
    assert opened.changed() == {DUO_POLICY}
    section = {**dict.fromkeys(required, "allow-all"), "cisco_secure_endpoint_can_block": False}
    after = the_policy(lab, "Global Policy")["sections"]["trusted_endpoints"]
    assert {name: after[name] for name in section} == section
    assert flow.quietly(**given, state="absent").changed() == set()


def test_a_setting_that_duo_takes_by_halves(lab: Lab, flow: TrustedEndpoints) -> None:
    """Half of it is in force, and blocks all but the compromised."""
    flow.give_credential()
    lab.switch(**{"duo.can_block_unready": "drop"})
    lab.patch("duo", "set_trusted_endpoints", configured=True)
    first = flow.ok(max_blocked=MOST_BLOCKED + 1)
    assert first.statuses()[DUO_POLICY] == "pending" and first.reported()["changed"]
    assert first.reported()["impact"]["blocked_now"] == MOST_BLOCKED and steps(first) == [JOIN_STEP]
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    assert flow.ok(max_blocked=MOST_BLOCKED + 1).statuses()[VERIFICATION] == "verified"
    assert_as_declared(lab)


def test_the_region_is_found_by_the_real_names_of_the_hosts(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.person.vault.update(flow.give_credential(region="apjc"))
    lab.patch("duo", "add_management_integration", name=MANAGEMENT)
    before = lab.state("secure_endpoint")["proxied"]
    found = flow.ok(discover_region=True, max_blocked=MOST_BLOCKED + 1)
    assert found.detail(CREDENTIAL) == "The credential 'Duo' works in apjc" and found.statuses()[FLEET] == "ok"
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
        "apply_to": [{"application": APPLICATION}, {"application": "Branch VPN Lyon", "groups": ["VPN Users"]}],
        "minimum_versions": json.dumps({"windows": "7.1.1"}),
    }
    assert flow.ok(**texts).statuses() == WRITTEN
    policy = the_policy(lab)
    assert policy["sections"]["trusted_endpoints"]["trusted_endpoint_checking_mobile"] == "allow-all"
    applies = {row["app_name"]: [group["group_name"] for group in row["groups"]] for row in policy["policy_applies_to"]}
    assert applies == {APPLICATION: [], "Branch VPN Lyon": ["VPN Users"]}
    failed = flow.fails(**{**texts, "max_stale": "1"})
    assert "max_stale is 1" in failed.detail(FLEET) and failed.statuses()[IMPACT] == "pending"


# Taking it down


def test_absent_hands_over_what_is_left_and_proves_the_end(lab: Lab, flow: TrustedEndpoints) -> None:
    flow.prepare_policy()
    others = [policy for policy in lab.state("duo")["policies"] if policy["policy_name"] != POLICY]
    left = {INTEGRATION: "handoff_required", CREDENTIAL: "handoff_required"}
    gone = {FLEET: "ok", IMPACT: "ok", DUO_POLICY: "changed", **left}
    assert flow.quietly(check=True, state="absent", adopt=True).statuses() == gone
    first = flow.ok(state="absent", adopt=True)
    assert first.statuses() == gone and steps(first) == [PART_STEP, DELETE_STEP]
    assert lab.state("duo")["policies"] == others and len(writes(lab)) == 1

    flow.person.perform(first.reported()["handoff"])
    assert not lab.state("duo")["cisco_secure_endpoint_integration"]["enabled"]
    last = flow.quietly(state="absent", edr_removed=True, discover_region=True)
    proven = {IMPACT: "ok", DUO_POLICY: "ok", INTEGRATION: "not_verifiable", CREDENTIAL: "verified"}
    assert last.statuses() == proven and steps(last) == []
    assert "not accepted by eu, nam, apjc" in last.detail(CREDENTIAL)

    flow.file.unlink()
    unknown = flow.quietly(state="absent", edr_removed=True)
    assert unknown.statuses() == {**proven, CREDENTIAL: "not_verifiable"}
    assert "not given" in unknown.detail(CREDENTIAL)


def test_absent_waits_until_the_credential_is_deleted(lab: Lab, flow: TrustedEndpoints) -> None:
    folder = flow.folder / "hand-offs"
    given = {"handoff_dir": str(folder), "state": "absent"}
    flow.person.vault.update(flow.give_credential())
    (_part, delete) = flow.ok(**given).reported()["handoff"]
    assert sorted(printed(folder)) == [f"localhost.{PART_STEP}.html", f"localhost.{DELETE_STEP}.html"]
    lab.clear_requests()
    waiting = Waiting(lab, flow, discover_region=True, **given)
    waiting.until(lambda: asked_of(lab, "secure_endpoint", "/v1/version") > 2)
    flow.person.perform([delete])
    done = waiting.end()
    assert done.code == 0 and done.statuses()[CREDENTIAL] == "verified" and steps(done) == [PART_STEP]
    assert sorted(printed(folder)) == [f"localhost.{PART_STEP}.html"]


def test_absent_blocks_no_device_by_surprise(lab: Lab, flow: TrustedEndpoints) -> None:
    """Without a policy that lets all in, the global one keeps out devices that it does not trust."""
    flow.prepare()
    required = {"trusted_endpoints": {"trusted_endpoint_checking": "require-trusted"}}
    lab.patch("duo", "set_policy", name="Global Policy", sections=required)
    open_to_all = {"trusted_endpoints": {"trusted_endpoint_checking": "allow-all"}}
    lab.patch("duo", "add_policy", name=POLICY, sections=open_to_all, applications=[APPLICATION])
    failed = flow.fails(state="absent")
    assert f"as many as {MOST_BLOCKED} devices" in failed.detail(IMPACT)
    assert failed.statuses()[DUO_POLICY] == "pending" and writes(lab) == []


# Before anything is asked


def test_variables_that_do_not_fit_are_named_before_anything_is_asked(lab: Lab, flow: TrustedEndpoints) -> None:
    """Each with a message of its own, all of them at once."""
    wrong = {
        "require_trusted": False,
        "global_policy": True,
        "handoff_interval": 0,
        "handoff_vault_secret": VAULT_SECRET,
    }
    failed = flow.fails(**wrong)
    names = ("require_trusted to true", "apply_to empty", "handoff_interval to at least", "handoff_dir with")
    assert [name for name in names if f"Set trusted_endpoints_{name}" not in failed.output] == ["apply_to empty"]
    assert "Leave trusted_endpoints_apply_to empty" in failed.output and VAULT_SECRET not in failed.output
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


def test_a_play_of_its_own_with_an_encrypted_file_and_empty_variables(lab: Lab, flow: TrustedEndpoints) -> None:
    """As forms and inventories leave variables. The second use of the role stops early, and reports nothing of the
    first."""
    flow.prepare_policy()
    arguments = flow.vault(json.loads(flow.file.read_text()))[2:]
    (flow.folder / "vault.yml").replace(flow.file)
    names = ("max_outdated", "max_stale", "min_supported", "require_trusted_mobile", "handoff_dir")
    empty: dict[str, Any] = {**dict.fromkeys(names), "handoff_vault_secret": "", "require_trusted_mobile": ""}
    variables = {f"trusted_endpoints_{name}": value for name, value in {**flow.estate, **empty}.items()}
    role = {"name": "identityops.cisco.trusted_endpoints"}
    fails = {"trusted_endpoints_require_trusted": False}
    tasks = [{"ansible.builtin.include_role": role}, {"ansible.builtin.include_role": role, "vars": fails}]
    playbook = flow.folder / "twice.yml"
    playbook.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "vars": variables, "tasks": tasks}]))
    ran = flow.fails("-i", "localhost,", "-c", "local", *arguments, playbook=str(playbook))
    facts = [result.get("ansible_facts", {}) for result in ran.results]
    first, _second = (each["trusted_endpoints_result"] for each in facts if "trusted_endpoints_result" in each)
    assert {step["name"]: step["status"] for step in first["steps"]} == NO_CHANGE
    second = {step["name"]: step["status"] for step in ran.reported()["steps"][len(NO_CHANGE) :]}
    assert second.pop("Variables") == "failed" and set(second.values()) == {"pending"}, second


def test_a_guard_that_is_null_is_never_an_open_one(lab: Lab, flow: TrustedEndpoints) -> None:
    """As an inventory leaves a variable: null stands for the default, and never for "no limit" or "allow all"."""
    flow.prepare()
    # With no limit the run would pass, and without either of the others fewer devices would be blocked.
    null = dict.fromkeys(("max_blocked", "require_trusted", "block_compromised"))
    assert "would newly block as many as 7 devices" in flow.fails(**null).output
    assert writes(lab) == []
