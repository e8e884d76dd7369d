# Copyright (c) 2026 The identityops.cisco authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person does in SAFE's console where the task has no API credential, as hand-off steps. Private to this
collection.

Facts: SAFE documentation, "Duo Security". How an integration is deleted there is not documented word by word.
"""

from __future__ import annotations

from ansible_collections.identityops.cisco.plugins.module_utils._handoff import Click, Field, Step

PRODUCT, ROLE, CARD = "SAFE", "SAFE Admin", "Duo Security"
SECRET_VARIABLE = "safe_duo_secret_key"


def connect_duo(
    url: str, api_host: str, integration_key: str | None, asset_name: str | None, sync_frequency: str | None
) -> Step:
    """
    :param url: the address of the instance.
    :param integration_key: of the application in Duo, where it is known.
    """
    fields = [
        Field("API URL", "duo_api_host", f"https://{api_host}"),
        Field("Integration Key", "the application in Duo", integration_key),
        Field("Secret Key", SECRET_VARIABLE, secret=True),
    ]
    if asset_name:
        fields.append(Field("Asset Name in SAFE", "asset_name", asset_name))
    if sync_frequency:
        fields.append(Field("Auto Sync Frequency", "sync_frequency", sync_frequency))
    return Step(
        id="safe_integration",
        product=PRODUCT,
        url=url,
        role=ROLE,
        action="Connect Duo, test the connection, save it and start a sync.",
        needs=(
            "The secret key of the application in Duo.",
            "The application allows the outgoing address of this SAFE instance.",
        ),
        notes=("The Duo Admin Panel shows both keys with the application.",),
        clicks=(
            Click("open", "Integrations"),
            Click("open", CARD),
            Click("press", "Configure"),
            *(Click("fill", field.label) for field in fields),
            Click("press", "Test Connection"),
            Click("press", "Save"),
            Click("press", "Sync Now"),
        ),
        fields=tuple(fields),
        if_it_fails=(
            "If Test Connection reports an error, compare each value with the application in the Duo Admin Panel. "
            "Check there that it has the permissions Grant read information and Grant settings, and that its networks "
            "include the outgoing address of this SAFE instance. Do not save before the test succeeds."
        ),
        afterwards="The table History of the card shows the sync. Keep no copy of the secret key.",
        verification=(
            "SAFE's Test Connection proves the key. Without an API credential of SAFE, no run can verify that it was "
            "saved."
        ),
        then=(
            "To say that it is done, set confirmed to true in the module safe_integration, or safe_confirmed in the "
            "role."
        ),
    )


def disconnect_duo(url: str) -> Step:
    """:param url: the address of the instance."""
    return Step(
        id="safe_integration_remove",
        product=PRODUCT,
        url=url,
        role=ROLE,
        action="Delete the Duo integration.",
        needs=("The findings about this Duo account in SAFE are no longer needed.",),
        notes=("The name of the button is not documented. It may be behind another button of the card.",),
        clicks=(Click("open", "Integrations"), Click("open", CARD), Click("press", "Delete")),
        warning="SAFE then no longer reads this Duo account.",
        warning_before="Delete",
        verification="Without an API credential of SAFE, no run can verify it.",
        then=(
            "Only after this, delete the application in Duo. To say that it is done, set confirmed to true in the "
            "module safe_integration, or safe_confirmed in the role."
        ),
    )
