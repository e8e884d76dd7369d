# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a role as they are meant: empty ones take their defaults, types are right, and what does not fit
together is found before the first task that does anything. Private to this collection.

What a role knows stands in its argument specification and nowhere else. Core checks that file itself, but takes
an empty text for a value; so the playbooks switch that off, and the first task of each role comes here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from difflib import get_close_matches
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.yaml import yaml_load
from ansible.module_utils.parsing.convert_bool import BOOLEANS
from ansible_collections.identityops.cisco.plugins.module_utils._errors import nearest
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import misplaced
from ansible_collections.identityops.cisco.plugins.plugin_utils._options import (
    given_options,
    name_shown,
    reasons_invalid,
    unfit,
)

Values = dict[str, Any]
Spec = Mapping[str, Mapping[str, Any]]

# Core shows the items of loops, and names are shown in the consoles of the products.
MISPLACED = "its value may be a secret in the wrong place, so it is neither used nor shown"

IS_SECRET = re.compile(r"(secrets?|secret_key|api_key|password|token)$")
# The variables of the playbooks, by what comes after their prefix. Users may have more with this prefix.
OF_PLAYBOOKS = "identityops_"
PLAYBOOK_WORDS = ("accept", "flows", "hosts", "report_dir")
NEARLY = 0.75

# What the commands of the agent read from standard input, a line each: another line would be taken for the next value.
OF_ONE_LINE = ("bootstrap_endpoint", "bootstrap_token", "ise_host", "ise_username", "ise_password", "pxgrid_node_name")
# Other characters that do not print, such as a space that never breaks, may be part of a password.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# The runtime takes what comes after a colon for something else, and a relative path for the name of a volume.
AGENT_DIR = re.compile(r"/+[^/:\x00-\x1f][^:\x00-\x1f]*")
# What core says of a value that is none of the structure that its variable takes.
NO_STRUCTURE = "unable to convert to (list|dict)|a kind that it does not take"

# What an entry of the list of connections cannot set for itself.
FOR_ALL = ("state", "remove", "connections")
# The policy set, and the rule of its lists, that ISE keeps for all other logins.
DEFAULT = "Default"
# What may hold secrets of a connection.
HOLD_SECRETS = ("admin_api", "auth_api")
# What an entry of the list of policies may have, for a rule and for a policy set.
PLACED = {"name", "policy_type", "condition", "rank", "position"}
OF_RULE = PLACED | {"policy_set", "on_success", "on_failure", "rule_state"}
OF_POLICY_SET = PLACED | {"description", "service_name", "server_sequence", "set_state", "rules", "purge"}


def role_file(role_path: str, *place: str) -> dict[str, Any]:
    """What a file of a role holds, without what Ansible notes of each value, which takes long."""
    with open(os.path.join(role_path, *place), encoding="utf-8") as stream:
        return dict(yaml_load(stream))


def unknown_variables(role: str, names: Iterable[str], known: Iterable[str], kind: str = "role") -> list[str]:
    """A sentence for each variable that begins like those of a role and is none of them.

    :param known: the variables of all entry points of the role, and whatever else may begin like them.
    :param kind: what has the variables.
    """
    known = sorted(known)
    prefix, internal = f"{role}_", f"{role}__"
    mine = sorted(name for name in names if name.startswith(prefix) and not name.startswith(internal))
    return [
        f"The {kind} has no variable {name_shown(name)}. {nearest(name, known, most=1)}"
        for name in mine
        # A workflow hands on the results of the job before.
        if name not in known and name not in (f"{role}_result", f"{role}_results")
    ]


def misspelt_variables(names: Iterable[str]) -> list[str]:
    """A sentence for each variable whose name is nearly that of one of the playbooks. Others may be the user's own."""
    found = []
    for name in sorted(names):
        if name.startswith(OF_PLAYBOOKS) and not name.startswith(f"{OF_PLAYBOOKS}_"):
            word = name.removeprefix(OF_PLAYBOOKS)
            meant = [] if word in PLAYBOOK_WORDS else get_close_matches(word, PLAYBOOK_WORDS, n=1, cutoff=NEARLY)
            found += [f"The playbooks have no variable {name}. Rename it to {OF_PLAYBOOKS}{one}." for one in meant]
    return found


