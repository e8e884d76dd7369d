# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of SAFE's console on which a person connects Duo (SAFE documentation, Duo Security)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..console import Button, Field, Page

if TYPE_CHECKING:
    from .state import Integration, SafeState

ROLE = "SAFE Admin"
DUO = "Duo Security"


class Pages:
    """Builds the pages."""

    def __init__(self, state: SafeState) -> None:
        self._state = state

    def start(self, url: str, role: str) -> Page:
        """The start page of the instance."""
        if url.rstrip("/") != f"https://{self._state.address}":
            raise ValueError(f"there is no page {url}")
        if role != ROLE:
            raise ValueError(f"{role} may not see integrations, {ROLE} may")
        return Page("SAFE", links={"Integrations": self._integrations})

    def _integrations(self) -> Page:
        return Page("Integrations", links={DUO: self._card})

    def _product(self) -> dict[str, Any]:
        (found,) = [item for item in self._state.products if item["name"] == DUO]
        return dict(found)

    def _existing(self) -> Integration | None:
        own = [item for item in self._state.integrations.values() if item.product == self._product()["id"]]
        # The console allows one for each product.
        return own[0] if own else None

    def _card(self) -> Page:
        buttons = {"Configure": Button(lambda page: self._form())}
        item = self._existing()
        if item is not None:

            def delete(page: Page) -> Page:
                del self._state.integrations[item.id]
                return self._card()

            # That there is such a button is not documented.
            buttons["Delete"] = Button(delete)
        return Page(DUO, buttons=buttons)

    def _form(self) -> Page:
        product = self._product()
        item = self._existing()
        kept = item.config if item else {}
        tested: dict[str, str] = {}

        def config(page: Page) -> dict[str, str]:
            found = {entry["name"]: page.fields[entry["label"]].value for entry in product["fields"]}
            return {name: value for name, value in found.items() if value}

        def test(page: Page) -> Page:
            problem = self._state.try_connection(product, config(page))
            if problem:
                raise ValueError(f"Test Connection: {problem}")
            tested["result"] = "ok"
            page.values["Test Connection"] = "Connection successful"
            return page

        def save(page: Page) -> Page:
            if not tested:
                raise ValueError("Save is greyed out until Test Connection succeeds")
            if item:
                item.config = config(page)
                return self._saved(item)
            return self._saved(self._state.save(product, config(page), {}))

        return Page(
            "Configure",
            fields={
                entry["label"]: Field(
                    str(kept.get(entry["name"], "")),
                    required=bool(entry.get("required")),
                    masked=bool(entry.get("secret")),
                )
                for entry in product["fields"]
            },
            buttons={"Test Connection": Button(test), "Save": Button(save)},
        )

    def _saved(self, item: Integration) -> Page:
        def sync(page: Page) -> Page:
            self._state.start_sync(item, self._product()["actions"][0])
            page.values["History"] = "In Progress"
            return page

        return Page(DUO, buttons={"Sync Now": Button(sync), "Configure": Button(lambda page: self._form())})
