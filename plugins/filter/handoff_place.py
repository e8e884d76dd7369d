# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_place
short_description: Return the path for the files of a step that remains for a person
description:
  - Returns the full path of the printed page of a step, without an extension.
  - A relative folder is relative to the directory that Ansible was started in.
  - A character that does not belong in a file name is replaced with its code. So no name leads out of the folder, and
    no two names share a file.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - The folder.
    type: path
    required: true
  host:
    description:
      - Name of the inventory host.
    type: str
    required: true
  step:
    description:
      - ID of the step.
    type: str
    required: true
seealso:
  - plugin: identityops.cisco.handoff_page
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Show the path of the page of a step
  ansible.builtin.debug:
    msg: "{{ 'handoff' | identityops.cisco.handoff_place(inventory_hostname, 'duo_edr_integration') }}.html"
"""

RETURN = r"""
_value:
  description: The path.
  type: path
"""

import os
from typing import Any
from urllib.parse import quote


def handoff_place(folder: str, host: str, step: str) -> str:
    name = f"{quote(str(host), safe='')}.{quote(str(step), safe='')}"
    return os.path.join(os.path.abspath(os.path.expanduser(str(folder))), name)


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_place": handoff_place}
