#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_policy
short_description: Manage a policy in Duo
description:
  - Creates, changes and deletes a custom policy in Duo, applies it to applications, or changes the global policy.
  - Only what is declared is compared and written. Keys and sections that are not declared stay as they are. If a write
    takes along keys of the sections that it consists of, or whole sections, these are set back, and a warning says so.
  - What changed meanwhile in other sections is left alone, for an administrator may have changed it; a warning tells
    what it was and what it is.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the policy exists as declared.
      - V(absent) deletes it, which cannot be undone. Where it applied, another policy or the global one holds then.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of a custom policy. Duo does not keep names unique; if several policies have this name the task stops and
        names their keys.
      - With O(policy_key), the name the policy should have.
    type: str
  policy_key:
    description:
      - Key of an existing policy, where the name is not enough, or to rename it.
    type: str
  global_policy:
    description:
      - Manages the global policy, which holds wherever no other does.
      - It cannot be renamed, deleted or applied to something in particular, and each section is part of it.
    type: bool
    default: false
  trusted_endpoints:
    description:
      - The section of the same name. A custom policy that does not have it inherits it from the global policy; with
        one key declared, the section is part of the policy, and Duo sets the others to its defaults.
      - So that nothing is opened to all devices unseen, a custom policy that does not have the section yet gets it only
        with O(trusted_endpoints.checking). Without that the task fails, in check mode too, and writes nothing.
      - The section can be set once somebody has set up Trusted Endpoints in the Duo Admin Panel, which no API can do.
        Before that the task fails, in check mode too, and writes nothing.
    type: dict
    suboptions:
      checking:
        description:
          - Whether a device has to be trusted to log in. V(allow_all) only collects which devices there are.
          - V(require-trusted) and V(allow-all), as Duo spells them, mean the same.
          - If Duo returns the section without it, that is taken for V(allow_all), and a warning says so.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      checking_mobile:
        description:
          - The same for mobile devices. Where Duo returns nothing for them, they are treated as the others.
          - If not set, it follows O(trusted_endpoints.checking) whenever the task changes that, whether or not Duo sees
            to it. Otherwise it stays as it is.
        type: str
        choices: [require_trusted, allow_all, require-trusted, allow-all]
      cisco_secure_endpoint_can_block:
        description:
          - Whether a device that Cisco Secure Endpoint finds to be compromised is blocked, however trusted it is. It
            has an effect only where O(trusted_endpoints.checking=require_trusted).
          - It takes the integration of Cisco Secure Endpoint in the Duo Admin Panel, which no API shows. If Duo does
            not keep the setting, the task fails, and C(error.kind) is C(not_confirmed).
          - If Duo refuses the setting, or refuses without telling what is wrong, that integration is likely to be
            missing, and C(error.kind) is C(feature_off). For any other refusal it is C(refused).
        type: bool
  sections:
    description:
      - Other sections of the policy, with the keys and values that Duo's Admin API has for them.
      - A section that a custom policy does not have yet becomes part of it, with Duo's defaults for the keys that are
        not declared; C({}) declares nothing but the section.
      - Names and values are passed on as they are. Whether there is such a section, key or value is for Duo to say.
      - The order of a list means nothing, and a text that spells the number or the truth value that Duo has means the
        same, as does one with the entries of a list and commas between them. What kinds of values a section has that
        the policy does not have yet, the global policy tells; it is asked if a text is declared for one.
      - Of a nested object only the declared keys are compared and changed.
    type: dict
  sections_absent:
    description:
      - Names of sections that are removed from a custom policy, which then inherits them from the global policy.
    type: list
    elements: str
  apply_to:
    description:
      - Applications that the policy applies to. Others that it applies to already are left alone.
      - An application has one policy that holds for everybody; if it had another, this one takes its place, and a
        warning says so.
      - If Duo does not show whether the policy applies to one of them, nothing is written for it, and a warning says
        so. If Duo does not show which groups the policy applies to somewhere, the task fails instead of applying it to
        more, for a write could apply it to everybody there.
    type: list
    elements: dict
    suboptions:
      application:
        description: Name of the application, or its integration key where the name is not unique.
        type: str
        required: true
      groups:
        description: Names of Duo groups, exactly. The policy then applies only to their members. Without this option it
          applies to everybody.
        type: list
        elements: str
