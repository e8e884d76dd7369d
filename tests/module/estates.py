# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests find when they begin, made behind the back of the modules."""

from __future__ import annotations

from lab import Lab

SYNC, CONNECTION = "Corporate users", "Duo"
ADMIN_APP, AUTH_APP = "HR Provisioning", "Door Access"
DOMAIN_USERS, HELPDESK = "corp.example/Users/Domain Users", "corp.example/Users/Helpdesk"


def join_ise_and_duo(lab: Lab) -> None:
    """MFA on, a sync, and a connection that uses it, with the good keys of two applications."""
    lab.patch("ise", "set_mfa", enabled=True)
    lab.patch("ise", "add_sync", name=SYNC, directory="CORP_AD", groups=[DOMAIN_USERS, HELPDESK])
    apps = {app["name"]: app for app in lab.state("duo", "applications")}
    admin, auth = apps[ADMIN_APP], apps[AUTH_APP]
    lab.patch(
        "ise",
        "add_connection",
        name=CONNECTION,
        description="For administrators",
        admin_integration_key=admin["integration_key"],
        admin_secret_key=admin["secret_key"],
        auth_integration_key=auth["integration_key"],
        auth_secret_key=auth["secret_key"],
        identity_sync=SYNC,
    )
