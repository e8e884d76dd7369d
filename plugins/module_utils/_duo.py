# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Duo's Admin API and Auth API. Private to this collection.

``duo_client`` signs and pages; ``_duo_transport.py`` sends. Here are the calls, named after Duo's, the write guard for
check mode,
and errors that name the missing permission. ``duo_client``'s wrappers lack parameters that we need
(``networks_for_api_access``, half of the permission flags), so its JSON API is called directly.

Facts: Duo documentation, "Admin API" and "Auth API", and ``duo_client`` itself.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ansible_collections.identityops.cisco.plugins.module_utils._duo_transport import connect
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    Ambiguous,
    CiscoError,
    Forbidden,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServerTrouble,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    GATEWAY_TROUBLE,
    at_least_a_second,
    bare_host,
    refuse_in_check_mode,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

INTEGRATIONS = "/admin/v3/integrations"
POLICIES = "/admin/v2/policies"

# What Duo's Admin Panel calls the permissions of an Admin API application.
GRANT_APPLICATIONS = "Grant applications"
GRANT_READ_RESOURCE = "Grant resource - Read"
GRANT_WRITE_RESOURCE = "Grant resource - Write"
GRANT_READ_INFORMATION = "Grant read information"
GRANT_ADMINISTRATORS_READ = "Grant administrators - Read"

# Duo's error codes for a refused signature (Duo documentation, "Admin API", response codes).
UNKNOWN_KEY, WRONG_SIGNATURE, BAD_TIMESTAMP = 40102, 40103, 40105
WRONG_TYPE_TEXT = "Wrong integration type"
LOOKS_FIRST = "Run this again: it looks first and writes only what is still missing."


