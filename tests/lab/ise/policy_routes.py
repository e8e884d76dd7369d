# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy part of Open API. Codes and envelopes follow Cisco API description policy.yaml."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from . import seed
from .answers import body_of, wrapped
from .dictionaries import LISTS
from .policy import GLOBAL, Tree
from .ranked import Entry
from .rule_contents import KINDS
from .state import IseState

_LIST = "{list:" + "|".join(LISTS) + "}"
_KIND = "{kind:" + "|".join(KINDS) + "}"


class PolicyApi:
    """The handlers of one tree."""

    def __init__(self, state: IseState, tree: str) -> None:
        self._state = state
        self._name = tree

    @property
    def _tree(self) -> Tree:
        return self._state.policy.trees[self._name]

    def routes(self) -> list[web.RouteDef]:
        """Everything below /api/v1/policy/<tree>."""
        base = f"/api/v1/policy/{self._name}"
        sets = f"{base}/policy-set"
        # First, because its name could be that of a set.
        return [
            *self._rule_routes(f"{sets}/global-exception"),
            web.get(sets, self.list_sets),
            web.post(sets, self.create_set),
            web.post(f"{sets}/reset-hitcount", self.reset_sets),
            web.get(sets + "/{set}", self.get_set),
            web.put(sets + "/{set}", self.update_set),
            web.delete(sets + "/{set}", self.delete_set),
            *self._rule_routes(sets + "/{set}/" + _KIND),
            *self._routes_of_names(base),
        ]

    def _rule_routes(self, rules: str) -> list[web.RouteDef]:
        return [
            web.get(rules, self.list_rules),
            web.post(rules, self.create_rule),
            web.post(rules + "/reset-hitcount", self.reset_rules),
            web.get(rules + "/{rule}", self.get_rule),
            web.put(rules + "/{rule}", self.update_rule),
            web.delete(rules + "/{rule}", self.delete_rule),
        ]

    def _routes_of_names(self, base: str) -> list[web.RouteDef]:
        """What conditions and rules may name. Reading single dictionaries is described for network access only."""
        conditions, dictionaries = f"{base}/condition", f"{base}/dictionaries"
        catalogues = "{catalogue:" + "|".join(seed.CATALOGUES[self._name]) + "}"
        shared = [
            web.get(conditions, self.list_conditions),
            web.get(f"{conditions}/{_LIST}", self.list_conditions),
            web.get(conditions + "/condition-by-name/{name}", self.get_condition_by_name),
            web.get(conditions + "/{id}", self.get_condition),
            web.get(f"{base}/time-condition", self.list_time_conditions),
            web.get(base + "/time-condition/{id}", self.get_condition),
            web.get(f"{dictionaries}/{_LIST}", self.list_usable),
            web.get(f"{base}/service-names", self.list_services),
            web.get(f"{base}/{catalogues}", self.list_catalogue),
        ]
        if self._name == seed.DEVICE_ADMIN:
            return shared
        return [
            *shared,
            web.get(dictionaries, self.list_dictionaries),
            web.get(dictionaries + "/{name}", self.get_dictionary),
            web.get(dictionaries + "/{name}/attribute", self.list_attributes),
            web.get(dictionaries + "/{name}/attribute/{attribute}", self.get_attribute),
        ]

    async def _body(self, request: web.Request) -> Any:
        """The body of a write, which may be refused for a moment and may take its time."""
        body = await body_of(request)
        self._state.policy.count_write()
        content = body.get("rule", body) if isinstance(body, dict) else {}
        depth = _depth(content.get("condition")) if isinstance(content, dict) else 0
        await asyncio.sleep(depth * self._state.switches.get("ise.condition_level_seconds"))
        return body

    def _rule_answer(self, usual: int, switch: str, content: Any) -> web.Response:
        """With another success code if the switch ise.policy_codes says so."""
        chosen, _underscore, code = str(self._state.switches.get("ise.policy_codes")).partition("_")
        status = int(code) if chosen == switch else usual
        return web.Response(status=204) if status == 204 else content(status)

    async def list_sets(self, request: web.Request) -> web.Response:
        """In rank order."""
        return wrapped(self._tree.list_sets())

    async def create_set(self, request: web.Request) -> web.Response:
        """201."""
        entry = self._tree.create_set(await self._body(request))
        return wrapped(self._tree.show_set(entry), 201)

    async def get_set(self, request: web.Request) -> web.Response:
        """One policy set."""
        return wrapped(self._tree.show_set(self._tree.sets.get(request.match_info["set"])))

    async def update_set(self, request: web.Request) -> web.Response:
        """200."""
        entry = self._tree.update_set(request.match_info["set"], await self._body(request))
        return wrapped(self._tree.show_set(entry))

    async def delete_set(self, request: web.Request) -> web.Response:
        """200 with the id."""
        self._state.policy.count_write()
        self._tree.delete_set(request.match_info["set"])
        return web.json_response({"id": request.match_info["set"]})

    async def reset_sets(self, request: web.Request) -> web.Response:
        """200 with a message."""
        return _reset(self._tree.sets.entries)

    async def list_rules(self, request: web.Request) -> web.Response:
        """In rank order."""
        return wrapped(self._tree.list_rules(*_where(request)))

    async def create_rule(self, request: web.Request) -> web.Response:
        """201."""
        where = _where(request)
        entry = self._tree.create_rule(*where, await self._body(request))
        return self._rule_answer(201, "post", lambda status: wrapped(self._tree.show_rule(*where, entry), status))

    async def get_rule(self, request: web.Request) -> web.Response:
        """One rule."""
        where = _where(request)
        entry = self._tree.rules(*where).get(request.match_info["rule"])
        return wrapped(self._tree.show_rule(*where, entry))

    async def update_rule(self, request: web.Request) -> web.Response:
        """200, or 204 without a body."""
        where = _where(request)
        entry = self._tree.update_rule(*where, request.match_info["rule"], await self._body(request))
        return self._rule_answer(200, "put", lambda status: wrapped(self._tree.show_rule(*where, entry), status))

    async def delete_rule(self, request: web.Request) -> web.Response:
        """200 with the id, 202 before it is done, or 204 without a body."""
        self._state.policy.count_write()
        rule = request.match_info["rule"]
        self._tree.delete_rule(*_where(request), rule)
        return self._rule_answer(200, "delete", lambda status: web.json_response({"id": rule}, status=status))

    async def reset_rules(self, request: web.Request) -> web.Response:
        """200 with a message."""
        return _reset(self._tree.rules(*_where(request)).entries)

    async def list_usable(self, request: web.Request) -> web.Response:
        """The attributes for conditions of one kind."""
        return wrapped(self._tree.dictionaries.usable(request.match_info["list"]))

    async def list_dictionaries(self, request: web.Request) -> web.Response:
        """All of them."""
        return wrapped(self._tree.dictionaries.all())

    async def get_dictionary(self, request: web.Request) -> web.Response:
        """One dictionary."""
        return wrapped(self._tree.dictionaries.one(request.match_info["name"]))

    async def list_attributes(self, request: web.Request) -> web.Response:
        """Those of one dictionary."""
        return wrapped(self._tree.dictionaries.of(request.match_info["name"]))

    async def get_attribute(self, request: web.Request) -> web.Response:
        """One attribute."""
        return wrapped(self._tree.dictionaries.one_of(request.match_info["name"], request.match_info["attribute"]))

    async def list_conditions(self, request: web.Request) -> web.Response:
        """The library."""
        return wrapped(self._tree.library())

    async def list_time_conditions(self, request: web.Request) -> web.Response:
        """Those of time and date have a list of their own."""
        return wrapped(self._tree.time_conditions())

    async def get_condition(self, request: web.Request) -> web.Response:
        """One of the library."""
        return wrapped(self._tree.library_entry(request.match_info["id"]))

    async def get_condition_by_name(self, request: web.Request) -> web.Response:
        """One of the library."""
        return wrapped(self._tree.library_by_name(request.match_info["name"]))

    async def list_services(self, request: web.Request) -> web.Response:
        """A bare array."""
        return web.json_response(self._tree.services())

    async def list_catalogue(self, request: web.Request) -> web.Response:
        """A bare array."""
        return web.json_response(self._tree.catalogue(request.match_info["catalogue"]))


def _where(request: web.Request) -> tuple[str, str]:
    """The policy set and the kind of rules that a path means."""
    return request.match_info.get("set", GLOBAL), request.match_info.get("kind", "exception")


def _reset(entries: list[Entry]) -> web.Response:
    for entry in entries:
        entry.hit_counts = 0
    return web.json_response({"message": "Success"})


def _depth(condition: Any) -> int:
    if not isinstance(condition, dict):
        return 0
    children = condition.get("children")
    return 1 + max((_depth(child) for child in children), default=0) if isinstance(children, list) else 1
