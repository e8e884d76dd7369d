# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of an integration's config: as given, and from a Duo application. Private to this collection."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, cast

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import INTEGRATION_KEY, split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._duo.key import DuoKey
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._service import given
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

# What a field can be filled with that the task itself knows.
FROM_KEY = ("integration_key", "secret_key")
FROM_HOST = ("api_url", "api_hostname")
FROM_OPTIONS = ("asset_name", "sync_frequency")
SOURCES = (*FROM_HOST, *FROM_KEY, *FROM_OPTIONS)


class ConfigValues:
    """Plain and secret values, by field. The secret ones are fetched when they are needed."""

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        self._given_secrets = _secrets_in(params["secret_config"])
        for secret in self._given_secrets.values():
            context.hide(secret)
        self._params = params
        self._given = {name: value for name, value in params["config"].items() if value is not None}
        self._sources: dict[str, str] = params["config_from_duo"]
        for field, source in self._sources.items():
            if source not in SOURCES:
                raise InvalidInput(
                    f"use {context.quote(source, 40)!r} in config_from_duo.{field}",
                    "there is no such source",
                    f"There are {', '.join(SOURCES)}.",
                )
        self._key = self._duo_key(params, context)
        self.plain: dict[str, Any] = {**self._given, **self._plain_from_duo()}

    @property
    def fields(self) -> list[str]:
        return [*self._given, *self._given_secrets, *self._sources]

    @property
    def filled(self) -> list[str]:
        """Those that have a value, or will have one once the application exists."""
        empty = {field for field, source in self._sources.items() if source in FROM_OPTIONS} - self.plain.keys()
        return [field for field in self.fields if field not in empty]

    @property
    def unused(self) -> list[str]:
        """The options that have a value for a field, which no field takes."""
        return [source for source in FROM_OPTIONS if self._params[source] and source not in self._sources.values()]

    @property
    def are_secrets_known(self) -> bool:
        """Whether they can be fetched: not before the application exists, which check mode allows for."""
        return self._key is None or bool(INTEGRATION_KEY.fullmatch(self._key.integration_key))

    @property
    def account(self) -> str:
        """The Duo account that values come from, by its API hostname; empty if none does."""
        return duo_account(self._params) if set(self._sources.values()) & {*FROM_HOST, *FROM_KEY} else ""

    def secret(self) -> dict[str, str]:
        fields = [field for field, source in self._sources.items() if source == "secret_key"]
        return {**self._given_secrets, **({name: self._secret_key() for name in fields})}

    def _secret_key(self) -> str:
        # There is a key wherever a field is filled from one.
        return cast("DuoKey", self._key).secret_key

    def _plain_from_duo(self) -> dict[str, Any]:
        found = {}
        for field, source in self._sources.items():
            if source in FROM_OPTIONS:
                value = self._params[source]
            elif source in FROM_HOST:
                value = self._host(source)
            elif source == "integration_key" and self._key is not None:
                value = self._key.integration_key
            else:
                continue
            if value:
                found[field] = value
        return found

    def _host(self, source: str) -> str:
        host = given(self._params, "duo_api_host")
        if not host:
            raise InvalidInput(
                "fill in the API hostname of Duo", "duo_api_host is not given", "Set it, or DUO_API_HOST."
            )
        split_api_host(host, "duo_api_host")
        return f"https://{host}" if source == "api_url" else host

    def _duo_key(self, params: dict[str, Any], context: Context) -> DuoKey | None:
        if not set(self._sources.values()) & set(FROM_KEY):
            return None
        if not params["application"]:
            raise InvalidInput(
                "take a key from Duo", "application is not given", "Name the application that SAFE is to use."
            )
        duo = Duo.from_params(params, context)
        lister = functools.cache(duo.list_integrations)
        return DuoKey("admin_api", {"application": params["application"]}, params, duo, lister, context)


def duo_account(params: Mapping[str, Any]) -> str:
    """The Duo account of a task, a child account with its ID; empty if the task has none."""
    return " ".join(filter(None, (given(params, name).casefold() for name in ("duo_api_host", "duo_account_id"))))


def _secrets_in(given: dict[str, Any]) -> dict[str, str]:
    """The secrets by field, less what is empty, and without the end of a line.

    :raises InvalidInput: for what is neither a text nor a number. It is not repeated.
    """
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, float, type(None))):
            raise InvalidInput(f"use secret_config.{name}", "it is neither a text nor a number", "Write it as a text.")
    texts = {name: str("" if value is None else value).strip("\r\n") for name, value in given.items()}
    return {name: text for name, text in texts.items() if text.strip()}