def duo_argument_spec() -> dict[str, Any]:
    """The connection options of every module that talks to Duo; documented in the ``duo`` fragment."""
    from ansible.module_utils.basic import env_fallback

    def option(name: str, **more: Any) -> dict[str, Any]:
        return {"type": "str", "fallback": (env_fallback, [name.upper()]), **more}

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
        host, port = bare_host(api_host, "duo_api_host")
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
        self._client = connect(integration_key, secret_key, host, port, context, **self._connection)

    @classmethod
    def from_params(cls, params: dict[str, Any], context: Context) -> Duo:
        """From a module's validated options.

        :raises InvalidInput: naming every connection option that is missing, and its environment variable.
        """
        needed = ("duo_api_host", "duo_integration_key", "duo_secret_key")
        missing = [name for name in needed if not params.get(name)]
        if missing:
            raise InvalidInput(
                "connect to Duo",
                f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not given",
                f"Set the option, or the environment variable {', '.join(name.upper() for name in missing)}.",
            )
        return cls(
            params["duo_api_host"],
            params["duo_integration_key"],
            params["duo_secret_key"],
            context,
            ca_path=params["duo_ca_path"],
            proxy_url=params["duo_proxy_url"],
            timeout=at_least_a_second(params["duo_timeout"], "duo_timeout"),
            account_id=params["duo_account_id"],
        )

    def with_key(self, integration_key: str, secret_key: str) -> Duo:
        """The same account and connection, seen with another application's key."""
        return Duo(self.api_host, integration_key, secret_key, self.context, **self._connection)

    # Admin API, applications ("integrations")

    def list_integrations(self) -> list[dict[str, Any]]:
        return self._list(INTEGRATIONS, "list the applications", GRANT_READ_RESOURCE)

    def get_integration(self, integration_key: str) -> dict[str, Any] | None:
        attempted = f"read the application {integration_key}"
        try:
            return self._object(_path_of(integration_key), attempted, GRANT_READ_RESOURCE)
        except NotFound:
            return None

    def create_integration(self, parameters: dict[str, Any]) -> dict[str, Any]:
        attempted = f"create the application {parameters['name']!r}"
        answer = self._call("POST", INTEGRATIONS, parameters, attempted, _to_change_applications(parameters))
        if not isinstance(answer, dict) or not answer.get("integration_key"):
            raise OutcomeUnknown(attempted, "Duo's answer does not name the new application", LOOKS_FIRST)
        self.context.done.append(attempted)
        return answer

    def update_integration(self, integration_key: str, parameters: dict[str, Any], attempted: str) -> None:
        path = _path_of(integration_key)
        self._call("POST", path, parameters, attempted, _to_change_applications(parameters))
        self.context.done.append(attempted)

    def delete_integration(self, integration_key: str, name: str) -> None:
        attempted = f"delete the application {name!r}"
        self._call("DELETE", _path_of(integration_key), {}, attempted, GRANT_APPLICATIONS)
        self.context.done.append(attempted)

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
                attempted, "Duo's answer holds no usable secret key", "Read it in the Duo Admin Panel instead."
            )
        return secret

    # Admin API, the account

    def get_info_summary(self) -> dict[str, Any]:
        return self._object("/admin/v1/info/summary", "read the account summary", GRANT_READ_INFORMATION)

    def list_admins(self) -> list[dict[str, Any]]:
        return self._list("/admin/v1/admins", "list the administrators", GRANT_ADMINISTRATORS_READ)

    def list_groups(self) -> list[dict[str, Any]]:
        return self._list("/admin/v1/groups", "list the groups", GRANT_READ_RESOURCE)

    def probe_read_resource(self) -> None:
        """The cheapest call that needs nothing but the right to read resources."""
        self._call(
            "GET",
            "/admin/v1/users",
            {"limit": "1", "offset": "0"},
            "read users with the Admin API key",
            GRANT_READ_RESOURCE,
        )

    def list_endpoints(self) -> list[dict[str, Any]]:
        """The devices that were seen at a login."""
        return self._list("/admin/v1/endpoints", "list the endpoints", GRANT_READ_RESOURCE)

    # Admin API, policies

    def list_policies(self) -> list[dict[str, Any]]:
        """All policies, in no order. Whether the global one is among them is not documented."""
        return self._list(POLICIES, "list the policies", GRANT_READ_RESOURCE)

    def get_global_policy(self) -> dict[str, Any]:
        return self._object(f"{POLICIES}/global", "read the global policy", GRANT_READ_RESOURCE)

    def get_policy(self, policy_key: str) -> dict[str, Any] | None:
        try:
            return self._object(_path_of_policy(policy_key), f"read the policy {policy_key}", GRANT_READ_RESOURCE)
        except NotFound:
            return None

    def create_policy(self, parameters: dict[str, Any]) -> dict[str, Any]:
        attempted = f"create the policy {parameters['policy_name']!r}"
        answer = self._call("POST", POLICIES, parameters, attempted, GRANT_WRITE_RESOURCE)
        if not isinstance(answer, dict) or not answer.get("policy_key"):
            raise OutcomeUnknown(attempted, "Duo's answer does not name the new policy", LOOKS_FIRST)
        self.context.done.append(attempted)
        return answer

    def update_policy(self, policy_key: str, parameters: dict[str, Any], attempted: str) -> None:
        self._call("PUT", _path_of_policy(policy_key), parameters, attempted, GRANT_WRITE_RESOURCE)
        self.context.done.append(attempted)

    def delete_policy(self, policy_key: str, name: str) -> None:
        attempted = f"delete the policy {name!r}"
        self._call("DELETE", _path_of_policy(policy_key), {}, attempted, GRANT_WRITE_RESOURCE)
        self.context.done.append(attempted)

    # Auth API

    def check(self) -> None:
        """Prove that host, key and secret fit together and belong to an Auth API application."""
        self._call("GET", "/auth/v2/check", {}, "sign in to the Auth API", "")

    # Transport

    def _object(self, path: str, attempted: str, permission: str) -> dict[str, Any]:
        answer = self._call("GET", path, {}, attempted, permission)
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(attempted, "Duo's answer is not an object")
        return answer

    def _list(self, path: str, attempted: str, permission: str) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            try:
                found = list(self._client.json_paging_api_call("GET", path, {}))
            except (AttributeError, TypeError) as error:
                # duo_client takes the shape of the answer for granted.
                raise UnexpectedAnswer(attempted, "Duo's answer is not a list of objects") from error
            if not all(isinstance(item, dict) for item in found):
                raise UnexpectedAnswer(attempted, "Duo's answer is not a list of objects")
            return found

        listed: list[dict[str, Any]] = self._guarded(read, attempted, permission, writes=False)
        return listed

    def _call(self, method: str, path: str, parameters: dict[str, Any], attempted: str, permission: str) -> Any:
        def call() -> Any:
            return self._client.json_api_call(method, path, dict(parameters))

        return self._guarded(call, attempted, permission, writes=method != "GET")

    def _guarded(self, call: Any, attempted: str, permission: str, *, writes: bool) -> Any:
        """Run a ``duo_client`` call and turn its errors into ours: it raises RuntimeError for every bad answer."""
        if writes and self.context.check_mode:
            raise refuse_in_check_mode(attempted)
        self._client.attempted, self._client.writes = attempted, writes
        try:
            return call()
        except RuntimeError as error:
            raise self._explain(error, attempted, permission, writes) from error
        except UnicodeDecodeError as error:
            kind = OutcomeUnknown if writes else UnexpectedAnswer
            raise kind(attempted, "Duo's answer is not readable text", LOOKS_FIRST if writes else "") from error

    def _explain(self, error: Any, attempted: str, permission: str, writes: bool) -> CiscoError:
        """:param error: of ``duo_client``; its ``data`` is the body, decoded if that is JSON."""
        status, data = error.status, error.data
        envelope = data if isinstance(data, dict) and data.get("stat") == "FAIL" else {}
        code, words = envelope.get("code"), _words(envelope)
        known: dict[str, Any] = {"status": status, "code": str(code) if code else None}
        if status < 300 or (not envelope and status not in GATEWAY_TROUBLE):
            return self._unexpected(data, attempted, status, writes)
        if status == 401:
            return self._unauthorized(attempted, code, words, known)
        if status == 403:
            return self._forbidden(attempted, permission, words, known)
        if status == 404:
            return NotFound(attempted, f"Duo says: {words}", **known)
        if writes and status in GATEWAY_TROUBLE:
            return OutcomeUnknown(attempted, f"Duo's gateway answered {status}", LOOKS_FIRST, **known)
        if status >= 500:
            return ServerTrouble(
                attempted, f"Duo reports a fault of its own ({status} {words})", "Run this again later.", **known
            )
        return Refused(attempted, f"Duo says: {words}", **known)

    def _unexpected(self, body: Any, attempted: str, status: int, writes: bool) -> CiscoError:
        if isinstance(body, str) and body.lstrip()[:1] == "<":
            came_back = f"a web page came back instead of Duo's JSON (HTTP {status})"
            advice = (
                f"Check that {self.api_host} is the API hostname that Duo shows with the application, and the proxy."
            )
        else:
            came_back, advice = f"the answer is not one that Duo documents (HTTP {status})", "Run this again."
        if writes and status < 300:
            return OutcomeUnknown(attempted, came_back, advice, status=status)
        return UnexpectedAnswer(attempted, came_back, advice, status=status)

    def _unauthorized(self, attempted: str, code: Any, words: str, known: dict[str, Any]) -> Unauthorized:
        advice = "Check the integration key and the secret key."
        if code == UNKNOWN_KEY:
            advice = (
                f"{self.api_host} does not know the integration key {self.integration_key}. Check the key and the API "
                "hostname, and that it is an Admin API key where the Admin API is called, an Auth API key where the "
                "Auth API is."
            )
        elif code == WRONG_SIGNATURE:
            advice = f"The integration key {self.integration_key} is known, the secret key does not belong to it."
        elif code == BAD_TIMESTAMP:
            advice = f"Correct the clock of the machine that runs the task{self._client.clock_difference()}."
        return Unauthorized(attempted, f"Duo says: {words}", advice, **known)

    def _forbidden(self, attempted: str, permission: str, words: str, known: dict[str, Any]) -> Forbidden:
        if WRONG_TYPE_TEXT.lower() in words.lower() or not permission:
            another = f"{self.integration_key} is the key of another kind of application."
            advice = f"{another} Are the Admin and Auth keys swapped?"
        else:
            advice = (
                f"Give the application {self.integration_key} the permission {permission!r} in the Duo Admin Panel. If "
                "it has that permission, the account's edition may not include this, or the key may be one of an Auth "
                "API application."
            )
        return Forbidden(attempted, f"Duo says: {words}", advice, **known)


