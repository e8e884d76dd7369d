# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same task, run as a module and in-process as an action from the same state of the world, returns the same.

The results are compared whole. The one thing that may differ is stated in :func:`both`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.basic import env_fallback
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Refused
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from lab import Lab

from .estates import ADMIN_APP, AUTH_APP, CONNECTION, SYNC, join_ise_and_duo
from .harness import OMIT, Result, Run
from .specs import MODULES
from .test_examples import lasting_folder

Prepare = Callable[[Lab], None]
ADMIN = "duo_admin_api_app"


def both(lab: Lab, module: str | Task, *, prepare: Prepare | None = None, **how: Any) -> Result:
    """Run one case both ways, each from a fresh lab, and return the result, which must be the same.

    Left out are core's own ``exception``, a traceback or its absence, for where there is no process there is none; the
    request not to print the result, which only an action can make (and does for the module too); and what is another
    one each time: a secret that was asked for, and when a run ended and how long it took.
    """
    results: list[Result] = []
    for way in ("module", "action"):
        lab.reset()
        if prepare:
            prepare(lab)
        result = Run(way, lab)(module, **how)
        for name in ("exception", "_ansible_no_log", "secret_key", "waited", "history"):
            result.pop(name, None)
        result.get("identity_sync", {}).pop("last_sync", None)
        if "step" in result:
            result["step"]["detail"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "(a time)", result["step"]["detail"])
        for name in ("credential", "summary"):
            result.get(name, {}).pop("budget", None)
        for computer in result.get("computers", []):
            computer.pop("last_seen")
        results.append(result)
    assert results[0] == results[1]
    assert list(results[0].get("warnings", [])) == list(results[1].get("warnings", []))
    return results[0]


# A module of the tests' own, with everything that options can have


def _echo(params: dict[str, Any], context: Context) -> Result:
    context.hide("fetched-at-run-time")
    context.hide(params["hides"])
    if params["warns"]:
        context.warn("This is a warning with first-secret in it.")
        context.warn("And another one.")
        context.warn("And another one.")
    if params["writes"]:
        context.done.append("write something with first-secret")
    if params["fails"]:
        raise Refused("do it with first-secret", "the box said fetched-at-run-time", "Try later.", status=400, code="7")
    return {
        "changed": params["writes"],
        "diff": {"before": {"a": 1}, "after": {"a": "first-secret"}},
        "text": "before first-secret after",
        "listed": ["first-secret", "plain", {"deep": "fetched-at-run-time"}, 4711],
        "nothing": None,
        "on": True,
        "number": 3,
        "received": {name: params[name] for name in ("text", "count", "switch", "items", "inner", "plain", "secret")},
    }


ECHO = Task(
    run=_echo,
    argument_spec={
        "secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["ECHO_SECRET"])},
        "text": {"type": "str", "fallback": (env_fallback, ["ECHO_TEXT"])},
        "count": {"type": "int", "default": 3},
        "switch": {"type": "bool", "fallback": (env_fallback, ["ECHO_SWITCH"])},
        "items": {"type": "list", "elements": "str"},
        "plain": {
            "type": "str",
            "aliases": ["simple", "old"],
            "deprecated_aliases": [{"name": "old", "version": "2.0.0", "collection_name": "identityops.cisco"}],
        },
        "leaving": {"type": "str", "removed_in_version": "3.0.0", "removed_from_collection": "identityops.cisco"},
        "dated": {"type": "str", "removed_at_date": "2030-01-01", "removed_from_collection": "identityops.cisco"},
        "inner": {
            "type": "dict",
            "options": {
                "secret": {"type": "str", "no_log": True},
                "kind": {"type": "str", "choices": ["one", "two"], "default": "one"},
                "old": {"type": "int", "removed_in_version": "3.0.0", "removed_from_collection": "identityops.cisco"},
            },
        },
        "hides": {"type": "str"},
        "warns": {"type": "bool", "default": False},
        "writes": {"type": "bool", "default": False},
        "fails": {"type": "bool", "default": False},
    },
    constraints={
        "mutually_exclusive": [("hides", "dated")],
        "required_if": [("count", 9, ("text",))],
        "required_together": [("items", "switch")],
    },
)

SECRET = {"secret": "first-secret"}


@pytest.mark.parametrize("diff", [True, False])
@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "options",
    [
        {},
        SECRET,
        {**SECRET, "warns": True},
        {**SECRET, "writes": True, "inner": {"secret": "inner-secret", "kind": "two"}},
        {**SECRET, "fails": True},
        {**SECRET, "fails": True, "writes": True, "warns": True},
        {"hides": "after"},
    ],
)
def test_results_and_censoring(lab: Lab, options: dict[str, Any], check: bool, diff: bool) -> None:
    result = both(lab, ECHO, check=check, diff=diff, **options)
    assert ("diff" in result) == (diff and not options.get("fails"))
    assert "fetched-at-run-time" not in str(result)
    assert "first-secret" not in str(result) or "secret" not in options


