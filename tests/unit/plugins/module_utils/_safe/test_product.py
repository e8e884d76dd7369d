# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read from a product's metadata, whose form is not published, and what is not concluded from it."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import _new_id, identifier, said
from ansible_collections.identityops.cisco.plugins.module_utils._safe.product import (
    Product,
    _fields,
    _product,
    find_product,
)
from ansible_collections.identityops.cisco.plugins.module_utils._safe.values import ConfigValues
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

BOTH = {"url": False, "key": True}


@pytest.mark.parametrize(
    ("raw", "fields"),
    [
        ({"fields": [{"name": "url"}, {"name": "key", "secret": True}]}, BOTH),
        ({"config": {"fields": [{"key": "url"}, {"key": "key", "type": "password"}]}}, BOTH),
        ({"schema": {"properties": {"url": {}, "key": {"writeOnly": True}}}}, BOTH),
        ({"config": {"url": {"type": "string"}, "key": {"type": "string", "format": "password"}}}, BOTH),
        ({"config": {}, "parameters": [{"id": "url"}, {"id": "key", "sensitive": True}]}, BOTH),
        ({"fields": [{"name": "url", "secret": "false"}, {"name": "key", "secret": "true"}]}, BOTH),
        ({"fields": [{"name": "url"}, {"name": "key", "sensitive": 1}]}, BOTH),
        ({"fields": [{"name": "url"}, {"label": "Key"}]}, None),
        ({"fields": ["url", "key"]}, None),
        ({"config": {"url": "string"}}, None),
        ({"ui": {"rows": [{"name": "url"}]}}, None),
        ({"fields": []}, None),
        ({}, None),
    ],
)
def test_fields_in_common_forms_and_in_no_other(raw: dict[str, Any], fields: dict[str, bool] | None) -> None:
    assert _fields(raw) == fields


@pytest.mark.parametrize(
    ("raw", "required"),
    [
        ({"fields": [{"name": "url", "required": True}, {"name": "key"}]}, ("url",)),
        ({"fields": [{"name": "url", "required": True, "default": "https://x"}]}, ()),
        ({"fields": [{"name": "url", "required": "if key"}, {"name": "key", "required": "True"}]}, ("key",)),
        ({"schema": {"properties": {"url": {}, "key": {}}, "required": ["key", "gone"]}}, ("key",)),
        ({"schema": {"properties": {"url": {}}, "required": True}}, ()),
        ({"ui": {"required": ["url"]}}, ()),
    ],
)
def test_required_is_what_the_metadata_calls_so(raw: dict[str, Any], required: tuple[str, ...]) -> None:
    assert _product({"id": "1", "name": "Duo", **raw}).required == required


def test_a_field_that_is_filled_from_an_empty_option_is_not_filled() -> None:
    sources = {"name": "asset_name", "often": "sync_frequency"}
    params = {"config": {"url": ""}, "secret_config": {"key": "x"}, "config_from_duo": sources}
    values = ConfigValues({**params, "asset_name": "Duo", "sync_frequency": None}, Context(check_mode=True))
    assert values.filled == ["url", "key", "name"]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"success": True}, True),
        ({"success": False, "status": "success"}, False),
        ({"status": " Success "}, True),
        ({"status": "error"}, False),
        ({"success": True, "data": {"status": "FAILED"}}, False),
        ({"data": {"success": True}}, True),
        ({"success": "true"}, True),
        ({"success": "False", "message": "no"}, False),
        ({"success": 0}, False),
        ({"success": 7}, None),
        ({"status": 200}, True),
        ({"statusCode": "422"}, False),
        ({"error": {"code": "x"}}, False),
        ({"errors": ["x"], "data": {}}, False),
        ({"error": None, "errors": []}, None),
        ({"id": "1", "error": "x"}, None),
        ({"status": "queued"}, None),
        ({}, None),
        ([], None),
        (None, None),
    ],
)
def test_an_answer_says_yes_or_no_or_nothing(answer: Any, verdict: bool | None) -> None:
    assert said(answer) is verdict


@pytest.mark.parametrize(("item", "found"), [({"id": 7}, "7"), ({"id": "", "uuid": "u"}, "u"), ({"name": "x"}, "")])
def test_ids(item: dict[str, Any], found: str) -> None:
    assert identifier(item) == found


@pytest.mark.parametrize(
    ("actions", "given", "found"),
    [
        (("start-sync", "reset"), None, "start-sync"),
        (("start-sync", "reset"), "reset", "reset"),
        ((), "anything", "anything"),
        (("sync-now", "sync-later"), None, None),
        (("reset",), None, None),
        (("start-sync",), "sync", None),
        ((), None, None),
    ],
)
def test_the_action_is_given_or_certain(actions: tuple[str, ...], given: str | None, found: str | None) -> None:
    product = Product("1", "Duo", "", "", None, actions)
    if found:
        assert product.sync_action(given) == found
    else:
        with pytest.raises(InvalidInput):
            product.sync_action(given)


@pytest.mark.parametrize(
    ("raw", "found"), [("duo", "duo"), (7, "7"), (None, ""), ({"a": 1}, ""), (["duo"], ""), (True, "")]
)
def test_a_type_is_a_word_or_unknown(raw: Any, found: str) -> None:
    product = _product({"id": "1", "name": "Duo", "type": raw})
    assert product.type == found
    product.require_type("given")
    if found:
        product.require_type(None)
    else:
        with pytest.raises(InvalidInput, match="set type and subtype"):
            product.require_type(None)


@pytest.mark.parametrize("url", ["hidden", ["x", "hidden"], {"auth": [{"key": "hidden"}]}])
def test_a_field_that_is_not_described_may_have_any_structure_without_a_secret(url: Any) -> None:
    product = _product({"id": "1", "name": "Duo"})
    harmless = {"tags": ["a"], "labels": {"a": "b"}, "port": 443}
    product.require_no_secret("config", harmless, {"hidden"})
    with pytest.raises(InvalidInput, match="use url in config: it looks like a secret"):
        product.require_no_secret("config", {**harmless, "url": url}, {"hidden"})


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ({"data": {"id": 7}}, "7"),
        ({"id": "request", "data": {"integration": {"id": "a"}}}, "a"),
        ({"data": {"id": "job", "integrationId": "a"}}, "a"),
        ({"result": [{"uuid": "a"}]}, "a"),
        ({"data": [{"id": "a"}, {"id": "b"}]}, ""),
        ({"data": "saved"}, ""),
        (None, ""),
    ],
)
def test_the_id_of_what_was_saved(answer: Any, found: str) -> None:
    assert _new_id(answer) == found


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([{"id": "1", "name": "DUO  security "}, {"id": "2", "name": "Duo Security EU"}], "1"),
        ([{"id": "1", "displayName": "Duo Security"}], "1"),
        ([{"id": "1", "name": "Okta"}, {"id": "2", "name": None}], "does not show the names"),
        ([{"id": "1", "name": "Okta"}], "none of that name"),
    ],
)
def test_a_product_in_another_form(listed: list[dict[str, Any]], found: str) -> None:
    safe = mock.Mock()
    safe.list_products.return_value, safe.get_product.return_value = listed, {}
    try:
        assert find_product(safe, "Duo Security").id == found
    except InvalidInput as error:
        assert found in str(error)
