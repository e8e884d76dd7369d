#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: secure_endpoint_computer_info
short_description: Count the computers in Cisco Secure Endpoint, and those that Duo cannot evaluate
description:
  - Reads all computers of the organisation. Counts, for Windows and macOS, how many run a connector that is new enough
    for Duo, how many are stale, and how many are compromised.
  - The counts show which computers are affected before you let Duo block compromised ones. If the fleet exceeds one of
    the limits, the task fails and still returns the counts and the computers.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  minimum_versions:
    description:
      - The oldest connector version that is new enough, for each operating system. The defaults are the versions that
        Duo requires.
      - The first three parts of a version count. Put a version in quotes, because YAML reads C(8.20) as the number 8.2.
    type: dict
    suboptions:
      windows:
        description:
          - For Windows.
        type: str
        default: 7.1.1
      macos:
        description:
          - For macOS.
        type: str
        default: 1.12.1
  stale_after_days:
    description:
      - A computer counts as stale if it has not been seen for more than this many days. It also does if Secure Endpoint
        reports it as inactive, or if its time of last contact cannot be read.
      - With V(0), practically every computer is stale.
    type: int
    default: 7
  max_computers:
    description:
      - The maximum number of computers with problems to list, the worst first; V(0) lists none. The counts are always
        complete.
    type: int
    default: 20
  max_outdated:
    description:
      - How many computers may run a connector that is outdated or counts as C(unknown_version). If there are more, the
        task fails with C(error.kind=refused) and names them.
      - A whole number. If not set or empty, there is no limit.
    type: str
  max_stale:
    description:
      - How many computers may be stale. If there are more, the task fails with C(error.kind=refused) and names them.
      - A whole number. If not set or empty, there is no limit.
    type: str
  min_supported:
    description:
      - How many computers must run a supported connector. If there are fewer, the task fails with
        C(error.kind=refused) and names those that do not.
      - A whole number. If not set or empty, there is no minimum.
    type: str
notes:
  - The demo computers that Secure Endpoint shows in an evaluation are excluded from all results, and counted as
    C(demo_excluded).
  - Duo acts only on Windows and macOS, so computers with other operating systems, such as Linux, Android and iOS, are
    counted and not evaluated. The module derives the operating system from the free text in Secure Endpoint.
  - A computer whose operating system cannot be derived from that text may run Windows or macOS. It is evaluated as
    C(unknown). A warning says how many of these are compromised.
  - A version that cannot be read counts as C(unknown_version), never as supported. The same applies to any version on
    an unknown operating system.
  - A computer counts as compromised if Secure Endpoint does not say whether it is. A warning says how many such
    computers there are.
  - The counts are numbers of connectors, which are not always machines. A machine that was reinstalled can appear
    twice, with the old connector stale, until Secure Endpoint removes it.
  - The task sends one request for each 500 computers. If too few requests are left this hour, the task fails after the
    first one and says when there will be enough, unless that is within a minute.
extends_documentation_fragment:
  - identityops.cisco.secure_endpoint
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.secure_endpoint_group
seealso:
  - module: identityops.cisco.secure_endpoint_credential
  - module: identityops.cisco.duo_policy
  - module: identityops.cisco.duo_policy_impact
"""

EXAMPLES = r"""
- name: Count the computers
  identityops.cisco.secure_endpoint_computer_info:
    secure_endpoint_region: eu
    secure_endpoint_client_id: "{{ secure_endpoint_client_id }}"
    secure_endpoint_api_key: "{{ secure_endpoint_api_key }}"
  register: fleet

- name: Show how many compromised computers there are, and the worst ones
  ansible.builtin.debug:
    msg: "{{ fleet.summary.compromised }} compromised: {{ fleet.computers | map(attribute='hostname') | join(', ') }}"

- name: Require newer connectors, and contact within a day
  identityops.cisco.secure_endpoint_computer_info:
    minimum_versions:
      windows: 8.4.1
      macos: 1.24.1
    stale_after_days: 1
    max_computers: 100

- name: Stop if more than ten connectors are too old for Duo
  identityops.cisco.secure_endpoint_computer_info:
    max_outdated: 10
