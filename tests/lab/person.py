# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The person at the consoles, who performs a hand-off from its structure alone.

They know where each product's console is and what they are allowed to do there, and nothing else: no default, no
second guess, no look into the lab. Whatever a hand-off leaves out or leaves open confuses them, loudly.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Protocol

from . import daemon

Step = dict[str, Any]
Click = dict[str, Any]

SERVICES = {
    "Cisco Secure Endpoint": "secure_endpoint",
    "Duo Admin Panel": "duo",
    "Cisco Identity Intelligence": "cii",
    "SAFE": "safe",
}
ROLES = ("Secure Endpoint administrator", "Owner", "Identity Intelligence administrator", "SAFE Admin")
# Where on a page the thing is that a click names.
PLACES = {
    "open": "links",
    "press": "buttons",
    "fill": "fields",
    "copy": "values",
    "expect": "values",
    "turn_on": "toggles",
    "turn_off": "toggles",
}


class Consoles(Protocol):
    """What the person needs of a lab: a way to its consoles."""

    def patch(self, service: str, op: str, **args: Any) -> Any:
        """Raises ValueError in the console's words."""


class Confused(Exception):
    """A hand-off cannot be followed. Says at which step and click and what was on the page; holds no secret."""

    def __init__(self, why: str, step: str, click: int = 0, page: dict[str, Any] | None = None) -> None:
        self.step = step
        self.click = click
        where = f"step {step}" + (f", click {click}" if click else "")
        super().__init__(f"{where}: {why}" + (f". {describe(page)}" if page else ""))


class Person:
    """Somebody with `roles` and a vault, `deeds` what they did, without secrets."""

    def __init__(self, lab: Consoles, roles: set[str], vault: dict[str, str]) -> None:
        self.vault = vault
        self.deeds: list[str] = []
        self._lab = lab
        self._roles = roles

    def perform(self, handoff: list[Step]) -> None:
        """Read everything, then do it step by step. Raises Confused, before anything is touched where possible."""
        if not isinstance(handoff, list) or not all(isinstance(step, dict) for step in handoff):
            raise Confused("a hand-off is a list of steps", "none")
        visits = [self._prepare(step) for step in handoff]
        self._refuse_given_away(handoff)
        for visit in visits:
            visit.follow()

    def _prepare(self, step: Step) -> _Visit:
        name = str(step.get("id") or "without an id")
        problems = list(defects(step))
        if problems:
            raise Confused("; ".join(problems), name)
        accepted = re.split(r", | or ", step["role"])
        mine = [role for role in accepted if role in self._roles]
        if not mine:
            raise Confused(f"I am no {step['role']}, I am {', '.join(sorted(self._roles)) or 'nothing'}", name)
        return _Visit(self._lab, step, mine[0], self.vault, self.deeds)

    def _refuse_given_away(self, handoff: list[Step]) -> None:
        for step in handoff:
            names = {field["source"] for field in step["fields"] if field.get("secret")}
            names |= {output["goes_to"] for output in step.get("outputs", []) if output.get("secret")}
            for name in sorted(names & self.vault.keys()):
                if self.vault[name] and any(self.vault[name] in text for text in _texts(handoff)):
                    raise Confused(f"the secret {name} stands in the hand-off for all to see", step["id"])


