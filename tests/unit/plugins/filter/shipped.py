# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every step that the collection hands over, each at its longest."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo import steps as duo
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence import steps as cii
from ansible_collections.identityops.cisco.plugins.module_utils._safe import steps as safe
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint import steps as secure_endpoint

HOST, CONSOLE, INSTANCE = "api-0123abcd.duosecurity.com", "https://dashboard.oort.io", "https://corp.us.safeone.ai"
TENANT: dict[str, Any] = {
    "organization_name": "corp-example",
    "grant_write": True,
    "event_streaming": True,
    "sso": "duo_sso",
    "sso_connection_name": "Corp Example",
}
DUO: dict[str, Any] = {
    "api_host": HOST,
    "support_push": True,
    "admin_integration_key": "",
    "auth_integration_key": "",
}
# As many as the console is known to have.
DATA_TYPES = ["Users", "Groups", "Authentication logs", "Administrators"]

LONGEST: dict[str, Any] = cii.add_integration("Subsidiary", DUO, DATA_TYPES, CONSOLE).as_dict()
STEPS: list[dict[str, Any]] = [
    secure_endpoint.create_credential("eu", "Duo", "read_write", "/etc/ansible/secure-endpoint.yml").as_dict(),
    secure_endpoint.delete_credential("eu", "Duo", "0123456789abcdef0123").as_dict(),
    duo.add_edr_integration(HOST, "0123456789abcdef0123", "eu").as_dict(),
    duo.remove_edr_integration(HOST).as_dict(),
    cii.set_up_tenant(TENANT, HOST).as_dict(),
    cii.set_up_tenant({**TENANT, "sso": "oidc"}, HOST).as_dict(),
    cii.create_api_client(CONSOLE, "Ansible").as_dict(),
    cii.copy_keys("admin", "Cisco Identity Intelligence", None, HOST).as_dict(),
    LONGEST,
    cii.add_ise_integration("ISE", CONSOLE).as_dict(),
    cii.remove_integration("Subsidiary", CONSOLE, "duo").as_dict(),
    safe.connect_duo(INSTANCE, HOST, None, "Duo production", "Daily").as_dict(),
    safe.disconnect_duo(INSTANCE).as_dict(),
]
