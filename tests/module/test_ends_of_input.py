# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Empty options, white space around them and texts in place of lists mean the same in every module and from everywhere.

No service is asked: what counts is what a module's work is given.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from lab import Lab

from .harness import OMIT, WAYS, Options, Result, Run, run_action, the_task
from .specs import MODULES, places

EMPTY = ("", " \t", "\n\ufeff\u200b", None)
AROUND = "\ufeff\u00a0 x y\r\n\u200b\u2060"
"""What comes along with a text that is copied from a page."""
CLEARS = ("description", "notes")
"""Texts that an empty one clears."""
AS_IT_IS = (*CLEARS, "ise_password")


def received(module: str, options: Options, environment: dict[str, str] | None = None, way: str = "action") -> Result:
    """What the work of a module would be given, secrets and all, or why it would not. Nothing is required."""

    def work(params: dict[str, Any], context: Context) -> Result:
        return {"received": dict(params)}

    stub = Task(run=work, argument_spec=laid_open(the_task(module).argument_spec))
    return run_action(stub, options, False, False, environment or {}, hands_over=way == "module")


def in_turn(module: str, forms: tuple[Any, ...]) -> Iterator[Any]:
    """One form after the other, beginning with another one for each module: whatever the option, all mean the same."""
    return itertools.islice(itertools.cycle(forms), MODULES.index(module), None)


@pytest.mark.parametrize("empty", EMPTY)
def test_every_form_of_an_empty_option(empty: str | None) -> None:
    """Once for a list, a number, a text, a mapping and a choice; the tests of all modules take the forms in turn."""
    for name in ("types", "ise_port", "ise_hostname", "admin_api", "state"):
        assert received("ise_duo_mfa", {name: empty}) == received("ise_duo_mfa", {}), name


def laid_open(spec: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, option in spec.items():
        found[name] = {**option, "no_log": False, "required": False}
        if "options" in option:
            found[name]["options"] = laid_open(option["options"])
    return found


@pytest.mark.parametrize("module", MODULES)
def test_an_empty_option_is_not_given(module: str) -> None:
    for place, empty in zip(places(module), in_turn(module, EMPTY), strict=False):
        given = None if place.name in CLEARS else empty
        assert received(module, place.given(given)) == received(module, place.left_out()), f"{place.path}: {given!r}"


@pytest.mark.parametrize("module", MODULES)
def test_an_empty_variable_of_the_environment_is_not_set(module: str) -> None:
    not_set = received(module, {})
    for place, empty in zip(places(module), in_turn(module, EMPTY[:-1]), strict=False):
        if "fallback" in place.option:
            assert received(module, {}, {place.name.upper(): empty}) == not_set, f"{place.path}: {empty!r}"


@pytest.mark.parametrize("module", MODULES)
def test_white_space_around_a_text_is_no_part_of_it(module: str) -> None:
    for place in places(module):
        if place.is_text:
            plain = received(module, place.given("x y"))
            is_dropped = received(module, place.given(AROUND)) == plain
            assert is_dropped is (place.name not in AS_IT_IS), place.path
            if "fallback" in place.option:
                is_dropped = received(module, {}, {place.name.upper(): AROUND}) == plain
                assert is_dropped is (place.name not in AS_IT_IS), place.path


@pytest.mark.parametrize(("module", "option"), [("duo_policy", "sections"), ("ise_mfa_rule", "condition")])
def test_white_space_around_texts_within_a_structure_is_no_part_of_them(module: str, option: str) -> None:
    around = {f"a{AROUND[-2:]}": [AROUND, {"b": AROUND}], "c": "", "d": None, "e": 7, "f": [True]}
    plain = {"a": ["x y", {"b": "x y"}], "c": "", "d": None, "e": 7, "f": [True]}
    assert received(module, {option: around})["received"][option] == plain


@pytest.mark.parametrize("module", MODULES)
def test_a_text_in_place_of_a_list(module: str) -> None:
    for place in places(module):
        if place.is_list and place.option.get("elements") == "str" and "choices" not in place.option:
            wanted = received(module, place.given(["a b", "c"]))
            for text in ("a b,c", " a b, ,c", "a b\nc\n", "\r\n a b \r\n\r\nc", ["a b ", "", None, "\nc"]):
                assert received(module, place.given(text)) == wanted, f"{place.path}: {text!r}"
            assert received(module, place.given("a, b\nc")) == received(module, place.given(["a, b", "c"])), place.path


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("module", MODULES)
def test_a_variable_of_the_environment_that_cannot_be_read_is_named_and_not_shown(module: str, way: str) -> None:
    for place in places(module):
        if "fallback" in place.option and not place.is_text:
            variable = place.name.upper()
            result = received(module, {}, {variable: "canary-of-the-environment"}, way)
            assert result["failed"] and f"the environment variable {variable}" in result["msg"], result
            assert "canary" not in str(result)


CA_OPTIONS = {
    "duo_account_info": "duo_ca_path",
    "ise_system_info": "ise_ca_path",
    "secure_endpoint_computer_info": "secure_endpoint_ca_path",
    "cii_end_user_info": "cii_ca_path",
    "safe_integration": "safe_ca_path",
}


@pytest.mark.parametrize("content", ["", "\n"])
@pytest.mark.parametrize("module", CA_OPTIONS)
def test_an_empty_file_of_authorities_is_none(lab: Lab, tmp_path: Path, module: str, content: str) -> None:
    path = tmp_path / "ca.pem"
    path.write_text(content)
    run = Run("action", lab)
    # What SAFE needs to be asked at all.
    more = {"integration_id": "1"} if module == "safe_integration" else {}
    messages = {run.fails(module, **more, **{CA_OPTIONS[module]: given})["msg"] for given in (OMIT, str(path))}
    assert len(messages) == 1 and "not trusted" in messages.pop()


def test_empty_files_of_a_certificate_for_the_login_are_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    (tmp_path / "key.pem").write_text("a key")
    empty, key = str(tmp_path / "empty.pem"), str(tmp_path / "key.pem")
    run.ok("ise_system_info", ise_client_cert=empty, ise_client_key=empty)
    message = run.fails("ise_system_info", ise_client_cert=empty, ise_client_key=key)["msg"]
    assert "ise_client_cert is not given" in message


def test_a_password_that_ends_with_white_space_is_sent_and_reported(run: Run, lab: Lab) -> None:
    result = run.fails("ise_system_info", ise_password=f"{lab.ise.password}\n")
    assert result["error"]["kind"] == "unauthorized"
    assert "The value of ise_password begins or ends with white space" in result["warnings"][0]
