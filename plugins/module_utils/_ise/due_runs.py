# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which identity syncs were changed since they were last started. Private to this collection.

ISE shows no time of a change, so the modules that change a sync or its connection note it before they write. The note
stays until a run is started, whatever happens in between.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry


class DueRun:
    """The note about one sync."""

    def __init__(self, ise: Ise, sync_name: str) -> None:
        self._ise = ise
        self._entry = f"{ise.base_url} {sync_name}"
        self._registry = Registry("changed_identity_syncs")

    def __bool__(self) -> bool:
        return self._entry in self._registry

    def note(self) -> None:
        self._keep(self._registry.add)

    def clear(self) -> None:
        self._keep(self._registry.discard)

    def _keep(self, change: Callable[[str], None]) -> None:
        try:
            change(self._entry)
        except OSError as error:
            self._ise.context.warn(
                f"Ansible's home directory cannot be written ({error.strerror}). If this run stops before the identity "
                "sync is started, the next one does not start it."
            )
