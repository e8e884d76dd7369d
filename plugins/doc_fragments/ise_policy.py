# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # What policy sets and rules have in common.
    DOCUMENTATION = r"""
options:
  policy_type:
    description:
      - The policy tree. V(network_access) is for RADIUS, which includes VPN logins, and V(device_admin) is for TACACS+.
    type: str
    choices: [network_access, device_admin]
    required: true
  condition:
    description:
      - The logins that the policy set or rule applies to. Required for a new one. Without this option, an existing one
        keeps its condition.
      - The text V(always) matches every login. ISE then stores no condition. Cisco's documents disagree on whether ISE
        accepts that for anything but the default policy set and the default rules.
      - A text C(DICTIONARY:ATTRIBUTE OPERATOR VALUE) compares an attribute, such as V(DEVICE:Device Type equals All
        Device Types#Router). Dictionaries, attributes and operators are spelled as in the API of ISE. Operators are
        C(equals), C(notEquals), C(contains), C(startsWith), C(in), C(matches) and others. C("") is the empty value.
      - A text C(DICTIONARY member of GROUP) checks for membership in a group of Active Directory. The dictionary is
        named after the join point, for example V(CORP_AD member of corp.example/Users/VPN Users).
      - A text C(library NAME) uses a condition of ISE's library.
      - A mapping with C(all of) or C(any of) combines the conditions in a list, in any order. A list alone means the
        same as C(all of). A mapping with C(not) turns a condition into its opposite. A mapping with C(library) means
        the same as the text C(library NAME).
      - A mapping with C(conditionType) is a condition in the structure of ISE's own API. Use it for what the other
        forms cannot express, such as C(dictionaryValue) or the C(id) of a library condition.
      - All forms can be mixed. Results and differences show the shortest form.
      - Everything that a condition names is looked up on ISE before anything is written, in check mode too. ISE has a
        list of attributes for policy sets, for authentication rules and for authorization rules. MFA rules can use the
        attributes of all these lists.
      - For attributes that are addresses, ISE turns C(equals) into C(ipEquals). The same goes for C(notEquals),
        C(greaterThan) and C(lessThan). For dates, the forms are C(dateGreaterThan) and C(dateLessThan). Both forms
        count as equal.
    type: raw
  position:
    description:
      - The place among the others, as V(first), V(last), C(before NAME) or C(after NAME), or as a mapping of C(before)
        or C(after) to the name.
      - If it is already somewhere before or after the named one, it stays where it is. Otherwise, it is moved right
        next to the named one.
      - The default one is always the last, so V(last) is the place right before it.
      - Without this option and O(rank), an existing one stays where it is, and a new one becomes the last.
    type: raw
  rank:
    description:
      - The place as a number, where 0 is the first. ISE keeps the ranks without gaps, so the highest possible rank
        depends on how many there are.
      - Mutually exclusive with O(position).
    type: int
notes:
  - In check mode, something missing that an earlier task of the same play may create gives a warning instead of an
    error. This applies to a policy set, a rule named in O(position), and ranks beyond the end.
  - ISE sometimes refuses a write temporarily with code 400. The task reads the state again and then sends the write
    once more.
  - ISE may accept a write and carry it out later (code 202). The task waits up to O(ise_timeout) seconds until the list
    shows the effect.
  - ISE is slow with deeply nested conditions. Raise O(ise_timeout) if a write is not answered in time.
  - Do not manage one policy tree from several plays in parallel, because each write moves the ranks of others.
"""

    # What all rules have.
    RULE = r"""
options:
  policy_set:
    description:
      - Name of the policy set that the rule belongs to. It must exist.
    type: str
    required: true
  rule_state:
    description:
      - Whether the rule is in force. With V(monitor) ISE evaluates the rule and does not enforce the result.
      - Without this option an existing rule keeps what it has, and a new one is enabled.
    type: str
    choices: [enabled, disabled, monitor]
"""
