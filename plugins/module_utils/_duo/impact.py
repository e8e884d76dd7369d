# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which devices a policy's Trusted Endpoints section blocks: the decision table, and the counting. Private to this
collection.

Nothing here talks to a service. The table is Duo's (Duo documentation, "Trusted Endpoints with Cisco Secure Endpoint"):
where endpoints must be trusted, one that is not is blocked in any case, one that is trusted is let in unless it is
compromised and Secure Endpoint may block it; where all are allowed, all are let in. Two things are our own, both on the
side of caution: an endpoint whose trust Duo does not show counts as blocked, and what two services know of one device
counts twice, for how Duo matches the devices is not published. Of the devices that Duo has not seen only the
compromised ones count.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput

ALLOWED, BLOCKED = "allowed", "blocked"

# What a device can be: the first is Secure Endpoint's word, the others are Duo's. The worst first.
COMPROMISED, NOT_TRUSTED, TRUST_UNKNOWN, TRUSTED = "compromised", "not_trusted", "trust_unknown", "trusted"

# What a policy can say, as far as it decides who is let in.
ALLOW_ALL, REQUIRE_TRUSTED = "allow_all", "require_trusted"
BLOCK_COMPROMISED = "require_trusted_block_compromised"
# The words that let everybody in (Duo documentation, "Admin API", policies). Any other may be a stricter one.
PERMISSIVE = (ALLOW_ALL, "not_configured", "no_action")

# A device that fits two columns, being compromised and not trusted, is blocked if either column says so.
OUTCOMES: Mapping[str, Mapping[str, str]] = {
    BLOCK_COMPROMISED: {COMPROMISED: BLOCKED, NOT_TRUSTED: BLOCKED, TRUST_UNKNOWN: BLOCKED, TRUSTED: ALLOWED},
    REQUIRE_TRUSTED: {COMPROMISED: ALLOWED, NOT_TRUSTED: BLOCKED, TRUST_UNKNOWN: BLOCKED, TRUSTED: ALLOWED},
    ALLOW_ALL: {COMPROMISED: ALLOWED, NOT_TRUSTED: ALLOWED, TRUST_UNKNOWN: ALLOWED, TRUSTED: ALLOWED},
}
TRUST_KNOWN = (NOT_TRUSTED, TRUST_UNKNOWN, TRUSTED)
RANK = {status: rank for rank, status in enumerate((COMPROMISED, NOT_TRUSTED, TRUST_UNKNOWN, TRUSTED))}

COMPUTER, MOBILE = "computer", "mobile"
# Of an endpoint whose system Duo does not show, or in a word that is not known: it may be either.
UNCLEAR = "unclear"
# Secure Endpoint's word counts for Windows and macOS only, so that for a mobile device only Duo's columns are left.
ROWS = [(COMPUTER, policy, status) for policy in OUTCOMES for status in RANK] + [
    (MOBILE, policy, status) for policy in (REQUIRE_TRUSTED, ALLOW_ALL) for status in RANK if status != COMPROMISED
]

# Systems whose endpoints follow a policy's setting for mobile devices, without spaces and in lower case.
MOBILE_SYSTEMS = {"ios", "ipados", "android", "windowsphone", "blackberry"}
COMPUTER_SYSTEMS = {"windows", "macosx", "macos", "linux", "chromeos", "chromiumos"}
TRUST = {"yes": TRUSTED, "true": TRUSTED, "no": NOT_TRUSTED, "false": NOT_TRUSTED}
# The name in Duo's documentation, and the product's present one.
AGENTS = {"cisco amp for endpoints", "cisco secure endpoint"}
# The endpoint's own name where Duo has one, and else what leads to it.
NAMES = ("device_name", "hostname", "device_username", "epkey")

Key = tuple[str, str]


