#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cii_integration
short_description: Hand off and verify an integration of Cisco Identity Intelligence
description:
  - The Duo integration of Identity Intelligence can be created only in web consoles. The first integration comes with
    the tenant, which is set up in the Duo Admin Panel. An additional integration, for another Duo account, is added in
    the console of Identity Intelligence. No API creates, changes or removes an integration.
  - This module returns the remaining work as steps for a person, and looks through the public API for proof that data
    from Duo arrives. It never changes anything.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  display_name:
    description:
      - Name of the integration in the console of Identity Intelligence.
      - With O(kind=provisioned), Cisco sets the name. The option matters only if a tenant shows several integrations
        with Duo.
    type: str
    required: true
  kind:
    description:
      - V(provisioned) is the integration that comes with the tenant.
      - V(additional) is an integration that is added to a tenant for another Duo account.
    type: str
    choices: [provisioned, additional]
    default: additional
  provider:
    description:
      - The product that is integrated.
      - An agent in your network sends the data of V(ise). Its integration is added in the console, which then shows the
        values for setting up the agent. Any user whose data comes from ISE counts as proof, so name users in
        O(expect_users) if the tenant has several such integrations.
    type: str
    choices: [duo, ise]
    default: duo
  state:
    description:
      - V(present) means that the integration exists and delivers data.
      - V(absent) means that it does not exist. The deletion of an additional integration is handed off to a person.
        The tenant and the integration that came with it stay, because Cisco publishes no way to remove them.
    type: str
    choices: [present, absent]
    default: present
  performed:
    description:
      - Whether a person confirms that the steps in the consoles are done. They are then not returned again while there
        is no proof. The option is ignored if the tenant shows the opposite. Before you change O(state), set it to
        V(false), because it counts for either state.
    type: bool
    default: false
  duo:
    description:
      - The Duo side of an additional integration. With O(kind=additional), O(duo.api_host) and O(duo.admin_app) are
        required. Cannot be used with O(provider=ise).
    type: dict
    suboptions:
      api_host:
        description:
          - The API hostname of the Duo account, without C(https://).
        type: str
      admin_app:
        description:
          - Name of the Admin API application that Identity Intelligence reads with. Its profile in
            M(identityops.cisco.duo_admin_api_app) is V(cii_read_only), or V(cii_read_write) for remediation.
        type: str
      admin_integration_key:
        description:
          - Its integration key, which the instructions show. It is not a secret.
        type: str
      support_push:
        description:
          - Whether Identity Intelligence may send push requests. This needs O(duo.auth_app).
        type: bool
        default: false
      auth_app:
        description:
          - Name of the Auth API application for push requests.
        type: str
      auth_integration_key:
        description:
          - Its integration key, which the instructions show. It is not a secret.
        type: str
  data_types:
    description:
      - The kinds of data to collect, in the words of the tab Advanced Settings of the console.
      - If not set, Identity Intelligence collects everything that the permissions allow.
    type: list
    elements: str
  tenant:
    description:
      - The choices to make when the tenant is set up. Can be used only with O(kind=provisioned).
    type: dict
    suboptions:
      organization_name:
        description:
          - The name that identifies the tenant at sign-on. It can contain only lower-case letters, digits, underscores
            and dashes.
        type: str
      grant_write:
        description:
          - Whether Identity Intelligence may change users and devices in Duo, for remediation.
        type: bool
        default: false
      event_streaming:
        description:
          - Whether Duo streams its events to Identity Intelligence. Otherwise they are collected once a day.
        type: bool
        default: false
      sso:
        description:
          - How people sign on to the dashboard, with V(duo_sso) or V(oidc). SAML is not available.
        type: str
        choices: [duo_sso, oidc]
        default: duo_sso
      sso_connection_name:
        description:
          - The name that Duo shows at sign-on, with O(tenant.sso=duo_sso).
        type: str
  expect_users:
    description:
      - Logins of users who must have an account from Duo in Identity Intelligence.
      - With O(kind=provisioned), any user from Duo counts as proof, so name users of its Duo account if the tenant has
        additional integrations with Duo.
      - With O(kind=additional), name users that only this Duo account has. If the tenant does not show the status of
        its integrations, these users are the only possible proof.
    type: list
    elements: str
  max_age:
    description:
      - How many seconds ago the latest run, a sign-in or an update may be to count as proof.
      - V(0) allows any age. An integration that has stopped is then noticed only where the tenant shows the status of
        its integrations.
    type: int
    default: 0
  console_url:
    description:
      - Address of the console of Identity Intelligence, which the instructions show.
    type: str
    default: https://dashboard.oort.io
  api_client_name:
    description:
      - Name for the API client that a person creates if the connection options are not set.
    type: str
    default: Ansible
  wait_timeout:
    description:
      - How many seconds to wait for proof. If there is no proof by then, the task fails. V(0) does not wait.
      - If the tenant shows nothing that could become proof, the task fails at once and names what is missing. With
        O(performed), it succeeds without proof.
      - The first collection can take days, so a later run is usually the better choice.
      - In check mode the task does not wait.
    type: int
    default: 0
  wait_interval:
    description:
      - Seconds between two checks.
    type: int
    default: 15
notes:
  - Without the connection options nothing is verified, and the creation of an API client is handed off as well. If only
    some of them are set, the task fails and names the others.
  - The module checks the latest run of an integration if the tenant shows it. The query is not in the published list,
    so it is never required.
extends_documentation_fragment:
  - identityops.cisco.cii
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.cii_group
seealso:
  - module: identityops.cisco.cii_end_user_info
  - module: identityops.cisco.cii_webhook
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_auth_api_app
  - module: identityops.cisco.ise_pxgrid_client
  - plugin: identityops.cisco.handoff_lines
    plugin_type: filter
  - plugin: identityops.cisco.handoff_page
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Verify that data from Duo arrives, or return the steps to set up the tenant
  identityops.cisco.cii_integration:
    display_name: Duo
    kind: provisioned
    tenant:
      organization_name: corp-example
      event_streaming: true
      sso_connection_name: Corp Example
  register: integration

- name: Show the remaining steps
  ansible.builtin.debug:
    msg: "{{ integration.handoff | identityops.cisco.handoff_lines }}"

- name: Return the steps to add the integration of another Duo account
  identityops.cisco.cii_integration:
    display_name: Subsidiary
    duo:
      api_host: api-0123abcd.duosecurity.com
      admin_app: Identity Intelligence
      auth_app: Identity Intelligence push
      support_push: true
    expect_users: [lena.fischer@subsidiary.example]

- name: Wait for a user of that account with data that is at most two days old
  identityops.cisco.cii_integration:
    display_name: Duo
    kind: provisioned
    expect_users: [anna.keller@corp.example]
    max_age: 172800
    wait_timeout: 600

- name: Verify that data from ISE arrives, or return the steps to add its integration
  identityops.cisco.cii_integration:
    display_name: ISE
    provider: ise

- name: Return the steps to remove the additional integration
  identityops.cisco.cii_integration:
    display_name: Subsidiary
    state: absent
"""

RETURN = r"""
integration:
  description: What is known of the integration.
  returned: success, or when the time to wait is over
  type: dict
  contains:
    display_name:
      description: Its name.
      type: str
      returned: always
      sample: Subsidiary
    kind:
      description: V(provisioned) or V(additional).
      type: str
      returned: always
      sample: additional
    provider:
      description: The product.
      type: str
      returned: always
      sample: duo
    has_api_client:
      description: Whether the connection options of Identity Intelligence are given.
      type: bool
      returned: always
      sample: true
    verification:
      description:
        - V(confirmed) if there is proof that it is as declared, V(pending) if there may be proof later,
          V(not_verifiable) if there is nothing to check.
      type: str
      returned: always
      sample: confirmed
    evidence:
      description: The checks, in order.
      type: list
      elements: dict
      returned: always
      contains:
        source:
          description: V(integration_status), V(expected_users) or V(users).
          type: str
          returned: always
          sample: expected_users
        proves:
          description: Whether it proves the integration.
          type: bool
          returned: always
          sample: true
        detail:
          description: The finding, as a sentence.
          type: str
          returned: always
          sample: lena.fischer@subsidiary.example has an account from Duo within the last 172800 seconds.
    users_read:
      description: How many users were read. Reading stops as soon as there is proof.
      type: int
      returned: always
      sample: 1
    providers:
      description: How many of these users come from each provider.
      type: dict
      returned: always
      sample: {DUO: 1}
step:
  description: The outcome in short.
  returned: success, or when the time to wait is over
  type: dict
  contains:
    status:
      description: V(verified), V(handoff_required), V(pending) or V(not_verifiable).
      type: str
      returned: always
      sample: verified
    detail:
      description: The reasons, as sentences.
      type: str
      returned: always
      sample: lena.fischer@subsidiary.example has an account from Duo within the last 172800 seconds.
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
handoff:
  description: The steps that remain for a person, in order; empty if there are none.
  returned: success, or when the time to wait is over
  type: list
  elements: dict
  contains:
    id:
      description: What the step is, V(cii_tenant), V(cii_duo_admin_keys), V(cii_duo_auth_keys), V(cii_integration),
        V(cii_ise_integration), V(cii_api_client) or V(cii_integration_remove).
      type: str
      returned: always
      sample: cii_integration
    product:
      description: The product whose console is used.
      type: str
      returned: always
      sample: Cisco Identity Intelligence
    url:
      description: The page to begin at.
      type: str
      returned: always
      sample: https://dashboard.oort.io
    role:
      description: Who can do it.
      type: str
      returned: always
      sample: Identity Intelligence administrator
    action:
      description: What to do, as a sentence.
      type: str
      returned: always
      sample: Add the Duo integration 'Subsidiary', test it and start the first collection.
    needs:
      description: The prerequisites, as sentences.
      type: list
      elements: str
      returned: always
      sample: ["The tenant was set up from the Duo Admin Panel."]
    notes:
      description: Hints that require no action, as sentences.
      type: list
      elements: str
      returned: always
      sample: ["The API hostname has no https:// before it. Connecting can take some minutes."]
    clicks:
      description: The actions in order.
      type: list
      elements: dict
      returned: always
      contains:
        do:
          description:
            - V(open) for a menu entry, tab or tile; V(press) for a button; V(fill) for a field; V(copy) for a value
              that is shown; V(turn_on) and V(turn_off) for a toggle; V(expect) for a value that must be shown.
          type: str
          returned: always
          sample: press
        label:
          description: The words on the page.
          type: str
          returned: always
          sample: Connect
        value:
          description: What must be shown, with V(expect).
          type: str
          returned: where it is known
          sample: Success
        or_label:
          description: The words that the page shows instead in some situations.
          type: str
          returned: where there are two
          sample: Save
    fields:
      description: What is typed or chosen.
      type: list
      elements: dict
      returned: always
      contains:
        label:
          description: The field.
          type: str
          returned: always
          sample: Integration key
        value:
          description: What to type or choose.
          type: str
          returned: where it is known and not a secret
          sample: DIXXXXXXXXXXXXXXXXXX
        secret:
          description: Whether the value is a secret, which is never returned.
          type: bool
          returned: for a secret
          sample: true
        source:
          description: Where the value comes from; for a secret, the variable that contains it.
          type: str
          returned: always
          sample: cii_duo_admin_integration_key
    outputs:
      description: What is copied out of the console.
      type: list
      elements: dict
      returned: always
      contains:
        label:
          description: What is copied.
          type: str
          returned: always
          sample: Client Secret
        goes_to:
          description: The variable it goes to.
          type: str
          returned: always
          sample: cii_client_secret
        secret:
          description: Whether it is a secret.
          type: bool
          returned: always
          sample: true
    warning:
      description: What to know before the click with the label RV(handoff[].warning_before); empty if there is nothing.
      type: str
      returned: always
      sample: The next page shows the secret. Stay on it until all values are saved.
    warning_before:
      description: The label of the click that the warning is about.
      type: str
      returned: always
      sample: Save and generate credentials
    if_it_fails:
      description: What to do if the console refuses it, as sentences; empty if there is no particular advice.
      type: str
      returned: always
      sample: If the organization name is refused, agree on another one before you continue.
    afterwards:
      description: What this person does or can expect afterwards, as sentences; empty if there is nothing.
      type: str
      returned: always
      sample: Keep no copy of a secret key.
    verification:
      description: What the next run verifies, and what cannot be verified.
      type: str
      returned: always
      sample: The next run verifies that Identity Intelligence accepts the API client.
    then:
      description: What to do afterwards where the run was started.
      type: str
      returned: always
      sample: Run this again.
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    cii_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.integration import (
    TENANT_SPEC,
    CiiIntegration,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task
from ansible_collections.identityops.cisco.plugins.module_utils._waiting import WAIT_SPEC, patience


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    integration = CiiIntegration(params, context)
    timeout = patience(params, context)
    is_in_time = integration.watch(timeout)
    result = integration.result()
    if timeout and not is_in_time:
        context.kept.update(result)
        raise integration.too_late(timeout)
    return result


TASK = Task(
    run=run,
    argument_spec={
        **cii_argument_spec(),
        "display_name": {"type": "str", "required": True},
        "kind": {"type": "str", "choices": ["provisioned", "additional"], "default": "additional"},
        "provider": {"type": "str", "choices": ["duo", "ise"], "default": "duo"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "performed": {"type": "bool", "default": False},
        "duo": {
            "type": "dict",
            "options": {
                "api_host": {"type": "str"},
                "admin_app": {"type": "str"},
                # Names, not secrets, whatever they are called.
                "admin_integration_key": {"type": "str", "no_log": False},
                "support_push": {"type": "bool", "default": False},
                "auth_app": {"type": "str"},
                "auth_integration_key": {"type": "str", "no_log": False},
            },
        },
        "data_types": {"type": "list", "elements": "str"},
        "tenant": TENANT_SPEC,
        "expect_users": {"type": "list", "elements": "str"},
        "max_age": {"type": "int", "default": 0},
        "console_url": {"type": "str", "default": "https://dashboard.oort.io"},
        "api_client_name": {"type": "str", "default": "Ansible"},
        **WAIT_SPEC,
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
