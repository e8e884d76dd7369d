# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else may have made is not deleted without a word, nor are applications in Duo changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._errors import OutcomeUnknown
from lab import Lab

from .harness import MARK, Options, Run, quietly, step, writes

ADMIN, AUTH, POLICY = "duo_admin_api_app", "duo_auth_api_app", "duo_policy"
SET, INFO = "ise_policy_set", "ise_policy_info"
HERS = "Log shipping"
FLAGS = {"adminapi_read_log": 1}


def application(lab: Lab, name: str = HERS) -> dict[str, Any]:
    (found,) = [app for app in lab.state("duo", "applications") if app["name"] == name]
    return dict(found)


@pytest.fixture
def hers(lab: Lab) -> str:
    """The key of an application that somebody else has made."""
    return str(lab.patch("duo", "add_application", name=HERS, type="adminapi", flags=FLAGS, notes="Ask Kim"))


# Applications


@pytest.mark.parametrize(
    ("options", "deed"),
    [
        ({"permissions": []}, "change permissions of"),
        ({"notes": "Mine", "permissions": ["read_log"]}, "change notes of"),
        ({"secret": "rotate", "permissions": ["read_log"]}, "change secret of"),
        ({"state": "absent"}, "delete"),
    ],
    ids=str,
)
@pytest.mark.parametrize("check", [True, False])
def test_an_application_of_somebody_else(
    run: Run, lab: Lab, hers: str, options: Options, deed: str, check: bool
) -> None:
    before = application(lab)
    failed = run.fails(ADMIN, check=check, name=HERS, **options)
    assert failed["error"]["kind"] == "invalid_input" and not failed["changed"]
    assert f"{deed} the application {HERS!r}" in failed["msg"] and f"lacks the mark {MARK}" in failed["msg"]
    assert "set adopt to true" in failed["msg"] and hers in failed["msg"]
    assert writes(lab) == [] and application(lab) == before


def test_an_application_of_somebody_else_that_is_as_declared_is_used(run: Run, lab: Lab, hers: str) -> None:
    for check in (True, False):
        result = quietly(run, lab, ADMIN, check=check, name=HERS, permissions=["read_log"], notes="Ask Kim")
        assert not result["changed"] and result["application"]["managed"] is False
    assert run.fails(ADMIN, name=HERS, state="absent")


def test_an_adopted_application_is_the_collections_from_then_on(run: Run, lab: Lab, hers: str) -> None:
    options: Options = {"name": HERS, "permissions": ["read_information"]}
    done = step(run, lab, ADMIN, {**options, "adopt": True})
    assert (
        done.real["step"]["detail"]
        == f"Adopted the application {HERS!r} and changed permissions of the application {HERS!r}"
    )
    assert (
        done.check["step"]["detail"]
        == f"Would adopt the application {HERS!r} and change permissions of the application {HERS!r}"
    )
    assert done.real["diff"]["before"]["managed"] is False and done.real["diff"]["after"]["managed"] is True
    assert application(lab)["notes"] == f"Ask Kim\n{MARK}"
    assert done.real["application"]["notes"] == "Ask Kim" and done.real["application"]["integration_key"] == hers
    again = step(run, lab, ADMIN, {**options, "notes": "Ask Lee"})
    assert again.real["step"]["detail"] == f"Changed notes of the application {HERS!r}"
    assert application(lab)["notes"] == f"Ask Lee\n{MARK}"
    assert step(run, lab, ADMIN, {"name": HERS, "state": "absent"}).real["step"]["detail"].startswith("Deleted")


def test_adopting_what_is_as_declared_writes_the_mark_only(run: Run, lab: Lab, hers: str) -> None:
    before = application(lab)
    done = step(run, lab, ADMIN, {"name": HERS, "permissions": ["read_log"], "adopt": True})
    assert done.real["step"]["detail"] == f"Adopted the application {HERS!r}"
    assert application(lab) == {**before, "notes": f"Ask Kim\n{MARK}"}


@pytest.mark.parametrize("word", ["adopt", "integration_key"])
def test_an_application_of_somebody_else_is_deleted_at_a_word(run: Run, lab: Lab, hers: str, word: str) -> None:
    named: Options = {"name": HERS, "adopt": True} if word == "adopt" else {"integration_key": hers}
    done = step(run, lab, ADMIN, {**named, "state": "absent"})
    assert done.real["step"]["detail"].endswith(f", although it lacks the mark {MARK} in its notes")


