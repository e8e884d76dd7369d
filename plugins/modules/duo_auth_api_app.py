#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_auth_api_app
short_description: Manage an Auth API application in Duo
description:
  - Creates, changes and deletes an application of the type Auth API in Duo, which Cisco ISE and other products use to
    ask Duo to authenticate a user.
  - Secrets are returned only on request.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the application exists as declared.
      - V(absent) deletes it, which cannot be undone and ends every login that uses it.
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
  user_access:
    description:
      - Which Duo users may log in with the application.
      - An application that is created without this option gets V(no_users).
    type: str
    choices: [all_users, permitted_groups, no_users]
  permitted_groups:
    description:
      - The exact list of Duo groups whose users may log in, by name. Can be used only with
        O(user_access=permitted_groups).
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
  verify:
    description:
      - Whether to verify that the application works, by signing in to Duo's Auth API with its own key. No user is
        involved.
    type: bool
    default: false
notes:
  - The application that the task signs in with needs the permissions C(Grant applications) and C(Grant resource -
    Read).
  - An application of that name that was created manually from Duo's catalogue (C(Cisco ISE Auth API)) is used as it is.
    It is verified and reported with RV(application.managed=false), and is neither changed nor replaced.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_application_info
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.cii_integration
"""

EXAMPLES = r"""
- name: Create the application that Cisco ISE uses to ask Duo to authenticate a user
  identityops.cisco.duo_auth_api_app:
    name: ISE logins
    user_access: all_users
    verify: true

- name: Create an application for the members of two groups
  identityops.cisco.duo_auth_api_app:
    name: Branch office VPN
    user_access: permitted_groups
    permitted_groups:
      - VPN Users
      - Network Admins
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
      sample: DIWJ8X6AEYOR5OMC6TQ1
    name:
      description: Its name.
      type: str
      returned: always
      sample: ISE logins
    type:
      description: Duo's name for the kind of application.
      type: str
      returned: when the application exists
      sample: authapi
    api_host:
      description: The API hostname to use it with.
      type: str
      returned: when the application exists
      sample: api-1a2b3c4d.duosecurity.com
    user_access:
      description: Which users may log in.
      type: str
      returned: when Duo returns it
      sample: all_users
    permitted_groups:
      description: Names of the groups whose users may log in.
      type: list
      elements: str
      returned: when O(permitted_groups) is given
      sample: [Network Admins, VPN Users]
    notes:
      description: The free text.
      type: str
      returned: when Duo returns it
      sample: Owned by the network team
    managed:
      description: Whether its notes contain the mark of this collection, see O(adopt). Never true for an application
        that is used as it is, because its type is one that this collection does not create.
      type: bool
      returned: when Duo returns it
      sample: true
verified:
  description: Whether Duo's Auth API accepted the application's own key. In check mode, never true for an application
    that does not exist yet.
  returned: when O(verify=true) and O(state=present)
  type: bool
  sample: true
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
      description: V(changed) if something changed, or would change in check mode; otherwise V(ok), or V(verified) if
        the task verified that it works.
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Created the application 'ISE logins'
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.application import (
    application_argument_spec,
    identified,
    with_secret,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.auth_api import (
    AuthApiApplication,
    declared_access,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    params = identified(params)
    desired = {"name": params["name"], "notes": params["notes"], **declared_access(params)}
    application = AuthApiApplication(Duo.from_params(params, context), params, context)
    outcome = ensure(application, params["state"], desired, context)
    result = outcome.result("application")
    if params["verify"] and params["state"] == "present":
        is_verified = application.is_verified()
        proof = "its key signs in to the Auth API" if is_verified else ""
        result.update(verified=is_verified, step=outcome.step(proof))
    return with_secret(result, application, params)


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        **application_argument_spec(),
        "user_access": {"type": "str", "choices": ["all_users", "permitted_groups", "no_users"]},
        "permitted_groups": {"type": "list", "elements": "str"},
        "verify": {"type": "bool", "default": False},
    },
    constraints={
        "required_one_of": [("name", "integration_key")],
        "required_if": [("user_access", "permitted_groups", ("permitted_groups",))],
        "required_by": {"permitted_groups": ("user_access",)},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
