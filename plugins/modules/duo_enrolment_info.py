#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_enrolment_info
short_description: Check which users a login through ISE would lock out
description:
  - Checks all users of an account, the members of some groups, or a list of users. Reports who could pass Duo when
    Cisco ISE asks Duo about a login to a VPN or a network device. Also reports who could not, because they have no
    suitable device in Duo.
  - With O(max_unenrolled), the task fails if there are too many such users. Run it before the task that enables an MFA
    rule.
  - Users are read page by page and are never all held in memory, so the module works with accounts of any size.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  groups:
    description:
      - The groups whose members to check, by their name in Duo, or by their name in Active Directory as the identity
        sync of ISE has it. Cisco does not publish the names that Duo gives such groups. The module looks for the whole
        name first and then for its last part, such as V(VPN Users) of V(corp.example/Users/VPN Users).
      - If neither this nor O(users) is set, all users of the account are checked.
      - If Duo does not have one of the groups, the task fails, except in check mode, because an identity sync may still
        create the group.
    type: list
    elements: str
  users:
    description:
      - The names of the users to check, with one request to Duo for each.
    type: list
    elements: str
  include_users:
    description:
      - Whether to return the users who could not pass, in addition to the counts.
    type: bool
    default: true
  max_listed:
    description:
      - The maximum number of users to return in RV(unenrolled_users). The counts always cover all users.
    type: int
    default: 1000
  max_unenrolled:
    description:
      - The maximum of RV(summary.unenrolled). If there are more unenrolled users, the task fails, names the first of
        them, and still returns its result. If not set, there is no limit.
      - If Duo knows none of the users, or has one of O(groups) without users, there is nothing to count, and the task
        fails regardless of the limit. Check mode only warns, because an identity sync may still create the users.
    type: int
notes:
  - The application that the task signs in with needs the permission C(Grant resource - Read).
  - Missing data counts as a problem. A user counts as V(unknown) if the answer lacks the status or the devices. The
    same applies if all devices have a form that Duo does not describe, such as phones without C(capabilities). A user
    without the member for groups counts as a member of each group.
  - The module does not consider bypass codes, or policies in Duo that let users enrol at a login or let them in without
    Duo.
  - The module does not consider the status of a group in Duo either, because Duo does not publish how it combines with
    the status of a user. A warning says how many users are affected.
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_user_mapping_info
  - module: identityops.cisco.ise_mfa_rule
  - module: identityops.cisco.ise_identity_sync_run
"""

EXAMPLES = r"""
- name: Count the users of two groups by whether they could pass Duo
  identityops.cisco.duo_enrolment_info:
    groups:
      - VPN Users
      - corp.example/Users/Network Admins
    include_users: false
  register: enrolment

- name: Show the counts
  ansible.builtin.debug:
    var: enrolment.summary

- name: Check two administrators by name
  identityops.cisco.duo_enrolment_info:
    users:
      - akeller00
      - bkeller01
  register: enrolment

- name: Show who could not pass, and why
  ansible.builtin.debug:
    msg: "{{ enrolment.unenrolled_users | items2dict(key_name='username', value_name='why') }}"

- name: Stop if more than fifty users of the account could not pass
  identityops.cisco.duo_enrolment_info:
    max_unenrolled: 50
    max_listed: 20
"""

RETURN = r"""
summary:
  description: The number of users of each kind. Each user counts once.
  returned: success, or failure because of O(max_unenrolled)
  type: dict
  contains:
    total:
      description: All users that were checked.
      type: int
      returned: always
      sample: 412
    unenrolled:
      description:
        - Users who would be locked out because they are not enrolled. The sum of RV(summary.no_device),
          RV(summary.browser_only), RV(summary.unknown) and RV(summary.not_in_duo).
      type: int
      returned: always
      sample: 5
    enrolled:
      description: Users with a phone or a token whose status lets them use it.
      type: int
      returned: always
      sample: 398
    bypass:
      description: Users whose status lets them in without Duo.
      type: int
      returned: always
      sample: 2
    no_device:
      description: Users who have no device in Duo.
      type: int
      returned: always
      sample: 3
    browser_only:
      description:
        - Users whose devices all work in a browser only, such as security keys. A login through ISE cannot use these.
      type: int
      returned: always
      sample: 1
    unknown:
      description: Users that Duo returns with too little data, or with an unknown status.
      type: int
      returned: always
      sample: 0
    not_in_duo:
      description: Names in O(users) that Duo does not know.
      type: int
      returned: always
      sample: 1
    disabled:
      description: Users whose status in Duo is V(disabled). Duo refuses them, and they do not count as unenrolled.
      type: int
      returned: always
      sample: 6
    locked_out:
      description:
        - Users with a device that Duo has locked out, for example after failed logins. They do not count as unenrolled.
      type: int
      returned: always
      sample: 1
    pending_deletion:
      description: Users who are about to be deleted in Duo. They do not count as unenrolled.
      type: int
      returned: always
      sample: 0
unenrolled_users:
  description: The first users who are unenrolled, in Duo's order.
  returned: with O(include_users=true), on success or failure because of O(max_unenrolled)
  type: list
  elements: dict
  contains:
    user_id:
      description: The ID of the user; null if Duo does not know the user.
      type: str
      returned: always
      sample: DU3RP9I2WOC59VZX672N
    username:
      description: The user name.
      type: str
      returned: always
      sample: nwilson
    email:
      description: The content of the e-mail field; null if Duo does not know the user.
      type: str
      returned: always
      sample: nora.wilson@corp.example
    status:
      description: The status of the user, in Duo's words; null if Duo does not show it.
      type: str
      returned: always
      sample: active
    why:
      description: V(no_device), V(browser_only), V(unknown) or V(not_in_duo).
      type: str
      returned: always
      sample: no_device
groups:
  description: The groups in Duo that match O(groups); empty if O(groups) is not set.
  returned: success, or failure because of O(max_unenrolled)
  type: list
  elements: dict
  contains:
    name:
      description: The group as it was given.
      type: str
      returned: always
      sample: corp.example/Users/VPN Users
    duo_groups:
      description: The names of the matching groups in Duo.
      type: list
      elements: str
      returned: always
      sample:
        - VPN Users
    users:
      description: The number of members that Duo shows.
      type: int
      returned: always
      sample: 380
step:
  description: The outcome in one line, for the report of a role.
  returned: success, or failure because of O(max_unenrolled)
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
      sample: 398 of 412 users are enrolled in Duo, 3 without a device, 1 not in Duo, 6 disabled
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.enrolment import enrolment_of
from ansible_collections.identityops.cisco.plugins.module_utils._duo.user_mapping import require_not_negative
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    require_not_negative(params, "max_listed", "max_unenrolled")
    enrolment = enrolment_of(params, Duo.from_params(params, context), context)
    for warning in enrolment.warnings():
        context.warn(warning)
    users = {"unenrolled_users": enrolment.listed} if params["include_users"] else {}
    result = {**enrolment.result(), **users}
    context.kept |= result
    enrolment.require_within(params["max_unenrolled"], context)
    return result


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "groups": {"type": "list", "elements": "str"},
        "users": {"type": "list", "elements": "str"},
        "include_users": {"type": "bool", "default": True},
        "max_listed": {"type": "int", "default": 1000},
        "max_unenrolled": {"type": "int"},
    },
    constraints={"mutually_exclusive": [("groups", "users")]},
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
