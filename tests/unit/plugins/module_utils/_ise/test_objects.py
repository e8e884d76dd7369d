# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Syncs and connections are read rightly in every form that ISE may use for the same thing."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._ise.objects import (
    connection_from_ise,
    schedule_from_ise,
    sync_from_ise,
    types_from_ise,
)

# Both as in Cisco's API descriptions "duo-identity-sync" and "mfa", read singly.
SYNC: dict[str, Any] = {
    "syncName": "ADSync",
    "configurations": {"activeDirectories": [{"name": "CORP_AD", "domain": "corp.example", "directoryID": "f2c4a590"}]},
    "adGroups": [
        {"name": "corp.example/Users/Duo Users", "sid": "corp.example/S-1-5-21-1", "source": "CORP_AD"},
        {"name": "corp.example/Users/Helpdesk", "sid": "S-1-5-21-2", "source": "CORP_AD"},
    ],
    "syncSchedule": {
        "schedulerSync": "recurring",
        "interval": 1,
        "intervalUnit": "days",
        "startDate": "2026-09-19T09:00:00",
    },
    "lastSync": "2026-11-24T02:00:04",
    "syncStatus": "Success",
}
CONNECTION: dict[str, Any] = {
    "connectionName": "Duo",
    "description": "For administrators",
    "type": "VPN,TACACS",
    "identitySync": "ADSync",
    "accountConfigurations": {
        "apiHostName": "api-1a2b3c4d.duosecurity.com",
        "adminApi": {"ikey": "DIADMIN", "sKey": "canary-admin"},
        "authenticationApi": {"ikey": "DIAUTH", "sKey": "canary-auth"},
    },
}


def test_a_sync() -> None:
    assert sync_from_ise(SYNC) == {
        "sync_name": "ADSync",
        "active_directory": "CORP_AD",
        "groups": ["corp.example/Users/Duo Users", "corp.example/Users/Helpdesk"],
        "schedule": {"interval": 1, "unit": "days", "start": "2026-09-19T09:00:00"},
        "last_sync": "2026-11-24T02:00:04",
        "status": "Success",
    }


def test_the_directories_of_a_sync_are_all_named() -> None:
    directories = [{"name": "CORP_AD"}, {"name": "LAB_AD"}]
    sync = sync_from_ise({**SYNC, "configurations": {"activeDirectories": directories}})
    assert sync["active_directory"] == "CORP_AD, LAB_AD"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("SUCCESS", "Success"),
        ("Completed", "Success"),
        ("FAILED", "Failed"),
        ("canceled", "Cancelled"),
        ("In Progress", "Pending"),
        ("PENDING_CANCELLATION", "Pending Cancellation"),
        ("Paused", "Paused"),
    ],
)
def test_a_status_in_another_word(word: str, status: str) -> None:
    assert sync_from_ise({**SYNC, "syncStatus": word})["status"] == status


def test_a_directory_that_only_the_groups_show() -> None:
    assert sync_from_ise({**SYNC, "configurations": None}) == sync_from_ise(SYNC)


@pytest.mark.parametrize("empty", [None, "", "absent"])
def test_a_sync_that_never_ran(empty: str | None) -> None:
    raw = {name: value for name, value in SYNC.items() if name not in ("lastSync", "syncStatus")}
    if empty != "absent":
        raw.update(lastSync=empty, syncStatus=empty)
    assert (sync_from_ise(raw)["last_sync"], sync_from_ise(raw)["status"]) == (None, None)


@pytest.mark.parametrize("raw", [{"syncName": "ADSync"}, {**dict.fromkeys(SYNC), "syncName": "ADSync"}])
def test_a_sync_of_which_ise_shows_nothing(raw: dict[str, Any]) -> None:
    assert sync_from_ise(raw) == {
        "sync_name": "ADSync",
        "active_directory": "",
        "groups": [],
        "schedule": {},
        "last_sync": None,
        "status": None,
    }


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        {"schedulerSync": "none"},
        {"schedulerSync": "None"},
        {"schedulerSync": None},
        {"schedulerSync": "none", "interval": 1, "intervalUnit": "days", "startDate": "2026-09-19T09:00:00"},
    ],
    ids=str,
)
def test_every_form_of_no_schedule(raw: dict[str, Any] | None) -> None:
    assert schedule_from_ise(raw) == {}


def test_no_schedule_at_all() -> None:
    assert sync_from_ise({name: value for name, value in SYNC.items() if name != "syncSchedule"})["schedule"] == {}


@pytest.mark.parametrize("word", ["recurring", "Recurring"])
def test_a_schedule(word: str) -> None:
    raw = {"schedulerSync": word, "interval": 4, "intervalUnit": "hours", "startDate": "2026-09-19T09:00:00"}
    assert schedule_from_ise(raw) == {"interval": 4, "unit": "hours", "start": "2026-09-19T09:00:00"}


def test_a_connection() -> None:
    assert connection_from_ise(CONNECTION) == {
        "connection_name": "Duo",
        "description": "For administrators",
        "types": ["tacacs", "vpn"],
        "identity_sync": "ADSync",
        "api_host": "api-1a2b3c4d.duosecurity.com",
        "admin_api": {"integration_key": "DIADMIN"},
        "auth_api": {"integration_key": "DIAUTH"},
    }


@pytest.mark.parametrize("secret", ["canary", "******", "", None])
def test_no_form_of_a_secret_is_passed_on(secret: str | None) -> None:
    raw = copy.deepcopy(CONNECTION)
    for side in ("adminApi", "authenticationApi"):
        raw["accountConfigurations"][side]["sKey"] = secret
    raw["sKey"] = raw["accountConfigurations"]["sKey"] = secret
    translated = connection_from_ise(raw)
    assert translated == connection_from_ise(CONNECTION)
    assert "canary" not in json.dumps(translated) and "***" not in json.dumps(translated)


@pytest.mark.parametrize(
    "raw",
    [
        {"connectionName": "Duo"},
        {**dict.fromkeys(CONNECTION), "connectionName": "Duo"},
        {"connectionName": "Duo", "accountConfigurations": {"adminApi": None, "authenticationApi": {}}},
    ],
)
def test_a_connection_of_which_ise_shows_nothing(raw: dict[str, Any]) -> None:
    assert connection_from_ise(raw) == {
        "connection_name": "Duo",
        "description": "",
        "types": [],
        "identity_sync": "",
        "api_host": "",
        "admin_api": {"integration_key": ""},
        "auth_api": {"integration_key": ""},
    }


@pytest.mark.parametrize(
    ("raw", "types"),
    [
        ("VPN,TACACS", ["tacacs", "vpn"]),
        ("TACACS,VPN", ["tacacs", "vpn"]),
        ("TACACS, VPN ", ["tacacs", "vpn"]),
        ("VPN,VPN", ["vpn"]),
        ("VPN", ["vpn"]),
        ("Tacacs", ["tacacs"]),
        ("", []),
        (None, []),
    ],
)
def test_types(raw: str | None, types: list[str]) -> None:
    assert types_from_ise(raw) == types
