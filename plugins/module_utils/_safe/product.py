# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A product in SAFE's catalogue, and which fields its config has. Private to this collection.

The form of the metadata is not published. Forms that programs commonly use are recognised; from any other one nothing
is concluded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._errors import Ambiguous, InvalidInput, nearest
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import Safe, identifier
from ansible_collections.identityops.cisco.plugins.module_utils._service import flag_of
from ansible_collections.identityops.cisco.plugins.module_utils._task import free_text

# Where the fields may stand, and what may be their names.
PLACES = ("configFields", "config_fields", "config", "configuration", "fields", "inputs", "parameters", "schema")
NAMES = ("name", "key", "id", "field")
PRODUCT_NAMES = ("name", "displayName", "productName", "label", "title")
SECRET_MARKS = ("secret", "isSecret", "sensitive", "masked", "writeOnly", "password")
SECRET_KINDS = ("password", "secret")

ConfigField = Mapping[str, Any]


class Product(NamedTuple):
    """
    :ivar fields: by name, whether each is a secret; None where the metadata does not show them.
    :ivar required: those that the metadata says must be given.
    """

    id: str
    name: str
    type: str
    subtype: str
    fields: dict[str, bool] | None
    actions: tuple[str, ...]
    required: tuple[str, ...] = ()

    def require_fields(self, wanted: Iterable[str], known: Iterable[str]) -> None:
        """
        :param known: fields that the user states instead of the metadata.
        :raises InvalidInput: a field that the product does not have; or it is not known which ones it has.
        """
        stated = list(known)
        if self.fields is None and not stated:
            raise InvalidInput(
                f"use the product {self.name!r}",
                "its metadata does not show the fields of its config in a form that is recognised",
                "Read them in the API documentation inside SAFE, and state their names in known_fields.",
            )
        existing = [*(self.fields or ()), *stated]
        if unknown := [name for name in wanted if name not in existing]:
            raise InvalidInput(
                f"use {', '.join(map(repr, unknown))} in the config of {self.name!r}",
                "the product has no such field",
                f"Its fields are {', '.join(existing)}. {nearest(unknown[0], existing)}",
            )

    def require_complete(self, filled: Iterable[str]) -> None:
        """:raises InvalidInput: a field that the metadata calls required is not given."""
        given = set(filled)
        if missing := [name for name in self.required if name not in given]:
            raise InvalidInput(
                f"use the config of {self.name!r}",
                f"the metadata of the product requires {', '.join(map(repr, missing))}, and it is not given",
                "Give it in config, secret_config or config_from_duo.",
            )

    def require_no_secret(self, place: str, values: Mapping[str, Any], suspects: Collection[str]) -> None:
        """
        :param place: the option, whose values are remembered.
        :param suspects: texts that are secrets, or may be.
        :raises InvalidInput: a field of the config that the product calls a secret; or one that it says nothing about
            and that holds a suspect.
        """
        fields = (self.fields or {}) if place == "config" else {}
        secret = [name for name in values if fields.get(name)]
        unsure = [name for name, value in values.items() if name not in fields and _holds_any(suspects, [name, value])]
        if secret or unsure:
            raise InvalidInput(
                f"use {', '.join(secret or unsure)} in {place}",
                f"{self.name} calls that a secret" if secret else "it looks like a secret",
                "Give it in secret_config, or take it from Duo with config_from_duo.",
            )

    def require_type(self, given: str | None) -> None:
        """:raises InvalidInput: neither the metadata nor the user says what type the product has."""
        if not (given or self.type):
            raise InvalidInput(
                f"use the product {self.name!r}",
                "its metadata shows no type",
                "Read it in the API documentation inside SAFE, and set type and subtype.",
            )

    def sync_action(self, given: str | None) -> str:
        """The action that starts a sync: as given, or the only one of the metadata that is called so.

        :raises InvalidInput: the product has no such action, or the metadata does not say.
        """
        offered = f"Its actions are {', '.join(self.actions)}." if self.actions else "Its metadata shows no actions."
        if given:
            if self.actions and given not in self.actions:
                raise InvalidInput(f"use {given!r} as sync_action", f"{self.name} has no such action", offered)
            return given
        called = [action for action in self.actions if "sync" in action.lower()]
        if len(called) != 1:
            raise InvalidInput(
                f"sync {self.name}",
                "which action starts a sync is not published, and sync_action is not given",
                f"{offered} Set sync_action, or set sync to false.",
            )
        return called[0]


