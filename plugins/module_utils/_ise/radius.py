# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""External RADIUS servers and RADIUS server sequences of ISE, as resources. Private to this collection.

Facts: Cisco's ERS description. A PUT replaces the object, so what is not declared is sent as it was read. How a shared
secret reads is not published, so it is never compared and never sent back.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    InvalidInput,
    Refused,
    ServerTrouble,
    UnexpectedAnswer,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, Shape
from ansible_collections.identityops.cisco.plugins.module_utils._ise.nodes import release_of
from ansible_collections.identityops.cisco.plugins.module_utils._marks import MANAGED, MARK, with_mark, without_mark
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    UNEXPECTED,
    find_by_name,
    flag_of,
    whole_number,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text

SERVERS, SEQUENCES = "/ers/config/externalradiusserver", "/ers/config/radiusserversequence"
SERVER_NAME = re.compile(r"\w+", re.ASCII)
SECRET = "shared_secret"
LONGEST_SECRET = 128
# Before this release ISE does not know the setting, and from it on requires it.
KNOWS_MESSAGE_AUTHENTICATOR = (3, 5)
MESSAGE_AUTHENTICATOR = "message_authenticator_required"
RANGES = {
    "authentication_port": (1, 65_535),
    "accounting_port": (1, 65_535),
    "timeout": (1, 120),
    "retries": (1, 9),
    "proxy_timeout": (1, 600),
}
# What a new server gets. A push takes a while, and a second request would be a second push.
NEW_SERVER: Fields = {
    "description": "",
    "authentication_port": 1812,
    "accounting_port": 1813,
    "timeout": 60,
    "retries": 1,
    "proxy_timeout": 300,
}
NEW_SEQUENCE: Fields = {
    "description": "",
    "remote_accounting": True,
    "local_accounting": False,
    "continue_authorization": False,
}
SEQUENCE_FLAGS = ("remote_accounting", "local_accounting", "continue_authorization")
FLAGS = (MESSAGE_AUTHENTICATOR, *SEQUENCE_FLAGS)
# How to read what some services write as a text.
READ: dict[str, Callable[[Any], Any]] = {**dict.fromkeys(RANGES, whole_number), **dict.fromkeys(FLAGS, flag_of)}
SERVER_MEMBERS = {
    "name": "name",
    "description": "description",
    "host_ip": "hostIP",
    "authentication_port": "authenticationPort",
    "accounting_port": "accountingPort",
    "timeout": "timeout",
    "retries": "retries",
    "proxy_timeout": "proxyTimeout",
    MESSAGE_AUTHENTICATOR: "msgAuthIsRequiredOnResponse",
}
SEQUENCE_MEMBERS = {
    "name": "name",
    "description": "description",
    "servers": "RadiusServerList",
    "remote_accounting": "remoteAccounting",
    "local_accounting": "localAccounting",
    "continue_authorization": "continueAuthorzPolicy",
}


