# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection, and with `smoke` install the artefact into an empty place and run the main flow from there.

Usage: package.py [smoke | into FOLDER]
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tools.checkout import BUILD, NAME, NAMESPACE, copy_project, project_files
from tools.docs import write_guides
from tools.lab import lab_process

COLLECTION = f"{NAMESPACE}.{NAME}"
BINARIES = Path(sys.executable).parent
DIST = BUILD / "dist"
PLACE = BUILD / "package"
INSTALLED = PLACE / "installed"
LAB_FILE = PLACE / "lab.json"

# The artefact holds what a user runs and reads, all of it and nothing else.
CONTENT = {
    *("CHANGELOG.rst", "FILES.json", "LICENSE", "MANIFEST.json", "README.md", "SECURITY.md", "requirements.txt"),
    *("changelogs", "docs", "extensions", "meta", "playbooks", "plugins", "roles", "tests"),
}
# All that is kept of these two. A hub's own ansible-test reads in the file which Pythons are promised.
OF_EQUIPMENT = {"extensions", "tests", "tests/config.yml"}

# The least that a user has to say; the rest are the role's defaults.
FLOW = {
    "ise_duo_mfa_connection_name": "Duo",
    "ise_duo_mfa_active_directory": "CORP_AD",
    "ise_duo_mfa_groups": ["corp.example/Users/Duo Users"],
    "ise_duo_mfa_sync_name": "Duo users",
    "ise_duo_mfa_admin_app": "ISE Admin API",
    "ise_duo_mfa_auth_app": "ISE Auth API",
}


class PackageError(Exception):
    """The artefact is not what it should be."""


def run(*command: str | Path, environment: dict[str, str] | None = None, cwd: Path = PLACE, show: bool = True) -> str:
    """Run a command and return what it prints, showing that too; a failing command is a PackageError."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if show or done.returncode:
        print(done.stdout, end="", flush=True)
    if done.returncode:
        raise PackageError(f"{Path(command[0]).name} ended with {done.returncode}.")
    return done.stdout


def build(place: Path = DIST) -> Path:
    """Build the artefact from a clean copy of the committed files, and return its path, which is below `place`."""
    source = place / "source"
    shutil.rmtree(place, ignore_errors=True)
    copy_project(source, committed=True)
    left_out = set(project_files(committed=False)) - set(project_files(committed=True))
    if left_out:
        print(f"These files are not committed, and so not in the archive: {', '.join(map(repr, sorted(left_out)))}")
    check_links(source)
    write_guides(source / "docs", place / "guides")
    run(BINARIES / "ansible-galaxy", "collection", "build", "--output-path", place, cwd=source)
    (artefact,) = place.glob("*.tar.gz")
    check_content(artefact, {path.stem for path in (source / "docs/docsite/rst").glob("guide_*.rst")})
    return artefact


def check_links(source: Path) -> None:
    """Refuse a link to what is not in the copy, because the builder would pack what it leads to."""
    for path in source.rglob("*"):
        if path.is_symlink() and not path.resolve().is_relative_to(source.resolve()):
            raise PackageError(f"{path.relative_to(source)} is a link to what is not part of the project.")


def check_content(artefact: Path, guides: set[str]) -> None:
    """Delete and refuse an artefact that holds more or less than CONTENT at its top, or a hidden file anywhere."""
    with tarfile.open(artefact) as archive:
        names = archive.getnames()
    top = {name.split("/")[0] for name in names}
    hidden = {name for name in names if "/." in f"/{name}"}
    inner = {name for name in names if name.split("/")[0] in ("extensions", "tests")} ^ OF_EQUIPMENT
    pages = {f"docs/{guide}.md" for guide in guides}
    lacks, extra = CONTENT - top | pages - set(names), top - CONTENT | hidden | inner
    for what, which in (("lacks", lacks), ("should not hold", extra)):
        if which:
            artefact.unlink()
            raise PackageError(f"{artefact.name} {what} {', '.join(sorted(which))}.")


def install(artefact: Path, environment: dict[str, str]) -> None:
    """Install the artefact where no other collection is."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    run(BINARIES / "ansible-galaxy", "collection", "install", "--offline", artefact, environment=environment)


def check_import(artefact: Path) -> None:
    """What a hub does with an artefact before it publishes it, but for ansible-lint and ansible-test, which are stages
    of their own. An error of the importer ends it; of its warnings, those about the collection as a whole count."""
    settings = PLACE / "importer.cfg"
    settings.write_text("[galaxy-importer]\nRUN_ANSIBLE_LINT = False\nRUN_FLAKE8 = False\nCHECK_REQUIRED_TAGS = True\n")
    environment = os.environ | {"GALAXY_IMPORTER_CONFIG": str(settings)}
    shown = run(Path(sys.executable), "-m", "galaxy_importer.main", artefact, environment=environment, show=False)
    problems = [line for line in shown.splitlines() if line.startswith(("WARNING", "ERROR"))]
    if problems:
        raise PackageError("The importer of a hub says:\n" + "\n".join(problems))


def check_documentation(environment: dict[str, str]) -> None:
    """Every installed module must be found and documented under its full name."""
    folder = INSTALLED / "ansible_collections" / NAMESPACE / NAME / "plugins/modules"
    modules = sorted(f"{COLLECTION}.{path.stem}" for path in folder.glob("*.py"))
    shown = run(BINARIES / "ansible-doc", "-t", "module", "-j", *modules, environment=environment, show=False)
    documented = json.loads(shown)
    missing = set(modules) - set(documented)
    if missing or not modules:
        raise PackageError(f"ansible-doc does not know {', '.join(sorted(missing)) or 'any module'}.")


def check_flow(environment: dict[str, str]) -> None:
    """The playbook must do its work against the lab, and find nothing to do the second time."""
    playbook: list[str | Path] = [BINARIES / "ansible-playbook", "-i", "localhost,", "-c", "local"]
    for expect_change in (True, False):
        shown = run(*playbook, "-e", json.dumps(FLOW), f"{COLLECTION}.ise_duo_mfa", environment=environment)
        changed = re.search(r"^localhost +: .*\bchanged=(\d+)", shown, re.MULTILINE)
        if changed is None or (int(changed[1]) > 0) is not expect_change:
            wanted = "first run of the playbook should change something" if expect_change else "second should not"
            raise PackageError(f"The {wanted}.")


def smoke(artefact: Path) -> None:
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(INSTALLED)}
    install(artefact, environment)
    check_import(artefact)
    check_documentation(environment)
    with lab_process(LAB_FILE) as lab:
        check_flow(environment | lab.environment("duo", "ise"))


def main(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["into"]:
            build(Path(arguments[1]))
            return 0
        artefact = build()
        if arguments == ["smoke"]:
            smoke(artefact)
    except PackageError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
