# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.identityops.cisco.plugins.plugin_utils._variables import (
    IS_SECRET,
    misspelt_variables,
    role_values,
    unknown_variables,
)

ROLES = Path(__file__).resolve().parents[4] / "roles"
ENTRIES = [
    ("identity_intelligence", "ise_agent"),
    ("ise_duo_mfa", "authentication_proxy"),
    *((role, "main") for role in ("ise_duo_mfa", "trusted_endpoints", "identity_intelligence", "safe")),
]


@functools.cache
def specs_of(role: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROLES / role / "meta/argument_specs.yml").read_text())["argument_specs"])


def spec_of(role: str, entry: str = "main") -> dict[str, Any]:
    return copy.deepcopy(dict(specs_of(role)[entry]["options"]))


def taken(role: str, entry: str = "main", **given: Any) -> tuple[dict[str, Any], list[str]]:
    return role_values(role, spec_of(role, entry), {f"{role}_{name}": value for name, value in given.items()}, entry)


# Empty means unset


@pytest.mark.parametrize("empty", [None, "", "  "])
@pytest.mark.parametrize(("role", "entry"), ENTRIES)
def test_what_is_empty_has_its_default(role: str, entry: str, empty: str | None) -> None:
    spec = spec_of(role, entry)
    found, problems = role_values(role, spec, dict.fromkeys(spec, empty), entry)
    unset, same_problems = role_values(role, spec, {}, entry)
    assert found == unset and problems == same_problems
    defaults = {
        name.removeprefix(f"{role}_"): option["default"] for name, option in spec.items() if "default" in option
    }
    assert {name: found[name] for name in defaults if name != "connections"} == {
        name: value for name, value in defaults.items() if name != "connections"
    }


@pytest.mark.parametrize(("role", "entry"), ENTRIES)
def test_the_defaults_of_the_role_are_those_of_its_specification(role: str, entry: str) -> None:
    defaults = yaml.safe_load((ROLES / role / "defaults/main.yml").read_text())
    spec = spec_of(role, entry)
    stated = {name: option["default"] for name, option in spec.items() if "default" in option}
    assert {name: defaults.get(name) for name in stated} == stated


def test_texts_of_a_survey_are_read_as_what_they_stand_for() -> None:
    found, problems = taken("ise_duo_mfa", groups="corp/A\ncorp/B\n", sync_max_age=" 60 ", run_sync="no", types="vpn")
    assert problems == []
    assert [found[name] for name in ("groups", "sync_max_age", "run_sync", "types")] == [
        ["corp/A", "corp/B"],
        60,
        False,
        ["vpn"],
    ]
    found, _problems = taken("trusted_endpoints", handoff_vault_secret=" as it is ")
    assert found["handoff_vault_secret"] == " as it is "


RULE = {"policy_set": "Default", "name": "VPN", "policy_type": "network_access", "rank": 1}
BLOCK = "- policy_set: Default\n  name: VPN\n  policy_type: network_access\n  rank: 1\n"


@pytest.mark.parametrize(
    ("role", "name", "text", "meant"),
    [
        ("ise_duo_mfa", "policy", json.dumps([RULE], indent=2), [RULE]),
        ("ise_duo_mfa", "policy", BLOCK, [RULE]),
        ("ise_duo_mfa", "schedule", '{"interval": 2, "unit": "days"}', {"interval": "2", "unit": "days"}),
        (
            "trusted_endpoints",
            "apply_to",
            "- application: VPN\n  groups: A, B",
            [{"application": "VPN", "groups": ["A", "B"]}],
        ),
        # As a number it would lose its last digit.
        ("trusted_endpoints", "minimum_versions", "windows: 8.10", {"windows": "8.10"}),
        ("trusted_endpoints", "minimum_versions", "windows: 8.10\nmacos: null", {"windows": "8.10"}),
        ("trusted_endpoints", "minimum_versions", "windows: ~\nmacos: '~'", {"macos": "~"}),
        ("identity_intelligence", "integration", '{"display_name": "Duo 2"}', {"display_name": "Duo 2"}),
        (
            "safe",
            "config_from_duo",
            "apiUrl: api_url\nkey: integration_key",
            {"apiUrl": "api_url", "key": "integration_key"},
        ),
        ("safe", "known_fields", '["apiUrl", "key"]', ["apiUrl", "key"]),
    ],
)
def test_a_survey_gives_structures_as_texts_of_json_or_yaml(role: str, name: str, text: str, meant: Any) -> None:
    found, problems = taken(role, **{"outgoing_addresses": ["203.0.113.50"]} if role == "safe" else {}, **{name: text})
    assert problems == [] and found[name] == meant


