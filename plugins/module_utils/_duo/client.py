# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Duo's Admin API and Auth API. Private to this collection.

``duo_client`` signs (``transport.py``); ``errors.py`` explains refusals. Here are the calls, named after Duo's, and the
pages of lists. ``duo_client``'s wrappers lack parameters that we need (``networks_for_api_access``, half of the
permission flags), and its paging hides how many objects there are, so its lowest level is called.

Facts: Duo documentation, "Admin API" and "Auth API", and ``duo_client`` itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import shown, split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._duo.transport import Signed
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    NotFound,
    OutcomeUnknown,
    Refused,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import Answer, at_least_a_second
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    MOST_PAGES,
    UNEXPECTED,
    Reading,
    authorities,
    fits,
    given,
    named_so,
    object_in,
    objects_in,
    option,
    read_whole,
    require_named,
    require_names,
    require_options,
    whole_list,
    whole_number,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

INTEGRATIONS = "/admin/v3/integrations"
POLICIES = "/admin/v2/policies"
USERS = "/admin/v1/users"
# The most that all lists allow, and the most that users come in.
PAGE_SIZE = "100"
USERS_PAGE_SIZE = "300"
# The members that are read as texts.
APPLICATION: dict[str, Any] = dict.fromkeys(("integration_key", "name", "type", "user_access", "notes"), str)
POLICY: dict[str, Any] = dict.fromkeys(("policy_key", "policy_name", "name"), str)
# After how many pages of a long list a line shows the progress.
PAGES_PER_LINE = 20

LOOKS_FIRST = "Run this again: it looks first and writes only what is still missing."

# What Duo's Admin Panel calls the permissions of an Admin API application.
GRANT_APPLICATIONS = "Grant applications"
GRANT_READ_RESOURCE = "Grant resource - Read"
GRANT_WRITE_RESOURCE = "Grant resource - Write"
GRANT_READ_INFORMATION = "Grant read information"
GRANT_ADMINISTRATORS_READ = "Grant administrators - Read"


def duo_argument_spec() -> dict[str, Any]:
    """The connection options of every module that talks to Duo; documented in the ``duo`` fragment."""
    return {
        "duo_api_host": option("duo_api_host"),
        # A name, not a secret, whatever it is called.
        "duo_integration_key": option("duo_integration_key", no_log=False),
        "duo_secret_key": option("duo_secret_key", no_log=True),
        "duo_ca_path": option("duo_ca_path"),
        # It may hold a password.
        "duo_proxy_url": option("duo_proxy_url", no_log=True),
        "duo_timeout": option("duo_timeout", type="int", default=30),
        "duo_account_id": option("duo_account_id"),
    }


class Taker(Protocol):
    """What goes through a list that is too long to be held."""

    def take(self, item: dict[str, Any]) -> None:
        """Look at the next object of the list."""


Takes = TypeVar("Takes", bound=Taker)


