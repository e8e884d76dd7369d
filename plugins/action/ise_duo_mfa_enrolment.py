# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.modules.ise_duo_mfa_enrolment import TASK
from ansible_collections.identityops.cisco.plugins.plugin_utils._action import InProcessAction


class ActionModule(InProcessAction):
    work = TASK