def test_an_application_that_is_named_by_its_key_gets_no_mark(run: Run, lab: Lab, hers: str) -> None:
    done = step(run, lab, ADMIN, {"integration_key": hers, "permissions": ["read_log"], "notes": "Mine"})
    assert "although it lacks the mark" in done.real["step"]["detail"]
    assert application(lab)["notes"] == "Mine"


def test_a_mark_that_somebody_removed(run: Run, lab: Lab) -> None:
    run.ok(AUTH, name="Logins", user_access="no_users", notes="Ours")
    lab.patch("duo", "set_application", name="Logins", notes="Ours")
    assert not quietly(run, lab, AUTH, name="Logins", user_access="no_users", notes="Ours")["changed"]
    assert "lacks the mark" in run.fails(AUTH, name="Logins", user_access="all_users")["msg"]
    step(run, lab, AUTH, {"name": "Logins", "user_access": "all_users", "adopt": True})


@pytest.mark.parametrize("stored", ["{0}\r\n{1}\r\n", "{0} {1}", "{0}\n\n{1}", "{1}\n{0}"])
def test_a_mark_in_notes_that_duo_or_somebody_has_rearranged(run: Run, lab: Lab, stored: str) -> None:
    options: Options = {"name": "Logins", "user_access": "no_users", "notes": "Owned by R&D"}
    run.ok(AUTH, **options)
    lab.patch("duo", "set_application", name="Logins", notes=stored.format("Owned by R&amp;D", MARK))
    assert not quietly(run, lab, AUTH, **options)["changed"]
    step(run, lab, AUTH, {**options, "user_access": "all_users"}, unpredictable=("notes",))


def test_notes_that_hold_the_mark_already(run: Run, lab: Lab) -> None:
    step(run, lab, AUTH, {"name": "Logins", "notes": f"Ours\n{MARK}"}, unpredictable=("notes",))
    assert application(lab, "Logins")["notes"] == f"Ours\n{MARK}"


