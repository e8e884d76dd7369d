# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Auth API's decisions, as small as they can be: who may log in to an application, and what a push leads to.

Results and texts follow Duo's Postman collection for the Auth API.
"""

from __future__ import annotations

from typing import Any

from .applications import Application
from .errors import invalid_parameter, missing_parameter, not_found
from .people import User
from .seed import stable_key
from .state import DuoState

PREAUTH_PARAMETERS = frozenset(
    {"user_id", "username", "ipaddr", "hostname", "trusted_device_token", "client_supports_verified_push"}
)
AUTH_PARAMETERS = frozenset(
    {"user_id", "username", "factor", "device", "ipaddr", "hostname", "type", "display_username", "pushinfo"}
    | {"async", "passcode", "txid"}
)
PUSH_FACTORS = ("auto", "push", "phone")
FACTORS = (*PUSH_FACTORS, "passcode", "sms")
STATUS_TEXTS = {
    "allow": "Success. Logging you in...",
    "deny": "Login request denied.",
    "timeout": "Login timed out.",
}


def preauthenticate(state: DuoState, app: Application, parameters: dict[str, Any]) -> dict[str, Any]:
    """May this user log in, and with what? Raises DuoError."""
    user = _user(state, parameters)
    result = _standing(app, user)
    if result == "enroll":
        portal = f"https://{state.address}/portal?code={stable_key('', 'portal')}"
        return {
            "result": "enroll",
            "status_msg": "Enroll an authentication device to proceed",
            "enroll_portal_url": portal,
        }
    if result != "auth" or user is None:
        text = "Account is disabled or not permitted" if result == "deny" else "Account is active"
        return {"result": result, "status_msg": text}
    return {"result": "auth", "status_msg": "Account is active", "devices": [user.phone]}


def authenticate(state: DuoState, app: Application, parameters: dict[str, Any]) -> dict[str, Any]:
    """Ask for a second factor; with `async` only a transaction id comes back. Raises DuoError."""
    factor = parameters.get("factor")
    if factor is None:
        raise missing_parameter("factor")
    if factor not in FACTORS:
        raise invalid_parameter("factor")
    needed = "passcode" if factor == "passcode" else "device"
    if needed not in parameters:
        raise missing_parameter(needed)
    user = _user(state, parameters)
    outcome = _outcome(state, app, user, str(factor), parameters)
    if str(parameters.get("async", "0")) == "0":
        return outcome
    txid = f"{stable_key('', f'push {len(state.pushes)}').lower()}"
    state.pushes[txid] = {"outcome": outcome, "polls": 0, "username": user.username if user else None}
    return {"txid": txid}


def authentication_status(state: DuoState, parameters: dict[str, Any]) -> dict[str, Any]:
    """The first question finds the push under way, the next one its outcome. Raises DuoError."""
    if "txid" not in parameters:
        raise missing_parameter("txid")
    if parameters["txid"] not in state.pushes:
        raise not_found()
    push = state.pushes[parameters["txid"]]
    push["polls"] += 1
    if push["polls"] == 1:
        return {"result": "waiting", "status": "pushed", "status_msg": "Pushed a login request to your phone..."}
    outcome: dict[str, Any] = push["outcome"]
    return outcome


def _user(state: DuoState, parameters: dict[str, Any]) -> User | None:
    """The user meant; None for a name nobody has. Raises DuoError unless exactly one of both parameters is given."""
    if ("user_id" in parameters) == ("username" in parameters):
        raise missing_parameter("user_id or username")
    if "user_id" in parameters:
        return state.user(parameters["user_id"])
    return state.find_user(str(parameters["username"]))


def _standing(app: Application, user: User | None) -> str:
    """auth, allow, deny or enroll."""
    if user is None:
        return "deny" if app.user_access != "ALL_USERS" else "enroll"
    permitted = app.user_access == "ALL_USERS" or (
        app.user_access == "PERMITTED_GROUPS" and bool(set(app.groups_allowed) & set(user.groups))
    )
    if not permitted or user.status in ("disabled", "locked out", "pending deletion"):
        return "deny"
    if user.status == "bypass":
        return "allow"
    return "auth" if user.is_enrolled else "enroll"


def _outcome(
    state: DuoState, app: Application, user: User | None, factor: str, parameters: dict[str, Any]
) -> dict[str, Any]:
    standing = _standing(app, user)
    if standing == "enroll":
        raise invalid_parameter("no capable device")
    if factor == "sms":
        return {"result": "deny", "status": "sent", "status_msg": "New SMS passcodes sent."}
    if standing == "auth" and factor in PUSH_FACTORS:
        status = state.switches.get("duo.push_answer")
    elif standing == "auth":
        # The simulated person's passcode never changes.
        status = "allow" if parameters["passcode"] == "123456" else "deny"
    else:
        status = standing
    return {"result": "allow" if status == "allow" else "deny", "status": status, "status_msg": STATUS_TEXTS[status]}
