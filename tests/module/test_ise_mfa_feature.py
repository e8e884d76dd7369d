# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The MFA feature of ISE."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.utils.display import Display
from lab import Lab

from .harness import OMIT, WAYS, Options, Run, step, writes

MODULE = "ise_mfa_feature"


def is_enabled(lab: Lab) -> bool:
    return bool(lab.state("ise", "mfa")["enabled"])


def test_on_and_off(run: Run, lab: Lab) -> None:
    done = step(run, lab, MODULE, {"enabled": True})
    assert is_enabled(lab) and done.real["feature"] == {"enabled": True}
    said = [done.check["step"]["detail"], done.real["step"]["detail"], run.ok(MODULE)["step"]["detail"]]
    assert said == [
        "Would enable the Duo MFA feature of ISE",
        "Enabled the Duo MFA feature of ISE",
        "The Duo MFA feature of ISE is enabled",
    ]
    assert (done.real["diff"]["before"], done.real["diff"]["after"]) == ({"enabled": False}, {"enabled": True})
    step(run, lab, MODULE, {"enabled": False})
    assert not is_enabled(lab)


def test_on_is_the_default(run: Run, lab: Lab) -> None:
    step(run, lab, MODULE, {})
    assert is_enabled(lab)


@pytest.mark.parametrize(
    "switch",
    [
        {"ise.success_codes": "all_200"},
        {"ise.success_codes": "delete_204"},
        {"ise.write_body": "plain_text"},
        {"ise.write_body": "empty"},
        {"ise.csrf": True},
        {"ise.error_code_as": "number"},
        {"ise.unknown_members": "ignore"},
        {"ise.node_role": "standalone"},
        {"ise.mfa_enable_delay": 0.5},
        {"ise.version": "3.3.0.430"},
        {"ise.version": "3.5.0.527", "ise.patch": 0},
    ],
    ids=str,
)
def test_every_variant_of_ise(run: Run, lab: Lab, switch: dict[str, Any]) -> None:
    lab.switch(**switch)
    step(run, lab, MODULE, {"enabled": True})
    step(run, lab, MODULE, {"enabled": False})


