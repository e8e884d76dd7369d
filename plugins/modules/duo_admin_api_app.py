#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_admin_api_app
short_description: Manage an Admin API application in Duo, with least privilege
description:
  - Creates, changes and deletes an application of the type Admin API in Duo, such as those that Cisco ISE, SIEMs and
    risk platforms use to read a Duo account.
  - The permissions are exactly the ones declared, by name or by the name of a published set. Any other permission of
    the application is removed.
  - Secrets are returned only on request.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the application exists as declared.
      - V(absent) deletes it, which cannot be undone.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the application. Duo does not keep names unique; if several applications have this name, the task stops
        and lists their integration keys.
      - With O(integration_key), the new name of the application.
      - An integration key given here counts as O(integration_key).
    type: str
  integration_key:
    description:
      - Integration key of an existing application, where the name is not enough.
    type: str
  profile:
    description:
      - A published permission set, named after the product that it was published for. The guide on permission profiles
        lists them with their sources.
      - V(okta_workflows) grants nearly everything and therefore needs O(allow_broad_profile).
    type: str
    choices:
      - aurora_command
      - axonius
      - cii_read_only
      - cii_read_write
      - cisco_ise
      - clarity_security
      - clone_systems
      - conductorone
      - controlmap
      - cork
      - datagrail
      - drata
      - duo_log_sync
      - elastic
      - google_secops_logs
      - google_secops_users
      - ibm_qradar
      - jupiterone
      - microsoft_sentinel
      - okta_workflows
      - panther
      - runreveal
      - safe
      - sailpoint_saas_management
      - splunk
      - sumo_logic
      - vanta
  allow_broad_profile:
    description:
      - Confirms that you intend to use a profile that grants nearly everything.
    type: bool
    default: false
  permissions:
    description:
      - The exact list of permissions. An empty list removes every permission.
      - V(administrators_read), V(applications_read) and V(settings_read) exist only in accounts where Duo has separated
        reading from writing.
    type: list
    elements: str
    choices:
      - administrators_read
      - administrators
      - read_information
      - applications_read
      - applications
      - read_log
      - read_resource
      - settings_read
      - settings
      - write_resource
      - set_permissions
  networks_for_api_access:
    description:
      - Addresses, ranges such as V(192.0.2.10-192.0.2.20) and networks such as V(192.0.2.0/24) that may use the
        application. An empty list removes the restriction.
    type: list
    elements: str
  notes:
    description:
      - Free text that is shown with the application in the Duo Admin Panel.
    type: str
  adopt:
    description:
      - Whether the task may take over an application that this collection may not have created. Duo does not keep names
        unique, so an application of this name may belong to another team.
      - An application that this collection creates has a mark at the end of its notes, C([Managed by
        identityops.cisco]). An application that is found by O(name) and lacks the mark is neither changed nor deleted.
        The task fails instead, in check mode too, unless the application is already as declared.
      - With V(true), the task changes the application and adds the mark, or deletes the application.
      - An application that is found by its integration key needs neither the mark nor this option.
    type: bool
    default: false
  secret:
    description:
      - V(rotate) gives the application a new secret key each time the task runs. The old one stops working.
    type: str
    choices: [keep, rotate]
    default: keep
  return_secret:
    description:
      - Whether to return the secret key. The output of the task is then hidden, and the registered variable holds the
        key.
    type: bool
    default: false
notes:
  - The application that the task signs in with needs the permissions C(Grant applications), C(Grant resource - Read)
    and the right to set permissions. The first such application can be created only manually, by an Owner of the Duo
    account.
  - The application that the task signs in with is never changed, rotated or deleted.
  - An application of that name that was created manually from Duo's catalogue (C(Cisco ISE Admin API)) is used as it
    is. It is reported with RV(application.managed=false), and is neither changed nor replaced. A warning says where its
    visible permissions differ from the declared ones.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_auth_api_app
  - module: identityops.cisco.duo_audit_info
  - module: identityops.cisco.duo_application_info
  - module: identityops.cisco.duo_user_mapping_info
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.cii_integration
  - module: identityops.cisco.safe_integration
