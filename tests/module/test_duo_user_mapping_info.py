# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``duo_user_mapping_info``: every user has the verdict of the user data requirement, in every variant of Duo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo import client
from ansible_collections.identityops.cisco.plugins.module_utils._duo.user_mapping import UserMapping
from lab import Lab

from .harness import Result, Run, writes

MODULE = "duo_user_mapping_info"
VERDICTS = ("directory", "email", "username", "doubtful", "unmapped")
AD = "corp.example"


@pytest.fixture(autouse=True)
def nothing_is_written(lab: Lab) -> Iterator[None]:
    yield
    assert not writes(lab)


def counts(run: Run, **options: Any) -> dict[str, int]:
    found: dict[str, int] = run.ok(MODULE, **options)["summary"]
    return found


def gained(run: Run, lab: Lab, username: str, email: str = "", **members: Any) -> str:
    """The verdict of one more user, as the counts show it."""
    before = counts(run)
    lab.patch("duo", "add_user", username=username, email=email, **members)
    after = counts(run)
    (verdict,) = [name for name in VERDICTS if after[name] == before[name] + 1]
    assert after["total"] == before["total"] + 1
    return verdict


def names(result: Result, verdict: str) -> list[str]:
    return [user["username"] for user in result[f"{verdict}_users"]]


def test_every_seeded_user_has_a_verdict(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE)
    users = lab.state("duo", "users")
    synced = [user for user in users if user["directory_key"]]
    others = [user for user in users if not user["directory_key"]]
    assert result["summary"] == {
        "total": len(users),
        "directory": len(synced),
        "email": sum(bool(user["email"]) for user in others),
        "username": sum(not user["email"] and "@" in user["username"] for user in others),
        "doubtful": 0,
        "unmapped": sum(not user["email"] and "@" not in user["username"] for user in others),
    }
    assert result["summary"]["unmapped"] > 0
    assert names(result, "unmapped") == [u["username"] for u in others if not u["email"] and "@" not in u["username"]]
    assert result["doubtful_users"] == []
    (directory,) = result["directories"]
    assert directory == {
        "directory_key": synced[0]["directory_key"],
        "name": AD,
        "directory_type": "active_directory",
        "source": "active_directory",
        "users": len(synced),
    }
    assert f"{len(users) - len(result['unmapped_users'])} of {len(users)} users" in result["step"]["detail"]


@pytest.mark.parametrize(
    ("username", "email", "verdict"),
    [
        ("newcomer", "new@corp.example", "email"),
        ("newcomer", " new@corp.example ", "email"),
        ("new@corp.example", "", "username"),
        ("new@corp.example", "none", "username"),
        ("newcomer", "", "unmapped"),
        ("newcomer", "n/a", "unmapped"),
        ("newcomer", "new@corp", "unmapped"),
        (r"CORP\newcomer", "new.corp.example", "unmapped"),
        ("newcomer", "a@corp.example, b@corp.example", "unmapped"),
        ("newcomer", "a@corp.example;", "unmapped"),
        ("newcomer", "a@corp..example", "unmapped"),
        ("newcomer", "größe@bücher.example", "email"),
    ],
)
def test_verdicts_of_users_that_duo_holds_itself(run: Run, lab: Lab, username: str, email: str, verdict: str) -> None:
    assert gained(run, lab, username, email) == verdict


@pytest.mark.parametrize("odd", [["new@corp.example"], {"new@corp.example": 1}, 7, True])
def test_what_is_no_text_is_no_address(odd: Any) -> None:
    mapping = UserMapping({}, most=1)
    mapping.take({"username": odd, "email": odd})
    assert mapping.counts["unmapped"] == mapping.total == 1