def test_an_application_whose_notes_duo_does_not_show(
    run: Run, lab: Lab, hers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = Duo.list_integrations

    def without_notes(self: Duo) -> list[dict[str, Any]]:
        return [{name: value for name, value in app.items() if name != "notes"} for app in listing(self)]

    monkeypatch.setattr(Duo, "list_integrations", without_notes)
    failed = run.fails(ADMIN, name=HERS, state="absent")
    assert "because Duo does not show its notes" in failed["msg"] and writes(lab) == []
    assert not quietly(run, lab, ADMIN, name=HERS, permissions=["read_log"], adopt=True)["changed"]
    assert run.ok(ADMIN, name=HERS, state="absent", adopt=True)["changed"]


def test_an_application_that_somebody_else_makes_while_an_answer_is_lost(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(self: Duo, parameters: dict[str, Any]) -> dict[str, Any]:
        lab.patch("duo", "add_application", name=HERS, type="adminapi", flags=FLAGS)
        raise OutcomeUnknown("create it", "no answer came", "Run this again.")

    monkeypatch.setattr(Duo, "create_integration", lost)
    failed = run.fails(ADMIN, name=HERS, permissions=[])
    assert failed["error"]["kind"] == "outcome_unknown" and writes(lab) == []
    assert "lacks the mark" in run.fails(ADMIN, name=HERS, permissions=[])["msg"]


def test_the_application_that_signs_in_is_refused_for_that_reason(run: Run, lab: Lab) -> None:
    assert "signs in with" in run.fails(ADMIN, name="Ansible automation", state="absent")["msg"]


# Policies

OURS: Options = {"name": "Ours", "sections": {"new_user": {"new_user_behavior": "deny"}}}
GONE: Options = {"name": "Ours", "state": "absent"}


def policies(lab: Lab, name: str) -> list[dict[str, Any]]:
    return [item for item in lab.state("duo", "policies") if item["policy_name"] == name]


def test_a_policy_of_somebody_else(run: Run, lab: Lab) -> None:
    (before,) = policies(lab, "Contractors")
    for check in (True, False):
        failed = run.fails(POLICY, check=check, name="Contractors", state="absent")
        assert failed["error"]["kind"] == "invalid_input" and before["policy_key"] in failed["msg"]
        assert "delete the policy 'Contractors'" in failed["msg"] and "set adopt to true" in failed["msg"]
    assert writes(lab) == [] and policies(lab, "Contractors") == [before]
    # A change touches nothing but what is declared, and makes the policy nobody else's.
    changed = step(run, lab, POLICY, {"name": "Contractors", "sections": {"new_user": {"new_user_behavior": "enroll"}}})
    assert changed.real["step"]["detail"].endswith("although it is not among the policies that this machine remembers")
    assert run.fails(POLICY, name="Contractors", state="absent")


@pytest.mark.parametrize("word", ["adopt", "policy_key"])
def test_a_policy_of_somebody_else_is_deleted_at_a_word(run: Run, lab: Lab, word: str) -> None:
    key = policies(lab, "Contractors")[0]["policy_key"]
    named: Options = {"name": "Contractors", "adopt": True} if word == "adopt" else {"policy_key": key}
    done = step(run, lab, POLICY, {**named, "state": "absent"})
    assert done.real["step"]["detail"].endswith("although it is not among the policies that this machine remembers")
    assert policies(lab, "Contractors") == []


@pytest.mark.parametrize("stored", ["R&amp;D", "r&d"])
def test_a_policy_that_duo_gives_another_name_gets_no_namesake(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, stored: str
) -> None:
    creating = Duo.create_policy
    monkeypatch.setattr(Duo, "create_policy", lambda duo, sent: creating(duo, {**sent, "policy_name": stored}))
    options: Options = {**OURS, "name": "R&D"}
    assert run(POLICY, **options).get("failed", False) is (stored == "r&d")
    assert not quietly(run, lab, POLICY, **options)["changed"]
    assert len(policies(lab, stored)) == 1
    assert run.ok(POLICY, **{**options, "sections": {"new_user": {"new_user_behavior": "enroll"}}})["changed"]
    assert run.ok(POLICY, name="R&D", state="absent")["changed"] and policies(lab, stored) == []


@pytest.mark.parametrize("kind", ["none", "drop_before", "drop_after"])
def test_a_policy_that_this_machine_has_created_is_deleted_without(run: Run, lab: Lab, kind: str) -> None:
    if kind != "none":
        lab.fault("duo", "POST", "policies$", kind=kind)
    run.ok(POLICY, **OURS)
    assert step(run, lab, POLICY, GONE).real["step"]["detail"] == "Deleted the policy 'Ours'"


def test_a_policy_that_another_machine_has_created(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run.ok(POLICY, **OURS)
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    step(run, lab, POLICY, {**OURS, "sections": {"new_user": {"new_user_behavior": "enroll"}}})
    assert run.fails(POLICY, **GONE)
    assert not quietly(run, lab, POLICY, check=True, name="Ours", adopt=True)["changed"]
    assert run.fails(POLICY, **GONE)
    assert not quietly(run, lab, POLICY, name="Ours", adopt=True)["changed"]
    step(run, lab, POLICY, GONE)


def test_a_machine_that_cannot_remember(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path / "file"))
    result = run.ok(POLICY, **OURS)
    (warning,) = result["warnings"]
    assert "does not remember which policies" in warning
    assert run.fails(POLICY, **GONE) and run.ok(POLICY, **GONE, adopt=True)["changed"]


# Policy sets of ISE

HAND_MADE: Options = {"name": "VPN", "policy_type": "network_access"}
WIRED: Options = {
    "name": "Wired",
    "policy_type": "network_access",
    "condition": "DEVICE:Device Type equals All Device Types#Core",
    "description": "Offices",
}
LACKS = f"lacks the mark {MARK} in its description"


def policy_set(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = [entry for entry in lab.state("ise", "policy")["network-access"] if entry["name"] == name]
    return dict(found)


def test_a_policy_set_of_somebody_else_is_not_deleted(run: Run, lab: Lab) -> None:
    before = policy_set(lab, "VPN")
    for check in (True, False):
        failed = run.fails(SET, check=check, **HAND_MADE, state="absent")
        assert failed["error"]["kind"] == "invalid_input" and not failed["changed"]
        assert "delete the policy set 'VPN'" in failed["msg"] and LACKS in failed["msg"]
        assert "set adopt to true" in failed["msg"] and "or name it by" not in failed["msg"]
    assert writes(lab) == [] and policy_set(lab, "VPN") == before


def test_a_policy_set_of_somebody_else_is_deleted_at_a_word(run: Run, lab: Lab) -> None:
    done = step(run, lab, SET, {**HAND_MADE, "state": "absent", "adopt": True})
    assert done.real["step"]["detail"] == f"Deleted the policy set 'VPN', although it {LACKS}"


def test_a_policy_set_of_somebody_else_is_changed_and_stays_theirs(run: Run, lab: Lab) -> None:
    changed = step(run, lab, SET, {**HAND_MADE, "description": f"Ours {MARK}"})
    assert changed.real["policy_set"]["managed"] is False and policy_set(lab, "VPN")["description"] == "Ours"
    assert run.fails(SET, **HAND_MADE, state="absent")


def test_an_adopted_policy_set_is_the_collections_from_then_on(run: Run, lab: Lab) -> None:
    before = policy_set(lab, "VPN")
    # What exists is left alone until all of its rules are in place.
    assert not quietly(run, lab, SET, **HAND_MADE, stage="prepare", adopt=True)["changed"]
    done = step(run, lab, SET, {**HAND_MADE, "stage": "complete", "adopt": True})
    assert done.real["step"]["detail"] == "Adopted the policy set 'VPN'"
    assert done.real["diff"]["before"]["managed"] is False and done.real["diff"]["after"]["managed"] is True
    assert policy_set(lab, "VPN") == {**before, "description": MARK}
    again = step(run, lab, SET, {**HAND_MADE, "description": "Staff"})
    assert again.real["step"]["detail"] == "Changed description of the policy set 'VPN'"
    assert policy_set(lab, "VPN")["description"] == f"Staff {MARK}"
    assert (
        step(run, lab, SET, {**HAND_MADE, "state": "absent"}).real["step"]["detail"] == "Deleted the policy set 'VPN'"
    )


@pytest.mark.parametrize("stage", [{}, {"stage": "prepare"}], ids=str)
def test_a_policy_set_that_is_created_bears_the_mark_at_once(run: Run, lab: Lab, stage: Options) -> None:
    created = run.ok(SET, **WIRED, **stage)["policy_set"]
    assert len(writes(lab)) == 1 and policy_set(lab, "Wired")["description"] == f"Offices {MARK}"
    assert (created["description"], created["managed"]) == ("Offices", True)
    (exported,) = run.ok(INFO, policy_type="network_access", policy_set="Wired")["policy_sets"]
    assert exported["description"] == "Offices" and "managed" not in exported
    step(run, lab, SET, {**WIRED, "description": ""})
    assert policy_set(lab, "Wired")["description"] == MARK
    step(run, lab, SET, {**WIRED, "set_state": "monitor"})
    assert policy_set(lab, "Wired")["description"] == f"Offices {MARK}"
    step(run, lab, SET, {"name": "Wired", "policy_type": "network_access", "state": "absent"})


@pytest.mark.parametrize("stored", ["{0}\n{1} ", "{0}  {1}", "{1} {0}"])
def test_a_mark_in_a_description_that_somebody_has_rearranged(run: Run, lab: Lab, stored: str) -> None:
    run.ok(SET, **WIRED)
    listed = lab.state("ise", "policy")["network-access"]
    for entry in listed:
        if entry["name"] == "Wired":
            entry["description"] = stored.format("Offices", MARK)
    body = {"response": listed, "version": "1.0.0"}
    lab.fault("ise", "GET", "policy-set$", kind="status", status=200, body=body, times=None)
    assert not quietly(run, lab, SET, **WIRED)["changed"]
    assert run.ok(SET, check=True, **{**WIRED, "state": "absent"})["changed"]


def test_the_default_policy_set_takes_no_mark_and_is_refused_for_what_it_is(run: Run, lab: Lab) -> None:
    default: Options = {**HAND_MADE, "name": "Default", "adopt": True}
    assert not quietly(run, lab, SET, **default)["changed"]
    changed = step(run, lab, SET, {**default, "description": "All others"})
    assert changed.real["step"]["detail"] == "Changed description of the policy set 'Default'"
    assert policy_set(lab, "Default")["description"] == "All others"
    for word in (True, False):
        failed = run.fails(SET, **{**default, "adopt": word, "state": "absent"})
        assert "the default policy set is for all logins" in failed["msg"]
