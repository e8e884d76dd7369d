# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""External RADIUS servers of ISE."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from lab import Lab

from .harness import MARK, Options, Run, matrix, quietly, step, writes

MODULE = "ise_external_radius_server"
SECRET, OTHER = "Canary-of-the-proxy-1", "Canary-of-the-proxy-2"
NEW: Options = {"name": "DuoProxy1", "host_ip": "192.0.2.10", "shared_secret": SECRET}
GONE: Options = {"name": "DuoProxy1", "state": "absent"}


def stored(lab: Lab, name: str = "DuoProxy1") -> dict[str, Any]:
    found: dict[str, Any] = lab.state("ise", "radius")["servers"][name]
    return found


def test_create_change_delete(run: Run, lab: Lab) -> None:
    done = matrix(run, lab, MODULE, NEW, {"timeout": 30, "description": "Berlin"}, delete=GONE)
    assert done.create and done.change and done.delete
    assert done.create.real["diff"]["after"] == {"name": "DuoProxy1", "host_ip": "192.0.2.10", "managed": True}
    assert done.change.real["diff"]["before"]["timeout"] == 60
    assert done.delete.real["step"]["detail"] == "Deleted the external RADIUS server 'DuoProxy1'"
    assert lab.state("ise", "radius")["servers"] == {}


def test_what_a_new_server_gets(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **NEW)
    assert stored(lab) == {
        "name": "DuoProxy1",
        "description": MARK,
        "hostIP": "192.0.2.10",
        "sharedSecret": SECRET,
        "enableKeyWrap": False,
        "keyInputFormat": "ASCII",
        "authenticationPort": 1812,
        "accountingPort": 1813,
        "timeout": 60,
        "retries": 1,
        "proxyTimeout": 300,
    }


@pytest.mark.parametrize("form", ["masked", "plain", "empty", "absent"])
def test_a_secret_is_written_when_asked_and_with_other_changes(run: Run, lab: Lab, form: str) -> None:
    lab.switch(**{"ise.radius_secret_on_read": form})
    run.ok(MODULE, **NEW)
    assert not quietly(run, lab, MODULE, **{**NEW, "shared_secret": OTHER})["changed"]
    assert stored(lab)["sharedSecret"] == SECRET
    run.ok(MODULE, **{**NEW, "shared_secret": OTHER, "retries": 2})
    assert (stored(lab)["sharedSecret"], stored(lab)["retries"]) == (OTHER, 2)
    again = {**NEW, "update_secret": "always"}
    for check in (True, False):
        result = run.ok(MODULE, check=check, **again)
        assert result["changed"] and result["diff"]["before"]["shared_secret"] == "as stored"
        assert result["diff"]["after"]["shared_secret"] == "rewritten"
        assert stored(lab)["sharedSecret"] == (OTHER if check else SECRET)
    # What was not declared stays, and no mask is ever sent.
    assert stored(lab)["retries"] == 2


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"shared_secret": None}, "requires shared_secret."),
        ({"host_ip": None, "shared_secret": None}, "requires shared_secret and host_ip."),
        ({"host_ip": "proxy.corp.example"}, "not an IPv4 address"),
        ({"host_ip": "2001:db8::1"}, "not an IPv4 address"),
        ({"name": "Duo proxy"}, "letters, digits and underscores"),
        ({"name": "Zürich"}, "letters, digits and underscores"),
        ({"timeout": 121}, "goes from 1 to 120"),
        ({"retries": 0}, "goes from 1 to 9"),
        ({"proxy_timeout": 601}, "goes from 1 to 600"),
        ({"accounting_port": 70000}, "goes from 1 to 65535"),
        ({"shared_secret": "x" * 129}, "longer than 128"),
        ({"message_authenticator_required": True}, "came with 3.5"),
    ],
    ids=str,
)
def test_what_ise_would_refuse_is_refused_first(run: Run, lab: Lab, options: Options, words: str, check: bool) -> None:
    failed = run.fails(MODULE, check=check, **{**NEW, **options})
    assert words in failed["msg"] and failed["error"]["kind"] == "invalid_input"
    assert not writes(lab)


def test_a_change_needs_the_secret(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **NEW)
    lab.clear_requests()
    assert "only as a whole" in run.fails(MODULE, name="DuoProxy1", timeout=10)["msg"]
    assert not writes(lab)
    assert not quietly(run, lab, MODULE, name="DuoProxy1", timeout=60)["changed"]


@pytest.mark.parametrize("declared", [None, True, False])
def test_the_message_authenticator_of_newer_releases(run: Run, lab: Lab, declared: bool | None) -> None:
    lab.switch(**{"ise.version": "3.5.0.527"})
    run.ok(MODULE, **NEW, message_authenticator_required=declared)
    assert stored(lab)["msgAuthIsRequiredOnResponse"] is bool(declared)
    step(run, lab, MODULE, {**NEW, "message_authenticator_required": not declared})
    run.ok(MODULE, **NEW, timeout=5)
    assert stored(lab)["msgAuthIsRequiredOnResponse"] is not bool(declared)


