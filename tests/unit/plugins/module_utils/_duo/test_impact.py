# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which devices a policy blocks: Duo's table, what of a policy is in force, and how the devices are counted."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.impact import (
    NOTHING,
    RANK,
    Devices,
    Impact,
    Standing,
    TrustSetting,
    compromised_of,
    computers_of,
    kind_of,
    merged,
    most_lenient_of,
    notes,
    reaches_further,
    reports_agent,
    strictest_of,
    trust_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput

REQUIRE = {"checking": "require_trusted"}
BLOCK = {**REQUIRE, "cisco_secure_endpoint_can_block": True}
ALLOW = {"checking": "allow_all"}


def setting(**section: Any) -> TrustSetting:
    return TrustSetting.of(section)


def endpoint(name: str, trust: Any = "yes", system: str = "Windows", **more: Any) -> dict[str, Any]:
    return {"epkey": f"EP{name}", "device_name": name, "os_family": system, "trusted_endpoint": trust, **more}


def computer(name: str, *problems: str) -> dict[str, Any]:
    return {"connector_guid": f"guid-{name}", "hostname": name, "problems": list(problems)}


# The table, written down once more from Duo's words: "require" blocks an untrusted endpoint in any case, and a
# compromised one where Secure Endpoint may block; "allow all" blocks nobody.
TABLE = [
    (BLOCK, "computer", {"compromised", "not_trusted", "trust_unknown"}),
    (BLOCK, "mobile", {"not_trusted", "trust_unknown"}),
    (REQUIRE, "computer", {"not_trusted", "trust_unknown"}),
    (REQUIRE, "mobile", {"not_trusted", "trust_unknown"}),
    (ALLOW, "computer", set()),
    (ALLOW, "mobile", set()),
    ({**ALLOW, "cisco_secure_endpoint_can_block": True}, "computer", set()),
    ({"checking": "not_configured", "cisco_secure_endpoint_can_block": True}, "computer", set()),
    ({"checking": "no_action"}, "computer", set()),
    ({"checking": "a_value_to_come"}, "computer", set()),
    ({}, "computer", set()),
    ({**BLOCK, "checking_mobile": "allow_all"}, "mobile", set()),
    ({**BLOCK, "checking_mobile": "allow_all"}, "computer", {"compromised", "not_trusted", "trust_unknown"}),
    ({**ALLOW, "checking_mobile": "require_trusted"}, "mobile", {"not_trusted", "trust_unknown"}),
    ({**ALLOW, "checking_mobile": "require_trusted"}, "computer", set()),
]


@pytest.mark.parametrize(("section", "kind", "blocked"), TABLE)
def test_the_decision_table(section: dict[str, Any], kind: str, blocked: set[str]) -> None:
    statuses = ["not_trusted", "trust_unknown", "trusted", *(["compromised"] if kind == "computer" else [])]
    assert {status for status in statuses if setting(**section).blocks(kind, status)} == blocked


def blocked_one_by_one(section: dict[str, Any], device: tuple[str, bool, str]) -> bool:
    """What happens to one device of which everything is known, in the order that Duo documents."""
    kind, is_compromised, trust = device
    followed = section.get("checking_mobile", section["checking"]) if kind == "mobile" else section["checking"]
    if followed != "require_trusted":
        return False
    if is_compromised and section.get("cisco_secure_endpoint_can_block"):
        return True
    return trust != "yes"


SECTIONS: list[dict[str, Any]] = [
    REQUIRE,
    BLOCK,
    ALLOW,
    {**BLOCK, "checking_mobile": "allow_all"},
    {**ALLOW, "checking_mobile": "require_trusted"},
]
WORLD = [
    *itertools.product(["computer"], [True, False], ["yes", "no", "unknown"]),
    *itertools.product(["mobile"], [False], ["yes", "no", "unknown"]),
]


