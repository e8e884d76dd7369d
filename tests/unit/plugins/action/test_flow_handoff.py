# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a step is handed over: what is written, where, how it is protected, and what people read meanwhile."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible import constants
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible.utils.display import Display
from ansible_collections.identityops.cisco.plugins.action.flow_handoff import ActionModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.steps import add_edr_integration
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.steps import create_credential

from .acting import acted

STEP = add_edr_integration("api-0123abcd.duosecurity.com").as_dict()
OTHER = create_credential("eu", "Duo").as_dict()
SECRET, KEY = "the password of the vault", "3f1a8e04-5a5b-4d29-9f43-5d1d1c07a1b2"
VAULT: dict[str, Any] = {"vault_secret": SECRET, "secrets": {"API Key": KEY, "Nothing": ""}}
OPTIONS = ("open", "done", "order", "secrets", "mode")
LIMIT = 1024


class HandOver:
    """Hands a step over for a role whose variables say so; called with both, like ``hand_over(dir="pages")``.

    :ivar shown: what people have read on screen.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shown: list[str] = []

    def __call__(self, check: bool = False, diff: bool = False, host: str = "localhost", **given: Any) -> Any:
        given = {"open": [STEP], "done": [STEP["id"]], "dir": "pages", "handoff": "report", **given}
        args = {"role": "here", **{name: given[name] for name in OPTIONS if name in given}}
        settings = {f"handoff_{name}": value for name, value in given.items() if name not in (*OPTIONS, "variables")}
        registered = {**settings, "handoff": given["handoff"]}
        variables = {"inventory_hostname": host, "here__vars": registered, **given.get("variables", {})}
        result = acted(ActionModule, args, variables, check, diff)
        seen = str(result) + "".join(self.shown)
        assert KEY not in seen and SECRET not in seen
        return result

    def written(self, folder: str = "pages") -> dict[str, int]:
        return {path.name: path.stat().st_mode & 0o777 for path in (self.folder / folder).iterdir()}

    def page(self, host: str = "localhost", kind: str = "html") -> Path:
        return self.folder / "pages" / f"{host}.{STEP['id']}.{kind}"

    def opened(self) -> str:
        """What is in the encrypted file, as a person reads it."""
        vault = VaultLib([("default", VaultSecret(SECRET.encode()))])
        return str(vault.decrypt(self.page(kind="vault.yml").read_bytes()).decode())


@pytest.fixture
def hand_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HandOver:
    """A relative folder is relative to the working directory."""
    monkeypatch.chdir(tmp_path)
    found = HandOver(tmp_path)
    monkeypatch.setattr(Display, "display", lambda _self, text, *_rest, **_options: found.shown.append(text))
    return found


def named(*kinds: str) -> dict[str, int]:
    return {f"localhost.{STEP['id']}.{kind}": 0o600 for kind in kinds}


# Files


def test_files_come_and_go_with_the_step(hand_over: HandOver) -> None:
    predicted = hand_over(check=True, **VAULT)
    assert predicted["changed"] and predicted["files"] == {STEP["id"]: []}
    assert not list(hand_over.folder.iterdir()) and not hand_over.shown

    first = hand_over(**VAULT)
    paths = [str(hand_over.page()), str(hand_over.page(kind="vault.yml"))]
    assert first["changed"] and first["files"] == {STEP["id"]: paths}
    assert hand_over.written() == named("html", "vault.yml") and paths[1] in hand_over.page().read_text()
    assert (hand_over.folder / "pages").stat().st_mode & 0o777 == 0o700
    assert hand_over.shown == [f"The step for a person is on the page {paths[0]}"]
    assert hand_over.opened() == f"API Key: {KEY}\n"

    for check in (True, False):
        again = hand_over(check=check, **VAULT)
        assert not again["changed"] and again["files"] == first["files"] and "diff" not in again
    # Whoever types the password, or has it read from a file, gives it without the end of the line.
    assert not hand_over(**{**VAULT, "vault_secret": f"{SECRET}\n"})["changed"]
    assert hand_over(**{**VAULT, "vault_secret": "another"})["changed"]

    assert hand_over(check=True, open=[], **VAULT)["changed"] and len(hand_over.written()) == 2
    gone = hand_over(open=[], **VAULT)
    assert gone["changed"] and gone["files"] == {STEP["id"]: []} and hand_over.written() == {}
    assert not hand_over(open=[], **VAULT)["changed"]


@pytest.mark.parametrize("given", [{**VAULT, "vault_secret": None}, {**VAULT, "secrets": {"API Key": ""}}, {}])
def test_no_secret_is_written_where_none_is_given(hand_over: HandOver, given: dict[str, Any]) -> None:
    hand_over(**VAULT)
    assert hand_over(**given)["changed"] and hand_over.written() == named("html")
    assert "vault.yml" not in hand_over.page().read_text()


def test_a_secret_is_written_as_it_is_typed(hand_over: HandOver) -> None:
    hand_over(vault_secret=SECRET, secrets={"API Key": "Schlüssel", "Clé": "no: 1"})
    assert hand_over.opened() == "API Key: Schlüssel\nClé: 'no: 1'\n"


def test_the_ends_of_a_secret_are_not_meant(hand_over: HandOver) -> None:
    """Ansible takes them off a password that is typed or read from a file, which then would not open this one."""
    hand_over(vault_secret=f" {SECRET}\n", secrets={"API Key": f"{KEY}\n"})
    assert hand_over.opened() == f"API Key: {KEY}\n"
    assert hand_over(vault_secret=" \n", secrets={"API Key": KEY})["changed"] and hand_over.written() == named("html")
    assert not hand_over(vault_secret=SECRET, secrets={"API Key": " "})["changed"]


def test_a_step_that_asks_for_no_secret_gets_none(hand_over: HandOver) -> None:
    fields = [{**field, "secret": False} for field in STEP["fields"]]
    hand_over(**{**VAULT, "open": [{**STEP, "fields": fields}]})
    assert hand_over.written() == named("html")


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_is_written_without_a_folder(hand_over: HandOver, nothing: str | None) -> None:
    result = hand_over(dir=nothing, **VAULT)
    assert not result["changed"] and result["files"] == {} and not list(hand_over.folder.iterdir())


def test_steps_are_numbered_in_the_order_of_the_role(hand_over: HandOver) -> None:
    result = hand_over(open=[OTHER, STEP], done=["gone", OTHER["id"]])
    assert list(result["files"]) == [OTHER["id"], STEP["id"], "gone"]
    assert "Step 2 of 2" in hand_over.page().read_text()
    hand_over(order=["first", STEP["id"], "last"])
    assert "Step 2 of 3" in hand_over.page().read_text()
    hand_over(order=["first", "last"])
    assert "Step 1 of 2" in hand_over.page().read_text()
    hand_over()
    assert "Step 1" not in hand_over.page().read_text()


def test_a_page_names_its_host_and_who_asks(hand_over: HandOver) -> None:
    hand_over(variables={"awx_user_name": "kim"})
    assert "Requested by</th><td><bdi>kim</bdi>, " in hand_over.page().read_text()
    hand_over(requester="Kim Berg", secret_place="the safe", variables={"awx_user_name": "kim"})
    page = hand_over.page().read_text()
    assert "Requested by</th><td><bdi>Kim Berg</bdi>, " in page
    assert ", for <bdi>localhost</bdi>" in page and "from <bdi>the safe</bdi>" in page


def test_a_page_keeps_its_date_as_long_as_nothing_changes(hand_over: HandOver) -> None:
    hand_over()
    page, today = hand_over.page(), time.strftime("%Y-%m-%d")
    moment = time.time() - 9 * 86_400
    page.write_text(page.read_text().replace(today, time.strftime("%Y-%m-%d", time.localtime(moment))))
    os.utime(page, (moment, moment))
    assert not hand_over()["changed"]
    assert hand_over(requester="Kim Berg")["changed"] and today in page.read_text()


def test_the_difference_of_a_page_is_shown_and_no_encrypted_text(hand_over: HandOver) -> None:
    for check in (True, False):
        (made,) = hand_over(check=check, diff=True, **VAULT)["diff"]
        assert made["before"] == "" and STEP["action"].rstrip(".") in made["after"]
    assert hand_over(diff=True, **VAULT)["diff"] == []
    (gone,) = hand_over(diff=True, open=[], **VAULT)["diff"]
    assert gone == {**made, "before": made["after"], "after": ""} and gone["after_header"] == str(hand_over.page())
    assert hand_over(diff=True, open=[], **VAULT)["diff"] == []


# Places


@pytest.mark.parametrize("through_a_link", [False, True])
def test_the_mode_of_a_folder_that_was_there_stays(hand_over: HandOver, through_a_link: bool) -> None:
    shared = hand_over.folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    if through_a_link:
        (hand_over.folder / "pages").symlink_to(shared)
    hand_over(dir="pages" if through_a_link else str(shared))
    assert shared.stat().st_mode & 0o7777 == 0o1777 and hand_over.written("shared") == named("html")


def test_each_folder_that_is_made_is_for_this_user_alone(hand_over: HandOver) -> None:
    hand_over(dir="one/two")
    assert {(hand_over.folder / name).stat().st_mode & 0o777 for name in ("one", "one/two")} == {0o700}


def test_hosts_that_make_the_folder_at_once_do_not_disturb_each_other(
    hand_over: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir

    def beaten(path: str, mode: int) -> None:
        make(path, mode)
        raise FileExistsError(17, "File exists", path)

    monkeypatch.setattr(os, "mkdir", beaten)
    assert "warnings" not in hand_over(dir="one/pages") and hand_over.written("one/pages") == named("html")


def test_a_later_use_of_the_role_leaves_the_page_of_an_earlier_one_alone(hand_over: HandOver) -> None:
    used = {"variables": {"here_result": {"uses": 1}}}
    hand_over()
    hand_over(open=[], **used)
    assert hand_over.written() == named("html")
    other = {**STEP, "action": "Add another integration."}
    second = hand_over(open=[other], **used)
    assert hand_over.written() == named("html", "2.html") and second["files"][STEP["id"]][0].endswith(".2.html")
    assert "Add another" not in hand_over.page().read_text() and not hand_over()["changed"]
    assert hand_over(open=[], **used)["changed"] and hand_over.written() == named("html")


def test_where_a_file_is_in_place_of_the_folder_no_page_has_to_go(hand_over: HandOver) -> None:
    (hand_over.folder / "pages").write_text("no folder")
    assert "warnings" not in hand_over(open=[])


@pytest.mark.parametrize("host", ["../etc/cron", "..", "/tmp/x", "a b"])
def test_no_name_of_a_host_leads_out_of_the_folder(hand_over: HandOver, host: str) -> None:
    hand_over(host=host)
    (page,) = hand_over.folder.rglob("*.html")
    assert page.parent == hand_over.folder / "pages"


def test_a_page_that_others_could_read_is_written_again(hand_over: HandOver) -> None:
    hand_over()
    hand_over.page().chmod(0o644)
    assert hand_over(check=True)["changed"] and hand_over()["changed"] and hand_over.written() == named("html")


@pytest.mark.parametrize(("mode", "changed"), [(0o700, False), (0o770, True), (0o1777, True)])
def test_a_page_of_another_user_is_written_again(
    hand_over: HandOver, monkeypatch: pytest.MonkeyPatch, mode: int, changed: bool
) -> None:
    """In a folder for several, its owner could change it at any time."""
    hand_over()
    page = hand_over.page()
    page.parent.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: page.stat().st_uid + 1)
    assert hand_over()["changed"] == changed


@pytest.mark.parametrize("plant", [lambda page: page.symlink_to(page.parent.parent / "victim"), os.mkfifo])
def test_what_somebody_else_has_put_there_is_replaced_and_not_followed(
    hand_over: HandOver, plant: Callable[[Path], None]
) -> None:
    victim = hand_over.folder / "victim"
    victim.write_text("as it is")
    (hand_over.folder / "pages").mkdir()
    plant(hand_over.page())
    assert hand_over()["changed"] and victim.read_text() == "as it is"
    assert not hand_over.page().is_symlink() and hand_over.page().read_text().startswith("<!DOCTYPE")
    hand_over.page().unlink()
    hand_over.page().symlink_to(victim)
    assert hand_over(open=[])["changed"] and victim.read_text() == "as it is" and not hand_over.written()


# What cannot be written


def warned(result: dict[str, Any]) -> str:
    (text,) = result["warnings"]
    assert text.startswith("The files /") and text.endswith(". The run continues without them.")
    assert not result["failed"] and result["files"] == {STEP["id"]: []}
    return str(text)


@pytest.mark.parametrize("check", [True, False])
def test_a_folder_that_cannot_be_written_is_worth_a_warning(hand_over: HandOver, check: bool) -> None:
    (hand_over.folder / "pages").write_text("no folder")
    said = warned(hand_over(check=check, **VAULT))
    assert f"pages/localhost.{STEP['id']}.* could not be brought up to date: Not a directory: " in said
    assert (hand_over.folder / "pages").read_text() == "no folder"


def test_a_disk_that_is_full_is_worth_a_warning_and_leaves_nothing_behind(
    hand_over: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_over()

    def full(_old: str, new: str) -> None:
        raise OSError(28, "No space left on device", new)

    monkeypatch.setattr(os, "replace", full)
    before = hand_over.page().read_text()
    assert "No space left on device" in warned(hand_over(requester="Kim Berg"))
    assert hand_over.page().read_text() == before and hand_over.written() == named("html")


def test_a_file_that_cannot_be_removed_is_worth_a_warning(hand_over: HandOver) -> None:
    hand_over.page().mkdir(parents=True)
    warned(hand_over(open=[]))


def test_a_template_that_does_not_work_is_worth_a_warning(hand_over: HandOver) -> None:
    own = hand_over.folder / "own.html.j2"
    own.write_text('{% extends "handoff.html.j2" %}{% block footer %}{{ nothing }}{% endblock %}')
    assert "'nothing' is undefined" in warned(hand_over(handoff="wait", template="own.html.j2", secret_place="here"))
    # Without a page, the run itself says what to do.
    assert "Test Integration" in "".join(hand_over.shown)
    own.write_text(own.read_text().replace("nothing", "secret_place"))
    hand_over(template="own.html.j2", secret_place="the safe")
    assert hand_over.page().read_text().endswith("<footer>\nthe safe</footer>\n</body>\n</html>\n")


@pytest.mark.parametrize("wrong", ["{{ 1 // 0 }}", "{{ 1 | dictsort }}", "{{ '{}'.format() }}", "{{ '%(a)s' % {} }}"])
def test_whatever_goes_wrong_in_a_template_is_worth_a_warning(hand_over: HandOver, wrong: str) -> None:
    (hand_over.folder / "own.html.j2").write_text(wrong)
    assert "own.html.j2 cannot be used" in warned(hand_over(template="own.html.j2"))


def test_the_other_steps_are_handed_over_all_the_same(hand_over: HandOver) -> None:
    hand_over.page().mkdir(parents=True)
    result = hand_over(open=[STEP, OTHER], done=["gone"])
    assert len(result["warnings"]) == 1 and result["files"][STEP["id"]] == []
    assert len(result["files"][OTHER["id"]]) == 1


# What people read


def test_a_run_that_waits_shows_the_step_first(hand_over: HandOver) -> None:
    result = hand_over(handoff="wait", **VAULT)
    (text,) = hand_over.shown
    # In short, because the rest is on the page.
    assert STEP["action"] in " ".join(text.split()) and f"Page          {hand_over.page()}" in text
    assert "ansible-vault view" in text and "Test Integration" not in text and len(text.encode()) < LIMIT
    assert result["shown"] == [STEP["id"]] and not result["failed"]


def test_each_of_several_steps_is_an_event_of_its_own(hand_over: HandOver) -> None:
    assert hand_over(handoff="wait", open=[OTHER, STEP])["shown"] == [OTHER["id"], STEP["id"]]
    assert [text[:11] for text in hand_over.shown] == ["Step 1 of 2", "Step 2 of 2"]
    hand_over.shown.clear()
    # As on its page.
    hand_over(handoff="wait", open=[STEP], order=["first", STEP["id"]])
    assert [text[:11] for text in hand_over.shown] == ["Step 2 of 2"] and "Step 2 of 2" in hand_over.page().read_text()
    hand_over.shown.clear()
    hand_over(handoff="wait", dir="")
    assert len(hand_over.shown) > 1 and all(len(text.encode()) < LIMIT for text in hand_over.shown)


@pytest.mark.parametrize("hosts", [["localhost"], ["localhost", "duo-corp"]])
def test_what_is_shown_for_one_of_several_hosts_names_it(hand_over: HandOver, hosts: list[str]) -> None:
    hand_over(handoff="wait", dir="", variables={"ansible_play_hosts_all": hosts})
    assert ("Host          localhost\n" in "".join(hand_over.shown)) == (len(hosts) > 1)


@pytest.mark.parametrize(
    "given",
    [{"handoff": "report"}, {"handoff": "wait", "open": []}, {"handoff": "wait", "check": True}],
)
def test_nothing_is_shown_where_the_run_does_not_wait(hand_over: HandOver, given: dict[str, Any]) -> None:
    assert hand_over(dir="", **given)["shown"] == [] and not hand_over.shown


def test_a_role_may_wait_later(hand_over: HandOver) -> None:
    assert hand_over(handoff="wait", mode="report")["shown"] == []


@pytest.mark.parametrize("check", [True, False])
def test_a_run_can_stop_at_the_step(hand_over: HandOver, check: bool) -> None:
    stopped = hand_over(handoff="fail", check=check)
    said = f"Left for a person, as {STEP['role']}: {STEP['action']} {STEP['then']}"
    assert stopped["failed"] and stopped["msg"] == said
    # The report that follows at once shows it.
    assert stopped["shown"] == [] and STEP["url"] not in "".join(hand_over.shown)
    assert bool(stopped["files"][STEP["id"]]) is not check
    assert not hand_over(handoff="fail", open=[])["failed"]
    assert OTHER["action"] in hand_over(handoff="fail", open=[OTHER, STEP])["msg"]


def test_output_for_programs_is_left_alone(hand_over: HandOver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_STDOUT_CALLBACK", "ansible.posix.json")
    assert hand_over(handoff="wait")["shown"] == [STEP["id"]] and not hand_over.shown
