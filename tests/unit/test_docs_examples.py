# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What README, guides and roles' READMEs show can be copied: YAML blocks use what exists, tables say what is true.

A block is a playbook, a list of tasks, an inventory, variables of a role, or one of the few other files that the
documentation shows. One that is none of these fails.
"""

from __future__ import annotations

import ast
import copy
import functools
import importlib
import os
import re
import subprocess
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import PERMISSIONS
from ansible_collections.identityops.cisco.plugins.module_utils._duo.profiles import PROFILES
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import cii_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import safe_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
    secure_endpoint_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Task

from tools.docs import with_targets

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "identityops.cisco"
GUIDES = sorted((ROOT / "docs/docsite/rst").glob("*.rst"))
PAGES = [ROOT / "README.md", *sorted((ROOT / "roles").glob("*/README.md")), *GUIDES]
# The hand-off role is what the others share, and nobody else uses it.
ROLES = {path.parent.name for path in (ROOT / "roles").glob("*/tasks")} - {"handoff"}

CONNECTION = {
    "cii": cii_argument_spec(),
    "duo": duo_argument_spec(),
    "ise": ise_argument_spec(),
    "secure_endpoint": secure_endpoint_argument_spec(),
    "safe": safe_argument_spec(),
}
# What a role cannot do without.
REQUIRED = {
    "ise_duo_mfa": {"ise_duo_mfa_active_directory", "ise_duo_mfa_groups"},
    "safe": {"safe_outgoing_addresses"},
}
PLAY_KEYS = {"name", "hosts", "gather_facts", "connection", "tasks", "vars", "module_defaults"}
# Without environment, whose values Ansible prints at -vvvv, secrets included.
TASK_KEYWORDS = {"name", "register", "vars", "when", "loop", "delegate_to"}
ROLE_TASKS = {"ansible.builtin.include_role", "ansible.builtin.import_role"}
BUILTIN = "ansible.builtin."

BLOCK = {
    ".md": r"^( *)```yaml\n((?:.*\n)*?)^ *```$",
    ".rst": r"^( *)\.\. code-block:: yaml\n\n((?:\1   .*\n|\n)+)",
}

Options = Mapping[str, Any]


def blocks(page: Path) -> Iterator[tuple[int, str]]:
    """Line number and text of each YAML block of a page."""
    text = page.read_text() + "\n"
    for found in re.finditer(BLOCK[page.suffix], text, re.MULTILINE):
        yield text.count("\n", 0, found.start()) + 1, textwrap.dedent(found.group(2))


EXAMPLES = [pytest.param(text, id=f"{page.relative_to(ROOT)}:{line}") for page in PAGES for line, text in blocks(page)]


# What a block may be


def check_block(data: Any) -> None:
    if isinstance(data, list):
        for item in data:
            check_play(item) if "hosts" in item or "ansible.builtin.import_playbook" in item else check_task(item)
        return
    recognise = [check for mark, check in KINDS.items() if mark in data]
    assert len(recognise) <= 1
    (recognise[0] if recognise else check_variables)(data)


def check_play(play: Options) -> None:
    imported = play.get("ansible.builtin.import_playbook")
    if imported:
        assert set(play) <= {"name", "ansible.builtin.import_playbook", "vars"}
        check_ours(imported, "playbooks", ".yml")
        return
    assert set(play) <= PLAY_KEYS
    for group, options in play.get("module_defaults", {}).items():
        service = group.removeprefix(f"group/{COLLECTION}.")
        validate(options, CONNECTION[service])
    check_variables(play.get("vars", {}))
    for task in play["tasks"]:
        check_task(task)


def check_task(task: Options) -> None:
    actions = set(task) - TASK_KEYWORDS
    assert len(actions) == 1, f"one module is expected, not {sorted(actions)}"
    action = actions.pop()
    check_filters(task)
    if action in ROLE_TASKS:
        check_ours(task[action]["name"], "roles", "")
        role, entry = task[action]["name"].rpartition(".")[2], task[action].get("tasks_from", "main")
        validate(task.get("vars", {}), role_spec(role, entry))
    elif action.startswith(BUILTIN):
        check_builtin(action, task[action])
    else:
        check_ours(action, "plugins/modules", ".py")
        work = task_of(action)
        validate(task[action] or {}, work.argument_spec, work.constraints)


def check_ours(name: str, folder: str, suffix: str) -> None:
    collection, _dot, short = name.rpartition(".")
    assert collection == COLLECTION
    assert (ROOT / folder / f"{short}{suffix}").exists(), f"there is no {folder}/{short}"


def check_builtin(name: str, options: Options) -> None:
    module = importlib.import_module(f"ansible.modules.{name.removeprefix(BUILTIN)}")
    documented = loaded(module.DOCUMENTATION)["options"]
    assert set(options) <= set(documented)


def check_inventory(inventory: Options) -> None:
    everyone = inventory["all"]
    assert set(everyone) <= {"vars", "hosts"}
    for variables in everyone["hosts"].values():
        merged = {**everyone.get("vars", {}), **variables}
        check_variables(merged)
        # Options of a connection, such as safe_url, begin with the name of a role, too.
        left = [name for name in merged if not any(name in spec for spec in CONNECTION.values())]
        by_role = {role: {name: merged[name] for name in left if name.startswith(f"{role}_")} for role in ROLES}
        assert any(by_role.values()), "no role gets anything"
        for role, own in by_role.items():
            check_role_variables(role, own, complete=bool(own))


def check_variables(variables: Options) -> None:
    """Each variable is an option of a connection, a role's, or one of Ansible's own."""
    options = {name: value for name, value in variables.items() if any(name in spec for spec in CONNECTION.values())}
    validate(options, {name: option for spec in CONNECTION.values() for name, option in spec.items()})
    for name in set(variables) - set(options):
        if name.startswith("ansible_"):
            assert name in {"ansible_connection", "ansible_host"}
            continue
        if name.startswith("vault_"):
            # What a file of Ansible Vault defines; the page refers to it.
            assert any(f"{{{{ {name} }}}}" in page.read_text() for page in PAGES)
            continue
        role = next((role for role in ROLES if name.startswith(f"{role}_")), None)
        assert role, f"nothing knows the variable {name}"
        check_role_variables(role, {name: variables[name]}, complete=False)


def check_role_variables(role: str, variables: Options, *, complete: bool) -> None:
    """The variables are those of one entry point of the role."""
    entry = next((entry for entry in entry_points(role) if set(variables) <= set(role_spec(role, entry))), "main")
    validate(variables, role_spec(role, entry))
    if complete and entry == "main":
        assert REQUIRED.get(role, set()) <= set(variables)


def check_requirements(data: Options) -> None:
    for entry in data["collections"]:
        assert entry | {"version": "any"} == {
            "name": "https://github.com/identityops/cisco.git",
            "type": "git",
            "version": "any",
        }


def check_execution_environment(data: Options) -> None:
    """What it is built from is pinned."""
    assert data["version"] == 3
    assert data["images"]["base_image"]["name"].endswith(":TAG")
    assert all("version" in entry for entry in data["dependencies"]["galaxy"]["collections"])
    check_requirements(data["dependencies"]["galaxy"])


def check_credential_fields(data: Options) -> None:
    known = {name for spec in CONNECTION.values() for name in spec}
    secret = {name for spec in CONNECTION.values() for name, option in spec.items() if option.get("no_log")}
    named = {field["id"] for field in data["fields"]}
    assert named <= known
    assert {field["id"] for field in data["fields"] if field.get("secret")} == named & secret
    assert set(data["required"]) <= named


def check_credential_environment(data: Options) -> None:
    """One type for each service, with the certificate authorities in a file that AWX writes."""
    (service,) = [name for name, spec in CONNECTION.items() if {key.lower() for key in data["env"]} <= set(spec)]
    ca_path = f"{service}_ca_path"
    assert data["file"] == {f"template.{service}_ca": f"{{{{ {ca_path} }}}}"}
    values = {name.upper(): f"{{{{ {name} }}}}" for name in CONNECTION[service]}
    values[ca_path.upper()] = f"{{{{ tower.filename.{service}_ca }}}}"
    assert data["env"] == {name: values[name] for name in data["env"]} and ca_path.upper() in data["env"]


def check_gitlab(data: Options) -> None:
    job = data["drift"]
    check_gate(job["variables"]["GATE"], job["script"])
    assert job["allow_failure"] == {"exit_codes": [2]}
    for trouble in ({}, {"pip": 2}, {"ansible-galaxy": 2}):
        assert ended_without_gate([*job["before_script"], *job["script"]], trouble) == 1


def ended_without_gate(commands: list[str], trouble: Mapping[str, int]) -> int:
    """How a job of GitLab ends without a gate, where these tools end with these codes. Python itself ends with 2 for a
    file that it does not find, and 2 is what the pipeline takes for drift."""
    tools = "".join(f"{name}() {{ return {trouble.get(name, 0)}; }}\n" for name in ("pip", "ansible-galaxy"))
    script = "\n".join(["set -eo pipefail", tools, *commands])
    environment = {"PATH": os.environ["PATH"], "GATE": "collections/nowhere/gate.py"}
    return subprocess.run(["bash", "-c", script], env=environment, check=False, capture_output=True).returncode


def check_github(data: Options) -> None:
    job = data["jobs"]["drift"]
    known = {name for spec in CONNECTION.values() for name in spec}
    secrets = {name for name, value in job["env"].items() if value == f"${{{{ secrets.{name} }}}}"}
    assert {name.lower() for name in secrets} <= known and set(job["env"]) - secrets == {
        "ANSIBLE_COLLECTIONS_PATH",
        "GATE",
    }
    commands = [step.get("run", "") for step in job["steps"]]
    check_gate(job["env"]["GATE"], commands)
    assert any('test -r "$GATE"' in command for command in commands)


def check_gate(path: str, commands: list[str]) -> None:
    """The command is part of the collection, and so is the playbook that it runs."""
    assert (ROOT / path.removeprefix("collections/ansible_collections/identityops/cisco/")).exists()
    (playbook,) = [line.split("$GATE ")[1].split()[0] for line in commands if "$GATE " in line]
    check_ours(playbook, "playbooks", ".yml")


KINDS: dict[str, Callable[[Options], None]] = {
    "all": check_inventory,
    "collections": check_requirements,
    "images": check_execution_environment,
    "fields": check_credential_fields,
    "env": check_credential_environment,
    "drift": check_gitlab,
    "jobs": check_github,
}


# Options against their specification


@functools.cache
def loaded(text: str) -> Any:
    """YAML that several tests read and none changes. The loader in C, because these are long."""
    return yaml.load(text, yaml.CSafeLoader)


def entry_points(role: str) -> Options:
    specs: Options = loaded((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())["argument_specs"]
    return specs


def role_spec(role: str, entry: str = "main") -> Options:
    # ansible-core fills in what a specification leaves out.
    options: Options = copy.deepcopy(entry_points(role)[entry]["options"])
    return options


def task_of(name: str) -> Task:
    module: Any = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{name.rpartition('.')[2]}")
    task: Task = module.TASK
    return task


def validate(options: Options, spec: Options, constraints: Options | None = None) -> None:
    filled = {name: sample(value, spec.get(name, {})) for name, value in options.items()}
    result = ArgumentSpecValidator(spec, **(constraints or {})).validate(filled)
    assert not result.error_messages


def sample(value: Any, option: Options) -> Any:
    """The value, with something of the right kind in place of a template."""
    if isinstance(value, dict):
        inner = option.get("options") or {}
        return {name: sample(part, inner.get(name, {})) for name, part in value.items()}
    if isinstance(value, list):
        return [sample(part, {**option, "type": option.get("elements")}) for part in value]
    if not (isinstance(value, str) and "{{" in value):
        return value
    if option.get("choices"):
        return option["choices"][0]
    return {"int": 1, "bool": True, "list": [], "dict": {}}.get(str(option.get("type")), "text")


def check_filters(task: Options) -> None:
    for name in re.findall(rf"\| *{re.escape(COLLECTION)}\.(\w+)", str(task)):
        assert (ROOT / f"plugins/filter/{name}.py").exists(), f"there is no filter {name}"


# The tests


@pytest.mark.parametrize("text", EXAMPLES)
def test_block_uses_what_exists(text: str) -> None:
    check_block(yaml.safe_load(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_block_is_overlooked(page: Path) -> None:
    marks = re.findall(r"(?:```|code-block:: *)(?:ya?ml|jinja)", page.read_text(), re.IGNORECASE)
    assert len(list(blocks(page))) == len(marks)


@pytest.mark.parametrize(
    "wrong",
    [
        "- identityops.cisco.duo_admin_app:\n    name: X",
        "- identityops.cisco.duo_admin_api_app:\n    name: X\n    profil: splunk",
        "- identityops.cisco.duo_admin_api_app:\n    name: X\n    profile: nobody",
        "- identityops.cisco.ise_duo_mfa:\n    connection_name: X\n    admin_api: {integration_key: X}",
        "- ansible.builtin.debug:\n    message: X",
        "- ansible.builtin.debug:\n    msg: '{{ x | identityops.cisco.nothing }}'",
        "- ansible.builtin.include_role:\n    name: identityops.cisco.ise_duo",
        "- ansible.builtin.import_playbook: identityops.cisco.nothing",
        "- identityops.cisco.ise_system_info:\n  environment: {ISE_PASSWORD: X}",
        "- hosts: all\n  module_defaults:\n    group/identityops.cisco.ise: {ise_host: X}\n  tasks: []",
        "all: {hosts: {ise: {ise_host: X}}}",
        "all: {hosts: {ise: {ise_hostname: X}}}",
        "all: {hosts: {ise: {ise_duo_mfa_active_directory: X}}}",
        "ise_duo_mfa_type: [vpn]",
        "ise_duo_mfa_types: [wlan]",
        "ise_duo_mfa_policy: [{name: X, policy_set: Y}]",
        "something: else",
    ],
)
def test_a_wrong_block_is_noticed(wrong: str) -> None:
    with pytest.raises(AssertionError):
        check_block(yaml.safe_load(wrong))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_role_readme_has_every_variable_with_its_default(role: str) -> None:
    text = (ROOT / f"roles/{role}/README.md").read_text()
    table = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.MULTILINE))
    defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text())
    assert set(table) == set(role_spec(role))
    for name, said in table.items():
        value = defaults.get(name)
        if said.startswith("`"):
            assert yaml.safe_load(said.strip("`")) == value
        else:
            assert not value


def test_readme_names_every_module_and_playbook() -> None:
    text = (ROOT / "README.md").read_text()
    texts = {path.stem: path.read_text() for path in (ROOT / "plugins/modules").glob("[!_]*.py")}
    modules = [name for name, source in texts.items() if "TASK = Task(" in source]
    assert modules and not [name for name in modules if f"`{name}`" not in text]
    playbooks = [path.stem for path in (ROOT / "playbooks").glob("*.yml")]
    assert playbooks and not [name for name in playbooks if f"`{name}`" not in text]


def rows(guide: str) -> list[list[list[str]]]:
    """For each row of each list table, for each cell, the words in double backticks."""
    text = (ROOT / f"docs/docsite/rst/guide_{guide}.rst").read_text()
    found = re.findall(r"^   \* - (.*?)(?=^   \* - |^\S)", text + "\n.", re.MULTILINE | re.DOTALL)
    cells = [re.split(r"^     - ", row, flags=re.MULTILINE) for row in found]
    return [[re.findall(r"``(.+?)``", cell, re.DOTALL) for cell in row] for row in cells]


def profile_rows() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What the guide says of each profile or permission where it comes first, and where it comes again."""
    first: dict[str, list[str]] = {}
    again: dict[str, list[str]] = {}
    for row in rows("permission_profiles"):
        if row[0]:
            (again if row[0][0] in first else first)[row[0][0]] = row[1]
    return first, again


