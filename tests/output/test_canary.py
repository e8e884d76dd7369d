# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are planted everywhere, playbooks run, and every byte that comes out is searched for them.

Searched are standard output and error, the log file, the fact cache, temporary files near and far, and the command
lines and environments of all processes. Secrets are every application's secret key, the passwords of ISE, what ISE has
stored, and wrong ones that only the playbook knows.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest
from lab import Lab

from .playbook import LOUD, WAYS, Options, Player, Ran, Task, assert_clean

# Wrong on purpose, and secrets all the same.
WRONG = {
    "wrong_duo_secret": "CanaryDuoSecret0123456789abcdefghijklmno",
    "wrong_ise_password": "Canary/ISE+password=21",
    "wrong_admin_secret": "CanaryAdminSecret0123456789abcdefghijklm",
    "wrong_auth_secret": "CanaryAuthSecret0123456789abcdefghijklmn",
    "proxy_password": "CanaryProxyPassword42",
}
SYNC, ADMIN, AUTH = "Corporate users", "ISE user sync", "ISE logins"
HELPDESK = "corp.example/Users/Helpdesk"


def task(module: str, *, fails: bool = False, register: str = "", **options: Any) -> Task:
    """A task with one of our modules; ``fails`` lets the play go on."""
    found: Task = {"name": f"Run {module}", f"identityops.cisco.{module}": options}
    if fails:
        found["ignore_errors"] = True
    if register:
        found["register"] = register
    return found


def connection(**more: Any) -> Options:
    by_name = {"admin_api": {"application": ADMIN}, "auth_api": {"application": AUTH}}
    return {"connection_name": "Duo", "types": ["vpn"], "identity_sync": SYNC, **by_name, **more}


def vault_key(side: str, secret: str) -> Options:
    return {"integration_key": f"{{{{ {side}_integration_key }}}}", "secret_key": f"{{{{ {secret} }}}}"}


def every_module() -> list[Task]:
    """Every module at least once, and every way to fail with a secret in hand."""
    vault = {side: vault_key(side, f"{side}_secret_key") for side in ("admin_api", "auth_api")}
    wrong = {f"{side}_api": vault_key(f"{side}_api", f"wrong_{side}_secret") for side in ("admin", "auth")}
    proxy = "http://canary:{{ proxy_password }}@localhost:1"
    return [
        task("duo_account_info"),
        task("duo_application_info"),
        task("duo_admin_api_app", name=ADMIN, profile="cisco_ise"),
        task("duo_admin_api_app", name=ADMIN, profile="cisco_ise", secret="rotate"),
        task("duo_admin_api_app", name=ADMIN, profile="cisco_ise", return_secret=True, register="application"),
        task("duo_admin_api_app", name="Twice", profile="safe", fails=True),
        task("duo_admin_api_app", name="New", profile="safe", duo_secret_key="{{ wrong_duo_secret }}", fails=True),
        task("duo_admin_api_app", name="New", profile="safe", duo_timeout="{{ lab_duo_secret_key }}", fails=True),
        task("duo_admin_api_app", name="New", profile="safe", duo_proxy_url=proxy, fails=True),
        task("duo_admin_api_app", name="New", duo_proxy_url=proxy, fails=True),
        task("duo_auth_api_app", name=AUTH, user_access="all_users", verify=True),
        task("duo_auth_api_app", name=AUTH, user_access="all_users", secret="rotate", verify=True, return_secret=True),
        task("ise_system_info"),
        task("ise_system_info", ise_password="{{ wrong_ise_password }}", fails=True),
        task("ise_duo_mfa_preflight", active_directory="CORP_AD", groups=["corp.example/Nobody"], fails=True),
        task("ise_mfa_feature"),
        task("ise_active_directory_info", gather_groups=True),
        task("ise_active_directory_groups", active_directory="CORP_AD", groups=["corp.example/Users/Duo Users"]),
        task("ise_identity_sync", sync_name=SYNC, active_directory="CORP_AD", groups=[HELPDESK]),
        task("ise_identity_sync_info"),
        task("ise_duo_mfa", **connection(), register="connection"),
        task("ise_duo_mfa", **connection(description="From a vault", **vault), register="vault"),
        task("ise_duo_mfa", **connection(description="Wrong", **wrong), fails=True),
        task("ise_duo_mfa", **connection(identity_sync="Nobody"), fails=True),
        task("ise_duo_mfa", **connection(admin_api={"application": "Nobody"}), fails=True),
        task("ise_duo_mfa", **connection(update_secrets="always")),
        task("ise_duo_mfa_info", test=True),
        task("ise_identity_sync_run", sync_name=SYNC, register="run"),
        task("ise_mfa_rule", name="Ask Duo", policy_set="Default", policy_type="network_access", fails=True),
        task("ise_duo_mfa", connection_name="Duo", state="absent"),
        task("ise_identity_sync", sync_name=SYNC, state="absent"),
        {
            "name": "Keep what was registered in the fact cache",
            "ansible.builtin.set_fact": {
                "kept": "{{ [connection, vault, run, application.application] }}",
                "cacheable": True,
            },
        },
    ]