class _Visit:
    """One step in one console, from opening its page to the last click."""

    def __init__(self, lab: Consoles, step: Step, role: str, vault: dict[str, str], deeds: list[str]) -> None:
        self._lab = lab
        self._step = step
        self._role = role
        self._vault = vault
        self._deeds = deeds
        self._service = SERVICES[step["product"]]
        self._number = 0
        self._session = ""
        self._page: dict[str, Any] = {}
        self._copied: set[str] = set()

    def follow(self) -> None:
        opened = self._ask("console_open", url=self._step["url"], role=self._role)
        self._session, self._page = opened["session"], opened["page"]
        self._note(f"as {self._role} opened {self._step['url']}")
        for click in self._step["clicks"]:
            self._number += 1
            before = self._page
            getattr(self, f"_{click['do']}")(click)
            if self._page["shown_once"] and self._page != before:
                self._check_warned(click)
        self._check_copied()

    def _open(self, click: Click) -> None:
        self._act(click, "opened")

    def _press(self, click: Click) -> None:
        self._act(click, "pressed")

    def _fill(self, click: Click) -> None:
        field = _labelled(self._step["fields"], click["label"])
        label = self._find(click)
        value = field.get("value")
        shown = repr(value)
        if value is None:
            value, shown = self._vault.get(field["source"]), f"what the vault holds as {field['source']}"
        if value in (None, ""):
            raise self._confused(f"nobody says what to fill into {label!r}")
        choices = self._page["fields"][label]["choices"]
        if choices is not None and value not in choices:
            raise self._confused(f"{shown} is no choice of {label!r}; there are {', '.join(map(repr, choices))}")
        self._act(click, f"filled {shown} into", str(value))

    def _copy(self, click: Click) -> None:
        output = _labelled(self._step["outputs"], click["label"])
        label = self._find(click)
        copied = self._do("copy", label)["copied"]
        if not copied:
            raise self._confused(f"{label!r} is shown empty")
        self._vault[output["goes_to"]] = copied
        self._copied.add(label)
        self._note(f"copied {label!r} to {output['goes_to']}")

    def _expect(self, click: Click) -> None:
        label = self._find(click)
        shown, wanted = self._page["values"][label], click.get("value") or ""
        if not shown or wanted not in shown:
            raise self._confused(f"{label!r} should show {wanted or 'something'}, but shows {shown or 'nothing'}")
        self._note(f"saw {shown!r} as {label!r}")

    def _turn_on(self, click: Click) -> None:
        self._turn(click, True)

    def _turn_off(self, click: Click) -> None:
        self._turn(click, False)

    def _turn(self, click: Click, wanted: bool) -> None:
        label = self._find(click)
        if self._page["toggles"][label] is not wanted:
            self._act(click, f"turned {'on' if wanted else 'off'}")
        if self._page["toggles"].get(label) is not wanted:
            raise self._confused(f"{label!r} does not stay {'on' if wanted else 'off'}")

    def _act(self, click: Click, done: str, value: str = "") -> None:
        """Do what may lead to another page."""
        label = self._find(click)
        self._check_copied()
        self._copied = set()
        self._page = self._do(click["do"], label, value)["page"]
        self._note(f"{done} {label!r}")

    def _find(self, click: Click) -> str:
        """The one label of the click that is on the page."""
        there = list(self._page[PLACES[click["do"]]])
        wanted = [label for label in (click["label"], click.get("or_label")) if label]
        found = [label for label in there if label in wanted]
        if len(found) != 1:
            names = " or ".join(map(repr, wanted))
            raise self._confused(f"{'more than one' if found else 'no'} {names} to {click['do'].replace('_', ' ')}")
        return found[0]

    def _check_copied(self) -> None:
        left = self._page["values"].keys() - self._copied if self._page["shown_once"] else set()
        if left:
            raise self._confused(f"{', '.join(sorted(left))} would be lost, the page is shown once")

    def _check_warned(self, click: Click) -> None:
        warned = self._step.get("warning_before")
        if not warned or warned not in (click["label"], click.get("or_label")):
            raise self._confused(f"nobody warned me before {click['label']!r} that the page behind is shown once")

    def _do(self, do: str, label: str, value: str = "") -> dict[str, Any]:
        return self._ask("console_do", session=self._session, do=do, label=label, value=value)

    def _ask(self, op: str, **args: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = self._lab.patch(self._service, op, **args)
        except ValueError as error:
            words = str(error)
            for secret in filter(None, self._vault.values()):
                words = words.replace(secret, "...")
            raise self._confused(f"the console says: {words}") from None
        return answer

    def _note(self, what: str) -> None:
        self._deeds.append(f"{self._step['id']}: {what}")

    def _confused(self, why: str) -> Confused:
        return Confused(why, self._step["id"], self._number, self._page)


def defects(step: Step) -> Iterator[str]:
    """What keeps anybody from following the step, whatever the console shows."""
    missing = [key for key in ("id", "product", "url", "role", "action", "then", "clicks") if not step.get(key)]
    missing += [key for key in ("fields",) if not isinstance(step.get(key), list)]
    if missing:
        yield f"it lacks {', '.join(missing)}"
        return
    if step["product"] not in SERVICES:
        yield f"I know no product {step['product']!r}"
    unknown = [str(click.get("do")) for click in step["clicks"] if click.get("do") not in PLACES]
    if unknown:
        yield f"I do not know how to {', '.join(unknown)}"
    if not all(click.get("label") for click in step["clicks"]):
        yield "a click has no label"
    yield from _unmatched(step, "fill", step["fields"], "field")
    yield from _unmatched(step, "copy", step.get("outputs", []), "output")
    yield from _ill_kept(step)
    yield from _ill_warned(step)


def _unmatched(step: Step, do: str, items: list[dict[str, Any]], noun: str) -> Iterator[str]:
    """Each item is done by exactly one click, and each such click has its item."""
    named = Counter(item.get("label") for item in items)
    done = Counter(click.get("label") for click in step["clicks"] if click.get("do") == do)
    for label in sorted({*named, *done}, key=str):
        if (named[label], done[label]) != (1, 1):
            yield f"{named[label]} {noun}(s) {label!r} and {done[label]} click(s) to {do} it"


def _ill_kept(step: Step) -> Iterator[str]:
    for field in step["fields"]:
        if field.get("secret") and field.get("value") is not None:
            yield f"the secret {field.get('label')!r} stands in it for all to see"
        if not field.get("source"):
            yield f"it does not say where {field.get('label')!r} comes from"
    for output in step.get("outputs", []):
        if not output.get("goes_to"):
            yield f"it does not say where {output.get('label')!r} goes to"


def _ill_warned(step: Step) -> Iterator[str]:
    warning, before = step.get("warning", ""), step.get("warning_before", "")
    times = [click.get("label") for click in step["clicks"]].count(before)
    if bool(warning) != bool(before):
        yield "it holds a warning and no place for it, or a place and no warning"
    elif before and times != 1:
        yield f"it warns before {before!r}, which is clicked {times} times"


def describe(page: dict[str, Any]) -> str:
    """What is on the page, by labels only: a value may be a secret."""
    parts = [f"{place} {', '.join(map(repr, page[place]))}" for place in dict.fromkeys(PLACES.values()) if page[place]]
    return f"On the page {page['title']!r}: {'; '.join(parts) or 'nothing'}"


def add_command(commands: Any) -> None:
    """`python -m lab person`."""
    command = commands.add_parser("person", help="perform a hand-off at the lab's consoles")
    command.add_argument("--state-file", type=Path, default=daemon.DEFAULT_STATE_FILE, metavar="FILE")
    command.add_argument("--handoff", type=Path, required=True, metavar="FILE", help="the steps, as JSON")
    command.add_argument("--vault", type=Path, required=True, metavar="FILE", help="read and written, as JSON")
    command.add_argument("--role", action="append", help=f"what the person may do ({' and '.join(ROLES)})")


def run_command(options: argparse.Namespace) -> int:
    """Perform the hand-off. Exit code 1 if it cannot be followed; what was copied by then is kept all the same."""
    try:
        vault = read_vault(options.vault)
        handoff = json.loads(options.handoff.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise daemon.LabError(f"--handoff and --vault take files with JSON: {error}") from error
    person = Person(daemon.attach(options.state_file), set(options.role or ROLES), vault)
    try:
        person.perform(handoff)
    except Confused as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        write_vault(options.vault, person.vault)
        print("\n".join(person.deeds))
    return 0


def read_vault(path: Path) -> dict[str, str]:
    """The vault in `path`; an empty one if there is no such file. Raises ValueError if it is none."""
    if not path.exists():
        return {}
    vault = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(vault, dict):
        raise ValueError(f"{path} holds no object")
    return vault


def write_vault(path: Path, vault: dict[str, str]) -> None:
    """JSON, which YAML readers understand too, for the owner's eyes only."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(vault, stream, indent=2)
    part.replace(path)


def _labelled(items: Collection[dict[str, Any]], label: str) -> dict[str, Any]:
    return next(item for item in items if item["label"] == label)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from _texts(item)
    elif isinstance(data, str):
        yield data
