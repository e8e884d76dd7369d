# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes out of ``identityops.cisco.trusted_endpoints``: no secret anywhere, and one clear message in bad weather.

The keys of both services are planted, wrong ones too, and one where the client ID belongs. Searched is every byte that
a run shows and leaves behind, the printed pages with their encrypted files included.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret
from flow.flow import writes
from flow.trusted_endpoints import (
    APPLICATION,
    CREDENTIAL,
    FLEET,
    MOST_BLOCKED,
    WRITTEN,
    TrustedEndpoints,
)
from lab import Lab

from .playbook import LOUD, Player, Task, assert_clean

Weather = Callable[[Lab], None]

PLAYBOOK = "identityops.cisco.trusted_endpoints"
VAULT_SECRET = "CanaryPasswordOfThePrintedPages"
WRONG_KEY = str(uuid.uuid5(uuid.NAMESPACE_DNS, "canary.corp.example"))
# Longer than any sentence an engineer reads to its end at night.
LONGEST_MESSAGE = 600


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> TrustedEndpoints:
    """Runs the playbook against the lab, as a person would."""
    return TrustedEndpoints(lab, tmp_path)


# No secret anywhere


def run_of(**variables: Any) -> Task:
    """The playbook with variables of the role, and any others."""
    own = {name: value for name, value in variables.items() if name.startswith(("duo_", "secure_endpoint_"))}
    role = {f"trusted_endpoints_{name}": value for name, value in variables.items() if name not in own}
    return {"ansible.builtin.import_playbook": PLAYBOOK, "vars": {**role, **own}}


def failing_run_of(**variables: Any) -> Task:
    """The role in a play that goes on after its failure."""
    imported = run_of(**variables)["vars"]
    role = {"ansible.builtin.include_role": {"name": "identityops.cisco.trusted_endpoints"}, "vars": imported}
    shown = {"ansible.builtin.debug": {"msg": "{{ ansible_failed_result }}"}}
    return {"hosts": "all", "gather_facts": False, "tasks": [{"block": [role], "rescue": [shown]}]}


def every_run(folder: Path, right: Path, wrong: Path) -> list[Task]:
    """Each way to go on, with the keys in hand; the last one waits without success.

    :param right: a file with the credential; the key in ``wrong`` is another one.
    """
    good = {name: f"{{{{ canary_{name} }}}}" for name in ("secure_endpoint_client_id", "secure_endpoint_api_key")}
    pages = {"handoff_dir": str(folder), "handoff_vault_secret": "{{ canary_vault_secret }}"}
    applied = {"apply_to": [{"application": APPLICATION}], "max_blocked": MOST_BLOCKED + 1}
    swapped = dict(zip(good, reversed(good.values()), strict=True))
    return [
        run_of(**pages),
        failing_run_of(**pages, **{**good, "secure_endpoint_api_key": "{{ canary_wrong_key }}"}, discover_region=True),
        failing_run_of(**pages, **swapped),
        run_of(**pages, **good, state="absent"),
        run_of(**pages, **good, **applied),
        run_of(credential_file=str(right), global_policy=True, max_blocked=MOST_BLOCKED + 1),
        {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [
                {
                    "name": "Keep what is known in the fact cache",
                    "ansible.builtin.set_fact": {"kept": "{{ trusted_endpoints_result }}", "cacheable": True},
                }
            ],
        },
        run_of(credential_file=str(wrong), handoff="wait", handoff_interval=1, handoff_timeout=2),
    ]


