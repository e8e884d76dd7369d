# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An integration of SAFE from its declaration to its report: by the API, or by a person. Private to this collection."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.identifiers import INTEGRATION_KEY, split_api_host
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._records import Records
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Outcome, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._safe.client import Safe, instance_url
from ansible_collections.identityops.cisco.plugins.module_utils._safe.history import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    UNKNOWN,
    History,
    Sync,
)
from ansible_collections.identityops.cisco.plugins.module_utils._safe.integration import ABOUT, RECORD, SafeIntegration
from ansible_collections.identityops.cisco.plugins.module_utils._safe.product import Product, find_product
from ansible_collections.identityops.cisco.plugins.module_utils._safe.steps import connect_duo, disconnect_duo
from ansible_collections.identityops.cisco.plugins.module_utils._safe.values import ConfigValues
from ansible_collections.identityops.cisco.plugins.module_utils._secrets import LONGEST_FRAGMENT
from ansible_collections.identityops.cisco.plugins.module_utils._service import given, require_options
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

NOTHING: dict[str, Any] = {"config": {}, "secret_config": {}, "config_from_duo": {}}
VERIFICATION = {True: "passed", None: "not_stated"}


def manage(params: dict[str, Any], context: Context, timeout: int) -> dict[str, Any]:
    """With an API credential.

    :param timeout: how many seconds to wait for a sync to end.
    """
    if not (params["integration_id"] or params["registry_path"]):
        raise InvalidInput(
            "manage the integration",
            "SAFE does not list integrations, and neither integration_id nor registry_path is given",
            "Give registry_path, a file that remembers the ID of what is saved.",
        )
    _require_words(params["history_words"])
    path = params["registry_path"]
    records = Records(path, ABOUT, RECORD, only_reads=context.check_mode) if path else None
    safe = Safe.from_params(params, context)
    if params["state"] == "absent":
        return _absent(safe, params, context, records)
    return _present(safe, params, context, records, timeout)


def _absent(safe: Safe, params: dict[str, Any], context: Context, records: Records | None) -> dict[str, Any]:
    values = ConfigValues({**params, **NOTHING}, context)
    with _held(records):
        integration = SafeIntegration(safe, params, context, records, None, values, History(safe, {}))
        integration.require_known("delete")
        is_unknown = records is not None and records.is_new and not integration.id
        outcome = ensure(integration, "absent", {}, context)
        integration.forget()
    result = {**outcome.result("integration"), "verification": "not_tested", "history": [], "handoff": []}
    if not integration.was_there:
        gone: dict[str, Any] = {"before": {}, "after": {}}
        detail = f"The {integration.title} is gone"
        result |= {"changed": False, "diff": gone, "step": {"status": "ok", "detail": detail}}
    if is_unknown:
        # A lost registry looks like one that was never there.
        context.warn(
            "There is no registry yet. If SAFE was connected before and the registry is lost, the integration is still "
            "there: delete it in SAFE."
        )
        detail = f"There is no registry, so whether there is an {integration.title} is not known"
        result["step"] = {"status": "not_verifiable", "detail": detail}
    return result


def _present(
    safe: Safe, params: dict[str, Any], context: Context, records: Records | None, timeout: int
) -> dict[str, Any]:
    values, history = ConfigValues(params, context), History(safe, params["history_words"])
    for option in values.unused:
        context.warn(
            f"{option} has no effect, because no field takes its value from it. Name the field of SAFE in "
            f"config_from_duo, with the source {option} (in the role safe, safe_config_from_duo)."
        )
    suspects = {text for text in context.secrets | context.misplaced if len(text) > LONGEST_FRAGMENT}
    product = _fitting_product(safe, params, values, suspects)
    action = product.sync_action(params["sync_action"]) if params["sync"] else ""
    desired = {"config": values.plain, "body": params["body"]}
    # Not while a sync is followed, which other tasks need not wait for.
    with _held(records):
        integration = SafeIntegration(safe, params, context, records, product, values, history)
        outcome = ensure(integration, "present", desired, context)
        integration.note_history()
    if params["test"] and not outcome.changed:
        context.act(integration.try_now, prediction=False)
    sync = Sync(safe, history, action, timeout, params["wait_interval"])
    is_started = params["sync"] and sync.bring_about(integration.id, outcome.changed)
    if is_started:
        with _held(records):
            integration.note_history()
    verdict = integration.verdict
    return {
        **outcome.result("integration"),
        "changed": outcome.changed or is_started,
        "verification": VERIFICATION[verdict.passed or None] if verdict else "not_tested",
        "sync_outcome": sync.outcome,
        "history": history.shown(),
        "handoff": [],
        "step": _step(outcome, integration, sync, is_started),
    }


