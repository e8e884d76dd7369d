# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flow_handoff
short_description: Hand the steps that only a web console offers over to a person
description:
  - Private to this collection. Its roles use this module after each module that returns steps for a person.
  - Writes the printable page of each open step, with the file of its secrets that is encrypted with Ansible Vault, and
    removes the files of each step that is done. Files that cannot be written or removed cause a warning, not a failure.
  - Shows the steps before the run waits for them. A step with a printed page is one short event. The report at the end
    of the role shows the steps that are left then.
  - The variables C(handoff), C(handoff_dir), C(handoff_vault_secret), C(handoff_requester), C(handoff_secret_place) and
    C(handoff_template) of the role decide how, as M(identityops.cisco.flow_variables) has registered them in the
    variable C(ROLE__vars).
  - It works on the controller, regardless of the connection of the host.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  role:
    description:
      - Name of the role.
    type: str
    required: true
  open:
    description:
      - The steps that are open, as a module returns them.
    type: list
    elements: dict
    default: []
  done:
    description:
      - IDs of the steps that are done, unless they are among O(open).
    type: list
    elements: str
    default: []
  order:
    description:
      - IDs of all steps in their order, so that a page can show the number of its step. The default is the order of
        O(open).
    type: list
    elements: str
  secrets:
    description:
      - The secrets to put into the encrypted file, under the labels of their fields. Empty values are left out.
    type: dict
    default: {}
  mode:
    description:
      - V(report) continues.
      - V(wait) shows the steps and continues, because the role waits next. In check mode, nothing is shown.
      - V(fail) fails if there is a step.
      - The default is the variable C(handoff) of the role.
    type: str
    choices: [report, wait, fail]
attributes:
  check_mode:
    description: Writes and removes nothing, and predicts what it would change.
    support: full
  diff_mode:
    description: Returns the difference of each page, and never the content of an encrypted file.
    support: full
"""

EXAMPLES = r"""
- name: Hand off the integration
  identityops.cisco.flow_handoff:
    role: trusted_endpoints
    open: "{{ trusted_endpoints__integration.handoff }}"
    done: [duo_edr_integration]
    secrets:
      API Key: "{{ trusted_endpoints__key }}"
  register: trusted_endpoints__integration_page
"""

RETURN = r"""
files:
  description:
    - The paths of the files of each step by its ID, the page first. Empty for a step that is done, and for one without
      a page.
  returned: always
  type: dict
  sample:
    duo_edr_integration:
      - /srv/handoffs/duo-corp.duo_edr_integration.html
      - /srv/handoffs/duo-corp.duo_edr_integration.vault.yml
shown:
  description: IDs of the steps that were shown.
  returned: always
  type: list
  elements: str
  sample: [duo_edr_integration]
"""
