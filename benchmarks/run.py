# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the collection against its own aims and against what one would write by hand; prints what it found.

Nothing here passes or fails: the figures depend on the machine, and the report says how quiet it was.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path

# The lab is test equipment and lives with the tests.
sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

import accounts
import fleet
from flows import AIM_REQUESTS, AIM_TIMES_FASTER, ALONE, RUNS, Flow, Flows
from machine import DISTURBING_SHARE, Noise, Played, running_lab, spread
from policy import AIM_WRITES, Policies
from policy import RUNS as POLICY_RUNS
from tasks import AIM_MILLISECONDS, FLOOR, TaskCosts

DEFAULT_ROUNDS = 5
FLOW_HEAD = ("", "seconds", "of processor", "requests", "writes")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the cost of a task, a large fleet and the flows.")
    parser.add_argument("--rounds", type=int, default=DEFAULT_ROUNDS, help=f"how often (default {DEFAULT_ROUNDS})")
    rounds = parser.parse_args().rounds
    # So that the lab is taken down however this ends.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    started = time.monotonic()
    with running_lab() as (lab, process):
        costs, flows, others = TaskCosts(lab), Flows(lab), [flow(lab) for flow in ALONE]
        fleets, users = fleet.Fleets(lab), accounts.Accounts(lab)
        policies = Policies(lab)
        say("Warming up.")
        flows.warm_up()
        for other in others:
            other.warm_up()
        fleets.warm_up()
        users.warm_up()
        policies.warm_up()
        costs.warm_up()
        noise = Noise(process)
        for number in range(rounds):
            say(f"Round {number + 1} of {rounds}, after {time.monotonic() - started:.0f} s.")
            flows.round(number)
            for other in others:
                other.round()
            fleets.round(number)
            users.round()
            policies.round(number)
            costs.round()
        share = noise.share()
    print()
    show_machine(costs, share, rounds)
    show_tasks(costs)
    show_counting("Counting a fleet in Secure Endpoint, all of it", "computers", fleets.counters, costs)
    show_counting("Judging the users of a Duo account, all of them", "users", users.counters, costs)
    show_flows(flows, costs)
    show_others([other.flow for other in others])
    show_policies(policies)
    show_aims(flows, costs)
    show_policy_aims(policies)
    show_other_aims([other.flow for other in others], fleets, users)
    print(f"Measured in {time.monotonic() - started:.0f} seconds.")
    return 0


def say(text: str) -> None:
    print(text, flush=True)


def show_machine(costs: TaskCosts, share: float, rounds: int) -> None:
    from ansible.release import __version__ as core

    empty = spread(run.seconds for run in costs.empty)
    swing = 100 * (max(empty.values) - min(empty.values)) / empty.median
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}, ansible-core {core}, {rounds} rounds, "
        "each of them holding everything once."
    )
    print(f"Noise: the same empty playbook took {empty.show(2)} s, a swing of {swing:.0f} %;")
    print(f"other programs used {share:.0f} % of the machine's processor time meanwhile.")
    if share > DISTURBING_SHARE:
        print(
            "That shifts the wall clock a lot and processor time a little: go by the latter, or repeat this in quiet."
        )


def show_tasks(costs: TaskCosts) -> None:
    print("\nOne task, in milliseconds: the median of the rounds (smallest to largest)\n")
    rows = []
    for label, cost in costs.costs.items():
        rows.append((label, spread(cost.wall).show(1), spread(cost.processor).show(1)))
    table(("", "wall clock", "processor"), rows)
    print(f"\nOver the floor ({FLOOR}) and the time that the same requests take without Ansible, in milliseconds\n")
    excess = []
    for label, asked in costs.requests.items():
        wall, processor = costs.over_the_floor(label)
        excess.append((label, spread(asked.wall).show(1), wall.show(1), processor.show(1)))
    table(("", "requests alone", "over both, wall clock", "over both, processor"), excess)


def show_counting(title: str, what: str, counters: Iterable[fleet.Counter], costs: TaskCosts) -> None:
    print(f"\n{title}: the median of the rounds (smallest to largest)\n")
    rows = []
    for counter in counters:
        for size, played in counter.played.items():
            wall = spread(run.seconds for run in played)
            processor = spread(run.processor for run in played)
            memory = spread(run.megabytes for run in played)
            figures = wall.show(2), processor.show(2), str(counter.requests[size]), memory.show()
            rows.append((f"{counter.label}, {size:,} {what}", *figures))
    start, memory = _medians(costs.empty), spread(run.megabytes for run in costs.empty)
    rows.append(("an empty playbook", f"{start.seconds:.2f}", f"{start.processor:.2f}", "0", memory.show()))
    table(("", "seconds", "of processor", "requests", "megabytes at most"), rows)


