#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_application_info
short_description: List the applications of a Duo account
description:
  - Lists the applications of a Duo account, all of them or those of one name or type.
  - Secret keys are never returned, even if Duo returns them.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  name:
    description:
      - List only applications of exactly this name. Duo does not keep names unique, so there may be several.
    type: str
  type:
    description:
      - List only applications of this type, in Duo's words, such as V(adminapi) or V(authapi).
      - The available types depend on the account. For some entries in Duo's catalogue, the type is not published.
    type: str
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read).
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_auth_api_app
  - module: identityops.cisco.duo_audit_info
  - module: identityops.cisco.duo_account_info
  - module: identityops.cisco.duo_policy
  - module: identityops.cisco.duo_policy_info
"""

EXAMPLES = r"""
- name: List all applications
  identityops.cisco.duo_application_info:
  register: duo

- name: List the Admin API applications
  identityops.cisco.duo_application_info:
    type: adminapi
  register: duo_admin

- name: Show which of them may manage other applications
  ansible.builtin.debug:
    msg: "{{ duo_admin.applications | selectattr('permissions', 'contains', 'applications') | map(attribute='name') }}"

- name: Check whether a name is in use
  identityops.cisco.duo_application_info:
    name: ISE user sync
  register: duo_named
"""

RETURN = r"""
applications:
  description: The applications, in Duo's order; empty if none matches.
  returned: always
  type: list
  elements: dict
  contains:
    integration_key:
      description: Its integration key.
      type: str
      returned: always
      sample: DI9G3M7VY0D3QJ7T1K2W
    name:
      description: Its name.
      type: str
      returned: always
      sample: ISE user sync
    type:
      description: Duo's name for the kind of application.
      type: str
      returned: always
      sample: adminapi
    api_host:
      description: The API hostname to use it with.
      type: str
      returned: always
      sample: api-1a2b3c4d.duosecurity.com
    user_access:
      description: Which users may log in, one of V(all_users), V(permitted_groups) and V(no_users).
      type: str
      returned: when Duo returns it
      sample: permitted_groups
    groups_allowed:
      description: IDs of the groups whose users may log in; empty if access does not depend on groups.
      type: list
      elements: str
      returned: when Duo returns it
      sample: [DGBDKSSH37KSJ373JKSU]
    notes:
      description: The free text that is shown with the application in the Duo Admin Panel, without the mark of this
        collection.
      type: str
      returned: when Duo returns it
      sample: Owned by the network team
    managed:
      description: Whether the notes contain the mark of this collection, which means that the collection created or
        adopted the application.
      type: bool
      returned: when Duo returns it
      sample: true
    networks_for_api_access:
      description: The addresses that it may be used from; empty if there is no restriction.
      type: list
      elements: str
      returned: when Duo returns it
      sample: [192.0.2.10]
    permissions:
      description:
        - The permissions it has, as M(identityops.cisco.duo_admin_api_app) names them.
      type: list
      elements: str
      returned: for Admin API applications, and for others that have any
      sample: [read_resource, write_resource]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, as_list, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import granted_permissions, text_fields
from ansible_collections.identityops.cisco.plugins.module_utils._service import named_so
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def _application(raw: dict[str, Any], api_host: str) -> dict[str, Any]:
    """From Duo's words to option words; only what is named here is passed on, so no secret is."""
    shown = {name: raw.get(name) for name in ("integration_key", "name", "type")}
    shown["api_host"] = api_host
    if raw.get("user_access"):
        shown["user_access"] = raw["user_access"].lower()
    shown.update(text_fields(raw))
    shown.update({name: as_list(raw[name]) for name in ("groups_allowed", "networks_for_api_access") if name in raw})
    permissions = granted_permissions(raw)
    if permissions or raw.get("type") == "adminapi":
        shown["permissions"] = permissions
    return shown


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    duo = Duo.from_params(params, context)
    found = duo.list_integrations()
    if params["name"] is not None:
        found = named_so(found, params["name"])
    if params["type"] is not None:
        found = [raw for raw in found if raw.get("type") == params["type"]]
    return {"applications": [_application(raw, duo.api_host) for raw in found]}


TASK = Task(run=run, argument_spec={**duo_argument_spec(), "name": {"type": "str"}, "type": {"type": "str"}})


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
