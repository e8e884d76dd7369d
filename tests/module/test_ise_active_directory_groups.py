# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups of an Active Directory join point."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from lab import Lab

from .harness import Options, Run, quietly, step, writes

MODULE = "ise_active_directory_groups"
DOMAIN_USERS, HELPDESK = "corp.example/Users/Domain Users", "corp.example/Users/Helpdesk"
DUO_USERS, VPN_USERS = "corp.example/Users/Duo Users", "corp.example/Groups/VPN Users"
EMEA_USERS = "emea.corp.example/Users/EMEA VPN Users"
NEW: Options = {"active_directory": "CORP_AD", "groups": [DUO_USERS, VPN_USERS]}


def groups(lab: Lab, join_point: str = "CORP_AD") -> set[str]:
    return set(lab.state("ise", "join_points")[join_point]["groups"])


def test_missing_groups_are_added_and_others_stay(run: Run, lab: Lab) -> None:
    done = step(run, lab, MODULE, NEW)
    assert groups(lab) == {DOMAIN_USERS, HELPDESK, DUO_USERS, VPN_USERS}
    assert done.real["active_directory"] == {
        "name": "CORP_AD",
        "domain": "corp.example",
        "groups": sorted([DOMAIN_USERS, HELPDESK, DUO_USERS, VPN_USERS]),
    }
    assert done.real["diff"]["before"]["groups"] == sorted([DOMAIN_USERS, HELPDESK])
    assert done.real["diff"]["after"]["groups"] == sorted([DOMAIN_USERS, HELPDESK, DUO_USERS, VPN_USERS])


@pytest.mark.parametrize("form", ["absent", "null", "empty_block", "empty_list"])
def test_the_first_groups_of_a_join_point(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"ise.no_groups": form})
    step(run, lab, MODULE, {"active_directory": "LAB_AD", "groups": ["lab.example/Users/Lab Users"]})
    assert groups(lab, "LAB_AD") == {"lab.example/Users/Lab Users"}


