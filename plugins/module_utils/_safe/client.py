# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAFE's REST API, as far as it is published: tokens and integrations. Private to this collection.

Facts: SAFE's pages "Accessing SAFE APIs" and "Add multiple integration accounts via APIs". They name the calls and not
their bodies, so an answer is read by whatever of it can be recognised, and what cannot is said to be unknown.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    Forbidden,
    InvalidInput,
    NotFound,
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
    page_title,
)
from ansible_collections.identityops.cisco.plugins.module_utils._login import Login
from ansible_collections.identityops.cisco.plugins.module_utils._refusals import kind_of, refusal
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    MOST_PAGES,
    UNEXPECTED,
    Reading,
    authorities,
    flag_of,
    given,
    missing_options,
    object_in,
    objects_in,
    option,
    require_options,
    whole_list,
    whole_number,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

SERVICE = "SAFE"
API = "/api/v3"
INTEGRATIONS = f"{API}/integrations"
CREDENTIALS = ("safe_api_username", "safe_api_password")
# Where a list stands in an answer that is an object, and the ID in an object.
LISTS = (
    *("values", "data", "items", "history", "integrations", "products"),
    *("results", "result", "content", "records", "rows"),
)
# Where an answer may say more about its list than beside it.
ABOUT_LISTS = ("pagination", "paging", "page", "pageInfo", "page_info", "meta", "metadata", "links", "_links")
IDS = ("id", "_id", "uuid", "integrationId", "productId")
# Where an answer to a creation may hold what was created.
WITHIN = ("integration", "data", "result")
# What an answer may call the number of all objects of a list, and that of its pages.
TOTALS = ("totalElements", "totalCount", "total_count", "totalItems", "total_items", "totalRecords", "total", "size")
PAGES = ("totalPages", "total_pages", "pageCount", "page_count")
# What may hold the link to the next page, or a word that there is one; and what says that there is, or is not, one.
NEXT = (
    *("next", "nextPage", "next_page", "nextLink", "next_link", "nextUrl", "next_url"),
    *("nextPageToken", "next_page_token", "nextToken", "next_token", "nextCursor", "next_cursor"),
)
MORE = ("hasMore", "has_more", "hasNext", "has_next", "hasNextPage", "has_next_page")
LAST = ("last", "isLast", "is_last", "lastPage", "last_page")
YES = ("success", "succeeded", "successful", "ok", "passed", "connected")
NO = ("error", "failed", "failure", "fail")
IS_NOT_THERE = (404, 405)
# What a token is made of, as a header can carry it.
IS_TOKEN = re.compile(r"[!-~]+")
# What may answer a call that is in no published list: everything but a refused token and too many requests.
IS_NO_CALL = tuple(status for status in range(400, 500) if status not in (401, 429))


def safe_argument_spec() -> dict[str, Any]:
    """The connection options of every module that talks to SAFE; documented in the ``safe`` fragment."""
    return {
        "safe_url": option("safe_url"),
        "safe_api_username": option("safe_api_username"),
        "safe_api_password": option("safe_api_password", no_log=True),
        "safe_ca_path": option("safe_ca_path"),
        "safe_timeout": option("safe_timeout", type="int", default=60),
    }


def lacks_credential(params: Mapping[str, Any]) -> bool:
    """Whether the task has no API credential, so that a person has to do its work.

    :raises InvalidInput: it has half of one, which cannot be meant.
    """
    missing = missing_options(params, CREDENTIALS)
    if len(missing) == 1:
        require_options(params, CREDENTIALS, SERVICE)
    return bool(missing)


def instance_url(params: Mapping[str, Any]) -> str:
    """The address of the instance, without a slash at its end.

    :raises InvalidInput: for anything but ``https://host`` or ``https://host:port``. The value is not repeated, because
        it may hold a password.
    """
    require_options(params, ["safe_url"], SERVICE)
    text = given(params, "safe_url").rstrip("/")
    try:
        parts = urlsplit(text)
        is_plain = text == f"https://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        is_plain = False
    if not is_plain:
        advice = "Write it as the browser shows it, without a path: safe_url: https://INSTANCE"
        raise InvalidInput("use the value of safe_url", "it must be https:// and a host name, and nothing else", advice)
    return text


