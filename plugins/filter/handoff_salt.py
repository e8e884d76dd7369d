# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: handoff_salt
short_description: Derive the salt of an Ansible Vault file from its text and its password
description:
  - Ansible Vault encrypts the same text with the same salt to the same file, so that a second run changes nothing.
  - The salt is part of the file in plain text. It is derived from the password at the same cost as the key of the file.
    So it gives an attacker no easier way to test a guess of the text or the password.
version_added: 0.1.0
author:
  - The identityops.cisco authors (@identityops)
options:
  _input:
    description:
      - The text to encrypt.
    type: str
    required: true
  secret:
    description:
      - The password.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Encrypt a text to the same file each time
  ansible.builtin.copy:
    content: "{{ text | ansible.builtin.vault(password, salt=text | identityops.cisco.handoff_salt(password)) }}"
    dest: secrets.yml
    mode: "0600"
    decrypt: false
  no_log: true
"""

RETURN = r"""
_value:
  description: The salt, 64 hexadecimal digits.
  type: str
"""

import hashlib
from typing import Any

# Ansible Vault itself takes 10,000 rounds.
ROUNDS = 100_000


def handoff_salt(text: str, secret: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", str(secret).encode(), str(text).encode(), ROUNDS).hex()


class FilterModule:
    def filters(self) -> dict[str, Any]:
        return {"handoff_salt": handoff_salt}