def application(lab: Lab, name: str) -> dict[str, Any]:
    (found,) = [app for app in lab.state("duo")["applications"] if app["name"] == name]
    return dict(found)


def vault_variables(lab: Lab) -> Options:
    """The keys of two applications that exist, and the wrong secrets."""
    keys = {"admin_api": application(lab, "HR Provisioning"), "auth_api": application(lab, "Door Access")}
    parts = ("integration_key", "secret_key")
    return {**WRONG, **{f"{side}_{part}": app[part] for side, app in keys.items() for part in parts}}


def cached(play: Player) -> str:
    """What is in the fact cache."""
    return "".join(path.read_text() for path in (play.left / "fact-cache").iterdir())


def with_a_secret_in_hand(play: Player, lab: Lab) -> list[Task]:
    """Few of them, for a process costs half a second: those that fail with a wrong secret, and one of each service.

    What a process returns of a secret that was asked for is shown below.
    """
    planted = ("wrong_duo_secret", "wrong_ise_password", "proxy_password")
    wrong = [entry for entry in every_module() if any(name in str(entry) for name in planted)]
    webhook: Options = {"name": "SOC", "endpoint": "https://events.corp.example/", "checks": ["no-mfa"]}
    webhook["registry_path"] = str(play.left / "webhooks.json")
    key = {"api_key_name": "Authorization", "api_key": "{{ wrong_ise_password }}"}
    refused = {
        "name": "Duo",
        "secure_endpoint_api_key": str(uuid.UUID(int=1)),
        "secure_endpoint_api_host": "localhost:1",
    }
    return [
        *wrong,
        task("cii_webhook", **lab.options("cii"), **webhook, **key),
        task("secure_endpoint_credential", **{**lab.options("secure_endpoint"), **refused}, fails=True),
    ]


def play_tasks(play: Player, lab: Lab, tasks: list[Task], way: str) -> Ran:
    """From a fresh lab that shows secrets wherever it can; nothing of what comes out holds one."""
    lab.reset()
    for _unused in range(2):
        lab.patch("duo", "add_application", name="Twice", type="adminapi")
    lab.switch(**{"duo.secret_in_answers": "plain", "ise.secrets_on_read": "plain"})
    secrets = lab.secrets() | set(WRONG.values())
    ran = play(*tasks, way=way, variables=vault_variables(lab), **LOUD)
    assert_clean(ran, secrets | lab.secrets())
    # The play came to its end.
    assert ran.code == 0 and "Traceback" not in ran.text, ran.text[-3000:]
    return ran


def failed(ran: Ran) -> list[str]:
    """The names of the tasks that have failed, in order."""
    return [result["task"] for result in ran.results() if result["failed"]]


def to_fail(tasks: list[Task]) -> list[str]:
    return [entry["name"] for entry in tasks if entry.get("ignore_errors")]


def test_every_module_and_what_a_person_sees_and_a_pipeline_stores(play: Player, lab: Lab) -> None:
    ran = play_tasks(play, lab, every_module(), "action")
    assert "connection_name" in cached(play) and failed(ran) == to_fail(every_module())


