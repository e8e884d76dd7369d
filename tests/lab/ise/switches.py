# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every question about ISE that no public source answers, as a switch; the first value is what the lab does unasked.

`source`: "unpublished" marks a question that only a real box can answer, "guess" a behaviour the lab made up.
"""

from __future__ import annotations

from typing import Any

from ..store import Switch


def _choice(name: str, values: tuple[Any, ...], source: str, text: str) -> Switch:
    return Switch(f"ise.{name}", values, values[0], source, text)


def _free(name: str, default: Any, source: str, text: str) -> Switch:
    return Switch(f"ise.{name}", (), default, source, text)


_BOX = (
    _free(
        "version",
        "3.4.0.608",
        "Cisco API version table",
        "Release and build. Below 3.3 patch 1 the duo-* and MFA rule paths answer 404.",
    ),
    _free(
        "patch", 1, "Cisco API version table", "Number of the newest patch, with all before it installed; 0 for none."
    ),
    _choice(
        "node_role",
        ("primary", "secondary", "standalone"),
        "Cisco API description deployment.yaml",
        "What this box is in its deployment.",
    ),
    _choice("secondary_write", (403, 400, 405), "unpublished", "Answer of a secondary PAN to any write."),
    _free("this_node_address", "127.0.0.1", "guess", "The ipAddress that the deployment list shows for this box."),
    _choice("ers_enabled", (True, False), "Cisco support document 222404", "ERS switched on in the GUI."),
    _choice(
        "ers_disabled_answer",
        ("html", 404, 403),
        "reports differ",
        "Answer of a box with ERS off; html is the login page with 200.",
    ),
    _choice(
        "openapi_enabled",
        (True, False),
        "Cisco support document 222404",
        "Open API switched on; off answers the login page with 200.",
    ),
    _choice("unauthorized_body", ("empty", "html", "json"), "reports differ", "Body of a 401."),
    _choice("readonly_body", ("json", "html", "empty"), "reports differ", "Body of the 403 for a read-only account."),
    _choice(
        "readonly_sync_start",
        (403, "allowed"),
        "unpublished",
        "A read-only account on the two GETs that start and cancel a sync.",
    ),
    _choice("error_code_as", ("string", "number"), "reports differ", "Type of `code` in an Open API error."),
    _choice("unknown_members", ("reject", "ignore"), "guess", "Members of a body that the description does not know."),
)

_ANSWERS = (
    _choice(
        "success_codes",
        ("documented", "all_200", "delete_204"),
        "reports differ",
        "201/200/200, 200 everywhere, or an empty 204 for DELETE.",
    ),
    _choice("write_body", ("json_string", "plain_text", "empty"), "unpublished", "Body of a successful Duo write."),
    _choice("missing_name", (404, 400, 403, 500), "unpublished", "GET, PUT, DELETE of a name that does not exist."),
    _choice("duplicate_name", (400, 409, 500), "unpublished", "POST of a name that exists."),
    _choice(
        "delete_in_use",
        (400, 409, "allowed"),
        "unpublished",
        "DELETE of a sync with a connection, or a connection with a rule.",
    ),
)

_CONNECTION = (
    _choice("secrets_on_read", ("masked", "empty", "absent", "plain"), "unpublished", "`sKey` on GET of a connection."),
    _choice("put_without_skey", ("keep", "erase", 400), "unpublished", "PUT with a missing or empty `sKey`."),
    _choice("type_order", ("as_sent", "sorted"), "unpublished", "Order of `type` on read."),
    _choice(
        "rename", (400, "renames", "ignored"), "unpublished", "PUT with another name in the body than in the path."
    ),
    _choice(
        "connection_without_sync",
        ("accepted", 400),
        "unpublished",
        "A connection whose `identitySync` is missing or empty.",
    ),
    _choice("sync_shared", (400, "accepted"), "unpublished", "A second connection on the same sync."),
    _choice(
        "testconnection_code",
        (400, 500, "200_with_text"),
        "Cisco API description mfa.yaml; 200_with_text is a guess",
        "Answer of a failed test of the keys.",
    ),
    _choice(
        "testconnection_words",
        ("known", "unknown", "empty"),
        "unpublished",
        "The text of a test that is answered 200: what came of it, a code that nobody knows, or nothing for good keys.",
    ),
    _choice(
        "testconnection_unknown_name",
        ("tests", 404, 400),
        "unpublished",
        "Test with an unknown name and keys in the body.",
    ),
    _choice(
        "test_notices_permissions",
        (True, False),
        "guess",
        "Whether a test of the keys fails for an Admin key that may not read and write users.",
    ),
    _choice("mfa_disable_in_use", ("allowed", 400), "unpublished", "Disabling MFA while connections or syncs exist."),
    _free("mfa_enable_delay", 0, "unpublished", "Seconds until an enabled MFA feature is in effect."),
)

_SYNC = (
    _choice("adgroups_key", ("both", "name", "id"), "unpublished", "What adgroups/{activeDirectory} takes."),
    _choice(
        "adgroups_other_key",
        ("refused", "empty"),
        "unpublished",
        "What adgroups/{activeDirectory} answers for the key that it does not take.",
    ),
    _choice(
        "adgroups_lists",
        ("added", "all"),
        "unpublished",
        "Which groups a sync may use: those added to the join point, or all.",
    ),
    _choice(
        "directory_id", ("ers_id", "other"), "unpublished", "Whether `directoryID` equals the join point's ERS id."
    ),
    _choice(
        "sid_on_write", ("ignored", "required", "rejected"), "unpublished", "`sid` in the groups of a written sync."
    ),
    _choice("sid", ("plain", "domain_prefixed"), "unpublished", "Form of `sid` on read."),
    _choice(
        "schedule_none",
        ("object", "null", "absent"),
        "unpublished",
        "`syncSchedule` on read when there is no schedule.",
    ),
    _choice(
        "past_start_date",
        ("accepted", 400, "moved"),
        "unpublished",
        "A `startDate` in the past; moved: the next due time is read.",
    ),
    _free("interval_limit", 0, "unpublished", "Largest `interval` accepted; 0 for no limit."),
    _choice("sync_before_first_run", ("no_status", "Pending"), "unpublished", "`syncStatus` before the first run."),
    _choice(
        "creation_starts_sync",
        (False, True),
        "unpublished",
        "Whether creating a sync starts its first run.",
    ),
    _choice("start_while_running", (200, 400), "unpublished", "Starting a sync that runs; 200 does not start another."),
    _choice("cancel_while_idle", (400, 200), "guess", "Cancelling a sync that does not run."),
    _free("sync_seconds", 0.2, "guess", "How long a run takes, and its cancellation."),
    _choice(
        "sync_result",
        ("real", "Failed", "hang", "cancel_hangs"),
        "Cisco API description duo-identity-sync.yaml",
        "How runs end; with cancel_hangs neither run nor cancellation ends.",
    ),
    _choice(
        "last_sync_on_failure", ("moves", "stays"), "guess", "`lastSync` after a run that failed or was cancelled."
    ),
    _free(
        "last_sync_zone_offset_minutes",
        0,
        "unpublished",
        "Zone of `lastSync`, which names none, in minutes east of UTC.",
    ),
)

_ERS = (
    _choice(
        "no_groups",
        ("absent", "null", "empty_block", "empty_list", "never_shown"),
        "Cisco ERS description, which requires a name and a domain only",
        "`adgroups` of a join point that has none; with never_shown, of any.",
    ),
    _choice("csrf", (False, True), "reports differ", "CSRF check for ERS writes."),
    _choice("csrf_fetch_status", (415, 200), "reports differ", "Status of the GET that fetches a token."),
    _choice("add_groups", ("add", "replace"), "unpublished", "What addGroups does with groups that are there already."),
    _choice(
        "get_groups_filter",
        ("optional", "required"),
        "Cisco ERS description, two generations differ",
        "`filter` of getGroupsByDomain.",
    ),
)

_PXGRID = (
    _choice("pxgrid_service", (True, False), "Cisco API description deployment.yaml", "A node runs pxGrid."),
    _choice(
        "pxgrid_reads",
        (404, "shown", "without_status"),
        "404: a note in scripts of Cisco's; shown: Cisco ERS description; without_status is a guess",
        "Answer to reads below pxgridnode: 404 whatever is there, or the client.",
    ),
    _choice(
        "pxgrid_approved",
        ("APPROVED", "Enabled", "Offline (XMPP)", "Registered"),
        "unpublished",
        "The `status` of a pxGrid client that is approved.",
    ),
    _choice("pxgrid_success", (200, 204), "unpublished", "Status of a successful write about pxGrid."),
    _choice("pxgrid_approve_again", (200, 400, 409), "unpublished", "Approving a client that is approved already."),
)

_RADIUS = (
    _choice(
        "radius_secret_on_read",
        ("masked", "plain", "empty", "absent"),
        "unpublished",
        "What a read shows of an external RADIUS server's shared secret.",
    ),
    _choice(
        "radius_sequence_list",
        ("RadiusServerList", "radiusServers"),
        "Cisco ERS description, whose schema and text differ",
        "What a read calls the servers of a RADIUS server sequence.",
    ),
    _choice(
        "radius_delete_in_use",
        (400, 409, 500, "allowed"),
        "unpublished",
        "Deleting a RADIUS server or sequence that is in use.",
    ),
)

_CONDITIONS = (
    _choice(
        "mfa_rule_attributes",
        ("authorization", "authentication", "policyset", "any"),
        "unpublished",
        "Which list of attributes holds for the conditions of MFA rules, which have none of their own.",
    ),
    _choice(
        "unlisted_names",
        (400, "accepted"),
        "guess",
        "A condition with an attribute that is not listed for its kind of rule, or a value that its attribute does "
        "not list.",
    ),
    _choice(
        "device_group_values",
        ("plain", "rooted", "unlisted"),
        "unpublished",
        "How the list of attributes shows device groups: as conditions name them, with their root before, or not.",
    ),
    _choice(
        "group_values",
        ("unlisted", "listed"),
        "unpublished",
        "Whether the list of attributes shows the groups of a join point as the only values of ExternalGroups.",
    ),
    _choice(
        "date_operators",
        ("rewritten", "as_sent"),
        "unpublished",
        "Whether ISE turns greaterThan and lessThan into their date forms for attributes that are dates.",
    ),
)

_POLICY = (
    _choice(
        "unfit_connection",
        (400, "accepted"),
        "unpublished",
        "An MFA rule whose connection does not serve the tree.",
    ),
    _choice(
        "unknown_connection", (400, 404, "accepted"), "unpublished", "An MFA rule whose connection does not exist."
    ),
    _choice(
        "duo_unreachable",
        ("fail_action", "reject", "accept"),
        "unpublished",
        "What a login meets when ISE cannot reach Duo: the action of its MFA rule for a failure, or always the same.",
    ),
    _choice("mfa_rule_when_off", (400, 403, "accepted"), "unpublished", "Writing an MFA rule while MFA is off."),
    _choice("rule_without_rank", ("top", "bottom"), "unpublished", "Where a POST or PUT without `rank` puts a rule."),
    _choice(
        "policy_codes",
        ("documented", "post_200", "put_204", "delete_202", "delete_204"),
        "Cisco's two descriptions list several",
        "201/200/200, or another success code for the POST, PUT or DELETE of a rule; 204 has no body, and after 202 "
        "the rule is still listed for a while.",
    ),
    _free("rule_deletion_seconds", 0.3, "guess", "How long a rule is still listed after a 202."),
    _free(
        "transient_refusal",
        0,
        "Cisco's Terraform provider, which repeats such writes",
        "Every so many writes of policy, one is answered 400 and not carried out; 0 for none.",
    ),
    _free(
        "condition_level_seconds",
        0,
        "Cisco's Terraform provider, which waits up to ten minutes",
        "How long a write takes for each level of its condition.",
    ),
    _choice(
        "null_condition",
        (400, "accepted"),
        "Cisco's descriptions, which want a condition and allow null",
        "A policy set or rule that is no default one and whose condition is null.",
    ),
    _choice("unset_description", ("empty", "null"), "reports differ", "`description` of a policy set that has none."),
    _choice("policy_duplicate", (400, 409), "unpublished", "A second policy set or rule of the same name."),
    _choice(
        "rule_action_case",
        ("as_sent", "upper", "lower"),
        "unpublished",
        "Case of the actions of MFA and authentication rules on read.",
    ),
    _choice(
        "policy_nulls",
        ("shown", "left_out"),
        "reported from a real box",
        "Whether unset members of conditions read as null or not at all.",
    ),
)

SWITCHES: tuple[Switch, ...] = _BOX + _ANSWERS + _CONNECTION + _SYNC + _ERS + _PXGRID + _RADIUS + _CONDITIONS + _POLICY
