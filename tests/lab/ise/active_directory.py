# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Join points and the directory behind them. Member names follow Cisco's consolidated ERS description."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..store import Switches
from . import seed
from .errors import IseError, bad_request
from .seed import Group, JoinPoint
from .shapes import ANY, check, has_null

_GROUP = {"name*": str, "sid*": str, "type*": str}
_JOIN_POINT = {
    "id": str,
    "name*": str,
    "description": str,
    "domain*": str,
    "adScopesNames": str,
    "enableDomainAllowedList": bool,
    "adgroups": {"groups": [_GROUP]},
    "adAttributes": ANY,
    "advancedSettings": ANY,
    "link": ANY,
}
_ADDITIONAL_DATA = {"OperationAdditionalData*": {"additionalData*": [{"name*": str, "value*": str}]}}
# Cisco's ERS description: at most 32 characters, alphanumeric and . - _ / \
_NAME = re.compile(r"[A-Za-z0-9.\-_/\\]{1,32}")
# By the value of switch ise.no_groups.
_NO_GROUPS: dict[str, Any] = {"null": None, "empty_block": {}, "empty_list": {"groups": []}}
# What ISE fills in for a join point; the full list of some thirty settings teaches a client nothing.
_ADVANCED = {
    "enablePassChange": True,
    "enableMachineAuth": True,
    "enableMachineAccess": True,
    "agingTime": 5,
    "plaintextAuth": False,
    "firstName": "givenName",
    "lastName": "sn",
    "email": "mail",
}


def member_names(value: Any) -> list[str]:
    """Every member name of a JSON value in order of appearance, as ISE recites them when it meets a null."""
    if isinstance(value, dict):
        found = list(value)
        for item in value.values():
            found += member_names(item)
        return found
    if isinstance(value, list):
        return [name for item in value for name in member_names(item)]
    return []


