# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``safe_integration``: saved once, remembered, tested and synced, in every variant of what SAFE leaves open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.utils.display import Display
from lab import Lab
from lab.person import Person

from .harness import BOTH_WAYS, OMIT, Options, Result, Run, matrix, quietly, writes

MODULE = "safe_integration"
APP, ADDRESS = "SAFE", "203.0.113.50"
FIELDS = {
    "inventedApiUrl": "api_url",
    "inventedIntegrationKey": "integration_key",
    "inventedSecretKey": "secret_key",
    "inventedAssetName": "asset_name",
}
NO_CREDENTIAL = {"safe_api_username": OMIT, "safe_api_password": OMIT}


@pytest.fixture
def options(lab: Lab, tmp_path: Path) -> Options:
    """An application as SAFE needs it, and everything that connects SAFE to it."""
    flags = {"adminapi_info": 1, "adminapi_settings": 1}
    lab.patch("duo", "add_application", name=APP, type="adminapi", flags=flags, networks_for_api_access=ADDRESS)
    lab.clear_requests()
    return {
        "registry_path": str(tmp_path / "safe.json"),
        "product": "Duo Security",
        "application": APP,
        "config_from_duo": FIELDS,
        "asset_name": "Duo production",
        "wait_interval": 1,
        "wait_timeout": 20,
    }


def held(lab: Lab) -> list[dict[str, Any]]:
    return list(lab.state("safe", "integrations"))


def key_of(lab: Lab) -> dict[str, Any]:
    return next(app for app in lab.state("duo", "applications") if app["name"] == APP)


def asked(lab: Lab) -> list[str]:
    return [f"{row['method']} {row['path'].removeprefix('/api/v3')}" for row in lab.requests("safe")]


def records(options: Options) -> dict[str, Any]:
    return dict(json.loads(Path(options["registry_path"]).read_text())["records"])


def remembered(options: Options) -> dict[str, Any]:
    (record,) = records(options).values()
    return dict(record)


def saved(run: Run, options: Options, **more: Any) -> Result:
    return run.ok(MODULE, **{**options, **more})


def test_matrix(run: Run, lab: Lab, options: Options) -> None:
    delete = {name: options[name] for name in ("registry_path", "product")}
    steps = matrix(
        run,
        lab,
        MODULE,
        options,
        {"asset_name": "Duo of Berlin"},
        delete={**delete, "state": "absent"},
        unpredictable=("integration_id",),
        again=BOTH_WAYS,
    )
    assert steps.create and steps.change
    made = steps.create.real
    assert (made["verification"], made["sync_outcome"]) == ("passed", "succeeded")
    assert made["history"][0]["outcome"] == "succeeded" and made["step"]["status"] == "changed"
    assert steps.change.real["diff"]["after"]["config"]["inventedAssetName"] == "Duo of Berlin"
    assert held(lab) == [] and "records" in json.loads(Path(options["registry_path"]).read_text())


def test_what_safe_holds_afterwards(run: Run, lab: Lab, options: Options) -> None:
    result = saved(run, options)
    (item,) = held(lab)
    app = key_of(lab)
    assert item["config"] == {
        "inventedApiUrl": f"https://{lab.duo.api_host}",
        "inventedIntegrationKey": app["integration_key"],
        "inventedSecretKey": app["secret_key"],
        "inventedAssetName": "Duo production",
    }
    assert result["integration"]["integration_id"] == item["id"]
    assert [run_["result"] for run_ in item["runs"]] == ["success"]


def test_the_order_of_the_calls(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options)
    identifier = held(lab)[0]["id"]
    calls = asked(lab)
    assert calls[:5] == [
        "POST /auth",
        "GET /integrations/products",
        "GET /integrations/products/prd-invented-03",
        "GET /integrations",
        "POST /integrations/test",
    ]
    assert calls.index("POST /integrations/test") < calls.index("POST /integrations")
    assert calls.index("POST /integrations") < calls.index(f"POST /integrations/{identifier}")
    assert lab.state("safe", "counters")["tokens"] == 1


def test_a_second_run_tests_and_writes_nothing(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options)
    again = quietly(run, lab, MODULE, **options)
    assert not again["changed"] and again["step"]["status"] == "verified"
    assert "its connection test succeeded and its latest sync succeeded" in again["step"]["detail"]
    assert len(lab.requests("safe")) == 6


def test_check_mode_sends_no_secret(run: Run, lab: Lab, options: Options) -> None:
    predicted = quietly(run, lab, MODULE, check=True, **options)
    assert predicted["changed"] and predicted["verification"] == "not_tested"
    assert "POST /integrations/test" not in asked(lab)
    assert not Path(options["registry_path"]).exists()


def test_check_mode_before_the_application_exists(run: Run, lab: Lab, options: Options) -> None:
    lab.patch("duo", "delete_application", name=APP)
    predicted = quietly(run, lab, MODULE, check=True, **options)
    assert predicted["changed"] and "does not exist in Duo yet" in str(predicted["warnings"])
    assert "'SAFE'" in run.fails(MODULE, **options)["msg"]


# Secrets


def test_a_secret_that_was_rotated_is_written_again(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options)
    lab.patch("duo", "rotate_secret", name=APP)
    predicted = quietly(run, lab, MODULE, check=True, **options)
    repaired = saved(run, options)
    assert predicted["diff"] == repaired["diff"] and repaired["diff"]["after"]["secrets"] == "rewritten"
    assert held(lab)[0]["config"]["inventedSecretKey"] == key_of(lab)["secret_key"]
    assert not quietly(run, lab, MODULE, **options)["changed"]


def test_the_registry_holds_no_secret_and_can_be_read(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options)
    text = Path(options["registry_path"]).read_text()
    assert not [secret for secret in lab.secrets() if secret in text]
    assert remembered(options)["config"]["inventedAssetName"] == "Duo production"
    assert remembered(options)["integration_id"] == held(lab)[0]["id"]


