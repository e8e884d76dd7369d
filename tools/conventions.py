# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the conventions that no linter knows. Prints each breach and exits 1 if there is one."""

from __future__ import annotations

import re

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


if __name__ == "__main__":
    problems = breaches()
    print("\n".join(problems) or "No breach.")
    raise SystemExit(bool(problems))
