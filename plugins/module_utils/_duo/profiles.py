# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Permission sets that consumers of the Duo Admin API have published. Private to this collection.

Each set is what the consumer's, Duo's or Cisco's own page asks for; the page is named beside it. One is marked as read
from a copy.
A page that says "Grant administrators" without a read or write half asks for the whole, as Duo named it before it split
the two.
"""

from __future__ import annotations

PROFILES: dict[str, tuple[str, ...]] = {
    # auroracommand.ai/integrations/duo/setup
    "aurora_command": ("read_resource", "read_log"),
    # docs.axonius.com/docs/duo-beyond
    "axonius": ("read_resource", "administrators"),
    # docs.oort.io/integrations/duo-security-integration
    "cii_read_only": ("administrators_read", "read_information", "read_resource", "read_log"),
    # docs.oort.io/integrations/duo-security-integration, with remediation
    "cii_read_write": (
        "administrators_read",
        "administrators",
        "read_information",
        "read_log",
        "read_resource",
        "write_resource",
    ),
    # cisco.com support document 221232
    "cisco_ise": ("read_resource", "write_resource"),
    # help.claritysecurity.com/docs/cisco-duo-admin
    "clarity_security": ("administrators", "read_resource", "write_resource"),
    # clone-systems.com/log-forwarding/duo
    "clone_systems": ("read_information", "read_log", "read_resource"),
    # github.com/ConductorOne/baton-duo, README
    "conductorone": ("administrators", "read_information", "applications", "read_resource", "write_resource"),
    # help.controlmap.io, article 22614491040539
    "controlmap": ("administrators", "read_resource"),
    # help.corkinc.com/mfa/duo
    "cork": ("read_information", "read_log", "read_resource"),
    # docs.datagrail.io, Duo
    "datagrail": ("read_information", "settings", "read_log", "read_resource", "write_resource"),
    # help.drata.com, article 9788421
    "drata": ("administrators", "read_information", "settings", "read_resource", "write_resource"),
    # github.com/duosecurity/duo_log_sync, README
    "duo_log_sync": ("read_log",),
    # elastic.co/docs, Cisco Duo integration
    "elastic": ("read_information", "read_log"),
    # docs.cloud.google.com/chronicle, Duo administrator logs
    "google_secops_logs": ("read_log",),
    # docs.cloud.google.com/chronicle, Duo user context
    "google_secops_users": ("read_resource",),
    # ibm.com/docs, Cisco Duo protocol configuration options
    "ibm_qradar": ("read_log",),
    # github.com/JupiterOne/graph-duo, docs/jupiterone.md
    "jupiterone": ("administrators", "settings", "read_resource"),
    # github.com/Azure/Azure-Sentinel, Solutions/CiscoDuoSecurity
    "microsoft_sentinel": ("read_log",),
    # help.okta.com, Okta Workflows, Duo Security Admin connector: "all scopes"
    "okta_workflows": (
        "administrators",
        "read_information",
        "applications",
        "settings",
        "read_log",
        "read_resource",
        "write_resource",
    ),
    # docs.panther.com/data-onboarding/supported-logs/duo
    "panther": ("read_log",),
    # docs.runreveal.com/sources/source-types/duo
    "runreveal": ("read_log",),
    # docs.safe.security/docs/duo-security
    "safe": ("read_information", "settings"),
    # documentation.sailpoint.com/saas-mgmt, Duo
    "sailpoint_saas_management": ("read_log", "read_resource"),
    # duo.com/docs/splunkapp, read from a copy
    "splunk": ("read_information", "read_log", "read_resource"),
    # sumologic.com help, Duo source
    "sumo_logic": ("read_information", "read_log", "read_resource"),
    # help.vanta.com, article 14136547
    "vanta": ("administrators_read", "read_resource"),
}

# Sets that come near to full rights over the account; they are used only after an explicit opt-in.
BROAD_PROFILES = frozenset({"okta_workflows"})