def test_guide_lists_the_profiles_and_permissions_as_they_are() -> None:
    table, _narrower = profile_rows()
    assert set(table) == set(PROFILES) | set(PERMISSIONS)
    for profile, permissions in PROFILES.items():
        assert sorted(table[profile]) == sorted(permissions), profile
    assert f"one of {len(PROFILES)} permission profiles" in (ROOT / "README.md").read_text()


def test_narrower_sets_are_narrower() -> None:
    _table, narrower = profile_rows()
    assert narrower
    for profile, permissions in narrower.items():
        whole = set(PROFILES[profile])
        assert all(item in whole or item.removesuffix("_read") in whole for item in permissions)
        assert set(permissions) != whole


def test_guide_lists_the_connection_options_and_their_environment_variables() -> None:
    options = {name: [name.upper()] for spec in CONNECTION.values() for name in spec}
    table = {row[0][0]: row[1] for row in rows("connection") if row[0]}
    assert {name: table.get(name) for name in options} == options
    assert {name for name in table if name.islower()} == set(options)


def test_guide_lists_the_other_environment_variables() -> None:
    names = {text for text in texts_of_plugins() if re.fullmatch(r"[A-Z_]+_(BUNDLE|DIR|FILE|HOME|PROXY)", text)}
    listed = {name for row in rows("connection") for name in row[0]}
    assert len(names) > 3 and names - listed == set()


