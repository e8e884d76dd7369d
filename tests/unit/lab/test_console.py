# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of a console, without any product behind them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lab.console import Button, Console, Field, Page, Toggle


class Shop:
    """A console with one of everything."""

    def __init__(self) -> None:
        self.sold: list[tuple[str, str]] = []
        self.lit = False
        self.console = Console(self.start)

    def start(self, url: str, role: str) -> Page:
        if url != "https://shop.example/":
            raise ValueError("no such page")
        return self.counter()

    def counter(self) -> Page:
        def light(on: bool) -> None:
            if self.sold:
                raise ValueError("closed")
            self.lit = on

        return Page(
            "Counter",
            links={"Back room": lambda: Page("Back room")},
            fields={
                "Name": Field(required=True),
                "Size": Field("small", choices=("small", "large")),
                "PIN": Field(masked=True),
            },
            buttons={
                "Sell": Button(self.sell),
                "Leave": Button(lambda page: self.counter(), needs_fields=False),
            },
            values={"Price": "5", "Change": ""},
            toggles={"Light": Toggle(self.lit, light)},
        )

    def sell(self, page: Page) -> Page:
        self.sold.append((page.fields["Name"].value, page.fields["Size"].value))
        return Page(
            "Receipt", links={"Counter": self.counter}, values={"Number": "17", "Code": "xyzzy"}, shown_once=True
        )


class Visit:
    """A session."""

    def __init__(self, shop: Shop) -> None:
        self._console = shop.console
        opened = shop.console.open("https://shop.example/", "customer")
        self.session = opened["session"]
        self.page: dict[str, Any] = opened["page"]

    def do(self, do: str, label: str, value: str = "") -> dict[str, Any]:
        answer = self._console.do(self.session, do, label, value)
        self.page = answer["page"]
        return answer


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def visit(shop: Shop) -> Visit:
    return Visit(shop)


def test_a_page_is_shown_whole(visit: Visit) -> None:
    assert visit.page == {
        "title": "Counter",
        "links": ["Back room"],
        "buttons": ["Sell", "Leave"],
        "fields": {
            "Name": {"choices": None, "value": ""},
            "Size": {"choices": ["small", "large"], "value": "small"},
            "PIN": {"choices": None, "value": ""},
        },
        "values": {"Price": "5", "Change": ""},
        "toggles": {"Light": False},
        "shown_once": False,
    }
    json.dumps(visit.page)


def test_filling_pressing_copying(shop: Shop, visit: Visit) -> None:
    visit.do("fill", "Name", "Ann")
    visit.do("fill", "Size", "large")
    assert visit.page["fields"]["Name"]["value"] == "Ann"
    visit.do("press", "Sell")
    assert shop.sold == [("Ann", "large")]
    assert (visit.page["title"], visit.page["shown_once"]) == ("Receipt", True)
    assert visit.do("copy", "Code")["copied"] == "xyzzy"
    assert visit.page["title"] == "Receipt"


def test_a_password_field_does_not_show_what_was_typed(visit: Visit) -> None:
    visit.do("fill", "PIN", "8341")
    assert "8341" not in json.dumps(visit.page)
    assert len(visit.page["fields"]["PIN"]["value"]) == 4


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (("open", "Cellar"), "no link 'Cellar'; there is 'Back room'"),
        (("open", "Sell"), "no link 'Sell'"),
        (("press", "Buy"), "no button 'Buy'"),
        (("press", "Sell"), "'Name' must be filled in before Sell"),
        (("fill", "Colour", "red"), "no field 'Colour'"),
        (("fill", "Size", "huge"), "offers 'small', 'large'"),
        (("copy", "Cost"), "no value 'Cost'"),
        (("copy", "Change"), "Change is empty"),
        (("expect", "Change"), "Change is empty"),
        (("expect", "Price", "7"), "shows '5', not '7'"),
        (("turn_on", "Heater"), "no toggle 'Heater'"),
        (("shout", "Sell"), "nothing can be done like 'shout'"),
    ],
)
def test_what_is_not_there_cannot_be_done(shop: Shop, visit: Visit, action: tuple[str, ...], reason: str) -> None:
    before = visit.page
    with pytest.raises(ValueError, match=reason):
        visit.do(*action)
    assert (visit.do("expect", "Price")["page"], shop.sold) == (before, [])


def test_spaces_fill_no_required_field(shop: Shop, visit: Visit) -> None:
    visit.do("fill", "Name", "  ")
    with pytest.raises(ValueError, match="must be filled in"):
        visit.do("press", "Sell")
    assert shop.sold == []


def test_a_button_that_needs_no_fields(visit: Visit) -> None:
    visit.do("press", "Leave")
    assert visit.page["title"] == "Counter"


def test_expecting(visit: Visit) -> None:
    assert visit.do("expect", "Price", "5") == {"page": visit.page}


def test_toggles(shop: Shop, visit: Visit) -> None:
    visit.do("turn_off", "Light")
    assert shop.lit is False
    visit.do("turn_on", "Light")
    assert (shop.lit, visit.page["toggles"]) == (True, {"Light": True})
    visit.do("turn_on", "Light")
    assert shop.lit is True
    shop.sold.append(("Ann", "small"))
    with pytest.raises(ValueError, match="closed"):
        visit.do("turn_off", "Light")
    assert visit.do("expect", "Price")["page"]["toggles"] == {"Light": True}


def test_what_is_shown_once_is_lost_by_leaving(shop: Shop, visit: Visit) -> None:
    visit.do("fill", "Name", "Ann")
    visit.do("press", "Sell")
    visit.do("copy", "Number")
    assert shop.console.lost == []
    visit.do("open", "Counter")
    assert shop.console.lost == [{"title": "Receipt", "labels": ["Code"]}]
    with pytest.raises(ValueError, match="no value 'Code'"):
        visit.do("copy", "Code")


def test_what_was_copied_is_not_lost(shop: Shop, visit: Visit) -> None:
    visit.do("fill", "Name", "Ann")
    visit.do("press", "Sell")
    visit.do("copy", "Code")
    visit.do("copy", "Number")
    visit.do("open", "Counter")
    assert shop.console.lost == []


def test_sessions_are_apart(shop: Shop, visit: Visit) -> None:
    other = Visit(shop)
    assert other.session != visit.session
    visit.do("fill", "Name", "Ann")
    with pytest.raises(ValueError, match="must be filled in"):
        other.do("press", "Sell")
    with pytest.raises(ValueError, match="no session"):
        shop.console.do("session 9", "press", "Sell", "")
    with pytest.raises(ValueError, match="no such page"):
        shop.console.open("https://shop.example/cellar", "customer")
