# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every question about Identity Intelligence that public sources leave open, as a switch, and the lab's own tools.

`source`: "unpublished" marks what only a real tenant can answer, "lab" a tool of the lab's own.
"""

from __future__ import annotations

from ..store import Switch

SWITCHES = (
    Switch(
        "cii.schema",
        ("published", "snapshot"),
        "published",
        "two copies of the vendor's schema reference, which disagree",
        "Whether getIntegrationsStatus and two more queries exist; they stand in the older copy only.",
    ),
    Switch(
        "cii.token_body",
        ("both", "json", "form"),
        "both",
        "vendor documentation shows JSON, a vendor's script sends a form",
        "The form of the body that the token URL takes.",
    ),
    Switch(
        "cii.token_body_refusal",
        (415, 400),
        415,
        "unpublished",
        "Answer to a token request whose body has another form.",
    ),
    Switch(
        "cii.token_refusal",
        (401, 403, 400),
        401,
        "unpublished",
        "Answer to a wrong client or a missing audience.",
    ),
    Switch(
        "cii.token_refusal_body",
        ("oauth", "echo", "html", "empty"),
        "oauth",
        "unpublished",
        "Its body: an OAuth error, one that repeats what was sent, a web page, or none.",
    ),
    Switch(
        "cii.expires_in",
        ("present", "absent"),
        "present",
        "clients use it where it is there",
        "Whether the token's answer holds expires_in.",
    ),
    Switch(
        "cii.bad_token",
        (401, 403, 200),
        401,
        "unpublished",
        "Status of the answer to a token that is not valid; its body holds a list of errors.",
    ),
    Switch(
        "cii.validation_status",
        (200, 400),
        200,
        "unpublished",
        "Status of the answer to a query that does not fit the schema.",
    ),
    Switch(
        "cii.unknown_user",
        ("error", "error_without_path"),
        "error",
        "unpublished",
        "Whether the error about an unknown login names the field.",
    ),
    Switch(
        "cii.login_case",
        ("ignored", "exact"),
        "ignored",
        "unpublished",
        "Whether a user is found by a login in other case than it is listed.",
    ),
    Switch(
        "cii.page_above_500",
        ("error", "clamp"),
        "error",
        "unpublished",
        "Answer to a page size above the documented maximum.",
    ),
    Switch(
        "cii.page_limit",
        (),
        0,
        "lab",
        "Largest page the lab hands out, to force paging; 0 leaves it to the documented maximum.",
    ),
    Switch(
        "cii.last_page_token",
        ("null", "empty", "repeated"),
        "null",
        "vendor documentation says undefined or null; the others are guesses",
        "The token of the last page; repeated: the one that led to it.",
    ),
    Switch(
        "cii.collection_seconds",
        (),
        0,
        "lab",
        "How long after an integration was set up its people are there; days in reality.",
    ),
    Switch(
        "cii.unregister_unknown",
        ("false", "error"),
        "false",
        "unpublished",
        "Answer to the removal of a webhook that is not there.",
    ),
    Switch(
        "cii.client_rights",
        ("all", "read_error", "read_403"),
        "all",
        "a partner's page speaks of a read-only role, the vendor's pages of none",
        "What an API client may do; a mutation of one that only reads is an error of its field, or a status.",
    ),
    Switch(
        "cii.unknown_check",
        ("accepted", "error"),
        "accepted",
        "unpublished",
        "Registering a webhook for a check that does not exist.",
    ),
    Switch(
        "cii.duo_client_webhook",
        ("accepted", "error"),
        "accepted",
        "unpublished",
        "Whether a webhook that uses the client of a Duo integration is registered; what receives it is not published.",
    ),
    Switch(
        "cii.event_resources",
        ("present", "absent"),
        "present",
        "a sample of the vendor and one of a partner, which disagree",
        "Whether an event holds resources, which is an empty list.",
    ),
    Switch(
        "cii.test_event",
        ("short", "full"),
        "short",
        "vendor documentation, whose sample is cut off",
        "Whether the detail of a test message holds the members of a real event.",
    ),
    Switch(
        "cii.duo_application_name",
        (),
        "Cisco Identity Intelligence",
        "unpublished",
        "Name of the application that the set-up in the Duo Admin Panel creates.",
    ),
)
