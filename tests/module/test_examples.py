# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples in the modules' documentation work as written, and results hold what the documentation says.

Each example runs in the order of the text, against a lab that is prepared as :data:`ESTATES` says. Only the connection
is replaced: an example that names a host or a key names one that does not exist.
"""

from __future__ import annotations

import ast
import atexit
import functools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import filter_loader
from ansible.template import Templar
from ansible_collections.identityops.cisco.plugins.doc_fragments import ise_policy
from lab import Lab

from .estates import join_ise_and_duo
from .harness import COLLECTION, Options, Result, Run, the_task
from .specs import FOLDER, MODULES

# Keywords of a task that change nothing about what the module is given or returns.
HARMLESS = {"name", "register", "no_log", "delegate_to", "run_once", "changed_when", "failed_when", "tags"}
# What every task may return, and core documents.
COMMON = {"changed", "diff", "failed", "invocation", "msg", "warnings", "deprecations", "exception", "_ansible_no_log"}
TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "list": (list,),
    "dict": (dict,),
    "raw": (object,),
}


def joined(lab: Lab) -> Options:
    """ISE and Duo joined, for examples that use no variable."""
    join_ise_and_duo(lab)
    return {}


def mfa_on(lab: Lab) -> Options:
    lab.patch("ise", "set_mfa", enabled=True)
    return {}


def with_applications(lab: Lab) -> Options:
    """A sync and two Duo applications, not connected yet."""
    mfa_on(lab)
    lab.patch("ise", "add_sync", name="Corporate users", directory="CORP_AD", groups=["corp.example/Users/Helpdesk"])
    flags = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
    admin = lab.patch("duo", "add_application", name="ISE user sync", type="adminapi", flags=flags)
    auth = lab.patch("duo", "add_application", name="ISE logins", type="authapi")
    secrets = {app["integration_key"]: app["secret_key"] for app in lab.state("duo", "applications")}
    return {
        "duo_api_host": lab.duo.api_host,
        "ise_admin_integration_key": admin,
        "ise_admin_secret_key": secrets[admin],
        "ise_auth_integration_key": auth,
        "ise_auth_secret_key": secrets[auth],
    }


def with_a_credential(lab: Lab) -> Options:
    pair = lab.secure_endpoint
    return {"secure_endpoint_client_id": pair.client_id, "secure_endpoint_api_key": pair.api_key}


def with_an_api_client(lab: Lab) -> Options:
    names = ("api_url", "token_url", "client_id", "client_secret")
    return {f"cii_{name}": getattr(lab.cii, name) for name in names}


def with_a_registry(lab: Lab) -> Options:
    return {"cii_registry_path": f"{lasting_folder()}/webhooks.json", "cii_receiver_token": "a-token-of-the-receiver"}


def lasting_folder() -> str:
    folder = tempfile.mkdtemp(prefix="identityops-registry-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def with_trusted_endpoints(lab: Lab) -> Options:
    lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
    return {}


def with_an_application_of_safe(lab: Lab) -> Options:
    flags = {"adminapi_info": 1, "adminapi_settings": 1}
    lab.patch("duo", "add_application", name="SAFE", type="adminapi", flags=flags)
    return {"playbook_dir": lasting_folder()}


def with_a_pxgrid_client(lab: Lab) -> Options:
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")
    return {}


def with_radius_servers(lab: Lab) -> Options:
    for name in ("DuoProxy1", "DuoProxy2"):
        lab.patch("ise", "add_radius_server", name=name)
    return {}


def with_a_proxy(lab: Lab) -> Options:
    names = ("duo_proxy_directory_password", "duo_proxy_secret_key", "duo_proxy_radius_secret")
    return {name: f"a-value-of-{name}" for name in names}


def with_a_radius_secret(lab: Lab) -> Options:
    return {"duo_proxy_radius_secret": "a-secret-of-the-proxy"}


def on_a_proxy() -> Options:
    """Where the proxy's machine has its file."""
    path = Path(lasting_folder()) / "authproxy.cfg"
    path.write_text("[main]\n")
    return {"path": str(path), "backup": False}


# What a module's examples are given besides, because they run here.
BESIDES: dict[str, Callable[[], Options]] = {"duo_authentication_proxy_config": on_a_proxy}
# What the examples of a module find when they begin, and the variables they use.
ESTATES: dict[str, Callable[[Lab], Options]] = {
    "duo_authentication_proxy_config": with_a_proxy,
    "duo_edr_integration": with_trusted_endpoints,
    "cii_end_user_info": with_an_api_client,
    "cii_webhook": with_a_registry,
    "duo_policy": with_trusted_endpoints,
    "ise_duo_mfa": with_applications,
    "ise_duo_mfa_info": joined,
    "ise_external_radius_server": with_a_radius_secret,
    "ise_identity_sync": mfa_on,
    "ise_identity_sync_info": joined,
    "ise_identity_sync_run": joined,
    "ise_mfa_rule": joined,
    "ise_policy_info": joined,
    "ise_policy_rules": joined,
    "ise_pxgrid_client": with_a_pxgrid_client,
    "ise_radius_server_sequence": with_radius_servers,
    "safe_integration": with_an_application_of_safe,
    "secure_endpoint_computer_info": with_a_credential,
}


