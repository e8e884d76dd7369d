# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps that only a vendor's web console offers, as data that a person can follow. Private to this collection.

One :class:`Step` is one thing that one person does in one console. Its labels are the console's own words, its clicks
are in order, and no secret is ever in it: a secret is named by the variable that contains it or will hold it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

# What a click can be: follow a menu entry, tab or tile; press a button; type or choose a field's value; copy a value
# that is shown; switch a toggle; look for a value that must be shown.
DEEDS = ("open", "press", "fill", "copy", "turn_on", "turn_off", "expect")


class Click(NamedTuple):
    """One action on a page.

    :ivar label: the exact words on the page.
    :ivar value: with ``expect``, what must be shown; empty if any value will do.
    :ivar or_label: the words that stand there instead in some situations.
    """

    do: str
    label: str
    value: str = ""
    or_label: str = ""

    def as_dict(self) -> dict[str, Any]:
        optional = {"value": self.value, "or_label": self.or_label}
        return {"do": self.do, "label": self.label, **{name: text for name, text in optional.items() if text}}


class Field(NamedTuple):
    """Something that is typed or chosen.

    :ivar source: where the value comes from: for a secret, or a value not known here, the variable that contains it.
    """

    label: str
    source: str
    value: str | None = None
    secret: bool = False

    def as_dict(self) -> dict[str, Any]:
        value = {} if self.value is None else {"value": self.value}
        return {"label": self.label, **value, **({"secret": True} if self.secret else {}), "source": self.source}


class Output(NamedTuple):
    """Something that is copied out of a page.

    :ivar goes_to: the variable that will hold it.
    """

    label: str
    goes_to: str
    secret: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "goes_to": self.goes_to, "secret": self.secret}


@dataclass(frozen=True)
class Step:
    """One thing that one person does in one console.

    :ivar product: which console.
    :ivar url: the exact page.
    :ivar role: who may do it.
    :ivar action: what is done, one sentence.
    :ivar needs: what must be there before one starts, sentences.
    :ivar notes: what helps and asks for nothing, sentences.
    :ivar warning: what to know before the click with the label ``warning_before``.
    :ivar if_it_fails: what to do when the console refuses it, sentences.
    :ivar afterwards: what this person does, or may expect, when it is done, sentences.
    :ivar verification: what the next run verifies, and what cannot be verified.
    :ivar then: what to do afterwards where the run was started.
    :raises ValueError: if a person could not follow it, or it holds a secret.
    """

    id: str
    product: str
    url: str
    role: str
    action: str
    clicks: tuple[Click, ...]
    fields: tuple[Field, ...] = ()
    outputs: tuple[Output, ...] = ()
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warning: str = ""
    warning_before: str = ""
    if_it_fails: str = ""
    afterwards: str = ""
    verification: str = ""
    then: str = ""

    def __post_init__(self) -> None:
        unknown = [click.do for click in self.clicks if click.do not in DEEDS]
        if unknown:
            raise ValueError(f"{self.id}: there is no such click: {', '.join(unknown)}")
        for deed, named in (("fill", self.fields), ("copy", self.outputs)):
            done = Counter(click.label for click in self.clicks if click.do == deed)
            meant = Counter(entry.label for entry in named)
            if done != meant or any(times > 1 for times in done.values()):
                raise ValueError(f"{self.id}: the clicks {deed} {sorted(done)}, and described are {sorted(meant)}")
        if any(field.secret and field.value is not None for field in self.fields):
            raise ValueError(f"{self.id}: a secret must not be part of the instructions")
        if bool(self.warning) != (self.warning_before in [click.label for click in self.clicks]):
            raise ValueError(f"{self.id}: a warning stands before one of the clicks")

    def as_dict(self) -> dict[str, Any]:
        """The step as a task returns it."""
        return {
            "id": self.id,
            "product": self.product,
            "url": self.url,
            "role": self.role,
            "action": self.action,
            "needs": list(self.needs),
            "notes": list(self.notes),
            "clicks": [click.as_dict() for click in self.clicks],
            "fields": [field.as_dict() for field in self.fields],
            "outputs": [output.as_dict() for output in self.outputs],
            "warning": self.warning,
            "warning_before": self.warning_before,
            "if_it_fails": self.if_it_fails,
            "afterwards": self.afterwards,
            "verification": self.verification,
            "then": self.then,
        }