def role_values(role: str, spec: Spec, given: Values, entry_point: str = "main") -> tuple[Values, list[str]]:
    """The variables of a role without its prefix, each with a value of the right type, its default or None.

    With a variable ``connections``, the result holds under ``connections``, for the name of each, the values that hold
    for it; under ``each`` the same in order, without the secrets, for loops, whose results repeat their items; and what
    several connections share: ``apps``, for ``admin`` and ``auth`` the applications in Duo to manage; ``directories``,
    the join points with their groups, and all of these as ``groups_to_come``; whether applications are managed, and a
    sync is run, at all; and what :func:`_policy` adds. Its ``parts`` are the task files of the role that have something
    to do.

    :param spec: the options of the entry point, as in the argument specification of the role.
    :param given: those that are set, evaluated.
    :returns: the values, and a sentence for each problem.
    """
    prefix = f"{role}_"
    options = {name.removeprefix(prefix): option for name, option in spec.items()}
    own = {name.removeprefix(prefix): value for name, value in given.items()}
    values, problems = _valid(prefix, options, own)
    if "connections" in options and not problems:
        problems = _take_connections(prefix, options, own, values)
    if not problems:
        problems = list(REQUIREMENTS.get((role, entry_point), _nothing)(values))
    return values, problems


def _valid(prefix: str, options: Spec, own: Values) -> tuple[Values, list[str]]:
    meant = given_options(options, {name: _structure(options.get(name, {}), value) for name, value in own.items()})
    values: Values = {}
    problems: list[str] = []
    # One by one, so that each problem names its variable.
    for name, option in options.items():
        full = prefix + name
        wrong = [f"{full}: {reason}" for reason in _wrong_members(option, meant.get(name))]
        wrong = wrong or [
            f"{place}: it must be {_kind(option) if (place, kind) == (full, 'a dictionary') else kind}"
            for place, kind in unfit({full: option}, {full: meant.get(name)})
        ]
        checked = {full: meant[name]} if name in meant and not wrong else {}
        # Core adds members to the default itself.
        found = ArgumentSpecValidator({full: deepcopy(option)}).validate(checked)
        # Where the type is wrong, core finds more that follows from it.
        wrong = wrong or [f"{full}: {_in_words(option, reason)}" for reason in reasons_invalid(full, found)[:1]]
        wrong += [f"{where}: {MISPLACED}" for where in _misplaced(full, option, meant.get(name))]
        value = found.validated_parameters.get(full)
        wrong += (
            [f"{full}: it is less than 0"] if option.get("type") == "int" and not wrong and (value or 0) < 0 else []
        )
        problems += wrong
        values[name] = None if wrong else _set_ones(value)
    return values, problems


class _Texts(yaml.BaseLoader):
    """Reads every value as a text, so that 8.10 remains what it is, and null, which stands for what is not set."""


_Texts.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"~|null|Null|NULL"), ["~", "n", "N"])
_Texts.add_constructor("tag:yaml.org,2002:null", lambda loader, node: None)


def _structure(option: Mapping[str, Any], value: Any) -> Any:
    """What a text of YAML stands for, as a survey gives it in place of dictionaries or of a list of them. Core reads
    JSON, which :func:`given_options` does for lists."""
    is_structure = option.get("elements") == "dict" or option.get("type") in ("dict", "raw")
    is_json = isinstance(value, str) and value.lstrip().startswith(("[", "{")) and option.get("type") != "raw"
    if not is_structure or not isinstance(value, str) or is_json:
        return value
    try:
        found = _Texts(value).get_single_data()
    except (yaml.YAMLError, RecursionError):
        return value
    return found if isinstance(found, (dict, list)) else value


def _wrong_members(option: Mapping[str, Any], value: Any, place: tuple[str, ...] = ()) -> Iterator[str]:
    """A sentence for each member, on every level, that is not one of its option, and for numbers in place of
    dictionaries, which core does not expect.

    :param place: where the value stands, the innermost first.
    """
    inner = option.get("options")
    if inner is None:
        return
    if option.get("type") == "list":
        for number, entry in enumerate(value if isinstance(value, list) else (), 1):
            yield from _wrong_members({**option, "type": "dict"}, entry, (f"entry {number}", *place))
        return
    where = f" in {' of '.join(place)}" if place else ""
    if isinstance(value, (int, float)):
        yield f"{' of '.join(place) or 'it'} must be {_kind(option)}"
    for name in value if isinstance(value, dict) else ():
        if name in inner:
            yield from _wrong_members(inner[name], value[name], (name, *place))
        else:
            known = get_close_matches(str(name), inner, n=1, cutoff=0.4)
            advice = nearest(str(name), known) if known else f"There are {', '.join(sorted(inner))}."
            yield f"there is no {name_shown(str(name))!r}{where}. {advice}"


