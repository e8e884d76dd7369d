# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which identity syncs were changed since they were last started. Private to this collection.

ISE shows no time of a change, so the modules that change a sync or its connection note it before they write. The note
stays until a run is started, whatever happens in between. Notes that cannot be read may have been of any sync, so each
one is due until it has been started once more.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry

# Among the notes: others were lost. And before the note of a sync: it was started since.
LOST = "?"
SINCE = "since: "


class DueRun:
    """The note about one sync."""

    def __init__(self, ise: Ise, sync_name: str) -> None:
        self._ise = ise
        self._sync = f"identity sync {sync_name!r}"
        self._entry = f"{ise.base_url} {sync_name}"
        self._registry = Registry("changed_identity_syncs", if_broken=[LOST])

    def __bool__(self) -> bool:
        notes = self._registry.entries
        if self._entry in notes:
            return True
        may_be = LOST in notes and SINCE + self._entry not in notes
        if may_be:
            self._ise.context.warn(
                f"The notes in {self._registry.file} were lost, because the file could not be read. The {self._sync} "
                "counts as changed since its last run."
            )
        return may_be

    def note(self) -> None:
        self._keep(
            lambda: self._registry.add(self._entry),
            "If this run stops before the {} is started, the next one does not start it.",
        )

    def clear(self) -> None:
        self._keep(self._clear, "The next run starts the {} again.")

    def _clear(self) -> None:
        self._registry.discard(self._entry)
        if LOST in self._registry:
            self._registry.add(SINCE + self._entry)

    def _keep(self, change: Callable[[], None], outcome: str) -> None:
        try:
            change()
        except OSError as error:
            self._ise.context.warn(
                f"Ansible's home directory cannot be written ({error.strerror}). {outcome.format(self._sync)}"
            )