def test_modules_in_processes_of_their_own(play: Player, lab: Lab) -> None:
    """That every module returns the same both ways is for ``test_two_ways``."""
    tasks = with_a_secret_in_hand(play, lab)
    ran = play_tasks(play, lab, tasks, "module")
    assert len(ran.results()) == len(tasks) and failed(ran) == to_fail(tasks)


# One for each form by which a secret in the wrong place is recognised.
MISPLACED = {
    "duo_key": "yS1TOGLwClvJqGdkF0GRK8GxJc8skyjTtrkBHB3H",
    "ise_word": "Canary/ISE+password=21",
    "endpoint_key": "47d29c22-d9ec-4c16-afed-bf2b16809cc5",
    "pem": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
    "token": "hvs.CAESIJt4xQ2Zk9mPq8vYw3nRb7Lc5Hd1Tf6Gs0Aj-_UeX",
}
PRIVATE_KEY = "-----BEGIN PRIVATE KEY-----\n{{ pem }}\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize("way", WAYS)
def test_a_secret_in_the_wrong_place_is_not_printed(play: Player, way: str) -> None:
    """Which places there are, tests/module/test_misplaced_secrets.py knows; here is what core adds to each kind.

    A process of its own differs in how it fails, so there is one of each kind of failure.
    """
    apply_to = [{"application": "{{ duo_key }}", "gruops": ["{{ ise_word }}"]}]
    tasks = [
        task("duo_account_info", fails=True, duo_integration_key="{{ duo_key }}"),
        task("duo_account_info", fails=True, duo_timeout="{{ token }}"),
        task("duo_account_info", fails=True, scret_key="{{ token }}"),
        task("duo_admin_api_app", fails=True, name="x", profile="{{ duo_key }}"),
        task("duo_admin_api_app", fails=True, name="{{ endpoint_key }}", profile="safe", duo_api_host="localhost:1"),
        task("duo_policy", fails=True, name="x", trusted_endpoints={"checking": "{{ token }}"}),
        task("duo_policy", fails=True, name="x", apply_to=apply_to),
        task("ise_mfa_feature", fails=True, enabled="{{ ise_word }}"),
        task("ise_system_info", fails=True, ise_hostname="user:{{ ise_word }}@host"),
        task("ise_system_info", fails=True, ise_client_cert="/nowhere", ise_client_key=PRIVATE_KEY),
    ]
    if way == "module":
        tasks = [*tasks[1:4], tasks[6], tasks[9]]
    ran = play(*tasks, way=way, variables=MISPLACED)
    assert ran.code == 0 and ran.stdout.count("...ignoring") == len(tasks), ran.text[-3000:]
    assert_clean(ran, set(MISPLACED.values()))


@pytest.mark.parametrize("way", WAYS)
def test_keys_that_go_from_duo_to_ise_are_nowhere_else_and_one_that_was_asked_for_is_hidden_and_usable(
    play: Player, lab: Lab, way: str
) -> None:
    lab.patch("ise", "set_mfa", enabled=True)
    lab.patch("ise", "add_sync", name=SYNC, directory="CORP_AD", groups=[HELPDESK])
    flags = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
    lab.patch("duo", "add_application", name=ADMIN, type="adminapi", flags=flags)
    lab.patch("duo", "add_application", name=AUTH, type="authapi")
    secrets = {application(lab, name)["secret_key"] for name in (ADMIN, AUTH)}
    asked_for = application(lab, "HR Provisioning")["secret_key"]
    options = {"name": "HR Provisioning", "permissions": ["read_resource", "write_resource"], "return_secret": True}
    ran = play(
        task("ise_duo_mfa", **connection(), register="connection"),
        {"name": "Show the variable", "ansible.builtin.debug": {"var": "connection"}},
        {"name": "Keep it", "ansible.builtin.set_fact": {"kept": "{{ connection }}", "cacheable": True}},
        {"name": "Show all variables", "ansible.builtin.debug": {"var": "hostvars"}},
        task("duo_admin_api_app", **options, register="application"),
        {"name": "Use it", "ansible.builtin.assert": {"that": ["application.secret_key | hash('sha256') == digest"]}},
        way=way,
        variables={"digest": hashlib.sha256(asked_for.encode()).hexdigest()},
        # Even what core itself writes for a module must not hold them.
        environment={"ANSIBLE_KEEP_REMOTE_FILES": "1"},
        **LOUD,
    )
    assert ran.code == 0, ran.text[-3000:]
    stored = lab.state("ise")["connections"]["Duo"]
    assert {stored[side]["secret_key"] for side in ("admin", "auth")} == secrets
    assert "connection_name" in cached(play) and "connection_name" in ran.stdout
    assert "the output has been hidden" in ran.stdout
    assert_clean(ran, {*secrets, asked_for})