class TrustSetting(NamedTuple):
    """What a Trusted Endpoints section says.

    :ivar checking: ``require_trusted`` is the one value that keeps anybody out; None where there is no section.
    :ivar checking_mobile: the same for mobile devices.
    """

    checking: str | None = None
    checking_mobile: str | None = None
    can_block: bool = False

    @classmethod
    def of(cls, section: Mapping[str, Any] | None) -> TrustSetting:
        """From a section in the words of the options; the mobile setting follows the other where it is left out."""
        section = section or {}
        checking = section.get("checking")
        return cls(
            checking,
            section.get("checking_mobile") or checking,
            bool(section.get("cisco_secure_endpoint_can_block")),
        )

    @classmethod
    def at_worst(cls, section: Mapping[str, Any] | None) -> TrustSetting:
        """What a section may say at the worst, where Duo does not show all of it."""
        worst = {"checking": REQUIRE_TRUSTED, "cisco_secure_endpoint_can_block": True}
        return cls() if section is None else cls.of({**worst, **section}).strictest

    @property
    def strictest(self) -> TrustSetting:
        """The same with the strictest check that may hide behind one that Duo does not show, or in a word that is not
        known."""
        return TrustSetting(_strictest(self.checking), _strictest(self.checking_mobile), self.can_block)

    def policy(self, kind: str) -> str:
        """The row of the decision table."""
        if (self.checking_mobile if kind == MOBILE else self.checking) != REQUIRE_TRUSTED:
            return ALLOW_ALL
        return BLOCK_COMPROMISED if self.can_block and kind == COMPUTER else REQUIRE_TRUSTED

    def blocks(self, kind: str, status: str) -> bool:
        return any(OUTCOMES[self.policy(one)][status] == BLOCKED for one in _kinds(kind))

    def as_dict(self) -> dict[str, Any]:
        return {
            "checking": self.checking,
            "checking_mobile": self.checking_mobile,
            "cisco_secure_endpoint_can_block": self.can_block,
        }


def _strictest(checking: str | None) -> str:
    return checking if checking in PERMISSIVE else REQUIRE_TRUSTED


def _kinds(kind: str) -> tuple[str, ...]:
    """What a device may be."""
    return (COMPUTER, MOBILE) if kind == UNCLEAR else (kind,)


def strictest_of(settings: Sequence[TrustSetting]) -> TrustSetting:
    """What blocks every device that one of the settings blocks, where any of them may apply."""
    strict = [one for one in settings if one.checking == REQUIRE_TRUSTED]
    mobile = [one.checking_mobile for one in settings]
    return (strict or settings)[0]._replace(
        checking_mobile=REQUIRE_TRUSTED if REQUIRE_TRUSTED in mobile else mobile[0],
        can_block=any(one.can_block for one in strict or settings[:1]),
    )


def most_lenient_of(settings: Sequence[TrustSetting]) -> TrustSetting:
    """What blocks only the devices that each of the settings blocks, where any of them may apply."""
    lenient = [one for one in settings if one.checking != REQUIRE_TRUSTED]
    mobile = [one.checking_mobile for one in settings]
    return (lenient or settings)[0]._replace(
        checking_mobile=next((one for one in mobile if one != REQUIRE_TRUSTED), REQUIRE_TRUSTED),
        can_block=all(one.can_block for one in lenient[:1] or settings),
    )


# What a policy that is yet to be made or applied does.
NOTHING = TrustSetting(ALLOW_ALL, ALLOW_ALL)


def merged(declared: Mapping[str, Any], own: Mapping[str, Any] | None, in_force: TrustSetting) -> TrustSetting:
    """What a policy says once the declared keys are written.

    :param declared: the wanted section, keys that are not wanted left out.
    :param own: the policy's section as it is, None if the policy has none.
    :param in_force: what the policy says now, its own section or the global policy's.
    """
    if not declared:
        return in_force
    own = own or {}
    # Where Duo does not show it, the worst is taken.
    checking = declared.get("checking") or in_force.checking or REQUIRE_TRUSTED
    mobile = own.get("checking_mobile")
    # Unless it is declared, it follows once the other changes, as a policy is written.
    if mobile is None or checking != own.get("checking"):
        mobile = checking
    can_block = declared.get("cisco_secure_endpoint_can_block", own.get("cisco_secure_endpoint_can_block"))
    return TrustSetting(checking, declared.get("checking_mobile") or mobile, bool(can_block))