def literals(tree: ast.AST) -> Iterator[str]:
    """Each text of a module, with a mark where a formatted text has a value."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def texts_of(data: Any) -> Iterator[str]:
    """Each text in the YAML of a role, as it is and with a mark where a template has a value."""
    if isinstance(data, str):
        yield data
        yield re.sub(r"\{\{.*?\}\}", "…", data, flags=re.DOTALL)
    elif isinstance(data, (dict, list)):
        for part in data.values() if isinstance(data, dict) else data:
            yield from texts_of(part)


@functools.cache
def texts_of_plugins() -> tuple[str, ...]:
    """Each text in what the plugins are made of."""
    folders = ("module_utils", "plugin_utils", "modules")
    sources = (path for folder in folders for path in (ROOT / "plugins" / folder).rglob("*.py"))
    return tuple(dict.fromkeys(text for path in sources for text in literals(ast.parse(path.read_text()))))


@pytest.mark.parametrize("guide", sorted(ROLES))
def test_every_message_in_the_guide_is_one_of_ours(guide: str) -> None:
    texts = [*texts_of_plugins()]
    for path in (ROOT / "roles" / guide).glob("*/*.yml"):
        texts += texts_of(loaded(path.read_text()))
    page = (ROOT / f"docs/docsite/rst/guide_{guide}.rst").read_text()
    table = page.partition("   * - The message says\n")[2]
    messages = re.findall(r"^   \* - ``(.+)``$", table, re.MULTILINE)
    assert len(messages) > 20
    strange = [message for message in messages if not any(map(pattern_of(message).search, texts))]
    assert not strange


def pattern_of(message: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part.strip()) for part in message.split("…")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text) if page.suffix == ".md" else re.findall(r"image:: (\S+)", text)
    local = [link for link in links if "://" not in link]
    assert not [link for link in local if not (page.parent / link).exists()]


def test_guides_for_a_hub_refer_to_their_own_sections() -> None:
    page = "See [Remove it (again)]() and [the guide](guide.md).\n\n## Remove it (again)\n\n## Other\n"
    assert with_targets(page) == (
        "See [Remove it (again)](#remove-it-again) and [the guide](guide.md).\n\n"
        '<a id="remove-it-again"></a>\n\n## Remove it (again)\n\n## Other\n'
    )