def find_product(safe: Safe, wanted: str) -> Product:
    """The product with that ID or name, or the only one whose name holds it.

    :raises Ambiguous: several fit.
    :raises InvalidInput: none fits.
    """
    listed = safe.list_products()
    meant = free_text(wanted).casefold()
    named = [item for item in listed if wanted in (identifier(item), _name(item))]
    named = named or [item for item in listed if meant == free_text(_name(item)).casefold()]
    named = named or [item for item in listed if meant in free_text(_name(item)).casefold()]
    attempted = f"find the product {wanted!r} in SAFE"
    if not named and not all(map(_name, listed)):
        advice = "Read its ID in the API documentation inside SAFE, and give that as product."
        raise InvalidInput(attempted, "SAFE does not show the names of all products", advice)
    if not named:
        raise InvalidInput(attempted, "SAFE integrates none of that name", nearest(wanted, map(_name, listed)))
    if len(named) > 1:
        shown = ", ".join(f"{_name(item)} ({identifier(item)})" for item in named)
        raise Ambiguous(attempted, f"several fit: {shown}", "Give the ID of the right one as product.")
    (raw,) = named
    key = identifier(raw)
    return _product({**raw, **(safe.get_product(key) if key else {})})


def _name(raw: Mapping[str, Any]) -> str:
    """The name of a product, empty if it is not shown."""
    return next((raw[name] for name in PRODUCT_NAMES if isinstance(raw.get(name), str) and raw[name].strip()), "")


def _holds_any(texts: Collection[str], value: Any) -> bool:
    """Whether one of the texts stands anywhere in a value, be it as the name of a member."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        return any(_holds_any(texts, entry) for entry in value)
    return isinstance(value, str) and any(text in value for text in texts)


def _product(raw: dict[str, Any]) -> Product:
    actions = raw.get("actions")
    names = [_action(item) for item in actions] if isinstance(actions, list) else []
    return Product(
        id=identifier(raw),
        name=_name(raw),
        type=_word(raw.get("type")),
        subtype=_word(raw.get("subtype")),
        fields=_fields(raw),
        actions=tuple(name for name in names if name),
        required=_required(raw),
    )


def _action(item: Any) -> str:
    return _word(item.get("name") if isinstance(item, dict) else item)


def _word(value: Any) -> str:
    """A text or a number as a text; empty for anything else."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


def _fields(raw: Mapping[str, Any]) -> dict[str, bool] | None:
    found = _entries(raw)
    return {name: _is_secret(item) for name, item in found.items()} if found else None


def _required(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """What must be given. The product itself may fill what has a default."""
    found = _entries(raw) or {}
    return tuple(name for name, item in found.items() if flag_of(item.get("required")) and item.get("default") is None)


def _entries(raw: Mapping[str, Any]) -> dict[str, ConfigField] | None:
    for place in PLACES:
        found = _entries_in(raw.get(place))
        if found:
            return found
    return None


def _entries_in(part: Any) -> dict[str, ConfigField] | None:
    """The fields in a list of objects with names, in a JSON schema, or in an object with a member for each."""
    if isinstance(part, list) and all(isinstance(item, dict) for item in part):
        named = [(next((item[name] for name in NAMES if isinstance(item.get(name), str)), ""), item) for item in part]
        return dict(named) if all(name for name, _item in named) else None
    if not isinstance(part, dict):
        return None
    for inner in ("properties", *PLACES):
        if isinstance(part.get(inner), (dict, list)):
            return _with_required(_entries_in(part[inner]), part.get("required"))
    if not all(isinstance(item, dict) for item in part.values()):
        return None
    return {str(name): item for name, item in part.items()}


def _with_required(found: dict[str, ConfigField] | None, names: Any) -> dict[str, ConfigField] | None:
    """With what a JSON schema lists as required beside its properties."""
    if found is None or not isinstance(names, list):
        return found
    return {name: {**item, "required": name in names} for name, item in found.items()}


def _is_secret(item: Mapping[str, Any]) -> bool:
    kinds = {str(item.get(name)).lower() for name in ("type", "format", "inputType")}
    return any(flag_of(item.get(mark)) for mark in SECRET_MARKS) or bool(kinds & set(SECRET_KINDS))