def reaches_further(applies_to: Iterable[Mapping[str, Any]], apply_to: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a policy is to apply to more users than now.

    :param applies_to: where it applies, as a policy is returned to the user.
    :param apply_to: where it is to apply, as declared.
    """
    assigned = list(applies_to)
    return any(not _is_covered(entry, assigned) for entry in apply_to)


def _is_covered(entry: Mapping[str, Any], assigned: list[Mapping[str, Any]]) -> bool:
    there = [one["groups"] for one in assigned if entry["application"] in (one["application"], one["integration_key"])]
    if [] in there:
        return True
    wanted = set(entry.get("groups") or ())
    return bool(wanted) and wanted <= {group for groups in there for group in groups or ()}


# Devices


def kind_of(endpoint: Mapping[str, Any]) -> str:
    system = str(endpoint.get("os_family") or "").lower().replace(" ", "")
    if system in MOBILE_SYSTEMS:
        return MOBILE
    return COMPUTER if system in COMPUTER_SYSTEMS else UNCLEAR


def trust_of(endpoint: Mapping[str, Any]) -> str:
    return TRUST.get(str(endpoint.get("trusted_endpoint")).lower(), TRUST_UNKNOWN)


def reports_agent(endpoint: Mapping[str, Any]) -> bool:
    """Whether an endpoint reports to Duo that Secure Endpoint runs on it."""
    agents = endpoint.get("security_agents")
    listed = agents if isinstance(agents, list) else []
    return any(str(agent.get("security_agent")).lower() in AGENTS for agent in listed if isinstance(agent, dict))


def compromised_of(fleet: Mapping[str, Any] | None) -> int | None:
    """How many computers are compromised, on the systems where that counts, or may; None where it is not known.

    :param fleet: the summary that ``secure_endpoint_computer_info`` returns.
    :raises InvalidInput: if it is something else.
    """
    if fleet is None:
        return None
    try:
        families = ["windows", "macos", *(["unknown"] if "unknown" in fleet else [])]
        counts = [int(fleet[family]["compromised"]) for family in families]
        if min(counts) < 0:
            raise ValueError("fewer than none")
        return sum(counts)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(
            "count the compromised devices",
            "fleet does not say how many Windows and macOS computers are compromised",
            "Set it to the summary that secure_endpoint_computer_info returns.",
        ) from error


def computers_of(fleet: Mapping[str, Any] | None) -> int | None:
    """How many computers Secure Endpoint knows on the systems where its word counts; None where it is not known."""
    try:
        return sum(int((fleet or {})[family]["total"]) for family in ("windows", "macos"))
    except (KeyError, TypeError, ValueError):
        return None


@dataclass
class Devices:
    """The devices that are there.

    :ivar endpoints: Duo's, as it returns them.
    :ivar computers: Secure Endpoint's, as ``secure_endpoint_computer_info`` lists them: the worst only, to be named.
    :ivar compromised: how many of Secure Endpoint's are compromised, None where it is not known.
    :ivar in_fleet: how many Secure Endpoint knows, on the systems where its word counts; None where it is not known.
    """

    endpoints: list[dict[str, Any]]
    computers: list[dict[str, Any]]
    compromised: int | None
    in_fleet: int | None = None

    def __post_init__(self) -> None:
        self.named = [one for one in self.computers if COMPROMISED in (one.get("problems") or ())]
        self.agents_seen = sum(map(reports_agent, self.endpoints))
        self.counts: Counter[Key] = Counter((kind_of(one), trust_of(one)) for one in self.endpoints)
        if self.compromised is not None:
            self.counts[COMPUTER, COMPROMISED] = max(self.compromised, len(self.named))

    def count(self, kind: str, status: str) -> int | None:
        """None where it is not known. What may be either counts as a computer."""
        if status == COMPROMISED and self.compromised is None:
            return None
        return self.counts[kind, status] + (self.counts[UNCLEAR, status] if kind == COMPUTER else 0)

    @property
    def known_computers(self) -> int:
        """How many Duo has seen, at the most."""
        return sum(self.counts[kind, status] for kind in (COMPUTER, UNCLEAR) for status in TRUST_KNOWN)

    @property
    def unseen(self) -> int:
        """How many computers, at the least, Secure Endpoint knows and Duo has not seen."""
        return 0 if self.in_fleet is None else max(self.in_fleet - self.known_computers, 0)

    def each(self) -> Iterator[tuple[Key, dict[str, Any]]]:
        """Every device that has a name, as what it counts, and as it is listed."""
        for one in self.named:
            name, guid = one.get("hostname"), one.get("connector_guid")
            yield (COMPUTER, COMPROMISED), _listed(name or guid, COMPROMISED, "secure_endpoint", guid, None)
        for endpoint in self.endpoints:
            name = next((endpoint[field] for field in NAMES if endpoint.get(field)), "")
            key = kind_of(endpoint), trust_of(endpoint)
            yield key, _listed(name, key[1], "duo", endpoint.get("epkey"), endpoint.get("username"))


def _listed(name: Any, why: str, source: str, identifier: Any, user: Any) -> dict[str, Any]:
    return {"name": str(name), "why": why, "source": source, "id": identifier, "user": user or None}


class Impact(NamedTuple):
    """What a change of a policy does to the devices that are there.

    :ivar now: what the policy says today; :data:`NOTHING` where it is yet to be made or applied.
    :ivar then: what the policy will say, or the policy that applies in its place.
    """

    devices: Devices
    now: TrustSetting
    then: TrustSetting

    def is_new(self, kind: str, status: str) -> bool:
        """Of a device that may be either, whether it is for one of the two."""
        return any(self.then.blocks(one, status) and not self.now.blocks(one, status) for one in _kinds(kind))

    @property
    def newly_blocked(self) -> int:
        return sum(count for key, count in self.devices.counts.items() if self.is_new(*key))

    @property
    def is_uncounted(self) -> bool:
        """Whether compromised devices are newly blocked and it is not known how many there are."""
        return self.devices.compromised is None and self.is_new(COMPUTER, COMPROMISED)

    @property
    def misses_compromised(self) -> bool:
        """Whether compromised devices will be blocked and it is not known how many there are."""
        return self.devices.compromised is None and self.then.blocks(COMPUTER, COMPROMISED)

    @property
    def unseen(self) -> str:
        """A sentence about the computers that trust is newly required of and that are in none of the numbers, empty if
        there are none."""
        devices = self.devices
        if not devices.unseen or not self.is_new(COMPUTER, NOT_TRUSTED):
            return ""
        return (
            f"Secure Endpoint knows {devices.in_fleet} computers with Windows and macOS, and Duo knows "
            f"{devices.known_computers} computers. So Duo has not seen at least {devices.unseen} of them, and whether "
            "it will trust them is not known. Of these, max_blocked counts only the compromised ones."
        )

    def blocked(self, setting: TrustSetting) -> int:
        return sum(count for key, count in self.devices.counts.items() if setting.blocks(*key))

    def table(self) -> list[dict[str, Any]]:
        """The decision table, with how many devices there are for each row and whether the row is in force."""
        return [
            {
                "kind": kind,
                "policy": policy,
                "device": status,
                "outcome": OUTCOMES[policy][status],
                "count": self.devices.count(kind, status),
                "now": self.now.policy(kind) == policy,
                "then": self.then.policy(kind) == policy,
            }
            for kind, policy, status in ROWS
        ]

    def offenders(self, most: int) -> list[dict[str, Any]]:
        """The devices that will be blocked and have a name, the newly blocked and the worst first."""
        blocked = ({**shown, "new": self.is_new(*key)} for key, shown in self.devices.each() if self.then.blocks(*key))
        return heapq.nsmallest(most, blocked, key=lambda one: (not one["new"], RANK[one["why"]], one["name"]))

    def as_dict(self, most: int) -> dict[str, Any]:
        return {
            "table": self.table(),
            "blocked_now": self.blocked(self.now),
            "blocked_then": self.blocked(self.then),
            "newly_blocked": self.newly_blocked,
            "offenders": self.offenders(most),
            "agents_seen": self.devices.agents_seen,
        }


class Standing(NamedTuple):
    """Where the policy stands in the account.

    :ivar is_applied: the global policy is always.
    :ivar goes_further: it is to apply where it does not apply yet.
    :ivar inherits: it has no section of its own, so that another policy's is in force.
    :ivar configured: whether Trusted Endpoints is set up in the account, None where Duo does not show it.
    :ivar is_to_go: it is to be deleted, so that another policy holds where it applied.
    :ivar drops_section: the section is to be removed from it, so that another policy's holds.
    :ivar others: how many policies besides the global one may hold in its place.
    """

    exists: bool
    is_global: bool
    is_applied: bool
    goes_further: bool
    inherits: bool
    configured: bool | None
    is_to_go: bool = False
    drops_section: bool = False
    others: int = 0

    @property
    def is_in_force(self) -> bool:
        return self.is_applied and not self.goes_further

    @property
    def concerns_users(self) -> bool:
        """Whether what becomes of it can block a device. One that applies to nothing, and is left so, blocks none."""
        return self.is_to_go or self.is_applied or self.goes_further

    @property
    def leaves_a_gap(self) -> bool:
        """Whether another policy comes to hold somewhere when this one is deleted."""
        return self.is_to_go and self.exists and self.is_applied

    def now(self, setting: TrustSetting, then: TrustSetting) -> TrustSetting:
        """What to compare the wanted setting with: nothing, as far as the policy is yet to be applied by this task. A
        policy that applies to nothing, and is left so, is taken as if it applied, or it would be new every time; if it
        is deleted, nothing changes.

        :param setting: what the policy says.
        :param then: the wanted setting.
        """
        if self.is_to_go:
            return setting if self.leaves_a_gap else then
        return setting if self.exists and not self.goes_further else NOTHING


def notes(impact: Impact, standing: Standing) -> list[str]:
    """What a reader must know to read the numbers rightly, as sentences."""
    return [*_about_the_policy(impact, standing), *_about_the_numbers(impact, standing)]


def _about_the_policy(impact: Impact, standing: Standing) -> Iterator[str]:
    if standing.configured is False:
        yield (
            "Trusted Endpoints is not set up in the Duo Admin Panel yet. Until then, the policy blocks no device, and "
            "it is not known which devices Duo will trust afterwards."
        )
    elif standing.configured is None:
        yield "Duo does not show whether Trusted Endpoints is set up in the Duo Admin Panel."
    if standing.is_to_go:
        yield _about_the_deletion(standing)
    elif not standing.exists and standing.goes_further:
        yield "The policy does not exist yet, so it blocks no device now."
    elif standing.goes_further:
        yield (
            "The policy would apply where it does not apply yet, so all devices that it blocks count as newly blocked."
        )
    elif not standing.is_applied:
        verb = "applies" if standing.exists else "does not exist yet and would apply"
        yield (
            f"The policy {verb} to no application, so it blocks no device. The numbers show what it would block if it "
            "did."
        )
    yield from _about_the_section(standing)
    if impact.then.can_block and impact.then.checking != REQUIRE_TRUSTED:
        yield "cisco_secure_endpoint_can_block has no effect unless checking is require_trusted."


def _about_the_section(standing: Standing) -> Iterator[str]:
    """Whose settings apply, if not the policy's own."""
    if standing.inherits:
        yield "The policy has no Trusted Endpoints section of its own; the settings of the global policy apply."
    elif standing.drops_section:
        yield "Without a Trusted Endpoints section of its own, the settings of the global policy apply."
    if standing.others:
        yield (
            "Where the policy applies to groups only, another policy of the application can come before the global "
            f"one. Such policies, {standing.others} in all, were considered too, and the numbers assume for all "
            "devices the settings that newly block the most."
        )


def _about_the_deletion(standing: Standing) -> str:
    if standing.leaves_a_gap:
        return (
            "The numbers assume that the global policy applies in place of the deleted one. They ignore policies that "
            "Duo attaches to a user group for all applications."
        )
    why = "applies to no application" if standing.exists else "does not exist"
    return f"The policy {why}, so its deletion changes nothing. The numbers are those of the global policy."


def _about_the_numbers(impact: Impact, standing: Standing) -> Iterator[str]:
    devices = impact.devices
    is_general = standing.is_global or (standing.is_to_go and not standing.leaves_a_gap)
    where = "an application without a policy of its own" if is_general else "an application that it applies to"
    yield (
        "The numbers cover the devices that Duo and Secure Endpoint know today. They assume that all users log in to "
        f"{where} with these devices, and that Duo and Secure Endpoint report the same at that time."
    )
    yield (
        "A device that Duo has not seen yet counts only if Secure Endpoint reports it as compromised. Where trust is "
        "required, Duo must trust it, so more devices may be blocked than are counted."
    )
    if impact.unseen:
        yield impact.unseen
    yield (
        "The computers of Secure Endpoint cannot be matched with the devices of Duo, because how Duo does it is not "
        "published. A device that is both compromised and not trusted counts twice, so fewer of the known devices may "
        "be blocked than are counted."
    )
    if devices.compromised is None:
        yield "No fleet is given, so the compromised devices are not counted."
    elif devices.compromised:
        yield (
            f"{len(devices.named)} of {devices.count(COMPUTER, COMPROMISED)} compromised computers are listed by name. "
            "All of them count, even if they were not seen recently or their users do not log in with Duo."
        )
    if any(devices.count(kind, TRUST_UNKNOWN) for kind in (COMPUTER, MOBILE)):
        yield "Devices whose trust Duo does not show count as blocked where trust is required."
    yield (
        "Devices with Linux count as computers, although Secure Endpoint can have only Windows and macOS devices "
        "blocked. A device whose system is not known is listed as a computer. It counts as blocked if the policy "
        "would block a computer or a mobile device."
    )
