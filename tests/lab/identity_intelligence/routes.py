# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated Identity Intelligence's HTTP side: the token URL and the GraphQL API."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from graphql import GraphQLError

from .errors import CiiError, TokenError, graphql_answer, vendor_error
from .people import Person, iso
from .schema import execute, is_mutation
from .state import LIFETIME, IdentityIntelligenceState, Integration

__all__ = ["SECRET_FIELDS", "actor", "is_write", "middlewares", "routes", "vendor_error"]

SECRET_FIELDS = frozenset({"client_secret", "access_token", "apiKey"})
# Both queries that come in pages (vendor documentation).
DEFAULT_PAGE, MAX_PAGE = 100, 500

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def is_write(method: str, path: str, body: bytes) -> bool:
    """True for a mutation; all else is POST too and changes nothing."""
    return path == "/api" and is_mutation(body)


def actor(request: web.Request) -> str:
    """The client that a token was issued to."""
    return _token(request).partition(".")[0]


def _token(request: web.Request) -> str:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def middlewares(state: IdentityIntelligenceState) -> list[Any]:
    """Outermost first."""

    @web.middleware
    async def envelope(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except CiiError as error:
            return error.response()
        except web.HTTPException as error:
            return CiiError(error.status, "NotFound", error.reason).response()

    return [envelope]


def routes(state: IdentityIntelligenceState) -> list[web.RouteDef]:
    """The two URLs that the console shows."""
    api = Api(state)
    return [web.post("/oauth/token", api.token), web.post("/api", api.graphql)]


class Api:
    """The handlers."""

    def __init__(self, state: IdentityIntelligenceState) -> None:
        self._state = state
        self._queries = Queries(state)

    async def token(self, request: web.Request) -> web.Response:
        """Exchanges an API client for a token."""
        try:
            wanted = self._client(request, await request.read())
            if wanted.get("grant_type") != "client_credentials":
                raise TokenError(400, "unsupported_grant_type", "grant_type must be client_credentials")
            texts = [str(wanted.get(name) or "") for name in ("client_id", "client_secret", "audience")]
            token = self._state.issue_token(*texts)
        except TokenError as error:
            return self._refusal(error, await request.text())
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        if self._state.switches.get("cii.expires_in") == "present":
            answer["expires_in"] = LIFETIME
        return web.json_response(answer)

    def _client(self, request: web.Request, body: bytes) -> dict[str, Any]:
        taken = self._state.switches.get("cii.token_body")
        form = "form" if request.content_type == "application/x-www-form-urlencoded" else "json"
        if taken not in ("both", form):
            raise TokenError(self._state.switches.get("cii.token_body_refusal"), "invalid_request", "Unsupported body")
        if form == "form":
            return dict(parse_qsl(body.decode("utf-8", "replace")))
        try:
            wanted = json.loads(body)
        except ValueError as error:
            raise TokenError(400, "invalid_request", "The body is not JSON") from error
        if not isinstance(wanted, dict):
            raise TokenError(400, "invalid_request", "The body is not an object")
        return wanted

    def _refusal(self, error: TokenError, sent: str) -> web.Response:
        form = self._state.switches.get("cii.token_refusal_body")
        if form == "html":
            return web.Response(status=error.status, text="<html><title>Error</title></html>", content_type="text/html")
        if form == "empty":
            return web.Response(status=error.status)
        text = error.description + (f" for {sent}" if form == "echo" else "")
        return web.json_response({"error": error.error, "error_description": text}, status=error.status)

    async def graphql(self, request: web.Request) -> web.Response:
        """Executes a query or a mutation."""
        self._state.require_token(_token(request))
        try:
            body = json.loads(await request.read())
            query, variables = body["query"], body.get("variables") or {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CiiError(400, "MalformedHttpRequestException", "The body holds no query") from error
        if self._state.switches.get("cii.client_rights") == "read_403" and query.lstrip().startswith("mutation"):
            raise CiiError(403, "AccessDenied", "This API client only reads")
        done = execute(self._state.switches.get("cii.schema"), query, variables, self._queries.resolvers())
        errors = done.errors
        if self._state.switches.get("cii.unknown_user") == "error_without_path":
            errors = [{name: part for name, part in error.items() if name != "path"} for error in errors]
        status = 200 if done.valid else self._state.switches.get("cii.validation_status")
        return graphql_answer(status, done.data, errors)


class Queries:
    """What the fields of the two root types answer."""

    def __init__(self, state: IdentityIntelligenceState) -> None:
        self._state = state

    def resolvers(self) -> dict[str, Callable[..., Any]]:
        """By field; what the lab has no answer to is an error of the engine's."""
        return {
            "ping": lambda info: True,
            "getEndUserState": lambda info, login, email=None: self._person(login).state(),
            "getEndUser": lambda info, login: self._person(login).whole(),
            "getEndUsersByIp": self._by_ip,
            "listEndUsers": self._list,
            "getIntegrationsStatus": lambda info: [self._status(item) for item in self._state.integrations],
            "registerWebhookWithApiKey": lambda info, input: self._change(self._state.register_with_key, input),
            "registerWebhookWithDuoSecurityClient": lambda info, input: self._change(
                self._state.register_with_duo, input
            ),
            "unregisterWebhook": lambda info, id: self._change(self._state.unregister, id),
        }

    def _change(self, work: Callable[[Any], Any], wanted: Any) -> Any:
        """A refusal as an error of the field."""
        try:
            if self._state.switches.get("cii.client_rights") == "read_error":
                raise CiiError(200, "AccessDenied", "This API client only reads")
            return work(wanted)
        except CiiError as error:
            raise GraphQLError(error.message, extensions={"errorType": error.kind}) from error

    def _person(self, login: str) -> Person:
        any_case = self._state.switches.get("cii.login_case") == "ignored"
        person = self._state.people().find(login, any_case)
        if person is None:
            raise GraphQLError(f"No end user with login {login}", extensions={"errorType": "NotFound"})
        return person

    def _by_ip(self, info: Any, **arguments: Any) -> dict[str, Any]:
        found = self._state.people().at(arguments["ipAddress"])
        return self._page([person.reference() for person in found], arguments)

    def _list(self, info: Any, **arguments: Any) -> dict[str, Any]:
        return self._page([person.listed() for person in self._state.people().all()], arguments)

    def _page(self, rows: list[Any], arguments: dict[str, Any]) -> dict[str, Any]:
        size = arguments.get("pageSize")
        size = DEFAULT_PAGE if size is None else size
        if size > MAX_PAGE and self._state.switches.get("cii.page_above_500") == "error":
            raise GraphQLError(f"pageSize must not be greater than {MAX_PAGE}")
        forced = int(self._state.switches.get("cii.page_limit"))
        size = min(size, MAX_PAGE, forced or MAX_PAGE)
        token = arguments.get("pageToken") or ""
        try:
            begin = int(base64.urlsafe_b64decode(token)) if token else 0
        except ValueError as error:
            raise GraphQLError("pageToken is not valid") from error
        following = begin + size
        last = {"null": None, "empty": "", "repeated": token or None}[self._state.switches.get("cii.last_page_token")]
        more = base64.urlsafe_b64encode(str(following).encode()).decode()
        return {"items": rows[begin:following], "pageToken": more if following < len(rows) else last}

    def _status(self, integration: Integration) -> dict[str, Any]:
        status = "FAILURE" if integration.error else "NONE" if integration.collected is None else "STARTED"
        return {
            "integrationId": integration.id,
            "integrationName": integration.name,
            "status": "SUCCESS" if self._state.has_arrived(integration) else status,
            "date": iso(integration.collected or integration.created),
            "error": integration.error or None,
        }
