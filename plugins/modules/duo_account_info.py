#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_account_info
short_description: Read the size, the edition and the owners of a Duo account
description:
  - Reads how many users, administrators and applications a Duo account has, its edition if Duo returns it, and who its
    active owners are.
  - Only an active owner can create the first Admin API application of an account, or set up Cisco Identity
    Intelligence.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  require_owner:
    description:
      - Whether the task fails if the account has no active administrator with the role Owner, which some steps in the
        Duo Admin Panel need. It does not fail if the application may not read administrators.
    type: bool
    default: false
  required_editions:
    description:
      - Words such as V(Premier). If the edition contains none of them, regardless of case, the task fails. It does not
        fail if Duo does not return the edition.
    type: list
    elements: str
    default: []
notes:
  - The application that the task signs in with needs the permission C(Grant read information), and C(Grant
    administrators - Read) to see the owners. Without the latter, the task warns and continues.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_application_info
  - module: identityops.cisco.duo_user_mapping_info
"""

EXAMPLES = r"""
- name: Read about the Duo account
  identityops.cisco.duo_account_info:
  register: duo

- name: Stop unless the account can have Cisco Identity Intelligence
  identityops.cisco.duo_account_info:
    require_owner: true
    required_editions: [Premier, Advantage]

- name: Show the owners of the account
  ansible.builtin.debug:
    msg: "{{ duo.account.active_owners | default([], true) | map(attribute='email') }}"
"""

RETURN = r"""
account:
  description: The Duo account.
  returned: success, or failure because of a requirement
  type: dict
  contains:
    user_count:
      description: How many users it has.
      type: int
      returned: always
      sample: 120
    admin_count:
      description: How many administrators it has.
      type: int
      returned: always
      sample: 6
    integration_count:
      description: How many applications it has.
      type: int
      returned: always
      sample: 32
    telephony_credits_remaining:
      description: How many telephony credits are left.
      type: int
      returned: always
      sample: 960
    edition:
      description: The edition, in Duo's words.
      type: str
      returned: when Duo returns it
      sample: Duo Premier
    account_id:
      description: The ID of the account.
      type: str
      returned: when Duo returns it
      sample: DA3CFQ4QJQX2E9D8H7B1
    api_host:
      description: The API hostname, as the task was given it.
      type: str
      returned: always
      sample: api-0123abcd.duosecurity.com
    active_owners:
      description:
        - The active administrators with the role Owner; null if the application may not read administrators, or Duo
          does not show the role or the status of all of them.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The owner's name.
          type: str
          returned: always
          sample: Olivia Brandt
        email:
          description: The owner's e-mail address.
          type: str
          returned: always
          sample: olivia.brandt@corp.example
step:
  description: The outcome in one line, for the report of a role.
  returned: success, or failure because of a requirement
  type: dict
  contains:
    status:
      description: V(ok), or V(not_verifiable) if a requirement cannot be checked.
      type: str
      returned: always
      sample: ok
    detail:
      description: The edition, the owners and the number of users, without a full stop.
      type: str
      returned: always
      sample: Duo Premier, 1 active owner, 120 users
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.account import (
    account_of,
    account_step,
    require_account,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    account = account_of(Duo.from_params(params, context), context)
    owner, editions = params["require_owner"], params["required_editions"]
    result = {"account": account, "step": account_step(account, owner, editions)}
    context.kept |= result
    require_account(account, owner, editions)
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "require_owner": {"type": "bool", "default": False},
        "required_editions": {"type": "list", "elements": "str", "default": []},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
