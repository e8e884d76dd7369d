# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.identityops.cisco.plugins.filter.handoff_place import FilterModule

handoff_place = FilterModule().filters()["handoff_place"]


def test_a_relative_folder_is_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert handoff_place("pages", "one", "step") == f"{tmp_path}/pages/one.step"
    assert handoff_place("./a/../b/", "one", "step") == f"{tmp_path}/b/one.step"
    assert handoff_place("~/pages", "one", "step") == "/home/me/pages/one.step"
    assert handoff_place("/srv", "one", "step") == "/srv/one.step"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("ise-1.example.com", "ise-1.example.com"),
        ("../etc/cron", "..%2Fetc%2Fcron"),
        ("a%2Fb", "a%252Fb"),
        ("fe80::1", "fe80%3A%3A1"),
        ("tab\there", "tab%09here"),
    ],
)
def test_names_are_made_fit_for_a_file(host: str, name: str) -> None:
    assert handoff_place("/srv", host, host) == f"/srv/{name}.{name}"