class Verdict(NamedTuple):
    """What SAFE says of a connection test.

    :ivar passed: None if it answered without saying so.
    """

    passed: bool | None
    words: str = ""


class Safe:
    """One SAFE instance, seen with one API credential. One token serves for everything that is asked."""

    def __init__(self, params: Mapping[str, Any], context: Context) -> None:
        self.context = context
        self.url = instance_url(params)
        self._username, self._password = (given(params, name) for name in CREDENTIALS)
        self._basic = base64.b64encode(f"{self._username}:{self._password}".encode()).decode()
        for secret in (self._password, params["safe_api_password"], self._basic):
            context.hide(secret)
        self._token = ""
        may_lock = "it may lock what is refused too often"
        account = self.url, self._username, self._password
        self._login = Login(SERVICE, *account, "the API credential", may_lock, refusals=(401, 403))
        self._http = Http(
            self.url,
            SERVICE,
            context,
            verify=authorities(params, "safe_ca_path") or True,
            timeout=at_least_a_second(params["safe_timeout"], "safe_timeout"),
            prefix="safe",
        )

    @classmethod
    def from_params(cls, params: Mapping[str, Any], context: Context) -> Safe:
        """From a module's validated options.

        :raises InvalidInput: naming every connection option that is missing, and its environment variable.
        """
        require_options(params, ("safe_url", *CREDENTIALS), SERVICE)
        return cls(params, context)

    @property
    def host(self) -> str:
        return self.url.removeprefix("https://")

    # Products

    def list_products(self) -> list[dict[str, Any]]:
        return self._list(f"{INTEGRATIONS}/products", "list the products that SAFE integrates")

    def get_product(self, product_id: str) -> dict[str, Any]:
        attempted = f"read the metadata of the product {product_id}"
        answer = self._ask("GET", f"{INTEGRATIONS}/products/{_segment(product_id)}", attempted)
        found = object_in(expect_json(answer, attempted, SERVICE), attempted)
        inner = found.get("data")
        return inner if isinstance(inner, dict) else found

    # Integrations

    def try_connection(self, body: dict[str, Any]) -> Verdict:
        """Have SAFE try a connection; it keeps nothing of it."""
        attempted = "have SAFE test the connection"
        answer = self._send("POST", f"{INTEGRATIONS}/test", attempted, json=body, writes=False, repeats_fault=False)
        if answer.is_html or (300 <= answer.status and answer.status not in (400, 422, 500)):
            raise self._error(answer, attempted)
        words = self._words(answer)
        if answer.status >= 300 or said(answer.data) is False:
            return Verdict(False, words)
        return Verdict(said(answer.data), words)

    def list_integrations(self) -> list[dict[str, Any]] | None:
        """All of them; None where this SAFE has no such list, which is in no published list of calls."""
        try:
            return self._list(INTEGRATIONS, "list the integrations")
        except CiscoError as error:
            if error.status in IS_NO_CALL:
                return None
            raise

    def get_integration(self, integration_id: str) -> dict[str, Any] | None:
        """As SAFE shows it; None or empty where this SAFE shows none, which is in no published list of calls."""
        attempted = f"read the integration {integration_id}"
        answer = self._send("GET", _path_of(integration_id), attempted)
        if answer.status in IS_NO_CALL or _is_refusal(answer):
            return None
        if answer.status >= 300:
            raise self._error(answer, attempted)
        found = answer.data if isinstance(answer.data, dict) else {}
        inner = found.get("data")
        return inner if isinstance(inner, dict) else found

    def create_integration(self, body: dict[str, Any]) -> str:
        """Its ID; empty if SAFE's answer does not hold one."""
        attempted = "save the integration"
        answer = self._ask("POST", INTEGRATIONS, attempted, json=body)
        self.context.done.append(attempted)
        return _new_id(answer.data)

    def update_integration(self, integration_id: str, body: dict[str, Any]) -> None:
        attempted = f"change the integration {integration_id}"
        self._ask("PATCH", _path_of(integration_id), attempted, json=body)
        self.context.done.append(attempted)

    def delete_integration(self, integration_id: str) -> bool:
        """Whether SAFE had it."""
        attempted = f"delete the integration {integration_id}"
        try:
            self._ask("DELETE", _path_of(integration_id), attempted)
        except CiscoError as error:
            if not _is_not_there(error):
                raise
            return False
        self.context.done.append(attempted)
        return True

    def start(self, integration_id: str, action: str) -> None:
        attempted = f"start the action {action!r} of the integration {integration_id}"
        try:
            self._ask("POST", f"{_path_of(integration_id)}?action={quote(action, safe='')}", attempted)
        except CiscoError as error:
            if _is_not_there(error):
                error.advised("If it was deleted in SAFE, remove its record from the registry, and run this again.")
            raise
        self.context.done.append(attempted)

    def list_runs(self, integration_id: str) -> list[dict[str, Any]] | None:
        """The history of an integration; None if SAFE has no such integration, or perhaps if it never ran."""
        try:
            return self._list(f"{_path_of(integration_id)}/history", f"read the history of {integration_id}")
        except CiscoError as error:
            if _is_not_there(error):
                return None
            raise

    # Lists

    def _list(self, path: str, attempted: str) -> list[dict[str, Any]]:
        return whole_list(lambda: self._read(path, attempted), attempted, SERVICE)

    def _read(self, path: str, attempted: str) -> Reading:
        pages, seen = [], {path}
        for _unused in range(MOST_PAGES):
            page = _page(expect_json(self._ask("GET", path, attempted), attempted, SERVICE), attempted)
            pages.append(page)
            if not page.following:
                # Nothing comes twice on a single page; runs there may share the ID of their integration.
                reading = Reading("id" if len(pages) > 1 else "")
                for page in pages:
                    reading.add(page.objects, page.total, page.most)
                if page.pages is not None and page.pages > len(pages):
                    raise _goes_on(attempted)
                return reading
            path = self._own_path(page.following, path, attempted)
            if path in seen:
                raise UnexpectedAnswer(attempted, "the link to the next page leads back to one that was read")
            seen.add(path)
        raise UnexpectedAnswer(attempted, f"the list does not end after {MOST_PAGES} pages")

    def _own_path(self, link: str, path: str, attempted: str) -> str:
        """The path of a link on the page of a path. It must lead to this very instance: the token goes along."""
        text = urljoin(f"{self.url}{path}", link)
        if text.startswith(f"{self.url}/"):
            text = text.removeprefix(self.url)
        if not text.startswith(f"{API}/"):
            came_back = f"the next page is given as {self.context.quote(link, 100)}, which is not below safe_url"
            raise UnexpectedAnswer(attempted, came_back, "The token is sent to safe_url only.")
        return text

    # Transport

    def _ask(self, method: str, path: str, attempted: str, json: Any = None) -> Answer:
        """:raises CiscoError: for every answer that is no success."""
        answer = self._send(method, path, attempted, json=json)
        if answer.status >= 300:
            raise self._error(answer, attempted)
        if isinstance(answer.data, dict) and said(answer.data) is False and (method != "GET" or _is_refusal(answer)):
            raise Refused(attempted, f"SAFE says: {self._words(answer)}", status=answer.status)
        return answer

    def _send(self, method: str, path: str, attempted: str, **more: Any) -> Answer:
        """With a token; a new one, once, if SAFE no longer accepts the one at hand."""
        is_fresh = not self._token
        self._token = self._token or self._new_token()
        answer = self._with_token(method, path, attempted, more)
        if answer.status == 401 and not is_fresh:
            self._token = self._new_token()
            answer = self._with_token(method, path, attempted, more)
        return answer

    def _with_token(self, method: str, path: str, attempted: str, more: dict[str, Any]) -> Answer:
        headers = {"Authorization": f"Bearer {self._token}"}
        return self._http.request(method, path, attempted, headers=headers, **more)

    def _new_token(self) -> str:
        attempted = "sign in to SAFE"
        answer = self._login.attempt(attempted, lambda: self._exchange(attempted))
        if answer.status >= 300:
            raise self._error(answer, attempted)
        token = object_in(expect_json(answer, attempted, SERVICE), attempted, {"accessToken": str}).get("accessToken")
        self.context.hide(token)
        if not IS_TOKEN.fullmatch(token or ""):
            raise UnexpectedAnswer(attempted, "the answer contains no accessToken", UNEXPECTED)
        return str(token)

    def _exchange(self, attempted: str) -> Answer:
        basic = {"Authorization": f"Basic {self._basic}"}
        answer = self._http.request("POST", f"{API}/auth", attempted, headers=basic, writes=False)
        if answer.status in IS_NOT_THERE:
            body = {"username": self._username, "password": self._password}
            answer = self._http.request("POST", f"{API}/authenticate", attempted, json=body, writes=False)
        return answer

    def _words(self, answer: Answer) -> str:
        """What SAFE says, in whichever of the shapes of its answers."""
        if answer.is_html:
            return self.context.quote(f"a web page{page_title(answer.text)}")
        whole = answer.data if isinstance(answer.data, dict) else {}
        parts = [part for part in (whole.get("data"), whole) if isinstance(part, dict)]
        found = [part.get(name) for part in parts for name in ("message", "Message")]
        texts = [text for text in found if isinstance(text, str) and text]
        return self.context.quote(next(iter(texts), answer.text.strip() or "nothing"))

    def _error(self, answer: Answer, attempted: str) -> CiscoError:
        words = self._words(answer)
        if answer.is_html and kind_of(answer.status) in (NotFound, Refused, UnexpectedAnswer):
            # What a proxy or a gateway says of an object is never taken for SAFE's own word.
            came_back = f"{words} came back in place of SAFE's answer (HTTP {answer.status})"
            return UnexpectedAnswer(attempted, came_back, "Check safe_url and the proxy.", status=answer.status)
        return refusal(
            answer.status,
            attempted,
            SERVICE,
            words,
            {
                Unauthorized: (
                    f"SAFE does not accept the API credential: {words}",
                    "Check safe_api_username and safe_api_password. SAFE shows the password once, and a credential "
                    "expires: see Settings, API Credentials.",
                ),
                Forbidden: (
                    f"SAFE refuses this: {words}",
                    "An API credential has all rights of its instance, so safe_url may be that of another instance.",
                ),
                ServerTrouble: (f"SAFE reports a fault of its own ({answer.status}: {words})", "Run this again later."),
            },
        )


