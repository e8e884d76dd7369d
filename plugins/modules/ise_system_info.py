#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ise_system_info
short_description: Read the release, the nodes and the MFA state of Cisco ISE
description:
  - Reads the release and patch of a Cisco ISE deployment, and its nodes with their roles and services. Also reads
    whether the release supports native Duo MFA, and whether it is switched on.
  - Reports whether O(ise_hostname) is the primary PAN, the only node that accepts changes.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
extends_documentation_fragment:
  - identityops.cisco.ise
  - identityops.cisco.attributes.info
  - identityops.cisco.attributes.ise_group
seealso:
  - module: identityops.cisco.ise_mfa_feature
  - module: identityops.cisco.ise_duo_mfa_info
  - module: identityops.cisco.ise_active_directory_info
  - module: identityops.cisco.ise_pxgrid_client
  - module: identityops.cisco.ise_duo_mfa_preflight
"""

EXAMPLES = r"""
- name: Read about the ISE deployment
  identityops.cisco.ise_system_info:
  register: ise

- name: Show which node to send changes to
  ansible.builtin.debug:
    msg: "ISE {{ ise.system.version }} patch {{ ise.system.patch }}, the primary PAN is {{ ise.system.primary_pan }}"
"""

RETURN = r"""
system:
  description: The ISE deployment.
  returned: always
  type: dict
  contains:
    version:
      description: The release, with its build.
      type: str
      returned: always
      sample: 3.4.0.608
    patch:
      description: The number of the newest patch; 0 if there is none.
      type: int
      returned: always
      sample: 1
    primary_pan:
      description: The FQDN of the primary PAN, or of the only node; null if no node reports that role.
      type: str
      returned: always
      sample: ise-pan1.corp.example
    this_node_is_primary:
      description:
        - Whether O(ise_hostname) is that node.
        - Null if this cannot be determined, because neither the name nor its address belongs to a node, for example
          behind a load balancer.
      type: bool
      returned: always
      sample: true
    nodes:
      description: The nodes of the deployment.
      type: list
      elements: dict
      returned: always
      contains:
        hostname:
          description: The node's name.
          type: str
          returned: always
          sample: ise-pan1
        fqdn:
          description: The node's name with its domain.
          type: str
          returned: always
          sample: ise-pan1.corp.example
        roles:
          description: The node's roles, in ISE's words.
          type: list
          elements: str
          returned: always
          sample: [PrimaryAdmin, PrimaryMonitoring]
        services:
          description: The services that run on the node, in ISE's words.
          type: list
          elements: str
          returned: always
          sample: [DeviceAdmin, Session]
        status:
          description: The status of the node, in ISE's words.
          type: str
          returned: always
          sample: Connected
    services:
      description: The services that run on any of the nodes. TACACS+ logins need C(DeviceAdmin), VPN logins C(Session).
      type: list
      elements: str
      returned: always
      sample: [DeviceAdmin, Session]
    native_duo_mfa_supported:
      description: Whether the release supports native Duo MFA, which was introduced in 3.3 patch 1.
      type: bool
      returned: always
      sample: true
    mfa_enabled:
      description:
        - Whether native Duo MFA is switched on.
        - Null if the release does not support it, or if the account may not see it. In the latter case, a warning says
          so.
      type: bool
      returned: always
      sample: true
"""

from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.identityops.cisco.plugins.module_utils._errors import Forbidden, NotFound
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import Ise, ise_argument_spec
from ansible_collections.identityops.cisco.plugins.module_utils._ise.nodes import (
    is_primary,
    primary_pan,
    supports_duo_mfa,
)
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def _node(raw: dict[str, Any]) -> dict[str, Any]:
    return {
        "hostname": raw.get("hostname"),
        "fqdn": raw.get("fqdn"),
        "roles": list(raw.get("roles") or []),
        "services": sorted(raw.get("services") or []),
        "status": raw.get("nodeStatus"),
    }


def _is_mfa_enabled(ise: Ise, context: Context) -> bool | None:
    try:
        return ise.get_mfa_status()
    except NotFound:
        return None
    except Forbidden as error:
        context.warn(str(error))
        return None


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    ise = Ise.from_params(params, context)
    release, raw_nodes = ise.get_version(), ise.list_nodes()
    nodes = [_node(raw) for raw in raw_nodes]
    system = {
        **release,
        "primary_pan": (primary_pan(raw_nodes) or {}).get("fqdn"),
        "this_node_is_primary": is_primary(raw_nodes, params["ise_hostname"]),
        "nodes": nodes,
        "services": sorted({service for node in nodes for service in node["services"]}),
        "native_duo_mfa_supported": supports_duo_mfa(release["version"], release["patch"]),
        "mfa_enabled": _is_mfa_enabled(ise, context),
    }
    return {"system": system}


TASK = Task(run=run, argument_spec=ise_argument_spec())


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
