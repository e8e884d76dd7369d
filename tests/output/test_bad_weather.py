# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input and bad weather: one clear message each, nothing done before it, and a good end once the cause is gone.

Most of it runs in this process, as an action; what belongs to the flow runs the collection's own playbook.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from flow.flow import ADMIN_APP, AUTH_APP, DUO_USERS, FIRST_RUN, NO_CHANGE, Flow, application, estate
from lab import Lab
from module.harness import OMIT, Options, Result, Run, quietly, writes

ENTRIES = {
    "wrong key",
    "wrong secret",
    "swapped Admin and Auth keys",
    "host with scheme or path",
    "unreachable host",
    "untrusted certificate",
    "clock skew",
    "missing Duo permission",
    "unsupported ISE release",
    "secondary PAN",
    "read-only API account",
    "ERS switched off",
    "MFA off",
    "unknown group",
    "duplicate application",
    "sync that fails or hangs",
    "connection dropped mid-write",
    "429 storm",
    "HTML instead of JSON",
    "truncated JSON",
    "a vendor field nobody knows",
}
SYNC, CONNECTION = "Corporate users", "Duo"
DOMAIN_USERS = "corp.example/Users/Domain Users"
UNKNOWN_KEY = "DIUNKNOWN00000000000"
# Longer than any sentence an engineer reads to its end at night.
LONGEST_MESSAGE = 600


# What is tried


@dataclass(frozen=True)
class Target:
    """A task that changes something, and what it needs before it can."""

    module: str
    options: Callable[[Lab], Options]
    prepare: Callable[[Lab], None] = lambda lab: None


def applications_and_sync(lab: Lab) -> None:
    """All that a Duo connection refers to."""
    flags = {"adminapi_read_resource": 1, "adminapi_write_resource": 1}
    lab.patch("duo", "add_application", name=ADMIN_APP, type="adminapi", flags=flags)
    lab.patch("duo", "add_application", name=AUTH_APP, type="authapi", user_access="ALL_USERS")
    sync(lab)


def sync(lab: Lab) -> None:
    mfa_on(lab)
    lab.patch("ise", "add_sync", name=SYNC, directory="CORP_AD", groups=[DOMAIN_USERS])


def sync_with_connection(lab: Lab) -> None:
    applications_and_sync(lab)
    lab.patch("ise", "add_connection", name=CONNECTION, identity_sync=SYNC, **stored_keys(lab))


def stored_keys(lab: Lab) -> dict[str, str]:
    sides = {"admin": application(lab, ADMIN_APP), "auth": application(lab, AUTH_APP)}
    return {f"{side}_{part}": app[part] for side, app in sides.items() for part in ("integration_key", "secret_key")}


def mfa_on(lab: Lab) -> None:
    lab.patch("ise", "set_mfa", enabled=True)


def key(lab: Lab, name: str, **other: str) -> dict[str, str]:
    """An application's key, as from a vault."""
    return {**{part: application(lab, name)[part] for part in ("integration_key", "secret_key")}, **other}


def connection(lab: Lab) -> Options:
    keys = {"admin_api": key(lab, ADMIN_APP), "auth_api": key(lab, AUTH_APP)}
    return {"connection_name": CONNECTION, "types": ["vpn"], "identity_sync": SYNC, "api_host": lab.duo.api_host} | keys


def identity_sync(lab: Lab) -> Options:
    return {"sync_name": SYNC, "active_directory": "CORP_AD", "groups": [DOMAIN_USERS]}


APPLICATION = Target("duo_admin_api_app", lambda lab: {"name": ADMIN_APP, "profile": "cisco_ise"})
FEATURE = Target("ise_mfa_feature", lambda lab: {})
GROUPS = Target("ise_active_directory_groups", lambda lab: {"active_directory": "CORP_AD", "groups": [DUO_USERS]})
IDENTITY_SYNC = Target("ise_identity_sync", identity_sync, mfa_on)
ISE_CONNECTION = Target("ise_duo_mfa", connection, applications_and_sync)
SYNC_RUN = Target("ise_identity_sync_run", lambda lab: {"sync_name": SYNC, "max_age": 3600}, sync_with_connection)

# What happens to it

Weather = Callable[[Lab], AbstractContextManager[Options]]


