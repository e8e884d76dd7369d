# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP over ``requests``: one session, bounded waits, safe repeats, no write in check mode. Private to this
collection."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeVar

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CheckModeWrite,
    InvalidInput,
    MissingLibrary,
    OutcomeUnknown,
    UnexpectedAnswer,
    Unreachable,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import looks_secret
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

T = TypeVar("T")

# How long one call may wait, in all, for a service that asks for patience, and the longest single pause (seconds).
PATIENCE = 60.0
LONGEST_PAUSE = 30.0
# By which share a pause may be longer than asked for.
JITTER = 0.25
TOO_MANY_REQUESTS = 429
# The most that an answer may hold, decoded (bytes), and what is read of it at once.
MOST_BYTES = 32 * 1024 * 1024
PORTION = 64 * 1024
# How often a read is repeated that the service answers with a fault of its own.
REPEATS_AFTER_FAULT = 2
# A gateway gives these, often for a moment only, without saying whether the service behind it acted.
GATEWAY_TROUBLE = (502, 503, 504)
REPEATS_AFTER_BROKEN_CONNECTION = 2
# In which requests looks for authorities where it is given none, in this order.
BUNDLES = ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
PROXY_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")
# In place of the path of a CA file.
SYSTEM = "system"
# How JSON escapes a surrogate, and some other characters.
LONE = "\\ud"
BROKEN = "the connection broke before the answer was complete"


class Answer(NamedTuple):
    """One HTTP answer.

    :ivar data: the decoded JSON body, or None if the body is empty or not JSON.
    :ivar text: the body as text.
    """

    status: int
    headers: Mapping[str, str]
    data: Any
    text: str

    @property
    def is_html(self) -> bool:
        text = self.text.lstrip()
        return bool(text) and (text[0] == "<" or "html" in self.headers.get("Content-Type", "").lower())


class Patience:
    """Back-off for one call: honours ``Retry-After``, doubles otherwise, and ends after :data:`PATIENCE` seconds."""

    def __init__(self) -> None:
        self._waited = 0.0
        self._next = 1.0
        self._faults = 0

    def pause(self, retry_after: str | None, reset: float | None = None) -> bool:
        """Wait as asked; False, without waiting, if that would take longer than anyone should wait.

        :param reset: seconds until the service certainly acts again, where it says so. Asking earlier is useless, so
            this pause is never cut short.
        """
        asked = retry_after_seconds(retry_after)
        if reset is not None:
            seconds = reset
        elif asked is not None:
            seconds = min(asked, LONGEST_PAUSE)
        else:
            seconds, self._next = min(self._next, LONGEST_PAUSE), self._next * 2
        # An answer of "0 seconds" must not turn into a busy loop.
        seconds = max(seconds, 0.05)
        if self._waited + seconds > PATIENCE:
            return False
        self._waited += seconds
        # So that many hosts of one run do not ask again in step.
        time.sleep(seconds * random.uniform(1, 1 + JITTER))
        return True

    def again(
        self, status: int, writes: bool, retry_after: str | None, took: float, reset: float | None = None
    ) -> bool:
        """After a pause, whether to send a request again that was answered with this status.

        429 always, because the service has not acted; a gateway's trouble only if nothing is written; a fault of the
        service's own likewise, and a few times only.

        :param took: how long the answer was awaited, in seconds. A gateway that times out uses up patience, too.
        :param reset: as for :meth:`pause`, for a 429.
        """
        if status == TOO_MANY_REQUESTS:
            return self.pause(retry_after, reset)
        if status == 500:
            self._faults += 1
        if writes or status not in (500, *GATEWAY_TROUBLE) or self._faults > REPEATS_AFTER_FAULT:
            return False
        self._waited += took
        return self.pause(retry_after)

    @property
    def waited(self) -> float:
        return self._waited


class TimeLimit:
    """The end of one call, repeats included: :data:`PATIENCE` and once the time-out after it began.

    A socket's time-out only limits the time between two parts of an answer, and parts may come for ever.
    """

    def __init__(self, timeout: float) -> None:
        self.seconds = PATIENCE + timeout
        self._end = time.monotonic() + self.seconds

    def keep(self, call: Callable[[], T]) -> T:
        """The result of ``call``, which runs in a thread and is left behind there if it takes too long.

        :raises TimeUp: it did.
        """
        found: list[T] = []
        failed: list[BaseException] = []

        def work() -> None:
            try:
                found.append(call())
            except BaseException as error:  # The one place: whoever waits below raises it again.
                failed.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(max(self._end - time.monotonic(), 0))
        if failed:
            raise failed[0]
        if not found:
            raise TimeUp(f"the answer was not complete after {self.seconds:g} seconds")
        return found[0]


