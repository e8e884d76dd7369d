# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of policy sets and rules: where one is to stand, and which few of them to move. Private to this collection.

Facts: Cisco's Terraform provider for ISE. Ranks are an unbroken sequence from 0, and a PUT with another rank moves the
object while the others shift. Pure functions: nothing here asks ISE. A default policy set or rule always stands last
and is in none of the lists here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput, nearest

FIRST, LAST, BEFORE, AFTER = "first", "last", "before", "after"


class Position(NamedTuple):
    """Where something is to stand.

    :ivar word: ``first``, ``last``, ``before`` or ``after``.
    :ivar name: of the rule that it stands before or after.
    """

    word: str
    name: str = ""

    def rank_of(self, own: str, names: Sequence[str]) -> int:
        """The rank that makes it so. Who stands anywhere before or after another one stays where it is.

        :param names: in the order of their ranks, ``own`` among them if it exists.
        :raises InvalidInput: the other one is not among them, with the nearest names.
        """
        others = [name for name in names if name != own]
        if self.word in (FIRST, LAST):
            return 0 if self.word == FIRST else len(others)
        if self.name not in others:
            raise InvalidInput(
                f"put {own!r} {self.word} {self.name!r}", "none of that name is there", nearest(self.name, others)
            )
        rank = others.index(self.name) + (self.word == AFTER)
        if own not in names:
            return rank
        # As many of the others as its own rank stand before it.
        return (max if self.word == AFTER else min)(rank, names.index(own))


def position_from(value: Any, where: str = "position") -> Position | None:
    """The position in an option: ``first``, ``last``, ``before NAME``, ``after NAME``, or ``{before: NAME}``.

    :raises InvalidInput: for anything else.
    """
    if value is None:
        return None
    if isinstance(value, str):
        word, _space, name = value.strip().partition(" ")
    elif isinstance(value, Mapping) and len(value) == 1:
        ((word, name),) = value.items()
        word = word if isinstance(name, str) else ""
    else:
        word, name = "", ""
    position = Position(word, str(name).strip())
    if word not in (FIRST, LAST, BEFORE, AFTER) or bool(position.name) is (word in (FIRST, LAST)):
        raise InvalidInput(
            f"use the value of {where}",
            f"it is {value!r}",
            f"Write {where}: first, last, before NAME or after NAME, where NAME is an existing one.",
        )
    return position


def arranged(current: Sequence[str], declared: Sequence[str], changed: Collection[str]) -> list[str]:
    """The whole list in which the declared ones stand in their order, and the others where they stood.

    What has to move, or is new, stands directly after the entry that is declared before it. What comes first among the
    declared stands directly before the next one that stays; where none stays, all come last.

    :param current: what exists, in order.
    :param changed: as for :func:`staying`.
    """
    named = set(declared)
    stays = staying([key for key in current if key in named], declared, changed)
    found = [key for key in current if key in stays or key not in named]
    at = next((found.index(key) for key in declared if key in stays), len(found))
    for key in declared:
        if key in stays:
            at = found.index(key)
        else:
            found.insert(at, key)
        at += 1
    return found


def placings(current: Sequence[str], wanted: Sequence[str], changed: Collection[str]) -> Iterator[tuple[str, int]]:
    """The fewest writes, one after the other, that turn the current list into the wanted one.

    :param current: what exists, in order. What is not wanted stays in the way until it is deleted.
    :param changed: what is written in any case, and can move along.
    :returns: what to write, and the rank to send, as it is right at the moment of this write.
    """
    stays, row = staying(current, wanted, changed), list(current)
    for index, key in enumerate(wanted):
        if key not in stays:
            # Right after the one before it: what still stands between is moved later, or deleted.
            row = [other for other in row if other != key]
            row.insert(row.index(wanted[index - 1]) + 1 if index else 0, key)
        if key not in stays or key in changed:
            yield key, row.index(key)


def staying(current: Sequence[str], wanted: Sequence[str], changed: Collection[str]) -> set[str]:
    """What stands in the wanted order already and need not be moved: the most that there can be.

    That is the longest increasing subsequence of the wanted places.

    :param changed: what is written in any case, so that moving it costs nothing.
    """
    # For each that exists, of what may stay up to and with it: those that have not changed, and all.
    chains: list[tuple[list[str], list[str]]] = []
    for key in current:
        if key in wanted:
            earlier = set(wanted[: wanted.index(key)])
            kept, chain = _longest(found for found in chains if found[1][-1] in earlier)
            chains.append((kept if key in changed else [*kept, key], [*chain, key]))
    return set(_longest(chains)[1])


def _longest(chains: Iterable[tuple[list[str], list[str]]]) -> tuple[list[str], list[str]]:
    return max(chains, key=lambda found: [*map(len, found)], default=([], []))
