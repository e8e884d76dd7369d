# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a request has no answer to go on with. Private to this collection."""

from __future__ import annotations

import os
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    InvalidInput,
    OutcomeUnknown,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
    Untrusted,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    BROKEN,
    TOO_MANY_REQUESTS,
    Broken,
    Http,
    in_words,
    require,
)

# Causes, by class, of a failure that came before anything was sent, so that nothing can have been carried out.
NEVER_CONNECTED = {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


class Trouble:
    """Turns what went wrong with one request into errors.

    :param writes: whether it changes anything. If so, its effect may be unknown.
    """

    def __init__(self, http: Http, attempted: str, writes: bool) -> None:
        self._http = http
        self._attempted = attempted
        self._writes = writes

    def throttled(self, waited: float, reset: float | None) -> Throttled:
        """:param reset: seconds until the service certainly acts again, where it says so."""
        service = self._http.service
        if reset is not None:
            return Throttled(
                self._attempted,
                f"the requests that {service} allows are used up, and new ones are allowed {in_words(reset)} only",
                f"Run this again after that time, or let fewer tasks talk to this {service}.",
                status=TOO_MANY_REQUESTS,
            )
        return Throttled(
            self._attempted,
            f"{service} kept answering that there are too many requests, for {waited:.0f} seconds",
            f"Let fewer tasks talk to this {service} in parallel, or run this again later.",
            status=TOO_MANY_REQUESTS,
        )

    def too_large(self, most: int) -> CiscoError:
        """:param most: how many bytes an answer may hold."""
        kind = OutcomeUnknown if self._writes else UnexpectedAnswer
        came_back = f"the answer of {self._http.service} is larger than {most // 1024 // 1024} MB"
        return kind(self._attempted, came_back, "Check the host name and the proxy.")

    def lost(self, came_back: str, of_a_read: type[Unreachable] = Broken) -> CiscoError:
        """The request was sent and its answer did not arrive, or not all of it."""
        if self._writes:
            advice = "Run this again: it looks first and writes only what is still missing."
            return OutcomeUnknown(self._attempted, f"{came_back}. Whether it was carried out is unknown", advice)
        advice = f"Check the network path to {self._http.base_url}."
        if of_a_read is not Broken:
            advice = (
                f"If {self._http.service} is slow, raise {self._http.prefix}_timeout. Otherwise, check the network "
                f"path to {self._http.base_url}."
            )
        return of_a_read(self._attempted, came_back, advice)

    def of(self, error: OSError) -> CiscoError:
        """What an error of ``requests`` means."""
        errors = require("requests").exceptions
        causes = {type(cause).__name__ for cause in causes_of(error)}
        if fault := certificate_fault(error):
            advice = (
                f"Set {self._http.ca_option} to the file of the certificate authority that signed it (a private CA, "
                "or a proxy that inspects TLS), or to 'system' for the system's roots."
            )
            return untrusted(self._attempted, f"{self._http.service} at {self._http.base_url}", fault, advice)
        # Not every ProxyError is one: urllib3 also calls a tunnel so that breaks after the request was sent.
        refused = any(str(cause).startswith("Tunnel connection failed") for cause in causes_of(error))
        # What requests says of an address has no cause below it.
        is_address = isinstance(error, (errors.InvalidURL, errors.InvalidSchema))
        if causes & NEVER_CONNECTED or refused or is_address:
            return self._unreachable(self._http.context.quote(error) if is_address else root_cause(error))
        if causes & {"ReadTimeout", "ReadTimeoutError"}:
            # Waiting that long once is enough, even where repeating would be safe.
            return self.lost(f"no answer came within {self._http.timeout:g} seconds", Unreachable)
        unusable = self._unusable_file()
        if not unusable and not isinstance(error, errors.RequestException):
            unusable = (str(error), self._http.authorities()[1])
        if unusable:
            came_back, what = unusable
            return InvalidInput(self._attempted, came_back, f"Check {what} and the client certificate options.")
        if isinstance(error, errors.SSLError) and "SSLEOFError" not in causes:
            return self._unreachable(root_cause(error))
        return self.lost(BROKEN)

    def _unusable_file(self) -> tuple[str, str] | None:
        """What is wrong with the files of certificates, which requests reports as if it were the server's fault, and
        what to check."""
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        path, source = self._http.authorities()
        which = source
        try:
            if path:
                context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
            if self._http.certificate:
                which = "the client certificate or its key"
                certificate, key = self._http.certificate
                # An empty password, so that an encrypted key is an error and not a question on the terminal.
                context.load_cert_chain(certificate, key, password="")
        except OSError as error:
            return f"what is given as {which} cannot be used ({root_cause(error)})", source
        return None

    def _unreachable(self, cause: str) -> Unreachable:
        return Unreachable(
            self._attempted,
            f"{self._http.service} at {self._http.base_url} could not be reached ({cause})",
            "Check the host name, the port, the proxy settings and the firewalls in between.",
        )


def certificate_fault(error: Exception) -> str:
    """What is wrong with the server's certificate, in OpenSSL's words; empty if that is not the trouble."""
    for cause in causes_of(error):
        # The second is urllib3's before 2.0, the third duo_client's.
        if type(cause).__name__ in ("SSLCertVerificationError", "CertificateError", "InvalidCertificateException"):
            return str(getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or cause)
    return ""


def untrusted(attempted: str, whose: str, fault: str, advice: str) -> Untrusted:
    """:param advice: what helps where the authority that signed the certificate is the trouble."""
    if "match" in fault:
        advice = "Use the name that is in the certificate, or have it issued for this one as well."
    elif "expired" in fault or "not yet valid" in fault:
        advice = (
            "Renew the certificate; or, if it should be valid, correct the clock of the machine that runs the task."
        )
    return Untrusted(attempted, f"the certificate of {whose} is not trusted ({fault})", advice)


def causes_of(error: BaseException) -> list[BaseException]:
    """The exception and what it wraps; urllib3 puts the cause into ``args`` or ``reason`` as well as the usual
    places."""
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and cause not in found:
            found.append(cause)
            waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return found


def root_cause(error: Exception) -> str:
    """The innermost operating-system or TLS error, without the wrapping of the libraries."""
    for cause in reversed(causes_of(error)):
        if isinstance(cause, OSError) and type(cause).__module__ in ("builtins", "socket", "ssl") and str(cause):
            # A proxy's refusal and a time-out hold nothing but a text.
            return cause.strerror or str(cause)
    return type(error).__name__