@functools.cache
def documentation(module: str) -> dict[str, Any]:
    """DOCUMENTATION, EXAMPLES and RETURN of a module, parsed."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in ("DOCUMENTATION", "EXAMPLES", "RETURN"):
                found[name] = yaml.safe_load(ast.literal_eval(node.value))
    return found


def perform_examples(run: Run, lab: Lab, module: str) -> Iterator[tuple[str, str, Result]]:
    """Run the examples one after the other; module, name and result of each."""
    variables = ESTATES[module](lab) if module in ESTATES else {}
    besides = BESIDES[module]() if module in BESIDES else {}
    for example in documentation(module)["EXAMPLES"]:
        if "ansible.builtin.debug" in example:
            # Shows how to use a result: filling it in fails if it speaks of something that is not there.
            templated(example["ansible.builtin.debug"], variables)
            continue
        (name,) = [key for key in example if key.startswith(f"{COLLECTION}.")]
        assert set(example) - HARMLESS == {name}, f"these tests cannot perform {sorted(set(example) - HARMLESS)}"
        called = name.removeprefix(f"{COLLECTION}.")
        options = {**besides, **templated(example[name] or {}, variables)}
        result = run.ok(
            called, **{option: value for option, value in options.items() if not is_connection(called, option)}
        )
        if "register" in example:
            variables[example["register"]] = result
        yield called, example["name"], result


def is_connection(module: str, option: str) -> bool:
    """Whether the environment can give it, which is so for options of connections and no others."""
    return "fallback" in the_task(module).argument_spec.get(option, {})


def templated(value: Any, variables: Options) -> Any:
    """An example's options with its variables filled in, as Ansible does it."""
    try:
        from ansible.template import trust_as_template
    except ImportError:

        def trust_as_template(text: str) -> str:
            return text

    def prepared(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: prepared(entry) for name, entry in part.items()}
        if isinstance(part, list):
            return [prepared(entry) for entry in part]
        # The filters are known here by their folder, for the collection is not installed.
        return trust_as_template(part.replace(f"| {COLLECTION}.", "| ")) if isinstance(part, str) else part

    filter_loader.add_directory(str(FOLDER.parent / "filter"))
    return Templar(loader=DataLoader(), variables=variables).template(prepared(value))


@pytest.mark.parametrize("module", MODULES)
def test_examples_work_and_return_what_is_documented(run: Run, lab: Lab, module: str) -> None:
    performed = 0
    for called, name, result in perform_examples(run, lab, module):
        if called == module:
            performed += 1
            problems = list(undocumented(result, documentation(module)["RETURN"]))
            assert not problems, f"{name}: {problems}"
    assert performed, "no example uses the module itself"


def undocumented(result: Result, described: dict[str, Any], path: str = "") -> Iterator[str]:
    """What a result holds and RETURN does not, what it lacks though "always" returned, and what has another type."""
    for key, value in result.items():
        if not path and key in COMMON:
            continue
        if key not in described:
            yield f"{path}{key} is not documented"
            continue
        yield from _unlike(value, described[key], f"{path}{key}")
    for key, entry in described.items():
        if key not in result and entry["returned"] == "always":
            yield f"{path}{key} is documented as always returned, and is missing"


def _unlike(value: Any, entry: dict[str, Any], path: str) -> Iterator[str]:
    kind = entry["type"]
    if value is not None and not fits(value, kind):
        yield f"{path} is {value!r}, documented as {kind}"
        return
    if "contains" not in entry:
        return
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            yield from undocumented(part, entry["contains"], f"{path}.")


def fits(value: Any, kind: str) -> bool:
    # In Python a bool is an int, in documentation it is not.
    return isinstance(value, TYPES[kind]) and (kind == "bool" or not isinstance(value, bool))


def _all_returned(described: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for key, entry in described.items():
        yield path + key, entry
        yield from _all_returned(entry.get("contains", {}), f"{path}{key}.")


@pytest.mark.parametrize("module", MODULES)
def test_every_return_value_has_a_sample_of_its_type(module: str) -> None:
    for path, entry in _all_returned(documentation(module)["RETURN"]):
        if "contains" not in entry:
            assert "sample" in entry, f"{path} has no sample"
        if entry.get("sample") is not None:
            assert fits(entry["sample"], entry["type"]), f"{path}: the sample is no {entry['type']}"
        assert entry["description"] and entry["returned"], path


def in_fragments(names: list[str]) -> Iterator[str]:
    """The options in those fragments that are not about a connection."""
    for name in names:
        file, _dot, part = name.removeprefix(f"{COLLECTION}.").partition(".")
        if file == "ise_policy":
            text = getattr(ise_policy.ModuleDocFragment, (part or "documentation").upper())
            yield from yaml.safe_load(text)["options"]


@pytest.mark.parametrize("module", MODULES)
def test_documented_options_are_the_ones_that_are_taken(module: str) -> None:
    """The module's own options; those of the connection are in fragments, and sanity tests compare the whole."""
    text = documentation(module)["DOCUMENTATION"]
    documented = {*text.get("options", {}), *in_fragments(text["extends_documentation_fragment"])}
    taken = {name for name in the_task(module).argument_spec if not is_connection(module, name)}
    assert set(documented) == taken
