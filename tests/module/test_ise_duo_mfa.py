# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Duo connections of ISE: secrets that can be written and not read, keys that come from Duo, and keys from a vault."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from lab import Lab

from .estates import ADMIN_APP, AUTH_APP, CONNECTION, join_ise_and_duo
from .harness import BOTH_WAYS, OMIT, REALLY, Options, Run, matrix, quietly, said, step, writes

MODULE = "ise_duo_mfa"
SYNC, OTHER_SYNC = "Corporate users", "Helpdesk users"
ADMIN, AUTH = "ISE user sync", "ISE logins"
BY_NAME: Options = {"admin_api": {"application": ADMIN}, "auth_api": {"application": AUTH}}
ABSENT: Options = {"connection_name": "Duo", "state": "absent"}
NO_DUO: Options = dict.fromkeys(("duo_api_host", "duo_integration_key", "duo_secret_key"), OMIT)
FLAGS = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}


@pytest.fixture(autouse=True)
def estate(lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    for name, group in ((SYNC, "corp.example/Users/Domain Users"), (OTHER_SYNC, "corp.example/Users/Helpdesk")):
        lab.patch("ise", "add_sync", name=name, directory="CORP_AD", groups=[group])
    lab.patch("duo", "add_application", name=ADMIN, type="adminapi", flags=FLAGS)
    lab.patch("duo", "add_application", name=AUTH, type="authapi", user_access="ALL_USERS")
    lab.clear_requests()


def application(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = [app for app in lab.state("duo", "applications") if app["name"] == name]
    return dict(found)


def key(lab: Lab, name: str) -> dict[str, str]:
    """An application's key, as from a vault."""
    return {part: application(lab, name)[part] for part in ("integration_key", "secret_key")}


def keys(lab: Lab) -> Options:
    return {"admin_api": key(lab, ADMIN), "auth_api": key(lab, AUTH)}


def base(lab: Lab, **more: Any) -> Options:
    fields = {"connection_name": "Duo", "types": ["vpn", "tacacs"], "identity_sync": SYNC, "api_host": lab.duo.api_host}
    return {**fields, **more}


def stored(lab: Lab, name: str = "Duo") -> dict[str, Any]:
    return dict(lab.state("ise", "connections")[name])


def assert_stored_keys_are_right(lab: Lab) -> None:
    connection = stored(lab)
    assert (connection["admin"], connection["auth"]) == (key(lab, ADMIN), key(lab, AUTH))


def run_matrix(run: Run, lab: Lab, given: Options, again: tuple[bool, ...] = REALLY) -> None:
    created = base(lab, description="Second factor", **given)
    change = {"types": ["tacacs"], "description": "", "identity_sync": OTHER_SYNC}
    steps = matrix(run, lab, MODULE, created, change, again=again)
    assert_stored_keys_are_right(lab)
    assert steps.create and steps.change
    assert steps.create.real["verification"] == "accepted"
    before, after = (steps.change.real["diff"][side] for side in ("before", "after"))
    assert (before["types"], after["types"]) == (["tacacs", "vpn"], ["tacacs"])
    assert (before["identity_sync"], after["identity_sync"]) == (SYNC, OTHER_SYNC)
    step(run, lab, MODULE, ABSENT, again=again)
    assert lab.state("ise", "connections") == {}


def test_matrix_with_keys_that_come_from_duo(run: Run, lab: Lab) -> None:
    run_matrix(run, lab, BY_NAME, BOTH_WAYS)


def test_matrix_with_keys_from_a_vault(run: Run, lab: Lab) -> None:
    run_matrix(run, lab, {**keys(lab), **NO_DUO})
    assert {row["actor"] for row in lab.requests("duo")} <= {""}


def test_what_is_created_is_what_ise_has(run: Run, lab: Lab) -> None:
    result = run.ok(MODULE, **base(lab, description="Second factor", **BY_NAME))
    connection = stored(lab)
    assert (connection["description"], connection["identity_sync"]) == ("Second factor", SYNC)
    assert set(connection["type"].split(",")) == {"VPN", "TACACS"} and connection["api_host"] == lab.duo.api_host
    assert_stored_keys_are_right(lab)
    assert result["connection"] == {
        "connection_name": "Duo",
        "description": "Second factor",
        "types": ["tacacs", "vpn"],
        "identity_sync": SYNC,
        "api_host": lab.duo.api_host,
        "admin_api": {"integration_key": application(lab, ADMIN)["integration_key"]},
        "auth_api": {"integration_key": application(lab, AUTH)["integration_key"]},
    }


ISE_VARIANTS: list[dict[str, Any]] = [
    *[{"ise.secrets_on_read": form} for form in ("masked", "empty", "absent", "plain")],
    {"ise.put_without_skey": "keep"},
    {"ise.secrets_on_read": "absent", "ise.put_without_skey": "erase"},
    {"ise.secrets_on_read": "plain", "ise.put_without_skey": 400},
    {"ise.type_order": "sorted"},
    {"ise.testconnection_words": "empty"},
    {"ise.testconnection_unknown_name": 404},
    {"ise.testconnection_unknown_name": 400},
    # Those of all its Duo calls alike, each of which is tried alone with ise_identity_sync.
    {"ise.missing_name": 400, "ise.success_codes": "all_200", "ise.write_body": "plain_text"},
    {"ise.missing_name": 403, "ise.success_codes": "delete_204", "ise.write_body": "empty"},
    {"ise.missing_name": 500, "ise.unknown_members": "ignore", "ise.error_code_as": "number"},
    # Nothing that the module does depends on these, so one run shows that for all of them.
    {
        "ise.put_without_skey": "erase",
        "ise.testconnection_code": 500,
        "ise.test_notices_permissions": False,
        "ise.connection_without_sync": 400,
        "ise.sync_shared": "accepted",
        "ise.duplicate_name": 409,
        "ise.rename": "ignored",
        "ise.csrf": True,
    },
    {"ise.put_without_skey": 400, "ise.testconnection_code": "200_with_text"},
    {"duo.secret_in_answers": "plain"},
    {"duo.secret_in_answers": "absent"},
    {"duo.page_limit": 12},
]


@pytest.mark.parametrize("switch", ISE_VARIANTS, ids=str)
def test_every_variant(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    run_matrix(run, lab, BY_NAME)


def test_a_member_nobody_knows_is_not_written_back(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    run_matrix(run, lab, BY_NAME)


# Fields


def test_the_order_of_types_means_nothing(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.patch("ise", "set_connection", name="Duo", type="TACACS,VPN")
    for types in (["vpn", "tacacs"], ["tacacs", "vpn"], ["vpn", "tacacs", "vpn"]):
        assert not quietly(run, lab, MODULE, **{**base(lab, **BY_NAME), "types": types})["changed"]


def test_what_is_not_mentioned_stays(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, description="keep me", **BY_NAME))
    step(run, lab, MODULE, {"connection_name": "Duo", "types": ["vpn"], **BY_NAME})
    connection = stored(lab)
    assert (connection["description"], connection["identity_sync"]) == ("keep me", SYNC)


def test_the_case_of_the_host_means_nothing(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    assert not quietly(run, lab, MODULE, **{**base(lab, **BY_NAME), "api_host": lab.duo.api_host.upper()})["changed"]


def test_the_host_is_by_default_the_duo_connections(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **{**base(lab, **BY_NAME), "api_host": OMIT})
    assert stored(lab)["api_host"] == lab.duo.api_host


def test_a_connection_without_a_sync(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {**base(lab, **BY_NAME), "identity_sync": OMIT})
    assert stored(lab)["identity_sync"] == ""


@pytest.mark.parametrize("name", ["a/b c", "100%", "Größe & Co. #1?", "...", "日本語"])
def test_names_are_quoted_in_addresses(run: Run, lab: Lab, name: str) -> None:
    created = {**base(lab, **BY_NAME), "connection_name": name}
    absent = {"connection_name": name, "state": "absent"}
    matrix(run, lab, MODULE, created, {"description": name}, delete=absent)


# Secrets: written, never read


@pytest.mark.parametrize("without", ["keep", "erase", 400])
@pytest.mark.parametrize("form", ["masked", "empty", "absent", "plain"])
def test_a_changed_description_leaves_the_secrets_right(run: Run, lab: Lab, form: str, without: str | int) -> None:
    lab.switch(**{"ise.secrets_on_read": form, "ise.put_without_skey": without})
    for given in (BY_NAME, keys(lab)):
        run.ok(MODULE, **base(lab, description=f"with {len(str(given))}", **given))
        assert_stored_keys_are_right(lab)
    assert "***" not in str(stored(lab))


@pytest.mark.parametrize("form", ["masked", "empty", "absent", "plain"])
def test_no_run_reports_a_change_it_did_not_need(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"ise.secrets_on_read": form})
    run.ok(MODULE, **base(lab, **BY_NAME))
    for given in (BY_NAME, keys(lab), {}):
        for check in (True, False):
            result = quietly(run, lab, MODULE, check=check, **base(lab, **given))
            assert not result["changed"] and result["verification"] == "accepted"


@pytest.mark.parametrize("code", [400, 500, "200_with_text"])
@pytest.mark.parametrize("form", ["masked", "empty", "absent", "plain"])
def test_a_key_that_was_rotated_in_duo_is_repaired(run: Run, lab: Lab, form: str, code: str | int) -> None:
    lab.switch(**{"ise.secrets_on_read": form, "ise.testconnection_code": code})
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.patch("duo", "rotate_secret", name=ADMIN)
    done = step(run, lab, MODULE, base(lab, **BY_NAME))
    assert done.check["verification"] == "rejected" and done.real["verification"] == "accepted"
    before, after = (done.real["diff"][side]["secrets"] for side in ("before", "after"))
    assert (before, after) == ("as stored", "rewritten")
    assert_stored_keys_are_right(lab)


@pytest.mark.parametrize("side", ["admin", "auth"])
def test_a_secret_that_ise_lost_is_restored_from_a_vault(run: Run, lab: Lab, side: str) -> None:
    run.ok(MODULE, **base(lab, **keys(lab)))
    lab.patch("ise", "set_stored_secret", connection="Duo", side=side, secret_key="********")
    step(run, lab, MODULE, base(lab, **keys(lab), **NO_DUO))
    assert_stored_keys_are_right(lab)


def test_a_replaced_application_is_written(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    new = lab.patch("duo", "add_application", name="New logins", type="authapi")
    done = step(run, lab, MODULE, base(lab, admin_api={"application": ADMIN}, auth_api={"application": "New logins"}))
    assert done.real["diff"]["after"]["auth_api"] == {"integration_key": new}
    assert stored(lab)["auth"] == key(lab, "New logins")


@pytest.mark.parametrize("given", ["both wrong", "one wrong", "swapped"])
def test_keys_that_duo_rejects_are_never_written(run: Run, lab: Lab, given: str) -> None:
    admin, auth = key(lab, ADMIN), key(lab, AUTH)
    wrong = {
        "both wrong": ({**admin, "secret_key": "not-the-admin-secret"}, {**auth, "secret_key": "not-the-auth-secret"}),
        "one wrong": (admin, {**auth, "secret_key": "not-the-auth-secret"}),
        "swapped": (auth, admin),
    }[given]
    options = base(lab, admin_api=wrong[0], auth_api=wrong[1])
    result = run.fails(MODULE, **options)
    assert "auth_api" in result["msg"] and ("admin_api" in result["msg"]) == (given != "one wrong")
    assert given != "swapped" or "swapped" in result["msg"] or "kind of application" in result["msg"]
    assert writes(lab) == [] and lab.state("ise", "connections") == {}


@pytest.mark.parametrize("unknown", ["tests", 404, 400])
def test_a_wrong_secret_is_found_whatever_ise_does_with_unknown_names(run: Run, lab: Lab, unknown: str | int) -> None:
    lab.switch(**{"ise.testconnection_unknown_name": unknown})
    wrong = {**key(lab, AUTH), "secret_key": "not-the-auth-secret"}
    result = run.fails(MODULE, **base(lab, admin_api=key(lab, ADMIN), auth_api=wrong))
    assert "auth_api" in result["msg"] and "secret key" in result["msg"], result["msg"]


def test_good_stored_keys_are_not_replaced_by_wrong_ones(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    wrong = {**key(lab, AUTH), "secret_key": "not-the-auth-secret"}
    result = run.fails(MODULE, **base(lab, admin_api=key(lab, ADMIN), auth_api=wrong, description="new"))
    assert "auth_api" in result["msg"]
    assert_stored_keys_are_right(lab)


def test_a_wrong_duo_host_is_named(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, **{**base(lab, **BY_NAME), "api_host": "api-00000000.duosecurity.com"})
    assert "wrong_host" in result["msg"] and f"belongs to {lab.duo.api_host}" in result["msg"]
    assert writes(lab) == []


def test_rejected_keys_and_none_given(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.patch("duo", "rotate_secret", name=AUTH)
    for check in (True, False):
        result = run.fails(MODULE, check=check, connection_name="Duo")
        assert "Duo rejects the keys" in result["msg"] and "auth_api" in result["msg"]


def test_changing_without_keys_is_refused_because_ise_takes_only_the_whole(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.clear_requests()
    result = run.fails(MODULE, connection_name="Duo", description="new")
    assert "admin_api" in result["msg"] and "auth_api" in result["msg"] and writes(lab) == []


def test_always_writes_each_time(run: Run, lab: Lab) -> None:
    options = base(lab, **BY_NAME, update_secrets="always")
    for _unused in range(2):
        check = quietly(run, lab, MODULE, check=True, **options)
        result = run.ok(MODULE, **options)
        assert check["changed"] and result["changed"] and check["diff"] == result["diff"]
        assert result["verification"] == "accepted" and len(writes(lab)) == 1
    assert_stored_keys_are_right(lab)


@pytest.mark.parametrize("is_good", [True, False])
def test_words_that_nobody_knows_are_neither_taken_for_a_yes_nor_a_reason_to_write(
    run: Run, lab: Lab, is_good: bool
) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    if not is_good:
        lab.patch("duo", "rotate_secret", name=AUTH)
    lab.switch(**{"ise.testconnection_code": "200_with_text", "ise.testconnection_words": "unknown"})
    for check in (True, False):
        result = quietly(run, lab, MODULE, check=check, **base(lab, **BY_NAME))
        assert (result["changed"], result["verification"], result["step"]["status"]) == (False, "unclear", "pending")
        code = "DUO-20000" if is_good else "DUO-40103"
        assert f"whether Duo accepts its keys is unclear, because ISE says: {code}" in result["step"]["detail"]
    changed = run.ok(MODULE, **base(lab, **BY_NAME, description="new"))
    assert changed["changed"] and changed["step"]["status"] == "pending"
    # The new keys are those of Duo.
    assert_stored_keys_are_right(lab)
    shown = run.ok("ise_duo_mfa_info", test=True)["connections"][0]
    assert (shown["verification"], shown["verification_message"]) == ("unclear", "DUO-20000")


def test_a_new_connection_with_words_that_nobody_knows_is_pending(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.testconnection_code": "200_with_text", "ise.testconnection_words": "unknown"})
    wrong = {**key(lab, AUTH), "secret_key": "not-the-auth-secret"}
    result = run.fails(MODULE, **base(lab, admin_api=key(lab, ADMIN), auth_api=wrong))
    assert "auth_api" in result["msg"] and writes(lab) == []
    result = run.ok(MODULE, **base(lab, **BY_NAME))
    assert (result["verification"], result["step"]["status"]) == ("unclear", "pending")
    assert_stored_keys_are_right(lab)


def test_never_tests_nothing(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.patch("duo", "rotate_secret", name=AUTH)
    lab.clear_requests()
    result = quietly(run, lab, MODULE, **base(lab, **BY_NAME, update_secrets="never"))
    assert not result["changed"] and result["verification"] == "not_checked"
    assert not [row for row in lab.requests("ise") if "testconnection" in row["path"]]


# Applications found by name


@pytest.mark.parametrize("side", ["admin_api", "auth_api"])
def test_two_applications_of_one_name_stop_the_run(run: Run, lab: Lab, side: str) -> None:
    kind = {"admin_api": "adminapi", "auth_api": "authapi"}[side]
    twins = [lab.patch("duo", "add_application", name="Twice", type=kind, flags=FLAGS) for _unused in range(2)]
    result = run.fails(MODULE, **base(lab, **{**BY_NAME, side: {"application": "Twice"}}))
    assert all(twin in result["msg"] for twin in twins) and writes(lab) == []
    run.ok(MODULE, **base(lab, **{**BY_NAME, side: {"application": twins[1]}}))
    assert stored(lab)[side.removesuffix("_api")]["integration_key"] == twins[1]


def test_a_secret_that_ise_repeats_in_a_refusal_is_cut_out(run: Run, lab: Lab) -> None:
    words = f"Cannot store {application(lab, ADMIN)['secret_key']} as sKey"
    body = {"code": "400", "message": words}
    for given in (BY_NAME, keys(lab)):
        lab.fault("ise", "POST", "/duo-mfa/mfa$", kind="status", status=400, body=body)
        result = run.fails(MODULE, **base(lab, **given))
        assert "Cannot store ******** as sKey" in result["msg"]


def test_an_unknown_application_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    given = {**BY_NAME, "admin_api": {"application": "ISE users sync"}}
    result = run.fails(MODULE, **base(lab, **given))
    assert "'ISE users sync'" in result["msg"] and f"'{ADMIN}'" in result["msg"] and writes(lab) == []
    predicted = quietly(run, lab, MODULE, check=True, **base(lab, **given))
    assert predicted["changed"] and "ISE users sync" in predicted["warnings"][0]


def test_an_application_of_the_other_kind_is_not_taken(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, **base(lab, admin_api={"application": AUTH}, auth_api={"application": AUTH}))
    assert f"'{AUTH}'" in result["msg"] and "admin_api" in result["msg"] and writes(lab) == []


def test_applications_made_by_hand_are_used(run: Run, lab: Lab) -> None:
    lab.patch("duo", "add_application", name="Cisco ISE Admin API", type="lab-cisco-ise-admin-api", flags=FLAGS)
    lab.patch("duo", "add_application", name="Cisco ISE Auth API", type="lab-cisco-ise-auth-api")
    given = {name: {"application": f"Cisco ISE {name[:-4].title()} API"} for name in ("admin_api", "auth_api")}
    assert step(run, lab, MODULE, base(lab, **given)).real["verification"] == "accepted"


def test_the_list_of_applications_is_read_once_for_both(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.clear_requests()
    run.ok(MODULE, **base(lab, **BY_NAME))
    assert [row["path"] for row in lab.requests("duo")] == ["/admin/v3/integrations"]


def test_a_missing_permission_to_read_secrets_is_named(run: Run, lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_integrations=0)
    result = run.fails(MODULE, **base(lab, **BY_NAME))
    assert "Grant applications" in result["msg"] and writes(lab) == []


@pytest.mark.parametrize("notices", [True, False])
def test_an_admin_application_that_lacks_permissions(run: Run, lab: Lab, notices: bool) -> None:
    lab.switch(**{"ise.test_notices_permissions": notices})
    lab.patch("duo", "set_flag", name=ADMIN, flag="adminapi_write_resource", value=0)
    result = run(MODULE, **base(lab, **BY_NAME))
    assert bool(result.get("failed")) == notices
    assert not notices or "missing_permission" in result["msg"]


def test_duo_options_are_needed_for_applications_only(run: Run, lab: Lab) -> None:
    result = run.fails(MODULE, **base(lab, **BY_NAME), **NO_DUO)
    assert "duo_api_host" in result["msg"] and "DUO_API_HOST" in result["msg"] and lab.requests() == []


# What is named before anything is written


def test_an_unknown_sync_is_named_with_the_nearest_ones(run: Run, lab: Lab) -> None:
    options = {**base(lab, **BY_NAME), "identity_sync": "Corporate user"}
    result = run.fails(MODULE, **options)
    assert "'Corporate user'" in result["msg"] and f"'{SYNC}'" in result["msg"] and writes(lab) == []
    predicted = quietly(run, lab, MODULE, check=True, **options)
    assert predicted["changed"] and "Corporate user" in predicted["warnings"][0]


def test_a_sync_that_another_connection_uses(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    result = run.fails(MODULE, **{**base(lab, **BY_NAME), "connection_name": "Second"})
    assert "is already used by Duo" in result["msg"]


@pytest.mark.parametrize(
    "options",
    [
        {"types": ["vpn", "radius"]},
        {"admin_api": {"integration_key": "DIXXXXXXXXXXXXXXXXXX"}},
        {"admin_api": {"application": "a", "secret_key": "not-a-secret-0123"}},
        {"admin_api": {}},
        {"update_secrets": "sometimes"},
        {"api_host": "https://api-1a2b3c4d.duosecurity.com"},
        {"connection_name": OMIT},
    ],
    ids=str,
)
def test_invalid_options_reach_nobody(run: Run, lab: Lab, options: Options) -> None:
    run.fails(MODULE, **{**base(lab, **BY_NAME), **options})
    assert not [row for row in lab.requests() if row["service"] == "ise"]


@pytest.mark.parametrize("left_out", ["types", "admin_api", "auth_api"])
def test_what_a_new_connection_needs_is_named(run: Run, lab: Lab, left_out: str) -> None:
    for check in (True, False):
        result = run.fails(MODULE, check=check, **{**base(lab, **BY_NAME), left_out: OMIT})
        assert left_out in result["msg"] and writes(lab) == []


# Deletion


@pytest.mark.parametrize("status", [400, 409])
def test_a_connection_in_use_stays_and_ises_own_words_are_shown(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.delete_in_use": status})
    run.ok(MODULE, **base(lab, **BY_NAME))
    rule = {"policy_type": "network_access", "policy_set": "VPN", "name": "Ask Duo", "connection": "Duo"}
    lab.patch("ise", "add_mfa_rule", **rule)
    result = run.fails(MODULE, **ABSENT)
    assert "is in use by policy rule Ask Duo" in result["msg"] and "rule first" in result["msg"]
    assert stored(lab)


@pytest.mark.parametrize("status", [404, 400, 403, 500])
def test_what_does_not_exist_is_absent_however_ise_says_so(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.missing_name": status})
    assert not quietly(run, lab, MODULE, **ABSENT)["changed"]


def test_deleting_needs_no_duo_and_no_keys(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.clear_requests()
    assert run.ok(MODULE, **ABSENT, **BY_NAME, **NO_DUO)["changed"]
    assert lab.requests("duo") == []


# Bad weather


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_lost_answer_is_looked_up(run: Run, lab: Lab, method: str, kind: str) -> None:
    if method != "POST":
        run.ok(MODULE, **base(lab, **BY_NAME))
    lab.fault("ise", method, "/duo-mfa/mfa(/Duo)?$", kind=kind)
    options = ABSENT if method == "DELETE" else base(lab, description=method, **BY_NAME)
    assert run.ok(MODULE, **options)["changed"]
    assert ("Duo" in lab.state("ise", "connections")) == (method != "DELETE")
    assert not quietly(run, lab, MODULE, **options)["changed"]


@pytest.mark.parametrize("missing", [404, 403])
def test_mfa_that_is_off_is_named_and_not_taken_for_absence(run: Run, lab: Lab, missing: int) -> None:
    lab.switch(**{"ise.missing_name": missing})
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.patch("ise", "set_mfa", enabled=False)
    for options in (base(lab, **BY_NAME), ABSENT):
        result = run.fails(MODULE, **options)
        assert result["error"]["kind"] == "feature_off" and "ise_mfa_feature" in result["msg"]


def test_check_mode_predicts_from_an_empty_estate(run: Run, lab: Lab) -> None:
    lab.reset()
    predicted = quietly(run, lab, MODULE, check=True, **base(lab, **BY_NAME))
    assert predicted["changed"] and predicted["verification"] == "not_checked"
    text = " ".join(predicted["warnings"])
    assert all(words in text for words in ("MFA is disabled", ADMIN, AUTH))


def test_a_read_only_account_is_not_taken_for_mfa_being_off(run: Run, lab: Lab) -> None:
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    result = run.fails(MODULE, **base(lab, **BY_NAME), **account)
    assert result["error"]["kind"] == "forbidden" and "auditor" in result["msg"]
    assert lab.state("ise", "connections") == {}


# Check mode, the step, texts that ISE changes, and tasks that run at once


def test_check_mode_moves_no_secret(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME))
    lab.patch("duo", "rotate_secret", name=ADMIN)
    for given in (BY_NAME, keys(lab)):
        predicted = quietly(run, lab, MODULE, check=True, **base(lab, **given))
        assert predicted["changed"]
        assert not [row for row in lab.requests("duo") if row["path"].endswith("/skey")]
        # The journal hides secrets, so that only their place shows.
        tried = [row["body"] for row in lab.requests("ise") if "/testconnection/" in row["path"]]
        assert tried and not any(tried)


def test_the_step(run: Run, lab: Lab) -> None:
    done = step(run, lab, MODULE, base(lab, **BY_NAME))
    assert said(done.check) == ("changed", "Would create the Duo connection 'Duo'")
    created = ("changed", "Created the Duo connection 'Duo'; Duo accepts its keys")
    assert said(done.real) == created
    verified = "The Duo connection 'Duo' is as declared; Duo accepts its keys"
    assert said(run.ok(MODULE, **base(lab, **BY_NAME))) == ("verified", verified)
    untested = run.ok(MODULE, **base(lab, update_secrets="never", **BY_NAME))
    assert said(untested) == ("ok", "The Duo connection 'Duo' is as declared")


@pytest.mark.parametrize(
    ("declared", "shown"),
    [("For administrators\n", "For administrators"), ("R&D <test>", "R&amp;D &lt;test&gt;"), ("a\nb", "a\r\nb")],
)
def test_a_description_that_ise_changes_in_form_only_is_as_declared(
    run: Run, lab: Lab, declared: str, shown: str
) -> None:
    run.ok(MODULE, **base(lab, **BY_NAME, description=shown))
    assert not quietly(run, lab, MODULE, **base(lab, **BY_NAME, description=declared))["changed"]


def test_a_description_that_ise_stores_otherwise_is_written_once(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    join_ise_and_duo(lab)
    reading = Ise.get_connection

    def shouted(ise: Ise, name: str) -> dict[str, Any]:
        found = reading(ise, name) or {}
        return {**found, "description": str(found.get("description")).upper()}

    monkeypatch.setattr(Ise, "get_connection", shouted)
    keys = {"admin_api": {"application": ADMIN_APP}, "auth_api": {"application": AUTH_APP}}
    wanted: Options = {"connection_name": CONNECTION, **keys, "description": "For all administrators"}
    assert run.fails(MODULE, **wanted)["error"]["kind"] == "not_confirmed"
    for check in (True, False):
        result = quietly(run, lab, MODULE, check=check, **wanted)
        assert not result["changed"] and "this is how the service stores it" in str(result["warnings"])
    assert run.ok(MODULE, check=True, **{**wanted, "description": "For some"})["changed"]


@pytest.mark.parametrize(
    ("altered", "sent"),
    [({"type": ""}, None), ({"type": None}, None), ({"type": "VPN,FUTURE"}, "VPN,FUTURE"), ({"type": "x"}, "X")],
)
def test_types_that_are_not_shown_are_not_written_and_those_that_are_not_known_stay(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, altered: dict[str, Any], sent: str | None
) -> None:
    join_ise_and_duo(lab)
    reading, bodies = Ise.get_connection, []
    monkeypatch.setattr(Ise, "get_connection", lambda ise, name: {**(reading(ise, name) or {}), **altered})
    monkeypatch.setattr(Ise, "update_connection", lambda _ise, body: bodies.append(body))
    keys = {"admin_api": {"application": ADMIN_APP}, "auth_api": {"application": AUTH_APP}}
    wanted: Options = {"connection_name": CONNECTION, **keys, "description": "Changed"}
    failed = run.fails(MODULE, **wanted)
    assert [body["type"] for body in bodies] == ([sent] if sent else [])
    assert sent or "ISE does not show its types" in failed["msg"]
    assert run.ok(MODULE, check=True, **wanted, types=["vpn"])["changed"]


def test_a_sync_that_is_shown_in_the_list_only_is_not_lost(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    join_ise_and_duo(lab)
    reading = Ise._get_by_name

    def altered(ise: Ise, *which: Any) -> dict[str, Any]:
        return {key: value for key, value in (reading(ise, *which) or {}).items() if key != "identitySync"}

    monkeypatch.setattr(Ise, "_get_by_name", altered)
    keys = {"admin_api": {"application": ADMIN_APP}, "auth_api": {"application": AUTH_APP}}
    wanted: Options = {"connection_name": CONNECTION, **keys, "description": "Changed"}
    assert run.ok(MODULE, **wanted)["connection"]["identity_sync"] == SYNC == stored(lab, CONNECTION)["identity_sync"]
    assert not quietly(run, lab, MODULE, **wanted, identity_sync=SYNC)["changed"]


@pytest.mark.parametrize(
    ("altered", "hidden"),
    [
        ({"type": None}, "types"),
        ({"accountConfigurations": None}, "api_host, admin_api, auth_api"),
        ({"accountConfigurations": {"apiHostName": "", "adminApi": {"ikey": "********"}}}, "api_host, admin_api"),
    ],
    ids=["type", "account", "masked"],
)
def test_what_ise_does_not_show_is_not_written_at_every_run(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, altered: dict[str, Any], hidden: str
) -> None:
    options = base(lab, **BY_NAME)
    run.ok(MODULE, **options)
    before, reading = stored(lab), Ise.get_connection
    monkeypatch.setattr(Ise, "get_connection", lambda ise, name: {**(reading(ise, name) or {}), **altered})
    again = quietly(run, lab, MODULE, **options)
    assert not again["changed"] and f"ISE does not show {hidden}" in again["warnings"][0]
    # A write sets what is declared all the same.
    assert run.ok(MODULE, **{**options, "description": "Changed"})["changed"]
    assert stored(lab) == {**before, "description": "Changed"}


def test_types_that_are_shown_in_the_list_only(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    options = base(lab, **BY_NAME)
    run.ok(MODULE, **options)
    reading = Ise._get_by_name

    def altered(ise: Ise, *which: Any) -> dict[str, Any]:
        return {key: value for key, value in (reading(ise, *which) or {}).items() if key != "type"}

    monkeypatch.setattr(Ise, "_get_by_name", altered)
    again = quietly(run, lab, MODULE, **options)
    assert not again["changed"] and not again.get("warnings")


def test_white_space_around_names_is_dropped(run: Run, lab: Lab) -> None:
    options = {**base(lab, **BY_NAME), "connection_name": " Duo\n", "identity_sync": f"{SYNC}\n"}
    step(run, lab, MODULE, options)
    assert list(lab.state("ise", "connections")) == ["Duo"]


@pytest.mark.parametrize("code", [400, 409, 500])
def test_a_connection_that_somebody_else_creates_meanwhile(
    run: Run, lab: Lab, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.switch(**{"ise.duplicate_name": code})
    create = Ise.create_connection

    def too_late(self: Ise, connection: dict[str, Any]) -> None:
        create(self, {**connection, "description": "of the other one"})
        create(self, connection)

    monkeypatch.setattr(Ise, "create_connection", too_late)
    result = run.ok(MODULE, **base(lab, **BY_NAME, description="mine"))
    assert "at the same time" in result["warnings"][0] and stored(lab)["description"] == "mine"
    assert result["diff"]["before"]["description"] == "of the other one"
