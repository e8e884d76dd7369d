# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The integration of Duo or ISE with an Identity Intelligence tenant, which only consoles make. Private to this
collection."""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._errors import CiscoError, InvalidInput, TimedOut
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Step
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence import steps
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    CREDENTIALS,
    SERVICE,
    IdentityIntelligence,
    missing_credentials,
)
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.evidence import Finding, Search
from ansible_collections.identityops.cisco.plugins.module_utils._service import require_options
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import PASSING, wait_until

ORGANIZATION = re.compile(r"[a-z0-9_-]+")
CONFIRMED, PENDING, NOT_VERIFIABLE = "confirmed", "pending", "not_verifiable"
TENANT = {
    "organization_name": None,
    "grant_write": False,
    "event_streaming": False,
    "sso": "duo_sso",
    "sso_connection_name": None,
}
NO_DUO = {
    "api_host": None,
    "admin_app": None,
    "auth_app": None,
    "admin_integration_key": None,
    "auth_integration_key": None,
    "support_push": False,
}
STAYS = (
    "The tenant and the integration that came with it stay: Cisco publishes no way to remove them. To have them "
    "removed, ask Cisco's support."
)
LOOK = "Open it in the console of Identity Intelligence, where Test Connectivity shows what is wrong."
# Facts: Duo documentation, "Identity Security", the user data requirement.
MATCH = "A user is linked by an e-mail address or by the directory, after the next collection, which can take a day."

TENANT_SPEC = {
    "type": "dict",
    "options": {
        "organization_name": {"type": "str"},
        "grant_write": {"type": "bool", "default": False},
        "event_streaming": {"type": "bool", "default": False},
        "sso": {"type": "str", "choices": ["duo_sso", "oidc"], "default": "duo_sso"},
        "sso_connection_name": {"type": "str"},
    },
}
"""What the set-up of a tenant asks for, as an option."""


class CiiIntegration:
    """The integration as it is wanted, what speaks for its being so, and what is left for a person."""

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        self.params = params
        self.context = context
        self.duo = {**NO_DUO, **(params["duo"] or {})}
        self.tenant = {**TENANT, **(params["tenant"] or {})}
        self.provisioned = params["kind"] == "provisioned"
        self.present = params["state"] == "present"
        # The people of one Duo account prove nothing about another one.
        self.anybody = self.provisioned or params["provider"] == "ise"
        self._vet()
        self.missing = missing_credentials(params)
        if 0 < len(self.missing) < len(CREDENTIALS):
            # Whoever gives some of them means all.
            require_options(params, CREDENTIALS, SERVICE)
        self.found = Finding()
        self._looked = False
        self._shown = ""
        self._error: CiscoError | None = None
        self._search: Search | None = None
        if not self.missing:
            expected = [login.strip() for login in params["expect_users"] or [] if login.strip()]
            self._search = Search(
                IdentityIntelligence.from_params(params, context),
                context,
                name=params["display_name"],
                provider=params["provider"],
                anybody=self.anybody,
                provisioned=self.provisioned,
                expected=expected if self.present else [],
                max_age=params["max_age"] or None,
            )

    # What cannot be

    def _vet(self) -> None:
        if (self.params["max_age"] or 0) < 0:
            raise InvalidInput(f"use {self.params['max_age']} as max_age", "the least is 0")
        if self.params["provider"] == "ise":
            self._vet_ise()
        elif self.provisioned:
            self._vet_tenant()
        elif self.tenant != TENANT:
            raise InvalidInput(
                "use tenant with kind=additional",
                "it is about the set-up of a tenant, and event streaming is available to the integration that comes "
                "with the tenant only",
                "Remove tenant, or set kind to provisioned.",
            )
        elif self.present:
            self._vet_duo()

    def _vet_ise(self) -> None:
        if self.provisioned or self.params["tenant"] or self.params["duo"]:
            raise InvalidInput(
                "use provider=ise",
                "kind=provisioned, tenant and duo are about the integration with Duo",
                "Remove them.",
            )

    def _vet_tenant(self) -> None:
        name = self.tenant["organization_name"]
        if name and not ORGANIZATION.fullmatch(name):
            raise InvalidInput(
                f"use {name!r} as tenant.organization_name",
                "it may contain only lower-case letters, digits, underscores and dashes",
                "Choose another name; it identifies the tenant at sign-on.",
            )

    def _vet_duo(self) -> None:
        needed = ["api_host", "admin_app", *(["auth_app"] if self.duo["support_push"] else [])]
        lacking = [f"duo.{name}" for name in needed if not self.duo[name]]
        if lacking:
            raise InvalidInput(
                "describe the additional integration",
                f"{', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} not given",
                "The person who adds the integration in the console needs them.",
            )
        host, port = split_api_host(self.duo["api_host"], "duo.api_host")
        self.duo["api_host"] = f"{host}:{port}" if port else host

    # Looking

    def watch(self, timeout: int) -> bool:
        """Look until the integration is as wanted, cannot be proven, or the time is over; whether nothing is left."""
        if self.provisioned and not self.present:
            return True
        if self._search is None:
            return timeout == 0
        name = self.params["display_name"]
        wait_until(
            lambda: self._look() or self._cannot_be_proven,
            timeout,
            self.params["wait_interval"],
            lambda waited: self.context.progress(
                f"integration {name!r} not confirmed yet, {waited:.0f} s of {timeout}"
            ),
        )
        return self.verification == CONFIRMED or (self._cannot_be_proven and not self.handoff)

    @property
    def _cannot_be_proven(self) -> bool:
        """Whether no look will ever show more."""
        return self._error is None and self.verification == NOT_VERIFIABLE

    def _look(self) -> bool:
        """Whether it is as wanted. After the first look some kinds of trouble are survived."""
        try:
            self._look_once()
            self._error = None
        except PASSING as error:
            if not self._looked:
                raise
            self._error = error
            return False
        self._looked = True
        if self.detail != self._shown:
            self._shown = self.detail
            self.context.progress(f"{self.params['display_name']}: {self.detail}")
        return self.verification == CONFIRMED

    def _look_once(self) -> None:
        if self._search is None:
            return
        self.found = self._search.look() if self.present else self._search.look_for_absence()

    # The outcome

    @property
    def verification(self) -> str:
        if not self._looked:
            return NOT_VERIFIABLE
        if not self.present:
            known = {None: NOT_VERIFIABLE, True: PENDING, False: CONFIRMED}[self.found.listed]
            return NOT_VERIFIABLE if self.provisioned else known
        if self.found.proven:
            return CONFIRMED
        nothing_to_look_at = not self.anybody and self.found.listed is None and not self.params["expect_users"]
        return NOT_VERIFIABLE if nothing_to_look_at else PENDING

    @property
    def handoff(self) -> list[Step]:
        """What is left for a person, in order."""
        if self.verification == CONFIRMED:
            return []
        if not self.present:
            return [] if self.provisioned or self._is_done else [self._removal]
        left = [] if self._is_done else self._creation
        return [*left, *([self._client] if self.missing else [])]

    @property
    def _is_done(self) -> bool:
        """Whether a person says so; what the tenant lists counts more."""
        if self.found.listed is not None:
            return self.found.listed is self.present
        return bool(self.params["performed"])

    @property
    def _creation(self) -> list[Step]:
        if self.provisioned:
            # Whoever has an API client has a tenant.
            return [steps.set_up_tenant(self.tenant, self.duo["api_host"] or "")] if self.missing else []
        name, console = self.params["display_name"], self.params["console_url"]
        if self.params["provider"] == "ise":
            return [steps.add_ise_integration(name, console)]
        keys = [("admin", self.duo["admin_app"])] + (
            [("auth", self.duo["auth_app"])] if self.duo["support_push"] else []
        )
        copied = [
            steps.copy_keys(kind, name, self.duo[f"{kind}_integration_key"], self.duo["api_host"])
            for kind, name in keys
        ]
        types = self.params["data_types"] or []
        return [*copied, steps.add_integration(name, self.duo, types, console)]

    @property
    def _removal(self) -> Step:
        return steps.remove_integration(
            self.params["display_name"], self.params["console_url"], self.params["provider"]
        )

    @property
    def _client(self) -> Step:
        return steps.create_api_client(self.params["console_url"], self.params["api_client_name"])

    @property
    def detail(self) -> str:
        """What the outcome rests on, sentences."""
        if not self.present and self.provisioned:
            return STAYS
        if self.missing:
            are = "is" if len(self.missing) == 1 else "are"
            return f"Nothing can be verified: {', '.join(self.missing)} {are} not given."
        found = str(self.found.entries[-1]["detail"]) if self.found.entries else ""
        if self.verification == CONFIRMED:
            return found
        if not self.present:
            return f"{'It is still there' if self.found.listed else 'It is not known whether it is gone'}. {found}"
        if self.verification == NOT_VERIFIABLE:
            return (
                "This integration cannot be distinguished from the others: set expect_users to users that only this "
                f"Duo account has. {found}"
            )
        return self._doubt(found)

    def _doubt(self, found: str) -> str:
        """Why there is no proof, and whether that is a matter of patience."""
        if self.found.failing:
            return f"The integration does not work. {found} {LOOK}"
        if self.found.unclear:
            return f"It is not known whether the integration works. {found} {LOOK}"
        if self.found.listed is False and not self.provisioned:
            return f"{found} If it has another name in the console, correct display_name."
        if self.found.several:
            return f"It is not clear which integration is meant. {found} Name it in display_name."
        if self.found.stale:
            return f"The integration delivered data earlier, but none recently. {found} {LOOK}"
        if self.found.arrives:
            return f"Data arrives, but not for all expected users. {found} {MATCH}"
        patience = steps.AGENT_REPORTS if self.params["provider"] == "ise" else steps.COLLECTS
        # No API says whether data arrived before, and no run remembers it.
        return (
            f"No proof yet. {found} If the integration is new, {_within(patience)} If it delivered data before, "
            f"{_within(LOOK)}"
        )

    @property
    def status(self) -> str:
        if self.verification == CONFIRMED:
            return "verified"
        return "handoff_required" if self.handoff else self.verification

    def result(self) -> dict[str, Any]:
        """What the task returns."""
        is_word_all = self.found.listed is None and self.params["performed"]
        if is_word_all and not self.present and not self.provisioned:
            self.context.warn(
                f"The integration {self.params['display_name']!r} counts as deleted, because performed is true. If "
                "that was set when it was added, it is still there: delete it in the console before its applications "
                "in Duo are deleted."
            )
        return {
            "integration": {
                "display_name": self.params["display_name"],
                "kind": self.params["kind"],
                "provider": self.params["provider"],
                "has_api_client": not self.missing,
                "verification": self.verification,
                "evidence": self.found.entries,
                "providers": dict(sorted(self.found.providers.items())),
                "users_read": self.found.people,
            },
            "handoff": [step.as_dict() for step in self.handoff],
            "step": {"status": self.status, "detail": self.detail},
        }

    def too_late(self, timeout: int) -> CiscoError:
        """What to say when the time is over."""
        if self._error:
            return self._error
        attempted = f"see the integration {self.params['display_name']!r} {'working' if self.present else 'gone'}"
        if self.missing:
            advice = "A running task does not see new values: perform the steps, give the values, and run this again."
            return InvalidInput(attempted, self.detail, advice)
        if self._cannot_be_proven:
            then = "run this again with expect_users" if self.present else "run this again with performed set to true"
            return InvalidInput(attempted, self.detail, f"Waiting does not help: perform the steps and {then}.")
        return TimedOut(attempted, f"after {timeout} seconds: {self.detail}", "Run this again later.")


def _within(sentence: str) -> str:
    """A sentence in the middle of another one."""
    return sentence[:1].lower() + sentence[1:]