def test_a_survey_gives_connections_as_a_text() -> None:
    text = (
        "- connection_name: VPN\n  sync_max_age: 60\n  run_sync: no\n  policy: [{name: S, policy_type: device_admin}]"
    )
    found, problems = taken("ise_duo_mfa", connections=text)
    (one,) = found["connections"].values()
    assert problems == [] and (one["connection_name"], one["sync_max_age"], one["run_sync"]) == ("VPN", 60, False)
    assert found["policy_sets"][0]["name"] == "S"


@pytest.mark.parametrize("value", ["canary", "canary: [", '[{"canary": ]', ["canary"], {"canary": 1}, 7, "[" * 100_000])
@pytest.mark.parametrize(
    ("role", "name", "kind"),
    [
        ("trusted_endpoints", "apply_to", "a list of dictionaries with application, groups"),
        ("ise_duo_mfa", "connections", "a list of dictionaries"),
        ("identity_intelligence", "integration", "a dictionary with display_name, kind"),
    ],
)
def test_another_kind_of_value_is_refused_with_the_kind_that_it_must_have(
    role: str, name: str, kind: str, value: Any
) -> None:
    (problem,) = taken(role, **{name: value})[1]
    is_dict = isinstance(value, dict) and name == "integration"
    expected = "there is no 'canary'. There are" if is_dict else f"it must be {kind}, as such or as a text of JSON"
    assert problem.startswith(f"{role}_{name}: {expected}") and ("canary" not in problem or is_dict)


def test_a_member_that_a_variable_does_not_have_is_named_with_its_place() -> None:
    rules = {"mfa": [{"name": "A", "conection": "Duo"}], "autorization": []}
    given = [{"name": "S", "policy_type": "device_admin", "rules": rules}, {"polcy_set": "S", "rules": 7}]
    assert [problem.removeprefix("ise_duo_mfa_policy: ") for problem in taken("ise_duo_mfa", policy=given)[1]] == [
        "there is no 'conection' in entry 1 of mfa of rules of entry 1. The nearest existing names are 'connection'.",
        "there is no 'autorization' in rules of entry 1. The nearest existing names are 'authorization'.",
        "there is no 'polcy_set' in entry 2. The nearest existing names are 'policy_set'.",
        "rules of entry 2 must be a dictionary with authentication, authorization, mfa, as such or as a text of JSON "
        "or YAML",
    ]


def test_members_that_are_not_set_are_not_there() -> None:
    found, problems = taken("identity_intelligence", integration={"display_name": "Duo 2", "kind": ""})
    assert problems == [] and found["integration"] == {"display_name": "Duo 2"}


# What is wrong


def test_each_problem_names_its_variable_and_shows_no_value() -> None:
    secret = "a secret in the wrong place"
    _found, problems = taken("ise_duo_mfa", sync_timeout=secret, run_sync=[secret], types=["tacac"], policy=secret)
    assert len(problems) == 4
    for name in ("sync_timeout", "run_sync", "types", "policy"):
        assert [text for text in problems if text.startswith(f"ise_duo_mfa_{name}: ")], problems
    assert secret not in str(problems)


SECRET = "yS1TOGLwClvJqGdkF0GRK8GxJc8skyjTtrkBHB3H"


def holding(option: dict[str, Any], value: str) -> Iterator[Any]:
    """Each way to give an option the value, as itself, in a list, or as one of its members on any level."""
    is_list = option.get("type") == "list"
    yield value
    yield [value]
    for name, inner in option.get("options", {}).items():
        if not IS_SECRET.search(name):
            yield from ([{name: held}] if is_list else {name: held} for held in holding(inner, value))


@pytest.mark.parametrize(("role", "entry"), ENTRIES)
def test_a_secret_in_the_wrong_variable_is_neither_used_nor_shown(role: str, entry: str) -> None:
    spec = spec_of(role, entry)
    for name, option in spec.items():
        for value in [] if IS_SECRET.search(name) else holding(option, SECRET):
            found, problems = role_values(role, spec, {name: value}, entry)
            assert any(text.startswith(name) for text in problems) or name == "ise_duo_mfa_connections", (name, value)
            assert SECRET not in str(problems) and not found[name.removeprefix(f"{role}_")], (name, value)


