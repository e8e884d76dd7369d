# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the stages of `make test` and `make lint`, three at a time, each with a log of its own.

Usage: stages.py [GROUP or STAGE]...    (none: all of them)

The last line says how many passed and failed: a pytest stage counts its tests, any other stage counts as one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

from tools.checkout import BUILD, NAME, NAMESPACE, ROOT

LOGS = BUILD / "logs"
MOLECULE = ROOT / "extensions/molecule"

# On two cores: a stage that starts processes or waits for a service leaves some of a core to the others.
AT_ONCE = 3
LIMIT_SECONDS = 1200
PATIENCE_SECONDS = 10
TAIL_LINES = 60

# What a caller's shell may hold that would change a result. The Makefile sets the few ANSIBLE_ variables that stay.
DROPPED_PREFIXES = (
    *("ANSIBLE_", "COVERAGE_", "MOLECULE_", "PYTEST_", "XDG_"),
    *("CII_", "DUO_", "ISE_", "SAFE_", "SECURE_ENDPOINT_"),
)
DROPPED_NAMES = {"FORCE_COLOR", "PY_COLORS", "PYTHONWARNINGS"}
KEPT_NAMES = {"ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_HOME", "ANSIBLE_LOCALHOST_WARNING"}
# Only a stage that downloads needs the way to the outside; the others talk to this machine alone.
NETWORK_NAMES = {"CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"}
NETWORK_SUFFIX = "_PROXY"

# What depends on Python, and so runs on the oldest one too, which the oldest ansible-core gets.
PYTHON = ("tests/unit/plugins",)
# What depends on ansible-core, and so runs on the oldest and the newest one too: the engine, both front ends, every
# module both ways, its examples and its matrix, and each role from nothing to its end.
CORE = (
    "tests/unit/plugins/action",
    "tests/unit/plugins/callback",
    "tests/unit/plugins/plugin_utils",
    "tests/unit/plugins/module_utils/test__resource.py",
    "tests/unit/plugins/module_utils/test__task.py",
    "tests/module/test_harness.py",
    "tests/module/test_two_ways.py",
    "tests/module/test_misplaced_secrets.py",
    "tests/module/test_ends_of_input.py::test_a_variable_of_the_environment_that_cannot_be_read_is_named_and_not_shown",
    "tests/module/test_examples.py",
    "tests/module/test_duo_admin_api_app.py::test_matrix",
    "tests/module/test_duo_auth_api_app.py::test_matrix",
    "tests/module/test_duo_policy.py::test_matrix",
    "tests/module/test_ise_duo_mfa.py::test_matrix_with_keys_that_come_from_duo",
    "tests/module/test_ise_identity_sync.py::test_matrix",
    "tests/module/test_ise_mfa_rule.py::test_matrix",
    "tests/module/test_ise_policy.py::test_matrix",
    "tests/module/test_ise_policy_rules.py::test_matrix",
    "tests/module/test_ise_pxgrid_client.py::test_matrix",
    "tests/module/test_safe_integration.py::test_matrix",
    "tests/output/test_canary.py::test_a_secret_in_the_wrong_place_is_not_printed",
    "tests/flow/test_handoff.py",
    "tests/flow/test_ise_duo_mfa.py::test_first_check_first_run_and_second_run",
    "tests/flow/test_ise_duo_mfa.py::test_keys_from_a_vault_without_any_access_to_the_admin_api_of_duo",
    "tests/flow/test_safe.py::test_from_nothing_to_the_end",
    "tests/flow/test_summary.py::test_without_colour_it_shows_what_would_change_and_takes_the_place_of_the_lines",
    "tests/flow/test_trusted_endpoints.py::test_from_nothing_to_the_end",
)


# The sanity tests that depend on ansible-core or on Python; the rest are rules of style, for the newest core.
CORE_SANITY = ("action-plugin-docs", "ansible-doc", "compile", "import", "runtime-metadata", "validate-modules")
NEWEST = "core-newest" if (BUILD / "core-newest/bin/python").exists() else "dev"


@dataclass(frozen=True)
class Stage:
    """One command that passes or fails.

    `needs` are paths that must exist, so that a stage cannot pass for want of anything to test. `leave` is a command
    that is run afterwards, however the stage ended. An `is_alone` one never spreads its tests. `also_in` is another
    stage and the folders that are left to it where both run.
    """

    name: str
    group: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    environment: str = "dev"
    is_pytest: bool = False
    is_alone: bool = False
    downloads: bool = False
    leave: tuple[str, ...] = ()
    also_in: tuple[str, tuple[str, ...]] = ("", ())

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    @property
    def report(self) -> Path:
        return LOGS / f"{self.name}.xml"

    @property
    def scratch(self) -> Path:
        return BUILD / "pytest" / self.name


@dataclass(frozen=True)
class Result:
    stage: Stage
    problem: str
    seconds: float
    processor_seconds: float
    passed: int
    failed: int


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    """A command of the development environment."""
    return (str(BUILD / "dev/bin" / name), *arguments)


def lint(name: str, *command: str) -> Stage:
    return Stage(name, "lint", tool(*command))


