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
      - The policy tree, V(network_access) for RADIUS and so VPN, or V(device_admin) for TACACS+.
    type: str
    choices: [network_access, device_admin]
    required: true
  condition:
    description:
      - The logins it is for. Required for one that does not exist yet; without this option, an existing one keeps its
        condition.
      - The text V(always) stands for every login. ISE itself has no condition then. Cisco's texts disagree on whether
        it takes that for others than the default one.
      - A text C(DICTIONARY:ATTRIBUTE OPERATOR VALUE) compares an attribute, such as
        V(DEVICE:Device Type equals All Device Types#Router). Dictionaries, attributes and operators are spelt as in the
        API of ISE. Operators are C(equals), C(notEquals), C(contains), C(startsWith), C(in), C(matches) and others. The
        value C("") is the empty one.
      - A text C(DICTIONARY member of GROUP) asks for a group of the directory that has this dictionary, which is named
        after the join point, such as V(CORP_AD member of corp.example/Users/VPN Users).
      - A text C(library NAME) uses a condition of ISE's library.
      - A mapping with C(all of) or C(any of) combines the conditions in a list, whose order means nothing. A list alone
        means the same as C(all of). A mapping with C(not) turns a condition into its opposite. A mapping with
        C(library) is the same as that text.
      - A mapping with C(conditionType) is a condition in the structure of ISE's own API, for what cannot be said
        otherwise, such as C(dictionaryValue) or the C(id) of a library condition.
      - All forms can be mixed. Results and differences show the shortest one.
      - What a condition names is looked up on ISE before anything is written, in check mode too. ISE has a list of
        attributes for policy sets, for authentication rules and for authorization rules. For MFA rules any of them will
        do.
      - For attributes that are addresses ISE turns C(equals) into C(ipEquals), and likewise C(notEquals),
        C(greaterThan) and C(lessThan). For dates it is C(dateGreaterThan) and C(dateLessThan). Both forms count as the
        same.
    type: raw
  position:
    description:
      - The place among the others, V(first), V(last), C(before NAME) or C(after NAME). A mapping with C(before) or
        C(after) and the name does as well.
      - What already stands anywhere before or after the named one stays where it is. Otherwise it is put right beside
        it.
      - The default one always stands last, so V(last) is the place right before it.
      - Without this option and O(rank), an existing one stays where it is, and a new one becomes the last.
    type: raw
  rank:
    description:
      - The place as a number, where 0 is the first. ISE keeps the ranks unbroken, so the highest possible one follows
        from how many there are.
      - Mutually exclusive with O(position).
    type: int
notes:
  - In check mode, what an earlier task of the same play would create gives a warning instead of an error. This goes for
    a policy set, a rule named in O(position), and ranks beyond the end.
  - ISE refuses some writes for a moment with code 400. The task looks, then sends the write once more.
  - ISE may accept a write and carry it out later (code 202). The task waits up to O(ise_timeout) seconds until the list
    shows the effect.
  - ISE is slow with deeply nested conditions. Raise O(ise_timeout) if a write is not answered in time.
  - Do not manage one policy tree from several plays at once, because each write moves the ranks of others.
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