def _kind(option: Mapping[str, Any]) -> str:
    kind = "a list of dictionaries" if option.get("type") == "list" else "a dictionary"
    members = f" with {', '.join(sorted(option['options']))}" if option.get("options") else ""
    return f"{kind}{members}, as such or as a text of JSON or YAML"


def _in_words(option: Mapping[str, Any], reason: str) -> str:
    """A reason of core, unless it says of a structure only that it is none."""
    is_structure = option.get("elements") == "dict" or option.get("type") == "dict"
    is_inside = "found in" in reason
    return (
        f"it must be {_kind(option)}" if is_structure and not is_inside and re.search(NO_STRUCTURE, reason) else reason
    )


def _misplaced(full: str, option: Mapping[str, Any], value: Any) -> list[str]:
    """Where the value of a variable may hold a secret that does not belong there. The entries of a list of connections
    are looked at one by one."""
    return [] if full.endswith("_connections") else sorted(misplaced(_hiding({full: option}), {full: value}))


def _hiding(spec: Spec) -> Values:
    """A specification that says which options are secret, on every level. Those of roles cannot."""
    return {
        name: {
            **option,
            "no_log": bool(IS_SECRET.search(name)),
            **({"options": _hiding(option["options"])} if "options" in option else {}),
        }
        for name, option in spec.items()
    }


def _set_ones(value: Any) -> Any:
    """A value without the members, on every level, that core adds for what is not set."""
    if isinstance(value, dict):
        return {name: _set_ones(entry) for name, entry in value.items() if entry is not None}
    return [_set_ones(entry) for entry in value] if isinstance(value, list) else value


def _take_connections(prefix: str, options: Spec, own: Values, values: Values) -> list[str]:
    """Lay each entry over the variables of the role, which alone stand for the one connection if there is no entry."""
    inner = {name: option for name, option in options.items() if name not in FOR_ALL}
    problems: list[str] = []
    found: dict[str, Values] = {}
    for number, entry in enumerate(values["connections"] or [{}], 1):
        where = f"Entry {number} of {prefix}connections: "
        strange = [
            f"there is no {name_shown(str(name))!r}. {nearest(str(name), inner, most=1)}"
            for name in entry
            if name not in inner
        ]
        given = {name: value for name, value in given_options(inner, entry).items() if name in inner}
        one, wrong = _valid(prefix, inner, {**own, **given})
        clashes = [text for other in found.values() for text in _clashes(one, other)]
        found[str(one["connection_name"])] = one
        problems += [where + text for text in [*strange, *wrong, *clashes]]
    shared = _shared(found)
    values.update(connections=found, each=[_for_loops(one, shared["apps"]) for one in found.values()], **shared)
    declares = values["state"] == "present" and (shared["policy_sets"] or shared["rules"])
    values["parts"] = [values["state"], *(["policy"] if declares else [])]
    return problems


def _for_loops(one: Values, apps: Mapping[str, list[Values]]) -> Values:
    """A connection without its secrets; with whether its applications are managed, and their places among these."""
    is_managed = not any(one[name] for name in HOLD_SECRETS)
    names = {side: [app["name"] for app in apps[side]] for side in apps if is_managed}
    places = {f"{side}_number": names[side].index(one[f"{side}_app"]) for side in names}
    open_ones = {name: value for name, value in one.items() if name not in HOLD_SECRETS}
    return {**open_ones, "manages_duo": is_managed, **places}


def _clashes(one: Values, other: Values) -> Iterator[str]:
    """What two connections must not have in common."""
    for name in ("connection_name", "sync_name"):
        if one[name] == other[name]:
            yield f"another entry has the {name} {one[name]!r} as well. Each needs its own."
    access = ("auth_app_user_access", "auth_app_permitted_groups")
    if one["auth_app"] == other["auth_app"] and [one[name] for name in access] != [other[name] for name in access]:
        yield f"another entry gives other users access to the auth_app {one['auth_app']!r}."


def _shared(connections: Mapping[str, Values]) -> Values:
    managed = [one for one in connections.values() if not (one["admin_api"] or one["auth_api"])]
    directories: dict[str, list[str]] = {}
    for one in connections.values():
        groups = directories.setdefault(one["active_directory"], [])
        groups += [group for group in one["groups"] or [] if group not in groups]
    return {
        "apps": {side: _apps(side, managed) for side in ("admin", "auth")},
        "directories": [{"name": name, "groups": groups} for name, groups in directories.items()],
        "groups_to_come": [group for groups in directories.values() for group in groups],
        "manages_duo": bool(managed),
        "runs_sync": any(one["run_sync"] for one in connections.values()),
        **_policy(connections),
    }


