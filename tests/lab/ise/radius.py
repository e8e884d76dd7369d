# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""External RADIUS servers and RADIUS server sequences.

Members, wrappers, limits and what is required are those of Cisco's ERS description; which of them a sequence needs is
not said there, and neither is how a shared secret reads: see the switches.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import seed
from .errors import NOT_FOUND, IseError, bad_request
from .shapes import Shape, check, has_null

if TYPE_CHECKING:
    from .state import IseState

SERVER, SEQUENCE = "ExternalRadiusServer", "RadiusServerSequence"
_SERVER_NAME = re.compile(r"\w+", re.ASCII)
_RANGES = {
    "authenticationPort": (1, 65_535),
    "accountingPort": (1, 65_535),
    "timeout": (1, 120),
    "retries": (1, 9),
    "proxyTimeout": (1, 600),
}
_SERVER: Shape = {
    "id": str,
    "name*": str,
    "description": str,
    "hostIP*": str,
    "sharedSecret*": str,
    "enableKeyWrap*": bool,
    "encryptionKey": str,
    "authenticatorKey": str,
    "keyInputFormat*": str,
    "authenticationPort*": int,
    "accountingPort*": int,
    "timeout*": int,
    "retries*": int,
    "proxyTimeout": int,
}
_MESSAGE_AUTHENTICATOR = "msgAuthIsRequiredOnResponse"
_MANIPULATORS = ("OnRequestAttrManipulatorList", "BeforeAcceptAttrManipulatorsList")
_MANIPULATOR: Shape = {"action": str, "dictionaryName": str, "attributeName": str, "value": str, "changedVal": str}
_FLAGS = (
    *("remoteAccounting", "localAccounting", "continueAuthorzPolicy"),
    *("stripPrefix", "stripSuffix", "useAttrSetOnRequest", "useAttrSetBeforeAcc"),
)
_SEQUENCE: Shape = {
    "id": str,
    "name*": str,
    "description": str,
    "RadiusServerList*": [str],
    **dict.fromkeys(_FLAGS, bool),
    **dict.fromkeys(("prefixSeparator", "suffixSeparator"), str),
    **{name: [_MANIPULATOR] for name in _MANIPULATORS},
}


@dataclass
class Entry:
    """An object of ERS: what was sent, as it was sent."""

    id: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.content["name"])


@dataclass
class Shelf:
    """The objects of one kind, by ID."""

    wrapper: str
    shape: Shape
    entries: dict[str, Entry] = field(default_factory=dict)

    def named(self, name: str) -> Entry | None:
        """Names differ by case here: a guess."""
        return next((entry for entry in self.entries.values() if entry.name == name), None)

    def get(self, identifier: str) -> Entry:
        """Raises IseError 404."""
        if identifier not in self.entries:
            raise IseError(404, NOT_FOUND)
        return self.entries[identifier]


class Radius:
    """The rules."""

    def __init__(self, state: IseState) -> None:
        self._state = state
        self._created = 0
        self.servers = Shelf(SERVER, _SERVER)
        self.sequences = Shelf(SEQUENCE, _SEQUENCE)

    def create(self, shelf: Shelf, body: Any) -> Entry:
        """POST. Raises IseError 400."""
        content = self._checked(shelf, body)
        if shelf.named(content["name"]):
            raise bad_request(f"{shelf.wrapper} {content['name']} already exists")
        self._created += 1
        entry = Entry(seed.stable_id(shelf.wrapper, f"{content['name']} {self._created}"), content)
        shelf.entries[entry.id] = entry
        return entry

    def update(self, shelf: Shelf, identifier: str, body: Any) -> Entry:
        """PUT: replaces. Raises IseError."""
        entry = shelf.get(identifier)
        content = self._checked(shelf, body)
        if shelf.named(content["name"]) not in (None, entry):
            raise bad_request(f"{shelf.wrapper} {content['name']} already exists")
        entry.content = content
        return entry

    def delete(self, shelf: Shelf, identifier: str) -> None:
        """DELETE. Raises IseError for an object that is in use (switch ise.radius_delete_in_use)."""
        entry = shelf.get(identifier)
        answer = self._state.switches.get("ise.radius_delete_in_use")
        if answer != "allowed" and self._is_used(shelf, entry.name):
            raise IseError(answer, f"{shelf.wrapper} {entry.name} is in use")
        del shelf.entries[identifier]

    def shown(self, shelf: Shelf, entry: Entry) -> dict[str, Any]:
        """What a read returns."""
        content = {"id": entry.id, **entry.content}
        if shelf is self.sequences and self._state.switches.get("ise.radius_sequence_list") == "radiusServers":
            content["radiusServers"] = content.pop("RadiusServerList")
        form = self._state.switches.get("ise.radius_secret_on_read")
        if shelf is self.servers and form != "plain":
            content["sharedSecret"] = {"masked": "******"}.get(form, "")
            if form == "absent":
                del content["sharedSecret"]
        return content

    def held_secrets(self) -> set[str]:
        """The shared secrets that were written."""
        return {str(entry.content["sharedSecret"]) for entry in self.servers.entries.values()}

    def snapshot(self) -> dict[str, Any]:
        """By name, secrets included."""
        return {
            "servers": {entry.name: entry.content for entry in self.servers.entries.values()},
            "sequences": {entry.name: entry.content for entry in self.sequences.entries.values()},
        }

    def _is_used(self, shelf: Shelf, name: str) -> bool:
        if shelf is self.servers:
            return any(name in entry.content["RadiusServerList"] for entry in self.sequences.entries.values())
        return self._state.policy.uses_service(name)

    def _checked(self, shelf: Shelf, body: Any) -> dict[str, Any]:
        if has_null(body):
            raise bad_request("Resource Initialization Failed due to JSON invalidity: please if properties names are")
        shape = shelf.shape
        if shelf is self.servers and self._state.release >= (3, 5):
            shape = {**shape, f"{_MESSAGE_AUTHENTICATOR}*": bool}
        check(body, {f"{shelf.wrapper}*": shape})
        content = {name: value for name, value in body[shelf.wrapper].items() if name != "id"}
        (self._check_server if shelf is self.servers else self._check_sequence)(content)
        return content

    def _check_server(self, content: dict[str, Any]) -> None:
        if not _SERVER_NAME.fullmatch(content["name"]):
            raise bad_request(f"Invalid name {content['name']!r}")
        if not 1 <= len(content["sharedSecret"]) <= 128:
            raise bad_request("sharedSecret must have 1 to 128 characters")
        for name, (low, high) in _RANGES.items():
            if not low <= content.get(name, low) <= high:
                raise bad_request(f"{name} must be from {low} to {high}")
        try:
            ipaddress.IPv4Address(content["hostIP"])
        except ValueError as error:
            raise bad_request(f"Invalid hostIP {content['hostIP']!r}") from error
        content.setdefault("proxyTimeout", 300)

    def _check_sequence(self, content: dict[str, Any]) -> None:
        if not content["RadiusServerList"]:
            raise bad_request("RadiusServerList must not be empty")
        for name in content["RadiusServerList"]:
            if self.servers.named(name) is None:
                raise bad_request(f"Unknown external RADIUS server {name}")
        for name in _FLAGS:
            content.setdefault(name, False)
