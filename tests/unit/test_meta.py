# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists that have to agree: modules, their action plugins, their documentation fragments and the action groups."""

from __future__ import annotations

import functools
import importlib
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleUndefinedVariable
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from tools import checkout, docs, package

try:
    from ansible.template import trust_as_template
except ImportError:
    # Before core 2.19 every text is a template.
    def trust_as_template(value: str) -> str:
        return value


ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "identityops.cisco"
SERVICES = {"cii", "duo", "ise", "safe", "secure_endpoint"}
# What the attributes fragment says about the groups, by the fragment's part.
GROUP_ATTRIBUTES = {
    "cii_group": {"cii"},
    "duo_group": {"duo"},
    "ise_group": {"ise"},
    "secure_endpoint_group": {"secure_endpoint"},
    "safe_groups": {"duo", "safe"},
    "both_groups": {"duo", "ise"},
    "duo_and_secure_endpoint_groups": {"duo", "secure_endpoint"},
}

# They work on the machine where they run, and ask no service.
OF_A_MACHINE = {"duo_authentication_proxy_config"}

RUNTIME = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())


def names_in(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / "plugins" / folder).glob("*.py") if not path.stem.startswith("_")}


# Those for people; what only the roles use has no task of its own.
MODULES = sorted(
    name for name in names_in("modules") if "TASK = Task(" in (ROOT / f"plugins/modules/{name}.py").read_text()
)


@functools.cache
def fragments(module: str) -> list[str]:
    """The documentation fragments that a module of this collection uses, without the collection's name."""
    loaded: Any = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{module}")
    # The loader in C, because these are the longest texts there are.
    used = yaml.load(loaded.DOCUMENTATION, yaml.CSafeLoader).get("extends_documentation_fragment", [])
    prefix = f"{COLLECTION}."
    return [name.removeprefix(prefix) for name in used if name.startswith(prefix)]


def groups_of(module: str) -> set[str]:
    return {group for group, members in RUNTIME["action_groups"].items() if module in members}


def test_there_is_a_group_for_each_service() -> None:
    assert set(RUNTIME["action_groups"]) == SERVICES


@pytest.mark.parametrize("module", MODULES)
def test_module_is_in_the_group_of_each_service_whose_options_it_takes(module: str) -> None:
    services = SERVICES & set(fragments(module))
    assert bool(services) is not (module in OF_A_MACHINE)
    assert groups_of(module) == services


@pytest.mark.parametrize("module", MODULES)
def test_module_documents_the_groups_it_is_in(module: str) -> None:
    parts = [name.removeprefix("attributes.") for name in fragments(module) if name.startswith("attributes.")]
    documented = [GROUP_ATTRIBUTES[part] for part in parts if part in GROUP_ATTRIBUTES]
    assert documented == ([] if module in OF_A_MACHINE else [groups_of(module)])


def test_each_module_has_an_action_plugin_and_each_action_plugin_a_module() -> None:
    assert MODULES
    assert names_in("action") == names_in("modules")


@pytest.mark.parametrize("group", sorted(SERVICES))
def test_action_group_names_existing_modules_once_and_in_order(group: str) -> None:
    members = RUNTIME["action_groups"][group]
    assert members == sorted(set(members))
    assert set(members) <= set(MODULES)


def test_execution_environments_install_what_the_modules_need() -> None:
    environment = yaml.safe_load((ROOT / "meta/execution-environment.yml").read_text())
    lines = (ROOT / environment["dependencies"]["python"]).read_text().splitlines()
    packages = {line.split(">=")[0] for line in lines if line and not line.startswith("#")}
    assert packages == {"duo_client", "requests"}


PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_hosts_that_refer_to_nothing_are_not_taken_for_all(playbook: Path) -> None:
    # A play without a pattern of its own judges what the others have done.
    plays = [play for play in yaml.safe_load(playbook.read_text()) if play.get("hosts") != "all:localhost"]
    assert plays
    for play in plays:
        hosts, birch = trust_as_template(play["hosts"]), trust_as_template("{{ customer }}")
        assert Templar(DataLoader(), variables={}).template(hosts) == "all"
        # A survey gives an empty text for what is not filled in.
        for empty in ("", " ", None):
            assert Templar(DataLoader(), variables={"identityops_hosts": empty}).template(hosts) == "all"
        assert Templar(DataLoader(), variables={"identityops_hosts": []}).template(hosts) == []
        given = {"identityops_hosts": birch, "customer": "birch"}
        assert Templar(DataLoader(), variables=given).template(hosts) == "birch"
        with pytest.raises(AnsibleUndefinedVariable, match="customer"):
            Templar(DataLoader(), variables={"identityops_hosts": birch}).template(hosts)


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_playbook_runs_locally_and_leaves_connection_options_to_the_modules(playbook: Path) -> None:
    """A default filter would let the environment speak for a variable that refers to something undefined."""
    for play in yaml.safe_load(playbook.read_text()):
        # The agent's container runs on a host of its own, and so do the proxies.
        assert play.get("connection") == (None if playbook.stem in ("authentication_proxy", "ise_agent") else "local")
        assert "module_defaults" not in play
        options = {name for service in SERVICES for name in connection_options(service)}
        assert not [name for name in options if re.search(r"\{\{ *" + name, str(play["tasks"]))]


def test_no_example_has_a_default_for_a_connection_option() -> None:
    options = "|".join(name for service in SERVICES for name in connection_options(service))
    for folder, kind in (("plugins/modules", "*.py"), ("docs/docsite/rst", "*.rst"), ("roles", "**/*.md")):
        for path in (ROOT / folder).glob(kind):
            assert not re.search(rf"\{{\{{ *({options}) *\| *default", path.read_text()), path


def connection_options(service: str) -> set[str]:
    fragment = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.doc_fragments.{service}")
    return set(yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"])


def tasks_of(role: str) -> list[dict[str, Any]]:
    """All tasks of a role, those in blocks too."""
    left = [yaml.safe_load(path.read_text()) or [] for path in (ROOT / "roles" / role / "tasks").glob("*.yml")]
    found: list[dict[str, Any]] = []
    while left:
        for task in left.pop():
            found.append(task)
            left += [task[part] for part in ("block", "rescue", "always") if part in task]
    return found


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "roles").iterdir()))
def test_role_asks_before_it_takes_over_what_somebody_else_may_have_made(role: str) -> None:
    for task in tasks_of(role):
        for action, options in task.items():
            module = action.removeprefix(f"{COLLECTION}.")
            if module not in MODULES:
                continue
            loaded: Any = importlib.import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{module}")
            if "adopt" in loaded.TASK.argument_spec and options.get("global_policy") is not True:
                given = rf"\{{\{{ ({role}__(proxy_)?vars(\.apps\.\w+\[item\])?|item)\.adopt \}}\}}"
                assert re.fullmatch(given, str(options.get("adopt"))), task["name"]


def keys_of(mapping: yaml.MappingNode) -> list[str]:
    """The keys of a mapping, and those that it merges."""
    merged = [value for key, value in mapping.value if key.value == "<<"]
    return [key.value for key, _value in mapping.value if key.value != "<<"] + [
        name for value in merged for name in keys_of(value)
    ]


def mappings(node: yaml.Node | None) -> list[yaml.MappingNode]:
    if isinstance(node, yaml.SequenceNode):
        return [found for item in node.value for found in mappings(item)]
    if isinstance(node, yaml.MappingNode):
        return [node, *(found for _key, value in node.value for found in mappings(value))]
    return []


@pytest.mark.parametrize("folder", ["roles", "playbooks"])
def test_no_mapping_has_a_key_twice_for_which_ansible_would_warn(folder: str) -> None:
    """A key that a mapping merges and gives itself is one of these."""
    found = [
        f"{path.relative_to(ROOT)}:{node.start_mark.line + 1}"
        for path in (ROOT / folder).rglob("*.yml")
        for node in mappings(yaml.compose(path.read_text()))
        if len(keys_of(node)) != len(set(keys_of(node)))
    ]
    assert not found