@pytest.mark.parametrize(
    ("kind", "email", "verdict"),
    [
        ("azure", "", "directory"),
        ("active_directory", "", "directory"),
        ("Active Directory", "new@corp.example", "directory"),
        ("openldap", "", "doubtful"),
        ("openldap", "new@corp.example", "email"),
        ("google", "", "doubtful"),
        ("scim", "", "doubtful"),
        ("", "", "doubtful"),
        ("something_new", "", "doubtful"),
    ],
)
def test_verdicts_of_users_from_a_directory(run: Run, lab: Lab, kind: str, email: str, verdict: str) -> None:
    key = lab.patch("duo", "add_directory", name="Another", directory_type=kind)
    found = gained(run, lab, "newcomer", email, directory_key=key, last_directory_sync=1795478404)
    assert found == verdict


def test_a_time_of_synchronisation_proves_no_directory(run: Run, lab: Lab) -> None:
    assert gained(run, lab, "newcomer", last_directory_sync=1795478404) == "doubtful"
    assert gained(run, lab, "another", last_directory_sync=0) == "doubtful"


def test_a_directory_that_is_not_listed_is_doubtful_and_said_so(run: Run, lab: Lab) -> None:
    assert gained(run, lab, "newcomer", directory_key="DSGONE00000000000000") == "doubtful"
    result = run.ok(MODULE)
    assert "does not list that directory" in result["warnings"][0]
    (user,) = result["doubtful_users"]
    assert (user["username"], user["directory"], user["directory_type"]) == ("newcomer", None, None)


