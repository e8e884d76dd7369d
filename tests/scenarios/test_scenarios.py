# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each Molecule scenario is a test."""

from __future__ import annotations

from pytest_ansible.molecule import MoleculeScenario


def test_scenario(molecule_scenario: MoleculeScenario) -> None:
    assert molecule_scenario.test().returncode == 0