def test_a_secret_in_the_wrong_place_of_a_connection_is_neither_used_nor_shown() -> None:
    inner = {name.removeprefix("ise_duo_mfa_"): option for name, option in spec_of("ise_duo_mfa").items()}
    wrong = [{name: SECRET} for name in inner if name not in ("state", "remove", "connections", "policy")]
    for entry in [*wrong, {SECRET: "x"}, {"policy": [{"name": SECRET}]}, {"schedule": {"start": SECRET}}]:
        _found, problems = taken("ise_duo_mfa", connections=[entry])
        assert problems and SECRET not in str(problems), entry
    keys = {"integration_key": "DIQB0JZYNUWIFROMWJG6", "secret_key": SECRET}
    assert taken("ise_duo_mfa", connections=[{"admin_api": keys, "auth_api": keys}])[1] == []


def test_a_secret_as_the_name_of_a_variable_is_not_shown() -> None:
    (problem,) = unknown_variables("safe", [f"safe_{SECRET}"], ["safe_sync"])
    assert "The role has no variable (a name that is not shown)." in problem and SECRET not in problem


def test_a_variable_that_the_role_does_not_know_is_refused_with_the_nearest_name() -> None:
    known = [*spec_of("ise_duo_mfa"), "ise_hostname"]
    own = [
        "ise_duo_mfa__vars",
        "ise_duo_mfa_result",
        "ise_duo_mfa_results",
        "ise_duo_mfa_groups",
        "ise_duo",
        "other_ise_duo_mfa_x",
    ]
    assert unknown_variables("ise_duo_mfa", own, known) == []
    (problem,) = unknown_variables("ise_duo_mfa", [*own, "ise_duo_mfa_conection_name"], known)
    assert "no variable ise_duo_mfa_conection_name" in problem and "'ise_duo_mfa_connection_name'" in problem


@pytest.mark.parametrize("name", ["flow", "host", "acept", "reports_dir"])
def test_a_misspelt_variable_of_the_playbooks_is_refused(name: str) -> None:
    own = ["identityops_customer", "identityops_region", "identityops__flow", "identityops_hosts", "flow"]
    (problem,) = misspelt_variables([*own, f"identityops_{name}"])
    assert f"no variable identityops_{name}. Rename it to identityops_" in problem
    assert misspelt_variables(own) == []


@pytest.mark.parametrize(
    ("role", "given", "words"),
    [
        ("safe", {}, "safe_outgoing_addresses"),
        ("trusted_endpoints", {"require_trusted": False}, "trusted_endpoints_require_trusted"),
        (
            "trusted_endpoints",
            {"global_policy": True, "apply_to": [{"application": "A"}]},
            "trusted_endpoints_apply_to",
        ),
        ("trusted_endpoints", {"handoff_vault_secret": "s"}, "trusted_endpoints_handoff_dir"),
        ("trusted_endpoints", {"handoff_interval": 0}, "trusted_endpoints_handoff_interval"),
        ("trusted_endpoints", {"require_trusted_mobile": "maybe"}, "trusted_endpoints_require_trusted_mobile"),
    ],
)
def test_what_does_not_fit_together_is_refused(role: str, given: dict[str, Any], words: str) -> None:
    _found, (problem,) = taken(role, **given)
    assert words in problem
    always = "handoff" in words or "mobile" in words
    assert taken(role, **{**given, "state": "absent"})[1] == ([problem] if always else [])


SOC = {"name": "SOC", "endpoint": "https://soc.corp.example/", "checks": ["no-mfa"], "api_key_name": "Authorization"}
SOC |= {"api_key": "Bearer canary-of-the-receiver"}
REMEMBERED = {"webhooks": [SOC], "registry_path": "/var/lib/webhooks.json"}
AGENT = {"agent_bootstrap_endpoint": "https://localhost/", "agent_bootstrap_token": "canary-of-the-console"}
ACCOUNT = {"agent_ise_host": "ise.corp.example", "agent_ise_username": "cii", "agent_ise_password": "canary-of-ise"}


