# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pxGrid client of ISE is approved, and no more is claimed than ISE shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise import pxgrid
from lab import Lab

from .harness import Options, Run, quietly, step, writes

MODULE = "ise_pxgrid_client"
APPROVE = "ise: PUT /ers/config/pxgridnode/name/cii-agent/approve"
SET = "ise: PUT /ers/config/pxgridsettings/autoapprove"
ACCOUNTS: Options = {"allow_password_accounts": True, "auto_approve_certificate_accounts": False}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def client(lab: Lab) -> None:
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")


def is_approved(lab: Lab, name: str = "cii-agent") -> bool:
    return bool(lab.state("ise", "pxgrid")["clients"][name])


def verdict(result: dict[str, Any]) -> tuple[Any, ...]:
    client = result["pxgrid_client"]
    return result["changed"], client["approved"], client["verification"], result["step"]["status"]


def test_matrix(run: Run, lab: Lab) -> None:
    done = step(run, lab, MODULE, {})
    assert is_approved(lab) and verdict(done.real) == (True, None, "not_verifiable", "not_verifiable")
    said = [done.check["step"]["detail"], done.real["step"]["detail"], run.ok(MODULE)["step"]["detail"]]
    assert said == [
        "Would approve the pxGrid client 'cii-agent'; ISE does not show whether it is approved",
        "Approved the pxGrid client 'cii-agent'; ISE does not show whether it is approved",
        "The pxGrid client 'cii-agent' is left as it is, because an earlier run approved it; ISE does not show whether "
        "it is approved",
    ]


@pytest.mark.parametrize(
    "switch",
    [
        {"ise.pxgrid_success": 204},
        {"ise.csrf": True},
        {"ise.pxgrid_approve_again": 400},
        {"ise.pxgrid_approve_again": 409},
        {"ise.pxgrid_reads": "without_status"},
    ],
    ids=str,
)
def test_every_variant_that_does_not_show_the_client(run: Run, lab: Lab, switch: Options) -> None:
    lab.switch(**switch)
    done = step(run, lab, MODULE, ACCOUNTS)
    assert is_approved(lab) and done.real["step"]["status"] == "not_verifiable"


@pytest.mark.parametrize("status", ["APPROVED", "Enabled", "Offline (XMPP)"])
def test_a_status_that_is_shown_is_compared(run: Run, lab: Lab, status: str) -> None:
    lab.switch(**{"ise.pxgrid_reads": "shown", "ise.pxgrid_approved": status})
    done = step(run, lab, MODULE, {})
    assert is_approved(lab) and verdict(done.real) == (True, True, "confirmed", "changed")
    assert verdict(run.ok(MODULE)) == (False, True, "confirmed", "verified")
    # Nothing is remembered instead of looking.
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")
    assert run.ok(MODULE)["changed"] and is_approved(lab)


