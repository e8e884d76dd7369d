# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comes out of ``identityops.cisco.identity_intelligence``: no secret anywhere.

The secrets of both services and the keys of webhooks are planted, a wrong one too, and the service repeats what it was
sent. Searched is every byte that a run shows and leaves behind, the registry and the printed pages included.
"""

from __future__ import annotations

from pathlib import Path

from flow.identity_intelligence import CLIENT, webhook
from lab import Lab

from .playbook import LOUD, Player, Task, assert_clean

PLAYBOOK = "identityops.cisco.identity_intelligence"
KEY, NEW_KEY = "Bearer CanaryTokenOfTheReceiver", "Bearer CanaryTokenOfTomorrow"
WRONG = "CanaryClientSecretThatIsWrong"
SECRETS = {KEY, KEY.split()[1], NEW_KEY, NEW_KEY.split()[1], WRONG}


def run_of(**variables: object) -> Task:
    """The playbook with variables of the role, and any others."""
    own = {name: value for name, value in variables.items() if name.startswith("cii_")}
    role = {f"identity_intelligence_{name}": value for name, value in variables.items() if name not in own}
    return {"ansible.builtin.import_playbook": PLAYBOOK, "vars": {**role, **own}}


def every_run(folder: Path) -> list[Task]:
    """Each way to go on, with the secrets in hand; the last one is refused with the wrong one."""
    kept = {"registry_path": str(folder / "webhooks.json"), "handoff_dir": str(folder / "pages")}
    good = {f"cii_{name}": f"{{{{ canary_{name} }}}}" for name in CLIENT}
    additional = {"integration": {"display_name": "Subsidiary", "kind": "additional"}, "push": True}
    return [
        run_of(**kept, **good, **additional, webhooks=[webhook(api_key="{{ canary_key }}")]),
        run_of(**kept, **good, webhooks=[webhook(api_key="{{ canary_new_key }}")]),
        {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [
                {
                    "name": "Keep what is known in the fact cache",
                    "ansible.builtin.set_fact": {
                        "kept": "{{ [identity_intelligence_result, identity_intelligence__webhooks] }}",
                        "cacheable": True,
                    },
                }
            ],
        },
        run_of(**kept, **{**good, "cii_client_secret": "{{ canary_wrong }}"}),
    ]


def test_every_run_and_what_it_leaves_behind(play: Player, lab: Lab) -> None:
    lab.switch(**{"duo.secret_in_answers": "plain", "cii.token_refusal_body": "echo"})
    folder = play.left / "identity-intelligence"
    folder.mkdir()
    variables = {
        **lab.options("duo"),
        **{f"canary_{name}": getattr(lab.cii, name) for name in CLIENT},
        "cii_ca_path": lab.ca_path,
        "canary_key": KEY,
        "canary_new_key": NEW_KEY,
        "canary_wrong": WRONG,
    }
    ran = play.book(every_run(folder), variables=variables, **LOUD)
    assert_clean(ran, lab.secrets() | SECRETS)
    assert ran.code == 2 and "the API client is not accepted" in ran.text and "Traceback" not in ran.text, ran.text
    (held,) = lab.state("cii")["webhooks"]
    assert held["api_key"] == NEW_KEY
    assert held["id"] in (folder / "webhooks.json").read_text()
