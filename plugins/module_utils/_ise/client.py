# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cisco ISE's Open API and ERS API. Private to this collection.

Here are the calls about Duo and the deployment, and the ways in which all calls go. Other calls are in files of their
own, such as ``ers.py``.

Facts: Cisco's API descriptions "mfa", "duo-identity-sync", "deployment" and "version-and-patch", and Cisco's developer
pages. What they leave open is survived, never assumed: success is any documented code, write bodies are ignored, and
whether something exists is decided by the list when a read by name is refused in an undocumented way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    FeatureOff,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    ServerTrouble,
    UnexpectedAnswer,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import (
    Answer,
    Http,
    at_least_a_second,
    bare_host,
    expect_json,
    page_title,
)
from ansible_collections.identityops.cisco.plugins.module_utils._ise.key_test import (
    ACCEPTED,
    REJECTED,
    KeyTest,
    verdict_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._login import Login
from ansible_collections.identityops.cisco.plugins.module_utils._service import (
    MOST_PAGES,
    Reading,
    authorities,
    flag_of,
    given,
    object_in,
    objects_in,
    option,
    require_file,
    require_names,
    require_options,
    whole_list,
    whole_number,
    with_content,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, trimmed, value_of

MFA = "/api/v1/duo-mfa"
SYNC = "/api/v1/duo-identitysync"
ERS_AD = "/ers/config/activedirectory"
# The options of a login with a certificate.
CERTIFICATE = ("ise_client_cert", "ise_client_key")
ERS_PAGE_SIZE = 100
# Codes under which a read by name may say "no such thing"; only 404 is documented (Cisco's descriptions "mfa",
# "duo-identity-sync").
PERHAPS_MISSING = (400, 403, 404, 500)

# The members that are read, for all that Cisco's descriptions promise them.
Shape = dict[str, Any]
NODE: Shape = {"hostname": str, "fqdn": str, "ipAddress": str, "roles": [str], "services": [str], "nodeStatus": str}
NAMED: Shape = {"name": str}
LISTED_CONNECTION: Shape = {"name": str, "type": str, "identitySync": str}
GROUP: Shape = {"name": str, "sid": str, "type": str, "source": str}
DIRECTORY: Shape = {"name": str, "domain": str}
CONNECTION: Shape = {
    "connectionName": str,
    "description": str,
    "type": str,
    "identitySync": str,
    "accountConfigurations": {"apiHostName": str, "adminApi": {"ikey": str}, "authenticationApi": {"ikey": str}},
}
IDENTITY_SYNC: Shape = {
    "syncName": str,
    "configurations": {"activeDirectories": [DIRECTORY]},
    "adGroups": [GROUP],
    "syncSchedule": dict,
}

API_SETTINGS = "Administration > System > Settings > API Settings"
ERS_IS_OFF = f"Is ERS switched on? See {API_SETTINGS} on ISE."
OPEN_API_IS_OFF = f"Is Open API switched on? See {API_SETTINGS} on ISE, API Service Settings."
# The port on which ISE serves ERS alone (Cisco's support document on API settings).
ERS_PORT = 9060
ON_ERS_PORT = f"Port {ERS_PORT} serves ERS only. Set ise_port to 443, where ISE serves all of its APIs."


def ise_argument_spec() -> dict[str, Any]:
    """The connection options of every module that talks to ISE; documented in the ``ise`` fragment."""
    return {
        "ise_hostname": option("ise_hostname"),
        "ise_port": option("ise_port", type="int", default=443),
        "ise_username": option("ise_username"),
        "ise_password": option("ise_password", no_log=True),
        "ise_validate_certs": option("ise_validate_certs", type="bool", default=True),
        "ise_ca_path": option("ise_ca_path"),
        "ise_client_cert": option("ise_client_cert"),
        "ise_client_key": option("ise_client_key", no_log=False),
        "ise_timeout": option("ise_timeout", type="int", default=60),
    }


class TakenForAttack(Refused):
    """ISE refuses a request for the characters in it (seen for an apostrophe in Open API)."""


class Ise:
    """One ISE deployment, through its primary PAN.

    A wrong password is sent once only, because ISE locks accounts.

    :param hostname: the primary PAN, without scheme or port.
    :param username: with ``password``; both may be None when ``certificate`` is given.
    :param certificate: paths of a client certificate and its key, for certificate login (ISE 3.3 and later).
    :param timeout: seconds to wait for a connection and for each part of an answer.
    """

    def __init__(
        self,
        hostname: str,
        context: Context,
        *,
        port: int = 443,
        username: str | None = None,
        password: str | None = None,
        certificate: tuple[str, str] | None = None,
        verify: bool | str = True,
        timeout: float = 60,
    ) -> None:
        host, own_port = bare_host(hostname, "ise_hostname")
        self.hostname = hostname
        self.username = username or "the client certificate"
        self.uses_password = bool(username)
        self.context = context
        context.hide(password)
        self.port = own_port or port
        self._csrf_token: str | None = None
        url, who = f"https://{host}:{self.port}", f"the login of {username}"
        self._login = Login("ISE", url, username, password or "", who, "ISE locks accounts") if username else None
        self._http = Http(
            url,
            "ISE",
            context,
            # As bytes, because requests would take Latin-1, which lacks characters that passwords have.
            auth=(username.encode(), (password or "").encode()) if username else None,
            verify=verify,
            certificate=certificate,
            timeout=timeout,
            prefix="ise",
        )

    @property
    def base_url(self) -> str:
        return self._http.base_url

    @property
    def timeout(self) -> float:
        """Seconds."""
        return self._http.timeout

    @classmethod
    def from_params(cls, params: dict[str, Any], context: Context) -> Ise:
        """From a module's validated options.

        :raises InvalidInput: naming every connection option that is missing, and its environment variable.
        """
        params = {**params, **{name: with_content(given(params, name)) for name in CERTIFICATE}}
        certificate = params[CERTIFICATE[0]], params[CERTIFICATE[1]]
        needed = ["ise_hostname"] if any(certificate) else ["ise_hostname", "ise_username", "ise_password"]
        needed += CERTIFICATE if any(certificate) else []
        require_options(params, needed, "ISE")
        for name in CERTIFICATE:
            require_file(params[name], name)
        password = params["ise_password"]
        if password and password != trimmed(password):
            context.warn(
                "The value of ise_password begins or ends with white space, such as the end of a line. It is sent as "
                "it is."
            )
        return cls(
            given(params, "ise_hostname"),
            context,
            port=params["ise_port"],
            # With a certificate and no password, ISE must get no login of any other kind.
            username=(given(params, "ise_username") or None) if password else None,
            password=password,
            certificate=certificate if all(certificate) else None,
            verify=_verification(params, context),
            timeout=at_least_a_second(params["ise_timeout"], "ise_timeout"),
        )

    # System

    def get_version(self) -> dict[str, Any]:
        """``{"version": "3.4.0.608", "patch": 1}``; the highest of the installed patches counts, 0 if there is none."""
        attempted = "read the release of ISE"
        data = self.read_ers("/ers/config/op/systemconfig/iseversion", attempted)
        try:
            values = {entry["name"]: entry["value"] for entry in data["OperationResult"]["resultValue"]}
            patches = [
                int(number) for number in str(values.get("patch information") or "0").split(",") if number.strip()
            ]
            return {"version": str(values["version"]), "patch": max(patches, default=0)}
        except (KeyError, TypeError, ValueError) as error:
            raise UnexpectedAnswer(
                attempted, "the answer does not contain the release as Cisco describes it"
            ) from error

    def list_nodes(self) -> list[dict[str, Any]]:
        """The deployment's nodes: ``hostname``, ``fqdn``, ``ipAddress``, ``roles``, ``services``, ``nodeStatus``."""
        return self._wrapped_list("/api/v1/deployment/node", "list the nodes of the deployment", NODE)

    # The MFA feature

    def get_mfa_status(self) -> bool:
        """:raises NotFound: on a release that does not know native Duo MFA (before ISE 3.3 patch 1)."""
        attempted = "read whether MFA is enabled"
        data = self._duo_data(self._request("GET", f"{MFA}/status", attempted), attempted)
        # Described as bare; all that it is written with, and most that is read, has a wrapper.
        for wrapper in ("response", "mfa"):
            data = data[wrapper] if isinstance(data, dict) and wrapper in data else data
        status = flag_of(data.get("status") if isinstance(data, dict) else None)
        if status is None:
            raise UnexpectedAnswer(attempted, "the answer does not say whether MFA is enabled")
        return status

    def set_mfa_status(self, enabled: bool) -> None:
        self._write("PUT", f"{MFA}/enable", {"mfa": {"status": enabled}}, f"{'enable' if enabled else 'disable'} MFA")

    # Duo connections. Nothing in the Duo API of ISE has an id: the name is the key, in the path and in the body.

    def list_connections(self) -> list[dict[str, Any]]:
        return _once(self._duo_list(f"{MFA}/mfa", "list the Duo connections", LISTED_CONNECTION))

    def get_connection(self, name: str) -> dict[str, Any] | None:
        attempted = f"read the Duo connection {name!r}"
        found = self._get_by_name(f"{MFA}/mfa", name, "mfa", attempted, self.list_connections)
        if found is None:
            return None
        if not {"identitySync", "type"} <= object_in(found, attempted, CONNECTION).keys():
            # A write without them could take them away, so the list is asked as well.
            listed = next((entry for entry in self.list_connections() if entry.get("name") == name), {})
            found = {**{member: listed.get(member) for member in ("identitySync", "type")}, **found}
        # The name is the key, whether or not ISE repeats it.
        return {"connectionName": name, **_given(found)}

    def create_connection(self, connection: dict[str, Any]) -> None:
        name = connection["connectionName"]
        self._duo_write("POST", f"{MFA}/mfa", {"mfa": connection}, f"create the Duo connection {name!r}")

    def update_connection(self, connection: dict[str, Any]) -> None:
        name = connection["connectionName"]
        self._duo_write("PUT", f"{MFA}/mfa/{quoted(name)}", {"mfa": connection}, f"change the Duo connection {name!r}")

    def delete_connection(self, name: str) -> None:
        self._duo_write("DELETE", f"{MFA}/mfa/{quoted(name)}", None, f"delete the Duo connection {name!r}")

    def test_connection(self, name: str, account: dict[str, Any] | None = None) -> KeyTest:
        """Have ISE try Duo keys: the ones it has stored, or those in ``account``. Changes nothing.

        :param account: as in a connection's ``accountConfigurations``.
        """
        attempted = f"test the Duo connection {name!r}"
        path = f"{MFA}/mfa/testconnection/{quoted(name)}"
        answer = self._request("POST", path, attempted, json=account or {}, writes=False, repeats_fault=False)
        # Cisco documents the code of an accepted test only; a failed one is expected as 400.
        if answer.status in (400, 500):
            return KeyTest(REJECTED, self._words(answer))
        if answer.status == 403:
            raise self._why_forbidden(answer, attempted)
        self._require_success(answer, attempted)
        verdict = verdict_of(answer.text, name)
        return KeyTest(verdict, "" if verdict == ACCEPTED else self._words(answer))

    # Identity syncs

    def list_identity_syncs(self) -> list[dict[str, Any]]:
        return _once(self._duo_list(f"{SYNC}/identitysync", "list the identity syncs", NAMED))

    def get_identity_sync(self, name: str) -> dict[str, Any] | None:
        path, attempted = f"{SYNC}/identitysync", f"read the identity sync {name!r}"
        found = self._get_by_name(path, name, "identitySync", attempted, self.list_identity_syncs)
        return None if found is None else object_in(found, attempted, IDENTITY_SYNC)

    def create_identity_sync(self, sync: dict[str, Any]) -> None:
        name = sync["syncName"]
        self._duo_write("POST", f"{SYNC}/identitysync", {"identitySync": sync}, f"create the identity sync {name!r}")

    def update_identity_sync(self, sync: dict[str, Any]) -> None:
        name, path = sync["syncName"], f"{SYNC}/identitysync/{quoted(sync['syncName'])}"
        self._duo_write("PUT", path, {"identitySync": sync}, f"change the identity sync {name!r}")

    def delete_identity_sync(self, name: str) -> None:
        self._duo_write("DELETE", f"{SYNC}/identitysync/{quoted(name)}", None, f"delete the identity sync {name!r}")

    def start_identity_sync(self, name: str) -> None:
        """A GET that changes state, so it counts as a write."""
        self._duo_write("GET", f"{SYNC}/identitysync/sync/{quoted(name)}", None, f"start the identity sync {name!r}")

    def cancel_identity_sync(self, name: str) -> None:
        """A GET that changes state, so it counts as a write."""
        self._duo_write(
            "GET", f"{SYNC}/identitysync/sync/cancel/{quoted(name)}", None, f"cancel the identity sync {name!r}"
        )

    def list_sync_groups(self, directory: dict[str, Any]) -> list[dict[str, Any]]:
        """The groups of a directory that an identity sync may use, each with ``name`` and ``source``; a bare array.

        :param directory: as listed by :meth:`list_sync_directories`. Whether ISE wants its name or its ID in the path
            is not documented, so the ID is tried where the name is refused or leads to nothing.
        """
        attempted = f"list the groups of {directory['name']!r} that an identity sync can use"
        refused: CiscoError | None = None
        try:
            if found := self._duo_list(f"{SYNC}/adgroups/{quoted(directory['name'])}", attempted, GROUP):
                return found
        except (NotFound, Forbidden, Refused, ServerTrouble) as error:
            refused = error
        try:
            return self._duo_list(f"{SYNC}/adgroups/{quoted(str(directory.get('directoryID')))}", attempted, GROUP)
        except CiscoError:
            if refused:
                raise refused from None
            return []

    def list_sync_directories(self) -> list[dict[str, Any]]:
        """The join points an identity sync may use, each with ``name``, ``domain`` and ``directoryID``."""
        attempted = "list the directories that an identity sync can use"
        return self._duo_list(f"{SYNC}/activedirectories", attempted, DIRECTORY)

    # For the clients of other parts of the API

    def list_at(self, path: str, attempted: str, *, about_duo: bool = False) -> list[dict[str, Any]]:
        """A list, read from a path.

        :param about_duo: whether ISE may hide it while MFA is off, or not know it in an old release.
        """
        return self._duo_list(path, attempted) if about_duo else self._wrapped_list(path, attempted)

    def write_at(self, method: str, path: str, body: Any, attempted: str, *, about_duo: bool = False) -> int:
        """A write. Deleting what is gone already is no error.

        :param about_duo: whether ISE may refuse it because MFA is off.
        :returns: the HTTP status of the answer.
        """
        return self._write(method, path, body, attempted, about_duo).status

    def list_ers(self, path: str, attempted: str, shape: Shape | None = None) -> list[dict[str, Any]]:
        """Every object of a kind of ERS, as a stub of ``id`` and ``name``."""
        return whole_list(lambda: self._read_stubs(path, attempted, shape or NAMED), attempted, "ISE")

    def read_ers(self, path: str, attempted: str, params: dict[str, Any] | None = None) -> Any:
        """What ERS answers to a read."""
        return self._ers_data(self._request("GET", path, attempted, params=params), attempted)

    def ask_ers(self, path: str, body: Any, attempted: str) -> Any:
        """What a PUT that changes nothing answers."""
        return expect_json(self._ers("PUT", path, body, attempted, writes=False), attempted, "ISE")

    def get_ers(self, path: str, object_id: str, wrapper: str, attempted: str, shape: Shape) -> dict[str, Any] | None:
        """An object of ERS out of its wrapper, or None."""
        try:
            data = self.read_ers(f"{path}/{quoted(object_id)}", attempted)
        except NotFound:
            return None
        return object_in(object_in(data, attempted).get(wrapper), attempted, shape)

    def write_ers(self, method: str, path: str, body: Any, attempted: str) -> None:
        """A write to ERS. Deleting what is gone already is no error."""
        try:
            self._ers(method, path, body, attempted)
        except NotFound:
            if method != "DELETE":
                raise

    # Transport

    def _request(self, method: str, path: str, attempted: str, **how: Any) -> Answer:
        """As :meth:`Http.request`, with a login that is known not to be refused."""
        send = functools.partial(self._http.request, method, path, attempted, **how)
        return self._login.attempt(attempted, send) if self._login else send()

    def _get(self, path: str, attempted: str, params: dict[str, Any] | None = None) -> Any:
        answer = self._request("GET", path, attempted, params=params)
        self._require_success(answer, attempted)
        return expect_json(answer, attempted, "ISE")

    def _duo_get(self, path: str, attempted: str) -> Any:
        """A read under duo-mfa or duo-identitysync, where 403 may mean that MFA is off."""
        answer = self._request("GET", path, attempted)
        if answer.status == 403:
            raise self._why_forbidden(answer, attempted)
        return self._duo_data(answer, attempted)

    def _duo_data(self, answer: Answer, attempted: str) -> Any:
        if answer.status == 404:
            came_back = f"ISE does not know this call ({self._words(answer)})"
            advice = ON_ERS_PORT if self.port == ERS_PORT else "Native Duo MFA needs ISE 3.3 patch 1 or newer."
            raise NotFound(attempted, came_back, advice, status=answer.status)
        self._require_success(answer, attempted)
        return expect_json(answer, attempted, "ISE")

    def _read_stubs(self, path: str, attempted: str, shape: Shape) -> Reading:
        """One reading of a list of ERS, which pages from 1."""
        reading = Reading("id")
        for page in range(1, MOST_PAGES + 1):
            data = self.read_ers(path, attempted, params={"size": ERS_PAGE_SIZE, "page": page})
            result = object_in(object_in(data, attempted).get("SearchResult"), attempted)
            resources = objects_in(result.get("resources"), attempted, shape)
            total = whole_number(result.get("total"))
            reading.add(resources, total, ERS_PAGE_SIZE)
            # Where ISE says neither how many there are nor that more follow, only the next page shows it.
            may_go_on = result.get("nextPage") or (total is None and len(resources) >= ERS_PAGE_SIZE)
            if not may_go_on or not resources:
                return reading
        raise UnexpectedAnswer(attempted, f"the list does not end after {MOST_PAGES} pages")

    def _ers_data(self, answer: Answer, attempted: str) -> Any:
        self._require_ers_success(answer, attempted)
        return expect_json(answer, attempted, "ISE")

    def _require_ers_success(self, answer: Answer, attempted: str) -> None:
        """While ERS is switched off there may be a page to log in, or nothing at all, instead of an answer."""
        if answer.status < 300 and answer.is_html:
            came_back = "ERS answers with a web page instead of JSON"
            raise UnexpectedAnswer(attempted, came_back, ERS_IS_OFF, status=answer.status)
        if answer.status == 404 and answer.data is None:
            raise NotFound(attempted, f"ERS does not answer ({self._words(answer)})", ERS_IS_OFF, status=answer.status)
        self._require_success(answer, attempted)

    def _duo_list(self, path: str, attempted: str, shape: Shape | None = None) -> list[dict[str, Any]]:
        """A list, wrapped in ``response`` or bare; Cisco describes both, by path."""
        return _list_in(self._duo_get(path, attempted), attempted, shape)

    def _wrapped_list(self, path: str, attempted: str, shape: Shape | None = None) -> list[dict[str, Any]]:
        return _list_in(self._get(path, attempted), attempted, shape)

    def _get_by_name(self, path: str, name: str, wrapper: str, attempted: str, listing: Any) -> dict[str, Any] | None:
        """One object by name. When the answer is a refusal, of no known form or empty, the list decides whether the
        object exists."""
        answer = self._request("GET", f"{path}/{quoted(name)}", attempted, repeats_fault=False)
        if answer.status in PERHAPS_MISSING:
            # What answers in place of ISE, as while it restarts, says so in no JSON.
            is_gone = answer.status == 404 and isinstance(answer.data, dict)
            if is_gone or not _is_listed(name, listing(), attempted):
                return None
            if answer.status == 404:
                came_back = f"ISE lists it, but its answer to this read is {self._words(answer)}"
                raise UnexpectedAnswer(attempted, came_back, "Run this again later.", status=answer.status)
            raise self._why_forbidden(answer, attempted) if answer.status == 403 else self._error(answer, attempted)
        self._require_success(answer, attempted)
        data = expect_json(answer, attempted, "ISE")
        inner = data.get("response") if isinstance(data, dict) else data
        found = inner[wrapper] if isinstance(inner, dict) and wrapper in inner else inner
        if found in (None, {}) and not _is_listed(name, listing(), attempted):
            return None
        if found in (None, {}) or found is inner or not isinstance(found, dict):
            raise UnexpectedAnswer(attempted, "the answer is not the object that Cisco describes")
        return found

    def _write(self, method: str, path: str, body: Any, attempted: str, about_duo: bool = False) -> Answer:
        def accept(answer: Answer) -> None:
            if about_duo and answer.status == 403:
                raise self._why_forbidden(answer, attempted)
            if not (method == "DELETE" and answer.status == 404):
                self._require_success(answer, attempted)

        return self._request(method, path, attempted, json=body, writes=True, accept=accept)

    def _duo_write(self, method: str, path: str, body: Any, attempted: str) -> None:
        """A write under duo-mfa or duo-identitysync. What comes back is documented as "a string" and never used."""
        self._write(method, path, body, attempted, about_duo=True)

    def _ers(self, method: str, path: str, body: Any, attempted: str, writes: bool = True) -> Answer:
        """A call that ERS may guard with a CSRF token, which is fetched when ISE asks for one.

        Facts: Cisco's ERS description for the header, reports for the rest.
        """

        def wants_token(answer: Answer) -> bool:
            return answer.status == 403 and "CSRF" in answer.text

        def accept(answer: Answer) -> None:
            if not wants_token(answer):
                self._require_ers_success(answer, attempted)

        def send() -> Answer:
            headers = {"X-CSRF-TOKEN": self._csrf_token} if self._csrf_token else {}
            return self._request(method, path, attempted, json=body, headers=headers, writes=writes, accept=accept)

        answer = send()
        if wants_token(answer):
            # The fetch answers 200 or 415; only the header and the session's cookies matter.
            fetched = self._request("GET", ERS_AD, attempted, headers={"X-CSRF-TOKEN": "fetch"})
            self._csrf_token = fetched.headers.get("X-CSRF-Token")
            answer = send()
        self._require_ers_success(answer, attempted)
        return answer

    def _require_success(self, answer: Answer, attempted: str) -> None:
        if answer.status >= 300:
            raise self._error(answer, attempted)
        if answer.is_html:
            came_back = f"ISE answers with a web page{page_title(answer.text)} instead of JSON"
            raise UnexpectedAnswer(attempted, came_back, OPEN_API_IS_OFF, status=answer.status)

    def _why_forbidden(self, answer: Answer, attempted: str) -> CiscoError:
        """ISE answers 403 both when MFA is off and when the account lacks the right; its status shows which."""
        try:
            enabled = self.get_mfa_status()
        except CiscoError:
            return self._error(answer, attempted)
        if enabled:
            return self._error(answer, attempted)
        return FeatureOff(
            attempted,
            f"MFA is disabled on {self.hostname}, and ISE then refuses every call about Duo",
            "Enable it with identityops.cisco.ise_mfa_feature first.",
            status=answer.status,
        )

    def _words(self, answer: Answer) -> str:
        """ISE's own words from any of its error formats."""
        # Loaded only where ISE refuses something: starting a module takes longer the more code it has to compile.
        from ansible_collections.identityops.cisco.plugins.module_utils._ise.errors import words_of

        return words_of(answer, self.context)

    def _error(self, answer: Answer, attempted: str) -> CiscoError:
        from ansible_collections.identityops.cisco.plugins.module_utils._ise.errors import explain

        return explain(answer, attempted, self)


def _verification(params: dict[str, Any], context: Context) -> bool | str:
    """How to verify the certificate of ISE, as for :class:`Http`."""
    path = authorities(params, "ise_ca_path")
    if params["ise_validate_certs"]:
        return path or True
    name = "ise_validate_certs"
    where = value_of(name.upper()) if name.upper() in context.variables else name
    ignored = " ise_ca_path is ignored." if path else ""
    context.warn(
        f"The certificate of ISE is not verified, because {where} is false.{ignored} Any host that answers in place of "
        "ISE gets the password."
    )
    return False


def unless_mfa_is_off(read: Callable[[], Any], context: Context, state: str, hidden: Any = None) -> Any:
    """Read something that ISE hides while MFA is off.

    In check mode an earlier task of the same play may be what switches MFA on, so the prediction goes on, with a
    warning, as if the object did not exist. The warning is the same for every object, so that a play shows it once.

    :param hidden: what to return in that case.
    :raises FeatureOff: MFA is off, and the task would fail for real.
    """
    try:
        return read()
    except FeatureOff as off:
        if state == "absent":
            raise
        context.foresee(
            off,
            "MFA is disabled, and ISE then shows no identity syncs and no Duo connections. The prediction assumes that "
            "there are none.",
        )
        return hidden


def quoted(name: str) -> str:
    """A name as one segment of a path.

    :raises InvalidInput: for the two names that mean another path, however they are written.
    """
    if name in (".", ".."):
        raise InvalidInput(
            f"use the name {name!r}", "it cannot be put into the address of a call", "Choose another name."
        )
    return quote(name, safe="")


def _once(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each object once, whose name is its key. One without a name stays, so that it is noticed."""
    found: dict[Any, dict[str, Any]] = {}
    for number, entry in enumerate(listed):
        found.setdefault(entry.get("name") or number, entry)
    return list(found.values())


def _given(found: dict[str, Any]) -> dict[str, Any]:
    """Without the members that ISE leaves empty."""
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _is_listed(name: str, listed: list[dict[str, Any]], attempted: str) -> bool:
    """:raises UnexpectedAnswer: as :func:`require_names`."""
    names = [item.get("name") for item in listed]
    if name not in names:
        require_names(names, attempted)
    return name in names


def _list_in(data: Any, attempted: str, shape: Shape | None) -> list[dict[str, Any]]:
    return objects_in(data.get("response") if isinstance(data, dict) else data, attempted, shape)
