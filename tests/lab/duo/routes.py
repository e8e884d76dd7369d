# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Duo's HTTP side: signed requests in, envelopes out (Duo documentation, adminapi and authapi)."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timezone
from email.utils import formatdate, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from . import errors, policies, seed
from .applications import CREATE_PARAMETERS, MODIFY_PARAMETERS, Application, answer
from .authentication import AUTH_PARAMETERS, PREAUTH_PARAMETERS, authenticate, authentication_status, preauthenticate
from .errors import DuoError, vendor_error
from .people import USER_TEXTS, User
from .signature import Pairs, SignedRequest, signed_version
from .state import DuoState

__all__ = ["SECRET_FIELDS", "actor", "is_write", "middlewares", "routes", "vendor_error"]

SECRET_FIELDS = frozenset({"secret_key", "sKey", "password", "passcode", "trusted_device_token"})
FORM = "application/x-www-form-urlencoded"
# Families that only accept signature version 5 (a Duo engineer in duo_api_php issue 38; the v2 ones by usage).
V5_ONLY = re.compile(r"/admin/v3/integrations|/admin/v2/(integrations|policies)")
HOSTS = ("localhost", "127.0.0.1")
PAGING = frozenset({"limit", "offset"})
DEFAULT_PAGE = 100

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Call:
    """A verified request."""

    caller: Application
    parameters: dict[str, Any]
    ids: dict[str, str]
    """Variable parts of the path."""


@dataclass(frozen=True)
class Page:
    """A list to be handed out in pages of at most `maximum` items."""

    items: Sequence[Any]
    maximum: int = 500
    show: Callable[[Any], dict[str, Any]] = dict
    """Makes the object of an item, when its page is cut."""


@dataclass(frozen=True)
class Endpoint:
    """One documented call: what it needs, what it takes, what it does."""

    method: str
    path: str
    right: str
    """A right of the calling application, or `auth` for the Auth API, which knows no rights."""
    run: Callable[[DuoState, Call], Any]
    accepts: Iterable[str] = ()


# -- what the journal asks ---------------------------------------------------------------------------------------------


def is_write(method: str, path: str, body: bytes) -> bool:
    """True for what changes the account; asking for an authentication does not."""
    return method in ("POST", "PUT", "PATCH", "DELETE") and path not in ("/auth/v2/preauth", "/auth/v2/auth")


def actor(request: web.Request) -> str:
    """The integration key of the caller, "" without one."""
    return (_credentials(request) or ("", ""))[0]


# -- the way in --------------------------------------------------------------------------------------------------------


def _credentials(request: web.Request) -> tuple[str, str] | None:
    """Integration key and signature, None if the header is absent or unreadable."""
    scheme, _unused, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    key, colon, signature = text.partition(":")
    return (key, signature) if scheme.lower() == "basic" and colon else None


def _query(request: web.Request) -> Pairs:
    return parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)


def _host(request: web.Request) -> str:
    """Without the port, as clients sign it."""
    return (request.host.rpartition(":")[0] or request.host).lower()


def _form(request: web.Request, body: bytes) -> Pairs | None:
    if not body:
        return []
    if request.content_type != FORM:
        return None
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def _signed(request: web.Request, body: bytes, date: str) -> SignedRequest:
    return SignedRequest(
        method=request.method,
        host=_host(request),
        path=request.rel_url.raw_path,
        date=date,
        query=_query(request),
        form=_form(request, body),
        body=body,
        x_duo_headers=[(name, value) for name, value in request.headers.items() if name.lower().startswith("x-duo-")],
    )


def _check_date(state: DuoState, date: str) -> None:
    try:
        sent = parsedate_to_datetime(date)
    except ValueError:
        raise errors.bad_timestamp() from None
    if sent.tzinfo is None:
        # RFC 2822 writes UTC as -0000 too, which Python reads as a time without zone.
        sent = sent.replace(tzinfo=timezone.utc)
    if abs(state.clock_shown() - sent.timestamp()) > state.switches.get("duo.skew_limit_seconds"):
        raise errors.bad_timestamp()