@pytest.mark.parametrize(("before", "after"), list(itertools.product(SECTIONS, SECTIONS)))
def test_no_number_is_too_low(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Counted apart, by compromise and by trust, the devices are at least as many as counted one by one."""
    endpoints = [
        endpoint(str(number), trust, "iOS" if kind == "mobile" else "Windows")
        for number, (kind, _unused, trust) in enumerate(WORLD)
    ]
    devices = Devices(endpoints, [], sum(is_compromised for _kind, is_compromised, _trust in WORLD))
    impact = Impact(devices, TrustSetting.of(before), TrustSetting.of(after))
    now = {device for device in WORLD if blocked_one_by_one(before, device)}
    then = {device for device in WORLD if blocked_one_by_one(after, device)}
    assert impact.blocked(impact.now) >= len(now) and impact.blocked(impact.then) >= len(then)
    assert impact.newly_blocked >= len(then - now)
    assert bool(impact.newly_blocked) == bool(then - now)


# What the policy says after the write


@pytest.mark.parametrize(
    ("declared", "own", "in_force", "expected"),
    [
        ({}, None, REQUIRE, setting(**REQUIRE)),
        ({}, BLOCK, BLOCK, setting(**BLOCK)),
        (BLOCK, None, ALLOW, setting(**BLOCK)),
        (BLOCK, ALLOW, ALLOW, setting(**BLOCK)),
        (REQUIRE, BLOCK, BLOCK, setting(**BLOCK)),
        ({**REQUIRE, "cisco_secure_endpoint_can_block": False}, BLOCK, BLOCK, setting(**REQUIRE)),
        # A section that is added gets Duo's defaults, not what the global policy says: nobody is blocked for being
        # compromised.
        (REQUIRE, None, BLOCK, setting(**REQUIRE)),
        # Where Duo shows nothing, the worst is taken.
        (
            {"cisco_secure_endpoint_can_block": True},
            None,
            {},
            TrustSetting("require_trusted", "require_trusted", True),
        ),
        # The mobile setting that was chosen stays; one that may only follow, follows.
        (REQUIRE, {**ALLOW, "checking_mobile": "allow_all"}, ALLOW, setting(**REQUIRE)),
        (ALLOW, {**REQUIRE, "checking_mobile": "allow_all"}, REQUIRE, TrustSetting("allow_all", "allow_all")),
        (
            {"cisco_secure_endpoint_can_block": True},
            {**REQUIRE, "checking_mobile": "allow_all"},
            {**REQUIRE, "checking_mobile": "allow_all"},
            TrustSetting("require_trusted", "allow_all", True),
        ),
        ({**REQUIRE, "checking_mobile": "allow_all"}, None, ALLOW, TrustSetting("require_trusted", "allow_all")),
    ],
)
def test_what_a_policy_will_say(
    declared: dict[str, Any], own: dict[str, Any] | None, in_force: dict[str, Any], expected: TrustSetting
) -> None:
    assert merged(declared, own, TrustSetting.of(in_force)) == expected


@pytest.mark.parametrize(
    ("section", "worst"),
    [
        (None, TrustSetting()),
        ({}, setting(**BLOCK)),
        (ALLOW, setting(**ALLOW, cisco_secure_endpoint_can_block=True)),
        ({"cisco_secure_endpoint_can_block": False}, setting(**REQUIRE)),
        ({"checking_mobile": "allow_all"}, setting(**BLOCK, checking_mobile="allow_all")),
    ],
)
def test_what_a_section_may_say_where_duo_does_not_show_it(section: Any, worst: TrustSetting) -> None:
    assert TrustSetting.at_worst(section) == worst


def standing(**more: Any) -> Standing:
    ready = {"is_global": False, "is_applied": True, "goes_further": False, "inherits": False, "configured": True}
    return Standing(**{"exists": True, **ready, **more})


def test_a_policy_is_compared_with_nothing_where_it_is_yet_to_be_made_or_applied() -> None:
    block, then = TrustSetting.of(BLOCK), TrustSetting.of(ALLOW)
    assert standing().now(block, then) == block
    assert standing(exists=False, is_applied=False).now(block, then) == NOTHING
    assert standing(goes_further=True).now(block, then) == NOTHING


def test_a_policy_that_is_left_applied_to_nothing_is_compared_with_what_it_says() -> None:
    block = TrustSetting.of(BLOCK)
    assert standing(is_applied=False).now(block, TrustSetting.of(ALLOW)) == block
    assert standing().is_in_force
    assert not standing(is_applied=False).is_in_force and not standing(goes_further=True).is_in_force


def test_a_policy_that_is_deleted_gives_way_to_the_global_one_where_it_applied() -> None:
    says, general = TrustSetting.of(ALLOW), TrustSetting.of(BLOCK)
    assert standing(is_to_go=True).now(says, general) == says
    assert standing(is_to_go=True, is_applied=False).now(says, general) == general
    assert standing(is_to_go=True, exists=False, is_applied=False).now(TrustSetting(), general) == general


VPN = {"application": "Corporate VPN", "integration_key": "DIVPN"}


@pytest.mark.parametrize(
    ("applies_to", "apply_to", "further"),
    [
        ([], [], False),
        ([{**VPN, "groups": []}], [], False),
        ([], [{"application": "Corporate VPN"}], True),
        ([{**VPN, "groups": []}], [{"application": "Corporate VPN"}], False),
        ([{**VPN, "groups": []}], [{"application": "DIVPN", "groups": None}], False),
        ([{**VPN, "groups": []}], [{"application": "DIVPN", "groups": ["Helpdesk"]}], False),
        ([{**VPN, "groups": []}], [{"application": "DIVPN"}, {"application": "Wiki"}], True),
        ([{**VPN, "groups": ["Helpdesk"]}], [{"application": "DIVPN"}], True),
        ([{**VPN, "groups": ["Helpdesk"]}], [{"application": "DIVPN", "groups": ["Helpdesk", "Sales"]}], True),
        ([{**VPN, "groups": ["Helpdesk", "Sales"]}], [{"application": "DIVPN", "groups": ["Sales"]}], False),
        (
            [{**VPN, "groups": ["Helpdesk"]}, {**VPN, "groups": ["Sales"]}],
            [{"application": "DIVPN", "groups": ["Helpdesk", "Sales"]}],
            False,
        ),
    ],
)
def test_whether_a_policy_is_to_reach_further(
    applies_to: list[dict[str, Any]], apply_to: list[dict[str, Any]], further: bool
) -> None:
    assert reaches_further(applies_to, apply_to) == further


SETTINGS = [
    setting(**ALLOW),
    setting(**ALLOW, cisco_secure_endpoint_can_block=True),
    setting(**REQUIRE),
    setting(**BLOCK),
    setting(checking="a_word_to_come", checking_mobile="require_trusted"),
    setting(),
]


def test_which_devices_several_settings_block() -> None:
    for both in itertools.product(SETTINGS, repeat=2):
        for kind, status in itertools.product(("computer", "mobile"), RANK):
            blocks = [one.blocks(kind, status) for one in both]
            assert strictest_of(both).blocks(kind, status) == any(blocks), (both, kind, status)
            assert most_lenient_of(both).blocks(kind, status) == all(blocks), (both, kind, status)


def test_what_has_no_effect_is_that_of_the_first() -> None:
    for first, second in itertools.permutations((*SETTINGS[:2], setting(checking="no_action")), 2):
        assert strictest_of([first, second]) == first == most_lenient_of([first, second])


def test_one_setting_stays_as_it_is() -> None:
    for one in SETTINGS:
        assert strictest_of([one]) == one == most_lenient_of([one])


# Devices


@pytest.mark.parametrize(
    ("system", "kind"),
    [
        ("Windows", "computer"),
        ("Mac OS X", "computer"),
        ("Linux", "computer"),
        ("Chrome OS", "computer"),
        ("", "unclear"),
        (None, "unclear"),
        ("HarmonyOS", "unclear"),
        ("iOS", "mobile"),
        ("iPadOS", "mobile"),
        ("Android", "mobile"),
        ("Windows Phone", "mobile"),
    ],
)
def test_kinds_of_endpoints(system: Any, kind: str) -> None:
    assert kind_of({"os_family": system}) == kind


@pytest.mark.parametrize(
    ("said", "trust"),
    [
        ("yes", "trusted"),
        ("no", "not_trusted"),
        ("unknown", "trust_unknown"),
        (True, "trusted"),
        (False, "not_trusted"),
        (None, "trust_unknown"),
        ("error", "trust_unknown"),
        ("", "trust_unknown"),
    ],
)
def test_trust(said: Any, trust: str) -> None:
    assert trust_of({"trusted_endpoint": said}) == trust
    assert trust_of({}) == "trust_unknown"


@pytest.mark.parametrize(
    ("agents", "reported"),
    [
        ([{"security_agent": "Cisco AMP for Endpoints", "version": "8.4.2"}], True),
        ([{"security_agent": "Windows Defender"}, {"security_agent": "Cisco Secure Endpoint"}], True),
        ([{"security_agent": "Windows Defender"}], False),
        ([{}], False),
        (["Cisco AMP for Endpoints"], False),
        ([], False),
        (None, False),
        ("", False),
    ],
)
def test_the_agent_on_an_endpoint(agents: Any, reported: bool) -> None:
    assert reports_agent({"security_agents": agents}) is reported
    assert reports_agent({}) is False


NEGATIVE = {"windows": {"compromised": 1}, "macos": {"compromised": -1}}


def test_what_counts_of_a_fleet() -> None:
    """Duo acts on Secure Endpoint's word for Windows and macOS only."""
    fleet = {"windows": {"compromised": 2}, "macos": {"compromised": "1"}, "other": {"compromised": 9}, "total": 99}
    assert compromised_of(fleet) == 3
    assert compromised_of(None) is None


@pytest.mark.parametrize(
    "fleet",
    [{}, {"windows": {"compromised": 1}}, {"windows": 1, "macos": 2}, {"windows": {}, "macos": {}}, NEGATIVE],
    ids=str,
)
def test_a_fleet_that_is_none(fleet: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="summary that secure_endpoint_computer_info returns"):
        compromised_of(fleet)


@pytest.mark.parametrize(
    ("fleet", "expected"),
    [
        ({"windows": {"total": 5}, "macos": {"total": "2"}, "other": {"total": 9}, "total": 16}, 7),
        ({"windows": {"total": 5}, "macos": {}}, None),
        ({"windows": {"total": None}, "macos": {"total": 1}}, None),
        ({"windows": 3, "macos": 4}, None),
        ({}, None),
        (None, None),
    ],
)
def test_how_large_a_fleet_is(fleet: Any, expected: int | None) -> None:
    assert computers_of(fleet) == expected


SEEN = [endpoint("a"), endpoint("b", "no"), endpoint("c", "unknown", "Linux"), endpoint("phone", "yes", "iOS")]


@pytest.mark.parametrize(("in_fleet", "unseen"), [(None, 0), (0, 0), (3, 0), (4, 1), (10, 7)])
def test_how_many_computers_duo_has_not_seen(in_fleet: int | None, unseen: int) -> None:
    devices = Devices(SEEN, [], 2, in_fleet)
    assert (devices.known_computers, devices.unseen) == (3, unseen)
    assert bool(Impact(devices, NOTHING, TrustSetting.of(REQUIRE)).unseen) == bool(unseen)
    assert Devices([], [], 2, in_fleet).unseen == (in_fleet or 0)


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [
        (NOTHING, setting(**REQUIRE), True),
        (NOTHING, setting(**BLOCK), True),
        (setting(**ALLOW), TrustSetting("require_trusted", "allow_all"), True),
        (setting(checking="not_configured"), setting(**BLOCK), True),
        (setting(**REQUIRE), setting(**BLOCK), False),
        (setting(**BLOCK), setting(**ALLOW), False),
        (NOTHING, setting(**ALLOW), False),
        (NOTHING, TrustSetting("allow_all", "require_trusted"), False),
    ],
)
def test_what_duo_has_not_seen_matters_where_trust_is_newly_needed(
    now: TrustSetting, then: TrustSetting, said: bool
) -> None:
    impact = Impact(Devices(SEEN, [], 0, 10), now, then)
    assert bool(impact.unseen) == said
    assert (impact.unseen in notes(impact, standing())) == said
    if said:
        known = ("knows 10 computers", "knows 3 computers", "not seen at least 7 of them")
        for words in (*known, "counts only the compromised ones"):
            assert words in impact.unseen