def test_a_secret_field_in_the_plain_config_is_refused_without_being_repeated(
    run: Run, lab: Lab, options: Options
) -> None:
    plain = {"config": {"inventedSecretKey": key_of(lab)["secret_key"]}, "config_from_duo": OMIT}
    failed = run.fails(MODULE, **{**options, **plain})
    assert "inventedSecretKey" in failed["msg"] and "secret_config" in failed["msg"]
    assert writes(lab) == []


def test_given_values_in_place_of_duos(run: Run, lab: Lab, options: Options) -> None:
    app = key_of(lab)
    plain = {"inventedApiUrl": f"https://{lab.duo.api_host}", "inventedIntegrationKey": app["integration_key"]}
    given = {"config": plain, "secret_config": {"inventedSecretKey": app["secret_key"]}, "config_from_duo": OMIT}
    assert saved(run, options, **given)["verification"] == "passed"
    assert lab.requests("duo") == []
    # The end of the line in a block of YAML is no part of a secret.
    secret = {"inventedSecretKey": f"{app['secret_key']}\n"}
    assert not quietly(run, lab, MODULE, **{**options, **given, "secret_config": secret})["changed"]


@pytest.mark.parametrize("empty", [None, "", " \n"])
def test_an_empty_secret_is_not_given(run: Run, lab: Lab, options: Options, empty: str | None) -> None:
    sources = {field: source for field, source in FIELDS.items() if source != "secret_key"}
    given = {"config_from_duo": sources, "secret_config": {"inventedSecretKey": empty}, "test": False}
    assert "requires 'inventedSecretKey'" in run.fails(MODULE, **{**options, **given})["msg"] and not writes(lab)


def test_an_empty_field_is_not_given(run: Run, lab: Lab, options: Options) -> None:
    sources = {field: source for field, source in FIELDS.items() if source != "asset_name"}
    saved(run, {**options, "config_from_duo": sources, "config": {"inventedAssetName": None}})
    assert "inventedAssetName" not in held(lab)[0]["config"]


def test_an_option_that_no_field_uses_is_warned_of_once(run: Run, lab: Lab, options: Options) -> None:
    def warned(**more: Any) -> list[str]:
        given = run.ok(MODULE, **{**options, **more}).get("warnings", [])
        return [warning.split()[0] for warning in given if "has no effect" in warning]

    assert warned(sync_frequency="Daily") == ["sync_frequency"]
    used = {**FIELDS, "inventedFrequency": "sync_frequency"}
    assert warned(sync_frequency="Daily", config_from_duo=used) == []
    assert held(lab)[0]["config"]["inventedFrequency"] == "Daily"
    sources = {field: source for field, source in FIELDS.items() if source != "asset_name"}
    assert warned(config_from_duo=sources, check=True) == ["asset_name"]
    assert warned(**NO_CREDENTIAL, sync_frequency="Daily") == []


@pytest.mark.parametrize("odd", [True, ["x"], {"a": "canary-of-a-secret"}])
def test_a_secret_that_is_no_text_is_refused(run: Run, lab: Lab, options: Options, odd: Any) -> None:
    failed = run.fails(MODULE, **{**options, "secret_config": {"inventedAssetName": odd}})
    assert "secret_config.inventedAssetName" in failed["msg"] and "canary" not in str(failed) and not writes(lab)


def test_a_secret_in_the_plain_config_does_not_reach_the_registry(run: Run, lab: Lab, options: Options) -> None:
    """Where the metadata does not say which fields are secret."""
    lab.switch(**{"safe.product_metadata": "opaque"})
    plain = {"config": {"inventedSecretKey": key_of(lab)["secret_key"]}, "config_from_duo": OMIT}
    failed = run.fails(MODULE, **{**options, **plain, "known_fields": list(FIELDS)})
    assert "inventedSecretKey" in failed["msg"] and "secret_config" in failed["msg"] and not writes(lab)
    assert not Path(options["registry_path"]).exists()


@pytest.mark.parametrize("place", ["body", "config"])
@pytest.mark.parametrize(
    "form",
    ["{}", "Bearer {}", ["{}"], {"inner": [{"key": "{}"}]}, {"{}": "as a name"}],
    ids=["whole", "part", "list", "nested", "name"],
)
def test_a_secret_at_any_depth_of_what_is_remembered_is_refused(
    run: Run, lab: Lab, options: Options, place: str, form: Any
) -> None:
    lab.switch(**{"safe.product_metadata": "opaque"})
    for secret in (key_of(lab)["secret_key"], lab.safe.api_password):
        value = json.loads(json.dumps(form).replace("{}", secret))
        given = {"known_fields": [*FIELDS, "ownField"], place: {"ownField": value}}
        for check in (True, False):
            failed = run.fails(MODULE, check=check, **{**options, **given})
            assert f"ownField in {place}" in failed["msg"] and "secret_config" in failed["msg"]
            assert secret not in str(failed) and not writes(lab) and not Path(options["registry_path"]).exists()


# Metadata


@pytest.mark.parametrize("shape", ["list", "schema", "map"])
def test_fields_are_checked_in_every_form_of_metadata(run: Run, lab: Lab, options: Options, shape: str) -> None:
    lab.switch(**{"safe.product_metadata": shape})
    wrong = {"config_from_duo": {**FIELDS, "inventedApiURL": "api_url"}}
    failed = run.fails(MODULE, **{**options, **wrong})
    assert "'inventedApiURL'" in failed["msg"] and "'inventedApiUrl'" in failed["msg"]
    assert writes(lab) == [] and "POST /integrations/test" not in asked(lab)
    assert saved(run, options)["changed"]


