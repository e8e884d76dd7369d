#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_audit_info
short_description: Compare the Admin API applications of a Duo account with what their consumers need
description:
  - Lists every application that may use Duo's Admin API. Reports permissions beyond the set that the consumer of an
    application has published, broad rights, missing network restrictions, and applications without any permission.
  - Duo does not say which product uses an application. Declare it with O(consumers). Otherwise the module recognises
    the product by words in the application's name, and the finding says so.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  consumers:
    description:
      - Which product uses an application, as a mapping from the application's name or integration key to a profile of
        M(identityops.cisco.duo_admin_api_app).
    type: dict
    default: {}
  accept:
    description:
      - Known and accepted findings, as a mapping from an application's name or integration key to a list of values of
        RV(findings[].finding). They are returned but not counted.
    type: dict
    default: {}
  max_findings:
    description:
      - The maximum number of findings. If there are more, the task fails, names the first of them, and still returns
        its result. In check mode it warns instead. If not set, there is no limit.
    type: int
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read).
  - Duo's API does not show when an application was last used.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_application_info
  - ref: ansible_collections.identityops.cisco.docsite.guide_permission_profiles
    description: The permissions that each product asks for.
"""

EXAMPLES = r"""
- name: Audit the Admin API applications
  identityops.cisco.duo_audit_info:
  register: audit

- name: Show the findings, the worst first
  ansible.builtin.debug:
    msg: "{{ audit.findings | map(attribute='detail') }}"

- name: Audit them with declared consumers and accepted findings
  identityops.cisco.duo_audit_info:
    consumers:
      SIEM Log Collector: duo_log_sync
      HR Provisioning: cisco_ise
    accept:
      Ansible automation: [broad_rights, no_network_restriction]
  register: audit

- name: Show which permissions could be removed
  ansible.builtin.debug:
    msg: "{{ audit.applications | selectattr('beyond_profile') | items2dict('name', 'beyond_profile') }}"

- name: Fail if there are more than ten findings
  identityops.cisco.duo_audit_info:
    max_findings: 10
"""

RETURN = r"""
summary:
  description: The number of findings that are not accepted, in total and of each kind.
  returned: success, or failure because of the limit
  type: dict
  contains:
    applications:
      description: How many applications may use the Admin API.
      type: int
      returned: always
      sample: 6
    findings:
      description: All findings that are not accepted.
      type: int
      returned: always
      sample: 7
    broad_rights:
      description: Applications that can grant themselves further rights or read the keys of others.
      type: int
      returned: always
      sample: 1
    beyond_profile:
      description: Applications that have more permissions than their consumer needs.
      type: int
      returned: always
      sample: 1
    unknown_permissions:
      description: Applications for which Duo does not show whether they have a permission.
      type: int
      returned: always
      sample: 0
    no_network_restriction:
      description: Applications that can be used from anywhere.
      type: int
      returned: always
      sample: 4
    unknown_network_restriction:
      description: Applications for which Duo does not show from where they can be used, or shows it in a form that
        cannot be read.
      type: int
      returned: always
      sample: 0
    unknown_consumer:
      description: Applications whose consumer is not known, so that their permissions cannot be evaluated.
      type: int
      returned: always
      sample: 1
    lacks_permissions:
      description: Applications that lack a permission their consumer needs.
      type: int
      returned: always
      sample: 0
    unused:
      description: Applications without any permission.
      type: int
      returned: always
      sample: 0
applications:
  description: The applications, in Duo's order.
  returned: success, or failure because of the limit
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
      sample: Splunk
    type:
      description: Duo's name for the kind of application.
      type: str
      returned: always
      sample: adminapi
    is_caller:
      description: Whether the task signs in with this application.
      type: bool
      returned: always
      sample: false
    permissions:
      description: The permissions it has, as M(identityops.cisco.duo_admin_api_app) names them. One that the collection
        does not know has Duo's own name, such as C(adminapi_some_right).
      type: list
      elements: str
      returned: always
      sample: [read_log, settings]
    networks_for_api_access:
      description: The addresses that it may be used from; empty if there is no restriction, null if Duo does not show
        them.
      type: list
      elements: str
      returned: always
      sample: [192.0.2.10]
    consumer:
      description: The profile of the product that uses it; null if that is not known.
      type: str
      returned: always
      sample: splunk
    consumer_known_from:
      description: V(declaration) or V(name); null if the consumer is not known.
      type: str
      returned: always
      sample: name
    fitting_profiles:
      description: The profiles that match its permissions exactly.
      type: list
      elements: str
      returned: always
      sample: [duo_log_sync, panther]
    beyond_profile:
      description: The permissions that its consumer does not need; empty if the consumer is not known.
      type: list
      elements: str
      returned: always
      sample: [settings]
    lacks_permissions:
      description: The permissions that its consumer needs and it lacks.
      type: list
      elements: str
      returned: always
      sample: [read_resource]
    unknown_permissions:
      description: Permissions that it may or may not have, because Duo does not show it.
      type: list
      elements: str
      returned: always
      sample: []
    broad_rights:
      description: Those of V(set_permissions), V(administrators) and V(applications) that it has.
      type: list
      elements: str
      returned: always
      sample: []
    findings:
      description: Its findings, the worst first.
      type: list
      elements: str
      returned: always
      sample: [beyond_profile, no_network_restriction]
findings:
  description: All findings, the worst first.
  returned: success, or failure because of the limit
  type: list
  elements: dict
  contains:
    application:
      description: The name of the application.
      type: str
      returned: always
      sample: Splunk
    integration_key:
      description: Its integration key.
      type: str
      returned: always
      sample: DI9G3M7VY0D3QJ7T1K2W
    finding:
      description:
        - One of V(broad_rights), V(beyond_profile), V(unknown_permissions), V(no_network_restriction),
          V(unknown_network_restriction), V(unknown_consumer), V(lacks_permissions) and V(unused).
      type: str
      returned: always
      sample: no_network_restriction
    detail:
      description: The finding as a sentence.
      type: str
      returned: always
      sample: Splunk (DI9G3M7VY0D3QJ7T1K2W) can be used from anywhere.
    accepted:
      description: Whether O(accept) names it.
      type: bool
      returned: always
      sample: false
step:
  description: The outcome in one line, for the report of a role.
  returned: success, or failure because of the limit
  type: dict
  contains:
    status:
      description: V(ok), or V(pending) if there are more findings than O(max_findings), except in check mode.
      type: str
      returned: always
      sample: ok
    detail:
      description: The counts as a sentence, without its full stop.
      type: str
      returned: always
      sample: 7 findings in 6 Admin API applications
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.audit import Audit, admin_api_applications
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    most = params["max_findings"]
    if most is not None and most < 0:
        raise InvalidInput(f"use {most} as max_findings", "it must not be negative")
    duo = Duo.from_params(params, context)
    applications = admin_api_applications(duo.list_integrations())
    audit = Audit(applications, params["consumers"], params["accept"], duo.integration_key)
    # In check mode nothing fails, neither the task nor a gate behind it.
    result = audit.result(most, context.worded("pending", "ok"))
    context.kept |= result
    if failure := audit.too_many(most):
        context.foresee(failure, f"A run without check mode would fail here: {failure}")
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "consumers": {"type": "dict", "default": {}},
        "accept": {"type": "dict", "default": {}},
        "max_findings": {"type": "int"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
