#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_policy_info
short_description: List the policies of a Duo account
description:
  - Lists the policies of a Duo account, including the global policy, and where they apply.
  - On request, asks Duo which policy results when a given user logs in to a given application.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  name:
    description:
      - List only policies of exactly this name. Duo does not keep names unique, so there may be several.
    type: str
  calculate:
    description:
      - Ask Duo for the policy that results for a user and an application.
    type: dict
    suboptions:
      user:
        description: Name of the user, or the user ID.
        type: str
        required: true
      application:
        description: Name of the application, or its integration key if the name is not unique.
        type: str
        required: true
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read).
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_policy
  - module: identityops.cisco.duo_policy_impact
  - module: identityops.cisco.duo_application_info
"""

EXAMPLES = r"""
- name: List all policies
  identityops.cisco.duo_policy_info:
  register: duo

- name: Show which of them let only trusted devices log in
  ansible.builtin.debug:
    msg: >-
      {{ duo.policies | selectattr('trusted_endpoints.checking', 'defined')
         | selectattr('trusted_endpoints.checking', 'eq', 'require_trusted') | map(attribute='name') }}

- name: Show the resulting policy for one user and one application
  identityops.cisco.duo_policy_info:
    calculate:
      user: akeller00
      application: Branch VPN Berlin
  register: duo_calculated

- name: Show whether the device must be trusted
  ansible.builtin.debug:
    msg: "{{ duo_calculated.effective.trusted_endpoints.checking | default('not set') }}"
"""

RETURN = r"""
policies:
  description: The policies, in Duo's order; empty if none matches.
  returned: always
  type: list
  elements: dict
  contains:
    policy_key:
      description: Its key.
      type: str
      returned: always
      sample: POTS4PBP3W0RIG1ZSV5M
    name:
      description: Its name.
      type: str
      returned: always
      sample: Trusted devices
    is_global_policy:
      description: Whether it is the global policy.
      type: bool
      returned: when Duo returns it
      sample: false
    trusted_endpoints:
      description: The section of that name, with the keys of M(identityops.cisco.duo_policy).
      type: dict
      returned: when the policy has that section
      contains:
        checking:
          description: Whether devices must be trusted. V(not_configured) until Trusted Endpoints is set up in the Duo
            Admin Panel.
          type: str
          returned: when Duo returns it
          sample: require_trusted
        checking_mobile:
          description: The same for mobile devices.
          type: str
          returned: when Duo returns it
          sample: require_trusted
        cisco_secure_endpoint_can_block:
          description: Whether Cisco Secure Endpoint may block compromised devices.
          type: bool
          returned: when Duo returns it
          sample: true
    sections:
      description:
        - The other sections, as Duo returns them. Those that a custom policy does not have are inherited from the
          global policy.
      type: dict
      returned: always
      sample:
        new_user:
          new_user_behavior: deny
    applies_to:
      description: Where it applies; empty for the global policy, which applies everywhere else, and null if Duo does
        not show it.
      type: list
      elements: dict
      returned: always
      contains:
        application:
          description: Name of the application.
          type: str
          returned: always
          sample: Branch VPN Berlin
        integration_key:
          description: Its integration key.
          type: str
          returned: always
          sample: DI9G3M7VY0D3QJ7T1K2W
        groups:
          description: Names of the groups it applies to there; empty if it applies to all users, and null if Duo does
            not show which groups it applies to.
          type: list
          elements: str
          returned: always
          sample: [Contractors, VPN Users]
effective:
  description: The resulting policy for the user and the application.
  returned: when O(calculate) is set
  type: dict
  contains:
    trusted_endpoints:
      description: The section of that name, with the keys of M(identityops.cisco.duo_policy).
      type: dict
      returned: when Duo returns the section
      sample:
        checking: require_trusted
        cisco_secure_endpoint_can_block: true
    sections:
      description: All sections, C(trusted_endpoints) among them, as Duo returns them.
      type: dict
      returned: always
      sample:
        trusted_endpoints:
          trusted_endpoint_checking: require-trusted
          cisco_secure_endpoint_can_block: true
        new_user:
          new_user_behavior: deny
    policy_elements:
      description: Which policy each section comes from, as Duo returns it. Its form is not documented.
      type: raw
      returned: when Duo returns it
      sample:
        new_user:
          policy_key: POTS4PBP3W0RIG1ZSV5M
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    name_of,
    policy_from_duo,
    with_global,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_effective import effective
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_target import with_applications
from ansible_collections.identityops.cisco.plugins.module_utils._service import named_so
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    duo = Duo.from_params(params, context)
    raw_policies, general = with_global(duo.list_policies(), duo.get_global_policy)
    if params["name"] is not None:
        raw_policies = named_so(raw_policies, params["name"], name_of)
    is_global = [raw is general for raw in raw_policies]
    policies = list(map(policy_from_duo, with_applications(raw_policies, duo), is_global))
    result: dict[str, Any] = {"policies": policies}
    if params["calculate"]:
        result["effective"] = effective(duo, **params["calculate"])
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "name": {"type": "str"},
        "calculate": {
            "type": "dict",
            "options": {
                "user": {"type": "str", "required": True},
                "application": {"type": "str", "required": True},
            },
        },
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
