# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every simulated service is built on: the clock, the switches and the base class of its state."""

from __future__ import annotations

import inspect
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar


class Clock:
    """The lab's time: real time, shifted forward on demand."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return self.real() + self._offset

    @staticmethod
    def real() -> float:
        """Real time, for what must agree with clients, who know nothing of `advance`."""
        return time.time()

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once. Raises ValueError for a step back."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset += seconds

    def reset(self) -> None:
        """Back to real time."""
        self._offset = 0.0


@dataclass(frozen=True)
class Switch:
    """One behaviour nobody publishes, with the variants a client must survive.

    `values` are the allowed ones; an empty tuple allows any value of the default's kind (number or text).
    `source` says who leaves it open ("unpublished": there is no source), `text` what it does.
    """

    name: str
    values: tuple[Any, ...]
    default: Any
    source: str
    text: str

    def check(self, value: Any) -> None:
        """Raise ValueError, naming what is allowed, unless `value` fits."""
        if self.values:
            # True == 1 in Python: the kinds are compared too, or 1 would pass for true.
            if not any(type(value) is type(allowed) and value == allowed for allowed in self.values):
                raise ValueError(f"{self.name} is one of {', '.join(map(repr, self.values))}, not {value!r}")
            return
        kind: tuple[type, ...] = (str,) if isinstance(self.default, str) else (int, float)
        if isinstance(value, bool) or not isinstance(value, kind):
            raise ValueError(f"{self.name} takes a {'text' if kind == (str,) else 'number'}, not {value!r}")


class Switches:
    """The current value of every switch."""

    def __init__(self, declared: Iterable[Switch] = ()) -> None:
        self._declared: dict[str, Switch] = {}
        self._values: dict[str, Any] = {}
        for switch in declared:
            switch.check(switch.default)
            if switch.name in self._declared:
                raise ValueError(f"switch {switch.name} is declared twice")
            self._declared[switch.name] = switch
        self.reset()

    def get(self, name: str) -> Any:
        """The value of `name`. Raises KeyError if it was never declared."""
        return self._values[name]

    def set(self, name: str, value: Any) -> None:
        """Raises ValueError for an unknown name or a value that is not allowed."""
        if name not in self._declared:
            raise ValueError(f"no switch {name!r}; there are {', '.join(sorted(self._declared))}")
        self._declared[name].check(value)
        self._values[name] = value

    def reset(self) -> None:
        """Every switch back to its default."""
        self._values = {name: switch.default for name, switch in self._declared.items()}

    def describe(self) -> list[dict[str, Any]]:
        """Name, allowed values, default, current value, source and text of each switch."""
        return [
            {
                "name": switch.name,
                "values": list(switch.values),
                "default": switch.default,
                "value": self._values[switch.name],
                "source": switch.source,
                "text": switch.text,
            }
            for switch in self._declared.values()
        ]


class ServiceState:
    """Base of a service's rules and data. Knows nothing of HTTP.

    A subclass declares `SWITCHES`, implements `reset`, `snapshot` and `access`, and offers out-of-band operations (what
    a person would do in the product's console, behind the client's back) as methods named `op_<name>` that take
    keyword arguments, raise ValueError for what does not fit and return something JSON can carry.

    The constructor seeds, so an instance is usable at once; `peers` holds the other services by name and is complete
    only when all of them exist, so look into it when a request comes, not while seeding.
    """

    SWITCHES: ClassVar[tuple[Switch, ...]] = ()
    SITES: ClassVar[dict[str, str]] = {"": ""}
    """A listener for each, the main one first; the value is the real host name that the lab's proxy leads there, ""
    for none."""

    def __init__(self, clock: Clock, switches: Switches, peers: dict[str, ServiceState]) -> None:
        self.clock = clock
        self.switches = switches
        self.peers = peers
        self.address = ""
        """`localhost:PORT` of the service's main listener, set by the server once it is bound; outlives `reset`."""
        self.addresses: dict[str, str] = {}
        """The same for each of `SITES`."""
        self.proxy_url = ""
        """Of the lab's proxy, set by the server like the addresses."""
        self.proxied: dict[str, int] = {}
        """How many connections came through the proxy, by the host that was asked for."""
        self._secrets: dict[str, str] = {}
        self.reset()

    def reset(self) -> None:
        """Seed again."""
        raise NotImplementedError

    def snapshot(self) -> dict[str, Any]:
        """Everything, secrets included, as JSON data."""
        raise NotImplementedError

    def held_secrets(self) -> set[str]:
        """Every secret the service holds at this moment, for tests that search outputs for them."""
        raise NotImplementedError

    def access(self) -> dict[str, Any]:
        """What a client needs to call the service, as it stands in the state file."""
        raise NotImplementedError

    def secret(self, label: str, length: int = 40) -> str:
        """A random secret that stays the same for `label` until the lab ends, so a reset invalidates no credentials."""
        if label not in self._secrets:
            self._secrets[label] = secrets.token_urlsafe(length)[:length].replace("-", "x").replace("_", "y")
        return self._secrets[label]

    @classmethod
    def operations(cls) -> dict[str, str]:
        """Names of the out-of-band operations and their signatures."""
        found = inspect.getmembers(cls, inspect.isfunction)
        return {name[3:]: str(inspect.signature(method)) for name, method in found if name.startswith("op_")}

    def patch(self, op: str, **args: Any) -> Any:
        """Run the out-of-band operation `op`. Raises ValueError for an unknown one or arguments that do not fit."""
        method = getattr(self, f"op_{op}", None)
        if method is None:
            raise ValueError(f"no operation {op!r}; there are {', '.join(sorted(self.operations()))}")
        try:
            inspect.signature(method).bind(**args)
        except TypeError as error:
            raise ValueError(f"{op}: {error}") from error
        return method(**args)
