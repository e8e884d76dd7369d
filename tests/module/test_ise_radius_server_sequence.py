# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""RADIUS server sequences of ISE."""

from __future__ import annotations

from typing import Any

import pytest
from lab import Lab

from .harness import MARK, Options, Run, matrix, quietly, step, writes

MODULE = "ise_radius_server_sequence"
NEW: Options = {"name": "Duo proxies", "servers": ["Two", "One"]}
FLAGS = (
    *("remoteAccounting", "localAccounting", "continueAuthorzPolicy"),
    *("stripPrefix", "stripSuffix", "useAttrSetOnRequest", "useAttrSetBeforeAcc"),
)
GONE: Options = {"name": "Duo proxies", "state": "absent"}


@pytest.fixture(autouse=True)
def servers(lab: Lab) -> None:
    for name in ("One", "Two", "Three"):
        lab.patch("ise", "add_radius_server", name=name)


def stored(lab: Lab) -> dict[str, Any]:
    found: dict[str, Any] = lab.state("ise", "radius")["sequences"]["Duo proxies"]
    return found


@pytest.mark.parametrize("member", ["RadiusServerList", "radiusServers"])
def test_create_change_delete(run: Run, lab: Lab, member: str) -> None:
    lab.switch(**{"ise.radius_sequence_list": member})
    done = matrix(run, lab, MODULE, NEW, {"servers": ["One", "Three"], "local_accounting": True}, delete=GONE)
    assert done.create and done.change
    assert list(done.create.real["radius_server_sequence"]["servers"]) == ["Two", "One"]
    assert list(done.change.real["diff"]["after"]["servers"]) == ["One", "Three"]
    assert lab.state("ise", "radius")["sequences"] == {}


def test_what_a_new_sequence_gets(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **NEW)
    assert stored(lab) == {
        "name": "Duo proxies",
        "description": MARK,
        "RadiusServerList": ["Two", "One"],
        **dict.fromkeys(FLAGS, False),
        "remoteAccounting": True,
    }


def test_the_order_of_the_servers_counts(run: Run, lab: Lab) -> None:
    run.ok(MODULE, **NEW)
    step(run, lab, MODULE, {**NEW, "servers": ["One", "Two"]})
    assert stored(lab)["RadiusServerList"] == ["One", "Two"]


def test_what_is_not_declared_stays(run: Run, lab: Lab) -> None:
    manipulators = [{"action": "ADD", "dictionaryName": "Radius", "attributeName": "Class", "value": "x"}]
    more = {"stripPrefix": True, "prefixSeparator": "\\", "OnRequestAttrManipulatorList": manipulators}
    lab.patch("ise", "add_radius_sequence", name="Duo proxies", servers=["One"], remoteAccounting=False, **more)
    run.ok(MODULE, name="Duo proxies", continue_authorization=True)
    assert stored(lab) == {
        "name": "Duo proxies",
        "RadiusServerList": ["One"],
        **dict.fromkeys(FLAGS, False),
        "continueAuthorzPolicy": True,
        **more,
    }


def test_a_sequence_of_somebody_else(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_radius_sequence", name="Duo proxies", servers=["One"], description="Ask Kim")
    assert f"lacks the mark {MARK}" in run.fails(MODULE, **GONE)["msg"]
    run.ok(MODULE, **NEW, adopt=True)
    assert stored(lab)["description"] == f"Ask Kim {MARK}"
    assert run.ok(MODULE, **GONE)["changed"]


def test_a_sequence_whose_description_is_not_shown(run: Run, lab: Lab) -> None:
    lab.patch("ise", "add_radius_sequence", name="Duo proxies", servers=["One"])
    failed = run.fails(MODULE, **GONE)["msg"]
    assert f"it may lack the mark {MARK}, because ISE does not show its description" in failed
    assert run.ok(MODULE, **GONE, adopt=True)["changed"]


def test_a_server_that_does_not_exist(run: Run, lab: Lab) -> None:
    wanted = {**NEW, "servers": ["Onne"]}
    assert "'One'" in run.fails(MODULE, **wanted)["msg"]
    foreseen = quietly(run, lab, MODULE, check=True, **wanted)
    assert foreseen["changed"] and "'Onne' does not exist yet" in foreseen["warnings"][0]
    # It is asked for only where something is to be written.
    lab.patch("ise", "add_radius_sequence", name="Duo proxies", servers=["One"])
    assert not quietly(run, lab, MODULE, name="Duo proxies", servers=["One"])["changed"]


@pytest.mark.parametrize(
    ("names", "words"), [([], "servers is empty"), (["One", "One"], "twice"), (None, "servers must be given")]
)
def test_servers_that_cannot_be_meant(run: Run, lab: Lab, names: list[str] | None, words: str) -> None:
    assert words in run.fails(MODULE, name="Duo proxies", servers=names)["msg"]
    assert not writes(lab)