def test_groups_that_ise_does_not_show_are_not_confirmed(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.no_groups": "never_shown"})
    assert run.fails(MODULE, **NEW)["error"]["kind"] == "not_confirmed"


def test_groups_that_ise_shows_elsewhere_only_are_not_taken_away(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.no_groups": "never_shown", "ise.add_groups": "replace"})
    lab.patch("ise", "set_mfa", enabled=True)
    for check in (True, False):
        assert f"but may have {DOMAIN_USERS!r}" in run.fails(MODULE, check=check, **NEW)["msg"]
    assert writes(lab) == [] and groups(lab) == {DOMAIN_USERS, HELPDESK}


def test_groups_that_may_be_shown_elsewhere_are_not_taken_away(run: Run, lab: Lab) -> None:
    """A list that could not be read does not show that there are none."""
    lab.switch(**{"ise.no_groups": "never_shown", "ise.add_groups": "replace"})
    lab.patch("ise", "set_mfa", enabled=True)
    lab.fault("ise", "GET", "/activedirectories$", kind="status", status=500, times=None)
    assert run.fails(MODULE, **NEW)["error"]["kind"] == "server_trouble"
    assert writes(lab) == [] and groups(lab) == {DOMAIN_USERS, HELPDESK}


def test_groups_that_are_shown_by_id_only(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.switch(**{"ise.add_groups": "replace"})
    reading = Ise.get_ers

    def altered(ise: Ise, path: str, *which: Any) -> dict[str, Any]:
        found = reading(ise, path, *which) or {}
        return {name: found[name] for name in found if name != "adgroups" or not path.endswith("/name")}

    monkeypatch.setattr(Ise, "get_ers", altered)
    step(run, lab, MODULE, NEW)
    assert groups(lab) == {DOMAIN_USERS, HELPDESK, DUO_USERS, VPN_USERS}


def test_groups_that_are_there_change_nothing(run: Run, lab: Lab) -> None:
    assert not quietly(run, lab, MODULE, active_directory="CORP_AD", groups=[HELPDESK, DOMAIN_USERS])["changed"]


def test_only_the_missing_one_of_several_is_looked_up(run: Run, lab: Lab) -> None:
    run.ok(MODULE, active_directory="CORP_AD", groups=[HELPDESK, DUO_USERS])
    assert len([row for row in lab.requests("ise") if row["path"].endswith("/getGroupsByDomain")]) == 1


def test_a_group_of_a_trusted_domain(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {"active_directory": "CORP_AD", "groups": [EMEA_USERS, DUO_USERS]})
    assert groups(lab) == {DOMAIN_USERS, HELPDESK, DUO_USERS, EMEA_USERS}


@pytest.mark.parametrize("name", ["CORP.Example/Users/Helpdesk", "corp.example/USERS/helpDesk"])
def test_case_means_nothing_to_active_directory(run: Run, lab: Lab, name: str) -> None:
    assert not quietly(run, lab, MODULE, active_directory="CORP_AD", groups=[name])["changed"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_in_another_form_of_unicode_is_the_same(run: Run, lab: Lab, form: Any) -> None:
    lab.patch("ise", "add_directory_group", name="corp.example/Users/Zürich")
    name = unicodedata.normalize(form, "corp.example/Users/Zürich")
    run.ok(MODULE, active_directory="CORP_AD", groups=[name])
    assert "corp.example/Users/Zürich" in groups(lab)
    assert not quietly(run, lab, MODULE, active_directory="CORP_AD", groups=[name])["changed"]


@pytest.mark.parametrize("common_name", ["Sales/Marketing", "R\\/D Team"])
def test_a_slash_in_a_common_name(run: Run, lab: Lab, common_name: str) -> None:
    name = f"corp.example/Users/{common_name}"
    lab.patch("ise", "add_directory_group", name=name, common_name=common_name)
    step(run, lab, MODULE, {"active_directory": "CORP_AD", "groups": [name]})
    assert name in groups(lab)


def test_many_new_groups_are_looked_up_in_one_list(run: Run, lab: Lab) -> None:
    names = [f"corp.example/Users/Team {number}" for number in range(30)]
    for name in names:
        lab.patch("ise", "add_directory_group", name=name)
    run.ok(MODULE, active_directory="CORP_AD", groups=names)
    assert groups(lab) >= set(names)
    assert len([row for row in lab.requests("ise") if row["path"].endswith("/getGroupsByDomain")]) == 1


def test_many_new_groups_where_ise_lists_none_without_a_filter(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.get_groups_filter": "required"})
    names = [f"corp.example/Users/Team {number}" for number in range(8)]
    for name in names:
        lab.patch("ise", "add_directory_group", name=name)
    run.ok(MODULE, active_directory="CORP_AD", groups=names)
    assert groups(lab) >= set(names)


def test_a_distinguished_name_is_translated(run: Run, lab: Lab) -> None:
    wanted = r"CN=Sales\, EMEA,OU=VPN,OU=Groups,DC=corp,DC=example"
    result = run.fails(MODULE, active_directory="CORP_AD", groups=[wanted, DUO_USERS])
    assert "'corp.example/Groups/VPN/Sales, EMEA'" in result["msg"] and writes(lab) == []


@pytest.mark.parametrize(
    "switch",
    [
        {"ise.add_groups": "replace"},
        {"ise.get_groups_filter": "required"},
        {"ise.csrf": True},
        {"ise.csrf": True, "ise.csrf_fetch_status": 200},
        {"ise.csrf": True, "ise.add_groups": "replace"},
        {"ise.success_codes": "delete_204"},
        {"ise.unknown_members": "ignore"},
        # Nothing that the module does depends on these, so one run shows that for all of them.
        {"ise.success_codes": "all_200", "ise.write_body": "empty", "ise.directory_id": "other"},
        {"ise.version": "3.2.0.542", "ise.patch": 4},
    ],
    ids=str,
)
def test_every_variant_of_ise(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    step(run, lab, MODULE, NEW)
    assert groups(lab) == {DOMAIN_USERS, HELPDESK, DUO_USERS, VPN_USERS}


def test_taking_away_where_ise_replaces(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.add_groups": "replace"})
    step(run, lab, MODULE, {"active_directory": "CORP_AD", "groups": [HELPDESK], "state": "absent"})
    assert groups(lab) == {DOMAIN_USERS}


def test_taking_away_where_ise_only_adds_says_that_it_did_not_work(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, active_directory="CORP_AD", groups=[HELPDESK], state="absent")
    assert result["error"]["kind"] == "not_confirmed" and HELPDESK in result["msg"]
    assert groups(lab) == {DOMAIN_USERS, HELPDESK}


def test_taking_away_what_is_not_there(run: Run, lab: Lab) -> None:
    options = {"active_directory": "CORP_AD", "groups": [DUO_USERS, "corp.example/No such"], "state": "absent"}
    assert not quietly(run, lab, MODULE, **options)["changed"]


@pytest.mark.parametrize("filter", ["optional", "required"])
def test_unknown_groups_are_named_with_the_nearest_ones_before_anything_is_written(
    run: Run, lab: Lab, filter: str
) -> None:
    lab.switch(**{"ise.get_groups_filter": filter})
    for check in (True, False):
        wanted = [DUO_USERS, "corp.example/Users/Duo User"]
        result = run.fails(MODULE, check=check, active_directory="CORP_AD", groups=wanted)
        assert result["error"]["kind"] == "invalid_input" and "'corp.example/Users/Duo User'" in result["msg"]
        assert filter == "required" or f"'{DUO_USERS}'" in result["msg"]
    assert writes(lab) == []


def test_a_group_without_its_domain_is_explained(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, active_directory="CORP_AD", groups=["Helpdesk"])
    assert "domain/path/name" in result["msg"] and writes(lab) == []


def test_a_group_of_a_domain_out_of_reach_is_named(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, active_directory="CORP_AD", groups=["old.example/Users/Staff"])
    assert "old.example" in result["msg"] and writes(lab) == []


def test_an_unknown_join_point_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, active_directory="CORP", groups=[DUO_USERS])
        assert "'CORP'" in result["msg"] and "'CORP_AD'" in result["msg"]
    assert writes(lab) == []


@pytest.mark.parametrize("name", ["Corp AD/1", "a%b", "Größe"])
def test_names_are_quoted_in_addresses(run: Run, lab: Lab, name: str) -> None:
    lab.patch("ise", "set_join_point", name="CORP_AD", rename=name)
    step(run, lab, MODULE, {"active_directory": name, "groups": [DUO_USERS]})
    assert DUO_USERS in groups(lab, name)


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_is_looked_up(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("ise", "PUT", "addGroups", kind=kind)
    assert run.ok(MODULE, **NEW)["changed"]
    assert groups(lab) == {DOMAIN_USERS, HELPDESK, DUO_USERS, VPN_USERS}


def test_a_csrf_token_is_fetched_once(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.csrf": True})
    run.ok(MODULE, **NEW)
    asked = [f"{row['method']} {row['path']}" for row in lab.requests("ise")]
    assert asked.count("GET /ers/config/activedirectory") == 1


@pytest.mark.parametrize("answer", ["html", 404, 403])
def test_ers_switched_off_is_named(run: Run, lab: Lab, answer: str | int) -> None:
    lab.switch(**{"ise.ers_enabled": False, "ise.ers_disabled_answer": answer})
    result = run.fails(MODULE, **NEW)
    assert "ERS" in result["msg"] and "API Settings" in result["msg"], result["msg"]
    assert writes(lab) == []


def test_a_join_point_that_has_not_joined_its_domain(run: Run, lab: Lab) -> None:
    lab.patch("ise", "set_join_point", name="LAB_AD", joined=False)
    result = run.fails(MODULE, active_directory="LAB_AD", groups=["lab.example/Users/Lab Users"])
    assert "LAB_AD is not joined to the domain" in result["msg"] and writes(lab) == []


def test_a_member_nobody_knows_is_not_written_back(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    step(run, lab, MODULE, NEW)
