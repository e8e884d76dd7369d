# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clients share: options, refusals, names and shapes."""

from __future__ import annotations

import platform
from datetime import timedelta, timezone
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    CiscoError,
    Forbidden,
    IncompleteList,
    InvalidInput,
    NotFound,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._refusals import refusal
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    READINGS,
    Reading,
    authorities,
    find_by_name,
    fits,
    flag_of,
    from_environment,
    given,
    moment_of,
    object_in,
    objects_in,
    option,
    require_file,
    require_named,
    require_options,
    whole_list,
    whole_number,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import VARIABLES_READ

SPEC = {"duo_timeout": option("duo_timeout", type="int", default=30), "duo_api_host": option("duo_api_host")}


@pytest.mark.parametrize(
    ("set_to", "found"),
    [(None, 30), ("", 30), (" ", 30), ("7", 7)],
)
def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch, set_to: str | None, found: int) -> None:
    if set_to is not None:
        monkeypatch.setenv("DUO_TIMEOUT", set_to)
    result = ArgumentSpecValidator(SPEC).validate({})
    assert not result.error_messages and result.validated_parameters["duo_timeout"] == found
    assert ArgumentSpecValidator(SPEC).validate({"duo_timeout": 9}).validated_parameters["duo_timeout"] == 9


@pytest.mark.parametrize(
    ("value", "kind", "choices", "is_read"),
    [
        ("anything", "str", None, True),
        ("7", "int", None, True),
        ("seven", "int", None, False),
        ("no", "bool", None, True),
        ("maybe", "bool", None, False),
        ("eu", "str", ["eu", "nam"], True),
        ("mars", "str", ["eu", "nam"], False),
        ("7", "int", ["8"], False),
    ],
)
def test_a_variable_that_its_option_does_not_take_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, value: str, kind: str, choices: Any, is_read: bool
) -> None:
    monkeypatch.setenv("DUO_THING", f" {value}\n")
    VARIABLES_READ.clear()
    assert from_environment("DUO_THING", kind, choices) == (value if is_read else "the environment variable DUO_THING")
    assert {"DUO_THING"} == VARIABLES_READ, "nobody would know where the value is from"


def test_options_that_are_missing() -> None:
    require_options({"a": "x", "b": " y\n"}, ("a", "b"), "Duo")
    assert given({"b": " y\n"}, "b") == "y" and given({"b": None}, "b") == given({}, "b") == ""
    with pytest.raises(InvalidInput) as caught:
        require_options({"a": "x", "b": "\n", "c": None}, ("a", "b", "c"), "Duo")
    text = str(caught.value)
    assert text.startswith("Could not connect to Duo: b, c are not given, and the environment of the machine where")
    assert f"({platform.node()}) lacks B, C. Set the option, or the environment variable B, C there." in text
    with pytest.raises(InvalidInput, match="Could not connect to Duo: b is not given, and"):
        require_options({"a": "x"}, ("a", "b"), "Duo")


def test_files(tmp_path: Any) -> None:
    for path in (None, "", str(tmp_path)):
        require_file(path, "ise_ca_path")
    with pytest.raises(InvalidInput, match="use the value of ise_ca_path: there is no such file") as caught:
        require_file("canary", "ise_ca_path")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(("content", "is_used"), [("", False), ("\n", False), ("\r\n", False), ("PEM", True)])
def test_a_file_of_authorities_that_is_empty_is_none(tmp_path: Any, content: str, is_used: bool) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content.encode())
    assert authorities({"ise_ca_path": str(path)}, "ise_ca_path") == (str(path) if is_used else None)


def test_other_authorities(tmp_path: Any) -> None:
    for nothing in (None, "", " "):
        assert authorities({"ise_ca_path": nothing}, "ise_ca_path") is None
    for path in ("system", str(tmp_path)):
        assert authorities({"ise_ca_path": path}, "ise_ca_path") == path
    with pytest.raises(InvalidInput, match="there is no such file"):
        authorities({"ise_ca_path": str(tmp_path / "gone.pem")}, "ise_ca_path")


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (200, UnexpectedAnswer, "Duo says: words, with a status of success"),
        (299, UnexpectedAnswer, "Duo says: words, with a status of success"),
        (300, UnexpectedAnswer, "Duo redirects"),
        (399, UnexpectedAnswer, "Duo redirects"),
        (400, Refused, "Duo says: words"),
        (401, Unauthorized, "better"),
        (403, Forbidden, "Duo says: words"),
        (404, NotFound, "Duo says: words"),
        (409, Refused, "Duo says: words. Correct what it names."),
        (499, Refused, "Duo says: words"),
        (500, ServerTrouble, "500: words"),
        (599, ServerTrouble, "599: words"),
    ],
)
def test_what_a_status_means(status: int, kind: type[CiscoError], text: str) -> None:
    error = refusal(status, "do it", "Duo", "words", {Unauthorized: ("better", "Advice.")}, "40103")
    assert error.__class__ is kind and text in str(error) and (error.status, error.code) == (status, "40103")


