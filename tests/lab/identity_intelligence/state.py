# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulated Identity Intelligence knows and the rules it follows. No HTTP here, but for webhooks it calls."""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ..console import Console, ConsoleState
from ..store import Switch
from . import seed
from .console import Pages
from .errors import CiiError, TokenError, bad_token
from .people import People
from .switches import SWITCHES
from .webhooks import EVENTS, Webhook, deliver, event, suffixed

if TYPE_CHECKING:
    from ..duo.state import DuoState

# Vendor documentation: ten hours.
LIFETIME = 36_000
PROVISIONED, ADDITIONAL, ISE = "provisioned", "additional", "ise"
# Vendor documentation: a day.
BOOTSTRAP_LIFETIME = 86_400


@dataclass
class ApiClient:
    """What the console calls an API client; those made before September 2025 have an audience."""

    name: str
    client_id: str
    client_secret: str
    audience: str = ""


@dataclass
class Integration:
    """A data integration with Duo or ISE. `collected` is when it last began to collect, None for never; ISE's does so
    when its agent reports."""

    id: str
    name: str
    kind: str
    created: float
    collected: float | None = None
    api_host: str = ""
    integration_key: str = ""
    auth_integration_key: str = ""
    data_types: tuple[str, ...] = ()
    event_streaming: bool = False
    write: bool = False
    error: str = ""
    bootstrap_token: str = ""


