# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that a person puts a credential into decides about the credential and about nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret
from lab import Lab

from .harness import OMIT, Run

CREDENTIAL, COMPUTERS = "secure_endpoint_credential", "secure_endpoint_computer_info"
ID, KEY = "secure_endpoint_client_id", "secure_endpoint_api_key"
FROM_FILE = {ID: OMIT, KEY: OMIT}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "credential.yml"


@pytest.fixture(params=["action"])
def run(request: pytest.FixtureRequest, lab: Lab) -> Run:
    """The controller reads the file, so these run in the worker only."""
    return Run(request.param, lab)


def pair(lab: Lab, **other: Any) -> dict[str, Any]:
    return {ID: lab.secure_endpoint.client_id, KEY: lab.secure_endpoint.api_key, **other}


def refused(run: Run, lab: Lab, file: Path, module: str = CREDENTIAL, **options: Any) -> str:
    """Why; nothing was sent, and no value is repeated, which the harness looks for too."""
    lab.clear_requests()
    name = {"name": "Duo"} if module == CREDENTIAL else {}
    failed = run.fails(module, **name, secure_endpoint_credential_file=str(file), **{**FROM_FILE, **options})
    assert failed["error"]["kind"] == "invalid_input" and str(file) in failed["msg"]
    assert not lab.requests("secure_endpoint")
    return str(failed["msg"])


def test_both_modules_use_the_file(run: Run, lab: Lab, file: Path) -> None:
    file.write_text(
        f"# from the console\n{ID}: {lab.secure_endpoint.client_id}\n{KEY}: {lab.secure_endpoint.api_key}\n"
    )
    given = {"secure_endpoint_credential_file": str(file), **FROM_FILE}
    assert run.ok(CREDENTIAL, name="Duo", **given)["credential"]["status"] == "verified"
    assert run.ok(CREDENTIAL, name="Duo", state="absent", **given)["credential"]["status"] == "handoff_required"
    assert run.ok(COMPUTERS, **given)["summary"]
    environment = {"SECURE_ENDPOINT_CREDENTIAL_FILE": str(file)}
    verified = run.ok(CREDENTIAL, name="Duo", environment=environment, **FROM_FILE)
    assert verified["credential"]["status"] == "verified"


@pytest.mark.parametrize("content", [None, "", "# nothing yet\n", f"{ID}:\n{KEY}: ' '\n"])
def test_what_is_not_there_yet_is_handed_over(run: Run, lab: Lab, file: Path, content: str | None) -> None:
    if content is not None:
        file.write_text(content)
    lab.clear_requests()
    result = run.ok(CREDENTIAL, name="Duo", secure_endpoint_credential_file=str(file), **FROM_FILE)
    assert result["credential"]["status"] == "handoff_required"
    assert [step["id"] for step in result["handoff"]] == [CREDENTIAL] and not lab.requests("secure_endpoint")


def test_a_client_id_that_looks_like_a_number_is_text(run: Run, lab: Lab, file: Path) -> None:
    file.write_text(f"{ID}: 01234567890123456789\n{KEY}: 12345678-abcd-abcd-abcd-1234567890ab\n")
    result = run.ok(CREDENTIAL, name="Duo", secure_endpoint_credential_file=str(file), **FROM_FILE)
    assert result["credential"]["kind"] == "v1" and "warnings" not in result


