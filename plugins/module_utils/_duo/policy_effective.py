# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Duo's policies come to for one user at one application. Private to this collection."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, find_application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    TRUSTED_ENDPOINTS,
    sections_of,
    trusted_endpoints_from_duo,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Ambiguous, InvalidInput, nearest


def effective(duo: Duo, user: str, application: str) -> dict[str, Any]:
    """What a task returns of it."""
    calculated = duo.calculate_policy(_integration_key(duo, application), _user_id(duo, user))
    sections = sections_of(calculated)
    found: dict[str, Any] = {"sections": sections}
    if TRUSTED_ENDPOINTS in sections:
        found["trusted_endpoints"] = trusted_endpoints_from_duo(sections[TRUSTED_ENDPOINTS])
    if "policy_elements" in calculated:
        found["policy_elements"] = calculated["policy_elements"]
    return found


def _integration_key(duo: Duo, wanted: str) -> str:
    applications = duo.list_integrations()
    found = find_application(applications, wanted)
    if found is None:
        existing = [str(item.get("name")) for item in applications]
        raise InvalidInput(
            f"calculate the policy for the application {wanted!r}",
            "Duo has no application of that name or integration key",
            nearest(wanted, existing),
        )
    return str(found["integration_key"])


def _user_id(duo: Duo, wanted: str) -> str:
    ids = [str(user.get("user_id")) for user in duo.list_users(wanted)]
    if not ids and re.fullmatch("DU[A-Z0-9]{18}", wanted):
        return wanted
    if len(ids) > 1:
        raise Ambiguous(
            f"identify the user {wanted!r}",
            f"{len(ids)} users in Duo have that name or alias: {', '.join(ids)}",
            "Name the right one by its user ID.",
        )
    if not ids:
        raise InvalidInput(
            f"calculate the policy for the user {wanted!r}",
            "Duo has no user of that name or alias",
            "Give the user name as Duo shows it.",
        )
    return ids[0]