class ActiveDirectory:
    """Join points by id, and every group of every domain.

    :param in_use: the names of the join points that a sync reads
    """

    def __init__(self, switches: Switches, in_use: Callable[[], set[str]]) -> None:
        self.switches = switches
        self.in_use = in_use
        self.groups = {group.name.lower(): group for group in seed.groups()}
        self.points = {point.id: point for point in seed.join_points()}

    # -- lookup -----------------------------------------------------------------------------------------------

    def by_id(self, identifier: str) -> JoinPoint:
        """Raises IseError 404."""
        if identifier not in self.points:
            raise IseError(404, f"Resource with id: {identifier} does not exist", "Resource not found exception")
        return self.points[identifier]

    def by_name(self, name: str) -> JoinPoint:
        """Raises IseError 404."""
        point = self.find(name)
        if point is None:
            raise IseError(404, f"Resource with name: {name} does not exist", "Resource not found exception")
        return point

    def find(self, name: str) -> JoinPoint | None:
        """The join point of that name, or None."""
        return next((point for point in self.points.values() if point.name == name), None)

    def group(self, name: str) -> Group | None:
        """A group by its full name; Active Directory ignores case."""
        return self.groups.get(name.lower())

    def add(self, name: str, common_name: str = "") -> None:
        """Another group of the directory."""
        sid = f"S-1-5-21-7-{len(self.groups)}"
        self.groups[name.lower()] = Group(name.partition("/")[0], name, sid, "GLOBAL", (), common_name)

    def usable_groups(self, point: JoinPoint) -> list[Group]:
        """The groups a sync may take from a join point (switch ise.adgroups_lists)."""
        if not point.joined:
            return []
        if self.switches.get("ise.adgroups_lists") == "all":
            return [group for group in self.groups.values() if group.domain in point.domains]
        return [self.groups[name.lower()] for name in point.groups]

    # -- ERS --------------------------------------------------------------------------------------------------

    def read(self, point: JoinPoint) -> dict[str, Any]:
        """The inside of ERSActiveDirectory. No member shows whether the point is joined, as on ISE."""
        shown: dict[str, Any] = {
            "id": point.id,
            "name": point.name,
            "description": point.description,
            "domain": point.domain,
            "adScopesNames": point.extra.get("adScopesNames", "Default_Scope"),
            "enableDomainAllowedList": point.extra.get("enableDomainAllowedList", True),
            "advancedSettings": {**_ADVANCED, **point.extra.get("advancedSettings", {})},
        }
        form = self.switches.get("ise.no_groups")
        if point.groups and form != "never_shown":
            shown["adgroups"] = {"groups": [self.groups[name.lower()].as_ers() for name in point.groups]}
        elif form in _NO_GROUPS:
            shown["adgroups"] = _NO_GROUPS[form]
        return shown

    def create(self, body: Any) -> JoinPoint:
        """POST: a join point, not yet joined; groups cannot come with it (seen on a real box)."""
        content = self._content(body)
        if not _NAME.fullmatch(content["name"]):
            raise bad_request("Join point name is invalid")
        if self.find(content["name"]):
            raise IseError(500, f"There is an existing join point with the name {content['name']}")
        if content.get("adgroups", {}).get("groups"):
            raise IseError(500, "Groups cannot be set before the join point is joined to the domain")
        settings = {key: content[key] for key in _JOIN_POINT_SETTINGS if key in content}
        identifier = seed.stable_id("joinpoint", content["name"])
        self.points[identifier] = JoinPoint(
            id=identifier,
            name=content["name"],
            domain=content["domain"],
            description=content.get("description", ""),
            joined=False,
            extra=settings,
        )
        return self.points[identifier]

    def delete(self, identifier: str) -> None:
        """Refused while a sync reads it: a guess."""
        point = self.by_id(identifier)
        if point.name in self.in_use():
            raise IseError(500, f"Join point {point.name} is in use")
        del self.points[identifier]

    def add_groups(self, identifier: str, body: Any) -> None:
        """addGroups: takes the whole join point; whether it adds or replaces is switch ise.add_groups."""
        point = self.by_id(identifier)
        content = self._content(body)
        if (content["name"], content["domain"]) != (point.name, point.domain):
            raise bad_request("name and domain must be those of the join point")
        wanted = [self._known_group(point, item) for item in content.get("adgroups", {}).get("groups", [])]
        kept = [] if self.switches.get("ise.add_groups") == "replace" else point.groups
        point.groups = list(dict.fromkeys([*kept, *(group.name for group in wanted)]))

    def groups_by_domain(self, identifier: str, body: Any) -> list[dict[str, str]]:
        """getGroupsByDomain: `filter` is an exact match on the common name."""
        point = self.by_id(identifier)
        data = self._additional_data(body)
        unknown = set(data) - {"domain", "filter", "sidFilter", "typeFilter"}
        if unknown:
            raise bad_request(f"Unknown additional data: {', '.join(sorted(unknown))}")
        if "domain" not in data:
            raise bad_request("Additional data domain is required")
        if self.switches.get("ise.get_groups_filter") == "required" and not data.get("filter"):
            raise bad_request("Additional data filter is required")
        if not point.joined:
            raise IseError(500, f"Join point {point.name} is not joined to the domain")
        if data["domain"] not in point.domains:
            raise IseError(500, f"Domain {data['domain']} is not reachable from join point {point.name}")
        return [group.as_ers() for group in self.groups.values() if _selected(group, data)]

    def trusted_domains(self, identifier: str) -> list[dict[str, str]]:
        """getTrustedDomains: the domains of the forest, one of them out of reach."""
        point = self.by_id(identifier)
        if not point.joined:
            raise IseError(500, f"Join point {point.name} is not joined to the domain")
        usable = [{"dnsName": name, "forest": point.domain, "unusableReason": ""} for name in point.domains]
        return [*usable, seed.UNUSABLE_DOMAIN] if point.trusted else usable

    def _content(self, body: Any) -> dict[str, Any]:
        if has_null(body):
            # The sentence is that of a real box, grammar included.
            raise bad_request(
                "Resource Initialization Failed due to JSON invalidity: please if properties names are correct: "
                + ", ".join(member_names(body))
            )
        ignore = self.switches.get("ise.unknown_members") == "ignore"
        check(body, {"ERSActiveDirectory*": _JOIN_POINT}, ignore_unknown=ignore)
        content: dict[str, Any] = body["ERSActiveDirectory"]
        return content

    def _additional_data(self, body: Any) -> dict[str, str]:
        check(body, _ADDITIONAL_DATA)
        return {item["name"]: item["value"] for item in body["OperationAdditionalData"]["additionalData"]}

    def _known_group(self, point: JoinPoint, item: dict[str, str]) -> Group:
        if "%" in item["name"] + item["sid"]:
            raise bad_request("Group name and SID must not hold %")
        group = self.group(item["name"])
        if group is None or group.domain not in point.domains or group.sid != item["sid"]:
            raise bad_request(f"Group {item['name']} with SID {item['sid']} was not found in the domain")
        return group

    # -- out of band ------------------------------------------------------------------------------------------

    def snapshot(self) -> dict[str, Any]:
        """Join points by name; `directory` holds every group with its members."""
        points = {
            point.name: {
                "id": point.id,
                "domain": point.domain,
                "description": point.description,
                "groups": list(point.groups),
                "trusted": list(point.trusted),
                "joined": point.joined,
            }
            for point in self.points.values()
        }
        directory = {
            group.name: {"sid": group.sid, "type": group.type, "members": [vars(person) for person in group.members]}
            for group in self.groups.values()
        }
        return {"join_points": points, "directory": directory}


_JOIN_POINT_SETTINGS = ("adScopesNames", "enableDomainAllowedList", "advancedSettings", "adAttributes")


def _selected(group: Group, data: dict[str, str]) -> bool:
    sid = data.get("sidFilter", "").rsplit("/", 1)[-1]
    return (
        group.domain == data["domain"]
        and data.get("filter", group.common_name).lower() in ("", group.common_name.lower())
        and sid in ("", group.sid)
        and data.get("typeFilter", group.type) == group.type
    )
