# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to change a program that cosmic-ray does not know itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Example, Operator

Place = tuple[tuple[int, int], tuple[int, int]]


class SwapIn(Operator):
    """`in` becomes `not in`, and the other way round."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "comparison" and self._words(node.children[1]) in ("in", "not in"):
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        other = " in" if self._words(node.children[1]) == "not in" else " not in"
        node.children[1] = parso.python.tree.Operator(other, node.children[1].start_pos)
        return node

    @staticmethod
    def _words(node: Any) -> str:
        return " ".join(node.get_code().split())

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return Example("a in b", "a not in b"), Example("a not in b", "a in b")


class Negate(Operator):
    """A condition is negated as a whole; cosmic-ray's own operator negates what stands first in it."""

    NODES = ("if_stmt", "while_stmt", "comp_if", "test")

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        for place in self._conditions(node):
            yield node.children[place].start_pos, node.children[place].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        place = self._conditions(node)[index]
        node.children[place] = parso.parse(f" not ({node.children[place].get_code().strip()})")
        return node

    def _conditions(self, node: Any) -> list[int]:
        """Which children stand after a word that a condition follows."""
        if node.type not in self.NODES:
            return []
        words = [child.value if child.type == "keyword" else "" for child in node.children]
        return [place + 1 for place, word in enumerate(words) if word in ("if", "elif", "while")]

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("if a or b: pass", "if not (a or b): pass"),
            Example("if a: pass\nelif b: pass", "if a: pass\nelif not (b): pass", occurrence=1),
            Example("while a: pass", "while not (a): pass"),
            Example("a if b else c", "a if not (b) else c"),
            Example("[a for a in b if a]", "[a for a in b if not (a)]"),
        )


class DropStatement(Operator):
    """Leaves out a call without a used result, a raised exception or an addition to a sum."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        if node.type == "simple_stmt" and self._acts(node.children[0]):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.children[0] = parso.python.tree.Keyword("pass", node.start_pos, node.children[0].get_first_leaf().prefix)
        return node

    @staticmethod
    def _acts(statement: Any) -> bool:
        if statement.type == "expr_stmt":
            return bool(statement.children[1].type == "operator" and statement.children[1].value != "=") or (
                statement.children[1].type == "augassign"
            )
        is_call = statement.type in ("atom_expr", "power") and statement.children[-1].get_code().startswith("(")
        return is_call or statement.type == "raise_stmt" or statement.get_code().strip() == "raise"

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return Example("close()\n", "pass\n"), Example("raise error\n", "pass\n"), Example("a += 1\n", "pass\n")


OPERATORS = (SwapIn, Negate, DropStatement)
