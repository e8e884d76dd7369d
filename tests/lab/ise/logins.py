# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A login that passes through the policy: the first policy set that fits, then its rules for authentication, MFA and
authorization, each the first one that fits.

The order is Cisco's (support document 221232 for MFA after the password). Guesses: a login that goes on although its
password failed is not sent to Duo; a rule that monitors is counted and passed over; a Duo that is out of reach counts
as a second factor that fails, unless the switch ise.duo_unreachable says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .dictionaries import GROUPS
from .evaluation import NOW, holds
from .seed import DEVICE_ADMIN, JoinPoint

if TYPE_CHECKING:
    from .policy import Tree
    from .ranked import Entry
    from .state import IseState

INTERNAL_USERS = ("breakglass", "operator")
PASSWORDS = ("right", "wrong")
DUO_ANSWERS = ("allow", "deny", "unreachable")
# What admits nobody.
_DENIES = ("DenyAccess", "Deny All Shell Profile")
_STATUS = {"ifAuthFail": "AuthenticationFailed", "ifUserNotFound": "UnknownUser"}


@dataclass
class Outcome:
    """What became of a login, in the order in which it came about; None for what it did not reach."""

    policy_set: str | None = None
    proxied_to: str | None = None
    authentication_rule: str | None = None
    identity_source: str | None = None
    authenticated: bool = False
    mfa_rule: str | None = None
    duo_asked: bool = False
    duo_answer: str | None = None
    authorization_rule: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    admitted: bool = False
    why: str = ""


class Logins:
    """Plays logins to one policy tree."""

    def __init__(self, tree: Tree, ise: IseState) -> None:
        self._tree = tree
        self._ise = ise

    def play(self, user: str, password: str, duo: str, groups: list[str] | None, attributes: dict[str, Any]) -> Outcome:
        """One login; what it hits is counted.

        :param groups: of Active Directory, by their full names; None for those that the directory knows of the user
        :param attributes: what else the login brings along, such as ``{"DEVICE:Device Type": "All Device Types#VPN"}``
        :raises ValueError: for something that there is not
        """
        known = self._known_of(user, groups, attributes)
        chosen = self._first(self._tree.sets.entries, known)
        if chosen is None:
            return Outcome(why="no policy set fits")
        outcome = Outcome(policy_set=chosen.name)
        if chosen.content["isProxy"]:
            outcome.proxied_to = chosen.content["serviceName"]
            outcome.why = "the policy set hands the login to a server sequence"
            return outcome
        if self._authenticates(chosen, user, password, known, outcome) and self._passes_mfa(
            chosen, duo, known, outcome
        ):
            self._authorize(chosen, known, outcome)
        return outcome

    # -- what is known ----------------------------------------------------------------------------------------

    def _known_of(self, user: str, groups: list[str] | None, attributes: dict[str, Any]) -> dict[str, list[str]]:
        usable = {f"{attribute.dictionary}:{attribute.name}" for attribute in self._tree.dictionaries.attributes()}
        protocol, own = (
            ("TACACS+", "TACACS:User") if self._tree.name == DEVICE_ADMIN else ("RADIUS", "Radius:User-Name")
        )
        known = {"Network Access:UserName": [user], "Network Access:Protocol": [protocol], own: [user]}
        known[NOW] = [str(self._ise.clock.now())]
        for name, value in attributes.items():
            if name not in usable:
                raise ValueError(f"no attribute {name!r}; there are {', '.join(sorted(usable))}")
            known[name] = [str(entry) for entry in (value if isinstance(value, list) else [value])]
        names = self._groups_of(user) if groups is None else groups
        for point in self._ise.directory.points.values():
            known[f"{point.name}:{GROUPS}"] = [name for name in names if point.joined and _is_within(name, point)]
        return {name: values for name, values in known.items() if values}

    def _groups_of(self, user: str) -> list[str]:
        members = self._ise.directory.groups.values()
        return [group.name for group in members if user in [person.username for person in group.members]]

    def _knows(self, store: str, user: str, known: dict[str, list[str]]) -> bool:
        """Whether an identity source has the user: somebody without any group is in no directory."""
        in_directory = {name.partition(":")[0] for name in known if name.endswith(f":{GROUPS}")}
        if store == "Internal Users":
            return user in INTERNAL_USERS
        if store == "All_User_ID_Stores":
            return bool(in_directory) or user in INTERNAL_USERS
        return store in in_directory

    # -- the way through --------------------------------------------------------------------------------------

    def _first(self, entries: Iterable[Entry], known: dict[str, list[str]]) -> Any:
        """The first entry that is in force and fits, counted; None if there is none."""
        for entry in entries:
            if entry.state == "disabled" or not holds(entry.condition, known, self._tree.conditions.library):
                continue
            entry.hit_counts += 1
            if entry.state == "enabled":
                return entry
        return None

    def _authenticates(
        self, chosen: Entry, user: str, password: str, known: dict[str, list[str]], outcome: Outcome
    ) -> bool:
        """Whether the login goes on, be it without having been authenticated."""
        rule = self._first(chosen.rules["authentication"].entries, known)
        if rule is None:
            outcome.why = "no authentication rule fits"
            return False
        outcome.authentication_rule, store = rule.name, rule.content["identitySourceName"]
        outcome.identity_source = store
        failure = "ifUserNotFound" if not self._knows(store, user, known) else "ifAuthFail"
        if failure == "ifAuthFail" and password == "right":
            outcome.authenticated = True
            known["Network Access:AuthenticationStatus"] = ["AuthenticationPassed"]
            known["Network Access:AuthenticationIdentityStore"] = [store]
            return True
        known["Network Access:AuthenticationStatus"] = [_STATUS[failure]]
        action = rule.content[failure].upper()
        outcome.why = f"authentication fails, and {failure} is {action.lower()}"
        return bool(action == "CONTINUE")

    def _passes_mfa(self, chosen: Entry, duo: str, known: dict[str, list[str]], outcome: Outcome) -> bool:
        rule = self._first(chosen.rules["mfa"].entries, known) if outcome.authenticated else None
        if rule is None:
            return True
        outcome.mfa_rule, outcome.duo_asked = rule.name, True
        is_reachable = self._tree.contents.serves(rule.content["mfaConnectionName"])
        outcome.duo_answer = duo if is_reachable else "unreachable"
        action = str(rule.content["mfaResultAction" if outcome.duo_answer == "allow" else "mfaFailAction"]).upper()
        policy = self._ise.switches.get("ise.duo_unreachable")
        if outcome.duo_answer == "unreachable" and policy != "fail_action":
            action = str(policy).upper()
        if action != "ACCEPT":
            outcome.why = f"Duo: {outcome.duo_answer}, and the MFA rule then rejects"
        return action == "ACCEPT"

    def _authorize(self, chosen: Entry, known: dict[str, list[str]], outcome: Outcome) -> None:
        lists = (self._tree.global_exceptions, chosen.rules["exception"], chosen.rules["authorization"])
        rule = self._first([entry for ranked in lists for entry in ranked.entries], known)
        if rule is None:
            outcome.why = "no authorization rule fits"
            return
        outcome.authorization_rule, outcome.result = rule.name, dict(rule.content)
        profiles = rule.content["profile"]
        profiles = profiles if isinstance(profiles, list) else [profiles]
        outcome.admitted = not set(_DENIES) & set(profiles)
        outcome.why = f"the authorization rule {'admits' if outcome.admitted else 'denies'}"


def _is_within(group: str, point: JoinPoint) -> bool:
    return group.partition("/")[0].lower() in [domain.lower() for domain in point.domains]
