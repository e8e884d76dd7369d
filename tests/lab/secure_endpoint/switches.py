# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every question about Secure Endpoint that public sources leave open, as a switch, and the lab's own tools.

`source`: "unpublished" marks what only a real organisation can answer, "lab" a tool of the lab's own.
"""

from __future__ import annotations

from ..store import Switch

SWITCHES = (
    Switch(
        "secure_endpoint.scope_denied_status",
        (403, 401),
        403,
        "unpublished",
        "Answer to a write with a read-only credential.",
    ),
    Switch(
        "secure_endpoint.scope_check_before_lookup",
        (True, False),
        True,
        "unpublished",
        "Whether a write is refused for its scope before its objects are looked up, or after.",
    ),
    Switch(
        "secure_endpoint.wrong_region_status",
        (401, 403),
        401,
        "unpublished",
        "Answer to a credential that belongs to another region; 401 is what a wrong key gets.",
    ),
    Switch(
        "secure_endpoint.error_version",
        ("v1.0.0", "v0.1.0", "null"),
        "v1.0.0",
        "recorded answers, which disagree",
        "`version` in an error.",
    ),
    Switch(
        "secure_endpoint.rate_header_style",
        ("real", "documented"),
        "real",
        "recorded answers and Cisco's documentation, which disagree",
        "Spelling of the budget's headers: x-ratelimit-limit as recorded, or X-Rate-Limit-Limit as documented.",
    ),
    Switch(
        "secure_endpoint.retry_after",
        ("absent", "present"),
        "absent",
        "unpublished",
        "Whether a 429 carries Retry-After.",
    ),
    Switch(
        "secure_endpoint.budget",
        (),
        3000,
        "lab",
        "Requests per hour and organisation; 3000 is what every recorded answer shows.",
    ),
    Switch(
        "secure_endpoint.page_limit",
        (),
        0,
        "lab",
        "Largest page the lab hands out, to force paging; 0 leaves it to the documented maximum.",
    ),
    Switch(
        "secure_endpoint.limit_above_500",
        ("clamp", "400"),
        "clamp",
        "unpublished",
        "Answer to a limit above the documented maximum.",
    ),
    Switch(
        "secure_endpoint.next_link",
        ("own", "foreign", "same_page"),
        "own",
        "lab",
        "Where metadata.links.next leads: on, to another host, or to the page it stands on.",
    ),
    Switch(
        "secure_endpoint.total_in_results",
        ("right", "wrong"),
        "right",
        "lab",
        "Whether metadata.results.total is the number of rows that the pages hold.",
    ),
    Switch(
        "secure_endpoint.body_encoding",
        ("gzip", "identity"),
        "gzip",
        "lab",
        "Whether bodies are compressed for clients that accept it.",
    ),
)
