# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of records: whole or unchanged, kept from others, and never taken for empty because it cannot be read."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from pathlib import Path
from typing import IO

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _records
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, TimedOut
from ansible_collections.identityops.cisco.plugins.module_utils._records import Records
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry

from ...waits import LIMIT

SHAPE = {"webhook_id": str, "checks": [str], "config": {}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "webhooks.json"


def test_records_come_and_go(path: Path) -> None:
    records = Records(str(path), "Webhooks of the tenant.", SHAPE)
    assert records.is_new and records.get("SOC") is None and not path.exists()
    records.put("SOC", {"webhook_id": "1"})
    records.put("Größe", {"webhook_id": "2"})
    assert Records(str(path), "", SHAPE).get("SOC") == {"webhook_id": "1"} and not records.is_new
    records.drop("SOC")
    assert records.get("SOC") is None and records.get("Größe") == {"webhook_id": "2"}
    text = path.read_text(encoding="utf-8")
    assert "Größe" in text and json.loads(text)["about"] == "Webhooks of the tenant."
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_set_of_names_survives_a_file_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSIBLE_HOME", str(tmp_path))
    names = Registry("names")
    names.add("one")
    for text in ("[" * 100_000, "{", '{"one": 1}', "\0"):
        (tmp_path / "identityops.cisco" / "names.json").write_text(text)
        assert "one" not in names
        names.discard("one")
    names.add("two")
    assert names.entries == {"two"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"records": []}', '{"records": {"SOC": "1"}}'])
def test_what_cannot_be_read_is_not_empty(path: Path, text: str) -> None:
    path.write_text(text)
    records = Records(str(path), "", SHAPE)
    for work in (records.get, records.drop):
        with pytest.raises(InvalidInput, match="cannot be read as one"):
            work("SOC")
    assert path.read_text() == text


@pytest.mark.parametrize("text", ["[" * 100_000, '{"records": {"SOC": ' + '{"checks": ' * 50_000])
def test_a_file_without_end_is_no_registry(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(InvalidInput, match="cannot be read as one"):
        Records(str(path), "", SHAPE).get("SOC")


@pytest.mark.parametrize("kind", ["pipe", "device", "large", "folder"])
def test_what_is_no_regular_file_is_not_read(path: Path, kind: str) -> None:
    """Reading it might never end."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "large":
        path.touch()
        os.truncate(path, _records.MOST_BYTES + 1)
    else:
        path.mkdir()
    with pytest.raises(InvalidInput, match="regular file of at most"):
        Records(str(path), "", SHAPE).get("SOC")


def test_a_path_that_cannot_be_one(tmp_path: Path) -> None:
    # A module of its own runs in the folder of the playbook, a task in the worker where the run was started.
    for relative in ("webhooks.json", "./webhooks.json", "../webhooks.json"):
        with pytest.raises(InvalidInput, match="not a full path"):
            Records(relative, "", SHAPE)
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for name in ("round", "a\0b"):
        with pytest.raises(InvalidInput, match="registry"):
            Records(str(tmp_path / name), "", SHAPE).get("SOC")


def test_a_lock_is_no_link(path: Path, tmp_path: Path) -> None:
    """In a folder that others may write to, it would empty the file that it leads to."""
    (tmp_path / "victim").write_text("x")
    (tmp_path / f".{path.name}.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(InvalidInput, match="symbolic links"), Records(str(path), "", SHAPE).held():
        pass
    assert (tmp_path / "victim").read_text() == "x"


def test_a_write_that_fails_leaves_the_file_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records = Records(str(path), "", SHAPE)
    records.put("SOC", {"webhook_id": "1"})

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_records.os, "fsync", full)
    with pytest.raises(InvalidInput, match="No space left"):
        records.put("SOC", {"webhook_id": "2"})
    assert records.get("SOC") == {"webhook_id": "1"}


def test_one_task_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    mine, theirs = Records(str(path), "", SHAPE), Records(str(path), "", SHAPE)

    def other() -> None:
        with theirs.held():
            order.append("theirs")

    is_locked, waits = _records.is_locked, threading.Event()

    def attempt(lock: IO[str]) -> bool:
        has_it = is_locked(lock)
        if not has_it:
            waits.set()
        return has_it

    with mine.held():
        monkeypatch.setattr(_records, "is_locked", attempt)
        thread = threading.Thread(target=other)
        thread.start()
        assert waits.wait(LIMIT)
        order.append("mine")
        monkeypatch.setattr(_records, "PATIENCE", 0)
        with pytest.raises(TimedOut, match="another task"), Records(str(path), "", SHAPE).held():
            pass
    thread.join(LIMIT)
    assert order == ["mine", "theirs"]


def test_a_folder_that_is_not_there(path: Path) -> None:
    with pytest.raises(InvalidInput, match="No such file or directory"), Records(f"{path}/x.json", "", SHAPE).held():
        pass


def test_a_file_system_without_locks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_file: object, _how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", none)
    with (
        pytest.raises(InvalidInput, match="cannot lock files .No locks available"),
        Records(str(path), "", SHAPE).held(),
    ):
        pass


def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    """It may lead from a container to the volume that outlives it."""
    (tmp_path / "volume").mkdir()
    path.symlink_to(tmp_path / "volume" / "real.json")
    with (records := Records(str(path), "", SHAPE)).held():
        records.put("SOC", {"webhook_id": "1"})
    assert path.is_symlink() and json.loads((tmp_path / "volume" / "real.json").read_text())["records"]
    assert sorted(tmp_path.iterdir()) == [tmp_path / "volume", path]


def test_a_folder_that_may_only_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as a volume of a job that only compares."""
    Records(str(path), "", SHAPE).put("SOC", {"webhook_id": "1"})

    def refuse(*_how: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(_records.os, "open", refuse)
    with pytest.raises(InvalidInput, match="Read-only"), Records(str(path), "", SHAPE).held():
        pass
    with (records := Records(str(path), "", SHAPE, only_reads=True)).held():
        assert records.get("SOC") == {"webhook_id": "1"}
    with pytest.raises(InvalidInput, match="Read-only"), Records("/nowhere/x.json", "", SHAPE, only_reads=True).held():
        pass


def test_a_file_that_cannot_be_seen_is_not_new(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hide(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    records = Records(str(path), "", SHAPE)
    monkeypatch.setattr(_records.Path, "stat", hide)
    assert not records.is_new
    with pytest.raises(InvalidInput, match="cannot be read as one"):
        records.get("SOC")


@pytest.mark.parametrize("wrong", [{"webhook_id": 1}, {"checks": "no-mfa"}, {"checks": [1]}, {"config": [1]}])
def test_a_record_that_a_person_got_wrong(path: Path, wrong: dict[str, object]) -> None:
    records = Records(str(path), "", SHAPE)
    records.put("SOC", wrong)
    with pytest.raises(InvalidInput, match=f"{next(iter(wrong))} is not of the kind"):
        records.get("SOC")
    assert records.get("SIEM") is None
    records.put("SOC", {"webhook_id": None, "more": 1})
    assert records.get("SOC") == {"webhook_id": None, "more": 1}
