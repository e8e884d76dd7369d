# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a declaration, reported together. Private to this collection."""

from __future__ import annotations

from types import TracebackType

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput


class InMany(InvalidInput):
    """What may be wrong in many rules alike, and is then named once.

    :ivar about: the same for all of them.
    """

    def __init__(self, about: str, attempted: str, came_back: str, advice: str) -> None:
        super().__init__(attempted, came_back, advice)
        self.about = about


class Several(InvalidInput):
    """More than one thing is wrong.

    :ivar found: each of them.
    """

    def __init__(self, found: list[InvalidInput]) -> None:
        self.found = found
        numbered = " ".join(f"({number}) {error}" for number, error in enumerate(found, 1))
        super().__init__("write what is declared", f"{len(found)} problems", numbered)


class Findings:
    """Collects what is wrong, so that one problem does not hide the next.

    Each check stands in a ``with`` of its own, and :meth:`report` ends them.
    """

    def __init__(self) -> None:
        self._found: dict[str, InvalidInput] = {}

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        found = error.found if isinstance(error, Several) else [error]
        self._found |= {str(one): one for one in found if isinstance(one, InvalidInput)}
        return isinstance(error, InvalidInput)

    def report(self) -> None:
        """:raises InvalidInput: what is wrong; :class:`Several` for more than one thing."""
        alike: dict[str, list[InvalidInput]] = {}
        for text, error in self._found.items():
            alike.setdefault(error.about if isinstance(error, InMany) else text, []).append(error)
        found = [_as_one(errors) for errors in alike.values()]
        if found:
            raise found[0] if len(found) == 1 else Several(found)


def _as_one(errors: list[InvalidInput]) -> InvalidInput:
    first, *others = errors
    if not others:
        return first
    places = f"{len(others)} other {'place' if len(others) == 1 else 'places'}"
    return InvalidInput(f"{first.attempted}, and in {places}", first.came_back, first.advice)
