# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permission sets equal what the consumers publish, written down here a second time, in Duo's flag names."""

from __future__ import annotations

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import PERMISSIONS
from ansible_collections.identityops.cisco.plugins.module_utils._duo.profiles import BROAD_PROFILES, PROFILES

# One letter a permission keeps the table readable: A administrators, a their read half, I information, G applications,
# S settings, L log, R read resource, W write resource.
FLAGS = {
    "A": "adminapi_admins",
    "a": "adminapi_admins_read",
    "I": "adminapi_info",
    "G": "adminapi_integrations",
    "S": "adminapi_settings",
    "L": "adminapi_read_log",
    "R": "adminapi_read_resource",
    "W": "adminapi_write_resource",
}
PUBLISHED = {
    "cii_read_only": "a I R L",
    "cii_read_write": "a A I L R W",
    "safe": "I S",
    "cisco_ise": "R W",
    "duo_log_sync": "L",
    "splunk": "I L R",
    "microsoft_sentinel": "L",
    "elastic": "I L",
    "sumo_logic": "I L R",
    "google_secops_logs": "L",
    "google_secops_users": "R",
    "ibm_qradar": "L",
    "panther": "L",
    "runreveal": "L",
    "vanta": "a R",
    "drata": "A I S R W",
    "datagrail": "I S L R W",
    "sailpoint_saas_management": "L R",
    "conductorone": "A I G R W",
    "axonius": "R A",
    "jupiterone": "A S R",
    "clarity_security": "A R W",
    "controlmap": "A R",
    "cork": "I L R",
    "clone_systems": "I L R",
    "aurora_command": "R L",
    "okta_workflows": "A I G S L R W",
}


def test_the_same_profiles() -> None:
    assert set(PROFILES) == set(PUBLISHED)


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_the_same_permissions(name: str) -> None:
    flags = [PERMISSIONS[permission] for permission in PROFILES[name]]
    assert sorted(flags) == sorted(FLAGS[letter] for letter in PUBLISHED[name].split())


def test_no_profile_may_set_permissions() -> None:
    assert PERMISSIONS["set_permissions"] == "adminapi_allow_to_set_permissions"
    assert not [name for name, permissions in PROFILES.items() if "set_permissions" in permissions]


def test_what_grants_nearly_everything_is_marked() -> None:
    assert BROAD_PROFILES == {"okta_workflows"}
    everything = {name for name in PERMISSIONS if not name.endswith("_read") and name != "set_permissions"}
    assert {name for name, permissions in PROFILES.items() if set(permissions) == everything} == BROAD_PROFILES
