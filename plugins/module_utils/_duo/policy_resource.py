# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Duo policy as a resource: what is read, what is written, and what is set back. Private to this collection.

Facts: Duo documentation, "Admin API", policies. What a write leaves alone, and what becomes of a setting that is not
ready to be set, is not documented; so both are looked at after each write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo
from ansible_collections.identityops.cisco.plugins.module_utils._duo.own_policies import OwnPolicies
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    APPLIES_TO,
    CAN_BLOCK,
    SECTIONS,
    TRUSTED_ENDPOINTS,
    TYPED,
    Sections,
    Setting,
    application_name,
    applications_of,
    find_policy,
    has_text,
    is_configured,
    is_true,
    lost,
    name_of,
    overlaid,
    require_checking,
    sections_of,
    sections_to_send,
    settings_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import (
    Applied,
    Target,
    applied_of,
    entries_with,
    parameters_to_apply,
    require_readable,
    targets_of,
)
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    CiscoError,
    FeatureOff,
    InvalidInput,
    OutcomeUnknown,
    Refused,
    UnexpectedAnswer,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource
from ansible_collections.identityops.cisco.plugins.module_utils._service import named_so
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, free_text

CHECKING = f"{TRUSTED_ENDPOINTS}.checking"
MOBILE = f"{TRUSTED_ENDPOINTS}.checking_mobile"
STEPS = "identityops.cisco.duo_edr_integration returns the steps as a hand-off."
OR_UNKNOWN = "It may also be that this Duo account does not know the setting at all."

# How Duo may name them, and the words of a refusal that does not say what is wrong.
OF_TRUSTED_ENDPOINTS = re.compile("trusted.?endpoint|secure.?endpoint|can.block", re.IGNORECASE)
UNSPECIFIC = frozenset(
    "a an are bad data duo error for given in input invalid is missing no not of or parameter parameters policy reason "
    "request required says section sections that the value values".split()
)


