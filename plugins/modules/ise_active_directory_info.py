#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_active_directory_info
short_description: Read the Active Directory join points of Cisco ISE and their groups
description:
  - Reads the Active Directory join points of Cisco ISE and the groups that were added to them.
  - When asked, also lists the groups that Active Directory holds, in the domain of the join point and the domains it
    trusts.
  - ISE does not tell whether a join point is joined to its domain. That its groups can be listed is the usual proof.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  name:
    description:
      - Read only the join point of this name.
    type: str
  gather_groups:
    description:
      - Whether to list the groups that Active Directory holds, too.
      - This changes nothing, yet ISE allows it only to an account that may write.
      - Where ISE cannot list the groups of a domain the task warns and goes on.
    type: bool
    default: false
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_active_directory_groups
  - module: identityops.cisco.ise_identity_sync
  - module: identityops.cisco.ise_system_info
"""

EXAMPLES = r"""
- name: Read all join points
  identityops.cisco.ise_active_directory_info:
  register: ise

- name: Read which groups the corporate directory has to offer
  identityops.cisco.ise_active_directory_info:
    name: CORP_AD
    gather_groups: true
  register: ise_corp

- name: Show those that have to do with the VPN
  ansible.builtin.debug:
    msg: "{{ ise_corp.active_directories[0].domain_groups | default([], true) | select('search', 'VPN') }}"
"""

RETURN = r"""
active_directories:
  description: The join points; empty if there is none, or none of the name asked for.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the join point.
      type: str
      returned: always
      sample: CORP_AD
    id:
      description: ID of the join point in ISE.
      type: str
      returned: always
      sample: 5b2b9b0c-7d0e-5f0a-9a4e-2f6d1c3b8e71
    domain:
      description: The domain it joins.
      type: str
      returned: always
      sample: corp.example
    description:
      description: What it is for.
      type: str
      returned: always
      sample: Corporate directory
    groups:
      description: The groups that were added to it, which identity syncs and policies can use.
      type: list
      elements: str
      returned: always
      sample: [corp.example/Users/Domain Users, corp.example/Users/Helpdesk]
    domain_groups:
      description:
        - All groups that Active Directory holds, in the domain of the join point and those it trusts.
        - Null if ISE could list none of these domains.
      type: list
      elements: str
      returned: when O(gather_groups=true)
      sample: [corp.example/Users/Domain Users, corp.example/Users/Helpdesk, emea.corp.example/Users/EMEA VPN Users]
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._active_directory import groups_of
from ansible_collections.identityops.cisco.plugins.module_utils._errors import NotFound, Refused, ServerTrouble
from ansible_collections.identityops.cisco.plugins.module_utils._ise import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def _join_points(ise: Ise, name: str | None) -> list[dict[str, Any]]:
    """Join points whole: the list holds only names and IDs. One that was deleted meanwhile is left out."""
    found = ise.get_active_directory(name) if name is not None else None
    if found:
        return [found]
    # Asked for one that is not there, too: while ERS is off every name may seem unknown, and then the list fails.
    names = [str(stub.get("name")) for stub in ise.list_active_directories()]
    return [raw for raw in map(ise.get_active_directory, names) if raw] if name is None else []


def _active_directory(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": raw.get("name"),
        "id": raw.get("id"),
        "domain": raw.get("domain"),
        "description": raw.get("description") or "",
        "groups": _names(groups_of(raw)),
    }


def _names(groups: list[dict[str, Any]]) -> list[str]:
    return sorted({str(group.get("name")) for group in groups})


class DomainGroups:
    """Lists the groups behind a join point; what ISE cannot list becomes a warning."""

    def __init__(self, ise: Ise, context: Context, join_point: dict[str, Any]) -> None:
        self.ise = ise
        self.context = context
        self.join_point = join_point

    def gather(self) -> list[str] | None:
        """Every group's full name; None if no domain could be listed."""
        listed = [groups for groups in map(self._groups, self._domains()) if groups is not None]
        return _names([group for groups in listed for group in groups]) if listed else None

    def _domains(self) -> list[str]:
        """The join point's own domain, then those it trusts and can reach."""
        try:
            trusted = self.ise.list_trusted_domains(self.join_point)
        except (NotFound, Refused, ServerTrouble) as error:
            self._warn(str(error))
            trusted = []
        for domain in trusted:
            if domain.get("unusableReason"):
                self._warn(f"The domain {domain.get('dnsName')} is not listed: {domain['unusableReason']}")
        usable = [str(domain.get("dnsName")) for domain in trusted if not domain.get("unusableReason")]
        return list(dict.fromkeys([str(self.join_point.get("domain")), *usable]))

    def _groups(self, domain: str) -> list[dict[str, Any]] | None:
        try:
            return self.ise.list_domain_groups(self.join_point, domain)
        except (NotFound, Refused, ServerTrouble) as error:
            self._warn(str(error))
            return None

    def _warn(self, text: str) -> None:
        self.context.warn(f"Join point {self.join_point.get('name')!r}: {text}")


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    found = []
    for raw in _join_points(ise, params["name"]):
        gathered = {"domain_groups": DomainGroups(ise, context, raw).gather()} if params["gather_groups"] else {}
        found.append({**_active_directory(raw), **gathered})
    return {"active_directories": found}


TASK = Task(
    run=run,
    argument_spec={
        **ise_argument_spec(),
        "name": {"type": "str"},
        "gather_groups": {"type": "bool", "default": False},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