STUB = """
class Admin:
    def __init__(self, ikey, skey, host, **more):
        self.skey = skey
        raise AttributeError(f"a defect in the library, which quotes {skey}")
"""


@pytest.mark.parametrize("way", WAYS)
def test_a_crash_shows_no_secret(play: Player, lab: Lab, way: str) -> None:
    library = play.given / "lib" / "duo_client"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(STUB)
    ran = play(
        task("duo_admin_api_app", name="New", profile="safe"),
        way=way,
        environment={"PYTHONPATH": str(library.parent)},
        **LOUD,
    )
    assert ran.code == 2 and "This is a defect. Please report it" in ran.text
    assert_clean(ran, {lab.duo.secret_key, lab.ise.password})


def test_secrets_of_a_tasks_environment_reach_no_command_line_and_no_file(play: Player, lab: Lab) -> None:
    """In process nothing is written, even if files are to be kept."""
    with_environment = {
        **task("duo_account_info", duo_secret_key="{{ omit }}"),
        "environment": {"DUO_SECRET_KEY": "{{ lab_duo_secret_key }}", "DUO_PROXY_URL": ""},
    }
    ran = play(with_environment, arguments=["-vvvv"], environment={"ANSIBLE_KEEP_REMOTE_FILES": "1"})
    assert ran.code == 0, ran.text[-3000:]
    assert not [path for path in (play.left / "remote-tmp").rglob("*") if path.is_file()]
    assert_clean(ran, {lab.duo.secret_key, lab.ise.password})


def test_a_job_in_the_background_shows_no_secret(play: Player, lab: Lab) -> None:
    """``async`` always starts an ordinary module, and core does not always remove the file that it made for it."""
    ran = play({**task("duo_account_info"), "async": 30, "poll": 1}, arguments=["-vvvv"])
    assert ran.code == 0, ran.text[-3000:]
    assert "ASYNC OK on localhost" in ran.stdout
    places = ran.places_with({lab.duo.secret_key, lab.ise.password})
    assert [place for place in places if "/AnsiballZ_" not in place] == []


def test_the_search_finds_what_there_is_to_find(play: Player, lab: Lab) -> None:
    """What a play prints, what it passes to a process, and what core writes to a file for an ordinary module, which
    stays if files are to be kept."""
    encoded = {"name": "Show it", "ansible.builtin.debug": {"msg": "{{ ('user:' ~ lab_ise_password) | b64encode }}"}}
    shown = {"name": "Show it", "ansible.builtin.debug": {"msg": "{{ proxy_password }}"}}
    command = ["sh", "-c", "sleep 0.2", "{{ proxy_password }}"]
    said = {"name": "Pass it to a process", "ansible.builtin.command": {"argv": command}}
    tasks = (task("duo_account_info"), encoded, shown, said)
    ran = play(*tasks, way="module", variables=WRONG, environment={"ANSIBLE_KEEP_REMOTE_FILES": "1"})
    assert ran.places_with({lab.ise.password}) == ["file ansible.log", "stdout"]
    found = ran.places_with({WRONG["proxy_password"]})
    assert {"file ansible.log", "stdout", "command line or environment of a process"} <= set(found)
    (kept,) = ran.places_with({lab.duo.secret_key})
    assert "remote-tmp" in kept and "AnsiballZ_duo_account_info.py" in kept
