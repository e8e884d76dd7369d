# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One of the two Duo keys that a consumer such as ISE is given. Private to this collection."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import cached_property
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, find_application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import INTEGRATION_KEY
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import AUTH_TYPES, candidates
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    InvalidInput,
    Unauthorized,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._service import authorities
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

OTHER_TYPES = {"admin_api": AUTH_TYPES, "auth_api": {"adminapi"}}
OPTION = {
    "type": "dict",
    "options": {
        "integration_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "application": {"type": "str"},
    },
    "mutually_exclusive": [("application", "integration_key"), ("application", "secret_key")],
    "required_together": [("integration_key", "secret_key")],
    "required_one_of": [("application", "integration_key")],
}


class DuoKey:
    """An integration key with its secret, as given, or fetched from Duo only when it is needed.

    :param side: ``admin_api`` or ``auth_api``.
    :param given: the option's value: ``integration_key`` with ``secret_key``, or ``application``; None if not given.
    :param params: the task's options; the Duo connection options among them say how Duo is reached.
    :param duo: the account that ``application`` is looked up in.
    :param list_applications: the account's applications, for both sides from one request.
    """

    def __init__(
        self,
        side: str,
        given: dict[str, Any] | None,
        params: dict[str, Any],
        duo: Duo | None,
        list_applications: Callable[[], list[dict[str, Any]]],
        context: Context,
    ) -> None:
        self.side = side
        self._given = given or {}
        self._params = params
        self._duo = duo
        self._list_applications = list_applications
        self._context = context
        context.hide(self._given.get("secret_key"))

    @property
    def is_given(self) -> bool:
        return bool(self._given)

    @cached_property
    def integration_key(self) -> str:
        """:raises InvalidInput: Duo has no such application; the nearest names are given. In check mode a phrase stands
        for the key."""
        name = self._given.get("application")
        if not name or self._duo is None:
            return str(self._given.get("integration_key") or "")
        # A key given as the application spares the list.
        if INTEGRATION_KEY.fullmatch(name):
            return str(name)
        applications = candidates(self._list_applications(), OTHER_TYPES[self.side])
        found = find_application(applications, name)
        if found:
            return str(found["integration_key"])
        missing = InvalidInput(
            f"use the application {name!r} as {self.side}",
            "Duo has none of that name and kind",
            nearest(name, [str(item.get("name")) for item in applications]),
        )
        self._context.foresee(
            missing, f"The application {name!r} does not exist in Duo yet. The prediction assumes that it will."
        )
        return f"(of the application {name!r})"

    @cached_property
    def secret_key(self) -> str:
        """Hidden from the task's result, however it came here."""
        if self._duo is None or not self._given.get("application"):
            return str(self._given.get("secret_key") or "")
        secret = self._duo.get_secret_key(self.integration_key, self._given["application"])
        self._context.hide(secret)
        return secret

    def to_ise(self) -> dict[str, str]:
        """Cisco's API description "mfa": ``ikey`` in lower case, ``sKey`` with a capital K."""
        return {"ikey": self.integration_key, "sKey": self.secret_key}

    def _other_kind(self, duo: Duo) -> str:
        """Whether the named application is of a kind that cannot serve here, in words."""
        try:
            found = duo.get_integration(self.integration_key)
        except CiscoError:
            return ""
        if not found or candidates([found], OTHER_TYPES[self.side]):
            return ""
        kind = f"{self.side} is the application {found.get('name')!r}, which is of the type {found.get('type')!r}."
        return f"{kind} Are the Admin and Auth applications swapped?"

    def diagnosis(self, api_host: str) -> str:
        """Ask Duo directly what is wrong with the key; nothing if Duo accepts it or cannot be reached from here.

        A key that came from Duo itself is right, if it is used at that same Duo.
        """
        if self._duo and self._given.get("application"):
            if api_host.lower() == self._duo.api_host.lower():
                return self._other_kind(self._duo)
            return f"api_host is {api_host}, and the application for {self.side} belongs to {self._duo.api_host}."
        try:
            duo = Duo(
                api_host,
                self.integration_key,
                self.secret_key,
                self._context,
                ca_path=authorities(self._params, "duo_ca_path"),
                proxy_url=self._params["duo_proxy_url"],
                timeout=self._params["duo_timeout"],
            )
            duo.probe_read_resource() if self.side == "admin_api" else duo.check()
        except (Unauthorized, Forbidden) as error:
            return f"Duo itself says of {self.side}: {error.came_back.removeprefix('Duo says: ')}. {error.advice}"
        except CiscoError:
            return ""
        return ""


def duo_keys(params: dict[str, Any], context: Context) -> dict[str, DuoKey]:
    """The keys that a task gives a consumer, by side. Duo is asked only for those given by their application."""
    is_asked = any((params[side] or {}).get("application") for side in OTHER_TYPES) and params["state"] == "present"
    duo = Duo.from_params(params, context) if is_asked else None
    list_applications = functools.cache(lambda: duo.list_integrations() if duo else [])
    return {side: DuoKey(side, params[side], params, duo, list_applications, context) for side in OTHER_TYPES}
