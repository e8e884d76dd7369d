# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated SAFE instance knows and the rules it follows. No HTTP here."""

from __future__ import annotations

import copy
import hmac
import secrets
import uuid
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from ..console import Console, ConsoleState
from ..store import Switch
from .console import Pages
from .errors import SafeError
from .switches import SWITCHES

if TYPE_CHECKING:
    from ..duo.state import DuoState

CATALOGUE = yaml.safe_load((Path(__file__).parent / "catalogue.yaml").read_text(encoding="utf-8"))
# SAFE documents one outgoing address for all integrations of an instance; this one is for documentation (RFC 5737).
OUTGOING = "203.0.113.50"
LIFETIME = 3_600
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "safe.corp.example")
DUO = "Duo Security"


@dataclass
class Run:
    """A sync."""

    id: str
    started: float
    ends: float
    shows: float
    result: str


@dataclass
class Integration:
    """A connected product."""

    id: str
    product: str
    config: dict[str, Any]
    members: dict[str, Any] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)


class SafeState(ConsoleState):
    """One SAFE instance with one API credential."""

    SWITCHES: ClassVar[tuple[Switch, ...]] = SWITCHES

    def reset(self) -> None:
        """Back to the seed; the credential stays valid, tokens do not."""
        self.products: list[dict[str, Any]] = copy.deepcopy(CATALOGUE["products"])
        self.integrations: dict[str, Integration] = {}
        self._saved = 0
        self.tokens: dict[str, float] = {}
        self.counters = {"tokens": 0, "tests": 0, "syncs": 0}
        self.console = Console(Pages(self).start)

    def snapshot(self) -> dict[str, Any]:
        """The instance as JSON."""
        return {
            "products": self.products,
            "integrations": [asdict(item) for item in self.integrations.values()],
            "counters": self.counters,
            "outgoing_address": OUTGOING,
        }

    def held_secrets(self) -> set[str]:
        """The password, the tokens and the secret fields of all integrations."""
        held = {self.secret("API password"), *self.tokens}
        for item in self.integrations.values():
            held |= {str(item.config[name]) for name in self.secret_fields(item.product) if item.config.get(name)}
        return held

    def access(self) -> dict[str, Any]:
        """The API credential."""
        return {
            "url": f"https://{self.address}",
            "api_username": "ansible-automation",
            "api_password": self.secret("API password"),
        }

    # -- who may come in -----------------------------------------------------------------------------------------------

    def issue_token(self, username: str, password: str) -> str:
        """Raises SafeError 401."""
        same = hmac.compare_digest(password.encode(), self.secret("API password").encode())
        if username != "ansible-automation" or not same:
            raise SafeError(401, "invalid authorization header!")
        token = secrets.token_urlsafe(30)
        self.tokens[token] = self.clock.now() + LIFETIME
        self.counters["tokens"] += 1
        return token

    def require_token(self, token: str) -> None:
        """Raises SafeError 401 for one that was never issued or is over."""
        if self.tokens.get(token, 0) <= self.clock.now():
            raise SafeError(401, "Unauthorized")

    # -- products ------------------------------------------------------------------------------------------------------

    def product(self, identifier: str) -> dict[str, Any]:
        """Raises SafeError."""
        for item in self.products:
            if item["id"] == identifier:
                return item
        raise self.not_found("Product", identifier)

    def not_found(self, kind: str, identifier: str) -> SafeError:
        """What is not there."""
        return SafeError(self.switches.get("safe.not_found"), f"{kind} not found for {kind.lower()} id:{identifier}")

    def secret_fields(self, product: str) -> set[str]:
        """The names of its fields whose values are secrets."""
        return {item["name"] for item in self.product(product)["fields"] if item.get("secret")}

    def meant(self, kind: Any, subtype: Any, config: Any) -> dict[str, Any]:
        """The product of a type and subtype, if it has these fields and no other. Raises SafeError 400."""
        for item in self.products:
            if (item["type"], item["subtype"]) == (kind, subtype):
                break
        else:
            raise SafeError(400, "Unknown type or subtype")
        names = {entry["name"] for entry in item["fields"]}
        if not isinstance(config, dict) or set(config) - names:
            raise SafeError(400, f"Unknown fields in config: {', '.join(sorted(set(config) - names))}")
        missing = [entry["name"] for entry in item["fields"] if entry.get("required") and not config.get(entry["name"])]
        if missing:
            raise SafeError(400, f"Missing in config: {', '.join(missing)}")
        return item

    def try_connection(self, product: dict[str, Any], config: dict[str, Any]) -> str:
        """What is wrong with a config, empty if nothing. Only Duo is really asked."""
        self.counters["tests"] += 1
        if product["name"] != DUO:
            return ""
        by_label = {item["label"]: config.get(item["name"], "") for item in product["fields"]}
        duo: Any = self.peers["duo"]
        problem = _judge(duo, by_label["API URL"], by_label["Integration Key"], by_label["Secret Key"])
        app = duo.applications.get(by_label["Integration Key"])
        if not problem and self.switches.get("safe.settings_needed") == "write":
            return "" if duo.has_flag(app, "adminapi_settings") else "Missing permission"
        return problem

    # -- integrations --------------------------------------------------------------------------------------------------

    def integration(self, identifier: str) -> Integration:
        """Raises SafeError."""
        if identifier not in self.integrations:
            raise self.not_found("Integration", identifier)
        return self.integrations[identifier]

    def save(self, product: dict[str, Any], config: dict[str, Any], members: dict[str, Any]) -> Integration:
        """A new one, however many there are."""
        unknown = set(members) - set(CATALOGUE["members"])
        if unknown:
            raise SafeError(400, f"Unknown members: {', '.join(sorted(unknown))}")
        self._saved += 1
        item = Integration(str(uuid.uuid5(NAMESPACE, str(self._saved))), product["id"], dict(config), dict(members))
        self.integrations[item.id] = item
        return item

    def start_sync(self, item: Integration, action: str) -> None:
        """Raises SafeError 400 for an action that the product does not have."""
        if action not in self.product(item.product)["actions"]:
            raise SafeError(400, f"Unknown action {action}")
        self.counters["syncs"] += 1
        now = self.clock.now()
        result = self.switches.get("safe.sync_result")
        if result == "success" and self.try_connection(self.product(item.product), item.config):
            result = "failure"
        seconds = 1e9 if result == "hang" else float(self.switches.get("safe.sync_seconds"))
        shows = now + float(self.switches.get("safe.history_delay"))
        item.runs.append(Run(f"run-{len(item.runs) + 1}", now, now + seconds, shows, result))

    def history(self, item: Integration) -> list[dict[str, Any]]:
        """Its runs as the API shows them; every member is invented."""
        now = self.clock.now()
        rows = [self._shown(run, now) for run in item.runs if run.shows <= now]
        return rows[::-1] if self.switches.get("safe.history_order") == "newest" else rows

    def _shown(self, run: Run, now: float) -> dict[str, Any]:
        words = self.switches.get("safe.history_words")
        done, failed, going = ("alpha", "beta", "gamma") if words == "odd" else words.split("/")
        over = run.ends <= now
        row = {
            "id": run.id,
            "status": (done if run.result == "success" else failed) if over else going,
            "startedAt": _iso(run.started),
            "endedAt": _iso(run.ends) if over else None,
            "message": "Connection refused by Duo" if over and run.result == "failure" else "",
        }
        if self.switches.get("safe.history_ids") == "absent":
            for name in ("id", "startedAt", "endedAt"):
                del row[name]
        names = self.switches.get("safe.history_members").split("/")
        renamed = dict(zip(("status", "startedAt", "endedAt"), names, strict=True))
        return {renamed.get(name, name): value for name, value in row.items()}

    # -- out of band ---------------------------------------------------------------------------------------------------

    def op_expire_tokens(self) -> None:
        """From now on no token is accepted that was issued before."""
        self.tokens = dict.fromkeys(self.tokens, 0.0)

    def op_add_product(self, id: str, name: str, type: str, subtype: str) -> None:
        """One more product, with a single field."""
        fields = [{"name": "inventedField", "label": "Field", "required": True}]
        more = {"id": id, "name": name, "type": type, "subtype": subtype, "actions": ["invented-sync"]}
        self.products.append({**more, "fields": fields})

    def op_add_integration(self, product: str = DUO, config: dict[str, Any] | None = None) -> str:
        """One that somebody made in the console; its ID."""
        (found,) = [item for item in self.products if item["name"] == product]
        return self.save(found, config or {}, {}).id

    def op_delete_integration(self, id: str) -> None:
        """Somebody deletes it in the console."""
        del self.integrations[id]


def _judge(duo: DuoState, url: str, integration_key: str, secret_key: str) -> str:
    """What SAFE learns from Duo: host, key, the two permissions of its documentation, and the networks."""
    app = duo.applications.get(integration_key)
    if url != f"https://{duo.address}":
        return "API URL is not reachable"
    if app is None or app.api != "admin" or not hmac.compare_digest(app.secret_key.encode(), secret_key.encode()):
        return "Invalid integration key or secret key"
    if not (duo.may(app, "info") and duo.may(app, "settings_read")):
        return "Missing permission"
    return "" if app.permits_network(OUTGOING) else "Access from this network is not permitted"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat().replace("+00:00", "Z")
