# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import getpass
import hashlib
import os
import re
import time
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.identityops.cisco.plugins.filter.handoff_page import FilterModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo import steps as panel_steps
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint import steps as console_steps

handoff_page = FilterModule().filters()["handoff_page"]

VOID = {"meta", "input"}
CREATION = console_steps.create_credential("eu", "Duo", keep_in="/etc/ansible/duo.yml").as_dict()
EDR = panel_steps.add_edr_integration("api-1.duosecurity.com", "0123456789abcdef0123", "eu").as_dict()


class Page(HTMLParser):
    """A page taken apart: the text of each element in order, and whether every element is closed properly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append((self.open[-1], data.strip()))

    @property
    def text(self) -> str:
        said = " ".join(data for tag, data in self.found if tag not in ("style", "title"))
        return said.replace(" , ", ", ")

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [value for found, name, value in self.attributes if (found, name) == (tag, attribute)]


def test_a_page_is_complete() -> None:
    html = handoff_page(CREATION, host="duo-production")
    assert html.startswith("<!DOCTYPE html>") and html.endswith("</html>\n")
    page = Page(html)
    assert [data for tag, data in page.found if tag == "title"] == [CREATION["action"]]
    said = [CREATION[part] for part in ("product", "url", "role", "warning")] + [CREATION["action"].rstrip(".")]
    said += CREATION["needs"] + CREATION["notes"] + ["duo-production", "New API Credential", "Read-only"]
    assert not [part for part in said if part not in page.text]
    page = Page(handoff_page(EDR))
    assert EDR["if_it_fails"] in page.text and EDR["afterwards"] in page.text


@pytest.mark.parametrize("step", [CREATION, EDR], ids=lambda step: str(step["id"]))
def test_a_page_is_for_somebody_who_knows_nothing_of_ansible(step: dict[str, Any]) -> None:
    text = Page(handoff_page(step, vault_file="/srv/duo.vault.yml")).text
    assert step["then"] not in text and step["verification"] not in text
    assert not re.findall(r"(?i)ansible|vault view|run this|secure_endpoint_|trusted_endpoints_|confirmed|true", text)


def test_a_page_says_where_values_come_from_and_go_to() -> None:
    text = Page(handoff_page(EDR, vault_file="/srv/duo.vault.yml", requester="Kim Berg")).text
    assert "API Key (secret), from the requester, who can open the encrypted file /srv/duo.vault.yml" in text
    assert "Set API Key to the value that the requester gives you" in text and "never in a mail" in text
    text = Page(handoff_page(EDR, vault_file="/srv/duo.vault.yml", secret_place="the entry Duo of the safe")).text
    assert "from the entry Duo of the safe" in text and "/srv" not in text and "never in a mail" not in text
    assert "Set API Key to the value from the place named above" in text
    text = Page(handoff_page(CREATION, secret_place="the entry Duo of the safe")).text
    assert "API Key (secret), in the entry Duo of the safe" in text
    assert "Copy API Key to the place named above" in text and "You hand over 3rd Party API Client ID" in text
    assert "Copy API Key to the place that the requester names" in Page(handoff_page(CREATION)).text


def test_a_page_says_who_asks_and_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    today = date.today().isoformat()
    assert f"Requested by Kim Berg, {today}, for duo" in Page(handoff_page(CREATION, "duo", requester="Kim Berg")).text
    assert f"Requested by {getpass.getuser()}, {today}" in Page(handoff_page(CREATION)).text

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    text = Page(handoff_page(CREATION)).text
    assert f"Requested by {today}" in text and "Let whoever gave you this page know that this is done." in text


def test_words_of_users_leave_the_rest_of_a_line_in_order() -> None:
    """Whichever way they are written."""
    given = {"host": "\u202ehost", "requester": "\u202ekim", "secret_place": "\u05db\u05e1\u05e4\u05ea"}
    for step in (CREATION, EDR):
        found = Page(handoff_page(step, **given)).found
        assert {data for tag, data in found if tag == "bdi"} == set(given.values())
        assert not [data for tag, data in found if tag != "bdi" and any(word in data for word in given.values())]


def test_a_page_says_which_step_it_is() -> None:
    assert "Step 2 of 3" in Page(handoff_page(CREATION, number=2, total=3)).text
    assert "Step" not in Page(handoff_page(CREATION)).text


def as_printed(path: Path, text: str, days_ago: int) -> dict[str, Any]:
    """A page in a file, and what is known of it."""
    path.write_text(text)
    moment = time.time() - days_ago * 86_400
    os.utime(path, (moment, moment))
    return {"exists": True, "mtime": moment, "checksum": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()}


def test_a_page_keeps_its_date_as_long_as_nothing_changes(tmp_path: Path) -> None:
    today = handoff_page(CREATION)
    then = date.fromtimestamp(time.time() - 9 * 86_400).isoformat()
    earlier = today.replace(date.today().isoformat(), then)
    known = as_printed(tmp_path / "page.html", earlier, 9)
    assert handoff_page(CREATION, printed=known) == earlier != today
    assert then not in handoff_page(CREATION, number=2, total=2, printed=known)
    assert handoff_page(CREATION, printed={"exists": False}) == today


def test_a_page_from_a_template_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.html.j2"
    own.write_text(
        '{% extends "handoff.html.j2" %}{% block footer %}<span>{{ step.product }} & Co</span>{% endblock %}'
    )
    text = Page(handoff_page(CREATION, template=str(own))).text
    assert "New API Credential" in text and "Done by" not in text and "Cisco Secure Endpoint & Co" in text
    own.write_text(
        "{{ number }} {{ total }} {{ host }} {{ vault_file }} {{ secret_place }} {{ requester }} "
        "{{ date }} {{ wanted }}"
        "{{ copied | map(attribute='label') | join }} {{ instructions | map(attribute='number') | join }}"
        "{% for part in instructions[2].parts %}[{{ part.kind }} {{ part.text }}]{% endfor %}"
    )
    given = {"number": 1, "total": 2, "vault_file": "/v", "secret_place": "<s>", "requester": "r"}
    assert handoff_page(CREATION, "h", template=str(own), **given) == (
        f"1 2 h /v &lt;s&gt; r {date.today()} []3rd Party API Client IDAPI Key 123456"
        "[plain Set ][label Scope][plain  to ][value Read-only]"
    )


@pytest.mark.parametrize("text", ["{{ nothing }}", "{% if %}", "{{ step.fields + 1 }}", None])
def test_a_template_that_cannot_be_used(tmp_path: Path, text: str | None) -> None:
    own = tmp_path / "own.html.j2"
    if text is not None:
        own.write_text(text)
    with pytest.raises(AnsibleFilterError, match="own.html.j2 cannot be used"):
        handoff_page(CREATION, template=str(own))


def test_there_is_a_box_for_each_need_and_each_click() -> None:
    page = Page(handoff_page(CREATION, secret_place="the safe"))
    assert len(page.values("input", "type")) == len(CREATION["needs"]) + len(CREATION["clicks"])
    assert re.findall(r"\b(\d)\.(?= )", page.text) == list("123456")


def test_the_warning_stands_right_before_its_click() -> None:
    page = Page(handoff_page(CREATION))
    assert re.search(r"3\. Set Scope to Read-only WARNING The next page.*?\. 4\. Press Create 5\.", page.text)
    # The list goes on with the right number for whoever has it read aloud.
    assert page.values("ol", "start") == ["4"]


@pytest.mark.parametrize(
    "step",
    [
        CREATION,
        console_steps.delete_credential("eu", "Duo").as_dict(),
        EDR,
        panel_steps.remove_edr_integration("api-1.duosecurity.com").as_dict(),
    ],
    ids=lambda step: str(step["id"]),
)
def test_nothing_is_loaded_from_anywhere(step: dict[str, Any]) -> None:
    page = Page(handoff_page(step))
    assert {name for _tag, name, _value in page.attributes}.isdisjoint({"src", "srcset", "onclick", "onload", "style"})
    assert page.values("a", "href") == [step["url"]]
    styles = " ".join(data for tag, data in page.found if tag == "style")
    assert "url(" not in styles and "@import" not in styles
    assert "default-src 'none'; style-src 'unsafe-inline'" in page.values("meta", "content")


def test_markup_in_a_step_is_text() -> None:
    nasty = "<script>alert(1)</script>\"'&<b>"
    step = {
        **{part: nasty for part in ("id", "product", "url", "role", "action", "warning", "verification", "then")},
        **{part: nasty for part in ("if_it_fails", "afterwards")},
        "needs": [nasty],
        "notes": [nasty],
        "clicks": [{"do": "press", "label": nasty, "or_label": nasty}, {"do": "fill", "label": f"{nasty} 2"}],
        "fields": [{"label": f"{nasty} 2", "value": nasty, "source": nasty}],
        "outputs": [],
        "warning_before": nasty,
    }
    html = handoff_page(step, host=nasty, requester=nasty)
    assert "<script" not in html
    # The action twice, for the title too; product, host, requester, role, address, need, note, warning, three labels,
    # the value, and the two parts at the end. The id is not shown, and no source of a value that is.
    assert html.count("&lt;script&gt;") == 16
    Page(html)


def test_an_address_that_is_no_web_page_is_no_link() -> None:
    page = Page(handoff_page({**CREATION, "url": "javascript:alert(1)"}))
    assert not page.values("a", "href") and "javascript:alert(1)" in page.text


def test_what_a_step_does_not_have_gets_no_heading() -> None:
    bare = {**CREATION, "needs": [], "notes": [], "warning": ""}
    headings = [data for tag, data in Page(handoff_page(bare, secret_place="x")).found if tag == "h2"]
    assert headings == ["What to do", "If something goes wrong", "Afterwards"]
