#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: cii_end_user_info
short_description: Read users from Cisco Identity Intelligence
description:
  - Returns the users that Identity Intelligence knows, and the providers that their data comes from. A user whose
    providers include C(DUO) proves that data from Duo reached the tenant.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  login:
    description:
      - Return only the user with this login, with one account for each provider. The list is empty if there is none.
    type: str
  ip_address:
    description:
      - Return only the users that were seen on this IP address. For these, Identity Intelligence returns only the ID,
        the login, the name and the address of the page.
    type: str
  provider:
    description:
      - Return only users whose data comes from this provider, in the spelling of Identity Intelligence, such as V(DUO),
        V(AZURE_AD) or V(OKTA).
    type: str
  max_listed:
    description:
      - The maximum number of users to return; V(0) returns none. The counts are always complete.
    type: int
    default: 1000
notes:
  - Without O(login), all users are read, with one request for each 500.
extends_documentation_fragment:
  - identityops.cisco.cii
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.cii_group
seealso:
  - module: identityops.cisco.cii_integration
  - module: identityops.cisco.cii_webhook
"""

EXAMPLES = r"""
- name: Read one user
  identityops.cisco.cii_end_user_info:
    cii_api_url: "{{ cii_api_url }}"
    cii_token_url: "{{ cii_token_url }}"
    cii_client_id: "{{ cii_client_id }}"
    cii_client_secret: "{{ cii_client_secret }}"
    login: anna.keller@corp.example
  register: anna

- name: Show which providers know this user
  ansible.builtin.debug:
    msg: "{{ anna.end_users | map(attribute='providers') | flatten }}"

- name: Count the users by provider
  identityops.cisco.cii_end_user_info:
    max_listed: 0
  register: counted

- name: Show the counts
  ansible.builtin.debug:
    var: counted.summary.providers

- name: List the users that come from Duo
  identityops.cisco.cii_end_user_info:
    provider: DUO

- name: List the users that were seen on an address
  identityops.cisco.cii_end_user_info:
    ip_address: 192.0.2.7
"""

RETURN = r"""
end_users:
  description:
    - The users, at most O(max_listed). A value that Identity Intelligence does not return is null.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The ID within Identity Intelligence.
      type: str
      returned: always
      sample: 0cf20d1c-1d26-4bb5-9a3b-3a1ab1f7a1a2
    login:
      description: The login, mostly an e-mail address.
      type: str
      returned: always
      sample: anna.keller@corp.example
    display_name:
      description: The name.
      type: str
      returned: always
      sample: Anna Keller
    emails:
      description: All known e-mail addresses.
      type: list
      elements: str
      returned: always
      sample: [anna.keller@corp.example]
    status:
      description: The status, merged over the providers.
      type: str
      returned: always
      sample: ACTIVE
    providers:
      description: The kinds of providers that the data comes from.
      type: list
      elements: str
      returned: always
      sample: [AZURE_AD, DUO]
    level_of_trust:
      description: The user trust level; null with O(login), where it is not returned.
      type: str
      returned: always
      sample: TRUSTED
    mfa_enabled:
      description: Whether the user has a second factor.
      type: bool
      returned: always
      sample: true
    last_active:
      description: When the user was last active.
      type: str
      returned: always
      sample: "2026-11-29T06:12:45.000Z"
    last_sign_in:
      description: When the user last signed in.
      type: str
      returned: always
      sample: "2026-11-29T06:12:45.000Z"
    failing_checks:
      description: The checks that the user fails.
      type: list
      elements: str
      returned: always
      sample: [no-mfa]
    linked_logins:
      description: Logins that an administrator linked to this user.
      type: list
      elements: str
      returned: always
      sample: []
    reference_url:
      description: The page of the user in the console.
      type: str
      returned: always
      sample: https://dashboard.oort.io/users/0cf20d1c-1d26-4bb5-9a3b-3a1ab1f7a1a2
    accounts:
      description: The account at each provider; null without O(login).
      type: list
      elements: dict
      returned: always
      contains:
        provider:
          description: The provider.
          type: str
          returned: always
          sample: DUO
        login:
          description: The login there.
          type: str
          returned: always
          sample: akeller00
        email:
          description: The e-mail address there.
          type: str
          returned: always
          sample: anna.keller@corp.example
        status:
          description: The status there.
          type: str
          returned: always
          sample: ACTIVE
        mfa_enabled:
          description: Whether the account has a second factor.
          type: bool
          returned: always
          sample: true
        created:
          description: When the account was created.
          type: str
          returned: always
          sample: "2024-02-01T10:00:00.000Z"
        last_updated:
          description: When its data was last updated.
          type: str
          returned: always
          sample: "2026-11-30T02:00:00.000Z"
        last_sign_in:
          description: When it was last used to sign in.
          type: str
          returned: always
          sample: "2026-11-29T06:12:45.000Z"
summary:
  description: The counts.
  returned: success
  type: dict
  contains:
    read:
      description: How many users were read.
      type: int
      returned: always
      sample: 1204
    matching:
      description: How many of them match the options; RV(end_users) contains as many of these as O(max_listed) allows.
      type: int
      returned: always
      sample: 1187
    providers:
      description: How many of the users that were read come from each provider.
      type: dict
      returned: always
      sample: {AZURE_AD: 1204, DUO: 1187}
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.client import (
    IdentityIntelligence,
    cii_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._identity_intelligence.people import (
    Listing,
    wanted_people,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    if params["max_listed"] < 0:
        raise InvalidInput(f"use {params['max_listed']} as max_listed", "it must not be negative")
    service = IdentityIntelligence.from_params(params, context)
    listing = Listing(params["provider"] or "", params["max_listed"])
    listing.add(wanted_people(service, (params["login"] or "").strip(), (params["ip_address"] or "").strip()))
    if listing.provider and listing.unshown:
        context.warn(
            f"{listing.unshown} of {listing.read} users are listed without their providers, so whether they come from "
            f"{listing.provider} is not known. They are left out."
        )
    return listing.result()


TASK = Task(
    run=run,
    argument_spec={
        **cii_argument_spec(),
        "login": {"type": "str"},
        "ip_address": {"type": "str"},
        "provider": {"type": "str"},
        "max_listed": {"type": "int", "default": 1000},
    },
    constraints={"mutually_exclusive": [("login", "ip_address"), ("ip_address", "provider")]},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