"""

EXAMPLES = r"""
- name: Create the application that Cisco ISE uses to copy users to Duo
  identityops.cisco.duo_admin_api_app:
    name: ISE user sync
    profile: cisco_ise

- name: Create a log reader that works only from one address
  identityops.cisco.duo_admin_api_app:
    name: SIEM log reader
    permissions: [read_log]
    networks_for_api_access: [192.0.2.10]
    notes: Owned by the security operations centre

- name: Give the log reader a new secret key and keep it in a variable
  identityops.cisco.duo_admin_api_app:
    name: SIEM log reader
    permissions: [read_log]
    secret: rotate
    return_secret: true
  register: siem_application
"""

RETURN = r"""
application:
  description: The application as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    integration_key:
      description: Its integration key. Check mode does not know it for an application that does not exist yet.
      type: str
      returned: when the application exists
      sample: DI9G3M7VY0D3QJ7T1K2W
    name:
      description: Its name.
      type: str
      returned: always
      sample: ISE user sync
    type:
      description: Duo's name for the kind of application.
      type: str
      returned: when the application exists
      sample: adminapi
    api_host:
      description: The API hostname to use it with.
      type: str
      returned: when the application exists
      sample: api-1a2b3c4d.duosecurity.com
    permissions:
      description: The permissions it has.
      type: list
      elements: str
      returned: unless it is used as it is
      sample: [read_resource, write_resource]
    networks_for_api_access:
      description: The addresses that it may be used from; empty if there is no restriction.
      type: list
      elements: str
      returned: when Duo returns it
      sample: [192.0.2.10]
    notes:
      description: The free text.
      type: str
      returned: when Duo returns it
      sample: Owned by the security operations centre
    managed:
      description: Whether its notes contain the mark of this collection, see O(adopt). Never true for an application
        that is used as it is, because its type is one that this collection does not create.
      type: bool
      returned: when Duo returns it
      sample: true
    visible_permissions:
      description: The permissions that Duo shows for an application that is used as it is.
      type: list
      elements: str
      returned: when it is used as it is
      sample: [read_resource, write_resource]
secret_key:
  description: The secret key.
  returned: when O(return_secret=true) and the application exists
  type: str
  sample: the secret key of the application
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed) if something changed, or would change in check mode; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Created the application 'ISE user sync'
    diff:
      description:
        - The differences, with one entry for each object, even without C(--diff). Each entry contains C(before) and
          C(after), and C(before_header) and C(after_header), which name the object.
      type: list
      elements: dict
      returned: always
      sample: []
    seconds:
      description: How long the task took.
      type: float
      returned: always
      sample: 0.21
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.admin_api import (
    AdminApiApplication,
    wanted_permissions,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.application import (
    application_argument_spec,
    identified,
    with_secret,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.integration import PERMISSIONS
from ansible_collections.identityops.cisco.plugins.module_utils._duo.networks import require_networks
from ansible_collections.identityops.cisco.plugins.module_utils._duo.profiles import PROFILES
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    params = identified(params)
    permissions = wanted_permissions(params)
    require_networks("networks_for_api_access", params["networks_for_api_access"] or [])
    duo = Duo.from_params(params, context)
    application = AdminApiApplication(duo, params, context, permissions)
    desired = {
        "name": params["name"],
        "permissions": permissions,
        "networks_for_api_access": params["networks_for_api_access"],
        "notes": params["notes"],
    }
    outcome = ensure(application, params["state"], desired, context)
    return with_secret(outcome.result("application"), application, params)


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        **application_argument_spec(),
        "profile": {"type": "str", "choices": sorted(PROFILES)},
        "allow_broad_profile": {"type": "bool", "default": False},
        "permissions": {"type": "list", "elements": "str", "choices": list(PERMISSIONS)},
        "networks_for_api_access": {"type": "list", "elements": "str"},
    },
    constraints={
        "required_one_of": [("name", "integration_key")],
        "mutually_exclusive": [("profile", "permissions")],
        "required_if": [("state", "present", ("profile", "permissions"), True)],
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
