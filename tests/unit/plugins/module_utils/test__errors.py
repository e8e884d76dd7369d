# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an error says, and that errors can be distinguished."""

from __future__ import annotations

import pytest
from ansible_collections.identityops.cisco.plugins.module_utils import _errors
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, NotFound, nearest


@pytest.mark.parametrize(
    ("came_back", "advice", "text"),
    [
        ("it is gone", "Look elsewhere.", "Could not read the thing: it is gone. Look elsewhere."),
        ("it is gone. ", "Look elsewhere.", "Could not read the thing: it is gone. Look elsewhere."),
        ("it is gone...", "", "Could not read the thing: it is gone."),
    ],
)
def test_text(came_back: str, advice: str, text: str) -> None:
    assert str(CiscoError("read the thing", came_back, advice)) == text


def test_as_data() -> None:
    error = NotFound("read the thing", "it is gone.", "Look elsewhere.", status=404, code="40401")
    assert error.as_dict() == {
        "kind": "not_found",
        "attempted": "read the thing",
        "came_back": "it is gone",
        "advice": "Look elsewhere.",
        "status": 404,
        "code": "40401",
    }
    bare = CiscoError("read the thing", "it is gone").as_dict()
    assert (bare["kind"], bare["advice"], bare["status"], bare["code"]) == ("error", "", None, None)


def test_every_kind_has_a_word_of_its_own() -> None:
    kinds = [cls.kind for cls in vars(_errors).values() if isinstance(cls, type) and issubclass(cls, CiscoError)]
    assert len(kinds) > 15
    assert len(set(kinds)) == len(kinds)
    assert all(kind == kind.lower() and " " not in kind for kind in kinds)


@pytest.mark.parametrize(
    ("wanted", "existing", "text"),
    [
        ("Duo User", ["Duo Users", "Helpdesk"], "The nearest existing names are 'Duo Users'."),
        ("corp_ad", ["LAB_AD", "CORP_AD"], "The nearest existing names are 'CORP_AD', 'LAB_AD'."),
        ("Duo User", ["Duo Users", "Duo Use", "Duo Usher", "Duo Uses"], "The nearest existing names are "),
        ("Duo User", ["Printers"], "No existing name is like it."),
        ("Duo User", [], "No existing name is like it."),
    ],
)
def test_nearest(wanted: str, existing: list[str], text: str) -> None:
    assert nearest(wanted, iter(existing)).startswith(text)
    assert nearest(wanted, existing).count("'") <= 6
