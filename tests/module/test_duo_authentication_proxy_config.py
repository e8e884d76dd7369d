# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``authproxy.cfg`` on the machine of a Duo Authentication Proxy, with stand-ins for the proxy's programs."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo import proxy_host

from .harness import WAYS, Options, Result, Run

MODULE = "duo_authentication_proxy_config"
SKEY, RADIUS, PASSWORD = "canary-skey-0123456789", "canary-radius-secret", "canary of the directory"
TEXT = """\
; made by the installer
[main]
log_max_files=10

[radius_server_auto2]
ikey=DIOTHERXXXXXXXXXXXXX
skey=canary-of-somebody-else
"""
GOOD = "[info] There are no configuration problems"
SERVER: Options = {
    "name": "radius_server_auto",
    "settings": {"ikey": "DIXXXXXXXXXXXXXXXXXX", "client": "ad_client", "port": 1812, "allow_concat": True},
    "secrets": {"skey": SKEY, "radius_secret_1": RADIUS},
}
CLIENT: Options = {
    "name": "ad_client",
    "settings": {"host": "192.0.2.20", "service_account_username": "duo", "exempt_ou_1": None},
    "secrets": {"service_account_password": PASSWORD},
}


class Proxy:
    """The machine."""

    def __init__(self, folder: Path, run: Run) -> None:
        self._run = run
        self._bin = folder / "bin"
        self.conf = folder / "conf"
        self.path = self.conf / "authproxy.cfg"
        for place in (self._bin, self.conf):
            place.mkdir()
        self.path.write_text(TEXT)
        self.path.chmod(0o640)
        self.program("authproxy_connectivity_tool", GOOD)
        self.program("authproxyctl", "")

    def program(self, name: str, prints: str, status: int = 0) -> None:
        """Notes that it was called, and what the file was then."""
        script = f'#!/bin/sh\necho {name} "$@" >> {self._bin}/calls\ncat {self.path} > {self._bin}/{name}.saw\n'
        (self._bin / name).write_text(f"{script}cat <<'END'\n{prints}\nEND\nexit {status}\n")
        (self._bin / name).chmod(0o755)

    def remove(self, name: str) -> None:
        (self._bin / name).unlink()

    def calls(self) -> list[str]:
        """Since the last look."""
        found = self._bin / "calls"
        lines = found.read_text().splitlines() if found.exists() else []
        found.unlink(missing_ok=True)
        return [line.strip() for line in lines]

    def saw(self, name: str) -> str:
        return (self._bin / f"{name}.saw").read_text()

    def options(self, *sections: Options, **more: Any) -> Options:
        return {"path": str(self.path), "bin_dir": str(self._bin), "sections": list(sections), **more}

    def ok(self, *sections: Options, **more: Any) -> Result:
        return censored(self._run.ok(MODULE, **self.options(*sections, **more)))

    def fails(self, *sections: Options, **more: Any) -> Result:
        return censored(self._run.fails(MODULE, **self.options(*sections, **more)))

    def left_over(self) -> list[str]:
        return sorted(path.name for path in self.conf.iterdir() if path != self.path)


def censored(result: Result) -> Result:
    assert "canary" not in str(result), result
    return result


@pytest.fixture
def proxy(run: Run, tmp_path: Path) -> Proxy:
    return Proxy(tmp_path, run)


TEST_AND_RESTART = ["authproxy_connectivity_tool", "authproxyctl restart"]


def step(proxy: Proxy, *sections: Options, **more: Any) -> Result:
    """As the matrix has it: predicted, done, and nothing left to do."""
    before, _earlier = proxy.path.read_bytes(), proxy.calls()
    check = proxy.ok(*sections, **more, check=True)
    assert (proxy.path.read_bytes(), proxy.calls()) == (before, [])
    real = proxy.ok(*sections, **more)
    assert check["changed"] and real["changed"] and check["diff"] == real["diff"]
    assert check["diff"]["before"] != check["diff"]["after"]
    assert check.get("sections") == real.get("sections")
    assert proxy.calls() == TEST_AND_RESTART
    after = proxy.path.read_bytes()
    for again in (True, False):
        assert not proxy.ok(*sections, **more, check=again)["changed"]
        assert proxy.path.read_bytes() == after
        assert proxy.calls() == ([] if again else TEST_AND_RESTART[:1])
    return real


