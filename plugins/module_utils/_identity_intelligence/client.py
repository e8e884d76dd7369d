# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The public API of Cisco Identity Intelligence: GraphQL behind a token. Private to this collection.

Facts: Cisco's pages "Public API" and "APIs" on docs.oort.io and cisco.com. What they leave open is survived, never
assumed: the form of a token request, every status and text of an error, and whether a query exists that is not in the
published list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
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
    Answer,
    Http,
    at_least_a_second,
    expect_json,
)
from ansible_collections.identityops.cisco.plugins.module_utils._login import Login
from ansible_collections.identityops.cisco.plugins.module_utils._refusals import refusal
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    MOST_PAGES,
    UNEXPECTED,
    authorities,
    given,
    missing_options,
    object_in,
    objects_in,
    option,
    require_options,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

SERVICE = "Identity Intelligence"
CREDENTIALS = ("cii_api_url", "cii_token_url", "cii_client_id", "cii_client_secret")
# The most that Cisco documents.
PAGE_SIZE = 500

LISTED = """
id login displayName emails status providers mfaEnabled lastActive lastSignIn { timestamp } failingChecks
linkedEndUserLogins endUserTrustScore { levelOfTrust } referenceUrl
"""
EVIDENCE = "login providers devices { provider lastSeen }"
WHOLE = """
endUserDetails {
  id login displayName emails status mfaEnabled lastActive lastSignIn { timestamp } failingChecks linkedEndUserLogins
  devices { provider lastSeen } referenceUrl
}
providerEndUserDetails { provider login email status mfaEnabled creationDate lastUpdated lastSignIn { timestamp } }
"""
SIGN_IN = {"timestamp": str}
PERSON = {
    **{"id": str, "login": str, "providers": [str], "devices": [{"provider": str, "lastSeen": str}], "emails": [str]},
    **{"lastSignIn": SIGN_IN, "endUserTrustScore": {"levelOfTrust": str}},
}
ACCOUNT = {"provider": str, "login": str, "lastUpdated": str, "lastSignIn": SIGN_IN}
# Words, and kinds of errors, that say that a webhook is not there.
SAYS_GONE = re.compile(r"not[ _]?found|no such|does ?n[o']t exist|unknown (webhook|id)\b|no webhook", re.IGNORECASE)
# Words that say that a login is not there.
SAYS_UNKNOWN = re.compile(r"not[ _]?found|no such|does ?n[o']t exist|(unknown|no) ((end )?user|login)\b", re.IGNORECASE)
# Words, and kinds of errors, that leave open whether a change was carried out.
SAYS_NOTHING = re.compile(
    r"time.?out|timed.out|internal.?(server|service|failure|error)|unavailable|\bexited\b", re.IGNORECASE
)
# What a token is made of, as a header can carry it.
IS_TOKEN = re.compile(r"[!-~]+")
# How it may refuse a login: no status is published.
REFUSED = (400, 401, 403)
COPY_ALL = "Take all values from the API client in the console, where Copy all copies them."


def cii_argument_spec() -> dict[str, Any]:
    """The connection options of every module that talks to Identity Intelligence; documented in the ``cii``
    fragment."""
    return {
        "cii_api_url": option("cii_api_url"),
        # The address where tokens are issued, not a secret, whatever it is called.
        "cii_token_url": option("cii_token_url", no_log=False),
        # Cisco publishes no form of it, so a secret in its place looks the same. Neither is shown.
        "cii_client_id": option("cii_client_id", no_log=True),
        "cii_client_secret": option("cii_client_secret", no_log=True),
        "cii_audience": option("cii_audience"),
        "cii_ca_path": option("cii_ca_path"),
        "cii_timeout": option("cii_timeout", type="int", default=60),
    }


def missing_credentials(params: Mapping[str, Any]) -> list[str]:
    """Which options are not given that a login takes."""
    return missing_options(params, CREDENTIALS)