class ErsObject(Resource):
    """An object of ERS that is found by listing, because not every kind can be read by name.

    It bears the mark in its description. One without the mark is changed as declared, and deleted only at a word of
    the user.

    :cvar path: of all of its kind.
    :cvar wrapper: the member around one of them.
    :cvar kind: in words.
    :cvar members: of ERS, by option.
    :cvar shape: of what is read, as for :func:`fits`.
    :cvar used_by: what to delete first, in words.
    :cvar unsent: members that are read and never sent back.
    """

    path: str
    wrapper: str
    kind: str
    members: Mapping[str, str]
    shape: Shape
    used_by: str
    unsent: tuple[str, ...] = ("link",)

    compare = {"description": free_text}
    guarded = ("absent",)

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        self.ise = ise
        self.adopts = params["adopt"]
        self.context = context
        self.name: str = params["name"]
        self.title = f"{self.kind} {self.name!r}"
        self.place = ise.base_url
        self.declared = params
        self._raw: dict[str, Any] = {}

    def read(self) -> Fields | None:
        attempted = f"read the {self.title}"
        stubs = self.ise.list_ers(self.path, f"list each {self.kind}")
        stub = find_by_name(stubs, self.name, attempted, "Rename or delete all but one of them on ISE.", "id")
        if stub is None:
            return None
        found = self.ise.get_ers(self.path, str(stub.get("id")), self.wrapper, attempted, self.shape)
        if found is None:
            return None
        self._raw = {"id": stub.get("id"), **found}
        return self.fields(self._raw)

    def fields(self, raw: dict[str, Any]) -> Fields:
        """In option vocabulary; what ISE leaves out is left out.

        :raises UnexpectedAnswer: something that is a number or says yes or no is neither, not even in a text.
        """
        found = {name: raw[member] for name, member in self.members.items() if raw.get(member) is not None}
        read = {name: READ[name](found[name]) for name in READ if name in found}
        if None in read.values():
            strange = " and ".join(name for name in read if read[name] is None)
            raise UnexpectedAnswer(f"read the {self.title}", f"ISE shows no usable value of {strange}", UNEXPECTED)
        found |= read
        if "description" in found:
            found |= {"description": without_mark(found["description"]), MANAGED: MARK in found["description"]}
        return found

    def can_bear_mark(self, current: Fields | None) -> bool:
        return True

    def doubt(self, current: Fields) -> str:
        if MANAGED not in current:
            return f"may lack the mark {MARK}, because ISE does not show its description"
        return "" if current[MANAGED] else f"lacks the mark {MARK} in its description"

    def to_ise(self, fields: Fields) -> dict[str, Any]:
        """Everything that is set: ERS refuses nulls."""
        if fields.get(MANAGED):
            fields = {**fields, "description": with_mark(fields.get("description") or "", between=" ")}
        return {member: fields[name] for name, member in self.members.items() if fields.get(name) is not None}

    def require_shown(self, current: Fields | None, *names: str) -> None:
        """:raises InvalidInput: one of these is neither shown nor declared, so that a write would set it anyhow."""
        hidden = [name for name in names if name not in (current or names) and self.declared[name] is None]
        if hidden:
            raise InvalidInput(
                f"change the {self.title}",
                f"ISE does not show its {' and '.join(hidden)}, and a write always sets this",
                f"Declare {' and '.join(hidden)}.",
            )

    def update(self, current: Fields, changes: Fields) -> None:
        kept = {name: value for name, value in self._raw.items() if value is not None and name not in self.unsent}
        # What cannot be compared is no change, and a write sets it all the same.
        hidden = {name: self.declared[name] for name in FLAGS if self.declared.get(name) is not None}
        body = {**kept, **self.to_ise({**hidden, **current, **changes})}
        path = f"{self.path}/{self._raw['id']}"
        self.ise.write_ers("PUT", path, {self.wrapper: body}, f"change the {self.title}")

    def create(self, desired: Fields) -> None:
        self.ise.write_ers("POST", self.path, {self.wrapper: self.to_ise(desired)}, f"create the {self.title}")

    def delete(self, current: Fields) -> None:
        try:
            self.ise.write_ers("DELETE", f"{self.path}/{self._raw['id']}", None, f"delete the {self.title}")
        except (Refused, ServerTrouble) as error:
            raise error.advised(f"If {self.used_by} uses it, delete that first.") from None


class RadiusServer(ErsObject):
    """An external RADIUS server, such as a Duo Authentication Proxy."""

    path, wrapper, kind = SERVERS, "ExternalRadiusServer", "external RADIUS server"
    members = SERVER_MEMBERS
    shape = {"hostIP": str, "description": str}
    used_by = "a RADIUS server sequence"
    # Without KeyWrap its two keys mean nothing, and may be masked.
    unsent = ("link", "sharedSecret", "encryptionKey", "authenticatorKey")

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context) -> None:
        super().__init__(ise, params, context)
        self._state: str = params["state"]
        self._secret: str | None = params[SECRET]
        self._is_written_again = params["update_secret"] == "always"
        self._knows_message_authenticator = False

    def fields(self, raw: dict[str, Any]) -> Fields:
        self.context.hide(str(raw.get("sharedSecret") or ""))
        if self._state == "present" and not raw.get("hostIP"):
            # A required member. Left out, it would count as the declared one.
            raise UnexpectedAnswer(f"read the {self.title}", "ISE does not show its address", UNEXPECTED)
        return super().fields(raw)

    def forced(self, current: Fields) -> Iterable[str]:
        return (SECRET,) if self._is_written_again else ()

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        verb = "create" if current is None else "change"
        missing = [SECRET] if self._secret is None else []
        missing += ["host_ip"] if current is None and "host_ip" not in changes else []
        if missing:
            raise InvalidInput(
                f"{verb} the {self.title}",
                f"ISE accepts it only as a whole, which requires {' and '.join(missing)}",
                "Add what is missing.",
            )
        if self._raw and flag_of(self._raw.get("enableKeyWrap")) is not False:
            uses = "uses" if flag_of(self._raw.get("enableKeyWrap")) else "may use"
            raise InvalidInput(
                f"change the {self.title}",
                f"it {uses} KeyWrap, whose keys ISE does not show, so that they would be lost",
                "Change it in the ISE console.",
            )
        self._vet_message_authenticator(current)

    def _vet_message_authenticator(self, current: Fields | None) -> None:
        """ISE refuses the setting in one release and requires it in the next."""
        release = release_of(self.ise.get_version()["version"])
        self._knows_message_authenticator = release >= KNOWS_MESSAGE_AUTHENTICATOR
        if self.declared[MESSAGE_AUTHENTICATOR] is not None and not self._knows_message_authenticator:
            raise InvalidInput(
                f"set {MESSAGE_AUTHENTICATOR} of the {self.title}",
                f"ISE {'.'.join(map(str, release))} does not know that setting, which came with 3.5",
                "Leave it out.",
            )
        if self._knows_message_authenticator:
            self.require_shown(current, MESSAGE_AUTHENTICATOR)

    def create(self, desired: Fields) -> None:
        super().create({**NEW_SERVER, **desired})

    def to_ise(self, fields: Fields) -> dict[str, Any]:
        if self._knows_message_authenticator:
            fields = {MESSAGE_AUTHENTICATOR: False, **fields}
        key_wrap = {"enableKeyWrap": False, "keyInputFormat": "ASCII"}
        return {**super().to_ise(fields), "sharedSecret": self._secret, **key_wrap}