def given(options: Callable[[Lab], Options] | None = None, **fixed: Any) -> Weather:
    """Options that are wrong."""

    @contextlib.contextmanager
    def weather(lab: Lab) -> Iterator[Options]:
        yield {**fixed, **(options(lab) if options else {})}

    return weather


def switched(**switches: Any) -> Weather:
    """Services that are in another state; ``ise__version`` stands for the switch ``ise.version``."""
    wanted = {name.replace("__", "."): value for name, value in switches.items()}

    @contextlib.contextmanager
    def weather(lab: Lab) -> Iterator[Options]:
        before = {switch["name"]: switch["value"] for switch in lab.switches()}
        lab.switch(**wanted)
        yield {}
        lab.switch(**{name: before[name] for name in wanted})

    return weather


def faulty(service: str, method: str | None = None, path: str | None = None, **fault: Any) -> Weather:
    """A network that spoils answers, until it is repaired."""

    @contextlib.contextmanager
    def weather(lab: Lab) -> Iterator[Options]:
        lab.fault(service, method, path, **{"times": None, **fault})
        yield {}
        lab.clear_faults()

    return weather


@contextlib.contextmanager
def with_options(weather: AbstractContextManager[Options], **options: Any) -> Iterator[Options]:
    """Weather in which options differ as well."""
    with weather as others:
        yield {**others, **options}


def may_not(flag: str) -> Weather:
    """The application that signs in lacks a permission."""

    @contextlib.contextmanager
    def weather(lab: Lab) -> Iterator[Options]:
        lab.patch("duo", "set_caller_flags", **{flag: 0})
        yield {}
        lab.patch("duo", "set_caller_flags", **{flag: 1})

    return weather


@contextlib.contextmanager
def mfa_off(lab: Lab) -> Iterator[Options]:
    lab.patch("ise", "set_mfa", enabled=False)
    yield {}
    mfa_on(lab)


@contextlib.contextmanager
def namesake(lab: Lab) -> Iterator[Options]:
    keys = [lab.patch("duo", "add_application", name=ADMIN_APP, type="adminapi") for _twice in range(2)]
    yield {}
    lab.patch("duo", "delete_application", integration_key=keys[1])


def door_access(lab: Lab) -> Options:
    """The key of an Auth API application where one of an Admin API application belongs."""
    door = key(lab, "Door Access")
    return {f"duo_{part}": value for part, value in door.items()}


def swapped(lab: Lab) -> Options:
    return {"admin_api": key(lab, AUTH_APP), "auth_api": key(lab, ADMIN_APP)}


def read_only(lab: Lab) -> Options:
    return {"ise_username": lab.ise.readonly_username, "ise_password": lab.ise.readonly_password}


@dataclass(frozen=True)
class Case:
    """A task in bad weather, and what has to be said about it.

    :ivar words: what is wrong, where, and what to do.
    :ivar writes: what is sent before, by the nature of the matter.
    """

    target: Target
    weather: Weather
    kind: str
    words: tuple[str, ...]
    writes: tuple[str, ...] = ()


