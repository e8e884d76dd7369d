# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The GraphQL schema in its two profiles, executed by a GraphQL engine."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    build_ast_schema,
    execute_sync,
    parse,
    validate,
    visit,
)

SDL = Path(__file__).parent.parent / "contracts" / "identity_intelligence.graphql"
UNPUBLISHED = "unpublished"

Resolvers = Mapping[str, Callable[..., Any]]


@dataclass(frozen=True)
class Executed:
    """What a request came to; `valid` is False for one that does not fit the schema."""

    data: Any
    errors: list[dict[str, Any]]
    valid: bool


class _WithoutUnpublished(Visitor):
    def enter_field_definition(self, node: FieldDefinitionNode, *_place: Any) -> Any:
        return REMOVE if any(item.name.value == UNPUBLISHED for item in node.directives or ()) else None


@functools.cache
def schema(profile: str) -> GraphQLSchema:
    """`published`, or `snapshot` with the fields that are in the older reference only."""
    document = parse(SDL.read_text(encoding="utf-8"))
    return build_ast_schema(document if profile == "snapshot" else visit(document, _WithoutUnpublished()))


def execute(profile: str, query: str, variables: dict[str, Any], resolvers: Resolvers) -> Executed:
    """Run an operation."""
    try:
        document = parse(query)
    except GraphQLError as error:
        return Executed(None, [dict(error.formatted)], valid=False)
    problems = validate(schema(profile), document)
    if problems:
        return Executed(None, [dict(error.formatted) for error in problems], valid=False)
    result = execute_sync(schema(profile), document, dict(resolvers), variable_values=variables)
    return Executed(result.data, [dict(error.formatted) for error in result.errors or ()], valid=True)


def is_mutation(body: bytes) -> bool:
    """Whether the body of a request holds one; False for what cannot be read."""
    try:
        document = parse(json.loads(body)["query"])
    except (ValueError, KeyError, TypeError, GraphQLError):
        return False
    return _has_mutation(document)


def _has_mutation(document: DocumentNode) -> bool:
    return any(
        isinstance(node, OperationDefinitionNode) and node.operation is OperationType.MUTATION
        for node in document.definitions
    )
