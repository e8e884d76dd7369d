# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A webhook that cannot be listed: its ID is kept, a change leaves no gap and no leftover, a lost ID is explained."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from lab import Lab
from lab.listener import Listener

from .harness import OMIT, Result, Run, matrix, quietly, writes

MODULE = "cii_webhook"
KEY = "Bearer token-of-the-receiver"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "webhooks.json"


@pytest.fixture
def wanted(path: Path) -> dict[str, Any]:
    return {
        "registry_path": str(path),
        "name": "SOC",
        "endpoint": "https://events.corp.example/",
        "checks": ["no-mfa", "inactive-users"],
        "api_key_name": "Authorization",
        "api_key": KEY,
    }


def held(lab: Lab) -> list[dict[str, Any]]:
    """The webhooks of the tenant."""
    return list(lab.state("cii", "webhooks"))


def record(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text())["records"]["SOC"])


def lost(run: Run, **options: Any) -> Result:
    """A registration whose answer does not arrive."""
    result = run.fails(MODULE, **options)
    assert "leftover_removed" in result["msg"] and "name begins with 'SOC'" in result["msg"]
    return result


def test_it_comes_changes_and_goes(lab: Lab, run: Run, path: Path, wanted: dict[str, Any]) -> None:
    done = matrix(
        run,
        lab,
        MODULE,
        wanted,
        {"checks": ["no-mfa"], "endpoint": "https://soc.corp.example/"},
        delete={"registry_path": str(path), "name": "SOC", "state": "absent"},
        unpredictable=("webhook_id",),
    )
    assert done.change and done.create and done.delete
    assert done.change.real["webhook"]["webhook_id"] != done.create.real["webhook"]["webhook_id"]
    assert done.create.real["step"]["detail"] == "Created the webhook 'SOC'"
    assert done.delete.real["diff"]["before"]["checks"] == ["no-mfa"]
    assert held(lab) == [] and json.loads(path.read_text())["records"] == {}


def test_the_registry_is_for_people_and_holds_no_secret(run: Run, path: Path, wanted: dict[str, Any]) -> None:
    first = run.ok(MODULE, **wanted)
    assert any("no registry yet" in warning for warning in first["warnings"])
    text = path.read_text()
    assert "token-of-the-receiver" not in text and json.loads(text)["about"].startswith("Webhooks of Cisco")
    kept = record(path)
    assert kept["webhook_id"] == first["webhook"]["webhook_id"] and kept["checks"] == ["inactive-users", "no-mfa"]
    assert "warnings" not in run.ok(MODULE, **wanted)


@pytest.mark.parametrize("checks", [["inactive-users", "no-mfa"], "no-mfa,inactive-users", "no-mfa\ninactive-users\n"])
def test_the_order_of_checks_means_nothing(lab: Lab, run: Run, wanted: dict[str, Any], checks: Any) -> None:
    run.ok(MODULE, **wanted)
    assert not quietly(run, lab, MODULE, **{**wanted, "checks": checks})["changed"]
    assert sorted(held(lab)[0]["checks"]) == ["inactive-users", "no-mfa"]


def test_a_new_key_is_noticed_and_replaces_the_webhook_in_order(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any]
) -> None:
    before = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    rotated = {**wanted, "api_key": "Bearer another-token-0815"}
    assert quietly(run, lab, MODULE, check=True, **rotated)["changed"]
    result = run.ok(MODULE, **rotated)
    assert result["changed"] and result["diff"]["after"]["api_key"] == "rewritten"
    (webhook,) = held(lab)
    assert webhook["api_key"] == "Bearer another-token-0815" and webhook["id"] != before
    sent = [row["body"]["query"].split("(")[-2].split()[-1] for row in lab.requests("cii") if row["write"]][-2:]
    assert sent == ["registerWebhookWithApiKey", "unregisterWebhook"]
    assert not quietly(run, lab, MODULE, **rotated)["changed"]


def test_a_token_in_the_query_of_the_endpoint_is_part_of_the_key(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any]
) -> None:
    url = "https://events.corp.example/hook?token="
    options = {**wanted, "endpoint": f"{url}canary-of-the-query"}
    made = run.ok(MODULE, **options)
    assert held(lab)[0]["endpoint"] == options["endpoint"]
    assert "canary-of-the-query" not in path.read_text() + json.dumps(made)
    assert made["webhook"]["endpoint"] == "https://events.corp.example/hook?********"
    assert not quietly(run, lab, MODULE, **options)["changed"]
    options["endpoint"] = f"{url}another-of-the-query"
    assert run.ok(MODULE, **options)["diff"]["after"]["api_key"] == "rewritten"
    assert [webhook["endpoint"] for webhook in held(lab)] == [options["endpoint"]]