def _apps(side: str, managed: Iterable[Values]) -> list[Values]:
    """The applications of one kind, each with what is declared of it."""
    access = {"user_access": "auth_app_user_access", "permitted_groups": "auth_app_permitted_groups"}
    declared = {"adopt": "adopt", **(access if side == "auth" else {})}
    found = {one[f"{side}_app"]: {name: one[source] for name, source in declared.items()} for one in managed}
    return [{"name": name, **app} for name, app in found.items()]


def _policy(connections: Mapping[str, Values]) -> Values:
    """What is declared of policies, as the tasks take it.

    Single ``rules``, each with its connection; ``policy_sets``; ``rule_lists``, for each kind the lists of the policy
    sets that declare one; ``mfa_rules``, for the name of each connection its MFA rules and what their policy sets
    declare that concerns them; ``sets_of_mfa``, for the same names the policy sets with those, or in which other MFA
    rules may stand, and whether there are any; ``taken_down``, what is deleted instead.
    """
    entries = [{**entry, "connection": name} for name, one in connections.items() for entry in one["policy"] or []]
    as_usual = {"set_state": "enabled", "purge": False}
    policy_sets = [
        {**as_usual, "adopt": connections[entry["connection"]]["adopt"], **entry}
        for entry in entries
        if "policy_set" not in entry
    ]
    rules = [entry for entry in entries if "policy_set" in entry]
    lists = {kind: list(_rule_lists(policy_sets, kind)) for kind in ("authentication", "mfa", "authorization")}
    placed = [{**_of_set(entry), **rule} for entry in policy_sets for rule in entry.get("rules", {}).get("mfa", [])]
    mfa_rules: dict[str, list[Values]] = {name: [] for name in connections}
    for rule in (*rules, *placed):
        mfa_rules.setdefault(rule["connection"], []).append(rule)
    sets_of_mfa = {name: list(_sets_of_mfa(name, policy_sets, mfa_rules)) for name in connections}
    return {
        **{"rules": rules, "policy_sets": policy_sets, "rule_lists": lists},
        **{"mfa_rules": mfa_rules, "sets_of_mfa": sets_of_mfa, "concerns_mfa": any(sets_of_mfa.values())},
        "taken_down": _taken_down(policy_sets, rules, lists),
    }


def _taken_down(policy_sets: list[Values], rules: list[Values], lists: Mapping[str, list[Values]]) -> Values:
    """What is deleted: policy sets with all their rules, and single rules of each kind. Of the default policy set,
    which cannot be deleted, the declared rules are."""
    of_default = {
        kind: [
            {"policy_set": DEFAULT, "policy_type": one["policy_type"], "name": rule["name"]}
            for one in lists[kind]
            for rule in one["rules"]
            if one["policy_set"] == DEFAULT and rule["name"] != DEFAULT
        ]
        for kind in lists
    }
    others = [entry for entry in policy_sets if entry["name"] != DEFAULT]
    return {**of_default, "mfa": [*of_default["mfa"], *rules], "policy_sets": others}


def _sets_of_mfa(
    connection: str, policy_sets: Iterable[Values], mfa_rules: Mapping[str, list[Values]]
) -> Iterator[Values]:
    """The policy sets that a connection declares or has MFA rules in, each with the names of all MFA rules that are
    declared in it, of whichever connection."""
    found: dict[tuple[str, str], Values] = {}
    for entry in (one for one in policy_sets if one["connection"] == connection):
        of_set = {name: value for name, value in _of_set(entry).items() if name != "connection"}
        is_purged = entry["purge"] and entry.get("rules", {}).get("mfa") is not None
        found[_where(of_set)] = {**of_set, "set_purge": is_purged}
    for rule in mfa_rules[connection]:
        found.setdefault(_where(rule), {name: rule[name] for name in ("policy_set", "policy_type")})
    for where, of_set in found.items():
        declared = [rule["name"] for rules in mfa_rules.values() for rule in rules if _where(rule) == where]
        yield {**of_set, "mfa_rules": declared}


def _where(rule: Values) -> tuple[str, str]:
    return rule["policy_type"], rule["policy_set"]