@pytest.mark.parametrize(
    ("role", "entry", "given", "words"),
    [
        ("identity_intelligence", "main", REMEMBERED, ""),
        ("identity_intelligence", "main", {"webhooks": [{"name": "SOC"}], **REMEMBERED, "state": "absent"}, ""),
        ("identity_intelligence", "main", {"webhooks": [SOC]}, "identity_intelligence_registry_path"),
        ("identity_intelligence", "main", {**REMEMBERED, "registry_path": "~/soc.json"}, ""),
        ("identity_intelligence", "main", {**REMEMBERED, "registry_path": "soc.json"}, "registry_path to a full path"),
        ("identity_intelligence", "main", {**REMEMBERED, "webhooks": [SOC, SOC]}, "'SOC' is in"),
        ("identity_intelligence", "main", {**REMEMBERED, "webhooks": [{**SOC, "checks": []}]}, "checks is empty"),
        ("identity_intelligence", "main", {**REMEMBERED, "webhooks": [{**SOC, "endpoint": "soc"}]}, "https URL"),
        ("identity_intelligence", "main", {"push": True}, "identity_intelligence_push"),
        ("identity_intelligence", "main", {"push": True, "integration": {"kind": "additional"}}, ""),
        (
            "identity_intelligence",
            "main",
            {"tenant": {"sso": "oidc"}, "integration": {"kind": "additional"}},
            "identity_intelligence_tenant",
        ),
        ("identity_intelligence", "main", {"handoff_interval": 0}, "identity_intelligence_handoff_interval"),
        ("identity_intelligence", "main", {"tenant": ["corp"]}, "must be a dictionary with event_streaming"),
        ("identity_intelligence", "main", {"max_age": float("inf")}, "max_age: it must be a whole number"),
        ("identity_intelligence", "ise_agent", {**AGENT, **ACCOUNT}, ""),
        ("identity_intelligence", "ise_agent", {**AGENT, "agent_bootstrap_endpoint": ""}, "_bootstrap_endpoint with"),
        ("identity_intelligence", "ise_agent", {**ACCOUNT, "agent_ise_username": ""}, "agent_ise_username with"),
        ("identity_intelligence", "ise_agent", {**ACCOUNT, "agent_ise_password": "canary\u00a0of\u00ad ise"}, ""),
        ("identity_intelligence", "ise_agent", {"agent_dir": "/srv/ise agent/"}, ""),
        *(
            ("identity_intelligence", "ise_agent", {"agent_dir": path}, "identity_intelligence_agent_dir")
            for path in ("ise-agent", "~/ise-agent", "/srv/a:b", "/", "//", "/srv/a\nb")
        ),
        *(
            # One line for each is what the command reads, and the next line would be the next value.
            ("identity_intelligence", "ise_agent", {**AGENT, **ACCOUNT, name: f"canary{end}"}, f"_{name}")
            for name, end in (
                *(("agent_ise_password", end) for end in ("\n", "\r\n", "\nof-ise", "\u2028of", "\0of")),
                *((name, "\nof-ise") for name in (*AGENT, *ACCOUNT, "agent_pxgrid_node_name")),
            )
        ),
        ("safe", "main", {"outgoing_addresses": ["203.0.113.50"]}, ""),
        (
            "safe",
            "main",
            {"outgoing_addresses": ["203.0.113.50"], "registry_path": "./s"},
            "registry_path to a full path",
        ),
        ("safe", "main", {"outgoing_addresses": ["0.0.0.0/0"]}, "safe_outgoing_addresses"),
        ("safe", "main", {"outgoing_addresses": ["203.0.113.50", "canary-no-ip"]}, "Correct entry 2 of safe_outgoing_"),
        ("safe", "main", {"outgoing_addresses": ["203.0.113.50/24"]}, "203.0.113.0/24 for its whole network"),
        ("safe", "main", {"outgoing_addresses": ["203.0.113.50"], "handoff_vault_secret": "s"}, "safe_handoff_dir"),
    ],
)
def test_mistakes_of_the_onboarding_are_found_first(role: str, entry: str, given: dict[str, Any], words: str) -> None:
    _found, problems = taken(role, entry, **given)
    assert len(problems) == bool(words) and words in str(problems) and "canary" not in str(problems)


@pytest.mark.parametrize(("role", "entry"), ENTRIES)
def test_no_number_is_less_than_nothing(role: str, entry: str) -> None:
    spec = spec_of(role, entry)
    for name in [name for name, option in spec.items() if option.get("type") == "int"]:
        _found, problems = role_values(role, spec, {name: "-1"}, entry)
        assert f"{name}: it is less than 0" in problems


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"types": []}, "Set ise_duo_mfa_types"),
        ({"connection_name": ".."}, "Set ise_duo_mfa_connection_name to another name"),
        ({"connections": [{"sync_name": "."}]}, "Set ise_duo_mfa_sync_name to another name"),
    ],
)
def test_a_connection_that_ise_cannot_have_is_refused_before_anything_is_made(
    given: dict[str, Any], words: str
) -> None:
    assert words in taken("ise_duo_mfa", **given)[1][0]
    assert taken("ise_duo_mfa", **{**given, "state": "absent"})[1] == []


