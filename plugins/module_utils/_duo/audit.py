# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Admin API applications of a Duo account may do, and what their consumers ask for. Private to this
collection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import as_list, find_application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import (
    NOT_EVERYWHERE,
    PERMISSIONS,
    granted_permissions,
    is_off,
    other_permissions,
    shows_permission,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.networks import is_everywhere
from ansible_collections.identityops.cisco.plugins.module_utils._duo.profiles import PROFILES
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, Refused, nearest

# From the worst on.
FINDINGS = (
    "broad_rights",
    "beyond_profile",
    "unknown_permissions",
    "no_network_restriction",
    "unknown_network_restriction",
    "unknown_consumer",
    "lacks_permissions",
    "unused",
)
# With any of these, an application can take further rights, or the keys of others.
BROAD = ("set_permissions", "administrators", "applications")
MOST_NAMED = 20


def admin_api_applications(listed: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the type, those whose type Duo does not show, and those of any other type that hold a permission of the
    Admin API, or may."""
    return [raw for raw in listed if raw.get("type") in ("adminapi", None, "") or _may_hold_some(raw)]


def _may_hold_some(raw: dict[str, Any]) -> bool:
    return bool(other_permissions(raw)) or not all(is_off(raw.get(flag)) for flag in PERMISSIONS.values())


class Audit:
    """Compares applications with the published sets.

    :param consumers: profiles by name or integration key of an application.
    :param accept: findings that are known and accepted, by name or integration key of an application.
    :param caller: the integration key the task signs in with.
    :raises InvalidInput: a profile, a finding or an application that does not exist.
    """

    def __init__(
        self,
        applications: list[dict[str, Any]],
        consumers: Mapping[str, Any],
        accept: Mapping[str, Any],
        caller: str,
    ) -> None:
        self._caller = caller
        _require_known("consumers", consumers, PROFILES)
        _require_known("accept", accept, FINDINGS)
        self._profiles = _by_key("consumers", consumers, applications)
        self._accepted = _by_key("accept", accept, applications)
        self._shown = {name for name, flag in PERMISSIONS.items() if any(flag in raw for raw in applications)}
        self.applications = [self._judge(raw) for raw in applications]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """All findings, the worst first."""
        found = [
            {
                "application": app["name"],
                "integration_key": app["integration_key"],
                "finding": finding,
                "detail": f"{app['name']} ({app['integration_key']}) {_detail(finding, app)}.",
                "accepted": finding in self._accepted_of(app),
            }
            for app in self.applications
            for finding in app["findings"]
        ]
        return sorted(found, key=lambda item: FINDINGS.index(item["finding"]))

    @property
    def open(self) -> list[dict[str, Any]]:
        return [item for item in self.findings if not item["accepted"]]

    def result(self, most: int | None, status_above: str) -> dict[str, Any]:
        """What the module returns.

        :param most: how many findings there may be that are not accepted; None for any number.
        :param status_above: the status of the step if there are more.
        """
        kinds = [item["finding"] for item in self.open]
        counts = {finding: kinds.count(finding) for finding in FINDINGS}
        applications = _counted(len(self.applications), "Admin API application")
        detail = f"{_counted(len(kinds), 'finding')} in {applications}"
        is_over = most is not None and len(kinds) > most
        return {
            "summary": {"applications": len(self.applications), "findings": len(kinds), **counts},
            "applications": self.applications,
            "findings": self.findings,
            "step": {
                "status": status_above if is_over else "ok",
                "detail": f"{detail}, {most} allowed" if is_over else detail,
            },
        }

    def too_many(self, most: int | None) -> Refused | None:
        """The failure if there are more findings than may be that are not accepted."""
        if most is None or len(self.open) <= most:
            return None
        are = "is" if len(self.open) == 1 else "are"
        more = [f"And {len(self.open) - MOST_NAMED} more."] if len(self.open) > MOST_NAMED else []
        return Refused(
            "accept the Admin API applications",
            f"there {are} {_counted(len(self.open), 'finding')}, and max_findings is {most}",
            " ".join([*(item["detail"] for item in self.open[:MOST_NAMED]), *more]),
        )

    def _judge(self, raw: dict[str, Any]) -> dict[str, Any]:
        key, name, granted = str(raw.get("integration_key")), str(raw.get("name")), granted_permissions(raw)
        granted += other_permissions(raw)
        declared = self._profiles.get(key)
        profile = declared or _profile_named_in(name)
        published = PROFILES.get(str(profile), ())
        networks = raw.get("networks_for_api_access", 0)
        app: dict[str, Any] = {
            "integration_key": key,
            "name": name,
            "type": raw.get("type"),
            "is_caller": key == self._caller,
            "permissions": granted,
            "networks_for_api_access": as_list(networks) if isinstance(networks, (str, list, type(None))) else None,
            "consumer": profile,
            "consumer_known_from": "declaration" if declared else "name" if profile else None,
            "fitting_profiles": sorted(name for name, wanted in PROFILES.items() if sorted(wanted) == granted),
            "beyond_profile": sorted(set(granted) - set(published)) if profile else [],
            "lacks_permissions": _lacking(published, granted, raw),
            "unknown_permissions": self._unknown(raw),
            "broad_rights": [right for right in BROAD if right in granted],
        }
        return {**app, "findings": [finding for finding in FINDINGS if _applies(finding, app)]}

    def _unknown(self, raw: dict[str, Any]) -> list[str]:
        """The permissions that the application may or may not hold, because Duo does not say."""
        names = [name for name in PERMISSIONS if name not in NOT_EVERYWHERE or name in self._shown]
        return sorted(name for name in names if not shows_permission(raw, name))

    def _accepted_of(self, app: dict[str, Any]) -> list[str]:
        return as_list(self._accepted.get(app["integration_key"]))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _applies(finding: str, app: dict[str, Any]) -> bool:
    networks, granted = app["networks_for_api_access"], app["permissions"] or app["unknown_permissions"]
    if finding in app:
        return bool(app[finding])
    if finding == "unknown_consumer":
        return bool(app["permissions"]) and app["consumer"] is None and not app["is_caller"]
    if finding == "unused":
        return not granted
    everywhere = None if networks is None else is_everywhere(networks)
    return bool(granted) and everywhere is (None if finding == "unknown_network_restriction" else True)


def _lacking(published: Iterable[str], granted: list[str], raw: dict[str, Any]) -> list[str]:
    """Published permissions that are not granted; one that Duo does not show may be there."""
    return sorted(name for name in published if name not in granted and PERMISSIONS[name] in raw)


def _detail(finding: str, app: dict[str, Any]) -> str:
    """What is the matter, words that follow the application's name."""
    judged = f"{app['consumer']}, as declared" if app["consumer_known_from"] == "declaration" else app["consumer"]
    unread = (
        "Duo does not show its networks"
        if app["networks_for_api_access"] is None
        else "not all its networks can be read"
    )
    by_name = " (judging by the name)" if app["consumer_known_from"] == "name" else ""
    fitting = f"; its permissions are those that {', '.join(app['fitting_profiles'])} asks for" * bool(
        app["fitting_profiles"]
    )
    return {
        "broad_rights": f"holds {', '.join(app['broad_rights'])}: it can take further rights or the keys of others",
        "beyond_profile": f"holds {', '.join(app['beyond_profile'])} beyond what {judged}{by_name} asks for",
        "unknown_permissions": f"may hold {', '.join(app['unknown_permissions'])}: Duo does not show it",
        "no_network_restriction": "can be used from anywhere",
        "unknown_network_restriction": f"may be usable from anywhere: {unread}",
        "unknown_consumer": f"holds {', '.join(app['permissions'])} for a consumer that is not known{fitting}",
        "lacks_permissions": f"lacks {', '.join(app['lacks_permissions'])}, which {judged}{by_name} asks for",
        "unused": "holds no permission, so nothing can use it",
    }[finding]


def _profile_named_in(name: str) -> str | None:
    """The profile whose words stand in an application's name, the longest one if there are several."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', name.lower()))} "
    found = [profile for profile in PROFILES if f" {profile.replace('_', ' ')} " in words]
    return max(found, key=len, default=None)


def _by_key(option: str, wanted: Mapping[str, Any], applications: list[dict[str, Any]]) -> dict[str, Any]:
    """What is given by an application's name or integration key, by integration key."""
    found = {}
    for name, value in wanted.items():
        raw = find_application(applications, name)
        if raw is None:
            names = [str(item.get("name")) for item in applications]
            raise InvalidInput(
                f"use {option} for the application {name!r}",
                "no Admin API application has that name or integration key",
                nearest(name, names),
            )
        found[str(raw["integration_key"])] = value
    return found


def _require_known(option: str, given: Mapping[str, Any], known: Iterable[str]) -> None:
    for value in given.values():
        for entry in as_list(value):
            if entry not in known:
                raise InvalidInput(f"use {option}", f"there is no {entry!r}", nearest(entry, known))
