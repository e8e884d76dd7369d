# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policy part of Open API. Codes and envelopes follow Cisco API description policy.yaml."""

from __future__ import annotations

from aiohttp import web

from . import seed
from .answers import body_of, wrapped
from .policy import KINDS, Tree
from .state import IseState

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
        sets, conditions = f"{base}/policy-set", f"{base}/condition"
        rules = sets + "/{set}/" + _KIND
        catalogues = "{catalogue:" + "|".join(seed.CATALOGUES[self._name]) + "}"
        return [
            web.get(sets, self.list_sets),
            web.post(sets, self.create_set),
            web.get(sets + "/{set}", self.get_set),
            web.put(sets + "/{set}", self.update_set),
            web.delete(sets + "/{set}", self.delete_set),
            web.get(rules, self.list_rules),
            web.post(rules, self.create_rule),
            web.post(rules + "/reset-hitcount", self.reset_hit_counts),
            web.get(rules + "/{rule}", self.get_rule),
            web.put(rules + "/{rule}", self.update_rule),
            web.delete(rules + "/{rule}", self.delete_rule),
            web.get(conditions, self.list_conditions),
            web.get(conditions + "/condition-by-name/{name}", self.get_condition_by_name),
            web.get(conditions + "/{id}", self.get_condition),
            web.get(f"{base}/service-names", self.list_services),
            web.get(f"{base}/{catalogues}", self.list_catalogue),
        ]

    async def list_sets(self, request: web.Request) -> web.Response:
        """In rank order."""
        return wrapped(self._tree.list_sets())

    async def create_set(self, request: web.Request) -> web.Response:
        """201."""
        entry = self._tree.create_set(await body_of(request))
        return wrapped(self._tree.show_set(entry), 201)

    async def get_set(self, request: web.Request) -> web.Response:
        """One policy set."""
        return wrapped(self._tree.show_set(self._tree.sets.get(request.match_info["set"])))

    async def update_set(self, request: web.Request) -> web.Response:
        """200."""
        entry = self._tree.update_set(request.match_info["set"], await body_of(request))
        return wrapped(self._tree.show_set(entry))

    async def delete_set(self, request: web.Request) -> web.Response:
        """200 with the id."""
        self._tree.delete_set(request.match_info["set"])
        return web.json_response({"id": request.match_info["set"]})

    async def list_rules(self, request: web.Request) -> web.Response:
        """In rank order."""
        return wrapped(self._tree.list_rules(request.match_info["set"], request.match_info["kind"]))

    async def create_rule(self, request: web.Request) -> web.Response:
        """201."""
        set_id, kind = request.match_info["set"], request.match_info["kind"]
        entry = self._tree.create_rule(set_id, kind, await body_of(request))
        return wrapped(self._tree.show_rule(set_id, kind, entry), 201)

    async def get_rule(self, request: web.Request) -> web.Response:
        """One rule."""
        set_id, kind = request.match_info["set"], request.match_info["kind"]
        entry = self._tree.rules(set_id, kind).get(request.match_info["rule"])
        return wrapped(self._tree.show_rule(set_id, kind, entry))

    async def update_rule(self, request: web.Request) -> web.Response:
        """200."""
        set_id, kind = request.match_info["set"], request.match_info["kind"]
        entry = self._tree.update_rule(set_id, kind, request.match_info["rule"], await body_of(request))
        return wrapped(self._tree.show_rule(set_id, kind, entry))

    async def delete_rule(self, request: web.Request) -> web.Response:
        """200 with the id."""
        rule = request.match_info["rule"]
        self._tree.delete_rule(request.match_info["set"], request.match_info["kind"], rule)
        return web.json_response({"id": rule})

    async def reset_hit_counts(self, request: web.Request) -> web.Response:
        """200 with a message."""
        for entry in self._tree.rules(request.match_info["set"], request.match_info["kind"]).entries:
            entry.hit_counts = 0
        return web.json_response({"message": "Success"})

    async def list_conditions(self, request: web.Request) -> web.Response:
        """The library."""
        return wrapped(self._tree.library())

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