class Duo:
    """One Duo account, seen with the key of one application.

    :param api_host: ``host`` or ``host:port``.
    :param ca_path: None for the roots that ``duo_client`` pins, ``system`` for the system's, or the path of a CA file.
    :param proxy_url: overrides ``HTTPS_PROXY``; may hold a user and a password.
    :param timeout: seconds to wait for a connection and for each part of an answer.
    :param account_id: a child account, for service providers.
    :raises InvalidInput: for a host with a scheme or a path.
    """

    def __init__(
        self,
        api_host: str,
        integration_key: str,
        secret_key: str,
        context: Context,
        *,
        ca_path: str | None = None,
        proxy_url: str | None = None,
        timeout: float = 30,
        account_id: str | None = None,
    ) -> None:
        host, port = split_api_host(api_host, "duo_api_host")
        self.api_host = api_host
        self.integration_key = integration_key
        self.context = context
        self._connection: dict[str, Any] = {
            "ca_path": ca_path,
            "proxy_url": proxy_url,
            "timeout": timeout,
            "account_id": account_id,
        }
        context.hide(secret_key)
        self._signed = Signed(integration_key, secret_key, host, port, context, **self._connection)

    @classmethod
    def from_params(cls, params: dict[str, Any], context: Context) -> Duo:
        """From a module's validated options.

        :raises InvalidInput: naming every connection option that is missing, and its environment variable.
        """
        require_options(params, ("duo_api_host", "duo_integration_key", "duo_secret_key"), "Duo")
        # The task's result repeats the option as it was given.
        context.hide(params["duo_secret_key"])
        return cls(
            given(params, "duo_api_host"),
            given(params, "duo_integration_key"),
            given(params, "duo_secret_key"),
            context,
            ca_path=authorities(params, "duo_ca_path"),
            proxy_url=params["duo_proxy_url"],
            timeout=at_least_a_second(params["duo_timeout"], "duo_timeout"),
            account_id=given(params, "duo_account_id") or None,
        )

    def with_key(self, integration_key: str, secret_key: str) -> Duo:
        """The same account and connection, seen with another application's key."""
        return Duo(self.api_host, integration_key, secret_key, self.context, **self._connection)

    # Admin API, applications ("integrations")

    def list_integrations(self) -> list[dict[str, Any]]:
        attempted = "list the applications"
        found = self._list(INTEGRATIONS, "integration_key", attempted, GRANT_READ_RESOURCE)
        return _with_keys(objects_in(found, attempted, APPLICATION), attempted)

    def get_integration(self, integration_key: str) -> dict[str, Any] | None:
        attempted = f"read the application that has {shown(integration_key)}"
        try:
            found = self._object(_path_of(integration_key), attempted, GRANT_READ_RESOURCE, APPLICATION)
        except NotFound:
            return None
        return _with_keys([found], attempted)[0]

    def create_integration(self, parameters: dict[str, Any]) -> dict[str, Any]:
        attempted = f"create the application {parameters['name']!r}"
        permission = _to_change_applications(parameters)
        created: dict[str, Any] = self._call("POST", INTEGRATIONS, parameters, attempted, permission, "integration_key")
        return created

    def update_integration(self, integration_key: str, parameters: dict[str, Any], attempted: str) -> None:
        path = _path_of(integration_key)
        self._call("POST", path, parameters, attempted, _to_change_applications(parameters))

    def delete_integration(self, integration_key: str, name: str) -> None:
        attempted = f"delete the application {name!r}"
        self._call("DELETE", _path_of(integration_key), {}, attempted, GRANT_APPLICATIONS)

    def get_secret_key(self, integration_key: str, name: str) -> str:
        """The secret of an application; list and read answers may hold a masked one, this call does not.

        The caller decides whether the secret is hidden from the task's result.
        """
        attempted = f"read the secret key of the application {name!r}"
        path = f"/admin/v1/integrations/{quote(integration_key, safe='')}/skey"
        answer = self._call("GET", path, {}, attempted, GRANT_APPLICATIONS)
        secret = answer.get("secret_key") if isinstance(answer, dict) else None
        if not isinstance(secret, str) or not secret or "*" in secret:
            raise UnexpectedAnswer(
                attempted, "Duo's answer contains no usable secret key", "Read it in the Duo Admin Panel instead."
            )
        return secret

    # Admin API, the account

    def get_info_summary(self) -> dict[str, Any]:
        return self._object("/admin/v1/info/summary", "read the account summary", GRANT_READ_INFORMATION)

    def list_admins(self) -> list[dict[str, Any]]:
        return self._list("/admin/v1/admins", "admin_id", "list the administrators", GRANT_ADMINISTRATORS_READ)

    def list_groups(self) -> list[dict[str, Any]]:
        return self._list("/admin/v1/groups", "group_id", "list the groups", GRANT_READ_RESOURCE)

    def probe_read_resource(self) -> None:
        """The cheapest call that needs nothing but the right to read resources."""
        self._call(
            "GET",
            USERS,
            {"limit": "1", "offset": "0"},
            "read users with the Admin API key",
            GRANT_READ_RESOURCE,
        )

    def list_users(self, username: str) -> list[dict[str, Any]]:
        """The users who have that name, or, as Duo looks them up, that alias."""
        attempted = f"look up the user {username!r}"
        return self._list(USERS, "user_id", attempted, GRANT_READ_RESOURCE, username=username)

    def go_through_users(self, start: Callable[[], Takes]) -> Takes:
        """Hand every user to what ``start`` returns, and return that. No more than a page of users is held.

        If the list changes while it is read, it is read again, with what ``start`` then returns.
        """
        attempted = "list the users"
        taker = start()

        def read() -> Reading:
            nonlocal taker
            taker = start()
            reading = Reading("user_id", taker.take)
            return self._read(reading, USERS, attempted, GRANT_READ_RESOURCE, {"limit": USERS_PAGE_SIZE})

        read_whole(read, attempted, "Duo")
        return taker

    def list_directory_syncs(self) -> list[dict[str, Any]] | None:
        """The directories that users come from; None where Duo has no such list."""
        attempted = "list the directory syncs"
        try:
            answer = self._call("GET", f"{USERS}/directorysync", {}, attempted, GRANT_READ_RESOURCE)
        except NotFound:
            return None
        return objects_in(answer, attempted)

    def list_endpoints(self) -> list[dict[str, Any]]:
        """The devices that were seen at a login."""
        return self._list("/admin/v1/endpoints", "epkey", "list the endpoints", GRANT_READ_RESOURCE)

    # Admin API, policies

    def list_policies(self) -> list[dict[str, Any]]:
        """All policies, in no order. Whether the global one is among them is not documented."""
        attempted = "list the policies"
        return objects_in(self._list(POLICIES, "policy_key", attempted, GRANT_READ_RESOURCE), attempted, POLICY)

    def list_policy_summary(self) -> list[dict[str, Any]]:
        """Where each policy applies; empty where Duo does not return it, or cuts it short."""
        try:
            answer = self._object(f"{POLICIES}/summary", "read the summary of the policies", GRANT_READ_RESOURCE)
        except (NotFound, Refused):
            return []
        rows = answer.get("policies")
        if not isinstance(rows, list) or str(answer.get("response_is_truncated")).lower() in ("true", "1"):
            return []
        return [row for row in rows if isinstance(row, dict) and fits(row, POLICY)]

    def get_global_policy(self) -> dict[str, Any]:
        return self._object(f"{POLICIES}/global", "read the global policy", GRANT_READ_RESOURCE, POLICY)

    def get_policy(self, policy_key: str) -> dict[str, Any] | None:
        try:
            attempted = f"read the policy {policy_key}"
            return self._object(_path_of_policy(policy_key), attempted, GRANT_READ_RESOURCE, POLICY)
        except NotFound:
            return None

    def create_policy(self, parameters: dict[str, Any]) -> dict[str, Any]:
        attempted = f"create the policy {parameters['policy_name']!r}"
        permission = GRANT_WRITE_RESOURCE
        created: dict[str, Any] = self._call("POST", POLICIES, parameters, attempted, permission, "policy_key")
        return created

    def update_policy(self, policy_key: str, parameters: dict[str, Any], attempted: str) -> None:
        self._call("PUT", _path_of_policy(policy_key), parameters, attempted, GRANT_WRITE_RESOURCE)

    def delete_policy(self, policy_key: str, name: str) -> None:
        attempted = f"delete the policy {name!r}"
        self._call("DELETE", _path_of_policy(policy_key), {}, attempted, GRANT_WRITE_RESOURCE)

    def calculate_policy(self, integration_key: str, user_id: str) -> dict[str, Any]:
        """What holds for that user at a login with that application."""
        attempted = f"calculate the policy of the user {user_id} and of the application {integration_key}"
        parameters = {"integration_key": integration_key, "user_id": user_id}
        answer = self._call("GET", f"{POLICIES}/calculate", parameters, attempted, GRANT_READ_RESOURCE)
        return object_in(answer, attempted)

    # Auth API

    def check(self) -> None:
        """Prove that host, key and secret fit together and belong to an Auth API application."""
        self._call("GET", "/auth/v2/check", {}, "sign in to the Auth API", "")

    # Transport

    def _object(
        self, path: str, attempted: str, permission: str, shape: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        answer = self._call("GET", path, {}, attempted, permission)
        return object_in(answer, attempted, shape)

    def _list(self, path: str, key: str, attempted: str, permission: str, **wanted: str) -> list[dict[str, Any]]:
        """A whole list.

        :param key: the member that identifies its objects.
        """
        wanted = {**wanted, "limit": PAGE_SIZE}
        return whole_list(lambda: self._read(Reading(key), path, attempted, permission, wanted), attempted, "Duo")

    def _read(self, reading: Reading, path: str, attempted: str, permission: str, wanted: dict[str, str]) -> Reading:
        offset = 0
        for _unused in range(MOST_PAGES):
            envelope = self._envelope("GET", path, {**wanted, "offset": str(offset)}, attempted, permission)
            found, metadata = envelope["response"], envelope.get("metadata")
            metadata = metadata if isinstance(metadata, dict) else {}
            total, most = whole_number(metadata.get("total_objects")), int(wanted["limit"])
            reading.add(objects_in(found, attempted), total, most)
            following = metadata.get("next_offset")
            if following is None and total is None and len(found) >= most:
                # Only the next page shows whether this one was the last.
                following = offset + len(found)
            if following is None:
                return reading
            number = whole_number(following)
            if number is None or number <= offset:
                raise UnexpectedAnswer(
                    attempted, f"the page after number {offset} is given as {self.context.quote(repr(following))}"
                )
            offset = number
            self._show_progress(reading, attempted, total)
        raise UnexpectedAnswer(attempted, f"the list does not end after {MOST_PAGES} pages")

    def _show_progress(self, reading: Reading, attempted: str, total: int | None) -> None:
        if reading.pages % PAGES_PER_LINE == 0:
            of_all = "" if total is None else f" of {total:,}"
            self.context.progress(f"Duo, {attempted}: {reading.count:,}{of_all}")

    def _call(
        self,
        method: str,
        path: str,
        parameters: dict[str, Any],
        attempted: str,
        permission: str,
        names: str | None = None,
    ) -> Any:
        """What Duo answers to one call.

        :param names: the member with which the answer must name what was created.
        """
        return self._envelope(method, path, parameters, attempted, permission, names)["response"]

    def _envelope(
        self,
        method: str,
        path: str,
        parameters: dict[str, Any],
        attempted: str,
        permission: str,
        names: str | None = None,
    ) -> dict[str, Any]:
        """The whole answer to one call: ``response``, and ``metadata`` where it is a page of a list."""
        writes = method != "GET"

        def accept(answer: Answer) -> None:
            if not is_success(answer):
                # Loaded only where a call fails: starting a module takes longer the more code it has to compile.
                from ansible_collections.identityops.cisco.plugins.module_utils._duo.errors import Call, explain

                call = Call(
                    attempted,
                    permission,
                    writes,
                    self.api_host,
                    self.integration_key,
                    self._signed.clock_difference(),
                    self.context,
                )
                raise explain(answer, call)
            found = answer.data["response"]
            named = found.get(names) if names and isinstance(found, dict) else None
            if names and not (isinstance(named, str) and named):
                raise OutcomeUnknown(attempted, "Duo's answer does not name what it has created", LOOKS_FIRST)

        answer = self._signed.call(method, path, dict(parameters), attempted, writes=writes, accept=accept)
        envelope: dict[str, Any] = answer.data
        return envelope


def _to_change_applications(parameters: dict[str, Any]) -> str:
    """The permission a change needs, as words. Whether Duo enforces the second one everywhere is not documented."""
    if any(name.startswith("adminapi_") for name in parameters):
        return f"{GRANT_APPLICATIONS}, with the right to set permissions (adminapi_allow_to_set_permissions)"
    return GRANT_APPLICATIONS


def _with_keys(applications: list[dict[str, Any]], attempted: str) -> list[dict[str, Any]]:
    """:raises UnexpectedAnswer: one of them has no integration key, by which all else goes."""
    if not all(item.get("integration_key") for item in applications):
        raise UnexpectedAnswer(attempted, "Duo does not show the integration keys of all of them", UNEXPECTED)
    return applications


def _path_of(integration_key: str) -> str:
    return f"{INTEGRATIONS}/{quote(integration_key, safe='')}"


def _path_of_policy(policy_key: str) -> str:
    return f"{POLICIES}/{quote(policy_key, safe='')}"


def find_application(applications: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """The one application with that integration key or name, None if there is none.

    :raises Ambiguous: when several have the name, for Duo does not keep names unique; all keys are named.
    :raises UnexpectedAnswer: none has it, and Duo does not show the names of all.
    """
    found = [item for item in applications if item.get("integration_key") == wanted]
    found = found or named_so(applications, wanted)
    if not found:
        require_names((item.get("name") for item in applications), f"identify the application {wanted!r}")
    if len(found) > 1:
        keys = ", ".join(f"{item['integration_key']} (type {item.get('type')})" for item in found)
        raise Ambiguous(
            f"identify the application {wanted!r}",
            f"{len(found)} applications in Duo have that name: {keys}",
            "Name the right one by its integration key.",
        )
    return found[0] if found else None


def group_ids(names: list[str], groups: list[dict[str, Any]], purpose: str) -> dict[str, str]:
    """Group IDs by name, for each wanted name.

    :param purpose: what is done to the groups, such as ``permit``.
    :raises InvalidInput: an unknown name, with the nearest existing ones.
    :raises Ambiguous: two groups of one name.
    :raises UnexpectedAnswer: a group without an ID.
    """

    def id_of(name: str) -> str:
        attempted = f"{purpose} the group {name!r} in Duo"
        group_id = require_named(groups, name, attempted, "Rename one of them.", "group_id").get("group_id")
        if not isinstance(group_id, str) or not group_id:
            raise UnexpectedAnswer(attempted, "Duo does not show its group_id", UNEXPECTED)
        return group_id

    return {name: id_of(name) for name in names}


def as_list(value: Any) -> list[str]:
    """Duo sends lists as comma-separated text in some generations and as arrays in others."""
    entries = value.split(",") if isinstance(value, str) else value or []
    if not isinstance(entries, list):
        # Compared, it is none of what can be declared.
        entries = [entries]
    return [str(entry).strip() for entry in entries if str(entry).strip()]


def is_success(answer: Answer) -> bool:
    """Whether Duo carried the call out."""
    return (
        answer.status == 200
        and isinstance(answer.data, dict)
        and answer.data.get("stat") == "OK"
        and ("response" in answer.data)
    )
