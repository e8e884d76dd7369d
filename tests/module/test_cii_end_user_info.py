# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users of Identity Intelligence: one, those on an address, those of a provider, and the counts."""

from __future__ import annotations

import pytest
from lab import Lab

from .harness import OMIT, Run

MODULE, ANNA = "cii_end_user_info", "anna.keller@corp.example"


def test_one_user_with_their_accounts(lab: Lab, run: Run) -> None:
    (person,) = run.ok(MODULE, login=f" {ANNA} ")["end_users"]
    assert (person["login"], person["providers"]) == (ANNA, ["AZURE_AD", "DUO"])
    duo = person["accounts"][1]
    assert (duo["provider"], duo["login"]) == ("DUO", "akeller00") and duo["last_updated"]
    assert run.ok(MODULE, login=ANNA, provider="okta")["end_users"] == []


@pytest.mark.parametrize("case", ["ignored", "exact"])
def test_a_login_in_another_case(lab: Lab, run: Run, case: str) -> None:
    lab.switch(**{"cii.login_case": case})
    assert run.ok(MODULE, login=ANNA.title())["end_users"][0]["login"] == ANNA


@pytest.mark.parametrize("form", ["error", "error_without_path"])
def test_a_login_that_nobody_has(lab: Lab, run: Run, form: str) -> None:
    lab.switch(**{"cii.unknown_user": form})
    result = run.ok(MODULE, login="nobody@corp.example")
    assert result["end_users"] == [] and result["summary"]["read"] == 0


@pytest.mark.parametrize("limit", [0, 7])
def test_all_users_are_counted_and_as_many_listed_as_wanted(lab: Lab, run: Run, limit: int) -> None:
    lab.switch(**{"cii.page_limit": 50})
    known = lab.state("cii", "people")
    result = run.ok(MODULE, provider="duo", max_listed=limit)
    of_duo = [person["login"] for person in known if "DUO" in person["providers"]]
    assert [person["login"] for person in result["end_users"]] == of_duo[:limit]
    summary = result["summary"]
    assert (summary["read"], summary["matching"], summary["providers"]["DUO"]) == (len(known), len(of_duo), len(of_duo))
    assert result["end_users"] == [] or result["end_users"][0]["level_of_trust"] == "TRUSTED"


def test_a_user_who_is_listed_twice_counts_once(lab: Lab, run: Run) -> None:
    for token in ("x", None):
        page = {"items": [{"id": "1", "login": "a", "providers": ["DUO"]}], "pageToken": token}
        lab.fault("cii", path="/api", kind="status", status=200, body={"data": {"listEndUsers": page}})
    result = run.ok(MODULE)
    assert result["summary"] == {"read": 1, "matching": 1, "providers": {"DUO": 1}} and len(result["end_users"]) == 1


def test_users_and_accounts_that_are_not_named(lab: Lab, run: Run) -> None:
    page = {"items": [{"id": key, "login": "a", "providers": ["DUO"]} for key in ("", "", [], {}, None)]}
    lab.fault("cii", path="/api", kind="status", status=200, body={"data": {"listEndUsers": page}})
    assert run.ok(MODULE)["summary"]["read"] == 5
    accounts = [{"provider": name, "login": "a"} for name in (None, "DUO", "")]
    found = {"endUserDetails": {"id": "1", "login": "a"}, "providerEndUserDetails": accounts}
    lab.fault("cii", path="/api", kind="status", status=200, body={"data": {"getEndUser": found}})
    result = run.ok(MODULE, login="a")
    assert result["summary"]["providers"] == {"DUO": 1} and len(result["end_users"][0]["accounts"]) == 3


def test_providers_in_another_case_or_not_shown(lab: Lab, run: Run) -> None:
    people = [{"login": "a", "providers": ["Duo"]}, {"login": "b", "providers": None}, {"login": "c", "providers": []}]
    page = {"data": {"listEndUsers": {"items": people}}}
    lab.fault("cii", path="/api", kind="status", status=200, body=page)
    result = run.ok(MODULE, provider="duo")
    assert [person["login"] for person in result["end_users"]] == ["a"]
    assert "1 of 3 users are listed without their providers" in result["warnings"][0]


def test_users_on_an_address(run: Run) -> None:
    people = run.ok(MODULE, ip_address="192.0.2.7")["end_users"]
    assert [person["login"] for person in people] == ["yusuf.demir@corp.example", "noor.haddad@corp.example"]
    assert people[0]["providers"] is None


def test_what_cannot_be(lab: Lab, run: Run) -> None:
    assert run.fails(MODULE, max_listed=-1)["error"]["kind"] == "invalid_input"
    assert "mutually exclusive" in run.fails(MODULE, login="a", ip_address="b")["msg"]
    assert "CII_CLIENT_SECRET" in run.fails(MODULE, cii_client_secret=OMIT)["msg"]
    assert run.fails(MODULE, cii_client_secret="wrong-secret-of-nobody")["error"]["kind"] == "unauthorized"
    lab.fault("cii", path="/api", kind="html")
    assert run.fails(MODULE)["error"]["kind"] == "unexpected_answer"