class GraphQLRefused(Refused):
    """The service executed nothing, or not all, and says why in a list of errors.

    :ivar fields: which fields of the request the errors are about, as far as they say so.
    :ivar value: what the field came to in spite of the errors, None if to nothing.
    """

    def __init__(self, attempted: str, words: str, fields: set[str], code: str | None, value: Any) -> None:
        super().__init__(attempted, f"{SERVICE} says: {words}", code=code)
        self.fields = fields
        self.value = value


class IdentityIntelligence:
    """One tenant, seen with one API client. One token serves for everything that is asked."""

    def __init__(self, params: Mapping[str, Any], context: Context) -> None:
        self.context = context
        self._client = {
            "client_id": given(params, "cii_client_id"),
            "client_secret": given(params, "cii_client_secret"),
            "grant_type": "client_credentials",
        }
        # Only clients from before September 2025 have one, and those do not log in without it.
        audience = given(params, "cii_audience")
        if audience:
            self._client["audience"] = audience
        context.hide(self._client["client_secret"])
        self._token = ""
        self._no_status = ""
        self._token_http, self._token_path = self._http(params, "cii_token_url")
        self._api_http, self._api_path = self._http(params, "cii_api_url")
        url, may_lock = f"{self._token_http.base_url}{self._token_path}", "it may lock what is refused too often"
        self._login = Login(
            SERVICE,
            url,
            self._client["client_id"],
            f"{self._client['client_secret']}\n{audience}",
            "the API client",
            may_lock,
            "client ID, secret or audience",
            REFUSED,
        )

    @classmethod
    def from_params(cls, params: dict[str, Any], context: Context) -> IdentityIntelligence:
        """From a module's validated options.

        :raises InvalidInput: naming every connection option that is missing, and its environment variable; or for a URL
            that cannot be one of this service.
        """
        require_options(params, CREDENTIALS, SERVICE)
        return cls(params, context)

    def _http(self, params: Mapping[str, Any], name: str) -> tuple[Http, str]:
        base, path = _split(given(params, name), name)
        http = Http(
            base,
            SERVICE,
            self.context,
            verify=authorities(params, "cii_ca_path") or True,
            timeout=at_least_a_second(params["cii_timeout"], "cii_timeout"),
            prefix="cii",
        )
        return http, path

    @property
    def requests(self) -> int:
        """How many were made, repeated ones included."""
        return self._token_http.sent + self._api_http.sent

    # Queries

    def ping(self) -> None:
        """The smallest call there is.

        :raises Unauthorized: the client is not accepted.
        """
        attempted = "reach Identity Intelligence"
        if self._query("{ ping }", "ping", {}, attempted) is not True:
            raise UnexpectedAnswer(attempted, "its answer to ping is not true", UNEXPECTED)

    def list_end_users(self, fields: str = LISTED) -> Iterator[dict[str, Any]]:
        """Everybody, as long as the caller goes on; no more than one page is held at a time."""
        query = (
            "query($n: Int, $t: String) { listEndUsers(input: {}, pageSize: $n, pageToken: $t) "
            f"{{ items {{ {fields} }} pageToken }} }}"
        )
        return self._pages(query, "listEndUsers", {}, "list the users in Identity Intelligence")

    def get_end_users_by_ip(self, address: str) -> Iterator[dict[str, Any]]:
        """Those who were seen on an IP address."""
        query = (
            "query($ip: String!, $n: Int, $t: String) { getEndUsersByIp(ipAddress: $ip, pageSize: $n, pageToken: $t) "
            "{ items { id displayName login referenceUrl } pageToken } }"
        )
        attempted = f"list the users seen on {self.context.quote(address)}"
        return self._pages(query, "getEndUsersByIp", {"ip": address}, attempted)

    def _pages(self, query: str, field: str, variables: dict[str, Any], attempted: str) -> Iterator[dict[str, Any]]:
        token: str | None = None
        seen: set[str] = set()
        for _unused in range(MOST_PAGES):
            found = self._query(query, field, {**variables, "n": PAGE_SIZE, "t": token}, attempted)
            page = object_in(found, attempted, {"pageToken": str})
            yield from objects_in(page.get("items"), attempted, PERSON)
            following = page.get("pageToken")
            if not following:
                return
            if following in seen:
                # Some services repeat the last token at the end, so this need not be a fault.
                self.context.warn(
                    "Identity Intelligence named a page twice. It listed no more users from there on, and those it "
                    "listed may not be all of them."
                )
                return
            seen.add(following)
            token = following
        raise UnexpectedAnswer(attempted, f"the list does not end after {MOST_PAGES} pages")

    def get_end_user(self, login: str) -> dict[str, Any] | None:
        """The merged record under ``endUserDetails`` and one for each provider under ``providerEndUserDetails``; None
        if there is no such login, in lower case either: whether case counts is not documented.
        """
        found = self._end_user(login)
        return self._end_user(login.lower()) if found is None and login != login.lower() else found

    def _end_user(self, login: str) -> dict[str, Any] | None:
        """As :meth:`get_end_user`, in this case.

        How an unknown login is refused is not documented. A refusal that says so is taken for one while all else works;
        any other one about this field, or about none, if the login is not in the list either.
        """
        attempted = f"read the user {self.context.quote(login)!r} in Identity Intelligence"
        query = f"query($login: String!) {{ getEndUser(login: $login) {{ {WHOLE} }} }}"
        try:
            found = self._query(query, "getEndUser", {"login": login}, attempted)
        except GraphQLRefused as error:
            if error.fields == {"getEndUser"} and SAYS_UNKNOWN.search(error.came_back):
                self.ping()
            elif error.fields - {"getEndUser"} or any(
                _is_login(person, login) for person in self.list_end_users("login")
            ):
                raise
            return None
        shape = {"endUserDetails": PERSON, "providerEndUserDetails": [ACCOUNT]}
        if not found:
            return None
        object_in(object_in(found, attempted, shape).get("endUserDetails"), attempted)
        return dict(found)

    def get_integrations_status(self) -> tuple[list[dict[str, Any]] | None, str]:
        """The latest run of each integration, or None and why not: the query is not in the published list.

        A tenant that does not know it is asked once.
        """
        if self._no_status:
            return None, self._no_status
        query = "{ getIntegrationsStatus { integrationId integrationName status date error } }"
        attempted = "read the status of the integrations"
        shape = dict.fromkeys(("integrationId", "integrationName", "status", "date", "error"), str)
        try:
            return objects_in(self._query(query, "getIntegrationsStatus", {}, attempted), attempted, shape), ""
        except (Refused, Forbidden) as error:
            self._no_status = error.came_back
        except Unauthorized as error:
            # Perhaps this query only; all others work then.
            self.ping()
            self._no_status = error.came_back
        except (NotFound, ServerTrouble, UnexpectedAnswer) as error:
            self.ping()
            return None, error.came_back
        return None, self._no_status

    # Mutations

    def register_webhook_with_api_key(self, wanted: dict[str, Any]) -> str:
        """The new ID. The same again registers another one.

        :raises OutcomeUnknown: whether it was registered is not known.
        """
        return self._register("registerWebhookWithApiKey", "RegisterWebhookWithApiKey", wanted)

    def register_webhook_with_duo_security_client(self, wanted: dict[str, Any]) -> str:
        """As :meth:`register_webhook_with_api_key`."""
        return self._register("registerWebhookWithDuoSecurityClient", "RegisterWebhookWithDuoSecurityClient", wanted)

    def _register(self, field: str, kind: str, wanted: dict[str, Any]) -> str:
        attempted = f"register the webhook {wanted['name']!r}"
        query = f"mutation($input: {kind}!) {{ {field}(input: $input) }}"
        try:
            found = self._mutate(query, field, {"input": wanted}, attempted)
        except GraphQLRefused as error:
            if not error.value:
                raise
            # An ID is an ID: without it, the webhook could be removed in the console only.
            found = error.value
            self.context.warn(f"The webhook {wanted['name']!r} is registered, and {error.came_back}.")
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if not isinstance(found, str) or not found.strip():
            raise OutcomeUnknown(attempted, "the answer contains no ID")
        return found

    def unregister_webhook(self, webhook_id: str) -> bool:
        """Whether there was one with that ID. How the service refuses an unknown ID is not documented: it may answer
        false, or with an error that says so. Any other error leaves open whether it is still there.

        :raises GraphQLRefused: it was not removed, for a reason that need not be that there is none.
        """
        attempted = f"remove the webhook {self.context.quote(webhook_id)}"
        query = "mutation($id: ID!) { unregisterWebhook(id: $id) }"
        try:
            return self._mutate(query, "unregisterWebhook", {"id": webhook_id}, attempted) is True
        except GraphQLRefused as error:
            if error.fields == {"unregisterWebhook"} and SAYS_GONE.search(f"{error.came_back} {error.code}"):
                return False
            raise

    # Transport

    def _query(self, query: str, field: str, variables: dict[str, Any], attempted: str) -> Any:
        answer = self._ask(query, variables, attempted, writes=False)
        return self._value(answer, field, attempted)

    def _mutate(self, query: str, field: str, variables: dict[str, Any], attempted: str) -> Any:
        answer = self._ask(query, variables, attempted, writes=True)
        if answer.status >= 500 or (answer.status < 300 and not isinstance(answer.data, dict)):
            came_back = f"the answer, HTTP {answer.status}, does not say whether it was carried out"
            raise OutcomeUnknown(attempted, came_back, status=answer.status)
        try:
            return self._value(answer, field, attempted)
        except GraphQLRefused as error:
            if error.value is None and _says_nothing(error):
                raise OutcomeUnknown(attempted, error.came_back, code=error.code) from error
            raise
        except UnexpectedAnswer as error:
            if answer.status >= 300:
                raise
            raise OutcomeUnknown(attempted, error.came_back, status=answer.status) from error

    def _ask(self, query: str, variables: dict[str, Any], attempted: str, *, writes: bool) -> Answer:
        """One request; a second one, with a new token, where the token that an earlier one used has expired."""
        is_new = not self._token
        answer = self._send(query, variables, attempted, writes)
        if _is_unauthorized(answer) and not is_new:
            self._token = ""
            answer = self._send(query, variables, attempted, writes)
        return answer

    def _send(self, query: str, variables: dict[str, Any], attempted: str, writes: bool) -> Answer:
        headers = {"Authorization": f"Bearer {self._token or self._log_in()}"}
        body = {"query": query, "variables": variables}
        return self._api_http.request("POST", self._api_path, attempted, json=body, headers=headers, writes=writes)

    def _value(self, answer: Answer, field: str, attempted: str) -> Any:
        """What a field of the request came to.

        :raises Unauthorized: the token, just issued, is not accepted.
        :raises GraphQLRefused: the answer holds errors.
        """
        if _is_unauthorized(answer):
            raise self._not_accepted(answer, attempted)
        found = answer.data.get("data") if isinstance(answer.data, dict) else None
        errors = _errors(answer)
        if errors:
            words = self.context.quote("; ".join(str(error.get("message") or "no reason given") for error in errors))
            code = next((str(error["errorType"]) for error in errors if error.get("errorType")), None)
            value = found.get(field) if isinstance(found, dict) else None
            if answer.status >= 500:
                raise refusal(answer.status, attempted, SERVICE, words, code=code)
            raise GraphQLRefused(attempted, words, _fields(errors), code, value)
        if answer.status >= 300:
            words = "a web page" if answer.is_html else "no reason given"
            error = refusal(answer.status, attempted, SERVICE, words)
            raise error if answer.status >= 500 else error.advised("Check cii_api_url.")
        expect_json(answer, attempted, SERVICE)
        if not isinstance(found, dict) or field not in found:
            raise UnexpectedAnswer(attempted, "the answer contains no data", "Check cii_api_url and the proxy.")
        return found[field]

    def _not_accepted(self, answer: Answer, attempted: str) -> CiscoError:
        words = self.context.quote("; ".join(str(error.get("message") or "") for error in _errors(answer)))
        return Unauthorized(
            attempted,
            f"{self._api_http.base_url} does not accept the token that was just issued ({words or answer.status})",
            "Check that cii_api_url and cii_token_url belong to the same API client, and that it may do this. "
            f"{COPY_ALL}",
            status=answer.status,
        )

    # The token

    def _log_in(self) -> str:
        """Exchange the API client for a token, which then serves for the rest of the task.

        The documentation shows a JSON body, while one of Cisco's own scripts sends a form.

        :raises Unauthorized: the client is not accepted.
        """
        attempted = "log in to Identity Intelligence"
        answer = self._login.attempt(attempted, lambda: self._exchange(attempted))
        if answer.status >= 300:
            raise self._refused_login(answer, attempted)
        found = object_in(expect_json(answer, attempted, SERVICE), attempted, {"access_token": str})
        token = str(found.get("access_token") or "")
        self.context.hide(token)
        if not IS_TOKEN.fullmatch(token):
            raise UnexpectedAnswer(attempted, "the answer contains no token", "Check cii_token_url and the proxy.")
        self._token = token
        return self._token

    def _exchange(self, attempted: str) -> Answer:
        answer = self._post(attempted, json=self._client)
        if answer.status in (400, 415):
            second = self._post(attempted, form=self._client)
            answer = second if second.status < 300 or answer.status == 415 else answer
        return answer

    def _post(self, attempted: str, **body: Any) -> Answer:
        return self._token_http.request("POST", self._token_path, attempted, writes=False, **body)

    def _refused_login(self, answer: Answer, attempted: str) -> CiscoError:
        if answer.status not in REFUSED:
            words = "a web page" if answer.is_html else "no reason given"
            return refusal(answer.status, attempted, SERVICE, words).advised("Check cii_token_url.")
        said = answer.data if isinstance(answer.data, dict) else {}
        words = ": ".join(str(said[name]) for name in ("error", "error_description") if said.get(name))
        audience = (
            "cii_audience is given; leave it out unless the console shows an audience."
            if "audience" in self._client
            else "An API client from before September 2025 may need cii_audience, if the console shows an audience."
        )
        return Unauthorized(
            attempted,
            f"the API client is not accepted (HTTP {answer.status}"
            + (f": {self.context.quote(words)})" if words else ")"),
            f"Check cii_client_id and cii_client_secret. {audience} {COPY_ALL}",
            status=answer.status,
        )


