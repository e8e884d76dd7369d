# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tenant of the simulated Identity Intelligence, the same at every start."""

from __future__ import annotations

import functools
import hashlib
import uuid
from dataclasses import dataclass

CONSOLE = "dashboard.oort.io"
ORGANIZATION = "corp-example"
TENANT_ID = str(uuid.uuid5(uuid.NAMESPACE_DNS, "tenant.corp.example"))
AWS_ACCOUNT, AWS_REGION = "123456789012", "us-east-2"

# Name, and whether it is older than September 2025 and has an audience.
AUTOMATION, LEGACY = "Automation", "Automation 2024"
CLIENTS = ((AUTOMATION, False), (LEGACY, True))

# The only ID that was ever seen published is no-mfa; the other is an invention.
CHECKS = {
    "no-mfa": ("No MFA Configured", "critical"),
    "inactive-users": ("Inactive Users", "medium"),
}


@functools.lru_cache(maxsize=4096)
def stable_id(label: str) -> str:
    """A UUID that depends on `label` only."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{label}.cii.corp.example"))


def instance_id(provider: str, label: str) -> str:
    """An integration's ID in the form that was observed: tenant, provider, eight hexadecimal digits."""
    return f"{TENANT_ID}__{provider}__{hashlib.sha256(label.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class PersonSeed:
    """Somebody in a directory that is not Duo; `address` is empty for one without an e-mail."""

    login: str
    name: str
    providers: tuple[str, ...]
    address: str = ""
    ip: str = ""


PEOPLE = (
    PersonSeed("zoe.ortiz@corp.example", "Zoe Ortiz", ("OKTA",), "zoe.ortiz@corp.example"),
    PersonSeed("svc-backup", "Backup service", ("AZURE_AD",)),
    PersonSeed(
        "yusuf.demir@corp.example", "Yusuf Demir", ("OKTA", "AZURE_AD"), "yusuf.demir@corp.example", "192.0.2.7"
    ),
    PersonSeed("noor.haddad@corp.example", "Noor Haddad", ("AZURE_AD",), "", "192.0.2.7"),
)
# Those whose sessions ISE has seen, who appear with an integration with ISE.
ON_ISE = (
    PersonSeed("yusuf.demir@corp.example", "Yusuf Demir", (), "yusuf.demir@corp.example"),
    PersonSeed("host/kiosk-03.corp.example", "KIOSK-03", ()),
)
# The people of a second Duo account, who appear with an additional integration only.
SUBSIDIARY = (
    PersonSeed("lena.fischer@subsidiary.example", "Lena Fischer", (), "lena.fischer@subsidiary.example"),
    PersonSeed("marco.conti@subsidiary.example", "Marco Conti", (), "marco.conti@subsidiary.example"),
)
