# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login that is refused is tried once by all tasks of a run, so that the account is not locked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _login as login
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, Unauthorized
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    IdentityIntelligence,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import Safe
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from lab import Lab

from .known import ISE_PASSWORD

As = Callable[[str], Ise]
# Before a fixture lowers it, so that refused logins cost nothing.
STRETCHED = login.ROUNDS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def task(lab: Lab, home: Path) -> As:
    """Another task, with this password."""
    return lambda password: Ise(
        "localhost",
        Context(),
        port=lab.ise.port,
        username=lab.ise.username,
        password=password,
        verify=lab.ca_path,
    )


def failed_logins(lab: Lab) -> int:
    return int(lab.state("ise", "accounts")[lab.ise.username]["failed_logins"])


def test_many_tasks_try_a_wrong_password_once(lab: Lab, task: As) -> None:
    with pytest.raises(Unauthorized, match="Check the user name and the password"):
        task(ISE_PASSWORD).get_version()
    for _unused in range(5):
        with pytest.raises(Unauthorized, match="seconds ago, and it is not tried again yet"):
            task(ISE_PASSWORD).get_version()
    assert failed_logins(lab) == 1


def test_hosts_that_start_at_once_try_a_wrong_password_once(lab: Lab, task: As) -> None:
    def work() -> None:
        with pytest.raises(Unauthorized):
            task(ISE_PASSWORD).get_version()

    threads = [threading.Thread(target=work) for _unused in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed_logins(lab) == 1


def test_another_password_is_tried_at_once(lab: Lab, task: As) -> None:
    with pytest.raises(Unauthorized):
        task(ISE_PASSWORD).get_version()
    assert task(lab.ise.password).get_version()["version"]
    assert [row["status"] for row in lab.requests("ise")] == [401, 200]


def test_hosts_with_a_wrong_password_beside_others_try_it_once(lab: Lab, task: As) -> None:
    for _unused in range(3):
        assert task(lab.ise.password).get_version()["version"]
        with pytest.raises(Unauthorized):
            task(ISE_PASSWORD).get_version()
    assert sum(row["status"] == 401 for row in lab.requests("ise")) == 1


def test_it_is_tried_again_after_a_while(lab: Lab, task: As, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unauthorized):
        task(ISE_PASSWORD).get_version()
    monkeypatch.setattr(login, "MEMORY", 0)
    with pytest.raises(Unauthorized, match="Check the user name and the password"):
        task(ISE_PASSWORD).get_version()
    assert failed_logins(lab) == 2


def test_guessing_a_password_from_what_is_remembered_takes_long() -> None:
    assert STRETCHED >= 50_000


def test_the_password_is_in_no_file(home: Path, task: As) -> None:
    with pytest.raises(Unauthorized):
        task(ISE_PASSWORD).get_version()
    kept = [path for path in home.rglob("*") if path.is_file()]
    assert kept and not any(ISE_PASSWORD.encode() in path.read_bytes() for path in kept)
    assert [path.stat().st_mode & 0o777 for path in kept if path.suffix == ".json"] == [0o600]


def test_a_password_that_works_is_in_no_file(home: Path, lab: Lab, task: As) -> None:
    for _unused in range(2):
        task(lab.ise.password).get_version()
    kept = [path for path in home.rglob("*.json") if path.is_file()]
    assert len(kept) == 1 and lab.ise.password not in kept[0].read_text() and kept[0].stat().st_mode & 0o777 == 0o600


def tasks_of(lab: Lab, service: str) -> Callable[[], object]:
    """Another task with a wrong password."""
    options = {**lab.options(service), "cii_timeout": 9, "cii_audience": None, "safe_timeout": 9}
    if service == "safe":
        return Safe.from_params({**options, "safe_api_password": ISE_PASSWORD}, Context()).list_products
    return IdentityIntelligence.from_params({**options, "cii_client_secret": ISE_PASSWORD}, Context()).ping


@pytest.mark.parametrize("service", ["cii", "safe"])
def test_other_services_are_asked_once_too(lab: Lab, home: Path, service: str) -> None:
    for match in ("Check", "seconds ago, and it is not tried again yet", "not tried again yet"):
        with pytest.raises(Unauthorized, match=match):
            tasks_of(lab, service)()
    assert [row["status"] for row in lab.requests(service)] == [401]


@pytest.mark.parametrize("status", [400, 403])
def test_a_refusal_with_another_status_is_one(lab: Lab, home: Path, status: int) -> None:
    lab.switch(**{"cii.token_refusal": status})
    for match in ("Check", "not tried again yet"):
        with pytest.raises(Unauthorized, match=match):
            tasks_of(lab, "cii")()
    assert {row["status"] for row in lab.requests("cii")} == {status}


def test_another_audience_is_tried_at_once(lab: Lab, home: Path) -> None:
    legacy = {f"cii_{name}": value for name, value in lab.cii.legacy.items()}
    options = {**lab.options("cii"), "cii_timeout": 9, **legacy}
    for _unused in range(2):
        with pytest.raises(Unauthorized):
            IdentityIntelligence.from_params({**options, "cii_audience": ""}, Context()).ping()
    IdentityIntelligence.from_params(options, Context()).ping()


def test_a_gateway_in_trouble_proves_no_password(lab: Lab, home: Path, task: As) -> None:
    """Otherwise hosts that start at once would all try it."""
    lab.fault("ise", kind="status", status=404, times=1)
    with pytest.raises(CiscoError):
        task(ISE_PASSWORD).get_version()
    assert list(home.rglob("*.json")) == []


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "[null]", '{"at": "soon"}', '{"at": 99999999999, "is_accepted": true}', '{"at": NaN}'),
        *(f'{{"at": 1{"0" * 400}}}', "[" * 100_000),
    ],
    ids=range(8),
)
def test_a_note_that_means_nothing_is_as_none(home: Path, task: As, lab: Lab, content: str) -> None:
    with pytest.raises(Unauthorized):
        task(ISE_PASSWORD).get_version()
    (note,) = (home / "identityops.cisco").glob("*.json")
    note.write_text(content)
    with pytest.raises(Unauthorized, match="Check the user name and the password"):
        task(ISE_PASSWORD).get_version()


def test_a_home_that_cannot_be_written_changes_nothing(task: As, home: Path) -> None:
    (home / "identityops.cisco").write_text("in the way")
    for _unused in range(2):
        with pytest.raises(Unauthorized, match="Check the user name and the password"):
            task(ISE_PASSWORD).get_version()