def _split(url: str, name: str) -> tuple[str, str]:
    """Scheme, host and port of an option's URL; and its path.

    :raises InvalidInput: for anything that is not one. The value may be a secret in the wrong place.
    """
    try:
        parts = urlsplit(url)
        is_one = parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        (parts.hostname or "").encode("idna")
    except ValueError:
        is_one = False
    if not is_one or any(letter.isspace() for letter in url) or parts.query or parts.fragment:
        advice = "Write the whole URL as the console shows it, beginning with https://."
        raise InvalidInput(f"use the value of {name}", "it is not the URL of an API client", advice)
    return f"https://{parts.netloc}", parts.path or "/"


def _errors(answer: Answer) -> list[dict[str, Any]]:
    """In whatever form they come: an answer with errors is never one without."""
    found = (answer.data.get("errors") if isinstance(answer.data, dict) else None) or []
    each = found if isinstance(found, list) else [found]
    return [error if isinstance(error, dict) else {"message": error} for error in each]


def _is_unauthorized(answer: Answer) -> bool:
    """Whether the token is refused, and not a field, which the error would name."""
    kinds = [str(error.get("errorType") or "") for error in _errors(answer) if not error.get("path")]
    return answer.status in (401, 403) or any("Unauthorized" in kind for kind in kinds)


def _says_nothing(error: GraphQLRefused) -> bool:
    """Whether the words and the kind of an error leave open what became of the request."""
    return bool(SAYS_NOTHING.search(f"{error.came_back} {error.code}"))


def _is_login(person: dict[str, Any], login: str) -> bool:
    """In this case; a login in small letters, which is tried last, in any."""
    found = str(person.get("login"))
    return login in (found, found.lower())


def _fields(errors: list[dict[str, Any]]) -> set[str]:
    """The fields of the request that errors are about; an empty text for one that does not say so."""
    paths = [error.get("path") for error in errors]
    return {str(path[0]) for path in paths if isinstance(path, list) and path}
