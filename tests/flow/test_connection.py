# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the playbooks and roles take the connection from, and where their tasks run."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import safe_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
    secure_endpoint_argument_spec,
)
from lab import Lab

from .flow import FIRST_RUN, ROOT, Flow, connection, connection_options
from .test_safe import Safe
from .trusted_endpoints import TrustedEndpoints

ELSEWHERE = "elsewhere"


@pytest.mark.parametrize(
    ("kind", "specs"),
    [
        pytest.param(Flow, [duo_argument_spec, ise_argument_spec], id="ise_duo_mfa"),
        pytest.param(TrustedEndpoints, [duo_argument_spec, secure_endpoint_argument_spec], id="trusted_endpoints"),
        pytest.param(Safe, [duo_argument_spec, safe_argument_spec], id="safe"),
    ],
)
def test_a_variable_that_refers_to_nothing_stops_its_host(
    lab: Lab, tmp_path: Path, kind: type[Flow], specs: list[Any]
) -> None:
    """One host for an option of each service and for each that the role itself names, in an inventory that says nothing
    of where tasks run, beside one that does. Modules do so with every option: tests/module/test_connection_variables.py
    """
    flow = kind(lab, tmp_path)
    role = "".join(path.read_text() for path in (ROOT / "roles" / flow.role[:-1]).glob("*/*.yml"))
    names = [name for spec in specs for index, name in enumerate(spec()) if index == 0 or name in role]
    hosts: dict[str, Any] = {name: {name: "{{ vault_birch }}"} for name in names}
    hosts[ELSEWHERE] = {"ansible_connection": "no.such.plugin"}
    variables = {f"{flow.role}{name}": value for name, value in flow.estate.items() if name != "credential_file"}
    inventory = tmp_path / "inventory.json"
    inventory.write_text(json.dumps({"all": {"hosts": hosts, "vars": variables}}))

    failed = flow.fails("-i", str(inventory), "--forks", "8")
    said = {name: str([result for result in failed.results if result["host"] == name]) for name in hosts}
    assert [name for name in names if f"variable {name}: 'vault_birch' is undefined" not in said[name]] == []
    assert "no.such.plugin" in said[ELSEWHERE]
    assert not [row for row in lab.requests() if row["write"]]


# The documentation


BLOCK = {
    ".md": r"^( *)```yaml\n((?:.*\n)*?)^ *```$",
    ".rst": r"^( *)\.\. code-block:: yaml\n\n((?:\1   .*\n|\n)+)",
}


def block(page: str, text_before: str) -> str:
    """The first block of YAML after a text, as it is printed."""
    path = ROOT / page
    found = re.search(BLOCK[path.suffix], path.read_text().partition(f"{text_before}")[2], re.MULTILINE)
    assert found, f"{page} has no such block"
    return textwrap.dedent(found[2])


@pytest.mark.parametrize(
    ("page", "inventory", "playbook"),
    [
        ("README.md", "### Ask for a second factor at ISE logins", "### Use a role or a module in your own playbook"),
        ("docs/docsite/rst/guide_ise_duo_mfa.rst", "\nRun it\n", "In a playbook of your own, include the role."),
    ],
    ids=["readme", "guide"],
)
def test_a_playbook_of_your_own_as_printed(lab: Lab, flow: Flow, page: str, inventory: str, playbook: str) -> None:
    """Only where the lab is differs from what is printed; that stands where an inventory can be overridden."""
    printed = block(page, inventory)
    (host,) = yaml.safe_load(printed)["all"]["hosts"]
    (flow.folder / "inventory.yml").write_text(printed)
    (flow.folder / "site.yml").write_text(block(page, playbook))
    secrets = ("ISE_USERNAME", "ISE_PASSWORD", "DUO_INTEGRATION_KEY", "DUO_SECRET_KEY")
    options = {name: value for name, value in connection_options(lab).items() if name.upper() not in secrets}
    (flow.folder / "host_vars").mkdir()
    (flow.folder / "host_vars" / f"{host}.json").write_text(json.dumps(options))
    environment = {name: connection(lab)[name] for name in secrets}
    given = {"playbook": str(flow.folder / "site.yml"), "environment": environment}
    done = flow.ok("-i", str(flow.folder / "inventory.yml"), **given)
    assert done.statuses(host) == FIRST_RUN and "Duo accepts its keys" in done.output
