# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Duo MFA feature and its connections. Names, shapes and codes: Cisco API description mfa.yaml."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

from .errors import NOT_FOUND, NOT_FOUND_OR_DISABLED, IseError, bad_request
from .shapes import nullable

if TYPE_CHECKING:
    from .state import IseState

_API = {"ikey": nullable(str), "sKey": nullable(str)}
_ACCOUNT = {"apiHostName": nullable(str), "adminApi": nullable(_API), "authenticationApi": nullable(_API)}
_CONNECTION = {
    "mfa*": {
        "connectionName*": str,
        "description": nullable(str),
        "type*": str,
        "identitySync": nullable(str),
        "accountConfigurations*": _ACCOUNT,
    }
}
_SIDES = {"admin": "adminApi", "auth": "authenticationApi"}
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?")
MASK = "******"


class KeyJudge(Protocol):
    """What ISE asks of Duo: whether a key of a kind ("admin" or "auth") is good."""

    def judge_key(self, kind: str, api_host: str, integration_key: str, secret_key: str) -> str:
        """`ok`, or what is wrong."""


@dataclass
class Key:
    """An integration key with its secret."""

    integration_key: str = ""
    secret_key: str = ""


@dataclass
class Connection:
    """What ISE keeps of one connection."""

    name: str
    description: str
    type: str
    identity_sync: str
    api_host: str
    admin: Key
    auth: Key

    def key(self, side: str) -> Key:
        """`side` is admin or auth."""
        return self.admin if side == "admin" else self.auth

    @property
    def types(self) -> set[str]:
        """VPN, TACACS or both."""
        return set(self.type.split(","))


class Feature:
    """The switch that makes all other Duo calls possible. Off in a new deployment."""

    def __init__(self, ise: IseState) -> None:
        self._ise = ise
        self.effective_at: float | None = None

    @property
    def enabled(self) -> bool:
        """Whether the feature is on and, after switch ise.mfa_enable_delay, in effect."""
        return self.effective_at is not None and self._ise.clock.now() >= self.effective_at

    def set(self, enabled: bool) -> None:
        """Switch it on or off; objects stay."""
        if not enabled:
            self.effective_at = None
        elif self.effective_at is None:
            self.effective_at = self._ise.clock.now() + self._ise.switches.get("ise.mfa_enable_delay")

    def write(self, body: Any) -> None:
        """PUT enable."""
        self._ise.check(body, {"mfa*": {"status*": bool}})
        enabled = body["mfa"]["status"]
        in_use = self._ise.connections.items or self._ise.syncs.items
        if not enabled and in_use and self._ise.switches.get("ise.mfa_disable_in_use") == 400:
            raise bad_request("MFA cannot be disabled while MFA configurations exist")
        self.set(enabled)

    def require(self) -> None:
        """Raise IseError 403 while the feature is off."""
        if not self.enabled:
            raise IseError(403, NOT_FOUND_OR_DISABLED)


def missing(ise: IseState, name: str) -> IseError:
    """The answer for a name that does not exist (switch ise.missing_name)."""
    status = ise.switches.get("ise.missing_name")
    return IseError(status, NOT_FOUND_OR_DISABLED if status == 403 else f"{NOT_FOUND}: {name}")


def duplicate(ise: IseState, name: str) -> IseError:
    """The answer to a POST of a name that exists (switch ise.duplicate_name)."""
    return IseError(ise.switches.get("ise.duplicate_name"), f"A configuration with the name {name} already exists")


def new_name(ise: IseState, path_name: str, body_name: str) -> str:
    """Which name an object has after a PUT (switch ise.rename)."""
    if body_name == path_name:
        return path_name
    rule = ise.switches.get("ise.rename")
    if rule == 400:
        raise bad_request(f"The name {body_name} does not match the name {path_name} in the path")
    return body_name if rule == "renames" else path_name