def _is_not_there(error: CiscoError) -> bool:
    """SAFE is known to answer 400 to an ID that does not exist."""
    is_said = error.status == 400 and "not found" in error.came_back.lower()
    return isinstance(error, NotFound) or (isinstance(error, Refused) and is_said)


def _path_of(integration_id: str) -> str:
    return f"{INTEGRATIONS}/{_segment(integration_id)}"


def _segment(identifier: str) -> str:
    """An ID as a part of a path.

    :raises InvalidInput: for what would lead to another path.
    """
    if identifier.strip(".") == "":
        raise InvalidInput(f"use the ID {identifier!r} in SAFE", "it is none", "Correct it.")
    return quote(identifier, safe="")


def identifier(item: Mapping[str, Any]) -> str:
    """The ID of an object, empty if it has none."""
    return next((str(item[name]) for name in IDS if item.get(name)), "")


def _new_id(data: Any) -> str:
    """The ID of a new integration, empty if it is not shown. Another ID may be that of the request or of a job."""
    if isinstance(data, list) and len(data) == 1:
        (data,) = data
    if not isinstance(data, dict):
        return ""
    inner = next((data[name] for name in WITHIN if isinstance(data.get(name), (dict, list))), None)
    return str(data.get("integrationId") or "") or _new_id(inner) or identifier(data)