def test_what_duo_has_not_seen_is_in_no_number() -> None:
    small, large = (Impact(Devices(SEEN, [], 0, size), NOTHING, TrustSetting.of(BLOCK)) for size in (0, 10))
    assert small.as_dict(9) == large.as_dict(9)


def test_every_row_has_its_count() -> None:
    endpoints = [
        *(endpoint(f"trusted-{number}") for number in range(5)),
        *(endpoint(f"untrusted-{number}", "no", "Mac OS X") for number in range(3)),
        endpoint("linux", "unknown", "Linux"),
        endpoint("phone", "no", "iOS"),
        endpoint("tablet", "unknown", "Android"),
    ]
    impact = Impact(Devices(endpoints, [], 2), TrustSetting.of(ALLOW), TrustSetting.of(BLOCK))
    table = {(row["kind"], row["policy"], row["device"]): row for row in impact.table()}
    counts = {("computer", "compromised"): 2, ("computer", "not_trusted"): 3, ("computer", "trust_unknown"): 1}
    counts |= {("computer", "trusted"): 5, ("mobile", "not_trusted"): 1, ("mobile", "trust_unknown"): 1}
    counts |= {("mobile", "trusted"): 0}
    assert len(impact.table()) == len(table) == 3 * 4 + 2 * 3
    for (kind, policy, device), row in table.items():
        assert row["count"] == counts[kind, device]
        assert row["now"] == (policy == "allow_all")
        wanted = "require_trusted" if kind == "mobile" else "require_trusted_block_compromised"
        assert row["then"] == (policy == wanted)
    blocked = sum(row["count"] for row in table.values() if row["then"] and row["outcome"] == "blocked")
    assert blocked == impact.blocked(impact.then) == impact.newly_blocked == 2 + 3 + 1 + 1 + 1
    assert impact.blocked(impact.now) == 0