def test_names() -> None:
    objects = [{"name": name, "id": number} for number, name in enumerate(("a", "twice", "twice"))]
    assert find_by_name(objects, "a", "use it", "Rename one.", "id") == objects[0]
    assert find_by_name(objects, "b", "use it", "Rename one.", "id") is None
    assert require_named(objects, "a", "use it", "Rename one.", "id") == objects[0]
    with pytest.raises(Ambiguous, match="2 of them have the name 'twice': 1, 2. Rename one."):
        find_by_name(objects, "twice", "use it", "Rename one.", "id")
    with pytest.raises(InvalidInput, match="none has that name. The nearest existing names are 'twice'"):
        require_named(objects, "twise", "use it", "Rename one.", "id")
    other_form = {"name": "R&amp;D  Zu\u0308rich", "id": 7}
    assert find_by_name([*objects, other_form], "R&D Z\u00fcrich", "use it", "Rename one.", "id") == other_form
    exact = {"name": "R&D Z\u00fcrich", "id": 8}
    assert find_by_name([other_form, exact], "R&D Z\u00fcrich", "use it", "Rename one.", "id") == exact
    with pytest.raises(Ambiguous):
        find_by_name([other_form, other_form], "R&D Z\u00fcrich", "use it", "Rename one.", "id")
    for unnamed in ({}, {"name": None}, {"name": ""}, {"name": 7}):
        assert find_by_name([*objects, unnamed], "a", "use it", "Rename one.", "id") == objects[0]
        with pytest.raises(UnexpectedAnswer, match="does not show the names of all"):
            find_by_name([*objects, unnamed], "b", "use it", "Rename one.", "id")


Page = tuple[str, Any]


def reading(*pages: Page) -> Reading:
    """A reading of pages, each of which is the keys of its objects and the total that comes with it."""
    made = Reading("id")
    for keys, total in pages:
        made.add([{"id": key if key != "-" else None} for key in keys], total)
    return made


@pytest.mark.parametrize(
    ("pages", "before", "is_whole"),
    [
        # The service says how many there are.
        ([("ab", 3), ("c", 3)], None, True),
        ([("ab", 4), ("c", 4)], None, False),
        ([("ab", 2), ("c", 2)], None, False),
        ([("ab", 3), ("c", 4)], None, False),
        ([("ab", 3), ("c", None)], None, False),
        ([("ab", 4), ("c", 4)], "abc", False),
        ([("", 0)], None, True),
        # It does not, or not as a number.
        ([("ab", None)], None, True),
        ([("ab", "2")], None, True),
        ([("ab", "3")], None, False),
        ([("ab", -1)], None, False),
        ([("ab", "9" * 5000)], None, True),
        ([("ab", True), ("c", True)], None, False),
        ([("ab", None), ("c", None)], None, False),
        ([("ab", None), ("c", None)], "ab", False),
        ([("ba", None), ("c", None)], "abc", True),
        ([("a", None), ("b", None), ("c", None)], "abc", True),
        # One that comes twice stands for one that is hidden.
        ([("ab", 3), ("b", 3)], None, False),
        ([("aa", None)], None, False),
        ([("ab", None), ("b", None)], "abb", False),
        # Objects without a key look the same, and count.
        ([("a-", 3), ("-", 3)], None, True),
        ([("a-", 2), ("-", 2)], None, False),
        ([("a-", None), ("-", None)], "a", False),
    ],
)
def test_when_a_list_is_whole(pages: list[Page], before: str | None, is_whole: bool) -> None:
    assert reading(*pages).is_whole(None if before is None else list(before)) is is_whole


def test_yes_or_no_in_answers() -> None:
    odd = (None, "", "yes", "1", 2, -1, 0.0, 1.0, [], {}, [True])
    assert [flag_of(value) for value in odd] == [None] * len(odd)
    assert [flag_of(value) for value in (True, 1, " True\n", False, 0, "FALSE")] == [True] * 3 + [False] * 3


