# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page Trusted Endpoints of the Admin Panel holds. No API shows or changes any of it.

Duo documentation, trusted-endpoints and trusted-endpoints-cisco-amp.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..store import Switches

INTUNE = "Intune with Duo Desktop"
CISCO = "Cisco Secure Endpoint"


@dataclass
class CiscoIntegration:
    """The link to Cisco Secure Endpoint: its API credential, the host where Duo found it, and whether it is in use."""

    client_id: str = "0123456789abcdef0123"
    api_key: str = field(default="", repr=False)
    hostname: str = "api.eu.amp.cisco.com"
    enabled: bool = True


@dataclass
class TrustedEndpoints:
    """The integrations of one account; a new account has none."""

    management: list[str] = field(default_factory=list)
    cisco: CiscoIntegration | None = None

    def configured(self, switches: Switches) -> bool:
        """Whether policies may ask for trusted endpoints."""
        by_any = switches.get("duo.not_configured_lifted_by") == "any"
        return bool(self.management) or (by_any and self.cisco_in_use)

    @property
    def cisco_in_use(self) -> bool:
        """Whether Cisco Secure Endpoint is linked and switched on."""
        return self.cisco is not None and self.cisco.enabled

    def set(self, configured: bool, integration: dict[str, Any] | None) -> None:
        """Everything at once, as if a person had been at work. Raises ValueError for members nobody knows."""
        wrong = sorted(set(integration or {}) - set(CiscoIntegration.__dataclass_fields__))
        if wrong:
            raise ValueError(f"an integration has no {', '.join(wrong)}")
        self.management = (self.management or [INTUNE]) if configured else []
        self.cisco = None if integration is None else CiscoIntegration(**integration)
