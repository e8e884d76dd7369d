# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only what is to be changed changes in ``authproxy.cfg``, and Python's own parser, which the proxy uses, agrees."""

from __future__ import annotations

import configparser

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils._duo.proxy_file import (
    NotReadable,
    ProxyFile,
    protected_name,
)

TEXT = """\
; Complete documentation is on duo.com.
[main]
log_max_files=10

[ad_client]
# The domain controller
host = 192.0.2.1
exempt: a,
    b
service_account_password_protected=AbC=

[radius_server_auto]
ikey=DIXXXXXXXXXXXXXXXXXX
"""


def parsed(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def test_values() -> None:
    assert ProxyFile(TEXT).values("AD_Client") == parsed(TEXT)["ad_client"]
    assert ProxyFile(TEXT).values("cloud") is None


def test_an_option_changes_where_it_stands_and_a_new_one_is_added_to_its_section() -> None:
    after = ProxyFile(TEXT).changed("ad_client", {"host": "192.0.2.2", "search_dn": "DC=corp,DC=example"})
    before = "host = 192.0.2.1\nexempt: a,\n    b\nservice_account_password_protected=AbC=\n"
    wanted = (
        "host=192.0.2.2\nexempt: a,\n    b\nservice_account_password_protected=AbC=\nsearch_dn=DC=corp,DC=example\n"
    )
    assert after.text == TEXT.replace(before, wanted)


@pytest.mark.parametrize("name", ["host", "exempt", "service_account_password_protected"])
def test_an_option_that_goes_takes_its_further_lines_along(name: str) -> None:
    after = ProxyFile(TEXT).changed("ad_client", {}, without=[name, "never"])
    expected = parsed(TEXT)
    del expected["ad_client"][name]
    assert parsed(after.text) == expected and "# The domain controller" in after.text


def test_a_value_of_several_lines_is_replaced_as_a_whole() -> None:
    assert parsed(ProxyFile(TEXT).changed("ad_client", {"exempt": "c"}).text)["ad_client"]["exempt"] == "c"


@pytest.mark.parametrize(
    "start", [TEXT, TEXT.rstrip("\n"), "", "; nothing yet\n"], ids=["whole", "cut", "empty", "new"]
)
def test_a_section_is_added_at_the_end_and_taken_away_again(start: str) -> None:
    added = ProxyFile(start).changed("cloud", {"ikey": "DI"})
    assert added.text.startswith(start) and parsed(added.text) == {**parsed(start), "cloud": {"ikey": "DI"}}
    assert parsed(added.without("cloud").text) == parsed(start)
    assert added.without("never") is added


def test_the_last_line_needs_no_end() -> None:
    after = ProxyFile(TEXT.rstrip("\n")).changed("radius_server_auto", {"port": "1812"})
    assert parsed(after.text)["radius_server_auto"] == {"ikey": "DIXXXXXXXXXXXXXXXXXX", "port": "1812"}


def test_line_ends_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    after = ProxyFile(text).changed("main", {"debug": "true"}).changed("cloud", {"ikey": "DI"}).text
    assert after.count("\n") == after.count("\r\n") == text.count("\n") + 4


def test_indented_options() -> None:
    after = ProxyFile("[main]\n  debug=true\n  interface=192.0.2.3\n").changed("main", {"debug": "false"})
    assert parsed(after.text)["main"] == {"debug": "false", "interface": "192.0.2.3"}


@pytest.mark.parametrize(
    "text",
    [
        "  [cloud]\nikey=DIX\n[main]\na=1\n",
        "[main]\n  [cloud]\n  ikey=DIX\n",
        "[main]\na=1\n\n # note\n[cloud]\n\tikey=DIX\n  [other]\nb=1\n",
        "[main]\na=1\n  [cloud]\n",
        "[main]\ra=1\r[cloud]\rikey=DIX\r",
        "[main]\na=1\x0c2\u2028[3\n[cloud]\nikey=D\x0bX\n",
    ],
    ids=repr,
)
def test_sections_begin_and_end_where_the_proxy_says(text: str) -> None:
    plain = text.replace("\r", "\n")
    before = {name: values for name, values in parsed(plain).items() if name != "cloud"}
    after = ProxyFile(text).changed("cloud", {"ikey": "DIY", "skey": "new"})
    cloud = parsed(after.text.replace("\r", "\n"))["cloud"]
    assert parsed(after.text.replace("\r", "\n")) == {**before, "cloud": cloud}
    assert (cloud["ikey"], cloud["skey"]) == ("DIY", "new")
    assert parsed(after.without("cloud").text.replace("\r", "\n")) == before


def test_what_cannot_be_changed_safely() -> None:
    """The second section would become a part of the value above."""
    with pytest.raises(NotReadable, match="a form that cannot be changed safely"):
        ProxyFile("[cloud]\nikey=\n  \n  more\n").changed("cloud", {"ikey": "DIY"})
    nested = ProxyFile("[main]\na=1\n[cloud]\n  [other]\n  b=1\n")
    with pytest.raises(NotReadable, match="a form that cannot be changed safely"):
        nested.without("cloud")
    with pytest.raises(NotReadable, match="a form that cannot be changed safely"):
        nested.changed("cloud", {"ikey": "DIY"})
    # Its options would be those of every section.
    with pytest.raises(NotReadable, match="a form that cannot be changed safely"):
        ProxyFile(TEXT).changed("DEFAULT", {"debug": "true"})


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[main]\n[main]\n", "two sections or two options"),
        ("[main]\na=1\nA=2\n", "two sections or two options"),
        ("[main]\n[Main]\n", "in case only"),
        ("a=secret\n", "does not begin with a section"),
        ("[main]\nsecret\n", "neither a section"),
    ],
)
def test_what_the_proxy_could_not_read(text: str, why: str) -> None:
    with pytest.raises(NotReadable, match=why) as caught:
        ProxyFile(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "protected"),
    [
        ("skey", "skey_protected"),
        ("secret", "secret_protected"),
        ("radius_secret_2", "radius_secret_protected_2"),
        ("service_account_password", "service_account_password_protected"),
    ],
)
def test_names_of_encrypted_secrets(name: str, protected: str) -> None:
    assert protected_name(name) == protected