def test_a_status_that_is_not_known_proves_nothing(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.pxgrid_reads": "shown", "ise.pxgrid_approved": "Registered"})
    lab.patch("ise", "add_pxgrid_client", name="cii-agent", approved=True)
    assert verdict(run.ok(MODULE)) == (True, None, "not_verifiable", "not_verifiable")
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")
    done = run.ok(MODULE)
    assert verdict(done) == (True, None, "not_verifiable", "not_verifiable") and is_approved(lab)
    assert "does not return approved" in done["warnings"][0]
    assert verdict(quietly(run, lab, MODULE)) == (False, None, "not_verifiable", "not_verifiable")


def test_a_status_that_is_shown_at_the_second_look_only_is_not_taken_for_another(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.switch(**{"ise.pxgrid_reads": "shown"})
    reading, looks = pxgrid.get_pxgrid_client, iter([{"name": "cii-agent"}])
    monkeypatch.setattr(pxgrid, "get_pxgrid_client", lambda ise, name: next(looks, None) or reading(ise, name))
    result = run.ok(MODULE)
    assert verdict(result) == (False, False, "pending", "pending") and not is_approved(lab)
    assert run.ok(MODULE)["changed"] and is_approved(lab)


@pytest.mark.parametrize("reads", [404, "shown"])
def test_a_client_that_does_not_exist_yet_is_pending(run: Run, lab: Lab, reads: str | int) -> None:
    lab.switch(**{"ise.pxgrid_reads": reads})
    lab.patch("ise", "delete_pxgrid_client", name="cii-agent")
    for _run in range(2):
        result = run.ok(MODULE, **ACCOUNTS)
        assert verdict(result)[1:] == (None, "pending", "pending")
        assert "The agent creates it when it starts for the first time. Run this again" in result["step"]["detail"]
    assert not result["changed"]
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")
    assert run.ok(MODULE)["changed"] and is_approved(lab)


@pytest.mark.parametrize("reads", [404, "shown"])
def test_it_waits_for_the_client(
    run: Run, lab: Lab, meanwhile: list[Callable[[], object]], shown: list[str], reads: str | int
) -> None:
    lab.switch(**{"ise.pxgrid_reads": reads})
    lab.patch("ise", "delete_pxgrid_client", name="cii-agent")
    meanwhile += [lambda: None, lambda: lab.patch("ise", "add_pxgrid_client", name="cii-agent")]
    assert run.ok(MODULE, wait_timeout=60)["changed"] and is_approved(lab)
    assert shown[0] == "waiting for the pxGrid client 'cii-agent', 0 s of 60"


@pytest.mark.parametrize("status", [400, 409])
def test_one_that_somebody_else_approved_is_not_claimed(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.pxgrid_approve_again": status})
    lab.patch("ise", "add_pxgrid_client", name="cii-agent", approved=True)
    result = run.ok(MODULE)
    assert verdict(result) == (False, None, "not_verifiable", "not_verifiable")
    assert "perhaps because it is approved already" in result["step"]["detail"]
    assert "is not in the state pending" in result["step"]["detail"]


def test_one_that_was_made_again_is_approved_when_asked(run: Run, lab: Lab) -> None:
    run.ok(MODULE)
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")
    assert not quietly(run, lab, MODULE)["changed"]
    assert run.ok(MODULE, write_again=True)["changed"] and is_approved(lab)


def test_a_note_is_about_one_client(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_pxgrid_client", name="other agent")
    run.ok(MODULE)
    assert run.ok(MODULE, name="other agent")["changed"] and is_approved(lab, "other agent")


def test_settings_are_written_once_and_left_alone_unasked(run: Run, lab: Lab) -> None:
    run.ok(MODULE)
    assert writes(lab) == [APPROVE]
    lab.clear_requests()
    assert run.ok(MODULE, **ACCOUNTS)["changed"] and not quietly(run, lab, MODULE, **ACCOUNTS)["changed"]
    settings = {"allowPasswordBasedAccounts": True, "autoApproveCertBasedAccounts": False}
    assert lab.state("ise", "pxgrid")["settings"] == settings
    other = {**ACCOUNTS, "auto_approve_certificate_accounts": True}
    assert run.ok(MODULE, **other)["changed"]
    lab.clear_requests()
    assert run.ok(MODULE, **ACCOUNTS)["changed"] and writes(lab) == [SET]
    assert lab.state("ise", "pxgrid")["settings"] == settings


@pytest.mark.parametrize("wrong", [{"wait_timeout": -1}, {"wait_interval": 0}])
def test_options_that_are_no_time_are_refused_first(run: Run, lab: Lab, wrong: Options) -> None:
    assert run.fails(MODULE, **ACCOUNTS, **wrong)["error"]["kind"] == "invalid_input" and writes(lab) == []


def test_one_setting_alone_is_refused(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, allow_password_accounts=True)
    assert "auto_approve_certificate_accounts" in result["msg"] and writes(lab) == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_is_asked_for_again(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("ise", "PUT", "approve", kind=kind)
    assert run.ok(MODULE)["changed"] and is_approved(lab)


def test_a_note_that_cannot_be_kept_is_reported(run: Run, lab: Lab, home: Path) -> None:
    (home / "identityops.cisco").write_text("")
    result = run.ok(MODULE)
    assert is_approved(lab) and "The next run writes again what ISE does not show" in result["warnings"][0]


# Refusals


@pytest.mark.parametrize("release", ["3.2.0.542", "3.1.0.518"])
def test_an_old_release_is_named(run: Run, lab: Lab, release: str) -> None:
    lab.switch(**{"ise.version": release})
    result = run.fails(MODULE)
    assert f"it runs the release {release}, and the agent needs 3.3 or newer" in result["msg"] and not writes(lab)


def test_missing_pxgrid_is_named(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.pxgrid_service": False})
    result = run.fails(MODULE)
    assert "none of its nodes runs the service pxGrid" in result["msg"] and not writes(lab)


def test_ers_switched_off_is_named(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.ers_enabled": False})
    assert "Is ERS switched on?" in run.fails(MODULE)["msg"]


@pytest.mark.parametrize("reads", [404, "shown"])
def test_a_read_only_account_is_named(run: Run, lab: Lab, reads: str | int) -> None:
    lab.switch(**{"ise.pxgrid_reads": reads})
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    result = run.fails(MODULE, **account)
    assert result["error"]["kind"] == "forbidden" and "ERS Admin" in result["msg"] and not is_approved(lab)


@pytest.mark.parametrize("status", [403, 400, 405])
def test_a_secondary_node_is_named(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.node_role": "secondary", "ise.secondary_write": status})
    result = run.fails(MODULE)
    assert "it is not the primary PAN" in result["msg"] and "ise-pan1.corp.example" in result["msg"]


def test_a_note_that_would_become_wrong_stops_the_task(
    run: Run, lab: Lab, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.ok(MODULE)
    lab.clear_requests()
    (home / "identityops.cisco" / "accepted_by_pxgrid.lock").unlink()
    (home / "identityops.cisco" / "accepted_by_pxgrid.lock").mkdir()
    result = run.fails(MODULE, write_again=True)
    assert "accepted_by_pxgrid" in result["msg"] and writes(lab) == []


def test_what_is_noted_in_a_file_that_cannot_be_read_is_written_again(run: Run, lab: Lab, home: Path) -> None:
    run.ok(MODULE)
    file = home / "identityops.cisco" / "accepted_by_pxgrid.json"
    noted = file.read_text()
    file.write_text(noted[:-1])
    assert run.ok(MODULE)["changed"] and file.read_text() == noted
    # A note that is about to become wrong is not left in a file that may be read again later.
    file.unlink()
    file.mkdir()
    lab.clear_requests()
    assert "accepted_by_pxgrid" in run.fails(MODULE)["msg"] and writes(lab) == []