def test_an_interrupted_change_is_finished_by_the_next_run(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any]
) -> None:
    """Both webhooks are there then; the previous one is known and removed."""
    old = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    changed = {**wanted, "checks": ["no-mfa"]}
    lab.fault("cii", path="/api", kind="status", status=403, body={"errors": [{"message": "No"}]}, skip=1, times=2)
    failed = run.fails(MODULE, **changed)
    assert failed["changed"] and "register the webhook 'SOC' with the ID" in failed["msg"]
    assert len(held(lab)) == 2 and record(path)["replaced_webhooks"] == [old]
    check = quietly(run, lab, MODULE, check=True, **changed)
    finished = run.ok(MODULE, **changed)
    assert check["diff"] == finished["diff"] and finished["diff"]["before"]["replaced_webhooks"] == [old]
    assert [webhook["id"] for webhook in held(lab)] == [record(path)["webhook_id"]]
    assert not quietly(run, lab, MODULE, **changed)["changed"]


@pytest.mark.parametrize("there", [True, False])
def test_a_lost_id_is_explained_and_not_papered_over(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any], there: bool
) -> None:
    lab.fault("cii", path="/api", kind="drop_after" if there else "drop_before")
    result = lost(run, **wanted)
    assert result["error"]["kind"] == "outcome_unknown"
    for check in (True, False):
        lost(run, check=check, **wanted)
    lost(run, registry_path=str(path), name="SOC", state="absent")
    assert len(held(lab)) == there and "unfinished_registration" in record(path)
    for webhook in held(lab):
        lab.patch("cii", "delete_webhook", webhook_id=webhook["id"])
    assert "nothing needs it" not in str(run.ok(MODULE, **wanted, leftover_removed=True))
    assert len(held(lab)) == 1
    # Kept in the declaration, it would hide the next one.
    assert "nothing needs it" in run.ok(MODULE, **wanted, leftover_removed=True)["warnings"][0]
    assert not quietly(run, lab, MODULE, **wanted)["changed"]


@pytest.mark.parametrize("reverted", [True, False])
def test_the_id_of_a_change_is_lost(lab: Lab, run: Run, path: Path, wanted: dict[str, Any], reverted: bool) -> None:
    """The previous webhook stays known."""
    old = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    changed = {**wanted, "checks": ["no-mfa"]}
    lab.fault("cii", path="/api", kind="drop_after")
    lost(run, **changed)
    lost(run, **changed)
    (leftover,) = [webhook["id"] for webhook in held(lab) if webhook["id"] != old]
    lab.patch("cii", "delete_webhook", webhook_id=leftover)
    options = wanted if reverted else changed
    assert run.ok(MODULE, **options, leftover_removed=True)["changed"]
    assert ([webhook["id"] for webhook in held(lab)] == [old]) == reverted and len(held(lab)) == 1
    assert not quietly(run, lab, MODULE, **options)["changed"]


def test_what_an_interrupted_registration_left_is_forgotten(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any]
) -> None:
    lab.fault("cii", path="/api", kind="drop_before")
    lost(run, **wanted)
    gone = {"registry_path": str(path), "name": "SOC", "state": "absent"}
    run.ok(MODULE, **gone, leftover_removed=True)
    assert not quietly(run, lab, MODULE, **gone)["changed"]
    assert run.ok(MODULE, **wanted)["changed"]


def test_a_refusal_leaves_no_doubt(lab: Lab, run: Run, path: Path, wanted: dict[str, Any]) -> None:
    lab.fault("cii", path="/api", kind="status", status=400, body={"errors": [{"message": f"Bad key {KEY}"}]})
    assert "Bad key" in run.fails(MODULE, **wanted)["msg"]
    assert json.loads(path.read_text())["records"] == {}
    assert run.ok(MODULE, **wanted)["changed"]


@pytest.mark.parametrize("form", ["false", "error"])
def test_a_webhook_that_somebody_deleted(lab: Lab, run: Run, path: Path, wanted: dict[str, Any], form: str) -> None:
    lab.switch(**{"cii.unregister_unknown": form})
    made = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    lab.patch("cii", "delete_webhook", webhook_id=made)
    result = run.ok(MODULE, registry_path=str(path), name="SOC", state="absent")
    assert made in result["warnings"][0]
    known = {"webhook_id": made, "state": "absent"}
    result = run.ok(MODULE, **known)
    assert not result["changed"] and result["step"]["status"] == "ok"


