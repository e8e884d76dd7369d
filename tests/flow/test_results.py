# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the result of a role says of several connections, of several uses and of tags."""

from __future__ import annotations

import json
from typing import Any

from lab import Lab

from .flow import ADMIN_APP, AUTH_APP, DUO_USERS, FIRST_RUN, NETWORK_ADMINS, Flow, application, estate, join

VPN = {"connection_name": "VPN", "sync_name": "VPN users", "types": ["vpn"]}
ADMINS = {"connection_name": "Admins", "sync_name": "Admins", "types": ["tacacs"], "groups": [NETWORK_ADMINS]}
SEVERAL = ("Preflight", "Identity sync", "Duo connection", "Run of the identity sync")


def is_of_run(result: dict[str, Any]) -> bool:
    """Whether a task has set a statistic of the run, which is what AWX hands on."""
    return result.get("ansible_stats", {}).get("per_host") is False


def test_several_connections_on_one_ise(lab: Lab, flow: Flow) -> None:
    given = {"connections": [VPN, ADMINS], "groups": [DUO_USERS]}
    expected = {
        f"{name} ({one['connection_name']})" if name in SEVERAL else name: status
        for name, status in FIRST_RUN.items()
        for one in (VPN, ADMINS)
    }
    predicted = flow.quietly(check=True, **given)
    assert predicted.statuses() == expected and predicted.reported()["status"] == "drifted"
    done = flow.ok(**given)
    assert done.statuses() == expected and done.reported()["status"] == "changed" and done.reported()["complete"]
    found = estate(lab)
    assert {name: (one["type"], one["identity_sync"], one["good"]) for name, one in found["connections"].items()} == {
        "VPN": ("VPN", "VPN users", True),
        "Admins": ("TACACS", "Admins", True),
    }
    assert {name: sync["groups"] for name, sync in found["syncs"].items()} == {
        "VPN users": [DUO_USERS],
        "Admins": [NETWORK_ADMINS],
    }
    assert application(lab, ADMIN_APP) and application(lab, AUTH_APP)
    published = [result["ansible_stats"]["data"] for result in done.results if is_of_run(result)]
    brief = {"schema": 1, "status": "changed", "complete": True, "changed": True, "handoff": []}
    assert published == [{"ise_duo_mfa_results": {"localhost": brief}}]
    again = flow.quietly(**given).reported()
    assert (again["status"], again["complete"], again["changed"]) == ("in_sync", True, False)
    steps = {step["name"]: step for step in done.reported()["steps"]}
    (diff,) = steps["Duo connection (VPN)"]["diff"]
    assert diff["before"] == {} and diff["after"]["types"] == ["vpn"]
    assert all(isinstance(step["seconds"], float) for step in steps.values())


def test_a_second_use_on_a_host_loses_nothing_of_the_first(lab: Lab, flow: Flow) -> None:
    """The first one drifts and the second one fails early. What the first one registered is not counted twice."""
    join(lab)
    uses = [{"connection_name": "Other", "sync_name": "Other"}, {"time_zone": "Europe/Zurch"}]
    tasks = [
        {
            "name": "Use the role",
            "ansible.builtin.include_role": {"name": "identityops.cisco.ise_duo_mfa"},
            "vars": {f"{flow.role}{name}": value for name, value in use.items()},
        }
        for use in uses
    ]
    book = flow.folder / "twice.yml"
    book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    result = flow.fails(check=True, playbook=str(book)).reported()
    first, second = result["steps"][: len(FIRST_RUN)], result["steps"][len(FIRST_RUN) :]
    assert first[5]["name"] == "Identity sync" and first[5]["status"] == "changed"
    assert second[0]["name"] == "Preflight (2)" and {step["status"] for step in second[1:]} == {"pending"}
    assert result["status"] == "failed" and result["changed"] and not result["complete"]


def test_tags_run_a_part_and_the_result_says_so(lab: Lab, flow: Flow) -> None:
    join(lab)
    some = flow.quietly("--tags", "preflight,sync")
    ran = {"Preflight", "Identity sync", "Run of the identity sync"}
    assert some.statuses() == {name: "ok" if name in ran else "pending" for name in FIRST_RUN}
    assert some.reported()["status"] == "pending" and not some.reported()["complete"]
    assert "tags" in some.detail("Duo connection")


def test_variables_that_are_wrong_are_refused_together_before_anything_else(lab: Lab, flow: Flow) -> None:
    lab.clear_requests()
    failed = flow.fails(conection_name="Duo", sync_timeout="soon", state="gone")
    assert lab.requests() == []
    assert failed.statuses()["Variables"] == "failed" and set(failed.statuses().values()) == {"failed", "pending"}
    said = failed.detail("Variables")
    words = ("3 problems", "ise_duo_mfa_conection_name", "'ise_duo_mfa_connection_name'", "ise_duo_mfa_sync_timeout")
    assert [word for word in words if word not in said] == [] and "ise_duo_mfa_state" in said