def test_what_was_not_given_is_not_zero() -> None:
    impact = Impact(Devices([], [], None), NOTHING, TrustSetting.of(BLOCK))
    assert {row["count"] for row in impact.table() if row["device"] == "compromised"} == {None}
    assert impact.is_uncounted and impact.newly_blocked == 0
    assert not Impact(impact.devices, NOTHING, TrustSetting.of(REQUIRE)).is_uncounted
    assert not Impact(impact.devices, TrustSetting.of(BLOCK), TrustSetting.of(BLOCK)).is_uncounted


@pytest.mark.parametrize(
    ("said", "then", "misses"), [(None, BLOCK, True), (None, REQUIRE, False), (0, BLOCK, False), (0, REQUIRE, False)]
)
def test_compromised_devices_are_missed_where_they_are_blocked_and_not_counted(
    said: int | None, then: dict[str, Any], misses: bool
) -> None:
    assert Impact(Devices([], [], said), NOTHING, TrustSetting.of(then)).misses_compromised is misses


@pytest.mark.parametrize("reason", ["is_to_go", "is_applied", "goes_further"])
def test_a_policy_that_applies_to_nothing_and_is_left_so_blocks_no_device(reason: str) -> None:
    nowhere = {"is_applied": False}
    assert not standing(**nowhere).concerns_users
    assert standing(**{**nowhere, reason: True}).concerns_users


