# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of ISE's ERS API about Active Directory and pxGrid. Private to this collection.

Facts: Cisco's API description "ERS Active Directory", and Cisco's developer pages.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.identityops.cisco.plugins.module_utils._errors import NotFound, Refused, UnexpectedAnswer
from ansible_collections.identityops.cisco.plugins.module_utils._ise.client import ERS_AD, GROUP, Ise, Shape, quoted
from ansible_collections.identityops.cisco.plugins.module_utils._service import object_in, objects_in

ERS_PXGRID = "/ers/config/pxgridnode"
DOMAIN: Shape = {"dnsName": str, "unusableReason": str}
JOIN_POINT: Shape = {"id": str, "name": str, "domain": str, "adgroups": {"groups": [GROUP]}}


# Active Directory join points (ERS)


def list_active_directories(ise: Ise) -> list[dict[str, Any]]:
    """Every join point as a stub of ``id`` and ``name``; ERS pages from 1."""
    attempted = "list the Active Directory join points"
    return ise.list_ers(ERS_AD, attempted, JOIN_POINT)


def get_active_directory(ise: Ise, name: str) -> dict[str, Any] | None:
    """A join point with ``id``, ``name``, ``domain`` and ``adgroups``, or None."""
    attempted = f"read the Active Directory join point {name!r}"
    found = ise.get_ers(f"{ERS_AD}/name", name, "ERSActiveDirectory", attempted, JOIN_POINT)
    if found is None:
        return None
    if "adgroups" not in found and found.get("id"):
        # Whether a read by name shows all of it is not documented.
        found = {**(ise.get_ers(ERS_AD, str(found["id"]), "ERSActiveDirectory", attempted, JOIN_POINT) or {}), **found}
    groups = (found.get("adgroups") or {}).get("groups") or []
    if not all([found.get("id"), found.get("name"), found.get("domain"), *(group.get("name") for group in groups)]):
        raise UnexpectedAnswer(attempted, "the answer is not the join point that Cisco describes")
    return found


def list_domain_groups(
    ise: Ise, directory: dict[str, Any], domain: str, common_name: str | None = None
) -> list[dict[str, Any]]:
    """Groups that Active Directory holds, each with ``name``, ``sid`` and ``type``. A PUT that changes nothing.

    :param directory: a join point as read.
    :param common_name: an exact common name, to find one group; None for all.
    """
    attempted = f"list the groups of the domain {domain}"
    wanted = {"domain": domain, **({"filter": common_name} if common_name else {})}
    body = {"OperationAdditionalData": {"additionalData": [{"name": key, "value": wanted[key]} for key in wanted]}}
    path = f"{ERS_AD}/{directory['id']}/getGroupsByDomain"
    return _ask_for_list(ise, path, body, attempted, "ERSActiveDirectoryGroups", "groups", GROUP)


def list_trusted_domains(ise: Ise, directory: dict[str, Any]) -> list[dict[str, Any]]:
    """The domains a join point can see. A PUT that changes nothing.

    :param directory: a join point as read.
    :returns: each with ``dnsName``, and with ``unusableReason``, which is empty for one within reach.
    """
    attempted = f"list the domains that the join point {directory.get('name')!r} trusts"
    path = f"{ERS_AD}/{directory['id']}/getTrustedDomains"
    return _ask_for_list(ise, path, None, attempted, "ERSActiveDirectoryDomains", "domains", DOMAIN)


def add_groups(ise: Ise, directory: dict[str, Any], groups: list[dict[str, Any]], attempted: str) -> None:
    """Set a join point's groups. Whether ISE adds or replaces is not documented, so always send the whole list."""
    body = {
        "ERSActiveDirectory": {
            "id": directory["id"],
            "name": directory["name"],
            "domain": directory["domain"],
            "adgroups": {
                "groups": [{key: group[key] for key in ("name", "sid", "type") if group.get(key)} for group in groups]
            },
        }
    }
    ise.write_ers("PUT", f"{ERS_AD}/{directory['id']}/addGroups", body, attempted)


# pxGrid clients (ERS)


def list_pxgrid_clients(ise: Ise) -> list[dict[str, Any]] | None:
    """Every pxGrid client as a stub with ``name``; None where ISE does not list them.

    Reads below pxgridnode are reported to answer 404 whatever is there (Cisco's own scripts for ISE).
    """
    attempted = "list the pxGrid clients"
    try:
        return ise.list_ers(ERS_PXGRID, attempted)
    except (NotFound, Refused):
        return None


def get_pxgrid_client(ise: Ise, name: str) -> dict[str, Any] | None:
    """A pxGrid client with ``status``; None where ISE does not show it, which need not mean that it is missing."""
    attempted = f"read the pxGrid client {name!r}"
    try:
        data = object_in(ise.read_ers(f"{ERS_PXGRID}/name/{quoted(name)}", attempted), attempted)
    except (NotFound, Refused):
        return None
    # The descriptions of several releases write the wrapper differently.
    wrapped = [data[wrapper] for wrapper in data if wrapper.lower() == "pxgridnode"]
    return object_in(wrapped[0] if wrapped else None, attempted, {"name": str, "status": str})


def approve_pxgrid_client(ise: Ise, name: str) -> None:
    """:raises NotFound: ISE does not know the client yet."""
    ise.write_ers("PUT", f"{ERS_PXGRID}/name/{quoted(name)}/approve", None, f"approve the pxGrid client {name!r}")


def set_pxgrid_accounts(ise: Ise, *, allow_password: bool, approve_certificate: bool) -> None:
    """How pxGrid takes new clients. No call reads it."""
    settings = {"allowPasswordBasedAccounts": allow_password, "autoApproveCertBasedAccounts": approve_certificate}
    body = {"PxgridSettings": settings}
    ise.write_ers("PUT", "/ers/config/pxgridsettings/autoapprove", body, "set how pxGrid takes new clients")


def _ask_for_list(
    ise: Ise, path: str, body: Any, attempted: str, wrapper: str, member: str, shape: Shape
) -> list[dict[str, Any]]:
    """What a PUT that changes nothing lists; nothing may be said in several ways."""
    found = ise.ask_ers(path, body, attempted)
    for name in (wrapper, member):
        found = found.get(name) if isinstance(found, dict) else found
    return objects_in(found or [], attempted, shape)