# Several connections

VPN = {"connection_name": "VPN", "sync_name": "VPN users", "types": ["vpn"]}
TACACS = {
    "connection_name": "TACACS",
    "sync_name": "Admins",
    "active_directory": "LAB_AD",
    "groups": ["lab/A", "lab/B"],
}


def test_entries_override_the_variables_of_the_role() -> None:
    found, problems = taken(
        "ise_duo_mfa", connections=[VPN, TACACS], active_directory="CORP_AD", groups=["corp/A"], sync_max_age=5
    )
    assert problems == [] and [one["connection_name"] for one in found["each"]] == ["VPN", "TACACS"]
    one, other = found["connections"].values()
    assert (one["active_directory"], one["types"], one["sync_max_age"]) == ("CORP_AD", ["vpn"], 5)
    assert (other["active_directory"], other["types"], other["sync_max_age"]) == ("LAB_AD", ["vpn", "tacacs"], 5)
    assert found["directories"] == [
        {"name": "CORP_AD", "groups": ["corp/A"]},
        {"name": "LAB_AD", "groups": ["lab/A", "lab/B"]},
    ]
    assert found["groups_to_come"] == ["corp/A", "lab/A", "lab/B"]
    # They share the applications, unless they name their own or bring their keys.
    assert found["apps"]["admin"] == [{"name": "ISE user sync", "adopt": False}]
    access = {"user_access": "all_users", "permitted_groups": None}
    assert found["apps"]["auth"] == [{"name": "ISE logins", "adopt": False, **access}]
    assert found["parts"] == ["present"]


def test_without_entries_the_variables_are_the_one_connection() -> None:
    rule = {"name": "Ask", "policy_set": "VPN", "policy_type": "network_access"}
    keys = {"integration_key": "DI", "secret_key": "s"}
    found, problems = taken("ise_duo_mfa", policy=[rule], admin_api=keys, auth_api=keys)
    assert problems == [] and [one["connection_name"] for one in found["each"]] == ["Duo"]
    assert found["rules"] == [{"connection": "Duo", **rule}] and found["apps"] == {"admin": [], "auth": []}
    assert not found["manages_duo"] and found["runs_sync"] and found["parts"] == ["present", "policy"]
    assert taken("ise_duo_mfa", policy=[rule], state="absent")[0]["parts"] == ["absent"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({**TACACS, "connection_name": "VPN"}, "connection_name 'VPN'"),
        ({**TACACS, "sync_name": "VPN users"}, "sync_name 'VPN users'"),
        ({**TACACS, "auth_app_user_access": "no_users"}, "auth_app 'ISE logins'"),
        ({**TACACS, "sync_tiemout": 5}, "no 'sync_tiemout'"),
        ({**TACACS, "state": "absent"}, "no 'state'"),
        ({**TACACS, "sync_timeout": "soon"}, "ise_duo_mfa_sync_timeout"),
    ],
)
def test_an_entry_that_is_wrong_is_named(entry: dict[str, Any], words: str) -> None:
    _found, (problem,) = taken("ise_duo_mfa", connections=[VPN, entry])
    assert problem.startswith("Entry 2 of ise_duo_mfa_connections: ") and words in problem


# Policy sets and single rules

RULE = {"name": "M", "policy_set": "VPN", "policy_type": "network_access"}
SET = {
    **{"name": "VPN", "policy_type": "network_access", "condition": "library VPN_Tunnel", "position": "first"},
    "rules": {"mfa": [{"name": "M"}], "authorization": []},
}