def test_more_compromised_computers_may_be_named_than_counted() -> None:
    """The summary and the list are of one moment; where they are not, the larger number holds."""
    devices = Devices([], [computer("a", "compromised"), computer("b", "compromised"), computer("c", "stale")], 1)
    assert devices.count("computer", "compromised") == 2


def test_offenders_are_the_newly_blocked_first_and_then_the_worst() -> None:
    endpoints = [
        endpoint("trusted"),
        endpoint("unknown-b", "unknown"),
        endpoint("unknown-a", "unknown"),
        endpoint("untrusted", "no", username="nora"),
        endpoint("phone", "unknown", "iOS"),
    ]
    devices = Devices(endpoints, [computer("laptop", "compromised", "stale"), computer("old", "outdated")], 4)
    fresh = Impact(devices, NOTHING, TrustSetting.of(BLOCK)).offenders(20)
    assert [one["name"] for one in fresh] == ["laptop", "untrusted", "phone", "unknown-a", "unknown-b"]
    assert all(one["new"] for one in fresh)
    assert fresh[0] == {
        "name": "laptop",
        "why": "compromised",
        "source": "secure_endpoint",
        "id": "guid-laptop",
        "user": None,
        "new": True,
    }
    assert (fresh[1]["id"], fresh[1]["user"], fresh[1]["source"]) == ("EPuntrusted", "nora", "duo")
    then = TrustSetting("require_trusted", "allow_all", True)
    tightened = Impact(devices, TrustSetting("require_trusted", "allow_all"), then).offenders(20)
    assert [(one["name"], one["new"]) for one in tightened] == [
        ("laptop", True),
        ("untrusted", False),
        ("unknown-a", False),
        ("unknown-b", False),
    ]
    widened = Impact(devices, TrustSetting("require_trusted", "allow_all", True), TrustSetting.of(BLOCK)).offenders(2)
    assert [(one["name"], one["new"]) for one in widened] == [("phone", True), ("laptop", False)]
    assert Impact(devices, NOTHING, TrustSetting.of(BLOCK)).offenders(2) == fresh[:2]
    assert Impact(devices, NOTHING, NOTHING).offenders(20) == []


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"device_name": "ejmac", "hostname": "other"}, "ejmac"),
        ({"device_name": "", "hostname": "host-1"}, "host-1"),
        ({"device_name": "", "device_username": "host-2/nora"}, "host-2/nora"),
        ({"device_name": None}, "EPx"),
        ({"device_name": None, "epkey": None}, ""),
    ],
)
def test_what_an_endpoint_is_called(fields: dict[str, Any], name: str) -> None:
    devices = Devices([{**endpoint("x", "no"), **fields}], [], 0)
    assert Impact(devices, NOTHING, TrustSetting.of(REQUIRE)).offenders(1)[0]["name"] == name


