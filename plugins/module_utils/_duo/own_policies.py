# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which Duo policies this collection has created or adopted. Private to this collection.

A policy has no text besides its name (Duo documentation, "Admin API", policies), so it cannot bear a mark. What this
machine remembers proves that a policy is the collection's; that it remembers nothing proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._registry import Registry
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context


class OwnPolicies:
    """The keys of the policies in one Duo account, in a file below ANSIBLE_HOME."""

    def __init__(self, duo: Duo, context: Context) -> None:
        self._duo = duo
        self._context = context
        self._registry = Registry("duo_policies")

    def __contains__(self, policy_key: str | None) -> bool:
        return self._entry(policy_key) in self._registry

    def add(self, policy_key: str | None) -> None:
        self._keep(self._registry.add, policy_key)

    def discard(self, policy_key: str | None) -> None:
        self._keep(self._registry.discard, policy_key)

    def _entry(self, policy_key: str | None) -> str:
        return f"{self._duo.api_host} {policy_key}"

    def _keep(self, change: Callable[[str], None], policy_key: str | None) -> None:
        try:
            change(self._entry(policy_key))
        except OSError as error:
            self._context.warn(
                f"Ansible's home directory cannot be written ({error.strerror}), so this machine does not remember "
                "which policies it has created. Deleting one takes adopt or its key."
            )