def _of_set(entry: Values) -> Values:
    """What the declaration of a policy set says of each of its MFA rules."""
    own = {f"set_{name}": entry[name] for name in ("condition", "position", "rank", "purge") if name in entry}
    where = {"policy_set": entry["name"], "policy_type": entry["policy_type"], "connection": entry["connection"]}
    return {**where, "set_state": entry["set_state"], **own}


def _rule_lists(policy_sets: Iterable[Values], kind: str) -> Iterator[Values]:
    for entry in policy_sets:
        declared = entry.get("rules", {}).get(kind)
        if declared is not None:
            own = {"connection": entry["connection"]} if kind == "mfa" else {}
            yield {
                "policy_set": entry["name"],
                "policy_type": entry["policy_type"],
                "purge": entry["purge"],
                "rules": [{**own, **rule} for rule in declared],
            }


def _nothing(values: Values) -> Iterator[str]:
    yield from ()


def _ise_duo_mfa(values: Values) -> Iterator[str]:
    names: set[tuple[str, ...]] = set()
    for entry in [entry for one in values["connections"].values() for entry in one["policy"] or []]:
        is_rule = "policy_set" in entry
        what = f"The {'rule' if is_rule else 'policy set'} {entry['name']!r} in ise_duo_mfa_policy"
        full = (entry["policy_type"], entry.get("policy_set", ""), entry["name"])
        if full in names:
            yield f"{what} is there twice. Declare it once."
        names.add(full)
        foreign = sorted(entry.keys() - (OF_RULE if is_rule else OF_POLICY_SET))
        if foreign:
            yield (
                f"{what} cannot have {' and '.join(foreign)}. An entry with policy_set is an MFA rule in that policy "
                "set, and one without it is a policy set."
            )
    yield from _declared_twice(values)
    yield from _strange_connections(values)
    for one in values["connections"].values() if values["state"] == "present" else ():
        yield from _impossible(one)


def _declared_twice(values: Values) -> Iterator[str]:
    """Each of the two declarations would undo the other at every run."""
    listed = {(*_where(one), rule["name"]) for one in values["rule_lists"]["mfa"] for rule in one["rules"]}
    for rule in values["rules"]:
        if (*_where(rule), rule["name"]) in listed:
            yield (
                f"The rule {rule['name']!r} in ise_duo_mfa_policy is there twice, on its own and among the rules of "
                f"the policy set {rule['policy_set']!r}. Declare it once."
            )


def _impossible(one: Values) -> Iterator[str]:
    """What ISE would refuse of a connection after the run has made what comes before it."""
    for name in ("connection_name", "sync_name"):
        if one[name] in (".", ".."):
            yield f"Set ise_duo_mfa_{name} to another name. {one[name]!r} cannot be put into the address of a call."
    if not one["types"]:
        yield "Set ise_duo_mfa_types to vpn, tacacs or both."


def _strange_connections(values: Values) -> Iterator[str]:
    for name in sorted(values["mfa_rules"].keys() - values["connections"].keys()):
        yield (
            f"An MFA rule in ise_duo_mfa_policy names the connection {name!r}, which is not one of this role. "
            f"{nearest(name, values['connections'], most=1)}"
        )


def _authentication_proxy(values: Values) -> Iterator[str]:
    if values["state"] == "present" and not values["proxy_shared_secret"]:
        yield "Set ise_duo_mfa_proxy_shared_secret to the secret that ISE shares with the proxies."


def _trusted_endpoints(values: Values) -> Iterator[str]:
    is_present = values["state"] == "present"
    # A text in the specification, because core takes no empty text for a boolean.
    if str(values["require_trusted_mobile"] or False).lower() not in BOOLEANS:
        yield "Set trusted_endpoints_require_trusted_mobile to true or false, or leave it empty."
    if is_present and values["block_compromised"] and not values["require_trusted"]:
        yield (
            "Set trusted_endpoints_require_trusted to true, or trusted_endpoints_block_compromised to false. Duo "
            "blocks compromised devices only where it requires trusted ones."
        )
    if is_present and values["global_policy"] and values["apply_to"]:
        yield (
            "Leave trusted_endpoints_apply_to empty with trusted_endpoints_global_policy. The global policy applies "
            "everywhere."
        )
    if values["handoff_vault_secret"] and not values["handoff_dir"]:
        yield (
            "Set trusted_endpoints_handoff_dir with trusted_endpoints_handoff_vault_secret, which is for files in that "
            "folder."
        )
    if values["handoff_interval"] < 1:
        yield "Set trusted_endpoints_handoff_interval to at least one second."


