# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connectors: a few that are stored, and any number of synthetic ones computed when a page is asked for."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any

from . import seed
from .seed import ComputerSeed, stable_guid

DAY = 86_400.0
FIRST_INSTALLED = "2024-03-18T08:30:00Z"
# What `set_computer` may not touch: what the row is found by, and what follows from something else.
FIXED = frozenset({"connector_guid", "links", "groups", "policy"})
_SYNTHETIC_GUID = re.compile(r"5e7d0000-0000-4000-8000-([0-9a-f]{12})")


@functools.lru_cache(maxsize=1024)
def iso(seconds: float) -> str:
    """UTC, as Secure Endpoint writes it."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _policy(operating_system: str) -> dict[str, str]:
    for prefix, name in (("Windows", "Protect Windows"), ("iOS", "Mobile"), ("Ubuntu", "Audit Linux")):
        if operating_system.startswith(prefix):
            return {"guid": stable_guid(f"policy {name}"), "name": name}
    return {"guid": stable_guid("policy Protect Mac"), "name": "Protect Mac"}


def new_row(item: ComputerSeed, now: float) -> dict[str, Any]:
    """Every member that was in all recorded rows, and some that were in a few; without links, which name the host."""
    number = int.from_bytes(stable_guid(item.hostname).encode()[:2], "big") % 250 + 2
    address = item.internal_ip or f"10.116.{len(item.hostname)}.{number}"
    group = stable_guid(f"group {item.group}")
    row: dict[str, Any] = {
        "connector_guid": stable_guid(f"computer {item.hostname}"),
        "hostname": item.hostname,
        "active": item.active,
        "connector_version": item.version,
        "operating_system": item.operating_system,
        "os_version": "",
        "internal_ips": [address],
        "external_ip": "203.0.113.9",
        "group_guid": group,
        "install_date": FIRST_INSTALLED,
        "is_compromised": item.compromised,
        "demo": item.demo,
        "network_addresses": [{"mac": f"02:00:5e:10:00:{number:02x}", "ip": address.strip()}],
        "policy": _policy(item.operating_system),
        "groups": [{"guid": group, "name": item.group}],
        "last_seen": iso(now - item.seen * DAY),
        "faults": [],
        "isolation": {"available": not item.demo, "status": "not_isolated"},
        "orbital": {"status": "not_enabled"},
    }
    if item.operating_system.startswith("Windows"):
        row["windows_processor_id"] = f"{number:016x}"
        row["av_update_definitions"] = {
            "status": "up_to_date",
            "detection_engine": "Tetra 64 bit",
            "updated_at": iso(now - item.seen * DAY),
        }
    return row


def with_links(row: dict[str, Any], origin: str) -> dict[str, Any]:
    """The row as it is handed out by the host behind `origin`."""
    own = f"{origin}/v1/computers/{row['connector_guid']}"
    links = {"computer": own, "trajectory": f"{own}/trajectory", "group": f"{origin}/v1/groups/{row['group_guid']}"}
    return {**row, "links": links}


@dataclass(frozen=True)
class Growth:
    """Computers that exist only as rules: number n, 2n, 3n and so on of `count` has the flaw; 0 means none.

    Every fourth is a Mac.
    """

    count: int = 0
    compromised_every: int = 0
    stale_every: int = 0
    outdated_every: int = 0

    def __post_init__(self) -> None:
        if any(isinstance(value, bool) or not isinstance(value, int) or value < 0 for value in asdict(self).values()):
            raise ValueError("grow takes whole numbers, none below 0")

    def member(self, number: int, now: float) -> dict[str, str]:
        """What distinguishes computer `number` (from 1) from its neighbours; texts as they stand in JSON."""
        outdated = _is_nth(number, self.outdated_every)
        mac = number % 4 == 0
        versions = ("1.12.0.750", "1.24.1.814") if mac else ("7.1.0.11222", "8.4.1.30307")
        return {
            "guid": f"5e7d0000-0000-4000-8000-{number:012x}",
            "hostname": f"GROWN-{number:06d}",
            "system": "macOS 14.5.0" if mac else "Windows 11",
            "version": versions[0 if outdated else 1],
            "compromised": "true" if _is_nth(number, self.compromised_every) else "false",
            "seen": iso(now - (40 if _is_nth(number, self.stale_every) else 0.05) * DAY),
            "ip": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
        }


def _is_nth(number: int, every: int) -> bool:
    return every > 0 and number % every == 0


@functools.cache
def _template() -> str:
    """JSON of a row with %(name)s where `Growth.member` and the address of the host go."""
    sample = ComputerSeed("%(hostname)s", "%(system)s", "%(version)s", internal_ip="%(ip)s")
    row = new_row(sample, 0)
    row.update(connector_guid="%(guid)s", last_seen="%(seen)s", is_compromised="%(compromised)s")
    row["policy"] = _policy("Windows")
    return json.dumps(with_links(row, "%(origin)s")).replace('"%(compromised)s"', "%(compromised)s")


class Fleet:
    """All connectors of the organisation, the stored ones first."""

    def __init__(self, now: float) -> None:
        self._now = now
        self.stored = {row["connector_guid"]: row for row in (new_row(item, now) for item in seed.computers())}
        self.growth = Growth()
        self._template = _template()

    def __len__(self) -> int:
        return len(self.stored) + self.growth.count

    def texts(self, start: int, stop: int, origin: str) -> list[str]:
        """JSON of the rows `start` to `stop`, as a page of the host behind `origin` shows them.

        Text and not data, so that a page of synthetic rows costs a millisecond or two.
        """
        rows = list(self.stored.values())
        texts = [json.dumps(with_links(row, origin)) for row in rows[start:stop]]
        first, last = max(start - len(rows), 0), min(stop, len(self)) - len(rows)
        return texts + [self._synthetic(number, origin) for number in range(first + 1, last + 1)]

    def row(self, guid: str) -> dict[str, Any] | None:
        """One connector without links, or None."""
        match = _SYNTHETIC_GUID.fullmatch(guid)
        number = int(match[1], 16) if match else 0
        if not 0 < number <= self.growth.count:
            return self.stored.get(guid)
        row: dict[str, Any] = json.loads(self._synthetic(number, ""))
        del row["links"]
        return row

    def keep(self, guid: str) -> dict[str, Any]:
        """The stored row to be changed. Raises ValueError for a synthetic one, which is nowhere to be changed."""
        if guid not in self.stored:
            raise ValueError("synthetic computers cannot be changed")
        return self.stored[guid]

    def named(self, hostname: str) -> dict[str, Any]:
        """The stored row with this name; ValueError unless there is exactly one."""
        found = [row for row in self.stored.values() if row["hostname"] == hostname]
        if len(found) != 1:
            raise ValueError(f"need exactly one stored computer {hostname!r}, there are {len(found)}")
        return found[0]

    def _synthetic(self, number: int, origin: str) -> str:
        return self._template % {**self.growth.member(number, self._now), "origin": origin}