"""

RETURN = r"""
summary:
  description: The counts.
  returned: success, or failure because of a limit
  type: dict
  contains:
    windows:
      description: Counts for computers that run Windows.
      type: dict
      returned: always
      contains: &family
        total:
          description: How many there are.
          type: int
          returned: always
          sample: 1204
        supported:
          description: How many run a connector that is new enough.
          type: int
          returned: always
          sample: 1187
        outdated:
          description: How many run an older one.
          type: int
          returned: always
          sample: 15
        unknown_version:
          description: How many run a connector whose version cannot be read.
          type: int
          returned: always
          sample: 2
        stale:
          description: How many are stale, regardless of their version.
          type: int
          returned: always
          sample: 31
        compromised:
          description: How many are compromised, or may be, regardless of their version.
          type: int
          returned: always
          sample: 1
    macos:
      description: Counts for computers that run macOS.
      type: dict
      returned: always
      contains: *family
    unknown:
      description: Counts for computers whose operating system is not known. All of them count as C(unknown_version).
      type: dict
      returned: always
      contains: *family
    other:
      description: Computers with an operating system on which Duo does not act.
      type: dict
      returned: always
      contains:
        total:
          description: How many there are.
          type: int
          returned: always
          sample: 48
    total:
      description: The number of computers, without demo computers.
      type: int
      returned: always
      sample: 1501
    compromised:
      description: How many computers with Windows, macOS or an unknown operating system are compromised, or may be.
      type: int
      returned: always
      sample: 1
    demo_excluded:
      description: How many demo computers were excluded.
      type: int
      returned: always
      sample: 37
    complete:
      description: Whether all computers are counted. It is V(false) if the list changed while it was read, or if Secure
        Endpoint does not return the total and the list has several pages. A limit then fails the task.
      type: bool
      returned: always
      sample: true
    requests:
      description: How many requests were sent, including retries.
      type: int
      returned: always
      sample: 4
    budget:
      description: The requests that the organisation may make within an hour; null if Secure Endpoint did not return
        it.
      type: dict
      returned: always
      contains:
        limit:
          description: How many there are.
          type: int
          returned: always
          sample: 3000
        remaining:
          description: How many are left.
          type: int
          returned: always
          sample: 2984
        resets_in:
          description: Seconds until all requests are available again.
          type: int
          returned: always
          sample: 1874
step:
  description: What this task found, for a report.
  returned: success, or failure because of a limit
  type: dict
  contains:
    status:
      description: V(ok).
      type: str
      returned: always
      sample: ok
    detail:
      description: The counts as a sentence.
      type: str
      returned: always
      sample: "1204 Windows and 248 macOS computers: 1430 with a supported connector, 22 outdated or unknown, 31 not
        seen for 7 days, 1 compromised"
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
computers:
  description:
    - The computers with problems, at most O(max_computers). Compromised ones come first, then those with an unknown
      version, outdated ones, and stale ones. A value that Secure Endpoint does not return is null.
  returned: success, or failure because of a limit
  type: list
  elements: dict
  contains:
    connector_guid:
      description: The ID of the connector.
      type: str
      returned: always
      sample: 0cf20d1c-1d26-4bb5-9a3b-3a1ab1f7a1a2
    hostname:
      description: The computer's name.
      type: str
      returned: always
      sample: LAPTOP-0042
    operating_system:
      description: Its operating system, in the words of Secure Endpoint.
      type: str
      returned: always
      sample: Windows 11, SP 0.0 (Build 22631.3593)
    family:
      description: Its operating system, V(windows), V(macos) or V(unknown).
      type: str
      returned: always
      sample: windows
    connector_version:
      description: The version of its connector.
      type: str
      returned: always
      sample: 8.2.1.21650
    last_seen:
      description: The time of its last contact, as Secure Endpoint reports it.
      type: str
      returned: always
      sample: "2026-11-23T06:12:45Z"
    problems:
      description: Its problems, any of V(compromised), V(unknown_version), V(outdated) and V(stale).
      type: list
      elements: str
      returned: always
      sample: [compromised]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.client import SecureEndpoint
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.fleet import (
    LIMITS,
    count,
    limits_of,
    parsed_minimum,
)
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import (
    secure_endpoint_argument_spec,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    for name in ("stale_after_days", "max_computers"):
        if params[name] < 0:
            raise InvalidInput(f"use {params[name]} as {name}", "it must not be negative")
    limits = limits_of(params)
    minimum = parsed_minimum(params["minimum_versions"])
    service = SecureEndpoint.from_params(params, context)
    fleet, result = count(service, minimum, params["stale_after_days"], params["max_computers"], context)
    result["step"] = {"status": "ok", "detail": fleet.words(params["stale_after_days"])}
    context.kept |= result
    fleet.require_within(limits, service.listed_completely)
    return result


TASK = Task(
    run=run,
    argument_spec={
        **secure_endpoint_argument_spec(),
        "minimum_versions": {
            "type": "dict",
            "apply_defaults": True,
            "options": {
                "windows": {"type": "str", "default": "7.1.1"},
                "macos": {"type": "str", "default": "1.12.1"},
            },
        },
        "stale_after_days": {"type": "int", "default": 7},
        "max_computers": {"type": "int", "default": 20},
        **dict.fromkeys(LIMITS, {"type": "str"}),
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
