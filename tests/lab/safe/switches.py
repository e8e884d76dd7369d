# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every question about SAFE that public sources leave open, as a switch, and the lab's own tools.

`source`: "unpublished" marks what only a real instance can answer, "lab" a tool of the lab's own.
"""

from __future__ import annotations

from ..store import Switch

LISTS = ("page", "list", "data")
SWITCHES = (
    Switch(
        "safe.token_call",
        ("auth", "authenticate"),
        "auth",
        "the vendor's library and a third party's script, which disagree",
        "Which of the two calls issues a token to an API credential.",
    ),
    Switch("safe.auth_missing", (404, 405), 404, "unpublished", "What /auth answers where /authenticate is the one."),
    Switch(
        "safe.error_shape",
        ("as_seen", "status", "message", "gateway", "success"),
        "as_seen",
        "third parties, quoting SAFE",
        "Shape of an error: the one seen with its status, or the same for all.",
    ),
    Switch("safe.not_found", (400, 404), 400, "third parties, quoting SAFE on reports", "Status of what is not there."),
    Switch("safe.list_shape", LISTS, "page", "a third party's script, for users", "Shape of a list."),
    Switch("safe.page_size", (), 10, "lab", "Objects on a page of a list."),
    Switch(
        "safe.next_link",
        ("own", "relative", "foreign", "same_page"),
        "own",
        "lab",
        "Where the link to the next page leads.",
    ),
    Switch(
        "safe.product_metadata",
        ("list", "schema", "map", "opaque"),
        "list",
        "unpublished",
        "Shape in which a product lists the fields of its config; opaque: in none that a program would recognise.",
    ),
    Switch(
        "safe.list_integrations",
        ("listed", 404, 405, 403),
        404,
        "unpublished",
        "Whether integrations can be listed; it is in no published list of calls.",
    ),
    Switch(
        "safe.read_integration",
        ("masked", "plain", "without_config", 404, 405, 403),
        404,
        "unpublished",
        "Whether an integration can be read, and the form of its secret.",
    ),
    Switch(
        "safe.test_answer",
        ("success", "status", "bare"),
        "success",
        "unpublished",
        "How a test that succeeded is answered.",
    ),
    Switch(
        "safe.test_refusal",
        ("success_false", "status_error", "nested", 400, 500),
        "success_false",
        "unpublished",
        "How a test that failed is answered.",
    ),
    Switch(
        "safe.save_answer",
        ("data_id", "id", "integrationId", "none"),
        "data_id",
        "unpublished",
        "Where the answer to a creation holds the ID.",
    ),
    Switch("safe.create_status", (200, 201), 200, "unpublished", "Status of a creation."),
    Switch("safe.update_status", (200, 204), 200, "a third party, of other objects", "Status of a change."),
    Switch("safe.sync_status", (202, 200, 204), 202, "unpublished", "Status of the start of a sync."),
    Switch(
        "safe.settings_needed",
        ("write", "read"),
        "write",
        "SAFE's documentation asks for Grant settings; whether its read half suffices is unpublished",
        "Which half of the permission for settings SAFE needs in Duo.",
    ),
    Switch("safe.delete_status", (200, 204), 200, "unpublished", "Status of a deletion."),
    Switch(
        "safe.history_before_the_first_run",
        ("empty", "not_found"),
        "empty",
        "unpublished",
        "Whether an integration that never ran has a history.",
    ),
    Switch("safe.history_order", ("newest", "oldest"), "newest", "unpublished", "Which run comes first."),
    Switch(
        "safe.history_words",
        ("Completed/Failed/In Progress", "SUCCESS/ERROR/RUNNING", "odd"),
        "Completed/Failed/In Progress",
        "unpublished",
        "What history calls success, failure and a run that goes on; odd: words that mean nothing.",
    ),
    Switch(
        "safe.history_members",
        ("status/startedAt/endedAt", "state/startTime/endTime", "result/date/finishedAt", "outcome/begin/end"),
        "status/startedAt/endedAt",
        "unpublished",
        "What history calls the status, the begin and the end of a run; the last ones no program would recognise.",
    ),
    Switch("safe.history_ids", ("present", "absent"), "present", "unpublished", "Whether a run has an ID."),
    Switch("safe.sync_result", ("success", "failure", "hang"), "success", "lab", "How the next syncs end."),
    Switch("safe.sync_seconds", (), 0.2, "lab", "How long a sync takes."),
    Switch("safe.history_delay", (), 0, "lab", "Seconds before a run stands in the history."),
)
