# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a declaration of the first flow in itself, before any service is asked. Private to this
collection."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.auth_api import declared_access
from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._ise.identity_sync import require_sensible_sync
from ansible_collections.identityops.cisco.plugins.module_utils._ise.sync_run import zone_named

Check = tuple[str, Callable[[], Any]]
Params = dict[str, Any]


def checks_of(params: Params) -> Iterator[Check]:
    """The name of each check and a call that raises ``CiscoError`` where something is wrong."""
    for name, advice in _required(params).items():
        yield name, functools.partial(_require, params, name, advice)
    if params["state"] == "absent":
        return
    yield "duo_keys", lambda: _require_both_keys_or_none(params)
    yield "user_access", lambda: declared_access(params, "auth_app_user_access", "auth_app_permitted_groups")
    yield "identity_sync", lambda: require_sensible_sync(params["sync_name"], params["schedule"])
    yield "time_zone", lambda: zone_named(params["time_zone"])
    if params["api_host"]:
        yield "api_host", lambda: split_api_host(params["api_host"], "api_host")
    if params["policy"]:
        # What knows policies takes longer to load than everything else together, and most runs declare none.
        from ansible_collections.identityops.cisco.plugins.module_utils._ise.policy_declaration import checks_of_policy

        for check in checks_of_policy(params["policy"], params["types"], params["connection_name"]):
            yield "policy", check


def _required(params: Params) -> dict[str, str]:
    """What has no default, and what it is needed for."""
    if params["state"] == "present":
        purpose = "whose users are copied to Duo"
    elif params["state"] == "absent" and "ad_groups" in params["remove"]:
        purpose = "to take off the join point"
    else:
        return {}
    return {
        "active_directory": "Set it to the name of a join point on ISE.",
        "groups": f"Name at least one group {purpose}.",
    }


def _require(params: Params, name: str, advice: str) -> None:
    if not params[name]:
        raise InvalidInput(
            f"use {name}", "it is not given", f"{advice} The variable of the role is ise_duo_mfa_{name}."
        )


def _require_both_keys_or_none(params: Params) -> None:
    if bool(params["admin_api"]) != bool(params["auth_api"]):
        given, missing = ("admin_api", "auth_api") if params["admin_api"] else ("auth_api", "admin_api")
        raise InvalidInput(f"use {given}", f"{missing} is not given", "Give both, or neither.")