class IdentityIntelligenceState(ConsoleState):
    """One tenant, made from the Admin Panel of the lab's Duo account."""

    SWITCHES: ClassVar[tuple[Switch, ...]] = SWITCHES

    def reset(self) -> None:
        """Back to the seed; the seeded API clients keep their secrets."""
        now = self.clock.now()
        self.organization = seed.ORGANIZATION
        self.sso: dict[str, str] = {"method": "Duo SSO", "connection_name": "Corp Example"}
        self.clients = [self._seeded_client(name, is_old) for name, is_old in seed.CLIENTS]
        self.tokens: dict[str, float] = {}
        collected = now - 6 * 3600
        provisioned = seed.instance_id("DUO", PROVISIONED)
        self.integrations = [Integration(provisioned, "Duo", PROVISIONED, now - 90 * 86_400, collected)]
        self.webhooks: dict[str, Webhook] = {}
        self.more = 0
        self.console = Console(Pages(self).start)

    def snapshot(self) -> dict[str, Any]:
        """The tenant as JSON."""
        return {
            "address": self.address,
            "organization": self.organization,
            "sso": self.sso,
            "clients": [asdict(client) for client in self.clients],
            "integrations": [asdict(integration) for integration in self.integrations],
            "webhooks": [webhook.snapshot() for webhook in self.webhooks.values()],
            "people": [person.listed() for person in self.people().all()],
            "lost": self.console.lost,
        }

    def held_secrets(self) -> set[str]:
        """Client secrets, tokens and the keys of webhooks."""
        keys = {webhook.api_key for webhook in self.webhooks.values() if webhook.api_key}
        keys |= {item.bootstrap_token for item in self.integrations if item.bootstrap_token}
        return keys | set(self.tokens) | {client.client_secret for client in self.clients}

    def access(self) -> dict[str, Any]:
        """The two seeded API clients; the older one needs its audience."""
        new, old = (self._seeded_client(name, is_old) for name, is_old in seed.CLIENTS)
        return {
            "api_url": self.api_url,
            "token_url": self.token_url,
            "client_id": new.client_id,
            "client_secret": new.client_secret,
            "legacy": {
                "client_id": old.client_id,
                "client_secret": old.client_secret,
                "audience": old.audience,
            },
        }

    @property
    def api_url(self) -> str:
        """As the console shows it."""
        return f"https://{self.address}/api"

    @property
    def token_url(self) -> str:
        """As the console shows it."""
        return f"https://{self.address}/oauth/token"

    @property
    def bootstrap_url(self) -> str:
        """Where the agent of an integration with ISE begins; nothing answers there."""
        return f"https://{self.address}/bootstrap"

    def new_token(self) -> str:
        """A secret of a new object."""
        return secrets.token_urlsafe(32).replace("-", "x").replace("_", "y")

    def _seeded_client(self, name: str, is_old: bool) -> ApiClient:
        audience = "dashboard-api.oort.io" if is_old else ""
        return ApiClient(name, seed.stable_id(f"client {name}").replace("-", ""), self.secret(f"cii {name}"), audience)

    # -- tokens --------------------------------------------------------------------------------------------------------

    def issue_token(self, client_id: str, client_secret: str, audience: str) -> str:
        """Raises TokenError."""
        status = self.switches.get("cii.token_refusal")
        client = next((item for item in self.clients if item.client_id == client_id), None)
        if client is None or not hmac.compare_digest(client.client_secret.encode(), client_secret.encode()):
            raise TokenError(status, "access_denied", "Unauthorized")
        if client.audience != audience:
            raise TokenError(status, "access_denied", "Non-global clients are not allowed access without an audience")
        # The client's name stands before the dot, so that the journal can say who called.
        token = f"{client_id}.{secrets.token_urlsafe(40)}"
        self.tokens[token] = self.clock.now() + LIFETIME
        return token

    def require_token(self, token: str) -> None:
        """Raises CiiError unless it was issued and is still good, and its client is still there."""
        is_known = any(client.client_id == token.partition(".")[0] for client in self.clients)
        if not is_known or self.tokens.get(token, 0) <= self.clock.now():
            raise bad_token(self.switches.get("cii.bad_token"))

    # -- people and integrations ---------------------------------------------------------------------------------------

    def people(self) -> People:
        """Everybody whose data has arrived."""
        people = People(self.clock.now())
        for integration in self.integrations:
            if integration.collected is None or not self.has_arrived(integration):
                continue
            if integration.kind == PROVISIONED:
                people.add_duo(cast("DuoState", self.peers["duo"]).users.values(), integration.collected)
            elif integration.kind == ISE:
                people.add_ise(integration.collected)
            else:
                people.add_subsidiary(integration.collected)
        people.add_many(self.more, "OKTA", self.clock.now())
        return people

    def has_arrived(self, integration: Integration) -> bool:
        """Whether what it collects can be seen."""
        if integration.collected is None or integration.error:
            return False
        return self.clock.now() >= integration.collected + self.switches.get("cii.collection_seconds")

    def integration(self, name: str) -> Integration:
        """Raises ValueError."""
        found = next((item for item in self.integrations if item.name == name), None)
        if found is None:
            raise ValueError(f"there is no integration {name!r}")
        return found

    def provision(self, organization: str, *, write: bool, streaming: bool, sso: dict[str, str]) -> None:
        """What the set-up in the Duo Admin Panel does: the tenant, its Duo integration and the application for it."""
        if self.organization:
            raise ValueError(f"there is a tenant already, {self.organization}")
        self.organization, self.sso = organization, sso
        now = self.clock.now()
        made = Integration(seed.instance_id("DUO", PROVISIONED), "Duo", PROVISIONED, now, now)
        made.write, made.event_streaming = write, streaming
        self.integrations.append(made)
        flags = {"adminapi_admins_read": 1, "adminapi_info": 1, "adminapi_read_log": 1, "adminapi_read_resource": 1}
        if write:
            flags["adminapi_write_resource"] = 1
        name = self.switches.get("cii.duo_application_name")
        self.peers["duo"].patch("add_application", name=name, type="adminapi", flags=flags)

    def connect(self, integration: Integration) -> None:
        """Add an integration from the console. That names are unique is the lab's own rule."""
        if any(item.name == integration.name for item in self.integrations):
            raise ValueError(f"there is an integration {integration.name!r} already")
        self.integrations.append(integration)

    def create_client(self, name: str) -> ApiClient:
        """Since September 2025 without an audience."""
        client = ApiClient(name, uuid.uuid4().hex, secrets.token_urlsafe(48).replace("-", "x").replace("_", "y"))
        self.clients.append(client)
        return client

    # -- webhooks ------------------------------------------------------------------------------------------------------

    def register_with_key(self, wanted: dict[str, Any]) -> str:
        """The new ID. The same again makes another one. Raises CiiError."""
        if not wanted["endpoint"].startswith("https://"):
            raise CiiError(200, "BadRequest", "endpoint must be an HTTPS URL")
        self._require_checks(wanted["checkIds"])
        webhook = Webhook(
            str(uuid.uuid4()),
            suffixed(wanted["name"]),
            list(wanted["checkIds"]),
            wanted["endpoint"],
            wanted["apiKeyName"],
            wanted["apiKey"],
        )
        self.webhooks[webhook.id] = webhook
        return webhook.id

    def register_with_duo(self, wanted: dict[str, Any]) -> str:
        """The new ID. Raises CiiError."""
        known = {integration.id for integration in self.integrations}
        refused = self.switches.get("cii.duo_client_webhook") == "error"
        if refused or wanted["duoIntegrationInstanceId"] not in known:
            raise CiiError(200, "BadRequest", "Unknown integration instance")
        self._require_checks(wanted["checkIds"])
        name, instance = f"Webhook {wanted['name']}", wanted["duoIntegrationInstanceId"]
        made = Webhook(str(uuid.uuid4()), name, list(wanted["checkIds"]), duo_integration_instance_id=instance)
        self.webhooks[made.id] = made
        return made.id

    def _require_checks(self, checks: list[str]) -> None:
        if not checks:
            raise CiiError(200, "BadRequest", "checkIds must not be empty")
        unknown = sorted(set(checks) - set(seed.CHECKS))
        if unknown and self.switches.get("cii.unknown_check") == "error":
            raise CiiError(200, "BadRequest", f"Unknown check {unknown[0]}")

    def unregister(self, webhook_id: str) -> bool:
        """Whether it was there. Raises CiiError where the tenant answers with an error instead."""
        if self.webhooks.pop(webhook_id, None) is not None:
            return True
        if self.switches.get("cii.unregister_unknown") == "error":
            raise CiiError(200, "NotFound", "Webhook not found")
        return False

    # -- behind everybody's back ---------------------------------------------------------------------------------------

    async def op_deliver(
        self, webhook_id: str, kind: str = "failed_check", ca_path: str = "", check: str = "no-mfa"
    ) -> dict[str, Any]:
        """Send an event of one of the kinds failed_check, failed_check_of_one and test to a registered webhook."""
        if webhook_id not in self.webhooks or kind not in EVENTS:
            raise ValueError(f"no webhook {webhook_id!r}, or {kind!r} is not one of {', '.join(EVENTS)}")
        webhook = self.webhooks[webhook_id]
        if not webhook.endpoint:
            raise ValueError("nobody knows what receives the events of a webhook without an endpoint")
        if kind != "test" and check not in webhook.checks:
            raise ValueError(f"the webhook has not subscribed to {check}")
        logins = [person.login for person in self.people().all() if not person.has_mfa][:3]
        message = event(
            kind,
            check,
            logins,
            self.clock.now(),
            resources=self.switches.get("cii.event_resources") == "present",
            whole_test=self.switches.get("cii.test_event") == "full",
        )
        return {"message": message, **await deliver(webhook, message, ca_path)}

    def op_remove_tenant(self) -> None:
        """As before anybody went through the set-up in the Duo Admin Panel."""
        self.organization, self.sso = "", {}
        self.clients, self.integrations = [], []
        self.tokens.clear()
        self.webhooks.clear()

    def op_agent_reports(self, name: str, token: str) -> str:
        """The agent of an integration with ISE, set up with a token within its day, sends its first data. Its ID."""
        found = self.integration(name)
        if not token or token != found.bootstrap_token:
            raise ValueError("the token is not the one of this integration")
        if self.clock.now() > found.created + BOOTSTRAP_LIFETIME:
            raise ValueError("the token has expired")
        found.collected = self.clock.now()
        return found.id

    def op_set_integration(self, name: str, **fields: Any) -> str:
        """Change members of an integration; `collected_days_ago` stands for `collected` and
        `new_name` for `name`. Its ID."""
        found = self.integration(name)
        found.name = fields.pop("new_name", name)
        if "collected_days_ago" in fields:
            fields["collected"] = self.clock.now() - fields.pop("collected_days_ago") * 86_400
        wrong = [member for member in fields if not hasattr(found, member)]
        if wrong:
            raise ValueError(f"an integration has no {', '.join(wrong)}")
        for member, value in fields.items():
            setattr(found, member, value)
        return found.id

    def op_delete_integration(self, name: str) -> str:
        """Its former ID."""
        found = self.integration(name)
        self.integrations.remove(found)
        return found.id

    def op_delete_webhook(self, webhook_id: str) -> None:
        """As somebody does in the console."""
        if self.webhooks.pop(webhook_id, None) is None:
            raise ValueError(f"there is no webhook {webhook_id!r}")

    def op_grow(self, count: int) -> dict[str, int]:
        """Have `count` synthetic people beside the others; the last call counts. `total` of all."""
        self.more = count
        return {"total": len(self.people().all())}

    def op_expire_tokens(self) -> int:
        """How many there were."""
        count = len(self.tokens)
        self.tokens.clear()
        return count