def test_a_server_of_somebody_else(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_radius_server", name="DuoProxy1", description="Ask Kim", hostIP="192.0.2.10")
    for check in (True, False):
        failed = run.fails(MODULE, check=check, **GONE)
        assert f"lacks the mark {MARK}" in failed["msg"] and "set adopt to true" in failed["msg"]
    changed = run.ok(MODULE, **NEW, retries=4)
    assert f"although it lacks the mark {MARK}" in changed["step"]["detail"]
    assert stored(lab)["description"] == "Ask Kim" and not changed["external_radius_server"]["managed"]
    adopted = step(run, lab, MODULE, {**NEW, "adopt": True}).real
    assert adopted["step"]["detail"] == "Adopted the external RADIUS server 'DuoProxy1'"
    assert stored(lab)["description"] == f"Ask Kim {MARK}"
    assert adopted["external_radius_server"]["description"] == "Ask Kim"
    assert not quietly(run, lab, MODULE, **NEW, description=f"Ask Kim {MARK}")["changed"]
    run.ok(MODULE, **NEW, description="")
    assert stored(lab)["description"] == MARK
    assert run.ok(MODULE, **GONE)["changed"]


def test_a_server_whose_description_is_not_shown_takes_a_word(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.ok(MODULE, **NEW)
    reading = Ise.get_ers

    def altered(ise: Ise, *which: Any) -> dict[str, Any]:
        return {name: value for name, value in (reading(ise, *which) or {}).items() if name != "description"}

    monkeypatch.setattr(Ise, "get_ers", altered)
    assert not quietly(run, lab, MODULE, **NEW)["changed"]
    assert "set adopt to true" in run.fails(MODULE, **GONE)["msg"]
    assert run.ok(MODULE, **GONE, adopt=True)["changed"]


def test_an_address_that_ise_does_not_show_is_not_taken_for_the_declared_one(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.ok(MODULE, **NEW)
    reading = Ise.get_ers

    def altered(ise: Ise, *which: Any) -> dict[str, Any]:
        return {name: value for name, value in (reading(ise, *which) or {}).items() if name != "hostIP"}

    monkeypatch.setattr(Ise, "get_ers", altered)
    lab.clear_requests()
    failed = run.fails(MODULE, **{**NEW, "host_ip": "192.0.2.77"})
    assert failed["error"]["kind"] == "unexpected_answer" and "its address" in failed["msg"] and not writes(lab)
    assert run.ok(MODULE, **GONE)["changed"]


@pytest.mark.parametrize(
    ("member", "odd", "words"),
    [
        ("enableKeyWrap", None, "it may use KeyWrap"),
        ("enableKeyWrap", "true", "it uses KeyWrap"),
        ("msgAuthIsRequiredOnResponse", None, "Declare message_authenticator_required."),
        ("authenticationPort", "many", "no usable value of authentication_port"),
    ],
)
def test_what_ise_does_not_show_is_not_turned_off(
    run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch, member: str, odd: Any, words: str
) -> None:
    lab.switch(**{"ise.version": "3.5.0.527"})
    run.ok(MODULE, **NEW, message_authenticator_required=True)
    reading = Ise.get_ers
    monkeypatch.setattr(Ise, "get_ers", lambda ise, *which: {**(reading(ise, *which) or {}), member: odd})
    lab.clear_requests()
    for check in (True, False):
        assert words in run.fails(MODULE, check=check, **{**NEW, "timeout": 5})["msg"]
    assert not writes(lab)
    if member.startswith("msg"):
        run.ok(MODULE, **{**NEW, "timeout": 5}, message_authenticator_required=True)
        assert stored(lab)["msgAuthIsRequiredOnResponse"] is True


def test_numbers_and_flags_that_ise_writes_as_texts(run: Run, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    run.ok(MODULE, **NEW, authentication_port=1645)
    sequence: Options = {"name": "Duo", "servers": ["DuoProxy1"], "remote_accounting": True}
    run.ok("ise_radius_server_sequence", **sequence)
    reading = Ise.get_ers

    def altered(ise: Ise, *which: Any) -> dict[str, Any]:
        found = reading(ise, *which) or {}
        return {name: str(found[name]).lower() if isinstance(found[name], int) else found[name] for name in found}

    monkeypatch.setattr(Ise, "get_ers", altered)
    assert not quietly(run, lab, MODULE, **NEW, authentication_port=1645)["changed"]
    assert not quietly(run, lab, "ise_radius_server_sequence", **sequence)["changed"]
    assert run.ok(MODULE, **{**NEW, "timeout": 5})["external_radius_server"]["timeout"] == 5


def test_keywrap_is_left_alone(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_radius_server", name="DuoProxy1", enableKeyWrap=True, timeout=60)
    assert "KeyWrap" in run.fails(MODULE, **{**NEW, "timeout": 5})["msg"]
    assert not writes(lab)


@pytest.mark.parametrize("answer", [400, 409, 500])
def test_a_server_in_use(run: Run, lab: Lab, answer: int) -> None:
    run.ok(MODULE, **NEW)
    lab.patch("ise", "add_radius_sequence", name="Duo", servers=["DuoProxy1"])
    lab.switch(**{"ise.radius_delete_in_use": answer})
    assert "If a RADIUS server sequence uses it" in run.fails(MODULE, **GONE)["msg"]


def test_many_servers_and_a_csrf_check(run: Run, lab: Lab) -> None:
    for number in range(101):
        lab.patch("ise", "add_radius_server", name=f"Server{number}")
    lab.switch(**{"ise.csrf": True})
    matrix(run, lab, MODULE, NEW, {"timeout": 30}, delete=GONE)
    assert run.ok(MODULE, name="Server100", state="absent", adopt=True)["changed"]


def test_a_read_only_account(run: Run, lab: Lab) -> None:
    login = {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}
    assert run.fails(MODULE, **NEW, **login)["error"]["kind"] == "forbidden"
