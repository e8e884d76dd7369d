# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What it costs to keep a policy set with many rules: as one list, one rule at a time, and with what one writes by
hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab.control import Control
from machine import Played, connection_options, play, write_private
from tasks import Task, write_playbook

PLAYBOOKS = Path(__file__).resolve().parent / "playbooks"
COUNT = 200
WHERE = {"policy_set": "VPN", "policy_type": "network_access"}
CONNECTION = "Duo"
CONDITION = "DEVICE:Device Type equals All Device Types"

Rules = list[dict[str, Any]]


def rules() -> Rules:
    """As the lab has them when a run begins."""
    state = {"rule_state": "enabled", "on_success": "accept", "on_failure": "reject"}
    return [
        {"name": f"Rule {number:03}", "connection": CONNECTION, "condition": CONDITION, **state}
        for number in range(COUNT)
    ]


def one_changed() -> Rules:
    wanted = rules()
    wanted[COUNT // 2]["rule_state"] = "monitor"
    return wanted


def last_first() -> Rules:
    wanted = rules()
    return [wanted[-1], *wanted[:-1]]


MOVED = "the last rule becomes the first"
# What is to come about, by kind of run. Turned round is the most work that an order can be.
RUNS: dict[str, Callable[[], Rules]] = {
    "nothing changes": rules,
    "one rule changes": one_changed,
    MOVED: last_first,
    "the order is turned round": lambda: rules()[::-1],
}


# The least there can be, in the same order.
AIM_WRITES = (0, 1, 1, COUNT - 1)


@dataclass
class Way:
    """One way to do it.

    :ivar is_slow: takes so long that it is played once.
    :ivar left_out: kinds of run that would show nothing more.
    :ivar played: per kind of run, one entry per round; ``requests`` and ``writes`` likewise.
    """

    label: str
    playbook: str
    is_slow: bool = False
    left_out: tuple[str, ...] = ()
    played: dict[str, list[Played]] = field(default_factory=lambda: {run: [] for run in RUNS})
    requests: dict[str, list[int]] = field(default_factory=lambda: {run: [] for run in RUNS})
    writes: dict[str, list[int]] = field(default_factory=lambda: {run: [] for run in RUNS})


class Policies:
    """All ways, all kinds of run, round by round."""

    def __init__(self, lab: Control) -> None:
        self._lab = lab
        self.ours = Way("ise_policy_rules", write_playbook("policy-rules.yml", _as_a_list()))
        one_by_one = write_playbook("policy-rule-by-rule.yml", _one_by_one())
        self.ways = (
            self.ours,
            Way("ise_mfa_rule, rule by rule", one_by_one, is_slow=True),
            # It writes every rule as soon as one of them moves.
            Way("ansible.builtin.uri, rule by rule", str(PLAYBOOKS / "policy.yml"), is_slow=True, left_out=(MOVED,)),
        )

    def warm_up(self) -> None:
        self._play(self.ours, next(iter(RUNS)))

    def round(self, number: int) -> None:
        for way in self.ways:
            if way.is_slow and number:
                continue
            for run in (run for run in RUNS if run not in way.left_out):
                way.played[run].append(self._play(way, run))
                journal = self._lab.requests("ise")
                way.requests[run].append(len(journal))
                way.writes[run].append(sum(row["write"] for row in journal))

    def _play(self, way: Way, run: str) -> Played:
        """From the same rules each time.

        :raises SystemExit: the rules are not as they are to be afterwards, so a figure would mean nothing.
        """
        self._lab.reset()
        self._prepare()
        self._lab.clear_requests()
        wanted = RUNS[run]()
        variables = {**connection_options(self._lab), **WHERE, "rules": wanted}
        variables["ise_url"] = f"https://{variables['ise_hostname']}:{variables['ise_port']}"
        played = play(way.playbook, write_private("policy.json", variables))
        if self._found() != [(rule["name"], rule["rule_state"]) for rule in wanted]:
            raise SystemExit(f"{way.label} left other rules behind than it was to ({run}).")
        return played

    def _prepare(self) -> None:
        self._lab.patch("ise", "set_mfa", enabled=True)
        self._lab.patch("ise", "add_sync", name="Users", directory="CORP_AD", groups=["corp.example/Users/Helpdesk"])
        keys = {f"{side}_{key}": "x" for side in ("admin", "auth") for key in ("integration_key", "secret_key")}
        self._lab.patch("ise", "add_connection", name=CONNECTION, identity_sync="Users", **keys)
        for rule in reversed(rules()):
            self._lab.patch("ise", "add_mfa_rule", name=rule["name"], connection=CONNECTION, **WHERE)

    def _found(self) -> list[tuple[str, str]]:
        sets = self._lab.state("ise")["policy"][WHERE["policy_type"].replace("_", "-")]
        (listed,) = [entry["rules"]["mfa"] for entry in sets if entry["name"] == WHERE["policy_set"]]
        return [(entry["rule"]["name"], entry["rule"]["state"]) for entry in listed]


def _as_a_list() -> list[Task]:
    options = {**_where(), "kind": "mfa", "rules": "{{ rules }}", "purge": True}
    return [{"identityops.cisco.ise_policy_rules": options}]


def _one_by_one() -> list[Task]:
    names = ("name", "connection", "condition", "rule_state", "on_success", "on_failure")
    options = {**_where(), **{name: f"{{{{ item.{name} }}}}" for name in names}, "rank": "{{ place }}"}
    control = {"index_var": "place", "label": "{{ item.name }}"}
    return [{"identityops.cisco.ise_mfa_rule": options, "loop": "{{ rules }}", "loop_control": control}]


def _where() -> dict[str, str]:
    return {name: f"{{{{ {name} }}}}" for name in WHERE}