def test_a_secret_is_cut_out_of_longer_texts(lab: Lab) -> None:
    result = both(lab, ECHO, **SECRET)
    assert result["text"] == "before ******** after"
    assert result["listed"][0] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def test_secrets_that_look_like_booleans_and_numbers_leave_flags_alone(lab: Lab) -> None:
    result = both(lab, ECHO, secret="True", inner={"secret": "4711"})
    assert (result["changed"], result["on"], result["nothing"]) == (False, True, None)
    assert 4711 not in result["listed"]


@pytest.mark.parametrize(
    "options",
    [
        {"plain": "a", "simple": "b"},
        {"simple": "b"},
        {"old": "c"},
        {"leaving": "x", "dated": "y", "warns": True},
        {"inner": {"old": 1}},
        {"leaving": "x", "fails": True},
        {"old": "c", "plain": "d", "count": "many"},
    ],
)
def test_deprecations_and_doubled_aliases(lab: Lab, options: dict[str, Any]) -> None:
    result = both(lab, ECHO, **options)
    deprecated = {"old", "leaving", "dated", "inner"} & set(options)
    assert len(result.get("deprecations", [])) == len(deprecated)
    if "old" in options:
        assert "old" in result["deprecations"][0]["msg"]
        assert result["deprecations"][0]["collection_name"] == "identityops.cisco"
    if {"plain", "simple"} <= set(options):
        assert "Both option plain and its alias simple are set." in result["warnings"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": "many"}, "count"),
        ({"nonsense": 1}, "Unsupported parameters for"),
        ({"inner": {"nonsense": 1}}, "inner.nonsense"),
        ({"inner": {"kind": "three"}}, "one, two"),
        ({"hides": "a", "dated": "b"}, "mutually exclusive"),
        ({"count": 9}, "text"),
        ({"items": ["a"]}, "switch"),
        ({"switch": "perhaps"}, "switch"),
        ({"secret": "first-secret", "count": "first-secret"}, "count"),
        ({"count": 9, "nonsense": 1}, "text"),
    ],
)
def test_invalid_options(lab: Lab, options: dict[str, Any], words: str) -> None:
    result = both(lab, ECHO, **options)
    assert result["failed"] and words in result["msg"]


@pytest.mark.parametrize(
    ("options", "received"),
    [
        ({"count": "7"}, {"count": 7}),
        ({"text": 5}, {"text": "5"}),
        ({"switch": "yes", "items": "a,b"}, {"switch": True, "items": ["a", "b"]}),
        ({"switch": False, "items": [1, 2.5, "x"]}, {"switch": False, "items": ["1", "2.5", "x"]}),
        ({"inner": {"kind": "two"}}, {"inner": {"kind": "two", "secret": None, "old": None}}),
        ({"text": None, "count": 0}, {"text": None, "count": 0}),
        # YAML makes dates of what looks like one.
        ({"text": datetime(2027, 1, 4, 2, 0)}, {"text": "2027-01-04T02:00:00"}),
        ({"text": date(2027, 1, 4)}, {"text": "2027-01-04"}),
        ({"text": True, "items": [False, 7], "switch": True}, {"text": "True", "items": ["False", "7"]}),
    ],
)
def test_options_are_converted_alike(lab: Lab, options: dict[str, Any], received: dict[str, Any]) -> None:
    result = both(lab, ECHO, **options)
    assert {name: result["received"][name] for name in received} == received