def test_it_waits_until_the_feature_is_really_on(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.mfa_enable_delay": 0.5})
    run.ok(MODULE)
    assert is_enabled(lab)


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_switch_that_takes_too_long_fails(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    lines: list[str] = []
    monkeypatch.setattr(Display, "display", lambda self, line, **_how: lines.append(line))
    lab.switch(**{"ise.mfa_enable_delay": 60})
    result = run.fails(MODULE, wait_timeout=seconds, wait_interval=1)
    assert result["error"]["kind"] == "timed_out" and f"after {seconds} seconds" in result["msg"]
    assert lines == ([f"switching Duo MFA, 0 s of {seconds}"] if seconds else [])


def test_switching_off_is_refused_in_ises_own_words(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.mfa_disable_in_use": 400})
    lab.patch("ise", "set_mfa", enabled=True)
    lab.patch("ise", "add_connection", name="Duo")
    result = run.fails(MODULE, enabled=False)
    assert "MFA cannot be disabled while MFA configurations exist" in result["msg"]
    assert is_enabled(lab) and result["changed"] is False


def test_a_member_nobody_knows_is_ignored(run: Run, lab: Lab) -> None:
    lab.fault("ise", kind="extra_member", times=None)
    step(run, lab, MODULE, {"enabled": True})


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_is_looked_up(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("ise", "PUT", kind=kind)
    assert run.ok(MODULE)["changed"]
    assert is_enabled(lab)


def test_a_read_that_fails_after_the_write_does_not_end_the_wait(run: Run, lab: Lab) -> None:
    # The first of four repeats of a read that ISE answers with a fault is the look before the write.
    lab.fault("ise", "GET", "/status$", kind="status", status=500, skip=1, times=3)
    assert run.ok(MODULE)["changed"] and is_enabled(lab)


# Refusals


@pytest.mark.parametrize(("version", "patch"), [("3.2.0.542", 7), ("3.3.0.430", 0), ("3.1.0.518", 3)])
def test_a_release_without_the_feature_is_named(run: Run, lab: Lab, version: str, patch: int) -> None:
    lab.switch(**{"ise.version": version, "ise.patch": patch})
    result = run.fails(MODULE)
    assert "3.3" in result["msg"] and "patch 1" in result["msg"] and writes(lab) == []


@pytest.mark.parametrize("status", [403, 400, 405])
def test_a_secondary_node_is_named(run: Run, lab: Lab, status: int) -> None:
    lab.switch(**{"ise.node_role": "secondary", "ise.secondary_write": status})
    result = run.fails(MODULE)
    assert "primary PAN" in result["msg"] and not is_enabled(lab)


@pytest.mark.parametrize("body", ["json", "html", "empty"])
def test_a_read_only_account_is_named(run: Run, lab: Lab, body: str) -> None:
    lab.switch(**{"ise.readonly_body": body})
    account = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    result = run.fails(MODULE, **account)
    assert result["error"]["kind"] == "forbidden" and "auditor" in result["msg"] and "ERS Admin" in result["msg"]
    assert not is_enabled(lab)


@pytest.mark.parametrize("body", ["empty", "html", "json"])
def test_a_wrong_password_is_sent_once_only(run: Run, lab: Lab, body: str) -> None:
    lab.switch(**{"ise.unauthorized_body": body})
    result = run.fails(MODULE, ise_password="not-the-password")
    assert result["error"]["kind"] == "unauthorized" and "ansible" in result["msg"]
    account = lab.state("ise", "accounts")["ansible"]
    assert account["failed_logins"] == 1 and not account["locked"]


@pytest.mark.parametrize("password", ["pässwörd", "pass€word", "日本語のパスワード", "with:colon and blank"])
def test_passwords_of_all_kinds_are_sent(run: Run, lab: Lab, password: str) -> None:
    assert run.fails(MODULE, ise_password=password)["error"]["kind"] == "unauthorized"


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"ise_hostname": "https://ise.corp.example/admin"}, "invalid_input", ["ise_hostname: ise.corp.example"]),
        ({"ise_hostname": "no-such-host.invalid"}, "unreachable", ["no-such-host.invalid", "could not be reached"]),
        ({"ise_port": 1}, "unreachable", ["localhost:1", "could not be reached"]),
        ({"ise_ca_path": OMIT}, "untrusted_certificate", ["certificate", "ise_ca_path"]),
        ({"ise_ca_path": "/no/such/file.pem"}, "invalid_input", ["ise_ca_path: there is no such file"]),
        ({"ise_password": OMIT}, "invalid_input", ["ise_password", "ISE_PASSWORD"]),
        ({"ise_client_cert": "/a.pem"}, "invalid_input", ["ise_client_key"]),
    ],
    ids=str,
)
def test_a_wrong_connection_is_explained(run: Run, options: Options, kind: str, words: list[str]) -> None:
    result = run.fails(MODULE, **options)
    assert result["error"]["kind"] == kind
    assert all(word in result["msg"] for word in words), result["msg"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("options", "environment", "where"),
    [
        ({"ise_validate_certs": False}, {}, "ise_validate_certs is false"),
        ({"ise_validate_certs": False}, {"ISE_VALIDATE_CERTS": "no"}, "ise_validate_certs is false"),
        ({}, {"ISE_VALIDATE_CERTS": "no"}, "the environment variable ISE_VALIDATE_CERTS is false"),
    ],
)
def test_verification_that_is_switched_off_is_reported_with_its_place(
    lab: Lab, way: str, options: Options, environment: dict[str, str], where: str
) -> None:
    for ca_path, ignored in ((OMIT, ""), (lab.ca_path, " ise_ca_path is ignored.")):
        result = Run(way, lab).ok(MODULE, **options, ise_ca_path=ca_path, environment=environment)
        assert result["warnings"] == [
            f"The certificate of ISE is not verified, because {where}.{ignored} Any host that answers in place of ISE "
            "gets the password."
        ]


@pytest.mark.parametrize("kind", ["html", "empty", "truncated_json"])
def test_an_answer_that_is_no_answer(run: Run, lab: Lab, kind: str) -> None:
    lab.fault("ise", kind=kind, times=None)
    result = run.fails(MODULE)
    assert result["error"]["kind"] in ("unexpected_answer", "unreachable")
    assert writes(lab) == []


def test_open_api_switched_off_is_named(run: Run, lab: Lab) -> None:
    lab.switch(**{"ise.openapi_enabled": False})
    result = run.fails(MODULE)
    assert "web page" in result["msg"] and "API" in result["msg"]