notes:
  - The application the task signs in with needs the permissions C(Grant resource - Read) and C(Grant resource - Write).
  - A key that Duo does not return after a write cannot be confirmed, and the task fails. Whether Duo returns keys that
    have their default value is not documented. If it does not, leave such a key out.
  - To see in advance whom a change of O(trusted_endpoints) locks out, use M(identityops.cisco.duo_policy_impact).
extends_documentation_fragment:
  - identityops.cisco.duo
  - identityops.cisco.attributes
  - identityops.cisco.attributes.duo_group
seealso:
  - module: identityops.cisco.duo_edr_integration
  - module: identityops.cisco.duo_policy_impact
  - module: identityops.cisco.duo_policy_info
  - module: identityops.cisco.duo_application_info
  - name: Duo policies
    description: What the sections of a policy do.
    link: https://duo.com/docs/policy
"""

EXAMPLES = r"""
- name: Only trusted devices log in, and Cisco Secure Endpoint may block one that is compromised
  identityops.cisco.duo_policy:
    name: Trusted devices
    trusted_endpoints:
      checking: require_trusted
      cisco_secure_endpoint_can_block: true
    apply_to:
      - application: Branch VPN Berlin

- name: The same for two groups only
  identityops.cisco.duo_policy:
    name: Trusted devices
    apply_to:
      - application: Branch VPN Lyon
        groups:
          - VPN Users
          - Contractors

- name: Another section, and one that is inherited again
  identityops.cisco.duo_policy:
    name: Contractors
    sections:
      authentication_methods:
        require_verified_push: true
        verified_push_digits: 6
    sections_absent:
      - new_user

- name: The global policy collects which devices there are
  identityops.cisco.duo_policy:
    global_policy: true
    trusted_endpoints:
      checking: allow_all

- name: Remove a policy
  identityops.cisco.duo_policy:
    name: Trusted devices
    state: absent
