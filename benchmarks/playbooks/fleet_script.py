# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the computers in Cisco Secure Endpoint: `fleet_script.py VARIABLES`, a JSON file with the connection.

What one writes without Ansible: read all pages into a list, then count what is in it. It prints the counts as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import requests

FAMILIES = {"windows": (r"windows", [7, 1, 1]), "macos": (r".*\b(macos|os ?x)\b", [1, 12, 1])}


def read(options: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    url = f"https://{options['secure_endpoint_api_host']}/v1/computers?limit=500"
    with requests.Session() as session:
        session.auth = (options["secure_endpoint_client_id"], options["secure_endpoint_api_key"])
        while url:
            answer = session.get(url, verify=options["secure_endpoint_ca_path"])
            answer.raise_for_status()
            page = answer.json()
            found += page["data"]
            url = page["metadata"]["links"].get("next")
    return found


def count(computers: list[dict[str, Any]], minimum: list[int]) -> dict[str, int]:
    week_ago = (datetime.now(timezone.utc) - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    versions = [computer["connector_version"] for computer in computers]
    known = [version for version in versions if re.fullmatch(r"[0-9.]+", version)]
    outdated = sum([int(part) for part in version.split(".")[:3]] < minimum for version in known)
    return {
        "total": len(computers),
        "supported": len(known) - outdated,
        "outdated": outdated,
        "unknown_version": len(versions) - len(known),
        "stale": sum(not computer["active"] or computer["last_seen"] < week_ago for computer in computers),
        "compromised": sum(computer["is_compromised"] for computer in computers),
    }


def main(variables: str) -> int:
    computers = [
        computer for computer in read(json.loads(Path(variables).read_text(encoding="utf-8"))) if not computer["demo"]
    ]
    counted = {}
    for family, (system, minimum) in FAMILIES.items():
        of_family = [one for one in computers if re.match(system, one["operating_system"], re.IGNORECASE)]
        counted[family] = count(of_family, minimum)
    print(json.dumps(counted))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