@pytest.mark.parametrize("check", [True, False])
def test_a_file_that_cannot_be_changed_safely(proxy: Proxy, check: bool) -> None:
    proxy.path.write_text("[ad_client]\nhost=\n\n  canary\n")
    failed = proxy.fails(CLIENT, check=check)
    assert failed["error"]["kind"] == "invalid_input" and f"Could not change {proxy.path}" in failed["msg"]
    assert "a form that cannot be changed safely" in failed["msg"] and proxy.calls() == proxy.left_over() == []


def test_an_indented_section(proxy: Proxy) -> None:
    proxy.path.write_text(TEXT + "\n[cloud]\n  [ad_client]\n  host=192.0.2.1\n[http_proxy]\nport=80\n")
    step(proxy, CLIENT)
    failed = proxy.fails({"name": "cloud"}, state="absent")
    assert "cannot be changed safely" in failed["msg"] and "without indentation" in failed["msg"]
    assert "[ad_client]\n  host=192.0.2.20\n" in proxy.path.read_text()


def test_create_change_delete(proxy: Proxy) -> None:
    created = step(proxy, SERVER, CLIENT)
    assert created["verification"] == "verified" and "finds no problem" in created["step"]["detail"]
    assert proxy.path.read_text() == TEXT + (
        "\n[radius_server_auto]\nikey=DIXXXXXXXXXXXXXXXXXX\nclient=ad_client\nport=1812\nallow_concat=true\n"
        f"skey={SKEY}\nradius_secret_1={RADIUS}\n"
        f"\n[ad_client]\nhost=192.0.2.20\nservice_account_username=duo\nservice_account_password={PASSWORD}\n"
    )
    changed = step(proxy, {**SERVER, "settings": {**SERVER["settings"], "port": 1645}}, CLIENT)
    assert changed["diff"]["before"]["radius_server_auto"]["port"] == "1812"
    assert changed["step"]["detail"].startswith("Changed radius_server_auto in authproxy.cfg")
    step(proxy, {"name": "radius_server_auto"}, {"name": "ad_client"}, state="absent")
    assert proxy.path.read_text().strip() == TEXT.strip()


def test_the_file_keeps_its_mode_and_the_old_one_stays(proxy: Proxy) -> None:
    result = proxy.ok(SERVER)
    assert stat.S_IMODE(proxy.path.stat().st_mode) == 0o640
    copy = Path(result["backup_file"])
    assert copy.read_text() == TEXT and stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert proxy.left_over() == [copy.name]
    assert "backup_file" not in proxy.ok(CLIENT, backup=False) and proxy.left_over() == [copy.name]


def test_what_is_not_declared_stays(proxy: Proxy) -> None:
    proxy.path.write_text(f"{TEXT}[Radius_Server_Auto]\n# ISE\nradius_ip_2=192.0.2.31\nikey=old\n")
    proxy.ok(SERVER)
    assert "[Radius_Server_Auto]\n# ISE\nradius_ip_2=192.0.2.31\nikey=DIXXXXXXXXXXXXXXXXXX\n" in proxy.path.read_text()


def test_a_link_stays_one(proxy: Proxy, tmp_path: Path) -> None:
    real = tmp_path / "real.cfg"
    proxy.path.rename(real)
    proxy.path.symlink_to(real)
    proxy.ok(SERVER)
    assert proxy.path.is_symlink() and "[radius_server_auto]" in real.read_text()


def test_a_secret_in_plain_text_is_compared(proxy: Proxy) -> None:
    proxy.ok(SERVER)
    other = {**SERVER, "secrets": {"skey": SKEY, "radius_secret_1": "canary-another"}}
    result = step(proxy, other)
    assert result["diff"]["after"]["radius_server_auto.radius_secret_1"] == "rewritten"
    assert "radius_server_auto.skey" not in result["diff"]["after"]