def tests(name: str, group: str, environment: str, *folders: str) -> Stage:
    python = str(BUILD / environment / "bin/python")
    needs = tuple(folder.partition("::")[0] for folder in folders)
    return Stage(name, group, (python, "-m", "pytest", *folders), needs, environment, is_pytest=True)


def sanity(name: str, environment: str, *names: str) -> Stage:
    python = str(BUILD / environment / "bin/python")
    return Stage(name, "sanity", (python, "-m", "tools.sanity", *names), environment=environment, downloads=True)


# The tests of the flows are two stages, because one would last longer than all others together allow.
PAGES = ("tests/flow/test_handoff.py", "tests/flow/test_trusted_endpoints.py")
FLOWS = tuple(str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/flow").glob("test_*.py")))

# The long ones first, so that the workers finish close together.
STAGES = (
    tests("flow", "tests", "dev", *(path for path in FLOWS if path not in PAGES)),
    tests("flow-pages", "tests", "dev", *PAGES),
    tests("module", "tests", "dev", "tests/module"),
    tests("output", "tests", "dev", "tests/output"),
    sanity("sanity", NEWEST),
    tests("core-2.16", "matrix", "core-2.16", *PYTHON, *CORE),
    Stage(
        "molecule",
        "molecule",
        # Each scenario does what the one called default does: it starts and stops the lab.
        tool("python", "-m", "pytest", "tests/scenarios", "-k", "not default"),
        needs=("extensions/molecule/default",),
        is_pytest=True,
        is_alone=True,
        leave=tool("ansible-playbook", "-i", f"{MOLECULE}/inventory.yml", f"{MOLECULE}/default/destroy.yml"),
    ),
    replace(tests("unit", "tests", "dev", "tests/unit"), also_in=("core-2.16", PYTHON)),
    tests("core-newest", "matrix", "core-newest", *CORE),
    # It starts ansible-playbook for each playbook and role.
    lint("ansible-lint", "python", "tests/launcher/within.py", "ansible-lint", "--offline"),
    sanity("sanity-2.16", "core-2.16", *CORE_SANITY),
    lint("docs", "python", "-m", "tools.docs"),
    Stage("package", "package", tool("python", "-m", "tools.package", "smoke")),
    lint("mypy", "mypy", "-p", f"ansible_collections.{NAMESPACE}.{NAME}.plugins", "-p", "lab", "-p", "tools"),
    lint("docs-lint", "antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck", "."),
    lint("yamllint", "yamllint", "-s", "."),
    lint("ruff", "ruff", "check", "."),
    lint("format", "ruff", "format", "--check", "."),
    lint("changelog", "antsibull-changelog", "lint"),
    lint("licences", "reuse", "lint"),
    lint("conventions", "python", "-m", "tools.conventions"),
)


def child_environment(stage: Stage) -> dict[str, str]:
    """The environment variables of a stage: the caller's, less what could change a result."""

    def stays(name: str) -> bool:
        if name in NETWORK_NAMES or name.upper().endswith(NETWORK_SUFFIX):
            return stage.downloads
        return name in KEPT_NAMES or not (name in DROPPED_NAMES or name.startswith(DROPPED_PREFIXES))

    variables = {name: value for name, value in os.environ.items() if stays(name)}
    binaries = BUILD / stage.environment / "bin"
    variables |= {
        "ANSIBLE_PYTHON_INTERPRETER": str(binaries / "python"),
        "NO_COLOR": "1",
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        # Otherwise reuse takes libmagic where there is one, and the result would depend on the machine.
        "REUSE_ENCODING_MODULE": "charset_normalizer",
    }
    return variables


class Runner:
    """Starts stages and stops them all when the run is interrupted."""

    def __init__(self, workers_each: int) -> None:
        self._workers_each = workers_each
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._interrupted = False

    def run(self, stage: Stage) -> Result:
        started, processor_seconds = time.monotonic(), 0.0
        missing = [path for path in stage.needs if not (ROOT / path).exists()]
        if missing:
            problem = f"there is no {' and no '.join(missing)}"
            stage.log.write_text(problem + "\n")
        else:
            self._say(f".. {stage.name}")
            problem, processor_seconds = self._command(stage)
        passed, failed, skipped = counts(stage, bool(problem))
        if skipped and not problem:
            problem, failed = f"{skipped} tests were skipped, and none may be", skipped
        result = Result(stage, problem, time.monotonic() - started, processor_seconds, passed, failed)
        self._report(result)
        return result

    def interrupt(self) -> None:
        with self._lock:
            self._interrupted = True
            for process in self._running:
                os.killpg(process.pid, signal.SIGTERM)

    def _command(self, stage: Stage) -> tuple[str, float]:
        """Run the stage's command; return what went wrong, or nothing, and the processor seconds it took."""
        command = list(stage.command)
        if stage.is_pytest:
            stage.report.unlink(missing_ok=True)
            workers = 0 if stage.is_alone else self._workers_each
            command += ["-n", str(workers), f"--junitxml={stage.report}", f"--basetemp={stage.scratch}"]
        variables = child_environment(stage)
        with stage.log.open("wb") as log:
            with self._lock:
                if self._interrupted:
                    return "interrupted", 0.0
                process = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
                self._running.add(process)
            try:
                code, processor_seconds = wait(process, LIMIT_SECONDS)
                return f"exit code {code}" if code else "", processor_seconds
            except subprocess.TimeoutExpired:
                return f"stopped after {LIMIT_SECONDS} s", 0.0
            finally:
                with self._lock:
                    self._running.discard(process)
                end_group(process)
                if stage.leave:
                    subprocess.run(stage.leave, cwd=ROOT / "tests", env=variables, stdout=log, stderr=log, check=False)

    def _report(self, result: Result) -> None:
        stage = result.stage
        tests_run = f"{result.passed} passed, " if stage.is_pytest else ""
        verdict = "FAILED" if result.problem else "ok"
        lines = [f"== {stage.name} ... {verdict} ({tests_run}{result.seconds:.0f} s)"]
        if result.problem:
            tail = stage.log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
            lines += [f"   | {line}" for line in tail]
            lines += [f"   {result.problem}; the whole log is {stage.log.relative_to(ROOT)}"]
        self._say("\n".join(lines))

    def _say(self, text: str) -> None:
        with self._lock:
            print(text, flush=True)


def wait(process: subprocess.Popen[bytes], seconds: float) -> tuple[int, float]:
    """The exit code, and the processor seconds of the process and of every process that it has waited for.

    Those depend little on what else the machine does. Raises TimeoutExpired.
    """
    deadline = time.monotonic() + seconds
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, used.ru_utime + used.ru_stime
        if time.monotonic() > deadline:
            raise subprocess.TimeoutExpired(process.args, seconds)
        time.sleep(0.1)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End what a stage may have left running, so that a second run meets no first one."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, kind)
        except ProcessLookupError:
            return
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def counts(stage: Stage, has_failed: bool) -> tuple[int, int, int]:
    """How many tests passed, failed and were skipped; a stage without a report of its own is one test."""
    if not stage.is_pytest or not stage.report.exists():
        return int(not has_failed), int(has_failed), 0
    suite = ElementTree.parse(stage.report).getroot().find("testsuite")
    if suite is None:
        return 0, 1, 0
    total, failures, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
    failed = failures + errors
    return total - failed - skipped, max(failed, int(has_failed)), skipped


def selected(names: Iterable[str]) -> list[Stage]:
    """The stages that are asked for by name or group, less those whose environment this machine cannot have."""
    wanted = set(names)
    unknown = wanted - {stage.name for stage in STAGES} - {stage.group for stage in STAGES}
    if unknown:
        raise SystemExit(f"No such stage or group: {', '.join(sorted(unknown))}.")
    chosen = [stage for stage in STAGES if not wanted or {stage.name, stage.group} & wanted]
    environments = {stage.environment for stage in chosen}
    if "core-2.16" in environments and not (BUILD / "core-2.16/lib/python3.10").exists():
        print("No Python 3.10 works here, so ansible-core 2.16 is tested on 3.11, and mypy alone speaks for 3.10.")
    if (BUILD / "core-newest/bin/python").exists():
        return chosen
    possible = [stage for stage in chosen if stage.environment != "core-newest"]
    if len(possible) < len(chosen):
        print("No Python newer than 3.11 works here, so ansible-core is tested at 2.16 and 2.19, not at its newest.")
    return possible


def less_what_others_run(stages: list[Stage]) -> list[Stage]:
    """The same stages, each without the tests that another of them runs too."""
    names = {stage.name for stage in stages}

    def less(stage: Stage) -> Stage:
        other, folders = stage.also_in
        ignored = tuple(f"--ignore={folder}" for folder in folders if other in names)
        return replace(stage, command=(*stage.command, *ignored))

    return [less(stage) for stage in stages]


def main(names: list[str]) -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    (BUILD / "pytest").mkdir(exist_ok=True)
    stages = less_what_others_run(selected(names))
    # Several stages keep two cores busy; a single one spreads its tests itself.
    runner = Runner(workers_each=0 if len(stages) > 1 else 2)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    pool, started = ThreadPoolExecutor(AT_ONCE), time.monotonic()
    try:
        results = list(pool.map(runner.run, stages))
    except KeyboardInterrupt:
        runner.interrupt()
        pool.shutdown(cancel_futures=True)
        return 130
    minutes = (time.monotonic() - started) / 60
    for what in ("seconds", "processor_seconds"):
        used = sorted(((getattr(result, what), result.stage.name) for result in results), reverse=True)
        listed = ", ".join(f"{name} {value:.0f}" for value, name in used)
        print(f"{what.replace('_', ' ').capitalize()} by stage: {listed}")
    total = sum(result.processor_seconds for result in results)
    print(f"All stages took {minutes:.1f} minutes and {total:.0f} processor seconds.")
    failures = [result.stage.name for result in results if result.problem]
    if failures:
        print(f"Failed: {', '.join(failures)}. Logs: {LOGS.relative_to(ROOT)}/")
    print(f"{sum(result.passed for result in results)} passed, {sum(result.failed for result in results)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