@pytest.mark.parametrize("shape", ["list", "schema"])
def test_a_required_field_that_is_not_given_is_named(run: Run, lab: Lab, options: Options, shape: str) -> None:
    lab.switch(**{"safe.product_metadata": shape})
    lab.patch("duo", "delete_application", name=APP)
    some = {name: source for name, source in FIELDS.items() if source != "secret_key"}
    failed = run.fails(MODULE, check=True, **{**options, "config_from_duo": some})
    assert "requires 'inventedSecretKey', and it is not given" in failed["msg"], failed["msg"]
    assert "POST /integrations/test" not in asked(lab)


def test_metadata_that_is_not_recognised_proves_nothing(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.product_metadata": "opaque"})
    assert "known_fields" in run.fails(MODULE, **options)["msg"]
    assert writes(lab) == []
    assert saved(run, options, known_fields=list(FIELDS))["changed"]
    assert "no such field" in run.fails(MODULE, **{**options, "known_fields": ["inventedApiUrl"]})["msg"]


@pytest.mark.parametrize(
    ("product", "words"),
    [("Duo", ""), ("prd-invented-03", ""), ("posture", "several fit"), ("Dou Security", "'Duo Security'")],
)
def test_the_product_is_found_or_named(run: Run, lab: Lab, options: Options, product: str, words: str) -> None:
    wanted = {**options, "product": product}
    if not words:
        assert run.ok(MODULE, **wanted)["changed"]
    else:
        assert words in run.fails(MODULE, **wanted)["msg"] and writes(lab) == []


@pytest.mark.parametrize("shape", ["page", "list", "data"])
def test_lists_in_every_shape(run: Run, lab: Lab, options: Options, shape: str) -> None:
    lab.switch(**{"safe.list_shape": shape, "safe.page_size": 2})
    assert saved(run, options)["sync_outcome"] == "succeeded"
    assert not quietly(run, lab, MODULE, **options)["changed"]


@pytest.mark.parametrize("link", ["own", "relative"])
def test_the_next_page_is_followed_on_this_instance(run: Run, lab: Lab, options: Options, link: str) -> None:
    lab.switch(**{"safe.page_size": 1, "safe.next_link": link})
    assert saved(run, options)["changed"]


@pytest.mark.parametrize(("link", "words"), [("foreign", "not below safe_url"), ("same_page", "leads back")])
def test_the_next_page_is_followed_nowhere_else(run: Run, lab: Lab, options: Options, link: str, words: str) -> None:
    lab.switch(**{"safe.page_size": 1, "safe.next_link": link})
    assert words in run.fails(MODULE, **options)["msg"]


def test_a_full_page_that_is_not_said_to_be_the_last_proves_nothing(run: Run, lab: Lab, options: Options) -> None:
    page = {"pagelen": 1, "values": [{"id": "1", "productId": "another"}]}
    lab.fault("safe", "GET", "/integrations$", kind="status", status=200, body=page, times=None)
    assert run.fails(MODULE, **options)["error"]["kind"] == "incomplete" and writes(lab) == []


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ({"data": {"values": [], "size": 0}, "next": "https://elsewhere.example/"}, "unexpected_answer"),
        ({"data": {"values": []}, "next": "https://elsewhere.example/"}, "unexpected_answer"),
        ({"data": [], "hasMore": True}, "unexpected_answer"),
        ({"data": [], "total": 250}, "incomplete"),
        ({"values": [], "pagination": {"totalItems": 2}}, "incomplete"),
        ({"content": [], "page": {"size": 10, "totalElements": 2}}, "incomplete"),
        ({"values": [], "count": 2}, "unexpected_answer"),
        ({"values": [], "page": 1, "totalPages": 2}, "unexpected_answer"),
        ({"data": {"integrations": []}, "pageInfo": {"hasNextPage": True}}, "unexpected_answer"),
        ({"results": [], "nextPage": 2}, "unexpected_answer"),
        ({"results": [], "next_cursor": "b3Blbg"}, "unexpected_answer"),
        ({"content": [], "last": False}, "unexpected_answer"),
    ],
)
def test_a_list_that_goes_on_is_not_taken_for_whole(
    run: Run, lab: Lab, options: Options, page: dict[str, Any], kind: str
) -> None:
    lab.fault("safe", "GET", "/integrations$", kind="status", status=200, body=page, times=None)
    assert run.fails(MODULE, **options)["error"]["kind"] == kind and writes(lab) == []


@pytest.mark.parametrize("following", [{"next": "?page=2"}, {"_links": {"next": {"href": "?page=2"}}}])
def test_a_link_in_another_form_is_followed(run: Run, lab: Lab, options: Options, following: dict[str, Any]) -> None:
    pages = ({"values": [{"id": "1", "type": "x"}], **following}, {"values": [{"id": "another"}]})
    # Without a total, the list is read twice.
    for page in pages * 2:
        lab.fault("safe", "GET", "/integrations$", kind="status", status=200, body=page, times=1)
    assert "another" in run.fails(MODULE, **options)["msg"] and writes(lab) == []


def test_runs_that_share_an_id(run: Run, lab: Lab, options: Options) -> None:
    """Such as that of their integration. On one page that is no sign of a change meanwhile."""
    saved(run, options, sync=False)
    rows = [{"id": "1", "status": "Completed", "startedAt": f"2026-11-0{day}T00:00:00Z"} for day in (1, 2)]
    page = {"values": rows, "size": 2}
    lab.fault("safe", "GET", "/history", kind="status", status=200, body=page, times=None)
    assert len(saved(run, options)["history"]) == 2


# The connection test


@pytest.mark.parametrize(("answer", "found"), [("success", "passed"), ("status", "passed"), ("bare", "not_stated")])
def test_what_safe_says_of_a_good_connection(run: Run, lab: Lab, options: Options, answer: str, found: str) -> None:
    lab.switch(**{"safe.test_answer": answer})
    assert saved(run, options)["verification"] == found