@pytest.fixture
def checkout_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file and a guide, both committed, which the tools take for this one."""
    folder = tmp_path / "checkout"
    guides = folder / "docs/docsite/rst"
    guides.mkdir(parents=True)
    (folder / "galaxy.yml").write_text("content")
    (guides / "guide_start.rst").write_text("Start\n=====\n\nContent.\n")
    in_git(folder, "init", "-q")
    in_git(folder, "add", ".")
    in_git(folder, "commit", "-q", "-m", "First")
    monkeypatch.setattr(checkout, "ROOT", folder)
    return folder


def in_git(folder: Path, *command: str) -> None:
    author = ["-c", "user.name=Author", "-c", "user.email=author@corp.example"]
    subprocess.run(["git", "-C", str(folder), *author, *command], check=True)


def copied(target: Path) -> set[str]:
    return {str(path.relative_to(target)) for path in target.rglob("*") if not path.is_dir()}


def test_the_artefact_is_built_from_what_is_committed(checkout_folder: Path, tmp_path: Path) -> None:
    """A file with secrets that somebody left in the checkout does not get into it, not even a staged one."""
    (checkout_folder / "docs/docsite/rst/guide_secret.rst").write_text("Secret\n======\n\nContent.\n")
    for name in (b"inventory.yml", b"in\xfcentory.yml", b"odd\nname.yml", b"staged.yml"):
        (checkout_folder / os.fsdecode(name)).write_text("content")
    in_git(checkout_folder, "add", "staged.yml")
    in_git(checkout_folder, "init", "-q", "part")
    in_git(checkout_folder / "part", "commit", "-q", "--allow-empty", "-m", "First")
    checkout.copy_project(tmp_path / "copy", committed=True)
    assert copied(tmp_path / "copy") == {"galaxy.yml", "docs/docsite/rst/guide_start.rst"}


def test_a_submodule_and_a_name_in_another_encoding_end_no_build(checkout_folder: Path, tmp_path: Path) -> None:
    in_git(checkout_folder, "init", "-q", "part")
    in_git(checkout_folder / "part", "commit", "-q", "--allow-empty", "-m", "First")
    odd = os.fsdecode(b"\xfc.yml")
    (checkout_folder / odd).write_text("content")
    in_git(checkout_folder, "-c", "advice.addEmbeddedRepo=false", "add", "part", odd)
    in_git(checkout_folder, "commit", "-q", "-m", "Second")
    checkout.copy_project(tmp_path / "copy", committed=True)
    assert copied(tmp_path / "copy") == {"galaxy.yml", "docs/docsite/rst/guide_start.rst", odd}


@pytest.mark.parametrize("absolute", [True, False])
def test_a_link_to_what_is_outside_of_the_project_ends_the_build(checkout_folder: Path, absolute: bool) -> None:
    """The builder would pack what it leads to. A link to a file of the project is one, and stays."""
    (checkout_folder.parent / "key.pem").write_text("content")
    (checkout_folder / "copy.yml").symlink_to("galaxy.yml")
    package.check_links(checkout_folder)
    (checkout_folder / "key.pem").symlink_to(checkout_folder.parent / "key.pem" if absolute else "../key.pem")
    with pytest.raises(package.PackageError, match="key.pem"):
        package.check_links(checkout_folder)


def test_guides_for_a_hub_are_those_of_the_copy(checkout_folder: Path, tmp_path: Path) -> None:
    table = '.. list-table::\n\n   * - One\n     - ``Two``\n       Duo\'s "words".\n'
    with (checkout_folder / "docs/docsite/rst/guide_start.rst").open("a") as page:
        page.write(f"\n{table}")
    docs.write_guides(checkout_folder / "docs", tmp_path / "scratch")
    text = (checkout_folder / "docs/guide_start.md").read_text()
    assert text.startswith("# Start\n\nContent.\n")
    # The end of a line in the source is none in a cell of the table, and a hub's ansible-test refuses curly quotes.
    assert '| One | `Two` Duo\'s "words".' in re.sub(" +", " ", text)
    assert not (checkout_folder / "docs/guide_running.md").exists()


@pytest.mark.parametrize("page", ["README.md", "SECURITY.md"])
def test_links_work_wherever_the_page_is_read(page: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links and [link for link in links if not link.startswith(("https://", "#"))] == []
