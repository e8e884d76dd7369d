# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one task costs: a playbook with many of it, less an empty playbook, divided."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duo_client
import requests
from lab.control import Control
from machine import Played, Spread, connection_options, other_interpreter, play, spread, write_private

Task = dict[str, Any]
AIM_MILLISECONDS = 25
# Enough to make the spread of the empty playbook small against the sum.
CHEAP, DEAR = 40, 8
STATUS = "/api/v1/duo-mfa/status"
FLOOR = "ansible.builtin.debug"
POLICIES = "/admin/v2/policies"
POLICY = "Trusted laptops"
DUO_OPTIONS = ("DUO_API_HOST", "DUO_INTEGRATION_KEY", "DUO_SECRET_KEY", "DUO_CA_PATH")
DUO_CALL = Path(__file__).resolve().parent / "playbooks" / "duo_call.py"


@dataclass
class Costs:
    """Milliseconds on both clocks, one entry per round."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def add(self, seconds: Played, each: float = 1) -> None:
        """Note one round's figure, divided by the number of equal pieces that it covers."""
        self.wall.append(1000 * seconds.seconds / each)
        self.processor.append(1000 * seconds.processor / each)


@dataclass(frozen=True)
class Subject:
    """A task to be measured.

    :ivar count: how many of it one playbook holds.
    :ivar as_module: run as an ordinary module instead of in the worker.
    :ivar requests: sends the same requests without Ansible, for a task of ours that runs in the worker.
    """

    label: str
    task: Task
    count: int = CHEAP
    as_module: bool = False
    requests: Callable[[Control], None] | None = None

    @property
    def file(self) -> str:
        return self.label.replace(" ", "-").replace(",", "") + ".yml"


def ask_ise(*paths: str) -> Callable[[Control], None]:
    """GETs over one new connection."""

    def ask(lab: Control) -> None:
        with requests.Session() as session:
            session.auth = (lab.ise.username, lab.ise.password)
            for path in paths:
                url = f"https://{lab.ise.hostname}:{lab.ise.port}{path}"
                session.get(url, verify=lab.ca_path, headers={"Accept": "application/json"}).raise_for_status()

    return ask


def ask_duo(path: str) -> Callable[[Control], None]:
    """A whole list over one new connection."""

    def ask(lab: Control) -> None:
        key, secret = lab.duo.integration_key, lab.duo.secret_key
        host, _unused, port = lab.duo.api_host.partition(":")
        client = duo_client.Admin(key, secret, host, port=int(port), ca_certs=lab.ca_path)
        list(client.json_paging_api_call("GET", path, {}))

    return ask


def subjects() -> list[Subject]:
    """Neighbours in this list are played one after the other, so that they meet the same weather."""
    status = {"ansible.builtin.uri": {"url": "https://{{ ise_hostname }}:{{ ise_port }}" + STATUS}}
    found = [
        Subject(FLOOR, {FLOOR: {"msg": "Hello"}}),
        Subject("ansible.builtin.ping", {"ansible.builtin.ping": {}}, DEAR),
        Subject("ansible.builtin.uri", status, DEAR),
    ]
    signed = {
        "ansible.builtin.command": {"argv": [sys.executable, str(DUO_CALL), "GET", POLICIES]},
        "environment": {name: "{{ " + name.lower() + " }}" for name in DUO_OPTIONS},
        "changed_when": False,
    }
    release, nodes = "/ers/config/op/systemconfig/iseversion", "/api/v1/deployment/node"
    wanted = {"checking": "require_trusted", "cisco_secure_endpoint_can_block": True}
    ours: tuple[tuple[str, Task, Callable[[Control], None]], ...] = (
        ("ise_mfa_feature", {}, ask_ise(STATUS)),
        ("ise_system_info", {}, ask_ise(release, nodes, STATUS)),
        ("duo_application_info", {}, ask_duo("/admin/v3/integrations")),
        ("duo_policy", {"name": POLICY, "trusted_endpoints": wanted}, ask_duo(POLICIES)),
    )
    for name, options, asks in ours:
        task: Task = {f"identityops.cisco.{name}": options}
        found += [
            Subject(f"{name}, in-process", task, requests=asks),
            Subject(f"{name}, module", task, DEAR, as_module=True),
        ]
    return [*found, Subject("ansible.builtin.command, signed read", signed, DEAR)]


