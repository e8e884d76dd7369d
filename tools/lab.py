# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab as the tools use it: a process of its own, and the environment variables that lead a playbook to it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.checkout import ROOT


@contextlib.contextmanager
def lab_process(state_file: Path) -> Iterator[None]:
    """Run the lab as a process of its own; it is gone afterwards, whatever happens.

    :raises subprocess.CalledProcessError: it does not start; the error's output says why.
    """
    state_file.parent.mkdir(parents=True, exist_ok=True)
    _lab("up", state_file)
    try:
        yield
    finally:
        _lab("down", state_file)


def connection(state_file: Path) -> dict[str, str]:
    """How to reach the lab, as the environment variables that a user would set."""
    place = json.loads(state_file.read_text())
    duo = {f"DUO_{key.upper()}": value for key, value in place["duo"].items()}
    ise = {f"ISE_{key.upper()}": str(place["ise"][key]) for key in ("hostname", "port", "username", "password")}
    return {**duo, **ise, "DUO_CA_PATH": place["ca_path"], "ISE_CA_PATH": place["ca_path"]}


def way_to_secure_endpoint(state_file: Path) -> dict[str, str]:
    """The same for Secure Endpoint, by the names of its regions; the credential aside, which is made in its console."""
    place = json.loads(state_file.read_text())
    proxy = {"HTTPS_PROXY": place["secure_endpoint"]["proxy_url"], "NO_PROXY": "localhost"}
    return {**proxy, "SECURE_ENDPOINT_REGION": "eu", "SECURE_ENDPOINT_CA_PATH": place["ca_path"]}


def _lab(action: str, state_file: Path) -> None:
    command = [sys.executable, "-m", "lab", action, "--state-file", str(state_file)]
    subprocess.run(command, cwd=ROOT / "tests", check=True, capture_output=True, text=True)
