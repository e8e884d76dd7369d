# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every question about Duo that public sources leave open, as a switch. The default is what the lab does unasked.

`source`: "unpublished" marks what only a real account can answer, "lab" a tool of the lab's own.
"""

from __future__ import annotations

from ..store import Switch

SWITCHES = (
    Switch(
        "duo.skew_limit_seconds",
        (),
        300,
        "unpublished",
        "How far a request's date may be from Duo's clock. The default is the lab's choice, not Duo's number.",
    ),
    Switch("duo.clock_offset_seconds", (), 0, "lab", "Shifts Duo's clock against real time."),
    Switch(
        "duo.unknown_key_message",
        ("Invalid integration key in request credentials", "Invalid identity in request credentials"),
        "Invalid integration key in request credentials",
        "issues of duosecurity repositories",
        "Text of 40102; Duo's answers have shown both.",
    ),
    Switch(
        "duo.auth_key_on_admin_api",
        (40301, 40102),
        40301,
        "user reports, which disagree",
        "Answer to an Auth API application's key on the Admin API.",
    ),
    Switch(
        "duo.page_limit",
        (),
        0,
        "lab",
        "Largest page the lab hands out, to force paging; 0 leaves it to the documented maximum.",
    ),
    Switch(
        "duo.last_page_offset",
        ("absent", "null"),
        "absent",
        "tests of Duo's clients, which disagree",
        "Whether the last page's metadata lacks next_offset or holds null.",
    ),
    Switch(
        "duo.secret_in_answers",
        ("masked", "plain", "absent"),
        "masked",
        "duo_client_python pull request 266",
        "Form of secret_key when an application is listed, read or written.",
    ),
    Switch(
        "duo.unique_names",
        (False, True),
        False,
        "unpublished",
        "Whether a second application of the same name is refused.",
    ),
    Switch(
        "duo.user_access_default",
        ("NO_USERS", "required"),
        "NO_USERS",
        "unpublished",
        "What happens if a creation leaves user_access out.",
    ),
    Switch(
        "duo.enforce_set_permissions",
        (True, False),
        True,
        "unpublished",
        "Whether only a caller with adminapi_allow_to_set_permissions may send adminapi_* flags.",
    ),
    Switch(
        "duo.flags_as",
        ("int", "bool", "string"),
        "int",
        "Duo's Postman collection shows int, the others are guesses",
        "Form of the 0/1 members in answers.",
    ),
    Switch(
        "duo.split_flags",
        ("known", "unknown"),
        "known",
        "duo_client_python pull request 308, open",
        "Whether adminapi_integrations_read and adminapi_settings_read exist.",
    ),
    Switch(
        "duo.list_permission",
        ("read_resource", "either"),
        "read_resource",
        "Duo documentation, adminapi; newer text unpublished",
        "What reading applications needs: adminapi_read_resource only, or adminapi_integrations(_read) as well.",
    ),
    Switch(
        "duo.skey_permission",
        ("applications", "read_resource", "both"),
        "applications",
        "unpublished",
        "What reading an application's secret needs.",
    ),
    Switch(
        "duo.self_refusal",
        (40002, 40301),
        40002,
        "unpublished",
        "Code of the refusal to delete the calling application or reset its secret; both are inventions.",
    ),
    Switch(
        "duo.block_by_network",
        (False, True),
        False,
        "unpublished",
        "Whether networks_for_api_access is enforced (after the signature). The answer, 40301, is an invention.",
    ),
    Switch(
        "duo.edition_in_summary",
        ("present", "absent"),
        "present",
        "sample objects, which disagree",
        "Whether info/summary tells account_id and edition.",
    ),
    Switch(
        "duo.unknown_parameters",
        ("reject", "ignore"),
        "reject",
        "unpublished",
        "What happens to parameters nobody documents.",
    ),
    Switch(
        "duo.logo_missing",
        (40002, 40401),
        40002,
        "documentation and a client's test, which disagree",
        "Code of auth/v2/logo while no logo is set; sources disagree.",
    ),
    Switch(
        "duo.push_answer",
        ("allow", "deny", "timeout"),
        "allow",
        "lab",
        "What the simulated person does with a push.",
    ),
)
