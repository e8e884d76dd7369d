#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_duo_mfa_preflight
short_description: Find all problems that prevent connecting Cisco ISE to Duo
description:
  - Checks the declared options, the release, the node, the rights of both accounts, the join point, the groups, the Duo
    applications and the policy sets before anything is changed.
  - Fails with a list of all problems, or returns the list.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - With V(present), O(active_directory) and O(groups) must be set, and ISE must offer its Duo API.
      - With V(absent), they must be set if O(remove) contains V(ad_groups).
      - Without this option, only the given options are checked.
    type: str
    choices: [present, absent]
  active_directory:
    description:
      - Name of the Active Directory join point that must exist.
    type: str
  groups:
    description:
      - Full names of the groups that must be on the join point, or exist in Active Directory so that they can be added.
    type: list
    elements: str
    default: []
  connection_name:
    description:
      - Name of the Duo connection, which the MFA rules in O(policy) use.
    type: str
  types:
    description:
      - Which logins the connection is to serve, as in M(identityops.cisco.ise_duo_mfa). Rules in O(policy) must fit.
    type: list
    elements: str
    choices: [vpn, tacacs]
    default: []
  sync_name:
    description:
      - Name of the identity sync.
    type: str
  schedule:
    description:
      - The schedule of the sync, as in M(identityops.cisco.ise_identity_sync).
    type: dict
    suboptions:
      interval:
        description:
          - The number of units between two runs.
        type: int
        required: true
      unit:
        description:
          - The unit of O(schedule.interval).
        type: str
        choices: [hours, days, weeks]
        required: true
      start:
        description:
          - Date and time of the first run as C(YYYY-MM-DDTHH:MM:SS).
        type: str
  time_zone:
    description:
      - The time zone in which ISE states the time of the last run, as in M(identityops.cisco.ise_identity_sync_run).
    type: str
    default: UTC
  api_host:
    description:
      - API hostname of the Duo account, as ISE should use it.
    type: str
  admin_app:
    description:
      - Name or integration key of the Admin API application. Give it if the Duo applications are managed through Duo's
        Admin API.
    type: str
  auth_app:
    description:
      - Name or integration key of the Auth API application. Give it if the Duo applications are managed through Duo's
        Admin API.
    type: str
  adopt:
    description:
      - Whether the applications in O(admin_app) and O(auth_app) may be taken over or deleted, as in
        M(identityops.cisco.duo_admin_api_app). Otherwise it is a problem if one of them lacks the mark of this
        collection and would have to be changed, or deleted with O(state=absent).
    type: bool
    default: false
  auth_app_user_access:
    description:
      - Which Duo users may log in with the Auth API application, as in M(identityops.cisco.duo_auth_api_app).
    type: str
    choices: [all_users, permitted_groups, no_users]
  auth_app_permitted_groups:
    description:
      - Names of the Duo groups for O(auth_app_user_access=permitted_groups). They must exist.
    type: list
    elements: str
    default: []
  admin_api:
    description:
      - The Admin API application by its key, as in M(identityops.cisco.ise_duo_mfa), for use without Duo's Admin API.
        Needs O(auth_api). O(admin_app) is then ignored.
    type: dict
    suboptions:
      integration_key:
        description:
          - Its integration key.
        type: str
      secret_key:
        description:
          - Its secret key. It is not tested.
        type: str
      application:
        description:
          - Its name in Duo, or its integration key.
        type: str
  auth_api:
    description:
      - The same for the Auth API application. Needs O(admin_api). O(auth_app) is then ignored.
    type: dict
    suboptions:
      integration_key:
        description:
          - Its integration key.
        type: str
      secret_key:
        description:
          - Its secret key. It is not tested.
        type: str
      application:
        description:
          - Its name in Duo, or its integration key.
        type: str
  policy:
    description:
      - Single MFA rules that are to use the connection, each with options of M(identityops.cisco.ise_mfa_rule). The
        policy sets must exist or be declared as well.
      - Whole policy sets, which have no C(policy_set), as M(identityops.cisco.ise_policy_info) returns them.
      - Everything that the tasks which write or delete them would refuse is a problem.
    type: list
    elements: dict
    default: []
  policy_sets_to_come:
    description:
      - Further policy sets that the run declares for other connections, each with C(name), C(policy_type) and C(rules),
        so that rules in them and positions beside them are not a problem.
    type: list
    elements: dict
    default: []
  groups_to_come:
    description:
      - Groups of Active Directory that the run adds to join points for other connections, so that conditions can name
        them.
    type: list
    elements: str
    default: []
  connections_to_come:
    description:
      - Names of all connections that the run declares. What they use on ISE now is not a problem, because each gets an
        identity sync of its own.
    type: list
    elements: str
    default: []
  accept_lockout:
    description:
      - Whether rules in O(policy) may lock everyone out of network devices while Duo cannot be reached, as in
        M(identityops.cisco.ise_mfa_rule).
    type: bool
    default: false
  remove:
    description:
      - What else to remove with O(state=absent).
    type: list
    elements: str
    choices: [ad_groups, mfa_feature, duo_applications]
    default: []
  fail_on_problems:
    description:
      - Whether problems fail the task. Otherwise they are only returned.
    type: bool
    default: true