class TimeUp(Exception):
    """A call has used up its :class:`TimeLimit`."""


def retry_after_seconds(value: str | None) -> float | None:
    """Seconds asked for by a ``Retry-After`` header, which holds seconds or a date (RFC 9110, 10.2.3)."""
    if value and value.strip().isdecimal():
        return float(value)
    date = http_date(value)
    return None if date is None else max(0.0, date - time.time())


def http_date(value: str | None) -> float | None:
    """The seconds since the epoch that a date in a header stands for, None if it is none."""
    try:
        return parsedate_to_datetime(value or "").timestamp()
    except ValueError:
        return None


def in_words(seconds: float) -> str:
    """When something happens, for people, in seconds and, where those are many, in minutes."""
    return f"in {seconds:.0f} seconds" + (f" ({seconds / 60:.0f} minutes)" if seconds >= 120 else "")


def refuse_in_check_mode(attempted: str) -> CheckModeWrite:
    return CheckModeWrite(attempted, "this would write, and the task runs in check mode", "Please report this defect.")


def require(name: str, least: str = "") -> Any:
    """Import a third-party package when it is first needed.

    :param least: the oldest release that will do. A package that does not state its own is taken as it is.
    :raises MissingLibrary: naming the interpreter and the command that installs the package.
    """
    import importlib
    import sys

    wanted = f"'{name}>={least}'" if least else name
    advice = f"Install it there: {sys.executable} -m pip install --upgrade {wanted}"
    try:
        package = importlib.import_module(name)
    except ImportError as error:
        raise _missing(name, str(error), advice) from error
    except Exception as error:  # The one place: what does not fit this Python or another package may raise anything.
        raise _missing(name, f"the import ends with {type(error).__name__}", advice) from error
    installed = str(getattr(package, "__version__", ""))
    if least and _numbers(installed) and _numbers(installed) < _numbers(least):
        raise _missing(name, f"release {installed} is installed, and {least} is the oldest one that works", advice)
    return package


def _missing(name: str, came_back: str, advice: str) -> MissingLibrary:
    import sys

    return MissingLibrary(
        f"import the Python package {name}", f"{came_back} (the task runs under {sys.executable})", advice
    )


def _numbers(release: str) -> list[int]:
    """What releases are compared by: ``5.7.0`` and ``5.7.0rc1`` are both 5, 7, 0."""
    import re

    return [int(number) for number in re.findall(r"\d+", release)[:3]]


def bare_host(value: str, option: str) -> tuple[str, int | None]:
    """Split ``host`` or ``host:port``.

    :raises InvalidInput: for anything else. The value may be a secret in the wrong place, so only the host of a URL is
        repeated.
    """
    from urllib.parse import urlsplit

    text = value.strip()
    is_url = text.lower().startswith(("https://", "http://"))
    try:
        parts = urlsplit(text if is_url else "//" + text)
        host, port = parts.hostname or "", parts.port
        # Refuses names with an empty or too long part, which the libraries trip over when they connect.
        host.encode("idna")
    except ValueError:
        host, port = "", None
    host = f"[{host}]" if ":" in host else host
    plain = f"{host}:{port}" if port else host
    if not host or " " in host or text.lower() != plain or looks_secret(text):
        can_correct = is_url and host and " " not in host
        advice = f"Write {option}: {plain}" if can_correct else "Write just the host name."
        raise InvalidInput(f"use the value of {option}", _not_a_host(text), advice)
    return host, port


def _not_a_host(text: str) -> str:
    """What is wrong with a value that should be a host, without repeating it."""
    shapes = {"a user name or a password": "@", "a scheme": "://", "a path": "/", "white space": " "}
    held = next((f"; it contains {shape}" for shape, sign in shapes.items() if sign in text), "")
    return f"it must be a host name, or host:port, and nothing else{held}"


