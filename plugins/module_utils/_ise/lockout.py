# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the rules of a policy set leave a way in while Duo cannot be reached. Private to this collection.

Nothing here talks to ISE. The order of things is Cisco's: a login is authenticated, then the first MFA rule that fits
asks Duo, then the first authorization rule that fits decides. What counts as a way in is what can be proven from the
rules alone:

- an MFA rule above that accepts the login when MFA fails, or
- an account that the rule leaves out, that no other MFA rule asks Duo about, and that an authorization rule admits.

Both must hold for the same devices as the rule that asks. Only "accept" and "reject" are attested as actions, so any
other word counts as a rejection; what a condition of the library consists of must be filled in by the caller, or it
proves nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Condition = Mapping[str, Any]
Rule = Mapping[str, Any]

ENABLED, ACCEPT = "enabled", "accept"
NOT_ENFORCED = ("disabled", "monitor")
# What ISE brings along for refusing: an authorization profile, a shell profile, a command set.
REFUSING = {"denyaccess", "deny all shell profile", "denyallcommands"}
# Where a login is for rather than who logs in, by dictionary and by the beginning of an attribute's name.
DEVICE_DICTIONARIES = ("device", "radius", "network condition")
DEVICE_ATTRIBUTES = ("device", "networkdevice", "nas", "isepolicyset", "ise host")
# Of the dictionaries of ISE that describe a login or an endpoint: the attributes that distinguish one account, or one
# place to log in from, from others. The rest is the same for every account, such as the protocol or that the password
# was right. Other dictionaries are those of identity stores.
LOGIN_DICTIONARIES: dict[str, tuple[str, ...]] = {
    "network access": ("username", "authenticationidentitystore"),
    "tacacs": ("user", "port", "remote-address"),
    **dict.fromkeys(("session", "endpoints", "internalendpoint", "normalised radius", "mdm", "posture", "threat"), ()),
}
# What no text fails, and an empty text, which no account has.
ANYTHING = re.compile(r"\^?(\.[*+])?\$?")


class Claim(NamedTuple):
    """One comparison, or what is not looked into.

    :ivar of: what is compared with what, in one form for all operators that mean the same.
    :ivar holds: whether it must be so, or must not.
    :ivar is_about_person: rather than about a device, or about something unknown.
    """

    of: str
    holds: bool
    is_about_person: bool = False

    @property
    def opposite(self) -> Claim:
        return Claim(self.of, not self.holds, self.is_about_person)


@dataclass(frozen=True)
class PolicyRules:
    """The rules of one policy set, each list in its order; conditions in ISE's own structure, None for all logins.

    :ivar mfa: each with ``name``, ``condition``, ``on_failure`` and ``rule_state``.
    :ivar authorization: each with ``name``, ``condition``, ``profiles``, ``commands`` and ``rule_state``.
    """

    mfa: Iterable[Rule]
    authorization: Iterable[Rule] = field(default_factory=list)


def without_way_in(rules: PolicyRules) -> list[str]:
    """The MFA rules that keep everybody out of some devices while Duo cannot be reached, by name.

    A rule that is disabled or only monitors locks no one out. One whose state is unknown may do so, and is no way in.
    """
    in_force = [rule for rule in rules.mfa if _is_in_force(rule) or not _fails_open(rule) and _may_be_in_force(rule)]
    closed = [claims_of(rule.get("condition")) for rule in in_force if not _fails_open(rule)]
    admissions = list(_admissions(rules.authorization))
    found: list[str] = []
    open_above: list[frozenset[Claim]] = []
    for rule in in_force:
        claims = claims_of(rule.get("condition"))
        if _fails_open(rule):
            open_above.append(claims)
        elif not (any(_covers(way, claims) for way in open_above) or _leaves_out(claims, closed, admissions)):
            found.append(str(rule.get("name")))
    return found


def claims_of(condition: Condition | None, holds: bool = True) -> frozenset[Claim]:
    """What must all be so for a condition to hold, or with ``holds`` false, for it not to hold."""
    if not condition:
        return frozenset()
    if str(condition.get("isNegate")).lower() == "true":
        holds = not holds
    kind = condition.get("conditionType")
    if kind == ("ConditionAndBlock" if holds else "ConditionOrBlock"):
        children = condition.get("children") or []
        return frozenset(claim for child in children for claim in claims_of(child, holds))
    if kind == "ConditionAttributes":
        return frozenset([_comparison(condition, holds)])
    return frozenset([Claim(json.dumps(condition, sort_keys=True, default=str), holds)])