def test_every_run_and_what_it_leaves_behind(play: Player, lab: Lab) -> None:
    folder = play.left / "hand-offs"
    lab.switch(**{"duo.secret_in_answers": "plain", "duo.can_block_unready": "accept"})
    lab.patch("duo", "add_management_integration", name="Intune with Duo Desktop")
    (play.given / "flow").mkdir()
    flow = TrustedEndpoints(lab, play.given / "flow")
    credential = flow.give_credential()
    wrong = flow.file.with_name("wrong.yml")
    wrong.write_text(json.dumps({**credential, "secure_endpoint_api_key": WRONG_KEY}))
    variables = {
        **{name.lower(): value for name, value in flow.connection().items() if "PROXY" not in name},
        **{f"canary_{name}": value for name, value in credential.items()},
        "canary_wrong_key": WRONG_KEY,
        "canary_vault_secret": VAULT_SECRET,
    }
    proxy = {name: value for name, value in flow.connection().items() if "PROXY" in name}
    ran = play.book(every_run(folder, flow.file, wrong), variables=variables, environment=proxy, **LOUD)
    assert_clean(ran, lab.secrets() | {WRONG_KEY, VAULT_SECRET})
    # The play came to its end.
    assert ran.code == 2 and "after 2 seconds" in ran.text and "Traceback" not in ran.text, ran.text[-3000:]
    (cached,) = (play.left / "fact-cache").iterdir()
    assert "duo_edr_integration" in cached.read_text()
    # The search has met an encrypted file, which holds the key after all.
    (encrypted,) = folder.glob("*.vault.yml")
    opened = VaultLib([("default", VaultSecret(VAULT_SECRET.encode()))]).decrypt(encrypted.read_bytes())
    (credential,) = [one for one in lab.state("secure_endpoint")["credentials"] if one["name"] == "Duo"]
    assert credential["api_key"].encode() in opened


# One clear message


def nearly_used_up(lab: Lab) -> None:
    """The login and two pages are left, and eleven pages are needed."""
    lab.patch("secure_endpoint", "grow", count=5000)
    lab.patch("secure_endpoint", "spend", requests=2997, resets_in=1800)


def dropped(lab: Lab) -> None:
    lab.fault("secure_endpoint", kind="drop_before", times=None)


LOGIN = "log in to Secure Endpoint at api.eu.amp.cisco.com"
# What the other kinds of weather are reported as is proven with the modules.
WEATHER: dict[str, tuple[Weather, str, tuple[str, ...]]] = {
    "429, seen in time": (nearly_used_up, FLEET, ("read the 5050 computers", "10 more requests", "1 of 3000 left")),
    "dropped": (dropped, CREDENTIAL, (LOGIN, "connection broke", "Check the network path")),
}


@pytest.mark.parametrize("name", WEATHER)
def test_bad_weather_is_one_message_and_duo_is_left_alone(lab: Lab, flow: TrustedEndpoints, name: str) -> None:
    flow.prepare()
    weather, step, words = WEATHER[name]
    weather(lab)
    failed = flow.fails()
    said = failed.detail(step)
    assert said.startswith("Could not ") and "\n" not in said and len(said) <= LONGEST_MESSAGE, said
    assert [word for word in words if word not in said] == [], said
    earlier = {} if step == CREDENTIAL else {CREDENTIAL: "verified"}
    assert failed.statuses() == {**dict.fromkeys(WRITTEN, "pending"), **earlier, step: "failed"}
    # One error, no warning, no inside of ours, no secret.
    assert failed.output.count("[ERROR]") == 1 and failed.output.count("fatal:") == 1
    assert not [word for word in ("[WARNING]", "Traceback", "[DEPRECATION") if word in failed.output], failed.output
    assert not [secret for secret in lab.secrets() if secret in failed.output]
    assert lab.requests("duo") == []


def test_a_run_after_bad_weather_ends_well(lab: Lab, flow: TrustedEndpoints) -> None:
    """What passes within a minute is waited for, and members that nobody knows are no trouble."""
    flow.prepare()
    lab.fault("secure_endpoint", "GET", "/version$", kind="drop_after")
    lab.fault("secure_endpoint", "GET", "/computers$", kind="status", status=429, retry_after=1)
    lab.fault("secure_endpoint", "GET", "/computers$", kind="html", status=502)
    for service in ("duo", "secure_endpoint"):
        lab.fault(service, kind="extra_member", times=None)
    done = flow.ok(max_blocked=MOST_BLOCKED + 1, edr_confirmed=True)
    assert done.statuses() == WRITTEN and done.warnings() == [] and len(writes(lab)) == 1