def at_least_a_second(value: int, option: str) -> int:
    """:raises InvalidInput: for a time-out that no server could keep."""
    if value < 1:
        raise InvalidInput(f"use {value} as {option}", "it must be at least one second", f"Write, say, {option}: 30")
    return value


class Broken(Unreachable):
    """The connection broke while the answer to a read was awaited, so that repeating may help."""


def _system_roots() -> str:
    """Where the system keeps the roots that it trusts, or what ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name instead.

    :raises InvalidInput: there are none.
    """
    import ssl

    paths = ssl.get_default_verify_paths()
    found = paths.cafile or paths.capath
    if not found:
        raise InvalidInput("use the system's roots", "this system has none", "Install its package of CA certificates.")
    return found


def _adapter(verify: bool | str) -> Any:
    """Opens connections for a session.

    :param verify: as for :class:`Http`. Of authorities that the user has chosen, the certificates may lack what the
        newest Pythons ask for, as those of many private ones do.
    """
    import ssl

    adapters = require("requests.adapters")
    context = require("urllib3.util.ssl_").create_urllib3_context()
    if verify is False:
        context.check_hostname = False
    if verify is not True or any(os.environ.get(name) for name in BUNDLES):
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)

    return type("Adapter", (_Connecting, adapters.HTTPAdapter), {"tls": context})()


class _Connecting:
    """How connections are opened; stands before ``HTTPAdapter``, whose methods of the same names it extends."""

    tls: Any

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        extended: Any = super()
        extended.init_poolmanager(*arguments, ssl_context=self.tls, **named)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        extended: Any = super()
        return extended.proxy_manager_for(proxy, ssl_context=self.tls, **named)

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        # In UTF-8, because requests would take Latin-1, which lacks characters that passwords have.
        login = login_of(proxy)
        return {"Proxy-Authorization": f"Basic {basic(login)}"} if login else {}


def login_of(url: str) -> str:
    """``user:password`` of a URL, decoded; empty if it has none."""
    from urllib.parse import unquote

    login, at, _host = url.rpartition("://")[2].partition("/")[0].rpartition("@")
    return unquote(login) if at else ""


def basic(login: str) -> str:
    import base64

    return base64.b64encode(login.encode()).decode()


