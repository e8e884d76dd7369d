# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands in for Docker and for the image of the ISE agent; what they do is taken from the agent's quick start.

Beside the program it keeps `runtime.json`: what was called, and the environment of the container that runs.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import yaml

KEPT = Path(__file__).with_name("runtime.json")
FILES = (".env", "certs/certificate.pem.crt", "certs/private.pem.key")


def bootstrap(arguments: list[str]) -> None:
    """What the bootstrap program of the image leaves in an empty folder, if it gets a token."""
    # Nothing that a program of theirs prints may reach the terminal.
    print(os.environ.get("ISE_AGENT_BOOTSTRAP_TOKEN"))
    folder = Path(arguments[arguments.index("-v") + 1].partition(":")[0])
    named = [name for option, name in zip(arguments, arguments[1:], strict=False) if option == "-e"]
    if any(folder.iterdir()) or not all(os.environ.get(name) for name in named):
        sys.exit("the folder is not empty, or the token is missing")
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("AGENT_ID=tenant__ISE__1a2b3c4d5e\n" if name == ".env" else "PEM\n")


def up(kept: dict[str, Any], again: bool) -> None:
    """Start the container with what its project takes from the environment; the agent encrypts what it finds."""
    if kept["container"] is not None and not again:
        return
    project = yaml.safe_load(Path("compose.yaml").read_text())["services"]["agent"]
    given = {name: os.environ[name] for name in project["environment"] if name in os.environ}
    kept["container"] = given
    print(given, file=sys.stderr)
    certs = Path("certs")
    if given.get("ISE_PASSWORD") not in (None, "wrong") and not (certs / ".credentials.enc").exists():
        for name in (".credentials.enc", ".pxgrid.enc"):
            (certs / name).write_text("encrypted\n")


def main() -> None:
    arguments = sys.argv[1:]
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {"calls": [], "container": None}
    kept["calls"].append(arguments)
    if arguments[0] == "run":
        bootstrap(arguments)
    elif arguments[:2] == ["compose", "up"]:
        up(kept, "--force-recreate" in arguments)
    elif arguments[:2] == ["compose", "ps"] and kept["container"] is not None:
        print("0123456789ab")
    KEPT.write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
