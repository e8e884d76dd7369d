# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m lab up | down | status | person | switches`, run from `tests/`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import daemon, person
from .server import declared_switches


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 1 when `status` finds no lab or something failed."""
    description = "Simulated: Duo, Cisco ISE, Cisco Secure Endpoint, Cisco Identity Intelligence and SAFE."
    parser = argparse.ArgumentParser(prog="python -m lab", description=description)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("up", "start the lab in the background; no harm if it runs already"),
        ("down", "stop it"),
        ("status", "exit code 0 if it runs and answers, else 1"),
        ("serve", "be the lab (`up` starts this)"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("--state-file", type=Path, default=daemon.DEFAULT_STATE_FILE, metavar="FILE")
    person.add_command(commands)
    commands.add_parser("switches", help="print the table of switches")
    options = parser.parse_args(arguments)
    if options.command == "switches":
        print(switch_table())
        return 0
    try:
        if options.command == "person":
            return person.run_command(options)
        return {"up": _up, "down": _down, "status": _status, "serve": _serve}[options.command](options.state_file)
    except daemon.LabError as error:
        print(error, file=sys.stderr)
        return 1


def switch_table() -> str:
    """The switches of all services as a Markdown table."""
    lines = ["| Switch | Values (default first) | What it does | Source |", "| --- | --- | --- | --- |"]
    for switch in declared_switches():
        others = [value for value in switch.values if value != switch.default]
        values = " ".join(f"`{_text(value)}`" for value in [switch.default, *others])
        if not switch.values:
            values += " or any other"
        lines.append(f"| `{switch.name}` | {values} | {switch.text} | {switch.source} |")
    return "\n".join(lines)


def _text(value: object) -> str:
    """As JSON would write it, without quotation marks; the empty text stays visible."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) or '""'


def _up(state_file: Path) -> int:
    info, started = daemon.up(state_file)
    print(f"The lab {'is up' if started else 'was already up'} (process {info['pid']}); keys are in {state_file}")
    regions = ", ".join(f"{region} {host}" for region, host in info["secure_endpoint"]["hosts"].items())
    print(f"  Duo              {info['duo']['api_host']}")
    print(f"  ISE              {info['ise']['hostname']}:{info['ise']['port']}")
    print(f"  Secure Endpoint  {regions}")
    print(f"  Identity Intel.  {info['cii']['api_url']}")
    print(f"  SAFE             {info['safe']['url']}")
    print(f"  proxy            {info['secure_endpoint']['proxy_url']}")
    print(f"  CA               {info['ca_path']}")
    print(f"  control          {info['control_url']}")
    return 0


def _down(state_file: Path) -> int:
    print("The lab is down." if daemon.down(state_file) else "The lab was not running.")
    return 0


def _status(state_file: Path) -> int:
    info = daemon.status(state_file)
    if info is None:
        print("The lab is not running.")
        return 1
    print(f"The lab is up (process {info['pid']}), control {info['control_url']}")
    return 0


def _serve(state_file: Path) -> int:
    state_file.parent.mkdir(parents=True, exist_ok=True)
    daemon.serve(state_file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
