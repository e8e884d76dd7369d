#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_user_mapping_info
short_description: Check which users Cisco Identity Intelligence can map
description:
  - Applies the user data requirement of Cisco Identity Intelligence to every user of a Duo account. Users that are
    synchronised from Active Directory or Entra ID are matched by identifiers of the directory. Any other user needs an
    e-mail address, in the e-mail field or as the user name, that another connected platform also has.
  - The module looks up the source of a user in Duo's list of directory syncs. That Duo reports a user as synchronised
    does not prove that the user comes from Active Directory or Entra ID.
  - Users are read page by page and are never all held in memory, so the module works with accounts of any size.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  include_users:
    description:
      - Whether to return the users that are unmapped or doubtful, in addition to the counts.
    type: bool
    default: true
  max_listed:
    description:
      - The maximum number of users to return in each of RV(unmapped_users) and RV(doubtful_users). The counts always
        cover all users.
    type: int
    default: 1000
  max_unmapped:
    description:
      - The maximum number of unmapped users. If there are more, the task fails, names the first of them, and still
        returns its result. If not set, there is no limit.
      - Doubtful users from a directory of unknown type may be unmapped. They count as unmapped here unless
        O(max_doubtful) is set.
    type: int
  max_doubtful:
    description:
      - The same for doubtful users.
    type: int
  accept_directory_types:
    description:
      - Further values of RV(directories[].directory_type) that mean Active Directory or Entra ID.
      - Duo does not publish its type for Active Directory. The module knows the obvious values. It reports any other
        value, and users from such a directory without an e-mail address count as doubtful.
    type: list
    elements: str
    default: []
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read).
  - Duo does not show whether another platform has the same e-mail address, so this is not checked.
  - Aliases of user names are ignored, because it is not documented that they count.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_account_info
  - module: identityops.cisco.duo_admin_api_app
  - module: identityops.cisco.duo_enrolment_info
  - name: Duo Identity Security
    description: The user data requirement in Duo's documentation.
    link: https://duo.com/docs/identity-security
"""

EXAMPLES = r"""
- name: Count the users by how they can be mapped
  identityops.cisco.duo_user_mapping_info:
    include_users: false
  register: mapping

- name: Show the counts
  ansible.builtin.debug:
    var: mapping.summary

- name: List the first ten unmapped and doubtful users
  identityops.cisco.duo_user_mapping_info:
    max_listed: 10
  register: mapping

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ (mapping.unmapped_users + mapping.doubtful_users) | map(attribute='username') }}"

- name: Stop if more than fifty users cannot be mapped
  identityops.cisco.duo_user_mapping_info:
    max_unmapped: 50
"""

RETURN = r"""
summary:
  description: The number of users of each kind.
  returned: success, or failure because of a limit
  type: dict
  contains:
    total:
      description: All users of the account, regardless of their status.
      type: int
      returned: always
      sample: 1250
    directory:
      description: Users from Active Directory or Entra ID. Identity Intelligence has to ingest that directory as well.
      type: int
      returned: always
      sample: 1180
    email:
      description: Other users with an e-mail address in the e-mail field.
      type: int
      returned: always
      sample: 40
    username:
      description: Other users whose user name is an e-mail address.
      type: int
      returned: always
      sample: 12
    doubtful:
      description:
        - Users without an e-mail address who are synchronised from elsewhere, or from a directory of unknown type. No
          published rule covers them.
      type: int
      returned: always
      sample: 15
    unmapped:
      description: All other users. Identity Intelligence cannot map them.
      type: int
      returned: always
      sample: 3
unmapped_users:
  description: The first users that are unmapped, in Duo's order.
  returned: with O(include_users=true), on success or failure because of a limit
  type: list
  elements: dict
  contains: &user
    user_id:
      description: The ID of the user.
      type: str
      returned: always
      sample: DU3RP9I2WOC59VZX672N
    username:
      description: The user name.
      type: str
      returned: always
      sample: nwilson
    email:
      description: The content of the e-mail field.
      type: str
      returned: always
      sample: ""
    status:
      description: The status of the user, in Duo's words.
      type: str
      returned: always
      sample: active
    directory:
      description: The name of the directory the user is synchronised from; null if there is none or it is not known.
      type: str
      returned: always
      sample: People directory
    directory_type:
      description: The type of that directory, in Duo's words; null if there is none or it is not known.
      type: str
      returned: always
      sample: openldap
doubtful_users:
  description: The first users that are doubtful, in Duo's order.
  returned: with O(include_users=true), on success or failure because of a limit
  type: list
  elements: dict
  contains: *user
directories:
  description: The directories that Duo synchronises users from; empty if there are none or if Duo does not list them.
  returned: success, or failure because of a limit
  type: list
  elements: dict
  contains:
    directory_key:
      description: The key of the directory sync.
      type: str
      returned: always
      sample: DSQ1W2E3R4T5Z6U7I8O9
    name:
      description: Its name.
      type: str
      returned: always
      sample: corp.example
    directory_type:
      description: Its type, in Duo's words.
      type: str
      returned: always
      sample: azure
    source:
      description:
        - V(active_directory), V(entra_id), V(accepted) because of O(accept_directory_types), V(other) for a type that
          the requirement does not exempt, or V(unknown).
      type: str
      returned: always
      sample: entra_id
    users:
      description: How many users come from it.
      type: int
      returned: always
      sample: 1180
step:
  description: The outcome in one line, for the report of a role.
  returned: success, or failure because of a limit
  type: dict
  contains:
    status:
      description: Always V(ok).
      type: str
      returned: always
      sample: ok
    detail:
      description: The counts as a sentence, without its full stop.
      type: str
      returned: always
      sample: 1232 of 1250 users meet the user data requirement, 15 are doubtful and 3 unmapped
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.user_mapping import (
    LIMITS,
    UserMapping,
    directories_of,
    require_not_negative,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    require_not_negative(params, "max_listed", *LIMITS)
    duo = Duo.from_params(params, context)
    listed = duo.list_directory_syncs()
    directories = directories_of(listed or [], params["accept_directory_types"])
    mapping = duo.go_through_users(lambda: UserMapping(directories, params["max_listed"]))
    for warning in mapping.warnings(is_listed=listed is not None):
        context.warn(warning)
    users = {f"{verdict}_users": found for verdict, found in mapping.listed.items()}
    result = {**mapping.result(), **(users if params["include_users"] else {})}
    context.kept |= result
    mapping.require_within({name: params[name] for name in LIMITS})
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "include_users": {"type": "bool", "default": True},
        "max_listed": {"type": "int", "default": 1000},
        **dict.fromkeys(LIMITS, {"type": "int"}),
        "accept_directory_types": {"type": "list", "elements": "str", "default": []},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