@pytest.mark.parametrize("form", ["read_error", "read_403"])
def test_a_removal_that_is_refused_is_none(lab: Lab, run: Run, path: Path, wanted: dict[str, Any], form: str) -> None:
    made = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    lab.switch(**{"cii.client_rights": form})
    gone = {"registry_path": str(path), "name": "SOC", "state": "absent"}
    refused = run.fails(MODULE, **gone)
    assert [item["id"] for item in held(lab)] == [made] and made in path.read_text()
    if form == "read_error":
        assert "This API client only reads" in refused["msg"] and "leftover_removed" in refused["msg"]
        # A person has looked: it is gone.
        said = run.ok(MODULE, **gone, leftover_removed=True)
        assert said["changed"] and "did not know" in said["warnings"][0] and made not in path.read_text()
    run.fails(MODULE, webhook_id=made, state="absent")


@pytest.mark.parametrize("form", ["read_error", "read_403"])
def test_a_client_that_only_reads_registers_nothing(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any], form: str
) -> None:
    lab.switch(**{"cii.client_rights": form})
    run.fails(MODULE, **wanted)
    assert held(lab) == [] and json.loads(path.read_text())["records"] == {}
    lab.switch(**{"cii.client_rights": "all"})
    assert run.ok(MODULE, **wanted)["changed"]


def test_a_check_that_does_not_exist(lab: Lab, run: Run, path: Path, wanted: dict[str, Any]) -> None:
    lab.switch(**{"cii.unknown_check": "error"})
    assert "Unknown check no-nonsense" in run.fails(MODULE, **{**wanted, "checks": ["no-nonsense"]})["msg"]
    assert held(lab) == [] and json.loads(path.read_text())["records"] == {}


def test_what_nobody_can_see_is_not_claimed(lab: Lab, run: Run, wanted: dict[str, Any]) -> None:
    made = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    lab.patch("cii", "delete_webhook", webhook_id=made)
    step = quietly(run, lab, MODULE, **wanted)["step"]
    assert "no API shows whether it is still there" in step["detail"] and step["status"] == "not_verifiable"


def test_an_id_that_the_user_remembers(lab: Lab, run: Run, wanted: dict[str, Any]) -> None:
    made = run.ok(MODULE, **wanted)["webhook"]["webhook_id"]
    there = quietly(run, lab, MODULE, webhook_id=made)
    assert there["step"]["status"] == "not_verifiable" and "nothing was compared" in there["step"]["detail"]
    assert list(there["webhook"]) == ["webhook_id"] and not there["changed"]
    assert quietly(run, lab, MODULE, webhook_id=made, state="absent", check=True)["changed"]
    assert run.ok(MODULE, webhook_id=made, state="absent")["changed"] and held(lab) == []


def test_the_client_of_an_integration(lab: Lab, run: Run, path: Path) -> None:
    instance = lab.state("cii", "integrations")[0]["id"]
    wanted = {"registry_path": str(path), "name": "SOC", "checks": ["no-mfa"], "duo_integration_instance_id": instance}
    lab.switch(**{"cii.duo_client_webhook": "error"})
    assert "Unknown integration" in run.fails(MODULE, **wanted)["msg"]
    lab.switch(**{"cii.duo_client_webhook": "accepted"})
    assert run.ok(MODULE, **wanted)["changed"]
    assert held(lab)[0]["duo_integration_instance_id"] == instance
    assert not quietly(run, lab, MODULE, **wanted)["changed"]


def test_one_kind_of_webhook_becomes_the_other(lab: Lab, run: Run, wanted: dict[str, Any]) -> None:
    lab.switch(**{"cii.duo_client_webhook": "accepted"})
    of_duo = {name: wanted[name] for name in ("registry_path", "name", "checks")}
    of_duo["duo_integration_instance_id"] = lab.state("cii")["integrations"][0]["id"]
    for before, after in ((of_duo, wanted), (wanted, of_duo)):
        run.ok(MODULE, **before)
        assert run.ok(MODULE, **after)["changed"]
        (webhook,) = held(lab)
        for name in ("endpoint", "api_key_name", "api_key", "duo_integration_instance_id"):
            assert (webhook[name] or "") == after.get(name, "")
        assert not quietly(run, lab, MODULE, **after)["changed"]


