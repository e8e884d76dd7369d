# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cisco Secure Endpoint's API, version 1. Private to this collection.

Facts: Cisco's pages "Secure Endpoint API" on developer.cisco.com and api-docs.amp.cisco.com, and Cisco's own tools that
call it. What they leave open is survived, never assumed: the spelling of the headers, the text of an error, and with
which code a credential of another region or a missing scope is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    InvalidInput,
    ServerTrouble,
    Throttled,
    Unauthorized,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    PATIENCE,
    Answer,
    Http,
    at_least_a_second,
    bare_host,
    expect_json,
    in_words,
    retry_after_seconds,
)
from ansible_collections.identityops.cisco.plugins.module_utils._refusals import Said, refusal
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.credential_file import (
    with_credential_file,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import REGIONS, region_of
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    MOST_PAGES,
    authorities,
    given,
    missing_options,
    objects_in,
    require_options,
    whole_number,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, trimmed

SERVICE = "Secure Endpoint"
HOSTS = ", ".join(f"{host} ({region})" for region, (host, _console) in REGIONS.items())

COMPUTERS = "/v1/computers"
# The most that Cisco documents.
PAGE_SIZE = 500

# What credentials look like wherever one was seen; Cisco documents no form.
CLIENT_ID = re.compile(r"[0-9a-f]{20}")
API_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
XDR_CLIENT_ID = re.compile(r"client-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
XDR_EXPLAINED = (
    "it is the ID of a Cisco XDR API client, which logs in differently and works neither here nor in Duo's form"
)
CREDENTIAL = ("secure_endpoint_client_id", "secure_endpoint_api_key")
CREATE_ONE = "Create an API credential in the Secure Endpoint console, on the page API Credentials, and use its values."


def split_api_host(value: str) -> tuple[str, int | None]:
    """As :func:`bare_host`.

    :raises InvalidInput: also for the address of a console, which people copy from their browser.
    """
    host, port = bare_host(value, "secure_endpoint_api_host")
    region = next((region for region, (_host, console) in REGIONS.items() if console == host), None)
    if region:
        raise InvalidInput(
            f"use {host} as secure_endpoint_api_host",
            "it is the address of the console",
            f"Set secure_endpoint_region to {region} instead. The host of the API is {REGIONS[region][0]}.",
        )
    return host, port


def missing_credential(params: dict[str, Any]) -> list[str]:
    """Which of the two options of a credential are not given."""
    return missing_options(params, CREDENTIAL)


def credential_of(params: dict[str, Any], context: Context) -> tuple[str, str]:
    """The client ID and the key, empty for what is not given. Hides the key, even one given as the client ID.

    White space around them, such as the end of the line in a block of YAML, is no part of them. Whoever shows the
    options shows it, so the key is hidden in both forms.
    """
    id_given, key_given = params["secure_endpoint_client_id"] or "", params["secure_endpoint_api_key"] or ""
    client_id, api_key = trimmed(id_given), trimmed(key_given)
    secrets = [api_key, key_given] if api_key else []
    if API_KEY.fullmatch(client_id):
        # The two are swapped, or the key is in the wrong place.
        secrets += [client_id, id_given]
    for secret in secrets:
        context.hide(secret)
    return client_id, api_key


class Budget(NamedTuple):
    """How many requests the organisation has left, as the latest answer said; None is what it did not say.

    :ivar resets_in: seconds until all are there again.
    """

    limit: int | None = None
    remaining: int | None = None
    resets_in: int | None = None

    @classmethod
    def from_headers(cls, headers: Mapping[str, str]) -> Budget:
        """From the headers of an answer, in the documented spelling or in the spelling that is sent."""
        return cls(*(_number(headers, name) for name in ("limit", "remaining", "reset")))

    def as_dict(self) -> dict[str, int | None]:
        return self._asdict()


def _number(headers: Mapping[str, str], name: str) -> int | None:
    value = headers.get(f"x-ratelimit-{name}") or headers.get(f"x-rate-limit-{name}") or ""
    # No budget has more digits, and Python refuses to read numbers with thousands of them.
    return int(value) if re.fullmatch(r"\s*[0-9]{1,12}\s*", value) else None


def _reset(headers: Mapping[str, str]) -> float | None:
    """When a request is allowed again, in seconds from now; at least one, so that it does not stay "now" for ever."""
    asked = retry_after_seconds(headers.get("Retry-After"))
    reset = Budget.from_headers(headers).resets_in if asked is None else asked
    return None if reset is None else max(reset, 1)


class SecureEndpoint:
    """One organisation, seen with one API credential on the host of one region.

    :param region: of :data:`REGIONS`.
    :param api_host: ``host`` or ``host:port`` of a private cloud, in place of the region's.
    :param ca_path: a file of authorities to trust; None for the ones that ``requests`` trusts.
    :param timeout: seconds to wait for a connection and for each part of an answer.
    :ivar region: None for a private cloud.
    :ivar budget: what the latest answer said about it.
    :ivar listed_completely: whether the list of computers, once read to its end, is certain to be whole. If it is not,
        what is missing proves nothing.
    :raises InvalidInput: for a host with a scheme or a path.
    """

    def __init__(
        self,
        client_id: str,
        api_key: str,
        context: Context,
        *,
        region: str = "nam",
        api_host: str | None = None,
        ca_path: str | None = None,
        timeout: float = 60,
    ) -> None:
        self.api_host = api_host or REGIONS[region][0]
        self.region = region_of(self.api_host)
        self.client_id = client_id
        self.context = context
        self.budget = Budget()
        self.listed_completely = False
        context.hide(api_key)
        host, port = split_api_host(self.api_host)
        self._http = Http(
            f"https://{host}:{port}" if port else f"https://{host}",
            SERVICE,
            context,
            # As bytes, because requests would take Latin-1, and a wrong value may have any characters.
            auth=(client_id.encode(), api_key.encode()),
            verify=ca_path or True,
            timeout=timeout,
            prefix="secure_endpoint",
            reset=_reset,
        )

    @classmethod
    def from_params(cls, params: dict[str, Any], context: Context, region: str | None = None) -> SecureEndpoint:
        """From a module's validated options.

        :param region: in place of the one among the options.
        :raises InvalidInput: naming every connection option that is missing, and its environment variable; or for the
            ID of another product's client.
        """
        params = with_credential_file(params, context)
        require_options(params, CREDENTIAL, SERVICE)
        client_id, api_key = credential_of(params, context)
        if XDR_CLIENT_ID.fullmatch(client_id):
            raise InvalidInput(f"use {client_id} as secure_endpoint_client_id", XDR_EXPLAINED, CREATE_ONE)
        return cls(
            client_id,
            api_key,
            context,
            region=region or params["secure_endpoint_region"],
            api_host=given(params, "secure_endpoint_api_host") or None,
            ca_path=authorities(params, "secure_endpoint_ca_path"),
            timeout=at_least_a_second(params["secure_endpoint_timeout"], "secure_endpoint_timeout"),
        )

    @property
    def requests(self) -> int:
        """How many were made, repeated ones included."""
        return self._http.sent

    @property
    def place(self) -> str:
        """Where this is, for messages."""
        return f"{self.api_host} ({self.region})" if self.region else self.api_host

    def get_version(self) -> dict[str, Any]:
        """The smallest call there is: an answer proves that this host accepts the credential.

        :raises Unauthorized: it does not.
        :raises Forbidden: it does not, in a way that Cisco does not document.
        """
        attempted = f"log in to Secure Endpoint at {self.api_host}"
        return self._object("/v1/version", attempted)

    def each_computer(self) -> Iterator[dict[str, Any]]:
        """Every computer once, demo computers included; no more than one page is held at a time.

        :raises Throttled: after the first page, if the pages to come take more requests than are left.
        """
        self.listed_completely = False
        path, listed, totals = f"{COMPUTERS}?limit={PAGE_SIZE}", 0, set()
        seen: set[Any] = set()
        for number in range(1, MOST_PAGES + 1):
            attempted = f"read the computers in Secure Endpoint from number {listed + 1} on"
            page = self._object(path, attempted)
            rows = _rows(page, attempted)
            listed, total = listed + len(rows), _total(page)
            totals.add(total)
            following = self._following(page, path, attempted)
            if following and rows and total is not None:
                self._require_budget(total, -(-(total - listed) // len(rows)))
            # Taken off the page, which is empty when the next one comes.
            while rows:
                row = rows.pop()
                # An object without a usable key counts as one of its own.
                key = hash(guid) if isinstance(guid := row.get("connector_guid"), str) and guid.strip() else object()
                if key not in seen:
                    seen.add(key)
                    yield row
            if not following:
                # A full page without further information may be the first of several.
                self.listed_completely = totals == {len(seen)} or (
                    number == 1 and totals == {None} and listed < PAGE_SIZE
                )
                self._compare(len(seen), total)
                return
            path = following
        raise UnexpectedAnswer(attempted, f"the list does not end after {MOST_PAGES} pages")

    def probe_write(self) -> tuple[bool, str]:
        """Whether this credential is refused a write because of its scope, and what the answer was, in words.

        Nothing can change: neither the computer nor the group of this call exists. Only a refusal proves something,
        for whether the scope is looked at before the computer is not documented. In check mode it is not sent.
        """
        import uuid

        if self.context.check_mode:
            return False, "nothing is sent in check mode"
        attempted = "find out whether the credential may write"
        computer, group = uuid.uuid4(), uuid.uuid4()
        try:
            answer = self._ask("PATCH", f"{COMPUTERS}/{computer}", attempted, json={"group_guid": str(group)})
        except CiscoError as error:
            return False, error.came_back
        if answer.status in (401, 403) and _is_envelope(answer):
            return True, f"HTTP {answer.status}: {self._words(answer)}"
        return False, f"HTTP {answer.status}" + (f": {self._words(answer)}" if answer.status >= 300 else "")

    # Pages

    def _following(self, page: dict[str, Any], path: str, attempted: str) -> str | None:
        """The path of the next page, None after the last.

        :raises UnexpectedAnswer: unless it goes on in the same list on the same host, for each request carries the key.
        """
        link = _at(page, "metadata", "links", "next")
        if not link:
            return None
        try:
            target, own = urlsplit(str(link)), urlsplit(self._http.base_url)
            stays = (target.scheme, target.hostname, target.port or 443) == ("https", own.hostname, own.port or 443)
        except ValueError:
            stays = False
        if not stays or target.path != COMPUTERS:
            raise UnexpectedAnswer(
                attempted,
                f"the next page is given as {self.context.quote(link, 200)!r}, "
                f"which is not the list on {self.api_host}",
                "The key is sent to no other host. Check secure_endpoint_api_host and any proxy or gateway in between.",
            )
        if _offset(target.query) <= _offset(urlsplit(path).query):
            raise UnexpectedAnswer(attempted, f"the next page is given as {target.query!r}, which does not lead on")
        return f"{COMPUTERS}?{target.query}"

    def _require_budget(self, total: int, needed: int) -> None:
        """Stop early rather than in the middle; unless what is missing comes back within anyone's patience."""
        limit, left, resets_in = self.budget.limit, self.budget.remaining, self.budget.resets_in
        if left is None or needed <= left or (resets_in is not None and resets_in <= PATIENCE):
            return
        of_all = "" if limit is None else f" of {limit}"
        advice = "Run this again later."
        if limit is not None and needed >= limit:
            advice = "Even the requests of a whole hour do not suffice for this organisation."
        elif resets_in is not None:
            advice = f"Run this again {in_words(resets_in)}, when all of them are there again."
        raise Throttled(
            f"read the {total} computers in Secure Endpoint",
            f"this takes {needed} more requests, and the organisation has {left}{of_all} left this hour",
            advice,
        )

    def _compare(self, seen: int, total: int | None) -> None:
        if not self.listed_completely and total is not None:
            self.context.warn(
                f"Secure Endpoint reports {total} computers and listed {seen}. Some may have been added or removed "
                "while they were read. The counts cover those that were listed."
            )

    # Transport

    def _ask(self, method: str, path: str, attempted: str, **request: Any) -> Answer:
        answer = self._http.request(method, path, attempted, **request)
        self.budget = Budget.from_headers(answer.headers)
        return answer

    def _object(self, path: str, attempted: str) -> dict[str, Any]:
        """What a read returns, in Secure Endpoint's envelope."""
        answer = self._ask("GET", path, attempted)
        if answer.status >= 300:
            raise self._error(answer, attempted)
        found = expect_json(answer, attempted, SERVICE)
        if not isinstance(found, dict) or not {"version", "data"} <= found.keys():
            came_back = f"the answer is not one of Secure Endpoint{_request_id(answer)}"
            advice = f"Check that {self.api_host} is the host of the API, and the proxy."
            raise UnexpectedAnswer(attempted, came_back, advice, status=answer.status)
        return found

    def _words(self, answer: Answer) -> str:
        """Secure Endpoint's own words from an error."""
        error = _first_error(answer) or {}
        details = error.get("details")
        said = details[0] if isinstance(details, list) and details else details
        text = self.context.quote(str(said or error.get("description") or "").strip())
        return text or ("a web page" if answer.is_html else "no reason given")

    def _error(self, answer: Answer, attempted: str) -> CiscoError:
        status, said = answer.status, f"{self._words(answer)}{_request_id(answer)}"
        if status in (401, 403) and not _is_envelope(answer):
            return UnexpectedAnswer(
                attempted,
                f"HTTP {status} came back, and not from Secure Endpoint ({said})",
                "A proxy or another system in between seems to have refused the request. This says nothing about the "
                "credential.",
                status=status,
            )
        known: Said = {
            Unauthorized: (
                f"{self.place} does not accept {self._client} with this key ({said})",
                self._why_unauthorized(),
            ),
            Forbidden: (
                f"{self.place} refuses it ({said})",
                "When Secure Endpoint does so is not documented. Check in its console that the credential exists, and "
                f"that it is one of this region; the hosts of the regions are {HOSTS}.",
            ),
            UnexpectedAnswer: (
                "Secure Endpoint redirects to another page",
                f"Check that {self.api_host} is the host of the API, and the proxy.",
            ),
            ServerTrouble: (
                f"Secure Endpoint, or the gateway before it, reports a fault ({status}: {said})",
                "Run this again later.",
            ),
        }
        return refusal(status, attempted, SERVICE, said, known)

    @property
    def _client(self) -> str:
        """The client ID as words; one of another shape may be a secret in the wrong place."""
        return f"the client ID {self.client_id!r}" if CLIENT_ID.fullmatch(self.client_id) else "the client ID given"

    def _why_unauthorized(self) -> str:
        if not self.region:
            return "Check secure_endpoint_client_id and secure_endpoint_api_key; the credential may have been deleted."
        return (
            "Either secure_endpoint_client_id and secure_endpoint_api_key are wrong, or the credential was deleted, "
            f"or it belongs to another region. All three look the same. The hosts of the regions are {HOSTS}; "
            "identityops.cisco.secure_endpoint_credential finds the right one with discover_region."
        )


def _at(data: Any, *names: str) -> Any:
    """A member deep inside, None if anything on the way is missing."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def _rows(page: dict[str, Any], attempted: str) -> list[dict[str, Any]]:
    """The page's computers, the last one first, so that they can be taken off its end."""
    rows = objects_in(page["data"], attempted)
    rows.reverse()
    return rows


def _total(page: dict[str, Any]) -> int | None:
    return whole_number(_at(page, "metadata", "results", "total"))


def _offset(query: str) -> int:
    """Where a page begins; -1 for what is no number, which leads nowhere."""
    value = parse_qs(query).get("offset", ["0"])[-1]
    return int(value) if re.fullmatch(r"[0-9]{1,12}", value) else -1


def _first_error(answer: Answer) -> dict[str, Any] | None:
    errors = answer.data.get("errors") if isinstance(answer.data, dict) else None
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else None


def _is_envelope(answer: Answer) -> bool:
    """Whether an error is one of Secure Endpoint itself, and not of something in between."""
    return bool({"error_code", "description", "details"} & (_first_error(answer) or {}).keys())


def _request_id(answer: Answer) -> str:
    """What Cisco's support asks for."""
    found = re.fullmatch(r"[\w.:-]{1,100}", answer.headers.get("x-request-id", ""))
    return f"; Cisco's request id {found[0]}" if found else ""