def _caller(state: DuoState, request: web.Request, body: bytes) -> Application:
    """The application whose key signed the request. Raises DuoError."""
    credentials = _credentials(request)
    date = request.headers.get("Date") or request.headers.get("X-Duo-Date")
    if credentials is None or date is None:
        raise errors.missing_credentials()
    key, signature = credentials
    # A key counts only on the host of its own account.
    if key not in state.applications or _host(request) not in HOSTS:
        raise errors.unknown_key(state.switches.get("duo.unknown_key_message"))
    _check_date(state, date)
    caller = state.applications[key]
    version = signed_version(_signed(request, body, date), caller.secret_key, signature)
    if version is None or (version != 5 and V5_ONLY.match(request.path)):
        raise errors.bad_signature()
    if state.switches.get("duo.block_by_network") and not caller.permits_network(request.remote or ""):
        raise errors.forbidden()
    return caller


def _check_right(state: DuoState, caller: Application, right: str) -> None:
    if right == "auth":
        if caller.api != "auth":
            raise errors.forbidden("Wrong integration type for this API.")
    elif caller.api != "admin":
        if state.switches.get("duo.auth_key_on_admin_api") == 40102:
            raise errors.unknown_key(state.switches.get("duo.unknown_key_message"))
        raise errors.forbidden("Wrong integration type for this API.")
    elif not state.may(caller, right):
        raise errors.forbidden()


def _parameters(request: web.Request, body: bytes) -> dict[str, Any]:
    """Query and body parameters together."""
    form = _form(request, body)
    if form is not None:
        return {**dict(_query(request)), **dict(form)}
    try:
        data = json.loads(body)
    except ValueError:
        raise errors.invalid_parameter("body is not JSON") from None
    if not isinstance(data, dict):
        raise errors.invalid_parameter("body is not an object")
    return {**dict(_query(request)), **data}


def _accepted(state: DuoState, parameters: dict[str, Any], accepts: Iterable[str]) -> dict[str, Any]:
    """The parameters an endpoint knows. Raises DuoError for others, or drops them, as the switch says."""
    # Vendor clients send account_id with every call for a child account. This account has none but itself.
    if parameters.pop("account_id", seed.ACCOUNT_ID) != seed.ACCOUNT_ID:
        raise errors.invalid_parameter("account_id")
    unknown = sorted(set(parameters) - set(accepts))
    if unknown and state.switches.get("duo.unknown_parameters") == "reject":
        raise errors.invalid_parameter(f"unknown: {', '.join(unknown)}")
    return {name: value for name, value in parameters.items() if name not in unknown}


# -- the way out -------------------------------------------------------------------------------------------------------


def _envelope(state: DuoState, result: Any, parameters: dict[str, Any]) -> web.Response:
    if not isinstance(result, Page):
        return web.json_response({"stat": "OK", "response": result})
    offset = _paging_number(parameters, "offset", 0, 0)
    # A limit above the maximum is lowered without a word.
    size = min(_paging_number(parameters, "limit", DEFAULT_PAGE, 1), result.maximum)
    size = min(size, int(state.switches.get("duo.page_limit")) or size)
    metadata: dict[str, Any] = {"prev_offset": max(0, offset - size) if offset else None}
    if state.switches.get("duo.total_objects") == "present":
        metadata["total_objects"] = len(result.items)
    if offset + size < len(result.items):
        metadata["next_offset"] = offset + size
    elif state.switches.get("duo.last_page_offset") == "null":
        metadata["next_offset"] = None
    items = [result.show(item) for item in result.items[offset : offset + size]]
    if "next_offset" in metadata and (gone := state.switches.get("duo.gone_after_a_page")):
        first = result.show(result.items[0])
        keys = ("integration_key", "user_id", "epkey")
        state.lose(next(str(first[name]) for name in keys if name in first) if gone == "first" else gone)
    return web.json_response({"stat": "OK", "response": items, "metadata": metadata})


def _paging_number(parameters: dict[str, Any], name: str, default: int, least: int) -> int:
    text = str(parameters.get(name, default))
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise errors.invalid_parameter(name)
    return int(text)


