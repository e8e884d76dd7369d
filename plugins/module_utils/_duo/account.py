# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Duo account as a whole, and whether it is fit for something. Private to this collection."""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Forbidden, Refused
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context

COUNTS = ("user_count", "admin_count", "integration_count", "telephony_credits_remaining")
# Seen in answers of 2026 and not documented, so that an account may do without them.
OPTIONAL = ("edition", "account_id")


def account_of(duo: Duo, context: Context) -> dict[str, Any]:
    summary = duo.get_info_summary()
    account = {name: summary.get(name) for name in COUNTS}
    account.update({name: summary[name] for name in OPTIONAL if summary.get(name)})
    return {**account, "api_host": duo.api_host, "active_owners": _active_owners(duo, context)}


def _active_owners(duo: Duo, context: Context) -> list[dict[str, Any]] | None:
    """Name and address of each; None, with a warning that names the permission, where they cannot be read."""
    try:
        administrators = duo.list_admins()
    except Forbidden as error:
        context.warn(str(error))
        return None
    fitting = [_is_active_owner(one) for one in administrators]
    if None in fitting and True not in fitting:
        context.warn("Duo does not show the role or the status of all administrators, so its owners are not known.")
        return None
    owners = [one for one, fits in zip(administrators, fitting, strict=True) if fits]
    return [{"name": one.get("name"), "email": one.get("email")} for one in owners]


def _is_active_owner(administrator: dict[str, Any]) -> bool | None:
    """None where Duo does not show it."""
    shown = [str(administrator.get(name) or "").strip().lower() for name in ("role", "status")]
    # Both as Duo documents them.
    if all(one in ("", word) for one, word in zip(shown, ("owner", "active"), strict=True)):
        return None if "" in shown else True
    return False


def account_step(account: dict[str, Any], owner: bool, editions: list[str]) -> dict[str, str]:
    """:param owner: whether an active owner is required; the edition must contain one of the words in ``editions``."""
    owners, edition = account["active_owners"], account.get("edition")
    unseen = (owner and owners is None) or (editions and edition is None)
    shown = "owners are not shown" if owners is None else f"{len(owners)} active owner{'s' * (len(owners) != 1)}"
    return {
        "status": "not_verifiable" if unseen else "ok",
        "detail": f"{edition or 'Edition not returned'}, {shown}, {account['user_count']} users",
    }


def require_account(account: dict[str, Any], owner: bool, editions: list[str]) -> None:
    """As :func:`account_step`. What cannot be seen is not held against the account.

    :raises Refused: the account is not fit.
    """
    attempted = "use this Duo account"
    if owner and account["active_owners"] == []:
        advice = "Have an Owner activated in the Duo Admin Panel; only an Owner can do the steps there."
        raise Refused(attempted, "it has no active administrator with the role Owner", advice)
    edition = str(account.get("edition") or "")
    if edition and editions and not any(word.strip().lower() in edition.lower() for word in editions):
        advice = "Change the edition of the account, or the required ones if Duo has given it another name."
        raise Refused(attempted, f"its edition is {edition}, and required is {' or '.join(editions)}", advice)
