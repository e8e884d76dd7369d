# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses that may use an application in Duo. Private to this collection.

Facts: Duo documentation, "Admin API", ``networks_for_api_access``: addresses, ranges and networks.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import InvalidInput

FORMS = "Write an address such as 192.0.2.10, a range such as 192.0.2.10-192.0.2.20, or a network such as 192.0.2.0/24."


def strange_networks(networks: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """For each entry that is none of them: which one it is, what is wrong with it, and what to write instead.

    What is no address at all is not shown. It may be a secret in the wrong place.
    """
    for number, entry in enumerate(networks, 1):
        first, dash, last = (part.strip() for part in entry.partition("-"))
        try:
            wrong = _strange_range(first, last) if dash else _strange_network(entry.strip())
        except ValueError:
            wrong = ("it is not an address, range or network", FORMS)
        if wrong:
            yield (f"entry {number}", *wrong)


def require_networks(option: str, networks: Iterable[str]) -> None:
    """:raises InvalidInput: the first entry that Duo cannot take."""
    for which, wrong, advice in strange_networks(networks):
        raise InvalidInput(f"use {which} of {option}", wrong, advice)


def _strange_range(first: str, last: str) -> tuple[str, str] | None:
    begin, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
    # Python does not compare an address of one version with one of the other.
    if begin.version != end.version or int(begin) > int(end):
        return f"the range {begin}-{end} does not end at or above its first address", FORMS
    return None


def _strange_network(entry: str) -> tuple[str, str] | None:
    _address, slash, length = entry.partition("/")
    if slash and not length.isdigit():
        raise ValueError("a mask, which Duo does not describe")
    address = ipaddress.ip_interface(entry)
    if address.ip == address.network.network_address:
        return None
    return (
        f"{address} is an address with a prefix length, and not a network",
        f"Write {address.ip} for this address, or {address.network} for its whole network.",
    )


def extent_of(entry: str) -> tuple[int, int, int] | None:
    """The addresses that an entry stands for, in whichever of its forms: their length in bits, the first and the last.
    None if it is none of the three."""
    first, dash, last = entry.partition("-")
    try:
        block = ipaddress.ip_network(first.strip(), strict=False)
        end = ipaddress.ip_address(last.strip()) if dash else block.broadcast_address
    except ValueError:
        return None
    begin = block.network_address
    if begin.version != end.version or int(begin) > int(end):
        return None
    return block.max_prefixlen, int(begin), int(end)


def extents_of(entries: Iterable[str]) -> frozenset[Any]:
    """What networks come to, to be compared: Duo may return an entry in another form."""
    return frozenset(extent_of(entry) or entry for entry in entries)


def is_everywhere(entries: Iterable[str]) -> bool | None:
    """Whether networks and ranges hold more than half of all addresses, or there are none.

    :return: None where what can be read does not, and there is more.
    """
    extents, held = [extent_of(entry) for entry in entries], Counter[int]()
    for bits, first, last in filter(None, extents):
        held[bits] += last - first + 1
    if not extents or any(count > 2 ** (bits - 1) for bits, count in held.items()):
        return True
    return None if None in extents else False
