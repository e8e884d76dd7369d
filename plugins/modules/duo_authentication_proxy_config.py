#!/usr/bin/python
# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: duo_authentication_proxy_config
short_description: Manage sections of a Duo Authentication Proxy's configuration
description:
  - Writes sections of C(authproxy.cfg) on the Linux machine of a Duo Authentication Proxy, has the proxy's connectivity
    tool test the file, and restarts the proxy.
  - The module changes only the declared settings and secrets of the declared sections. Everything else stays, including
    comments.
  - The file is replaced as a whole, with the same owner and mode. If the connectivity tool then finds a problem, the
    old file is put back, the proxy keeps running with it, and the task fails.
  - If a run is interrupted before the restart, the next run restarts the proxy.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  state:
    description:
      - V(present) makes sure that the sections contain the declared settings and secrets.
      - V(absent) removes the whole sections.
    type: str
    choices: [present, absent]
    default: present
  path:
    description:
      - Full path of the file, which the installation of the proxy creates.
    type: str
    default: /opt/duoauthproxy/conf/authproxy.cfg
  sections:
    description:
      - The sections. Duo's documentation describes their settings.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the section, such as V(ad_client) or V(radius_server_auto). It is not case-sensitive.
        type: str
        required: true
      settings:
        description:
          - Settings by name, without secrets. A setting that is empty or null is left as it is.
        type: dict
        default: {}
      secrets:
        description:
          - Secrets by name, such as C(skey), C(radius_secret_1) or C(service_account_password).
          - A secret in plain text is compared with the one in the file.
          - A secret that the proxy's tool C(authproxy_passwd) has encrypted cannot be compared. It stays as it is
            unless the C(ikey) or the C(service_account_username) that it belongs to changes, or with
            O(update_secrets=always). The secret is then written in plain text in place of the encrypted one.
        type: dict
        default: {}
  update_secrets:
    description:
      - V(on_create) writes a secret that is missing, that differs, or that belongs to another key or user.
      - V(always) writes all declared secrets in each run, and each run then reports a change.
    type: str
    choices: [on_create, always]
    default: on_create
  backup:
    description:
      - Whether to keep a copy of the file before it is changed. Like the file, the copy contains secrets. Only its
        owner can read it.
    type: bool
    default: true
  test:
    description:
      - Whether to run the connectivity tool. It tests all sections of the file, which may take minutes if a server does
        not answer. If the tool is not installed, a warning says so.
    type: bool
    default: true
  restart:
    description:
      - Whether to restart the proxy after a change, with its own program C(authproxyctl). If that is not installed, a
        warning says so.
    type: bool
    default: true
  bin_dir:
    description:
      - Folder of the proxy's programs.
    type: str
    default: /opt/duoauthproxy/bin
notes:
  - The task runs on the proxy's machine, as a user who may write the file, usually root (C(become)).
  - Proxies on Windows are not supported, because the module does not run there.
extends_documentation_fragment:
  - identityops.cisco.attributes
seealso:
  - module: identityops.cisco.ise_external_radius_server
  - name: Duo Authentication Proxy Reference
    description: The sections and settings in Duo's documentation.
    link: https://duo.com/docs/authproxy-reference
  - module: identityops.cisco.ise_radius_server_sequence
"""

EXAMPLES = r"""
- name: Let the proxy check passwords in Active Directory and answer the requests of ISE
  identityops.cisco.duo_authentication_proxy_config:
    sections:
      - name: ad_client
        settings:
          host: 192.0.2.20
          service_account_username: duo-proxy
          search_dn: DC=corp,DC=example
        secrets:
          service_account_password: "{{ duo_proxy_directory_password }}"
      - name: radius_server_auto
        settings:
          ikey: DIXXXXXXXXXXXXXXXXXX
          api_host: api-xxxxxxxx.duosecurity.com
          client: ad_client
          radius_ip_1: 192.0.2.30
          failmode: secure
          port: 1812
        secrets:
          skey: "{{ duo_proxy_secret_key }}"
          radius_secret_1: "{{ duo_proxy_radius_secret }}"

- name: Remove the section that answers the requests of ISE
  identityops.cisco.duo_authentication_proxy_config:
    sections:
      - name: radius_server_auto
    state: absent
"""

RETURN = r"""
sections:
  description: The declared settings of each section as they are after the task, or as they would be in check mode.
  returned: when O(state=present)
  type: dict
  sample:
    radius_server_auto:
      ikey: DIXXXXXXXXXXXXXXXXXX
      client: ad_client
verification:
  description:
    - V(verified) if the connectivity tool finds no problem, V(failed) if it finds one in a file that was already as
      declared.
    - V(not_checked) with O(test=false), if the tool is not installed or reports nothing, and in check mode.
  returned: success
  type: str
  sample: verified
backup_file:
  description: Path of the copy of the previous file.
  returned: when the file was changed, and O(backup=true)
  type: str
  sample: /opt/duoauthproxy/conf/authproxy.cfg.2026-11-30@09:41:12~
step:
  description: What this task found and did, for a report.
  returned: success
  type: dict
  contains:
    status:
      description: V(changed) if something changed, or would change in check mode; V(verified) if the file was in place
        and the connectivity tool finds no problem; otherwise V(ok).
      type: str
      returned: always
      sample: changed
    detail:
      description: A sentence that says what happened.
      type: str
      returned: always
      sample: Created the declared part of authproxy.cfg; the connectivity tool finds no problem
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
from ansible_collections.identityops.cisco.plugins.module_utils._duo.proxy_config import (
    SECTIONS_SPEC,
    ProxyConfig,
    declared_sections,
)
from ansible_collections.identityops.cisco.plugins.module_utils._resource import ensure
from ansible_collections.identityops.cisco.plugins.module_utils._task import Context, Task


def run(params: dict[str, Any], context: Context) -> dict[str, Any]:
    config = ProxyConfig(params, declared_sections(params, context), context)
    outcome = ensure(config, params["state"], config.desired, context)
    context.act(lambda: config.look_again(outcome.changed), False)
    copy = {"backup_file": config.backup_file} if config.backup_file else {}
    step = outcome.step(config.proof)
    return outcome.result("sections", verification=config.verification, **{"step": step, **copy})


TASK = Task(
    run=run,
    argument_spec={
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "path": {"type": "str", "default": "/opt/duoauthproxy/conf/authproxy.cfg"},
        "sections": SECTIONS_SPEC,
        # A word, whatever its name makes of it.
        "update_secrets": {
            "type": "str",
            "choices": ["on_create", "always"],
            "default": "on_create",
            "no_log": False,
        },
        "backup": {"type": "bool", "default": True},
        "test": {"type": "bool", "default": True},
        "restart": {"type": "bool", "default": True},
        "bin_dir": {"type": "str", "default": "/opt/duoauthproxy/bin"},
    },
)


def main() -> None:
    module = AnsibleModule(**TASK.for_ansible_module())
    result = TASK.run_in(module)
    module.fail_json(**result) if result.get("failed") else module.exit_json(**result)


if __name__ == "__main__":
    main()