@pytest.mark.parametrize("empty", ["", " \t", "\n", "\u200b\ufeff", None])
def test_what_is_empty_is_left_as_it_is(proxy: Proxy, empty: str | None) -> None:
    proxy.ok(SERVER)
    blank = {name: dict.fromkeys(SERVER[name], empty) for name in ("settings", "secrets")}
    assert not proxy.ok({**SERVER, **blank})["changed"]


def test_what_is_copied_along_is_no_part_of_a_value(proxy: Proxy) -> None:
    proxy.ok(SERVER)
    copied = {"settings": {"client": "\ufeffad_client\u00a0"}, "secrets": {"skey": f"{SKEY}\u200b\n"}}
    assert not proxy.ok({**SERVER, **copied})["changed"]


def test_an_encrypted_secret_is_kept_until_it_is_somebody_elses(proxy: Proxy) -> None:
    proxy.ok(SERVER)
    text = proxy.path.read_text().replace(f"skey={SKEY}", "skey_protected=canary-x==")
    text = text.replace(f"radius_secret_1={RADIUS}", "radius_secret_protected_1=canary-y==")
    proxy.path.write_text(text)
    assert not proxy.ok(SERVER)["changed"]
    step(proxy, {**SERVER, "settings": {**SERVER["settings"], "ikey": "DIANOTHERXXXXXXXXXXX"}})
    assert "skey_protected" not in proxy.path.read_text() and f"skey={SKEY}" in proxy.path.read_text()
    assert "radius_secret_protected_1=canary-y==" in proxy.path.read_text()
    assert proxy.ok(SERVER, update_secrets="always")["changed"]
    assert "protected" not in proxy.path.read_text() and f"radius_secret_1={RADIUS}" in proxy.path.read_text()
    assert proxy.ok(SERVER, update_secrets="always")["changed"]


def test_the_tool_tests_the_new_file_before_the_proxy_reads_it(proxy: Proxy) -> None:
    proxy.ok(SERVER)
    assert "[radius_server_auto]" in proxy.saw("authproxy_connectivity_tool")
    assert proxy.calls() == TEST_AND_RESTART


@pytest.mark.parametrize(
    ("prints", "status"), [("[error] The skey is canary-skey-0123456789", 0), ("usage", 2), ("", 1)]
)
def test_a_file_that_fails_the_test_is_taken_back(proxy: Proxy, prints: str, status: int) -> None:
    proxy.program("authproxy_connectivity_tool", prints, status)
    failed = proxy.fails(SERVER)
    assert "The file is as it was before" in failed["msg"] and failed["error"]["kind"] == "refused"
    assert (proxy.path.read_text(), proxy.left_over()) == (TEXT, [])
    assert stat.S_IMODE(proxy.path.stat().st_mode) == 0o640
    assert proxy.calls() == TEST_AND_RESTART[:1]
    assert proxy.ok(SERVER, test=False)["verification"] == "not_checked"


def test_a_file_that_was_in_place_and_fails_is_a_warning(proxy: Proxy) -> None:
    proxy.ok(SERVER)
    proxy.program("authproxy_connectivity_tool", "[error] Duo cannot be reached")
    result = proxy.ok(SERVER)
    assert (result["changed"], result["verification"], result["step"]["status"]) == (False, "failed", "ok")
    assert "Duo cannot be reached" in result["warnings"][0]


@pytest.mark.parametrize("name", ["authproxy_connectivity_tool", "authproxyctl"])
def test_a_program_that_is_not_there_is_said(proxy: Proxy, name: str) -> None:
    proxy.remove(name)
    result = proxy.ok(SERVER)
    assert "is not there" in result["warnings"][0]
    assert result["verification"] == ("not_checked" if "tool" in name else "verified")
    assert not proxy.ok(SERVER)["changed"]


def test_a_tool_without_an_end(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy_host, "PATIENCE", 0.2)
    proxy.program("authproxy_connectivity_tool", "$(sleep 0)")
    (proxy.conf.parent / "bin" / "authproxy_connectivity_tool").write_text("#!/bin/sh\nexec sleep 5\n")
    assert "no end after 0.2 seconds" in proxy.fails(SERVER)["msg"]
    assert proxy.path.read_text() == TEXT