@pytest.mark.parametrize("where", ["controller", "task"])
def test_options_from_the_environment(lab: Lab, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    variables = {"ECHO_TEXT": "from outside with outer-secret", "ECHO_SECRET": "outer-secret", "ECHO_SWITCH": "yes"}
    for name, value in variables.items() if where == "controller" else ():
        monkeypatch.setenv(name, value)
    result = both(lab, ECHO, environment=variables if where == "task" else None, items=["a"])
    assert result["received"]["text"] == "from outside with ********"
    assert result["received"]["switch"] is True
    assert "outer-secret" not in str(result)


def test_the_tasks_environment_wins_and_is_gone_afterwards(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_TEXT", "controller")
    assert both(lab, ECHO, environment={"ECHO_TEXT": "task"})["received"]["text"] == "task"
    assert both(lab, ECHO)["received"]["text"] == "controller"


# The real modules


def _duplicates(lab: Lab) -> None:
    lab.patch("duo", "add_application", name="Twice", type="adminapi")
    lab.patch("duo", "add_application", name="Twice", type="adminapi")


def _adopted(lab: Lab) -> None:
    lab.patch("duo", "add_application", name="By hand", type="ciscoiseadmin", flags={"adminapi_read_resource": 1})


def _lost(lab: Lab) -> None:
    lab.fault("duo", "POST", "integrations", kind="drop_after")


def _no_right_to_read_administrators(lab: Lab) -> None:
    lab.patch("duo", "set_caller_flags", adminapi_admins_read=0)


def _hanging(lab: Lab) -> None:
    join_ise_and_duo(lab)
    lab.switch(**{"ise.sync_result": "hang"})


def _set_up(lab: Lab) -> None:
    lab.patch("duo", "set_trusted_endpoints", configured=True)


def _replacing(lab: Lab) -> None:
    lab.switch(**{"duo.policy_put": "replace"})


def _application_of_safe(lab: Lab) -> None:
    flags = {"adminapi_info": 1, "adminapi_settings": 1}
    lab.patch("duo", "add_application", name="SAFE", type="adminapi", flags=flags)
    Path(_SAFE["registry_path"]).unlink(missing_ok=True)


def _radius_server(lab: Lab) -> None:
    for name in ("First", "Second"):
        lab.patch("ise", "add_radius_server", name=name)


def _pxgrid_client(lab: Lab) -> None:
    lab.patch("ise", "add_pxgrid_client", name="cii-agent")


# Remembered is what the other way has written.
_PXGRID = {"write_again": True, "allow_password_accounts": True, "auto_approve_certificate_accounts": False}
_SAFE: dict[str, Any] = {
    "registry_path": f"{lasting_folder()}/safe.json",
    "product": "Duo Security",
    "application": "SAFE",
    "config_from_duo": {
        "inventedApiUrl": "api_url",
        "inventedIntegrationKey": "integration_key",
        "inventedSecretKey": "secret_key",
    },
    "wait_interval": 1,
}
_RULE: dict[str, Any] = {
    "name": "New",
    "policy_set": "VPN",
    "policy_type": "network_access",
    "condition": [{"not": "library VPN_Tunnel"}, "Radius:NAS-IP-Address equals 192.0.2.10"],
}
XDR_CLIENT_ID = "client-0f6a9c1e-2d34-4b56-8a7b-9c0d1e2f3a4b"
_POLICY = {"name": "New", "trusted_endpoints": {"checking": "require_trusted"}}
_METHODS = {"authentication_methods": {"require_verified_push": "False", "allowed_auth_list": ["duo-push"]}}
_NEW_RULE = {"name": "New", "policy_set": "VPN", "policy_type": "network_access"}
_STRICT = {"name": "New", "trusted_endpoints": {"checking": "require_trusted"}, "max_blocked": 0}

REAL_CASES: dict[str, tuple[str, Prepare | None, dict[str, Any]]] = {
    "create": (ADMIN, None, {"name": "ISE sync", "profile": "cisco_ise"}),
    "nothing to do": (ADMIN, None, {"name": "No such", "state": "absent"}),
    "secret returned": (ADMIN, None, {"name": "ISE sync", "profile": "cisco_ise", "return_secret": True}),
    "duplicate": (ADMIN, _duplicates, {"name": "Twice", "profile": "safe"}),
    "adopted, with a warning": (ADMIN, _adopted, {"name": "By hand", "profile": "cisco_ise"}),
    "lost answer": (ADMIN, _lost, {"name": "ISE sync", "profile": "cisco_ise"}),
    "wrong secret": (ADMIN, None, {"name": "a", "profile": "safe", "duo_secret_key": "wrong-secret-0123456789"}),
    "no connection options": (ADMIN, None, {"name": "a", "profile": "safe", "duo_secret_key": OMIT}),
    "unknown profile": (ADMIN, None, {"name": "a", "profile": "nonsense"}),
    "profile and permissions": (ADMIN, None, {"name": "a", "profile": "safe", "permissions": []}),
    "duo_edr_integration": ("duo_edr_integration", None, {"policy": "Trusted devices", "region": "eu"}),
    "duo_auth_api_app": ("duo_auth_api_app", None, {"name": "New", "user_access": "all_users", "verify": True}),
    "duo_application_info": ("duo_application_info", None, {"type": "adminapi"}),
    "duo_account_info": ("duo_account_info", _no_right_to_read_administrators, {}),
    "duo_audit_info": ("duo_audit_info", None, {"max_findings": 3}),
    "duo_authentication_proxy_config": (
        "duo_authentication_proxy_config",
        None,
        {"sections": [{"name": "a", "settings": {"host": "192.0.2.1"}, "secrets": {"skey": "canary-skey"}}]},
    ),
    "duo_enrolment_info": ("duo_enrolment_info", None, {"groups": ["VPN Users"], "max_listed": 2}),
    "users who could not pass": ("duo_enrolment_info", None, {"users": ["nobody"], "max_unenrolled": 0}),
    "ise_duo_mfa_enrolment": (
        "ise_duo_mfa_enrolment",
        None,
        {"connection_name": "Duo", "rules": [_NEW_RULE], "groups": ["VPN Users"], "max_unenrolled": 999},
    ),
    "users who would be locked out": (
        "ise_duo_mfa_enrolment",
        None,
        {"connection_name": "Duo", "rules": [_NEW_RULE], "groups": ["VPN Users"]},
    ),
    "duo_policy": ("duo_policy", _set_up, _POLICY),
    "Trusted Endpoints is not set up": ("duo_policy", None, _POLICY),
    "settings lost and given back": ("duo_policy", _replacing, {"name": "Contractors", "sections": _METHODS}),
    "two policies of one name": ("duo_policy", None, {"name": "Legacy", "state": "absent"}),
    "duo_policy_info": ("duo_policy_info", None, {"calculate": {"user": "akeller00", "application": AUTH_APP}}),
    "duo_policy_impact": ("duo_policy_impact", None, _STRICT),
    "duo_user_mapping_info": ("duo_user_mapping_info", None, {"max_listed": 2}),
    "unmapped users": ("duo_user_mapping_info", None, {"max_unmapped": 0}),
    "too many devices": ("duo_policy_impact", _set_up, _STRICT),
    "secure_endpoint_credential": (
        "secure_endpoint_credential",
        None,
        {"name": "Duo", "probe_scope": True, "discover_region": True, "secure_endpoint_region": "nam"},
    ),
    "no credential": ("secure_endpoint_credential", None, {"name": "Duo", "secure_endpoint_api_key": OMIT}),
    "a client of Cisco XDR": ("secure_endpoint_computer_info", None, {"secure_endpoint_client_id": XDR_CLIENT_ID}),
    "secure_endpoint_computer_info": ("secure_endpoint_computer_info", None, {"stale_after_days": 1}),
    "cii_integration": ("cii_integration", None, {"display_name": "Duo", "kind": "provisioned"}),
    "no API client": (
        "cii_integration",
        None,
        {
            **dict.fromkeys(("cii_api_url", "cii_token_url", "cii_client_id", "cii_client_secret"), OMIT),
            **{"display_name": "Duo", "kind": "provisioned", "wait_timeout": 5},
        },
    ),
    "cii_webhook": ("cii_webhook", None, {"webhook_id": "0cf20d1c-1d26-4bb5-9a3b-3a1ab1f7a1a2", "state": "absent"}),
    "cii_end_user_info": ("cii_end_user_info", None, {"ip_address": "192.0.2.7"}),
    "safe_integration": ("safe_integration", _application_of_safe, _SAFE),
    "SAFE by hand": (
        "safe_integration",
        None,
        {**_SAFE, "application": ADMIN_APP, "safe_api_username": OMIT, "safe_api_password": OMIT},
    ),
    "a field that SAFE does not have": (
        "safe_integration",
        _application_of_safe,
        {**_SAFE, "config_from_duo": {"secret": "secret_key"}},
    ),
    "ise_system_info": ("ise_system_info", None, {}),
    "ise_mfa_feature": ("ise_mfa_feature", None, {}),
    "ise_active_directory_info": ("ise_active_directory_info", None, {"gather_groups": True}),
    "ise_pxgrid_client": ("ise_pxgrid_client", _pxgrid_client, _PXGRID),
    "a pxGrid client that does not exist yet": ("ise_pxgrid_client", None, {**_PXGRID, "wait_timeout": 1}),
    "ise_active_directory_groups": (
        "ise_active_directory_groups",
        None,
        {"active_directory": "CORP_AD", "groups": ["corp.example/Users/Duo Users"]},
    ),
    "an unknown group": (
        "ise_active_directory_groups",
        None,
        {"active_directory": "CORP_AD", "groups": ["corp.example/Users/Nobody"]},
    ),
    "ise_external_radius_server": (
        "ise_external_radius_server",
        None,
        {"name": "DuoProxy1", "host_ip": "192.0.2.10", "shared_secret": "Canary-of-the-proxy"},
    ),
    "ise_radius_server_sequence": (
        "ise_radius_server_sequence",
        _radius_server,
        {"name": "Duo proxies", "servers": ["Second", "First"]},
    ),
    "ise_identity_sync": (
        "ise_identity_sync",
        join_ise_and_duo,
        {"sync_name": "New", "active_directory": "CORP_AD", "groups": ["corp.example/Users/Helpdesk"]},
    ),
    "MFA off": (
        "ise_identity_sync",
        None,
        {"sync_name": "New", "active_directory": "CORP_AD", "groups": ["corp.example/Users/Helpdesk"]},
    ),
    "ise_identity_sync_info": ("ise_identity_sync_info", join_ise_and_duo, {}),
    "ise_identity_sync_run": ("ise_identity_sync_run", join_ise_and_duo, {"sync_name": SYNC}),
    "a run that does not end": ("ise_identity_sync_run", _hanging, {"sync_name": SYNC, "timeout": 0}),
    "ise_duo_mfa": (
        "ise_duo_mfa",
        join_ise_and_duo,
        {
            "connection_name": CONNECTION,
            "types": ["vpn"],
            "admin_api": {"application": ADMIN_APP},
            "auth_api": {"application": AUTH_APP},
        },
    ),
    "wrong keys": (
        "ise_duo_mfa",
        join_ise_and_duo,
        {
            "connection_name": CONNECTION,
            "types": ["vpn"],
            "admin_api": {"integration_key": "DIXXXXXXXXXXXXXXXXXX", "secret_key": "wrong-secret-0123456789"},
            "auth_api": {"application": AUTH_APP},
        },
    ),
    "ise_duo_mfa_info": ("ise_duo_mfa_info", join_ise_and_duo, {"test": True}),
    "ise_duo_mfa_preflight": ("ise_duo_mfa_preflight", None, {"admin_app": "ISE", "active_directory": "Nobody"}),
    "ise_authentication_rule": (
        "ise_authentication_rule",
        None,
        {"name": "Default", "policy_set": "VPN", "policy_type": "network_access", "identity_source": "CORP_AD"},
    ),
    "ise_authorization_rule": (
        "ise_authorization_rule",
        None,
        {**_RULE, "profiles": "PermitAccess,Cisco_IP_Phones", "position": {"before": "Default"}},
    ),
    "ise_policy_info": ("ise_policy_info", join_ise_and_duo, {"policy_type": "device_admin"}),
    "ise_policy_rules": (
        "ise_policy_rules",
        None,
        {
            **{name: _RULE[name] for name in ("policy_set", "policy_type")},
            "kind": "authentication",
            "rules": [{"name": "New", "condition": _RULE["condition"], "identity_source": "CORP_AD"}],
        },
    ),
    "ise_policy_set": ("ise_policy_set", None, {"name": "Default", "policy_type": "device_admin", "state": "absent"}),
    "ise_mfa_rule": (
        "ise_mfa_rule",
        join_ise_and_duo,
        {"name": "Nobody", "policy_set": "VPN", "policy_type": "network_access", "state": "absent"},
    ),
}


def test_every_module_is_compared() -> None:
    assert {module for module, _prepare, _options in REAL_CASES.values()} == set(MODULES)


@pytest.mark.parametrize("case", REAL_CASES)
def test_real_modules(lab: Lab, case: str) -> None:
    module, prepare, options = REAL_CASES[case]
    both(lab, module, prepare=prepare, **options)


@pytest.mark.parametrize("case", ["create", *[case for case in REAL_CASES if case in MODULES and "_info" not in case]])
def test_real_modules_in_check_mode(lab: Lab, case: str) -> None:
    """Those that write. It is passed on in the same way whatever comes of it."""
    module, prepare, options = REAL_CASES[case]
    both(lab, module, prepare=prepare, check=True, **options)


@pytest.mark.parametrize("where", ["controller", "task"])
def test_a_real_module_with_its_connection_from_the_environment(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    variables = {
        "DUO_API_HOST": lab.duo.api_host,
        "DUO_INTEGRATION_KEY": lab.duo.integration_key,
        "DUO_SECRET_KEY": lab.duo.secret_key,
        "DUO_CA_PATH": lab.ca_path,
        "DUO_TIMEOUT": "7",
    }
    for name, value in variables.items() if where == "controller" else ():
        monkeypatch.setenv(name, value)
    unset = {name.lower(): OMIT for name in variables}
    environment = variables if where == "task" else None
    result = both(lab, ADMIN, environment=environment, name="ISE sync", profile="cisco_ise", **unset)
    assert result["changed"] and lab.duo.secret_key not in str(result)
