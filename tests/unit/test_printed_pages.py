# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each page that is handed over fits a sheet of paper, laid out by an engine that prints HTML.

A machine may have no fonts, or any. So the pages are set in a rather wide one, which comes with a theme of the
documentation.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import plutoprint
import pytest
from ansible_collections.identityops.cisco.plugins.filter.handoff_page import handoff_page

from .plugins.filter.shipped import LONGEST, STEPS

SIZES = {"A4": plutoprint.PAGE_SIZE_A4, "Letter": plutoprint.PAGE_SIZE_LETTER}
# Long ones of what only users know.
HOST, REQUESTER = "duo-corp-production", "Kim Berg, Corporate IT Operations, extension 4711, kim.berg@corp.example"
PLACE = "the entry 'Duo and Secure Endpoint' in the folder 'Consoles' of the team's password manager"
VAULT_FILE = "/var/lib/ansible/handoffs/duo-corp-production.duo_edr_integration.vault.yml"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


@pytest.fixture(scope="module", autouse=True)
def the_same_font_everywhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    spec = find_spec("sphinx_rtd_theme")
    assert spec is not None and spec.origin is not None
    fonts = Path(spec.origin).parent / "static" / "fonts" / "RobotoSlab"
    assert list(fonts.glob("*.ttf"))
    folder = tmp_path_factory.mktemp("fonts")
    (folder / "fonts.conf").write_text(FONTS.format(fonts=fonts, cache=folder / "cache"))
    plutoprint.plutobook_set_fontconfig_path(str(folder))


def sheets(step: dict[str, Any], size: str, **given: Any) -> int:
    book = plutoprint.Book(size=SIZES[size])
    book.load_html(handoff_page(step, HOST, number=4, total=5, requester=REQUESTER, **given))
    return int(book.get_page_count())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step["id"]))
def test_a_page_takes_one_sheet(step: dict[str, Any], size: str) -> None:
    assert sheets(step, size, vault_file=VAULT_FILE) == 1
    assert sheets(step, size, secret_place=PLACE) == 1


def test_what_does_not_fit_would_be_noticed() -> None:
    assert sheets({**LONGEST, "notes": LONGEST["notes"] * 6}, "Letter") == 2
    # With a font, a longer line takes more lines.
    assert sheets({**LONGEST, "notes": ["m " * 5000]}, "A4") > sheets({**LONGEST, "notes": ["i " * 5000]}, "A4") > 1
