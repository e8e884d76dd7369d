# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An API credential of Secure Endpoint, and what can be found out about it. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    InvalidInput,
    TimedOut,
    Unauthorized,
)
from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Step
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import (
    API_KEY,
    CLIENT_ID,
    CREATE_ONE,
    XDR_CLIENT_ID,
    XDR_EXPLAINED,
    Budget,
    SecureEndpoint,
    credential_of,
    missing_credential,
    split_api_host,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.credential_file import (
    with_credential_file,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
    FILE_OPTION,
    REGIONS,
    api_host_of,
    region_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.steps import (
    create_credential,
    delete_credential,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

HOW_TO_REPLACE = "Correct them. To get the steps for a new credential, leave both out."
HOW_TO_COMPLETE = "Set both. To get the steps for a new credential, leave both out."
UNTRIED = "So it was not tried whether the credential still works."
# How the credential is seen while the task waits for a person, by state and status.
SEEN_AS = {
    "present": {"handoff_required": "not given yet", "invalid": "does not work"},
    "absent": {"handoff_required": "still accepted"},
}


class Credential:
    """The credential among the options, and what is found out about it."""

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        self.params = params = with_credential_file(params, context)
        self.context = context
        self.where = params["secure_endpoint_api_host"] or params["secure_endpoint_region"]
        # Before a person is sent there.
        split_api_host(api_host_of(self.where) or self.where)
        self.client_id, self.api_key = credential_of(params, context)
        self.kind = _kind(self.client_id)
        self.tried: list[str] = []
        self.refusals: list[CiscoError] = []
        self.budget = Budget()
        self.scope_detail = "It was not tried, and cannot be read through the API."
        self.scope_proven = False

    def find(self) -> SecureEndpoint | None:
        """Secure Endpoint where it accepts the credential, None if it does nowhere.

        :raises CiscoError: nothing accepted it, and not all could be asked.
        """
        unknown: CiscoError | None = None
        named = self.params["secure_endpoint_region"]
        others = [region for region in REGIONS if region != named] if self.params["discover_region"] else []
        for region in (named, *others):
            service = SecureEndpoint.from_params(self.params, self.context, region)
            try:
                if self._accepts(service):
                    return service
            except CiscoError as error:
                # The credential may be one of a region that can be asked.
                unknown = unknown or error
        if unknown:
            raise unknown
        return None

    def _accepts(self, service: SecureEndpoint) -> bool:
        try:
            service.get_version()
        except (Unauthorized, Forbidden) as error:
            self.refusals.append(error)
            accepted = False
        else:
            self.where, self.kind = service.api_host, "v1"
            accepted = True
        self.budget = service.budget
        self.tried.append(service.region or service.api_host)
        return accepted

    def probe(self, service: SecureEndpoint) -> None:
        """Find out about the scope what can be found out."""
        denied, answer = service.probe_write()
        self.budget = service.budget
        if not denied:
            self.scope_detail = f"It could not be proven: {answer}."
        elif self.params["scope"] == "read_only":
            self.scope_proven = True
            self.scope_detail = f"A change was refused, so the credential may only read ({answer})."
        else:
            self.scope_detail = f"A change was refused, so the credential may only read, not write ({answer})."
            self.context.warn(f"The credential {self.params['name']!r} is declared as read_write. {self.scope_detail}")

    def result(self, status: str, reason: str = "", *steps: Step) -> dict[str, Any]:
        credential = {
            "name": self.params["name"],
            "status": status,
            "reason": reason,
            "region": region_of(self.where),
            "api_host": api_host_of(self.where) or self.where,
            "regions_tried": self.tried,
            "scope": {"declared": self.params["scope"], "proven": self.scope_proven, "detail": self.scope_detail},
            "budget": self.budget.as_dict(),
            "kind": self.kind,
            # Not before it has proved to be one: a key that was put in its place by mistake would be shown.
            "client_id": self.client_id if status == "verified" else None,
        }
        return {
            "credential": credential,
            "handoff": [step.as_dict() for step in steps],
            "step": self._step(status, reason),
        }

    def _step(self, status: str, reason: str) -> dict[str, str]:
        """The line about this task in the report of a role."""
        called = f"The credential {self.params['name']!r}"
        if status == "verified":
            where = region_of(self.where)
            return {"status": status, "detail": f"{called} works{f' in {where}' if where else ''}"}
        if status == "handoff_required":
            return {"status": status, "detail": f"{called}: {reason}"}
        if self.params["state"] == "present":
            return {"status": "failed", "detail": f"{called} does not work: {reason}"}
        is_proven = status == "invalid" and not self._left()
        return {"status": "verified" if is_proven else "not_verifiable", "detail": f"{called}: {reason}"}

    def _left(self) -> list[str]:
        """The regions that were not asked and may still accept it."""
        return [region for region in REGIONS if region not in self.tried] if region_of(self.where) else []

    # The two states

    @property
    def lacks(self) -> str:
        """Which parts are not given, a sentence; empty if both are."""
        missing = missing_credential(self.params)
        return f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given." if missing else ""

    def present(self) -> dict[str, Any]:
        creation = create_credential(
            self.where, self.params["name"], self.params["scope"], self.params["keep_in"] or ""
        )
        if not self.client_id and not self.api_key:
            return self.result("handoff_required", self.lacks, creation)
        if self.lacks:
            # Whoever has a half has a credential, and needs no second one.
            return self.result("invalid", f"{self.lacks} {HOW_TO_COMPLETE}")
        if self.kind == "xdr":
            return self.result("invalid", f"{self.client_id} cannot be used: {XDR_EXPLAINED}. {CREATE_ONE}")
        self._warn_of_odd_shapes()
        service = self.find()
        if service is None:
            return self.result("invalid", f"{self._why_refused()} {HOW_TO_REPLACE}")
        if service.region and service.region != self.params["secure_endpoint_region"]:
            self._warn_of_region(service.region)
        if self.params["probe_scope"]:
            self.probe(service)
        return self.result("verified")

    def absent(self) -> dict[str, Any]:
        if self.lacks:
            return self.result("unknown", f"{self.lacks} {UNTRIED}")
        service = self.find()
        if service is not None:
            reason = f"Secure Endpoint still accepts it, at {service.place}."
            deletion = delete_credential(self.where, self.params["name"], self.client_id)
            return self.result("handoff_required", reason, deletion)
        reason = f"It is not accepted by {', '.join(self.tried)}{self._undocumented()}."
        left = self._left()
        if left:
            reason += f" Not tried: {', '.join(left)}; discover_region tries all."
        # Only one kind of refusal is documented to mean that the credential is none.
        is_known = not any(isinstance(error, Forbidden) for error in self.refusals)
        return self.result("invalid" if is_known else "unknown", reason)

    # Words

    def _why_refused(self) -> str:
        if len(self.refusals) == 1:
            return f"{self.refusals[0].came_back}. {self.refusals[0].advice}"
        hosts = ", ".join(f"{host} ({region})" for region, (host, _console) in REGIONS.items())
        return (
            f"No region accepts the client ID with this key: {hosts}{self._undocumented()}. They are wrong, or the "
            "credential was deleted."
        )

    def _undocumented(self) -> str:
        """A refusal in another way than Cisco documents for a wrong credential."""
        odd = [error.came_back for error in self.refusals if isinstance(error, Forbidden)]
        return f" ({'; '.join(odd)}; Cisco does not document what that means)" if odd else ""

    def _warn_of_region(self, found: str) -> None:
        self.context.warn(
            f"The credential works in the region {found}, not in {self.params['secure_endpoint_region']}. Set "
            f"secure_endpoint_region: {found}"
        )

    def _warn_of_odd_shapes(self) -> None:
        if API_KEY.fullmatch(self.client_id) and CLIENT_ID.fullmatch(self.api_key):
            self.context.warn("secure_endpoint_client_id and secure_endpoint_api_key seem to be swapped.")
            return
        if not CLIENT_ID.fullmatch(self.client_id):
            self.context.warn(
                "secure_endpoint_client_id does not look like the usual 20 hexadecimal digits in lower case. The task "
                "tries it anyway."
            )
        if not API_KEY.fullmatch(self.api_key):
            self.context.warn(
                "secure_endpoint_api_key does not look like a UUID, as is usual. The task tries it anyway."
            )


class Watch:
    """Looks at the credential until it is as wanted.

    :ivar result: of the latest look.
    """

    def __init__(self, params: dict[str, Any], context: Context) -> None:
        self.params = params
        self.context = context
        self.result: dict[str, Any] = {}
        self._refused: tuple[str, str] | None = None
        self._error: CiscoError | None = None

    def look(self) -> bool:
        """Whether it is as wanted. After the first look an error, such as of a file that is half saved, is survived."""
        try:
            is_done = self._look()
            self._error = None
        except CiscoError as error:
            if not self.result:
                raise
            is_done, self._error = False, error
        return is_done

    def _look(self) -> bool:
        credential = Credential(self.params, self.context)
        if self.params["state"] == "absent":
            self.result = credential.absent()
            return not self.result["handoff"]
        pair = (credential.client_id, credential.api_key)
        # The same wrong credential again and again might lock out the user.
        if pair != self._refused:
            self.result = credential.present()
            self._refused = pair
        return bool(self.result["credential"]["status"] == "verified")

    @property
    def can_change(self) -> bool:
        """Whether a running task can see the credential become as wanted: one that is not in a file stays as it is."""
        return bool(self.params["state"] == "absent" or self.params[FILE_OPTION])

    def report(self, waited: float) -> None:
        seen = SEEN_AS[self.params["state"]][self.result["credential"]["status"]]
        timeout = self.params["wait_timeout"]
        self.context.progress(f"credential {self.params['name']!r} {seen}, {waited:.0f} s of {timeout}")

    def require_valid(self) -> None:
        """
        :raises InvalidInput: for a credential that is given and does not work.
        """
        credential = self.result["credential"]
        if self.params["state"] == "present" and credential["status"] == "invalid":
            self.context.kept.update(self.result)
            raise InvalidInput(f"use the credential {self.params['name']!r}", str(credential["reason"]))

    def too_late(self) -> CiscoError:
        """What to say when the time is over."""
        if self._error:
            return self._error
        attempted, reason = "reach the declared state of the credential", str(self.result["credential"]["reason"])
        if self.params["state"] == "present" and not self.params[FILE_OPTION]:
            advice = f"A running task sees only what is put into a file: set {FILE_OPTION} with wait_timeout."
            return InvalidInput(attempted, reason, advice)
        came_back = f"after {self.params['wait_timeout']} seconds this is still so: {reason}"
        todo = "Perform the steps in handoff" if self.result["handoff"] else "Correct the credential"
        return TimedOut(attempted, came_back, f"{todo}, and run this again.")


def _kind(client_id: str) -> str:
    if XDR_CLIENT_ID.fullmatch(client_id):
        return "xdr"
    return "v1" if CLIENT_ID.fullmatch(client_id) else "unknown"
