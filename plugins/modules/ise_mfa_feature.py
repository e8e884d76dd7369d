#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_mfa_feature
short_description: Switch Duo MFA on or off on Cisco ISE
description:
  - Enables or disables the native Duo MFA feature of Cisco ISE. While it is disabled, ISE refuses every other call to
    its Duo API.
  - Waits until ISE reports the declared state. Cisco does not document how long that takes.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  enabled:
    description:
      - Whether the feature is on.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait until ISE reports the declared state. When the time is over, the task fails.
      - With V(0), the task checks once.
    type: int
    default: 120
  wait_interval:
    description:
      - Seconds between two checks. Without this option, the checks start close together and become less frequent.
    type: int
notes:
  - The feature exists since ISE 3.3 patch 1.
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_system_info
  - module: identityops.cisco.ise_duo_mfa
  - module: identityops.cisco.ise_mfa_rule
"""

EXAMPLES = r"""
- name: Switch Duo MFA on
  identityops.cisco.ise_mfa_feature:
    enabled: true
"""

RETURN = r"""
feature:
  description: The feature as it is after the task, or as it would be in check mode.
  returned: always
  type: dict
  contains:
    enabled:
      description: Whether it is on.
      type: bool
      returned: always
      sample: true
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed) if something changed, or would change in check mode; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Enabled the Duo MFA feature of ISE
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
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.mfa_feature import (
    MfaFeature,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    feature = MfaFeature(Ise.from_params(params, context), params)
    return ensure(feature, "present", {"enabled": params["enabled"]}, context).result("feature")


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "enabled": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 120},
        "wait_interval": {"type": "int"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