def test_numbers_in_answers() -> None:
    odd: list[Any] = [True, False, 1.5, None, [], {}, "", "x", "-1", "1.0", "9" * 13, "\u0663"]
    assert [whole_number(value) for value in odd] == [None] * len(odd)
    assert [whole_number(value) for value in (0, 7, -1, "0", "152")] == [0, 7, -1, 0, 152]


def test_a_moment_has_many_forms_and_always_a_zone() -> None:
    texts = ("2025-12-01T12:00:00Z", "2025-12-01 12:00:00 UTC", "2025-12-01T13:00:00.0+01", "2025-12-01T07:00:00 -0500")
    for stamp in (*texts, 1764590400, "1764590400", 1764590400000, " 1764590400000.0 "):
        assert moment_of(stamp) == 1764590400, stamp
    assert moment_of("2025-12-01T12:00:00.1234567+00:00") == 1764590400.123456
    assert moment_of("1764590400.5") == moment_of(1764590400500) == 1764590400.5
    for stamp in ("2025-12-01T13:00:00", "2025-12-01T12:00:00Z"):
        assert moment_of(stamp, timezone(timedelta(hours=1))) == 1764590400, stamp
    odd = ("2025-12-01T12:00:00", "yesterday", "", None, True, 7, "17645904000", "9999-12-31T23:59:59-24:00")
    assert [moment_of(stamp) for stamp in odd] == [None] * len(odd)


@pytest.mark.parametrize(
    ("pages", "total", "most", "is_whole"),
    [
        ("ab", None, 3, True),
        ("abc", None, 3, False),
        ("abcd", None, 3, False),
        ("abc", 3, 3, True),
        ("abc", 4, 3, False),
    ],
)
def test_a_full_page_of_which_nothing_is_said_need_not_be_the_last(
    pages: str, total: int | None, most: int, is_whole: bool
) -> None:
    made = Reading("id")
    made.add([{"id": key} for key in pages], total, most)
    assert made.is_whole(None) is made.is_whole(list(pages)) is is_whole


def test_a_list_that_changes_is_read_again() -> None:
    torn, whole = [("ab", 4), ("c", 4)], [("ab", 3), ("c", 3)]
    readings = [reading(*pages) for pages in (torn, torn, whole)]
    assert whole_list(lambda: readings.pop(0), "list them", "Duo") == [{"id": key} for key in "abc"]
    assert not readings


def test_a_long_list_of_unknown_size_counts_when_it_is_read_twice_alike() -> None:
    readings = [reading((first, None), ("c", None)) for first in ("a", "ab", "ba")]
    assert whole_list(lambda: readings.pop(0), "list them", "Duo") == [{"id": key} for key in "bac"]


def test_a_list_that_does_not_come_to_rest() -> None:
    readings = [reading(("ab", 4), ("c", 4)) for _unused in range(READINGS)]
    with pytest.raises(IncompleteList, match="Could not list them: the list was read 3 times.*may be changing Duo"):
        whole_list(lambda: readings.pop(0), "list them", "Duo")
    assert not readings


@pytest.mark.parametrize(
    ("found", "shape", "is_fit"),
    [
        ({"a": {"b": [{"c": "x"}, {}]}}, {"a": {"b": [{"c": str}]}}, True),
        ({"a": {"b": [{"c": 5}]}}, {"a": {"b": [{"c": str}]}}, False),
        ({"a": {"b": [None]}}, {"a": {"b": [{"c": str}]}}, False),
        ({"a": {"b": {"c": "x"}}}, {"a": {"b": [{"c": str}]}}, False),
        ({"a": []}, {"a": {"b": str}}, True),
        ({"a": None}, {"a": [str]}, True),
        ({"a": ["x", ["y"]]}, {"a": [str]}, False),
        ({}, {"a": str}, True),
    ],
)
def test_shapes(found: Any, shape: Any, is_fit: bool) -> None:
    assert fits(found, shape) is is_fit
    if is_fit:
        assert object_in(found, "read it", shape) == found and objects_in([found], "list them", shape) == [found]
        return
    with pytest.raises(UnexpectedAnswer, match="not the object that is documented"):
        object_in(found, "read it", shape)
    with pytest.raises(UnexpectedAnswer, match="not a list of objects"):
        objects_in([found], "list them", shape)


@pytest.mark.parametrize("found", [None, "x", 5, {"a": 1}, [None], ["x"]])
def test_what_is_no_list(found: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        objects_in(found, "list them")