class RadiusSequence(ErsObject):
    """A RADIUS server sequence, which a policy set can name as its service."""

    path, wrapper, kind = SEQUENCES, "RadiusServerSequence", "RADIUS server sequence"
    members = SEQUENCE_MEMBERS
    shape = {"RadiusServerList": [str], "radiusServers": [str], "description": str}
    used_by = "a policy set"
    unsent = ("link", "radiusServers")

    def fields(self, raw: dict[str, Any]) -> Fields:
        # Cisco's description has two names for the list.
        servers = raw.get("RadiusServerList") or raw.get("radiusServers") or []
        # A tuple stays in its order, which is the order of use.
        return {**super().fields(raw), "servers": tuple(servers)}

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        if not {**(current or {}), **changes}.get("servers"):
            raise InvalidInput(f"create the {self.title}", "servers must be given for that", "Add what is missing.")
        self.require_shown(current, *SEQUENCE_FLAGS)
        if "servers" in changes:
            self._require_servers(changes["servers"])

    def create(self, desired: Fields) -> None:
        super().create({**NEW_SEQUENCE, **desired})

    def to_ise(self, fields: Fields) -> dict[str, Any]:
        return super().to_ise({**fields, "servers": list(fields["servers"])})

    def _require_servers(self, names: Iterable[str]) -> None:
        existing = [str(stub.get("name")) for stub in self.ise.list_ers(SERVERS, f"list each {RadiusServer.kind}")]
        for name in names:
            if name not in existing:
                self.context.foresee(
                    InvalidInput(
                        f"use the {RadiusServer.kind} {name!r}",
                        "ISE has none of that name",
                        nearest(name, existing),
                    ),
                    f"The {RadiusServer.kind} {name!r} does not exist yet. The prediction assumes that it will.",
                )


def declared_server(params: Mapping[str, Any]) -> Fields:
    """The wanted fields from a task's options.

    :raises InvalidInput: a value that ISE does not take.
    """
    attempted = f"use the external RADIUS server {params['name']!r}"
    if not SERVER_NAME.fullmatch(params["name"]):
        raise InvalidInput(
            attempted, "its name has other characters than letters, digits and underscores", "Rename it."
        )
    if params["host_ip"] is not None and not _is_address(params["host_ip"]):
        raise InvalidInput(
            f"{attempted}", "the value of host_ip is not an IPv4 address", "Give one, such as 192.0.2.10."
        )
    for name, (low, high) in RANGES.items():
        if params[name] is not None and not low <= params[name] <= high:
            raise InvalidInput(attempted, f"{name} is {params[name]}, and goes from {low} to {high}", "Choose another.")
    if len(params[SECRET] or "") > LONGEST_SECRET:
        raise InvalidInput(attempted, f"the {SECRET} is longer than {LONGEST_SECRET} characters", "Choose another.")
    return {**{name: params[name] for name in SERVER_MEMBERS}, "description": _described(params)}


def declared_sequence(params: Mapping[str, Any]) -> Fields:
    """The wanted fields from a task's options.

    :raises InvalidInput: a server that is named twice, or none at all.
    """
    servers = params["servers"]
    if servers is not None and (not servers or len(set(servers)) < len(servers)):
        problem = "servers is empty" if not servers else "servers names one of them twice"
        raise InvalidInput(f"use the RADIUS server sequence {params['name']!r}", problem, "Name each server once.")
    return {
        **{name: params[name] for name in SEQUENCE_MEMBERS},
        "description": _described(params),
        "servers": None if servers is None else tuple(servers),
    }


def _described(params: Mapping[str, Any]) -> str | None:
    return None if params["description"] is None else without_mark(params["description"])


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True