@pytest.mark.parametrize("answer", ["success_false", "status_error", "nested", 400, 500])
def test_a_connection_that_fails_is_not_saved(run: Run, lab: Lab, options: Options, answer: str | int) -> None:
    lab.switch(**{"safe.test_refusal": answer})
    lab.patch("duo", "set_application", name=APP, networks_for_api_access="192.0.2.1")
    failed = run.fails(MODULE, **options)
    assert "Access from this network is not permitted" in failed["msg"] and "outgoing address" in failed["msg"]
    assert held(lab) == [] and writes(lab) == []


@pytest.mark.parametrize("said", [{"success": "false"}, {"success": 0}, {"status": 400}, {"error": "No quota"}])
def test_a_change_that_safe_refuses_with_a_status_of_success_is_none(
    run: Run, lab: Lab, options: Options, said: dict[str, Any]
) -> None:
    saved(run, options, sync=False)
    changed = {**options, "asset_name": "Another", "sync": False}
    lab.fault("safe", "PATCH", "integrations", kind="status", status=200, body={**said, "message": "No quota"})
    assert "No quota" in run.fails(MODULE, **changed)["msg"]
    assert run.ok(MODULE, **changed)["changed"] and held(lab)[0]["config"]["inventedAssetName"] == "Another"


def test_a_connection_that_no_longer_works_is_noticed(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options)
    lab.patch("duo", "set_flag", name=APP, flag="adminapi_settings", value=0)
    assert "Missing permission" in run.fails(MODULE, **options)["msg"]
    assert quietly(run, lab, MODULE, **{**options, "test": False})["verification"] == "not_tested"


# Identity


@pytest.mark.parametrize("where", ["id", "integrationId", "data_id"])
@pytest.mark.parametrize("status", [200, 201])
def test_the_id_in_every_form_of_answer(run: Run, lab: Lab, options: Options, where: str, status: int) -> None:
    lab.switch(**{"safe.save_answer": where, "safe.create_status": status})
    assert saved(run, options)["integration"]["integration_id"] == held(lab)[0]["id"]


