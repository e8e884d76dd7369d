# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # For modules that change something.
    DOCUMENTATION = r"""
attributes:
  check_mode:
    description: Predicts the changes and makes none.
    support: full
  diff_mode:
    description: Shows the changes in terms of the options.
    support: full
"""

    # For modules that only read.
    INFO = r"""
attributes:
  check_mode:
    description: Runs the same way in check mode, because it never changes anything.
    support: full
  diff_mode:
    description: Shows the changes in terms of the options.
    support: N/A
"""

    # The action groups a module belongs to.
    DUO_GROUP = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.duo) in C(module_defaults) to set options for this module.
    support: full
    membership:
      - identityops.cisco.duo
"""

    ISE_GROUP = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.ise) in C(module_defaults) to set options for this module.
    support: full
    membership:
      - identityops.cisco.ise
"""

    SECURE_ENDPOINT_GROUP = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.secure_endpoint) in C(module_defaults) to set options for this module.
    support: full
    membership:
      - identityops.cisco.secure_endpoint
"""

    CII_GROUP = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.cii) in C(module_defaults) to set options for this module.
    support: full
    membership:
      - identityops.cisco.cii
"""

    SAFE_GROUPS = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.safe) and C(group/identityops.cisco.duo) in C(module_defaults) to set
      options.
    support: full
    membership:
      - identityops.cisco.duo
      - identityops.cisco.safe
"""

    DUO_AND_SECURE_ENDPOINT_GROUPS = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.duo) and C(group/identityops.cisco.secure_endpoint) in
      C(module_defaults) to set options.
    support: full
    membership:
      - identityops.cisco.duo
      - identityops.cisco.secure_endpoint
"""

    BOTH_GROUPS = r"""
attributes:
  action_group:
    description: Use C(group/identityops.cisco.duo) and C(group/identityops.cisco.ise) in C(module_defaults) to set
      options.
    support: full
    membership:
      - identityops.cisco.duo
      - identityops.cisco.ise
"""