# Notes

SURE = [
    "devices that Duo and Secure Endpoint know today",
    "A device that Duo has not seen yet",
    "cannot be matched",
    "count as computers",
]


def said(now: TrustSetting, then: TrustSetting, devices: Devices | None = None, **more: Any) -> str:
    found = notes(Impact(devices or Devices([], [], 0), now, then), standing(**more))
    assert all(note.endswith(".") for note in found) and len(found) == len(set(found))
    return "\n".join(found)


def test_notes_that_are_always_there() -> None:
    found = said(TrustSetting.of(BLOCK), TrustSetting.of(BLOCK))
    assert all(words in found for words in SURE) and len(found.splitlines()) == len(SURE)
    assert "an application that it applies to" in found
    assert "more devices may be blocked than are counted" in found and "fewer of the known devices may" in found
    assert "an application without a policy of its own" in said(NOTHING, NOTHING, is_global=True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"configured": False}, "Trusted Endpoints is not set up"),
        ({"configured": None}, "does not show whether Trusted Endpoints is set up"),
        (
            {"exists": False, "is_applied": False, "goes_further": True},
            "does not exist yet, so it blocks no device now",
        ),
        ({"exists": False, "is_applied": False}, "does not exist yet and would apply to no application, so it blocks"),
        ({"is_applied": False}, "applies to no application"),
        ({"goes_further": True}, "apply where it does not apply yet"),
        ({"inherits": True}, "the settings of the global policy apply"),
        ({"is_to_go": True}, "The numbers assume that the global policy applies in place of the deleted one"),
        ({"is_to_go": True, "is_applied": False}, "applies to no application, so its deletion changes nothing"),
        ({"is_to_go": True, "exists": False, "is_applied": False}, "does not exist, so its deletion changes"),
        ({"is_to_go": True, "is_applied": False}, "an application without a policy of its own"),
        ({"devices": Devices([], [], None)}, "No fleet is given"),
        ({"devices": Devices([], [computer("a", "compromised")], 3)}, "1 of 3 compromised computers are listed"),
        ({"devices": Devices([endpoint("a", "unknown")], [], 0)}, "whose trust Duo does not show count as blocked"),
        ({"devices": Devices([endpoint("a", "unknown", "iOS")], [], 0)}, "whose trust Duo does not show count as"),
        ({"then": TrustSetting("allow_all", "allow_all", True)}, "has no effect unless checking is require_trusted"),
    ],
)
def test_notes_for_what_is_special(more: dict[str, Any], words: str) -> None:
    usual = {"now": TrustSetting.of(BLOCK), "then": TrustSetting.of(BLOCK)}
    assert words in said(**{**usual, **more})
    assert words not in said(**usual)
