# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares answers with an OpenAPI or Swagger description. Knows just enough of both for the descriptions we have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT4

URI = "urn:contract"


def prepared(value: Any) -> Any:
    """A description as JSON Schema draft 4 can read it.

    `exampleSetFlag` is a leak of a generator, sits next to `$ref` and is dropped; unquoted response codes become text;
    references become absolute; OpenAPI's `nullable` becomes a null alternative. `example` goes too: it is documentation
    and may look like a schema.
    """
    if isinstance(value, list):
        return [prepared(item) for item in value]
    if not isinstance(value, dict):
        return value
    cleaned = {str(key): prepared(item) for key, item in value.items() if key not in ("exampleSetFlag", "example")}
    if str(cleaned.get("$ref", "")).startswith("#"):
        cleaned["$ref"] = URI + cleaned["$ref"]
    if cleaned.pop("nullable", None) is not True:
        return cleaned
    return {"anyOf": [cleaned, {"type": "null"}]}


def closed(value: Any, open_titles: frozenset[str]) -> Any:
    """The same, with objects refusing members they do not name, but for those in `open_titles` and compositions."""
    if isinstance(value, list):
        return [closed(item, open_titles) for item in value]
    if not isinstance(value, dict):
        return value
    result = {key: closed(item, open_titles) for key, item in value.items()}
    if isinstance(value.get("properties"), dict) and "allOf" not in value and value.get("title") not in open_titles:
        result.setdefault("additionalProperties", False)
    return result


class Contract:
    """One description.

    :param path: the file
    :param prefix: what real paths have before those of the description
    :param strict: whether members that the description does not name are wrong
    :param open_titles: schemas that are known to name too few members
    """

    def __init__(
        self, path: Path, prefix: str = "", *, strict: bool = False, open_titles: frozenset[str] = frozenset()
    ) -> None:
        # The C loader is several times faster; the large descriptions take seconds otherwise.
        with path.open(encoding="utf-8") as stream:
            document = prepared(yaml.load(stream, yaml.CSafeLoader))
        self.document = closed(document, open_titles) if strict else document
        self.prefix = prefix
        self._registry: Registry[Any] = Registry().with_resource(URI, DRAFT4.create_resource(self.document))
        # The path with the fewest variables is the one that is meant: /x/name/{name} and not /x/{id}/{name}.
        self._templates = sorted(self.document["paths"], key=lambda template: template.count("{"))

    def problems(self, method: str, path: str, status: int, body: Any) -> Iterator[str]:
        """What is wrong with an answer: an unknown path or status, a body that does not fit. `body` None is empty."""
        template = self._template(method, path)
        if template is None:
            yield f"{method} {path} is not described"
            return
        response = self._operation(template, method)["responses"].get(str(status))
        if response is None:
            yield f"{method} {path}: status {status} is not described"
            return
        schema = self._schema(response)
        if schema is not None and body is not None:
            for problem in self.misfits(schema, body):
                yield f"{method} {path} {status}: {problem}"

    def misfits(self, schema: dict[str, Any], body: Any) -> Iterator[str]:
        """What is wrong with a value."""
        validator = Draft4Validator(schema, registry=self._registry, format_checker=FormatChecker(["uuid"]))
        for error in validator.iter_errors(body):
            yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"

    def named(self, name: str) -> dict[str, Any]:
        """A schema of the description by name."""
        return {"$ref": f"{URI}#/components/schemas/{name}"}

    def _template(self, method: str, path: str) -> str | None:
        relative = path.split("?")[0].removeprefix(self.prefix).rstrip("/")
        for template in self._templates:
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", template.rstrip("/"))
            if re.fullmatch(pattern, relative) and method.lower() in self.document["paths"][template]:
                return str(template)
        return None

    def _operation(self, template: str, method: str) -> dict[str, Any]:
        operation: dict[str, Any] = self.document["paths"][template][method.lower()]
        return operation

    def _schema(self, response: dict[str, Any]) -> dict[str, Any] | None:
        if "$ref" in response:
            found = self._registry.resolver(URI).lookup(response["$ref"]).contents
            response = found if isinstance(found, dict) else {}
        if "schema" in response:  # Swagger 2
            swagger: dict[str, Any] = response["schema"]
            return swagger
        content = response.get("content", {}).get("application/json")
        return None if content is None else content.get("schema")