@pytest.mark.parametrize("module", [CREDENTIAL, COMPUTERS])
@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"trusted_endpoints_max_blocked": 99999}, "it has trusted_endpoints_max_blocked"),
        ({"duo_api_host": "elsewhere"}, "it has duo_api_host"),
        ({"5ecd5ecd-5ecd-5ecd-5ecd-5ecd5ecd5ecd": 1}, "it has another name as well"),
        ({ID: "{{ lookup('pipe', 'touch MARK') }}"}, f"the value of {ID} is a template"),
        ({KEY: "{{ lookup('pipe', 'touch MARK') }}"}, f"the value of {KEY} is a template"),
        ({KEY: "{% if true %}x{% endif %}"}, "is a template"),
        ({KEY: "{# x #}"}, "is a template"),
        ({KEY: {"nested": "value"}}, f"the value of {KEY} is not plain text"),
        ({ID: ["0123456789abcdef0123"]}, f"the value of {ID} is not plain text"),
        ({ID: True}, f"the value of {ID} is not plain text"),
    ],
)
def test_anything_else_in_it_is_refused(
    run: Run, lab: Lab, file: Path, other: dict[str, Any], why: str, module: str
) -> None:
    mark = file.parent / "mark"
    file.write_text(json.dumps(pair(lab, **other)).replace("MARK", str(mark)))
    said = refused(run, lab, file, module)
    assert why in said and "two lines of YAML" in said and not mark.exists()
    assert "99999" not in said and "5ecd5ecd" not in said


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("- a list\n", "names with values"),
        ("hunter2hunter2\n", "names with values"),
        (f"{KEY}: 'hunter2hunter2\n", "not YAML"),
        (f"{KEY}: hunter2hunter2\n---\n{KEY}: other\n", "not YAML"),
        (f"{KEY}: hunter2hunter2\n{KEY}: other\n", f"it has {KEY} twice"),
        (f"{KEY}: !vault hunter2hunter2\n", "not plain text"),
        (f"{KEY}: !unsafe hunter2hunter2\n", "not plain text"),
        (f"{KEY}: !!python/object/apply:os.system [hunter2hunter2]\n", "not plain text"),
        ("client_id: a\napi_key: hunter2hunter2\n", "it has client_id, which is none of its names"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "it has another name as well"),
        ("<<: {x: y}\n", "it has another name as well"),
        ("[" * 3_000, "not YAML"),
        (f"{ID}: {'a' * 70_000}\n", "at most 64 KB"),
        (b"\xff\xfe\x00", "UTF-8"),
        (f"{KEY}: \x00\n", "not YAML"),
    ],
)
def test_what_is_no_such_file_is_refused(run: Run, lab: Lab, file: Path, content: str | bytes, why: str) -> None:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = refused(run, lab, file)
    assert why in said and "hunter2" not in said


def test_a_folder_is_no_such_file(run: Run, lab: Lab, file: Path) -> None:
    file.mkdir()
    assert "not a regular file" in refused(run, lab, file)


@pytest.mark.parametrize("name", [ID, KEY])
def test_a_file_that_differs_from_an_option_names_both(run: Run, lab: Lab, file: Path, name: str) -> None:
    file.write_text(json.dumps(pair(lab)))
    said = refused(run, lab, file, **{name: "0123456789abcdef0123"})
    assert f"the option {name} or in the environment variable {name.upper()}" in said
    assert "0123456789abcdef0123" not in said
    given = {"secure_endpoint_credential_file": str(file)}
    assert run.ok(CREDENTIAL, name="Duo", **given)["credential"]["status"] == "verified"