def _to_change_applications(parameters: dict[str, Any]) -> str:
    """The permission a change needs, as words. Whether Duo enforces the second one everywhere is not documented."""
    if any(name.startswith("adminapi_") for name in parameters):
        return f"{GRANT_APPLICATIONS}, with the right to set permissions (adminapi_allow_to_set_permissions)"
    return GRANT_APPLICATIONS


def _path_of(integration_key: str) -> str:
    return f"{INTEGRATIONS}/{quote(integration_key, safe='')}"


def _path_of_policy(policy_key: str) -> str:
    return f"{POLICIES}/{quote(policy_key, safe='')}"


def find_application(applications: list[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    """The one application with that integration key or name, None if there is none.

    :raises Ambiguous: when several have the name, for Duo does not keep names unique; all keys are named.
    """
    found = [item for item in applications if item.get("integration_key") == wanted]
    found = found or [item for item in applications if item.get("name") == wanted]
    if len(found) > 1:
        keys = ", ".join(f"{item['integration_key']} (type {item.get('type')})" for item in found)
        raise Ambiguous(
            f"tell which application {wanted!r} is meant",
            f"{len(found)} applications in Duo have that name: {keys}",
            "Name the right one by its integration key.",
        )
    return found[0] if found else None


def _words(envelope: dict[str, Any]) -> str:
    detail = envelope.get("message_detail")
    text = str(envelope.get("message") or "no reason given")
    return (f"{text} ({detail})" if detail else text)[:300]