def test_without_a_list_of_directories_nobody_is_taken_for_one_of_active_directory(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.directory_list": "missing"})
    result = run.ok(MODULE)
    bare = [user for user in lab.state("duo", "users") if user["directory_key"] and not user["email"]]
    assert result["summary"]["directory"] == 0 and result["directories"] == []
    assert result["summary"]["doubtful"] == sum("@" not in user["username"] for user in bare) > 0
    assert "no list of directories" in result["warnings"][0]


def test_without_keys_of_directories_nobody_is_taken_for_one_of_active_directory(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.user_directory_key": "hidden"})
    assert counts(run)["directory"] == 0 < counts(run)["doubtful"]


@pytest.mark.parametrize(("word", "is_known"), [("active_directory", True), ("ad", True), ("on_premises", False)])
def test_words_for_active_directory(run: Run, lab: Lab, word: str, is_known: bool) -> None:
    lab.switch(**{"duo.directory_type_of_ad": word})
    result = run.ok(MODULE)
    assert (result["summary"]["directory"] > 0, "warnings" not in result) == (is_known, is_known)
    if not is_known:
        assert "'on_premises'" in result["warnings"][0] and "accept_directory_types" in result["warnings"][0]
        accepted = run.ok(MODULE, accept_directory_types=["On-Premises"])
        assert accepted["summary"]["directory"] > 0 and accepted["directories"][0]["source"] == "accepted"
        assert "warnings" not in accepted


def test_a_kind_that_is_known_cannot_be_accepted(run: Run, lab: Lab) -> None:
    key = lab.patch("duo", "add_directory", name="Another", directory_type="openldap")
    lab.patch("duo", "add_user", username="newcomer", directory_key=key)
    assert counts(run, accept_directory_types=["openldap"])["doubtful"] == 1


def test_users_are_left_out_on_demand(run: Run) -> None:
    assert not {"unmapped_users", "doubtful_users"} & set(run.ok(MODULE, include_users=False))


def test_lists_are_cut_and_counts_are_not(run: Run) -> None:
    whole, cut = run.ok(MODULE), run.ok(MODULE, max_listed=2)
    assert cut["summary"] == whole["summary"] and cut["unmapped_users"] == whole["unmapped_users"][:2]
    assert run.ok(MODULE, max_listed=0)["unmapped_users"] == []


def test_a_limit_that_is_passed_fails_with_everything_found_out(run: Run) -> None:
    unmapped = counts(run)["unmapped"]
    failed = run.fails(MODULE, max_unmapped=unmapped - 1)
    assert f"{unmapped} users are unmapped, and max_unmapped is {unmapped - 1}" in failed["msg"]
    assert failed["unmapped_users"][0]["username"] in failed["msg"]
    assert failed["summary"]["unmapped"] == unmapped and failed["error"]["kind"] == "refused"
    run.ok(MODULE, max_unmapped=unmapped, max_doubtful=0)


def test_users_who_may_be_unmapped_are_not_let_through(run: Run, lab: Lab) -> None:
    """Where Duo does not say what a directory is, how many are unmapped is not known."""
    unmapped = counts(run)["unmapped"]
    run.ok(MODULE, max_unmapped=unmapped)
    lab.switch(**{"duo.directory_list": "missing"})
    failed = run.fails(MODULE, max_unmapped=unmapped)
    doubtful = failed["summary"]["doubtful"]
    assert f"{unmapped} users are unmapped, and {doubtful} more may be" in failed["msg"]
    assert failed["doubtful_users"][0]["username"] in failed["msg"] and "accept_directory_types" in failed["msg"]
    run.ok(MODULE, max_unmapped=unmapped + doubtful)
    run.ok(MODULE, max_unmapped=unmapped, max_doubtful=doubtful)
    # Of a directory that is known not to be exempt, nothing is unknown.
    lab.switch(**{"duo.directory_list": "present"})
    key = lab.patch("duo", "add_directory", name="Another", directory_type="openldap")
    lab.patch("duo", "add_user", username="newcomer", directory_key=key)
    assert run.ok(MODULE, max_unmapped=unmapped)["summary"]["doubtful"] == 1


def test_doubtful_users_have_a_limit_of_their_own(run: Run, lab: Lab) -> None:
    lab.patch("duo", "grow_users", count=30, directory_every=1, directory_key="DSGONE00000000000000")
    failed = run.fails(MODULE, max_doubtful=29)
    assert "30 users are doubtful" in failed["msg"] and "and 10 more" in failed["msg"]


@pytest.mark.parametrize("option", ["max_listed", "max_unmapped", "max_doubtful"])
def test_numbers_must_not_be_negative(run: Run, option: str) -> None:
    assert option in run.fails(MODULE, **{option: -1})["msg"]


def test_a_large_account_is_read_once_and_not_held(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(client, "PAGES_PER_LINE", 2)
    monkeypatch.setattr(client.Duo, "_show_progress", _recording(client.Duo._show_progress, lines))
    lab.patch("duo", "grow_users", count=1000, bare_every=10)
    before = 120
    result = run.ok(MODULE, max_listed=1)
    assert result["summary"]["total"] == before + 1000
    assert len(lab.requests("duo")) == 1 + 4
    assert lines == ["Duo, list the users: 600 of 1,120"]


def _recording(method: Any, lines: list[str]) -> Any:
    def recording(self: Any, *arguments: Any) -> None:
        self.context.progress = lines.append
        method(self, *arguments)

    return recording


def test_a_list_that_changes_meanwhile_is_counted_again(run: Run, lab: Lab) -> None:
    """A user that is gone hides another one from a reading by offset."""
    users = lab.state("duo", "users")
    lab.switch(**{"duo.page_limit": 50, "duo.gone_after_a_page": users[0]["user_id"]})
    result = run.ok(MODULE)
    assert result["summary"]["total"] == len(users) - 1
    assert result["directories"][0]["users"] == result["summary"]["directory"]


def test_a_list_that_keeps_changing_proves_nothing(run: Run, lab: Lab) -> None:
    lab.switch(**{"duo.page_limit": 50, "duo.gone_after_a_page": "first"})
    failed = run.fails(MODULE)
    assert failed["error"]["kind"] == "incomplete" and "summary" not in failed


@pytest.mark.parametrize("switch", [{"duo.total_objects": "absent"}, {"duo.last_page_offset": "null"}], ids=str)
def test_paging_reads_alike_in_every_variant(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    before = run.ok(MODULE)
    lab.switch(**{"duo.page_limit": 7, **switch})
    assert run.ok(MODULE) == before


def test_a_missing_permission_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_read_resource=0)
    assert "'Grant resource - Read'" in run.fails(MODULE)["msg"]
