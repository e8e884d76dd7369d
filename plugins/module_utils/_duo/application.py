# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Duo's Admin API and Auth API applications have in common, as a resource. Private to this collection.

Facts: Duo documentation, "Admin API", integrations, and ``duo_client``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, as_list, find_application
from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import INTEGRATION_KEY
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import candidates, text_fields
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, UnexpectedAnswer
from ansible_collections.identityops.cisco.plugins.module_utils._marks import MANAGED, MARK, with_mark, without_mark
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._service import named_so
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text


class Application(Resource):
    """One application of a given type, found by integration key or by name.

    An application bears the mark in its notes. One of an undocumented type that fits is used as it is: it is neither
    changed nor replaced.
    """

    type: ClassVar[str]
    other_types: ClassVar[Iterable[str]]
    compare: ClassVar[Mapping[str, Callable[[Any], Any]]] = {
        "notes": lambda text: free_text(without_mark(text)),
        "name": free_text,
    }
    texts = ("notes", "name")
    is_unique = False

    def __init__(
        self, duo: Duo, params: dict[str, Any], context: Context, listed: list[dict[str, Any]] | None = None
    ) -> None:
        """
        :param listed: the applications of the account, where they are known and nothing is to be written.
        """
        self.duo = duo
        self._listed = listed
        self.context = context
        self.name: str | None = params["name"]
        self.integration_key: str | None = params["integration_key"]
        self.title = f"application {self.name or self.integration_key!r}"
        self.place = duo.api_host
        self._raw: dict[str, Any] = {}
        self.adopts: bool = params["adopt"]
        self.is_named_by_key = bool(self.integration_key)
        self._declared_access: str | None = params.get("user_access")
        self._wants_rotation = params["secret"] == "rotate"

    # What a subclass adds

    def fields(self, raw: dict[str, Any]) -> Fields:
        """The type's own fields, from Duo's words to option words."""
        raise NotImplementedError

    def parameters(self, fields: Fields) -> dict[str, Any]:
        """The type's own fields, from option words to Duo's parameters."""
        raise NotImplementedError

    def fields_as_it_is(self, raw: dict[str, Any]) -> Fields:
        """What is worth reporting of an application that is used as it is."""
        return {}

    # The resource

    def read(self) -> Fields | None:
        raw = self._find()
        if raw is None:
            return None
        self._raw, self.integration_key = raw, raw["integration_key"]
        self.key_in_words = f"its integration key, {self.integration_key}"
        common = {
            "integration_key": raw["integration_key"],
            "name": raw.get("name"),
            "type": raw.get("type"),
            "api_host": self.duo.api_host,
        }
        if self._is_used_as_it_is(raw):
            self._require_no_rotation(raw)
            return {**common, MANAGED: False, **self.fields_as_it_is(raw)}
        return {**common, **text_fields(raw), **self.fields(raw)}

    def as_found(self, current: Fields) -> str:
        return "made by hand and used as it is" if self._is_used_as_it_is(current) else super().as_found(current)

    def can_bear_mark(self, current: Fields | None) -> bool:
        return current is None or not self._is_used_as_it_is(current)

    def doubt(self, current: Fields) -> str:
        if self._is_used_as_it_is(current):
            return f"is of the type {current['type']!r}, which this collection never creates"
        if current["integration_key"] == self.duo.integration_key:
            # Refused for that reason, whoever made it.
            return ""
        if MANAGED not in current:
            return f"may lack the mark {MARK}, because Duo does not show its notes"
        return "" if current[MANAGED] else f"lacks the mark {MARK} in its notes"

    def forced(self, current: Fields) -> Iterable[str]:
        return ("secret",) if self._wants_rotation else ()

    def _require_no_rotation(self, raw: dict[str, Any]) -> None:
        if self._wants_rotation:
            raise InvalidInput(
                f"rotate the secret key of the {self.title}",
                f"it is of the type {raw.get('type')!r}, so it was made by hand and is not managed",
                "Reset the secret key in the Duo Admin Panel.",
            )

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if current is None:
            if self.is_named_by_key:
                raise InvalidInput(
                    f"find the {self.title}",
                    f"no application in Duo has the integration key {self.integration_key}",
                    "Give its name instead, to have it created.",
                )
            return
        if current["integration_key"] == self.duo.integration_key:
            raise InvalidInput(
                f"{'delete' if state == 'absent' else 'change'} the {self.title}",
                "it is the application this task itself signs in with",
                "Sign in with another Admin API application, or change it in the Duo Admin Panel.",
            )
        if self._is_used_as_it_is(current) and state == "present":
            raise InvalidInput(
                f"rename the {self.title}",
                f"it is {current['name']!r}, of the type {current['type']!r}, so it was made by hand",
                "Leave name out, or rename it in the Duo Admin Panel.",
            )

    def create(self, desired: Fields) -> None:
        parameters = self._parameters(desired)
        answer = self.duo.create_integration(
            {"user_access": "NO_USERS", **parameters, "name": self.name, "type": self.type}
        )
        self.integration_key = answer["integration_key"]

    def twins(self) -> list[str]:
        listed = candidates(self.duo.list_integrations(), self.other_types)
        keys = [str(item["integration_key"]) for item in named_so(listed, str(self.name))]
        return [str(self.integration_key), *(key for key in keys if key != self.integration_key)]

    def give_way(self) -> None:
        self.duo.delete_integration(str(self.integration_key), str(self.name))
        self.integration_key = None

    def update(self, current: Fields, changes: Fields) -> None:
        parameters = {**self._access_as_it_is(), **self._parameters(changes)}
        if parameters.get("user_access") != "PERMITTED_GROUPS":
            # Duo takes groups together with this access only.
            parameters.pop("groups_allowed", None)
        elif "groups_allowed" not in parameters:
            raise UnexpectedAnswer(
                f"change the {self.title}",
                "Duo does not show which groups it permits. A write could permit others",
                "Declare permitted_groups, or change it in the Duo Admin Panel.",
            )
        if "secret" in changes:
            parameters["reset_secret_key"] = 1
        self.duo.update_integration(
            current["integration_key"], parameters, f"change {', '.join(sorted(changes))} of the {self.title}"
        )

    def delete(self, current: Fields) -> None:
        self.duo.delete_integration(current["integration_key"], current["name"])

    # Finding it

    def _find(self) -> dict[str, Any] | None:
        if self.integration_key:
            raw = self.duo.get_integration(self.integration_key)
            if raw and self._is_unrelated(raw):
                raise InvalidInput(
                    f"use {self.integration_key} as {self.type} application",
                    f"it is the application {raw.get('name')!r} of the type {raw.get('type')!r}",
                    "Give the integration key of the right application.",
                )
            return raw
        listed = self.duo.list_integrations() if self._listed is None else self._listed
        possible = candidates(listed, self.other_types)
        return find_application(possible, str(self.name)) or self.stored_otherwise(possible, str(self.name))

    def _is_unrelated(self, raw: dict[str, Any]) -> bool:
        return not candidates([raw], self.other_types)

    def _is_used_as_it_is(self, raw: dict[str, Any]) -> bool:
        return raw.get("type") != self.type

    # Writing

    def _parameters(self, fields: Fields) -> dict[str, Any]:
        plain: Fields = {"name": fields["name"]} if "name" in fields else {}
        if fields.keys() & {"notes", MANAGED}:
            plain["notes"] = self._notes(fields)
        return {**plain, **self.parameters(fields)}

    def _notes(self, fields: Fields) -> str:
        """As they are stored, with the mark where it is there or is to be."""
        stored = str(self._raw.get("notes") or "")
        text = fields.get("notes", stored)
        return with_mark(text) if MANAGED in fields or MARK in stored else text

    def _access_as_it_is(self) -> dict[str, Any]:
        """``user_access`` goes along with every change: what Duo makes of a call without it is not documented."""
        access = str(self._raw.get("user_access") or self._declared_access or "").upper()
        if not access:
            return {}
        if access != "PERMITTED_GROUPS":
            return {"user_access": access}
        groups = self._raw.get("groups_allowed")
        # Without them, the application would permit other groups than before.
        shown = {"groups_allowed": ",".join(as_list(groups))} if isinstance(groups, (str, list)) else {}
        return {"user_access": access, **shown}


def identified(params: dict[str, Any]) -> dict[str, Any]:
    """A task's options, where a name that is an integration key counts as one."""
    if params["integration_key"] or not INTEGRATION_KEY.fullmatch(params["name"] or ""):
        return params
    return {**params, "name": None, "integration_key": params["name"]}


def application_argument_spec() -> dict[str, Any]:
    """The options that both application modules share."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str"},
        "integration_key": {"type": "str", "no_log": False},
        "notes": {"type": "str"},
        "adopt": {"type": "bool", "default": False},
        # Neither is a secret: one says what to do with it, the other whether to return it.
        "secret": {"type": "str", "choices": ["keep", "rotate"], "default": "keep", "no_log": False},
        "return_secret": {"type": "bool", "default": False, "no_log": False},
    }


def with_secret(result: dict[str, Any], application: Application, params: dict[str, Any]) -> dict[str, Any]:
    """Add the secret key where the user asked for it and the application exists."""
    if not (params["return_secret"] and params["state"] == "present" and application.integration_key):
        return result
    secret = application.duo.get_secret_key(
        application.integration_key, str(application.name or application.integration_key)
    )
    application.context.reveal(secret)
    return {**result, "secret_key": secret}