def test_policies_are_taken_apart_for_the_tasks() -> None:
    other = {**RULE, "policy_set": "Guests", "rule_state": "monitor"}
    found, problems = taken("ise_duo_mfa", policy=[other, SET])
    assert problems == []
    assert [rule["policy_set"] for rule in found["rules"]] == ["Guests"]
    assert [(one["name"], one["set_state"], one["purge"]) for one in found["policy_sets"]] == [
        ("VPN", "enabled", False)
    ]
    lists = {kind: [one["rules"] for one in lists] for kind, lists in found["rule_lists"].items()}
    assert lists == {"authentication": [], "mfa": [[{"connection": "Duo", "name": "M"}]], "authorization": [[]]}
    of_set = {
        "set_state": "enabled",
        "set_purge": False,
        "set_condition": "library VPN_Tunnel",
        "set_position": "first",
    }
    assert found["taken_down"] == {
        **{"authentication": [], "authorization": [], "mfa": found["rules"]},
        "policy_sets": found["policy_sets"],
    }
    assert found["mfa_rules"] == {"Duo": [{**other, "connection": "Duo"}, {**RULE, "connection": "Duo", **of_set}]}
    vpn, guests = (
        {"policy_set": name, "policy_type": "network_access", "mfa_rules": ["M"]} for name in ("VPN", "Guests")
    )
    assert found["sets_of_mfa"] == {"Duo": [{**vpn, **of_set}, guests]} and found["concerns_mfa"]


@pytest.mark.parametrize(
    ("rules", "is_purged"), [({"mfa": []}, True), ({"authorization": []}, False), ({}, False)], ids=str
)
def test_a_policy_set_without_mfa_rules_concerns_those_that_stand_in_it(rules: dict[str, Any], is_purged: bool) -> None:
    declared = {"name": "Guests", "policy_type": "network_access", "purge": True, "rules": rules}
    found, problems = taken("ise_duo_mfa", policy=[declared])
    assert problems == [] and found["mfa_rules"] == {"Duo": []} and found["concerns_mfa"]
    (of_set,) = found["sets_of_mfa"]["Duo"]
    assert (of_set["set_state"], of_set["set_purge"], of_set["mfa_rules"]) == ("enabled", is_purged, [])


def test_rules_of_another_connection_are_declared_in_a_policy_set_too() -> None:
    vpn, tacacs = {**VPN, "policy": [SET]}, {**TACACS, "policy": [{**RULE, "name": "Second"}]}
    found, _problems = taken("ise_duo_mfa", connections=[vpn, tacacs])
    first, second = found["sets_of_mfa"].values()
    assert [(one["policy_set"], one["mfa_rules"]) for one in (*first, *second)] == [("VPN", ["M", "Second"])] * 2
    assert "set_state" in first[0] and "set_state" not in second[0]


def test_the_default_policy_set_stays_and_its_declared_rules_go() -> None:
    kinds = ("authentication", "mfa", "authorization")
    rules = {"authentication": [{"name": "Default", "identity_source": "CORP_AD"}, {"name": "A"}]}
    rules |= {
        "mfa": [{"name": "M"}],
        "authorization": [{"name": "Z", "profiles": ["PermitAccess"]}, {"name": "Default"}],
    }
    found, problems = taken(
        "ise_duo_mfa", policy=[{"name": "Default", "policy_type": "device_admin", "rules": rules}, SET]
    )
    where = {"policy_set": "Default", "policy_type": "device_admin"}
    down = found["taken_down"]
    assert problems == [] and [entry["name"] for entry in down["policy_sets"]] == ["VPN"]
    assert {kind: down[kind] for kind in kinds} == {
        "authentication": [{**where, "name": "A"}],
        "mfa": [{**where, "name": "M"}],
        "authorization": [{**where, "name": "Z"}],
    }


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ([RULE, RULE], ["'M'", "is there twice"]),
        (
            [{**RULE, "policy_set": "VPN"}, {**SET, "rules": {"mfa": [{"name": RULE["name"]}]}}],
            ["'M'", "on its own and among the rules of the policy set 'VPN'"],
        ),
        ([SET, {**SET, "rules": {}}], ["'VPN'", "is there twice"]),
        ([{**RULE, "purge": True, "set_state": "disabled"}], ["cannot have purge and set_state"]),
        ([{**SET, "rule_state": "enabled"}], ["cannot have rule_state", "without it is a policy set"]),
        ([{**SET, "rules": {"mfa": [{"name": "M", "connection": "Dou"}]}}], ["'Dou'", "'Duo'"]),
        ([{**SET, "rules": {"mfas": []}}], ["mfas"]),
    ],
)
def test_policies_that_cannot_be_right(policy: list[Any], words: list[str]) -> None:
    (problem,) = taken("ise_duo_mfa", policy=policy)[1]
    assert [word for word in words if word not in problem] == []