class Http:
    """A session with one service.

    :param base_url: scheme, host and port, no trailing slash.
    :param service: the service's name for messages, such as ``ISE``.
    :param verify: True for the roots that ``requests`` brings, ``system`` for the system's, False for no verification,
        or the path of a CA file.
    :param timeout: seconds to wait for a connection and for each part of an answer.
    :param prefix: what the names of the service's connection options begin with, for messages.
    :param proxy_url: in place of the proxy of the environment; may hold a user and a password.
    :param proxy_option: the option it comes from, for messages.
    :param reset: reads from the headers of a 429 in how many seconds the service acts again, for a service that says so
        reliably.
    :ivar sent: how many requests were sent, repeated ones included.
    :ivar date: the ``Date`` header of the last answer.
    :raises InvalidInput: a proxy address that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        service: str,
        context: Context,
        *,
        auth: Any = None,
        verify: bool | str = True,
        certificate: tuple[str, str] | None = None,
        timeout: float = 60,
        prefix: str = "",
        proxy_url: str | None = None,
        proxy_option: str = "",
        reset: Callable[[Mapping[str, str]], float | None] = lambda headers: None,
    ) -> None:
        self.base_url = base_url
        self.service = service
        self.context = context
        self.timeout = timeout
        self.sent = 0
        self.date: str | None = None
        self.prefix = prefix
        self.ca_option = f"{prefix}_ca_path"
        self.certificate = certificate
        self._reset = reset
        self._verify = _system_roots() if verify == SYSTEM else verify
        self._session = require("requests").Session()
        # What the environment says of proxies and certificates is read here, and not once more for each request.
        self._session.trust_env = False
        self._proxies = self._proxy(proxy_url, proxy_option)
        self._session.mount("https://", _adapter(verify))
        self._session.cert = certificate
        # Given even when there is nothing to add: without it requests would look for credentials in ~/.netrc.
        self._session.auth = auth or (lambda request: request)
        self._session.headers["Accept"] = "application/json"
        if verify is False:
            # The user decided so; urllib3 would complain with every request.
            require("urllib3").disable_warnings()

    def request(
        self,
        method: str,
        path: str,
        attempted: str,
        *,
        json: Any = None,
        body: str | None = None,
        form: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        writes: bool | None = None,
        repeats_fault: bool = True,
        accept: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        Repeated are: what :meth:`Patience.again` says; and a broken connection, only when nothing is written.

        :param attempted: what this is for, as words that follow "Could not".
        :param body: a body that is sent as it is.
        :param form: fields of a form, in place of a JSON body.
        :param writes: whether the call changes state; by default everything but GET and HEAD does.
        :param repeats_fault: whether 500 stands for a fault, and not for something that the caller knows better.
        :param accept: raises unless the answer is one to a call that was carried out. A write that it accepts is
            recorded as done.
        :raises CheckModeWrite: a write in check mode.
        :raises OutcomeUnknown: a write was sent and no answer came.
        :raises Unreachable: no connection or no answer in time.
        :raises Untrusted: the certificate could not be verified.
        :raises Throttled: 429 beyond patience.
        """
        writes = method not in ("GET", "HEAD") if writes is None else writes
        if writes and self.context.check_mode:
            raise refuse_in_check_mode(attempted)
        data = form if body is None else body.encode()
        more = {"json": json, "data": data, "params": params, "headers": headers}
        send = functools.partial(self._send, method, path, attempted, writes, **more)
        answer = self._patiently(send, attempted, writes, repeats_fault)
        if accept:
            accept(answer)
            if writes and answer.status < 300:
                self.context.done.append(attempted)
        return answer

    def _patiently(self, send: Callable[[], Answer], attempted: str, writes: bool, repeats_fault: bool) -> Answer:
        """Send until there is an answer to go on with."""
        patience, limit, broken = Patience(), TimeLimit(self.timeout), 0
        while True:
            sent = time.monotonic()
            try:
                answer = limit.keep(send)
            except TimeUp as error:
                raise self._trouble(attempted, writes).lost(str(error), Unreachable) from error
            except Broken:
                broken += 1
                if broken > REPEATS_AFTER_BROKEN_CONNECTION:
                    raise
                continue
            took, asked = time.monotonic() - sent, answer.headers.get("Retry-After")
            is_final = answer.status == 500 and not repeats_fault
            if is_final or not patience.again(answer.status, writes, asked, took, self._reset(answer.headers)):
                self._judge(answer, attempted, writes, patience)
                return answer

    def _judge(self, answer: Answer, attempted: str, writes: bool, patience: Patience) -> None:
        """Raise for what no caller could make anything of."""
        if answer.status == TOO_MANY_REQUESTS:
            raise self._trouble(attempted, writes).throttled(patience.waited, self._reset(answer.headers))
        if writes and answer.status in GATEWAY_TROUBLE:
            if answer.status == 503 and answer.headers.get("Retry-After"):
                # Whoever looks up what became of the write should not do so before the service wants to be asked.
                patience.pause(answer.headers["Retry-After"])
            raise OutcomeUnknown(
                attempted,
                f"the gateway of {self.service} answered {answer.status} and does not say whether the request "
                "was carried out",
                "Run this again: it looks first and writes only what is still missing.",
                status=answer.status,
            )

    def _send(self, method: str, path: str, attempted: str, writes: bool, **request: Any) -> Answer:
        self.sent += 1
        try:
            response = self._session.request(
                method,
                self.base_url + path,
                timeout=self.timeout,
                verify=self.authorities()[0] or self._verify,
                proxies=self._proxies,
                allow_redirects=False,
                stream=True,
                **request,
            )
            content = self._content(response, attempted, writes)
        except OSError as error:
            # The base of everything that requests raises, and of what it says of files that are not there.
            raise self._trouble(attempted, writes).of(error) from error
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and not response.headers.get("Content-Encoding") and len(content) < int(length):
            # Only urllib3 2 finds this out itself.
            raise self._trouble(attempted, writes).lost(BROKEN)
        # Of JSON requests says UTF-8 when nothing is named.
        is_named = "charset" in response.headers.get("Content-Type", "").lower()
        text = _decoded(content, response.encoding if is_named else None)
        try:
            data = sound(json.loads(text)) if LONE in text.lower() else json.loads(text)
        except (ValueError, RecursionError):
            data = None
        self.date = response.headers.get("Date")
        return Answer(response.status_code, response.headers, data, text)

    def _content(self, response: Any, attempted: str, writes: bool) -> bytes:
        content = bytearray()
        with response:
            for portion in response.iter_content(PORTION):
                content += portion
                if len(content) > MOST_BYTES:
                    raise self._trouble(attempted, writes).too_large(MOST_BYTES)
        return bytes(content)

    def _proxy(self, url: str | None, option: str) -> dict[str, str]:
        """The proxy to use, from the option or else ``HTTPS_PROXY`` and ``NO_PROXY``, in the form of ``requests``."""
        from urllib.parse import urlsplit

        utils = require("requests.utils")
        if not url and utils.getproxies():
            url = utils.select_proxy(self.base_url, utils.get_environ_proxies(self.base_url))
        if not url:
            return {}
        # In each form, because a task's result repeats its options.
        login = login_of(url)
        for secret in (
            (login.partition(":")[2], url.rpartition("@")[0].rpartition(":")[2], basic(login)) if login else ()
        ):
            self.context.hide(secret)
        url = url if "://" in url else f"http://{url}"
        try:
            parts = urlsplit(url)
            is_usable = parts.hostname and (parts.port or True) and parts.scheme in PROXY_SCHEMES
        except ValueError:
            is_usable = False
        if not is_usable:
            raise InvalidInput(
                f"use the proxy for {self.service}",
                "its address is not of the form http://host:port",
                f"Correct {f'{option} or ' if option else ''}the environment variable HTTPS_PROXY.",
            )
        return {"https": url}

    def _trouble(self, attempted: str, writes: bool) -> Any:
        # Loaded only where there is some: starting a module takes longer the more code it has to compile.
        from ansible_collections.identityops.cisco.plugins.module_utils._trouble import Trouble

        return Trouble(self, attempted, writes)

    def authorities(self) -> tuple[str, str]:
        """The path of the certificate authorities in use, empty for those that requests brings, and where it is set."""
        variables = ["SSL_CERT_FILE", "SSL_CERT_DIR"] if isinstance(self._verify, str) else []
        if self._verify is True:
            # In the order of requests itself.
            variables = BUNDLES
        for name in variables:
            path = os.environ.get(name, "")
            if path and self._verify in (True, path):
                return path, f"the environment variable {name}"
        return ("" if isinstance(self._verify, bool) else self._verify), self.ca_option