def _held(records: Records | None) -> contextlib.AbstractContextManager[None]:
    return records.held() if records else contextlib.nullcontext()


def _fitting_product(safe: Safe, params: dict[str, Any], values: ConfigValues, suspects: Collection[str]) -> Product:
    product = find_product(safe, params["product"])
    product.require_type(params["type"])
    for place in ("config", "body"):
        product.require_no_secret(place, params[place] or {}, suspects)
    product.require_fields(values.fields, params["known_fields"])
    product.require_complete(values.filled)
    return product


def _step(outcome: Outcome, integration: SafeIntegration, sync: Sync, is_started: bool) -> dict[str, str]:
    parts = []
    if integration.verdict:
        parts.append("its connection test succeeded" if integration.verdict.passed else "SAFE answered its test")
    words = {
        SUCCEEDED: "its latest sync succeeded",
        FAILED: "its latest sync failed",
        RUNNING: "its sync has not ended yet",
        UNKNOWN: "how its latest sync ended is not known",
    }
    if sync.outcome in words:
        parts.append(words[sync.outcome])
    step = outcome.step(" and ".join(parts))
    if sync.outcome in (RUNNING, UNKNOWN):
        return {**step, "status": "pending"}
    return {**step, "status": "changed"} if is_started else step


def _require_words(words: dict[str, Any]) -> None:
    for word, meaning in words.items():
        if meaning not in (SUCCEEDED, FAILED, RUNNING):
            raise InvalidInput(
                f"use history_words for {word!r}", f"it cannot mean {meaning!r}", "Write succeeded, failed or running."
            )


def hand_over(params: dict[str, Any], context: Context) -> dict[str, Any]:
    """Without an API credential: the same work for a person."""
    url = instance_url(params)
    is_present = params["state"] == "present"
    if params["confirmed"] and not is_present:
        context.warn(
            "The integration counts as deleted in SAFE, because confirmed is true. If that was set when it was "
            "connected, SAFE still has it: delete it there before its application in Duo is deleted."
        )
    if params["confirmed"]:
        steps, status, detail = [], "not_verifiable", "Counts as done, because it is confirmed"
    elif is_present:
        steps = [connect_duo(url, _api_host(params), _integration_key(params, context), *_settings(params)).as_dict()]
        status, detail = "handoff_required", "To be connected in SAFE, because no API credential is given"
    else:
        steps = [disconnect_duo(url).as_dict()]
        status, detail = "handoff_required", "To be deleted in SAFE, because no API credential is given"
    return {
        "verification": "confirmed" if params["confirmed"] else "not_verifiable",
        "handoff": steps,
        "step": {"status": status, "detail": detail},
    }


def _api_host(params: dict[str, Any]) -> str:
    require_options(params, ["duo_api_host"], "Duo")
    host = given(params, "duo_api_host")
    split_api_host(host, "duo_api_host")
    return host


def _settings(params: dict[str, Any]) -> tuple[str | None, str | None]:
    return params["asset_name"], params["sync_frequency"]


def _integration_key(params: dict[str, Any], context: Context) -> str | None:
    """Of the application, where its name can be looked up or it is given as the key itself."""
    application = params["application"]
    if not application or INTEGRATION_KEY.fullmatch(application):
        return application or None
    values = ConfigValues({**params, **NOTHING, "config_from_duo": {"key": "integration_key"}}, context)
    return values.plain["key"] if values.are_secrets_known else None