notes:
  - Duo is checked only if O(admin_app) or O(auth_app) is set, and neither O(admin_api) nor O(auth_api).
  - The right to change ISE is tested with a call that needs the same right and changes nothing. Cisco does not document
    the role that the calls of the Duo API need.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.duo
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.both_groups
seealso:
  - module: identityops.cisco.ise_system_info
  - module: identityops.cisco.ise_duo_mfa
"""

EXAMPLES = r"""
- name: Check all prerequisites
  identityops.cisco.ise_duo_mfa_preflight:
    active_directory: CORP_AD
    groups:
      - corp.example/Users/Duo Users
    admin_app: ISE user sync
    auth_app: ISE logins
"""

RETURN = r"""
problems:
  description: The problems, each with the check that found it.
  returned: always
  type: list
  elements: dict
  contains:
    check:
      description: The check.
      type: str
      returned: always
      sample: groups
    msg:
      description: What is wrong and what to do.
      type: str
      returned: always
      sample: "Could not use the group 'corp.example/Users/Duo User': Active Directory has no group of that name."
system:
  description: The release of ISE.
  returned: when ISE does not offer its Duo API to this account
  type: dict
  contains:
    version:
      description: The release.
      type: str
      returned: always
      sample: 3.4.0.608
    patch:
      description: The highest installed patch, 0 if there is none.
      type: int
      returned: always
      sample: 1
step:
  description: What this task found, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(ok), or V(failed) if there are problems.
      type: str
      returned: always
      sample: ok
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: No problems found
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import (
    duo_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.key import OPTION as KEY_OPTION
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.identity_sync import SCHEDULE_OPTION
from ansible_collections.identityops.cisco.plugins.module_utils._ise.preflight import (
    Preflight,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    preflight = Preflight(params, context)
    preflight.check_declaration()
    preflight.check_ise()
    if (params["admin_app"] or params["auth_app"]) and not (params["admin_api"] or params["auth_api"]):
        preflight.check_duo()
    return preflight.result(params["fail_on_problems"])


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        **duo_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"]},
        "active_directory": {"type": "str"},
        "groups": {"type": "list", "elements": "str", "default": []},
        "connection_name": {"type": "str"},
        "types": {"type": "list", "elements": "str", "choices": ["vpn", "tacacs"], "default": []},
        "sync_name": {"type": "str"},
        "schedule": SCHEDULE_OPTION,
        "time_zone": {"type": "str", "default": "UTC"},
        "api_host": {"type": "str"},
        "admin_app": {"type": "str"},
        "auth_app": {"type": "str"},
        "adopt": {"type": "bool", "default": False},
        "auth_app_user_access": {"type": "str", "choices": ["all_users", "permitted_groups", "no_users"]},
        "auth_app_permitted_groups": {"type": "list", "elements": "str", "default": []},
        "admin_api": KEY_OPTION,
        "auth_api": KEY_OPTION,
        "policy": {"type": "list", "elements": "dict", "default": []},
        "policy_sets_to_come": {"type": "list", "elements": "dict", "default": []},
        "groups_to_come": {"type": "list", "elements": "str", "default": []},
        "connections_to_come": {"type": "list", "elements": "str", "default": []},
        "accept_lockout": {"type": "bool", "default": False},
        "remove": {
            "type": "list",
            "elements": "str",
            "choices": ["ad_groups", "mfa_feature", "duo_applications"],
            "default": [],
        },
        "fail_on_problems": {"type": "bool", "default": True},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
