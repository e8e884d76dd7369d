# SPDX-FileCopyrightText: 2026 The identityops.cisco authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users, groups, administrators and settings of the simulated Duo account.

Members and values come from the Duo documentation, adminapi, and Duo's own Python and Ruby clients.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import seed

USER_TEXTS = ("realname", "firstname", "lastname", "email", "notes", "alias1", "alias2", "alias3", "alias4")
USER_STATUSES = ("active", "bypass", "disabled")
GROUP_STATUSES = ("active", "bypass", "disabled")


@dataclass
class Group:
    """A group of users."""

    group_id: str
    name: str
    desc: str = ""
    status: str = "active"

    def answer(self) -> dict[str, Any]:
        """The object as the Admin API shows it; the status comes back capitalised (vendor samples)."""
        legacy = dict.fromkeys(("push_enabled", "sms_enabled", "voice_enabled", "mobile_otp_enabled"), True)
        return {**vars(self), "status": self.status.capitalize(), **legacy}


@dataclass
class User:
    """A person or service account."""

    user_id: str
    username: str
    created: int
    realname: str = ""
    firstname: str = ""
    lastname: str = ""
    email: str = ""
    status: str = "active"
    notes: str = ""
    alias1: str = ""
    alias2: str = ""
    alias3: str = ""
    alias4: str = ""
    is_enrolled: bool = False
    last_login: int | None = None
    last_directory_sync: int | None = None
    directory_key: str | None = None
    external_id: str | None = None
    groups: list[str] = field(default_factory=list)
    devices: dict[str, Any] = field(default_factory=dict)
    """Members of the answer that differ from those of the one phone, such as `tokens`; None leaves one out."""

    @property
    def phone(self) -> dict[str, Any] | None:
        """The one device of an enrolled user, as the Auth API describes it."""
        if not self.is_enrolled:
            return None
        return {
            "device": seed.stable_key("DP", self.user_id),
            "type": "phone",
            "display_name": "iOS (XXX-XXX-0100)",
            "name": "",
            "number": "XXX-XXX-0100",
            "capabilities": ["auto", "push", "sms", "phone", "mobile_otp"],
        }

    def answer(self, groups: dict[str, Group]) -> dict[str, Any]:
        """The object as the Admin API shows it; an empty alias is null."""
        # asdict would copy deeply, which takes most of the time of a long list
        shown = dict(vars(self))
        aliases = {name: shown[name] for name in ("alias1", "alias2", "alias3", "alias4")}
        shown.update({name: value or None for name, value in aliases.items()})
        phone = self.phone
        shown.update(
            aliases={name: value for name, value in aliases.items() if value},
            groups=[groups[group_id].answer() for group_id in self.groups],
            # The capabilities as Duo's own Go client reads them.
            phones=[]
            if phone is None
            else [
                {
                    **{"phone_id": phone["device"], "type": "Mobile", "platform": "Apple iOS"},
                    "capabilities": phone["capabilities"],
                }
            ],
            **{name: [] for name in ("tokens", "u2ftokens", "webauthncredentials", "desktoptokens")},
            desktop_authenticators=[],
            custom_attributes={},
            enable_auto_prompt=True,
            lockout_reason="Failed attempts" if self.status == "locked out" else None,
        )
        shown.update(shown.pop("devices"))
        return {name: value for name, value in shown.items() if name not in self.devices or value is not None}


@dataclass(frozen=True)
class Growth:
    """Users that are computed when a page of them is asked for: all with an address and no phone, except every so
    many-th."""

    count: int = 0
    bare_every: int = 0
    """Without an address, and of no directory."""
    directory_every: int = 0
    """Without an address, and of the directory `directory_key`."""
    directory_key: str = ""
    enrolled_every: int = 0
    """With a phone."""

    def user(self, index: int, now: int) -> User:
        """The user number `index` of these."""

        def hit(every: int) -> bool:
            return every > 0 and index % every == every - 1

        name = f"grown{index + 1:06d}"
        synced = hit(self.directory_every)
        return User(
            user_id=f"DUGROWN{index + 1:013d}",
            username=name,
            created=now - 86_400,
            realname=name.capitalize(),
            email="" if synced or hit(self.bare_every) else f"{name}@corp.example",
            last_directory_sync=now - 3_600 if synced else None,
            directory_key=self.directory_key if synced else None,
            is_enrolled=hit(self.enrolled_every),
        )