def _decoded(content: bytes, charset: str | None) -> str:
    """A body as text: in UTF-8, as JSON is (RFC 8259, 8.1), or else in the character set that the service names, or
    else in Latin-1, in which every byte is a letter."""
    for name in ("utf-8", charset or "latin-1"):
        with contextlib.suppress(ValueError, LookupError):
            return content.decode(name).removeprefix("\ufeff")
    return content.decode("latin-1")


def sound(value: Any) -> Any:
    """A decoded value whose texts can be encoded: half a pair of surrogates, which only JSON can write, cannot."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {sound(name): sound(inner) for name, inner in value.items()}
    return [sound(inner) for inner in value] if isinstance(value, list) else value


def expect_json(answer: Answer, attempted: str, service: str) -> Any:
    """The decoded body of a successful read.

    :raises UnexpectedAnswer: HTML, an empty body or truncated JSON.
    """
    if answer.data is not None:
        return answer.data
    if answer.is_html:
        raise UnexpectedAnswer(
            attempted,
            f"{service} answered with a web page{page_title(answer.text)} instead of JSON (HTTP {answer.status})",
            f"The host may not be the API's, a proxy may be in between, or the API may be switched off on {service}.",
            status=answer.status,
        )
    what = "nothing" if not answer.text.strip() else "something that is not complete JSON"
    raise UnexpectedAnswer(
        attempted, f"{service} answered with {what} (HTTP {answer.status})", "Run this again.", status=answer.status
    )


def page_title(page: str) -> str:
    """What a web page calls itself, as words that follow "a web page"; empty if it has no title."""
    import re

    found = re.search(r"<title>\s*(.{1,80}?)\s*</title>", page, re.IGNORECASE | re.DOTALL)
    return f" titled {found.group(1)!r}" if found else ""