def said(data: Any) -> bool | None:
    """Whether an answer says that something succeeded; None if it does not say."""
    if not isinstance(data, dict):
        return None
    opinions = [_opinion(data), said(data.get("data"))]
    if False in opinions:
        return False
    return True if True in opinions else None


def _opinion(data: dict[str, Any]) -> bool | None:
    is_success = flag_of(data.get("success"))
    if is_success is not None:
        return is_success
    if (data.get("error") or data.get("errors")) and not identifier(data):
        return False
    opinions = [_of_status(data.get(name)) for name in ("status", "statusCode")]
    return next((opinion for opinion in opinions if opinion is not None), None)


def _of_status(status: Any) -> bool | None:
    """What a status says, a word or one of HTTP."""
    number = whole_number(status)
    if number is not None and 200 <= number < 600:
        return number < 300
    word = str(status or "").strip().lower()
    return True if word in YES else False if word in NO else None


def _is_refusal(answer: Answer) -> bool:
    """Whether an answer to a read is a refusal in spite of its status, and not an object that has failed itself."""
    return isinstance(answer.data, dict) and flag_of(answer.data.get("success")) is False


class _Page(NamedTuple):
    """
    :ivar total: how many objects there are in all, None where SAFE does not say.
    :ivar following: the link to the next page, empty after the last.
    :ivar most: how many objects a page holds at the most, None where SAFE does not say.
    :ivar pages: how many pages there are in all, None where SAFE does not say.
    """

    objects: list[dict[str, Any]]
    total: int | None = None
    following: str = ""
    most: int | None = None
    pages: int | None = None