def _identity_intelligence(values: Values) -> Iterator[str]:
    prefix = "identity_intelligence_"
    webhooks = values["webhooks"]
    names = [webhook["name"] for webhook in webhooks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"The webhook {name!r} is in {prefix}webhooks twice. Each needs a name of its own."
    if webhooks and not values["registry_path"]:
        yield f"Set {prefix}registry_path with {prefix}webhooks, to a file that remembers them."
    elif values["state"] == "present":
        yield from _strange_webhooks(webhooks, values["registry_path"])
    is_additional = values["integration"].get("kind") == "additional"
    for name in ("tenant",) if is_additional else ("push", "data_types"):
        if values[name]:
            kind, other = ("additional", "provisioned") if is_additional else ("provisioned", "additional")
            yield f"Remove {prefix}{name}. It is for an integration of the kind {other}, and this one is {kind}."
    yield from _relative_registry(prefix, values)
    yield from _interval(values)


def _relative_registry(prefix: str, values: Values) -> Iterator[str]:
    path = values["registry_path"] or "/"
    if not os.path.isabs(os.path.expandvars(os.path.expanduser(path))):
        yield f"Set {prefix}registry_path to a full path. Where a relative one leads depends on where a task runs."


def _strange_webhooks(webhooks: Iterable[Values], registry_path: str) -> Iterator[str]:
    """What the module would find out only after the tasks before it."""
    from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError
    from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.webhook import vet

    for webhook in webhooks:
        members = ("checks", "endpoint", "api_key_name", "api_key", "duo_integration_instance_id")
        state = webhook.get("state") or "present"
        given = {**dict.fromkeys(members), **webhook, "state": state, "registry_path": registry_path}
        try:
            vet(given)
        except CiscoError as error:
            yield str(error)


def _interval(values: Values) -> Iterator[str]:
    if values["handoff_interval"] < 1:
        yield "Set identity_intelligence_handoff_interval to at least one second."


def _agent(values: Values) -> Iterator[str]:
    prefix = "identity_intelligence_agent_"
    needed = {"bootstrap_token": ("bootstrap_endpoint",), "ise_password": ("ise_host", "ise_username")}
    for name, others in needed.items():
        missing = [prefix + other for other in others if not values[f"agent_{other}"]]
        if values[f"agent_{name}"] and missing:
            yield f"Set {' and '.join(missing)} with {prefix}{name}."
    for name in OF_ONE_LINE:
        if CONTROL.search(str(values[f"agent_{name}"] or "")):
            yield f"Correct {prefix}{name}. It holds a line end or another control character."
    if not AGENT_DIR.fullmatch(values["agent_dir"]):
        yield f"Set {prefix}dir to the full path of a folder, without a colon."
    yield from _interval(values)


def _safe(values: Values) -> Iterator[str]:
    from ansible_collections.identityops.cisco.plugins.module_utils._duo.networks import is_everywhere, strange_networks

    yield from _relative_registry("safe_", values)
    if values["handoff_vault_secret"] and not values["handoff_dir"]:
        yield "Set safe_handoff_dir with safe_handoff_vault_secret, which is for files in that folder."
    if values["outgoing_addresses"] and is_everywhere(values["outgoing_addresses"]):
        yield (
            "Set safe_outgoing_addresses to the addresses of the SAFE instance only. Those given include more than "
            "half of all addresses."
        )
    for which, wrong, advice in strange_networks(values["outgoing_addresses"] or []):
        yield f"Correct {which} of safe_outgoing_addresses: {wrong}. {advice}"
    if values["state"] == "present" and not values["outgoing_addresses"]:
        yield (
            "Set safe_outgoing_addresses to the outgoing address of the SAFE instance. SAFE lists them in its "
            "documentation, under outgoing IP addresses. No other address may use the application."
        )


REQUIREMENTS: Mapping[tuple[str, str], Callable[[Values], Iterator[str]]] = {
    ("identity_intelligence", "ise_agent"): _agent,
    ("identity_intelligence", "main"): _identity_intelligence,
    ("ise_duo_mfa", "main"): _ise_duo_mfa,
    ("ise_duo_mfa", "authentication_proxy"): _authentication_proxy,
    ("safe", "main"): _safe,
    ("trusted_endpoints", "main"): _trusted_endpoints,
}
"""For the variables of an entry point, once each has a value, a sentence for each requirement that is not met."""
