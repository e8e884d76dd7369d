# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A product's web console as its user sees it: pages with links, buttons, fields, toggles and values to copy.

What only a console offers a person does here, one action at a time, by the labels on the page and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .store import ServiceState


@dataclass
class Field:
    """Something to type into, or to choose from if there are `choices`."""

    value: str = ""
    required: bool = False
    choices: tuple[str, ...] | None = None
    masked: bool = False
    """A password field: what was typed into it is not shown."""

    def fill(self, label: str, value: str) -> None:
        """Raises ValueError for a choice that is not offered."""
        if self.choices is not None and value not in self.choices:
            raise ValueError(f"{label} offers {_list(self.choices)}, not {value!r}")
        self.value = value

    def shown(self) -> dict[str, Any]:
        """As it stands on the page."""
        choices = None if self.choices is None else list(self.choices)
        return {"choices": choices, "value": "\u2022" * len(self.value) if self.masked else self.value}


@dataclass
class Button:
    """`press` gets the page with what was filled in and returns the page that follows; it may be the same one."""

    press: Callable[[Page], Page]
    needs_fields: bool = True
    """Refused while a required field is empty; Cancel is not."""


@dataclass
class Toggle:
    """Takes effect at once: `turn` gets the new position and may refuse with ValueError."""

    on: bool
    turn: Callable[[bool], None]


@dataclass
class Page:
    """One page. The callables behind links and buttons look at the state when they are used, not when it is shown."""

    title: str
    links: dict[str, Callable[[], Page]] = field(default_factory=dict)
    buttons: dict[str, Button] = field(default_factory=dict)
    fields: dict[str, Field] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    toggles: dict[str, Toggle] = field(default_factory=dict)
    shown_once: bool = False
    """No link or button of any page leads back here: what is not copied before leaving is lost."""
    copied: set[str] = field(default_factory=set)

    def shown(self) -> dict[str, Any]:
        """The page as JSON."""
        return {
            "title": self.title,
            "links": list(self.links),
            "buttons": list(self.buttons),
            "fields": {label: item.shown() for label, item in self.fields.items()},
            "values": dict(self.values),
            "toggles": {label: toggle.on for label, toggle in self.toggles.items()},
            "shown_once": self.shown_once,
        }


class Console:
    """The sessions of one console. `start` returns the page behind a URL for a role or raises ValueError."""

    def __init__(self, start: Callable[[str, str], Page]) -> None:
        self._start = start
        self._pages: dict[str, Page] = {}
        self._actions: dict[str, Callable[[Page, str, str], Page]] = {
            "open": _open,
            "press": _press,
            "fill": _fill,
            "copy": _copy,
            "expect": _expect,
            "turn_on": lambda page, label, value: _turn(page, label, True),
            "turn_off": lambda page, label, value: _turn(page, label, False),
        }
        self.lost: list[dict[str, Any]] = []
        """Pages shown once that were left with values not copied: `title` and `labels`, no values."""

    def open(self, url: str, role: str) -> dict[str, Any]:
        """A person with this role opens the URL: the new session and its first page."""
        page = self._start(url, role)
        session = f"session {len(self._pages) + 1}"
        self._pages[session] = page
        return {"session": session, "page": page.shown()}

    def do(self, session: str, do: str, label: str, value: str) -> dict[str, Any]:
        """One action; the page after it. A refused action changes nothing and raises ValueError with the reason."""
        if session not in self._pages:
            raise ValueError(f"no session {session!r}")
        if do not in self._actions:
            raise ValueError(f"nothing can be done like {do!r}, only {_list(self._actions)}")
        before = self._pages[session]
        after = self._pages[session] = self._actions[do](before, label, value)
        missed = sorted(set(before.values) - before.copied)
        if before.shown_once and after is not before and missed:
            self.lost.append({"title": before.title, "labels": missed})
        answer: dict[str, Any] = {"page": after.shown()}
        if do == "copy":
            answer["copied"] = after.values[label]
        return answer


class ConsoleState(ServiceState):
    """Base of a service that has a console: `reset` sets `console`."""

    console: Console

    def op_console_open(self, url: str, role: str) -> dict[str, Any]:
        """A person with `role` opens `url`: `session` and `page`."""
        return self.console.open(url, role)

    def op_console_do(self, session: str, do: str, label: str, value: str = "") -> dict[str, Any]:
        """open, press, fill, copy, turn_on, turn_off or expect what has that label: `page`, with copy also `copied`."""
        return self.console.do(session, do, label, value)


def _open(page: Page, label: str, value: str) -> Page:
    return _find(page, page.links, label, "link")()


def _press(page: Page, label: str, value: str) -> Page:
    button = _find(page, page.buttons, label, "button")
    empty = [name for name, item in page.fields.items() if item.required and not item.value.strip()]
    if button.needs_fields and empty:
        raise ValueError(f"{page.title}: {_list(empty)} must be filled in before {label}")
    return button.press(page)


def _fill(page: Page, label: str, value: str) -> Page:
    _find(page, page.fields, label, "field").fill(label, value)
    return page


def _copy(page: Page, label: str, value: str) -> Page:
    if not _find(page, page.values, label, "value"):
        raise ValueError(f"{page.title}: {label} is empty")
    page.copied.add(label)
    return page


def _expect(page: Page, label: str, value: str) -> Page:
    shown = _find(page, page.values, label, "value")
    if not shown:
        raise ValueError(f"{page.title}: {label} is empty")
    if value not in shown:
        raise ValueError(f"{page.title}: {label} shows {shown!r}, not {value!r}")
    return page


def _turn(page: Page, label: str, on: bool) -> Page:
    toggle = _find(page, page.toggles, label, "toggle")
    if toggle.on != on:
        toggle.turn(on)
        toggle.on = on
    return page


def _find(page: Page, things: dict[str, Any], label: str, kind: str) -> Any:
    if label not in things:
        raise ValueError(f"{page.title}: no {kind} {label!r}; there is {_list(things) or 'none'}")
    return things[label]


def _list(labels: Any) -> str:
    return ", ".join(map(repr, labels))
