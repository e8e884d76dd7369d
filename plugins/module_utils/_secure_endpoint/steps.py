# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only the Secure Endpoint console offers, as hand-off steps. Private to this collection.

Facts: Cisco TAC document 201121 and the Secure Endpoint user guide.
"""

from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Click, Field, Output, Step
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import console_of

CONSOLE = "Cisco Secure Endpoint"
ADMINISTRATOR = "Secure Endpoint administrator"
CLIENT_ID, API_KEY = "secure_endpoint_client_id", "secure_endpoint_api_key"
SCOPES = {"read_only": "Read-only", "read_write": "Read & Write"}


def create_credential(region_or_host: str, name: str, scope: str = "read_only", keep_in: str = "") -> Step:
    """Create an API credential.

    :param region_or_host: a region, or the API host of a private cloud.
    :param scope: ``read_only`` or ``read_write``.
    :param keep_in: where the two values are to be kept, such as the path of a file.
    """
    label = SCOPES[scope]
    place = f" in {keep_in}, preferably encrypted with Ansible Vault," if keep_in else ""
    warning = (
        "The next page, API Key Details, shows both values only once. Have the place for both values open before you "
        "press Create, and stay on that page until both are saved. A lost key cannot be shown again: the credential "
        "must then be deleted and created again."
    )
    if scope == "read_write":
        warning += (
            " Anyone with a Read & Write key can make changes without the safeguards of the console. Duo needs only "
            "Read-only."
        )
    return Step(
        id="secure_endpoint_credential",
        product=CONSOLE,
        url=_credentials_page(region_or_host),
        role=ADMINISTRATOR,
        action=f"Create the API credential {name!r} with the scope {label}.",
        needs=("A safe place for two values, such as a password manager; never a mail or a ticket.",),
        notes=(
            "If the address does not lead to the page API Credentials, find it under Accounts > API Credentials. In "
            "newer consoles, it is under Administration > Organization Settings > Features > Configure API "
            "Credentials.",
        ),
        clicks=(
            Click("press", "New API Credential"),
            Click("fill", "Application name"),
            Click("fill", "Scope"),
            Click("press", "Create"),
            Click("copy", "3rd Party API Client ID"),
            Click("copy", "API Key"),
        ),
        fields=(
            Field("Application name", "the option name of secure_endpoint_credential", name),
            Field("Scope", "the option scope of secure_endpoint_credential", label),
        ),
        outputs=(Output("3rd Party API Client ID", CLIENT_ID), Output("API Key", API_KEY, secret=True)),
        warning=warning,
        warning_before="Create",
        verification=(
            "The next run verifies that Secure Endpoint accepts both values, and in which region. The name and the "
            "scope cannot be read through the API."
        ),
        then=f"Set {CLIENT_ID} and {API_KEY}{place} to the two values, and run this again.",
    )


def delete_credential(region_or_host: str, name: str, client_id: str = "") -> Step:
    """Delete an API credential.

    :param region_or_host: a region, or the API host of a private cloud.
    :param client_id: its client ID, where it is known, because another credential may have the same name.
    """
    is_right = f"is {client_id}" if client_id else "is that of the right one"
    return Step(
        id="secure_endpoint_credential_delete",
        product=CONSOLE,
        url=_credentials_page(region_or_host),
        role=ADMINISTRATOR,
        action=f"Delete the API credential {name!r}.",
        needs=(
            "Nothing uses the credential any more: in particular, the Cisco Secure Endpoint integration in Duo is "
            "switched off.",
        ),
        notes=(
            "Cisco does not publish the words on this page. Where there is no button Delete, use its equivalent, "
            "and confirm if you are asked to.",
        ),
        clicks=(Click("open", name), Click("press", "Delete")),
        warning=(
            "Everything that still uses this credential stops working immediately, including Duo, and the deletion "
            f"cannot be undone. Make sure that its 3rd Party API Client ID {is_right}."
        ),
        warning_before="Delete",
        verification="The next run verifies that Secure Endpoint no longer accepts the client ID and the key.",
        then=f"Run this again with the old {CLIENT_ID} and {API_KEY}. Then delete your copies of both.",
    )


def _credentials_page(region_or_host: str) -> str:
    return f"https://{console_of(region_or_host)}/api_credentials"