def write_playbook(name: str, tasks: list[Task]) -> str:
    """One play; the connection of ours and of ansible.builtin.uri come from `module_defaults` alike."""
    options = ("ise_hostname", "ise_port", "ise_username", "ise_password", "ise_ca_path")
    of_duo = [name.lower() for name in DUO_OPTIONS]
    of_secure_endpoint = [f"secure_endpoint_{name}" for name in ("api_host", "client_id", "api_key", "ca_path")]
    uri = {"url_username": "{{ ise_username }}", "url_password": "{{ ise_password }}", "ca_path": "{{ ise_ca_path }}"}
    play_ = {
        "name": "Benchmark",
        "hosts": "all",
        "gather_facts": False,
        "module_defaults": {
            "group/identityops.cisco.ise": {name: "{{ " + name + " }}" for name in options},
            "group/identityops.cisco.duo": {name: "{{ " + name + " }}" for name in of_duo},
            "group/identityops.cisco.secure_endpoint": {name: "{{ " + name + " }}" for name in of_secure_endpoint},
            "ansible.builtin.uri": {**uri, "force_basic_auth": True, "headers": {"Accept": "application/json"}},
        },
        "tasks": [{"name": "One of many", **task} for task in tasks],
    }
    return str(write_private(name, [play_]))


class TaskCosts:
    """Figures in milliseconds, one per round."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        self._other = other_interpreter()
        self._variables = write_private("variables.json", connection_options(lab))
        self._empty = write_playbook("empty.yml", [])
        self.subjects = subjects()
        self._playbooks = {item.label: write_playbook(item.file, [item.task] * item.count) for item in self.subjects}
        self.empty: list[Played] = []
        self.costs = {item.label: Costs() for item in self.subjects}
        self.requests = {item.label: Costs() for item in self.subjects if item.requests}

    def warm_up(self) -> None:
        """Fill the caches of byte code, and prove that each playbook works."""
        self._prepare()
        play(self._empty, self._variables)
        for item in self.subjects:
            play(write_playbook("warm-up.yml", [item.task]), self._variables, interpreter=self._interpreter(item))
            if item.requests:
                item.requests(self._lab)
        if any(row["write"] for row in self._lab.requests()):
            raise SystemExit("A task has changed something, so this would not be the cost of changing nothing.")

    def round(self) -> None:
        """Each subject once, between two empty playbooks, whose mean is what the round's figures are over."""
        self._prepare()
        before = play(self._empty, self._variables)
        played = {}
        for item in self.subjects:
            played[item.label] = play(self._playbooks[item.label], self._variables, interpreter=self._interpreter(item))
            if item.requests:
                self.requests[item.label].add(self._time_requests(item.requests))
        after = play(self._empty, self._variables)
        self.empty += [before, after]
        seconds, processor = (before.seconds + after.seconds) / 2, (before.processor + after.processor) / 2
        for item in self.subjects:
            run = played[item.label]
            self.costs[item.label].add(Played(run.seconds - seconds, run.processor - processor), item.count)

    def over_the_floor(self, label: str) -> tuple[Spread, Spread]:
        """What a task of ours costs beyond the cheapest task there is and its requests, on both clocks."""
        whole, floor, asked = self.costs[label], self.costs[FLOOR], self.requests[label]
        wall = zip(whole.wall, floor.wall, asked.wall, strict=True)
        processor = zip(whole.processor, floor.processor, asked.processor, strict=True)
        return spread(one - two - three for one, two, three in wall), spread(
            one - two - three for one, two, three in processor
        )

    def _prepare(self) -> None:
        """An estate in which no task has anything to change."""
        self._lab.reset()
        self._lab.patch("ise", "set_mfa", enabled=True)
        self._lab.patch("duo", "set_trusted_endpoints", configured=True, integration={})
        section = {"trusted_endpoint_checking": "require-trusted", "cisco_secure_endpoint_can_block": True}
        self._lab.patch("duo", "add_policy", name=POLICY, sections={"trusted_endpoints": section})

    def _interpreter(self, item: Subject) -> Any:
        return self._other if item.as_module else None

    def _time_requests(self, ask: Callable[[Control], None]) -> Played:
        """The median of ten times, each over a new connection as in a task."""
        seconds, processor = [], []
        for _unused in range(10):
            started, busy = time.perf_counter(), time.process_time()
            ask(self._lab)
            seconds.append(time.perf_counter() - started)
            processor.append(time.process_time() - busy)
        return Played(spread(seconds).median, spread(processor).median)