"""

RETURN = r"""
policy:
  description: The policy as it is after the task, or as it would be in check mode.
  returned: when O(state=present)
  type: dict
  contains:
    policy_key:
      description: Its key. In check mode not known for a policy that does not exist yet.
      type: str
      returned: when the policy exists
      sample: POTS4PBP3W0RIG1ZSV5M
    name:
      description: Its name.
      type: str
      returned: always
      sample: Trusted devices
    is_global_policy:
      description: Whether it is the global policy.
      type: bool
      returned: when Duo tells
      sample: false
    trusted_endpoints:
      description: The section of that name, in the words of the option.
      type: dict
      returned: when the policy has that section
      contains:
        checking:
          description: Whether devices have to be trusted. V(not_configured) until somebody sets up Trusted Endpoints in
            the Duo Admin Panel.
          type: str
          returned: when Duo tells
          sample: require_trusted
        checking_mobile:
          description: The same for mobile devices.
          type: str
          returned: when Duo tells
          sample: require_trusted
        cisco_secure_endpoint_can_block:
          description: Whether Cisco Secure Endpoint may block compromised devices.
          type: bool
          returned: when Duo tells
          sample: true
    sections:
      description:
        - The other sections, as Duo returns them. Those that a custom policy does not have are inherited from the
          global policy.
      type: dict
      returned: always
      sample:
        new_user:
          new_user_behavior: deny
    applies_to:
      description: Where it applies; empty for the global policy, which holds for the rest, and null where Duo does not
        show it.
      type: list
      elements: dict
      returned: always
      contains:
        application:
          description: Name of the application.
          type: str
          returned: always
          sample: Branch VPN Berlin
        integration_key:
          description: Its integration key.
          type: str
          returned: always
          sample: DI9G3M7VY0D3QJ7T1K2W
        groups:
          description: Names of the groups it applies to there; empty if it applies to everybody, and null where Duo
            does not show which groups it applies to.
          type: list
          elements: str
          returned: always
          sample: [Contractors, VPN Users]
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed), or in check mode that it would be; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence for people.
      type: str
      returned: always
      sample: Created the policy 'Trusted devices'
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._duo.client import Duo, duo_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy import (
    APPLY_TO_SPEC,
    CAN_BLOCK,
    NO_CHECK,
    SECTION_SPEC,
    TRUSTED_ENDPOINTS,
    policy_from_duo,
)
from ansible_collections.identityops.cisco.plugins.module_utils._duo.policy_resource import PolicyResource
from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput
from ansible_collections.identityops.cisco.plugins.module_utils._resource import Outcome, ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def _require_sensible(params: dict[str, Any]) -> None:
    """
    :raises InvalidInput: for options that contradict each other.
    """
    attempted = "find out what is wanted"
    refused = [name for name in ("name", "policy_key", "apply_to", "sections_absent") if params[name]]
    if params["global_policy"] and (refused or params["state"] == "absent"):
        what = ", ".join(refused) or "state=absent"
        raise InvalidInput(attempted, f"{what} cannot go with global_policy", "There is one, for everything else.")
    if not (params["global_policy"] or params["name"] or params["policy_key"]):
        raise InvalidInput(attempted, "no policy is named", "Set name, policy_key or global_policy.")
    if params["state"] == "absent":
        return
    declared = {TRUSTED_ENDPOINTS if params[TRUSTED_ENDPOINTS] else "", *(params["sections"] or {})}
    both = sorted(declared & set(params["sections_absent"] or []))
    if both:
        raise InvalidInput(attempted, f"{', '.join(both)} is declared and is to be absent", "Decide for one.")


def _diff(policy: PolicyResource, state: str, outcome: Outcome) -> dict[str, Any]:
    before, after = (policy.nested(outcome.diff[side]) for side in ("before", "after"))
    if state == "absent" and policy.found:
        before = policy_from_duo(policy.found)
    return {**outcome.diff, "before": before, "after": after}


def _warn_of_trusted_endpoints(declared: dict[str, Any], shown: dict[str, Any], context: Context) -> None:
    """Duo documentation, "Cisco Secure Endpoint": it blocks only where endpoints have to be trusted."""
    if declared.get("checking") and "checking" not in shown:
        context.warn(f"Duo does not show whether devices have to be trusted, which is taken for {NO_CHECK}.")
    if declared.get(CAN_BLOCK) and shown.get(CAN_BLOCK) and shown.get("checking") != "require_trusted":
        context.warn(f"{CAN_BLOCK} has no effect unless checking is require_trusted.")


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    _require_sensible(params)
    if params["state"] == "absent":
        params = {**params, **dict.fromkeys(("trusted_endpoints", "sections", "sections_absent", "apply_to"))}
    policy = PolicyResource(Duo.from_params(params, context), params, context)
    outcome = ensure(policy, params["state"], policy.desired, context)
    result = {"changed": outcome.changed, "diff": _diff(policy, params["state"], outcome), "step": outcome.step()}
    if outcome.after is None:
        return result
    shown = policy_from_duo(policy.expected(outcome.after), policy.is_global or None)
    _warn_of_trusted_endpoints(params[TRUSTED_ENDPOINTS] or {}, shown.get(TRUSTED_ENDPOINTS, {}), context)
    return {**result, "policy": shown}


TASK = Task(
    run=run,
    argument_spec={
        **duo_argument_spec(),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str"},
        "global_policy": {"type": "bool", "default": False},
        # A name, not a secret, whatever it is called.
        "policy_key": {"type": "str", "no_log": False},
        "trusted_endpoints": SECTION_SPEC,
        "sections": {"type": "dict"},
        "sections_absent": {"type": "list", "elements": "str"},
        "apply_to": APPLY_TO_SPEC,
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
