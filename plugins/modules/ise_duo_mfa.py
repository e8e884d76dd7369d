#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_duo_mfa
short_description: Manage the connection from Cisco ISE to Duo
description:
  - Creates, changes and deletes a Duo connection on Cisco ISE, which VPN and TACACS+ logins are sent to Duo with.
  - ISE never returns a usable secret, so secrets are not compared. Instead ISE is asked to test the keys it has stored,
    and new ones are
    written only if Duo rejects those.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the connection exists as declared.
      - V(absent) deletes it. ISE may refuse that while an MFA rule uses it.
    type: str
    choices: [present, absent]
    default: present
  connection_name:
    description:
      - Name of the connection.
    type: str
    required: true
  description:
    description:
      - Free text.
    type: str
  types:
    description:
      - Which logins the connection serves. Required for a connection that does not exist yet.
    type: list
    elements: str
    choices: [vpn, tacacs]
  identity_sync:
    description:
      - Name of the identity sync that copies users to this Duo account.
    type: str
  api_host:
    description:
      - API hostname of the Duo account, as ISE should use it. Required for a connection that does not exist yet, unless
        O(duo_api_host) is
        set.
    type: str
  admin_api:
    description:
      - The Admin API application with which ISE copies users. Required for a connection that does not exist yet.
    type: dict
    suboptions:
      integration_key:
        description:
          - Its integration key. Needs O(admin_api.secret_key).
        type: str
      secret_key:
        description:
          - Its secret key.
        type: str
      application:
        description:
          - Its name in Duo, or its integration key. The task then fetches what it needs from Duo itself, so that the
            secret never passes
            through a variable. Needs the Duo connection options.
        type: str
  auth_api:
    description:
      - The Auth API application with which ISE asks Duo to authenticate users. Required for a connection that does not
        exist yet.
    type: dict
    suboptions:
      integration_key:
        description:
          - Its integration key. Needs O(auth_api.secret_key).
        type: str
      secret_key:
        description:
          - Its secret key.
        type: str
      application:
        description:
          - Its name in Duo, or its integration key. The task then fetches what it needs from Duo itself, so that the
            secret never passes
            through a variable. Needs the Duo connection options.
        type: str
  update_secrets:
    description:
      - V(when_rejected) has ISE test the keys it has stored, and writes new ones only if Duo rejects those. The result
        is tested again.
      - V(always) writes the keys each time, and therefore always reports a change.
      - V(never) tests nothing. Keys are written only along with another change, because ISE takes a connection only as
        a whole.
    type: str
    choices: [when_rejected, always, never]
    default: when_rejected
notes:
  - Cisco and Duo disagree on which kind of Auth API application ISE wants. Duo's newest page asks for the plain C(Auth
    API), Cisco's for
    the catalogue entry C(Cisco ISE Auth API). Either can be used here.
  - The Duo connection options are needed only with O(admin_api.application) or O(auth_api.application).
  - In check mode, a Duo application that does not exist yet gives a warning, because an earlier task of the same play
    would create it.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.duo
  - identityops.cisco.attributes
  - identityops.cisco.attributes.both_groups
seealso:
  - module: identityops.cisco.ise_duo_mfa_info
  - module: identityops.cisco.ise_mfa_feature
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_auth_api_app
"""

EXAMPLES = r"""
- name: Connect ISE with Duo; the keys go from Duo to ISE and nowhere else
  identityops.cisco.ise_duo_mfa:
    connection_name: Duo
    types: [vpn, tacacs]
    identity_sync: Corporate users
    admin_api:
      application: ISE user sync
    auth_api:
      application: ISE logins

- name: The same with keys from a vault, without access to Duo's Admin API
  identityops.cisco.ise_duo_mfa:
    connection_name: Duo
    types: [vpn]
    identity_sync: Corporate users
    api_host: "{{ duo_api_host }}"
    admin_api:
      integration_key: "{{ ise_admin_integration_key }}"
      secret_key: "{{ ise_admin_secret_key }}"
    auth_api:
      integration_key: "{{ ise_auth_integration_key }}"
      secret_key: "{{ ise_auth_secret_key }}"
"""

RETURN = r"""
connection:
  description: The connection as it is after the task, or as it would be in check mode. It never holds a secret.
  returned: when O(state=present)
  type: dict
  contains:
    connection_name:
      description: Its name.
      type: str
      returned: always
      sample: Duo
    description:
      description: The free text.
      type: str
      returned: when the connection exists
      sample: Second factor for remote access
    types:
      description: Which logins it serves.
      type: list
      elements: str
      returned: always
      sample: [tacacs, vpn]
    identity_sync:
      description: Name of the identity sync.
      type: str
      returned: when the connection exists
      sample: Corporate users
    api_host:
      description: API hostname of the Duo account.
      type: str
      returned: always
      sample: api-1a2b3c4d.duosecurity.com
    admin_api:
      description: The Admin API application.
      type: dict
      returned: always
      contains:
        integration_key:
          description: Its integration key.
          type: str
          returned: when known
          sample: DI9G3M7VY0D3QJ7T1K2W
    auth_api:
      description: The Auth API application.
      type: dict
      returned: always
      contains:
        integration_key:
          description: Its integration key.
          type: str
          returned: when known
          sample: DIWJ8X6AEYOR5OMC6TQ1
