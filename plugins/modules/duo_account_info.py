#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_account_info
short_description: Read the size, the edition and the owners of a Duo account
description:
  - Reads how many users, administrators and applications a Duo account has, its edition where Duo tells, and who its
    active owners are.
  - Only an active owner can make the first Admin API application of an account, or set up Cisco Identity Intelligence.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
notes:
  - The application the task signs in with needs the permission C(Grant read information), and
    C(Grant administrators - Read) to see the owners. Without the latter the task warns and goes on.
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

- name: Show whom to ask for what only an owner can do
  ansible.builtin.debug:
    msg: "{{ duo.account.active_owners | default([], true) | map(attribute='email') }}"
"""

RETURN = r"""
account:
  description: The Duo account.
  returned: always
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
      returned: when Duo tells
      sample: Duo Premier
    account_id:
      description: The ID of the account.
      type: str
      returned: when Duo tells
      sample: DA3CFQ4QJQX2E9D8H7B1
    active_owners:
      description:
        - The active administrators with the role Owner; null where the application may not read administrators.
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
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Forbidden
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task

COUNTS = ("user_count", "admin_count", "integration_count", "telephony_credits_remaining")
# Seen in answers of 2026 and not documented, so that an account may do without them.
OPTIONAL = ("edition", "account_id")


def _active_owners(duo: Duo, context: Context) -> list[dict[str, Any]] | None:
    """Name and address of each; None, with a warning that names the permission, where they cannot be read."""
    try:
        administrators = duo.list_admins()
    except Forbidden as error:
        context.warn(str(error))
        return None
    # Roles and states are spelled as Duo documents them: "Owner", "Active".
    owners = [one for one in administrators if (one.get("role"), one.get("status")) == ("Owner", "Active")]
    return [{"name": one.get("name"), "email": one.get("email")} for one in owners]


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    duo = Duo.from_params(params, context)
    summary = duo.get_info_summary()
    account = {name: summary.get(name) for name in COUNTS}
    account.update({name: summary[name] for name in OPTIONAL if summary.get(name)})
    return {"account": {**account, "active_owners": _active_owners(duo, context)}}


TASK = Task(run=run, argument_spec=duo_argument_spec())


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
