# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The private role that hands a step over: what it writes, where, and how it is protected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.identityops.cisco.plugins.module_utils._duo.steps import add_edr_integration
from lab import Lab

from .flow import Flow, Ran

STEP = add_edr_integration("api-0123abcd.duosecurity.com").as_dict()
SECRET, KEY = "the password of the vault", "3f1a8e04-5a5b-4d29-9f43-5d1d1c07a1b2"
VAULT = {"vault_secret": SECRET, "secrets": {"API Key": KEY, "Nothing": ""}}


class Role(Flow):
    """Runs a play with nothing but the role."""

    role = "handoff_"
    estate: dict[str, Any] = {"id": STEP["id"], "open": [STEP], "dir": "pages"}

    def __init__(self, lab: Lab, folder: Path) -> None:
        super().__init__(lab, folder)
        play = {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [{"include_role": {"name": "identityops.cisco.handoff"}}],
        }
        self.playbook = str(folder / "play.yml")
        Path(self.playbook).write_text(json.dumps([play]))

    @property
    def pages(self) -> Path:
        return self.folder / "pages"

    def printed(self) -> dict[str, int]:
        return {path.name: path.stat().st_mode & 0o777 for path in self.pages.iterdir()}


@pytest.fixture
def hand_over(lab: Lab, tmp_path: Path) -> Role:
    return Role(lab, tmp_path)


def named(*kinds: str) -> dict[str, int]:
    return {f"localhost.{STEP['id']}.{kind}": 0o600 for kind in kinds}


def changes(ran: Ran) -> int:
    return int(ran.output.rpartition("changed=")[2].split()[0])


def test_files_come_and_go_with_the_step(hand_over: Role) -> None:
    hand_over.ok(check=True, **VAULT)
    assert not hand_over.pages.exists()

    first = hand_over.ok(**VAULT)
    assert hand_over.printed() == named("html", "vault.yml") and hand_over.pages.stat().st_mode & 0o777 == 0o700
    assert str(hand_over.pages / f"localhost.{STEP['id']}.html") in first.output
    written = (hand_over.pages / f"localhost.{STEP['id']}.vault.yml").read_bytes()
    assert VaultLib([("default", VaultSecret(SECRET.encode()))]).decrypt(written).decode().strip() == f"API Key: {KEY}"
    assert KEY not in first.output and SECRET not in first.output

    assert changes(hand_over.ok(**VAULT)) == 0
    assert changes(hand_over.ok(**{**VAULT, "vault_secret": "another"})) == 1
    hand_over.ok(open=[], **VAULT)
    assert hand_over.printed() == {}


@pytest.mark.parametrize("given", [{**VAULT, "vault_secret": None}, {**VAULT, "secrets": {"API Key": ""}}, {}])
def test_no_secret_is_written_where_none_is_given(hand_over: Role, given: dict[str, Any]) -> None:
    hand_over.ok(**VAULT)
    hand_over.ok(**given)
    assert hand_over.printed() == named("html")


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_is_written_without_a_folder(hand_over: Role, nothing: str | None) -> None:
    assert changes(hand_over.ok(dir=nothing)) == 0
    assert not hand_over.pages.exists()


@pytest.mark.parametrize("through_a_link", [False, True])
def test_the_mode_of_a_folder_that_was_there_stays(hand_over: Role, through_a_link: bool) -> None:
    shared = hand_over.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    if through_a_link:
        hand_over.pages.symlink_to(shared)
    hand_over.ok(**({} if through_a_link else {"dir": str(shared)}))
    assert shared.stat().st_mode & 0o7777 == 0o1777 and len(list(shared.iterdir())) == 1


@pytest.mark.parametrize("host", ["../etc/cron", "..", "/tmp/x", "a b"])
def test_no_name_of_a_host_leads_out_of_the_folder(hand_over: Role, host: str) -> None:
    inventory = hand_over.folder / "inventory.json"
    given = {f"handoff_{name}": value for name, value in hand_over.estate.items()}
    hosts = {host: {"ansible_connection": "local", **given}}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}))
    before = set(hand_over.folder.rglob("*.html"))
    hand_over.ok("-i", str(inventory))
    (page,) = set(hand_over.folder.rglob("*.html")) - before
    assert page.parent == hand_over.pages


def test_a_folder_that_cannot_be_written_is_worth_a_warning(hand_over: Role) -> None:
    hand_over.pages.write_text("no folder")
    ran = hand_over.ok(**VAULT)
    assert any("could not be brought up to date" in warning for warning in ran.warnings())
    assert hand_over.pages.read_text() == "no folder"


def test_a_template_that_does_not_work_is_worth_a_warning(hand_over: Role) -> None:
    own = hand_over.folder / "own.html.j2"
    own.write_text('{% extends "handoff.html.j2" %}{% block footer %}{{ nothing }}{% endblock %}')
    ran = hand_over.ok(mode="wait", template="own.html.j2", secret_place="the safe")
    assert any("'nothing' is undefined" in warning for warning in ran.warnings()), ran.output
    # Without a page, the run itself says what to do.
    assert "Test Integration" in ran.output and not hand_over.printed()
    own.write_text(own.read_text().replace("nothing", "secret_place"))
    hand_over.ok(template="own.html.j2", secret_place="the safe", steps=["first", STEP["id"]])
    page = (hand_over.pages / f"localhost.{STEP['id']}.html").read_text()
    assert page.endswith("<footer>\nthe safe</footer>\n</body>\n</html>\n") and "Step 2 of 2" in page


def test_a_run_that_waits_shows_the_step_first(hand_over: Role) -> None:
    shown = "Add and enable the Cisco Secure Endpoint integration"
    waits = hand_over.ok(mode="wait").output
    # In short, because the rest is on the page.
    assert shown in waits and f"Page          {hand_over.pages}/localhost" in waits and "Test Integration" not in waits
    assert shown not in hand_over.ok(mode="report").output
    assert shown not in hand_over.ok(mode="wait", open=[]).output
    assert shown not in hand_over.ok(check=True, dir="", mode="wait").output


def test_a_run_can_stop_at_the_step(hand_over: Role) -> None:
    assert STEP["url"] in hand_over.fails(mode="fail").output
    hand_over.ok(mode="fail", open=[])
