# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the conventions that no linter knows. Prints each breach and exits 1 if there is one."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tools.checkout import ROOT, project_files

# (what is refused, in which files, why)
RULES = (
    (r"\b(fail|exit)_json\b", r"plugins/module_utils/.*\.py", "libraries raise, only a module's main() ends it"),
    (
        r"except (Base)?Exception\b(?!.*# The one place)|except:",
        r"(plugins|tests|tools|benchmarks)/.*\.py",
        "name what may be raised",
    ),
    (r"#\s*(noqa|nosec|type: ignore)", r"(plugins|tests|tools|benchmarks)/.*\.py", "fix it instead of silencing it"),
    (
        r"(if|and|or|not) [^\"]*\bcheck_mode\b",
        r"plugins/modules/.*\.py|plugins/module_utils/_\w+/(?!client\.py).*\.py",
        "the engine has words for what check mode foresees",
    ),
    (r"ansible_check_mode", r"roles/.*\.yml", "ask what a module returns: it knows what it did"),
    (r"\b(TODO|FIXME)\b", r".*\.(py|yml|yaml|md|rst|sh)|Makefile", "do it now or file an issue"),
    (
        r"no_log:",
        r"roles/.*/meta/argument_specs\.yml",
        "ansible-core 2.16 refuses inline vault texts there; the modules hide the values",
    ),
    (
        r"(?i)(?<![a-z])(un)?(told|tells?)(?![a-z])"
        r"|(?<![a-z])(whom|lest|in vain|of itself|anew|thus|hence|whilst|mend(s|ed)?|heal(s|ed)?|heed(s|ed)?)(?![a-z])",
        r"(docs|roles|playbooks|plugins|tools|benchmarks|extensions|changelogs|tests)/.*\.(py|md|rst|yml|j2)|[A-Z]+\.md",
        "plain English: name who acts, and use the field's words",
    ),
    (
        r"(?i)(?<![a-z])(somebody|nobody)(?![a-z])",
        r"(docs|roles|playbooks|plugins|tools|benchmarks|extensions|changelogs)/.*\.(py|md|rst|yml|j2)|[A-Z]+\.md",
        "name who acts",
    ),
    (
        r"\b([BCEILMOPUV]|RV)\(",
        r"changelogs/fragments/.*\.yml",
        "release notes do not render the markup of modules: write ``literal``",
    ),
    (r"^ *```\w+ ", r".*\.md", "a block of code begins on the next line"),
    (r"pytest\.(skip|mark\.(skip|xfail))", r"tests/.*\.py", "a test runs or does not exist"),
)
# This file names what it refuses.
EXEMPT = "tools/conventions.py"
# Ansible looks for these names.
OF_ANSIBLE = {"ActionModule", "CallbackModule", "FilterModule", "ModuleDocFragment"}
MOST_LINES_OF_LOGIC = 60


def breaches() -> list[str]:
    """One text per line that breaks a rule."""
    found = []
    for name in project_files(committed=False):
        rules = [(re.compile(what), why) for what, where, why in RULES if re.fullmatch(where, name)]
        if not rules or name == EXEMPT:
            continue
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), start=1):
            found += [f"{name}:{number}: {line.strip()}\n    {why}" for what, why in rules if what.search(line)]
    return found


def repeated_names() -> list[str]:
    """One text per class of the collection whose name another of its files gives to something too."""
    places: dict[str, list[str]] = defaultdict(list)
    classes = set()
    for name, tree in _trees(r"plugins/.*\.py"):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes.add(node.name)
                places[node.name].append(name)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                places[node.targets[0].id].append(name)
    repeated = [name for name in sorted(classes - OF_ANSIBLE) if len(places[name]) > 1]
    return [f"{', '.join(places[name])}: {name}\n    a name means one thing" for name in repeated]


def long_modules() -> list[str]:
    """One text per module that has too much code after its documentation."""
    found = []
    for name, tree in _trees(r"plugins/modules/\w+\.py"):
        texts = [node.end_lineno or 0 for node in tree.body if isinstance(node, ast.Assign) and _is_long_text(node)]
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()[max(texts) :]
        count = sum(bool(line.strip()) for line in lines)
        if count > MOST_LINES_OF_LOGIC:
            found.append(f"{name}: {count} lines\n    at most {MOST_LINES_OF_LOGIC} after the documentation")
    return found


def _trees(where: str) -> Iterator[tuple[str, ast.Module]]:
    for name in project_files(committed=False):
        if re.fullmatch(where, name):
            yield name, ast.parse((ROOT / name).read_text(encoding="utf-8"))


def _is_long_text(node: ast.Assign) -> bool:
    return isinstance(node.value, ast.Constant) and "\n" in str(node.value.value)


if __name__ == "__main__":
    problems = [*breaches(), *repeated_names(), *long_modules()]
    print("\n".join(problems) or "No breach.")
    raise SystemExit(bool(problems))