class PolicyResource(Resource):
    """One policy. Each declared key of a section is a field, named by its place among the options."""

    # A change touches what is declared only, and max_blocked limits what it does to devices. A deletion takes along
    # everything else that an administrator has set in the policy.
    guarded = ("absent",)
    is_unique = False
    compare = {"name": free_text}
    texts = ("name",)

    def __init__(
        self,
        duo: Duo,
        params: dict[str, Any],
        context: Context,
        guard: Callable[[str, list[Target]], None] = lambda key, targets: None,
    ) -> None:
        """
        :param guard: judges a write that can block devices right before it; gets the policy's key, which is empty for
            one that does not exist yet, and where it is to apply, and raises :class:`CiscoError`.
        """
        self.duo = duo
        self.context = context
        self.name: str | None = params["name"]
        self.policy_key: str | None = params["policy_key"]
        self.is_global: bool = params["global_policy"]
        self.title = "global policy" if self.is_global else f"policy {self.name or self.policy_key!r}"
        self.place = duo.api_host
        self.settings = settings_of(params["trusted_endpoints"], params["sections"])
        self.absent = sorted(set(params["sections_absent"] or []))
        self.targets = targets_of(params["apply_to"], duo) if params["apply_to"] else []
        self.found: dict[str, Any] | None = None
        self.adopts: bool = params["adopt"]
        self.is_named_by_key = bool(self.policy_key)
        self._own = OwnPolicies(duo, context)
        self._is_new = False
        self._raw: dict[str, Any] = {}
        self._applied = Applied()
        self._general: dict[str, Any] | None = None
        # Names of the sections that were sent, whatever became of it.
        self._written: set[str] = set()
        self._fields: Fields = {}
        self._is_configured: bool | None = None
        self._is_confirmed = bool(params.get("integration_confirmed"))
        self._guard = guard
        # Whether Duo does not take a setting because something of Trusted Endpoints is, or may be, not set up.
        self.lacks_setup = False

    @property
    def desired(self) -> Fields:
        return {
            "name": self.name,
            **{setting.name: setting.value for setting in self.settings},
            "sections_absent": self.absent or None,
            "apply_to": [target.wanted for target in self.targets] or None,
        }

    # The resource

    def read(self) -> Fields | None:
        raw = self._look()
        if not self.found:
            self.found = raw or {}
        self._raw, self._applied, self._fields = raw or {}, Applied(), {}
        if raw is None:
            return None
        if self._is_new:
            # Also where the answer to the creation, and the key with it, was lost.
            self._own.add(self.policy_key)
        if not self.is_global:
            self._applied = applied_of(raw, self.duo, bool(self.targets))
        sections = sections_of(raw)
        self._fields = {
            "name": name_of(raw),
            **{setting.name: setting.read(sections) for setting in self.settings},
            "sections_absent": [name for name in self.absent if name not in sections],
            "apply_to": [there for target in self.targets if (there := self._present(target))],
        }
        return self._fields

    def _present(self, target: Target) -> dict[str, Any] | None:
        """What Duo does not show counts as applied, or it would be written at every run."""
        if self._applied.shows(target):
            return target.present(self._applied)
        self.context.warn(
            f"Duo does not show whether the {self.title} applies to {target.declared!r}. Check it in the Duo Admin "
            "Panel."
        )
        return target.wanted

    def _look(self) -> dict[str, Any] | None:
        if self.is_global:
            raw: dict[str, Any] | None = self.duo.get_global_policy()
        elif self.policy_key:
            raw = self.duo.get_policy(self.policy_key)
        else:
            raw = self._named(self.duo.list_policies())
        if raw is not None:
            if not raw.get("policy_key"):
                raise UnexpectedAnswer(f"read the {self.title}", "Duo's answer does not name its key")
            self.policy_key = str(raw["policy_key"])
            self.key_in_words = f"its policy_key, {self.policy_key}"
        return raw

    def warn_of_unknown_sections(self) -> None:
        """A misspelt name is never there, and so looks as if it were removed."""
        for name in set(self.absent).difference(SECTIONS, sections_of(self.found or {})):
            general = sections_of(self._global_policy())
            if name not in general:
                self.context.warn(
                    f"sections_absent names {name!r}, which is no section of the global policy, so it may be misspelt. "
                    f"{nearest(name, {*SECTIONS, *general})}"
                )

    def _named(self, listed: list[dict[str, Any]]) -> dict[str, Any] | None:
        """The policy of that name. Duo's list may leave the global one out, which must not get a namesake."""
        found = find_policy(listed, str(self.name)) or self.stored_otherwise(listed, str(self.name), name_of)
        if found is None and not any(is_true(raw.get("is_global_policy")) for raw in listed):
            general = self._global_policy()
            if named_so([general], str(self.name), name_of):
                return {**general, "is_global_policy": True}
        return found

    def _global_policy(self) -> dict[str, Any]:
        if self._general is None:
            self._general = self.duo.get_global_policy()
        return self._general

    def _is_the_global_one(self) -> bool:
        """Whether what was found is the global policy, which Duo may not show."""
        flag = self._raw.get("is_global_policy")
        if flag is None and self._raw:
            return bool(self._global_policy().get("policy_key") == self.policy_key)
        return is_true(flag)

    def doubt(self, current: Fields) -> str:
        if self.is_global or self.policy_key in self._own or self._is_the_global_one():
            return ""
        return "is not among the policies that this machine remembers"

    def remember(self) -> bool:
        """Remember that the user has adopted it. Nothing in Duo changes."""
        if self.adopts and not self.is_global and self.policy_key not in self._own:
            self._own.add(self.policy_key)
        return False

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if current is None and self.is_named_by_key:
            raise InvalidInput(
                f"find the {self.title}",
                f"no policy in Duo has the key {self.policy_key}",
                "Give its name instead, to have it created.",
            )
        if not self.is_global and self._is_the_global_one():
            raise InvalidInput(
                f"{'delete' if state == 'absent' else 'change'} the {self.title}",
                "it is the global policy",
                "It cannot be deleted. To change it, set global_policy to true instead of naming it.",
            )
        if not self.is_global:
            require_checking(self.settings, sections_of(self._raw), str(self.name or self.policy_key))
        decides = any(setting.section == TRUSTED_ENDPOINTS and setting.name in changes for setting in self.settings)
        if decides:
            self._require_configured()
        if "apply_to" in changes:
            require_readable(self._applied, self.title)
        drops = TRUSTED_ENDPOINTS in self.absent and "sections_absent" in changes
        if decides or drops or "apply_to" in changes or state == "absent":
            self._guard(self.policy_key or "", self.targets)
        self._warn_of_others(state, changes)

    def _require_configured(self) -> None:
        self._is_configured = is_configured([self._raw])
        if self._is_configured is None and not self.is_global:
            self._is_configured = is_configured([self._global_policy()])
        if self._is_configured is False:
            self.lacks_setup = True
            raise FeatureOff(
                f"set {TRUSTED_ENDPOINTS} of the {self.title}",
                "Duo says 'not-configured': Trusted Endpoints is not set up in the Duo Admin Panel yet",
                "Set up a device management integration there, on the page Trusted Endpoints, and the one with Cisco "
                f"Secure Endpoint if it is to block devices; then run this again. {STEPS}",
            )

    def _warn_of_others(self, state: str, changes: Fields) -> None:
        """Say what a change means for applications."""
        names = self._applications()
        if state == "absent" and names:
            self.context.warn(f"The {self.title} applies to {names}. Without it, another policy applies there.")
        if state == "absent" and not self._applied.is_whole:
            self.context.warn(
                f"Duo does not show everywhere the {self.title} applies. In all these places, another policy applies "
                "without it."
            )
        for target in self.targets if "apply_to" in changes else ():
            if not target.groups and target.policy_key not in ("", self.policy_key):
                self.context.warn(
                    f"The application {target.name!r} had the policy {target.policy_key}, which the {self.title} "
                    "replaces."
                )

    def _applications(self) -> str:
        """Where it applies, as words."""
        shown = applications_of(self._applied.entries)
        return ", ".join(application_name(entry["application"], entry["integration_key"]) for entry in shown)

    def create(self, desired: Fields) -> None:
        parameters = {"policy_name": self.name, **self._parameters(desired)}
        self._is_new = True
        try:
            created = self.duo.create_policy(parameters)
        except Refused as error:
            raise self._explained(error, desired) from error
        self.policy_key = created["policy_key"]
        self._own.add(self.policy_key)
        left = [one for one in self._following(desired) if one.read(sections_of(created)) not in (None, one.value)]
        if left:
            self._put({"sections": sections_to_send(left, sections_of(created))}, f"set {MOBILE} of the {self.title}")

    def twins(self) -> list[str]:
        named = named_so(self.duo.list_policies(), str(self.name), name_of)
        keys = [str(raw.get("policy_key")) for raw in named]
        return [str(self.policy_key), *(key for key in keys if key != self.policy_key)]

    def give_way(self) -> None:
        self.duo.delete_policy(str(self.policy_key), str(self.name))
        self._own.discard(self.policy_key)
        self.policy_key, self.found, self._is_new = None, None, False

    def update(self, current: Fields, changes: Fields) -> None:
        attempted = f"change {', '.join(sorted(changes))} of the {self.title}"
        parameters = self._parameters(changes)
        self._written.update(parameters.get("sections", ()))
        try:
            self._put(parameters, attempted)
        except Refused as error:
            raise self._explained(error, changes) from error
        except OutcomeUnknown as error:
            # Looking it up, the engine minds what is declared; only this checks the rest.
            try:
                self._give_back(changes)
            except CiscoError as trouble:
                raise error from trouble
            raise
        self._give_back(changes)

    def delete(self, current: Fields) -> None:
        try:
            self.duo.delete_policy(str(self.policy_key), current["name"])
        except Refused as error:
            names = self._applications()
            advice = f"It applies to {names}. Give them another policy in the Duo Admin Panel first." if names else ""
            raise _advised(error, advice) from error
        self._own.discard(self.policy_key)

    # Writing

    def _put(self, parameters: dict[str, Any], attempted: str) -> None:
        self.duo.update_policy(str(self.policy_key), parameters, attempted)

    def _parameters(self, changes: Fields) -> dict[str, Any]:
        present = sections_of(self._raw)
        parameters: dict[str, Any] = {"policy_name": changes["name"]} if "name" in changes else {}
        sections = self._sent(self._settings_in(changes), present)
        if sections:
            parameters["sections"] = sections
        removed = [name for name in self.absent if name in present]
        if removed:
            parameters["sections_to_delete"] = removed
        if "apply_to" in changes:
            parameters.update(parameters_to_apply(self.targets, self._applied, self.duo.list_groups))
        return parameters

    def _sent(self, settings: Iterable[Setting], sections: Sections) -> Sections:
        """What to send of the settings. Of sections that are not there yet, the global policy, which has all of them,
        shows the kinds of values."""
        settings = list(settings)
        added = [setting for setting in settings if setting.section not in sections and not setting.is_typed]
        needed = not self.is_global and any(has_text(setting.value) for setting in added)
        return sections_to_send(settings, sections, sections_of(self._global_policy()) if needed else None)

    def _settings_in(self, changes: Fields) -> list[Setting]:
        """Mobile devices may be as wanted only because they are treated as the others, which changes now."""
        sent = {*changes, *([MOBILE] if CHECKING in changes else [])}
        following = self._shown_following(changes, sections_of(self._raw))
        return [setting for setting in self.settings if setting.name in sent] + following

    def _following(self, changes: Iterable[str]) -> list[Setting]:
        """What belongs to a declared setting: unless they are declared, mobile devices are treated as the others once
        the others' setting changes. Whether Duo sees to that itself is not documented."""
        declared = {setting.name: setting.value for setting in self.settings}
        if CHECKING not in changes or CHECKING not in declared or MOBILE in declared:
            return []
        option = MOBILE.rpartition(".")[2]
        return [Setting((TRUSTED_ENDPOINTS, option), TRUSTED_ENDPOINTS, TYPED[option], declared[CHECKING])]

    def _shown_following(self, changes: Iterable[str], sections: Sections) -> list[Setting]:
        """What follows and is set in the policy itself; what is not set there follows without being sent."""
        section = sections.get(TRUSTED_ENDPOINTS, {})
        return [one for one in self._following(changes) if section.get(str(one.key)) is not None]

    def _give_back(self, changes: Fields) -> None:
        """Undo what a write changed besides. Duo reportedly leaves alone what is not sent, which is not certain.
        What changed in a section that was not sent, an administrator may have changed meanwhile; it stays."""
        before = sections_of(self.found or {})
        after = self._sections_now()
        following = self._following(changes)
        settings = [*self.settings, *following]
        changed = lost(before, after, settings, self.absent)
        gone = {name: section for name, section in changed.items() if name in self._written or name not in after}
        self._report_others({name: section for name, section in changed.items() if name not in gone}, after)
        # Of what is declared, only that was sent which differed.
        strayed = [
            one
            for one in settings
            if one.read(after) != one.value and (one in following or one.read(before) == one.value)
        ]
        if not gone and not strayed:
            return
        kept = [setting for setting in self.settings if setting.read(after) == setting.value]
        self._written.update(gone, (setting.section for setting in strayed))
        to_send = [*self.settings, *self._shown_following(changes, before)]
        declared = [one for one in settings if one.section in self._written and (one in to_send or one in strayed)]
        everything = overlaid(gone, self._sent(declared, before))
        try:
            self._put({"sections": everything}, f"revert what else changed in the {self.title}")
            now = self._sections_now()
            if any(setting.read(now) != setting.value for setting in kept):
                # The two exclude each other, and the declared one counts.
                self._put({"sections": sections_to_send(kept, now)}, f"set the {self.title} as declared again")
        except (Refused, OutcomeUnknown) as error:
            self.context.warn(f"Something of the {self.title} was to be set back: {error.came_back}.")
        if gone:
            left = lost(before, self._sections_now(), settings, self.absent)
            self._report(gone, {name: section for name, section in left.items() if name in self._written})

    def _report(self, gone: Sections, left: Sections) -> None:
        changed = f"With the {self.title}, Duo or an administrator changed {_names(gone)} too, which is not declared."
        if not left:
            self.context.warn(f"{changed} It was set back.")
            return
        was = [f"{name}.{key} was {value!r}" for name, section in left.items() for key, value in section.items()]
        self.context.warn(f"{changed} It could not be set back: {'; '.join(was) or _names(left)}.")

    def _report_others(self, changed: Sections, after: Sections) -> None:
        """:param changed: what is left as it is now, as it was before."""
        failures = [
            f"{name}.{key} was {value!r} and {_is_now(after[name], key)}"
            for name, section in changed.items()
            for key, value in section.items()
        ]
        if failures:
            self.context.warn(
                f"Duo or an administrator changed the {self.title} meanwhile, in what this task has not sent: "
                f"{'; '.join(failures)}. It was left alone."
            )

    def _sections_now(self) -> Sections:
        return sections_of(self._look() or {})

    # Explaining

    def unconfirmed(self, names: list[str]) -> str:
        return self._possible_reason(names) or (
            "Duo may have ignored a setting that it does not know, or it does not return a value that equals its "
            "default. In that case, leave it out."
        )

    def _explained(self, error: Refused, names: Iterable[str]) -> CiscoError:
        """A refusal that may be one of Trusted Endpoints, as what a person has to see to; any other as it is."""
        reason = self._possible_reason(names, error.came_back) if may_be_of_trusted_endpoints(error.came_back) else ""
        if not reason:
            return error
        return FeatureOff(error.attempted, error.came_back, reason, status=error.status, code=error.code)

    def _possible_reason(self, names: Iterable[str], words: str = "") -> str:
        """Why Duo does not take a setting of Trusted Endpoints: which of these it is, no API shows.

        :param words: Duo's, if it refused.
        """
        parts = {name.rpartition(".")[2] for name in names if name.startswith(f"{TRUSTED_ENDPOINTS}.")}
        if parts - {CAN_BLOCK} and not self._is_configured and not (CAN_BLOCK in parts and CAN_BLOCK in words):
            missing = "Trusted Endpoints is not set up in the Duo Admin Panel"
        elif CAN_BLOCK in parts and not self._is_confirmed:
            missing = "the integration with Cisco Secure Endpoint is not set up in the Duo Admin Panel"
        else:
            return ""
        self.lacks_setup = True
        return f"It is not proven, but likely, that {missing} yet. {STEPS} {OR_UNKNOWN}"

    # Results

    def expected(self, after: Fields) -> dict[str, Any]:
        """The policy, in Duo's words, with what was predicted and not written."""
        changes = {name: value for name, value in after.items() if value != self._fields.get(name)}
        present = sections_of(self._raw)
        sections = overlaid(present, self._sent(self._settings_in(changes), present))
        kept = {name: section for name, section in sections.items() if name not in self.absent}
        applies_to = entries_with(self.targets if "apply_to" in changes else (), self._applied)
        return {**self._raw, "policy_name": after["name"], "sections": kept, APPLIES_TO: applies_to}

    def nested(self, fields: Fields) -> Fields:
        """Fields as they stand among the options, without those that Duo does not show."""
        paths = {setting.name: setting.shown for setting in self.settings}
        whole: Fields = {}
        for name, value in fields.items():
            if value is None:
                continue
            *above, last = paths.get(name, (name,))
            place = whole
            for step in above:
                place = place.setdefault(step, {})
            place[last] = value
        return whole


def may_be_of_trusted_endpoints(words: str) -> bool:
    """Whether a refusal speaks of Trusted Endpoints, or of nothing in particular."""
    return bool(OF_TRUSTED_ENDPOINTS.search(words)) or set(re.findall(r"\w+", words.lower())) <= UNSPECIFIC


def _advised(error: Refused, advice: str) -> Refused:
    return Refused(error.attempted, error.came_back, advice, status=error.status, code=error.code)


def _is_now(section: dict[str, Any], key: str) -> str:
    return f"is {section[key]!r}" if key in section else "is no longer shown"


def _names(sections: Sections) -> str:
    """The keys of sections, as words."""
    return ", ".join(f"{name}.{key}" for name, section in sections.items() for key in section) or ", ".join(sections)