def show_flows(flows: Flows, costs: TaskCosts) -> None:
    print("\nThe whole flow, from an empty estate and then once more: the median of the rounds (smallest to largest)\n")
    table(FLOW_HEAD, [flow_row(flow, run) for run in RUNS for flow in (flows.ours, flows.uri)])
    start = _medians(costs.empty)
    print(
        f"\nIn all of these, {start.seconds:.2f} s ({start.processor:.2f} s of processor time) are Ansible's own start."
    )


def show_others(flows: list[Flow]) -> None:
    print("\nThe other flows, once a person has done what only consoles offer, and then once more\n")
    table(FLOW_HEAD, [flow_row(flow, run) for flow in flows for run in RUNS])


def show_policies(policies: Policies) -> None:
    print("\nThe MFA rules of a policy set that has 200: the median of the rounds (smallest to largest)\n")
    rows = []
    for run in POLICY_RUNS:
        for way in policies.ways:
            if run in way.left_out:
                continue
            wall = spread(item.seconds for item in way.played[run])
            processor = spread(item.processor for item in way.played[run])
            counts = several(way.requests[run]), several(way.writes[run])
            rows.append((f"{run}, {way.label}", wall.show(2), processor.show(2), *counts))
    table(FLOW_HEAD, rows)


def flow_row(flow: Flow, run: str) -> tuple[str, ...]:
    wall = spread(item.seconds for item in flow.played[run])
    processor = spread(item.processor for item in flow.played[run])
    counts = several(flow.requests[run]), several(flow.writes[run])
    return f"{flow.label}, {run}", wall.show(2), processor.show(2), *counts


def show_aims(flows: Flows, costs: TaskCosts) -> None:
    print("\nThe aims\n")
    for label in costs.requests:
        wall, processor = (clock.median for clock in costs.over_the_floor(label))
        aim = f"{label}, at most {AIM_MILLISECONDS} ms over the floor and its requests"
        verdict(wall <= AIM_MILLISECONDS, aim, f"{wall:.1f} ms (processor {processor:.1f} ms)")
    aim = f"no-change run {AIM_TIMES_FASTER} times faster than the hand-written one, Ansible's own start aside"
    ours, uri, start = (_medians(runs) for runs in (flows.ours.played[RUNS[1]], flows.uri.played[RUNS[1]], costs.empty))
    times = (uri.seconds - start.seconds) / (ours.seconds - start.seconds)
    verdict(times >= AIM_TIMES_FASTER, aim, f"{times:.1f} times")
    work = (uri.processor - start.processor) / (ours.processor - start.processor)
    print(f"           in processor time {work:.1f} times;")
    whole = f"{uri.seconds / ours.seconds:.1f} times, in processor time {uri.processor / ours.processor:.1f} times"
    print(f"           with Ansible's own start {whole}")
    requests, writes = max(flows.ours.requests[RUNS[1]]), max(flows.ours.writes[RUNS[1]])
    verdict(requests <= AIM_REQUESTS, f"no-change run in at most {AIM_REQUESTS} requests", str(requests))
    verdict(writes == 0, "no-change run without a write", f"{writes or 'none'}")


def show_policy_aims(policies: Policies) -> None:
    for run, most in zip(POLICY_RUNS, AIM_WRITES, strict=True):
        writes = max(policies.ours.writes[run])
        verdict(writes <= most, f"200 rules, {run}: at most {most} writes", str(writes))


def show_other_aims(flows: list[Flow], fleets: fleet.Fleets, users: accounts.Accounts) -> None:
    for flow in flows:
        writes = max(flow.writes[RUNS[1]])
        verdict(writes == 0, f"no-change run of {flow.label} without a write", f"{writes or 'none'}")
    for sizes, what, most, growth in (
        (fleet.SIZES, "computers counted", fleet.AIM_MEGABYTES, fleets.growth()),
        (accounts.SIZES, "users judged", accounts.AIM_MEGABYTES, users.growth()),
    ):
        small, large = sizes
        aim = f"{large:,} {what} in the memory that {small:,} take, within {most} MB"
        verdict(abs(growth) <= most, aim, f"{growth:+.1f} MB")
    print()


def _medians(runs: list[Played]) -> Played:
    return Played(spread(run.seconds for run in runs).median, spread(run.processor for run in runs).median)


def verdict(is_met: bool, aim: str, found: str) -> None:
    print(f"  {'met    ' if is_met else 'NOT met'}  {aim}: {found}")


def several(counts: list[int]) -> str:
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low} to {high}"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    lines = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        figures = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        print("  " + "   ".join([line[0].ljust(widths[0]), *figures]))


if __name__ == "__main__":
    sys.exit(main())