def test_an_encrypted_file(run: Run, lab: Lab, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = [(DEFAULT_VAULT_ID_MATCH, VaultSecret(b"the vault password"))]
    file.write_bytes(VaultLib(secrets).encrypt(json.dumps(pair(lab)), secrets[0][1]))
    assert "no vault password that decrypts it" in refused(run, lab, file)
    init = DataLoader.__init__

    def with_password(self: DataLoader) -> None:
        init(self)
        self.set_vault_secrets(secrets)

    monkeypatch.setattr(DataLoader, "__init__", with_password)
    result = run.ok(CREDENTIAL, name="Duo", secure_endpoint_credential_file=str(file), **FROM_FILE)
    assert result["credential"]["status"] == "verified"


def test_a_module_of_its_own_does_not_read_it(lab: Lab, file: Path) -> None:
    file.write_text(json.dumps(pair(lab)))
    assert "on the controller" in refused(Run("module", lab), lab, file)


def test_a_path_that_depends_on_the_working_directory(run: Run, lab: Lab) -> None:
    assert "not a full path" in refused(run, lab, Path("credential.yml"))


# Waiting


def test_half_a_credential_is_not_tried(run: Run, lab: Lab, file: Path) -> None:
    file.write_text(f"{ID}: 0123456789abcdef0123\n{KEY}:\n")
    lab.clear_requests()
    result = run.ok(CREDENTIAL, name="Duo", secure_endpoint_credential_file=str(file), **FROM_FILE)
    assert (result["credential"]["status"], result["handoff"]) == ("invalid", [])
    assert f"{KEY} is not given" in result["step"]["detail"] and not lab.requests("secure_endpoint")


def waiting(run: Run, file: Path, **options: Any) -> Any:
    given = {"name": "Duo", "secure_endpoint_credential_file": str(file), "wait_timeout": 9000}
    return run(CREDENTIAL, **{**given, **FROM_FILE, **options})


def test_a_credential_is_waited_for(
    run: Run, lab: Lab, file: Path, meanwhile: list[Callable[[], object]], shown: list[str]
) -> None:
    """A wrong one is sent once, and a file that is half saved or in trouble is survived."""
    wrong = json.dumps({ID: "0123456789abcdef0123", KEY: "12345678-abcd-abcd-abcd-1234567890ab"})
    meanwhile += [
        lambda: file.write_text(f"{ID}:"),
        lambda: file.write_text(f"{ID}: '01234"),
        lambda: file.write_text(f"{ID}: 0123456789abcdef0123"),
        lambda: file.write_text(wrong),
        lambda: None,
        lambda: None,
        lambda: lab.fault("secure_endpoint", kind="status", status=500),
        lambda: file.write_text(json.dumps(pair(lab))),
        lambda: None,
    ]
    lab.clear_requests()
    result = waiting(run, file)
    assert result["credential"]["status"] == "verified" and result["handoff"] == [] and "failed" not in result
    assert shown[0] == "credential 'Duo' not given yet, 0 s of 9000"
    assert "credential 'Duo' does not work, 60 s of 9000" in shown
    assert [row["status"] for row in lab.requests("secure_endpoint")] == [401, 500, 200]


def test_waiting_comes_to_an_end(run: Run, lab: Lab, file: Path, meanwhile: list[Callable[[], object]]) -> None:
    meanwhile.append(lambda: None)
    failed = waiting(run, file)
    assert failed["failed"] and failed["error"]["kind"] == "timed_out" and "9000 seconds" in failed["msg"]
    assert failed["credential"]["status"] == "handoff_required" and len(failed["handoff"]) == 1


def test_waiting_ends_with_the_last_error(
    run: Run, lab: Lab, file: Path, meanwhile: list[Callable[[], object]]
) -> None:
    meanwhile.append(lambda: file.write_text("- a list"))
    failed = waiting(run, file)
    assert failed["error"]["kind"] == "invalid_input" and "names with values" in failed["msg"]


def test_a_deletion_is_waited_for(run: Run, lab: Lab, file: Path, meanwhile: list[Callable[[], object]]) -> None:
    made = lab.patch("secure_endpoint", "add_credential", name="Mine", region="eu")
    file.write_text(json.dumps({ID: made["client_id"], KEY: made["api_key"]}))
    meanwhile += [lambda: None, lambda: lab.patch("secure_endpoint", "delete_credential", name="Mine")]
    result = waiting(run, file, name="Mine", state="absent")
    assert result["credential"]["status"] == "invalid" and result["handoff"] == []


@pytest.mark.parametrize("check", [True, False])
def test_nothing_is_waited_for_in_check_mode_or_without_a_file(run: Run, lab: Lab, file: Path, check: bool) -> None:
    result = waiting(run, file, check=check, secure_endpoint_credential_file=str(file) if check else OMIT)
    assert result["credential"]["status"] == "handoff_required"
    assert check or "set secure_endpoint_credential_file" in result["msg"]


@pytest.mark.parametrize("given", [{"wait_timeout": -1}, {"wait_interval": 0}])
def test_waiting_takes_time(run: Run, lab: Lab, file: Path, given: dict[str, int]) -> None:
    assert "the least is" in waiting(run, file, **given)["msg"]