def _web_handler(state: DuoState, endpoint: Endpoint) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        caller = _caller(state, request, body)
        _check_right(state, caller, endpoint.right)
        parameters = _accepted(state, _parameters(request, body), endpoint.accepts)
        result = endpoint.run(state, Call(caller, parameters, dict(request.match_info)))
        return _envelope(state, result, parameters)

    return handle


def middlewares(state: DuoState) -> list[Any]:
    """Everything that goes wrong becomes Duo's FAIL envelope."""

    @web.middleware
    async def speak_duo(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except DuoError as error:
            return error.response()
        except web.HTTPNotFound:
            return errors.not_found().response()
        except web.HTTPMethodNotAllowed:
            return errors.method_not_allowed().response()

    @web.middleware
    async def add_date(request: web.Request, handler: Handler) -> web.StreamResponse:
        """The Date of an answer is the clock that a request's date is held against."""
        response = await handler(request)
        response.headers["Date"] = formatdate(state.clock_shown(), usegmt=True)
        return response

    return [add_date, speak_duo]


def routes(state: DuoState) -> list[web.RouteDef]:
    """Every call the account answers."""

    async def ping(request: web.Request) -> web.StreamResponse:
        # The only call that needs no signature.
        return web.json_response({"stat": "OK", "response": {"time": int(state.clock_shown())}})

    signed = [web.route(item.method, item.path, _web_handler(state, item)) for item in ENDPOINTS]
    return [web.route("GET", "/auth/v2/ping", ping), *signed]


# -- applications ------------------------------------------------------------------------------------------------------


def _list_applications(state: DuoState, call: Call) -> Page:
    return Page([answer(app, state.switches) for app in state.applications.values()])


def _create_application(state: DuoState, call: Call) -> dict[str, Any]:
    return answer(state.create_application(call.caller, call.parameters), state.switches)


def _read_application(state: DuoState, call: Call) -> dict[str, Any]:
    return answer(state.application(call.ids["key"]), state.switches)


def _modify_application(state: DuoState, call: Call) -> dict[str, Any]:
    return answer(state.modify_application(call.caller, call.ids["key"], call.parameters), state.switches)


def _delete_application(state: DuoState, call: Call) -> str:
    return state.delete_application(call.caller, call.ids["key"])


def _secret_key(state: DuoState, call: Call) -> dict[str, str]:
    return {"secret_key": state.application(call.ids["key"]).secret_key}


# -- account -----------------------------------------------------------------------------------------------------------


def _summary(state: DuoState, call: Call) -> dict[str, Any]:
    statuses = [user.status for user in state.users.values()]
    summary: dict[str, Any] = {
        "admin_count": len(state.administrators),
        "integration_count": len(state.applications),
        "user_count": len(statuses) + state.user_growth.count,
        "telephony_credits_remaining": 960,
        "user_pending_deletion_count": statuses.count("pending deletion"),
    }
    if state.switches.get("duo.edition_in_summary") == "present":
        summary.update(account_id=seed.ACCOUNT_ID, edition=seed.EDITION)
    return summary


def _period(state: DuoState, call: Call) -> tuple[int, int]:
    """The wanted period in seconds since the epoch; by default the last 180 days (a guess)."""
    now = int(state.clock.now())
    last = _paging_number(call.parameters, "maxtime", now, 0)
    return _paging_number(call.parameters, "mintime", last - 180 * 86_400, 0), last


def _credits_used(state: DuoState, call: Call) -> dict[str, Any]:
    first, last = _period(state, call)
    return {"mintime": first, "maxtime": last, "telephony_credits_used": 40}


def _attempts(member: str) -> Callable[[DuoState, Call], dict[str, Any]]:
    def run(state: DuoState, call: Call) -> dict[str, Any]:
        first, last = _period(state, call)
        counts = {"ERROR": 0, "FAILURE": 12, "FRAUD": 0, "SUCCESS": 5_310}
        return {"mintime": first, "maxtime": last, member: counts}

    return run


def _settings(state: DuoState, call: Call) -> dict[str, Any]:
    return state.settings


def _list_administrators(state: DuoState, call: Call) -> Page:
    return Page(list(state.administrators.values()))


def _read_administrator(state: DuoState, call: Call) -> dict[str, Any]:
    if call.ids["admin"] not in state.administrators:
        raise errors.not_found()
    return state.administrators[call.ids["admin"]]


# -- users and groups --------------------------------------------------------------------------------------------------


def _show(state: DuoState, user: User) -> dict[str, Any]:
    shown = user.answer(state.groups)
    if state.switches.get("duo.user_directory_key") == "hidden":
        del shown["directory_key"]
    for name in USER_MEMBERS[state.switches.get("duo.user_members")]:
        shown.pop(name, None)
    return shown


def _chosen(parameters: dict[str, Any], name: str) -> list[str] | None:
    """A list given as JSON text, None if it is not given."""
    if name not in parameters:
        return None
    try:
        chosen = json.loads(parameters[name])
    except (ValueError, TypeError):
        chosen = None
    if not isinstance(chosen, list):
        raise errors.invalid_parameter(name)
    return [str(item) for item in chosen]


def _list_users(state: DuoState, call: Call) -> Page:
    if not set(call.parameters) - PAGING:
        every = range(len(state.users) + state.user_growth.count)
        return Page(every, 300, lambda number: _show(state, state.listed_user(number)))
    users = list(state.users.values())
    for name in ("username", "email"):
        if name in call.parameters:
            wanted = call.parameters[name].lower()
            users = [user for user in users if getattr(user, name).lower() == wanted]
    for name, member in (("user_id_list", "user_id"), ("username_list", "username")):
        chosen = _chosen(call.parameters, name)
        users = [user for user in users if chosen is None or getattr(user, member) in chosen]
    return Page(users, 300, lambda user: _show(state, user))


def _create_user(state: DuoState, call: Call) -> dict[str, Any]:
    return _show(state, state.create_user(call.parameters))


def _read_user(state: DuoState, call: Call) -> dict[str, Any]:
    return _show(state, state.user(call.ids["user"]))


def _modify_user(state: DuoState, call: Call) -> dict[str, Any]:
    return _show(state, state.modify_user(state.user(call.ids["user"]), call.parameters))


def _delete_user(state: DuoState, call: Call) -> str:
    # A deleted user goes to the trash first.
    state.user(call.ids["user"]).status = "pending deletion"
    return ""


def _user_groups(state: DuoState, call: Call) -> Page:
    return Page([state.groups[group_id].answer() for group_id in state.user(call.ids["user"]).groups])


def _add_user_group(state: DuoState, call: Call) -> str:
    if "group_id" not in call.parameters:
        raise errors.missing_parameter("group_id")
    if call.parameters["group_id"] not in state.groups:
        raise errors.invalid_parameter("group_id")
    groups = state.user(call.ids["user"]).groups
    groups.extend({call.parameters["group_id"]} - set(groups))
    return ""


def _remove_user_group(state: DuoState, call: Call) -> str:
    groups = state.user(call.ids["user"]).groups
    if call.ids["group"] in groups:
        groups.remove(call.ids["group"])
    return ""


def _directories(state: DuoState, call: Call) -> list[dict[str, Any]]:
    if state.switches.get("duo.directory_list") == "missing":
        raise errors.not_found()
    return state.listed_directories()


def _list_groups(state: DuoState, call: Call) -> Page:
    chosen = _chosen(call.parameters, "group_id_list")
    return Page([group.answer() for group in state.groups.values() if chosen is None or group.group_id in chosen])


def _create_group(state: DuoState, call: Call) -> dict[str, Any]:
    return state.create_group(call.parameters).answer()


def _read_group(state: DuoState, call: Call) -> dict[str, Any]:
    return state.group(call.ids["group"]).answer()


def _modify_group(state: DuoState, call: Call) -> dict[str, Any]:
    return state.modify_group(state.group(call.ids["group"]), call.parameters).answer()


def _delete_group(state: DuoState, call: Call) -> str:
    return state.delete_group(call.ids["group"])


def _group_users(state: DuoState, call: Call) -> Page:
    group = state.group(call.ids["group"])
    members = [user for user in state.users.values() if group.group_id in user.groups]
    return Page([{"user_id": user.user_id, "username": user.username} for user in members])


# -- policies and endpoints --------------------------------------------------------------------------------------------


def _list_policies(state: DuoState, call: Call) -> Page:
    return Page(state.policies.listed(), maximum=100)


def _create_policy(state: DuoState, call: Call) -> dict[str, Any]:
    return state.policies.shown(state.policies.create(call.parameters))


def _read_policy(state: DuoState, call: Call) -> dict[str, Any]:
    return state.policies.shown(state.policies.find(call.ids["key"]))


def _change_policy(state: DuoState, call: Call) -> dict[str, Any]:
    return state.policies.shown(state.policies.change(call.ids["key"], call.parameters))


def _delete_policy(state: DuoState, call: Call) -> str:
    return state.policies.delete(call.ids["key"])


def _policy_summary(state: DuoState, call: Call) -> dict[str, Any]:
    return state.policies.summary()


def _calculate_policy(state: DuoState, call: Call) -> dict[str, Any]:
    for name in CALCULATION:
        if name not in call.parameters:
            raise errors.missing_parameter(name)
    user = state.user(call.parameters["user_id"])
    return state.policies.calculate(state.application(call.parameters["integration_key"]), user)


def _copy_policy(state: DuoState, call: Call) -> Any:
    return _several(state, state.policies.copy(call.parameters))


def _change_policies(state: DuoState, call: Call) -> Any:
    return _several(state, state.policies.change_many(call.parameters))


def _several(state: DuoState, changed: list[policies.Policy]) -> Any:
    shown = [state.policies.shown(policy) for policy in changed]
    return shown if state.switches.get("duo.copy_answer") == "list" else {"policies": shown}


def _list_endpoints(state: DuoState, call: Call) -> Page:
    no_agents = state.switches.get("duo.no_security_agents")
    return Page(range(state.endpoints.count), show=lambda number: state.endpoints.shown(number, no_agents))


# -- Auth API ----------------------------------------------------------------------------------------------------------


def _check(state: DuoState, call: Call) -> dict[str, int]:
    return {"time": int(state.clock_shown())}


def _logo(state: DuoState, call: Call) -> Any:
    if state.switches.get("duo.logo_missing") == 40401:
        raise errors.not_found()
    raise errors.invalid_parameter("Logo not found")


def _preauth(state: DuoState, call: Call) -> dict[str, Any]:
    return preauthenticate(state, call.caller, call.parameters)


def _auth(state: DuoState, call: Call) -> dict[str, Any]:
    return authenticate(state, call.caller, call.parameters)


def _auth_status(state: DuoState, call: Call) -> dict[str, Any]:
    return authentication_status(state, call.parameters)


DEVICE_LISTS = ("phones", "tokens", "u2ftokens", "webauthncredentials", "desktoptokens", "desktop_authenticators")
USER_MEMBERS: dict[str, tuple[str, ...]] = {
    "all": (),
    "no_devices": DEVICE_LISTS,
    "no_enrolment": ("is_enrolled",),
    "no_groups": ("groups",),
}
"""What each setting of the switch leaves out."""
USER_PARAMETERS = frozenset({"username", "status", *USER_TEXTS})
USER_FILTERS = PAGING | {"username", "email", "user_id_list", "username_list"}
GROUP_PARAMETERS = frozenset({"name", "desc", "status"})
PERIOD = frozenset({"mintime", "maxtime"})
APPS, SKEY = "/admin/v3/integrations", "/admin/v1/integrations/{key}/skey"
USERS, GROUPS, INFO = "/admin/v1/users", "/admin/v1/groups", "/admin/v1/info"
ATTEMPTS = "authentication_attempts"
POLICIES = "/admin/v2/policies"
CALCULATION = ("integration_key", "user_id")

ENDPOINTS = (
    Endpoint("GET", APPS, "applications_read", _list_applications, PAGING),
    Endpoint("POST", APPS, "applications", _create_application, CREATE_PARAMETERS),
    Endpoint("GET", APPS + "/{key}", "applications_read", _read_application),
    Endpoint("POST", APPS + "/{key}", "applications", _modify_application, MODIFY_PARAMETERS),
    Endpoint("DELETE", APPS + "/{key}", "applications", _delete_application),
    Endpoint("GET", SKEY, "skey", _secret_key),
    Endpoint("GET", INFO + "/summary", "info", _summary),
    Endpoint("GET", INFO + "/telephony_credits_used", "info", _credits_used, PERIOD),
    Endpoint("GET", f"{INFO}/{ATTEMPTS}", "info", _attempts(ATTEMPTS), PERIOD),
    Endpoint("GET", f"{INFO}/user_{ATTEMPTS}", "info", _attempts(f"user_{ATTEMPTS}"), PERIOD),
    Endpoint("GET", "/admin/v1/settings", "settings_read", _settings),
    Endpoint("GET", "/admin/v1/admins", "admins_read", _list_administrators, PAGING),
    Endpoint("GET", "/admin/v1/admins/{admin}", "admins_read", _read_administrator),
    Endpoint("GET", USERS, "resource_read", _list_users, USER_FILTERS),
    Endpoint("POST", USERS, "resource_write", _create_user, USER_PARAMETERS),
    # before {user}, which would match it too
    Endpoint("GET", USERS + "/directorysync", "resource_read", _directories),
    Endpoint("GET", USERS + "/{user}", "resource_read", _read_user),
    Endpoint("POST", USERS + "/{user}", "resource_write", _modify_user, USER_PARAMETERS),
    Endpoint("DELETE", USERS + "/{user}", "resource_write", _delete_user),
    Endpoint("GET", USERS + "/{user}/groups", "resource_read", _user_groups, PAGING),
    Endpoint("POST", USERS + "/{user}/groups", "resource_write", _add_user_group, ("group_id",)),
    Endpoint("DELETE", USERS + "/{user}/groups/{group}", "resource_write", _remove_user_group),
    Endpoint("GET", GROUPS, "resource_read", _list_groups, PAGING | {"group_id_list"}),
    Endpoint("POST", GROUPS, "resource_write", _create_group, GROUP_PARAMETERS),
    Endpoint("POST", GROUPS + "/{group}", "resource_write", _modify_group, GROUP_PARAMETERS),
    Endpoint("DELETE", GROUPS + "/{group}", "resource_write", _delete_group),
    Endpoint("GET", GROUPS + "/{group}", "resource_read", _read_group),
    Endpoint("GET", "/admin/v2/groups/{group}", "resource_read", _read_group),
    Endpoint("GET", "/admin/v2/groups/{group}/users", "resource_read", _group_users, PAGING),
    Endpoint("GET", POLICIES, "resource_read", _list_policies, PAGING),
    Endpoint("POST", POLICIES, "resource_write", _create_policy, policies.CREATE_PARAMETERS),
    # before {key}, which would match them too; "global" is a key
    Endpoint("GET", POLICIES + "/summary", "resource_read", _policy_summary),
    Endpoint("GET", POLICIES + "/calculate", "resource_read", _calculate_policy, CALCULATION),
    Endpoint("POST", POLICIES + "/copy", "resource_write", _copy_policy, policies.COPY_PARAMETERS),
    Endpoint("PUT", POLICIES + "/update", "resource_write", _change_policies, policies.BULK_PARAMETERS),
    Endpoint("GET", POLICIES + "/{key}", "resource_read", _read_policy),
    Endpoint("PUT", POLICIES + "/{key}", "resource_write", _change_policy, policies.CHANGE_PARAMETERS),
    Endpoint("DELETE", POLICIES + "/{key}", "resource_write", _delete_policy),
    Endpoint("GET", "/admin/v1/endpoints", "resource_read", _list_endpoints, PAGING),
    Endpoint("GET", "/auth/v2/check", "auth", _check),
    Endpoint("GET", "/auth/v2/logo", "auth", _logo),
    Endpoint("POST", "/auth/v2/preauth", "auth", _preauth, PREAUTH_PARAMETERS),
    Endpoint("POST", "/auth/v2/auth", "auth", _auth, AUTH_PARAMETERS),
    Endpoint("GET", "/auth/v2/auth_status", "auth", _auth_status, ("txid",)),
)