def _page(data: Any, attempted: str) -> _Page:
    """A page of a list, wherever in the answer the list and what is said of it stand.

    :raises UnexpectedAnswer: there is no list, or it says that it goes on and not where.
    """
    about: dict[str, Any] = {}
    while isinstance(data, dict):
        about = {**about, **data}
        for name in ABOUT_LISTS:
            about.update(data[name] if isinstance(data.get(name), dict) else {})
        data = next((data[name] for name in LISTS if isinstance(data.get(name), (list, dict))), None)
    if data is None:
        raise UnexpectedAnswer(attempted, "the answer contains no list", UNEXPECTED)
    objects = objects_in(data, attempted)
    following = next(filter(None, (_link(about.get(name)) for name in NEXT)), "")
    if not following and _says_more(about, len(objects)):
        raise _goes_on(attempted)
    return _Page(
        objects, _number(about, TOTALS), following, whole_number(about.get("pagelen")) or None, _number(about, PAGES)
    )


def _link(value: Any) -> str:
    """A link, as such or in an object; empty for what is none, such as a number or a token."""
    if isinstance(value, dict):
        value = value.get("href") or value.get("url")
    return value if isinstance(value, str) and value.startswith(("/", "?", "http:", "https:")) else ""


def _says_more(about: Mapping[str, Any], length: int) -> bool:
    """Whether there is another page. A count may be that of the page or of all, so only a greater one says so."""
    count = whole_number(about.get("count"))
    following = [about.get(name) for name in NEXT]
    return (
        any(any(one.values()) if isinstance(one, dict) else one for one in following)
        or any(flag_of(about.get(name)) for name in MORE)
        or any(flag_of(about.get(name)) is False for name in LAST)
        or (count is not None and count > length)
    )


def _number(about: Mapping[str, Any], names: Iterable[str]) -> int | None:
    numbers = (whole_number(about.get(name)) for name in names)
    return next((number for number in numbers if number is not None), None)


def _goes_on(attempted: str) -> UnexpectedAnswer:
    came_back = "the list goes on, and the answer does not hold the link to the next page"
    return UnexpectedAnswer(attempted, came_back, UNEXPECTED)