def test_a_restart_that_failed_is_made_up_for(proxy: Proxy) -> None:
    proxy.program("authproxyctl", "no", 1)
    failed = proxy.fails(SERVER)
    assert "authproxyctl ends with the status 1" in failed["msg"] and "warnings" not in failed
    proxy.program("authproxyctl", "")
    proxy.calls()
    result = step(proxy, SERVER)
    assert result["step"]["detail"].startswith("Completed the restart of the Duo Authentication Proxy")


def test_a_run_that_was_stopped_before_the_restart_is_made_up_for(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_self: Any) -> None:
        raise MemoryError

    with monkeypatch.context() as stopped, pytest.raises(MemoryError):
        stopped.setattr(proxy_host.Programs, "test", stop)
        proxy.ok(SERVER)
    step(proxy, SERVER)


def test_without_a_restart_nothing_is_due(proxy: Proxy) -> None:
    proxy.ok(SERVER, restart=False)
    assert proxy.calls() == TEST_AND_RESTART[:1]
    assert not proxy.ok(SERVER)["changed"]


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"name": "a]"}, "is not a name of a section"),
        ({"name": "a", "settings": {"skey": "canary"}}, "a: settings.skey belongs into secrets"),
        ({"name": "a", "settings": {"http_proxy_password": "canary"}}, "belongs into secrets"),
        ({"name": "a", "secrets": {"ikey": "canary"}}, "a: secrets.ikey belongs into settings"),
        ({"name": "a", "secrets": {"skey_protected": "canary"}}, "name of an encrypted secret"),
        ({"name": "a", "settings": {"Host": "x"}}, "other characters"),
        ({"name": "a", "settings": {"host": "x\n[main]"}}, "has a line end"),
        ({"name": "a", "secrets": {"skey": "canary\ncanary"}}, "has a line end"),
        ({"name": "a", "settings": {"exempt_ou": ["x"]}}, "a: settings.exempt_ou is neither a text nor a number"),
        ({"name": "a", "secrets": {"skey": {"a": "canary"}}}, "a: secrets.skey is neither a text nor a number"),
        (None, "sections is empty"),
        ("twice", "names one of them twice"),
    ],
    ids=str,
)
def test_what_cannot_be_a_line_is_refused(proxy: Proxy, section: Any, words: str, check: bool) -> None:
    sections = {None: [], "twice": [SERVER, {**SERVER, "name": "RADIUS_server_auto"}]}
    wanted = sections[section] if isinstance(section, (str, type(None))) else [section]
    failed = proxy.fails(*wanted, check=check)
    assert words in failed["msg"] and failed["error"]["kind"] == "invalid_input"
    assert (proxy.path.read_text(), proxy.calls()) == (TEXT, [])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_text("[a]\ncanary\n"), "a line that is neither"),
        (lambda path: path.write_bytes(b"[a]\nx=\xff\n"), "not text in UTF-8"),
        (lambda path: path.write_text("[a]\n[A]\n"), "in case only"),
        (lambda path: path.unlink(), "Install the Duo Authentication Proxy first"),
        (_folder, "not a regular file"),
    ],
    ids=["broken", "binary", "doubled", "missing", "folder"],
)
def test_a_file_that_cannot_be_read(proxy: Proxy, spoil: Callable[[Path], object], words: str) -> None:
    spoil(proxy.path)
    assert words in proxy.fails(SERVER)["msg"]
    assert proxy.left_over() == []


def test_check_mode_before_the_proxy_is_installed(proxy: Proxy) -> None:
    proxy.path.unlink()
    foreseen = proxy.ok(SERVER, check=True)
    assert foreseen["changed"] and "will be installed" in foreseen["warnings"][0]
    assert not proxy.path.exists()


def test_a_path_that_depends_on_where_the_task_runs(proxy: Proxy) -> None:
    assert "not a full path" in proxy.fails(SERVER, path="conf/authproxy.cfg")["msg"]


@pytest.mark.parametrize("way", WAYS)
def test_a_folder_that_may_not_be_written(run: Run, proxy: Proxy, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    def refuse(*_arguments: Any, **_more: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    run.way = way
    failed = proxy.fails(SERVER, backup=False)
    assert "Permission denied" in failed["msg"] and "become" in failed["msg"]
    assert (proxy.path.read_text(), proxy.left_over()) == (TEXT, [])
