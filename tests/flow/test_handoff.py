# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sees of the steps that a run hands over, with their pages; the rest is proven with the action alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab import Lab

from .trusted_endpoints import TrustedEndpoints

CREATE, JOIN = "localhost.secure_endpoint_credential.html", "localhost.duo_edr_integration.html"


@pytest.fixture
def flow(lab: Lab, tmp_path: Path) -> TrustedEndpoints:
    """Runs a playbook whose steps nobody has performed yet."""
    return TrustedEndpoints(lab, tmp_path)


def test_a_run_shows_where_its_pages_are(flow: TrustedEndpoints) -> None:
    (flow.folder / "file").write_text("no folder")
    stopped = flow.fails(handoff="fail", handoff_dir="file/pages")
    assert "Left for a person, as Secure Endpoint administrator: Create the API credential 'Duo'" in stopped.output
    assert any("could not be brought up to date: Not a directory" in text for text in stopped.warnings())
    # Without a page, the run itself says all of it.
    assert 'Copy "API Key"' in stopped.output and stopped.reported()["handoff_files"] == {}

    paths = [str(flow.folder / "pages" / name) for name in (CREATE, JOIN)]
    first, second = (flow.ok(handoff_dir="pages") for _run in range(2))
    assert "changed=2" in first.output and "changed=0" in second.output
    for ran in (first, second):
        assert not [path for path in paths if f"The step for a person is on the page {path}\n" not in ran.output]
        assert not [path for path in paths if f"Page          {path}\n" not in ran.output]
        assert list(ran.reported()["handoff_files"].values()) == [[path] for path in paths]
    assert [path.name for path in (flow.folder / "pages").iterdir() if path.stat().st_mode & 0o077] == []