START = f"ise: GET /api/v1/duo-identitysync/identitysync/sync/{SYNC}"
DUO_WEB_PAGE = ("list the applications", "a web page came back instead of Duo's JSON", "localhost", "proxy")
CASES: dict[str, Case] = {
    "wrong key: of ours": Case(
        APPLICATION,
        given(duo_integration_key=UNKNOWN_KEY),
        "unauthorized",
        ("list the applications", f"does not know the integration key {UNKNOWN_KEY}", "localhost", "Check the key"),
    ),
    "wrong key: for ISE": Case(
        ISE_CONNECTION,
        given(lambda lab: {"admin_api": key(lab, ADMIN_APP, integration_key=UNKNOWN_KEY)}),
        "refused",
        ("the Duo connection 'Duo'", "admin_api", f"does not know the integration key {UNKNOWN_KEY}", "Check the key"),
    ),
    "wrong secret: of ours": Case(
        APPLICATION,
        given(duo_secret_key="not-the-secret-of-this-application"),
        "unauthorized",
        ("list the applications", "Invalid signature", "the secret key does not belong to it"),
    ),
    "wrong secret: for ISE": Case(
        ISE_CONNECTION,
        given(lambda lab: {"auth_api": key(lab, AUTH_APP, secret_key="not-the-secret-of-this-application")}),
        "refused",
        ("the Duo connection 'Duo'", "auth_api", "the secret key does not belong to it"),
    ),
    "wrong secret: password of ISE": Case(
        FEATURE,
        given(ise_password="not-the-password"),
        "unauthorized",
        ("does not accept the login of ansible", "Check the user name and the password", "tried only once"),
    ),
    "swapped Admin and Auth keys: of ours": Case(
        APPLICATION,
        given(door_access),
        "forbidden",
        ("list the applications", "An application of another kind has the integration key", "swapped?"),
    ),
    "swapped Admin and Auth keys: of ours, taken for unknown": Case(
        APPLICATION,
        lambda lab: with_options(switched(duo__auth_key_on_admin_api=40102)(lab), **door_access(lab)),
        "unauthorized",
        ("list the applications", "does not know the integration key", "an Admin API key where the Admin API is"),
    ),
    "swapped Admin and Auth keys: for ISE": Case(
        ISE_CONNECTION, given(swapped), "refused", ("the Duo connection 'Duo'", "admin_api", "auth_api", "swapped?")
    ),
    "host with scheme or path: Duo, scheme": Case(
        APPLICATION,
        given(duo_api_host="https://api-1a2b3c4d.duosecurity.com"),
        "invalid_input",
        ("it contains a scheme", "Write duo_api_host: api-1a2b3c4d.duosecurity.com"),
    ),
    "host with scheme or path: Duo, path": Case(
        APPLICATION,
        given(duo_api_host="api-1a2b3c4d.duosecurity.com/admin/v1"),
        "invalid_input",
        ("must be a host name", "it contains a path", "Write just the host name"),
    ),
    "host with scheme or path: ISE": Case(
        FEATURE,
        given(ise_hostname="https://ise.corp.example/admin"),
        "invalid_input",
        ("it contains a scheme", "Write ise_hostname: ise.corp.example"),
    ),
    "host with scheme or path: for ISE": Case(
        ISE_CONNECTION,
        given(api_host="https://api-1a2b3c4d.duosecurity.com"),
        "invalid_input",
        ("the value of api_host", "Write api_host: api-1a2b3c4d.duosecurity.com"),
    ),
    "unreachable host: Duo": Case(
        APPLICATION,
        given(duo_api_host="localhost:1"),
        "unreachable",
        ("Duo at https://localhost:1", "Connection refused", "firewall"),
    ),
    "unreachable host: ISE": Case(
        FEATURE, given(ise_port=1), "unreachable", ("ISE at https://localhost:1", "Connection refused", "firewall")
    ),
    "unreachable host: no such name": Case(
        FEATURE,
        given(ise_hostname="no-such-host.invalid"),
        "unreachable",
        ("no-such-host.invalid", "could not be reached", "Check the host name"),
    ),
    "unreachable host: silent": Case(
        FEATURE,
        lambda lab: with_options(faulty("ise", kind="slow", seconds=1.1, times=1)(lab), ise_timeout=1),
        "unreachable",
        ("no answer came within 1 seconds", "raise ise_timeout", "check the network path to https://localhost:"),
    ),
    "untrusted certificate: Duo": Case(
        APPLICATION,
        given(duo_ca_path=OMIT),
        "untrusted_certificate",
        ("certificate of Duo at https://localhost", "is not trusted", "Set duo_ca_path"),
    ),
    "untrusted certificate: ISE": Case(
        FEATURE,
        given(ise_ca_path=OMIT),
        "untrusted_certificate",
        ("certificate of ISE at https://localhost", "is not trusted", "ise_ca_path"),
    ),
    "clock skew: behind": Case(
        APPLICATION,
        switched(duo__clock_offset_seconds=900),
        "unauthorized",
        ("Correct the clock of the machine that runs the task", "seconds behind Duo's"),
    ),
    "clock skew: ahead": Case(
        APPLICATION,
        switched(duo__clock_offset_seconds=-900),
        "unauthorized",
        ("Correct the clock of the machine that runs the task", "seconds ahead of Duo's"),
    ),
    "missing Duo permission: to read": Case(
        APPLICATION,
        may_not("adminapi_read_resource"),
        "forbidden",
        ("list the applications", "'Grant resource - Read'", "Duo Admin Panel"),
    ),
    "missing Duo permission: to manage": Case(
        APPLICATION,
        may_not("adminapi_integrations"),
        "forbidden",
        (f"create the application '{ADMIN_APP}'", "Grant applications", "Duo Admin Panel"),
        ("duo: POST /admin/v3/integrations",),
    ),
    "missing Duo permission: to grant": Case(
        APPLICATION,
        may_not("adminapi_allow_to_set_permissions"),
        "forbidden",
        (f"create the application '{ADMIN_APP}'", "adminapi_allow_to_set_permissions", "Duo Admin Panel"),
        ("duo: POST /admin/v3/integrations",),
    ),
    "unsupported ISE release: old": Case(
        FEATURE,
        switched(ise__version="3.2.0.542", ise__patch=7),
        "not_found",
        ("read whether MFA is enabled", "3.3 patch 1 or newer"),
    ),
    "unsupported ISE release: unpatched": Case(
        IDENTITY_SYNC,
        switched(ise__version="3.3.0.430", ise__patch=0),
        "not_found",
        ("identity sync", "3.3 patch 1 or newer"),
    ),
    **{
        f"secondary PAN: {status}": Case(
            FEATURE,
            switched(ise__node_role="secondary", ise__secondary_write=status),
            kind,
            ("enable MFA", "allowed on the primary PAN only", "Set ise_hostname to the primary PAN"),
            ("ise: PUT /api/v1/duo-mfa/enable",),
        )
        for status, kind in ((403, "forbidden"), (400, "refused"), (405, "refused"))
    },
    "read-only API account: MFA": Case(
        FEATURE,
        given(read_only),
        "forbidden",
        ("enable MFA", "Give the account auditor the right role", "ERS Admin"),
        ("ise: PUT /api/v1/duo-mfa/enable",),
    ),
    "read-only API account: groups": Case(
        GROUPS, given(read_only), "forbidden", ("Give the account auditor the right role", "ERS Admin")
    ),
    "ERS switched off: a web page": Case(
        GROUPS,
        switched(ise__ers_enabled=False),
        "unexpected_answer",
        ("join point 'CORP_AD'", "a web page instead of JSON", "Is ERS switched on?", "API Settings"),
    ),
    "ERS switched off: 404": Case(
        GROUPS,
        switched(ise__ers_enabled=False, ise__ers_disabled_answer=404),
        "not_found",
        ("Is ERS switched on?", "API Settings"),
    ),
    "ERS switched off: 403": Case(
        GROUPS,
        switched(ise__ers_enabled=False, ise__ers_disabled_answer=403),
        "forbidden",
        ("Check also that ERS", "API Settings"),
    ),
    "MFA off: connection": Case(
        ISE_CONNECTION,
        mfa_off,
        "feature_off",
        ("list the Duo connections", "MFA is disabled on localhost", "identityops.cisco.ise_mfa_feature"),
    ),
    "MFA off: sync": Case(
        IDENTITY_SYNC,
        mfa_off,
        "feature_off",
        ("list the identity syncs", "MFA is disabled on localhost", "identityops.cisco.ise_mfa_feature"),
    ),
    "unknown group: in Active Directory": Case(
        GROUPS,
        given(groups=["corp.example/Users/Duo User"]),
        "invalid_input",
        ("'corp.example/Users/Duo User'", f"'{DUO_USERS}'"),
    ),
    "unknown group: for a sync": Case(
        IDENTITY_SYNC,
        given(groups=["corp.example/Users/Domain User"]),
        "invalid_input",
        ("'corp.example/Users/Domain User'", f"'{DOMAIN_USERS}'"),
    ),
    "duplicate application": Case(
        # The one that stays in the end was made by somebody else.
        Target("duo_admin_api_app", lambda lab: {"name": ADMIN_APP, "profile": "cisco_ise", "adopt": True}),
        namesake,
        "ambiguous",
        (f"identify the application '{ADMIN_APP}'", "2 applications in Duo have that name", "integration key"),
    ),
    "sync that fails or hangs: fails": Case(
        SYNC_RUN,
        switched(ise__sync_result="Failed"),
        "refused",
        (f"complete a run of the identity sync '{SYNC}'", "the status Failed", "Look at the sync in the ISE console"),
        (START,),
    ),
    "HTML instead of JSON: Duo": Case(APPLICATION, faulty("duo", kind="html"), "unexpected_answer", DUO_WEB_PAGE),
    "HTML instead of JSON: Duo, 502": Case(
        APPLICATION, faulty("duo", kind="html", status=502), "server_trouble", ("list the applications", "502")
    ),
    "HTML instead of JSON: ISE": Case(
        FEATURE,
        faulty("ise", kind="html"),
        "unexpected_answer",
        ("read whether MFA is enabled", "a web page titled 'Sign in' instead of JSON", "Is Open API switched on?"),
    ),
    "truncated JSON: Duo": Case(
        APPLICATION,
        faulty("duo", kind="truncated_json"),
        "unreachable",
        (
            "list the applications",
            "broke before the answer was complete",
            "Check the network path to https://localhost",
        ),
    ),
    "truncated JSON: ISE": Case(
        FEATURE,
        faulty("ise", kind="truncated_json"),
        "unreachable",
        ("read whether MFA is enabled", "broke before the answer was complete", "Check the network path to https://"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_clear_message_nothing_done_and_a_good_end(run: Run, lab: Lab, pauses: list[float], name: str) -> None:
    case = CASES[name]
    case.target.prepare(lab)
    lab.clear_requests()
    module, options = case.target.module, case.target.options(lab)
    with case.weather(lab) as wrong:
        result = run.fails(module, **{**options, **wrong})
        assert_one_clear_message(result, case.kind, case.words)
        assert writes(lab) == list(case.writes)
    assert_converges(run, lab, module, options)


def assert_one_clear_message(result: Result, kind: str, words: tuple[str, ...]) -> None:
    """What was tried, what came back and what to do, in one sentence each, and nothing else."""
    message, error = result["msg"], result["error"]
    assert error["kind"] == kind, message
    assert [word for word in words if word not in message] == [], message
    assert message.startswith(f"Could not {error['attempted']}: {error['came_back']}. {error['advice']}"), message
    assert error["advice"] and "\n" not in message and len(message) <= LONGEST_MESSAGE, message
    assert "warnings" not in result and "exception" not in result and "Traceback" not in json.dumps(result)


def assert_converges(run: Run, lab: Lab, module: str, options: Options) -> None:
    """Now the task does its work, once."""
    assert run.ok(module, **options)["changed"]
    assert not quietly(run, lab, module, **options)["changed"]


# What takes more than one look


def test_a_sync_that_hangs_is_reported_and_the_advice_helps(run: Run, lab: Lab) -> None:
    """Cancelling ends the run that hangs, and the next one succeeds."""
    SYNC_RUN.prepare(lab)
    options = SYNC_RUN.options(lab)
    lab.switch(**{"ise.sync_result": "hang"})
    lab.clear_requests()
    result = run.fails(SYNC_RUN.module, **options, timeout=1)
    words = (f"identity sync '{SYNC}'", "after 1 seconds ISE reports the status Pending", "or with state: cancelled")
    assert_one_clear_message(result, "timed_out", words)
    assert writes(lab) == [START]

    lab.switch(**{"ise.sync_result": "real"})
    assert run.ok(SYNC_RUN.module, sync_name=SYNC, state="cancelled")["changed"]
    assert_converges(run, lab, SYNC_RUN.module, options)


MID_WRITE = [
    (APPLICATION, "duo", "POST", "/integrations$"),
    (FEATURE, "ise", "PUT", "/enable$"),
    (GROUPS, "ise", "PUT", "/addGroups$"),
    (IDENTITY_SYNC, "ise", "POST", "/identitysync$"),
    (ISE_CONNECTION, "ise", "POST", "/duo-mfa/mfa$"),
]
MID_WRITE_NAMES = [target.module for target, *_where in MID_WRITE]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
@pytest.mark.parametrize(("target", "service", "method", "path"), MID_WRITE, ids=MID_WRITE_NAMES)
def test_a_connection_dropped_mid_write_once_is_repaired_by_the_task_itself(
    run: Run, lab: Lab, target: Target, service: str, method: str, path: str, kind: str
) -> None:
    target.prepare(lab)
    options = target.options(lab)
    lab.fault(service, method, path, kind=kind)
    lab.clear_requests()
    result = run.ok(target.module, **options)
    assert result["changed"] and "warnings" not in result
    # What was done is looked up, and not done again.
    assert len(writes(lab)) == (2 if kind == "drop_before" else 1) and lab.faults()[0]["times"] == 0
    assert not quietly(run, lab, target.module, **options)["changed"]


@pytest.mark.parametrize(("target", "service", "method", "path"), MID_WRITE, ids=MID_WRITE_NAMES)
def test_a_connection_dropped_mid_write_each_time(
    run: Run, lab: Lab, target: Target, service: str, method: str, path: str
) -> None:
    target.prepare(lab)
    options = target.options(lab)
    lab.fault(service, method, path, kind="drop_before", times=None)
    result = run.fails(target.module, **options)
    assert_one_clear_message(result, "outcome_unknown", ("the connection broke", "Run this again: it looks first"))
    lab.clear_faults()
    assert_converges(run, lab, target.module, options)


@pytest.mark.parametrize(("target", "service", "method", "path"), MID_WRITE, ids=MID_WRITE_NAMES)
def test_a_network_that_is_gone_from_the_write_on(
    run: Run, lab: Lab, target: Target, service: str, method: str, path: str
) -> None:
    """It was carried out, and nothing can be looked up: the message is about the write, not about the looking."""
    target.prepare(lab)
    lab.clear_requests()
    run.ok(target.module, **target.options(lab))
    reads = [row["write"] for row in lab.requests(service)].index(True)

    lab.reset()
    target.prepare(lab)
    options = target.options(lab)
    lab.fault(service, method, path, kind="drop_after")
    lab.fault(service, kind="drop_before", skip=reads, times=None)
    lab.clear_requests()
    result = run.fails(target.module, **options)
    assert len(writes(lab)) == 1
    assert_one_clear_message(result, "outcome_unknown", ("the connection broke", "Run this again: it looks first"))
    lab.clear_faults()
    assert not quietly(run, lab, target.module, **options)["changed"]


@pytest.mark.parametrize(
    ("target", "service", "name"), [(APPLICATION, "duo", "Duo"), (FEATURE, "ise", "ISE")], ids=["Duo", "ISE"]
)
def test_a_429_storm_ends_the_task_before_patience_is_a_hang(
    run: Run, lab: Lab, pauses: list[float], target: Target, service: str, name: str
) -> None:
    lab.fault(service, kind="status", status=429, retry_after=20, times=None)
    result = run.fails(target.module, **target.options(lab))
    words = (f"{name} kept answering that there are too many requests, for 60 seconds", "Let fewer tasks talk")
    assert_one_clear_message(result, "throttled", words)
    assert pauses == [20, 20, 20] and writes(lab) == []
    lab.clear_faults()
    assert_converges(run, lab, target.module, target.options(lab))


@pytest.mark.parametrize("status", [502, 504])
@pytest.mark.parametrize(
    ("target", "service"), [(APPLICATION, "duo"), (FEATURE, "ise"), (ISE_CONNECTION, "ise")], ids=lambda value: ""
)
def test_a_gateway_in_trouble_for_a_moment_is_waited_for(
    run: Run, lab: Lab, pauses: list[float], target: Target, service: str, status: int
) -> None:
    target.prepare(lab)
    lab.fault(service, "GET", kind="html", status=status, skip=1, times=2)
    assert_converges(run, lab, target.module, target.options(lab))
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("target", "service"), [(APPLICATION, "duo"), (FEATURE, "ise"), (ISE_CONNECTION, "ise")], ids=lambda value: ""
)
def test_a_429_storm_that_passes_is_waited_for(
    run: Run, lab: Lab, pauses: list[float], target: Target, service: str
) -> None:
    target.prepare(lab)
    lab.fault(service, kind="status", status=429, retry_after=7, times=3)
    assert_converges(run, lab, target.module, target.options(lab))
    assert pauses == [7, 7, 7]


@pytest.mark.parametrize(
    "target", [APPLICATION, FEATURE, GROUPS, IDENTITY_SYNC, ISE_CONNECTION, SYNC_RUN], ids=lambda target: target.module
)
def test_a_vendor_field_nobody_knows_is_no_trouble_at_all(run: Run, lab: Lab, target: Target) -> None:
    """It is neither complained of nor sent back, which a strict service would refuse."""
    target.prepare(lab)
    for service in ("duo", "ise"):
        lab.fault(service, kind="extra_member", times=None)
    assert_converges(run, lab, target.module, target.options(lab))


# The flow


@contextlib.contextmanager
def two_namesakes(lab: Lab) -> Iterator[Options]:
    keys = [lab.patch("duo", "add_application", name=AUTH_APP, type="authapi") for _twice in range(2)]
    yield {}
    for one in keys:
        lab.patch("duo", "delete_application", integration_key=one)


@contextlib.contextmanager
def auditor(lab: Lab) -> Iterator[Options]:
    yield read_only(lab)


# What stands in the way, and the words about it.
IN_THE_WAY: dict[str, tuple[Weather, tuple[str, ...]]] = {
    "unsupported ISE release": (
        switched(ise__version="3.2.0.542", ise__patch=7),
        ("release 3.2.0.542 patch 7", "from 3.3 patch 1", "Update ISE"),
    ),
    "secondary PAN": (
        switched(ise__node_role="secondary"),
        ("through localhost", "it is not the primary PAN", "Set ise_hostname to ise-pan1.corp.example"),
    ),
    "read-only API account": (auditor, ("change anything on this ISE", "Give the account auditor", "ERS Admin")),
    "duplicate application": (two_namesakes, (f"'{AUTH_APP}'", "2 applications", "integration key")),
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_what_stands_in_the_way_is_named_before_the_first_change(run: Run, lab: Lab, name: str) -> None:
    weather, words = IN_THE_WAY[name]
    options = {"active_directory": "CORP_AD", "groups": [DUO_USERS], "admin_app": ADMIN_APP, "auth_app": AUTH_APP}
    with weather(lab) as wrong:
        shown = run.fails("ise_duo_mfa_preflight", **{**options, **wrong})["msg"]
        assert shown.startswith("1 problem was found, and nothing was changed.")
        assert [word for word in words if word not in shown] == [], shown
        assert writes(lab) == []
    assert run.ok("ise_duo_mfa_preflight", **options)["problems"] == []


def test_the_flow_reports_all_problems_together(lab: Lab, flow: Flow) -> None:
    """An old secondary PAN, an application that may not manage others, and two of the same name."""
    lab.switch(**{"ise.version": "3.2.0.542", "ise.patch": 7, "ise.node_role": "secondary"})
    lab.patch("duo", "set_caller_flags", adminapi_integrations=0)
    with two_namesakes(lab):
        failed = flow.fails()
    shown = failed.detail("Preflight")
    assert shown.startswith("4 problems were found, and nothing was changed. (1) Could not ")
    assert failed.statuses() == {**dict.fromkeys(FIRST_RUN, "pending"), "Preflight": "failed"}
    words = ("3.2.0.542 patch 7", "ise-pan1.corp.example", "'Grant applications'", "2 applications")
    assert [word for word in words if word not in shown] == [], shown
    assert_plain(lab, failed.output)
    assert writes(lab) == []


def test_the_flow_survives_connections_that_drop_mid_write(lab: Lab, flow: Flow) -> None:
    """Each write is dropped once, unseen; the connection's each time, which ends the run. The next one finishes it."""
    for _target, service, method, path in MID_WRITE[:-1]:
        lab.fault(service, method, path, kind="drop_before")
    _target, service, method, path = MID_WRITE[-1]
    lab.fault(service, method, path, kind="drop_before", times=None)
    failed = flow.fails()
    shown = failed.detail("Duo connection")
    words = ("create the Duo connection 'Duo'", "connection broke before the answer", "Run this again: it looks first")
    assert [word for word in words if word not in shown] == [], shown
    assert [name for name, status in failed.statuses().items() if status == "failed"] == ["Duo connection"]
    assert_plain(lab, failed.output)

    lab.clear_faults()
    assert flow.ok().changed() == {"Duo connection", "Run of the identity sync"}
    assert flow.quietly().statuses() == NO_CHANGE and estate(lab)["connections"]["Duo"]["good"]


def assert_plain(lab: Lab, output: str) -> None:
    """No warning, no inside of ours, no secret."""
    assert not [word for word in ("[WARNING]", "Traceback", "[DEPRECATION") if word in output], output
    assert not [secret for secret in lab.secrets() if secret in output]


def test_every_entry_is_tried() -> None:
    """By a case of its name, or by a test of it."""
    others = {"connection dropped mid-write", "429 storm", "a vendor field nobody knows"}
    assert {name.partition(":")[0] for name in [*CASES, *IN_THE_WAY]} | others == ENTRIES
