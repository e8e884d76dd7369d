# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only the Duo Admin Panel offers, as hand-off steps. Private to this collection.

Facts: Duo documentation, "Trusted Endpoints with Cisco Secure Endpoint" and "Duo Administration"; Cisco TAC document
220404.
"""

from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Click, Field, Step
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.options import REGIONS
from ansible_collections.identityops.cisco.plugins.module_utils._secure_endpoint.steps import API_KEY, CLIENT_ID

PANEL = "Duo Admin Panel"
ADMINISTRATOR = "Owner, Administrator or Application Manager"
EDR = "Cisco Secure Endpoint"
EDR_TOGGLE = "Enable Cisco Secure Endpoint Integration"


def add_edr_integration(api_host: str, client_id: str | None = None, region: str | None = None) -> Step:
    """Join Duo and Secure Endpoint.

    :param api_host: the API hostname of the Duo account.
    :param client_id: of the Secure Endpoint credential, where it is known.
    :param region: where that credential works, where it is known.
    """
    needs = (
        "A device management integration is configured under Trusted Endpoints. From it, Duo knows which devices "
        "are trusted; Secure Endpoint only adds which of these are compromised.",
        "The devices run the Secure Endpoint connector: on Windows 7.1.1 or newer, on macOS 1.12.1 or newer.",
        "The client ID and the key of a Secure Endpoint API credential.",
    )
    notes = ["The very first time, the page Trusted Endpoints has the button Get started in place of Add Integration."]
    expected = REGIONS[region][0] if region else ""
    if expected:
        notes.append(f"Duo fills in Hostname. It is expected, but not documented, that it shows {expected}.")
    return Step(
        id="duo_edr_integration",
        product=PANEL,
        url=admin_panel(api_host),
        role=ADMINISTRATOR,
        action="Add and enable the Cisco Secure Endpoint integration of Trusted Endpoints.",
        needs=needs,
        notes=tuple(notes),
        clicks=(
            Click("open", "Trusted Endpoints"),
            Click("press", "Add Integration", or_label="Get started"),
            Click("open", "Endpoint Detection & Response Systems"),
            Click("open", EDR),
            Click("press", "Add this integration"),
            Click("fill", "Client ID"),
            Click("fill", "API Key"),
            Click("press", "Test Integration"),
            Click("expect", "Hostname", expected),
            Click("press", "Save Integration"),
            Click("turn_on", EDR_TOGGLE),
        ),
        fields=(Field("Client ID", CLIENT_ID, client_id), Field("API Key", API_KEY, secret=True)),
        if_it_fails=(
            "If Test Integration reports an error, check that both values are complete and have no space before or "
            "after them, and test again. If it still fails, leave the page without saving."
        ),
        afterwards="Keep no copy of the key.",
        verification=(
            "Duo's Test Integration is the only proof that both values are accepted there. No API of Duo shows this "
            "integration, so no run can verify it."
        ),
        then=(
            "Run this again. To say that it is done, set trusted_endpoints_edr_confirmed to true in the role, or "
            "confirmed to true in the module duo_edr_integration."
        ),
    )


def remove_edr_integration(api_host: str) -> Step:
    """Part Duo and Secure Endpoint.

    :param api_host: the API hostname of the Duo account.
    """
    return Step(
        id="duo_edr_integration_remove",
        product=PANEL,
        url=admin_panel(api_host),
        role=ADMINISTRATOR,
        action="Switch off the Cisco Secure Endpoint integration of Trusted Endpoints.",
        needs=("Duo should no longer block devices that Secure Endpoint reports as compromised.",),
        notes=("If Trusted Endpoints lists no integration Cisco Secure Endpoint, nothing is left to do here.",),
        clicks=(Click("open", "Trusted Endpoints"), Click("open", EDR), Click("turn_off", EDR_TOGGLE)),
        warning="Duo then no longer blocks devices that Secure Endpoint reports as compromised.",
        warning_before=EDR_TOGGLE,
        verification="No API of Duo shows this integration, so no run can verify it.",
        then=(
            "Only after this, delete the API credential in Secure Endpoint: Duo uses it until then. To say that this "
            "is done, set trusted_endpoints_edr_removed to true in the role, or confirmed to true in the module "
            "duo_edr_integration."
        ),
    )


def admin_panel(api_host: str) -> str:
    """The Admin Panel's address. Duo documents one for everybody; that federal accounts have their own is deduced from
    the name of their API hosts."""
    name = api_host.rpartition(":")[0] if ":" in api_host else api_host
    return f"https://admin.{'duofederal' if name.lower().endswith('.duofederal.com') else 'duosecurity'}.com"
