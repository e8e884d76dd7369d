# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity syncs and Duo connections, from ISE's words to option words. Private to this collection.

Facts: Cisco's API descriptions "duo-identity-sync" and "mfa". Secrets in an answer are never passed on, whatever ISE
puts there.
"""

from __future__ import annotations

from typing import Any

# The words of Cisco's description for how a run stands, and other words that mean the same.
STATUSES = {
    "Success": ("success", "successful", "succeeded", "completed", "complete"),
    "Failed": ("failed", "failure", "error"),
    "Cancelled": ("cancelled", "canceled"),
    "Pending": ("pending", "in progress", "inprogress", "running", "started", "queued"),
    "Pending Cancellation": ("pending cancellation", "cancelling", "canceling"),
}


def sync_from_ise(raw: dict[str, Any]) -> dict[str, Any]:
    """A sync as read singly. ``schedule`` is empty for a sync that is started by hand."""
    groups = raw.get("adGroups") or []
    directories = (raw.get("configurations") or {}).get("activeDirectories") or []
    # Where ISE does not show the directories, the groups say which there are.
    names = [str(directory.get("name")) for directory in directories]
    names = names or list(dict.fromkeys(str(group["source"]) for group in groups if group.get("source")))
    return {
        "sync_name": raw.get("syncName"),
        "active_directory": ", ".join(names),
        "groups": [_group_name(group, names) for group in groups],
        "schedule": schedule_from_ise(raw.get("syncSchedule")),
        "last_sync": raw.get("lastSync") or None,
        "status": _status(raw.get("syncStatus")) or None,
    }


def _status(word: Any) -> Any:
    """In the word of Cisco's description, if it is known to mean that."""
    plain = word.strip().lower().replace("_", " ") if isinstance(word, str) else word
    return next((status for status, words in STATUSES.items() if plain in words), word)


def _group_name(group: dict[str, Any], directories: list[str]) -> str:
    """The group's name; one of another directory than the sync's says so, and so compares as another."""
    source = group.get("source")
    return str(group.get("name")) if source in (None, "", *directories) else f"{source}: {group.get('name')}"


def schedule_from_ise(raw: dict[str, Any] | None) -> dict[str, Any]:
    """``interval``, ``unit`` and ``start``; empty for any of the four forms in which ISE may say "no schedule"."""
    # Cisco's description spells the values in lower case in one place and with a capital in another.
    if not raw or str(raw.get("schedulerSync") or "none").lower() == "none":
        return {}
    return {"interval": raw.get("interval"), "unit": raw.get("intervalUnit"), "start": raw.get("startDate")}


def connection_from_ise(raw: dict[str, Any]) -> dict[str, Any]:
    """A Duo connection as read singly."""
    account = raw.get("accountConfigurations") or {}
    return {
        "connection_name": raw.get("connectionName"),
        "description": raw.get("description") or "",
        "types": types_from_ise(raw.get("type")),
        "identity_sync": raw.get("identitySync") or "",
        "api_host": account.get("apiHostName") or "",
        "admin_api": {"integration_key": (account.get("adminApi") or {}).get("ikey") or ""},
        "auth_api": {"integration_key": (account.get("authenticationApi") or {}).get("ikey") or ""},
    }


def types_from_ise(raw: str | None) -> list[str]:
    """``VPN,TACACS`` in any order and spacing, as a sorted list of option values."""
    return sorted({entry.strip().lower() for entry in (raw or "").split(",") if entry.strip()})