def test_two_tasks_at_once_register_one(lab: Lab, run: Run, wanted: dict[str, Any]) -> None:
    lab.fault("cii", path="/api", kind="slow", seconds=0.5)
    results: list[Result] = []
    other = Run("action", lab)
    threads = [
        threading.Thread(target=lambda runs=runs: results.append(runs(MODULE, **wanted))) for runs in (run, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result["changed"] for result in results) == [False, True] and len(held(lab)) == 1


def test_a_registry_of_another_tenant(lab: Lab, run: Run, wanted: dict[str, Any]) -> None:
    run.ok(MODULE, **wanted)
    other = {f"cii_{name}": value for name, value in lab.cii.legacy.items()}
    result = run.fails(MODULE, **{**wanted, **other})
    assert "registry for each tenant" in result["msg"]


@pytest.mark.parametrize("check", [True, False])
def test_without_a_registry_nothing_is_said_to_be_gone(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any], check: bool
) -> None:
    run.ok(MODULE, **wanted)
    path.unlink()
    result = quietly(run, lab, MODULE, registry_path=str(path), name="SOC", state="absent", check=check)
    assert result["step"]["status"] == "not_verifiable" and "it is still there" in result["warnings"][0]


@pytest.mark.parametrize("text", ["", "{}", "[1]"])
def test_a_registry_that_cannot_be_read(lab: Lab, run: Run, path: Path, wanted: dict[str, Any], text: str) -> None:
    path.write_text(text)
    assert "cannot be read as one" in run.fails(MODULE, **wanted)["msg"]
    assert not writes(lab) and path.read_text() == text


@pytest.mark.parametrize(
    "change", [{"checks": "no-mfa"}, {"replaced_webhooks": "abc"}, {"webhook_id": 5}, {"unfinished_registration": [1]}]
)
def test_a_record_that_somebody_got_wrong(
    lab: Lab, run: Run, path: Path, wanted: dict[str, Any], change: dict[str, Any]
) -> None:
    run.ok(MODULE, **wanted)
    lab.clear_requests()
    path.write_text(json.dumps({"records": {"SOC": {**record(path), **change}}}))
    for options in (wanted, {"registry_path": str(path), "name": "SOC", "state": "absent"}):
        failed = run.fails(MODULE, **options)
        assert next(iter(change)) in failed["msg"] and failed["error"]["kind"] == "invalid_input"
    assert not lab.requests("cii")
    path.write_text(json.dumps({"records": {"SOC": {**record(path), **dict.fromkeys(change)}}}))
    assert run(MODULE, **wanted)["changed"] or "webhook_id" not in change


@pytest.mark.parametrize("digest", ["é", "ab$é", "é$ab", "", "abcd$abcd"])
def test_a_digest_that_somebody_got_wrong_fits_no_key(
    run: Run, path: Path, wanted: dict[str, Any], digest: str
) -> None:
    run.ok(MODULE, **wanted)
    path.write_text(json.dumps({"records": {"SOC": {**record(path), "api_key_digest": digest}}}))
    assert run.ok(MODULE, check=True, **wanted)["changed"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"name": ""}, "name is not given"),
        ({"checks": []}, "checks is empty"),
        ({"api_key": OMIT}, "api_key not given"),
        ({"endpoint": "http://events.corp.example"}, "https URL"),
        ({"endpoint": "https://me:word@events.corp.example"}, "https URL"),
        ({"api_key_name": "Author ization"}, "HTTP header"),
        ({"api_key": f"{KEY}\nx"}, "not the value of an HTTP header"),
        ({"webhook_id": "1"}, "mutually exclusive"),
        ({"duo_integration_instance_id": "1"}, "mutually exclusive"),
        ({"registry_path": "/nowhere/at/all.json"}, "folder that exists"),
        ({"registry_path": OMIT}, "one of the following is required"),
    ],
)
def test_what_cannot_be(lab: Lab, run: Run, wanted: dict[str, Any], options: dict[str, Any], words: str) -> None:
    assert words in run.fails(MODULE, **{**wanted, **options})["msg"]
    assert not writes(lab)


@pytest.mark.parametrize("kind", ["failed_check", "failed_check_of_one", "test"])
def test_events_arrive_as_documented(lab: Lab, run: Run, wanted: dict[str, Any], kind: str) -> None:
    with Listener() as listener:
        made = run.ok(MODULE, **{**wanted, "endpoint": listener.url})["webhook"]["webhook_id"]
        done = lab.patch("cii", "deliver", webhook_id=made, kind=kind, ca_path=listener.ca_path)
        ((headers, event),) = listener.received
    assert done["accepted"] and headers["authorization"] == KEY
    assert event["detail-type"] == ("WebhookTest" if kind == "test" else "FAILED_CHECK")