def _comparison(condition: Condition, holds: bool) -> Claim:
    operator = str(condition.get("operator") or "")
    for prefix in ("ip", "mac"):
        # ISE stores these forms for attributes that are addresses, whichever was sent.
        operator = operator[len(prefix) :] if operator.startswith(prefix) else operator
    operator = operator[:1].lower() + operator[1:]
    if operator.startswith("not"):
        operator, holds = operator[3:4].lower() + operator[4:], not holds
    names = [str(condition.get(name) or "").lower() for name in ("dictionaryName", "attributeName")]
    values = [str(condition.get(name) or "").lower() for name in ("dictionaryValue", "attributeValue")]
    return Claim(json.dumps([*names, operator, *values]), holds, _is_about_person(names[0], names[1], values[1]))


def _is_about_person(dictionary: str, attribute: str, value: str) -> bool:
    is_about_device = dictionary in DEVICE_DICTIONARIES or attribute.replace("-", "").startswith(DEVICE_ATTRIBUTES)
    distinguishes = attribute in LOGIN_DICTIONARIES.get(dictionary, (attribute,)) and not ANYTHING.fullmatch(value)
    return distinguishes and not is_about_device


class Admission(NamedTuple):
    """What an authorization rule admits.

    :ivar refused: what the rules above it refuse.
    """

    claims: frozenset[Claim]
    refused: tuple[frozenset[Claim], ...]


def _admissions(authorization: Iterable[Rule]) -> Iterator[Admission]:
    refused: list[frozenset[Claim]] = []
    for rule in authorization:
        claims = claims_of(rule.get("condition"))
        if _admits(rule):
            if _is_in_force(rule):
                yield Admission(claims, tuple(refused))
        elif _may_be_in_force(rule):
            refused.append(claims)


def _leaves_out(asked: frozenset[Claim], closed: list[frozenset[Claim]], admissions: list[Admission]) -> bool:
    """Whether an account is admitted to the same devices that neither this rule nor another one asks Duo about.

    :param asked: what the rule is for; ``closed`` the same of all rules that fail closed, with this one.
    """
    return any(
        _is_way(exempt.opposite, asked, admission)
        and all(_exclude(admission.claims | {exempt.opposite}, other) for other in (*closed, *admission.refused))
        for exempt in asked
        if exempt.is_about_person
        for admission in admissions
    )


def _is_way(exempt: Claim, asked: frozenset[Claim], admission: Admission) -> bool:
    """Whether an account that is left out can be one that is admitted. What an authorization rule asks besides must be
    asked by the MFA rule as well, unless it is written for just this person."""
    is_theirs = exempt in admission.claims
    return exempt.opposite not in admission.claims and all(
        claim == exempt or claim in asked or (claim.is_about_person and is_theirs) for claim in admission.claims
    )


def _exclude(some: frozenset[Claim], others: frozenset[Claim]) -> bool:
    """Whether no login can fit both."""
    return any(claim.opposite in others for claim in some)


def _covers(way: frozenset[Claim], asked: frozenset[Claim]) -> bool:
    """Whether a way in is open on every device whose logins the rule asks Duo about: what it asks beyond who logs in,
    the rule asks as well."""
    return all(claim.is_about_person or claim in asked for claim in way)


def _is_in_force(rule: Rule) -> bool:
    return str(rule.get("rule_state")).lower() == ENABLED


def _may_be_in_force(rule: Rule) -> bool:
    """What is not known to enforce nothing may refuse logins."""
    return str(rule.get("rule_state")).lower() not in NOT_ENFORCED


def _fails_open(rule: Rule) -> bool:
    return str(rule.get("on_failure") or "").lower() == ACCEPT


def _admits(rule: Rule) -> bool:
    """Not if everything that it grants is known to refuse; nothing at all admits no user."""
    granted = [names for names in (_names(rule.get("profiles")), _names(rule.get("commands"))) if names]
    return bool(granted) and not any(all(name in REFUSING for name in names) for names in granted)


def _names(value: Any) -> list[str]:
    """A profile of device administration is one name, elsewhere it is a list of them."""
    return [str(name).lower() for name in ([value] if isinstance(value, str) else value or [])]