class Connections:
    """Duo connections by name."""

    def __init__(self, ise: IseState) -> None:
        self._ise = ise
        self.items: dict[str, Connection] = {}
        self.tests = 0

    def get(self, name: str) -> Connection:
        """Raises IseError as switch ise.missing_name says."""
        if name not in self.items:
            raise missing(self._ise, name)
        return self.items[name]

    def of_sync(self, sync_name: str) -> list[Connection]:
        """The connections that use a sync."""
        return [item for item in self.items.values() if item.identity_sync == sync_name]

    # -- reading ----------------------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, str]]:
        """The list shape."""
        return [
            {
                "name": item.name,
                "provider": "Duo",
                "type": self._type(item),
                "apiHostName": item.api_host,
                "identitySync": item.identity_sync,
            }
            for item in self.items.values()
        ]

    def read(self, name: str) -> dict[str, Any]:
        """The inside of `mfa` on a single read."""
        item = self.get(name)
        return {
            "connectionName": item.name,
            "description": item.description,
            "type": self._type(item),
            "identitySync": item.identity_sync,
            "accountConfigurations": {
                "apiHostName": item.api_host,
                "adminApi": self._key(item.admin),
                "authenticationApi": self._key(item.auth),
            },
        }

    def _type(self, item: Connection) -> str:
        if self._ise.switches.get("ise.type_order") == "sorted":
            return ",".join(sorted(item.types))
        return item.type

    def _key(self, key: Key) -> dict[str, str]:
        form = self._ise.switches.get("ise.secrets_on_read")
        shown = {"masked": MASK, "empty": "", "plain": key.secret_key}
        return {"ikey": key.integration_key, **({} if form == "absent" else {"sKey": shown[form]})}

    # -- writing ----------------------------------------------------------------------------------------------

    def create(self, body: Any) -> Connection:
        """POST. Both keys must be complete: a guess, no property is marked required."""
        content = self._content(body)
        name = content["connectionName"]
        if name in self.items:
            raise duplicate(self._ise, name)
        connection = self._connection(name, content, None)
        self.items[name] = connection
        return connection

    def update(self, path_name: str, body: Any) -> Connection:
        """PUT: replaces everything but, perhaps, secrets that are not sent."""
        current = self.get(path_name)
        content = self._content(body)
        name = new_name(self._ise, path_name, content["connectionName"])
        if name != path_name and name in self.items:
            raise duplicate(self._ise, name)
        connection = self._connection(name, content, current)
        self.items = {name if key == path_name else key: value for key, value in self.items.items()}
        self.items[name] = connection
        return connection

    def delete(self, name: str) -> None:
        """Refused while an MFA rule names it, unless switch ise.delete_in_use says otherwise."""
        self.get(name)
        status = self._ise.switches.get("ise.delete_in_use")
        users = self._ise.policy.rules_using(name)
        if users and status != "allowed":
            raise IseError(status, f"MFA configuration {name} is in use by policy rule {', '.join(users)}")
        del self.items[name]

    def _content(self, body: Any) -> dict[str, Any]:
        self._ise.check(body, _CONNECTION)
        content: dict[str, Any] = body["mfa"]
        if not content["connectionName"].strip():
            raise bad_request("connectionName must not be empty")
        types = content["type"].split(",")
        if len(set(types)) != len(types) or not set(types) <= {"VPN", "TACACS"}:
            raise bad_request(f"Invalid type {content['type']}")
        host = content["accountConfigurations"].get("apiHostName") or ""
        if not _HOST.fullmatch(host):
            raise bad_request("Invalid apiHostName")
        return content

    def _connection(self, name: str, content: dict[str, Any], current: Connection | None) -> Connection:
        account = content["accountConfigurations"]
        keys = {side: self._stored_key(account, side, current) for side in _SIDES}
        return Connection(
            name=name,
            description=content.get("description") or "",
            type=content["type"],
            identity_sync=self._sync_name(content, current),
            api_host=account["apiHostName"],
            admin=keys["admin"],
            auth=keys["auth"],
        )

    def _sync_name(self, content: dict[str, Any], current: Connection | None) -> str:
        name: str = content.get("identitySync") or ""
        if not name:
            if self._ise.switches.get("ise.connection_without_sync") == 400:
                raise bad_request("identitySync must not be empty")
            return ""
        if name not in self._ise.syncs.items:
            raise bad_request(f"Identity sync {name} does not exist")
        others = [item for item in self.of_sync(name) if item is not current]
        if others and self._ise.switches.get("ise.sync_shared") == 400:
            raise bad_request(f"Identity sync {name} is already used by {others[0].name}")
        return name

    def _stored_key(self, account: dict[str, Any], side: str, current: Connection | None) -> Key:
        sent = account.get(_SIDES[side]) or {}
        if not sent.get("ikey"):
            raise bad_request(f"ikey of {_SIDES[side]} must not be empty")
        secret = sent.get("sKey") or ""
        if not secret:
            rule = self._ise.switches.get("ise.put_without_skey")
            if current is None or rule == 400:
                raise bad_request(f"sKey of {_SIDES[side]} must not be empty")
            secret = current.key(side).secret_key if rule == "keep" else ""
        return Key(sent["ikey"], secret)

    # -- test -------------------------------------------------------------------------------------------------

    def test(self, name: str, body: Any) -> str:
        """Try the keys in the body against Duo, and the stored ones in place of what the body lacks.

        Returns the text of the answer; raises IseError if the test fails and switch ise.testconnection_code names a
        status.
        """
        account = body or {}
        self._ise.check(account, _ACCOUNT)
        self.tests += 1
        stored = self._stored_for_test(name, account)
        host = account.get("apiHostName") or stored.api_host
        verdicts = {side: self._verdict(side, host, account, stored) for side in _SIDES}
        wrong = [f"{_SIDES[side]}: {verdict}" for side, verdict in verdicts.items() if verdict != "ok"]
        said = self._ise.switches.get("ise.testconnection_words")
        if not wrong:
            return {"known": "Connection verified successfully", "unknown": "DUO-20000", "empty": ""}[said]
        text = f"Duo connection verification failed ({'; '.join(wrong)})"
        code = self._ise.switches.get("ise.testconnection_code")
        if code == "200_with_text":
            return "DUO-40103" if said == "unknown" else text
        raise IseError(code, text)

    def _stored_for_test(self, name: str, account: dict[str, Any]) -> Connection:
        if name in self.items:
            return self.items[name]
        complete = bool(account.get("apiHostName")) and all(
            (account.get(member) or {}).get("ikey") and (account.get(member) or {}).get("sKey")
            for member in _SIDES.values()
        )
        rule = self._ise.switches.get("ise.testconnection_unknown_name")
        if not complete:
            raise missing(self._ise, name)
        if rule != "tests":
            raise IseError(rule, f"{NOT_FOUND}: {name}")
        return Connection(name, "", "", "", "", Key(), Key())

    def _verdict(self, side: str, host: str, account: dict[str, Any], stored: Connection) -> str:
        sent, kept = account.get(_SIDES[side]) or {}, stored.key(side)
        key = Key(sent.get("ikey") or kept.integration_key, sent.get("sKey") or kept.secret_key)
        verdict = self.judge(side, host, key)
        if verdict == "missing_permission" and not self._ise.switches.get("ise.test_notices_permissions"):
            return "ok"
        return verdict

    def judge(self, side: str, host: str, key: Key) -> str:
        """`ok`, or what Duo says against a key of kind admin or auth."""
        duo = cast(KeyJudge, self._ise.peers["duo"])
        return duo.judge_key(side, host, key.integration_key, key.secret_key)

    def snapshot(self) -> dict[str, Any]:
        """By name, stored secrets in plain text."""
        return {name: asdict(item) for name, item in self.items.items()}
