# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from ansible_collections.identityops.cisco.plugins.filter.handoff_page import FilterModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo import steps as panel_steps
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint import steps as console_steps

handoff_page = FilterModule().filters()["handoff_page"]

VOID = {"meta", "input"}
CREATION = console_steps.create_credential("eu", "Duo").as_dict()


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
        return " ".join(data for tag, data in self.found if tag not in ("style", "title"))

    def values(self, tag: str, attribute: str) -> list[str | None]:
        return [value for found, name, value in self.attributes if (found, name) == (tag, attribute)]


def test_a_page_says_how_to_open_the_encrypted_file() -> None:
    assert "ansible-vault" not in handoff_page(CREATION)
    page = Page(handoff_page(CREATION, "duo", "/srv/hand offs/duo.vault.yml"))
    assert ("code", "ansible-vault view '/srv/hand offs/duo.vault.yml'") in page.found


def test_a_page_is_complete() -> None:
    html = handoff_page(CREATION, host="duo-production")
    assert html.startswith("<!DOCTYPE html>") and html.endswith("</html>\n")
    page = Page(html)
    assert [data for tag, data in page.found if tag == "title"] == [CREATION["action"]]
    told = [CREATION[part] for part in ("product", "url", "role", "action", "warning", "verification", "then")]
    told += CREATION["needs"] + ["duo-production", "New API Credential", "Application name", "Read-only"]
    told += ["secure_endpoint_client_id", "secure_endpoint_api_key", "a secret"]
    assert not [part for part in told if part not in page.text]


def test_there_is_a_box_for_each_need_and_each_click() -> None:
    page = Page(handoff_page(CREATION))
    assert len(page.values("input", "type")) == len(CREATION["needs"]) + len(CREATION["clicks"])
    assert re.findall(r"\b(\d)\.(?= )", page.text) == list("123456")


def test_the_warning_stands_right_before_its_click() -> None:
    page = Page(handoff_page(CREATION))
    assert re.search(r"3\. Set Scope to Read-only WARNING The next page.*? anew\. 4\. Press Create 5\.", page.text)
    # The list goes on with the right number for whoever has it read aloud.
    assert page.values("ol", "start") == ["4"]


@pytest.mark.parametrize(
    "step",
    [
        CREATION,
        console_steps.delete_credential("eu", "Duo").as_dict(),
        panel_steps.add_edr_integration("api-1.duosecurity.com", "0123456789abcdef0123", "eu").as_dict(),
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
        "needs": [nasty],
        "clicks": [{"do": "press", "label": nasty, "or_label": nasty}, {"do": "fill", "label": f"{nasty} 2"}],
        "fields": [{"label": f"{nasty} 2", "value": nasty, "source": nasty}],
        "outputs": [],
        "warning_before": nasty,
    }
    html = handoff_page(step, host=nasty)
    assert "<script" not in html
    # The action twice, for the title too; product, host, role, address, need, warning, three labels, the value, and the
    # two parts at the end. The id is not shown, and no source of a value that is.
    assert html.count("&lt;script&gt;") == 14
    Page(html)


def test_an_address_that_is_no_web_page_is_no_link() -> None:
    page = Page(handoff_page({**CREATION, "url": "javascript:alert(1)"}))
    assert not page.values("a", "href") and "javascript:alert(1)" in page.text


def test_what_a_step_does_not_have_gets_no_heading() -> None:
    bare = {name: part for name, part in CREATION.items() if name not in ("needs", "verification", "then", "warning")}
    headings = [data for tag, data in Page(handoff_page(bare)).found if tag == "h2"]
    assert headings == ["What to do"]
