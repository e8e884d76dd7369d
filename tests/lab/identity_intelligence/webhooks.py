# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The webhooks of the tenant and the events that they receive.

Shapes: a recorded event in DataDog's integration and the sample in the vendor's guide for Okta Workflows; the one about
a single person is what Exabeam's parser expects.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import ssl
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp

from . import seed
from .people import iso

EVENTS = ("failed_check", "failed_check_of_one", "test")
PATIENCE = 5


@dataclass
class Webhook:
    """A target for failed checks. `api_key` is empty for one that uses the client of a Duo integration."""

    id: str
    name: str
    checks: list[str]
    endpoint: str = ""
    api_key_name: str = ""
    api_key: str = ""
    duo_integration_instance_id: str = ""
    deliveries: list[dict[str, Any]] = field(default_factory=list)

    def snapshot(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def suffixed(stem: str) -> str:
    """The name that the service makes of one that is registered with an API key."""
    return f"{stem}-{secrets.token_hex(4)}"


def event(kind: str, check: str, logins: list[str], now: float, *, resources: bool, whole_test: bool) -> dict[str, Any]:
    """What is sent to a webhook, of one of `EVENTS`."""
    detail = _test(whole_test) if kind == "test" else _failed(kind, check, logins, now)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "WebhookTest" if kind == "test" else "FAILED_CHECK",
        "source": f"{seed.TENANT_ID}__{secrets.token_hex(4)}",
        "account": seed.AWS_ACCOUNT,
        "time": str(iso(now))[:19] + "Z",
        "region": seed.AWS_REGION,
        **({"resources": []} if resources else {}),
        "detail": detail,
    }


def _test(whole: bool) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "checkId": "oort-test-check-id",
        "title": "OORT Failing Check Event Test",
        "description": ["description1"],
    }
    if whole:
        detail |= {"severity": "low", "recommendedActions": [], "usersFailing": ["nobody@example.com"]}
    return detail


def _failed(kind: str, check: str, logins: list[str], now: float) -> dict[str, Any]:
    title, severity = seed.CHECKS.get(check, (check, "medium"))
    common = {
        "id": str(uuid.uuid4()),
        "checkId": check,
        "title": title,
        "severity": severity,
        "published": iso(now),
        "description": ["Users without a second factor for {{numberOfDays}} days."],
        "recommendedActions": ["Enrol them."],
    }
    if kind == "failed_check_of_one":
        explained = [{"key": "userTitle", "value": "Engineer"}]
        return {**common, "frameworks": [], "login": logins[0], "explainabilityDetails": explained}
    failing = json.dumps([f"providerFailingCheck-{check}-{seed.instance_id('DUO', 'provisioned')}"])
    details = [{"key": "providersFailingChecks", "value": failing}]
    return {
        **common,
        "usersFailing": logins,
        "loginDetails": [{"login": login, "details": details} for login in logins],
    }


async def deliver(webhook: Webhook, message: dict[str, Any], ca_path: str) -> dict[str, Any]:
    """Send it: `status` (None without an answer), `accepted`, `error`. Only 200 is taken for an acceptance.

    In reality the certificate must come from a public authority; here from the one in `ca_path`.
    """
    trusted = ssl.create_default_context(cafile=ca_path or None)
    outcome: dict[str, Any] = {"status": None, "accepted": False, "error": "", "detail-type": message["detail-type"]}
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                webhook.endpoint,
                json=message,
                headers={webhook.api_key_name: webhook.api_key},
                ssl=trusted,
                allow_redirects=False,
            ) as response,
        ):
            outcome.update(status=response.status, accepted=response.status == 200)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        outcome["error"] = type(error).__name__
    webhook.deliveries.append(outcome)
    return outcome