def test_an_id_that_is_not_returned_is_found_in_the_list(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.save_answer": "none", "safe.list_integrations": "listed"})
    assert saved(run, options)["integration"]["integration_id"] == held(lab)[0]["id"]


def test_an_id_that_is_lost_stops_the_next_run(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.save_answer": "none"})
    assert "there may be two" in run.fails(MODULE, **options)["msg"]
    lab.switch(**{"safe.save_answer": "data_id"})
    lab.clear_requests()
    failed = run.fails(MODULE, **options)
    assert "did not learn its ID" in failed["msg"] and writes(lab) == [] and len(held(lab)) == 1
    found = saved(run, options, integration_id=held(lab)[0]["id"])
    assert len(held(lab)) == 1 and found["sync_outcome"] == "succeeded"


def test_an_id_that_is_lost_is_not_gone(run: Run, lab: Lab, options: Options) -> None:
    """The role would delete the application that the integration may use."""
    lab.switch(**{"safe.save_answer": "none"})
    run.fails(MODULE, **options)
    gone = {"registry_path": options["registry_path"], "product": "Duo Security", "state": "absent"}
    for check in (True, False):
        assert "did not learn its ID" in run.fails(MODULE, check=check, **gone)["msg"]
    found = run.ok(MODULE, **gone, integration_id=held(lab)[0]["id"])
    assert found["changed"] and held(lab) == [] and records(options) == {}


@pytest.mark.parametrize("listing", ["listed", 404, 405, 403])
def test_a_lost_answer_is_no_reason_to_save_twice(run: Run, lab: Lab, options: Options, listing: str | int) -> None:
    lab.switch(**{"safe.list_integrations": listing})
    lab.fault("safe", "POST", "integrations$", kind="drop_after")
    result = run(MODULE, **options)
    assert len(held(lab)) == 1
    if listing == "listed":
        assert result["integration"]["integration_id"] == held(lab)[0]["id"]
    else:
        assert result["failed"] and "there may be two" in result["msg"]
        assert run.fails(MODULE, **options)["error"]["kind"] == "invalid_input" and len(held(lab)) == 1


@pytest.mark.parametrize("listing", ["listed", 404])
def test_a_fault_of_safe_while_it_saves(run: Run, lab: Lab, options: Options, listing: str | int) -> None:
    """It may have saved it, unless its list shows that it has not."""
    lab.switch(**{"safe.list_integrations": listing})
    lab.fault("safe", "POST", "integrations$", kind="status", status=500)
    failed = run.fails(MODULE, **options)
    if listing == "listed":
        assert failed["error"]["kind"] == "server_trouble" and saved(run, options)["changed"]
    else:
        assert "there may be two" in failed["msg"] and "did not learn its ID" in run.fails(MODULE, **options)["msg"]


def test_a_refused_creation_leaves_nothing_behind(run: Run, lab: Lab, options: Options) -> None:
    assert "Unknown members" in run.fails(MODULE, **options, body={"nonsense": 1})["msg"]
    assert saved(run, options)["changed"]


def test_another_integration_of_the_product_is_explained(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.list_integrations": "listed"})
    other = lab.patch("safe", "add_integration")
    failed = run.fails(MODULE, **options)
    assert other in failed["msg"] and "allow_another" in failed["msg"] and len(held(lab)) == 1
    assert saved(run, options, allow_another=True)["changed"] and len(held(lab)) == 2


def test_another_one_that_is_saved_at_the_same_time_is_said(run: Run, lab: Lab, options: Options) -> None:
    """Two pipelines have both looked before either of them has saved."""
    lab.switch(**{"safe.list_integrations": "listed"})
    other = lab.patch("safe", "add_integration")
    empty = {"values": [], "size": 0}
    lab.fault("safe", "GET", "/integrations$", kind="status", status=200, body=empty, times=2)
    (warning,) = saved(run, options)["warnings"]
    assert other in warning and "delete one of them" in warning and len(held(lab)) == 2
    assert "warnings" not in saved(run, options)


@pytest.mark.parametrize(
    "kind",
    [
        {"type": "invented-identity", "subtype": None},
        {"type": "INVENTED-identity ", "subtype": ""},
        {"type": None, "subtype": "invented-duo"},
        {"name": "Duo"},
        {"type": {"name": "invented-identity"}},
    ],
)
def test_another_integration_whose_kind_is_not_shown_may_be_one_of_the_product(
    run: Run, lab: Lab, options: Options, kind: dict[str, Any]
) -> None:
    lab.switch(**{"safe.list_integrations": "listed"})
    other = lab.patch("safe", "add_integration")
    page = {"values": [{"id": other, **kind}], "size": 1}
    lab.fault("safe", "GET", "/integrations$", kind="status", status=200, body=page, times=None)
    assert other in run.fails(MODULE, **options)["msg"] and len(held(lab)) == 1


def test_without_a_list_a_warning_says_what_cannot_be_seen(run: Run, options: Options) -> None:
    assert "does not list its integrations" in str(saved(run, options)["warnings"])


@pytest.mark.parametrize("missing", [400, 404])
def test_one_that_was_deleted_is_saved_again(run: Run, lab: Lab, options: Options, missing: int) -> None:
    lab.switch(**{"safe.not_found": missing})
    saved(run, options)
    lab.patch("safe", "delete_integration", id=held(lab)[0]["id"])
    assert saved(run, options)["changed"] and len(held(lab)) == 1
    lab.patch("safe", "delete_integration", id=held(lab)[0]["id"])
    gone = quietly(run, lab, MODULE, registry_path=options["registry_path"], product="Duo Security", state="absent")
    assert not gone["changed"] and json.loads(Path(options["registry_path"]).read_text())["records"] == {}


@pytest.mark.parametrize("shown_by", ["read_integration", "list_integrations"])
def test_one_that_is_shown_is_there_whatever_became_of_its_history(
    run: Run, lab: Lab, options: Options, shown_by: str
) -> None:
    saved(run, options)
    lab.switch(**{f"safe.{shown_by}": {"read_integration": "masked", "list_integrations": "listed"}[shown_by]})
    lab.fault("safe", "GET", "/history", kind="status", status=404, body={"message": "History not found"}, times=None)
    assert saved(run, options, sync=False)["step"]["status"] == "verified" and len(held(lab)) == 1
    delete = {"registry_path": options["registry_path"], "product": "Duo Security", "state": "absent"}
    assert run.ok(MODULE, **delete)["changed"] and held(lab) == []


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize(
    "of", [{"duo_account_id": "DA0123456789ABCDEFGH"}, {"duo_api_host": "api-other.duosecurity.com"}]
)
def test_the_integration_of_another_account_is_not_taken_over(
    run: Run, lab: Lab, options: Options, state: str, of: dict[str, str]
) -> None:
    """Such as where the hosts of an inventory share a registry."""
    saved(run, options, sync=False)
    other = {**options, "application": OMIT, "config_from_duo": {"inventedApiUrl": "api_url"}, "state": state, **of}
    other["config"] = {"inventedIntegrationKey": "DIOTHER0000000000000"}
    other["secret_config"] = {"inventedSecretKey": "another"}
    failed = run.fails(MODULE, **other, test=False, sync=False)
    assert "Give each Duo account a registry or a name" in failed["msg"] and len(held(lab)) == 1
    assert held(lab)[0]["config"]["inventedAssetName"] == "Duo production"
    saved(run, options, sync=False)


@pytest.mark.parametrize("missing", ["safe_api_username", "safe_api_password"])
def test_half_a_credential_is_no_reason_for_a_hand_off(run: Run, options: Options, missing: str) -> None:
    assert f"{missing} is not given" in run.fails(MODULE, **{**options, missing: OMIT})["msg"]


def test_without_a_registry_nothing_is_said_to_be_gone(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options, sync=False)
    Path(options["registry_path"]).unlink()
    gone = {"registry_path": options["registry_path"], "product": "Duo Security", "state": "absent"}
    result = quietly(run, lab, MODULE, **gone)
    assert result["step"]["status"] == "not_verifiable" and "delete it in SAFE" in result["warnings"][0]


def test_an_id_of_none_is_explained(run: Run, options: Options) -> None:
    assert "no integration with the ID" in run.fails(MODULE, **options, integration_id="5f0c9c5e")["msg"]


@pytest.mark.parametrize("identifier", [".", ".."])
def test_an_id_that_leads_to_another_path(run: Run, lab: Lab, options: Options, identifier: str) -> None:
    by_id = {**options, "registry_path": OMIT, "integration_id": identifier, "state": "absent"}
    assert run.fails(MODULE, **by_id)["error"]["kind"] == "invalid_input"
    assert asked(lab) == []


def test_identity_is_required(run: Run, options: Options) -> None:
    assert "registry_path" in run.fails(MODULE, **{**options, "registry_path": OMIT})["msg"]


def test_by_id_alone_nothing_can_be_compared(run: Run, lab: Lab, options: Options) -> None:
    identifier = saved(run, options)["integration"]["integration_id"]
    by_id = {**options, "registry_path": OMIT, "integration_id": identifier, "asset_name": "Another"}
    assert not quietly(run, lab, MODULE, **by_id)["changed"]
    assert run.ok(MODULE, **by_id, update_config="always")["changed"]
    assert held(lab)[0]["config"]["inventedAssetName"] == "Another"


@pytest.mark.parametrize("missing", [400, 404])
def test_one_without_a_history_is_not_taken_for_gone(run: Run, lab: Lab, options: Options, missing: int) -> None:
    """SAFE may show no history of an integration that never ran."""
    lab.switch(**{"safe.history_before_the_first_run": "not_found", "safe.not_found": missing})
    made = saved(run, options, sync=False)["integration"]["integration_id"]
    by_id = {"integration_id": made, "product": "Duo Security", "state": "absent"}
    assert run.ok(MODULE, check=True, **by_id)["changed"] and len(held(lab)) == 1
    assert run.ok(MODULE, **by_id)["changed"] and held(lab) == []
    again = run.ok(MODULE, **by_id)
    assert not again["changed"] and again["step"]["status"] == "ok" and not any(again["diff"].values())


@pytest.mark.parametrize("status", [200, 204])
def test_a_deletion_is_answered_with_any_success(run: Run, lab: Lab, options: Options, status: int) -> None:
    lab.switch(**{"safe.delete_status": status})
    run.ok(MODULE, **options)
    assert run.ok(MODULE, **{**options, "state": "absent"})["changed"]
    assert lab.state("safe", "integrations") == []


@pytest.mark.parametrize("form", ["masked", "plain", "without_config", 404, 405, 403])
def test_an_integration_that_can_or_cannot_be_read(run: Run, lab: Lab, options: Options, form: str | int) -> None:
    lab.switch(**{"safe.read_integration": form})
    saved(run, options)
    assert not quietly(run, lab, MODULE, **options)["changed"]
    assert saved(run, options, asset_name="Another")["changed"]
    assert held(lab)[0]["config"]["inventedAssetName"] == "Another"
    # The harness looks for the secret that SAFE may show.
    assert run.ok(MODULE, registry_path=options["registry_path"], product="Duo Security", state="absent")["changed"]


@pytest.mark.parametrize(
    "shown",
    [
        {"inventedAssetName": ...},
        {"inventedIntegrationKey": "******"},
        {"inventedIntegrationKey": "DI\u2022\u2022\u2022\u2022"},
        {"inventedApiUrl": "slash"},
    ],
)
def test_a_config_that_safe_shows_in_another_form_is_not_written_again(
    run: Run, lab: Lab, options: Options, shown: dict[str, Any]
) -> None:
    saved(run, options)
    (item,) = held(lab)
    config = {**item["config"], **shown, "inventedSecretKey": "******"}
    if "inventedApiUrl" in shown:
        config["inventedApiUrl"] = item["config"]["inventedApiUrl"] + "/"
    body = {"id": item["id"], "config": {name: value for name, value in config.items() if value is not ...}}
    lab.fault("safe", "GET", f"/{item['id']}$", kind="status", status=200, body=body, times=None)
    assert not quietly(run, lab, MODULE, **options)["changed"]
    by_id = {**options, "registry_path": OMIT, "integration_id": item["id"]}
    assert not quietly(run, lab, MODULE, **by_id)["changed"]


def test_a_config_that_safe_stores_in_another_form_is_written_once(run: Run, lab: Lab, options: Options) -> None:
    saved(run, options)
    (item,) = held(lab)
    body = {"id": item["id"], "config": {**item["config"], "inventedAssetName": "DUO"}}
    lab.fault("safe", "GET", f"/{item['id']}$", kind="status", status=200, body=body, times=None)
    assert run.fails(MODULE, **options, sync=False)["error"]["kind"] == "not_confirmed"
    again = quietly(run, lab, MODULE, **options)
    assert not again["changed"] and "how the service stores it" in again["warnings"][0]


def test_a_registry_that_cannot_be_read_is_not_an_empty_one(run: Run, lab: Lab, options: Options) -> None:
    Path(options["registry_path"]).write_text("{")
    assert "registry" in run.fails(MODULE, **options)["msg"] and held(lab) == []


@pytest.mark.parametrize("change", [{"config": ["x"]}, {"integration_id": 7}])
def test_a_record_that_a_person_got_wrong(run: Run, lab: Lab, options: Options, change: dict[str, Any]) -> None:
    saved(run, options, sync=False)
    text = {"records": {name: {**remembered(options), **change} for name in records(options)}}
    Path(options["registry_path"]).write_text(json.dumps(text))
    assert next(iter(change)) in run.fails(MODULE, **options)["msg"] and len(held(lab)) == 1


@pytest.mark.parametrize("digest", ["é$ab", "ab$é"])
def test_a_digest_that_a_person_got_wrong_fits_no_secret(run: Run, lab: Lab, options: Options, digest: str) -> None:
    saved(run, options, sync=False)
    text = {"records": {name: {**remembered(options), "secrets": digest} for name in records(options)}}
    Path(options["registry_path"]).write_text(json.dumps(text))
    assert (
        saved(run, options, sync=False)["changed"] and not quietly(run, lab, MODULE, **options, sync=False)["changed"]
    )


# Syncs


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("ids", ["present", "absent"])
@pytest.mark.parametrize("words", ["Completed/Failed/In Progress", "SUCCESS/ERROR/RUNNING"])
def test_a_sync_is_followed_to_its_end(run: Run, lab: Lab, options: Options, order: str, ids: str, words: str) -> None:
    lab.switch(**{"safe.history_order": order, "safe.history_ids": ids, "safe.history_words": words})
    assert saved(run, options)["sync_outcome"] == "succeeded"
    lab.switch(**{"safe.sync_result": "failure"})
    failed = run.fails(MODULE, **{**options, "asset_name": "Another"})
    assert "it failed: Connection refused by Duo" in failed["msg"] and failed["changed"]
    assert len(failed["history"]) == 2


@pytest.mark.parametrize("members", ["state/startTime/endTime", "result/date/finishedAt"])
@pytest.mark.parametrize("status", [200, 204])
def test_a_run_with_other_members(run: Run, lab: Lab, options: Options, members: str, status: int) -> None:
    lab.switch(**{"safe.history_members": members, "safe.sync_status": status, "safe.update_status": status})
    assert saved(run, options)["sync_outcome"] == "succeeded"
    assert saved(run, options, asset_name="Another")["history"][0]["started"]
    assert not quietly(run, lab, MODULE, **{**options, "asset_name": "Another"})["changed"]


@pytest.mark.parametrize("status", [400, 404])
def test_an_integration_without_a_history_is_not_saved_again(run: Run, lab: Lab, options: Options, status: int) -> None:
    """Whether SAFE has a history of what never ran is not published."""
    lab.switch(**{"safe.history_before_the_first_run": "not_found", "safe.not_found": status})
    saved(run, options, sync=False)
    assert not quietly(run, lab, MODULE, **options, sync=False)["changed"]
    assert saved(run, options)["sync_outcome"] == "succeeded" and len(held(lab)) == 1
    assert not quietly(run, lab, MODULE, **options)["changed"]
    # From then on, a history that is not there means that the integration was deleted.
    lab.patch("safe", "delete_integration", id=held(lab)[0]["id"])
    assert saved(run, options, sync=False)["changed"] and len(held(lab)) == 1
    lab.patch("safe", "delete_integration", id=held(lab)[0]["id"])
    failed = run.fails(MODULE, **options)
    assert "remove its record from the registry" in failed["msg"] and held(lab) == []
    gone = {"registry_path": options["registry_path"], "product": "Duo Security", "state": "absent"}
    run.ok(MODULE, **gone)
    assert not quietly(run, lab, MODULE, **gone)["changed"]


@pytest.mark.parametrize("status", [400, 404])
def test_a_web_page_says_nothing_about_an_integration(run: Run, lab: Lab, options: Options, status: int) -> None:
    saved(run, options)
    lab.fault("safe", path="/history$", kind="html", status=status, times=None)
    failed = run.fails(MODULE, **options)
    assert failed["error"]["kind"] == "unexpected_answer" and len(held(lab)) == 1
    assert "a web page titled 'Sign in' came back" in failed["msg"]


@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_web_page_is_no_passed_test(run: Run, lab: Lab, options: Options, status: int) -> None:
    lab.fault("safe", path="/test$", kind="html", status=status, times=None)
    failed = run.fails(MODULE, **options)
    assert "web page" in failed["msg"] and "<html>" not in failed["msg"] and held(lab) == []


def test_a_redirect_of_a_save_is_no_reason_to_save_twice(run: Run, lab: Lab, options: Options) -> None:
    lab.fault("safe", "POST", "integrations$", kind="status", status=303)
    assert "there may be two" in run.fails(MODULE, **options)["msg"]
    assert "did not learn its ID" in run.fails(MODULE, **options)["msg"]


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_start_whose_answer_is_lost_is_looked_for(run: Run, lab: Lab, options: Options, kind: str) -> None:
    lab.fault("safe", "POST", "integrations/[0-9a-f-]+$", kind=kind)
    result = run(MODULE, **options)
    started = lab.state("safe", "counters")["syncs"]
    if kind == "drop_after":
        assert result["sync_outcome"] == "succeeded" and started == 1
    else:
        assert result["error"]["kind"] == "outcome_unknown" and started == 0
        assert saved(run, options)["sync_outcome"] == "succeeded"


def test_what_fails_before_the_save_leaves_nothing_behind(run: Run, lab: Lab, options: Options) -> None:
    """The second look at the list, right before the save."""
    lab.switch(**{"safe.list_integrations": "listed"})
    lab.fault("safe", "GET", "integrations$", kind="html", skip=1)
    run.fails(MODULE, **options)
    assert saved(run, options)["changed"] and len(held(lab)) == 1


def test_a_run_that_is_not_recognised_proves_nothing(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.history_members": "outcome/begin/end"})
    assert "history_words" in run.fails(MODULE, **{**options, "wait_timeout": 1})["msg"]
    left = quietly(run, lab, MODULE, **options)
    assert left["sync_outcome"] == "unknown" and left["step"]["status"] == "pending"


@pytest.mark.parametrize("needed", ["read", "write"])
def test_half_of_the_permission_for_settings(run: Run, lab: Lab, options: Options, needed: str) -> None:
    lab.switch(**{"safe.settings_needed": needed})
    for flag, value in (("adminapi_settings", 0), ("adminapi_settings_read", 1)):
        lab.patch("duo", "set_flag", name=APP, flag=flag, value=value)
    result = run(MODULE, **options)
    if needed == "read":
        assert result["verification"] == "passed"
    else:
        assert "Missing permission" in result["msg"] and held(lab) == []


def test_a_sync_that_failed_is_started_again_by_the_next_run(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.sync_result": "failure"})
    run.fails(MODULE, **options)
    lab.switch(**{"safe.sync_result": "success"})
    again = saved(run, options)
    assert again["changed"] and again["sync_outcome"] == "succeeded" and len(held(lab)) == 1
    assert not quietly(run, lab, MODULE, **options)["changed"]


def test_a_run_that_shows_late_is_waited_for(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.history_delay": 0.5})
    assert saved(run, options)["sync_outcome"] == "succeeded"


def test_a_sync_that_does_not_end(run: Run, lab: Lab, options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(Display, "display", lambda _self, line, **_how: shown.append(line))
    lab.switch(**{"safe.sync_result": "hang"})
    failed = run.fails(MODULE, **{**options, "wait_timeout": 1})
    assert shown == ["sync of SAFE running, 0 s of 1"]
    assert failed["error"]["kind"] == "timed_out" and "In Progress" in failed["msg"]
    going = quietly(run, lab, MODULE, **{**options, "wait_timeout": 0})
    assert going["step"]["status"] == "pending" and going["sync_outcome"] == "running"


def test_words_that_mean_nothing_are_no_success(run: Run, lab: Lab, options: Options) -> None:
    lab.switch(**{"safe.history_words": "odd"})
    failed = run.fails(MODULE, **{**options, "wait_timeout": 1})
    assert "history_words" in failed["msg"] and "alpha" in failed["msg"]
    unknown = quietly(run, lab, MODULE, **options)
    assert unknown["sync_outcome"] == "unknown" and unknown["step"]["status"] == "pending"
    known = quietly(run, lab, MODULE, **options, history_words={"Alpha": "succeeded"})
    assert known["sync_outcome"] == "succeeded"


def test_no_sync_is_started_that_is_not_asked_for(run: Run, lab: Lab, options: Options) -> None:
    assert saved(run, options, sync=False)["sync_outcome"] is None
    assert lab.state("safe", "counters")["syncs"] == 0


@pytest.mark.parametrize(
    ("options_", "words"),
    [
        ({"product": "Vulnerability", "config": {"inventedServer": "a"}}, "set sync to false"),
        ({"sync_action": "start"}, "invented-sync"),
        ({"config_from_duo": {"inventedApiUrl": "api"}}, "api_hostname"),
        ({"application": OMIT}, "application is not given"),
        ({"history_words": {"done": "good"}}, "cannot mean"),
        ({"wait_interval": 0}, "wait_interval"),
    ],
)
def test_mistakes_are_explained_before_anything_is_written(
    run: Run, lab: Lab, options: Options, options_: Options, words: str
) -> None:
    base = {**options, "config_from_duo": OMIT} if "config" in options_ else options
    assert words in run.fails(MODULE, **{**base, **options_})["msg"]
    assert writes(lab) == []


# Signing in


@pytest.mark.parametrize("missing", [404, 405])
def test_the_other_token_call_where_the_first_is_not_there(run: Run, lab: Lab, options: Options, missing: int) -> None:
    lab.switch(**{"safe.token_call": "authenticate", "safe.auth_missing": missing})
    saved(run, options)
    assert asked(lab)[:2] == ["POST /auth", "POST /authenticate"]


@pytest.mark.parametrize("status", [401, 403, 500, 429])
def test_the_other_token_call_is_not_tried_otherwise(
    run: Run, lab: Lab, options: Options, pauses: list[float], status: int
) -> None:
    lab.fault("safe", "POST", "/auth$", kind="status", status=status, times=None)
    run.fails(MODULE, **options)
    assert "POST /authenticate" not in asked(lab)


def test_a_token_that_expires_is_renewed_once(run: Run, lab: Lab, options: Options) -> None:
    lab.fault("safe", path="/products/", kind="status", status=401, times=1)
    assert saved(run, options)["changed"]
    assert lab.state("safe", "counters")["tokens"] == 2


def test_a_token_that_is_never_accepted_ends_the_task(run: Run, lab: Lab, options: Options) -> None:
    lab.fault("safe", path="/products", kind="status", status=401, times=None)
    failed = run.fails(MODULE, **options)
    assert failed["error"]["kind"] == "unauthorized" and lab.state("safe", "counters")["tokens"] <= 2


@pytest.mark.parametrize("shape", ["status", "message", "gateway", "success"])
def test_errors_are_understood_in_all_four_shapes(run: Run, lab: Lab, options: Options, shape: str) -> None:
    lab.switch(**{"safe.error_shape": shape})
    failed = run.fails(MODULE, **options, safe_api_password="wrong-password-0123456789")
    assert "invalid authorization header!" in failed["msg"] and failed["error"]["kind"] == "unauthorized"


@pytest.mark.parametrize(
    "url", ["https://us.safeone.ai/api", "http://us.safeone.ai", "us.safeone.ai", "https://u:secretword@us.safeone.ai"]
)
def test_the_address_is_checked(run: Run, lab: Lab, options: Options, url: str) -> None:
    failed = run.fails(MODULE, **options, safe_url=url)
    assert "safe_url" in failed["msg"] and "secretword" not in str(failed) and lab.requests("safe") == []


# A person


def test_without_a_credential_a_person_does_it(run: Run, lab: Lab, options: Options) -> None:
    result = quietly(run, lab, MODULE, **{**options, **NO_CREDENTIAL}, sync_frequency="Daily")
    assert result["step"]["status"] == "handoff_required" and result["verification"] == "not_verifiable"
    person = Person(lab, {"SAFE Admin"}, {"safe_duo_secret_key": key_of(lab)["secret_key"]})
    person.perform(result["handoff"])
    (item,) = held(lab)
    assert item["config"]["inventedFrequency"] == "Daily" and len(item["runs"]) == 1
    confirmed = run.ok(MODULE, **{**options, **NO_CREDENTIAL}, confirmed=True)
    assert confirmed["handoff"] == [] and confirmed["verification"] == "confirmed"
    assert "warnings" not in confirmed
    by_word = run.ok(MODULE, state="absent", **NO_CREDENTIAL, confirmed=True)
    assert by_word["handoff"] == [] and "SAFE still has it" in by_word["warnings"][0]
    leaving = run.ok(MODULE, state="absent", **NO_CREDENTIAL)
    person.perform(leaving["handoff"])
    assert held(lab) == []


def test_a_hand_off_before_the_application_exists(run: Run, lab: Lab, options: Options) -> None:
    lab.patch("duo", "delete_application", name=APP)
    result = run.ok(MODULE, check=True, **{**options, **NO_CREDENTIAL})
    (field,) = [field for field in result["handoff"][0]["fields"] if field["label"] == "Integration Key"]
    assert "value" not in field