verification:
  description:
    - Whether Duo accepts the keys that ISE has stored, as ISE found out.
    - V(not_checked) with O(update_secrets=never), and in check mode for a connection that does not exist yet.
  returned: when O(state=present)
  type: str
  sample: accepted
"""

import functools
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo_key import DuoKey
from ansible_collections.identityops.cisco.plugins.module_utils._errors import (
    FeatureOff,
    Forbidden,
    InvalidInput,
    NotFound,
    Refused,
    ServerTrouble,
    nearest,
)
from ansible_collections.identityops.cisco.plugins.module_utils._http import bare_host
from ansible_collections.identityops.cisco.plugins.module_utils._ise import Ise, ise_argument_spec, unless_mfa_is_off
from ansible_collections.identityops.cisco.plugins.module_utils._ise_objects import connection_from_ise
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Fields, Resource, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task

ACCEPTED = "accepted"
REJECTED = "rejected"
NOT_CHECKED = "not_checked"
STORED = "as stored"
WRITTEN = "written anew"


class Connection(Resource):
    """A Duo connection. What ISE cannot show of its keys is spoken of as ``verification``: whether Duo accepts them."""

    compare = {"types": frozenset, "api_host": str.lower}

    def __init__(self, ise: Ise, params: dict[str, Any], context: Context, keys: dict[str, DuoKey]) -> None:
        self.ise = ise
        self.context = context
        self.keys = keys
        self.name: str = params["connection_name"]
        self.state: str = params["state"]
        self.update_secrets: str = params["update_secrets"]
        self.title = f"Duo connection {self.name!r}"
        self.verification = NOT_CHECKED
        self._is_written = False

    def read(self) -> Fields | None:
        raw = unless_mfa_is_off(lambda: self.ise.get_connection(self.name), self.context, self.state)
        if not raw:
            return None
        fields = connection_from_ise(raw)
        if self.state == "present" and self.update_secrets == "when_rejected":
            # After a write the keys were tested already.
            if not self._is_written:
                self.verification = REJECTED if self.ise.test_connection(self.name) else ACCEPTED
            fields["verification"] = self.verification
        if self.update_secrets == "always":
            fields["secrets"] = WRITTEN if self._is_written else STORED
        return fields

    def vet(self, state: str, current: Fields | None, changes: Fields) -> None:
        if state == "absent":
            return
        self._require_keys(current, changes)
        wanted = {**(current or {}), **changes}
        if wanted.get("identity_sync") and "identity_sync" in changes:
            self._require_sync(wanted["identity_sync"])
        if self.update_secrets != "never" and all(key.is_known for key in self.keys.values()):
            self._try_new_keys(current, wanted["api_host"])

    def create(self, desired: Fields) -> None:
        self.ise.create_connection(self._to_ise(desired))
        self._after_writing(desired["api_host"])

    def update(self, current: Fields, changes: Fields) -> None:
        fields = {**current, **changes}
        self.ise.update_connection(self._to_ise(fields))
        self._after_writing(fields["api_host"])

    def delete(self, current: Fields) -> None:
        try:
            self.ise.delete_connection(self.name)
        except (Refused, Forbidden, ServerTrouble) as error:
            advice = f"If an MFA rule of a policy set uses it, delete the rule first. {error.advice}".strip()
            raise type(error)(error.attempted, error.came_back, advice, status=error.status) from error

    # Before anything is written

    def _require_keys(self, current: Fields | None, changes: Fields) -> None:
        missing = [side for side, key in self.keys.items() if not key.is_given]
        if current is None:
            missing += [name for name in ("types", "api_host") if not changes.get(name)]
        if not missing:
            return
        if current is None:
            raise InvalidInput(
                f"create the {self.title}", f"{', '.join(missing)} must be given for that", "Add what is missing."
            )
        if changes.keys() <= {"verification"}:
            came_back = "Duo rejects the keys that ISE has stored"
        else:
            came_back = "ISE takes a changed connection only with both keys"
        raise InvalidInput(
            f"change the {self.title}",
            f"{came_back}, and {' and '.join(missing)} must be given for that",
            "Give the keys.",
        )

    def _require_sync(self, name: str) -> None:
        syncs = unless_mfa_is_off(self.ise.list_identity_syncs, self.context, self.state)
        if syncs is None:
            return
        existing = [str(sync.get("name")) for sync in syncs]
        if name in existing:
            return
        if not self.context.check_mode:
            raise InvalidInput(f"use the identity sync {name!r}", "ISE has none of that name", nearest(name, existing))
        self.context.warn(f"The identity sync {name!r} does not exist yet. The prediction assumes that it will.")

    def _try_new_keys(self, current: Fields | None, api_host: str) -> None:
        """Have ISE try the keys before they are written. Whether it can do so for a name it does not know is not
        documented."""
        try:
            words = self.ise.test_connection(self.name, self._account(api_host))
        except FeatureOff:
            # Only check mode gets here, and reading has said so.
            return
        except (NotFound, Forbidden):
            # For a name that ISE does not know yet this need not mean more than just that.
            if current is None:
                return
            raise
        if words is None:
            return
        reasons = [reason for reason in (key.diagnosis(api_host) for key in self.keys.values()) if reason]
        if current is None and not reasons:
            return
        raise Refused(
            f"use the given keys for the {self.title}", f"ISE tried them and says: {words}", " ".join(reasons)
        )

    # Writing

    def _to_ise(self, fields: Fields) -> dict[str, Any]:
        types = [name.upper() for name in ("vpn", "tacacs") if name in fields["types"]]
        sync = {"identitySync": fields["identity_sync"]} if fields.get("identity_sync") else {}
        return {
            "connectionName": self.name,
            "description": fields.get("description") or "",
            "type": ",".join(types),
            **sync,
            "accountConfigurations": self._account(fields["api_host"]),
        }

    def _account(self, api_host: str) -> dict[str, Any]:
        return {
            "apiHostName": api_host,
            "adminApi": self.keys["admin_api"].to_ise(),
            "authenticationApi": self.keys["auth_api"].to_ise(),
        }

    def _after_writing(self, api_host: str) -> None:
        self._is_written = True
        if self.update_secrets == "never":
            return
        words = self.ise.test_connection(self.name)
        if words:
            reasons = " ".join(filter(None, (key.diagnosis(api_host) for key in self.keys.values())))
            raise Refused(
                f"prove that the {self.title} works", f"ISE tried the keys it now has stored and says: {words}", reasons
            )
        self.verification = ACCEPTED


def _desired(params: dict[str, Any], keys: dict[str, DuoKey]) -> Fields:
    api_host = params["api_host"] or params["duo_api_host"]
    if api_host:
        bare_host(api_host, "api_host")
    return {
        "connection_name": params["connection_name"],
        "description": params["description"],
        "types": sorted(set(params["types"])) if params["types"] else None,
        "identity_sync": params["identity_sync"],
        "api_host": api_host,
        **{side: {"integration_key": key.integration_key} for side, key in keys.items() if key.is_given},
        "verification": ACCEPTED if params["update_secrets"] == "when_rejected" else None,
        "secrets": WRITTEN if params["update_secrets"] == "always" else None,
    }


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise, state = Ise.from_params(params, context), params["state"]
    needs_duo = any((params[side] or {}).get("application") for side in ("admin_api", "auth_api"))
    duo = Duo.from_params(params, context) if needs_duo and state == "present" else None
    list_applications = functools.cache(lambda: duo.list_integrations() if duo else [])
    keys = {
        side: DuoKey(side, params[side], params, duo, list_applications, context) for side in ("admin_api", "auth_api")
    }
    connection = Connection(ise, params, context, keys)
    outcome = ensure(connection, state, _desired(params, keys) if state == "present" else {}, context)
    result = outcome.result("connection")
    if state == "absent":
        return result
    result["connection"] = {
        name: value for name, value in result["connection"].items() if name not in ("verification", "secrets")
    }
    return {**result, "verification": connection.verification}


KEY_OPTIONS = {
    "type": "dict",
    "options": {
        "integration_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "application": {"type": "str"},
    },
    "mutually_exclusive": [("application", "integration_key"), ("application", "secret_key")],
    "required_together": [("integration_key", "secret_key")],
    "required_one_of": [("application", "integration_key")],
}

TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        **duo_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "connection_name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "types": {"type": "list", "elements": "str", "choices": ["vpn", "tacacs"]},
        "identity_sync": {"type": "str"},
        "api_host": {"type": "str"},
        "admin_api": KEY_OPTIONS,
        "auth_api": KEY_OPTIONS,
        # Not a secret: it says when to write some.
        "update_secrets": {
            "type": "str",
            "choices": ["when_rejected", "always", "never"],
            "default": "when_rejected",
            "no_log": False,
        },
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
