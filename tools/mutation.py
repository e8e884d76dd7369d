# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the code in one small way at a time and see that a test fails each time.

Usage: mutation.py [PART OF A FILE'S NAME]...    (none: all files)

cosmic-ray makes the mutants. tests/mutation.yml lists the files, the tests that must notice, and the mutants that
behave like the original. No file is changed: each mutant lives in a process of its own, in place of the module. The
run fails if a mutant survives that is not listed, or if one is listed that does not survive.
"""

from __future__ import annotations

import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import cosmic_ray.mutating
import cosmic_ray.plugins
import yaml
from cosmic_ray.ast import ast_nodes, get_ast

from tools import mutation_operators
from tools.checkout import BUILD, NAME, NAMESPACE, ROOT

CONFIG = ROOT / "tests/mutation.yml"
LOG = BUILD / "logs/mutation.log"
# None of it imports the collection, so each test process can start with it loaded.
LOADED_ONCE = ("pytest", "aiohttp.web", "cryptography", "duo_client", "jsonschema", "lab", "requests", "trustme")
# In place of the options of pyproject.toml: the collection is on the path already, where pytest-ansible would put it.
PYTEST = ("-x", "-o", "addopts=--import-mode=importlib", *("-p", "no:cacheprovider", "-p", "no:pytest-ansible"))
# A mutant may run that many times as long as the tests do, and some seconds more, before it counts as noticed.
PATIENCE, MORE_SECONDS = 5, 10

# Of cosmic-ray's operators those that change what a program decides; mutation_operators.py adds some. Left out:
# arithmetic that no operand here has, and `==` against `is`, which differ by luck.
OPERATORS = (
    *(f"core/{name}" for name in ("ExceptionReplacer", "NumberReplacer", "ZeroIterationForLoop")),
    *(f"core/{name}" for name in ("ReplaceAndWithOr", "ReplaceOrWithAnd")),
    *(f"core/{name}" for name in ("ReplaceTrueWithFalse", "ReplaceFalseWithTrue")),
    *(f"core/{name}" for name in ("ReplaceBreakWithContinue", "ReplaceContinueWithBreak")),
    *(f"core/ReplaceUnaryOperator_Delete_{name}" for name in ("Not", "USub")),
    *(f"core/ReplaceComparisonOperator_{name}" for name in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")),
    *(f"core/ReplaceComparisonOperator_{name}" for name in ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt")),
    *(f"core/ReplaceComparisonOperator_{name}" for name in ("Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt")),
    *(f"core/ReplaceBinaryOperator_{name}" for name in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul")),
    *(f"core/ReplaceBinaryOperator_{name}" for name in ("BitOr_BitAnd", "BitAnd_BitOr", "BitOr_Sub", "Sub_BitOr")),
)


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    :ivar was: the changed lines before, without the white space around them.
    :ivar becomes: the same lines after.
    """

    path: str
    operator: str
    line: int
    was: str
    becomes: str
    code: str = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return f"{self.path}:{self.line}: {self.operator}\n    - {self.was}\n    + {self.becomes}"


@dataclass
class Tally:
    """What became of the mutants of one file."""

    killed: int = 0
    equivalent: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.killed + self.equivalent + len(self.survivors)


# Making mutants


def mutants_of(path: str) -> Iterator[Mutant]:
    """Every mutant of a file that is another program."""
    source = (ROOT / path).read_text(encoding="utf-8")
    seen = {_meaning(source)}
    for name, operator in _operators():
        places = [where for node in ast_nodes(get_ast(source)) for where in operator.mutation_positions(node)]
        for occurrence, (start, _end) in enumerate(places):
            code = cosmic_ray.mutating.mutate_code(source, operator, occurrence)
            meaning = _meaning(code) if code else ""
            if not code or meaning in seen:
                continue
            seen.add(meaning)
            yield Mutant(path, name, start[0], *_difference(source, code), code)


def _operators() -> Iterator[tuple[str, Any]]:
    for name in OPERATORS:
        yield name.partition("/")[2], cosmic_ray.plugins.get_operator(name)()
    for operator in mutation_operators.OPERATORS:
        yield operator.__name__, operator()


def _meaning(source: str) -> str:
    """The program without what has no effect on it or is the type checker's business (annotations, frozen classes), and
    without settings, whose exact values no test is to repeat (constants that stand for a number or a text)."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.keyword) and node.arg == "frozen":
            node.value = ast.Constant(None)
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            statement.value.value = None
    return ast.dump(tree)


def _difference(source: str, code: str) -> tuple[str, str]:
    """The lines that differ, joined."""
    before, after = source.splitlines(), code.splitlines()
    start = next(number for number, (old, new) in enumerate(zip(before, after, strict=False)) if old != new)
    end = next(number for number, (old, new) in enumerate(zip(before[::-1], after[::-1], strict=False)) if old != new)
    cut = (" ".join(line.strip() for line in lines[start : len(lines) - end]) for lines in (before, after))
    was, becomes = (" ".join(text.split()) for text in cut)
    return was, becomes


# Running tests


class _Replaced(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Imports other code in place of one module's."""

    def __init__(self, module: str, path: str, code: str) -> None:
        self._module, self._path, self._code = module, path, code

    def find_spec(
        self, name: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._module:
            return None
        return importlib.util.spec_from_loader(name, self, origin=str(ROOT / self._path))

    def get_source(self, fullname: str) -> str:
        return self._code

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._code, str(ROOT / self._path), "exec", dont_inherit=True)


def prepare() -> None:
    """Load what every test process needs, once."""
    sys.path[:0] = [str(BUILD / "coll"), str(ROOT / "tests")]
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(BUILD / "mutation-cache")
    for name in LOADED_ONCE:
        importlib.import_module(name)


def passes(tests: list[str], mutant: Mutant | None, seconds: float) -> bool:
    """Whether these tests pass in a process of their own, in time."""
    child = os.fork()
    if child == 0:
        _test(tests, mutant, seconds)
    _pid, status = os.waitpid(child, 0)
    return status == 0


def _test(tests: list[str], mutant: Mutant | None, seconds: float) -> None:
    """Run the tests and end this process."""
    code = 1
    try:
        # Ends this process, whatever the mutant is doing.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.chdir(ROOT)
        if mutant:
            module = f"ansible_collections.{NAMESPACE}.{NAME}." + mutant.path.removesuffix(".py").replace("/", ".")
            sys.meta_path.insert(0, _Replaced(module, mutant.path, mutant.code))
            importlib.import_module(module)
        import pytest

        code = pytest.main([*PYTEST, *tests])
    finally:
        # Without the clean-up of the process it was copied from.
        os._exit(code)


def limit_of(tests: list[str]) -> float:
    """How many seconds these tests may take with a mutant."""
    began = time.monotonic()
    if not passes(tests, None, 600):
        raise SystemExit(f"The tests fail without any mutant, see {LOG}: {' '.join(tests)}")
    return (time.monotonic() - began) * PATIENCE + MORE_SECONDS


# The run


def examine(path: str, tests: list[str], known: set[tuple[str, str]]) -> Tally:
    """:param known: the mutants of this file, as what was and what becomes of it, that behave like the original."""
    limit, tally, unseen = limit_of(tests), Tally(), set(known)
    for mutant in mutants_of(path):
        key = (mutant.was, mutant.becomes)
        unseen.discard(key)
        if not passes(tests, mutant, limit):
            tally.killed += 1
            if key in known:
                raise SystemExit(f"This mutant is listed as equivalent, and the tests notice it:\n{mutant.name}")
        elif key in known:
            tally.equivalent += 1
        else:
            tally.survivors.append(mutant)
            print(f"survived: {mutant.name}", flush=True)
    if unseen:
        raise SystemExit("\n".join(f"{path}: listed as equivalent, and no such mutant: {was}" for was, _is in unseen))
    return tally


def main(wanted: Iterable[str]) -> int:
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
    prepare()
    began, tallies = time.monotonic(), {}
    for path, tests in config["files"].items():
        if wanted and not any(part in path for part in wanted):
            continue
        known = {(entry["was"], entry["becomes"]) for entry in config["equivalent"] if entry["file"] == path}
        tallies[path] = examine(path, tests, known)
        print(_line(path, tallies[path]), flush=True)
    survivors = sum(len(tally.survivors) for tally in tallies.values())
    print(f"{time.monotonic() - began:.0f} seconds")
    print(f"{sum(tally.total for tally in tallies.values()) - survivors} passed, {survivors} failed")
    return 1 if survivors or not tallies else 0


def _line(path: str, tally: Tally) -> str:
    counts = f"{tally.killed} killed, {len(tally.survivors)} survived, {tally.equivalent} equivalent"
    return f"{Path(path).relative_to('plugins/module_utils')}: {tally.total} mutants, {counts}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
