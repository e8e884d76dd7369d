# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switch of ISE's Duo MFA feature, as a resource. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import TimedOut
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import (
    MOST_FAILED_LOOKS,
    patience,
    wait_until,
)


class MfaFeature(Resource):
    title = "Duo MFA feature of ISE"

    def __init__(self, ise: Ise, params: dict[str, Any]) -> None:
        self.ise = ise
        self._timeout = patience(params, ise.context)
        self._interval: int | None = params["wait_interval"]

    def read(self) -> Fields:
        return {"enabled": self.ise.get_mfa_status()}

    def as_found(self, current: Fields) -> str:
        return "enabled" if current["enabled"] else "disabled"

    def update_in_words(self, changes: Fields) -> tuple[str, str]:
        return "enable" if changes["enabled"] else "disable", f"the {self.title}"

    def update(self, current: Fields, changes: Fields) -> None:
        wanted = changes["enabled"]
        self.ise.set_mfa_status(wanted)

        def is_done() -> bool:
            return self.ise.get_mfa_status() is wanted

        if not wait_until(is_done, self._timeout, self._interval, self._report, survives=MOST_FAILED_LOOKS):
            raise TimedOut(
                f"switch Duo MFA {'on' if wanted else 'off'}",
                f"ISE accepted it, and still reports the opposite after {self._timeout} seconds",
                "Look at the feature in the ISE console, then run this again.",
            )

    def _report(self, waited: float) -> None:
        self.ise.context.progress(f"switching Duo MFA, {waited:.0f} s of {self._timeout}")
