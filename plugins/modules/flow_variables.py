# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: flow_variables
short_description: Take the variables of a role
description:
  - Private to this collection; its roles begin with it.
  - Returns the variables of a role as its argument specification says. One that is null or an empty text counts as not
    set and has its default. A list may be given as text with an entry on each line, or with commas.
  - Fails with all problems together if a value is of another type or if values do not fit together. Also fails if there
    is an unknown variable that begins like those of the role.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  role:
    description:
      - Name of the role, with which the names of its variables begin.
    type: str
    required: true
  entry_point:
    description:
      - The entry point of the role.
    type: str
    default: main
attributes:
  check_mode:
    description: It changes nothing.
    support: full
  diff_mode:
    description: It changes nothing.
    support: none
"""

EXAMPLES = r"""
- name: Take the variables of the role
  identityops.cisco.flow_variables:
    role: safe
  register: safe__vars
"""

RETURN = r"""
state:
  description:
    - The variable of this name without the prefix of the role. The others are returned in the same way. Nothing of it
      is printed, because some are secrets.
  returned: if the role has such a variable
  type: str
  sample: present
"""