def seeded_groups() -> dict[str, Group]:
    """The account's groups by id."""
    groups = [Group(seed.stable_key("DG", name), name, desc) for name, desc in seed.GROUPS]
    return {group.group_id: group for group in groups}


def seeded_users(now: int) -> dict[str, User]:
    """The account's users by id; their ages are counted back from `now` (seconds)."""
    users = [_seeded_user(item, now) for item in seed.users()]
    return {user.user_id: user for user in users}


def _seeded_user(item: seed.UserSeed, now: int) -> User:
    first, _unused, last = item.realname.partition(" ")
    day = 86_400
    return User(
        user_id=seed.stable_key("DU", item.username),
        username=item.username,
        created=now - (400 + item.number) * day,
        realname=item.realname,
        firstname=first,
        lastname=last,
        email=item.email,
        status=item.status,
        is_enrolled=item.enrolled,
        last_login=now - (1 + item.number % 30) * day if item.enrolled else None,
        last_directory_sync=now - day if item.synced else None,
        directory_key=str(seed.DIRECTORY["directory_key"]) if item.synced else None,
        external_id=f"corp-{item.number:04d}" if item.synced else None,
        groups=[seed.stable_key("DG", name) for name in item.groups],
    )


def seeded_administrators(now: int) -> dict[str, dict[str, Any]]:
    """The account's administrators by id, as the Admin API shows them."""
    return {
        seed.stable_key("DE", email): {
            "admin_id": seed.stable_key("DE", email),
            "name": name,
            "email": email,
            "phone": "+4930901820",
            "role": role,
            "status": status,
            "created": now - 700 * 86_400,
            "last_login": now - 3_600 if status == "Active" else None,
            "admin_units": [],
            "restricted_by_admin_units": False,
            "password_change_required": False,
            "hardtoken": None,
        }
        for name, email, role, status in seed.ADMINISTRATORS
    }


def settings() -> dict[str, Any]:
    """The account's settings; members as Duo's Python client lists them, values invented."""
    return {
        "name": seed.ACCOUNT_NAME,
        "caller_id": "+4930901820",
        "fraud_email": "security@corp.example",
        "fraud_email_enabled": True,
        "helpdesk_bypass": "limit",
        "helpdesk_bypass_expiration": 60,
        "helpdesk_can_send_enroll_email": True,
        "helpdesk_message": "Call extension 4400.",
        "inactive_user_expiration": 90,
        "keypress_confirm": "#",
        "keypress_fraud": "*",
        "language": "EN",
        "lockout_expire_duration": 30,
        "lockout_threshold": 10,
        "log_retention_days": 180,
        "minimum_password_length": 14,
        "password_requires_upper_alpha": True,
        "password_requires_lower_alpha": True,
        "password_requires_numeric": True,
        "password_requires_special": False,
        "pending_deletion_days": 7,
        "security_checkup_enabled": True,
        "sms_batch": 1,
        "sms_expiration": 10,
        "sms_message": "SMS passcodes",
        "sms_refresh": False,
        "telephony_warning_min": 200,
        "timezone": "Europe/Berlin",
        "user_managers_can_put_users_in_bypass": False,
        "user_telephony_cost_max": 10,
        "email_activity_notification_enabled": True,
        "push_activity_notification_enabled": True,
        "unenrolled_user_lockout_threshold": 50,
        "enrollment_universal_prompt_enabled": True,
        "duo_mobile_otp_type": "hotp",
        "global_ssp_policy_enforced": False,
    }
