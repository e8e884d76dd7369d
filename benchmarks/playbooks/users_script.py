# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the users of a Duo account: `users_script.py VARIABLES`, a JSON file with the connection.

What one writes without Ansible: have `duo_client` read all users into a list, then judge what is in it. It prints the
counts as JSON.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import duo_client

EXEMPT = ("azure", "active_directory")
VERDICTS = ("directory", "email", "username", "doubtful", "unmapped")


def verdict(user: dict[str, Any], kinds: dict[str, str]) -> str:
    if kinds.get(user["directory_key"]) in EXEMPT:
        return "directory"
    for name in ("email", "username"):
        if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", user[name]):
            return name
    return "doubtful" if user["directory_key"] or user["last_directory_sync"] else "unmapped"


def main(variables: str) -> int:
    options = json.loads(Path(variables).read_text(encoding="utf-8"))
    host, _colon, port = options["duo_api_host"].partition(":")
    admin = duo_client.Admin(
        options["duo_integration_key"],
        options["duo_secret_key"],
        host,
        ca_certs=options["duo_ca_path"],
        port=int(port) if port else None,
    )
    listed = admin.json_api_call("GET", "/admin/v1/users/directorysync", {})
    kinds = {item["directory_key"]: item["directory_type"] for item in listed}
    users = admin.get_users()
    counts = Counter(verdict(user, kinds) for user in users)
    enrolled = sum(user["status"] == "active" and user["is_enrolled"] for user in users)
    mapping = {"total": len(users), **{name: counts[name] for name in VERDICTS}}
    print(json.dumps({"mapping": mapping, "enrolment": {"total": len(users), "enrolled": enrolled}}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
